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

from fpad.transforms.boundary import Boundary, Fixed, Leaf, Node, Parameter, Tree
from fpad.transforms.program import (
    NOWHERE,
    Apply,
    Atom,
    Attr,
    Block,
    Break,
    Call,
    Const,
    Continue,
    Copy,
    Do,
    For,
    Func,
    If,
    Keywords,
    Leave,
    Let,
    Load,
    Note,
    Operand,
    Origin,
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
from fpad.transforms.walking import (
    Fresh,
    all_names,
    blocks,
    called_by,
    defined,
    has_break,
    hook_of,
    is_derived,
    is_hooked,
    leaves,
    names,
    reachable,
    reads,
    renamed,
    rewrite,
    substitute,
    targets,
    used,
    walk,
    with_blocks,
    with_reads,
)

__all__ = [
    "NOWHERE",
    "Apply",
    "Atom",
    "Attr",
    "Block",
    "Boundary",
    "Break",
    "Call",
    "Const",
    "Continue",
    "Copy",
    "Do",
    "Fixed",
    "For",
    "Fresh",
    "Func",
    "If",
    "Keywords",
    "Leaf",
    "Leave",
    "Let",
    "Load",
    "Node",
    "Note",
    "Operand",
    "Origin",
    "Pack",
    "Parameter",
    "Pop",
    "Program",
    "Push",
    "Range",
    "Return",
    "Slice",
    "Statement",
    "Store",
    "StoreAdd",
    "Tree",
    "Unpack",
    "While",
    "all_names",
    "blocks",
    "called_by",
    "defined",
    "has_break",
    "hook_of",
    "is_derived",
    "is_hooked",
    "leaves",
    "names",
    "reachable",
    "reads",
    "renamed",
    "rewrite",
    "substitute",
    "targets",
    "used",
    "walk",
    "with_blocks",
    "with_reads",
]
