"""The pieces of a function that may meet at a point, found by running it along each of them.

    run = PieceRun(max_bits, size, (0, 1), max_entries)
    interpret(program, [run.input(0, x)], run)
    run.guards                  what has to hold on the piece: gradients of guards and their signs
    run.others                  choices that lead to further pieces

Where the value of a comparison does not decide it (both sides are equal at the point), the program
is run once for each answer.  Guards change from piece to piece, as they are computed from what was
chosen before.  The pieces over-approximate: every point next to x lies on one of them, but a piece
may be empty.  What is certain of them is told by `pieces.Piece`.

At a kink whose pieces are glued (`Rule.lipschitz`), and whose two sides have one value and one
gradient at the point, it does not matter which is taken: either way the result has that gradient.
Among three it does: np.max of w / (1 + x), w and c may be the first where w < c.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check import polynomial
from fpad.check.cones import Direction
from fpad.check.dual import Dual, Row, Vague
from fpad.check.exact import Exact, Hole, LimitReached
from fpad.check.pieces import Guard, possible
from fpad.check.polynomial import Polynomial
from fpad.check.runs import LocalRun
from fpad.transforms.rules import Rule, rule_of

MOST_TRIPS = 256
SIGNS = (1, 0, -1)
_LENGTHS = frozenset((np.hypot, math.hypot))
_ABSOLUTE = frozenset((np.abs, np.absolute, np.fabs, builtins.abs, math.fabs))
_ORDERED = frozenset((np.sort, np.median, np.quantile, np.percentile))
_KEEP_VAGUE = frozenset(
    (
        *(operator.add, operator.sub, operator.mul, operator.neg, operator.pos, operator.truediv),
        *(np.add, np.subtract, np.multiply, np.negative, np.divide, np.where, fp.where),
        *(np.sum, np.stack, np.array, np.asarray, np.concatenate, np.mean, np.square),
        *(operator.pow, np.power, np.maximum, np.minimum, np.fmax, np.fmin, np.clip, np.sign),
        *(np.abs, np.absolute, np.fabs, builtins.abs, math.fabs, builtins.max, builtins.min),
    )
)
"""What has a value wherever its operands have: quotients see to it themselves."""


class Empty(Exception):
    """No point next to the given one lies on the piece."""


class PieceRun(LocalRun):
    """Runs the program along one piece.

    Args:
        max_bits: as for all exact executions.
        size: how many variables there are.
        prefix: the choices to make first; after them the first that is possible is made.
        max_entries: how many numbers may be computed.
        max_others: how many other ways there may be.

    Attributes:
        path: the choices made.
        others: prefixes of the ways that were not taken.
        guards: by key, with the row.
        smooth: was no kink passed where it did not matter which side was taken, and is it tame.
        tame: are gradients next to the point close to those at the point: there was no root of 0.
    """

    def __init__(
        self,
        max_bits: int,
        size: int,
        prefix: tuple[int, ...],
        max_entries: int,
        max_others: int = 1 << 20,
    ) -> None:
        super().__init__(max_bits, MOST_TRIPS)
        self._most_others = max_others
        self.size = size
        self.path: list[int] = []
        self.others: list[tuple[int, ...]] = []
        self.guards: dict[Hashable, Guard] = {}
        self.smooth = self.tame = True
        self.entries = 0
        self._prefix = prefix
        self._most = max_entries
        self._keys: dict[Hashable, int] = {}
        self._steps: dict[int, Dual] = {}
        self._glued = False
        self._indifferent = False
        self._trips = 0

    # ------------------------------------------------------------ numbers

    def spend(self, numbers: int = 1) -> None:
        """Count numbers.

        Raises:
            LimitReached: there were too many.
        """
        self.entries += numbers
        if self.entries > self._most:
            raise LimitReached("too_many_cells")

    def key(self, structure: Hashable) -> int:
        """A short name for a structure."""
        return self._keys.setdefault(structure, len(self._keys))

    def input(self, k: int, value: Fraction) -> Dual:
        """Variable k."""
        poly = polynomial.combined({(k,): Fraction(1)}, {(): value}, Fraction(1), Fraction(1))
        return Dual(self, value, {k: Fraction(1)}, poly, ("input", k))

    def distance(self, k: int) -> Dual:
        """How far variable k is from the point."""
        if k not in self._steps:
            self._steps[k] = self.input(k, Fraction(0))
        return self._steps[k]

    def number(self, poly: Polynomial) -> Any:
        """The number that a polynomial is."""
        value = poly.get((), Fraction(0))
        if not any(poly):
            return Exact(value)
        row = {m[0]: c for m, c in poly.items() if len(m) == 1}
        return Dual(self, value, row, poly, None)

    def dense(self, row: Row | None) -> Direction | None:
        """A gradient with all its entries."""
        if row is None:
            return None
        return tuple(row.get(k, Fraction(0)) for k in range(self.size))

    # ------------------------------------------------------------ operations

    def compute(
        self, op: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """As in `Operations`; where glued pieces are chosen between, ties may not matter."""
        rule: Rule | None = rule_of(op)
        glued = op in _ORDERED or (rule is not None and rule.lipschitz and op not in _LENGTHS)
        glued = glued and not _compares_several(rule, args)
        before = self._glued, self._indifferent
        self._glued, self._indifferent = glued, False
        try:
            result = super().compute(op, args, kwargs)
            if self._indifferent:
                result = _at_first_order(result, op in _ABSOLUTE)
        finally:
            self._glued, self._indifferent = before
        return result if op in _KEEP_VAGUE else _without_vague(result)

    # ------------------------------------------------------------ choices

    def sign(self, x: Any) -> int:
        """The sign of a number on the piece."""
        if not isinstance(x, Dual):
            return int(x.value > 0) - int(x.value < 0)
        if x.value:
            return 1 if x.value > 0 else -1
        parts = self._parts(x)
        if parts is None:
            return self._decide(x, lambda s: s)
        found: int = parts()
        return found

    def answer(self, test: Callable[[int, int], bool], x: Any) -> bool:
        """The outcome of a test of a number's sign against 0."""
        if not isinstance(x, Dual) or x.value:
            return test(self.sign(x), 0)
        if x.above and test(0, 0) == test(1, 0):
            return test(0, 0)
        if self._parts(x) is not None:
            return test(self.sign(x), 0)
        return test(self._decide(x, lambda s: test(s, 0)), 0)

    def _parts(self, x: Dual) -> Callable[[], int] | None:
        """How the sign follows from those of simpler numbers, if it does."""
        if self._glued and x.row == {}:
            return None
        if x.row == {} and x.summands is not None:
            one, other = x.summands
            return lambda: int(self.sign(one) or self.sign(other))
        if x.row == {} and x.factors is not None:
            a, b = x.factors
            return lambda: self.sign(a) and self.sign(a) * self.sign(b)
        if x.poly is not None:
            m = polynomial.common(x.poly)
            if x.above and polynomial.squares(x.poly):
                return lambda: self._sum_of_squares(x)
            if m and (len(m) > 1 or len(x.poly) > 1):
                return lambda: self._monomial(m) and self._monomial(m) * self._rest(x, m)
            return None
        if x.factors is not None:
            a, b = x.factors
            return lambda: self.sign(a) and self.sign(a) * self.sign(b)
        return None

    def _sum_of_squares(self, x: Dual) -> int:
        """It is zero only where all its terms are."""
        assert x.poly is not None
        return int(any(self._monomial(m) for m in x.poly))

    def _monomial(self, m: tuple[int, ...]) -> int:
        out = 1
        for v, exponent in polynomial.powers(m):
            out *= self.sign(self.distance(v)) ** exponent
            if not out:
                break
        return out

    def _rest(self, x: Dual, m: tuple[int, ...]) -> int:
        assert x.poly is not None
        poly = polynomial.quotient(x.poly, m)
        assert poly is not None
        return self.sign(self.number(poly))

    def _decide(self, x: Dual, outcome: Callable[[int], Any]) -> int:
        """Choose the sign of a number that is 0 at the point, up to what is asked of it."""
        if self._glued and x.row == {}:
            self.smooth, self._indifferent = False, True
            return 0
        key, turn = self._canonical(x)
        known = self.guards.get(key)
        row = self.dense(x.row)
        if known is None:
            signs = frozenset(SIGNS if not x.above else (1, 0))
            row = row if row is None or turn > 0 else tuple(-v for v in row)
            poly = x.poly if turn > 0 or x.poly is None else {m: -c for m, c in x.poly.items()}
            known = Guard(row, frozenset(s * turn for s in signs), x.affine, poly)
        classes: dict[Any, list[int]] = {}
        for s in SIGNS:
            if s * turn in known.signs:
                classes.setdefault(outcome(s), []).append(s * turn)
        options = [
            part
            for group in classes.values()
            for part in ([[1], [-1]] if sorted(group) == [-1, 1] else [group])
        ]
        if len(options) == 1:
            return options[0][0] * turn
        chosen = self._choose(key, known, [frozenset(o) for o in options])
        sure = sorted(chosen, key=abs)
        return sure[-1] * turn

    def _choose(self, key: Hashable, known: Guard, options: list[frozenset[int]]) -> frozenset[int]:
        at = len(self.path)
        if at < len(self._prefix):
            taken = self._prefix[at]
        else:
            left = [k for k, o in enumerate(options) if self._allows(key, known, o)]
            if not left:
                raise Empty
            taken = left[0]
            self.others += [(*self.path, k) for k in left[1:]]
            if len(self.others) > self._most_others:
                raise LimitReached("too_many_cells")
        self.path.append(taken)
        self.guards[key] = replace(known, signs=options[taken])
        return options[taken]

    def _allows(self, key: Hashable, known: Guard, signs: frozenset[int]) -> bool:
        if not known.affine:
            return True
        guards = {**self.guards, key: replace(known, signs=signs)}
        self.spend(len(guards) ** 2)
        return possible(guards.values())

    def either(self, outcome: Callable[[int], Any]) -> int:
        """Choose the sign of a number of which nothing is known, up to what is asked of it."""
        self.smooth = False
        classes: dict[Any, list[int]] = {}
        for s in SIGNS:
            classes.setdefault(outcome(s), []).append(s)
        options = [frozenset(group) for group in classes.values()]
        if len(options) > 1:
            return min(self._choose(object(), Guard(None, frozenset(SIGNS), False), options))
        return min(options[0])

    def is_above(self, x: Dual) -> bool:
        """Is a number known not to be negative on the piece?"""
        if x.value or not self.guards:
            return isinstance(x.value, Fraction) and x.value > 0
        key, turn = self._canonical(x)
        known = self.guards.get(key)
        return known is not None and not any(s * turn < 0 for s in known.signs)

    def _canonical(self, x: Dual) -> tuple[Hashable, int]:
        """(A name that multiples of the number share, does it have their sign: 1, else -1)."""
        if x.poly is None:
            return x.key, 1
        lead = x.poly[min(x.poly)]
        return frozenset((m, c / lead) for m, c in x.poly.items()), 1 if lead > 0 else -1


def _compares_several(rule: Rule | None, args: Sequence[Any]) -> bool:
    """May what was chosen of two numbers be compared with a third one?"""
    if rule is not None and rule.pointwise:
        return len(args) > 2
    return sum(np.size(a) for a in args if not isinstance(a, int | str | None)) > 2


def _at_first_order(value: Any, above: bool) -> Any:
    """A result that is one of several numbers with one gradient: no more is known of it."""
    if isinstance(value, Dual):
        return Dual(value.run, value.value, value.row, None, object(), above)
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return np.frompyfunc(lambda v: _at_first_order(v, above), 1, 1)(value)
    if isinstance(value, tuple | list):
        return type(value)(_at_first_order(v, above) for v in value)
    return value


def _without_vague(value: Any) -> Any:
    """The value with other holes in place of vague numbers: they may have no value any more."""
    if isinstance(value, Vague):
        return Hole("degenerate_guard")
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        if any(isinstance(v, Vague) for v in value.flat):
            return np.frompyfunc(_without_vague, 1, 1)(value)
        return value
    if isinstance(value, tuple | list):
        return type(value)(map(_without_vague, value))
    return value
