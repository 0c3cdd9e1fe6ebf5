"""What functions of the library do with iterators that know where they stand (see `cursors`).

rows = list(islice(it, n))          rows = it_values[it_at : it_at + n];  it_at = ..
s = sum(v * v for v in it)          all of them are read, so it goes on behind them
any(v > 1.0 for v in it)            nobody knows how far it has been read: `at` is None
zip(xs, generator)                  an object that asks both in each trip
"""

from __future__ import annotations

import builtins
import itertools
import operator
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from fpad import runtime as fp
from fpad.transforms import ahead, framing, objects
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Unknown,
    Value,
    idents,
    known_value,
    literal,
)
from fpad.transforms.arranging import iterator, of_unknown_length, whole_list
from fpad.transforms.class_parts import class_of
from fpad.transforms.cursors import (
    UNREAD,
    begun,
    go_to,
    least,
    now,
    part_of,
    place,
    size_of,
    zipped_parts,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import held_at
from fpad.transforms.ir import Const, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import INT
from fpad.transforms.lookups import let_go
from fpad.transforms.refusing import refuse
from fpad.transforms.standing_at import is_asked, is_cursor
from fpad.transforms.streams import stream
from fpad.transforms.written import cursors as written
from fpad.transforms.written import frames

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Keywords
    from fpad.transforms.library import Library

Lent: TypeAlias = "list[tuple[str, str]]"
"""Hidden variables that hold cursors, and how far these have been read."""


# ---------------------------------------------------------------- several values


def rest(w: Library, it: Value) -> Value:
    """A list of all values that it has left, which it has no more then."""
    of = part_of(w, it, "of") if class_of(it) is written.Part else None
    if of is not None and class_of(of) is not written.Cursor:
        return _one_by_one(w, it)
    if class_of(it) is written.Zipped:
        return _one_by_one(w, it)
    if of is not None:
        left = part_of(w, it, "left")
        w.set_attribute(now(w, it), "left", literal(0))
        start, size = place(w, of), size_of(w, of)
        stop = least(w, w.operator(None, operator.add, (start, left)), size)
        it = of
    else:
        start, stop = place(w, it), size_of(w, it)
    values = part_of(w, it, "values")
    names = [w.hold_as(name, v) for name, v in (("start", start), ("stop", stop))]
    w.kept |= set(names)
    found = w.load(None, values, Slice(names[0], names[1], Const(None)))
    let_go(w, *names)
    go_to(w, it, stop)
    return found


def _one_by_one(w: Library, it: Value) -> Value:
    """A list of what it gives when it is asked again and again."""
    return w.user_call(w.fresh("rest"), written.all_of, (it,), {})


def unread(w: Library, it: Value) -> None:
    """Nobody knows from here on how far it has been read."""
    if class_of(it) is written.Zipped:
        for p in zipped_parts(w, it):
            unread(w, p)
        return
    of = part_of(w, it, "of") if class_of(it) is written.Part else it
    if class_of(of) in (written.Part, written.Zipped):
        unread(w, of)
    else:
        go_to(w, of, UNREAD)


def given(w: Library, args: Args) -> Args:
    """What a function is given that reads them one by one, perhaps later: their values."""
    rests: dict[object, Value] = {}
    out: list[Value] = []
    for a in args:
        if is_cursor(a):
            assert isinstance(a, Structure)
            if a.ident not in rests:
                rests[a.ident] = _rest_for_good(w, a)
            a = rests[a.ident]
        out.append(a)
    return out


def _rest_for_good(w: Library, it: Value) -> Value:
    """An iterator over all values that it has left, for somebody who may not read all of them."""
    base = it
    while class_of(base) is written.Part:
        base = part_of(w, base, "of")
    lists = [part_of(w, base, "values")] if class_of(base) is written.Cursor else []

    def make() -> Value:
        values = rest(w, it)
        unread(w, it)
        if of_unknown_length(w, values):
            return iterator(w, whole_list(w, values))
        return w.iterator(items_of(w, values) or ())

    return ahead.noting(w, [w.current(v) for v in lists], make)


def cursors_in(value: Value) -> Iterator[Value]:
    """The cursors in a value."""
    if is_asked(value):
        yield value
    for part in value.parts:
        yield from cursors_in(part)


def lend(w: Library, sources: Sequence[Value]) -> Lent:
    """The values of an iterator have been computed from cursors: they are read when it is."""
    lent = []
    for c in (c for v in sources for c in cursors_in(v) if "at" in getattr(c, "keys", ())):
        at = part_of(w, c, "at")
        if at != UNREAD:
            lent.append((w.hold_as("cursor", c), w.hold_as("at", at)))
            w.kept |= {name for pair in lent for name in pair}
            unread(w, c)
    return lent


def lent_to(w: Library, args: Sequence[Value]) -> Lent:
    """The cursors that the values of these iterators have been computed from."""
    return [pair for k in map(stream, args) if k is not None for pair in w.lent.pop(k, ())]


def give_back(w: Library, lent: Lent) -> None:
    """All values of iterators have been asked for, so what they were computed from is read."""
    for cursor, at in lent:
        if cursor in w.env and at in w.env:
            go_to(w, w.env[cursor], w.env[at])
        let_go(w, cursor, at)


# ---------------------------------------------------------------- calls


_SKIPS = (
    "islice skips values of an iterator that is read again.",
    "take them first: list(islice(it, k)).",
)


def _skipped(
    w: Library, variable: str, over: Value, first: Value, stop: Value
) -> tuple[Value, Value]:
    """The iterator behind `first` values, and how many of those up to `stop` are left.

    Python skips them when the first value is asked for.  Nobody can tell where that happens at
    once, of an iterator that nobody else has, and the skipped values have no effects.
    """
    others = any(s.ident in set(idents(over)) for at, s in held_at(w.env) if at[0] in w.users)
    begun = len(w.out), w.changes
    if variable in w.users or others or not isinstance(first, Held) or first.kind != INT:
        refuse(*_SKIPS)
    name = w.hold_as("over", over)
    w.kept.add(name)
    w.user_call(w.fresh("skipped"), written.skip, (over, first), {})
    over = now(w, w.env[name])
    let_go(w, name)
    if w.happens(w.out[begun[0] :]):
        refuse(*_SKIPS)
    if stop == Static(None):
        return over, stop
    left = w.operator(None, operator.sub, (stop, first))
    return over, w.call(w.fresh("left"), builtins.max, (left, literal(0)), {})


def part(w: Library, variable: str, args: Args) -> Value:
    """islice(cursor, n), and islice(cursor, m, n)."""
    over, *bounds = args
    if len(bounds) == 3 and known_value(bounds[2]) in ((1,), (None,)):
        bounds = bounds[:2]
    if len(bounds) == 2 and known_value(bounds[0]) in ((0,), (None,)):
        bounds = bounds[1:]
    if len(bounds) == 2:
        over, left = _skipped(w, variable, over, *bounds)
        if left == Static(None):
            return over
        bounds = [left]
    if len(bounds) != 1:
        refuse(*_SKIPS)
    left = bounds[0]
    if known_value(left) == (None,) and class_of(over) is written.Cursor:
        left = w.operator(None, operator.sub, (size_of(w, over), place(w, over)))
    if not (isinstance(left, Held) and left.kind == INT):
        refuse(f"islice is given {describe(left)}.", "give it an int.")
    name = w.hold_as("over", over)  # what nobody holds could not be changed
    w.kept.add(name)
    made = objects.construct(w, written.Part, (over, left), {})
    let_go(w, name)
    return made


def side_by_side(w: Library, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """What zip or enumerate of generators gives; None if one of them must be read at once.

    Of what goes on afterwards, zip has read one value more if something behind it has none: so
    other iterators come last, and what it is given else is read by nobody.
    """
    if kwargs or any(isinstance(a, Unknown) for a in args):
        return None
    if f is enumerate:
        over, *start = args
        number = start[0] if start else literal(0)
        args = (framing.begun(w, frames.Counted, (number,), {}), over)
    names: list[str] = []
    for k, a in enumerate(args):
        made: Value | None = a
        own = stream(a)
        if own is not None and (own in w.ahead or any(True for _ in idents(a))):
            made = None  # what its values come from may change in the loop
        elif not is_asked(a):
            made = begun(w, a) or begun(w, w.call(w.fresh("values"), list, (a,), {}))
        elif not framing.is_frame(a) and k < len(args) - 1:
            made = None
        if made is not None:  # what nobody holds could not be changed
            names.append(w.hold_as("part", made))
            w.kept.add(names[-1])
    parts = [w.env[name] for name in names]
    own_idents = [p.ident for p in parts if isinstance(p, Structure)]
    found = None
    if len(own_idents) == len(args) == len(set(own_idents)):
        found = objects.construct(w, written.Zipped, (w.sequence(tuple, parts),), {})
    let_go(w, *names)
    return found


def applied(
    w: Library, variable: str, func: Value, args: Args, kwargs: Keywords, at_once: bool
) -> Value | Args:
    """What a function of a library gives for iterators that are asked one by one, if that is known.

    Otherwise what it is given for them.  `at_once`: it asks for all values at once.
    """
    f = func.value if isinstance(func, Static) else None
    if f is fp.listed:  # the loop of a comprehension asks one by one
        for a in args:
            if framing.is_frame(a) and framing.is_endless(a):
                refuse(
                    "A comprehension runs over a generator that never ends.",
                    "write it as a loop that ends, or take some of its values: islice(.., n).",
                )
        return args[0]
    if f is itertools.islice:
        return part(w, variable, args)
    if f in (zip, enumerate):
        made = side_by_side(w, f, args, kwargs)
        if made is not None:
            return made
    if not at_once:
        return given(w, args)
    return [rest(w, a) if is_cursor(a) else a for a in args]
