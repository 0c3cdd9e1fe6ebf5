"""One derivation of a derivative: the generated function for one kind signature, and its calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.leaves import Fit, fit_of, has_integers, promoted, promoted_kind
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

if TYPE_CHECKING:
    from fpad.derivative import Derivative

_ASSUMED: dict[Any, Kind] = {float: FLOAT, int: INT, bool: BOOL, np.ndarray: ARRAY}
_BY_TEXT: dict[str, Kind] = {"float": FLOAT, "int": INT, "np.ndarray": ARRAY}


class Entry:
    """The generated code for one kind signature, ready to be called.

    Attributes:
        derived: text, program, loaded function, live data, guards.
    """

    def __init__(self, derivative: Derivative, derived: Derived, kinds: Mapping[str, Kind]) -> None:
        self.derived = derived
        self._call = derived.call
        self._binder = derivative._binder
        self._promoted = tuple(
            n for n in derivative.promoted if n in kinds and has_integers(kinds[n])
        )
        self._seeds = tuple(p for p in derived.boundary.parameters if p.use == "seed")
        self._finish = _finisher(derivative, derived)
        self._live = derived.live
        self._guards = derived.guards
        self._plain = not (self._promoted or self._seeds or self._live) and self._binder.simple
        self._count = len(self._binder.positional)
        self._one = dict(derived.one)

    def valid(self) -> bool:
        """Are the functions and modules that were resolved still what they were?"""
        return all(g.holds() for g in self._guards) and all(
            kind_of(live.read()) == live.kind for live in self._live
        )

    def run(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call the generated function and give its result the types of the arguments."""
        if self._plain and not kwargs and len(args) == self._count:
            return self._finish(self._call(*args, **self._one), args)
        values = self._binder.bind(args, kwargs)
        for name in self._promoted:
            values[name] = promoted(values[name])
        for seed in self._seeds:
            flatten(values[seed.name], seed.tree)
        inputs, named = self._binder.unbind(values)
        named.update(self._one)
        for live in self._live:
            named.update(zip(live.leaves, flatten(live.read(), live.tree), strict=True))
        given = self._binder.bind(args, kwargs) if self._promoted else values
        return self._finish(self._call(*inputs, **named), given)


def _finisher(derivative: Derivative, derived: Derived) -> Callable[[Any, Any], Any]:
    """(what the generated function returned, arguments) -> what the derivative returns."""
    finish = _values(derivative, derived)
    if derived.sites is None:
        return finish
    from fpad.records import BranchRecord

    sites = derived.sites

    def recorded(result: Any, given: Any) -> Any:
        value, recorder = result
        return finish(value, given), BranchRecord.from_raw(recorder.choices, sites)

    return recorded


def _values(derivative: Derivative, derived: Derived) -> Callable[[Any, Any], Any]:
    request = derivative.request
    names, single = derivative._targets[-1]
    positional = derivative._binder.positional
    trees = {p.name: p.tree for p in derived.boundary.parameters}

    def argument(given: Any, name: str) -> Any:
        if type(given) is tuple:
            return given[positional.index(name)]
        return given[name]

    fits: list[tuple[str, Fit]] = [(n, fit_of(trees[n])) for n in names]

    def gradient(result: Any, given: Any) -> Any:
        if single:
            name, fit = fits[0]
            return fit(result, argument(given, name))
        return tuple(
            fit(r, argument(given, name)) for r, (name, fit) in zip(result, fits, strict=True)
        )

    match request.what:
        case "grad" if request.has_aux:
            return lambda result, given: (gradient(result[0], given), result[1])
        case "grad":
            if single and type(fits[0][0]) is str and fits[0][0] in positional:
                at, fit = positional.index(fits[0][0]), fits[0][1]

                def direct(result: Any, given: Any) -> Any:
                    if type(given) is tuple:
                        return fit(result, given[at])
                    return gradient(result, given)

                return direct
            return gradient
        case "value_and_grad":
            return lambda result, given: (result[0], gradient(result[1], given))
        case "vjp":
            return lambda result, given: (
                result[0],
                gradient(result[1], given),
                *result[2:],
            )
        case "jvp":
            tree = _output_tree(derived)
            fit = fit_of(tree)
            return lambda result, given: (result[0], fit(result[1], result[0]), *result[2:])
        case _:
            return lambda result, given: result


def _output_tree(derived: Derived) -> Any:
    tree = derived.boundary.result
    return tree.items[0]  # type: ignore[union-attr]


def make_entry(derivative: Derivative, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Entry:
    """Derive for the kinds of these arguments."""
    values = derivative._binder.bind(args, kwargs)
    base = _base_signature(derivative)
    kinds = {n: kind_of(values[n], f"argument {n}") for n in base.parameters}
    return _entry(derivative, kinds)


def assume(derivative: Derivative) -> Entry:
    """Derive for the kinds that annotations and defaults tell, and arrays otherwise."""
    return _entry(derivative, assumed_kinds(derivative, {}))


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


def _entry(derivative: Derivative, kinds: Mapping[str, Kind]) -> Entry:
    asked = asked_kinds(derivative, kinds)
    alias = read(derivative._base).numpy
    derived = build(derivative._base, asked, derivative.steps(), derivative.request.backend, alias)
    return Entry(derivative, derived, kinds)
