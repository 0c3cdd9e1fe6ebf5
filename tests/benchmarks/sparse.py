"""Sparse Jacobians and Hessians: what the products cost, and what is paid once."""

from __future__ import annotations

import time

import numpy as np

import fpad
from tests.benchmarks.measure import Row, in_turns


def rotated(w, p):
    """Points turned by vectors: the formula of Rodrigues."""
    t2 = np.sum(w * w, axis=1)
    t = np.sqrt(t2)
    h = np.sinc(t / (2 * np.pi))
    d = np.sum(w * p, axis=1) * 0.5 * h * h
    return p * np.cos(t)[:, None] + np.cross(w, p) * np.sinc(t / np.pi)[:, None] + w * d[:, None]


def reprojected(cameras, points, camera, point, seen):
    """Residuals of a bundle adjustment: nine numbers for each camera, three for each point."""
    c = cameras[camera]
    p = rotated(c[:, :3], points[point]) + c[:, 3:6]
    u = -p[:, :2] / p[:, 2:]
    r2 = np.sum(u * u, axis=1)
    scale = c[:, 6] * (1.0 + c[:, 7] * r2 + c[:, 8] * r2 * r2)
    return u * scale[:, None] - seen


def rosenbrock(x):
    """The chained Rosenbrock function."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def adjustment(n: int, cameras: int, points: int) -> tuple[np.ndarray, ...]:
    """Cameras in front of points, and who sees what."""
    rng = np.random.default_rng(n)
    poses = rng.normal(0, 0.1, (cameras, 9)) + np.array([0, 0, 0, 0, 0, -5, 500, 0, 0])
    where = rng.integers(0, cameras, n), rng.integers(0, points, n)
    return poses, rng.normal(size=(points, 3)), *where, rng.normal(0, 100, (n, 2))


def sparse() -> list[Row]:
    """A bundle adjustment of 30,000 observations, and the Hessian of a long Rosenbrock."""
    args = adjustment(30_000, 49, 7776)
    ratio, once, seeds = _measured(
        fpad.jacobian(reprojected, (0, 1), sparse=True), reprojected, args
    )
    x = np.linspace(-1.0, 1.0, 100_000)
    of_hessian, hessian_once, few = _measured(
        fpad.hessian(rosenbrock, sparse=True), rosenbrock, (x,)
    )
    return [
        Row("Jacobian of a bundle adjustment / primal", 40, ratio, "x", detail=f"{seeds} seeds"),
        Row("  its pattern and colours, once / primal", None, once, "x"),
        Row("Hessian of 100,000 variables / primal", None, of_hessian, "x", detail=f"{few} seeds"),
        Row("  its pattern and colours, once / primal", None, hessian_once, "x"),
    ]


def _measured(derivative, function, args) -> tuple[float, float, int]:
    """Against the primal: a call, what the first call takes more, and how many seeds there are."""
    derivative(*args)  # derived, and NumPy is warm
    derivative._plans.clear()
    began = time.perf_counter()
    derivative(*args)
    first = time.perf_counter() - began
    times = in_turns(
        {"sparse": lambda: derivative(*args), "primal": lambda: function(*args)}, rounds=9
    )
    ratio = times.ratio("sparse", "primal")
    ((kept,),) = derivative._plans.values()
    return ratio, first / times.median("primal") - ratio, kept.plan.colours
