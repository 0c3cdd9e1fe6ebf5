"""Numbers on one piece of a function: value and gradient at the point, and what else is certain.

run = PieceRun(..);  x = run.input(0, Fraction(0))
x * x                     value 0, gradient 0; not negative, and zero only where x is
x > 0                     not decided by the value: the run follows one of the two pieces
np.sqrt(x)                value 0, no gradient: continuous, and no more

A number whose gradient is not known is still known to be continuous; times one that vanishes at
the point it has a gradient again, as |f g - 0| = O(|d|) o(1).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from fpad.check import polynomial
from fpad.check.exact import Exact, Hole, HoleReached
from fpad.check.polynomial import Polynomial
from fpad.check.reals import Scalar, is_integer, is_nil, same

if TYPE_CHECKING:
    from fpad.check.forced import PieceRun

Row = dict[int, Scalar]
"""The entries of a gradient that are not zero."""


class Vague(Hole):
    """A number that has a value next to the point, though none is known: a quotient of small ones.

    Sums and products of such have a value, too; quotients, and whatever else is asked, may not.  A
    comparison is followed either way.

    Attributes:
        run: the execution.
        low: next to the point it is not below this by more than any small number; None: not known.
    """

    __slots__ = ("low", "run")

    def __init__(self, run: PieceRun, low: Scalar | None = None) -> None:
        super().__init__("degenerate_guard")
        self.run = run
        self.low = low

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """Vague, if the other operand has a value."""
        low, other = _low(a), _low(b)
        return _vague(a, b, None if low is None or other is None else low + other)

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """Vague, if the other operand has a value."""
        low = None if isinstance(b, Hole) else _low(a)
        return _vague(a, b, None if low is None else low - b.value)

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """Vague, if the other operand has a value; a square is not negative."""
        if any(type(x) is Exact and is_nil(x.value) for x in (a, b)):
            return Exact(Fraction(0))
        return _vague(a, b, Fraction(0) if a is b else None)

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b, which has a value if b is known not to be zero."""
        below = _low(b)
        if below is None or (not below > 0 and (isinstance(b, Hole) or not b.value)):
            return a if isinstance(a, Hole) and a.undefined else Hole("degenerate_guard")
        return _vague(a, b, None)

    @classmethod
    def answer(cls, test: Callable[[int, int], bool], a: Any, b: Any) -> bool:
        """What a comparison says: either."""
        v = _vague(a, b, None)
        if not isinstance(v, Vague):
            raise HoleReached(v)
        return test(v.run.either(lambda s: test(s, 0)), 0)

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b: any."""
        v = _vague(a, b, None)
        if not isinstance(v, Vague):
            raise HoleReached(v)
        return v.run.either(lambda s: s)

    def negate(self) -> Any:
        """The number with the other sign."""
        return Vague(self.run)

    def floor(self) -> Any:
        """The largest integer that is not above."""
        return Vague(self.run)


def _low(x: Any) -> Scalar | None:
    if isinstance(x, Hole):
        return x.low if isinstance(x, Vague) else None
    low: Scalar = x.value
    return low


def _vague(a: Any, b: Any, low: Scalar | None) -> Any:
    """The result of an operation that has a value if both operands have; else their hole."""
    for x in (a, b):
        if isinstance(x, Hole) and not isinstance(x, Vague):
            return x
    return Vague(a.run if isinstance(a, Vague) else b.run, low)


class Dual(Exact):
    """A number next to the point, on the piece that is followed.

    Attributes:
        value: its limit at the point.
        row: its gradient there; None if it is only known to be continuous.
        poly: what it is, if it is a small polynomial.
        key: two numbers with one key are one.
        above: is it nowhere negative.
        factors: the two numbers that it is the product of.
        summands: the two numbers, nowhere negative, that it is the sum of.
        radical: (a number that is 0 at the point, the power of it that this is).
        run: the execution.
    """

    __slots__ = ("above", "factors", "key", "poly", "radical", "row", "run", "summands")
    rank: ClassVar[int] = 1

    def __init__(
        self,
        run: PieceRun,
        value: Scalar,
        row: Row | None,
        poly: Polynomial | None,
        structure: Hashable,
        above: bool = False,
        factors: tuple[Any, Any] | None = None,
        summands: tuple[Any, Any] | None = None,
        radical: tuple[Dual, Fraction] | None = None,
    ) -> None:
        run.spend()
        self.run = run
        self.value = value
        self.row = row
        self.poly = poly
        self.key = run.key(structure if poly is None else frozenset(poly.items()))
        self.above = above or (poly is not None and polynomial.squares(poly))
        self.factors = factors
        self.summands = summands
        self.radical = radical

    @property
    def affine(self) -> bool:
        """Is it its value plus gradient times step, exactly?"""
        return self.poly is not None and polynomial.linear(self.poly)

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        above = _above(a) and _above(b)
        one, other = sorted((_key(a), _key(b)), key=repr)
        return _sum(a, b, Fraction(1), ("+", one, other), above)

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        if _key(a) == _key(b):
            return Exact(Fraction(0))
        return _sum(a, b, Fraction(-1), ("-", _key(a), _key(b)), False)

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        run = _run(a, b)
        if (type(a) is Exact and not a.value) or (type(b) is Exact and not b.value):
            return Exact(Fraction(0))
        for x, y in ((a, b), (b, a)):
            if type(x) is Exact and x.value == 1:
                return y
        power = _product_of_powers(a, b)
        if power is not None:
            return power
        one, other = sorted((_key(a), _key(b)), key=repr)
        return Dual(
            run,
            a.value * b.value,
            _product_row(a, b),
            polynomial.product(_poly(a), _poly(b)),
            ("*", one, other),
            one == other or (_above(a) and _above(b)),
            (a, b),
        )

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b; of two small numbers a polynomial, if it is one, or vague."""
        run = _run(a, b)
        if type(b) is Exact:
            return Hole("domain") if not b.value else Dual.mul(a, Exact(1 / b.value))
        if not b.value:
            if not run.sign(b):
                return Hole("domain")
            return _cancelled(run, a, b)
        row = None if b.row is None else _scaled(b.row, -1 / b.value**2)
        inverse = Dual(run, 1 / b.value, row, None, ("1/", b.key), b.above)
        return Dual.mul(a, inverse)

    @staticmethod
    def compare(a: Any, b: Any) -> int:
        """The sign of a - b on the piece that is followed."""
        return _run(a, b).sign(a - b)

    @classmethod
    def answer(cls, test: Callable[[int, int], bool], a: Any, b: Any) -> bool:
        """What a comparison says on the piece that is followed."""
        return _run(a, b).answer(test, a - b)

    def negate(self) -> Any:
        """The number with the other sign."""
        return Dual.mul(self, Exact(Fraction(-1)))

    def floor(self) -> Any:
        """The largest integer that is not above."""
        if not is_integer(self.value):
            return Exact.floor(self)
        return Exact(self.value if self >= self.value else self.value - 1)

    def image(self, value: Scalar, slope: Scalar | None, function: Hashable) -> Any:
        """The value of a smooth function of it, with its slope; without one it is continuous."""
        row = None if self.row is None or slope is None else _scaled(self.row, slope)
        return Dual(self.run, value, row, None, (function, self.key))

    def power(self, p: Fraction) -> Any:
        """A power with p > 0 that is no integer, where the value is 0: it is nowhere negative.

        A root of something that vanishes to a high order has the gradient 0.
        """
        if p == Fraction(1, 2) and self.factors is not None:
            a, b = self.factors
            if _key(a) == _key(b):
                return abs(a)
        if self.poly is not None and p == Fraction(1, 2):
            found = self._even_root()
            if found is not None:
                return found
        return self._to_the(p)

    def _to_the(self, p: Fraction) -> Any:
        flat = self.row is not None and p > 1
        if self.poly is not None and polynomial.order(self.poly) * p > 1:
            flat = True
        self.run.smooth = self.run.tame = False
        return Dual(
            *(self.run, Fraction(0), {} if flat else None, None, (p, self.key)),
            above=p.denominator % 2 == 0 or self.above,
            radical=(self, p),
        )

    def _even_root(self) -> Any:
        """The square root of a monomial that is a square."""
        assert self.poly is not None
        if len(self.poly) != 1 or not polynomial.squares(self.poly):
            return None
        ((m, c),) = self.poly.items()
        out: Any = polynomial.root(c)
        if out is None:
            return None
        out = Exact(out)
        for v, exponent in polynomial.powers(m):
            half = self.run.distance(v) ** (exponent // 2)
            out = out * (half if exponent % 4 == 0 else abs(half))
        return out

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.row})"


def _run(a: Any, b: Any) -> PieceRun:
    run: PieceRun = a.run if isinstance(a, Dual) else b.run
    return run


def _key(x: Any) -> Hashable:
    return x.key if isinstance(x, Dual) else ("constant", x.value)


def _poly(x: Any) -> Polynomial | None:
    return x.poly if isinstance(x, Dual) else polynomial.constant(x.value)


def _row(x: Any) -> Row | None:
    return x.row if isinstance(x, Dual) else {}


def _above(x: Any) -> bool:
    return x.above or x.run.is_above(x) if isinstance(x, Dual) else x.value >= 0


def _scaled(row: Row, factor: Scalar) -> Row:
    return {} if same(factor, Fraction(0)) else {k: v * factor for k, v in row.items()}


def _added(a: Row, b: Row, factor: Scalar) -> Row:
    out = dict(a)
    for k, v in b.items():
        total = out.get(k, Fraction(0)) + factor * v
        if same(total, Fraction(0)):
            out.pop(k, None)
        else:
            out[k] = total
    return out


def _sum(a: Any, b: Any, factor: Fraction, structure: Hashable, above: bool) -> Any:
    """The number a + factor * b."""
    if type(b) is Exact and not b.value:
        return a
    if type(a) is Exact and not a.value:
        return Dual.mul(b, Exact(factor))
    value = a.value + factor * b.value
    poly = polynomial.combined(_poly(a), _poly(b), Fraction(1), factor)
    if poly is not None and not any(poly):
        return Exact(value)
    p, q = _row(a), _row(b)
    row = None if p is None or q is None else _added(p, q, factor)
    summands = (a, b) if above and factor == 1 else None
    return Dual(_run(a, b), value, row, poly, structure, above, summands=summands)


def _product_of_powers(a: Any, b: Any) -> Any:
    """The product of two powers of one number, of which one is a root; None if it is none."""
    p, q = (x.radical if isinstance(x, Dual) else None for x in (a, b))
    if p is None and q is None:
        return None
    p, q = p or (a, Fraction(1)), q or (b, Fraction(1))
    if _key(p[0]) != _key(q[0]):
        return None
    exponent = p[1] + q[1]
    base: Dual = p[0]
    return base ** int(exponent) if exponent.denominator == 1 else base._to_the(exponent)


def _product_row(a: Any, b: Any) -> Row | None:
    p, q = _row(a), _row(b)
    if p is not None and q is not None:
        return _added(_scaled(p, b.value), q, a.value)
    if p is not None and not a.value:
        return _scaled(p, b.value)
    if q is not None and not b.value:
        return _scaled(q, a.value)
    return None


def _cancelled(run: PieceRun, a: Any, b: Any) -> Any:
    """The quotient by a number that is small but not zero."""
    if _key(a) == b.key:
        return Exact(Fraction(1))
    top = _poly(a)
    if top is not None and b.poly is not None:
        poly = polynomial.divided(top, b.poly)
        if poly is not None:
            return run.number(poly)
    return Vague(run)
