"""How far the generated code's derivative is from the exact one along its own path.

ok      every entry within its running bound (or exactly right)
ulp     |a - i| in units of the last place of i
bound   the running bound
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.bound_run import BoundRun
from fpad.check.bounds import Bounded, error_of, value_of
from fpad.check.exact import Exact, HoleReached, LimitReached
from fpad.check.generated import Gradient, wrt_leaves
from fpad.check.numbers import number
from fpad.check.programs import derivative_of, program_of
from fpad.check.reals import Real, Scalar, bounds
from fpad.check.report import as_float, ulp
from fpad.check.subject import Subject
from fpad.check.subject import as_float as to_floats
from fpad.derivative import Request
from fpad.runtime.errors import FpadError
from fpad.runtime.formats import format_of
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import leaves
from fpad.transforms.structures import flatten, unflatten


def rounding(
    s: Subject,
    wrt: Any,
    seed: Any,
    gradient: Gradient,
    exact: Sequence[Scalar] | None,
    max_steps: int,
) -> tuple[bool | None, np.ndarray | None, np.ndarray | None]:
    """(Is the derivative right up to rounding, its error in ulps, the bound)."""
    if not all(map(math.isfinite, gradient.flat)):
        return False, None, None
    if exact is None:
        return None, None, None
    try:
        spans = [_span(Fraction(a) - i) for a, i in zip(gradient.flat, exact, strict=True)]
        units = [ulp(_span(i)[1], *format_at(s, k)) for k, i in enumerate(exact)]
    except (HoleReached, LimitReached):
        return None, None, None
    errors = [high for _, high in spans]
    in_ulps = np.array([as_float(e / u) for e, u in zip(errors, units, strict=True)])
    bound = bound_of(s, wrt, seed, gradient, max_steps) if any(errors) else None
    if not any(errors):
        return True, in_ulps, np.zeros(len(errors))
    if bound is None:
        return None, in_ulps, None
    pairs = list(zip(spans, bound, strict=True))
    if any(low and math.isfinite(b) and low > Fraction(b) for (low, _), b in pairs):
        return False, in_ulps, bound
    proved = all(not e or (math.isfinite(b) and e <= Fraction(b)) for (_, e), b in pairs)
    return (True if proved else None), in_ulps, bound


def _span(x: Scalar) -> tuple[Fraction, Fraction]:
    """Bounds of the size of a number."""
    low, high = bounds(x) if isinstance(x, Real) else (x, x)
    least = max(low, -high, Fraction(0))
    return least, max(-low, high)


def format_at(s: Subject, entry: int) -> tuple[int, int]:
    """Bits of the significand and smallest normal exponent of the type of an entry."""
    if s.precision is not None:
        fmt = format_of(s.precision)
        return fmt.p, fmt.emin
    for k, shape in zip(s.wrt, s.shapes, strict=True):
        size = math.prod(shape)
        if entry < size:
            dtype = np.asarray(s.floats[k]).dtype
            info = np.finfo(dtype if dtype.kind == "f" else np.float64)
            return info.nmant + 1, int(info.minexp)
        entry -= size
    raise IndexError(entry)


def bound_of(
    s: Subject, wrt: Any, seed: Any, gradient: Gradient, max_steps: int
) -> np.ndarray | None:
    """The running bound of each entry; None where the program cannot be followed."""
    what = "grad" if seed is None else "vjp"
    derivative = derivative_of(s.function, Request(what, wrt, precision=s.precision))
    program, live = program_of(derivative, s.kinds)
    pairs = zip(s.floats, s.exact, strict=True)
    known = dict(zip(s.program.main.params, pairs, strict=True))
    boundary = program.main.boundary
    assert boundary is not None
    env: dict[Any, Any] = {}
    for p in boundary.parameters:
        atoms = list(leaves(p.tree))
        if p.use == "one":
            env.update(dict.fromkeys(atoms, 1.0))
        elif p.use == "seed":
            env.update(zip(atoms, flatten(to_floats(seed), p.tree), strict=True))
        elif p.use == "argument":
            given = s.trees[p.name]
            for atom, name in zip(atoms, leaves(given), strict=True):
                env[atom] = entry(*known[str(name)])
    for item in live:
        env.update(zip(item.leaves, flatten(item.read(), item.tree), strict=True))
    try:
        args = [env[p] for p in program.main.params]
        results = interpret(program, args, BoundRun(), max_steps)
    except FpadError:
        raise
    except (ArithmeticError, ValueError, StepLimit):
        return None
    tree = boundary.result
    parts = unflatten(tree, results)
    found = wrt_leaves(s, parts if seed is None else parts[1])
    values = np.concatenate([np.ravel(value_of(v)).astype(float) for v in found])
    errors = np.concatenate([np.ravel(error_of(v)) for v in found])
    # What happens after the program (conversion to the argument's type) is known exactly.
    last = np.abs(values - np.array(gradient.flat))
    out: np.ndarray = (errors + last) * (1 + 1e-9)
    return out


def entry(given: Any, exact: Any) -> Any:
    """The float nearest to an exact argument, and how far it is from it."""
    if isinstance(given, np.ndarray) and given.dtype.kind == "f":
        near = [_near(e) for e in exact.ravel()]
        value = np.array([v for v, _ in near], np.float64).astype(given.dtype)
        error = np.array([e for _, e in near], np.float64)
        return Bounded(value.reshape(given.shape), error.reshape(given.shape))
    if isinstance(given, float | np.floating):
        nearest, distance = _near(exact)
        return Bounded(type(given)(nearest), distance)
    return given.copy() if isinstance(given, np.ndarray) else given


def _near(exact: Any) -> tuple[float, float]:
    if type(exact) is not Exact:
        return math.nan, math.inf
    value = as_float(number(exact.value))
    if not math.isfinite(value):
        return value, math.inf
    _, distance = _span(Fraction(value) - exact.value)
    return value, math.nextafter(float(distance), math.inf) if distance else 0.0
