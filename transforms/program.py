"""The data types of the IR: atoms, statements, structures at the boundary, functions, programs.

What they mean, and the levels they form, is written in `fpad.transforms.ir`, which every other
module imports them from.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from fpad.transforms.boundary import Boundary
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
    """Where a statement comes from.

    `ordinal` counts statements of the function in source order, so an edit in another function
    moves nothing.
    """

    file: str
    function: str
    line: int
    column: int
    text: str
    ordinal: int = 0


NOWHERE = Origin("", "", 0, 0, "")


@dataclass(frozen=True)
class Statement:
    """Base of all statements.  `role` is primal | tangent | adjoint | recompute | record."""

    __slots__ = ()


@dataclass(frozen=True)
class Let(Statement):
    """target = op(*args, **kwargs), without effects.

    `under`: literals (mask, holds); where one fails, what the result is there is never used, so its
    adjoint is zero there.  Derived code says so where it is known; see `reverse`.
    """

    target: str
    op: Callable[..., Any]
    args: tuple[Operand, ...]
    kwargs: Keywords = ()
    origin: Origin = NOWHERE
    role: str = "primal"
    under: frozenset[tuple[str, bool]] = frozenset()


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
    """target = a tuple, list or dict of items.

    Level 2: residuals, a tuple; `kind` names their layout: the function that packs them.
    """

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
    """Run one of two blocks."""

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
    """Run the body for each value of the iterable (level 2: of a Range)."""

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
    """Leave the innermost loop."""

    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Continue(Statement):
    """Go on with the next trip of the innermost loop."""

    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Return(Statement):
    """Levels 0 and 1: one value.  Level 2: the leaves of the result."""

    values: tuple[Operand, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class Leave(Return):
    """Level 0: a way out on which nothing is returned, as none is where an exception is raised."""

    values: tuple[Operand, ...] = ()


@dataclass(frozen=True)
class Push(Statement):
    """Append value (a reference, never a copy) to a tape, made by Let(tape, fp.tape, ())."""

    tape: str
    value: Operand
    role: str = "adjoint"


@dataclass(frozen=True)
class Pop(Statement):
    """target = the value pushed last, which leaves the tape."""

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
        """The entry function."""
        return self.funcs[self.entry]

    def with_main(self, func: Func) -> Program:
        """The program with `func` added and made its entry."""
        return Program(func.name, {**self.funcs, func.name: func})
