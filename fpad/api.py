"""The derivatives that a user asks for; see docs/api.md for the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from fpad.derivative import Derivative, Request

Wrt: TypeAlias = "int | str | tuple[int | str, ...]"
Function: TypeAlias = "Callable[..., Any]"


def _make(
    what: str,
    f: Function | None,
    wrt: Wrt,
    has_aux: bool,
    precision: Any,
    record: bool,
    backend: str,
    jit: bool,
    eager: bool,
) -> Any:
    request = Request(what, wrt, has_aux, precision, record, backend, jit)

    def decorate(function: Function) -> Derivative:
        made = Derivative(function, request)
        if eager:
            made.derive()
        return made

    return decorate if f is None else decorate(f)


def grad(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The gradient of a function with a real output of shape ().

    Args:
        f: the function; without it, a decorator is returned.
        wrt: what to differentiate with respect to: the index or name of a parameter, or a tuple of
            these.  One gives a bare result, a tuple gives a tuple.
        has_aux: f returns (value, aux); then the result is (gradient, aux).
        precision: a float format to round every operation to, for example "bfloat16".
        record: also return the branch record: (result, BranchRecord).
        backend: "numpy" or "cupy".
        jit: compile the generated code.
        eager: derive now, for the kinds that annotations and defaults tell, not at the first call.

    Returns:
        A `Derivative`: called like f, it returns leaves of the type, shape and dtype of the
        arguments' leaves.

    Raises:
        InputError: wrt names no parameter of f.
        TransformError: f has no source, or (when derived) uses something that is refused.
    """
    return _make("grad", f, wrt, has_aux, precision, record, backend, jit, eager)


def value_and_grad(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The value and the gradient: d(*args) -> (value, gradient); options as for `grad`."""
    return _make("value_and_grad", f, wrt, has_aux, precision, record, backend, jit, eager)


def jvp(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """Forward mode: d(*args, tangent=dx) -> (output, its tangent); options as for `grad`.

    The tangent has the structure, shapes and dtypes of the arguments under wrt.
    """
    return _make("jvp", f, wrt, has_aux, precision, record, backend, jit, eager)


def vjp(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """Reverse mode: d(*args, cotangent=by) -> (output, cotangents of the arguments under wrt).

    The cotangent has the structure and shapes of the output; options as for `grad`.
    """
    return _make("vjp", f, wrt, has_aux, precision, record, backend, jit, eager)


def round_to(f: Function, precision: Any) -> Derivative:
    """The function with every operation rounded to a float format, visibly in its code."""
    return Derivative(f, Request("primal", precision=precision))


def record(f: Function) -> Derivative:
    """The function returning (result, BranchRecord): every choice that its run made."""
    return Derivative(f, Request("primal", record=True))
