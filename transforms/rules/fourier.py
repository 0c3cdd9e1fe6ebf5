"""Rules of the discrete Fourier transform of real arrays, whose matrices are symmetric.

y = fp.dft_cos(x)    ->   bx = fp.dft_cos(by)
"""

from __future__ import annotations

from fpad import runtime as fp
from fpad.transforms.rules.core import Drawn, linear
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.trace import f

_EXAMPLES = ((Drawn(5),), (Drawn(2, 3),), (Drawn(4, 3), 0), (Drawn(1),))

linear(
    fp.dft_cos,
    lambda by, y, x, axis=-1: f.dft_cos(by, axis),
    kind=first_array,
    examples=_EXAMPLES,
)
linear(
    fp.dft_sin,
    lambda by, y, x, axis=-1: f.dft_sin(by, axis),
    kind=first_array,
    examples=_EXAMPLES,
)
