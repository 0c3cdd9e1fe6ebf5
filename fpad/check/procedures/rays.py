"""LD and arcs: f along lines and curves through x refutes.

    f is not defined along one                                    UNDEFINED
    f does not tend to f(x) along one                             DISCONTINUOUS
    its slopes along several are not those of any gradient        NOT_DIFFERENTIABLE

f'(x; d) + f'(x; -d) != 0 is the commonest.  Directions: the axes, sums and differences of them, the
normals of the kinks, and those that leave all kinks but one (Griewank's LIKQ).  Nothing is proved
by what is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from fpad.check.certificate import witness
from fpad.check.cones import Direction, dot, kernel, solution
from fpad.check.procedures.along import along
from fpad.check.procedures.case import Case, Outcome, Slope, unknown
from fpad.check.procedures.cells import facts
from fpad.check.procedures.exploring import explored
from fpad.check.reals import Real, Scalar
from fpad.check.verdict import Verdict

MOST_RAYS = 96
MOST_ARCS = 160
MOST_NODES = 60_000
FEWEST = 16
REAL = 8
"""A germ with coefficients that are not rational takes so many times as long."""
MOST_ELIMINATED = 20_000
"""Entries of a table that are eliminated for one direction: fractions grow on the way."""
PAIRED = 6
"""Sums and differences of axes are tried up to this many variables."""


def rays(case: Case) -> Outcome | None:
    """What f along straight lines refutes."""
    if case.size < 2:
        return None
    few = _first(directions(case), min(MOST_RAYS, _affordable(case) // 2))
    chosen = [[s] for d in few for s in (d, _opposite(d))]
    return refuted(case, chosen, "LD")


def arcs(case: Case) -> Outcome | None:
    """What f along parabolas and cubics refutes: along x + t d + c t**k w."""
    if case.size < 2:
        return None
    return refuted(case, _first(_curved(case), min(MOST_ARCS, _affordable(case))), "arc")


def refuted(case: Case, chosen: Iterable[Sequence[Direction]], name: str) -> Outcome | None:
    """The verdict that f along these arcs proves."""
    lines: list[Direction] = []
    slopes: list[Scalar] = []
    told: list[Any] = []
    real: list[tuple[Sequence[Direction], Real]] = []
    jump: Sequence[Direction] | None = None
    steep: tuple[Sequence[Direction], Slope] | None = None
    reason: str | None = None
    for arc in chosen:
        side = along(case, arc)
        if side.hole is not None and side.hole.undefined:
            outside = witness("domain", [(arc, None)])
            return Outcome(Verdict.UNDEFINED, "domain", "domain_boundary", witness=outside)
        if side.hole is not None:
            reason = reason or side.hole.reason
        elif not side.continuous:
            jump = jump or arc
        elif isinstance(side.slope, float):
            steep = steep or (arc, side.slope)
        elif isinstance(side.slope, Real):
            real.append((arc, side.slope))
        else:
            lines.append(arc[0])
            slopes.append(side.slope)
            told.append((arc, side.slope))
            if case.lipschitz and solution(lines, slopes, case.size) is None:
                break
    if solution(lines, slopes, case.size) is not None:  # rational slopes are re-checked more easily
        for arc, slope in real:
            lines.append(arc[0])
            slopes.append(slope)
            told.append([[list(c) for c in arc], slope])
    if not case.lipschitz and not explored(case).defined:
        return unknown(reason) if reason else None
    if jump is not None:
        return Outcome(
            *(Verdict.DISCONTINUOUS, name, None, None, None, False, False, False),
            witness=witness(name, [(jump, None)]),
        )
    about: dict[str, Any] = {**facts(case), "strictly_differentiable": False}
    if steep is not None:
        return Outcome(Verdict.NOT_DIFFERENTIABLE, name, **about, witness=witness(name, [steep]))
    if solution(lines, slopes, case.size) is None:
        return Outcome(Verdict.NOT_DIFFERENTIABLE, name, **about, witness=witness(name, told))
    return unknown(reason) if reason else None


def directions(case: Case) -> Iterator[Direction]:
    """Directions worth trying, without their opposites."""
    n = case.size
    normals = _normals(case)
    seen: set[Direction] = set()
    for d in (*_across(normals, n), *_units(n), *normals, *_pairs(n), *_along(normals, n)):
        lead = next((v for v in d if v), None)
        if lead is None:
            continue
        scaled = tuple(v / lead for v in d)
        if scaled not in seen:
            seen.add(scaled)
            yield d


def _normals(case: Case) -> list[Direction]:
    """The gradients of the differences that are zero at x."""
    tape, out = case.point.run.tape, []
    for a, b in tape.ties:
        seeds = {k: v for k, v in ((a, Fraction(1)), (b, Fraction(-1))) if k is not None}
        adjoints = tape.adjoints(seeds) if a != b else {}
        row = tuple(adjoints.get(k, Fraction(0)) for k in range(case.size))
        if any(row):
            out.append(row)
    return list(dict.fromkeys(out))


def _across(normals: list[Direction], n: int) -> Iterator[Direction]:
    """Directions that leave one kink and stay on all others."""
    if len(normals) > 4 * n or n * len(normals) ** 2 > MOST_ELIMINATED:
        return
    for k, row in enumerate(normals):
        others = kernel([r for j, r in enumerate(normals) if j != k], n)
        yield from (d for d in others if dot(row, d))


def _along(normals: list[Direction], n: int) -> Iterator[Direction]:
    """Directions that stay on a kink."""
    for row in normals:
        yield from kernel([row], n)


def _units(n: int) -> Iterator[Direction]:
    for k in range(n):
        yield tuple(Fraction(j == k) for j in range(n))


def _pairs(n: int) -> Iterator[Direction]:
    if n > PAIRED:
        return
    for a, b in combinations(range(n), 2):
        for s in (1, -1):
            yield tuple(Fraction((j == a) + s * (j == b)) for j in range(n))


def _curved(case: Case) -> Iterator[list[Direction]]:
    n = case.size
    if n > PAIRED:
        return
    zero = (Fraction(0),) * n
    lines = [d for d in (*_along(_normals(case), n), *_units(n)) if any(d)]
    ways = [*_normals(case), *_units(n)]
    for power in (2, 3):
        for line in dict.fromkeys(lines):
            for way in dict.fromkeys(ways):
                for c in (Fraction(1), Fraction(1, 2)):
                    for s in (1, -1):
                        for side in (line, _opposite(line)):
                            bend = tuple(s * c * v for v in way)
                            yield [side, *[zero] * (power - 2), bend]


def _affordable(case: Case) -> int:
    """How many germs are worth computing, by the size of one."""
    cost = REAL if isinstance(case.point.value, Real) else 1
    return max(MOST_NODES // (cost * max(len(case.point.run.tape.edges), 1)), FEWEST // cost)


def _opposite(d: Direction) -> Direction:
    return tuple(-v for v in d)


def _first(items: Iterable[Any], most: int) -> Iterator[Any]:
    for _, item in zip(range(most), items, strict=False):
        yield item
