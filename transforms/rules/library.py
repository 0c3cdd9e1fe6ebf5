"""Rules of calls of library functions as they are.

y = fp.library(t, np.linalg.multi_dot, ((a, b, c),))      ->   bt = by      # t = a @ b @ c
n = fp.fixed("int[:]", np.tril_indices, (3,), (), 0)      ->   nothing
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num, StaticKind
from fpad.transforms.rules.core import constant, general

general(
    fp.library,
    [lambda dx, y, same, f=None, args=(), names=(), at=None: dx],
    [lambda by, y, same, f=None, args=(), names=(), at=None: by],
    kind=lambda same, f, args, names=None, at=None: same,
    shape_only=frozenset((0,)),
    facts={"straight_through": True},
    examples=((np.ones((2, 2)), np.ones, ((2, 2),)),),
)


def kind_of_text(kind: str) -> Num:
    """The kind that a text such as "float[:, :]" or "int" means; "float[...]" has any rank."""
    num, found, axes = kind.partition("[")
    if not found:
        return Num(False, num)
    return Num(True, num, None if axes == "...]" else 1 + axes.count(","))


def _fixed_kind(kind: Any, *_: Any, **__: Any) -> Kind:
    assert isinstance(kind, StaticKind)
    return kind_of_text(kind.value)


constant(
    fp.fixed,
    ("kind", "f", "args", "names", "at"),
    kind=_fixed_kind,
    examples=(("int[:]", np.tril_indices, (3,), (), 0),),
)
constant(
    fp.limit,
    ("kind", "make", "args", "name"),
    kind=_fixed_kind,
    cost_free=True,
    examples=(("float", np.finfo, (np.float64,), "eps"),),
)
