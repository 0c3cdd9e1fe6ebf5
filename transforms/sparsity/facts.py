"""Which entries of operands an entry of a result depends on, operation by operation.

    y = np.sin(x)            y[i] on x[i]                      entry by entry
    y = np.roll(x, 1)        y[i] on x[i - 1]                  the operation itself, on ids of sets
    y = np.sum(x, axis=1)    y[i] on all x[i, :]               what its adjoint spreads, gathered
    y = a @ x                y[i] on all x[k], a[i, k] != 0    labels of axes
    y = np.sort(x)           y[i] on all of x                  the entries along an axis
    y = np.linalg.inv(a)     y[i, j] on all of a               the matrices of a stack

The facts of a rule say most of it: `pointwise`, which operands have a derivative, of which only
the shape is read.  What no table names depends on everything, which is never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.transforms.rules.core import Rule
from fpad.transforms.sparsity.sets import Ids, IndexSets


class Traced:
    """A value with the set of inputs that each of its entries depends on.

    Attributes:
        value: the number or array itself.
        ids: an id for each entry; None: it has no derivative by any input.
        made_of: the parameters that had a part in the value, as bits.
        own: no other value has this array of ids.
    """

    __slots__ = ("ids", "made_of", "own", "value")

    ids: Any

    def __init__(self, value: Any, ids: Any, made_of: int, own: bool = False) -> None:
        self.value = value
        self.ids = ids
        self.made_of = made_of
        self.own = own


def plain(x: Any) -> Any:
    """The operand as the operation takes it."""
    if isinstance(x, Traced):
        return x.value
    if isinstance(x, slice):
        return slice(plain(x.start), plain(x.stop), plain(x.step))
    if isinstance(x, tuple | list):
        return type(x)([plain(part) for part in x])
    return x


def traced_in(x: Any) -> Iterator[Traced]:
    """The traced values in an operand, those in displays and slices too."""
    if isinstance(x, Traced):
        yield x
    elif isinstance(x, slice):
        yield from traced_in((x.start, x.stop, x.step))
    elif isinstance(x, tuple | list):
        for part in x:
            yield from traced_in(part)


@dataclass(frozen=True)
class Use:
    """One use of an operation: its operands, as `Traced` or as they are, and its result.

    `constant_read` is told of operands whose entries decide, as the zeros of a constant matrix do.
    """

    sets: IndexSets
    rule: Rule
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    y: Any
    constant_read: Callable[[Any], None]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        return np.shape(self.y)

    def moved(self, k: int) -> bool:
        """Do entries of operand k get into the result with a derivative?"""
        rule = self.rule
        return rule.differentiates(k) and k not in rule.positions

    def operands(self) -> list[Traced]:
        """The operands that the result depends on."""
        found = [a for k, a in enumerate(self.args) if self.moved(k)]
        given = traced_in((*found, *self.kwargs.values()))
        return [t for t in given if t.ids is not None]

    def bound(self, name: str, default: Any = None) -> Any:
        """The value of a static operand by its name."""
        if name in self.kwargs:
            return plain(self.kwargs[name])
        names = self.rule.names
        k = names.index(name) if name in names else len(self.args)
        if k < len(self.args):
            return plain(self.args[k])
        return self.rule.defaults.get(name, default)


Pattern = Callable[[Use], "Ids | None"]
"""Gives the ids of the result; None: not for these operands."""
PATTERNS: dict[Any, Pattern] = {}


def pattern(use: Use, strict: bool = False) -> Ids:
    """The ids of the result of an operation.

    `strict`: what a table gets wrong is raised, not taken to depend on everything (in tests).
    """
    given = pointwise if use.rule.pointwise else PATTERNS.get(use.rule.op)
    if given is not None:
        try:
            ids = given(use)
        except (TypeError, ValueError, IndexError, KeyError):
            if strict:
                raise
            ids = None
        if ids is not None and np.shape(ids) == use.shape:
            return _scalar(ids)
        if strict and ids is not None:
            raise ValueError(f"ids of shape {np.shape(ids)} for a result of shape {use.shape}")
    return everything(use)


def _scalar(ids: Ids) -> Ids:
    return int(ids) if np.ndim(ids) == 0 else ids


def everything(use: Use) -> Ids:
    """Each entry of the result depends on all entries of all operands."""
    owner = np.concatenate([np.ravel(t.ids) for t in use.operands()] or [np.zeros(0, np.int64)])
    found = int(use.sets.gather(np.zeros(len(owner), np.int64), owner, 1)[0])
    return np.full(use.shape, found) if use.shape else found


def ids_of(x: Any) -> Ids:
    """The ids of an operand: the empty set where it is none of ours."""
    if isinstance(x, Traced) and x.ids is not None:
        return x.ids
    shape = np.shape(plain(x))
    return np.zeros(shape, np.int64) if shape else 0


# ---------------------------------------------------------------- entry by entry


def pointwise(use: Use) -> Ids:
    """The union of the operands' entries, broadcast together."""
    return united(use.sets, use.operands(), use.y)


def united(sets: IndexSets, operands: Sequence[Traced], y: Any) -> Ids:
    """The union of the entries of some operands, of which there is one, in the shape of y."""
    found = operands[0].ids
    for t in operands[1:]:
        found = sets.union(found, t.ids)
    if type(found) is int and not isinstance(y, np.ndarray):
        return found
    return found if np.shape(found) == np.shape(y) else np.broadcast_to(found, np.shape(y)).copy()


# ---------------------------------------------------------------- axes


def axes_of(ndim: int, axis: Any) -> tuple[int, ...]:
    """Axes as numbers from 0, in ascending order."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,))))


def reduced(use: Use, ids: Ids, shape: tuple[int, ...]) -> Ids:
    """The unions over the axes along which something of this shape was broadcast."""
    lead = np.ndim(ids) - len(shape)
    spread = [lead + k for k, n in enumerate(shape) if n != np.shape(ids)[lead + k]]
    out = use.sets.reduce(np.asarray(ids), (*range(lead), *spread))
    return out.reshape(shape)
