"""Expressions again: single-use temporaries move into the statement that uses them.

    t1 = x * x
    t2 = np.sin(t1)          ->      y = np.sin(x * x) / s
    y = t2 / s

The result is for printing only.  A folded statement is an operand, `Folded`; a loop whose test has
statements of its own is either `while <expression>` or `while True` with a Break; what follows an
if whose first arm leaves the loop stands beside the if, no longer in its other arm.

A definition moves down to its use only if nothing on the way redefines what it reads, writes
memory that it may read, or has an effect that could see it happen late.  It moves over simple
statements of its own block only, and never into an arm of a conditional expression unless it can
neither fail nor be seen.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from fpad import runtime as fp
from fpad.transforms.entries import Entries, Entry
from fpad.transforms.folded import (
    Expression,
    Folded,
    Kinds,
    Names,
    both,
    choose,
    columns,
    either,
    folded_in,
    is_round,
    is_selective,
    operands,
    statement_columns,
    summary,
)
from fpad.transforms.ir import (
    Attr,
    Block,
    Break,
    Call,
    Const,
    Copy,
    Do,
    Func,
    If,
    Let,
    Load,
    Note,
    Pack,
    Pop,
    Push,
    Return,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    blocks,
    defined,
    names,
    targets,
    used,
    with_blocks,
    with_reads,
)
from fpad.transforms.liveness import live_before


def fold(
    func: Func,
    kinds: Kinds,
    temporary: Callable[[str], bool],
    *,
    containers: Names = frozenset(),
    operations: bool = True,
    width: int = 88,
) -> Block:
    """The body of a function as it is printed.

    Args:
        func: level 2.
        kinds: kinds of its names, as far as they are known; nothing is assumed of the others.
        temporary: may this name disappear?
        containers: names of structured arguments and their parts: to index one reads no array.
        operations: fold operations into operations.  Off, at most a rounding is folded around one
            operation, so that the order of the roundings stays explicit.
        width: a line is not made longer than this.
    """
    folder = _Folder(kinds, temporary, containers, operations, width)
    return folder.run(func.body)


# ---------------------------------------------------------------- folding


_ASSIGN = (Attr, Call, Copy, Let, Load, Pack)


class _Folder:
    def __init__(
        self,
        kinds: Kinds,
        foldable: Callable[[str], bool],
        containers: Names,
        operations: bool,
        width: int,
    ) -> None:
        self._kinds = kinds
        self._foldable = foldable
        self._containers = containers
        self._operations = operations
        self._limit = width
        self._live: dict[
            int, Names
        ] = {}  # by identity of the statement: what of it is live after it

    def run(self, body: Block) -> Block:
        body = _unnest(body)

        def visit(s: Statement, live: AbstractSet[str]) -> None:
            asked = {*defined(s), *used(s)}
            self._live[id(s)] = self._live.get(id(s), frozenset()) | (asked & live)

        live_before(body, frozenset(), visit)
        return self.block(body, 1)

    def block(self, block: Block, depth: int) -> Block:
        """Fold inside one block and the blocks inside it."""
        entries = self._renamed(Entries([self._entry(s, depth) for s in block]))
        pending: dict[str, Any] = {}
        out: list[Statement] = []
        for i, entry in entries.all.items():
            taken = {n: pending.pop(n) for n in entry.own if n in pending}
            s = with_reads(entry.s, taken) if taken else entry.s
            moved = self._moved(s, entries, i, depth)
            if moved is None:
                out.append(s)
            else:
                pending[targets(s)[0]] = moved
        return tuple(out)

    def _entry(self, s: Statement, depth: int) -> Entry:
        own, defs = list(names(*operands(s))), defined(s)
        inner = used(*(q for b in blocks(s) for q in b))
        new = s
        if isinstance(s, While):
            new = self._while(s, depth)
        elif blocks(s):
            new = with_blocks(s, tuple(self.block(b, depth + 1) for b in blocks(s)))
        choice = self._choice(new, depth) if isinstance(new, If) else None
        if choice is not None:
            new, own = choice, list(names(*operands(choice)))
            inner = frozenset[str]().union(*(f.reads for f in folded_in(choice.args)))
        return Entry(new, own, inner, defs, self._live[id(s)])

    def _renamed(self, entries: Entries) -> Entries:
        """A temporary that is only copied to a name: the name is assigned in its place."""
        for i in list(entries.all):
            while i in entries.all:
                if not any(self._rename(t, entries, i) for t in targets(entries.all[i].s)):
                    break
        return entries

    def _rename(self, t: str, entries: Entries, i: int) -> bool:
        first = entries.all[i]
        k = self._only_use(t, entries, i) if self._foldable(t) else None
        if k is None or not isinstance(first.s, (*_ASSIGN, Pop, Unpack)):
            return False
        copy = entries.all[k].s
        if not isinstance(copy, Copy) or copy.target in targets(first.s):
            return False
        x = copy.target
        if entries.following(x, i) != k or entries.leaves_between(i, k):
            return False
        if isinstance(first.s, Unpack | Call):
            names_ = tuple(x if n == t else n for n in first.s.targets)
            first.s = replace(first.s, targets=names_)
        else:
            first.s = replace(first.s, target=x)
        entries.delete(k)
        entries.rename(i, t, x)
        return True

    def _choice(self, s: If, depth: int) -> Let | None:
        """A folded if that only gives one name a value, as an expression; None if it does more.

        So are `a if c else b`, `a and b`, `a or b` when they are lowered.
        """
        if len(s.then) != 1 or len(s.orelse) != 1:
            return None
        then, orelse = s.then[0], s.orelse[0]
        if not (isinstance(then, _ASSIGN) and isinstance(orelse, _ASSIGN)):
            return None
        if len(targets(then)) != 1 or targets(then) != targets(orelse):
            return None
        t, here = targets(then)[0], s.origin
        one_line = here.text and all(
            (q.origin.function, q.origin.ordinal) == (here.function, here.ordinal)
            for q in (then, orelse)
        )
        if not (one_line or self._foldable(t)):
            return None
        arms = (then, orelse)
        values: Any = [q.value if isinstance(q, Copy) else self._summary(q) for q in arms]
        op: Callable[..., Any] = choose
        if values[1] == s.test and isinstance(s.test, str):
            op, values = both, values[:1]
        elif values[0] == s.test and isinstance(s.test, str):
            op, values = either, values[1:]
        choice = Let(t, op, (s.test, *values), (), here, s.role)
        fits = 4 * depth + len(t) + statement_columns(choice) <= self._limit
        return choice if fits else None

    def _moved(self, s: Statement, entries: Entries, i: int, depth: int) -> Any:
        """The operand that stands for `s` at its only use, or None if `s` stays a statement."""
        if not isinstance(s, _ASSIGN) or len(targets(s)) != 1:
            return None
        t = targets(s)[0]
        k = self._only_use(t, entries, i)
        if k is None or (isinstance(s, Let) and s.op is fp.tape):
            return None
        if not (self._foldable(t) or _goes_on(s, entries.all[k].s)):
            return None
        value = s.value if isinstance(s, Copy) else self._summary(s)
        if not self._accepts(entries.all[k].s, t, value):
            return None
        between = (entries.all[m] for m in range(i + 1, k) if m in entries.all)
        if any(self._blocks(e.s, value) for e in between):
            return None
        user = entries.all[k]
        wider = user.grown + columns(value) - len(t)
        around = 4 * depth + sum(len(x) + 3 for x in targets(user.s))
        fits = around + statement_columns(user.s) + wider <= self._limit
        if not fits and isinstance(value, Folded):
            return None
        user.grown = wider
        return value

    def _only_use(self, t: str, entries: Entries, i: int) -> int | None:
        """The statement that alone reads this value of t: once, and itself rather than inside."""
        k = entries.following(t, i) if t in entries.all[i].live else None
        if k is None:
            return None
        e = entries.all[k]
        if t in e.inner or t not in e.own:
            return None
        gone = t not in e.live or (t in e.defs and isinstance(e.s, _ASSIGN))
        once = e.own.count(t) == 1 and gone and not isinstance(e.s, While)
        return k if once else None

    def _accepts(self, user: Statement, t: str, value: Any) -> bool:
        """May `value` be printed where `user` reads t?"""
        is_expression = isinstance(value, Folded)
        if isinstance(user, Push | Pop) and user.tape == t:
            return False
        if isinstance(user, Store | StoreAdd) and user.base == t:
            return isinstance(value, str) or (
                is_expression and isinstance(value.statement, Load | Attr)
            )
        if isinstance(user, Load | Attr) and user.base == t and isinstance(value, Const):
            return False
        if not is_expression:
            return True
        selected = operands(user)[1:] if is_selective(user, self._kinds) else ()
        if t in names(*selected) and not value.inert:
            return False
        return self._operations or self._accepts_rounded(user, t, value)

    def _accepts_rounded(self, user: Statement, t: str, value: Folded) -> bool:
        """The rule where every operation keeps a line of its own."""
        if value.operations == 0:
            return True
        if isinstance(user, Let):
            inner = value.statement
            rounds_twice = isinstance(inner, Let) and is_round(inner.op)
            return is_round(user.op) and value.operations == 1 and not rounds_twice
        if isinstance(user, Store):
            return user.value == t and t not in names(user.index)
        return isinstance(user, Copy | Return | Push | Pack)

    def _blocks(self, s: Statement, value: Any) -> bool:
        """May `value` not be evaluated after `s` instead of before it?"""
        if isinstance(s, Note):
            return False
        if blocks(s) or isinstance(s, Break):
            return True
        inside = value.reads if isinstance(value, Folded) else frozenset(names(value))
        if inside & set(targets(s)):
            return True
        if not isinstance(value, Folded):
            return False
        if isinstance(s, Do) and s.op in (fp.enter, fp.leave):
            return True
        match s:
            case Store() | StoreAdd() | Do() | Call():
                return not value.inert
            case Pop() | Unpack():
                return value.effect
            case Push() | Copy():
                return False
            case Let() | Load() | Pack() | Attr():
                other = self._summary(s)
                return (value.effect and not other.inert) or (other.effect and not value.inert)
            case _:
                return True

    def _summary(self, s: Expression) -> Folded:
        return summary(s, self._kinds, self._containers)

    # ---------------------------------------------------------------- loops with a test

    def _while(self, s: While, depth: int) -> While:
        """The test as one expression, or while True and a Break."""
        after = self._live[id(s)]
        body = live_before(s.body, live_before((s,), after), after_loop=after)
        probe = If(s.test, ())
        out = Break(s.origin)
        leave = If(s.test, (), (out,), s.origin, s.role)
        self._live[id(probe)] = self._live[id(leave)] = body | after
        self._live[id(out)] = after
        head = self.block((*s.pre, probe), depth)
        if len(head) == 1 and isinstance(head[0], If):
            return replace(s, pre=(), test=head[0].test, body=self.block(s.body, depth + 1))
        return While((), Const(True), self.block((*s.pre, leave, *s.body), depth + 1))


def _goes_on(s: Statement, more: Statement) -> bool:
    """Is `more` a step further with the same name: a sum of one line, a seed that is checked?"""
    if not (isinstance(s, _ASSIGN) and isinstance(more, Let)) or (more.target,) != targets(s):
        return False
    if more.op is fp.seed:
        return isinstance(s, Copy | Load)
    here, there = s.origin, more.origin
    return (
        (more.op in (operator.add, operator.sub) and more.args[0] == more.target)
        or (more.op is operator.mul and more.args == (Const(2.0), more.target))
    ) and (
        s.role == more.role
        and s.role in ("adjoint", "tangent")
        and (here.function, here.ordinal, here.text) == (there.function, there.ordinal, there.text)
    )


def _unnest(block: Block) -> Block:
    """`if c: ..; break` and then the other arm, instead of an else."""
    out: list[Statement] = []
    for s in block:
        inner = blocks(s)
        if inner:
            s = with_blocks(s, tuple(map(_unnest, inner)))
        if isinstance(s, If) and s.then and s.orelse and isinstance(s.then[-1], Break):
            out += [replace(s, orelse=()), *s.orelse]
        else:
            out.append(s)
    return tuple(out)
