"""Numbers that stand for all values: arithmetic on them writes a graph.

x > 0                 Test, which an if cannot ask
core.select(t, a, b)  the node of a choice
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from fpad.check.core import Core
from fpad.check.exact import Exact, Hole, HoleReached, lift
from fpad.sweeps import polynomials as poly
from fpad.sweeps.graph import Graph

SMOOTH = frozenset(
    ("exp", "expm1", "exp2", "sin", "cos", "sinh", "cosh", "tanh", "arctan")  # on the whole line
)


class Symbol(Exact):
    """A number of which a graph knows how it is computed."""

    __slots__ = ("graph", "node")
    rank: ClassVar[int] = 1

    def __init__(self, graph: Graph, node: int) -> None:
        self.graph = graph
        self.node = node

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return _written("add", a, b)

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return _written("sub", a, b)

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        return _written("mul", a, b)

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        if type(b) is Exact:
            return _written("mul", a, 1 / b.value) if b.value else Hole("domain")
        return _written("div", a, b)

    @staticmethod
    def compare(a: Any, b: Any) -> Any:
        """What stands for the sign of a - b: comparing it with 0 gives a truth value."""
        d = Symbol.sub(a, b)
        value = d.graph.constant_of(d.node)
        if value is not None:
            return int(value > 0) - int(value < 0)
        return Sign(d)

    def negate(self) -> Any:
        """The number with the other sign."""
        return _written("mul", -1, self)

    def floor(self) -> Any:
        """Jumps are not written."""
        return Hole("no_exact_rule")

    def near(self) -> float:
        """There is none.

        Raises:
            HoleReached: always.
        """
        raise HoleReached(Hole("no_exact_rule"))

    def bits(self) -> int:
        """Symbols do not grow."""
        return 0

    def __repr__(self) -> str:
        return f"Symbol({self.node})"


class Sign:
    """The sign of a number, to be compared with 0."""

    def __init__(self, difference: Symbol) -> None:
        self._difference = difference

    def _test(self, name: str) -> Test:
        d = self._difference
        return Test(d.graph, d.graph.add("test", d.node, data=name))

    def __lt__(self, other: Any) -> Any:
        return self._test("<")

    def __le__(self, other: Any) -> Any:
        return self._test("<=")

    def __gt__(self, other: Any) -> Any:
        return self._test(">")

    def __ge__(self, other: Any) -> Any:
        return self._test(">=")

    def __eq__(self, other: Any) -> Any:
        return self._test("==")

    def __ne__(self, other: Any) -> Any:
        return self._test("!=")

    __hash__ = None  # type: ignore[assignment]


class Test:
    """A truth value of which a graph knows how it is computed."""

    __slots__ = ("graph", "node")
    __test__ = False  # no class of tests

    def __init__(self, graph: Graph, node: int) -> None:
        self.graph = graph
        self.node = node

    def __bool__(self) -> bool:
        raise HoleReached(Hole("no_exact_rule"))

    def times(self, other: Any) -> Any:
        """The number where this holds, 0 elsewhere, as NumPy multiplies."""
        return selected(self, other, 0)

    __mul__ = __rmul__ = times


def both(a: Any, b: Any) -> Any:
    """The truth value of `a and b`."""
    return _combined("and", a, b, False)


def either(a: Any, b: Any) -> Any:
    """The truth value of `a or b`."""
    return _combined("or", a, b, True)


def opposite(a: Any) -> Any:
    """The truth value of `not a`."""
    if isinstance(a, Test):
        return Test(a.graph, a.graph.add("not", a.node))
    if isinstance(a, Hole):
        raise HoleReached(a)
    return not a


def _combined(kind: str, a: Any, b: Any, decides: bool) -> Any:
    for v, other in ((a, b), (b, a)):
        if isinstance(v, Hole):
            raise HoleReached(v)
        if not isinstance(v, Test):
            return decides if bool(v) is decides else other
    return Test(a.graph, a.graph.add(kind, a.node, b.node))


LOGIC: dict[Any, Callable[..., Any]] = {
    **dict.fromkeys((np.logical_and, operator.and_), both),
    **dict.fromkeys((np.logical_or, operator.or_), either),
    **dict.fromkeys((np.logical_not, operator.not_, operator.invert), opposite),
}
"""Operations on truth values, entry by entry."""


def selected(condition: Any, a: Any, b: Any, apart: bool = True) -> Any:
    """The number a where the condition holds, else b.

    Args:
        condition: a truth value.
        a: a number or a truth value.
        b: another.
        apart: write select(c, t + a, t + b) as t + select(c, a, b), which may be a function of
            what c compares although t is none.

    Raises:
        HoleReached: an operand has no value that can be written.
    """
    if not isinstance(condition, Test):
        return a if condition else b
    if all(isinstance(v, Test | bool | np.bool_) for v in (a, b)):
        return either(both(condition, a), both(opposite(condition), b))
    graph = condition.graph
    first, second = (written(graph, v) for v in (a, b))
    graph.choices += 1
    if first == second:
        return a
    if apart and graph.defined(first) and graph.defined(second):
        p, q = graph.polynomial(first), graph.polynomial(second)
        shared = {m: c for m, c in p.items() if m and q.get(m) == c}
        if shared:
            rest = (graph.of_polynomial(poly.plus(r, shared, Fraction(-1))) for r in (p, q))
            choice = graph.add("select", condition.node, *rest)
            return Symbol(graph, graph.add("add", graph.of_polynomial(shared), choice))
    return Symbol(graph, graph.add("select", condition.node, first, second))


def written(graph: Graph, x: Any) -> int:
    """The node of a number.

    Raises:
        HoleReached: it has none.
    """
    if isinstance(x, Test):
        return graph.add("select", x.node, written(graph, 1), written(graph, 0))
    number = lift(x.item() if isinstance(x, np.ndarray) and not x.ndim else x)
    if isinstance(number, Symbol):
        return number.node
    if type(number) is not Exact or not isinstance(number.value, Fraction):
        raise HoleReached(number if isinstance(number, Hole) else Hole("no_exact_rule"))
    return graph.constant(number.value)


def _written(kind: str, a: Any, b: Any) -> Symbol:
    graph: Graph = a.graph if isinstance(a, Symbol) else b.graph
    return Symbol(graph, graph.add(kind, written(graph, a), written(graph, b)))


class SymbolicCore(Core):
    """The core scalar operations on symbols.

    Attributes:
        defining: is an operation being defined, whose choices stay as they are?
    """

    defining = False

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        if name not in SMOOTH:
            return found

        def call(x: Any) -> Any:
            if not isinstance(x, Symbol):
                return found(x)
            return Symbol(x.graph, x.graph.add("smooth", x.node, data=name))

        return call

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        """`a` where the condition holds, `b` elsewhere; entry by entry for arrays."""
        if any(isinstance(v, np.ndarray) for v in (condition, a, b)):
            return np.frompyfunc(self.select, 3, 1)(condition, a, b)
        if isinstance(condition, Hole):
            return condition
        return selected(condition, a, b, not self.defining)

    def _root(self, x: Any, n: int) -> Any:
        """Roots of numbers that vary are not written."""
        return Hole("no_exact_rule") if isinstance(x, Symbol) else super()._root(x, n)

    def arctan2(self, a: Any, b: Any) -> Any:
        """Nor are angles."""
        if isinstance(a, Symbol) or isinstance(b, Symbol):
            return Hole("no_exact_rule")
        return super().arctan2(a, b)
