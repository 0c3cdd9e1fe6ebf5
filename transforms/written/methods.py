"""Methods of arrays that are functions written out, or that write their array."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.transforms.written.placing import partition_in_place, put, sort_in_place
from fpad.transforms.written.selecting import compressed


def tolist(a: Any) -> Any:
    """The method `tolist` of a vector."""
    if np.ndim(a) == 0:
        return a.item()
    if np.ndim(a) > 1:
        raise NotImplementedError("tolist of a matrix gives lists in a list: use the array itself")
    return list(a)


METHODS: dict[str, Any] = {
    "choose": np.choose,
    "compress": compressed,
    "fill": np.copyto,
    "nonzero": np.nonzero,
    "partition": partition_in_place,
    "put": put,
    "sort": sort_in_place,
    "tolist": tolist,
}
"""What each stands for, called with the array first."""
