"""Calls of the library: values, both modes, memory orders, second order, and many examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad
from tests.called import Case, one, tolerance, written
from tests.calls_table import CALLS, OPERANDS, REFUSED, Call
from tests.oracles import OracleError, inner, richardson

REASSOCIATED = ("where=", "initial=", "fft2", "fftn", "upper=")
"""Values that are right to rounding only: NumPy adds the same numbers in another order."""


def sampled() -> list[Any]:
    """A call of one function in six; the others are left to make test-slow."""
    seen: dict[str, int] = {}
    found = []
    for k, call in enumerate(CALLS):
        number = seen.setdefault(call.function, len(seen))
        first = number % 6 == 0 and list(seen)[-1] == call.function and CALLS[k - 1] != call
        again = k and CALLS[k - 1].function == call.function
        marks = () if first and not again else pytest.mark.slow
        found.append(pytest.param(k, marks=marks, id=f"{call.text} [{call.on}]"))
    return found


EVERY = sampled()


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> list[Callable[..., Any]]:
    """One function for each call, and then for each that is refused, in a file with source."""
    texts = [(c.text, c.on) for c in CALLS] + [(t, on) for t, (on, _) in REFUSED.items()]
    folder = tmp_path_factory.mktemp("calls")
    return written(folder, [(text, len(OPERANDS[on])) for text, on in texts])


def at_first(f: Callable[..., Any], call: Call) -> Case:
    """A call at its first example."""
    return Case(f, [one(x, 0) for x in OPERANDS[call.on]])


def is_same(a: Any, b: Any, close: float) -> None:
    """Shape, type, and numbers; NaN is NaN."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    np.testing.assert_allclose(a, b, rtol=close, atol=close)


def in_other_orders(x: Any) -> list[Any]:
    """The array in memory that is not contiguous: by columns or with gaps, and backwards."""
    if not isinstance(x, np.ndarray) or not x.ndim:
        return [x, x]
    gaps = np.zeros(2 * x.size + 1, x.dtype)[1::2]
    gaps[:] = x.ravel()
    return [np.asfortranarray(x) if x.ndim > 1 else gaps, x[::-1].copy()[::-1]]


@pytest.mark.parametrize("k", EVERY)
@pytest.mark.filterwarnings("ignore")
def test_both_modes(functions: list[Callable[..., Any]], k: int) -> None:
    call = CALLS[k]
    c = at_first(functions[k], call)
    if not c.smooth:
        return  # ints and truth values have no derivative; they are mapped below
    pull = fpad.vjp(c.f, c.wrt)
    value, bx = pull(*c.fresh(), cotangent=c.by)
    loose = any(word in call.text for word in REASSOCIATED)
    is_same(value, c.value, 1e-13 if loose and c.close < 1e-9 else 0.0)
    for b, i in zip(bx, c.wrt, strict=True):
        assert np.asarray(b).dtype == np.asarray(c.args[i]).dtype
        assert np.shape(b) == np.shape(c.args[i])
    _, dy = fpad.jvp(c.f, c.wrt)(*c.fresh(), tangent=c.dx)
    assert np.asarray(dy).dtype == np.asarray(c.value).dtype
    here = all(np.all(np.isfinite(v)) for v in (c.value, *c.args))
    if here:
        assert inner(c.by, dy) == pytest.approx(inner(bx, c.dx), rel=c.close, abs=c.close)
    if here and c.close < 1e-9:

        def along(t: Any) -> Any:
            return np.ravel(np.asarray(c.f(*c.moved(float(t[0]))), float))

        want, error = richardson(along, np.zeros(1), np.ones(1), 1.0 / 64.0)
        scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
        assert error < 1e-6 * scale
        np.testing.assert_allclose(np.ravel(dy), want, rtol=1e-6, atol=1e-7 * scale)
    for order in zip(*map(in_other_orders, c.args), strict=True):
        _, again = pull(*order, cotangent=c.by)
        for b, other in zip(bx, again, strict=True):
            np.testing.assert_allclose(other, b, rtol=c.close, atol=c.close)


@pytest.mark.parametrize("k", EVERY)
@pytest.mark.filterwarnings("ignore")
def test_many_examples(functions: list[Callable[..., Any]], k: int) -> None:
    call = CALLS[k]
    f, many = functions[k], OPERANDS[call.on]
    want = [f(*(one(x, j) for x in many)) for j in range(3)]
    got = fpad.vmap(f)(*many)
    close = tolerance(*want, *many)
    is_same(got, np.stack([np.asarray(w) for w in want]), close)
    c = at_first(f, call)
    if not c.smooth or np.asarray(want[0]).dtype.kind != "f":
        return
    pull = fpad.vjp(f, c.wrt)
    by = np.stack([np.asarray(c.by)] * 3)
    _, mapped = fpad.vmap(pull)(*many, cotangent=by)
    for j in range(3):
        _, single = pull(*(one(x, j) for x in many), cotangent=c.by)
        for b, wanted in zip(mapped, single, strict=True):
            np.testing.assert_allclose(b[j], wanted, rtol=10 * close, atol=10 * close)


@pytest.mark.slow
@pytest.mark.parametrize("k", [k for k, c in enumerate(CALLS) if "float" not in c.on])
@pytest.mark.filterwarnings("ignore")
def test_second_order(functions: list[Callable[..., Any]], k: int) -> None:
    c = at_first(functions[k], CALLS[k])
    if not c.smooth or c.close > 1e-9 or not np.all(np.isfinite(np.sum(c.value))):
        return
    pull = fpad.vjp(c.f, c.wrt)
    _, (_, forward) = fpad.jvp(pull, c.wrt)(*c.fresh(), cotangent=c.by, tangent=c.dx)
    seeds = {"cotangent": c.by, "cotangent_2": (0.0 * c.by, c.dx)}
    _, reverse = fpad.vjp(pull, c.wrt)(*c.fresh(), **seeds)
    for a, b in zip(forward, reverse, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)

    def along(t: Any) -> Any:
        _, bx = pull(*c.moved(float(t[0])), cotangent=c.by)
        return np.concatenate([np.ravel(b) for b in bx])

    try:
        want, error = richardson(along, np.zeros(1), np.ones(1), 1.0 / 64.0)
    except OracleError:
        return  # at the edge of the domain
    scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
    if error < 1e-6 * scale:
        got = np.concatenate([np.ravel(b) for b in forward])
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6 * scale)


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_mapped_is_refused(functions: list[Callable[..., Any]], text: str) -> None:
    on, reason = REFUSED[text]
    f = functions[len(CALLS) + list(REFUSED).index(text)]
    with pytest.raises((fpad.TransformError, fpad.InputError), match=reason):
        fpad.vmap(f)(*OPERANDS[on])
