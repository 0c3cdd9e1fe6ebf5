"""A random program mapped over several points is the program at each of them."""

from __future__ import annotations

import contextlib
import copy
import io
from typing import Any

import numpy as np

import fpad
from tests.oracles import assert_close, flatten, map_leaves
from tests.programs import Program
from tests.programs.registry import Case

NEAR = (1.0, 0.97, -1.0)
"""The other points are multiples of the first."""


def check_mapped(program: Program, case: Case) -> bool:
    """Compares vmap of the program, and of its reverse mode, with the program point by point.

    Returns whether it could be compared: vmap may refuse what is different for each example.

    Raises:
        AssertionError: a value or a cotangent is not what it is for the point alone.
    """
    args, kwargs = case.fresh()
    places = [k for k in program.positions() if isinstance(k, int) and _is_real(args[k])]
    if not places or any(_is_single(a) for a in (*args, *kwargs.values())):
        return False
    points = []
    for factor in NEAR:
        own, _ = case.fresh()
        points.append([a * factor if k in places else a for k, a in enumerate(own)])
    axes = tuple(0 if k in places else None for k in range(len(args)))
    single = fpad.vjp(program.function, tuple(places))
    try:
        with quiet():
            values = [program.function(*_fresh(p), **case.fresh()[1]) for p in points]
    except Exception:  # a point that the program does not take
        return False
    seeds = [map_leaves(np.cos, v) for v in values]
    try:
        with quiet():
            pulled = [
                single(*_fresh(p), **case.fresh()[1], cotangent=by)
                for p, by in zip(points, seeds, strict=True)
            ]
    except fpad.FpadError:  # refused
        return False
    shapes = {tuple(np.shape(leaf) for leaf in _leaves(v)) for v in values}
    if len(shapes) > 1 or not all(np.all(np.abs(flatten(v)) < 1e6) for v, _ in pulled):
        return False
    stacked = [
        np.stack([np.asarray(p[k]) for p in points]) if k in places else a
        for k, a in enumerate(args)
    ]
    try:
        with quiet():
            got = fpad.vmap(program.function, axes)(*stacked, **kwargs)
            by = _stacked(seeds)
            mapped = fpad.vmap(single, axes)(*stacked, **case.fresh()[1], cotangent=by)
    except (fpad.TransformError, fpad.InputError):
        return False
    for k, (value, (_, cotangents)) in enumerate(zip(values, pulled, strict=True)):
        assert_close(_picked(got, k), value, 1e-9, "vmap")
        assert_close(_picked(mapped[1], k), cotangents, 1e-6, "vmap of vjp")
    return True


def _is_single(value: Any) -> bool:
    return any(getattr(leaf, "dtype", None) == np.float32 for leaf in _leaves(value))


def _is_real(value: Any) -> bool:
    if isinstance(value, float):
        return not isinstance(value, np.float32)
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _fresh(point: list[Any]) -> list[Any]:
    return copy.deepcopy(point)


@contextlib.contextmanager
def quiet() -> Any:
    """Neither what is printed nor warnings of NumPy."""
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        yield


def _leaves(value: Any) -> list[Any]:
    found: list[Any] = []
    map_leaves(lambda leaf: found.append(leaf) or 0.0, value)
    return found


def _stacked(values: list[Any]) -> Any:
    """One structure of stacked leaves."""
    columns = iter([np.stack(leaves) for leaves in zip(*map(_leaves, values), strict=True)])
    return map_leaves(lambda _: next(columns), values[0])


def _picked(values: Any, k: int) -> Any:
    return map_leaves(lambda leaf: np.asarray(leaf)[k], values)
