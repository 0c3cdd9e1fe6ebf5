"""Calls of the library and operators of numbers, with operands for several examples each.

A name stands for operands with a first axis that counts three examples; below it are expressions in
x and y, separated by two blanks.  `REFUSED` are those that `vmap` refuses, and why.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.calls_keywords import KEYWORDS

_RNG = np.random.default_rng(3)
_N = 3


def _box(*shape: int, low: float = -2.0, high: float = 2.0) -> Any:
    return _RNG.uniform(low, high, (_N, *shape))


_NUMBER = np.sort(_box(low=0.3))
_VECTOR, _OTHER, _MATRIX = _box(4), _box(4), _box(3, 3)
_POSITIVE, _ABOVE = np.abs(_box(4)) + 0.3, np.abs(_box(4)) + 0.2
_LARGE = _box(2, 3, 4)
_INTS = np.array([[1, 3, 0, 2], [2, 2, 1, 3], [0, 1, 1, 3]])
_HOLED = np.where(np.arange(12).reshape(3, 4) == 6, np.nan, _VECTOR)
_TRUTHS = np.array([True, False, True])
OPERANDS: dict[str, tuple[Any, ...]] = {
    "fraction": (_box(low=0.1, high=0.9),),
    "above one": (_box(low=1.1),),
    "number": (_NUMBER,),
    "signed number": (np.array([-1.5, 0.5, 2.5]),),
    "two numbers": (_NUMBER, np.sort(_box(low=0.3))),
    "two ints": (np.array([2, -3, 4]), np.array([3, 2, 1])),
    "two truth values": (_TRUTHS, _TRUTHS[::-1].copy()),
    "vector": (_VECTOR,),
    "vector of fractions": (np.clip(_POSITIVE / 3.0, 0.05, 0.95),),
    "positive vector": (_POSITIVE,),
    "positive vectors": (_POSITIVE, _ABOVE),
    "number and vector": (_NUMBER, _POSITIVE),
    "vector and number": (_POSITIVE, _NUMBER),
    "box and vector": (np.abs(_LARGE) + 0.1, _ABOVE),
    "vectors": (_VECTOR, _OTHER),
    "vector with NaN": (_HOLED,),
    "vector and index": (_VECTOR, np.array([0, 2, 1])),
    "vector and ints": (_VECTOR, _INTS),
    "box": (_LARGE,),
    "matrices": (_MATRIX, _box(3, 3)),
    "symmetric": (_MATRIX @ np.swapaxes(_MATRIX, -1, -2) + np.eye(3),),
    "float32": (_VECTOR.astype(np.float32),),
    "float16": (_VECTOR.astype(np.float16),),
    "longdouble": (_VECTOR.astype(np.longdouble),),
    "table of float32": (_box(3, 4).astype(np.float32),),
    "table of float16": (_box(3, 4).astype(np.float16),),
    "table of longdouble": (_box(3, 4).astype(np.longdouble),),
}
_UNARY = """
sin cos tan arctan sinh cosh tanh arcsinh exp expm1 exp2 square cbrt abs absolute fabs sign
floor ceil trunc rint negative positive reciprocal deg2rad rad2deg degrees radians isnan isinf
isfinite signbit sinc i0 nan_to_num spacing real imag conj conjugate logical_not round fix angle
iscomplex isreal isneginf isposinf
"""
_BINARY = """
arctan2 hypot maximum minimum fmax fmin logaddexp logaddexp2 copysign nextafter fmod remainder
mod floor_divide true_divide divide power float_power heaviside add subtract multiply equal less
greater_equal logical_and logical_xor not_equal
"""
_REDUCTIONS = """
sum prod mean var std max min ptp argmax argmin any all median nansum nanprod nanmean nanvar
nanstd nanmax nanmin nanmedian nanargmax nanargmin count_nonzero
"""
_AXES = (
    *("", "axis=0", "axis=-1", "axis=1", "axis=-2", "axis=(0, 1)", "axis=(-1, 0)"),
    *("keepdims=True", "axis=0, keepdims=True", "axis=(0, 2), keepdims=True"),
)
_WRITTEN: dict[str, str] = {
    "fraction": """
math.acos(x)  math.asin(x)  math.atan(x)  math.cos(x)  math.sin(x)  math.tan(x)  math.exp(x)
math.expm1(x)  math.log(x)  math.log1p(x)  math.log2(x)  math.log10(x)  math.sqrt(x)
math.cbrt(x)  math.sinh(x)  math.cosh(x)  math.tanh(x)  math.asinh(x)  math.atanh(x)
math.fabs(x)  math.erf(x)  math.erfc(x)  math.gamma(x)  math.lgamma(x)  math.degrees(x)
math.radians(x)  math.floor(x)  math.ceil(x)  math.trunc(x)  math.exp2(x)  math.isnan(x)
math.isinf(x)  math.isfinite(x)  np.log(x)  np.log2(x)  np.log10(x)  np.log1p(x)  np.sqrt(x)
np.arcsin(x)  np.arccos(x)  np.arctanh(x)
""",
    "above one": """
math.acosh(x)
""",
    "two numbers": """
math.log(x, y)  math.log(x, 3.0)  math.log(2.0, x)  math.log(x, 10)  math.hypot(x, y)
math.hypot(x)  math.hypot(x, y, 2.0)  math.dist((x, y), (1.0, 2.0))  math.atan2(x, y)
math.pow(x, y)  math.copysign(x, -y)  math.fmod(x, y)  math.remainder(x, y)  math.ldexp(x, 3)
math.fsum([x, y, 1.0])  math.prod([x, y])  math.isclose(x, y)
""",
    "number": """
round(x)  round(x, 1)  round(x, 0)  round(x, -1)  round(x * 100, -1)  int(x)  float(x)
bool(x)  abs(x)  -x  +x  x ** 2  x ** 0.5  x ** -1  x ** 3  2 ** x  2.0 ** x  x // 0.4
x % 0.4  -x // 0.4  -x % 0.4  divmod(x, 0.4)[0]  divmod(x, 0.4)[1]  divmod(-x, 0.4)[1]  x > 1
x == 1.0  (x > 1) + 1  (x > 1) * 2.5  (x > 1) & (x < 1.5)  (x > 1) or (x < 0.5)  not x > 1
x if x > 1 else 0.0  min(x, 1.0)  max(x, 1.0)  max(1.0, x)  max(x, 1)  min([x, 1.0, 0.7])
max((x, 1.0), default=3)  sum([x, 1.0])  sum([x, x], 1.0)  sum((x, 2))  1 / x  1 // x  1 % x
pow(x, 2)  pow(x, 2.5)  x.real  x.imag  complex(x, 1.0).imag  abs(complex(x, 1.0))
isinstance(x, float)  int(x) + 1  int(x) / 2  int(x * 10) // 3  int(x * 10) % 3
int(-x * 10) // 3  int(-x * 10) % 3  divmod(int(-x * 10), 3)[0]  divmod(int(-x * 10), 3)[1]
int(x*10) ** 2  round(x) ** 2  2 ** round(x)  True + x  (x > 1) - 1  -(x > 1)
(x>1) ^ (x > 0.5)  (x>1) / 2  (x>1) ** 2  float(x > 1)  int(x > 1)  abs(x > 1)
min(x > 1, 0.5)  max(int(x), 1)  [x, 2.0][0]  [x, 2 * x][int(x > 1)]  float('inf') * x
float('nan') + x  x != x  0.0 * x / x  x and 2.0  x or 2.0  (x > 1) and x  (x > 1) or x
1 < x < 1.5  np.modf(x)[0]  np.modf(x)[1]  np.divmod(x, 0.7)[0]  np.divmod(x, 0.7)[1]
""",
    "signed number": """
round(x)  round(x, 1)  int(x)  math.floor(x)  math.ceil(x)  math.trunc(x)  x // 1  x % 1
round(x + 0.5)  round(x - 1)
""",
    "two ints": """
x * y  x / y  x // y  x % y  -x // y  -x % y  divmod(x, y)[0]  divmod(x, y)[1]  x ** y
y ** x if x > 0 else 0  x << 1  1 << abs(x)  x >> 1  x & y  x | y  x ^ y  abs(x)  min(x, y)
max(x, y)  x == y  x < y  math.gcd(x, y)  math.lcm(x, y)  math.comb(5, y)  math.factorial(y)
math.isqrt(abs(x))  math.perm(5, y)  float(x)  bool(x)  x * 1.5  x ** 2.0
x ** 0.5 if x > 0 else 1.0  x.bit_length()  round(x, -1)  round(x, 1)  x / 2  (x + y) / y
pow(x, 2, 5)  10 ** y  y ** 3  (-1) ** x  x ** -1  2 ** x  2.0 ** x
""",
    "two truth values": """
x and y  x or y  x & y  x | y  x ^ y  not x  x * y  x == y  x > y  x / 2  x ** 2  -x  x * 1.5
min(x, y)  int(x)
""",
    "vector": """
np.modf(x)[0]  np.modf(x)[1]  np.divmod(x, 0.7)[0]  np.divmod(x, 0.7)[1]
""",
    "vector of fractions": """
np.log(x)  np.log2(x)  np.log10(x)  np.log1p(x)  np.sqrt(x)  np.arcsin(x)  np.arccos(x)
np.arctanh(x)
""",
    "positive vector": """
np.ldexp(x, 2)
""",
    "vectors": """
np.round(x, 1)  np.around(x, 1)  np.round(x, -1)  x.round(1)  np.clip(x, 0.0, 1.0)
np.clip(x, None, 0.5)  x.clip(0, 1)  np.clip(x, y, 1.0)  np.clip(x, y, y + 1)
np.where(x > 0, x, 0.0)  np.where(x > 0, x, y)  np.where(x > y, x, y)
np.select([x > 1, x > 0], [x, 2 * x], 0.0)  np.choose([0, 1, 0, 1], [x, y])  x @ y
np.dot(x, y)  np.inner(x, y)  np.outer(x, y)  np.vdot(x, y)  np.kron(x, y)  np.convolve(x, y)
np.convolve(x, y, 'same')  np.convolve(x, [1.0, 2.0], 'valid')  np.correlate(x, y)
np.correlate(x, y, 'full')  np.cross(x[:3], y[:3])  np.einsum('i,i', x, y)
np.einsum('i,i->i', x, y)  np.einsum('i,j->ij', x, y)  np.einsum('i,j', x, y)
np.einsum('...i,...i', x, y)  np.einsum('i,i', x, y[:1])  np.einsum('i,i->i', x[:1], y)
np.tensordot(x, y, 1)  np.tensordot(x, y, 0)
np.interp(0.3, np.sort(x), y)
np.interp(x, np.array([-2.0, 0.0, 2.0]), np.array([1.0, 3.0, 2.0]))
np.searchsorted(np.sort(x), 0.3)  np.searchsorted(np.sort(x), y)
np.searchsorted(np.array([-1.0, 0.0, 1.0]), x)
np.searchsorted(np.array([-1.0, 0.0, 1.0]), x, side='right')
np.digitize(x, np.array([-1.0, 0.0, 1.0]))  np.bincount(np.array([0, 1, 1, 2]), x)
np.histogram(x, bins=3, range=(-2, 2))[0]  np.polyval(x, 0.7)  np.polyval(x, y)
np.polyfit(np.arange(4.0), x, 2)  np.cov(x, y)  np.corrcoef(x, y)  np.trapezoid(x, y)
np.trapezoid(x)  np.gradient(x)  np.gradient(x, 0.5)  np.ediff1d(x)  np.diff(x)  np.diff(x, 2)
np.unwrap(x * 3)  np.vander(x)  np.vander(x, 3, increasing=True)  np.average(x)
np.average(x, weights=np.abs(y))  np.meshgrid(x, y)[0]  np.meshgrid(x, y, indexing='ij')[1]
np.broadcast_arrays(x, 1.0)[1]  np.logspace(x[0], 1.0, 3)  np.linspace(x[0], y[0], 4)
np.linspace(x, y, 3)  np.geomspace(0.5 + x[0] ** 2, 4.0, 3)  np.arange(4) * x
np.full(3, x[0])  np.full((2, 4), x)  np.full_like(y, x[0])  np.array([x[0], y[0]])
np.array([x, y])  np.array([[x[0], 1.0], [2.0, y[1]]])  np.asarray(x)  np.ones_like(x)
np.zeros_like(x) + y  np.linalg.norm(x)  np.linalg.norm(x, 1)  np.linalg.norm(x, np.inf)
np.linalg.norm(x, -np.inf)  np.linalg.norm(x, 3)  np.linalg.norm(x, 0)  np.cumulative_sum(x)
np.cumulative_prod(x)  np.vecdot(x, y)
""",
    "box": """
np.sum(x, initial=2.0)  np.sum(x, axis=0, initial=2.0)  np.sum(x, where=x > 0)
np.sum(x, axis=0, where=x > 0)  np.sum(x, where=np.array([True, False, True, False]))
np.prod(x, initial=3.0)  np.max(x, initial=0.5)  np.max(x, axis=0, initial=0.5)
np.max(x, where=x > 0, initial=0.0)  np.min(x, axis=-1, initial=0.5)  np.mean(x, where=x > 0)
np.std(x, ddof=1)  np.var(x, axis=0, ddof=1)  np.std(x, axis=(0, 1), ddof=1, keepdims=True)
np.any(x > 1)  np.all(x > -1, axis=0)  np.sum(x > 0)  np.sum(x > 0, axis=0)  np.mean(x > 0)
np.sum(x, dtype=np.float32)  np.sum(x[..., 0], axis=-1, keepdims=True)  np.percentile(x, 30)
np.percentile(x, 30, axis=0)  np.percentile(x, [30, 60], axis=-1)  np.quantile(x, 0.3)
np.quantile(x, 0.3, axis=(0, 1))  np.quantile(x, [0.3, 0.6], axis=1, keepdims=True)
np.quantile(x, 0.4, method='lower')  np.quantile(x, 0.4, axis=0, method='nearest')
np.nanquantile(x, 0.4)  np.sort(x)  np.sort(x, axis=0)  np.sort(x, axis=None)  np.argsort(x)
np.argsort(x, axis=0)  np.argsort(x, axis=None)  np.partition(x, 1)
np.partition(x, 1, axis=0)  np.argpartition(x, 1)[..., 0]  np.cumsum(x)  np.cumsum(x, axis=0)
np.cumsum(x, axis=-1)  np.cumprod(x)  np.cumprod(x, axis=1)  np.nancumsum(x)
np.nancumprod(x, axis=0)  np.maximum.accumulate(x)  np.maximum.accumulate(x, axis=1)
np.add.reduce(x)  np.add.reduce(x, axis=1)  np.multiply.reduce(x, axis=(0, 1))
np.add.accumulate(x, axis=1)  np.maximum.reduce(x, axis=None)  np.logaddexp.reduce(x, axis=0)
np.logaddexp.reduce(x, axis=1, initial=0.3)  np.hypot.reduce(x, None, initial=1.0)
np.logaddexp.reduce(x.ravel())  np.subtract.outer(x[0, 0], x[1, 0])  np.diff(x, axis=0)
np.diff(x, n=2, axis=1)  np.diff(x, axis=-1)  np.flip(x)  np.flip(x, 0)  np.flip(x, (0, 2))
np.flip(x, -1)  np.fliplr(x)  np.flipud(x)  np.roll(x, 1)  np.roll(x, 1, axis=0)
np.roll(x, (1, 2), axis=(0, 1))  np.roll(x, -1, axis=-1)  np.rot90(x)
np.rot90(x, 2, axes=(1, 2))  np.transpose(x)  x.T  np.transpose(x, (1, 0, 2))
np.transpose(x, (-1, 0, 1))  x.transpose(2, 0, 1)  np.swapaxes(x, 0, 2)  np.swapaxes(x, -1, 0)
np.moveaxis(x, 0, -1)  np.moveaxis(x, (0, 1), (1, 2))  np.rollaxis(x, 2)  np.rollaxis(x, 2, 1)
np.reshape(x, (4, 6))  np.reshape(x, -1)  np.reshape(x, (-1, 2))  np.reshape(x, (2, -1))
x.reshape(6, 4)  x.reshape(4, -1)  np.ravel(x)  x.flatten()  x.ravel()  np.expand_dims(x, 0)
np.expand_dims(x, -1)  np.expand_dims(x, (0, 2))  x[None]  x[:, None]  x[..., None]
np.squeeze(x[:, :1])  np.squeeze(x[:1])  np.squeeze(x[:, :1], axis=1)
np.squeeze(x[:, :1], axis=-2)  np.atleast_1d(x)  np.atleast_3d(x[0])  np.atleast_2d(x[0, 0])
np.concatenate([x, x])  np.concatenate([x, x], axis=-1)  np.concatenate([x, x], axis=None)
np.concatenate([x, np.ones((2, 3, 1))], axis=2)  np.stack([x, x])
np.stack([x, 2 * x], axis=-1)  np.stack([x, 2 * x], axis=1)  np.vstack([x, x])
np.vstack([x[0, 0], x[1]])  np.max(x, 1, initial=0.3)  np.amin(x, (0, 2), initial=x[0, 0, 0])
np.hstack([x, x])  np.dstack([x, x])  np.column_stack([x[0, 0], x[0, 1]])
np.block([[x[0], x[1]], [x[1], x[0]]])  np.split(x, 2)[0]  np.split(x, 2, axis=-1)[1]
np.array_split(x, 2, axis=1)[1]  np.hsplit(x, 3)[0]  np.dsplit(x, 2)[1]  np.tile(x, 2)
np.tile(x, (2, 1, 1))  np.tile(x[0, 0], (2, 2))  np.repeat(x, 2)  np.repeat(x, 2, axis=0)
np.repeat(x, [1, 2], axis=0)  np.repeat(x, 3, axis=-1)  np.pad(x, 1)
np.pad(x, ((1, 0), (0, 1), (2, 2)))  np.pad(x, 1, mode='edge')  np.pad(x, 1, mode='reflect')
np.pad(x, 1, mode='symmetric')  np.pad(x, 1, mode='wrap')
np.pad(x, 9, 'reflect', reflect_type='odd')  np.pad(x, (3, 7), 'symmetric', reflect_type='odd')
np.pad(x[:, :1], 2, 'reflect', reflect_type='odd')  np.pad(x, 1, mode='linear_ramp')
np.pad(x, 1, mode='mean')  np.pad(x, 1, mode='maximum')  np.pad(x, 1, constant_values=3.0)
  np.delete(x, 1)  np.delete(x, 0, axis=1)
np.insert(x, 1, 5.0, axis=0)  np.append(x, x, axis=0)  np.append(x, 1.0)  np.resize(x, (3, 3))
np.trim_zeros(x[0, 0])  np.take(x, 1)  np.take(x, [1, 2])  np.take(x, 1, axis=0)
np.take(x, [0, -1], axis=-1)  x.take([1, 0], axis=1)
np.take_along_axis(x, np.argsort(x, axis=0), axis=0)
np.take_along_axis(x, np.argsort(x, axis=None), axis=None)
np.compress([True, False], x, axis=0)
np.extract(np.array([True, False, True, True]), x[0, 0])  np.diagonal(x)
np.diagonal(x, axis1=-1, axis2=-2)  np.diagonal(x, 1, 1, 2)  np.trace(x)  np.trace(x, 0, 1, 2)
np.diag(x[0])  np.diag(x[0, 0])  np.diag(x[0, 0], 1)  np.diagflat(x[0])  np.tril(x)
np.triu(x, 1)  np.tril(x, -1)  np.triu(x[0])  np.broadcast_to(x, (5, 2, 3, 4))
np.broadcast_to(x[0, 0], (2, 4))  np.einsum('ijk->k', x)  np.einsum('ijk->kji', x)
np.einsum('ijk,ijk->', x, x)  np.einsum('ijk,k', x, x[0, 0])  np.einsum(x, [0, 1, 2], [1])
np.einsum('i...->...', x)  np.einsum('ijk,ij', x, x[:, :1, 0])  np.einsum('iij->ji', x[:, :2])
np.einsum('ijk,i,k->', x[:, :1], x[:1, 0, 0], x[0, 0])  np.einsum('ij,jk', x[0, :, :1], x[0])
np.tensordot(x, x, axes=([0, 1], [0, 1]))  np.tensordot(x, x, 3)
np.tensordot(x, np.ones((4, 2)), 1)  x @ x[0].T  np.matmul(x, x.swapaxes(-1, -2))
x[0] @ x[0].T  x @ x[0, 0]  x[0, 0] @ x.swapaxes(1, 2)  np.dot(x, x[0, 0])
np.dot(x[0], x[1].T)  np.dot(x, x[0].T)  np.inner(x, x)  np.inner(x[0], x[1])
np.outer(x[0], x[0, 0])  np.kron(x[0], x[1])  np.cross(x[..., :3], x[..., 1:])
np.apply_along_axis(np.sum, 0, x)  np.apply_along_axis(np.diag, 1, x)
np.apply_along_axis(np.vander, -1, x)  np.apply_over_axes(np.sum, x, [0, 1])
np.count_nonzero(x > 0, axis=0)  np.average(x, axis=1, weights=np.array([1.0, 2.0, 3.0]))
np.gradient(x, axis=0)  np.gradient(x)[1]  np.trapezoid(x, axis=0)  np.unwrap(x, axis=0)
np.fft.fft(x).real  np.fft.rfft(x).imag  np.fft.fft(x, axis=0).real  np.abs(np.fft.fft2(x))
np.fft.irfft(np.fft.rfft(x))  np.fft.ifft(x).imag  np.fft.fftshift(x)
np.fft.fftshift(x, axes=1)  np.fft.fft(x, 6).real  np.fft.rfft(x, n=3, axis=1).real
np.linalg.norm(x)  np.linalg.norm(x, axis=1)  np.linalg.norm(x, axis=(0, 1))
np.linalg.norm(x, ord='fro', axis=(1, 2))  np.linalg.norm(x, ord=1, axis=-1)
np.linalg.norm(x, axis=0, keepdims=True)  np.linalg.norm(x[0], 2)  np.linalg.norm(x[0], 'nuc')
np.linalg.svd(x[0])[1]  np.linalg.svdvals(x[0])  np.linalg.pinv(x[0])  np.linalg.pinv(x)
np.linalg.qr(x[0].T)[1]  np.linalg.lstsq(x[0].T, x[0, 0], rcond=None)[0]
np.linalg.matrix_rank(x[0])  np.matrix_transpose(x)  x.mT  len(x)  x.shape[1]  x.size  x.ndim
np.size(x, 1)  np.shape(x)[0]  x.sum(0)  x.mean(axis=(0, 1))  x.max()  x.min(0)  x.prod(-1)
x.std()  x.var(axis=1, ddof=1)  x.cumsum()  x.cumsum(1)  x.argmax()  x.argmax(1)  x.any()
x.all(0)  x.dot(x[0, 0])  x.trace()  x.diagonal()  x.repeat(2)  x.copy()  x.astype(np.float32)
x.astype(int)  x.squeeze()  x.swapaxes(0, 1)  x.tolist()[0][0][0]  list(x)[1]
np.array(list(x))  sum(x)  sum(x[0, 0])  max(x[0, 0])  min(x[0, 0])  sorted(x[0, 0])[0]
[a * 2 for a in x[0, 0]][1]  x[0]  x[-1]  x[0, 1, 2]  x[..., 1]  x[:, ::2]  x[:, ::-1]
x[[0, 1, 1]]  x[:, [0, 2], 1]  x[[0, 1], :, [1, 2]]  x[:, [0, 2], [1, 1]]  x[0, :, [1, 2]]
x[np.array([True, False])]  x[:, np.array([True, False, True])]  np.nonzero(x)[0].sum()
np.unique(x).sum()  np.isin(x, [1.0])  np.allclose(x, x)  np.array_equal(x, x)
np.max(x[:, :0].sum(axis=1))
""",
    "vector with NaN": """
np.sum(x)  np.prod(x)  np.mean(x)  np.var(x)  np.std(x)  np.max(x)  np.min(x)  np.ptp(x)
np.any(x)  np.all(x)  np.median(x)  np.nansum(x)  np.nanprod(x)  np.nanmean(x)  np.nanvar(x)
np.nanstd(x)  np.nanmax(x)  np.nanmin(x)  np.nanmedian(x)  np.nanargmax(x)  np.nanargmin(x)
np.count_nonzero(x)  np.sort(x)  x + 1  np.where(np.isnan(x), 0.0, x)  max(x[2], 1.0)
min(1.0, x[2])  np.maximum(x, 0)  np.fmax(x, 0)  x[2] > 0  np.cumsum(x)  np.argmax(x)
np.clip(x, 0, 1)  np.sign(x)  max(x)  x ** 0  1.0 ** x  sorted(x[:2])[0]  abs(x[2])
np.linalg.norm(x)  np.argmin(x)  np.quantile(x, 0.5)
""",
    "float32": """
np.sum(x)  np.prod(x)  np.mean(x)  np.var(x)  np.std(x)  np.max(x)  np.min(x)  np.ptp(x)
np.argmax(x)  np.argmin(x)  np.any(x)  np.all(x)  np.median(x)  np.nansum(x)  np.nanprod(x)
np.nanmean(x)  np.nanvar(x)  np.nanstd(x)  np.nanmax(x)  np.nanmin(x)  np.nanmedian(x)
np.nanargmax(x)  np.nanargmin(x)  np.count_nonzero(x)  x * 2  x * 2.0  x + np.float64(1)
np.sin(x)  x ** 2  np.where(x > 0, x, 0.0)  np.where(x > 0, x, 0)  x[0] * 2.0  x.astype(float)
np.maximum(x, 0)  np.linalg.norm(x)  x @ x  np.array([x[0], 1.0])  np.sqrt(np.abs(x[0]))
x / 3  np.cumsum(x)  np.zeros_like(x)  np.ones(4) * x  np.dot(x, x)  x if x[0] > 0 else -x
x[0] if x[0] > 0 else 0.0  np.outer(x, x)  np.concatenate([x, np.ones(1)])  abs(x[0])
x[0] ** 0.5 if x[0] > 0 else x[0]  np.round(x, 1)  round(x[0], 1)
""",
    "matrices": """
np.linalg.det(x)  np.linalg.inv(x)  np.linalg.slogdet(x)[1]  np.linalg.slogdet(x)[0]
np.linalg.solve(x, y)  np.linalg.solve(x, y[0])  np.linalg.solve(x, y[:, :1])
np.linalg.matrix_power(x, 3)  np.linalg.matrix_power(x, -1)  np.linalg.multi_dot([x, y, x])
np.linalg.cond(x)  np.linalg.norm(x, 2)  np.linalg.norm(x, -2)  np.linalg.norm(x, 1)
np.linalg.norm(x, np.inf)  np.linalg.norm(x, 'fro')  np.linalg.pinv(x)  np.linalg.svd(x)[1]
np.linalg.svd(x, compute_uv=False)  np.linalg.qr(x)[1]  np.linalg.qr(x)[0]  np.trace(x)
np.tril(x)  x @ y  x @ y[0]  x[0] @ y  x @ np.eye(3)  np.eye(3) @ x  np.dot(x, y)
np.vdot(x, y)  np.kron(x, y)  np.linalg.tensorsolve(x, y[0])  np.linalg.tensorinv(x, 1)
np.linalg.lstsq(x, y[0], rcond=None)[0]  np.cov(x)  np.corrcoef(x)
np.linalg.solve(np.eye(3) * 2.0, x)  np.linalg.solve(np.eye(3) * 2.0, x[0])
np.linalg.solve(x, np.ones(3))  np.linalg.solve(x, np.ones((3, 2)))
np.linalg.outer(x[0], y[0])  np.linalg.cross(x, y)
""",
    "symmetric": """
np.linalg.cholesky(x)  np.linalg.eigvalsh(x)  np.linalg.eigh(x)[0]
np.abs(np.linalg.eigh(x)[1])  np.linalg.eigvals(x).real  np.linalg.eigvalsh(x, 'U')
np.linalg.cond(x, 1)
""",
    "vector and index": """
x[y]  x[y] ** 2  np.take(x, y)  x[y, None]  x[[y, 0]]  x[-y]  np.roll(x, y)
np.repeat(x, 2)[y]  np.arange(4)[y]  np.eye(4)[y]  x[np.array([0, 1])] + y  np.delete(x, y)
np.insert(x, y, 1.0)  np.zeros(4)[y] + x  np.where(np.arange(4) == y, x, 0.0)  np.full(2, y)
np.linspace(0, 1, 4)[y] * x  x ** y  y * x  np.power(x, y)  np.round(x, y)
round(float(x[0]), y)  np.choose(y, [x, 2 * x, 3 * x])
""",
    "vector and ints": """
x[y]  x[y].sum()  np.take(x, y)  np.sum(x[y] * x)
np.bincount(np.abs(y), weights=x[:4], minlength=6)[:2]  np.choose(np.abs(y) % 2, [x[0], x[1]])
np.take_along_axis(x, np.abs(y) % 4, 0)  np.where(y > 0, x, 0.0)  x * y  np.sort(y)
np.cumsum(y)  np.prod(y)  y // 2  y % 3  y ** 2  np.bitwise_and(y, 3)  y & 3  y << 1
np.gcd(y, 4)  np.sum(y)  np.mean(y)  np.max(y)  np.std(y)  np.median(y)  y.astype(float)
np.abs(y)  np.sign(y)  y / 2  np.sqrt(np.abs(y))  np.invert(y)  np.isin(y, [1, 2])
np.searchsorted(np.sort(y), 1)
""",
    "float16": """
x * 2  x * 2.0  x + np.float64(1)  np.sin(x)  np.sum(x)  np.mean(x)  x ** 2
np.where(x > 0, x, 0.0)  np.where(x > 0, x, 0)  x[0] * 2.0  x.astype(float)  np.maximum(x, 0)
np.linalg.norm(x)  x @ x  np.array([x[0], 1.0])  np.sqrt(np.abs(x[0]))  x / 3  np.cumsum(x)
np.std(x)  np.zeros_like(x)  np.ones(4) * x  np.dot(x, x)  x if x[0] > 0 else -x
x[0] if x[0] > 0 else 0.0  np.median(x)  np.outer(x, x)  np.concatenate([x, np.ones(1)])
abs(x[0])  x[0] ** 0.5 if x[0] > 0 else x[0]  np.round(x, 1)  round(x[0], 1)
""",
    "longdouble": """
x * 2  x * 2.0  x + np.float64(1)  np.sin(x)  np.sum(x)  np.mean(x)  x ** 2
np.where(x > 0, x, 0.0)  np.where(x > 0, x, 0)  x[0] * 2.0  x.astype(float)  np.maximum(x, 0)
np.linalg.norm(x)  x @ x  np.array([x[0], 1.0])  np.sqrt(np.abs(x[0]))  x / 3  np.cumsum(x)
np.std(x)  np.zeros_like(x)  np.ones(4) * x  np.dot(x, x)  x if x[0] > 0 else -x
x[0] if x[0] > 0 else 0.0  np.median(x)  np.outer(x, x)  np.concatenate([x, np.ones(1)])
abs(x[0])  x[0] ** 0.5 if x[0] > 0 else x[0]  np.round(x, 1)  round(x[0], 1)
""",
}
_OPTIONS = {
    "box": """
np.diff(x, prepend=0.0)  np.diff(x, axis=0, append=x[:1])  np.diff(x, 2, prepend=1.0, append=0.0)
np.take(x, [0, 9], axis=1, mode='clip')  np.take(x, [0, -70, 9], mode='wrap')
np.reshape(x, (4, 6), order='F')  x.reshape(4, -1, order='F')  np.ravel(x, order='F')
np.cross(x[:, :, 0], x[:, :, 1], axis=1)  x.item(5)  x.item(1, 2, 3)
np.pad(x[0, 0], (1, 2), constant_values=x[0, 0, 0])
""",
    "symmetric": "np.linalg.cholesky(x, upper=True)  np.linalg.pinv(x, hermitian=True)",
    "signed number": "math.modf(x)[0]  math.modf(x)[1] * x  math.nextafter(x, 0.0)  math.ulp(x)",
}
"""Options that are written out."""
_NARROW = """
np.mean(x, where=x>0)  np.mean(x, axis=0, where=x>0)  np.sum(x, initial=2.0)
np.sum(x, dtype=np.float64)  np.mean(x, dtype=np.float64)  np.cumsum(x, dtype=np.float64)
np.add(x, 1.0, dtype=np.float64)  np.average(x, axis=0, weights=np.array([1, 2, 3]))
np.percentile(x, 30)  np.quantile(x, np.array([.1, .5]))  np.linalg.norm(x, axis=0)  np.cov(x)
np.gradient(x)[0]  np.interp(x, np.arange(3.), np.arange(3.))  np.polyval(x[0], x[1])
np.einsum('ij, ij', x, x)  np.linalg.svd(x)[1]  np.fft.fft(x).real  np.trapezoid(x)
np.convolve(x[0], x[1])  np.unwrap(x)  np.linalg.pinv(x)  np.linspace(x[0], x[1], 3)
np.median(x, axis=0)  np.logspace(x[0], x[1], 3)  np.nancumsum(x)  np.ptp(x, axis=0)
np.sinc(x)+np.i0(x)  np.corrcoef(x)
np.vander(x[0])  np.heaviside(x, 0.5)  np.float_power(np.abs(x), 2)  np.deg2rad(x)
np.linalg.slogdet(x[:, :3])[1]  np.linalg.cond(x[:, :3])  np.nan_to_num(x)  np.round(x, 1)
np.diff(x)  np.linalg.eigvalsh(x[:, :3]+x[:, :3].T)  np.linalg.matrix_power(x[:, :3], 3)
np.prod(x, initial=2.0)  np.nanstd(x, axis=0)  np.select([x>0], [x], 0)
np.linalg.norm(x, 'nuc')  np.linalg.tensorsolve(x[:, :3], x[:, 3])  np.linalg.qr(x)[1]
np.correlate(x[0], x[1], 'same')  np.cross(x[:, :3], x[:, 1:])
"""
REFUSED: dict[str, tuple[str, str]] = {
    "(x > 1) + (x > 0.5)": ("number", "an int in Python"),
    "~(x > 1)": ("number", "an int in Python"),
    "x + y": ("two truth values", "an int in Python"),
    "type(x)(2.0)": ("number", "classes of Python"),
    "x ** 40": ("two ints", "64 bits"),
    "x * 10**18 * 100": ("two ints", "64 bits"),
    "np.where(x > 0)[0]": ("vector", "has the shape"),
    "x[x > 0]": ("box", "more entries for some"),
    "x[y:]": ("vector and index", "has the shape"),
    "np.ones(y + 1)": ("vector and index", "has the shape"),
    "np.arange(y)": ("vector and index", "has the shape"),
    "np.unique(y)": ("vector and ints", "has the shape"),
    "np.diag(x, y)": ("vector and index", "has the shape"),
    "sum(x[q] for q in range(y))": ("vector and index", "for some examples only"),
}
"""Expression -> its operands, and what the refusal says."""


@dataclass(frozen=True)
class Call:
    """An expression, and the name of its operands."""

    text: str
    on: str

    @property
    def function(self) -> str:
        """What is called, to tell calls of different functions apart."""
        names = re.findall(r"[A-Za-z_.]*[A-Za-z]\w*(?=\()|\w+\.\w+", self.text)
        return names[0] if names else self.text


def _is_missing(text: str, on: str) -> bool:
    """Does NumPy not do this for narrow or wide floats?"""
    return on in ("table of float16", "table of longdouble") and any(
        word in text for word in ("linalg.", "interp")
    )


def _calls() -> list[Call]:
    found = [Call(f"np.{f}(x)", on) for f in _UNARY.split() for on in ("vector", "number")]
    for f in _BINARY.split():
        found += [
            Call(f"np.{f}(x, y)", on)
            for on in ("positive vectors", "number and vector", "vector and number", "two numbers")
        ]
        found += [
            Call(f"np.{f}(x, y)", "box and vector"),
            Call(f"np.{f}(x, 2.0)", "number"),
            Call(f"np.{f}(x[:, None], y)", "positive vectors"),
        ]
    for f, axes in itertools.product(_REDUCTIONS.split(), _AXES):
        if not ("arg" in f and ("(" in axes or "keepdims" in axes)):
            found.append(Call(f"np.{f}(x, {axes})" if axes else f"np.{f}(x)", "box"))
    narrow = {on: _NARROW for on in OPERANDS if on.startswith("table of")}
    for on, text in (*_WRITTEN.items(), *_OPTIONS.items(), *narrow.items(), *KEYWORDS.items()):
        parts = [part.strip() for part in re.split(r"\s{2,}|\n", text)]
        found += [Call(part, on) for part in parts if part and not _is_missing(part, on)]
    return found


CALLS = _calls()
