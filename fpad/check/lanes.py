"""Many points at once: one run of the derivative's program with bounds for a block of them.

    lanes = Lanes(f, named, wrt="x", ...)
    lanes.block(0, 8192)        which of these points the bounds decide, and the numbers there

The program is that of `fpad.vmap(fpad.value_and_grad(f))`: points that take different ways are
computed on all of them, and selected from.  A choice that is not certain takes its bound from the
numbers of that point alone (`certified_run`).  Where a block fails as a whole it is halved.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.check.bounds import LEAST, error_of, unit, value_of
from fpad.check.certified_run import CertifiedRun, PieceRun, Undecided, start
from fpad.check.procedures.case import FAILURES
from fpad.check.programs import program_of, raises_apart, uses_all
from fpad.check.subject import as_float, at_entry
from fpad.derivative import Derivative, Request
from fpad.runtime.batch import keep_memory
from fpad.runtime.errors import FpadError
from fpad.runtime.formats import format_of
from fpad.transforms.batch import axes_of, inner_kinds
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import Node, leaves
from fpad.transforms.kinds import kind_of
from fpad.transforms.structures import flatten, unflatten

NUMBERS_AT_ONCE = 1 << 13
"""A block is of so many numbers under wrt: its arrays stay in the cache."""
FEW_STEPS = 20_000
"""A block whose program takes longer, and much longer than other blocks, is halved."""
MOST_IN_VAIN = 64
"""After so many blocks that told nothing the others are not tried."""


@dataclass
class Block:
    """What bounds tell about points `first` to `last`.

    Attributes:
        decided: which of them sit on no kink, certainly, and AD is right there.
        ad: the derivatives as computed, one row for each point.
        slopes, off: numbers near the derivatives, and how far `ad` is off at most.
    """

    first: int
    last: int
    decided: np.ndarray
    ad: np.ndarray
    slopes: np.ndarray
    off: np.ndarray


class Lanes:
    """A function at many points.

    Args:
        function: what is checked.
        given: its arguments by name, floats and arrays.
        mapped: the names of those that hold an entry for each point.
        names: the parameters that are differentiated by; `wrt` as the user gave it.
        count: how many points there are.

    Attributes:
        cost: how many scalar operations a point took.
        able: can a program be derived for many points, and do its bounds tell anything.
    """

    def __init__(
        self,
        function: Any,
        given: Mapping[str, Any],
        mapped: tuple[str, ...],
        names: tuple[str, ...],
        wrt: Any,
        precision: Any,
        seed: Any,
        count: int,
        steps: int,
    ) -> None:
        self._mapped, self._names, self._single = mapped, names, not isinstance(wrt, tuple)
        self._seed, self._steps = seed, steps
        self.count = count
        what = "value_and_grad" if seed is None else "vjp"
        inner = Derivative(function, Request(what, wrt, precision=precision))
        axes = (dict.fromkeys(mapped, 0), 0)
        primal = Derivative(function, Request("primal", wrt, precision=precision))
        self.able = False
        self.cost = 0.0
        self._tried = self._found = self._longest = 0
        try:
            kinds = {n: kind_of(v, f"argument {n}") for n, v in given.items()}
            outer = Derivative(inner, Request("vmap", axes=axes))
            self._program, self._live = program_of(outer, kinds)
            single = inner_kinds(kinds, axes_of(*axes, primal.__signature__))
            one, _ = program_of(primal, single)
            self.able = uses_all(one) and not raises_apart(one)
        except FpadError:  # the exact runs say why
            return
        boundary = self._program.main.boundary
        assert boundary is not None
        self._boundary = boundary
        self._trees = {p.name: p.tree for p in boundary.parameters}
        self._format = None if precision is None else format_of(precision)
        self._flat = {
            n: [at_entry(v, self._format) for v in flatten(given[n], self._trees[n])] for n in given
        }
        self.leaves = [v for n in names for v in self._flat[n] if is_real(v)]
        self.size = sum(math.prod(np.shape(v)[1:]) for v in self.leaves)
        self._step = max(1, NUMBERS_AT_ONCE // max(self.size, 1))
        real = [v for flat in self._flat.values() for v in flat if is_real(v)]
        self._narrow = precision is not None or any(_is_narrow(v) for v in real)
        self._unit = None
        if self._format is not None:
            self._unit = float(2.0**-self._format.p)
        elif self._narrow:
            found = {unit(v)[0] for v in real if isinstance(v, np.ndarray)}
            self._unit = found.pop() if len(found) == 1 else None
            self.able = self.able and self._unit is not None

    def blocks(self) -> Iterator[Block]:
        """The points, block by block; what no block covers is not decided."""
        keep_memory()
        first = 0
        while self.able and first < self.count:
            last = min(first + self._step, self.count)
            yield from self._parts(first, last)
            first = last

    def _parts(self, first: int, last: int) -> Iterator[Block]:
        """The block, or its halves if it tells nothing as a whole."""
        with np.errstate(all="ignore"):
            found = self._block(first, last)
        self._tried += 1
        if found is not None:
            self._found += bool(np.any(found.decided))
            yield found
        elif last - first > 1 and self.able:
            middle = (first + last) // 2
            yield from self._parts(first, middle)
            yield from self._parts(middle, last)
        if not self._found and self._tried > MOST_IN_VAIN:
            self.able = False

    def _block(self, first: int, last: int) -> Block | None:
        run = CertifiedRun(self._narrow, last - first)
        try:
            found = self._run(run, first, last)
            if found is None:
                return None
            value_error, slopes, errors = found
            decided = np.isfinite(value_error) & np.all(np.isfinite(errors), axis=1)
            decided &= ~run.lost
            if run.spread and last - first > 1 and not np.all(decided):
                return None  # fewer points may keep their bounds
            if not self._narrow:
                return Block(first, last, decided, slopes, slopes, errors)
            pieces = PieceRun()
            own = self._run(pieces, first, last)
        except (Undecided, StepLimit):
            return None
        if own is None:
            return None
        assert self._unit is not None
        same = _alike(run.labels, pieces.labels, last - first)
        ad = own[1]
        off = np.abs(ad - slopes) + errors
        right = np.all(off <= errors * (self._unit / unit(1.0)[0]), axis=1)
        return Block(first, last, decided & same & right, ad, slopes, off)

    def _run(
        self, run: CertifiedRun, first: int, last: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """(Bounds of the values, derivatives, their bounds), a row for each point."""
        try:
            args = self._arguments(run.wide, first, last)
            limit = min(self._steps, max(FEW_STEPS, 4 * self._longest))
            results = interpret(self._program, args, run, limit)
            self._longest = max(self._longest, run.steps)
            self.cost = max(self.cost, run.cost / (last - first))
            return self._rows(results, last - first)
        except (*FAILURES, FpadError, RecursionError):
            return None

    def _arguments(self, wide: bool, first: int, last: int) -> list[Any]:
        """The flat arguments for the points of a block."""
        env: dict[Any, Any] = {}
        for p in self._boundary.parameters:
            atoms = list(leaves(p.tree))
            if p.use == "one":
                env.update(dict.fromkeys(atoms, 1.0))
            elif p.use == "seed":
                for atom, value in zip(atoms, flatten(as_float(self._seed), p.tree), strict=True):
                    env[atom] = np.broadcast_to(value, (last - first, *np.shape(value)))
            elif p.use == "argument":
                varies = p.name in self._names
                for atom, value in zip(atoms, self._flat[p.name], strict=True):
                    part = value[first:last] if p.name in self._mapped else value
                    env[atom] = started(part, varies, wide)
        for item in self._live:
            for atom, value in zip(item.leaves, flatten(item.read(), item.tree), strict=True):
                env[atom] = started(at_entry(value, self._format), False, wide)
        return [env[p] for p in self._program.main.params]

    def _rows(
        self, results: Sequence[Any], n: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Results as rows, one for each point."""
        tree = self._boundary.result
        assert isinstance(tree, Node)
        count = len(list(leaves(tree.items[0])))
        values, (_, ad) = results[:count], unflatten(tree, results)
        if self._seed is None and (count != 1 or np.shape(value_of(values[0])) != (n,)):
            return None
        found = []
        for name, part in zip(self._names, (ad,) if self._single else ad, strict=True):
            given = self._flat[name]
            pairs = zip(given, flatten(part, self._trees[name]), strict=True)
            found += [v for x, v in pairs if is_real(x)]
        slopes = np.concatenate([np.reshape(value_of(v), (n, -1)) for v in found], 1, dtype=float)
        lost, errors = (np.concatenate([_errors(v, n) for v in vs], 1) for vs in (values, found))
        return np.sum(lost, axis=1), slopes, errors


def _errors(x: Any, n: int) -> np.ndarray:
    return np.reshape(np.broadcast_to(error_of(x), np.shape(value_of(x))), (n, -1))


def _alike(a: Sequence[Any], b: Sequence[Any], n: int) -> np.ndarray:
    """The points at which two runs took the same pieces."""
    same = np.full(n, len(a) == len(b))
    for x, y in zip(a, b, strict=False):
        if x is None and y is None:
            continue
        x, y = np.asarray(x), np.asarray(y)
        if x.shape != y.shape:
            return np.zeros(n, bool)
        differs = x != y
        if x.ndim and len(x) == n:
            same &= ~np.any(differs.reshape(n, -1), axis=1)
        elif np.any(differs):
            return np.zeros(n, bool)
    return same


def started(value: Any, varies: bool, wide: bool) -> Any:
    """An argument with its bound."""
    if not is_real(value):
        return value
    if wide and hasattr(value, "astype"):
        value = value.astype(np.float64)
    return start(value, LEAST if varies else 0.0, varies)


def is_real(value: Any) -> bool:
    """Is it a float, or an array of floats?"""
    return isinstance(value, float) or getattr(value, "dtype", np.dtype(object)).kind == "f"


def _is_narrow(value: Any) -> bool:
    return getattr(value, "dtype", None) in (np.float32, np.float16)
