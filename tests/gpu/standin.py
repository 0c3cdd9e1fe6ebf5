"""A stand-in for CuPy without a device: its rules about arrays, and its kernels through g++.

What it takes over from CuPy because programs that run on NumPy can fail or go wrong by it:

- nothing is converted from or to NumPy arrays silently;
- a single element is a view without axes, and so is what a reduction gives: there are no scalars,
  and `+=` on one writes memory;
- `where` wants an array for its condition;
- the arguments of an ElementwiseKernel have to be of the types it declares.
"""

from __future__ import annotations

import ctypes
import importlib.machinery
import types
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from tests.gpu import host

_REFUSED = "Implicit conversion to a NumPy array is not allowed. Please use `.get()`"


def _down(x: Any) -> Any:
    """The NumPy array inside; NumPy arrays themselves are refused, as CuPy refuses them."""
    if isinstance(x, ndarray):
        return x._a
    if isinstance(x, np.ndarray):
        raise TypeError(f"Unsupported type {type(x)}")
    if isinstance(x, tuple | list):
        return type(x)(map(_down, x))
    if isinstance(x, dict):
        return {k: _down(v) for k, v in x.items()}
    return x


def _up(x: Any) -> Any:
    if isinstance(x, np.ndarray | np.generic):
        return ndarray(np.asarray(x))
    return tuple(map(_up, x)) if type(x) is tuple and any(map(_is_numpy, x)) else x


def _is_numpy(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.generic)


class ndarray(NDArrayOperatorsMixin):
    """An array that NumPy functions reach through dispatch only."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, a: np.ndarray) -> None:
        self._a = a

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(_REFUSED)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            raise TypeError(f"no {ufunc.__name__}.{method} through dispatch")
        out = kwargs.pop("out", ())
        extra = {"out": _down(out)} if out else {}
        result = ufunc(*_down(inputs), **_down(kwargs), **extra)
        return out[0] if out else _up(result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and not isinstance(args[0], ndarray):
            raise AttributeError(f"{type(args[0]).__name__!r} object has no attribute 'astype'")
        return _up(func(*_down(args), **_down(kwargs)))

    def __getitem__(self, index: Any) -> ndarray:
        found = index if isinstance(index, tuple) else (index,)
        if not any(i is Ellipsis for i in found):
            found = (*found, ...)
        return ndarray(self._a[_down(found)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._a[_down(index)] = _down(value)

    def __float__(self) -> float:
        return float(self._a)

    def __int__(self) -> int:
        return int(self._a)

    def __index__(self) -> int:
        return int(self._a.__index__())

    def __bool__(self) -> bool:
        return bool(self._a)

    def __len__(self) -> int:
        return len(self._a)

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self._a)))

    def __repr__(self) -> str:
        return repr(self._a)

    def get(self) -> np.ndarray:
        """A copy on the host."""
        return self._a.copy()

    def item(self, *args: Any) -> Any:
        return self._a.item(*args)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._a, name)
        if not callable(found):
            return _up(found) if name == "T" else found
        return lambda *args, **kwargs: _up(found(*_down(args), **_down(kwargs)))


ndarray.__module__ = "cupy"


class _Parameter:
    def __init__(self, text: str) -> None:
        t, self.name = text.split()
        generic = len(t) == 1
        self.dtype = None if generic else np.dtype(t)
        self.ctype = t if generic else host.TYPES[t]
        self.type = t


def _parameters(text: str) -> tuple[_Parameter, ...]:
    return tuple(_Parameter(part) for part in text.split(", "))


_pending: list[ElementwiseKernel] = []


class ElementwiseKernel:
    """Runs its text through g++; all kernels that are waiting are compiled together."""

    calls = 0

    def __init__(
        self, in_params: str, out_params: str, operation: str, name: str, **kwargs: Any
    ) -> None:
        assert kwargs["options"] == ("--fmad=false",)
        self.in_params, self.out_params = _parameters(in_params), _parameters(out_params)
        self.name, self.operation, self.preamble = name, operation, kwargs["preamble"]
        self.body = host.Body(
            name,
            tuple((p.type, p.name) for p in self.in_params),
            tuple((p.type, p.name) for p in self.out_params),
            operation if operation.rstrip().endswith(";") else f"{operation};",
        )
        _pending.append(self)
        self._library: ctypes.CDLL | None = None

    def __call__(self, *args: Any) -> Any:
        precision = self._precision(args)
        if self._library is None:
            waiting = {k.name: k for k in [*_pending, self]}
            library = host.compiled(k.body for k in waiting.values())
            for k in waiting.values():
                k._library = library
            _pending.clear()
        ElementwiseKernel.calls += 1
        out = host.run(self._library, self.body, [_down(x) for x in args], precision)
        done = tuple(map(ndarray, out))
        return done[0] if len(done) == 1 else done

    def _precision(self, args: tuple[Any, ...]) -> str:
        """What T is; CuPy's check of the types of arguments."""
        assert len(args) == len(self.in_params)
        letters: dict[str, str] = {}
        for p, x in zip(self.in_params, args, strict=True):
            if isinstance(x, ndarray):
                wanted = p.dtype or np.dtype(letters.setdefault(p.type, x.dtype.name))
                if x.dtype != wanted:
                    raise TypeError(f"Type is mismatched. {p.name} {x.dtype} {wanted}")
            else:
                assert isinstance(x, int | float | bool | np.generic), x
                assert p.dtype is not None, "no array to take the type of"
        return letters.get(self.body.letter, "float64")


def _function(f: Any) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return _up(f(*_down(args), **_down(kwargs)))

    if isinstance(f, np.ufunc):
        call.at = lambda *args: f.at(*_down(args))  # type: ignore[attr-defined]
    return call


def _where(condition: Any, x: Any, y: Any) -> ndarray:
    return ndarray(np.where(_down(condition.astype("?")), _down(x), _down(y)))


def _asarray(x: Any, dtype: Any = None) -> ndarray:
    return x if isinstance(x, ndarray) and dtype in (None, x.dtype) else array(x, dtype)


def array(x: Any, dtype: Any = None) -> ndarray:
    """cupy.array: the one way from the host to the device."""
    return ndarray(np.array(x if isinstance(x, np.ndarray) else _down(x), dtype=dtype))


class _Module(types.ModuleType):
    """The module cupy."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        return _function(found) if callable(found) and not isinstance(found, type) else found


def module() -> types.ModuleType:
    """A new module that stands for cupy."""
    out = _Module("cupy")
    out.__spec__ = importlib.machinery.ModuleSpec("cupy", None)
    for made in (ndarray, ElementwiseKernel, array):
        setattr(out, made.__name__, made)
    out.asarray, out.where = _asarray, _where  # type: ignore[attr-defined]
    out.newaxis, out.s_ = None, np.s_  # type: ignore[attr-defined]
    return out


def to_device(x: Any) -> Any:
    """Arguments with their NumPy arrays as arrays of the stand-in."""
    if isinstance(x, np.ndarray):
        return array(x)
    if isinstance(x, dict):
        return {k: to_device(v) for k, v in x.items()}
    if type(x) in (tuple, list):
        return type(x)(map(to_device, x))
    return type(x)(*map(to_device, x)) if isinstance(x, tuple) else x


def to_host(x: Any) -> Any:
    """Results with their arrays as NumPy arrays."""
    if isinstance(x, ndarray):
        return x.get()
    if isinstance(x, dict):
        return {k: to_host(v) for k, v in x.items()}
    if type(x) in (tuple, list):
        return type(x)(map(to_host, x))
    return type(x)(*map(to_host, x)) if isinstance(x, tuple) else x
