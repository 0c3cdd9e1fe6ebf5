"""Values that are called and are no functions: functools.partial, and the getters of operator.

g = partial(f, x, scale=s)      no statement: a structure of f, x and s
g(y, shift=1.0)                 f(x, y, scale=s, shift=1.0)
itemgetter(0, -1)(p)            (p[0], p[-1])
operator.add(a, b)              a + b
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import Bound, Method, Partial, Static, Structure, Value, known_value
from fpad.transforms.expressions import BINARY, COMPARE, UNARY
from fpad.transforms.ir import Apply, Attr, Const
from fpad.transforms.iterators import Args, Handler, Keywords, called_with
from fpad.transforms.subscripts import attempt
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_FUNCTION = "func"


def _partial(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """functools.partial(f, *args, **kwargs); of a partial it is one of its function."""
    if not args:
        refuse("functools.partial is given no function.", "give it one.")
    f, *rest = args
    named = dict(kwargs)
    if isinstance(f, Structure) and f.make is Partial:
        f, before, names = taken_apart(f)
        rest, named = [*before, *rest], {**names, **named}
    keys = (_FUNCTION, *range(len(rest)), *named)
    return Structure(Partial, keys, (f, *rest, *named.values()))


def handed(value: Value) -> Value:
    """A value as functions are given it and return it: methods are partials of the functions."""
    if isinstance(value, Bound):
        return Structure(Partial, (_FUNCTION, 0), (Static(value.func), handed(value.of[0])))
    if isinstance(value, Method):
        of = handed(value.of[0])
        return Structure(
            Partial, (_FUNCTION, 0, 1), (Static(fp.call_method), of, Static(value.name))
        )
    if not value.parts:
        return value
    parts = tuple(map(handed, value.parts))
    same = all(a is b for a, b in zip(parts, value.parts, strict=True))
    return value if same else value.with_parts(parts)


def taken_apart(value: Structure) -> tuple[Value, list[Value], Keywords]:
    """The function of a partial, with its positional and its named arguments."""
    table = dict(zip(value.keys, value.items, strict=True))
    f = table.pop(_FUNCTION) if value.keys[0] == _FUNCTION else value.items[0]
    rest = [v for k, v in table.items() if isinstance(k, int)]
    return f, rest, {k: v for k, v in table.items() if isinstance(k, str)}


def call_partial(
    w: Library, variable: str, value: Structure, args: Args, kwargs: Keywords
) -> Value:
    """The result of calling a partial."""
    f, before, named = taken_apart(value)
    s = Apply(variable, variable, (), (), w.origin)
    return w.apply(s, f, [*before, *args], {**named, **kwargs})


def outside_partial(w: Library, f: functools.partial[Any]) -> Structure:
    """A partial that was made outside: its numbers and arrays are read at each call."""
    given = [w.outer.value(f, "args", f.args), w.outer.value(f, "keywords", f.keywords)]
    args, named = (
        v if isinstance(v, Structure) else Structure(tuple, (), ())  # nothing is given
        for v in given
    )
    function = w.outer.value(f, "func", f.func)
    keys = (_FUNCTION, *args.keys, *named.keys)
    return Structure(Partial, keys, (function, *args.items, *named.items))


# ---------------------------------------------------------------- functions of operator


def _as_operator(op: Callable[..., Any], swapped: bool = False) -> Handler:
    def apply(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if kwargs or len(args) not in (1, 2):
            refuse(f"operator.{op.__name__} is given other arguments than it takes.", "check them.")
        return w.operator(variable, op, args)

    return apply


def _get(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, key = args
    return item(w, variable, base, key)


def item(w: Library, variable: str | None, base: Value, key: Value) -> Value:
    """base[key]."""
    hidden = w.hold(key)
    try:
        return w.load(variable, base, hidden)
    finally:
        w.env.pop(hidden)
        w.kept.discard(hidden)


def _made(cls: Any) -> Handler:
    """itemgetter(..) and attrgetter(..) of what is known."""

    def make(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        known = [known_value(a) for a in args]
        if kwargs or not args or None in known:
            refuse(f"What {cls.__name__} gets is not known here.", "write it as a literal.")
        return attempt(cls, [k[0] for k in known if k is not None])

    return make


def _method_caller(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """methodcaller(name, ..): a partial of a function that looks the method up."""
    if not args or not isinstance(args[0], Static):
        refuse("What methodcaller calls is not known here.", "write the method out.")
    keys = (_FUNCTION, 0, *range(1, len(args)), *kwargs)
    return Structure(Partial, keys, (Static(fp.method), *args, *kwargs.values()))


def _call_method(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """fp.method(name, *bound, base): what a methodcaller does."""
    name, *bound, base = args
    assert isinstance(name, Static)
    method = attribute(w, w.fresh("method"), base, name.value)
    s = Apply(variable, variable, (), (), w.origin)
    return w.apply(s, method, bound, kwargs)


def _call_own_method(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """fp.call_method(base, name, ..): what a method of a list or an array does."""
    base, name, *rest = args
    return _call_method(w, variable, (name, *rest, base), kwargs)


def attribute(w: Library, variable: str, base: Value, name: str) -> Value:
    """base.name, where base need have no name of its own."""
    return w.attribute(Attr(variable, variable, name, w.origin), base)


def call_getter(w: Library, variable: str, f: Any, args: Args) -> Value:
    """itemgetter(..)(base) or attrgetter(..)(base)."""
    (base,) = args
    _, wanted = f.__reduce__()
    parts = [_part(w, f, base, k) for k in wanted]
    return parts[0] if len(parts) == 1 else w.sequence(tuple, parts)


def _part(w: Library, f: Any, base: Value, key: Any) -> Value:
    if isinstance(f, operator.itemgetter):
        return w.load(None, base, Const(key))
    for name in key.split("."):
        base = attribute(w, w.fresh("part"), base, name)
    return base


def is_getter(f: Any) -> bool:
    """Is it an itemgetter or an attrgetter?"""
    return isinstance(f, operator.itemgetter | operator.attrgetter)


CALLABLES: dict[Any, Handler] = {
    functools.partial: _partial,
    operator.itemgetter: _made(operator.itemgetter),
    operator.attrgetter: _made(operator.attrgetter),
    operator.methodcaller: _method_caller,
    fp.method: _call_method,
    fp.call_method: _call_own_method,
    operator.getitem: _get,
    operator.concat: _as_operator(operator.add),
    operator.truth: lambda w, variable, args, kwargs: called_with(w, Static(bool), *args),
    **{
        op: _as_operator(op)
        for op in (*BINARY.values(), *UNARY.values(), *COMPARE.values())
        if op is not operator.matmul
    },
}
