"""backend="cupy" without a device: generated modules on the stand-in for CuPy, against NumPy.

The kernels are the real ones, through g++; so are the helpers of `fpad.runtime.gpu`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fpad
from tests.gpu import standin
from tests.gpu.programs import EXAMPLES, Example
from tests.programs.registry import Program
from tests.situations import MARKED, sampled

SIZE = 200
# NumPy's elementary functions and the host's differ in the last place; sums add that up.
CLOSE = {"float64": 1e-12, "float32": 1e-5}


def assert_close(got: Any, want: Any, rtol: float | None = None) -> None:
    """The same structure, types, shapes and dtypes; values within the tolerance of the dtype."""
    if isinstance(want, tuple | list):
        assert type(got) is type(want)
        assert len(got) == len(want)
        for g, w in zip(got, want, strict=True):
            assert_close(g, w, rtol)
        return
    if isinstance(want, dict):
        assert got.keys() == want.keys()
        for k in want:
            assert_close(got[k], want[k], rtol)
        return
    if want is None:
        assert got is None
        return
    assert isinstance(got, np.ndarray) == isinstance(want, np.ndarray)
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    tolerance = CLOSE[want.dtype.name] if rtol is None else rtol
    size = float(np.max(np.abs(want[np.isfinite(want)]), initial=1.0))
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * size)


def both(example: Example, what: str, dtype: str, **options: Any) -> tuple[Any, Any, Any]:
    """(on the stand-in, on NumPy, the derivative for CuPy)."""
    make = getattr(fpad, what)
    on_numpy = make(example.function, wrt=example.wrt, **options)
    on_device = make(example.function, wrt=example.wrt, backend="cupy", **options)
    args = example.arguments(SIZE, dtype)
    seeds: dict[str, Any] = {}
    if what == "jvp":
        wrt = example.wrt if isinstance(example.wrt, tuple) else (example.wrt,)
        tangents = tuple(example.arguments(SIZE, dtype, seed=7)[k] for k in wrt)
        seeds = {"tangent": tangents if isinstance(example.wrt, tuple) else tangents[0]}
    want = on_numpy(*args, **seeds)
    got = on_device(*standin.to_device(args), **standin.to_device(seeds))
    return standin.to_host(got), want, on_device


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_gradient(example, dtype):
    before = standin.ElementwiseKernel.calls
    got, want, derivative = both(example, "grad", dtype)
    assert_close(got, want, CLOSE[dtype])
    assert derivative.source.startswith("import cupy as cp\nfrom fpad.runtime import gpu as fp\n")
    assert standin.ElementwiseKernel.calls > before  # not by the array operations


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_tangent(example):
    got, want, _ = both(example, "jvp", "float64")
    assert_close(_value_as_number(got), _value_as_number(want))


def _value_as_number(result: tuple[Any, Any]) -> tuple[float, float]:
    """CuPy has no scalars: the value of a sum is an array without axes there."""
    return float(result[0]), float(result[1])


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize(
    ("example", "precision"),
    [(e, ("bfloat16", "float8_e4m3fn")[k % 2]) for k, e in enumerate(EXAMPLES)],
    ids=lambda v: getattr(v, "name", v),
)
def test_rounded_gradient(example, precision):
    """A last bit of a function decides a rounding now and then: nearly all entries are equal."""
    got, want, _ = both(example, "grad", "float32", precision=precision)
    pairs = zip(got, want, strict=True) if isinstance(want, tuple) else [(got, want)]
    equal = total = 0
    for g, w in pairs:
        g, w = np.asarray(g), np.asarray(w)
        assert (g.dtype, g.shape) == (w.dtype, w.shape)
        equal += int(np.sum((g == w) | (np.isnan(g) & np.isnan(w))))
        total += g.size
    assert equal >= 0.99 * total


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize("program", sampled(MARKED, 3))
def test_corpus(program):
    """Loops, tapes, writes in place, calls: every program that NumPy's back end takes."""
    with np.errstate(all="ignore"):
        compare_backends(program)


def compare_backends(program: Program) -> None:
    for case in program.cases:
        args, kwargs = case.fresh()
        try:
            want = fpad.grad(program.function, wrt=program.wrt)(*args, **kwargs)
        except fpad.FpadError:
            continue  # it is refused there
        args, kwargs = standin.to_device(case.fresh())
        try:
            got = fpad.grad(program.function, wrt=program.wrt, backend="cupy")(*args, **kwargs)
        except fpad.TransformError as error:
            if "share memory" not in str(error):
                raise
            continue  # entries are copied there, so it cannot be asked
        except TypeError as error:
            if str(error) != "Unsupported type <class 'numpy.ndarray'>":
                raise
            pytest.skip("reads NumPy arrays from outside")
        # A cotangent has the precision of the arrays there; NumPy's is float64 now and then.
        single = any(getattr(x, "dtype", None) == np.float32 for x in case.args)
        assert_close(standin.to_host(got), want, CLOSE["float32"] if single else None)


def second_name_of_a_sum(x, s):
    total = np.sum(x)
    before = total
    total += np.sum(x * x)
    total *= s
    return total * before


def sums_in_a_loop(x):
    total = np.sum(x)
    product = 1.0
    for k in range(3):
        product = product * total
        total += np.sum(x * float(k))
    return product * total


def element_then_written(x):
    y = x * 2.0
    first = y[0]
    y[0] = 5.0
    return np.sum(y * first)


def chosen_by_a_number(x, s):
    return np.sum(np.where(s > 1.0, x * s, x - s))


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (second_name_of_a_sum, (np.array([0.5, -1.5, 2.0]), 1.3)),
        (sums_in_a_loop, (np.array([0.5, -1.5, 2.0]),)),
        (element_then_written, (np.array([0.5, -1.5, 2.0]),)),
        (chosen_by_a_number, (np.array([0.5, -1.5, 2.0]), 1.3)),
        (chosen_by_a_number, (np.array([0.5, -1.5, 2.0]), 0.3)),
    ],
)
def test_what_numpy_has_scalars_for(f, args):
    """CuPy has arrays without axes instead, which are written in place and viewed."""
    want = fpad.grad(f)(*args)
    got = fpad.grad(f, backend="cupy")(*standin.to_device(args))
    assert_close(standin.to_host(got), want)


def branches(x):
    y = np.maximum(x, 0.0)
    if np.sum(y) > 1.0:
        y = y * 2.0
    return np.sum(y * np.abs(x))


@pytest.mark.usefixtures("cupy_standin")
def test_choices_are_recorded():
    x = np.array([0.5, -1.5, 2.0])
    want, choices = fpad.grad(branches, record=True)(x)
    got, there = fpad.grad(branches, record=True, backend="cupy")(standin.to_device(x))
    assert_close(standin.to_host(got), want)
    assert there.path == choices.path


def waves(x):
    return np.sum(np.sin(x) * x)


@pytest.mark.usefixtures("cupy_standin")
def test_second_derivatives():
    x, v = np.array([0.5, -1.5, 2.0]), np.array([1.0, 2.0, -0.5])
    slope = fpad.grad(waves)
    want = fpad.jvp(slope)(x, tangent=v)
    got = fpad.jvp(slope, backend="cupy")(*standin.to_device((x,)), tangent=standin.to_device(v))
    assert_close(standin.to_host(got), want)


def mixed(x, w):
    t = x * x
    return np.sum(t * w + np.exp(t))


@pytest.mark.usefixtures("cupy_standin")
@pytest.mark.parametrize("dtypes", [("float32", "float64"), ("float64", "float32")])
def test_mixed_precision_follows_numpy(dtypes):
    args = tuple(np.linspace(0.1, 0.9, 7).astype(t) for t in dtypes)
    want = fpad.grad(mixed, wrt=(0, 1))(*args)
    got = fpad.grad(mixed, wrt=(0, 1), backend="cupy")(*standin.to_device(args))
    assert_close(standin.to_host(got), want)


def test_without_cupy_the_error_names_the_extra(monkeypatch):
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "cupy" else find(name, *a)
    )
    with pytest.raises(fpad.MissingExtra, match=r"pip install \"fpad\[cuda12x\]\""):
        fpad.grad(mixed, backend="cupy")(np.ones(3), np.ones(3))
