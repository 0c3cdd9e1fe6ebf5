"""What a name of the user's program holds while it is specialised.

    x                    Held("x", FLOAT)                   a number in the level-2 name x
    3                    Held(Const(3), INT, Const(3))
    np.sin, "relu"       Static(np.sin), Static("relu")
    (x, {"k": 3})        Structure(tuple, .., (Held("x", ..), Structure(dict, ("k",), ..)))
    {"a", "b"}           Structure(set, .., (Static("a"), Static("b")))
    range(n)             Steps((Held("n", INT),))
    iter([x, y])         Structure(Iterated, .., (Held("x", ..), Held("y", ..)))
    partial(f, x)        Structure(Partial, .., (Static(f), Held("x", ..)))

Structures do not exist at level 2; their parts stay where they are.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, TypeAlias

from fpad.transforms.inference import constant_kind
from fpad.transforms.ir import Atom, Const, Operand
from fpad.transforms.kinds import (
    EACH,
    EitherKind,
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    ShapeKind,
    Standing,
    StaticKind,
)
from fpad.transforms.written.complex_ import Complex


def same_objects(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """Are they the same objects in the same order?"""
    return len(some) == len(others) and all(map(operator.is_, some, others))


class Value:
    """Base of all abstract values; `inside` is the attribute with the values inside, if any."""

    inside: ClassVar[str] = ""

    @property
    def parts(self) -> tuple[Value, ...]:
        """The values inside."""
        return getattr(self, self.inside) if self.inside else ()

    def with_parts(self, parts: tuple[Value, ...]) -> Self:
        """The same with other values inside; itself, where they are the ones that it has."""
        if not self.inside or same_objects(parts, self.parts):
            return self
        return replace(self, **{self.inside: parts})  # type: ignore[type-var]


@dataclass(frozen=True)
class Held(Value):
    """A number, an array, a shape or an object in a level-2 atom; `known`: it is this constant."""

    atom: Atom
    kind: Kind
    known: Const | None = None


@dataclass(frozen=True, eq=False)
class Static(Value):
    """A value that is the same at every call: a function, a module, a str, True, None, .."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and StaticKind(self.value) == StaticKind(other.value)

    def __hash__(self) -> int:
        return hash(StaticKind(self.value))


@dataclass(frozen=True)
class Place:
    """The ident of a list, dict or object that was read from a list of unknown length.

    Attributes:
        of: the ident of the (outermost) list; None: it is not known any more.
        index: the operands it was indexed with.
        at: their numbers (see `numbering`); None: which place it has is not known any more.
        there: is it still there? Else the list has another in its place, or may have.
        gone: is it certain to have no other place in the list?
    """

    of: Hashable | None
    index: tuple[Operand, ...]
    at: tuple[int, ...] | None
    there: bool = True
    gone: bool = False


@dataclass(frozen=True)
class Structure(Value):
    """A tuple, list, dict, namedtuple or object.

    A list or tuple of a length that only the run tells has the one key EACH: the leaves of that
    part are arrays, with a row for each of the values (see `grown`).  `twice`: the numbers of
    places at which a list stands that the list holds elsewhere too (0: a place not known).

    `ident` tells lists, dicts and objects apart (see `heap`): negative for those that were given as
    arguments; a `Place` for those read from a list of unknown length; None: somebody else may hold
    it, and it must not change.
    """

    inside = "items"
    make: Any
    keys: tuple[Any, ...]
    items: tuple[Value, ...]
    ident: Hashable | None = None
    twice: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Steps(Value):
    """range(*args)."""

    inside = "args"
    args: tuple[Value, ...]
    reverse: bool = False


@dataclass(frozen=True)
class Woven(Value):
    """enumerate(..), zip(..) or reversed(..) of values (`how`), one of which has unknown length.

    `ident` tells iterators apart, so that one that is used up is known.
    """

    inside = "of"
    how: str
    of: tuple[Value, ...]
    ident: int | None = None


class Rest(Standing):
    """Stands for the class of an iterator over a list that goes from function to function."""


@dataclass(frozen=True)
class Inside(Value):
    """What is open where the code is written: the innermost with or try statement (`guarding`)."""

    scope: Any


class Iterated(Standing):
    """Stands for the class of an iterator, as a structure of the values that it has left.

    Behind these, under a key `Stream`, stand the lists that they come from.
    """


@dataclass(frozen=True)
class Stream:
    """Tells iterators apart; `lists`: what they come from, as it was when the iterator was made."""

    ident: int
    lists: Value


class Arena(list[Any]):
    """Stands for the class of all objects of one class that are told apart by a number.

    It is a list of unknown length of what they hold, in a hidden variable (see `arenas`).
    """


class Numbered:
    """Stands for the class of a `Member` on its way to another function.

    Its parts are its number, its arena, and the arenas of the objects that are held there.
    """


class Linked:
    """Base of the classes that stand for a `Member` in an arena that is on that way.

    `cls`: the class of the object.
    """

    cls: type


class View(Standing):
    """Stands for the classes of the views of a dict: a structure of the dict, under their name."""


class Table(Standing):
    """Base of the classes that stand for dicts with keys that only the run tells (see `tables`).

    `of`: the class of the dict that it was.
    """

    of: type


class Defaulting(dict[Any, Any]):
    """Base of the classes that stand for defaultdict, one for each `factory`."""

    factory: Any = None


class Thinned(set[Any]):
    """Stands for sets from which something was taken out, one class for each `log`.

    `log`: what was put there and taken out, in turn.
    """

    log: tuple[Any, ...] = ()


class Mixed(set[Any]):
    """Stands for a set that several sets were made into: its order is not known."""


class Uneven(dict[Any, Any]):
    """Stands for a list of lists of several lengths, as a dict with the keys 0, 1, 2, .."""


Uneven.__name__ = "list"


class Groups(Standing):
    """Stands for the lists of a table: a structure of all their values, and whose they are."""


class Queue(Standing):
    """Stands for collections.deque: a structure of the list of its values, and of `maxlen`."""


class Itself(Standing):
    """Stands for a list, dict or object inside what it holds: only its ident is told (`rings`)."""


class Partial(Standing):
    """Stands for the class of functools.partial objects.

    They are a structure of the function, its positional arguments (0, 1, ..) and its named ones.
    """


@dataclass(frozen=True)
class Method(Value):
    """base.name, to be called, of the one value in `of`; `variable`: the user's name of it."""

    inside = "of"
    of: tuple[Value]
    name: str
    variable: str

    @property
    def base(self) -> Value:
        """What the method belongs to."""
        return self.of[0]


@dataclass(frozen=True)
class Bound(Value):
    """A function of a class, looked up through the one object in `of`, to be called with it."""

    inside = "of"
    of: tuple[Value]
    func: Any


@dataclass(frozen=True)
class Member(Value):
    """An object that is one of many: `of` is its number in the arena of its class (`arenas`)."""

    inside = "of"
    of: tuple[Value]
    cls: type

    @property
    def at(self) -> Held:
        """Its number."""
        (at,) = self.of
        assert isinstance(at, Held)
        return at


@dataclass(frozen=True)
class Above(Value):
    """super() of the one object in `of`, inside the class `cls`."""

    inside = "of"
    of: tuple[Value]
    cls: type


@dataclass(frozen=True)
class Either(Value):
    """One of several things (see `choices`): in `of` the number that says which, then these."""

    inside = "of"
    of: tuple[Value, ...]

    @property
    def which(self) -> Held:
        """Which of the options it is."""
        which = self.of[0]
        assert isinstance(which, Held)
        return which

    @property
    def options(self) -> tuple[Value, ...]:
        """What it may be."""
        return self.of[1:]


@dataclass(frozen=True)
class Unknown(Value):
    """Not known yet (the result of a call inside a recursion), or refused already."""


@dataclass(frozen=True)
class Unusable(Value):
    """Two values that do not join; refused where it is read."""

    first: str
    second: str


UNKNOWN = Unknown()
USED_UP = Unusable("an iterator", "one that is used up")
Env: TypeAlias = "dict[str, Value]"


# ---------------------------------------------------------------- looking at values


def literal(value: Any) -> Value:
    """The abstract value of a constant of the program."""
    if isinstance(value, complex):
        parts = literal(value.real), literal(value.imag)
        return Structure(Complex, ("real", "imag"), parts)
    kind = constant_kind(value)
    if isinstance(value, bool | enum.Enum) or not isinstance(kind, Num):
        return Static(value)
    return Held(Const(value), kind, Const(value))


def from_python(value: Any) -> Value:
    """The abstract value of what a function of the library gave for constants."""
    if type(value) in (tuple, list, set, frozenset):
        items = tuple(map(from_python, value))
        return Structure(type(value), tuple(range(len(items))), items)
    if type(value) is dict:
        return Structure(dict, tuple(value), tuple(map(from_python, value.values())))
    return literal(value)


def to_python(value: Value) -> tuple[Any] | None:
    """What the value is, in a tuple, if all its parts are known while the code is written."""
    if not isinstance(value, Structure):
        return known_value(value)
    if value.make not in (tuple, list, dict, set, frozenset):
        return None
    parts = [to_python(v) for v in value.items]
    if None in parts:
        return None
    known = [p[0] for p in parts if p is not None]
    return (dict(zip(value.keys, known, strict=True)) if value.make is dict else value.make(known),)


def held(value: Value) -> Iterator[Held]:
    """The numbers, arrays and objects inside a value, in order."""
    if isinstance(value, Held):
        yield value
    for part in value.parts:
        yield from held(part)


def uses(value: Value, name: str) -> bool:
    """Does some part of the value lie in this level-2 name?"""
    if isinstance(value, Held):  # nearly all values are; this is asked of all, again and again
        return value.atom == name
    return any(uses(part, name) for part in value.parts)


def moved(value: Value, new: Mapping[str, Atom]) -> Value:
    """The value with parts in other level-2 names."""
    if isinstance(value, Held):
        atom = value.atom
        return replace(value, atom=new[atom]) if isinstance(atom, str) and atom in new else value
    parts = value.parts
    return value.with_parts(tuple(moved(p, new) for p in parts)) if parts else value


def kind_of_value(value: Value) -> Kind | None:
    """The kind of a value that can be handed to a function; None if it cannot."""
    if isinstance(value, Held):
        return value.kind
    if isinstance(value, Static):
        return StaticKind(value.value)
    if isinstance(value, Either):
        kinds = [kind_of_value(v) for v in value.options]
        return None if None in kinds else EitherKind(tuple(kinds), value.which.kind)  # type: ignore[arg-type]
    if isinstance(value, Structure):
        kinds = [kind_of_value(v) for v in value.items]
        if None not in kinds:
            return NodeKind(value.make, value.keys, tuple(kinds), value.ident)  # type: ignore[arg-type]
    return None


def value_of_kind(kind: Kind, atoms: Iterator[Atom]) -> Value:
    """The value of this kind whose parts lie in the given atoms, in order."""
    if isinstance(kind, StaticKind):
        return literal(kind.value)
    if isinstance(kind, EitherKind):
        which = Held(next(atoms), kind.which)
        return Either((which, *(value_of_kind(k, atoms) for k in kind.options)))
    if isinstance(kind, NodeKind):
        items = tuple(value_of_kind(k, atoms) for k in kind.items)
        return Structure(kind.make, kind.keys, items, kind.ident)
    return Held(next(atoms), kind)


def told_apart(kind: Kind, value: Value) -> list[Held]:
    """The leaves of a value of this kind, without those that the kind tells."""
    if isinstance(kind, StaticKind):
        return []
    if isinstance(kind, NodeKind) and len(kind.items) == len(value.parts):
        pairs = zip(kind.items, value.parts, strict=True)
        return [h for k, v in pairs for h in told_apart(k, v)]
    return list(held(value))


def is_grown(value: Value) -> bool:
    """Is it a list or tuple of a length that only the run tells?"""
    return isinstance(value, Structure) and value.keys == (EACH,)


def is_itself(value: Value) -> bool:
    """Does it stand for what holds it?"""
    return isinstance(value, Structure) and value.make is Itself


def operand_of(value: Value) -> Operand | None:
    """The operand that a value is in a statement; None if it cannot be one."""
    if is_grown(value):
        return value.parts[0].atom if isinstance(value.parts[0], Held) else None
    if isinstance(value, Held):
        return value.atom
    if isinstance(value, Static):
        return Const(value.value)
    if isinstance(value, Structure) and issubclass(value.make, tuple | list):
        items = [operand_of(v) for v in value.items]
        return None if None in items else tuple(items)  # type: ignore[arg-type]
    return None


def known_value(value: Value) -> tuple[Any] | None:
    """What the value is, in a tuple, if it is known while the code is written."""
    if isinstance(value, Static):
        return (value.value,)
    if isinstance(value, Held) and value.known is not None:
        return (value.known.value,)
    return None


def frozen(value: Value) -> Value:
    """The value with numbers that are known as part of its kind."""
    if isinstance(value, Held) and value.known is not None:
        return Static(value.known.value)
    parts = value.parts
    return value.with_parts(tuple(map(frozen, parts))) if parts else value


def has_form(a: Value, b: Value) -> bool:
    """Are two values the same but for the atoms that they lie in?"""
    if a is b:
        return True
    if isinstance(a, Held) and isinstance(b, Held):
        return a.kind == b.kind
    if type(a) is not type(b) or len(a.parts) != len(b.parts):
        return False
    if isinstance(a, Structure) and isinstance(b, Structure):
        same = a.make == b.make and a.keys == b.keys
    else:
        same = bool(a.parts) or a == b
    return same and all(map(has_form, a.parts, b.parts))


def has_unknown(value: Value) -> bool:
    """Is a part of it not known yet?"""
    return isinstance(value, Unknown) or any(map(has_unknown, value.parts))


def is_number(value: Value) -> bool:
    """Is it a number or an array?"""
    if isinstance(value, Static):
        return isinstance(value.value, bool)
    return isinstance(value, Held) and isinstance(value.kind, Num)


def is_opaque(value: Value) -> bool:
    """Is it an object, or a text, that only the run knows?"""
    return isinstance(value, Held) and isinstance(value.kind, OpaqueKind)


def is_array(value: Value) -> bool:
    """Is it an array, or a number that NumPy made?"""
    return isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.array


def is_shape(value: Value) -> bool:
    """Is it a shape?"""
    return isinstance(value, Held) and isinstance(value.kind, ShapeKind)


def idents(value: Value) -> Iterator[Hashable]:
    """The lists, dicts and objects inside that can be told apart."""
    if isinstance(value, Structure) and value.ident is not None:
        yield value.ident
    for part in value.parts:
        yield from idents(part)
