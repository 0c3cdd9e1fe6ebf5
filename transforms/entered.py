"""What context managers set that are entered when the program runs.

    class Doubled:                          def f(x):
        def __enter__(self):                    with DOUBLED:
            RATES.now = 2.0 * RATES.now             return x * RATES.now    # read at the call

What a function reads outside is handed to generated code before that begins, so it must be nothing
that such a manager sets.  The code of the manager tells the names of what it may set.
"""

from __future__ import annotations

import dis
import functools
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fpad import runtime as fp
from fpad.transforms.ir import Origin
from fpad.transforms.kinds import Kind, NodeKind, Num, is_object
from fpad.transforms.live import Guard, Live

_VARIABLES = frozenset(("globals", "exec", "eval"))
"""Names whose use may set anything."""
_ANY = _VARIABLES | {"setattr", "vars", "__dict__", "__setattr__"}
"""Names whose use may set any attribute."""
_STORES = frozenset(("STORE_ATTR", "STORE_GLOBAL", "DELETE_ATTR", "DELETE_GLOBAL", "STORE_DEREF"))


@dataclass
class Entered:
    """The names that managers use and set, which a program enters.

    Attributes:
        origin: where the last of them is entered.
        used: all names that the code of managers mentions.
        stored: the names of attributes and variables that it sets.
    """

    origin: Origin | None = None
    used: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)

    def note(self, make: Any, manager: Any, origin: Origin) -> None:
        """Note that `with make(..):` is entered; `manager`: of fp.itself, the manager."""
        used, stored = _names(tuple(_run(make, manager)))
        if used or stored:
            self.origin = origin
        self.used |= used
        self.stored |= stored

    def changes(self, live: Live) -> bool:
        """May a manager change what is read here?"""
        return (
            self._names(live.container, live.name)
            or (_is_mutable(live.kind) and _root(live) in self.used)
            or not self.stored.isdisjoint(_keys(live.kind))
        )

    def moves(self, guard: Guard) -> bool:
        """May a manager give this name another value?"""
        return self._names(guard.container, guard.name)

    def _names(self, container: Any, name: str) -> bool:
        ways = _VARIABLES if isinstance(container, dict | types.CellType) else _ANY
        return name in self.stored or not self.stored.isdisjoint(ways)


def _run(make: Any, manager: Any) -> Iterator[Any]:
    """The functions that entering and leaving a manager calls, written in Python."""
    of = type(manager) if make is fp.itself else make
    if isinstance(of, type):
        names = ("__enter__", "__exit__", *(() if make is fp.itself else ("__init__", "__new__")))
        found = [getattr(of, n, None) for n in names]
    else:
        found = [getattr(of, "__wrapped__", of)]
    if make is fp.itself and hasattr(manager, "gen"):  # a generator that has been made already
        found = [types.FunctionType(manager.gen.gi_code, manager.gen.gi_frame.f_globals)]
    for f in found:
        if isinstance(f, types.FunctionType) and not _is_library(f):
            yield f


def _is_library(f: types.FunctionType) -> bool:
    package = (f.__module__ or "").partition(".")[0]
    return package in sys.stdlib_module_names or package in ("numpy", "scipy", "fpad")


@functools.lru_cache(maxsize=256)
def _names(functions: tuple[types.FunctionType, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that functions, and what they call, mention and set."""
    used: set[str] = set()
    stored: set[str] = set()
    todo, seen = list(functions), set(functions)
    while todo:
        f = todo.pop()
        for code in _codes(f.__code__):
            used |= {*code.co_names, *code.co_freevars}
            stored |= {i.argval for i in dis.get_instructions(code) if i.opname in _STORES}
            stored |= _ANY.intersection(code.co_names)
            for name in code.co_names:
                called = f.__globals__.get(name)
                more = [called, *(vars(called).values() if isinstance(called, type) else ())]
                for g in more:
                    if isinstance(g, types.FunctionType) and g not in seen and not _is_library(g):
                        seen.add(g)
                        todo.append(g)
        for cell in f.__closure__ or ():
            held = cell.cell_contents
            if isinstance(held, types.FunctionType) and held not in seen:
                seen.add(held)
                todo.append(held)
    return frozenset(used), frozenset(stored)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _is_mutable(kind: Kind) -> bool:
    return isinstance(kind, NodeKind) or (isinstance(kind, Num) and kind.array)


def _root(live: Live) -> str:
    """The name under which the whole is found that this is an item of."""
    name, container = live.name, live.container
    while hasattr(container, "label"):
        name, container = container.name, container.container
    return name


def _keys(kind: Kind) -> Iterator[Any]:
    """The names of attributes of the objects in a structure."""
    if isinstance(kind, NodeKind):
        if is_object(kind.make):
            yield from kind.keys
        for item in kind.items:
            yield from _keys(item)
