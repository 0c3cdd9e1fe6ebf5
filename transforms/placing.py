"""Places of what library functions do: the lines of the user's program that call them.

    def ptp(a, axis=None): ..                   # fpad's own text of np.ptp
        return np.max(a) - np.min(a)            line 12 of that
                                         ->     line 3 of the user's
    spread = np.ptp(x)          # line 3

What stands in fpad's own files is no line of the user's; of several calls the first one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Call,
    Func,
    Origin,
    Program,
    Statement,
    blocks,
    walk,
    with_blocks,
)
from fpad.transforms.written import is_written_in


def is_library(func: Func) -> bool:
    """Is it a function of fpad's own that stands for one of a library?"""
    return is_written_in(func.origin.file)


def placed(program: Program) -> Program:
    """The program with every statement at a line of the user's program, as far as it has one."""
    places = _places(program)
    return Program(program.entry, {n: _placed(f, places[n]) for n, f in program.funcs.items()})


def at_call(block: Block, call: Origin) -> Block:
    """The body of a function that is written out where it is called."""
    return tuple(_at(s, call) for s in block)


def _places(program: Program) -> Mapping[str, Origin]:
    """For each function where it is called first, outside of library functions."""
    out = dict.fromkeys(program.funcs, NOWHERE)
    todo = [program.entry]
    for name in todo:
        for s in walk(program.funcs[name].body):
            if isinstance(s, Call) and s.func in out and s.func not in todo:
                inside = is_written_in(s.origin.file)
                out[s.func] = out[name] if inside else s.origin
                todo.append(s.func)
    return out


def _placed(func: Func, call: Origin) -> Func:
    origin = call if is_library(func) else func.origin
    return replace(func, body=at_call(func.body, call), origin=origin)


def _at(s: Statement, call: Origin) -> Statement:
    if blocks(s):
        s = with_blocks(s, tuple(at_call(b, call) for b in blocks(s)))
    if is_written_in(getattr(s, "origin", NOWHERE).file):
        return replace(s, origin=call)  # type: ignore[call-arg]
    return s
