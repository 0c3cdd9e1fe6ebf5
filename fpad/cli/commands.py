"""The commands, and what happens when they go wrong."""

from __future__ import annotations

import argparse
import contextlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fpad import api
from fpad.binding import Binder, resolve_wrt
from fpad.cli.arguments import help_text, parse
from fpad.cli.problems import Place, UsageError, generated_file, in_file, paragraph, placed
from fpad.cli.target import Target, load
from fpad.cli.terminal import print_code, print_explanation, print_heading, print_report
from fpad.cli.values import Given
from fpad.cli.values import parse as parse_values
from fpad.derivative import Derivative, Request
from fpad.runtime.errors import FpadError, InputError
from fpad.runtime.formats import format_of
from fpad.transforms.errors import TransformError

if TYPE_CHECKING:
    from fpad.sparse import SparseDerivative

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
    _known_precision(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with _about(target, given):
        derivative = _derivative(target, options)
        _known(given, inspect.signature(derivative._base))
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
    _known_precision(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with _about(target, given):
        derivative = _derivative(target, options)
        signature = inspect.signature(derivative._base)
        _known(given, signature)
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
        values = _all_values(signature, given)
        with contextlib.redirect_stdout(sys.stderr):  # what the function prints
            try:
                explanation = explained(derivative, program, live, kinds, values)
            except FpadError:
                raise
            except Exception:
                if values is not None:
                    _called(derivative._base, signature, values)  # in a line of the user, if so
                raise
    if options.json:
        print(explanation.to_json())
    else:
        print_explanation(str(explanation))
    return 0


def _all_values(signature: inspect.Signature, given: Given) -> dict[str, Any] | None:
    """A value for every parameter, defaults included; None where one has none."""
    values: dict[str, Any] = {}
    empty: dict[Any, Any] = {
        inspect.Parameter.VAR_POSITIONAL: (),
        inspect.Parameter.VAR_KEYWORD: {},
    }
    for p in signature.parameters.values():
        value = given.values.get(p.name, empty.get(p.kind, p.default))
        if value is p.empty:
            return None
        values[p.name] = value
    return values


def _called(
    function: Callable[..., Any], signature: inspect.Signature, values: Mapping[str, Any]
) -> None:
    """Call a function with a value for every parameter."""
    args, kwargs = Binder(signature).unbind(values)
    function(*args, **kwargs)


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


def check(options: argparse.Namespace) -> int:
    """Print the report of the checker."""
    _known_precision(options.precision)
    given = parse_values(options.at)
    target = load(options.target)
    with _about(target, given):
        signature = _wrt_known(target.function, options.wrt)
        args = _arguments(signature, given, target.place)
        from fpad.check import check as checked

        with contextlib.redirect_stdout(sys.stderr):  # what the function prints
            try:
                report = checked(
                    target.function, *args, wrt=options.wrt, precision=options.precision
                )
            except FpadError:
                raise
            except Exception:
                target.function(*args)  # fails in a line of the user, if the fault is theirs
                raise
    if options.json:
        print(report.to_json())
    else:
        print_report(str(report))
    return int(report.exit_code)


def sweep(options: argparse.Namespace) -> int:
    """Print how often a function has no derivative, and how often AD is wrong."""
    from fpad.cli import sweeping

    over, fixed = sweeping.parse_over(options.over), parse_values(options.at)
    target = load(options.target)
    with _about(target, over):
        signature = _wrt_known(target.function, tuple(over.values))
        _known(over, signature)
        _known(fixed, signature)
        return sweeping.sweep(options, target, over, fixed)


# ---------------------------------------------------------------- what the options mean


def _derivative(target: Target, options: argparse.Namespace) -> Derivative:
    """The derivative that is asked for; of one that a decorator made, itself."""
    what = options.what or ("primal" if isinstance(target.function, Derivative) else "grad")
    chosen = {
        "precision": options.precision,
        "record": options.record,
        "backend": options.backend,
    }
    if what == "vmap":
        mapped = (0, 0)
        return Derivative(target.function, Request("vmap", axes=mapped, **chosen))
    if what == "primal":
        return Derivative(target.function, Request("primal", wrt=options.wrt, **chosen))
    _wrt_known(target.function, options.wrt)
    if options.sparse:
        if what not in ("jacobian", "hessian"):
            reason = f"--sparse is of a matrix, and --what {what} makes none"
            remedy = "add --what jacobian, or --what hessian"
            raise UsageError(reason, Place("--sparse", 1), remedy)
        sparse: SparseDerivative = getattr(api, what)(
            target.function, options.wrt, sparse=True, **chosen
        )
        return sparse.products()
    made: Derivative = getattr(api, what)(target.function, options.wrt, **chosen)
    return made


def _wrt_known(function: Any, wrt: Any) -> inspect.Signature:
    """The signature of a function that has the parameters that wrt names."""
    if not isinstance(function, Derivative):
        from fpad.transforms.source import read

        read(function)  # says what is no function
    signature = inspect.signature(function)
    try:
        resolve_wrt(wrt, signature, function)
    except InputError as error:
        shown = ",".join(map(str, wrt)) if isinstance(wrt, tuple) else str(wrt)
        raise UsageError(str(error), Place(f"--wrt {shown}", 7)) from None
    return signature


def _known_precision(precision: str | None) -> None:
    if precision is not None:
        try:
            format_of(precision)
        except ValueError as error:
            raise UsageError(str(error), Place(f"--precision {precision}", 13)) from None


def _known(given: Given, signature: inspect.Signature) -> None:
    """Every value is for a parameter."""
    names = ", ".join(signature.parameters) or "none"
    for name, place in given.places.items():
        if name not in signature.parameters:
            raise UsageError(f"there is no parameter {name}", place, f"the parameters are: {names}")


def _arguments(signature: inspect.Signature, given: Given, target: Place) -> list[Any]:
    """Positional arguments from values by name; what is not given has its default.

    Raises:
        UsageError: a value is missing, or cannot be given by position.
    """
    _known(given, signature)
    args: list[Any] = []
    for p in signature.parameters.values():
        if p.kind is inspect.Parameter.VAR_POSITIONAL:
            args.extend(given.values.get(p.name, ()))
        elif p.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
            if p.name in given.places:
                remedy = "write a function that calls it with this value"
                reason = f"{p.name} is given by keyword only, which check cannot do"
                raise UsageError(reason, given.places[p.name], remedy)
        elif p.name in given.values:
            args.append(given.values[p.name])
        elif p.default is not p.empty:
            args.append(p.default)
        else:
            remedy = f"--at '{p.name}=1.0' or --at '{p.name}=[0.0, 1.0]'"
            raise UsageError(f"there is no value for the parameter {p.name}", target, remedy)
    return args


@contextlib.contextmanager
def _about(target: Target, given: Given) -> Iterator[None]:
    """Errors get the place on the command line that they are about, if they have none."""
    try:
        yield
    except FpadError as error:
        named = [n for n in given.places if str(error).startswith(f"argument {n} ")]
        told = placed(error, given.places[named[0]] if named else target.place)
        if told is error:
            raise
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        raise told from error
    except BrokenPipeError:
        raise
    except Exception as error:
        found = in_file(error, target.file) or in_file(error, generated_file(error))
        if found is None:
            raise
        raise found from error
