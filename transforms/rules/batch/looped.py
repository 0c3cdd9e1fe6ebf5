"""What runs in a loop over the examples, and why: there is no one call that does it for many.

    y = math.erf(x)        for example in range(n_examples):
                               y[example] = math.erf(x[example])

Operations that have a batch rule get here too, with operands that it does not take (an index that
differs from example to example beside one that does not).
"""

from __future__ import annotations

import bisect
import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.batch.core import BATCH, SINGLE
from fpad.transforms.rules.core import Rule

LOOPED: dict[Callable[..., Any], str] = {}
"""Operation -> why."""


def _looped(reason: str, *ops: Callable[..., Any]) -> None:
    LOOPED.update(dict.fromkeys(ops, reason))


_looped(
    "NumPy has no such function",
    *(math.erf, math.erfc, math.gamma, math.lgamma, math.remainder, math.fsum, math.isclose),
    *(math.comb, math.perm, math.factorial, math.gcd, math.lcm, math.isqrt),
    *(bisect.bisect_left, bisect.bisect_right, np.lexsort),
)
_looped(
    "NumPy does it for one array",
    *(np.convolve, np.correlate, fp.convolve_left, fp.convolve_right),
    *(fp.correlate_left, fp.correlate_right, np.kron, fp.kron_left, fp.kron_right),
    *(np.tensordot, fp.tensordot_left, fp.tensordot_right, fp.cross_left, fp.cross_right),
    *(np.bincount, np.digitize, np.isin, np.delete, np.diagflat, np.resize, fp.unmove),
    *(fp.lead, fp.above_nearest),
    *(fp.roots, fp.least_squares, np.linalg.matrix_rank, fp.imatmul, fp.unraveled),
)
_looped(
    "the shape of its result depends on its operands",
    *(np.arange, np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri, np.indices),
    *(np.hanning, np.hamming, np.blackman, np.bartlett, np.argwhere, np.flatnonzero, fp.nonzero),
    *(fp.shape_with, fp.example_room, fp.example_axis),
)
_looped(
    "it looks at the entries of one array",
    *(fp.alike, fp.distinct, fp.positive, fp.free, fp.full_rank, fp.rest, fp.unturned),
    *(fp.eigenbasis, fp.sign_det, fp.gap, fp.runner_up, fp.neighbour, fp.running, fp.ranked),
    *(fp.in_order, fp.taken_from, np.allclose, np.array_equal, np.array_equiv),
    *(fp.example_of, fp.fitting, fp.within, fp.shares, fp.some, fp.limit, fp.fixed, fp.distance),
    *(fp.truth, fp.keep_last, fp.along, fp.flat),
)
_looped(
    "it asks for the class of one value",
    *(builtins.isinstance, operator.is_, operator.is_not, operator.contains),
    *(np.isrealobj, np.iscomplexobj),
)
_looped("its value is that of a function of the library, called with one example", fp.library)

_OF_LISTS = ("blanks", "choosing", "rows", "sets", "showing", "tables", "texts", "recorder")
_OTHERS = (fp.letter, fp.percent, fp.renumbered, fp.structure, fp.text, fp.tape, fp.whole)


def reason_for(rule: Rule) -> str | None:
    """Why an operation runs in a loop over the examples; None where it does not.

    Raises:
        KeyError: nobody has said why.
    """
    if is_batched(rule):
        return None
    module = str(getattr(rule.op, "__module__", "") or "")
    if module.rpartition(".")[2] in _OF_LISTS and module.startswith("fpad.runtime."):
        return "the rows of a list, a dict or a text belong to one example"
    if module.startswith("scipy.linalg"):
        return "SciPy does it for one matrix"
    if rule.op in _OTHERS:
        return "it makes what is no array of numbers"
    if rule.effect:
        return "it has an effect, and is refused"
    if module.startswith("scipy."):
        return "SciPy does it for one array in its older versions"
    return LOOPED[rule.op]


def is_batched(rule: Rule) -> bool:
    """Is there a way to do the operation for all examples at once?"""
    if rule.op in BATCH or rule.op in SINGLE:
        return True
    return rule.pointwise and getattr(rule.op, "__module__", "") != "math"
