"""Rules that users declare with `fpad.rule`, and the operations that these need.

    @fpad.rule(partials=lambda g, y, x: g / (1.0 + np.exp(-x)))
    def softplus(x):
        return np.logaddexp(0.0, x)

The function becomes an operation: its body is not looked into, and calls of it are differentiated
by the maps, which are traced as those of the table are.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

from fpad import runtime as fp
from fpad.runtime.errors import FpadError, RuleError
from fpad.transforms.kinds import FLOAT, Kind, Num
from fpad.transforms.rules.core import (
    RULES,
    Drawn,
    Map,
    array_kind,
    constant,
    elementwise,
    general,
    like_first,
    linear,
    numbers,
)
from fpad.transforms.rules.trace import Symbolic, f

RESULTS: dict[str, Callable[..., Kind]] = {
    "array": array_kind,
    "number": lambda *_, **__: FLOAT,
    "like first": like_first,
}
"""What a rule may say of its result: an array, a number, or of the kind of the first operand."""

constant(
    fp.stop_gradient,
    ("x",),
    kind=like_first,
    view="always",
    cost_free=True,
    examples=((Drawn(2),),),
)
general(
    fp.hooked,
    [lambda dx, y, x, taken, hook: dx],
    [lambda by, y, x, taken, hook: by],  # in reverse mode it goes through the hook instead
    kind=like_first,
    rounds=False,
    view="always",
    cost_free=True,
    examples=((Drawn(2), (), ""),),
)
general(
    fp.answered,
    [lambda dgiven, y, given, by: dgiven],
    [lambda bgiven, y, given, by: bgiven],
    kind=lambda given, by: Num(numbers(by)[0].array, numbers(given)[0].num, numbers(by)[0].rank),
    rounds=False,
    view="always",
    shape_only=frozenset((1,)),
    examples=((Drawn(2), Drawn(2)),),
)
linear(
    fp.ruled,
    lambda by, y, term, like, name, k: by,
    kind=lambda term, like, name, k: Num(
        numbers(like)[0].array, numbers(term)[0].num, numbers(like)[0].rank
    ),
    rounds=False,
    view="always",
    shape_only=frozenset((1,)),
    examples=((Drawn(2), Drawn(2), "f", 0),),
)
linear(
    fp.ruled_entries,
    lambda by, y, term, g, like, name, k: by,
    kind=lambda term, g, like, name, k: numbers(term)[0],
    rounds=False,
    view="always",
    shape_only=frozenset((1, 2)),
    examples=((Drawn(2), Drawn(2), Drawn(2), "f", 0), (Drawn(2), 0.5, Drawn(3, 2), "f", 0)),
)


def declare(
    function: Any,
    partials: Any,
    transposes: Any,
    tangents: Any,
    adjoints: Any,
    result: str | None,
    facts: dict[str, Any],
) -> None:
    """Enter the rule of a function into the table.

    Raises:
        RuleError: it is no function, has a rule, or the maps do not fit its parameters.
    """
    if not isinstance(function, types.FunctionType):
        raise RuleError(f"{function!r} is no function of Python: a rule is declared for one")
    name = function.__qualname__
    if function in RULES:
        raise RuleError(f"{name} has a rule already")
    given = [m for m in (partials, transposes, tangents and adjoints) if m]
    if len(given) != 1 or bool(tangents) != bool(adjoints):
        raise RuleError(
            f"the rule of {name}: give partials, or transposes, or both tangents and adjoints"
        )
    operands = _operands(function, name)
    facts = {**facts, **operands, "facts": {**facts.get("facts", {}), "user": True}}
    count = len(operands["names"])
    if result is not None:
        if result not in RESULTS:
            raise RuleError(f"the rule of {name}: result is one of {', '.join(RESULTS)}")
        facts["kind"] = RESULTS[result]
    if partials:
        elementwise(function, *_maps(partials, count, name, _entries), **facts)
    elif transposes:
        linear(function, *_maps(transposes, count, name, _like_operand), **facts)
    else:
        forward = _maps(tangents, count, name, _like_result)
        back = _maps(adjoints, count, name, _like_operand)
        for k, maps in enumerate(zip(forward, back, strict=True)):
            if (maps[0] is None) != (maps[1] is None):
                raise RuleError(
                    f"the rule of {name} has one map for operand {k}: give a tangent and an "
                    "adjoint, or None for both"
                )
        general(function, forward, back, **facts)


def has_rule(function: Any) -> bool:
    """Has a user declared a rule for this function?"""
    rule = RULES.get(function) if isinstance(function, types.FunctionType) else None
    return rule is not None and "user" in rule.facts


def _operands(function: types.FunctionType, name: str) -> dict[str, Any]:
    params = list(inspect.signature(function).parameters.values())
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in params):
        raise RuleError(f"the rule of {name}: a function with *args or **kwargs has none")
    plain = [p for p in params if p.kind is not p.KEYWORD_ONLY]
    return {
        "names": tuple(p.name for p in plain),
        "keywords": tuple(p.name for p in params if p.kind is p.KEYWORD_ONLY),
        "defaults": {p.name: p.default for p in plain if p.default is not p.empty},
    }


def _entries(term: Any, g: Any, y: Any, operand: Any, name: str, k: int) -> Any:
    return f.ruled_entries(term, g, y, name, k)


def _like_operand(term: Any, g: Any, y: Any, operand: Any, name: str, k: int) -> Any:
    return f.ruled(term, operand, name, k)


def _like_result(term: Any, g: Any, y: Any, operand: Any, name: str, k: int) -> Any:
    return f.ruled(term, y, name, k)


def _maps(given: Any, count: int, name: str, shaped: Callable[..., Any]) -> list[Map | None]:
    """A map for each operand; None for those that have no derivative."""
    maps: Sequence[Any] = given if isinstance(given, tuple | list) else (given,)
    if len(maps) > count:
        raise RuleError(f"the rule of {name} has {len(maps)} maps for {count} operands")
    if not any(maps):
        raise RuleError(f"the rule of {name} has no map: give one for an operand")
    full = [*maps, *(None,) * (count - len(maps))]
    return [_checked(m, k, name, shaped) for k, m in enumerate(full)]


def _checked(given: Any, k: int, name: str, shaped: Callable[..., Any]) -> Map | None:
    """The map, which says what it cannot do, and whose result is looked at when it is there."""
    if given is None:
        return None
    if not callable(given):
        raise RuleError(f"the rule of {name}: {given!r} is no map: give a function, or None")

    @functools.wraps(given)
    def checked(g: Any, y: Any, *operands: Any, **static: Any) -> Any:
        try:
            term = given(g, y, *operands, **static)
        except Symbolic as error:
            raise RuleError(f"the rule of {name} for operand {k}: {error}") from None
        except FpadError:
            raise
        except Exception as error:
            # whatever a map of a user raises is a fault of that map
            raise RuleError(f"the rule of {name} for operand {k} fails: {error}") from error
        return shaped(term, g, y, operands[k], name, k)

    return checked
