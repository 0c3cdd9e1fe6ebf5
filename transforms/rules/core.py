"""What a rule is, and how one is declared: once, as ordinary functions, with its facts beside it.

    elementwise(np.sin, lambda g, y, x: g * np.cos(x), definition=lambda c, x: c.sin(x))
    elementwise(np.maximum, lambda g, y, a, b: fp.where(a >= b, g, 0.0), ...,
                rounds=False, piece=lambda a, b: a >= b, switch=lambda a, b: a - b)
    linear(np.transpose, lambda by, y, x: np.transpose(by), rounds=False, view="always")

A rule gives, per operand, a map of tangents and a map of cotangents; the passes ask it through
`Rule.tangent` and `Rule.adjoint` and never look at the kind of rule.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import numpy as np

from fpad.transforms.errors import TransformError, refused
from fpad.transforms.ir import Const, Let, Operand, names
from fpad.transforms.kinds import (
    INT,
    DtypeKind,
    Kind,
    NodeKind,
    Num,
    ShapeKind,
    StaticKind,
    broadcast_rank,
    join_num,
)
from fpad.transforms.rules.trace import Builder, Sym, f, traced

Map = Callable[..., Any]

SCALAR_OPERATIONS = (
    *("exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "pow"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh"),
    *("rgamma", "lgamma", "digamma", "zeta", "erfinv", "hyper", "hyperu", "bessel_y"),
    *("floor", "select", "within"),
)
"""What definitions are made of, besides + - * / and comparisons.

select(condition, a, b) is a where the condition holds, else b, and both are evaluated; within(x, r)
is a limit that x is no further away from than r.  rgamma is 1 / gamma, zeta(s, a) Hurwitz's,
hyper(over, under, z) the hypergeometric series with these tuples of parameters, hyperu(a, b, z)
Tricomi's function, bessel_y(v, x) the Bessel function of the second kind: what no expression in the
others gives."""
Path = tuple[int, ...]
"""Position of an operand: (k,), or (k, j, ..) inside the display that is operand k."""


class Entries:
    """Cotangents of the entries of a display: `of(j)` is written where entry j is asked for."""

    def __init__(self, of: Callable[[int], Any]) -> None:
        self._of = of

    def __getitem__(self, j: int) -> Any:
        return self._of(j)


BOUND = (8.0, 4.0)
"""`Rule.bound`, where nothing else is said."""


@dataclass(frozen=True)
class Rule:
    """Everything any pass, analysis or back end wants to know of one operation.

    Attributes:
        op: the operation itself, callable on values.
        form: "elementwise", "linear" (jointly linear in the entries of a display, linear in each
            operand otherwise), "general" or "constant" (derivative zero wherever it exists).
        names: names of the positional operands, for keywords and for reading declarations.
        tangents, adjoints: per operand, (dx, y, *operands, **static) -> its part of dy, and
            (by, y, *operands, **static) -> its part of bx; None for an operand without derivative.
        unknown: operands that have a derivative, which no map here gives: refused where they vary.
            For a display the tangent is a tuple, and the cotangent a sequence such as `Entries`.
        pointwise: computed entry by entry of the operands, broadcast together.
        joint: positions of operands in which it is linear all at once: its tangent is itself.
        keywords: names of operands that are accepted by keyword only.
        defaults: the default of each positional operand that may be left out.
        variadic: any number of operands; the one map is called with the operand's position first.
        kind: (*kinds, **kinds) -> kind of the result.
        rounds: may the result leave the format of its operands.
        piece: (*operands, **static) -> label of the piece taken (bool or int, entry by entry), or
            None where the static operands leave one piece only.
        switch: (*operands, **static) -> unrounded distance to the boundary between pieces.
        lipschitz: the pieces are glued continuously, with bounded slopes.
        strata: sample points of the bad set, for the linter and the tests.
        view: "never", "maybe" or "always" shares memory with an operand (see `viewed`).
        readonly: and that view may not be written, as entries of it are one in memory.
        shape_only: operands of which only shape and dtype are read.
        positions: operands that only say where: the result shares no memory with them.
        definition: pointwise: (c, *scalars) -> scalar, where c offers `SCALAR_OPERATIONS`.
            None: the operation itself runs on arrays of objects, or on the objects.
        bound: (r, a): in doubles the definition is within (r * |y| + a) * 2**-52 of y, of the
            largest entry for an operation on whole arrays.
        undefined: why the operation has no definition, and does not run on other numbers either.
        source: author, year and equation of the formula, where it is not textbook.
        conventions: the slope that is coded where there is none or several, as "at x = 0: 0".
        domain: interval that tests draw operands from.
        examples: operands for the tests, where drawing them from the domain does not fit.
        effect: happens exactly once, in program order, also where nobody needs the result.
        facts: "computed": the operands that are functions of the others, in every program.
        cost_free: no arithmetic; recomputing it costs nothing worth saving (shapes, indices).
    """

    op: Callable[..., Any]
    form: str
    names: tuple[str, ...]
    tangents: tuple[Map | None, ...]
    adjoints: tuple[Map | None, ...]
    kind: Callable[..., Kind]
    rounds: bool = True
    piece: Map | None = None
    switch: Map | None = None
    lipschitz: bool = False
    strata: tuple[tuple[Any, ...], ...] = ()
    view: str = "never"
    readonly: bool = False
    shape_only: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    definition: Map | None = None
    bound: tuple[float, float] = BOUND
    undefined: str = ""
    source: str = ""
    conventions: tuple[str, ...] = ()
    domain: tuple[float, float] = (-2.0, 2.0)
    examples: tuple[tuple[Any, ...], ...] = ()
    cost_free: bool = False
    effect: bool = False
    keywords: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    variadic: bool = False
    pointwise: bool = False
    joint: frozenset[int] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def viewed(self, args: Sequence[Operand]) -> tuple[Operand, ...]:
        """Which of the operands the result may share memory with."""
        if self.view == "never":
            return ()
        return tuple(a for k, a in enumerate(args) if k not in self.shape_only | self.positions)

    def differentiates(self, k: int) -> bool:
        """Does operand k have a derivative?"""
        return self.variadic or (k < len(self.adjoints) and self.adjoints[k] is not None)

    def _map(self, maps: tuple[Map | None, ...], k: int) -> Map:
        f = maps[0] if self.variadic else maps[k]
        if f is None:
            raise ValueError(f"operand {k} of {self.op} has no derivative")
        return partial(f, k) if self.variadic else f

    def tangent(
        self, b: Builder, s: Let, tangents: Mapping[Path, str], same: frozenset[int]
    ) -> Any:
        """Write dy for the statement `s`, given the tangent names of its active operands.

        `same`: positions of operands known to have the shape of the result.
        """
        xs, kw = [b.unquote(a) for a in s.args], {k: b.unquote(v) for k, v in s.kwargs}
        y = Sym(s.target, b)
        if len(tangents) > 1 and all(path in {(k,) for k in self.joint} for path in tangents):
            both = {k: Sym(tangents[k,], b) if (k,) in tangents else 0.0 for k in self.joint}
            return traced(self.op)(*(both.get(k, x) for k, x in enumerate(xs)), **kw)
        terms: list[Any] = []
        for k, operand in enumerate(s.args):
            dx = _tangent_operand(b, operand, xs[k], k, tangents)
            if dx is not None:
                terms.append(self._map(self.tangents, k)(dx, y, *xs, **kw))
        dy = terms[0]
        for term in terms[1:]:
            dy = dy + term
        if (
            self.form == "elementwise"
            and not all((k,) in tangents or not _spreads(a) for k, a in enumerate(s.args))
            and not any((k,) in tangents and k in same for k in range(len(s.args)))
        ):
            dy = f.broadcast(dy, y)
        return dy

    def sums(self, s: Let, k: int, same: frozenset[int]) -> bool:
        """Is the contribution to operand k summed over axes along which it was broadcast?"""
        return (
            self.form == "elementwise"
            and k not in same
            and any(j != k and _spreads(operand) for j, operand in enumerate(s.args))
        )

    def adjoint(
        self,
        b: Builder,
        s: Let,
        by: str,
        path: Path,
        same: frozenset[int],
        mask: str | None = None,
    ) -> Any:
        """Write the contribution of `by` to the operand at `path` of the statement `s`.

        `mask`: outside it the entries of the contribution mean nothing; they are dropped before
        they are summed.
        """
        xs, kw = [b.unquote(a) for a in s.args], {k: b.unquote(v) for k, v in s.kwargs}
        k = path[0]
        g: Any = Sym(by, b)
        term = self._map(self.adjoints, k)(g, Sym(s.target, b), *xs, **kw)
        if len(path) > 1:
            for j in path[1:]:
                term = term[j]
            return term
        if self.sums(s, k, same):
            if mask is not None:
                term = f.select(Sym(mask, b), term)
            term = f.unbroadcast(term, xs[k])
        return term


def _spreads(operand: Operand) -> bool:
    """May the operand enlarge the result by broadcasting?  Constants that are scalars do not."""
    if isinstance(operand, Const):
        return isinstance(operand.value, np.ndarray)
    return any(True for _ in names(operand))


def _tangent_operand(
    b: Builder, operand: Operand, x: Any, k: int, tangents: Mapping[Path, str]
) -> Any:
    """The tangent of operand k: a symbol, a tuple with zeros where an entry has none, or None."""

    def build(operand: Operand, x: Any, path: Path) -> Any:
        if path in tangents:
            return Sym(tangents[path], b)
        if isinstance(operand, tuple):
            return tuple(build(o, x[j], (*path, j)) for j, o in enumerate(operand))
        return f.zeros_like(x)

    if (k,) in tangents or (isinstance(operand, tuple) and any(p[0] == k for p in tangents)):
        return build(operand, x, (k,))
    return None


class Drawn:
    """An operand in `examples`: an array of this shape, drawn from the domain of the rule."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def __repr__(self) -> str:
        return f"Drawn{self.shape}"


RULES: dict[Callable[..., Any], Rule] = {}


def unknown_argument(s: Let) -> TransformError:
    """What is raised where a rule needs an argument that is known only when the code runs."""
    name = getattr(s.op, "__name__", repr(s.op))
    return refused(
        s.origin,
        f"{name} is differentiated with an argument, as an axis, that is known only at run time",
        "write it as a constant, with an if for each value that it may have",
    )


def rule_of(op: Callable[..., Any]) -> Rule | None:
    """The rule of an operation, if it has one."""
    try:
        found = RULES.get(op)
    except TypeError:  # an unhashable callable has none
        return None
    for name, rules in _DECLARED_LATE.items():
        module = sys.modules.get(name)
        if found is None and module is not None and getattr(module, _name(op), None) is op:
            importlib.import_module(rules).declare(module)
            return RULES.get(op)
    return found


_DECLARED_LATE = {
    "scipy.special": "fpad.transforms.rules.scipy_special",
    "scipy.linalg": "fpad.transforms.rules.scipy_linalg",
}
"""Modules that users import themselves, and where the rules of their functions are."""


def _name(op: Any) -> str:
    return str(getattr(op, "__name__", ""))


def _declare(rule: Rule) -> None:
    if rule.op in RULES:
        raise ValueError(f"{rule.op} has a rule already")
    RULES[rule.op] = rule


def _operands(f: Map, skip: int) -> dict[str, Any]:
    """The operands that a map names after `skip` leading parameters, as facts of the rule."""
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    params = list(inspect.signature(f).parameters.values())
    return {
        "names": tuple(p.name for p in params if p.kind in positional)[skip:],
        "keywords": tuple(p.name for p in params if p.kind is inspect.Parameter.KEYWORD_ONLY),
        "defaults": {
            p.name: p.default
            for p in params[skip:]
            if p.kind in positional and p.default is not p.empty
        },
    }


def elementwise(op: Callable[..., Any], *maps: Map | None, **facts: Any) -> None:
    """Declare y = op(x0, x1, ..) entry by entry; maps[k](g, y, x0, x1, ..) = g * dy/dxk.

    The Jacobian is diagonal, so the same map takes dx to dy and by to bx.  A `variadic` operation
    has one map, (k, g, y, *operands) = g * dy/dxk.
    """
    first = next(h for h in maps if h is not None)
    skip = 3 if facts.get("variadic") else 2
    facts = {
        "kind": elementwise_kind,
        "pointwise": True,
        **_operands(first, skip),
        **facts,
    }
    _declare(Rule(op, "elementwise", tangents=maps, adjoints=maps, **facts))


def linear(op: Callable[..., Any], *transposes: Map | None, **facts: Any) -> None:
    """Declare y = op(x0, ..), linear in each operand that has a transpose.

    transposes[k](by, y, x0, x1, ..) is the adjoint map.  For an operand that is a display
    (`np.stack([a, b])`) it returns a sequence with one cotangent per entry.
    """
    run = traced(op)

    def tangent(k: int) -> Map:
        return lambda dx, y, *xs, **kw: run(*xs[:k], dx, *xs[k + 1 :], **kw)

    tangents = [None if h is None else tangent(k) for k, h in enumerate(transposes)]
    _general(op, "linear", tangents, transposes, facts)


def general(
    op: Callable[..., Any],
    tangents: Sequence[Map | None],
    adjoints: Sequence[Map | None],
    **facts: Any,
) -> None:
    """Declare an operation by both maps: tangents[k](dx, y, ..) and adjoints[k](by, y, ..)."""
    _general(op, "general", tangents, adjoints, facts)


def _general(
    op: Callable[..., Any],
    form: str,
    tangents: Sequence[Map | None],
    adjoints: Sequence[Map | None],
    facts: dict[str, Any],
) -> None:
    first = next(h for h in adjoints if h is not None)
    facts = {"kind": array_kind, **_operands(first, 3 if facts.get("variadic") else 2), **facts}
    _declare(Rule(op, form, tangents=tuple(tangents), adjoints=tuple(adjoints), **facts))


def _defaults(op: Callable[..., Any], operands: Sequence[str]) -> dict[str, Any]:
    """The operation's own defaults of these operands, where Python can tell."""
    try:
        params = inspect.signature(op).parameters
    except (TypeError, ValueError):  # written in C, without a signature
        return {}
    found = {name: params[name].default for name in operands if name in params}
    return {k: v for k, v in found.items() if v is not inspect.Parameter.empty}


def constant(
    op: Callable[..., Any], operands: Sequence[str], keywords: Sequence[str] = (), **facts: Any
) -> None:
    """Declare an operation whose derivative is zero wherever it exists: shapes, comparisons."""
    facts = {
        "rounds": False,
        "names": tuple(operands),
        "keywords": tuple(keywords),
        "defaults": _defaults(op, operands),
        **facts,
    }
    _declare(Rule(op, "constant", tangents=(), adjoints=(), **facts))


# ---------------------------------------------------------------- kinds of results


def numbers(*kinds: Any) -> list[Num]:
    """The kinds of numbers among the kinds of operands, looking inside displays."""
    out: list[Num] = []
    for k in kinds:
        if isinstance(k, Num):
            out.append(k)
        elif isinstance(k, tuple | list):
            out += numbers(*k)
        elif isinstance(k, NodeKind):
            out += numbers(*k.items)
    return out


def elementwise_kind(*kinds: Any, **_: Any) -> Kind:
    """Array if an operand is; float, because the operation is a real function."""
    nums = numbers(kinds)
    return Num(any(k.array for k in nums), "float", broadcast_rank(nums))


def same_kind(*kinds: Any, **_: Any) -> Kind:
    """Array if an operand is; numbers of the class that holds all operands (bool counts as int)."""
    nums = numbers(kinds)
    num = reduce(join_num, (k.num for k in nums))
    num = "int" if num == "bool" else num
    return Num(any(k.array for k in nums), num, broadcast_rank(nums))


def array_kind(*kinds: Any, **_: Any) -> Kind:
    """An array of the operands' numbers."""
    return Num(True, reduce(join_num, (k.num for k in numbers(kinds))))


def bool_kind(*kinds: Any, **_: Any) -> Kind:
    """Truth values, one per entry if an operand is an array."""
    nums = numbers(kinds)
    return Num(any(k.array for k in nums), "bool", broadcast_rank(nums))


def like_first(first: Any, *_: Any, **__: Any) -> Kind:
    """What the first operand is."""
    return numbers(first)[0]


def rank_of_shape(shape: Any) -> int | None:
    """How many axes an array has that gets this shape: an int, a tuple, or what np.shape gives."""
    if isinstance(shape, ShapeKind):
        return shape.rank
    return len(shape) if isinstance(shape, tuple) else 1 if shape == INT else None


def is_none(kind: Any) -> bool:
    """Is this operand absent or the constant None?"""
    return kind is None or (isinstance(kind, StaticKind) and kind.value is None)


def is_false(kind: Any) -> bool:
    """Is this operand absent, None or the constant False?"""
    return is_none(kind) or (isinstance(kind, StaticKind) and kind.value is False)


def dtype_num(dtype: Any, default: str) -> str:
    """The class of numbers of an array made with this dtype; `default` where none is given."""
    if is_none(dtype):
        return default
    if isinstance(dtype, DtypeKind):
        return dtype.num
    if not isinstance(dtype, StaticKind):
        return "any"
    kind = np.dtype(dtype.value).kind
    return {"f": "float", "i": "int", "u": "int", "b": "bool"}.get(kind, "any")
