"""The filter: floats with error bounds decide what is far from every kink, at the speed of arrays.

    run of the derivative's program with bounds      every choice certain -> DIFFERENTIABLE
                                                     the result +- bound  -> encloses the derivative

As in exact geometric computation, what the bounds do not tell is left to the exact procedures.
Where code computes in less than double precision, it is the program in double precision, without
roundings, whose bounds tell choices and derivative; a run in the code's own format has to take the
same pieces.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.bounds import LEAST, error_of, unit, value_of
from fpad.check.certified_run import CertifiedRun, Known, PieceRun, Undecided, start
from fpad.check.generated import wrt_leaves
from fpad.check.procedures import Limits
from fpad.check.procedures.case import FAILURES
from fpad.check.programs import derivative_of, program_of, uses_all
from fpad.check.rounding import entry
from fpad.check.subject import Subject, at_entry
from fpad.check.subject import as_float as to_floats
from fpad.derivative import Request
from fpad.runtime.batch import keep_memory
from fpad.runtime.errors import FpadError
from fpad.runtime.formats import format_of
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import Program, leaves
from fpad.transforms.structures import flatten, unflatten

MANY = 256
"""From so many numbers on a check asks the bounds first."""
MOST_AT_ONCE = 2
"""An exact execution of many numbers may compute so many of them for every statement allowed."""


@dataclass
class Enclosure:
    """A point that sits on no kink, certainly.

    Attributes:
        value, value_error: the value of the function, and how far it is off at most.
        slopes, errors: its derivative, flat, and how far each entry is off at most.
        ratio: bounds of the rounding of code in the format of the inputs are so many times these
            errors; None where that is not known.
        cost: how many scalar operations that took.
    """

    value: float
    value_error: float
    slopes: np.ndarray
    errors: np.ndarray
    ratio: float | None
    cost: int


def is_large(s: Subject) -> bool:
    """Is an exact execution slow enough to ask the bounds first?"""
    return sum(int(np.size(v)) for v in s.floats if _is_real(v)) >= MANY


def exceeds(s: Subject, limits: Limits) -> bool:
    """Would an exact execution take too long, and too much memory?"""
    run = PieceRun()
    try:
        with np.errstate(all="ignore"):
            interpret(s.program, [_fresh(v) for v in s.floats], run, limits.steps)
    except (*FAILURES, Undecided, StepLimit, FpadError, RecursionError):
        return False  # the exact run says why
    return run.cost > MOST_AT_ONCE * limits.steps


def _fresh(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def enclosed(s: Subject, wrt: Any, seed: Any, limits: Limits) -> Enclosure | None:
    """What is known if the point is certainly on no kink; None if that is not known."""
    what = "value_and_grad" if seed is None else "vjp"
    derivative = derivative_of(s.function, Request(what, wrt, precision=s.precision))
    try:
        program, live = program_of(derivative, s.kinds)
    except FpadError:  # it is told where the generated code is asked for
        return None
    if not uses_all(s.program):
        return None
    keep_memory()
    narrow = s.precision is not None or any(_is_narrow(v) for v in s.floats)
    run = CertifiedRun(wide=narrow)
    try:
        found = _run(s, program, live, seed, run, limits)
        if found is None:
            return None
        value, value_error, slopes, errors = found
        if not (math.isfinite(value_error) and math.isfinite(np.sum(errors))):
            return None
        if not narrow:
            return Enclosure(value, value_error, slopes, errors, 1.0, run.cost)
        pieces = PieceRun(whole=False)
        try:
            if _run(s, program, live, seed, pieces, limits) is None:
                return None
        except Known:
            pass
        if not _same(run.labels, pieces.labels):
            return None
    except (Undecided, StepLimit):
        return None
    u = _unit(s)
    ratio = None if u is None else u / unit(1.0)[0]
    return Enclosure(value, value_error, slopes, errors, ratio, run.cost)


def _run(
    s: Subject, program: Program, live: Any, seed: Any, run: CertifiedRun, limits: Limits
) -> tuple[float, float, np.ndarray, np.ndarray] | None:
    """(The value, its bound, the derivative, its bounds); None if it fails."""
    try:
        args = _arguments(s, program, live, seed, run.wide)
        with np.errstate(all="ignore"):
            results = interpret(program, args, run, limits.steps)
        return _parts(s, program, results, seed)
    except (*FAILURES, FpadError, RecursionError):
        return None


def _unit(s: Subject) -> float | None:
    """Half an ulp of 1 in the format that the code computes in; None if there are several.

    To first order the rounding errors of two formats are as these; the bounds of a run in double
    precision tell so those of a coarser format.
    """
    if s.precision is not None:
        return float(2.0 ** -format_of(s.precision).p)
    found = {unit(v)[0] for v in s.floats if isinstance(v, np.ndarray) and _is_real(v)}
    return found.pop() if len(found) == 1 else None


def _is_real(value: Any) -> bool:
    return isinstance(value, float) or getattr(value, "dtype", np.dtype(object)).kind == "f"


def _is_narrow(value: Any) -> bool:
    return getattr(value, "dtype", None) in (np.float32, np.float16)


def _same(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Did two runs take the same pieces?"""
    return len(a) == len(b) and all(
        (x is None and y is None) or np.array_equal(x, y) for x, y in zip(a, b, strict=True)
    )


def _arguments(s: Subject, program: Program, live: Any, seed: Any, wide: bool) -> list[Any]:
    """The flat arguments of the derivative's program, with their bounds."""
    boundary = program.main.boundary
    assert boundary is not None
    names = s.program.main.params
    place = {str(name): k for k, name in enumerate(names)}
    env: dict[Any, Any] = {}
    for p in boundary.parameters:
        atoms = list(leaves(p.tree))
        if p.use == "one":
            env.update(dict.fromkeys(atoms, 1.0))
        elif p.use == "seed":
            for atom, given in zip(atoms, flatten(seed, p.tree), strict=True):
                number = to_floats(given)
                if isinstance(given, Fraction) and Fraction(number) != given:
                    raise Undecided
                env[atom] = _start(number, 0.0, False, wide)
        elif p.use == "argument":
            for atom, name in zip(atoms, leaves(s.trees[p.name]), strict=True):
                env[atom] = _argument(s, place[str(name)], wide)
    fmt = None if s.precision is None else format_of(s.precision)
    for item in live:
        values = [at_entry(v, fmt) for v in flatten(item.read(), item.tree)]
        for atom, value in zip(item.leaves, values, strict=True):
            env[atom] = _start(value, 0.0, False, wide) if _is_real(value) else value
    return [env[p] for p in program.main.params]


def _argument(s: Subject, k: int, wide: bool) -> Any:
    value = s.floats[k]
    if not _is_real(value):
        return value.copy() if isinstance(value, np.ndarray) else value
    varies = k in s.wrt
    if s.precision is None and not _has_fractions(s.flat[k]):
        return _start(value, LEAST if varies else 0.0, varies, wide)
    near = entry(value, s.exact[k])
    return _start(near.value, near.error + (LEAST if varies else 0.0), varies, wide)


def _start(value: Any, error: Any, varies: bool, wide: bool) -> Any:
    if wide and hasattr(value, "astype"):
        value = value.astype(np.float64)
    return start(value, error, varies)


def _has_fractions(value: Any) -> bool:
    """Are there fractions in a leaf, of which floats are given to the code?"""
    return isinstance(value, Fraction) or getattr(value, "dtype", np.dtype(int)).kind == "O"


def _parts(
    s: Subject, program: Program, results: Sequence[Any], seed: Any
) -> tuple[float, float, np.ndarray, np.ndarray]:
    """(The value, its bound, the derivative, its bounds)."""
    boundary = program.main.boundary
    assert boundary is not None
    y, ad = unflatten(boundary.result, results)
    if seed is None:
        if np.shape(value_of(y)) != ():
            raise Undecided
        pairs = [(y, 1.0)]
    else:
        pairs = list(zip(flatten(y, s.result), flatten(seed, s.result), strict=True))
    value = sum(float(np.sum(np.multiply(value_of(v), to_floats(w)))) for v, w in pairs)
    error = 0.0
    for v, w in pairs:
        size = np.abs(np.asarray(to_floats(w), float))
        u = 2.0**-52 * (np.size(size) + len(pairs) + 2)
        terms = size * (error_of(v) + u * np.abs(value_of(v)))
        error += float(np.sum(terms)) * (1 + 1e-6)
    found = wrt_leaves(s, ad)
    slopes = np.concatenate([np.ravel(value_of(v)) for v in found], dtype=float)
    errors = np.concatenate([np.ravel(error_of(v)) for v in found], dtype=float)
    return value, error, slopes, errors
