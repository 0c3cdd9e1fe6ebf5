"""Functions that write their arguments, written out where they are called, level 2 -> level 2.

    def fill(u, v):
        u[:] = v
                              def f(x):
    def f(x):           ->        y = np.zeros(3)
        y = np.zeros(3)           fill_u = y;  fill_v = x
        fill(y, x)                fill_u[:] = fill_v
        return y                  return y

So are functions whose results share memory with each other or with an argument, where the caller
writes it.  What names refer to is then known inside one function, and `views` makes it explicit.
A function that calls itself and writes its arguments returns them instead (`value_result`).
"""

from __future__ import annotations

from dataclasses import replace

from fpad.transforms.alias import written_params
from fpad.transforms.calls import Deriver
from fpad.transforms.ir import (
    Block,
    Call,
    Copy,
    Fresh,
    Func,
    Program,
    Return,
    Statement,
    all_names,
    blocks,
    called_by,
    is_derived,
    reachable,
    renamed,
    rewrite,
    substitute,
    targets,
    with_blocks,
    with_reads,
)
from fpad.transforms.placing import at_call
from fpad.transforms.recursion import called
from fpad.transforms.upkeep import Unknown
from fpad.transforms.value_result import exchanged, writes
from fpad.transforms.views import explicit


def visible(program: Program) -> Program:
    """The program with writes that several names see written out, as far as that is known."""
    open_: dict[str, Func] = {}
    funcs = dict(program.funcs)
    groups = _callees_first(program)
    waiting: list[str] = []  # recursive functions that write what their callers were given too
    for group in groups:
        for name in group:
            if not is_derived(funcs[name]):
                funcs[name] = _with_written_out(funcs[name], open_)
        calls = {callee for n in group for callee in called_by(funcs[n])}
        ready = group
        together = _recursive(program, group[0])
        together = together or (program.entry not in group and not calls.isdisjoint(waiting))
        if together and not any(is_derived(funcs[n]) for n in group):
            before = called(Program(program.entry, funcs))
            after = exchanged(before, (*waiting, *group))
            if after is not before:
                ready = [*waiting, *group]
            elif waiting:
                after = exchanged(before, group)
            left = after is before and writes(before, group)
            waiting = [*waiting, *group] if left else waiting if after is before else []
            if after is not before:
                if after.entry != program.entry:
                    groups.append([after.entry])
                program, funcs = before, dict(after.funcs)
        for name in ready:
            if not is_derived(funcs[name]):
                _make_visible(program, name, funcs, open_)
    return reachable(Program(program.entry, funcs))


def _make_visible(
    program: Program, name: str, funcs: dict[str, Func], open_: dict[str, Func]
) -> None:
    """Write out what several names see in one function, whose callees are done.

    `open_`: functions that are written out where they are called; this may be one of them.
    """
    func = funcs[name]
    entry = name == program.entry
    stays = _recursive(program, name)
    while True:
        facts = Deriver(Program(program.entry, funcs))
        kinds = facts.kinds(func)
        if not entry and written_params(func, kinds, facts.result_aliases):
            if not stays:
                open_[name] = func
            return
        try:
            new = explicit(func, facts.kinds, facts.result_aliases, entry)
        except Unknown as unknown:
            callee = unknown.func
            if callee is None or callee not in funcs or _recursive(program, callee):
                return
            func = funcs[name] = _with_written_out(func, {callee: funcs[callee]})
            continue
        if new is not func and not entry:
            before = facts.result_aliases(name)
            after = Deriver(Program(program.entry, {**funcs, name: new}))
            if before != after.result_aliases(name):
                if not stays:
                    open_[name] = func
                return
        funcs[name] = new
        return


def _callees_first(program: Program) -> list[list[str]]:
    """Functions in groups that call each other, after the functions that they call."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name not in seen:
            seen.add(name)
            for callee in called_by(program.funcs[name]):
                visit(callee)
            order.append(name)

    visit(program.entry)
    reached = {name: _reached(program, name) for name in order}
    groups: list[list[str]] = []
    for name in order:
        mine = [n for n in order if n == name or (n in reached[name] and name in reached[n])]
        if mine[-1] == name:
            groups.append(mine)
    return groups


def _recursive(program: Program, name: str) -> bool:
    """Does a function reach itself?"""
    return name in _reached(program, name)


def _reached(program: Program, name: str) -> set[str]:
    """The functions that a function comes to call."""
    seen: set[str] = set()
    todo = list(called_by(program.funcs[name]))
    while todo:
        callee = todo.pop()
        if callee not in seen:
            seen.add(callee)
            todo += called_by(program.funcs[callee])
    return seen


def _with_written_out(func: Func, callees: dict[str, Func]) -> Func:
    """The function with the bodies of some callees in the place of their calls."""
    if not any(name in callees for name in called_by(func)):
        return func
    fresh = Fresh(all_names(func))

    def written_out(s: Statement) -> Block:
        if not isinstance(s, Call) or s.func not in callees:
            return (s,)
        callee = callees[s.func]
        new = {n: fresh(f"{s.func}_{n}") for n in sorted(all_names(callee))}
        last = callee.body[-1]
        assert isinstance(last, Return)
        head = [Copy(new[p], a, s.origin) for p, a in zip(callee.params, s.args, strict=True)]
        body = at_call(_renamed(callee.body[:-1], new), s.origin)
        results = [substitute(v, new) for v in last.values]
        tail = [Copy(t, v, s.origin) for t, v in zip(s.targets, results, strict=True)]
        return (*head, *body, *tail)

    return replace(func, body=rewrite(func.body, written_out))


def _renamed(block: Block, new: dict[str, str]) -> Block:
    """The block with all its names replaced."""
    out: list[Statement] = []
    for s in block:
        if blocks(s):
            named = with_reads(with_blocks(s, tuple(_renamed(b, new) for b in blocks(s))), new)
            bound = targets(s)
            out.append(replace(named, target=new[bound[0]]) if bound else named)  # type: ignore[call-arg]
        else:
            out.append(renamed(s, new))
    return tuple(out)
