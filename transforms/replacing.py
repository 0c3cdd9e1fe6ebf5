"""Arrays that take the place of others in a list of unknown length, level 2 -> level 2.

    us = fp.replaced(us, k, u)          us_k = fp.holding(us, u);  us[k] = u
                                  ->
    vs = fp.replaced(us, k, u)          t = fp.copy(us);  vs = fp.holding(t, u);  vs[k] = u
    z = vs[0] * us[k]                   z = vs[0] * us[k]

`us[k] = u` writes no array: a name of the array that was there still means that one.  While it is
proved who sees which write (`alias.prepare`), it is an operation on its operands, for that reason;
afterwards it may be done in place if nobody reads the memory of the list any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Fresh,
    Func,
    Let,
    Operand,
    Statement,
    Store,
    all_names,
    is_derived,
    rewrite,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.liveness import live_before
from fpad.transforms.sharing import ResultAliases, Sharing, argument


def in_place(func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases) -> Func:
    """The function with arrays put in the place of others, in place where nobody sees it."""
    rows: dict[int, tuple[Let, Operand]] = {}

    def as_memory(s: Statement) -> Block:
        if not isinstance(s, Let) or s.op is not fp.replaced:
            return (s,)
        base, k, item = s.args
        held = replace(s, op=fp.holding, args=(base, item))  # the memory of the item is another's
        rows[id(held)] = held, k
        return (held,)

    body = rewrite(func.body, as_memory)
    if not rows or is_derived(func):
        return func
    func = replace(func, body=body)
    sharing = Sharing(func, kinds, result_aliases)
    given = {argument(p) for p in func.params}
    seen: set[int] = set()

    def visit(s: Statement, live: AbstractSet[str]) -> None:
        if id(s) in rows and isinstance(s, Let):
            base = str(s.args[0])
            if ((sharing.at(s, base) | {base}) - {s.target}) & (live | given):
                seen.add(id(s))

    live_before(func.body, frozenset(), visit)
    fresh = Fresh(all_names(func))

    def write(s: Statement) -> Block:
        if id(s) not in rows:
            return (s,)
        held, k = rows[id(s)]
        base, item = held.args
        head: Block = ()
        if id(s) in seen:
            t = fresh.temp()
            head = (Let(t, fp.copy, (base,), (), held.origin, held.role),)
            held = replace(held, args=(t, item))
        return (*head, held, Store(held.target, k, item, held.origin, held.role))

    return replace(func, body=rewrite(func.body, write))
