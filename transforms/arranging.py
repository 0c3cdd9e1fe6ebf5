"""Values whose number only the run tells, in another order, chosen from, or put together.

    piv = max(range(c, n), key=f)       keys = [f(r) for r in range(c, n)]
                                ->      piv = np.arange(c, n)[fp.best((keys,), True)]
    for a, b in combinations(xs, 2)     at = fp.arranged("combinations", (len(xs),), 2)
                                ->      for a, b in zip(xs[at[:, 0]], xs[at[:, 1]])

Positions are computed when the program runs, and have no derivative; the values are taken from
there.  What these functions give is a list of unknown length (see `grown`).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import by_method, grown
from fpad.transforms.abstract import (
    Held,
    Member,
    Method,
    Static,
    Steps,
    Structure,
    Value,
    Woven,
    held,
    is_array,
    is_grown,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.ir import Atom, Const, Load, Operand, Slice
from fpad.transforms.iteration import endless, items_of
from fpad.transforms.kinds import EACH, INT, Num
from fpad.transforms.tables import is_table, listing
from fpad.transforms.texts import TEXTS
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_NONE = Const(None)
POSITIONS = Num(True, "int", 1)


def of_unknown_length(w: Library, value: Value) -> bool:
    """Does only the run tell how many values there are?"""
    value = listing(w.looped(value))
    match value:
        case Held():
            return is_array(value)
        case Structure():
            return is_grown(value)
        case Steps(args=args):
            return any(isinstance(a, Held) and a.known is None for a in args)
        case Woven(how="zip", of=of):
            return any(of_unknown_length(w, v) for v in of if endless(v) is None)
        case Woven(how="enumerate" | "reversed", of=(inner, *_)):
            return of_unknown_length(w, inner)
        case Woven(how=how):
            return how in ("groupby", "once", "ndindex", "ndenumerate", "nditer")
    return False


def whole_list(w: Library, value: Value) -> Structure:
    """All the values, as a list of unknown length; an iterator over them is used up."""
    value = listing(w.looped(value))
    match value:
        case Structure() if is_grown(value):
            return value
        case Woven(how="once", of=(Structure() as inner,)):
            w.spend(value, at_once=True)
            return inner
        case Woven(how="zip", of=of) if all(endless(v) is None for v in of):
            w.spend(value)
            return _zipped(w, [whole_list(w, v) for v in of])
        case Woven(how="enumerate", of=(inner, start)) if endless(inner) is None:
            w.spend(value)
            whole = whole_list(w, inner)
            size = grown.length(w, whole)
            numbers = w.operator(None, np.arange, (size,))
            if start != literal(0):
                numbers = w.operation(None, np.add, (numbers, start), {})
            return _listed(_row(w, (numbers, whole.items[0])))
        case Woven(how="reversed", of=(inner,)):
            w.spend(value)
            return section(w, whole_list(w, inner), step=Const(-1))
        case Steps(args=args, reverse=reverse):
            whole = _listed(w.operation(None, np.arange, args, {}))
            return section(w, whole, step=Const(-1)) if reverse else whole
        case Held() if is_array(value):
            return _listed(value)
    items = items_of(w, value, at_once=True)
    if items is None:
        refuse(f"{describe(value)} is put into a list.", "make a list of it first: list(..).")
    return grown.grown(w, tuple, items)


def _listed(pattern: Value) -> Structure:
    return Structure(tuple, (EACH,), (pattern,))


def _row(w: Library, parts: Sequence[Value]) -> Structure:
    return w.sequence(tuple, parts)


def _zipped(w: Library, wholes: Sequence[Structure]) -> Structure:
    sizes = [grown.length(w, v).atom for v in wholes]
    if len(sizes) > 1:
        least = w.let(None, builtins.min, tuple(sizes), INT).atom
        wholes = [section(w, v, stop=least) for v in wholes]
    return _listed(_row(w, [v.items[0] for v in wholes]))


def section(
    w: Library,
    whole: Structure,
    start: Atom = _NONE,
    stop: Atom = _NONE,
    step: Atom = _NONE,
) -> Structure:
    """whole[start:stop:step]."""
    return grown.section(w, whole, Slice(start, stop, step), tuple)


def made_list(w: Library, whole: Structure, make: Any = list) -> Structure:
    """The values as a list of the user's."""
    ident = w.new_ident() if make is list else None
    return Structure(make, whole.keys, whole.items, ident)


def iterator(w: Library, whole: Structure) -> Woven:
    """The values as an iterator over them."""
    w.idents += 1
    return Woven("once", (whole,), w.idents)


# ---------------------------------------------------------------- positions


def columns(
    w: Library, whole: Structure, what: str, with_lists: bool = False
) -> tuple[Operand, ...]:
    """The arrays of the numbers that are compared, the first of each value first.

    `with_lists`: also lists of unknown length, which Python compares value by value.  The last one
    is None if what stands behind the keys cannot be compared: a dict, an object.
    """
    whole, payload = _comparable(whole)
    out: list[Operand] = []
    if by_method.has_order(whole.items[0]):
        refuse(f"{what} compares objects by a method.", "give a key: key=..")
    compares = what != "groupby"  # for which the same objects are equal
    parts = by_method.compared(whole.items[0]) if compares else whole.items
    inner = _lists_in(whole.items[0]) if with_lists else ()
    lists = {h.atom for v in inner for h in held(v)}
    for h in (h for p in parts for h in held(p)):
        rank = 2 if h.atom in lists else 1  # a list is compared value by value
        if h.kind == TEXTS:
            out.append(h.atom)
            continue
        if not isinstance(h.kind, Num) or h.kind.rank != rank:
            refuse(f"{what} compares arrays.", "compare numbers, or tuples of numbers: key=..")
        out.append(h.atom)
    if not out or any(map(_texts, parts)):
        refuse(f"{what} compares {describe(whole.items[0])}.", "compare numbers: key=..")
    return (*out, _NONE) if payload else tuple(out)


def _comparable(whole: Structure) -> tuple[Structure, bool]:
    """The parts of tuples in front of a dict or object, and whether there is one."""
    (element,) = whole.items
    if not isinstance(element, Structure) or element.make is not tuple or is_grown(element):
        return whole, False
    parts = enumerate(element.items)
    k = next((k for k, v in parts if _texts(v) or isinstance(v, Member)), 0)
    if not k:
        return whole, False
    keys = replace(element, keys=element.keys[:k], items=element.items[:k])
    return whole.with_parts((keys,)), True


def _lists_in(value: Value) -> Iterator[Value]:
    """The lists and tuples of unknown length in a value."""
    if is_grown(value):
        yield value
    for part in value.parts:
        yield from _lists_in(part)


def _texts(value: Value) -> bool:
    """Is a part of it no number, and not the same for all values?"""
    return isinstance(value, Structure) and (
        not issubclass(value.make, tuple | list) or any(map(_texts, value.items))
    )


def picked(w: Library, whole: Structure, index: Operand) -> Structure:
    """The values at these positions."""

    def take(value: Value) -> Value:
        if isinstance(value, Held):
            return grown.rows_at(w, value, index)
        parts = value.parts
        return value.with_parts(tuple(map(take, parts))) if parts else value

    return _listed(take(whole.items[0]))


def positions(w: Library, op: Any, *args: Operand) -> Operand:
    """The positions that a function of the runtime gives."""
    return w.let(None, op, args, POSITIONS).atom


def keys_of(w: Library, whole: Structure, key: Value, gather: Callable[..., Value]) -> Structure:
    """What is compared: the values themselves, or what the key function gives for them."""
    if key == Static(None):
        return whole
    if isinstance(key, Method) and key.name == "get" and is_table(key.base):
        key = replace(key, name="__getitem__")  # None cannot be compared
    before = w.changes, len(w.out)
    keys = gather(w, (whole,), key)
    if before[0] != w.changes or w.happens(w.out[before[1] :]):
        refuse("A key function has effects.", "compute the keys first, in a loop.")
    if not isinstance(keys, Structure):  # refused in the loop
        refuse("A key function is not understood.", "compute the keys first, in a loop.")
    return keys if is_grown(keys) else grown.grown(w, tuple, keys.items)


def in_order(
    w: Library, whole: Structure, key: Value, reverse: bool, gather: Callable[..., Value]
) -> Structure:
    """The values sorted by a key."""
    values = keys_of(w, whole, key, gather)
    if by_method.has_order(values.items[0]):
        return picked(w, whole, by_method.in_order(w, values, reverse))
    keys = columns(w, values, "sorted", with_lists=True)
    return picked(w, whole, positions(w, fp.ordered, keys, Const(reverse)))


def chosen(
    w: Library, op: Any, whole: Structure, key: Value, gather: Callable[..., Value]
) -> Value:
    """The first of the values that is the largest (max), or the smallest (min)."""
    values = keys_of(w, whole, key, gather)
    if by_method.has_order(values.items[0]):
        return grown.item(w, whole, by_method.best(w, values, op is builtins.max))
    keys = columns(w, values, op.__name__, with_lists=True)
    at = w.let(None, fp.best, (keys, Const(op is builtins.max)), INT)
    return grown.item(w, whole, at.atom)


# ---------------------------------------------------------------- itertools


def arrangement(w: Library, how: str, over: Sequence[Value], k: int | Value | None) -> Value:
    """What combinations, permutations and product give, an iterator over tuples of k values.

    `k`: None means all of them.
    """
    wholes = [whole_list(w, v) for v in over]
    sizes = tuple(grown.length(w, v).atom for v in wholes)
    if not isinstance(k, int):
        return _long_tuples(w, how, wholes, sizes, k)
    rows = w.let(None, fp.arranged, (Const(how), sizes, Const(k)), Num(True, "int", 2))
    sources = wholes * k
    parts: list[Value] = []
    for j, source in enumerate(sources):
        target = w.fresh.temp()
        index = (Slice(_NONE, _NONE, _NONE), Const(j))
        w.emit(Load(target, str(rows.atom), index, w.origin))
        parts.append(picked(w, source, w.wrote(target, POSITIONS).atom).items[0])
    return iterator(w, _listed(_row(w, parts)))


def _long_tuples(
    w: Library, how: str, wholes: Sequence[Structure], sizes: Sequence[Atom], k: Value | None
) -> Value:
    """Tuples whose length only the run tells: the rows of a matrix."""
    leaf = wholes[0].items[0]
    flat = isinstance(leaf, Held) and isinstance(leaf.kind, Num) and leaf.kind.rank == 1
    number = k is None or (isinstance(k, Held) and k.kind == INT)
    if len(wholes) > 1 or not flat or not number:
        refuse(
            f"{how} gives tuples of a length that only the run tells.",
            f"give the length as a literal: {how}(values, 2).",
        )
    assert isinstance(leaf, Held)
    width = k.atom if isinstance(k, Held) else sizes[0]
    table = Num(True, "int", 2)
    rows = w.let(None, fp.arranged, (Const(how), tuple(sizes), width), table)
    assert isinstance(leaf.kind, Num)
    kind = Num(True, leaf.kind.num, 2)
    taken = w.let(None, fp.picked, (leaf.atom, rows.atom), kind)
    return iterator(w, _listed(_listed(taken)))


def chained(w: Library, over: Sequence[Value]) -> Value:
    """The values of all, one behind the other."""
    return iterator(w, grown.joined(w, tuple, [whole_list(w, v) for v in over]))


def flattened(w: Library, value: Value) -> Value:
    """chain.from_iterable of a matrix, or of a list of lists that have one length."""
    whole = whole_list(w, value)
    leaf = whole.items[0]
    if isinstance(leaf, Structure) and is_grown(leaf):
        leaf = leaf.items[0]
    if not isinstance(leaf, Held) or not isinstance(leaf.kind, Num) or leaf.kind.rank != 2:
        refuse(f"chain.from_iterable is given {describe(value)}.", "write it as two loops.")
    return iterator(w, _listed(w.operation(None, np.reshape, (leaf, literal(-1)), {})))


def pairs(w: Library, value: Value) -> Value:
    """itertools.pairwise."""
    whole = whole_list(w, value)
    first, second = section(w, whole, stop=Const(-1)), section(w, whole, Const(1))
    return iterator(w, _listed(_row(w, (first.items[0], second.items[0]))))


def filled_up(w: Library, over: Sequence[Value], fill: Value) -> Value:
    """itertools.zip_longest: the shorter ones are continued with a value."""
    if fill == Static(None):
        refuse("zip_longest continues the shorter ones with None.", "give it fillvalue=, a number.")
    wholes = [whole_list(w, v) for v in over]
    sizes = [grown.length(w, v).atom for v in wholes]
    most = w.let(None, builtins.max, tuple(sizes), INT) if len(sizes) > 1 else Held(sizes[0], INT)
    every = w.operation(None, np.arange, (most,), {})
    parts: list[Value] = []
    for whole, size in zip(wholes, sizes, strict=True):
        longer = grown.joined(w, tuple, [whole, _row(w, (fill,))])
        at = w.operation(None, np.minimum, (every, Held(size, INT)), {})
        assert isinstance(at, Held)
        parts.append(picked(w, longer, at.atom).items[0])
    return iterator(w, _listed(_row(w, parts)))
