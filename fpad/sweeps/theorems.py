"""The theorems of Lee, Park and Aiken (2023), and the proof that their hypotheses hold.

    B2   every activation has a bias of its own          sum of |ndf| / |M of that bias|
    N1   activations of products of one parameter and    sum of |ndf and bdz| / |M of those|
         one earlier activation

A hypothesis is proved from the plan, by the polynomials of the arguments of all activations, or the
theorem is not used: nothing rests on names.  M counts values, not codes.  Scaling a bias by a
constant renames its values, so its coefficient may be any constant but 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fpad.sweeps import polynomials as poly
from fpad.sweeps.graph import Graph
from fpad.sweeps.plan import Plan, Step, plan_of
from fpad.sweeps.polynomials import Polynomial


@dataclass(frozen=True)
class Bound:
    """A bound on the part of the points that are wrong or have no derivative."""

    theorem: str
    value: Fraction


def bound_of(graph: Graph, plan: Plan, sizes: Sequence[int]) -> Bound | None:
    """The bound of the theorem whose hypotheses hold, if they are proved.

    Args:
        graph: the function.
        plan: its steps.
        sizes: of each input, how many values it has.
    """
    merged = graph.copy()
    networks = [(graph, plan), (merged, plan_of(merged, merge=True))]
    for theorem in (_with_bias, _without_bias):
        for g, p in networks:
            if _hypotheses(p):
                found = theorem(_Network(g, p), p.activations, sizes)
                if found is not None:
                    return found
    return None


def _hypotheses(plan: Plan) -> bool:
    """What both theorems want: nothing but polynomials and activations.

    The coded derivative of an activation must be right where there is one.
    """
    if not plan.pointwise or any(s.kind in ("div", "smooth") for s in plan.steps):
        return False
    return not any(s.data.coded_elsewhere for s in plan.activations)


def _with_bias(net: _Network, activations: Sequence[Step], sizes: Sequence[int]) -> Bound | None:
    """B2: every activation has a bias."""
    total = Fraction(0)
    for s in activations:
        bias = net.bias(s)
        if bias is None:
            return None
        total += Fraction(len(s.data.kinks), sizes[bias])
    return Bound("B2", total)


def _without_bias(
    net: _Network,
    activations: Sequence[Step],
    sizes: Sequence[int],
) -> Bound | None:
    """N1: some arguments are sums of products.

    For fixed other parameters, one of its own parameters moves such an argument, unless all
    activations in it are 0; if they are 0 also near by, the argument does not move at all, and
    where they are not they are on the boundary of their zeros, which is counted as well.
    """
    total = Fraction(0)
    counted: dict[int, set[Fraction]] = {s.node: set(s.data.kinks) for s in activations}
    fewest: dict[int, int] = {}
    for s in activations:
        bias = net.bias(s)
        if bias is not None:
            fewest[s.node] = sizes[bias]
            continue
        terms = net.products(s)
        if terms is None:
            return None
        fewest[s.node] = min((sizes[k] for k, _ in terms), default=1)
        for _, earlier in terms:
            if earlier is not None:
                function = net.steps[earlier].data.function
                counted[earlier] |= function.zero_boundary()
    for s in activations:
        total += Fraction(len(counted[s.node]), fewest[s.node])
    return Bound("N1", total)


class _Network:
    """What the arguments of activations are made of."""

    def __init__(self, graph: Graph, plan: Plan) -> None:
        self._graph = graph
        self.steps = {s.node: s for s in plan.steps if s.kind == "activation"}
        self._inputs: dict[int, int] = {s.node: s.data for s in plan.steps if s.kind == "input"}
        self._output = graph.polynomial(plan.output)
        self._within: dict[int, frozenset[int]] = {}

    def argument(self, s: Step) -> Polynomial:
        """The argument of an activation as a polynomial of parameters and earlier activations."""
        return self._graph.polynomial(s.args[0])

    def parameters(self, atoms: Sequence[int]) -> frozenset[int]:
        """The parameters that atoms depend on, directly or through activations."""
        out: frozenset[int] = frozenset()
        for a in atoms:
            if a in self._inputs:
                out |= {self._inputs[a]}
            elif a in self.steps:
                if a not in self._within:
                    inner = poly.atoms(self.argument(self.steps[a]))
                    self._within[a] = self.parameters(inner)
                out |= self._within[a]
            else:
                out |= frozenset(range(self._graph.inputs))  # what no activation is
        return out

    def bias(self, s: Step) -> int | None:
        """The parameter that the argument of s is moved by, and that is nowhere else.

        An argument that is nothing but a parameter is a weight of a constant input, not a bias.
        """
        if sum(1 for m in self.argument(s) if m) < 2:
            return None
        if not all(map(self._plain, poly.atoms(self.argument(s)))):
            return None
        found = []
        for m in sorted(self.argument(s)):
            if len(m) != 1 or m[0][1] != 1 or m[0][0] not in self._inputs:
                continue
            parameter = m[0][0]
            uses = sum(1 for n in self.argument(s) if any(a == parameter for a, _ in n))
            if uses == 1 and not self._elsewhere(parameter, s):
                found.append(parameter)
        # Several would do, as in w * 1 + b: the bias is the one that is added last as it is.
        added = [a for a in self._added(s.args[0]) if a in found]
        return self._inputs[(found + added)[-1]] if found else None

    def _added(self, k: int) -> list[int]:
        """The operands of a sum, from the first to the last."""
        node = self._graph.nodes[k]
        if node.kind not in ("add", "sub"):
            return [k]
        return [a for operand in node.args for a in self._added(operand)]

    def _elsewhere(self, parameter: int, s: Step) -> bool:
        """Is a parameter used anywhere but in the argument of s?"""
        others = [self._output] + [self.argument(t) for t in self.steps.values() if t is not s]
        atoms = {a for p in others for a in poly.atoms(p)}
        return parameter in atoms or not all(map(self._plain, atoms))

    def _plain(self, atom: int) -> bool:
        """Is an atom a parameter or an activation?  What is in others is not known."""
        return atom in self._inputs or atom in self.steps

    def products(self, s: Step) -> list[tuple[int, int | None]] | None:
        """(Parameter, the activation it is multiplied with) of each term of the argument of s.

        None unless every term that is no constant has one parameter that is in no other term and
        that no activation in the argument depends on.
        """
        out: list[tuple[int, int | None]] = []
        p = self.argument(s)
        earlier = [a for a in poly.atoms(p) if a in self.steps]
        below = self.parameters(earlier)
        for m in sorted(p):
            if not m:
                continue
            own = [a for a, e in m if a in self._inputs and e == 1]
            inner = [a for a, e in m if a in self.steps and e == 1]
            if len(own) != 1 or len(own) + len(inner) != len(m) or len(inner) > 1:
                return None
            parameter = self._inputs[own[0]]
            if parameter in below or parameter in (k for k, _ in out):
                return None
            out.append((parameter, inner[0] if inner else None))
        return out
