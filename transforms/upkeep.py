"""Keeping views and the memory that they show the same, while a function is rewritten.

if v_shared:                      a copy is written back before its parent is read
x[...] = fp.reshape_like(v, x)
row = b[1]                        a part is made again before it is used
b_was = b                         memory whose name is given away gets a hidden name
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    Fresh,
    Func,
    If,
    Let,
    Load,
    Statement,
    Store,
    all_names,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.references import (
    COPY,
    EVERYTHING,
    INVERTIBLE,
    PART,
    SAME,
    Reference,
    Trees,
    applied,
    inverted,
)
from fpad.transforms.sharing import scalar

_ASIDE = ("was", "was_before", "was_at_first")
"""What the memory of a name is called that holds something else by now, several times perhaps."""


class Unknown(Exception):
    """What a name refers to is not known; `func`: because it comes out of this function."""

    def __init__(self, func: str | None = None) -> None:
        super().__init__(func)
        self.func = func


class Again(Exception):
    """More hidden names are needed: start again."""


class Upkeep:
    """Writes what brings names up to date.

    Attributes:
        hidden: names whose references keep their operands under hidden names.
        flagged: names that are views on some ways only.
    """

    def __init__(self, func: Func, kinds: Mapping[str, Kind], group: set[str]) -> None:
        self._func = func
        self._kinds = dict(kinds)
        self._group = {n for n in group if not scalar(kinds.get(n))}
        self.hidden: set[str] = set()
        self.flagged: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        """Start to write the function."""
        self._fresh = Fresh(all_names(self._func))
        self._known: dict[tuple[str, str], str] = {}
        self._out: list[Statement] = []

    def _name(self, n: str, what: str) -> str:
        """The hidden name of a purpose, the same one each time it is asked for."""
        key = (n, what)
        if key not in self._known:
            self._known[key] = self._fresh(f"{n}_{what}")
        return self._known[key]

    def _access(self, n: str, state: Trees) -> None:
        """Make the value of a name current."""
        fresh = state.fresh(n)
        if n in fresh:
            return
        down = state.path(n)
        holders = [m for m in sorted(fresh) if m == state.holder(m)]
        up = state.path(next((m for m in down if m in fresh), holders[0]))
        while up[0] not in down:
            self._write_back(up.pop(0), state)
        for m in reversed(down[: down.index(up[0])]):
            self._refresh(m, state)
        if n not in state.fresh(n) and state.refs[n].mode == PART:
            self._refresh(n, state)

    def _chain(self, ref: Reference, source: str) -> list[str]:
        """Names of the values after each step from `source`, which are written."""
        out = [source]
        for step in ref.steps:
            t = self._fresh.temp()
            self._out.append(applied(step, t, out[-1]))
            out.append(t)
        return out

    def _make(self, n: str, ref: Reference) -> None:
        """N = the part of its parent."""
        *first, last = ref.steps
        value = self._chain(replace(ref, steps=tuple(first)), ref.parent)[-1]
        self._out.append(applied(last, n, value))

    def _captured(self, write: Callable[[], None]) -> Block:
        outer, self._out = self._out, []
        try:
            write()
            return tuple(self._out)
        finally:
            self._out = outer

    def _guarded(self, ref: Reference, write: Callable[[], None]) -> None:
        """The statements, under the test of the flag if there is one."""
        if ref.flag is None:
            write()
            return
        block = self._captured(write)
        self._out.append(If(ref.flag, block))

    def _refresh(self, n: str, state: Trees) -> None:
        """N = the view of its parent, which is current."""
        if n in state.fresh(n):
            return
        ref = state.refs[n]

        def write() -> None:
            if ref.mode == PART:
                self._make(n, ref)
                return
            value = self._chain(ref, ref.parent)[-1]
            t = self._fresh.temp()
            self._out += [Let(t, fp.copy, (value,)), Copy(n, t)]

        self._guarded(ref, write)
        state.set_fresh(n, state.fresh(n) | {n})

    def _write_back(self, n: str, state: Trees) -> None:
        """Write the value of a copy into its parent."""
        ref = state.refs[n]
        self._guarded(ref, lambda: self._put(ref, n))
        state.set_fresh(n, state.fresh(n) | {ref.parent})

    def _put(self, ref: Reference, value: str) -> None:
        """Write a value through the steps of a reference into its parent."""
        steps = list(ref.steps)
        if steps and not isinstance(steps[-1], Load) and steps[-1].op not in INVERTIBLE:  # type: ignore[attr-defined]
            raise Unknown
        chain = self._chain(replace(ref, steps=tuple(steps[:-1])), ref.parent)
        while steps:
            step, whole = steps.pop(), chain.pop()
            if isinstance(step, Load):
                base = whole
                if steps:
                    base = self._fresh.temp()
                    self._out.append(Let(base, fp.copy, (whole,)))
                self._out.append(Store(base, step.index, value))
                value = base
                continue
            assert isinstance(step, Let)
            if step.op not in INVERTIBLE:
                raise Unknown
            written, value = inverted(step, whole, value, self._fresh)
            self._out += written
        if value != ref.parent:
            self._out.append(Store(ref.parent, EVERYTHING, value))

    def _kill(self, n: str, live: frozenset[str], state: Trees) -> None:
        """A name is about to hold something else; `live`: after that."""
        users = [m for m in state.operand_users(n) if m != n and self._wanted(m, live, state)]
        if users:
            if self.hidden.issuperset(users):
                raise Unknown
            self.hidden |= set(users)
            raise Again
        for m in state.operand_users(n):
            if m != n and m in state.refs:
                self._let_go(m, live, state)
        children = [m for m in state.children(n) if self._wanted(m, live - {n}, state)]
        for m in state.children(n):
            if m not in children:
                self._let_go(m, live - {n}, state)
        if n in state.refs or children:
            self._leave(n, live - {n}, children, state)
        for m in state.children(n):
            self._forget(m, state)
        if state.root(n) == n:
            state.current.pop(n, None)
        else:
            state.drop(n)
        state.stale.discard(n)  # what it holds now says what its flag is

    def _own(self, n: str) -> None:
        """Say in the flag of a name, if it has one, that it has memory of its own."""
        if n in self.flagged:
            self._out.append(Copy(self._name(n, "shared"), Const(False)))

    def _forget(self, n: str, state: Trees) -> None:
        """Drop a name with all that refers to it."""
        for m in state.children(n):
            self._forget(m, state)
        state.drop(n)

    def _let_go(self, n: str, live: frozenset[str], state: Trees) -> None:
        """Drop a name with all that refers to it, once what they hold went to where it is seen."""
        for m in state.children(n):
            self._let_go(m, live, state)
        self._save_to_parent(n, live, state)
        state.drop(n)

    def _wanted(self, n: str, live: frozenset[str], state: Trees) -> bool:
        return n in live or any(self._wanted(m, live, state) for m in state.children(n))

    def _save_to_parent(self, n: str, live: frozenset[str], state: Trees) -> None:
        """A copy is about to be forgotten: what was written to it goes where others see it."""
        ref = state.refs[n]
        saved = ref.mode != COPY or n not in state.fresh(n) or ref.parent in state.fresh(n)
        if not saved and self._wanted_tree(n, live, state):
            self._access(ref.parent, state)

    def _wanted_tree(self, n: str, live: frozenset[str], state: Trees) -> bool:
        """Is anything else of the tree of n read later?"""
        root = state.root(n)
        everything = {root}
        todo = [root]
        while todo:
            found = [m for m in state.children(todo.pop()) if m not in everything]
            everything |= set(found)
            todo += found
        return any(m in live for m in everything - {n})

    def _leave(self, n: str, live: frozenset[str], children: list[str], state: Trees) -> None:
        """Keep what others see of the memory of n."""
        if children:
            self._access(n, state)
            heirs = [m for m in children if state.refs[m].mode == SAME and m in live]
            if heirs:
                self._hand_on(n, heirs[0], state)
            else:
                self._step_aside(n, live, state)
            return
        self._save_to_parent(n, live, state)

    def _step_aside(self, n: str, live: frozenset[str], state: Trees) -> str:
        """A hidden name takes the place of a holder whose name is to hold something else."""
        names_ = (self._name(n, what) for what in _ASIDE)
        hidden = next((m for m in names_ if not self._wanted(m, live, state)), None)
        if hidden is None:
            raise Unknown
        for m in [hidden] if hidden in state.refs else state.children(hidden):
            self._let_go(m, live, state)
        self._kinds[hidden] = self._kinds[n]
        self._group.add(hidden)
        self._hand_on(n, hidden, state)
        return hidden

    def _hand_on(self, n: str, heir: str, state: Trees) -> None:
        """Another name takes the place of a holder, and another one that of its flag."""
        self._out.append(Copy(heir, n))
        state.rename(n, heir)
        ref = state.refs.get(heir)
        if ref is not None and ref.flag is not None:
            flag = self._name(heir, "shared")
            self._kinds[flag] = Num(False, "bool")
            self._out.append(Copy(flag, ref.flag))
            state.refs[heir] = replace(ref, flag=flag)

    def _prune(self, state: Trees, live: frozenset[str]) -> None:
        """Forget names that are not read later, after what they hold went to where it is seen."""
        while True:
            idle = [n for n in sorted(state.refs) if n not in live and not state.children(n)]
            if not idle:
                break
            for n in idle:
                self._save_to_parent(n, live, state)
                state.drop(n)
        for root in sorted({state.root(n) for n in state.refs}):
            heirs = [m for m in state.children(root) if state.refs[m].mode == SAME and m in live]
            if root not in live and heirs:
                self._access(root, state)
                self._hand_on(root, heirs[0], state)
            elif root not in live:
                self._set_free(root, state)
        roots = {state.root(n) for n in state.refs}
        for root in list(state.current):
            if root not in roots:
                del state.current[root]

    def _set_free(self, root: str, state: Trees) -> None:
        """A copy whose parent nobody reads any more has memory of its own."""
        children = state.children(root)
        if len(children) != 1 or state.refs[children[0]].mode != COPY:
            return
        n = children[0]
        self._access(n, state)
        self._own(n)
        fresh = state.current.pop(root) - {root}
        del state.refs[n]
        state.current[n] = fresh

    def _settle(self, state: Trees, live: frozenset[str]) -> None:
        """Make every root current."""
        self._prune(state, live)
        for root in sorted({state.root(n) for n in state.refs}):
            self._access(root, state)
            state.current[root] = frozenset((root,))
