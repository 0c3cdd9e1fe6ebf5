"""Subscripts: a part of a structure is found while the code is written, an entry at run time.

t = p["w"]           no statement, if p is a dict
t = x[1:, k]         Load
y[i] = v             Store, refused if y holds integers and v does not
d["k"] = v           no statement: d has another part from here on
"""

from __future__ import annotations

import operator
import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeGuard

import numpy as np

from fpad import runtime as fp
from fpad.transforms import duplicating, grown, ragged, texts, uneven
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Held,
    Iterated,
    Partial,
    Static,
    Steps,
    Structure,
    Unknown,
    Value,
    View,
    from_python,
    has_unknown,
    idents,
    is_array,
    is_grown,
    is_number,
    known_value,
    operand_of,
    to_python,
)
from fpad.transforms.class_parts import class_of
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe, python_name
from fpad.transforms.heap import Row, given_in, is_own
from fpad.transforms.inference import constant_kind, index_parts, part_of_shape
from fpad.transforms.ir import Const, Load, Operand, Slice, Store, StoreAdd, names
from fpad.transforms.kinds import BOOL, INT, Kind, Num, OpaqueKind, ShapeKind, element_kind
from fpad.transforms.loops import Loops
from fpad.transforms.places import is_row
from fpad.transforms.slices import of_range, opened
from fpad.transforms.tables import is_dict
from fpad.transforms.writer import Refused, refuse


class Subscripts(Loops):
    """Gives subscripts their meaning.

    Attributes:
        unsettled: has a value been stored that is not known yet?
    """

    unsettled = False

    @abstractmethod
    def operator(self, variable: str | None, op: Any, args: Sequence[Value]) -> Value:
        """The result of an operator of the syntax."""

    @abstractmethod
    def replace_slice(self, base: Structure, bounds: Sequence[Any], value: Value) -> None:
        """Write base[bounds] = value of a list."""

    @abstractmethod
    def store_in_row(self, base: Structure, index: Operand, value: Value) -> None:
        """Write base[index] = value of a list that was read from a table."""

    @abstractmethod
    def replace_section(self, base: Structure, bounds: Sequence[Value], value: Value) -> None:
        """The same, of a list of unknown length or bounds that only the run tells."""

    @abstractmethod
    def load_key(self, base: Structure, key: Value) -> Value:
        """The value of base[key] of a dict."""

    @abstractmethod
    def merged(self, a: Structure, b: Structure) -> Value:
        """The dict a | b."""

    @abstractmethod
    def updated(self, base: Structure, more: Value) -> None:
        """Write base |= more of a dict."""

    @abstractmethod
    def has_key(self, base: Structure, key: Value) -> Value | None:
        """Is it a key of a dict?  None: what is known of the keys answers it."""

    @abstractmethod
    def store_key(self, s: Store | StoreAdd, base: Structure, key: Value, value: Value) -> None:
        """Write base[key] = value, or base[key] += value, of a dict."""

    @abstractmethod
    def array(self, value: Structure) -> Held:
        """A list or tuple as an array."""

    def sequence(self, make: Any, items: Sequence[Value]) -> Structure:
        """A new tuple or list."""
        ident = self.new_ident() if make is list else None
        return Structure(make, tuple(range(len(items))), tuple(items), ident)

    def members(self, make: Any, items: Sequence[Value]) -> Structure:
        """A set of values that are known; what is equal is in it once."""
        known = [to_python(v) for v in items]
        if None in known:
            refuse(
                "A set is made of values that are not known while the code is written.",
                "use a tuple or a list.",
            )
        once = attempted(dict.fromkeys, [v[0] for v in known if v is not None])
        parts = tuple(map(from_python, once))
        return Structure(make, tuple(range(len(once))), parts, self.new_ident())

    # ------------------------------------------------------------ subscripts

    def load(self, variable: str | None, base: Value, index: Operand) -> Value:
        """The value of base[index]."""
        if isinstance(base, Unknown):
            return UNKNOWN
        index = opened(self, index)
        if isinstance(base, Steps):
            return self._of_range(base, index)
        if isinstance(base, Structure) and base.make in _UNORDERED:
            refuse(f"{describe(base)} is indexed.", "make a list of it first.")
        if is_index_maker(base):
            return self._index_made(base, index)
        if isinstance(base, Structure):
            return self._part(base, index, variable)
        if isinstance(base, Held) and isinstance(base.kind, Num | ShapeKind):
            return self.element(variable, base, self.index(index))
        if isinstance(base, Held) and base.kind == texts.TEXT:
            return texts.part(self, variable, base.atom, self.index(index))
        if isinstance(base, Static) and isinstance(base.value, str | tuple | re.Match):
            key = known_value(self.read(index)) if not isinstance(index, Slice) else None
            if key is not None:
                return attempt(operator.getitem, [base.value, key[0]])
            if isinstance(base.value, str):
                return self._letters(variable, base.value, index)
        refuse(
            f"{describe(base)} is indexed.",
            "index an array, a tuple, a list or a dict.",
            # Of a number NumPy raises another exception than Python does.
            None if is_number(base) else TypeError(f"{python_name(base)} is not subscriptable"),
        )

    def _of_range(self, base: Steps, index: Operand) -> Value:
        """range(..)[index]."""
        if isinstance(index, Slice):
            bounds = [self.read(o) for o in (index.lower, index.upper, index.step)]
            part = of_range(base, index, bounds)
            if part is not None:
                return part
        return self._part(self.listed(base), index)

    def _index_made(self, base: Static, index: Operand) -> Value:
        """The index itself, as np.s_[index] and np.index_exp[index] are."""
        made = self.read(index)
        if base.value.maketuple and not (isinstance(made, Structure) and made.make is tuple):
            return self.sequence(tuple, (made,))
        return made

    def element(self, variable: str | None, base: Held, index: Operand) -> Held:
        """Write variable = base[index], given the level-2 operand of an index."""
        if isinstance(base.kind, Num):
            kind: Kind = element_kind(base.kind, self._parts(index))
        else:
            kind = part_of_shape(base.kind, index)
        target = self.target(variable, kind)
        self.emit(Load(target, self._named(base), index, self.origin), variable)
        return self.wrote(target, kind)

    def _parts(self, index: Operand) -> list[Kind | str | None]:
        """What each part of an index is, for `element_kind`."""

        def kind(o: Operand) -> Kind | None:
            if isinstance(o, Const):
                return constant_kind(o.value)
            return self.kinds.get(o) if isinstance(o, str) else None

        return index_parts(index, kind)

    def _letters(self, variable: str | None, text: str, index: Operand) -> Value:
        """text[index], which may be known only when the program runs."""
        if isinstance(index, Slice):
            bounds = [known_value(self.read(o)) for o in (index.lower, index.upper, index.step)]
            if None in bounds:
                return texts.part(self, variable, Const(text), self.index(index))
            return Static(text[slice(*(b[0] for b in bounds if b is not None))])
        return self.let(variable, fp.letter, (Const(text), self._row(index)), OpaqueKind(str))

    def _named(self, value: Held) -> str:
        if isinstance(value.atom, str):
            return value.atom
        refuse("A number is indexed.", "index an array.")

    def _part(self, base: Structure, index: Operand, variable: str | None = None) -> Value:
        """base[index] of a structure."""
        if is_grown(base):
            if isinstance(index, Slice):
                part = grown.section(self, base, self.index(index))  # type: ignore[arg-type]
                return duplicating.shallow(self, part) if base.make is list else part
            return grown.item(self, base, self._row(index), variable)
        if isinstance(index, Slice) and self._moving(base, index):
            whole = grown.grown(self, base.make, base.items)
            return grown.section(self, whole, self.index(index))  # type: ignore[arg-type]
        if isinstance(index, Slice):
            if is_dict(base):
                refuse("A dict is sliced.", "name the keys.")
            bounds = [self.key(self.read(o)) for o in (index.lower, index.upper, index.step)]
            return self._sliced(base, slice(*bounds))
        if is_dict(base):
            return self.load_key(base, self.read(index))
        shown = describe(base)
        if isinstance(index, str) and self.told_at_run_time(base, self.read(index), reading=True):
            if uneven.holds_lists(base) and not any(v.parts for v in base.items):
                uneven.asked(self, base)  # lists that are filled one by one
                uneven.prepare(self)
                base = self.now(base)
                if uneven.is_uneven(base):
                    return uneven.load(self, base, index)
            if self._holds_lists(base):  # one of which may change
                whole = grown.grown(self, list, base.items)
                self.change(base, replace(whole, ident=base.ident), resized=False)
                return grown.item(self, self.now(base), self._row(index), variable)
            self.note_copied(base)
            return ragged.picked(self, base.items, self._row(index))
        one = self._one_of(base, index)
        if one is not None:
            return one
        key = self.key(self.read(index), shown[0].upper() + shown[1:])
        if isinstance(key, slice):
            return self._sliced(base, key)
        k = position(base, key)
        if k is None:
            shown = ", ".join(repr(k) for k in base.keys) or "nothing"
            error = IndexError(f"{base.make.__name__} index out of range")
            refuse(
                f"{describe(base)} has no part {key!r}; it has {shown}.", "check the key.", error
            )
        return self.usable("This part", base.items[k])

    def _one_of(self, base: Structure, index: Operand) -> Value | None:
        """base[index] of objects or functions of several sorts, where only the run tells which."""
        value = None if isinstance(index, Slice | tuple) else self.read(index)
        number = isinstance(value, Held) and value.known is None and value.kind == INT
        things = base.make in (list, tuple) and len(base.items) > 1 and all(map(_acts, base.items))
        if self.tries or not number or not things:
            return None
        places = self.let(None, np.arange, (Const(len(base.items)),), Num(True, "int", 1))
        return Either((self.element(None, places, self._row(index)), *base.items))

    def _sliced(self, base: Structure, part: slice) -> Structure:
        return self.sequence(list if base.make is list else tuple, base.items[part])

    def _row(self, index: Operand) -> Operand:
        """The operand of an index of a list."""
        value = self.read(index)
        if isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.num == "int":
            return value.atom
        refuse(f"A list is indexed with {describe(value)}.", "index it with an int.")

    def told_at_run_time(self, base: Structure, index: Value, reading: bool = False) -> bool:
        """Is this an index of a list of alike values, which only the run tells?

        `reading`: what is read may be copies of lists and dicts, which nobody may change then.
        """
        number = isinstance(index, Held) and index.known is None and isinstance(index.kind, Num)
        if self.tries or not number or base.make not in (list, tuple) or not base.items:
            return False
        if reading:
            return ragged.can_be_picked(base.items)
        return _alike(base.items)

    def _holds_lists(self, base: Structure) -> bool:
        """Is it a list of alike lists, dicts or objects, that the function has made, or writes?"""
        inner = any(True for v in base.items for _ in idents(v))
        mine = is_own(base.ident) or (self.rowed and bool(given_in(base.ident)))
        return mine and inner and self.holder(base) is not None and _alike(base.items)

    def _moving(self, base: Structure, index: Slice) -> bool:
        """Are there bounds that only the run tells?"""
        return any(self.told_at_run_time(base, v) for v in self._bounds(index))

    def _bounds(self, index: Slice) -> list[Value]:
        return [self.read(o) for o in (index.lower, index.upper, index.step)]

    def index(self, index: Operand) -> Operand:
        """The operand of level 2 for an index of an array."""
        if isinstance(index, Slice):
            parts = (self._bound(o) for o in (index.lower, index.upper, index.step))
            return Slice(*parts)
        if isinstance(index, tuple):  # in which a tuple stands for an array
            return tuple(
                self.index(o) if isinstance(o, Slice) else self._index_value(self.read(o))
                for o in index
            )
        value = self.read(index)
        if isinstance(value, Structure) and value.make is tuple:
            if is_grown(value):
                refuse(
                    "An array is indexed with a tuple of a length that only the run tells.",
                    "index it with a list, if positions are meant: x[list(..)].",
                )
            return tuple(self._index_value(v) for v in value.items)
        return self._index_value(value)

    def _index_value(self, value: Value) -> Operand:
        """The operand of one part of an index."""
        match value:
            case Structure(make=make) if make in (list, tuple) or is_grown(value):
                return self.array(value).atom
            case Held(atom=atom, kind=Num(num=num)) if num != "float":
                return self.wrote(atom, value.kind).atom if isinstance(atom, str) else atom
            case Static(value=v) if v is None or v is Ellipsis:
                return Const(v)
            case Static(value=slice() as v):
                return Slice(Const(v.start), Const(v.stop), Const(v.step))
            case Structure(make=make, items=items) if make is slice:
                return Slice(*map(self._bound_of, items))
            case Steps():
                return self.array(self.listed(value)).atom
            case Unknown():
                return Const(0)
        refuse(f"An array is indexed with {describe(value)}.", "index it with ints or arrays.")

    def _bound(self, o: Operand) -> Operand:
        return self._bound_of(self.read(o))

    def _bound_of(self, value: Value) -> Operand:
        match value:
            case Static(value=None):
                return Const(None)
            case Held(atom=atom, kind=Num(num=num)) if num != "float":
                return atom
            case Unknown():
                return Const(None)
            case _:
                refuse(f"A slice is bounded by {describe(value)}.", "use ints.")

    # ------------------------------------------------------------ stores

    def store(self, s: Store | StoreAdd, base: Value, value: Value) -> None:
        """Write base[index] = value, or base[index] += value."""
        if isinstance(base, Unknown) or has_unknown(value):
            self.unsettled = True
            return
        s = replace(s, index=opened(self, s.index))
        if isinstance(base, Structure):
            self._store_part(s, base, value)
            return
        if not is_array(base):
            number = isinstance(base, Held) and isinstance(base.kind, Num)
            text = f"{describe(base)} does not support item assignment"
            refuse(
                f"An entry of {describe(base)} is assigned.",
                "assign entries of an array.",
                TypeError(text) if number else None,
            )
        assert isinstance(base, Held)
        assert isinstance(base.kind, Num)
        if s.base not in self.locals:
            refuse(
                f"{s.base} is written, which lives outside the function.",
                "copy it first and return the result.",
            )
        self.write(base, self.index(s.index), value, isinstance(s, StoreAdd))

    def write(self, base: Held, index: Operand, value: Value, adding: bool = False) -> None:
        """Write base[index] = value, or base[index] += value, given the level-2 index."""
        assert isinstance(base.kind, Num)
        if isinstance(value, Structure):
            value = self.array(value)
        if not is_number(value):
            refuse(f"{describe(value)} is assigned to an entry of an array.", "assign numbers.")
        kind = value.kind if isinstance(value, Held) else BOOL
        assert isinstance(kind, Num)
        _check_store(base.kind, kind.num)
        atom, name = operand_of(value), self._named(base)
        assert atom is not None
        if adding and any(k.num != "bool" for k in self._picks(index)):
            # Python adds once to an entry that is named twice; StoreAdd would do so twice.
            old = self.element(None, replace(base, atom=name), index)
            new = self.operator(None, fp.iadd, (old, value))
            atom = operand_of(new)
            assert atom is not None
        elif adding:
            self.emit(StoreAdd(name, index, atom, self.origin))
            return
        self.emit(Store(name, index, atom, self.origin))

    def _picks(self, index: Operand) -> list[Num]:
        """Kinds of the arrays in an index."""
        kinds = [self.kinds.get(n) for n in names(index)]
        return [k for k in kinds if isinstance(k, Num) and k.array]

    def _store_part(self, s: Store | StoreAdd, base: Structure, value: Value) -> None:
        """L[k] = v of a list or dict that the function made, and that has one name."""
        if issubclass(base.make, tuple):
            refuse("A part of a tuple is assigned.", "make a new tuple.")
        growing = isinstance(s.index, str) and base.make is list and not is_grown(base)
        if growing and self.told_at_run_time(base, self.read(s.index)):
            whole = grown.grown(self, list, base.items)
            self.change(base, replace(whole, ident=base.ident))
            base = self.now(base)
        if is_grown(base) and not isinstance(s.index, Slice):
            index = self._row(s.index)
            if isinstance(s, StoreAdd):
                old = grown.item(self, base, index)
                if isinstance(old, Held) and is_array(old):
                    old = self.own_name(old)
                value = self.operator(None, fp.iadd, (old, value))
            base = self.now(base)
            if isinstance(base.ident, Row):
                self.store_in_row(base, index, value)
                return
            new = grown.stored(self, base, index, value)
            if not is_row(base):  # else the arrays tell who sees it
                self.change(base, new, resized=False)
            return
        if isinstance(s.index, Slice) and isinstance(s, Store) and base.make is list:
            if is_grown(base) or self._moving(base, s.index):
                self.replace_section(base, self._bounds(s.index), value)
                return
            bounds = [self.key(self.read(o)) for o in (s.index.lower, s.index.upper, s.index.step)]
            self.replace_slice(base, bounds, value)
            return
        if isinstance(s.index, Slice):
            refuse(f"A slice of {describe(base)} is assigned.", "assign its parts one by one.")
        if is_dict(base):
            self.store_key(s, base, self.read(s.index), value)
            return
        key = self.key(self.read(s.index))
        k = position(base, key)
        if isinstance(s, StoreAdd):
            if k is None:
                refuse(f"{describe(base)} has no part {key!r}.", "assign it first.")
            old = self.usable("This part", base.items[k])
            if isinstance(old, Held) and is_array(old):
                old = self.own_name(old)
            value = self.operator(None, fp.iadd, (old, value))
            base = self.now(base)
        if k is None:
            refuse(f"A list of {len(base.items)} has no part {key!r}.", "append to it.")
        self.change(base, replace(base, items=(*base.items[:k], value, *base.items[k + 1 :])))


# ---------------------------------------------------------------- small questions


def _alike(values: Sequence[Value]) -> bool:
    """Can they be in a list of unknown length?"""
    try:
        grown.template(values)
    except Refused:
        return False
    return True


_UNORDERED = (set, frozenset, Iterated, Partial, View)


def is_index_maker(value: Value) -> TypeGuard[Static]:
    """Is it np.s_ or np.index_exp, which give the index that they are given?"""
    return isinstance(value, Static) and isinstance(value.value, type(np.s_))


def position(base: Structure, key: Any) -> int | None:
    """Which part of a structure a key means."""
    if issubclass(base.make, dict):
        same = [k for k, own in enumerate(base.keys) if own == key]
        return same[0] if same else None
    if not isinstance(key, int) or not -len(base.items) <= key < len(base.items):
        return None
    return key % len(base.items)


def _check_store(base: Num, num: str) -> None:
    """Refuse to store what the array cuts off."""
    if base.num == "any" and num in ("float", "any"):
        refuse(
            "A number is stored into an array whose dtype is not known.",
            "make the array with dtype=float.",
        )
    if base.num in ("int", "bool") and num in ("float", "any"):
        refuse(
            f"A float is stored into an array of {base.num}s, which cuts it off.",
            "make the array with dtype=float.",
        )


def _acts(value: Value) -> bool:
    """Is it an object of a class written in Python, or a function?"""
    if isinstance(value, Static):
        return callable(value.value)
    closure = isinstance(value, Structure) and issubclass(value.make, Closure)
    return closure or class_of(value) is not None


def attempt(op: Any, values: Sequence[Any]) -> Value:
    """What an operation on known values gives."""
    return from_python(attempted(op, *values))


def attempted(op: Any, *values: Any) -> Any:
    """op(*values); what it raises is refused."""
    try:
        return op(*values)
    except Exception as error:  # whatever the user's own program would raise here
        refuse(f"This raises {type(error).__name__}: {error}.", "correct it.", error)
