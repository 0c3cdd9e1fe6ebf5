"""The verdicts of the checker."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Is the function, over the reals, differentiable at the point?"""

    DIFFERENTIABLE = "DIFFERENTIABLE"
    NOT_DIFFERENTIABLE = "NOT_DIFFERENTIABLE"
    DISCONTINUOUS = "DISCONTINUOUS"
    UNDEFINED = "UNDEFINED"
    UNKNOWN = "UNKNOWN"
