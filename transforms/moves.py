"""What has to be moved where to get from one environment to a joined one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms import texts
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Env,
    Held,
    Static,
    Structure,
    Unknown,
    Unusable,
    Value,
    held,
    is_array,
    is_grown,
)
from fpad.transforms.alternatives import option_of
from fpad.transforms.blanks import is_blank
from fpad.transforms.describing import describe
from fpad.transforms.forms import alike, is_complex, number, widened
from fpad.transforms.grown import empty_text
from fpad.transforms.ir import Const, Operand, names
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.refusing import Refused
from fpad.transforms.tables import like


@dataclass(frozen=True)
class Made:
    """A place is filled with what an operation makes of atoms."""

    op: Any
    args: tuple[Operand, ...]


Source: TypeAlias = "Operand | Made"


def aligned(value: Value, target: Value) -> Value:
    """The value with its parts where they are in what it is joined to."""
    if value is target:
        return value
    if isinstance(target, Either) and not isinstance(value, Either | Unknown | Unusable):
        found = [k for k, option in enumerate(target.options) if alike(option, value)]
        blank: list[Value] = [UNKNOWN] * len(target.options)
        for k in found[:1]:
            blank[k] = aligned(value, target.options[k])
        return target.with_parts((target.which, *blank))
    if isinstance(target, Either) and isinstance(value, Either):
        blank = [UNKNOWN] * len(target.options)
        for option in value.options:
            for k in [k for k, o in enumerate(target.options) if alike(o, option)][:1]:
                blank[k] = aligned(option, target.options[k])
        return target.with_parts((target.which, *blank))
    value = like(value, target)
    if type(value) is not type(target) or len(value.parts) != len(target.parts):
        return value
    parts = tuple(map(aligned, value.parts, target.parts))
    return value.with_parts(parts) if parts else value


def moves(env: Env, joined: Env) -> list[tuple[str, Source]]:
    """(place, source): what has to be moved where to get from one environment to a joined one."""
    out: list[tuple[str, Source]] = []
    for variable, target in sorted(joined.items()):
        if variable in env:
            _moves(env[variable], target, out)
    return out


def _chosen(value: Value, target: Either, out: list[tuple[str, Source]]) -> None:
    """Say which of the options a value is, and move it there."""
    which = str(target.which.atom)
    if isinstance(value, Either):
        table = tuple(_option(v, target) for v in value.options)
        if table != tuple(range(len(table))):
            numbers = tuple(map(Const, table))
            out.append((which, Made(fp.renumbered, (numbers, value.which.atom))))
        elif value.which.atom != which:
            out.append((which, value.which.atom))
        for v, k in zip(value.options, table, strict=True):
            _moves(v, target.options[k], out)
        taken = set(table)
    else:
        k = _option(value, target)
        out.append((which, Const(k)))
        _moves(value, target.options[k], out)
        taken = {k}
    for k, option in enumerate(target.options):
        if k not in taken:  # names that are read under a test only, and must exist
            out += [(str(h.atom), Const(None)) for h in held(option) if isinstance(h.atom, str)]


def _option(value: Value, target: Either) -> int:
    found = [k for k, option in enumerate(target.options) if alike(option, value)]
    if not found:
        raise Refused(
            f"{describe(value)} meets {describe(target)}, which is nested in another way.",
            "keep the structure the same from trip to trip: use lists in place of links.",
        )
    return found[0]


def _moves(
    value: Value,
    target: Value,
    out: list[tuple[str, Source]],
    row: int = 0,
    whole: Value | None = None,
) -> None:
    """What has to be moved where.

    `row`: how many lists of unknown length it is inside of; `whole`: the innermost of them.
    """
    if value is target:
        return
    if isinstance(target, Either):
        if isinstance(value, Unknown):
            return  # it is known in a later round
        if is_blank(target):
            _moves_sorts(value, target, out, row, whole)
        else:
            _chosen(value, target, out)
        return
    value = like(value, target)
    if isinstance(target, Held) and target.kind == texts.TEXTS and isinstance(value, Static):
        leaf = None if whole is None else next(held(whole), None)
        if leaf is None:
            raise Refused(
                "A list of one text many times gets another one.", "put numbers beside the texts."
            )
        out.append((str(target.atom), Made(fp.texts_filled, (Const(value.value), leaf.atom))))
    elif isinstance(target, Held):
        source = texts.text(value) if target.kind == texts.TEXT else number(value)
        if row and isinstance(source, Held) and _widens(source.kind, target.kind):
            out.append((str(target.atom), Made(fp.floats, (source.atom,))))
        elif source is not None and source.atom != target.atom and isinstance(target.atom, str):
            out.append((target.atom, source.atom))
    elif (plain := number(value)) is not None and is_complex(target):
        _moves_real(plain, target, out, row)
    elif is_grown(target) and isinstance(value, Structure) and not is_grown(value):
        _filled(value.items, target.parts[0], out, row)
    elif type(value) is type(target) and len(value.parts) == len(target.parts):
        # Where they differ the variable becomes unusable when the ways are joined.
        inside = value if is_grown(target) else whole
        for part, place in zip(value.parts, target.parts, strict=True):
            _moves(part, place, out, row + is_grown(target), inside)


def _moves_sorts(
    value: Value,
    target: Either,
    out: list[tuple[str, Source]],
    row: int,
    whole: Value | None,
) -> None:
    """What stands for values of several sorts; an array that is not there yet is made."""
    which = str(target.which.atom)
    given = value.options if isinstance(value, Either) else (value,)
    found = [option_of(target.options, v) for v in given]  # None: there is room in a later round
    table = [k or 0 for k in found]
    if isinstance(value, Either):
        old = value.which
        source: Source = value.which.atom
        if table != list(range(len(table))):
            source = Made(fp.sorts_renumbered, (tuple(map(Const, table)), value.which.atom))
    else:
        axes = target.which.kind.rank  # type: ignore[attr-defined]
        old = _leaf(value, whole, axes)
        source = Made(fp.all_chosen, (old.atom, Const(axes), Const(table[0])))
    if source != which:
        out.append((which, source))
    at = {k: v for k, v in zip(found, given, strict=True) if k is not None}
    for k, place in enumerate(target.options):
        if k in at:
            _moves(at[k], place, out, row, whole)
            continue
        if any(held(place)) and old.kind.rank != target.which.kind.rank:  # type: ignore[attr-defined]
            raise Refused("A list of arrays gets values of another sort.", "put a number beside.")
        for h in held(place):
            assert isinstance(h.kind, Num)
            out.append((str(h.atom), Made(fp.blank, (old.atom, Const(empty_text(h.kind))))))


def _leaf(value: Value, whole: Value | None, axes: int) -> Held:
    """An array with a row for each value, and no more axes if there is such a one."""
    found = [h for v in (value, whole) if v is not None for h in held(v)]
    if not found:
        raise Refused("A list holds nothing that is a number.", "put numbers beside it.")
    return next((h for h in found if isinstance(h.kind, Num) and h.kind.rank == axes), found[0])


def _moves_real(value: Held, target: Value, out: list[tuple[str, Source]], row: int) -> None:
    """A number goes where a complex one lies."""
    real, imag = target.parts
    _moves(value, real, out, row)
    assert isinstance(imag, Held)
    nothing: Source = Const(0.0)
    if row or is_array(value):
        nothing = Made(np.zeros_like, (value.atom,))
    out.append((str(imag.atom), nothing))


def _widens(a: Kind, b: Kind) -> bool:
    return isinstance(a, Num) and isinstance(b, Num) and a.num != b.num == "float"


def _filled(
    values: Sequence[Value], target: Value, out: list[tuple[str, Source]], row: int
) -> None:
    """Put values into the arrays of a list of unknown length, one inside `row` others."""
    values = widened(values) if isinstance(target, Structure) else values
    if isinstance(target, Either):
        _filled_blank(values, target, out, row)
        return
    if isinstance(target, Held) and row:
        found = [h for v in values if (h := number(v)) is not None]
        numbers = [h for h in found if isinstance(h.kind, Num) and h.kind.rank in (row, None)]
        if not numbers or len(numbers) < len(values):
            raise Refused(
                "Lists in a list are of unknown length on one way, and of another kind on another.",
                "make them in the same way, or use an array.",
            )
        columns = tuple(h.atom for h in numbers)
        out.append((str(target.atom), Made(fp.columns, (columns, Const(row)))))
    elif isinstance(target, Held) and target.kind == texts.TEXTS:
        out.append((str(target.atom), Made(fp.texts, (texts.atoms(values),))))
    elif isinstance(target, Held):
        assert isinstance(target.kind, Num)
        atoms = tuple(h.atom for v in values if (h := number(v)) is not None)
        made = (
            Made(fp.rows, (atoms,))
            if atoms
            else Made(fp.no_rows, (Const(empty_text(target.kind)),))
        )
        if any(_widens(h.kind, target.kind) for v in values if (h := number(v)) is not None):
            atoms = tuple(Const(float(a.value)) if isinstance(a, Const) else a for a in atoms)
            made = Made(fp.float_rows, (atoms,))
        out.append((str(target.atom), made))
    for k, part in enumerate(target.parts):
        _filled([v.parts[k] for v in values if len(v.parts) > k], part, out, row)


def _filled_blank(
    values: Sequence[Value], target: Either, out: list[tuple[str, Source]], row: int
) -> None:
    """Put values, some of which are None, into the arrays of a list of unknown length."""
    if row or any(isinstance(v, Either) for v in values):
        raise Refused(
            "A list holds None on one way, and something that is not decided on another.",
            "make the list in the same way, or decide first.",
        )
    own = [option_of(target.options, v) or 0 for v in values]
    numbers = tuple(map(Const, own))
    which: Source = Made(fp.rows, (numbers,)) if values else Made(fp.no_rows, (Const("int[]"),))
    out.append((str(target.which.atom), which))
    for k, place in enumerate(target.options):
        some = [v for v, j in zip(values, own, strict=True) if j == k]
        if some or not values:
            full = [v if j == k else some[0] for v, j in zip(values, own, strict=True)]
            _filled(full, place, out, row)
            continue
        for h in held(place):
            if h.kind == texts.TEXTS:
                out.append((str(h.atom), Made(fp.texts, ((Const(""),) * len(numbers),))))
                continue
            assert isinstance(h.kind, Num)
            out.append((str(h.atom), Made(fp.blank, (numbers, Const(empty_text(h.kind))))))


def _reads(source: Source) -> frozenset[str]:
    return frozenset(names(*source.args)) if isinstance(source, Made) else frozenset(names(source))


def _instead(source: Source, old: Operand, new: str) -> Source:
    def one(o: Any) -> Any:
        if isinstance(o, tuple):
            return tuple(map(one, o))
        return new if o == old else o

    return replace(source, args=one(source.args)) if isinstance(source, Made) else one(source)


def in_sequence(
    wanted: Iterable[tuple[str, Source]], temp: Callable[[], str]
) -> list[tuple[str, Source]]:
    """Moves that happen all at once, one after the other: (b, a), (a, b) needs a third place."""
    left = dict(wanted)
    order = {place: k for k, place in enumerate(left)}
    readers: dict[str, set[str]] = {}
    for place, source in left.items():
        for name in _reads(source) - {place}:
            readers.setdefault(name, set()).add(place)
    out: list[tuple[str, Source]] = []
    free = [k for place, k in order.items() if not readers.get(place)]  # a heap: in their order
    places = list(left)
    while left:
        if not free:
            place, spare = next(iter(left)), temp()
            out.append((spare, place))
            for t in readers.pop(place):
                left[t] = _instead(left[t], place, spare)
            heapq.heappush(free, order[place])
            continue
        place = places[heapq.heappop(free)]
        source = left.pop(place)
        out.append((place, source))
        for name in _reads(source) - {place}:
            waiting = readers.get(name, set())
            waiting.discard(place)
            if not waiting and name in left and name in order:
                heapq.heappush(free, order[name])
    return out
