"""The steps of a plan for many points: values, what they touch, slopes forwards and backwards.

A point touches an activation where its argument is a break, and a choice where a test of its
condition compares equal numbers.  Slopes there are the coded ones (`adjoints`), or those of one
side (`rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.sweeps import lanes as ln
from fpad.sweeps import polynomials as poly
from fpad.sweeps.lanes import Lanes
from fpad.sweeps.piecewise import COMPARISONS, Piecewise
from fpad.sweeps.plan import Plan, Step
from fpad.sweeps.polynomials import Univariate

Row = list[Lanes | None]
"""The derivatives of a value by the inputs; None is 0."""


class Run:
    """The values of all steps at some points.

    Args:
        plan: the steps.
        inputs: a number for each input and point.
        size: how many points there are.
        keep: are the values needed later, or only what was touched?

    Attributes:
        values: by node; None where they are not known exactly.
        above, on: of activations: per break, where the argument is above it, and on it.
        touched: where an activation is on a break, or a choice on the boundary of its condition.
        poles: where a quotient divides by 0.
        wide: were there numbers of more than 63 bits.
    """

    def __init__(self, plan: Plan, inputs: Sequence[Lanes], size: int, keep: bool = True) -> None:
        self.plan = plan
        self.size = size
        self.inputs = inputs
        self.values: dict[int, Any] = {}
        self.above: dict[int, list[np.ndarray]] = {}
        self.on: dict[int, list[np.ndarray]] = {}
        self.touched: dict[int, np.ndarray] = {}
        self.poles: dict[int, np.ndarray] = {}
        self.wide = False
        self._touched_tests: dict[int, np.ndarray] = {}
        self._constants: dict[int, Fraction] = {}
        last = {a: k for k, s in enumerate(plan.steps) for a in s.args}
        for k, s in enumerate(plan.steps):
            value = self._value(s)
            self.values[s.node] = value
            self.wide = self.wide or (isinstance(value, Lanes) and value.wide)
            if not keep:
                self.above.pop(s.node, None)
                self.on.pop(s.node, None)
                for a in set(s.args):
                    if last[a] == k and a != plan.output:
                        self.values[a] = None

    def _value(self, s: Step) -> Any:
        if s.kind == "input":
            return self.inputs[s.data]
        if s.kind == "const":
            self._constants[s.node] = s.data
            return ln.constant(s.data, self.size)
        args = [self.values[a] for a in s.args]
        if s.kind == "activation":
            return self._activation(s, args[0])
        if s.kind == "test":
            return self._test(s, args[0])
        if s.kind == "choice":
            return self._choice(s, *args)
        if s.kind == "div":
            by = args[1]
            self.poles[s.node] = np.ones(self.size, bool) if by is None else ~by.nonzero()
        if any(a is None for a in args) or s.kind == "smooth":
            return None
        if s.kind == "mul":
            for a, other in ((s.args[0], args[1]), (s.args[1], args[0])):
                if self._constants.get(a):
                    return other.scaled(self._constants[a])
        return _VALUES[s.kind](*args)

    def _activation(self, s: Step, x: Lanes | None) -> Lanes | None:
        if x is None:
            self.touched[s.node] = np.ones(self.size, bool)
            return None
        f: Piecewise = s.data.function
        value = _polynomial(f.pieces[0], x)
        self.touched[s.node] = np.zeros(self.size, bool)
        self.above[s.node], self.on[s.node] = [], []
        for t, piece in zip(f.breaks, f.pieces[1:], strict=True):
            above, on = ln.compare(x, t)
            self.above[s.node].append(above)
            self.on[s.node].append(on)
            self.touched[s.node] |= on
            value = ln.where(above, _polynomial(piece, x), value)  # they agree on it
        return value

    def _test(self, s: Step, x: Lanes | None) -> np.ndarray:
        if x is None:
            self._touched_tests[s.node] = np.ones(self.size, bool)
            return np.zeros(self.size, bool)
        sign = x.sign()
        self._touched_tests[s.node] = sign == 0
        return np.asarray(COMPARISONS[s.data](sign, 0), bool)

    def _choice(self, s: Step, condition: np.ndarray, a: Any, b: Any) -> Any:
        self.touched[s.node] = np.zeros(self.size, bool)
        for t in s.tests:
            self.touched[s.node] |= self._touched_tests[t]
        return None if a is None or b is None else ln.where(condition, a, b)

    # ------------------------------------------------------------ what matters

    def live(self) -> dict[int, np.ndarray]:
        """Where a node has a part in the result, or would have on another side of a boundary."""
        out = {s.node: np.zeros(self.size, bool) for s in self.plan.steps}
        out[self.plan.output][:] = True
        for s in reversed(self.plan.steps):
            here = out[s.node]
            if s.kind == "choice":
                condition, a, b = s.args
                holds, on = self.values[condition], self.touched[s.node]
                out[a] |= here & (holds | on)
                out[b] |= here & (~holds | on)
                out[condition] |= here
            else:
                for a in s.args:
                    out[a] |= here
        return out

    # ------------------------------------------------------------ slopes

    def adjoints(self) -> dict[int, Lanes | None] | None:
        """The derivative of the result by each node as derivative code has it; None is 0.

        Nothing at all if slopes are not known exactly.
        """
        out: dict[int, Lanes | None] = {self.plan.output: ln.constant(Fraction(1), self.size)}
        for s in reversed(self.plan.steps):
            here = out.get(s.node)
            if here is None or s.kind in ("input", "const", "test", "and", "or", "not"):
                continue
            parts = self._parts(s, here)
            if parts is None:
                return None
            for a, part in parts:
                out[a] = _sum(out.get(a), part)
        return out

    def _parts(self, s: Step, here: Lanes) -> list[tuple[int, Lanes]] | None:
        """What a step adds to the adjoints of its operands."""
        slopes: Sequence[Lanes | None] | None
        if s.kind == "activation":
            slopes = (self.slope(s, None),)
            args: tuple[int, ...] = s.args
        elif s.kind == "choice":
            condition = self.values[s.args[0]]
            zero = ln.constant(Fraction(0), self.size)
            a, b = ln.where(condition, here, zero), ln.where(condition, zero, here)
            return [(s.args[1], a), (s.args[2], b)]
        else:
            slopes, args = self._partials(s), s.args
        if slopes is None:
            return None
        return [
            (a, here if slope is None else ln.mul(here, slope))
            for a, slope in zip(args, slopes, strict=True)
        ]

    def _partials(self, s: Step) -> tuple[Lanes | None, ...] | None:
        """The derivatives of an arithmetic step by its operands; None is 1."""
        args = [self.values[a] for a in s.args]
        if s.kind == "same":
            return (None,)
        if s.kind == "add":
            return None, None
        if s.kind == "sub":
            return None, ln.constant(Fraction(-1), self.size)
        if any(a is None for a in args) or s.kind == "smooth":
            return None
        if s.kind == "mul":
            return args[1], args[0]
        one = ln.constant(Fraction(1), self.size)
        by = ln.div(one, args[1])
        return by, ln.mul(self.values[s.node], by).scaled(Fraction(-1))

    def slope(self, s: Step, side: int | None) -> Lanes | None:
        """The derivative of an activation; on a break the coded one, or that of a side of y."""
        x: Lanes | None = self.values[s.args[0]]
        if x is None:
            return None
        f: Piecewise = s.data.function
        piece = np.zeros(self.size, np.intp)
        for above, on in zip(self.above[s.node], self.on[s.node], strict=True):
            piece += above
            if side is not None and side * s.scale > 0:
                piece += on
        slopes = [poly.slope_of(p) for p in f.pieces]
        if all(len(p) <= 1 for p in slopes):
            out = ln.among([p[0] if p else Fraction(0) for p in slopes], piece)
        else:
            out = _polynomial(slopes[0], x)
            for k, p in enumerate(slopes[1:], 1):
                out = ln.where(piece == k, _polynomial(p, x), out)
        if side is None:
            for (_, coded), on in zip(f.at, self.on[s.node], strict=True):
                out = ln.where(on, ln.constant(coded, self.size), out)
        return out

    def rows(self, sides: Mapping[int, int]) -> dict[int, Row]:
        """The derivatives of all nodes by the inputs, on one side of each touched polynomial.

        Args:
            sides: group -> 1 above, -1 below.
        """
        n = self.plan.inputs
        out: dict[int, Row] = {}
        truths: dict[int, np.ndarray] = {}
        for s in self.plan.steps:
            row: Row = [None] * n
            if s.kind == "input":
                row[s.data] = ln.constant(Fraction(1), self.size)
            elif s.kind == "test":
                truths[s.node] = self._truth(s, sides.get(s.group))
            elif s.kind in ("and", "or", "not"):
                truths[s.node] = _VALUES[s.kind](*(truths[a] for a in s.args))
            elif s.kind == "choice":
                zero = ln.constant(Fraction(0), self.size)
                for j, (a, b) in enumerate(zip(out[s.args[1]], out[s.args[2]], strict=True)):
                    if a is not None or b is not None:
                        row[j] = ln.where(truths[s.args[0]], a or zero, b or zero)
            elif s.kind != "const":
                row = self._row(s, [out[a] for a in s.args], sides)
            out[s.node] = row
        return out

    def _row(self, s: Step, rows: Sequence[Row], sides: Mapping[int, int]) -> Row:
        slopes: Sequence[Lanes | None] | None
        if s.kind == "activation":
            slopes = (self.slope(s, sides.get(s.group, 1)),)
        else:
            slopes = self._partials(s)
        assert slopes is not None
        out: Row = []
        for j in range(self.plan.inputs):
            total: Lanes | None = None
            for row, slope in zip(rows, slopes, strict=True):
                part = row[j]
                if part is not None:
                    total = _sum(total, part if slope is None else ln.mul(part, slope))
            out.append(total)
        return out

    def _truth(self, s: Step, side: int | None) -> np.ndarray:
        """A test, on one side of its polynomial where it is touched."""
        holds: np.ndarray = self.values[s.node]
        if side is None:
            return holds
        beside = COMPARISONS[s.data](side * s.scale, 0)
        return np.where(self._touched_tests[s.node], beside, holds)

    def touches_group(self, s: Step) -> np.ndarray:
        """Where a test compares equal numbers."""
        return self._touched_tests[s.node]


def _polynomial(p: Univariate, x: Lanes) -> Lanes:
    """A polynomial at every point, by Horner's rule."""
    size = len(x.k)
    if len(p) <= 1:
        return ln.constant(p[0] if p else Fraction(0), size)
    out = x.scaled(p[-1])
    for k in range(len(p) - 2, -1, -1):
        if p[k]:
            out = ln.add(out, ln.constant(p[k], size))
        if k:
            out = ln.mul(out, x)
    return out


def _sum(a: Lanes | None, b: Lanes) -> Lanes:
    return b if a is None else ln.add(a, b)


_VALUES: dict[str, Callable[..., Any]] = {
    "add": ln.add,
    "sub": ln.sub,
    "mul": ln.mul,
    "div": ln.div,
    "same": lambda a: a,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
}
