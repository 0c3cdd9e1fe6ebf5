"""Random programs of one number with elementary functions, as text, and brute force for them.

The programs touch kinks where structure shows it: abs(exp(a) - exp(a)), max(log(exp(a)), a).
Brute force runs the text itself on balls of 900 bits, at the point and on both sides of it, where a
ball that holds zero counts as zero; it shares nothing with the checker but Arb.
"""

from __future__ import annotations

import ast
import math
import random
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

BITS = 1200
STEPS = (Fraction(1, 2**150), Fraction(1, 2**300))
NEAR = 2.0**-60

SMOOTH = (
    *("({a} + {b})", "({a} - {b})", "({a} * {b})", "({a})**2", "({k} * {a})"),
    *("np.exp(-({a})**2)", "np.exp({a} / 2)", "np.tanh({a})", "np.sin({a})", "np.cos({a})"),
    *("np.log(1 + ({a})**2)", "np.log1p(np.exp({a} / 4))", "np.arctan({a})", "np.sqrt(2 + {s})"),
    *("1 / (1 + np.exp(-{s}))", "({a}) / (1.5 + ({b})**2)", "np.cbrt(3 + {s})"),
    *("np.expm1({s})", "np.sinh({s})", "np.cosh({s})", "np.exp2({s})", "(3 + {s})**0.7"),
    *("np.hypot({a}, 1.0)", "np.logaddexp({s}, {t})", "2.0**{s}", "np.log2(3 + {s})"),
)
TOUCHED = (
    "({a} - {a})",
    "(np.exp({s}) * np.exp(-{s}) - 1)",
    "(np.sqrt(2 + {s})**2 - 2 - {s})",
    "(np.log(np.exp({s})) - {s})",
    "(np.sin({s})**2 + np.cos({s})**2 - 1)",
    "(np.sin(2 * {s}) - 2 * np.sin({s}) * np.cos({s}))",
    "(np.exp({s}) - np.exp({c}))",
    "(np.tanh({s}) - np.tanh({c}))",
    "(np.sqrt(3 + {s}) - np.sqrt(3 + {c}))",
    "(x - {c})",
    "(x - {c})",
    "(np.exp(2 * {s}) - np.exp({s})**2)",
    "(1 / (1 + np.exp(-{s})) + 1 / (1 + np.exp({s})) - 1)",
    "np.expm1(x - {c})",
)
KINKS = (
    *(
        "abs({z})",
        "np.maximum({z}, 0.0)",
        "np.maximum(0, {z})",
        "min({z}, {a})",
        "max({z}, 0 * {a})",
    ),
    *("np.maximum({z}, 0.0)**2", "abs({z}) * {z}", "np.where({z} > 0, {a}, {b})"),
    *("({a} if {z} > 0 else {b})", "({a} if {z} == 0 else {b})", "np.sqrt(({z})**2)"),
    *("np.sign({z}) * {z}", "np.where({z} >= 0, {z}, 0.1 * {z})", "{a} * abs({z})"),
    *("np.sqrt(abs({z}))", "np.hypot({z}, {z})", "abs({z})**1.5", "np.cbrt({z})"),
    *("({z} + {a} if {z} < 0 else {a})", "np.clip({z}, 0.0, 1.0)", "np.floor({a} + {z})"),
)
POINTS = (0.0, 1.0, 0.5, -0.75, 0.3, Fraction(1, 3), 2)


class Writer:
    """Writes one program for a point."""

    def __init__(self, rng: random.Random, at: Any) -> None:
        self.rng, self.at = rng, at

    def small(self) -> str:
        """A number between -2 and 2 that moves with x."""
        return self.rng.choice(("x", "x", "x / 2", "np.sin(x)", "np.tanh(2 * x)"))

    def expression(self, depth: int) -> str:
        """A smooth expression, with a kink now and then."""
        if depth == 0:
            return self.rng.choice(("x", "x", "0.5", "2", "(1/3)", "(x - 1)"))
        shapes = KINKS if self.rng.random() < 0.3 else SMOOTH
        return self.fill(self.rng.choice(shapes), depth - 1)

    def fill(self, shape: str, depth: int) -> str:
        """The shape with expressions in it."""
        c = f"({self.at})" if isinstance(self.at, Fraction) else repr(self.at)
        parts = {n: self.expression(self.rng.randint(0, depth)) for n in "ab"}
        s = self.small()
        touched = self.rng.choice(TOUCHED)
        at = s.replace("x", c)
        zero = touched.format(a=self.expression(depth), s=s if "{c}" not in touched else "x", c=c)
        return shape.format(
            **parts, s=s, t=self.small(), c=at, z=zero, k=self.rng.choice(("0.1", "-2", "3"))
        )


def program(rng: random.Random, at: Any) -> str:
    """The text of a module whose last function is f(x)."""
    w = Writer(rng, at)
    first = w.fill(rng.choice(KINKS), 2)
    last = f"    return y + {w.expression(2)} + 0 * x\n"
    return f"import numpy as np\n\n\ndef f(x):\n    y = {first}\n{last}"


# ---------------------------------------------------------------- brute force


class Unclear(Exception):
    """Brute force does not tell."""


class Undefined(Exception):
    """The function has no value."""


class B:
    """A number that balls of many digits enclose."""

    def __init__(self, value: Any) -> None:
        if not value.is_finite():
            raise Undefined
        self.value = value


def _flint() -> Any:
    import flint

    return flint


def ball(x: Any) -> Any:
    """The ball of any number."""
    if isinstance(x, B):
        return x.value
    f = Fraction(x)
    return _flint().arb(_flint().fmpq(f.numerator, f.denominator))


def sign(x: Any) -> int:
    """The sign; what is zero to a thousand bits is zero."""
    v = ball(x)
    if v > 0:
        return 1
    if v < 0:
        return -1
    if v.abs_upper() > _flint().arb(2) ** -700:
        raise Unclear
    return 0


def _operator(f: Callable[[Any, Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return (lambda a, b: B(f(ball(a), ball(b)))), (lambda a, b: B(f(ball(b), ball(a))))


def _quotient(a: Any, b: Any) -> Any:
    if sign(B(b)) == 0:
        raise Undefined
    return a / b


def _power(a: Any, b: Any) -> Any:
    whole = b.unique_fmpz() if b.is_exact() else None
    if whole is not None and b.is_integer():
        out = _flint().arb(1)
        for _ in range(abs(int(whole))):  # powers of balls that hold zero are no balls
            out = out * a
        return out if whole >= 0 else _quotient(_flint().arb(1), out)
    s = sign(B(a))
    if s < 0:
        raise Undefined
    return a**b if s else _flint().arb(0)


for _name, _f in (
    ("add", lambda a, b: a + b),
    ("sub", lambda a, b: a - b),
    ("mul", lambda a, b: a * b),
    ("truediv", _quotient),
    ("pow", _power),
):
    _forward, _backward = _operator(_f)
    setattr(B, f"__{_name}__", _forward)
    setattr(B, f"__r{_name}__", _backward)
for _name, _test in (
    *(("lt", lambda s: s < 0), ("le", lambda s: s <= 0), ("gt", lambda s: s > 0)),
    *(("ge", lambda s: s >= 0), ("eq", lambda s: s == 0), ("ne", lambda s: s != 0)),
):
    setattr(B, f"__{_name}__", lambda a, b, t=_test: t(sign(B(ball(a) - ball(b)))))
B.__neg__ = lambda a: B(-a.value)  # type: ignore[attr-defined]
B.__abs__ = lambda a: a if sign(a) >= 0 else B(-a.value)  # type: ignore[attr-defined]
B.__bool__ = lambda a: sign(a) != 0  # type: ignore[attr-defined]


def _method(name: str) -> Callable[[Any], B]:
    return lambda x: B(getattr(ball(x), name)())


def _root(n: int) -> Callable[[Any], B]:
    def root(x: Any) -> B:
        s = sign(x)
        if s < 0 and n == 2:
            raise Undefined
        if s == 0:
            return B(_flint().arb(0))
        return B(ball(x).root(n)) if s > 0 else B(-((-ball(x)).root(n)))

    return root


def _floor(x: Any) -> B:
    v = ball(x)
    whole = v.floor().unique_fmpz()
    if whole is None:
        near = (v + _flint().arb(0.5)).floor().unique_fmpz()
        if near is None:
            raise Unclear
        whole = near if sign(B(v - near)) >= 0 else near - 1
    return B(_flint().arb(whole))


numpy = types.SimpleNamespace(
    **{
        name: _method(method)
        for name, method in (
            *(("exp", "exp"), ("tanh", "tanh"), ("sin", "sin"), ("cos", "cos"), ("log", "log")),
            *(("log1p", "log1p"), ("expm1", "expm1"), ("arctan", "atan"), ("sinh", "sinh")),
            ("cosh", "cosh"),
        )
    },
    sqrt=_root(2),
    cbrt=_root(3),
    exp2=lambda x: B(_flint().arb(2) ** ball(x)),
    log2=lambda x: B(ball(x).log() / _flint().arb(2).log()),
    hypot=lambda a, b: _root(2)(B(ball(a) * ball(a) + ball(b) * ball(b))),
    logaddexp=lambda a, b: B((ball(a).exp() + ball(b).exp()).log()),
    maximum=lambda a, b: a if sign(B(ball(a) - ball(b))) >= 0 else b,
    minimum=lambda a, b: a if sign(B(ball(a) - ball(b))) <= 0 else b,
    where=lambda c, a, b: a if c else b,
    sign=lambda a: sign(a),
    clip=lambda x, a, b: numpy.minimum(numpy.maximum(x, a), b),
    floor=_floor,
)


class _Literals(ast.NodeTransformer):
    """Numbers in the text are exact."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Call(ast.Name("K", ast.Load()), [node], [])


def _read(text: str) -> Any:
    """The function of a text, on balls."""
    tree = ast.fix_missing_locations(_Literals().visit(ast.parse(text)))
    space: dict[str, Any] = {}
    exec(compile(tree, "<balls>", "exec"), {"K": lambda v: B(ball(v))}, space)
    space["f"].__globals__["np"] = numpy
    return space["f"]


def truth(text: str, at: Any) -> tuple[str, Any, Any, Any]:
    """(Verdict, value, slope from the left, slope from the right), the numbers as floats."""
    flint = _flint()
    before = flint.ctx.prec
    flint.ctx.prec = BITS
    try:
        f = _read(text)
        x = Fraction(at)
        try:
            value = ball(f(B(ball(x))))
        except Undefined:
            return "UNDEFINED", None, None, None
        sides = [_side(f, x, value, s) for s in (-1, 1)]
    finally:
        flint.ctx.prec = before
    if None in sides:
        return "UNDEFINED", float(value.mid()), None, None
    (left, l_jumps), (right, r_jumps) = sides  # type: ignore[misc]
    if l_jumps or r_jumps:
        return "DISCONTINUOUS", float(value.mid()), None, None
    alike = left == right or abs(left - right) < NEAR * (1 + abs(left))
    finite = math.isfinite(left) and math.isfinite(right)
    verdict = "DIFFERENTIABLE" if alike and finite else "NOT_DIFFERENTIABLE"
    return verdict, float(value.mid()), left, right


def _side(f: Any, x: Fraction, value: Any, side: int) -> tuple[float, bool] | None:
    """(The slope, does it jump) on one side; None where there is no value."""
    changes = []
    for t in STEPS:
        try:
            changes.append((ball(f(B(ball(x + side * t)))) - value) * side)
        except Undefined:
            return None
    slopes = [c / ball(t) for c, t in zip(changes, STEPS, strict=True)]
    for c in changes:
        if c.rad() > _flint().arb(2) ** -600:
            raise Unclear
    first, second = slopes
    close = abs(first - second) < ball(Fraction(1, 2**60)) * (1 + abs(second))
    if close:
        return float(second.mid()), False
    if abs(changes[1]) > ball(Fraction(1, 2**40)):
        return 0.0, True
    if abs(second) > abs(first) * ball(2**20):
        return math.inf if second > 0 else -math.inf, False
    raise Unclear


# ---------------------------------------------------------------- two numbers

BETWEEN = (
    *("(np.exp({u}) - np.exp({v}))", "(np.tanh({u}) - np.tanh({v}))", "({u} - {v})"),
    *("({u} + {v} - 2 * {c})", "np.expm1({u} - {v})", "np.log(np.exp({u}) / np.exp({v}))"),
    *("np.sin({u} - {c})", "(np.sqrt(3 + {u}) - np.sqrt(3 + {v}))", "({u} - {c})"),
)
SEVERAL = (
    *("abs({z})", "np.maximum({z}, 0.0)", "np.maximum({z}, {w})", "np.minimum({z}, 0)"),
    *("np.maximum({z}, 0.0)**2", "abs({z}) * {w}", "np.where({z} > 0, {z}, 0.5 * {z})"),
    *("({a} if {z} > 0 else {b})", "({z} if {w} > 0 else 0 * {z})", "np.hypot({z}, {w})"),
    *("(abs({z}) - np.maximum({z}, 0) * 2)", "np.where({z} == 0, {a}, {a} + {z})"),
    *("max({z}, {w}, 0 * {z})", "np.sqrt(({z})**2 + ({w})**2)**2", "abs({z})**1.5"),
)
OF_TWO = (
    *("np.exp({u} / 2)", "np.sin({u}) * {v}", "np.tanh({u} * {v})", "({u})**2", "{u}", "0.5"),
    *("np.log(2 + ({v})**2)", "np.exp(1.0) * {u}", "1 / (1 + np.exp(-{u}))"),
)


def program_of_two(rng: random.Random, at: Any) -> str:
    """The text of a module whose last function is f(x, y); kinks touch where both are `at`."""

    def filled(shapes: tuple[str, ...]) -> str:
        u, v = rng.sample("xy", 2)
        return rng.choice(shapes).format(u=u, v=v, c=repr(at))

    parts = [filled(OF_TWO)]
    for _ in range(rng.choice((1, 1, 2, 3))):
        z, w = filled(BETWEEN), filled(BETWEEN)
        parts.append(rng.choice(SEVERAL).format(z=z, w=w, a=filled(OF_TWO), b=filled(OF_TWO)))
    body = rng.choice((" + ", " * ", " - ")).join(parts)
    return f"import numpy as np\n\n\ndef f(x, y):\n    return {body} + 0 * x\n"


def along(text: str, at: Any, directions: Any) -> list[float | None]:
    """The slopes of f along directions from (at, at), infinite where it jumps; None: unclear."""
    flint = _flint()
    before = flint.ctx.prec
    flint.ctx.prec = BITS
    try:
        f = _read(text)
        value = ball(f(B(ball(at)), B(ball(at))))
        out: list[float | None] = []
        for d in directions:
            slopes = []
            for t in STEPS:
                moved = [B(ball(Fraction(at) + t * c)) for c in d]
                slopes.append((ball(f(*moved)) - value) / ball(t))
            first, second = slopes
            if abs(first - second) < ball(Fraction(1, 2**60)) * (1 + abs(second)):
                out.append(float(second.mid()))
            else:
                steep = abs(second) > abs(first) * ball(2**20)
                out.append(math.inf if steep else None)
        return out
    finally:
        flint.ctx.prec = before
