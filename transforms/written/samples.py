"""The module `statistics`, and distances and sums of `math`: all of them round only once.

m = statistics.mean(xs)     t = mean(xs)            # def mean(data): ..
m = fp.library(t, statistics.mean, (xs,))
"""

from __future__ import annotations

import math
import statistics
from typing import Any


def mean(data: Any) -> Any:
    """`statistics.mean`, written out."""
    xs = list(data)
    return sum(xs) / len(xs)


def fmean(data: Any, weights: Any = None) -> Any:
    """`statistics.fmean`, written out."""
    xs = list(data)
    if weights is None:
        return sum(xs) / len(xs)
    ws = list(weights)
    total = sum([w * x for w, x in zip(ws, xs, strict=False)])
    return total / sum(ws)


def harmonic_mean(data: Any, weights: Any = None) -> Any:
    """`statistics.harmonic_mean`, written out."""
    xs = list(data)
    if weights is None:
        total = sum([1.0 / x for x in xs])
        return len(xs) / total
    ws = list(weights)
    total = sum([w / x for w, x in zip(ws, xs, strict=False)])
    return sum(ws) / total


def geometric_mean(data: Any) -> Any:
    """`statistics.geometric_mean`, written out."""
    xs = list(data)
    total = sum([math.log(x) for x in xs])
    return math.exp(total / len(xs))


def _squares(xs: Any, center: Any) -> Any:
    middle = sum(xs) / len(xs) if center is None else center
    return sum([(x - middle) * (x - middle) for x in xs])


def variance(data: Any, xbar: Any = None) -> Any:
    """`statistics.variance`, written out."""
    xs = list(data)
    out = _squares(xs, xbar) / (len(xs) - 1)
    return out


def pvariance(data: Any, mu: Any = None) -> Any:
    """`statistics.pvariance`, written out."""
    xs = list(data)
    return _squares(xs, mu) / len(xs)


def stdev(data: Any, xbar: Any = None) -> Any:
    """`statistics.stdev`, written out."""
    xs = list(data)
    out = math.sqrt(_squares(xs, xbar) / (len(xs) - 1))
    return out


def pstdev(data: Any, mu: Any = None) -> Any:
    """`statistics.pstdev`, written out."""
    xs = list(data)
    out = math.sqrt(_squares(xs, mu) / len(xs))
    return out


def dist(p: Any, q: Any) -> Any:
    """`math.dist`, written out."""
    squares = sum([(a - b) * (a - b) for a, b in zip(p, q, strict=False)])
    return math.sqrt(squares)


def sumprod(p: Any, q: Any, /) -> Any:
    """`math.sumprod`, written out."""
    total = sum([a * b for a, b in zip(p, q, strict=False)])
    return total


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
ROUNDED_OTHERWISE = set(WRITTEN)
