"""Runs functions of levels 0 and 1 as they stand, and makes sources out of text, for the tests.

Written against the meaning of the statements alone; shares nothing with the compiler's own
interpreters.
"""

import builtins
import copy
import itertools
import linecache
import math
import operator
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.runtime.contexts import _OPEN
from fpad.transforms import ir
from fpad.transforms.check import check
from fpad.transforms.ir import Const
from fpad.transforms.jumps import unjump
from fpad.transforms.lower import lower
from fpad.transforms.source import read

# `y += e` before it is settled whether y is seen under another name: Python's own statement.
IN_PLACE = {
    fp.iadd: operator.iadd,
    fp.isub: operator.isub,
    fp.imul: operator.imul,
    fp.itruediv: operator.itruediv,
    fp.ifloordiv: operator.ifloordiv,
    fp.imod: operator.imod,
    fp.ipow: operator.ipow,
    fp.imatmul: operator.imatmul,
    fp.iand: operator.iand,
    fp.ior: operator.ior,
    fp.ixor: operator.ixor,
    fp.ilshift: operator.ilshift,
    fp.irshift: operator.irshift,
}

_numbers = itertools.count()


def region_of(s: ir.If) -> Any:
    """The try statement that an If stands for; what it raises goes on in its other arm."""
    first = s.then[0] if s.then else None
    entered = isinstance(first, ir.Do) and first.op is fp.enter
    if entered and first.args[0] == ir.Const(fp.unhandled) and first.args[1].value.caught:
        return first.args[1].value
    return None


class Jump(Exception):
    """A break, continue or return on its way."""

    def __init__(self, statement: Any, value: Any = None) -> None:
        self.statement, self.value = statement, value


def define(text: str, **scope: Any) -> Any:
    """The last function that a text defines, with its text where inspect and fpad find it."""
    file = f"<text {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    known = set(scope)
    exec(compile(text, file, "exec"), scope)
    names = [name for name in scope if name not in known and name != "__builtins__"]
    return scope[names[-1]]


def value_of(operand: Any, env: dict[str, Any], scope: dict[str, Any]) -> Any:
    if isinstance(operand, Const):
        return operand.value
    if isinstance(operand, tuple):
        return tuple(value_of(part, env, scope) for part in operand)
    if isinstance(operand, ir.Slice):
        parts = (operand.lower, operand.upper, operand.step)
        return slice(*(value_of(part, env, scope) for part in parts))
    if operand in env:
        return env[operand]
    if operand in scope:
        return scope[operand]
    if hasattr(builtins, operand):
        return getattr(builtins, operand)
    raise NameError(operand)


def execute(func: ir.Func, scope: dict[str, Any], *args: Any) -> Any:
    """The result of a function of level 0 or 1; `scope` holds its free names."""
    env = dict(zip(func.params, args, strict=True))

    def value(operand: Any) -> Any:
        return value_of(operand, env, scope)

    def block(statements: Any) -> None:
        for s in statements:
            run(s)

    def loop(s: Any, trips: Any) -> None:
        for _ in trips:
            try:
                block(s.body)
            except Jump as jump:
                if isinstance(jump.statement, ir.Break):
                    return
                if not isinstance(jump.statement, ir.Continue):
                    raise
        block(s.orelse)

    def over(s: ir.For) -> Any:
        for item in value(s.iterable):
            env[s.target] = item
            yield

    def whilst(s: ir.While) -> Any:
        while True:
            block(s.pre)
            if not value(s.test):
                return
            yield

    def run(s: Any) -> None:
        match s:
            case ir.Let() | ir.Do():
                op = IN_PLACE.get(s.op, s.op)
                result = op(*map(value, s.args), **{k: value(v) for k, v in s.kwargs})
                if isinstance(s, ir.Let):
                    env[s.target] = result
            case ir.Apply():
                f = value(s.func)
                env[s.target] = f(*map(value, s.args), **{k: value(v) for k, v in s.kwargs})
            case ir.Copy():
                env[s.target] = value(s.value)
            case ir.Attr():
                env[s.target] = getattr(value(s.base), s.name)
            case ir.Load():
                env[s.target] = value(s.base)[value(s.index)]
            case ir.Store():
                value(s.base)[value(s.index)] = value(s.value)
            case ir.StoreAdd():
                value(s.base)[value(s.index)] += value(s.value)
            case ir.Pack():
                items = [value(item) for item in s.items]
                make = {"tuple": tuple, "list": list}
                if s.kind == "dict":
                    env[s.target] = dict(zip(map(value, s.keys), items, strict=True))
                else:
                    env[s.target] = make[s.kind](items)
            case ir.Unpack():
                parts = tuple(value(s.value))
                env.update(zip(s.targets, parts, strict=True))
            case ir.If() if (region := region_of(s)) is not None:
                opened = len(_OPEN.managers)
                try:
                    block(s.then)
                except Exception as error:
                    inside = len(_OPEN.managers) > opened
                    if isinstance(error, Jump) or not inside or not region.handles(error):
                        raise
                    while len(_OPEN.managers) > opened:
                        fp.leave()
                    env[region.caught] = error
                    block(s.orelse)
            case ir.If():
                block(s.then if value(s.test) else s.orelse)
            case ir.For():
                loop(s, over(s))
            case ir.While():
                loop(s, whilst(s))
            case ir.Break() | ir.Continue():
                raise Jump(s)
            case ir.Return():
                raise Jump(s, value(s.values[0]))
            case _:
                raise AssertionError(s)

    try:
        block(func.body)
    except Jump as jump:
        return jump.value
    return None


def bits(value: Any) -> Any:
    """What two equal results have in common, down to types and signs of zeros."""
    if isinstance(value, np.ndarray | np.generic):
        return (type(value), value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, tuple | list):
        return (type(value), [bits(v) for v in value])
    if isinstance(value, dict):
        return (dict, [(bits(k), bits(v)) for k, v in value.items()])
    return (type(value), repr(value))


def observed(run: Any, log: list[Any], args: Any) -> Any:
    """Result (or the kind of the error), effects on the log and effects on the arguments.

    None where a name without a value is read: Python notices it where the name stands, the levels
    only where the value is used.
    """
    log.clear()
    args = copy.deepcopy(args)
    try:
        result = bits(run(*args))
    except NameError:
        return None
    except Exception as error:
        result = type(error)
    return (result, [bits(entry) for entry in log], bits(args))


def agree(text: str, *calls: Any, **scope: Any) -> tuple[ir.Func, ir.Func]:
    """Run a text as Python does, at level 0 and at level 1: results and effects have to be equal.

    The text may call `e(v)`, which logs v and returns it, and use np and math.  Returns the
    functions of level 0 and 1.
    """
    log: list[Any] = []

    def e(value: Any) -> Any:
        log.append(copy.deepcopy(value))
        return value

    function = define(text, e=e, np=np, math=math, **scope)
    source = read(function)
    raw = check(lower(source), 0)
    flat = check(unjump(raw), 1)
    for args in calls:
        expected = observed(function, log, args)
        for func in (raw, flat):
            got = observed(lambda *a, f=func: execute(f, function.__globals__, *a), log, args)
            assert got == expected or expected is None, f"{func}\n{text}"
    return raw, flat
