"""The adjoint of each simple statement, and the sums that adjoints are.

    y = np.sin(x)       bx = bx + by * np.cos(x)
    t = x[i]            bx[i] += bt
    x[i] = v            bv = bx[i];  bx[i] = 0.0
    push(tape, v)       bv = pop(btape)
    y = g(x)            bx = g_bwd(g_residuals, by)

`Reverse` (in reverse.py) owns blocks, joins and loops.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from fpad import runtime as fp
from fpad.transforms.activity import active_paths, differentiable
from fpad.transforms.alias import Classes, written_names
from fpad.transforms.inference import constant_kind, index_parts
from fpad.transforms.ir import (
    NOWHERE,
    Atom,
    Call,
    Const,
    Copy,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Origin,
    Pack,
    Pop,
    Push,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    all_names,
    defined,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind, TapeKind, element_kind
from fpad.transforms.recompute import Recompute
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, quote
from fpad.transforms.saving import Node, Nodes
from fpad.transforms.shapes import Shapes
from fpad.transforms.sharing import copies

Literal = tuple[str, bool]
Support = frozenset[Literal]
Live = dict[str, Support]
Have = frozenset[str]
EVERYWHERE: Support = frozenset()


_SELECTIONS = (np.where, fp.where, fp.select)


class Callees(Protocol):
    """What reverse mode asks about the functions that are called."""

    def result_aliases(self, func: str) -> tuple[frozenset[int], ...]: ...

    def straight_line(self, name: str) -> tuple[Func, dict[str, Kind]] | None: ...

    def pair(
        self,
        func: str,
        active: tuple[bool, ...],
        seeded: tuple[bool, ...],
        volatile: tuple[bool, ...],
    ) -> tuple[str, str]: ...


class Adjoints:
    """Writes adjoint statements of one function; see `fpad.transforms.reverse.Reverse`."""

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
        self._written = written_names(func, self._classes)
        for p in volatile:
            self._written |= self._classes.members(p)
        self._shapes = Shapes(func, kinds)
        self._recompute = Recompute(func, kinds, self._written)
        self._keep = keep
        self._adjoint: dict[str, str] = {}
        self._likes: dict[str, str] = {}
        self._conditions: dict[str, str] = {}
        self._undefined: set[str] = set()
        self._have: Have = frozenset()
        self._inplace = {
            s.base for s in walk(func.body) if isinstance(s, Load | Store | StoreAdd)
        } & active
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
        for stand_in, x in self._likes.items():
            if x == name:
                return stand_in
        stand_in = self.fresh(f"{name}_like")
        self._likes[stand_in] = name
        return stand_in

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

    def _settle(self, nodes: Nodes, live: Live) -> None:
        """Drop what lies outside supports: no adjoint carries one from block to block."""
        out: list[Statement] = []
        for v in sorted(live):
            if live[v]:
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
            out.append(Copy(bv, Const(None), origin, "adjoint"))
        elif isinstance(kind, Num) and not kind.array and v not in self._inplace:
            out.append(Copy(bv, Const(0.0), origin, "adjoint"))
        else:
            if v not in have:
                self._undefined.add(v)
            out.append(Let(bv, fp.zeros_like, (self.like(v),), (), origin, "adjoint"))

    # ---------------------------------------------------------------- statements

    def _let(self, s: Let, live: Live, node: Node) -> None:
        rule = rule_of(s.op)
        if s.target not in live or rule is None:
            return
        same = self._shapes.same(s)
        support = live.pop(s.target) | self._pinned(node.adj, s.under, s.origin)
        by = self.b(s.target)
        if rule.form != "elementwise" and s.op is not fp.select:
            by, support = str(self._selected(node.adj, by, support, s.origin)[0]), EVERYWHERE
        node.fwd = [replace(s, under=self._known(support))]
        builder = Builder(self.fresh, s.origin, "adjoint", support)
        mask: str | None = None
        pinned: Support = EVERYWHERE
        for path, x in active_paths(s, self.active):
            reach = support
            if s.op in _SELECTIONS and isinstance(s.args[0], str):
                if not pinned:
                    pinned = self._pinned(node.adj, ((s.args[0], True),), s.origin)
                reach = support | {(m, path[0] == 1) for m, _ in pinned}
            if support and mask is None and rule.sums(s, path[0], same):
                mask = self._mask(node.adj, support, s.origin)
            term = quote(rule.adjoint(builder, s, by, path, same, mask))
            assert isinstance(term, str | Const)
            node.adj += [self._shape_reads(q) for q in builder.out]
            is_new = any(
                isinstance(q, Let) and q.target == term and _makes_new(q) for q in builder.out
            )
            builder.out.clear()
            self.add(node.adj, live, x, term, s.origin, is_new, reach)

    def _known(self, support: Support) -> Support:
        """What of a support the primal statement can say: masks that it has already computed."""
        found = ((self._conditions.get(m), holds) for m, holds in support)
        return frozenset(
            (m, holds)
            for m, holds in found
            if m is not None and m in self._have and self._recompute.once(m)
        )

    def _pinned(self, out: list[Statement], literals: Iterable[Literal], origin: Origin) -> Support:
        """The literals with the masks as they are here, for statements further back."""
        found = set()
        for mask, holds in sorted(literals):
            here = self.fresh.temp()
            out.append(Copy(here, mask, origin, "adjoint"))
            self._conditions[here] = mask
            found.add((here, holds))
        return frozenset(found)

    def _shape_reads(self, s: Statement) -> Statement:
        """Operands of which only the shape is read become stand-ins."""
        rule = rule_of(s.op) if isinstance(s, Let) else None
        if rule is None or not rule.shape_only or not isinstance(s, Let):
            return s
        args = tuple(
            self._shape_only(a) if k in rule.shape_only else a for k, a in enumerate(s.args)
        )
        return replace(s, args=args)

    def _shape_only(self, o: Operand) -> Operand:
        """The operand with stand-ins for values of the primal."""
        if isinstance(o, tuple):
            return tuple(map(self._shape_only, o))
        return self.like(o) if isinstance(o, str) and o in self._primal() else o

    def _primal(self) -> frozenset[str]:
        if not hasattr(self, "_primal_names"):
            self._primal_names = frozenset(self.func.params) | defined(*self.func.body)
        return self._primal_names

    def _copy(self, s: Copy, live: Live, node: Node) -> None:
        if s.target not in live:
            return
        support = live.pop(s.target)
        if isinstance(s.value, str) and s.value in self.active:
            by = self.b(s.target)
            self.add(node.adj, live, s.value, by, s.origin, support=support)

    def _load(self, s: Load, live: Live, node: Node) -> None:
        by = self.take(node.adj, live, s.target)
        if by is None or s.base not in self.active:
            return
        self._owned(node.adj, live, s.base, s.origin)
        node.adj.append(StoreAdd(self.b(s.base), s.index, by, s.origin, "adjoint"))

    def _owned(self, out: list[Statement], live: Live, v: str, origin: Origin) -> None:
        """Make the adjoint of an array that is indexed exist."""
        if v not in live:
            out.append(Let(self.b(v), fp.zeros_like, (self.like(v),), (), origin, "adjoint"))
            live[v] = EVERYWHERE

    def _store(self, s: Store | StoreAdd, live: Live, node: Node) -> None:
        x, v = s.base, s.value
        if x not in live:
            return
        if isinstance(v, str) and v in self.active and self._single(x, s.index, v):
            part = self.fresh.temp()
            node.adj.append(Load(part, self.b(x), s.index, s.origin, "adjoint"))
            if isinstance(s, Store):
                node.adj.append(Store(self.b(x), s.index, Const(0.0), s.origin, "adjoint"))
            self.add(node.adj, live, v, part, s.origin)
        elif isinstance(v, str) and v in self.active:
            part = self._copied(
                node.adj, Load(self.fresh.temp(), self.b(x), s.index, s.origin, "adjoint")
            )
            u = self.fresh.temp()
            like = self.like(v)
            if isinstance(s, Store):
                node.adj.append(Store(self.b(x), s.index, Const(0.0), s.origin, "adjoint"))
            node.adj.append(Let(u, fp.unbroadcast, (part, like), (), s.origin, "adjoint"))
            self.add(node.adj, live, v, u, s.origin)
        elif isinstance(s, Store):
            node.adj.append(Store(self.b(x), s.index, Const(0.0), s.origin, "adjoint"))

    def _single(self, x: str, index: Operand, v: str) -> bool:
        """Is a single number stored into a single element?"""
        base, kind = self.kinds.get(x), self.kinds.get(v)
        if not isinstance(base, Num) or not isinstance(kind, Num) or kind.array:
            return False
        return not element_kind(base, index_parts(index, self._kind)).array

    def _kind(self, o: Operand) -> Kind | None:
        return constant_kind(o.value) if isinstance(o, Const) else self.kinds.get(str(o))

    def _copied(self, out: list[Statement], load: Load) -> str:
        out.append(load)
        if copies(load.index, self.kinds):
            return load.target
        u = self.fresh.temp()
        out.append(Let(u, fp.copy, (load.target,), (), load.origin, "adjoint"))
        return u

    def _push(self, s: Push, live: Live, node: Node) -> None:
        if s.tape not in live:
            return
        t = self.fresh.temp()
        node.adj.append(Pop(t, self.b(s.tape)))
        if isinstance(s.value, str) and s.value in self.active:
            self.add(node.adj, live, s.value, t, NOWHERE)

    def _pop(self, s: Pop, live: Live, node: Node) -> None:
        if s.tape not in self.active:
            return
        by = self.take(node.adj, live, s.target)
        if by is None:
            self.zero(node.adj, s.target, frozenset((s.target,)))
            by = self.b(s.target)
        node.adj.append(Push(self.b(s.tape), by))

    def _pack(self, s: Pack, live: Live, node: Node) -> None:
        """Residuals: each saved value gets its cotangent from the tuple of cotangents."""
        by = self.take(node.adj, live, s.target)
        if by is None:
            return
        parts = tuple(self.fresh.temp() for _ in s.items)
        node.adj.append(Unpack(parts, by, s.origin, "adjoint"))
        for v, part in zip(s.items, parts, strict=True):
            if isinstance(v, str) and v in self.active:
                self.add(node.adj, live, v, part, s.origin)

    def _unpack(self, s: Unpack, live: Live, node: Node) -> None:
        if not isinstance(s.value, str) or s.value not in self.active:
            return
        items: list[Operand] = []
        for t in s.targets:
            if not differentiable(self.kinds.get(t)):
                items.append(Const(None))
                continue
            if self.take(node.adj, live, t) is None:
                self.zero(node.adj, t, frozenset(s.targets), s.origin)
            items.append(self.b(t))
        kind = self.kinds[s.value]
        assert isinstance(kind, ResidualKind)
        cotangents = Pack(self.b(s.value), kind.layout, tuple(items), (), s.origin, "adjoint")
        node.adj.append(cotangents)
        live[s.value] = EVERYWHERE

    def _call(self, s: Call, live: Live, node: Node) -> None:
        active = tuple(isinstance(a, str) and a in self.active for a in s.args)
        seeded = tuple(t in live for t in s.targets)
        if not any(active) or not any(seeded):
            for t in s.targets:
                live.pop(t, None)
            return
        volatile = tuple(isinstance(a, str) and a in self._written for a in s.args)
        fwd, bwd = self.callees.pair(s.func, active, seeded, volatile)
        saved = self.fresh(f"{s.func}_residuals")
        node.fwd = [Call((*s.targets, saved), fwd, s.args, s.origin, s.role)]
        seeds = [self.take(node.adj, live, t) for t in s.targets]
        parts = tuple(self.fresh.temp() for a in active if a)
        node.adj.append(
            Call(parts, bwd, (saved, *(q for q in seeds if q is not None)), s.origin, "adjoint")
        )
        hit = [a for a, yes in zip(s.args, active, strict=True) if yes]
        for a, part in zip(hit, parts, strict=True):
            assert isinstance(a, str)
            self.add(node.adj, live, a, part, s.origin)


def _makes_new(s: Let) -> bool:
    """Does the statement certainly give memory that nothing else refers to?"""
    rule = rule_of(s.op)
    return rule is not None and rule.view == "never"


HANDLERS: dict[type, Callable[[Adjoints, Any, Live, Node], None]] = {
    Let: Adjoints._let,
    Copy: Adjoints._copy,
    Load: Adjoints._load,
    Store: Adjoints._store,
    StoreAdd: Adjoints._store,
    Push: Adjoints._push,
    Pop: Adjoints._pop,
    Pack: Adjoints._pack,
    Unpack: Adjoints._unpack,
    Call: Adjoints._call,
}
