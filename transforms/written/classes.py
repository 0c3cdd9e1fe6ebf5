"""Classes of NumPy that stand for polynomials, as classes of which fpad sees the attributes."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.transforms.written import polynomials as own


class Poly1d:
    """`numpy.poly1d`, written out."""

    def __init__(self, c_or_r: Any, r: Any = False, variable: Any = None) -> None:
        if r:
            self.coeffs = np.poly(c_or_r)
        elif isinstance(c_or_r, Poly1d):
            self.coeffs = c_or_r.coeffs
        else:
            self.coeffs = np.trim_zeros(np.atleast_1d(np.asarray(c_or_r)), "f")
        self.variable = "x" if variable is None else variable

    @property
    def c(self) -> Any:
        """The coefficients, the highest power first."""
        return self.coeffs

    @property
    def coef(self) -> Any:
        """The coefficients, the highest power first."""
        return self.coeffs

    @property
    def coefficients(self) -> Any:
        """The coefficients, the highest power first."""
        return self.coeffs

    @property
    def order(self) -> Any:
        """The highest power."""
        return len(self.coeffs) - 1

    @property
    def o(self) -> Any:
        """The highest power."""
        return len(self.coeffs) - 1

    @property
    def roots(self) -> Any:
        """The roots, if they are real."""
        return np.roots(self.coeffs)

    @property
    def r(self) -> Any:
        """The roots, if they are real."""
        return np.roots(self.coeffs)

    def __call__(self, val: Any) -> Any:
        """The value at val."""
        return np.polyval(self.coeffs, val)

    def __len__(self) -> Any:
        return len(self.coeffs) - 1

    def __getitem__(self, val: Any) -> Any:
        if val < 0 or val > len(self.coeffs) - 1:
            return 0.0
        return self.coeffs[len(self.coeffs) - 1 - val]

    def __neg__(self) -> Any:
        return Poly1d(-self.coeffs)

    def __add__(self, other: Any) -> Any:
        return Poly1d(np.polyadd(self.coeffs, _coefficients(other)))

    def __radd__(self, other: Any) -> Any:
        return Poly1d(np.polyadd(_coefficients(other), self.coeffs))

    def __sub__(self, other: Any) -> Any:
        return Poly1d(np.polysub(self.coeffs, _coefficients(other)))

    def __rsub__(self, other: Any) -> Any:
        return Poly1d(np.polysub(_coefficients(other), self.coeffs))

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Poly1d):
            return Poly1d(np.polymul(self.coeffs, other.coeffs))
        return Poly1d(self.coeffs * other)

    def __rmul__(self, other: Any) -> Any:
        return Poly1d(self.coeffs * other)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Poly1d):
            q, rest = np.polydiv(self.coeffs, other.coeffs)
            return Poly1d(q), Poly1d(rest)
        return Poly1d(self.coeffs / other)

    def __pow__(self, val: Any) -> Any:
        out = np.ones(1)
        for _ in range(val):
            out = np.polymul(out, self.coeffs)
        return Poly1d(out)

    def deriv(self, m: Any = 1) -> Any:
        """The derivative."""
        return Poly1d(np.polyder(self.coeffs, m))

    def integ(self, m: Any = 1, k: Any = 0) -> Any:
        """The integral."""
        return Poly1d(np.polyint(self.coeffs, m, k))


def _coefficients(p: Any) -> Any:
    if isinstance(p, Poly1d):
        return p.coeffs
    return np.atleast_1d(np.asarray(p))


class Polynomial:
    """`numpy.polynomial.Polynomial`, written out; one that was fitted has a domain."""

    def __init__(self, coef: Any, domain: Any = None, window: Any = None) -> None:
        if window is not None:
            raise NotImplementedError("a Polynomial with a window has no derivative")
        self.coef = np.atleast_1d(np.asarray(coef)) + 0.0
        self.domain = domain

    def __call__(self, arg: Any) -> Any:
        """The value at arg."""
        if self.domain is None:
            return own.power_value(arg, self.coef)
        start, scale = self._mapped()
        return own.power_value(start + scale * arg, self.coef)

    def _mapped(self) -> Any:
        first, last = self.domain
        return (-last - first) / (last - first), 2.0 / (last - first)

    def convert(self) -> Any:
        """The same polynomial in its plain argument."""
        if self.domain is None:
            return Polynomial(self.coef)
        start, scale = self._mapped()
        step = np.array([start, scale])
        out = self.coef[-1:]
        for k in range(2, len(self.coef) + 1):
            out = own.power_sum(np.convolve(out, step), self.coef[-k : len(self.coef) - k + 1])
        return Polynomial(out)

    def __len__(self) -> Any:
        return len(self.coef)

    def __neg__(self) -> Any:
        return Polynomial(-self.coef)

    def __add__(self, other: Any) -> Any:
        return Polynomial(own.power_sum(self.coef, _lowest_first(other)))

    def __radd__(self, other: Any) -> Any:
        return Polynomial(own.power_sum(_lowest_first(other), self.coef))

    def __sub__(self, other: Any) -> Any:
        return Polynomial(own.power_difference(self.coef, _lowest_first(other)))

    def __rsub__(self, other: Any) -> Any:
        return Polynomial(own.power_difference(_lowest_first(other), self.coef))

    def __mul__(self, other: Any) -> Any:
        return Polynomial(np.convolve(self.coef, _lowest_first(other)))

    def __rmul__(self, other: Any) -> Any:
        return Polynomial(np.convolve(_lowest_first(other), self.coef))

    def __truediv__(self, other: Any) -> Any:
        return Polynomial(self.coef / other)

    def __pow__(self, other: Any) -> Any:
        out = np.ones(1)
        for _ in range(other):
            out = np.convolve(out, self.coef)
        return Polynomial(out)

    def deriv(self, m: Any = 1) -> Any:
        """The derivative."""
        if self.domain is None:
            return Polynomial(own.power_slopes(self.coef, m))
        return Polynomial(own.power_slopes(self.coef, m, self._mapped()[1]), self.domain)

    def integ(self, m: Any = 1, k: Any = None, lbnd: Any = None) -> Any:
        """The integral."""
        return Polynomial(own.power_integral(self.coef, m, k, 0.0 if lbnd is None else lbnd))

    def degree(self) -> Any:
        """The highest power."""
        return len(self.coef) - 1

    def roots(self) -> Any:
        """The roots, if they are real."""
        return own.power_roots(self.coef)


def _lowest_first(p: Any) -> Any:
    if isinstance(p, Polynomial):
        return p.coef
    return np.atleast_1d(np.asarray(p)) + 0.0


def polynomial_fit(x: Any, y: Any, deg: Any) -> Any:
    """`numpy.polynomial.Polynomial.fit`, written out."""
    x = np.asarray(x) + 0.0
    first, last = np.min(x), np.max(x)
    start, scale = (-last - first) / (last - first), 2.0 / (last - first)
    return Polynomial(own.power_fit(start + scale * x, y, deg), (first, last))


FUNCTIONS: dict[Any, Any] = {np.polynomial.Polynomial.fit: polynomial_fit}
WRITTEN: dict[Any, Any] = {np.poly1d: Poly1d, np.polynomial.Polynomial: Polynomial}
"""The classes that stand for NumPy's."""
