"""Running error bounds: a float execution that carries a bound of its own rounding error.

    BoundRun().apply(y = a * b, [Bounded(2.0, 1e-9), 3.0])      Bounded(6.0, 3.000003e-09)

An operation without a bound gives an infinite one, which spreads to what uses it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar

import numpy as np

from fpad import runtime as fp
from fpad.check import elementary_bounds  # noqa: F401, its bounds are registered
from fpad.check.ball_bounds import ball_bound
from fpad.check.bounds import (
    BOUNDS,
    SLACK,
    WIDENED,
    Bounded,
    Handler,
    bounded,
    error_of,
    gamma,
    unit,
    value_of,
)
from fpad.check.runs import Placed
from fpad.transforms.ir import For, If, Let, Load, Store, StoreAdd, While
from fpad.transforms.rules import rule_of


class BoundRun(Placed):
    """Runs a program in floats with bounds.

    Attributes:
        most: results of so many entries get a bound from balls where they have no other.
        tables: where the handlers of operations are.
    """

    most: ClassVar[float] = math.inf
    tables: ClassVar[tuple[Mapping[Any, Handler], ...]] = (BOUNDS,)

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation on floats, and what is known of its error."""
        values = [value_of(a) for a in args]
        named = {k: value_of(v) for k, v in kwargs.items()}
        with np.errstate(all="ignore"):
            y = s.op(*values, **named)
            if type(y) is not np.ndarray:
                if not isinstance(y, float | np.floating):
                    return y
            elif y.dtype.kind != "f":
                return y
            handler, rule = self._handler(s.op), _rule(s.op)
            if getattr(y, "dtype", _DOUBLE) != _DOUBLE:
                args = [_narrowed(a, y) for a in args]
            if handler is not None:
                error = _known(s.op, handler, y, args, kwargs)
                if np.size(y) <= self.most and not np.all(np.isfinite(error)):
                    error = np.fmin(error, ball_bound(s.op, y, args, kwargs))
                return bounded(y, error)
            if rule is not None and not rule.rounds:
                if rule.form == "linear" and not _coarser(y, values):
                    # It moves entries: their bounds move with them.
                    moved = [
                        error_of(a) if rule.differentiates(k) else v
                        for k, (a, v) in enumerate(zip(args, values, strict=True))
                    ]
                    return Bounded(y, np.abs(s.op(*moved, **named)))  # some turn signs round
                if _exact([a for k, a in enumerate(args) if k not in rule.shape_only]):
                    return bounded(y, 0.0)
        known = np.size(y) <= self.most
        return bounded(y, ball_bound(s.op, y, args, kwargs) if known else math.inf)

    def _handler(self, op: Any) -> Handler | None:
        return next((table[op] for table in self.tables if op in table), None)

    def test(self, value: Any, s: If | While) -> bool:
        """The choice of the float execution."""
        return bool(value_of(value))

    def integer(self, value: Any, s: For) -> int:
        """A bound of a range."""
        return operator.index(value_of(value))

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """An entry with its bound."""
        if not isinstance(base, Bounded):
            return base[value_of(index)]
        i = value_of(index)
        return Bounded(base.value[i], base.error[i])  # a view stays one, its bounds too

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Write in place, the bounds too."""
        i, v = value_of(index), value_of(value)
        if not isinstance(base, Bounded):  # integers and truth values
            base[i] = v
            return
        base.value[i] = v
        base.error[i] = (error_of(value) + np.abs(base.value[i] - np.asarray(v, float))) * SLACK

    def is_memory(self, base: Any) -> bool:
        """Can it be written into?"""
        return isinstance(value_of(base), np.ndarray)

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        """Add in place: repeated entries of an index round once each."""
        i = value_of(index)
        fp.add_at(base.value, i, value_of(value))
        fp.add_at(base.error, i, error_of(value))
        u, eta = unit(base.value)
        size = max(np.size(value_of(value)), 1)
        total = np.zeros(base.value.shape)
        fp.add_at(total, i, np.abs(value_of(value)) + error_of(value))
        grown = np.abs(base.value[i]) + 2 * total[i]
        base.error[i] = (base.error[i] + gamma(size, u) * grown + size * eta) * SLACK


_DOUBLE = np.dtype(float)
_rule = cache(rule_of)


def _coarser(y: Any, values: Sequence[Any]) -> bool:
    """Has the result a type with fewer digits than an operand?"""
    return any(_coarser(y, v) if isinstance(v, tuple) else unit(y) > unit(v) for v in values)


def _narrowed(a: Any, y: Any) -> Any:
    """A Python number takes the type of the arrays that it meets: float32, say."""
    dtype, value = y.dtype, value_of(a)
    if type(value) not in (int, float) or not math.isfinite(value):
        return a
    near = float(dtype.type(value))
    if not math.isfinite(near):
        return Bounded(near, math.inf)
    return Bounded(near, float(abs(Fraction(near) - Fraction(value))) * SLACK + error_of(a))


def _exact(args: Sequence[Any]) -> bool:
    return not np.any([np.any(e) for a in args for e in _errors(a)])


def _errors(a: Any) -> list[Any]:
    if isinstance(a, tuple | list):
        return [e for p in a for e in _errors(p)]
    return [a.error] if isinstance(a, Bounded) else []


def _known(op: Any, handler: Handler, y: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What the handler of an operation says; no bound where it does not fit the operands."""
    try:
        found = handler(y, *args, **kwargs)
        return found if op in WIDENED else np.asarray(found) * SLACK
    except (TypeError, ValueError, ArithmeticError, StopIteration):
        return math.inf
