"""The one intermediate representation: small, immutable, structured, in A-normal form.

A function such as

    def f(x, s):
        y = np.sin(x * x) / s
        return y

is, once lowered and specialised,

    Func("f", ("x", "s"), (
        Let("t", mul, ("x", "x")), Let("t2", np.sin, ("t",)), Let("y", truediv, ("t2", "s")),
        Return(("y",))))

An *atom* is a name (a plain `str`) or a `Const`.  An *operand* is an atom, a `Slice`, or a tuple of
operands: a display such as the shape `(n, 3)`, the list of `np.stack([a, b])`, or an index.

Levels (proved by `fpad.transforms.check.check`)
    0  as read: jumps anywhere, loops may carry an else, calls and attributes are unresolved
    1  jump-free: one Return, last; Break only in tail position of a loop body; no Continue, no
       else on loops; no statement defines one of its own operands; the test of an If and the
       operands of a loop header are not assigned inside it
    2  resolved and flat, on top of level 1: every operation is a Let of a known operation or a
       Call of a function of the program; names hold numbers, arrays, tapes and residuals only
       (structures live in `Func.boundary`); loops run over `Range`
Level 2 is closed under forward mode, reverse mode, rounding and recording.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from fpad.transforms.kinds import Kind


def _key(value: Any) -> Any:
    """What makes two constants the same: type and exact bits, so 0.0, -0.0, 0 and False differ."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, np.generic):
        return value.tobytes()
    if isinstance(value, tuple):
        return tuple((type(v), _key(v)) for v in value)
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value


@dataclass(frozen=True, eq=False, repr=False)
class Const:
    """A constant; equality is by type and exact bits."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Const)
            and type(self.value) is type(other.value)
            and _key(self.value) == _key(other.value)
        )

    def __hash__(self) -> int:
        return hash((type(self.value), _key(self.value)))

    def __repr__(self) -> str:
        return f"Const({self.value!r})"


@dataclass(frozen=True)
class Slice:
    """`lower:upper:step` inside an index; a missing part is Const(None)."""

    lower: Operand
    upper: Operand
    step: Operand


Atom: TypeAlias = "str | Const"
Operand: TypeAlias = "str | Const | Slice | tuple[Operand, ...]"
Keywords: TypeAlias = "tuple[tuple[str, Operand], ...]"


@dataclass(frozen=True)
class Origin:
    """Where a statement comes from.  `ordinal` counts statements of the function in source order,
    so an edit in another function moves nothing."""

    file: str
    function: str
    line: int
    column: int
    text: str
    ordinal: int = 0


NOWHERE = Origin("", "", 0, 0, "")


class Statement:
    """Base of all statements.  `role` is primal | tangent | adjoint | recompute."""

    __slots__ = ()


@dataclass(frozen=True)
class Let(Statement):
    """target = op(*args, **kwargs), without effects."""

    target: str
    op: Callable[..., Any]
    args: tuple[Operand, ...]
    kwargs: Keywords = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Do(Statement):
    """op(*args, **kwargs) for its effect, exactly once, in program order."""

    op: Callable[..., Any]
    args: tuple[Operand, ...]
    kwargs: Keywords = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Copy(Statement):
    """target = value: a second name for one value."""

    target: str
    value: Operand
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Load(Statement):
    """target = base[index]."""

    target: str
    base: str
    index: Operand
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Store(Statement):
    """base[index] = value."""

    base: str
    index: Operand
    value: Operand
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class StoreAdd(Statement):
    """base[index] += value, accumulating over repeated entries of an index array."""

    base: str
    index: Operand
    value: Operand
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Pack(Statement):
    """target = a tuple, list or dict of items.  Level 2: the residuals of a call, kind "tuple"."""

    target: str
    kind: str
    items: tuple[Operand, ...]
    keys: tuple[Operand, ...] = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Unpack(Statement):
    """targets = value, a tuple or list of that length (levels 0 and 1), or residuals (level 2)."""

    targets: tuple[str, ...]
    value: Operand
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Attr(Statement):
    """target = base.name (levels 0 and 1)."""

    target: str
    base: str
    name: str
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Apply(Statement):
    """target = func(*args, **kwargs), func still a value (levels 0 and 1)."""

    target: str
    func: str
    args: tuple[Operand, ...]
    kwargs: Keywords = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Call(Statement):
    """targets = func(*args): a call of another function of the program (level 2)."""

    targets: tuple[str, ...]
    func: str
    args: tuple[Operand, ...]
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class If(Statement):
    test: Operand
    then: Block
    orelse: Block = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Range:
    """range(*args), in reverse if asked, only its first `count` trips if given (level 2)."""

    args: tuple[Operand, ...]
    count: Operand | None = None
    reverse: bool = False


@dataclass(frozen=True)
class For(Statement):
    target: str
    iterable: Operand | Range
    body: Block
    orelse: Block = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class While(Statement):
    """Evaluate `pre`, then leave unless `test`; then the body, and again."""

    pre: Block
    test: Operand
    body: Block
    orelse: Block = ()
    origin: Origin = NOWHERE
    role: str = "primal"


@dataclass(frozen=True)
class Break(Statement):
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Continue(Statement):
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Return(Statement):
    """Levels 0 and 1: one value.  Level 2: the leaves of the result."""

    values: tuple[Operand, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Push(Statement):
    """Append value (a reference, never a copy) to a tape; a tape is made by Let(tape, fp.tape, ())."""

    tape: str
    value: Operand
    role: str = "adjoint"


@dataclass(frozen=True)
class Pop(Statement):
    target: str
    tape: str
    role: str = "adjoint"


@dataclass(frozen=True)
class Note(Statement):
    """A comment line of the generated text."""

    text: str


Block: TypeAlias = "tuple[Statement, ...]"


# ---------------------------------------------------------------- structures at the boundary


@dataclass(frozen=True)
class Leaf:
    """A leaf of a structured argument or result: the atom that holds it."""

    atom: Atom


@dataclass(frozen=True)
class Fixed:
    """A static leaf (str, bool, None, callable): carried by value."""

    value: Any


@dataclass(frozen=True)
class Node:
    """A tuple, list or dict (`make`), or a class to be called, over child trees."""

    make: Any
    keys: tuple[Any, ...]
    items: tuple[Tree, ...]


Tree: TypeAlias = "Leaf | Fixed | Node"


def leaves(tree: Tree) -> Iterator[Atom]:
    """The atoms of a tree, in order."""
    if isinstance(tree, Leaf):
        yield tree.atom
    elif isinstance(tree, Node):
        for item in tree.items:
            yield from leaves(item)


@dataclass(frozen=True)
class Parameter:
    """A parameter of the Python function: name, inspect's kind, default, and where its leaves go.

    `use`: "argument", "seed" (a tangent or cotangent), "one" (the cotangent of a scalar, 1.0 unless
    the generated text is used by hand) or "live" (data that the function reads from outside).
    """

    name: str
    how: int
    tree: Tree
    default: Any = None
    has_default: bool = False
    use: str = "argument"


@dataclass(frozen=True)
class Boundary:
    """How the flat parameters and results of a Func map to the Python signature."""

    parameters: tuple[Parameter, ...]
    result: Tree


@dataclass(frozen=True)
class Func:
    """A function of a program.  `kinds` are the kinds of the parameters (level 2)."""

    name: str
    params: tuple[str, ...]
    body: Block
    kinds: tuple[Kind, ...] = ()
    boundary: Boundary | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Program:
    """Functions that call each other; a transform maps a Program to a Program."""

    entry: str
    funcs: Mapping[str, Func] = field(default_factory=dict)

    @property
    def main(self) -> Func:
        return self.funcs[self.entry]

    def with_main(self, func: Func) -> Program:
        """The program with `func` added and made its entry."""
        return Program(func.name, {**self.funcs, func.name: func})


# ---------------------------------------------------------------- walking


def names(*operands: Operand | Range | None) -> Iterator[str]:
    """The names inside operands."""
    for o in operands:
        if isinstance(o, str):
            yield o
        elif isinstance(o, tuple):
            yield from names(*o)
        elif isinstance(o, Slice):
            yield from names(o.lower, o.upper, o.step)
        elif isinstance(o, Range):
            yield from names(*o.args, o.count)


def targets(s: Statement) -> tuple[str, ...]:
    """Names that the statement itself binds (a loop: its variable)."""
    if isinstance(s, Let | Copy | Load | Pack | Attr | Apply | Pop | For):
        return (s.target,)
    if isinstance(s, Call | Unpack):
        return s.targets
    return ()


def reads(s: Statement) -> frozenset[str]:
    """Names that the statement itself reads (of a compound one: its header; of a While its test)."""
    match s:
        case Let():
            return frozenset(names(*s.args, *(v for _, v in s.kwargs)))
        case Do():
            return frozenset(names(*s.args, *(v for _, v in s.kwargs)))
        case Copy() | Unpack():
            return frozenset(names(s.value))
        case Return():
            return frozenset(names(*s.values))
        case Load():
            return frozenset(names(s.base, s.index))
        case Store() | StoreAdd():
            return frozenset(names(s.base, s.index, s.value))
        case Pack():
            return frozenset(names(*s.items, *s.keys))
        case Attr():
            return frozenset((s.base,))
        case Apply():
            return frozenset(names(s.func, *s.args, *(v for _, v in s.kwargs)))
        case Call():
            return frozenset(names(*s.args))
        case If() | While():
            return frozenset(names(s.test))
        case For():
            return frozenset(names(s.iterable))
        case Push():
            return frozenset(names(s.tape, s.value))
        case Pop():
            return frozenset((s.tape,))
        case _:
            return frozenset()


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


_OPERANDS = {
    Let: ("args", "kwargs"),
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


def with_reads(s: Statement, new: Mapping[str, Operand]) -> Statement:
    """The statement with the names it reads itself replaced (its blocks stay as they are)."""
    changes: dict[str, Any] = {}
    for name in _OPERANDS.get(type(s), ()):
        old = getattr(s, name)
        if name == "kwargs":
            changes[name] = tuple((k, substitute(v, new)) for k, v in old)
        else:
            changes[name] = substitute(old, new)
    return replace(s, **changes) if changes else s  # type: ignore[type-var]


class Fresh:
    """Deterministic fresh names."""

    def __init__(self, taken: Any) -> None:
        self.taken = set(taken)
        self._count = 0

    def __call__(self, base: str) -> str:
        """`base`, or `base2`, `base3`, ..: the first that is free (`base_2` after a digit)."""
        name, k = base, 1
        while name in self.taken:
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
