"""What is done for every block of points: the steps of a graph, with its activations as one step.

relu(w * x + b)     input w, input b, mul, add, activation
np.maximum(u, v)    .., choice: glued, as the rule is Lipschitz
if u > v: ..        .., choice: a guard; points on it are not settled here
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fpad.sweeps import polynomials as poly
from fpad.sweeps.activations import Activation, Activations, Key, coded_slopes, key_of
from fpad.sweeps.graph import EXTREMES, Graph, Operand
from fpad.sweeps.piecewise import COMPARISONS
from fpad.transforms.rules import rule_of


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        node: what it computes.
        kind: of the node; "activation" and "choice" (condition, a, b) for choices, "same" for the
            value of a rule.
        args: nodes that were computed before.
        data: of a constant its value, of an input its number, of a test its comparison, of an
            activation itself.
        group: of an activation or test: the number of the polynomial that it turns with.
        scale: of an activation or test: its argument is scale * polynomial + constant.
        glued: of a choice: its pieces meet continuously, with bounded slopes.
        tests: of a choice: the tests that its condition is made of.
    """

    node: int
    kind: str
    args: tuple[int, ...] = ()
    data: Any = None
    group: int = -1
    scale: Fraction = Fraction(0)
    glued: bool = False
    tests: tuple[int, ...] = ()


@dataclass
class Plan:
    """All steps, in an order in which they can be done.

    Attributes:
        inputs: how many there are.
        output: the node of the result.
        steps: in order.
        groups: how many polynomials activations and tests turn with.
    """

    inputs: int
    output: int
    steps: list[Step] = field(default_factory=list)
    groups: int = 0

    @property
    def activations(self) -> list[Step]:
        """The steps that are activations."""
        return [s for s in self.steps if s.kind == "activation"]

    @property
    def pointwise(self) -> bool:
        """Are all choices activations?  Then the criterion of Lee, Park and Aiken makes sense."""
        return not any(s.kind == "choice" for s in self.steps)


def plan_of(graph: Graph, merge: bool = False) -> Plan:
    """The plan of a graph; to `merge` is described in `activations`."""
    return _Planner(graph, merge).plan()


class _Planner:
    def __init__(self, graph: Graph, merge: bool) -> None:
        self._graph = graph
        self._activations = Activations(graph, merge)
        self._groups: dict[Key, int] = {}
        self._glued: set[int] = set()

    def plan(self) -> Plan:
        """The steps that the output needs, operands first."""
        graph = self._graph
        out = Plan(graph.inputs, graph.output)
        done: set[int] = set()
        pending: list[tuple[int, Step | None]] = [(graph.output, None)]
        while pending:
            k, step = pending.pop()
            if k in done:
                continue
            if step is None:
                step = self._step(k)
                pending.append((k, step))
                pending.extend((a, None) for a in reversed(step.args) if a not in done)
            else:
                done.add(k)
                out.steps.append(step)
        out.groups = len(self._groups)
        return out

    def _step(self, k: int) -> Step:
        node = self._graph.nodes[k]
        value = self._graph.constant_of(k) if node.kind in ("add", "sub", "mul") else None
        if value is not None:
            return Step(k, "const", data=value)
        if self._graph.chooses(k):
            activation = self._activations.at(k)
            if activation is not None:
                group, scale = self._group(activation.y), activation.scale
                return Step(k, "activation", (activation.argument,), activation, group, scale)
            assert k not in self._graph.whole
            if node.kind == "rule":
                if _glues(node.data[0]) and _selects_as_coded(self._graph, k):
                    self._glued |= set(_choices(self._graph, node.args[0]))
                return Step(k, "same", node.args)
            tests = tuple(sorted(_tests(self._graph, node.args[0])))
            return Step(k, "choice", node.args, glued=k in self._glued, tests=tests)
        if node.kind == "test":
            form = poly.normal(self._graph.polynomial(node.args[0]))
            assert form is not None
            y, scale, _ = form
            return Step(k, "test", node.args, node.data, self._group(key_of(y)), scale)
        return Step(k, node.kind, node.args, node.data)

    def _group(self, y: Key) -> int:
        return self._groups.setdefault(y, len(self._groups))


def _tests(graph: Graph, condition: int) -> set[int]:
    below = graph.below(condition, stop=lambda n: graph.nodes[n].kind == "test")
    return {n for n in below if graph.nodes[n].kind == "test"}


def _choices(graph: Graph, k: int) -> Iterator[int]:
    """The choices that the definition of an operation makes: one in the arms of another."""
    node = graph.nodes[k]
    if node.kind == "select":
        yield k
        for arm in node.args[1:]:
            yield from _choices(graph, arm)


def _glues(op: Any) -> bool:
    """Do the pieces of an operation meet continuously, with bounded slopes?"""
    rule = rule_of(op)
    return op in EXTREMES or (rule is not None and rule.lipschitz and rule.piece is not None)


def _selects_as_coded(graph: Graph, k: int) -> bool:
    """Where all operands of a rule are equal, is the coded slope that of the one it returns?"""
    node = graph.nodes[k]
    _, operands, _ = node.data
    zeros = [Fraction(0) if isinstance(v, Operand) else None for v in operands]
    if len({v for v in operands if isinstance(v, Operand)}) != len(operands):
        return False  # of constant operands, or of one given twice, not all ties are like this
    picked = node.args[0]
    while graph.nodes[picked].kind == "select":
        condition, a, b = graph.nodes[picked].args
        picked = a if _holds_at_tie(graph, condition) else b
    coded = coded_slopes(node.data, Fraction(0), zeros)
    return coded == [Fraction(int(v.node == picked)) for v in operands]


def _holds_at_tie(graph: Graph, k: int) -> bool:
    node = graph.nodes[k]
    if node.kind == "test":
        return COMPARISONS[node.data](0, 0)
    parts = [_holds_at_tie(graph, a) for a in node.args]
    if node.kind == "not":
        return not parts[0]
    return all(parts) if node.kind == "and" else any(parts)


def kinks_of(step: Step) -> int:
    """At how many points the activation of a step has no derivative."""
    activation: Activation = step.data
    return len(activation.kinks)
