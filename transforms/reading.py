"""What the names and operands of a function hold while it is specialised."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from fpad.transforms import grown, member_lists, rings
from fpad.transforms.abstract import (
    UNKNOWN,
    USED_UP,
    Held,
    Static,
    Structure,
    Unknown,
    Unusable,
    Value,
    is_grown,
    literal,
)
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.errors import Refusal
from fpad.transforms.guarding import Guarding
from fpad.transforms.ir import Atom, Const, Func, Operand, Slice, all_names, defined
from fpad.transforms.slices import slice_of
from fpad.transforms.source import Source
from fpad.transforms.writer import NumberAsKey, Refused, refuse


class Reading(Guarding, ABC):
    """Reads operands, and refuses what has no value or no single one."""

    def __init__(self, source: Source, func: Func) -> None:
        self.locals = frozenset(func.params) | defined(*func.body)
        super().__init__(all_names(func) | source.locals, source.locals)
        self.source = source
        self.func = func

    @abstractmethod
    def outside(self, name: str) -> Value:
        """What a name that is not local stands for."""

    def value_of(self, atom: Operand) -> Value | None:
        """What an operand is, if it has a value."""
        if isinstance(atom, Const):
            return literal(atom.value)
        if isinstance(atom, str) and atom not in self.env and not self._is_local(atom):
            return self.outside(atom)
        return self.env.get(str(atom))

    def _is_local(self, name: str) -> bool:
        return name in self.locals or name in self.source.locals

    def read(self, atom: Operand) -> Value:
        """What an operand of level 1 holds."""
        if isinstance(atom, Const):
            return literal(atom.value)
        if isinstance(atom, tuple):
            return Structure(tuple, tuple(range(len(atom))), tuple(map(self.read, atom)))
        if isinstance(atom, Slice):
            return slice_of([self.read(o) for o in (atom.lower, atom.upper, atom.step)])
        assert isinstance(atom, str)
        if atom not in self.env and not self._is_local(atom):
            return self.outside(atom)
        value = self.env.get(atom)
        if value is None:
            if self.refused:
                return UNKNOWN
            refuse(
                f"The variable {atom} has no value here.", "assign it on every way that leads here."
            )
        if isinstance(value, Unknown):
            called = atom if atom in self.users else "this"
            self.vague.append(
                self.refusal(
                    f"The value of {called} is never settled: it is read before it has one, or "
                    "comes from a call that never returns.",
                    "assign it before the loop, or give the recursion an end.",
                )
            )
        value = self.usable(atom, value)
        if not self.arenas.has_lists():
            return value
        found = member_lists.opened(self, value)
        if found is not value and atom in self.env:
            self.env[atom] = found
        return found

    def usable(self, name: str, value: Value) -> Value:
        """The value, unless it is something else on another way that leads here."""
        if isinstance(value, Unusable) and not value.second:
            refuse(f"{name} is {value.first}.", "compute without it.")
        if isinstance(value, Unusable) and all(
            text.startswith("a list of") for text in (value.first, value.second)
        ):
            refuse(
                f"{name} is {value.first} or {value.second} here, whichever way was taken, and "
                "its values are not alike.",
                "make both the same kind of value: numbers, or arrays of one rank.",
            )
        streams = isinstance(value, Unusable) and "an iterator" in (value.first, value.second)
        if value == USED_UP or streams:
            refuse(
                f"{name} is an iterator that may be used up here.",
                "make a list of it first: values = list(..).",
            )
        if isinstance(value, Unusable):
            refuse(
                f"{name} is {value.first} or {value.second} here, whichever way was taken.",
                "use two names, or make both the same kind of value.",
            )
        return rings.read(self, value)

    def truth(self, value: Value) -> bool | None:
        """The truth value of a test, if it is known while the code is written."""
        match value:
            case Static(value=v):
                return bool(v)
            case Structure() if is_grown(value):
                return None
            case Structure(make=make, items=items):
                return bool(items) or issubclass(make, Closure)
            case Held(known=Const(value=int(v))):
                return bool(v)
            case Held() | Unknown():
                return None
        refuse(f"{describe(value)} is tested for truth.", "test a number, an array or a flag.")

    def test(self, value: Value) -> Atom:
        """The operand of a test that is not known."""
        if isinstance(value, Structure):
            return grown.length(self, value).atom
        return value.atom if isinstance(value, Held) else Const(True)

    def key(self, value: Value, base: str = "A structure") -> Any:
        """The key of a structure that a value is."""
        match value:
            case Static(value=v):
                return v
            case Held(known=Const(value=v)):
                return v
            case Structure(make=make, items=items) if make is tuple:
                return tuple(map(self.key, items))
        raise NumberAsKey(
            f"{base} is indexed with {describe(value)} that is known only at run time.",
            "put the values into an array (np.stack or np.array) and index that.",
        )

    def refuse(self, refused: Refused) -> None:
        """Note the refusal of the statement that is being specialised."""
        self.refused.append(self.refusal(refused.reason, refused.remedy))

    def refusal(self, reason: str, remedy: str) -> Refusal:
        """The refusal of the statement that is being specialised."""
        o = self.origin
        line = self.source.lines[o.line - 1].rstrip() if o.line else ""
        text = line.lstrip()
        indent = len(line) - len(text)
        return Refusal(o.file, o.line, o.column, text, reason, remedy, indent)
