"""Calls of a derivative, as fast as Python allows.

A *runner* is made for the types of the arguments of one call.  It is a function written for them:

    def run(args):
        if len(args) != 2 or type(args[0]) is not float or type(args[1]) is not float:
            return MISS
        if globals.get('np') is not numpy:
            return MISS
        return float(call(*args))

It looks at types, dtypes and keys without building anything that is hashed, sees whether what was
resolved still holds, calls the generated function, and gives the result the argument's types.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.leaves import Fit, fit_of
from fpad.transforms.ir import Leaf, Node, Tree
from fpad.transforms.kinds import signature

if TYPE_CHECKING:
    from fpad.entry import Entry

Runner = Callable[[tuple[Any, ...]], Any]

MISS: Any = object()
"""What a runner returns for arguments that are not its own."""

_ndarray = np.ndarray
_FLOAT64 = np.dtype(np.float64)
_NUMBERS = frozenset((float, int, np.float64, np.float32, np.int64))
_dtype, _ndim = attrgetter("dtype"), attrgetter("ndim")


def make_runner(entry: Entry, args: tuple[Any, ...]) -> Runner | None:
    """The function that runs an entry for arguments with the types of these.

    None if the generated function cannot be called with these arguments as they are.
    """
    rest = entry.rest(args)
    if rest is None:
        return None
    text = _Text()
    text.unless(f"len(args) == {len(args)}")
    for k, value in enumerate(args):
        text.unless(text.like(f"args[{k}]", value))
    for guard in entry.derived.guards:
        text.unless(guard.written(text.name))
    given = dict(zip(entry.positional, (*args, *rest), strict=False))
    more = [f"{name}={text.name(one)}" for name, one in entry.one(given).items()]
    for k, live in enumerate(entry.derived.live):
        read = f"{text.name(live.read)}()"
        if type(live.container) is dict:
            read = f"{text.name(live.container)}.get({live.name!r})"
        text.line(f"live{k} = {read}")
        if live.tells:
            text.unless(f"{text.name(live.holds)}()")
        elif not live.fixed:
            text.unless(text.like(f"live{k}", live.read()))
        if isinstance(live.tree, Leaf):
            more.append(f"{live.leaves[0]}=live{k}")
        else:
            more.append(f"**{text.name(live.flat)}(live{k})")
    if rest:
        text.line(f"args = (*args, *{text.name(rest)})")
    call = f"{text.name(entry.derived.call)}({', '.join(['*args', *more])})"
    finish = entry.finisher((*args, *rest))
    if finish is fit_float:
        text.line(f"return float({call})")
    else:
        text.line(f"return {text.name(finish)}({call}, args)")
    return text.function()


class _Text:
    """The text of a runner, and the objects that it refers to."""

    def __init__(self) -> None:
        self._lines = ["def run(args):"]
        self._objects: dict[str, Any] = {
            "MISS": MISS,
            "ndarray": _ndarray,
            "dtype": _dtype,
            "ndim": _ndim,
        }

    def name(self, value: Any) -> str:
        """A name for an object."""
        name = f"o{len(self._objects)}"
        self._objects[name] = value
        return name

    def line(self, text: str) -> None:
        self._lines.append(f"    {text}")

    def unless(self, test: str) -> None:
        """Leave unless the test holds."""
        self.line(f"if not ({test}):")
        self.line("    return MISS")

    def like(self, x: str, value: Any) -> str:
        """The test whether x has the type, dtype, rank and structure of a value."""
        cls = type(value)
        if value is None or cls is bool:
            return f"{x} is {value}"
        if cls in _NUMBERS:
            return f"type({x}) is {self.name(cls)}"
        if cls is _ndarray:
            return (
                f"type({x}) is ndarray and {x}.dtype == {self.name(value.dtype)} "
                f"and {x}.ndim == {value.ndim}"
            )
        if cls is dict and all(type(v) is _ndarray for v in value.values()):
            types = self.name((*value, *map(type, value.values())))
            dtypes = self.name([*map(_dtype, value.values())])
            ranks = self.name([*map(_ndim, value.values())])
            return (
                f"type({x}) is dict and (*{x}, *map(type, {x}.values())) == {types} "
                f"and [*map(dtype, {x}.values())] == {dtypes} "
                f"and [*map(ndim, {x}.values())] == {ranks}"
            )
        return f"{self.name(signature)}(({x},)) == {self.name(signature((value,)))}"

    def function(self) -> Runner:
        exec("\n".join(self._lines), self._objects)
        run: Runner = self._objects["run"]
        return run


# ---------------------------------------------------------------- results


def fit_float(result: Any, args: tuple[Any, ...]) -> float:
    """The gradient of a Python float."""
    return float(result)


def fit_for(tree: Tree, argument: Any) -> Fit:
    """As `fit_of`, for arguments with the types and dtypes of this one."""
    slow = fit_of(tree)
    if isinstance(tree, Leaf):
        if type(argument) is float:
            return fit_float
        if type(argument) is _ndarray and argument.dtype == _FLOAT64:

            def fit_array(result: Any, argument: Any) -> Any:
                if type(result) is _ndarray and result.dtype is _FLOAT64:
                    return result
                return slow(result, argument)

            return fit_array
    if isinstance(tree, Node) and tree.make is dict and _all_float64(argument):
        types, dtypes = [_ndarray] * len(argument), [_FLOAT64] * len(argument)

        def fit_arrays(result: Any, argument: Any) -> Any:
            values = result.values()
            if [*map(type, values)] == types and [*map(_dtype, values)] == dtypes:
                return result
            return slow(result, argument)

        return fit_arrays
    return slow


def _all_float64(argument: dict[Any, Any]) -> bool:
    return all(type(v) is _ndarray and v.dtype == _FLOAT64 for v in argument.values())
