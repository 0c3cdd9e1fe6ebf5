"""Decisions: what an execution chose on its way, in floats and in exact arithmetic alike.

    if x > 0:                       operator.gt  label (1,)
        y = np.maximum(x, w)        numpy.maximum  label (1, 0, 1)

Two executions of one program ran the same path if their decisions agree one by one.  The record of
choices (`fpad.records`) is what generated code writes down; decisions are finer: a comparison whose
result only selects, or is multiplied with, is one too.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.transforms.ir import Const, If, Let, Origin, Statement
from fpad.transforms.noting import op_name
from fpad.transforms.rules import rule_of

COMPARISONS = frozenset(
    (
        *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
        *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    )
)
_CASTS = frozenset((np.int64, np.int32, np.intp, np.bool_, fp.astype, fp.argmax, fp.argmin))
SELECTIONS = frozenset((np.where, fp.where))

Label = tuple[Any, ...]
"""Entry by entry an int, a Fraction, "nan", or None where there is no value."""


@dataclass
class Decision:
    """One decision.

    Attributes:
        statement: the Let, If or While.
        label: the piece taken, entry by entry.
        shape: the shape of the entries.
        args, kwargs: the operands of a Let, as they were.
        result: the result of a Let.
        calls, trips: as in `runs.Placed`.
        taker: the if, while or selection that the result of a comparison went into.
        varies, on_kink: of an exact, Lipschitz choice between entries: which of them depend on the
            inputs, and which of these sit on their boundary.
    """

    statement: Statement
    label: Label
    shape: tuple[int, ...]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any
    calls: tuple[str, ...]
    trips: tuple[int, ...]
    taker: Statement | None = None
    varies: Any = None
    on_kink: Any = None

    @property
    def op(self) -> str:
        """Public name: "if", "while", or of the operation."""
        s = self.statement if self.taker is None else self.taker
        if isinstance(s, Let):
            return op_name(s.op)
        return "if" if isinstance(s, If) else "while"

    @property
    def origin(self) -> Origin:
        """Where it stands in the source."""
        s = self.statement if self.taker is None else self.taker
        return s.origin  # type: ignore[attr-defined, no-any-return]

    def differs(self, other: Decision) -> bool:
        """Did another execution decide otherwise here?"""
        if self.statement is not other.statement or self.shape != other.shape:
            return True
        return bool(self.differing(other))

    def differing(self, other: Decision) -> list[int]:
        """The entries with other labels; an entry without value agrees with everything."""
        pairs = enumerate(zip(self.label, other.label, strict=True))
        return [k for k, (a, b) in pairs if a is not None and b is not None and a != b]

    def index(self, k: int) -> tuple[int, ...]:
        """The position of entry k."""
        return tuple(map(int, np.unravel_index(k, self.shape))) if self.shape else ()

    @cached_property
    def switches(self) -> Any:
        """The distances to the boundary: floats, or exact numbers; None where there are none."""
        s = self.statement
        rule = rule_of(s.op) if isinstance(s, Let) else None
        if rule is None or rule.switch is None or not isinstance(s, Let):
            return None
        plain = zip(s.args, self.args, strict=True)
        args = [a.value if isinstance(a, Const) else v for a, v in plain]
        try:
            with np.errstate(all="ignore"):
                return rule.switch(*args, **self.kwargs)
        except (HoleReached, TypeError, ValueError, AttributeError, ArithmeticError):
            return None

    def switch(self, index: tuple[int, ...]) -> Any:
        """The distance to the boundary at an entry: a float, an exact number, or None.

        Without an index of many entries, as of those that were sorted: the least.
        """
        found = self.switches
        if not isinstance(found, np.ndarray):
            return found
        if len(index) < len(self.shape):
            return min(found.ravel(), key=abs, default=None)
        if found.size == math.prod(self.shape):  # of an extreme it may keep the axes
            return found.reshape(self.shape)[index]
        return np.broadcast_to(found, self.shape)[index]


def decides(s: Let) -> bool:
    """Does the operation choose between pieces?"""
    rule = rule_of(s.op)
    return s.op in COMPARISONS or s.op in _CASTS or (rule is not None and rule.piece is not None)


def label_of(
    s: Let, args: Sequence[Any], kwargs: Mapping[str, Any], result: Any
) -> tuple[Label, tuple[int, ...]]:
    """The label of a decision and the shape of its entries."""
    rule = rule_of(s.op)
    label: Any
    if s.op in SELECTIONS:
        label = args[0]
    elif s.op is fp.astype and getattr(result, "dtype", np.dtype(float)).kind in "fO":
        label = 0
    elif rule is None or rule.form == "constant" or rule.piece is None:
        label = result
    else:
        plain = [_operand(a, v) for a, v in zip(s.args, args, strict=True)]
        try:
            with np.errstate(all="ignore"):
                label = rule.piece(*plain, **kwargs)
        except HoleReached:
            label = _piecewise_label(rule.piece, plain, kwargs) if rule.pointwise else _Missing
        except TypeError:  # the label is computed with machine numbers, which exact ones are not
            raise HoleReached(Hole(f"no_exact_rule: {op_name(s.op)}")) from None
        label = 0 if label is None else label
    if isinstance(label, np.ndarray):
        return tuple(map(_plain, label.ravel())), label.shape
    return (_plain(label),), ()


def _operand(a: Any, value: Any) -> Any:
    """An operand as a rule's piece is given it: only what the program writes down is a number."""
    if isinstance(a, Const):
        return a.value
    return np.asarray(value) if isinstance(value, float) else value


def _piecewise_label(piece: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The label entry by entry, None where an operand is a hole."""

    def one(*scalars: Any) -> Any:
        try:
            return piece(*scalars, **kwargs)
        except HoleReached:
            return None

    if any(isinstance(a, np.ndarray) for a in args):
        wrapped = [a if isinstance(a, np.ndarray) else _boxed(a) for a in args]
        return np.frompyfunc(one, len(args), 1)(*wrapped)
    return _Missing if (label := one(*args)) is None else label


class _Missing:
    """Stands for a label that there is none of."""


def _boxed(a: Any) -> np.ndarray:
    out = np.empty((), object)
    out[()] = a
    return out


def _plain(v: Any) -> Any:
    """A label that compares equal in floats and in exact arithmetic."""
    if v is None or v is _Missing or isinstance(v, Hole):
        return None
    if isinstance(v, Exact):
        return v.value
    if isinstance(v, float | np.floating):
        return Fraction(float(v)) if math.isfinite(v) else repr(float(v))
    return int(v)


def sign_of(x: Any) -> int:
    """The sign of a switch; 0 for one that is not known."""
    if x is None or isinstance(x, Hole):
        return 0
    return int(x > 0) - int(x < 0)
