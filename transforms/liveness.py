"""Liveness and definite assignment on structured blocks.

live_before(block, out)   names read from `out` or from the block before they are assigned
assigned_after(s, have)   names that are assigned whichever way the statement goes
"""

from __future__ import annotations

from collections.abc import Callable

from fpad.transforms.ir import Block, Break, For, If, Return, Statement, While, reads, targets

Visit = Callable[[Statement, frozenset[str]], None]
NONE: frozenset[str] = frozenset()


def _ignore(s: Statement, live: frozenset[str]) -> None:
    """The visitor that does nothing."""


def live_before(
    block: Block,
    out: frozenset[str],
    visit: Visit = _ignore,
    after_loop: frozenset[str] = NONE,
) -> frozenset[str]:
    """Names live before the block if `out` is live after it; `visit(s, live after s)` on the way.

    `after_loop`: what is live after the loop around the block, where a Break goes.
    """
    live = out
    for s in reversed(block):
        visit(s, live)
        match s:
            case Break():
                live = after_loop
            case Return():
                live = reads(s)
            case If():
                then = live_before(s.then, live, visit, after_loop)
                live = then | live_before(s.orelse, live, visit, after_loop) | reads(s)
            case For() | While():
                live = _loop(s, live, visit)
            case _:
                live = (live - set(targets(s))) | reads(s)
    return live


def _loop(s: For | While, out: frozenset[str], visit: Visit) -> frozenset[str]:
    live = out
    while True:
        if isinstance(s, For):
            new = live_before(s.body, live, _ignore, out) - {s.target} | out
        else:
            body = live_before(s.body, live, _ignore, out)
            new = live_before(s.pre, body | out | reads(s), _ignore)
        if new <= live:
            break
        live |= new
    if isinstance(s, For):
        live_before(s.body, live, visit, out)
        return live | reads(s)
    body = live_before(s.body, live, visit, out)
    return live_before(s.pre, body | out | reads(s), visit)


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
