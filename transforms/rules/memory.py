"""Rules of the helpers that own memory or check values: linear, and exact."""

from __future__ import annotations

from fpad import runtime as fp
from fpad.transforms.kinds import FLOAT, Kind
from fpad.transforms.rules.core import linear


def _element_kind(*_: Kind) -> Kind:
    """A single number, or `fp.element` raises."""
    return FLOAT


linear(fp.own, lambda by, y, x: by, rounds=False)
linear(fp.asarray, lambda by, y, x: by, rounds=False, view="maybe")
linear(fp.element, lambda by, y, x: by, rounds=False, kind=_element_kind)
