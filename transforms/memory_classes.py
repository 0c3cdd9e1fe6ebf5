"""Which names of a function may share memory at all (flow-insensitive), and which is written.

t = x[1:]                           x, t: one class
t[0] = v                            all of it counts as written
"""

from __future__ import annotations

from collections.abc import Mapping

from fpad import runtime as fp
from fpad.transforms.ir import Block, Func, Statement, Store, StoreAdd, walk
from fpad.transforms.kinds import Kind
from fpad.transforms.sharing import ResultAliases, scalar, sources

AUGMENTED = frozenset(
    getattr(fp, n)
    for n in ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul")
)


class Classes:
    """Union-find over names: one class for all that may share memory (flow-insensitive)."""

    def __init__(
        self, func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases
    ) -> None:
        self._parent: dict[str, str] = {}
        self._result_aliases = result_aliases
        self.add(func.body, kinds)

    def add(self, block: Block, kinds: Mapping[str, Kind]) -> None:
        """Take more statements in, those of a callee that is written out say."""
        for s in walk(block):
            self._statement(s, kinds)
        self._members: dict[str, set[str]] = {}
        for n in sorted(self._parent):
            self._members.setdefault(self.find(n), set()).add(n)

    def find(self, n: str) -> str:
        """The representative of the class of a name."""
        while self._parent.setdefault(n, n) != n:
            self._parent[n] = self._parent[self._parent[n]]
            n = self._parent[n]
        return n

    def members(self, n: str) -> set[str]:
        """All names of the class of `n`."""
        return self._members.get(self.find(n), set()) | {n}

    def _statement(self, s: Statement, kinds: Mapping[str, Kind]) -> None:
        for t, found in sources(s, kinds, self._result_aliases):
            for n in sorted(found):
                if not scalar(kinds.get(t)) and not scalar(kinds.get(n)):
                    ra, rb = sorted((self.find(t), self.find(n)))
                    self._parent[rb] = ra


def written_names(block: Block, classes: Classes) -> set[str]:
    """Names of memory that the block writes in place."""
    out: set[str] = set()
    for s in walk(block):
        if isinstance(s, Store | StoreAdd):
            out |= classes.members(s.base)
    return out
