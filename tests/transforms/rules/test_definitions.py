"""The definition of every rule, in doubles, balls, intervals, jets and rationals, against NumPy.

An operation without a definition of its own runs on arrays of any numbers; that is tested alike.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fpad.check.balls import Balls
from fpad.check.doubles import Doubles
from fpad.check.evaluate import Operations, lifted
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.check.intervals import Interval, Intervals
from fpad.check.jets import Jet, Jets
from fpad.check.library import SPECIAL
from fpad.check.readings import Reading
from fpad.transforms.interpret import interpret
from fpad.transforms.kinds import kind_of
from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import SCALAR_OPERATIONS, Rule
from fpad.transforms.rules.definitions import spectra
from fpad.transforms.specialise import specialise
from tests.transforms.rules.readings import (
    NAMES,
    OPERANDS,
    STRAIGHT,
    allowed,
    entries,
    is_text,
    near,
    read,
    rule_named,
    situations,
    value,
)
from tests.transforms.rules.straight_line import Case, at, builder, forward, run
from tests.transforms.rules.test_table import direction, name_of, on_one_piece, statement

flint = pytest.importorskip("flint", reason="ball arithmetic is python-flint's")
pytest.importorskip("scipy", reason="its functions are in the table")

BALLS = Balls(128)
EXACT = sorted(name for name in NAMES if rule_named(name).op not in STRAIGHT)


def compared(rule: Rule, got: list[Any], y: Any) -> None:
    want = entries(y)
    assert len(got) == len(want)
    for a, b, most in zip(map(near, got), want, allowed(rule, want), strict=True):
        assert a == b or abs(a - b) <= most, (a, b, abs(a - b) / 2**-52)


@pytest.mark.parametrize("name", EXACT)
def test_in_doubles(name: str) -> None:
    """Each operation of floats rounded once: within the rule's bound of the operation itself."""
    reading = Reading(Doubles())
    for case in situations(name):
        y = value(case)
        if not is_text(y):
            compared(case.rule, read(reading, case), y)


@pytest.mark.parametrize("name", EXACT)
def test_in_balls_and_intervals(name: str) -> None:
    """The ball proves NumPy's value right to the bound, and is inside of the interval."""
    with BALLS.precision():
        for case in situations(name):
            y = value(case)
            if is_text(y):
                continue
            balls = read(Reading(BALLS), case)
            compared(case.rule, balls, y)
            assert all(width(ball) <= 2**-60 * (1.0 + abs(near(ball))) for ball in balls)
            if name in TOO_WIDE:
                with pytest.raises(HoleReached, match="undecided"):
                    read(Reading(Intervals()), case)
                continue
            for ball, interval in zip(balls, read(Reading(Intervals()), case), strict=True):
                if isinstance(interval, Interval):
                    assert interval.holds(middle(ball))


TOO_WIDE = {"runtime.decompositions.eigenbasis"}
"""Definitions that lose all digits of a double to the width of intervals."""


def width(ball: Any) -> float:
    """The radius."""
    return float(ball.value.rad()) if hasattr(ball, "varies") and ball.varies() else 0.0


def middle(ball: Any) -> Fraction:
    """The midpoint, exactly."""
    if not isinstance(ball, Exact):
        return Fraction(ball)
    if isinstance(ball.value, Fraction):
        return ball.value
    mantissa, exponent = ball.value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


# ---------------------------------------------------------------- jets


SMOOTH = [name for name in EXACT if rule_named(name).form != "constant"]


@pytest.mark.parametrize("name", SMOOTH)
def test_the_slope_of_a_jet_is_that_of_the_rule(name: str) -> None:
    """Two sources of the derivative: the definition, by series, and the rule's own map."""
    rng = np.random.default_rng(4)
    jets = Jets(Doubles(), 1)
    for case in situations(name):
        paths = [p for p in case.floats() if len(p) == 1]
        if not paths or is_text(value(case)):
            continue
        dxs = {p: direction(rng, at(case.args, p)) for p in paths}
        if not on_one_piece(case, dxs):
            continue
        names = {p: f"x{p[0]}" for p in paths}
        s = statement(case, names)
        b = builder([s], *names.values(), *("d" + n for n in names.values()))
        tangent = forward([s], {n: "d" + n for n in names.values()}, b)["y"]
        env = {n: at(case.args, p) for p, n in names.items()}
        env |= {"d" + names[p]: d for p, d in dxs.items()}
        want = entries(run([s, *b.out], env)[tangent])
        lines = {p[0]: line(jets, at(case.args, p), d) for p, d in dxs.items()}
        got = Reading(jets).compute(
            case.rule.op,
            [lines.get(k, a) for k, a in enumerate(case.args)],
            dict(case.kwargs),
        )
        slopes = [near(slope_of(g)) for g in np.asarray(got, object).ravel()]
        assert len(slopes) == len(want)
        scale = max([1.0, *map(abs, want)])
        np.testing.assert_allclose(slopes, want, rtol=1e-9, atol=1e-11 * scale)


def line(jets: Jets, x: Any, d: Any) -> Any:
    """The jets of an operand that moves in a direction."""
    if not isinstance(x, np.ndarray):
        return jets.line(float(x), float(d))
    out = np.empty(x.shape, object)
    for index in np.ndindex(x.shape):
        out[index] = jets.line(float(x[index]), float(d[index]))
    return out


def slope_of(x: Any) -> Any:
    """The first coefficient."""
    if isinstance(x, Hole):
        raise HoleReached(x)
    return x.coefficients[1] if isinstance(x, Jet) else 0.0


# ---------------------------------------------------------------- rationals


RATIONAL = [
    name
    for name in EXACT
    if name.startswith(("numpy.", "operator.", "builtins."))
    and (rule_named(name).facts.get("rational") or not rule_named(name).rounds)
]


@pytest.mark.parametrize("name", EXACT)
def test_on_rationals(name: str) -> None:
    """Exact arithmetic gives NumPy's value, or says that there is no rational one."""
    operations = Operations(10**5)
    for case in situations(name):
        y = value(case)
        if is_text(y):
            continue
        want = entries(y)
        try:
            out = operations.compute(case.rule.op, lifted(case.args), dict(case.kwargs))
            got = list(np.asarray(out, object).ravel())
        except HoleReached as reached:
            got = [reached.hole] * len(want)
        known = [k for k, g in enumerate(got) if not isinstance(g, Hole)]
        assert len(got) == len(want)
        assert len(known) == len(got) or name not in RATIONAL
        assert all(g.reason.startswith("no_exact_rule") for g in got if isinstance(g, Hole))
        for k in known:
            assert near(got[k]) == pytest.approx(want[k], rel=1e-12, abs=1e-13)


def test_the_definitions_that_rationals_carry_out_are_many() -> None:
    assert len(RATIONAL) > 100


# ---------------------------------------------------------------- operations without derivative


@pytest.mark.parametrize(("op", "args"), OPERANDS)
def test_constants_in_doubles_and_balls(op: Any, args: Any) -> None:
    with BALLS.precision():
        for system in (Doubles(), BALLS, Intervals()):
            case = Case(RULES[op], args, {})
            want = np.asarray(value(case))
            reading = Reading(system)
            got = np.asarray(reading.compute(op, [reading.numbers(a) for a in args], {}), object)
            assert got.shape == want.shape
            assert [near(g) for g in got.ravel()] == pytest.approx(entries(want), rel=1e-15)


@pytest.mark.parametrize("name", sorted(name_of(r) for r in RULES.values() if r.undefined))
def test_what_has_no_definition_has_none_that_runs(name: str) -> None:
    (rule,) = (r for r in RULES.values() if name_of(r) == name)
    assert rule.definition is None
    assert rule.undefined.startswith(("it ", "its "))


def test_every_operation_has_a_definition_or_runs_on_numbers_or_says_why_not() -> None:
    """Those of fpad's runtime that have none only move what they are given."""
    tested = {op for op, _ in OPERANDS} | SPECIAL.keys()
    without = [
        name_of(r)
        for r in RULES.values()
        if r.definition is None
        and not (r.undefined or r.examples or r.op in tested or name_of(r) in TABLE_NAMES)
    ]
    assert [n for n in without if not n.startswith("runtime.")] == []
    assert {n.split(".")[1] for n in without} <= PLACES


TABLE_NAMES = frozenset(NAMES)
PLACES = {
    *("arrays", "blanks", "choosing", "memory", "order", "recorder", "rows", "sets"),
    *("showing", "tables", "texts"),
}
"""Modules of the runtime that keep positions, keys, texts and lists."""


# ---------------------------------------------------------------- the core, and programs


def test_definitions_use_the_core_operations_only() -> None:
    """Each system of numbers offers what the table says, and no more is asked of it."""
    from fpad.check import balls, doubles, jets

    asked = set(SCALAR_OPERATIONS) - {"select", "within", "floor"}
    assert asked <= doubles.OPERATIONS.keys()
    assert asked <= balls.OPERATIONS.keys()
    assert asked - {"pow", "arctan2"} == set(jets.SLOPES)
    assert (
        len(SCALAR_OPERATIONS) + len(["+", "-", "*", "/", "neg", "<", "<=", ">", ">=", "==", "!="])
        <= 45
    )


def program(x: Any, n: int) -> Any:
    """Branches, a loop, arrays and a decomposition."""
    total = 0.0
    a = np.eye(2) * 3.0
    for k in range(n):
        if x > 0.5:
            total = total + np.sin(x * k)
            a[0, 0] = a[0, 0] + 1.0
        else:
            total = total - np.exp(x)
        a[0, 1] = a[0, 1] + x
        a[1, 0] = a[0, 1]
    return total + np.sum(np.linalg.eigvalsh(a) ** 2) + np.max(np.sort(a[0]))


def test_programs_are_read_in_all_systems() -> None:
    ir = specialise(program, [kind_of(0.75), kind_of(3)]).program
    want = program(0.75, 3)
    with BALLS.precision():
        (ball,) = interpret(ir, [BALLS.number(0.75), 3], Reading(BALLS))
        assert near(ball) == pytest.approx(want, rel=1e-14)
        assert width(ball) < 1e-25
        (interval,) = interpret(ir, [Intervals().number(0.75), 3], Reading(Intervals()))
        assert interval.holds(middle(ball))
        assert interval.high - interval.low < 1e-2
    (double,) = interpret(ir, [Doubles().number(0.75), 3], Reading(Doubles()))
    assert near(double) == pytest.approx(want, rel=1e-14)
    jets = Jets(Doubles(), 2)
    (jet,) = interpret(ir, [jets.line(0.75, 1.0), 3], Reading(jets))
    step = 1e-4
    slope = (program(0.75 + step, 3) - program(0.75 - step, 3)) / (2 * step)
    assert near(jet.coefficients[1]) == pytest.approx(slope, rel=1e-7)


def test_what_is_not_known_is_not_decided() -> None:
    ir = specialise(program, [kind_of(0.75), kind_of(3)]).program
    with pytest.raises(HoleReached) as error:
        interpret(ir, [Interval(0.4, 0.6), 3], Reading(Intervals()))
    assert error.value.hole.reason == "undecided"
    out = Reading(Intervals()).compute(np.maximum, (Interval(0.0, 2.0), Interval(1.0, 3.0)), {})
    assert (out.low, out.high) == (0.0, 3.0)  # a union: wider than the maximum, but all of it


WIDE = [n for n in SMOOTH if rule_named(n).pointwise and "fp." not in n]


@pytest.mark.parametrize("name", WIDE)
def test_wide_intervals_hold_all_values(name: str) -> None:
    """Of operands that are not known exactly; where the definition cannot decide, it says so."""
    reading = Reading(Intervals())
    for case in situations(name):
        if np.ndim(value(case)) or not any(isinstance(a, float) for a in case.args):
            continue
        args = [
            Interval(a - 0.01, a + 0.01)
            if isinstance(a, float) and case.rule.differentiates(k)
            else reading.numbers(a)
            for k, a in enumerate(case.args)
        ]
        try:
            out = reading.compute(case.rule.op, args, dict(case.kwargs))
        except HoleReached as reached:
            out = reached.hole
        if isinstance(out, Hole):
            assert "undecided" in out.reason or "no_exact_rule" in out.reason
            continue
        for t in (-0.01, 0.0, 0.01):
            moved = [
                a + t if isinstance(a, float) and case.rule.differentiates(k) else a
                for k, a in enumerate(case.args)
            ]
            y = float(case.rule.op(*moved, **case.kwargs))
            slack = 2**-44 * (1.0 + abs(y))
            assert near(out) == y or out.low - slack <= y <= out.high + slack


# ---------------------------------------------------------------- what the table's examples miss


def test_what_an_iteration_leaves_is_in_the_enclosure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a single rotation the diagonal is all there is, and the rest is the radius."""
    a = np.array([[2.0, -0.25, 0.0], [-0.25, 1.0, 0.5], [0.0, 0.5, -1.0]])
    true = np.linalg.eigvalsh(a)
    monkeypatch.setattr(spectra, "_rotated", lambda *_: None)
    with BALLS.precision():
        for system in (BALLS, Intervals()):
            reading = Reading(system)
            found = reading.compute(np.linalg.eigvalsh, (reading.numbers(a),), {})
            for w, x in zip(true, found, strict=True):
                if system is BALLS:
                    assert abs(Fraction(float(w)) - middle(x)) <= width(x)
                else:
                    assert x.holds(w)


@pytest.mark.parametrize("n", [3, 9, 10])
def test_determinants_by_expansion_and_by_elimination(n: int) -> None:
    """An odd number of exchanges turns the sign."""
    a = np.roll(np.eye(n), 1, axis=0) * 2.0
    a[0, 0] = 0.5
    (exact,) = np.ravel(Operations(10**5).compute(np.linalg.det, (lifted(a),), {}))
    assert exact.value == round(float(np.linalg.det(a)))
    small = np.linalg.det(a[:3, :3] + np.eye(3))
    reading = Reading(Doubles())
    args = (reading.numbers(a[:3, :3] + np.eye(3)),)
    assert near(reading.compute(np.linalg.det, args, {})) == pytest.approx(small)


def test_the_inverse_of_a_singular_matrix_is_not_defined() -> None:
    singular = lifted(np.ones((2, 2)))
    out = Operations(10**5).compute(np.linalg.inv, (singular,), {})
    assert {g.reason for g in out.ravel()} == {"domain"}
    with pytest.raises(
        HoleReached, match="no_exact_rule"
    ):  # it has one, but no definition gives it
        Operations(10**5).compute(np.linalg.pinv, (singular,), {})


def test_definitions_refuse_what_reals_do_not_decide() -> None:
    exact = Operations(10**5)
    for op, args in (
        (np.copysign, (1.0, -0.0)),
        (rule_named("scipy.special.eval_hermite").op, (0.5, 0.5)),
        (rule_named("scipy.special.eval_jacobi").op, (2, -1.0, 0.5, 0.5)),
    ):
        out = exact.compute(op, lifted(args), {})
        assert out.reason.startswith("no_exact_rule")
