"""Methods and attributes of arrays, as operations of the table.

x.sum(axis=0)       np.sum(x, axis=0)
x.reshape(2, -1)    np.reshape(x, (2, -1))
x.T                 np.transpose(x)
x.copy()            np.copy(x, order="C")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fpad import runtime as fp


@dataclass(frozen=True)
class Method:
    """`x.name(*args, **kwargs)` means `op(x, *args, **kwargs)`.

    Attributes:
        op: the operation.
        packs: several arguments stand for one tuple: `x.reshape(2, 3)` is `x.reshape((2, 3))`.
        keywords: keywords that the method implies.
    """

    op: Callable[..., Any]
    packs: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The operation's arguments after the array, given the method's."""
        return (args,) if self.packs and len(args) > 1 else args


ARRAY_METHODS: dict[str, Method] = {
    "all": Method(np.all),
    "any": Method(np.any),
    "argmax": Method(np.argmax),
    "argmin": Method(np.argmin),
    "astype": Method(fp.astype),
    "clip": Method(np.clip),
    # The method makes C order, the function keeps the order: sums would differ in their last bits.
    "copy": Method(np.copy, keywords={"order": "C"}),
    "dot": Method(np.dot),
    "flatten": Method(fp.flatten),
    "item": Method(fp.item),
    "max": Method(np.max),
    "mean": Method(np.mean),
    "min": Method(np.min),
    "ravel": Method(np.ravel),
    "reshape": Method(np.reshape, packs=True),
    "round": Method(np.round),
    "squeeze": Method(np.squeeze),
    "sum": Method(np.sum),
    "swapaxes": Method(np.swapaxes),
    "transpose": Method(np.transpose, packs=True),
}

ARRAY_ATTRIBUTES: dict[str, Callable[..., Any]] = {
    "T": np.transpose,
    "dtype": fp.dtype,
    "ndim": np.ndim,
    "shape": np.shape,
    "size": np.size,
}
