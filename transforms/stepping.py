"""Classes with a __next__ as generators: what a loop over such an object runs through.

def __next__(self):                     def __next__(self):
if self.k >= self.n:                    while True:
raise StopIteration                     if self.k >= self.n:
self.k += 1                 ->                  return
return self.k ** 2                          self.k += 1
yield self.k ** 2
continue
"""

from __future__ import annotations

import copy
import types
from typing import TYPE_CHECKING, Any

import gast

from fpad.transforms.abstract import Value, Woven
from fpad.transforms.class_parts import class_of, in_class
from fpad.transforms.iterators import Args, Keywords
from fpad.transforms.made_functions import made_function
from fpad.transforms.objects import construct
from fpad.transforms.refusing import refuse
from fpad.transforms.source import read
from fpad.transforms.written.counters import COUNTERS, Count, Cycle
from fpad.transforms.yields import Unyielded

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_made: dict[types.FunctionType, types.FunctionType | None] = {}


def is_iterator(value: Value) -> bool:
    """Is it an object of a class that gives its values by __next__?"""
    cls = class_of(value)
    return cls is not None and isinstance(in_class(cls, "__next__")[0], types.FunctionType)


def counter(w: Library, f: Any, args: Args, kwargs: Keywords, variable: str) -> Value | None:
    """What itertools.count or cycle gives, as an object; None: nothing asks it with `next`.

    What only zip, enumerate or a loop runs over needs no object: its values are known from the
    number of the trip.
    """
    if f not in COUNTERS or not _asked(w, w.source.tree, variable):
        return None
    return construct(w, COUNTERS[f], args, kwargs)


def kept(w: Library, value: Value) -> Value:
    """What an attribute holds for it: counters are asked from there."""
    if isinstance(value, Woven) and value.how == "count":
        return construct(w, Count, value.of, {})
    if isinstance(value, Woven) and value.how == "cycle":
        return construct(w, Cycle, (w.sequence(tuple, value.of),), {})
    return value


def _asked(w: Library, tree: Any, variable: str) -> bool:
    """Is there a `next(variable)` in a function, or in one inside it?"""
    asked = {
        getattr(n.args[0], "id", None)
        for n in gast.walk(tree)
        if isinstance(n, gast.Call) and getattr(n.func, "id", None) == "next" and n.args
    }
    several = {  # a, b = count(), []
        getattr(t, "id", None)
        for n in gast.walk(tree)
        if isinstance(n, gast.Assign) and isinstance(n.value, gast.Tuple)
        for target in n.targets
        if isinstance(target, gast.Tuple)
        for t, v in zip(target.elts, n.value.elts, strict=False)
        if isinstance(v, gast.Call)
    }
    return variable in asked or (variable not in w.users and bool(asked & several))


def returns_itself(func: Any) -> bool:
    """Is it an __iter__ that returns the object?"""
    tree = read(func).tree if isinstance(func, types.FunctionType) else None
    if tree is None or not tree.args.args:
        return False
    value = getattr(tree.body[-1], "value", None)
    return isinstance(value, gast.Name) and value.id == tree.args.args[0].id


def values_of(value: Value) -> types.FunctionType:
    """The generator function, of the object, that yields what its __next__ gives."""
    cls = class_of(value)
    assert cls is not None
    func = in_class(cls, "__next__")[0]
    if func not in _made:
        try:
            source = read(func)
            _made[func] = made_function(source, _generator(source.tree))
        except Unyielded:
            _made[func] = None
    made = _made[func]
    if made is None:
        refuse(
            f"The __next__ of {cls.__name__} returns inside a loop or a try, or without a value.",
            "let __iter__ be a generator: write yield there.",
        )
    return made


def _generator(tree: Any) -> Any:
    tree = copy.deepcopy(tree)
    if _goes_on(tree.body):
        raise Unyielded
    first = tree.body[0]
    always = gast.copy_location(gast.Constant(True, None), first)
    loop = gast.While(always, _yielding(tree.body, False), [])
    tree.body = [gast.copy_location(loop, first)]
    return tree


def _yielding(block: list[Any], inside: bool) -> list[Any]:
    """The block with yields for its returns, and returns for the end of the values."""
    out: list[Any] = []
    for s in block:
        match s:
            case gast.Return():
                if inside or s.value is None:
                    raise Unyielded
                given = gast.copy_location(gast.Yield(s.value), s)
                out.append(gast.copy_location(gast.Expr(given), s))
                out.append(gast.copy_location(gast.Continue(), s))
            case gast.Raise() if _ends(s):
                out.append(gast.copy_location(gast.Return(None), s))
            case gast.If():
                s.body, s.orelse = _yielding(s.body, inside), _yielding(s.orelse, inside)
                out.append(s)
            case gast.For() | gast.While():
                s.body, s.orelse = _yielding(s.body, True), _yielding(s.orelse, inside)
                out.append(s)
            case gast.Try() | gast.With() | gast.Match():
                if any(isinstance(n, gast.Return) or _ends(n) for n in gast.walk(s)):
                    raise Unyielded
                out.append(s)
            case _:
                out.append(s)
    return out


def _ends(s: Any) -> bool:
    """Does the statement say that there are no more values?"""
    if not isinstance(s, gast.Raise):
        return False
    made = s.exc.func if isinstance(s.exc, gast.Call) else s.exc
    return isinstance(made, gast.Name) and made.id == "StopIteration"


def _goes_on(block: list[Any]) -> bool:
    """May what follows the block be reached?"""
    last = block[-1] if block else None
    if isinstance(last, gast.If):
        return _goes_on(last.body) or _goes_on(last.orelse)
    return not isinstance(last, gast.Return | gast.Raise)
