"""Patterns of operations: every entry that a rule's tangent moves is in them, table-wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Rule
from fpad.transforms.sparsity.dependence import PATTERNS
from fpad.transforms.sparsity.facts import Traced, Use, pattern
from fpad.transforms.sparsity.sets import IndexSets
from tests.transforms.rules.straight_line import Case, at, cases, replaced
from tests.transforms.rules.test_table import DIFFERENTIABLE, name_of

LOOSE = {"matmul_left", "dot", "kron"}


def traced(case: Case) -> tuple[tuple[Any, ...], IndexSets, list[tuple[Any, int]]]:
    """The operands with a set for each float entry, and where each operand's sets begin."""
    new: dict[Any, Any] = {}
    places = []
    before = 0
    sets = IndexSets(sum(np.size(at(case.args, path)) for path in case.floats()))
    for path in case.floats():
        x = at(case.args, path)
        ids = np.arange(np.size(x)).reshape(np.shape(x)) + before + 1
        new[path] = Traced(x, ids if ids.ndim else int(ids), 1)
        places.append((path, before))
        before += np.size(x)
    return replaced(case.args, new), sets, places


def moved(case: Case, places: list[tuple[Any, int]], y: Any) -> Iterator[tuple[int, Any]]:
    """For each entry of an operand, which entries of the result its tangent reaches."""
    for path, before in places:
        x = np.asarray(at(case.args, path))
        k = path[0]
        for n in range(x.size):
            unit = np.zeros(x.size, x.dtype)
            unit[n] = 1.0
            dx = unit.reshape(x.shape) if isinstance(at(case.args, path), np.ndarray) else 1.0
            if len(path) > 1:
                zeros = {
                    p: at(case.args, p) * 0.0
                    for p, _ in places
                    if p[0] == k and len(p) == len(path)
                }
                dx = at(replaced(case.args, {**zeros, path: dx}), (k,))
            rule = case.rule
            f = rule.tangents[0] if rule.variadic else rule.tangents[k]
            lead = (k,) if rule.variadic else ()
            dy = f(*lead, dx, y, *case.args, **case.kwargs)
            yield before + n, np.broadcast_to(np.asarray(dy) != 0, np.shape(y))


def found(rule: Rule, rng: np.random.Generator) -> Iterator[tuple[Case, Any, Any, Any]]:
    for case in cases(rule, rng):
        args, sets, places = traced(case)
        y = rule.op(*case.args, **case.kwargs)
        if isinstance(y, tuple | list):
            continue
        use = Use(sets, rule, args, case.kwargs, y, lambda x: None)
        if not use.operands():
            continue
        ids = pattern(use, strict=True)
        ends, inputs = sets.rows(ids)
        has = np.zeros((np.size(y), sets.size), bool)
        has[np.repeat(np.arange(np.size(y)), np.diff(ends)), inputs] = True
        needed = np.zeros_like(has)
        for column, rows in moved(case, places, y):
            needed[:, column] = np.ravel(rows)
        yield case, y, has, needed


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_patterns_hold_all_that_tangents_move(rule: Rule) -> None:
    for case, y, has, needed in found(rule, np.random.default_rng(0)):
        lacking = np.argwhere(needed & ~has)
        assert not len(lacking), (case, y, lacking[:5])
        if rule.form == "linear" and rule.op in PATTERNS and LOOSE.isdisjoint({rule.op.__name__}):
            print(name_of(rule), int((has & ~needed).sum()), int(needed.sum()))


def test_patterns_belong_to_rules() -> None:
    assert not [op for op in PATTERNS if op not in RULES]
