"""How the flat parameters and results of a function map to a Python signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from fpad.transforms.program import Atom


@dataclass(frozen=True)
class Leaf:
    """A leaf of a structured argument or result: the atom that holds it."""

    atom: Atom


@dataclass(frozen=True)
class Fixed:
    """A static leaf (str, bool, None, callable): carried by value."""

    value: Any


@dataclass(frozen=True)
class Node:
    """A tuple, list or dict (`make`), or a class to be called, over child trees."""

    make: Any
    keys: tuple[Any, ...]
    items: tuple[Tree, ...]


Tree: TypeAlias = "Leaf | Fixed | Node"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the Python function: name, inspect's kind, default, and where its leaves go.

    `use`: "argument", "seed" (a tangent or cotangent), "one" (the cotangent of a scalar, 1.0 unless
    the generated text is used by hand) or "live" (data that the function reads from outside).
    """

    name: str
    how: int
    tree: Tree
    default: Any = None
    has_default: bool = False
    use: str = "argument"


@dataclass(frozen=True)
class Boundary:
    """How the flat parameters and results of a Func map to the Python signature."""

    parameters: tuple[Parameter, ...]
    result: Tree
