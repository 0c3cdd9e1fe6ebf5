"""iter and next: values that are asked for one by one.

    it = iter(xs)               no statement
    a = next(it)                fp.left(xs);  a = xs[0];  it = xs[1:]
    b = next(it, None)          if len(it): b = it[0];  it = it[1:]

Iterators over values whose number is known are structures of those that are left (`iterators`);
others are a list that is used up (`Woven`).  Python's would see what becomes of a list meanwhile:
one that `next` has begun to read cannot be changed any more.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import cursors, drawing, framing, grown
from fpad.transforms.abstract import (
    Iterated,
    Static,
    Structure,
    Value,
    Woven,
    idents,
    is_grown,
)
from fpad.transforms.arranging import iterator, of_unknown_length, whole_list
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Do, Slice
from fpad.transforms.iteration import endless, remaining
from fpad.transforms.iterators import Args, Handler, Keywords, arguments, constant, known_items
from fpad.transforms.kinds import BOOL
from fpad.transforms.lookups import let_go
from fpad.transforms.object_operators import method_called
from fpad.transforms.refusing import refuse
from fpad.transforms.standing_at import is_cursor
from fpad.transforms.stepping import is_iterator
from fpad.transforms.streams import iterators, stream

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_NONE = Const(None)


def _iter(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (values,) = arguments("iter", args, kwargs, "object")
    assert values is not None
    if isinstance(values, Woven) or _is_iterator(values) or is_iterator(values):
        return values
    cursor = cursors.begun(w, values) if w.reads_on() else None
    if cursor is not None:
        return cursor
    if of_unknown_length(w, values):
        return iterator(w, whole_list(w, values))
    return w.iterator(known_items(w, values, "iter"), values)


def _is_iterator(value: Value) -> bool:
    return isinstance(value, Structure) and value.make is Iterated


def _next(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    it, *default = args
    if drawing.is_counter(it):
        return drawing.drawn(w, variable, it, "__next__", (), {})
    if is_cursor(it):
        return cursors.asked(w, it, default)
    if framing.is_frame(it):
        return framing.asked(w, it, Static(None), default)
    if is_iterator(it):
        if default:
            refuse("next of an object is given a default.", "ask the object whether it has more.")
        return method_called(w, it, "__next__", ())
    if isinstance(it, Woven) and endless(it) is None and of_unknown_length(w, it):
        return _next_of_many(w, it, default)
    if not isinstance(it, Structure) or it.make is not Iterated:
        refuse(f"next is given {describe(it)}.", "give it iter(..) of a tuple or a list.")
    items = remaining(it)
    if not items:
        if default:
            return default[0]
        refuse(
            "This raises StopIteration: nothing is left.", "give next a default.", StopIteration()
        )
    w.spend(it, Structure(Iterated, (*range(len(items) - 1), it.keys[-1]), it.items[1:]))
    return items[0]


def _next_of_many(w: Library, it: Woven, default: Sequence[Value]) -> Value:
    """The next of values whose number only the run tells."""
    whole = it.of[0] if it.how == "once" else whole_list(w, replace(it, ident=None))
    if not isinstance(whole, Structure) or not is_grown(whole):
        refuse(f"next is given {describe(it)}.", "make a list of it first: list(..).")
    w.give_up(set(idents(whole)))
    whole = replace(whole, ident=None)
    source, out = w.hold_as("source", whole), w.hold_as("next", Static(None))
    w.kept |= {source, out}
    ident = it.ident

    def take() -> None:
        values = w.env[source]
        assert isinstance(values, Structure)
        w.env[out] = grown.item(w, values, Const(0))
        rest = grown.section(w, values, Slice(Const(1), _NONE, _NONE), tuple)
        rest = replace(rest, make=values.make)
        w.spend(it, Woven("once", (rest,), ident))

    def leave() -> None:
        w.env[out] = default[0]
        w.spend(it, Woven("once", (w.env[source],), ident))

    if default:
        size = grown.length(w, whole)
        some = w.let(None, operator.ne, (size.atom, Const(0)), BOOL)
        w.branch(some.atom, take, leave, w.origin)
    else:
        w.emit(Do(fp.left, (grown.first_leaf(whole).atom,), (), w.origin))
        take()
    found = w.usable("What next gives", w.env[out])
    let_go(w, source, out)
    return found


_BY_TURNS = (zip, itertools.zip_longest, map, itertools.compress)


def by_turns(w: Library, f: Any, args: Args) -> Args:
    """The arguments of zip, which takes from one iterator by turns if it is given more than once.

    zip(it, it) pairs the values of it: xs[0::2] with xs[1::2], as many as there are of both;
    zip_longest fills up the last pair, so it is given all of them.  Other functions (`f`) take all
    of one before the next one.
    """
    own = [stream(v) if f in _BY_TURNS else None for v in args]
    several = sorted({k for k in own if k is not None and own.count(k) > 1})
    inside = [k for v in args for k in iterators(v)]
    if len(inside) - len(set(inside)) > sum(own.count(k) - 1 for k in several):
        refuse(
            f"{f.__name__} is given one iterator twice.",
            "make a list of it first: values = list(..).",
        )
    out = list(args)
    for k in several:
        places = [j for j, found in enumerate(own) if found == k]
        for j, turn in zip(places, _turns(w, f, args[places[0]], len(places)), strict=True):
            out[j] = turn
    return out


def _turns(w: Library, f: Any, it: Value, count: int) -> Sequence[Value]:
    """The values of an iterator that are asked for first, second, .. in each trip."""
    if endless(it) is not None:
        refuse(
            f"{f.__name__} is given one iterator twice that has no end.",
            "compute what it gives: start + 2 * k * step.",
        )
    if not of_unknown_length(w, it):
        items = known_items(w, it, f.__name__)
        return [w.sequence(tuple, items[j::count]) for j in range(count)]
    whole, step = whole_list(w, it), Const(count)
    return [grown.section(w, whole, Slice(Const(j), _NONE, step), tuple) for j in range(count)]


def _tee(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """itertools.tee(values, n): so many iterators over the same values, which are asked for now."""
    values, n = arguments("tee", args, kwargs, "iterable", "n")
    count = constant(n, 2, "The number of iterators")
    assert values is not None
    if of_unknown_length(w, values):
        whole = whole_list(w, values)
        return w.sequence(tuple, [iterator(w, whole) for _ in range(count)])
    items = known_items(w, values, "tee")
    lists = () if isinstance(values, Woven) or _is_iterator(values) else (values,)
    return w.sequence(tuple, [w.iterator(items, *lists) for _ in range(count)])


ASKING: dict[Any, Handler] = {iter: _iter, next: _next, itertools.tee: _tee}
