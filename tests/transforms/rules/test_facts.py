"""Facts of the rules: kinds, pieces, roundings, memory; the table is closed."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms.ir import Let
from fpad.transforms.kinds import BOOL, FLOAT, INT, Kind, Num, StaticKind
from fpad.transforms.rules import RULES
from fpad.transforms.rules.core import Rule
from fpad.transforms.rules.trace import quote
from tests.transforms.rules.straight_line import Case, at, builder, cases, reverse, run
from tests.transforms.rules.test_table import DIFFERENTIABLE, NUMPY, drawn, name_of, statement

CHOOSING = sorted((r for r in RULES.values() if r.piece is not None), key=name_of)


def kind_of(x: Any, display: bool = True) -> Any:
    """The kind of an operand, as the compiler would know it; that of a display is a tuple."""
    if isinstance(x, tuple) and x:
        return tuple(map(kind_of, x)) if display else Num(True, kind_of(x[0]).num)
    if isinstance(x, np.ndarray):
        return Num(True, {"f": "float", "i": "int", "b": "bool"}[x.dtype.kind], x.ndim)
    if isinstance(x, bool | np.bool_):
        return BOOL
    if isinstance(x, int | np.integer):
        return INT
    return FLOAT if isinstance(x, float) else StaticKind(x)


def conforms(y: Any, kind: Kind) -> bool:
    """Is y what the kind promises?  An array kind covers scalars; "any" covers all numbers."""
    assert isinstance(kind, Num)
    if isinstance(y, np.ndarray) and not kind.array:
        return False
    if kind.array and kind.rank is not None and np.ndim(y) != kind.rank:
        return False
    return kind.num in ("any", {"f": "float", "i": "int", "b": "bool"}[np.asarray(y).dtype.kind])


def strata(rule: Rule) -> list[Case]:
    return [Case(rule, point, {}) for point in rule.strata]


# ---------------------------------------------------------------- keywords


def given_by_name(rule: Rule) -> list[str]:
    """The operands without derivative that a program may name; the others become positional."""
    static = [n for k, n in enumerate(rule.names) if not rule.differentiates(k)]
    if str(getattr(rule.op, "__module__", "") or "").startswith("fpad."):
        static = [n for n in static if n in rule.defaults]  # programs do not call these
    try:
        params = inspect.signature(rule.op).parameters
    except (TypeError, ValueError):  # NumPy's own, without a signature
        return [*rule.keywords, *(n for n in static if n in rule.defaults)]
    named = [p.name for p in params.values() if p.kind is not p.POSITIONAL_ONLY]
    return [*rule.keywords, *(n for n in static if n in named)]


@pytest.mark.parametrize("rule", RULES.values(), ids=name_of)
def test_maps_take_what_a_program_may_name(rule: Rule) -> None:
    lead = 3 if rule.variadic else 2
    maps = [(m, lead) for m in (*rule.tangents, *rule.adjoints)]
    for f, given in (*maps, (rule.kind, 0), (rule.piece, 0), (rule.switch, 0)):
        for name in given_by_name(rule) if f is not None else ():
            inspect.signature(f).bind_partial(*[None] * given, **{name: None})


# ---------------------------------------------------------------- kinds


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_kind_of_the_result(rule: Rule) -> None:
    for case, _ in drawn(rule):
        y = rule.op(*case.args, **case.kwargs)
        kinds = [kind_of(a) for a in case.args]
        assert conforms(y, rule.kind(*kinds, **{k: kind_of(v) for k, v in case.kwargs.items()}))


X = np.array([[0.5, -1.5], [2.0, 1.0]])
N = np.array([3, 1, 2])
CONSTANTS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *((op, (X,)) for op in (np.floor, np.ceil, np.trunc, np.rint, np.sign, fp.sign, np.isnan)),
    *((op, (1.5,)) for op in (math.floor, math.ceil, math.trunc, int, round, np.sign, fp.sign)),
    *((op, (1.5,)) for op in (np.isfinite, math.isnan, math.isinf, bool, np.ndim)),
    *((op, (X, 0.5)) for op in (np.less, np.greater_equal, np.equal, np.logical_and)),
    *((op, (X > 0, X < 1)) for op in (np.logical_or, np.logical_xor)),
    (round, (1.25, 1)),
    (np.round, (X, 1)),
    (np.logical_not, (X > 0,)),
    (np.floor_divide, (X, 0.75)),
    (fp.ifloordiv, (X, 0.75)),
    (fp.ifloordiv, (N, 2)),
    (len, (X,)),
    (np.size, (X, 0)),
    (np.zeros, ((2, 3),)),
    (np.zeros, (3, int)),
    (np.ones, (3, np.float32)),
    (np.ones, ((2, 2), bool)),
    (np.eye, (3,)),
    (np.identity, (3, int)),
    (np.zeros_like, (X,)),
    (np.zeros_like, (N,)),
    (np.ones_like, (N, float)),
    (fp.zeros_like, (N,)),
    (fp.zeros_like, (2,)),
    (fp.like, (X,)),
    (np.eye, (3,)),
    (np.eye, (3, 2)),
    (np.identity, (2,)),
    (np.zeros, (3,)),
    (np.ones, ((2, 3),)),
    (np.empty, ((4,),)),
    (np.linspace, (0.0, 1.0, 5)),
    (np.full, ((2, 2), 1.5)),
    (np.argmax, (X,)),
    (np.argmin, (X, 0)),
    (np.any, (X,)),
    (np.all, (X, 0)),
    (np.int64, (X,)),
    (np.bool_, (X,)),
    (fp.count, (X, 0)),
    (fp.argmax, (X,)),
    (fp.argmin, (X, 1)),
    (fp.runner_up, (X, 1)),
    (np.arange, (3,)),
    (np.arange, (0.5, 3)),
    (np.full, (3, 2)),
    (np.array, ((1, 2, 3),)),
    (fp.astype, (X, int)),
    (fp.astype, (N, float)),
    (fp.item, (np.array(3),)),
    (np.sum, (X > 0,)),
    (np.sum, (N,)),
    (np.mean, (N,)),
    (np.max, (N,)),
    (np.clip, (N, 1, 2)),
    (np.abs, (N,)),
    (np.where, (True, 1.0, 2.0)),
    (fp.where, (True, 1.0, 2.0)),
    (np.sin, (N,)),
    (np.add, (N, 1)),
    (np.power, (N, 2)),
    (sum, ((1, 2, 3),)),
    (sum, (N,)),
]


@pytest.mark.parametrize(("op", "args"), CONSTANTS)
def test_kind_of_constants_and_integers(op: Any, args: Any) -> None:
    assert conforms(op(*args), RULES[op].kind(*map(kind_of, args)))


@pytest.mark.parametrize(("op", "args"), [c for c in CONSTANTS if c[0] not in (np.where, fp.where)])
def test_scalars_are_known_to_be_scalars(op: Any, args: Any) -> None:
    """Of scalar operands, and of whole reductions, except where NumPy makes an array."""
    y = op(*args)
    if op not in (sum, fp.like) and not isinstance(y, np.ndarray):
        assert not RULES[op].kind(*map(kind_of, args)).array


def points(rule: Rule) -> list[Case]:
    rng = np.random.default_rng(2)
    if rule.form == "constant" and not rule.examples:
        n = len(rule.names) if not rule.defaults else 1
        return [Case(rule, tuple(rng.uniform(*rule.domain, n).tolist()), {}) for _ in range(20)]
    return [case for case, _ in drawn(rule)] if rule.form != "constant" else list(cases(rule, rng))


# ---------------------------------------------------------------- pieces


@pytest.mark.parametrize("rule", [r for r in CHOOSING if r.switch is not None], ids=name_of)
def test_switch_is_zero_on_the_boundary(rule: Rule) -> None:
    assert rule.piece is not None
    assert rule.switch is not None
    assert rule.strata
    for case in strata(rule):
        switch = np.asarray(rule.switch(*case.args))
        assert np.any(switch == 0)
        assert np.all(switch[np.isfinite(switch)] == 0)  # inf: no boundary, of a first entry


@pytest.mark.parametrize(
    "rule", [r for r in CHOOSING if r.switch is not None and r.form != "constant"], ids=name_of
)
def test_switch_is_not_zero_inside(rule: Rule) -> None:
    assert rule.switch is not None
    for case, _ in drawn(rule):
        if np.size(rule.op(*case.args, **case.kwargs)):
            assert np.all(np.asarray(rule.switch(*case.args, **case.kwargs)) != 0)


@pytest.mark.parametrize("rule", CHOOSING, ids=name_of)
def test_labels_are_computed_and_written_alike(rule: Rule) -> None:
    assert rule.piece is not None
    for case in [c for c in points(rule) if c.floats()] + strata(rule):
        positions = case.floats() or [(k,) for k in range(len(case.args))]
        names = {p: "x" + "_".join(map(str, p)) for p in positions}
        s = statement(case, names)
        b = builder([s], *names.values())
        for fact in filter(None, (rule.piece, rule.switch)):
            b.out.clear()
            operands = [b.unquote(a) for a in s.args]
            written = quote(fact(*operands, **{k: b.unquote(v) for k, v in s.kwargs}))
            assert all(t.op in RULES for t in b.out)
            after = run(b.out, {n: at(case.args, p) for p, n in names.items()})
            got = after[written] if isinstance(written, str) else written.value
            want = fact(*case.args, **case.kwargs)
            if got is not None and want is not None:
                np.testing.assert_array_equal(got, want)


# ---------------------------------------------------------------- roundings


@pytest.mark.parametrize(
    "rule", sorted((r for r in RULES.values() if not r.rounds), key=name_of), ids=name_of
)
def test_exact_operations_stay_in_the_format(rule: Rule) -> None:
    """Of bfloat16 operands the result holds bfloat16 values."""
    if rule.form == "constant" and not rule.pointwise:
        return
    rng = np.random.default_rng(4)
    found = list(cases(rule, rng)) if rule.form != "constant" else points(rule)
    for case in found:
        args = tuple(map(in_format, case.args))
        y = np.asarray(rule.op(*args, **case.kwargs))
        if y.dtype.kind == "f":
            np.testing.assert_array_equal(fp.round_bfloat16(y), y)


def in_format(x: Any) -> Any:
    if isinstance(x, tuple):
        return tuple(map(in_format, x))
    return fp.round_bfloat16(x) if getattr(kind_of(x), "num", "") == "float" else x


# ---------------------------------------------------------------- memory and shapes


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_view(rule: Rule) -> None:
    for case, _ in drawn(rule):
        y = rule.op(*case.args, **case.kwargs)
        x = case.args[0]
        if not (isinstance(y, np.ndarray) and isinstance(x, np.ndarray) and y.size):
            continue
        if rule.view == "never":
            assert not any(np.shares_memory(y, a) for a in case.args if isinstance(a, np.ndarray))
        if rule.view == "always":
            assert np.shares_memory(y, x)
        unseen = [a for a in case.args if not any(a is v for v in rule.viewed(case.args))]
        assert not any(np.shares_memory(y, a) for a in unseen if isinstance(a, np.ndarray))
        assert y.flags.writeable or rule.readonly


@pytest.mark.parametrize(
    "rule", [r for r in DIFFERENTIABLE if r.shape_only and r.op is not np.full_like], ids=name_of
)
def test_shape_only_operands(rule: Rule) -> None:
    for case, _ in drawn(rule):
        y = rule.op(*case.args, **case.kwargs)
        hollow = [map_arrays(a) if k in rule.shape_only else a for k, a in enumerate(case.args)]
        np.testing.assert_array_equal(rule.op(*hollow, **case.kwargs), y)


def map_arrays(x: Any) -> Any:
    """The same shapes, full of NaN."""
    if isinstance(x, tuple):
        return tuple(map(map_arrays, x))
    return np.full_like(x, np.nan) if isinstance(x, np.ndarray) else math.nan


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.pointwise], ids=name_of)
def test_pointwise_results_have_the_common_shape(rule: Rule) -> None:
    if rule.form == "constant":
        return
    for case in cases(rule, np.random.default_rng(0)):
        shapes = [np.shape(a) for a in case.args if a is not None]
        assert np.shape(rule.op(*case.args)) == np.broadcast_shapes(*shapes)


# ---------------------------------------------------------------- the table as a whole


@pytest.mark.parametrize("rule", DIFFERENTIABLE, ids=name_of)
def test_closed_under_differentiation(rule: Rule) -> None:
    """Every operation that a map writes is in the table, at first and second order."""
    case, dxs = drawn(rule)[0]
    names = {p: "x" + "_".join(map(str, p)) for p in dxs}
    s = statement(case, names)
    b = builder([s], "by", *names.values())
    found = reverse([s], list(names.values()), {"y": "by"}, b)
    first = [s, *b.out]
    b = builder(first, "by", "w", *names.values())
    reverse(first, [*names.values(), "by"], {found[n]: "w" for n in names.values()}, b)
    for t in itertools.chain(first, b.out):
        assert isinstance(t, Let)
        assert t.op in RULES, t.op


@pytest.mark.parametrize("rule", [r for r in DIFFERENTIABLE if r.strata], ids=name_of)
def test_slopes_are_finite_on_the_bad_set(rule: Rule) -> None:
    """At first and second order, without a warning."""
    for case in strata(rule):
        names = {p: f"x{p[0]}" for p in case.floats() or [(0,)]}
        s = statement(case, names)
        env = {n: at(case.args, p) for p, n in names.items()} | {"by": 1.0, "w": 1.0}
        b = builder([s], "by", *names.values())
        found = reverse([s], list(names.values()), {"y": "by"}, b)
        first = [s, *b.out]
        after = run(first, env)
        results = [after[found[n]] for n in names.values()]
        for seed in names.values():
            b = builder(first, "by", "w", *names.values())
            again = reverse(first, [*names.values(), "by"], {found[seed]: "w"}, b)
            later = run([*first, *b.out], env | {"w": np.ones_like(after[found[seed]])})
            results += [later[again[n]] for n in names.values() if n in again]
        assert all(np.all(np.isfinite(r)) for r in results)


@pytest.mark.skipif(NUMPY < (2, 1), reason="np.reshape called its shape otherwise")
@pytest.mark.parametrize("op", [op for op in RULES if getattr(op, "__module__", "") == "numpy"])
def test_names_are_numpys_own(op: Any) -> None:
    """Keywords mean the same operand, and positions are NumPy's, where NumPy tells."""
    if isinstance(op, np.ufunc | type):
        return
    try:
        params = list(inspect.signature(op).parameters.values())
    except ValueError:
        return
    if params[0].kind is inspect.Parameter.VAR_POSITIONAL:
        return
    rule = RULES[op]
    open_to_keywords = [p for p in params if p.kind is not inspect.Parameter.POSITIONAL_ONLY]
    if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in params):
        for name in rule.keywords:
            assert name in {p.name for p in open_to_keywords}
    for name, p in zip(rule.names, params, strict=False):
        assert p.kind is inspect.Parameter.POSITIONAL_ONLY or p.name == name
