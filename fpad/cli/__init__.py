"""The command line: `fpad show` prints generated code, `fpad check` judges a derivative."""

from fpad.cli.commands import main

__all__ = ["main"]
