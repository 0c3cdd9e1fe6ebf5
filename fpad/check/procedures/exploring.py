"""Runs a program along all the pieces that may meet at a point."""

from __future__ import annotations

import functools
import math
from fractions import Fraction

from fpad.check import polynomial
from fpad.check.dual import Dual
from fpad.check.exact import Exact, Hole
from fpad.check.forced import Empty, PieceRun
from fpad.check.inputs import entries
from fpad.check.pieces import Exploration, Piece
from fpad.check.procedures.case import Case, result_near

HOPELESS = 16
"""Times as many cells as are allowed: beyond that even most of them being empty would not help."""
LIMITS = frozenset(("too_many_bits", "too_many_steps", "too_many_cells", "accumulating_pieces"))


def explored(case: Case) -> Exploration:
    """The pieces next to the point; found once."""
    if case.exploration is None:
        case.exploration = _explore(case)
    return case.exploration


def _explore(case: Case) -> Exploration:
    s, limits, n = case.subject, case.limits, case.size
    out = Exploration()
    values = entries(s)
    pending: list[tuple[int, ...]] = [()]
    runs = 0
    most = _most_planes(n, limits.cells)
    while pending:
        runs += 1
        if runs > limits.cells:
            out.reason = "too_many_cells"
            break
        run = PieceRun(limits.bits, n, pending.pop(), limits.entries - out.spent, most)
        try:
            inputs = [run.input(k, v) for k, v in enumerate(values)]
            y = result_near(case, inputs, run)
        except Empty:
            y = None
        out.spent += run.entries
        pending += run.others
        if isinstance(y, Hole) and y.reason in LIMITS:
            out.reason = y.reason
            break
        if y is not None:
            out.pieces.append(_piece(run, y))
    return out


def cells(planes: int, n: int) -> int:
    """How many cells that many planes through one point can make in n dimensions, at most."""
    return 2 * sum(math.comb(planes - 1, k) for k in range(n)) if planes else 1


@functools.lru_cache(maxsize=64)
def _most_planes(n: int, allowed: int) -> int:
    """So many planes are worth beginning with."""
    few = (m for m in range(allowed) if cells(m + 1, n) > HOPELESS * allowed)
    return next(few, allowed)


def _piece(run: PieceRun, y: Exact) -> Piece:
    guards = tuple(run.guards.values())
    path = tuple(run.path)
    if isinstance(y, Hole):
        return Piece(guards, y, Fraction(0), None, run.smooth, run.tame, path)
    row = run.dense(y.row) if isinstance(y, Dual) else (Fraction(0),) * run.size
    smooth = run.smooth and row is not None
    poly = y.poly if isinstance(y, Dual) else polynomial.constant(y.value)
    return Piece(guards, None, y.value, row, smooth, run.tame, path, poly)
