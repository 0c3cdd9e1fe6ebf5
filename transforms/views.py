"""Writes that several names see, written out (functionalisation), level 2 -> level 2.

    b = a * a                       b = a * a
    row = b[1]                ->
    row[0] = s                      b[1, 0] = s            # through row, to the memory itself
    z = np.sum(row)                 row = b[1]             # and loaded again where it is used
                                    z = np.sum(row)

    y = x.reshape(-1)               t = x.reshape(-1);  y_shared = fp.shares(t, x);  y = fp.copy(t)
    y[2] = s                  ->    y[2] = s
    z = np.sum(x)                   if y_shared:
                                        x[...] = fp.reshape_like(y, x)
                                    z = np.sum(x)

What each name refers to is followed through the function (`references`).  A name that is the same
object is replaced by it; a part is loaded again where it is used, its index composed with those of
reads and writes through it; what may or may not be a view is kept as a copy, which is brought up to
date, or written back, where the one that is asked for is not the one that was written last.  An
index that changes later, or memory whose name is given away, is kept under a hidden name.

In ordinary Python the result does what the function did.  As no name is live any more after another
one of its memory is written, it may be read as values, which `alias.prepare` proves afterwards; a
function in which the references are not known is left as it is, and refused there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from fpad import runtime as fp
from fpad.transforms.alias import clashes, outside, written_params
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Copy,
    Do,
    For,
    Fresh,
    Func,
    If,
    Let,
    Return,
    Statement,
    Store,
    StoreAdd,
    While,
    all_names,
    blocks,
    has_break,
    is_derived,
    reads,
    with_blocks,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.liveness import live_before
from fpad.transforms.memory_classes import Classes
from fpad.transforms.references import Reference, Trees, same_reference
from fpad.transforms.referring import Referring
from fpad.transforms.sharing import ResultAliases, scalar
from fpad.transforms.upkeep import Again, Unknown

Infer = Callable[[Func], Mapping[str, Kind]]


def explicit(func: Func, infer: Infer, result_aliases: ResultAliases, entry: bool) -> Func:
    """The function with writes that several names see written out; itself if there are none.

    `infer` gives the kinds of all names of a function.

    Raises:
        Unknown: it has such writes, and what the names refer to is not known.
    """
    if is_derived(func):
        return func
    kinds = infer(func)
    found = clashes(func, kinds, result_aliases)
    if not found:
        return func
    func = replace(func, body=_apart(func.body))
    classes = Classes(func, kinds, result_aliases)
    group = {n for _, base, _ in found for n in classes.members(base)}
    return _Views(func, infer, result_aliases, group, entry).run()


def _apart(block: Block) -> Block:
    """The block, every statement an object of its own."""
    return tuple(replace(with_blocks(s, tuple(map(_apart, blocks(s))))) for s in block)


class _Views(Referring):
    """Rewrites one function: blocks, joins and loops.

    Attributes:
        settled: loops at whose ends all roots are current.
    """

    def __init__(
        self,
        func: Func,
        infer: Infer,
        result_aliases: ResultAliases,
        group: set[str],
        entry: bool,
    ) -> None:
        super().__init__(func, infer(func), result_aliases, group)
        self._infer = infer
        self._entry = entry
        self.settled: set[int] = set()

    def run(self) -> Func:
        """The function, rewritten."""
        while True:
            try:
                func = self._run()
            except Again:
                continue
            if self.listed and self.copied:
                raise Unknown
            left = clashes(func, self._infer(func), self._aliases)
            if not left:
                return func
            # A copy is written back later than the user's program writes: more names see it.
            more = {n for _, _, n in left} & self._group - self._needed
            if not more:
                raise Unknown
            self._needed = self._with_sources(self._needed | more)

    def _run(self) -> Func:
        self._fresh = Fresh(all_names(self._func))
        self._known: dict[tuple[str, str], str] = {}
        self._out: list[Statement] = []
        self._breaks: list[Trees] = []
        self.listed = self.copied = False
        self._head()
        state = self._block(self._func.body, Trees())
        assert state is not None
        # On a way without the name nobody sets its flag, and it is read where the ways have met.
        unset = live_before(tuple(self._out), frozenset()) & self._flags()
        self._out[:0] = [Copy(flag, Const(False)) for flag in sorted(unset)]
        return replace(self._func, body=tuple(self._out))

    def _flags(self) -> set[str]:
        return {name for (_, what), name in self._known.items() if what == "shared"}

    def _head(self) -> None:
        """What is written in the caller's memory is a copy; the memory order is the caller's."""
        self._given = {}
        written = written_params(self._func, self._kinds, self._aliases)
        for p in self._func.params:
            if self._entry and p in written:
                self._given[p] = self._name(p, "given")
                t = self._fresh.temp()
                self._out += [
                    Copy(self._given[p], p),
                    Let(t, fp.copy, (p,)),
                    Copy(p, t),
                ]
            self._own(p)
        arrays = [p for p in self._func.params if not scalar(self._kinds.get(p))]
        if self._given and len(arrays) > 1:
            rest = (p for p in arrays if p not in self._given)
            self._out.insert(0, Do(fp.disjoint, (*self._given, *rest)))
        if any(p in outside(self._func) for p in written):
            raise Unknown

    def _block(self, block: Block, state: Trees) -> Trees | None:
        """Write a block; the state at its end, None if it is left by a break."""
        for s in block:
            live = self._after[id(s)]
            match s:
                case Break():
                    self._settle(state, live)
                    self._breaks.append(state.copy())
                    self._out.append(s)
                    return None
                case If():
                    after = self._if(s, state)
                    if after is None:
                        return None
                    state = after
                case For() | While():
                    state = self._loop(s, state)
                case Store() | StoreAdd():
                    self._store(s, state)
                case Copy() if id(s) in self._updates:
                    self._update(s, state)
                case Let() if id(s) in self._anew:
                    self._update_anew(s, state)
                case Return():
                    self._out.append(self._use(s, state))
                case _:
                    self._define(s, live, state)
        return state

    def _inside(self, block: Block, state: Trees) -> tuple[list[Statement], Trees | None]:
        outer, self._out = self._out, []
        try:
            end = self._block(block, state)
            return self._out, end
        finally:
            self._out = outer

    def _if(self, s: If, state: Trees) -> Trees | None:
        live = self._after[id(s)]
        head = self._use(s, state)
        arms = [self._inside(b, state.copy()) for b in (s.then, s.orelse)]
        going = [(out, end) for out, end in arms if end is not None]
        joined: Trees | None = None
        if going:
            joined = self._join(going, live)
        self._out.append(with_blocks(head, (tuple(arms[0][0]), tuple(arms[1][0]))))
        return joined

    def _fix(self, out: list[Statement], write: Callable[[], None]) -> None:
        """Write statements at the end of a block, in front of where a break leaves it."""
        found = self._captured(write)
        if found:
            out[:] = _at_end(tuple(out), found)

    def _join(self, ways: list[tuple[list[Statement], Trees]], live: frozenset[str]) -> Trees:
        """What holds whichever way was taken; what differs is made the same at the ends."""
        for out, state in ways:
            self._fix(out, partial(self._prune, state, live))
        states = [state for _, state in ways]
        refs: dict[str, Reference] = {}
        for n in sorted({n for state in states for n in state.refs}):
            found = [state.refs[n] for state in states if n in state.refs]
            self._same(n, found)
            refs[n] = found[0]
            if len(found) < len(states):
                self._own_somewhere(n, found[0], ways)
        stale = {n for state in states for n in state.stale if n not in refs}
        out_state = Trees(refs, {}, stale)
        roots = sorted({out_state.root(n) for n in refs})
        for root in roots:
            fresh = [self._fresh_in(root, out_state, state) for state in states]
            common = frozenset.intersection(*fresh)
            if not any(m == out_state.holder(m) for m in common):
                for out, state in ways:
                    self._fix(out, partial(self._access, root, state))
                common = frozenset((root,))
            out_state.current[root] = common
        return out_state

    def _fresh_in(self, root: str, joined: Trees, state: Trees) -> frozenset[str]:
        """Names of a tree after a join that are current in one of the states."""
        out = state.current.get(root, frozenset((root,)))
        own = {n for n in joined.refs if n not in state.refs and joined.root(n) == root}
        return out | own

    def _same(self, n: str, found: list[Reference]) -> None:
        """Are the references of a name the same?  Else hidden names may make them so."""
        first = found[0]
        for other in found[1:]:
            if same_reference(first, other):
                continue
            alike = (first.parent, first.mode, len(first.steps)) == (
                other.parent,
                other.mode,
                len(other.steps),
            )
            if not alike or n in self.hidden:
                raise Unknown
            self.hidden.add(n)
            raise Again

    def _own_somewhere(
        self, n: str, ref: Reference, ways: list[tuple[list[Statement], Trees]]
    ) -> None:
        """A name is a view on some ways and has memory of its own on others."""
        for out, state in ways:
            if n in state.refs:
                continue
            if state.children(n):
                raise Unknown
            if ref.flag is None or n not in self.flagged:
                if n in self.flagged:
                    raise Unknown
                self.flagged.add(n)
                raise Again
            self._fix(out, partial(self._access, ref.parent, state))
            if n in state.stale:
                self._fix(out, partial(self._own, n))

    def _loop(self, s: For | While, state: Trees) -> Trees:
        live = self._after[id(s)]
        at_head = live_before((s,), live)
        self._prune(state, at_head)
        body = s.body
        settle = has_break(body) or id(s) in self.settled
        if settle:
            self._settle(state, at_head)
        head = state
        if isinstance(s, While) and reads(s) & self._group:
            raise Unknown
        head_s = self._use(s, state)
        while True:
            outer, self._breaks = self._breaks, []
            begin = head.copy()
            if isinstance(s, For):
                self._kill_target(s.target, at_head, begin)
                pre: list[Statement] = []
                last, middle = head, begin
            else:
                pre, after_pre = self._inside(s.pre, begin)
                assert after_pre is not None
                last, middle = after_pre, after_pre.copy()
            out, end = self._inside(body, middle)
            breaks, self._breaks = self._breaks, outer
            if end is None:
                joined = head
                break
            if settle:
                self._fix(out, partial(self._settle, end, at_head))
            before: list[Statement] = []
            joined = self._join([(before, head.copy()), (out, end)], at_head)
            if before:
                if settle:
                    raise Unknown
                self.settled.add(id(s))
                raise Again
            if _same_state(joined, head):
                break
            head = joined
        inner = (tuple(out), ()) if isinstance(s, For) else (tuple(pre), tuple(out), ())
        self._out.append(with_blocks(head_s, inner))
        ways: list[tuple[list[Statement], Trees]] = [([], e.copy()) for e in (last, *breaks)]
        exit_state = self._join(ways, live)
        if any(out for out, _ in ways):
            if len(ways) > 1:
                raise Unknown
            self._out += ways[0][0]
        return exit_state

    def _kill_target(self, target: str, live: frozenset[str], state: Trees) -> None:
        if state.operand_users(target):
            self._kill(target, live, state)


def _same_state(a: Trees, b: Trees) -> bool:
    return (
        a.refs.keys() == b.refs.keys()
        and all(same_reference(a.refs[n], b.refs[n]) for n in a.refs)
        and all(a.fresh(n) == b.fresh(n) for n in a.refs)
        and a.stale == b.stale
    )


def _at_end(block: Block, new: Block) -> list[Statement]:
    """The block with statements at its end, before which a break may leave it."""
    last = block[-1] if block else None
    if isinstance(last, Break):
        return list(block)
    if isinstance(last, If) and has_break((last,)):
        arms = (tuple(_at_end(last.then, new)), tuple(_at_end(last.orelse, new)))
        return [*block[:-1], with_blocks(last, arms)]
    return [*block, *new]
