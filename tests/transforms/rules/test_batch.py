"""Every rule for many examples at once: what it gives for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.transforms.batch.programs import Batching
from fpad.transforms.interpret import interpret
from fpad.transforms.ir import Boundary, Call, For, Func, Leaf, Program, Return, walk
from fpad.transforms.rules import RULES
from fpad.transforms.rules.batch.core import BATCH, SINGLE
from fpad.transforms.rules.batch.looped import LOOPED, is_batched, reason_for
from fpad.transforms.rules.core import Path, Rule
from tests.transforms.rules.straight_line import Case, at, cases, replaced, subsets
from tests.transforms.rules.test_facts import kind_of
from tests.transforms.rules.test_table import name_of, statement

TOGETHER: dict[Any, frozenset[Path]] = {
    fp.gate: frozenset([(1,), (2,)]),
    fp.index_of: frozenset([(0, 0), (0, 1), (1,)]),
}
"""Operands that are of one comparison: a program has them for each example, or for all."""
NO_EXAMPLES_OF = (np.median, np.percentile, np.quantile)
"""NumPy itself cannot do these over several axes of an array without entries."""
REFUSED = {fp.class_number: "classes of Python"}


def has_cases(rule: Rule) -> bool:
    """Are there operands for it: its examples, or arrays of its domain?"""
    return not rule.effect and (rule.form != "constant" or bool(rule.examples) or rule.pointwise)


TESTED = sorted((r for r in RULES.values() if has_cases(r)), key=name_of)


def batchable(case: Case) -> list[Path]:
    """Where operands stand that may be different for each example."""
    found: list[Path] = []

    def visit(x: Any, path: Path) -> None:
        if isinstance(x, tuple):
            for j, part in enumerate(x):
                visit(part, (*path, j))
        elif isinstance(x, float | np.ndarray) or (isinstance(x, int) and case.rule.pointwise):
            found.append(path)

    for k, a in enumerate(case.args):
        visit(a, (k,))
    return found


def example(x: Any, j: int) -> Any:
    """The operand of example j, near that of the others, and of its kind."""
    if isinstance(x, bool):
        return x if j % 2 else not x
    if isinstance(x, float):
        return x * (1.0 - 0.02 * j)
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return np.asarray(x * (1.0 - 0.02 * j), x.dtype)
    return np.roll(x, j, 0) if isinstance(x, np.ndarray) and x.ndim else x


@dataclass
class Mapped:
    """A statement with some of its operands batched, as a program."""

    case: Case
    active: tuple[Path, ...]

    def __post_init__(self) -> None:
        names = {p: "x" + "_".join(map(str, p)) for p in self.active}
        params = tuple(names.values())
        kinds = tuple(kind_of(at(self.case.args, p)) for p in self.active)
        one = Func("one", params, (statement(self.case, names), Return(("y",))), kinds)
        entry = Func(
            "f",
            params,
            (Call(("y",), "one", params), Return(("y",))),
            kinds,
            Boundary((), Leaf("y")),
        )
        program = Program("f", {"f": entry, "one": one})
        states = (True,) * len(params)
        batching = Batching(program)
        (self.differs,) = batching.results("one", states)
        made = batching.function("one", states)
        self.program = replace(program, funcs=batching.funcs, entry=made)
        self.looped = any(isinstance(s, For) for s in walk(batching.funcs[made].body))

    def wanted(self, n: int) -> list[Any]:
        """What the operation gives for each example."""
        return [
            self.case.rule.op(
                *replaced(
                    self.case.args, {p: example(at(self.case.args, p), j) for p in self.active}
                ),
                **self.case.kwargs,
            )
            for j in range(n)
        ]

    def got(self, n: int) -> Any:
        """What it gives for n examples at once."""
        given = []
        for p in self.active:
            x = at(self.case.args, p)
            stacked = np.asarray([example(x, j) for j in range(n)])
            given.append(stacked.reshape((n, *np.shape(x))).astype(np.asarray(x).dtype))
        return interpret(self.program, given)[0]


def mapped(rule: Rule) -> Iterator[Mapped]:
    """The rule at its examples, with every choice of batched operands."""
    for case in cases(rule, np.random.default_rng(5)):
        for active in subsets(batchable(case)):
            together = TOGETHER.get(rule.op, frozenset())
            if together and not together <= set(active) and together & set(active):
                continue
            yield Mapped(case, active)


@pytest.mark.parametrize("rule", [r for r in TESTED if r.op not in REFUSED], ids=name_of)
def test_many_examples_are_one_after_the_other(rule: Rule) -> None:
    tested = 0
    for m in mapped(rule):
        want, got = m.wanted(3), m.got(3)
        tested += 1
        if m.differs is not True:
            for one in want:
                np.testing.assert_array_equal(np.asarray(got), np.asarray(one))
            continue
        stacked = np.stack([np.asarray(one) for one in want])
        assert got.shape == stacked.shape
        assert got.dtype == stacked.dtype
        np.testing.assert_allclose(got, stacked, rtol=1e-12, atol=1e-14)
        if not m.looped and rule.op not in NO_EXAMPLES_OF:
            assert m.got(0).shape == (0, *stacked.shape[1:])
            assert m.got(1).shape == (1, *stacked.shape[1:])
    assert tested or not any(batchable(c) for c in cases(rule, np.random.default_rng(5)))


@pytest.mark.parametrize("rule", [RULES[op] for op in REFUSED], ids=name_of)
def test_what_is_refused_says_why(rule: Rule) -> None:
    with pytest.raises(fpad.TransformError, match=REFUSED[rule.op]):
        list(mapped(rule))


def test_every_rule_is_batched_or_says_why_it_is_looped_over() -> None:
    for rule in RULES.values():
        assert is_batched(rule) or reason_for(rule)
    assert not [op for op in (*LOOPED, *BATCH, *SINGLE) if op not in RULES]
    assert not [op for op in LOOPED if op in BATCH or op in SINGLE]
