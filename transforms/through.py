"""Reads and writes through names that are views of other memory.

t = row[0]         ->   t = b[1, 0]              row is b[1]
row[0] = s         ->   b[1, 0] = s
row += s           ->   t1 = b[1]; t2 = fp.iadd(t1, s); b[1] = t2
z[0] = s           ->   y[0] = s                 z is y
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.alias import rebound
from fpad.transforms.ir import (
    Block,
    Copy,
    Func,
    Let,
    Load,
    Operand,
    Origin,
    Statement,
    Store,
    StoreAdd,
    blocks,
    names,
    reads,
    targets,
    walk,
    with_reads,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.liveness import live_before
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.references import (
    COPY,
    PART,
    SAME,
    Reference,
    Trees,
    composed,
)
from fpad.transforms.sharing import ResultAliases, sources
from fpad.transforms.upkeep import Unknown, Upkeep


class Through(Upkeep):
    """Reads and writes through names that are views.

    Attributes:
        updates, operations: `t = fp.iadd(y, e); y = t`: the copies and the operations, by identity.
        anew: such operations whose result is not given back to y, as that of `d["y"] += e`.
        needed: names that are written, or read after a write, and those that they are views of.
        given: parameters that are copied on entry, and what the caller gave.
    """

    def __init__(
        self,
        func: Func,
        kinds: Mapping[str, Kind],
        result_aliases: ResultAliases,
        group: set[str],
    ) -> None:
        super().__init__(func, kinds, group)
        self._aliases = result_aliases
        self._after: dict[int, frozenset[str]] = {}

        def visit(s: Statement, live: AbstractSet[str]) -> None:
            self._after[id(s)] = frozenset(live)

        live_before(func.body, frozenset(), visit)
        self._updates, self._operations, self._anew = _updates(func, self._group)
        self._group |= {t for s in walk(func.body) if id(s) in self._anew for t in targets(s)}
        self._needed = self._names_needed()
        self._shown: set[str] | None = None
        self._given: dict[str, str] = {}

    def _names_needed(self) -> set[str]:
        """Names that are written, or live across a write, and those that they are views of."""
        out: set[str] = set()
        for s in walk(self._func.body):
            base = self._written(s)
            if base in self._group:
                out |= {base} | (self._after[id(s)] & self._group)
        return self._with_sources(out)

    def _shown_by_written(self) -> set[str]:
        """Names that are written, also through others that are views of them."""
        if self._shown is None:
            bases = {self._written(s) for s in walk(self._func.body)} - {None}
            self._shown = self._with_sources({str(b) for b in bases})
        return self._shown

    def _with_sources(self, out: set[str]) -> set[str]:
        """The names and those that they are views of."""
        while True:
            more = {
                n
                for s in walk(self._func.body)
                for t, found in sources(s, self._kinds, self._aliases)
                if t in out
                for n in found & self._group
            }
            if more <= out:
                return out
            out |= more

    def _written(self, s: Statement) -> str | None:
        """The name through which a statement writes memory."""
        if isinstance(s, Store | StoreAdd):
            return s.base
        if isinstance(s, Let) and id(s) in self._anew:
            return str(s.args[0])
        return s.target if isinstance(s, Copy) and id(s) in self._updates else None

    def _use(self, s: Statement, state: Trees, without: str | None = None) -> Statement:
        """The statement with the values that it reads current."""
        new: dict[str, Operand] = {}
        for n in sorted(reads(s) & self._group):
            ref = state.refs.get(n)
            if n == without:
                continue
            if ref is not None and ref.mode == SAME:
                self._access(ref.parent, state)
                new[n] = ref.parent
            else:
                self._access(n, state)
        return with_reads(s, new) if new else s

    def _through(
        self, base: str, index: Operand, state: Trees
    ) -> tuple[str, Operand, list[Statement]] | None:
        """(holder, index): where base[index] lies, if it can be said with one index."""
        ref = state.refs.get(base)
        if ref is None or ref.mode == COPY:
            return base, index, []
        if ref.mode == SAME:
            return ref.parent, index, []
        if len(ref.steps) != 1:
            return None
        (step,) = ref.steps
        assert isinstance(step, Load)
        found = composed(step.index, index, ref.parent, self._kinds, self._fresh)
        return None if found is None else (ref.parent, found[1], found[0])

    def _load(self, s: Load, state: Trees) -> Statement:
        """base[index], read from the memory itself."""
        used = self._use(s, state, without=s.base)
        assert isinstance(used, Load)
        place = self._through(s.base, used.index, state)
        if place is None or s.base not in self._group:
            return self._use(used, state)
        holder, index, before = place
        self._access(holder, state)
        self._out += before
        return replace(used, base=holder, index=index)

    def _store(self, s: Store | StoreAdd, state: Trees) -> None:
        used = self._use(s, state, without=s.base)
        if s.base in names(s.index, s.value):
            used = self._use(used, state)
        assert isinstance(used, Store | StoreAdd)
        if s.base not in self._group:
            self._out.append(used)
            return
        place = self._through(s.base, used.index, state)
        if place is None:
            ref = state.refs[s.base]
            self._access(ref.parent, state)
            t, c = self._chain(ref, ref.parent)[-1], self._fresh.temp()
            self._out += [Let(c, fp.copy, (t,)), replace(used, base=c)]
            self._put(ref, c)
            state.set_fresh(ref.parent, frozenset((ref.parent,)))
            return
        holder, index, before = place
        self._access(holder, state)
        self._out += [*before, replace(used, base=holder, index=index)]
        state.set_fresh(holder, frozenset((holder,)))

    def _update(self, s: Copy, state: Trees) -> None:
        """Y += e, whose new value is in a temporary."""
        assert isinstance(s.value, str)
        if s.value in self._after[id(s)]:
            raise Unknown
        self._replace_memory(s.target, s.value, s.origin, state)

    def _update_anew(self, s: Let, state: Trees) -> None:
        """T = fp.iadd(y, e), where t is y's memory from here on."""
        y = str(s.args[0])
        if may_be_number(self._kinds.get(y)) and y in self._after[id(s)]:
            raise Unknown
        used = self._operate(s, state)
        self._kill(s.target, self._after[id(s)], state)
        self._out.append(used)
        self._replace_memory(y, s.target, s.origin, state)
        ref = state.refs.get(y)
        second = ref is not None and ref.mode != COPY
        state.refs[s.target] = ref if ref is not None and second else Reference(y, (), SAME)

    def _operate(self, s: Let, state: Trees) -> Statement:
        """The operation of y += e, on a temporary where y is a part: it is written as a part."""
        y = str(s.args[0])
        used = self._use(s, state)
        ref = state.refs.get(y)
        if ref is None or ref.mode != PART:
            return used
        assert isinstance(used, Let)
        t = self._fresh.temp()
        self._make(t, ref)
        return replace(used, args=(t, *used.args[1:]))

    def _replace_memory(self, y: str, value: str, origin: Origin, state: Trees) -> None:
        """All that y holds gets new entries."""
        ref = state.refs.get(y)
        if ref is not None and ref.mode == PART:
            self._access(ref.parent, state)
            self._put(ref, value)
        else:
            target = ref.parent if ref is not None and ref.mode == SAME else y
            self._out.append(Copy(target, value, origin))
        holder = state.holder(y)
        state.set_fresh(holder, frozenset((holder,)))


def may_be_number(kind: Kind | None) -> bool:
    """An array without axes, or one whose rank is not known, may be a number in disguise."""
    return isinstance(kind, Num) and kind.array and not kind.rank


def _updates(func: Func, group: Iterable[str]) -> tuple[set[int], set[int], set[int]]:
    """Augmented assignments to names, `t = fp.iadd(y, e); y = t`: the copies and the operations.

    And those operations whose result is not given back to y, as that of `d["y"] += e`.
    """
    group, second = frozenset(group), rebound(func)
    copied: set[int] = set()
    operations: set[int] = set()
    anew: set[int] = set()
    for b in _all_blocks(func.body):
        for k, s in enumerate(b):
            if isinstance(s, Let) and s.op in AUGMENTED and s.args[0] in group & second:
                y = s.args[0]
                end = next((q for q in b[k + 1 :] if y in targets(q)), None)
                if isinstance(end, Copy) and end.value == s.target:
                    copied.add(id(end))
                    operations.add(id(s))
                else:
                    anew.add(id(s))
    return copied, operations, anew


def _all_blocks(block: Block) -> Iterable[Block]:
    yield block
    for s in block:
        for b in blocks(s):
            yield from _all_blocks(b)
