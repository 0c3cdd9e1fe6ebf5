"""What people pass or call that fpad has no meaning for: each with what to do instead.

fpad.grad(f)(series)        x is a Series of pandas: give x.to_numpy()
exec(text)                  exec runs code that is not known while the derivative is written
"""

from __future__ import annotations

import builtins
import concurrent.futures
import decimal
import fractions
import os
import sys
import threading
from typing import Any

ARRAYS = {
    "jax": "np.asarray(..) of it",
    "jaxlib": "np.asarray(..) of it",
    "pandas": ".to_numpy() of it",
    "polars": ".to_numpy() of it",
    "scipy": ".toarray() of it",
    "tensorflow": ".numpy() of it",
    "torch": ".detach().numpy() of it",
    "xarray": ".to_numpy() of it",
}
"""Packages with arrays of their own, and how these become arrays of NumPy."""
SUBCLASSES = {
    "MaskedArray": ".filled(..) of it, and the mask as an argument of its own",
    "matrix": "np.asarray(..) of it",
}
"""Subclasses of NumPy's array, likewise."""

_UNKNOWN_CODE = "runs code that is not known while the derivative is written"
_THREADS = "starts threads, in which effects have no order"
_NO_THREADS = "call the function itself, one time after the other"
_NOT_FLOATS = "makes numbers that are no floats"
_SCOPE = "looks at names while the function runs"
CALLS: dict[Any, tuple[str, str]] = {
    builtins.exec: (_UNKNOWN_CODE, "write the code out"),
    builtins.eval: (_UNKNOWN_CODE, "write the code out"),
    builtins.compile: (_UNKNOWN_CODE, "write the code out"),
    builtins.__import__: (_UNKNOWN_CODE, "use an import statement"),
    builtins.globals: (_SCOPE, "read the variables by their names"),
    builtins.locals: (_SCOPE, "read the variables by their names"),
    builtins.vars: (_SCOPE, "read the attributes by their names"),
    builtins.dir: (_SCOPE, "use hasattr with the name"),
    builtins.id: ("gives an address, which no derivative keeps", "compare with is"),
    builtins.input: ("waits for input", "pass what is read as an argument"),
    builtins.open: ("opens a file", "read it before, and pass its data as an argument"),
    builtins.setattr: (
        "sets an attribute whose name is computed",
        "write the attribute out: x.name = v",
    ),
    builtins.delattr: ("deletes an attribute", "make a new object without it"),
    decimal.Decimal: (_NOT_FLOATS, "use floats"),
    fractions.Fraction: (_NOT_FLOATS, "use floats"),
    threading.Thread: (_THREADS, _NO_THREADS),
    threading.Timer: (_THREADS, _NO_THREADS),
    concurrent.futures.ThreadPoolExecutor: (_THREADS, _NO_THREADS),
}
"""What is not called inside a differentiated function: why, and what to do instead."""


def foreign_array(value: Any) -> str | None:
    """What to give instead of an array of another library; None if the value is none."""
    cls = type(value)
    package = cls.__module__.partition(".")[0]
    own = package in ARRAYS and hasattr(cls, "shape")
    return f"is a {cls.__name__} of {package}; give {ARRAYS[package]}" if own else None


def is_librarys(file: str) -> bool:
    """Is it a file of a library whose insides the user does not know?"""
    homes = [getattr(sys.modules.get(name), "__file__", None) for name in _LIBRARIES]
    return any(home is not None and file.startswith(os.path.dirname(home)) for home in homes)


NO_RULE = (
    "write it with operations that have one, or compute it before the call and pass it as an "
    "argument."
)
"""What to do about a function that has no rule."""
_LIBRARIES = ("scipy", "numpy")


def refused_call(f: Any) -> tuple[str, str] | None:
    """Why an object is not called, and what to do instead; None if nothing is known here."""
    if getattr(f, "__module__", None) == "fpad.api":
        return (
            "makes a derivative inside of the function that is differentiated",
            "make it outside, as a global, and call it here",
        )
    try:
        return CALLS.get(f)
    except TypeError:  # not hashable
        return None
