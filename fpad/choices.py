"""One choice of one execution: where it was made, which piece, how far away the next one is.

Generated code notes choices down as tuples (`fpad.runtime.recorder.Raw`); what is here makes
`Choice`s of them, and digests of choices either way, once somebody asks.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad.runtime.recorder import OPERANDS

Label: TypeAlias = "int | np.ndarray"
Switch: TypeAlias = "float | np.ndarray"
Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Site:
    """A place in a source file.

    Attributes:
        file: the file, or the name under which Python knows the text.
        function: the name of the function.
        ordinal: which statement of the function this is, so that edits elsewhere move nothing.
        line: line in the file, from 1.
        column: column in that line, in characters, from 1.
        text: the source line without its indentation.
    """

    file: str
    function: str
    ordinal: int
    line: int
    column: int
    text: str


@dataclass(frozen=True, eq=False)
class Choice:
    """One choice of one execution.

    Attributes:
        site: where it stands in the source.
        op: public dotted name of the operation ("numpy.maximum"), or "if", "while", "for".
        label: the piece that was taken, entry by entry: an int, or an int64 array.
        switch: unrounded distance to the boundary; NaN where none is known.
        call_path: the calls on the way from the entry of the program, as "function:ordinal".
        iteration: the trip of each enclosing loop, the outermost first, from 0.
    """

    site: Site
    op: str
    label: Label
    switch: Switch
    call_path: tuple[str, ...] = ()
    iteration: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        """What makes two choices of two executions the same choice; file names do not count."""
        s = self.site
        return (s.function, s.ordinal, self.op, self.call_path, self.iteration)

    def equals(self, other: Choice) -> bool:
        """Is it the same choice, with the same label and switch, bit for bit?"""
        return (
            (self.key, self.site) == (other.key, other.site)
            and _identical(self.label, other.label)
            and _identical(self.switch, other.switch)
        )


class Raw:
    """The choices of a run, as generated code noted them down.

    Args:
        noted: tuples (key of the site, label, switch, call path, iteration); labels are truth
            values or numbers, alone or in arrays, or None where the operands left no choice
            (x**2, whose exponent is written down); a missing switch is None; arrays may live on a
            device.
        sites: what the keys stand for: objects with `op` and `origin` (the fields of `Site`).
    """

    def __init__(self, noted: Iterable[Sequence[Any]], sites: Mapping[str, Any]) -> None:
        self._noted, self._sites = noted, sites
        self._calls: dict[Any, tuple[str, ...]] = {}

    def _rows(self) -> Iterator[tuple[Any, Any, Any, tuple[str, ...], tuple[int, ...]]]:
        for key, label, switch, calls, iteration in self._noted:
            if label is OPERANDS:
                label, switch = _computed(*switch)
            if label is not None:
                path = self._calls.get(calls)
                if path is None:
                    path = self._calls[calls] = tuple(c.partition(" ")[0] for c in calls)
                yield self._sites[key], label, switch, path, tuple(map(int, iteration))

    def choices(self) -> tuple[Choice, ...]:
        """The choices that were made."""
        sites: dict[int, Site] = {}
        out = []
        for at, label, switch, calls, iteration in self._rows():
            site = sites.get(id(at))
            if site is None:
                o = at.origin
                site = Site(o.file, o.function, o.ordinal, o.line, o.column, o.text)
                sites[id(at)] = site
            out.append(Choice(site, at.op, label_of(label), switch_of(switch), calls, iteration))
        return tuple(out)

    def digest(self) -> str:
        """The digest of these choices, without making any of them."""
        return digest(
            ((at.origin.function, at.origin.ordinal, at.op, calls, iteration), label)
            for at, label, _, calls, iteration in self._rows()
        )


def _computed(op: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    """Label and switch of an operation, by its rule."""
    from fpad.transforms.rules import rule_of  # which generated code does without

    rule = rule_of(op)
    assert rule is not None
    assert rule.piece is not None
    args = tuple(map(_on_host, args))
    with np.errstate(all="ignore"):
        label = rule.piece(*args, **kwargs)
        return label, None if rule.switch is None else rule.switch(*args, **kwargs)


def _on_host(operand: Any) -> Any:
    return tuple(map(_on_host, operand)) if isinstance(operand, tuple) else host(operand)


NO_NUMBER = int(np.iinfo(np.int64).min)
"""The label of NaN, and of what is too large for one."""


def label_of(value: Any) -> Label:
    """A label as a `Choice` has it."""
    value = host(value)
    if not np.ndim(value):
        value = value.item() if hasattr(value, "item") else value
        return int(value) if isinstance(value, int) or math.isfinite(value) else NO_NUMBER
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return array.astype(np.int64)
    fits = np.abs(array) < 2.0**63  # what does not is no integer of the machine; NaN does not
    return np.where(fits, array, 0.0).astype(np.int64) + np.where(fits, 0, NO_NUMBER)


def switch_of(value: Any) -> Switch:
    """A switch as a `Choice` has it."""
    if value is None:
        return math.nan
    array = np.array(host(value))
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    return array if array.ndim else float(array)


def host(value: Any) -> Any:
    """Fetch an array that lives on a device."""
    return value.get() if not isinstance(value, np.ndarray) and hasattr(value, "get") else value


def digest(choices: Iterable[tuple[Key, Any]]) -> str:
    """Hexadecimal digest of keys and labels; of labels the numbers count, not their type."""
    h = hashlib.sha256()
    for key, label in choices:
        label = host(label)
        if np.ndim(label):
            code, data = _packed(np.asarray(label))
            h.update(repr((key, np.shape(label), code)).encode())
            h.update(data)
        else:
            h.update(repr((key, label_of(label))).encode())
    return h.hexdigest()


def _packed(label: np.ndarray) -> tuple[str, bytes]:
    """The numbers in as few bytes as they need: a bit each, a byte or eight, and which of these."""
    if label.dtype.kind != "b":
        numbers = np.asarray(label_of(label))
        least, most = numbers.min(initial=0), numbers.max(initial=0)
        if not (least >= 0 and most <= 1):
            small = least >= -128 and most < 128
            kind = "<i1" if small else "<i8"
            return kind, numbers.astype(kind).tobytes()
        label = numbers.astype(np.bool_)
    return "bits", np.packbits(label).tobytes()


def _identical(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return (
        a.dtype == b.dtype and a.shape == b.shape and bool(np.all((a == b) | (a != a) & (b != b)))
    )


def encode(value: Any) -> Any:
    """Numbers and arrays as JSON; floats that JSON lacks are written as strings."""
    if isinstance(value, np.ndarray):
        data = [encode(v) for v in value.ravel().tolist()]
        return {"dtype": value.dtype.str, "shape": value.shape, "data": data}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def decode(value: Any) -> Any:
    """What `encode` wrote."""
    if isinstance(value, dict):
        data = np.array([decode(v) for v in value["data"]], dtype=value["dtype"])
        return data.reshape(value["shape"])
    return float(value) if isinstance(value, str) else value
