"""Transforms of Fourier, written out in their real and imaginary parts.

X = np.fft.fft(x)    X_real, X_imag = fp.dft_cos(x), fp.dft_sin(x)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.written.complex_ import Complex, paired


def _cut(x: Any, n: Any, axis: Any) -> Any:
    """The array with n entries along an axis: cut off, or with zeros at the end."""
    have = np.shape(x)[axis]
    if n is None or n == have:
        return x
    moved = np.moveaxis(x, axis, 0)
    if n < have:
        return np.moveaxis(moved[:n], 0, axis)
    more = np.zeros_like(np.repeat(moved[:1], n - have, 0))
    return np.moveaxis(np.concatenate((moved, more)), 0, axis)


def _scale(n: Any, norm: Any, inverse: Any) -> Any:
    if norm == "ortho":
        return 1.0 / math.sqrt(n)
    return 1.0 / n if inverse == (norm != "forward") else 1.0


def fft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.fft`, written out."""
    if isinstance(a, Complex):
        x, y = _cut(a.real, n, axis), _cut(a.imag, n, axis)
        re = fp.dft_cos(x, axis) - fp.dft_sin(y, axis)
        im = fp.dft_sin(x, axis) + fp.dft_cos(y, axis)
    else:
        x = _cut(np.asarray(a), n, axis)
        re, im = fp.dft_cos(x, axis), fp.dft_sin(x, axis)
    s = _scale(np.shape(x)[axis], norm, False)
    return Complex(s * re, s * im)


def ifft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.ifft`, written out."""
    z = paired(a)
    x, y = _cut(z.real, n, axis), _cut(z.imag, n, axis)
    s = _scale(np.shape(x)[axis], norm, True)
    re = fp.dft_cos(x, axis) + fp.dft_sin(y, axis)
    im = fp.dft_cos(y, axis) - fp.dft_sin(x, axis)
    return Complex(s * re, s * im)


def rfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.rfft`, written out."""
    z = fft(a, n, axis, norm)
    half = np.shape(z.real)[axis] // 2 + 1
    return Complex(_cut(z.real, half, axis), _cut(z.imag, half, axis))


def irfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.irfft`, written out: the other half of the spectrum is the conjugate."""
    z = paired(a)
    m = 2 * (np.shape(z.real)[axis] - 1) if n is None else n
    half = m // 2 + 1
    x, y = (
        np.moveaxis(_cut(z.real, half, axis), axis, 0),
        np.moveaxis(_cut(z.imag, half, axis), axis, 0),
    )
    last = half - 1 if m % 2 == 0 else half
    y = np.concatenate([np.zeros_like(y[:1]), y[1:last], np.zeros_like(y[last:])])
    whole = np.concatenate([x, np.flip(x[1:last], 0)])
    other = np.concatenate([y, -np.flip(y[1:last], 0)])
    out = fp.dft_cos(whole, 0) + fp.dft_sin(other, 0)
    return np.moveaxis(_scale(m, norm, True) * out, 0, axis)


def fftfreq(n: Any, d: Any = 1.0) -> Any:
    """`numpy.fft.fftfreq`, written out."""
    whole = np.arange(n)
    return np.where(whole < (n + 1) // 2, whole, whole - n) / (n * d)


def rfftfreq(n: Any, d: Any = 1.0) -> Any:
    """`numpy.fft.rfftfreq`, written out."""
    return np.arange(n // 2 + 1) / (n * d)


def fftshift(x: Any, axes: Any = None) -> Any:
    """`numpy.fft.fftshift`, written out."""
    if axes is None:
        axes = range(np.ndim(x))
    elif isinstance(axes, int):
        axes = (axes,)
    for k in axes:
        x = np.roll(x, np.shape(x)[k] // 2, k)
    return x


def ifftshift(x: Any, axes: Any = None) -> Any:
    """`numpy.fft.ifftshift`, written out."""
    if axes is None:
        axes = range(np.ndim(x))
    elif isinstance(axes, int):
        axes = (axes,)
    for k in axes:
        x = np.roll(x, -(np.shape(x)[k] // 2), k)
    return x


def _axes(a: Any, s: Any, axes: Any) -> Any:
    """The axes that are transformed and their lengths; without axes the last ones."""
    z = a.real if isinstance(a, Complex) else np.asarray(a)
    if axes is None:
        axes = tuple(range(-(np.ndim(z) if s is None else len(s)), 0))
    if s is None:
        return axes, (None,) * len(axes)
    return axes, tuple([s[k] for k in range(len(axes))])


def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`numpy.fft.fftn`, written out: one axis after the other, the last first."""
    axes, lengths = _axes(a, s, axes)
    for axis, n in reversed(list(zip(axes, lengths, strict=True))):
        a = fft(a, n, axis, norm)
    return a


def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`numpy.fft.ifftn`, written out."""
    axes, lengths = _axes(a, s, axes)
    for axis, n in reversed(list(zip(axes, lengths, strict=True))):
        a = ifft(a, n, axis, norm)
    return a


def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`numpy.fft.rfftn`, written out: the last axis is transformed as real."""
    axes, lengths = _axes(a, s, axes)
    a = rfft(a, lengths[-1], axes[-1], norm)
    for axis, n in reversed(list(zip(axes[:-1], lengths[:-1], strict=True))):
        a = fft(a, n, axis, norm)
    return a


def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    """`numpy.fft.irfftn`, written out: the last axis becomes real."""
    axes, lengths = _axes(a, s, axes)
    for axis, n in zip(axes[:-1], lengths[:-1], strict=True):
        a = ifft(a, n, axis, norm)
    return irfft(a, lengths[-1], axes[-1], norm)


def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`numpy.fft.fft2`, written out."""
    return fftn(a, s, axes, norm)


def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`numpy.fft.ifft2`, written out."""
    return ifftn(a, s, axes, norm)


def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`numpy.fft.rfft2`, written out."""
    return rfftn(a, s, axes, norm)


def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    """`numpy.fft.irfft2`, written out."""
    return irfftn(a, s, axes, norm)


def _turned(norm: Any) -> Any:
    """The norm that scales an inverse as `norm` scales the transform."""
    if norm == "ortho":
        return norm
    return "backward" if norm == "forward" else "forward"


def hfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.hfft`, written out: the real spectrum of a signal that is its own conjugate."""
    z = paired(a)
    m = 2 * (np.shape(z.real)[axis] - 1) if n is None else n
    return irfft(Complex(z.real, -z.imag), m, axis, _turned(norm))


def ihfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    """`numpy.fft.ihfft`, written out."""
    z = rfft(a, n, axis, _turned(norm))
    return Complex(z.real, -z.imag)


FOURIER: dict[Any, Callable[..., Any]] = {
    np.fft.fft: fft,
    np.fft.ifft: ifft,
    np.fft.rfft: rfft,
    np.fft.irfft: irfft,
    np.fft.fft2: fft2,
    np.fft.ifft2: ifft2,
    np.fft.fftn: fftn,
    np.fft.ifftn: ifftn,
    np.fft.rfft2: rfft2,
    np.fft.irfft2: irfft2,
    np.fft.rfftn: rfftn,
    np.fft.irfftn: irfftn,
    np.fft.hfft: hfft,
    np.fft.ihfft: ihfft,
    np.fft.fftfreq: fftfreq,
    np.fft.rfftfreq: rfftfreq,
    np.fft.fftshift: fftshift,
    np.fft.ifftshift: ifftshift,
}
"""Functions that take real and complex arrays alike."""
