"""What becomes of an operation when it is done for many examples at once.

    y = np.sum(x, axis=0)      y = np.sum(x, axis=1)                     x holds examples
    y = a @ x                  y = np.matmul(x, np.swapaxes(a, -1, -2))  x holds vectors
    y = x[i]                   y = x[:, i]

A batch rule is a function (case, *operands, **keywords) -> symbol of the batched result, for
operands of which at least one is batched.  Operands are `Each`, tuples of these for displays, and
Python values for constants.  `None` as a result: not for these operands; they are looped over.
Entry by entry operations need no rule of their own: NumPy's broadcasting does them (`entries`).
"""

from fpad.transforms.rules.batch import adjoints, arrays, matrices, moving, nested  # noqa: F401  they fill it
from fpad.transforms.rules.batch.core import SAME_MEMORY, SINGLE, BatchRule, Case, Each, Refused
from fpad.transforms.rules.batch.entries import rule_for

__all__ = ["SAME_MEMORY", "SINGLE", "BatchRule", "Case", "Each", "Refused", "rule_for"]
