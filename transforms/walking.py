"""Functions on the IR: what a statement binds and reads, its blocks, renaming, fresh names."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from fpad import runtime as fp
from fpad.transforms.boundary import Leaf, Node, Tree
from fpad.transforms.kinds import ResidualKind
from fpad.transforms.program import (
    Apply,
    Atom,
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
    Operand,
    Pack,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
)


def leaves(tree: Tree) -> Iterator[Atom]:
    """The atoms of a tree, in order."""
    if isinstance(tree, Leaf):
        yield tree.atom
    elif isinstance(tree, Node):
        for item in tree.items:
            yield from leaves(item)


# ---------------------------------------------------------------- walking


def names(*operands: Operand | Range | None) -> Iterator[str]:
    """The names inside operands."""
    out: list[str] = []
    _collect(operands, out)
    return iter(out)


def _collect(operands: Iterable[Any], out: list[str]) -> None:
    for o in operands:
        cls = type(o)
        if cls is str:
            out.append(o)
        elif cls is Const:
            continue
        elif cls is tuple:
            _collect(o, out)
        elif cls is Slice:
            _collect((o.lower, o.upper, o.step), out)
        elif cls is Range:
            _collect((*o.args, o.count), out)


_ONE = frozenset((Let, Copy, Load, Pack, Attr, Apply, Pop, For))
_MANY = frozenset((Call, Unpack))


def targets(s: Statement) -> tuple[str, ...]:
    """Names that the statement itself binds (a loop: its variable)."""
    cls = type(s)
    if cls in _ONE:
        return (s.target,)  # type: ignore[attr-defined]
    return s.targets if cls in _MANY else ()  # type: ignore[attr-defined]


# What each statement reads itself: attributes that hold operands.
_READ: dict[type, tuple[str, ...]] = {
    Do: ("args", "kwargs"),
    Copy: ("value",),
    Unpack: ("value",),
    Return: ("values",),
    Load: ("base", "index"),
    Store: ("base", "index", "value"),
    StoreAdd: ("base", "index", "value"),
    Pack: ("items", "keys"),
    Attr: ("base",),
    Apply: ("func", "args", "kwargs"),
    Call: ("args",),
    If: ("test",),
    While: ("test",),
    For: ("iterable",),
    Push: ("tape", "value"),
    Pop: ("tape",),
}


def reads(s: Statement) -> frozenset[str]:
    """Names the statement itself reads (of a compound one: its header, of a While its test)."""
    found: frozenset[str] | None = s.__dict__.get("_reads")
    if found is None:  # statements never change, and every analysis asks
        found = s.__dict__["_reads"] = _reads(s)
    return found


def _reads(s: Statement) -> frozenset[str]:
    out: list[str] = []
    if type(s) is Let:
        _collect(s.args, out)
        if s.kwargs:
            _collect([v for _, v in s.kwargs], out)
        if s.under:
            out += [mask for mask, _ in s.under]
        return frozenset(out)
    for name in _READ.get(type(s), ()):
        value = getattr(s, name)
        _collect([v for _, v in value] if name == "kwargs" else (value,), out)
    return frozenset(out)


_COMPOUND = frozenset((If, For, While))


def blocks(s: Statement) -> tuple[Block, ...]:
    """The blocks inside a compound statement, in order of execution."""
    match s:
        case If():
            return (s.then, s.orelse)
        case For():
            return (s.body, s.orelse)
        case While():
            return (s.pre, s.body, s.orelse)
        case _:
            return ()


def with_blocks(s: Statement, new: tuple[Block, ...]) -> Statement:
    """The compound statement with its blocks replaced (in the order of `blocks`)."""
    match s:
        case If():
            return replace(s, then=new[0], orelse=new[1])
        case For():
            return replace(s, body=new[0], orelse=new[1])
        case While():
            return replace(s, pre=new[0], body=new[1], orelse=new[2])
        case _:
            return s


def walk(block: Block) -> Iterator[Statement]:
    """All statements, outer before inner."""
    for s in block:
        yield s
        if type(s) in _COMPOUND:
            for b in blocks(s):
                yield from walk(b)


def rewrite(block: Block, f: Callable[[Statement], tuple[Statement, ...]]) -> Block:
    """Replace each simple statement, and each compound one after its blocks, by f's statements."""
    out: list[Statement] = []
    for s in block:
        inner = blocks(s)
        out += f(with_blocks(s, tuple(rewrite(b, f) for b in inner)) if inner else s)
    return tuple(out)


def defined(*stmts: Statement) -> frozenset[str]:
    """Names bound anywhere inside the statements."""
    return frozenset(t for s in walk(stmts) for t in targets(s))


def used(*stmts: Statement) -> frozenset[str]:
    """Names read anywhere inside the statements."""
    return frozenset(n for s in walk(stmts) for n in reads(s))


def all_names(f: Func) -> set[str]:
    """Every name of the function."""
    return set(f.params) | defined(*f.body) | used(*f.body)


def called_by(func: Func) -> Iterator[str]:
    """The functions that a function calls, or that its adjoints go through."""
    for s in walk(func.body):
        if isinstance(s, Call):
            yield s.func
        elif is_hooked(s):
            yield hook_of(s)


def is_hooked(s: Statement) -> TypeGuard[Let]:
    """Does the adjoint of its result go through a function of the program?"""
    return isinstance(s, Let) and s.op is fp.hooked


def hook_of(s: Let) -> str:
    """The function that the adjoint of the result goes through."""
    (_, name), *_ = s.kwargs
    assert isinstance(name, Const)
    return str(name.value)


def reachable(program: Program) -> Program:
    """The program without functions that its entry does not reach, by calls or by layouts."""
    funcs = {program.entry: program.main}
    todo = [program.main]
    while todo:
        func = todo.pop()
        found = list(called_by(func))
        found += [s.kind for s in walk(func.body) if isinstance(s, Pack)]
        found += [k.layout for k in func.kinds if isinstance(k, ResidualKind)]
        for name in found:
            if name not in funcs:
                funcs[name] = program.funcs[name]
                todo.append(funcs[name])
    return Program(program.entry, funcs)


def is_derived(func: Func) -> bool:
    """Was the function made by a transform?  A user's has primal statements only."""
    return any(getattr(s, "role", "primal") not in ("primal", "record") for s in walk(func.body))


def has_break(block: Block) -> bool:
    """Does the block leave the loop whose body it is?"""
    return any(
        isinstance(s, Break) or (isinstance(s, If) and (has_break(s.then) or has_break(s.orelse)))
        for s in block
    )


def substitute(o: Any, new: Mapping[str, Operand]) -> Any:
    """The operand with names replaced."""
    if isinstance(o, str):
        return new.get(o, o)
    if isinstance(o, tuple):
        return tuple(substitute(p, new) for p in o)
    if isinstance(o, Slice):
        return Slice(substitute(o.lower, new), substitute(o.upper, new), substitute(o.step, new))
    if isinstance(o, Range):
        return replace(o, args=substitute(o.args, new), count=substitute(o.count, new))
    return o


_OPERANDS = {Let: ("args", "kwargs", "under"), **_READ}


def with_reads(s: Statement, new: Mapping[str, Operand]) -> Statement:
    """The statement with the names it reads itself replaced (its blocks stay as they are)."""
    changes: dict[str, Any] = {}
    for name in _OPERANDS.get(type(s), ()):
        old = getattr(s, name)
        if name == "kwargs":
            changes[name] = tuple((k, substitute(v, new)) for k, v in old)
        elif name == "under":
            changes[name] = frozenset((str(substitute(m, new)), holds) for m, holds in old)
        else:
            changes[name] = substitute(old, new)
    return replace(s, **changes) if changes else s


def renamed(s: Statement, new: Mapping[str, str]) -> Statement:
    """A simple statement with the names it binds and reads replaced."""
    named = with_reads(s, new)
    bound = tuple(new.get(t, t) for t in targets(s))
    if isinstance(named, Call | Unpack):
        return replace(named, targets=bound)
    return replace(named, target=bound[0]) if bound else named  # type: ignore[call-arg]


class Fresh:
    """Deterministic fresh names."""

    def __init__(self, taken: Any) -> None:
        self.taken = set(taken)
        self._count = 0

    def __call__(self, base: str) -> str:
        """`base`, or `base2`, `base3`, ..: the first that is free (`base_2` after a digit)."""
        name, k = base, 1
        while name in self.taken or keyword.iskeyword(name):  # the tangent of el is no del
            k += 1
            name = f"{base}_{k}" if base[-1:].isdigit() else f"{base}{k}"
        self.taken.add(name)
        return name

    def temp(self) -> str:
        """A temporary: t1, t2, .."""
        while True:
            self._count += 1
            name = f"t{self._count}"
            if name not in self.taken:
                self.taken.add(name)
                return name
