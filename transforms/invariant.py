"""Arithmetic that is the same in every trip of a loop is done once, in front of it.

    for i in range(n):                       t = 2.0 * r
        t = 2.0 * r                   ->     for i in range(n):
        x = x - t * x                            x = x - t * x

Else reverse mode would save the value of every trip.  What moves is a temporary that only this
statement defines, a sum, difference, product or negation of scalars (these never raise) that the
loop leaves alone, and that every trip computes.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from fpad.transforms.copies import is_temporary
from fpad.transforms.ir import (
    Block,
    For,
    Func,
    Let,
    Statement,
    While,
    blocks,
    defined,
    reads,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import FLOAT, INT, Kind

_TOTAL = {operator.add, operator.sub, operator.mul, operator.neg}


def invariants_out(func: Func, kinds: Mapping[str, Kind]) -> Func:
    """The function with invariant scalar temporaries in front of the loops that compute them."""
    if not any(isinstance(s, For | While) for s in walk(func.body)):
        return func
    times = Counter(t for s in walk(func.body) for t in targets(s))
    scalars = {n for n, kind in kinds.items() if kind in (FLOAT, INT)}
    once = {n for n, k in times.items() if k == 1 and n in scalars and is_temporary(n)}
    return replace(func, body=_block(func.body, once, scalars)) if once else func


def _block(block: Block, once: set[str], scalars: set[str]) -> Block:
    out: list[Statement] = []
    for s in block:
        inner = blocks(s)
        if inner:
            s = with_blocks(s, tuple(_block(b, once, scalars) for b in inner))
        if isinstance(s, For | While):
            s = _emptied(s, out, once, scalars)
        out.append(s)
    return tuple(out)


def _emptied(
    loop: For | While, out: list[Statement], once: set[str], scalars: set[str]
) -> For | While:
    """The loop without what its trips have in common, which goes to `out`."""
    changing = defined(loop)
    kept: list[Statement] = []
    for s in loop.body:
        if (
            isinstance(s, Let)
            and s.op in _TOTAL
            and s.target in once
            and reads(s) <= scalars - changing
        ):
            out.append(s)
            changing = changing - {s.target}
        else:
            kept.append(s)
    return replace(loop, body=tuple(kept)) if len(kept) < len(loop.body) else loop
