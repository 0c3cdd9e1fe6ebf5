"""Which choices of a graph are activations: functions of one polynomial of the parameters.

    np.maximum(0, w * z + b)              y = w * z + b    relu: kink 0, slopes 0 and 1, coded 0
    np.where(x <= -3, 0, np.where(..))    y = x            hard sigmoid: kinks -3 and 3

A choice is one as soon as all that it compares and chooses between are functions of the same y, and
it is proved to be continuous (`piecewise`).  Of choices inside one another the outermost counts.
Where `merge` is asked for, sums and products of y and choices over y are activations too, as
(y + abs(y)) / 2 and y * (y > 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fpad.check.coded import coded_slope
from fpad.check.exact import ONE, Exact, lift
from fpad.sweeps import piecewise as pw
from fpad.sweeps import polynomials as poly
from fpad.sweeps.graph import EXTREMES, Graph, Operand
from fpad.sweeps.piecewise import NotPiecewise, Piecewise, Truth
from fpad.sweeps.polynomials import Polynomial
from fpad.transforms.rules import rule_of

Key = tuple[tuple[poly.Monomial, Fraction], ...]
"""A polynomial that can be looked up."""


@dataclass(frozen=True)
class Activation:
    """A continuous piecewise polynomial function of one node.

    Attributes:
        node: the choice that it is.
        argument: the node that it is a function of.
        y: the polynomial without constant, and with leading coefficient 1, that the argument is
            apart from scale and constant; two activations with the same y turn together.
        scale, offset: argument = scale * y + offset.
        function: of the argument.
    """

    node: int
    argument: int
    y: Key
    scale: Fraction
    offset: Fraction
    function: Piecewise

    @property
    def kinks(self) -> tuple[Fraction, ...]:
        """The points where it has no derivative."""
        f = self.function
        return tuple(t for k, t in enumerate(f.breaks) if len(set(f.slopes(k))) == 2)

    @property
    def coded_elsewhere(self) -> bool:
        """Is the coded slope wrong at a point where there is a derivative?"""
        f = self.function
        slopes = [(f.slopes(k), coded) for k, (_, coded) in enumerate(f.at)]
        return any(left == right != coded for (left, right), coded in slopes)


def key_of(p: Polynomial) -> Key:
    """The polynomial as a key."""
    return tuple(sorted(p.items()))


class Activations:
    """Finds the activations of a graph.

    Args:
        graph: the function.
        merge: make sums and products of an argument and of choices over it activations; they
            become atoms of the graph.
    """

    def __init__(self, graph: Graph, merge: bool = False) -> None:
        self._graph = graph
        self._found: dict[int, Activation | None] = {}
        self._arguments: dict[int, Polynomial | None] = {}
        self._pieces: dict[tuple[int, Key], Piecewise] = {}
        if merge:
            for k in sorted(graph.below(graph.output)):
                if graph.nodes[k].kind in ("add", "sub", "mul"):
                    self._merge(k)

    def _merge(self, k: int) -> None:
        """Make an activation of a sum or product, if it is one."""
        p = self._graph.polynomial(k)
        y = self._inner(p)
        if y is None or not self._mixes(p):
            return
        try:
            f = self._value(k, y).simplified()
        except NotPiecewise:
            return
        if f.continuous:
            self._graph.make_whole(k)
            self._arguments[k] = y
            self._pieces[k, key_of(y)] = f

    def _mixes(self, p: Polynomial) -> bool:
        """Is there more to it than a weighted sum of choices?"""
        return any(
            sum(e for _, e in m) > 1 or not all(self._graph.chooses(a) for a, _ in m)
            for m in p
            if m
        )

    def at(self, k: int) -> Activation | None:
        """The activation that a choice is."""
        if k not in self._found:
            self._found[k] = self._activation(k)
        return self._found[k]

    def _activation(self, k: int) -> Activation | None:
        y = self._argument(k)
        if y is None:
            return None
        try:
            f = self._choice(k, y).simplified()
        except NotPiecewise:
            return None
        if not f.continuous:
            return None
        node, scale, offset = self._node_of(k, y)
        return Activation(k, node, key_of(y), scale, offset, f.along(scale, offset))

    def _node_of(self, k: int, y: Polynomial) -> tuple[int, Fraction, Fraction]:
        """A node that is scale * y + offset: one that the choice compares, if there is one."""
        graph = self._graph
        if k in graph.whole:
            inside = graph.below(*graph.nodes[k].args)
            k = next(n for n in sorted(inside) if graph.chooses(n) and self._argument(n) == y)
            return self._node_of(k, y)
        for t in sorted(self._tests(k)):
            for n in (*graph.nodes[graph.nodes[t].args[0]].args, graph.nodes[t].args[0]):
                form = poly.normal(graph.polynomial(n))
                if form is not None and form[0] == y:
                    return n, form[1], form[2]
        return graph.of_polynomial(y), Fraction(1), Fraction(0)

    # ------------------------------------------------------------ what it is a function of

    def _tests(self, k: int) -> set[int]:
        """The tests of a choice itself, not those of choices that it is computed from."""
        graph = self._graph
        choices = {k}
        if graph.nodes[k].kind == "rule":  # its definition may choose several times
            operands = {v.node for v in graph.nodes[k].data[1] if isinstance(v, Operand)}
            below = graph.below(*graph.nodes[k].args, stop=operands.__contains__) - operands
            choices = {n for n in below if graph.nodes[n].kind == "select"}
        conditions = [graph.nodes[n].args[0] for n in choices]
        below = graph.below(*conditions, stop=lambda n: graph.nodes[n].kind == "test")
        return {n for n in below if graph.nodes[n].kind == "test"}

    def _argument(self, k: int) -> Polynomial | None:
        """The one polynomial that a choice is a function of, if that is so as far as one sees."""
        if k not in self._arguments:
            self._arguments[k] = None
            tests = self._tests(k)
            if tests:
                switch = self._graph.nodes[min(tests)].args[0]
                self._arguments[k] = self._argument_of(self._graph.polynomial(switch))
        return self._arguments[k]

    def _argument_of(self, p: Polynomial) -> Polynomial | None:
        """The same of a polynomial: what its choices are functions of, or its own normal form."""
        y = self._inner(p)
        if y is not None:
            return y
        form = poly.normal(p)
        return None if form is None else form[0]

    def _inner(self, p: Polynomial) -> Polynomial | None:
        """What choices in a polynomial are functions of, if all of it is a function of that."""
        seen: list[Polynomial] = []
        for a in poly.atoms(p):
            y = self._argument(a) if self._graph.chooses(a) else None
            if y is not None and y not in seen:
                seen.append(y)
                if all(
                    poly.in_terms_of(part, y) is not None for part in self._split(p, y).values()
                ):
                    return y
        return None

    def _split(
        self, p: Polynomial, y: Polynomial
    ) -> dict[poly.Monomial, dict[poly.Monomial, Fraction]]:
        """The coefficients of a polynomial in its choices over y: polynomials of other atoms."""
        over = {a for a in poly.atoms(p) if self._graph.chooses(a) and self._argument(a) == y}
        out: dict[poly.Monomial, dict[poly.Monomial, Fraction]] = {}
        for m, c in p.items():
            chosen = tuple((a, e) for a, e in m if a in over)
            rest = tuple((a, e) for a, e in m if a not in over)
            out.setdefault(chosen, {})[rest] = c
        return out

    # ------------------------------------------------------------ the function

    def _choice(self, k: int, y: Polynomial) -> Piecewise:
        """A choice as a function of y.

        Raises:
            NotPiecewise: it is none, or none that is known.
        """
        at = (k, key_of(y))
        if at not in self._pieces:
            node = self._graph.nodes[k]
            if node.kind == "rule":
                self._pieces[at] = self._rule(k, y)
            else:
                condition, a, b = node.args
                truth = self._truth(condition, y)
                self._pieces[at] = pw.choice(truth, self._value(a, y), self._value(b, y))
        return self._pieces[at]

    def _truth(self, k: int, y: Polynomial) -> Truth:
        node = self._graph.nodes[k]
        if node.kind == "test":
            return pw.test(self._value(node.args[0], y), node.data)
        return pw.logic(node.kind, *(self._truth(a, y) for a in node.args))

    def _value(self, k: int, y: Polynomial) -> Piecewise:
        """A value as a function of y."""
        p = self._graph.polynomial(k)
        plain = poly.in_terms_of(p, y)
        if plain is not None:  # also where y itself contains choices
            return pw.polynomial(plain)
        if (k, key_of(y)) in self._pieces or self._graph.nodes[k].kind in ("select", "rule"):
            return self._choice(k, y)
        terms = []
        for chosen, rest in self._split(p, y).items():
            form = poly.in_terms_of(rest, y)
            if form is None:
                raise NotPiecewise
            term = pw.polynomial(form)
            for a, e in chosen:
                for _ in range(e):
                    term = pw.product(term, self._choice(a, y))
            terms.append(term)
        return pw.total(terms) if terms else pw.polynomial(())

    def _rule(self, k: int, y: Polynomial) -> Piecewise:
        """What a Lipschitz operation gives, with the slopes that its rule codes at breaks."""
        node = self._graph.nodes[k]
        f = self._value(node.args[0], y)
        _, operands, _ = node.data
        inner = [self._value(v.node, y) if isinstance(v, Operand) else None for v in operands]
        at = []
        for t, (value, _) in zip(f.breaks, f.at, strict=True):
            seen = [None if v is None else v.seen(t)[0] for v in inner]
            slopes = coded_slopes(node.data, value, seen)
            if slopes is None:
                raise NotPiecewise
            parts = [s * v.seen(t)[1] for s, v in zip(slopes, inner, strict=True) if v is not None]
            at.append((value, sum(parts, Fraction(0))))
        return Piecewise(f.breaks, f.pieces, tuple(at))


def coded_slopes(
    data: tuple[Any, tuple[Any, ...], tuple[tuple[str, Any], ...]],
    value: Fraction,
    operands: Sequence[Fraction | None],
) -> list[Fraction] | None:
    """The slopes that the rule of an operation writes into derivative code, at these operands.

    Args:
        data: of a "rule" node.
        value: what the operation gives.
        operands: their values; None for those that are no nodes.

    Returns:
        A slope for each operand, 0 for one that is no node; None if one is not known.
    """
    op, given, named = data
    if any(isinstance(v, Operand) for _, v in named):
        return None
    scalars = [lift(g) if w is None else Exact(w) for g, w in zip(given, operands, strict=True)]
    if op in EXTREMES:  # of equal entries the first takes all
        best = next(k for k, v in enumerate(scalars) if v is not None and v.value == value)
        return [Fraction(int(k == best)) for k in range(len(given))]
    rule = rule_of(op)
    if rule is None or not rule.pointwise:
        return None
    out = []
    for k, g in enumerate(given):
        slope: Fraction | None = Fraction(0)
        if isinstance(g, Operand) and rule.differentiates(k):
            found = coded_slope(rule, k, ONE, Exact(value), scalars, dict(named))
            slope = found if isinstance(found, Fraction) else None
        if slope is None:
            return None
        out.append(slope)
    return out
