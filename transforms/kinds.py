"""Kinds: what a name holds, as far as the compiler needs to know it.

A derivation happens once per *kind signature* of the arguments.  Numbers and arrays carry a class
of numbers (float, int, bool, or unknown) and the rank of an array, but no shapes or precisions.

    3        -> Num(scalar, int)        np.ones(3)      -> Num(array, float)
    2.5      -> Num(scalar, float)      np.arange(3)    -> Num(array, int)
    "sum"    -> StaticKind("sum")       {"w": 2.5}      -> NodeKind(dict, ("w",), (float,))

`kind_of` gives the kind of a value; `signature` is a fast stand-in for the kinds of all arguments
of a call, for the caches that dispatch looks into.
"""

from __future__ import annotations

import copy
import datetime
import enum
import functools
import numbers
import re
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.transforms import dates
from fpad.transforms.foreign import SUBCLASSES, foreign_array
from fpad.transforms.written.complex_ import Complex


class Kind:
    """Base of all kinds."""

    __slots__ = ()


@dataclass(frozen=True)
class Num(Kind):
    """A number or an array of numbers.

    `array` False: a Python or NumPy scalar (immutable).  True: an ndarray or a NumPy scalar.
    `num` is "float", "int", "bool" or "any" (not known before the program runs).  `rank` is the
    number of axes of an array where it is known: then x[i] is known to be a number or a row.
    """

    array: bool
    num: str
    rank: int | None = None

    @property
    def differentiable(self) -> bool:
        """May hold real numbers that vary continuously."""
        return self.num in ("float", "any")


FLOAT = Num(False, "float")
INT = Num(False, "int")
BOOL = Num(False, "bool")
ARRAY = Num(True, "float")
INTS = Num(True, "int")
BOOLS = Num(True, "bool")
UNKNOWN_ARRAY = Num(True, "any")


@dataclass(frozen=True)
class ShapeKind(Kind):
    """A tuple of ints: what np.shape gives; `rank` is its length, where it is known."""

    rank: int | None = None


SHAPE = ShapeKind()


@dataclass(frozen=True)
class TapeKind(Kind):
    """A last-in, first-out store of saved values; `element` is None while nothing was pushed."""

    element: Kind | None = None


@dataclass(frozen=True)
class ResidualKind(Kind):
    """What the forward half of a call hands to its backward half; opaque to the caller.

    `layout` names the Pack that says what is inside, so that the residuals of a recursive
    function need no infinite kind.
    """

    layout: str = ""


_DATES = datetime.date | datetime.time | datetime.timedelta | datetime.timezone
_BY_VALUE = str | bool | int | float | None | _DATES


@dataclass(frozen=True)
class StaticKind(Kind):
    """A value that the derivation depends on: str, bool, None, functions, modules, types.

    str, bool, None and dates are compared by value, everything else by identity.  (Numbers are
    static only where a key or a predicate is called with one that is known.)
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StaticKind):
            return False
        if isinstance(self.value, _BY_VALUE):
            return type(self.value) is type(other.value) and self._told() == other._told()
        return self.value is other.value

    def __hash__(self) -> int:
        if isinstance(self.value, _BY_VALUE):
            return hash((type(self.value), self._told()))
        return id(self.value)

    def _told(self) -> Any:
        """What tells a value from others: 0.0 and -0.0 are two, and nan is one."""
        return repr(self.value) if isinstance(self.value, float) else self.value


@dataclass(frozen=True)
class OpaqueKind(Kind):
    """An object that takes part as it is and never carries a derivative, a configuration say."""

    cls: type


@dataclass(frozen=True)
class DtypeKind(OpaqueKind):
    """The dtype of an array of these numbers."""

    num: str


class _Each:
    """The key of the one part of a structure that stands for all its parts."""

    def __str__(self) -> str:
        return ""

    __repr__ = __str__


EACH = _Each()


@dataclass(frozen=True)
class NodeKind(Kind):
    """A tuple, list, dict or object of the class `make`, of known length and keys.

    `ident`: the same for what is the same list, dict or object, where that is known (see `heap`).
    """

    make: Any
    keys: tuple[Any, ...]
    items: tuple[Kind, ...]
    ident: Hashable | None = None


@dataclass(frozen=True)
class EitherKind(Kind):
    """One of several things, with a number that says which: an array of them in lists."""

    options: tuple[Kind, ...]
    which: Kind = Num(False, "int")


# ---------------------------------------------------------------- joins


def join_num(a: str, b: str) -> str:
    """The class of numbers that holds both."""
    if a == b:
        return a
    if "any" in (a, b):
        return "any"
    return "float" if "float" in (a, b) else "int"


def broadcast_rank(nums: Iterable[Num]) -> int | None:
    """The rank of what operands of these kinds broadcast to, where it is known."""
    ranks = [k.rank if k.array else 0 for k in nums]
    return None if None in ranks or not any(k.array for k in nums) else max(ranks)  # type: ignore[type-var]


def element_kind(base: Num, index: Iterable[Kind | str | None]) -> Num:
    """The kind of base[index].

    `index`: for each part the kind of a value, ":" for a slice, None for a new axis, "..." for the
    axes that are not named, and ".." for what is not known.  Arrays of ints or bools give the axes
    of what they broadcast to, whose place does not matter here.
    """
    rank = base.rank
    rest = False
    chosen = 0
    for part in index:
        if part == "...":
            rest = True
            continue
        if rank is None or part == "..":
            return Num(True, base.num)
        if part is None:
            rank += 1
        elif isinstance(part, Num) and part.array:
            if not part.rank:
                return Num(True, base.num)
            mask = part.num == "bool"
            rank -= part.rank if mask else 1
            chosen = max(chosen, 1 if mask else part.rank)
        elif isinstance(part, Num):
            rank -= 1
        elif part != ":":
            return Num(True, base.num)
    if rank is None or rank < 0:
        return Num(True, base.num)
    rank += chosen
    if rest and not rank:  # an array without axes: a view, no number
        return Num(True, base.num)
    return Num(True, base.num, rank) if rank else Num(False, base.num)


def _is_array(kind: Kind) -> bool:
    return isinstance(kind, Num) and kind.array


def join(a: Kind, b: Kind) -> Kind | None:
    """The smallest kind that covers both, or None."""
    if a == b:
        return a
    a, b = _as_number(a, b), _as_number(b, a)
    if isinstance(a, Num) and isinstance(b, Num):
        rank = a.rank if a.rank == b.rank and a.array == b.array else None
        return Num(a.array or b.array, join_num(a.num, b.num), rank)
    if isinstance(a, ShapeKind) and isinstance(b, ShapeKind):
        return SHAPE
    if isinstance(a, DtypeKind) and isinstance(b, DtypeKind):
        return DtypeKind(np.dtype, "any")
    if isinstance(a, TapeKind) and isinstance(b, TapeKind):
        if a.element is None or b.element is None:
            return b if a.element is None else a
        element = join(a.element, b.element)
        return None if element is None else TapeKind(element)
    if isinstance(a, EitherKind) and isinstance(b, EitherKind):
        some = min(len(a.options), len(b.options))  # in lists the first is None, others come later
        options = (*map(join, a.options, b.options), *a.options[some:], *b.options[some:])
        alike = len(a.options) == len(b.options) or _is_array(a.which)
        fits = alike and None not in options and a.which == b.which
        return EitherKind(options, a.which) if fits else None  # type: ignore[arg-type]
    for x, z in ((a, b), (b, a)):
        if isinstance(x, Num) and isinstance(z, NodeKind) and z.make is Complex:
            return join(NodeKind(Complex, z.keys, (x, x), z.ident), z)
    if isinstance(a, NodeKind) and isinstance(b, NodeKind) and same_layout(a, b):
        items = tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True))
        if None not in items:
            ident = a.ident if a.ident == b.ident else None
            return NodeKind(a.make, a.keys, items, ident)  # type: ignore[arg-type]
    return None


def same_layout(a: Any, b: Any) -> bool:
    """Are two structures made of the same class, with the same keys in the same order?"""
    return a.make is b.make and a.keys == b.keys and len(a.items) == len(b.items)


def _as_number(kind: Kind, other: Kind) -> Kind:
    """True and False are numbers where they meet other truth values or numbers."""
    both = isinstance(other, Num) or _is_static_bool(other)
    return BOOL if both and _is_static_bool(kind) else kind


def _is_static_bool(kind: Kind) -> bool:
    return isinstance(kind, StaticKind) and isinstance(kind.value, bool)


# ---------------------------------------------------------------- kinds of values

_CLASS = {"f": "float", "i": "int", "u": "int", "b": "bool"}
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    type,
    np.ufunc,
    np.dtype,
    enum.Enum,
    slice,
    type(Ellipsis),
    type(NotImplemented),
    re.Pattern,
    re.Match,
    *dates.CLASSES,
)


def kind_of(value: Any, where: str = "the value") -> Kind:
    """The kind of a Python value.

    Args:
        value: anything.
        where: what to call the value in an error.

    Raises:
        InputError: arrays of anything but numbers and bools.
    """
    match value:
        case bool() | str() | None:
            return StaticKind(value)
        case enum.Enum():
            return StaticKind(value)
        case int() | np.integer():
            return INT
        case float() | np.floating():
            return FLOAT
        case np.bool_():
            return BOOL
        case complex() | np.complexfloating():
            return NodeKind(Complex, PARTS, (FLOAT, FLOAT))
        case tuple() | list() | dict() if _is_plain_container(type(value)):
            keys, items = children(value)
            kinds = tuple(kind_of(v, f"{where}[{k!r}]") for k, v in zip(keys, items, strict=True))
            return NodeKind(Counting if type(value) is Counter else type(value), keys, kinds)
    if isinstance(value, np.ndarray) or _is_device_array(value):
        return _array_kind(value, where)
    other = foreign_array(value)
    if other is not None:
        raise InputError(f"{where} {other}")
    if isinstance(value, _FUNCTIONS):
        return StaticKind(value)
    if is_object(type(value)):
        return _object_kind(value, where)
    return StaticKind(value) if callable(value) else OpaqueKind(type(value))


_OBJECTS: list[int] = []
"""The objects that `kind_of` is inside of, by identity."""


def _object_kind(value: Any, where: str) -> Kind:
    """The kind of an object by its attributes; of one that holds itself, that it is one."""
    if id(value) in _OBJECTS:
        return OpaqueKind(type(value))
    _OBJECTS.append(id(value))
    try:
        keys, items = children(value)
        kinds: list[Kind] = []
        for k, v in zip(keys, items, strict=True):
            try:
                kinds.append(kind_of(v, f"{where}.{k}"))
            except InputError:  # what the function does not read does no harm
                kinds.append(OpaqueKind(type(v)))
    finally:
        _OBJECTS.pop()
    cls: Any = type(value)
    make = holding(cls) if held_by(cls) is not None else cls
    return NodeKind(make, keys, tuple(kinds))


class Counting(dict[Any, Any]):
    """Stands for collections.Counter."""


class Standing:
    """Base of classes of which no instance is made: they stand for a sort of structure."""


class OwnDict(Standing):
    """Stands for the class of the dict of an object's attributes: a structure of the object."""


class Holding:
    """Base of the classes that stand for subclasses of list, dict and tuple (see `holding`).

    `of`: the class of the user's program.
    """

    of: type


CONTENTS = "_contents"
"""What the list, dict or tuple is called that an object of such a class is, beside attributes."""
OWN_DICT = "__dict__"
"""The key that says that attributes are items of the dict: `self.__dict__ = self`."""
_HELD = (Counter, OrderedDict, defaultdict, deque, dict, list, tuple)


def held_by(cls: Any) -> Any | None:
    """The class of containers that a class written in Python is a kind of."""
    return _held_by(cls)


@functools.lru_cache(maxsize=512)
def _held_by(cls: Any) -> Any | None:
    if not isinstance(cls, type) or not cls.__flags__ & _HEAP_TYPE or is_namedtuple(cls):
        return None
    return next((c for c in _HELD if issubclass(cls, c)), None) if is_object(cls) else None


@functools.lru_cache(maxsize=512)
def holding(cls: Any) -> Any:
    """What stands for a class of this sort."""
    return type(cls.__name__, (Holding,), {"of": cls})


def meant(make: Any) -> Any:
    """The class that an object has in the user's program."""
    if make is Counting:
        return Counter
    return make.of if isinstance(make, type) and issubclass(make, Holding) else make


_HEAP_TYPE = 1 << 9
"""CPython's flag of classes that are written in Python."""
_NO_OBJECTS = (
    *(str, bytes, int, float, complex, set, frozenset, BaseException, re.Pattern, re.Match),
)


def is_object(cls: Any) -> bool:
    """Is this the class of objects that are no more than their attributes?"""
    return isinstance(cls, type) and _is_object(cls)


@functools.lru_cache(maxsize=512)
def _is_object(cls: type) -> bool:
    if cls is types.SimpleNamespace:
        return True
    return (
        bool(cls.__flags__ & _HEAP_TYPE)
        and cls not in (Counter, Counting)  # like OrderedDict, though written in Python
        and not issubclass(cls, (*_NO_OBJECTS, type, np.ndarray, np.generic, enum.Enum))
        and not issubclass(cls, numbers.Number | Standing | Holding)
        and "__call__" not in _in_c(cls)
        and not hasattr(cls, "__fpad_program__")
        and not hasattr(cls, "__array__")
        and not is_namedtuple(cls)
        and not any(c.__module__ == "fpad.transforms.abstract" for c in cls.__mro__)  # stand-ins
        and any(cls.__getattribute__ is c.__getattribute__ for c in (object, *_HELD))
    )


def _in_c(cls: type) -> set[str]:
    """The methods of a class that are not written in Python."""
    slots = (types.WrapperDescriptorType, types.MethodDescriptorType)
    return {n for c in cls.__mro__ for n, v in c.__dict__.items() if isinstance(v, slots)}


def is_frozen(cls: Any) -> bool:
    """Is this a dataclass whose attributes cannot be set?"""
    return bool(getattr(getattr(cls, "__dataclass_params__", None), "frozen", False))


def attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object, those of slots included, and what it holds.

    {"_contents": [1.0, 2.0], "name": "v"} of an object of a subclass of list.
    """
    base = held_by(type(value))
    if base is not None:
        whole = dict(dict.items(value)) if issubclass(base, dict) else base(base.__iter__(value))
        if issubclass(base, OrderedDict):
            whole = OrderedDict(OrderedDict.items(value))
        if issubclass(base, Counter | defaultdict | deque):  # these are given to no function
            whole = copy.copy(value)
        own = getattr(value, "__dict__", {})
        return {CONTENTS: whole, **({OWN_DICT: True} if own is value else own)}
    slots = [
        n
        for cls in type(value).__mro__
        for n in _names(getattr(cls, "__slots__", ()))
        if n not in ("__dict__", "__weakref__") and hasattr(value, n)
    ]
    return {**{n: getattr(value, n) for n in slots}, **getattr(value, "__dict__", {})}


def _names(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


ITSELF = "itself"
"""The key under which the tree of an object has the object, where its attributes are set."""


def _array_kind(value: Any, where: str) -> Kind:
    if isinstance(value, np.ndarray) and type(value) not in (np.ndarray, np.memmap):
        name = type(value).__name__
        remedy = SUBCLASSES.get(name, "a plain array, np.asarray(..)")
        raise InputError(f"{where} is a {name}; give {remedy}")
    kind = value.dtype.kind
    if kind == "c":
        return NodeKind(Complex, PARTS, (Num(True, "float", value.ndim),) * 2)
    if kind not in _CLASS:
        raise InputError(
            f"{where} is an array of dtype {value.dtype}; give an array of floats, ints or bools"
        )
    return Num(True, _CLASS[kind], value.ndim)


def _is_device_array(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "cupy" and hasattr(value, "dtype")


def _is_plain_container(cls: type) -> bool:
    return cls in (tuple, list, dict, OrderedDict, Counter) or is_namedtuple(cls)


def is_namedtuple(cls: Any) -> bool:
    """Is this a class made by namedtuple?"""
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def children(value: Any) -> tuple[tuple[Any, ...], Iterable[Any]]:
    """Keys and items of a tuple, list, dict or namedtuple, and attributes of an object.

    A complex number or array has its two parts.  The keys of sequences are positions.
    """
    if is_object(type(value)):
        table = attributes(value)
        return tuple(table), table.values()
    if is_complex(value):
        return PARTS, (value.real, value.imag)
    if isinstance(value, dict):
        return tuple(value), value.values()
    return tuple(range(len(value))), value


PARTS = ("real", "imag")
"""The keys of a complex number."""


def is_complex(value: Any) -> bool:
    """Is it a complex number, or an array of them?"""
    if isinstance(value, np.ndarray):
        return bool(value.dtype.kind == "c")
    return isinstance(value, complex | np.complexfloating)


def child(value: Any, key: Any) -> Any:
    """The attribute of an object that `children` has under this key."""
    return getattr(value, key) if held_by(type(value)) is None else attributes(value)[key]


# ---------------------------------------------------------------- signatures

_PLAIN = frozenset((float, int, np.float64, np.float32, np.int64))
_IDENTITY = frozenset((types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type))
_ndarray = np.ndarray


def signature(args: tuple[Any, ...]) -> Hashable:
    """A hashable stand-in for the kinds of the arguments of a call, made as fast as possible.

    Equal signatures mean equal kinds.  (Different signatures may mean equal kinds: a Python float
    and a NumPy float are told apart.)
    """
    classes = tuple(map(type, args))
    if _PLAIN.issuperset(classes):
        return classes
    return tuple(
        [(x.dtype.kind, x.ndim) if type(x) is _ndarray else _signature_of(x) for x in args]
    )


def _signature_of(x: Any) -> Any:
    cls = type(x)
    if cls in _PLAIN:
        return cls
    if cls is _ndarray:
        return x.dtype.kind, x.ndim
    if cls is dict:
        parts = [
            (v.dtype.kind, v.ndim) if type(v) is _ndarray else _signature_of(v) for v in x.values()
        ]
        return (dict, *x, *parts)
    if cls is tuple or cls is list:
        parts = [(v.dtype.kind, v.ndim) if type(v) is _ndarray else _signature_of(v) for v in x]
        return (cls, *parts)
    if cls is str or cls is bool or x is None or cls in _IDENTITY:
        return (cls, x)
    if _is_plain_container(cls):
        keys, items = children(x)
        return (cls, *keys, *[_signature_of(v) for v in items])
    if isinstance(x, int | float | complex | np.generic):
        return cls
    if _is_device_array(x) or isinstance(x, np.ndarray):
        return cls, x.dtype.kind, x.ndim
    return kind_of(x)
