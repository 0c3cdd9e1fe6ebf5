"""min, max and sorted: what is chosen is known, or compared when the program runs.

max(points, key=f)      best = a;  most = f(a);  if f(b) > most: best, most = b, f(b);  ..
sorted([x, y, z])       if y < x: x, y = y, x;  if z < y: ..         (few values)
sorted(table)           no statement: the order of what is known is known
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms import arranging, grown, list_order, texts
from fpad.transforms.abstract import (
    Held,
    Static,
    Structure,
    Value,
    is_array,
    is_grown,
    is_number,
    to_python,
)
from fpad.transforms.choices import certain
from fpad.transforms.class_parts import class_of
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const
from fpad.transforms.iteration import items_of
from fpad.transforms.iterators import Args, Handler, Keywords, constant, gathered, judged
from fpad.transforms.kinds import BOOL, EACH, is_namedtuple
from fpad.transforms.subscripts import attempt
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

MOST_SORTED = 16
"""The most values that are sorted by comparisons when the program runs."""


def _extreme(op: Any, beats: Callable[[Any, Any], Any]) -> Handler:
    """The functions min and max."""

    def choose(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        key, default = kwargs.pop("key", Static(None)), kwargs.pop("default", None)
        if kwargs or not args or (default is not None and len(args) > 1):
            refuse(f"These arguments of {op.__name__} are not supported.", "leave them out.")
        items = (
            args
            if len(args) > 1
            else items_of(w, args[0], ordered=False, at_once=key == Static(None))
        )
        if list_order.are_lists(args[0]) and default is None:
            return list_order.chosen(w, op, args[0], key, gathered)
        if items is None:
            return _extreme_at_run_time(w, variable, op, args[0], key, default)
        if not items:
            return attempt(op, [()]) if default is None else default
        items = [certain(w, v) for v in items]
        keys = [v if key == Static(None) else judged(w, key, v) for v in items]
        known = [to_python(k) for k in keys]
        if None not in known:
            plain = [k[0] for k in known if k is not None]
            return items[_first(op, plain)]
        if keys == list(items) and all(map(is_number, items)):
            over = args[0]
            displayed = isinstance(over, Structure) and over.make in (list, tuple)
            displayed = displayed and tuple(items) == over.parts
            whole = args if len(args) > 1 or displayed else (w.sequence(tuple, items),)
            return w.operation(variable, op, whole, {})
        if any(map(_has_text, keys)):
            return arranging.chosen(w, op, grown.grown(w, tuple, items), key, gathered)
        return _contest(w, beats, items, keys)

    return choose


def _extreme_at_run_time(
    w: Library, variable: str, op: Any, over: Value, key: Value, default: Value | None
) -> Value:
    """The first best of values of which only the run tells how many there are."""
    if default is not None:
        return _unless_empty(w, op, over, key, default)
    numbers = is_grown(over) and isinstance(over.parts[0], Held)
    if key == Static(None) and (numbers or is_array(over)):
        return w.operation(variable, op, (over,), {})
    return arranging.chosen(w, op, arranging.whole_list(w, over), key, gathered)


def _has_text(key: Value) -> bool:
    """Are texts compared?"""
    return texts.text(key) is not None or any(map(_has_text, key.parts))


def _first(op: Any, keys: list[Any]) -> int:
    """Where the first best of known keys stands."""
    try:
        return int(op(range(len(keys)), key=keys.__getitem__))
    except TypeError as error:
        refuse(f"This raises TypeError: {error}.", "compare values of one kind.", error)


def _contest(
    w: Library, beats: Callable[[Any, Any], Any], items: Args, keys: Sequence[Value]
) -> Value:
    """The first best, found by comparing one after the other."""
    best, most = w.hold(items[0]), w.hold(keys[0])
    for item, key in zip(items[1:], keys[1:], strict=True):
        new, its = w.hold(item), w.hold(key)

        def take(new: str = new, its: str = its) -> None:
            w.env[best], w.env[most] = w.env[new], w.env[its]

        _if(w, compared(w, beats, key, w.env[most]), take)
        _let_go(w, new, its)
    result = w.usable("What is chosen", w.env[best])
    _let_go(w, best, most)
    return result


def _if(w: Library, test: Value, then: Callable[[], None]) -> None:
    known = w.truth(test)
    if known is None:
        w.branch(w.test(test), then, lambda: None, w.origin)
    elif known:
        then()


def _let_go(w: Library, *hidden: str) -> None:
    w.kept -= set(hidden)
    for name in hidden:
        del w.env[name]


def compared(w: Library, op: Callable[[Any, Any], Any], a: Value, b: Value) -> Value:
    """Whether a < b, a > b, a <= b or a >= b (`op`), of numbers or of tuples and lists of them."""
    pair = [to_python(v) for v in (a, b)]
    if None not in pair:
        return attempt(op, [v[0] for v in pair if v is not None])
    if any(class_of(v) is not None and not is_namedtuple(class_of(v)) for v in (a, b)):
        return w.operator(None, op, (a, b))
    rows = [v.items if isinstance(v, Structure) else None for v in (a, b)]
    if rows[0] is None or rows[1] is None:
        if any(map(is_array, (a, b))) or not (is_number(a) and is_number(b)):
            refuse(
                f"{describe(a)} is compared with {describe(b)}.",
                "choose by a number: key=lambda v: ..",
            )
        return w.operator(None, op, (a, b))
    result: Value = Static(op(len(rows[0]), len(rows[1])))
    strict = _STRICT.get(op, op)  # the first parts that differ decide
    for x, y in reversed(list(zip(rows[0], rows[1], strict=False))):
        same = w.operator(None, operator.eq, (x, y))
        result = _either(w, compared(w, strict, x, y), _both(w, same, result))
    return result


_STRICT: dict[Any, Callable[[Any, Any], Any]] = {
    operator.le: operator.lt,
    operator.ge: operator.gt,
}


def _both(w: Library, a: Value, b: Value) -> Value:
    if isinstance(a, Static) or isinstance(b, Static):
        known, other = (a, b) if isinstance(a, Static) else (b, a)
        return other if w.truth(known) else Static(False)
    return w.operation(None, operator.and_, (a, b), {})


def _either(w: Library, a: Value, b: Value) -> Value:
    if isinstance(a, Static) or isinstance(b, Static):
        known, other = (a, b) if isinstance(a, Static) else (b, a)
        return Static(True) if w.truth(known) else other
    return w.operation(None, operator.or_, (a, b), {})


def _sorted(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    key, reverse = (
        kwargs.pop("key", Static(None)),
        constant(kwargs.pop("reverse", None), False, "reverse"),
    )
    if kwargs or len(args) != 1:
        refuse("These arguments of sorted are not supported.", "it takes key and reverse.")
    if list_order.are_lists(args[0]):
        return list_order.in_order(w, args[0], key, bool(reverse), gathered)
    items = items_of(w, args[0], ordered=False, at_once=True)
    if items is None:
        if is_array(args[0]) and key == Static(None) and not reverse:
            whole = Structure(list, (EACH,), (w.operation(None, np.sort, args, {}),))
            return arranging.made_list(w, whole)
        return _sorted_at_run_time(w, arranging.whole_list(w, args[0]), key, bool(reverse))
    return in_order(w, items, key, bool(reverse))


def _sorted_at_run_time(w: Library, whole: Structure, key: Value, reverse: bool) -> Structure:
    """The list of the values in order, of which only the run tells how many there are."""
    return arranging.made_list(w, arranging.in_order(w, whole, key, reverse, gathered))


def _unless_empty(w: Library, op: Any, over: Value, key: Value, default: Value) -> Value:
    """max(values, default=..)."""
    whole = w.hold(arranging.whole_list(w, over))
    result = w.hold(default)
    some = w.let(None, operator.ne, (grown.length(w, w.env[whole]).atom, Const(0)), BOOL)

    def choose() -> None:
        values = w.env[whole]
        assert isinstance(values, Structure)
        w.env[result] = arranging.chosen(w, op, values, key, gathered)

    w.branch(some.atom, choose, lambda: None, w.origin)
    found = w.usable("What is chosen", w.env[result])
    _let_go(w, whole, result)
    return found


def in_order(w: Library, items: Args, key: Value, reverse: bool) -> Structure:
    """The list of the values sorted by a key (None: by themselves)."""
    keys = [v if key == Static(None) else judged(w, key, v) for v in items]
    known = [to_python(k) for k in keys]
    if None not in known:
        plain = [k[0] for k in known if k is not None]
        try:
            order = sorted(range(len(plain)), key=plain.__getitem__, reverse=reverse)
        except TypeError as error:
            refuse(f"This raises TypeError: {error}.", "sort values of one kind.", error)
        return w.sequence(list, [items[k] for k in order])
    if len(items) > MOST_SORTED or any(map(_has_text, keys)):
        return _sorted_at_run_time(w, grown.grown(w, tuple, items), key, reverse)
    return w.sequence(list, _insertion(w, items, keys, operator.gt if reverse else operator.lt))


def sort(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    """list.sort(key=.., reverse=..)."""
    hidden = w.hold(base)  # keys are found in a loop, after which it may have another ident
    ordered = _sorted(w, "", (base, *args), kwargs)
    now = w.env[hidden]
    assert isinstance(ordered, Structure)
    assert isinstance(now, Structure)
    w.change(now, replace(ordered, ident=now.ident))
    _let_go(w, hidden)
    return Static(None)


def _insertion(
    w: Library, items: Args, keys: Sequence[Value], before: Callable[[Any, Any], Any]
) -> Sequence[Value]:
    """Insertion sort, all comparisons written out; it keeps the order of what compares equal."""
    pairs = [w.hold(w.sequence(tuple, pair)) for pair in zip(items, keys, strict=True)]
    for k in range(1, len(pairs)):
        for low, high in ((pairs[j - 1], pairs[j]) for j in range(k, 0, -1)):

            def swap(low: str = low, high: str = high) -> None:
                w.env[low], w.env[high] = w.env[high], w.env[low]

            a, b = w.env[low], w.env[high]
            _if(w, compared(w, before, b.parts[1], a.parts[1]), swap)
    result = [w.usable("What is sorted", w.env[p].parts[0]) for p in pairs]
    _let_go(w, *pairs)
    return result


CHOOSING: dict[Any, Handler] = {
    builtins.min: _extreme(min, operator.lt),
    builtins.max: _extreme(max, operator.gt),
    sorted: _sorted,
}
