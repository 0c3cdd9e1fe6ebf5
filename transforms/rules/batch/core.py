"""What batch rules are written with, and the tables that they are entered into."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import Const, Do
from fpad.transforms.rules.trace import Builder, Sym, f, quote


@dataclass(frozen=True)
class Each:
    """An operand: its symbol, whether it is batched, the rank of one example where it is known.

    `turned`: the matrix that it is the transpose of.  `num`: its class of numbers, as of `kinds`.
    `written`: an example is an array, and written somewhere.
    """

    v: Any
    batched: bool
    rank: int | None
    turned: Each | None = None
    num: str = "any"
    written: bool = False


Operand: TypeAlias = Any
BatchRule: TypeAlias = "Callable[..., Sym | None]"
BATCH: dict[Callable[..., Any], BatchRule] = {}
SINGLE: dict[Callable[..., Any], BatchRule] = {}
"""Operations whose result is the same for all examples, as shapes are."""
SAME_MEMORY = frozenset(
    (
        *(np.reshape, np.ravel, np.asarray, np.asanyarray),
        *(fp.asarray, fp.reshape_like, fp.unbroadcast, fp.broadcast),
    )
)
"""Operations that are a view of the batch where they are one of an example: the axis of the
examples is no part of what they join."""


class NoRule(Exception):
    """The rule is not for these operands."""


class Refused(Exception):
    """It cannot be done for several examples: a reason, and a remedy."""


def as_each(x: Operand) -> Each:
    """An operand as one: constants are the same for all examples.

    Raises:
        NoRule: it is a display.
    """
    if isinstance(x, tuple):
        raise NoRule
    if isinstance(x, Each):
        return x
    num = {"b": "bool", "i": "int", "u": "int", "f": "float"}.get(np.asarray(x).dtype.kind, "any")
    return Each(x, False, int(np.ndim(x)), num=num)


@dataclass(frozen=True)
class Case:
    """What batch rules write with: `n` examples, of which those in `mask` get here, if not all."""

    builder: Builder
    n: Any
    mask: Sym | None = None

    def emit(self, op: Callable[..., Any], *operands: Any, **keywords: Any) -> Sym:
        """Write a statement."""
        return self.builder.emit(op, *operands, **keywords)

    def rank(self, *operands: Operand) -> Any:
        """The rank of one example of the operands broadcast together: an int, or a symbol."""
        all_ = list(map(as_each, operands))
        if all(x.rank is not None for x in all_):
            return max(x.rank or 0 for x in all_)
        batched = tuple(x.v for x in all_ if x.batched)
        return f.rank_of(batched, tuple(x.v for x in all_ if not x.batched))

    def lift(self, x: Operand, rank: Any) -> Any:
        """The operand with axes behind the first, so that examples have this rank."""
        x = as_each(x)
        if not x.batched or (isinstance(rank, int) and x.rank == rank):
            return x.v
        return f.lifted(x.v, rank)

    def lifts(self, *operands: Operand) -> list[Any]:
        """The operands so that they broadcast as one example of each does."""
        all_ = list(map(as_each, operands))
        if sum(x.batched or x.rank != 0 for x in all_) < 2:
            return [x.v for x in all_]  # the others are numbers
        rank = self.rank(*operands)
        return [self.lift(x, rank) for x in operands]

    def every(self, x: Operand) -> Any:
        """The operand with an axis for examples, whether it was batched or not."""
        x = as_each(x)
        return x.v if x.batched else self.emit(fp.for_each, x.v, self.n)

    def axis(self, x: Operand, axis: Any, more: int = 0) -> Any:
        """An axis of an example of x, or several, as axes of the batch.

        `more`: so many axes the result has more.  Where the rank is not known the code looks, as
        an axis that examples lack would be that of the examples.

        Raises:
            NoRule: an example has no such axis; NumPy says so in a loop.
        """
        if isinstance(axis, tuple):
            return tuple(self.axis(x, a, more) for a in axis)
        x = as_each(x)
        if isinstance(axis, Each):
            rows = self.every(x)
            return f.example_axis(axis.v, rows, more) if more else f.example_axis(axis.v, rows)
        if x.rank is None and axis < 0:
            self.at_least(x, -axis - more)
        elif x.rank is not None and not -x.rank - more <= axis < x.rank + more:
            raise NoRule
        return axis + 1 if axis >= 0 else axis

    def at_least(self, x: Operand, rank: int) -> None:
        """Examples of x have this rank at least: it is known, or looked at.

        Raises:
            NoRule: they have not.
        """
        x = as_each(x)
        if x.rank is None:
            b = self.builder
            rows = quote(self.every(x))
            b.out.append(Do(fp.enough_axes, (rows, Const(rank)), (), b.origin, b.role))
        elif x.rank < rank:
            raise NoRule

    def number(self, x: Operand) -> Any:
        """The operand, an array of one entry or a number, as a number for each example."""
        x = as_each(x)
        if not x.batched:
            return x.v
        v = x.v if x.rank == 0 else self.emit(np.reshape, x.v, (self.n,))
        return f.copy(v) if x.written else v

    def masked(self) -> tuple[Sym, ...]:
        """The last operand of what asks for which examples its result is used."""
        return () if self.mask is None else (self.mask,)

    def whole(self, x: Operand) -> Each:
        """The same as an operand."""
        return Each(self.every(x), True, as_each(x).rank)


def batched(x: Operand) -> bool:
    """Is the operand, or one in this display, batched?"""
    if isinstance(x, tuple):
        return any(map(batched, x))
    return isinstance(x, Each) and x.batched


def known(*values: Any) -> bool:
    """Are these Python values?"""
    return not any(isinstance(v, Each) or (isinstance(v, tuple) and not known(*v)) for v in values)


def plain(x: Operand) -> Any:
    """An operand that is the same for all examples, as it stands."""
    if isinstance(x, tuple):
        return tuple(map(plain, x))
    return x.v if isinstance(x, Each) else x


def fixed(*axes: Any) -> bool:
    """Are these axes that are the same for all examples, if not known now?"""
    return not any(map(batched, axes))


def flat(c: Case, x: Operand) -> Each:
    """An operand as one row for each example, or as one row."""
    x = as_each(x)
    if x.batched:
        return Each(x.v if x.rank == 1 else f.flat_examples(x.v), True, 1, num=x.num)
    return Each(x.v if x.rank == 1 else c.emit(np.ravel, x.v), False, 1, num=x.num)


def batch(*ops: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the batch rule of operations; it is given the operation after the case."""

    def declare(rule: Callable[..., Any]) -> Callable[..., Any]:
        for op in ops:
            BATCH[op] = _with(rule, op)
        return rule

    return declare


def single(*ops: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare how the result that all examples share is computed from batched operands."""

    def declare(rule: Callable[..., Any]) -> Callable[..., Any]:
        for op in ops:
            SINGLE[op] = _with(rule, op)
        return rule

    return declare


def _with(rule: Callable[..., Any], op: Callable[..., Any]) -> BatchRule:
    """The rule of one operation; None for arguments that it does not take."""
    signature = inspect.signature(rule)

    def of(c: Case, *xs: Operand, **static: Any) -> Sym | None:
        try:
            bound = signature.bind(c, op, *xs, **static)
        except TypeError:
            return None
        for name, value in bound.arguments.items():
            if signature.parameters[name].annotation == "Each" and not isinstance(value, Each):
                return None
        try:
            result: Sym | None = rule(*bound.args, **bound.kwargs)
        except NoRule:
            return None
        return result

    return of
