"""Straight-line programs of `Let` statements: evaluated, and differentiated by the rules alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.transforms.ir import Const, Fresh, Func, Let, Operand, Slice, all_names
from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Drawn, Path, Rule
from fpad.transforms.rules.trace import Builder, quote


def value(o: Operand, env: Mapping[str, Any]) -> Any:
    """What an operand stands for."""
    if isinstance(o, str):
        return env[o]
    if isinstance(o, Const):
        return o.value
    if isinstance(o, Slice):
        return slice(*(value(part, env) for part in (o.lower, o.upper, o.step)))
    return tuple(value(part, env) for part in o)


def run(statements: Sequence[Any], env: Mapping[str, Any]) -> dict[str, Any]:
    """All names after the statements."""
    out = dict(env)
    for s in statements:
        args = [value(a, out) for a in s.args]
        out[s.target] = s.op(*args, **{k: value(v, out) for k, v in s.kwargs})
    return out


def paths(o: Operand, path: Path) -> Iterator[tuple[Path, str]]:
    """The names in an operand and where they stand."""
    if isinstance(o, str):
        yield path, o
    elif isinstance(o, tuple):
        for j, part in enumerate(o):
            yield from paths(part, (*path, j))


def active_paths(s: Let, active: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Where active names stand in the differentiable operands of a statement."""
    rule = RULES[s.op]
    return [
        (path, name)
        for k, a in enumerate(s.args)
        if rule.differentiates(k)
        for path, name in paths(a, (k,))
        if name in active
    ]


def builder(statements: Sequence[Let], *taken: str) -> Builder:
    """A builder whose names are new to the statements."""
    func = Func("f", taken, tuple(statements))
    return Builder(Fresh(all_names(func)))


def settle(b: Builder, result: Any) -> Operand:
    """The operand that a map returned."""
    return quote(result)


def forward(
    statements: Sequence[Let], tangents: Mapping[str, str], b: Builder
) -> dict[str, Operand]:
    """Append the tangents of all statements to the builder; name -> its tangent."""
    known: dict[str, Any] = dict(tangents)
    for s in statements:
        found = {path: known[name] for path, name in active_paths(s, known)}
        if found:
            dy = quote(RULES[s.op].tangent(b, s, found, frozenset()))
            known[s.target] = dy if isinstance(dy, str) else _named(b, dy)
    return known


def _named(b: Builder, constant: Operand) -> str:
    """A name for a constant tangent."""
    target = b.fresh.temp()
    b.out.append(Let(target, np.float64, (constant,)))
    return target


def reverse(
    statements: Sequence[Let], wanted: Sequence[str], cotangents: Mapping[str, str], b: Builder
) -> dict[str, Any]:
    """Append the adjoints of all statements to the builder; name -> its cotangent."""
    active: dict[str, Any] = dict.fromkeys(wanted)
    for s in statements:
        if active_paths(s, active):
            active[s.target] = None
    known: dict[str, Any] = dict(cotangents)
    for s in reversed(statements):
        by = known.pop(s.target, None)
        if by is None:
            continue
        for path, name in active_paths(s, active):
            term = quote(RULES[s.op].adjoint(b, s, by, path, frozenset()))
            term = term if isinstance(term, str) else _named(b, term)
            known[name] = quote(b.unquote(known[name]) + b.unquote(term)) if name in known else term
    return known


# ---------------------------------------------------------------- operands for a rule


@dataclass(frozen=True)
class Case:
    """A rule, its operands and keywords."""

    rule: Rule
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def floats(self) -> list[Path]:
        """Positions of the operands that a derivative can be taken by."""
        found: list[Path] = []

        def visit(x: Any, path: Path) -> None:
            if isinstance(x, tuple):
                for j, part in enumerate(x):
                    visit(part, (*path, j))
            elif isinstance(x, float) or getattr(x, "dtype", np.dtype(int)).kind == "f":
                found.append(path)

        for k, a in enumerate(self.args):
            if self.rule.differentiates(k):
                visit(a, (k,))
        return found


def at(args: Any, path: Path) -> Any:
    """The operand at a position."""
    for j in path:
        args = args[j]
    return args


def replaced(args: tuple[Any, ...], new: Mapping[Path, Any], prefix: Path = ()) -> tuple[Any, ...]:
    """The operands with those at some positions replaced."""
    out = []
    for j, a in enumerate(args):
        path = (*prefix, j)
        if path in new:
            out.append(new[path])
        else:
            out.append(replaced(a, new, path) if isinstance(a, tuple) else a)
    return tuple(out)


UNARY = ((3, 3, 3), (4,), (), (0,))
BINARY = (
    ((3, 3, 3), (3, 3, 3)),
    ((3, 3, 3), (3,)),
    ((4,), (4,)),
    ((2, 1), (3,)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((0,), (1,)),
    ((2, 3), None),
    (None, (2, 3)),
)


def scalar_only(rule: Rule) -> bool:
    """Operations on Python numbers that take no arrays."""
    return getattr(rule.op, "__module__", "") == "math" or rule.op in (max, min, float, int, round)


def updates(rule: Rule) -> bool:
    """Does the result have the shape of the first operand?"""
    return getattr(rule.op, "__module__", "") == "fpad.runtime.update"


def shapes(rule: Rule) -> Iterator[tuple[Any, ...]]:
    """Shapes of operands of an elementwise rule; None is a Python float."""
    n = 2 if rule.variadic else len(rule.adjoints)
    if not n:
        n = sum(name not in rule.defaults for name in rule.names)
    yield (None,) * n
    if scalar_only(rule):
        return
    for combination in UNARY if n == 1 else BINARY:
        combination = (combination,) if n == 1 else combination
        sizes = [s for s in combination if s is not None]
        if updates(rule) and combination[0] != np.broadcast_shapes(*sizes):
            continue
        yield combination


def cases(rule: Rule, rng: np.random.Generator, dtype: Any = np.float64) -> Iterator[Case]:
    """The rule's own examples, or operands of many shapes drawn from its domain."""

    def draw(x: Any) -> Any:
        if isinstance(x, Drawn):
            return rng.uniform(*rule.domain, x.shape).astype(dtype)
        if isinstance(x, tuple) and any(isinstance(part, Drawn | float | tuple) for part in x):
            return tuple(map(draw, x))
        return x

    if rule.examples:
        for example in rule.examples:
            keywords = example[-1] if isinstance(example[-1], dict) else {}
            operands = example[:-1] if keywords else example
            yield Case(rule, tuple(map(draw, operands)), keywords)
        return
    for combination in shapes(rule):
        yield Case(
            rule,
            tuple(
                float(rng.uniform(*rule.domain))
                if shape is None
                else np.asarray(rng.uniform(*rule.domain, shape), dtype)
                for shape in combination
            ),
            {},
        )


def subsets(items: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Every non-empty subset of at most four items, and the whole."""
    if len(items) > 4:
        yield tuple(items)
        return
    for n in range(1, len(items) + 1):
        yield from itertools.combinations(items, n)
