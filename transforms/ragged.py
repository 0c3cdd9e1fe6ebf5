"""One of several lists or dicts of different lengths, which one only the run tells.

    graph = [[1, 2], [2], []]           flat = fp.rows((1, 2, 2))
    for v in graph[u]: ..       ->      for v in flat[starts[u]:stops[u]]: ..

The lists stand behind each other in one, of which the part is taken that is meant.  It is a list of
unknown length (see `grown`), to be read only.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms import grown, rings, tables, texts
from fpad.transforms.abstract import Either, Static, Structure, Value, idents, is_grown
from fpad.transforms.alternatives import MOST as MOST_SORTS
from fpad.transforms.choices import MOST
from fpad.transforms.ir import Atom, Const, Load, Operand, Slice
from fpad.transforms.kinds import INT, Num
from fpad.transforms.refusing import Refused
from fpad.transforms.writer import Writer

if TYPE_CHECKING:
    from fpad.transforms.body import Body

_POSITIONS = Num(True, "int", 1)


def can_be_picked(values: Sequence[Value]) -> bool:
    """Are the values alike, but for the lengths of lists and dicts?"""
    try:
        grown.template(values)
    except Refused:
        inner = _insides(values)
        alike = inner is not None and all(not group or can_be_picked(group) for group in inner)
        return alike or _are_constants(values)
    return True


def _are_constants(values: Sequence[Value]) -> bool:
    """Are they functions and the like, few enough for a variable to be one of them?"""
    few = len(values) <= MOST and all(isinstance(v, Static) for v in values)
    return few or all(texts.text(v) is not None for v in values)


def _one_of(w: Body, values: Sequence[Value], index: Operand) -> Value | None:
    """One of several functions, which one only the run tells."""
    if len(values) > MOST and all(texts.text(v) is not None for v in values):
        return w.let(None, fp.letter, (texts.atoms(values), index), texts.TEXT)
    if not _are_constants(values):
        return None
    return one_of(w, values, index)


def methods_of_objects(values: Sequence[Value]) -> bool:
    """Are they functions and the like, one of which holds an object that is told apart?"""
    found = [v for v in values if rings.is_function(v) and any(True for _ in idents(v))]
    few = len(values) <= MOST_SORTS and all(isinstance(v, Static) or v in found for v in values)
    return bool(found) and few


def one_of_methods(w: Body, values: Sequence[Value], index: Operand) -> Value:
    """values[index] of such functions: each of them keeps its object."""
    return rings.read(w, one_of(w, values, index))


def one_of(w: Body, values: Sequence[Value], index: Operand) -> Value:
    """The same, of any values that a variable may be one of."""
    once = list(dict.fromkeys(values))
    if len(once) == 1:
        return once[0]
    numbers = tuple(Const(once.index(v)) for v in values)
    table = w.let(None, fp.rows, (numbers,), _POSITIONS)
    target = w.fresh.temp()
    w.emit(Load(target, str(table.atom), index, w.origin))
    return Either((w.wrote(target, INT), *once))


def _insides(values: Sequence[Value]) -> list[list[Value]] | None:
    """What has to be alike inside: the values of all lists, or the parts of tuples in turn."""
    some = [v for v in values if isinstance(v, Structure)]
    if len(some) != len(values) or any(map(is_grown, some)):
        return None
    if all(v.make is tuple for v in some) and len({v.keys for v in some}) == 1:
        return [list(column) for column in zip(*(v.items for v in some), strict=True)]
    if all(v.make in (list, tuple) for v in some):
        return [[v for s in some for v in s.items]]
    if all(map(tables.is_keyed, some)) and len(set(map(tables.class_of_dict, some))) == 1:
        lists = [tables.as_table(v) for v in some]
        if None in lists:
            return None
        return [[v for t in lists if t for v in t.items[k].parts] for k in (0, 1)]
    return None


def picked(w: Body, values: Sequence[Value], index: Operand) -> Value:
    """values[index], of an index that only the run tells."""
    if methods_of_objects(values):
        return one_of_methods(w, values, index)
    try:
        grown.template(values)
    except Refused as refused:
        found = _picked(w, values, index) or _one_of(w, values, index)
        if found is None:
            raise refused from None
        return found
    return grown.item(w, grown.grown(w, tuple, values), index)


def _picked(w: Body, values: Sequence[Value], index: Operand) -> Value | None:
    some = [v for v in values if isinstance(v, Structure)]
    inner = _insides(values)
    if inner is None:
        return None
    first = some[0]
    if all(v.make is tuple for v in some) and len({v.keys for v in some}) == 1:
        return first.with_parts(tuple(picked(w, column, index) for column in inner))
    if all(v.make in (list, tuple) for v in some):
        return _part(w, some, index)
    lists = [t for t in map(tables.as_table, some) if t is not None]
    parts: list[Value] = []
    for k in (0, 1):
        part = _part(w, [t.items[k] for t in lists], index)  # type: ignore[misc]
        parts.append(replace(part, make=list))
    table = replace(lists[0], items=tuple(parts), ident=None)
    return table if tables.is_dict(table) else tables.mixed(table)


def _part(w: Writer, lists: Sequence[Structure], index: Operand) -> Structure:
    """One of the lists, which stand behind each other."""
    flat = [v for s in lists for v in s.items]
    make = lists[0].make
    w.give_up({i for s in lists for i in idents(s)})  # a change would not reach what was read
    if not flat:
        return Structure(make, (), ())
    whole = grown.grown(w, tuple, texts.unified(flat, always=True))
    stops = list(itertools.accumulate(len(s.items) for s in lists))
    bounds: list[Atom] = []
    for numbers in ([0, *stops[:-1]], stops):
        table = w.let(None, fp.rows, (tuple(map(Const, numbers)),), _POSITIONS)
        target = w.fresh.temp()
        w.emit(Load(target, str(table.atom), index, w.origin))
        bounds.append(w.wrote(target, INT).atom)
    section = grown.section(w, whole, Slice(bounds[0], bounds[1], Const(None)), tuple)
    return replace(section, make=make)
