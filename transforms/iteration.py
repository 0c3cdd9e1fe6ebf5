"""What a loop runs over: values known one by one, or a range with an element for each index.

for v in xs                 for i_v in range(len(xs)):  v = xs[i_v]
for i, (a, b) in enumerate(zip(xs, ys))
                            for k in range(min(len(xs), len(ys))):  i = k;  a = xs[k];  b = ys[k]
for v in (a, b)             v = a; ..;  v = b; ..           (known one by one)
for i in range(3)           a range; known one by one if a structure is indexed with i
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fpad.transforms import grown
from fpad.transforms.abstract import (
    UNKNOWN,
    Held,
    Static,
    Steps,
    Structure,
    Unknown,
    Value,
    Woven,
    describe,
    is_grown,
    literal,
)
from fpad.transforms.ir import Atom, Const, Operand
from fpad.transforms.kinds import INT, Num, ShapeKind
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.body import Body


@dataclass(frozen=True)
class Plan:
    """A loop over range(*args).

    Attributes:
        index: the name that counts; None: the user's loop variable itself.
        element: what the user's loop variable holds, given the index and a name to load it into.
    """

    args: tuple[Operand, ...]
    element: Callable[[Body, Held, str | None], Value]
    index: str | None = None
    reverse: bool = False


_ARRAYS = "loop over range(len(..)) and index what the loop needs."


def items_of(w: Body, value: Value) -> Sequence[Value] | None:
    """The values a loop runs over, if their number is known while the code is written."""
    match value:
        case Structure() if is_grown(value):
            return None
        case Structure(make=make, keys=keys, items=items):
            return [literal(k) for k in keys] if issubclass(make, dict) else items
        case Steps(args=args, reverse=reverse):
            numbers = [a.known.value if isinstance(a, Held) and a.known else None for a in args]
            if None in numbers:
                return None
            steps = range(*numbers)  # type: ignore[arg-type]
            return [literal(k) for k in (reversed(steps) if reverse else steps)]
        case Woven(how=how, of=of):
            return _woven_items(w, how, of)
        case Held(kind=ShapeKind(rank=int(rank))):
            return [w.element(None, value, Const(k)) for k in range(rank)]
    return None


def _woven_items(w: Body, how: str, of: tuple[Value, ...]) -> Sequence[Value] | None:
    if how in ("ndindex", "ndenumerate", "nditer"):
        return None
    inner = [items_of(w, v) for v in (of[:1] if how == "enumerate" else of)]
    structures = [isinstance(v, Structure | Woven) for v in of]
    if None in inner or not any(structures[: len(inner)]):
        return None
    known: list[Sequence[Value]] = [x for x in inner if x is not None]
    if how == "reversed":
        return list(reversed(known[0]))
    if how == "zip":
        return [_pair(row) for row in zip(*known)]  # noqa: B905 (zip stops at the shortest)
    start = of[1]
    if not (isinstance(start, Held) and start.known is not None):
        refuse("enumerate starts at a number that is not known.", "write the start as a literal.")
    first = start.known.value
    return [_pair((literal(first + k), v)) for k, v in enumerate(known[0])]


def _pair(items: Sequence[Value]) -> Structure:
    return Structure(tuple, tuple(range(len(items))), tuple(items))


def plan(w: Body, value: Value) -> Plan:
    """How to loop over a value by counting.  Writes what the header needs."""
    match value:
        case Unknown():
            return Plan((Const(0),), lambda w, i, v: UNKNOWN, w.fresh("i"))
        case Steps(args=args, reverse=reverse):
            operands = tuple(_int(a) for a in args)
            return Plan(operands, lambda w, i, v: i, None, reverse)
        case Held(kind=Num(array=True)) | Woven() | Structure():
            index = w.fresh(w.index_name)
            count, element = _source(w, value)
            return Plan((count,), element, index)
    refuse(f"A loop cannot run over {describe(value)}.", _ARRAYS)


def _int(value: Value) -> Atom:
    if isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.num != "float":
        return value.atom
    if isinstance(value, Static) and isinstance(value.value, bool):
        return Const(int(value.value))
    refuse(f"range is given {describe(value)}.", "give it ints.")


def _source(w: Body, value: Value) -> tuple[Atom, Callable[[Body, Held, str | None], Value]]:
    """The length of what is looped over, and its element at an index."""
    match value:
        case Held(kind=Num(array=True)):
            hidden = w.hold(value)

            def entry(w: Body, i: Held, variable: str | None) -> Value:
                array = w.env[hidden]
                assert isinstance(array, Held)
                return w.element(variable, array, i.atom)

            return w.let(None, builtins.len, (value.atom,), INT).atom, entry
        case Structure(make=make) if not issubclass(make, dict) or is_grown(value):
            if not is_grown(value):
                value = grown.grown(w, list, value.items)
            listed = w.hold(value)

            def value_at(w: Body, i: Held, variable: str | None) -> Value:
                base = w.env[listed]
                assert isinstance(base, Structure)
                return grown.item(w, base, i.atom)

            return grown.length(w, value).atom, value_at
        case Steps(args=(stop,), reverse=False):
            return _int(stop), lambda w, i, v: i
        case Woven(how="enumerate", of=(inner, start)):
            count, element = _source(w, inner)
            first = _int(start)
            return count, lambda w, i, v: _pair((_shifted(w, i, first), element(w, i, None)))
        case Woven(how="zip", of=of) if of:
            sources = [_source(w, v) for v in of]
            counts = tuple(dict.fromkeys(count for count, _ in sources))
            least = counts[0]
            if len(counts) > 1:
                least = w.let(None, builtins.min, counts, INT).atom
            return least, lambda w, i, v: _pair([element(w, i, None) for _, element in sources])
        case Woven(how="ndindex", of=of):
            count, index = _grid(w, [_int(v) for v in of])
            return count, lambda w, i, v: index(w, i)
        case Woven(how="ndenumerate" | "nditer" as how, of=of):
            return _entries(w, how, of)
        case Woven(how="reversed", of=(inner,)):
            count, element = _source(w, inner)
            last = w.let(None, operator.sub, (count, Const(1)), INT)

            def mirrored(w: Body, i: Held, variable: str | None) -> Value:
                back = w.let(None, operator.sub, (last.atom, i.atom), INT)
                return element(w, back, variable)

            return count, mirrored
    refuse(f"A loop cannot run over {describe(value)} this way.", _ARRAYS)


def _product(w: Body, sizes: Sequence[Atom]) -> Atom:
    """The product of ints, those known multiplied now."""
    known = math.prod(s.value for s in sizes if isinstance(s, Const))
    rest = [s for s in sizes if not isinstance(s, Const)]
    out: Atom = Const(known)
    if rest and known == 1:
        out, *rest = rest
    for s in rest:
        out = w.let(None, operator.mul, (out, s), INT).atom
    return out


def _grid(w: Body, sizes: Sequence[Atom]) -> tuple[Atom, Callable[[Body, Held], Structure]]:
    """How many indices an array of these sizes has, and the index at a place in C order."""
    strides = [_product(w, sizes[k + 1 :]) for k in range(len(sizes))]

    def index(w: Body, i: Held) -> Structure:
        parts: list[Value] = []
        for k, stride in enumerate(strides):
            part: Value = i
            if stride != Const(1):
                part = w.let(None, operator.floordiv, (_int(part), stride), INT)
            if k:
                part = w.let(None, operator.mod, (_int(part), sizes[k]), INT)
            parts.append(part)
        return _pair(parts)

    return _product(w, sizes), index


def _entries(
    w: Body, how: str, of: tuple[Value, ...]
) -> tuple[Atom, Callable[[Body, Held, str | None], Value]]:
    """The entries of an array in C order, with their indices (ndenumerate) or without."""
    (array,) = of
    rank = array.kind.rank if isinstance(array, Held) and isinstance(array.kind, Num) else None
    if rank is None or not isinstance(array, Held):
        refuse(f"{how} runs through {describe(array)}, whose number of axes is not known.", _ARRAYS)
    hidden = w.hold(array)
    shape = w.let(None, np.shape, (array.atom,), ShapeKind(rank))
    count, index = _grid(w, [w.element(None, shape, Const(k)).atom for k in range(rank)])

    def entry(w: Body, i: Held, variable: str | None) -> Value:
        at, now = index(w, i), w.env[hidden]
        assert isinstance(now, Held)
        value = w.element(None, now, tuple(_int(p) for p in at.items))
        return _pair((at, value)) if how == "ndenumerate" else value

    return count, entry


def _shifted(w: Body, index: Held, start: Atom) -> Value:
    if start == Const(0):
        return index
    return w.let(None, operator.add, (index.atom, start), INT)
