"""Functions with the signature of another one, as decorators make them.

    @functools.wraps(f)                 def f(x, y=3.0):
    def wrapper(*args, **kw): ..   ->       return wrapper(x, y)

What is differentiated is named by the public signature; so a function with it is derived.  An
argument of *args that wrt names by its position becomes a parameter in the same way:

    def wrapper(*args): ..   , wrt=1   ->   def wrapper(args_0, args_1, *args):
                                                return wrapper(args_0, args_1, *args)
"""

from __future__ import annotations

import inspect
import linecache
import types
from collections.abc import Callable
from typing import Any

_VARIADIC: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def with_public_signature(function: Callable[..., Any], wrt: Any = ()) -> Callable[..., Any]:
    """The function itself, or one with its public signature that calls it.

    Args:
        function: what is differentiated.
        wrt: as `fpad.grad` takes it; the arguments that it names by position get parameters.
    """
    if not isinstance(function, types.FunctionType):
        return function
    public = _spread(inspect.signature(function), wrt)
    own = inspect.signature(function, follow_wrapped=False)
    if [(p.name, p.kind) for p in public.parameters.values()] == [
        (p.name, p.kind) for p in own.parameters.values()
    ]:
        return function
    return _calling(function, public)


def _spread(public: inspect.Signature, wrt: Any) -> inspect.Signature:
    """The signature with a parameter for each argument up to the last one that wrt counts to."""
    parameters = list(public.parameters.values())
    star = next((p for p in parameters if p.kind is inspect.Parameter.VAR_POSITIONAL), None)
    if star is None:
        return public
    before = parameters[: parameters.index(star)]
    chosen = wrt if isinstance(wrt, tuple) else (wrt,)
    more = 1 + max((w for w in chosen if type(w) is int), default=-1) - len(before)
    if any(p.default is not inspect.Parameter.empty for p in before) or more <= 0:
        return public
    kind: Any = inspect.Parameter.POSITIONAL_OR_KEYWORD
    if any(p.kind is inspect.Parameter.POSITIONAL_ONLY for p in before[-1:]):
        kind = inspect.Parameter.POSITIONAL_ONLY
    names = [f"{star.name}_{k}" for k in range(more)]
    if public.parameters.keys() & set(names):
        return public
    made = [inspect.Parameter(name, kind) for name in names]
    return public.replace(parameters=[*before, *made, *parameters[len(before) :]])


def _calling(function: types.FunctionType, public: inspect.Signature) -> types.FunctionType:
    parameters = public.parameters.values()
    empty = inspect.Parameter.empty
    plain = public.replace(
        parameters=[
            p.replace(annotation=empty, default=empty if p.default is empty else None)
            for p in parameters
        ],
        return_annotation=empty,
    )
    name = function.__name__ if function.__name__.isidentifier() else "called"
    inner = "wrapper"
    while inner in public.parameters or inner == name:
        inner += "_"
    given = ", ".join(_given(p) for p in parameters)
    text = f"def {name}{plain}:\n    return {inner}({given})\n"
    file = f"<{function.__module__}.{function.__qualname__} as it is called>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    scope: dict[str, Any] = {inner: function, "__name__": function.__module__}
    exec(compile(text, file, "exec"), scope)
    made = scope[name]
    assert isinstance(made, types.FunctionType)
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    defaults = [p.default for p in parameters if p.kind in positional and p.default is not empty]
    made.__defaults__ = tuple(defaults) or None
    made.__kwdefaults__ = {
        p.name: p.default
        for p in parameters
        if p.kind is inspect.Parameter.KEYWORD_ONLY and p.default is not empty
    }
    made.__module__, made.__qualname__ = function.__module__, function.__qualname__
    return made


def _given(p: inspect.Parameter) -> str:
    if p.kind is inspect.Parameter.KEYWORD_ONLY:
        return f"{p.name}={p.name}"
    return f"{_VARIADIC.get(p.kind, '')}{p.name}"
