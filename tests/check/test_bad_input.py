"""What gets no verdict: draws, prints, exceptions; and arguments of every form."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
import random
import time
import types
import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.check import Verdict
from fpad.runtime.errors import InputError
from fpad.transforms.errors import CertificateError

GENERATOR = np.random.default_rng(1)


def shuffled(x: Any) -> Any:
    values = [x, 2 * x, 3 * x]
    random.shuffle(values)
    return values[0]


DRAWS = {
    "random.random": lambda x: x * random.random(),
    "random.randrange": lambda x: x * random.choice([1.0, 2.0]),
    "random.randint": lambda x: x if random.randint(0, 1) else 2 * x,
    "random.sample": lambda x: random.sample([x, 2 * x, 3 * x], 1)[0],
    "random.shuffle": shuffled,
    "numpy.random.randint": lambda x: x * np.random.randint(1, 9),  # noqa: NPY002
    "numpy.random.choice": lambda x: np.random.choice(np.array([x, 2 * x])),  # noqa: NPY002
    "numpy.random.permutation": lambda x: np.random.permutation(np.array([x, 2 * x]))[0],  # noqa: NPY002
    "Generator.integers": lambda x: x * GENERATOR.integers(1, 9),
    "Generator.choice": lambda x: GENERATOR.choice(np.array([x, 2 * x, 3 * x])),
    "Generator.permutation": lambda x: GENERATOR.permutation(np.array([x, 2 * x]))[0],
    "time.time": lambda x: x * int(time.time()),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_get_no_verdict(name: str) -> None:
    """Not even where the number drawn decides nothing: integers and positions too."""
    report = fpad.check(DRAWS[name], 1.0)
    assert (report.verdict, report.correct) == (Verdict.UNKNOWN, None)
    assert report.reason == f"no_exact_rule: {name}"
    assert report.exit_code == 3


def test_draws_happen_once() -> None:
    """In the generated code, not in the executions that judge it."""
    checked, plain = np.random.default_rng(0), np.random.default_rng(0)
    report = fpad.check(lambda x, g: x * g.normal(), 1.0, checked)
    assert report.ad == plain.normal()
    assert checked.normal() == plain.normal()


def prints(x: Any) -> Any:
    print("x is", x)
    return abs(x) * x


def logs(x: Any) -> Any:
    logging.getLogger("fpad.tests").info("here")
    return x


def warns(x: Any) -> Any:
    warnings.warn("large", UserWarning, stacklevel=1)
    return x


def prints_elsewhere(x: Any) -> Any:
    if x < -1:
        print("far away")
    return abs(x)


def prints_nearby(x: Any) -> Any:
    if x < 0:
        print("on one side")
    return abs(x)


@pytest.mark.parametrize(
    ("f", "reason"),
    [(prints, "builtins.print"), (prints_nearby, "builtins.print"), (warns, "warnings.warn")],
)
@pytest.mark.filterwarnings("ignore:large")
def test_messages_get_no_verdict(f: Any, reason: str) -> None:
    report = fpad.check(f, 0.0)
    assert (report.verdict, report.reason) == (Verdict.UNKNOWN, f"no_exact_rule: {reason}")


def test_messages_appear_once(capsys: Any) -> None:
    fpad.check(prints, 0.0)
    assert capsys.readouterr().out == "x is 0.0\n"
    assert fpad.check(logs, 0.0).verdict is Verdict.UNKNOWN
    assert fpad.check(prints_elsewhere, 0.0).verdict is Verdict.NOT_DIFFERENTIABLE


class Counter:
    """Counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.scale = 2.0

    def f(self, x: Any) -> Any:
        self.calls += 1
        return abs(x) * self.scale


def test_attributes_are_set_once() -> None:
    counter = Counter()
    report = fpad.check(counter.f, 0.0)
    assert report.slopes == (-2, 2)
    assert counter.calls == 1
    assert report.verify()
    assert counter.calls == 1


def raises(x: Any) -> Any:
    if x == 0:
        raise RuntimeError("not here")
    return x


def asserts(x: Any) -> Any:
    assert x >= 0, "not there"
    return x


def asserts_strictly(x: Any) -> Any:
    assert x > 0
    return x


@pytest.mark.parametrize(
    ("f", "reason"),
    [(raises, "domain"), (asserts, "domain_boundary"), (asserts_strictly, "domain")],
)
def test_exceptions_end_the_domain(f: Any, reason: str) -> None:
    report = fpad.check(f, 0.0)
    assert (report.verdict, report.reason) == (Verdict.UNDEFINED, reason)
    assert report.verify()
    inside = fpad.check(f, 1.0)
    assert inside.correct
    assert inside.verify()


@dataclasses.dataclass
class Point:
    """Two numbers."""

    a: float
    b: float


@dataclasses.dataclass(frozen=True)
class Sized:
    """A number and a count."""

    a: Any
    n: int = 2


@pytest.mark.parametrize(
    ("f", "at", "numbers"),
    [
        (lambda p: abs(p.a) * p.b, Point(Fraction(1, 3), 2), (2, Fraction(1, 3))),
        (lambda p: p.a * p.b, types.SimpleNamespace(a=Fraction(1, 3), b=5), (5, Fraction(1, 3))),
        (lambda p: p.a[0] * p.n, Sized([Fraction(1, 7)]), (2,)),
    ],
)
def test_objects_of_fractions(f: Any, at: Any, numbers: tuple[Any, ...]) -> None:
    report = fpad.check(f, at)
    assert report.derivative == numbers
    assert report.verify()
    moved = [report.certificate.claims["derivative"][0] + Fraction(1, 10**30), *numbers[1:]]
    claims = {**report.certificate.claims, "derivative": moved}
    assert not dataclasses.replace(report.certificate, claims=claims).verify(f, at)


def test_entries_without_dimensions() -> None:
    """An array of no dimensions among the entries of a display."""

    def f(x: Any) -> Any:
        return np.max(np.array([np.where(x == 0, 1, 0), x]))

    assert fpad.check(f, 0.0).verdict is Verdict.DISCONTINUOUS
    assert fpad.check(f, 2.0).derivative == (1,)


def test_verify_ends() -> None:
    """Polynomials of a high degree, at steps of thousands of bits."""

    def f(x: Any) -> Any:
        for _ in range(12):
            x = abs(x - x * x)
        return x

    report = fpad.check(f, 0.0)
    assert report.slopes == (-1, 1)
    with pytest.raises(CertificateError, match="bits"):
        report.verify()


def bent_half_line(x: Any) -> Any:
    return abs(x - 1) if x > 0.5 else np.sqrt(x)


@pytest.mark.parametrize("reason", ["domain", "nan_input", "domain_boundary", None])
@pytest.mark.parametrize("at", [0.0, 1.0, -1.0, 4.0, float("nan"), float("inf")])
def test_changed_reason_fails(at: float, reason: str | None) -> None:
    report = fpad.check(bent_half_line, at)
    assert report.verify()
    claims = {**report.certificate.claims, "reason": reason}
    changed = dataclasses.replace(report.certificate, claims=claims)
    try:
        assert changed.verify(bent_half_line, at) is (reason == report.reason)
    except CertificateError:
        assert reason != report.reason


def test_integer_outputs_are_constants_of_each_piece() -> None:
    def f(x: Any) -> Any:
        return 1 if x**7 > 0 else 0

    assert fpad.check(f, 0.0).verdict is Verdict.DISCONTINUOUS
    report = fpad.check(f, 3.0)
    assert (report.ad, report.derivative, report.correct) == (0.0, (0,), True)
    assert report.verify()
    assert fpad.check(lambda x: int(x), 1.0).verdict is Verdict.DISCONTINUOUS
    with pytest.raises(InputError, match="truth value"):
        fpad.check(lambda x: x > 0, 1.0)


def test_tangents_are_seeds() -> None:
    """The seed of a jvp is its tangent: what is checked is the derivative along it."""
    report = fpad.check(fpad.jvp(lambda x: x * abs(x)), 0.0, seed=1.0)
    assert report.slopes == (-2, 2)
    along = fpad.check(
        fpad.jvp(lambda v: v[0] * v[1] ** 2), np.array([1.0, 2.0]), seed=np.array([1.0, 0.0])
    )
    assert along.derivative == (0, 4)
    assert along.correct


def test_vectors_are_told_about_seed() -> None:
    with pytest.raises(InputError, match="seed="):
        fpad.check(fpad.grad(lambda v: np.sum(np.maximum(v, 0) ** 2)), np.array([1.0, -1.0]))


def test_trips_count_from_zero() -> None:
    """In the record and in the kinks alike, the test of a while too."""

    def f(x: Any) -> Any:
        n = 0.0
        while n < 2:
            x = np.maximum(x, 0.0)
            n += 1
        return x

    report = fpad.check(f, 0.0)
    tests = [c.iteration for c in report.record.choices if c.op == "while"]
    assert tests == [(0,), (1,), (2,)]
    inside = [c.iteration for c in report.record.choices if c.op == "numpy.maximum"]
    assert inside == [k.iteration for k in report.kinks] == [(0,), (1,)]
    (trips,) = (c.label for c in report.record.choices if c.op == "while trips")
    assert trips == 2


def silent(x: Any) -> Any:
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.nullcontext():
        return abs(x) * x


@contextlib.contextmanager
def announced() -> Any:
    yield print("entered")


def spoken(x: Any) -> Any:
    with announced():
        return abs(x) * x


def test_managers_that_speak_to_nobody_leave_a_verdict() -> None:
    report = fpad.check(silent, 0.0)
    assert report.verdict is Verdict.DIFFERENTIABLE
    assert report.correct
    assert fpad.check(spoken, 0.0).verdict is Verdict.UNKNOWN


MISSING = np.array([np.nan, 1.0, 3.0])


def without_missing(x: Any) -> Any:
    return np.nanmean((x - MISSING) ** 2) + np.nansum(x * MISSING) + np.nan_to_num(np.nan) * x


def told_apart(x: Any) -> Any:
    if np.isnan(MISSING[0]) and np.isinf(np.inf) and not np.isfinite(-np.inf):
        return np.where(np.isnan(MISSING), x, x * x).sum()
    return 7 * x


def test_constants_that_are_no_numbers_may_be_left_out() -> None:
    """NaN in data is no undefined value of the function."""
    report = fpad.check(without_missing, 1.0)
    assert (report.verdict, report.value, report.derivative) == ("DIFFERENTIABLE", 6, (2,))
    report = fpad.check(told_apart, 1.0)
    assert (report.verdict, report.value, report.derivative) == ("DIFFERENTIABLE", 3, (5,))
    assert fpad.check(lambda x: x + np.sum(MISSING), 1.0).verdict is Verdict.UNDEFINED


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.fmax(x, np.nan),
        lambda x: min(x, float("nan")),
        lambda x: x if MISSING[0] != MISSING[0] else 2 * x,
        lambda x: np.nanmedian(np.array([x, np.nan])),
    ],
)
def test_comparisons_with_nan_get_no_verdict(f: Any) -> None:
    report = fpad.check(f, 1.0)
    assert report.verdict is Verdict.UNKNOWN
    assert report.reason
    assert report.reason.startswith("no_exact_rule")


def handled_quotient(x: Any) -> Any:
    try:
        return 1 / x
    except ZeroDivisionError:
        return 0.0 * x


def handled_root(x: Any) -> Any:
    try:
        y = math.sqrt(x)
    except ValueError:
        y = -x
    return y


def unused_but_handled(x: Any) -> Any:
    try:
        z = 0.0 if 1 / x > 0 else -0.5
    except ZeroDivisionError:
        z = 1.0
    return z + 0 * x


def test_what_a_handler_would_do_gets_no_verdict() -> None:
    """f has values there, the derivative's program has none."""
    for f, x in ((handled_quotient, 0.0), (handled_root, -1.0), (handled_root, 0.0)):
        report = fpad.check(f, x)
        assert (report.verdict, report.reason) == (Verdict.UNKNOWN, "no_exact_rule: try"), f
    assert fpad.check(unused_but_handled, 0.0).verdict in (Verdict.UNKNOWN, Verdict.UNDEFINED)
    assert fpad.check(handled_quotient, 2.0).derivative == (Fraction(-1, 4),)


def doubled(x: Any) -> Any:
    return 2 * x


def test_numbers_that_no_double_is() -> None:
    with pytest.raises(fpad.InputError, match=r"a fraction .* too large"):
        fpad.check(doubled, Fraction(10**400, 3))
    with pytest.raises(fpad.InputError, match=r"an integer .* too large"):
        fpad.check(doubled, 10**400)
    if np.dtype(np.longdouble) != np.float64:
        with pytest.raises(fpad.InputError, match=r"x is a .*: check reads numbers as doubles"):
            fpad.check(doubled, np.longdouble(1) / 3)


def test_seeds_may_be_lists() -> None:
    report = fpad.check(doubled, np.ones(2), seed=[1.0, 3.0])
    assert report.correct
    assert report.derivative == (2, 6)
    assert fpad.jvp(doubled)(np.ones(2), tangent=[1.0, 3.0])[1].tolist() == [2.0, 6.0]
    with pytest.raises(fpad.InputError, match=r"a seed has shape \(1,\)"):
        fpad.check(doubled, np.ones(2), seed=[1.0])


def nested(x: Any, n: int = 0) -> Any:
    return x if n == 400 else nested(x, n + 1) + 0


def test_calls_that_are_nested_too_deeply() -> None:
    report = fpad.check(nested, 1.0)
    assert (report.verdict, report.reason) == ("UNKNOWN", "too_many_steps")


def asserting(x: Any) -> Any:
    assert x > 0
    return x


def test_a_page_of_a_function_that_raises() -> None:
    report = fpad.check(asserting, -1.0)
    assert (report.verdict, report.reason) == ("UNDEFINED", "domain")
    assert "UNDEFINED" in report.to_html()
