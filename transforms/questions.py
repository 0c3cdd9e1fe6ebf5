"""Questions about values, and their texts: mostly known while the code is written.

isinstance(p, dict), callable(f), type(p) is list, hasattr(p, "w"), str(3), "%d" % 3
"""

from __future__ import annotations

import collections
import functools
import itertools
import operator
import re
import string
import types
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import choices, grown, holding, named_attributes, texts
from fpad.transforms.abstract import (
    Bound,
    Defaulting,
    Either,
    Held,
    Iterated,
    Member,
    Method,
    Mixed,
    Partial,
    Queue,
    Static,
    Steps,
    Structure,
    Thinned,
    Uneven,
    Value,
    Woven,
    from_python,
    is_grown,
    known_value,
    to_python,
)
from fpad.transforms.callables import attribute
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.fitting import called
from fpad.transforms.holding import plain
from fpad.transforms.ir import Const, Do
from fpad.transforms.iterators import Args, Handler, Keywords, arguments, constant
from fpad.transforms.kinds import (
    BOOL,
    FLOAT,
    INT,
    Counting,
    Num,
    OpaqueKind,
    OwnDict,
    ShapeKind,
    is_object,
    meant,
)
from fpad.transforms.slices import slice_of
from fpad.transforms.subscripts import attempt, attempted
from fpad.transforms.tables import class_of_dict, is_keyed
from fpad.transforms.writer import refuse
from fpad.transforms.written.outer import Outer

if TYPE_CHECKING:
    from fpad.transforms.library import Library

EXAMPLES: dict[tuple[bool, str], tuple[Any, ...]] = {
    (False, "float"): (1.0, np.float64(1.0), np.float32(1.0)),
    (False, "int"): (1, np.int64(1)),
    (False, "bool"): (True, np.bool_(True)),
    (True, "float"): (np.ones(1), np.float64(1.0), np.float32(1.0)),
    (True, "int"): (np.ones(1, int), np.int64(1)),
    (True, "bool"): (np.ones(1, bool), np.bool_(True)),
}
"""Values of each kind of numbers, by which questions about the kind are answered."""


_STANDS_FOR: dict[Any, type] = {
    OwnDict: dict,
    Counting: collections.Counter,
    Defaulting: collections.defaultdict,
    Iterated: itertools.chain,
    Partial: functools.partial,
    Queue: collections.deque,
    Thinned: set,
    Uneven: list,
    Mixed: set,
}
CLASSES: dict[tuple[bool, str], tuple[type, ...]] = {
    (False, "float"): (float, np.float64, np.float32, np.float16),
    (False, "int"): (int, np.int64, np.int32, np.int16, np.int8),
    (False, "bool"): (bool, np.bool_),
    (True, "float"): (np.ndarray, np.float64, np.float32, np.float16),
    (True, "int"): (np.ndarray, np.int64, np.int32, np.int16, np.int8),
    (True, "bool"): (np.ndarray, np.bool_),
}
"""What type(x) may be of numbers of a kind; the first is the one that is met most."""


def class_of(value: Value) -> type | None:
    """The class that a value has in the user's program, where it is known."""
    match value:
        case Static(value=v):
            return type(v)
        case Member(cls=own):
            return own
        case Structure(make=make) if issubclass(make, Closure):
            return types.FunctionType
        case Structure(make=make) if issubclass(make, Outer):
            outer: type = make.stands_for
            return outer
        case Structure() if is_keyed(value):
            cls = class_of_dict(value)
            stands = [c for own, c in _STANDS_FOR.items() if issubclass(cls, own)]
            return stands[0] if stands else cls
        case Structure(make=make):
            made: type = _STANDS_FOR.get(make, meant(make))
            return made
        case Steps():
            return range
        case Woven():
            return itertools.chain
        case Method():
            return types.MethodType
        case Held(kind=OpaqueKind(cls=cls)):
            return cls
    return None


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
    plain = known_value(value)
    if plain is not None:
        return attempt(isinstance, [plain[0], known])
    own = class_of(value)
    if own is not None:
        return attempt(issubclass, [own, known])
    answer = agreed(value, lambda e: isinstance(e, known))
    if answer is not None:
        return Static(answer)
    test = w.operation(variable, isinstance, args, {})
    likely = isinstance(1.0, known)
    if not is_float(value) or likely != isinstance(np.float64(1.0), known):
        return test
    if not w.tells_classes() or not isinstance(test, Held):
        return test
    text = f"a float is asked whether it is {_classes(known)}, and is of a class of NumPy's"
    w.emit(Do(fp.holds, (test.atom, Const(likely), Const(text)), (), w.origin))
    return Static(likely)


def is_float(value: Value) -> bool:
    """Is it a single float?"""
    return isinstance(value, Held) and value.kind == FLOAT


def _classes(known: tuple[type, ...]) -> str:
    return " or ".join(c.__name__ for c in known)


def agreed(value: Value, question: Callable[[Any], bool]) -> bool | None:
    """What is so for every value of a kind of numbers; None where they differ."""
    if isinstance(value, Held) and isinstance(value.kind, Num):
        values = EXAMPLES.get((value.kind.array, value.kind.num), ())
        answers = {question(e) for e in (values[:1] if value.kind.rank else values)}
        return answers.pop() if len(answers) == 1 else None
    return None


def _type(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    if len(args) == 1:
        (value,) = args
        own = class_of(value)
        if own is not None:
            return Static(own)
        if isinstance(value, Held) and isinstance(value.kind, Num):
            if value.known is not None:
                return Static(type(value.known.value))
            if value.kind.array and value.kind.rank:
                return Static(np.ndarray)
            classes = CLASSES.get((value.kind.array, value.kind.num))
            if classes is not None:
                which = w.let(None, fp.class_number, (value.atom, Const(classes)), INT)
                return Either((which, *map(Static, classes)))
    refuse(
        f"The type of {describe(args[0])} is not known while the code is written.",
        "ask isinstance(x, np.ndarray), isinstance(x, float) or np.ndim(x).",
    )


def _callable(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    value = args[0]
    if isinstance(value, Static):
        return Static(callable(value.value))
    if isinstance(value, Bound | Method):
        return Static(True)
    own = class_of(value)
    return Static(own is not None and "__call__" in dir(own))


def _issubclass(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    known = [to_python(a) for a in args]
    if None in known:
        refuse("issubclass is given what is not known here.", "give it classes.")
    return attempt(issubclass, [k[0] for k in known if k is not None])


def _has(w: Library, base: Value, name: str) -> bool:
    """Has the value this attribute?"""
    if isinstance(base, Static):
        return w.outer.has(base.value, name)
    own = class_of(base)
    hidden = holding.attribute_hidden(w, base, name)
    if hidden is not None:
        return hidden
    if isinstance(base, Member):
        return hasattr(own, name) or name in w.arenas.element(w, base).keys
    if isinstance(base, Structure) and own is not None and w.may_declare():
        refuse("It is asked whether an object has an attribute.", "set it in __init__.")
    if isinstance(base, Structure) and own is not None:
        return hasattr(own, name) or (is_object(own) and name in base.keys)
    answer = agreed(base, lambda e: hasattr(e, name))
    if answer is None:
        refuse(
            f"Whether {describe(base)} has the attribute {name} is not known while the code is "
            "written.",
            "ask isinstance(x, np.ndarray) or np.ndim(x).",
        )
    return answer


def _hasattr(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, name = args
    if texts.is_told_later(name):
        return named_attributes.has(w, base, name)  # type: ignore[arg-type]
    return Static(_has(w, base, constant(name, "", "The name of the attribute")))


def _getattr(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, name, *default = args
    if texts.is_told_later(name):
        return named_attributes.read(w, base, name, default)  # type: ignore[arg-type]
    wanted = constant(name, "", "The name of the attribute")
    if default and not _has(w, base, wanted):
        return default[0]
    return attribute(w, variable, base, wanted)


def _bool(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    args = tuple(map(w.asked, args))
    if len(args) == 1 and is_grown(args[0]):
        return w.operator(variable, operator.truth, args)
    known = w.truth(args[0]) if args else False
    return w.operation(variable, bool, args, kwargs) if known is None else Static(known)


# ---------------------------------------------------------------- texts


def _text(template: Callable[[str], str]) -> Handler:
    """str(v), repr(v) and format(v, how)."""

    def write(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if not args:
            return Static("")
        value = args[0]
        if len(args) > 1 and texts.is_told_later(args[1]):
            return w.formatted(variable, "{:{}}", args)
        how = constant(args[1], "", "The format") if len(args) > 1 else ""
        known = to_python(value)
        if known is not None:
            return attempt(template(how).format, [known[0]])
        return w.formatted(variable, template(how), (value,))

    return write


def is_about_texts(f: Any) -> bool:
    """Is it a method of a text or of a pattern, or a function of the module re?"""
    if isinstance(f, types.BuiltinMethodType):
        return isinstance(f.__self__, str | re.Pattern | re.Match)
    return isinstance(f, types.FunctionType) and f.__module__ in ("re", "textwrap", "string")


def call_text_method(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value:
    """A method of a str that is known, and the like."""
    known = [to_python(a) for a in args]
    named = {k: to_python(v) for k, v in kwargs.items()}
    if None not in known and None not in named.values():
        plain = {k: v[0] for k, v in named.items() if v is not None}
        found = attempted(functools.partial(f, **plain), *(k[0] for k in known if k is not None))
        if isinstance(found, Iterator):  # of the matches of a pattern
            return w.iterator(tuple(map(from_python, found)))
        return from_python(found)
    if f.__name__ == "join" and len(args) == 1:
        made = texts.joined(w, variable, f.__self__, args[0])
        if made is not None:
            return made
    if f.__name__ == "format":
        values = (*args, *kwargs.values())
        return w.formatted(variable, _numbered(f.__self__, len(args), list(kwargs)), values)
    own = texts.text(Static(getattr(f, "__self__", None)))
    if own is not None and f.__name__ in texts.METHODS:
        return texts.called(w, variable, own, f.__name__, args, kwargs)
    if own is None:
        refuse(f"{called(f)} is given a text that only the run tells.", "call it outside.")
    refuse(
        f"The method {f.__name__} of a text is given {describe(args[0])}.",
        "use an f-string.",
    )


def _numbered(template: str, count: int, names: Sequence[str]) -> str:
    """The template of str.format in which the places of named values have numbers too."""
    if not names:
        return template
    numbers = map(str, itertools.count())

    def numbered(part: str) -> str:
        out = ""
        for text, field, how, conversion in string.Formatter().parse(part):
            out += text.replace("{", "{{").replace("}", "}}")
            if field is None:
                continue
            first = re.match(r"[^.\[]*", field)
            head = first.group() if first is not None else ""
            number = head if head else next(numbers)
            if head in names:
                number = str(count + names.index(head))
            out += "{" + number + field[len(head) :] + (f"!{conversion}" if conversion else "")
            out += (f":{numbered(how)}" if how else "") + "}"
        return out

    return numbered(template)


def _slice(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return slice_of(args)


def _divmod(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    parts = [w.operator(None, op, args) for op in (operator.floordiv, operator.mod)]
    return w.sequence(tuple, parts)


def _pow(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    base, exponent, modulus = arguments("pow", args, kwargs, "base", "exp", "mod")
    if base is None or exponent is None:
        refuse("pow is given too few arguments.", "give it two.")
    if modulus is None:
        return w.operation(variable, pow, (base, exponent), {})
    known = [known_value(v) for v in (base, exponent, modulus)]
    if None not in known:
        return attempt(pow, [k[0] for k in known if k is not None])
    return w.operator(variable, operator.mod, (w.operator(None, pow, (base, exponent)), modulus))


# ---------------------------------------------------------------- patterns


def _is_sequence(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Is it a sequence of so many parts, or more?"""
    value, *rest = args
    least, more = (constant(v, None, "The pattern") for v in rest)
    own = class_of(value)
    if isinstance(value, Steps) or (isinstance(value, Held) and isinstance(value.kind, ShapeKind)):
        refuse(f"{describe(value)} is taken apart by a pattern.", "unpack it, or index it.")
    value = plain(w, value)
    if not isinstance(value, Structure) or own is None or not issubclass(own, list | tuple):
        return Static(False)
    if is_grown(value):
        op = operator.ge if more else operator.eq
        return w.let(None, op, (grown.length(w, value).atom, Const(least)), BOOL)
    n = len(value.items)
    return Static(n >= least if more else n == least)


def _is_mapping(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Is it a dict with these keys?"""
    value, wanted = plain(w, args[0]), args[1]
    keys = to_python(wanted)
    if keys is None:
        refuse("The keys of a pattern are not known here.", "write them as literals.")
    if not isinstance(value, Structure) or not issubclass(value.make, dict):
        return Static(False)
    return Static(all(k in value.keys for k in keys[0]))


def _matched(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """What the k-th part of a pattern of a class is for."""
    value, cls, k = args
    if not isinstance(cls, Static):
        refuse("The class of a pattern is not known here.", "compare with if and elif.")
    if cls.value in _WHOLE:
        return value
    names = getattr(cls.value, "__match_args__", ())
    at = constant(k, 0, "The pattern")
    if at >= len(names):
        error = TypeError(f"{cls.value.__name__}() accepts {len(names)} positional sub-patterns")
        refuse(f"This raises TypeError: {error}.", "name the attributes.", error)
    return attribute(w, variable, value, names[at])


_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Classes whose pattern is for the value itself."""

QUESTIONS: dict[Any, Handler] = {
    isinstance: _isinstance,
    issubclass: _issubclass,
    type: _type,
    callable: _callable,
    hasattr: _hasattr,
    getattr: _getattr,
    bool: _bool,
    str: _text(lambda how: "{}"),
    repr: _text(lambda how: "{!r}"),
    format: _text(lambda how: "{:" + how + "}"),
    slice: _slice,
    divmod: _divmod,
    fp.is_sequence: _is_sequence,
    fp.is_mapping: _is_mapping,
    fp.matched: _matched,
    pow: _pow,
}
