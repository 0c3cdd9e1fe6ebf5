"""Writes level-2 statements and keeps track of which abstract value lies in which name.

A value is never copied because it gets a second name or becomes part of a structure; it is copied
when the name that it lies in is about to be overwritten and somebody still refers to it:

    p = (x, y)            nothing
    x = x + 1.0           p_0 = x;  x = x + 1.0          (if p is read later)
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from fpad import runtime as fp
from fpad.transforms import ahead, rings
from fpad.transforms.abstract import (
    USED_UP,
    Env,
    Held,
    Iterated,
    Place,
    Rest,
    Stream,
    Structure,
    Unusable,
    Value,
    Woven,
    has_form,
    idents,
    is_grown,
    moved,
    uses,
)
from fpad.transforms.arenas import Arenas
from fpad.transforms.describing import describe
from fpad.transforms.errors import Refusal
from fpad.transforms.heap import among, changed, given_up, held_at, surely_held_at
from fpad.transforms.ir import (
    NOWHERE,
    Atom,
    Block,
    Call,
    Copy,
    Do,
    Fresh,
    If,
    Let,
    Operand,
    Origin,
    Statement,
    defined,
    has_break,
    names,
    reads,
    targets,
    with_reads,
)
from fpad.transforms.joins import Joiner, Path, part_label
from fpad.transforms.kinds import EACH, Kind, OpaqueKind, ShapeKind
from fpad.transforms.liveness import leaves
from fpad.transforms.member_lists import MemberLists
from fpad.transforms.moves import Made, Source, in_sequence, moves
from fpad.transforms.numbering import Numbering
from fpad.transforms.places import change_row, displaced
from fpad.transforms.refusing import NumberAsKey, Refused, refuse
from fpad.transforms.standing_at import check_unread
from fpad.transforms.streams import early, is_iterated, iterators, left, stream, without
from fpad.transforms.structures import leaf_name

Early: TypeAlias = tuple[int, Sequence[Value], bool]
"""An iterator, the lists that its values have been computed from, and whether arrays too."""

__all__ = ["Mark", "NumberAsKey", "Refused", "Writer", "refuse"]


@dataclass(frozen=True)
class Mark:
    """A state of a writer that it can be put back to."""

    taken: frozenset[str]
    count: int
    refused: int
    vague: int
    idents: int


class Writer:
    """The names, the environment and the open block of one function.

    Attributes:
        env: what the user's names hold now.
        out: the block that is being written.
        dead: has a jump been written that nothing of this block follows?
        kept: names that stay in the environment though the user's program does not read them.
        reserved: names that stay taken when something is written again.
    origin: the place of what is being written.
    refused: what has been refused so far.
    vague: what has to be refused unless a later round settles it.
    raised: what Python raises at run time in its place, told where nothing else is left.
    kinds: the kinds of the level-2 names written last.
    idents: number of the lists and dicts that the function has made.
    late: iterators whose values have effects, and what had been written when they were made.
    ahead: iterators whose values are computed where they are made, and from what.
    read_early: the arrays among that, of iterators that go to the call which is being written.
    iterated: the idents of lists that a loop runs over; running: the iterators that one does.
    changes: how often a list, dict or object has been changed.
    arenas: where objects in lists of unknown length are.
    uneven: variables that hold lists of lists of several lengths; every_list: all do that can.
    in_tables: lists of objects that lie in tables.
    rowed: are lists in lists that the function is given taken as rows where they are read?
    rows: names of arrays in lists of unknown length: the rows of the list, and which of them.
    numbering: which operands hold the same number.
    parts_of: arrays of lists that hold some of the values of others.

    Args:
        taken: names that must not be used for anything else.
        users: the user's own variables: a number assigned to one is copied there.
    """

    def __init__(self, taken: Iterable[str], users: Iterable[str]) -> None:
        self.fresh = Fresh(taken)
        self.users = frozenset(users)
        self.env: Env = {}
        self.out: list[Statement] = []
        self.dead = False
        self.kept: set[str] = set()
        self.reserved: set[str] = set()
        self.origin: Origin = NOWHERE
        self.refused: list[Refusal] = []
        self.vague: list[Refusal] = []
        self.raised: list[Refusal] = []
        self.kinds: dict[str, Kind] = {}
        self.idents = 0
        self.late: dict[int, tuple[int, int, int, int]] = {}
        self.has_cursors = False
        self.lent: dict[int, list[tuple[str, str]]] = {}
        self.ahead: dict[int, ahead.Ahead] = {}
        self.reads: list[ahead.Read] = []
        self.read_ahead: dict[int, frozenset[ahead.Read]] = {}
        self.read_early: Sequence[Held] = ()
        self.running: list[int] = []
        self.may_raise: set[int] = set()
        self.making: set[Hashable] = set()
        self.iterated: list[Hashable] = []
        self.changes = 0
        self.numbering = Numbering(lambda n: n not in self._variables, self.new_ident)
        self._variables: set[str] = set()
        self.parts_of: dict[Atom, Atom] = {}
        self._places: dict[tuple[str, Path, str], str] = {}
        self._with_place: set[tuple[str, Path]] = set()
        self.arenas = Arenas()
        self.rows: dict[str, tuple[Atom, Operand]] = {}
        self.uneven: set[str] = set()
        self.every_list = False
        self.in_tables: list[type[MemberLists]] = []
        self.rowed = False
        self._joiner = Joiner(
            self.place, self.pooled, self.uneven, lambda v: self.arenas.ask(self, v)
        )

    def note_copied(self, base: Structure) -> None:
        """Note that what a list holds is read as copies, which nobody may change."""

    def want(self, cls: type) -> None:
        """Note that objects of a class would have to be in an arena of the caller."""

    @abstractmethod
    def happens(self, block: Sequence[Statement], raising: bool = True) -> bool:
        """Have the statements effects? `raising`: is it one that an exception is raised?"""

    def touch(self) -> None:
        """Note that an object is changed that was in an arena before the function was called."""

    def tell_apart(self, cls: type) -> None:
        """Note that it matters whether two objects of a class are one."""

    def pooled(self, values: Sequence[Value]) -> list[Value]:
        """Values for a list of unknown length, the objects among them in their arenas."""
        return self.arenas.pooled(self, values)

    # ------------------------------------------------------------ names

    def place(self, variable: str, path: Path, kind: Kind) -> str:
        """The level-2 name that belongs to a part of a variable.

        Numbers, shapes and objects never share a name, so that every name has a kind.
        """
        sort = {ShapeKind: "shape", OpaqueKind: "object"}.get(type(kind), "number")
        path = tuple(part for part in path if part is not EACH)  # a list lies where a number would
        key = (variable, path, sort)
        if key not in self._places:
            name = variable
            for part in path:
                name = leaf_name(name, part)
            others = (variable, path) in self._with_place
            self._places[key] = variable if not path and not others else self.fresh(name)
            self._variables.add(self._places[key])
            self._with_place.add((variable, path))
        return self._places[key]

    def settle(self, variable: str, path: Path, kind: Kind, name: str) -> None:
        """Say where a part of a variable belongs (a parameter)."""
        sort = {ShapeKind: "shape", OpaqueKind: "object"}.get(type(kind), "number")
        self._places[variable, path, sort] = name
        self._variables.add(name)
        self._with_place.add((variable, path))

    def mark(self) -> Mark:
        """The state to come back to when a loop is specialised again."""
        return Mark(
            *(frozenset(self.fresh.taken), self.fresh._count),
            *(len(self.refused), len(self.vague), self.idents),
        )

    def reset(self, mark: Mark) -> None:
        """Forget what was written since, except for the places of variables.

        Variables that were made since are made again, and get the same places.
        """
        known = mark.taken | self.users | self.reserved
        self._places = {key: n for key, n in self._places.items() if key[0] in known}
        self._with_place = {key[:2] for key in self._places}
        self.fresh.taken = set(mark.taken) | set(self._places.values()) | self.reserved
        self.fresh._count = mark.count
        del self.refused[mark.refused :]
        del self.vague[mark.vague :]
        self.idents = mark.idents
        self.numbering.reset(mark.idents)

    # ------------------------------------------------------------ statements

    def emit(self, s: Statement, owner: str | None = None) -> None:
        """Write a statement; values in names that it overwrites are saved if anybody needs them.

        `owner`: the variable that gets a new value from the statement.
        """
        for t in targets(s):
            holders = [v for v, x in self.env.items() if v != owner and uses(x, t)]
            if holders or t in reads(s):
                spare = self.fresh.temp()
                self.out.append(Copy(spare, t, self.origin))
                s = with_reads(s, {t: spare})
                for v in holders:
                    self.env[v] = moved(self.env[v], {t: spare})
        self.numbering.note(s)
        self.out.append(s)

    def part_ways(self, name: str, variables: Iterable[str]) -> None:
        """Give values that lie in a name places of their own, before it is written in place.

        They stay the same arrays; but now everybody can see who is affected.
        """
        for v in variables:
            value = self._elsewhere(v, (), self.env[v], name)
            for place, source in moves({v: self.env[v]}, {v: value}):
                assert not isinstance(source, Made)
                self.emit(Copy(place, source, self.origin), v)
            self.env[v] = value

    def _elsewhere(self, variable: str, path: Path, value: Value, name: str) -> Value:
        if isinstance(value, Held) and value.atom == name:
            return replace(value, atom=self.place(variable, path, value.kind))
        parts = enumerate(value.parts)
        return value.with_parts(
            tuple(
                self._elsewhere(variable, (*path, part_label(value, k)), p, name) for k, p in parts
            )
        )

    def let(
        self,
        variable: str | None,
        op: Callable[..., Any],
        args: Sequence[Operand],
        kind: Kind,
        kwargs: Sequence[tuple[str, Operand]] = (),
    ) -> Held:
        """Write variable = op(*args, **kwargs) (None: a temporary) and return what it holds."""
        target = self.target(variable, kind)
        self.emit(Let(target, op, tuple(args), tuple(kwargs), self.origin), variable)
        return self.wrote(target, kind)

    def wrote(self, target: str, kind: Kind) -> Held:
        """What a name holds that has just been written."""
        self.kinds[target] = kind
        return Held(target, kind)

    def target(self, variable: str | None, kind: Kind) -> str:
        """The name to write the new value of a variable to."""
        return self.fresh.temp() if variable is None else self.place(variable, (), kind)

    def assign(self, variable: str, value: Value) -> None:
        """Give a variable a value."""
        if isinstance(value, Held) and variable in self.users:
            place = self.place(variable, (), value.kind)
            if value.atom != place:
                self.emit(Copy(place, value.atom, self.origin), variable)
            value = replace(self.wrote(place, value.kind), known=value.known)
        self.env[variable] = value

    def move(self, wanted: Iterable[tuple[str, Source]]) -> None:
        """Write moves that happen all at once."""
        for place, source in in_sequence(wanted, self.fresh.temp):
            if isinstance(source, Made) and place in names(*source.args):
                spare = self.fresh.temp()
                self.out.append(Let(spare, source.op, source.args, (), self.origin))
                self.out.append(Copy(place, spare, self.origin))
            elif isinstance(source, Made):
                self.out.append(Let(place, source.op, source.args, (), self.origin))
            else:
                self.out.append(Copy(place, source, self.origin))

    def move_at_end(self, block: list[Statement], wanted: Iterable[tuple[str, Source]]) -> None:
        """Write moves at the end of a block, on every way that gets there: a break stays last."""
        last = block[-1] if block else None
        if not isinstance(last, If) or not has_break(tuple(block)):
            block += self.captured(lambda: self.move(wanted))
            return
        arms = [list(last.then), list(last.orelse)]
        for arm in arms:
            if not leaves(arm):
                self.move_at_end(arm, wanted)
        block[-1] = replace(last, then=tuple(arms[0]), orelse=tuple(arms[1]))

    def captured(self, write: Callable[[], None]) -> Block:
        """What `write` writes, as a block of its own."""
        outer, self.out = self.out, []
        self.numbering.forget()
        try:
            write()
            return tuple(self.out)
        finally:
            self.out = outer
            self.numbering.forget()

    # ------------------------------------------------------------ iterators

    def iterator(self, items: Sequence[Value], *sources: Value) -> Structure:
        """A new iterator over values; `sources`: what they come from."""
        found = [p for v in sources for p in (v.items[-1].parts if is_iterated(v) else (v,))]
        lists = tuple(v for v in found if any(True for _ in idents(v)))
        whole = Structure(tuple, tuple(range(len(lists))), lists)
        ident = self.new_ident()
        self.late.pop(ident, None)
        keys = (*range(len(items)), Stream(ident, whole))
        return Structure(Iterated, keys, (*items, whole))

    def renewed(self, value: Value, note: Callable[..., None] = lambda *about: None) -> Value:
        """A value from elsewhere, whose iterators nobody else uses from now on.

        `note` is told of those whose values have been computed before they are asked for.
        """
        found, parts = early(value), value.parts
        if parts:
            value = value.with_parts(tuple(self.renewed(p, note) for p in parts))
        if isinstance(value, Structure) and value.make is Iterated:
            value = self.iterator([v for _, v in left(value)])
        if isinstance(value, Structure) and value.make is Rest:
            over = value.items[0]
            if isinstance(over, Structure) and over.make is list and not is_grown(over):
                return self.iterator(over.items[value.keys[0] :], over)
            value = Woven("once", (over,), self.new_ident())
        ident = None if found is None else stream(value)
        if found is not None and ident is not None:
            note(ident, *found)
        return value

    def origin_of(self, ident: int) -> tuple[tuple[Hashable, ...], bool] | None:
        """What the values of an iterator have been computed from; None: nothing that changes."""
        return ahead.origin(self, ident)

    def hand_over(self, values: Iterable[Value], quiet: bool = False) -> None:
        """Note that a call may use up the iterators in its arguments.

        `quiet`: nothing happens in it, but that it may raise.
        """
        found = [k for v in values for k in iterators(v)]
        if len(found) > len(set(found)):
            refuse("An iterator is handed to a call twice.", "make a list of it: list(..).")
        for v in values:
            self.spend(v, quiet=quiet)

    def spend(
        self,
        value: Value,
        rest: Value = USED_UP,
        at_once: bool = False,
        whole: bool = True,
        quiet: bool = False,
    ) -> None:
        """Note that the iterators in a value are used up, or have `rest` left.

        `at_once`: all their values are asked for, and nothing happens in between; `whole`: not
        only that of the value itself, those that it holds too; `quiet`: nothing happens in between
        but that something may raise.
        """
        own = stream(value)
        gone = set(iterators(value)) if whole else set() if own is None else {own}
        for ident in gone & self.late.keys():
            out, count, changes, _ = self.late[ident]
            same = (out, changes) == (id(self.out), self.changes)
            if ident in self.may_raise:  # that is so wherever it happens: see `blame`
                same = same and not self.happens(self.out[count:], raising=False)
            else:
                same = same and count == len(self.out)
            if not (at_once or (quiet and ident in self.may_raise)) or not same:
                refuse(
                    "Python lets effects happen when the values of an iterator are asked for, "
                    "one by one.",
                    "make a list of them where it is made: list(..), or [.. for .. in ..].",
                )
        ahead.asked(self, sorted(gone))
        if gone:
            self.env = {v: without(x, gone, rest) for v, x in self.env.items()}
            if rest is USED_UP:
                ahead.used(self, gone)

    # ------------------------------------------------------------ ways that meet

    def join(
        self,
        envs: Sequence[Env],
        written: Iterable[str] = (),
        settled: Collection[str] = (),
        made_since: int | None = None,
    ) -> Env:
        """The environment where several ways meet (see `Joiner.join`)."""
        joined = self._joiner.join(envs, written, settled, made_since)
        self.note_lost(self._joiner.gone)
        return joined

    def note_lost(self, idents: Collection[Hashable]) -> None:
        """Note that nobody may change these lists, dicts and objects any more."""

    # ------------------------------------------------------------ lists, dicts and objects

    def new_ident(self) -> int:
        """The ident of a list, dict or object that is made here."""
        self.idents += 1
        return self.idents

    def now(self, base: Structure) -> Structure:
        """What a list, dict or object has become by now."""
        return self.holder(base) or base

    def hold_as(self, name: str, value: Value | None) -> str:
        """A hidden variable that holds the value for a while."""
        hidden = self.fresh(name)
        if value is not None:
            self.env[hidden] = value
        return hidden

    def holder(self, base: Value) -> Structure | None:
        """What a list, dict or object is now; None if nothing holds it any more.

        One that has got another key on some ways only is several things under one ident: then it
        is the one that has the form of `base`.
        """
        if not isinstance(base, Structure) or base.ident is None:
            return None
        for _, s in surely_held_at(self.env):
            if s.ident == base.ident:
                return s
        found = [s for _, s in held_at(self.env) if s.ident == base.ident]
        alike = next((s for s in found if has_form(s, base)), None)
        if alike is not None or not found:
            return alike
        found = [s for s in found if (s.make, s.keys) == (base.make, base.keys)] or found
        if not all(has_form(s, found[0]) for s in found):
            refuse(
                f"{describe(base)} has got other parts by now, on some ways other ones.",
                "give it all of its keys and attributes where it is made.",
            )
        return found[0]

    def holders(self, ident: Hashable) -> list[Value]:
        """What a list, dict or object is now, or else everything that it may be among (Either)."""
        for _, s in surely_held_at(self.env):
            if s.ident == ident:
                return [s]
        return [v for value in self.env.values() for v in among(value, ident)]

    def current(self, value: Value) -> Value:
        """The value, in which lists, dicts and objects are what they have become."""
        now = self.holder(value)
        if now is not None:
            return now
        parts = value.parts
        return value.with_parts(tuple(map(self.current, parts))) if parts else value

    def note_changed(self, ident: Hashable) -> None:
        """Note that entries of a list are written, which lie in its arrays."""
        ahead.before_change(self, ident)

    def may_write(self, call: Call) -> bool:
        """May a function of the program write arrays?"""
        return True

    def give_up(self, lost: Collection[Hashable]) -> None:
        """Nobody may change these lists, dicts and objects any more."""
        self.env = given_up(self.env, lost)
        self.note_lost(lost)

    def unread(self, ident: Hashable) -> None:
        """A call may have changed what has this ident, or something else in its place."""

        def one(value: Value) -> Value:
            if isinstance(value, Structure) and value.ident == ident:
                return Unusable(describe(value), "what a call has put in its place")
            parts = value.parts
            return value.with_parts(tuple(map(one, parts))) if parts else value

        self.env = {v: one(x) for v, x in self.env.items()}

    def changed_outside(self, base: Structure) -> None:
        """Something is changed that is not this function's."""

    def change(
        self, base: Structure, new: Structure, resized: bool = True, seen: bool = True
    ) -> None:
        """A list, dict or object becomes another, for everybody who holds it.

        `resized`: if its length is not known, it may be another one; `seen`: may somebody who
        holds it see that? Nobody sees that an arena has got another object.
        """
        if isinstance(base.ident, Place):
            change_row(self, base, new)
            return
        if base.ident is None:
            self.changed_outside(base)
            self.arenas.ask(self, base)
            self.arenas.ask_list(self, base)
            refuse(
                f"{describe(base)} is changed that may be seen outside of this function.",
                "make a new one and return it.",
            )
        ahead.before_change(self, base.ident)
        self.changes += seen and base.ident not in self.making
        other = resized and (base.keys != new.keys or is_grown(base))
        if base.ident in self.iterated and other:
            refuse(
                f"{describe(base)} gets longer or shorter while a loop runs over it.",
                "loop over a copy of it, or use while.",
            )
        if other and self.has_cursors:
            check_unread(self.env, base)
        new = cast(Structure, rings.cut(new, frozenset((base.ident,))))
        if any(rings.meets(part, base.ident) for part in new.parts):
            self.arenas.ask(self, base)
            self.arenas.ask_ring(self, base, new)
            refuse(f"{describe(base)} is put into itself.", "put a copy of it there.")
        self.forget(base, new)
        if resized and is_grown(base):
            displaced(self, base.ident)

    def forget(self, base: Structure, new: Structure) -> None:
        """Whoever holds a list, dict or object holds another from here on."""
        self.env = {v: changed(x, base.ident, new) for v, x in self.env.items()}
        if rings.is_in(new):
            self.env = {v: rings.cut(x) for v, x in self.env.items()}

    def branch(
        self,
        test: Operand,
        then: Callable[[], None],
        orelse: Callable[[], None],
        origin: Origin,
        keep: bool = True,
    ) -> None:
        """Write both arms of an If, and continue where they meet.

        `keep`: also where nothing is left in either arm.
        """
        before = dict(self.env)
        ends: list[Env | None] = []
        arms: list[list[Statement]] = []
        for write in (then, orelse):
            self.env = dict(before)
            arms.append(list(self.captured(write)))
            ends.append(None if self.dead else self.env)
            self.dead = False
        alive = [env for env in ends if env is not None]
        self.dead = not alive
        joined = self.join(alive) if len(alive) > 1 else dict(*alive)
        for env, arm in zip(ends, arms, strict=True):
            if env is not None:
                self.move_at_end(arm, moves(env, joined))
        self.env = joined
        after: list[Statement] = []
        for k, arm in enumerate(arms):
            if ends[k] is None and _fails(arm):  # what is left needs no test
                after, arms[1 - k] = arms[1 - k], after
                break
        if arms[0] or arms[1] or keep:
            (test,) = self.off_limits((test,), defined(*arms[0], *arms[1]))
            self.out.append(If(test, tuple(arms[0]), tuple(arms[1]), origin))
        self.out += after

    def off_limits(
        self, operands: Sequence[Operand], written: Iterable[str]
    ) -> tuple[Operand, ...]:
        """The operands of a header, copied where the names they lie in are written to."""
        clash = set(names(*operands)) & set(written)
        new: dict[str, Operand] = {}
        for name in sorted(clash):
            new[name] = self.fresh.temp()
            self.out.append(Copy(str(new[name]), name, self.origin))
        return tuple(new.get(o, o) if isinstance(o, str) else o for o in operands)


def _fails(block: Sequence[Statement]) -> bool:
    """Does every way through the block raise an exception?"""
    last = block[-1] if block else None
    if isinstance(last, If):
        return _fails(last.then) and _fails(last.orelse)
    return isinstance(last, Do) and last.op is fp.fail
