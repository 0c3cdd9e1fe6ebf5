"""A line or a plane through a point: the function there, in floats, with its choices.

Space(f, (0.5,))                       one number under wrt: the coordinate is the number itself
Space(f, (np.array([1.0, 2.0]),))      two numbers: two coordinates
Space(f, (w, x), along=[d])            many numbers: w + t * d, the coordinate is t
"""

from __future__ import annotations

import builtins
import inspect
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.binding import Binder
from fpad.check.evaluate import effect_name
from fpad.check.runs import EffectReached, FloatRun, is_quiet
from fpad.check.subject import Subject, as_float, subject
from fpad.derivative import Derivative, Request
from fpad.runtime.errors import FpadError, InputError
from fpad.transforms.interpret import StepLimit, interpret
from fpad.transforms.ir import NOWHERE, Do, For, Let, Program, While, leaves, walk
from fpad.transforms.rules import rule_of
from fpad.transforms.structures import flatten, unflatten

if TYPE_CHECKING:
    from fpad.check.numbers import Number
    from fpad.check.report import Report
    from fpad.records import BranchRecord

MOST = 2
"""How many coordinates can be drawn."""
STEPS = 10**5
"""A function with loops has ended after so many statements, or is not drawn."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The function at a place.

    Attributes:
        at: the coordinates.
        value: what it returned; NaN where it is undefined.
        record: its choices; None where it is undefined.
    """

    at: tuple[float, ...]
    value: float
    record: BranchRecord | None

    @property
    def path(self) -> str:
        """The path of the record; "" where the function is undefined."""
        return "" if self.record is None else self.record.path

    @property
    def on_boundary(self) -> bool:
        """Is an entry of a choice exactly on its boundary?"""
        choices = () if self.record is None else self.record.choices
        return any(bool(np.any(np.asarray(c.switch) == 0)) for c in choices)

    def same_piece(self, other: Sample) -> bool:
        """Were the same choices made?"""
        return self.path == other.path


class Space:
    """A line or a plane in the numbers under wrt.

    Attributes:
        names: what the coordinates are called.
        center: the coordinates of the point.
        function: the function.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
        wrt: Any = 0,
        precision: Any = None,
        seed: Any = None,
        along: Sequence[Any] | None = None,
    ) -> None:
        self.function, self._wrt, self._seed = function, wrt, seed
        self._precision = precision
        s = self._subject = subject(function, args, wrt, precision, keywords)
        _require_no_effects(s.program)
        blocks = [walk(f.body) for f in s.program.funcs.values()]
        self._loops = any(isinstance(t, While | For) for block in blocks for t in block)
        self._run = Derivative(function, Request("primal", wrt, precision=precision, record=True))
        signature = self._run.__signature__
        assert isinstance(signature, inspect.Signature)
        self._binder = Binder(signature)
        self._given = {n: as_float(v) for n, v in s.given.items()}
        params = s.program.main.params
        self._leaves = {n: [params.index(str(a)) for a in leaves(s.trees[n])] for n in s.names}
        self._origin = [float(v) for k in s.wrt for v in np.ravel(s.floats[k])]
        self._types = [
            np.asarray(s.floats[k]).dtype.type for k in s.wrt for _ in np.ravel(s.floats[k])
        ]
        self._directions = None if along is None else self._lines(along)
        if self._directions is None:
            if not 1 <= s.size <= MOST:
                raise InputError(
                    f"there are {s.size} numbers to differentiate by, and a picture has at most "
                    f"{MOST} axes: give wrt= that has fewer, or along=[d], a direction of the "
                    "structure of the argument (two make a plane)"
                )
            self.names = _coordinate_names(s)
            self.center = tuple(self._origin)
        else:
            n = len(self._directions)
            self.names = ("t",) if n == 1 else ("s", "t")
            self.center = (0.0,) * n

    def _lines(self, along: Sequence[Any]) -> list[np.ndarray]:
        s = self._subject
        if not 1 <= len(along) <= MOST:
            raise InputError(f"along= takes one direction or two, not {len(along)}")
        out = []
        for direction in along:
            parts = (direction,) if s.single else direction
            flat: list[float] = []
            for name, part in zip(s.names, parts, strict=True):
                for k, leaf in zip(
                    self._leaves[name], flatten(as_float(part), s.trees[name]), strict=True
                ):
                    if k in s.wrt:
                        shape = np.shape(s.floats[k])
                        if np.shape(leaf) != shape:
                            raise InputError(
                                f"along=: a direction in {name} has shape {np.shape(leaf)}, and "
                                f"must have that of the argument, {shape}"
                            )
                        flat += [float(v) for v in np.ravel(leaf)]
            out.append(np.array(flat))
        return out

    def numbers(self, at: Sequence[float]) -> list[float]:
        """The numbers under wrt at a place."""
        if self._directions is None:
            return [float(t(v)) for t, v in zip(self._types, at, strict=True)]
        total = np.array(self._origin)
        for t, d in zip(at, self._directions, strict=True):
            total = total + t * d
        return [float(v) for v in total]

    def _moved(self, at: Sequence[float]) -> dict[int, Any]:
        """The leaves under wrt at a place, by their number among all leaves."""
        s = self._subject
        rest = iter(self.numbers(at))
        moved: dict[int, Any] = {}
        for k in s.wrt:
            old = s.floats[k]
            if isinstance(old, np.ndarray):
                new = np.array([next(rest) for _ in range(old.size)]).reshape(old.shape)
                moved[k] = new.astype(old.dtype)
            else:
                moved[k] = type(old)(next(rest))
        return moved

    def _require_end(self, at: Sequence[float]) -> None:
        """Run the program once under a limit: a loop may end at the point, and not next to it.

        Raises:
            InputError: it has not ended.
        """
        moved, s = self._moved(at), self._subject
        args = [moved.get(k, v) for k, v in enumerate(s.floats)]
        args = [v.copy() if isinstance(v, np.ndarray) else v for v in args]
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                interpret(s.program, args, FloatRun(), STEPS)
        except StepLimit:
            place = ", ".join(f"{n} = {v:g}" for n, v in zip(self.names, at, strict=True))
            raise InputError(
                f"at {place} the function has not ended after {STEPS} statements: draw a part "
                "where it does"
            ) from None
        except (ArithmeticError, ValueError, EffectReached):
            pass  # its own run tells

    def call(self, at: Sequence[float]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of the function at a place."""
        s, moved = self._subject, self._moved(at)
        values = dict(self._given)
        for name in s.names:
            tree = s.trees[name]
            old_leaves = flatten(values[name], tree)
            there: list[Any] = [
                moved.get(k, v) for k, v in zip(self._leaves[name], old_leaves, strict=True)
            ]
            values[name] = unflatten(tree, there)
        return self._binder.unbind(values)

    def sample(self, at: Sequence[float]) -> Sample:
        """Run the function at a place."""
        if self._loops:
            self._require_end(at)
        args, keywords = self.call(at)
        place = tuple(self.numbers(at) if self._directions is None else map(float, at))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value, record = self._run(*args, **keywords)
        except FpadError:
            raise
        except Exception:  # whatever the function raises there
            return Sample(place, math.nan, None)
        number = self._number(value)
        return Sample(place, number, record if math.isfinite(number) else None)

    def _number(self, value: Any) -> float:
        if self._seed is None:
            return float(value)
        tree = self._subject.result
        pairs = zip(flatten(value, tree), flatten(as_float(self._seed), tree), strict=True)
        return float(sum(float(np.sum(np.multiply(v, w))) for v, w in pairs))

    def report(self, at: Sequence[float]) -> Report:
        """What `fpad.check` says at a place."""
        from fpad.check.checker import check_call

        args, keywords = self.call(at)
        return check_call(
            self.function, tuple(args), keywords, self._wrt, self._precision, self._seed
        )

    def slopes(self, derivative: Sequence[Number | float]) -> tuple[float, ...]:
        """A gradient in the coordinates: along the directions, if there are any."""
        g: np.ndarray = np.array([float(v) for v in derivative])
        if self._directions is None:
            return tuple(map(float, g))
        return tuple(float(g @ d) for d in self._directions)


def _require_no_effects(program: Program) -> None:
    """Samples are many runs: what a function prints or draws would happen in each of them.

    Raises:
        InputError: the function does more than compute.
    """
    for s in (s for f in program.funcs.values() for s in walk(f.body)):
        name = ""
        if isinstance(s, Do):
            op = s.args[0] if s.op is fp.enter else s.op
            if op is not fp.fail and not _is_inside(op):
                name = effect_name(op, ())
        elif isinstance(s, Let) and (rule := rule_of(s.op)) is not None and rule.effect:
            name = effect_name(s.op, [getattr(a, "value", a) for a in s.args])
        if name:
            origin = getattr(s, "origin", NOWHERE)
            line = f" on line {origin.line}" if origin.line else ""
            raise InputError(
                f"the function calls {name}{line}, which would happen once for each sample of a "
                "picture: draw a function that only computes"
            )


def _is_inside(op: Any) -> bool:
    """Is it an effect on what the function made itself?"""
    return is_quiet(op) and op is not builtins.setattr


def _coordinate_names(s: Subject) -> tuple[str, ...]:
    """x; or x[0] and x[1]; or w and b."""
    out = []
    params = s.program.main.params
    for atom in (a for n in s.names for a in leaves(s.trees[n])):
        k = params.index(str(atom))
        if k in s.wrt:
            shape = np.shape(s.floats[k])
            out += [f"{atom}{list(index) if index else ''}" for index in np.ndindex(*shape)]
    return tuple(out)


def spans_of(span: Any, space: Space) -> list[tuple[float, float]]:
    """(low, high) for each coordinate.

    Raises:
        InputError: it is neither a pair nor a pair for each coordinate.
    """
    n = len(space.names)
    if span is None:
        radii = [max(1.0, 2.0 ** math.floor(math.log2(max(abs(c), 1.0)) - 1)) for c in space.center]
        return [(c - r, c + r) for c, r in zip(space.center, radii, strict=True)]
    pairs = np.asarray(span, dtype=float)
    if pairs.shape == (2,):
        return [(float(pairs[0]), float(pairs[1]))] * n
    if pairs.shape != (n, 2):
        raise InputError(
            f"span={span!r}: give (low, high), or such a pair for each of {', '.join(space.names)}"
        )
    return [(float(low), float(high)) for low, high in pairs]
