"""How close two arrays are: bits, or units in the last place."""

from __future__ import annotations

from typing import Any

import numpy as np

# What the functions of two mathematical libraries may differ by, in units of the last place of
# the result: NumPy's own and glibc's or CUDA's are each within 4, most within 1 or 2.
ULPS = 4


def assert_same(got: Any, want: Any, what: str = "") -> None:
    """Equal bit for bit, dtype and shape included; all NaNs count as equal."""
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape), what
    if got.dtype.kind != "f":
        assert np.array_equal(got, want), what
        return
    bits = f"i{got.dtype.itemsize}"
    wrong = np.atleast_1d(got).view(bits) != np.atleast_1d(want).view(bits)
    wrong &= ~(np.isnan(np.atleast_1d(got)) & np.isnan(np.atleast_1d(want)))
    first = list(zip(np.atleast_1d(got)[wrong][:5], np.atleast_1d(want)[wrong][:5], strict=True))
    assert not wrong.any(), f"{what}: {wrong.sum()} of {wrong.size} differ: {first}"


def ulps(got: Any, want: Any) -> float:
    """The largest distance in units of the last place of `want`; NaNs and infinities must agree."""
    got, want = np.atleast_1d(got).ravel(), np.atleast_1d(want).ravel()
    special = ~(np.isfinite(got) & np.isfinite(want))
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    if (special & ~same).any():
        return float("inf")
    if special.all():
        return 0.0
    info = np.finfo(want.dtype)
    got, want = got[~special], want[~special]
    unit = np.spacing(np.clip(np.abs(want), info.smallest_normal, info.max / 2))
    # Halved before they are subtracted, so that nothing overflows.
    return float(np.max(np.abs(got / 2 - want / 2) / unit) * 2)
