"""What is printed: coloured on a terminal where rich is installed, plain text everywhere else.

The environment variable NO_COLOR, when it is not empty, turns colours off (no-color.org).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
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
    stream = sys.stdout
    if not has_colours(stream):
        print(text, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    for word, style in STYLES.items():
        shown.highlight_regex(rf"\b{word}\b", style)
    Console(file=stream, highlight=False).print(shown, soft_wrap=True)


def print_trace(text: str) -> None:
    """Print the text of a record: places stand out, carets and distances are coloured."""
    stream = sys.stdout
    if not has_colours(stream):
        print(text, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    shown.highlight_regex(r"(?m)^\S.*$", "bold")
    shown.highlight_regex(r"(?m)^  \S*:[0-9]+$", "cyan")
    shown.highlight_regex(r"(?m)^ +\^~*$", "yellow")
    shown.highlight_regex(r"exactly on the boundary", "bold red")
    shown.highlight_regex(r"\b(here|there):", "bold")
    Console(file=stream, highlight=False).print(shown, soft_wrap=True)


def print_explanation(text: str) -> None:
    """Print the text of an explanation: titles stand out, what is said of lines stands back."""
    stream = sys.stdout
    if not has_colours(stream):
        print(text, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text(text)
    shown.highlight_regex(r"(?m)^\S.*$", "bold")
    shown.highlight_regex(r"(?<=  )active(?=  )", "green")
    shown.highlight_regex(r"(?<=  )unused(?=  )", "yellow")
    shown.highlight_regex(r"(?<=  )inactive(?=  )", "dim")
    shown.highlight_regex(r"\blines? [0-9]+", "cyan")
    Console(file=stream, highlight=False).print(shown, soft_wrap=True)
