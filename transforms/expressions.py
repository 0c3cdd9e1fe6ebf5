"""Expressions -> level 0: the part of `lower` that evaluates.

    a < b < c       t1 = a < b;  if t1: t2 = b < c  else: t2 = t1
    f(x)[1:, k]     t1 = f(x);  t2 = t1[1:, k]

An expression is written as an *atom* (its value, in a temporary if it has no name) or *into* a
target that is given.  Operands are evaluated from left to right, each exactly once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeAlias

import gast
import numpy as np

from fpad import runtime as fp
from fpad.transforms.errors import TransformError
from fpad.transforms.ir import (
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
    gast.LShift: fp.ilshift,
    gast.RShift: fp.irshift,
    gast.BitAnd: fp.iand,
    gast.BitOr: fp.ior,
    gast.BitXor: fp.ixor,
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
        seen: the names that it has read so far.
        forms: how each kind of expression is written.
    """

    forms: Mapping[type, Any]

    def __init__(self, source: Source) -> None:
        self.source = source
        tree = source.tree
        named = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.fresh = Fresh(named | source.locals | set(source.params) | {source.numpy, "fp"})
        self.out: list[Statement] = []
        self.text = ""
        self.ordinal = 0
        self.seen: set[str] = set()

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
            self.seen.add(node.id)
            return str(node.id)
        return literal(node) or self.forms[type(node)](self, None, node)

    def name(self, node: Any) -> str:
        """A name for the value of an expression."""
        atom = self.atom(node)
        return atom if isinstance(atom, str) else self._copy(None, atom, node)

    def index(self, node: Any) -> Operand:
        """An index: atoms, slices and tuples of these."""
        if isinstance(node, gast.Tuple):
            if any(isinstance(element, gast.Starred) for element in node.elts):
                return self.atom(node)
            return tuple(self.index(element) for element in node.elts)
        if isinstance(node, gast.Slice):
            return Slice(*self.bounds(node))
        return self.atom(node)

    def bounds(self, node: Any) -> tuple[Atom, Atom, Atom]:
        """The start, stop and step of a slice."""
        start, stop, step = (
            Const(None) if part is None else self.atom(part)
            for part in (node.lower, node.upper, node.step)
        )
        return start, stop, step

    def into(self, target: str, node: Any) -> None:
        """Write target = expression; the target is written last, once on each path."""
        atom = str(node.id) if isinstance(node, gast.Name) else literal(node)
        if atom is None:
            self.forms[type(node)](self, target, node)
        elif atom != target:
            self._copy(target, atom, node)

    # Each form writes target = expression and returns the target; None asks for a temporary.

    def _copy(self, target: str | None, value: Atom, node: Any) -> str:
        target = target or self.fresh.temp()
        self.out.append(Copy(target, value, self.origin(node)))
        return target

    def _let(self, target: str | None, op: Op, args: tuple[Operand, ...], node: Any) -> str:
        target = target or self.fresh.temp()
        self.out.append(Let(target, op, args, origin=self.origin(node)))
        return target

    def _binary(self, target: str | None, node: Any) -> str:
        left, right = self.atom(node.left), self.atom(node.right)
        return self._let(target, BINARY[type(node.op)], (left, right), node)

    def _unary(self, target: str | None, node: Any) -> str:
        return self._let(target, UNARY[type(node.op)], (self.atom(node.operand),), node)

    def _boolean(self, target: str | None, node: Any) -> str:
        return self._either(target, node.values, isinstance(node.op, gast.And), node)

    def test(self, node: Any) -> Atom:
        """What is tested for truth: of `a and b` no part is needed itself."""
        if isinstance(node, gast.BoolOp):
            return self._either(None, node.values, isinstance(node.op, gast.And), node, True)
        return self.atom(node)

    def _truth(self, target: str | None, node: Any) -> Atom:
        if isinstance(node, gast.BoolOp):
            return self._either(target, node.values, isinstance(node.op, gast.And), node, True)
        if isinstance(node, gast.Compare | gast.UnaryOp | gast.Constant):
            if target is None:
                return self.atom(node)
            self.into(target, node)
            return target
        return self._let(target, operator.truth, (self.atom(node),), node)

    def _either(
        self, target: str | None, values: list[Any], both: bool, node: Any, test: bool = False
    ) -> str:
        """Write target = values[0] and (or) values[1] and (or) .., or whether it is true."""
        first = self._truth(None, values[0]) if test else self.atom(values[0])
        name = target or self.fresh.temp()

        def more() -> None:
            if len(values) > 2:
                self._either(name, values[1:], both, node, test)
            elif test:
                self._truth(name, values[1])
            else:
                self.into(name, values[1])

        return self._branch(name, first, self.within(more), both, node)

    def _branch(self, target: str, first: Atom, more: Block, both: bool, node: Any) -> str:
        """Write target = first and (or) the value that the block `more` gives it."""
        origin = self.origin(node)
        keep = () if first == target else (Copy(target, first, origin),)
        then, orelse = (more, keep) if both else (keep, more)
        self.out.append(If(first, then, orelse, origin))
        return target

    def _choice(self, target: str | None, node: Any) -> str:
        test = self.test(node.test)
        name = target or self.fresh.temp()
        then = self.within(lambda: self.into(name, node.body))
        orelse = self.within(lambda: self.into(name, node.orelse))
        self.out.append(If(test, then, orelse, self.origin(node)))
        return name

    def _compare(self, target: str | None, node: Any) -> str:
        return self._chain(target, self.atom(node.left), node.ops, node.comparators, node)

    def _chain(
        self, target: str | None, left: Atom, ops: list[Any], rights: list[Any], node: Any
    ) -> str:
        """Write target = left op right and (right op .. and ..)."""
        right = self.atom(rights[0])
        if len(ops) == 1:
            return self._compare_two(target, left, ops[0], right, node)
        first = self._compare_two(None, left, ops[0], right, node)
        name = target or self.fresh.temp()
        more = self.within(lambda: self._chain(name, right, ops[1:], rights[1:], node))
        return self._branch(name, first, more, True, node)

    def _compare_two(self, target: str | None, left: Atom, op: Any, right: Atom, node: Any) -> str:
        if isinstance(op, gast.NotIn):
            found = self._let(None, operator.contains, (right, left), node)
            return self._let(target, operator.not_, (found,), node)
        args = (right, left) if isinstance(op, gast.In) else (left, right)
        return self._let(target, COMPARE[type(op)], args, node)

    def _subscript(self, target: str | None, node: Any) -> str:
        base, index = self.name(node.value), self.index(node.slice)
        target = target or self.fresh.temp()
        self.out.append(Load(target, base, index, self.origin(node)))
        return target

    def _attribute(self, target: str | None, node: Any) -> str:
        base = self.name(node.value)
        target = target or self.fresh.temp()
        self.out.append(Attr(target, base, node.attr, self.origin(node)))
        return target

    def _named(self, target: str | None, node: Any) -> str:
        """(name := expression): assigned here, and read from its name."""
        if node.target.id in self.seen:
            reason = f"{node.target.id} is assigned by := after it is read in the same statement."
            remedy = "assign it in a statement of its own."
            raise TransformError([self.source.refusal(node, reason, remedy)])
        self.into(node.target.id, node.value)
        name = str(node.target.id)
        return name if target is None else self._copy(target, name, node)

    def _text(self, target: str | None, node: Any) -> str:
        """An f-string: its text with places for values, and the values."""
        template, values = "", []
        for part in node.values:
            if isinstance(part, gast.Constant):
                template += part.value.replace("{", "{{").replace("}", "}}")
                continue
            values.append(self.atom(part.value))
            spec = ""
            for piece in part.format_spec.values if part.format_spec else ():
                if isinstance(piece, gast.Constant):
                    spec += piece.value
                else:
                    values.append(self.atom(piece.value))
                    spec += "{" + _conversion(piece) + "}"
            template += "{" + _conversion(part) + (f":{spec}" if spec else "") + "}"
        return self._let(target, fp.text, (Const(template), tuple(values)), node)

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
                return self.source.imports.get(node.id)
        if isinstance(node, gast.Attribute):
            base = self._known(node.value)
            return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
        return None


Form: TypeAlias = "Callable[[Any, str | None, Any], str]"
FORMS: dict[type, Form] = {
    gast.BinOp: Expressions._binary,
    gast.UnaryOp: Expressions._unary,
    gast.Compare: Expressions._compare,
    gast.BoolOp: Expressions._boolean,
    gast.IfExp: Expressions._choice,
    gast.Attribute: Expressions._attribute,
    gast.Subscript: Expressions._subscript,
    gast.NamedExpr: Expressions._named,
    gast.JoinedStr: Expressions._text,
}


def _conversion(part: Any) -> str:
    """How a value in an f-string is made a text: !r, !s or !a."""
    return f"!{chr(part.conversion)}" if part.conversion > 0 else ""


def literal(node: Any) -> Const | None:
    """The constant that an expression is written as; `-2.0` is one too."""
    if isinstance(node, gast.Constant):
        return Const(node.value)
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        value = node.operand.value if isinstance(node.operand, gast.Constant) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Const(-value)
    return None
