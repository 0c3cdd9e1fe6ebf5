"""Derivatives that a differentiated function calls: their programs become part of its own.

df = fpad.grad(f)                   def g(x): y = f_grad_x(x, 1.0); return y * x
def g(x): return df(x) * x    ->    def f_grad_x(x, by): ..
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fpad.transforms.abstract import Held, Static, Structure, Value, held
from fpad.transforms.describing import describe
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Atom,
    Call,
    Const,
    Fixed,
    Func,
    Leaf,
    Node,
    Operand,
    Pack,
    Return,
    Statement,
    Tree,
    leaves,
    rewrite,
)
from fpad.transforms.kinds import Kind, NodeKind, ResidualKind, StaticKind
from fpad.transforms.live import Guard, Live
from fpad.transforms.writer import refuse


def is_derivative(func: Any) -> bool:
    """Has it a program of its own?"""
    return hasattr(type(func), "__fpad_program__")


@dataclass(frozen=True)
class Derived:
    """The program of a derivative, with names that fit the program that calls it."""

    name: str
    funcs: Mapping[str, Func]
    result: Kind
    live: Sequence[Live]
    guards: Sequence[Guard]

    def arguments(self, given: Mapping[str, Value], lifted: Sequence[Value]) -> tuple[Operand, ...]:
        """The flat arguments of a call with these values of the parameters."""
        main = self.funcs[self.name]
        assert main.boundary is not None
        atoms: dict[str, Operand] = {}
        for live, value in zip(self.live, lifted, strict=True):
            parts = (h.atom for h in held(value))
            atoms.update(zip(live.leaves, parts, strict=True))
        for p in main.boundary.parameters:
            if p.use == "one":
                atoms.update((str(n), Const(1.0)) for n in leaves(p.tree))
            elif p.use != "live":
                atoms.update(_matched(p.name, p.tree, given[p.name]))
        return tuple(atoms[n] for n in main.params)


def _matched(name: str, tree: Tree, value: Value) -> Iterator[tuple[str, Operand]]:
    """The leaves of a parameter with the atoms of an argument."""
    if isinstance(tree, Leaf) and isinstance(value, Held):
        yield str(tree.atom), value.atom
    elif isinstance(tree, Leaf) and isinstance(value, Static):
        yield str(tree.atom), Const(value.value)
    elif isinstance(tree, Node) and isinstance(value, Structure):
        if tree.make is not value.make or tree.keys != value.keys:
            refuse(f"{name} is given {describe(value)}.", f"give it {_shown(tree)}.")
        for item, part in zip(tree.items, value.items, strict=True):
            yield from _matched(name, item, part)
    elif not isinstance(tree, Fixed):
        refuse(f"{name} is given {describe(value)}.", f"give it {_shown(tree)}.")


def _shown(tree: Tree) -> str:
    return f"a {tree.make.__name__} of {len(tree.items)}" if isinstance(tree, Node) else "a number"


_UNDER_WAY: list[tuple[Any, tuple[tuple[str, Kind], ...]]] = []
"""The derivatives whose programs are being made, each inside the one before."""


def derived(func: Any, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> Derived:
    """Ask a derivative for its program for arguments of these kinds."""
    asked = (func, tuple(kinds.items()))
    if asked in _UNDER_WAY:
        called = getattr(func, "__name__", "the function")
        refuse(
            f"{called} calls its own derivative, which is made of it: this has no end.",
            f"where {called} means itself, give the derivative another name: leave the decorator "
            f"out, and write d{called} = fpad.grad({called}) below.",
        )
    _UNDER_WAY.append(asked)
    try:
        program, live, guards = func.__fpad_program__(kinds)
    finally:
        _UNDER_WAY.pop()
    result = _result(program.main, Inference(program))
    new = {old: name(old) for old in program.funcs}
    funcs = {new[old]: _renamed(f, new) for old, f in program.funcs.items()}
    return Derived(new[program.entry], funcs, result, live, guards)


def _renamed(func: Func, new: Mapping[str, str]) -> Func:
    """The function with the functions it speaks of renamed."""

    def statement(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, Call):
            return (replace(s, func=new[s.func]),)
        if isinstance(s, Pack):
            return (replace(s, kind=new.get(s.kind, s.kind)),)
        return (s,)

    def kind(k: Kind) -> Kind:
        return ResidualKind(new.get(k.layout, k.layout)) if isinstance(k, ResidualKind) else k

    return replace(
        func,
        name=new[func.name],
        body=rewrite(func.body, statement),
        kinds=tuple(map(kind, func.kinds)),
    )


def _result(main: Func, inference: Inference) -> Kind:
    """The kind of what a function with a boundary returns."""
    assert main.boundary is not None
    env = inference.func(main)
    last = main.body[-1]
    assert isinstance(last, Return)
    values = iter(last.values)

    def of(tree: Tree) -> Kind:
        if isinstance(tree, Node):
            return NodeKind(tree.make, tree.keys, tuple(map(of, tree.items)))
        if isinstance(tree, Fixed):
            return StaticKind(tree.value)
        value: Atom | Operand = next(values)
        found = inference.operand(value, env)
        if found is None:
            refuse(f"{main.name} returns something of unknown kind.", "use it outside.")
        return found

    return of(main.boundary.result)
