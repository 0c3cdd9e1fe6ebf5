"""Statements of the IR in the words of the user's program, for explanations.

t1 = operator.mul(x, x)
t2 = numpy.sin(t1)          ->      t2 is `np.sin(x * x)`
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fpad.transforms.copies import is_temporary
from fpad.transforms.dump import operand_text, operation
from fpad.transforms.ir import (
    Call,
    Const,
    Copy,
    Let,
    Load,
    Node,
    Operand,
    Slice,
    Statement,
    Tree,
)
from fpad.transforms.ir import Leaf as LeafTree
from fpad.transforms.structures import part_key

_INFIX: dict[Any, str] = {
    operator.add: "+",
    operator.sub: "-",
    operator.mul: "*",
    operator.truediv: "/",
    operator.floordiv: "//",
    operator.mod: "%",
    operator.pow: "**",
    operator.matmul: "@",
    operator.lt: "<",
    operator.le: "<=",
    operator.gt: ">",
    operator.ge: ">=",
    operator.eq: "==",
    operator.ne: "!=",
}
_PREFIX: dict[Any, str] = {operator.neg: "-", operator.pos: "+", operator.not_: "not "}
DEPTH = 3
"""How many operations an expression shows; deeper ones are dots."""

Source = Callable[[Statement, str], "Statement | None"]
"""(reader, temporary) -> the only statement that gives it its value, if there is one."""


def called(op: Any) -> str:
    """An operation as programs write it: `np.sin`, `abs`, `*`."""
    if op in _INFIX:
        return _INFIX[op]
    name = operation(op).removeprefix("builtins.").removeprefix("operator.")
    return f"np.{name.removeprefix('numpy.')}" if name.startswith("numpy.") else name


def expression(s: Statement, source: Source, shown: Mapping[str, str], depth: int = DEPTH) -> str:
    """The value that a statement computes, with temporaries written out.

    Args:
        s: the statement.
        source: what gives a temporary its value.
        shown: leaf of an argument -> how the user writes it.
        depth: how many operations to show.
    """

    def part(o: Operand, inside: bool = False) -> str:
        if isinstance(o, str) and is_temporary(o):
            found = source(s, o)
            if found is None:
                return o
            if depth <= 1:
                return ".."
            text = expression(found, source, shown, depth - 1)
            infix = isinstance(found, Let) and (found.op in _INFIX or found.op in _PREFIX)
            return f"({text})" if inside and infix else text
        if isinstance(o, tuple):
            inner = ", ".join(map(part, o))
            return f"({inner},)" if len(o) == 1 else f"({inner})"
        if isinstance(o, Slice):
            parts = ["" if p == Const(None) else part(p) for p in (o.lower, o.upper, o.step)]
            return ":".join(parts if parts[2] else parts[:2])
        return shown.get(o, o) if isinstance(o, str) else operand_text(o)

    match s:
        case Let(op=op, args=args) if op in _INFIX and len(args) == 2:
            return f"{part(args[0], True)} {_INFIX[op]} {part(args[1], True)}"
        case Let(op=op, args=args) if op in _PREFIX and len(args) == 1:
            return f"{_PREFIX[op]}{part(args[0], True)}"
        case Let(op=op, args=args, kwargs=kwargs):
            named = (f"{k}={part(v)}" for k, v in kwargs)
            return f"{called(op)}({', '.join([*map(part, args), *named])})"
        case Copy(value=v):
            return part(v)
        case Load(base=base, index=index):
            inner = part(index)
            many = isinstance(index, tuple) and len(index) > 1
            return f"{part(base)}[{inner[1:-1] if many else inner}]"
        case Call(func=func, args=args):
            return f"{plain_name(func)}({', '.join(map(part, args))})"
    return ".."


def plain_name(func: str) -> str:
    """The user's function of which a generated one is a half, or the tangent."""
    return re.sub(r"(_(fwd|bwd|jvp)\d*)+$", "", func)


def leaf_names(name: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """(name of a leaf, how the user writes it) of a parameter: `params_w`, `params['w']`."""
    if isinstance(tree, LeafTree):
        yield str(tree.atom), name
    elif isinstance(tree, Node):
        for k, item in enumerate(tree.items):
            key = part_key(tree.make, tree.keys, k)
            plain = tree.make in (dict, list, tuple)
            part = f"{name}[{key!r}]" if plain else f"{name}.{key}"
            yield from leaf_names(part, item)


def listed(words: Iterable[str], join: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; each once."""
    found = list(dict.fromkeys(words))
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {join} {found[-1]}"


def numbered(lines: Iterable[int]) -> str:
    """`line 4`, `lines 4 and 7`."""
    found = sorted(set(lines))
    return f"line{'s' if len(found) > 1 else ''} {listed(map(str, found))}"
