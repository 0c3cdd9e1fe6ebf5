"""Variables that hold one of several things, whichever way was taken.

    best = None                         best_kind = 0;  best = None
    for v in xs:                        for ..:
        if best is None or v < best:        t1 = best_kind == 0;  ..
            best = v            ->              best = v;  best_kind = 1

    g = np.sin if c else np.cos         if c: g_kind = 0  else: g_kind = 1
    y = g(x)                            if g_kind == 0: y = np.sin(x)  else: y = np.cos(x)

An `Either` is a number that says which, and the alternatives, each in a place of its own.  What is
done with it is done to the alternative that it must be (nothing is added to None), after a check,
or else to each under a test.  Tests such as `best is None` narrow it in their arms.
"""

from __future__ import annotations

import builtins
import operator
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms.abstract import (
    Bound,
    Either,
    Env,
    Held,
    Method,
    Static,
    Structure,
    Value,
    is_grown,
    known_value,
    to_python,
)
from fpad.transforms.class_parts import class_of, in_class, is_generic
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.ir import (
    Apply,
    Attr,
    Const,
    Do,
    For,
    If,
    Let,
    Load,
    Operand,
    Origin,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    names,
)
from fpad.transforms.kinds import BOOL, Num
from fpad.transforms.written import frames

if TYPE_CHECKING:
    from fpad.transforms.body import Body

MOST = 8
"""A variable does not hold more different things."""
_SAME = (operator.is_, operator.is_not, operator.eq, operator.ne)


def undecided(w: Body, s: Statement) -> tuple[str, Either, bool] | None:
    """A variable that has to be decided before the statement; may it be None as well?"""
    for name, none_too in _operands(w, s):
        value = w.env.get(name)
        if isinstance(value, Method | Bound):
            value = value.of[0]
        if isinstance(value, Either):
            return name, value, none_too
        inside = _either_in(value) if isinstance(value, Structure) and _is_put(w, s, name) else None
        if inside is not None:
            return name, inside, True
    return None


def _is_put(w: Body, s: Statement, name: str) -> bool:
    """Is the variable put into a list of unknown length?"""
    match s:
        case Apply(func=func):
            of = w.env.get(func)
            return isinstance(of, Method) and of.name == "append" and is_grown(of.base)
        case Store(base=base, value=value):
            into = w.env.get(base)
            return value == name and into is not None and is_grown(into)
        case Let(op=operator.add, args=(str(base), last)):  # a comprehension does so
            into = w.env.get(base)
            return last == name and into is not None and is_grown(into)
    return False


def _either_in(value: Value) -> Either | None:
    """A part of a tuple, or of a list of one, that may be one thing or another."""
    if isinstance(value, Either):
        which = value.which.kind
        return None if isinstance(which, Num) and which.array else value
    if not isinstance(value, Structure) or is_grown(value):
        return None
    if value.make is not tuple and (value.make, len(value.items)) != (list, 1):
        return None
    return next((e for e in map(_either_in, value.items) if e is not None), None)


def _operands(w: Body, s: Statement) -> Iterator[tuple[str, bool]]:
    """The variables that a statement computes with; is there anything to be done with None?"""
    match s:
        case Let(op=op, args=args):
            if op is operator.truth:
                return
            if op in _SAME and any(isinstance(w.value_of(a), Static) for a in args):
                return
            inside = w.value_of(args[0]) if op is operator.contains else None
            if inside is not None and to_python(inside) is not None:
                return
            if op is operator.contains and _told(w, args):
                return
            told = op in (fp.text, fp.percent)  # a message says which it is
            some = (n for n in names(*args) if not (told and is_told(w.env.get(n))))
            yield from ((n, op in (operator.not_, *_SAME)) for n in some)
        case Attr(base=base) | Do(op=builtins.setattr, args=(str(base), *_)):
            yield base, False
        case Load(base=base, index=index):
            yield base, False
            yield from ((n, False) for n in names(index))
        case (
            Store(base=base, index=index, value=value)
            | StoreAdd(base=base, index=index, value=value)
        ):
            yield base, False
            yield from ((n, False) for n in names(index))
            into = w.env.get(base)
            if isinstance(into, Held) or (into is not None and is_grown(into)):
                yield from ((n, is_grown(into)) for n in names(value))
        case Unpack(value=value):
            yield from ((n, False) for n in names(value))
        case For(iterable=str(iterable)):
            yield iterable, False
        case If(test=test):
            yield from ((n, True) for n in names(test))
        case Apply(func=func, args=args, kwargs=kwargs):
            yield func, False
            of = w.env.get(func)
            if isinstance(of, Method) and of.name == "append" and is_grown(of.base):
                yield from ((n, True) for n in names(*args))
            if any(isinstance(w.env.get(n), Either) for n in names(*args)) and not _takes_anything(
                w.env.get(func) or w.read(func)
            ):
                yield from ((n, False) for n in names(*args, *(v for _, v in kwargs)))
        case Do(op=fp.fail, args=args, kwargs=kwargs):
            yield from ((n, False) for n in names(*args, *(v for _, v in kwargs)))


def is_told(value: Value | None) -> bool:
    """Is it one of several classes or texts, as type(x) and type(x).__name__ are?"""
    return isinstance(value, Either) and all(
        isinstance(v, Static) and isinstance(v.value, str | type) for v in value.options
    )


def _told(w: Body, args: Sequence[Operand]) -> bool:
    """Is it known for each thing that a container can be whether it holds a value?"""
    container, item = (w.value_of(a) for a in args)
    if not isinstance(container, Either) or item is None or known_value(item) is None:
        return False
    tables = [v for v in container.options if isinstance(v, Structure)]
    return len(tables) == len(container.options) and all(
        issubclass(v.make, dict) or to_python(v) is not None for v in tables
    )


def _takes_anything(func: Value | None) -> bool:
    """Is it a function of the user, to which an Either can be handed on?"""
    meant = func.value if isinstance(func, Static) else getattr(func, "func", None)
    if is_generic(meant):  # which function it is depends on what it is given
        return False
    if isinstance(func, Static):
        whole = str(getattr(func.value, "__module__", "") or "")
        if whole == frames.__name__:  # what generators call whose variables these are
            return True
        module = whole.partition(".")[0]
        known = ("numpy", "math", "builtins", "operator", "_operator", "functools", "copy", "fpad")
        return func.value is isinstance or (module not in known and callable(func.value))
    return not isinstance(func, Structure) or issubclass(func.make, Closure)


def decide(
    w: Body, s: Statement, name: str, value: Either, none_too: bool, run: Callable[[], None]
) -> None:
    """Run with the variable being what it can only be, or with each that it can be."""
    every = range(len(value.options))
    able = [k for k in every if none_too or value.options[k] != Static(None)]
    if isinstance(s, For | Unpack | Load):
        able = [k for k in able if _has_parts(value.options[k], s, name)] or able
    shown = name if name in w.users else "a value"
    if len(able) == 1:
        told = describe(value.options[1 - able[0]]) if len(every) == 2 else "something else"
        text = f"{shown} is {told} here"
        w.emit(Do(fp.holds, (value.which.atom, Const(able[0]), Const(text)), (), w.origin))
        w.env = narrowed(w.env, value, able[0])
        run()
        return
    sure = f"{shown} is something else here" if len(able) < len(every) else None
    _each(w, value, able, run, replace(w.origin, text=""), sure)


def certain(w: Body, value: Value) -> Value:
    """A value that may be None, where it is used as a number: that it is none is checked."""
    if not isinstance(value, Either) or Static(None) not in value.options:
        return value
    able = [k for k, v in enumerate(value.options) if v != Static(None)]
    if len(able) != 1:
        return value
    args = (value.which.atom, Const(able[0]), Const("a value is None here"))
    w.emit(Do(fp.holds, args, (), w.origin))
    return value.options[able[0]]


def _has_parts(value: Value, s: For | Unpack | Load, name: str) -> bool:
    """Has it the parts that the statement takes of this variable? No number has any."""
    if isinstance(value, Structure) and value.make is tuple and not is_grown(value):
        n = len(value.items)
        if isinstance(s, Load):
            index = s.index.value if isinstance(s.index, Const) else None
            return s.base != name or type(index) is not int or -n <= index < n
        return isinstance(s, For) or n == len(s.targets)
    if isinstance(s, Load):
        return True
    return not (isinstance(value, Held) and isinstance(value.kind, Num) and not value.kind.array)


def _each(
    w: Body,
    value: Either,
    able: Sequence[int],
    run: Callable[[], None],
    o: Origin,
    sure: str | None,
) -> None:
    """Run with each of these alternatives; `sure`: what is wrong if it is none of them."""
    first, *rest = able

    def as_option(k: int) -> None:
        w.env = narrowed(w.env, value, k)
        run()

    if not rest:
        if sure is not None:
            args = (value.which.atom, Const(first), Const(sure))
            w.emit(Do(fp.holds, args, (), w.origin))
        as_option(first)
        return
    test = w.let(None, operator.eq, (value.which.atom, Const(first)), BOOL)
    w.branch(
        test.atom,
        lambda: as_option(first),
        lambda: _each(w, value, rest, run, o, sure),
        o,
        keep=False,
    )


def bound(w: Body, s: Attr) -> bool:
    """Take a method of one of several objects as one of several methods, under the same number.

    So what tells which method it is tells which object it is: a call that changes the object must
    not take what the others hold for its own.
    """
    value = w.env.get(s.base)
    if not isinstance(value, Either) or not all(_has_method(o, s.name) for o in value.options):
        return False
    w.env[s.target] = Either((value.which, *(w.attribute(s, o) for o in value.options)))
    return True


def _has_method(value: Value, name: str) -> bool:
    cls = class_of(value)
    own = isinstance(value, Structure) and name in value.keys
    return cls is not None and not own and isinstance(in_class(cls, name)[0], types.FunctionType)


def narrowed(env: Env, value: Either, k: int) -> Env:
    """The environment where an Either is its alternative k.

    Another name may hold the same list, dict or object, told apart by another number.
    """
    known = value.options[k] if k < len(value.options) else None

    def one(v: Value) -> Value:
        if isinstance(v, Either) and v.which == value.which and k < len(v.options):
            return v.options[k]
        if isinstance(v, Either) and isinstance(known, Structure) and known.ident is not None:
            options = [o for o in v.options if isinstance(o, Structure) and o.ident == known.ident]
            alike = [o for o in options if (o.make, o.keys) == (known.make, known.keys)]
            if len(options) == len(v.options) and len(alike) == 1:
                return alike[0]
        parts = v.parts
        return v.with_parts(tuple(map(one, parts))) if parts else v

    return {n: one(v) for n, v in env.items()}


def answered(w: Body, value: Either, answers: Sequence[bool]) -> Value:
    """The value of a test, given its answer for each alternative."""
    hits = [k for k, yes in enumerate(answers) if yes]
    if not hits or len(hits) == len(answers):
        return Static(bool(hits))
    misses = [k for k, yes in enumerate(answers) if not yes]
    if len(misses) == 1:
        result = w.let(None, operator.ne, (value.which.atom, Const(misses[0])), BOOL)
    else:
        result, *more = (w.let(None, operator.eq, (value.which.atom, Const(k)), BOOL) for k in hits)
        for test in more:
            result = w.let(None, operator.or_, (result.atom, test.atom), BOOL)
    w.facts[str(result.atom)] = (value, tuple(answers))
    return result


def denied(w: Body, test: Value, result: Value) -> None:
    """Note what the opposite of a test says."""
    if isinstance(test, Held) and isinstance(result, Held) and test.atom in w.facts:
        value, answers = w.facts[str(test.atom)]
        w.facts[str(result.atom)] = (value, tuple(not yes for yes in answers))


def arms(w: Body, test: Operand) -> tuple[Env, Env]:
    """The environments in the two arms of a test."""
    fact = w.facts.get(test) if isinstance(test, str) else None
    out = []
    for holds in (True, False):
        env = w.env
        if fact is not None:
            left = [k for k, yes in enumerate(fact[1]) if yes is holds]
            if len(left) == 1:
                env = narrowed(env, fact[0], left[0])
        out.append(env)
    return out[0], out[1]
