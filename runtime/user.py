"""What rules that users declare need when derivative code runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad.runtime.errors import RuleError


def stop_gradient(x: Any) -> Any:
    """The same x, a number or an array, with the derivative zero; in plain Python x itself."""
    return x


def ruled(term: Any, like: Any, name: str, k: int) -> Any:
    """What the rule of a function gives for its operand k, which must have the operand's shape.

    Raises:
        RuleError: it has another shape.
    """
    if np.shape(term) != np.shape(like):
        raise RuleError(
            f"the rule of {name} gives a derivative of shape {np.shape(term)} for its operand "
            f"{k}, where {np.shape(like)} is needed"
        )
    return term
