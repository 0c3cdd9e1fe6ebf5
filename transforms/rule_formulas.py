"""The formulas of a rule as text: what its maps write, and what its definition says.

    slopes(rule of np.tanh)        ["bx = by * (1.0 - y * y)"]
    call(rule of np.tanh)          "y = np.tanh(x)"
    meaning(rule of special.erf)   "2 / sqrt(pi) * x * exp(-x * x) * hyper((1,), (3/2,), x * x)"

Maps are called with symbols, as the passes call them, and their statements are printed as generated
code is; so the page cannot say anything else than what is done.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from fpad.transforms.emit import emit_function
from fpad.transforms.ir import Const, Fresh, Func, Let, Operand, Return
from fpad.transforms.printer import to_source
from fpad.transforms.rules.core import SCALAR_OPERATIONS, Drawn, Rule
from fpad.transforms.rules.trace import Builder, Sym, Symbolic, quote

_UNUSABLE = (Symbolic, TypeError, ValueError, AttributeError, IndexError, KeyError)


@dataclass(frozen=True)
class Formula:
    """What a rule does with one operand.

    Attributes:
        operand: its name.
        tangent, adjoint: statements, the last of which sets dy, or the operand's cotangent.
    """

    operand: str
    tangent: str
    adjoint: str


def call(rule: Rule) -> str:
    """The operation, applied to symbols: `y = np.sum(a)`."""
    names, statics = next(_operands(rule))
    return _printed(rule, names, statics, "y", lambda b, xs: b.emit(rule.op, *xs).name)


def formulas(rule: Rule) -> list[Formula]:
    """What the rule does with each operand that has a derivative."""
    out = []
    for k in range(1 if rule.variadic else len(rule.adjoints)):
        if rule.adjoints[k] is None:
            continue
        for names, statics in _operands(rule):
            try:
                out.append(_formula(rule, k, names, statics))
                break
            except _UNUSABLE:
                continue
    return out


def _formula(rule: Rule, k: int, names: Sequence[Any], statics: Sequence[Any]) -> Formula:
    name = names[k]
    display = isinstance(name, tuple)
    first = name[0] if isinstance(name, tuple) else name

    def tangent(b: Builder, xs: list[Any]) -> Operand:
        dx: Any = Sym(f"d{first}", b)
        if isinstance(name, tuple):
            dx = tuple(Sym(f"d{n}", b) for n in name)
        return quote(rule._map(rule.tangents, k)(dx, Sym("y", b), *xs))

    def adjoint(b: Builder, xs: list[Any]) -> Operand:
        bx = rule._map(rule.adjoints, k)(Sym("by", b), Sym("y", b), *xs)
        return quote(bx[0] if display else bx)

    return Formula(
        first,
        _printed(rule, names, statics, "dy", tangent),
        _printed(rule, names, statics, f"b{first}", adjoint),
    )


def _operands(rule: Rule) -> Iterator[tuple[list[Any], list[Any]]]:
    """Names for the operands, or the constants that stand in their place; the simplest first."""
    if rule.variadic:
        yield ["a", "b"], [None, None]
        return
    names = [n.rstrip("_") for n in rule.names]
    with_slope = [k for k in range(len(names)) if rule.differentiates(k)]
    count = max(with_slope, default=len(names) - 1) + 1
    plain = [n if n not in ("y", "by", "dy") else f"{n}0" for n in names]
    required = max(count, sum(n not in rule.defaults for n in rule.names))
    if not any(_is_display(rule, k) for k in with_slope):
        yield list(plain[:required]), [None] * required
        yield list(plain), [None] * len(names)
    for example in rule.examples:
        operands = example[:-1] if isinstance(example[-1], dict) else example
        shown: list[Any] = []
        for k, x in enumerate(operands):
            if isinstance(x, tuple) and rule.differentiates(k):
                shown.append(tuple(f"{plain[k][0]}{j}" for j in range(len(x))))
            else:
                shown.append(plain[k] if _varies(x) or rule.differentiates(k) else None)
        yield shown, [None if n is not None else x for n, x in zip(shown, operands, strict=True)]


def _is_display(rule: Rule, k: int) -> bool:
    return any(len(e) > k and isinstance(e[k], tuple) for e in rule.examples)


def _varies(x: Any) -> bool:
    """Is an operand of an example an array or a float: shown by its name?"""
    return isinstance(x, Drawn | float) or (isinstance(x, np.ndarray) and x.dtype.kind in "fiub")


def _printed(
    rule: Rule, names: Sequence[Any], statics: Sequence[Any], result: str, write: Any
) -> str:
    """The statements that `write(builder, operands)` makes, the last of which sets `result`."""
    flat: list[str] = []
    for n in names:
        flat += n if isinstance(n, tuple) else [n] if n is not None else []
    params = tuple(dict.fromkeys([*flat, "y", "by", *(f"d{n}" for n in flat)]))
    b = Builder(Fresh({*params, result}))
    xs = [
        tuple(Sym(m, b) for m in n)
        if isinstance(n, tuple)
        else Sym(n, b)
        if n is not None
        else static
        for n, static in zip(names, statics, strict=True)
    ]
    value = write(b, xs)
    func = Func("rule", params, (*b.out, Return((_constant(b, value),))))
    lines = ast.parse(to_source([emit_function(func, {})])).body[0]
    assert isinstance(lines, ast.FunctionDef)
    shown = [ast.unparse(s) for s in lines.body]
    return "\n".join([*shown[:-1], f"{result} = {shown[-1].removeprefix('return ')}"])


def _constant(b: Builder, value: Operand) -> Operand:
    """The result; a slice in it is a display."""
    if isinstance(value, str | Const):
        return value
    target = b.fresh.temp()
    b.out.append(Let(target, tuple, (value,)))
    return target


# ---------------------------------------------------------------- definitions


class _Asked(Exception):
    """A definition is written in pieces, and asked which one."""

    def __init__(self, test: str) -> None:
        super().__init__(test)
        self.test = test


_ASSUMED: ContextVar[Mapping[str, bool]] = ContextVar("_ASSUMED", default=MappingProxyType({}))
"""Which tests hold in the piece that is being written."""
MOST_TESTS = 2
LONGEST = 160
"""An expression longer than this is no formula any more."""


class _Text:
    """An expression as text, with how strongly its last operation binds."""

    def __init__(self, text: str, strength: int = 9) -> None:
        if len(text) > LONGEST:
            raise Symbolic("the definition is an algorithm")
        self.text = text
        self.strength = strength

    def bound(self, strength: int) -> str:
        """The text, in brackets where it binds less."""
        return self.text if self.strength >= strength else f"({self.text})"

    def __neg__(self) -> _Text:
        return _Text(f"-{self.bound(3)}", 2)

    def __pos__(self) -> _Text:
        return self

    def __abs__(self) -> _Text:
        return _Text(f"|{self.text}|")

    def __pow__(self, n: Any) -> _Text:
        return _Text(f"{self.bound(4)}**{_text(n).bound(4)}", 3)

    def __bool__(self) -> bool:
        known = _ASSUMED.get().get(self.text)
        if known is None:
            raise _Asked(self.text)
        return known

    def _algorithm(self) -> Any:
        raise Symbolic("the definition is an algorithm")

    __float__ = __int__ = __index__ = __iter__ = __len__ = _algorithm
    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, index: Any) -> _Text:
        raise Symbolic("the definition is an algorithm")


def _binary(sign: str, strength: int, swap: bool) -> Any:
    def method(self: _Text, other: Any) -> _Text:
        a, b = (_text(other), self) if swap else (self, _text(other))
        if sign == "+" and a.text == "0":  # where a sum begins
            return b
        if sign in "+-" and b.text.startswith("-") and b.strength == 2:
            b = _Text(b.text, 1)
        after = strength + (sign in ("-", "/"))
        return _Text(f"{a.bound(strength)} {sign} {b.bound(after)}", strength)

    return method


for _name, _sign, _strength in (
    *(("add", "+", 1), ("sub", "-", 1), ("mul", "*", 2), ("truediv", "/", 2)),
    *(("lt", "<", 0), ("le", "<=", 0), ("gt", ">", 0), ("ge", ">=", 0)),
    *(("eq", "==", 0), ("ne", "!=", 0)),
):
    setattr(_Text, f"__{_name}__", _binary(_sign, _strength, swap=False))
    setattr(_Text, f"__r{_name}__", _binary(_sign, _strength, swap=True))


def _text(x: Any) -> _Text:
    if isinstance(x, _Text):
        return x
    if isinstance(x, tuple):
        inner = ", ".join(_text(v).text for v in x)
        return _Text(f"({inner}{',' * (len(x) == 1)})")
    if isinstance(x, Fraction) and x.denominator != 1:
        return _Text(f"{x.numerator}/{x.denominator}", 2)
    return _Text(str(x), 9 if not isinstance(x, str) and x >= 0 else 2)


class _Writing:
    """A reading of definitions that writes them."""

    def __getattr__(self, name: str) -> Any:
        if name not in SCALAR_OPERATIONS:
            raise AttributeError(name)

        def write(*operands: Any) -> _Text:
            if name == "arctan" and isinstance(operands[0], int):
                return _Text("pi/4", 2)
            return _Text(f"{name}({', '.join(_text(x).text for x in operands)})")

        return write


def meaning(rule: Rule) -> str | None:
    """The definition as an expression, or some; None where it is an algorithm, or there is none."""
    if rule.definition is None or not rule.pointwise:
        return None
    pieces = _pieces(rule, {})
    if pieces is None:
        return None
    said = [
        f"{text} if {' and '.join(tests)}, "
        for (tests, text), (_, following) in pairwise(pieces)
        if text != following
    ]
    return f"{''.join(said)}{'else ' if said else ''}{pieces[-1][1]}"


def _pieces(rule: Rule, assumed: Mapping[str, bool]) -> list[tuple[list[str], str]] | None:
    """The expressions of a definition, each with the tests that hold there."""
    shown = [n.rstrip("_") for n in rule.names if n not in rule.defaults] or list(rule.names)
    operands = [_Text(n) for n in (("a", "b") if rule.variadic else shown)]
    assert rule.definition is not None
    token = _ASSUMED.set(assumed)
    try:
        out = rule.definition(_Writing(), *operands)
        if not isinstance(out, _Text | int | float | Fraction):
            return None
    except _Asked as asked:
        if len(assumed) == MOST_TESTS:
            return None
        found: list[tuple[list[str], str]] = []
        for holds in (True, False):
            part = _pieces(rule, {**assumed, asked.test: holds})
            if part is None:
                return None
            found += part
        return found
    except _UNUSABLE:
        return None
    finally:
        _ASSUMED.reset(token)
    text = _text(out).text.replace("4 * (pi/4)", "pi").replace("4 * pi/4", "pi")
    return [([test for test, holds in assumed.items() if holds], text)]
