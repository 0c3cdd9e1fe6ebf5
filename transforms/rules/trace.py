"""Symbolic operands: an ordinary rule, called on these, writes the statements that compute it.

    elementwise(np.tanh, lambda g, y, x: g * (1.0 - y * y))

called with symbols named "by", "y", "x" appends to its builder

    t1 = y * y;  t2 = 1.0 - t1;  t3 = by * t2

Symbols refuse everything that would need their value (bool, float, len, iteration), because the
rule would then depend on data while the code is written.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from fpad import runtime
from fpad.transforms.ir import NOWHERE, Const, Fresh, Let, Operand, Origin, Slice, Statement


@dataclass
class Builder:
    """Collects the statements that rules write; every one inherits origin, role and masks.

    With a dict `made`, what has been written is not written again: a / b needs g / b twice.
    """

    fresh: Fresh
    origin: Origin = NOWHERE
    role: str = "adjoint"
    under: frozenset[tuple[str, bool]] = frozenset()
    out: list[Statement] = field(default_factory=list)
    made: dict[object, str] | None = None

    def emit(self, op: Callable[..., Any], *args: Any, **kwargs: Any) -> Sym:
        """Append target = op(*args, **kwargs) with a fresh target and return its symbol."""
        operands = tuple(quote(a) for a in args)
        keywords = tuple((k, quote(v)) for k, v in kwargs.items())
        key = op, operands, keywords
        if self.made is not None and key in self.made:
            return Sym(self.made[key], self)
        target = self.fresh.temp()
        self.out.append(Let(target, op, operands, keywords, self.origin, self.role, self.under))
        if self.made is not None:
            self.made[key] = target
        return Sym(target, self)

    def unquote(self, operand: Operand) -> Any:
        """What a rule sees of an operand: symbols for names, Python values for constants."""
        if isinstance(operand, str):
            return Sym(operand, self)
        if isinstance(operand, Const):
            return operand.value
        if isinstance(operand, Slice):
            return slice(*map(self.unquote, (operand.lower, operand.upper, operand.step)))
        return tuple(map(self.unquote, operand))


def quote(value: Any) -> Operand:
    """The operand that a symbol, a Python value, a slice, or a display of these stands for."""
    if isinstance(value, Sym):
        return value.name
    if isinstance(value, tuple | list):
        return tuple(quote(v) for v in value)
    if isinstance(value, slice):
        return Slice(quote(value.start), quote(value.stop), quote(value.step))
    return Const(value)


def builder_of(*values: Any) -> Builder | None:
    """The builder of the first symbol among the values, looking inside tuples and slices."""
    for v in values:
        if isinstance(v, Sym):
            return v.builder
        if isinstance(v, tuple | list):
            found = builder_of(*v)
        elif isinstance(v, slice):
            found = builder_of(v.start, v.stop, v.step)
        else:
            continue
        if found is not None:
            return found
    return None


def traced(op: Callable[..., Any]) -> Callable[..., Any]:
    """`op` for use inside rules: computes on values, writes a statement on symbols."""

    @functools.wraps(op, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        builder = builder_of(*args, *kwargs.values())
        return op(*args, **kwargs) if builder is None else builder.emit(op, *args, **kwargs)

    return call


class Symbolic(TypeError):
    """A rule asked for a value that is not known while the code is written."""


def _refuse(what: str) -> Callable[..., Any]:
    def method(self: Sym, *_: Any) -> Any:
        raise Symbolic(
            f"a rule asked for the {what} of a symbolic operand ({self.name}): "
            "use fp.where or an fp helper, the value is not known while the code is written"
        )

    return method


class Sym:
    """An operand of a rule while the derivative code is being written."""

    __slots__ = ("builder", "name")
    __hash__ = object.__hash__

    def __init__(self, name: str, builder: Builder) -> None:
        self.name = name
        self.builder = builder

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Sym:
        if method != "__call__":
            raise TypeError(f"a rule may not use {ufunc.__name__}.{method}")
        return self.builder.emit(ufunc, *args, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Sym:
        return self.builder.emit(func, *args, **kwargs)

    def __getitem__(self, index: Any) -> Sym:
        return self.builder.emit(operator.getitem, self, index)

    def __fpad_stopped__(self) -> Sym:
        return self.builder.emit(runtime.stop_gradient, self)

    def __neg__(self) -> Sym:
        return self.builder.emit(operator.neg, self)

    def __abs__(self) -> Sym:
        return self.builder.emit(abs, self)

    __bool__ = _refuse("truth value")
    __float__ = _refuse("float value")
    __int__ = _refuse("int value")
    __index__ = _refuse("int value")
    __len__ = _refuse("length")
    __iter__ = _refuse("elements")
    __array__ = _refuse("array")


def _binary(op: Callable[..., Any], swap: bool) -> Callable[[Sym, Any], Sym]:
    def method(self: Sym, other: Any) -> Sym:
        left, right = (other, self) if swap else (self, other)
        return self.builder.emit(op, left, right)

    return method


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _op = getattr(operator, _name)
    setattr(Sym, f"__{_name}__", _binary(_op, swap=False))
    setattr(Sym, f"__r{_name}__", _binary(_op, swap=True))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Sym, f"__{_name}__", _binary(getattr(operator, _name), swap=False))


class Traced:
    """A module for use inside rules: its functions compute on values and write on symbols."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        if callable(value):
            value = traced(value)
        self.__dict__[name] = value
        return value


m = Traced(math)
f = Traced(runtime)
