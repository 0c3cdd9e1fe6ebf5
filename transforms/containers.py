"""Methods of lists of known length, which leave no statement behind.

p = [x]
p.append(y)                 p is [x, y] from here on, under all its names
v = p.pop(0)                v is x
"""

from __future__ import annotations

import bisect
import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import (
    ahead,
    dicts,
    duplicating,
    groups,
    grown,
    lookups,
    middles,
    namedtuples,
    seeking,
    sets,
    tables,
    texts,
    uneven,
)
from fpad.transforms.abstract import (
    Place,
    Static,
    Structure,
    Table,
    Uneven,
    Value,
    is_array,
    is_grown,
    known_value,
    literal,
)
from fpad.transforms.arranging import whole_list
from fpad.transforms.choosing import sort
from fpad.transforms.describing import describe
from fpad.transforms.groups import is_list
from fpad.transforms.heap import Row
from fpad.transforms.ir import Apply, Const, Operand, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.iterators import Handler, arguments
from fpad.transforms.kinds import is_namedtuple
from fpad.transforms.refusing import Refused
from fpad.transforms.subscripts import position
from fpad.transforms.writer import refuse
from fpad.transforms.written.sequences import one_behind_the_other

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def listed(base: Structure, items: Sequence[Value]) -> Structure:
    """The list with other items."""
    if is_grown(base):
        refuse(
            "This is done to a list whose length is not known while the code is written.",
            "append to it, take from its ends, index and slice it.",
        )
    return replace(base, keys=tuple(range(len(items))), items=tuple(items))


def several(w: Library, value: Value, where: str) -> Sequence[Value]:
    """The values that something runs over, which have to be known one by one."""
    items = items_of(w, value)
    if items is None:
        refuse(
            f"{where} is given {describe(value)}; how many values it has is not known while the "
            "code is written.",
            "write it with operations on arrays, or as a loop.",
        )
    return items


def many(w: Library, value: Value) -> Structure:
    """The values that something runs over all at once, as a tuple."""
    items = items_of(w, value, at_once=True)
    return whole_list(w, value) if items is None else w.sequence(tuple, items)


def empty_lists(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """[[] for _ in values]."""
    items = items_of(w, args[0])
    if items is not None:
        return w.sequence(list, [w.sequence(list, ()) for _ in items])
    return uneven.unfilled(w, grown.length(w, whole_list(w, args[0])))


def _integer(w: Library, value: Value, method: str) -> int:
    known = known_value(value)
    if known is None or not isinstance(known[0], int):
        refuse(
            f"list.{method} is given {describe(value)} that is known only at run time.",
            "put the values into an array and index that.",
        )
    return known[0]


# ---------------------------------------------------------------- lists


def _append(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if isinstance(base.ident, Row):
        new = grown.appended(w, base, args[0]) if base.items else grown.grown(w, list, args)
        groups.written_back(w, base, new, args[0])
        return Static(None)
    if isinstance(base.ident, Place | None):
        uneven.asked(w, base)
    table = uneven.appending(w, base, args[0])
    if table is not None:
        w.change(base, table)
        append = uneven.method_of("append")
        assert append is not None
        return append(w, w.now(table), args, {})  # type: ignore[no-any-return]
    if is_grown(base):
        try:
            new = grown.appended(w, base, args[0])
        except Refused:
            if uneven.holds_lists(base) and is_list(args[0]):
                uneven.asked(w, base)
            raise
        w.change(base, new)
        return Static(None)
    w.change(base, listed(base, (*base.items, *args[:1])))
    return Static(None)


def extend(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """list.extend, which `values += more` is too."""
    ahead.before_filling(w, base, args[0])
    more = many(w, args[0])
    if not is_grown(more) and not is_grown(base):
        w.change(base, listed(base, (*base.items, *more.items)))
        return Static(None)
    new = joined(w, list, (base, more))
    w.change(base, replace(new, ident=base.ident))
    return Static(None)


def joined(w: Library, make: Any, lists: Sequence[Structure]) -> Structure:
    """The lists, one behind the other; rows of arrays beside tuples are put there one by one."""
    if not _has_rows_beside_tuples(lists):
        return grown.joined(w, make, lists)
    over = w.sequence(tuple, [p for p in lists if p.items])
    whole = w.user_call(w.fresh("whole"), one_behind_the_other, (over,), {})
    assert isinstance(whole, Structure)
    return replace(whole, make=make, ident=w.new_ident() if make is list else None)


def _has_rows_beside_tuples(lists: Sequence[Value]) -> bool:
    some = [p for p in lists if isinstance(p, Structure) and p.items]
    rows = [grown.row_of(p.items[0]) if is_grown(p) else p.items[0] for p in some]
    tuples = [r for r in rows if isinstance(r, Structure) and r.make is tuple and not is_grown(r)]
    return bool(tuples) and any(map(is_array, rows)) and len(rows) == len(lists)


def runs_joined(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """[*a, b, *c] of more than two parts, each a list or a tuple."""
    lists = [a for a in args if isinstance(a, Structure) and a.make in (list, tuple)]
    if len(lists) == len(args) and _has_rows_beside_tuples(lists):
        return joined(w, lists[0].make, lists)
    return functools.reduce(lambda a, b: w.operator(None, operator.add, (a, b)), args)


def _insert(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if middles.at_run_time(w, base, args[0]):
        middles.inserted(w, base, args[0], args[1])
        return Static(None)
    items = list(base.items)
    items.insert(_integer(w, args[0], "insert") if items else 0, args[1])
    w.change(base, listed(base, items))
    return Static(None)


def _pop(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    index = args[0] if args else literal(-1)
    if middles.at_run_time(w, base, index):
        return middles.taken(w, base, index)
    k = position(base, _integer(w, index, "pop"))
    if k is None:
        error = IndexError("pop index out of range")
        refuse(f"This raises IndexError: {error}.", "test the length first.", error)
    taken = w.usable("This part", base.items[k])
    w.change(base, listed(base, base.items[:k] + base.items[k + 1 :]))
    return taken


def _clear(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    w.change(base, replace(base, keys=(), items=()))
    return Static(None)


def _reverse(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    if is_grown(base):
        none = Const(None)
        back = grown.section(w, base, Slice(none, none, Const(-1)))
        w.change(base, replace(back, ident=base.ident))
        return Static(None)
    w.change(base, listed(base, base.items[::-1]))
    return Static(None)


def _known_items(base: Structure, value: Value) -> tuple[list[Any], Any]:
    known = [known_value(v) for v in base.items]
    sought = known_value(value)
    if sought is None or None in known:
        refuse(
            f"{describe(value)} is looked for in {describe(base)} of values that are known only "
            "at run time.",
            "compare with each value.",
        )
    return [k[0] for k in known if k is not None], sought[0]


def _named(w: Library, base: Structure, args: Args) -> tuple[Structure, Args]:
    """A list of texts that only the run tells, or in which one is sought, as one of any length."""
    if texts.text(args[0]) is None and texts.either(args[0]) is None:
        return base, args
    args = [texts.settled(w, v) for v in args]
    items = [texts.text(texts.settled(w, v)) for v in base.items] if not is_grown(base) else []
    words = [v for v in items if v is not None]
    if words and len(words) == len(items) and any(map(texts.is_told_later, (*words, *args))):
        return grown.grown(w, list, words), args
    return base, args


def _index(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    base, args = _named(w, base, args)
    if is_grown(base) and texts.is_list(base.parts[0]):
        return texts.sought(w, "index", base, args)
    found = seeking.sought(w, fp.index_of, base, args)
    if found is not None:
        return found
    items, sought = _known_items(base, args[0])
    if sought not in items:
        error = ValueError(f"{sought!r} is not in list")
        refuse(f"This raises ValueError: {error}.", "test with in first.", error)
    return literal(items.index(sought))


def _count(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    base, args = _named(w, base, args)
    if is_grown(base) and texts.is_list(base.parts[0]):
        return texts.sought(w, "count", base, args)
    found = seeking.sought(w, fp.occurrences, base, args)
    if found is not None:
        return found
    items, sought = _known_items(base, args[0])
    return literal(items.count(sought))


def _remove(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    _pop(w, base, (_index(w, base, args, kwargs),), {})
    return Static(None)


# ---------------------------------------------------------------- parts


def _copied(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    return duplicating.shallow(w, base) if is_grown(base) else replace(base, ident=w.new_ident())


def delete(w: Library, base: Structure, key: Operand) -> None:
    """Del base[key]."""
    if isinstance(key, Slice):
        bounds = [w.read(o) for o in (key.lower, key.upper, key.step)]
        if any(middles.at_run_time(w, base, v) for v in bounds):
            middles.deleted(w, base, bounds)
            return
        items = list(base.items)
        del items[slice(*map(w.key, bounds))]
        w.change(base, listed(base, items))
        return
    if tables.is_dict(base):
        lookups.delete(w, base, w.read(key))
        return
    if middles.at_run_time(w, base, w.read(key)):
        _pop(w, base, (w.read(key),), {})
        return
    k = position(base, w.key(w.read(key)))
    if k is None:
        refuse(f"{describe(base)} has no such part.", "test with in first.")
    w.change(base, listed(base, base.items[:k] + base.items[k + 1 :]))


def replace_slice(w: Any, base: Structure, bounds: Sequence[Any], value: Value) -> None:
    """values[lower:upper:step] = more."""
    if tuple(bounds) == (None, None, None) and items_of(w, value) is None:
        whole = whole_list(w, value)
        w.change(base, replace(whole, make=list, ident=base.ident))
        return
    items: list[Value] = list(base.items)
    try:
        items[slice(*bounds)] = several(w, value, "A slice of a list")
    except ValueError as error:
        refuse(f"This raises ValueError: {error}.", "assign as many values.", error)
    w.change(base, listed(base, items))


def _put_in_order(find: Any) -> Handler:
    """bisect.insort and its sisters: where `find` says."""

    def put(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        base, value, key = arguments("insort", args, kwargs, "a", "x", "key")
        if not isinstance(base, Structure) or base.make is not list or value is None:
            refuse(f"insort is given {describe(args[0])}.", "give it a list, and a number.")
        at = literal(0)
        if base.items:
            hidden = w.hold(value)
            sought, named = value, {}
            if key is not None and known_value(key) != (None,):
                s = Apply(w.fresh("key"), "key", (), (), w.origin)
                sought, named = w.apply(s, key, (value,), {}), {"key": key}
            at = w.call(w.fresh("value"), find, (base, sought), named)
            value = w.env.pop(hidden)
            w.kept.discard(hidden)
        return _insert(w, w.now(base), (at, value), {})

    return put


IN_ORDER: dict[Any, Handler] = {
    bisect.insort: _put_in_order(bisect.bisect_right),
    bisect.insort_right: _put_in_order(bisect.bisect_right),
    bisect.insort_left: _put_in_order(bisect.bisect_left),
}


Method = Callable[["Library", Structure, Args, Keywords], Value]


def _item(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """values.__getitem__, which is given as a key function."""
    hidden = w.hold_as("index", args[0])
    value = w.load(None, base, hidden)
    del w.env[hidden]
    return value


_LIST: dict[str, Method] = {
    "__getitem__": _item,
    "append": _append,
    "extend": extend,
    "insert": _insert,
    "pop": _pop,
    "remove": _remove,
    "clear": _clear,
    "reverse": _reverse,
    "sort": sort,
    "index": _index,
    "count": _count,
    "copy": _copied,
}
METHODS: tuple[tuple[type, dict[str, Method]], ...] = (
    (list, _LIST),
    (tuple, {"__getitem__": _item, "index": _index, "count": _count}),
)
"""The methods of lists, dicts and tuples, and of classes made of them."""


def method_of(make: type, name: str) -> Method | None:
    """The method of that name of a list, dict or tuple."""
    of = make.of if issubclass(make, Table) else make
    if of is Uneven:
        return uneven.method_of(name)
    if issubclass(of, dict):
        return dicts.method_of(of, name)
    if issubclass(of, set):
        return sets.method_of(name)
    if is_namedtuple(make) and name in namedtuples.METHODS:
        return namedtuples.METHODS[name]
    for cls, methods in METHODS:
        if issubclass(make, cls):
            return methods.get(name)
    return None
