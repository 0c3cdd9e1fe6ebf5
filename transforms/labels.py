"""Adjoints read the labels that the record has computed, instead of computing them again.

    t1 = np.sign(x)                                     t1 = np.sign(x)
    fp.choice(record, "f:1 numpy.absolute", t1, ..)     fp.choice(record, .., t1, ..)
    t2 = np.sign(x)                               ->
    bx = by * t2                                        bx = by * t1

A label stands for an operation as long as nothing is written and its operands hold what they held.
It is one array that nobody may write: only what makes new memory of it gets to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fpad.transforms.augmented import PLAIN
from fpad.transforms.ir import (
    Block,
    Call,
    Const,
    Copy,
    Do,
    Func,
    Let,
    Statement,
    Store,
    StoreAdd,
    blocks,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.noting import COMPARISONS, nobody_writes
from fpad.transforms.rules.core import rule_of
from fpad.transforms.spreading import is_derived

Key = tuple[Callable[..., Any], tuple[str, ...]]
"""An operation, and the names and literals that it is of."""


def labels_read(func: Func, kinds: Mapping[str, Kind]) -> Func:
    """The function whose derivative code reads its labels; kinds are those of its names."""
    if not any(isinstance(s, Do) and s.role == "record" for s in walk(func.body)):
        return func
    return replace(func, body=_Labels(nobody_writes(func.body, kinds)).block(func.body))


@dataclass
class _Labels:
    """The operations of a block that labels stand for; `apart`: names that nobody writes."""

    apart: frozenset[str]
    known: dict[Key, str] = field(default_factory=dict)

    def block(self, block: Block) -> Block:
        self.known = {}
        out = []
        for s in block:
            inner = blocks(s)
            out.append(with_blocks(s, tuple(map(self.block, inner))) if inner else self._simple(s))
            if inner or _writes(s):
                self.known = {}
        return tuple(out)

    def _simple(self, s: Statement) -> Statement:
        """The statement, or a second name for the label that holds the same."""
        key = _key(s)
        label = self.known.get(key) if key is not None else None
        new = set(targets(s))
        self.known = {k: n for k, n in self.known.items() if new.isdisjoint((n, *k[1]))}
        if key is None or not isinstance(s, Let):
            return s
        if label is not None and is_derived(s) and s.target in self.apart:
            return Copy(s.target, label, s.origin, s.role)
        if s.role == "record" and s.target not in key[1]:
            self.known[key] = s.target
        return s


def _key(s: Statement) -> Key | None:
    """What a statement computes, if that is new memory for operands that can be told apart."""
    if not isinstance(s, Let) or s.kwargs:
        return None
    if not isinstance(s.op, np.ufunc) and s.op not in COMPARISONS:
        return None
    literals = [a.value for a in s.args if isinstance(a, Const)]
    if not all(type(v) in (int, float, bool) for v in literals):
        return None
    told = (
        a if isinstance(a, str) else f"={a.value!r}" for a in s.args if isinstance(a, str | Const)
    )
    key = s.op, tuple(told)
    return key if len(key[1]) == len(s.args) else None


def _writes(s: Statement) -> bool:
    """May a statement write an array?"""
    if isinstance(s, Do):
        return s.role != "record"
    if isinstance(s, Let):
        rule = rule_of(s.op)
        return rule is None or rule.effect or s.op in PLAIN
    return isinstance(s, Store | StoreAdd | Call)
