"""Coefficients of filters and windows, which depend on nothing but constants.

    b, a = signal.butter(2, 0.3)    ->      b = fp.fixed("float[:]", butter, (2, 0.3), (), 0)
                                            a = fp.fixed("float[:]", butter, (2, 0.3), (), 1)

What they are is found out while the code is written, by calling the function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.abstract import Value, to_python
from fpad.transforms.fitting import called
from fpad.transforms.ir import Const
from fpad.transforms.kinds import Num
from fpad.transforms.refusing import refuse
from fpad.transforms.subscripts import attempted

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_DESIGNS = frozenset(
    (
        *("butter", "cheby1", "cheby2", "ellip", "bessel", "iirfilter", "iirnotch", "iirpeak"),
        *("iirdesign", "firwin", "firwin2", "remez", "savgol_coeffs", "get_window"),
    )
)
"""Functions of scipy.signal; those of scipy.signal.windows are meant too."""


def is_design(f: Any) -> bool:
    """Does it make coefficients from a few numbers?"""
    module = str(getattr(f, "__module__", "") or "")
    windows = module.startswith("scipy.signal.windows")
    own = module.startswith("scipy.signal.") and getattr(f, "__name__", "") in _DESIGNS
    return windows or own


def design(w: Library, f: Any, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    """The arrays that the function makes."""
    known = [to_python(a) for a in (*args, *kwargs.values())]
    if None in known:
        refuse(
            f"{called(f)} is given what is not known while the code is written.",
            "compute it before the call, and pass it as an argument.",
        )
    values = [k[0] for k in known if k is not None]
    n = len(args)
    made = attempted(lambda: f(*values[:n], **dict(zip(kwargs, values[n:], strict=True))))
    operands = (tuple(map(Const, values)), tuple(map(Const, kwargs)))
    if not isinstance(made, tuple):
        return _array(w, f, operands, None, made)
    parts = [_array(w, f, operands, k, part) for k, part in enumerate(made)]
    return w.sequence(tuple, parts)


def _array(w: Library, f: Any, operands: Any, at: int | None, made: Any) -> Value:
    if not isinstance(made, np.ndarray) or made.dtype.kind != "f":
        refuse(f"{called(f)} gives no array of floats here.", "compute it before the call.")
    text = f"float[{', '.join(':' * made.ndim)}]"
    args = (Const(text), Const(f), *operands, Const(at))
    return w.let(None, fp.fixed, args, Num(True, "float", made.ndim))
