"""Explicit rounding, level 2 -> level 2: every operation that may leave the format is rounded.

    def f(x, s):                       def f(x, s):
        t = x * 0.1                        x = fp.round_bfloat16(x)
        y = np.maximum(t, s)    ->         s = fp.round_bfloat16(s)
        return y                           t = fp.round_bfloat16(x * 0.10009765625)
                                           y = np.maximum(t, s)
                                           return y

Literals are rounded when the code is written, inputs once on entry, exact operations not at all.
Values are carried in float64, so sums accumulate there and are rounded once.  The pass looks at
statements whatever their role: applied to a gradient it rounds the adjoint too; the derivative of
a rounded program is that of the unrounded operations at the rounded values (straight-through).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.runtime.formats import FormatLike, exact_round, format_of
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Const,
    Copy,
    Do,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Pack,
    Program,
    Push,
    Return,
    Statement,
    Store,
    StoreAdd,
    all_names,
    leaves,
    rewrite,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import rule_of
from fpad.transforms.sharing import copies

_EXPONENTS = {operator.pow: 1, np.power: 1, fp.ipow: 1}
_COMPARISONS = frozenset(
    (
        *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
        *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    )
)


def round_to(program: Program, precision: FormatLike) -> Program:
    """The program with every rounding to the format written down."""
    fmt = format_of(precision)
    op = getattr(fp, f"round_{fmt.name}")
    inference = Inference(program)
    funcs = {
        name: _Rounding(f, inference.func(f), op, fmt).func(name == program.entry)
        for name, f in program.funcs.items()
    }
    return Program(program.entry, funcs)


class _Rounding:
    def __init__(
        self, func: Func, kinds: Mapping[str, Kind], op: Callable[..., Any], fmt: Any
    ) -> None:
        self._func, self._kinds, self._op, self._fmt = func, kinds, op, fmt
        self._fresh = Fresh(all_names(func))

    def func(self, entry: bool) -> Func:
        """The rounded function; an entry rounds its inputs."""
        body = rewrite(self._func.body, self._statement)
        head: list[Statement] = []
        if entry:
            boundary = self._func.boundary
            ones = {
                str(a)
                for p in (boundary.parameters if boundary is not None else ())
                if p.use == "one"
                for a in leaves(p.tree)
            }
            for p in self._func.params:
                if self._real(p) and p not in ones:
                    t = self._fresh.temp()
                    head += [Let(t, self._op, (p,)), Copy(p, t)]
        given = tuple(s for s in body if _asks_what_was_given(s))  # the rounded arrays are new
        rest = (s for s in body if not _asks_what_was_given(s))
        return replace(self._func, body=(*given, *head, *rest))

    def _real(self, name: str) -> bool:
        kind = self._kinds.get(name)
        return isinstance(kind, Num) and kind.differentiable

    def _literal(self, o: Operand) -> Operand:
        """A literal in the format; integers stay integers where the format holds them."""
        if isinstance(o, tuple):
            return tuple(map(self._literal, o))
        if not isinstance(o, Const) or isinstance(o.value, bool):
            return o
        if isinstance(o.value, int):
            rounded = exact_round(Fraction(o.value), self._fmt)
            return o if rounded == o.value else Const(float(rounded))
        if isinstance(o.value, float):
            return Const(float(self._op(o.value)))
        if isinstance(o.value, np.ndarray | np.floating):
            return Const(self._op(o.value))
        return o

    def _statement(self, s: Statement) -> tuple[Statement, ...]:
        match s:
            case Let():
                return self._let(s)
            case Copy() | Store() | Push():
                if isinstance(s, Copy) and not self._real(s.target):
                    return (s,)
                return (replace(s, value=self._literal(s.value)),)
            case Return():
                return (replace(s, values=tuple(map(self._literal, s.values))),)
            case Pack():
                return (s,)
            case StoreAdd():
                return self._accumulate(s)
            case _:
                return (s,)

    def _let(self, s: Let) -> tuple[Statement, ...]:
        rule = rule_of(s.op)
        if s.op in _COMPARISONS and any(isinstance(a, str) and self._real(a) for a in s.args):
            # np.maximum(x, 0.1) takes the rounded 0.1; so must the comparison in its slope.
            return (replace(s, args=tuple(map(self._literal, s.args))),)
        if rule is None or s.role == "record" or not self._real(s.target):
            return (s,)
        out: list[Statement] = []
        args: list[Operand] = []
        for k, a in enumerate(s.args):
            if k == _EXPONENTS.get(s.op) and isinstance(a, Const):
                args.append(a)
            elif rule.form in ("elementwise", "linear", "general") and self._converts(rule, k, a):
                t = self._fresh.temp()
                out.append(Let(t, self._op, (a,), (), s.origin, s.role))
                args.append(t)
            elif rule.form == "elementwise" or isinstance(a, tuple):
                args.append(self._literal(a) if rule.differentiates(k) else a)
            else:
                args.append(self._literal(a) if rule.form != "constant" else a)
        s = replace(s, args=tuple(args))
        made = rule.form == "constant" and any(k == "dtype" for k, _ in s.kwargs)
        if not rule.rounds and not made:
            return (*out, s)
        t = self._fresh.temp()
        rounded = Let(s.target, self._op, (t,), (), s.origin, s.role)
        return (*out, replace(s, target=t), rounded)

    def _converts(self, rule: Any, k: int, a: Operand) -> bool:
        """Is operand k a variable integer that takes part as a real number?"""
        kind = self._kinds.get(a) if isinstance(a, str) else None
        return rule.differentiates(k) and isinstance(kind, Num) and kind.num == "int"

    def _accumulate(self, s: StoreAdd) -> tuple[Statement, ...]:
        """base[i] += v is an addition; repeated entries of an index array round once together."""
        old, new, rounded = (self._fresh.temp() for _ in range(3))
        o, r = s.origin, s.role
        value = self._literal(s.value)
        if copies(s.index, self._kinds):
            everything = Const(Ellipsis)
            return (
                replace(s, value=value),
                Let(rounded, self._op, (s.base,), (), o, r),
                Store(s.base, everything, rounded, o, r),
            )
        return (
            Load(old, s.base, s.index, o, r),
            Let(new, operator.add, (old, value), (), o, r),
            Let(rounded, self._op, (new,), (), o, r),
            Store(s.base, s.index, rounded, o, r),
        )


def _asks_what_was_given(s: Statement) -> bool:
    """Does it check that arguments are not one array, list or object?"""
    return isinstance(s, Do) and s.op in (fp.disjoint, fp.apart, fp.apart_from, fp.each_once)
