"""Calls of generator functions: in the form that a loop calls, or as lists of all they yield.

    sum(steps(x, n))            sum(iterator over steps(x, n))      # the form that returns a list

Where the values are asked for at once, nothing can happen between one and the next, and the list
is what Python would see.  A list that is asked for later, or one by one, is refused, unless only
numbers go in and come out: then there is no difference either.  Loops over generators do not come
here, but call them (see `generators`).
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import ahead, framing
from fpad.transforms.abstract import (
    Bound,
    Held,
    Static,
    Steps,
    Structure,
    Value,
    Woven,
    has_unknown,
    is_array,
    is_grown,
)
from fpad.transforms.class_parts import class_of, in_class
from fpad.transforms.closures import Closure
from fpad.transforms.framing import frame_class
from fpad.transforms.generators import in_form
from fpad.transforms.iteration import items_of
from fpad.transforms.iterators import Args, Handler, Keywords, Moment, gathered, now
from fpad.transforms.kinds import Num
from fpad.transforms.made_functions import made_function
from fpad.transforms.outside import Outside, is_by_index
from fpad.transforms.refusing import refuse
from fpad.transforms.source import read
from fpad.transforms.stepping import is_iterator, returns_itself, values_of
from fpad.transforms.written.abstract_bases import by_index
from fpad.transforms.yields import Unyielded, is_endless

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_made: dict[tuple[Any, str], types.FunctionType | None] = {}
"""The forms of generator functions; None: it has no such form."""
REMEDY = "collect the values in a list and return the list."


def is_generator_function(func: Any) -> bool:
    """Is it a function that yields?"""
    return isinstance(func, types.FunctionType) and inspect.isgeneratorfunction(func)


def has_form(func: Any, form: str) -> bool:
    """Can a generator function be written in this form?"""
    key = (func, form)
    if key not in _made:
        _made[key] = _in_form(func, form)
    return _made[key] is not None


def formed(func: Any, form: str) -> types.FunctionType:
    """A generator function in one of its forms."""
    made = _made[func, form] if has_form(func, form) else None
    if made is None:
        refuse(
            f"{func.__name__} is a generator that yields inside with or try, or is sent values "
            "in a loop inside another one.",
            REMEDY,
        )
    return made


def _in_form(func: types.FunctionType, form: str) -> types.FunctionType | None:
    source = read(func)
    try:
        tree, new = in_form(source.tree, form, Outside.before(func, source.tree))
    except Unyielded:
        return framing.looped(func, form)
    return made_function(source, tree, new)


# ---------------------------------------------------------------- calls


def collected(
    w: Library, variable: str, func: types.FunctionType, args: Args, kwargs: Keywords
) -> Value:
    """What a call of a generator function gives: an iterator over all that it yields."""
    endless = is_endless(read(func).tree)
    one_by_one = w.reads_on() or endless or not has_form(func, "list")
    frame = frame_class(func) if one_by_one else None
    if frame is not None:
        return framing.begun(w, frame, args, kwargs)
    if endless:
        refuse(
            f"{func.__name__} yields values without end, and no loop runs over its call.",
            f"write the call into the loop that ends: for v in {func.__name__}(..), or in islice.",
        )
    made, begun = formed(func, "list"), now(w)

    def make() -> Value:
        result = w.user_call(variable, made, args, kwargs)
        iterator = as_iterator(w, result, *_effects_since(w, begun))
        ahead.note_reads(w, iterator, begun[3], (*args, *kwargs.values()))
        return iterator

    return ahead.noting(w, (*args, *kwargs.values()), make, every=True)


def as_iterator(
    w: Library, result: Value, quiet: bool = False, raises: bool = False, fresh: bool = False
) -> Value:
    """An iterator over a list that a generator has filled just now.

    `quiet`: without effects; `raises`: its only effect is that it may raise; `fresh`: each value
    is a new tuple, list or dict.
    """
    if has_unknown(result) or not isinstance(result, Structure) or framing.is_frame(result):
        return result
    if is_grown(result):
        made: Value = Woven("once", (result,), w.new_ident())
        ident = made.ident  # type: ignore[attr-defined]
    else:
        made = w.iterator(result.items)
        ident = made.keys[-1].ident
    each = [p for v in result.items for p in (_inside(v) if fresh else (v,))]
    fixed = all(_is_fixed(v, is_grown(result)) for v in each)
    if not quiet or not fixed:
        w.late[ident] = now(w)
        if raises and fixed:
            w.may_raise.add(ident)
    return made


def _inside(value: Value) -> Sequence[Value]:
    """What a new list, tuple or dict holds."""
    known = isinstance(value, Structure) and not is_grown(value) and value.make in (list, dict)
    return value.parts if known else (value,)


def _is_fixed(value: Value, rows: int = 0) -> bool:
    """Is it a number or a function, which nobody can change, or a tuple of these?

    `rows`: inside how many lists of unknown length it stands for all values.
    """
    if isinstance(value, Held):
        kind = value.kind
        if isinstance(kind, Num) and kind.array:
            return kind.rank is not None and 1 <= kind.rank <= rows
        return isinstance(kind, Num) and not rows
    if isinstance(value, Structure):
        fixed = value.make is tuple or issubclass(value.make, Closure)
        return fixed and all(_is_fixed(v, rows + is_grown(value)) for v in value.items)
    return isinstance(value, Static)


def _form(form: str) -> Handler:
    """`fp.each_of` and `fp.until_of`."""

    def make(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        (func,) = args
        if isinstance(func, Static) and is_generator_function(func.value):
            return Static(formed(func.value, form))
        if isinstance(func, Bound) and is_generator_function(func.func):
            return replace(func, func=formed(func.func, form))
        if isinstance(func, Static) and isinstance(func.value, types.MethodType):
            method = func.value
            if is_generator_function(method.__func__):
                return Static(types.MethodType(formed(method.__func__, form), method.__self__))
        refuse("A loop runs over what is no generator any more.", "derive it again.")

    return make


def _generates(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (func,) = args
    found = func.func if isinstance(func, Bound) else getattr(func, "value", None)
    return Static(is_generator_function(getattr(found, "__func__", found)))


def _iterating(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """What gives an iterator over an object of a class written in Python."""
    (value,) = args
    cls = class_of(value)
    func = None if cls is None else in_class(cls, "__iter__")[0]
    if func is None and cls is not None and is_by_index(cls):
        func = by_index
    if func is not None and is_iterator(value) and returns_itself(func):
        func = values_of(value)
    return Bound((value,), func) if is_generator_function(func) else Static(None)


def _asked_ahead(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """An iterator over a list that a loop has filled since it was begun."""
    begun, sources, values = args
    assert isinstance(begun, Static)
    effects = _effects_since(w, begun.value)
    made = ahead.noting(w, sources.parts, lambda: as_iterator(w, values, *effects), every=True)
    ahead.note_reads(w, made, begun.value[3], sources.parts)
    return made


def _begun_with(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Where the values of a generator begin to be computed from the sources."""
    (sources,) = args
    return Static((ahead.begin(w, sources.parts, every=True), now(w)))


def _asked_once(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """An iterator over what a generator inside the function has given since it was begun."""
    begun, fresh, values = args
    if not isinstance(begun, Static) or begun.value is None:
        return as_iterator(w, values)
    noted, moment = begun.value
    made = as_iterator(w, values, *_effects_since(w, moment), fresh == Static(True))
    ahead.end(w, noted, made)
    ahead.note_reads(w, made, moment[3], noted.sources)
    return made


def _effects_since(w: Library, begun: Moment) -> tuple[bool, bool]:
    """Has nothing happened since then?  And nothing, but that something may have raised?"""
    out, count, changes, _ = begun
    alone = out == id(w.out) and changes == w.changes
    written = w.out[count:]
    return alone and not w.happens(written), alone and not w.happens(written, raising=False)


def _indexed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (values,) = args
    if class_of(values) is not None:
        refuse("zip is given two generators.", "make a list of one: zip(list(..), ..).")
    if isinstance(values, Steps):
        items = items_of(w, values)
        return gathered(w, args) if items is None else w.sequence(list, items)
    places = isinstance(values, Structure) and (is_grown(values) or values.make in (list, tuple))
    return values if places or is_array(values) else w.call(variable, list, args, {})


YIELDING: dict[Any, Handler] = {
    fp.each_of: _form("each"),
    fp.until_of: _form("until"),
    fp.generates: _generates,
    fp.indexed: _indexed,
    fp.asked_ahead: _asked_ahead,
    fp.asked_once: _asked_once,
    fp.begun_with: _begun_with,
    fp.iterating: _iterating,
}
