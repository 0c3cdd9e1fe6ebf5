"""Programs that checks are about, kept: a check of the same function derives nothing again."""

from __future__ import annotations

import builtins
import operator
import types
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.derivative import Derivative, Request
from fpad.transforms.ieee import ieee
from fpad.transforms.ir import Block, Call, Let, Load, Program, walk
from fpad.transforms.kinds import Kind
from fpad.transforms.simplify import dead, effects

MOST = 32
"""So many programs are kept."""
_made: OrderedDict[Any, tuple[Any, Any, Any, Program]] = OrderedDict()


_derivatives: OrderedDict[Any, tuple[Any, Derivative]] = OrderedDict()


def derivative_of(function: Callable[..., Any], request: Request) -> Derivative:
    """The derivative of a function, perhaps made before."""
    if not isinstance(function, types.FunctionType):
        return Derivative(function, request)
    key = (id(function), request, repr(request.wrt))
    try:
        of, found = _derivatives.pop(key, (None, None))
    except TypeError:  # a wrt that cannot be looked up
        return Derivative(function, request)
    code = function.__code__
    if found is None or found.primal is not function or of is not code:
        found = Derivative(function, request)
    _derivatives[key] = code, found
    while len(_derivatives) > MOST:
        _derivatives.popitem(last=False)
    return found


def program_of(derivative: Derivative, kinds: Mapping[str, Kind]) -> tuple[Program, Any]:
    """The program of a derivative for these kinds, ready to be run, and what it reads outside."""
    base = derivative._base
    key = (id(base), tuple(kinds.items()), derivative.steps())
    code = getattr(base, "__code__", None)
    found = _made.pop(key, None)
    if found is None or found[0] is not base or found[1] is not code or not _hold(*found[2]):
        program, live, resolved = derivative.__fpad_program__(kinds)
        found = base, code, (resolved, live), ieee(program)
    _made[key] = found
    while len(_made) > MOST:
        _made.popitem(last=False)
    return found[3], found[2][1]


def _hold(resolved: Any, live: Any) -> bool:
    """Is what was resolved still what it was?"""
    return all(g.holds() for g in resolved) and all(item.holds() for item in live)


_RAISE = frozenset(
    (
        *(operator.truediv, operator.floordiv, operator.mod, operator.pow),
        *(builtins.pow, builtins.int, builtins.round),
    )
)


_complete: OrderedDict[int, tuple[Program, bool]] = OrderedDict()


def uses_all(program: Program) -> bool:
    """Does everything that may raise take part in the result?  Derivatives leave out the rest."""
    of, answer = _complete.get(id(program), (None, False))
    if of is not program:
        known = effects(program)
        answer = all(_risks(dead(f, known).body) == _risks(f.body) for f in program.funcs.values())
        _complete[id(program)] = program, answer
        while len(_complete) > MOST:
            _complete.popitem(last=False)
    return answer


def _risks(block: Block) -> int:
    """How many statements may raise for numbers that they are given."""
    return sum(
        isinstance(s, Call | Load)
        or (isinstance(s, Let) and (s.op in _RAISE or getattr(s.op, "__module__", "") == "math"))
        for s in walk(block)
    )


_SELECTIONS = frozenset((np.where, fp.where, fp.select))


def raises_apart(program: Program) -> bool:
    """May a number be left out of the result, for which a function of `math` has raised?

    Many points at once are computed with NumPy's functions, which go on with NaN.
    """
    found = [s for f in program.funcs.values() for s in walk(f.body)]
    raises = any(
        isinstance(s, Let) and (s.op is builtins.int or getattr(s.op, "__module__", "") == "math")
        for s in found
    )
    return raises and any(
        isinstance(s, Load) or (isinstance(s, Let) and s.op in _SELECTIONS) for s in found
    )
