"""From a level-2 program to a graph: one symbolic run that takes both arms of every if.

graph = traced(subject)      None if the program does what no graph can say: a while loop over
                             numbers that vary, roots, jumps, exceptions
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fpad.check.decisions import SELECTIONS
from fpad.check.evaluate import Entry, Operations, holes_in, lifted
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached, lift
from fpad.check.inputs import placed
from fpad.check.runs import ExactRun
from fpad.check.subject import Subject, scalar_of
from fpad.runtime.errors import InputError
from fpad.sweeps.graph import EXTREMES, Graph, Operand
from fpad.sweeps.symbols import LOGIC, Symbol, SymbolicCore, Test, selected, written
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import If, Let, While, has_break
from fpad.transforms.rules import Rule, rule_of

FAILURES = (TypeError, ValueError, AttributeError, LookupError, NameError, ArithmeticError)
MOST_STEPS = 10**6


def traced(s: Subject) -> Graph | None:
    """The program of a function as a graph of the numbers that it is differentiated by.

    Raises:
        InputError: the result is not a single number.
    """
    graph = Graph()
    inputs = [Symbol(graph, graph.input()) for _ in range(s.size)]
    run = SymbolicRun(graph)
    try:
        results = interpret(s.program, placed(s, inputs), run, MOST_STEPS)
        y = scalar_of(results, s.result, None)
        graph.output = written(graph, y)
    except InputError:
        raise
    except (HoleReached, LimitReached, StepLimit, RecursionError, *FAILURES):
        return None
    return graph


class SymbolicRun(ExactRun):
    """Runs a program on symbols."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(max_bits=10**5)
        self.core: SymbolicCore = SymbolicCore()
        self.graph = graph

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation, written."""
        rule = rule_of(s.op)
        if rule is not None and rule.effect:
            raise HoleReached(Hole("no_exact_rule"))
        logic = LOGIC.get(s.op)
        if logic is not None and any(map(_has_tests, args)):
            if any(isinstance(a, np.ndarray) for a in args):
                return np.frompyfunc(logic, len(args), 1)(*args)
            return logic(*args)
        if s.op in EXTREMES and not kwargs and not any(isinstance(a, str) for a in args):
            return self._extreme(s.op, args[0] if len(args) == 1 else args)
        before = self.graph.choices
        result = self.compute(s.op, args, kwargs)
        if self.graph.choices != before and (rule is None or not rule.pointwise):
            raise HoleReached(Hole("no_exact_rule"))  # which slopes are coded there is not known
        return result

    def _extreme(self, op: Any, values: Any) -> Any:
        """The greatest or least entry of all; of equal ones the first."""
        flat = list(lifted(values) if isinstance(values, tuple) else np.ravel(lifted(values)))
        if any(isinstance(x, np.ndarray) and x.ndim for x in flat):
            raise HoleReached(Hole("no_exact_rule"))
        flat = [lift(x.item() if isinstance(x, np.ndarray) else x) for x in flat]
        best = flat[0]
        for x in flat[1:]:
            best = selected(x > best if EXTREMES[op] > 0 else x < best, x, best, apart=False)
        return self._of_rule(op, flat, {}, best)

    def entry(self, rule: Rule, kwargs: Mapping[str, Any]) -> Entry:
        """As in `Operations`; what the definition of an operation chooses is marked as its work."""
        run = Operations.entry(self, rule, kwargs)
        if rule.op in SELECTIONS:  # the slope is that of the arm
            return run

        def marked(index: tuple[int, ...], *scalars: Any) -> Any:
            before = self.graph.choices
            self.core.defining = True
            try:
                y = run(index, *scalars)
            finally:
                self.core.defining = False
            return y if before == self.graph.choices else self._of_rule(rule.op, scalars, kwargs, y)

        return marked

    def _of_rule(self, op: Any, operands: Sequence[Any], kwargs: Mapping[str, Any], y: Any) -> Any:
        if not isinstance(y, Symbol):
            return y
        given = tuple(map(_operand, operands))
        named = tuple((k, _operand(v)) for k, v in kwargs.items())
        key = (op, tuple(map(repr, given)), repr(named))
        node = self.graph.add("rule", y.node, data=(op, given, named), key=key)
        return Symbol(self.graph, node)

    def test(self, value: Any, s: If | While) -> bool | None:
        """The truth value; None, for both ways, where it varies.

        Raises:
            HoleReached: only one way can be run, and it is not known which.
        """
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.item()
        if isinstance(value, Symbol):
            value = value != 0
        if not isinstance(value, Test):
            hole = holes_in(value)
            if hole is not None:
                raise HoleReached(hole)
            return bool(value)
        if isinstance(s, While) or has_break(s.then) or has_break(s.orelse):
            raise HoleReached(Hole("no_exact_rule"))
        return None

    def join(self, value: Any, a: Any, b: Any, s: If) -> Any:
        """What a name holds behind an if of which both ways were run."""
        test = value.item() if isinstance(value, np.ndarray) else value
        test = test != 0 if isinstance(test, Symbol) else test
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
            return np.frompyfunc(lambda x, y: selected(test, x, y), 2, 1)(a, b)
        return _joined(test, a, b)


def _joined(test: Test, a: Any, b: Any) -> Any:
    """One number or truth value, or a tuple of such.

    Raises:
        HoleReached: the two are of different kinds.
    """
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_joined(test, x, y) for x, y in zip(a, b, strict=True))
    numbers = (Exact, Test, bool, int, float, np.number)
    if not isinstance(a, numbers) or not isinstance(b, numbers):
        raise HoleReached(Hole("no_exact_rule"))
    truths = [isinstance(v, Test | bool | np.bool_) for v in (a, b)]
    if truths[0] != truths[1]:
        raise HoleReached(Hole("no_exact_rule"))
    return selected(test, a, b)


def _operand(x: Any) -> Any:
    """A node, or the exact constant that an operand of a rule is."""
    if isinstance(x, np.ndarray) and not x.ndim:
        x = x.item()
    return Operand(x.node) if isinstance(x, Symbol) else x


def _has_tests(x: Any) -> bool:
    if isinstance(x, np.ndarray):
        return x.dtype.kind == "O" and any(isinstance(v, Test) for v in x.flat)
    return isinstance(x, Test)
