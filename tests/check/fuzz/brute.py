"""What is true of a function next to a point: it is run at points very close to it.

    seen = look(Function(text, [0, Fraction(1, 3)], "numbers"))
    seen.verdict, seen.gradient            of f
    seen.pieces                            gradients of f at points next to x

Along every line, arc and curve the function is run once, at a step t that is so small that no
program of this size could hide anything between t and 0.  Directions: the grid {-1, 0, 1}**n, edges
of the cells that the gradients of the choices cut out, random ones; arcs (t**a, c t**b, ..); points
on the surfaces where choices change (Newton's method) and on both sides of them.  What is seen
refutes; what is not seen was looked for densely.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.check.fuzz.numbers import Number, Run, Undefined, compiled, defined
from tests.check.fuzz.reals import NIL, Precision, Real, real

NOTHING = Real(1, -45)
"""What is smaller is nothing: t to the power of 1/12."""
STEPS = {False: (400, 6_000, 100), True: (600, 7_000, 50)}
"""Has the program roots: (the step t is 2**-this, bits, slopes above 2**this are infinite).

Square and cube roots of t are exact.  What has no end as t shrinks grows like t**(-1/4) at least,
with roots like t**(-1/12); polynomials of high degree have large slopes that are none of those.
"""
MOST = 100
MOST_CURVES = 40
MOST_STEPS = 8
"""Of Newton's method: each doubles the digits, until what is left is rounding."""
MOST_NORMALS, MOST_EDGES, MOST_FLAGS = 24, 400, 1500
Point = tuple[Any, ...]


class Unclear(Exception):
    """Running the function does not tell."""


@dataclass
class Sample:
    """One point x + h next to x.

    Attributes:
        h: the step.
        change: f(x + h) - f(x); None where f has no value.
        row: the gradient of the piece there.
        inside: was every choice strict, so that the piece has an interior there.
    """

    h: Point
    change: Any
    row: Point
    inside: bool


@dataclass
class Seen:
    """What was seen; fields as in `fpad.check.Report`.

    Attributes:
        pieces: gradients of pieces with an interior next to the point.
        torn: is it not Lipschitz, though it may be at the point: it jumps, or is steep, beside it.
    """

    verdict: str = "DIFFERENTIABLE"
    value: Any = None
    gradient: Point | None = None
    slopes: tuple[Any, Any] | None = None
    lipschitz: bool = True
    pieces: list[Point] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    torn: bool = False

    @property
    def continuous(self) -> bool:
        return self.verdict in ("DIFFERENTIABLE", "NOT_DIFFERENTIABLE")


class Function:
    """The function of a text, next to a point."""

    def __init__(self, text: str, x: Sequence[Any], shape: str) -> None:
        self.x, self.size, self.shape = tuple(x), len(x), shape
        roots = any(name in text for name in ("sqrt", "cbrt", "hypot", "norm"))
        small, self.bits, steep = STEPS[roots]
        self.step, self.steep = Real(1, -small), Real(1, steep)
        self.code = compiled(text)
        Precision.bits = self.bits
        self.exact = [real(a) for a in x]
        self.runs: dict[Point, tuple[Number | None, Run]] = {}

    def run(self, h: Point) -> tuple[Number | None, Run]:
        """(The value at x + h, None where there is none, and the run)."""
        if h not in self.runs:
            self.runs[h] = self._run(h)
        return self.runs[h]

    def coded(self, given: Sequence[float]) -> Number | None:
        """The value at x where these floats, which stand for x, make the choices.

        None where a root of 0 is that of another number in floats: it has no slope there.
        """
        y, r = self._run((NIL,) * self.size, given)
        return None if r.rootless else y

    def _run(self, h: Point, given: Sequence[float] | None = None) -> tuple[Number | None, Run]:
        Precision.bits = self.bits
        r = Run(self.size, given is not None)
        at = [a + b for a, b in zip(self.exact, h, strict=True)]
        inputs = r.inputs(at, given)
        f = defined(self.code, r)
        try:
            y = r.number(f(inputs) if self.shape == "array" else f(*inputs))
        except Undefined:
            return None, r
        return (y if y.value is not None else None), r


def look(f: Function, more: Sequence[Sequence[Point]] = (), deep: bool = False) -> Seen:
    """What the function does next to the point; `more` are further arcs to look along.

    With `deep` also along flags of the cells that the gradients of all choices met cut out, so that
    narrow cells are seen: t e + t**2 e' + t**3 e'' for edges e, e', e''.
    """
    zero = (NIL,) * f.size
    base, at_point = f.run(zero)
    seen = Seen()
    if base is None:
        seen.verdict = "UNDEFINED"
        return seen
    seen.value = base.value
    ties = [row for v, row in at_point.guards if not v and any(row)]
    rng = random.Random(0)
    normals: dict[Point, None] = {}
    tried: set[Point] = set()

    def visit(h: Point) -> Run | None:
        if h in tried or not any(h):
            return None
        tried.add(h)
        y, r = f.run(h)
        change = None if y is None else y.value - base.value
        row = zero if y is None else y.row
        inside = all(v for v, _ in r.guards)
        if deep and len(normals) < MOST_NORMALS:
            for v, normal in r.guards:
                if any(normal) and abs(v) < NOTHING:
                    normals[_direction(normal)] = None
        seen.samples.append(Sample(h, change, row, inside))
        if not inside and all(v or not any(row) for v, row in r.guards):
            beside(h)
        return r

    def beside(h: Point) -> None:
        """A point next to a sample, where nothing is zero that is not so everywhere."""
        h = tuple(v + f.step**5 * rng.randint(1, 10**6) for v in h)
        y, r = f.run(h)
        if y is not None and all(v or not any(row) for v, row in r.guards):
            seen.samples.append(Sample(h, y.value - base.value, y.row, True))

    surfaces: list[tuple[Point, Run]] = []
    for h in itertools.chain(_arcs(more, f.step), _steps(f.size, ties, rng, f.step)):
        r = visit(h)
        if r is not None and f.size > 1:
            surfaces.append((h, r))
    rng.shuffle(surfaces)
    curves = 0
    for h, r in surfaces:
        for k, (v, row) in enumerate(r.guards):
            if curves < MOST_CURVES and any(row) and v and abs(v) < NOTHING:
                curves += _to_surface(f, h, k, visit, seen)
    for arc in _flags(list(normals), f.size, rng) if deep and f.size > 1 else ():
        visit(next(_arcs([arc], f.step)))
    _conclude(f, seen)
    return seen


def _direction(row: Point) -> Point:
    """The row in lowest terms, up to its length."""
    size = max(map(abs, row))
    return tuple((v / size).fraction().limit_denominator(10**12) for v in row)


def _flags(rows: Sequence[Point], n: int, rng: random.Random) -> Iterator[list[Point]]:
    edges = list(itertools.islice(_edges(rows, n), MOST_EDGES))
    if edges:
        for _ in range(MOST_FLAGS):
            signs = [rng.choice((1, -1)) for _ in range(n)]
            yield [tuple(s * v for v in rng.choice(edges)) for s in signs]


def _to_surface(f: Function, h: Point, k: int, visit: Callable[[Point], Any], seen: Seen) -> int:
    """Visit the place next to x + h where choice k changes, and both sides of it.

    One step along an axis leads there where the choice is linear in that variable.
    """
    _, r = f.run(h)
    v, row = r.guards[k]
    for axis in range(f.size):
        if row[axis]:
            moved = tuple(a - v / row[axis] * int(j == axis) for j, a in enumerate(h))
            if _near_by(f, moved):
                visit(moved)
    for _ in range(MOST_STEPS):
        _, r = f.run(h)
        if k >= len(r.guards):
            return 0
        v, row = r.guards[k]
        if not any(row):
            return 0
        if not v:
            break
        h = tuple(a - v / sum(c * c for c in row) * b for a, b in zip(h, row, strict=True))
        if not _near_by(f, h):
            return 0
    visit(h)
    size = max(map(abs, row))
    for s in (1, -1):
        beside = tuple(a + s * f.step**4 * b / size for a, b in zip(h, row, strict=True))
        visit(beside)
        values = [f.run(at)[0] for at in (h, beside)]
        if None not in values:
            jump = abs(values[0].value - values[1].value)  # type: ignore[union-attr]
            seen.torn = seen.torn or jump > f.steep * f.step**4
    return 1


def _near_by(f: Function, h: Point) -> bool:
    """Is the step neither large nor as small as what is rounded?"""
    return bool(f.step**6 < max(map(abs, h)) < NOTHING)


def _arcs(more: Sequence[Sequence[Point]], T: Real) -> Iterator[Point]:
    for arc in more:
        yield tuple(
            sum((real(c) * T**j for j, c in enumerate(parts, 1)), NIL)
            for parts in zip(*arc, strict=True)
        )


def _steps(n: int, ties: Sequence[Point], rng: random.Random, T: Real) -> Iterator[Point]:
    """Steps along lines and along arcs."""
    if n == 1:
        yield (T,)
        yield (-T,)
        return
    lines: dict[Point, None] = {}
    for d in itertools.product((0, 1, -1), repeat=n):
        lines[tuple(map(Fraction, d))] = None
    rows = list(dict.fromkeys(tuple(v.fraction() for v in r) for r in ties))
    for d in itertools.islice(_edges(rows, n), MOST):
        lines[d] = None
        lines[tuple(-v for v in d)] = None
    known = [d for d in lines if any(d)]
    for _ in range(MOST // 2):
        a, b = rng.choice(known), rng.choice(known)
        c = Fraction(rng.choice((1, 1, 2, 3, -1)), rng.choice((1, 1, 2, 7)))
        lines[tuple(u + c * v for u, v in zip(a, b, strict=True))] = None
    for _ in range(MOST // 4):
        lines[tuple(Fraction(rng.randint(-9, 9)) for _ in range(n))] = None
    for d in lines:
        yield tuple(T * real(v) for v in d)
    for _ in range(MOST // 2):
        powers = [rng.choice((1, 1, 2, 2, 3)) for _ in range(n)]
        sizes = [real(rng.choice((-2, -1, -1, 0, 1, 1, 2))) for _ in range(n)]
        yield tuple(c * T**k for c, k in zip(sizes, powers, strict=True))


def _edges(rows: Sequence[Point], n: int) -> Iterator[Point]:
    """Directions that some of the rows are orthogonal to, and the rows themselves."""
    yield from rows
    for count in range(n - 1, 0, -1):
        for some in itertools.islice(itertools.combinations(rows, count), MOST):
            yield from orthogonal(some, n)


def orthogonal(rows: Sequence[Any], n: int) -> list[Point]:
    """A basis of what is orthogonal to the rows: elimination."""
    matrix: list[list[Fraction]] = []
    leads: list[int] = []
    for row in rows:
        r = list(row)
        for k, m in zip(leads, matrix, strict=True):
            r = [a - r[k] * b for a, b in zip(r, m, strict=True)]
        lead = next((k for k in range(n) if r[k]), None)
        if lead is None:
            continue
        r = [a / r[lead] for a in r]
        matrix = [[a - m[lead] * b for a, b in zip(m, r, strict=True)] for m in matrix] + [r]
        leads.append(lead)
    out = []
    for free in range(n):
        if free not in leads:
            d = [Fraction(0)] * n
            d[free] = Fraction(1)
            for k, m in zip(leads, matrix, strict=True):
                d[k] = -m[free]
            out.append(tuple(d))
    return out


def _conclude(f: Function, seen: Seen) -> None:
    """What the samples prove."""
    samples = seen.samples
    if any(s.change is None for s in samples):
        seen.verdict = "UNDEFINED"
        return
    if f.size == 1:
        left, right = (next(s for s in samples if s.h[0] * side > 0) for side in (-1, 1))
        seen.slopes = (_slope(left, f.steep), _slope(right, f.steep))
    slopes = [_slope(s, f.steep) for s in samples]
    seen.lipschitz = not any(isinstance(v, float) for v in slopes)
    for s in samples:
        if s.inside:
            if any(abs(v) > f.steep for v in s.row):
                seen.lipschitz = False
            elif not any(alike(s.row, p) for p in seen.pieces):
                seen.pieces.append(s.row)
    if any(abs(s.change) > NOTHING for s in samples):
        seen.verdict = "DISCONTINUOUS"
        return
    units = {s.h: v for s, v in zip(samples, slopes, strict=True)}
    g = [units[tuple(f.step * int(j == k) for j in range(f.size))] for k in range(f.size)]
    if any(isinstance(v, float) for v in g) or not all(linear(s, g) for s in samples):
        seen.verdict = "NOT_DIFFERENTIABLE"
        return
    seen.gradient = tuple(g)


def _slope(s: Sample, steep: Real) -> Any:
    """The slope of f on the way to a sample; infinite ones are floats."""
    if s.change is None:
        return None
    size = max(map(abs, s.h))
    if len(s.h) == 1:
        size = s.h[0]
    v = s.change / size
    return v if abs(v) < steep else float("inf") if v > 0 else float("-inf")


def linear(s: Sample, g: Sequence[Any]) -> bool:
    """Does f change as a derivative says?"""
    rest = s.change
    for a, b in zip(g, s.h, strict=True):
        rest = rest - a * b
    return bool(abs(rest / max(map(abs, s.h))) < NOTHING)


def near(a: Any, b: Any) -> bool:
    """Are two numbers the same but for what a step t changes?"""
    if isinstance(a, float) or isinstance(b, float):
        return a == b
    return bool(abs(real(a) - real(b)) < NOTHING)


def alike(p: Sequence[Any], q: Sequence[Any]) -> bool:
    """Are two gradients the same but for what a step t changes?"""
    return all(near(a, b) for a, b in zip(p, q, strict=True))
