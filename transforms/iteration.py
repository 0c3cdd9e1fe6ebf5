"""What a loop runs over: values known one by one, or a range with an element for each index.

for v in xs                 for i_v in range(len(xs)):  v = xs[i_v]
for i, (a, b) in enumerate(zip(xs, ys))
                            for k in range(min(len(xs), len(ys))):  i = k;  a = xs[k];  b = ys[k]
for v in (a, b)             v = a; ..;  v = b; ..           (known one by one)
for i in range(3)           a range; known one by one if a structure is indexed with i
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from fpad.transforms.kinds import INT, Num
from fpad.transforms.writer import Writer, refuse

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


def items_of(w: Writer, value: Value) -> Sequence[Value] | None:
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
    return None


def _woven_items(w: Writer, how: str, of: tuple[Value, ...]) -> Sequence[Value] | None:
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
        case Woven(how="reversed", of=(inner,)):
            count, element = _source(w, inner)
            last = w.let(None, operator.sub, (count, Const(1)), INT)

            def mirrored(w: Body, i: Held, variable: str | None) -> Value:
                back = w.let(None, operator.sub, (last.atom, i.atom), INT)
                return element(w, back, variable)

            return count, mirrored
    refuse(f"A loop cannot run over {describe(value)} this way.", _ARRAYS)


def _shifted(w: Body, index: Held, start: Atom) -> Value:
    if start == Const(0):
        return index
    return w.let(None, operator.add, (index.atom, start), INT)
