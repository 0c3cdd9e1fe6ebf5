"""Conditions of `where` move up, above the statements of the arms that they select.

    y = np.log(x)                          t = x > 0.0
    t = x > 0.0                     ->     y = np.log(x)
    z = np.where(t, y, 0.0)                z = np.where(t, y, 0.0)

Then the statements of an arm can say under which condition they matter (`Let.under`).  A condition
moves only past simple statements of its block that neither make its operands nor read its name;
a comparison has no effect that order could change.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Copy,
    Func,
    Let,
    Statement,
    blocks,
    reads,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.rules.core import rule_of


def hoist(func: Func) -> Func:
    """The function with the conditions of its selections as early as they can be."""
    conditions = {
        s.args[0]
        for s in walk(func.body)
        if isinstance(s, Let) and s.op in (np.where, fp.where) and isinstance(s.args[0], str)
    }
    return replace(func, body=_block(func.body, conditions)) if conditions else func


def _block(block: Block, conditions: set[str]) -> Block:
    out: list[Statement] = []
    for s in block:
        inner = blocks(s)
        if inner:
            s = with_blocks(s, tuple(_block(b, conditions) for b in inner))
        at = len(out)
        if isinstance(s, Let) and s.target in conditions and _pure(s):
            while at and isinstance(out[at - 1], Let | Copy) and _independent(s, out[at - 1]):
                at -= 1
        out.insert(at, s)
    return tuple(out)


def _pure(s: Let) -> bool:
    rule = rule_of(s.op)
    return rule is not None and rule.form == "constant" and not rule.effect


def _independent(s: Statement, before: Statement) -> bool:
    mine, other = set(targets(s)), set(targets(before))
    return not (other & reads(s) or mine & reads(before) or mine & other)
