"""Which axes `fpad.vmap` maps over, and the boundary of the mapped program.

    vmap(f, in_axes=(0, None))(x, w)       x has one example a row, w is the same for all
    vmap(f, {"x": 1}, out_axes=-1)(x, w)   one example a column, one result a column

Axes are given for whole parameters, or for the entries of a structure.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.runtime.errors import InputError
from fpad.transforms.batch.programs import Batching
from fpad.transforms.derive import own_results
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    Boundary,
    Const,
    Do,
    Fresh,
    Func,
    Leaf,
    Let,
    Node,
    Operand,
    Program,
    Return,
    Statement,
    Tree,
    all_names,
    leaves,
    walk,
)
from fpad.transforms.kinds import EACH, Kind, NodeKind, Num
from fpad.transforms.recursion import called, renamed_tree
from fpad.transforms.rules.core import rule_of
from fpad.transforms.simplify import dead, effects


@dataclass(frozen=True)
class Entries:
    """Axes of the entries of a structure, by key or position."""

    items: tuple[tuple[Any, Axis], ...]


Axis: TypeAlias = "int | Entries | None"


@dataclass(frozen=True)
class Axes:
    """The axes of the parameters that are mapped, by name, and of the result."""

    ins: tuple[tuple[str, Axis], ...]
    out: Axis


def axes_of(in_axes: Any, out_axes: Any, signature: inspect.Signature) -> Axes:
    """The axes that a user has given.

    An int is meant for all parameters without a default; a tuple for the first ones by position,
    a dict by name.  What is not mentioned is the same for all examples.

    Raises:
        InputError: they name no parameter, or are no ints and None.
    """
    params = signature.parameters
    plain = [p for p in params.values() if p.kind not in (p.VAR_KEYWORD, p.KEYWORD_ONLY)]
    if isinstance(in_axes, dict):
        unknown = [n for n in in_axes if n not in params]
        if unknown:
            raise InputError(f"in_axes names {unknown[0]!r}, which is no parameter")
        given = in_axes
    elif isinstance(in_axes, tuple | list):
        if len(in_axes) > len(plain):
            raise InputError(f"in_axes has {len(in_axes)} entries for {len(plain)} parameters")
        given = {p.name: axis for p, axis in zip(plain, in_axes, strict=False)}
    else:
        given = {n: in_axes for n, p in params.items() if p.default is p.empty}
    ins = tuple((n, _axis(axis, "in_axes")) for n, axis in given.items())
    if all(axis is None for _, axis in ins):
        raise InputError("in_axes maps no parameter: give the axis of the examples of one")
    return Axes(ins, _axis(out_axes, "out_axes"))


def _axis(axis: Any, where: str) -> Axis:
    if axis is None or (isinstance(axis, int) and not isinstance(axis, bool)):
        return axis
    if isinstance(axis, dict):
        return Entries(tuple((k, _axis(a, where)) for k, a in axis.items()))
    if isinstance(axis, tuple | list):
        return Entries(tuple((k, _axis(a, where)) for k, a in enumerate(axis)))
    raise InputError(f"{where}: {axis!r} is no axis: give an int, None, or a structure of these")


def inner_kinds(kinds: Mapping[str, Kind], axes: Axes) -> dict[str, Kind]:
    """The kinds of the arguments for one example."""
    given = dict(axes.ins)
    return {n: _inner(kind, given.get(n), n) for n, kind in kinds.items()}


def _inner(kind: Kind, axis: Axis, where: str) -> Kind:
    if axis is None:
        return kind
    if isinstance(kind, NodeKind):
        items = tuple(
            _inner(item, _of_entry(axis, k, key), f"{where}[{key!r}]")
            for k, (key, item) in enumerate(zip(kind.keys, kind.items, strict=True))
        )
        return replace(kind, items=items)
    if not isinstance(kind, Num):
        return kind
    if not kind.array:
        raise InputError(
            f"vmap: {where} is a single number: give an array with one entry for each example, "
            "or None for it in in_axes"
        )
    if kind.rank == 0 or not isinstance(axis, int):
        raise InputError(f"vmap: {where} has no axis {axis!r}")
    if kind.rank is not None and not -kind.rank <= axis < kind.rank:
        raise InputError(f"vmap: {where} has {kind.rank} axes, not axis {axis}")
    if kind.rank == 1:
        return Num(False, kind.num)
    return Num(True, kind.num, None if kind.rank is None else kind.rank - 1)


def _of_entry(axis: Axis, k: int, key: Any) -> Axis:
    if not isinstance(axis, Entries):
        return axis
    for name, found in axis.items:
        if name in (key, k):
            return found
    return None


def _by_leaf(tree: Tree, axis: Axis) -> Iterator[tuple[Operand, Axis]]:
    """The leaves of a structure with their axes."""
    if isinstance(tree, Leaf):
        yield tree.atom, axis
    elif isinstance(tree, Node):
        for k, (key, item) in enumerate(zip(tree.keys, tree.items, strict=True)):
            yield from _by_leaf(item, _of_entry(axis, k, key))


def vmap(program: Program, axes: Axes, name: str) -> Program:
    """The program for many examples; seeds are mapped over their first axis."""
    program = called(program)
    main = program.main
    assert main.boundary is not None
    batching = Batching(program)
    given = dict(axes.ins)
    axis_of: dict[Operand, Axis] = {}
    for p in main.boundary.parameters:
        axis = given.get(p.name, 0 if p.use == "seed" else None)
        axis_of |= {leaf: a for leaf, a in _by_leaf(p.tree, axis) if a is not None}
    kinds = dict(zip(main.params, main.kinds, strict=True))
    states = tuple(p in axis_of and isinstance(kinds[p], Num) for p in main.params)
    if not any(states):
        raise InputError("vmap: no array is mapped over: in_axes is None for all that hold some")
    _refuse_draws(program)
    if _counted_later(main.boundary.result):
        raise InputError(
            f"vmap: {main.name} returns a list whose length only the run tells: "
            "return np.array(..) of it"
        )
    results = batching.results(program.entry, states)
    made = batching.function(program.entry, states)
    func = batching.funcs[made]
    func = _moved_in(func, axis_of)
    moved: dict[Operand, Operand] = dict(zip(main.params, func.params, strict=True))
    func, result = _moved_out(func, main, results, axes.out)
    parameters = tuple(
        replace(p, tree=renamed_tree(p.tree, moved)) for p in main.boundary.parameters
    )
    deriver = batching.deriver
    func = replace(func, name=name if name == made else deriver.name(name), boundary=None)
    func = dead(func, effects(deriver.program(func)))
    func, result = own_results(func, result, deriver)
    return deriver.program(replace(func, boundary=Boundary(parameters, result)))


def _refuse_draws(program: Program) -> None:
    """One draw would be the same for all examples, where a loop over them draws for each."""
    for func in program.funcs.values():
        for s in walk(func.body):
            rule = rule_of(s.op) if isinstance(s, Let) else None
            if rule is not None and rule.effect:
                raise refused(
                    getattr(s, "origin", func.origin),
                    "vmap: this would be drawn once for all examples",
                    "draw in front of the call, one value for each example, and pass the values",
                )


def _counted_later(tree: Tree) -> bool:
    """Is there a list in the result that only the run counts?"""
    return isinstance(tree, Node) and (EACH in tree.keys or any(map(_counted_later, tree.items)))


def _moved_in(func: Func, axis_of: Mapping[Operand, Axis]) -> Func:
    """The function with the axis of the examples moved to the front of its arguments."""
    fresh = Fresh(all_names(func))
    params = list(func.params)
    batched = tuple(p for p in params if axis_of.get(p) is not None)
    head: list[Statement] = [Do(fp.equally_many, batched)] if len(batched) > 1 else []
    for k, p in enumerate(params):
        axis = axis_of.get(p)
        if isinstance(axis, int) and axis != 0:
            params[k] = fresh(f"{p}_given")
            head.insert(0, Let(p, np.moveaxis, (params[k], Const(axis), Const(0))))
    return replace(func, params=tuple(params), body=(*head, *func.body))


def _moved_out(func: Func, main: Func, results: tuple[Any, ...], out: Axis) -> tuple[Func, Tree]:
    """The function with a result for each example along the axes that were asked for."""
    assert main.boundary is not None
    last, before = func.body[-1], main.body[-1]
    assert isinstance(last, Return)
    assert isinstance(before, Return)
    fresh = Fresh(all_names(func))
    size = next(s.target for s in func.body if isinstance(s, Let) and s.op is fp.batch_size)
    tail: list[Statement] = []
    new: dict[Operand, Operand] = {}
    axes = list(_by_leaf(main.boundary.result, out))
    state = dict(zip(before.values, results, strict=True))
    held = dict(zip(before.values, last.values, strict=True))
    for leaf, axis in axes:
        value: Any = held.get(leaf, leaf)
        if axis is None:
            if state.get(leaf):
                raise InputError(
                    "vmap: out_axes is None for a result that is different for each example"
                )
        else:
            if not state.get(leaf):
                t = fresh.temp()
                tail.append(Let(t, fp.for_each, (value, size)))
                value = t
            if axis != 0:
                t = fresh.temp()
                tail.append(Do(fp.out_axis, (value, Const(axis))))
                tail.append(Let(t, np.moveaxis, (value, Const(0), Const(axis))))
                value = t
        new[leaf] = value
    result = renamed_tree(main.boundary.result, new)
    values = tuple(leaves(result))
    return replace(func, body=(*func.body[:-1], *tail, Return(values))), result
