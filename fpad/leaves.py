"""Leaves of arguments and results: their type, shape and dtype, and structures of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from fpad.runtime.errors import InputError
from fpad.runtime.memory import made
from fpad.transforms.ir import Leaf, Node, Tree
from fpad.transforms.kinds import (
    EACH,
    ITSELF,
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    StaticKind,
    child,
    children,
    is_object,
    meant,
)
from fpad.transforms.structures import build
from fpad.transforms.written.complex_ import Complex


class ComplexResult(InputError):
    """A result that Python made a complex number, as it does with (-1.0) ** 0.5."""

    def __init__(self) -> None:
        super().__init__(
            "the result is a complex number here: a negative number was raised to a power that "
            "is no integer; np.power gives NaN there, and abs keeps the base positive"
        )


Fit = Callable[[Any, Any], Any]
_FLOAT64 = np.dtype(np.float64)
_NUMBERS = frozenset((float, np.float64, np.float32, np.ndarray))
_ndarray = np.ndarray


def as_leaf(result: Any, argument: Any) -> Any:
    """The result with the type, shape and dtype of the argument's leaf (integers: of float64)."""
    if (
        type(result) is _ndarray
        and type(argument) is _ndarray
        and result.dtype is _FLOAT64
        and argument.dtype is _FLOAT64
        and result.shape == argument.shape
    ):
        return result
    if result is None:
        return None
    dtype = getattr(argument, "dtype", None)
    if type(result) is complex:
        raise ComplexResult
    if dtype is None:
        return float(result)
    if dtype.kind != "f":
        dtype = _FLOAT64
    if isinstance(argument, np.generic):
        return dtype.type(result)
    if getattr(result, "dtype", None) == dtype and getattr(result, "shape", None) == argument.shape:
        return result if not isinstance(result, np.generic) else np.array(result)
    if isinstance(argument, np.ndarray):
        return np.array(np.broadcast_to(result, argument.shape), dtype=dtype)
    return result.astype(dtype).reshape(argument.shape)


def narrow_of(values: Iterable[Any]) -> np.dtype[Any]:
    """The float type that all NumPy values have, float64 where they differ or there are none.

    A cotangent of that type keeps the arithmetic of a derivative in the type of its function.
    """
    found = {v.dtype for v in values if isinstance(v, np.ndarray | np.generic)}
    dtype = next(iter(found)) if len(found) == 1 else _FLOAT64
    return dtype if dtype.kind == "f" else _FLOAT64


def values_in(given: Any) -> Iterator[Any]:
    """The leaves of arguments, by position or by name."""
    if isinstance(given, dict | list | tuple) or is_object(type(given)):
        for part in children(given)[1]:
            yield from values_in(part)
    else:
        yield given


def real(value: Any) -> Any:
    """The value, no part of which is a complex number.

    Raises:
        ComplexResult: a part is: Python makes one of (-1.0) ** 0.5.
    """
    if type(value) is complex or (
        type(value) not in _NUMBERS and any(type(v) is complex for v in values_in(value))
    ):
        raise ComplexResult
    return value


def narrowed(value: Any, given: Any) -> Any:
    """A rounded value, which was computed in float64, in the float type of the arguments."""
    dtype = narrow_of(values_in(given))
    if dtype == _FLOAT64:
        return value

    def cast(leaf: Any) -> Any:
        if isinstance(leaf, dict) and not is_object(type(leaf)):
            return {k: cast(v) for k, v in leaf.items()}
        if isinstance(leaf, list | tuple) or is_object(type(leaf)):
            keys, items = children(leaf)
            return build(type(leaf), keys, [cast(v) for v in items])
        held = isinstance(leaf, np.ndarray | np.generic) and leaf.dtype == _FLOAT64
        return leaf.astype(dtype) if held else leaf

    return cast(value)


def fit_of(tree: Tree) -> Fit:
    """How a structured result is given the leaves' types of a structured argument."""
    if isinstance(tree, Leaf):
        return as_leaf
    if not isinstance(tree, Node):
        return lambda result, argument: None
    if tree.keys == (EACH,):
        return lambda result, argument: result
    make = meant(tree.make)
    keys = tuple(k for k in tree.keys if k != ITSELF)
    fits = tuple(fit_of(t) for k, t in zip(tree.keys, tree.items, strict=True) if k != ITSELF)
    if make is dict:

        def fit_dict(result: Any, argument: Any) -> Any:
            return {k: fit(result[k], argument[k]) for k, fit in zip(keys, fits, strict=True)}

        return fit_dict

    def fit(result: Any, argument: Any) -> Any:
        values = [f(result[k], argument[k]) for k, f in zip(keys, fits, strict=True)]
        return build(make, keys, values)

    if not issubclass(tree.make, tuple | list | dict):

        def fit_object(result: Any, argument: Any) -> Any:
            pairs = zip(keys, fits, strict=True)
            return made(make, **{k: f(child(result, k), child(argument, k)) for k, f in pairs})

        return fit_object

    return fit


def promoted_kind(kind: Kind, where: str) -> Kind:
    """The kind of a differentiated argument: integers count as float64.

    Raises:
        InputError: a bool, str, object or complex number is differentiated directly.
    """
    if isinstance(kind, StaticKind):
        raise InputError(f"{where} is {kind.value!r}, which has no derivative; leave it out of wrt")
    if isinstance(kind, Num):
        if kind.num == "bool":
            raise InputError(f"{where} holds truth values, which have no derivative")
        return replace(kind, num="float") if kind.num == "int" else kind
    if isinstance(kind, OpaqueKind):
        raise InputError(
            f"{where} is an object of class {kind.cls.__name__}, which has no derivative: "
            "give numbers, arrays, or structures and plain objects of these"
        )
    return _inner(kind, where)


def _inner(kind: Kind, where: str) -> Kind:
    if isinstance(kind, Num) and kind.num == "int":
        return replace(kind, num="float")
    if isinstance(kind, NodeKind) and kind.make is Complex:
        raise InputError(f"{where} is complex; fpad differentiates real functions only")
    if isinstance(kind, NodeKind):
        parts = [
            _attribute(item, kind.make, k, where)
            if is_object(kind.make)
            else _inner(item, f"{where}[{k!r}]")
            for k, item in zip(kind.keys, kind.items, strict=True)
        ]
        return NodeKind(kind.make, kind.keys, tuple(parts), kind.ident)
    return kind


def _attribute(kind: Kind, make: Any, key: Any, where: str) -> Kind:
    """The kind of an attribute: a complex one does no harm where the function does not read it."""
    if isinstance(kind, NodeKind) and kind.make is Complex:
        return OpaqueKind(complex)
    return _inner(kind, f"{where}.{key}") if counts(make, key) else kind


def counts(make: Any, key: Any) -> bool:
    """Do integers in this part of a structure count as float64 where it is differentiated?

    Attributes that are integers are sizes and counters, unless a dataclass says otherwise.
    """
    if not is_object(make) or make is SimpleNamespace:
        return True
    fields = getattr(make, "__dataclass_fields__", {})
    return key in fields and fields[key].type not in (int, "int")


def promoted(value: Any) -> Any:
    """The value with integers as float64, also inside structures."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | np.integer):
        try:
            return float(value)
        except OverflowError:
            raise InputError("an integer argument is too large for a float") from None
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if value.dtype.kind in "iu" else value
    if isinstance(value, dict) and not is_object(type(value)):
        return type(value)((k, promoted(v)) for k, v in value.items())
    if isinstance(value, list | tuple) or is_object(type(value)):
        keys, items = children(value)
        pairs = zip(keys, items, strict=True)
        parts = [promoted(v) if counts(type(value), k) else v for k, v in pairs]
        return build(type(value), keys, parts)
    return value


def has_integers(kind: Kind) -> bool:
    """Is there an integer leaf?"""
    if isinstance(kind, NodeKind):
        pairs = zip(kind.keys, kind.items, strict=True)
        return any(has_integers(item) for k, item in pairs if counts(kind.make, k))
    return isinstance(kind, Num) and kind.num == "int"
