"""`fpad.sweep`: how often is AD wrong, or a function without derivative, at machine numbers?

    fpad.sweep(f, over={"w": "float8_e4m3fn", "b": "float8_e4m3fn"})

Lee, Park and Aiken (2023) count the points of a product of finite sets, the values that parameters
of a network can have on a machine, at which the network (over the reals) is not differentiable, and
those at which it is and automatic differentiation returns something else.
"""

from __future__ import annotations

from fpad.sweeps.api import sweep
from fpad.sweeps.result import Sweep

__all__ = ["Sweep", "sweep"]
