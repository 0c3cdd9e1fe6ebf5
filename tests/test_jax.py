"""Derivatives beside those of JAX and autograd: calls of the library, and calls at special points.

JAX compiles all calls of a group together, so that a group is one test; what it finds names them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import fpad
from tests.called import Case, one, written
from tests.calls_table import CALLS, OPERANDS, Call
from tests.others import Answer, of_autograd, of_jax
from tests.points_table import CHOSEN, POINTS, points

pytest.importorskip("jax", reason="JAX is not installed", exc_type=ImportError)
pytest.importorskip("autograd", reason="autograd is not installed", exc_type=ImportError)

GROUP = 48
ABSENT = {
    r"math\.|^(float|int|complex|abs\(complex|round\(float|bool)\(": "takes numbers, not tracers",
    r"\.item\(|tolist|list\(": "takes values out of arrays",
    r"nextafter|spacing": "no derivative",
    r"np\.fix\(|dtype=": "not in JAX",
    r"np\.unique": "JAX's has no derivative",
    r"\[\[|(take|compress|choose|convolve|repeat|percentile|quantile)\(.*\[": "takes no lists",
    r"np\.linalg\.svd\(x(\[0\])?\)": "no derivative of full matrices",
    r"np\.(arg)?partition": "what stands on either side of the k-th is in another order",
    r"eigvals\(": "no derivative of what is not symmetric",
    r"\.(reduce|accumulate|reduceat|outer|at)\(": "has such methods of few functions",
    r"np\.ldexp": "JAX's is 1 at zeros and infinities",
}
"""Calls that are not compared, and what JAX does with them."""
VALUES = r" if | and | or |not |max\(|min\(|sorted|sum\(x|x\[x|==|bincount|trim_zeros|isin|extract"
"""Calls that ask for values, which JAX does one by one: they are left to make test-slow."""
SYMMETRIC = r"cholesky|\.eigh\(|eigvalsh"
"""Of what NumPy reads one triangle fpad has the slope of that one, the others the half of both."""


def compared() -> tuple[list[Call], list[Call]]:
    """Calls of the table: one of every seventh function, and the others."""
    few, rest = [], []
    seen: dict[str, int] = {}
    for call in dict.fromkeys(CALLS):
        if "longdouble" in call.on or any(re.search(text, call.text) for text in ABSENT):
            continue
        new = call.function not in seen
        number = seen.setdefault(call.function, len(seen))
        quick = new and not number % 7 and call.on not in ("number", "signed number")
        (few if quick and not re.search(VALUES, call.text) else rest).append(call)
    return few, rest


def groups(calls: Sequence[Call], order: int, marks: Any = ()) -> list[Any]:
    parts = [calls[k : k + GROUP] for k in range(0, len(calls), GROUP)]
    return [pytest.param(p, order, marks=marks, id=f"{p[0].text} .. {p[-1].text}") for p in parts]


FEW, REST = compared()
AT_POINTS = points()
REGULAR = [*groups(FEW[::2], 2), *groups(FEW[1::2], 1), *groups(REST, 2, pytest.mark.slow)]
SPECIAL = [
    *groups([p for k, p in enumerate(AT_POINTS) if k % 3], 0),
    *groups(AT_POINTS[::3], 0, pytest.mark.slow),
]


def cases(group: Sequence[Call], folder: Any, of: Any) -> list[tuple[str, Case]]:
    """The calls of a group as functions at operands; those of floats only."""
    operands = [of(call) for call in group]
    made = written(folder, [(c.text, len(x)) for c, x in zip(group, operands, strict=True)])
    found = zip(group, map(Case, made, operands), strict=True)
    return [(call.text, case) for call, case in found if case.smooth]


def first(call: Call) -> list[Any]:
    return [one(x, 0) for x in OPERANDS[call.on]]


def off(got: Any, want: Any, case: Case, text: str, room: float = 1.0) -> bool:
    """Is a derivative another than the one of the oracle?"""
    close = room * max(case.close, 1e-9)
    for g, w in zip(got, want, strict=True):
        if re.search(SYMMETRIC, text) and g.shape == g.shape[::-1]:
            g, w = g + g.T, w + w.T
        if not np.allclose(g, w, rtol=close, atol=close, equal_nan=True):
            return True
    return False


@pytest.mark.parametrize(("group", "order"), REGULAR)
@pytest.mark.filterwarnings("ignore")
def test_both_modes_and_second_derivatives(group: list[Call], order: int, tmp_path: Any) -> None:
    """Against JAX, and where that is another than autograd the truth, which test_calls has."""
    found = []
    calls = cases(group, tmp_path, first)
    for (text, case), jax in zip(calls, of_jax(calls, order), strict=True):
        if isinstance(jax, Exception):
            found.append(f"{text}: JAX raises {jax!r}")
            continue
        pull = fpad.vjp(case.f, case.wrt)
        _, bx = pull(*case.fresh(), cotangent=case.by)
        _, dy = fpad.jvp(case.f, case.wrt)(*case.fresh(), tangent=case.dx)
        if off(bx, jax.pulled, case, text):
            found.append(f"{text}: pulled back {bx}, by JAX {jax.pulled}")
        if not re.search(SYMMETRIC, text) and off([dy], [jax.pushed], case, text):
            found.append(f"{text}: pushed forward {dy}, by JAX {jax.pushed}")
        other = of_autograd(text, case)
        if isinstance(other, Answer) and not off(other.pulled, jax.pulled, case, text):
            assert not off(bx, other.pulled, case, text, 4.0)
        if case.close > 1e-9 or re.search(SYMMETRIC, text) or jax.second is None:
            continue
        _, (_, hv) = fpad.jvp(pull, case.wrt)(*case.fresh(), cotangent=case.by, tangent=case.dx)
        if off(hv, jax.second, case, text, 100.0):
            found.append(f"{text}: second {hv}, by JAX {jax.second}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("group", "order"), SPECIAL)
@pytest.mark.filterwarnings("ignore")
def test_special_points(group: list[Call], order: int, tmp_path: Any) -> None:
    """Entry by entry where the two agree, or JAX alone has an answer; NaN is none."""
    found, agreed = [], 0
    calls = cases(group, tmp_path, lambda call: POINTS[call.on])
    assert len(calls) == len(group)
    for _, case in calls:
        case.by = np.ones(np.shape(case.value)) if np.ndim(case.value) else 1.0
    for call, (text, case), jax in zip(group, calls, of_jax(calls, order), strict=True):
        assert isinstance(jax, Answer), (text, jax)
        want = np.concatenate([np.ravel(b) for b in jax.pulled])
        _, bx = fpad.vjp(case.f, case.wrt)(*case.fresh(), cotangent=case.by)
        got = np.concatenate([np.ravel(b) for b in bx])
        sure = ~np.isnan(want)
        other = of_autograd(text, case)
        if isinstance(other, Answer):
            also = np.concatenate([np.ravel(b) for b in other.pulled])
            sure &= np.isclose(want, also, rtol=1e-9, atol=1e-12)
        differs = sure & ~np.isclose(got, want, rtol=1e-9, atol=1e-12)
        agreed += int(np.sum(sure & ~differs))
        _, chosen = CHOSEN.get(call.on, {}).get(text, ("", ()))
        if not set(np.flatnonzero(differs)) <= set(chosen):
            found.append(f"{text} at {call.on}: {got}, by both {want}")
    assert not found, "\n".join(found)
    assert agreed > 2 * len(group)


def test_every_exception_is_of_a_call() -> None:
    for on, texts in CHOSEN.items():
        assert {Call(text, on) for text in texts} <= set(AT_POINTS)
    for text in ABSENT:
        assert any(re.search(text, call.text) for call in CALLS), text
