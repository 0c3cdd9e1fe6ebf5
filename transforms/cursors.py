"""Iterators over lists as objects that know where they stand (cursors).

    it = iter(xs)                           it_values = xs;  it_at = 0
    n = next(it)                            n = it_values[it_at];  it_at = it_at + 1
    while block := list(islice(it, 2)): ..  block = it_values[it_at : it_at + 2];  it_at = ..
    for v in it: ..                         while it_at < len(it_values):
                                                v = it_values[it_at];  it_at = it_at + 1;  ..

So an iterator may be read by several loops, one of which ends early, and by functions that it is
given: they change an object.  That is done where a program is refused otherwise, as what is read by
one loop only is plainer as a list (see `asking`).  What reads an iterator without saying how far
(`zip`, `any`, a generator expression) leaves `at` as None, and nobody may read it after that.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from fpad.transforms import grown, objects
from fpad.transforms.abstract import (
    Held,
    Static,
    Steps,
    Structure,
    Value,
    is_array,
    is_grown,
    is_number,
    known_value,
    literal,
)
from fpad.transforms.arranging import iterator, of_unknown_length, whole_list
from fpad.transforms.class_parts import class_of
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import BOOL, INT, Num
from fpad.transforms.lookups import let_go
from fpad.transforms.refusing import refuse
from fpad.transforms.standing_at import is_cursor
from fpad.transforms.streams import stream
from fpad.transforms.written import cursors as written

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library

_UNREAD = Static(None)
Lent: TypeAlias = "list[tuple[str, str]]"
"""Hidden variables that hold cursors, and how far these have been read."""
_LONG = 32
"""Longer lists of numbers become arrays, from which a number is taken at a cost of its own."""


def begun(w: Library, values: Value) -> Value | None:
    """iter(values) as a cursor; None: it has to be another iterator."""
    if isinstance(values, Steps):
        items = items_of(w, values)
        values = w.call(w.fresh("values"), list, (values,), {}) if items is None else _row(w, items)
    elif isinstance(values, Static) and isinstance(values.value, str):
        values = _row(w, items_of(w, values) or ())
    elif isinstance(values, Structure) and values.make is dict and not is_grown(values):
        values = _row(w, items_of(w, values) or ())  # its keys
    elif isinstance(values, Structure) and values.make in (list, tuple):
        if not is_grown(values) and len(values.items) > _LONG and all(map(_is_float, values.items)):
            whole = grown.grown(w, values.make, values.items)
            if values.make is list and w.holder(values) is not None:  # it may be written later
                whole = replace(whole, ident=values.ident)
                w.change(values, whole, resized=False)
            values = whole
    elif not is_array(values):
        return None
    return objects.construct(w, written.Cursor, (values,), {})


def _row(w: Library, items: Sequence[Value]) -> Value:
    return w.sequence(tuple, items)


def _is_float(value: Value) -> bool:
    kind = value.kind if isinstance(value, Held) else None
    return isinstance(kind, Num) and kind.num == "float" and not kind.array


# ---------------------------------------------------------------- where it stands


def _now(w: Library, it: Value) -> Structure:
    found = w.current(it)
    assert isinstance(found, Structure)
    return found


def _part(w: Library, it: Value, name: str) -> Value:
    return objects.raw(w, _now(w, it), name)


def _at(w: Library, it: Value) -> Value:
    at = _part(w, it, "at")
    if not is_number(at):
        refuse(
            "An iterator is read that another iterator has read, or a function that may not have "
            "asked for all of it.",
            "make a list of it first: values = list(..), and take parts of the list.",
        )
    return at


def _go_to(w: Library, it: Value, at: Value) -> None:
    w.set_attribute(_now(w, it), "at", at)


def _less(w: Library, a: Value, b: Value) -> Value:
    return w.operator(None, operator.lt, (a, b))


def has_more(w: Library, it: Value) -> Value:
    """Has it another value?"""
    if class_of(it) is written.Part:
        left, of = _part(w, it, "left"), _part(w, it, "of")
        some, rest = _less(w, literal(0), left), has_more(w, of)
        for known, other in ((some, rest), (rest, some)):
            told = w.truth(known)
            if told is not None:
                return other if told else Static(False)
        return w.let(None, operator.and_, (w.test(some), w.test(rest)), BOOL)
    return _less(w, _at(w, it), _size(w, it))


def _size(w: Library, it: Value) -> Value:
    values = _part(w, it, "values")
    if isinstance(values, Structure):
        return grown.length(w, values) if is_grown(values) else literal(len(values.items))
    assert isinstance(values, Held)
    return w.let(None, builtins.len, (values.atom,), INT)


def _least(w: Library, a: Value, b: Value) -> Value:
    known = [known_value(v) for v in (a, b)]
    if None not in known:
        return literal(min(k[0] for k in known if k is not None))
    assert isinstance(a, Held)
    assert isinstance(b, Held)
    return w.let(None, builtins.min, (a.atom, b.atom), INT)


def taken(w: Library, it: Value) -> Value:
    """The next value of one that has another."""
    if class_of(it) is written.Part:
        left, of = _part(w, it, "left"), _part(w, it, "of")
        w.set_attribute(_now(w, it), "left", w.operator(None, operator.sub, (left, literal(1))))
        return taken(w, of)
    at, values = _at(w, it), _part(w, it, "values")
    name = w.hold_as("at", at)
    w.kept.add(name)
    found = w.load(None, values, name)
    let_go(w, name)
    _go_to(w, it, w.operator(None, operator.add, (at, literal(1))))
    return found


def asked(w: Library, it: Value, default: Sequence[Value]) -> Value:
    """next(it), or next(it, default)."""
    some = has_more(w, it)
    told = w.truth(some)
    if told is True:
        return taken(w, it)
    if told is False:
        if default:
            return default[0]
        refuse("This raises StopIteration: nothing is left.", "give next a default.")
    if not default:
        return taken(w, it)  # where there is none, that raises, and `blame` says what Python says
    held, out = w.hold_as("source", it), w.hold_as("next", _UNREAD)
    w.kept |= {held, out}

    def take() -> None:
        w.env[out] = taken(w, w.env[held])

    def leave() -> None:
        w.env[out] = default[0]

    w.branch(w.test(some), take, leave, w.origin)
    found = w.usable("What next gives", w.env[out])
    let_go(w, held, out)
    return found


# ---------------------------------------------------------------- several values


def rest(w: Library, it: Value) -> Value:
    """A list of all values that it has left, which it has no more then."""
    if class_of(it) is written.Part:
        left, of = _part(w, it, "left"), _part(w, it, "of")
        w.set_attribute(_now(w, it), "left", literal(0))
        if class_of(of) is written.Part:
            refuse("islice is given what islice gave.", "write it as one islice.")
        start, size = _at(w, of), _size(w, of)
        stop = _least(w, w.operator(None, operator.add, (start, left)), size)
        it = of
    else:
        start, stop = _at(w, it), _size(w, it)
    values = _part(w, it, "values")
    names = [w.hold_as(name, v) for name, v in (("start", start), ("stop", stop))]
    w.kept |= set(names)
    found = w.load(None, values, Slice(names[0], names[1], Const(None)))
    let_go(w, *names)
    _go_to(w, it, stop)
    return found


def unread(w: Library, it: Value) -> None:
    """Nobody knows from here on how far it has been read."""
    of = _part(w, it, "of") if class_of(it) is written.Part else it
    _go_to(w, of, _UNREAD)


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
    values = rest(w, it)
    unread(w, it)
    if of_unknown_length(w, values):
        return iterator(w, whole_list(w, values))
    return w.iterator(items_of(w, values) or ())


def cursors_in(value: Value) -> Iterator[Value]:
    """The cursors in a value."""
    if is_cursor(value):
        yield value
    for part in value.parts:
        yield from cursors_in(part)


def lend(w: Library, sources: Sequence[Value]) -> Lent:
    """The values of an iterator have been computed from cursors: they are read when it is."""
    lent = []
    for c in (c for v in sources for c in cursors_in(v) if class_of(c) is written.Cursor):
        at = _part(w, c, "at")
        if is_number(at):
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
            _go_to(w, w.env[cursor], w.env[at])
        let_go(w, cursor, at)


# ---------------------------------------------------------------- calls


def part(w: Library, args: Args) -> Value:
    """islice(cursor, n)."""
    over, *bounds = args
    if len(bounds) == 2 and known_value(bounds[0]) in ((0,), (None,)):
        bounds = bounds[1:]
    if len(bounds) != 1:
        refuse(
            "islice skips values of an iterator that is read again.",
            "take them first: list(islice(it, k)).",
        )
    left = bounds[0]
    if known_value(left) == (None,):
        left = w.operator(None, operator.sub, (_size(w, over), _at(w, over)))
    if not (isinstance(left, Held) and left.kind == INT):
        refuse(f"islice is given {describe(left)}.", "give it an int.")
    return objects.construct(w, written.Part, (over, left), {})


def _more(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return has_more(w, args[0])


def _take(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return taken(w, args[0])


CURSORS: dict[Callable[..., object], Handler] = {written.more: _more, written.take: _take}
"""What loops over cursors call."""
