"""Every rule of the table, in both modes and to second order, against differences."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest

from fpad.transforms.ir import Const, Let
from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Path, Rule
from fpad.transforms.rules.trace import quote
from tests.transforms.rules.straight_line import (
    Case,
    at,
    builder,
    cases,
    forward,
    replaced,
    reverse,
    run,
    subsets,
)

STEP = 4e-3
NUMPY = tuple(map(int, np.__version__.split(".")[:2]))


def name_of(rule: Rule) -> str:
    module = getattr(rule.op, "__module__", None) or "numpy"
    return f"{module.removeprefix('_').removeprefix('fpad.')}.{rule.op.__name__}"


STRAIGHT = [r for r in RULES.values() if r.facts.get("straight_through")]
DIFFERENTIABLE = sorted(
    (r for r in RULES.values() if r.form != "constant" and r not in STRAIGHT), key=name_of
)


def extrapolated(f: Callable[[float], Any]) -> Any:
    """The derivative at 0, by Richardson extrapolation of central differences."""
    rows = [(np.asarray(f(h)) - np.asarray(f(-h))) / (2.0 * h) for h in (STEP, STEP / 2, STEP / 4)]
    rows = [(4.0 * rows[k + 1] - rows[k]) / 3.0 for k in range(2)]
    return (16.0 * rows[1] - rows[0]) / 15.0


def dot(a: Any, b: Any) -> float:
    return float(np.sum(np.asarray(a, np.float64) * np.asarray(b, np.float64)))


def direction(rng: np.random.Generator, x: Any) -> Any:
    d = rng.standard_normal(np.shape(x))
    return float(d) if isinstance(x, float) else np.asarray(d, x.dtype)


def moved(case: Case, dxs: Mapping[Path, Any], t: float) -> tuple[Any, ...]:
    return replaced(case.args, {p: at(case.args, p) + t * d for p, d in dxs.items()})


def slope(case: Case, dxs: Mapping[Path, Any]) -> Any:
    """The derivative of the operation in a direction, by differences."""
    return extrapolated(lambda t: case.rule.op(*moved(case, dxs, t), **case.kwargs))


def on_one_piece(case: Case, dxs: Mapping[Path, Any]) -> bool:
    """Do the differences stay on one piece of the operation?"""
    if case.rule.piece is None:
        return True
    labels = [
        case.rule.piece(*moved(case, dxs, t), **case.kwargs) for t in (-STEP, -STEP / 2, 0.0, STEP)
    ]
    return all(np.array_equal(labels[0], label) for label in labels)


def drawn(rule: Rule, dtype: Any = np.float64) -> list[tuple[Case, dict[Path, Any]]]:
    """Cases with a direction for every operand, away from the boundaries between pieces."""
    rng = np.random.default_rng(11)
    found = []
    for number in range(len(list(cases(rule, rng)))):
        for _ in range(200):
            case = list(cases(rule, rng, dtype))[number]
            dxs = {p: direction(rng, at(case.args, p)) for p in case.floats()}
            if on_one_piece(case, dxs):
                break
        else:
            raise AssertionError("every case crosses a boundary")
        found.append((case, dxs))
    return found


def statement(case: Case, names: Mapping[Path, str]) -> Let:
    """y = op(..) with the named operands as names and the others as constants."""
    marked = replaced(case.args, {p: _Name(n) for p, n in names.items()})
    kwargs = tuple((k, quote(v)) for k, v in case.kwargs.items())
    return Let("y", case.rule.op, tuple(_operand(a) for a in marked), kwargs)


class _Name(str):
    __slots__ = ()


def _operand(a: Any) -> Any:
    if isinstance(a, _Name):
        return str(a)
    if isinstance(a, tuple):
        return tuple(map(_operand, a))
    return quote(a) if isinstance(a, slice) else Const(a)


def same_shape(a: Any, x: Any) -> None:
    assert np.shape(a) == np.shape(x)
    assert not (isinstance(x, float) and isinstance(a, np.ndarray) and a.ndim)


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_both_modes(rule: Rule) -> None:
    rng = np.random.default_rng(5)
    for case, dxs in drawn(rule):
        y = rule.op(*case.args, **case.kwargs)
        by = direction(rng, np.float64(0) if np.shape(y) == () else y)
        for active in subsets(list(dxs)):
            for named in {tuple(dxs), active}:
                names = {p: "x" + "_".join(map(str, p)) for p in named}
                env = {n: at(case.args, p) for p, n in names.items()}
                s = statement(case, names)
                # forward
                some = {p: dxs[p] for p in active}
                want = slope(case, some)
                b = builder([s], "by", *names.values(), *("d" + n for n in names.values()))
                known = forward([s], {names[p]: "d" + names[p] for p in active}, b)
                env |= {"d" + names[p]: d for p, d in some.items()}
                dy = run([s, *b.out], env)[known["y"]] if "y" in known else np.zeros_like(y)
                same_shape(dy, y)
                np.testing.assert_allclose(dy, want, rtol=1e-7, atol=1e-9)
                # reverse
                b = builder([s], "by", *names.values())
                found = reverse([s], [names[p] for p in active], {"y": "by"}, b)
                after = run([s, *b.out], {**env, "by": by})
                total = 0.0
                for p in active:
                    bx = after[found[names[p]]]
                    same_shape(bx, at(case.args, p))
                    total += dot(bx, dxs[p])
                assert total == pytest.approx(dot(by, dy), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_maps_compute_what_they_write(rule: Rule) -> None:
    """A map called on values gives what its statements give.

    To rounding only: an exponent that the map knows selects another formula.
    """
    rng = np.random.default_rng(6)
    for case, dxs in drawn(rule):
        if any(len(p) > 1 for p in dxs):
            continue  # the maps of displays return sequences
        y = rule.op(*case.args, **case.kwargs)
        by = direction(rng, np.float64(0) if np.shape(y) == () else y)
        names = {p: f"x{p[0]}" for p in dxs}
        s = statement(case, names)
        env = {n: at(case.args, p) for p, n in names.items()} | {"by": by, "y": y}
        for p in dxs:
            b = builder([s], "by", *names.values())
            args = [b.unquote(a) for a in s.args]
            kwargs = {k: b.unquote(v) for k, v in s.kwargs}
            for maps, seed in ((rule.tangents, dxs[p]), (rule.adjoints, by)):
                slope = rule._map(maps, p[0])
                env["seed"] = seed
                b.out.clear()
                written = quote(slope(b.unquote("seed"), b.unquote("y"), *args, **kwargs))
                after = run(b.out, env)
                got = after[written] if isinstance(written, str) else written.value
                want = slope(seed, y, *case.args, **case.kwargs)
                np.testing.assert_allclose(got, want, rtol=1e-14, atol=0.0)


@dataclass
class Gradient:
    """A program with several results, moved along a direction."""

    program: list[Let]
    env: dict[str, Any]
    tangents: dict[str, Any]
    results: list[str]

    def __call__(self, k: int, t: float) -> Any:
        there = run(self.program, {n: x + t * self.tangents[n] for n, x in self.env.items()})
        return there[self.results[k]]


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_second_order(rule: Rule) -> None:
    """The adjoint, as a program of its own, differentiated again in both modes."""
    rng = np.random.default_rng(7)
    for case, dxs in drawn(rule):
        y = rule.op(*case.args, **case.kwargs)
        by = direction(rng, np.float64(0) if np.shape(y) == () else y)
        names = {p: "x" + "_".join(map(str, p)) for p in dxs}
        s = statement(case, names)
        b = builder([s], "by", *names.values())
        found = reverse([s], list(names.values()), {"y": "by"}, b)
        program = [s, *b.out]
        env = {n: at(case.args, p) for p, n in names.items()} | {"by": by}
        dby = direction(rng, np.asarray(by) if np.shape(by) else np.float64(0))
        tangents = {n: dxs[p] for p, n in names.items()} | {"by": dby}

        gradient = Gradient(program, env, tangents, [found[n] for n in names.values()])
        b = builder(program, *env, *("d" + n for n in env))
        known = forward(program, {n: "d" + n for n in env}, b)
        after = run([*program, *b.out], env | {"d" + n: d for n, d in tangents.items()})
        seconds = {}
        for k, n in enumerate(names.values()):
            want = extrapolated(partial(gradient, k))
            got = after[known[found[n]]] if found[n] in known else np.zeros(np.shape(want))
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-7, err_msg=n)
            seconds[n] = got
        # reverse over reverse, by duality
        weights = {n: direction(rng, env[n]) for n in names.values()}
        b = builder(program, *env, *("w" + n for n in names.values()))
        seeds: dict[str, str] = {}
        for n in names.values():
            w = b.unquote("w" + n)
            seeds[found[n]] = (
                quote(b.unquote(seeds[found[n]]) + w) if found[n] in seeds else "w" + n
            )
        again = reverse(program, list(env), seeds, b)
        after = run([*program, *b.out], env | {"w" + n: w for n, w in weights.items()})
        total = sum(dot(after[again[n]], tangents[n]) for n in env if n in again)
        want = sum(dot(weights[n], seconds[n]) for n in names.values())
        assert total == pytest.approx(want, rel=1e-9, abs=1e-9)


@pytest.mark.skipif(NUMPY < (2, 0), reason="NumPy 1 widens arrays of shape () itself")
@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_float32_stays_float32(rule: Rule) -> None:
    for case, dxs in drawn(rule, np.float32):
        y = rule.op(*case.args, **case.kwargs)
        if getattr(y, "dtype", None) != np.float32 or rule.op is np.linspace:
            continue  # the operation makes its own dtype, or its weights do
        if any(isinstance(at(case.args, p), float) for p in dxs):
            continue  # np.where(mask, 1.0, 0.0) and np.dot(x, 2.0) are float64 in the primal too
        by = np.ones_like(y) if np.ndim(y) else np.float32(1)
        names = {p: "x" + "_".join(map(str, p)) for p in dxs}
        s = statement(case, names)
        env = {n: at(case.args, p) for p, n in names.items()} | {"by": by}
        env |= {"d" + n: dxs[p] for p, n in names.items()}
        b = builder([s], *env)
        known = forward([s], {n: "d" + n for n in names.values()}, b)
        found = reverse([s], list(names.values()), {"y": "by"}, b)
        after = run([s, *b.out], env)
        assert after[known["y"]].dtype == np.float32
        for p, n in names.items():
            if isinstance(at(case.args, p), np.ndarray):
                assert after[found[n]].dtype == np.float32, n


MIXED = [
    (operator.mul, (np.float32, np.float64)),
    (np.add, (np.float64, np.float32)),
    (np.maximum, (np.float32, np.int64)),
    (operator.truediv, (np.float64, np.int64)),
    (operator.matmul, (np.float32, np.float64)),
    (operator.pow, (np.float64, np.int64)),
]


@pytest.mark.parametrize(("op", "dtypes"), MIXED)
def test_mixed_dtypes(op: Any, dtypes: Any) -> None:
    rng = np.random.default_rng(3)
    xs = [np.asarray(rng.uniform(1.0, 3.0, (3, 3)), d) for d in dtypes]
    case = Case(RULES[op], tuple(xs), {})
    names = {p: f"x{p[0]}" for p in case.floats()}
    s = statement(case, names)
    env = {n: at(xs, p) for p, n in names.items()} | {"by": np.ones((3, 3))}
    b = builder([s], *env)
    found = reverse([s], list(names.values()), {"y": "by"}, b)
    after = run([s, *b.out], env)
    wide = Case(case.rule, tuple(np.asarray(x, np.float64) for x in xs), {})
    for p, n in names.items():
        want = np.sum(slope(wide, {p: np.ones((3, 3))}))
        assert float(np.sum(after[found[n]])) == pytest.approx(float(want), rel=1e-6)


@pytest.mark.parametrize("rule", STRAIGHT, ids=name_of)
def test_roundings_pass_derivatives_through(rule: Rule) -> None:
    x = np.array([0.3, -1.7, 100.1])
    env = {"x0": x, "dx": np.array([1.0, 2.0, 3.0]), "by": np.array([3.0, 2.0, 1.0])}
    s = Let("y", rule.op, ("x0",))
    assert rule.tangent(builder([s], *env), s, {(0,): "dx"}, frozenset((0,))).name == "dx"
    assert rule.adjoint(builder([s], *env), s, "by", (0,), frozenset((0,))).name == "by"
