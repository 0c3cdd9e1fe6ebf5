"""To-be-recorded analysis: what the reverse sweep reads decides what the forward sweep saves.

The reverse sweep of a block is the list of its nodes, last first.  A *segment* of a name runs from
one definition to the next; an adjoint statement reads the name in one of its segments.

    for i in range(n):              for i in range(n):            for i in reversed(range(n)):
        x = np.sin(x) * 1.01   ->       x_tape.append(x)      ,       x = x_tape.pop()
                                        x = np.sin(x) * 1.01          bx = bx * 1.01 * np.cos(x)

A segment that is overwritten later is saved once and restored once, outside of every loop and if
that does not define the name; a segment that is not is still in its variable.  In a loop saving
pushes onto a tape, elsewhere it makes a second name.  References are saved, except for memory that
is written in place, of which a copy is.  Where only the shape of a value is read, only that is
saved (`fp.like`).

What a trip of a loop starts with is what the trip before it ended with.  So where the start is
restored in every trip, the end needs no saving:

    h = np.tanh(w * h)     ->       h_tape.append(h)       ,       t = bh * (1.0 - h * h)
                                    h = np.tanh(w * h)             h = h_tape.pop()
                                                                   bw = bw + t * h; bh = t * w
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import TypeAlias

from fpad import runtime as fp
from fpad.transforms.ir import (
    Copy,
    For,
    Fresh,
    If,
    Let,
    Pop,
    Push,
    Range,
    Statement,
    While,
    names,
    reads,
    walk,
)
from fpad.transforms.liveness import Before, Have, both, certain, certain_in
from fpad.transforms.segments import SHAPE, VALUE, Inner, Later, Segment, Wants, values_of, want
from fpad.transforms.sweeps import Node, Nodes, bound, rebuilt

Carried: TypeAlias = "Mapping[str, Node]"
"""Names that the reversal of a loop, given by its node, restores at the end of every trip."""


class Saver:
    """Places what has to be saved in the nodes of one function.

    Args:
        primal: names of the primal; all else in adjoint statements belongs to the reverse sweep.
        likes: stand-in -> name whose shape it has (made by `Reverse`).
        overwritten: names whose value a simple statement changes (its targets; in-place writes).
        written: is memory of this name written in place?
    """

    def __init__(
        self,
        primal: frozenset[str],
        likes: dict[str, str],
        overwritten: Callable[[Statement], Iterable[str]],
        written: Callable[[str], bool],
        fresh: Fresh,
    ) -> None:
        self._primal = primal
        self._likes = likes
        self._like_of = {x: like for like, x in likes.items()}
        self._overwritten = overwritten
        self._written = written
        self._fresh = fresh
        self._defs: dict[int, frozenset[str]] = {}
        self._opened: dict[int, frozenset[str]] = {}
        self._wants: dict[int, Wants] = {}
        self.tapes: list[str] = []
        self.restored: set[str] = set()

    def run(self, nodes: Nodes, params: Iterable[str]) -> None:
        """Save for a whole function body."""
        opens = self._place(nodes, frozenset(), frozenset(params), {}, loop=False)
        every = self._defs_of(nodes)
        for x, segment in sorted(opens.items()):
            if x in every:
                self._save(nodes, x, segment, loop=False)
            else:
                self._settle(nodes, x, segment)

    # ---------------------------------------------------------------- definitions and reads

    def _defs_of(self, nodes: Nodes) -> frozenset[str]:
        return frozenset().union(*(self._defs_of_node(n) for n in nodes))

    def _defs_of_node(self, n: Node) -> frozenset[str]:
        found = self._defs.get(id(n))
        if found is None:
            own = {x for s in n.fwd for x in self._overwritten(s)}
            if isinstance(n.header, For):
                own.add(n.header.target)
            if isinstance(n.header, While):
                own |= {t for s in n.header.pre for t in self._overwritten_inside(s)}
            found = frozenset(own).union(*(self._defs_of(arm) for arm in n.arms))
            self._defs[id(n)] = found
        return found

    def _overwritten_inside(self, s: Statement) -> Iterable[str]:
        for q in walk((s,)):
            yield from self._overwritten(q)

    def _reads(self, adj: list[Statement]) -> Wants:
        """Primal names that adjoint statements read, and what of them: value, shape or both."""
        out: Wants = {}
        for s in adj:
            used = reads(s) - {s.tape} if isinstance(s, Push | Pop) else reads(s)
            for x in used:
                if x in self._likes:
                    want(out, self._likes[x], SHAPE)
                elif x in self._primal:
                    want(out, x, VALUE)
        return out

    def _wanted(self, n: Node) -> Wants:
        """What the adjoint statements of a node read."""
        found = self._wants.get(id(n))
        if found is None:
            found = self._wants[id(n)] = self._reads(n.adj)
        return found

    # ---------------------------------------------------------------- placement

    def _place(
        self,
        nodes: Nodes,
        later: Container[str],
        have: Have,
        carried: Carried,
        loop: bool,
    ) -> dict[str, Segment]:
        """Save what is needed inside the block; return the needs of values it starts with.

        `later`: names overwritten after the block, and not restored by a loop around it, as
        `carried` says.  `have`: names certainly assigned before it.
        """
        last = {x: j for j, n in enumerate(nodes) for x in self._defs_of_node(n)}
        before = Before(map(self._certain, nodes), have)
        current: dict[str, Segment] = {}
        done: list[tuple[str, Segment]] = []
        for j, n in enumerate(nodes):
            own = self._defs_of_node(n)
            if n.header is not None:
                wants = self._inside(n, Later(last, j, later), before.at(j), carried, loop)
            else:
                wants = {x: m for x, m in self._wanted(n).items() if x not in bound(n)}
            for x, modes in wants.items():
                current.setdefault(x, Segment(None)).ask(j, modes)
            for x in sorted(own):
                if x in current:
                    done.append((x, current.pop(x)))
                current[x] = Segment(j)
            post = {x: m for x, m in self._wanted(n).items() if x in bound(n)}
            if n.has_adjoint():
                post |= dict.fromkeys(n.post, VALUE)
            for x in sorted(post):
                current[x].post = True
                current[x].ask(j, post[x])
        done += sorted(current.items(), key=lambda item: item[0])
        opens: dict[str, Segment] = {}
        for x, segment in done:
            if not segment.needed:
                continue
            if segment.start is None:
                opens[x] = segment
            elif x in Later(last, segment.start, later):
                self._save(nodes, x, segment, loop)
            else:
                self._rely(x, carried)
                self._settle(nodes, x, segment)
        return opens

    def _rely(self, x: str, carried: Carried) -> None:
        """The end of a trip is read: the first trip backwards needs it as the loop left it."""
        if x in carried:
            carried[x].post.add(x)

    def _inside(
        self,
        n: Node,
        later: Container[str],
        have: Have,
        carried: Carried,
        loop: bool,
    ) -> Wants:
        """Place in the arms of a compound node; what its header and its arms ask of its block."""
        own = self._defs_of_node(n)
        is_loop = not isinstance(n.header, If)
        wants = self._header(n)
        header = {n.header.target} if isinstance(n.header, For) else set()
        if isinstance(n.header, While):
            have = both(have, certain_in(n.header.pre))
        lifted = {x for x in self._lifted(n) if x in have} if loop else set()
        for arm in n.arms:
            body = self._defs_of(arm)
            inner: Container[str] = later
            if is_loop:
                mine = (self._opens(arm) & body) - self._tested(n) - header
                mine = frozenset(x for x in mine if x in have)
                carried = {x: v for x, v in carried.items() if x not in own}
                carried |= dict.fromkeys(mine, n)
                inner = Inner(own, later, mine)
            opens = self._place(arm, inner, both(have, header), carried, loop or is_loop)
            for x, segment in sorted(opens.items()):
                if x in header and x not in body:
                    self._settle(arm, x, segment)  # the reversed header sets it
                elif x in lifted:
                    want(wants, x, VALUE)
                    self._settle(arm, x, segment)
                elif x in own or x not in have:
                    if x in inner or x in body:
                        self._save(arm, x, segment, loop or is_loop)
                    else:
                        self._rely(x, carried)
                        self._settle(arm, x, segment)
                elif segment.values:
                    want(wants, x, VALUE)
                    self._settle(arm, x, segment)
                else:
                    want(wants, x, SHAPE)
        return wants

    def _header(self, n: Node) -> Wants:
        """What the reversed header of a compound node reads."""
        wants: Wants = {}
        if n.has_adjoint():
            if isinstance(n.header, If):
                wants = dict.fromkeys(names(n.header.test), VALUE)
            elif isinstance(n.header, For):
                r = n.header.iterable
                assert isinstance(r, Range)
                back = n.range or r
                count = back.count if n.trips is None else None
                wants = dict.fromkeys(names(back.args, count), VALUE) | self._reads(n.lead)
        return {x: m for x, m in wants.items() if x in self._primal}

    def _opens(self, nodes: Nodes) -> frozenset[str]:
        """Names whose value at the start of a block of a loop is read: the block restores them."""
        known = self._opened.get(id(nodes))
        if known is not None:
            return known
        found: set[str] = set()
        done: set[str] = set()
        for n in nodes:
            own = self._defs_of_node(n)
            if n.header is None:
                read = values_of(self._wanted(n)) - bound(n)
            else:
                inner = frozenset[str]().union(*map(self._opens, n.arms))
                read = values_of(self._header(n)) | (inner - own) | self._lifted(n)
            found |= read - done
            done |= own
        self._opened[id(nodes)] = frozenset(found)
        return self._opened[id(nodes)]

    def _lifted(self, n: Node) -> frozenset[str]:
        """Names that arms of an if in a loop overwrite, and of which they read the old value only.

        It is saved in front of the if, once, and together with what else a trip saves.
        """
        if not isinstance(n.header, If) or not n.has_adjoint():
            return frozenset()
        opens = frozenset[str]().union(*map(self._opens, n.arms)) & self._defs_of_node(n)
        return frozenset(
            x
            for x in opens
            if not self._written(x) and not any(self._read_anew(arm, x) for arm in n.arms)
        )

    def _read_anew(self, nodes: Nodes, x: str) -> bool:
        """May the block read a value of x that it has set itself?"""
        new = False
        for n in nodes:
            own = x in self._defs_of_node(n)
            if n.header is None:
                anew = x in self._wanted(n) and (new or own)
            elif own and not isinstance(n.header, If):
                anew = True
            else:
                inside = any(self._read_anew(arm, x) for arm in n.arms)
                anew = inside or (new and self._is_read((n,), x))
            if anew:
                return True
            new |= own
        return False

    def _is_read(self, nodes: Iterable[Node], x: str) -> bool:
        """Do adjoint statements read x, or its shape, anywhere inside?"""
        return any(
            x in self._wanted(n) or x in self._header(n) or self._is_read(a, x)
            for n in nodes
            for a in (*n.arms, [])
        )

    def _tested(self, n: Node) -> frozenset[str]:
        """Names that the test of a loop overwrites between two trips."""
        if not isinstance(n.header, While):
            return frozenset()
        return frozenset(t for s in n.header.pre for t in self._overwritten_inside(s))

    def _certain(self, n: Node) -> frozenset[str]:
        """Names that a node assigns whichever way it goes."""
        if n.header is None:
            return bound(n)
        return certain(rebuilt(n) if isinstance(n.header, If) else n.header)

    def _settle(self, nodes: Nodes, x: str, segment: Segment) -> None:
        """Nothing to save: the stand-in for its shape is the variable itself."""
        if segment.shapes:
            nodes[max(segment.shapes)].pops.append(Copy(self._like_of[x], x, role="adjoint"))

    def _save(self, nodes: Nodes, x: str, segment: Segment, loop: bool) -> None:
        """Save the value (or only its shape) once, restore it before its last reader's adjoint."""
        like = self._like_of.get(x)
        push: list[Statement] = []
        value, held = x, x
        if not segment.values:
            assert like is not None
            value = held = like
            push.append(Let(like, fp.like, (x,), role="adjoint"))
        elif self._written(x):
            value = self._fresh.temp()
            push.append(Let(value, fp.copy, (x,), role="adjoint"))
        restore: list[Statement]
        if loop:
            tape = self._fresh(f"{held}_tape")
            self.tapes.append(tape)
            push.append(Push(tape, value))
            restore = [Pop(held, tape)]
        else:
            kept = self._fresh(f"{held}_saved")
            push.append(Copy(kept, value, role="adjoint"))
            restore = [Copy(held, kept, role="adjoint")]
        if segment.values and segment.shapes and like is not None:
            restore.append(Copy(like, x, role="adjoint"))
        self.restored.add(held)
        where = segment.values + segment.shapes
        nodes[max(where)].pops += restore
        if segment.post:
            assert segment.start is not None
            nodes[segment.start].after += push
        else:
            nodes[min(where)].before += push
