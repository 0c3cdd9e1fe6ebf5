"""The verdicts of many points: one byte each.

    D0       no kink, or kinks with zero adjoint only            differentiable, AD is right
    cells    the first-order pieces of all sign patterns of the touched polynomials

At a point that activations and Lipschitz choices touch, the first-order change of the function is
linear on the cone of each sign pattern that a direction can have; there is a derivative if and only
if all these pieces agree (Khan and Barton, 2013; Griewank, 2013).  What is left over (guards,
poles, unknown values, too many patterns) is not settled here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.verdict import Verdict
from fpad.sweeps import lanes as ln
from fpad.sweeps.geometry import TooMany, feasible, in_hull
from fpad.sweeps.lanes import Lanes
from fpad.sweeps.plan import Plan, Step
from fpad.sweeps.running import Row, Run

VERDICTS = tuple(Verdict)
CODES = {v: k for k, v in enumerate(VERDICTS)}
DIFFERENTIABLE, NOT = CODES[Verdict.DIFFERENTIABLE], CODES[Verdict.NOT_DIFFERENTIABLE]
UNKNOWN = CODES[Verdict.UNKNOWN]

VERDICT = 0b111
WRONG = 1 << 3
CRITERION = 1 << 4
OUTSIDE = 1 << 5
CLARKE_OPEN = 1 << 6
"""The bits of a byte: the number of the verdict; there is a derivative, and AD returns something
else; an activation is on a kink with an adjoint other than 0; AD is proved to be outside of the
Clarke subdifferential; whether it is, is not known."""


@dataclass
class Settled:
    """The bytes of some points.

    Attributes:
        states: one for each.
        open: the points that are not settled.
        wide: were there numbers of more than 63 bits.
    """

    states: np.ndarray
    open: np.ndarray
    wide: bool


def settle(plan: Plan, inputs: Sequence[Lanes], size: int, max_cells: int) -> Settled:
    """The verdicts at some points.

    Args:
        plan: the function.
        inputs: the points: a number for each input and point.
        size: how many there are.
        max_cells: sign patterns that may be walked at a point.
    """
    states = np.full(size, DIFFERENTIABLE, np.uint8)
    run = Run(plan, inputs, size, keep=False)
    on = np.zeros(size, bool)
    for mask in (*run.touched.values(), *run.poles.values()):
        on |= mask
    at = np.flatnonzero(on)
    if not at.size:
        return Settled(states, at, run.wide)
    near = _Touched(plan, [x.take(at) for x in inputs], at.size, max_cells)
    near.settle()
    states[at] = near.states
    return Settled(states, at[near.open], run.wide or near.run.wide)


class _Touched:
    """Points that touch something."""

    def __init__(self, plan: Plan, inputs: list[Lanes], size: int, max_cells: int) -> None:
        self.plan = plan
        self.size = size
        self.run = Run(plan, inputs, size)
        self.states = np.full(size, DIFFERENTIABLE, np.uint8)
        self.open = np.zeros(size, bool)
        self._max_cells = max_cells

    def settle(self) -> None:
        """Fill in the states."""
        run, plan = self.run, self.plan
        live = run.live()
        for node, poles in run.poles.items():
            self.open |= poles & live[node]
        touched: list[tuple[Step, np.ndarray]] = []
        for s in plan.steps:
            if s.node in run.touched:
                here = run.touched[s.node] & live[s.node]
                if s.kind == "activation" or s.glued:
                    touched.append((s, here))
                else:
                    self.open |= here
        adjoints = run.adjoints()
        if adjoints is None:
            for _, here in touched:
                self.open |= here
            return
        matters = np.zeros(self.size, bool)
        for s, here in touched:
            adjoint = adjoints.get(s.node)
            if adjoint is None:
                continue
            hit = here & adjoint.nonzero()
            matters |= hit
            if s.kind == "activation":
                kinks = set(s.data.kinks)
                for t, on in zip(s.data.function.breaks, run.on[s.node], strict=True):
                    if t in kinks:
                        self.states[hit & on] |= CRITERION
        groups = self._groups(touched)
        rest = np.flatnonzero(matters & ~self.open)
        if not rest.size:
            return
        patterns, which = np.unique(groups[rest], axis=0, return_inverse=True)
        which = np.ravel(which)
        inputs = {s.data: s.node for s in plan.steps if s.kind == "input"}
        ad: Row = [adjoints.get(inputs.get(j, -1)) for j in range(plan.inputs)]
        for k, pattern in enumerate(patterns):
            at = rest[which == k]
            sides = tuple(map(int, np.flatnonzero(pattern)))
            if 1 << len(sides) > self._max_cells:
                self.open[at] = True
                continue
            cells = _Cells(plan, [x.take(at) for x in run.inputs], at.size, sides)
            cells.walk([None if g is None else g.take(at) for g in ad])
            self.states[at] = (self.states[at] & ~np.uint8(VERDICT)) | cells.states
            self.open[at] |= cells.open
            self.run.wide = self.run.wide or cells.run.wide

    def _groups(self, touched: Sequence[tuple[Step, np.ndarray]]) -> np.ndarray:
        """Which polynomials each point touches with something that matters."""
        out = np.zeros((self.size, self.plan.groups), bool)
        steps = {s.node: s for s in self.plan.steps}
        for s, here in touched:
            if s.kind == "activation":
                out[:, s.group] |= here
                continue
            for t in s.tests:
                out[:, steps[t].group] |= here & self.run.touches_group(steps[t])
        return out


class _Cells:
    """Points that touch the same polynomials: their sign patterns, one after the other.

    Args:
        plan: the function.
        inputs: the points.
        size: how many there are.
        groups: the polynomials that they touch.
    """

    def __init__(self, plan: Plan, inputs: list[Lanes], size: int, groups: tuple[int, ...]) -> None:
        self.plan = plan
        self.run = Run(plan, inputs, size)
        self.size = size
        self.groups = groups
        self.states = np.full(size, DIFFERENTIABLE, np.uint8)
        self.open = np.zeros(size, bool)
        self._turning = {
            g: next(s for s in plan.steps if s.group == g) for g in groups
        }  # any step with the polynomial tells its direction

    def walk(self, ad: Row) -> None:
        """Fill in the states.

        Args:
            ad: the derivative as derivative code has it.
        """
        zero = ln.constant(Fraction(0), self.size)
        ad = [zero if g is None else g for g in ad]
        first: list[Lanes] | None = None
        found = np.zeros(self.size, bool)
        differs = np.zeros(self.size, bool)
        returned = np.zeros(self.size, bool)
        pieces: list[tuple[list[Lanes], np.ndarray]] = []
        for signs in itertools.product((1, -1), repeat=len(self.groups)):
            rows = self.run.rows(dict(zip(self.groups, signs, strict=True)))
            g = [zero if v is None else v for v in rows[self.plan.output]]
            possible = self._possible(rows, signs)
            if first is None:
                first = g
            new = possible & ~found
            first = [ln.where(new, a, b) for a, b in zip(g, first, strict=True)]
            found |= possible
            differs |= possible & ~_same(g, first)
            returned |= possible & _same(g, ad)
            pieces.append((g, possible))
        assert first is not None
        self.open |= ~found
        self.states[differs] = NOT
        wrong = ~differs & ~_same(first, ad)
        self.states[wrong] |= WRONG
        for k in np.flatnonzero(~returned & ~self.open):
            self.states[k] |= self._clarke(int(k), ad, pieces)

    def _possible(self, rows: dict[int, Row], signs: Sequence[int]) -> np.ndarray:
        """Where there are directions with this sign pattern; open where that is not known."""
        vectors = []
        for g, sign in zip(self.groups, signs, strict=True):
            s = self._turning[g]
            vectors.append(_integers(rows[s.args[0]], self.size, 1 if sign * s.scale > 0 else -1))
        out = np.ones(self.size, bool)
        several = sum((np.any(v != 0, axis=1).astype(int) for v in vectors), np.zeros(self.size))
        for k in np.flatnonzero(np.asarray(several) > 1):
            system = [v[k].tolist() for v in vectors]
            try:
                out[k] = feasible(r for r in system if any(r))
            except TooMany:
                self.open[k] = True
        return out

    def _clarke(
        self, k: int, ad: Sequence[Any], pieces: Sequence[tuple[list[Lanes], np.ndarray]]
    ) -> int:
        """Is what AD returns in the hull of the pieces?  It is none of them."""
        point = [_number(v, k) for v in ad]
        every = [([_number(v, k) for v in g], bool(possible[k])) for g, possible in pieces]
        try:
            if in_hull(point, [g for g, possible in every if possible]):
                return 0
            return CLARKE_OPEN if in_hull(point, [g for g, _ in every]) else OUTSIDE
        except TooMany:
            return CLARKE_OPEN


def _same(a: Sequence[Lanes], b: Sequence[Any]) -> np.ndarray:
    out = np.ones(len(a[0].k), bool)
    for x, y in zip(a, b, strict=True):
        out &= ln.equal(x, y)
    return out


def _number(x: Lanes, k: int) -> Fraction:
    return Fraction(x.k[k] if x.wide else int(x.k[k])) * x.unit


def _integers(row: Row, size: int, sign: int) -> np.ndarray:
    """The directions of rows, a row for each point; fractions behind divisions."""
    given = [v for v in row if v is not None]
    if not given:
        return np.zeros((size, len(row)), np.int64)
    columns, _, _ = ln.aligned(*given)
    rest = iter(columns)
    zeros = np.zeros(size, np.int64)
    return np.stack([zeros if v is None else sign * next(rest) for v in row], axis=1)
