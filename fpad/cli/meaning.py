"""What the options of a command mean: a derivative, arguments, and the place of an error."""

from __future__ import annotations

import argparse
import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fpad import api
from fpad.binding import Binder, resolve_wrt
from fpad.cli.problems import Place, UsageError, generated_file, in_file, placed
from fpad.cli.target import Target
from fpad.cli.values import Given
from fpad.derivative import Derivative, Request
from fpad.runtime.errors import FpadError, InputError
from fpad.runtime.formats import format_of

if TYPE_CHECKING:
    from fpad.sparse import SparseDerivative


def asked(target: Target, options: argparse.Namespace) -> Derivative:
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
    wrt_known(target.function, options.wrt)
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


def wrt_known(function: Any, wrt: Any) -> inspect.Signature:
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


def precision_known(precision: str | None) -> None:
    """The format has a name that is known, if one is given."""
    if precision is not None:
        try:
            format_of(precision)
        except ValueError as error:
            raise UsageError(str(error), Place(f"--precision {precision}", 13)) from None


def all_known(given: Given, signature: inspect.Signature) -> None:
    """Every value is for a parameter."""
    names = ", ".join(signature.parameters) or "none"
    for name, place in given.places.items():
        if name not in signature.parameters:
            raise UsageError(f"there is no parameter {name}", place, f"the parameters are: {names}")


def arguments(
    signature: inspect.Signature, given: Given, target: Place
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments by position and by keyword, from values by name; what is not given has its default.

    Raises:
        UsageError: a value is missing.
    """
    all_known(given, signature)
    values = all_values(signature, given)
    if values is None:
        missing = next(p.name for p in signature.parameters.values() if _is_missing(p, given))
        remedy = f"--at '{missing}=1.0' or --at '{missing}=[0.0, 1.0]'"
        raise UsageError(f"there is no value for the parameter {missing}", target, remedy)
    return Binder(signature).unbind(values)


_EMPTY: Mapping[Any, Any] = {
    inspect.Parameter.VAR_POSITIONAL: (),
    inspect.Parameter.VAR_KEYWORD: {},
}


def _is_missing(p: inspect.Parameter, given: Given) -> bool:
    return p.name not in given.values and p.default is p.empty and p.kind not in _EMPTY


def all_values(signature: inspect.Signature, given: Given) -> dict[str, Any] | None:
    """A value for every parameter, defaults included; None where one has none."""
    parameters = signature.parameters.values()
    if any(_is_missing(p, given) for p in parameters):
        return None
    return {p.name: given.values.get(p.name, _EMPTY.get(p.kind, p.default)) for p in parameters}


def call(
    function: Callable[..., Any], signature: inspect.Signature, values: Mapping[str, Any]
) -> None:
    """Call a function with a value for every parameter."""
    args, kwargs = Binder(signature).unbind(values)
    function(*args, **kwargs)


@contextlib.contextmanager
def telling(target: Target, given: Given) -> Iterator[None]:
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
