"""Second names go: what is read is what they were copied from."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from fpad.transforms.ir import (
    Block,
    Copy,
    For,
    Func,
    Return,
    Statement,
    While,
    blocks,
    defined,
    reads,
    with_blocks,
    with_reads,
)
from fpad.transforms.liveness import live_before

_TEMPORARY = re.compile(r"[bd]*t[0-9]+(_[0-9]+)?|.*_(like|saved|seed)[0-9]*")


def is_temporary(name: str) -> bool:
    """Does the name look like one that the compiler made up: t1, bt12, x_saved?"""
    return _TEMPORARY.fullmatch(name) is not None


def copies(func: Func, temporary: Callable[[str], bool] = is_temporary) -> Func:
    """Read the value itself instead of a temporary copied from it, and drop copies nobody reads.

        t1 = by                     by2 = by * c
        by2 = t1 * c       ->       bx = by * s
        bx = t1 * s
        by = t1

    A read is replaced where the temporary certainly equals the value's name, which is not assigned
    by the statement that reads; what is returned keeps its name.
    """
    body = _propagated(func.body, {}, set(), temporary)
    read: set[int] = set()

    def visit(s: Statement, after: AbstractSet[str]) -> None:
        if isinstance(s, Copy) and s.target in after:
            read.add(id(s))

    live_before(body, NONE, visit)

    def kept(s: Statement) -> tuple[Statement, ...]:
        unread = isinstance(s, Copy) and temporary(s.target) and id(s) not in read
        return () if unread else (s,)

    new = _filtered(body, kept)
    return func if new == func.body else replace(func, body=new)


def _filtered(block: Block, kept: Callable[[Statement], tuple[Statement, ...]]) -> Block:
    """The block without the simple statements that are not kept."""
    out: list[Statement] = []
    for s in block:
        if blocks(s):
            out.append(with_blocks(s, tuple(_filtered(b, kept) for b in blocks(s))))
        else:
            out += kept(s)
    return tuple(out)


def _propagated(
    block: Block, equal: dict[str, str], sources: set[str], temporary: Callable[[str], bool]
) -> Block:
    """Reads replaced.

    `equal`: temporary -> the name it equals now, updated in place; `sources`: at least these names.
    """
    out: list[Statement] = []
    for s in block:
        changed = defined(s)
        if isinstance(s, For | While):
            _forget(equal, sources, changed)  # on the second trip too
        if equal and not isinstance(s, Return):
            new = {n: equal[n] for n in reads(s) if n in equal and equal[n] not in changed}
            if new:
                s = with_reads(s, new)
        if isinstance(s, Copy) and isinstance(s.value, str) and equal.get(s.value) == s.target:
            continue  # t1 = by, and by = t1 again
        if blocks(s):
            states = [dict(equal) for _ in blocks(s)]
            inner = zip(blocks(s), states, strict=True)
            new_blocks = tuple(_propagated(b, state, sources, temporary) for b, state in inner)
            s = with_blocks(s, new_blocks)
        _forget(equal, sources, changed)
        if isinstance(s, Copy) and isinstance(s.value, str) and temporary(s.target):
            equal[s.target] = s.value
            sources.add(s.value)
        out.append(s)
    return tuple(out)


def _forget(equal: dict[str, str], sources: set[str], changed: Names) -> None:
    if any(n in equal or n in sources for n in changed):
        for t in [t for t, v in equal.items() if t in changed or v in changed]:
            del equal[t]


Names = frozenset[str]


NONE: Names = frozenset()
