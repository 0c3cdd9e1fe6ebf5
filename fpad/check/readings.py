"""Programs and rules read in other numbers: doubles, balls, intervals, jets.

    run = Reading(Doubles())
    run.compute(special.jv, (1.5, array of doubles), {})     the definition of jv, in floats
    interpret(program, inputs, run)                          the whole program

A system of numbers (`System`) says what a constant is and what the core scalar operations give;
everything else, arrays, structures, branches, loops and calls, is the exact interpreter's, as its
numbers are `Exact` of a higher rank.  A number of such a system never decides more than it knows:
where it cannot, `if` is refused ("undecided") and `select` takes the union.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from fpad.check.core import Core
from fpad.check.evaluate import truth
from fpad.check.exact import Exact, Hole, HoleReached, Infinite, lift
from fpad.check.runs import ExactRun
from fpad.transforms.ir import If, Let, Load, Store, While
from fpad.transforms.rules.core import SCALAR_OPERATIONS

UNDECIDED = "undecided"


class Open:
    """The sign of a difference that is not known: every comparison with it is a hole."""

    def _undecided(self, other: Any) -> Any:
        return Hole(UNDECIDED)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _undecided
    __hash__ = None  # type: ignore[assignment]


class Computed(Exact, ABC):
    """A number that is no constant: of a system."""

    __slots__ = ()
    rank: ClassVar[int] = 1
    value: Any

    @abstractmethod
    def near(self) -> float:
        """The nearest float, about."""

    @abstractmethod
    def varies(self) -> bool:
        """Is there more to the number than its nearest float?"""

    def bits(self) -> int:
        """Numbers of a system do not grow."""
        return 0


class System(ABC):
    """Numbers with the core scalar operations."""

    @abstractmethod
    def number(self, x: Any) -> Any:
        """The number of this system that a constant is."""

    @abstractmethod
    def call(self, name: str, *operands: Any) -> Any:
        """A core scalar operation; the operands are numbers of this system, or tuples of such."""

    def union(self, a: Any, b: Any) -> Any:
        """What holds both numbers, where it is not known which."""
        return Hole(UNDECIDED)

    def within(self, x: Any, radius: Any) -> Any:
        """The number x, of which only `radius` is known how far it is off."""
        return x


class SystemCore(Core):
    """The core scalar operations of a system of numbers."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.system = system

    def __getattribute__(self, name: str) -> Any:
        if name in _CALLED:
            return lambda *operands: self._call(name, operands)
        return super().__getattribute__(name)

    def _call(self, name: str, operands: tuple[Any, ...]) -> Any:
        for x in operands:
            for part in x if isinstance(x, tuple) else (x,):
                number = lift(part)
                if isinstance(number, Hole | Infinite) or number is None:
                    return number if isinstance(number, Hole) else Hole("no_exact_rule")
        try:
            return self.system.call(name, *map(self._number, operands))
        except (ArithmeticError, ValueError):
            return Hole("domain")

    def _number(self, x: Any) -> Any:
        return tuple(map(self.system.number, x)) if isinstance(x, tuple) else self.system.number(x)

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        """`a` where the condition holds, `b` elsewhere, both where that is not known."""
        if any(isinstance(v, np.ndarray) for v in (condition, a, b)):
            return np.frompyfunc(self.select, 3, 1)(condition, a, b)
        if isinstance(condition, Hole):
            known = condition.reason == UNDECIDED and not isinstance(a, Hole)
            if not known or isinstance(b, Hole):
                return condition
            return self.system.union(self.system.number(a), self.system.number(b))
        return a if condition else b

    def within(self, x: Any, radius: Any) -> Any:
        """A limit, of which x is no further away than the radius."""
        hole = Hole.add(lift(x), lift(radius))
        if isinstance(hole, Hole):
            return hole
        return self.system.within(self.system.number(x), self.system.number(radius))


_CALLED = frozenset(SCALAR_OPERATIONS) - {"select", "within"}


class Reading(ExactRun):
    """Runs a program, or a single operation, in the numbers of a system."""

    def __init__(self, system: System) -> None:
        super().__init__(max_bits=10**5)
        self.core = SystemCore(system)
        self.system = system

    def numbers(self, x: Any) -> Any:
        """Floats, in arrays and displays too, as numbers of the system; integers stay."""
        if isinstance(x, tuple | list):
            return type(x)(map(self.numbers, x))
        if isinstance(x, np.ndarray) and x.dtype.kind == "f":
            out = np.empty(x.shape, object)
            for index, entry in np.ndenumerate(x):
                out[index] = self.system.number(float(entry))
            return out
        if isinstance(x, float | np.floating) and math.isfinite(x):
            return self.system.number(float(x))
        return x

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation on numbers of the system."""
        return self._or_reason(self.compute, s.op, args, kwargs)

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """An entry or a part."""
        return self._or_reason(super().load, base, index, s)

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Write in place."""
        self._or_reason(super().store, base, index, value, s)

    def _or_reason(self, run: Callable[..., Any], *operands: Any) -> Any:
        """What `run` gives.

        Raises:
            HoleReached: the numbers cannot do it.
        """
        try:
            return run(*operands)
        except (TypeError, AttributeError, IndexError) as error:
            raise HoleReached(Hole(self.rule_missing())) from error

    def test(self, value: Any, s: If | While) -> bool:
        """The truth value, where it is known."""
        return truth(value)


def sign(x: float) -> int:
    """The sign of a float."""
    return int(x > 0) - int(x < 0)


Operation = Callable[..., Any]
