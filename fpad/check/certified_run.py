"""Bounded executions that know whether their choices are those of exact arithmetic.

Each choice is certain (`certain`), or what depends on it has no bound from there on.  So a result
with a finite bound was computed along certain choices alone: the function is then smooth at the
point, and the result is what exact arithmetic gives, within the bound.

    t = x > 0.0            x within 1e-9 of 1e-12: not certain
    y = np.where(t, x, w)  no bound
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check import array_bounds  # noqa: F401, its bounds and choices are registered
from fpad.check.bound_run import BoundRun
from fpad.check.bounds import BOUNDS, Bounded, bounded, error_of, value_of
from fpad.check.certain import CHOICES, apart
from fpad.check.decisions import decides
from fpad.check.elementary_bounds import ELEMENTARY
from fpad.check.evaluate import _natively
from fpad.check.exact import HoleReached
from fpad.check.procedures.case import FAILURES
from fpad.check.runs import is_quiet
from fpad.transforms.ir import Do, For, If, Let, Load, Statement, Store, StoreAdd, While
from fpad.transforms.rules import rule_of

OF_ALL_EXAMPLES = frozenset((fp.any_example, fp.most, fp.least))
"""How long a loop goes on that examples leave at different trips.

An example of which that is not certain is lost, also if nothing is computed from its flag: the loop
ends where the floats of all examples have left it."""
OF_SHAPES = frozenset(
    (
        *(fp.rank_of, fp.batch_size, fp.example_shape, fp.example_axis, fp.example_sizes),
        *(np.shape, np.ndim, np.size, len),
    )
)
"""What reads no numbers of its operands."""
_CONVERSIONS = frozenset(
    (
        *(np.float64, np.float32, np.float16, float),
        *(fp.round_bfloat16, fp.round_float16, fp.round_float32, fp.round_float64),
        *(fp.round_float8_e4m3fn, fp.round_float8_e5m2),
    )
)
_KNOWN = frozenset(("numpy", "builtins", "math", "operator", "_operator", "fpad"))
_OTHER_SLOPES = ("fpad.runtime.user", "fpad.runtime.library")
"""What the operations that are followed belong to, and do not belong to."""


class Undecided(Exception):
    """The bounds tell nothing."""


class CertifiedRun(BoundRun):
    """Runs a program in floats with bounds, and watches its choices.

    Args:
        examples: the program is one for so many examples, along the first axis; 0: for one.
        wide: compute in double precision what the program computes in narrower formats, without
            its roundings.

    Attributes:
        labels: the pieces taken, choice by choice; those of adjoints repeat them.
        steps: how many statements there were.
        lost: the examples about which nothing is known.
        spread: did a choice that is not certain take the bounds of all entries.
        cost: how many scalar operations there were.
    """

    most = 64
    tables = (ELEMENTARY, BOUNDS)

    def __init__(self, wide: bool = False, examples: int = 0) -> None:
        super().__init__()
        self.wide = wide
        self.lost = np.zeros(examples, bool)
        self.labels: list[Any] = []
        self._repeating = False
        self.spread = False
        self.cost = self.steps = 0

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation, its bound, and whether its choice is certain."""
        op = _of(s)
        if not op.known:
            raise Undecided
        if s.op in OF_SHAPES:
            return s.op(*map(value_of, args), **kwargs)
        if s.op in OF_ALL_EXAMPLES:
            self._lose(args[0])
            return s.op(*map(value_of, args))
        operands = [*args, *kwargs.values()] if kwargs else args
        if self.wide and s.op in _CONVERSIONS and len(operands) == 1 and _is_float(args[0]):
            y = _widened(args[0])
        else:
            y = super().apply(s, args, kwargs)
            if self.wide:
                y = _widened(y)
        self.cost += _cost(op, y, args)
        for k, a in enumerate(operands):
            if k not in op.unread and _varies(a):
                break
        else:
            self._note(op, value_of(y), args, kwargs)
            return self._counted(s, y, args, kwargs) if op.rounds else y
        if op.smooth and type(y) is Bounded and not _doubted(operands):
            return y
        certain = self._note(op, value_of(y), args, kwargs)
        if certain is None:
            certain = _settled(s, op, y, args, kwargs)
        if certain is True or np.all(certain):
            return y if _is_float(y) else value_of(y)
        self.spread = self.spread or not np.ndim(certain)
        return _without(y, certain)

    def _lose(self, flags: Any) -> None:
        """Examples leave a loop by these flags, or trips."""
        if not isinstance(flags, Bounded):
            return
        doubted = np.asarray(flags.error) != 0
        if not np.any(doubted):
            return
        if doubted.shape[:1] != self.lost.shape:
            raise Undecided
        self.lost |= np.any(doubted.reshape(len(doubted), -1), axis=1)

    def _note(self, op: _Operation, y: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Write down the piece that was taken; where that is certain, if it is known."""
        if op.choice is None or not any(type(a) is Bounded for a in args):
            return None
        try:
            certain, label = op.choice(y, *args, **kwargs)
        except (TypeError, ValueError, IndexError, ArithmeticError):
            certain, label = False, y
        if not self._repeating:
            self.labels.append(label)
        return certain

    def step(self, s: Statement) -> None:
        """A statement begins."""
        super().step(s)
        self.steps += 1
        if getattr(s, "role", "") == "adjoint":
            self.repeat()

    def repeat(self) -> None:
        """Adjoints begin."""
        self._repeating = True

    def _counted(self, s: Let, y: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """What does not vary; integers have not overflowed."""
        if _is_integer(y):
            try:
                _natively(s.op, tuple(map(value_of, args)), kwargs)
            except HoleReached:
                raise Undecided from None
        return y

    # ------------------------------------------------------------ what is no operation

    def do(self, s: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """An exception, or what speaks to the world outside, is left to the exact run."""
        assert isinstance(s, Do)
        op = args[0] if s.op is fp.enter else s.op
        if s.op is fp.fail or not is_quiet(op):
            raise Undecided
        super().do(s, list(map(value_of, args)), kwargs)

    def test(self, value: Any, s: If | While) -> bool:
        """The choice of the float execution, if it is certain."""
        if isinstance(value, Bounded):
            sure = apart(value, 0.0) if _is_float(value) else np.asarray(value.error) == 0
            if not np.all(sure):
                raise Undecided
        holds = super().test(value, s)
        if not self._repeating:
            self.labels.append(holds)
        return holds

    def integer(self, value: Any, s: For) -> int:
        """A bound of a range."""
        self._known(value)
        return super().integer(value, s)

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """An entry with its bound."""
        self._known(index)
        return super().load(base, index, s)

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Write in place, the bounds too."""
        self._known(index)
        if not isinstance(base, Bounded):
            self._known(value)
        super().store(base, index, value, s)

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        """Add in place."""
        self._known(index)
        super().store_add(base, index, value, s)

    def _known(self, x: Any) -> None:
        if isinstance(x, tuple | list):
            for part in x:
                self._known(part)
        elif isinstance(x, slice):
            self._known((x.start, x.stop, x.step))
        elif isinstance(x, Bounded) and np.any(x.error):
            raise Undecided


class Known(Exception):
    """All pieces have been taken."""


class PieceRun(CertifiedRun):
    """Runs a program in floats, and notes the pieces that it takes as a `CertifiedRun` does.

    Args:
        whole: go on when all pieces are known, instead of raising `Known`.
    """

    def __init__(self, whole: bool = True) -> None:
        super().__init__()
        self._whole = whole

    def repeat(self) -> None:
        """Adjoints begin.

        Raises:
            Known: nobody wants them.
        """
        super().repeat()
        if not self._whole:
            raise Known

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation; numbers that were computed are marked."""
        op = _of(s)
        y = s.op(*map(value_of, args), **{k: value_of(v) for k, v in kwargs.items()})
        self.cost += _cost(op, y, args)
        self._note(op, y, args, kwargs)
        return Bounded(y, 0.0) if _is_float(y) else y

    def load(self, base: Any, index: Any, s: Load) -> Any:
        """An entry."""
        part = value_of(base)[value_of(index)]
        return Bounded(part, 0.0) if isinstance(base, Bounded) else part

    def store(self, base: Any, index: Any, value: Any, s: Store) -> None:
        """Write in place."""
        value_of(base)[value_of(index)] = value_of(value)

    def store_add(self, base: Any, index: Any, value: Any, s: StoreAdd) -> None:
        """Add in place."""
        fp.add_at(value_of(base), value_of(index), value_of(value))


def _settled(s: Let, op: _Operation, y: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The entries that do not depend on what varies, nor on truth values that are not known."""
    if op.moves and not _is_float(y):
        marks = [_marked(a) if k not in op.unread else value_of(a) for k, a in enumerate(args)]
        try:
            return np.asarray(s.op(*marks, **{k: value_of(v) for k, v in kwargs.items()})) == 0
        except FAILURES:
            return False
    if not op.pointwise or kwargs:
        return False
    known: Any = True
    for a in args:
        if isinstance(a, Bounded) and not (op.smooth and _is_float(y) and _is_float(a)):
            known = known & (np.asarray(a.error) == 0)
    return known


def _marked(x: Any) -> Any:
    """Ones in the place of truth values and integers that are not known, zeros elsewhere."""
    if isinstance(x, tuple | list):
        return type(x)(map(_marked, x))
    return (np.asarray(x.error) != 0) * 1.0 if isinstance(x, Bounded) else x


def _without(y: Any, certain: Any) -> Any:
    """The result without bounds where it is not certain."""
    value = value_of(y)
    array = np.asarray(value)
    if array.dtype.kind not in "fbiu":
        raise Undecided
    try:
        certain = np.broadcast_to(certain, array.shape)
    except ValueError:
        certain = np.False_
    error = np.where(certain, error_of(y) if _is_float(y) else 0.0, math.inf)
    error = np.broadcast_to(error, array.shape)
    return Bounded(value, error if isinstance(value, np.ndarray) else error[()])


@dataclass(frozen=True)
class _Operation:
    """What is asked of an operation again and again.

    Attributes:
        known: its coded derivative follows from what it is, not from what a user says: it is no
            rule of a user's, and no gradient that is stopped or answered by a hook; and no draw.
        rounds, pointwise, unread: as in its rule.
        smooth: it makes no choice.
        moves: it moves entries of its first operand, and does no more.
        choice: the handler of `certain`.
        product: it adds up products.
    """

    known: bool
    rounds: bool
    pointwise: bool
    unread: frozenset[int]
    smooth: bool
    moves: bool
    choice: Any
    product: bool


_operations: dict[Any, _Operation] = {}


def _of(s: Let) -> _Operation:
    found = _operations.get(s.op)
    if found is None:
        rule = rule_of(s.op)
        module = str(getattr(s.op, "__module__", None) or type(s.op).__module__)
        known = module.partition(".")[0] in _KNOWN and module not in _OTHER_SLOPES
        found = _operations[s.op] = _Operation(
            known=known and (rule is None or not rule.effect),
            rounds=rule is not None and rule.rounds,
            pointwise=rule is not None and rule.pointwise,
            unread=frozenset() if rule is None else rule.shape_only,
            smooth=not decides(s) and s.op not in CHOICES and rule is not None,
            moves=rule is not None and rule.form == "linear" and not rule.rounds and not decides(s),
            choice=CHOICES.get(s.op),
            product=s.op in _PRODUCTS,
        )
    return found


def _doubted(operands: Sequence[Any]) -> bool:
    """Is there a truth value or an integer among them that is not known?"""
    return any(type(a) is Bounded and not _is_float(a) for a in operands)


def _is_float(x: Any) -> bool:
    """Is it a number, or an array of numbers, with rounding errors?"""
    if isinstance(x, Bounded):
        x = x.value
    return isinstance(x, float) or getattr(x, "dtype", _OBJECT).kind == "f"


_OBJECT = np.dtype(object)


def _is_integer(x: Any) -> bool:
    return type(x) is not int and getattr(x, "dtype", _OBJECT).kind in "iu"


def _varies(x: Any) -> bool:
    """Does the operand depend on the inputs, or is it not known exactly?"""
    if type(x) is tuple or type(x) is list:
        return any(map(_varies, x))
    if type(x) is not Bounded:
        return False
    e = x.error
    if type(e) is not np.ndarray:
        return bool(e)
    return bool(e.size) and (bool(e.item(0)) or bool(e.any()))


def _widened(x: Any) -> Any:
    """The numbers in double precision."""
    if isinstance(x, tuple | list):
        return type(x)(map(_widened, x))
    value = value_of(x)
    dtype = getattr(value, "dtype", None)
    if dtype in (np.float32, np.float16):
        value = value.astype(np.float64)
    return Bounded(value, x.error) if isinstance(x, Bounded) else value


def _cost(op: _Operation, y: Any, args: Sequence[Any]) -> int:
    """How many scalar operations the operation takes, about."""
    value = y.value if type(y) is Bounded else y
    size = value.size if type(value) is np.ndarray else 1
    if not op.product:
        return size
    sizes = [int(np.size(value_of(a))) for a in args[:2]]
    return math.isqrt(sizes[0] * sizes[1] * max(size, 1))


_PRODUCTS = frozenset(
    (operator.matmul, np.matmul, np.dot, fp.matmul_left, fp.matmul_right, fp.dot_left, fp.dot_right)
)


def start(value: Any, error: Any, varies: bool) -> Any:
    """An argument with its bound; what varies has one that is not 0 (see `certain`)."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(value)
    if not math.isfinite(total) and not np.all(np.isfinite(value)):
        return bounded(value, error)  # what is not finite has no bound
    if not varies and not np.any(error):
        return value
    return Bounded(value, np.broadcast_to(error, np.shape(value)) if np.ndim(value) else error)
