"""Which inputs each output depends on: the program, run over values with sets of inputs.

    def f(x, k):                    x = [x0 x1 x2], k = [2 0 0]     x0 on {0}, x1 on {1}, x2 on {2}
        y = x[k] * x        ->      y depends on {0, 2}, {0, 1}, {0, 2}
        y[0] = 1.0                  y depends on {}, {0, 1}, {0, 2}
        return y

Values are computed beside the sets, so that tests, bounds and indices go the way that they go at
this point.  What of the arguments decided about the pattern is noted: at other arguments that agree
in this it is the same.  Selections entry by entry (`np.where`, `np.maximum`, `np.sort`) count as
depending on all that they select from, so they decide nothing.
"""

from __future__ import annotations

import copy
import operator
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.runtime.arrays import is_array
from fpad.runtime.errors import InputError
from fpad.runtime.update import once
from fpad.transforms.interpret import Domain, interpret
from fpad.transforms.ir import Do, For, If, Let, Load, Program, Store, StoreAdd, While
from fpad.transforms.rules.core import Rule, rule_of
from fpad.transforms.rules.draws import MAKERS
from fpad.transforms.sparsity import moves, products
from fpad.transforms.sparsity.axes import PLACED_ANYWHERE
from fpad.transforms.sparsity.facts import (
    PATTERNS,
    Traced,
    Use,
    ids_of,
    pattern,
    plain,
    traced_in,
    united,
)
from fpad.transforms.sparsity.sets import Ids, IndexSets

TABLES = (moves, products)
"""Modules that add to `PATTERNS`."""
_SIZED_BY_ENTRIES = frozenset((np.arange,))
"""Operations whose result has as many entries as numbers say that are no integers."""
_OF_KNOWN_SHAPE = frozenset(
    (
        *(np.argsort, np.argmax, np.argmin, np.argpartition, np.searchsorted, np.digitize, np.isin),
        *(np.isclose, fp.argmax, fp.argmin, fp.runner_up, fp.ranked, fp.running, fp.neighbour),
        *(fp.taken_from, fp.select),
    )
)
"""Operations of which no number of entries depends on those of an operand, and no position: where
an entry comes from is decided by what reads the result."""


@dataclass(frozen=True)
class Pattern:
    """What the results depend on, at one point.

    Attributes:
        values: the results.
        rows: for each result, where the inputs of each entry begin, and these, ascending; the
            inputs are numbered through all parameters under wrt, in C order.
        decided: the other parameters whose entries decided about it, not only by their shapes.
        trail: what made of inputs, or drawn, decided about it, in the order of the run; empty if
            the pattern is the same at all points.
        eps: the rounding of the narrowest floats that were met.
    """

    values: tuple[Any, ...]
    rows: tuple[tuple[Any, Any], ...]
    decided: frozenset[str]
    trail: tuple[Any, ...]
    eps: float


class Diverged(Exception):
    """Something else than in the run before decides about the pattern."""


def dependence(program: Program, given: Mapping[str, Any], wrt: Sequence[str]) -> Pattern:
    """The pattern of the program's results by some of its parameters.

    Args:
        program: level 2, with the divisions that its code has, and no more (`ieee`, `plain`).
        given: a value for each parameter; arrays are not written into.
        wrt: the parameters, in the order in which their entries are numbered.

    Raises:
        InputError: the pattern depends on random numbers that are others in each run.
    """
    sizes = [np.size(given[name]) for name in wrt]
    before = dict(zip(wrt, np.cumsum([0, *sizes]).tolist(), strict=False))
    sets = IndexSets(int(sum(sizes)))
    run = _Dependence(sets, program, wrt, None)
    args = run.arguments(given)
    for name, t in zip(program.main.params, args, strict=True):
        if name in before:
            ids = np.arange(np.size(t.value)).reshape(np.shape(t.value)) + (before[name] + 1)
            t.ids = ids if ids.ndim else int(ids)
    results = run.results(program, args)
    return Pattern(
        tuple(map(plain, results)),
        tuple(sets.rows(ids_of(r)) for r in results),
        frozenset(n for k, n in enumerate(program.main.params) if run.decided >> k & 1) - {*wrt},
        tuple(run.trail),
        run.eps,
    )


def follows(
    program: Program, given: Mapping[str, Any], wrt: Sequence[str], trail: Sequence[Any]
) -> bool:
    """Has the program the pattern at this point that it had where this was its trail?

    The other parameters that decided must be the same.  This costs a run without sets.
    """
    run = _Dependence(IndexSets(0), program, wrt, trail)
    try:
        run.results(program, run.arguments(given))
    except Diverged:
        return False
    return len(run.trail) == len(trail)


class Draws:
    """Generators in the place of those that a program draws from, which stay as they are.

    Attributes:
        bit: marks what was made of draws.
        chance: marks what is different in each run: clocks, and generators without a seed.
    """

    def __init__(self, bit: int) -> None:
        self.bit = bit
        self.chance = bit << 1
        self._copies: dict[int, tuple[Any, Any]] = {}

    def drawn(self, name: str, owner: Any, *args: Any) -> tuple[tuple[Any, ...], int]:
        """The operands to draw with, and the bit of the result."""
        if name in MAKERS:
            return (name, owner, *args), self.bit if args else self.chance
        if plain(owner) is time:
            return (name, owner, *args), self.chance
        made_of = owner.made_of if isinstance(owner, Traced) else 0
        return (name, self._in_place_of(owner), *args), self.bit | made_of

    def _in_place_of(self, owner: Any) -> Any:
        """A generator in the same state; what is none as it is."""
        value = plain(owner)
        if isinstance(value, np.random.Generator | np.random.RandomState | random.Random):
            return self._kept(value, lambda: copy.deepcopy(value))
        if value is np.random:
            return self._kept(value, _of_numpy)
        return self._kept(value, _of_python) if value is random else owner

    def _kept(self, owner: Any, make: Callable[[], Any]) -> Any:
        if id(owner) not in self._copies:
            self._copies[id(owner)] = owner, make()
        return self._copies[id(owner)][1]


def _of_numpy() -> Any:
    state = np.random.RandomState()
    state.set_state(np.random.get_state())  # noqa: NPY002  (what the program draws from)
    return state


def _of_python() -> Any:
    state = random.Random()
    state.setstate(random.getstate())
    return state


class _Dependence(Domain):
    """Values with sets of inputs.

    Attributes:
        decided: the parameters that decided about the pattern, as bits.
        trail: what decided and may be another at another point.
        eps: the rounding of the narrowest floats so far.
    """

    def __init__(
        self, sets: IndexSets, program: Program, wrt: Sequence[str], expected: Sequence[Any] | None
    ) -> None:
        params = program.main.params
        self.sets = sets
        self.decided = 0
        self.trail: list[Any] = []
        self.eps = float(np.finfo(np.float64).eps)
        self.draws = Draws(1 << len(params))
        self._expected = expected
        self._moving = self.draws.bit
        for k, name in enumerate(params):
            if name in wrt:
                self._moving |= 1 << k
        self._name = program.main.origin.function or program.entry

    def arguments(self, given: Mapping[str, Any]) -> list[Traced]:
        """The arguments of the program, in memory of their own."""
        for value in given.values():
            self._seen(value)
        return [
            Traced(v.copy(order="K") if is_array(v) else v, None, 1 << k, own=True)
            for k, v in enumerate(given.values())
        ]

    def results(self, program: Program, args: Sequence[Traced]) -> list[Any]:
        """Run the program; the run that counts will warn."""
        with np.errstate(all="ignore"):
            return interpret(program, args, self)

    def _decides(self, *operands: Any) -> None:
        made_of = 0
        for t in traced_in(operands):
            made_of |= t.made_of
        if made_of & self.draws.chance and self.sets.size:
            raise InputError(
                f"what {self._name} draws decides which entries its results depend on, and is "
                "another in each run: make the generator, or draw, in front of the call"
            )
        self.decided |= made_of
        if made_of & self._moving:
            value = _kept(operands)
            at = len(self.trail)
            self.trail.append(value)
            if self._expected is not None and (
                at >= len(self._expected) or not _equal(value, self._expected[at])
            ):
                raise Diverged

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        rule = rule_of(s.op)
        if rule is not None and rule.pointwise and not kwargs and not any(map(_display, args)):
            return self._pointwise(s, rule, args)
        made_of = 0
        if rule is not None and rule.effect:
            args, made_of = self.draws.drawn(*args)
        y = s.op(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})
        if s.op is fp.tape:
            return y
        self._seen(y)
        shapes = rule.shape_only if rule is not None else frozenset()
        for k, a in enumerate(args):
            if k not in shapes or (rule is not None and rule.differentiates(k)):
                for t in traced_in(a):
                    made_of |= t.made_of
        for t in traced_in(tuple(kwargs.values())):
            made_of |= t.made_of
        if rule is None:
            self._decides(*args, *kwargs.values())
            return self._everything(y, (*args, *kwargs.values()), made_of)
        if not rule.pointwise and made_of:
            self._read(rule, args, kwargs, y)
        ids: Ids | None = None
        own = True
        if rule.form != "constant":
            use = Use(self.sets, rule, args, kwargs, y, self._decides)
            operands = use.operands()
            if operands:
                if isinstance(y, tuple | list):
                    return self._everything(y, (*args, *kwargs.values()), made_of)
                ids = pattern(use)
                for t in operands:
                    if t.ids is ids:
                        t.own = own = False
        return Traced(y, ids, made_of, own) if made_of or is_array(y) else y

    def _pointwise(self, s: Let, rule: Rule, args: Sequence[Any]) -> Any:
        """What `apply` does, for most statements."""
        y = s.op(*[a.value if type(a) is Traced else a for a in args])
        self._seen(y)
        made_of = 0
        operands = []
        for k, a in enumerate(args):
            if type(a) is Traced:
                made_of |= a.made_of
                if a.ids is not None and rule.form != "constant" and rule.differentiates(k):
                    operands.append(a)
        ids = united(self.sets, operands, y) if operands else None
        own = True
        for t in operands:
            if t.ids is ids:
                t.own = own = False
        return Traced(y, ids, made_of, own) if made_of or is_array(y) else y

    def _seen(self, value: Any) -> None:
        """Note how a value is rounded."""
        dtype = getattr(value, "dtype", None)
        if dtype is not None and dtype.kind == "f" and dtype.itemsize < 8:
            self.eps = max(self.eps, float(np.finfo(dtype).eps))

    def _everything(self, y: Any, operands: Any, made_of: int) -> Any:
        """A result of an unknown operation, or several: each depends on all that goes in."""
        members = [np.ravel(t.ids) for t in traced_in(operands) if t.ids is not None]
        if isinstance(y, tuple | list):
            return type(y)([self._everything(v, operands, made_of) for v in y])
        if not members:
            return Traced(y, None, made_of)
        ids = np.concatenate(members)
        found = int(self.sets.gather(np.zeros(len(ids), np.int64), ids, 1)[0])
        shape = np.shape(y)
        return Traced(y, np.full(shape, found) if shape else found, made_of, own=True)

    def _read(self, rule: Rule, args: Sequence[Any], kwargs: dict[str, Any], y: Any) -> None:
        """Note operands that say how many entries there are, and which go where."""
        anywhere = PATTERNS.get(rule.op) in PLACED_ANYWHERE or rule.op in _OF_KNOWN_SHAPE
        counts = rule.form == "constant" and is_array(y) and np.ndim(y) > 0 and not anywhere
        for k, a in enumerate((*args, *kwargs.values())):
            if k in rule.shape_only and k < len(args):
                continue
            for t in traced_in(a):
                number = np.asarray(t.value).dtype.kind
                if number == "f":
                    decides = counts or rule.op in _SIZED_BY_ENTRIES
                elif np.ndim(t.value):
                    decides = not anywhere
                else:
                    decides = rule.form != "constant" or counts
                if decides:
                    self._decides(t)

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        if s.op is fp.fail:  # nothing behind it runs
            s.op(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})

    def test(self, value: Any, s: If | While) -> bool:
        self._decides(value)
        return bool(plain(value))

    def integer(self, value: Any, s: For) -> int:
        self._decides(value)
        return operator.index(plain(value))

    def load(self, base: Any, index: Any, s: Load) -> Any:
        self._decides(index)
        index = plain(index)
        if not isinstance(base, Traced):
            return base[index]
        value = base.value[index]
        if base.ids is None:
            return Traced(value, None, base.made_of)
        ids = np.asarray(base.ids)[index]
        return Traced(value, ids if np.ndim(ids) else int(ids), base.made_of)

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        self._decides(index)
        index = plain(index)
        base.value[index] = plain(value)
        self._written(base, value)
        if base.ids is not None:
            base.ids[index] = ids_of(value)

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        self._decides(index)
        index = plain(index)
        fp.add_at(base.value, index, plain(value))
        self._written(base, value)
        if base.ids is None:
            return
        added = ids_of(value)
        if once(index):
            base.ids[index] = self.sets.union(base.ids[index], added)
            return
        at = np.arange(base.ids.size).reshape(base.ids.shape)[index]
        owner = np.concatenate((at.ravel(), at.ravel()))
        members = (base.ids[index].ravel(), np.broadcast_to(added, at.shape).ravel())
        where, owner = np.unique(owner, return_inverse=True)
        united = self.sets.gather(owner, np.concatenate(members), len(where))
        base.ids.reshape(-1)[where] = united

    def _written(self, base: Traced, value: Any) -> None:
        """Make the sets of memory its own before they change."""
        for t in traced_in(value):
            base.made_of |= t.made_of
        if base.ids is None:
            if any(t.ids is not None for t in traced_in(value)):
                base.ids = np.zeros(np.shape(base.value), np.int64)
                base.own = True
        elif not base.own:
            base.ids = np.array(base.ids)
            base.own = True

    def is_memory(self, base: Any) -> bool:
        return is_array(plain(base))


def _display(operand: Any) -> bool:
    return isinstance(operand, tuple | list | slice)


def _kept(operand: Any) -> Any:
    """What an operand is now, as tuples, arrays and numbers."""
    value = plain(operand)
    if isinstance(value, slice):
        return _kept((value.start, value.stop, value.step))
    if isinstance(value, tuple | list):
        return tuple(map(_kept, value))
    return value.copy() if is_array(value) else value


def _equal(a: Any, b: Any) -> bool:
    """Are two such values the same?  Objects that may have changed are not."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    numbers = int | float | np.generic | str | None
    return type(a) is type(b) and isinstance(a, numbers) and bool(a == b)
