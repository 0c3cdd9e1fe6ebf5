"""Runs level-2 programs statement by statement, over floats or over any other domain of values.

    interpret(program, [2.0, 3])            what the function itself returns, bit for bit
    interpret(program, [Fraction(2), 3], Rationals())

The interpreter owns the names, the branches, the loops and the calls.  A `Domain` owns the values:
what a constant is, what an operation gives, and which way a test goes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fpad import runtime as fp
from fpad.runtime.arrays import is_array
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Const,
    Copy,
    Do,
    For,
    Func,
    If,
    Let,
    Load,
    Note,
    Operand,
    Pack,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    walk,
)

Env = dict[str, Any]
WHOLE = Const(...)


class StepLimit(Exception):
    """The program ran longer than it was allowed to."""


class Domain:
    """Values and what operations do to them; this one computes with the values as they are.

    Every method gets the statement it is asked for, so that a domain can tell where it is.
    """

    def constant(self, value: Any) -> Any:
        """The value of a constant."""
        return value

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The result of an operation."""
        return s.op(*args, **kwargs)

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """An effect."""
        s.op(*args, **kwargs)

    def test(self, value: Any, s: If | While) -> bool | None:
        """Which way a test goes; None of an if: both ways, whose values `join` puts together."""
        return bool(value)

    def join(self, value: Any, a: Any, b: Any, s: If) -> Any:
        """What a name holds behind an if of which both ways were run: a where the test is true."""
        raise NotImplementedError

    def integer(self, value: Any, s: For) -> int:
        """A bound of a range."""
        return operator.index(value)

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """The value of base[index]."""
        return base[index]

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Make base[index] = value."""
        base[index] = value

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        """Make base[index] += value, accumulating over repeated entries."""
        fp.add_at(base, index, value)

    def is_memory(self, base: Any) -> bool:
        """Can what has this name be written into?  Otherwise `x += v` gives the name the sum."""
        return is_array(base)

    def step(self, s: Statement) -> None:
        """Asked before every statement; may raise."""

    def enter(self, s: Call | For | While, trip: int) -> None:
        """A call (trip 0), or a trip of a loop, begins."""

    def leave(self, s: Call | For | While) -> None:
        """A call ends, or a loop that was entered at least once."""


class _Left(Exception):
    """A break, on its way out of the loop."""


def interpret(
    program: Program,
    args: Iterable[Any],
    domain: Domain | None = None,
    limit: int | None = None,
) -> list[Any]:
    """The flat results of the program for flat arguments.

    Args:
        program: level 2.
        args: one value for each parameter of the entry function.
        domain: what the values are; floats and arrays, computed with as they are, if left out.
        limit: the number of statements after which `StepLimit` is raised.

    Raises:
        UnboundLocalError: a name is read that the way taken has not given a value, as in Python.
        StepLimit: the program took more steps, or its calls are nested too deeply.
    """
    run = _Run(program, domain or Domain(), limit)
    try:
        return run.call(program.main, tuple(args))
    except RecursionError:
        if limit is None:
            raise
        raise StepLimit from None


class _Run:
    """One run of a program."""

    def __init__(self, program: Program, domain: Domain, limit: int | None) -> None:
        self._funcs = program.funcs
        self._domain = domain
        self._left = limit

    def call(self, func: Func, args: tuple[Any, ...]) -> list[Any]:
        """The results of one function."""
        if len(args) != len(func.params):
            raise TypeError(f"{func.name} takes {len(func.params)} values, not {len(args)}")
        env: Env = dict(zip(func.params, args, strict=True))
        self.block(func.body[:-1], env)
        last = func.body[-1]
        assert isinstance(last, Return)
        return [self.value(o, env) for o in last.values]

    def value(self, o: Operand, env: Env) -> Any:
        """The value of an operand."""
        if isinstance(o, str):
            try:
                return env[o]
            except KeyError:
                raise UnboundLocalError(f"the variable {o!r} has no value here") from None
        if isinstance(o, Const):
            return self._domain.constant(o.value)
        if isinstance(o, Slice):
            return slice(*(self.value(p, env) for p in (o.lower, o.upper, o.step)))
        return tuple([self.value(p, env) for p in o])

    def block(self, block: Block, env: Env) -> None:
        """Run the statements of a block."""
        for s in block:
            if self._left is not None:
                self._left -= 1
                if self._left < 0:
                    raise StepLimit
            self._domain.step(s)
            _RUN[type(s)](self, s, env)

    def operands(self, s: Let | Do, env: Env) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword operands."""
        args = [self.value(a, env) for a in s.args]
        return args, {k: self.value(v, env) for k, v in s.kwargs}

    # ------------------------------------------------------------ statements

    def let(self, s: Let, env: Env) -> None:
        env[s.target] = self._domain.apply(s, *self.operands(s, env))

    def do(self, s: Do, env: Env) -> None:
        self._domain.do(s, *self.operands(s, env))

    def copy(self, s: Copy, env: Env) -> None:
        env[s.target] = self.value(s.value, env)

    def load(self, s: Load, env: Env) -> None:
        base, index = self.value(s.base, env), self.value(s.index, env)
        env[s.target] = self._domain.load(base, index, s)

    def store(self, s: Store, env: Env) -> None:
        base, index, value = (self.value(o, env) for o in (s.base, s.index, s.value))
        self._domain.store(base, index, value, s)

    def store_add(self, s: StoreAdd, env: Env) -> None:
        base, index, value = (self.value(o, env) for o in (s.base, s.index, s.value))
        if s.index == WHOLE and not self._domain.is_memory(base):
            added = Let(s.base, operator.add, (s.base, s.value), (), s.origin, s.role)
            env[s.base] = self._domain.apply(added, (base, value), {})
        else:
            self._domain.store_add(base, index, value, s)

    def pack(self, s: Pack, env: Env) -> None:
        env[s.target] = tuple([self.value(o, env) for o in s.items])

    def unpack(self, s: Unpack, env: Env) -> None:
        env.update(zip(s.targets, self.value(s.value, env), strict=True))

    def invoke(self, s: Call, env: Env) -> None:
        self._domain.enter(s, 0)
        results = self.call(self._funcs[s.func], tuple(self.value(a, env) for a in s.args))
        self._domain.leave(s)
        env.update(zip(s.targets, results, strict=True))

    def push(self, s: Push, env: Env) -> None:
        self.value(s.tape, env).append(self.value(s.value, env))

    def pop(self, s: Pop, env: Env) -> None:
        env[s.target] = self.value(s.tape, env).pop()

    def note(self, s: Note, env: Env) -> None:
        pass

    def if_(self, s: If, env: Env) -> None:
        value = self.value(s.test, env)
        taken = self._domain.test(value, s)
        if taken is None:
            self._both(s, value, env)
        else:
            self.block(s.then if taken else s.orelse, env)

    def _both(self, s: If, value: Any, env: Env) -> None:
        """Run both arms, each on memory of its own, and join what their names hold."""
        ways = []
        for arm in (s.then, s.orelse):
            way = dict(env)
            for inner in walk(arm):
                base = inner.base if isinstance(inner, Store | StoreAdd) else None
                if base in way and hasattr(way[base], "copy"):
                    way[base] = way[base].copy()
            self.block(arm, way)
            ways.append(way)
        a, b = ways
        for name in [*a, *(n for n in b if n not in a)]:
            if name not in a or name not in b:
                env.pop(name, None)  # has a value on one way only: nobody reads it
            elif a[name] is b[name]:
                env[name] = a[name]
            else:
                env[name] = self._domain.join(value, a[name], b[name], s)

    def break_(self, s: Break, env: Env) -> None:
        raise _Left

    def for_(self, s: For, env: Env) -> None:
        assert isinstance(s.iterable, Range)
        bounds = [self._domain.integer(self.value(a, env), s) for a in s.iterable.args]
        steps: Sequence[int] = range(*bounds)
        if s.iterable.count is not None:
            steps = steps[: self._domain.integer(self.value(s.iterable.count, env), s)]
        trips = enumerate(reversed(steps) if s.iterable.reverse else steps)

        def trip() -> bool:
            for k, i in trips:
                self._domain.enter(s, k)
                env[s.target] = i
                self.block(s.body, env)
                return True
            return False

        self._loop(s, trip)

    def while_(self, s: While, env: Env) -> None:
        trips = iter(range(1 << 62))

        def trip() -> bool:
            self.block(s.pre, env)
            if not self._domain.test(self.value(s.test, env), s):
                return False
            self._domain.enter(s, next(trips))
            self.block(s.body, env)
            return True

        self._loop(s, trip)

    def _loop(self, s: For | While, trip: Callable[[], bool]) -> None:
        entered = False
        try:
            while trip():
                entered = True
        except _Left:
            entered = True
        if entered:
            self._domain.leave(s)


_RUN: dict[type, Callable[[_Run, Any, Env], None]] = {
    Let: _Run.let,
    Do: _Run.do,
    Copy: _Run.copy,
    Load: _Run.load,
    Store: _Run.store,
    StoreAdd: _Run.store_add,
    Pack: _Run.pack,
    Unpack: _Run.unpack,
    Call: _Run.invoke,
    Push: _Run.push,
    Pop: _Run.pop,
    Note: _Run.note,
    If: _Run.if_,
    Break: _Run.break_,
    For: _Run.for_,
    While: _Run.while_,
}
