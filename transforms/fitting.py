"""Do the operands of an operation fit its rule?"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from fpad.transforms.abstract import (
    Held,
    Static,
    Value,
    is_number,
    is_shape,
    literal,
)
from fpad.transforms.describing import describe
from fpad.transforms.kinds import Num
from fpad.transforms.rules.core import Rule
from fpad.transforms.writer import refuse


def called(op: Any) -> str:
    """The name of an operation in a message."""
    module = str(getattr(op, "__module__", "") or "").removeprefix("_")
    name = str(getattr(op, "__name__", op))
    if isinstance(op, np.ufunc):  # which say nothing of where they are from
        special = getattr(sys.modules.get("scipy.special"), name, None) is op
        return f"scipy.special.{name}" if special else f"numpy.{name}"
    plain = module in ("builtins", "operator", "") or module.startswith("fpad.runtime")
    return name if plain else f"{module}.{name}"


def fits(op: Any, rule: Rule, args: Sequence[Value], kwargs: dict[str, Value]) -> None:
    """Refuse operands that the rule does not have."""
    for name in kwargs:
        if name not in rule.names and name not in rule.keywords:
            refuse(
                f"{called(op)} has no derivative rule with the argument {name}.",
                "leave the argument out, or write what it does with other operations.",
            )
    if not rule.variadic and len(args) > len(rule.names):
        refuse(
            f"{called(op)} is given {len(args)} arguments; its derivative rule has "
            f"{len(rule.names)} ({', '.join(rule.names)}).",
            "give the others by keyword if the rule has them, or leave them out.",
        )
    if op in (builtins.max, builtins.min) and len(args) == 1 and is_number(args[0]):
        kind = args[0].kind if isinstance(args[0], Held) else None
        if not isinstance(kind, Num) or kind.rank != 1:
            refuse(f"{called(op)} runs through an array row by row.", f"use np.{op.__name__}.")
    absent = {n for n, default in rule.defaults.items() if default is None}
    for k, a in enumerate(args if rule.pointwise else ()):
        if isinstance(a, Static) and a.value is None and absent.intersection(rule.names[k : k + 1]):
            continue
        if is_shape(a) or (isinstance(a, Static) and not is_number(a)):
            what = f"{called(op)} is applied to {describe(a)}."
            refuse(what, "give it numbers.", _of_none(op, args))


def _of_none(op: Any, args: Sequence[Value]) -> Exception | None:
    """What Python raises where None is among the operands."""
    try:
        op(*(None if a == Static(None) else 1.0 for a in args))
    except TypeError as error:
        return error
    return None


def in_place(
    rule: Rule, args: Sequence[Value], kwargs: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """Keywords become positional that name a differentiable operand, or the next one needed."""
    out, rest = list(args), dict(kwargs)
    for name in rule.names[len(out) :]:
        if name not in rest or name in rule.defaults:
            break
        out.append(rest.pop(name))
    moved = [k for k, n in enumerate(rule.names) if n in rest and rule.differentiates(k)]
    for k in range(len(out), max(moved, default=-1) + 1):
        name = rule.names[k]
        if name not in rest and name not in rule.defaults:
            refuse(f"{called(rule.op)} is called without {name}.", "give it.")
        out.append(rest.pop(name) if name in rest else literal(rule.defaults[name]))
    return out, rest
