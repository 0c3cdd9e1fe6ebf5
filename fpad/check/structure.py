"""Normal forms of real numbers: what shows that a number is zero.

    sqrt(2) * sqrt(3) - sqrt(6)              root(2) root(3) - root(2) root(3) = 0
    exp(a) * exp(b) - exp(a + b)             the exponents of a product are added
    1 - exp(a) / (exp(a) + 1) - 1 / (exp(a) + 1)    after clearing denominators

A form is a polynomial, with rational coefficients, in kernels (roots, logarithms, inverses of forms
with several terms, ..); each monomial has an exponential factor, whose exponent is a form too.
Sines are exponentials: the root of -1 is a kernel.  All that is used are identities that hold
wherever both sides are defined, and nothing is divided by what may be zero; so a form without terms
is zero; one with terms may be zero all the same.  A number whose form would be long is a kernel
itself, which keeps the work in proportion to the length of a program.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from typing import Any

from fpad.check.reals import Real, bounds, effort

Form = Mapping[int, Fraction]
"""Coefficients by monomial."""

MOST_TERMS = 400
MOST_PRODUCTS = 800
WORK = 120_000
CANDIDATE_BITS = 256
MOST_DIGITS = 160
"""A number of that many bits, numerator and denominator together, is between two bounds by chance
once in 2**70 times."""
PRIMES = tuple(p for p in range(2, 1000) if all(p % d for d in range(2, math.isqrt(p) + 1)))
_ONE = Fraction(1)
UNIT = 0


class _TooLong(Exception):
    """The form would have too many terms."""


class _Spent(Exception):
    """All work allowed is done."""


def vanishes(x: Any) -> bool:
    """Is the number, or function, proved to be zero by its form?"""
    algebra = _algebra()
    try:
        return not algebra.cleared(algebra.normal(x))
    except (_TooLong, _Spent):
        return False


def rational(x: Any) -> Fraction | None:
    """The fraction that the number is, if it is one of few digits and its form shows it."""
    if isinstance(x, Fraction):
        return x
    low, high = bounds(x, CANDIDATE_BITS)
    found = simplest(low, high)
    digits = found.numerator.bit_length() + found.denominator.bit_length()
    return found if digits <= MOST_DIGITS and vanishes(x - found) else None


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator between two: their common continued fraction."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = []
    p, q, r, t = *low.as_integer_ratio(), *high.as_integer_ratio()
    while q and t and p // q == r // t and p % q and (p, q) != (r, t):
        n = p // q
        whole.append(n)
        p, q, r, t = t, r - n * t, q, p - n * q
    a, b = (-(-p // q), 1) if q and (p, q) != (r, t) else (p, q)
    for n in reversed(whole):
        a, b = n * a + b, a
    return Fraction(a, b)


def _algebra() -> Algebra:
    spent = effort()
    if spent.algebra is None:
        spent.algebra = Algebra()
    found: Algebra = spent.algebra
    return found


class Algebra:
    """The monomials and kernels of one check.

    A monomial is (powers of kernels, exponent), both as sorted tuples.
    """

    def __init__(self) -> None:
        self._monomials: dict[Any, int] = {((), ()): UNIT}
        self._data: list[tuple[Any, Any]] = [((), ())]
        self._kernels: dict[Hashable, int] = {}
        self._about: list[tuple[str, Any]] = []
        self._known: dict[int, tuple[Real, Form]] = {}
        self._products: dict[tuple[int, int], Form] = {}
        self._left = WORK

    # ------------------------------------------------------------ forms of numbers

    def normal(self, x: Any) -> Form:
        """The form of a number.

        Raises:
            _Spent: there is no work left.
        """
        if not isinstance(x, Real):
            return {UNIT: x} if x else {}
        stack = [x]
        while stack:
            v = stack[-1]
            if id(v) in self._known:
                stack.pop()
                continue
            missing = [o for o in v.operands if isinstance(o, Real) and id(o) not in self._known]
            if missing:
                stack += missing
                continue
            stack.pop()
            try:
                form = self._of(v)
            except (_TooLong, RecursionError, OverflowError):
                form = self._kernel(("number", id(v)), "number", v)
            self._known[id(v)] = v, form
        return self._known[id(x)][1]

    def _of(self, v: Real) -> Form:
        forms = [
            self._known[id(o)][1] if isinstance(o, Real) else {UNIT: o} if o else {}
            for o in v.operands
        ]
        match v.name:
            case "+":
                return self._sum(forms[0], forms[1])
            case "-":
                return self._sum(forms[0], forms[1], Fraction(-1))
            case "neg":
                return {m: -c for m, c in forms[0].items()}
            case "*":
                return self._product(*forms)
            case "/":
                return self._product(forms[0], self._inverse(forms[1]))
            case "root":
                return self._root(forms[0], int(v.operands[1]))
        rewrite = _REWRITTEN.get(v.name)
        if rewrite is not None:
            return rewrite(self, *forms)
        return self._call(v.name, *forms)

    def _spend(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise _Spent

    # ------------------------------------------------------------ arithmetic

    def _sum(self, a: Form, b: Form, factor: Fraction = _ONE) -> Form:
        self._spend(1 + len(a) + len(b))
        out = dict(a)
        for m, c in b.items():
            total = out.get(m, 0) + factor * c
            if total:
                out[m] = total
            else:
                out.pop(m, None)
        if len(out) > MOST_TERMS:
            raise _TooLong
        return out

    def _product(self, a: Form, b: Form) -> Form:
        if len(a) * len(b) > MOST_PRODUCTS:
            raise _TooLong
        self._spend(1 + len(a) * len(b))
        out: dict[int, Fraction] = {}
        for m, c in a.items():
            for n, d in b.items():
                for k, e in self._monomials_product(m, n).items():
                    total = out.get(k, 0) + c * d * e
                    if total:
                        out[k] = total
                    else:
                        out.pop(k, None)
        return out

    def _monomials_product(self, m: int, n: int) -> Form:
        if m == UNIT or n == UNIT:
            return {n if m == UNIT else m: _ONE}
        key = (m, n) if m < n else (n, m)
        found = self._products.get(key)
        if found is None:
            (p, e), (q, f) = self._data[m], self._data[n]
            found = self._products[key] = self._reduced(_merged(p, q), _merged(e, f))
        return found

    def _reduced(self, powers: dict[int, Any], exponent: dict[int, Any]) -> Form:
        """The monomial, with what its powers are equal to in their place."""
        self._spend(len(powers) + len(exponent))
        rest: list[Form] = []
        for k, e in list(powers.items()):
            name, about = self._about[k]
            if name == "root" and not 0 <= e < about[1]:
                q, r = divmod(e, about[1])
                rest.append(self._power(about[0], q))
                powers[k] = r
            elif name == "inverse" and e < 0:
                rest.append(self._power(about, -e))
                powers[k] = 0
        out: Form = {self._monomial(powers, exponent): _ONE}
        for form in rest:
            out = self._product(out, form)
        return out

    def _monomial(self, powers: dict[int, Any], exponent: dict[int, Any]) -> int:
        key = (
            tuple(sorted((k, e) for k, e in powers.items() if e)),
            tuple(sorted((k, e) for k, e in exponent.items() if e)),
        )
        found = self._monomials.get(key)
        if found is None:
            found = self._monomials[key] = len(self._data)
            self._data.append(key)
        return found

    def _power(self, a: Form, n: int) -> Form:
        if n < 0:
            a, n = self._inverse(a), -n
        if n > 64 and len(a) > 1:
            raise _TooLong
        out: Form = {UNIT: _ONE}
        while n:
            if n & 1:
                out = self._product(out, a)
            n >>= 1
            if n:
                a = self._product(a, a)
        return out

    def _inverse(self, a: Form) -> Form:
        """1 / a: its leading monomial is taken out, so that multiples have one kernel."""
        m, c = self._lead(a)
        if len(a) > 1 and not self._exponential_only(m):
            m = UNIT  # what may be zero does not divide
        first = self._one_inverse(m, c)
        if len(a) == 1:
            return first
        rest = self._product(a, first)
        return self._product(first, self._kernel(("inverse", _frozen(rest)), "inverse", rest))

    def _one_inverse(self, m: int, c: Fraction) -> Form:
        powers, exponent = self._data[m]
        form = self._reduced({k: -e for k, e in powers}, {k: -e for k, e in exponent})
        return {k: e / c for k, e in form.items()}

    def _exponential_only(self, m: int) -> bool:
        """Is it exp of a real form: positive, and no phase."""
        powers, exponent = self._data[m]
        return not powers and self._conjugate(dict(exponent)) == dict(exponent)

    def _conjugate(self, a: Form) -> Form:
        """The form with -i for i; kernels besides i are real."""
        out: dict[int, Fraction] = {}
        (imaginary,) = self._imaginary()
        (key,) = self._data[imaginary][0]
        for m, c in a.items():
            self._spend(1)
            powers, exponent = self._data[m]
            turned = self._monomial(dict(powers), dict(self._conjugate(dict(exponent))))
            out[turned] = -c if key in powers else c
        return out

    def _lead(self, a: Form) -> tuple[int, Fraction]:
        """The leading term, one without kernels if there is one.

        The order is one that products with an exponential keep.
        """
        if not a:
            raise _TooLong
        best = None
        for m in list(filter(self._exponential_only, a)) or a:
            if best is None or self._before(m, best):
                best = m
        assert best is not None
        return best, a[best]

    def _before(self, m: int, n: int) -> bool:
        self._spend(len(self._data[m][1]) + len(self._data[n][1]))
        for first, second in zip(self._data[m][::-1], self._data[n][::-1], strict=True):
            gap = _merged(first, second, -1)
            low = min((k for k, e in gap.items() if e), default=None)
            if low is not None:
                return bool(gap[low] < 0)
        return False

    # ------------------------------------------------------------ kernels

    def _kernel(self, key: Hashable, name: str, about: Any) -> Form:
        k = self._kernels.get(key)
        if k is None:
            k = self._kernels[key] = len(self._about)
            self._about.append((name, about))
        return {self._monomial({k: 1}, {}): _ONE}

    def _call(self, name: str, *forms: Form) -> Form:
        about = forms[0] if len(forms) == 1 else forms
        return self._kernel((name, *map(_frozen, forms)), name, about)

    def _root(self, a: Form, n: int) -> Form:
        if not a:
            return {}
        if list(a) == [UNIT]:
            return self._rational_root(a[UNIT], n)
        m, c = self._lead(a)
        exponent = self._data[m][1]
        if len(a) == 1 and c > 0 and self._exponential_only(m):
            whole = {self._monomial({}, {k: e / n for k, e in exponent}): _ONE}
            return self._product(self._rational_root(c, n), whole)
        a = {k: v / abs(c) for k, v in a.items()}
        kernel = self._kernel(("root", n, _frozen(a)), "root", (a, n))
        return self._product(self._rational_root(abs(c), n), kernel)

    def _rational_root(self, c: Fraction, n: int) -> Form:
        out: Form = {UNIT: Fraction(-1 if c < 0 else 1)}
        for p, e in _factors(abs(c)):
            q, r = divmod(e, n)
            out = self._product(out, {UNIT: Fraction(p) ** q})
            if r:
                base: Form = {UNIT: Fraction(p)}
                kernel = self._kernel(("root", n, _frozen(base)), "root", (base, n))
                out = self._product(out, self._power(kernel, r))
        return out

    def exponential(self, a: Form) -> Form:
        """exp(a), where logarithms in a are undone."""
        out: Form = {UNIT: _ONE}
        exponent: dict[int, Fraction] = {}
        (turn,) = self._product(self._imaginary(), self._call("arctan", {UNIT: _ONE}))
        for m, c in a.items():
            turned = self._turned(c / 4) if m == turn else None
            argument = self._logarithm_of(m)
            if turned is not None:
                out = self._product(out, turned)
            elif argument is not None and abs(c.numerator) <= 64 and c.denominator <= 64:
                power = self._power(argument, c.numerator)
                out = self._product(
                    out, power if c.denominator == 1 else self._root(power, c.denominator)
                )
            else:
                exponent[m] = c
        return self._product(out, {self._monomial({}, exponent): _ONE})

    def _logarithm_of(self, m: int) -> Any:
        powers, exponent = self._data[m]
        if len(powers) != 1 or exponent or powers[0][1] != 1:
            return None
        name, about = self._about[powers[0][0]]
        return about if name == "log" else None

    def logarithm(self, a: Form) -> Form:
        """log(a), with the leading factor taken out."""
        if not a:
            raise _TooLong
        m, c = self._lead(a)
        exponent = self._data[m][1]
        out: Form = {}
        if c > 0 and self._exponential_only(m):
            for p, e in _factors(c):
                out = self._sum(out, self._call("log", {UNIT: Fraction(p)}), Fraction(e))
            out = self._sum(out, dict(exponent))
            a = self._product(a, self._one_inverse(m, c))
        return out if list(a) == [UNIT] and a[UNIT] == 1 else self._sum(out, self._call("log", a))

    def odd(self, name: str, a: Form) -> Form:
        """A function with f(-a) = -f(a)."""
        if not a:
            return {}
        if a[min(a)] > 0:
            return self._call(name, a)
        return {m: -c for m, c in self._call(name, {k: -c for k, c in a.items()}).items()}

    def _imaginary(self) -> Form:
        """The number i, a root of -1."""
        base: Form = {UNIT: -_ONE}
        return self._kernel(("root", 2, _frozen(base)), "root", (base, 2))

    def _circular(self, a: Form, sign: int) -> Form:
        """exp(i a) + sign * exp(-i a)."""
        return self.hyperbolic(self._product(self._imaginary(), a), sign)

    def sine(self, a: Form) -> Form:
        """The sine."""
        wave = self._product(self._imaginary(), self._circular(a, -1))
        return {m: -c / 2 for m, c in wave.items()}

    def cosine(self, a: Form) -> Form:
        """The cosine."""
        return self.half(self._circular(a, 1))

    def tangent(self, a: Form) -> Form:
        """The tangent."""
        return self._product(self.sine(a), self._inverse(self.cosine(a)))

    def _turned(self, r: Fraction) -> Form | None:
        """exp(i r pi), where it is known."""
        r %= 2
        quarters, rest = divmod(r, Fraction(1, 2))
        square = _SQUARED_SINES.get(rest)
        if square is None:
            return None
        sine, cosine = (self._root({UNIT: v} if v else {}, 2) for v in (square, 1 - square))
        point = self._sum(cosine, self._product(self._imaginary(), sine))
        return self._product(self._power(self._imaginary(), quarters), point)

    def hyperbolic(self, a: Form, sign: int) -> Form:
        """exp(a) + sign * exp(-a)."""
        minus = {m: -c for m, c in a.items()}
        return self._sum(self.exponential(a), self.exponential(minus), Fraction(sign))

    def tanh(self, a: Form) -> Form:
        """The hyperbolic tangent."""
        return self._product(self.hyperbolic(a, -1), self._inverse(self.hyperbolic(a, 1)))

    def arccos(self, a: Form) -> Form:
        """Pi / 2 - arcsin(a), where pi / 4 is arctan(1)."""
        right = {m: 2 * c for m, c in self._call("arctan", {UNIT: _ONE}).items()}
        return self._sum(right, self.odd("arcsin", a), Fraction(-1))

    def half(self, a: Form) -> Form:
        """A / 2."""
        return {m: c / 2 for m, c in a.items()}

    def plus(self, a: Form, c: int) -> Form:
        """A + c."""
        return self._sum(a, {UNIT: Fraction(c)})

    def in_base(self, a: Form, base: int) -> Form:
        """log(a) / log(base)."""
        return self._product(
            self.logarithm(a), self._inverse(self.logarithm({UNIT: Fraction(base)}))
        )

    def power(self, a: Form, b: Form) -> Form:
        """exp(b log(a))."""
        return self.exponential(self._product(b, self.logarithm(a)))

    # ------------------------------------------------------------ zeros

    def cleared(self, a: Form) -> Form:
        """A multiple of the form, without inverses: those made last go first.

        Raises:
            _TooLong, _Spent: it would have too many terms.
        """
        while a:
            inverses = {k for m in a for k, _ in self._data[m][0] if self._about[k][0] == "inverse"}
            if not inverses:
                return a
            k = max(inverses)
            powers = {m: dict(self._data[m][0]).get(k, 0) for m in a}
            most = max(powers.values())
            out: Form = {}
            for m, c in a.items():
                rest = dict(self._data[m][0])
                rest.pop(k, None)
                one = {self._monomial(rest, dict(self._data[m][1])): c}
                factor = self._power(self._about[k][1], most - powers[m])
                out = self._sum(out, self._product(one, factor))
            a = out
        return a


_SQUARED_SINES = {
    Fraction(0): Fraction(0),
    Fraction(1, 6): Fraction(1, 4),
    Fraction(1, 4): Fraction(1, 2),
    Fraction(1, 3): Fraction(3, 4),
}
"""sin(r * pi)**2 by r."""


def _frozen(a: Form) -> Hashable:
    return tuple(sorted(a.items()))


def _merged(a: Any, b: Any, sign: int = 1) -> dict[int, Any]:
    out = dict(a)
    for k, e in b:
        out[k] = out.get(k, 0) + sign * e
    return out


def _factors(c: Fraction) -> list[tuple[int, int]]:
    """(Prime or what is left, exponent) with c = product of the powers, by small primes."""
    out = []
    for number, sign in ((c.numerator, 1), (c.denominator, -1)):
        if number.bit_length() > 2048:
            raise _TooLong
        for p in PRIMES:
            e = 0
            while number % p == 0:
                number //= p
                e += 1
            if e:
                out.append((p, sign * e))
            if number == 1:
                break
        if number != 1:
            out.append((number, sign))
    return out


_REWRITTEN: dict[str, Callable[..., Form]] = {
    "exp": Algebra.exponential,
    "expm1": lambda algebra, a: algebra.plus(algebra.exponential(a), -1),
    "log": Algebra.logarithm,
    "log1p": lambda algebra, a: algebra.logarithm(algebra.plus(a, 1)),
    "log2": lambda algebra, a: algebra.in_base(a, 2),
    "log10": lambda algebra, a: algebra.in_base(a, 10),
    "exp2": lambda algebra, a: algebra.power({UNIT: Fraction(2)}, a),
    "pow": Algebra.power,
    "sin": Algebra.sine,
    "cos": Algebra.cosine,
    "tan": Algebra.tangent,
    "sinh": lambda algebra, a: algebra.half(algebra.hyperbolic(a, -1)),
    "cosh": lambda algebra, a: algebra.half(algebra.hyperbolic(a, 1)),
    "tanh": Algebra.tanh,
    "arctan": lambda algebra, a: algebra.odd("arctan", a),
    "arcsin": lambda algebra, a: algebra.odd("arcsin", a),
    "arccos": Algebra.arccos,
}
