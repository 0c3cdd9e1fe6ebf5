"""Rules of scipy.linalg, declared when SciPy has been imported by whoever calls it.

y = linalg.expm(a)     ->   ba = linalg.expm([[a.T, by], [0, a.T]])[:n, n:]
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from fpad.transforms.rules.core import RULES, general
from fpad.transforms.rules.definitions import matrices
from fpad.transforms.rules.linear import first_array
from fpad.transforms.rules.matrices import MATRIX, STACK, turned
from fpad.transforms.rules.trace import f, traced


def declare(linalg: ModuleType) -> None:
    """Put the rules of this module into the table, once."""
    if linalg.expm in RULES:
        return
    expm, join = traced(linalg.expm), traced(np.concatenate)

    def along(a: Any, e: Any) -> Any:
        """The derivative at a along e (Mathias, A chain rule for matrix functions, 1996)."""
        n = f.count(a, -1)
        below = join((f.zeros_like(a), a), -1)
        whole = expm(join((join((a, e), -1), below), -2))
        return whole[..., slice(None, n), slice(n, None)]

    general(
        linalg.expm,
        [lambda dx, y, A: along(A, dx)],
        [lambda by, y, A: along(turned(A), by)],
        definition=matrices.expm,
        bound=(32.0, 4.0),
        source="Mathias, A chain rule for matrix functions (1996)",
        kind=first_array,
        examples=((0.3 * MATRIX,), (0.3 * STACK,)),
    )
