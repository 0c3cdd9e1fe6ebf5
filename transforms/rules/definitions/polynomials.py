"""Definitions of the orthogonal polynomials: series that end, so rationals carry them out.

Numbers in brackets are equations of the Digital Library of Mathematical Functions (2010).
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import Any

from fpad.transforms.rules.definitions.common import HALF, whole


def eval_jacobi(c: Any, n: Any, alpha: Any, beta: Any, x: Any) -> Any:
    """(alpha + 1)_n / n! hyper((-n, n + alpha + beta + 1), (alpha + 1,), (1 - x) / 2) [18.5.7]."""
    front = _rising(alpha + 1, n) * Fraction(1, factorial(whole(n)))
    return front * c.hyper((-n, n + alpha + beta + 1), (alpha + 1,), (1 - x) / 2)


def eval_gegenbauer(c: Any, n: Any, alpha: Any, x: Any) -> Any:
    """(2 alpha)_n / n! hyper((-n, n + 2 alpha), (alpha + 1/2,), (1 - x) / 2) [18.5.9]."""
    front = _rising(2 * alpha, n) * Fraction(1, factorial(whole(n)))
    return front * c.hyper((-n, n + 2 * alpha), (alpha + HALF,), (1 - x) / 2)


def eval_genlaguerre(c: Any, n: Any, alpha: Any, x: Any) -> Any:
    """(alpha + 1)_n / n! hyper((-n,), (alpha + 1,), x) [18.5.12]."""
    front = _rising(alpha + 1, n) * Fraction(1, factorial(whole(n)))
    return front * c.hyper((-n,), (alpha + 1,), x)


def eval_hermite(c: Any, n: Any, x: Any) -> Any:
    """A series in x * x of n // 2 terms, times 2 x if n is odd [13.6.16, 13.6.17]."""
    half, odd = divmod(whole(n), 2)
    sign = (-1) ** half * (factorial(2 * half + odd) // factorial(half))
    series = c.hyper((-half,), (HALF + odd,), x * x)
    return sign * 2 * x * series if odd else sign * series


def eval_hermitenorm(c: Any, n: Any, x: Any) -> Any:
    """A series in x * x / 2 of n // 2 terms, times x if n is odd [18.7.11]."""
    half, odd = divmod(whole(n), 2)
    sign = (-1) ** half * Fraction(factorial(2 * half + odd), factorial(half) * 2**half)
    series = c.hyper((-half,), (HALF + odd,), x * x / 2)
    return sign * x * series if odd else sign * series


def _rising(a: Any, n: Any) -> Any:
    """A (a + 1) .. (a + n - 1)."""
    out: Any = 1
    for k in range(whole(n)):
        out = out * (a + k)
    return out
