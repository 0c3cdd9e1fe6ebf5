"""Iterators, and what itertools makes of them, on values whose number is known.

for a, b in combinations((x, y, z), 2)      a, b = x, y;  a, b = x, z;  a, b = y, z
list(accumulate((x, y, z)))                 t1 = x + y;  t2 = t1 + z;  [x, t1, t2]
next(it), list(it)                          the first, and those that are left

An iterator is a structure of the values that are left (`abstract.Iterated`).  They are evaluated
where it is made, as if all of them were asked for there; an iterator that may have been used up is
refused where it is used again.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import operator
import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import ahead, grown
from fpad.transforms.abstract import (
    Held,
    Iterated,
    Static,
    Steps,
    Structure,
    Value,
    Woven,
    is_array,
    is_grown,
    known_value,
    literal,
    to_python,
)
from fpad.transforms.describing import describe
from fpad.transforms.heap import without_idents
from fpad.transforms.ir import (
    Apply,
    Atom,
    Const,
    Do,
    For,
    Let,
    Operand,
    Pack,
    Slice,
    Statement,
    Unpack,
)
from fpad.transforms.iteration import endless, items_of, remaining, woven_items
from fpad.transforms.kinds import INT
from fpad.transforms.refusing import Refused
from fpad.transforms.streams import iterators
from fpad.transforms.writer import Writer, refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]
Moment = tuple[int, int, int, int]
Handler = Callable[["Library", str, Args, Keywords], Value]


class Undecided(Refused):
    """Only the run tells which values are kept: they are a list of unknown length."""


# ---------------------------------------------------------------- what handlers are made of


def called_with(w: Library, f: Value, *args: Value) -> Value:
    """f(*args), in a place of its own."""
    variable = w.fresh("value")
    now_ = [w.current(a) for a in args]  # earlier calls may have changed what they hold
    return w.apply(Apply(variable, variable, (), (), w.origin), w.current(f), now_, {})


def judged(w: Library, f: Value, *args: Value) -> Value:
    """f(*args) of a key or a predicate, which is known for arguments that are known."""
    before, w.by_value = w.by_value, True
    try:
        return called_with(w, f, *args)
    finally:
        w.by_value = before


def made_of(w: Library, begun: Moment, items: Sequence[Value], *sources: Value) -> Value:
    """An iterator whose values have been computed since `begun` (see `now`)."""
    if begun[0] == id(w.out):
        ahead.check_given(w, begun[1], w.sequence(tuple, items))
    out = w.iterator(items, *sources)
    same, count, changes, _ = begun
    ahead.note_reads(w, out, begun[3], sources)
    if same != id(w.out) or w.happens(w.out[count:]) or changes != w.changes:
        w.late[out.keys[-1].ident] = now(w)
        if not w.happens(w.out[count:], raising=False) and changes == w.changes:
            w.may_raise.add(out.keys[-1].ident)
    return out


def unwrapped(w: Library, value: Value, at_once: bool = True) -> Value:
    """The list behind a generator expression whose length only the run tells."""
    if isinstance(value, Woven) and value.how == "once":
        w.spend(value, at_once=at_once)
        return value.of[0]
    return value


def now(w: Library) -> Moment:
    """What has been written, and how often something has been changed or read, so far."""
    return id(w.out), len(w.out), w.changes, len(w.reads)


def known_items(
    w: Library, value: Value, who: str, ordered: bool = True, at_once: bool = False
) -> Sequence[Value]:
    """The values that a function runs over, which must be known one by one."""
    items = items_of(w, value, ordered, at_once)
    if items is None:
        refuse(
            f"{who} runs over {describe(value)}; how many values it has is not known while the "
            "code is written.",
            "write it with operations on arrays, or as a loop.",
        )
    return items


def arguments(who: str, args: Args, kwargs: Keywords, *names: str) -> list[Value | None]:
    """The arguments in the order of their names; None for one that is left out."""
    given = dict(zip(names, args, strict=False)) | kwargs
    if len(args) > len(names) or not set(given) <= set(names):
        refuse(f"These arguments of {who} are not supported.", f"it takes {', '.join(names)}.")
    return [given.get(n) for n in names]


def constant(value: Value | None, default: Any, what: str) -> Any:
    """An argument that has to be known while the code is written."""
    if value is None:
        return default
    known = known_value(value)
    if known is None:
        refuse(f"{what} is not known while the code is written.", "write it as a literal.")
    return known[0]


# ---------------------------------------------------------------- builtins


def _woven(how: str) -> Handler:
    """zip, enumerate and reversed."""

    def make(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        of = tuple(args)
        if how == "enumerate":
            start = kwargs.pop("start", of[1] if len(of) == 2 else literal(0))
            of = (*of[:1], start)
        strict = constant(kwargs.pop("strict", None), False, "strict") if how == "zip" else False
        if kwargs or (how != "zip" and not args) or (how == "reversed" and len(args) != 1):
            refuse(f"These arguments of {how} are not supported.", "leave them out.")
        if how == "reversed" and isinstance(of[0], Steps):
            return replace(of[0], reverse=not of[0].reverse)
        if how == "reversed" and isinstance(of[0], Structure) and is_grown(of[0]):
            none = Const(None)
            return grown.section(w, of[0], Slice(none, none, Const(-1)), tuple)
        if how == "zip" and not of:
            return w.iterator(())
        streams = [k for v in of for k in iterators(v)]
        if len(streams) > len(set(streams)):
            refuse(
                f"{how} is given one iterator twice, from which it takes by turns.",
                "make a list of it, and take slices: values[::2], values[1::2].",
            )
        if strict:
            _same_length(w, of)
        items = woven_items(w, how, of)
        if items is not None:
            for v in args:
                w.spend(v)
            return w.iterator(items, *args)
        w.idents += 1
        return Woven(how, of, w.idents)

    return make


def _same_length(w: Library, of: Args) -> None:
    """zip(.., strict=True)."""
    sizes = [_size(w, v) for v in of]
    known = {s for s in sizes if isinstance(s, Const)}
    if len(known) > 1:
        refuse("This raises ValueError: zip() arguments have several lengths.", "make them equal.")
    if len(known) < len(sizes) and any(isinstance(s, str) for s in sizes):
        w.emit(Do(fp.same_length, (tuple(sizes),), (), w.origin))


def _size(w: Library, value: Value) -> Operand:
    """How many values something has, or an array of so many entries."""
    match value:
        case Woven(how="once" | "enumerate", of=(inner, *_)):
            return _size(w, inner)
        case Structure(make=make) if make is Iterated:
            return Const(len(remaining(value)))
        case Structure() if is_grown(value):
            return grown.first_leaf(value).atom
        case Held() if is_array(value):
            return value.atom
        case Structure() | Steps() | Static(value=str()):
            size = w.call(w.fresh("size"), builtins.len, (value,), {})
            if isinstance(size, Held):
                return size.atom
    refuse(
        "zip(.., strict=True) is given values whose lengths are not known to be the same.",
        "leave strict out.",
    )


def _map(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """map(f, ..), all of it at once."""
    f, *over = args
    columns = [items_of(w, v) for v in over]
    begun = now(w)
    if None in columns:
        whole = gathered(w, over, f)
        if begun[2] != w.changes or w.happens(w.out[begun[1] :]):
            refuse("map is given a function that has effects.", "write the loop out.")
        ahead.check_given(w, begun[1], whole)
        w.idents += 1
        made = Woven("once", (whole,), w.idents)
        ahead.note_reads(w, made, begun[3], over)
        return made
    rows = zip(*(c for c in columns if c is not None))  # noqa: B905 (map stops at the shortest)
    return made_of(w, begun, [called_with(w, f, *row) for row in rows], w.current(f), *over)


def gathered(w: Library, over: Args, f: Value | None = None) -> Value:
    """The list of values whose number only the run tells, or of what f makes of them."""
    value = over[0] if len(over) == 1 else Woven("zip", tuple(over), w.new_ident())
    func, item = w.fresh("func"), w.fresh("item")
    if f is None:
        return _collected(w, item, value, [], item, {})
    made, names = w.fresh("made"), tuple(w.fresh("part") for _ in over)
    args = names if len(over) > 1 else (item,)
    body: list[Statement] = [Unpack(names, item, w.origin)] if len(over) > 1 else []
    body.append(Apply(made, func, args, (), w.origin))
    return _collected(w, item, value, body, made, {func: f})


def repeated(w: Library, base: Structure, count: Value) -> Value:
    """[value] * count, of lists and objects as [value for _ in range(count)]."""
    if len(base.items) != 1 or is_grown(base) or grown.is_copied(base.items[0]):
        return grown.repeated(w, base, count)
    value = w.fresh("value")
    whole = _collected(w, w.fresh("item"), Steps((count,)), [], value, {value: base.items[0]})
    return whole if base.make is list else w.call(w.fresh("whole"), base.make, (whole,), {})


def _collected(
    w: Library, item: str, over: Value, body: list[Statement], made: str, given: dict[str, Value]
) -> Value:
    """The list of what is made in a loop: [made for item in over]."""
    out, source, one = map(w.fresh, ("out", "source", "one"))
    given = {out: w.sequence(list, ()), source: over, **given}
    w.env |= given
    w.kept |= given.keys()
    body = [
        *body,
        Pack(one, "list", (made,), (), w.origin),
        Let(out, operator.add, (out, one), origin=w.origin),
    ]
    loop = For(item, source, tuple(body), (), w.origin)
    w.live_after[id(loop)] = frozenset(w.env)
    try:
        w.statement(loop)
    finally:  # the loop is gone after this, and another statement may get its id
        del w.live_after[id(loop)]
    result = w.env[out]
    w.kept -= given.keys()
    for name in given:
        w.env.pop(name, None)
    return result


def _keeping(who: str, wanted: bool) -> Handler:
    """The functions filter and filterfalse."""

    def keep(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        f, over = args
        items, begun = known_items(w, over, who), now(w)
        out = [v for v in items if _holds(w, who, f, v) is wanted]
        return made_of(w, begun, out, over)

    return keep


def _holds(w: Library, who: str, f: Value, v: Value) -> bool:
    """Does a predicate hold?  It has to be known."""
    test = v if known_value(f) == (None,) else judged(w, f, v)
    python = to_python(test)
    known = w.truth(test) if python is None else bool(python[0])
    if known is None:
        raise Undecided(
            f"Which values {who} keeps is not known while the code is written.",
            "add up what counts instead: total += x if x > 0 else 0.0.",
        )
    return known


def is_quiet(f: Value, over: Value) -> bool:
    """Does nothing happen when the function is called with values of this iterator: numbers?"""
    plain = isinstance(f, Static) and not isinstance(f.value, types.FunctionType)
    its = isinstance(over, Structure) and over.make is Iterated
    return plain and its and all(isinstance(v, Held) for v in over.parts[:-1])


def _reduce(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """functools.reduce(f, values, start)."""
    f, over, *start = args
    items = [*start, *known_items(w, over, "reduce", at_once=is_quiet(f, over))]
    if not items:
        refuse("reduce is given no values and no start.", "give it a start.")
    result = items[0]
    for item in items[1:]:
        result = called_with(w, f, result, item)
    return result


# ---------------------------------------------------------------- itertools


def _chain(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    tail = args[-1] if args and endless(args[-1]) is not None else None
    head = args if tail is None else args[:-1]
    items = [v for a in head for v in known_items(w, a, "chain")]
    return w.iterator(items, *args) if tail is None else _without_end("chain", w, *items, tail)


def chain_from(chain: Handler) -> Handler:
    """chain.from_iterable of a known number of lists, which `chain` chains."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        return chain(w, variable, known_items(w, args[0], "chain.from_iterable"), kwargs)

    return handle


def _accumulate(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, f, initial = arguments("accumulate", args, kwargs, "iterable", "func", "initial")
    assert over is not None
    items = list(known_items(w, over, "accumulate"))
    if initial is not None and initial != Static(None):
        items = [initial, *items]
    begun = now(w)
    out: list[Value] = []
    for v in items:
        if not out:
            out.append(v)
        elif f is None or f == Static(None):
            out.append(w.operator(None, operator.add, (out[-1], v)))
        else:
            out.append(called_with(w, f, out[-1], v))
    return made_of(w, begun, out)


def _arranged(function: Callable[..., Iterable[Sequence[Value]]], *numbers: str) -> Handler:
    """Functions of itertools that only arrange values; `numbers`: their other arguments."""

    def arrange(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        who = str(getattr(function, "__name__", function))
        many = function in (itertools.product, itertools.zip_longest)
        over = args if many else args[:1]
        rest = {} if many else dict(zip(numbers, args[1:], strict=False))
        named = {k: constant(v, None, f"{k} of {who}") for k, v in {**rest, **kwargs}.items()}
        if not set(named) <= set(numbers):
            refuse(f"These arguments of {who} are not supported.", "leave them out.")
        lists = [known_items(w, v, who) for v in over]
        # What has been read is not read again where a list changes.
        return w.iterator([w.sequence(tuple, row) for row in function(*lists, **named)])

    return arrange


def _zip_longest(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    fill = kwargs.pop("fillvalue", Static(None))
    lists = [known_items(w, v, "zip_longest") for v in args]
    rows = itertools.zip_longest(*lists, fillvalue=fill)
    return w.iterator([w.sequence(tuple, row) for row in rows], *args)


def _starmap(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    f, over = args
    rows = [known_items(w, v, "starmap") for v in known_items(w, over, "starmap")]
    begun = now(w)
    return made_of(w, begun, [called_with(w, f, *row) for row in rows])


def _islice(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, *bounds = args
    part = slice(*(constant(b, None, "A bound of islice") for b in bounds))
    at = endless(over)
    if at is None:
        return w.iterator(known_items(w, over, "islice")[part], over)
    w.spend(over)
    if part.stop is None:
        return _skipped(w, over, at, part.start or 0, part.step or 1)
    return w.iterator([at(w, k) for k in range(part.stop)[part]], over)


def _skipped(
    w: Library, over: Value, at: Callable[[Writer, int | Atom], Value], start: int, step: int
) -> Value:
    """What has no end, without its first values, and every so many of the others."""
    assert isinstance(over, Woven)
    if over.how == "chain":
        refuse("islice takes a part of what chain gives, which has no end.", "chain what is left.")
    if over.how != "count":
        return _without_end(over.how, w, *(at(w, start + step * k) for k in range(len(over.of))))
    by = over.of[1] if step == 1 else w.operator(None, operator.mul, (over.of[1], literal(step)))
    return _without_end("count", w, at(w, start), by)


def _repeat(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    value, times = arguments("repeat", args, kwargs, "object", "times")
    assert value is not None
    if isinstance(times, Held) and times.kind == INT and known_value(times) is None:
        return Woven("once", (repeated(w, w.sequence(tuple, (value,)), times),), w.new_ident())
    n = constant(times, None, "How often a value is repeated")
    return _without_end("repeat", w, value) if n is None else w.iterator([value] * n)


def _without_end(how: str, w: Library, *of: Value) -> Woven:
    w.idents += 1
    return Woven(how, of, w.idents)


def _count(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    start, step = arguments("count", args, kwargs, "start", "step")
    return _without_end("count", w, start or literal(0), step or literal(1))


def _cycle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    items = known_items(w, args[0], "cycle")
    return _without_end("cycle", w, *items) if items else w.iterator(())


def _while_holds(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """takewhile, also of what has no end."""
    f, over = args
    at, begun = endless(over), now(w)
    if at is None:
        items = list(known_items(w, over, "takewhile"))
        kept = list(itertools.takewhile(lambda v: _holds(w, "takewhile", f, v), items))
        return made_of(w, begun, kept, over)
    w.spend(over)
    out: list[Value] = []
    while _holds(w, "takewhile", f, at(w, len(out))):
        out.append(at(w, len(out)))
        if len(out) > _LONGEST:
            refuse(f"takewhile keeps more than {_LONGEST} values.", "write it as a loop.")
    return made_of(w, begun, out)


def _drop_while(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    f, over = args
    items, begun = list(known_items(w, over, "dropwhile")), now(w)
    kept = list(itertools.dropwhile(lambda v: _holds(w, "dropwhile", f, v), items))
    return made_of(w, begun, kept, over)


def _compress(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, selectors = args
    turns = endless(selectors)
    items = known_items(w, over, "compress")
    if turns is None:
        asked = known_items(w, selectors, "compress")
    else:
        w.spend(selectors)
        asked = [turns(w, k) for k in range(len(items))]
    rows = zip(items, asked)  # noqa: B905 (compress stops at the shortest)
    none = Static(None)
    return w.iterator([v for v, s in rows if _holds(w, "compress", none, s)], over)


_LONGEST = 1000
LAZY = (map, filter, itertools.filterfalse, itertools.accumulate, itertools.starmap)
"""What calls the function that it is given when its values are asked for."""

READ_LIVE = (enumerate, zip, reversed, functools.reduce)
"""What reads lists and arrays when values are asked for; the others do where they are called."""

READ_AT_ONCE = (
    itertools.product,
    itertools.combinations,
    itertools.combinations_with_replacement,
    itertools.permutations,
)
"""What asks iterators for all their values where it is called."""
_HANDING_ON = {
    itertools.chain: 1,
    itertools.chain.from_iterable: 2,
    itertools.pairwise: 1,
    itertools.zip_longest: 1,
    itertools.islice: 1,
    itertools.cycle: 1,
    itertools.compress: 1,
}
"""What gives values as they are: how many lists deep they lie."""


def asks(f: Any, args: Args) -> Args:
    """The function that an iterator calls for each value, as the one argument; empty if none."""
    if f not in LAZY:
        return ()
    return args[1:] if f is itertools.accumulate else args[:1]


def computed_from(f: Any, sources: Sequence[Value]) -> list[Value]:
    """What the values of an iterator are computed from where it is made, and Python does later."""
    if f in READ_LIVE:
        return []
    depth = 0 if f in READ_AT_ONCE else _HANDING_ON.get(f, -1)
    return [_down_to(v, depth) for v in sources]


def _down_to(value: Value, depth: int) -> Value:
    """The value, with the idents of so many lists that hold one another."""
    if not depth:
        return without_idents(value)
    if isinstance(value, Woven):
        return value.with_parts(tuple(_down_to(p, depth) for p in value.parts))
    if isinstance(value, Structure) and value.make is Iterated:
        *items, lists = value.parts
        lists = lists.with_parts(tuple(_down_to(p, depth) for p in lists.parts))
        return value.with_parts((*map(without_idents, items), lists))
    return value.with_parts(tuple(_down_to(p, depth - 1) for p in value.parts))


ITERATORS: dict[Any, Handler] = {
    functools.reduce: _reduce,
    enumerate: _woven("enumerate"),
    zip: _woven("zip"),
    reversed: _woven("reversed"),
    map: _map,
    filter: _keeping("filter", True),
    itertools.filterfalse: _keeping("filterfalse", False),
    itertools.chain: _chain,
    itertools.chain.from_iterable: chain_from(_chain),
    itertools.accumulate: _accumulate,
    itertools.product: _arranged(itertools.product, "repeat"),
    itertools.combinations: _arranged(itertools.combinations, "r"),
    itertools.permutations: _arranged(itertools.permutations, "r"),
    itertools.combinations_with_replacement: _arranged(
        itertools.combinations_with_replacement, "r"
    ),
    itertools.pairwise: _arranged(itertools.pairwise),
    itertools.zip_longest: _zip_longest,
    itertools.starmap: _starmap,
    itertools.islice: _islice,
    itertools.repeat: _repeat,
    itertools.count: _count,
    itertools.cycle: _cycle,
    itertools.takewhile: _while_holds,
    itertools.dropwhile: _drop_while,
    itertools.compress: _compress,
}
