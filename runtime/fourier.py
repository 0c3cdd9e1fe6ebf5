"""The two parts of the discrete Fourier transform of real arrays; each is its own transpose.

    sum_k x[k] cos(2 pi j k / n)    and    -sum_k x[k] sin(2 pi j k / n)

(Cooley, Tukey 1965).  The results are new arrays of the shape of the operand.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def dft_cos(x: Any, axis: int = -1) -> Any:
    """The real part of np.fft.fft(x, axis=axis) of a real array x."""
    return np.fft.fft(x, axis=axis).real.copy()


def dft_sin(x: Any, axis: int = -1) -> Any:
    """The imaginary part of np.fft.fft(x, axis=axis) of a real array x."""
    return np.fft.fft(x, axis=axis).imag.copy()
