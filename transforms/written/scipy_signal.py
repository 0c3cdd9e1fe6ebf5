"""Filters of scipy.signal and scipy.ndimage, known by package and name."""

from __future__ import annotations

from typing import Any

import numpy as np


def lfilter(b: Any, a: Any, x: Any, axis: Any = -1, zi: Any = None) -> Any:
    """`scipy.signal.lfilter`, written out, in the transposed direct form that SciPy computes."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    order = max(len(a), len(b)) - 1
    b, a = b / a[0], a / a[0]
    xs = np.moveaxis(1.0 * np.asarray(x), axis, 0)
    y = np.zeros_like(xs)
    held = np.zeros((order + 1, *xs.shape[1:]))
    if zi is not None:
        held[:order] = np.moveaxis(zi, axis, 0)
    for n in range(len(xs)):
        y[n] = b[0] * xs[n] + held[0]
        held[:-1] = held[1:]
        for k in range(1, len(b)):
            held[k - 1] += b[k] * xs[n]
        for k in range(1, len(a)):
            held[k - 1] -= a[k] * y[n]
    out = np.moveaxis(y, 0, axis)
    if zi is None:
        return out
    return out, np.moveaxis(held[:order], 0, axis)


def sosfilt(sos: Any, x: Any, axis: Any = -1, zi: Any = None) -> Any:
    """`scipy.signal.sosfilt`, written out."""
    if zi is not None:
        raise NotImplementedError("scipy.signal.sosfilt has no derivative with zi")
    y = x
    for section in np.asarray(sos):
        y = lfilter(section[:3], section[3:], y, axis)
    return y


def filtfilt(
    b: Any, a: Any, x: Any, axis: Any = -1, padtype: Any = "odd", padlen: Any = None
) -> Any:
    """`scipy.signal.filtfilt`, written out, of one axis and odd padding."""
    b, a, x = np.atleast_1d(b), np.atleast_1d(a), 1.0 * np.asarray(x)
    if np.ndim(x) != 1 or padtype != "odd":
        raise NotImplementedError("scipy.signal.filtfilt has a derivative for one axis, padded odd")
    order = max(len(a), len(b)) - 1
    n = 3 * (order + 1) if padlen is None else padlen
    rest = _steady(b, a, order)
    wide = np.concatenate((2.0 * x[0] - x[n:0:-1], x, 2.0 * x[-1] - x[-2 : -n - 2 : -1]))
    y, _ = lfilter(b, a, wide, -1, rest * wide[0])
    y = y[::-1]
    y, _ = lfilter(b, a, y, -1, rest * y[0])
    y = y[::-1]
    return y[n : len(y) - n]


def _steady(b: Any, a: Any, order: Any) -> Any:
    """What a filter holds once it has seen ones for ever, `lfilter_zi`."""
    b, a = b / a[0], a / a[0]
    c, d = np.zeros(order + 1), np.zeros(order + 1)
    c[: len(b)] = b
    d[: len(a)] = a
    step = np.eye(order) - np.eye(order, k=1)
    step[:, 0] += d[1:]
    return np.linalg.solve(step, c[1:] - d[1:] * c[0])


def convolve(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """`scipy.signal.convolve`, written out, of one or two axes."""
    a, b = 1.0 * np.asarray(in1), 1.0 * np.asarray(in2)
    if np.ndim(a) == 1:
        full = np.convolve(a, b)
    elif np.ndim(a) == 2:
        full = _full(a, b)
    else:
        raise NotImplementedError("scipy.signal.convolve has a derivative for one or two axes only")
    if mode == "full":
        return full
    if mode == "same":
        return _middle(full, a.shape)
    if np.ndim(a) == 1:
        return np.convolve(a, b, "valid")
    return _middle(full, (abs(len(a) - len(b)) + 1, abs(a.shape[1] - b.shape[1]) + 1))


def fftconvolve(in1: Any, in2: Any, mode: Any = "full", axes: Any = None) -> Any:
    """`scipy.signal.fftconvolve`, written out as a convolution, of one or two axes."""
    if axes is not None:
        raise NotImplementedError("scipy.signal.fftconvolve has no derivative with axes")
    return convolve(in1, in2, mode)


def correlate(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    """`scipy.signal.correlate`, written out, of one or two axes."""
    b = np.asarray(in2)
    return convolve(in1, b[::-1] if np.ndim(b) == 1 else b[::-1, ::-1], mode)


def convolve2d(
    in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0
) -> Any:
    """`scipy.signal.convolve2d`, written out."""
    a, b = 1.0 * np.asarray(in1), 1.0 * np.asarray(in2)
    if mode == "valid":
        return convolve(a, b, "valid")
    m, n = b.shape
    around = ((m - 1, m - 1), (n - 1, n - 1))
    if boundary == "fill":
        wide = np.pad(a, around, constant_values=fillvalue)
    else:
        wide = np.pad(a, around, mode="wrap" if boundary == "wrap" else "symmetric")
    full = _middle(_full(wide, b), (a.shape[0] + m - 1, a.shape[1] + n - 1))
    return full if mode == "full" else _middle(full, a.shape)


def correlate2d(
    in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0
) -> Any:
    """`scipy.signal.correlate2d`, written out."""
    return convolve2d(in1, np.asarray(in2)[::-1, ::-1], mode, boundary, fillvalue)


def _full(a: Any, b: Any) -> Any:
    """The whole convolution of two arrays of two axes."""
    (m, n), (p, q) = a.shape, b.shape
    out = np.zeros((m + p - 1, n + q - 1))
    for i in range(p):
        for j in range(q):
            out[i : i + m, j : j + n] += b[i, j] * a
    return out


def _middle(full: Any, shape: Any) -> Any:
    """As many entries as the shape says from the middle, as SciPy counts it."""
    first = (full.shape[0] - shape[0]) // 2
    if len(shape) == 1:
        return full[first : first + shape[0]]
    left = (full.shape[1] - shape[1]) // 2
    return full[first : first + shape[0], left : left + shape[1]]


WRITTEN: dict[tuple[str, str], Any] = {
    ("scipy.signal", "lfilter"): lfilter,
    ("scipy.signal", "sosfilt"): sosfilt,
    ("scipy.signal", "filtfilt"): filtfilt,
    ("scipy.signal", "convolve"): convolve,
    ("scipy.signal", "fftconvolve"): fftconvolve,
    ("scipy.signal", "correlate"): correlate,
    ("scipy.signal", "convolve2d"): convolve2d,
    ("scipy.signal", "correlate2d"): correlate2d,
}
ROUNDED_OTHERWISE = frozenset(WRITTEN)
