"""Recompute what costs nothing instead of saving it.

    for i in range(n):                       for i in reversed(range(n)):
        t = i - 1                                bx[i - 1] += bs * w[i]
        s = s + x[t] * w[i]          ->

Index arithmetic, signs, shapes, and elements of memory that nobody writes later are computed again
in the reverse sweep where they are read; saving them would cost a tape each.  A name qualifies if
it is defined once in the function, earlier in the same block, by such a statement, and nothing
between redefines what that statement reads.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace

from fpad.transforms.ir import (
    Block,
    For,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Statement,
    Store,
    StoreAdd,
    While,
    blocks,
    defined,
    names,
    reads,
    targets,
    walk,
    with_reads,
)
from fpad.transforms.kinds import INT, Kind, Num
from fpad.transforms.memory_classes import Classes
from fpad.transforms.rules.core import rule_of

_INDEX_ARITHMETIC = {
    operator.add,
    operator.sub,
    operator.mul,
    operator.floordiv,
    operator.mod,
    operator.neg,
}


def _stored(*block: Statement) -> set[str]:
    return {q.base for q in walk(block) if isinstance(q, Store | StoreAdd)}


class Recompute:
    """Finds and repeats the cheap statements of one function.

    Args:
        written: names of memory that is written in place.
        classes: which names may share memory; None: what is written is not read again, as all of it
            would be saved for that.
    """

    def __init__(
        self,
        func: Func,
        kinds: Mapping[str, Kind],
        written: set[str],
        classes: Classes | None,
    ) -> None:
        self._kinds = kinds
        self._written = written
        self._last: dict[int, Load] = {}
        """Elements of memory that nothing writes from there on, by identity."""
        self._times: dict[str, int] = dict.fromkeys(func.params, 1)
        for s in walk(func.body):
            for t in targets(s):
                self._times[t] = self._times.get(t, 0) + 1
        if classes is not None:
            self._find_last(func.body, set(), classes)

    def _find_last(self, block: Block, later: set[str], classes: Classes) -> None:
        """Find them in a block; `later`: the classes of memory that is written behind it."""
        for s in reversed(block):
            if isinstance(s, Load) and classes.find(s.base) not in later and self.once(s.base):
                self._last[id(s)] = s
            inside = set(later)
            if isinstance(s, For | While):  # the next trip comes later
                inside |= {classes.find(n) for n in _stored(s)}
            for b in blocks(s):
                self._find_last(b, inside, classes)
            later = later | {classes.find(n) for n in _stored(s)}

    def once(self, name: str) -> bool:
        """Is the name defined once in the function?"""
        return self._times.get(name) == 1

    def _cheap(self, s: Statement) -> bool:
        match s:
            case Let(target=t, op=op):
                rule = rule_of(op)
                if rule is not None and rule.cost_free:
                    return True
                kind = self._kinds.get(t)
                if op is operator.neg and isinstance(kind, Num) and not kind.array:
                    return True
                return op in _INDEX_ARITHMETIC and kind == INT
            case Load(base=base, index=index):
                still = base not in self._written or id(s) in self._last
                return still and all(self._kinds.get(n) == INT for n in names(index))
            case _:
                return False

    def _source(self, name: str, block: Block, j: int) -> Statement | None:
        """The cheap statement of the block that gives `name` its value at statement j."""
        if self._times.get(name) != 1:
            return None
        for k in range(j - 1, -1, -1):
            s = block[k]
            if name in targets(s):
                if not self._cheap(s):
                    return None
                later = block[k + 1 : j + 1]  # the adjoint of block[j] sees what that has set
                changed = defined(*later) | _stored(*later)
                return None if changed & reads(s) else s
        return None

    def apply(self, adj: list[Statement], block: Block, j: int, fresh: Fresh) -> list[Statement]:
        """The adjoint statements of block[j] with cheap operands computed again in front."""
        own = set(targets(block[j]))
        wanted = sorted({n for s in adj for n in reads(s)} - own)
        head: list[Statement] = []
        new: dict[str, Operand] = {}
        for n in wanted:
            found = self._repeat(n, block, j, fresh, head, new)
            if found is not None:
                new[n] = found
        return head + [with_reads(s, new) for s in adj] if new else adj

    def _repeat(
        self,
        name: str,
        block: Block,
        j: int,
        fresh: Fresh,
        head: list[Statement],
        done: dict[str, Operand],
    ) -> str | None:
        if name in done:
            return str(done[name])
        s = self._source(name, block, j)
        if s is None:
            return None
        inner: dict[str, Operand] = {}
        for n in sorted(reads(s)):
            found = self._repeat(n, block, j, fresh, head, done)
            if found is not None:
                inner[n] = done[n] = found
        t = fresh.temp()
        head.append(replace(with_reads(s, inner), target=t, role="recompute"))  # type: ignore[call-arg]
        return t
