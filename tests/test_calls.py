"""Calls of the library: values, both modes, memory orders, second order, and many examples."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fpad
from tests.calls_table import CALLS, OPERANDS, REFUSED, Call
from tests.oracles import OracleError, inner, richardson

NARROW = {np.float32: 1e-4, np.float16: 3e-2}
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
    lines = ["import math", "import numpy as np"]
    for k, (text, on) in enumerate(texts):
        names = ("x", "y")[: len(OPERANDS[on])]
        lines += ["", "", f"def call_{k}({', '.join(names)}):", f"    return {text}"]
    path = Path(tmp_path_factory.mktemp("calls")) / "library_calls.py"
    path.write_text("\n".join(lines) + "\n")
    spec = importlib.util.spec_from_file_location("library_calls", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [getattr(module, f"call_{k}") for k in range(len(texts))]


def one(x: Any, k: int) -> Any:
    """The operand of an example: a number of Python where it is one."""
    if x.ndim > 1:
        return x[k].copy()
    return x[k].item() if x.dtype.itemsize <= 8 and x.dtype != np.float16 else x[k]


def tolerance(*values: Any) -> float:
    return max(NARROW.get(np.asarray(v).dtype.type, 1e-10) for v in values)


class Case:
    """A call at its first example, with seeds."""

    def __init__(self, f: Callable[..., Any], call: Call) -> None:
        self.f = f
        self.args = [one(x, 0) for x in OPERANDS[call.on]]
        with np.errstate(all="ignore"):
            self.value = f(*self.fresh())
        self.wrt = tuple(k for k, x in enumerate(self.args) if np.asarray(x).dtype.kind == "f")
        y = np.asarray(self.value)
        self.smooth = y.dtype.kind == "f" and bool(self.wrt)
        self.by = np.asarray(np.cos(np.arange(y.size) + 1.0).reshape(y.shape), y.dtype)
        if not isinstance(self.value, np.ndarray):
            self.by = float(self.by)
        self.dx = tuple(self.direction(k) for k in self.wrt)
        self.close = tolerance(self.value, *(self.args[k] for k in self.wrt))

    def fresh(self) -> list[Any]:
        return [x.copy() if isinstance(x, np.ndarray) else x for x in self.args]

    def direction(self, k: int) -> Any:
        x = np.asarray(self.args[k])
        d = np.asarray(np.sin(3.0 * np.arange(x.size) + k + 1.0).reshape(x.shape), x.dtype)
        return d if isinstance(self.args[k], np.ndarray) else float(d)

    def moved(self, t: float) -> list[Any]:
        args = self.fresh()
        for k, d in zip(self.wrt, self.dx, strict=True):
            args[k] = args[k] + t * d
        return args


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
    c = Case(functions[k], call)
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
    c = Case(f, call)
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
    c = Case(functions[k], CALLS[k])
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
