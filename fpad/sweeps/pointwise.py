"""Points that blocks leave open, one by one: the procedures of `fpad.check`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from fpad.check.procedures import PROCEDURES, Limits, decide, run_at_point
from fpad.check.subject import subject
from fpad.check.verdict import Verdict
from fpad.runtime.errors import InputError
from fpad.sweeps.settling import CLARKE_OPEN, CODES, DIFFERENTIABLE, WRONG
from fpad.sweeps.spaces import Space

UNKNOWN = CODES[Verdict.UNKNOWN]


class Arguments:
    """The arguments of the function at each point.

    Args:
        f: the function.
        space: the points.
        fixed: the arguments that are the same at all points.

    Raises:
        InputError: a parameter has no value, there is none of that name, or it has two.
    """

    def __init__(self, f: Callable[..., Any], space: Space, fixed: Mapping[str, Any]) -> None:
        self._space = space
        self._fixed = dict(fixed)
        self._signature = inspect.signature(f)
        parameters = self._signature.parameters
        swept = [p.name for p in space.parts]
        for name in (*swept, *fixed):
            if name not in parameters:
                raise InputError(f"f has no parameter {name}; it has {', '.join(parameters)}")
            if name in swept and name in fixed:
                raise InputError(f"{name} is both in over and in fixed")
        for p in parameters.values():
            if p.name in swept or p.name in fixed:
                if p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD):
                    raise InputError(f"{p.name} can be given by keyword only: wrap f in a function")
            elif p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty:
                raise InputError(f"{p.name} has no value: put it into over or fixed")

    def at(self, number: int) -> tuple[Any, ...]:
        """The arguments at the point with this number."""
        given = {**self._fixed, **self._space.arguments(number)}
        out: list[Any] = []
        for p in self._signature.parameters.values():
            if p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD):
                continue
            if p.kind is p.VAR_POSITIONAL:
                out.extend(
                    np.ravel(v).tolist()
                    if isinstance(v := given.get(p.name, ()), np.ndarray)
                    else v
                )
            else:
                out.append(given.get(p.name, p.default))
        return tuple(out)


def decided(
    f: Callable[..., Any], arguments: tuple[Any, ...], names: tuple[str, ...], limits: Limits
) -> int:
    """The byte of one point (see `settling`)."""
    s = subject(f, arguments, names, None)
    point = run_at_point(s, None, limits)
    outcome = decide(s, None, point, limits, PROCEDURES)
    state = CODES[outcome.verdict]
    if outcome.verdict in (Verdict.UNKNOWN, Verdict.UNDEFINED):
        return state
    if state != DIFFERENTIABLE:
        return state | CLARKE_OPEN
    if point.gradient is None:
        return UNKNOWN  # there is a derivative; what AD returns is not known
    wrong = point.gradient != outcome.derivative
    return state | (WRONG | CLARKE_OPEN if wrong else 0)
