"""How operations, constants and operands are spelled in Python.

Let("y", operator.truediv, ("t", "s"))            t / s
Let("y", np.sin, ("x",))                          np.sin(x)          the user's alias of NumPy
Let("y", np.sum, ("x", Const(0), Const(None)))    np.sum(x, axis=0)
Let("y", fp.where, ("c", "g", Const(0.0)))        g if c else 0.0    on scalars
"""

from __future__ import annotations

import functools
import inspect
import math
import operator
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from fpad import runtime as fp
from fpad.transforms.folded import (
    CHOICES,
    INFIX,
    Expression,
    Folded,
    Kinds,
    both,
    choose,
    is_conditional,
    is_scalar,
)
from fpad.transforms.ir import (
    NOWHERE,
    Attr,
    Call,
    Const,
    Do,
    Keywords,
    Let,
    Load,
    Operand,
    Pack,
    Slice,
)
from fpad.transforms.kinds import Num
from fpad.transforms.scope import Scope, call, display, dotted, literal, name, subscript

_BINARY: dict[Any, type] = {
    operator.add: gast.Add,
    operator.sub: gast.Sub,
    operator.mul: gast.Mult,
    operator.truediv: gast.Div,
    operator.floordiv: gast.FloorDiv,
    operator.mod: gast.Mod,
    operator.pow: gast.Pow,
    operator.matmul: gast.MatMult,
    operator.and_: gast.BitAnd,
    operator.or_: gast.BitOr,
    operator.xor: gast.BitXor,
    operator.lshift: gast.LShift,
    operator.rshift: gast.RShift,
}
_COMPARE: dict[Any, type] = {
    operator.lt: gast.Lt,
    operator.le: gast.LtE,
    operator.gt: gast.Gt,
    operator.ge: gast.GtE,
    operator.eq: gast.Eq,
    operator.ne: gast.NotEq,
    operator.is_: gast.Is,
    operator.is_not: gast.IsNot,
    operator.contains: gast.In,
}
_UNARY: dict[Any, type] = {
    operator.neg: gast.USub,
    operator.pos: gast.UAdd,
    operator.invert: gast.Invert,
    operator.not_: gast.Not,
}
AUGMENTED: dict[Any, type] = {
    fp.iadd: gast.Add,
    fp.isub: gast.Sub,
    fp.imul: gast.Mult,
    fp.itruediv: gast.Div,
    fp.ifloordiv: gast.FloorDiv,
    fp.imod: gast.Mod,
    fp.ipow: gast.Pow,
    fp.imatmul: gast.MatMult,
}
assert {*_BINARY, *_COMPARE} == INFIX

# The first operand, a display, is written as a list.
_OF_LISTS = frozenset(
    {
        np.array,
        np.asarray,
        np.block,
        np.column_stack,
        np.concatenate,
        np.dstack,
        np.hstack,
        np.stack,
        np.vstack,
    }
)

# Operands that read better by name when they are constants.
_BY_NAME = frozenset({"axis", "axes", "keepdims", "dtype"})


# ---------------------------------------------------------------- expressions


class Spelling:
    """Spells the operands and expressions of one function."""

    def __init__(self, scope: Scope, kinds: Kinds) -> None:
        self.scope = scope
        self.kinds = kinds

    def constant(self, value: Any) -> Any:
        """The expression that gives exactly this value."""
        t = type(value)
        if value is None or value is ... or t in (bool, str, bytes):
            return literal(value)
        if t is int:
            return _signed(literal(abs(value)), value < 0)
        if t is float:
            return self._float(value)
        if t is complex:
            return call(name("complex"), [self._float(value.real), self._float(value.imag)])
        if t in (tuple, list):
            return display([self.constant(v) for v in value], as_list=t is list)
        if t is slice:
            parts = (value.start, value.stop, value.step)
            return call(self.scope.located(slice), [self.constant(p) for p in parts])
        if isinstance(value, np.generic):
            return self._numpy_scalar(value)
        if isinstance(value, np.dtype) and value.fields is None:
            plain = value.name if np.dtype(value.name) == value else value.str
            return call(self.scope.located(np.dtype), [literal(plain)])
        return self.scope.located(value)

    def _float(self, value: float) -> Any:
        negative = math.copysign(1.0, value) < 0
        if math.isnan(value):
            return _signed(call(self.scope.located(float), [literal("nan")]), negative)
        if math.isinf(value):
            return _signed(dotted(self.scope.module("numpy"), "inf"), negative)
        return _signed(literal(abs(value)), negative)

    def _numpy_scalar(self, value: np.generic) -> Any:
        t = type(value)
        if isinstance(value, np.floating | np.integer | np.bool_) and t is not np.longdouble:
            short = value.item() if not isinstance(value, np.floating) else float(str(value))
            for python in (short, value.item()):
                if t(python).tobytes() == value.tobytes():
                    return call(self.scope.located(t), [self.constant(python)])
        return self.scope.outside(value, "value")

    def operand(self, o: Any, *, as_list: bool = False) -> Any:
        """An operand outside an index."""
        if isinstance(o, str):
            return name(o)
        if isinstance(o, Folded):
            return self.expression(o.statement)
        if isinstance(o, Const):
            return self.constant(o.value)
        if isinstance(o, Slice):
            parts = [self.operand(p) for p in (o.lower, o.upper, o.step)]
            return call(self.scope.located(slice), parts)
        return display([self.operand(p, as_list=as_list) for p in o], as_list=as_list)

    def index(self, o: Any) -> Any:
        """An operand between square brackets."""
        if isinstance(o, tuple):
            return display([self._index_part(p) for p in o])
        if isinstance(o, Const) and type(o.value) is tuple:
            return display([self._index_part(Const(v)) for v in o.value])
        return self._index_part(o)

    def _index_part(self, o: Any) -> Any:
        if isinstance(o, Const) and isinstance(o.value, slice):
            o = Slice(Const(o.value.start), Const(o.value.stop), Const(o.value.step))
        if isinstance(o, Slice):
            parts = (o.lower, o.upper, o.step)
            return gast.Slice(*(None if p == Const(None) else self.operand(p) for p in parts))
        return self.operand(o, as_list=True)

    def expression(self, s: Expression | Do) -> Any:
        """The right-hand side of a statement."""
        match s:
            case Load():
                return subscript(self.operand(s.base), self.index(s.index))
            case Attr():
                return gast.Attribute(self.operand(s.base), s.name, gast.Load())
            case Call():
                return call(name(s.func), map(self.operand, s.args))
            case Pack(kind="dict"):
                items = list(map(self.operand, s.items))
                return gast.Dict(list(map(self.operand, s.keys)), items)
            case Pack():
                return display([self.operand(o) for o in s.items], as_list=s.kind == "list")
            case _:
                return self._operation(s)

    def _operation(self, s: Let | Do) -> Any:
        op, args = s.op, s.args
        if op is fp.drawn and isinstance(args[0], Const):
            named = [(k, self.operand(v)) for k, v in s.kwargs]
            method = dotted(self.operand(args[1]), args[0].value)
            return call(method, map(self.operand, args[2:]), named)
        if op in CHOICES:
            return self._choice(op, *map(self.operand, args))
        if not s.kwargs:
            if len(args) == 2 and op in INFIX:
                return self._infix(op, *args)
            if len(args) == 1 and op in _UNARY:
                return gast.UnaryOp(_UNARY[op](), self.operand(args[0]))
            if len(args) == 2 and op is operator.getitem:
                return subscript(self.operand(args[0]), self.index(args[1]))
            if op in AUGMENTED and all(is_scalar(a, self.kinds) for a in args):
                left, right = map(self.operand, args)
                return gast.BinOp(left, AUGMENTED[op](), right)
            if op is fp.tape and not args:
                return display([], as_list=True)
            if isinstance(s, Let) and is_conditional(s, self.kinds):
                test, body, *other = map(self.operand, args)
                return gast.IfExp(test, body, other[0] if other else literal(0.0))
            if op is fp.where and any(self._is_array(a) for a in args):
                op = np.where
        text = "" if s.origin is NOWHERE else s.origin.text
        written = s.role == "primal" and ".T" not in text  # the user wrote np.transpose
        plain = op is np.transpose and len(args) == 1 and not s.kwargs
        if plain and self._is_array(args[0]) and not written:
            return gast.Attribute(self.operand(args[0]), "T", gast.Load())
        args, keywords = _by_name(op, args, s.kwargs)
        spelled = [self.operand(a, as_list=k == 0 and op in _OF_LISTS) for k, a in enumerate(args)]
        func = self.scope.located(op, text)
        return call(func, spelled, [(k, self.operand(v)) for k, v in keywords])

    def _choice(self, op: Callable[..., Any], first: Any, *more: Any) -> Any:
        if op is choose:
            return gast.IfExp(first, *more)
        join = gast.And if op is both else gast.Or
        values: list[Any] = []
        for o in (first, *more):
            values += o.values if isinstance(o, gast.BoolOp) and isinstance(o.op, join) else [o]
        return gast.BoolOp(join(), values)

    def _infix(self, op: Callable[..., Any], a: Operand, b: Operand) -> Any:
        if op is operator.contains:
            a, b = b, a
        left, right = self.operand(a), self.operand(b)
        if op in _COMPARE:
            return gast.Compare(left, [_COMPARE[op]()], [right])
        return gast.BinOp(left, _BINARY[op](), right)

    def _is_array(self, o: Any) -> bool:
        key = o.statement.target if _has_target(o) else o
        kind = self.kinds.get(key) if isinstance(key, str) else None
        return isinstance(kind, Num) and kind.array


@functools.lru_cache(maxsize=1024)
def _parameters(op: Any) -> tuple[inspect.Parameter, ...]:
    try:
        return tuple(inspect.signature(op).parameters.values())
    except (TypeError, ValueError):
        return ()


def _has_target(o: Any) -> bool:
    return isinstance(o, Folded) and not isinstance(o.statement, Call)


def _signed(magnitude: Any, negative: bool) -> Any:
    return gast.UnaryOp(gast.USub(), magnitude) if negative else magnitude


def _static(o: Any) -> bool:
    return isinstance(o, Const) or (isinstance(o, tuple) and all(map(_static, o)))


def _by_name(op: Any, args: tuple[Any, ...], kwargs: Keywords) -> tuple[tuple[Any, ...], Keywords]:
    """Leave out trailing operands that are defaults; write axis and its like by name."""
    try:
        params = _parameters(op)
    except TypeError:
        return args, kwargs
    rest, keywords = list(args), list(kwargs)
    while len(rest) > 1 and len(rest) <= len(params):
        p, value = params[len(rest) - 1], rest[-1]
        if p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            break
        if isinstance(value, Const) and p.default is not p.empty and value == Const(p.default):
            rest.pop()
        elif p.name in _BY_NAME and p.kind is p.POSITIONAL_OR_KEYWORD and _static(value):
            keywords.insert(0, (p.name, rest.pop()))
        else:
            break
    return tuple(rest), tuple(keywords)
