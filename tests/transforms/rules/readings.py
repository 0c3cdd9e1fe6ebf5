"""Rules read in other numbers: their operands, their values, and how far these may be apart."""

from __future__ import annotations

import importlib
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.check.readings import Reading
from fpad.transforms.rules import RULES, rule_of
from fpad.transforms.rules.core import Rule
from fpad.transforms.rules.definitions.by_name import DEFINITIONS
from tests.transforms.rules.straight_line import Case, cases
from tests.transforms.rules.test_table import name_of

X = np.array([[0.5, -1.5], [2.0, 1.0]])
N = np.array([3, 1, 2])
V = np.array([0.25, 2.5, -1.0, 0.75])
OPERANDS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *((op, (X,)) for op in (np.floor, np.ceil, np.trunc, np.rint, np.fix, np.sign, fp.sign)),
    *((op, (X,)) for op in (np.isnan, np.isinf, np.isfinite, np.argmax, np.argmin)),
    *((op, (1.5,)) for op in (math.floor, math.ceil, math.trunc, int, round, bool, fp.truth)),
    *((op, (1.5,)) for op in (math.isfinite, math.isnan, math.isinf, np.bool_, np.int64)),
    *((op, (X, 0.5)) for op in (np.less, np.greater_equal, np.equal, np.logical_and)),
    *((op, (X, 0.5)) for op in (np.less_equal, np.greater, np.not_equal)),
    *((op, (0.5, 1.5)) for op in (operator.lt, operator.le, operator.gt, operator.ge)),
    *((op, (0.5, 1.5)) for op in (operator.eq, operator.ne)),
    *((op, (X > 0, X < 1)) for op in (np.logical_or, np.logical_xor)),
    *((op, (V,)) for op in (np.argsort, np.ndim, np.size, np.shape, len, fp.zeros_like)),
    *((op, (V,)) for op in (fp.argmax, fp.argmin, fp.runner_up, fp.count, np.flatnonzero)),
    (np.logical_not, (X > 0,)),
    (np.any, (X,)),
    (np.all, (X, 0)),
    (np.zeros_like, (X,)),
    (np.ones_like, (X,)),
    (np.zeros, ((2, 3),)),
    (np.ones, (3,)),
    (np.eye, (3,)),
    (np.identity, (2,)),
    (round, (1.25, 1)),
    (np.round, (X, 1)),
    (np.floor_divide, (X, 0.75)),
    (operator.floordiv, (1.75, 0.5)),
    (fp.ifloordiv, (X, 0.75)),
    (fp.astype, (X, int)),
    (np.searchsorted, (np.sort(V), 0.5)),
    (np.digitize, (V, np.array([0.0, 0.5, 1.0]))),
    (np.argwhere, (V > 0,)),
    (np.array_equal, (V, V)),
    *((op, (V,)) for op in (np.signbit, np.isposinf, np.isneginf, np.angle, np.imag)),
    *((op, (V,)) for op in (np.isreal, np.iscomplex, np.nanargmax, np.nanargmin)),
    *((op, (V,)) for op in (np.isrealobj, np.iscomplexobj)),
    (operator.not_, (1.5,)),
    (np.around, (X, 1)),
    (np.isin, (V, np.array([2.5, 0.0]))),
    (np.array_equiv, (V, np.stack([V, V]))),
    (math.isclose, (0.5, 0.5 + 1e-12)),
    (math.isclose, (0.5, 0.75)),
    (np.isclose, (V, V + 0.5)),
    (np.isclose, (V, V + 1e-9, 1e-7)),
    (np.allclose, (V, V + 1e-9)),
    (fp.sign_det, (np.array([[0.5, 2.0], [1.0, 0.25]]),)),
]
"""Operands of operations without derivative; the others have their own examples."""
STRAIGHT = {
    np.float32,
    np.float16,
    *(r.op for r in RULES.values() if r.facts.get("straight_through")),
}


def rule_named(name: str) -> Rule:
    """The rule of an operation that is differentiated, by the name of its test."""
    if name.startswith("scipy."):
        module, _, function = name.rpartition(".")
        found = rule_of(getattr(importlib.import_module(module), function))
        assert found is not None
        return found
    return TABLE[name]


TABLE = {
    name_of(r): r
    for r in RULES.values()
    if (r.form != "constant" or r.examples) and not r.undefined and "scipy" not in name_of(r)
}
SCIPY = [
    *(f"scipy.special.{name}" for name in (*DEFINITIONS, "ellipkinc", "ellipeinc")),
    "scipy.linalg.expm",
]
NAMES = [*sorted(TABLE), *SCIPY]


def situations(name: str) -> Iterator[Case]:
    """Operands of a rule: its examples, or numbers and one array; test_table has all shapes."""
    rule = rule_named(name)
    drawn = 0
    for case in cases(rule, np.random.default_rng(3)):
        sizes = [np.size(a) for a in case.args if isinstance(a, np.ndarray)]
        if max(sizes, default=1) > 9 or (0 in sizes and not rule.examples):
            continue
        drawn += 1
        yield case
        if drawn == 2 and rule.pointwise and not rule.examples:
            return


def value(case: Case) -> Any:
    """What the operation itself gives, in floats."""
    with np.errstate(all="ignore"):
        return case.rule.op(*case.args, **case.kwargs)


def read(
    run: Reading, case: Case, number: Callable[[Any], Any] | None = None
) -> list[Exact | float]:
    """The entries of the result of an operation, read in the numbers of a system.

    Args:
        run: the reading.
        case: the operation and its operands.
        number: what is made of an operand with a derivative, if not the number of the system.
    """
    args = []
    for k, a in enumerate(case.args):
        made = run.numbers if number is None or not case.rule.differentiates(k) else number
        args.append(made(a))
    out = run.compute(case.rule.op, args, dict(case.kwargs))
    entries = list(np.asarray(out, object).ravel())
    for entry in entries:
        if isinstance(entry, Hole):
            raise HoleReached(entry)
    return entries


def near(x: Any) -> float:
    """A number of any kind as a float."""
    return x.near() if isinstance(x, Exact) else float(x)


def entries(y: Any) -> list[float]:
    """The entries of a value in floats."""
    return [float(v) for v in np.asarray(y).ravel()]


def allowed(rule: Rule, want: list[float]) -> list[float]:
    """How far the definition may be from these values, by the rule's own bound."""
    relative, absolute = rule.bound
    largest = max(map(abs, want), default=0.0)
    return [(relative * (abs(w) if rule.pointwise else largest) + absolute) * 2**-52 for w in want]


def is_text(y: Any) -> bool:
    """Is the result no number?"""
    kind = np.asarray(y).dtype.kind if not isinstance(y, dict) else "O"
    return kind not in "fiub"
