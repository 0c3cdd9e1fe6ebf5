"""Lists of a length that only the run tells, as arrays of rows that grow at their end.

    path = fp.rows((s0,))               path = [s0]
    path = fp.appended((path, s))       path.append(s)
    s = fp.plain(path[k], path)         s = path[k]

`appended` gives a new array, as all of NumPy does.  Its memory has room to spare, and the next row
goes there if nobody has put one there yet, so n rows cost time in proportion to n.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.errors import InputError

_FLOATS = {"float": np.float64, "int": np.int64, "bool": np.bool_}
_PLAIN = (float, int, bool)
SMALLEST = 8
"""Room for so many rows at least."""


class Rows(np.ndarray):
    """Memory with room to spare: `used` rows are taken; `plain`: they were Python numbers.

    `places`: where its rows stand, if they are keys (see `tables`).
    """

    used = 0
    plain = False
    places: Any = None


def _memory(room: int, shape: tuple[int, ...], dtype: Any, plain: bool) -> Rows:
    memory = Rows((room, *shape), dtype)  # owns its memory: views know it as their base
    memory.plain = plain
    return memory


def _taken(memory: Rows, n: int) -> Any:
    memory.used = n
    return memory.view(np.ndarray)[:n]


def _memory_of(values: Any) -> Any:
    """The `Rows` behind an array: NumPy keeps the plain view of it in between."""
    return getattr(getattr(values, "base", None), "base", None)


def is_plain(values: Any) -> bool:
    """Are these the rows of a list of Python numbers?"""
    return bool(getattr(_memory_of(values), "plain", False))


def rows(items: tuple[Any, ...]) -> Any:
    """The array whose rows are the items, numbers or arrays of one shape.

    Raises:
        InputError: their shapes differ, or an integer has more than 64 bits.
    """
    shapes = {getattr(v, "shape", ()) for v in items}
    if len(shapes) > 1:
        raise _ragged(*sorted(shapes)[:2])
    for v in items:
        _check_size(v)
    whole = np.asarray(items)
    if not all(type(v) in _PLAIN or is_plain(v) for v in items):
        return whole
    memory = _memory(max(SMALLEST, len(items)), whole.shape[1:], whole.dtype, True)
    memory[: len(items)] = whole
    return _taken(memory, len(items))


def _check_size(item: Any) -> None:
    """Raise where an integer is too large for the rows."""
    if type(item) is int and not -(2**63) <= item < 2**63:
        raise InputError(
            f"a list whose length only the run tells holds the integer {item}, which has more than "
            "64 bits: use floats"
        )


def _ragged(a: tuple[int, ...], b: tuple[int, ...]) -> InputError:
    return InputError(
        f"a list whose length only the run tells holds values of the shapes {a} and {b}: its "
        "values have to have one shape"
    )


def float_rows(items: tuple[Any, ...]) -> Any:
    """The array whose rows are the items, as floats."""
    return floats(rows(items))


def no_rows(kind: str) -> Any:
    """No rows yet; "float[]" for numbers, "int[,]" for vectors of integers, and so on."""
    dtype = _FLOATS.get(kind.partition("[")[0], np.float64)
    return _taken(_memory(SMALLEST, (), dtype, True), 0)


def appended(pair: tuple[Any, Any]) -> Any:
    """The rows, and another one behind them.

    Args:
        pair: (rows, row): an array, and what its rows are like.

    Raises:
        InputError: the row has another shape, or is an integer of more than 64 bits.
    """
    values, item = pair
    _check_size(item)
    n, memory = len(values), _memory_of(values)
    plain = type(item) in _PLAIN or is_plain(item)
    if (
        type(memory) is Rows
        and memory.used == n < len(memory)
        and memory.shape[1:] == getattr(item, "shape", ())
        and memory.plain == plain
        and (memory.dtype.kind == "f" if type(item) is float else _fits(item, memory.dtype))
    ):
        memory[n] = item
        return _taken(memory, n + 1)
    row = item if hasattr(item, "shape") else np.asarray(item)
    if n and values.shape[1:] != row.shape:
        raise _ragged(values.shape[1:], row.shape)
    if not isinstance(values, np.ndarray):  # on a device
        return np.concatenate([values, row[None]]) if n else row[None]
    dtype = np.result_type(values.dtype, row.dtype) if n else row.dtype
    new = _memory(max(SMALLEST, 2 * n), row.shape, dtype, plain and (not n or is_plain(values)))
    if n:
        new[:n] = values
    new[n, ...] = row  # the number in it, where the rows are numbers of any class
    return _taken(new, n + 1)


def _fits(item: Any, dtype: Any) -> bool:
    found = getattr(item, "dtype", None)
    return found == dtype or (found is None and np.asarray(item).dtype == dtype)


def holding(values: Any, item: Any) -> Any:
    """The rows as they have to be for the item to be put among them: of its type too."""
    _check_size(item)
    wide = _common(values, item)
    if wide == values.dtype and (not is_plain(values) or _is_python(item)):
        return values
    memory = _memory(max(SMALLEST, len(values)), values.shape[1:], wide, False)
    memory[: len(values)] = values
    return _taken(memory, len(values))


def replaced(values: Any, k: Any, item: Any) -> Any:
    """The rows with the item, an array, in place of row k; a list of the same arrays otherwise."""
    whole = holding(values, item)
    whole = copied(whole) if whole is values else whole
    whole[k] = item
    return whole


def mixed(values: Any, item: Any) -> None:
    """The rows of a list in a list are about to hold the item: if it is NumPy's, all numbers are.

    Raises:
        InputError: the item needs another type than the rows have.
    """
    if _common(values, item) != values.dtype:
        raise InputError(
            f"a {type(item).__name__} is put into a list in a list of unknown length, whose "
            f"numbers are of type {values.dtype}: begin it with numbers of one type"
        )
    memory = _memory_of(values)
    if type(memory) is Rows and not _is_python(item):
        memory.plain = False


def _is_python(item: Any) -> bool:
    """Is it a Python number, or are these rows of such?"""
    return type(item) in _PLAIN or is_plain(item)


def _common(values: Any, item: Any) -> Any:
    """The type that the rows and the item have in common."""
    if type(item) in _PLAIN:
        return values.dtype if type(item) is int else np.result_type(values.dtype, type(item))
    own = item if hasattr(item, "dtype") else np.asarray(item)
    return np.result_type(values.dtype, own.dtype)


def joined(parts: tuple[Any, ...]) -> Any:
    """The rows of all parts; those without rows may have any shape."""
    some = [p for p in parts if len(p)]
    plain = all(map(is_plain, some))
    if not some:
        return parts[0]
    whole = np.concatenate(some)
    if not plain or not isinstance(whole, np.ndarray):
        return whole
    memory = _memory(len(whole), whole.shape[1:], whole.dtype, True)
    memory[:] = whole
    return _taken(memory, len(whole))


def repeated(item: Any, n: int) -> Any:
    """N rows that are all the same number or array."""
    n = max(n, 0)
    row = np.asarray(item)
    memory = _memory(max(SMALLEST, n), row.shape, row.dtype, type(item) in _PLAIN)
    memory[:n] = row
    return _taken(memory, n)


def plain(row: Any, values: Any) -> Any:
    """A row that was read: a Python number if the rows were Python numbers."""
    return row.item() if is_plain(values) and hasattr(row, "item") else row


def floats(values: Any) -> Any:
    """The rows as floats; numbers of other classes, as fractions, stay what they are."""
    if values.dtype.kind in "fO":
        return values
    memory = _memory(max(SMALLEST, len(values)), values.shape[1:], np.float64, True)
    memory.plain = is_plain(values)
    memory[: len(values)] = values
    return _taken(memory, len(values))


def copied(values: Any) -> Any:
    """The rows in memory of their own, which knows whether they were Python numbers."""
    plain = is_plain(values)
    memory = _memory(max(SMALLEST, len(values)), values.shape[1:], values.dtype, plain)
    memory[: len(values)] = values
    return _taken(memory, len(values))


def to_rows(values: Any) -> Any:
    """The rows of an array as Python's own numbers: what `values.tolist()` holds."""
    if not isinstance(values, np.ndarray):  # on a device
        return values.copy()
    dtype = {"f": np.float64, "i": np.int64, "u": np.int64}.get(values.dtype.kind, values.dtype)
    memory = _memory(max(SMALLEST, len(values)), values.shape[1:], dtype, True)
    memory[: len(values)] = values
    return _taken(memory, len(values))


def to_list(values: Any) -> Any:
    """`values.tolist()`; generated code has `to_rows` instead, or a number."""
    return values.tolist()


def part_of(g: Any, parts: tuple[Any, ...], j: int) -> Any:
    """Take from g what stands where parts[j] stands in `joined(parts)`."""
    start = sum(map(len, parts[:j]))
    return g[start : start + len(parts[j])]


def place_part_of(v: Any, g: Any, parts: tuple[Any, ...], j: int) -> Any:
    """Zeros of the shape of g with v where `part_of` takes it from: `part_of` transposed."""
    out = np.zeros_like(g)
    start = sum(map(len, parts[:j]))
    out[start : start + len(parts[j])] = v
    return out


def values_of(values: Any) -> list[Any]:
    """The list that the rows stand for."""
    return [plain(row, values) for row in values]


def as_rows(values: list[Any]) -> Any:
    """The rows of a list that was given."""
    return rows(tuple(values))
