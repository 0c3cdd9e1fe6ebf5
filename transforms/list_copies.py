"""Copies of lists of numbers that nobody tells from the list, level 2 -> level 2.

    ys = fp.row_kept(xs)                ys = xs
    for y in ys: s = s + y      ->      for y in ys: s = s + y

    ys = fp.row_kept(xs)                ys = fp.row_kept(xs)
    ys[0] = 2.0 * ys[0]         ->      ys[0] = 2.0 * ys[0]

`xs[:]`, `list(xs)` and `xs.copy()` are lists of their own.  Where neither is written in place, one
array does for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Copy,
    Func,
    Let,
    Return,
    Statement,
    is_derived,
    names,
    rewrite,
    walk,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.memory_classes import AUGMENTED, Classes, written_names
from fpad.transforms.sharing import ResultAliases


def dropped(func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases) -> Func:
    """The function without copies of lists that are not needed."""
    if is_derived(func) or not any(map(_is_copy, walk(func.body))):
        return func
    body = rewrite(func.body, _as_copy)
    classes = Classes(replace(func, body=body), kinds, result_aliases)
    kept = written_names(body, classes)
    for s in walk(body):
        found: Iterable[str] = ()
        if isinstance(s, Return):  # the caller may write it
            found = names(*s.values)
        elif isinstance(s, Let) and s.op in AUGMENTED:
            found = names(s.args[0])
        for n in found:
            kept |= classes.members(n)

    def drop(s: Statement) -> Block:
        return (s,) if isinstance(s, Let) and s.target in kept else _as_copy(s)

    return replace(func, body=rewrite(func.body, drop))


def _is_copy(s: Statement) -> bool:
    return isinstance(s, Let) and s.op is fp.row_kept


def _as_copy(s: Statement) -> Block:
    if isinstance(s, Let) and _is_copy(s):
        return (Copy(s.target, s.args[0], s.origin, s.role),)
    return (s,)
