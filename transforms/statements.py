"""Level-2 statements as Python statements: one function.

    StoreAdd("bx", "i", "t")                     bx[i] += t              i is an integer
    StoreAdd("bx", Const(...), "t")              bx += t
    StoreAdd("bx", "k", "t")                     fp.add_at(bx, k, t)     k may be an array
    For("i", Range(("n",), "n_i", True), ..)     for i in reversed(range(n)[:n_i]):
    If("c", (), (Break(),))                      if not c: break

`fold` makes expressions of temporaries, `spelling` writes them, `signature` writes parameters and
structured results; the rest is here.
"""

from __future__ import annotations

import builtins
import operator
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gast
import numpy as np

from fpad import runtime as fp
from fpad.transforms.bundles import bundled
from fpad.transforms.copies import copies, is_temporary
from fpad.transforms.fold import fold
from fpad.transforms.folded import Folded, Kinds, is_scalar, summary
from fpad.transforms.ir import (
    NOWHERE,
    Attr,
    Block,
    Break,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    If,
    Let,
    Load,
    Note,
    Operand,
    Origin,
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
    all_names,
    blocks,
    defined,
    reads,
    targets,
    walk,
)
from fpad.transforms.printer import Comment
from fpad.transforms.returns import early
from fpad.transforms.scope import Scope, call, dotted, name, negated, subscript
from fpad.transforms.signature import arguments, prologue, result
from fpad.transforms.spelling import AUGMENTED, Spelling
from fpad.transforms.tape_uses import OverTape, PopAll, PushAll

_BACKWARD = frozenset({"adjoint", "recompute"})
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Options:
    """How generated text looks.

    Attributes:
        alias: the name of NumPy in the user's text.
        library: the module behind that name.
        runtime: the module of the helpers: fpad.runtime, or one that stands in for it.
        decorators: what stands in front of a function.
        fold: fold operations into operations.  Off where rounding makes their order matter.
        comments: show the user's line above its adjoint and tangent statements.
        user: names of the user, which are never folded away, besides the words of their lines.
        temporary: may this name, none of the user's, be folded away?
        width: folding makes no line longer than this.
        header: comment lines at the top of a module.
    """

    alias: str = "np"
    library: str = "numpy"
    runtime: str = "fpad.runtime"
    decorators: Callable[[Func, Scope], list[Any]] = lambda func, scope: []
    fold: bool = True
    comments: bool = True
    user: frozenset[str] = frozenset()
    temporary: Callable[[str], bool] = is_temporary
    width: int = 88
    header: tuple[str, ...] = ()


DEFAULT = Options()


class Writer:
    """Writes one function."""

    def __init__(self, func: Func, kinds: Kinds, options: Options, scope: Scope) -> None:
        self._func = func
        self._kinds = kinds
        self._options = options
        self._spelling = Spelling(scope, kinds)

    def function(self) -> Any:
        """The definition of the function."""
        func, options = self._func, self._options
        head = prologue(func)
        inside = all_names(func)
        parts = {t for s in head for t in targets(s)} - defined(*func.body)
        containers = frozenset(n for s in head for n in reads(s)) - inside

        user = options.user | _written_names(func.body)

        def foldable(n: str) -> bool:
            return n in parts or (n not in user and options.temporary(n))

        whole = copies(replace(func, body=(*head, *func.body)), foldable)
        body = fold(
            whole,
            self._kinds,
            foldable,
            containers=containers,
            operations=options.fold,
            width=options.width,
        )
        if options.fold:
            body = early(body, lambda s: summary(s, self._kinds, containers))
        body = bundled(body, self._spelling.scope.fresh)
        statements = self._block(body) or [gast.Pass()]
        decorators = options.decorators(func, self._spelling.scope)
        if any(isinstance(s, Do) and s.op is fp.enter for s in walk(func.body)):
            decorators = [*decorators, self._spelling.scope.located(fp.managed)]
        return gast.FunctionDef(
            func.name, arguments(func, self._spelling), statements, decorators, None, None, []
        )

    def _block(self, block: Block) -> list[Any]:
        comments = _comments(block) if self._options.comments else {}
        out: list[Any] = []
        for k, s in enumerate(block):
            nodes = self._statement(s)
            if k in comments:
                nodes = [Comment(comments[k]), *nodes]
            for node in nodes:
                node.origin = getattr(s, "origin", NOWHERE)  # for `emit.emit_module`
            out += nodes
        return out

    def _statement(self, s: Statement) -> list[Any]:
        match s:
            case Let() | Load() | Pack() | Attr():
                return [self._assigned(s.target, s)]
            case Copy():
                if isinstance(s.value, Folded):
                    return [self._assigned(s.target, s.value.statement)]
                return [_assign(name(s.target, store=True), self._operand(s.value))]
            case Call():
                value = self._spelling.expression(s)
                return [_assign(_together(s.targets), value) if s.targets else gast.Expr(value)]
            case Unpack():
                return [_assign(_several(s.targets), self._operand(s.value))]
            case Do(op=fp.fail):
                return [self._raise(s)]
            case Do(op=builtins.setattr, args=(owner, Const(value=attribute), value)):
                place = dotted(self._operand(owner), attribute)
                place.ctx = gast.Store()
                return [_assign(place, self._operand(value))]
            case Do():
                return [gast.Expr(self._spelling.expression(s))]
            case Store():
                return [_assign(self._place(s), self._operand(s.value))]
            case StoreAdd():
                return [self._store_add(s)]
            case Push():
                return [gast.Expr(call(dotted(name(s.tape), "append"), [self._operand(s.value)]))]
            case Pop():
                popped = call(dotted(name(s.tape), "pop"), [])
                return [_assign(name(s.target, store=True), popped)]
            case PushAll():
                item = gast.Tuple(list(map(self._operand, s.values)), gast.Load())
                return [gast.Expr(call(dotted(name(s.tape), "append"), [item]))]
            case PopAll():
                return [_assign(_several(s.targets), call(dotted(name(s.tape), "pop"), []))]
            case OverTape():
                tape = call(self._spelling.scope.located(reversed), [name(s.tape)])
                body = self._block(s.body) or [gast.Pass()]
                return [gast.For(_together(s.targets), tape, body, [], None)]
            case Note():
                return [Comment(s.text)]
            case Break():
                return [gast.Break()]
            case Return():
                value = result(s, self._func.boundary, self._spelling)
                return [] if value is None else [gast.Return(value)]
            case If():
                return [self._if(s)]
            case For():
                target = name(s.target, store=True)
                body = self._block(s.body) or [gast.Pass()]
                return [gast.For(target, self._range(s.iterable), body, [], None)]
            case While():
                body = self._block(s.body) or [gast.Pass()]
                return [gast.While(self._operand(s.test), body, [])]
            case _:
                raise AssertionError(f"not of level 2: {s!r}")

    def _raise(self, s: Do) -> Any:
        error, *args = s.args
        made = self._operand(error)
        named = [gast.keyword(k, self._operand(v)) for k, v in s.kwargs if k != "cause"]
        if args or isinstance(getattr(error, "value", None), type):
            made = call(made, [self._operand(a) for a in args])
            made.keywords += named
        cause = [self._operand(v) for k, v in s.kwargs if k == "cause"]
        return gast.Raise(made, cause[0] if cause else None)

    def _operand(self, o: Any) -> Any:
        return self._spelling.operand(o)

    def _assigned(self, target: str, s: Any) -> Any:
        """An assignment, or an augmented one where that is the same."""
        augmented = isinstance(s, Let) and s.op in AUGMENTED and s.args[0] == target
        if augmented and all(is_scalar(a, self._kinds) for a in s.args):
            left, right = name(target, store=True), self._operand(s.args[1])
            return gast.AugAssign(left, AUGMENTED[s.op](), right)
        return _assign(name(target, store=True), self._spelling.expression(s))

    def _place(self, s: Store | StoreAdd) -> Any:
        return subscript(self._operand(s.base), self._spelling.index(s.index), store=True)

    def _store_add(self, s: StoreAdd) -> Any:
        op, value = _signed(s.value)
        if s.index == Const(Ellipsis):  # arrays add in place
            target = self._operand(s.base)
            if isinstance(target, gast.Name):
                target = name(target.id, store=True)
                return gast.AugAssign(target, op, self._operand(value))
        parts = s.index if isinstance(s.index, tuple) else (s.index,)
        if not any(self._repeats(p) for p in parts):
            return gast.AugAssign(self._place(s), op, self._operand(value))
        index = self._spelling.index(s.index)
        if any(isinstance(p, Slice) or _is_slice(p) for p in parts):
            index = subscript(dotted(self._spelling.scope.module("numpy"), "s_"), index)
        args = [self._operand(s.base), index, self._operand(s.value)]
        return gast.Expr(call(self._spelling.scope.located(fp.add_at), args))

    def _repeats(self, part: Any) -> bool:
        """May this part of an index name an entry more than once?"""
        if isinstance(part, Const):
            return isinstance(part.value, list | tuple | np.ndarray)
        return not (isinstance(part, Slice) or is_scalar(part, self._kinds))

    def _if(self, s: If) -> Any:
        test, then, orelse = self._operand(s.test), self._block(s.then), self._block(s.orelse)
        if not s.then and s.orelse:
            return gast.If(negated(test), orelse, [])
        return gast.If(test, then or [gast.Pass()], orelse)

    def _range(self, r: Operand | Range) -> Any:
        located = self._spelling.scope.located
        if not isinstance(r, Range):
            raise AssertionError(f"not of level 2: a loop over {r!r}")
        out = call(located(range), map(self._operand, r.args))
        if r.count is not None:
            out = subscript(out, gast.Slice(None, self._operand(r.count), None))
        return call(located(reversed), [out]) if r.reverse else out


def _signed(o: Any) -> tuple[Any, Any]:
    """How the operand is added: `+=` of it, or `-=` of what it is the negative of."""
    inner = o.statement if isinstance(o, Folded) else None
    if isinstance(inner, Let) and inner.op is operator.neg:
        return gast.Sub(), inner.args[0]
    return gast.Add(), o


def _written_names(block: Block) -> frozenset[str]:
    """The words of the lines that the statements come from: names of the user are among them."""
    texts = {getattr(s, "origin", NOWHERE).text for s in walk(block)}
    return frozenset(word for text in texts for word in _WORD.findall(text))


def _assign(target: Any, value: Any) -> Any:
    return gast.Assign([target], value, None)


def _several(targets_: tuple[str, ...]) -> Any:
    return gast.Tuple([name(t, store=True) for t in targets_], gast.Store())


def _together(targets_: tuple[str, ...]) -> Any:
    """One result is bare, several are a tuple."""
    return name(targets_[0], store=True) if len(targets_) == 1 else _several(targets_)


def _is_slice(o: Any) -> bool:
    return isinstance(o, Const) and isinstance(o.value, slice)


# ---------------------------------------------------------------- comments


def _comments(block: Block) -> dict[int, str]:
    """Comments by the statement they stand above: the user's line over its derivative statements.

    Consecutive statements from one line form a group, with the restores (which come from no line)
    in front of them; where the forward sweep ends and the reverse sweep begins, a group ends.  A
    group that holds the line itself needs no comment.
    """
    out: dict[int, str] = {}
    line: Any = None
    start, after, roles = 0, 0, set[str]()

    def close() -> None:
        if line is not None and "primal" not in roles and roles & {"adjoint", "tangent"}:
            out[start] = line[-1]

    for k, s in enumerate(block):
        origin: Origin = getattr(s, "origin", NOWHERE)
        role, new = getattr(s, "role", "primal"), None
        if origin.text and not blocks(s):
            text = textwrap.dedent(origin.text).strip()
            new = (origin.file, origin.function, origin.ordinal, text)
        elif isinstance(s, Push | PushAll | Pop | PopAll | Copy):
            continue
        turns = "primal" in {role, *roles} and not _BACKWARD.isdisjoint({role, *roles})
        if new != line or turns:
            close()
            line, start, roles = new, after, set()
        roles.add(role)
        after = k + 1
    close()
    return out
