"""Generated text that is kept, read and run, beside derivatives written by hand.

Each program stands in `programs` or `compositions` next to its derivative as a careful programmer
writes it; `NAME.txt` holds what fpad generates for it.  After a change that is meant to alter text,

    python -m tests.golden --update

rewrites the files, and the difference is to be read before it is committed.
"""

from tests.golden import compositions, programs, registry
from tests.golden.registry import GOLDENS, Golden

__all__ = ["GOLDENS", "Golden", "compositions", "programs", "registry"]
