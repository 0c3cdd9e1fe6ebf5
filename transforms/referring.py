"""Definitions of names that are views of other memory.

row = b[1]              row refers to b, and is made again where it is used
z = y                   z stands for y; no statement
v = x.reshape(-1)       a copy, and a flag that says whether v is a view of x
"""

from __future__ import annotations

from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.ir import (
    NOWHERE,
    Call,
    Const,
    Copy,
    Let,
    Load,
    Operand,
    Slice,
    Statement,
    names,
    reads,
    targets,
    walk,
    with_reads,
)
from fpad.transforms.kinds import Num
from fpad.transforms.references import (
    COPY,
    PART,
    SAME,
    SOURCE,
    Reference,
    Trees,
    composed,
    is_basic,
    is_int,
    operand_names,
    step_of,
)
from fpad.transforms.repeats import ROWS
from fpad.transforms.rules.core import rule_of
from fpad.transforms.sharing import may_be_element, sources
from fpad.transforms.through import Through, may_be_number
from fpad.transforms.upkeep import Unknown


class Referring(Through):
    """Says what the names that statements define refer to.

    Attributes:
        listed: arrays are in a list that others see too: a write is found to be seen by them as
            long as no name is kept as a copy.
        copied: a name is kept as a copy.
    """

    listed = False
    copied = False

    def _define(self, s: Statement, live: frozenset[str], state: Trees) -> None:
        """A simple statement that is no write."""
        view = self._view_of(s, state)
        if view is None or view[0] not in self._needed:
            if isinstance(s, Load):
                used = self._load(s, state)
            elif isinstance(s, Let) and id(s) in self._operations:
                used = self._operate(s, state)
            else:
                used = self._use(s, state)
            for t in targets(s):
                self._kill(t, live, state)
                self._own(t)
            clash = [t for t in targets(s) if t in reads(used)]
            if clash:
                raise Unknown
            self._out.append(used)
            return
        self._refer(s, *view, live, state)

    def _view_of(self, s: Statement, state: Trees) -> tuple[str, str, Statement | None] | None:
        """(target, source, step) if the statement makes a view, or a second name, in the group."""
        if not targets(s):
            return None
        found = [(t, f & self._group) for t, f in sources(s, self._kinds, self._aliases)]
        if isinstance(s, Let) and s.op in ROWS:
            roots = {state.root(n) for _, names_ in found for n in names_}
            seen = roots | {n for n in state.refs if state.root(n) in roots}
            if (seen - {s.target}) & self._after[id(s)]:
                self.listed = True
            return None
        hit = [(t, f) for t, f in found if f and t in self._group]
        if isinstance(s, Call):
            results = zip(s.targets, self._aliases(s.func), strict=True)
            shared = {t for t, a in results if a.results} | {t for t, _ in hit}
            if shared & self._needed:
                raise Unknown(s.func)
            return None
        if not hit:
            return None
        (target, base) = hit[0]
        if target not in self._needed:
            return None
        if len(base) != 1:
            raise Unknown
        (source,) = base
        match s:
            case Copy():
                return target, source, None
            case Load() if is_basic(s.index, self._kinds):
                return target, source, step_of(s, source)
            case Let(args=args) if args and args[0] == source and source not in names(args[1:]):
                return target, source, step_of(s, source)
        raise Unknown

    def _refer(
        self,
        s: Statement,
        target: str,
        source: str,
        step: Statement | None,
        live: frozenset[str],
        state: Trees,
    ) -> None:
        """Target = a view of source, or source itself."""
        ref = state.refs.get(source)
        steps: tuple[Statement, ...] = ()
        parent = source
        if ref is not None and ref.mode != COPY:
            parent, steps = ref.parent, ref.steps
        if parent == target and not steps and step is None:
            return  # x = x
        s = self._use(s, state, without=source)
        before: list[Statement] = []
        if step is not None:
            step = step_of(s, source)  # type: ignore[arg-type]
            last = steps[-1] if steps else None
            joined = None
            if isinstance(last, Load) and isinstance(step, Load) and len(steps) == 1:
                joined = composed(last.index, step.index, parent, self._kinds, self._fresh)
            if joined is not None and isinstance(step, Load):
                before, index = joined
                steps = (replace(step, index=index),)
            else:
                steps = (*steps, step)
        maybe = self._maybe(target, source, step, s)
        plain = not maybe and all(isinstance(q, Load) for q in steps)
        mode = COPY if not plain or target in self.flagged else PART if steps else SAME
        self.copied |= mode == COPY
        self._access(parent, state)
        if mode == SAME:
            self._second_name(target, parent, live, state)
            return
        self._out += before
        origin = getattr(s, "origin", NOWHERE)
        if target in state.path(parent):
            if self._wanted_tree(target, live - {target}, state):
                hidden = self._step_aside(target, live, state)
                parent = hidden if parent == target else parent
            else:  # nobody else sees this memory
                value = self._chain(Reference(parent, steps, PART), parent)[-1]
                self.copied = True
                kept = self._fresh.temp()
                self._out.append(Let(kept, fp.copy, (value,), (), origin))
                self._kill(target, live, state)
                self._out.append(Copy(target, kept, origin))
                self._own(target)
                return
        renamed = self._hide(target, steps, before, live, state)
        self._kill(target, live, state)
        flag: str | None = None
        if mode == PART:
            new = Reference(parent, renamed, PART)
            self._make(target, new)
        else:
            value = self._chain(Reference(parent, renamed, PART), parent)[-1]
            if maybe or target in self.flagged:
                flag = self._flag(target, parent, renamed, maybe, value, state)
            t = self._fresh.temp()
            self._out += [Let(t, fp.copy, (value,), (), origin), Copy(target, t, origin)]
            new = Reference(parent, renamed, COPY, flag)
        state.refs[target] = new
        state.set_fresh(target, state.fresh(target) | {target})

    def _second_name(self, target: str, parent: str, live: frozenset[str], state: Trees) -> None:
        """Target = parent, which it stands for from here on."""
        if target == parent:
            return
        self._kill(target, live, state)
        if target in state.path(parent):
            raise Unknown
        state.refs[target] = Reference(parent, (), SAME)

    def _maybe(self, target: str, source: str, step: Statement | None, s: Statement) -> bool:
        """Is it known only at run time whether this is a view?"""
        if step is None:
            return may_be_number(self._kinds.get(target)) or may_be_number(self._kinds.get(source))
        if isinstance(step, Load):
            kind = self._kinds.get(target)
            unknown = isinstance(kind, Num) and kind.rank is None
            return unknown and may_be_element(step.index, self._kinds)
        assert isinstance(step, Let)
        rule = rule_of(step.op)
        if rule is None or (rule.readonly and target in self._shown_by_written()):
            raise Unknown
        return rule.view != "always" or may_be_number(self._kinds.get(source))

    def _flag(
        self,
        target: str,
        parent: str,
        steps: tuple[Statement, ...],
        maybe: bool,
        value: str,
        state: Trees,
    ) -> str:
        """The name that says whether the target is a view, and what sets it."""
        flag = self._name(target, "shared")
        self._kinds[flag] = Num(False, "bool")
        if not maybe:
            self._out.append(Copy(flag, Const(True)))
            return flag
        source, view = self._authentic(parent, state), value
        if source != parent:
            view = self._chain(Reference(parent, steps, PART), source)[-1]
        self._out.append(Let(flag, fp.shares, (view, source)))
        return flag

    def _authentic(self, n: str, state: Trees) -> str:
        """A value with the memory layout that n has in the user's program."""
        ref = state.refs.get(n)
        if ref is not None:
            return self._chain(ref, self._authentic(ref.parent, state))[-1]
        if n in self._given:
            others = (s for s in walk(self._func.body) if n in targets(s))
            if any(id(s) not in self._updates for s in others):
                raise Unknown
            return self._given[n]
        return n

    def _hide(
        self,
        target: str,
        steps: tuple[Statement, ...],
        before: list[Statement],
        live: frozenset[str],
        state: Trees,
    ) -> tuple[Statement, ...]:
        """The steps, with operands that change later under names of their own."""
        made = {t for q in before for t in targets(q)}
        count = 0

        def kept(o: Operand) -> Operand:
            nonlocal count
            if isinstance(o, tuple):
                return tuple(map(kept, o))
            if isinstance(o, Slice):
                return Slice(kept(o.lower), kept(o.upper), kept(o.step))
            wanted = target in self.hidden and is_int(o, self._kinds)
            if o == SOURCE or not (wanted or (isinstance(o, str) and o in made)):
                return o
            count += 1
            name = self._name(target, f"at{count}")
            if o != name:
                self._kinds[name] = Num(False, "int")
                users = [m for m in state.operand_users(name) if m != target]
                if any(self._wanted(m, live, state) for m in users):
                    self._kill(name, live, state)
                self._out.append(Copy(name, o))
            return name

        def hidden(step: Statement) -> Statement:
            if isinstance(step, Load):
                return replace(step, index=kept(step.index))
            if target not in self.hidden:
                return step
            new: dict[str, Operand] = {}
            for n in operand_names(step):
                new[n] = self._name(target, f"with_{n}")
                self._kinds[str(new[n])] = self._kinds[n]
                self._out.append(Copy(str(new[n]), n))
            return with_reads(step, new)

        return tuple(map(hidden, steps))
