"""Random tests that make test runs in part."""

from collections.abc import Sequence
from typing import Any

import pytest


def first_half(values: Sequence[Any]) -> list[Any]:
    """The values, of which the second half is left to make test-slow."""
    half = (len(values) + 1) // 2
    late = [pytest.param(v, marks=pytest.mark.slow) for v in values[half:]]
    return [*values[:half], *late]
