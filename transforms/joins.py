"""How the abstract values of two ways that meet become one.

    if c: p = (x, 1.0)                if c: p_0 = x; p_1 = 1.0
    else: p = (y, z)          ->      else: p_0 = y; p_1 = z

A part that lies in one place on every way stays there; otherwise each way moves it to the place
that its variable has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from fpad.transforms import texts
from fpad.transforms.abstract import (
    UNKNOWN,
    Above,
    Arena,
    Either,
    Env,
    Held,
    Inside,
    Iterated,
    Method,
    Static,
    Steps,
    Structure,
    Unknown,
    Unusable,
    Value,
    Woven,
    has_unknown,
    held,
    idents,
    is_grown,
)
from fpad.transforms.alternatives import MOST as SORTS
from fpad.transforms.alternatives import may_be
from fpad.transforms.arenas import linked
from fpad.transforms.blanks import NONE, is_blank
from fpad.transforms.describing import describe
from fpad.transforms.forms import alike, number, same_form, widened
from fpad.transforms.grown import row_of, template
from fpad.transforms.heap import given_up, read_only, relabelled
from fpad.transforms.kinds import EACH, INT, Kind, Num, join
from fpad.transforms.moves import aligned
from fpad.transforms.places import repeats
from fpad.transforms.refusing import Refused
from fpad.transforms.structures import part_key
from fpad.transforms.tables import unified
from fpad.transforms.uneven import Several, holds_lists, meets_vectors

Path: TypeAlias = "tuple[Any, ...]"


class Joiner:
    """Joins environments.

    Attributes:
        tabled: do dicts of numbers become tables where one has keys that another has not?

    Args:
        name_of: the place of a part of a variable: (variable, path, kind) -> level-2 name.
        pooled: called with values that are about to be put into a list of unknown length.
        uneven: variables that are known to hold lists of lists of several lengths.
        ask: called with an object that would have to be in an arena.
    """

    def __init__(
        self,
        name_of: Callable[[str, Path, Kind], str],
        pooled: Callable[[Sequence[Value]], Any],
        uneven: Collection[str],
        ask: Callable[[Structure], None],
    ) -> None:
        self._uneven = uneven
        self._ask = ask
        self._name_of = name_of
        self._pooled = pooled
        self._written: set[str] = set()
        self._forced: set[tuple[str, Path]] = set()
        self._own = self._partial = False
        self._lost: set[Hashable] = set()
        self._rowed: set[Hashable] = set()
        self._met: dict[Hashable, list[tuple[list[Value], Value]]] = {}
        self.gone: set[Hashable] = set()
        self.forks = self.tabled = False

    def join(
        self,
        envs: Sequence[Env],
        written: Iterable[str] = (),
        settled: Collection[str] = (),
        made_since: int | None = None,
    ) -> Env:
        """The environment that covers all: each name in one place whichever way was taken.

        A variable that some way gives no value goes to its own place: a name that is overwritten
        later is never saved for the sake of a value that may not be there.

        Args:
            envs: what holds at the end of each way.
            written: level-2 names that are overwritten where the ways meet (a loop's variable).
            settled: variables that have to lie in their own places.
            made_since: see `heap.relabelled`.
        """
        self._forced = set()
        self._lost = set()
        self._rowed = set()
        variables = sorted({v for env in envs for v in env})
        own = {v for v in variables if any(v not in env for env in envs)}
        while True:
            self._written = set(written)
            self._met = {}
            out: Env = {}
            for v in sorted(variables, key=lambda v: not _has_ident(v, envs)):
                self._partial = v in own
                self._own = v in own or v in settled
                values = [e[v] for e in envs if v in e]
                same = all(x is values[0] for x in values) and not (self._own or self.tabled)
                if same and v not in {name for name, _ in self._forced} and is_settled(values[0]):
                    out[v] = values[0]
                else:
                    out[v] = self._join(v, (), values)
            stale = {p for v in variables for p in self._stale(v, (), out[v])} - self._forced
            if not stale:
                ways = [{v: aligned(x, out[v]) for v, x in env.items()} for env in envs]
                ways = [read_only(env, self._rowed) for env in ways]
                joined, gone = relabelled(out, ways, made_since, self.forks)
                self.gone = gone | self._lost | self._rowed
                return given_up(joined, self._lost)
            self._forced |= stale

    def _stale(self, variable: str, path: Path, value: Value) -> Iterator[tuple[str, Path]]:
        """Parts that lie in a name which is overwritten for the sake of another."""
        if isinstance(value, Held):
            own = self._name_of(variable, path, value.kind)
            if value.atom in self._written and value.atom != own:
                yield variable, path
        for k, part in enumerate(value.parts):
            yield from self._stale(variable, (*path, part_label(value, k)), part)

    def _join(self, variable: str, path: Path, values: list[Value]) -> Value:
        values = texts.unified(widened([v for v in values if not isinstance(v, Unknown)]))
        if not values:
            return UNKNOWN
        rows = list(map(texts.is_list, values))
        if any(rows) and not all(rows):
            if EACH not in path or any(
                texts.text(v) is None for v in values if not texts.is_list(v)
            ):
                return Unusable("a list of texts that the run tells", "one of another kind")
            atom = self._name_of(variable, path, texts.TEXTS)
            self._written.add(atom)
            return Held(atom, texts.TEXTS)
        values = self._unified(values)
        first = values[0]
        if len(path) > DEEPEST:
            return Unusable(describe(first), "one that is nested even deeper")
        for v in values:
            if isinstance(v, Unusable):
                return v
        numbers = [number(v) for v in values]
        fixed = isinstance(first, Static) and not (self._own and numbers[0] is not None)
        if fixed and all(v == first for v in values):
            return first
        if None not in numbers:
            return self._join_held(variable, path, numbers)  # type: ignore[arg-type]
        lists = [v for v in values if isinstance(v, Structure) and v.make in LISTS]
        if len(lists) == len(values) and _lengths_differ(lists):
            return self._join_lists(variable, path, lists)
        if not path and variable not in self._uneven and meets_vectors(values):
            raise Several(variable)
        for v in values:
            if type(v) is not type(first) or not same_form(first, v):
                return self._either(variable, path, values, v)
        if isinstance(first, Static):
            other = next(v for v in values if v != first)
            return self._either(variable, path, values, other)
        if isinstance(first, Either):
            return self._either(variable, path, values, first)
        if isinstance(first, Structure) and not (self._own or self._partial):
            for others, joined in self._met.get(first.ident, ()):
                if others == values:
                    return joined
        parts = tuple(
            self._join(variable, (*path, part_label(first, k)), [v.parts[k] for v in values])
            for k in range(len(first.parts))
        )
        if isinstance(first, Structure) and any(getattr(v, "twice", None) for v in values):
            first = replace(first, twice=frozenset((0,)))
        joined = first.with_parts(parts)
        if isinstance(first, Structure) and first.ident is not None:
            self._met.setdefault(first.ident, []).append((values, joined))
        return joined

    def _unified(self, values: list[Value]) -> list[Value]:
        """Dicts and sets that meet, as tables if one is; lists in them are only read from then."""
        tables = unified(values, self.tabled)
        for before, after in zip(values, tables, strict=True):
            if before is not after:
                self._rowed |= {i for part in before.parts for i in idents(part)}
        return list(tables)

    def _either(self, variable: str, path: Path, values: list[Value], other: Value) -> Value:
        """What is one thing or another; the order of these is that of the ways."""
        for v in values:
            link = linked(v)
            if link is not None:
                self._ask(link)
        groups: list[list[Value]] = []
        for v in values:
            for option in v.options if isinstance(v, Either) else (v,):
                once = isinstance(option, Structure) and option.make is Iterated
                if once or isinstance(option, Steps | Woven | Method | Above | Inside):
                    return Unusable(describe(values[0]), describe(other))
                same = next((g for g in groups if alike(g[0], option)), None)
                if same is None:
                    groups.append([option])
                else:
                    same.append(option)
        most, rows = MOST, next((v for v in values if is_blank(v)), None)
        if rows is not None:
            groups.sort(key=lambda g: g[0] != NONE)
        if rows is not None:
            several = all(may_be(v) for g in groups for v in g)
            most = SORTS if several else 2
        if len(groups) > most:
            return Unusable(describe(values[0]), describe(other))
        before, self._own, self._partial = (self._own, self._partial), True, True
        options = tuple(
            self._join(variable, (*path, EACH if number(g[0]) else f"or_{k}"), g)
            for k, g in enumerate(groups)
        )
        self._own, self._partial = before
        kind = INT if rows is None else self._which_kind(values)
        which = self._name_of(variable, (*path, "kind"), kind)
        self._written.add(which)
        return Either((Held(which, kind), *options))

    def _which_kind(self, values: list[Value]) -> Kind:
        """Of the numbers that say which values of a list are None."""
        kinds = {v.which.kind for v in values if isinstance(v, Either)}
        return kinds.pop() if len(kinds) == 1 else Num(True, "int")

    def _join_lists(self, variable: str, path: Path, lists: list[Structure]) -> Value:
        """Lists of several lengths become one whose length only the run tells."""
        first = lists[0]
        other = next(v for v in lists if v.make is not first.make or v.keys != first.keys)
        if any(v.make is not first.make for v in lists):
            return Unusable(describe(first), describe(other))
        patterns = [v.items[0] for v in lists if is_grown(v)]
        single = [v for s in lists if not is_grown(s) for v in s.items]
        if any(map(has_unknown, (*patterns, *single))):
            known = [v for v in lists if not has_unknown(v)]
            return self._join(variable, path, list(known))  # the others are in a later round
        if first.make is not Arena:
            self._pooled(single)
        try:
            single = [texts.pattern(v) for v in single]
            patterns += [template(texts.unified([v], always=True)) for v in single]
            pattern = template([row_of(p) for p in patterns])
        except Refused:
            if not path and variable not in self._uneven and all(map(holds_lists, lists)):
                raise Several(variable) from None
            if first.make is tuple and not any(map(is_grown, lists)):
                return self._either(variable, path, list(lists), other)
            return Unusable(describe(first), describe(other))
        bare = isinstance(pattern, Structure) and pattern.make is list and not any(held(pattern))
        if bare and not path and variable not in self._uneven:
            raise Several(variable)  # empty lists, to be filled: nothing says how many there are
        self._lost |= {i for v in single for i in idents(v)}
        part = self._placed(variable, (*path, EACH), pattern)
        twice = any(v.twice or repeats(() if is_grown(v) else v.items) for v in lists)
        return Structure(
            first.make, (EACH,), (part,), first.ident, frozenset((0,) if twice else ())
        )

    def _placed(self, variable: str, path: Path, pattern: Value) -> Value:
        if isinstance(pattern, Held):
            atom = self._name_of(variable, path, pattern.kind)
            self._written.add(atom)
            return replace(pattern, atom=atom)
        parts = tuple(
            self._placed(variable, (*path, part_label(pattern, k)), p)
            for k, p in enumerate(pattern.parts)
        )
        return pattern.with_parts(parts) if parts else pattern

    def _join_held(self, variable: str, path: Path, values: list[Held]) -> Value:
        first = values[0]
        kind: Kind | None = first.kind
        for v in values[1:]:
            kind = None if kind is None else join(kind, v.kind)
            if kind is None:
                return Unusable(describe(first), describe(v))
        assert kind is not None
        alike = all(v.known == first.known for v in values)
        known = first.known if alike and not self._partial else None
        atom = first.atom
        together = all(v.atom == atom for v in values)
        if not together or self._own or (variable, path) in self._forced:
            atom = self._name_of(variable, path, kind)
            if self._partial or any(v.atom != atom for v in values):  # or nothing, on some ways
                self._written.add(atom)
        return Held(atom, kind, known)


def is_settled(value: Value) -> bool:
    """Does joining the value with itself give that value?"""
    if isinstance(value, Either | Unknown | Unusable):
        return False
    return all(map(is_settled, value.parts))


def _has_ident(variable: str, envs: Sequence[Env]) -> bool:
    """Does it hold a list, dict or object itself? Closures that hold it too come behind it."""
    values = [env[variable] for env in envs if variable in env]
    return all(isinstance(v, Structure) and v.ident is not None for v in values)


LISTS = (list, tuple, Arena)
DEEPEST = 12
"""Structures that meet are not nested deeper: a linked list gets deeper with every round."""
MOST = 8
"""A variable does not hold more different things."""


def _lengths_differ(lists: list[Structure]) -> bool:
    return len({v.keys for v in lists}) > 1


def part_label(value: Value, k: int) -> Any:
    """What part k of a value is called in the names of its places."""
    return part_key(value.make, value.keys, k) if isinstance(value, Structure) else k
