"""Adjoints as sums: the first contribution is assigned, later ones added, zeros made at need.

    y = x * s           bx = by * s             the first contribution
    z = np.sin(x)       bx = bx + bz * np.cos(x)
    t = x[i]            bx[i] += bt             an adjoint that is indexed owns its memory

A contribution may have a support (see `reverse`): outside the masks it means zero.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    NOWHERE,
    Atom,
    Block,
    Const,
    Copy,
    Fresh,
    Func,
    Let,
    Load,
    Origin,
    Pop,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    all_names,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind, TapeKind
from fpad.transforms.liveness import Have
from fpad.transforms.memory_classes import Classes, written_names
from fpad.transforms.recompute import Recompute
from fpad.transforms.shapes import Shapes
from fpad.transforms.sharing import Aliases, scalar
from fpad.transforms.sweeps import Node, Nodes

APPENDED = (fp.appended, fp.row_appended)
"""The adjoint of what these give is used up by that of the list before: memory is handed on."""

Literal = tuple[str, bool]
Support = frozenset[Literal]
Live = dict[str, Support]
EVERYWHERE: Support = frozenset()


def indexed(block: Block, kinds: Mapping[str, Kind]) -> set[str]:
    """Names of arrays of which parts are read or written: parts of their adjoints are written."""
    return {
        s.base
        for s in walk(block)
        if isinstance(s, Load | Store | StoreAdd) and not scalar(kinds.get(s.base))
    }


class Callees(Protocol):
    """What reverse mode asks about the functions that are called."""

    def result_aliases(self, func: str) -> tuple[Aliases, ...]:
        """For each result, the memory that it may share."""
        ...

    def straight_line(self, name: str) -> tuple[Func, dict[str, Kind]] | None:
        """A callee without branches and loops, and its kinds."""
        ...

    def pair(
        self,
        func: str,
        active: tuple[bool, ...],
        seeded: tuple[bool, ...],
        volatile: tuple[bool, ...],
    ) -> tuple[str, str]:
        """The forward and backward half of a callee."""
        ...


class Sums:
    """Names of adjoints, and the statements that add to them, for one function."""

    def __init__(
        self,
        func: Func,
        kinds: dict[str, Kind],
        active: set[str],
        callees: Callees,
        volatile: Iterable[str] = (),
        keep: bool = False,
    ) -> None:
        self.func = func
        self.kinds = kinds
        self.active = active
        self.callees = callees
        self.fresh = Fresh(all_names(func))
        self._classes = Classes(func, kinds, callees.result_aliases)
        self.written = written_names(func.body, self._classes)
        for p in volatile:
            self.written |= self._classes.members(p)
        self._shapes = Shapes(func, kinds)
        self._recompute = Recompute(func, kinds, self.written, None if keep else self._classes)
        self._keep = keep
        self._adjoint: dict[str, str] = {}
        self._likes: dict[str, str] = {}  # stand-in -> name
        self._like_of: dict[str, str] = {}
        self._conditions: dict[str, str] = {}
        self._undefined: set[str] = set()
        self._nothing: set[str] = set()  # residuals whose cotangent may be None
        self._have: Have = frozenset()
        self._inplace = indexed(func.body, kinds) & active
        made = {s.target for s in walk(func.body) if isinstance(s, Let) and s.op in APPENDED}
        copied = {(s.target, s.value) for s in walk(func.body) if isinstance(s, Copy)}
        self._grown = {t for t in made if any((x, t) in copied for x in self._inplace)}
        self._inplace |= self._grown & active
        # Whoever made these takes their cotangents apart.
        self._handed = {t for s in walk(func.body) if isinstance(s, Unpack) for t in s.targets}
        # The adjoint of a tape with a store of its own: filled by the adjoints of its pops.
        self._tapes = sorted({s.tape for s in walk(func.body) if isinstance(s, Pop)} & active)

    def b(self, name: str) -> str:
        """The name of an adjoint."""
        if name not in self._adjoint:
            plain = f"b{name}"
            self._adjoint[name] = self.fresh(f"{plain}_" if plain in self.fresh.taken else plain)
        return self._adjoint[name]

    def like(self, name: str) -> str:
        """The stand-in for a value of which only shape and dtype are read."""
        if name not in self._like_of:
            self._like_of[name] = self.fresh(f"{name}_like")
            self._likes[self._like_of[name]] = name
        return self._like_of[name]

    def add(
        self,
        out: list[Statement],
        live: Live,
        v: str,
        term: Atom,
        origin: Origin,
        fresh: bool = False,
        support: Support = EVERYWHERE,
    ) -> None:
        """Add a contribution to the adjoint of v.

        `fresh`: term is new memory nobody else sees.  `support`: it means zero outside.
        """
        bv = self.b(v)
        if isinstance(self.kinds.get(v), TapeKind | ResidualKind):
            if v in live and v not in self._tapes:
                raise AssertionError(f"two cotangents for the tape or residuals {v}")
            out.append(Copy(bv, term, origin, "adjoint"))
        elif v in self._inplace:
            term, fresh = self._selected(out, term, support, origin, fresh)
            support = EVERYWHERE
            if v in live:
                out.append(StoreAdd(bv, Const(Ellipsis), term, origin, "adjoint"))
            else:
                own = fp.asarray if fresh else fp.own
                out.append(Let(bv, own, (term,), (), origin, "adjoint"))
        elif v in live:
            common = live[v] & support
            old = bv
            if live[v] != common:
                old = str(self._selected(out, bv, live[v], origin)[0])
            if support != common:
                term = self._selected(out, term, support, origin)[0]
            support = self._either(out, live[v], support, origin)
            u = self.fresh.temp()
            out.append(Let(u, operator.add, (old, term), (), origin, "adjoint"))
            out.append(Copy(bv, u, origin, "adjoint"))
        else:
            out.append(Copy(bv, term, origin, "adjoint"))
        live[v] = support

    def _selected(
        self,
        out: list[Statement],
        term: Atom,
        support: Support,
        origin: Origin,
        fresh: bool = False,
    ) -> tuple[Atom, bool]:
        """The term with what lies outside its support dropped; is it new memory?"""
        if not support:
            return term, fresh
        u = self.fresh.temp()
        mask = self._mask(out, support, origin)
        out.append(Let(u, fp.select, (mask, term), (), origin, "adjoint"))
        return u, False

    def _mask(self, out: list[Statement], support: Support, origin: Origin) -> str:
        """The mask of a support: the conjunction of its literals."""
        mask: str | None = None
        for name, holds in sorted(support):
            literal = name
            if not holds:
                literal = self.fresh.temp()
                out.append(Let(literal, np.logical_not, (name,), (), origin, "adjoint"))
            if mask is None:
                mask = literal
            else:
                both = self.fresh.temp()
                out.append(Let(both, np.logical_and, (mask, literal), (), origin, "adjoint"))
                mask = both
        assert mask is not None
        return mask

    def _either(self, out: list[Statement], a: Support, b: Support, origin: Origin) -> Support:
        """The support of a sum: what both share, and one of what they do not."""
        common = a & b
        if a == common or b == common:
            return common
        if len(a - common) == 1 and {(m, not holds) for m, holds in a - common} == b - common:
            return common  # one where the other is not
        masks = self._mask(out, a - common, origin), self._mask(out, b - common, origin)
        either = self.fresh.temp()
        out.append(Let(either, np.logical_or, masks, (), origin, "adjoint"))
        return common | {(either, True)}

    def _settle(self, nodes: Nodes, live: Live, but: Collection[str] = ()) -> None:
        """Drop what lies outside supports, `but` of these: adjoints that a block leaves alone."""
        out: list[Statement] = []
        for v in sorted(live):
            if live[v] and v not in but:
                u = self._selected(out, self.b(v), live[v], NOWHERE)[0]
                out.append(Copy(self.b(v), u, role="adjoint"))
                live[v] = EVERYWHERE
        if out:
            nodes.insert(0, Node([], out))

    def take(self, out: list[Statement], live: Live, v: str) -> str | None:
        """The adjoint of a name at its definition, meaningful everywhere: used up."""
        if v not in live:
            return None
        support = live.pop(v)
        return str(self._selected(out, self.b(v), support, NOWHERE)[0])

    def zero(self, out: list[Statement], v: str, have: Have, origin: Origin = NOWHERE) -> None:
        """Set the adjoint of v to zero, in the state `have` of the primal."""
        kind = self.kinds.get(v)
        bv = self.b(v)
        if isinstance(kind, TapeKind):
            out.append(Let(bv, fp.tape, (), (), origin, "adjoint"))
        elif isinstance(kind, ResidualKind):
            self._nothing.add(v)
            out.append(Copy(bv, Const(None), origin, "adjoint"))
        elif isinstance(kind, Num) and not kind.array and v not in self._inplace:
            out.append(Copy(bv, Const(0.0), origin, "adjoint"))
        else:
            if v not in have:
                self._undefined.add(v)
            self.zeros(out, v, origin)

    def zeros(self, out: list[Statement], v: str, origin: Origin) -> None:
        """Set the adjoint of an array to zero: memory, where parts are added to it."""
        bv, kind = self.b(v), self.kinds.get(v)
        zeros = bv
        if v in self._inplace and isinstance(kind, Num) and not kind.rank:
            zeros = self.fresh.temp()  # without axes, v may be a NumPy scalar
        out.append(Let(zeros, fp.zeros_like, (self.like(v),), (), origin, "adjoint"))
        if zeros != bv:
            out.append(Let(bv, fp.asarray, (zeros,), (), origin, "adjoint"))
