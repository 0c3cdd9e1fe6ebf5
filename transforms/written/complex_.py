"""Complex numbers and arrays of them, written out in their real and imaginary parts.

    z = z * z + c        re, im = re * re - im * im + cr, re * im + im * re + ci
    y = abs(z)           y = np.hypot(re, im)

Numbers are computed as Python computes them, and arrays as NumPy does (Smith 1962 for quotients);
sums of products may differ in the last bit, where NumPy fuses them.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Complex:
    """A complex number, or an array of them: both parts are floats, or arrays of one shape."""

    real: Any
    imag: Any

    def __truediv__(self, other: Any) -> Any:
        """`self / other`."""
        return quotient(self, paired(other))

    def __rtruediv__(self, other: Any) -> Any:
        """`other / self`."""
        return quotient(Complex(1.0 * other, 0.0 * other), self)

    def __matmul__(self, other: Any) -> Any:
        """`self @ other`."""
        if isinstance(other, Complex):
            return Complex(
                self.real @ other.real - self.imag @ other.imag,
                self.real @ other.imag + self.imag @ other.real,
            )
        return Complex(self.real @ other, self.imag @ other)

    def __rmatmul__(self, other: Any) -> Any:
        """`other @ self`."""
        return Complex(other @ self.real, other @ self.imag)

    def __pow__(self, n: Any) -> Any:
        """`self ** n`."""
        return power(self, n)

    def __rpow__(self, base: Any) -> Any:
        """`base ** self`."""
        return exp(self * np.log(base))

    def __eq__(self, other: object) -> Any:
        """`self == other`."""
        return np.logical_and(self.real == real(other), self.imag == imag(other))

    def __ne__(self, other: object) -> Any:
        """`self != other`."""
        return np.logical_or(self.real != real(other), self.imag != imag(other))

    def __bool__(self) -> Any:
        """Is it not zero?"""
        return self.real != 0.0 or self.imag != 0.0

    def __len__(self) -> int:
        """`len(self)`."""
        return len(self.real)

    @property
    def shape(self) -> Any:
        """The shape of both parts."""
        return np.shape(self.real)

    @property
    def size(self) -> Any:
        """The number of entries."""
        return np.size(self.real)

    @property
    def ndim(self) -> Any:
        """The number of axes."""
        return np.ndim(self.real)

    @property
    def T(self) -> Any:
        """The transpose."""
        return Complex(np.transpose(self.real), np.transpose(self.imag))

    def conjugate(self) -> Any:
        """The conjugate."""
        return Complex(1.0 * self.real, -self.imag)

    def conj(self) -> Any:
        """The conjugate."""
        return Complex(1.0 * self.real, -self.imag)

    def copy(self) -> Any:
        """A copy."""
        return Complex(np.copy(self.real), np.copy(self.imag))

    def astype(self, dtype: Any) -> Any:
        """A copy: of this type already."""
        return Complex(np.copy(self.real), np.copy(self.imag))

    def sum(self, axis: Any = None) -> Any:
        """The sum."""
        return Complex(np.sum(self.real, axis=axis), np.sum(self.imag, axis=axis))

    def mean(self, axis: Any = None) -> Any:
        """The mean."""
        return Complex(np.mean(self.real, axis=axis), np.mean(self.imag, axis=axis))

    def reshape(self, *shape: Any) -> Any:
        """The same entries in another shape."""
        return Complex(self.real.reshape(*shape), self.imag.reshape(*shape))

    def ravel(self) -> Any:
        """The entries in a row."""
        return Complex(np.ravel(self.real), np.ravel(self.imag))

    def flatten(self) -> Any:
        """A copy of the entries in a row."""
        return Complex(self.real.flatten(), self.imag.flatten())

    def dot(self, other: Any) -> Any:
        """`self @ other`."""
        return dot(self, other)


def real(z: Any) -> Any:
    """`numpy.real`, written out."""
    return z.real if isinstance(z, Complex) else z


def imag(z: Any) -> Any:
    """`numpy.imag`, written out."""
    if isinstance(z, Complex):
        return z.imag
    return np.zeros_like(1.0 * z) if isinstance(z, np.ndarray) else 0.0


def paired(z: Any) -> Any:
    """A number as a complex one."""
    return z if isinstance(z, Complex) else Complex(1.0 * z, imag(z))


def made(x: Any = 0.0, y: Any = 0.0) -> Any:
    """`complex(x, y)`, written out."""
    return Complex(1.0 * real(x) - imag(y), imag(x) + real(y))


def quotient(a: Any, b: Any) -> Any:
    """`a / b`, written out (Smith 1962, algorithm 116)."""
    if isinstance(a.real, np.ndarray) or isinstance(b.real, np.ndarray):
        big = np.abs(b.real) >= np.abs(b.imag)
        high, low = np.where(big, b.real, b.imag), np.where(big, b.imag, b.real)
        ratio = low / high
        scale = 1.0 / (high + low * ratio)
        x = np.where(big, a.real + a.imag * ratio, a.real * ratio + a.imag)
        y = np.where(big, a.imag - a.real * ratio, a.imag * ratio - a.real)
        return Complex(x * scale, y * scale)
    if abs(b.real) >= abs(b.imag):
        ratio = b.imag / b.real
        scale = b.real + b.imag * ratio
        return Complex((a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale)
    ratio = b.real / b.imag
    scale = b.real * ratio + b.imag
    return Complex((a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale)


def power(z: Any, n: Any) -> Any:
    """`z ** n`, written out: products for whole numbers, else by the logarithm."""
    if isinstance(n, int):
        left = abs(n)
        out = Complex(1.0 + 0.0 * z.real, 0.0 * z.imag)
        square = z
        while left > 0:
            if left % 2 == 1:
                out = out * square
            left = left // 2
            if left > 0:
                square = square * square
        if n < 0:
            return 1.0 / out
        return out
    return exp(log(z) * n)


def exp(z: Any) -> Any:
    """`numpy.exp`, written out."""
    size = np.exp(z.real)
    return Complex(size * np.cos(z.imag), size * np.sin(z.imag))


def log(z: Any) -> Any:
    """`numpy.log`, written out."""
    return Complex(np.log(np.hypot(z.real, z.imag)), np.arctan2(z.imag, z.real))


def sqrt(z: Any) -> Any:
    """`numpy.sqrt`, written out: the root with a real part that is not negative."""
    size = np.hypot(z.real, z.imag)
    t = np.sqrt(0.5 * (size + np.abs(z.real)))
    other = 0.5 * z.imag / t
    right = z.real >= 0.0
    return Complex(
        np.where(right, t, np.abs(other)), np.where(right, other, np.copysign(t, z.imag))
    )


def sin(z: Any) -> Any:
    """`numpy.sin`, written out."""
    return Complex(np.sin(z.real) * np.cosh(z.imag), np.cos(z.real) * np.sinh(z.imag))


def cos(z: Any) -> Any:
    """`numpy.cos`, written out."""
    return Complex(np.cos(z.real) * np.cosh(z.imag), -np.sin(z.real) * np.sinh(z.imag))


def tan(z: Any) -> Any:
    """`numpy.tan`, written out."""
    return quotient(sin(z), cos(z))


def sinh(z: Any) -> Any:
    """`numpy.sinh`, written out."""
    return Complex(np.sinh(z.real) * np.cos(z.imag), np.cosh(z.real) * np.sin(z.imag))


def cosh(z: Any) -> Any:
    """`numpy.cosh`, written out."""
    return Complex(np.cosh(z.real) * np.cos(z.imag), np.sinh(z.real) * np.sin(z.imag))


def tanh(z: Any) -> Any:
    """`numpy.tanh`, written out."""
    return quotient(sinh(z), cosh(z))


def angle(z: Any, deg: Any = False) -> Any:
    """`numpy.angle`, written out."""
    out = np.arctan2(imag(z), real(z))
    return out * (180.0 / math.pi) if deg else out


def polar(z: Any) -> Any:
    """`cmath.polar`, written out."""
    return np.hypot(real(z), imag(z)), np.arctan2(imag(z), real(z))


def rect(r: Any, phi: Any) -> Any:
    """`cmath.rect`, written out."""
    return Complex(r * np.cos(phi), r * np.sin(phi))


def conjugate(z: Any) -> Any:
    """`numpy.conjugate`, written out."""
    return Complex(1.0 * z.real, -z.imag) if isinstance(z, Complex) else z


def square(z: Any) -> Any:
    """`numpy.square`, written out."""
    return z * z


def dot(a: Any, b: Any) -> Any:
    """`numpy.dot`, written out."""
    x, y, u, v = real(a), imag(a), real(b), imag(b)
    return Complex(np.dot(x, u) - np.dot(y, v), np.dot(x, v) + np.dot(y, u))


def vdot(a: Any, b: Any) -> Any:
    """`numpy.vdot`, written out."""
    return dot(conjugate(a).ravel(), b.ravel())


def outer(a: Any, b: Any) -> Any:
    """`numpy.outer`, written out."""
    x, y, u, v = real(a), imag(a), real(b), imag(b)
    return Complex(np.outer(x, u) - np.outer(y, v), np.outer(x, v) + np.outer(y, u))


def kron(a: Any, b: Any) -> Any:
    """`numpy.kron`, written out."""
    x, y, u, v = real(a), imag(a), real(b), imag(b)
    return Complex(np.kron(x, u) - np.kron(y, v), np.kron(x, v) + np.kron(y, u))


def solve(a: Any, b: Any) -> Any:
    """`numpy.linalg.solve`, written out with the real matrix of twice the size."""
    x, y = real(a), imag(a)
    n = np.shape(x)[-1]
    top, bottom = np.concatenate((x, -y), -1), np.concatenate((y, x), -1)
    if np.ndim(b) == 1:
        right = np.concatenate((real(b), imag(b)))
        found = np.linalg.solve(np.concatenate((top, bottom), -2), right)
        return Complex(found[..., :n], found[..., n:])
    right = np.concatenate((real(b), imag(b)), -2)
    found = np.linalg.solve(np.concatenate((top, bottom), -2), right)
    return Complex(found[..., :n, :], found[..., n:, :])


def inv(a: Any) -> Any:
    """`numpy.linalg.inv`, written out."""
    return solve(a, np.broadcast_to(np.eye(np.shape(a.real)[-1]), np.shape(a.real)))


def det(a: Any) -> Any:
    """`numpy.linalg.det`, by elimination with the largest entry of all as the pivot.

    What a zero pivot leaves is zero then, and the last two columns are not divided: so the
    first two derivatives are right at singular matrices too.
    """
    if np.ndim(a.real) != 2:
        raise NotImplementedError("np.linalg.det of several complex matrices: use a loop")
    n = len(a.real)
    x, y = np.copy(a.real), np.copy(a.imag)
    out: Any = Complex(1.0, 0.0)
    for k in range(n - 2):
        size = np.hypot(x[k:, k:], y[k:, k:])
        row, column = divmod(int(np.argmax(size)), n - k)
        if size[row, column] == 0.0:
            return Complex(0.0 * x[k, k], 0.0 * y[k, k])
        x, y = _pivoted(x, k, k + row, k + column), _pivoted(y, k, k + row, k + column)
        pivot: Any = Complex(x[k, k], y[k, k])
        out = out * (pivot * (-1.0 if (row > 0) != (column > 0) else 1.0))
        below = Complex(x[k + 1 :, k], y[k + 1 :, k]) / pivot
        step = outer(below, Complex(x[k, k + 1 :], y[k, k + 1 :]))
        x[k + 1 :, k + 1 :] -= step.real
        y[k + 1 :, k + 1 :] -= step.imag
    if n == 0:
        return out
    last: Any = Complex(x[n - 1, n - 1], y[n - 1, n - 1])
    if n == 1:
        return last
    first: Any = Complex(x[n - 2, n - 2], y[n - 2, n - 2])
    right: Any = Complex(x[n - 2, n - 1], y[n - 2, n - 1])
    left: Any = Complex(x[n - 1, n - 2], y[n - 1, n - 2])
    return out * (first * last - right * left)


def _pivoted(x: Any, k: Any, row: Any, column: Any) -> Any:
    """The matrix with two rows, and two columns, in each other's place."""
    rows, columns = np.arange(len(x)), np.arange(len(x))
    rows[k], rows[row] = row, k
    columns[k], columns[column] = column, k
    return x[rows][:, columns]


def where(condition: Any, a: Any, b: Any) -> Any:
    """`numpy.where`, written out."""
    return Complex(np.where(condition, real(a), real(b)), np.where(condition, imag(a), imag(b)))


def norm(z: Any, ord: Any = None, axis: Any = None) -> Any:
    """`numpy.linalg.norm` of its sizes, written out."""
    return np.linalg.norm(np.hypot(z.real, z.imag), ord, axis)


ALWAYS: dict[Any, Callable[..., Any]] = {
    complex: made,
    np.complex128: made,
    cmath.polar: polar,
    cmath.rect: rect,
    cmath.phase: angle,
    np.angle: angle,
}
"""Functions that give complex numbers, or take real ones for them, whatever they are given."""

COMPLEX: dict[Any, Callable[..., Any]] = {
    np.real: real,
    np.imag: imag,
    np.conjugate: conjugate,
    np.exp: exp,
    np.log: log,
    np.sqrt: sqrt,
    np.sin: sin,
    np.cos: cos,
    np.tan: tan,
    np.sinh: sinh,
    np.cosh: cosh,
    np.tanh: tanh,
    np.square: square,
    np.power: power,
    np.dot: dot,
    np.vdot: vdot,
    np.where: where,
    np.linalg.norm: norm,
    np.outer: outer,
    np.kron: kron,
    np.linalg.solve: solve,
    np.linalg.inv: inv,
    np.linalg.det: det,
}
"""What functions are where they are given complex numbers."""

OF_CMATH: dict[Any, Callable[..., Any]] = {
    cmath.exp: exp,
    cmath.log: log,
    cmath.sqrt: sqrt,
    cmath.sin: sin,
    cmath.cos: cos,
    cmath.tan: tan,
    cmath.sinh: sinh,
    cmath.cosh: cosh,
    cmath.tanh: tanh,
}
"""The same for cmath, which takes real numbers for complex ones."""
