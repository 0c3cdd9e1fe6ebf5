"""Runs level-2 programs statement by statement, as they stand, for the tests.

Every operation that has effects here is `note`, which appends to a log.
"""

import contextlib
import copy
import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import ir
from fpad.transforms.emit import Options, emit_module
from fpad.transforms.ir import Boundary, Const, Func, Leaf, Program, Return, Slice, Statement
from fpad.transforms.kinds import ARRAY, BOOL, BOOLS, FLOAT, INT, INTS, Kind
from tests.transforms.execution import bits

LOG: list[Any] = []


def note(value: Any) -> None:
    """An effect: what is logged shows order and values."""
    LOG.append(copy.deepcopy(value))


class Left(Exception):
    """A break on its way."""


def interpret(program: Program, *args: Any) -> Any:
    """The result of the entry for flat arguments: a bare value, or a tuple of several."""
    return call(program, program.main, args)


def call(program: Program, func: Func, args: Any) -> Any:
    env = dict(zip(func.params, args, strict=True))

    def value(o: Any) -> Any:
        if isinstance(o, ir.Const):
            return o.value
        if isinstance(o, tuple):
            return tuple(map(value, o))
        if isinstance(o, ir.Slice):
            return slice(*map(value, (o.lower, o.upper, o.step)))
        return env[o]

    def block(statements: Any) -> None:
        for s in statements:
            run(s)

    def bind(targets: Any, values: Any) -> None:
        env.update(zip(targets, values, strict=True))

    def while_(s: ir.While) -> None:
        while True:
            block(s.pre)
            if not value(s.test):
                return
            block(s.body)

    def for_(s: ir.For) -> None:
        assert isinstance(s.iterable, ir.Range)
        r = range(*map(value, s.iterable.args))
        if s.iterable.count is not None:
            r = r[: value(s.iterable.count)]
        for i in reversed(r) if s.iterable.reverse else r:
            env[s.target] = i
            block(s.body)

    def loop(f: Any, s: Any) -> None:
        with contextlib.suppress(Left):
            f(s)

    def run(s: Any) -> None:
        match s:
            case ir.Let():
                env[s.target] = s.op(*map(value, s.args), **{k: value(v) for k, v in s.kwargs})
            case ir.Do():
                s.op(*map(value, s.args), **{k: value(v) for k, v in s.kwargs})
            case ir.Copy():
                env[s.target] = value(s.value)
            case ir.Load():
                env[s.target] = value(s.base)[value(s.index)]
            case ir.Store():
                value(s.base)[value(s.index)] = value(s.value)
            case ir.StoreAdd():
                fp.add_at(value(s.base), value(s.index), value(s.value))
            case ir.Pack():
                env[s.target] = tuple(map(value, s.items))
            case ir.Unpack():
                bind(s.targets, value(s.value))
            case ir.Push():
                value(s.tape).append(value(s.value))
            case ir.Pop():
                env[s.target] = value(s.tape).pop()
            case ir.Call():
                result = call(program, program.funcs[s.func], list(map(value, s.args)))
                bind(s.targets, (result,) if len(s.targets) == 1 else result)
            case ir.If():
                block(s.then if value(s.test) else s.orelse)
            case ir.For():
                loop(for_, s)
            case ir.While():
                loop(while_, s)
            case ir.Break():
                raise Left
            case ir.Note():
                pass
            case _:
                raise AssertionError(s)

    block(func.body[:-1])
    last = func.body[-1]
    assert isinstance(last, ir.Return)
    values = tuple(map(value, last.values))
    return values[0] if len(values) == 1 else values


def observe(run: Any, args: Any) -> Any:
    """Result or kind of error, effects, and what became of the arguments."""
    LOG.clear()
    args = copy.deepcopy(args)
    try:
        with np.errstate(all="ignore"):
            result = bits(run(*args))
    except Exception as error:
        result = type(error)
    return result, [bits(entry) for entry in LOG], bits(args)


def program_of(*funcs: Func) -> Program:
    """The program of these functions; the first is the entry."""
    return Program(funcs[0].name, {f.name: f for f in funcs})


def loaded(program: Program, kinds: dict[str, Kind] | None = None, **options: Any) -> Any:
    """(text, entry function) of a printed program."""
    known = None if kinds is None else (lambda _: kinds)
    emitted = emit_module(program, known, Options(**options))
    scope: dict[str, Any] = dict(emitted.namespace)
    exec(compile(emitted.text, "<generated>", "exec"), scope)
    return emitted.text, scope[program.entry]


ADD, SUB, MUL, DIV = operator.add, operator.sub, operator.mul, operator.truediv


# ---------------------------------------------------------------- pieces to print

NONE = Const(None)
ALL = Slice(NONE, NONE, NONE)
KINDS: dict[str, Kind] = {"x": FLOAT, "y": FLOAT, "a": ARRAY, "b": ARRAY, "c": BOOL, "i": INT}
KINDS |= {"k": INTS, "m": BOOLS, "t1": FLOAT, "z": FLOAT}
POSITIONAL, PLAIN, REST, KEYWORD, KEYWORDS = range(5)


def line(*statements: Statement, kinds: Any = KINDS, **options: Any) -> str:
    """The body of a function of these statements, which returns nothing."""
    func = Func("f", tuple(KINDS), (*statements, Return(())))
    text, _ = loaded(program_of(func), kinds, **options)
    lines = text.split("def f(", 1)[1].splitlines()[1:]
    return "\n".join(row[4:] for row in lines)


def entry(parameters: Any, result: Any, *body: Statement, params: Any = None) -> tuple[str, Any]:
    """Text and function of an entry."""
    flat = params or tuple(n for p in parameters for n in _leaves(p.tree))
    func = Func("f", flat, body, boundary=Boundary(tuple(parameters), result))
    text, f = loaded(program_of(func))
    return text, f


def _leaves(tree: Any) -> list[str]:
    if isinstance(tree, Leaf):
        return [str(tree.atom)]
    return [n for item in getattr(tree, "items", ()) for n in _leaves(item)]
