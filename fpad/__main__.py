"""`python -m fpad`, and what the console script `fpad` calls."""

from __future__ import annotations

import sys

from fpad.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
