"""Liveness and definite assignment on structured blocks.

live_before(block, out)   names read from `out` or from the block before they are assigned
assigned_after(s, have)   names that are assigned whichever way the statement goes
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from fpad.transforms.ir import Block, Break, For, If, Return, Statement, While, reads, targets

Visit = Callable[[Statement, AbstractSet[str]], None]
NONE: frozenset[str] = frozenset()


def _ignore(s: Statement, live: AbstractSet[str]) -> None:
    """The visitor that does nothing."""


def live_before(
    block: Block,
    out: frozenset[str],
    visit: Visit = _ignore,
    after_loop: frozenset[str] = NONE,
) -> frozenset[str]:
    """Names live before the block if `out` is live after it; `visit(s, live after s)` on the way.

    One set is carried through the block, so that a statement costs no more than the names it
    mentions; a visitor sees that set as it is during the call, and copies what it wants to keep.

    `after_loop`: what is live after the loop around the block, where a Break goes.
    """
    live = set(out)
    _backwards(block, live, visit, after_loop)
    return frozenset(live)


def _backwards(block: Block, live: set[str], visit: Visit, after_loop: frozenset[str]) -> None:
    """Take `live` from the end of the block to its beginning."""
    for s in reversed(block):
        visit(s, live)
        match s:
            case Break():
                live.clear()
                live |= after_loop
            case Return():
                live.clear()
                live |= reads(s)
            case If():
                then = set(live)
                _backwards(s.then, then, visit, after_loop)
                _backwards(s.orelse, live, visit, after_loop)
                live |= then
                live |= reads(s)
            case For() | While():
                _loop(s, live, visit)
            case _:
                live.difference_update(targets(s))
                live |= reads(s)


def _loop(s: For | While, live: set[str], visit: Visit) -> None:
    """A trip may be followed by another: what a body reads before it sets it is live at its end.

    One round finds all: what a second trip lets through it has let through in the first.
    """
    out = frozenset(live)
    live |= _exposed(s)
    if isinstance(s, While):
        live |= reads(s)
        _backwards(s.pre, live, _ignore, NONE)
    if visit is not _ignore:
        body = set(out | live)
        _backwards(s.body, body, visit, out)
        if isinstance(s, While):
            _backwards(s.pre, body | out | reads(s), visit, NONE)
    if isinstance(s, For):
        live |= reads(s)


def _exposed(s: For | While) -> frozenset[str]:
    """Names that the body of a loop reads before it sets them, and its header does not set."""
    found: frozenset[str] | None = s.__dict__.get("_exposed")
    if found is None:  # statements never change, and loops in loops ask again and again
        found = live_before(s.body, NONE)
        if isinstance(s, For):
            found -= {s.target}
        s.__dict__["_exposed"] = found
    return found


def assigned_after(s: Statement, have: frozenset[str]) -> frozenset[str]:
    """Names certainly assigned after `s` if `have` are before it.

    An arm that ends in Break hands nothing to what follows, so it does not count.
    """
    if isinstance(s, If):
        arms = [assigned(b, have) for b in (s.then, s.orelse) if not _leaves(b)]
        return frozenset.intersection(*arms) if arms else have
    if isinstance(s, For):
        return have
    if isinstance(s, While):
        return assigned(s.pre, have)
    return have | set(targets(s))


def assigned(block: Block, have: frozenset[str]) -> frozenset[str]:
    """Names certainly assigned after the block."""
    for s in block:
        have = assigned_after(s, have)
    return have


def _leaves(block: Block) -> bool:
    last = block[-1] if block else None
    if isinstance(last, If):
        return _leaves(last.then) and _leaves(last.orelse)
    return isinstance(last, Break)
