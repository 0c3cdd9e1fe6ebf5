"""How far the choices of a run are from flipping, in units in the last place of its inputs.

    def f(x):                        x = 1.0:  the switch of the if is x*x - 2, which is -1.
        return x if x*x > 2 else 0.0           Of 1.86e15 units of x none makes it 0: certified.

All float inputs move at once, each by at most n units.  The program runs again in floats that carry
a bound of how far exact arithmetic on any such inputs may be from them (`bound_run`): a switch that
is larger than its bound has its sign on the whole box.  Bounds are those along the path that the
run took, so what is certified is that a choice does not flip unless another one flips first.

What has no bound is estimated by its slopes at the point: that is no certificate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.check.bounds import error_of, value_of
from fpad.check.near_run import Box
from fpad.choices import Choice, label_of, switch_of
from fpad.runtime.errors import FpadError
from fpad.transforms.interpret import StepLimit

TRIED = 2.0**16
"""Units by which slopes are told: more than roundings, less than what bends a function."""
FINEST = 1.02
"""How far apart a distance that is certified, and one that is not, may stay."""
MOST_RUNS = 48
FARTHEST = 2.0**64


@dataclass(frozen=True)
class Reach:
    """How far the entries of one choice are from flipping.

    Attributes:
        ulps: so many units may all inputs move: a lower bound, or an estimate; NaN: not known.
        certified: where it is a bound.
    """

    ulps: np.ndarray
    certified: np.ndarray


def reaches(
    function: Callable[..., Any],
    precision: Any,
    given: Mapping[str, Any],
    choices: Sequence[Choice],
    n: int,
) -> list[Reach] | None:
    """What is known of all choices; the n that are nearest are told as exactly as bounds tell.

    Args:
        function: what was recorded.
        precision: the format that it was rounded to, or None.
        given: its arguments by name.
        choices: what it chose.
        n: how many are asked for.

    Returns:
        None where the run cannot be repeated: inputs were overwritten, numbers are drawn, ..
    """
    try:
        box = Box(function, precision, given)
        first = box.run(0.0)
        if first is None or not _repeats(first, choices):
            return None
        search = _Search(box, first)
        search.run(n)
    except (FpadError, StepLimit, ArithmeticError, ValueError, TypeError, LookupError):
        return None
    return search.reach()


# ---------------------------------------------------------------- how many units


def _repeats(noted: list[Any], choices: Sequence[Choice]) -> bool:
    """Did the run take the same pieces, at the same distances?"""
    if len(noted) != len(choices):
        return False
    for (label, switch), c in zip(noted, choices, strict=True):
        if label is not None and not np.array_equal(label_of(label), c.label):
            return False
        ours = np.asarray(switch_of(value_of(switch)))
        if not np.array_equal(ours, np.asarray(c.switch), equal_nan=True):
            return False
    return True


def _parts(noted: list[Any]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The size of each switch, and the bound of its error."""
    for _, switch in noted:
        size = np.abs(np.asarray(switch_of(value_of(switch)), float))
        known = error_of(switch) if switch is not None else math.inf
        yield size, np.broadcast_to(np.asarray(known, float), size.shape)


class _Search:
    """Between which numbers of units the bound of each switch stops telling its sign.

    Attributes:
        low: so many units are certified, entry by entry of all choices.
        high: so many are not.
    """

    def __init__(self, box: Box, first: list[Any]) -> None:
        self._box, self._left = box, MOST_RUNS
        self._shapes = [size.shape for size, _ in _parts(first)]
        self._size, own = _joined(first)
        _, bound = _joined(self._noted(TRIED))
        start, rough = (_joined(self._noted(u, estimate=True))[1] for u in (0.0, TRIED))
        with np.errstate(all="ignore"):
            rate = (rough - start) / TRIED
            self._guess = self._size / rate
        known = np.isfinite(rough) & np.isfinite(start) & ~np.isnan(self._size)
        self._guess[~known] = math.nan
        self._holds = self._size > own
        self._free = self._holds & np.isfinite(bound) & (bound == own)
        self.low = np.where(self._free, math.inf, 0.0)
        self.high = np.where(self._holds, math.inf, 0.0)

    def _noted(self, units: float, estimate: bool = False) -> list[Any]:
        self._left -= 1
        noted = self._box.run(units, estimate)
        assert noted is not None
        return noted

    def _try(self, units: float) -> Any:
        """Which entries hold their sign in the box of this size."""
        size, error = _joined(self._noted(units))
        holds = size > error
        self.low = np.where(holds & (self.low < units), units, self.low)
        self.high = np.where(~holds & (self.high > units), units, self.high)
        return holds

    def run(self, n: int) -> None:
        """Tell the n nearest from the others, and how near they are."""
        open_ = self._holds & ~self._free
        if not np.any(open_):
            return
        fixed = np.where(open_ | np.isnan(self._guess), math.inf, self._guess)
        guesses = self._guess[open_ & np.isfinite(self._guess)]
        units = float(np.clip(np.floor(np.min(guesses, initial=FARTHEST)), 1.0, FARTHEST))
        top = units
        while self._left > MOST_RUNS // 2 and top < FARTHEST:
            if np.sum(fixed <= top) >= n or np.all(~open_ | (self.high <= top)):
                break
            failed = np.sum(~self._try(top)[open_])
            if failed + np.sum(fixed <= top) >= n:
                break
            top *= 4.0
        while (
            self._left and units >= 1.0 and np.any(open_ & (self.low == 0.0) & (self.high <= top))
        ):
            units = math.floor(units / 4.0)
            self._try(units)
        while self._left:
            distance = np.where(open_, self.low, fixed)
            nearest = np.argsort(distance, kind="stable")[:n]
            told = (self.high <= FINEST * self.low + 1.0) | np.isinf(self.high)
            wide = [k for k in nearest if open_[k] and not told[k]]
            if not wide:
                break
            low, high = self.low[wide[0]], self.high[wide[0]]
            middle = math.sqrt(low * high) if 4.0 * low < high and low else (low + high) / 2.0
            self._try(math.floor(middle))

    def reach(self) -> list[Reach]:
        """What was found."""
        certified = self._holds & (self.low > 0.0)
        ulps = np.where(certified, self.low, self._guess)
        out, at = [], 0
        for shape in self._shapes:
            part = slice(at, at + math.prod(shape))
            out.append(Reach(ulps[part].reshape(shape), certified[part].reshape(shape)))
            at = part.stop
        return out


def _joined(noted: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and bounds of all entries, one after the other."""
    parts = list(_parts(noted))
    empty = np.zeros(0)
    sizes = np.concatenate([empty, *(np.ravel(size) for size, _ in parts)])
    return sizes, np.concatenate([empty, *(np.ravel(error) for _, error in parts)])
