"""Values for parameters, from `--at`: literals, a .json file or a .npz file.  Nothing is evaluated.

    --at 'x=[0.0, 1.0]; n=3' --at point.npz      {"x": array([0., 1.]), "n": 3, ...}

Numbers stay ints and floats, dicts dicts and tuples tuples; a list of numbers, or of such lists of
the same length, becomes an array.
"""

from __future__ import annotations

import ast
import json
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fpad.cli.problems import Place, UsageError

REMEDY = (
    "numbers, strings, True, False, None, and lists, tuples and dicts of these; "
    "or all values in a .json or .npz file"
)


@dataclass
class Given:
    """Values by parameter name, each with the place that it came from."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, name: str, value: Any, place: Place) -> None:
        """One more value.

        Raises:
            UsageError: the name has one already.
        """
        if name in self.values:
            raise UsageError(f"{name} is given twice", place, "give it once")
        self.values[name] = value
        self.places[name] = place


def parse(texts: Iterable[str]) -> Given:
    """The values of all `--at` options together.

    Raises:
        UsageError: a text is not a list of literals, a file cannot be read, a name comes twice.
    """
    given = Given()
    for text in texts:
        suffix = os.path.splitext(text)[1].lower()
        if suffix in (".json", ".npz"):
            values = _json(text) if suffix == ".json" else _npz(text)
            for name, value in values.items():
                given.add(name, value, Place(text, 1))
        else:
            _literals(text, given)
    return given


def value_of(text: str, option: str) -> Any:
    """The value of an option that takes one: a literal, as in `--seed '[1.0, 0.0]'`.

    Raises:
        UsageError: it is not a literal.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        place = Place(f"{option} {text}", len(option) + 2)
        raise UsageError(f"{option}: this is no value", place, REMEDY) from None
    shift = len(text) - len(text.lstrip())

    def place_of(node: ast.AST) -> Place:
        return Place(text, getattr(node, "col_offset", 0) + shift + 1)

    return _as_value(_literal(tree, place_of, option))


# ---------------------------------------------------------------- literals


def _literals(text: str, given: Given) -> None:
    """Values written as `name=literal; name=literal`."""
    start = len(text) - len(text.lstrip())
    lines = text[start:].splitlines() or [""]

    def place(node: ast.AST) -> Place:
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        column = len(lines[line - 1].encode()[:offset].decode())
        return _shown(text, lines, line, column, start)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd literals; here they are right or wrong
            tree = ast.parse(text[start:])
    except SyntaxError as error:
        line = min(error.lineno or 1, len(lines))
        at = _shown(text, lines, line, (error.offset or 1) - 1, start)
        raise UsageError(f"--at: {error.msg}", at, "write name=value; name=value") from None
    except (ValueError, RecursionError, MemoryError) as error:
        reason = "nested too deeply" if not isinstance(error, ValueError) else str(error)
        raise UsageError(f"--at: {reason}", Place(text, 1), "put it in a .npz file") from None
    if not tree.body:
        raise UsageError("--at: there is no value", Place(text, 1), "write name=value; name=value")
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=node):
                given.add(name, _as_value(_literal(node, place)), place(target))
            case ast.Assign(targets=[_, other, *_]):
                raise UsageError("--at: one value, two names", place(other), "name=value")
            case _:
                at = place(statement)
                raise UsageError("--at: this is no value", at, "write name=value; name=value")


def _shown(text: str, lines: list[str], line: int, column: int, start: int) -> Place:
    if len(lines) == 1:
        return Place(text, column + start + 1)
    return Place(lines[line - 1], column + 1)


def _literal(node: ast.expr, place: Any, option: str = "--at") -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):  # TypeError: a list as the key of a dict
        bad = _offender(node)
    except (RecursionError, MemoryError):
        raise UsageError(f"{option}: nested too deeply", place(node)) from None
    remedy = REMEDY
    if isinstance(bad, ast.Name) and bad.id.lower() in ("nan", "inf", "infinity"):
        remedy = "1e999 is infinity; NaN can be given in a .json or .npz file"
    raise UsageError(f"{option}: {ast.unparse(bad)} is not a literal", place(bad), remedy)


def _offender(node: ast.expr) -> ast.expr:
    """The innermost part that is not a literal."""
    parts: list[ast.expr | None] = []
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        parts = list(node.elts)
    elif isinstance(node, ast.Dict):
        parts = [p for pair in zip(node.keys, node.values, strict=True) for p in pair]
    elif isinstance(node, ast.UnaryOp):
        parts = [node.operand]
    for part in parts:
        if part is not None and not _is_literal(part):
            return _offender(part)
    return node


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def _as_value(value: Any) -> Any:
    """Lists of numbers as arrays, also inside other structures."""
    if isinstance(value, dict):
        return {k: _as_value(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_as_value, value))
    if not isinstance(value, list):
        return value
    if _numeric(value):
        try:
            array = np.array(value)
        except ValueError:  # lists of different lengths
            return [_as_value(v) for v in value]
        # Integers that NumPy has no type for become an array of objects.
        return array if array.dtype.kind in "fib" else array.astype(np.float64)
    return [_as_value(v) for v in value]


def _numeric(value: list[Any]) -> bool:
    return all(_numeric(v) if isinstance(v, list) else isinstance(v, int | float) for v in value)


# ---------------------------------------------------------------- files


def _json(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        line = (text.splitlines() or [""])[min(error.lineno, len(text.splitlines()) or 1) - 1]
        where = f"{os.path.basename(path)}:{error.lineno}"
        raise UsageError(f"{where}: {error.msg}", Place(line, error.colno)) from None
    except (RecursionError, ValueError) as error:
        raise _unreadable(path, error) from None
    if not isinstance(values, dict):
        remedy = 'write an object of names and values, {"x": [0.0, 1.0]}'
        raise UsageError(f"{path} holds no names", Place(path, 1), remedy)
    return {name: _as_value(v) for name, v in values.items()}


def _npz(path: str) -> Mapping[str, Any]:
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            remedy = "write it with numpy.savez, an array for each name"
            raise UsageError(f"{path} holds no names", Place(path, 1), remedy)
        with loaded:
            return dict(loaded)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"{path} cannot be read: {reason}", Place(path, 1))
