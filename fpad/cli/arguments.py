"""The options of the command line."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from typing import Any, NoReturn

from fpad._version import __version__
from fpad.cli.problems import Place, UsageError

ABOUT = """\
fpad turns a Python function into readable derivative code, and says whether the
derivative that this code computes is the true one."""

EXAMPLES = """\
examples:
  fpad show model.py:loss                        the gradient in the first parameter, as code
  fpad show model.py:loss --wrt w,b --at 'w=[0.0]; b=0.5'
  fpad show model.py:loss --precision bfloat16   with every rounding in sight
  fpad show model.py:loss --passes               the program after each pass of the compiler
  fpad check model.py:loss --at 'w=[0.0, 1.0]'   is the gradient right there?
  fpad sweep model.py:net --over 'w=float8_e5m2' how often is it wrong, over all values
  fpad trace model.py:loss --at 'w=[0.0, 1.0]'   which branch is taken where
  fpad explain model.py:loss                     what is saved, copied, active, and why

A command says more about itself: fpad show --help."""

SHOW_EXAMPLES = """\
examples:
  fpad show model.py:loss --what value_and_grad
  fpad show model.py:loss --what hessian --sparse
  fpad show package.module:loss --wrt w
  fpad show model.py:loss --at 'w=[0.0, 1.0]; n=3'   n is an int here, not an array
  fpad show model.py:loss --at point.npz

Parameters without a value are taken to be what their annotation or default says, and arrays
otherwise. The values themselves do not matter: the code is the same for all values of a kind."""

CHECK_EXAMPLES = """\
examples:
  fpad check model.py:loss --at 'w=[0.0, 1.0]'
  fpad check model.py:loss --at point.json --wrt w --json
  fpad check model.py:loss --at 'x=0.0; scale=2.0' --html loss.html --sarif fpad.sarif
  fpad check model.py:loss --at points.npz --batch

exit status:
  0  the derivative exists here, and the code returns it
  1  the code returns something else, or there is no derivative
  2  the command cannot be carried out
  3  the function is undefined here, or nothing was proved"""

TRACE_EXAMPLES = """\
examples:
  fpad trace model.py:loss --at 'w=[0.0, 1.0]'
  fpad trace model.py:loss --at point.npz --diff bfloat16       what is chosen otherwise in bfloat16
  fpad trace model.py:loss --at 'x=1.0' --diff 'x=1.5'          what is chosen otherwise there
  fpad trace model.py:loss --at 'x=1.0' --json                  every choice of every trip

exit status:
  0  the function was run; with --diff: all choices are the same
  1  with --diff: some choices are different
  2  the command cannot be carried out"""

EXPLAIN_EXAMPLES = """\
examples:
  fpad explain model.py:loss
  fpad explain model.py:loss --at 'w=[0.0, 1.0]; n=3'   runs it once, to count bytes
  fpad explain model.py:loss --wrt w,b --what jvp
  fpad explain model.py:loss --at point.npz --json

Parameters without a value are taken to be what their annotation or default says, and arrays
otherwise. Bytes are counted where every parameter has a value or a default."""

SWEEP_EXAMPLES = """\
examples:
  fpad sweep model.py:neuron --over 'w=float8_e4m3fn; b=float8_e4m3fn'
  fpad sweep model.py:net --over 'w=[-1, 0, 1]:2x3; b=float8_e5m2:2' --at 'x=[0.5, 1.0, -1.0]'
  fpad sweep model.py:net --over 'w=float8_e4m3fn:6' --samples 1000000 --workers 2
  fpad sweep model.py:net --over .. --resume net.sweep     goes on where it was stopped

exit status:
  0  wherever there is a derivative, the code returns it
  1  the code returns something else at a point
  2  the command cannot be carried out
  3  nothing was proved about some of the points"""

OVER = """\
what parameters run through: 'w=float8_e4m3fn; b=[-1, 0, 1]:3', a format or numbers, and for an
array its shape behind a colon, as :3 or :2x3; may be repeated"""

AT = """\
values of parameters: 'x=[0.0, 1.0]; n=3', or a .json or .npz file that holds them; may be
repeated. Only literals are read, nothing is evaluated. A list of numbers is an array."""


class _Parser(argparse.ArgumentParser):
    """A parser that leaves the wording of its errors to `problem`."""

    def error(self, message: str) -> NoReturn:
        raise _Misuse(message, self.prog)


class _Misuse(Exception):
    """What argparse has to say, and the command that it says it about."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a command line.

    Raises:
        UsageError: the command line has a mistake.
        SystemExit: help or version were printed.
    """
    try:
        return _parser().parse_args(argv)
    except _Misuse as misuse:
        message, command = misuse.args
        raise _problem(message, command, argv) from None


def help_text() -> str:
    """What `fpad --help` prints."""
    return _parser().format_help().rstrip()


def _problem(message: str, command: str, argv: Sequence[str]) -> UsageError:
    """An error of argparse with the place on the command line that it is about."""
    shown = shlex.join(["fpad", *argv])
    wrong = (
        re.search(r"unrecognized arguments: (\S+)", message)
        or re.search(r"invalid choice: '([^']*)'", message)
        or re.search(r"argument ([^:\s]+?)[:/]", message)
    )
    column = len(shown) + 2
    if wrong is not None:
        for k, token in enumerate(argv):
            if token.split("=")[0] == wrong[1] or token.endswith(wrong[1]):
                column = len(shlex.join(["fpad", *argv[:k]])) + 2
                break
    return UsageError(message, Place(shown, column), f"see {command} --help")


def wrt(text: str) -> Any:
    """`x` or `0`: one parameter; `x,b`: a tuple of parameters, also `x,`."""
    parts = [p.strip() for p in text.split(",")]
    chosen = tuple(int(p) if re.fullmatch(r"-?\d+", p) else p for p in parts if p)
    return chosen if "," in text else (chosen or ("",))[0]


def _parser() -> argparse.ArgumentParser:
    def describe(text: str, examples: str) -> dict[str, Any]:
        return {
            "description": text,
            "epilog": examples,
            "formatter_class": argparse.RawDescriptionHelpFormatter,
            "allow_abbrev": False,
        }

    parser = _Parser(prog="fpad", **describe(ABOUT, EXAMPLES))
    parser.add_argument("--version", action="version", version=f"fpad {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    text = "print the code that fpad generates for a derivative"
    show = commands.add_parser("show", help=text, **describe(f"{text}.", SHOW_EXAMPLES))
    _common(show)
    _what(show)
    show.add_argument(
        "--sparse",
        action="store_true",
        help="of a jacobian or hessian as scipy.sparse: the products with seeds that make it",
    )
    show.add_argument("--record", action="store_true", help="with the record of every branch")
    show.add_argument(
        "--backend", choices=("numpy", "cupy"), default="numpy", help="default: numpy"
    )
    show.add_argument(
        "--passes", action="store_true", help="the program after each pass, and the code at last"
    )
    text = "say what the code of a derivative saves and copies, and why"
    explain = commands.add_parser("explain", help=text, **describe(f"{text}.", EXPLAIN_EXAMPLES))
    _common(explain)
    _what(explain)
    explain.set_defaults(record=False, backend="numpy", sparse=False)
    explain.add_argument("--json", action="store_true", help="the same as JSON")
    text = "say whether the derivative is right at a point"
    check = commands.add_parser("check", help=text, **describe(f"{text}.", CHECK_EXAMPLES))
    _common(check)
    check.add_argument(
        "--seed",
        metavar="VALUE",
        help="of an output that is no single number: its cotangent, as '[1.0, 0.0]'; of a jvp the "
        "tangent",
    )
    check.add_argument(
        "--batch",
        action="store_true",
        help="many points: the first axis of what is differentiated by counts them",
    )
    check.add_argument("--json", action="store_true", help="the report as JSON, without losses")
    check.add_argument(
        "--html",
        metavar="FILE",
        help="write a page: source with its kinks, generated code, a picture of the pieces",
    )
    check.add_argument(
        "--sarif", metavar="FILE", help="write what is wrong for code review (SARIF 2.1.0)"
    )
    text = "run a function and print what it chooses at each place, and how far the boundaries are"
    trace = commands.add_parser("trace", help=text, **describe(f"{text}.", TRACE_EXAMPLES))
    _common(trace)
    trace.add_argument(
        "--what",
        choices=("primal", "grad", "value_and_grad", "jacobian", "hessian"),
        help="what is run: the function itself (default), or a derivative of it",
    )
    trace.add_argument(
        "--diff",
        metavar="OTHER",
        help="what another run chooses otherwise: in another format (float32, bfloat16), or at "
        "other values ('x=0.5', a .json or .npz file)",
    )
    trace.add_argument(
        "--limit",
        metavar="N",
        type=int,
        default=8,
        help="trips that are shown of a place (default: 8; the nearest to a boundary among them)",
    )
    trace.add_argument(
        "--nearest",
        metavar="N",
        type=int,
        default=3,
        help="entries nearest to a boundary that are named (default: 3)",
    )
    trace.add_argument("--json", action="store_true", help="all choices as JSON")
    text = "count the machine numbers at which a derivative is wrong or missing"
    sweep = commands.add_parser("sweep", help=text, **describe(f"{text}.", SWEEP_EXAMPLES))
    _target(sweep)
    sweep.add_argument("--over", metavar="VALUES", action="append", required=True, help=OVER)
    sweep.add_argument("--at", metavar="VALUES", action="append", default=[], help=f"other {AT}")
    sweep.add_argument(
        "--samples", metavar="N", type=int, help="draw N points at random; counts are estimates"
    )
    sweep.add_argument("--seed", metavar="N", type=int, default=0, help="of the draws (default: 0)")
    sweep.add_argument(
        "--confidence", metavar="C", type=float, default=0.99, help="of intervals (default: 0.99)"
    )
    sweep.add_argument(
        "--max-pointwise",
        metavar="N",
        type=int,
        default=10_000,
        help="how many points may be decided one by one (default: 10000)",
    )
    sweep.add_argument("--workers", metavar="N", type=int, default=1, help="processes (default: 1)")
    sweep.add_argument(
        "--resume", metavar="FILE", help="keep what is done there, and go on from it"
    )
    sweep.add_argument("--save", metavar="FILE.npz", help="write counts, verdicts and points")
    sweep.add_argument("--json", action="store_true", help="the counts as JSON")
    return parser


WHAT = (
    *("grad", "value_and_grad", "jvp", "vjp", "jacobian", "hessian", "hvp"),
    *("vmap", "primal"),
)


def _what(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--what",
        choices=WHAT,
        help="which derivative (default: grad; primal is the function itself, vmap the function "
        "for many examples, one a row)",
    )


def _target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="FILE.py:function or module:function")


def _common(parser: argparse.ArgumentParser) -> None:
    _target(parser)
    parser.add_argument(
        "--wrt",
        metavar="X",
        type=wrt,
        default=0,
        help="name or index of a parameter, or several with commas (default: the first)",
    )
    parser.add_argument(
        "--precision", metavar="P", help="round every operation to a format, such as bfloat16"
    )
    parser.add_argument("--at", metavar="VALUES", action="append", default=[], help=AT)
