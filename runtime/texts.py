"""Texts that only the run tells, lists of them, and the digits of ints."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError


class _Memory(list[str]):
    """Where texts lie; `places`: where each stands, if they are keys (see `tables`)."""

    places: Any = None


class Texts:
    """Texts one behind the other, of which one list may be the beginning of another.

    Args:
        memory: the texts, and maybe more that belong to longer lists.
        count: how many of them belong to this list.
    """

    def __init__(self, memory: list[str], count: int) -> None:
        self.memory = memory if isinstance(memory, _Memory) else _Memory(memory)
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, k: int) -> str:
        return self.memory[: self.count][k] if k < 0 or k >= self.count else self.memory[k]

    def __iter__(self) -> Iterator[str]:
        return iter(self.memory[: self.count])

    ndim = 1

    def tolist(self) -> list[str]:
        """The texts, as `tolist` of an array gives its numbers."""
        return self.memory[: self.count]


def texts(items: tuple[Any, ...]) -> Texts:
    """The list of these texts; `(several, k)` stands for `several[k]`."""
    return Texts([t if isinstance(t, str) else t[0][t[1]] for t in items], len(items))


def text_appended(parts: tuple[Texts, str]) -> Texts:
    """The list with one more text, in its own memory if no other list goes on there."""
    before, text = parts
    memory: list[str] = before.memory
    if len(memory) > before.count:
        memory = memory[: before.count]
    memory.append(text)
    return Texts(memory, before.count + 1)


def texts_joined(parts: tuple[Texts, ...]) -> Texts:
    """The lists, one behind the other."""
    return texts(tuple(t for part in parts for t in part))


def texts_between(values: Texts, lower: Any, upper: Any, step: Any) -> Texts:
    """The list `values[lower:upper:step]`."""
    return texts(tuple(list(values)[lower:upper:step]))


def with_text(keys: Texts, key: str, at: int) -> Texts:
    """The keys, with this one at the end if it is not among them."""
    return text_appended((keys, key)) if at == len(keys) else keys


def texts_picked(values: Texts, index: Any) -> Texts:
    """The list of the texts at these positions."""
    return Texts([values[k] for k in index.tolist()], len(index))


def texts_filled(text: str, like: Any) -> Texts:
    """The list of a text, as often as another list has values."""
    return Texts([text] * len(like), len(like))


def text_method(name: str, text: str, args: tuple[Any, ...]) -> Any:
    """What the method of this name of the text gives."""
    return getattr(text, name)(*args)


def text_between(text: str, lower: Any, upper: Any, step: Any) -> str:
    """The text `text[lower:upper:step]`."""
    return text[lower:upper:step]


def letters(text: str) -> Texts:
    """The list of the letters of a text."""
    return texts(tuple(text))


def int_of(text: str, base: int = 10) -> int:
    """The int that a text says, with digits to this base."""
    return int(text, base)


def float_of(text: str) -> float:
    """The float that a text says."""
    return float(text)


def binary_repr(number: int, width: int | None = None) -> str:
    """What `numpy.binary_repr(number, width)` gives."""
    return np.binary_repr(number, width)


def bit_length(number: Any) -> int:
    """`number.bit_length()`, of NumPy's ints too."""
    return operator.index(number).bit_length()


def bit_count(number: Any) -> int:
    """`number.bit_count()`, of NumPy's ints too."""
    return operator.index(number).bit_count()


def text_sought(how: str, values: Texts, text: str) -> int:
    """`values.index(text)` or `values.count(text)`."""
    return int(getattr(list(values), how)(text))


def text_place(keys: tuple[str, ...], key: str) -> int:
    """Where a key of a dict stands among all of them.

    Raises:
        KeyError: it is none of them.
    """
    if key not in keys:
        raise KeyError(key)
    return keys.index(key)


def attribute_place(
    cls: str, names: tuple[str, ...], others: tuple[str, ...], always: bool, name: str
) -> int:
    """Where an attribute stands among those of an object that a text may name, or their number.

    Args:
        cls: the name of the class.
        names: the attributes that are looked for.
        others: what the object has besides.
        always: is it an error if it has no such attribute?
        name: the text.

    Raises:
        AttributeError: the object has no such attribute.
        InputError: it has, but the text was taken not to name it.
    """
    if name in others:
        raise InputError(f"getattr or hasattr is given {name!r}: write it as a literal")
    if name in names:
        return names.index(name)
    if always:
        raise AttributeError(f"{cls!r} object has no attribute {name!r}", name=name)
    return len(names)


def text_replaced(values: Texts, k: int, text: str) -> Texts:
    """The list after `values[k] = text`."""
    found = list(values)
    found[k] = text
    return Texts(found, len(found))


def text_put(pair: tuple[Texts, str], at: int) -> Texts:
    """The list with another text at a place, or behind them."""
    values, text = pair
    return text_appended(pair) if at == len(values) else text_replaced(values, at, text)


def text_of(separator: str, values: Texts) -> str:
    """What `separator.join(values)` gives."""
    return separator.join(values)
