"""What is printed: coloured on a terminal where rich is installed, plain text everywhere else.

The environment variable NO_COLOR, when it is not empty, turns colours off (no-color.org).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import TextIO

WAIT = 2.0
"""Seconds before something is said of a computation that takes long."""

STYLES = {
    "DIFFERENTIABLE": "bold green",
    "NOT_DIFFERENTIABLE": "bold red",
    "DISCONTINUOUS": "bold red",
    "UNDEFINED": "bold yellow",
    "UNKNOWN": "bold yellow",
}
TRACE = {
    r"(?m)^\S.*$": "bold",
    r"(?m)^  \S*:[0-9]+$": "cyan",
    r"(?m)^ +\^~*$": "yellow",
    r"exactly on the boundary": "bold red",
    r"\b(here|there):": "bold",
}
EXPLANATION = {
    r"(?m)^\S.*$": "bold",
    r"(?<=  )active(?=  )": "green",
    r"(?<=  )unused(?=  )": "yellow",
    r"(?<=  )inactive(?=  )": "dim",
    r"\blines? [0-9]+": "cyan",
}


def has_colours(stream: TextIO) -> bool:
    """Is the stream a terminal that shows colours, and is rich there to write them?"""
    return (
        stream.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
        and importlib.util.find_spec("rich") is not None
    )


@contextlib.contextmanager
def waiting(text: str) -> Iterator[None]:
    """A line on the standard error that says what takes so long, from two seconds on.

    How far a check is nobody knows, so there is no bar.
    """
    if not has_colours(sys.stderr):
        yield
        return
    stream, shown = sys.stderr, []

    def begin() -> None:
        from rich.console import Console
        from rich.status import Status

        shown.append(Status(f"{text} ..", console=Console(file=stream), spinner="line"))
        shown[0].start()

    timer = threading.Timer(WAIT, begin)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for status in shown:
            status.stop()


def print_code(text: str) -> None:
    """Print Python code."""
    stream = sys.stdout
    if not has_colours(stream):
        print(text.rstrip("\n"), file=stream)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    # The palette of the terminal, whose owner chose colours that can be read there.
    code = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(text)
    code.rstrip()
    Console(file=stream, highlight=False).print(code, soft_wrap=True)


def print_heading(text: str) -> None:
    """Print the line above one of several texts."""
    stream = sys.stdout
    line = f"# ---- {text} ".ljust(80, "-")
    if not has_colours(stream):
        print(line, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    Console(file=stream, highlight=False).print(Text(line, "bold"), soft_wrap=True)


def print_report(text: str) -> None:
    """Print the text of a report, its verdict in colour."""
    _print_styled(text, {rf"\b{word}\b": style for word, style in STYLES.items()})


def print_trace(text: str) -> None:
    """Print the text of a record: places stand out, carets and distances are coloured."""
    _print_styled(text, TRACE)


def print_explanation(text: str) -> None:
    """Print the text of an explanation: titles stand out, what is said of lines stands back."""
    _print_styled(text, EXPLANATION)


def _print_styled(text: str, styles: Mapping[str, str]) -> None:
    """Print a text in which what matches a pattern has a style; later ones go on top."""
    stream = sys.stdout
    if not has_colours(stream):
        print(text, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    for pattern, style in styles.items():
        shown.highlight_regex(pattern, style)
    Console(file=stream, highlight=False).print(shown, soft_wrap=True)
