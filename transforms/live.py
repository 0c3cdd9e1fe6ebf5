"""What a derivation relies on outside the functions, and how to see that it is still so.

    GAIN = 1.7                          Live(globals, "GAIN", FLOAT)      read at each call
    def f(x):                   ->      Guard(globals, "np", numpy)       looked at before each call
        return np.sin(GAIN * x)

`fetch` reads what stands under a name in a dict, a cell, a module, a class or an object.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from fpad.transforms.ir import Tree, leaves
from fpad.transforms.kinds import Kind, kind_of
from fpad.transforms.structures import flatten
from fpad.transforms.told import tells_ints, told


def fetch(container: Any, name: str) -> Any:
    """What a name holds now in a dict, a cell, a module or an object; None if it is not bound."""
    if isinstance(container, dict):
        return container.get(name)
    if isinstance(container, Own):
        return np.bool_(owns(container.value, name))
    if isinstance(container, type):  # what stands there, before it is bound
        found = (c.__dict__[name] for c in container.__mro__ if name in c.__dict__)
        return next(found, None)
    try:
        return (
            container.cell_contents
            if isinstance(container, types.CellType)
            else getattr(container, name)
        )
    except (ValueError, AttributeError):
        return None


@dataclass(frozen=True, eq=False)
class Live:
    """Data outside a function, read at each call.

    Attributes:
        container, name: where it is (see `fetch`).
        kind: the kind it must still have.
        tree: its structure, with the names of the flat parameters that its leaves are handed to.
    """

    container: Any = field(repr=False)
    name: str
    kind: Kind
    tree: Tree

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other data."""
        return id(self.container), self.name

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of the leaves, in order."""
        return tuple(str(a) for a in leaves(self.tree))

    def flat(self, value: Any) -> dict[str, Any]:
        """The leaves of its value, by the names of the parameters that they are handed to."""
        return dict(zip(self.leaves, flatten(value, self.tree), strict=True))

    def read(self) -> Any:
        """Its value now."""
        return fetch(self.container, self.name)

    @property
    def fixed(self) -> bool:
        """Is it handed on as it is, whatever it holds?"""
        return isinstance(self.container, Itself | Whole)

    @property
    def tells(self) -> bool:
        """Does its kind tell ints?"""
        return tells_ints(self.kind)

    def holds(self) -> bool:
        """Has it still its kind, and the ints that the kind tells?"""
        if self.fixed:
            return True
        value = self.read()
        kind = kind_of(value)
        return kind == self.kind or told(kind, value) == self.kind


@dataclass(frozen=True, eq=False)
class Guard:
    """Something a derivation relies on: the name still holds this very object (None: nothing)."""

    container: Any = field(repr=False)
    name: str
    value: Any

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other guards."""
        return id(self.container), self.name

    def holds(self) -> bool:
        """Is it still so?"""
        return fetch(self.container, self.name) is self.value

    def written(self, name: Callable[[Any], str]) -> str:
        """That it holds, as an expression; `name` gives a value a name in it."""
        if type(self) is Guard and type(self.container) is dict:
            return f"{name(self.container)}.get({self.name!r}) is {name(self.value)}"
        return f"{name(self.holds)}()"


class Default:
    """The default of a parameter, as something that `fetch` reads."""

    def __init__(self, function: types.FunctionType, parameter: str) -> None:
        self._function = function
        self._parameter = parameter
        code = function.__code__
        positional = code.co_varnames[: code.co_argcount]
        self._from_end = len(positional)
        if parameter in positional:
            self._from_end = positional.index(parameter) - len(positional)

    @property
    def value(self) -> Any:
        """The default now: a function may be given others."""
        if self._from_end < 0:
            defaults = self._function.__defaults__ or ()
            return defaults[self._from_end] if len(defaults) >= -self._from_end else None
        return (self._function.__kwdefaults__ or {}).get(self._parameter)


@dataclass(frozen=True, eq=False)
class Itself:
    """An object outside, as something that `fetch` reads."""

    value: Any


@dataclass(frozen=True, eq=False)
class Whole:
    """A list, tuple or dict outside that is handed on as it is, as something that `fetch` reads."""

    container: Any = field(repr=False)
    name: str

    @property
    def value(self) -> Any:
        """The list, tuple or dict now."""
        return fetch(self.container, self.name)


@dataclass(frozen=True, eq=False)
class Own:
    """The attributes that an object outside has itself, as something that `fetch` asks for them."""

    value: Any


def owns(owner: Any, name: str) -> bool:
    """Has an object or a class this attribute itself, and not from its class or a base?"""
    if isinstance(owner, type):
        return name in owner.__dict__
    if name in getattr(owner, "__dict__", ()):
        return True
    return any(is_slot(c.__dict__[name]) for c in above(owner) if name in c.__dict__)


def is_slot(found: Any) -> bool:
    """Is this what stands in a class for an attribute of `__slots__`?"""
    return isinstance(found, types.MemberDescriptorType)


def above(owner: Any) -> tuple[type, ...]:
    """The classes in which an attribute is looked for that an object or a class has not itself."""
    mro = owner.__mro__[1:] if isinstance(owner, type) else type(owner).__mro__
    return tuple(c for c in mro if c is not object)


Defaults: TypeAlias = "dict[tuple[types.FunctionType, str], Default]"


TRUSTED = frozenset(
    (
        *("numpy", "math", "builtins", "operator", "_operator", "fpad", "cupy"),
        *("itertools", "functools", "_functools", "collections"),
    )
)
"""Packages whose attributes never change."""


def is_trusted(owner: Any) -> bool:
    """Is this a module, or a class in one, whose attributes never change?"""
    if isinstance(owner, type):
        return owner.__module__.partition(".")[0] in TRUSTED
    return isinstance(owner, types.ModuleType) and owner.__name__.partition(".")[0] in TRUSTED
