"""`fpad check`: is the derivative right at a point?"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.cli.meaning import arguments, precision_known, telling, wrt_known
from fpad.cli.problems import Place, UsageError
from fpad.cli.target import Target, load
from fpad.cli.terminal import print_report, waiting
from fpad.cli.values import Given, value_of
from fpad.cli.values import parse as parse_values
from fpad.runtime.errors import FpadError

if TYPE_CHECKING:
    from fpad.check import Report


def check(options: argparse.Namespace) -> int:
    """Print the report of the checker."""
    precision_known(options.precision)
    given = parse_values(options.at)
    seed = None if options.seed is None else value_of(options.seed, "--seed")
    target = load(options.target)
    with telling(target, given):
        signature = wrt_known(target.function, options.wrt)
        if options.batch:
            return _batch(target, options, signature, given, seed)
        report = _checked(target, options, signature, given, seed)
    if options.html is not None:
        with contextlib.redirect_stdout(sys.stderr):  # what the function prints
            text = report.to_html(progress=None)
        written("--html", options.html, text)
    if options.sarif is not None:
        from fpad.check.sarif import dumps

        written("--sarif", options.sarif, dumps([report]))
    if options.json:
        print(report.to_json())
    else:
        print_report(str(report))
    return int(report.exit_code)


MOST = 1000
"""Points of a batch about which code review is told."""


def _batch(
    target: Target,
    options: argparse.Namespace,
    signature: inspect.Signature,
    given: Given,
    seed: Any,
) -> int:
    """Print what holds at many points, and the report of the first one that is not right."""
    from fpad.check import check as checked

    args, named = arguments(signature, given, target.place)
    if named.keys() & given.values.keys():
        name = next(n for n in named if n in given.values)
        remedy = "leave out --batch, or write a function that calls it with this value"
        reason = f"{name} is given by keyword only, which a check of many points cannot do"
        raise UsageError(reason, given.places[name], remedy)
    with contextlib.redirect_stdout(sys.stderr), waiting("checking"):  # what the function prints
        found = checked(
            target.function,
            *args,
            wrt=options.wrt,
            precision=options.precision,
            seed=seed,
            batch=True,
        )
        wrong = np.flatnonzero(found.correct != 1).tolist()
        first = found[wrong[0] if wrong else 0] if len(found) else None
        if options.html is not None and first is not None:
            written("--html", options.html, first.to_html(progress=None))
        if options.sarif is not None:
            from fpad.check.sarif import dumps

            reports = [found[k] for k in wrong[:MOST]]
            written("--sarif", options.sarif, dumps(reports, len(found)))
    if options.json:
        print(found.to_json())
    else:
        shown = f"\n\npoint {wrong[0]}: {first}" if wrong else ""
        print_report(f"{found}{shown}")
    return int(found.exit_code)


def _checked(
    target: Target,
    options: argparse.Namespace,
    signature: inspect.Signature,
    given: Given,
    seed: Any,
) -> Report:
    from fpad.check.checker import check_call

    args, named = arguments(signature, given, target.place)
    with contextlib.redirect_stdout(sys.stderr), waiting("checking"):  # what the function prints
        try:
            return check_call(
                target.function, tuple(args), named, options.wrt, options.precision, seed
            )
        except FpadError:
            raise
        except Exception:
            if options.seed is None:
                target.function(*args, **named)  # fails in a line of the user, if it is their fault
            raise


def written(option: str, path: str, text: str) -> None:
    """Write what an option asks for.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        reason = f"{option}: {path} cannot be written: {error.strerror}"
        raise UsageError(reason, Place(f"{option} {path}", len(option) + 2)) from None
