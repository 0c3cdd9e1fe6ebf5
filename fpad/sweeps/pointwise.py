"""Points that blocks leave open, one by one: the procedures of `fpad.check`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.procedures import PROCEDURES, Case, Limits, Outcome, decide, run_at_point
from fpad.check.reals import Scalar, differ
from fpad.check.subject import subject
from fpad.check.verdict import Verdict
from fpad.runtime.errors import InputError
from fpad.sweeps.geometry import TooMany, in_hull
from fpad.sweeps.settling import CLARKE_OPEN, CODES, DIFFERENTIABLE, OUTSIDE, WRONG
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
    outcome = decide(Case(s, None, point, limits), PROCEDURES)
    state = CODES[outcome.verdict]
    if outcome.verdict in (Verdict.UNKNOWN, Verdict.UNDEFINED):
        return state
    ad = point.gradient
    if state != DIFFERENTIABLE:
        return state | _clarke(ad, outcome)
    assert outcome.derivative is not None
    wrong = None if ad is None else differ(ad, outcome.derivative)
    if wrong is None:
        return UNKNOWN  # there is a derivative; whether AD returns it is not known
    return state | (WRONG | _clarke(ad, outcome) if wrong else 0)


def _clarke(ad: Sequence[Scalar] | None, outcome: Outcome) -> int:
    """Is what AD returns in the Clarke subdifferential?"""
    if ad is None or not outcome.lipschitz:
        return CLARKE_OPEN
    try:
        if _inside(ad, outcome.pieces_inner):
            return 0
        outer = outcome.pieces_outer
        return CLARKE_OPEN if outer is None or _inside(ad, outer) is not False else OUTSIDE
    except TooMany:
        return CLARKE_OPEN


def _inside(ad: Sequence[Scalar], pieces: Iterable[Sequence[Scalar]]) -> bool | None:
    """Is it in the hull of the pieces?  None if that is not known."""
    corners = list(pieces)
    point = [v for v in ad if isinstance(v, Fraction)]
    exact = [[v for v in c if isinstance(v, Fraction)] for c in corners]
    if any(len(c) != len(ad) for c in (point, *exact)):
        return None
    return bool(exact) and in_hull(point, exact)
