"""An entry that calls itself becomes a function, and an entry that only calls it.

    def power(x, n): ..             def power(x, n): ..
        t = power(x, n - 1)   ->        t = power(x, n - 1)
        ..                              ..
                                    def power_entry(x, n):
                                        result = power(x, n)
                                        return result

What is special about an entry, the copies of arguments it writes, its recorder, its halves written
as one, is then not asked of the function that is called again and again.
"""

from __future__ import annotations

from dataclasses import replace

from fpad.transforms.ir import (
    Call,
    Fresh,
    Leaf,
    Node,
    Operand,
    Program,
    Return,
    Tree,
    reachable,
    walk,
)


def called(program: Program) -> Program:
    """The program with an entry that no function of it calls."""
    if not _is_recursive(program):
        return program
    main = program.main
    last = main.body[-1]
    assert isinstance(last, Return)
    fresh = Fresh(main.params)
    results = tuple(fresh(v if isinstance(v, str) else "result") for v in last.values)
    call = Call(results, program.entry, main.params)
    entry = Fresh(program.funcs)(f"{main.name}_entry")
    boundary = main.boundary
    if boundary is not None:
        new: dict[Operand, Operand] = dict(zip(last.values, results, strict=True))
        boundary = replace(boundary, result=renamed_tree(boundary.result, new))
    shell = replace(main, name=entry, body=(call, Return(results)), boundary=boundary)
    inner = replace(main, boundary=None)
    return Program(entry, {**program.funcs, program.entry: inner, entry: shell})


def _is_recursive(program: Program) -> bool:
    """Does the entry come to call itself?"""
    return any(
        isinstance(s, Call) and s.func == program.entry
        for f in reachable(program).funcs.values()
        for s in walk(f.body)
    )


def renamed_tree(tree: Tree, results: dict[Operand, Operand]) -> Tree:
    """A result tree with the names that the derived function gives its results."""
    if isinstance(tree, Leaf):
        return Leaf(results.get(tree.atom, tree.atom))  # type: ignore[arg-type]
    if isinstance(tree, Node):
        return replace(tree, items=tuple(renamed_tree(t, results) for t in tree.items))
    return tree
