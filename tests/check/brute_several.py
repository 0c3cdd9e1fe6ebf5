"""What is true of a Lipschitz function of several numbers: its directional derivatives, exactly.

The text of the function is run on numbers of its own: value, derivative along d, and gradient of
the piece that is met when one goes from x along d, and then a little along the axes (the
lexicographic derivative of Nesterov, Khan and Barton).  f'(x; .) is linear on the cells that the
gradients of all ties cut out; it is linear iff it is so on the edges of the cells.  Nothing of the
checker is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice
from types import SimpleNamespace
from typing import Any

from tests.check.fuzz.brute import orthogonal

MOST_ROWS = 40
MOST_EDGES = 4000


class Along:
    """A number near x: (value, derivative along d, gradient of the piece)."""

    def __init__(self, parts: Sequence[Fraction], rows: set[Any]) -> None:
        self.parts = tuple(parts)
        self.rows = rows

    def _lift(self, other: Any) -> Along:
        if isinstance(other, Along):
            return other
        return Along((Fraction(other), *[Fraction(0)] * (len(self.parts) - 1)), self.rows)

    def __add__(self, other: Any) -> Along:
        o = self._lift(other)
        return Along([a + b for a, b in zip(self.parts, o.parts, strict=True)], self.rows)

    __radd__ = __add__

    def __neg__(self) -> Along:
        return Along([-a for a in self.parts], self.rows)

    def __sub__(self, other: Any) -> Along:
        return self + (-self._lift(other))

    def __rsub__(self, other: Any) -> Along:
        return self._lift(other) + (-self)

    def __mul__(self, other: Any) -> Along:
        o = self._lift(other)
        u, v = self.parts[0], o.parts[0]
        slopes = [u * b + v * a for a, b in zip(self.parts[1:], o.parts[1:], strict=True)]
        return Along([u * v, *slopes], self.rows)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Along:
        o = self._lift(other)
        u, v = self.parts[0], o.parts[0]
        slopes = [(a - u / v * b) / v for a, b in zip(self.parts[1:], o.parts[1:], strict=True)]
        return Along([u / v, *slopes], self.rows)

    def __rtruediv__(self, other: Any) -> Along:
        return self._lift(other) / self

    def __pow__(self, n: int) -> Along:
        out = self._lift(1)
        for _ in range(n):
            out = out * self
        return out

    def above(self, other: Any) -> bool:
        """Is it the larger one, going along d?"""
        gap = self - other
        if not gap.parts[0] and any(gap.parts[2:]):
            self.rows.add(gap.parts[2:])
        return next((v for v in gap.parts if v), 0) > 0


def larger(a: Any, b: Any) -> Any:
    one, other = (a, b) if isinstance(a, Along) else (b, a)
    if not isinstance(one, Along):
        return max(a, b)
    return one if one.above(other) else one._lift(other)


def smaller(a: Any, b: Any) -> Any:
    return -larger(-a, -b)


def size(a: Any) -> Any:
    return larger(a, -a)


def each(f: Any) -> Any:
    def run(*args: Any) -> Any:
        lists = [a for a in args if isinstance(a, list)]
        if not lists:
            return f(*args)
        n = len(lists[0])
        return Row(f(*(a[k] if isinstance(a, list) else a for a in args)) for k in range(n))

    return run


class Row(list):  # type: ignore[type-arg]
    """An array of one dimension."""

    def __add__(self, other: Any) -> Any:
        return each(lambda a, b: a + b)(self, other)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Any:
        return each(lambda a, b: a * b)(self, other)

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Any:
        return each(lambda a, b: a - b)(self, other)

    def __neg__(self) -> Any:
        return Row(-a for a in self)

    def __matmul__(self, other: Any) -> Any:
        return sum((a * b for a, b in zip(self, other, strict=True)), 0)


class Grid(list):  # type: ignore[type-arg]
    """A matrix."""

    def __matmul__(self, other: Any) -> Any:
        return Row(Row(r) @ other for r in self)


def ordered(values: Any) -> Any:
    one = next(v for v in values if isinstance(v, Along))
    out: list[Any] = []
    for v in map(one._lift, values):
        at = len(out)
        while at and out[at - 1].above(v):
            at -= 1
        out.insert(at, v)
    return Row(out)


def extreme(choose: Any) -> Any:
    def run(values: Any) -> Any:
        best = values[0]
        for v in values[1:]:
            best = choose(best, v)
        return best

    return run


def array(values: Any) -> Any:
    return Grid(map(Row, values)) if isinstance(values[0], list) else Row(values)


NUMPY = SimpleNamespace(
    maximum=each(larger),
    minimum=each(smaller),
    abs=each(size),
    clip=each(lambda a, low, high: smaller(larger(a, low), high)),
    max=extreme(larger),
    min=extreme(smaller),
    sum=lambda values: sum(values[1:], values[0]),
    sort=ordered,
    array=array,
    stack=Row,
)


def defined(text: str) -> Any:
    scope: dict[str, Any] = {"np": NUMPY, "abs": size}
    scope["max"] = lambda *a: extreme(larger)(a)
    scope["min"] = lambda *a: extreme(smaller)(a)
    exec(text.replace("import numpy as np\n", ""), scope)
    return scope["f"]


def truth(text: str, x: Sequence[Fraction]) -> tuple[str, Any]:
    """("DIFFERENTIABLE", gradient) or ("NOT_DIFFERENTIABLE", None)."""
    f, n = defined(text), len(x)
    rows: set[Any] = set()

    def slope(d: Sequence[Fraction]) -> Fraction:
        units = [[Fraction(j == k) for j in range(n)] for k in range(n)]
        v = Row(Along((x[k], d[k], *units[k]), rows) for k in range(n))
        out: Fraction = f(v).parts[1]
        return out

    units = [tuple(Fraction(j == k) for j in range(n)) for k in range(n)]
    g = [slope(u) for u in units]
    tried: set[Any] = set()
    while True:
        known = len(rows)
        for d in edges(sorted(rows)[:MOST_ROWS], n):
            for s in (1, -1):
                way = tuple(s * v for v in d)
                if way in tried:
                    continue
                tried.add(way)
                if slope(way) != sum(a * b for a, b in zip(g, way, strict=True)):
                    return "NOT_DIFFERENTIABLE", None
        if len(rows) == known:
            return "DIFFERENTIABLE", tuple(g)


def edges(rows: Sequence[Any], n: int) -> Iterator[tuple[Fraction, ...]]:
    """Directions that n - 1 of the rows are orthogonal to, the axes, and sums of neighbours."""
    out = [tuple(Fraction(j == k) for j in range(n)) for k in range(n)]
    for some in islice(combinations(rows, n - 1), MOST_EDGES):
        out += orthogonal(some, n)
    yield from out
    for a, b in islice(combinations(out, 2), MOST_EDGES // 8):
        yield tuple(u + v for u, v in zip(a, b, strict=True))
    for row in rows:
        yield from orthogonal([row], n)
