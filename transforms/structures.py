"""Structures at the boundary: which leaf of an argument goes into which flat name, and back.

tree_of("p", kind of {"W": array, "k": (2.0, "relu")}, fresh)
    Node(dict, ("W", "k"), (Leaf("p_W"), Node(tuple, (0, 1), (Leaf("p_k_0"), Fixed("relu")))))
    names ("p_W", "p_k_0"), kinds (ARRAY, FLOAT)

flatten(value, tree) -> [array, 2.0]          unflatten(tree, [array, 2.0]) -> value
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fpad.runtime.errors import InputError
from fpad.runtime.memory import made
from fpad.runtime.rows import as_rows, values_of
from fpad.transforms.ir import Fixed, Leaf, Node, Tree
from fpad.transforms.kinds import (
    EACH,
    INT,
    ITSELF,
    EitherKind,
    Kind,
    NodeKind,
    StaticKind,
    children,
    is_namedtuple,
)


def leaf_name(base: str, key: Any) -> str:
    """The name of a part of a structure: `params_W1`, `state_0`."""
    part = re.sub(r"\W", "_", str(key))
    return f"{base}_{part}" if part else base


def part_key(make: Any, keys: Sequence[Any], k: int) -> Any:
    """What part k of a structure is called: its key, the field of a namedtuple, or its position."""
    return make._fields[k] if is_namedtuple(make) else keys[k]


def tree_of(
    name: str, kind: Kind, fresh: Callable[[str], str]
) -> tuple[Tree, tuple[str, ...], tuple[Kind, ...]]:
    """The tree of a value of this kind, with names for its leaves and their kinds, in order."""
    if isinstance(kind, StaticKind):
        return Fixed(kind.value), (), ()
    if isinstance(kind, EitherKind):  # which, and the alternatives
        parts = (INT, *kind.options)
        kind = NodeKind(tuple, ("kind", *range(1, len(parts))), parts)
    if not isinstance(kind, NodeKind):
        leaf = fresh(name)
        return Leaf(leaf), (leaf,), (kind,)
    trees: list[Tree] = []
    names: list[str] = []
    kinds: list[Kind] = []
    for k, item in enumerate(kind.items):
        tree, inner, inner_kinds = tree_of(
            leaf_name(name, part_key(kind.make, kind.keys, k)), item, fresh
        )
        trees.append(tree)
        names += inner
        kinds += inner_kinds
    return Node(kind.make, kind.keys, tuple(trees)), tuple(names), tuple(kinds)


def flatten(value: Any, tree: Tree) -> list[Any]:
    """The leaves of a value that has the structure of `tree`.

    Raises:
        InputError: the structure is another.
    """
    out: list[Any] = []
    _flatten(value, tree, out)
    return out


def _flatten(value: Any, tree: Tree, out: list[Any]) -> None:
    if isinstance(tree, Leaf):
        out.append(value)
    elif isinstance(tree, Node):
        if type(value) is not tree.make:
            raise InputError(f"expected a {tree.make.__name__}, got {type(value).__name__}")
        if tree.keys == (EACH,):
            out.append(as_rows(list(value)))
            return
        keys, items = children(value)
        if tree.keys[-1:] == (ITSELF,):
            keys, items = (*keys, ITSELF), (*items, value)
        if keys != tree.keys and tree.make is dict and set(keys) == set(tree.keys):
            items = tuple(value[k] for k in tree.keys)
        elif keys != tree.keys:
            raise InputError(f"expected the keys {list(tree.keys)}, got {list(keys)}")
        for item, part in zip(items, tree.items, strict=True):
            _flatten(item, part, out)


def unflatten(tree: Tree, leaves: Sequence[Any]) -> Any:
    """The value with the structure of `tree` and these leaves."""
    rest = iter(leaves)
    value = _unflatten(tree, rest)
    if next(rest, rest) is not rest:
        raise ValueError("more leaves than the structure has")
    return value


def _unflatten(tree: Tree, rest: Iterator[Any]) -> Any:
    if isinstance(tree, Leaf):
        return next(rest)
    if isinstance(tree, Node):
        return build(tree.make, tree.keys, [_unflatten(item, rest) for item in tree.items])
    return tree.value


def build(make: Any, keys: Sequence[Any], items: Sequence[Any]) -> Any:
    """A tuple, list, dict, namedtuple or object of these items, or of the rows of the only one."""
    if tuple(keys) == (EACH,):
        return make(values_of(items[0]))
    if issubclass(make, dict):
        return make(zip(keys, items, strict=True))
    if not issubclass(make, tuple | list):
        return made(make, **{k: v for k, v in zip(keys, items, strict=True) if k != ITSELF})
    return make(*items) if is_namedtuple(make) else make(items)
