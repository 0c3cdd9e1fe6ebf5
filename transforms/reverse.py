"""Reverse mode, level 2 -> level 2.

    def f(x, s):                    def f_vjp(x, s, by):
        t = x * x                       t = x * x
        y = np.sin(t) / s               t2 = np.sin(t); y = t2 / s
        return y            ->          bt2 = by / s                 # y = np.sin(x * x) / s
                                        bt = bt2 * np.cos(t)
                                        bx = bt * x; bx = bx + bt * x
                                        return bx

1. `gen` walks each block backwards and writes the adjoint statements of each statement.  The only
   state is the set of names whose adjoint is live: a first contribution is assigned, a later one
   added.  Where two ways join, an arm that lacks an adjoint sets it to zero; around a loop the set
   grows until it is the same at both ends.
2. `saving` decides what the forward sweep keeps.

In-place writes are read as new values (`alias.prepare` proved that they may be): the adjoint of
`x[i] = v` is `bv = bx[i]; bx[i] = 0.0`.  An adjoint that is written in place (`bx[i] += ..`) always
owns its memory: every assignment to it is fresh or copied.  Break has no adjoint: the trip count
and the recorded tests say everything.

`where` is lazy.  The adjoint of an arm of `np.where(c, a, b)` is zero outside c (its *support*);
what is computed from it there may be inf or NaN (0 * NaN) and is dropped, by `fp.select(c, ..)`,
before it is added to anything that has a meaning there.  `select` is linear and its own adjoint has
the same support, so this holds at every order.  Supports reach into the arms of an if, and past
blocks that leave an adjoint alone; what a loop computes from an adjoint begins without one.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence

from fpad import runtime as fp
from fpad.transforms.activity import differentiable
from fpad.transforms.adjoints import HANDLERS, Adjoints
from fpad.transforms.copies import is_temporary
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Call,
    Const,
    Copy,
    For,
    Func,
    If,
    Let,
    Operand,
    Range,
    Return,
    Statement,
    Store,
    StoreAdd,
    While,
    all_names,
    defined,
    has_break,
    renamed,
    substitute,
    targets,
    used,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.liveness import Before, Have, both, certain
from fpad.transforms.memory_classes import written_names
from fpad.transforms.placing import at_call
from fpad.transforms.saving import Saver
from fpad.transforms.sums import EVERYWHERE, Callees, Live, indexed
from fpad.transforms.sweeps import Node, Nodes


class Reverse(Adjoints):
    """The reverse-mode transform of one function.

    Args:
        func: level 2, with in-place writes prepared.
        active: names that vary with the inputs (see `activity`).
        seeded: for each result, is there a cotangent for it.
        volatile: parameters whose memory the caller may write later; residuals hold copies of it.
        keep: are values kept beyond this call (a half of a pair): then temporaries are recomputed
            in straight-line code too.
    """

    def __init__(
        self,
        func: Func,
        kinds: dict[str, Kind],
        active: set[str],
        seeded: tuple[bool, ...],
        callees: Callees,
        volatile: Iterable[str] = (),
        keep: bool = False,
    ) -> None:
        super().__init__(func, kinds, active, callees, volatile, keep)
        last = func.body[-1]
        assert isinstance(last, Return)
        self.results = last.values
        self.seeds: list[str] = []
        live: Live = {}
        top: list[Statement] = []
        for t in self._tapes:
            top.append(Let(self.b(t), fp.tape, (), role="adjoint"))
            live[t] = EVERYWHERE
        for k, (value, wanted) in enumerate(zip(self.results, seeded, strict=True)):
            if wanted:
                self.seeds.append(self._seed(top, live, value, k))
        body = func.body[:-1]
        nodes = self._gen(body, live, frozenset(func.params), 0)
        self._settle(nodes, live)
        nodes.append(Node([], top))
        self.live = live
        self.nodes = nodes

    def _seed(self, top: list[Statement], live: Live, value: Operand, k: int) -> str:
        """The name of the cotangent parameter of a result, and its use as a first contribution."""
        if not isinstance(value, str) or value not in self.active:
            return self.fresh("by" if len(self.results) == 1 else f"by{k + 1}")
        if is_temporary(value) and value not in self._adjoint:
            self._adjoint[value] = self.fresh("by" if len(self.results) == 1 else f"by{k + 1}")
        if value in live or value in self._inplace:
            seed = self.fresh(f"{self.b(value)}_seed")
            self.add(top, live, value, seed, NOWHERE)
            return seed
        live[value] = EVERYWHERE
        return self.b(value)

    def _gen(self, block: Block, live: Live, have: Have, depth: int) -> Nodes:
        before = Before(map(certain, block), have)
        nodes: Nodes = []
        for j in range(len(block) - 1, -1, -1):
            s = block[j]
            new = self._statement(s, live, before.at(j), depth)
            if depth or self._keep:
                self._repeat(new, block, j)
            nodes += reversed(new)
        nodes.reverse()
        return nodes

    def _repeat(self, nodes: Nodes, block: Block, j: int) -> None:
        """Compute cheap operands of the adjoint of block[j] again instead of saving them."""
        for n in nodes:
            if n.header is None and n.adj:
                n.adj = self._recompute.apply(n.adj, block, j, self.fresh)
            elif isinstance(n.header, For) and isinstance(n.header.iterable, Range):
                probe: list[Statement] = [For("_", n.header.iterable, ())]
                *n.lead, loop = self._recompute.apply(probe, block, j, self.fresh)
                assert isinstance(loop, For)
                assert isinstance(loop.iterable, Range)
                n.range = loop.iterable

    def _statement(self, s: Statement, live: Live, have: Have, depth: int) -> Nodes:
        match s:
            case If():
                return self._if(s, live, have, depth)
            case For():
                return self._for(s, live, have, depth)
            case While():
                return self._while(s, live, have, depth)
            case _:
                adj: list[Statement] = []
                node = Node([s], adj)
                if isinstance(s, Call) and any(live.get(t) for t in s.targets):
                    body = self._inlined(s)
                    if body is not None:
                        return self._gen(body, live, have, depth)
                self._have = have
                handler = HANDLERS.get(type(s))
                if handler is not None:
                    handler(self, s, live, node)
                return [node]

    def _inlined(self, s: Call) -> Block | None:
        """The statements of a straight-line callee: the arm of a `where` reaches into it."""
        found = self.callees.straight_line(s.func)
        if found is None:
            return None
        func, kinds = found
        last = func.body[-1]
        assert isinstance(last, Return)
        new = {n: self.fresh(f"{s.func}_{n}") for n in sorted(all_names(func))}
        self.kinds.update((new[n], kind) for n, kind in kinds.items())
        head = [Copy(new[p], a, s.origin, s.role) for p, a in zip(func.params, s.args, strict=True)]
        body = at_call(tuple(renamed(q, new) for q in func.body[:-1]), s.origin)
        tail = [
            Copy(t, substitute(v, new), s.origin, s.role)
            for t, v in zip(s.targets, last.values, strict=True)
        ]
        block = (*head, *body, *tail)
        self._classes.add(block, self.kinds)
        self.written |= written_names(block, self._classes)
        for n in sorted(self.written):
            self.written |= self._classes.members(n)
        self.active |= {t for q in block for t in targets(q) if differentiable(self.kinds.get(t))}
        self._inplace |= indexed(block, self.kinds) & self.active
        self._primal_names = self._primal() | defined(*block)
        return block

    # ---------------------------------------------------------------- joins

    def _if(self, s: If, live: Live, have: Have, depth: int) -> Nodes:
        arms_live = [dict(live), dict(live)]
        arms = [
            self._gen(b, arm, have, depth)
            for b, arm in zip((s.then, s.orelse), arms_live, strict=True)
        ]
        every = set(arms_live[0]) | set(arms_live[1])
        kept = _agreed(arms_live, live)
        for nodes, arm in zip(arms, arms_live, strict=True):
            self._settle(nodes, arm, kept)
            out: list[Statement] = []
            for v in sorted(every - set(arm)):
                self.zero(out, v, have)
            if out:
                nodes.insert(0, Node([], out))
        live.clear()
        live.update(dict.fromkeys(every, EVERYWHERE) | kept)
        return [Node(header=s, arms=arms)]

    @staticmethod
    def _left_alone(s: Statement, live: Live) -> set[str]:
        """Names whose adjoints a statement does not touch: their supports hold behind it too."""
        return set(live) - used(s) - defined(s)

    def _loop_body(
        self, body: Block, live: Live, have: Have, depth: int
    ) -> tuple[Nodes, list[Statement]]:
        """The nodes of a loop body, and zeros for what the loop accumulates into.

        The set of live adjoints is the same at both ends of the reversed body; it only grows from
        round to round, so the search ends.
        """
        zeros: list[Statement] = []
        alone = {v for v in live if live[v]}
        while True:
            mark = set(self.fresh.taken)
            inner = dict(live)
            nodes = self._gen(body, inner, have, depth + 1)
            self._settle(nodes, inner, alone)
            new = sorted(set(inner) - set(live))
            if not new:
                break
            for v in new:
                self.zero(zeros, v, have)
                live[v] = EVERYWHERE
            self._forget(mark)
        out: list[Statement] = []
        for v in sorted(set(live) - set(inner)):
            self.zero(out, v, have)
        if out:
            nodes.insert(0, Node([], out))
        return nodes, zeros

    def _forget(self, mark: set[str]) -> None:
        """Give back the names of a discarded round, except those that later rounds look up."""
        self.fresh.taken = mark | set(self._adjoint.values()) | set(self._likes)

    def _for(self, s: For, live: Live, have: Have, depth: int) -> Nodes:
        tail: Nodes = []
        self._settle(tail, live, self._left_alone(s, live))
        nodes, zeros = self._loop_body(s.body, live, both(have, (s.target,)), depth)
        if zeros:
            tail.insert(0, Node([], zeros))
        node = Node(header=s, arms=[nodes])
        head: Nodes = []
        if has_break(s.body) and node.has_adjoint():
            head = self._count(node, f"n_{s.target}")
        return [*head, node, *tail]

    def _while(self, s: While, live: Live, have: Have, depth: int) -> Nodes:
        if defined(*s.pre) & self.active & (used(*s.body) | set(live)):
            raise refused(
                s.origin,
                "the test of a loop computes what its body goes on with",
                "test at the start of the body: while True: .. if not ..: break",
            )
        tail: Nodes = []
        self._settle(tail, live, self._left_alone(s, live))
        nodes, zeros = self._loop_body(s.body, live, have, depth)
        if zeros:
            tail.insert(0, Node([], zeros))
        node = Node(header=s, arms=[nodes])
        head = self._count(node, "n_while") if node.has_adjoint() else []
        return [*head, node, *tail]

    def _count(self, node: Node, base: str) -> Nodes:
        """Count the trips of a loop in the forward sweep."""
        k, t = self.fresh(base), self.fresh.temp()
        step = Node(
            [Let(t, operator.add, (k, Const(1)), role="adjoint"), Copy(k, t, role="adjoint")]
        )
        node.arms[0].insert(0, step)
        node.trips = k
        node.post.add(k)
        return [Node([Copy(k, Const(0), role="adjoint")])]

    # ---------------------------------------------------------------- putting it together

    def saved(self) -> list[Statement]:
        """Decide what is saved; returns the statements that go on top of the function."""
        primal = self._primal() | {
            t for n in _all_nodes(self.nodes) for s in n.fwd for t in targets(s)
        }
        saver = Saver(
            primal, self._likes, self._overwritten, lambda x: x in self.written, self.fresh
        )
        saver.run(self.nodes, self.func.params)
        self.restored = saver.restored
        top: list[Statement] = [Let(t, fp.tape, (), role="adjoint") for t in saver.tapes]
        undefined = sorted(self._undefined - set(self.func.params))
        top += [Copy(x, Const(0.0), role="adjoint") for x in undefined]
        return top

    def _overwritten(self, s: Statement) -> Iterable[str]:
        """Names whose value a statement changes: an in-place write changes its whole class."""
        if isinstance(s, Store | StoreAdd):
            return self._classes.members(s.base)
        return targets(s)


def _agreed(arms: Sequence[Live], before: Live) -> Live:
    """The supports that adjoints have behind both arms, by masks known before: they are kept."""
    known = {mask for support in before.values() for mask, _ in support}
    out: Live = {}
    for v in set().union(*arms):
        supports = {arm[v] for arm in arms if v in arm}  # where it is zero it has any support
        if len(supports) == 1 and all(mask in known for mask, _ in min(supports)):
            out[v] = supports.pop()
    return out


def _all_nodes(nodes: Nodes) -> Iterable[Node]:
    for n in nodes:
        yield n
        for arm in n.arms:
            yield from _all_nodes(arm)
