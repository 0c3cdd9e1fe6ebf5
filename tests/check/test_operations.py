"""Every operation of the rule table in exact arithmetic and with bounds, against floats."""

from __future__ import annotations

import builtins
import math
import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.check.bound_run import BoundRun
from fpad.check.bounds import Bounded, error_of, value_of
from fpad.check.evaluate import Operations, holes_in, lifted
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.check.germ import Scale
from fpad.check.point import PointRun
from fpad.check.runs import GermRun
from fpad.runtime.texts import Texts
from fpad.transforms.ir import Let
from fpad.transforms.rules import RULES, Rule
from tests.transforms.rules.straight_line import Case, cases

OPERATIONS = [r for r in RULES.values() if not getattr(r.op, "__module__", "").endswith("recorder")]


def name(rule: Rule) -> str:
    return f"{getattr(rule.op, '__module__', '')}.{getattr(rule.op, '__name__', rule.op)}"


def on_grid(x: Any) -> Any:
    """Operands with few digits, so that many results are rational and many comparisons tie."""
    if isinstance(x, tuple):
        return tuple(map(on_grid, x))
    if isinstance(x, float):
        return math.copysign(max(round(abs(x) * 4) / 4, 0.25), x)
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return np.copysign(np.maximum(np.round(np.abs(x) * 4) / 4, 0.25), x)
    return x


class Still:
    """A generator of random numbers that changes nothing, so that two draws are equal."""

    def shuffle(self, values: list[int]) -> None:
        """Leave them as they are."""


TEXTS = fp.texts(("a", "b"))
X, N = np.array([[0.25, -1.5, 2.0], [0.25, 3.0, -0.5]]), np.array([3, 0, -2])
CONSTANT: dict[Any, list[tuple[Any, ...]]] = {
    fp.given_int: [],  # the value of an attribute that a context manager has been given
    **{op: [(3,), ((2, 3),), (2, int)] for op in (np.zeros, np.ones, np.empty)},
    **{op: [(3,)] for op in (np.eye, np.identity)},
    **{op: [(X,), (0.5,)] for op in (np.zeros_like, np.ones_like, np.empty_like)},
    builtins.len: [(X,)],
    np.arange: [(5,), (1, 7, 2), (0.25, 2.0, 0.5)],
    fp.tape: [()],
    fp.text: [("{:.2f} {!r}", (0.5, True))],
    fp.percent: [("%.2f %r", (0.5, True)), ("%g", 0.5)],
    fp.structure: [(tuple, (), (0.5, 2)), (list, (), (X, X))],
    fp.values_of: [(X, 2), (N, 1)],
    fp.records_of: [(tuple, (X, X)), (list, (X,))],
    fp.renumbered: [((2, 0, 1), 0)],
    fp.no_rows: [("float[]",), ("int[,]",)],
    operator.is_: [(0.5, None)],
    operator.is_not: [(0.5, None)],
    builtins.isinstance: [(0.5, float)],
    operator.not_: [(True,), (0.5,)],
    operator.invert: [(X > 0,), (N,)],
    fp.runner_up: [(X, 1)],
    fp.ranked: [(X, 1), (X, 0, 1)],
    fp.nonzero: [(X, 1)],
    fp.running: [(X, 1), (X, 0, -1)],
    fp.sign_det: [(X[:, :2],)],
    np.searchsorted: [(np.array([0.0, 1.0, 2.0]), X)],
    np.digitize: [(X, np.array([0.0, 1.0, 2.0]))],
    math.isclose: [(0.5, 0.75)],
    fp.neighbour: [(X, 1)],
    fp.ordered: [((X[0],), False), ((X[0],), True)],
    fp.best: [((X[0],), True), ((X[0],), False)],
    fp.runs: [((N,),)],
    fp.arranged: [("combinations", (3,), 2)],
    fp.heaped: [("heapify", (X[0],))],
    **{op: [((N,), (0,))] for op in (fp.slot, fp.position, fp.present)},
    fp.with_key: [(N, 7, 3), (N, 0, 1)],
    **{op: [(np.array([0, 1, 0, 2]), np.array([2, 0]))] for op in (fp.members_of, fp.places_of)},
    **{op: [(np.array([0, 1, 0, 2]), 1)] for op in (fp.members, fp.others, fp.closed)},
    **{op: [((N,),)] for op in (fp.first_places, fp.last_places, fp.set_order)},
    fp.texts: [(("a", "b"),)],
    fp.text_appended: [((TEXTS, "c"),)],
    fp.texts_joined: [((TEXTS, TEXTS),)],
    fp.texts_between: [(TEXTS, 0, 1, None)],
    fp.with_text: [(TEXTS, "c", 2), (TEXTS, "a", 0)],
    fp.text_put: [((TEXTS, "c"), 2), ((TEXTS, "c"), 0)],
    fp.texts_picked: [(TEXTS, np.array([1, 0]))],
    fp.texts_filled: [("a", TEXTS)],
    fp.text_between: [("abc", None, None, -1)],
    fp.letters: [("abc",)],
    fp.binary_repr: [(5, 4)],
    fp.int_of: [("101", 2)],
    fp.float_of: [("0.5",)],
    fp.bit_length: [(5,)],
    fp.bit_count: [(5,)],
    fp.text_method: [("upper", "a", ())],
    fp.text_sought: [("index", TEXTS, "b"), ("count", TEXTS, "c")],
    fp.attribute_place: [("C", ("a", "b"), ("c",), True, "b"), ("C", ("a",), (), False, "x")],
    fp.text_place: [(("a", "b"), "b")],
    fp.text_replaced: [(TEXTS, 0, "z")],
    fp.text_of: [(", ", TEXTS)],
    fp.shown: [(("parts", list, (0, 1), (("leaf", 0.5), ("known", "a"))),)],
    fp.member: [(np.array([0, 1, 0, 2]), 0, 1)],
    fp.wrapped: [(-1, 3), (1, 3)],
    fp.owners: [(X,)],
    fp.interleaved: [(np.arange(2), 3)],
    fp.counted: [(3,)],
    fp.positions_drawn: [("shuffle", Still(), 3)],
    fp.blank: [(np.array([1, 0]), "float[]")],
    fp.all_chosen: [(X, 1, 1)],
    fp.sorts_renumbered: [((2, 0), np.array([1, 0, 1]))],
    fp.log_end: [(N, N, 1, False), (N, N, 1, True)],
    fp.replayed: [((np.array([3, 1, 2, 1]),), (np.array([3, 2]),))],
    fp.certain_order: [((np.array([3, 1, 2]),), (np.array([3, 1]),))],
    fp.set_result: [("and", (np.array([3, 1]),), (np.array([1, 2]),))],
    fp.set_test: [("le", (np.array([1]),), (np.array([1, 2]),))],
}
TRUTH = (np.logical_and, np.logical_or, np.logical_xor, operator.and_, operator.or_, operator.xor)
SCALAR = (int, bool, round, math.floor, math.ceil, math.trunc)


def drawn(rule: Rule) -> list[Case]:
    """Operands: the rule's own, or for operations without derivative those of the table above."""
    rng = np.random.default_rng(1)
    if rule.op in CONSTANT:
        return [Case(rule, args, {}) for args in CONSTANT[rule.op]]
    if rule.form == "constant" and not rule.examples:
        if rule.op in TRUTH:
            return [Case(rule, (X > 0, X < 2), {}), Case(rule, (True, False), {})]
        if rule.op in SCALAR or getattr(rule.op, "__module__", "") == "math":
            return [Case(rule, (v,), {}) for v in (0.25, -1.5, 2.0, 2.5, -3.5)]
        operands = (X, X[::-1])[: len([n for n in rule.names if n not in rule.defaults])]
        return [Case(rule, operands, {}), Case(rule, tuple(v[0, 1] for v in operands), {})]
    return [Case(rule, tuple(map(on_grid, c.args)), c.kwargs) for c in cases(rule, rng)]


def as_floats(x: Any) -> Any:
    """An exact result in floats."""
    if isinstance(x, tuple | list):
        return type(x)(map(as_floats, x))
    if isinstance(x, np.ndarray) and x.dtype.kind == "O":
        return np.array([as_floats(v) for v in x.ravel()]).reshape(x.shape)
    return float(x.value) if isinstance(x, Exact) else x


def computed(run: Operations, rule: Rule, case: Case) -> Any:
    """The exact result, or the hole that stands for it."""
    try:
        return run.compute(rule.op, case.args, case.kwargs)
    except HoleReached as reached:
        return reached.hole


@pytest.mark.parametrize("rule", OPERATIONS, ids=name)
def test_exact_result_is_the_float_result(rule: Rule) -> None:
    """Where exact arithmetic has a result, it is near the float result, and of its shape."""
    run = Operations(10**5)
    for case in drawn(rule):
        with np.errstate(all="ignore"):
            expected = rule.op(*case.args, **case.kwargs)
        found = computed(run, rule, case)
        hole = holes_in(found)
        if hole is not None:
            assert hole.reason.startswith("no_exact_rule: ")
            continue
        if isinstance(expected, str | Texts) or rule.op is fp.shown:
            assert list(found) == list(expected)
        elif rule.op in (fp.dtype, fp.tape):
            assert type(found) is type(expected)
        elif rule.op not in (np.empty, np.empty_like):
            assert np.shape(found) == np.shape(expected)
            np.testing.assert_allclose(as_floats(found), expected, rtol=1e-13, atol=1e-15)


RATIONAL = [r for r in OPERATIONS if r.facts.get("rational") or r.form == "linear"]


@pytest.mark.parametrize("rule", RATIONAL, ids=name)
def test_rational_operations_have_exact_results(rule: Rule) -> None:
    run = Operations(10**5)
    for case in drawn(rule):
        assert holes_in(run.compute(rule.op, case.args, case.kwargs)) is None


BOUNDED = [
    r
    for r in OPERATIONS
    if r.form in ("elementwise", "linear", "general") and r.op is not np.arange
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rule", BOUNDED, ids=name)
def test_bound_holds(rule: Rule, dtype: Any) -> None:
    """Operands with errors: the exact result is within the bound of the float result."""
    rng = np.random.default_rng(2)
    for case in cases(rule, rng, dtype):
        args = tuple(off(a, rng) if rule.differentiates(k) else a for k, a in enumerate(case.args))
        s = Let("y", rule.op, tuple("x" for _ in args))
        y = BoundRun().apply(s, args, dict(case.kwargs))
        exact = tuple(moved(a, rng) if rule.differentiates(k) else a for k, a in enumerate(args))
        try:
            true = Operations(10**5).compute(rule.op, exact, case.kwargs)
        except HoleReached:
            continue
        if holes_in(true) is not None or not isinstance(y, Bounded):
            continue
        pairs = zip(np.ravel(y.value), np.ravel(y.error), np.ravel(true), strict=True)
        for value, error, wanted in pairs:
            if math.isfinite(error):
                assert abs(Fraction(float(value)) - lifted(wanted, True).value) <= Fraction(error)


def off(x: Any, rng: np.random.Generator) -> Any:
    """A float operand with a bound of its error."""
    if isinstance(x, tuple):
        return tuple(off(v, rng) for v in x)
    if isinstance(x, float | np.floating):
        return Bounded(x, float(rng.uniform(0, 1e-9)))
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return Bounded(x, rng.uniform(0, 1e-9, x.shape))
    return x


def moved(x: Any, rng: np.random.Generator) -> Any:
    """An exact operand that is as far from the float as its bound allows."""
    if isinstance(x, tuple):
        return tuple(moved(v, rng) for v in x)
    if not isinstance(x, Bounded):
        return x
    flat = [
        Exact(Fraction(float(v)) + int(rng.choice((-1, 1))) * Fraction(float(e)))
        for v, e in zip(np.ravel(x.value), np.ravel(x.error), strict=True)
    ]
    if not isinstance(x.value, np.ndarray):
        return flat[0]
    out = np.empty(x.value.shape, object)
    for k, v in enumerate(flat):
        out.flat[k] = v
    return out


def test_lipschitz_operations_are_these() -> None:
    """D0 trusts that a kink of these is glued with bounded slopes: look twice before adding one."""
    extremes = {np.maximum, np.minimum, np.fmax, np.fmin, builtins.max, builtins.min}
    reductions = {np.max, np.amax, np.min, np.amin}
    absolute = {np.abs, np.fabs, builtins.abs, math.fabs}
    lengths = {np.hypot, math.hypot}
    expected = extremes | reductions | absolute | lengths | {np.clip}
    assert {r.op for r in RULES.values() if r.lipschitz} == expected


def test_integers_stay_integers_until_they_are_divided() -> None:
    run = Operations(10**5)
    assert run.compute(operator.floordiv, (7, 2), {}) == 3
    assert run.compute(operator.truediv, (1, 10), {}).value == Fraction(1, 10)
    assert run.compute(operator.pow, (2, -2), {}).value == Fraction(1, 4)
    assert run.compute(np.mean, (np.array([1, 2]),), {}).value == Fraction(3, 2)
    assert run.compute(np.arange, (3,), {}).dtype.kind == "i"
    assert run.compute(operator.truediv, (1, 0), {}).undefined


def test_machine_integers_that_overflow_have_no_exact_rule() -> None:
    run = Operations(10**5)
    with pytest.raises(HoleReached):
        run.compute(operator.mul, (np.array([2**62]), np.array([4])), {})


def test_undefined_entries_do_not_matter_where_they_are_not_selected() -> None:
    run = Operations(10**5)
    x = lifted(np.array([0.0, 2.0]))
    q = run.compute(operator.truediv, (1.0, x), {})
    assert isinstance(q[0], Hole)
    assert run.compute(np.where, (np.array([False, True]), q, 0.0), {})[0].value == 0
    assert isinstance(run.compute(np.where, (np.array([True, True]), q, 0.0), {})[0], Hole)
    assert isinstance(run.compute(np.sum, (q,), {}), Hole)
    compared = run.compute(operator.gt, (q, 0.0), {})
    assert run.compute(np.logical_and, (compared, np.array([False, True])), {}).tolist() == [0, 1]
    assert run.compute(np.any, (compared,), {}) is True
    assert isinstance(run.compute(np.all, (compared,), {}), Hole)


def test_ties_of_extremes() -> None:
    """Only a tie of the largest entries is a kink, and not one of an entry with itself."""
    for values, kinks in (((1, 1, 2), 0), ((2, 1, 2), 1), ((2, 2, 2), 1)):
        run = PointRun(10**5)
        x = np.array([run.tape.input(Fraction(v)) for v in values])
        run.apply(Let("y", np.max, ("x",)), [x], {})
        assert len(run.touches) == kinks
    run = PointRun(10**5)
    v = run.tape.input(Fraction(1))
    run.apply(Let("y", np.max, ("x",)), [np.array([v, v])], {})
    assert run.touches == []


def test_germs_in_arrays() -> None:
    run = GermRun(10**5, 10)
    s = Scale().input(Fraction(0), [Fraction(-1)])
    x = np.array([s, lifted(1.0)], object)
    assert repr(run.compute(np.maximum, (x, 0.0), {})[0]) == "Exact(0)"
    assert run.compute(np.argmax, (x,), {}) == 1
    assert run.compute(operator.lt, (x, 0.0), {}).tolist() == [True, False]
    assert run.compute(np.floor, (x,), {})[0].value == -1
    assert value_of(error_of(1.0)) == 0.0


@pytest.mark.parametrize(
    ("f", "at", "verdict"),
    [
        (lambda x: math.fmod(x, 1.0) + math.trunc(x), -2.5, "DIFFERENTIABLE"),
        (lambda x: math.fmod(x, 1.0), -0.0, "DIFFERENTIABLE"),
        (lambda x: math.fmod(x, 1.0), 3.0, "DISCONTINUOUS"),
        (lambda x: np.fmod(x, -2.0), -3.0, "DIFFERENTIABLE"),
        (lambda x: np.copysign(x, -1), 0.0, "NOT_DIFFERENTIABLE"),
        (lambda x: np.copysign(1.0, x) * x, 0.0, "UNKNOWN"),  # -0.0 has a sign
    ],
)
def test_remainders_and_signs_of_zeros(f: Any, at: float, verdict: str) -> None:
    report = fpad.check(f, at)
    assert report.verdict == verdict
    assert report.derivative in (None, (1,))
    if verdict != "UNKNOWN":
        assert report.verify()
