"""Functions whose lists of lists were found to hold lists of several lengths, when they ran.

    tri = []                            # the first derivation takes the rows to have one length
    for k in range(n):                  # and says so where they have not: then another is made,
        tri.append(xs[: k + 1])         # in which every list of lists may hold several (`uneven`)

A derivation relies on it that its function is not among these: that is one of its guards.
"""

from __future__ import annotations

from typing import Any

from fpad import runtime as fp
from fpad.transforms.ir import Do, Let, Program, walk
from fpad.transforms.live import Guard
from fpad.transforms.rules.core import rule_of

KNOWN: dict[str, bool] = {}
"""These functions, by module, name and line."""
CHECKS = frozenset(
    (
        *(
            fp.all_given,
            fp.apart,
            fp.apart_from,
            fp.at_least,
            fp.disjoint,
            fp.each_once,
            fp.enough,
            fp.enough_axes,
        ),
        *(fp.equal_parts, fp.equally_many, fp.even, fp.fail, fp.fits, fp.holds, fp.left, fp.mixed),
        *(fp.no_blanks, fp.parts, fp.ran, fp.real_output, fp.same_length, fp.same_shape),
        *(fp.out_axis, fp.scalar_output),
        *(fp.some_examples, fp.steady),
    )
)
"""Effects that may happen again: all they do is look, and raise."""


def _name(function: Any) -> str:
    code = getattr(function, "__code__", None)
    line = getattr(code, "co_firstlineno", 0)
    return f"{function.__module__}.{function.__qualname__}:{line}"


def several(function: Any) -> bool:
    """Is the function one of these?"""
    return KNOWN.get(_name(function), False)


def guard(function: Any) -> Guard:
    """That it is none of these."""
    return Guard(KNOWN, _name(function), None)


def noted(function: Any, program: Program) -> bool:
    """Note that it is one, if it was none; may it be run again, as if nothing had happened?"""
    if several(function) or _has_effects(program):
        return False
    KNOWN[_name(function)] = True
    return True


def _has_effects(program: Program) -> bool:
    """May something have happened that must not happen twice?"""
    for func in program.funcs.values():
        for s in walk(func.body):
            if isinstance(s, Do) and s.op not in CHECKS and s.role != "record":
                return True  # choices are noted in a record of the run, which nobody gets
            rule = rule_of(s.op) if isinstance(s, Let) else None
            if rule is not None and rule.effect:
                return True
    return False
