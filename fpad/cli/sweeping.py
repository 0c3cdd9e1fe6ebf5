"""`fpad sweep`: a function at all machine numbers of small formats, or at a sample of them.

--over 'w=float8_e4m3fn; b=float8_e4m3fn:3'       a number, and a vector of three
--over 'w=[-1, 0, 1]'                             these values
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import os
import re
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from fpad.cli.problems import Place, UsageError
from fpad.cli.target import Target
from fpad.cli.terminal import print_report
from fpad.cli.values import Given
from fpad.runtime.formats import format_of

REMEDY = "write name=format, name=[numbers], or name=format:3 for an array of shape (3,)"


def parse_over(texts: Iterable[str]) -> Given:
    """The values of all `--over` options together.

    Raises:
        UsageError: a text says no values, or a name comes twice.
    """
    given = Given()
    for text in texts:
        at = 0
        for part in text.split(";"):
            column = at + len(part) - len(part.lstrip()) + 1
            at += len(part) + 1
            if part.strip():
                _add(given, part.strip(), Place(text, column))
    return given


def _add(given: Given, part: str, place: Place) -> None:
    found = re.fullmatch(r"([A-Za-z_]\w*)\s*=\s*(.+?)\s*(?::\s*(\d+(?:x\d+)*))?", part)
    if found is None:
        raise UsageError("--over: this says no values", place, REMEDY)
    name, values, shape = found.groups()
    column = place.column + found.start(2)
    space = _values(values, Place(place.text, column))
    if shape is not None:
        space = (space, tuple(map(int, shape.split("x"))))
    given.add(name, space, place)


def _values(text: str, place: Place) -> Any:
    if text[0] in "[(":
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError):
            found = None
        if not isinstance(found, list | tuple) or not all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in found
        ):
            raise UsageError(f"--over: {text} is no list of numbers", place, REMEDY)
        return list(found)
    try:
        return format_of(text)
    except ValueError as error:
        raise UsageError(f"--over: {error}", place, REMEDY) from None


def sweep(options: argparse.Namespace, target: Target, over: Given, fixed: Given) -> int:
    """Print what a sweep found; the status says whether AD was right wherever it can be."""
    from fpad.sweeps import sweep as swept

    if options.save is not None and os.path.splitext(options.save)[1].lower() != ".npz":
        raise UsageError("--save: name a .npz file", Place(f"--save {options.save}", 8))
    with contextlib.ExitStack() as stack:
        executor = None
        if options.workers > 1:
            executor = stack.enter_context(ProcessPoolExecutor(options.workers))
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))  # what the function prints
        found = swept(
            target.function,
            over=over.values,
            fixed=fixed.values,
            executor=executor,
            resume=options.resume,
            samples=options.samples,
            seed=options.seed,
            max_pointwise=options.max_pointwise,
            confidence=options.confidence,
        )
    if options.save is not None:
        try:
            found.save(options.save)
        except OSError as error:
            reason = f"--save: {options.save} cannot be written: {error.strerror}"
            raise UsageError(reason, Place(f"--save {options.save}", 8)) from None
    if options.json:
        print(found.to_json())
    else:
        print_report(str(found))
    return 1 if found.inc else 3 if found.unknown else 0
