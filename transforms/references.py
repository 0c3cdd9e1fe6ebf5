"""What a name refers to: memory of its own, or a part or rearrangement of other memory.

    row = a[i]            a part of a: Reference("a", (Load(i),), PART)
    z = y                 y itself:    Reference("y", (), SAME)
    v = a.reshape(-1)     perhaps a's memory: kept as a copy that is brought up to date,
                          Reference("a", (Let(np.reshape),), COPY, flag="v_shared")

A *holder* is a name that has memory of its own in the rewritten program: the root of a tree, which
refers to nothing, or a copy.  The parent of a reference is always a holder.  `Trees` is what is
known at one point of the program: the references, and for each tree the names whose values are
current there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Const,
    Fresh,
    Let,
    Load,
    Operand,
    Slice,
    Statement,
    names,
    reads,
    with_reads,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, quote

SAME, PART, COPY = "same", "part", "copy"
SOURCE = "_source"
"""What stands for the parent in the steps of a reference."""
EVERYTHING = Const(Ellipsis)
FULL = Slice(Const(None), Const(None), Const(None))
INVERTIBLE = frozenset(
    (np.transpose, np.swapaxes, np.reshape, np.ravel, np.expand_dims, np.squeeze)
) | frozenset((fp.asarray, fp.flat, fp.reshape_like, np.asarray))
"""Rearrangements: what is written to the result goes back by the adjoint, which is the inverse."""


@dataclass(frozen=True)
class Reference:
    """What a name refers to.

    Attributes:
        parent: the holder that it is a view of.
        steps: loads and rearrangements that make it of `SOURCE`.
        mode: SAME (the parent itself), PART (loads with basic indices, made again where it is
            used), COPY (a holder that is brought up to date).
        flag: a name that says, when the program runs, whether it is a view at all.
    """

    parent: str
    steps: tuple[Statement, ...]
    mode: str
    flag: str | None = None

    @property
    def operands(self) -> frozenset[str]:
        """Names, besides the parent, that its value depends on."""
        found = frozenset(n for s in self.steps for n in reads(s)) - {SOURCE}
        return found | ({self.flag} if self.flag else set())


def step_of(s: Load | Let, base: str) -> Statement:
    """The statement with a placeholder for the name that it views."""
    plain = with_reads(replace(s, target=SOURCE), {base: SOURCE})
    if isinstance(plain, Let):
        plain = replace(plain, under=frozenset())
    return plain


def same_step(a: Statement, b: Statement) -> bool:
    """Do two steps do the same to their source, wherever they stand?"""
    if isinstance(a, Load) and isinstance(b, Load):
        return a.index == b.index
    if isinstance(a, Let) and isinstance(b, Let):
        return (a.op, a.args, a.kwargs) == (b.op, b.args, b.kwargs)
    return False


def same_reference(a: Reference, b: Reference) -> bool:
    """Do two references say the same?"""
    return (
        (a.parent, a.mode, a.flag, len(a.steps)) == (b.parent, b.mode, b.flag, len(b.steps))
    ) and all(map(same_step, a.steps, b.steps))


def applied(step: Statement, target: str, source: str) -> Statement:
    """Target = the step of source."""
    made = with_reads(step, {SOURCE: source})
    return replace(made, target=target)  # type: ignore[call-arg]


def inverted(step: Statement, whole: str, part: str, fresh: Fresh) -> tuple[list[Statement], str]:
    """Statements that undo a rearrangement of `whole` on new entries `part`, and their result."""
    assert isinstance(step, Let)
    rule = rule_of(step.op)
    assert rule is not None
    made = applied(step, part, whole)
    assert isinstance(made, Let)
    builder = Builder(fresh, step.origin, step.role)
    result = quote(rule.adjoint(builder, made, part, (0,), frozenset((0,))))
    return list(builder.out), str(result)


# ---------------------------------------------------------------- indices


def is_basic(index: Operand, kinds: Mapping[str, Kind]) -> bool:
    """Only ints, slices, new axes and ellipses: reading with it makes a view, or one element."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(_is_basic_part(p, kinds) for p in parts)


def _is_basic_part(part: Operand, kinds: Mapping[str, Kind]) -> bool:
    if isinstance(part, Slice):
        return True
    if isinstance(part, Const):
        value = part.value
        return value is None or value is Ellipsis or is_int(part, kinds)
    return isinstance(part, str) and is_int(part, kinds)


def is_int(part: Operand, kinds: Mapping[str, Kind]) -> bool:
    """Is a part of an index one integer?"""
    if isinstance(part, Const):
        return isinstance(part.value, int | np.integer) and not isinstance(part.value, bool)
    kind = kinds.get(part) if isinstance(part, str) else None
    return isinstance(kind, Num) and not kind.array and kind.num == "int"


def composed(
    outer: Operand, inner: Operand, source: str, kinds: Mapping[str, Kind], fresh: Fresh
) -> tuple[list[Statement], Operand] | None:
    """The one index that does what source[outer][inner] does, where it is simple.

    An int that picks from a slice becomes an int when the program runs (`fp.within`).
    """
    if inner == EVERYTHING:
        return [], outer
    first = outer if isinstance(outer, tuple) else (outer,)
    rest = list(inner if isinstance(inner, tuple) else (inner,))
    if not (is_basic(outer, kinds) and is_basic(inner, kinds)):
        return None
    out: list[Operand] = []
    before: list[Statement] = []
    for axis, p in enumerate(first):
        if isinstance(p, Slice):
            q = rest.pop(0) if rest else FULL
            if q == FULL or p == FULL:
                if q in (Const(None), EVERYTHING):
                    return None
                p = p if q == FULL else q
            elif is_int(q, kinds):
                t = fresh.temp()
                args = (source, Const(axis), p.lower, p.upper, p.step, q)
                before.append(Let(t, fp.within, args))
                p = t
            else:
                return None
        elif not is_int(p, kinds):
            return None
        out.append(p)
    out += rest
    return before, out[0] if len(out) == 1 else tuple(out)


# ---------------------------------------------------------------- what is known at one point


@dataclass
class Trees:
    """References of names, and for the root of each tree the names whose values are current.

    `stale`: names that were dropped while their flags may say that they are views.
    """

    refs: dict[str, Reference] = field(default_factory=dict)
    current: dict[str, frozenset[str]] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    def copy(self) -> Trees:
        """The same, to go another way with."""
        return Trees(dict(self.refs), dict(self.current), set(self.stale))

    def holder(self, n: str) -> str:
        """The name whose memory n shows."""
        ref = self.refs.get(n)
        return n if ref is None or ref.mode == COPY else ref.parent

    def path(self, n: str) -> list[str]:
        """The holder of n, and the holders that it is a copy of, up to the root."""
        out = [self.holder(n)]
        while out[-1] in self.refs:
            out.append(self.refs[out[-1]].parent)
        return out

    def root(self, n: str) -> str:
        """The root of the tree of n."""
        return self.path(n)[-1]

    def fresh(self, n: str) -> frozenset[str]:
        """The names of n's tree whose values are current."""
        root = self.root(n)
        return self.current.get(root, frozenset((root,)))

    def set_fresh(self, n: str, value: frozenset[str]) -> None:
        """Say which names of n's tree are current."""
        self.current[self.root(n)] = value

    def children(self, n: str) -> list[str]:
        """Names that refer to n, in order."""
        return sorted(m for m, r in self.refs.items() if r.parent == n)

    def rename(self, old: str, new: str) -> None:
        """Another name takes the place of a holder in its tree."""
        ref = self.refs.pop(old, None)
        self.refs.pop(new, None)
        for m, r in list(self.refs.items()):
            if r.parent == old:
                self.refs[m] = replace(r, parent=new)
        if ref is not None:
            self.refs[new] = ref
        self.stale.discard(new)
        now: dict[str, frozenset[str]] = {}
        for root, names_ in self.current.items():
            named = frozenset(new if m == old else m for m in names_ if m != new)
            now[new if root == old else root] = named
        self.current = now

    def drop(self, n: str) -> None:
        """Forget a name that nothing refers to."""
        root = self.root(n)
        if n == root:
            self.current.pop(n, None)
        else:
            rest = self.fresh(n) - {n}  # none: nobody reads this tree any more
            self.current[root] = rest or frozenset((self.refs[n].parent,))
            if self.refs.pop(n).flag is not None:
                self.stale.add(n)

    def operand_users(self, n: str) -> list[str]:
        """Names whose references have n for an operand."""
        return sorted(m for m, r in self.refs.items() if n in r.operands)


def operand_names(step: Statement) -> list[str]:
    """Names of the operands of a step, in order."""
    match step:
        case Load(index=index):
            found = names(index)
        case Let(args=args, kwargs=kwargs):
            found = names(args, tuple(v for _, v in kwargs))
        case _:
            found = names()
    return [n for n in dict.fromkeys(found) if n != SOURCE]
