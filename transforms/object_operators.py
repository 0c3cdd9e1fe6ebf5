"""Operators, subscripts, loops and tests of objects, which are calls of their methods.

    q = p + other                   q = p.__add__(other)
    p[k] = v                        p.__setitem__(k, v)
    for v in p                      for v in p.__iter__()
    if p: ..                        if p.__bool__(): ..

What holds a list or dict, and has no method of its own for it, is that list or dict (`holding`).
"""

from __future__ import annotations

import dataclasses
import operator
import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fpad.transforms import complexes, holding, objects, texts, uneven
from fpad.transforms.abstract import Either, Held, Static, Structure, Value, literal
from fpad.transforms.augmented import PLAIN
from fpad.transforms.class_parts import base_of, class_of, in_class, is_generated
from fpad.transforms.describing import describe
from fpad.transforms.kinds import Num, is_namedtuple
from fpad.transforms.outside import is_by_index
from fpad.transforms.refusing import refuse
from fpad.transforms.sets import ordered
from fpad.transforms.tables import listing, of_keys_only, view
from fpad.transforms.written.abstract_bases import by_index
from fpad.transforms.written.declining import or_failure, or_identity, otherwise
from fpad.transforms.written.orderings import added

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


def by_identity(w: Library, op: Any, args: Args) -> Value | None:
    """== or != of objects that no method compares: each is equal to itself; None if it is not that.

    What is compared with a number, a text or None is no such thing.
    """
    own = [
        cls is not None and base_of(cls) is None and not is_namedtuple(cls)
        for cls in map(class_of, args)
    ]
    if op not in (operator.eq, operator.ne) or not any(own):
        return None
    if all(own):
        same = operator.is_ if op is operator.eq else operator.is_not
        return w.operator(None, same, args)
    plain = next(a for a, mine in zip(args, own, strict=True) if not mine)
    number = isinstance(plain, Held) and isinstance(plain.kind, Num) and not plain.kind.array
    return Static(op is operator.ne) if number or isinstance(plain, Static) else None


_TWO = {
    operator.add: ("add", "+"),
    operator.sub: ("sub", "-"),
    operator.mul: ("mul", "*"),
    operator.truediv: ("truediv", "/"),
    operator.floordiv: ("floordiv", "//"),
    operator.mod: ("mod", "%"),
    operator.pow: ("pow", "** or pow()"),
    operator.matmul: ("matmul", "@"),
    operator.or_: ("or", "|"),
    operator.and_: ("and", "&"),
    operator.xor: ("xor", "^"),
    operator.lshift: ("lshift", "<<"),
    operator.rshift: ("rshift", ">>"),
    divmod: ("divmod", "divmod()"),
}
_ONE = {
    operator.neg: "__neg__",
    operator.pos: "__pos__",
    abs: "__abs__",
    operator.invert: "__invert__",
    len: "__len__",
    reversed: "__reversed__",
    float: "__float__",
}
_COMPARED = {
    operator.eq: ("__eq__", "__eq__", "=="),
    operator.ne: ("__ne__", "__ne__", "!="),
    operator.lt: ("__lt__", "__gt__", "<"),
    operator.gt: ("__gt__", "__lt__", ">"),
    operator.le: ("__le__", "__ge__", "<="),
    operator.ge: ("__ge__", "__le__", ">="),
}


def operated(w: Library, op: Any, args: Args) -> Value | None:
    """An operator on objects, which is a call of one of their methods; None if it is not one."""
    given = op
    classes = [class_of(a) for a in args]
    plain = isinstance(op, types.BuiltinFunctionType | types.FunctionType | type)
    if not any(classes) or not plain:
        return None
    if complexes.Complex in classes:
        found = complexes.operated(w, op, args)
        if found is not None:
            return found
    if op in PLAIN:
        changed = complexes.in_place(w, op, PLAIN[op], args)
        if changed is not None:
            return changed
        name = f"__i{_TWO[PLAIN[op]][0]}__"
        if classes[0] is not None and in_class(classes[0], name)[0] is not None:
            return method_called(w, args[0], name, args[1:])
        extended = holding.method(classes[0], name)  # which comes before __add__
        if extended is not None:
            return w.call(w.fresh("value"), extended, args, {})
        op = PLAIN[op]
    if op is operator.contains and classes[0] is not None:
        inside = holding.plain(w, args[0], "__contains__")
        if inside is not args[0]:
            return w.operator(None, op, (inside, *args[1:]))
        if in_class(classes[0], "__contains__")[0] is None:
            refuse(
                f"Whether something is in {describe(args[0])} is asked.", "give it __contains__."
            )
        return w.call(
            w.fresh("value"), bool, (method_called(w, args[0], "__contains__", args[1:]),), {}
        )
    if op in _ONE and in_class(classes[0], _ONE[op])[0] is not None:
        return method_called(w, args[0], _ONE[op], ())
    names = _methods(op)
    if not names or len(args) != 2:
        return None
    result: Value = Static(NotImplemented)
    for value, other, method in _candidates(args, names):
        if result != Static(NotImplemented):
            if not declines(result):
                break
            result = w.call(w.fresh("value"), otherwise, (result, Static(method), value, other), {})
        elif is_generated(method):
            result = _by_fields(w, op, value, other) or result
        else:
            result = w.call(w.fresh("value"), added(method) or method, (value, other), {})
    left = result == Static(NotImplemented) or declines(result)
    if left and op is operator.ne and any(c and in_class(c, "__eq__")[0] for c in classes):
        same = operated(w, operator.eq, args)
        return None if same is None else w.operator(None, operator.not_, (same,))
    if declines(result) and op is operator.eq:
        return w.call(w.fresh("value"), or_identity, (result, *args), {})
    if declines(result):
        message = literal(str(_unsupported(op, args)))
        return w.call(w.fresh("value"), or_failure, (result, message), {})
    if result != Static(NotImplemented):
        return result
    alone = by_identity(w, op, args)
    if alone is not None:
        return alone
    held = [holding.plain(w, a) for a in args]
    if all(a is b for a, b in zip(held, args, strict=True)):
        if all(_is_plain(a) for a in args):
            shown = " and ".join(map(describe, args))
            advice = f"give the class {names[0]} or {names[1]} for it."
            refuse(f"{_sign(op)} is applied to {shown}.", advice, _unsupported(op, args))
        return None
    if given in PLAIN:
        w.operator(None, given, held)
        return w.now(args[0]) if isinstance(args[0], Structure) else args[0]
    return w.operator(None, op, held)


def _methods(op: Any) -> tuple[str, ...]:
    """The methods of the operands on the left and on the right that an operator calls."""
    if op in _TWO:
        return f"__{_TWO[op][0]}__", f"__r{_TWO[op][0]}__"
    return _COMPARED[op][:2] if op in _COMPARED else ()


def _candidates(args: Args, names: Sequence[str]) -> list[tuple[Value, Value, Any]]:
    """The methods that are asked in turn, each with the operands it gets.

    The one on the right comes first if its class is derived from the other one's; it is not asked
    at all if both classes are the same (but for comparisons).
    """
    if holding.is_asked_first(args, names[0]):
        return []
    first, second = map(class_of, args)
    both = [(*args, first, names[0]), (*args[::-1], second, names[1])]
    arithmetic = names[1][2:] == f"r{names[0][2:]}"
    if first is second:
        both = both[:1] if arithmetic else both
    elif isinstance(first, type) and isinstance(second, type) and issubclass(second, first):
        own = in_class(second, names[1])[0] is not in_class(first, names[1])[0]
        if own or not arithmetic:
            both.reverse()
    found = [(a, b, in_class(cls, n)[0]) for a, b, cls, n in both if cls is not None]
    return [c for c in found if is_generated(c[2]) or isinstance(c[2], types.FunctionType)]


def _is_plain(value: Value) -> bool:
    """Is it a number, a text, None or an object, whose operators are all known here?"""
    cls = class_of(value)
    if cls is not None:
        return base_of(cls) is None and not is_namedtuple(cls)
    number = isinstance(value, Held) and isinstance(value.kind, Num) and not value.kind.array
    return number or (isinstance(value, Static) and isinstance(value.value, str | bool | None))


def _sign(op: Any) -> str:
    """How an operator is written."""
    return _TWO[op][1] if op in _TWO else _COMPARED[op][2]


def _unsupported(op: Any, args: Args) -> TypeError:
    """What Python raises where no method of the operands knows the other one."""
    first, second = (
        c.__name__ if (c := class_of(a)) is not None else describe(a).split()[-1] for a in args
    )
    if op in _COMPARED:
        return TypeError(f"{_sign(op)!r} not supported between {first!r} and {second!r}")
    return TypeError(f"unsupported operand type(s) for {_sign(op)}: {first!r} and {second!r}")


def declines(value: Value) -> bool:
    """May it be NotImplemented?"""
    return isinstance(value, Either) and Static(NotImplemented) in value.options


def _by_fields(w: Library, op: Any, a: Value, b: Value) -> Value | None:
    """A comparison of two objects of a dataclass, which is one of tuples of their fields."""
    cls = class_of(a)
    if class_of(b) is not cls:
        return None
    names = [f.name for f in dataclasses.fields(cls) if f.compare]
    rows = [w.sequence(tuple, [objects.attribute(w, v, n) for n in names]) for v in (a, b)]
    return w.operator(None, op, rows)


def item(w: Library, base: Value, key: Value) -> Value | None:
    """base[key] of an object; None if it is none that can be indexed."""
    cls = class_of(base)
    if cls is None:
        return None
    if in_class(cls, "__getitem__")[0] is None:
        return None if holding.contents(w, base) is None else holding.item(w, base, key)
    return method_called(w, base, "__getitem__", (key,))


def looped(w: Library, value: Value) -> Value:
    """What a loop over an object runs over; what is no object stays as it is."""
    value = ordered(w, view(holding.plain(w, value, "__iter__")))
    if texts.is_told_later(value):
        return texts.letters(w, value)  # type: ignore[arg-type]
    cls = class_of(value)
    if cls is None or is_namedtuple(cls):
        return value
    if cls is complexes.Complex:
        return complexes.entries(value)  # type: ignore[arg-type]
    if in_class(cls, "__iter__")[0] is None:
        if is_by_index(cls):
            return w.call(w.fresh("values"), by_index, (value,), {})
        error = TypeError(f"'{cls.__name__}' object is not iterable")
        refuse(f"{describe(value)} is looped over, or taken apart.", "give it __iter__.", error)
    found = method_called(w, value, "__iter__", ())
    return found if class_of(found) is None else w.all_values(found)


def unpacked(w: Library, value: Value, n: int) -> list[Value] | None:
    """What n names get of an object that has `__getitem__` only; None: it is another value."""
    cls = class_of(value)
    if cls is None or is_namedtuple(cls) or base_of(cls) is not None:
        return None
    if in_class(cls, "__iter__")[0] is not None or in_class(cls, "__getitem__")[0] is None:
        return None
    return [method_called(w, value, "__getitem__", (literal(k),)) for k in range(n)]


def asked(w: Library, value: Value) -> Value:
    """What a test of an object tests; what is no object stays as it is."""
    value = holding.plain(w, value, "__bool__", "__len__")
    value = of_keys_only(value if uneven.is_uneven(value) else listing(value))
    cls = class_of(value)
    if cls is None or is_namedtuple(cls):
        return value
    if in_class(cls, "__bool__")[0] is not None:
        return method_called(w, value, "__bool__", ())
    if in_class(cls, "__len__")[0] is not None:
        return w.operator(None, operator.ne, (method_called(w, value, "__len__", ()), literal(0)))
    return Static(True)


def set_item(w: Library, base: Value, key: Value, value: Value) -> bool:
    """base[key] = value of an object; False if it is none of that kind."""
    cls = class_of(base)
    if cls is None or in_class(cls, "__setitem__")[0] is None:
        inside = holding.contents(w, base)
        if inside is not None:
            holding.set_item(w, base, key, value)
        return inside is not None
    method_called(w, base, "__setitem__", (key, value))
    return True


def method_called(w: Library, base: Value, name: str, args: Args) -> Value:
    """What a method of an object gives."""
    method, _ = in_class(class_of(base), name)
    return w.call(w.fresh("value"), method, (base, *args), {})
