"""The proof that a function is at its level; every pass is followed by it under test.

    check(lower(source), 0);  check(unjump(func), 1);  check(specialised, 2, program)

A failure is an AssertionError that shows the rule and the statement:

    f: a statement defines one of its own operands
      Let(target='x', op=<ufunc 'sin'>, args=('x',), ..)
"""

from __future__ import annotations

import keyword
from typing import Any, NoReturn

from fpad.transforms.ir import (
    Apply,
    Attr,
    Block,
    Break,
    Call,
    Const,
    Continue,
    Copy,
    Do,
    For,
    Func,
    If,
    Leave,
    Let,
    Load,
    Note,
    Pack,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    blocks,
    defined,
    leaves,
    names,
    reads,
    targets,
    walk,
)

_ALWAYS = (Let, Do, Copy, Load, Store, StoreAdd, Pack, Unpack, If, For, While, Break, Return, Note)
_STATEMENTS: tuple[tuple[type, ...], ...] = (
    (*_ALWAYS, Attr, Apply, Continue, Leave),
    (*_ALWAYS, Attr, Apply),
    (*_ALWAYS, Call, Push, Pop),
)
_ROLES = ("primal", "tangent", "adjoint", "recompute", "record")


def check(func: Func, level: int, program: Program | None = None) -> Func:
    """Prove that a function is at a level and return it.

    Args:
        func: the function.
        level: 0, 1 or 2, as `fpad.transforms.ir` describes them.
        program: the functions that calls may name; without it calls are only checked for form.

    Raises:
        AssertionError: with the rule that does not hold and the statement.
    """
    _Check(func, level, program).run()
    return func


def check_program(program: Program) -> Program:
    """Prove that every function of a program is at level 2 and that its calls fit."""
    for func in program.funcs.values():
        check(func, 2, program)
    return program


class _Check:
    """One function at one level."""

    def __init__(self, func: Func, level: int, program: Program | None) -> None:
        self.func, self.level, self.program = func, level, program

    def fail(self, rule: str, s: Any = "") -> NoReturn:
        raise AssertionError(f"{self.func.name}: {rule}\n  {s!r}")

    def run(self) -> None:
        f = self.func
        if len(set(f.params)) != len(f.params):
            self.fail("two parameters of one name", f.params)
        for s in walk(f.body):
            self.form(s)
        self.jumps(f.body, tail=True, loop=False, top=True)
        if self.level > 0:
            if not f.body or not isinstance(f.body[-1], Return):
                self.fail("the function does not end with a return", f.body[-1:])
            for s in walk(f.body):
                self.states(s)
        if self.level == 2:
            local = frozenset(f.params) | defined(*f.body)
            self.signature()
            for s in walk(f.body):
                self.resolved(s)
                if free := reads(s) - local:
                    self.fail(f"not a name of the function: {', '.join(sorted(free))}", s)
            self.flow(f.body, frozenset(f.params))

    # ------------------------------------------------------------ form of statements

    def form(self, s: Statement) -> None:
        """Statements, operands and names of the right types."""
        if type(s) not in _STATEMENTS[self.level]:
            self.fail(f"not a statement of level {self.level}", s)
        for name in (*targets(s), *reads(s)):
            if not str(name).isidentifier() or keyword.iskeyword(name):
                self.fail(f"not a name: {name!r}", s)
        if getattr(s, "role", "primal") not in _ROLES:
            self.fail("not a role", s)
        match s:
            case Let() | Do() | Apply():
                for o in (*s.args, *(value for _, value in s.kwargs)):
                    self.operand(o, s)
                if not isinstance(s, Apply) and not callable(s.op):
                    self.fail("the operation cannot be called", s)
            case Load():
                self.operand(s.index, s)
            case Store() | StoreAdd():
                self.operand(s.index, s)
                self.operand(s.value, s)
            case Pack():
                for o in (*s.items, *s.keys):
                    self.operand(o, s)
                if self.level < 2 and s.kind not in ("tuple", "list", "dict"):
                    self.fail("not a kind of display", s)
                if len(s.keys) != (len(s.items) if self.level < 2 and s.kind == "dict" else 0):
                    self.fail("keys do not fit the items", s)
            case Copy() | Unpack():
                self.operand(s.value, s)
            case If() | While():
                self.atom(s.test, s)
            case For():
                if isinstance(s.iterable, Range) != (self.level == 2):
                    self.fail("loops run over a Range at level 2, over an atom before", s)
                if isinstance(s.iterable, Range):
                    for o in s.iterable.args:
                        self.atom(o, s)
                    if len(s.iterable.args) not in (1, 2, 3):
                        self.fail("a range has one to three arguments", s)
                else:
                    self.atom(s.iterable, s)
            case Return() if not isinstance(s, Leave):
                for o in s.values:
                    self.operand(o, s)
                if self.level < 2 and len(s.values) != 1:
                    self.fail("a return has one value before level 2", s)
        bound = targets(s)
        if len(set(bound)) != len(bound):
            self.fail("a statement defines a name twice", s)

    def operand(self, o: Any, s: Statement) -> None:
        if isinstance(o, tuple):
            for part in o:
                self.operand(part, s)
        elif isinstance(o, Slice):
            for part in (o.lower, o.upper, o.step):
                self.operand(part, s)
        else:
            self.atom(o, s)

    def atom(self, o: Any, s: Statement) -> None:
        if not isinstance(o, str | Const):
            self.fail(f"not an operand: {o!r}", s)

    # ------------------------------------------------------------ jumps and states

    def jumps(self, block: Block, *, tail: bool, loop: bool, top: bool = False) -> None:
        """Jumps stand where the level allows them; `tail`: the block is in tail position."""
        for k, s in enumerate(block):
            last = tail and k == len(block) - 1
            if isinstance(s, Break | Continue) and not loop:
                self.fail("a jump outside a loop", s)
            if self.level > 0:
                if isinstance(s, Break) and not last:
                    self.fail("a break that is not in tail position", s)
                if isinstance(s, Return) and not (top and k == len(block) - 1):
                    self.fail("a return that is not the last statement", s)
                if isinstance(s, For | While) and s.orelse:
                    self.fail("a loop with an else", s)
            if isinstance(s, If):
                self.jumps(s.then, tail=last, loop=loop)
                self.jumps(s.orelse, tail=last, loop=loop)
            elif isinstance(s, For | While):
                self.jumps(s.body, tail=True, loop=True)
                self.jumps(s.orelse, tail=False, loop=loop)
                if isinstance(s, While) and any(isinstance(q, _JUMPS) for q in walk(s.pre)):
                    self.fail("a jump before the test of a while", s)

    def states(self, s: Statement) -> None:
        """The state before a statement and the one after do not clash by name."""
        match s:
            case If() | For():
                if clash := reads(s) & defined(s):
                    self.fail(f"a header's operand is assigned inside: {sorted(clash)}", s)
            case While():
                if clash := reads(s) & defined(*s.body):
                    self.fail(f"a while's test is assigned in its body: {sorted(clash)}", s)
            case _:
                if set(targets(s)) & reads(s):
                    self.fail("a statement defines one of its own operands", s)

    def flow(self, block: Block, known: frozenset[str]) -> frozenset[str]:
        """Names that may hold a value after the block; each is read where some path defined it.

        Which of the paths are taken is not decided here, so a name that only some path defines
        passes, as it does in Python.  Before level 2 the fault may be the user's.
        """
        for s in block:
            entering = known | (defined(s) if isinstance(s, For | While) else frozenset())
            before = known
            if isinstance(s, While):
                before = self.flow(s.pre, entering)
            if missing := reads(s) - before:
                self.fail(f"read before any path defines it: {', '.join(sorted(missing))}", s)
            known |= frozenset(targets(s))
            after = [self.flow(b, entering | known) for b in blocks(s)]
            known = known.union(*after)
        return known

    # ------------------------------------------------------------ level 2

    def signature(self) -> None:
        """Kinds and boundary fit the flat parameters."""
        f = self.func
        if f.kinds and len(f.kinds) != len(f.params):
            self.fail("as many kinds as parameters are needed", f.kinds)
        if f.boundary is not None:
            held = (a for p in f.boundary.parameters for a in leaves(p.tree))
            for name in names(*held):
                if name not in f.params:
                    self.fail("a leaf of an argument has no parameter", name)

    def resolved(self, s: Statement) -> None:
        """Every operation is known and every call fits its function."""
        if isinstance(s, Let) and not _known(s.op):
            self.fail("an operation without a rule", s)
        if isinstance(s, Call) and self.program is not None:
            callee = self.program.funcs.get(s.func)
            if callee is None:
                self.fail("a call of a function that the program does not have", s)
            if len(s.args) != len(callee.params):
                self.fail("arguments do not fit the parameters of the function", s)
            last = callee.body[-1]
            if isinstance(last, Return) and len(s.targets) != len(last.values):
                self.fail("targets do not fit the results of the function", s)


_JUMPS = (Break, Continue, Return)


def _known(op: Any) -> bool:
    """Has the operation a rule, or is it a helper of the runtime?"""
    from fpad.transforms.rules import rule_of  # only level 2 needs the rules

    module = str(getattr(op, "__module__", ""))
    return rule_of(op) is not None or module.startswith("fpad.runtime")
