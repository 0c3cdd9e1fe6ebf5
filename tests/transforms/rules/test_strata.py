"""Strata of kinks: what the rules give on them, along them, and on either side of them.

A coded derivative is an intensional one (Lee, Yu, Rival, Yang 2020) if it is finite wherever the
operation is defined, and is the derivative of the operation along each stratum of its bad set: of
max(a, b) on a == b the slopes add up to one, whichever operand has them. Then chains of such rules
are derivatives almost everywhere, also of programs whose operands are always tied.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Path, Rule
from tests.oracles import richardson
from tests.transforms.rules.readings import SCIPY, rule_named
from tests.transforms.rules.straight_line import Case, at, cases, replaced
from tests.transforms.rules.test_table import DIFFERENTIABLE, name_of

EVERY = [
    *DIFFERENTIABLE,
    *(rule_named(name) for name in SCIPY if importlib.util.find_spec("scipy") is not None),
]
STRATIFIED = [r for r in EVERY if r.strata]
SMOOTH = [r for r in EVERY if r.pointwise and r.piece is None]
POLES = "a quotient of gamma functions, of which both have a pole"
INFINITE: dict[str, str] = {
    "numpy.rgamma": POLES,
    "numpy.beta": POLES,
    "numpy.betaln": POLES,
    "numpy.binom": POLES,
    "numpy.poch": POLES,
    "scipy.special._basic.factorial": "SciPy's is 0 of negative numbers",
}
"""Rules that give no finite slope at some special point where there is a value, and why."""
REACH = 0.25
"""How far the sides are looked at; the boundaries in `strata` are further apart."""


def strata(rule: Rule) -> list[Case]:
    return [Case(rule, point, {}) for point in rule.strata]


def directions(case: Case) -> Iterator[dict[Path, Any]]:
    """Each entry alone, all pairs of them with the same and with opposite sign, and others."""
    floats = {p: np.asarray(at(case.args, p), float) for p in case.floats()}
    n = sum(x.size for x in floats.values())
    rng = np.random.default_rng(4)
    rows = list(np.eye(n))
    for j, k in itertools.combinations(range(n), 2):
        rows += [np.eye(n)[j] + np.eye(n)[k], np.eye(n)[j] - np.eye(n)[k]]
    rows += [np.ones(n), np.arange(1.0, n + 1.0), *rng.uniform(-1.0, 1.0, (4, n))]
    for row in rows:
        found, position = {}, 0
        for p, x in floats.items():
            part = row[position : position + x.size].reshape(x.shape)
            found[p] = part if isinstance(at(case.args, p), np.ndarray) else float(part)
            position += x.size
        yield found


def moved(case: Case, dxs: Mapping[Path, Any], t: float) -> Case:
    args = replaced(case.args, {p: at(case.args, p) + t * d for p, d in dxs.items()})
    return Case(case.rule, args, case.kwargs)


def value(case: Case) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            y = np.asarray(case.rule.op(*case.args, **case.kwargs))
        except (ValueError, ZeroDivisionError):  # of Python's numbers, outside the domain
            return np.asarray(math.nan)
    return y if y.dtype.kind != "c" else np.full(y.shape, math.nan)  # a root of a negative number


def tangent(case: Case, dxs: Mapping[Path, Any]) -> Any:
    """The rule's derivative along a direction: its own maps, on values."""
    y = case.rule.op(*case.args, **case.kwargs)
    return sum(
        np.asarray(case.rule._map(case.rule.tangents, p[0])(d, y, *case.args, **case.kwargs), float)
        for p, d in dxs.items()
    )


def adjoint(case: Case, by: Any, dxs: Mapping[Path, Any]) -> float:
    """The rule's cotangents for `by`, along a direction."""
    y = case.rule.op(*case.args, **case.kwargs)
    total = 0.0
    for p, d in dxs.items():
        bx = case.rule._map(case.rule.adjoints, p[0])(by, y, *case.args, **case.kwargs)
        total += float(np.sum(np.asarray(bx) * d))
    return total


def difference(case: Case, dxs: Mapping[Path, Any]) -> tuple[Any, float]:
    """The derivative of the operation along a direction by differences, and how far it is off."""
    first = REACH / 64.0
    return richardson(
        lambda t: value(moved(case, dxs, float(t[0]))).ravel(), np.zeros(1), np.ones(1), first
    )


def label(case: Case) -> Any:
    """The piece that the operation takes, entry by entry."""
    assert case.rule.piece is not None
    return case.rule.piece(*case.args, **case.kwargs)


def on_the_boundary(case: Case) -> Any:
    """Where the operation touches a boundary, entry by entry of the switch."""
    assert case.rule.switch is not None
    return np.asarray(case.rule.switch(*case.args, **case.kwargs)) == 0


def along(case: Case, dxs: Mapping[Path, Any]) -> bool:
    """Does the direction stay on the stratum, with the same piece taken?"""
    there = [moved(case, dxs, t) for t in (-REACH, -REACH / 3, REACH / 2, REACH)]
    return all(
        np.all(np.isfinite(value(c)))
        and np.array_equal(on_the_boundary(c), on_the_boundary(case))
        and np.array_equal(label(c), label(case))
        for c in there
    )


@pytest.mark.parametrize("rule", STRATIFIED, ids=name_of)
def test_on_a_stratum_the_slope_is_the_derivative_along_it(rule: Rule) -> None:
    for case in strata(rule):
        y = value(case)
        for dxs in directions(case):
            dy = tangent(case, dxs)
            assert np.all(np.isfinite(dy))
            seeds = np.eye(y.size).reshape(y.size, *y.shape)
            for by, wanted in zip(seeds, np.broadcast_to(dy, y.shape).ravel(), strict=True):
                got = adjoint(case, by if y.ndim else 1.0, dxs)
                assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)
            if along(case, dxs):
                want, error = difference(case, dxs)
                if error > 1e-6:
                    continue  # through the end of a stratum, as of that on which arctan2 jumps
                np.testing.assert_allclose(
                    np.broadcast_to(dy, y.shape).ravel(), want, rtol=1e-7, atol=1e-9
                )


@pytest.mark.parametrize("rule", STRATIFIED, ids=name_of)
def test_on_the_sides_of_a_stratum_the_slope_is_the_derivative(rule: Rule) -> None:
    """On both sides, and the operation is found to have at least one."""
    sides = 0
    for case in strata(rule):
        steps = list(directions(case))
        for aside, t in itertools.product(steps, (REACH, -REACH)):
            there = moved(case, aside, t)
            if np.any(on_the_boundary(there)) or not np.all(np.isfinite(value(there))):
                continue
            for dxs in (aside, steps[-1]):
                ends = [moved(there, dxs, h) for h in (-REACH / 64, REACH / 64)]
                if not all(np.array_equal(label(c), label(there)) for c in ends):
                    continue
                if not all(np.all(np.isfinite(value(c))) for c in ends):
                    continue
                want, error = difference(there, dxs)
                got = np.broadcast_to(tangent(there, dxs), value(there).shape).ravel()
                scale = max(1.0, float(np.max(np.abs(want), initial=0.0)))
                assert error < 1e-6 * scale
                np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6 * scale)
                sides += 1
    assert sides


@pytest.mark.parametrize("rule", STRATIFIED, ids=name_of)
def test_the_slope_on_a_stratum_is_that_of_a_side_or_zero(rule: Rule) -> None:
    """All slopes across a stratum that are not 0 are those of one and the same side."""
    for case in strata(rule):
        steps = list(directions(case))
        entries = sum(np.size(at(case.args, p)) for p in case.floats())
        across = [e for e in steps[:entries] if not along(case, e) and np.any(tangent(case, e))]
        near = [moved(case, aside, t) for aside in steps for t in (1e-6, -1e-6)]
        gaps = [
            max(
                float(np.max(np.abs(tangent(case, e) - tangent(side, e)), initial=0.0))
                for e in across
            )
            for side in near
            if across and np.all(np.isfinite(value(side))) and not np.any(on_the_boundary(side))
        ]
        assert not across or min(gaps) < 1e-4


def test_every_rule_with_a_boundary_has_strata() -> None:
    """What selects by an operand of its own, as `where` does, has no boundary."""
    assert {name_of(r) for r in RULES.values() if r.strata} == {
        name_of(r) for r in RULES.values() if r.piece is not None and r.switch is not None
    }


def one_sided(case: Case, path: Path, side: float) -> float:
    """The quotients of differences on one side, extrapolated; NaN outside the domain."""
    there = [moved(case, {path: 1.0}, side * 2.0**-k) for k in range(8, 14)]
    here = float(value(case))
    row = [(float(value(c)) - here) / (side * 2.0**-k) for k, c in enumerate(there, 8)]
    for column in range(1, 5):
        row = [(2**column * b - a) / (2**column - 1) for a, b in itertools.pairwise(row)]
    return row[-1]


@pytest.mark.parametrize("rule", [r for r in SMOOTH if name_of(r) not in INFINITE], ids=name_of)
def test_where_no_boundary_is_declared_there_is_none(rule: Rule) -> None:
    """At 0, ends of domains and integers the slope is the derivative from both sides."""
    scalar = [c for c in cases(rule, np.random.default_rng(3)) if not any(map(np.ndim, c.args))]
    for first in scalar[:1]:
        floats = first.floats()
        for entries in itertools.product((0.0, 1.0, -1.0), repeat=min(len(floats), 3)):
            case = Case(rule, replaced(first.args, dict(zip(floats, entries, strict=False))), {})
            with np.errstate(all="ignore"):
                if not np.all(np.isfinite(value(case))):
                    continue
                for path in floats:
                    got = float(tangent(case, {path: 1.0}))
                    for want in (one_sided(case, path, 1.0), one_sided(case, path, -1.0)):
                        if not math.isnan(want):
                            assert got == pytest.approx(want, rel=1e-4, abs=1e-4), entries


@pytest.mark.parametrize(
    ("rule", "slopes"),
    [
        (np.maximum, (1.0, 1.0)),
        (np.maximum, (0.0, 0.0)),
        (np.sqrt, (math.inf,)),
        (np.copysign, (0.0, 0.5)),
    ],
)
def test_wrong_slopes_on_a_stratum_are_found(rule: Any, slopes: tuple[float, ...]) -> None:
    """Both or none of two tied operands, an infinite slope, one of what does not matter."""

    def constant(slope: float) -> Any:
        return lambda g, y, *xs: slope * g

    maps = tuple(constant(slope) for slope in slopes)
    wrong = dataclasses.replace(RULES[rule], tangents=maps, adjoints=maps)
    with pytest.raises(AssertionError):
        test_on_a_stratum_the_slope_is_the_derivative_along_it(wrong)


def test_a_wrong_side_is_found() -> None:
    """Slopes that add up to one, and are those of no side."""
    maps = (lambda g, y, a, b: 1.5 * g, lambda g, y, a, b: -0.5 * g)
    wrong = dataclasses.replace(RULES[np.maximum], tangents=maps, adjoints=maps)
    with pytest.raises(AssertionError):
        test_on_the_sides_of_a_stratum_the_slope_is_the_derivative(wrong)
