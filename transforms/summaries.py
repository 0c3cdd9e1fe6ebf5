"""What is known of what a function changes, and the idents by which it is told."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from fpad.transforms.abstract import (
    Either,
    Held,
    Place,
    Structure,
    Table,
    Uneven,
    Value,
    held,
    kind_of_value,
)
from fpad.transforms.ir import (
    Tree,
)
from fpad.transforms.kinds import (
    EACH,
    EitherKind,
    Kind,
    NodeKind,
    Num,
    StaticKind,
    join,
    meant,
)

Lifted: TypeAlias = "tuple[Any, str, Kind]"


Path: TypeAlias = "tuple[int, ...]"


Trees: TypeAlias = "list[tuple[Tree, tuple[str, ...]]]"


@dataclass
class Summary:
    """What is known so far of what a function changes.

    Attributes:
        changed: the arguments that it changes, by ident, and what they are then.  The atom of a
            leaf is `=k`, the flat parameter k, or `~k`, the further result k.
        moved: the leaves of these that were further results in some round.
        written: the attributes of objects outside that it sets.
        lost: the arguments that may be something else as well from then on, whichever way was
            taken, so that their caller must not change them any more.
        forked: the arguments that may have changed, or something else in their place (`Fork`):
            their caller must not read them under other names any more.
        made: the number of a new list, dict or object in the result, and its ident.
        uneven: variables that hold lists of lists of several lengths.
        either: the numbers of those that may be arguments instead, and which.
        touched: does it set attributes of objects in arenas that it has not made itself?
        pooled: the classes whose objects have an arena; closed: there are no others.
        wanted: the classes of arguments that would have to lie in an arena of the caller.
        rowed: are lists in lists that it is given written at indices that only the run tells?
        copied: has it read such lists, not as rows of one list but as copies?
        outside: does it change a list or dict that it is given and that is nobody's?
        keeps: does it change lists, dicts or sets outside where they are?
        told_apart: the classes of which it asks whether two objects are one.
    """

    changed: dict[int, Structure | None] = field(default_factory=dict)
    moved: set[tuple[int, Path]] = field(default_factory=set)
    written: dict[tuple[int, str], Lifted] = field(default_factory=dict)
    lost: set[Hashable] = field(default_factory=set)
    forked: set[int] = field(default_factory=set)
    made: dict[Hashable, Hashable] = field(default_factory=dict)
    uneven: list[str] = field(default_factory=list)
    either: dict[Hashable, frozenset[int]] = field(default_factory=dict)
    touched: bool = False
    pooled: list[type] = field(default_factory=list)
    closed: bool = False
    wanted: list[type] = field(default_factory=list)
    rowed: bool = False
    copied: bool = False
    outside: bool = False
    keeps: bool = False
    told_apart: set[type] = field(default_factory=set)

    def size(self) -> tuple[int, ...]:
        """Grows with what is known."""
        return (
            len(self.changed),
            len(self.moved),
            len(self.written),
            len(self.lost),
            len(self.forked),
            int(self.touched),
            int(self.keeps),
            len(self.told_apart),
        )

    def shape(self) -> tuple[Any, ...]:
        """What callers see of it: the same in two rounds once everything is known."""
        known = {n: v and kind_of_value(v) for n, v in self.changed.items()}
        return (*self.size(), known)


def is_argument(ident: Hashable) -> bool:
    """Does this ident mean something that was given as an argument?"""
    return isinstance(ident, int) and ident < 0


def owned(kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """The kinds of the arguments of an entry: each list, dict and object is another one."""
    count = 0

    def one(kind: Kind) -> Kind:
        nonlocal count
        if not isinstance(kind, NodeKind):
            return kind
        ident = None
        if not issubclass(kind.make, tuple):
            count += 1
            ident = -count
        return replace(kind, items=tuple(map(one, kind.items)), ident=ident)

    return tuple(map(one, kinds))


def holds(kind: Kind, classes: Collection[type]) -> bool:
    """Has a value of this kind objects of these classes in it?"""
    if not isinstance(kind, NodeKind):
        return False
    return meant(kind.make) in classes or any(holds(k, classes) for k in kind.items)


def numbered(values: Sequence[Value]) -> dict[Hashable, int]:
    """Negative numbers for what has an ident in the arguments of a call, in order."""
    out: dict[Hashable, int] = {}

    def visit(value: Value) -> None:
        if isinstance(value, Structure) and value.ident is not None:
            out.setdefault(value.ident, -1 - len(out))
        for part in value.parts:
            visit(part)

    for v in values:
        visit(v)
    return out


def renumbered(kind: Kind, numbers: Mapping[Hashable, int]) -> Kind:
    """The kind with other idents; those without a number are given up."""
    if isinstance(kind, EitherKind):
        return replace(kind, options=tuple(renumbered(k, numbers) for k in kind.options))
    if not isinstance(kind, NodeKind):
        return kind
    items = tuple(renumbered(k, numbers) for k in kind.items)
    return replace(kind, items=items, ident=numbers.get(kind.ident))


def canonical(kind: Kind) -> tuple[Kind, dict[Hashable, int]]:
    """The kind of a result: what is made is numbered from 1 on, what was given stays.

    Returns the numbers too.
    """
    numbers: dict[Hashable, int] = {}

    def visit(k: Kind) -> None:
        if isinstance(k, NodeKind):
            if k.ident is not None and not isinstance(k.ident, Place):
                given = is_argument(k.ident)
                numbers.setdefault(k.ident, k.ident if given else 1 + len(numbers))  # type: ignore[arg-type]
            for item in k.items:
                visit(item)
        if isinstance(k, EitherKind):
            for item in k.options:
                visit(item)

    visit(kind)
    return renumbered(kind, numbers), numbers


def reconciled(old: Kind, new: Kind, either: dict[Hashable, frozenset[int]]) -> tuple[Kind, Kind]:
    """Two results, with a new ident in both for what was an argument in one of them only.

    `either`: what is noted of such idents (see `Summary`).
    """
    if not isinstance(old, NodeKind) or not isinstance(new, NodeKind):
        return old, new
    pairs = [reconciled(a, b, either) for a, b in zip(old.items, new.items, strict=False)]
    if len(pairs) == len(old.items) == len(new.items):
        old = replace(old, items=tuple(a for a, _ in pairs))
        new = replace(new, items=tuple(b for _, b in pairs))
    a, b = old.ident, new.ident
    if a == b or a is None or b is None or is_argument(a) == is_argument(b):
        return old, new
    given, ident = (a, b) if is_argument(a) else (b, a)
    assert isinstance(given, int)
    either[ident] = either.get(ident, frozenset()) | {given}
    return replace(old, ident=ident), replace(new, ident=ident)


def covers(new: Kind, old: Kind) -> bool:
    """Does a result hold all that one of an earlier round does, and maybe other things?

    So an attribute that was None in all objects made so far is None or a number from now on.
    """
    if isinstance(new, EitherKind):
        options = old.options if isinstance(old, EitherKind) else (old,)
        return all(any(covers(n, o) for n in new.options) for o in options)
    if isinstance(new, NodeKind) and isinstance(old, NodeKind):
        if new.make is old.make is list and new.keys == (EACH,) != old.keys:
            row = _row(new.items[0])  # what joins lists of several lengths
            return row is not None and all(covers(row, k) for k in old.items)
        if old.make is list and issubclass(new.make, Table) and new.make.of is Uneven:
            return all(map(_is_row, old.items))
        same = (new.make, new.keys, new.ident) == (old.make, old.keys, old.ident)
        return same and all(map(covers, new.items, old.items))
    return join(new, old) == new


def _is_row(kind: Kind) -> bool:
    """May it be one of the lists, or vectors, of a list of lists of several lengths?"""
    return (isinstance(kind, Num) and kind.rank == 1) or (
        isinstance(kind, NodeKind) and kind.make is list
    )


def _row(kind: Kind) -> Kind | None:
    """The kind of one value of a list of unknown length, of which all have this kind."""
    if isinstance(kind, Num):
        rank = None if kind.rank is None else kind.rank - 1
        return replace(kind, array=rank != 0, rank=rank or None)
    if isinstance(kind, NodeKind):
        items = tuple(map(_row, kind.items))
        return None if None in items else replace(kind, items=items)  # type: ignore[arg-type]
    return kind if isinstance(kind, StaticKind) else None


def fresh_idents(kind: Kind) -> Kind:
    """The kind of a result whose lists, dicts and objects are all new."""
    return canonical(_mapped_idents(owned((kind,))[0]))[0]


def _mapped_idents(kind: Kind) -> Kind:
    if not isinstance(kind, NodeKind):
        return kind
    ident = -kind.ident if isinstance(kind.ident, int) else None
    return replace(kind, items=tuple(map(_mapped_idents, kind.items)), ident=ident)


def own_leaves(value: Value, kind: Kind | None) -> Iterator[Held]:
    """The leaves of a result, those of arguments apart: the caller knows these."""
    if isinstance(kind, EitherKind) and isinstance(value, Either):
        yield value.which
        for part, k in zip(value.options, kind.options, strict=True):
            yield from own_leaves(part, k)
        return
    if isinstance(kind, NodeKind):
        if not is_argument(kind.ident):
            for part, k in zip(value.parts, kind.items, strict=True):
                yield from own_leaves(part, k)
        return
    yield from held(value)
