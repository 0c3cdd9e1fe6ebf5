"""Whose error is it?  An exception in derivative code is that of the function, if it raises one.

    def f(x):
        y = x * 2.0
        return np.sum(y, axis=3)        fpad.grad(f)(np.ones(3)) raises NumPy's error, at this line

Derivative code leaves out what the derivative does not need, so it may stumble over a wrong shape
later than the function does, and in a line that nobody wrote.  The function is called again then,
with copies of its arguments, unless it does something that must happen once.
"""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.transforms.ir import Do, Let, Program, walk
from fpad.transforms.lengths import CHECKS
from fpad.transforms.rules.core import rule_of

if TYPE_CHECKING:
    from fpad.derivative import Derivative

Call = tuple[tuple[Any, ...], dict[str, Any]]


def own_error(
    derivative: Derivative, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Exception | None:
    """What the function that was differentiated raises for these arguments, if anything.

    Where nothing has been derived yet, nothing has happened that must happen once.
    """
    entry = derivative._latest
    if entry is not None and not _repeatable(entry.derived.program):
        return None
    signature = inspect.signature(derivative._base)
    named = {n: v for n, v in kwargs.items() if n in signature.parameters}
    try:
        calls = list(_calls(derivative, signature, *copy.deepcopy((args, named))))
    except Exception:
        # what cannot be copied, or fits no signature, cannot be called again either
        return None
    function = derivative.primal
    while hasattr(function, "primal"):
        function = function.primal
    for given, by_name in calls:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                function(*given, **by_name)
        except Exception as error:
            return error
    return None


def of_type(error: Exception) -> InputError | None:
    """An error that is about the type of floats: SciPy converts what NumPy's functions refuse."""
    name = next((n for n in _UNUSUAL if n in str(error)), None)
    if name is None or not isinstance(error, TypeError):
        return None
    return InputError(
        f"the derivative needs functions that NumPy does not have for {name} ({error}): "
        "give float64, with x.astype(float)"
    )


_UNUSUAL = ("float128", "float96", "longdouble", "float16")
"""Types that linear algebra and some other functions of NumPy are not made for."""


def _repeatable(program: Program) -> bool:
    """Does nothing happen that must happen once?"""
    for func in program.funcs.values():
        for s in walk(func.body):
            if isinstance(s, Do) and s.op not in CHECKS:
                return False
            rule = rule_of(s.op) if isinstance(s, Let) else None
            if rule is not None and rule.effect:
                return False
    return True


def _calls(
    derivative: Derivative, signature: inspect.Signature, args: tuple[Any, ...], named: Any
) -> Iterator[Call]:
    """The calls of the function that a call of its derivative stands for: one for each example."""
    bound = signature.bind(*args, **named)
    mapped = [r for r in derivative._asked if r.what == "vmap"]
    if not mapped:
        yield args, named
        return
    if len(mapped) > 1:
        return
    from fpad.transforms.batch import axes_of

    in_axes, out_axes = mapped[0].axes
    axes = dict(axes_of(in_axes, out_axes, signature).ins)
    given = bound.arguments
    chosen = {n: axes[n] for n in given if axes.get(n) is not None}
    if not chosen or not all(
        isinstance(axis, int) and isinstance(given[n], np.ndarray) for n, axis in chosen.items()
    ):
        return
    moved = {n: np.moveaxis(given[n], axis, 0) for n, axis in chosen.items()}  # type: ignore[arg-type]
    for k in range(min(map(len, moved.values()))):
        bound.arguments.update({n: x[k] for n, x in moved.items()})
        yield bound.args, dict(bound.kwargs)
