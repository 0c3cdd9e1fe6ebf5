"""A plain Python function made to run on rational numbers, by its own source.

    def f(x):                           def f(x):
        return x / 3 + 0.1 * g(1 / 2)       return div(x, 3) + q(0.1) * g(div(1, 2))

Quotients and powers of integers would become floats, and sums of float literals would be rounded:
these, and nothing else, are rewritten; functions that the function calls are, too.  A function
without source runs as it is.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import math
import textwrap
import types
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.plain_linalg import LINALG
from fpad.check.plain_numpy import PLAIN
from fpad.check.rational import Q, Undefined, number
from fpad.check.values import is_static, parts, rebuilt
from fpad.runtime.formats import Format, exact_round
from fpad.transforms.definition import definition
from fpad.transforms.errors import CertificateError, TransformError

_DIV, _POW, _LITERAL = "_fpad_div", "_fpad_pow", "_fpad_literal"
_RAISED = "_fpad_raised"
EXACT = {**LINALG, **PLAIN}
"""Function of NumPy or math -> what does the same with rational numbers."""


class Plain:
    """Rewrites functions; `fmt` is the format that literals are rounded to, if any."""

    def __init__(self, fmt: Format | None) -> None:
        self._fmt = fmt
        self._done: dict[Any, Any] = {}

    def function(self, f: Any) -> Any:
        """The function, on rational numbers."""
        if not isinstance(f, types.FunctionType):
            return f
        if f not in self._done:
            self._done[f] = f
            self._done[f] = self._rewrite(f)
        return self._done[f]

    def _rewrite(self, f: types.FunctionType) -> Any:
        tree = _tree(f)
        if tree is None:
            return f
        if self._fmt is not None:
            self._refuse_wide_integers(tree)
        body = _Exact().visit(tree)
        body.decorator_list = []
        free = f.__code__.co_freevars
        module = ast.parse(f"def _fpad_factory({', '.join(free)}):\n    return {body.name}")
        factory = module.body[0]
        assert isinstance(factory, ast.FunctionDef)
        factory.body.insert(0, body)
        ast.fix_missing_locations(module)
        scope = {n: self.outside(v) for n, v in f.__globals__.items() if n in _names(tree)}
        scope |= {"__builtins__": __builtins__, _DIV: _div, _POW: _pow, _LITERAL: self.literal}
        scope[_RAISED] = _raised
        scope.setdefault("float", Real)
        exec(compile(module, f"<{f.__name__} on rationals>", "exec"), scope)
        cells = [self.outside(_content(c)) for c in f.__closure__ or ()]
        made = scope["_fpad_factory"](*cells)
        made.__defaults__, made.__kwdefaults__ = f.__defaults__, f.__kwdefaults__
        if f.__name__ in f.__globals__ and f.__globals__[f.__name__] is f:
            scope[f.__name__] = made  # recursion
        return made

    def outside(self, value: Any) -> Any:
        """Data and functions that the function sees."""
        if callable(value) and _is_exact(value):
            return EXACT[value]
        if isinstance(value, types.FunctionType):
            return self.function(value)
        if value is np or value is math or value is np.linalg:
            return _Library(self, value)
        return self.number(value)

    def number(self, value: Any) -> Any:
        """Floats as rational numbers, in arrays and structures too."""
        if isinstance(value, float | np.floating | Fraction):
            return self.literal(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "fO":
            out = np.empty(value.shape, object)
            for k, v in enumerate(value.ravel()):
                out.flat[k] = self.literal(v)
            return out
        if isinstance(value, np.ndarray):
            return value.copy()
        inside = None if is_static(value) else parts(value)
        if inside is None:
            return value
        return rebuilt(value, {k: self.number(v) for k, v in inside.items()})

    def literal(self, value: Any) -> Any:
        """A float of the source; infinities and NaN stay, they can be selected and compared."""
        if isinstance(value, Q | bool | int | np.integer):
            return value
        if not isinstance(value, Fraction):
            if not np.isfinite(value):
                return value
            value = Fraction(float(value))
        return Q(value if self._fmt is None else Fraction(exact_round(value, self._fmt)))

    def _refuse_wide_integers(self, tree: ast.AST) -> None:
        assert self._fmt is not None
        for node in ast.walk(tree):
            value = node.value if isinstance(node, ast.Constant) else None
            if type(value) is int and exact_round(Fraction(value), self._fmt) != value:
                raise CertificateError(
                    f"the integer {value} is rounded in {self._fmt.name}: "
                    "the plain function does not say where"
                )


class _Library:
    """NumPy or math, with the functions that would make floats replaced by exact ones."""

    def __init__(self, plain: Plain, module: types.ModuleType) -> None:
        self._plain, self._module = plain, module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if found is np.linalg or _is_exact(found):
            return self._plain.outside(found)
        if name in _ELEMENTARY:
            return np.frompyfunc(lambda x: getattr(_as_rational(x), _ELEMENTARY[name])(), 1, 1)
        if isinstance(found, type) and issubclass(found, np.floating):
            return Real
        if isinstance(found, type) or not callable(found) or self._module is not np:
            return found
        return _Function(self._plain, name, found)


class _Reals(type):
    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, Q | float | np.floating)


class Real(metaclass=_Reals):
    """Stands for `float`, `np.float32`, ..: over the reals a cast changes nothing."""

    dtype = np.dtype(object)

    def __new__(cls, value: Any = 0) -> Any:
        """The number itself."""
        if isinstance(value, str):
            return float(value)
        if isinstance(value, np.ndarray):
            return value.astype(object) if value.ndim else cls(value.item())
        if isinstance(value, float | np.floating) and not math.isfinite(value):
            return value
        return _as_rational(value)


class _Function:
    """A function of NumPy, whose methods (`np.maximum.accumulate`) are such functions too."""

    def __init__(self, plain: Plain, name: str, function: Any) -> None:
        self._plain, self._name, self._function = plain, name, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._name == "mean":
            args = tuple(_rational(a) if _is_integer(a) else a for a in args[:1]) + args[1:]
        result = self._function(*args, **kwargs)
        if self._name in _FRESH:
            result = self._plain.number(result)
        if (
            isinstance(result, np.ndarray)
            and result.dtype == object
            and any(type(v) is int for v in result.flat)
        ):
            return np.frompyfunc(_entry, 1, 1)(result)
        return result

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._function, name)
        return _Function(self._plain, name, found) if callable(found) else found


def _is_exact(value: Any) -> bool:
    try:
        return value in EXACT
    except TypeError:  # not hashable
        return False


_FRESH = frozenset(("zeros", "ones", "eye", "identity", "zeros_like", "ones_like"))
_ELEMENTARY = {
    **dict.fromkeys(("sqrt", "cbrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan"), ""),
    **dict.fromkeys(("sinh", "cosh", "tanh", "arctan", "arcsin", "arccos"), ""),
    **dict.fromkeys(("exp2", "log2", "log10"), ""),
    **{"atan": "arctan", "asin": "arcsin", "acos": "arccos", "fabs": "__abs__"},
}
_ELEMENTARY = {name: method or name for name, method in _ELEMENTARY.items()}


def _entry(v: Any) -> Any:
    return Q(Fraction(int(v))) if isinstance(v, int | np.integer) and type(v) is not bool else v


def _as_rational(x: Any) -> Q:
    value = x if isinstance(x, Q) else number(x)
    if value is None:
        raise CertificateError(f"{x!r} is no number")
    return value if isinstance(value, Q) else Q(value)


def _tree(f: types.FunctionType) -> Any:
    """The definition of a function, of a lambda as one that returns; None without a source."""
    if f.__name__ == "<lambda>":
        lines = linecache.getlines(f.__code__.co_filename, f.__globals__)
        try:
            return definition(f, tuple(lines)) if lines else None
        except TransformError:
            return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):
        return None
    first = tree.body[0] if tree.body else None
    return first if isinstance(first, ast.FunctionDef) and first.name == f.__name__ else None


def _names(tree: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


class _Exact(ast.NodeTransformer):
    """Quotients, powers and float literals."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        name = {ast.Div: _DIV, ast.Pow: _POW}.get(type(node.op))
        if name is None:
            return node
        return ast.Call(ast.Name(name, ast.Load()), [node.left, node.right], [])

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        name = {ast.Div: _DIV, ast.Pow: _POW}.get(type(node.op))
        if name is None or not isinstance(node.target, ast.Name):
            return node
        value = ast.Call(
            ast.Name(name, ast.Load()), [ast.Name(node.target.id, ast.Load()), node.value], []
        )
        return ast.Assign([node.target], value)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) is not float:
            return node
        return ast.Call(ast.Name(_LITERAL, ast.Load()), [node], [])

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if node.exc is not None:
            node.exc = ast.Call(ast.Name(_RAISED, ast.Load()), [node.exc], [])
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        error = ast.Call(ast.Name("AssertionError", ast.Load()), [node.msg] if node.msg else [], [])
        raised: ast.AST = ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Raise(error)], [])
        return self.generic_visit(raised)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node


def _is_integer(x: Any) -> bool:
    return isinstance(x, int | np.integer) or (isinstance(x, np.ndarray) and x.dtype.kind in "iu")


def _rational(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return np.frompyfunc(lambda v: Q(Fraction(int(v))), 1, 1)(x)
    return Q(Fraction(int(x)))


def _div(a: Any, b: Any) -> Any:
    return _rational(a) / b if _is_integer(a) and _is_integer(b) else a / b


def _pow(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return a**b if b >= 0 else _rational(a) ** b
    return a**b


def _raised(error: Any) -> Any:
    """An exception that the function raises itself, marked so."""
    made = error() if isinstance(error, type) else error
    made.__dict__[_RAISED] = True
    return made


def run(f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """The result of a function.

    Raises:
        Undefined: it raises an exception itself, so it has no value.
        CertificateError: it uses something that rational numbers cannot do.
    """
    try:
        with np.errstate(all="ignore"):
            return f(*args, **kwargs)
    except (Undefined, ZeroDivisionError, CertificateError):
        raise
    except Exception as error:
        if _RAISED in vars(error):
            raise Undefined from error
        raise CertificateError(f"the function cannot be run on fractions: {error}") from error
