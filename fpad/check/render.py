"""A report as text for a terminal.

f at x = 0.0: DIFFERENTIABLE, but the generated derivative is wrong
model.py:4
return np.maximum(0, x) - np.maximum(0, -x)
^~~~~~~~~~~~~~~~
The point sits exactly on the boundary between two pieces of numpy.maximum.
The derivative is 1. The generated code returned 0.0.
..
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.check.arb import available
from fpad.check.numbers import Ball
from fpad.check.verdict import Verdict
from fpad.marks import underline
from fpad.transforms.kinds import children, is_object

if TYPE_CHECKING:
    from fpad.check.report import Kink, Report

SHOWN = 4
LARGE = 1000
"""Of more numbers none is made exact for a text."""
CANCELLED = 1000.0
"""So many ulps are lost only where terms cancel."""
SHORT = 4
"""Points of so many numbers are written out."""
WIDTH = 96

REASONS = {
    "domain": "an operation on the way is not defined here, a division by zero for example",
    "domain_boundary": "it is defined here, but not on both sides of the point",
    "nan_input": "an input is NaN",
    "transcendental_zero": "whether a number on the way is zero could not be proved",
    "degenerate_guard": "a condition on the way is an equality whose two sides touch",
    "norm_at_zero": "a length on the way is zero",
    "too_many_cells": "too many pieces meet at the point",
    "too_many_steps": "the exact execution ran longer than max_steps",
    "too_many_bits": "the exact numbers on the way grew beyond max_bits",
    "accumulating_pieces": "the pieces of the function may pile up at the point: "
    "near it a loop runs ever longer",
}


def render(report: Report) -> str:
    """The text of a report."""
    lines = [f"{subject_line(report)}: {headline(report)}"]
    for fact in facts(report):
        lines += textwrap.wrap(fact, WIDTH, initial_indent="  ", subsequent_indent="  ")
    kinks = report.blocked_by or report.kinks
    places: dict[tuple[Any, ...], list[Kink]] = {}
    for k in kinks:
        places.setdefault((k.file, k.line, k.column, k.op, k.call_path), []).append(k)
    for same in list(places.values())[:SHOWN]:
        lines += ["", *_place(same, report)]
    if len(places) > SHOWN:
        lines += ["", f"  .. and {len(places) - SHOWN} more places."]
    return "\n".join(lines)


def number(x: Any) -> str:
    """A fraction as p/q while that is short, as a float otherwise."""
    if isinstance(x, Fraction):
        exact = str(x)
        if len(exact) <= 12:
            return exact
        try:
            return repr(float(x))
        except OverflowError:
            return "more than 1.8e308" if x > 0 else "less than -1.8e308"
    if isinstance(x, Ball):
        return repr(float(x))
    if isinstance(x, float) and math.isinf(x):
        return "infinity" if x > 0 else "-infinity"
    return str(x)


def subject_line(report: Report) -> str:
    """The function and the point."""
    about = report.about
    name = about.get("function", "the function")
    where = ", ".join(about.get("wrt", ()))
    point = None if is_large(report) else report.certificate.claims.get("point")
    if point is not None and len(point) == 1:
        return f"{name} at {where} = {number(point[0])}"
    if point is not None and len(point) <= SHORT and all(len(number(v)) <= 12 for v in point):
        names = where if len(about.get("wrt", ())) == 1 else f"({where})"
        return f"{name} at {names} = ({', '.join(map(number, point))})"
    return f"{name} with respect to {where}"


def headline(report: Report) -> str:
    """The verdict, and what it means for the generated derivative."""
    match report.verdict:
        case Verdict.DIFFERENTIABLE if report.correct:
            return "DIFFERENTIABLE, and the generated derivative is right"
        case Verdict.DIFFERENTIABLE if report.correct is False:
            return "DIFFERENTIABLE, but the generated derivative is wrong"
        case Verdict.DIFFERENTIABLE:
            return "DIFFERENTIABLE; that the generated derivative is right is not proved"
        case Verdict.NOT_DIFFERENTIABLE:
            return "NOT_DIFFERENTIABLE, there is no derivative here"
        case Verdict.DISCONTINUOUS:
            return "DISCONTINUOUS, the function jumps here"
        case Verdict.UNDEFINED:
            return "UNDEFINED, the function has no value here or next to it"
    return "UNKNOWN, nothing is proved"


def facts(report: Report) -> list[str]:
    """What was found, a sentence each."""
    out = []
    if report.reason is not None:
        _, _, operation = report.reason.partition("no_exact_rule: ")
        out.append(
            f"Why: {operation} has no exact value here."
            if operation
            else f"Why: {REASONS.get(report.reason, report.reason)}."
        )
        if operation and not available():
            out.append("Numbers that are not rational need python-flint: pip install fpad[check].")
    if report.slopes is not None and report.verdict is not Verdict.DIFFERENTIABLE:
        left, right = map(number, report.slopes)
        out.append(f"From the left its slope is {left}, from the right {right}.")
    elif report.verdict is Verdict.NOT_DIFFERENTIABLE and 2 <= len(report.pieces_inner) <= SHOWN:
        pieces = ", ".join(sorted(map(_several, report.pieces_inner)))
        if len(pieces) <= WIDTH:
            out.append(f"Pieces with different gradients meet here: {pieces}.")
    if is_large(report) and report.derivative_float is not None:
        out.append(f"The derivative is {_several(tuple(report.derivative_float.tolist()))}.")
    elif report.derivative is not None:
        out.append(f"The derivative is {_several(report.derivative)}.")
    out.append(f"The generated code returned {_returned(report)}.")
    if "kink" in report.wrong_piece_cause:
        out.append(
            "Automatic differentiation takes the slope of the one piece that each operation "
            "chooses; here the pieces only together make a smooth function."
        )
    if report.path_flipped:
        effect = ", without effect on the slope" if report.wrong_piece is False else ""
        out.append(
            f"Rounding made the program choose otherwise than exact arithmetic does{effect}."
        )
    if report.verdict is Verdict.DIFFERENTIABLE and report.rounding_ok is False:
        out.append("It is further from the exact slope of its piece than rounding can explain.")
    if report.correct and report.ulp_error is not None and report.ulp_error.any():
        ulps = f"{np.max(report.ulp_error):.3g} ulp"
        where = f"{ulps} where terms cancel" if np.max(report.ulp_error) > CANCELLED else ulps
        out.append(f"That is right up to rounding: {where}.")
    if report.verdict is Verdict.UNKNOWN and report.blocked_by:
        out.append("The point sits on kinks that the procedures of this version cannot settle:")
    return out


def is_large(report: Report) -> bool:
    """Are there so many numbers that making them exact takes long?"""
    return report.derivative_float is not None and report.derivative_float.size > LARGE


def _returned(report: Report) -> str:
    """What AD returned; of a large structure the first numbers."""
    text = "" if is_large(report) else _several(report.ad)
    if text and len(text) <= 3 * WIDTH:
        return text
    return _several(tuple(itertools.islice(numbers_in(report.ad), 7)))


def numbers_in(value: Any) -> Iterator[float]:
    """The numbers of a structure of arrays, in order."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from numbers_in(part)
    elif is_object(type(value)):
        yield from numbers_in(children(value)[1])
    elif value is not None and np.asarray(value).dtype.kind in "fiu":
        yield from map(float, np.ravel(value))


def _several(values: Any) -> str:
    if isinstance(values, tuple):
        if len(values) == 1:
            return number(values[0])
        shown = ", ".join(map(number, values[:6]))
        return f"({shown}{', ..' if len(values) > 6 else ''})"
    if isinstance(values, np.ndarray):
        return np.array2string(values, threshold=6, edgeitems=3, separator=", ")
    return str(values)


def _place(kinks: list[Kink], report: Report) -> list[str]:
    k = kinks[0]
    lines = [f"  {k.file}:{k.line}", f"      {k.text}"]
    mark = underline(k.file, k.line, k.column, k.text, k.op)
    if mark:
        lines.append(f"      {mark}")
    said = said_of(kinks, report)
    return lines + textwrap.wrap(said, WIDTH, initial_indent="    ", subsequent_indent="    ")


def said_of(kinks: Sequence[Kink], report: Report) -> str:
    """What is said of the kinks of one place, in words."""
    k = kinks[0]
    flips = [j for j in kinks if j.switch != 0]
    times = f" ({len(kinks)} times)" if len(kinks) > 1 else ""
    condition = k.op in ("if", "while") or k.op.startswith("operator.")
    if len(flips) == len(kinks):
        what = f"this {k.op}" if k.op in ("if", "while") else k.op
        said = f"Rounding changed the choice of {what}{times}: {_switches(k)}."
    else:
        said = (
            f"The point sits exactly on the boundary of this condition{times}"
            if condition
            else f"The point sits exactly on the boundary between two pieces of {k.op}{times}"
        )
        if k.sign_float:
            said += f"; the float execution was {k.switch_float:.3g} away from it"
        said += "."
        if report.procedure == "D0":
            said += " It does not matter: the result does not depend on it to first order."
    if k.call_path:
        said += f" Called through {' > '.join(k.call_path)}."
    return said


def _switches(k: Kink) -> str:
    exact = "not known" if k.switch is None else number(k.switch)
    return f"the exact distance to the boundary is {exact}, in floats it was {k.switch_float:.17g}"
