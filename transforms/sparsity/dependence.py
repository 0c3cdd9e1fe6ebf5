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
)
from fpad.transforms.sparsity.sets import Ids, IndexSets

TABLES = (moves, products)
"""Modules that add to `PATTERNS`."""
_SIZED_BY_ENTRIES = frozenset((np.arange,))
"""Operations whose result has as many entries as numbers say that are no integers."""
_OF_THE_SAME_SHAPE = frozenset((np.argsort, np.argmax, np.argmin, fp.argmax, fp.argmin))
"""Operations without derivative of which only entries depend on those of the operand."""


@dataclass(frozen=True)
class Pattern:
    """What the results depend on, at one point.

    Attributes:
        values: the results.
        rows: for each result, where the inputs of each entry begin, and these, ascending; the
            inputs are numbered through all parameters under wrt, in C order.
        decided: the parameters whose entries decided about it, other than by their shapes.
    """

    values: tuple[Any, ...]
    rows: tuple[tuple[Any, Any], ...]
    decided: frozenset[str]


def dependence(program: Program, given: Mapping[str, Any], wrt: Sequence[str]) -> Pattern:
    """The pattern of the program's results by some of its parameters.

    Args:
        program: level 2.
        given: a value for each parameter; arrays are not written into.
        wrt: the parameters, in the order in which their entries are numbered.

    Raises:
        InputError: the pattern depends on random numbers that the program draws.
    """
    sizes = [np.size(given[name]) for name in wrt]
    sets = IndexSets(int(sum(sizes)))
    before = dict(zip(wrt, np.cumsum([0, *sizes]).tolist(), strict=False))
    params = program.main.params
    args: list[Any] = []
    for k, name in enumerate(params):
        value = given[name]
        value = value.copy() if is_array(value) else value
        ids: Ids | None = None
        if name in before:
            ids = np.arange(np.size(value)).reshape(np.shape(value)) + (before[name] + 1)
            ids = ids if ids.ndim else int(ids)
        args.append(Traced(value, ids, 1 << k, own=True))
    run = _Dependence(sets, len(params))
    with np.errstate(all="ignore"):  # the run that counts will warn
        results = interpret(program, args, run)
    if run.decided & run.draws.bit:
        raise InputError(
            f"what {program.main.origin.function or program.entry} draws decides which entries "
            "its results depend on: draw in front of the call, and pass what was drawn"
        )
    return Pattern(
        tuple(map(plain, results)),
        tuple(sets.rows(ids_of(r)) for r in results),
        frozenset(name for k, name in enumerate(params) if run.decided >> k & 1),
    )


class Draws:
    """Generators in the place of those that a program draws from, which stay as they are.

    Attributes:
        bit: marks what was made of draws.
    """

    def __init__(self, bit: int) -> None:
        self.bit = bit
        self._copies: dict[int, tuple[Any, Any]] = {}

    def in_place_of(self, owner: Any) -> Any:
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
    """

    def __init__(self, sets: IndexSets, params: int) -> None:
        self.sets = sets
        self.decided = 0
        self.draws = Draws(1 << params)

    def _decides(self, *operands: Any) -> None:
        for t in traced_in(operands):
            self.decided |= t.made_of

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        rule = rule_of(s.op)
        drawn = rule is not None and rule.effect
        if drawn:
            args = [self.draws.in_place_of(a) for a in args]
        y = s.op(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})
        if s.op is fp.tape:
            return y
        shapes = rule.shape_only if rule is not None else frozenset()
        made_of = self.draws.bit if drawn else 0
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
        anywhere = PATTERNS.get(rule.op) in PLACED_ANYWHERE or rule.op in _OF_THE_SAME_SHAPE
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
                    self.decided |= t.made_of

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
        ids = base.ids[index]
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
