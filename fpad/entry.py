"""One derivation of a derivative: the generated function for one kind signature, and its calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.binding import Binder
from fpad.by_value import NUMBERS, ByValue
from fpad.dispatch import fit_float, fit_for
from fpad.leaves import (
    Fit,
    fit_of,
    has_integers,
    narrow_of,
    narrowed,
    promoted,
    promoted_kind,
    real,
)
from fpad.transforms.errors import TransformError
from fpad.transforms.ir import Leaf
from fpad.transforms.kinds import (
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    Kind,
    NodeKind,
    kind_of,
)
from fpad.transforms.pipeline import Derived, build
from fpad.transforms.source import read
from fpad.transforms.structures import flatten
from fpad.transforms.told import INTS

if TYPE_CHECKING:
    from fpad.derivative import Derivative

_ASSUMED: dict[Any, Kind] = {float: FLOAT, int: INT, bool: BOOL, np.ndarray: ARRAY}
_BY_TEXT: dict[str, Kind] = {"float": FLOAT, "int": INT, "np.ndarray": ARRAY}


class Entry:
    """The generated code for one kind signature, ready to be called.

    Attributes:
        derived: text, program, loaded function, live data, guards.
        kinds: the kinds of the parameters.
        by_value: the numbers among the arguments that count by their values; None: none does.
    """

    def __init__(self, derivative: Derivative, derived: Derived, kinds: Mapping[str, Kind]) -> None:
        self.by_value: ByValue | None = None
        self.derived = derived
        self.kinds = kinds
        self._derivative = derivative
        self._binder = derivative._binder
        self._promoted = tuple(
            n for n in derivative.promoted if n in kinds and has_integers(kinds[n])
        )
        parameters = derived.boundary.parameters
        self._seeds = tuple(p for p in parameters if p.use == "seed")
        self._trees = {p.name: p.tree for p in parameters}
        targets = derivative._targets[-1][0]
        fits = {n: fit_of(self._trees[n]) for n in targets}
        self._finish = _finisher(derivative, derived, fits)
        self._one = dict(derived.one)
        self._count = len(self._binder.positional)
        self._seed_names = tuple(p.name for p in self._seeds)
        self._direct = self._binder.simple_with(self._seed_names) and not self._promoted

    def valid(self) -> bool:
        """Are the functions and modules that were resolved still what they were?"""
        return _holds(self.derived)

    def rest(self, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """What follows these arguments in a call of the generated function by position.

        None if it cannot be called like that.
        """
        plain = self._direct and not self._seeds and self.by_value is None
        return self._binder.rest(args) if plain else None

    @property
    def positional(self) -> tuple[str, ...]:
        """The parameters that are given by position, in order."""
        return tuple(self._binder.positional)

    def finisher(self, args: tuple[Any, ...]) -> Finish:
        """What is left to do for the results of calls with arguments of the types of these."""
        derivative = self._derivative
        given = dict(zip(self._binder.positional, args, strict=True))
        fits = {n: fit_for(self._trees[n], given[n]) for n in derivative._targets[-1][0]}
        return _finisher(derivative, self.derived, fits)

    def one(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The closing cotangent, for arguments by name: of the float type of all that is NumPy's.

        Python floats may stand beside, unless a derivative is asked for in one of them.
        """
        if not self._one:
            return {}
        names = [n for n in self._trees if n in given]
        values = {n: list(flatten(given[n], self._trees[n])) for n in names}
        wrt = [v for n in self._derivative._targets[-1][0] for v in values.get(n, ())]
        outside = self._outside().values()
        dtype = narrow_of([*(v for vs in values.values() for v in vs), *outside])
        if dtype == np.float64 or any(isinstance(v, float | int) for v in wrt):
            return self._one
        return {name: dtype.type(value) for name, value in self._one.items()}

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call the generated function and give its result the types of the arguments."""
        call = self.derived.call
        if self._direct and len(args) == self._count and tuple(kwargs) == self._seed_names:
            for seed in self._seeds:
                if not isinstance(seed.tree, Leaf):
                    flatten(kwargs[seed.name], seed.tree)
            one = self.one(dict(zip(self._binder.positional, args, strict=True)))
            return self._finish(call(*args, **kwargs, **one, **self._outside()), args)
        values = self._binder.bind(args, kwargs)
        for name in self._promoted:
            values[name] = promoted(values[name])
        for seed in self._seeds:
            flatten(values[seed.name], seed.tree)
        inputs, named = self._binder.unbind(values)
        given = self._binder.bind(args, kwargs) if self._promoted else values
        one = self.one(values)
        return self._finish(call(*inputs, **named, **one, **self._outside()), given)

    def _outside(self) -> dict[str, Any]:
        """The data that the function reads from outside, by the name of its parameter."""
        named: dict[str, Any] = {}
        for live in self.derived.live:
            named.update(live.flat(live.read()))
        return named


Finish = Callable[[Any, Any], Any]
"""(what the generated function returned, arguments) -> what the derivative returns.

The arguments are the tuple of all of them by position, or a dict by name.
"""


def _finisher(derivative: Derivative, derived: Derived, fits: Mapping[str, Fit]) -> Finish:
    finish = _values(derivative, derived, fits)
    if derived.sites is None:
        return finish
    from fpad.records import BranchRecord

    sites = derived.sites

    def recorded(result: Any, given: Any) -> Any:
        value, recorder = result
        measure = partial(_measured, derivative, given)
        return finish(value, given), BranchRecord.from_raw(recorder.choices, sites, measure)

    return recorded


def _measured(derivative: Derivative, given: Any, choices: Any, n: int) -> Any:
    """How far the choices of a run are from flipping; see `fpad.check.nearest`."""
    from fpad.check.nearest import reaches

    if type(given) is tuple:
        given = dict(zip(derivative._binder.positional, given, strict=True))
    base = inspect.signature(derivative._base).parameters
    named = {name: given[name] for name in base}
    formats = [asked.precision for asked in derivative._asked if asked.precision is not None]
    if len(formats) > 1:
        return None
    return reaches(derivative._base, formats[0] if formats else None, named, choices, n)


def _values(derivative: Derivative, derived: Derived, fits: Mapping[str, Fit]) -> Finish:
    request = derivative.request
    value = _value(derivative)
    if request.what in ("primal", "vmap", "jacobian", "compressed"):
        return value
    gradient = _gradient(derivative, fits)
    match request.what:
        case "hvp":
            return gradient
        case "grad" if request.has_aux:
            return lambda result, given: (gradient(result[0], given), result[1])
        case "grad":
            return gradient
        case "value_and_grad" if request.has_aux:
            return lambda result, given: (
                (value(result[0][0], given), result[0][1]),
                gradient(result[1], given),
            )
        case "value_and_grad":
            return lambda result, given: (value(result[0], given), gradient(result[1], given))
        case "vjp":
            return lambda result, given: (
                value(result[0], given),
                gradient(result[1], given),
                *result[2:],
            )
        case _:
            fit = fit_of(_output_tree(derived))

            def moved(result: Any, given: Any) -> Any:
                y = value(result[0], given)
                return y, fit(result[1], y), *result[2:]

            return moved


def _value(derivative: Derivative) -> Finish:
    """The value: real, and of the float type of the arguments where it was rounded in float64."""
    if any(asked.precision is not None for asked in derivative._asked):
        return lambda result, given: narrowed(real(result), given)
    return lambda result, given: real(result)


def _gradient(derivative: Derivative, fits: Mapping[str, Fit]) -> Finish:
    """The gradient with the types of the arguments that it belongs to."""
    names, single = derivative._targets[-1]
    positional = derivative._binder.positional
    places = [(n, positional.index(n) if n in positional else 0, fits[n]) for n in names]
    if single:
        ((name, at, fit),) = places
        if fit is fit_float:
            return fit_float
        return lambda result, given: fit(result, given[at if type(given) is tuple else name])
    return lambda result, given: tuple(
        [
            fit(r, given[at if type(given) is tuple else name])
            for r, (name, at, fit) in zip(result, places, strict=True)
        ]
    )


def _output_tree(derived: Derived) -> Any:
    tree = derived.boundary.result
    if derived.sites is not None:  # (result, record)
        tree = tree.items[0]  # type: ignore[union-attr]
    return tree.items[0]  # type: ignore[union-attr]


def make_entry(derivative: Derivative, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Entry:
    """Derive for the kinds of these arguments; seeds do not matter, and may be missing."""
    values = _given(derivative, args, kwargs)
    kinds = {n: kind_of(v, f"argument {n}") for n, v in values.items()}
    return _entry_for(derivative, kinds, values)


def counting(
    derivative: Derivative, entry: Entry, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Any:
    """The numbers among the arguments for which an entry was derived; None: they do not count."""
    if entry.by_value is None:
        return None
    return entry.by_value.counting(_given(derivative, args, kwargs))


def _given(
    derivative: Derivative, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of the function itself, defaults included."""
    base = _base_signature(derivative)
    seeds = derivative.__signature__.parameters.keys() - base.parameters.keys()
    values = Binder(base).bind(args, {n: v for n, v in kwargs.items() if n not in seeds})
    return {n: values[n] for n in base.parameters}


def _entry_for(
    derivative: Derivative, kinds: Mapping[str, Kind], values: Mapping[str, Any]
) -> Entry:
    """Derive for kinds, or for the values of numbers where it is refused without them.

    Those that are differentiated never count, nor do floats that are rounded first.
    """
    try:
        return _entry(derivative, kinds)
    except TransformError as refused:
        free = {n: k for n, k in kinds.items() if n not in derivative.promoted}
        before = dict(kinds)
        rounds = any(asked.precision is not None for asked in derivative._asked)
        for sorts in (INTS,) if rounds else (INTS, NUMBERS):
            by_value = ByValue(free, sorts)
            told = {**kinds, **by_value.told(values)}
            if told == before:
                continue
            before = told
            try:
                entry = _entry(derivative, told)
            except TransformError:
                continue
            entry.by_value = by_value
            return entry
        raise refused from None


def assume(derivative: Derivative) -> Entry:
    """Derive for the kinds that annotations and defaults tell, and arrays otherwise."""
    parameters = _base_signature(derivative).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    kinds = assumed_kinds(derivative, {})
    values = {n: v for n, v in defaults.items() if kinds[n] == INT}
    return _entry_for(derivative, kinds, values)


def assumed_kinds(derivative: Derivative, given: Mapping[str, Any]) -> dict[str, Kind]:
    """Kinds of the parameters: of the values that are given, else what can be assumed."""
    kinds: dict[str, Kind] = {}
    for p in _base_signature(derivative).parameters.values():
        if p.name in given:
            kinds[p.name] = kind_of(given[p.name], f"argument {p.name}")
        elif p.kind is inspect.Parameter.VAR_POSITIONAL:
            kinds[p.name] = NodeKind(tuple, (), ())
        elif p.kind is inspect.Parameter.VAR_KEYWORD:
            kinds[p.name] = NodeKind(dict, (), ())
        elif p.annotation in _ASSUMED or p.annotation in _BY_TEXT:
            kinds[p.name] = _ASSUMED.get(p.annotation) or _BY_TEXT[p.annotation]
        elif p.default is not p.empty:
            kinds[p.name] = kind_of(p.default, f"the default of {p.name}")
        else:
            kinds[p.name] = ARRAY
    return kinds


def _base_signature(derivative: Derivative) -> inspect.Signature:
    return inspect.signature(derivative._base)


def asked_kinds(derivative: Derivative, kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """The kinds that are derived for: integers under wrt count as float64.

    Raises:
        InputError: a bool or str is differentiated directly.
    """
    return {
        n: promoted_kind(k, f"argument {n}") if n in derivative.promoted else k
        for n, k in kinds.items()
    }


REMEMBERED = 256
"""How many derivations are kept for functions that are derived again in the same way."""
_derivations: dict[Any, tuple[Any, Any, Derived]] = {}


def _entry(derivative: Derivative, kinds: Mapping[str, Kind]) -> Entry:
    asked = asked_kinds(derivative, kinds)
    base, steps, backend = derivative._base, derivative.steps(), derivative.request.backend
    code = getattr(base, "__code__", None)
    key = (id(base), tuple(asked.items()), steps, backend)
    known, of, derived = _derivations.get(key, (None, None, None))
    if derived is None or known is not base or of is not code or not _holds(derived):
        derived = build(base, asked, steps, backend, read(base).numpy)
        if len(_derivations) >= REMEMBERED:
            del _derivations[next(iter(_derivations))]
        _derivations[key] = base, code, derived
    return Entry(derivative, derived, kinds)


def _holds(derived: Derived) -> bool:
    """Is what was resolved for a derivation still what it was?"""
    return all(g.holds() for g in derived.guards) and all(live.holds() for live in derived.live)
