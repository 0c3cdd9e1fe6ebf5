"""The recorder of a program that notes its choices: made once, returned beside the result."""

from __future__ import annotations

from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.ir import (
    Call,
    Const,
    Do,
    Fresh,
    Func,
    Leaf,
    Let,
    Node,
    Program,
    Return,
    Statement,
    all_names,
    rewrite,
    walk,
)
from fpad.transforms.kinds import OpaqueKind
from fpad.transforms.noting import Site


def returned(program: Program) -> tuple[Program, dict[str, Site]]:
    """The recording program with result (r, recorder) for its result r, and its table of sites."""
    program = _with_one_recorder(program)
    main = program.main
    made = [s.target for s in main.body if isinstance(s, Let) and s.op is fp.recorder]
    name = made[0] if made else Fresh(all_names(main))("record")
    head = () if made else (Let(name, fp.recorder, (), role="record"),)
    last, boundary = main.body[-1], main.boundary
    assert isinstance(last, Return)
    if boundary is not None:
        both = Node(tuple, (0, 1), (boundary.result, Leaf(name)))
        boundary = replace(boundary, result=both)
    new = replace(last, values=(*last.values, name))
    func = replace(main, body=(*head, *main.body[:-1], new), boundary=boundary)
    return program.with_main(func), _sites(program)


def _with_one_recorder(program: Program) -> Program:
    """The program whose entry makes the recorder: a Jacobian calls what was the entry before.

    def f_jvp_vmap(x, dx):                          def f_jvp_vmap(x, dx, record):
        record = fp.recorder()              ->          ..
        ..
    """
    made = {name: _recorder_of(f) for name, f in program.funcs.items()}
    inner = {n: r for n, r in made.items() if r is not None and n != program.entry}
    if not inner:
        return program
    while True:  # those that call one are given it too
        more = {
            name: Fresh(all_names(f))("record")
            for name, f in program.funcs.items()
            if name not in (*inner, program.entry)
            and any(isinstance(s, Call) and s.func in inner for s in walk(f.body))
        }
        if not more:
            break
        inner |= more
    own = made[program.entry] or Fresh(all_names(program.main))("record")
    names = {**inner, program.entry: own}
    funcs = {}
    for name, f in program.funcs.items():
        if name not in names:
            funcs[name] = f
            continue
        record = names[name]

        def given(s: Statement, record: str = record) -> tuple[Statement, ...]:
            if isinstance(s, Let) and s.op is fp.recorder:
                return ()
            if isinstance(s, Call) and s.func in inner:
                return (replace(s, args=(*s.args, record)),)
            return (s,)

        body = rewrite(f.body, given)
        if name == program.entry:
            funcs[name] = replace(f, body=(Let(record, fp.recorder, (), role="record"), *body))
        else:
            kinds = (*f.kinds, OpaqueKind(fp.Recorder)) if f.kinds else f.kinds
            funcs[name] = replace(f, params=(*f.params, record), kinds=kinds, body=body)
    return Program(program.entry, funcs)


def _recorder_of(func: Func) -> str | None:
    """The name of the recorder that a function makes."""
    made = (s.target for s in walk(func.body) if isinstance(s, Let) and s.op is fp.recorder)
    return next(made, None)


def _sites(program: Program) -> dict[str, Site]:
    """Key -> place and operation, read off the statements that record."""
    out: dict[str, Site] = {}
    for f in program.funcs.values():
        for s in walk(f.body):
            if isinstance(s, Do) and s.op in (fp.choice, fp.chosen, fp.end, fp.call):
                key = s.args[1]
                assert isinstance(key, Const)
                out[key.value] = Site(s.origin, key.value.partition(" ")[2])
    return out
