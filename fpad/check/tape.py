"""Exact numbers that remember how they were computed: values at a point, and all adjoints there.

    tape = Tape();  x = tape.input(Fraction(3))
    y = x * x + x                                   Var(12)
    tape.adjoints({y.node: Fraction(1)})[x.node]    Fraction(7)

One backward sweep gives the gradient and the adjoint of every kink that was touched.  A comparison
of two numbers that are equal, and that depend on the inputs, touches the boundary between pieces:
the tape notes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from fpad.check.exact import ONE, Exact, no_divisor
from fpad.check.reals import Scalar, is_integer, is_nil, order

Edges = tuple[tuple[int, Scalar], ...]
"""The operands of a node and the partial derivatives with respect to them."""


MOST_TIES = 64


@dataclass
class Tape:
    """The nodes of one execution, in order.

    Attributes:
        edges: of each node.
        touches: how many boundaries were touched so far.
        ties: pairs of nodes that were found equal; None stands for a constant.
    """

    edges: list[Edges] = field(default_factory=list)
    touches: int = 0
    ties: dict[tuple[int | None, int | None], None] = field(default_factory=dict)

    def tie(self, a: Any, b: Any = None) -> None:
        """Note that two numbers are equal."""
        pair = tuple(v.node if isinstance(v, Var) else None for v in (a, b))
        if len(self.ties) < MOST_TIES:
            self.ties.setdefault(pair)  # type: ignore[arg-type]

    def input(self, value: Fraction) -> Var:
        """A number that the result is differentiated by."""
        return self.node(value, ())

    def node(self, value: Scalar, edges: Edges) -> Var:
        """A number that was computed from nodes."""
        self.edges.append(edges)
        return Var(value, len(self.edges) - 1, self)

    def combine(self, value: Scalar, *parts: tuple[Any, Scalar]) -> Any:
        """A number with its partial derivatives by operands, of which some may be constants."""
        edges = tuple((p.node, slope) for p, slope in parts if isinstance(p, Var))
        return self.node(value, edges) if edges else Exact(value)

    def adjoints(self, seeds: Mapping[int, Scalar]) -> dict[int, Scalar]:
        """The derivatives of sum(seed * node) by the nodes on which it depends.

        Zeros that are seen to be such are left out.
        """
        out: dict[int, Scalar] = {}
        pending = {k: v for k, v in seeds.items() if not is_nil(v)}
        for k in range(max(pending, default=-1), -1, -1):
            adjoint = pending.pop(k, None)
            if adjoint is None or is_nil(adjoint):
                continue
            out[k] = adjoint
            for operand, slope in self.edges[k]:
                if not is_nil(slope):
                    before = pending.get(operand)
                    step = adjoint * slope
                    pending[operand] = step if before is None else before + step
        return out


class Var(Exact):
    """A number that depends on the inputs."""

    __slots__ = ("node", "tape")
    rank: ClassVar[int] = 1

    def __init__(self, value: Scalar, node: int, tape: Tape) -> None:
        self.value = value
        self.node = node
        self.tape = tape

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return _tape(a, b).combine(a.value + b.value, (a, ONE.value), (b, ONE.value))

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return _tape(a, b).combine(a.value - b.value, (a, ONE.value), (b, -ONE.value))

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        return _tape(a, b).combine(a.value * b.value, (a, b.value), (b, a.value))

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        hole = no_divisor(b.value)
        if hole is not None:
            return hole
        q = a.value / b.value
        return _tape(a, b).combine(q, (a, 1 / b.value), (b, -q / b.value))

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b; two different numbers that are equal touch a boundary."""
        sign = 0 if a is b else order(a.value, b.value)
        if not sign and a is not b:
            tape = _tape(a, b)
            tape.touches += 1
            tape.tie(a, b)
        return sign

    def image(self, value: Scalar, slope: Scalar | None, function: Hashable) -> Any:
        """The value of a function of it; where the slope is infinite it is coded as 0."""
        return self.tape.combine(value, (self, Fraction(0) if slope is None else slope))

    def negate(self) -> Any:
        """The number with the other sign."""
        return self.tape.combine(-self.value, (self, -ONE.value))

    def floor(self) -> Any:
        """The largest integer that is not above; at an integer it jumps."""
        if is_integer(self.value):
            self.tape.touches += 1
            self.tape.tie(self)
        return Exact.floor(self)

    def __repr__(self) -> str:
        return f"Var({self.value})"


def _tape(a: Any, b: Any) -> Tape:
    tape: Tape = a.tape if isinstance(a, Var) else b.tape
    return tape


def value_of(x: Any) -> Any:
    """The number without its history."""
    return Exact(x.value) if isinstance(x, Var) else x


def depends(x: Any) -> bool:
    """Does the number depend on the inputs?"""
    return isinstance(x, Exact) and x.rank == Var.rank
