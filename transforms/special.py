"""Builtins that mean something on tuples, lists and dicts, and the table of all that do.

n = len(p)                        no statement, if p is a tuple, list or dict
t = sum([[x], [y]], [])           no statement: t is [x, y]
all([x > 0.0, y > 0.0])           (x > 0.0) & (y > 0.0)
"""

from __future__ import annotations

import collections
import functools
import importlib
import math
import operator
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Sized
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import (
    ahead,
    cursor_calls,
    cursors,
    dicts,
    duplicating,
    grown,
    holding,
    objects,
    queues,
    sets,
    starred,
    tables,
)
from fpad.transforms.abstract import (
    Held,
    Static,
    Steps,
    Structure,
    Unusable,
    Value,
    View,
    Woven,
    is_array,
    is_grown,
    is_number,
    is_shape,
    known_value,
    literal,
    to_python,
)
from fpad.transforms.asking import ASKING
from fpad.transforms.by_method import SEARCHES
from fpad.transforms.caches import KEEPING
from fpad.transforms.callables import CALLABLES
from fpad.transforms.choices import certain
from fpad.transforms.choosing import CHOOSING
from fpad.transforms.containers import IN_ORDER, empty_lists, runs_joined
from fpad.transforms.copying import COPYING
from fpad.transforms.describing import describe
from fpad.transforms.digits import DIGITS
from fpad.transforms.framing import FRAMING
from fpad.transforms.grouping import GROUPING
from fpad.transforms.heaps import HEAPS
from fpad.transforms.hooks import HOOKS
from fpad.transforms.identities import IDENTITIES
from fpad.transforms.ir import Apply, Const, Do
from fpad.transforms.iteration import count_of, items_of
from fpad.transforms.iterators import (
    ITERATORS,
    Args,
    Handler,
    Keywords,
    arguments,
    gathered,
    known_items,
    made_of,
    now,
    unwrapped,
)
from fpad.transforms.kinds import BOOL, EACH, INT, Counting, Num
from fpad.transforms.listing import LISTING
from fpad.transforms.lookups import let_go, makes
from fpad.transforms.managed import MANAGED
from fpad.transforms.outer_containers import OUTER
from fpad.transforms.questions import QUESTIONS, class_of
from fpad.transforms.reporting import REPORTING
from fpad.transforms.streams import stream
from fpad.transforms.subscripts import attempt, attempted
from fpad.transforms.tables import is_dict
from fpad.transforms.taking import TAKING
from fpad.transforms.text_files import TEXT_FILES
from fpad.transforms.unending import STREAMS
from fpad.transforms.writer import refuse
from fpad.transforms.written import WRITTEN
from fpad.transforms.written.placing import copyto, fill_diagonal
from fpad.transforms.written.selecting import is_outside
from fpad.transforms.written.sequences import added_up, with_keys
from fpad.transforms.yielding import YIELDING

if TYPE_CHECKING:
    from fpad.transforms.library import Library


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
    if isinstance(value, Structure) and tables.is_table(value):
        return tables.size(w, value)
    if len(args) == 1 and not kwargs and not is_number(args[0]) and not is_shape(args[0]):
        view = isinstance(value, Structure) and value.make is View
        sized = view or issubclass(class_of(args[0]) or object, Sized)
        if isinstance(value, Structure | Woven) and not sized:
            refuse(f"len is given {describe(value)}.", "make a list of it first: list(..).")
        items = items_of(w, args[0], ordered=False)
        if items is not None:
            return literal(len(items))
        if isinstance(value, Structure):
            return grown.length(w, value)
        if isinstance(value, Steps):
            return w.operation(variable, max, (count_of(w, value), literal(0)), {})
        if isinstance(value, Static):
            return attempt(len, [value.value])
    if len(args) == 1 and is_number(args[0]) and not is_array(args[0]):
        error = TypeError("object of a number's type has no len()")
        refuse(f"len is given {describe(args[0])}.", "give it an array, a tuple or a list.", error)
    return w.operation(variable, len, args, kwargs)


def _sequence(make: type) -> Callable[..., Value]:
    def convert(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        if not args:
            return w.sequence(make, ())
        if make is tuple and is_shape(args[0]):
            return args[0]
        if class_of(args[0]) is not None:
            args = [unwrapped(w, w.looped(args[0]))]
        items = items_of(w, args[0], at_once=True)
        if is_grown(args[0]):
            assert isinstance(args[0], Structure)
            return duplicating.shallow(w, args[0], make)
        if items is None and is_array(args[0]):
            flat = args[0].kind.rank == 1  # type: ignore[attr-defined]
            copied = w.operation(None, np.array if flat else np.asarray, args, {})
            return Structure(make, (EACH,), (copied,), w.new_ident() if make is list else None)
        if isinstance(args[0], Steps) and items is None:
            counted = w.operation(None, np.arange, args[0].args, {})
            return Structure(make, (EACH,), (counted,), w.new_ident() if make is list else None)
        if isinstance(args[0], Woven) and args[0].how in ("zip", "enumerate", "reversed"):
            whole = gathered(w, args)
            assert items is None
            assert isinstance(whole, Structure)
            return replace(whole, make=make, ident=w.new_ident() if make is list else None)
        if items is None:
            refuse(f"{make.__name__} is given {describe(args[0])}.", "use the array, or index it.")
        return w.sequence(make, items)

    return convert


def _dict(make: type) -> Handler:
    """dict(pairs or dict, **named), OrderedDict, and Counter."""
    return lambda w, variable, args, kwargs: dicts.made(w, make, args, kwargs)


def _from_keys(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """dict.fromkeys(keys, value)."""
    over, value = arguments("fromkeys", args, kwargs, "iterable", "value")
    assert over is not None
    value = value or Static(None)
    if is_grown(over):
        return w.user_call(variable, with_keys, (over, value), {})
    pairs = [w.sequence(tuple, (k, value)) for k in known_items(w, over, "dict.fromkeys")]
    return dicts.made(w, dict, (w.sequence(list, pairs),), {})


def _set(make: type) -> Handler:
    """set(..) and frozenset(..)."""
    return lambda w, variable, args, kwargs: sets.made(w, make, args)


def _listed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """What a comprehension runs over."""
    items = items_of(w, args[0])
    return args[0] if items is None else w.sequence(list, items)


def _once(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """The values of a generator expression, as an iterator over them."""
    values, begun, sources, later, inner = args
    assert isinstance(begun, Static)
    of_each = known_value(inner)
    assert of_each is not None
    if begun.value[0] == id(w.out):
        ahead.check_given(w, begun.value[1], values)

    def make() -> Value:
        if is_grown(values):
            made = Woven("once", (values,), w.new_ident())
            same, count, changes, reads = begun.value
            ahead.note_reads(w, made, reads, sources.parts)
            if same != id(w.out) or w.happens(w.out[count:]) or changes != w.changes:
                w.late[made.ident] = now(w)  # type: ignore[index]
            return made
        return made_of(w, begun.value, values.items) if isinstance(values, Structure) else values

    lent = cursor_calls.lend(w, sources.parts)
    now_ = [w.current(v) for v in sources.parts]
    each = now_[: of_each[0]]
    made = ahead.noting(w, now_, make, every=known_value(later) == (True,), inner=each)
    own = stream(made)
    if lent and own is not None:
        w.lent[own] = lent
    return made


def _lacks(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """Does base[key] raise a KeyError, or an IndexError, when the program runs?"""
    cls, base, key = args
    assert isinstance(cls, Static)
    if isinstance(base, Structure) and is_dict(base):
        if cls.value is not KeyError or makes(base):
            return Static(False)
        has = w.operator(None, operator.contains, (base, key))
        return w.operator(variable, operator.not_, (has,))
    sized = is_array(base) or (isinstance(base, Structure) and base.make in (list, tuple))
    if cls.value is not IndexError or not sized or not isinstance(key, Held) or key.kind != INT:
        return Static(False)
    return w.user_call(variable, is_outside, (base, key), {})


def _caught(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """The exception that a raise statement hands to a handler of the same function."""
    cls, *rest = args
    assert isinstance(cls, Static)
    known = [to_python(a) for a in rest]
    if None in known:
        refuse(
            "A handler looks at an exception that is made of what is known only at run time.",
            "give the exception a constant text.",
        )
    given = [k[0] for k in known if k is not None]
    key = (cls.value, repr(given))
    if key not in w.errors:
        w.errors[key] = attempted(cls.value, *given)
    return Static(w.errors[key])


def _imported(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """A module, or what it holds under a name, which may be data that is read at each call."""
    module, package, name = (a.value for a in args if isinstance(a, Static))
    found = attempted(fp.imported, module, package, None if name is None else "__name__")
    if name is None:
        return Static(found)
    whole = attempted(importlib.import_module, module, package)
    if not hasattr(whole, name):
        return Static(attempted(importlib.import_module, f"{module}.{name}", package))
    return w.outer.attribute(whole, name)


def _every(op: Any, least: bool) -> Callable[..., Value]:
    """all(..) or any(..) of truth values; `least`: the answer for none."""

    def decide(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        items = items_of(w, args[0], ordered=False)
        vector = is_array(args[0]) and getattr(args[0].kind, "rank", None) == 1  # type: ignore[attr-defined]
        if items is None and (vector or isinstance(args[0], Structure)):
            return w.operation(variable, np.all if least else np.any, args, {})
        if items is None:
            refuse(f"{describe(args[0])} is tested as a whole.", "use np.all or np.any.")
        open_: list[Value] = []
        for v in map(w.asked, items):
            known = w.truth(v)
            if known is (not least):
                return Static(not least)
            if known is None:
                open_.append(v)
        for k, v in enumerate(open_):
            if is_number(v) and not is_array(v) and v.kind != BOOL:  # type: ignore[attr-defined]
                open_[k] = w.operation(None, operator.ne, (v, literal(0.0)), {})
            elif not (isinstance(v, Held) and v.kind == BOOL):
                refuse(f"{describe(v)} is tested for truth.", "compare it: v != 0.0.")
        if not open_:
            return Static(least)
        result = open_[0]
        for v in open_[1:]:
            result = w.operation(variable, op, (result, v), {})
        return result

    return decide


def _apply(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """f(*runs[0], *runs[1], .., **named), where the parts of named are known."""
    f, named, *runs = args
    named = holding.plain(w, named, "__iter__", "__getitem__", "keys")
    if (
        not isinstance(named, Structure)
        or not issubclass(named.make, dict)
        or not all(isinstance(k, str) for k in named.keys)
    ):
        refuse(f"{describe(named)} is given after **.", "give a dict with names for keys.")
    given = starred.arguments(w, f, runs, named.keys)
    if given is None:
        star = functools.reduce(lambda a, b: w.operator(None, operator.add, (a, b)), runs)
        if isinstance(f, Static) and f.value is math.hypot:
            origin = w.call(w.fresh("origin"), np.zeros_like, (star,), {})
            return w.call(variable, math.dist, (star, origin), {})
        given = starred.arguments(w, f, (star,), named.keys) if len(runs) > 1 else None
        given = starred.from_one(w, f, star, named.keys) if given is None else given
        if isinstance(f, Static) and f.value is zip and isinstance(given, list):
            return _iterated(w, given[0])  # they are what zip gives
    s, by_name = (
        Apply(variable, variable, (), (), w.origin),
        dict(zip(named.keys, named.items, strict=True)),
    )
    if not isinstance(given, starred.Starred):
        return w.apply(s, f, given, by_name)
    several, out = given, w.hold(Static(None))

    def call(count: int) -> None:
        w.env[out] = w.apply(s, f, several.arguments(w, count), by_name)

    fewer = several.fewer(w).atom
    w.branch(fewer, lambda: call(several.least), lambda: call(several.most), w.origin)
    result = w.env[out]
    let_go(w, out)
    return result


def _namedtuple(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """namedtuple("Point", "x y"), a class."""
    known = [to_python(v) for v in (*args, *kwargs.values())]
    if None in known:
        refuse("A namedtuple is made of names that are not known.", "write the names out.")
    values = [k[0] for k in known if k is not None]
    named = dict(zip(kwargs, values[len(args) :], strict=True))
    return Static(attempted(collections.namedtuple, *values[: len(args)], **named))


def _iterated(w: Library, value: Value) -> Value:
    """An iterator over the values of a tuple."""
    if is_grown(value):
        w.idents += 1
        return Woven("once", (value,), w.idents)
    return w.iterator(items_of(w, value) or ())


def _open_mesh(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.ix_(..): an index array along an axis of its own for each argument."""
    parts: list[Value] = []
    for k, value in enumerate(args):
        given = w.array(value) if isinstance(value, Structure) else value
        if isinstance(given, Held) and is_array(given) and _num(given) == "bool":
            given = w.operation(None, np.flatnonzero, (given,), {})
        if not (isinstance(given, Held) and is_array(given) and _num(given) == "int"):
            refuse(f"np.ix_ is given {describe(value)}.", "give it integers or bools.")
        shape = w.sequence(tuple, [literal(-1 if j == k else 1) for j in range(len(args))])
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
    if "where" in kwargs or len(args) > 2:
        return w.user_call(variable, copyto, args, kwargs)
    array, value = _given_array(w, args, kwargs, "np.copyto")
    w.write(array, Const(Ellipsis), value)
    return Static(None)


def _fill_diagonal(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """np.fill_diagonal(a, v): a[k, k] = v of a square matrix."""
    array, value = _given_array(w, args, kwargs, "np.fill_diagonal")
    number = isinstance(value, Held) and isinstance(value.kind, Num) and not value.kind.array
    if not (isinstance(array.kind, Num) and array.kind.rank == 2 and number):
        return w.user_call(variable, fill_diagonal, args, kwargs)
    places = w.operation(None, fp.along, (array,), {})
    assert isinstance(places, Held)
    w.write(array, (places.atom, places.atom), value)
    return Static(None)


def _enough(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    values, n = args
    known = known_value(n)
    if is_grown(values) and known is not None:
        assert isinstance(values, Structure)
        w.emit(Do(fp.enough, (grown.first_leaf(values).atom, Const(known[0])), (), w.origin))
        return Static(None)
    if isinstance(values, Structure) and known is not None and len(values.items) < known[0]:
        refuse(
            f"{describe(values)} is unpacked into at least {known[0]} names.",
            "give no more names than there are values.",
        )
    return Static(None)


def _sum(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """sum(values, start), of numbers at once and of anything else one by one."""
    over, start = arguments("sum", args, kwargs, "iterable", "start")
    assert over is not None
    over = unwrapped(w, w.looped(over)) if class_of(over) is not None else over
    own = stream(over)
    late, may_raise = own in w.late, own in w.may_raise
    items = items_of(w, over, at_once=True)
    items = None if items is None else [certain(w, v) for v in items]
    if items is None:
        if is_grown(over) and class_of(over.parts[0]) is not None:
            return w.user_call(variable, added_up, (over, start or literal(0)), {})
        if not is_number(over) and not is_grown(over):
            refuse(f"sum runs over {describe(over)}.", "write it with operations on arrays.")
        whole = w.operation(variable if start is None else None, sum, (over,), {})
        return whole if start is None else w.operator(variable, operator.add, (start, whole))
    if start is None and all(map(is_number, items)) and any(isinstance(v, Held) for v in items):
        exact = to_python(w.sequence(tuple, items))
        if exact is None or not all(isinstance(v, int) for v in exact[0]):
            make = over.make if isinstance(over, Structure) else list
            same = make in (list, tuple) and tuple(items) == over.parts
            display = over if same else w.sequence(list, items)
            return w.operation(variable, sum, (display,), {})
    begun = len(w.out), w.changes
    total = literal(0) if start is None else start
    for k, v in enumerate(items):
        last = variable if k == len(items) - 1 else None
        total = w.operator(last, operator.add, (total, v))
    adds = w.happens(w.out[begun[0] :], raising=False) or w.changes != begun[1]
    if late and (adds or not (may_raise or all(map(is_number, items)))):
        refuse(
            "sum asks for values one by one, which has effects, and adds objects in between.",
            "make a list of them first: list(..).",
        )
    return total


def _exact_sum(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """math.fsum(values)."""
    over = args[0] if args else literal(())
    if is_array(over) or is_grown(over) or (isinstance(over, Structure) and over.make is tuple):
        return w.operation(variable, math.fsum, args, kwargs)
    return w.operation(variable, math.fsum, (_sequence(list)(w, variable, (over,), {}),), kwargs)


def _product(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """math.prod(values, start=1)."""
    items = items_of(w, args[0])
    if items is None:
        return w.user_call(variable, WRITTEN[math.prod], args, kwargs)
    total = kwargs.pop("start", None)
    for v in items:
        total = v if total is None else w.operator(None, operator.mul, (total, v))
    return literal(1) if total is None else total


def _constructed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """fp.constructed(cls, names, values, *args, **kwargs)."""
    cls, names, values, *rest = args
    assert isinstance(cls, Static)
    known = to_python(names)
    assert known is not None
    return objects.construct(
        w, cls.value, rest, kwargs, dict(zip(known[0], values.parts, strict=True))
    )


SPECIAL: dict[Any, Handler] = {
    range: _range,
    len: _len,
    tuple: _sequence(tuple),
    list: _sequence(list),
    set: _set(set),
    frozenset: _set(frozenset),
    dict: _dict(dict),
    OrderedDict: _dict(OrderedDict),
    Counter: _dict(Counting),
    defaultdict: dicts.made_default,
    deque: queues.made,
    dict.fromkeys: _from_keys,
    sum: _sum,
    math.prod: _product,
    math.fsum: _exact_sum,
    np.ix_: _open_mesh,
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    all: _every(operator.and_, True),
    any: _every(operator.or_, False),
    fp.apply: _apply,
    fp.listed: _listed,
    fp.once: _once,
    fp.begun: lambda w, variable, args, kwargs: Static(now(w)),
    fp.merged: _dict(dict),
    fp.runs_joined: runs_joined,
    fp.empty_lists: empty_lists,
    fp.enough: _enough,
    functools.wraps: lambda w, variable, args, kwargs: Static(fp.itself),
    fp.constructed: _constructed,
    fp.itself: lambda w, variable, args, kwargs: args[0],
    fp.given: lambda w, variable, args, kwargs: Unusable("what a context manager gives", ""),
    fp.caught: _caught,
    fp.lacks: _lacks,
    fp.imported: _imported,
    **TAKING,
    **YIELDING,
    **REPORTING,
    **OUTER,
    **TEXT_FILES,
    collections.namedtuple: _namedtuple,
    **ITERATORS,
    **STREAMS,
    **MANAGED,
    **CHOOSING,
    **CALLABLES,
    **IDENTITIES,
    **ASKING,
    **cursors.CURSORS,
    **FRAMING,
    **COPYING,
    **IN_ORDER,
    **SEARCHES,
    **KEEPING,
    **GROUPING,
    **HEAPS,
    **HOOKS,
    **LISTING,
    **QUESTIONS,
    **DIGITS,
}


def special(f: Any) -> Handler | None:
    """What gives a call of this object its meaning; None if nothing here does."""
    try:
        return SPECIAL.get(f)
    except TypeError:  # not hashable
        return None
