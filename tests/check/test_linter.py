"""The linter of rules: it finds nothing in the table, and every wrong slope that is put there."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.check.linter import findings, lint
from fpad.runtime.errors import RuleError
from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Rule
from tests.transforms.execution import define
from tests.transforms.rules.readings import SCIPY, rule_named
from tests.transforms.rules.test_strata import INFINITE
from tests.transforms.rules.test_table import name_of

CHOOSING = [r for r in RULES.values() if r.piece is not None]
SMOOTH = [r for r in RULES.values() if r.piece is None]
LONG = (
    *(np.std, np.linalg.norm, np.median, np.percentile, np.max, np.amax, np.amin, np.clip),
    *(fp.power_slope, fp.log0, np.sort),
)
"""Some seconds each; np.min and np.quantile stand for some of them."""
HAS_SCIPY = importlib.util.find_spec("scipy") is not None
OF_SCIPY = [rule_named(name) for name in SCIPY if HAS_SCIPY]


@pytest.mark.parametrize(
    "rule",
    [pytest.param(r, marks=pytest.mark.slow if r.op in LONG else ()) for r in CHOOSING],
    ids=lambda r: name_of(r),
)
def test_every_rule_that_chooses_is_intensional(rule: Rule) -> None:
    assert list(map(str, lint(rule))) == []


@pytest.mark.slow
@pytest.mark.parametrize("rule", [*{r.op: r for r in (*SMOOTH, *OF_SCIPY)}.values()], ids=name_of)
def test_every_other_rule_is_intensional(rule: Rule) -> None:
    """But for quotients of poles, where rules have no finite slope."""
    found = lint(rule)
    if name_of(rule) in INFINITE:
        assert all("finite" in str(f) for f in found)
    else:
        assert list(map(str, found)) == []


# ---------------------------------------------------------------- wrong slopes are found


def constants(*slopes: float) -> tuple[Any, ...]:
    return tuple(lambda g, y, *xs, slope=slope: slope * g for slope in slopes)


@pytest.mark.parametrize(
    ("op", "slopes"),
    [
        (np.maximum, (1.0, 1.0)),  # T3 of the theory: 2 for max(x, x)
        (np.maximum, (0.0, 0.0)),  # 0 for max(x, x)
        (np.minimum, (1.0, 1.0)),
        (np.fmax, (0.0, 0.0)),
        (np.sqrt, (math.inf,)),  # T4: NaN for sqrt(0 * x)
        (np.cbrt, (math.inf,)),
        (np.arctan2, (math.nan, math.nan)),
        (np.copysign, (0.0, 0.5)),
    ],
)
def test_slopes_that_are_none_of_pieces(op: Any, slopes: tuple[float, ...]) -> None:
    rule = RULES[op]
    on_ties = constants(*slopes)

    def mixed(k: int) -> Any:
        own = rule.adjoints[k]

        def slope(g: Any, y: Any, *xs: Any) -> Any:
            touched = np.asarray(rule.switch(*xs)) == 0
            return np.where(touched, on_ties[k](g, y, *xs), own(g, y, *xs))

        return slope

    for maps in (on_ties, tuple(map(mixed, range(len(slopes))))):
        wrong = dataclasses.replace(rule, tangents=maps, adjoints=maps)
        assert lint(wrong)


@pytest.mark.parametrize("slopes", [(1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (3.0, -2.0)])
def test_slopes_of_a_tie_that_are_intensional(slopes: tuple[float, float]) -> None:
    """Whatever adds up to one, also (3, -2), which is a slope of no side."""
    rule = RULES[np.maximum]

    def mixed(k: int) -> Any:
        own = rule.adjoints[k]
        return lambda g, y, a, b: np.where(np.equal(a, b), slopes[k] * g, own(g, y, a, b))

    maps = (mixed(0), mixed(1))
    assert lint(dataclasses.replace(rule, tangents=maps, adjoints=maps)) == []


@pytest.mark.parametrize("slope", [0.0, 1.0, -7.0])
def test_any_finite_slope_is_intensional_at_a_point(slope: float) -> None:
    maps = (lambda g, y, x: g * np.where(np.equal(x, 0), slope, np.sign(x)),)
    assert lint(dataclasses.replace(RULES[np.abs], tangents=maps, adjoints=maps)) == []


def doubled(rule: Rule) -> Rule:
    def twice(given: Any) -> Any:
        return None if given is None else lambda *args, **kw: _twice(given(*args, **kw))

    maps = [tuple(map(twice, m)) for m in (rule.tangents, rule.adjoints)]
    return dataclasses.replace(rule, tangents=maps[0], adjoints=maps[1])


def _twice(term: Any) -> Any:
    return tuple(map(_twice, term)) if isinstance(term, tuple | list) else 2.0 * np.asarray(term)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(r, marks=pytest.mark.slow if k % 4 else ())
        for k, r in enumerate(CHOOSING)
        if r.form != "constant"
    ],
    ids=lambda r: name_of(r),
)
def test_doubled_slopes_are_found(rule: Rule) -> None:
    assert next(findings(doubled(rule)), None)


# ---------------------------------------------------------------- rules of users


@pytest.fixture
def declared() -> Iterator[Any]:
    """Declares rules for one test."""
    before = dict(RULES)
    yield fpad.rule
    for op in [op for op in RULES if op not in before]:
        del RULES[op]


def test_rules_of_users(declared: Any) -> None:
    @declared(partials=[lambda g, y, a, b: g * (a >= b), lambda g, y, a, b: g * (b >= a)])
    def larger(a, b):
        return np.maximum(a, b)

    (finding, *_) = fpad.testing.lint_rules(larger)
    assert "larger" in str(finding)
    assert "slope 2, derivative 1" in str(finding)

    @declared(partials=lambda g, y, x: g * 0.5 / y)
    def root(x):
        return np.sqrt(x)

    assert any("not finite" in str(f) for f in fpad.testing.lint_rules(root))

    @declared(partials=lambda g, y, x: g / (1.0 + np.exp(-x)))
    def softplus(x):
        return np.logaddexp(0.0, x)

    @declared(
        tangents=[lambda dx, y, x: np.where(x > 0.0, dx, 0.0)],
        adjoints=[lambda by, y, x: np.where(x > 0.0, by, 0.0)],
    )
    def relu(x):
        return np.maximum(x, 0.0)

    assert fpad.testing.lint_rules(softplus, relu) == ()

    @declared(
        tangents=[lambda dx, y, x: np.where(x > 0.0, dx, 0.0)],
        adjoints=[lambda by, y, x: np.where(x >= 0.0, by, 0.0)],
    )
    def torn(x):
        return np.maximum(x, 0.0)

    assert any("by cotangents" in str(f) for f in fpad.testing.lint_rules(torn))

    @declared(partials=lambda g, y, x: g)
    def nowhere(x):
        return np.log(-(x**2))

    (finding,) = fpad.testing.lint_rules(nowhere)
    assert "strata" in str(finding)


def test_what_has_no_rule() -> None:
    with pytest.raises(RuleError, match="has no rule"):
        fpad.testing.lint_rules(print)


# ---------------------------------------------------------------- programs that are always tied


TIED: list[tuple[str, float]] = [
    ("np.maximum(x, x)", 1.0),
    ("np.minimum(x, x)", 1.0),
    ("np.fmax(x, x)", 1.0),
    ("max(x, x)", 1.0),
    ("min(x, x, x)", 1.0),
    ("np.max(np.stack([x, x]))", 1.0),
    ("np.min(np.stack([x, x, x]))", 1.0),
    ("np.sum(np.sort(np.stack([x, x])) * np.array([2.0, 3.0]))", 5.0),
    ("sorted([x, x])[0]", 1.0),
    ("np.median(np.stack([x, x, x]))", 1.0),
    ("np.quantile(np.stack([x, x, x]), 0.3)", 1.0),
    ("np.partition(np.stack([x, x, x]), 1)[1]", 1.0),
    ("np.stack([x, x])[np.argmax(np.stack([x, x]))]", 1.0),
    ("np.maximum.accumulate(np.stack([x, x]))[1]", 1.0),
    ("np.clip(x, x, x)", 1.0),
    ("np.where(x == x, x, 0.0)", 1.0),
    ("np.where(x - x > 0.0, 0.0, 3.0 * x)", 3.0),
    ("np.where(x > 0.0, x, x)", 1.0),
    ("abs(x - x) + x", 1.0),
    ("np.abs(x - x) + x", 1.0),
    ("np.sign(x - x) + x", 1.0),
    ("np.sqrt(0.0 * x) + x", 1.0),
    ("math.sqrt(0.0 * x) + x", 1.0),
    ("np.cbrt(x - x) + x", 1.0),
    ("(x - x) ** 0.5 + x", 1.0),
    ("(x - x) ** 1.5 + x", 1.0),
    ("np.linalg.norm(np.stack([x - x, x - x])) + x", 1.0),
    ("np.hypot(x - x, 0.0 * x) + x", 1.0),
    ("np.arctan2(x - x, x - x) + x", 1.0),
    ("np.std(np.stack([x, x, x])) + x", 1.0),
    ("np.arcsin(1.0 + 0.0 * x) + x", 1.0),
    ("np.arccosh(1.0 + 0.0 * x) + x", 1.0),
    ("np.sinc(x - x) + x", 1.0),
    ("np.copysign(x, 0.0 * x)", 1.0),
    ("np.floor(0.0 * x) + x", 1.0),
    ("np.mod(x, x) + x", 1.0),
    ("np.fmod(x, x) + x", 1.0),
    ("pow(x, 2.0)", math.nan),
    ("x ** 2.0", math.nan),
    ("np.power(x, 2.0)", math.nan),
    ("x ** 0.0 + x", 1.0),
    ("(x - x) ** 2 + x", 1.0),
    ("(0.0 * x) ** 1.0 + x", 1.0),
    ("np.prod(np.stack([x - x, x])) + x", 1.0),
]
"""Functions of one variable that sit on a kink for every x > 0, and their derivative there.

NaN stands for 2 x.  (At -0.0 `np.copysign` takes the other sign; nothing here is one.)"""


@pytest.mark.parametrize(("text", "slope"), TIED, ids=[t for t, *_ in TIED])
def test_programs_that_are_always_tied(text: str, slope: float) -> None:
    """On a kink everywhere: slopes that are none of pieces would be wrong everywhere (T3, T4)."""
    f = define(f"import math\nimport numpy as np\ndef f(x):\n    return {text}\n")
    for x in (0.7, 2.0, np.float64(1.3)):
        want = 2.0 * x if math.isnan(slope) else slope
        assert fpad.grad(f)(x) == pytest.approx(want, rel=1e-12)
        (_, forward) = fpad.jvp(f)(x, tangent=1.0)
        assert forward == pytest.approx(want, rel=1e-12)
