"""Complex numbers: structures of a real and an imaginary part, of `written.complex_.Complex`.

    z = 2j * x                   z_real, z_imag = 0.0 * x, 2.0 * x
    X = np.zeros(n, complex)     X_real, X_imag = np.zeros(n), np.zeros(n)
    np.sum(X, axis=0)            np.sum(X_real, axis=0), np.sum(X_imag, axis=0)

What is not linear is written out (`written.complex_`), so that no transform knows complex numbers.
"""

from __future__ import annotations

import builtins
import functools
import operator
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    Woven,
    is_array,
    is_grown,
    is_number,
    literal,
)
from fpad.transforms.fitting import called
from fpad.transforms.forms import is_complex
from fpad.transforms.ir import Const, Operand, Store, StoreAdd
from fpad.transforms.iterators import Args, Keywords, unwrapped
from fpad.transforms.kinds import EACH, Num
from fpad.transforms.writer import refuse
from fpad.transforms.written import written_out
from fpad.transforms.written.complex_ import ALWAYS, COMPLEX, OF_CMATH, Complex, paired
from fpad.transforms.written.fourier import FOURIER

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_NAMES = ("complex", "complex128")
_TYPES = tuple(
    map(Static, (complex, np.complex128, np.complexfloating, np.dtype(complex), *_NAMES))
)
_BLANK = (np.zeros, np.empty, np.zeros_like, np.empty_like)
_BY_PARTS = frozenset(
    (
        *(np.array, np.asarray, np.copy, np.ascontiguousarray, np.atleast_1d, np.atleast_2d),
        *(np.concatenate, np.stack, np.vstack, np.hstack, np.column_stack, np.append),
        *(
            builtins.sum,
            np.sum,
            np.mean,
            np.cumsum,
            np.diff,
            np.trace,
            np.diag,
            np.average,
            np.negative,
        ),
        *(np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.squeeze),
        *(np.expand_dims, np.broadcast_to, np.tile, np.repeat, np.roll, np.flip, np.take),
        *(np.tril, np.triu, np.zeros_like, np.split),
    )
)
_OPERATORS: dict[Any, Any] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: operator.truediv,
    np.matmul: operator.matmul,
    np.absolute: abs,
    np.negative: operator.neg,
}
_ASKED = frozenset((np.shape, np.size, np.ndim))


def holds_complex(value: Value) -> bool:
    """Is it a complex number or array, or a list of them?"""
    return is_complex(value) or (
        isinstance(value, Structure)
        and value.make in (list, tuple)
        and any(map(holds_complex, value.items))
    )


def _pair(real: Value, imag: Value) -> Structure:
    return Structure(Complex, ("real", "imag"), (real, imag))


def entries(value: Structure) -> Structure:
    """What a loop over a complex array runs over: a sequence of numbers or rows."""
    return Structure(tuple, (EACH,), (value,))


def _part(w: Library, value: Value, k: int) -> Value:
    """The real part (0) or the imaginary part (1) of what is complex; all else as it is."""
    if not holds_complex(value):
        return value
    assert isinstance(value, Structure)
    if is_complex(value):
        return value.items[k]
    items = [v if holds_complex(v) or k == 0 else _nothing(w, v) for v in value.items]
    return replace(value, items=tuple(_part(w, v, k) for v in items))


def _nothing(w: Library, value: Value) -> Value:
    """The imaginary part of a real number or array, or of a list of them."""
    if isinstance(value, Structure) and value.make in (list, tuple) and not is_grown(value):
        return replace(value, items=tuple(_nothing(w, v) for v in value.items), ident=None)
    if isinstance(value, Structure) and is_grown(value):
        value = w.array(value)
    return w.call(w.fresh("none"), np.zeros_like, (value,), {}) if is_array(value) else literal(0.0)


def _anew(w: Library, part: Value) -> Value:
    """A part of a new complex array, which must not share memory with the old one."""
    return w.call(w.fresh("part"), np.copy, (part,), {}) if is_array(part) else part


def _typed(value: Value | None) -> bool:
    """Is it a complex type?"""
    return value in _TYPES


def call(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """A call that has to do with complex numbers; None if it has not."""
    try:
        always = ALWAYS.get(f) or FOURIER.get(f) or OF_CMATH.get(f)
    except TypeError:  # not hashable
        return None
    if f is builtins.sum and isinstance(args[0], Woven) and args[0].how == "once":
        return w.call(variable, f, [unwrapped(w, args[0]), *args[1:]], kwargs)
    given = any(map(holds_complex, (*args, *kwargs.values())))
    if always is not None:
        if f in OF_CMATH and not is_complex(args[0]):
            args = (w.user_call(w.fresh("z"), paired, args[:1], {}), *args[1:])
        return w.user_call(variable, always, args, kwargs)
    makes = f not in (builtins.isinstance, builtins.issubclass)
    typed = [k for k, a in enumerate(args) if k and makes and _typed(a)]
    if typed or _typed(kwargs.get("dtype")):
        rest = [a for k, a in enumerate(args) if k not in typed]
        return _of_type(w, variable, f, rest, {k: v for k, v in kwargs.items() if k != "dtype"})
    if not given:
        return None
    if f is builtins.isinstance and is_complex(args[0]):
        return _is_instance(args[0].parts[0], args[1])
    if f in _ASKED and is_complex(args[0]):
        return w.call(variable, f, (_part(w, args[0], 0), *args[1:]), kwargs)
    if f in COMPLEX:
        return w.user_call(variable, COMPLEX[f], args, kwargs)
    if f in _OPERATORS and not kwargs:
        return w.operator(variable, _OPERATORS[f], args)
    if f in _BY_PARTS:
        return _by_parts(w, f, args, kwargs)
    library = str(getattr(f, "__module__", "")).startswith(("numpy", "math", "scipy"))
    if (isinstance(f, np.ufunc) or library) and f not in _ASKED and written_out(f) is None:
        refuse(
            f"{called(f)} is applied to complex numbers.",
            "compute with the real and the imaginary part: z.real, z.imag.",
        )
    return None


def _is_instance(real: Value, classes: Value) -> Static:
    """Is a complex number or array, with this real part, of one of these classes?"""
    known = classes.parts if isinstance(classes, Structure) else (classes,)
    every = tuple(c.value for c in known if isinstance(c, Static))
    if Complex in every:  # so functions written out ask
        return Static(True)
    if len(every) < len(known) or not all(isinstance(c, type | types.UnionType) for c in every):
        refuse("The class is not known while the code is written.", "write it as a literal.")
    able: tuple[type, ...] = (complex, np.complex128)
    if is_array(real):
        rank = real.kind.rank if isinstance(real, Held) and isinstance(real.kind, Num) else None
        able = (np.ndarray,) if rank else (np.ndarray, np.complex128)
    answers = {issubclass(cls, every) for cls in able}
    if len(answers) > 1:
        shown = " or a ".join(cls.__name__ for cls in able)
        refuse(
            f"A complex number is a {shown}: which, is known only when the program runs.",
            "ask for its shape or rank, np.ndim(z), or make it complex(z) first.",
        )
    return Static(answers.pop())


def _by_parts(w: Library, f: Any, args: Args, kwargs: Keywords) -> Value:
    """A linear operation, which acts on both parts alike."""
    both = []
    for k in (0, 1):
        named = {n: _part(w, v, k) for n, v in kwargs.items()}
        both.append(w.call(w.fresh("part"), f, [_part(w, a, k) for a in args], named))
    return _paired(*both)


def _paired(real: Value, imag: Value) -> Value:
    """Two structures of parts as a structure of complex numbers."""
    if isinstance(real, Structure) and isinstance(imag, Structure):
        return replace(real, items=tuple(map(_paired, real.items, imag.items)))
    return _pair(real, imag)


def _of_type(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value:
    """An operation whose result is to be complex."""
    if any(map(holds_complex, args)):
        made = w.call(variable, f, args, kwargs)
        return made
    real = w.call(w.fresh("real"), f, args, kwargs)
    if f in _BLANK:
        return _pair(real, w.call(w.fresh("imag"), f, args, kwargs))
    real = w.operator(None, np.multiply, (literal(1.0), real))
    return _pair(real, w.call(w.fresh("imag"), np.zeros_like, (real,), {}))


def operated(w: Library, op: Any, args: Args) -> Value | None:
    """Sums, differences, products and the like, in the parts; None for what is longer."""
    do = functools.partial(w.operator, None)
    if len(args) == 1 and op in (operator.neg, operator.pos):
        return _pair(*(do(op, (p,)) for p in args[0].parts))
    if len(args) == 1 and op is abs:
        return w.call(w.fresh("size"), np.hypot, args[0].parts, {})
    if len(args) != 2 or not all(is_complex(a) or is_number(a) for a in args):
        return None
    a, b = args
    if op in (operator.add, operator.sub):
        reals = [v.parts[0] if is_complex(v) else v for v in args]
        imags = [v.parts[1] if is_complex(v) else _nothing(w, v) for v in args]
        if not is_complex(b) and not is_array(b):
            imag = _anew(w, imags[0])
        elif not is_complex(a) and not is_array(a):
            imag = _anew(w, imags[1]) if op is operator.add else do(operator.neg, imags[1:])
        else:
            imag = do(op, imags)
        return _pair(do(op, reals), imag)
    if op is operator.mul and is_complex(a) and is_complex(b):
        (x, y), (u, v) = a.parts, b.parts
        real = do(operator.sub, (do(operator.mul, (x, u)), do(operator.mul, (y, v))))
        return _pair(real, do(operator.add, (do(operator.mul, (x, v)), do(operator.mul, (y, u)))))
    if op is operator.mul or (op is operator.truediv and not is_complex(b)):
        parts = zip(*(v.parts if is_complex(v) else (v, v) for v in args), strict=True)
        return _pair(*(do(op, pair) for pair in parts))
    return None


def in_place(w: Library, op: Any, plain: Any, args: Args) -> Value | None:
    """`z += w` of complex numbers; None if z is none.  Arrays are written, for all their names."""
    z = args[0]
    if not isinstance(z, Structure) or not is_complex(z):
        return None
    new = w.operator(None, plain, args)
    if not is_array(z.items[0]):
        return new
    assert isinstance(new, Structure)
    for old, value in zip(z.items, new.items, strict=True):
        _write(w, old, value)
    return z


def _write(w: Library, old: Value, value: Value) -> None:
    """Write a part of a complex array."""
    assert isinstance(old, Held)
    if not isinstance(old.kind, Num) or not old.kind.rank:
        refuse(
            "A complex array of unknown rank is changed in place.",
            "write the operation out: z = z + w.",
        )
    if old != value:
        w.write(old, Const(Ellipsis), value)


def set_part(w: Library, base: Value, name: str, value: Value) -> bool:
    """`z.real = value` of a complex array; False if z is none."""
    if not isinstance(base, Structure) or not is_complex(base) or not is_array(base.items[0]):
        return False
    _write(w, base.items[base.keys.index(name)], value)
    return True


def load(w: Library, base: Structure, index: Operand) -> Value:
    """`z[index]` of a complex array."""
    real, imag = (w.load(None, part, index) for part in base.items)
    return _pair(real, imag)


def store(w: Library, s: Store | StoreAdd, base: Structure, value: Value) -> None:
    """`z[index] = value`, or `z[index] += value`, of a complex array."""
    real = value.parts[0] if is_complex(value) else value
    imag = value.parts[1] if is_complex(value) else _nothing(w, value)
    w.store(s, base.items[0], real)
    w.store(s, base.items[1], imag)


__all__ = ["Complex", "call", "entries", "in_place", "load", "set_part", "store"]
