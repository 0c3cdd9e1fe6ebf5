"""The exact execution at a point: values, decisions, kinks, and adjoints of everything.

    run = PointRun(max_bits);  interpret(program, [run.tape.input(x)], run)
    run.touches                         the kinks that x sits on

A PointRun can be *forced* along the decisions of a FloatRun.  What it differentiates is then what
the float execution was after, free of rounding: the piece that each operation took in floats, with
the slope that derivative code uses there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.coded import coded_slope
from fpad.check.decisions import SELECTIONS, Decision, decides
from fpad.check.evaluate import Entry, Operations, lifted, truth
from fpad.check.exact import ONE, Exact, Hole, Infinite, lift
from fpad.check.reals import Scalar
from fpad.check.runs import Deciding, ExactRun
from fpad.check.tape import Tape, Var, depends, value_of
from fpad.transforms.ir import Const, If, Let, Statement, While
from fpad.transforms.rules import Rule, rule_of


class Unproved(Exception):
    """The exact derivative along the path of the float execution is not known."""


@dataclass
class Touch:
    """A kink that the point sits on.

    Attributes:
        index: the entry.
        lipschitz: are the pieces glued continuously, with bounded slopes.
        node: the result, whose adjoint says whether the kink matters; None for a comparison.
        at: the statement with its operands.
        order: its position among the decisions of the run, if it is one of them.
    """

    index: tuple[int, ...]
    lipschitz: bool = False
    node: int | None = None
    at: Decision | None = None
    order: int | None = None

    def place(self, at: Decision, order: int | None) -> None:
        """Say where it is, when the statement has been executed."""
        self.at, self.order = at, order


class PointRun(ExactRun, Deciding):
    """Runs the program exactly at a point.

    Args:
        max_bits: results that take more bits raise `LimitReached`.
        along: the decisions of a float execution to follow.

    Attributes:
        tape: how everything depends on the inputs.
        decisions: all decisions, in order.
        touches: the kinks that the point sits on.
        uncoded: nodes whose coded slopes are not known exactly.
        holes: the statements (by `id`) whose result, or an entry of it, has no value.
    """

    def __init__(self, max_bits: int, along: Sequence[Decision] | None = None) -> None:
        ExactRun.__init__(self, max_bits)
        Deciding.__init__(self)
        self.tape = Tape()
        self.touches: list[Touch] = []
        self.uncoded: set[int] = set()
        self.holes: set[int] = set()
        self._along = along
        self._let: Let | None = None
        self._positions: list[int] = []
        self._explained = 0

    # ------------------------------------------------------------ what the interpreter asks

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation in exact arithmetic."""
        self._let, self._positions = s, []
        first, self._explained = len(self.touches), self.tape.touches
        forced = self._forced(s) if decides(s) else None
        result = self.compute(s.op, args, kwargs)
        if self.tape.touches != self._explained:
            self.touches.append(Touch(()))
        entries = result.flat if isinstance(result, np.ndarray) else (result,)
        if any(isinstance(v, Hole) and v.undefined for v in entries):
            self.holes.add(id(s))
        if not decides(s) and first == len(self.touches):
            return result
        plain = tuple(_plain(lifted(a)) for a in args)
        order = len(self.decisions) if decides(s) else None
        if order is None:
            d = Decision(s, (), (), plain, kwargs, result, *self._place(s))
        else:
            d = self.decide(s, plain, kwargs, result)
        for t in self.touches[first:]:
            t.place(d, order)
        if order is None:
            return result
        rule = rule_of(s.op)
        if rule is not None and rule.lipschitz and rule.pointwise:
            d.varies = _varying(args, d.shape)
            d.on_kink = np.zeros(d.shape, bool)
            for t in self.touches[first:]:
                d.on_kink[t.index] = True
        if forced is not None:
            result = self._follow(s, d, forced, result, args, kwargs)
        return result

    def test(self, value: Any, s: If | While) -> bool:
        """The truth value; of a number that is zero it touches a boundary."""
        before = self.tape.touches
        holds = truth(value)
        forced = self._forced(s)
        d = self.decide_test(s, holds)
        if self.tape.touches != before:
            self.touches.append(Touch((), at=d, order=len(self.decisions) - 1))
        return holds if forced is None else bool(forced.label[0])

    # ------------------------------------------------------------ kinks

    def plain(self, values: list[Any]) -> list[Any]:
        """The numbers without their history."""
        return [value_of(v) for v in values]

    def entry(self, rule: Rule, kwargs: Mapping[str, Any]) -> Entry:
        """As in `Operations`, with the coded slope where a boundary is touched."""
        run = Operations.entry(self, rule, kwargs)

        def watched(index: tuple[int, ...], *scalars: Any) -> Any:
            before = self.tape.touches
            y = run(index, *scalars)
            if self.tape.touches != before:
                y = self._touched(rule, index, scalars, y, kwargs)
            return y

        return watched

    def _touched(
        self,
        rule: Rule,
        index: tuple[int, ...],
        scalars: Sequence[Any],
        y: Any,
        kwargs: Mapping[str, Any],
    ) -> Any:
        self._explained = self.tape.touches
        y = y if isinstance(y, bool) else lift(y)
        if isinstance(y, Hole):
            return y  # wherever it is asked for there is no value; elsewhere nothing jumps
        if not isinstance(y, Exact) or rule.form == "constant":
            self.touches.append(Touch(index))
            return y
        values = [value_of(v) for v in scalars]
        written = self._written(rule, values)
        edges: list[tuple[Any, Scalar]] | None = []
        for k, v in enumerate(scalars):
            if depends(v) and edges is not None:
                slope = coded_slope(rule, k, ONE, value_of(y), values, kwargs, written)
                edges = None if slope is None else [*edges, (v, slope)]
        if edges is None:
            y = self.tape.node(y.value, tuple((v.node, Fraction(0)) for v in scalars if depends(v)))
            self.uncoded.add(y.node)
        else:
            y = self.tape.node(y.value, tuple((v.node, slope) for v, slope in edges))
        self.touches.append(Touch(index, rule.lipschitz, y.node))
        return y

    def _written(self, rule: Rule, values: Sequence[Any]) -> Sequence[Any]:
        """The operands, with Python's numbers where the statement has constants."""
        s = self._let
        if s is None or rule_of(s.op) is not rule or len(s.args) != len(values):
            return values
        return [a.value if isinstance(a, Const) else v for a, v in zip(s.args, values, strict=True)]

    def position(self, best: int) -> int:
        """The exact position, or that of the float execution."""
        forced = self._forced(self._let)
        if forced is not None:
            best = forced.label[len(self._positions)]
        self._positions.append(best)
        return best

    def length(self, squares: Any) -> Any:
        """The root of a sum of squares: where it is zero it is a Lipschitz kink of their roots."""
        first = len(self.touches)
        result = Operations.length(self, squares)
        for t in self.touches[first:]:
            t.lipschitz = True
        return result

    def chosen(self, op: Any, index: tuple[int, ...], values: list[Any], best: int) -> Any:
        """The entry chosen; a tie with another entry touches a boundary."""
        y = lift(values[best])
        tied = [
            v
            for v in values
            if v is not values[best]
            and (depends(v) or depends(y))
            and value_of(lift(v)) == value_of(y)
        ]
        if not tied:
            return y
        for v in tied:
            self.tape.tie(y, lift(v))
        rule = rule_of(op)
        if rule is None or not rule.lipschitz:
            self.touches.append(Touch(index))
            return y
        edges = ((y.node, Fraction(1)),) if isinstance(y, Var) else ()
        node = self.tape.node(y.value, edges)  # type: ignore[union-attr]
        self.touches.append(Touch(index, True, node.node))
        return node

    # ------------------------------------------------------------ another execution's decisions

    def _forced(self, s: Statement | None) -> Decision | None:
        """The decision of the execution that is followed."""
        if self._along is None:
            return None
        at = len(self.decisions)
        if at >= len(self._along) or self._along[at].statement is not s:
            raise Unproved
        return self._along[at]

    def _follow(
        self,
        s: Let,
        d: Decision,
        forced: Decision,
        result: Any,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """The result with every entry on the piece that the float execution took."""
        rule = rule_of(s.op)
        if rule is None or d.shape != forced.shape:
            raise Unproved
        other = set(d.differing(forced))
        if rule.form == "constant":
            return lifted(forced.result) if other else result
        if not rule.pointwise:
            if other and not self._positions:
                raise Unproved
            return result  # of an extreme `position` has chosen
        if s.op in SELECTIONS:
            if other:
                raise Unproved
            return result
        if d.varies is not None:
            zero = np.zeros(d.shape, bool) | ((forced.switches == 0) & d.varies)
            other |= set(map(int, np.flatnonzero(zero != d.on_kink)))
        out = np.array(result, dtype=object)
        if other and out.shape != d.shape:
            raise Unproved
        for k in other:
            index = d.index(k)
            exact = [_at(lifted(a), index, d.shape) for a in args]
            floats = [_at(a, index, d.shape) for a in forced.args]
            y = _at(forced.result, index, d.shape)
            out[index] = self._on_piece(rule, exact, floats, y, kwargs)
        return out if isinstance(result, np.ndarray) else out[()]

    def _on_piece(
        self,
        rule: Rule,
        exact: Sequence[Any],
        floats: Sequence[Any],
        y: Any,
        kwargs: Mapping[str, Any],
    ) -> Any:
        """The linear piece that the operation took at the float operands, at the exact ones.

        Raises:
            Unproved: it is not linear there.
        """
        total: Scalar = Fraction(0)
        check: Scalar = Fraction(0)
        edges = []
        for k, (v, w) in enumerate(zip(exact, floats, strict=True)):
            if v is None:
                continue
            slope = coded_slope(rule, k, 1.0, y, floats, kwargs)
            v, w = lift(v), lift(w)
            if slope is None or type(w) is not Exact or not isinstance(v, Exact):
                raise Unproved
            if isinstance(v, Hole | Infinite):
                raise Unproved
            total, check = total + slope * v.value, check + slope * w.value
            if isinstance(v, Var):
                edges.append((v.node, slope))
        if check != Fraction(float(y)):
            raise Unproved
        return self.tape.node(total, tuple(edges))


def _plain(a: Any) -> Any:
    if isinstance(a, np.ndarray) and a.dtype.kind == "O":
        out = np.empty(a.shape, object)
        out[...] = np.frompyfunc(value_of, 1, 1)(a)
        return out
    if isinstance(a, tuple | list):
        return type(a)(map(_plain, a))
    return value_of(a)


def _at(a: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    return np.broadcast_to(a, shape)[index] if isinstance(a, np.ndarray) else a


def _varying(args: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """The entries for which an operand depends on the inputs."""
    out = np.zeros(shape, bool)
    for a in args:
        if isinstance(a, np.ndarray):
            out |= np.asarray(np.frompyfunc(depends, 1, 1)(a), bool)
        elif depends(a):
            out |= True
    return out
