"""IEEE division in derivative code on scalars, a last pass before printing.

Python's floats raise where NumPy's follow IEEE.  The primal divides NumPy scalars and gets inf; its
adjoint may divide two Python floats at the same point:

    y = np.sin(x) / x                 at x = 0.0: nan, as NumPy does
    b = 0.0 if c else by
    bt = b / x              ->        bt = fp.divide(b, x)         not a ZeroDivisionError

A division of the primal is left alone: it raises where the user's does.  In a program without
NumPy operations all scalars are Python's and the primal has raised already.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fpad import runtime as fp
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Const,
    Copy,
    Func,
    Let,
    Load,
    Operand,
    Pop,
    Program,
    Push,
    Statement,
    leaves,
    reads,
    rewrite,
    targets,
    walk,
)
from fpad.transforms.kinds import FLOAT, Kind, Num

_PYTHON = {getattr(operator, n) for n in ("add", "sub", "mul", "truediv", "pow", "neg", "mod")}


def uses_numpy(program: Program) -> bool:
    """Is there an array or a NumPy operation, so that scalars may be NumPy's?"""
    arrays = any(isinstance(k, Num) and k.array for k in program.main.kinds)
    return arrays or any(
        isinstance(s, Let) and (isinstance(s.op, np.ufunc) or _module(s.op) == "numpy")
        for f in program.funcs.values()
        for s in walk(f.body)
    )


def _module(op: object) -> str:
    return (getattr(op, "__module__", None) or "").partition(".")[0]


def ieee(program: Program) -> Program:
    """The program with divisions of derivative code that could raise made IEEE divisions."""
    if not uses_numpy(program):
        return program
    given = program.main.kinds
    funcs = {**program.funcs, program.entry: _with_numbers_for_ones(program.main)}
    program = Program(program.entry, funcs)
    inference = Inference(program)
    kinds = {name: inference.func(f) for name, f in program.funcs.items()}
    converted = {name: _convert(f, kinds[name]) for name, f in program.funcs.items()}
    main = converted[program.entry]
    return Program(program.entry, {**converted, main.name: replace(main, kinds=given)})


def _with_numbers_for_ones(main: Func) -> Func:
    """The closing cotangent is the number 1.0, also where the output may be an array of shape ().

    What is chosen by a condition between it and a constant is then not known to be NumPy's.
    """
    ones = _ones(main)
    kinds = (FLOAT if p in ones else k for p, k in zip(main.params, main.kinds, strict=True))
    return replace(main, kinds=tuple(kinds))


def _ones(func: Func) -> set[str]:
    parameters = func.boundary.parameters if func.boundary is not None else ()
    return {str(a) for p in parameters if p.use == "one" for a in leaves(p.tree)}


def _convert(func: Func, kinds: Mapping[str, Kind]) -> Func:
    safe = _numpy_names(func, kinds)

    def divide(s: Statement) -> tuple[Statement, ...]:
        if (
            isinstance(s, Let)
            and s.op is operator.truediv
            and s.role in ("adjoint", "tangent")
            and not any(_certain(a, safe, kinds) for a in s.args)
            and not isinstance(s.args[1], Const)
        ):
            return (replace(s, op=fp.divide),)
        return (s,)

    return replace(func, body=rewrite(func.body, divide))


def _certain(o: Operand, safe: set[str], kinds: Mapping[str, Kind]) -> bool:
    """Is the operand certainly a NumPy scalar or an array?"""
    return isinstance(o, str) and (o in safe or _is_array(kinds.get(o)))


def _is_array(kind: Kind | None) -> bool:
    return isinstance(kind, Num) and kind.array


def _numpy_names(func: Func, kinds: Mapping[str, Kind]) -> set[str]:
    """Scalars that are certainly NumPy's: the largest set that its definitions support."""
    ones = _ones(func)
    statements = list(walk(func.body))
    safe = {t for s in statements for t in targets(s)} - set(func.params) | ones
    safe |= {s.tape for s in statements if isinstance(s, Push)}
    users: dict[str, list[Statement]] = {}
    for s in statements:
        for name in reads(s):
            users.setdefault(name, []).append(s)
    pending = statements
    while pending:
        for t in _unsupported(pending.pop(), safe, kinds):
            if t in safe:
                safe.discard(t)
                pending += users.get(t, ())
    return safe


def _unsupported(s: Statement, safe: set[str], kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    def certain(o: Operand) -> bool:
        return _certain(o, safe, kinds)

    match s:
        case Let(target=t, op=op, args=args):
            if op is fp.where:  # select is never certain: outside its mask it gives Python's 0.0
                good = all(certain(a) for a in args[1:])
            elif op in _PYTHON:
                good = any(certain(a) for a in args)
            else:
                good = isinstance(op, np.ufunc) or _module(op) == "numpy"
            return () if good else (t,)
        case Copy(target=t, value=v):
            return () if certain(v) else (t,)
        case Load(target=t, base=b):
            return () if certain(b) else (t,)
        case Push(tape=tape, value=v):
            return () if certain(v) else (tape,)
        case Pop(target=t, tape=tape):
            return () if tape in safe else (t,)
        case _:
            return targets(s)
