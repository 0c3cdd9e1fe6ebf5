"""The command line: `show` prints code, `explain` says why it is so, `check` judges it."""

from fpad.cli.commands import main

__all__ = ["main"]
