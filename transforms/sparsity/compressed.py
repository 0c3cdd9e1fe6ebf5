"""Products of a Jacobian with a few vectors that the caller chooses, level 2 -> level 2.

    def f(x):                       def f_compressed(x, *, seeds):      # seeds[0]: one dx a row
        return np.sin(x) * x            dx, = seeds
                              ->        y, dy = f_jvp_vmap(x, dx)
                                        return (y,), (dy,)

In reverse mode the seeds are cotangents of the real results, one a row of each, and the blocks are
those of the arguments, in the order that wrt names them in.  A block that does not depend on the
seeds is None: it is zero.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from fpad import runtime as fp
from fpad.transforms.derive import Job, Target, inserted
from fpad.transforms.ir import (
    Fixed,
    Func,
    Leaf,
    Node,
    Parameter,
    Program,
    Return,
    Tree,
    leaves,
)
from fpad.transforms.jacobians import Block, entry_of
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.recursion import renamed_tree

KEYWORD_ONLY = int(inspect.Parameter.KEYWORD_ONLY)


def compressed(program: Program, target: Target, mode: str, name: str) -> Program:
    """(arguments, seeds) -> (output, blocks), and aux where there is one.

    Args:
        program: level 2.
        target: what to differentiate.
        mode: "forward" or "reverse".
        name: of the new entry.
    """
    job = Job(program, target, fp.real_output)
    blocks = entry_of(job)
    given = dict(zip(job.main.params, job.main.kinds, strict=True))
    kinds = {**job.deriver.kinds(job.main), **given}
    of: Sequence[Any] = blocks.ys
    if mode == "forward":
        of = job.wrt
    seeds = [blocks.fresh(f"d{x}" if mode == "forward" else "by") for x in of]
    b = blocks.builder()
    in_order = [x for t in job.trees for x in leaves(t) if x in job.wrt]
    if mode == "forward":
        values, moved = blocks.tangents(b, seeds)
        found = _matched(blocks.ys, moved)
        seed_tree = _tuple(Leaf(dict(zip(of, seeds, strict=True))[x]) for x in in_order)
    else:

        def chosen(rows: Sequence[Block]) -> list[str]:
            matched = _matched(blocks.ys, rows)
            return [s for s, row in zip(seeds, matched, strict=True) if row is not None]

        values, _, back = blocks.cotangents(b, chosen)
        found = [{block.of: block for block in back}[x] for x in in_order]
        seed_tree = _tuple(map(Leaf, seeds))
    held = dict(zip(job.results, values, strict=True))
    parts = [renamed_tree(job.value, held), _tuple(map(_leaf, found))]
    if job.aux is not None:
        parts.append(renamed_tree(job.aux, held))
    result = _tuple(parts)
    seed = Parameter("seeds", KEYWORD_ONLY, seed_tree, use="seed")
    func = Func(
        job.deriver.name(name),
        (*job.main.params, *seeds),
        (*b.out, Return(())),
        (*job.main.kinds, *(_block_kind(kinds.get(x)) for x in of)),
        origin=job.main.origin,
    )
    parameters = inserted(job.boundary.parameters, seed)
    return job.finish(func, parameters, result, leaves(result))


def _matched(ys: Sequence[Any], blocks: Iterable[Block]) -> list[Block | None]:
    """For each real result its block, if it has one; both are in the order of the results."""
    rest = list(blocks)
    return [rest.pop(0) if rest and rest[0].of == y else None for y in ys]


def _tuple(trees: Iterable[Tree]) -> Tree:
    items = tuple(trees)
    return Node(tuple, tuple(range(len(items))), items)


def _leaf(block: Block | None) -> Tree:
    return Leaf(block.along) if block is not None and block.varies else Fixed(None)


def _block_kind(kind: Kind | None) -> Num:
    """The kind of seeds of something, one a row."""
    if not isinstance(kind, Num):
        return Num(True, "float")
    rank = kind.rank if kind.array else 0
    return Num(True, "float", None if rank is None else rank + 1)
