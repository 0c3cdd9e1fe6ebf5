"""What is checked: a function at a point, as a level-2 program with flat arguments.

check(f, {"w": x, "b": 0.5})      program of f for these kinds
                                  floats  [x, 0.5]        what the generated code is given
                                  exact   [x, 1/2]        the rationals that these stand for
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np

from fpad.binding import Binder, resolve_wrt
from fpad.check.evaluate import lifted
from fpad.check.exact import ONE, Exact, lift
from fpad.check.programs import derivative_of, program_of
from fpad.derivative import Request
from fpad.leaves import promoted, promoted_kind
from fpad.runtime.errors import InputError
from fpad.runtime.formats import format_of
from fpad.runtime.rounding import round_to
from fpad.transforms.ir import Const, Program, Tree, leaves
from fpad.transforms.kinds import Kind, children, is_object, kind_of
from fpad.transforms.structures import build, flatten


@dataclass
class Subject:
    """A function at a point.

    Attributes:
        function: the function as given.
        original, named: its arguments as given, by position and by keyword.
        args, kwargs: its arguments, floats instead of fractions.
        given: parameter name -> argument, fractions kept.
        names: the parameters that are differentiated by; `single` if wrt was not a tuple.
        kinds: parameter name -> kind.
        program: what is checked, with the roundings of `precision`.
        floats: the flat arguments.
        flat: the flat arguments as given.
        readers: what makes rationals of the flat arguments.
        wrt: positions among them that are differentiated by.
        trees: parameter name -> where its leaves are.
        result: the structure of the result.
        precision: the name of the format, None for plain floats.
    """

    function: Callable[..., Any]
    original: tuple[Any, ...]
    named: dict[str, Any]
    args: list[Any]
    kwargs: dict[str, Any]
    given: dict[str, Any]
    names: tuple[str, ...]
    single: bool
    kinds: Mapping[str, Kind]
    program: Program
    floats: list[Any]
    flat: list[Any]
    readers: list[Callable[[Any], Any]]
    wrt: tuple[int, ...]
    trees: Mapping[str, Tree]
    result: Tree
    precision: str | None

    @cached_property
    def exact(self) -> list[Any]:
        """The flat arguments as the rationals that they stand for: made when they are needed."""
        return [read(v) for read, v in zip(self.readers, self.flat, strict=True)]

    def keep(self) -> None:
        """Keep what the arrays hold now: their owner may write them before they are read."""
        self.flat = [v.copy() if isinstance(v, np.ndarray) else v for v in self.flat]
        self.floats = [v.copy() if isinstance(v, np.ndarray) else v for v in self.floats]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the arguments that are differentiated by, in order."""
        return tuple(np.shape(self.floats[k]) for k in self.wrt)

    @property
    def size(self) -> int:
        """How many numbers that makes."""
        return sum(int(np.prod(s, dtype=int)) for s in self.shapes)


def about(s: Subject, seed: Any) -> dict[str, Any]:
    """What was checked, without its numbers."""
    return {
        "function": getattr(s.function, "__name__", repr(s.function)),
        "precision": s.precision,
        "wrt": list(s.names),
        "seed": seed,
    }


def subject(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    wrt: Any,
    precision: Any,
    named: Mapping[str, Any] | None = None,
) -> Subject:
    """The program of a function for these arguments.

    Raises:
        InputError: wrt names no parameter, or an argument cannot be differentiated by.
        TransformError: the function uses something that is refused.
    """
    primal = derivative_of(function, Request("primal", wrt, precision=precision))
    signature = primal.__signature__
    assert isinstance(signature, inspect.Signature)
    names, single = resolve_wrt(wrt, signature, function)
    binder = Binder(signature)
    given = dict(binder.bind(args, dict(named or {})))
    floats = {n: as_float(v) for n, v in given.items()}
    for n in names:
        floats[n] = promoted(floats[n])
    kinds = {n: kind_of(v, f"argument {n}") for n, v in floats.items()}
    for n in {*names, *primal.promoted} & set(kinds):
        kinds[n] = promoted_kind(kinds[n], f"argument {n}")
    program, live = program_of(primal, kinds)
    fmt = None if precision is None else format_of(precision)
    boundary = program.main.boundary
    assert boundary is not None
    env: dict[Any, tuple[Any, Any, Callable[[Any], Any]]] = {}
    atoms: dict[str, list[Any]] = {}
    for p in boundary.parameters:
        if p.use == "live":
            continue
        if p.use == "one":
            env.update((atom, (1.0, 1.0, lambda _: ONE)) for atom in leaves(p.tree))
            continue
        atoms[p.name] = list(leaves(p.tree))
        exact = flatten(given[p.name], p.tree)
        numbers = flatten(floats[p.name], p.tree)
        for atom, f, e in zip(atoms[p.name], numbers, exact, strict=True):
            env[atom] = (f, e, partial(_exact, fmt=fmt, wrt=p.name in names))
    for item in live:
        for atom, v in zip(item.leaves, flatten(item.read(), item.tree), strict=True):
            env[atom] = (v, v, partial(_exact, fmt=fmt, wrt=False))
    main = program.main
    for p, (v, _, _) in env.items():
        if getattr(v, "dtype", None) == np.longdouble and np.longdouble is not np.float64:
            raise InputError(
                f"{p} is a {v.dtype}: check reads numbers as doubles; convert it to float64"
            )
    wanted = [a for n in names for a in atoms[n]]
    inputs, keywords = binder.unbind(floats)
    return Subject(
        function,
        args,
        dict(named or {}),
        inputs,
        keywords,
        given,
        names,
        single,
        kinds,
        program,
        [env[p][0] for p in main.params],
        [env[p][1] for p in main.params],
        [env[p][2] for p in main.params],
        tuple(main.params.index(a) for a in wanted if _is_real(env[a][0])),
        {p.name: p.tree for p in boundary.parameters},
        boundary.result,
        None if fmt is None else fmt.name,
    )


def as_float(value: Any) -> Any:
    """The argument with fractions rounded to floats, also inside structures.

    Raises:
        InputError: a fraction is too large.
    """
    if isinstance(value, Fraction):
        try:
            return float(value)
        except OverflowError:
            raise InputError("a fraction among the arguments is too large for a float") from None
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return np.array([as_float(v) for v in value.ravel()], dtype=float).reshape(value.shape)
    if isinstance(value, dict | list | tuple) or is_object(type(value)):
        keys, items = children(value)
        parts = [as_float(v) for v in items]
        same = all(a is b for a, b in zip(parts, items, strict=True))
        return value if same else build(type(value), keys, parts)
    return value


def _is_real(value: Any) -> bool:
    return bool(np.asarray(value).dtype.kind == "f")


def _exact(value: Any, fmt: Any, wrt: bool) -> Any:
    """The rationals that an argument stands for, in memory of their own."""
    if wrt and np.asarray(value).dtype.kind in "iu":
        value = promoted(value)
    out = lifted(at_entry(value, fmt))
    if isinstance(out, np.ndarray) and value is not None and out.dtype.kind == "O":
        numbers = np.empty(out.shape, object)
        numbers[...] = np.frompyfunc(lift, 1, 1)(out)
        return numbers
    return out.copy() if isinstance(out, np.ndarray) else out


def at_entry(value: Any, fmt: Any) -> Any:
    """The value after the entry rounding of the generated code, which is none without a format."""
    if fmt is None:
        return value
    value = as_float(value)
    real = (
        isinstance(value, float | np.floating) or getattr(value, "dtype", np.dtype(int)).kind == "f"
    )
    return round_to(value, fmt) if real else value


def scalar_of(results: Sequence[Any], tree: Tree, seed: Any) -> Any:
    """The number that is differentiated: the result, or its inner product with the seed.

    Raises:
        InputError: without a seed, a result that is not a single number.
    """
    values = _leaf_values(results, tree)
    if seed is None:
        if len(values) != 1 or np.shape(values[0]) != ():
            raise InputError(
                "check needs an output of shape (): sum it, index it, or give seed=, an array of "
                "the output's structure and shape"
            )
        y = values[0]
        return y.item() if isinstance(y, np.ndarray) else y
    total: Any = Exact(Fraction(0))
    for y, s in zip(values, flatten(seed, tree), strict=True):
        terms = np.asarray(lifted(s, True), dtype=object) * np.asarray(y, dtype=object)
        for t in np.asarray(terms, dtype=object).ravel():
            total = total + t
    return total


def _leaf_values(results: Sequence[Any], tree: Tree) -> list[Any]:
    """The leaves of the result in the order of its structure."""
    rest = iter(results)
    out = []
    for atom in leaves(tree):
        value = next(rest)
        out.append(atom.value if isinstance(atom, Const) else value)
    return out
