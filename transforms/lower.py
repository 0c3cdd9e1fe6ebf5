"""Syntax tree -> level 0: A-normal form, in Python's order of evaluation.

    y[i] = f(a + b) if a < b < c else y[i] * -2.0

becomes

    t1 = a < b                                    # b is evaluated once
    if t1: t2 = b < c   else: t2 = t1
    if t2: t4 = a + b; t3 = f(t4)   else: t5 = y[i]; t3 = t5 * -2.0
    y[i] = t3

Names keep their names; every call is an `Apply`, every attribute an `Attr`, every display a `Pack`
(the tuple of an index stays a tuple of operands), every operator a `Let`.

Augmented assignment is not settled here, because only kinds tell a new object from a changed one.
`y *= e` is `Let(y, fp.imul, (y, e))`; `y[i] *= e` is a Load, the same operation and a Store: at
levels 0 and 1 the operation means Python's, which changes an array in place.  `y[i] += e` is a
`StoreAdd`, which there means exactly Python's statement (an index array that names an entry twice
adds to it once); where evaluating e may run code of the user, which could change y[i] after Python
has read it, it is a Load, `fp.iadd` and a Store as well.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.caches import is_cache
from fpad.transforms.chosen_loops import with_lists
from fpad.transforms.definition import SPLIT, TOO_DEEP, refuse
from fpad.transforms.errors import TransformError
from fpad.transforms.expressions import AUGMENTED
from fpad.transforms.fence import fence
from fpad.transforms.ir import (
    Apply,
    Atom,
    Attr,
    Block,
    Break,
    Const,
    Continue,
    Copy,
    Do,
    For,
    Func,
    If,
    Leave,
    Let,
    Load,
    Operand,
    Return,
    Slice,
    Store,
    StoreAdd,
    Unpack,
    While,
)
from fpad.transforms.local_classes import made as local_class
from fpad.transforms.patterns import Patterns
from fpad.transforms.source import Source


def lower(source: Source) -> Func:
    """The level-0 function of a source.

    Raises:
        TransformError: the function uses what the language does not have (see `fence`).
    """
    fence(source)
    try:
        return _Lowering(source).whole()
    except RecursionError:
        refuse(source.function, f"{source.name} {TOO_DEEP}", SPLIT)


class _Lowering(Patterns):
    """Writes the statements of one function."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.classes: dict[str, type] = {}

    def whole(self) -> Func:
        tree = self.source.tree
        self.text = self.header(tree)
        origin = self.origin(tree)
        body = tree.body[1:] if _is_docstring(tree.body[0]) else tree.body
        return Func(self.source.name, self.source.params, self.block(body), origin=origin)

    # ------------------------------------------------------------ places

    def header(self, node: Any) -> str:
        """The text of a statement; of a compound one up to its block."""
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        if isinstance(node, gast.Match):
            return f"match {self._text_of(node.subject)}:"
        for inner in getattr(node, "body", ())[:1]:
            first = (inner.lineno, inner.col_offset)
            end = first if first > start else end  # a lambda's return begins where the lambda does
        return self.source.text(start, end)

    def case_header(self, case: Any) -> str:
        """The text of a case up to its block."""
        guard = f" if {self._text_of(case.guard)}" if case.guard is not None else ""
        return f"case {self._text_of(case.pattern)}{guard}:"

    def _text_of(self, node: Any) -> str:
        start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
        return self.source.text(start, end)

    # ------------------------------------------------------------ statements

    def block(self, body: Iterable[Any]) -> Block:
        """The statements of a block."""

        def write() -> None:
            for node in body:
                self.statement(node)

        return self.within(write)

    def statement(self, node: Any) -> None:
        self.ordinal += 1
        self.seen = set()
        self.text = self.header(node)
        _STATEMENTS[type(node)](self, node)

    def nothing(self, node: Any) -> None:
        """Write nothing: pass."""

    def jump(self, node: Any) -> None:
        cls = Break if isinstance(node, gast.Break) else Continue
        self.leave(self.inside_loop)
        self.out.append(cls(self.origin(node)))

    def return_(self, node: Any) -> None:
        origin = self.origin(node)
        value = Const(None) if node.value is None else self.atom(node.value)
        if any(way.final for way in self.ways) and isinstance(value, str):
            value, held = self.fresh.temp(), value
            self.out.append(Copy(value, held, origin))
        self.leave(0)
        self.out.append(Return((value,), origin))

    def define(self, node: Any) -> None:
        """A function; a decorator is a call of what it names."""
        if all(is_cache(self.source, d) for d in node.decorator_list):
            self.function(node.name, node, getattr(node, "immediate", False))
            return
        if any(isinstance(n, gast.Name) and n.id == node.name for n in gast.walk(node)):
            reason = f"{node.name} calls itself, and it is decorated inside a function."
            remedy = "leave the decorator out, or define the function at the top of the file."
            raise TransformError([self.source.refusal(node, reason, remedy)])
        decorators = [self.name(d) for d in node.decorator_list]
        value = self.function(None, node)
        for decorator in reversed(decorators):
            made = self.fresh.temp()
            self.out.append(Apply(made, decorator, (value,), (), self.origin(node)))
            value = made
        self.out.append(Copy(node.name, value, self.origin(node)))

    def class_(self, node: Any) -> None:
        """A class, which is made now."""
        self.classes[node.name] = local_class(self.source, node, self.classes)
        self.out.append(Copy(node.name, Const(self.classes[node.name]), self.origin(node)))

    def import_(self, node: Any) -> None:
        """`import a.b as c` and `import a.b`, which assigns a."""
        for alias in node.names:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            args = (Const(alias.name), Const(module), Const(None))
            self.made(alias.asname or module, fp.imported, args, node)

    def import_from(self, node: Any) -> None:
        """`from a import b as c`."""
        package = self.source.globals.get("__package__") if node.level else None
        for alias in node.names:
            module = "." * (node.level or 0) + (node.module or "")
            args = (Const(module), Const(package), Const(alias.name))
            self.made(alias.asname or alias.name, fp.imported, args, node)

    def delete(self, node: Any) -> None:
        """Del of a name says nothing that matters; that of an entry changes a list or dict."""
        for target in node.targets:
            if isinstance(target, gast.Subscript):
                base, index = self.name(target.value), self.index(target.slice)
                self.out.append(Do(operator.delitem, (base, index), origin=self.origin(node)))

    def raise_(self, node: Any) -> None:
        origin = self.origin(node)
        if node.exc is not None and self.handled_here(node):
            return
        atoms: tuple[Atom, ...]
        named: tuple[tuple[str, Atom], ...] = ()
        if node.exc is None:
            if self.handled is None:
                reason = "raise without an exception stands in no handler."
                remedy = "raise an exception by its name."
                raise TransformError([self.source.refusal(node, reason, remedy)])
            atoms = (self.handled,)
        elif isinstance(node.exc, gast.Call) and all(
            k.arg not in (None, "cause") for k in node.exc.keywords
        ):
            named = tuple((k.arg, self.atom(k.value)) for k in node.exc.keywords)
            atoms = (self.atom(node.exc.func), *map(self.atom, node.exc.args))
        else:
            atoms = (self.atom(node.exc),)
        last = [k for k, way in enumerate(self.ways) if way.final]
        if last:
            self.leave(last[0])
        none = node.cause is None or getattr(node.cause, "value", node) is None
        cause = () if none else (("cause", self.atom(node.cause)),)
        self.out += [Do(fp.fail, atoms, (*named, *cause), origin), Leave((), origin)]

    def assert_(self, node: Any) -> None:
        """`if not test: raise AssertionError(message)`, which is no choice of the program's."""
        origin = replace(self.origin(node), text="")
        test = self.test(node.test)

        def failing() -> None:
            message = () if node.msg is None else (self.atom(node.msg),)
            self.out.append(Do(fp.fail, (Const(AssertionError), *message), origin=origin))
            self.out.append(Leave((), origin))

        self.out.append(If(test, (), self.within(failing), origin))

    def expression(self, node: Any) -> None:
        if not isinstance(node.value, gast.Constant):
            self.atom(node.value)

    def if_(self, node: Any) -> None:
        origin = self.origin(node)
        test = self.test(node.test)
        self.out.append(If(test, self.block(node.body), self.block(node.orelse), origin))

    def while_(self, node: Any) -> None:
        origin = self.origin(node)
        tests: list[Atom] = []
        pre = self.within(lambda: tests.append(self.test(node.test)))
        if any(isinstance(n, gast.NamedExpr) for n in gast.walk(node.test)):
            # What a test assigns outlives it: the test is a statement of the body.
            if node.orelse:
                reason = "A while loop with an else assigns by := in its test."
                remedy = "test at the start of the body: while True: .. if not ..: break."
                raise TransformError([self.source.refusal(node, reason, remedy)])
            body = self.looped(node.body)
            leave = If(tests[0], (), (Break(origin),), origin)
            self.out.append(While((), Const(True), (*pre, leave, *body), (), origin))
            return
        body, orelse = self.looped(node.body), self.block(node.orelse)
        self.out.append(While(pre, tests[0], body, orelse, origin))

    def for_(self, node: Any) -> None:
        origin = self.origin(node)
        iterable = self.atom(with_lists(node))
        first: Block = ()
        if isinstance(node.target, gast.Name):
            target = node.target.id
        else:
            target = self.fresh.temp()
            first = self.within(lambda: self.assign(node.target, target))
        body, orelse = first + self.looped(node.body), self.block(node.orelse)
        self.out.append(For(target, iterable, body, orelse, origin))

    def assignment(self, node: Any) -> None:
        targets = node.targets if isinstance(node, gast.Assign) else [node.target]
        if node.value is None:  # a bare annotation
            return
        if len(targets) == 1 and isinstance(targets[0], gast.Name):
            self.into(targets[0].id, node.value)
            return
        taken_apart = all(isinstance(t, gast.Tuple | gast.List) for t in targets)
        if taken_apart and isinstance(node.value, gast.GeneratorExp):
            value: Atom = self._generator(None, node.value)  # all of its values are asked for now
        else:
            value = self.atom(node.value)
        if len(targets) > 1 and value in _stored(targets):
            value, old = self.fresh.temp(), value
            self.out.append(Copy(value, old, self.origin(node)))
        for target in targets:
            self.assign(target, value)

    def assign(self, target: Any, value: Atom) -> None:
        """Write target = value, whose value has been evaluated already."""
        origin = self.origin(target)
        if isinstance(target, gast.Name):
            if target.id != value:
                self.out.append(Copy(target.id, value, origin))
            return
        if isinstance(target, gast.Subscript):
            base = self.name(target.value)
            self.out.append(Store(base, self.index(target.slice), value, origin))
            return
        if isinstance(target, gast.Attribute):
            base = self.name(target.value)
            self.out.append(Do(setattr, (base, Const(target.attr), value), origin=origin))
            return
        if any(isinstance(e, gast.Starred) for e in target.elts):
            self._assign_starred(target, value)
            return
        # All parts are unpacked before the first is assigned, then they are assigned in order: a
        # name is unpacked into directly only if nothing can be evaluated before it is assigned.
        names = [e.id for e in target.elts if isinstance(e, gast.Name)]
        direct = len(names) == len(set(names))
        parts: list[tuple[str, Any]] = []
        for element in target.elts:
            direct = direct and isinstance(element, gast.Name)
            parts.append((element.id, None) if direct else (self.fresh.temp(), element))
        self.out.append(Unpack(tuple(name for name, _ in parts), value, origin))
        for name, element in parts:
            if element is not None:
                self.assign(element, name)

    def _assign_starred(self, target: Any, value: Atom) -> None:
        """Write a, *b, c = value: b is a list of what a and c leave."""
        elements, origin = target.elts, self.origin(target)
        at = next(k for k, e in enumerate(elements) if isinstance(e, gast.Starred))
        behind = len(elements) - at - 1
        whole = self.made(None, list, (value,), target)
        self.made(None, fp.enough, (whole, Const(len(elements) - 1)), target)
        parts: list[str] = []
        for k in range(len(elements)):
            part = self.fresh.temp()
            index: Operand = Const(k if k < at else k - len(elements))
            if k == at:
                none = Const(None)
                index = Slice(Const(at), Const(-behind) if behind else none, none)
            self.out.append(Load(part, whole, index, origin))
            parts.append(part)
        for element, part in zip(elements, parts, strict=True):
            self.assign(element.value if isinstance(element, gast.Starred) else element, part)

    def augmented(self, node: Any) -> None:
        origin, op = self.origin(node), AUGMENTED[type(node.op)]
        if isinstance(node.target, gast.Name):
            name = node.target.id
            self.seen.add(name)  # read before the value, in which := may assign it
            value = self.atom(node.value)
            self.out.append(Let(name, op, (name, value), origin=origin))
            return
        base = self.name(node.target.value)
        if isinstance(node.target, gast.Attribute):
            name = node.target.attr
            old = self.fresh.temp()
            self.out.append(Attr(old, base, name, origin))
            value = self.atom(node.value)
            new = self.fresh.temp()
            self.out.append(Let(new, op, (old, value), origin=origin))
            self.out.append(Do(setattr, (base, Const(name), new), origin=origin))
            return
        index = self.index(node.target.slice)
        if op is fp.iadd and self.quiet(node.value):
            self.out.append(StoreAdd(base, index, self.atom(node.value), origin))
            return
        old = self.fresh.temp()
        self.out.append(Load(old, base, index, origin))
        value = self.atom(node.value)
        new = self.fresh.temp()
        self.out.append(Let(new, op, (old, value), origin=origin))
        self.out.append(Store(base, index, new, origin))


_STATEMENTS: dict[type, Callable[[_Lowering, Any], None]] = {
    gast.Return: _Lowering.return_,
    gast.Assign: _Lowering.assignment,
    gast.AnnAssign: _Lowering.assignment,
    gast.AugAssign: _Lowering.augmented,
    gast.For: _Lowering.for_,
    gast.While: _Lowering.while_,
    gast.Match: _Lowering.match_,
    gast.If: _Lowering.if_,
    gast.Break: _Lowering.jump,
    gast.Continue: _Lowering.jump,
    gast.Expr: _Lowering.expression,
    gast.Pass: _Lowering.nothing,
    gast.FunctionDef: _Lowering.define,
    gast.ClassDef: _Lowering.class_,
    gast.Delete: _Lowering.delete,
    gast.Raise: _Lowering.raise_,
    gast.Assert: _Lowering.assert_,
    gast.Import: _Lowering.import_,
    gast.ImportFrom: _Lowering.import_from,
    gast.With: _Lowering.with_,
    gast.Try: _Lowering.try_,
}


def _is_docstring(node: Any) -> bool:
    """Is the first statement of a function its docstring?"""
    return (
        isinstance(node, gast.Expr)
        and isinstance(node.value, gast.Constant)
        and isinstance(node.value.value, str)
    )


def _stored(targets: list[Any]) -> set[str]:
    """The names that are assigned somewhere in the targets."""
    inside = (n for target in targets for n in gast.walk(target) if isinstance(n, gast.Name))
    return {n.id for n in inside if isinstance(n.ctx, gast.Store)}
