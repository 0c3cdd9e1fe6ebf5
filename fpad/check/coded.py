"""The slopes that a rule writes into derivative code, in exact arithmetic.

    x**1.5 at 0          1.5 * x**0.5, which is 0
    np.hypot(a, b) at 0  fp.cosine(a, b), which is 0 by its definition

The rule writes its slope down as it does in derivative code, and the statements are run on exact
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from fpad.check.exact import Exact, HoleReached, LimitReached, lift
from fpad.check.reals import Scalar
from fpad.check.runs import ExactRun
from fpad.transforms.interpret import interpret
from fpad.transforms.ir import Fresh, Func, Let, Program, Return
from fpad.transforms.rules import Rule
from fpad.transforms.rules.trace import Builder, Sym, quote

MAX_BITS = 10**5
FAILURES = (TypeError, ValueError, AttributeError, ArithmeticError, LookupError)


class _Plain(ExactRun):
    """Runs what a rule wrote."""

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The operation in exact arithmetic."""
        return self.compute(s.op, args, kwargs)


def coded_slope(
    rule: Rule,
    k: int,
    one: Any,
    y: Any,
    scalars: Sequence[Any],
    kwargs: Mapping[str, Any],
    written: Sequence[Any] | None = None,
) -> Scalar | None:
    """The slope by operand k that the rule writes into derivative code, if it is finite here.

    Args:
        rule: of the operation.
        k: position of the operand.
        one: 1.0 to compute in floats, an exact 1 to compute in exact numbers.
        y: the result.
        scalars: the operands.
        kwargs: the keyword operands.
        written: the operands as the program has them, constants as Python's numbers: rules write
            other slopes for these.  None where that is not known.
    """
    maps: tuple[Callable[..., Any] | None, ...] = rule.adjoints
    slope = partial(maps[0], k) if rule.variadic and maps[0] is not None else maps[k]
    if slope is None:
        return Fraction(0)
    found = None
    if isinstance(one, Exact):
        found = _traced(slope, one, y, scalars if written is None else written, scalars, kwargs)
    if found is None:
        found = _called(slope, one, y, scalars, kwargs)
    return found


def _called(
    slope: Callable[..., Any], one: Any, y: Any, scalars: Sequence[Any], kwargs: Mapping[str, Any]
) -> Scalar | None:
    try:
        with np.errstate(all="ignore"):
            return _value(slope(one, y, *scalars, **kwargs))
    except (HoleReached, LimitReached, *FAILURES):
        return None


def _traced(
    slope: Callable[..., Any],
    one: Any,
    y: Any,
    written: Sequence[Any],
    scalars: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> Scalar | None:
    env: dict[str, Any] = {"g": one, "y": y}
    builder = Builder(Fresh(env))

    def symbol(v: Any, exact: Any) -> Any:
        if not isinstance(v, Exact):
            return v
        name = builder.fresh("x")
        env[name] = exact
        return Sym(name, builder)

    try:
        given = [symbol(v, exact) for v, exact in zip(written, scalars, strict=True)]
        term = slope(Sym("g", builder), Sym("y", builder), *given, **kwargs)
        body = (*builder.out, Return((quote(term),)))
        program = Program("slope", {"slope": Func("slope", tuple(env), body)})
        with np.errstate(all="ignore"):
            return _value(interpret(program, list(env.values()), _Plain(MAX_BITS))[0])
    except (HoleReached, LimitReached, *FAILURES):
        return None


def _value(p: Any) -> Scalar | None:
    p = lift(p.item() if isinstance(p, np.ndarray) and p.size == 1 else p)
    return p.value if type(p) is Exact else None
