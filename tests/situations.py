"""A program of the corpus at one of its cases, with its derivatives in every mode.

Every call of a Derivative made here checks on the way that no argument changed, that results share
no memory with anything and are writable, and that values are the plain call's bit for bit.
"""

from __future__ import annotations

import copy
import functools
import inspect
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import fpad
from tests.oracles import (
    Restriction,
    assert_close,
    assert_fresh,
    assert_like,
    directional,
    flatten,
    inner,
    leaves,
    map_leaves,
    random_like,
    same_bits,
    unflatten,
)
from tests.programs import PROGRAMS, Program
from tests.programs.registry import Case


def program_of(param: Any) -> Program:
    """The program of a pytest parameter."""
    return param.values[0]  # type: ignore[no-any-return]


def case_of(param: Any) -> Case:
    """The case of a pytest parameter."""
    return param.values[1]  # type: ignore[no-any-return]


def sampled(params: Iterable[Any], every: int) -> list[Any]:
    """The parameters of a slow test, of which all but a part are left to make test-all."""
    return [
        pytest.param(*p.values, marks=pytest.mark.slow if not k % every else THOROUGH, id=p.id)
        for k, p in enumerate(params)
    ]


def left_out(program: Program) -> bool:
    """Is it one of the part of the programs that make test leaves out?

    Of those of everyday these are 12 in 13, of the others 8 in 9; and they are the same
    whatever other programs there are.
    """
    number = zlib.crc32(program.name.encode())
    return bool(number % (13 if program.everyday else 9))


THOROUGH = pytest.mark.thorough
MARKED = [
    pytest.param(p, marks=pytest.mark.slow if p.ported or p.everyday else (), id=p.name)
    for p in PROGRAMS
]
"""Programs for tests of one pass each; those that people have are left to make test-slow."""
SITUATIONS = [
    pytest.param(program, case, id=f"{program.name}-{k}")
    for program in PROGRAMS
    for k, case in enumerate(program.cases)
]
IN_DEPTH = [
    pytest.param(program, case, marks=pytest.mark.slow if program.everyday else (), id=param.id)
    for param, (program, case) in ((p, p.values) for p in SITUATIONS)
]
"""The same for tests beyond first derivatives; those of everyday are left to make test-slow."""
IN_PART = [
    pytest.param(*p.values, marks=pytest.mark.slow, id=p.id) if k % 8 else p
    for k, p in enumerate(IN_DEPTH)
]
"""An eighth of these, for tests of what others have a part in."""
SMOOTH = [param for param in SITUATIONS if case_of(param).smooth]
FIRST = [
    pytest.param(*p.values, marks=pytest.mark.slow, id=p.id) if left_out(p.values[0]) else p
    for p in SMOOTH
]
"""These but for a part of the programs, which is left to make test-slow."""
KINKS = [param for param in SITUATIONS if not case_of(param).smooth]


@functools.cache
def derivative(program: Program, *modes: str) -> Any:
    """The Derivative of a program for a composition of modes, innermost first; made once."""
    function = program.function
    for mode in modes:
        function = getattr(fpad, mode)(function, program.wrt)
    return function


def situations_of(*functions: Callable[..., Any]) -> list[Any]:
    """The smooth situations of some programs."""
    wanted = set(map(id, functions))
    found = [s for s in SMOOTH if id(program_of(s).function) in wanted]
    assert len({id(program_of(s).function) for s in found}) == len(wanted)
    return found


@contextmanager
def refusable(program: Program) -> Iterator[None]:
    """Lets a refusal pass where the program declares that it may be refused.

    A write that only the call shows to be visible under two names is refused by an InputError.
    """
    try:
        yield
    except (fpad.TransformError, fpad.InputError) as refusal:
        if not program.may_refuse or not getattr(refusal, "refusals", True):
            raise


def in_doubles(*trees: Any) -> bool:
    """Whether no leaf computes in less than double precision."""
    narrow = (np.dtype(np.float32), np.dtype(np.float16))
    return all(np.asarray(leaf).dtype not in narrow for tree in trees for leaf in leaves(tree))


def has_integers(tree: Any) -> bool:
    """Whether a leaf is an integer, which counts as float64 under wrt."""
    return any(np.asarray(leaf).dtype.kind in "iu" for leaf in leaves(tree))


class Situation:
    """A program at one of its cases, with seeds that depend on its name alone."""

    def __init__(self, program: Program, case: Case) -> None:
        """Calls the plain program once, on copies."""
        self.program, self.case = program, case
        self.single = not isinstance(program.wrt, tuple)
        self.restriction = Restriction(program.function, case.fresh, program.positions())
        self.chosen = self.restriction.chosen
        args, kwargs = case.fresh()
        with np.errstate(all="ignore"):
            self.value = copy.deepcopy(program.function(*args, **kwargs))
        self.scalar = not isinstance(self.value, (tuple, list, dict)) and np.shape(self.value) == ()
        rng = np.random.default_rng(sum(map(ord, program.name)))
        self.dx = random_like(self.chosen, rng)
        self.by = random_like(self.value, rng)
        doubles = in_doubles(case.args, case.kwargs, self.chosen)
        self.tolerance = 1e-7 if doubles else 3e-5
        self.identity = 1e-10 if doubles else 3e-6

    def of_wrt(self, parts: tuple[Any, ...]) -> Any:
        """A tuple over the wrt arguments as the api writes it: bare where wrt is one name."""
        return parts[0] if self.single else parts

    def parts(self, result: Any) -> tuple[Any, ...]:
        """The inverse of `of_wrt`, which checks what it takes apart."""
        if self.single:
            return (result,)
        assert type(result) is tuple
        assert len(result) == len(self.chosen)
        return result

    def run(self, function: Callable[..., Any], /, **seeds: Any) -> Any:
        """Calls a Derivative; checks that arguments are untouched and results share no memory."""
        args, kwargs = self.case.fresh()
        given = (args, kwargs, seeds)
        before = copy.deepcopy(given)
        smooth = "warn" if self.case.smooth else "ignore"
        with np.errstate(divide=smooth, over=smooth, invalid=smooth):
            result = function(*args, **kwargs, **seeds)
        assert same_bits(given, before), "an argument was changed"
        assert_fresh(result, given, self.program.name)
        return result

    def assert_value(self, value: Any) -> None:
        """Fails unless a primal result is the plain call's, bit for bit."""
        if not self.program.exact:
            assert_close(value, self.value, 1e-13, "value")
        elif has_integers(self.chosen):
            assert_close(value, self.value, 1e-15, "value")
        else:
            assert same_bits(value, self.value), f"value {value!r} for {self.value!r}"

    def gradient(self) -> tuple[Any, ...]:
        """The gradient of a scalar program; checks both spellings of it."""
        value, result = self.run(derivative(self.program, "value_and_grad"))
        self.assert_value(value)
        parts = self.parts(result)
        for part, argument in zip(parts, self.chosen, strict=True):
            assert_like(part, argument, "gradient")
        assert same_bits(self.run(derivative(self.program, "grad")), result)
        return parts

    def pullback(self) -> tuple[Any, ...]:
        """The cotangents of the wrt arguments for the seed `by`."""
        value, result = self.run(derivative(self.program, "vjp"), cotangent=self.by)
        self.assert_value(value)
        parts = self.parts(result)
        for part, argument in zip(parts, self.chosen, strict=True):
            assert_like(part, argument, "cotangent")
        return parts

    def pushforward(self) -> Any:
        """The tangent of the result for the seed `dx`."""
        value, result = self.run(derivative(self.program, "jvp"), tangent=self.of_wrt(self.dx))
        self.assert_value(value)
        assert [np.shape(t) for t in leaves(result)] == [np.shape(v) for v in leaves(self.value)]
        return result


def first_order(s: Situation) -> Callable[..., Any]:
    """The pulled-back seed as a function of the arguments: what second order is taken of."""
    if s.scalar:
        return lambda *a, **k: derivative(s.program, "grad")(*a, **k)
    pull = derivative(s.program, "vjp")
    return lambda *a, **k: pull(*a, **k, cotangent=s.by)[1]


def hessian_by_differences(s: Situation) -> Any:
    """The derivative of the gradient along dx."""
    function = first_order(s)
    function.__signature__ = inspect.signature(s.program.function)  # type: ignore[attr-defined]
    restriction = Restriction(function, s.case.fresh, s.program.positions())
    along = directional(restriction, restriction.x, flatten(s.dx), holomorphic=False)
    return unflatten(along, s.chosen)


def forward_over_reverse(s: Situation) -> tuple[Any, ...]:
    """Hv by jvp of the gradient."""
    dx = s.of_wrt(s.dx)
    if s.scalar:
        return s.parts(s.run(derivative(s.program, "grad", "jvp"), tangent=dx)[1])
    both = s.run(derivative(s.program, "vjp", "jvp"), cotangent=s.by, tangent=dx)
    return s.parts(both[1][1])


def reverse_over_reverse(s: Situation) -> tuple[Any, ...]:
    """Hv by vjp of the gradient."""
    dx = s.of_wrt(s.dx)
    if s.scalar:
        return s.parts(s.run(derivative(s.program, "grad", "vjp"), cotangent=dx)[1])
    nothing = map_leaves(lambda leaf: leaf * 0.0, s.by)
    seeds = {"cotangent": s.by, "cotangent_2": (nothing, dx)}
    return s.parts(s.run(derivative(s.program, "vjp", "vjp"), **seeds)[1])


def reverse_over_forward(s: Situation) -> tuple[Any, ...]:
    """Hv by vjp of the tangent, seeded with by."""
    nothing = map_leaves(lambda leaf: leaf * 0.0, s.by)
    by = 1.0 if s.scalar else s.by
    seeds = {"tangent": s.of_wrt(s.dx), "cotangent": (nothing, by)}
    return s.parts(s.run(derivative(s.program, "jvp", "vjp"), **seeds)[1])


def forward_over_forward(s: Situation) -> float:
    """<by, d2f(dx, dx)> by jvp of the tangent."""
    dx = s.of_wrt(s.dx)
    out = s.run(derivative(s.program, "jvp", "jvp"), tangent=dx, tangent_2=dx)
    return inner(1.0 if s.scalar else s.by, out[1][1])
