"""Certificates: what was proved, in a form that can be stored and re-checked.

Certificate("D2", {"verdict": "NOT_DIFFERENTIABLE", "value": 0, "slopes": (-1, 1), ..})
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.numbers import Ball, Numbers
from fpad.records import read_as


@dataclass(frozen=True)
class Certificate:
    """The claims of a report that can be re-checked from the function alone.

    Attributes:
        kind: the procedure that proved them.
        claims: verdict, the point, the value, the derivative or the slopes.
    """

    kind: str
    claims: Mapping[str, Any]

    def to_json(self) -> str:
        """The certificate as JSON; fractions are written as "p/q"."""
        return json.dumps({"kind": self.kind, "claims": encode(dict(self.claims))})

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """The certificate that `to_json` wrote."""
        with read_as("a certificate"):
            data = json.loads(text)
            return cls(data["kind"], decode(data["claims"]))

    def verify(self, function: Callable[..., Any], *args: Any, **keywords: Any) -> bool:
        """Re-check the claims by running the function on fractions; see `Report.verify`."""
        from fpad.check.verify import verify

        return verify(self, function, args, keywords)


EVIDENCE = {
    **{"domain": "outside", "D1": "cells", "Dp": "pieces"},
    **{"Dn": "inside", "LD": "lines", "arc": "curves"},
}
"""What the arcs of a procedure's witness are, by which its proof can be re-checked."""

Arc = Sequence[Sequence[Any]]
"""Coefficients of t, of t**2, .. of a polynomial without constant term."""


def witness(kind: str, arcs: Iterable[tuple[Arc, Any]]) -> dict[str, Any]:
    """The witness of a procedure: arcs that the function was followed along, with its slopes.

    A slope is None where the function has none, because it jumps or is not defined there.
    """
    return {EVIDENCE[kind]: [[[list(c) for c in arc], slope] for arc, slope in arcs]}


_FRACTION = re.compile(r"-?\d+/\d+")


def encode(value: Any) -> Any:
    """Numbers, arrays and structures of them as JSON values; `decode` gives them back."""
    match value:
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Ball():
            return {"$ball": [encode(value.lo), encode(value.hi)]}
        case Numbers():
            return {"$tuple": [encode(v) for v in value]}
        case np.ndarray():
            data = [encode(v) for v in value.ravel().tolist()]
            return {"dtype": value.dtype.str, "shape": list(value.shape), "data": data}
        case np.generic():
            return {"$scalar": encode(np.asarray(value))}
        case float() if not math.isfinite(value):
            return {"$float": repr(value)}
        case str() if _FRACTION.fullmatch(value):
            return {"$text": value}
        case tuple():
            return {"$tuple": [encode(v) for v in value]}
        case list():
            return [encode(v) for v in value]
        case Mapping() if all(isinstance(k, str) for k in value):
            return {k: encode(v) for k, v in value.items()}
        case Mapping():
            return {"$items": [[encode(k), encode(v)] for k, v in value.items()]}
    return value


def decode(value: Any) -> Any:
    """What `encode` was given."""
    match value:
        case str() if _FRACTION.fullmatch(value):
            return Fraction(value)
        case list():
            return [decode(v) for v in value]
        case {"dtype": dtype, "shape": shape, "data": data}:
            return np.array([decode(v) for v in data], dtype=dtype).reshape(shape)
        case {"$scalar": array}:
            return decode(array)[()]
        case {"$ball": [lo, hi]}:
            return Ball(decode(lo), decode(hi))
        case {"$float": text}:
            return float(text)
        case {"$text": text}:
            return text
        case {"$tuple": items}:
            return tuple(decode(v) for v in items)
        case {"$items": items}:
            return {decode(k): decode(v) for k, v in items}
        case dict():
            return {k: decode(v) for k, v in value.items()}
    return value
