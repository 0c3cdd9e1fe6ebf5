"""Format constants against ml_dtypes' own, exact rounding against the definition."""

import bisect
import dataclasses
import math
import random
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

from fpad.runtime.formats import ALIASES, FORMATS, Format, exact_round, format_of, ieee

CODES = {
    "bfloat16": (np.uint16, ml_dtypes.bfloat16),
    "float16": (np.uint16, np.float16),
    "float8_e5m2": (np.uint8, ml_dtypes.float8_e5m2),
    "float8_e4m3fn": (np.uint8, ml_dtypes.float8_e4m3fn),
}


def values_by_code(name: str) -> np.ndarray:
    """Every finite value, zero once, decoded by ml_dtypes or NumPy: not by our constants."""
    unsigned, dtype = CODES[name]
    codes = np.arange(np.iinfo(unsigned).max + 1, dtype=unsigned)
    with np.errstate(invalid="ignore"):  # signalling NaNs
        values = codes.view(dtype).astype(np.float64)
    return np.unique(values[np.isfinite(values)])


def values_by_constants(fmt: Format) -> np.ndarray:
    significands = np.arange(2**fmt.p, dtype=np.float64)
    exponents = np.arange(fmt.emin, fmt.emax + 1, dtype=np.int64)
    values = np.unique(np.ldexp(significands, exponents[:, None] - fmt.p + 1))
    values = values[values <= fmt.maxfin]
    return np.unique(np.concatenate([-values, values]))


@pytest.mark.parametrize("name", CODES)
def test_constants_describe_exactly_the_values_of_the_format(name):
    assert np.array_equal(values_by_code(name), values_by_constants(FORMATS[name]))


@pytest.mark.parametrize("name", FORMATS)
def test_constants_agree_with_finfo(name):
    fmt = FORMATS[name]
    dtype = CODES[name][1] if name in CODES else name
    info = ml_dtypes.finfo(dtype)
    assert fmt.maxfin == float(info.max)
    assert 2.0**fmt.emin == float(info.smallest_normal)
    assert fmt.quantum == float(info.smallest_subnormal)
    assert 2.0 ** (1 - fmt.p) == float(info.eps)


def test_overflow_thresholds():
    assert FORMATS["float16"].overflow_from == 65520.0
    assert FORMATS["float8_e5m2"].overflow_from == 61440.0
    assert FORMATS["float8_e4m3fn"].overflow_from == math.nextafter(464.0, math.inf)
    assert FORMATS["float64"].overflow_from == math.inf
    assert FORMATS["float16"].overflow_to == math.inf
    assert math.isnan(FORMATS["float8_e4m3fn"].overflow_to)


def test_names_aliases_and_formats_are_accepted():
    for name, fmt in FORMATS.items():
        assert name == fmt.name
        assert format_of(name) is fmt
        assert format_of(fmt) is fmt
    assert {alias: format_of(alias).name for alias in ALIASES} == {
        "fp64": "float64",
        "fp32": "float32",
        "bf16": "bfloat16",
        "fp16": "float16",
    }
    own = ieee(4, 5, "e4p5")
    assert format_of(own) is own


@pytest.mark.parametrize("name", ["fp8", "half8", "e4m3", "float8", "Float16", "", "float8_e4m3"])
def test_unknown_and_ambiguous_names_are_refused_with_the_choices(name):
    with pytest.raises(ValueError, match="unknown float format") as error:
        format_of(name)
    assert repr(name) in str(error.value)
    for choice in [*FORMATS, *ALIASES]:
        assert choice in str(error.value)


@pytest.mark.parametrize("thing", [None, 16, np.float16, np.dtype("float32"), ["bf16"]])
def test_what_is_no_name_is_refused(thing):
    with pytest.raises(TypeError, match="a format is a name or a Format"):
        format_of(thing)


def test_a_format_is_a_frozen_hashable_value():
    fmt = FORMATS["bfloat16"]
    assert ieee(8, 8, "bfloat16") == fmt
    assert hash(ieee(8, 8, "bfloat16")) == hash(fmt)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fmt.p = 9  # type: ignore[misc]
    with pytest.raises(TypeError):
        FORMATS["mine"] = fmt  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p": 1}, "precision"),
        ({"p": 54}, "precision"),
        ({"emin": -1080}, "leave float64"),
        ({"emin": 9}, "leave float64"),
        ({"emax": 1024}, "leave float64"),
        ({"maxfin": 449.0}, "no 4-bit significand"),
        ({"maxfin": 240.0}, "binade of 2\\*\\*8"),
        ({"maxfin": 512.0}, "binade of 2\\*\\*8"),
        ({"maxfin": math.inf}, "binade"),
        ({"maxfin": math.nan}, "binade"),
        ({"subnormal": "none"}, "subnormal = 'none'"),
        ({"overflow": "wrap"}, "overflow = 'wrap'"),
    ],
)
def test_contradictory_constants_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(FORMATS["float8_e4m3fn"], **changes)


def nearest_by_search(q: Fraction, fmt: Format, grid: list[Fraction]) -> Fraction | float:
    """Rounding by its definition: look for the neighbours in the list of all values."""
    # The grid goes on above maxfin with the same spacing, up to the first value that overflows.
    beyond = Fraction(fmt.maxfin) + Fraction(2) ** (fmt.emax - fmt.p + 1)
    magnitude = abs(q)
    grid = [*grid, beyond]
    i = min(bisect.bisect_right(grid, magnitude), len(grid) - 1)
    low, high = grid[i - 1], grid[i]
    if magnitude - low == high - magnitude:
        # Neighbours in one binade: the even one is an even multiple of their distance.
        result = low if (low / (high - low)) % 2 == 0 else high
    else:
        result = low if magnitude - low < high - magnitude else high
    if result == beyond:
        return fmt.overflow_to if q > 0 else -fmt.overflow_to
    return result if q >= 0 else -result


def same(a: Fraction | float, b: Fraction | float) -> bool:
    return a == b or (a != a and b != b)


@pytest.mark.parametrize("name", CODES)
def test_exact_rounding_is_the_definition(name):
    fmt = FORMATS[name]
    grid = [Fraction(v) for v in values_by_constants(fmt) if v >= 0]
    rng = random.Random(1)
    inside = range(len(grid) - 1)
    if len(grid) > 200:
        inside = rng.sample(inside, 500)
    tiny = Fraction(1, 10**60)
    points = [Fraction(0), tiny, Fraction(10) ** 400, Fraction(fmt.maxfin) * 2]
    for i in [*inside, len(grid) - 2]:
        low, high = grid[i], grid[i + 1]
        middle = (low + high) / 2
        inner = low + (high - low) * Fraction(rng.randrange(1, 10**9), 10**9)
        points += [low, low + tiny, middle - tiny, middle, middle + tiny, inner, high - tiny, high]
    threshold = Fraction(fmt.maxfin) + Fraction(2) ** (fmt.emax - fmt.p)
    points += [threshold - tiny, threshold, threshold + tiny]
    for q in points:
        for signed in (q, -q):
            assert same(exact_round(signed, fmt), nearest_by_search(signed, fmt, grid)), signed


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_exact_rounding_agrees_with_the_hardware(name):
    rng = random.Random(2)
    for _ in range(5000):
        exponent = rng.randrange(-1090, 1030) if name == "float64" else rng.randrange(-155, 130)
        q = Fraction(rng.getrandbits(80) * rng.choice((1, -1))) * Fraction(2) ** (exponent - 79)
        try:
            expected = float(q)
        except OverflowError:
            expected = math.inf if q > 0 else -math.inf
        if name == "float32":
            with np.errstate(over="ignore"):
                expected = float(np.float32(round_to_odd(q)))
        result = exact_round(q, FORMATS[name])
        assert float(result) == expected


def round_to_odd(q: Fraction) -> float:
    """The float64 neighbour of q with an odd last bit, or q itself: rounds to float32 as q does."""
    nearest = float(q)
    if Fraction(nearest) == q:
        return nearest
    if Fraction(nearest) < q:
        low, high = nearest, math.nextafter(nearest, math.inf)
    else:
        low, high = math.nextafter(nearest, -math.inf), nearest
    return low if np.float64(low).view(np.int64) & 1 else high


def test_overflow_policies():
    e4m3fn = FORMATS["float8_e4m3fn"]
    saturating = dataclasses.replace(e4m3fn, overflow="saturate")
    assert exact_round(Fraction(10**9), saturating) == 448
    assert exact_round(Fraction(-465), saturating) == -448
    assert exact_round(Fraction(464), e4m3fn) == 448
    assert math.isnan(exact_round(Fraction(465), e4m3fn))
    assert exact_round(Fraction(-65520), FORMATS["float16"]) == -math.inf
    no_inf = dataclasses.replace(FORMATS["float16"], overflow="nan")
    assert math.isnan(exact_round(Fraction(65520), no_inf))
    raising = dataclasses.replace(FORMATS["float16"], overflow="raise")
    assert exact_round(Fraction(65519), raising) == 65504
    with pytest.raises(OverflowError, match="outside the range of float16"):
        exact_round(Fraction(65520), raising)


def test_other_subnormal_policies_are_refused():
    flushing = dataclasses.replace(FORMATS["float16"], subnormal="flush")
    with pytest.raises(ValueError, match="subnormal = 'flush' is not supported"):
        exact_round(Fraction(1), flushing)
