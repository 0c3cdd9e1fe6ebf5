"""Liveness and definite assignment on structured blocks.

live_before(block, out)   names read from `out` or from the block before they are assigned
certain(s)                names that are assigned whichever way the statement goes
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from fpad import runtime as fp
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Do,
    For,
    If,
    Return,
    Statement,
    While,
    reads,
    targets,
)

Visit = Callable[[Statement, AbstractSet[str]], None]
NONE: frozenset[str] = frozenset()


def _ignore(s: Statement, live: AbstractSet[str]) -> None:
    """The visitor that does nothing."""


def live_before(
    block: Block,
    out: frozenset[str],
    visit: Visit = _ignore,
    after_loop: frozenset[str] = NONE,
    handled: bool = False,
) -> frozenset[str]:
    """Names live before the block if `out` is live after it; `visit(s, live after s)` on the way.

    One set is carried through the block, so that a statement costs no more than the names it
    mentions; a visitor sees that set as it is during the call, and copies what it wants to keep.

    `after_loop`: what is live after the loop around the block, where a Break goes; `handled`: an
    exception may go to a handler of this function, as it does until it is specialised.
    """
    live = set(out)
    _backwards(block, live, visit, after_loop, handled)
    return frozenset(live)


def _backwards(
    block: Block,
    live: set[str],
    visit: Visit,
    after_loop: frozenset[str],
    handled: bool,
    caught: frozenset[str] = NONE,
) -> None:
    """Take `live` from the end of the block to its beginning.

    `caught`: what handlers read that an exception may go to from everywhere in the block.
    """
    for s in reversed(block):
        live |= caught
        visit(s, live)
        match s:
            case Break():
                live.clear()
                live |= after_loop
            case Return():
                live.clear()
                live |= reads(s)
            case Do(op=fp.fail) if not handled:
                live.clear()
                live |= reads(s)
            case If():
                then = set(live)
                _backwards(s.orelse, live, visit, after_loop, handled, caught)
                inside = caught | live if handled and _is_try(s) else caught
                _backwards(s.then, then, visit, after_loop, handled, inside)
                live |= then
                live |= reads(s)
            case For() | While():
                _loop(s, live, visit, handled, caught)
            case _:
                live.difference_update(targets(s))
                live |= reads(s)


def _is_try(s: If) -> bool:
    """Is its first arm the body of a try statement? The other one leads to the handlers."""
    first = s.then[0] if s.then else None
    return isinstance(first, Do) and first.op is fp.enter and first.args[0] == Const(fp.unhandled)


def _loop(
    s: For | While, live: set[str], visit: Visit, handled: bool, caught: frozenset[str]
) -> None:
    """A trip may be followed by another: what a body reads before it sets it is live at its end.

    One round finds all: what a second trip lets through it has let through in the first.
    """
    out = frozenset(live)
    live |= _exposed(s)
    if isinstance(s, While):
        live |= reads(s)
        _backwards(s.pre, live, _ignore, NONE, handled, caught)
    if visit is not _ignore:
        body = set(out | live)
        _backwards(s.body, body, visit, out, handled, caught)
        if isinstance(s, While):
            _backwards(s.pre, body | out | reads(s), visit, NONE, handled, caught)
    if isinstance(s, For):
        live |= reads(s)


def _exposed(s: For | While) -> frozenset[str]:
    """Names that the body of a loop reads before it sets them, and its header does not set."""
    found: frozenset[str] | None = s.__dict__.get("_exposed")
    if found is None:  # statements never change, and loops in loops ask again and again
        found = live_before(s.body, NONE, handled=True)
        if isinstance(s, For):
            found -= {s.target}
        s.__dict__["_exposed"] = found
    return found


def certain(s: Statement) -> frozenset[str]:
    """Names that the statement assigns whichever way it goes.

    An arm that ends in Break hands nothing to what follows, so it does not count.
    """
    match s:
        case If():
            found: frozenset[str] | None = s.__dict__.get("_certain")
            if found is None:
                arms = [certain_in(b) for b in (s.then, s.orelse) if not leaves(b)]
                found = frozenset.intersection(*arms) if arms else NONE
                s.__dict__["_certain"] = found
            return found
        case For():
            return NONE
        case While():
            return certain_in(s.pre)
        case _:
            return frozenset(targets(s))


def certain_in(block: Block) -> frozenset[str]:
    """Names that the block assigns whichever way it goes."""
    return NONE.union(*map(certain, block))


Have = Container[str]
"""Names certainly assigned somewhere: asked one by one."""


class Before:
    """Names certainly assigned in front of each of several things that happen in turn.

    They are written down once, with the place where they are assigned first; so a block costs no
    more than the names in it, however many there are in front of it.

    Args:
        each: what each of them assigns for certain.
        have: what is assigned in front of the first.
    """

    def __init__(self, each: Iterable[Iterable[str]], have: Have) -> None:
        self._have = have
        self._first: dict[str, int] = {}
        for k, found in enumerate(each):
            for n in found:
                self._first.setdefault(n, k)

    def at(self, k: int) -> Have:
        """What is assigned in front of number k."""
        return _Place(self._first, k, self._have)


@dataclass(frozen=True)
class _Place:
    first: Mapping[str, int]
    k: int
    have: Have

    def __contains__(self, name: object) -> bool:
        found = self.first.get(name)  # type: ignore[call-overload]
        return (found is not None and found < self.k) or name in self.have


def both(have: Have, names: Iterable[str]) -> Have:
    """What is assigned, and these names."""
    return Before((names,), have).at(1)


def leaves(block: Sequence[Statement]) -> bool:
    """Does every way through the block leave the loop?"""
    last = block[-1] if block else None
    if isinstance(last, If):
        return leaves(last.then) and leaves(last.orelse)
    return isinstance(last, Break)
