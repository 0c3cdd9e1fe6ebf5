"""Loops over abstract values: run until what holds at the head covers what holds at the end.

    def f(x, n):                        def f(x, n):
        state = (x, 1.0)                    state_1 = 1.0;  state_0 = x
        for _ in range(n):          ->      for _ in range(n):
            a, b = state                        ..
            state = (a * b, b + 1.0)            state_0 = t1;  state_1 = t2

Every part of a variable that changes in the loop gets a place of its own before the loop, and goes
back there at the end of the body.  What is written in the last round stays; the rounds before it
only find out kinds and places.  A loop over a structure is unrolled; so is a loop over a range of
known length that indexes one.  A long list of numbers is looped over like an array, if that goes.
"""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from fpad import runtime as fp
from fpad.transforms import (
    abreast,
    ahead,
    cursor_loops,
    declaring,
    grown,
    known_loops,
    member_lists,
    peeling,
    uneven,
)
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Env,
    Held,
    Iterated,
    Static,
    Structure,
    Unusable,
    Value,
    View,
    Woven,
    held,
    is_grown,
    is_shape,
    known_value,
)
from fpad.transforms.activity import differentiable
from fpad.transforms.body import Body, Loop
from fpad.transforms.forms import number
from fpad.transforms.ir import (
    Atom,
    Block,
    Break,
    Const,
    Do,
    For,
    If,
    Operand,
    Range,
    While,
    defined,
    used,
)
from fpad.transforms.iteration import Plan, items_of, plan, viewed
from fpad.transforms.joins import part_label
from fpad.transforms.kinds import INT, Num
from fpad.transforms.moves import moves
from fpad.transforms.standing_at import is_asked
from fpad.transforms.streams import iterators
from fpad.transforms.tables import is_table
from fpad.transforms.writer import NumberAsKey, refuse

MOST_UNROLLED = 32
"""A longer loop over a range is not written out where structures are indexed in it."""
FEW = 8
"""A loop of so many trips is written out where lists grow in it; in a longer one they get a length
of their own, unless what is done with them then is refused."""
LONGEST = 1000
"""The longest loop that is unrolled."""
MOST_ROUNDS = 1000
"""More rounds than a loop can need."""


class Loops(Body):
    """Gives loops their meaning."""

    @abstractmethod
    def may_peel(self) -> bool:
        """Are first trips written in front of loops in which dicts and objects get keys?"""

    @abstractmethod
    def may_declare(self) -> bool:
        """Do objects have the attributes from the start that they get in a loop?"""

    def for_(self, s: For) -> None:
        """Write what is left of a for loop."""
        source = None if isinstance(s.iterable, Range) else self.read(s.iterable)
        if source is not None and is_asked(source):
            self._asked(s, source)
            return
        kept = set(self.kept)
        self.index_name = f"i_{s.target}" if s.target in self.users else "i"
        assert not isinstance(s.iterable, Range)
        value = self.looped(source or self.read(s.iterable))
        count, running, begun = len(self.iterated), len(self.running), len(self.out)
        self.running += iterators(value)
        view = isinstance(value, Structure) and value.make is View
        over = value.parts if view or isinstance(value, Woven) else (value,)
        self.iterated += [v.ident for v in over if isinstance(v, Structure) and v.ident is not None]
        self._over(s, value)
        ahead.looped_over(self, self.running[running:], self.out[begun:])
        over_, self.running[running:] = self.running[running:], []
        ahead.used(self, over_)
        del self.iterated[count:]
        for hidden in self.kept - kept:
            self.env.pop(hidden, None)
        self.kept = kept

    def _asked(self, s: For, cursor: Value) -> None:
        """A loop over an iterator that knows where it stands."""
        kept = set(self.kept)
        loop = cursor_loops.as_while(self, s, cursor)
        self.live_after[id(loop)] = self.live_after.get(id(s), self.locals)
        try:
            self.while_(loop)
        finally:  # the loop is gone after this, and another statement may get its id
            del self.live_after[id(loop)]
        for hidden in self.kept - kept:
            self.env.pop(hidden, None)
        self.kept = kept

    def _over(self, s: For, value: Value) -> None:
        beside = abreast.rows(self, value)
        if beside is not None:
            self._unrolled(s, [UNKNOWN] * beside.count, value, beside.at)
            return
        items = items_of(self, value)
        if items is None:
            self._counted(s, plan(self, value), self.lengthy)
            return
        table = len(items) > MOST_UNROLLED and _is_table(value, items)
        if not table and (isinstance(value, Structure | Woven | Static) or is_shape(value)):
            self._unrolled(s, items, value)
            return
        if not table and len(items) > MOST_UNROLLED:
            # lists that grow in it have a length of their own
            self._counted(s, plan(self, value))
            return
        before, mark, kept = dict(self.env), self.mark(), set(self.kept)
        lists = self.out, self.loops, self.iterated
        lengths, refused = [len(a) for a in lists], len(self.refused)
        lengthy, self.lengthy = self.lengthy, len(items) > FEW
        self.tries += 1
        try:
            if self._counted(s, plan(self, value), self.lengthy) and self.refused[refused:]:
                raise NumberAsKey("", "")
        except NumberAsKey:
            self.env, self.dead = before, False
            self.reset(mark)
            for a, length in zip(lists, lengths, strict=True):
                del a[length:]  # type: ignore[attr-defined]
            self.kept, self.origin, self.lengthy = kept, s.origin, lengthy
            self.tries -= 1
            self._unrolled(s, items, value)
        else:
            self.tries, self.lengthy = self.tries - 1, lengthy

    def _wanted(self, s: For | While) -> frozenset[str]:
        """Names that are read in a loop or after it."""
        inside = used(s) if isinstance(s, While) else used(*s.body)
        return inside | self.live_after.get(id(s), self.locals) | self.kept

    def _only(self, env: Env, wanted: frozenset[str]) -> Env:
        return {v: x for v, x in env.items() if v in wanted}

    def _rounds(self, s: For | While) -> Iterator[int]:
        """The rounds of a fixed point: kinds and places only grow, so few are needed."""
        yield from range(MOST_ROUNDS)
        raise AssertionError(f"the kinds in a loop do not settle: {s.origin.text}")

    def _each(self, envs: list[Env], wanted: frozenset[str]) -> list[Env]:
        return [self._only(env, wanted) for env in envs]

    def _end(self, head: Env, ends: list[Env]) -> None:
        """At the end of a body: note what holds, and go back to the head."""
        if not self.dead:
            ends.append(dict(self.env))
            self.go(head)

    def _counted(self, s: For, p: Plan, growing: bool = False) -> bool:
        """A loop over a range, in which lists may be growing; does any?"""
        grew, declared, begun = False, declaring.NOTHING, known_loops.begun(self)
        uneven.prepare(self)
        index = self.place(s.target, (), INT) if p.index is None else p.index
        wanted = self._wanted(s)
        entry = self._only(self.env, wanted)
        head = self.join([entry], (index,))
        way_out: Env | None = None
        settled: set[str] = set()
        wide: Env = {}
        mark, depth = self.mark(), len(self.loops)
        for _ in self._rounds(s):
            del self.loops[depth:]
            loop = Loop(exit=way_out)
            self.loops.append(loop)
            self.env, self.dead = dict(head), False
            ends: list[Env] = []

            def write(head: Env = head, ends: list[Env] = ends) -> None:
                target = s.target if s.target in self.users else None
                self.assign(s.target, p.element(self, self.wrote(index, INT), target))
                over = member_lists.looped_over(self)
                self.block(s.body)
                member_lists.keep_lengths(self, over)
                self._end(head, ends)

            body = self.captured(write)
            self.loops.pop()
            ways_out = [*ends, *loop.breaks]
            if self.may_peel() and not p.reverse and peeling.gains(entry, ways_out):
                known_loops.undo(self, begun)
                self._peeled(s, p, growing)
                return False
            more = declaring.missing(self, head, ways_out) if self.may_declare() else {}
            if more and not declared:  # the round begins anew
                entry, head = (declaring.with_places(env, more) for env in (entry, head))
                declared = more
                self.reset(mark)
                continue
            ways = [head, *self._each(ends, wanted), *([{**head, **wide}] if wide else [])]
            new = self.join(ways, (index,), settled, mark.idents)
            if self.tries and not grew:
                grew = self._grows(head, new)
                if grew and not growing:
                    raise NumberAsKey(
                        "A list gets longer in a loop.", "fill an array made before the loop."
                    )
            new_out = self.join([new, *self._each(loop.breaks, wanted)], (), settled)
            stray = _moved(new, new_out)
            if (new, new_out) == (head, way_out) and not stray:
                _is_settled(loop)
                break
            head, way_out = new, new_out
            settled |= stray
            wide |= _wider(new, new_out, stray)
            self.reset(mark)
        there = moves(entry, head)
        written = defined(*body) | {t for t, _ in there} | {index}
        self.origin = s.origin
        args = self.off_limits(p.args, written)
        if declared:
            self.emit(Do(fp.runs_once, (tuple(args),), (), s.origin))
            for first in declaring.first_values(declared, s.origin):
                self.emit(first)
        self.move(there)
        self.out.append(For(index, Range(args, reverse=p.reverse), body, (), s.origin))
        self.env, self.dead = dict(way_out or {}), False
        return grew

    def _peeled(self, s: For, p: Plan, growing: bool) -> None:
        """A loop whose first trip stands in front of it."""
        rest, flag = peeling.first_trip(self, s, p)

        def write() -> None:
            self._counted(s, rest, growing)

        peeling.unless_broken(self, s, flag, write)

    def _grows(self, before: Env, after: Env) -> bool:
        """Does a list or dict get longer in the loop?"""
        return any(v in before and _grown(before[v], value) for v, value in after.items())

    def while_(self, s: While) -> None:
        """Write what is left of a while loop."""
        state, count = known_loops.begun(self), len(self.refused)
        self._settled(s)
        if not self.refused[count:] or self.tries or s.orelse:
            return
        known_loops.undo(self, state)
        if not known_loops.written_out(self, s):
            known_loops.undo(self, state)
            self._settled(s)

    def _settled(self, s: While) -> None:
        """A while loop whose trips are all alike."""
        uneven.prepare(self)
        wanted = self._wanted(s)
        entry = self._only(self.env, wanted)
        head = self.join([entry])
        way_out: Env | None = None
        settled: set[str] = set()
        wide: Env = {}
        mark, depth = self.mark(), len(self.loops)
        for _ in self._rounds(s):
            del self.loops[depth:]
            loop = Loop(exit=way_out)
            self.env, self.dead = dict(head), False
            tests: list[Value] = []

            def before(
                tests: list[Value] = tests, places: frozenset[str] = frozenset(settled)
            ) -> None:
                self.block(s.pre)
                test = self.asked(self.read(s.test))
                tests.append(grown.length(self, test) if is_grown(test) else test)
                self._place(places)

            pre = self.captured(before)
            known, after_pre = self.truth(tests[0]), dict(self.env)
            if known is False and self.join([entry]) == head:
                self.out += pre
                return
            ends: list[Env] = []
            self.loops.append(loop)

            def write(head: Env = head, ends: list[Env] = ends) -> None:
                self.block(s.body)
                self._end(head, ends)

            body = self.captured(write)
            self.loops.pop()
            back = [head, *self._each(ends, wanted), *([{**head, **wide}] if wide else [])]
            new = self.join(back, made_since=mark.idents)
            through = [] if known is True else [self._only(after_pre, wanted)]
            ways = [*through, *self._each(loop.breaks, wanted)]
            new_out = self.join(ways) if ways else {}
            stray = _moved(through[0], new_out) if through else set()
            if new == head and new_out == way_out and stray <= settled:
                _is_settled(loop)
                break
            head, way_out = new, new_out
            settled |= stray
            wide |= _wider(through[0], new_out, stray) if through else {}
            self.reset(mark)
        self.origin = s.origin
        self.move(moves(entry, head))
        test: Atom = Const(True) if known is True else self.test(tests[0])
        late: list[Operand] = []
        pre += self.captured(lambda: late.extend(self.off_limits((test,), defined(*body))))
        if self._goes_on(pre, body, way_out or {}):
            leave = If(late[0], body, (Break(s.origin),), s.origin)
            pre, late, body = (), [Const(True)], (*pre, leave)
        self.out.append(While(pre, late[0], body, (), s.origin))
        self.env, self.dead = dict(way_out or {}), not ways

    def _goes_on(self, pre: Block, body: Block, way_out: Env) -> bool:
        """Does the test of a loop compute what has a derivative, for its body or for later?

        What stands in front of a test has no adjoint, so it becomes a part of the body.
        """
        outside = used(*body) | {h.atom for v in way_out.values() for h in held(v)}
        return any(differentiable(self.kinds.get(n)) for n in defined(*pre) & outside)

    def _place(self, variables: frozenset[str]) -> None:
        """Put variables into the places that belong to them."""
        chosen = {v: self.env[v] for v in sorted(variables) if v in self.env}
        placed = {v: self._placed(v, (), x) for v, x in chosen.items()}
        self.move(moves(chosen, placed))
        self.env.update(placed)

    def _placed(self, variable: str, path: tuple[Any, ...], value: Value) -> Value:
        h = number(value)
        if h is not None:
            return replace(h, atom=self.place(variable, path, h.kind))
        return value.with_parts(
            tuple(
                self._placed(variable, (*path, part_label(value, k)), p)
                for k, p in enumerate(value.parts)
            )
        )

    def _live(self, value: Value, k: int, item: Value, before: Sequence[str]) -> Value:
        """The value that a trip sees of a list, which earlier trips may have written."""
        if isinstance(value, Structure) and value.make is list:
            now = self.holder(value)
            return item if now is None or k >= len(now.items) else now.items[k]
        if isinstance(value, Structure) and value.make is View:
            now = self.holder(value.items[0])
            return item if now is None else viewed(now, value.keys[0])[k]
        if not isinstance(value, Structure) or value.make is not Iterated:
            return item
        lists = value.keys[-1].lists.parts
        sources = {getattr(v, "ident", None): h for v, h in zip(lists, before, strict=True)}
        everything = [p for hidden in sources.values() for p in self.env[hidden].parts]
        for old, hidden in zip(lists, before, strict=True):
            now, was = self.holder(old), self.env[hidden].parts
            if now is None:
                continue
            changed = ((a, b) for a, b in zip(was, now.items, strict=False) if a != b)
            stale = [(a, b) for a, b in changed if _occurs(a, item)]
            unsure = any(known_value(a) is not None and _is_int(a) for a, _ in stale)
            unsure = unsure or any(everything.count(a) > 1 for a, _ in stale)
            if len(stale) > 1 or len(now.items) != len(was) or unsure:
                refuse(
                    "A list is written while an iterator over it is not used up.",
                    "loop over range(len(..)), or over a copy of the list.",
                )
            for a, b in stale:
                item = _with_new(a, b, item)
        return item

    def _snapshots(self, value: Value) -> list[str]:
        """Hidden variables with what the lists behind an iterator hold as a loop over it begins."""
        out: list[str] = []
        iterated = isinstance(value, Structure) and value.make is Iterated
        for source in value.keys[-1].lists.parts if iterated else ():  # type: ignore[attr-defined]
            out.append(self.hold(Structure(tuple, tuple(range(len(source.parts))), source.parts)))
        return out

    def _unrolled(
        self,
        s: For,
        items: Sequence[Value],
        value: Value,
        at: Callable[[int], Value] | None = None,
    ) -> None:
        """The body once for each item; a break sets a flag, under whose test the others stand."""
        if len(items) > LONGEST:
            refuse(
                f"A loop over {len(items)} values would be written out.",
                f"use an array, or fewer than {LONGEST} values.",
            )
        before = self._snapshots(value)
        flag, row = self.fresh("broke"), self.fresh("items")
        self.kept |= {flag, row}
        self.env[flag] = Static(False)
        self.env[row] = Structure(tuple, tuple(range(len(items))), tuple(items))
        depth = len(self.loops)
        for k in range(len(items)):
            broke = self.env[flag]

            def write(k: int = k) -> None:
                rest = self.env[row]
                assert isinstance(rest, Structure)
                self.env[flag] = Static(False)
                self.loops.append(Loop(flag=flag))
                blank = (Static(None),) * (k + 1)
                self.env[row] = rest.with_parts((*blank, *rest.items[k + 1 :]))
                item = self._live(value, k, rest.items[k], before) if at is None else at(k)
                self.assign(s.target, item)
                self.block(s.body)
                del self.loops[depth:]

            known = self.truth(broke)
            if known is True:
                break
            if known is False:
                write()
            else:
                go_on = self.let(None, operator.not_, (self.test(broke),), Num(False, "bool"))
                blank_origin = s.origin
                self.branch(go_on.atom, write, lambda: None, blank_origin, keep=False)
            if self.dead:
                break


def _is_table(value: Value, items: Sequence[Value]) -> bool:
    """Are these numbers of one kind, or tuples of such numbers, as the rows of a table are?"""
    if isinstance(value, Structure) and value.make not in (list, tuple):
        return False
    kinds = {_columns(v) for v in items}
    return isinstance(value, Structure | Woven) and len(kinds) == 1 and None not in kinds


def _columns(value: Value) -> Any:
    """The kinds of the numbers of a row; None if it is no row of a table."""
    if isinstance(value, Held):
        return None if not isinstance(value.kind, Num) or value.kind.array else value.kind
    if not isinstance(value, Structure) or value.make is not tuple or is_grown(value):
        return None
    parts = tuple(map(_columns, value.items))
    return None if None in parts else parts


def _wider(env: Env, joined: Env, stray: set[str]) -> Env:
    """What a variable that a loop may leave as another thing has to be inside it as well."""
    return {v: joined[v] for v in stray if _shape(env[v]) != _shape(joined[v])}


def _shape(value: Value) -> Any:
    """What a value is, whatever its numbers are and wherever they lie."""
    if not value.parts:
        return type(value)
    keys = getattr(value, "keys", None)
    return type(value), keys, tuple(map(_shape, value.parts))


def _grown(before: Value, after: Value) -> bool:
    """Is something in it that was a structure another one now?"""
    lengthy = is_grown(after) or is_table(after)
    if isinstance(before, Structure) and (isinstance(after, Unusable | Either) or lengthy):
        return not is_grown(before) and not is_table(before)
    return any(map(_grown, before.parts, after.parts))


def _is_settled(loop: Loop) -> None:
    if loop.stuck is not None:
        raise loop.stuck


def _moved(env: Env, joined: Env) -> set[str]:
    """The variables that lie elsewhere in a joined environment."""
    return {v for v in env if v in joined and moves({v: env[v]}, {v: joined[v]})}


def _occurs(a: Value, item: Value) -> bool:
    return a == item or any(_occurs(a, p) for p in item.parts)


def _with_new(a: Value, b: Value, item: Value) -> Value:
    """The item, wherever it stands in pairs, with b in the place of a."""
    if item == a:
        return b
    parts = item.parts
    return item.with_parts(tuple(_with_new(a, b, p) for p in parts)) if parts else item


def _is_int(value: Value) -> bool:
    """May it be taken for a position?"""
    return getattr(value, "kind", None) == INT
