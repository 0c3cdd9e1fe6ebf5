"""Jacobians and Hessians: what a block of seeds costs."""

from __future__ import annotations

import numpy as np

import fpad
from tests.benchmarks.measure import Row, in_turns

TIME = np.linspace(0.0, 1.0, 1000)


def rosenbrock(x):
    """The chained Rosenbrock function."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def waves(p):
    """Ten parameters, a thousand outputs."""
    y = np.zeros(1000)
    for k in range(10):
        y = y + p[k] * np.exp(-TIME * k) * np.sin(p[k] * TIME)
    return y


def peaks(p, t):
    """The same, each parameter once."""
    rise = p[0] * np.exp(-p[1] * t) + p[2] * np.sin(p[3] * t + p[4])
    return rise + np.tanh(p[5] * t + p[6]) * p[7] + np.log(1 + p[8] ** 2 * t * t) * p[9]


def squares(w, x, y):
    """A loss of one example."""
    return (np.tanh(x @ w) - y) ** 2


def blocks() -> list[Row]:
    """Against the primal, against autograd, against a loop over the examples."""
    p, x = np.linspace(0.1, 1.0, 10), np.linspace(-1.0, 1.0, 100)
    jacobians = [
        _ratio(lambda: fpad.jacobian(waves), lambda: waves(p), (p,)),
        _ratio(lambda: fpad.jacobian(peaks), lambda: peaks(p, TIME), (p, TIME)),
    ]
    hessian = fpad.hessian(rosenbrock)
    hessian(x)
    of_autograd = _autograd()
    times = in_turns({"ours": lambda: hessian(x), "autograd": lambda: of_autograd(x)}, rounds=15)
    rng = np.random.default_rng(0)
    w, xs, ys = rng.normal(size=20), rng.normal(size=(1000, 20)), rng.normal(size=1000)
    one, each = fpad.grad(squares), fpad.vmap(fpad.grad(squares), (None, 0, 0))
    one(w, xs[0], ys[0])
    each(w, xs, ys)
    mapped = in_turns(
        {
            "map": lambda: each(w, xs, ys),
            "loop": lambda: [one(w, a, b) for a, b in zip(xs, ys, strict=True)],
        },
        rounds=9,
    )
    return [
        Row(
            "Jacobian of 1000 outputs by 10 inputs / primal",
            15,
            max(jacobians),
            "x",
            detail=", ".join(
                f"{n} {r:.3g}" for n, r in zip(("waves", "peaks"), jacobians, strict=True)
            ),
        ),
        Row(
            "Hessian of a Rosenbrock of 100 variables: autograd / fpad",
            30,
            times.ratio("autograd", "ours"),
            "x",
            at_least=True,
        ),
        Row("1000 gradients: a loop / vmap", None, mapped.ratio("loop", "map"), "x", at_least=True),
        _gathers(rng),
    ]


def _gathers(rng: np.random.Generator) -> Row:
    """Entries of 200 examples by one array of indices, and their gradients."""
    xs, rows = rng.normal(size=(200, 1000)), rng.integers(0, 1000, 5000)
    taken = fpad.vmap(lambda x, rows: x[rows], (0, None))
    slopes = fpad.vmap(fpad.grad(lambda x, rows: np.sum(x[rows] ** 2)), (0, None))
    taken(xs, rows)
    slopes(xs, rows)
    times = in_turns(
        {
            "take": lambda: np.take(xs, rows, axis=1),
            "map": lambda: taken(xs, rows),
            "slopes": lambda: slopes(xs, rows),
        },
        rounds=15,
    )
    return Row(
        "x[rows] of 200 examples / np.take",
        None,
        times.ratio("map", "take"),
        "x",
        detail=f"gradients {times.ratio('slopes', 'take'):.3g}",
    )


def _ratio(make, primal, args) -> float:
    jacobian = make()
    jacobian(*args)
    times = in_turns({"jacobian": lambda: jacobian(*args), "primal": primal}, rounds=51)
    return times.ratio("jacobian", "primal")


def _autograd():
    import autograd
    import autograd.numpy as anp

    def same(x):
        return anp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    hessian = autograd.hessian(same)
    hessian(np.ones(3))
    return hessian
