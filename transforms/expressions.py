"""Expressions -> level 0: the part of `lower` that evaluates.

    a < b < c       t1 = a < b;  if t1: t2 = b < c  else: t2 = t1
    f(x)[1:, k]     t1 = f(x);  t2 = t1[1:, k]

An expression is written as an *atom* (its value, in a temporary if it has no name) or *into* a
target that is given.  Operands are evaluated from left to right, each exactly once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any

import gast
import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Apply,
    Atom,
    Attr,
    Block,
    Const,
    Copy,
    Fresh,
    If,
    Let,
    Load,
    Operand,
    Origin,
    Pack,
    Slice,
    Statement,
)
from fpad.transforms.source import Source

Op = Callable[..., Any]

BINARY: dict[type, Op] = {
    gast.Add: operator.add,
    gast.Sub: operator.sub,
    gast.Mult: operator.mul,
    gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv,
    gast.Mod: operator.mod,
    gast.Pow: operator.pow,
    gast.MatMult: operator.matmul,
    gast.LShift: operator.lshift,
    gast.RShift: operator.rshift,
    gast.BitAnd: operator.and_,
    gast.BitOr: operator.or_,
    gast.BitXor: operator.xor,
}
AUGMENTED: dict[type, Op] = {
    gast.Add: fp.iadd,
    gast.Sub: fp.isub,
    gast.Mult: fp.imul,
    gast.Div: fp.itruediv,
    gast.FloorDiv: fp.ifloordiv,
    gast.Mod: fp.imod,
    gast.Pow: fp.ipow,
    gast.MatMult: fp.imatmul,
}
UNARY: dict[type, Op] = {
    gast.USub: operator.neg,
    gast.UAdd: operator.pos,
    gast.Invert: operator.invert,
    gast.Not: operator.not_,
}
COMPARE: dict[type, Op] = {
    gast.Eq: operator.eq,
    gast.NotEq: operator.ne,
    gast.Lt: operator.lt,
    gast.LtE: operator.le,
    gast.Gt: operator.gt,
    gast.GtE: operator.ge,
    gast.Is: operator.is_,
    gast.IsNot: operator.is_not,
    gast.In: operator.contains,
    gast.NotIn: operator.contains,
}

_QUIET_MODULES = frozenset({"numpy", "math", "builtins", "_operator"})
_QUIET_METHODS = frozenset(
    (
        *("all", "any", "argmax", "argmin", "astype", "copy", "cumsum", "dot", "flatten", "item"),
        *("max", "mean", "min", "prod", "ravel", "reshape", "round", "squeeze", "std", "sum"),
        *("swapaxes", "trace", "transpose", "var"),
    )
)


class Expressions:
    """Writes the expressions of one function.

    Attributes:
        out: the block being written.
        text, ordinal: of the statement that the expressions belong to.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        tree = source.tree
        named = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.fresh = Fresh(named | source.locals | set(source.params) | {source.numpy, "fp"})
        self.out: list[Statement] = []
        self.text = ""
        self.ordinal = 0

    def origin(self, node: Any) -> Origin:
        """The place of a node: its own line and column, text and ordinal of its statement."""
        line, source = node.lineno, self.source
        column = source.column(line, node.col_offset)
        return Origin(source.file, source.name, line, column, self.text, self.ordinal)

    def within(self, write: Callable[[], Any]) -> Block:
        """What `write` appends, as a block of its own."""
        outer, self.out = self.out, []
        write()
        inner, self.out = tuple(self.out), outer
        return inner

    def atom(self, node: Any) -> Atom:
        """The value of an expression, evaluated here."""
        if isinstance(node, gast.Name):
            return str(node.id)
        value = literal(node)
        if value is not None:
            return value
        target = self.fresh.temp()
        self.into(target, node)
        return target

    def name(self, node: Any) -> str:
        """A name for the value of an expression."""
        atom = self.atom(node)
        if isinstance(atom, str):
            return atom
        target = self.fresh.temp()
        self.out.append(Copy(target, atom, self.origin(node)))
        return target

    def index(self, node: Any) -> Operand:
        """An index: atoms, slices and tuples of these."""
        if isinstance(node, gast.Tuple):
            return tuple(self.index(element) for element in node.elts)
        if isinstance(node, gast.Slice):
            none = Const(None)
            parts = (node.lower, node.upper, node.step)
            return Slice(*(none if part is None else self.atom(part) for part in parts))
        return self.atom(node)

    def into(self, target: str, node: Any) -> None:
        """Write target = expression; the target is written last, once on each path."""
        value = literal(node)
        if value is not None:
            self.out.append(Copy(target, value, self.origin(node)))
        else:
            _FORMS[type(node)](self, target, node)

    def _copy(self, target: str, node: Any) -> None:
        if node.id != target:
            self.out.append(Copy(target, node.id, self.origin(node)))

    def _let(self, target: str, op: Op, args: tuple[Operand, ...], node: Any) -> None:
        self.out.append(Let(target, op, args, origin=self.origin(node)))

    def _binary(self, target: str, node: Any) -> None:
        left, right = self.atom(node.left), self.atom(node.right)
        self._let(target, BINARY[type(node.op)], (left, right), node)

    def _unary(self, target: str, node: Any) -> None:
        self._let(target, UNARY[type(node.op)], (self.atom(node.operand),), node)

    def _boolean(self, target: str, node: Any) -> None:
        self._either(target, node.values, isinstance(node.op, gast.And), node)

    def _either(self, target: str, values: list[Any], both: bool, node: Any) -> None:
        """Write target = values[0] and (or) values[1] and (or) .."""
        if len(values) == 1:
            self.into(target, values[0])
            return
        first = self.atom(values[0])
        more = self.within(lambda: self._either(target, values[1:], both, node))
        self._branch(target, first, more, both, node)

    def _branch(self, target: str, first: Atom, more: Block, both: bool, node: Any) -> None:
        """Write target = first and (or) the value that the block `more` gives it."""
        origin = self.origin(node)
        keep = () if first == target else (Copy(target, first, origin),)
        then, orelse = (more, keep) if both else (keep, more)
        self.out.append(If(first, then, orelse, origin))

    def _choice(self, target: str, node: Any) -> None:
        origin = self.origin(node)
        test = self.atom(node.test)
        then = self.within(lambda: self.into(target, node.body))
        orelse = self.within(lambda: self.into(target, node.orelse))
        self.out.append(If(test, then, orelse, origin))

    def _compare(self, target: str, node: Any) -> None:
        self._compared(target, self.atom(node.left), node.ops, node.comparators, node)

    def _compared(
        self, target: str, left: Atom, ops: list[Any], rights: list[Any], node: Any
    ) -> None:
        """Write target = left op right and (right op .. and ..)."""
        right = self.atom(rights[0])
        if len(ops) == 1:
            self._compare_two(target, left, ops[0], right, node)
            return
        first = self.fresh.temp()
        self._compare_two(first, left, ops[0], right, node)
        more = self.within(lambda: self._compared(target, right, ops[1:], rights[1:], node))
        self._branch(target, first, more, True, node)

    def _compare_two(self, target: str, left: Atom, op: Any, right: Atom, node: Any) -> None:
        contains = isinstance(op, gast.In | gast.NotIn)
        args = (right, left) if contains else (left, right)
        if isinstance(op, gast.NotIn):
            found = self.fresh.temp()
            self._let(found, operator.contains, args, node)
            self._let(target, operator.not_, (found,), node)
        else:
            self._let(target, COMPARE[type(op)], args, node)

    def _subscript(self, target: str, node: Any) -> None:
        base = self.name(node.value)
        self.out.append(Load(target, base, self.index(node.slice), self.origin(node)))

    def _attribute(self, target: str, node: Any) -> None:
        self.out.append(Attr(target, self.name(node.value), node.attr, self.origin(node)))

    def _call(self, target: str, node: Any) -> None:
        func = self.name(node.func)
        args = tuple(self.atom(a) for a in node.args)
        kwargs = tuple((k.arg, self.atom(k.value)) for k in node.keywords)
        self.out.append(Apply(target, func, args, kwargs, self.origin(node)))

    def _sequence(self, target: str, node: Any) -> None:
        kind = "tuple" if isinstance(node, gast.Tuple) else "list"
        items = tuple(self.atom(element) for element in node.elts)
        self.out.append(Pack(target, kind, items, origin=self.origin(node)))

    def _dictionary(self, target: str, node: Any) -> None:
        pairs = [(self.atom(k), self.atom(v)) for k, v in zip(node.keys, node.values, strict=True)]
        keys, items = tuple(k for k, _ in pairs), tuple(v for _, v in pairs)
        self.out.append(Pack(target, "dict", items, keys, self.origin(node)))

    # ------------------------------------------------------------ calls that change nothing

    def quiet(self, node: Any) -> bool:
        """Does evaluating the expression certainly run no code of the user?"""
        return all(self._quiet_call(n) for n in gast.walk(node) if isinstance(n, gast.Call))

    def _quiet_call(self, node: Any) -> bool:
        if any(k.arg == "out" for k in node.keywords):
            return False
        func = self._known(node.func)
        if func is None:
            return isinstance(node.func, gast.Attribute) and node.func.attr in _QUIET_METHODS
        if isinstance(func, np.ufunc):
            return len(node.args) <= func.nin
        return str(getattr(func, "__module__", "")).partition(".")[0] in _QUIET_MODULES

    def _known(self, node: Any) -> Any:
        """The object that a name, or a name in a module, stands for now; None: not known."""
        if isinstance(node, gast.Name):
            try:
                return self.source.resolve(node.id).value
            except NameError:
                return None
        if isinstance(node, gast.Attribute):
            base = self._known(node.value)
            return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
        return None


_FORMS: dict[type, Callable[[Expressions, str, Any], None]] = {
    gast.Name: Expressions._copy,
    gast.BinOp: Expressions._binary,
    gast.UnaryOp: Expressions._unary,
    gast.Compare: Expressions._compare,
    gast.BoolOp: Expressions._boolean,
    gast.IfExp: Expressions._choice,
    gast.Call: Expressions._call,
    gast.Attribute: Expressions._attribute,
    gast.Subscript: Expressions._subscript,
    gast.Tuple: Expressions._sequence,
    gast.List: Expressions._sequence,
    gast.Dict: Expressions._dictionary,
}


def literal(node: Any) -> Const | None:
    """The constant that an expression is written as; `-2.0` is one too."""
    if isinstance(node, gast.Constant):
        return Const(node.value)
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        value = node.operand.value if isinstance(node.operand, gast.Constant) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Const(-value)
    return None
