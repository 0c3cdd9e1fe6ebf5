"""The names of a generated module: what it imports, defines and is handed.

    np.sin                     found in numpy as `sin`       np.sin, and `import numpy as np`
    math.exp                   found in math as `exp`        math.exp, and `import math`
    np.sin, and a local `np`   the local name wins           np2.sin, and `import numpy as np2`
    an object of the user      found nowhere                 its name; the loader hands it over

A name is spelled by looking for the very object: `np.sin` is printed only if that is what
`numpy.sin` is.
"""

from __future__ import annotations

import builtins
import functools
import keyword
import math
import operator
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import Fresh

# Of several names of one object, the one that people write.
_PREFERRED = {np.absolute: "abs"}

_HOMES: dict[str, Any] = {
    "numpy": np,
    "math": math,
    "builtins": builtins,
    "operator": operator,
    "fpad.runtime": fp,
}


# ---------------------------------------------------------------- small pieces of syntax


def name(identifier: str, *, store: bool = False) -> Any:
    """A name, read or assigned."""
    return gast.Name(identifier, gast.Store() if store else gast.Load(), None, None)


def literal(value: Any) -> Any:
    """A literal of the language."""
    return gast.Constant(value, None)


def call(func: Any, args: Iterable[Any], keywords: Iterable[tuple[str, Any]] = ()) -> Any:
    """func(*args, **keywords)."""
    return gast.Call(func, list(args), [gast.keyword(k, v) for k, v in keywords])


def dotted(base: Any, path: str) -> Any:
    """base.path, where the path may have dots."""
    for part in path.split("."):
        base = gast.Attribute(base, part, gast.Load())
    return base


def subscript(base: Any, index: Any, *, store: bool = False) -> Any:
    """base[index], read or assigned."""
    return gast.Subscript(base, index, gast.Store() if store else gast.Load())


def negated(test: Any) -> Any:
    """Not test."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    return gast.UnaryOp(gast.Not(), test)


def display(items: list[Any], *, as_list: bool = False) -> Any:
    """A tuple or a list."""
    return (gast.List if as_list else gast.Tuple)(items, gast.Load())


# ---------------------------------------------------------------- where operations live


@functools.lru_cache(maxsize=4096)
def home(op: Any) -> tuple[str, str] | None:
    """The module and the dotted path there under which an object is found, if it is."""
    own = getattr(op, "__name__", None)
    owner = getattr(op, "__module__", None) or ""
    for module, namespace in _HOMES.items():
        if own is not None and vars(namespace).get(own) is op:
            return module, own
        if module == "fpad.runtime" and owner.startswith(module) and own is not None:
            return (module, own) if getattr(fp, own, None) is op else None
        if module == "numpy" and owner.startswith("numpy."):
            inner = owner.removeprefix("numpy.")
            if getattr(getattr(np, inner, None), str(own), None) is op:
                return module, f"{inner}.{own}"
    special = sys.modules.get("scipy.special")
    if special is not None and own is not None and getattr(special, own, None) is op:
        return "scipy.special", own
    for module, namespace in _HOMES.items():
        for key, value in vars(namespace).items():
            if value is op:
                return module, key
    return None


@functools.lru_cache(maxsize=1024)
def _other_names(op: Any) -> tuple[str, ...]:
    return tuple(key for key, value in vars(np).items() if value is op)


@dataclass
class Scope:
    """The names of a generated module: what it imports, defines and is handed.

    Args:
        taken: every name that a function of the module uses for itself.
        alias: the name of NumPy in the user's text.
        library: the module that stands behind this name.
    """

    taken: set[str]
    alias: str = "np"
    library: str = "numpy"
    used: set[str] = field(default_factory=set)
    external: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fresh = Fresh(self.taken)
        wanted = {"numpy": self.alias, "math": "math", "builtins": "builtins"}
        wanted |= {"operator": "operator", "fpad.runtime": "fp", "scipy.special": "special"}
        self.aliases = {module: self._fresh(alias) for module, alias in wanted.items()}
        self._outside: dict[int, str] = {}

    def fresh(self, wanted: str) -> str:
        """A name for a local variable that no function of the module uses."""
        return self._fresh(wanted)

    def module(self, key: str) -> Any:
        """The name of an imported module; the module will be imported."""
        self.used.add(key)
        return name(self.aliases[key])

    def located(self, value: Any, text: str = "") -> Any:
        """The expression that names a function, class or module-level object.

        `text`: the user's line; of two names of one NumPy function the one found there is taken.
        """
        try:
            found = home(value)
        except TypeError:  # not hashable
            found = None
        if found is None:
            return self.outside(value, getattr(value, "__name__", "value"))
        module, path = found
        if module == "numpy":
            for other in _other_names(value) if text else ():
                if f"{self.alias}.{other}(" in text:
                    return dotted(self.module(module), other)
            path = _PREFERRED.get(value, path)
        if module == "builtins" and path not in self.taken:
            return name(path)
        return dotted(self.module(module), path)

    def outside(self, value: Any, wanted: str) -> Any:
        """A name for an object that the generated module is handed when it is loaded."""
        if id(value) not in self._outside:
            plain = wanted.isidentifier() and not keyword.iskeyword(wanted)
            chosen = self._fresh(wanted if plain and not hasattr(builtins, wanted) else "value")
            self._outside[id(value)] = chosen
            self.external[chosen] = value
        return name(self._outside[id(value)])
