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
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad.transforms import framing, grown, objects
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
from fpad.transforms.class_parts import class_of
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import BOOL, INT, Num
from fpad.transforms.lookups import let_go
from fpad.transforms.refusing import refuse
from fpad.transforms.written import cursors as written

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library

UNREAD = Static(None)
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
    w.has_cursors = True
    return objects.construct(w, written.Cursor, (values,), {})


def _row(w: Library, items: Sequence[Value]) -> Value:
    return w.sequence(tuple, items)


def _is_float(value: Value) -> bool:
    kind = value.kind if isinstance(value, Held) else None
    return isinstance(kind, Num) and kind.num == "float" and not kind.array


# ---------------------------------------------------------------- where it stands


def now(w: Library, it: Value) -> Structure:
    """What it has become."""
    found = w.current(it)
    assert isinstance(found, Structure)
    return found


def part_of(w: Library, it: Value, name: str) -> Value:
    """An attribute of it."""
    return objects.raw(w, now(w, it), name)


def place(w: Library, it: Value) -> Value:
    """How far it has been read."""
    at = part_of(w, it, "at")
    if not is_number(at):
        refuse(
            "An iterator is read that another iterator has read, or a function that may not have "
            "asked for all of it.",
            "make a list of it first: values = list(..), and take parts of the list.",
        )
    return at


def go_to(w: Library, it: Value, at: Value) -> None:
    """Note how far it has been read."""
    w.set_attribute(now(w, it), "at", at)


def _less(w: Library, a: Value, b: Value) -> Value:
    return w.operator(None, operator.lt, (a, b))


def has_more(w: Library, it: Value) -> Value:
    """Has it another value?  A generator goes on to it."""
    if framing.is_frame(it):
        return framing.go_on(w, it, Static(None))
    if class_of(it) is written.Part:
        of = part_of(w, it, "of")
        some = _less(w, literal(0), part_of(w, it, "left"))
        return _both(w, some, lambda: has_more(w, of), _is_test(w, of))
    if class_of(it) is written.Zipped:
        return _all_have(w, zipped_parts(w, it))
    return _less(w, place(w, it), size_of(w, it))


def _all_have(w: Library, parts: Sequence[Value]) -> Value:
    """Have all of them another value?  Those at the end that always have are not asked yet."""
    first, *rest = parts
    if all(map(_is_endless, parts)):
        return Static(True)
    some = has_more(w, first)
    if not rest:
        return some
    return _both(w, some, lambda: _all_have(w, rest), all(_is_test(w, p) for p in rest))


def _both(w: Library, some: Value, then: Callable[[], Value], at_once: bool) -> Value:
    """Is something so, and then something else?  `at_once`: that may be asked in any case."""
    told = w.truth(some)
    if told is not None:
        return then() if told else Static(False)
    if at_once:
        rest = then()
        told = w.truth(rest)
        if told is not None:
            return some if told else Static(False)
        return w.let(None, operator.and_, (w.test(some), w.test(rest)), BOOL)
    out = w.hold_as("some", Static(False))
    w.kept.add(out)

    def ask() -> None:
        w.env[out] = then()

    w.branch(w.test(some), ask, lambda: None, w.origin)
    found = w.env[out]
    let_go(w, out)
    if isinstance(found, Held) and not found.known:  # what a loop tests has one name in all rounds
        return w.let(None, bool, (found.atom,), BOOL)
    return found


def _is_test(w: Library, it: Value) -> bool:
    """Does nothing change where it is asked whether it has more?"""
    if class_of(it) is written.Part:
        return _is_test(w, part_of(w, it, "of"))
    if class_of(it) is written.Zipped:
        return all(_is_test(w, p) or _is_endless(p) for p in zipped_parts(w, it))
    return not framing.is_frame(it)


def _is_endless(it: Value) -> bool:
    return framing.is_frame(it) and framing.is_endless(it)


def zipped_parts(w: Library, it: Value) -> Sequence[Value]:
    """What zip was given."""
    found: Sequence[Value] = part_of(w, it, "parts").parts
    return found


def size_of(w: Library, it: Value) -> Value:
    """How many values there are."""
    values = part_of(w, it, "values")
    if isinstance(values, Structure):
        return grown.length(w, values) if is_grown(values) else literal(len(values.items))
    assert isinstance(values, Held)
    return w.let(None, builtins.len, (values.atom,), INT)


def least(w: Library, a: Value, b: Value) -> Value:
    """The smaller number."""
    known = [known_value(v) for v in (a, b)]
    if None not in known:
        return literal(min(k[0] for k in known if k is not None))
    assert isinstance(a, Held)
    assert isinstance(b, Held)
    return w.let(None, builtins.min, (a.atom, b.atom), INT)


def taken(w: Library, it: Value) -> Value:
    """The next value of one that has another."""
    if framing.is_frame(it):
        return framing.value_of(w, it)
    if class_of(it) is written.Part:
        left, of = part_of(w, it, "left"), part_of(w, it, "of")
        w.set_attribute(now(w, it), "left", w.operator(None, operator.sub, (left, literal(1))))
        return taken(w, of)
    if class_of(it) is written.Zipped:
        return _row_of(w, zipped_parts(w, it))
    at, values = place(w, it), part_of(w, it, "values")
    name = w.hold_as("at", at)
    w.kept.add(name)
    found = w.load(None, values, name)
    let_go(w, name)
    go_to(w, it, w.operator(None, operator.add, (at, literal(1))))
    return found


def _row_of(w: Library, parts: Sequence[Value]) -> Value:
    """The next values of all of them."""
    names = []
    for k, p in enumerate(parts):
        if all(map(_is_endless, parts[k:])):
            framing.go_on(w, p, Static(None))
        names.append(w.hold_as("part", taken(w, p)))
        w.kept.add(names[-1])
    row = w.sequence(tuple, [w.env[name] for name in names])
    let_go(w, *names)
    return row


def asked(w: Library, it: Value, default: Sequence[Value]) -> Value:
    """next(it), or next(it, default)."""
    some = has_more(w, it)
    told = w.truth(some)
    if told is True:
        return taken(w, it)
    if told is False:
        if default:
            return default[0]
        refuse(
            "This raises StopIteration: nothing is left.", "give next a default.", StopIteration()
        )
    if not default:
        return taken(w, it)  # where there is none, that raises, and `blame` says what Python says
    held, out = w.hold_as("source", it), w.hold_as("next", UNREAD)
    w.kept |= {held, out}

    def take() -> None:
        w.env[out] = taken(w, w.env[held])

    def leave() -> None:
        w.env[out] = default[0]

    w.branch(w.test(some), take, leave, w.origin)
    found = w.usable("What next gives", w.env[out])
    let_go(w, held, out)
    return found


def _more(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return has_more(w, args[0])


def _take(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return taken(w, args[0])


CURSORS: dict[Callable[..., object], Handler] = {written.more: _more, written.take: _take}
"""What loops over cursors call."""
