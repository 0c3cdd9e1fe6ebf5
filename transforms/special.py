"""Builtins, and functions of functools, that mean something on tuples, lists and dicts.

n = len(p)                        no statement, if p is a tuple, list or dict
a, b = map(f, (x, y))             a = f(x);  b = f(y)
all([x > 0.0, y > 0.0])           (x > 0.0) & (y > 0.0)
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import choices, grown
from fpad.transforms.abstract import (
    Either,
    Held,
    Static,
    Steps,
    Structure,
    Value,
    Woven,
    describe,
    is_array,
    is_grown,
    is_number,
    is_shape,
    known_value,
    literal,
)
from fpad.transforms.ir import Apply, Const, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.kinds import BOOL, EACH, Num
from fpad.transforms.subscripts import attempt
from fpad.transforms.taking import TAKING
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def _range(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    if kwargs or not 1 <= len(args) <= 3:
        refuse("range takes one to three ints.", "give it these.")
    numbers = [literal(int(a.value)) if _is_bool(a) else a for a in args]  # type: ignore[attr-defined]
    for a in numbers:
        if not isinstance(a, Held) or not isinstance(a.kind, Num) or a.kind.num == "float":
            refuse(f"range is given {describe(a)}.", "give it ints.")
    return Steps(tuple(numbers))


def _is_bool(value: Value) -> bool:
    return isinstance(value, Static) and isinstance(value.value, bool)


def _len(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    value = args[0] if args else None
    if len(args) == 1 and not kwargs and not is_number(args[0]) and not is_shape(args[0]):
        items = items_of(w, args[0])
        if items is not None:
            return literal(len(items))
        if isinstance(value, Structure):
            return grown.length(w, value)
        if isinstance(value, Steps) and len(value.args) == 1:
            return w.operation(variable, max, (*value.args, literal(0)), {})
        if isinstance(value, Static):
            return attempt(len, [value.value])
    return w.operation(variable, len, args, kwargs)


def _woven(how: str) -> Callable[..., Value]:
    def make(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        of = tuple(args)
        if how == "enumerate":
            start = kwargs.pop("start", of[1] if len(of) == 2 else literal(0))
            of = (*of[:1], start)
        kwargs.pop("strict", None)
        if kwargs or (how != "zip" and not args) or (how == "reversed" and len(args) != 1):
            refuse(f"These arguments of {how} are not supported.", "leave them out.")
        if how == "reversed" and isinstance(of[0], Steps):
            return replace(of[0], reverse=not of[0].reverse)
        if how == "reversed" and is_grown(of[0]):
            none = Const(None)
            return grown.section(w, of[0], Slice(none, none, Const(-1)), tuple)  # type: ignore[arg-type]
        return Woven(how, of)

    return make


def _sequence(make: type) -> Callable[..., Value]:
    def convert(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if not args:
            return w.sequence(make, ())
        if make is tuple and is_shape(args[0]):
            return args[0]
        items = items_of(w, args[0])
        if is_grown(args[0]):
            assert isinstance(args[0], Structure)
            return replace(args[0], make=make, ident=w.new_ident() if make is list else None)
        if items is None and is_array(args[0]):
            flat = args[0].kind.rank == 1  # type: ignore[attr-defined]
            copied = w.operation(None, np.array if flat else np.asarray, args, {})
            return Structure(make, (EACH,), (copied,), w.new_ident() if make is list else None)
        if isinstance(args[0], Steps) and items is None:
            counted = w.operation(None, np.arange, args[0].args, {})
            return Structure(make, (EACH,), (counted,), w.new_ident() if make is list else None)
        if items is None:
            refuse(f"{make.__name__} is given {describe(args[0])}.", "use the array, or index it.")
        return w.sequence(make, items)

    return convert


def _dict(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    table: dict[Any, Value] = {}
    for a in args:
        if not isinstance(a, Structure) or not issubclass(a.make, dict):
            refuse(f"dict is given {describe(a)}.", "write the dict out.")
        table.update(zip(a.keys, a.items, strict=True))
    table.update(kwargs)
    return Structure(dict, tuple(table), tuple(table.values()), w.new_ident())


def _listed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """What a comprehension runs over."""
    items = items_of(w, args[0])
    return args[0] if items is None else w.sequence(list, items)


def _every(op: Any, least: bool) -> Callable[..., Value]:
    """all(..) or any(..) of truth values; `least`: the answer for none."""

    def decide(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        items = items_of(w, args[0])
        if items is None and isinstance(args[0], Structure):
            return w.operation(variable, np.all if least else np.any, args, {})
        if items is None:
            refuse(f"{describe(args[0])} is tested as a whole.", "use np.all or np.any.")
        open_: list[Value] = []
        for v in items:
            known = w.truth(v)
            if known is (not least):
                return Static(not least)
            if known is None:
                open_.append(v)
        for v in open_:
            if not (isinstance(v, Held) and v.kind == BOOL):
                refuse(f"{describe(v)} is tested for truth.", "compare it: v != 0.0.")
        if not open_:
            return Static(least)
        result = open_[0]
        for v in open_[1:]:
            result = w.operation(variable, op, (result, v), {})
        return result

    return decide


def _apply(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """f(*args, **named), where the parts of both are known."""
    f, star, named = args
    given = items_of(w, star)
    if given is None:
        refuse(
            f"{describe(star)} is given after *; how many values it has is not known while the "
            "code is written.",
            "give the arguments one by one.",
        )
    if not isinstance(named, Structure) or not all(isinstance(k, str) for k in named.keys):
        refuse(f"{describe(named)} is given after **.", "give a dict with names for keys.")
    s = Apply(variable, variable, (), (), w.origin)
    return w.apply(s, f, given, dict(zip(named.keys, named.items, strict=True)))


def _called_with(w: Library, f: Value, args: Args) -> Value:
    """f(*args), in a place of its own."""
    variable = w.fresh("value")
    return w.apply(Apply(variable, variable, (), (), w.origin), f, args, {})


def _known_items(w: Library, value: Value, who: str) -> Sequence[Value]:
    items = items_of(w, value)
    if items is None:
        refuse(
            f"{who} runs over {describe(value)}; how many values it has is not known while the "
            "code is written.",
            "write it with operations on arrays, or as a loop.",
        )
    return items


def _map(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """map(f, ..), all of it at once."""
    f, *over = args
    rows = zip(*(_known_items(w, v, "map") for v in over))  # noqa: B905 (map stops at the shortest)
    return w.sequence(list, [_called_with(w, f, row) for row in rows])


def _reduce(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """functools.reduce(f, values, start)."""
    f, over, *start = args
    items = [*start, *_known_items(w, over, "reduce")]
    if not items:
        refuse("reduce is given no values and no start.", "give it a start.")
    result = items[0]
    for item in items[1:]:
        result = _called_with(w, f, (result, item))
    return result


def _open_mesh(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.ix_(..): an index array along an axis of its own for each argument."""
    parts: list[Value] = []
    for k, value in enumerate(args):
        given = w.array(value) if isinstance(value, Structure) else value
        if not (isinstance(given, Held) and is_array(given) and _num(given) == "int"):
            refuse(f"np.ix_ is given {describe(value)}.", "give it integers.")
        shape = literal(tuple(-1 if j == k else 1 for j in range(len(args))))
        parts.append(w.operation(None, np.reshape, (given, shape), {}))
    return w.sequence(tuple, parts)


def _num(value: Held) -> str:
    return value.kind.num if isinstance(value.kind, Num) else ""


def _given_array(w: Library, args: Args, kwargs: Keywords, who: str) -> tuple[Held, Value]:
    """The array that a call writes, and the value."""
    if len(args) != 2 or kwargs or not isinstance(args[0], Held) or not is_array(args[0]):
        refuse(f"{who} is given other arguments than an array and a value.", "write a[..] = v.")
    return args[0], args[1]


def _copyto(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.copyto(a, v): a[...] = v."""
    array, value = _given_array(w, args, kwargs, "np.copyto")
    w.write(array, Const(Ellipsis), value)
    return Static(None)


def _fill_diagonal(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.fill_diagonal(a, v): a[k, k] = v of a square matrix."""
    array, value = _given_array(w, args, kwargs, "np.fill_diagonal")
    number = isinstance(value, Held) and isinstance(value.kind, Num) and not value.kind.array
    if not (isinstance(array.kind, Num) and array.kind.rank == 2 and number):
        refuse(
            "np.fill_diagonal is given other arguments than a matrix and a number.",
            "write the diagonal in a loop: a[k, k] = v[k].",
        )
    places = w.operation(None, fp.along, (array,), {})
    assert isinstance(places, Held)
    w.write(array, (places.atom, places.atom), value)
    return Static(None)


def _enough(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    values, n = args
    known = known_value(n)
    if isinstance(values, Structure) and known is not None and len(values.items) < known[0]:
        refuse(
            f"{describe(values)} is unpacked into at least {known[0]} names.",
            "give no more names than there are values.",
        )
    return Static(None)


_EXAMPLES: dict[tuple[bool, str], tuple[Any, ...]] = {
    (False, "float"): (1.0, np.float64(1.0), np.float32(1.0)),
    (False, "int"): (1, np.int64(1)),
    (False, "bool"): (True, np.bool_(True)),
    (True, "float"): (np.ones(1), np.float64(1.0), np.float32(1.0)),
    (True, "int"): (np.ones(1, int), np.int64(1)),
    (True, "bool"): (np.ones(1, bool), np.bool_(True)),
}


def _isinstance(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Decided if every value of the kind agrees, else when the program runs."""
    value, cls = args
    if isinstance(value, Either):
        found = [_isinstance(w, variable, (v, cls), kwargs) for v in value.options]
        told = [a.value for a in found if isinstance(a, Static)]
        if len(told) < len(found):
            refuse(f"{describe(value)} is tested for its class.", "test whether it is None first.")
        return choices.answered(w, value, told)
    classes = [cls, *cls.items] if isinstance(cls, Structure) else [cls]
    known = tuple(c.value for c in classes if isinstance(c, Static))
    match value:
        case Static(value=v):
            return attempt(isinstance, [v, known])
        case Structure(make=make):
            return attempt(issubclass, [make, known])
        case Held(kind=Num(array=array, num=num)) if (array, num) in _EXAMPLES:
            answers = {isinstance(e, known) for e in _EXAMPLES[array, num]}
            if len(answers) == 1:
                return Static(answers.pop())
    return w.operation(variable, isinstance, args, {})


SPECIAL: dict[Any, Callable[[Library, str, Args, Keywords], Value]] = {
    range: _range,
    len: _len,
    enumerate: _woven("enumerate"),
    zip: _woven("zip"),
    reversed: _woven("reversed"),
    tuple: _sequence(tuple),
    list: _sequence(list),
    dict: _dict,
    isinstance: _isinstance,
    map: _map,
    functools.reduce: _reduce,
    np.ix_: _open_mesh,
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    all: _every(operator.and_, True),
    any: _every(operator.or_, False),
    fp.apply: _apply,
    fp.listed: _listed,
    fp.merged: _dict,
    fp.enough: _enough,
    **TAKING,
    print: lambda w, variable, args, kwargs: w.write_print(args, kwargs),
}


def special(f: Any) -> Callable[[Library, str, Args, Keywords], Value] | None:
    """What gives a call of this object its meaning; None if nothing here does."""
    try:
        return SPECIAL.get(f)
    except TypeError:  # not hashable
        return None
