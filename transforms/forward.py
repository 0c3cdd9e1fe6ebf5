"""Forward mode, level 2 -> level 2: each statement is followed by that of its tangent.

    def f(x, s):                    def f_jvp(x, s, dx):
        t = x * x                       t = x * x;  dt = dx * x + x * dx
        y = np.sin(t) / s    ->         t2 = np.sin(t);  dt2 = dt * np.cos(t)
        return y                        y = t2 / s;  dy = dt2 / s
                                        return y, dy

The tangent of a name that is written in place, or may be, owns its memory, and shares it only with
tangents of names that share the primal's: t = x + 1.0 is new memory, and then so is dt = dx.
Control flow is that of the primal.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from fpad import runtime as fp
from fpad.transforms.activity import active_paths, differentiable
from fpad.transforms.ir import (
    NOWHERE,
    Atom,
    Block,
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
    Return,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    all_names,
    blocks,
    names,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind
from fpad.transforms.memory_classes import Classes, written_names
from fpad.transforms.rules.core import rule_of, unknown_argument
from fpad.transforms.rules.trace import Builder, Symbolic, quote
from fpad.transforms.shapes import Shapes
from fpad.transforms.sharing import Aliases


class Callees(Protocol):
    """What forward mode asks about the functions that are called."""

    def result_aliases(self, name: str) -> tuple[Aliases, ...]:
        """For each result, the parameters whose memory it may share."""
        ...

    def active_results(self, name: str, active: tuple[bool, ...]) -> tuple[bool, ...]:
        """Which results vary when these parameters do."""
        ...

    def jvp(self, name: str, active: tuple[bool, ...], volatile: tuple[bool, ...]) -> str:
        """The name of the tangent of a callee; `volatile`: the caller writes the argument."""
        ...


class Forward:
    """The forward-mode transform of one function; `body` holds primal and tangent statements.

    Args:
        func: level 2, with in-place writes prepared.
        active: names that vary with the inputs.
        wrt: the parameters that have a tangent; others that are assigned to later start with zeros.
        volatile: parameters whose memory the caller writes; residuals keep none of their tangents.
    """

    def __init__(
        self,
        func: Func,
        kinds: Mapping[str, Kind],
        active: set[str],
        wrt: Collection[str],
        callees: Callees,
        volatile: Iterable[str] = (),
    ) -> None:
        self.kinds = kinds
        self.active = active
        self.callees = callees
        self.fresh = Fresh(all_names(func))
        self._shapes = Shapes(func, kinds)
        classes = Classes(func, kinds, callees.result_aliases)
        self._owned = written_names(func.body, classes)
        for p in volatile:
            self._owned |= classes.members(p)
        self._stored = {s.base for s in walk(func.body) if isinstance(s, Store | StoreAdd)}
        self._tangent: dict[str, str] = {}
        for n in [*func.params, *(t for s in walk(func.body) for t in targets(s))]:
            if n in active:
                self.d(n)
        last = func.body[-1]
        assert isinstance(last, Return)
        self.results = last.values
        head: list[Statement] = []
        for p in func.params:
            if p not in wrt:
                self._set_zero(head, p, NOWHERE)
        self.body = (*head, *self._block(func.body[:-1]))

    def d(self, name: str) -> str:
        """The name of a tangent."""
        if name not in self._tangent:
            plain = f"d{name}"
            self._tangent[name] = self.fresh(f"{plain}_" if plain in self.fresh.taken else plain)
        return self._tangent[name]

    def tangent_of(self, out: list[Statement], o: Operand, origin: Origin) -> Atom:
        """The tangent of an operand; a constant or inactive one has zeros."""
        if isinstance(o, str) and o in self.active:
            return self.d(o)
        return self._zero(out, o, origin)

    def _zero(self, out: list[Statement], o: Operand, origin: Origin) -> Atom:
        """Zeros for an operand, of its structure (a tape has a zero for every entry)."""
        if isinstance(o, Const):
            return o if o.value is None else Const(0.0)
        if isinstance(o, str) and _scalar(self.kinds.get(o)):
            return Const(0.0)
        t = self.fresh.temp()
        out.append(Let(t, fp.zeros_like, (o,), (), origin, "tangent"))
        return t

    def _block(self, block: Block) -> Block:
        out: list[Statement] = []
        for s in block:
            inner = blocks(s)
            if inner:
                out.append(with_blocks(s, tuple(map(self._block, inner))))
                continue
            handler = _HANDLERS.get(type(s))
            if handler is None:
                out.append(s)
            else:
                handler(self, s, out)
        return tuple(out)

    def _set(self, out: list[Statement], target: str, value: Atom, origin: Origin) -> None:
        """Set the tangent of a name, in memory of its own if it is written in place."""
        bundle = isinstance(self.kinds.get(target), ResidualKind)  # what it holds owns itself
        if target in self._owned and not bundle and value != Const(None):  # None: a placeholder
            own = fp.own if target in self._stored else fp.copy
            out.append(Let(self.d(target), own, (value,), (), origin, "tangent"))
        else:
            out.append(Copy(self.d(target), value, origin, "tangent"))

    def _set_copy(self, out: list[Statement], target: str, value: Atom, origin: Origin) -> None:
        """Set the tangent of new memory whose tangent would be that of memory that is written."""
        kind = self.kinds.get(target)
        if target in self._owned or not isinstance(kind, Num) or not kind.array:
            self._set(out, target, value, origin)
        else:
            out.append(Let(self.d(target), fp.copy, (value,), (), origin, "tangent"))

    def _set_zero(self, out: list[Statement], target: str, origin: Origin) -> None:
        """The tangent of an active name's inactive definition."""
        if target in self.active:
            self._set(out, target, self._zero(out, target, origin), origin)

    def _let(self, s: Let, out: list[Statement]) -> None:
        out.append(s)
        if s.target not in self.active:
            return
        if s.op is fp.tape:
            out.append(replace(s, target=self.d(s.target), role="tangent"))
            return
        rule = rule_of(s.op)
        paths = tuple(active_paths(s, self.active))
        tangents = {path: self.d(x) for path, x in paths}
        if rule is None or not tangents:
            self._set_zero(out, s.target, s.origin)
            return
        builder = Builder(self.fresh, s.origin, "tangent", s.under)
        try:
            value = quote(rule.tangent(builder, s, tangents, self._shapes.same(s)))
        except Symbolic:
            raise unknown_argument(s) from None
        assert isinstance(value, str | Const)
        out += builder.out
        # A copy is made because its original is written: here or, if residuals hold it, outside.
        written = s.op is fp.copy or any(x in self._owned for _, x in paths)
        if rule.view == "never" and written and value in _sharing(builder.out, tangents.values()):
            self._set_copy(out, s.target, value, s.origin)
        else:
            self._set(out, s.target, value, s.origin)

    def _copy(self, s: Copy, out: list[Statement]) -> None:
        out.append(s)
        if s.target in self.active:
            self._set(out, s.target, self.tangent_of(out, s.value, s.origin), s.origin)

    def _load(self, s: Load, out: list[Statement]) -> None:
        out.append(s)
        if s.target not in self.active:
            return
        if s.base not in self.active:
            self._set_zero(out, s.target, s.origin)
        elif s.target in self._owned:
            t = self.fresh.temp()
            out.append(Load(t, self.d(s.base), s.index, s.origin, "tangent"))
            self._set(out, s.target, t, s.origin)
        else:
            base = self.d(s.base)
            if _of_no_axes(s.index):  # NumPy's numbers take it; a tangent may be Python's
                base = self.fresh.temp()
                out.append(Let(base, fp.asarray, (self.d(s.base),), (), s.origin, "tangent"))
            out.append(Load(self.d(s.target), base, s.index, s.origin, "tangent"))

    def _store(self, s: Store | StoreAdd, out: list[Statement]) -> None:
        out.append(s)
        if s.base not in self.active:
            return
        inactive = not (isinstance(s.value, str) and s.value in self.active)
        if inactive and isinstance(s, StoreAdd):
            return
        value = Const(0.0) if inactive else self.d(str(s.value))
        out.append(type(s)(self.d(s.base), s.index, value, s.origin, "tangent"))

    def _push(self, s: Push, out: list[Statement]) -> None:
        out.append(s)
        if s.tape in self.active:
            out.append(Push(self.d(s.tape), self.tangent_of(out, s.value, NOWHERE)))

    def _pop(self, s: Pop, out: list[Statement]) -> None:
        out.append(s)
        if s.tape in self.active:
            out.append(
                Pop(
                    self.d(s.target) if s.target in self.active else self.fresh("_"), self.d(s.tape)
                )
            )
        else:
            self._set_zero(out, s.target, NOWHERE)

    def _pack(self, s: Pack, out: list[Statement]) -> None:
        out.append(s)
        if s.target in self.active:
            items = tuple(
                self.tangent_of(out, v, s.origin)
                if not isinstance(v, str) or differentiable(self.kinds.get(v))
                # whoever takes it apart may know a number where this function knows an integer
                else Const(0.0 if _scalar(self.kinds.get(v)) else None)
                for v in s.items
            )
            out.append(Pack(self.d(s.target), s.kind, items, (), s.origin, "tangent"))

    def _unpack(self, s: Unpack, out: list[Statement]) -> None:
        out.append(s)
        if isinstance(s.value, str) and s.value in self.active:
            ts = tuple(self.d(t) if t in self.active else self.fresh("_") for t in s.targets)
            out.append(Unpack(ts, self.d(s.value), s.origin, "tangent"))

    def _call(self, s: Call, out: list[Statement]) -> None:
        active = tuple(isinstance(a, str) and a in self.active for a in s.args)
        results = self.callees.active_results(s.func, active) if any(active) else ()
        if not any(results):
            out.append(s)
            for t in s.targets:
                self._set_zero(out, t, s.origin)
            return
        extra = tuple(self.d(str(a)) for a, yes in zip(s.args, active, strict=True) if yes)
        moved = tuple(
            self.d(t) if t in self.active else self.fresh.temp()
            for t, yes in zip(s.targets, results, strict=True)
            if yes
        )
        func = self.callees.jvp(s.func, active, tuple(a in self._owned for a in s.args))
        varying = [t for t, yes in zip(s.targets, results, strict=True) if yes]
        if not self._owned.isdisjoint((*varying, *itertools.compress(s.args, active))):
            given = tuple(self.fresh.temp() for _ in moved)
        else:
            given = moved
        out.append(Call((*s.targets, *given), func, (*s.args, *extra), s.origin, s.role))
        if given != moved:  # a tangent may be that of an argument where the value is new
            for t, value in zip(varying, given, strict=True):
                if t in self.active:
                    self._set_copy(out, t, value, s.origin)
        for t, yes in zip(s.targets, results, strict=True):
            if not yes:
                self._set_zero(out, t, s.origin)


def _sharing(block: Iterable[Statement], names_: Iterable[str]) -> set[str]:
    """The names, and those of the block that may share memory with one of them."""
    found = set(names_)
    for s in block:
        match s:
            case Let(target=t) if rule := rule_of(s.op):
                shares = not found.isdisjoint(names(*rule.viewed(s.args)))
            case Load(target=t, base=base):
                shares = base in found
            case Copy(target=t, value=value):
                shares = value in found
            case _:
                continue
        if shares:
            found.add(t)
    return found


def _of_no_axes(index: Operand) -> bool:
    """Is this an index that an array without axes takes, as () and None?"""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(p, Const) and p.value in (None, ...) for p in parts)


_HANDLERS: dict[type, Callable[[Forward, Any, list[Statement]], None]] = {
    Let: Forward._let,
    Copy: Forward._copy,
    Load: Forward._load,
    Store: Forward._store,
    StoreAdd: Forward._store,
    Push: Forward._push,
    Pop: Forward._pop,
    Pack: Forward._pack,
    Unpack: Forward._unpack,
    Call: Forward._call,
}


def _scalar(kind: Kind | None) -> bool:
    return isinstance(kind, Num) and not kind.array
