"""The commands, and what happens when they go wrong."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from fpad.cli.arguments import help_text, parse
from fpad.cli.checking import check
from fpad.cli.meaning import all_known, all_values, asked, call, precision_known, telling, wrt_known
from fpad.cli.problems import paragraph
from fpad.cli.target import load
from fpad.cli.terminal import print_code, print_explanation, print_heading
from fpad.cli.tracing import trace
from fpad.cli.values import Given
from fpad.cli.values import parse as parse_values
from fpad.derivative import Derivative
from fpad.runtime.errors import FpadError
from fpad.transforms.errors import TransformError

FAILED = 2
INTERRUPTED = 130  # as shells have it: 128 + SIGINT


def main(argv: Sequence[str] | None = None) -> int:
    """Carry a command line out.

    Args:
        argv: the arguments; by default those of the process.

    Returns:
        The exit status: 0, or of `check` and `sweep` what they found; 2 after an error, 130 after
        Ctrl-C.
    """
    try:
        options = parse(sys.argv[1:] if argv is None else argv)
        with contextlib.suppress(AttributeError):  # not a text file of Python's own
            # A name that the encoding of the terminal lacks is shown as its number.
            sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        match options.command:
            case "show":
                status = show(options)
            case "check":
                status = check(options)
            case "trace":
                status = trace(options)
            case "explain":
                status = explain(options)
            case "sweep":
                status = sweep(options)
            case _:
                print(help_text(), file=sys.stderr)
                status = FAILED
        sys.stdout.flush()
    except FpadError as error:
        print(paragraph(error), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # Python flushes it at exit
        return 0
    return status


def show(options: argparse.Namespace) -> int:
    """Print the generated code of a derivative, or the program after each pass."""
    precision_known(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with telling(target, given):
        derivative = asked(target, options)
        all_known(given, inspect.signature(derivative._base))
        from fpad.entry import asked_kinds, assumed_kinds
        from fpad.transforms.lower import lower
        from fpad.transforms.pipeline import derive_program, recorded, written
        from fpad.transforms.source import read

        kinds = asked_kinds(derivative, assumed_kinds(derivative, given.values))
        steps = derivative.steps()
        lower(read(derivative._base))  # what is refused whatever the kinds are
        try:
            program, _, _ = derive_program(derivative._base, kinds, steps)
        except TransformError as error:
            _tell_assumptions(error, derivative, given)
            raise
        program, _ = recorded(program, steps)
        # Not loaded: code for a GPU can be read where there is none.
        alias = read(derivative._base).numpy
        text = written(program, steps, options.backend, alias).text
        if options.passes:
            _print_passes(derivative, kinds, options.backend)
            print_heading("code")
        print_code(text)
    return 0


def explain(options: argparse.Namespace) -> int:
    """Print what the code of a derivative saves and copies, and why."""
    precision_known(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with telling(target, given):
        derivative = asked(target, options)
        signature = inspect.signature(derivative._base)
        all_known(given, signature)
        from fpad.entry import asked_kinds, assumed_kinds
        from fpad.explaining import explained
        from fpad.transforms.lower import lower
        from fpad.transforms.pipeline import derive_program, recorded
        from fpad.transforms.source import read

        kinds = assumed_kinds(derivative, given.values)
        steps = derivative.steps()
        lower(read(derivative._base))  # what is refused whatever the kinds are
        try:
            program, live, _ = derive_program(
                derivative._base, asked_kinds(derivative, kinds), steps
            )
        except TransformError as error:
            _tell_assumptions(error, derivative, given)
            raise
        program, _ = recorded(program, steps)
        values = all_values(signature, given)
        with contextlib.redirect_stdout(sys.stderr):  # what the function prints
            try:
                explanation = explained(derivative, program, live, kinds, values)
            except FpadError:
                raise
            except Exception:
                if values is not None:
                    call(derivative._base, signature, values)  # in a line of the user, if so
                raise
    if options.json:
        print(explanation.to_json())
    else:
        print_explanation(str(explanation))
    return 0


def _tell_assumptions(error: TransformError, derivative: Derivative, given: Given) -> None:
    """A refusal may come from what was assumed of parameters about which nothing is known."""
    signature = inspect.signature(derivative._base)
    names = [
        p.name
        for p in signature.parameters.values()
        if p.name not in given.values
        and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.default is p.empty
        and p.annotation is p.empty
    ]
    if names:
        what = "was taken to be an array" if len(names) == 1 else "were taken to be arrays"
        error.add_note(f"  ({', '.join(names)} {what}; --at '{names[0]}=..' tells another kind)")


def _print_passes(derivative: Derivative, kinds: Mapping[str, Any], backend: str) -> None:
    from fpad.transforms.dump import dump, passes

    before = ""
    for title, ir in passes(derivative._base, kinds, derivative.steps(), backend):
        text = dump(ir)
        print_heading(title)
        print_code(text if text != before else "# as before")
        print()
        before = text


def sweep(options: argparse.Namespace) -> int:
    """Print how often a function has no derivative, and how often AD is wrong."""
    from fpad.cli import sweeping

    over, fixed = sweeping.parse_over(options.over), parse_values(options.at)
    target = load(options.target)
    with telling(target, over):
        signature = wrt_known(target.function, tuple(over.values))
        all_known(over, signature)
        all_known(fixed, signature)
        return sweeping.sweep(options, target, over, fixed)
