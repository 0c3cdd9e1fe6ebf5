"""Level 0 -> level 1: jumps out of the middle become tests, one return stands at the end.

    def f(x, n):                        def f(x, n):
        y = x                               returned = False
        for i in range(n):                  y = x
            if i == 2:                      for i in range(n):
                continue                        if i == 2: pass
            y = y * x                           else:
            if y > 10.0:                            y = y * x
                return y * y                        if y > 10.0:
        return y + x                                    result = y * y; returned = True; break
                                            if not returned: result = y + x
                                            return result

    continue            what follows moves into the other arm, then it vanishes
    break               the same, but it stays, last on its path through the body of its loop
    if with a jump      after which both arms may go on: the jump sets a flag (`skip`, `stop`), and
                        what follows is under a test of the flag; no code is ever copied
    return              `result = value`; inside a loop also `returned = True; break`, and a test
                        of `returned` after the loop
    else of a loop      under a test of `broke`, which the breaks set
    end without return  returns None
    raise               a way out like a return, that returns nothing

A test of a flag has the place of the statement that sets the flag but an empty text: it is no
choice of the user's program.  Last, a statement that defines one of its own operands is split
(`t1 = fp.iadd(x, y); x = t1`), and the operand of a header that is assigned inside is copied first.

Elimination of jumps by flags: Erosa and Hendren (1994), here with a flag only where the position
in the text cannot say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fpad.transforms.definition import SPLIT, TOO_DEEP
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Continue,
    Copy,
    For,
    Fresh,
    Func,
    If,
    Leave,
    Return,
    Statement,
    While,
    all_names,
    blocks,
    defined,
    reads,
    rewrite,
    targets,
    used,
    walk,
    with_blocks,
    with_reads,
)

_JUMPS = (Break, Continue, Return)
_FLAGS = ((Break, "stop"), (Continue, "skip"), (Return, "returned"))


def unjump(func: Func) -> Func:
    """The level-1 function that computes what a level-0 function computes.

    Raises:
        TransformError: hundreds of blocks are nested, as early returns one after the other are.
    """
    try:
        body = _prune(func.body)
        if not _ends(body):
            body = (*body, Return((Const(None),), func.origin))
        return normalise(replace(func, body=_Unjump(func, body).function(body)))
    except RecursionError:
        raise refused(func.origin, f"{func.name} {TOO_DEEP}", SPLIT) from None


def normalise(func: Func) -> Func:
    """Give every statement a state before and one after that do not clash by name.

    `x = sin(x)` becomes `t1 = sin(x); x = t1`; the test of an If, or an operand of a loop's header,
    that is assigned inside is copied before.  Any level; `x = x` is dropped.
    """
    fresh = Fresh(all_names(func))

    def split(s: Any) -> Block:
        if isinstance(s, While):
            if not isinstance(s.test, str) or s.test not in defined(*s.body):
                return (s,)
            test = fresh("test")
            return (replace(s, pre=(*s.pre, Copy(test, s.test, s.origin)), test=test),)
        if isinstance(s, If | For):
            inside = defined(s)
            new = {n: fresh("test" if isinstance(s, If) else n) for n in sorted(reads(s) & inside)}
            copies = tuple(Copy(c, n, s.origin, s.role) for n, c in new.items())
            return (*copies, with_reads(s, new))
        if isinstance(s, Copy) and s.value == s.target:
            return ()
        clash = [t for t in targets(s) if t in reads(s)]
        if not clash:
            return (s,)
        temps = {t: fresh.temp() for t in clash}
        if hasattr(s, "targets"):
            moved = replace(s, targets=tuple(temps.get(t, t) for t in s.targets))
        else:
            moved = replace(s, target=temps[s.target])
        return (moved, *(Copy(t, c, s.origin, s.role) for t, c in temps.items()))

    return replace(func, body=rewrite(func.body, split))


# ---------------------------------------------------------------- where blocks end


def _endless(s: Statement) -> bool:
    """A loop that ends by a return only."""
    if isinstance(s, While) and isinstance(s.test, Const) and s.test.value:
        return Break not in _leaving(s.body)
    return False


def _ends(block: Block) -> bool:
    """Does no path run off the end of the block?  The last statement of a pruned block tells."""
    if not block:
        return False
    s = block[-1]
    if isinstance(s, If):
        return _ends(s.then) and _ends(s.orelse)
    if isinstance(s, For | While):
        return _endless(s) or (_ends(s.orelse) and Break not in _leaving(s.body))
    return isinstance(s, _JUMPS)


def _prune(block: Block) -> Block:
    """The block without what can never be reached."""
    out: list[Statement] = []
    for s in block:
        out.append(with_blocks(s, tuple(map(_prune, blocks(s)))))
        if _ends(tuple(out[-1:])):
            break
    return tuple(out)


def _leaving(block: Block) -> set[type[Statement]]:
    """The kinds of jumps that leave the block."""
    found: set[type[Statement]] = set()
    for s in block:
        if isinstance(s, If):
            found |= _leaving(s.then) | _leaving(s.orelse)
        elif isinstance(s, For | While):
            found |= (_leaving(s.body) & {Return}) | _leaving(s.orelse)
        else:
            found |= {jump for jump in _JUMPS if isinstance(s, jump)}
    return found


# ---------------------------------------------------------------- tail form


class _Unjump:
    """The names that one function needs for its jumps.

    Attributes:
        result: what the function returns, once it has a name: a fresh one, or the name that every
            return returns (`shared`).
        returned: the flag of returns inside loops, once there is one.
        flags: all flags.
    """

    def __init__(self, func: Func, body: Block) -> None:
        self.fresh = Fresh(all_names(func))
        returns = [s for s in walk(body) if isinstance(s, Return) and not isinstance(s, Leave)]
        values = {s.values[0] for s in returns}
        only = next(iter(values)) if len(values) == 1 else None
        self.shared = isinstance(only, str)
        self.result = only if isinstance(only, str) else None
        self.returned: str | None = None
        self.flags: set[str] = set()
        self.origin = returns[-1].origin if returns else func.origin

    def function(self, body: Block) -> Block:
        """The body with one return, last."""
        body = self.tail(body)
        if self.result is None and isinstance(body[-1], Return):  # the only one
            last = Return((Const(None),), body[-1].origin)
            body = (*body[:-1], last) if isinstance(body[-1], Leave) else body
            return self.without_idle_flags(body)
        if Return not in _leaving(body):
            return (*body, Return((Const(None),), self.origin))  # after a loop without end
        body = self.without_idle_flags(self.in_tails(body, self.set_result))
        if self.returned is not None and self.returned not in defined(*body):
            body = rewrite(body, self.unless_returned)  # only raised
        for k, s in enumerate(body):
            if self.returned in defined(s):
                start = Copy(str(self.returned), Const(False), self.origin)
                body = (*body[:k], start, *body[k:])
                break
        return (*body, Return((self.result_name(),), self.origin))

    def unless_returned(self, s: Statement) -> Block:
        """What is left of a statement where no loop is left by a return."""
        return s.orelse if isinstance(s, If) and s.test == self.returned else (s,)

    def without_idle_flags(self, body: Block) -> Block:
        """The body without flags that nothing reads."""
        idle = self.flags - used(*body)
        return rewrite(body, lambda s: () if isinstance(s, Copy) and s.target in idle else (s,))

    def flag(self, base: str) -> str:
        name = self.fresh(base)
        self.flags.add(name)
        return name

    def result_name(self) -> str:
        if self.result is None:
            self.result = self.fresh("result")
        return self.result

    def returned_name(self) -> str:
        if self.returned is None:
            self.returned = self.flag("returned")
        return self.returned

    def tail(self, block: Block) -> Block:
        """The block with the jumps that leave it last on their paths; loops inside are finished."""
        out: list[Statement] = []
        for k, s in enumerate(block):
            rest = block[k + 1 :]
            if isinstance(s, If) and _leaving((s,)):
                return (*out, *self.branch(s, rest))
            if isinstance(s, If):
                out.append(with_blocks(s, tuple(map(self.tail, blocks(s)))))
            elif isinstance(s, For | While):
                done, after = self.loop(s)
                out += done
                if after:
                    return (*out, *self.tail((*after, *rest)))
            else:
                out.append(s)
        return tuple(out)

    def branch(self, s: If, rest: Block) -> Block:
        """An If that jumps leave, and what follows it."""
        then, orelse = s.then, s.orelse
        if rest and not _ends(then) and not _ends(orelse):
            return self.flagged(s, rest)
        if not _ends(then):
            then = (*then, *rest)
        elif not _ends(orelse):
            orelse = (*orelse, *rest)
        return (replace(s, then=self.tail(then), orelse=self.tail(orelse)),)

    def flagged(self, s: If, rest: Block) -> Block:
        """Jumps inside `s` set flags, because both arms may go on with `rest`."""
        s = replace(s, then=self.tail(s.then), orelse=self.tail(s.orelse))
        kinds = _leaving((s,))
        flags: dict[type[Statement], str] = {}
        out: list[Statement] = []
        origin = replace(s.origin, text="")
        for jump, name in _FLAGS:
            if jump not in kinds:
                continue
            if jump is Return:
                flags[jump] = self.returned_name()
                rest = (If(flags[jump], (Leave(()),), rest, origin),)
                continue
            flags[jump] = self.flag(name)
            out.append(Copy(flags[jump], Const(False), s.origin))
            again = Break(s.origin) if jump is Break else Continue(s.origin)
            rest = (If(flags[jump], (again,), rest, origin),)

        def set_flag(q: Statement) -> Block:
            if isinstance(q, Return):
                return self.set_returned(q)
            assert isinstance(q, Break | Continue)
            return (Copy(flags[type(q)], Const(True), q.origin),)

        return (*out, *self.in_tails((s,), set_flag), *self.tail(rest))

    def loop(self, s: For | While) -> tuple[Block, Block]:
        """A loop at level 1, and what has to come after it."""
        endless = _endless(s)
        orelse = () if endless else s.orelse
        body = self.tail(s.body)
        kinds = _leaving(body)
        origin = replace(s.origin, text="")
        broke = self.flag("broke") if orelse and Break in kinds else None

        def finish(q: Statement) -> Block:
            if isinstance(q, Continue):
                return ()
            if isinstance(q, Return):
                return (*self.set_returned(q), Break(q.origin))
            assert isinstance(q, Break)
            return (Copy(broke, Const(True), q.origin), q) if broke is not None else (q,)

        out: Block = (replace(s, body=self.in_tails(body, finish), orelse=()),)
        after = orelse
        if broke is not None:
            out = (Copy(broke, Const(False), s.origin), *out)
            after = (If(broke, (), orelse, origin),)
        if Return in kinds:
            leave: Block = (Leave((), s.origin),)
            after = leave if endless else (If(self.returned_name(), leave, after, origin),)
        return out, after

    # ------------------------------------------------------------ what becomes of a jump

    def in_tails(self, block: Block, become: Callable[[Statement], Block]) -> Block:
        """Replace the jumps of a block in tail form; tests that have nothing left are dropped."""
        out: list[Statement] = []
        for s in block:
            if isinstance(s, _JUMPS):
                out += become(s)
            elif isinstance(s, If):
                then, orelse = self.in_tails(s.then, become), self.in_tails(s.orelse, become)
                if then or orelse or s.test not in self.flags:
                    out.append(replace(s, then=then, orelse=orelse))
            else:
                out.append(s)
        return tuple(out)

    def set_result(self, s: Statement) -> Block:
        """A return of the function itself: result = value."""
        if isinstance(s, Leave) or self.shared:
            return ()
        assert isinstance(s, Return)
        return (Copy(self.result_name(), s.values[0], s.origin),)

    def set_returned(self, s: Return) -> Block:
        """A return that other statements stand after: result = value; returned = True."""
        if isinstance(s, Leave):
            return ()
        return (*self.set_result(s), Copy(self.returned_name(), Const(True), s.origin))
