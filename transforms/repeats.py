"""Lists that may hold one array twice: a write through one of their values changes another.

    vs = []                             for u in us:
    for k in range(n):                      vs.append(u)        # each of them another row
        vs.append(u)                    vs[0][1] = 0.0          # fine
    vs[0][1] = 0.0      # vs[1] too

The arrays of such a list are copied into one memory (`grown`), where each has a place of its own.
`Sharing` asks here whether what gets into a list may be there already.
"""

from __future__ import annotations

from collections.abc import Mapping

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Copy,
    For,
    Func,
    Let,
    Load,
    Note,
    Statement,
    blocks,
    names,
    targets,
    walk,
)

ROWS = frozenset(
    getattr(fp, name)
    for name in (
        *("rows", "float_rows", "repeated", "appended", "joined", "floats", "holding", "as_rows"),
        *("replaced", "row_appended", "columns"),
    )
)
"""Lists of arrays.  They are copies, and so nothing else may see the arrays that they hold."""
_PUTTING = frozenset(
    (fp.rows, fp.float_rows, fp.appended, fp.row_appended, fp.joined, fp.replaced, fp.repeated)
)


OF_NUMBERS = frozenset((fp.rows, fp.float_rows, fp.joined, fp.columns, fp.picked))
"""Those whose rows, if they are numbers, are certainly in memory of their own."""


def put_together(s: Statement) -> tuple[str, ...]:
    """The lists and arrays that a statement makes one list of."""
    if not isinstance(s, Let) or s.op not in _PUTTING:
        return ()
    if s.op is fp.repeated:
        return tuple(names(s.args[0]))
    return tuple(names(*s.args[::2]) if s.op is fp.replaced else names(*s.args))


def rows_of_loops(func: Func) -> set[int]:
    """Statements (by identity) of a loop that put row k of an array into a list in its k-th trip.

    They are the only ones that put rows of that array anywhere, and run in one loop only.
    """
    block = func.body
    made: dict[str, list[Statement]] = {p: [Note("given")] for p in func.params}
    for s in walk(block):
        for t in targets(s):
            made.setdefault(t, []).append(s)
    feeding: dict[str, set[int]] = {}
    for s in walk(block):
        for n in put_together(s):
            for load in _loads(n, made):
                feeding.setdefault(load.base, set()).add(id(load))
    out: set[int] = set()
    for loop in block:
        if isinstance(loop, For):
            inner = tuple(q for q in loop.body if not isinstance(q, For))
            for s in _straight(inner):
                found = [_loads(n, made) for n in put_together(s)]
                lists = found.count([])
                single = isinstance(s, Let) and s.op in (fp.rows, fp.float_rows)
                if (
                    any(found)
                    and lists == (0 if single else 1)
                    and all(
                        q.index == loop.target and len(feeding[q.base]) == 1
                        for loads in found
                        for q in loads
                    )
                ):
                    out.add(id(s))
    return out


def _straight(block: Block) -> list[Statement]:
    """The statements of a block that are in no loop of their own."""
    out: list[Statement] = []
    for s in block:
        out.append(s)
        if not isinstance(s, For) and not hasattr(s, "pre"):
            for b in blocks(s):
                out += _straight(b)
    return out


def _loads(n: str, made: Mapping[str, list[Statement]]) -> list[Load]:
    """The reads that a name comes from, if it comes from such only."""
    found = made.get(n, [])
    if len(found) != 1:
        return []
    match found[0]:
        case Load() as load:
            return [load]
        case Copy(value=str(value)):
            return _loads(value, made)
        case Let() as s if s.op in (fp.rows, fp.float_rows):
            return [load for m in put_together(s) for load in _loads(m, made)]
    return []
