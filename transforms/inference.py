"""Kinds of all names of a level-2 function, by name, whatever the path.

    def f(x):              # x: array            {x: array, s: float scalar, i: int, t: array}
        s = 0.0
        for i in range(3):
            t = np.sin(x)
            s = s + np.sum(t)

The kind of a name is the join over its definitions; the iteration starts from nothing and grows,
so loops and recursion need no special care.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    Call,
    Const,
    Copy,
    For,
    Func,
    Let,
    Load,
    Operand,
    Pack,
    Pop,
    Program,
    Push,
    Return,
    Slice,
    Statement,
    Unpack,
    names,
    reads,
    walk,
)
from fpad.transforms.kinds import (
    BOOL,
    FLOAT,
    INT,
    SHAPE,
    UNKNOWN_ARRAY,
    Kind,
    Num,
    OpaqueKind,
    ResidualKind,
    ShapeKind,
    StaticKind,
    TapeKind,
    element_kind,
    join,
)
from fpad.transforms.rules.core import rule_of

Env = dict[str, Kind]


_FLOWS = (Let, Copy, Load, Push, Pop)
"""Statements that give names a kind by those of the names they read."""


DEEPEST = 50
"""Where calls are nested deeper, functions are gone through in rounds, as those of a cycle are."""


class Inference:
    """Infers the functions of one program; answers are kept as long as a function is the same.

    A function is inferred together with all that it calls: each is gone through again until
    nothing changes in any of them.
    """

    def __init__(self, program: Program | None = None) -> None:
        self._funcs: Mapping[str, Func] = program.funcs if program is not None else {}
        self._done: dict[str, tuple[Func, Env]] = {}
        self._active: dict[str, tuple[Func, Env]] = {}
        self._open: set[int] = set()
        self._cyclic = False

    def func(self, func: Func) -> Env:
        """Name -> kind for one function (names whose kind is never settled are absent)."""
        found = self._done.get(func.name)
        if found is not None and found[0] is func:
            return found[1]
        assert not self._active
        self._cyclic = False
        ours = self._funcs.get(func.name) is func
        try:
            env = self._settled(func, self._start(func) if ours else _start(func))
            changed = self._cyclic
            while changed:
                known = len(self._active)
                changed = False if ours else self._pass(func, env)[0]
                for other, other_env in list(self._active.values()):
                    changed |= self._pass(other, other_env)[0]
                changed |= len(self._active) > known
            self._done |= self._active
        finally:
            self._active = {}
            self._open = set()
        return env

    def _start(self, func: Func) -> Env:
        env = _start(func)
        self._active[func.name] = (func, env)
        return env

    def _env(self, name: str) -> Env:
        """What is known so far of a function that another one speaks of."""
        func = self._funcs[name]
        for known in (self._done, self._active):
            found = known.get(name)
            if found is not None and found[0] is func:
                self._cyclic |= id(func) in self._open
                return found[1]
        env = self._start(func)
        if len(self._open) < DEEPEST:
            return self._settled(func, env)
        self._cyclic = True
        return env

    def _settled(self, func: Func, env: Env) -> Env:
        """Infer what a function calls, then the function, as far as it is no part of a cycle."""
        self._open.add(id(func))
        while self._pass(func, env)[1]:
            pass
        self._open.discard(id(func))
        return env

    def _pass(self, func: Func, env: Env) -> tuple[bool, bool]:
        """Go through the statements of a function once.

        Returns whether a kind changed, and whether one that had been read by then.
        """
        changed = again = False
        used: set[str] = set()
        for s in walk(func.body):
            if isinstance(s, _FLOWS):
                used |= reads(s)
            for name, kind in self._statement(s, env):
                old = env.get(name)
                new = kind if old is None else join(old, kind)
                if new is None:
                    new = _conflict(func, name, old, kind)
                if new != old:
                    env[name] = new
                    changed = True
                    again |= name in used
        return changed, again

    def results(self, name: str) -> tuple[Kind | None, ...]:
        """Kinds of the results of a function of the program (so far, inside a recursion)."""
        last = self._funcs[name].body[-1]
        assert isinstance(last, Return)
        env = self._env(name)
        return tuple(self.operand(v, env) for v in last.values)

    def layout(self, kind: ResidualKind) -> tuple[Kind | None, ...]:
        """Kinds of the items of residuals."""
        func = self._funcs[kind.layout]
        env = self._env(kind.layout)
        pack = next(s for s in walk(func.body) if isinstance(s, Pack) and s.kind == kind.layout)
        return tuple(self.operand(o, env) for o in pack.items)

    def operand(self, o: Operand, env: Mapping[str, Kind]) -> Kind | None:
        """The kind of an operand; a display has the join of its entries, as an array."""
        if isinstance(o, str):
            return env.get(o)
        if isinstance(o, Const):
            return constant_kind(o.value)
        if isinstance(o, Slice):
            return None
        kinds = [self.operand(p, env) for p in o]
        nums = [k for k in kinds if isinstance(k, Num)]
        if not nums:
            return StaticKind(None) if not kinds else kinds[0]
        out: Kind | None = nums[0]
        for k in nums[1:]:
            out = join(out, k) if out is not None else None
        if not isinstance(out, Num) or len(nums) < len(kinds):
            return Num(True, out.num) if isinstance(out, Num) else None
        rank = out.rank if out.array else 0
        return Num(True, out.num, None if rank is None else rank + 1)

    def keyword(self, o: Operand, env: Mapping[str, Kind]) -> Any:
        """The kind of a keyword's operand: bools count by value, as in keepdims=True."""
        if isinstance(o, Const) and isinstance(o.value, bool):
            return StaticKind(o.value)
        return self.operands((o,), env)[0]

    def operands(self, args: Iterable[Operand], env: Mapping[str, Kind]) -> list[Any]:
        """The kinds of the operands of an operation, of a display those of its entries."""
        return [
            tuple(self.operand(e, env) for e in a) if isinstance(a, tuple) else self.operand(a, env)
            for a in args
        ]

    def _statement(self, s: Statement, env: Env) -> list[tuple[str, Kind]]:
        out: list[tuple[str, Kind | None]] = []
        match s:
            case Let():
                out = [(s.target, self._let(s, env))]
            case Copy(target=t, value=v):
                if v != Const(None):  # a placeholder for a name that is set elsewhere
                    out = [(t, self.operand(v, env))]
            case Load(target=t, base=b, index=index):
                kind = env.get(b)
                if isinstance(kind, Num):
                    parts = index_parts(index, lambda o: self.operand(o, env))
                    out = [(t, element_kind(kind, parts))]
                elif kind is not None:
                    out = [(t, part_of_shape(kind, index))]
            case For(target=t):
                out = [(t, INT)]
            case Push(tape=tape, value=v):
                out = [(tape, TapeKind(self.operand(v, env)))]
            case Pop(target=t, tape=tape):
                kind = env.get(tape)
                if isinstance(kind, TapeKind):
                    out = [(t, kind.element)]
            case Pack(target=t, kind=layout):
                out = [(t, ResidualKind(layout))]
            case Unpack(targets=ts, value=v):
                kind = self.operand(v, env)
                if isinstance(kind, ResidualKind):
                    out = list(zip(ts, self.layout(kind), strict=True))
                elif kind is not None:  # of a shape; or it is not settled yet
                    out = [(t, INT) for t in ts]
            case Call(targets=ts, func=f):
                out = list(zip(ts, self.results(f), strict=True))
            case _:
                pass
        return [(n, k) for n, k in out if k is not None]

    def _let(self, s: Let, env: Env) -> Kind | None:
        if s.op is fp.tape:
            return TapeKind()
        rule = rule_of(s.op)
        if rule is None:
            return UNKNOWN_ARRAY
        if any(n not in env for a in s.args for n in names(a)):
            return None  # an operand is not settled yet
        kinds = self.operands(s.args, env)
        keywords = {k: self.keyword(v, env) for k, v in s.kwargs}
        return rule.kind(*kinds, **keywords)


def index_parts(
    index: Operand, kind_of_operand: Callable[[Operand], Kind | None]
) -> list[Kind | str | None]:
    """What each part of an index is, for `kinds.element_kind`."""
    out: list[Kind | str | None] = []
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, Slice):
            out.append(":")
        elif isinstance(part, Const) and part.value is None:
            out.append(None)
        elif part == Const(Ellipsis):
            out.append("...")
        elif isinstance(part, tuple):
            entries = index_parts(part, kind_of_operand)
            single = all(isinstance(e, Num) and not e.array for e in entries)
            out.append(Num(True, "int", 1) if single else "..")
        else:
            const = isinstance(part, Const)
            kind = constant_kind(part.value) if const else kind_of_operand(part)  # type: ignore[union-attr]
            out.append(kind if isinstance(kind, Num) and _chooses(kind) else "..")
    return out


def part_of_shape(kind: Kind, index: Operand) -> Kind:
    """The kind of shape[index]."""
    if not isinstance(index, Slice):
        return INT
    rank = kind.rank if isinstance(kind, ShapeKind) else None
    bounds = (index.lower, index.upper, index.step)
    if rank is None or not all(isinstance(o, Const) for o in bounds):
        return SHAPE
    part = slice(*(o.value for o in bounds if isinstance(o, Const)))
    return ShapeKind(len(range(rank)[part]))


def _chooses(kind: Num) -> bool:
    """Is it what entries are chosen by: an int, or an array of ints or bools?"""
    return kind.num == "int" or (kind.num == "bool" and kind.array)


def _start(func: Func) -> Env:
    """What is known of a function before its body is looked at."""
    return dict(zip(func.params, func.kinds, strict=True))


def _conflict(func: Func, name: str, a: Kind | None, b: Kind) -> Kind:
    """A name that holds two things no kind covers: harmless if neither can vary."""
    if not any(isinstance(k, Num | TapeKind | ResidualKind) for k in (a, b)):
        return OpaqueKind(object)
    raise refused(
        func.origin,
        f"{name} holds two different kinds of values in {func.name}: {a} and {b}",
        "give them two names",
    )


def constant_kind(value: Any) -> Kind:
    """The kind of a constant: numbers by class, everything else by value."""
    if isinstance(value, bool | np.bool_):
        return BOOL
    if isinstance(value, numbers.Integral):
        return INT
    if isinstance(value, float | np.floating):
        return FLOAT
    if isinstance(value, np.ndarray):
        return Num(True, "int" if value.dtype.kind in "iu" else "float", value.ndim)
    return StaticKind(value)


def infer(func: Func, program: Program | None = None) -> dict[str, Kind]:
    """Kinds of all names of a level-2 function: the join over all their definitions."""
    return Inference(program).func(func)
