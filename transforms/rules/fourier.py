"""Rules of the discrete Fourier transform of real arrays, whose matrices are symmetric.

y = fp.dft_cos(x)    ->   bx = fp.dft_cos(by)

They are not declared linear: cosines are not rational, so exact arithmetic has no result.
"""

from __future__ import annotations

from fpad import runtime as fp
from fpad.transforms.rules.core import Drawn, general
from fpad.transforms.rules.definitions import sums
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.trace import f

_EXAMPLES = ((Drawn(5),), (Drawn(2, 3),), (Drawn(4, 3), 0), (Drawn(1),))

general(
    fp.dft_cos,
    [lambda dx, y, x, axis=-1: f.dft_cos(dx, axis)],
    [lambda by, y, x, axis=-1: f.dft_cos(by, axis)],
    definition=sums.dft_cos,
    kind=first_array,
    examples=_EXAMPLES,
)
general(
    fp.dft_sin,
    [lambda dx, y, x, axis=-1: f.dft_sin(dx, axis)],
    [lambda by, y, x, axis=-1: f.dft_sin(by, axis)],
    definition=sums.dft_sin,
    kind=first_array,
    examples=_EXAMPLES,
)
