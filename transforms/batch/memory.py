"""Reading and writing the memory of batched arrays."""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.batch.index import batch_index
from fpad.transforms.batch.operations import Operations
from fpad.transforms.inference import index_parts
from fpad.transforms.ir import (
    Const,
    For,
    If,
    Load,
    Operand,
    Range,
    Store,
    StoreAdd,
    with_reads,
)
from fpad.transforms.kinds import Kind, Num, element_kind
from fpad.transforms.rules.batch import Case, Each
from fpad.transforms.rules.trace import Sym, quote


def _is_list(kind: Kind | None) -> bool:
    """Is it an array of integers, one or more?"""
    return isinstance(kind, Num) and kind.array and kind.num == "int" and bool(kind.rank)


class Memory(Operations):
    """Load, Store and StoreAdd."""

    def _load(self, s: Load) -> None:
        if not self.any(s.base, s.index) or not isinstance(self.kinds.get(s.base), Num):
            self.plain(s)
            return
        if self._mask_index(s.index):
            self.refuse(
                s,
                "this takes more entries for some examples than for others",
                "choose with np.where",
            )
        base = s.base if self.batched(s.base) else self.spread(s.base, s)
        index = batch_index(s.index, self.kinds, self.batched, self.along)
        if index is None:
            self._looped(s)
            return
        rows = index[1] if isinstance(index, tuple) and len(index) == 2 else None
        if isinstance(rows, str) and not self.batched(rows) and _is_list(self.kinds.get(rows)):
            b = self.builder(s)  # x[:, rows] would lie in memory by columns, and be slow to use
            self.define(s.target, b.emit(np.take, Sym(base, b), Sym(rows, b), axis=1), True, s)
            return
        t = self.fresh.temp()
        self.out.append(Load(t, base, index, s.origin, s.role))
        value = Sym(t, self.builder(s))
        kind = self.kinds.get(s.target)
        if isinstance(kind, Num) and not kind.array and s.base in self.written:
            value = self.builder(s).emit(fp.copy, value)  # numbers share no memory
        self.define(s.target, value, True, s)

    def store(self, s: Store | StoreAdd) -> None:
        """Write a part of an array; for some examples only, where a condition differs."""
        if not self.batched(s.base):
            self.out.append(s)
            return
        c = self.case(s)
        index = batch_index(s.index, self.kinds, self.batched, self.along)
        if index is None:
            self._stored_one_by_one(s)
            return
        base = self.kinds[s.base]
        assert isinstance(base, Num)
        region = element_kind(base, index_parts(s.index, self._kind_of))
        rank: Any = region.rank if region.array else 0
        value = self.each(s.value, c)
        old: Any = None
        if rank is None or self.mask is not None:
            old = c.builder.emit(operator.getitem, Sym(s.base, c.builder), c.builder.unquote(index))
            rank = rank if rank is not None else c.rank(Each(old, True, None))
        lifted = c.lift(value, rank)
        if self.mask is not None:
            kept: Any = old if isinstance(s, Store) else 0.0
            lifted = c.builder.emit(fp.where, self._lifted_mask(c, rank), lifted, kept)
        self.out.append(replace(s, index=index, value=quote(lifted)))

    def _lifted_mask(self, c: Case, rank: Any) -> Any:
        return c.lift(Each(Sym(str(self.mask), c.builder), True, 0), rank)

    def _stored_one_by_one(self, s: Store | StoreAdd) -> None:
        k, row = self.fresh("example"), self.fresh.temp()
        outer, self.out = self.out, []
        new = self.taken(replace(s, base=row), k)
        self.out.append(Load(row, s.base, (k, Const(Ellipsis)), s.origin, s.role))
        self.out.append(with_reads(replace(s, base=row), new))
        body, self.out = tuple(self.out), outer
        if self.mask is not None:
            t = self.fresh.temp()
            body = (Load(t, self.mask, k, s.origin, s.role), If(t, body, (), s.origin, s.role))
        self.out.append(For(k, Range((self.n,)), body, origin=s.origin, role=s.role))

    def _mask_index(self, index: Operand) -> bool:
        """Is the index an array of truth values that are different for each example?"""
        parts = index if isinstance(index, tuple) else (index,)
        kinds = [self.kinds.get(p) for p in parts if isinstance(p, str) and self.batched(p)]
        return any(isinstance(k, Num) and k.array and k.num in ("bool", "any") for k in kinds)

    def _kind_of(self, o: Operand) -> Kind | None:
        return self.kinds.get(o) if isinstance(o, str) else None
