"""Intervals for a proportion, from a sample."""

from __future__ import annotations

from fpad.transforms.errors import MissingExtra


def clopper_pearson(hits: int, n: int, confidence: float, more: int = 0) -> tuple[float, float]:
    """An interval that holds the proportion with at least this confidence.

    Clopper and Pearson (1934): the exact binomial tail on each side is at most (1 - confidence)/2.

    Args:
        hits: how many of the sample count.
        n: the size of the sample.
        confidence: as 0.99.
        more: how many may count, but it is not known.
    """
    try:
        from scipy.stats import beta
    except ImportError as error:
        raise MissingExtra("scipy", "the interval of a sample") from error
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, hits, n - hits + 1)) if hits else 0.0
    top = hits + more
    high = float(beta.ppf(1 - tail, top + 1, n - top)) if top < n else 1.0
    return low, high
