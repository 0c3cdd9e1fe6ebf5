"""itertools and functools on values whose number only the run tells.

list(accumulate(xs, f))     accumulate(xs, f)               # def accumulate(values, f): ..
list(islice(xs, n))         xs[:n]
product(xs, repeat=2)       at = fp.arranged("product", (len(xs),), 2);  ..

What only arranges values is done with positions (see `arranging`); what calls a function is written
out as a loop (`written.sequences`), and put in the place of the call.
"""

from __future__ import annotations

import functools
import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms import known_loops
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    Woven,
    known_value,
    literal,
)
from fpad.transforms.arranging import (
    arrangement,
    chained,
    filled_up,
    flattened,
    iterator,
    made_list,
    of_unknown_length,
    pairs,
    section,
    whole_list,
)
from fpad.transforms.describing import describe
from fpad.transforms.ir import Atom, Const
from fpad.transforms.iterators import (
    ITERATORS,
    Args,
    Handler,
    Keywords,
    Undecided,
    arguments,
    chain_from,
    now,
)
from fpad.transforms.kinds import Num
from fpad.transforms.refusing import NumberAsKey, Refused, refuse
from fpad.transforms.written.sequences import (
    SEQUENCES,
    accumulate_from,
    compress_in_turn,
    is_true,
    reduce_from,
)

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_NONE = Static(None)


def _once(w: Library, value: Value) -> Value:
    assert isinstance(value, Structure)
    return iterator(w, value)


def _calling(w: Library, function: Any, *args: Value) -> Value:
    """What a function that is written out gives, which calls one of the user's."""
    begun = now(w)
    out = w.user_call(w.fresh("value"), function, args, {})
    if begun[2] != w.changes or w.happens(w.out[begun[1] :]):
        refuse("An iterator calls a function that has effects.", "write the loop out.")
    return out


def _values(w: Library, value: Value) -> Structure:
    """The values as a list that the functions written out can slice."""
    return made_list(w, whole_list(w, value))


def _applied(name: Any) -> Handler:
    """What is given a function and values."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        f, over = args
        if f == _NONE:
            f = Static(is_true)
        return _once(w, _calling(w, SEQUENCES[name], f, _values(w, over)))

    return handle


def _accumulate(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, f, initial = arguments("accumulate", args, kwargs, "iterable", "func", "initial")
    assert over is not None
    whole = _values(w, over)
    if f is None or f == _NONE:
        f = Static(operator.add)
    leaf = whole.items[0]
    flat = isinstance(leaf, Held) and isinstance(leaf.kind, Num) and leaf.kind.rank == 1
    if initial is not None and initial != _NONE:
        return _once(w, _calling(w, accumulate_from, whole, f, initial))
    if flat and f == Static(operator.add):
        return iterator(w, whole.with_parts((w.operation(None, np.cumsum, (leaf,), {}),)))
    return _once(w, _calling(w, SEQUENCES[itertools.accumulate], whole, f))


def _reduce(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    f, over, *start = args
    if start:
        return w.user_call(variable, reduce_from, (f, _values(w, over), *start), {})
    return w.user_call(variable, SEQUENCES[functools.reduce], (f, _values(w, over)), {})


def _arranged(how: str) -> Handler:
    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if how == "product":
            return arrangement(w, how, args, _number(kwargs.get("repeat", literal(1))))
        over, r = arguments(how, args, kwargs, "iterable", "r")
        assert over is not None
        count = None if r is None or r == _NONE else _number(r)
        try:
            return arrangement(w, how, (over,), count)
        except Refused as refused:  # a loop over known numbers may tell it trip by trip
            raise NumberAsKey(refused.reason, refused.remedy) from None

    return handle


def _number(value: Value) -> int | Value:
    """The number, if it is known."""
    known = known_value(value)
    return int(known[0]) if known is not None else value


def _chain(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return chained(w, args)


def _flattened(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return flattened(w, args[0])


def _pairwise(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return pairs(w, args[0])


def _zip_longest(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return filled_up(w, args, kwargs.get("fillvalue", _NONE))


def _islice(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, *bounds = args
    where: list[Atom] = []
    for b in bounds:
        if isinstance(b, Held) and isinstance(b.kind, Num) and b.kind.num == "int":
            where.append(b.atom)
        elif b == _NONE:
            where.append(Const(None))
        else:
            refuse(f"islice is given {describe(b)}.", "give it ints.")
    if len(where) == 1:
        where.insert(0, Const(None))
    return iterator(w, section(w, whole_list(w, over), *where))


def _compress(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    values, selectors = args
    if isinstance(selectors, Woven) and selectors.how == "cycle":
        w.spend(selectors)
        given = (_values(w, values), w.sequence(tuple, selectors.of))
        return _once(w, _calling(w, compress_in_turn, *given))
    given = (_values(w, values), _values(w, selectors))
    return _once(w, _calling(w, SEQUENCES[itertools.compress], *given))


_LONG: dict[Any, Handler] = {
    filter: _applied(filter),
    functools.reduce: _reduce,
    itertools.accumulate: _accumulate,
    itertools.chain: _chain,
    itertools.chain.from_iterable: _flattened,
    itertools.combinations: _arranged("combinations"),
    itertools.combinations_with_replacement: _arranged("combinations_with_replacement"),
    itertools.compress: _compress,
    itertools.dropwhile: _applied(itertools.dropwhile),
    itertools.filterfalse: _applied(itertools.filterfalse),
    itertools.islice: _islice,
    itertools.pairwise: _pairwise,
    itertools.permutations: _arranged("permutations"),
    itertools.product: _arranged("product"),
    itertools.starmap: _applied(itertools.starmap),
    itertools.takewhile: _applied(itertools.takewhile),
    itertools.zip_longest: _zip_longest,
}


_NUMBERED = (
    itertools.islice,
    itertools.combinations,
    itertools.combinations_with_replacement,
    itertools.permutations,
)
"""What is given numbers behind the values."""


def _either(f: Any, known: Handler, long: Handler) -> Handler:
    """The handler for what is known one by one, or the other where that is not so."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        bounds = args[1:] if f in _NUMBERED else ()
        bounds = (*bounds, *(v for k, v in kwargs.items() if k in ("r", "repeat")))
        over = args[1:2] if f is functools.reduce else args  # not the value that it starts with
        if any(of_unknown_length(w, a) for a in over) or None in map(known_value, bounds):
            return long(w, variable, args, kwargs)
        if f not in _CHOOSING:
            return known(w, variable, args, kwargs)
        before = known_loops.begun(w)
        try:
            return known(w, variable, args, kwargs)
        except Undecided:
            known_loops.undo(w, before)
        return long(w, variable, args, kwargs)

    return handle


_CHOOSING = (
    filter,
    itertools.filterfalse,
    itertools.takewhile,
    itertools.dropwhile,
    itertools.compress,
)
"""What keeps some of the values."""


_OF_ANY = _either(itertools.chain, ITERATORS[itertools.chain], _chain)
_KNOWN = {**ITERATORS, itertools.chain.from_iterable: chain_from(_OF_ANY)}
STREAMS: dict[Any, Handler] = {f: _either(f, _KNOWN[f], long) for f, long in _LONG.items()}
