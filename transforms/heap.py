"""Which names hold one list, dict or object, and what becomes of all of them when it changes.

    p = [x]                         p, q: the list 1 of x
    q = p
    q.append(y)                     p, q: the list 1 of x and y
    if c: q = [y]                   q: the list 1, or the list 2: nobody may change either any more

Lists, dicts and objects that a function makes or is given have an `ident`.  A change replaces
whatever has that ident wherever it is held.  Where ways meet, two places hold one list if they do
so on every way; where the ways disagree the idents are given up, and changes are refused.  What a
list of unknown length holds is in its arrays, and has no ident either.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from fpad.transforms.abstract import (
    Either,
    Env,
    Member,
    Place,
    Structure,
    Value,
    idents,
    is_grown,
    is_itself,
)

Position: TypeAlias = "tuple[str, tuple[int, ...]]"


@dataclass(frozen=True)
class Row:
    """The ident of a list that was read from a table (see `groups`).

    `table`: the ident of the table, or None if it is not known; `place`: where the list stands
    there, or None once ways have met that do not agree, since when it is only read; `serial` tells
    such lists apart; `of`: of the list of an object, what stands for these (see `member_lists`).
    """

    table: Hashable
    place: Any
    serial: Hashable
    of: Any = None


@dataclass(frozen=True)
class Fork:
    """The ident of what is one of some arguments, or something else, whichever way was taken.

    If it changes, or is put into another argument, the caller must not read these any more under
    their other names: they may have changed, or not.
    """

    at: Position
    given: frozenset[int]


def given_in(ident: Hashable) -> frozenset[int]:
    """The arguments that have this ident, or may have it."""
    if isinstance(ident, Fork):
        return ident.given
    return frozenset((ident,)) if isinstance(ident, int) and ident < 0 else frozenset()


def as_member(value: Value) -> Value:
    """The list of an object as its number; anything else as it is."""
    row = value.ident if isinstance(value, Structure) else None
    if isinstance(row, Row) and row.of is not None and row.place is not None:
        return Member((row.place,), row.of)
    return value


def is_own(ident: Hashable) -> bool:
    """Does it mean a list, dict or object that the function has made, and nothing else?"""
    return ident is not None and not isinstance(ident, Row | Place) and not given_in(ident)


def changed(value: Value, ident: Hashable, new: Structure) -> Value:
    """The value, in which the list, dict or object of that ident has become another."""
    if isinstance(value, Structure) and value.ident == ident:
        return value if is_itself(value) else new
    parts = value.parts
    if not parts:
        return value
    after = tuple(changed(p, ident, new) for p in parts)
    if all(a is b for a, b in zip(parts, after, strict=True)):
        return value
    if isinstance(value, Either) and all(v is new for v in after[1:]):
        return new  # one dict with these parts or those has the same parts now
    return value.with_parts(after)


def given_up(env: Env, lost: Collection[Hashable]) -> Env:
    """The environment, in which nobody may change what has these idents any more."""

    def one(value: Value) -> Value:
        if isinstance(value, Structure) and isinstance(value.ident, Place):
            row = value.ident
            ident = None if row in lost else replace(row, of=None) if row.of in lost else row
            value = replace(value, ident=ident)
        if isinstance(value, Structure) and value.ident in lost and type(value.ident) is not Row:
            value = replace(value, ident=None)
        parts = value.parts
        return value.with_parts(tuple(map(one, parts))) if parts else value

    return {v: one(x) for v, x in env.items()} if lost else env


def read_only(env: Env, now: Collection[Hashable]) -> Env:
    """The environment, in which what has these idents has become part of a table."""

    def one(value: Value) -> Value:
        if isinstance(value, Structure) and value.ident in now:
            value = replace(value, ident=Row(None, None, value.ident))
        parts = value.parts
        return value.with_parts(tuple(map(one, parts))) if parts else value

    return {v: one(x) for v, x in env.items()} if now else env


def without_idents(value: Value) -> Value:
    """The value, of which nobody may change anything."""
    if isinstance(value, Structure):
        value = replace(value, ident=None)
    return value.with_parts(tuple(map(without_idents, value.parts))) if value.parts else value


def held_at(env: Env) -> Iterator[tuple[Position, Structure]]:
    """What has an ident in an environment, with its place: a variable, and the way to the part.

    What a variable is on some ways only comes last: on others nothing lies in its atoms.
    """
    yield from surely_held_at(env)
    yield from (found for found in _all_at(env, within=False) if not is_itself(found[1]))


def surely_held_at(env: Env) -> Iterator[tuple[Position, Structure]]:
    """The same, without what is one of several things."""
    return (found for found in _all_at(env, within=None) if not is_itself(found[1]))


def each_held(env: Env) -> dict[Hashable, Structure]:
    """What has an ident in an environment."""
    found: dict[Hashable, Structure] = {}
    for _, s in held_at(env):
        found.setdefault(s.ident, s)
    return found


def among(value: Value, ident: Hashable) -> Iterator[Either]:
    """The values that are one of several things, in one of which something stands."""
    if isinstance(value, Either):
        if ident in idents(value):
            yield value
        return
    for part in value.parts:
        yield from among(part, ident)


def _all_at(env: Env, within: bool | None) -> Iterator[tuple[Position, Structure]]:
    """The same, and where something is only as what is held by itself (see `rings`).

    `within`: only what is an alternative, or in one; None: only what is not.
    """
    for variable in sorted(env):
        yield from _held_at(env[variable], variable, (), within)


def _held_at(
    value: Value, variable: str, path: tuple[int, ...], within: bool | None
) -> Iterator[tuple[Position, Structure]]:
    if isinstance(value, Structure) and value.ident is not None and within is not False:
        yield (variable, path), value
    if isinstance(value, Either):
        if within is None:
            return
        within = True
    for k, part in enumerate(value.parts):
        yield from _held_at(part, variable, (*path, k), within)


def _part_at(env: Env, position: Position) -> Value | None:
    variable, path = position
    value: Value | None = env.get(variable)
    for k in path:
        parts = value.parts if value is not None else ()
        value = parts[k] if k < len(parts) else None
    return value


def _row_at(
    at: Position,
    envs: Sequence[Env],
    now: Sequence[Mapping[Hashable, Hashable]],
    made_since: int | None,
) -> Hashable:
    """What was read from a list, as it is on every way; None: it was not on some.

    `now`: for each way, what the idents of lists are called where the ways meet.
    """
    found = [_part_at(env, at) for env in envs]
    pairs = [(v.ident, t) for v, t in zip(found, now, strict=True) if isinstance(v, Structure)]
    first = pairs[0][0]
    if not isinstance(first, Place) or not all(isinstance(r, Place) for r, _ in pairs):
        return None
    of = {table.get(r.of) for r, table in pairs if isinstance(r, Place)}
    known = first.at is not None and all(r.at == first.at for r, _ in pairs if isinstance(r, Place))
    if known and made_since is not None:
        known = all(k <= made_since for k in first.at or ())
    there = all(r.there for r, _ in pairs if isinstance(r, Place))
    index, places = (first.index, first.at) if known else ((), None)
    return Place(of.pop() if len(of) == 1 else None, index, places, there)


def relabelled(
    joined: Env, envs: Sequence[Env], made_since: int | None, forks: bool
) -> tuple[Env, set[Hashable]]:
    """The joined environment with idents that hold on every way, and the idents given up.

    What was an argument on one way, and is something else on another, is a `Fork` from here on.

    Args:
        joined: what holds where the ways meet; its idents are not looked at.
        envs: what holds at the end of each way.
        made_since: idents above this number belong to one trip of a loop, and mean another list
            in the next one.
        forks: may there be forks? If not, their idents are given up.
    """
    every = [{at: s.ident for at, s in _all_at(env, within=True)} for env in envs]
    rows = {at for table in every for at, ident in table.items() if isinstance(ident, Row)}
    read = sorted({at for t in every for at, ident in t.items() if isinstance(ident, Place)})
    tables = [{at: i for at, i in t.items() if not isinstance(i, Row | Place)} for t in every]
    if not any(every):
        return joined, set()
    forked: set[Hashable] = set()
    places = sorted({at for table in tables for at in table})
    parent = {at: at for at in places}

    def find(at: Position) -> Position:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    lost: set[Position] = set()
    for table in tables:
        groups: dict[Hashable, list[Position]] = {}
        for at, ident in table.items():
            groups.setdefault(ident, []).append(at)
        for group in groups.values():
            for other in tables:
                if len({other[at] for at in group if at in other}) > 1:
                    lost.update(group)
            for at in group:
                parent[find(at)] = find(group[0])
    given_up = {find(at) for at in lost | (rows & parent.keys())}
    for env in envs:  # a list without an ident may be any list
        given_up |= {find(at) for at in _unowned(env, places)}
    given_up |= {find(at) for at in places if _in_grown(joined.get(at[0]), at[1])}
    label: dict[Position, Hashable] = {}
    for at in places:
        root = find(at)
        if root in label or root in given_up:
            continue
        found = {table[at] for table in tables if at in table}
        one = next(iter(found))
        given = frozenset(i for one in found for i in given_in(one))
        if len(found) > 1 and given and not forks:
            given_up.add(root)  # an argument, which the caller sees, or another list
            continue
        if given and (len(found) > 1 or isinstance(one, Fork)):
            label[root] = Fork(at, given)
            forked |= given
            continue
        stays = len(found) == 1 and isinstance(one, int)
        stays = stays and (made_since is None or one <= made_since)  # type: ignore[operator]
        label[root] = one if stays else at
    chosen: dict[Position, Hashable] = {at: label.get(find(at)) for at in places}
    now = [{ident: chosen[at] for at, ident in table.items()} for table in tables]
    chosen |= {at: _met_row(at, every, now, made_since) for at in rows}
    chosen |= {at: _row_at(at, envs, now, made_since) for at in read if at not in rows}
    gone = {t[at] for t in tables for at in t if find(at) in given_up}
    labels: dict[Hashable, set[Hashable]] = {}
    for way in now:
        for ident, met in way.items():
            labels.setdefault(ident, set()).add(met)
    agreed = {ident: next(iter(found)) for ident, found in labels.items() if len(found) == 1}
    joined = {v: _with_idents(x, v, (), chosen, agreed) for v, x in joined.items()}
    return joined, gone | forked


def _met_row(
    at: Position,
    every: Sequence[Mapping[Position, Hashable]],
    now: Sequence[Mapping[Hashable, Hashable]],
    made_since: int | None,
) -> Row:
    """A list that was read from a table, where ways meet: it has a place if all agree on that."""
    table = _table_of(at, every, now)
    found = [t.get(at) for t in every]
    first = found[0]
    alike = isinstance(first, Row) and all(row == first for row in found)
    if table is None or not alike or not isinstance(first, Row):
        return Row(table, None, at)
    old = made_since is None or (isinstance(first.serial, int) and first.serial <= made_since)
    return replace(first, table=table) if old else Row(table, None, at)


def _table_of(
    at: Position,
    every: Sequence[Mapping[Position, Hashable]],
    now: Sequence[Mapping[Hashable, Hashable]],
) -> Hashable:
    """The table that a list was read from on every way that read it; None: from several."""
    found = {
        labels.get(ident.table)
        for table, labels in zip(every, now, strict=True)
        if isinstance(ident := table.get(at), Row)
    }
    return found.pop() if len(found) == 1 else None


def _unowned(env: Env, places: Sequence[Position]) -> Iterator[Position]:
    for variable, path in places:
        value = _part_at(env, (variable, path))
        if isinstance(value, Structure) and (value.ident is None or isinstance(value.ident, Place)):
            yield variable, path


def _in_grown(value: Value | None, path: tuple[int, ...]) -> bool:
    """Does the way to a part lead into a list of unknown length?"""
    for k in path:
        if value is None or is_grown(value):
            return value is not None
        value = value.parts[k] if k < len(value.parts) else None
    return False


def _with_idents(
    value: Value,
    variable: str,
    path: tuple[int, ...],
    chosen: Mapping[Position, Hashable],
    agreed: Mapping[Hashable, Hashable],
) -> Value:
    """The value with the idents that hold where ways meet.

    `agreed`: what the idents of the ways become, for what is held by itself in one of several
    functions, which has had another place on its way.
    """
    if is_grown(value):  # its values are rows of arrays, and have no idents
        assert isinstance(value, Structure)
        return replace(value, ident=chosen.get((variable, path)))
    parts = tuple(
        _with_idents(p, variable, (*path, k), chosen, agreed) for k, p in enumerate(value.parts)
    )
    if parts:
        value = value.with_parts(parts)
    if isinstance(value, Structure):
        at = (variable, path)
        ident = agreed.get(value.ident) if is_itself(value) and at not in chosen else chosen.get(at)
        if ident != value.ident:
            value = replace(value, ident=ident)
    return value
