"""`fpad trace`: a run of a function, with what it chose at each place.

fpad trace model.py:loss --at 'x=[0.0, 1.0]'
fpad trace model.py:loss --at 'x=[0.0, 1.0]' --diff bfloat16       other choices in bfloat16
fpad trace model.py:loss --at 'x=[0.0, 1.0]' --diff 'x=[0.1, 1.0]' other choices there
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.cli.meaning import arguments, asked, precision_known, telling
from fpad.cli.problems import Place, UsageError
from fpad.cli.target import Target, load
from fpad.cli.terminal import print_trace, waiting
from fpad.cli.values import Given
from fpad.cli.values import parse as parse_values
from fpad.derivative import Derivative
from fpad.runtime.errors import FpadError

if TYPE_CHECKING:
    from fpad.records import BranchRecord, Difference

PARTED = 1
"""The exit status where --diff finds that choices are different."""


def trace(options: argparse.Namespace) -> int:
    """Print the choices of one run; the status says whether --diff found others."""
    from fpad.trace_text import diff_text, trace_text

    precision_known(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with telling(target, given):
        result, record = _run(target, options, given)
    lines = [_heading(target, options, given), f"  result {_shown(result)}", ""]
    with contextlib.redirect_stdout(sys.stderr), waiting("measuring distances"):
        lines.append(trace_text(record, options.limit, options.nearest))
    differences: tuple[Difference, ...] | None = None
    if options.diff is not None:
        other, name = _other(target, options, given)
        differences = record.diff(other)
        lines += ["", diff_text(differences, name, options.limit)]
    if options.json:
        print(json.dumps(_as_json(target, result, record, options.nearest, differences)))
    else:
        print_trace("\n".join(lines))
    return PARTED if differences else 0


def _run(
    target: Target, options: argparse.Namespace, given: Given, precision: str | None = None
) -> tuple[Any, BranchRecord]:
    """The result of a run with a record, and the record."""
    chosen = argparse.Namespace(**{**vars(options), "record": True, "sparse": False})
    chosen.backend, chosen.what = "numpy", options.what or "primal"
    chosen.precision = precision or options.precision
    if isinstance(target.function, Derivative) and options.what is None:
        chosen.what = None  # of what a decorator made, itself
    derivative = asked(target, chosen)
    signature = inspect.signature(derivative)
    args, named = arguments(signature, given, target.place)
    with contextlib.redirect_stdout(sys.stderr), waiting("running"):  # what the function prints
        try:
            result, record = derivative(*args, **named)
        except FpadError:
            raise
        except Exception:
            derivative._base(*args, **named)  # in a line of the user, if it is their fault
            raise
    return result, record


def _other(target: Target, options: argparse.Namespace, given: Given) -> tuple[BranchRecord, str]:
    """The record of the run that --diff asks for, and what it is called."""
    text = options.diff
    if "=" in text or os.path.splitext(text)[1].lower() in (".json", ".npz"):
        moved = parse_values([text])
        both = Given({**given.values, **moved.values}, {**given.places, **moved.places})
        with telling(target, moved):
            return _run(target, options, both)[1], f"at {_named(moved)}"
    try:
        precision_known(text)
    except UsageError as error:
        remedy = "a format, such as bfloat16, or other values, such as 'x=0.5'"
        raise UsageError(f"--diff: {error.reason}", Place(f"--diff {text}", 8), remedy) from None
    with telling(target, given):
        return _run(target, options, given, text)[1], f"in {text}"


def _heading(target: Target, options: argparse.Namespace, given: Given) -> str:
    name = getattr(target.function, "__name__", target.place.text)
    what = "" if options.what in (None, "primal") else f"{options.what} of "
    where = f" at {_named(given)}" if given.values else ""
    fmt = f" in {options.precision}" if options.precision else ""
    return f"{what}{name}{where}{fmt}"


def _named(given: Given) -> str:
    text = ", ".join(f"{n} = {_shown(v)}" for n, v in given.values.items())
    return text if len(text) <= 72 else text[:68] + " .."


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, threshold=6, edgeitems=3, separator=", ").replace("\n", "")
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return f"({', '.join(map(_shown, value))}{',' if len(value) == 1 else ''})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _as_json(
    target: Target,
    result: Any,
    record: BranchRecord,
    nearest: int,
    differences: tuple[Difference, ...] | None,
) -> dict[str, Any]:
    from fpad.check.certificate import encode

    choices = json.loads(record.to_json())
    at = {id(c): k for k, c in enumerate(record.choices)}
    out = {
        "function": getattr(target.function, "__name__", target.place.text),
        "result": encode(result),
        "record": choices,
        "nearest": [
            {
                "choice": at[id(n.choice)],
                "index": list(n.index),
                "switch": n.switch,
                "ulps": None if math.isnan(n.ulps) else n.ulps,
                "certified": n.certified,
            }
            for n in record.nearest(nearest)
        ],
    }
    if differences is not None:
        out["diff"] = [
            {
                "here": None if d.here is None else at[id(d.here)],
                "there": None if d.there is None else _plain(d.there),
                "indices": [list(i) for i in d.indices],
            }
            for d in differences
        ]
    return out


def _plain(choice: Any) -> Any:
    from fpad.records import BranchRecord

    return json.loads(BranchRecord((choice,)).to_json())["choices"][0]
