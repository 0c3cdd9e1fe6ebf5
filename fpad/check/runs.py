"""The executions that a check is made of: in floats, at a point, and on one side of it.

FloatRun          what the generated code does, and every decision on its way
point.PointRun    exact values at x, every decision, every kink that x sits on, all adjoints
GermRun           the same program on (x, x + eps) or (x - eps, x)
"""

from __future__ import annotations

import builtins
import contextlib
import operator
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.decisions import SELECTIONS, Decision, decides, label_of
from fpad.check.evaluate import Operations, effect_name, holes_in, lifted, truth
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached
from fpad.transforms.interpret import Domain
from fpad.transforms.ir import Call, Do, For, If, Let, Load, Statement, Store, StoreAdd, While
from fpad.transforms.noting import op_name
from fpad.transforms.rules import rule_of

_SILENT = (
    *(builtins.setattr, operator.delitem, np.errstate, np.printoptions),
    *(warnings.catch_warnings, contextlib.nullcontext),
)


def is_quiet(op: Any) -> bool:
    """Is it an effect, or the manager of a with statement, that speaks to nobody outside?"""
    if op in (fp.logged, fp.itself, fp.outer_changed, fp.outer_put):
        return False
    if op in _SILENT:
        return True
    return str(getattr(op, "__module__", "")).startswith(fp.__name__)


class Placed(Domain):
    """A domain that knows where it is, and whose effects stay away: they belong to the user's runs.

    Attributes:
        calls: the call sites on the way to here, "function:ordinal", the outermost first.
        trips: the trip of each enclosing loop, the outermost first.
        longest: the largest number of trips of a while loop so far.
        current: the statement that is being executed.
    """

    def __init__(self) -> None:
        self.longest = 0
        self.current: Statement | None = None
        self.calls: list[str] = []
        self.trips: list[int] = []
        self._loops: list[Statement] = []

    def step(self, s: Statement) -> None:
        """A statement begins."""
        self.current = s

    def rule_missing(self) -> str:
        """The reason why an execution that failed here has no result."""
        s = self.current
        return f"no_exact_rule: {op_name(s.op) if isinstance(s, Let) else type(s).__name__}"

    def enter(self, s: Call | For | While, trip: int) -> None:
        """A call, or a trip of a loop, begins."""
        if isinstance(s, Call):
            self.calls.append(f"{s.origin.function}:{s.origin.ordinal}")
        elif trip:
            self.trips[-1] = trip
            self.longest = max(self.longest, trip)
        else:
            self.trips.append(0)
            self._loops.append(s)

    def leave(self, s: Call | For | While) -> None:
        """A call, or a loop that was entered, ends."""
        if isinstance(s, Call):
            self.calls.pop()
        else:
            self.trips.pop()
            self._loops.pop()

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Nothing, unless it is a check of the program's."""
        if s.op is fp.parts:
            fp.parts(*args)

    def trips_at(self, s: Statement) -> tuple[int, ...]:
        """The trips of the loops around a statement; a while asks its test before its trip."""
        if not isinstance(s, While):
            return tuple(self.trips)
        if self._loops and self._loops[-1] is s:
            return (*self.trips[:-1], self.trips[-1] + 1)
        return (*self.trips, 0)


class Deciding(Placed):
    """A run that keeps its decisions.

    Attributes:
        decisions: all of them, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.decisions: list[Decision] = []

    def decide(
        self, s: Let, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any
    ) -> Decision:
        """Note a decision; `args` are operands that can be compared without being watched."""
        label, shape = label_of(s, args, kwargs, result)
        d = Decision(s, label, shape, tuple(args), kwargs, result, *self._place(s))
        self.decisions.append(d)
        if s.op in SELECTIONS and isinstance(s.args[0], str):
            self._take(s.args[0], s)
        return d

    def decide_test(self, s: If | While, holds: bool) -> Decision:
        """Note which way an if or while went."""
        d = Decision(s, (int(holds),), (), (), {}, None, *self._place(s))
        self.decisions.append(d)
        if isinstance(s.test, str):
            self._take(s.test, s)
        return d

    def _place(self, s: Statement) -> tuple[tuple[str, ...], tuple[int, ...]]:
        return tuple(self.calls), self.trips_at(s)

    def _take(self, name: str, taker: Statement) -> None:
        """The comparison that `name` holds was made for this statement: the last of that name."""
        calls = tuple(self.calls)
        for d in reversed(self.decisions[-64:]):
            if isinstance(d.statement, Let) and d.statement.target == name and d.calls == calls:
                d.taker = d.taker or taker
                if isinstance(taker, While):  # which asks for its next trip
                    d.trips = self.trips_at(taker)
                return


class EffectReached(Exception):
    """A draw, say: it happens in the generated code, and another one would tell nothing."""


class FloatRun(Deciding):
    """Runs the program in floats, as the generated code does."""

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Nothing, unless the function raises an exception: then it has no value."""
        if s.op is fp.fail:
            raise ArithmeticError("the function raises an exception")
        super().do(s, args, kwargs)

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation itself, on floats."""
        rule = rule_of(s.op)
        if rule is not None and rule.effect:
            raise EffectReached
        with np.errstate(all="ignore"):
            result = s.op(*args, **kwargs)
        if isinstance(result, complex):  # Python's power of a negative number
            raise ArithmeticError(f"{s.op} gives a complex number")
        if decides(s):
            kept = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
            self.decide(s, kept, kwargs, result)
        return result

    def test(self, value: Any, s: If | While) -> bool:
        """Python's truth value."""
        holds = bool(value)
        self.decide_test(s, holds)
        return holds


class ExactRun(Operations, Placed):
    """What runs on exact numbers of any kind have in common."""

    def __init__(self, max_bits: int) -> None:
        Operations.__init__(self, max_bits)
        Placed.__init__(self)
        self._regions: list[Any] = []

    def missing(self, hole: Hole) -> Hole:
        """A hole that an operation gives; inside a try a handler may take over from there."""
        if hole.undefined and fp.unhandled in self._regions:
            raise HoleReached(Hole("no_exact_rule: try"))
        return hole

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """What is printed or asked of the world outside is no function of the numbers."""
        if s.op is fp.fail:
            raise HoleReached(self.missing(Hole("domain")))
        op = args[0] if s.op is fp.enter else s.op
        if s.op is fp.enter:
            self._regions.append(op)
        if s.op is fp.leave and self._regions:
            self._regions.pop()
        if not is_quiet(op):
            name = effect_name(op, args) if op is s.op else op_name(op)
            raise HoleReached(Hole(f"no_exact_rule: {name}"))
        super().do(s, args, kwargs)

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """An entry or a part."""
        if isinstance(base, Hole):
            raise HoleReached(base)
        if isinstance(base, Exact):  # a scalar of NumPy's can be indexed like an array
            base = np.array(base, object)
        return base[index]

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Write in place; arrays of integers cannot hold exact numbers."""
        base[index] = _storable(base, value)

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        """Add in place."""
        fp.add_at(base, index, _storable(base, value))

    def integer(self, value: Any, s: For) -> int:
        """A bound of a range: it is never an exact number, but may depend on a hole."""
        if isinstance(value, Hole):
            raise HoleReached(value)
        return int(value)


def _storable(base: Any, value: Any) -> Any:
    value = lifted(value)
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if base.dtype.kind != "O" and (
        isinstance(value, Exact) or getattr(value, "dtype", base.dtype).kind == "O"
    ):
        raise HoleReached(holes_in(value) or Hole("no_exact_rule"))
    return value


_REFUSED = frozenset((operator.truediv, operator.floordiv, operator.mod, operator.pow, divmod))


def refusable(s: Let) -> bool:
    """May Python raise where the operation has no value, whether that is used or not?

    It does so for its own numbers, and for functions of `math`; NumPy goes on with NaN.
    """
    return s.op in _REFUSED or getattr(s.op, "__module__", None) == "math"


class LocalRun(ExactRun):
    """What runs next to a point have in common: all choices there are made by the numbers.

    Args:
        max_bits: as for all exact executions.
        max_trips: a while loop that goes on longer is taken for one without end near the point.

    Attributes:
        outside: the statements without a value that Python may refuse in floats (`refusable`).
    """

    def __init__(self, max_bits: int, max_trips: int) -> None:
        super().__init__(max_bits)
        self._max_trips = max_trips
        self.outside: list[Let] = []

    def enter(self, s: Call | For | While, trip: int) -> None:
        """A call, or a trip of a loop, begins."""
        if isinstance(s, While) and trip > self._max_trips:
            raise LimitReached("accumulating_pieces")
        super().enter(s, trip)

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation."""
        result = self.compute(s.op, args, kwargs)
        if isinstance(result, Hole) and result.undefined and refusable(s):
            self.outside.append(s)
        return result

    def test(self, value: Any, s: If | While) -> bool:
        """Which way a test goes."""
        return truth(value)


class GermRun(LocalRun):
    """Runs the program on one side of a point; its decisions hold on a whole interval."""
