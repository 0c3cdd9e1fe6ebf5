"""What rules that users declare need when derivative code runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.errors import InputError, RuleError


def stop_gradient(x: Any) -> Any:
    """The same x, a number or an array, with the derivative zero; in plain Python x itself.

    In the map of a rule x is a symbol, which says how derivative code writes that.
    """
    symbol = getattr(x, "__fpad_stopped__", None)
    return x if symbol is None else symbol()


def on_adjoint(x: Any, hook: Any) -> Any:
    """X itself; in derivative code its adjoint is what `hook` makes of it.

    The hook is called in the reverse sweep, once each time that the statement is passed, with a
    copy of the adjoint of x.  What it returns takes the place of the adjoint; None leaves it.  It
    is a function like any other: it may print, use variables around it, and is differentiated
    with the code that it is a part of.  In forward mode it is not called.

    Args:
        x: a float number or an array of floats.
        hook: (adjoint, of the shape of x) -> its replacement, of that shape, or None.

    Raises:
        RuleError: in the reverse sweep: the hook gives something of another shape.
    """
    return x


class grad_of:
    """`with fpad.grad_of(x) as bx:` runs its body in the reverse sweep, where x has the adjoint bx.

    What the body assigns to bx takes the place of the adjoint; it may also print it, or stop with
    an error.  It is `x = on_adjoint(x, hook)` with the body as the hook, so it sees the adjoint
    that the uses of x after it give.  Plain Python cannot leave the body of a `with` out: there
    it is refused.

    Args:
        x: a variable that holds a float number or an array of floats.

    Raises:
        InputError: the function runs in plain Python.
    """

    def __init__(self, x: Any) -> None:
        self.x = x

    def __enter__(self) -> Any:
        raise InputError(
            "grad_of has a meaning in derivative code only: call the derivative, or write "
            "x = fpad.on_adjoint(x, hook), which is x itself in plain Python"
        )

    def __exit__(self, *_: object) -> None:
        """Nothing was entered."""


def hooked(x: Any, taken: Any, hook: str) -> Any:
    """X itself: `hook` is the function of the program that its adjoint goes through."""
    return x


def answered(given: Any, by: Any) -> Any:
    """What a hook gives in place of the adjoint `by`, which must have its shape.

    Raises:
        RuleError: it has another shape.
    """
    if np.shape(given) != np.shape(by):
        raise RuleError(
            f"the hook of on_adjoint gives shape {np.shape(given)} for an adjoint of shape "
            f"{np.shape(by)}"
        )
    return given


def ruled_entries(term: Any, g: Any, y: Any, name: str, k: int) -> Any:
    """What the rule of an entry by entry function gives for its operand k.

    It has the shape of y, or one that broadcasts to it: that of a tangent g.

    Raises:
        RuleError: it has another shape.
    """
    shape = np.shape(term)
    if shape == np.shape(y):
        return term
    try:
        fits = np.broadcast_shapes(shape, np.shape(g)) == shape
        fits = fits and np.broadcast_shapes(shape, np.shape(y)) == np.shape(y)
    except ValueError:
        fits = False
    if not fits:
        raise _wrong(name, k, shape, np.shape(y))
    return term


def ruled(term: Any, like: Any, name: str, k: int) -> Any:
    """What the rule of a function gives for its operand k, which must have the operand's shape.

    Raises:
        RuleError: it has another shape.
    """
    if np.shape(term) != np.shape(like):
        raise _wrong(name, k, np.shape(term), np.shape(like))
    return term


def _wrong(name: str, k: int, shape: Any, wanted: Any) -> RuleError:
    return RuleError(
        f"the rule of {name} gives a derivative of shape {shape} for its operand {k}, "
        f"where {wanted} is needed"
    )
