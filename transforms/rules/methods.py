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
from fpad.transforms.rules.core import RULES


@dataclass(frozen=True)
class Method:
    """`x.name(*args, **kwargs)` means `op(x, *args, **kwargs)`.

    Attributes:
        op: the operation.
        packs: several arguments stand for one tuple: `x.reshape(2, 3)` is `x.reshape((2, 3))`.
        keywords: keywords that the method implies.
        renamed: keywords of the method that the operation calls otherwise.
        least: the operation wants this many arguments after the array; None where one is missing.
    """

    op: Callable[..., Any]
    packs: bool = False
    keywords: Mapping[str, Any] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    least: int = 0

    def call(
        self,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        lift: Callable[[Any], Any] = lambda plain: plain,
        pack: Callable[[tuple[Any, ...]], Any] = tuple,
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The operation's arguments after the array, given the method's.

        `lift` makes an argument of a plain value, `pack` one of several arguments.
        """
        if self.packs and len(args) > 1:
            args = (pack(args),)
        implied = {k: lift(v) for k, v in self.keywords.items()}
        named = implied | {self.renamed.get(k, k): v for k, v in kwargs.items()}
        if self.least:
            operands = RULES[self.op].names[1 + len(args) : 1 + self.least]
            args = (*args, *(named.pop(k) if k in named else lift(None) for k in operands))
        return args, named


ARRAY_METHODS: dict[str, Method] = {
    "all": Method(np.all),
    "any": Method(np.any),
    "argmax": Method(np.argmax),
    "argmin": Method(np.argmin),
    "argpartition": Method(np.argpartition),
    "argsort": Method(np.argsort),
    "astype": Method(fp.astype),
    "clip": Method(np.clip, renamed={"min": "a_min", "max": "a_max"}, least=2),
    "conj": Method(np.conjugate),
    "conjugate": Method(np.conjugate),
    # The method makes C order, the function keeps the order: sums would differ in their last bits.
    "copy": Method(np.copy, keywords={"order": "C"}),
    "cumprod": Method(np.cumprod),
    "cumsum": Method(np.cumsum),
    "diagonal": Method(np.diagonal),
    "dot": Method(np.dot),
    "flatten": Method(fp.flatten),
    "item": Method(fp.item),
    "max": Method(np.max),
    "mean": Method(np.mean),
    "min": Method(np.min),
    "prod": Method(np.prod),
    "ravel": Method(np.ravel),
    "repeat": Method(np.repeat),
    "reshape": Method(np.reshape, packs=True),
    "round": Method(np.round),
    "searchsorted": Method(np.searchsorted),
    "squeeze": Method(np.squeeze),
    "std": Method(np.std),
    "sum": Method(np.sum),
    "swapaxes": Method(np.swapaxes),
    "take": Method(np.take),
    "trace": Method(np.trace),
    "transpose": Method(np.transpose, packs=True),
    "var": Method(np.var),
}

ARRAY_ATTRIBUTES: dict[str, Callable[..., Any]] = {
    "T": np.transpose,
    "dtype": fp.dtype,
    "flat": fp.flat,
    "imag": np.imag,
    "ndim": np.ndim,
    "real": np.real,
    "shape": np.shape,
    "size": np.size,
}
if hasattr(np, "matrix_transpose"):  # NumPy 2
    ARRAY_ATTRIBUTES["mT"] = np.matrix_transpose
