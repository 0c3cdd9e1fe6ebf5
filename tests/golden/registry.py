"""A golden text: a derivative, what it is derived for, and the same written by hand."""

from __future__ import annotations

import ast
import inspect
import pathlib
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fpad.derivative import Derivative
from fpad.entry import asked_kinds, assumed_kinds
from fpad.transforms.pipeline import derive_program, recorded, written
from fpad.transforms.source import read

FOLDER = pathlib.Path(__file__).parent
LIMIT = 1.3
"""How many statements generated text may have for each of the hand-written ones."""


@dataclass(frozen=True)
class Golden:
    """One text.

    Attributes:
        derivative: what generates it.
        by_hand: the same derivative, written by hand.
        helpers: functions that were written for `by_hand`, and count with it.
        args: arguments that it is derived for, and called with.
        seed: the tangent or cotangent, as a keyword argument.
    """

    derivative: Derivative
    by_hand: Callable[..., Any]
    helpers: tuple[Callable[..., Any], ...]
    args: tuple[Any, ...]
    seed: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the hand-written function, and of the text."""
        return self.by_hand.__name__

    @property
    def file(self) -> pathlib.Path:
        """Where the text is kept."""
        return FOLDER / f"{self.name}.txt"

    def generate(self) -> str:
        """The text, generated now; for a GPU, too, where there is none."""
        d = self.derivative
        base = inspect.signature(d._base)
        values = dict(zip(base.parameters, self.args, strict=False))
        kinds = asked_kinds(d, assumed_kinds(d, values))
        program, _, _ = derive_program(d._base, kinds, d.steps())
        program, _ = recorded(program, d.steps())
        return written(program, d.steps(), d.request.backend, read(d._base).numpy).text

    def statements_by_hand(self) -> int:
        """Statements of the hand-written derivative and its helpers."""
        sources = map(inspect.getsource, (self.by_hand, *self.helpers))
        return sum(statements(textwrap.dedent(source)) for source in sources)


GOLDENS: list[Golden] = []


def golden(
    derivative: Any, *args: Any, helpers: tuple[Callable[..., Any], ...] = (), **seed: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a hand-written function beside the derivative that should equal it."""

    def register(by_hand: Callable[..., Any]) -> Callable[..., Any]:
        GOLDENS.append(Golden(derivative, by_hand, helpers, args, seed))
        return by_hand

    return register


_UNCOUNTED = (ast.FunctionDef, ast.Return, ast.Import, ast.ImportFrom)


def statements(text: str) -> int:
    """Statements of a module: definitions, returns, imports and docstrings are not counted."""
    return sum(
        isinstance(node, ast.stmt) and not isinstance(node, _UNCOUNTED) and not _is_docstring(node)
        for node in ast.walk(ast.parse(text))
    )


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
