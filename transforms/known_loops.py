"""While loops whose tests are known while the code is written, one trip behind the other.

    stack = ["+", "*"]
    while stack and RANK[stack[-1]] >= 1:       out.append("*")
        out.append(stack.pop())             ->  out.append("+")

That is done where the loop is refused otherwise: what lists hold differs from trip to trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Env, Static
from fpad.transforms.body import Loop
from fpad.transforms.ir import While
from fpad.transforms.refusing import Refused

if TYPE_CHECKING:
    from fpad.transforms.loops import Loops
    from fpad.transforms.writer import Mark

MOST_TRIPS = 1000


@dataclass(frozen=True)
class Begun:
    """What was there when a loop began."""

    env: Env
    kept: frozenset[str]
    mark: Mark
    lengths: tuple[int, ...]


def begun(w: Loops) -> Begun:
    """The state to come back to if the loop has to be written in another way."""
    lists: list[list[Any]] = [w.out, w.loops, w.iterated, w.running]
    return Begun(dict(w.env), frozenset(w.kept), w.mark(), tuple(len(a) for a in lists))


def undo(w: Loops, state: Begun) -> None:
    """Forget what was written since."""
    w.env, w.dead, w.kept = dict(state.env), False, set(state.kept)
    w.reset(state.mark)
    lists: list[list[Any]] = [w.out, w.loops, w.iterated, w.running]
    for a, length in zip(lists, state.lengths, strict=True):
        del a[length:]


def written_out(w: Loops, s: While) -> bool:
    """Write the trips one behind the other; False: how many there are is not known, or refused."""
    count, depth = len(w.refused), len(w.loops)
    flag = w.fresh("broke")
    w.kept.add(flag)
    for _ in range(MOST_TRIPS):
        w.origin = s.origin
        known = _tested(w, s)
        if known is None:
            return False
        if not known:
            w.kept.discard(flag)
            w.env.pop(flag, None)
            return not w.refused[count:]
        w.env[flag] = Static(False)
        w.loops.append(Loop(flag=flag))
        w.block(s.body)
        del w.loops[depth:]
        broke = w.truth(w.env.get(flag, Static(False)))
        if w.refused[count:] or w.dead or broke is None:
            return False
        if broke:
            w.kept.discard(flag)
            w.env.pop(flag, None)
            return True
    return False


def _tested(w: Loops, s: While) -> bool | None:
    w.block(s.pre)
    try:
        return w.truth(w.asked(w.read(s.test)))
    except Refused:
        return None
