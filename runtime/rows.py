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

from fpad.runtime.errors import InputError, UnevenRows

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


def _ragged(a: tuple[int, ...], b: tuple[int, ...]) -> UnevenRows:
    return UnevenRows(
        f"a list whose length only the run tells holds values of the shapes {a} and {b}: its "
        "values have to have one shape; fill them up to one, as rows of an array, or run the loop "
        "over a number that stands in the code"
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
        and memory.strides == values.strides  # what was reversed does not go on there
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


def row_appended(pair: tuple[Any, Any]) -> Any:
    """The rows, which are arrays, and another one behind them: what `appended` gives.

    No rows at all may have any shape, so that the adjoint has to know the one they had.
    """
    return appended(pair)


def _fits(item: Any, dtype: Any) -> bool:
    found = getattr(item, "dtype", None)
    return found == dtype or (found is None and np.asarray(item).dtype == dtype)


def holding(values: Any, item: Any) -> Any:
    """The rows as they have to be for the item to be put among them: of its type too."""
    _check_size(item)
    wide = _common(values, item)
    if wide == values.dtype and (not is_plain(values) or _is_python(item)):
        return values
    plain = is_plain(values) and _is_python(item)
    memory = _memory(max(SMALLEST, len(values)), values.shape[1:], wide, plain)
    memory[: len(values)] = values
    return _taken(memory, len(values))


def replaced(values: Any, k: Any, item: Any) -> Any:
    """The rows with the item, an array, in place of row k; a list of the same arrays otherwise."""
    whole = holding(values, item)
    whole = copied(whole) if whole is values else whole
    whole[k] = item
    return whole


def row_kept(row: Any) -> Any:
    """A list in a list, which gets another place: a copy of its rows."""
    return joined((row,)) if len(row) else row


def fits(values: Any, item: Any) -> None:
    """A list in a list of unknown length is about to be replaced by another.

    Raises:
        InputError: it has another length, or holds numbers of another type.
    """
    if values.shape[1:] != getattr(item, "shape", ()):
        raise _ragged(values.shape[1:], getattr(item, "shape", ()))
    mixed(values, item)


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
    for p in some[1:]:
        if p.shape[1:] != some[0].shape[1:]:
            raise _ragged(some[0].shape[1:], p.shape[1:])
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


def turned(values: Any) -> Any:
    """The columns of the rows, as rows: what zip gives of lists of one length."""
    if values.ndim < 2:  # no rows at all
        return values
    whole = np.swapaxes(values, 0, 1)
    memory = _memory(max(SMALLEST, len(whole)), whole.shape[1:], whole.dtype, is_plain(values))
    memory[: len(whole)] = whole
    return _taken(memory, len(whole))


def columns(parts: tuple[Any, ...], depth: int) -> Any:
    """The rows of lists of numbers, the k-th of which are the entries of the k-th array.

    Raises:
        InputError: they are not so many lists deep: arrays are in them.
    """
    if any(p.ndim != depth for p in parts):
        raise InputError(
            "lists of arrays of a known length meet lists of a length that only the run tells: "
            "make an array of each"
        )
    whole = np.stack(parts, axis=-1)
    if not all(map(is_plain, parts)):
        return whole
    memory = _memory(max(SMALLEST, len(whole)), whole.shape[1:], whole.dtype, True)
    memory[: len(whole)] = whole
    return _taken(memory, len(whole))


def as_given(values: Any) -> Any:
    """The list of Python numbers that these rows stand for; anything else as it is."""
    return values.tolist() if is_plain(values) else values


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
    """Take from g what stands where parts[j] stands in `joined(parts)`, in the shape of that.

    No rows at all may have any shape, so that of g does not tell.
    """
    start = sum(map(len, parts[:j]))
    part = g[start : start + len(parts[j])]
    return part if len(part) else np.reshape(part, parts[j].shape)


def place_part_of(v: Any, g: Any, parts: tuple[Any, ...], j: int) -> Any:
    """Zeros of the shape of g with v where `part_of` takes it from: `part_of` transposed."""
    out = np.zeros_like(g)
    start = sum(map(len, parts[:j]))
    if len(parts[j]):
        out[start : start + len(parts[j])] = v
    return out


def values_of(values: Any, depth: int = 1) -> list[Any]:
    """The list that the rows stand for; `depth`: so many lists in each other."""
    if depth > 1:
        return [values_of(row, depth - 1) for row in values]
    return [plain(row, values) for row in values]


def records_of(make: Any, columns: tuple[Any, ...]) -> list[Any]:
    """The list of tuples, or of lists, whose first parts are the rows of the first array, .."""
    make = getattr(make, "_make", make)
    return [make(parts) for parts in zip(*map(values_of, columns), strict=True)]


def as_rows(values: list[Any]) -> Any:
    """The rows of a list that was given."""
    return rows(tuple(values))


def as_column(values: list[Any], k: int) -> Any:
    """The rows that the parts k of the values in a list are."""
    return rows(tuple(v[k] for v in values))


def counted(n: int) -> Any:
    """The numbers 0, 1, .. n - 1, as a list."""
    return to_rows(np.arange(n))


def flat_rows(values: Any) -> Any:
    """The rows of lists of one length, one behind the other."""
    if values.ndim < 2:  # no lists at all
        return values
    flat = values.reshape(-1, *values.shape[2:])
    return to_rows(flat) if is_plain(values) else flat.copy()


def owners(values: Any) -> Any:
    """For each of the rows that `flat_rows` gives the number of its list."""
    width = values.shape[1] if values.ndim > 1 else 0
    return to_rows(np.repeat(np.arange(len(values)), width))


def interleaved(counted: Any, width: int) -> Any:
    """The positions by which lists that stand column by column stand list by list."""
    return np.arange(len(counted) * width).reshape(width, -1).T.ravel()


def wrapped(k: int, n: int) -> int:
    """The place that an index means in a list of n values.

    Raises:
        IndexError: there is none.
    """
    if not -n <= k < n:
        raise IndexError("list index out of range")
    return k + n if k < 0 else k
