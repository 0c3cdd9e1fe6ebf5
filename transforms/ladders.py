"""Ladders of tests, computed one after the other where nesting them would be too deep for Python.

    t1 = k == 0
    if not t1:                          t1 = k == 0
        t2 = k == 1             ->      t2 = k == 1
        if not t2:                      t3 = k == 2
            t3 = k == 2

Comparisons of numbers raise nothing and have no effect, so those that are not needed do no harm.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from fpad.transforms.ir import (
    Block,
    Const,
    Func,
    If,
    Let,
    Statement,
    blocks,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind, Num

DEEPEST = 60
"""Python takes a hundred levels of indentation."""
_TESTS = frozenset(
    (
        *(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
        operator.not_,
    )
)


def levelled(func: Func, kinds: Mapping[str, Kind]) -> Func:
    """The function, with tests in front of the ladders that they are in, if these are too deep."""
    if _depth(func.body) <= DEEPEST:
        return func
    made = Counter(t for s in walk(func.body) for t in targets(s))

    def safe(s: Statement) -> bool:
        return (
            isinstance(s, Let)
            and s.op in _TESTS
            and not s.kwargs
            and made[s.target] == 1
            and all(isinstance(a, Const) or _scalar(a, kinds) for a in s.args)
        )

    def level(block: Block) -> Block:
        out: list[Statement] = []
        for s in block:
            if blocks(s):
                s = with_blocks(s, tuple(map(level, blocks(s))))
            if isinstance(s, If):
                arms: list[Block] = []
                for arm in (s.then, s.orelse):
                    n = next((k for k, inner in enumerate(arm) if not safe(inner)), len(arm))
                    out += arm[:n]
                    arms.append(arm[n:])
                if not arms[0] and not arms[1]:
                    continue
                s = with_blocks(s, tuple(arms))
            out.append(s)
        return tuple(out)

    return replace(func, body=level(func.body))


def _scalar(o: object, kinds: Mapping[str, Kind]) -> bool:
    kind = kinds.get(o) if isinstance(o, str) else None
    return isinstance(kind, Num) and not kind.array


def _depth(block: Block) -> int:
    deepest, todo = 0, [(block, 1)]
    while todo:
        inner, depth = todo.pop()
        deepest = max(deepest, depth)
        todo += [(b, depth + 1) for s in inner for b in blocks(s)]
    return deepest
