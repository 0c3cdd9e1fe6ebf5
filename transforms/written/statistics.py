"""Covariances of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def cov(m: Any, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    """`numpy.cov`, written out."""
    x = np.atleast_2d(m)
    if not rowvar and np.ndim(m) == 2:
        x = np.transpose(x)
    lost = (0 if bias else 1) if ddof is None else ddof
    x = x - np.mean(x, 1, keepdims=True)
    out = (x @ np.transpose(x)) / (np.shape(x)[1] - lost)
    if np.ndim(m) == 1:
        return out[0, 0]
    return out


def corrcoef(x: Any, rowvar: Any = True) -> Any:
    """`numpy.corrcoef`, written out."""
    c = cov(x, rowvar)
    d = np.sqrt(np.diag(c))
    return c / d[:, None] / d[None, :]


WRITTEN: dict[Any, Any] = {np.corrcoef: corrcoef, np.cov: cov}
