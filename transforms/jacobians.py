"""Jacobians: all rows or all columns at once, level 2 -> level 2.

    def f(x):                     def f_jacobian(x):
        return np.sin(x) * x          dx = fp.basis(x)                  # one seed for each entry
                          ->          y, dy = f_jvp_vmap(x, dx)
                                      return fp.column_blocks(dy, 0, x)

Forward mode runs the tangents of all entries of x beside one primal; reverse mode runs one forward
sweep and the cotangents of all entries of y.  Only what seeds reach has the axis of the seeds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from fpad import runtime as fp
from fpad.transforms.batch import Batching
from fpad.transforms.derive import Job, Target, mirror, together
from fpad.transforms.ir import (
    NOWHERE,
    Call,
    Copy,
    Fixed,
    Fresh,
    Func,
    If,
    Leaf,
    Node,
    Operand,
    Program,
    Return,
    Statement,
    Tree,
    leaves,
)
from fpad.transforms.kinds import Num
from fpad.transforms.recursion import renamed_tree
from fpad.transforms.rules.trace import Builder, Sym
from fpad.transforms.simplify import effects


class Block(NamedTuple):
    """One of the results, or arguments, with its tangents, or cotangents, along all seeds.

    Attributes:
        of: the result or argument.
        value: the name of its value.
        along: the name of its tangents or cotangents.
        varies: does that have the axis of the seeds?  It is zero otherwise.
    """

    of: Any
    value: str
    along: str
    varies: bool


@dataclass
class Blocks:
    """The entry of the Jacobian while it is written.

    Attributes:
        inner: the name of the function that is called.
        xs: the leaves under wrt.
        ys: the real results.
    """

    job: Job
    inner: str
    fresh: Fresh
    xs: tuple[str, ...]
    ys: tuple[Operand, ...]

    def builder(self) -> Builder:
        """What statements of a mode are written with."""
        return Builder(self.fresh, NOWHERE, "adjoint")

    def offsets(self, b: Builder, of: Sequence[Any]) -> list[Any]:
        """The number of entries in front of each leaf, and of all."""
        out: list[Any] = [0]
        for leaf in of:
            size = b.emit(np.size, leaf)
            out.append(size if len(out) == 1 else b.emit(operator.add, out[-1], size))
        return out

    def seeds(self, b: Builder, of: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """A block of seeds for each leaf, and the numbers of entries in front of them."""
        if len(of) == 1:
            return [b.emit(fp.basis, of[0])], [0]
        before = self.offsets(b, of)
        made = []
        for k, leaf in enumerate(of):
            after = b.emit(operator.sub, before[-1], before[k + 1]) if k + 1 < len(of) else 0
            made.append(b.emit(fp.basis, leaf, before[k], after))
        return made, before

    def tangents(self, b: Builder, seeds: Sequence[str]) -> tuple[list[Operand], list[Block]]:
        """A call of the tangents along a block of seeds: the results, and what moves of them."""
        d, active = self.job.deriver, self.job.active
        func = d.jvp(self.inner, active, (False,) * len(active))
        moving = d.active_results(self.inner, active)
        batching = Batching(Program(func, d.funcs))
        seeded = sum(active)
        states = (*(False for _ in active), *(True for _ in range(seeded)))
        called = batching.function(func, states)
        varying = batching.results(func, states)[len(moving) :]
        d.funcs |= batching.funcs
        values = [self.fresh(v if isinstance(v, str) else "value") for v in self.job.results]
        moved = [self.fresh(f"d{v}") for v, yes in zip(values, moving, strict=True) if yes]
        args = (*self.job.main.params, *seeds)
        b.out.append(Call((*values, *moved), called, args, role="adjoint"))
        given = iter(zip(moved, varying, strict=True))
        blocks = []
        for v, value, yes in zip(self.job.results, values, moving, strict=True):
            if yes:
                dy, state = next(given)
                blocks.append(Block(v, value, dy, state is not False))
        return list(values), blocks

    def forward(self) -> tuple[list[Statement], list[Operand], dict[tuple[Any, str], str]]:
        """Columns: the statements, the names of all results, the blocks."""
        b = self.builder()
        seeds, before = self.seeds(b, [Sym(x, b) for x in self.xs])
        values, moved = self.tangents(b, [s.name for s in seeds])
        blocks: dict[tuple[Any, str], str] = {}
        for v, value, dy, state in moved:
            for x, at in zip(self.xs, before, strict=False):
                made = (
                    b.emit(fp.column_blocks, Sym(dy, b), at, Sym(x, b))
                    if state
                    else b.emit(fp.no_slope, Sym(value, b), Sym(x, b))
                )
                blocks[v, x] = made.name
        return b.out, values, blocks

    def cotangents(
        self, b: Builder, seeds_of: Callable[[Sequence[Block]], Sequence[str]]
    ) -> tuple[list[Operand], list[Block], list[Block]]:
        """A forward sweep, and a second one along a block of seeds.

        Args:
            b: what it is written with; `seeds_of` is asked behind the forward sweep.
            seeds_of: the real results that have a cotangent -> the names of their seeds.

        Returns:
            The results; those that have a cotangent; the cotangents of the arguments.
        """
        d, job = self.job.deriver, self.job
        moving = d.active_results(self.inner, job.active)
        real = (*job.real, *(False,) * (len(job.results) - len(job.real)))
        seeded = tuple(a and r for a, r in zip(moving, real, strict=True))
        values = [self.fresh(v if isinstance(v, str) else "value") for v in job.results]
        if not any(seeded):
            b.out.append(Call(tuple(values), self.inner, job.main.params, role="adjoint"))
            return list(values), [], [Block(x, x, x, False) for x in self.xs]
        quiet = (False,) * (len(job.active) + len(job.results))
        fwd, bwd = d.pair(self.inner, job.active, seeded, quiet)
        batching = Batching(Program(bwd, d.funcs))
        states = (False, *(True for yes in seeded if yes))
        called = batching.function(bwd, states)
        varying = batching.results(bwd, states)
        d.funcs |= batching.funcs
        residuals = self.fresh("residuals")
        b.out.append(Call((*values, residuals), fwd, job.main.params, role="adjoint"))
        rows = [
            Block(v, value, value, True)
            for v, value, yes in zip(job.results, values, seeded, strict=True)
            if yes
        ]
        cotangents = [self.fresh(f"b{x}") for x in self.xs]
        args = (residuals, *seeds_of(rows))
        b.out.append(Call(tuple(cotangents), called, args, role="adjoint"))
        back = [
            Block(x, x, bx, state is not False)
            for x, bx, state in zip(self.xs, cotangents, varying, strict=True)
        ]
        return list(values), rows, back

    def reverse(self) -> tuple[list[Statement], list[Operand], dict[tuple[Any, str], str]]:
        """Rows: the statements, the names of all results, the blocks."""
        b = self.builder()
        before: list[Any] = []

        def seeds_of(rows: Sequence[Block]) -> list[str]:
            seeds, offsets = self.seeds(b, [Sym(r.value, b) for r in rows])
            before.extend(offsets)
            return [s.name for s in seeds]

        values, rows, back = self.cotangents(b, seeds_of)
        blocks: dict[tuple[Any, str], str] = {}
        for row, at in zip(rows, before, strict=False):
            for x, _, bx, state in back:
                made = (
                    b.emit(fp.row_blocks, Sym(bx, b), at, Sym(row.value, b))
                    if state
                    else b.emit(fp.no_slope, Sym(row.value, b), Sym(x, b))
                )
                blocks[row.of, x] = made.name
        return b.out, values, blocks


def entry_of(job: Job) -> Blocks:
    """The entry of a Jacobian, in front of the first statement."""
    deriver = job.deriver
    inner = deriver.entry
    deriver.funcs[inner] = replace(deriver.entry_function(), boundary=None)
    ys = tuple(v for v, yes in zip(leaves(job.value), job.real, strict=True) if yes)
    fresh = Fresh((*job.main.params, *(v for v in job.results if isinstance(v, str))))
    return Blocks(job, inner, fresh, job.wrt, ys)


def jacobian(program: Program, target: Target, mode: str, name: str) -> Program:
    """The program of the Jacobian: for each real output the structure under wrt, of blocks.

    A block has the shape of the output followed by that of the argument.
    """
    job = Job(program, target, fp.real_output)
    deriver = job.deriver
    blocks = entry_of(job)
    ys = blocks.ys
    out, values, made = _written(blocks, _mode(job, mode))
    b = blocks.builder()
    for v, at in zip(job.results, values, strict=True):
        for x in job.wrt:
            if v in ys and (v, x) not in made:
                made[v, x] = b.emit(fp.no_slope, b.unquote(at), Sym(x, b)).name
    out += b.out
    real = iter(job.real)

    def block_tree(y: Any) -> Tree:
        if not next(real):
            return Fixed(None)
        return together(
            [
                mirror(t, lambda x: Leaf(made[y, x]) if (y, x) in made else Fixed(None))
                for t in job.trees
            ],
            target.single,
        )

    result = mirror(job.value, block_tree)
    if job.aux is not None:
        held = dict(zip(job.results, values, strict=True))
        result = Node(tuple, (0, 1), (result, renamed_tree(job.aux, held)))
    func = Func(
        deriver.name(name),
        job.main.params,
        (*out, Return(())),
        job.main.kinds,
        origin=job.main.origin,
    )
    return job.finish(func, job.boundary.parameters, result, leaves(result))


def _mode(job: Job, mode: str) -> str:
    """Forward for few inputs, reverse for few outputs, where kinds tell; else the run decides."""
    if mode != "auto":
        return mode
    kinds = job.deriver.kinds(job.main)
    outputs = [kinds.get(str(v)) for v in leaves(job.value)]
    inputs = [kinds.get(x) for x in job.wrt]

    def numbers(of: Sequence[Any]) -> bool:
        return all(isinstance(k, Num) and (not k.array or k.rank == 0) for k in of)

    if numbers(inputs):
        return "forward"
    if numbers(outputs):
        return "reverse" if len(outputs) == 1 else "auto"
    return "auto"


def _written(
    blocks: Blocks, mode: str
) -> tuple[list[Statement], list[Operand], dict[tuple[Any, str], str]]:
    """The statements of a mode; for "auto" those of both, and the choice between them."""
    if mode == "reverse":
        return blocks.reverse()
    program = blocks.job.deriver.program(blocks.job.main)
    if mode == "forward" or effects(program)[program.entry]:  # effects happen once
        return blocks.forward()
    (swept, *rows), values, by_rows = blocks.reverse()
    columns, _, by_columns = blocks.forward()
    b = blocks.builder()
    shown = dict(zip(blocks.job.results, values, strict=True))
    ys = blocks.offsets(b, [b.unquote(shown[y]) for y in blocks.ys])[-1]
    xs = blocks.offsets(b, [Sym(x, b) for x in blocks.xs])[-1]
    fewer = b.emit(operator.lt, ys, xs)
    made: dict[tuple[Any, str], str] = {}
    for y, x in by_rows:
        made[y, x] = block = blocks.fresh("block")
        rows.append(Copy(block, by_rows[y, x], role="adjoint"))
        columns.append(Copy(block, by_columns[y, x], role="adjoint"))
    choice = If(fewer.name, tuple(rows), tuple(columns), role="adjoint")
    return [swept, *b.out, choice], values, made
