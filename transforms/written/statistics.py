"""Covariances of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np


def cov(
    m: Any,
    y: Any = None,
    rowvar: Any = True,
    bias: Any = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    """`numpy.cov`, written out."""
    x = np.atleast_2d(m)
    if not rowvar and np.ndim(m) == 2:
        x = np.transpose(x)
    if y is not None:
        z = np.atleast_2d(y)
        if not rowvar and np.ndim(y) == 2:
            z = np.transpose(z)
        x = np.concatenate((x, z))
    x = x * np.ones(1)  # in double precision at least
    lost = (0 if bias else 1) if ddof is None else ddof
    if fweights is None and aweights is None:
        x = x - np.mean(x, 1, keepdims=True)
        out = (x @ np.transpose(x)) * np.divide(1.0, max(np.shape(x)[1] - lost, 0))
    else:
        w = np.ones(np.shape(x)[1])
        if fweights is not None:
            if np.any(fweights != np.around(fweights)):
                raise TypeError("fweights must be integer")
            w = w * fweights
        if aweights is not None:
            w = w * aweights
        total = np.sum(w)
        norm = total - lost
        if aweights is not None:
            norm = total - lost * np.sum(w * aweights) / total
        x = x - np.sum(x * w, 1, keepdims=True) / total
        out = (x @ np.transpose(x * w)) * (1.0 / norm)
    if np.ndim(m) == 1 and y is None:
        return out[0, 0]
    if len(x) == 1:
        raise NotImplementedError("np.cov of one row is a number: give it the row itself")
    return out


def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    """`numpy.corrcoef`, written out."""
    c = cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    d = np.sqrt(np.diag(c))
    return c / d[:, None] / d[None, :]


WRITTEN: dict[Any, Any] = {np.corrcoef: corrcoef, np.cov: cov}
ROUNDED_OTHERWISE = {np.corrcoef}
