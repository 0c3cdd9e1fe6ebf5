"""What the rounding kernels are tested on: operands and their exact roundings, by format."""

import functools
import math
from fractions import Fraction

import numpy as np

from fpad.runtime.formats import FORMATS, Format, exact_round
from fpad.runtime.rounding import (
    round_bfloat16,
    round_float8_e4m3fn,
    round_float8_e5m2,
    round_float16,
    round_float32,
)

ROUND = {
    "float32": round_float32,
    "bfloat16": round_bfloat16,
    "float16": round_float16,
    "float8_e5m2": round_float8_e5m2,
    "float8_e4m3fn": round_float8_e4m3fn,
}
SPECIAL = [0.0, 5e-324, 1e-310, 2.0**-1022, 1e-200, 1e200, 1.7976931348623157e308, math.inf]


def finite_values(fmt: Format) -> np.ndarray:
    """All values from 0 to maxfin, ascending; for float32 a sample from every binade."""
    exponents = np.arange(fmt.emin, fmt.emax + 1)
    if fmt.p <= 11:
        significands = np.arange(2**fmt.p, dtype=np.float64)[None, :]
    else:
        rng = np.random.default_rng(3)
        significands = rng.integers(0, 2**fmt.p, (len(exponents), 60)).astype(np.float64)
        significands[0, :20] = np.arange(20)  # the smallest subnormals
        significands[:, -4:] = [2 ** (fmt.p - 1), 2 ** (fmt.p - 1) + 1, 2**fmt.p - 2, 2**fmt.p - 1]
    values = np.unique(np.ldexp(significands, exponents[:, None] - fmt.p + 1))
    return values[values <= fmt.maxfin]


def points_of(fmt: Format) -> np.ndarray:
    """The values, the midpoint above each, the float64 neighbours of all these; both signs."""
    values = finite_values(fmt)
    exponents = np.maximum(np.frexp(values)[1] - 1, fmt.emin)
    midpoints = values + np.ldexp(1.0, exponents - fmt.p)
    exact = np.concatenate([values, midpoints, SPECIAL])
    with np.errstate(over="ignore", under="ignore"):
        points = np.concatenate([exact, np.nextafter(exact, np.inf), np.nextafter(exact, 0.0)])
    return np.concatenate([points, -points])


def expected_of(points: np.ndarray, fmt: Format) -> np.ndarray:
    """The exact rounding of each point, with the signs of zeros and infinities."""
    half = points[: len(points) // 2]
    rounded = [
        fmt.overflow_to if math.isinf(x) else float(exact_round(Fraction(x), fmt))
        for x in half.tolist()
    ]
    return np.concatenate([rounded, np.negative(rounded)])


@functools.cache
def cases(name: str) -> tuple[np.ndarray, np.ndarray]:
    points = points_of(FORMATS[name])
    expected = expected_of(points, FORMATS[name])
    points.flags.writeable = expected.flags.writeable = False
    return points, expected


def assert_same_values(actual: np.ndarray, expected: np.ndarray, points: np.ndarray) -> None:
    """Equal bit for bit, all NaNs counted as equal."""
    wrong = actual.view(np.int64) != expected.view(np.int64)
    wrong &= ~(np.isnan(actual) & np.isnan(expected))
    first = np.stack([points, actual, expected], axis=1)[wrong][:5].tolist()
    assert not wrong.any(), f"{wrong.sum()} of {wrong.size} wrong: {first}"
