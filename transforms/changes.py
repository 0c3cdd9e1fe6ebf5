"""What a function changes besides what it returns: its arguments, and objects outside.

    class Counter:                      def step(self_n, x):         # self is given
        def step(self, x):                  self_n_2 = self_n + 1
            self.n += 1         ->          return x * self_n_2, self_n_2
            return x * self.n
    def f(c, x):                        def f(c_n, x, c_object):     # the entry: c_object is c
        return c.step(x)                    t1, c_n = step(c_n, x)
                                            c_object.n = c_n
                                            return t1

The leaves that a callee changes are further results of it.  What an entry changes of objects that
it was given, or that live outside, is set once, where its own work ends; lists and dicts that it
was given stay as they are for the caller.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fpad import runtime as fp
from fpad.transforms import ahead, holding, member_lists
from fpad.transforms.abstract import (
    Either,
    Held,
    Static,
    Structure,
    Unusable,
    Value,
    has_unknown,
    held,
    idents,
    is_itself,
)
from fpad.transforms.arenas import is_arena
from fpad.transforms.class_parts import settled_slots, without_slot
from fpad.transforms.describing import describe
from fpad.transforms.heap import Fork, given_in, held_at
from fpad.transforms.ir import (
    Atom,
    Block,
    Const,
    Do,
    Func,
    Leaf,
    Node,
    Operand,
    Origin,
    Return,
    Store,
    StoreAdd,
    Tree,
    defined,
    walk,
)
from fpad.transforms.joins import part_label
from fpad.transforms.kinds import (
    ITSELF,
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    is_object,
    meant,
)
from fpad.transforms.live import Whole
from fpad.transforms.outer_attributes import OWN, OuterAttributes
from fpad.transforms.places import is_row, outdated
from fpad.transforms.source import Source
from fpad.transforms.streams import bare_inside
from fpad.transforms.summaries import Path, Summary, is_argument, numbered, own_leaves
from fpad.transforms.writer import Early, refuse


def _paths(value: Value, path: Path = ()) -> Iterator[tuple[Path, Held]]:
    """The leaves of a changed argument, those of arguments inside it apart."""
    if isinstance(value, Held):
        yield path, value
    if not path or not (isinstance(value, Structure) and is_argument(value.ident)):
        for k, part in enumerate(value.parts):
            yield from _paths(part, (*path, k))


def _with_atoms(value: Value, atoms: Mapping[Path, Atom], path: Path = ()) -> Value:
    if isinstance(value, Held):
        return replace(value, atom=atoms.get(path, value.atom))
    parts = tuple(_with_atoms(p, atoms, (*path, k)) for k, p in enumerate(value.parts))
    return value.with_parts(parts) if parts else value


class Changes(OuterAttributes):
    """Keeps track of what the function changes, and of what its callees change."""

    def __init__(self, source: Source, func: Func, summary: Summary, entry: bool) -> None:
        super().__init__(source, func)
        self.summary = summary
        self.entry = entry
        self._joiner.forks = not entry
        self.itself: dict[Hashable, str] = {}
        self.was: dict[Hashable, dict[Any, Value]] = {}
        self.wholes: list[str] = []
        self.within: set[Hashable] = set()
        self._watched: tuple[int, ...] = (0, 0)
        self._hidden: dict[Hashable, str] = {}

    # ------------------------------------------------------------ what this function changes

    def change(
        self, base: Structure, new: Structure, resized: bool = True, seen: bool = True
    ) -> None:
        """A list, dict or object becomes another, for everybody who holds it."""
        super().change(base, new, resized, seen)
        if isinstance(base.ident, int) and is_argument(base.ident):
            self.summary.changed.setdefault(base.ident, None)
            if seen and member_lists.is_table(new):
                self.touch()
        if isinstance(base.ident, Fork):
            self.summary.forked |= base.ident.given

    def want(self, cls: type) -> None:
        """Note that objects of a class would have to be in an arena of the caller."""
        if cls not in self.summary.wanted:
            self.summary.wanted.append(cls)

    def touch(self) -> None:
        """Note that an object is changed that was in an arena before the function was called."""
        self.summary.touched = True

    def tell_apart(self, cls: type) -> None:
        """Note that it matters whether two objects of a class are one."""
        self.summary.told_apart.add(meant(cls))

    def note_changed(self, ident: Hashable) -> None:
        """Note that entries of a list are written, which lie in its arrays."""
        super().note_changed(ident)
        if isinstance(ident, int) and is_argument(ident):
            self.summary.changed.setdefault(ident, None)

    def note_copied(self, base: Structure) -> None:
        """Note that what a list holds is read as copies, which nobody may change."""
        self.summary.copied |= bool(given_in(base.ident))

    def note_lost(self, idents: Collection[Hashable]) -> None:
        """Note that nobody may change these lists, dicts and objects any more."""
        self.summary.lost |= {i for i in idents if is_argument(i)}

    def watch(self) -> None:
        """Keep what is changed, and was given or is outside, to the end of the function."""
        self._watched = self.summary.size()[:3:2]
        given = {s.ident: (at, s) for at, s in reversed(list(held_at(self.env)))}
        for ident in self.summary.changed:
            (variable, path), value = given[ident]
            labels = map(str, _labels(self.env[variable], path))
            self._hidden[ident] = self.fresh("_".join((variable, *labels, "now")))
            self._keep(self._hidden[ident], value)
        for container, name, kind in self.summary.written.values():
            self._keep(self.outer_name(container, name), self.lift(container, name, kind))

    def _keep(self, name: str, value: Value) -> None:
        self.kept.add(name)
        self.env[name] = value

    # ------------------------------------------------------------ the return

    def returned(self, block: Block, kind: Kind | None, func: Func, params: Sequence[str]) -> Block:
        """The block with its return, and with what an entry sets in front of that.

        What was found to be changed only now is watched from the start in the next round.
        """
        if self._watched != self.summary.size()[:3:2]:
            return (*block, Return((), func.origin))
        origin = func.body[-1].origin if isinstance(func.body[-1], Return) else func.origin
        if self.entry:
            self.origin = origin
            block = (*block, *self.captured(self._decide_result))
        leaves = held(self.result) if self.entry else own_leaves(self.result, kind)
        atoms = [h.atom for h in leaves]
        more = self._changed_leaves(block, params, origin)
        if self.entry:
            effects = self.captured(lambda: self._set_all(origin))
            return self.told_apart((*block, *effects, Return(tuple(atoms), origin)))
        return (*block, Return((*atoms, *more), origin))

    def _decide_result(self) -> None:
        """What an entry returns is one thing: that of several which is not None."""

        def one(value: Value) -> Value:
            if isinstance(value, Either):
                able = [k for k, v in enumerate(value.options) if v != Static(None)]
                if len(able) != 1:
                    refuse(f"{describe(value)} is returned.", "return the same kind of value.")
                text = f"{self.source.name} returns None here"
                args = (value.which.atom, Const(able[0]), Const(text))
                self.emit(Do(fp.holds, args, (), self.origin))
                return one(value.options[able[0]])
            parts = value.parts
            return value.with_parts(tuple(map(one, parts))) if parts else value

        self.result = one(self.result)

    def _changed_leaves(self, block: Block, params: Sequence[str], origin: Origin) -> list[Atom]:
        self.origin = origin
        written = defined(*block) | {s.base for s in walk(block) if isinstance(s, Store | StoreAdd)}
        numbers = {p: k for k, p in enumerate(params) if p not in written}
        more: list[Atom] = []
        for ident in sorted(self.summary.changed, reverse=True):
            value = bare_inside(self._at_end(self._hidden[ident]), self.origin_of)
            value = self.arenas.carried(self, value)
            if not isinstance(value, Structure):
                continue  # what a recursive call puts there is known in a later round
            forks = [i for i in idents(value) if isinstance(i, Fork)]
            self.summary.forked |= {i for fork in forks for i in fork.given}
            atoms: dict[Path, Atom] = {}
            for path, leaf in _paths(value):
                if leaf.atom in numbers and (ident, path) not in self.summary.moved:
                    atoms[path] = f"={numbers[leaf.atom]}"  # type: ignore[index]
                    continue
                self.summary.moved.add((ident, path))
                atoms[path] = f"~{len(more)}"
                more.append(leaf.atom)
            self.summary.changed[ident] = _with_atoms(value, atoms)  # type: ignore[assignment]
        for owner, name, _ in self.summary.written.values():
            more += [h.atom for h in held(self._at_end(self.outer_name(owner, name)))]
        return more

    def supposed(self) -> dict[int, Value]:
        """What arguments are changed to, in a function in which something is refused."""
        found = {n: self.env.get(self._hidden.get(n, "")) for n in self.summary.changed}
        return {n: v for n, v in found.items() if v is not None}

    def suppose(self, changes: Mapping[int, Value], values: Sequence[Value]) -> None:
        """Let a call that is refused change what it would change.

        In a loop the kinds are others then in the next round, where it may not be refused: a
        variable that is None in the first trip only, a list that is empty there.
        """

        def one(value: Value) -> Value:
            if isinstance(value, Held):
                return Held(self.fresh.temp(), value.kind)
            return value.with_parts(tuple(map(one, value.parts))) if value.parts else value

        if any(map(has_unknown, changes.values())):
            return
        callers = {n: ident for ident, n in numbered(values).items()}
        for n, value in sorted(changes.items()):
            base = self.holder(_ident_only(callers[n])) if n in callers else None
            new = self.adopted(one(value), callers, {}, top=True)
            if base is not None and isinstance(new, Structure):
                self.forget(base, replace(new, ident=base.ident))

    def _at_end(self, name: str) -> Value:
        """What is changed is at the end, which has to be the same kind of thing on every way."""

        def check(value: Value) -> None:
            if isinstance(value, Unusable):
                self.usable("What an argument or object has become", value)
            for part in value.parts:
                check(part)

        value = self.env[name] = settled_slots(self.env[name])
        check(value)
        if isinstance(value, Either):
            refuse(
                f"An argument or object has become {describe(value)}.",
                "let it have the same parts whichever way is taken.",
            )
        return value

    def _set_all(self, origin: Origin) -> None:
        """Set what has changed of the objects that an entry was given, and of those outside."""
        self.origin = origin
        for ident in sorted(self.summary.changed, reverse=True):
            value = self.env[self._hidden[ident]]
            assert isinstance(value, Structure)
            if not is_object(value.make):
                if ident in self.within:
                    parts = self._handed_out(value, True)
                    self.emit(Do(fp.refill, (self.itself[ident], parts), (), self.origin))
                continue
            moved = {path[0] for i, path in self.summary.moved if i == ident and path}
            for k, (name, part) in enumerate(zip(value.keys, value.items, strict=True)):
                public = without_slot(value.make, name)
                before = self.was[ident].get(name, None if public == name else Static(None))
                if k in moved or _is_other(part, before):
                    self._set(Held(self.itself[ident], OpaqueKind(value.make)), public, part)
        for holder, name, value, own in self.set_at_end():
            self._set(holder, name, value, own)

    def _set(self, holder: Held, name: str, value: Value, own: Held = OWN) -> None:
        assert isinstance(holder.kind, OpaqueKind)
        args = (holder.atom, Const(name), self._handed_out(value))
        if own == OWN and holding.hook(holder.kind.cls, "__setattr__") is None:
            self.emit(Do(builtins.setattr, args, (), self.origin))
        else:
            self.emit(Do(fp.set_own, (*args, own.atom), (), self.origin))

    def _handed_out(self, value: Value, whole: bool = False) -> Operand:
        """The operand for what others will hold: what was given is handed out itself."""

        def one(v: Value, top: bool) -> Value:
            if isinstance(v, Structure) and v.ident in self.itself and not top:
                return Held(self.itself[v.ident], OpaqueKind(v.make))
            parts = v.parts
            return v.with_parts(tuple(one(p, False) for p in parts)) if parts else v

        return self.built(one(value, whole))

    def with_objects(self, tree: Tree, value: Value, name: str, within: bool = False) -> Tree:
        """The tree of a parameter of an entry, with leaves for the objects that it sets.

        `within`: it is part of an object, whose lists and dicts belong to what the entry changes.
        """
        if not isinstance(tree, Node):
            return tree
        if isinstance(value, Structure) and within:
            self.within.add(value.ident)
        within = within or is_object(tree.make)
        keys, items = (
            tree.keys,
            tuple(
                self.with_objects(t, v, f"{name}_{k}", within)
                for t, v, k in zip(tree.items, value.parts, tree.keys, strict=True)
            ),
        )
        if isinstance(value, Structure) and is_argument(value.ident) and _has_effects(self.summary):
            self.was[value.ident] = dict(zip(value.keys, value.items, strict=True))
            leaf = self.fresh(f"{name}_{'object' if is_object(value.make) else 'itself'}")
            self.itself[value.ident] = leaf
            self.wrote(leaf, OpaqueKind(value.make))
            keys, items = (*keys, ITSELF), (*items, Leaf(leaf))
        return Node(tree.make, keys, items)

    def with_whole(self, tree: Tree, name: str) -> Tree:
        """The tree of a parameter, with a leaf for itself if it is asked which objects are one.

        That two of them are one object is seen only when the program runs.
        """
        if not isinstance(tree, Node) or not _has_objects(tree, self.summary.told_apart):
            return tree
        if tree.keys[-1:] == (ITSELF,):
            self.wholes.append(str(tree.items[-1].name))  # type: ignore[union-attr]
            return tree
        leaf = self.fresh(f"{name}_itself")
        self.wrote(leaf, OpaqueKind(tree.make))
        self.wholes.append(leaf)
        return Node(tree.make, (*tree.keys, ITSELF), (*tree.items, Leaf(leaf)))

    def told_apart(self, block: Block) -> Block:
        """The block, with a check that no list, dict or object was given to an entry twice.

        One that is changed would be seen to change under its other name too.
        """
        more: Block = ()
        if self.wholes:
            classes = sorted(self.summary.told_apart, key=lambda c: c.__qualname__)
            args = (tuple(map(Const, classes)), tuple(self.wholes))
            more = (Do(fp.each_once, args),)
        if not self.entry or not self.itself:
            return (*more, *block)
        if self.summary.changed and len(self.itself) > 1:
            more = (*more, Do(fp.apart, tuple(self.itself.values())))
        for given, others in self._seen_outside():
            if given and others:
                more = (*more, Do(fp.apart_from, (given, others)))
        return (*more, *block)

    def _seen_outside(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Arguments that must be none of the objects outside: one of the two is changed."""
        lifted = tuple(self.lifted.values())
        every = {id(c): c for c, _, _ in lifted if is_object(type(c))}
        lists = [(c, n, k.make) for c, n, k in lifted if isinstance(k, NodeKind)]
        is_set = {k for k, _ in self.summary.written}
        changed = tuple(v for k, v in self.itself.items() if k in self.summary.changed)
        kept = tuple(v for k, v in self.itself.items() if k not in self.summary.changed)
        if changed:
            objects = [*map(self.holder_outside, every.values())]
            objects += [self.whole_outside(*where) for where in lists]
            yield changed, tuple(str(h.atom) for h in objects)
        if self.summary.keeps:
            wholes = [k for k, (c, _, _) in self.lifted.items() if isinstance(c, Whole)]
            atoms = tuple(str(h.atom) for k in wholes for h in held(self.lifted_values[k]))
            yield tuple(self.itself.values()), atoms
        set_here = [self.holder_outside(c) for k, c in every.items() if k in is_set]
        yield kept, tuple(str(h.atom) for h in set_here)

    # ------------------------------------------------------------ what a callee changes

    def goals_of(
        self, variable: str, summary: Summary, callers: Mapping[int, Hashable], taken: Sequence[str]
    ) -> list[str]:
        """The names that the further results of a call go to."""
        goals: list[str] = []
        for ident in sorted(summary.changed, reverse=True):
            template = summary.changed[ident]
            assert template is not None
            where, way = self._holder(callers[ident], variable)
            for path, leaf in _paths(template):
                if isinstance(leaf.atom, str) and leaf.atom.startswith("~"):
                    goal = self.place(where, (*way, *_labels(template, path)), leaf.kind)
                    goals.append(goal if goal not in (*taken, *goals) else self.fresh.temp())
        for owner, name, kind in summary.written.values():
            self.will_set(owner, name, kind)
            goals.append(self.place(self.outer_name(owner, name), (), kind))
        return goals

    def _holder(self, ident: Hashable, variable: str) -> tuple[str, tuple[Any, ...]]:
        """A variable that holds this, one of the user's if there is one, and the way to it."""
        found = [at for at, s in held_at(self.env) if s.ident == ident]
        found.sort(key=lambda at: (at[0] not in self.users, len(at[1])))
        if not found:
            return variable, ("changed",)
        where, path = found[0]
        return where, _labels(self.env[where], path)

    def blank(self, summary: Summary, callers: Mapping[int, Hashable]) -> None:
        """Forget what a call is about to change."""
        for ident in summary.changed:
            base = self.now(Structure(list, (), (), callers[ident]))
            if not is_row(base):
                self.forget(base, replace(base, keys=(), items=()))

    def take(
        self,
        summary: Summary,
        callers: Mapping[int, Hashable],
        args: Sequence[Operand],
        goals: Sequence[str],
        made: dict[Hashable, Hashable],
    ) -> None:
        """Let what a call has changed be what it has become.

        `made`: filled with the idents here of what the callee has made.
        """
        early: list[Early] = []
        for ident in sorted(summary.changed, reverse=True):
            template = summary.changed[ident]
            assert template is not None
            atoms: dict[Path, Atom] = {}
            for path, leaf in _paths(template):
                sort, k = str(leaf.atom)[0], int(str(leaf.atom)[1:])
                atoms[path] = args[k] if sort == "=" else goals[k]  # type: ignore[assignment]
                if sort == "~":
                    self.wrote(goals[k], leaf.kind)
            new = self.adopted(_with_atoms(template, atoms), callers, made, top=True)
            new = self.renewed(new, lambda *about: early.append(about))
            new = self.arenas.landed(self, new)
            base = self.now(Structure(list, (), (), callers[ident]))
            assert isinstance(new, Structure)
            more = is_arena(new) and not summary.touched
            self.summary.touched |= is_arena(new) and not more
            self.change(base, replace(new, ident=base.ident), seen=not more)
            outdated(self, base)
        self.note_early(early, args)
        rest = iter(goals[len(goals) - len(summary.written) :])
        for owner, name, kind in summary.written.values():
            self.env[self.outer_name(owner, name)] = self.wrote(next(rest), kind)

    # ------------------------------------------------------------ iterators from elsewhere

    def note_early(self, early: Sequence[Early], given: Sequence[Operand]) -> None:
        """Note what iterators of another function were computed from, which was given these."""
        named = [(a, self.kinds.get(a)) for a in given if isinstance(a, str)]
        arrays = [Held(a, k) for a, k in named if isinstance(k, Num) and k.array]
        arrays += self.read_early
        for ident, lists, some in early:
            ahead.note(self, ident, [*map(self.current, lists), *(arrays if some else ())])

    def adopted(
        self,
        value: Value,
        callers: Mapping[int, Hashable],
        made: dict[Hashable, Hashable],
        top: bool = False,
    ) -> Value:
        """What comes from a callee, with idents of this function."""
        if isinstance(value, Structure) and value.ident is not None:
            if is_argument(value.ident) and is_itself(value):
                return replace(value, ident=callers[value.ident])  # type: ignore[index]
            if is_argument(value.ident) and not top:
                return self.now(replace(value, ident=callers[value.ident]))  # type: ignore[index]
            if not is_argument(value.ident):
                if value.ident not in made:
                    made[value.ident] = self.new_ident()
                value = replace(value, ident=made[value.ident])
        parts = tuple(self.adopted(p, callers, made) for p in value.parts)
        return value.with_parts(parts) if parts else value


def _has_effects(summary: Summary) -> bool:
    return bool(summary.changed or summary.written or summary.keeps)


def _has_objects(tree: Tree, classes: Collection[type]) -> bool:
    if not isinstance(tree, Node):
        return False
    return meant(tree.make) in classes or any(_has_objects(t, classes) for t in tree.items)


def _is_other(value: Value, before: Value | None) -> bool:
    """Does what an object holds differ from what it was given with?  The objects in it apart."""
    if isinstance(value, Static) or before is None:
        return value != before
    return [h.atom for _, h in _paths(value, (0,))] != [h.atom for _, h in _paths(before, (0,))]


def _labels(value: Value, path: Path) -> tuple[Any, ...]:
    out: list[Any] = []
    for k in path:
        out.append(part_label(value, k))
        value = value.parts[k]
    return tuple(out)


def _ident_only(ident: Hashable) -> Structure:
    return Structure(list, (), (), ident)
