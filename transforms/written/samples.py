"""The module `statistics`, and sums of `math`: the library's value, a formula's derivative.

m = statistics.mean(xs)         m = fp.valued(sum(xs) / len(xs), fp.exact(statistics.mean, xs))
"""

from __future__ import annotations

import math
import statistics
from typing import Any

from fpad import runtime as fp


def mean(data: Any) -> Any:
    """`statistics.mean`, written out."""
    xs = list(data)
    return fp.valued(sum(xs) / len(xs), fp.exact(statistics.mean, xs))


def fmean(data: Any, weights: Any = None) -> Any:
    """`statistics.fmean`, written out."""
    xs = list(data)
    if weights is None:
        return fp.valued(sum(xs) / len(xs), fp.exact(statistics.fmean, xs))
    ws = list(weights)
    total = sum([w * x for w, x in zip(ws, xs, strict=False)])
    return fp.valued(total / sum(ws), fp.exact(statistics.fmean, xs, ws))


def harmonic_mean(data: Any, weights: Any = None) -> Any:
    """`statistics.harmonic_mean`, written out."""
    xs = list(data)
    if weights is None:
        total = sum([1.0 / x for x in xs])
        return fp.valued(len(xs) / total, fp.exact(statistics.harmonic_mean, xs))
    ws = list(weights)
    total = sum([w / x for w, x in zip(ws, xs, strict=False)])
    return fp.valued(sum(ws) / total, fp.exact(statistics.harmonic_mean, xs, ws))


def geometric_mean(data: Any) -> Any:
    """`statistics.geometric_mean`, written out."""
    xs = list(data)
    total = sum([math.log(x) for x in xs])
    return fp.valued(math.exp(total / len(xs)), fp.exact(statistics.geometric_mean, xs))


def _squares(xs: Any, center: Any) -> Any:
    middle = sum(xs) / len(xs) if center is None else center
    return sum([(x - middle) * (x - middle) for x in xs])


def variance(data: Any, xbar: Any = None) -> Any:
    """`statistics.variance`, written out."""
    xs = list(data)
    out = _squares(xs, xbar) / (len(xs) - 1)
    return fp.valued(out, fp.exact(statistics.variance, xs, xbar))


def pvariance(data: Any, mu: Any = None) -> Any:
    """`statistics.pvariance`, written out."""
    xs = list(data)
    return fp.valued(_squares(xs, mu) / len(xs), fp.exact(statistics.pvariance, xs, mu))


def stdev(data: Any, xbar: Any = None) -> Any:
    """`statistics.stdev`, written out."""
    xs = list(data)
    out = math.sqrt(_squares(xs, xbar) / (len(xs) - 1))
    return fp.valued(out, fp.exact(statistics.stdev, xs, xbar))


def pstdev(data: Any, mu: Any = None) -> Any:
    """`statistics.pstdev`, written out."""
    xs = list(data)
    out = math.sqrt(_squares(xs, mu) / len(xs))
    return fp.valued(out, fp.exact(statistics.pstdev, xs, mu))


def dist(p: Any, q: Any) -> Any:
    """`math.dist`, written out."""
    squares = sum([(a - b) * (a - b) for a, b in zip(p, q, strict=False)])
    return fp.valued(math.sqrt(squares), fp.exact(math.dist, p, q))


def sumprod(p: Any, q: Any, /) -> Any:
    """`math.sumprod`, written out."""
    total = sum([a * b for a, b in zip(p, q, strict=False)])
    return fp.valued(total, fp.exact(math.sumprod, p, q))  # type: ignore[attr-defined,unused-ignore]


WRITTEN: dict[Any, Any] = {
    statistics.mean: mean,
    statistics.fmean: fmean,
    statistics.harmonic_mean: harmonic_mean,
    statistics.geometric_mean: geometric_mean,
    statistics.variance: variance,
    statistics.pvariance: pvariance,
    statistics.stdev: stdev,
    statistics.pstdev: pstdev,
    math.dist: dist,
}
if hasattr(math, "sumprod"):  # Python 3.12
    WRITTEN[math.sumprod] = sumprod
