"""Runs one random program through everything that the fuzz compares.

The plain function is the judge of values, of what is printed and of what is raised; differences
along random directions are the judge of first and second derivatives, at points where no choice of
the program changes near by. Where a program is too sensitive to be judged, it is *unsuitable*.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib.util
import inspect
import io
import linecache
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import fpad
from fpad.transforms.calls import prepared
from fpad.transforms.effects import visible
from fpad.transforms.kinds import signature
from fpad.transforms.specialise import Specialised
from tests import situations
from tests.fuzz.watch import watched
from tests.oracles import (
    OracleError,
    Restriction,
    assert_close,
    assert_like,
    directional,
    distance,
    flatten,
    inner,
    random_like,
    same_bits,
    unflatten,
)
from tests.programs.registry import Case, Program
from tests.situations import Situation, derivative
from tests.transforms import specialised

LARGEST = 1e3
DOUBLE = 1e-7
"""The tolerance of a situation in double precision."""
SENSITIVE = 1e4
"""A relative change of arguments may change a derivative by this factor more, not beyond."""
STOP = "stop"
"""What an exception that a program raises on purpose starts with."""


class Unsuitable(Exception):
    """The program cannot be judged: it raises by itself, or differences are not accurate."""


@dataclass(frozen=True)
class Subject:
    """A random program that has been loaded, and its text."""

    text: str
    module: ModuleType

    @functools.cached_property
    def program(self) -> Program:
        """The program with its points, as the corpus writes them."""
        cases = tuple(Case(tuple(a), dict(k)) for a, k in self.module.POINTS)
        return Program(self.module.program, cases, tuple(self.module.WRT))


@contextlib.contextmanager
def loaded(text: str, folder: Path, name: str) -> Iterator[Subject]:
    """A module from a real file, so that its source is found; forgotten afterwards."""
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        yield Subject(text, module)
    finally:
        del sys.modules[name]
        linecache.cache.pop(str(path), None)
        path.unlink()
        derivative.cache_clear()


# The plain function ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a call did."""

    value: Any
    printed: str
    error: BaseException | None


def outcome(call: Callable[[], Any]) -> Outcome:
    """The value of a call or its exception, and what it printed; warnings are exceptions."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), np.errstate(all="raise", under="ignore"):
            return Outcome(copy.deepcopy(call()), out.getvalue(), None)
    except Exception as error:
        return Outcome(None, out.getvalue(), error)


def raised(o: Outcome) -> tuple[type[BaseException], str]:
    """What two exceptions must share."""
    return type(o.error), str(o.error)


class Observed(Situation):
    """A situation whose runs must print what the plain function prints, once."""

    printed: str

    def run(self, function: Callable[..., Any], /, **seeds: Any) -> Any:
        """Calls a Derivative, with all checks on the way."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            result = super().run(function, **seeds)
        assert out.getvalue() == self.printed, f"printed {out.getvalue()!r} for {self.printed!r}"
        return result

    def gradient(self) -> tuple[Any, ...]:
        """The gradient; in single precision its two spellings may round at different places."""
        if self.tolerance == DOUBLE:
            return super().gradient()
        value, result = self.run(derivative(self.program, "value_and_grad"))
        self.assert_value(value)
        parts = self.parts(self.run(derivative(self.program, "grad")))
        assert_close(parts, self.parts(result), 10 * self.identity, "grad against value_and_grad")
        for part, argument in zip(parts, self.chosen, strict=True):
            assert_like(part, argument, "gradient")
        return parts


def observed(program: Program, case: Case, plain: Outcome) -> Observed:
    """The situation of a point."""
    with contextlib.redirect_stdout(io.StringIO()):
        s = Observed(program, case)
    s.printed = plain.printed
    return s


# Differences -----------------------------------------------------------------------------------


class Smooth:
    """A program near a point, defined only where it makes the choices that it makes there."""

    def __init__(self, subject: Subject, case: Case) -> None:
        self.program = subject.program
        namespace, self._notes = watched(subject.text, subject.module.__name__)
        inside = Restriction(namespace["program"], case.fresh, self.program.positions())
        self._restriction = inside
        self.x = inside.x
        self._choices = self._run(self.x)[1]

    def _run(self, x: Any) -> tuple[Any, list[Any]]:
        self._notes.choices.clear()
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                value = self._restriction(x)
            except Exception as error:  # near the point the function is not defined
                raise ArithmeticError from error
        return value, list(self._notes.choices)

    def __call__(self, x: Any) -> Any:
        """The results as one vector."""
        value, choices = self._run(x)
        if choices != self._choices:
            raise ArithmeticError("another piece of the program")
        return value

    def guarded(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Another function of the same arguments, undefined where the program is."""

        def call(x: Any) -> Any:
            self(x)
            return function(x)

        return call


def gradient_of_vector(s: Situation) -> Callable[[Any], Any]:
    """The pulled-back seed as a map of vectors."""
    function = situations.first_order(s)
    function.__signature__ = inspect.signature(s.program.function)  # type: ignore[attr-defined]
    restriction = Restriction(function, s.case.fresh, s.program.positions())

    def call(x: Any) -> Any:
        with contextlib.redirect_stdout(io.StringIO()):
            return restriction(x)

    return call


def is_sensitive(s: Situation, smooth: Smooth) -> bool:
    """Whether rounding alone may explain a wrong derivative here.

    The gradient is taken again where every argument is changed by a relative 1e-11, and the second
    derivative is estimated from it.
    """
    gradient = gradient_of_vector(s)
    here = gradient(s.restriction.x)
    rng = np.random.default_rng(1)
    for _ in range(3):
        moved = s.restriction.x * (1.0 + 1e-11 * rng.uniform(-1.0, 1.0, s.restriction.x.shape))
        try:
            smooth(moved)
        except ArithmeticError:
            return True
        there = gradient(moved)
        scale = max(float(np.max(np.abs(here), initial=0.0)), 1e-3)
        if not float(np.max(np.abs(there - here), initial=0.0)) <= SENSITIVE * 1e-11 * scale:
            return True
    return False


# What is compared ------------------------------------------------------------------------------


def check(subject: Subject, order: int = 2, modes: int = 3) -> int:
    """Compares the derivatives of a random program; returns how many points were judged.

    Args:
        subject: the program.
        order: 1 or 2.
        modes: how many ways of second derivatives are compared.

    Raises:
        Unsuitable: where there is nothing to compare with.
        fpad.TransformError, fpad.InputError: the program is refused.
        AssertionError: where a derivative is wrong.
    """
    judged = 0
    reasons = []
    for case in subject.program.cases:
        try:
            check_point(subject, case, order, modes)
            judged += 1
        except Unsuitable as error:
            reasons.append(str(error))
    if not judged:
        raise Unsuitable(reasons[0])
    return judged


def check_point(subject: Subject, case: Case, order: int, modes: int) -> None:
    """Everything at one point."""
    program = subject.program
    args, kwargs = case.fresh()
    plain = outcome(lambda: program.function(*args, **kwargs))
    if plain.error is not None:
        if not str(plain.error).startswith(STOP):
            raise Unsuitable(f"raises {type(plain.error).__name__}")
        return check_raises(program, case, plain)
    if not np.all(np.abs(flatten(plain.value)) < LARGEST):
        raise Unsuitable("large")
    s = observed(program, case, plain)
    try:
        smooth = Smooth(subject, case)
        along = directional(smooth, smooth.x, flatten(s.dx))
    except (OracleError, ArithmeticError) as error:
        raise Unsuitable("differences") from error
    check_interpreter(program, case, plain)
    tangent = s.pushforward()
    try:
        check_first(s, tangent, along, spellings=modes > 0)
        if order > 1:
            check_second(s, smooth, modes)
    except fpad.TransformError as error:
        reason = error.refusals[0].reason
        raise AssertionError(f"refused though jvp is accepted: {reason}") from error
    except AssertionError as error:
        if " off by " in str(error) and is_sensitive(s, smooth):
            raise Unsuitable("sensitive") from error
        raise
    return None


def check_raises(program: Program, case: Case, plain: Outcome) -> None:
    """A derivative raises what the function raises, after it has printed the same."""
    what = derivative(program, "value_and_grad") if _is_number(program) else None
    tangent = random_like(
        Restriction(program.function, case.fresh, program.positions()).chosen,
        np.random.default_rng(0),
    )
    calls = [(derivative(program, "jvp"), {"tangent": tangent})]
    if what is not None:
        calls.append((what, {}))
    for call, seeds in calls:
        args, kwargs = case.fresh()
        got = outcome(
            lambda call=call, seeds=seeds, args=args, kwargs=kwargs: call(*args, **kwargs, **seeds)
        )  # type: ignore[misc]
        if isinstance(got.error, fpad.FpadError):
            raise got.error
        assert raised(got) == raised(plain), f"raised {raised(got)} for {raised(plain)}"
        assert got.printed == plain.printed, f"printed {got.printed!r} for {plain.printed!r}"


def _is_number(program: Program) -> bool:
    """Whether the program returns a number at a point at which it returns."""
    for case in program.cases:
        args, kwargs = case.fresh()
        o = outcome(lambda args=args, kwargs=kwargs: program.function(*args, **kwargs))  # type: ignore[misc]
        if o.error is None:
            return not isinstance(o.value, tuple | list | dict) and np.shape(o.value) == ()
    return False


def kinds_of(case: Case) -> Any:
    """What the arguments of a point are, so that one program serves points of equal kinds."""
    args, kwargs = case.fresh()
    return signature(args), tuple(kwargs), signature(tuple(kwargs.values()))


@functools.lru_cache(maxsize=1)
def prepared_program(program: Program, kinds: Any) -> Specialised:
    """The level-2 program for arguments of these kinds; it refuses writes under two names."""
    args, kwargs = next(c for c in program.cases if kinds_of(c) == kinds).fresh()
    made = specialised.special(program.function, *args, **kwargs)
    return replace(made, program=prepared(visible(made.program)))


def check_interpreter(program: Program, case: Case, plain: Outcome) -> None:
    """The level-2 program, run statement by statement, is the function bit for bit."""
    made = prepared_program(program, kinds_of(case))
    args, kwargs = case.fresh()
    got = outcome(lambda: specialised.run(made, program.function, *args, **kwargs))
    if isinstance(got.error, fpad.InputError):
        raise got.error
    assert got.error is None, f"interpreter: {type(got.error).__name__}: {got.error}"
    assert same_bits(got.value, plain.value), f"interpreter: {got.value!r} for {plain.value!r}"
    assert got.printed == plain.printed, f"interpreter: printed {got.printed!r}"


def check_records(s: Situation, gradient: Any) -> None:
    """Recording changes no result, and a gradient makes the choices that the function makes."""
    value, plain = s.run(fpad.record(s.program.function))
    s.assert_value(value)
    parts, recorded = s.run(fpad.grad(s.program.function, s.program.wrt, record=True))
    assert same_bits(s.parts(parts), gradient), f"record: {parts!r} for {gradient!r}"
    assert plain.path == recorded.path, "record: grad and the function record different choices"


def check_first(s: Situation, tangent: Any, along: Any, spellings: bool) -> None:
    """Forward against differences, reverse against forward, along two directions.

    `spellings`: grad and value_and_grad, which are derived on their own, are compared too.
    """
    expected = unflatten(along, s.value)
    pulled = s.pullback()
    if not rounds_away(s, pulled, tangent, expected):
        assert_close(tangent, expected, s.tolerance, "jvp")
    check_adjoint(s, pulled, s.dx, tangent)
    other = random_like(s.chosen, np.random.default_rng(7))
    _, second = s.run(derivative(s.program, "jvp"), tangent=s.of_wrt(other))
    check_adjoint(s, pulled, other, second)
    if s.scalar and spellings:
        parts = s.gradient()
        check_records(s, parts)
        gradient = unflatten(flatten(parts) * float(s.by), s.chosen)
        assert_close(
            gradient, unflatten(flatten(pulled), s.chosen), 10 * s.identity, "grad against vjp"
        )


def rounds_away(s: Situation, pulled: Any, tangent: Any, expected: Any) -> bool:
    """In single precision the terms of a tangent that cancel leave more than it is large."""
    if s.tolerance == DOUBLE:
        return False
    gap = abs(inner(s.by, tangent) - inner(s.by, expected))
    scale = np.linalg.norm(flatten(pulled)) * np.linalg.norm(flatten(s.dx))
    return bool(gap <= 0.1 * s.tolerance * float(scale))


def check_adjoint(s: Situation, pulled: Any, dx: Any, tangent: Any) -> None:
    """<by, J dx> is <J' by, dx>."""
    left, right = inner(s.by, tangent), inner(pulled, dx)
    scale = np.linalg.norm(flatten(pulled)) * np.linalg.norm(flatten(dx))
    scale = max(float(scale), abs(left), 1e-3)
    gap = abs(left - right)
    assert gap <= s.identity * scale, f"adjoint off by {gap / scale:.1e}"


SECOND: tuple[tuple[str, Callable[[Situation], Any]], ...] = (
    ("jvp of grad", situations.forward_over_reverse),
    ("vjp of grad", situations.reverse_over_reverse),
    ("vjp of jvp", situations.reverse_over_forward),
)


def check_second(s: Situation, smooth: Smooth, modes: int) -> None:
    """Second derivatives in several ways, against each other and against differences."""
    first = SECOND[0][1](s)
    for name, way in SECOND[1:modes]:
        result = way(s)
        if way is situations.reverse_over_forward and s.scalar:
            result = tuple(result)
        assert_close(result, first, 10 * s.identity, f"{name} against jvp of grad")
    if s.tolerance > DOUBLE:
        return
    try:
        gradient = smooth.guarded(gradient_of_vector(s))
        expected = directional(gradient, smooth.x, flatten(s.dx), holomorphic=False)
    except OracleError:
        return
    assert_close(first, unflatten(expected, s.chosen), s.tolerance, "jvp of grad")


__all__ = ["Subject", "Unsuitable", "check", "distance", "loaded"]
