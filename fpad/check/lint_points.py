"""Where rules are tried, and lines through there: coded slopes, and derivatives that are exact."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.evaluate import Operations
from fpad.check.exact import Exact, Hole, HoleReached, LimitReached
from fpad.check.germ import Germ, RootNeeded, Scale, Undecided
from fpad.transforms.errors import TransformError
from fpad.transforms.rules.core import Drawn, Rule

SPECIAL = (0.0, 1.0, -1.0)
EXACT, BY_DIFFERENCES = 1e-12, 1e-6
"""How far apart slope and derivative may be, relative to them, or to 1 if they are smaller."""
MOST_ENTRIES = 4
"""Of operands with more entries only some directions are tried."""
MAX_BITS = 4096


def points(rule: Rule) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The declared samples of the bad set, and operands that are zero, one, or tied."""
    yield from ((point, {}) for point in rule.strata)
    if rule.examples:
        for example in rule.examples if chooses(rule) else rule.examples[:2]:
            keywords = example[-1] if isinstance(example[-1], dict) else {}
            operands = example[:-1] if keywords else example
            for fill in (0.0, 1.0, None):
                yield tuple(_filled(rule, k, a, fill) for k, a in enumerate(operands)), keywords
        return
    count = 2 if rule.variadic else sum(n not in rule.defaults for n in rule.names)
    if rule.pointwise or rule.variadic:
        middle = sum(rule.domain) / 2.0
        values = SPECIAL if count < 3 else SPECIAL[:2]
        yield from ((point, {}) for point in itertools.product(values, repeat=count))
        yield (middle,) * count, {}
    elif count == 1 and not rule.strata:
        yield from (((a,), {}) for a in (0.0, 1.0, np.zeros(2), np.ones(2), np.zeros((2, 2))))


def chooses(rule: Rule) -> bool:
    """Has it pieces, as far as anybody knows?  A user may not have said so."""
    return rule.piece is not None or "user" in rule.facts


def _filled(rule: Rule, k: int, operand: Any, fill: float | None) -> Any:
    """An operand of an example with this number everywhere, or the numbers 1, 2, 1, 2, .."""
    if isinstance(operand, tuple):
        drawn = any(isinstance(part, Drawn | float | tuple) for part in operand)
        return tuple(_filled(rule, k, part, fill) for part in operand) if drawn else operand
    if isinstance(operand, Drawn):
        size = math.prod(operand.shape)
        flat = np.arange(size) % 2 + 1.0 if fill is None else np.full(size, fill)
        return flat.reshape(operand.shape)
    if isinstance(operand, float) and rule.differentiates(k):
        return 1.5 if fill is None else fill
    return operand


# ---------------------------------------------------------------- a point, and lines through it


class Point:
    """A rule at operands of which it has a value."""

    def __init__(self, rule: Rule, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.rule, self.args, self.kwargs = rule, args, kwargs

    @staticmethod
    def finite(y: Any) -> bool:
        """Is there a value?"""
        return y is not None and y.dtype.kind in "fiub" and bool(np.all(np.isfinite(y)))

    @cached_property
    def value(self) -> Any:
        """The value as an array; None where there is none."""
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.asarray(self.rule.op(*self.args, **self.kwargs))
        except Exception:  # a function of a user's raises what it likes outside of its domain
            return None

    @cached_property
    def count(self) -> int:
        """How many numbers there are that a derivative can be taken by."""
        return sum(np.size(leaf) for leaf in _leaves(self.rule, self.args))

    def placed(self, entries: Sequence[Any], zero: bool = False) -> tuple[Any, ...]:
        """The operands with these numbers; `zero`: and zeros for what has no derivative."""
        numbers = iter(entries)
        return tuple(_placed(self.rule, k, a, numbers, zero) for k, a in enumerate(self.args))

    def moved(self, d: Any, t: float) -> Point:
        """The point that is t times the direction away."""
        x = np.concatenate([np.ravel(a) for a in _leaves(self.rule, self.args)])
        return Point(self.rule, self.placed([float(v) for v in x + t * d]), self.kwargs)

    def directions(self) -> Iterator[Any]:
        """All entries together, those that are tied, each alone, and pairs of them."""
        n = self.count
        if not n:
            return
        x = np.concatenate([np.ravel(a) for a in _leaves(self.rule, self.args)])
        yield np.ones(n)
        tied = [1.0 * (x == v) for v in np.unique(x)]
        yield from (d for d in tied if 1 < np.sum(d) < n)
        rows = np.eye(n)
        if not chooses(self.rule):
            yield from rows[: min(n, 2)]
            return
        some = list(range(n)) if n <= MOST_ENTRIES else [0, 1, n // 2, n - 1]
        yield from (rows[k] for k in some if n > 1)
        for j, k in itertools.combinations(some, 2):
            yield from ((rows[j] + rows[k], rows[j] - rows[k]) if n > 2 else (rows[j] - rows[k],))
        yield from (np.arange(1.0, n + 1.0), *([x] if np.any(x != x[0]) else ()))

    def _active(self, k: int) -> bool:
        """Does the rule give a slope by operand k?"""
        return self.rule.form != "constant" and bool(_leaves(self.rule, self.args, k))

    # ------------------------------------------------------------ the coded slope

    def slope(self, d: Any) -> Any:
        """The coded derivative along a direction, by the maps of tangents."""
        rule, total = self.rule, np.zeros(np.shape(self.value))
        y = rule.op(*self.args, **self.kwargs)
        for k, dx in enumerate(self.placed(list(d), True)):
            if self._active(k):
                term = rule._map(rule.tangents, k)(dx, y, *self.args, **self.kwargs)
                total = total + np.asarray(term, float)
        return np.broadcast_to(total, np.shape(self.value))

    def cotangents(self, entry: int) -> Any:
        """The coded derivative of one entry of the result, by the maps of cotangents."""
        rule, y = self.rule, self.rule.op(*self.args, **self.kwargs)
        by = np.zeros(np.shape(self.value))
        by.flat[entry] = 1.0
        seed = by if isinstance(y, np.ndarray) else 1.0
        out = []
        for k, a in enumerate(self.args):
            if self._active(k):
                bx = rule._map(rule.adjoints, k)(seed, y, *self.args, **self.kwargs)
                out += list(_flat(bx, a, np.shape(self.value)))
        return np.array(out, float) if out else np.zeros(self.count)

    # ------------------------------------------------------------ the derivative itself

    def derivative(self, d: Any) -> tuple[Any, float] | None:
        """The derivative of the value along a line, where it has one, and its tolerance."""
        sides = [self._exactly(sign * d) for sign in (1.0, -1.0)]
        if sides[0] is not None and sides[1] is not None:
            same = np.array_equal(sides[0], -sides[1])
            return (sides[0], EXACT) if same else None
        return self._by_differences(d)

    def _exactly(self, d: Any) -> Any:
        """The one-sided derivative in exact arithmetic; None if that is not known."""
        scale, run = Scale(), Operations(MAX_BITS)
        x = np.concatenate([np.ravel(a) for a in _leaves(self.rule, self.args)])
        numbers = [scale.input(_fraction(v), [_fraction(w)]) for v, w in zip(x, d, strict=True)]
        try:
            y = run.compute(self.rule.op, self.placed(numbers), self.kwargs)
            flat = [_first_order(v) for v in np.ravel(np.asarray(y, object))]
        except (HoleReached, LimitReached, RootNeeded, Undecided, TypeError, ValueError):
            return None
        except (AttributeError, ArithmeticError, TransformError, IndexError):
            return None
        return None if None in flat else np.array(flat, float).reshape(np.shape(self.value))

    def _by_differences(self, d: Any) -> tuple[Any, float] | None:
        rows: list[Any] = []
        for k in range(9, 14):
            ends = [self.moved(d, t).value for t in (2.0**-k, -(2.0**-k))]
            if not all(self.finite(y) and y.shape == np.shape(self.value) for y in ends):
                return None
            rows.append((np.asarray(ends[0], float) - ends[1]) * 2.0 ** (k - 1))
        for column in (4.0, 16.0, 64.0):
            rows = [(column * b - a) / (column - 1.0) for a, b in itertools.pairwise(rows)]
        settled = close(rows[0], rows[1], BY_DIFFERENCES / 10)
        return (rows[1], BY_DIFFERENCES) if settled else None

    def touched(self) -> Any:
        """The piece that is taken, and where a boundary is touched; None if the rule says neither.

        Equal along a line, the line stays on a stratum.
        """
        if self.rule.piece is None or self.rule.switch is None:
            return None
        label = self.rule.piece(*self.args, **self.kwargs)
        switch = self.rule.switch(*self.args, **self.kwargs)
        return np.asarray(label).tolist(), (np.asarray(switch) == 0).tolist()


# ---------------------------------------------------------------- operands as flat numbers


def _is_number(rule: Rule, k: int, a: Any) -> bool:
    return _is_real(a) and (rule.differentiates(k) or rule.form == "constant")


def _is_real(a: Any) -> bool:
    return isinstance(a, float) or (isinstance(a, np.ndarray) and a.dtype.kind == "f")


def _leaves(rule: Rule, args: Sequence[Any], only: int | None = None) -> list[Any]:
    """The operands, or entries of displays, that hold numbers a derivative can be taken by."""
    out: list[Any] = []

    def visit(a: Any, k: int) -> None:
        if isinstance(a, tuple):
            for part in a:
                visit(part, k)
        elif _is_number(rule, k, a):
            out.append(a)

    for k, a in enumerate(args):
        if only in (k, None):
            visit(a, k)
    return out


def _placed(rule: Rule, k: int, a: Any, numbers: Iterator[Any], zero: bool) -> Any:
    if isinstance(a, tuple):
        return tuple(_placed(rule, k, part, numbers, zero) for part in a)
    if not _is_number(rule, k, a):
        return np.zeros(a.shape) if zero and isinstance(a, np.ndarray) else a
    if not isinstance(a, np.ndarray):
        return next(numbers)
    flat = list(itertools.islice(numbers, a.size))
    if all(isinstance(v, float) for v in flat):
        return np.array(flat, float).reshape(a.shape)
    out = np.empty(a.shape, object)
    for j, v in enumerate(flat):
        out.flat[j] = v
    return out


def _flat(bx: Any, a: Any, shape: tuple[int, ...]) -> Iterator[float]:
    """The cotangents of an operand, entry by entry, summed where the operand was spread."""
    if isinstance(a, tuple):
        for j, part in enumerate(a):
            yield from _flat(bx[j], part, shape)
    elif _is_real(a):
        full = np.asarray(bx, float)
        if full.shape != np.shape(a):
            full = _summed(np.broadcast_to(full, np.broadcast_shapes(full.shape, shape)), a)
        yield from full.ravel()


def _summed(full: Any, a: Any) -> Any:
    return np.asarray(fp.unbroadcast(full, np.asarray(a, float)))


def _fraction(v: Any) -> Fraction:
    return Fraction(float(v))


def _first_order(y: Any) -> Any:
    """The coefficient of s; None where there is none, or it is not known."""
    if isinstance(y, Germ):
        return None if y.low < 0 else y.coefficient(1)
    if isinstance(y, Hole):
        return None
    return 0.0 if isinstance(y, Exact | int | float | np.generic) else None


def close(a: Any, b: Any, tolerance: float) -> bool:
    """Are they equal up to this, relative to b, or to 1 if b is smaller?"""
    scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
    return bool(np.all(np.abs(np.asarray(a, float) - b) <= tolerance * scale))
