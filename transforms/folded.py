"""Statements as expressions: what a folded operand is, and what must be known to move one.

Only printing makes these (see `fold`).  `Folded` stands where a name stood; the rest of the IR
never sees it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Attr,
    Call,
    Const,
    Copy,
    Do,
    For,
    If,
    Let,
    Load,
    Pack,
    Pop,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    names,
    targets,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import rule_of

Kinds: TypeAlias = Mapping[str, Kind]
Expression: TypeAlias = "Let | Load | Call | Pack | Attr"
Names: TypeAlias = "frozenset[str]"

_COMPARISONS = (
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
)
INFIX = frozenset(
    {
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.floordiv,
        operator.mod,
        operator.pow,
        operator.matmul,
        operator.and_,
        operator.or_,
        operator.xor,
        operator.lshift,
        operator.rshift,
        operator.is_,
        operator.is_not,
        operator.contains,
        *_COMPARISONS,
    }
)
"""Operations printed between their two operands."""

# On scalars these can neither raise nor be told from outside to have run.
_INERT = frozenset(
    {
        operator.add,
        operator.sub,
        operator.mul,
        operator.neg,
        operator.pos,
        operator.not_,
        *_COMPARISONS,
    }
)


def choose(test: Any, first: Any, second: Any) -> Any:
    """The operation `first if test else second` of a Let that folding makes."""
    return first if test else second


def both(first: Any, second: Any) -> Any:
    """The operation `first and second`, likewise."""
    return first and second


def either(first: Any, second: Any) -> Any:
    """The operation `first or second`, likewise."""
    return first or second


CHOICES = frozenset({choose, both, either})
"""Operations that evaluate their first operand, and then what it selects."""


@dataclass(frozen=True)
class Folded:
    """An operand that is printed in place: the value of `statement`.

    Attributes:
        statement: the definition; its own operands may be folded too.
        reads: every name read inside.
        memory: does its value depend on the entries of an array?
        effect: does it call a function of the program?
        inert: can it neither fail nor be seen to run?
        operations: how many operations inside may round.
        columns: about how many columns it takes.
    """

    statement: Expression
    reads: Names
    memory: bool
    effect: bool
    inert: bool
    operations: int
    columns: int


def is_scalar(o: Any, kinds: Kinds) -> bool:
    """Is the operand certainly a number without a shape?"""
    if isinstance(o, Folded):
        return is_scalar(targets(o.statement)[0], kinds)
    if isinstance(o, Const):
        return isinstance(o.value, bool | int | float | np.number | np.bool_)
    kind = kinds.get(o) if isinstance(o, str) else None
    return isinstance(kind, Num) and not kind.array


def is_conditional(s: Let, kinds: Kinds) -> bool:
    """Is it printed as `a if c else b`: a selection among scalars, evaluated or not unnoticed?"""
    return (
        s.op in (fp.where, fp.select)
        and not s.kwargs
        and all(is_scalar(a, kinds) for a in s.args)
        and all(f.inert for f in folded_in(s.args[1:]))
    )


def is_selective(s: Statement, kinds: Kinds) -> bool:
    """Is what it reads, its first operand apart, evaluated only if it is selected?"""
    return isinstance(s, Let) and (s.op in CHOICES or is_conditional(s, kinds))


def is_round(op: Callable[..., Any]) -> bool:
    """Is it one of the roundings, fp.round_*?"""
    return getattr(op, "__module__", "") == fp.round_to.__module__


# ---------------------------------------------------------------- operands of statements


def operands(s: Statement) -> tuple[Any, ...]:
    """The operands that the statement itself reads, with repetition, as they are printed."""
    match s:
        case Let() | Do():
            return (*s.args, *(v for _, v in s.kwargs))
        case Copy() | Unpack():
            return (s.value,)
        case Return():
            return s.values
        case Load():
            return (s.base, s.index)
        case Store() | StoreAdd():
            return (s.base, s.index, s.value)
        case Pack():
            return (*s.items, *s.keys)
        case Attr():
            return (s.base,)
        case Call():
            return s.args
        case If() | While():
            return (s.test,)
        case For():
            r = s.iterable
            return (*r.args, r.count) if isinstance(r, Range) else (r,)
        case Push():
            return (s.tape, s.value)
        case Pop():
            return (s.tape,)
        case _:
            return ()


def folded_in(o: Any) -> Iterator[Folded]:
    """The folded operands directly inside an operand."""
    if isinstance(o, Folded):
        yield o
    elif isinstance(o, tuple):
        for part in o:
            yield from folded_in(part)
    elif isinstance(o, Slice):
        yield from folded_in((o.lower, o.upper, o.step))


def columns(o: Any) -> int:
    """About how many columns an operand takes."""
    if o is None:
        return 0
    if isinstance(o, str):
        return len(o)
    if isinstance(o, Folded):
        return o.columns
    if isinstance(o, Const):
        return len(repr(o.value))
    if isinstance(o, Slice):
        return 1 + sum(columns(p) for p in (o.lower, o.upper, o.step) if p != Const(None))
    return 2 + sum(columns(p) + 2 for p in o)


def statement_columns(s: Statement) -> int:
    """About how many columns the statement takes, without its target."""
    inside = sum(map(columns, operands(s)))
    if isinstance(s, Let | Do):
        if s.op in INFIX:
            return inside + 3
        keywords = sum(len(k) + 1 for k, _ in s.kwargs)
        name = getattr(s.op, "__name__", "operation")
        return inside + keywords + 2 * (len(s.args) + len(s.kwargs)) + len(name) + 4
    if isinstance(s, Call):
        return inside + len(s.func) + 2 * len(s.args)
    return inside + 4


# ---------------------------------------------------------------- statements as operands


def summary(s: Expression, kinds: Kinds, containers: Names = frozenset()) -> Folded:
    """The statement as an operand, with what is inside it added up.

    `containers`: names of structured arguments and their parts; to index one reads no array.
    """
    every = operands(s)
    inside = list(folded_in(every))
    reads = frozenset(names(*every)).union(*(f.reads for f in inside))
    memory, inert, count, effect = False, True, 0, isinstance(s, Call)
    if isinstance(s, Let):
        known = rule_of(s.op)
        effect = known is not None and known.effect
        memory = _reads_memory(s, kinds)
        inert = (
            s.op in _INERT | CHOICES and not s.kwargs and all(is_scalar(o, kinds) for o in every)
        )
        rule, kind = rule_of(s.op), kinds.get(s.target)
        exact = isinstance(kind, Num) and kind.num in ("int", "bool")
        count = int(not exact and s.op not in CHOICES and (rule is None or rule.rounds))
    elif isinstance(s, Load | Attr):
        base: Any = s.base
        held = targets(base.statement)[0] if isinstance(base, Folded) else base
        memory, inert = held not in containers, False
    elif isinstance(s, Call):
        memory, inert, count = True, False, 1
    return Folded(
        s,
        reads,
        memory or any(f.memory for f in inside),
        effect or any(f.effect for f in inside),
        inert and all(f.inert for f in inside),
        count + sum(f.operations for f in inside),
        statement_columns(s),
    )


def _reads_memory(s: Let, kinds: Kinds) -> bool:
    rule = rule_of(s.op)
    shape_only = frozenset[int]() if rule is None else rule.shape_only
    return any(
        not is_scalar(n, kinds)
        for k, o in enumerate((*s.args, *(v for _, v in s.kwargs)))
        if k not in shape_only
        for n in names(o)
    )
