"""Operations of the rule table on exact numbers.

    compute(np.maximum, object array, 0)      the rule's definition, entry by entry
    compute(np.matmul, ..)                    NumPy itself, on object arrays
    compute(np.zeros, (3,))                   NumPy itself, its floats read as rationals

Integers and truth values that do not depend on the inputs stay what they are (`1 / 10` is an exact
quotient all the same).  A float that an inexact operation computed never gets in: what has no exact
rule gives a hole, or raises `HoleReached` where no hole can stand.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.core import Core
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached, Nan, lift
from fpad.transforms.noting import op_name
from fpad.transforms.rules import Rule, rule_of

Entry = Callable[..., Any]


_PYTHONS = frozenset((operator.invert, operator.add))
"""~True and True + True are -2 and 2 of Python's truth values, False and True of NumPy's; which of
the two an exact comparison stands for is not known."""


_LEAVE_OUT = frozenset((builtins.min, builtins.max, np.fmin, np.fmax))
"""Of a NaN and a number they may give the number."""


def lifted(value: Any, exact_ints: bool = False) -> Any:
    """Floats as exact numbers, in arrays and displays too; with `exact_ints` also integers."""
    if isinstance(value, tuple | list):
        return type(value)(lifted(v, exact_ints) for v in value)
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O" or (value.dtype.kind != "f" and not exact_ints):
            return value
        return _object_array(value)
    if isinstance(value, float | np.floating | Fraction):
        return lift(value)
    if exact_ints and isinstance(value, int | np.integer):
        return lift(value)
    return value


def _object_array(value: np.ndarray) -> np.ndarray:
    out = np.empty(value.shape, object)
    out[...] = np.frompyfunc(lift, 1, 1)(value)
    return out


def is_native(value: Any) -> bool:
    """Is there no real number in the operand: integers, truth values, shapes, None?"""
    if isinstance(value, tuple | list):
        return all(map(is_native, value))
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iub"
    return not isinstance(value, Exact | float | np.floating)


def holes_in(value: Any) -> Hole | None:
    """The first hole among the entries of a value."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return next((v for v in value.flat if isinstance(v, Hole)), None)
    if isinstance(value, tuple | list):
        return next((h for h in map(holes_in, value) if h is not None), None)
    return value if isinstance(value, Hole) else None


def truth(value: Any) -> bool:
    """The truth value of a test.

    Raises:
        HoleReached: it depends on a hole.
    """
    hole = holes_in(value)
    if hole is not None:
        raise HoleReached(hole)
    return bool(value)


class Operations:
    """Carries out operations; subclasses watch the decisions that are made on the way.

    Args:
        max_bits: results that take more bits raise `LimitReached`.
    """

    def __init__(self, max_bits: int) -> None:
        self.core = Core(max_bits)
        self.max_bits = max_bits

    def compute(
        self, op: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """The value of op(*args, **kwargs).

        Raises:
            HoleReached: there is no value, not even entry by entry.
        """
        from fpad.check.library import SPECIAL

        if op in _PYTHONS and all(type(a) is bool for a in args):
            raise HoleReached(Hole(f"no_exact_rule: {op_name(op)}"))
        rule = rule_of(op)
        if rule is not None and rule.effect:  # a draw, the time: another run gives another value
            raise HoleReached(Hole(f"no_exact_rule: {effect_name(op, args)}"))
        args = tuple(map(lifted, args))
        kwargs = {k: lifted(v) for k, v in kwargs.items()}
        if all(map(is_native, args)) and all(map(is_native, kwargs.values())):
            done, result = _natively(op, args, kwargs)
            if done:
                return result
        special = SPECIAL.get(op)
        try:
            if special is not None:
                result = special(self, *args, **kwargs)
            elif rule is None:
                raise HoleReached(Hole("no_exact_rule"))
            elif rule.pointwise and rule.definition is not None:
                result = self.pointwise(rule, args, kwargs)
            else:
                result = self._structural(rule, args, kwargs)
        except HoleReached as reached:
            raise HoleReached(named(reached.hole, op)) from None
        return self._result(result, op)

    def missing(self, hole: Hole) -> Hole:
        """A hole that an operation gives."""
        return hole

    def entry(self, rule: Rule, kwargs: Mapping[str, Any]) -> Entry:
        """(index, *scalars) -> the entry of the result: the definition; holes stay entries."""
        definition, core = rule.definition, self.core
        assert definition is not None

        def run(index: tuple[int, ...], *scalars: Any) -> Any:
            try:
                return definition(core, *scalars, **kwargs)
            except HoleReached as reached:
                known = isinstance(reached.hole, Nan)  # it may be left out, as by fmax
                return Hole("no_exact_rule") if known else reached.hole
            except ValueError:  # an operand for which the definition does not hold
                return Hole("no_exact_rule")

        return run

    def plain(self, values: list[Any]) -> list[Any]:
        """Numbers that can be compared without being watched."""
        return values

    def position(self, best: int) -> int:
        """The position that an extreme over several entries takes, given the exact one."""
        return best

    def length(self, squares: Any) -> Any:
        """The root of a sum of squares."""
        return self.compute(np.sqrt, (squares,), {})

    def chosen(self, op: Any, index: tuple[int, ...], values: list[Any], best: int) -> Any:
        """The entry that an extreme over several entries takes."""
        return values[best]

    def pointwise(self, rule: Rule, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """An operation that is computed entry by entry of its operands, broadcast together."""
        if all(map(is_native, args)):
            args = tuple(lifted(a, exact_ints=True) for a in args)
        arrays = [a for a in args if isinstance(a, np.ndarray)]
        run = self.entry(rule, kwargs)
        if not arrays:
            return run((), *args)
        if rule.facts.get("rational") and rule.piece is None:
            assert rule.definition is not None
            result = rule.definition(self.core, *args, **kwargs)
            same = any(result is a for a in arrays)  # +x is a new array, of what may be written
            return result.copy() if same else result
        static = [a is None or isinstance(a, str) for a in args]
        wrapped = [_wrap(a) for a, s in zip(args, static, strict=True) if not s]
        shape = np.broadcast_shapes(*(w.shape for w in wrapped))
        columns = iter([np.broadcast_to(w, shape).ravel() for w in wrapped])
        operands = [
            [a] * math.prod(shape) if s else next(columns)
            for a, s in zip(args, static, strict=True)
        ]
        out = np.empty(shape, object)
        for k, (index, *scalars) in enumerate(zip(np.ndindex(shape), *operands, strict=True)):
            out.flat[k] = run(index, *scalars)
        return out if shape else out[()]

    def _structural(self, rule: Rule, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """An operation on whole arrays: what NumPy does with object arrays."""
        if "dtype" in kwargs:
            raise HoleReached(Hole("no_exact_rule"))
        if all(map(is_native, args)):
            args = tuple(
                lifted(a, exact_ints=True) if rule.differentiates(k) else a
                for k, a in enumerate(args)
            )
        try:
            if rule.definition is not None:
                result = rule.definition(self.core, *args, **kwargs)
            else:
                result = rule.op(*args, **kwargs)
        except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise HoleReached(holes_in(args) or Hole("no_exact_rule")) from error
        if rule.rounds and _has_floats(result):
            raise HoleReached(Hole("no_exact_rule"))
        return result

    def _result(self, value: Any, op: Any) -> Any:
        """The result in normal form, its holes named after the operation that made them."""
        if isinstance(value, np.ndarray):
            if value.dtype.kind not in "fO":
                return value
            out = np.empty(value.shape, object)
            flat = [self._scalar(v, op) for v in value.ravel()]
            if flat and all(type(v) is bool for v in flat):
                return np.array(flat).reshape(value.shape)
            flat = [
                lift(v) if type(v) is int or isinstance(v, np.integer) else v for v in flat
            ]  # or NumPy divides them
            for k, v in enumerate(flat):
                out.flat[k] = v
            # A view stays a view: entries are only replaced where they were no exact numbers.
            same = value.dtype.kind == "O" and all(
                a is b for a, b in zip(flat, value.ravel(), strict=True)
            )
            return value if same else out
        if isinstance(value, tuple | list):
            return type(value)(self._result(v, op) for v in value)
        return self._scalar(value, op)

    def _scalar(self, v: Any, op: Any) -> Any:
        if isinstance(v, np.bool_):
            return bool(v)
        if isinstance(v, float | np.floating | Fraction):
            v = lift(v)
        if isinstance(v, Nan) and op in _LEAVE_OUT:
            v = Hole("no_exact_rule")
        if isinstance(v, Hole):
            return self.missing(named(v, op))
        if isinstance(v, Exact) and v.bits() > self.max_bits:
            raise LimitReached("too_many_bits")
        return v


def effect_name(op: Any, args: Sequence[Any]) -> str:
    """The public name of what may give another value each time, `random.random` say."""
    if op in (fp.drawn, fp.positions_drawn):
        name, owner = args[:2]
        where = getattr(owner, "__name__", None) or type(owner).__name__
        return f"{where}.{name}"
    if op in (fp.outer_value, fp.outer_values, fp.outer_changed, fp.outer_put):
        of, method = args[:2]
        return f"{type(of).__name__}.{method}"
    return op_name(op)


def named(hole: Hole, op: Any) -> Hole:
    """The hole with the name of the operation in its reason."""
    return Hole(f"no_exact_rule: {op_name(op)}") if hole.reason == "no_exact_rule" else hole


def _wrap(a: Any) -> np.ndarray:
    if isinstance(a, np.ndarray):
        return a
    out = np.empty((), object)
    out[()] = a
    return out


def _has_floats(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O":
            return any(isinstance(v, float) for v in value.flat)
        return bool(value.dtype.kind == "f")
    if isinstance(value, tuple | list):
        return any(map(_has_floats, value))
    return isinstance(value, float | np.floating)


def _natively(
    op: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[bool, Any]:
    """(True, the result) of an operation on integers and truth values that gives such again.

    Raises:
        HoleReached: 64-bit integers have overflowed; the program over the reals has not.
    """
    rule = rule_of(op)
    try:
        with np.errstate(all="ignore"):
            result = op(*args, **kwargs)
    except ArithmeticError:
        return False, None
    except ValueError:
        if rule is not None and rule.rounds:  # integers to negative powers, say
            return False, None
        raise
    if _has_floats(result):
        return False, None
    if rule is not None and rule.rounds and isinstance(result, np.ndarray | np.integer):
        with np.errstate(all="ignore"):
            floats = [a * 1.0 if isinstance(a, np.ndarray | np.integer) else a for a in args]
            try:
                same = np.allclose(op(*floats, **kwargs), result, rtol=1e-9)
            except TypeError:  # of integers only: they are counted, not computed with
                same = True
            if not same:
                raise HoleReached(Hole("no_exact_rule"))
    return True, result
