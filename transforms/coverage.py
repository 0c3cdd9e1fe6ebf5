"""The table of docs/coverage.md: what becomes of each public function of NumPy.

python -m fpad.transforms.coverage > docs/coverage.md
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from fpad.transforms.drawing import owner_of
from fpad.transforms.rules import ARRAY_ATTRIBUTES, ARRAY_METHODS, rule_of
from fpad.transforms.special import special
from fpad.transforms.unsupported import ATTRIBUTES, GROUPS, TYPES, unsupported
from fpad.transforms.written import stands_for, written_out
from fpad.transforms.written.complex_ import ALWAYS
from fpad.transforms.written.fourier import FOURIER
from fpad.transforms.written.methods import METHODS

_GIVEN = {**ALWAYS, **FOURIER}

MODULES = (
    *("numpy", "numpy.linalg", "numpy.fft", "numpy.random"),
    *("numpy.polynomial.polynomial", "numpy.polynomial.chebyshev", "numpy.polynomial.legendre"),
    *("numpy.polynomial.hermite", "numpy.polynomial.hermite_e", "numpy.polynomial.laguerre"),
    "math",
)
CONSTANT = frozenset(
    [
        "ndim",
        "ix_",
        "ndindex",
        "nonzero",
        "unravel_index",
        "finfo",
        "iinfo",
        "isscalar",
        "tril_indices",
        "triu_indices",
        "tril_indices_from",
        "triu_indices_from",
        "diag_indices",
        "diag_indices_from",
        "ravel_multi_index",
        "count_nonzero",
        "fftfreq",
        "rfftfreq",
        "leggauss",
        "hermgauss",
        "hermegauss",
        "laggauss",
        "chebgauss",
        "chebpts1",
        "chebpts2",
        "nditer",
    ]
)
"""Functions written out, or with a meaning of their own, whose results never vary."""
NO_RULE = "There is no rule for it yet: write it with operations that have one."
DIFFERENTIATED, INACTIVE, DRAWN, DTYPE = "differentiated", "inactive", "drawn", "dtype"


def status(name: str, f: Any) -> str:
    """What becomes of a call: one of the words above, or why it is refused."""
    if f in _GIVEN and name not in CONSTANT:
        return DIFFERENTIATED
    if special(f) is not None or written_out(f) is not None or stands_for(f) is not None:
        return INACTIVE if name in CONSTANT else DIFFERENTIATED
    if f is np.errstate or f in _GIVEN:
        return INACTIVE
    rule = rule_of(f)
    if rule is not None:
        return INACTIVE if rule.form == "constant" else DIFFERENTIATED
    if owner_of(f) is not None:
        return DRAWN
    refused = unsupported(f)
    if refused is not None:
        return f"It {refused[0]}: {refused[1]}."
    if isinstance(f, type) and (name in TYPES.split() or issubclass(f, np.generic)):
        return DTYPE
    return NO_RULE


def public(module: str) -> Iterator[tuple[str, Any]]:
    """The functions and classes of a module, by name."""
    found = importlib.import_module(module)
    for name in sorted(dir(found)):
        value = getattr(found, name)
        if not name.startswith("_") and callable(value) and not isinstance(value, types.ModuleType):
            yield name, value


def statuses(module: str) -> dict[str, str]:
    """What becomes of each function of a module."""
    if module == "numpy.ndarray":
        known = {**ARRAY_METHODS, **ARRAY_ATTRIBUTES, **METHODS}
        names = [n for n in dir(np.ndarray) if not n.startswith("_")]
        return {n: DIFFERENTIATED if n in known else _refused(n) for n in names}
    return {name: status(name, f) for name, f in public(module)}


def _refused(name: str) -> str:
    """Why an attribute of arrays is refused."""
    if name not in ATTRIBUTES:
        return NO_RULE
    reason, remedy = ATTRIBUTES[name]
    return f"It {reason}: {remedy}."


VERSION = np.__version__.rpartition(".")[0]
_HEAD = f"""# What is differentiated

Made from the table of rules by `make coverage-table`, with NumPy {VERSION}.
A function is differentiated by a rule or by a function that stands for it; one that is inactive may
be called with anything, and its result has no derivative; draws are made once and kept. All else is
refused, with a reason and a remedy, before anything runs.
"""
_TITLES = {
    DIFFERENTIATED: "Differentiated",
    INACTIVE: "Inactive",
    DRAWN: "Drawn",
    DTYPE: "Classes, used as dtypes",
}


def page() -> str:
    """The text of docs/coverage.md."""
    lines = [_HEAD]
    for module in ("numpy", "numpy.ndarray", *MODULES[1:]):
        found = statuses(module)
        lines.append(f"## {module}\n")
        words = [w for w in _TITLES if w in found.values()]
        reasons = sorted(set(found.values()) - set(_TITLES))
        for word in (*words, *reasons):
            names = [f"`{n}`" for n, s in found.items() if s == word]
            title = _TITLES.get(word) or f"Refused. {word}"
            lines.append(f"**{title}** ({len(names)})\n\n{' '.join(names)}\n")
    lines.append("## SciPy\n\nOf SciPy, what is called by name:\n")
    lines += [
        f"**{m}**\n\n{' '.join(f'`{n}`' for n in names)}\n" for m, names in _of_scipy().items()
    ]
    for group in GROUPS:
        if group.module.startswith("scipy."):
            names_ = " ".join(f"`{n}`" for n in group.names.split())
            lines.append(f"**{group.module}, refused.** It {group.reason}: {group.remedy}.\n")
            lines.append(f"{names_}\n")
    return "\n".join(lines)


def _of_scipy() -> dict[str, list[str]]:
    """The functions of SciPy that are differentiated."""
    rule_of(importlib.import_module("scipy.special").gamma)  # declares the rules
    importlib.import_module("scipy.stats")
    from fpad.transforms.rules.scipy_special import NAMES
    from fpad.transforms.written import SCIPY
    from fpad.transforms.written.scipy_stats import WRITTEN as DISTRIBUTIONS

    found: dict[str, list[str]] = {"scipy.special": list(NAMES), "scipy.linalg": ["expm"]}
    for module, name in (name for part in SCIPY for name in part.WRITTEN):
        found.setdefault(module, []).append(name)
    methods = [f"{cls.removesuffix('_gen')}.{name}" for cls, name in DISTRIBUTIONS]
    return {m: sorted(set(n)) for m, n in {**found, "scipy.stats": methods}.items()}


if __name__ == "__main__":
    print(page(), end="")
