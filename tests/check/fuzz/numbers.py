"""Numbers to run the text of a program on: a value, a gradient, and what the floats would be.

    run = Run(size=2);  f = defined(text, run);  f(*run.inputs([0, Fraction(1, 3)]))
    run.guards                 the differences whose signs were asked for, with their gradients

With `floats` every choice is that of the floats that are carried along.  Slopes at kinks are those
of the table of conventions in docs/api.md.  Nothing of fpad takes part.
"""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import numpy as np

from tests.check.fuzz.reals import HALF, NIL, ONE, Real, real

MOST_STEPS = 20_000


class Undefined(Exception):
    """A number without a value is asked for."""


class Endless(Exception):
    """Too many comparisons for a program of this size."""


class Run:
    """One run of a program.

    Args:
        size: how many variables there are.
        floats: are choices those of floats.

    Attributes:
        guards: (difference, its gradient), of every choice in order.
        rootless: has it drawn a root of 0 that is that of another number in floats?
    """

    def __init__(self, size: int, floats: bool = False) -> None:
        self.size, self.floats = size, floats
        self.guards: list[tuple[Any, tuple[Any, ...]]] = []
        self.zeros = (NIL,) * size
        self.rootless = False

    def inputs(self, point: Sequence[Any], given: Sequence[Any] | None = None) -> list[Number]:
        """The variables; `given` says what floats they are, if they are such."""
        out = []
        for k, v in enumerate(point):
            row = tuple(real(int(j == k)) for j in range(self.size))
            out.append(Number(self, real(v), row, float(v if given is None else given[k])))
        return out

    def number(self, value: Any, near: Any = None) -> Number:
        """A constant."""
        if isinstance(value, Number):
            return value
        return Number(self, real(value), self.zeros, value if near is None else near)

    def sign(self, x: Any) -> int:
        """The sign of a number, by which a choice is made."""
        if not isinstance(x, Number):
            return int(x > 0) - int(x < 0)
        if x.value is None:
            raise Undefined
        self.guards.append((x.value, x.row))
        if len(self.guards) > MOST_STEPS:
            raise Endless
        v = x.near if self.floats else x.value
        return int(v > 0) - int(v < 0)


class Number:
    """A value (None: there is none), its gradient, and the float in its place."""

    __slots__ = ("near", "row", "run", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, run: Run, value: Any, row: tuple[Any, ...], near: Any) -> None:
        self.run, self.value, self.row, self.near = run, value, row, near

    def made(self, value: Any, near: Any, *slopes: tuple[Any, Any]) -> Number:
        """A number with the gradient sum(slope * row) over (slope, row)."""
        if value is None:
            return Number(self.run, None, self.run.zeros, math.nan)
        row = self.run.zeros
        for slope, other in slopes:
            if slope:
                row = tuple(r + slope * o if o else r for r, o in zip(row, other, strict=True))
        return Number(self.run, value, row, near)

    def constant(self, value: Any, near: Any) -> Number:
        return Number(self.run, real(value), self.run.zeros, near)

    def _with(self, other: Any) -> Number | None:
        if isinstance(other, Number):
            return other
        if isinstance(other, (bool, int, float, np.integer, np.floating, np.bool_)):
            return Number(self.run, real(other), self.run.zeros, other)
        return None

    def __add__(self, other: Any) -> Any:
        o = self._with(other)
        if o is None:
            return NotImplemented
        if self.value is None or o.value is None:
            return self.made(None, None)
        row = tuple(a + b for a, b in zip(self.row, o.row, strict=True))
        return Number(self.run, self.value + o.value, row, self.near + o.near)

    def __mul__(self, other: Any) -> Any:
        o = self._with(other)
        if o is None:
            return NotImplemented
        if self.value is None or o.value is None:
            return self.made(None, None)
        value = self.value * o.value
        return self.made(value, self.near * o.near, (o.value, self.row), (self.value, o.row))

    def __truediv__(self, other: Any) -> Any:
        o = self._with(other)
        if o is None:
            return NotImplemented
        if self.value is None or not o.value:
            return self.made(None, None)
        one = ONE / o.value
        value = self.value / o.value if o.row is self.run.zeros else self.value * one
        near = self.near / o.near if o.near else math.nan
        return self.made(value, near, (one, self.row), (-value * one, o.row))

    def __pow__(self, n: Any) -> Any:
        if not isinstance(n, int) or n < 0:
            return NotImplemented
        if self.value is None:
            return self
        slope = n * self.value ** (n - 1) if n else NIL
        with np.errstate(all="ignore"):  # floats have an end, which is nothing to numbers
            near = np.float64(self.near) ** n
        return self.made(self.value**n, near, (slope, self.row))

    def __neg__(self) -> Any:
        return self * -1

    def __pos__(self) -> Any:
        return self

    def __sub__(self, other: Any) -> Any:
        o = self._with(other)
        if o is None:
            return NotImplemented
        if self.value is None or o.value is None:
            return self.made(None, None)
        row = tuple(a - b for a, b in zip(self.row, o.row, strict=True))
        return Number(self.run, self.value - o.value, row, self.near - o.near)

    def __radd__(self, other: Any) -> Any:
        o = self._with(other)
        return NotImplemented if o is None else o + self

    def __rsub__(self, other: Any) -> Any:
        o = self._with(other)
        return NotImplemented if o is None else o - self

    def __rmul__(self, other: Any) -> Any:
        o = self._with(other)
        return NotImplemented if o is None else o * self

    def __rtruediv__(self, other: Any) -> Any:
        o = self._with(other)
        return NotImplemented if o is None else o / self

    def _compared(self, other: Any, test: Callable[[int], bool]) -> Any:
        if isinstance(other, float) and math.isinf(other):
            return test(-1 if other > 0 else 1)
        o = self._with(other)
        if o is None:
            return NotImplemented
        return test(self.run.sign(self - o))

    def __gt__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s > 0)

    def __ge__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s >= 0)

    def __lt__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s < 0)

    def __le__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s <= 0)

    def __eq__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s == 0)

    def __ne__(self, other: Any) -> Any:
        return self._compared(other, lambda s: s != 0)

    def __bool__(self) -> bool:
        return self.run.sign(self) != 0

    def __abs__(self) -> Any:
        if self.value is None:
            return self
        s = self.run.sign(self)
        out = self * s
        if not s:
            out.value = abs(self.value)  # floats may see a zero that there is not
        return out

    def whole(self, how: Callable[[Any], int], edge: Real = NIL) -> Number:
        """The integer that `how` gives; it jumps at integers + edge."""
        if self.value is None:
            return self
        base = (self.value - edge).round() + edge
        beside = self.value - base
        exact = how(self.value if beside else base)
        self.run.guards.append((beside, self.row))
        near = how(self.near)
        return self.constant(near if self.run.floats else exact, float(near))

    def floor(self) -> Number:
        return self.whole(lambda v: v.floor() if isinstance(v, Real) else math.floor(v))

    def ceil(self) -> Number:
        return -((-self).floor())

    def rint(self) -> Number:
        return self.whole(lambda v: v.round() if isinstance(v, Real) else round(v), HALF)

    def trunc(self) -> Number:
        if self.value is None:
            return self
        below = self.near < 0 if self.run.floats else self.value < 0
        return self.ceil() if below else self.floor()

    def __floordiv__(self, other: Any) -> Any:
        o = self._with(other)
        assert o is not None
        out = (self / o).floor()
        if out.value is not None:
            out.near = float(self.near // o.near)
        return out

    def __mod__(self, other: Any) -> Any:
        o = self._with(other)
        assert o is not None
        out = self - (self // o) * o
        if out.value is not None:
            out.near = self.near % o.near
        return out

    def __int__(self) -> int:
        if self.value is None:
            raise Undefined
        return self.trunc().value.floor()

    def __float__(self) -> float:
        raise TypeError("numbers of brute force are no floats")

    def rooted(self, n: int) -> Number:
        """The square or cube root; its slope at 0 counts as 0."""
        if self.value is None:
            return self
        s = (self.value > 0) - (self.value < 0)
        self.run.guards.append((self.value, self.row))
        if s < 0 and n == 2:
            return self.made(None, None)
        near = math.sqrt(max(self.near, 0)) if n == 2 else math.cbrt(self.near)
        if not s:
            self.run.rootless = self.run.rootless or bool(near)
            return self.made(NIL, near)
        value = s * abs(self.value).root(n)
        return self.made(value, near, (value / (n * self.value), self.row))

    def sqrt(self) -> Number:
        return self.rooted(2)

    def cbrt(self) -> Number:
        return self.rooted(3)


def each(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function, entry by entry."""

    def run(*args: Any) -> Any:
        if not any(isinstance(a, (np.ndarray, list, tuple)) for a in args):
            return f(*args)
        arrays = [boxed(a) for a in args]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        out = np.empty(shape, object)
        for k, scalars in enumerate(
            zip(*(np.broadcast_to(a, shape).ravel() for a in arrays), strict=True)
        ):
            out.flat[k] = f(*scalars)
        return out

    return run


def boxed(a: Any) -> np.ndarray:
    """An array of objects."""
    return np.array(a, dtype=object)


def larger(a: Any, b: Any) -> Any:
    if any(isinstance(v, Number) and v.value is None for v in (a, b)):
        return a if isinstance(a, Number) and a.value is None else b
    return a if a >= b else b


def smaller(a: Any, b: Any) -> Any:
    if any(isinstance(v, Number) and v.value is None for v in (a, b)):
        return a if isinstance(a, Number) and a.value is None else b
    return a if a <= b else b


def signed(a: Any) -> Any:
    if not isinstance(a, Number) or a.value is None:
        return a if isinstance(a, Number) else int(np.sign(a))
    s = a.run.sign(a)
    return a.constant(s, float(s))


def selected(test: Any, a: Any, b: Any) -> Any:
    return a if test else b


def length(a: Any, b: Any) -> Any:
    x = a * a + b * b
    out = rooted(x, 2)
    if isinstance(out, Number) and out.value is not None:
        near = [v.near if isinstance(v, Number) else v for v in (a, b)]
        out.near = math.hypot(*near)
    return out


def rooted(x: Any, n: int) -> Any:
    if isinstance(x, Number):
        return x.rooted(n)
    if x in (0, 1):
        return x
    raise TypeError("a root of a plain number")


def ordered(values: Any) -> Any:
    """A stable sort."""
    out: list[Any] = []
    for v in values:
        at = len(out)
        while at and out[at - 1] > v:
            at -= 1
        out.insert(at, v)
    return boxed(out)


def middle(values: Any) -> Any:
    out, n = ordered(values), len(values)
    return out[n // 2] if n % 2 else (out[n // 2 - 1] + out[n // 2]) / 2


def first(better: Callable[[Any, Any], Any]) -> Callable[[Any], int]:
    """The position of the first extreme."""

    def run(values: Any) -> int:
        best = 0
        for k in range(1, len(values)):
            if better(values[k], values[best]):
                best = k
        return best

    return run


argmax, argmin = first(lambda a, b: a > b), first(lambda a, b: a < b)


def product(values: Any) -> Any:
    out = values[0]
    for v in values[1:]:
        out = out * v
    return out


def added(values: Any) -> Any:
    out = values[0]
    for v in values[1:]:
        out = out + v
    return out


class Library:
    """What a program finds in np."""

    inf = math.inf
    maximum = fmax = staticmethod(each(larger))
    minimum = fmin = staticmethod(each(smaller))
    abs = staticmethod(each(builtins.abs))
    clip = staticmethod(each(lambda a, low, high: smaller(larger(a, low), high)))
    sign = staticmethod(each(signed))
    where = staticmethod(each(selected))
    heaviside = staticmethod(each(lambda a, b: selected(a > 0, a * 0 + 1, selected(a < 0, 0, b))))
    floor = staticmethod(each(lambda a: a.floor()))
    ceil = staticmethod(each(lambda a: a.ceil()))
    round = rint = staticmethod(each(lambda a: a.rint()))
    trunc = staticmethod(each(lambda a: a.trunc()))
    sqrt = staticmethod(each(lambda a: rooted(a, 2)))
    cbrt = staticmethod(each(lambda a: rooted(a, 3)))
    hypot = staticmethod(each(length))
    logical_and = staticmethod(each(lambda a, b: bool(a) and bool(b)))
    logical_or = staticmethod(each(lambda a, b: bool(a) or bool(b)))
    array = stack = staticmethod(boxed)
    sum = staticmethod(added)
    prod = staticmethod(product)
    mean = staticmethod(lambda values: added(values) / len(values))
    max = staticmethod(lambda values: values[argmax(values)])
    min = staticmethod(lambda values: values[argmin(values)])
    argmax = staticmethod(argmax)
    argmin = staticmethod(argmin)
    sort = staticmethod(ordered)
    median = staticmethod(middle)
    zeros = staticmethod(lambda n: boxed([0] * n))

    class linalg:
        """Its part for linear algebra."""

        norm = staticmethod(lambda v: rooted(added([a * a for a in v]), 2))


class Exact(ast.NodeTransformer):
    """Float literals are numbers, quotients of integers exact."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) is not float:
            return node
        return ast.Call(ast.Name("_number", ast.Load()), [node], [])

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div):
            node.left = ast.Call(ast.Name("_number", ast.Load()), [node.left], [])
        return node


def compiled(text: str) -> CodeType:
    """The code of a module, with float literals and quotients as numbers."""
    tree = ast.parse(text)
    tree.body = [s for s in tree.body if not isinstance(s, ast.Import)]
    return compile(ast.fix_missing_locations(Exact().visit(tree)), "<brute force>", "exec")


def defined(code: CodeType, run: Run, name: str = "f") -> Any:
    """The function of a module, on these numbers."""
    scope: dict[str, Any] = {
        "np": Library,
        "_number": lambda v: v if isinstance(v, np.ndarray) else run.number(v),
        "float": run.number,
        "round": lambda v: v.rint().value.floor(),
        "sorted": ordered,
        "divmod": lambda a, b: (a // b, a % b),
    }
    exec(code, scope)
    return scope[name]
