"""A recording program in floats with bounds: its choices, wherever in a box the inputs are."""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.bound_run import BoundRun
from fpad.check.bounds import BOUNDS, Bounded, bounded, error_of, unit, value_of
from fpad.derivative import Derivative, Request
from fpad.transforms.ieee import ieee
from fpad.transforms.interpret import interpret
from fpad.transforms.ir import Const, Do, Fresh, Let, Program, leaves, walk
from fpad.transforms.noting import SELECTIONS
from fpad.transforms.pipeline import derive_program, recorded
from fpad.transforms.rules import rule_of
from fpad.transforms.rules.trace import Builder, Sym, quote
from fpad.transforms.structures import flatten

MAX_STEPS = 10**6
LIBRARY = 32.0
"""Half units in the last place by which the libraries of C may be off, generously."""


class Box:
    """The inputs of a run, and the boxes around them."""

    def __init__(
        self, function: Callable[..., Any], precision: Any, given: Mapping[str, Any]
    ) -> None:
        from fpad.transforms.kinds import kind_of

        derivative = Derivative(function, Request("primal", precision=precision, record=True))
        kinds = {name: kind_of(v, f"argument {name}") for name, v in given.items()}
        steps = derivative.steps()
        program, live, _ = derive_program(derivative._base, kinds, steps)
        program = ieee(recorded(program, steps)[0])
        self.program: Program = program
        boundary = program.main.boundary
        assert boundary is not None
        self.env: dict[Any, Any] = {}
        for p in boundary.parameters:
            if p.use == "argument":
                self.env.update(zip(leaves(p.tree), flatten(given[p.name], p.tree), strict=True))
        self.fixed: dict[Any, Any] = {}
        for item in live:
            self.fixed.update(zip(item.leaves, flatten(item.read(), item.tree), strict=True))

    def run(self, units: float, estimate: bool = False) -> list[Any] | None:
        """The choices where all inputs may be this many units off; None: numbers are drawn."""
        for f in self.program.funcs.values():
            for s in walk(f.body):
                rule = rule_of(s.op) if isinstance(s, Let) else None
                if rule is not None and rule.effect:
                    return None
        run = NearRun(estimate)
        args = []
        for p in self.program.main.params:
            args.append(_moved(self.env[p], units) if p in self.env else _own(self.fixed[p]))
        with np.errstate(all="ignore"):
            interpret(self.program, args, run, MAX_STEPS)
        return run.noted


def _moved(value: Any, units: float) -> Any:
    """An input, and a bound of how far it moves."""
    array = np.asarray(value)
    if array.dtype.kind != "f" or array.dtype == np.longdouble:
        return _own(value)
    error = units * np.abs(np.spacing(np.abs(array))).astype(float)
    return bounded(_own(value), error)


def _own(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


class NearRun(BoundRun):
    """Runs a recording program in floats with bounds, and keeps what it notes.

    Attributes:
        noted: (label, switch with its bound) of every choice; the switch may be None.
    """

    def __init__(self, estimate: bool) -> None:
        super().__init__()
        self.noted: list[tuple[Any, Any]] = []
        self._estimate = estimate

    def do(self, s: Do, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Keep what is noted; other effects stay away."""
        if s.op is fp.choice:
            if args[2] is not None:
                self.noted.append((value_of(args[2]), args[3] if len(args) > 3 else None))
        elif s.op is fp.chosen:
            op, operands = args[2], list(args[3:])
            rule = rule_of(op)
            assert rule is not None
            assert rule.piece is not None
            values, named = (
                [value_of(a) for a in operands],
                {k: value_of(v) for k, v in kwargs.items()},
            )
            label = rule.piece(*values, **named)
            if label is not None:
                self.noted.append((label, self._switch(rule, operands, kwargs)))
        elif s.op is fp.end:
            self.noted.append((None, None))
        else:
            super().do(s, args, kwargs)

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """As `BoundRun`, and monotonic functions; slopes where an estimate is asked for."""
        if s.op is fp.noted:
            (x,) = args
            return Bounded(_own(x.value), _own(x.error)) if isinstance(x, Bounded) else _own(x)
        if s.op is fp.distance:
            try:
                y = value_of(args[0]) - value_of(args[1])
            except TypeError:
                return None
            return bounded(y, error_of(args[0]) + error_of(args[1]) + unit(y)[0] * np.abs(y))
        if s.op in _RISING or s.op in _FLAT:
            return _along(s.op, args[0])
        y = super().apply(s, args, kwargs)
        if self._estimate and isinstance(y, Bounded) and not np.all(np.isfinite(y.error)):
            return self._by_slopes(s, y, args, kwargs)
        return y

    def _by_slopes(
        self, s: Let, y: Bounded, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Bounded:
        rule = rule_of(s.op)
        if rule is None or not rule.pointwise or rule.form == "constant":
            return y
        values, named = _values(args, kwargs)
        total: Any = 0.0
        for k, a in enumerate(args):
            if isinstance(a, Bounded) and rule.differentiates(k):
                part = rule._map(rule.tangents, k)(a.error, y.value, *values, **named)
                total = total + np.abs(part)
        return Bounded(y.value, bounded(y.value, total).error)

    def _switch(self, rule: Any, operands: list[Any], kwargs: dict[str, Any]) -> Any:
        """The switch of an operation, computed by its rule, with its bound."""
        if rule.switch is None:
            return None
        values, named = _values(operands, kwargs)
        if rule.op in _DISTANCES or rule.op in _MULTIPLES or not rule.pointwise:
            switch = np.asarray(rule.switch(*values, **named), float)
            return bounded(switch, _distance_error(rule, operands))
        b = Builder(Fresh(()))
        env = {f"x{k}": a for k, a in enumerate(operands)}
        result = quote(rule.switch(*(Sym(n, b) for n in env), **named))
        for statement in b.out:
            assert isinstance(statement, Let)
            if statement.op in SELECTIONS:  # which may select otherwise elsewhere in the box
                return bounded(np.asarray(rule.switch(*values, **named), float), math.inf)
            args = [_operand(a, env) for a in statement.args]
            env[statement.target] = self.apply(statement, args, {})
        return _operand(result, env)


def _values(args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    return [value_of(a) for a in args], {k: value_of(v) for k, v in kwargs.items()}


def _operand(operand: Any, env: Mapping[str, Any]) -> Any:
    if isinstance(operand, tuple):
        return tuple(_operand(part, env) for part in operand)
    return operand.value if isinstance(operand, Const) else env[operand]


# ---------------------------------------------------------------- bounds of functions and switches

_RISING = frozenset(
    (
        *(np.exp, np.expm1, np.exp2, np.log, np.log1p, np.log2, np.log10, np.cbrt),
        *(np.sinh, np.tanh, np.arctan, np.arcsin, np.arcsinh),
        *(math.exp, math.expm1, math.log1p, math.log2, math.log10, math.sinh, math.tanh),
        *(math.atan, math.asin),
    )
)
"""Rising functions: on an interval they lie between the values at its ends."""
_FLAT = frozenset((np.sin, np.cos, math.sin, math.cos))
"""Functions whose slopes are at most 1."""


def _along(op: Any, a: Any) -> Any:
    x, e = value_of(a), np.asarray(error_of(a))
    y = op(x)
    if op in _FLAT:
        change: Any = e
    else:
        ends = [_value(op, np.asarray(x, float) + sign * e * (1.0 + 1e-9)) for sign in (1.0, -1.0)]
        near = np.asarray(y, float)
        change = np.maximum(np.abs(ends[0] - near), np.abs(ends[1] - near))
    u, eta = unit(y)
    return bounded(y, change * (1.0 + 1e-6) + LIBRARY * (u * (np.abs(y) + change) + eta))


def _value(op: Any, x: Any) -> Any:
    """The function on floats; infinity where it is not defined."""
    try:
        y = np.asarray(op(x) if isinstance(op, np.ufunc) else op(float(x)), float)
    except (ValueError, OverflowError):
        return np.asarray(math.inf)
    return np.where(np.isnan(y), math.inf, y)


_DISTANCES = frozenset(
    (
        *(np.floor, np.ceil, np.trunc, np.rint, np.fix, math.floor, math.ceil, math.trunc),
        *(builtins.int, fp.whole_of, np.clip, np.digitize, np.searchsorted),
        *(np.hypot, math.hypot, fp.cosine, np.copysign, math.copysign),
    )
)
"""Entry by entry: the switch is a distance, which moves no further than the operands together."""
_GAPS = frozenset(
    (
        *(np.max, np.amax, np.min, np.amin, np.argmax, np.argmin, builtins.max, builtins.min),
        *(np.sort, np.argsort, np.partition, np.median, np.nanargmax, np.nanargmin, fp.running),
        *(np.std, np.linalg.norm),
    )
)
"""The switch is an entry, or a difference of two."""
_MULTIPLES = frozenset(
    (
        *(operator.mod, np.remainder, fp.imod),
        *(operator.floordiv, np.floor_divide, fp.ifloordiv, np.fmod, math.fmod),
    )
)
"""The switch is the distance of the quotient to an integer."""


def _distance_error(rule: Any, operands: Sequence[Any]) -> Any:
    """How far a distance moves, if the operands do; infinite where that is not known."""
    if rule.op in _MULTIPLES:
        a, b = operands
        with np.errstate(all="ignore"):
            q = np.divide(value_of(a), value_of(b))
        return BOUNDS[np.divide](q, a, b) + 4.0 * unit(q)[0] * np.abs(q)
    flat = [p for a in operands for p in (a if isinstance(a, tuple) else (a,))]
    numbers = [p for p in flat if np.asarray(value_of(p)).dtype.kind in "fiu"]
    size = max((float(np.max(np.abs(value_of(p)), initial=0.0)) for p in numbers), default=0.0)
    rounding = 4.0 * max((unit(value_of(p))[0] for p in numbers), default=0.0) * size
    errors = [np.asarray(error_of(p)) for p in numbers]
    if rule.op in _GAPS:
        worst = max((float(np.max(e, initial=0.0)) for e in errors), default=0.0)
        return 2.0 * worst * (1.0 + 1e-6) + rounding
    if rule.op not in _DISTANCES:
        return math.inf
    if rule.pointwise:
        return sum(errors) * (1.0 + 1e-6) + rounding
    return sum(float(np.max(e, initial=0.0)) for e in errors) * (1.0 + 1e-6) + rounding
