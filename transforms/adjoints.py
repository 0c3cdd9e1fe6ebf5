"""The adjoint of each simple statement, and the sums that adjoints are.

    y = np.sin(x)       bx = bx + by * np.cos(x)
    t = x[i]            bx[i] += bt
    x[i] = v            bv = bx[i];  bx[i] = 0.0
    push(tape, v)       bv = pop(btape)
    y = g(x)            bx = g_bwd(g_residuals, by)

`Reverse` (in reverse.py) owns blocks, joins and loops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.activity import active_paths, differentiable
from fpad.transforms.inference import constant_kind, index_parts
from fpad.transforms.ir import (
    NOWHERE,
    Atom,
    Call,
    Const,
    Copy,
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
    defined,
    hook_of,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind, element_kind
from fpad.transforms.rules.core import rule_of, unknown_argument
from fpad.transforms.rules.trace import Builder, Symbolic, quote
from fpad.transforms.sharing import copies
from fpad.transforms.sums import APPENDED, EVERYWHERE, Literal, Live, Sums, Support
from fpad.transforms.sweeps import Node

_SELECTIONS = (np.where, fp.where, fp.select)


class Adjoints(Sums):
    """Writes adjoint statements of one function; see `fpad.transforms.reverse.Reverse`."""

    def _let(self, s: Let, live: Live, node: Node) -> None:
        if s.op is fp.hooked:
            self._hooked(s, live, node)
            return
        rule = rule_of(s.op)
        if s.target not in live or rule is None:
            return
        same = self._shapes.same(s)
        support = live.pop(s.target) | self._pinned(node.adj, s.under, s.origin)
        by = self.b(s.target)
        if rule.form != "elementwise" and s.op is not fp.select:
            by, support = str(self._selected(node.adj, by, support, s.origin)[0]), EVERYWHERE
        node.fwd = [replace(s, under=self._known(support))]
        builder = Builder(self.fresh, s.origin, "adjoint", support, made={})
        mask: str | None = None
        pinned: Support = EVERYWHERE
        given: set[Atom] = set()
        for path, x in active_paths(s, self.active):
            reach = support
            if s.op in _SELECTIONS and isinstance(s.args[0], str):
                if not pinned:
                    pinned = self._pinned(node.adj, ((s.args[0], True),), s.origin)
                reach = support | {(m, path[0] == 1) for m, _ in pinned}
            if support and mask is None and rule.sums(s, path[0], same):
                mask = self._mask(node.adj, support, s.origin)
            try:
                term = quote(rule.adjoint(builder, s, by, path, same, mask))
                if term in given:  # two adjoints may not share memory
                    builder.made = {}
                    term = quote(rule.adjoint(builder, s, by, path, same, mask))
            except Symbolic:
                raise unknown_argument(s) from None
            assert isinstance(term, str | Const)
            given.add(term)
            node.adj += [self._shape_reads(q) for q in builder.out]
            is_new = any(
                isinstance(q, Let) and q.target == term and _makes_new(q) for q in builder.out
            )
            is_new |= s.op in APPENDED and s.target in self._inplace  # by is used up
            builder.out.clear()
            self.add(node.adj, live, x, term, s.origin, is_new, reach)

    def _hooked(self, s: Let, live: Live, node: Node) -> None:
        """Y = fp.hooked(x, taken, hook=h)  ->  y = x;  bx = h(by, *taken)."""
        x, taken = s.args
        by = self.take(node.adj, live, s.target)
        node.fwd = [Copy(s.target, x, s.origin, s.role)]
        if by is not None and isinstance(x, str) and x in self.active:
            assert isinstance(taken, tuple)
            part = self.fresh.temp()
            node.adj.append(Call((part,), hook_of(s), (by, *taken), s.origin, "adjoint"))
            self.add(node.adj, live, x, part, s.origin)

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
        if s.target in self._nothing and isinstance(s.value, str):
            self._nothing.add(s.value)
        if isinstance(s.value, str) and s.value in self.active:
            by = self.b(s.target)
            fresh = s.value in self._grown  # whose adjoint takes the memory over
            self.add(node.adj, live, s.value, by, s.origin, fresh, support)

    def _load(self, s: Load, live: Live, node: Node) -> None:
        by = self.take(node.adj, live, s.target)
        if by is None or s.base not in self.active:
            return
        base = self.kinds.get(s.base)
        number = isinstance(base, Num) and not base.array
        if number or (_only_new_axes(s.index) and isinstance(base, Num) and not base.rank):
            u = self.fresh.temp()  # x[None] of what may be a number
            node.adj.append(
                Let(u, fp.reshape_like, (by, self.like(s.base)), (), s.origin, "adjoint")
            )
            self.add(node.adj, live, s.base, u, s.origin)
            return
        self._owned(node.adj, live, s.base, s.origin)
        node.adj.append(StoreAdd(self.b(s.base), s.index, by, s.origin, "adjoint"))

    def _owned(self, out: list[Statement], live: Live, v: str, origin: Origin) -> None:
        """Make the adjoint of an array that is indexed exist."""
        if v not in live:
            self.zeros(out, v, origin)
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
            if isinstance(s, Store) and self._repeats(s.index):
                u = self.fresh.temp()
                args = (part, s.index, self.like(x))
                node.adj.append(Let(u, fp.keep_last, args, (), s.origin, "adjoint"))
                part = u
            if isinstance(s, Store):
                node.adj.append(Store(self.b(x), s.index, Const(0.0), s.origin, "adjoint"))
            if not self._shapes.fits(s):
                u = self.fresh.temp()
                like = self.like(v)
                node.adj.append(Let(u, fp.unbroadcast, (part, like), (), s.origin, "adjoint"))
                part = u
            self.add(node.adj, live, v, part, s.origin)
        elif isinstance(s, Store):
            node.adj.append(Store(self.b(x), s.index, Const(0.0), s.origin, "adjoint"))

    def _repeats(self, index: Operand) -> bool:
        """May the index name an entry more than once: is an array of ints in it?"""
        parts = index if isinstance(index, tuple) else (index,)
        kinds = [self.kinds.get(p) for p in parts if isinstance(p, str)]
        return any(isinstance(k, Num) and k.array and k.num != "bool" for k in kinds)

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
        if s.tape in self._nothing and isinstance(s.value, str):
            self._nothing.add(s.value)
        if isinstance(s.value, str) and s.value in self.active:
            self.add(node.adj, live, s.value, t, NOWHERE)

    def _pop(self, s: Pop, live: Live, node: Node) -> None:
        if s.tape not in self.active:
            return
        by = self.take(node.adj, live, s.target)
        if by is None:
            by = self.b(s.target)
            if isinstance(self.kinds.get(s.target), ResidualKind) and s.tape in self._handed:
                zeros = Let(by, fp.zeros_like, (s.target,), (), NOWHERE, "adjoint")
                node.adj.append(zeros)
            else:
                self.zero(node.adj, s.target, frozenset((s.target,)))
        if s.target in self._nothing:
            self._nothing.add(s.tape)
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
                if isinstance(self.kinds.get(t), ResidualKind):  # whoever made it takes it apart
                    zeros = Let(self.b(t), fp.zeros_like, (t,), (), s.origin, "adjoint")
                    node.adj.append(zeros)
                else:
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
        volatile = tuple(a in self.written for a in (*s.args, *s.targets))
        fwd, bwd = self.callees.pair(s.func, active, seeded, volatile)
        saved = self.fresh(f"{s.func}_residuals")
        node.fwd = [Call((*s.targets, saved), fwd, s.args, s.origin, s.role)]
        seeds = [self.take(node.adj, live, t) for t in s.targets]
        for k, (t, q) in enumerate(zip(s.targets, seeds, strict=True)):
            if q is not None and t in self._nothing:  # whoever made it takes it apart
                seeds[k] = self.fresh.temp()
                some = Let(str(seeds[k]), fp.some, (q, t), (), s.origin, "adjoint")
                node.adj.append(some)
        parts = tuple(self.fresh.temp() for a in active if a)
        node.adj.append(
            Call(parts, bwd, (saved, *(q for q in seeds if q is not None)), s.origin, "adjoint")
        )
        hit = [a for a, yes in zip(s.args, active, strict=True) if yes]
        for a, part in zip(hit, parts, strict=True):
            assert isinstance(a, str)
            self.add(node.adj, live, a, part, s.origin)


def _only_new_axes(index: Operand) -> bool:
    """Does the index only add axes: x[None], x[..., None]?"""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p in (Const(None), Const(Ellipsis)) for p in parts)


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
