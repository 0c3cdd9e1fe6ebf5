"""Iterators whose values are computed where they are made, before they are asked for.

    slow = ema(prices, 26)                  slow = ema_list(prices, 26)
    fast = ema(prices, 12)          ->      fast = ema_list(prices, 12)
    for a, b in zip(fast, slow): ..         for a, b in zip(fast, slow): ..

Python computes them one by one, as they are asked for.  There is no difference while nothing that
they are computed from changes: lists are watched by their idents, arrays by the statements that
write some, attributes outside by what was read.  What would make a difference is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from fpad.transforms.abstract import (
    Held,
    Iterated,
    Static,
    Structure,
    Value,
    View,
    Woven,
    held,
    idents,
    is_array,
    is_grown,
)
from fpad.transforms.ir import Call, Let, Statement, Store, StoreAdd, walk
from fpad.transforms.kinds import Num
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.refusing import refuse
from fpad.transforms.streams import iterators, left, stream

if TYPE_CHECKING:
    from fpad.transforms.body import Body
    from fpad.transforms.writer import Writer


@dataclass(frozen=True)
class Read:
    """That something outside was read: `name` of an object or class, by its id."""

    owner: int
    above: tuple[int, ...]
    name: str


@dataclass(frozen=True)
class Ahead:
    """What the values of an iterator were computed from.

    Attributes:
        hidden: the variable that holds it.
        every: may arrays be read that are views of these?
        block, at: the statements written so far, and how many these were.
        reads: lists and dicts that each value may be computed from.
    """

    hidden: str
    every: bool
    block: list[Statement]
    at: int
    reads: frozenset[Hashable] = frozenset()


def noting(
    w: Body,
    sources: Sequence[Value],
    make: Callable[[], Value],
    read: Sequence[Value] | None = None,
    every: bool = False,
    at_once: bool = False,
    inner: Sequence[Value] | None = None,
) -> Value:
    """Make an iterator, and note what its values have been computed from.

    `read`: what of the sources, if not all; besides it is what iterators among these are
    computed from; `every`: also from what may be views of them; `at_once`: Python asks these
    iterators for all values now, so of what they are computed from, numbers stay as they are;
    `inner`: what each value is computed from, where that is less than all.
    """
    begun = begin(w, sources, read, every, at_once)
    made = make()
    end(w, begun, made, inner)
    return made


@dataclass(frozen=True)
class Begun:
    """An iterator whose values are computed from now on.

    Attributes:
        sources: what is given for that.
        found: what of it may change; `hidden` is the variable that holds it meanwhile, if there is
            anything.
        before: what is known of the iterators among the sources.
        every: see `noting`.
    """

    sources: Sequence[Value]
    found: list[Value]
    hidden: str
    before: list[Ahead]
    every: bool


def begin(
    w: Body,
    sources: Sequence[Value],
    read: Sequence[Value] | None = None,
    every: bool = False,
    at_once: bool = False,
) -> Begun:
    """The values of an iterator are computed from now on (see `noting`)."""
    given = [v for v in sources if not (at_once and _of_numbers(v))]
    before = [w.ahead[i] for v in given for i in iterators(v) if i in w.ahead]
    found = [p for about in before for p in _sources(w, about).parts]
    found += [v for v in (sources if read is None else read) if _may_change(v)]
    hidden = w.hold_as("ahead", _tuple([_unwoven(v) for v in found])) if found else ""
    if found:
        w.kept.add(hidden)
    return Begun(sources, found, hidden, before, every)


def end(w: Body, begun: Begun, made: Value, inner: Sequence[Value] | None = None) -> None:
    """They are computed: note what from."""
    if not begun.found:
        return
    ident = stream(made)
    if ident is None:
        _let_go(w, begun.hidden)
        return
    every = begun.every or any(about.every for about in begun.before)
    read = begun.found if inner is None else inner
    reads = frozenset(i for v in read for i in _read_itself(v))
    reads = reads.union(*(about.reads for about in begun.before))
    w.ahead[ident] = Ahead(begun.hidden, every, w.out, len(w.out), reads)


def note(w: Writer, ident: int, sources: Sequence[Value]) -> None:
    """Note that another function has computed the values of an iterator from these."""
    hidden = w.hold_as("ahead", _tuple([_unwoven(v) for v in sources]))
    w.kept.add(hidden)
    w.ahead[ident] = Ahead(hidden, True, w.out, len(w.out))


def enter(w: Writer) -> None:
    """The body of a function begins: iterators that it was given were made before all of it."""
    w.ahead.update({i: replace(about, block=w.out, at=0) for i, about in w.ahead.items()})


def origin(w: Writer, ident: int) -> tuple[tuple[Hashable, ...], bool] | None:
    """The idents of what an iterator's values have been computed from, and are there arrays?"""
    about = w.ahead.get(ident)
    if about is None:
        return None
    sources = _sources(w, about)
    return tuple(dict.fromkeys(idents(sources))), bool(_arrays_in((sources,)))


def arrays_behind(w: Writer, found: Sequence[int]) -> list[Held]:
    """The arrays that the values of these iterators have been computed from."""
    known = [_sources(w, w.ahead[i]) for i in found if i in w.ahead]
    return [h for v in known for h in held(v) if is_array(h)]


def _unwoven(value: Value) -> Value:
    """The value, with what iterators run over in their place: these will be used up."""
    if not value.parts:
        return value
    parts = [_unwoven(p) for p in value.parts]
    woven = isinstance(value, Woven) or (isinstance(value, Structure) and value.make is Iterated)
    return _tuple(parts) if woven else value.with_parts(tuple(parts))


def _tuple(values: Sequence[Value]) -> Structure:
    return Structure(tuple, tuple(range(len(values))), tuple(values))


def _of_numbers(value: Value) -> bool:
    """Is it an iterator over numbers, or tuples of these, so that nothing changes inside?"""
    if isinstance(value, Held):
        return not is_array(value)
    if is_grown(value):
        return all(isinstance(h.kind, Num) and h.kind.rank == 1 for h in held(value))
    if isinstance(value, Structure) and value.make is Iterated:
        return all(_of_numbers(v) for _, v in left(value))
    plain = isinstance(value, Structure) and value.make is tuple
    return (plain or isinstance(value, Woven | Static)) and all(map(_of_numbers, value.parts))


def _may_change(value: Value) -> bool:
    return any(True for _ in idents(value)) or bool(_arrays_in((value,)))


def _arrays_in(values: Sequence[Value]) -> set[str]:
    return {str(h.atom) for v in values for h in held(v) if is_array(h)}


def check_given(w: Writer, begun: int, values: Value) -> None:
    """Refuse iterators over arrays that a call writes which computes another of the values.

    Python would have used the first one before.  `begun`: how much was written before them.
    """
    several = any(is_array(h) and getattr(h.kind, "rank", None) != 1 for h in held(values))
    several = several or (bool(_arrays_in((values,))) and not is_grown(values))
    block = walk(tuple(w.out[begun:])) if several else ()
    if any(isinstance(s, Call) and w.may_write(s) for s in block):
        _refuse("An array")


def before_change(w: Writer, ident: Hashable) -> None:
    """A list, dict or object is about to change."""
    if not w.ahead:
        return
    live = {i for v in w.env.values() for i in iterators(v)}
    for i in (*live, *w.running):
        if i in w.ahead and ident in idents(_sources(w, w.ahead[i])):
            _refuse("A list or object")


def before_filling(w: Writer, base: Structure, values: Value) -> None:
    """A list or dict is about to get what an iterator gives: Python asks for it one by one.

    So what it computes from the same list is computed from what has come so far.  A dict whose
    items it runs over is not meant: of these it sees each before it is replaced; nor what holds the
    list (see `filling`).
    """
    for i in iterators(values):
        if i in w.ahead and base.ident in w.ahead[i].reads:
            _refuse("A list or object")


def _read_itself(value: Value) -> Iterator[Hashable]:
    """The lists and dicts there, without what views hold."""
    if isinstance(value, Structure) and value.ident is not None:
        yield value.ident
    if not isinstance(value, Structure) or value.make is not View:
        for part in value.parts:
            yield from _read_itself(part)


def note_reads(w: Writer, made: Value, begun: int, sources: Sequence[Value]) -> None:
    """Note what the values of an iterator have read outside of the function, since `begun`."""
    ident = stream(made)
    before = [w.read_ahead[i] for v in sources for i in iterators(v) if i in w.read_ahead]
    if ident is not None:
        w.read_ahead[ident] = frozenset(w.reads[begun:]).union(*before)


def before_set(w: Writer, is_set: Callable[[Read], bool]) -> None:
    """An attribute outside is about to be set; `is_set`: does a read give another value then?"""
    if not any(map(is_set, w.reads)):
        return
    live = {i for v in w.env.values() for i in iterators(v)}
    for i in (*live, *w.running):
        if any(map(is_set, w.read_ahead.get(i, ()))):
            _refuse("An attribute")


def used(w: Writer, found: Collection[int]) -> None:
    """These iterators are used up, unless a loop runs over them."""
    for i in found:
        if i in w.ahead and i not in w.running:
            _let_go(w, w.ahead.pop(i).hidden)


def asked(w: Writer, found: Sequence[int]) -> None:
    """The values of these iterators are asked for."""
    for i in found:
        about = w.ahead.get(i)
        if about is None or not _arrays(w, about):
            continue
        if about.block is not w.out:
            if about.every:
                _refuse("An array")
            continue
        _check(w, about, about.block[about.at :])


def looped_over(w: Writer, found: Sequence[int], body: Sequence[Statement]) -> None:
    """A loop over these iterators has been written."""
    for i in found:
        if i in w.ahead and _arrays(w, w.ahead[i]):
            _check(w, w.ahead[i], body)


def _check(w: Writer, about: Ahead, block: Sequence[Statement]) -> None:
    arrays = _arrays(w, about)
    for name in _written(w, block):
        if about.every or name in arrays:
            _refuse("An array")


def _sources(w: Writer, about: Ahead) -> Value:
    return w.env.get(about.hidden, Static(None))


def _arrays(w: Writer, about: Ahead) -> set[str]:
    return _arrays_in((_sources(w, about),))


def _let_go(w: Writer, hidden: str) -> None:
    w.env.pop(hidden, None)
    w.kept.discard(hidden)


def _written(w: Writer, block: Sequence[Statement]) -> Iterator[str]:
    """The names of arrays that statements write; "" stands for what callees write."""
    for s in walk(tuple(block)):
        if isinstance(s, Store | StoreAdd):
            yield s.base
        elif isinstance(s, Let) and s.op in AUGMENTED and isinstance(s.args[0], str):
            kind = w.kinds.get(s.args[0])
            if isinstance(kind, Num) and kind.array:
                yield s.args[0]
        elif isinstance(s, Call) and w.may_write(s):
            yield ""


def _refuse(what: str) -> NoReturn:
    refuse(
        f"{what} may change that an iterator computes its values from, before they are asked for.",
        "make a list of them where it is made: list(..), or [.. for .. in ..].",
    )
