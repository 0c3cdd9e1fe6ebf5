"""Dp, D1, Dn: the pieces of f that meet at x, told apart by the gradients of their guards.

    D1, Dp   every piece has value f(x), and the gradient g as far as its points come near x
             from directions in which the gradients differ                      DIFFERENTIABLE
    Dn       a piece that certainly comes near x has another limit              DISCONTINUOUS
             such pieces have slopes that no gradient has                       NOT_DIFFERENTIABLE

The first rests on this: let points x + h of a piece with gradient p tend to x from a direction d,
|d| = 1.  Its guards have signs, so d is in the closed cone of the piece, and f(x + h) - f(x) is
g . h + (p - g) . h + o(|h|), where (p - g) . d == 0.  There are finitely many pieces.  It is called
D1 where all kinks are Lipschitz (Griewank's abs-normal form; Khan and Barton's derivatives).
The others need that f is defined next to x; a piece that certainly comes near x where it is not is
UNDEFINED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fpad.check.certificate import witness
from fpad.check.cones import Direction, dot, solution
from fpad.check.gluing import glued
from fpad.check.pieces import Exploration, Piece
from fpad.check.procedures.case import Case, Gradient, Outcome, unknown
from fpad.check.procedures.exploring import explored
from fpad.check.reals import Scalar, differ, distinct
from fpad.check.verdict import Verdict


@dataclass
class Certain:
    """A piece that certainly comes near x.

    Attributes:
        piece: the piece.
        arc: coefficients of t, t**2, .. of an arc in it; one coefficient may stand for an arc that
            is only tangent to it.
        whole: is a cone of directions inside of the piece, so that f has all of its gradient.
        solid: has the piece an interior, which comes near x.
        exact: does the arc itself lie in the piece.
    """

    piece: Piece
    arc: list[Direction]
    whole: bool
    solid: bool
    exact: bool = True


def certain(pieces: Sequence[Piece], n: int) -> list[Certain]:
    """The pieces of which it is certain."""
    out = []
    for p in pieces:
        d = p.open_direction(n)
        if d is not None:
            out.append(Certain(p, [d], True, True))
            continue
        arc = p.bent_arc(n)
        if arc is not None:
            out.append(Certain(p, arc, False, all(g.strict_along(arc) for g in p.guards)))
        exact = all(g.affine for g in p.guards)
        out += [Certain(p, [d], False, False, exact) for d in p.tangents(n)]
    return out


def cells(case: Case) -> Outcome | None:
    """The verdict that the pieces prove."""
    if case.size < 2:
        return None
    found, n, value = explored(case), case.size, case.point.value
    sure = certain(found.pieces, n)
    for c in sure:
        if c.piece.hole is not None and c.piece.hole.undefined:
            outside = witness("domain", [(c.arc, None)]) if c.exact else {}
            return Outcome(Verdict.UNDEFINED, "domain", "domain_boundary", witness=outside)
    about = facts(case)
    if found.defined or case.lipschitz:
        for c in sure:
            if c.piece.hole is None and c.piece.value != value:
                return Outcome(
                    *(Verdict.DISCONTINUOUS, "Dn", None, None, None, False, False, False),
                    witness=witness("Dn", [(c.arc, None)]) if c.exact else {},
                )
    known = [c for c in sure if c.piece.known]
    g = _gradient(found, known, value)
    if g is not None:
        strict = about.pop("strictly_differentiable")
        about |= {"continuous": True, "strictly_differentiable": strict}
        name = "D1" if case.lipschitz else "Dp"
        arcs = [(c.arc, dot(g, c.arc[0])) for c in known if c.exact]
        return Outcome(
            *(Verdict.DIFFERENTIABLE, name, None, g), **about, witness=witness(name, arcs)
        )
    if found.defined or case.lipschitz:
        rays = _rays(known, n)
        if solution([r for r, _ in rays], [v for _, v in rays], n) is None:
            arcs = [a for c in known if c.exact for a in _arcs(c, n)]
            about["strictly_differentiable"] = False
            enough = solution([a[0] for a, _ in arcs], [v for _, v in arcs], n) is None
            found_along = witness("Dn", arcs) if enough else {}
            return Outcome(Verdict.NOT_DIFFERENTIABLE, "Dn", **about, witness=found_along)
    return None if found.reason is None else unknown(found.reason)


def _gradient(found: Exploration, known: Sequence[Certain], value: Any) -> Gradient | None:
    """The derivative, if the pieces prove that there is one."""
    if not found.continuous_to(value) or not all(p.known for p in found.pieces):
        return None
    rows = [c.piece.row for c in known if c.whole] or [p.row for p in found.pieces]
    for g in dict.fromkeys(rows):
        if g is not None and all(p.fits(g) for p in found.pieces):
            return tuple(g)
        if any(c.whole for c in known):
            return None
    return None


def _rays(known: Sequence[Certain], n: int) -> list[tuple[Direction, Scalar]]:
    """Directions and slopes that a derivative would have to have there."""
    out: list[tuple[Direction, Scalar]] = []
    for c in known:
        row = c.piece.row
        assert row is not None
        if c.whole:
            units = [tuple(Fraction(j == k) for j in range(n)) for k in range(n)]
            out += zip(units, row, strict=True)
        else:
            out.append((c.arc[0], dot(row, c.arc[0])))
    return out


def _arcs(c: Certain, n: int) -> list[tuple[list[Direction], Scalar]]:
    """Arcs in a piece, and the slopes of f along them; of a cone as many as it takes."""
    row = c.piece.row
    assert row is not None
    if not c.whole:
        return [(c.arc, dot(row, c.arc[0]))]
    (d,) = c.arc
    room = min(
        (dot(g.outward, d) / (2 * sum(map(abs, g.outward))) for g in c.piece.guards),
        default=Fraction(1),
    )
    out = []
    for k in range(n + 1):
        ray = tuple(v + room * (j == k) for j, v in enumerate(d))
        out.append(([ray], dot(row, ray)))
    return out


def facts(case: Case) -> dict[str, Any]:
    """What the pieces say about f beside the verdict: fields of an outcome."""
    found, n = explored(case), case.size
    inner = distinct(
        c.piece.row
        for c in certain(found.pieces, n)
        if c.solid and c.piece.tame and c.piece.row is not None
    )
    outer = _outer(found)
    continuous = case.lipschitz or found.continuous_to(case.point.value)
    lipschitz = case.lipschitz or (continuous and glued(found.pieces, n))
    strict = True if lipschitz and outer is not None and len(outer) == 1 else None
    several = any(differ(a, b) for a in inner for b in inner if a is not b)
    return {
        "continuous": True if continuous else None,
        "lipschitz": True if lipschitz else None,
        "strictly_differentiable": False if several else strict,
        "pieces_inner": inner,
        "pieces_outer": outer,
    }


def _outer(found: Exploration) -> frozenset[Direction] | None:
    """Gradients of all pieces that may have an interior next to x."""
    if not found.complete:
        return None
    rows: set[Direction] = set()
    for p in found.pieces:
        if any(g.signs == {0} and not g.degenerate for g in p.guards):
            continue  # where a smooth number with a gradient is zero there is no interior
        if p.row is None or not p.tame:
            return None
        rows.add(p.row)
    return distinct(rows)
