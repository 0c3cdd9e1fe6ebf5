"""Sweeps of random networks against brute force that shares nothing with them.

The function itself, run on fractions, has quotients along a step of 2**-200: with a derivative they
are linear in the direction; without one some direction shows it.  What AD returns is the generated
gradient, whose numbers are small integers here, so floats are exact.
"""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from tests.check.theory import relu0, relu1, relu_half, relu_where0, relu_where1
from tests.sweeps.networks import hardsigmoid_where

STEP = Fraction(1, 2**200)
CLOSE = Fraction(1, 2**150)
ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "relu0": relu0,
    "relu1": relu1,
    "relu_half": relu_half,
    "where0": relu_where0,
    "where1": relu_where1,
    "abs": abs,
    "clip": lambda x: np.clip(x, -1, 1),
    "leaky": lambda x: np.maximum(2 * x, x),
    "square": lambda x: np.where(x > 0, x * x, 0.0),
    "hole": lambda x: np.where(x == 0, 0.0, x),
    "step": lambda x: np.where(x > 0, 1.0, 0.0),
    "hard": lambda x: 6 * hardsigmoid_where(3 * x),
}


class Rational(Fraction):
    """A fraction that stays one beside floats, which are the fractions that they are."""


def _exactly(name: str) -> Callable[[Any, Any], Any]:
    plain = getattr(Fraction, name)
    return lambda a, b: Rational(plain(a, Fraction(b)))


for _name in ("add", "sub", "mul", "truediv"):
    setattr(Rational, f"__{_name}__", _exactly(f"__{_name}__"))
    setattr(Rational, f"__r{_name}__", _exactly(f"__r{_name}__"))
Rational.__neg__ = lambda a: Rational(-Fraction(a))  # type: ignore[assignment,method-assign]
Rational.__abs__ = lambda a: Rational(abs(Fraction(a)))  # type: ignore[assignment,method-assign]


def network(act: Callable[..., Any], last: Callable[..., Any]) -> Callable[..., Any]:
    def f(w: Any, A: Any, B: Any, C: Any, D: Any, c: Any, v: Any) -> Any:
        z = act(A @ w + c)
        y = last((B @ z) * (C @ w) + D @ w)
        return np.sum(v * y)

    return f


def tied(act: Callable[..., Any], last: Callable[..., Any]) -> Callable[..., Any]:
    def f(w: Any, A: Any, B: Any, C: Any, D: Any, c: Any, v: Any) -> Any:
        z = act(A @ w + c)
        u = np.maximum(z, D @ w)
        if u[0] > z[1]:
            return last(np.max(u) * v[0] + w[0])
        return last(np.max(u) * v[0] + w[0] + u[0] - z[1])

    return f


def quotient(f: Callable[..., Any], x: list[Fraction], d: list[int], rest: Any) -> Fraction | None:
    """(f(x + h d) - f(x)) / h on fractions; None where they are too large: f jumps."""

    def at(h: Fraction) -> Fraction:
        w = np.array([Rational(a + h * b) for a, b in zip(x, d, strict=True)], dtype=object)
        y = f(w, **rest)
        return Fraction(y.item() if isinstance(y, np.ndarray) else y)

    q = (at(STEP) - at(Fraction(0))) / STEP
    return None if abs(q) > 2**100 else q


def truth(
    f: Callable[..., Any], x: list[Fraction], rest: Any, rng: random.Random, count: int = 60
) -> Any:
    """The gradient at x, or None where one of some directions shows that there is none."""
    n = len(x)
    unit = [[int(i == k) for i in range(n)] for k in range(n)]
    g = [quotient(f, x, e, rest) for e in unit]
    directions = [[rng.randint(-9, 9) for _ in range(n)] for _ in range(count)]
    for d in [*unit, *([-a for a in e] for e in unit), *directions]:
        q = quotient(f, x, d, rest)
        if q is None or None in g:
            return None
        if abs(q - sum(a * b for a, b in zip(g, d, strict=True))) > CLOSE * 1000:
            return None
    return [round(float(v) * 2**20) / 2**20 for v in g]


def small(rng: random.Random, *shape: int) -> Any:
    return np.array(rng.choices((-1, 0, 0, 1, 1, 2), k=int(np.prod(shape)))).reshape(shape) * 1.0


SLOW = [pytest.param(k, marks=pytest.mark.slow) for k in range(4, 60)]


@pytest.mark.parametrize("seed", [*range(4), *SLOW])
def test_random_network(seed: int) -> None:
    rng = random.Random(seed)
    names = sorted(ACTIVATIONS)
    first, last = rng.choice(names), rng.choice(names)
    f = (network, tied)[seed % 2](ACTIVATIONS[first], ACTIVATIONS[last])
    n = 3
    shapes = {"A": (2, n), "B": (2, 2), "C": (2, n), "D": (2, n), "c": (2,), "v": (2,)}
    fixed = {name: small(rng, *shape) for name, shape in shapes.items()}
    s = fpad.sweep(f, over={"w": ((-1, 0, 1), (n,))}, fixed=fixed)
    exact = {
        k: np.array([Rational(x) for x in np.ravel(v)], object).reshape(v.shape)
        for k, v in fixed.items()
    }
    gradient = fpad.grad(f)
    verdicts = list(fpad.Verdict)
    wrong = set(map(tuple, s.points("incorrect")))
    hit = 0
    for w, code in zip(s.points("all"), s.verdict, strict=True):
        verdict = verdicts[code]
        if verdict is fpad.Verdict.UNKNOWN:
            continue
        g = truth(f, list(map(Fraction, w)), exact, rng)
        if g is not None and verdict is not fpad.Verdict.DIFFERENTIABLE:  # a thin cone?
            g = truth(f, list(map(Fraction, w)), exact, rng, 3000)
        told = f"{first} {last} {w}"
        assert (g is not None) == (verdict is fpad.Verdict.DIFFERENTIABLE), told
        if g is not None:
            assert (tuple(w) in wrong) == (gradient(w, **fixed).tolist() != g), told
        hit += 1
    assert s.bound is None or s.fraction <= s.bound
    assert hit + s.unknown == 3**n
    if not {first, last} & {"step", "hole"} and seed % 2 == 0:
        assert s.unknown == 0


def layers(first: Callable[..., Any], second: Callable[..., Any], bias: int) -> Callable[..., Any]:
    def f(W: Any, b: Any, V: Any, c: Any, X: Any) -> Any:
        z = first(W @ X + b) if bias & 1 else first(W @ X)
        y = second(V @ z + c) if bias & 2 else second(V @ z)
        return np.sum(y)

    return f


@pytest.mark.parametrize("bias", [0, 1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_what_the_theorems_say(seed: int, bias: int) -> None:
    """B1, B2, B4 and B5 with a bias for each neuron, N1 without; on all points."""
    rng = random.Random(100 + seed)
    names = ["relu0", "relu1", "where0", "abs", "clip", "hard", "leaky"]
    first, second = rng.choice(names), rng.choice(names)
    over: dict[str, Any] = {"W": ((-1, 0, 1), (1, 2)), "V": ((-1, 0, 1), (2, 1))}
    fixed: dict[str, Any] = {"X": np.array([1.0, rng.choice((-1.0, 0.5, 2.0))])}
    for name, shape, bit in (("b", (1,), 1), ("c", (2,), 2)):
        if bias & bit:
            over[name] = ((-1, 0, 1), shape)
        else:
            fixed[name] = np.zeros(shape)
    s = fpad.sweep(layers(ACTIVATIONS[first], ACTIVATIONS[second], bias), over=over, fixed=fixed)
    assert s.unknown == 0
    assert s.bound is not None
    assert s.fraction <= s.bound
    counts = [len(a.kinks) for a in s.activations]
    # The weights of constant inputs move a neuron as a bias does.
    assert s.bound_theorem == ("B2" if bias & 2 else "N1")
    assert s.bound >= Fraction(sum(counts), 3)
    if bias == 3:
        assert s.bound == Fraction(sum(counts), 3)
        assert (s.inc, s.b4_mismatch) == (0, 0)
        if not {first, second} & {"abs", "hard"}:  # their coded slopes are those of no side
            assert s.clarke_failures == s.clarke_unknown == 0


@pytest.mark.parametrize("seed", [*range(5), *SLOW[:20]])
def test_clarke(seed: int) -> None:
    """AD is outside of the hull of the gradients near by where it is said to be, and only there."""
    rng = random.Random(1000 + seed)
    names = sorted(set(ACTIVATIONS) - {"step", "hole", "square"})
    f = network(ACTIVATIONS[rng.choice(names)], ACTIVATIONS[rng.choice(names)])
    n = 2
    shapes = {"A": (2, n), "B": (2, 2), "C": (2, n), "D": (2, n), "c": (2,), "v": (2,)}
    fixed = {name: small(rng, *shape) for name, shape in shapes.items()}
    exact = {
        k: np.array([Rational(x) for x in np.ravel(v)], object).reshape(v.shape)
        for k, v in fixed.items()
    }
    s = fpad.sweep(f, over={"w": ((-1, 0, 1), (n,))}, fixed=fixed)
    gradient = fpad.grad(f)
    outside, unknown = (set(map(tuple, s.points(k))) for k in ("outside_clarke", "clarke_unknown"))

    def near(w: Any, count: int) -> list[list[float]]:
        found = []
        units = [[int(i == k) for i in range(n)] for k in range(n)]
        for _ in range(count):
            d = [rng.randint(-99, 99) for _ in range(n)]
            x = [Fraction(a) + b * Fraction(1, 2**60) for a, b in zip(w, d, strict=True)]
            quotients = [quotient(f, x, e, exact) for e in units]
            found.append([round(float(q) * 2**20) / 2**20 for q in quotients if q is not None])
        return found

    for w in s.points("all"):
        if tuple(w) in unknown:
            continue
        ad, inside = gradient(w, **fixed), tuple(w) not in outside
        # Some pieces have thin cones: a few gradients may miss them.
        assert any(in_hull(ad, near(w, count)) == inside for count in (20, 200, 2000)), w
    assert s.clarke_unknown <= 2


def in_hull(point: Any, corners: list[list[float]]) -> bool:
    from scipy.optimize import linprog

    a = np.vstack([np.array(corners).T, np.ones(len(corners))])
    return bool(linprog(np.zeros(len(corners)), A_eq=a, b_eq=[*point, 1.0]).success)
