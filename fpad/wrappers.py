"""Functions with the signature of another one, as decorators make them.

    @functools.wraps(f)                 def f(x, y=3.0):
    def wrapper(*args, **kw): ..   ->       return wrapper(x, y)

What is differentiated is named by the public signature; so a function with it is derived.
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


def with_public_signature(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, or one with its public signature that calls it."""
    if not isinstance(function, types.FunctionType) or not hasattr(function, "__wrapped__"):
        return function
    public = inspect.signature(function)
    own = inspect.signature(function, follow_wrapped=False)
    if [(p.name, p.kind) for p in public.parameters.values()] == [
        (p.name, p.kind) for p in own.parameters.values()
    ]:
        return function
    return _calling(function, public)


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
    inner = "wrapper" if "wrapper" not in public.parameters else "wrapper_"
    given = ", ".join(_given(p) for p in parameters)
    text = f"def {function.__name__}{plain}:\n    return {inner}({given})\n"
    file = f"<{function.__module__}.{function.__qualname__} as it is called>"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    scope: dict[str, Any] = {inner: function, "__name__": function.__module__}
    exec(compile(text, file, "exec"), scope)
    made = scope[function.__name__]
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
