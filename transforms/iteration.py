"""What a loop runs over: values known one by one, or a range with an element for each index.

for v in xs                 for i_v in range(len(xs)):  v = xs[i_v]
for i, (a, b) in enumerate(zip(xs, ys))
                            for k in range(min(len(xs), len(ys))):  i = k;  a = xs[k];  b = ys[k]
for k, v in zip(count(1), xs)
                            for j in range(len(xs)):  k = j + 1;  v = xs[j]
for v in (a, b)             v = a; ..;  v = b; ..           (known one by one)
for i in range(3)           a range; known one by one if a structure is indexed with i
"""

from __future__ import annotations

import builtins
import contextlib
import enum
import math
import operator
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms import grown, identities, member_lists, table_keys, tables
from fpad.transforms.abstract import (
    UNKNOWN,
    Held,
    Iterated,
    Mixed,
    Partial,
    Static,
    Steps,
    Structure,
    Thinned,
    Unknown,
    Value,
    View,
    Woven,
    from_python,
    is_grown,
    known_value,
    literal,
    to_python,
)
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe, python_name
from fpad.transforms.ir import Atom, Const, Operand, Slice
from fpad.transforms.kinds import INT, Num, ShapeKind
from fpad.transforms.streams import left
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


ENDLESS = ("count", "cycle", "repeat", "chain")
"""How iterators are called that have no end."""


def items_of(
    w: Body, value: Value, ordered: bool = True, at_once: bool = False
) -> Sequence[Value] | None:
    """The values a loop runs over, if their number is known while the code is written.

    What is an iterator is used up by it.  `ordered`: their order matters, which a set does not
    have; `at_once`: nothing happens between one value and the next.
    """
    items: Sequence[Value] | None
    value = w.looped(value)
    match value:
        case Structure() if is_grown(value):
            return None
        case Structure(make=make) if issubclass(make, Closure) or make is Partial:
            return None
        case Structure(items=items) if identities.of_objects(value):
            return items
        case Structure(make=make, items=items) if make in (set, frozenset):
            return _members(value, items) if ordered else items
        case Structure(make=make, items=items) if issubclass(make, Thinned):
            return _members_left(make.log) if ordered else items
        case Structure(make=make, items=items) if make is Mixed:
            return _members_left(None, items) if ordered else items
        case Structure() if tables.is_view(value):
            return None
        case Structure(make=make, keys=(name,), items=(Structure() as base,)) if make is View:
            return viewed(base, name)
        case Structure(make=make):
            w.spend(value, at_once=at_once, whole=False)
            return remaining(value)
        case Static(value=str() as text):
            return list(map(literal, text))
        case Static(value=enum.EnumMeta() as members):
            return list(map(literal, members))
        case Steps(args=args, reverse=reverse):
            numbers = [a.known.value if isinstance(a, Held) and a.known else None for a in args]
            if None in numbers:
                return None
            steps = range(*numbers)  # type: ignore[arg-type]
            return [literal(k) for k in (reversed(steps) if reverse else steps)]
        case Woven(how=how, of=of):
            items = woven_items(w, how, of)
            if items is not None:
                w.spend(value)
            return items
        case Held(kind=ShapeKind(rank=int(rank))):
            return [w.element(None, value, Const(k)) for k in range(rank)]
    return None


def viewed(base: Structure, name: str) -> Sequence[Value]:
    """What a view of a dict runs through: its items, keys or values."""
    if name == "values":
        return base.items
    keys = [table_keys.known_key(k) for k in base.keys]
    if name == "keys":
        return keys
    return [_pair(pair) for pair in zip(keys, base.items, strict=True)]


def listed_view(w: Body, value: Value) -> Value:
    """The values of a view of a dict as a tuple; any other value as it is."""
    match value:
        case Structure(make=make, keys=(name,), items=(Structure() as base,)) if make is View:
            return _pair(viewed(base, name))
    return value


_FEW = 32


def without_ranges(w: Body, value: Value) -> Value:
    """The value for another function, to which a range is the tuple of its numbers."""
    if isinstance(value, Steps):
        known = [known_value(a) for a in value.args]
        numbers = range(*(k[0] for k in known if k is not None)) if None not in known else None
        if numbers is None or len(numbers) > _FEW:
            return replace(w.listed(value), make=tuple, ident=None)
        return _pair([literal(k) for k in (reversed(numbers) if value.reverse else numbers)])
    parts = value.parts
    if not parts or not isinstance(value, Structure) or value.ident is not None:
        return value
    return value.with_parts(tuple(without_ranges(w, p) for p in parts))


def remaining(value: Structure) -> Sequence[Value]:
    """The values in a structure that a loop over it runs through."""
    if issubclass(value.make, dict):
        return [table_keys.known_key(k) for k in value.keys]
    return [v for _, v in left(value)] if value.make is Iterated else value.items


def _members(value: Structure, items: Sequence[Value]) -> Sequence[Value]:
    """The members of a set in their order.

    That of texts is another one in each process, so any is right; here it is the alphabet's.
    """
    known = to_python(value)
    if known is not None and all(isinstance(k, int | float) for k in known[0]):
        return [literal(k) for k in known[0]]
    if known is not None and all(map(_has_text, known[0])):
        with contextlib.suppress(TypeError):  # they have no order
            return list(map(from_python, sorted(known[0])))
    refuse(
        "A loop runs over a set, whose order differs from run to run.",
        "sort it: sorted(..), or use a tuple.",
    )


def _has_text(key: Any) -> bool:
    """Does its hash differ from process to process?"""
    return isinstance(key, str) or (isinstance(key, tuple) and any(map(_has_text, key)))


def _members_left(log: Sequence[Any] | None, items: Sequence[Value] = ()) -> Sequence[Value]:
    """The members of a set from which something was taken out, in their order."""
    if log is None:
        if len(items) > 1:
            refuse("A loop runs over what several sets were made into.", "sort it: sorted(..).")
        return items
    members: set[Any] = set()
    for key in log:
        (members.remove if key in members else members.add)(key)
    if not all(isinstance(k, int) for k in log):
        refuse("A loop runs over a set from which something was taken out.", "sort it: sorted(..).")
    return [literal(k) for k in members]


def woven_items(w: Body, how: str, of: tuple[Value, ...]) -> Sequence[Value] | None:
    """The values of zip(..), enumerate(..) or reversed(..), if a structure says how many."""
    if how in (*ENDLESS, "groupby", "once", "ndindex", "ndenumerate", "nditer"):
        return None
    if how == "enumerate" and endless(of[0]) is not None:
        return None
    some = [v for v in of if endless(v) is None][: 1 if how == "enumerate" else None]
    inner = [items_of(w, v) for v in some]
    structures = [_is_structure(v) for v in some]
    if None in inner or not any(structures):
        return None
    known: list[Sequence[Value]] = [x for x in inner if x is not None]
    if how == "reversed":
        return list(reversed(known[0]))
    if how == "zip":
        rows, n = iter(known), min(map(len, known))
        makers = [endless(v) for v in of]
        columns = [
            next(rows) if make is None else [make(w, k) for k in range(n)] for make in makers
        ]
        return [_pair(row) for row in zip(*columns)]  # noqa: B905 (zip stops at the shortest)
    start = of[1]
    if not (isinstance(start, Held) and start.known is not None):
        refuse("enumerate starts at a number that is not known.", "write the start as a literal.")
    first = start.known.value
    return [_pair((literal(first + k), v)) for k, v in enumerate(known[0])]


def _is_structure(value: Value) -> bool:
    return isinstance(value, Structure | Static | Woven)


def endless(value: Value) -> Callable[[Writer, int | Atom], Value] | None:
    """The k-th value of an iterator that has no end; None: it has one."""
    match value:
        case Woven(how="repeat", of=(item,)):
            return lambda w, k: item
        case Woven(how="cycle", of=of):
            return lambda w, k: _cycled(w, of, k)
        case Woven(how="count", of=(start, step)):
            return lambda w, k: _counted(w, start, step, k)
        case Woven(how="chain", of=(*head, tail)):
            return lambda w, k: _chained(w, head, tail, k)
    return None


def _chained(w: Writer, head: list[Value], tail: Value, k: int | Atom) -> Value:
    """chain(head, tail), of which the tail has no end."""
    at = endless(tail)
    assert at is not None
    if isinstance(k, int):
        return head[k] if k < len(head) else at(w, k - len(head))
    if not isinstance(tail, Woven) or tail.how not in ("repeat", "cycle"):
        refuse(
            "chain goes on with count(..), in a loop of a length that only the run tells.",
            "write it as two loops.",
        )
    place = w.let(None, builtins.min, (k, Const(len(head))), INT)
    if len(tail.of) > 1:  # behind the head, the turn of the tail
        left = w.let(None, operator.sub, (k, Const(len(head))), INT)
        behind = w.let(None, builtins.max, (left.atom, Const(0)), INT)
        turn = w.let(None, operator.mod, (behind.atom, Const(len(tail.of))), INT)
        place = w.let(None, operator.add, (place.atom, turn.atom), INT)
    return grown.item(w, grown.grown(w, tuple, (*head, *tail.of)), place.atom)


def _cycled(w: Writer, of: tuple[Value, ...], k: int | Atom) -> Value:
    if isinstance(k, int):
        return of[k % len(of)]
    turn = w.let(None, operator.mod, (k, Const(len(of))), INT)
    return grown.item(w, grown.grown(w, tuple, of), turn.atom)


def _counted(w: Writer, start: Value, step: Value, k: int | Atom) -> Value:
    first, by = known_value(start), known_value(step)
    if isinstance(k, int) and first is not None and by is not None:
        return literal(first[0] + k * by[0])
    atom = Const(k) if isinstance(k, int) else k
    if by == (1,) and first == (0,):
        return Held(atom, INT)
    if not all(isinstance(v, Held) and v.kind == INT for v in (start, step)):
        refuse("itertools.count counts in floats.", "compute start + k * step.")
    assert isinstance(start, Held)
    assert isinstance(step, Held)
    far = Held(atom, INT) if by == (1,) else w.let(None, operator.mul, (atom, step.atom), INT)
    return w.let(None, operator.add, (far.atom, start.atom), INT)


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
            w.spend(value)
            count, element = _source(w, value)
            count = Const(sys.maxsize) if count is None else count  # a jump ends the loop
            return Plan((count,), element, index)
    error = TypeError(f"{python_name(value)} is not iterable")
    refuse(f"A loop cannot run over {describe(value)}.", _ARRAYS, error)


def _int(value: Value) -> Atom:
    if isinstance(value, Held) and isinstance(value.kind, Num) and value.kind.num != "float":
        return value.atom
    if isinstance(value, Static) and isinstance(value.value, bool):
        return Const(int(value.value))
    refuse(f"range is given {describe(value)}.", "give it ints.")


def count_of(w: Body, steps: Steps) -> Held:
    """How many ints a range has; if it is below 0, there are none."""
    start, stop = (
        (Const(0), _int(steps.args[0])) if len(steps.args) == 1 else map(_int, steps.args[:2])
    )
    width = _width(steps)
    ends = (stop, start) if width > 0 else (start, stop)
    count = w.let(None, operator.sub, ends, INT)
    if abs(width) > 1:
        over = w.let(None, operator.add, (count.atom, Const(abs(width) - 1)), INT)
        count = w.let(None, operator.floordiv, (over.atom, Const(abs(width))), INT)
    return count


def _width(steps: Steps) -> int:
    step = known_value(steps.args[2]) if len(steps.args) > 2 else (1,)
    if step is None or not step[0]:
        refuse("The step of a range is known only at run time.", _ARRAYS)
    return int(step[0])


def _steps(w: Body, value: Steps) -> tuple[Atom, Callable[[Body, Held, str | None], Value]]:
    """The same of a range with a start, and perhaps a step."""
    count, width = count_of(w, value), _width(value)
    first = w.hold(value.args[0] if len(value.args) > 1 else literal(0))
    last = None
    if value.reverse:
        last = w.hold(w.let(None, operator.sub, (count.atom, Const(1)), INT))

    def number(w: Body, i: Held, variable: str | None) -> Value:
        at = i
        if last is not None:
            at = w.let(None, operator.sub, (_int(w.env[last]), i.atom), INT)
        if width != 1:
            at = w.let(None, operator.mul, (at.atom, Const(width)), INT)
        return _shifted(w, at, first)

    return count.atom, number


def _source(w: Body, value: Value) -> tuple[Atom | None, Callable[[Body, Held, str | None], Value]]:
    """The length of what is looped over (None: no end), and its element at an index."""
    value = w.looped(value)
    match value:
        case Held(kind=Num(array=True)):
            hidden = w.hold(value)

            def entry(w: Body, i: Held, variable: str | None) -> Value:
                array = w.env[hidden]
                assert isinstance(array, Held)
                return w.element(variable, array, i.atom)

            return w.let(None, builtins.len, (value.atom,), INT).atom, entry
        case Structure() if tables.is_view(value):
            table = w.hold(value)

            def part_at(w: Body, i: Held, variable: str | None) -> Value:
                view = w.env[table]
                w.usable("What a loop runs over", view.parts[0])
                return tables.element(w, view, i)

            return tables.size(w, value.items[0]).atom, part_at  # type: ignore[arg-type]
        case Structure(make=make) if not issubclass(make, dict) or is_grown(value):
            if not is_grown(value):
                whole = grown.grown(w, list, items_of(w, value) or ())
                if w.holder(value) is not None and make is list:  # its entries may be written
                    whole = replace(whole, ident=value.ident)
                    w.change(value, whole, resized=False, seen=False)
                value = whole
            listed = w.hold(value)

            def value_at(w: Body, i: Held, variable: str | None) -> Value:
                base = member_lists.opened(w, w.usable("What a loop runs over", w.env[listed]))
                w.env[listed] = base
                assert isinstance(base, Structure)
                return grown.item(w, base, i.atom)

            return grown.length(w, value).atom, value_at
        case Steps(args=(stop,), reverse=False):
            return _int(stop), lambda w, i, v: i
        case Steps():
            return _steps(w, value)
        case Woven(how="enumerate", of=(inner, start)):
            count, element = _source(w, inner)
            if _int(start) == Const(0):
                return count, lambda w, i, v: _pair((i, element(w, i, None)))
            first = w.hold(start)
            return count, lambda w, i, v: _pair((_shifted(w, i, first), element(w, i, None)))
        case Woven(how="once", of=(inner,)):
            return _source(w, inner)
        case Woven(how="groupby", of=(_, _, Held() as starts)):
            return _runs(w, value, starts)
        case Woven(how=how) if how in ENDLESS:
            name = w.hold(value)

            def later(w: Body, i: Held, variable: str | None) -> Value:
                at = endless(w.env[name])
                assert at is not None
                return at(w, i.atom)

            return None, later
        case Woven(how="zip", of=of) if any(endless(v) is None for v in of):
            sources = [_source(w, v) for v in of]
            counts = tuple(dict.fromkeys(count for count, _ in sources if count is not None))
            least = counts[0]
            if len(counts) > 1:
                least = w.let(None, builtins.min, counts, INT).atom
            return least, lambda w, i, v: _pair([element(w, i, None) for _, element in sources])
        case Woven(how="ndindex", of=of):
            count, index = _grid(w, [_int(v) for v in of])
            return count, lambda w, i, v: index(w, i)
        case Woven(how="ndenumerate" | "nditer" as how, of=of):
            return _entries(w, how, of)
        case Woven(how="reversed", of=(Held() as inner,)):
            count, element = _source(w, inner)
            assert count is not None
            last = w.let(None, operator.sub, (count, Const(1)), INT)

            def mirrored(w: Body, i: Held, variable: str | None) -> Value:
                back = w.let(None, operator.sub, (last.atom, i.atom), INT)
                return element(w, back, variable)

            return count, mirrored
    refuse(f"A loop cannot run over {describe(value)} this way.", _ARRAYS)


def _runs(
    w: Body, value: Woven, starts: Held
) -> tuple[Atom, Callable[[Body, Held, str | None], Value]]:
    """How many runs there are, and the key of one with an iterator over its values."""
    name = w.hold(value)

    def group_at(w: Body, i: Held, variable: str | None) -> Value:
        now = w.env[name]
        assert isinstance(now, Woven)
        whole, keys, at = now.of
        assert isinstance(whole, Structure)
        assert isinstance(keys, Structure)
        assert isinstance(at, Held)
        following = w.let(None, operator.add, (i.atom, Const(1)), INT)
        first, last = w.element(None, at, i.atom), w.element(None, at, following.atom)
        group = grown.section(w, whole, Slice(first.atom, last.atom, Const(None)), tuple)
        w.idents += 1
        return _pair((grown.item(w, keys, first.atom), Woven("once", (group,), w.idents)))

    count = w.let(None, builtins.len, (starts.atom,), INT)
    return w.let(None, operator.sub, (count.atom, Const(1)), INT).atom, group_at


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


def _shifted(w: Body, index: Held, start: str) -> Value:
    """Index + what is held under a name."""
    return w.let(None, operator.add, (index.atom, _int(w.env[start])), INT)
