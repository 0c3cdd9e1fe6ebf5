"""Definitions read in jets: Taylor coefficients along a line, over any other system of numbers.

    jets = Jets(Doubles(), order=2)
    x = jets.line(0.5, 1.0)               0.5 + t
    Reading(jets).compute(np.sin, (x,), {}).coefficients      sin(0.5), cos(0.5), -sin(0.5) / 2

The first coefficient is the derivative that definitions say, independent of the rules' maps.
Comparisons are those of the values: at a kink the derivative is that of the branch taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, ClassVar

from fpad.check.exact import Exact, Hole
from fpad.check.readings import Computed, System, SystemCore
from fpad.transforms.rules.definitions.common import root_pi


class Jet(Computed):
    """coefficients[k] * t**k, added up; what is beyond the last is not known."""

    __slots__ = ("coefficients",)
    rank: ClassVar[int] = 2

    def __init__(self, coefficients: Sequence[Any]) -> None:
        self.coefficients = tuple(coefficients)

    @staticmethod
    def add(a: Any, b: Any) -> Any:
        """The sum a + b."""
        return _jet([x + y for x, y in zip(*_both(a, b), strict=True)])

    @staticmethod
    def sub(a: Any, b: Any) -> Any:
        """The difference a - b."""
        return _jet([x - y for x, y in zip(*_both(a, b), strict=True)])

    @staticmethod
    def mul(a: Any, b: Any) -> Any:
        """The product a * b."""
        x, y = _both(a, b)
        return _jet([_sum(x[i] * y[k - i] for i in range(k + 1)) for k in range(len(x))])

    @staticmethod
    def div(a: Any, b: Any) -> Any:
        """The quotient a / b."""
        x, y = _both(a, b)
        out: list[Any] = []
        for k, c in enumerate(x):
            out.append((c - _sum(out[i] * y[k - i] for i in range(k))) / y[0])
        return _jet(out)

    @staticmethod
    def compare(a: Any, b: Any) -> Any:
        """The sign of the difference of the values."""
        x, y = _both(a, b)
        return _sign(x[0] - y[0])

    def negate(self) -> Any:
        """The jet with the other sign."""
        return Jet([-c for c in self.coefficients])

    def floor(self) -> Any:
        """The largest integer that is not above: constant, to the right."""
        first = self.coefficients[0]
        return Jet([first.floor(), *[c * 0 for c in self.coefficients[1:]]])

    def near(self) -> float:
        """The value, about."""
        return _near(self.coefficients[0])

    def varies(self) -> bool:
        """Is there more than a value?"""
        return any(_near(c) != 0.0 for c in self.coefficients[1:])

    def __repr__(self) -> str:
        return f"Jet({', '.join(map(repr, self.coefficients))})"


def _near(x: Any) -> float:
    return float(x.near() if isinstance(x, Computed) else x.value)


def _sign(x: Any) -> Any:
    """What `compare` gives of a number and 0."""
    return x.compare(x, Exact(Fraction(0)))


def _sum(terms: Any) -> Any:
    out: Any = 0
    for term in terms:
        out = out + term
    return out


def _both(a: Any, b: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The coefficients of two numbers of which one is a jet, as many as both have."""
    n = min(len(x.coefficients) for x in (a, b) if isinstance(x, Jet))
    x, y = (_coefficients(v, n)[:n] for v in (a, b))
    return x, y


def _coefficients(x: Any, n: int) -> tuple[Any, ...]:
    if isinstance(x, Jet):
        return x.coefficients
    return (x, *[Exact(Fraction(0))] * (n - 1))


def _jet(coefficients: Sequence[Any]) -> Any:
    """The jet, or the hole that is one of its coefficients."""
    hole = next((c for c in coefficients if isinstance(c, Hole)), None)
    return Jet(coefficients) if hole is None else hole


class Jets(System):
    """Jets over a system of numbers."""

    def __init__(self, base: System, order: int = 1) -> None:
        self.base = SystemCore(base)
        self.order = order
        self._core = SystemCore(self)

    def line(self, x: Any, direction: Any) -> Any:
        """The jet of x + t * direction."""
        first, slope = self.base.system.number(x), self.base.system.number(direction)
        return Jet([first, slope, *[first * 0] * (self.order - 1)][: self.order + 1])

    def number(self, x: Any) -> Any:
        """A constant."""
        if isinstance(x, Jet | Hole):
            return x
        return Jet(_coefficients(self.base.system.number(x), self.order + 1))

    def call(self, name: str, *operands: Any) -> Any:
        """A core operation, by its slope: y = f(x(0)) + the integral of f'(x) x'."""
        if name == "pow":
            return self._power(*operands)
        if name == "floor":
            return operands[0].floor()
        if name == "arctan2":
            return self._angle(*operands)
        *parameters, x = operands
        if name in ("hyperu", "hyper"):
            parameters, x = list(operands[:2]), operands[2]
        return self._by_slope(name, [_constant(p) for p in parameters], x)

    def within(self, x: Any, radius: Any) -> Any:
        """The value alone is widened: its slopes are only as exact as the iteration is."""
        first = self.base.within(x.coefficients[0], radius.coefficients[0])
        return _jet([first, *x.coefficients[1:]])

    def _by_slope(self, name: str, parameters: list[Any], x: Any) -> Any:
        value = getattr(self.base, name)(*parameters, x.coefficients[0])
        if len(x.coefficients) == 1 or all(_is_zero(c) for c in x.coefficients[1:]):
            return _jet([value, *[c * 0 for c in x.coefficients[1:]]])
        before = Jet(x.coefficients[:-1])
        y = self._by_slope(name, parameters, before)
        if isinstance(y, Hole):
            return y
        return self._integral(value, SLOPES[name](self._core, *parameters, before, y), x)

    def _integral(self, value: Any, slope: Any, x: Any) -> Any:
        """The value, and after it the integral of the slope times x'."""
        if isinstance(slope, Hole):
            return slope
        change = [k * c for k, c in enumerate(x.coefficients)][1:]
        rates = _coefficients(slope, len(change))
        tail = [
            _sum(rates[i] * change[k - i] for i in range(k + 1)) / (k + 1)
            for k in range(len(change))
        ]
        return _jet([value, *tail])

    def _power(self, a: Any, b: Any) -> Any:
        if any(not _is_zero(c) for c in b.coefficients[1:]):
            return self._core.exp(b * self._core.log(a))
        n = b.coefficients[0]
        whole = _near(n)
        if whole == int(whole) and abs(whole) <= 64:
            return a ** int(whole)
        value = self.base.pow(a.coefficients[0], n)
        if len(a.coefficients) == 1:
            return _jet([value])
        before = Jet(a.coefficients[:-1])
        power = self._power(before, Jet(_coefficients(n, len(before.coefficients))))
        return self._integral(value, n * power / before, a)

    def _angle(self, y: Any, x: Any) -> Any:
        value = self.base.arctan2(y.coefficients[0], x.coefficients[0])
        if len(y.coefficients) == 1:
            return _jet([value])
        square = x * x + y * y
        turning = Jet((x * _slope(y) - y * _slope(x)).coefficients[:-1])
        rate = turning / Jet(square.coefficients[:-1])
        if isinstance(rate, Hole):
            return rate
        return _jet([value, *(c / (k + 1) for k, c in enumerate(rate.coefficients))])


def _slope(x: Jet) -> Jet:
    """The derivative, with a zero as its last coefficient, which nobody reads."""
    return Jet([*(k * c for k, c in enumerate(x.coefficients) if k), x.coefficients[0] * 0])


def _is_zero(x: Any) -> bool:
    return _near(x) == 0.0 and not (isinstance(x, Computed) and x.varies())


def _constant(x: Any) -> Any:
    """The value of a parameter.

    Raises:
        ValueError: it varies; slopes by parameters have no formula in the core operations.
    """
    if isinstance(x, tuple):
        return tuple(map(_constant, x))
    if any(not _is_zero(c) for c in x.coefficients[1:]):
        raise ValueError("a slope by a parameter")
    return x.coefficients[0]


def _shifted(parameters: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(a + 1 for a in parameters)


def _hyper(c: Any, over: Any, under: Any, z: Any, y: Any) -> Any:
    front: Any = 1
    for a in over:
        front = front * a
    for b in under:
        front = front / b
    return front * c.hyper(_shifted(over), _shifted(under), z)


SLOPES: dict[str, Callable[..., Any]] = {
    "exp": lambda c, x, y: y,
    "expm1": lambda c, x, y: y + 1,
    "exp2": lambda c, x, y: y * c.log(2),
    "log": lambda c, x, y: 1 / x,
    "log1p": lambda c, x, y: 1 / (1 + x),
    "log2": lambda c, x, y: 1 / (x * c.log(2)),
    "log10": lambda c, x, y: 1 / (x * c.log(10)),
    "sqrt": lambda c, x, y: 1 / (2 * y),
    "cbrt": lambda c, x, y: 1 / (3 * y * y),
    "sin": lambda c, x, y: c.cos(x),
    "cos": lambda c, x, y: -c.sin(x),
    "tan": lambda c, x, y: 1 + y * y,
    "arcsin": lambda c, x, y: 1 / c.sqrt(1 - x * x),
    "arccos": lambda c, x, y: -1 / c.sqrt(1 - x * x),
    "arctan": lambda c, x, y: 1 / (1 + x * x),
    "sinh": lambda c, x, y: c.cosh(x),
    "cosh": lambda c, x, y: c.sinh(x),
    "tanh": lambda c, x, y: 1 - y * y,
    "rgamma": lambda c, x, y: -y * c.digamma(x),
    "lgamma": lambda c, x, y: c.digamma(x),
    "digamma": lambda c, x, y: c.zeta(2, x),
    "zeta": lambda c, s, a, y: -s * c.zeta(s + 1, a),
    "erfinv": lambda c, x, y: root_pi(c) / 2 * c.exp(y * y),
    "hyper": _hyper,
    "hyperu": lambda c, a, b, z, y: -a * c.hyperu(a + 1, b + 1, z),
    "bessel_y": lambda c, v, x, y: (c.bessel_y(v - 1, x) - c.bessel_y(v + 1, x)) / 2,
}
"""The derivative of each core operation, given the operand and the value."""
