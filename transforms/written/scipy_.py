"""Functions of SciPy, known by package and name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp


def rosen(x: Any) -> Any:
    """`scipy.optimize.rosen`, written out."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1.0 - x[:-1]) ** 2.0, 0)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: Any = False) -> Any:
    """`scipy.special.logsumexp`, written out."""
    top = np.max(a, axis, keepdims=True)
    if b is not None:
        total = np.log(np.sum(b * np.exp(a - top), axis, keepdims=True)) + top
    else:
        # Where the largest are infinite these share the slope alike, as those of logaddexp.
        far = np.isinf(top)
        level = np.where(far, 0.0, top)
        terms = np.exp(np.where(far, 0.0, a) - level)
        near = np.log(np.sum(terms, axis, keepdims=True)) + level
        most = np.logical_and(far, a == top)
        count = np.maximum(np.sum(most, axis, keepdims=True), 1)
        limit = np.sum(np.where(most, a, 0.0), axis, keepdims=True) / count
        total = np.where(far, limit, near)
    if keepdims:
        return total
    return np.sum(total, axis)  # of one entry each


def softmax(x: Any, axis: Any = None) -> Any:
    """`scipy.special.softmax`, written out."""
    powers = np.exp(x - np.max(x, axis, keepdims=True))
    return powers / np.sum(powers, axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """`scipy.special.log_softmax`, written out."""
    far = x - np.max(x, axis, keepdims=True)
    return far - np.log(np.sum(np.exp(far), axis, keepdims=True))


# ---------------------------------------------------------------- nodes and weights


def _nodes(name: str) -> Callable[..., Any]:
    """`scipy.special.roots_legendre` and the like: nodes, weights, and the sum of these."""

    def roots(n: Any, mu: Any = False) -> Any:
        x = fp.fixed("float[:]", fp.scipy_nodes, (name, n), (), 0)
        w = fp.fixed("float[:]", fp.scipy_nodes, (name, n), (), 1)
        if mu:
            return x, w, np.sum(w)
        return x, w

    return roots


_FAMILIES = (
    *("chebyc", "chebys", "chebyt", "chebyu", "hermite", "hermitenorm", "laguerre", "legendre"),
    *("sh_chebyt", "sh_chebyu", "sh_legendre"),
)


WRITTEN: dict[tuple[str, str], Any] = {
    ("scipy.optimize", "rosen"): rosen,
    ("scipy.special", "logsumexp"): logsumexp,
    ("scipy.special", "softmax"): softmax,
    ("scipy.special", "log_softmax"): log_softmax,
    **{("scipy.special", f"roots_{f}"): _nodes(f"roots_{f}") for f in _FAMILIES},
}
ROUNDED_OTHERWISE = frozenset(name for name in WRITTEN if name[0] == "scipy.special")
