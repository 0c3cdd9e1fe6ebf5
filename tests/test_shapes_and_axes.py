"""Shapes and axes drawn at random: values, both modes, and many examples are NumPy's and agree."""

from __future__ import annotations

import functools
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fpad
from tests.transforms.execution import define

REDUCTIONS = [
    *("sum", "prod", "mean", "var", "std", "max", "min", "median", "ptp", "linalg.norm"),
    *("nansum", "nanprod", "nanmean", "nanvar", "nanmax", "nanmedian"),
]
ALONG_AN_AXIS = [
    *("np.cumsum(x, axis={0})", "np.cumprod(x, axis={0})", "np.sort(x, axis={0})"),
    *("np.diff(x, axis={0})", "np.flip(x, {0})", "np.roll(x, 1, {0})", "np.repeat(x, 2, {0})"),
    *("np.take(x, [0, -1], axis={0})", "np.concatenate([x, x], axis={0})"),
    *("np.stack([x, 2.0 * x], axis={0})", "np.expand_dims(x, {0})", "np.moveaxis(x, {0}, 0)"),
    *("np.swapaxes(x, {0}, -1)", "np.trapezoid(x, axis={0})", "np.gradient(x, axis={0})"),
    *("np.maximum.accumulate(x, axis={0})", "np.delete(x, 0, {0})"),
    *("np.argsort(x, axis={0}) * x", "np.unwrap(x, axis={0})", "np.fft.fft(x, axis={0}).real"),
]
PAIRS = [
    *("x + y", "x * y", "x / y", "np.maximum(x, y)", "np.hypot(x, y)", "np.where(x > y, x, y)"),
    *("x @ y", "np.dot(x, y)", "np.inner(x, y)", "np.outer(x, y)", "np.tensordot(x, y, 1)"),
    *("np.kron(x, y)", "np.concatenate([x, y])", "np.vstack([x, y])", "np.hstack([x, y])"),
    *("x ** 2 - y", "np.clip(x, y, 2.0)", "np.arctan2(x, y)", "np.append(x, y)", "x[..., :1] * y"),
]
SHAPES = st.lists(st.integers(0, 3), max_size=3).map(tuple)
AXES = st.one_of(st.none(), st.integers(-3, 2), st.lists(st.integers(-3, 2), max_size=2).map(tuple))
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@functools.cache
def function(text: str, *names: str) -> Any:
    """The expression as a function with source."""
    return define(f"def f({', '.join(names)}):\n    return {text}\n", np=np)


def entries(shape: tuple[int, ...], k: float) -> Any:
    """Numbers apart from each other and from zero."""
    count = int(np.prod(shape, dtype=int))
    return np.asarray(1.0 + np.modf(0.618 * k * (1.0 + np.arange(count)))[0].reshape(shape))


def agree(text: str, *args: Any) -> None:
    """The function, its derivatives and it mapped, against NumPy's value or exception."""
    f = function(text, *"xy"[: len(args)])
    wrt = tuple(range(len(args)))
    many = [np.stack([x, 0.75 * x]) for x in args]
    try:
        y = f(*args)
    except (ValueError, TypeError, IndexError) as wanted:
        with pytest.raises((type(wanted), fpad.FpadError)):
            fpad.vjp(f, wrt)(*args, cotangent=1.0)
        if all(x.ndim for x in args):
            with pytest.raises((type(wanted), fpad.FpadError)):
                fpad.vmap(f)(*many)
        return
    by = np.asarray(np.cos(np.arange(np.size(y)) + 1.0).reshape(np.shape(y)))
    value, bx = fpad.vjp(f, wrt)(*args, cotangent=by if isinstance(y, np.ndarray) else float(by))
    np.testing.assert_array_equal(value, y)
    dx = tuple(np.sin(1.0 + k + np.arange(x.size)).reshape(x.shape) for k, x in enumerate(args))
    _, dy = fpad.jvp(f, wrt)(*args, tangent=tuple(map(np.asarray, dx)))
    assert np.shape(dy) == np.shape(y)
    assert [b.shape for b in bx] == [x.shape for x in args]
    if np.all(np.isfinite(y)):
        total = sum(float(np.sum(b * d)) for b, d in zip(bx, dx, strict=True))
        assert float(np.sum(by * dy)) == pytest.approx(total, rel=1e-9, abs=1e-11)
        up, down = (
            np.asarray(f(*(x + h * d for x, d in zip(args, dx, strict=True))))
            for h in (1e-6, -1e-6)
        )
        np.testing.assert_allclose(dy, (up - down) / 2e-6, rtol=2e-4, atol=1e-5)
    if not all(x.ndim for x in args):
        return  # examples would be numbers, which NumPy's functions do not take all
    mapped = fpad.vmap(f)(*many)
    want = np.stack([f(*(m[k] for m in many)) for k in range(2)])
    assert mapped.shape == want.shape
    np.testing.assert_allclose(mapped, want, rtol=1e-12, atol=1e-14)


def quietly(text: str, *args: Any) -> None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        agree(text, *args)


@given(st.sampled_from(REDUCTIONS), SHAPES, AXES, st.booleans())
@FEW
def test_reductions(op: str, shape: tuple[int, ...], axis: Any, keepdims: bool) -> None:
    quietly(f"np.{op}(x, axis={axis}, keepdims={keepdims})", entries(shape, 1.0))


@given(st.sampled_from(ALONG_AN_AXIS), SHAPES.filter(len), st.integers(-3, 2))
@FEW
def test_along_an_axis(text: str, shape: tuple[int, ...], axis: int) -> None:
    quietly(text.format(axis), entries(shape, 1.0))


@given(st.sampled_from(PAIRS), SHAPES, SHAPES)
@FEW
def test_two_operands(text: str, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    quietly(text, entries(first, 1.0), entries(second, 0.7))
