"""Objects in lists of a length that only the run tells: one arena for each class.

    ps = [P(x, 0.0) for x in xs]        all_p_x, all_p_v = [], [];  ps = []
                                        for x in xs:
                                            ps.append(len(all_p_x))
                                            all_p_x.append(x);  all_p_v.append(0.0)
    for p in ps:                 ->     for p in ps:
        p.x += dt * p.v                     all_p_x[p] += dt * all_p_v[p]

A list of such a length holds copies of what is put into it (`grown`), so an object in it could not
change.  All objects that a function makes of a class of which some are put into such a list are
therefore kept in an arena, a list of what they hold, for as long as the function runs; what the
function has in hand is a `Member`, the object's number there.  So objects are the same if their
numbers are, and who changes one changes it for all.  That a class needs an arena is found out where
a first object is put into such a list; the function is then written again.

Objects may hold others of arenas, as links of chains and trees do, or None (`blanks`).  A class
also gets an arena where an object is found inside one of the same class, and where one changes of
which it is not known which it is.

What an object holds of other lists, dicts and objects is copied when it gets there, and stays as it
is, but for lists that change, or are of several lengths (`member_lists`).  A call takes the arenas
of its arguments along, as lists that it may change; an arena that a callee has made is joined to
the one that the caller has.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from fpad import runtime as fp
from fpad.transforms import (
    alternatives,
    duplicating,
    groups,
    grown,
    member_lists,
    rings,
    tables,
    uneven,
)
from fpad.transforms.abstract import (
    Arena,
    Either,
    Held,
    Linked,
    Member,
    Numbered,
    Static,
    Structure,
    Value,
    idents,
    is_grown,
)
from fpad.transforms.choices import narrowed
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.heap import as_member, given_in, without_idents
from fpad.transforms.ir import Atom, Const
from fpad.transforms.kinds import BOOL, INT, Num, is_frozen, is_object, meant
from fpad.transforms.member_lists import Listed
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.writer import Writer

_NONE = Static(None)
_STANDING = (Arena, Numbered, Linked, Closure)


class Pool(Exception):
    """Objects of a class need an arena: write the function again."""

    def __init__(self, *classes: type) -> None:
        super().__init__(*classes)
        self.classes = classes


class Arenas:
    """The arenas of one function.

    Attributes:
        classes: the classes whose objects have one.
        names: class -> hidden variable.
        closed: no class may get one any more.
        made: the numbers of objects that the function has made itself.
        merged: arenas of the callee whose call is being written: the class, and where they begin.
    """

    def __init__(self, classes: Sequence[type] = (), closed: bool = False) -> None:
        self.classes = list(classes)
        self.names: dict[type, str] = {}
        self.made: set[Atom] = set()
        self.merged: dict[Any, tuple[type, Held | None]] = {}
        self.closed = closed

    def begin(self, w: Writer) -> None:
        """Make the arenas of a function, where its arguments do not bring them along."""
        for cls in self.classes:
            if cls not in self.names:
                w.env[self._name(w, cls)] = Structure(Arena, (), (), w.new_ident())
        for lists in [c for c in w.in_tables if c.of in self.names and c not in self.names]:
            w.env[self._name(w, lists)] = member_lists.table(lists, w.new_ident())

    def _name(self, w: Writer, cls: type) -> str:
        if cls not in self.names:
            self.names[cls] = w.fresh(f"all_{cls.__name__.lower()}")
            w.reserved.add(self.names[cls])
            w.kept.add(self.names[cls])
        return self.names[cls]

    def of(self, w: Writer, cls: type) -> Structure:
        """The arena of a class."""
        arena = w.env[self.names[cls]]
        assert isinstance(arena, Structure)
        return arena

    def has_lists(self) -> bool:
        """Are there tables of lists that objects hold?"""
        return any(map(member_lists.are_lists, self.names))

    def element(self, w: Writer, member: Member) -> Structure:
        """What the arrays of the arena of a member are for."""
        (element,) = self.of(w, member.cls).items
        assert isinstance(element, Structure)
        return element

    # ------------------------------------------------------------ getting there

    def pooled(self, w: Writer, values: Sequence[Value]) -> list[Value]:
        """The values, the objects among them as members; they are about to get into a list."""
        for v in values:
            if _may_enter(v) and v.make not in self.names and not self.closed:  # type: ignore[attr-defined]
                raise Pool(v.make)  # type: ignore[attr-defined]
        return [self.entered(w, v) for v in values]

    def ask(self, w: Writer, value: Structure) -> None:
        """An object would have to be in an arena: in one made here, or in one of the caller."""
        if not _is_plain(value) or value.make in self.names:
            return
        if not self.closed and not given_in(value.ident):
            raise Pool(value.make)
        w.want(value.make)

    def ask_class(self, w: Writer, cls: type, given: Sequence[Value]) -> None:
        """Objects or lists that were given to a call would have to be in an arena."""
        if cls is list:
            for v in given:
                if isinstance(v, Structure) and v.ident is None:
                    self.ask_list(w, v)
            return
        if cls not in self.names and not self.closed:
            raise Pool(cls)
        w.want(cls)

    def ask_ring(self, w: Writer, base: Structure, new: Structure) -> None:
        """A list, dict or object gets to hold itself: the objects on the way need arenas."""
        classes = list(
            dict.fromkeys(v.make for v in (base, *_ring(new, base.ident)) if _is_plain(v))
        )
        more = [c for c in classes if c not in self.names]
        if not more or self.closed:
            return
        given = {v.make for v in (base, *_ring(new, base.ident)) if given_in(v.ident)}
        if not given & set(more):
            raise Pool(*more)
        for cls in more:
            w.want(cls)

    def entered(self, w: Writer, value: Value) -> Value:
        """An object of a class with an arena, or the list of one, as a member; or as it is."""
        value = as_member(value)
        if not isinstance(value, Structure) or not _may_enter(value):
            return value
        if value.make not in self.names:
            return value
        value = cast(Structure, rings.blank(value, value.ident))
        choice = next((c for v in value.items if (c := _choice(v)) is not None), None)
        if choice is not None:
            return self._entered_each(w, value, choice)
        later = {k: v for k, v in zip(value.keys, value.items, strict=True) if _may_be_none(v)}
        pairs = zip(value.keys, value.items, strict=True)
        items = tuple(
            _NONE if _may_be_none(v) else self._settled(w, value.make, k, v) for k, v in pairs
        )
        arena = self.of(w, value.make)
        record = replace(value, items=items, ident=None)
        number = grown.length(w, arena) if is_grown(arena) else Held(Const(0), INT)
        member = Member((number,), value.make)
        record = cast(Structure, rings.filled(record, member))
        if is_grown(arena):
            (element,) = arena.items
            assert isinstance(element, Structure)
            self._alike(w, element, record)
            new = grown.appended(w, arena, record)
        else:
            new = grown.grown(w, Arena, (record,))
        w.change(arena, replace(new, ident=arena.ident), resized=False, seen=False)
        self.made.add(number.atom)
        if value.ident is not None:
            w.env = {n: _exchanged(x, value.ident, member) for n, x in w.env.items()}
        for name, v in later.items():
            self.set_attribute(w, member, name, rings.filled(v, member))
        return member

    def _entered_each(self, w: Writer, value: Structure, choice: Either) -> Value:
        """An object that holds one thing or another, as a member: it gets there with each."""
        hidden = w.hold_as("object", value)
        w.kept.add(hidden)

        def enter(k: int) -> None:
            w.env = narrowed(w.env, choice, k)
            w.env[hidden] = self.entered(w, w.env[hidden])

        def put(k: int) -> None:
            if k == len(choice.options) - 1:
                enter(k)
                return
            test = w.let(None, operator.eq, (choice.which.atom, Const(k)), BOOL)
            blank = replace(w.origin, text="")
            w.branch(test.atom, lambda: enter(k), lambda: put(k + 1), blank, keep=False)

        put(0)
        w.kept.discard(hidden)
        found = w.env.pop(hidden)
        if isinstance(found, Member):
            self.made.add(found.at.atom)
        return found

    def _alike(self, w: Writer, element: Structure, record: Structure) -> None:
        """Objects of one class whose lists are of several lengths have them in tables."""
        lists = member_lists.with_another_length(element, record)
        if lists is not None and lists not in w.in_tables:
            raise Listed(lists)

    def ask_list(self, w: Writer, value: Structure) -> None:
        """A list is changed of which it is not known who holds it: it may be that of an object."""
        if value.make is not list:
            return
        for cls in [c for c in self.names if not member_lists.are_lists(c)]:
            arena = self.of(w, cls)
            element = arena.items[0] if is_grown(arena) else None
            if not isinstance(element, Structure):
                continue
            for name, held_there in zip(element.keys, element.items, strict=True):
                alike = groups.is_list(held_there) and held_there.keys == value.keys  # type: ignore[attr-defined]
                lists = member_lists.lists_of(cls, str(name))
                if alike and lists not in w.in_tables:
                    raise Listed(lists)
        w.want(list)

    def _settled(self, w: Writer, cls: type, name: str, value: Value) -> Value:
        """What an object in an arena holds: members, and what nobody changes any more."""
        value = self.entered(w, alternatives.settled(value))
        lists = member_lists.lists_of(cls, name)
        if lists in self.names:
            value = member_lists.entered(w, lists, self.of(w, lists), value)
        w.give_up(set(idents(value)))
        return without_idents(value)

    # ------------------------------------------------------------ attributes

    def attribute(self, w: Writer, member: Member, name: str) -> Value:
        """The attribute that an object has now."""
        element = self.element(w, member)
        part = element.items[element.keys.index(name)]
        return member_lists.opened(w, grown.part_at(w, part, member.at.atom))

    def set_attribute(self, w: Writer, member: Member, name: str, value: Value) -> None:
        """Set an attribute of an object, which all of the arena have."""
        if isinstance(value, Either):
            self._set_one_of(w, member, name, value)
            return
        value = self._settled(w, member.cls, name, value)
        if member.at.atom not in self.made:
            w.touch()
        element, arena = self.element(w, member), self.of(w, member.cls)
        if name not in element.keys:
            refuse(
                f"The attribute {name} of {describe(member)} is set, which is in a list of unknown "
                "length and had none when it was made.",
                "set it in __init__ first.",
            )
        k = element.keys.index(name)
        self._alike(
            w,
            replace(element, keys=(name,), items=(element.items[k],)),
            Structure(element.make, (name,), (value,)),
        )
        part = grown.opened(w, arena, element.items[k], value)
        in_place = not (given_in(arena.ident) and alternatives.has_sorts(element))
        part = grown.put_at(w, part, member.at.atom, value, in_place)
        items = (*element.items[:k], part, *element.items[k + 1 :])
        w.change(arena, replace(arena, items=(replace(element, items=items),)), resized=False)

    def _set_one_of(self, w: Writer, member: Member, name: str, value: Either) -> None:
        """Set an attribute to what is one thing or another."""
        hidden = w.hold_as("attribute", Structure(tuple, (0, 1), (member, value)))

        def put(k: int) -> None:
            of, now = w.env[hidden].parts
            assert isinstance(of, Member)
            assert isinstance(now, Either)
            if k == len(now.options) - 1:
                self.set_attribute(w, of, name, now.options[k])
                return
            test = w.let(None, operator.eq, (now.which.atom, Const(k)), BOOL)
            w.branch(
                test.atom,
                lambda: self.set_attribute(w, of, name, now.options[k]),
                lambda: put(k + 1),
                replace(w.origin, text=""),
            )

        w.kept.add(hidden)
        put(0)
        w.kept.discard(hidden)
        w.env.pop(hidden, None)

    # ------------------------------------------------------------ calls

    def carried(self, w: Writer, value: Value, seen: set[Hashable] | None = None) -> Value:
        """The value on its way to another function: members with their arenas.

        `seen`: the arenas that other values have along already.
        """
        if isinstance(value, Member):
            classes = self._reached(w, value.cls)
            own = {self.of(w, c).ident for c in classes}
            if seen is not None and own <= seen:
                return _unlinked(value)
            if seen is not None:
                seen |= own
            keys = ("at", "all", *(f"all_{c.__name__.lower()}" for c in classes[1:]))
            arenas = tuple(_unlinked(self.of(w, c)) for c in classes)
            return Structure(Numbered, keys, (*value.of, *arenas))
        if isinstance(value, Structure) and is_arena(value):
            return _unlinked(self._known_to_caller(w, value))
        parts = value.parts
        return value.with_parts(tuple(self.carried(w, p, seen) for p in parts)) if parts else value

    def _reached(self, w: Writer, cls: type) -> list[type]:
        """The class, and those of the objects that its objects hold."""
        found = [cls]
        for c in found:
            lists = [n for n in self.names if member_lists.are_lists(n) and n.of is c]  # type: ignore[attr-defined]
            held_there = [member.cls for member in _members(self.of(w, c))]
            found += dict.fromkeys(n for n in (*lists, *held_there) if n not in found)
        return found

    def _known_to_caller(self, w: Writer, arena: Structure) -> Structure:
        """An arena that was given, which must hold no objects of an arena made here."""
        for member in _members(arena):
            if not given_in(self.of(w, member.cls).ident):
                refuse(
                    f"{describe(member)} is made in a function, and put into an object that this "
                    "was given.",
                    "make both in one function.",
                )
        return arena

    def given(self, w: Writer, value: Value) -> Value:
        """An argument from the caller; its arenas become those of this function."""
        for arena in _arenas(value):
            cls = _class_of(arena)
            if cls not in self.names:
                w.env[self._name(w, cls)] = arena
            elif self.of(w, cls).ident != arena.ident:
                refuse(
                    f"Objects of {cls.__name__} come from several arenas.",
                    "make them in one function.",
                )
        return self._landed(w, value, self._own(w))

    def landed(self, w: Writer, value: Value) -> Value:
        """The result of a call, or what it has changed; its arenas are joined to the own ones."""
        new: dict[type, Structure] = {}
        for arena in _arenas(value):
            if arena.ident in self.merged or arena.ident in self._own(w):
                continue
            cls = _class_of(arena)
            if cls not in self.names:
                raise Pool(cls)
            self.merged[arena.ident] = cls, self.size(w, cls)
            new[cls] = arena
        moved = {c: by for c, by in self.merged.values() if by is not None and c in new}
        for cls, arena in new.items():
            arena = self.shifted(w, arena, moved) if moved else arena
            own = self.of(w, cls)
            arena = self.joined(w, own, arena)
            w.change(own, replace(arena, ident=own.ident), resized=False, seen=False)
        return self._all_entered(w, self._landed(w, value, {**self._own(w), **self.merged}))

    def size(self, w: Writer, cls: type) -> Held | None:
        """How many objects, or lists, there are; None: no place has been made for them yet."""
        own = self.of(w, cls)
        if member_lists.is_table(own):
            return member_lists.size(w, own)
        return grown.length(w, own) if is_grown(own) else None

    def shifted(self, w: Writer, arena: Structure, by: Mapping[type, Held]) -> Structure:
        """The arena, in which members of arenas have so much larger numbers."""
        if member_lists.is_table(arena):
            return member_lists.shifted(w, arena, by)
        return arena.with_parts((duplicating.shifted(w, arena.items[0], by),))

    def joined(self, w: Writer, own: Structure, more: Structure) -> Structure:
        """The arena with the objects of another one behind its own."""
        if member_lists.is_table(own):
            return uneven.concatenated(w, own, more)  # type: ignore[arg-type]
        return grown.joined(w, Arena, (own, more)) if is_grown(own) else more

    def _own(self, w: Writer) -> dict[Any, tuple[type, Held | None]]:
        return {self.of(w, cls).ident: (cls, None) for cls in self.names}

    def _landed(
        self,
        w: Writer,
        value: Value,
        known: dict[Any, tuple[type, Held | None]],
        sure: bool = True,
    ) -> Value:
        if isinstance(value, Structure) and value.make is Numbered:
            at, arena, *_ = value.items
            assert isinstance(at, Held)
            assert isinstance(at.kind, Num)
            assert isinstance(arena, Structure)
            cls, by = known[arena.ident]
            if by is not None:
                add = operator.add if sure else fp.later_by  # there may be no object
                at = w.let(None, add, (at.atom, by.atom), at.kind)
            return Member((at,), cls)
        if isinstance(value, Structure) and (is_arena(value) or issubclass(value.make, Linked)):
            return _relinked(value)
        parts, sure = value.parts, sure and not isinstance(value, Either)
        landed = (self._landed(w, p, known, sure) for p in parts)
        return value.with_parts(tuple(landed)) if parts else value

    def _all_entered(self, w: Writer, value: Value) -> Value:
        """A new value, in which the objects of classes with arenas are members."""
        entered = self.entered(w, value)
        if entered is not value or not value.parts:
            return entered
        return value.with_parts(tuple(self._all_entered(w, p) for p in value.parts))


def _may_enter(value: Value) -> bool:
    """Is it an object that may change, and that this function or a callee has made?"""
    if not isinstance(value, Structure):
        return False
    made = not isinstance(value.ident, int) or value.ident > 0
    return value.ident is not None and made and _is_plain(value)


def _is_plain(value: Structure) -> bool:
    """Is it an object of a class that the user has written, which may change?"""
    if not isinstance(value.make, type) or issubclass(value.make, _STANDING):
        return False
    return is_object(meant(value.make)) and not is_frozen(meant(value.make))


def _may_be_none(value: Value) -> bool:
    """Is it None, or something else?"""
    return isinstance(value, Either) and _NONE in value.options


def _choice(value: Value) -> Either | None:
    """What is one thing or another in the attribute of an object, unless that may just be None."""
    if isinstance(value, Either) and not _may_be_none(value):
        return value
    inside = () if _may_be_none(value) or is_grown(value) else value.parts
    return next((c for p in inside if (c := _choice(p)) is not None), None)


def _ring(value: Structure, ident: Hashable) -> list[Structure]:
    """The structures on the way to one that is in the value; none if it is not."""
    for part in value.parts:
        if not isinstance(part, Structure) or part.ident == ident:
            if isinstance(part, Structure):
                return [part]
            continue
        way = _ring(part, ident)
        if way:
            return [part, *way]
    return []


def linked(value: Value) -> Structure | None:
    """An object in the value that holds another one of its class, as a link of a chain does."""

    def within(v: Value, cls: type) -> bool:
        if isinstance(v, Structure) and v.make is cls:
            return True
        return any(within(p, cls) for p in v.parts)

    inside = value.parts if isinstance(value, Structure) and _is_plain(value) else ()
    if isinstance(value, Structure) and any(within(p, value.make) for p in inside):
        return value
    return next((s for p in value.parts if (s := linked(p)) is not None), None)


def is_arena(value: Structure) -> bool:
    """Is it an arena, or the table of the lists of one?"""
    return value.make is Arena or member_lists.is_table(value)


def _class_of(arena: Structure) -> type:
    if member_lists.is_table(arena):
        return tables.class_of_dict(arena)
    (element,) = arena.items
    assert isinstance(element, Structure)
    cls = element.make
    assert isinstance(cls, type)
    return cls


def _arenas(value: Value) -> Iterator[Structure]:
    """The arenas that come along with a value."""
    if isinstance(value, Structure) and value.make is Numbered:
        for arena in value.items[1:]:
            found = _relinked(arena)
            assert isinstance(found, Structure)
            yield found
        return
    for part in value.parts:
        yield from _arenas(part)


def _members(value: Value) -> Iterator[Member]:
    if isinstance(value, Member):
        yield value
    for part in value.parts:
        yield from _members(part)


@functools.cache
def _link(cls: type) -> type[Linked]:
    return type(cls.__name__, (Linked,), {"cls": cls})


def _unlinked(value: Value) -> Value:
    """What is in an arena on its way to another function: members are structures there."""
    if isinstance(value, Member):
        return Structure(_link(value.cls), ("at",), value.of)
    parts = value.parts
    return value.with_parts(tuple(map(_unlinked, parts))) if parts else value


def _relinked(value: Value) -> Value:
    """What has come from there."""
    if isinstance(value, Structure) and issubclass(value.make, Linked):
        return Member((value.items[0],), value.make.cls)
    parts = value.parts
    return value.with_parts(tuple(map(_relinked, parts))) if parts else value


def _exchanged(value: Value, ident: Any, member: Member) -> Value:
    """The value with a member in place of an object."""
    if isinstance(value, Structure) and value.ident == ident:
        return member
    parts = value.parts
    return value.with_parts(tuple(_exchanged(p, ident, member) for p in parts)) if parts else value
