"""Sparse Jacobians and Hessians of a random program are the dense ones, from point to point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.fuzz.mapped import quiet
from tests.oracles import flatten
from tests.programs import Program
from tests.programs.registry import Case

NEAR = (1.0, 0.97, -1.0)
"""The points are multiples of the first; one derivative meets all of them."""


def check_sparse(program: Program, case: Case, transform: Callable[..., Any], text: str) -> bool:
    """Compares a sparse Jacobian or Hessian with the dense one at several points.

    `text` is that of the program: numbers in float32 are rounded otherwise in a block of seeds.
    Returns whether it could be compared: the dense one may be refused, or not be finite.

    Raises:
        AssertionError: an entry differs.
    """
    places = [k for k in program.positions() if isinstance(k, int)]
    dense = transform(program.function, tuple(places))
    sparse = transform(program.function, tuple(places), sparse=True)
    compared = False
    for factor in NEAR:
        args, kwargs = case.fresh()
        args = tuple(_scaled(a, factor) if k in places else a for k, a in enumerate(args))
        try:
            with quiet():
                want = np.asarray(flatten(dense(*args, **kwargs)), float)
        except Exception:  # refused, or a point that the program does not take
            continue
        if not np.all(np.isfinite(want)):
            continue
        args, kwargs = case.fresh()
        args = tuple(_scaled(a, factor) if k in places else a for k, a in enumerate(args))
        with quiet():
            got = _entries(sparse(*args, **kwargs))
        size = 1.0 + np.max(np.abs(want), initial=0.0)
        near = 1e-4 if "float32" in text else 1e-8
        np.testing.assert_allclose(got, want, rtol=near, atol=near * size, err_msg="sparse")
        compared = True
    return compared


def _scaled(value: Any, factor: float) -> Any:
    real = isinstance(value, float) or getattr(value, "dtype", None) == np.float64
    return value * factor if real else value


def _entries(blocks: Any) -> Any:
    """All entries in the order of the dense blocks."""
    if blocks is None:
        return np.zeros(0)
    if isinstance(blocks, list | tuple | dict):
        parts = blocks.values() if isinstance(blocks, dict) else blocks
        return np.concatenate([np.zeros(0), *map(_entries, parts)])
    return blocks.toarray().ravel()
