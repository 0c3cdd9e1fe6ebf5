"""Elementwise statements as the body of a CUDA kernel.

    t = x * x                        const T t = x * x;
    y = np.sin(t) / s       ->       y = sin(t) / T(s);

`SPELLINGS` is the one table of operations that CUDA C++ has a text for; the text computes what
NumPy computes for one entry.  An operation that is not in it stays a CuPy operation.

Types follow NumPy's promotion (NEP 50).  Arrays of floats have the type T, float or double, chosen
by CuPy at each call; what is double whatever T is (roundings, integer arrays) is declared so.
Numbers without a shape, Python's and constants, take the type of the array they meet: `T(s)`.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.cuda_names import identifiers
from fpad.transforms.ir import Const, Func, Let, Operand, Return, names
from fpad.transforms.kinds import Kind, Num

FLOATS, TRUTHS, DOUBLE = "f", "b", "d"


@dataclass(frozen=True)
class Spelling:
    """How one operation is written, its operands already of one type.

    Attributes:
        operands: one letter per operand: f a number, converted to the common type of these; a the
            same, and an array; d a number, converted to double; b a truth value; - left out.
        result: f of the common type, d double, b a truth value.
        text: with {0}, {1}, .. for the operands and {F} for the common type.
        exact: one IEEE operation or none; else the result may differ from NumPy's in the last bits.
    """

    operands: str
    result: str
    text: str
    exact: bool = True

    @property
    def cheap(self) -> bool:
        """Is it less work than to write an entry to memory and read it again?"""
        return self.exact and not re.search("/|sqrt|div|remainder", self.text)


Choose = Callable[..., "Spelling | None"]
"""From the operands, constants as their values and names as `...`, to a spelling."""


def _power(a: Any, b: Any) -> Spelling:
    """What NumPy has fast paths for is not left to pow."""
    if b is not ... and not isinstance(b, bool):
        special = {
            0.0: "{F}(1)",
            0.5: "sqrt({0})",
            1.0: "{0}",
            2.0: "{0} * {0}",
            -1.0: "{F}(1) / {0}",
        }
        if b in special:
            return Spelling("f-", FLOATS, special[b])
    return Spelling("ff", FLOATS, "pow({0}, {1})", exact=False)


def _clip(*operands: Any) -> Spelling | None:
    if len(operands) != 3:
        return None
    _, low, high = operands
    text, letters = "{0}", "f"
    for k, (bound, name) in enumerate(((low, "maximum"), (high, "minimum")), 1):
        letters += "-" if bound is None else "f"
        if bound is not None:
            text = f"fp_{name}({text}, {{{k}}})"
    return Spelling(letters, FLOATS, text) if text != "{0}" else None


def _log0(a: Any, n: Any = 0) -> Spelling | None:
    return Spelling("f-", FLOATS, "fp_log0({0})", exact=False) if n == 0 else None


def _base_log(a: Any, b: Any, n: Any = 0) -> Spelling | None:
    return Spelling("ff-", FLOATS, "fp_base_log({0}, {1})", exact=False) if n == 0 else None


def _gaussian(x: Any, c: Any = 1.0, n: Any = 0) -> Spelling | None:
    text = f"exp({{F}}({-c}) * ({{0}} * {{0}}))" if c is not ... and n == 0 else ""
    return Spelling("f--", FLOATS, text, exact=False) if text else None


def _lorentzian(x: Any, p: Any = 1.0, n: Any = 0) -> Spelling | None:
    text = "{F}(1) / ({F}(1) + {0} * {0})" if p == 1.0 else "{F}(1) / hypot({F}(1), {0})"
    return Spelling("f--", FLOATS, text, exact=p == 1.0) if n == 0 else None


def _arctanh_slope(x: Any, n: Any = 1) -> Spelling | None:
    text = "{F}(1) / (({F}(1) - {0}) * ({F}(1) + {0}))"
    return Spelling("f-", FLOATS, text) if n == 1 else None


def _power_slope(a: Any, b: Any, n: Any = 1, m: Any = 0) -> Spelling | None:
    first = n == 1 and m == 0
    return Spelling("af--", FLOATS, "fp_power_slope({0}, {1})", exact=False) if first else None


def _round(a: Any, decimals: Any = 0) -> Spelling | None:
    return Spelling("f-", FLOATS, "rint({0})") if decimals == 0 else None


SPELLINGS: dict[Callable[..., Any], Spelling | Choose] = {
    operator.pow: _power,
    np.power: Spelling("ff", FLOATS, "pow({0}, {1})", exact=False),
    np.clip: _clip,
    np.round: _round,
    np.around: _round,
    fp.log0: _log0,
    fp.base_log: _base_log,
    fp.power_slope: _power_slope,
    fp.gaussian: _gaussian,
    fp.lorentzian: _lorentzian,
    fp.arctanh_slope: _arctanh_slope,
    np.where: Spelling("bff", FLOATS, "{0} ? {1} : {2}"),
    fp.where: Spelling("bff", FLOATS, "{0} ? {1} : {2}"),
    fp.gate: Spelling("fbb", FLOATS, "{1} ? {0} : {2} ? {F}(0) : {F}(fp_nan())"),
    fp.select: Spelling("bf", FLOATS, "{0} ? {1} : {F}(0)"),
    operator.invert: Spelling("b", TRUTHS, "!{0}"),
    np.logical_not: Spelling("b", TRUTHS, "!{0}"),
    np.isnan: Spelling("f", TRUTHS, "{0} != {0}"),
    np.isinf: Spelling("f", TRUTHS, "fabs({0}) == {F}(fp_inf())"),
    np.isfinite: Spelling("f", TRUTHS, "fabs({0}) < {F}(fp_inf())"),
}


def _declare(operands: str, result: str, text: str, *ops: Any, exact: bool = True) -> None:
    for op in ops:
        SPELLINGS[op] = Spelling(operands, result, text, exact)


_declare("ff", FLOATS, "{0} + {1}", operator.add, np.add)
_declare("ff", FLOATS, "{0} - {1}", operator.sub, np.subtract)
_declare("ff", FLOATS, "{0} * {1}", operator.mul, np.multiply)
_declare("ff", FLOATS, "{0} / {1}", operator.truediv, np.divide, fp.divide)
_declare("f", FLOATS, "-{0}", operator.neg, np.negative)
_declare("f", FLOATS, "{0}", operator.pos, np.positive)
_declare("f", FLOATS, "{0} * {0}", np.square)
_declare("f", FLOATS, "{F}(1) / {0}", np.reciprocal)
_declare("f", FLOATS, "fabs({0})", abs, np.abs, np.fabs)
_declare("f", FLOATS, "fp_sign({0})", np.sign, fp.sign)
_declare("ff", FLOATS, "fp_div0({0}, {1})", fp.div0)
_declare("ff", FLOATS, "fp_difference({0}, {1})", fp.difference)
_declare("ff", FLOATS, "fp_cosine({0}, {1})", fp.cosine, exact=False)
_declare("f", FLOATS, "fp_logistic({0})", fp.logistic, exact=False)
_declare("ff", FLOATS, "fp_remainder({0}, {1})", operator.mod, np.remainder)
_declare("ff", FLOATS, "fp_floor_divide({0}, {1})", operator.floordiv, np.floor_divide)
_declare("ff", FLOATS, "hypot({0}, {1})", np.hypot, exact=False)
_declare("ff", FLOATS, "atan2({0}, {1})", np.arctan2, exact=False)
for _name in ("maximum", "minimum", "fmax", "fmin"):
    _declare("ff", FLOATS, f"fp_{_name}({{0}}, {{1}})", getattr(np, _name))
for _name in ("sqrt", "floor", "ceil", "trunc", "rint"):
    _declare("f", FLOATS, f"{_name}({{0}})", getattr(np, _name))
for _name in (
    *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "cbrt"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh"),
):
    _text = f"{_name.replace('arc', 'a')}({{0}})"
    _declare("f", FLOATS, _text, getattr(np, _name), exact=False)
for _sign, _name, _ufunc in (
    ("<", "lt", "less"),
    ("<=", "le", "less_equal"),
    (">", "gt", "greater"),
    (">=", "ge", "greater_equal"),
    ("==", "eq", "equal"),
    ("!=", "ne", "not_equal"),
):
    _declare("ff", TRUTHS, f"{{0}} {_sign} {{1}}", getattr(operator, _name), getattr(np, _ufunc))
for _sign, _name, _ufunc in (("&&", "and_", "and"), ("||", "or_", "or"), ("!=", "xor", "xor")):
    _op, _logical = getattr(operator, _name), getattr(np, f"logical_{_ufunc}")
    _declare("bb", TRUTHS, f"{{0}} {_sign} {{1}}", _op, _logical)
for _name in ("float64", "float32", "bfloat16", "float16", "float8_e5m2", "float8_e4m3fn"):
    _declare("d", DOUBLE, f"fp_round_{_name}({{0}})", getattr(fp, f"round_{_name}"))

# Integers beyond this are not exact in double.
_EXACT_INTEGER = 2**53


def spelling_of(s: Let, kinds: Mapping[str, Kind]) -> Spelling | None:
    """How the statement is written in a kernel, or None if it cannot stand in one.

    None too where NumPy's type of the result is not that of the text: of integers and truth values
    alone, and where only scalars choose it.
    """
    found = _entry(s)
    kind = kinds.get(s.target)
    if found is None or s.kwargs or not (isinstance(kind, Num) and kind.array):
        return None
    if len(s.args) > len(found.operands) or kind.num != (
        "bool" if found.result == "b" else "float"
    ):
        return None
    numbers: list[Num] = []
    arrays = False
    for o, letter in zip(s.args, found.operands, strict=False):
        if letter == "-":
            if not isinstance(o, Const):
                return None
            continue
        operand = _operand_kind(o, kinds)
        if operand is None or operand.num == "any" or (letter == "b" and operand.num != "bool"):
            return None
        if letter == "a" and not operand.array:
            return None
        arrays |= operand.array
        if letter in "fa":
            numbers.append(operand)
    if not arrays or (numbers and not _typed(s, found, numbers)):
        return None
    return found


def _typed(s: Let, found: Spelling, numbers: list[Num]) -> bool:
    """Is the type that NumPy computes in known: that of an array, or double for constants?

    A scalar argument may be a NumPy scalar, whose own type counts where it meets no array; and
    integers are compared with integers exactly, not in double.
    """
    if found.result == "b" and all(k.num != "float" for k in numbers):
        return False
    if s.op is fp.where and any(k.array and k.num == "int" for k in numbers):
        return False  # it keeps integers where it fills in 0.0
    if any(k.array and k.num != "bool" for k in numbers):
        return True
    scalars = (o for o, letter in zip(s.args, found.operands, strict=False) if letter in "fa")
    return all(isinstance(o, Const) and type(o.value) is float for o in scalars)


def _entry(s: Let) -> Spelling | None:
    try:
        entry = SPELLINGS.get(s.op)
    except TypeError:  # an unhashable callable
        return None
    if entry is None or isinstance(entry, Spelling):
        return entry
    if s.kwargs or not all(isinstance(o, str | Const) for o in s.args):
        return None
    return entry(*(o.value if isinstance(o, Const) else ... for o in s.args))


def _operand_kind(o: Operand, kinds: Mapping[str, Kind]) -> Num | None:
    if isinstance(o, str):
        kind = kinds.get(o)
        return kind if isinstance(kind, Num) else None
    if isinstance(o, Const):
        v = o.value
        if type(v) is bool:
            return Num(False, "bool")
        if type(v) is float or (type(v) is int and abs(v) <= _EXACT_INTEGER):
            return Num(False, "float" if type(v) is float else "int")
    return None


# ---------------------------------------------------------------- one kernel


@dataclass(frozen=True)
class KernelText:
    """The arguments of a `cupy.ElementwiseKernel`; `letter` is the name of the type T."""

    name: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    letter: str
    exact: bool

    @property
    def in_params(self) -> str:
        """As in "T x, float64 s"."""
        return ", ".join(f"{t} {n}" for t, n in self.inputs)

    @property
    def out_params(self) -> str:
        """As in "T y"."""
        return ", ".join(f"{t} {n}" for t, n in self.outputs)


# Names of types that CuPy chooses at each call, by which the runtime tells them: of the arrays of
# floats, which have to agree; of integers; of arrays that are rounded first, of any precision.
FLOAT_LETTERS, INTEGER_LETTERS, OTHER_LETTERS = "TSRFQ", "IJKLMN", "UVWABCDEGHOPXYZ"


def _only_rounded(statements: list[Let]) -> set[str]:
    """Names that are read by roundings alone."""
    rounded, others = set[str](), set[str]()
    for s in statements:
        found = _entry(s)
        rounding = found is not None and found.operands == "d"
        (rounded if rounding else others).update(names(*s.args))
    return rounded - others


_CTYPES = {"float64": "double", "int64": "long long", "bool": "bool"}


def ctype(t: str) -> str:
    """The type of a parameter in C++: its own name if it is the letter of T."""
    return _CTYPES.get(t, t)


def kernel_text(func: Func, kinds: Mapping[str, Kind]) -> KernelText:
    """A function of elementwise statements, every one with a spelling, as the text of a kernel."""
    return _Body(func, kinds).text()


class _Body:
    """Writes one kernel; `_types`: T, double, bool, or number for what takes its neighbour's."""

    def __init__(self, func: Func, kinds: Mapping[str, Kind]) -> None:
        self._func, self._kinds = func, kinds
        last = func.body[-1]
        assert isinstance(last, Return)
        self._results = tuple(names(*last.values))
        self._statements = [s for s in func.body if isinstance(s, Let)]
        taken = [*func.params, *(s.target for s in self._statements)]
        self._names = identifiers(taken)
        used = set(self._names.values())
        self._letter = next(c for c in FLOAT_LETTERS if c not in used)
        self._integers = next(c for c in INTEGER_LETTERS if c not in used)
        self._others = iter([c for c in OTHER_LETTERS if c not in used])
        self._free = _only_rounded(self._statements)
        self._types: dict[str, str] = {}

    def text(self) -> KernelText:
        inputs = tuple(self._parameter(p) for p in self._func.params)
        exact, lines = True, []
        for s in self._statements:
            found = spelling_of(s, self._kinds)
            assert found is not None, s
            exact &= found.exact
            lines.append(self._line(s, found))
        outputs = tuple(
            ("float64" if self._types[n] == "double" else self._types[n], self._names[n])
            for n in self._results
        )
        name = identifiers([self._func.name])[self._func.name]
        return KernelText(name, inputs, outputs, tuple(lines), self._letter, exact)

    def _parameter(self, p: str) -> tuple[str, str]:
        kind = self._kinds[p]
        assert isinstance(kind, Num)
        if kind.num == "bool":
            here = shown = "bool"
        elif kind.array:
            here, shown = "double", self._integers
            if kind.num == "float":
                own = next(self._others, None) if p in self._free else None
                here = shown = own or self._letter
        else:
            here, shown = "number", "float64" if kind.num == "float" else "int64"
        self._types[p] = here
        return shown, self._names[p]

    def _line(self, s: Let, found: Spelling) -> str:
        pairs = list(zip(s.args, found.operands, strict=False))
        common = self._common([o for o, letter in pairs if letter in "fa"])
        wanted = {"f": common, "a": common, "d": "double", "b": "bool"}
        operands = [
            "" if letter == "-" else self._converted(o, wanted[letter]) for o, letter in pairs
        ]
        value = found.text.format(*operands, F=common)
        result = wanted[found.result]
        self._types[s.target] = result
        target = self._names[s.target]
        declared = "" if s.target in self._results else f"const {result} "
        return f"{declared}{target} = {value};"

    def _common(self, operands: list[Operand]) -> str:
        """T where T meets T and numbers, else double."""
        types = {self._types.get(o, "number") if isinstance(o, str) else "number" for o in operands}
        return self._letter if self._letter in types and "double" not in types else "double"

    def _converted(self, o: Operand, wanted: str) -> str:
        if isinstance(o, Const):
            return _constant(o.value, wanted)
        assert isinstance(o, str)
        kind, text = self._kinds[o], self._names[o]
        number = self._types[o] == "number" and isinstance(kind, Num) and kind.num == "float"
        same = self._types[o] == wanted or (number and wanted == "double")
        integers = o in self._func.params and isinstance(kind, Num) and kind.num == "int"
        return text if same and not integers else f"{wanted}({text})"


def _constant(value: Any, wanted: str) -> str:
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text if wanted == "bool" else f"{wanted}({text})"
    number = float(value)
    if math.isfinite(number):
        plain = repr(number)
    else:
        plain = "fp_nan()" if math.isnan(number) else "-fp_inf()" if number < 0 else "fp_inf()"
    if wanted == "double":
        return f"({plain})" if plain.startswith("-") else plain
    return f"{wanted}({plain})"
