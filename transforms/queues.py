"""collections.deque: a list, and how long it may get.

    q = deque([x], maxlen=2)        no statement
    q.append(y)                     q is [x, y]
    q.append(z)                     q is [y, z]
    v = q.popleft()                 v is y
    q.append(u)     (in a loop)     q = fp.appended((q, u));  q = q[max(0, len(q) - 2):]

What is done with a deque is done with its list (see `containers`), which nobody else has.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad.transforms import containers, duplicating, grown
from fpad.transforms.abstract import (
    Held,
    Queue,
    Static,
    Structure,
    Value,
    is_grown,
    known_value,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Slice
from fpad.transforms.iterators import Args, Keywords, arguments
from fpad.transforms.kinds import INT, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Method = Callable[["Library", Structure, Args, Keywords], Value]

_PARTS = ("values", "maxlen")
_NONE = Static(None)


def made(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """deque(values, maxlen)."""
    over, most = arguments("deque", args, kwargs, "iterable", "maxlen")
    values = w.call(w.fresh("value"), list, () if over is None else (over,), {})
    most = most or _NONE
    number = isinstance(most, Held) and isinstance(most.kind, Num) and most.kind.num == "int"
    if most != _NONE and not number:
        refuse(f"The maxlen of a deque is {describe(most)}.", "give it an int.")
    hidden = w.hold_as("values", values)
    values = w.env.pop(hidden)
    assert isinstance(values, Structure)
    out = Structure(Queue, _PARTS, (replace(values, ident=None), most), w.new_ident())
    return out.with_parts((_shortened(w, out, front=True), most))


def _shortened(w: Library, base: Structure, front: bool) -> Structure:
    """The list of a deque, cut to its greatest length; `front`: values at the front go."""
    values, most = base.items
    assert isinstance(values, Structure)
    limit = known_value(most)
    if limit == (None,):
        return values
    if limit is not None and not is_grown(values):
        n = len(values.items)
        keep = values.items[max(0, n - limit[0]) :] if front else values.items[: limit[0]]
        return replace(values, keys=tuple(range(len(keep))), items=keep)
    if not isinstance(most, Held):
        refuse(
            "A deque has one greatest length on one way, and another one on another.",
            "give both the same maxlen.",
        )
    if not is_grown(values):
        if not values.items:
            return values
        values = grown.grown(w, list, values.items)
    none = Const(None)
    if front:
        more = w.let(None, operator.sub, (grown.length(w, values).atom, most.atom), INT)
        first = w.let(None, builtins.max, (more.atom, Const(0)), INT)
        values = grown.section(w, values, Slice(first.atom, none, none))
    else:
        values = grown.section(w, values, Slice(none, most.atom, none))
    return replace(values, ident=None)


def inside(w: Library, base: Structure, act: Callable[[Structure], Any]) -> Any:
    """What is done with the list of a deque, which becomes its list."""
    values = base.items[0]
    assert isinstance(values, Structure)
    hidden = w.hold(replace(values, ident=w.new_ident()))
    own = w.env[hidden]
    assert isinstance(own, Structure)
    result = act(own)
    now = w.env.pop(hidden)
    w.kept.discard(hidden)
    assert isinstance(now, Structure)
    base = w.now(base)
    w.change(base, base.with_parts((replace(now, ident=None), *base.items[1:])))
    return result


def _method(name: str, cut: bool | None = None, first: Sequence[Value] = ()) -> Method:
    """A method of the list; `cut`: then values at the front go (True), or those at the back."""

    def call(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
        method = containers.method_of(list, name)
        assert method is not None
        result = inside(w, base, lambda own: method(w, own, (*first, *args), kwargs))
        if cut is not None:
            base = w.now(base)
            w.change(base, base.with_parts((_shortened(w, base, cut), *base.items[1:])))
        return result  # type: ignore[no-any-return]

    return call


def _extend_left(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    back = w.call(w.fresh("value"), list, args, {})
    assert isinstance(back, Structure)
    hidden = w.hold_as("back", back)
    _call(w, list, "reverse", back)
    values = w.env.pop(hidden)

    def put(own: Structure) -> Value:
        assert isinstance(values, Structure)
        if is_grown(values) or is_grown(own):
            whole = grown.joined(w, list, (values, own))
            w.change(own, replace(whole, ident=own.ident))
        else:
            w.change(own, containers.listed(own, (*values.items, *own.items)))
        return _NONE

    inside(w, base, put)
    base = w.now(base)
    w.change(base, base.with_parts((_shortened(w, base, False), *base.items[1:])))
    return _NONE


def _call(w: Library, make: type, name: str, base: Structure, *args: Value) -> Value:
    method = containers.method_of(make, name)
    assert method is not None
    return method(w, w.now(base), args, {})


def _rotate(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """Move the last n values to the front, or the first -n to the back."""
    (n,) = arguments("rotate", args, kwargs, "n")
    n = n or literal(1)
    values = base.items[0]
    assert isinstance(values, Structure)
    if not values.items:
        return _NONE
    known = known_value(n)
    if known is not None and not is_grown(values):
        k = -known[0] % len(values.items)
        moved = (*values.items[k:], *values.items[:k])
        w.change(base, base.with_parts((containers.listed(values, moved), *base.items[1:])))
        return _NONE
    if not isinstance(n, Held) or not isinstance(n.kind, Num) or n.kind.num != "int":
        refuse(f"A deque is rotated by {describe(n)}.", "give it an int.")
    whole = values if is_grown(values) else grown.grown(w, list, values.items)
    some = w.let(None, builtins.max, (grown.length(w, whole).atom, Const(1)), INT)
    back = w.let(None, operator.neg, (n.atom,), INT)
    at = w.let(None, operator.mod, (back.atom, some.atom), INT)
    none = Const(None)
    front = grown.section(w, whole, Slice(at.atom, none, none), tuple)
    rest = grown.section(w, whole, Slice(none, at.atom, none), tuple)
    turned = replace(grown.joined(w, tuple, (front, rest)), make=list)
    w.change(base, base.with_parts((turned, *base.items[1:])))
    return _NONE


def copied(w: Library, base: Structure) -> Structure:
    """Another deque of the same values."""
    values, most = base.items
    assert isinstance(values, Structure)
    if is_grown(values):
        values = replace(duplicating.shallow(w, values), ident=None)
    return replace(base, items=(values, most), ident=w.new_ident())


_METHODS: dict[str, Method] = {
    "append": _method("append", cut=True),
    "appendleft": _method("insert", cut=False, first=(literal(0),)),
    "extend": _method("extend", cut=True),
    "extendleft": _extend_left,
    "pop": _method("pop"),
    "popleft": _method("pop", first=(literal(0),)),
    "clear": _method("clear"),
    "reverse": _method("reverse"),
    "count": _method("count"),
    "index": _method("index"),
    "remove": _method("remove"),
    "rotate": _rotate,
    "copy": lambda w, base, args, kwargs: copied(w, base),
}


def method_of(make: type, name: str) -> Method | None:
    """The method of that name of a list, dict, tuple or deque."""
    return _METHODS.get(name) if make is Queue else containers.method_of(make, name)
