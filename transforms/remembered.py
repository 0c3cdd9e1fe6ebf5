"""Programs of functions that have been specialised before: the derivatives of one begin alike.

fpad.grad(f), fpad.jvp(f, ..) and fpad.grad(fpad.grad(f)) for arguments of the same kinds all begin
with the same level-2 program of f.  The last few are kept, and used again while what they rely on
(guards, kinds of data outside) still holds.
"""

from __future__ import annotations

import types
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from fpad.transforms.kinds import Kind
from fpad.transforms.specialise import Specialised, specialise

MOST = 16
"""So many programs are kept."""
_made: OrderedDict[tuple[Any, ...], Specialised] = OrderedDict()


def specialised(function: Callable[..., Any], kinds: Mapping[str, Kind]) -> Specialised:
    """`specialise(function, kinds)`, perhaps made before."""
    if not isinstance(function, types.FunctionType):
        return specialise(function, kinds)
    key = (function, function.__code__, tuple(kinds.items()))
    found = _made.pop(key, None)
    if found is None or not _holds(found):
        found = specialise(function, kinds)
    _made[key] = found
    while len(_made) > MOST:
        _made.popitem(last=False)
    return found


def _holds(made: Specialised) -> bool:
    """Is what the program relies on still so?"""
    return all(g.holds() for g in made.guards) and all(live.holds() for live in made.live)
