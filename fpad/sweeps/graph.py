"""A function as one expression: scalar operations, each there once, with its polynomial.

    graph = Graph();  x = graph.input();  y = graph.add("mul", x, x)

Nodes are numbers; operands come before what is computed from them.  Values are rationals, tests
are truth values.  A graph is plain data: it goes to other processes.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from fpad.sweeps import polynomials as poly
from fpad.sweeps.polynomials import Polynomial

EXTREMES = {
    **dict.fromkeys((np.max, np.amax, builtins.max), 1),
    **dict.fromkeys((np.min, np.amin, builtins.min), -1),
}
"""Operations that take the greatest (1) or the least (-1) entry, of equal ones the first."""


class Node(NamedTuple):
    """One operation.

    Attributes:
        kind: "input", "const", "add", "sub", "mul", "div", "smooth"; of truth values "test" (of a
            difference with 0), "and", "or", "not"; "select" (condition, a, b); "rule": the value
            that the definition of an operation chooses, with the operands it was given.
        args: the operands.
        data: the value of a constant, the comparison of a test, the function of "smooth", and of
            "rule" the operation with its operands: nodes, or constants as they are.
    """

    kind: str
    args: tuple[int, ...]
    data: Any = None


@dataclass(frozen=True)
class Operand:
    """A node among the operands of a rule."""

    node: int


@dataclass
class Graph:
    """The nodes of a function.

    Attributes:
        nodes: all of them.
        inputs: how many there are.
        output: the result.
        whole: nodes that are atoms of polynomials, whatever they are computed by.
        choices: how many choices were written so far, also those that were there already.
    """

    nodes: list[Node] = field(default_factory=list)
    inputs: int = 0
    output: int = -1
    whole: set[int] = field(default_factory=set)
    choices: int = 0
    _known: dict[Any, int] = field(default_factory=dict)
    _polynomials: dict[int, Polynomial] = field(default_factory=dict)
    _defined: list[bool] = field(default_factory=list)

    def copy(self) -> Graph:
        """The same nodes, of which others may be made whole."""
        return Graph(list(self.nodes), self.inputs, self.output, set(), 0, dict(self._known))

    def make_whole(self, k: int) -> None:
        """From here on the node is an atom."""
        self.whole.add(k)
        self._polynomials.clear()

    def chooses(self, k: int) -> bool:
        """Is the node a choice, or made whole?"""
        return self.nodes[k].kind in ("select", "rule") or k in self.whole

    def add(self, kind: str, *args: int, data: Any = None, key: Any = None) -> int:
        """The node of an operation, the one that is there if there is one."""
        known = (kind, args, data if key is None else key)
        if known not in self._known:
            self.nodes.append(Node(kind, args, data))
            self._known[known] = len(self.nodes) - 1
        return self._known[known]

    def input(self) -> int:
        """One more input."""
        self.inputs += 1
        return self.add("input", data=self.inputs - 1)

    def constant(self, value: Fraction) -> int:
        """A constant."""
        return self.add("const", data=value)

    def constant_of(self, k: int) -> Fraction | None:
        """The number that a node is everywhere, by its polynomial; None if that is not known."""
        p = self.polynomial(k)
        return None if any(p) or not self.defined(k) else p.get((), Fraction(0))

    def defined(self, k: int) -> bool:
        """Has the node a value everywhere, as nothing below it divides?"""
        while len(self._defined) <= k:
            node = self.nodes[len(self._defined)]
            below = all(self._defined[a] for a in node.args)
            self._defined.append(node.kind != "div" and below)
        return self._defined[k]

    def polynomial(self, k: int) -> Polynomial:
        """The node as a polynomial of inputs and of nodes that are none."""
        if k not in self._polynomials:
            self._polynomials[k] = self._polynomial(k)
        return self._polynomials[k]

    def _polynomial(self, k: int) -> Polynomial:
        node = self.nodes[k]
        if node.kind == "const":
            return poly.constant(node.data)
        form = None if k in self.whole else _FORMS.get(node.kind)
        found = form(*map(self.polynomial, node.args)) if form is not None else None
        return poly.atom(k) if found is None or len(found) > poly.MOST_TERMS else found

    def of_polynomial(self, p: Polynomial) -> int:
        """A node with this polynomial."""
        total: int | None = None
        for m, c in sorted(p.items()):
            term: int | None = None
            for k, e in m:
                for _ in range(e):
                    term = k if term is None else self.add("mul", term, k)
            if term is None:
                term = self.constant(c)
            elif c != 1:
                term = self.add("mul", self.constant(c), term)
            total = term if total is None else self.add("add", total, term)
        return self.constant(Fraction(0)) if total is None else total

    def below(self, *roots: int, stop: Callable[[int], bool] = lambda k: False) -> set[int]:
        """The nodes that these are computed from, themselves among them.

        Args:
            roots: where to begin.
            stop: nodes whose operands are not looked at.
        """
        found: set[int] = set()
        pending = list(roots)
        while pending:
            k = pending.pop()
            if k not in found:
                found.add(k)
                if not stop(k):
                    pending.extend(self.nodes[k].args)
        return found


def _quotient(p: Polynomial, q: Polynomial) -> Polynomial | None:
    """By a constant other than 0."""
    if any(q) or not q:
        return None
    return poly.plus({}, p, 1 / q[()])


_FORMS: dict[str, Callable[..., Polynomial | None]] = {
    "add": poly.plus,
    "sub": lambda p, q: poly.plus(p, q, Fraction(-1)),
    "mul": poly.times,
    "div": _quotient,
}
