"""What lives outside a function: data that is read at each call, and functions it was derived with.

    GAIN = 1.7                          def f(x, GAIN):         # Live(globals, "GAIN", FLOAT)
    def f(x):                   ->          ..                  # Guard(globals, "np", numpy)
        return np.sin(GAIN * x)

Numbers, arrays and structures of them become trailing parameters (a `Live` each), which the
dispatcher reads at every call.  Functions, modules, classes, strings, flags and other objects are
resolved once; a `Guard` says how to see that they are still the same.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from fpad.runtime.errors import InputError
from fpad.transforms.abstract import Static, Structure, Value, literal
from fpad.transforms.ir import Tree, leaves
from fpad.transforms.kinds import Kind, NodeKind, Num, children, is_object, kind_of
from fpad.transforms.source import Source
from fpad.transforms.structures import flatten
from fpad.transforms.told import tells_ints, told
from fpad.transforms.writer import refuse


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


def is_plain(value: Any) -> bool:
    """Is it a constant that has no parts?"""
    return value is None or isinstance(value, int | float | str)


class Shared(Protocol):
    """Tells which lists, tuples and dicts outside are looked at item by item."""

    def apart(self, container: Any, name: str, value: Any) -> bool:
        """Is this one of them?"""
        ...

    def part(self, container: Any, name: str, key: Any) -> Any:
        """Where an item is read, as its `value`."""

    def shape(self, container: Any, name: str, value: Any) -> Guard:
        """That it still has the same keys."""
        ...


class Outside:
    """Reads names outside of one function, on behalf of its `Body`.

    Args:
        lift: (container, name, kind) -> what the data holds, as a parameter of the function.
        guard: notes what the derivation relies on.
        defaults: where the defaults of parameters are found, one for each.
        shared: which lists outside are looked at item by item.
        by_value: are ints in data known by their values?
    """

    def __init__(
        self,
        lift: Callable[[Any, str, Kind], Value],
        guard: Callable[[Guard], None],
        defaults: Defaults,
        shared: Shared,
        by_value: bool = False,
    ) -> None:
        self._by_value = by_value
        self._shared = shared
        self._lift = lift
        self._guard = guard
        self._defaults = defaults

    def name(self, source: Source, name: str) -> Value:
        """A global name, a name of the function around, or a builtin."""
        try:
            binding = source.resolve(name)
        except NameError as error:
            text = f"{str(error)[0].upper()}{str(error)[1:]}."
            refuse(text, "define it before the first call.", error)
        if binding.kind == "builtin":
            self._guard(Guard(source.globals, name, None))
            return Static(binding.value)
        return self.value(binding.container, name, binding.value)

    def attribute(self, owner: Any, name: str) -> Value:
        """owner.name of a module, a class or an object."""
        try:
            value = getattr(owner, name)
        except AttributeError as error:
            refuse(f"{error}.", "check the spelling.", error)
        if isinstance(owner, np.ufunc):  # its methods are made anew each time
            return Static(value)
        if is_trusted(owner) or (isinstance(owner, enum.Enum) and is_plain(value)):
            return literal(value) if isinstance(value, int | float) else Static(value)
        raw = fetch(owner, name) if isinstance(owner, type) else None
        if isinstance(raw, staticmethod | classmethod):
            self._guard(Guard(owner, name, raw))
            return Static(value)
        if isinstance(value, types.MethodType) and value.__self__ is owner:
            self._guard(Guard(type(owner), name, value.__func__))
            return Static(value)
        return self.value(owner, name, value)

    def relies_on(self, guard: Guard) -> None:
        """Note what the derivation relies on."""
        self._guard(guard)

    def has(self, owner: Any, name: str) -> bool:
        """Has it this attribute now?"""
        if hasattr(owner, name):
            return True
        if not is_trusted(owner):
            self._guard(Guard(owner, name, None))
        return False

    def value(self, container: Any, name: str, value: Any) -> Value:
        """A value found outside."""
        try:
            kind = kind_of(value, name)
        except InputError as error:
            refuse(f"{error}.", "use real floats, ints or bools.")
        if self._by_value:
            kind = told(kind, value)
        known = isinstance(kind, NodeKind) and is_object(kind.make)  # no list or dict
        if isinstance(kind, NodeKind) and not known and self._shared.apart(container, name, value):
            return self._item_by_item(container, name, value)
        if (isinstance(kind, Num | NodeKind) and not known) or fetch(container, name) is not value:
            return self._lift(container, name, kind)
        self._guard(Guard(container, name, value))
        return literal(value) if type(value) is int else Static(value)

    def _item_by_item(self, container: Any, name: str, value: Any) -> Value:
        """A list, tuple or dict outside, as what each of its items is."""
        self._guard(self._shared.shape(container, name, value))
        keys, items = children(value)
        parts = [self._shared.part(container, name, k) for k in keys]
        found = tuple(self.value(p, "value", v) for p, v in zip(parts, items, strict=True))
        return Structure(type(value), keys, found)

    def default(self, function: types.FunctionType, name: str, value: Any) -> Value:
        """The default of a parameter: numbers are constants, arrays and structures are live."""
        if isinstance(value, int | float | str) or value is None:
            return literal(value)
        if (function, name) not in self._defaults:
            self._defaults[function, name] = Default(function, name)
        return self.value(self._defaults[function, name], "value", value)
