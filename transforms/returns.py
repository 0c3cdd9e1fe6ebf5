"""The forward half of a function with several ways out returns where each way ends.

    h = 0.0                                  if n == 0:
    if n == 0:                                   return 1.0, (0.0, x)
        result = 1.0                         h = power(x, n // 2)
    else:                             ->     return h * h, (h, x)
        h = power(x, n // 2)
        result = h * h
    residuals = h, x
    return result, residuals

A step before printing.  Residuals of ways that are not taken are constants there, so they need not
be set first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from fpad.transforms.folded import Expression, Folded, operands
from fpad.transforms.ir import (
    Block,
    Const,
    Copy,
    If,
    Let,
    Load,
    Operand,
    Pack,
    Return,
    Statement,
    blocks,
    targets,
    walk,
)

WIDTH = 40
"""Results that take more columns than this keep a line of their own."""


def early(body: Block, summarise: Callable[[Expression], Folded]) -> Block:
    """The folded body of a forward half, with a Return at the end of each way through it.

    `summarise` makes an operand of an expression.
    """
    match body:
        case (*head, If() as branch, Pack() as pack, Return() as last):
            pass
        case _:
            return body
    packs = [v for v in last.values if pack.target in _names(v)]
    if packs != [pack.target]:
        return body
    known = _constants(tuple(head))
    whole = (*head, *_Ways(pack, last, summarise).end((branch,), known))
    out: list[Statement] = []
    for k, s in enumerate(whole):
        constant = isinstance(s, Copy) and s.target in known
        if not constant or _reads(whole[k + 1 :], targets(s)[0])[0]:
            out.append(s)
    return tuple(out)


def _reads(block: Block, n: str) -> tuple[bool, bool]:
    """(may n be read before it is bound, is it certainly bound or nobody's business afterwards)."""
    for s in block:
        if any(n in _names(o) for o in operands(s)):
            return True, True
        if isinstance(s, If):
            ways = [_reads(arm, n) for arm in blocks(s)]
            if any(read for read, _ in ways):
                return True, True
            if all(bound for _, bound in ways):
                return False, True
        elif blocks(s):
            if any(n in _names(operands(q)) for b in blocks(s) for q in walk(b)):
                return True, True
        elif n in targets(s) or isinstance(s, Return):
            return False, True
    return False, False


def _names(o: Operand | Folded) -> frozenset[str]:
    if isinstance(o, Folded):
        return o.reads
    if isinstance(o, tuple):
        return frozenset[str]().union(*map(_names, o))
    return frozenset((o,)) if isinstance(o, str) else frozenset()


def _constants(block: Block) -> dict[str, Const]:
    """Names that a block sets to constants, and to nothing else."""
    found: dict[str, Const] = {}
    for s in block:
        for q in walk((s,)):
            for t in targets(q):
                found.pop(t, None)
        if isinstance(s, Copy) and isinstance(s.value, Const):
            found[s.target] = s.value
    return found


class _Ways:
    def __init__(self, pack: Pack, last: Return, summarise: Callable[[Expression], Folded]) -> None:
        self._pack, self._last, self._summarise = pack, last, summarise

    def end(self, block: Block, known: Mapping[str, Const]) -> Block:
        """The block with the Return at its end; `known`: names that still hold a constant."""
        last = block[-1] if block else None
        inside = block[:-1] if isinstance(last, If) else block
        bound = {t for q in walk(inside) for t in targets(q)}
        known = {n: v for n, v in known.items() if n not in bound}
        if isinstance(last, If):
            ways = (self.end(arm, known) for arm in blocks(last))
            then, orelse = ways
            return (*inside, replace(last, then=then, orelse=()), *orelse)
        return self._returned(block, known)

    def _returned(self, block: Block, known: Mapping[str, Const]) -> Block:
        items = tuple(known.get(o, o) if isinstance(o, str) else o for o in self._pack.items)
        saved = {n for o in items for n in _names(o)}
        values: list[Operand | Folded] = [
            self._summarise(replace(self._pack, items=items))
            if v == self._pack.target
            else known.get(v, v)
            if isinstance(v, str)
            else v
            for v in self._last.values
        ]
        made = block[-1] if block else None
        if isinstance(made, Let | Load | Copy):
            value = made.value if isinstance(made, Copy) else self._summarise(made)
            short = not isinstance(value, Folded) or value.columns <= WIDTH
            if made.target not in saved and values.count(made.target) == 1 and short:
                values[values.index(made.target)] = value
                block = block[:-1]
        return (*block, replace(self._last, values=tuple(values)))  # type: ignore[arg-type]
