"""Pieces of a function that may meet at a point, and what is certain of them.

A piece is where certain guards, numbers that are zero at the point x, have certain signs.  Only
their gradients at x are known, so that much of this is about directions: points of the piece that
tend to x come from directions d with row . d >= 0 (or == 0), and x + t d is inside of the piece if
row . d > 0 for all guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from fpad.check import polynomial
from fpad.check.cones import Direction, direction, dot, kernel, rank
from fpad.check.dual import Vague
from fpad.check.exact import Hole
from fpad.check.polynomial import Polynomial
from fpad.check.reals import Scalar


@dataclass(frozen=True)
class Guard:
    """A number that is zero at the point, and the signs that it has on a piece.

    Attributes:
        row: its gradient; None if it has none that is known.
        signs: one of the sets {+}, {-}, {0}, {+, 0}, {-, 0}.
        affine: is it gradient times step, exactly.
        poly: what it is, if it is a small polynomial.
    """

    row: Direction | None
    signs: frozenset[int]
    affine: bool
    poly: Polynomial | None = None

    @property
    def degenerate(self) -> bool:
        """Does the gradient tell nothing about the sign?"""
        return self.row is None or not any(self.row)

    @property
    def outward(self) -> Direction:
        """The gradient, turned so that it is not negative on the piece."""
        assert self.row is not None
        return tuple(-v for v in self.row) if -1 in self.signs else self.row

    def bend(self, d: Direction) -> Scalar | None:
        """The coefficient of t**2 of the guard at x + t d, turned like `outward`."""
        if self.poly is None:
            return None
        q = polynomial.part(self.poly, d, 2)
        return -q if -1 in self.signs else q

    def quadratic(self, n: int) -> list[Direction]:
        """Rows whose kernel is where the gradient of the terms of degree 2 is zero."""
        rows = [[Fraction(0)] * n for _ in range(n)]
        for m, c in (self.poly or {}).items():
            if len(m) == 2 and isinstance(c, Fraction):
                rows[m[0]][m[1]] += c
                rows[m[1]][m[0]] += c
        return [tuple(r) for r in rows if any(r)]

    def strict_along(self, arc: Sequence[Direction]) -> bool:
        """Is the guard not zero there?"""
        return self.poly is not None and polynomial.leading(self.poly, arc) != 0

    def holds_along(self, arc: Sequence[Direction]) -> bool:
        """Has the guard an allowed sign on x + t arc[0] + t**2 arc[1] + .., for all small t?"""
        if self.poly is None:
            return False
        lead = polynomial.leading(self.poly, arc)
        return (int(lead > 0) - int(lead < 0)) in self.signs


def possible(guards: Iterable[Guard]) -> bool:
    """Can all of them hold at a point next to x, as far as exact ones tell?"""
    strict: list[Direction] = []
    weak: list[Direction] = []
    equal: list[Direction] = []
    for g in guards:
        if g.affine and not g.degenerate:
            (equal if g.signs == {0} else weak if 0 in g.signs else strict).append(g.outward)
    return direction(strict, weak, equal) is not None if strict else True


@dataclass
class Piece:
    """One way through the program.

    Attributes:
        guards: of which not all need be possible at once.
        hole: why there is no value; None if there is one.
        value, row: limit and gradient at the point; the gradient may be unknown.
        smooth: is everything on it, guards too, continuously differentiable.
        tame: are gradients next to the point close to that at the point.
        path: the choices made.
        poly: its value, if it is a small polynomial.
    """

    guards: tuple[Guard, ...]
    hole: Hole | None
    value: Scalar
    row: Direction | None
    smooth: bool
    tame: bool
    path: tuple[int, ...]
    poly: Polynomial | None = None

    @property
    def known(self) -> bool:
        """Are value and gradient known?"""
        return self.hole is None and self.row is not None

    def cone(self) -> tuple[list[Direction], list[Direction]]:
        """(Rows >= 0, rows == 0) for the directions in which points of the piece can tend to x."""
        weak: list[Direction] = []
        equal: list[Direction] = []
        for g in self.guards:
            if not g.degenerate:
                (equal if g.signs == {0} else weak).append(g.outward)
        return weak, equal

    def fits(self, gradient: Sequence[Scalar]) -> bool:
        """Does the piece have this derivative, wherever its points come near x?"""
        if not self.known or self.row is None:
            return False
        weak, equal = self.cone()
        rest = [a - b for a, b in zip(self.row, gradient, strict=True)]
        ways = (rest, [-v for v in rest])
        return not any(rest) or all(direction([w], weak, equal) is None for w in ways)

    def open_direction(self, n: int) -> Direction | None:
        """Some d such that x + t d is inside the piece for all small t > 0; None: not certain."""
        if any(g.degenerate or g.signs == {0} for g in self.guards):
            return None
        if not self.guards:
            return tuple(Fraction(k == 0) for k in range(n))
        return direction([g.outward for g in self.guards], size=n)

    def tangents(self, n: int) -> list[Direction]:
        """Some d such that an arc of the piece leaves x along d, where equations hold on it.

        If the equations have independent gradients they define a smooth surface, with all d that
        are orthogonal to these as tangents.
        """
        equations = [g.row for g in self.guards if g.signs == {0}]
        if not self.smooth or any(g.degenerate for g in self.guards):
            return []
        rows = [r for r in equations if r is not None]
        if rank(rows, n) != len(rows) and not all(g.affine for g in self.guards if 0 in g.signs):
            return []
        others = [g.outward for g in self.guards if g.signs != {0}]
        if not others:
            return kernel(rows, n)
        d = direction(others, (), rows, n)
        return [] if d is None else [d]

    def bent_arc(self, n: int) -> list[Direction] | None:
        """Some arc x + t d + t**2 w in the piece for all small t > 0, where guards are polynomials.

        Guards that are tight along d are decided by the next order, which is linear in w; those
        without a gradient may need a d along which their quadratic part is zero.
        """
        if any(g.poly is None for g in self.guards):
            return None
        weak, equal = self.cone()
        flat = [row for g in self.guards if g.degenerate for row in g.quadratic(n)]
        for k in range(2 * n if not flat else 4 * n):
            unit = tuple(Fraction((k % 2 * 2 - 1) * (j == k // 2 % n)) for j in range(n))
            d = direction([unit], weak, equal if k < 2 * n else [*equal, *flat])
            arc = None if d is None else self._bent(d, n)
            if arc is not None and all(g.holds_along(arc) for g in self.guards):
                return arc
        return None

    def _bent(self, d: Direction, n: int) -> list[Direction] | None:
        strict: list[Direction] = [(*[Fraction(0)] * n, Fraction(1))]
        equal: list[Direction] = []
        for g in self.guards:
            row, bend = g.outward, g.bend(d)
            assert bend is not None
            if not any(row) and not bend:
                continue  # a higher order decides, whatever w is or not
            if not dot(row, d):
                (equal if g.signs == {0} else strict).append((*row, bend))
        found = direction(strict, (), equal)
        return None if found is None else [d, tuple(v / found[n] for v in found[:n])]


@dataclass
class Exploration:
    """All pieces, unless there were too many.

    Attributes:
        pieces: those found.
        reason: why they are not all; None if they are.
        spent: numbers computed so far.
    """

    pieces: list[Piece] = field(default_factory=list)
    reason: str | None = None
    spent: int = 0

    @property
    def complete(self) -> bool:
        """Does every point next to x lie on one of the pieces?"""
        return self.reason is None

    @property
    def defined(self) -> bool:
        """Has f a value everywhere next to x?"""
        return self.complete and all(
            p.hole is None or isinstance(p.hole, Vague) for p in self.pieces
        )

    def continuous_to(self, value: Scalar) -> bool:
        """Does f tend to this value from everywhere?"""
        return self.complete and all(p.hole is None and p.value == value for p in self.pieces)
