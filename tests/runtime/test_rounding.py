"""Every kernel against exact rationals: all values, midpoints and neighbours of each format."""

import dataclasses
import math
import pickle
import random
import struct
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fpad.runtime import rounding
from fpad.runtime.formats import FORMATS, Format, exact_round, ieee
from fpad.runtime.rounding import (
    BLOCK,
    round_bfloat16,
    round_float8_e4m3fn,
    round_float8_e5m2,
    round_float16,
    round_float32,
    round_float64,
    round_to,
    rounder,
)
from tests.runtime.rounding_cases import ROUND, assert_same_values, cases, expected_of, points_of

DTYPES = {
    "float32": np.float32,
    "bfloat16": ml_dtypes.bfloat16,
    "float16": np.float16,
    "float8_e5m2": ml_dtypes.float8_e5m2,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
}

each_format = pytest.mark.parametrize("name", ROUND)


@each_format
def test_array_kernel_is_exact_at_every_value_midpoint_and_neighbour(name):
    points, expected = cases(name)
    assert_same_values(ROUND[name](points), expected, points)


@each_format
def test_scalar_kernel_gives_the_bits_of_the_array_kernel(name):
    points = np.append(cases(name)[0], [math.nan, -math.nan])
    kernel = ROUND[name]
    scalars = [kernel(x) for x in points.tolist()]
    assert {type(x) for x in scalars} == {float}
    assert np.array(scalars).tobytes() == kernel(points).tobytes()


@each_format
def test_random_bit_patterns(name):
    fmt = FORMATS[name]
    rng = np.random.default_rng(4)
    bits = rng.integers(-(2**63), 2**63, 4000)
    # Exponents near the format's range: the others all underflow or overflow.
    near = rng.integers(fmt.emin - fmt.p - 3, fmt.emax + 3, bits.size)
    x = np.copysign(np.ldexp(rng.random(bits.size) + 1.0, near), bits)
    x = np.concatenate([x, bits.view(np.float64)])
    x = x[~np.isnan(x)]
    expected = np.array(
        [
            math.copysign(
                fmt.overflow_to if math.isinf(v) else abs(float(exact_round(Fraction(v), fmt))), v
            )
            for v in x.tolist()
        ]
    )
    assert_same_values(ROUND[name](x), expected, x)


@each_format
def test_agrees_with_ml_dtypes_from_float32(name):
    """ml_dtypes is exact from float32; from float64 it goes through float32 and rounds twice."""
    rng = np.random.default_rng(5)
    x = rng.integers(0, 2**32, 200_000, dtype=np.uint32).view(np.float32)
    points = cases(name)[0]
    with np.errstate(all="ignore"):
        narrow = points.astype(np.float32)
        x = np.concatenate([x, narrow, rng.standard_normal(50_000).astype(np.float32)])
        expected = x.astype(DTYPES[name]).astype(np.float64)
    with np.errstate(invalid="ignore"):  # random bits hold signalling NaNs
        x = x.astype(np.float64)
    assert_same_values(ROUND[name](x), expected, x)


def test_float16_and_float32_agree_with_numpy_and_struct_from_float64():
    rng = np.random.default_rng(6)
    x = rng.standard_normal(100_000) * 2.0 ** rng.integers(-30, 18, 100_000)
    with np.errstate(all="ignore"):
        assert_same_values(round_float16(x), x.astype(np.float16).astype(np.float64), x)
    for v in x[:2000].tolist():
        if abs(v) < 65520:
            assert round_float16(v) == struct.unpack("<e", struct.pack("<e", v))[0]
        assert round_float32(v) == struct.unpack("<f", struct.pack("<f", v))[0]


def test_both_float32_array_kernels_agree():
    """float32 arrays go through the processor's conversion; the general kernel is the other way."""
    general = rounder(dataclasses.replace(FORMATS["float32"], name="float32_general"))
    points, expected = cases("float32")
    assert_same_values(general(points), expected, points)


@pytest.mark.parametrize(
    ("kernel", "x", "expected"),
    [
        # By way of float32 the first becomes a tie and goes down.
        (round_bfloat16, 1.0 + 2.0**-8 + 2.0**-40, 1.0 + 2.0**-7),
        (round_bfloat16, 1.0 + 2.0**-8, 1.0),
        (round_bfloat16, 3.3961775292304e38, 3.3895313892515355e38),
        (round_bfloat16, 2.0**-134, 0.0),
        (round_bfloat16, 2.0**-134 * 1.0000000000000002, 2.0**-133),
        (round_float16, 65519.99999999999, 65504.0),
        (round_float16, 65520.0, math.inf),
        (round_float16, 65552.0, math.inf),
        (round_float8_e5m2, 61439.99999999999, 57344.0),
        (round_float8_e5m2, 61440.0, math.inf),
        (round_float8_e5m2, 69632.0, math.inf),
        (round_float8_e4m3fn, 464.0, 448.0),
        (round_float8_e4m3fn, 464.00000000000006, math.nan),
        (round_float8_e4m3fn, 479.0, math.nan),
        (round_float8_e4m3fn, math.inf, math.nan),
        (round_float32, 3.4028235677973366e38, math.inf),
        (round_float32, 3.402823567797336e38, 3.4028234663852886e38),
    ],
)
def test_known_traps(kernel, x, expected):
    for sign in (1.0, -1.0):
        for result in (kernel(sign * x), float(kernel(np.array([sign * x]))[0])):
            assert math.isnan(result) if math.isnan(expected) else result == sign * expected


@each_format
def test_special_values(name):
    kernel, fmt = ROUND[name], FORMATS[name]
    assert math.copysign(1.0, kernel(-0.0)) == -1.0
    assert math.copysign(1.0, kernel(0.0)) == 1.0
    assert math.copysign(1.0, kernel(-fmt.quantum / 2)) == -1.0
    assert kernel(-fmt.quantum / 2) == 0.0
    assert math.isnan(kernel(math.nan))
    if fmt.inf:
        assert kernel(-math.inf) == -math.inf
    else:
        assert math.isnan(kernel(-math.inf))


@given(st.sampled_from(sorted(ROUND)), st.floats(), st.floats())
def test_laws(name, x, y):
    kernel = ROUND[name]
    rx, ry = kernel(x), kernel(y)
    assert struct.pack("d", kernel(rx)) == struct.pack("d", rx)
    if not math.isnan(rx):
        assert struct.pack("d", kernel(-x)) == struct.pack("d", -rx)
    if x <= y and not (math.isnan(rx) or math.isnan(ry)):
        assert rx <= ry


def random_formats(n: int) -> Iterator[Format]:
    rng = random.Random(7)
    for i in range(n):
        p = rng.randint(2, 7)
        emin = rng.choice((rng.randint(-20, 20), rng.randint(-900, 800)))
        emax = emin + rng.randint(0, 5)
        top = rng.randrange(2 ** (p - 1), 2**p)
        yield Format(
            f"random{i}",
            p,
            emin,
            emax,
            math.ldexp(top, emax - p + 1),
            inf=rng.random() < 0.5,
            overflow=rng.choice(("ieee", "saturate", "nan")),
        )


@pytest.mark.parametrize(
    "fmt",
    [*random_formats(40), ieee(8, 11, "tf32"), ieee(4, 4, "float8_e4m3"), ieee(2, 2, "e2p2")],
    ids=lambda fmt: fmt.name,
)
def test_any_constants(fmt):
    points = points_of(fmt)
    points = points[np.random.default_rng(8).permutation(len(points) // 2)[:1500]]
    points = np.concatenate([points, -points])
    expected = expected_of(points, fmt)
    assert_same_values(round_to(points, fmt), expected, points)
    scalars = np.array([round_to(x, fmt) for x in points.tolist()])
    assert scalars.tobytes() == round_to(points, fmt).tobytes()


@pytest.mark.parametrize(
    ("fmt", "message"),
    [
        (dataclasses.replace(FORMATS["float16"], subnormal="flush"), "subnormal = 'flush'"),
        (dataclasses.replace(FORMATS["float16"], overflow="raise"), "overflow = 'raise'"),
        (dataclasses.replace(FORMATS["float16"], negzero=False), "negative zero"),
        (ieee(8, 52, "wide"), "no room"),
        (ieee(11, 24, "long"), "no room"),
        (Format("high", 4, 0, 920, 2.0**920), "no room"),
        (Format("low", 4, -1020, 8, 256.0), "no room"),
    ],
)
def test_what_has_no_kernel_is_refused(fmt, message):
    with pytest.raises(ValueError, match=message):
        round_to(1.0, fmt)


def test_extreme_constants_that_are_accepted():
    for fmt in (
        Format("high", 4, 900, 919, 2.0**919),
        Format("low", 4, -1019, -1010, 2.0**-1010),
        ieee(8, 51, "p51"),
    ):
        points = points_of(fmt) if fmt.p < 12 else np.array([1 / 3, 1e38, 2.0**-170, -(2.0**128)])
        expected = np.array(
            [
                math.copysign(
                    fmt.overflow_to if math.isinf(v) else abs(float(exact_round(Fraction(v), fmt))),
                    v,
                )
                for v in points.tolist()
            ]
        )
        with np.errstate(all="raise"):
            assert_same_values(round_to(points, fmt), expected, points)
        scalars = np.array([round_to(v, fmt) for v in points.tolist()])
        assert_same_values(scalars, expected, points)


# Operands: kinds, dtypes, layouts


@pytest.mark.parametrize("name", [*ROUND, "float64"])
def test_kind_of_the_result_follows_the_operand(name):
    kernel = rounder(name)
    assert type(kernel(1.5)) is float
    assert type(kernel(3)) is float
    assert type(kernel(True)) is float
    for scalar in (np.float64(1.5), np.float32(1.5), np.int16(3), np.bool_(True)):
        assert type(kernel(scalar)) is np.float64
        assert kernel(scalar) == float(scalar)
    for shape in ((), (0,), (3,), (2, 0, 3), (2, 3)):
        for dtype in (np.float64, np.float32, np.int8):
            x = np.ones(shape, dtype)
            result = kernel(x)
            assert type(result) is np.ndarray
            assert result.dtype == np.float64
            assert result.shape == shape
            assert not np.shares_memory(result, x)
            assert np.array_equal(result, x)
    assert round_to(1.1, name) == kernel(1.1)


def test_integers_become_float64_first():
    n = 2**60 + 2**7 + 1
    assert round_float64(n) == float(n)
    assert round_bfloat16(257) == 256.0
    assert np.array_equal(round_float8_e5m2(np.arange(8)), [0, 1, 2, 3, 4, 5, 6, 7])
    assert np.array_equal(round_float8_e4m3fn(np.array([17, 255], np.uint8)), [16.0, 256.0])
    with pytest.raises(OverflowError):
        round_bfloat16(10**400)


@pytest.mark.parametrize("dtype", list(DTYPES.values()))
def test_narrow_arrays_and_scalars_are_converted_exactly(dtype):
    x = np.array([0.1, -300.0, 0.0078125]).astype(dtype)
    assert np.array_equal(round_float32(x), x.astype(np.float64))
    assert round_float32(x[0]) == float(x[0])
    assert type(round_float32(x[0])) is np.float64


@pytest.mark.parametrize("name", ["bfloat16", "float32"])
@pytest.mark.parametrize(
    "view",
    [
        lambda a: a[::2],
        lambda a: a[::-1],
        lambda a: a.T,
        lambda a: a.transpose(2, 0, 1),
        lambda a: a.transpose(1, 0, 2)[:, ::-2, 1:],
        lambda a: np.broadcast_to(a[0, 0], (5, 4, 6)),
        lambda a: np.asfortranarray(a),
        lambda a: a.astype(">f8"),
        lambda a: np.frombuffer(b"x" + a.tobytes(), np.uint8)[1:].view(np.float64),
        lambda a: a.tolist(),
    ],
)
def test_layouts(name, view):
    a = np.random.default_rng(9).standard_normal((3, 4, 6)) * 1e30
    x = view(a)
    expected = [ROUND[name](v) for v in np.asarray(x, np.float64).ravel().tolist()]
    before = np.array(x)
    result = ROUND[name](x)
    assert result.shape == before.shape
    assert result.ravel().tolist() == expected
    assert np.array_equal(np.asarray(x), before)
    assert result.flags.writeable


def test_result_keeps_the_memory_order():
    x = np.asfortranarray(np.ones((3, 4)))
    assert round_bfloat16(x).flags.f_contiguous
    permuted = np.ones((2, 3, 4)).transpose(2, 0, 1)
    assert round_bfloat16(permuted).strides == permuted.strides


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_blocks(size):
    """Some blocks overflow and others do not."""
    rng = np.random.default_rng(10)
    x = rng.standard_normal(size)
    x[:3] = [1e5, math.inf, math.nan]
    x[-1] = -1e6
    for name, kernel in ROUND.items():
        expected = np.array([kernel(v) for v in x.tolist()])
        assert kernel(x).tobytes() == expected.tobytes(), name


@pytest.mark.parametrize("name", [*ROUND, "float64"])
@pytest.mark.parametrize(
    "x",
    [
        1j,
        np.complex128(1),
        np.longdouble(1),
        np.ones(3, np.longdouble),
        np.ones(3, complex),
        np.array([1, 10**30], object),
        Fraction(1, 3),
        Decimal("0.1"),
        "1.5",
        np.str_("1.5"),
        None,
        np.datetime64("2020"),
        np.timedelta64(3, "s"),
        np.ma.masked_array([1.0, 2.0], [True, False]),
        [1.0, None],
    ],
    ids=repr,
)
def test_what_is_no_float64_is_refused(name, x):
    with pytest.raises(TypeError, match="cannot round"):
        rounder(name)(x)


@each_format
def test_no_floating_point_error_state_matters(name):
    points, expected = cases(name)
    points, expected = np.append(points, math.nan), np.append(expected, math.nan)
    with np.errstate(all="raise"):
        assert_same_values(ROUND[name](points), expected, points)


def test_names():
    for name, kernel in ROUND.items():
        assert rounder(name) is kernel
        assert kernel.__name__ == f"round_{name}"
        assert getattr(rounding, kernel.__name__) is kernel
        assert pickle.loads(pickle.dumps(kernel)) is kernel
    assert rounder("bf16") is round_bfloat16
    assert pickle.loads(pickle.dumps(round_float64)) is round_float64
    with pytest.raises(ValueError, match="unknown float format 'fp8'"):
        round_to(1.0, "fp8")
