"""Methods of arrays and ints that are functions written out, or that write their array."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.written.placing import partition_in_place, put, sort_in_place
from fpad.transforms.written.selecting import compressed

METHODS: dict[str, Any] = {
    "bit_count": fp.bit_count,
    "bit_length": fp.bit_length,
    "choose": np.choose,
    "compress": compressed,
    "fill": np.copyto,
    "nonzero": np.nonzero,
    "partition": partition_in_place,
    "put": put,
    "sort": sort_in_place,
    "tolist": fp.to_list,
}
"""What each stands for, called with the array first."""
