"""Runs one random program through every derivative that the fuzz compares."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import fpad
from tests.oracles import OracleError, assert_close, flatten, inner, unflatten
from tests.programs.registry import Program, case
from tests.situations import (
    Situation,
    forward_over_reverse,
    hessian_by_differences,
    reverse_over_reverse,
)

POINTS = (
    (0.6, 1.1, np.array([0.7, 1.2, -0.4, 0.9]), 3),
    (-0.8, 0.5, np.array([-1.1, 0.3, 0.8, 0.2]), 2),
)


class Unsuitable(Exception):
    """The program cannot be judged: it raises by itself, or differences are not accurate."""


def load(text: str, folder: Path, name: str) -> Callable[..., Any]:
    """The function `program` of a module text, from a real file, so that its source is found."""
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.program  # type: ignore[no-any-return]


def judged(program: Program) -> list[tuple[Situation, Any]]:
    """The situations in which differences can be trusted, each with its Jacobian."""
    found = []
    for point in program.cases:
        try:
            situation = Situation(program, point)
            if np.all(np.abs(flatten(situation.value)) < 1e3):
                found.append((situation, situation.restriction.jacobian()))
        except (OracleError, ArithmeticError, ValueError, NameError, IndexError):
            continue
    return found


def check(function: Callable[..., Any], *, aliases: bool = False) -> bool:
    """Compares the derivatives of a random program; returns whether it was refused.

    Raises:
        Unsuitable: Where there is nothing to compare with.
        AssertionError: Where a derivative is wrong.
    """
    program = Program(function, tuple(case(*point) for point in POINTS), (0, 1, 2), aliases)
    situations = judged(program)
    if not situations:
        raise Unsuitable
    try:
        for s, jacobian in situations:
            check_situation(s, jacobian)
    except (fpad.TransformError, fpad.InputError):
        if not aliases:
            raise
        return True
    return False


def check_situation(s: Situation, jacobian: Any) -> None:
    """First and second order at one point."""
    gradient = s.gradient()
    assert_close(gradient, unflatten(jacobian[0], s.chosen), 1e-7, "grad")
    tangent = s.pushforward()
    assert_close(tangent, float(jacobian[0] @ flatten(s.dx)), 1e-7, "jvp")
    scale = float(np.linalg.norm(flatten(gradient)) * np.linalg.norm(flatten(s.dx)))
    gap = abs(inner(gradient, s.dx) - tangent)
    assert gap <= 1e-10 * max(scale, 1.0), f"grad and jvp are not adjoint: {gap:.1e}"
    by_reverse, by_forward = reverse_over_reverse(s), forward_over_reverse(s)
    assert_close(by_forward, by_reverse, 1e-9, "jvp of grad against vjp of grad")
    assert_close(by_reverse, hessian_by_differences(s), 1e-7, "vjp of grad")
