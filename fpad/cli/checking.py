"""`fpad check`: is the derivative right at a point?"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import sys
from typing import TYPE_CHECKING, Any

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
