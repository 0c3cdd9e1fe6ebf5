"""What lives outside a function: data that is read at each call, and functions it was derived with.

    GAIN = 1.7                          def f(x, GAIN):         # Live(globals, "GAIN", FLOAT)
    def f(x):                   ->          ..                  # Guard(globals, "np", numpy)
        return np.sin(GAIN * x)

Numbers, arrays and structures of them become trailing parameters (a `Live` each), which the
dispatcher reads at every call.  Functions, modules, classes, strings, flags and other objects are
resolved once; a `Guard` says how to see that they are still the same (see `live`).
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from fpad.runtime.errors import InputError
from fpad.transforms.abstract import Static, Structure, Value, literal
from fpad.transforms.kinds import Kind, NodeKind, Num, children, is_object, kind_of
from fpad.transforms.live import Default, Defaults, Guard, fetch, is_trusted
from fpad.transforms.outer_containers import check_unchanged
from fpad.transforms.source import Source
from fpad.transforms.told import told
from fpad.transforms.writer import refuse
from fpad.transforms.written.complex_ import Complex


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
        standing: what stands for a list, dict or set outside that the program changes.
    """

    def __init__(
        self,
        lift: Callable[[Any, str, Kind], Value],
        guard: Callable[[Guard], None],
        defaults: Defaults,
        shared: Shared,
        by_value: bool,
        standing: Callable[[Any, str, Any], Value | None],
    ) -> None:
        self._by_value = by_value
        self._shared = shared
        self._lift = lift
        self._guard = guard
        self._defaults = defaults
        self._standing = standing

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
        check_unchanged(owner, name)
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
        changed = self._standing(container, name, value)
        if changed is not None:
            return changed
        try:
            kind = kind_of(value, name)
        except InputError as error:
            refuse(f"{error}.", "use real floats, ints or bools.")
        if self._by_value:
            kind = told(kind, value)
        known = isinstance(kind, NodeKind) and is_object(kind.make) and kind.make is not Complex
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
