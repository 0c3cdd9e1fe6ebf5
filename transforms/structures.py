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
from fpad.runtime.rows import as_column, as_rows, records_of, values_of
from fpad.transforms.ir import Fixed, Leaf, Node, Tree
from fpad.transforms.kinds import (
    EACH,
    ITSELF,
    EitherKind,
    Kind,
    NodeKind,
    StaticKind,
    children,
    is_complex,
    is_namedtuple,
    is_object,
    meant,
)
from fpad.transforms.written.complex_ import Complex


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
        parts = (kind.which, *kind.options)
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
        if not _is_a(value, tree.make):
            raise InputError(f"expected a {meant(tree.make).__name__}, got {type(value).__name__}")
        if tree.keys == (EACH,):
            _flatten_each(list(value), tree, out)
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


def _is_a(value: Any, make: Any) -> bool:
    return is_complex(value) if make is Complex else type(value) is meant(make)


def records(tree: Tree) -> Node | None:
    """The tuple or list that the values of a list of unknown length are, if that is known."""
    inner = tree.items[0] if isinstance(tree, Node) else tree
    plain = isinstance(inner, Node) and inner.make in (tuple, list) and inner.keys != (EACH,)
    return inner if plain and all(isinstance(item, Leaf) for item in inner.items) else None  # type: ignore[return-value, union-attr]


def depth(tree: Tree) -> int | None:
    """How many lists of unknown length are in each other, with numbers or arrays inside."""
    if isinstance(tree, Leaf):
        return 0
    if not isinstance(tree, Node) or tree.keys != (EACH,):
        return None
    inner = depth(tree.items[0])
    listed = isinstance(tree.items[0], Leaf) or tree.items[0].make is list  # type: ignore[union-attr]
    return None if inner is None or not listed else inner + 1


def _flatten_each(values: list[Any], tree: Node, out: list[Any]) -> None:
    inner = records(tree)
    if inner is None:
        out.append(as_rows(values))
    else:
        out.extend(as_column(values, k) for k in range(len(inner.items)))


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
    if isinstance(tree, Node) and tree.keys == (EACH,):
        inner = records(tree)
        if inner is not None:
            return tree.make(records_of(inner.make, tuple(next(rest) for _ in inner.items)))
        return tree.make(values_of(next(rest), depth(tree) or 1))
    if isinstance(tree, Node):
        return build(tree.make, tree.keys, [_unflatten(item, rest) for item in tree.items])
    return tree.value


def build(make: Any, keys: Sequence[Any], items: Sequence[Any]) -> Any:
    """A tuple, list, dict, namedtuple or object of these items."""
    make = meant(make)
    if is_object(make):
        return made(make, **{k: v for k, v in zip(keys, items, strict=True) if k != ITSELF})
    if issubclass(make, dict):
        return make(dict(zip(keys, items, strict=True)))
    return make(*items) if is_namedtuple(make) else make(items)
