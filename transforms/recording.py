"""Branch records, level 2 -> level 2: every choice of the primal is written down as it is made.

    t = x > 0.0                      t = x > 0.0
    if t:                    ->      fp.choice(record, "f:2 if", t, x - 0.0)
        y = np.maximum(x, s)         if t:
                                         fp.choice(record, "f:3 numpy.maximum", x >= s, x - s)
                                         y = np.maximum(x, s)

A site is the function and the ordinal of the statement in it.  The label is the piece taken; the
switch is the unrounded distance to the boundary, where there is one.  Loops record their trips.
Adjoint and tangent statements are never recorded: their choices repeat those of the primal.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Call,
    Const,
    Copy,
    Do,
    For,
    Fresh,
    Func,
    If,
    Leaf,
    Let,
    Load,
    Node,
    Operand,
    Origin,
    Program,
    Return,
    Statement,
    Store,
    StoreAdd,
    While,
    all_names,
    blocks,
    defined,
    hook_of,
    is_hooked,
    names,
    reads,
    rewrite,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import OpaqueKind
from fpad.transforms.recursion import called
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, quote

_COMPARISONS = {operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne}


@dataclass(frozen=True)
class Site:
    """Where a choice is made: its place in the source and the operation ("if", "numpy.maximum")."""

    origin: Origin
    op: str


def record(program: Program) -> Program:
    """The program that notes its choices.  It comes before derivatives, which drop dead code."""
    program = called(program)
    chosen = _recording(program) | {program.entry}
    # The same function may be there twice, for an int and for a float: its choices are the same.
    own = {name: program.funcs[name].origin.function or name for name in chosen}
    sites: dict[str, Site] = {}
    funcs = {
        name: _Recording(f, own, sites).func(name == program.entry) if name in own else f
        for name, f in program.funcs.items()
    }
    return Program(program.entry, funcs)


def returned(program: Program) -> tuple[Program, dict[str, Site]]:
    """The recording program with result (r, recorder) for its result r, and its table of sites."""
    program = _with_one_recorder(program)
    main = program.main
    made = [s.target for s in main.body if isinstance(s, Let) and s.op is fp.recorder]
    name = made[0] if made else Fresh(all_names(main))("record")
    head = () if made else (Let(name, fp.recorder, (), role="record"),)
    last, boundary = main.body[-1], main.boundary
    assert isinstance(last, Return)
    if boundary is not None:
        both = Node(tuple, (0, 1), (boundary.result, Leaf(name)))
        boundary = replace(boundary, result=both)
    new = replace(last, values=(*last.values, name))
    func = replace(main, body=(*head, *main.body[:-1], new), boundary=boundary)
    return program.with_main(func), _sites(program)


def _with_one_recorder(program: Program) -> Program:
    """The program whose entry makes the recorder: a Jacobian calls what was the entry before.

    def f_jvp_vmap(x, dx):                          def f_jvp_vmap(x, dx, record):
        record = fp.recorder()              ->          ..
        ..
    """
    made = {name: _recorder_of(f) for name, f in program.funcs.items()}
    inner = {n: r for n, r in made.items() if r is not None and n != program.entry}
    if not inner:
        return program
    while True:  # those that call one are given it too
        more = {
            name: Fresh(all_names(f))("record")
            for name, f in program.funcs.items()
            if name not in (*inner, program.entry)
            and any(isinstance(s, Call) and s.func in inner for s in walk(f.body))
        }
        if not more:
            break
        inner |= more
    own = made[program.entry] or Fresh(all_names(program.main))("record")
    names = {**inner, program.entry: own}
    funcs = {}
    for name, f in program.funcs.items():
        if name not in names:
            funcs[name] = f
            continue
        record = names[name]

        def given(s: Statement, record: str = record) -> tuple[Statement, ...]:
            if isinstance(s, Let) and s.op is fp.recorder:
                return ()
            if isinstance(s, Call) and s.func in inner:
                return (replace(s, args=(*s.args, record)),)
            return (s,)

        body = rewrite(f.body, given)
        if name == program.entry:
            funcs[name] = replace(f, body=(Let(record, fp.recorder, (), role="record"), *body))
        else:
            kinds = (*f.kinds, OpaqueKind(fp.Recorder)) if f.kinds else f.kinds
            funcs[name] = replace(f, params=(*f.params, record), kinds=kinds, body=body)
    return Program(program.entry, funcs)


def _recorder_of(func: Func) -> str | None:
    """The name of the recorder that a function makes."""
    made = (s.target for s in walk(func.body) if isinstance(s, Let) and s.op is fp.recorder)
    return next(made, None)


def _sites(program: Program) -> dict[str, Site]:
    """Key -> place and operation, read off the statements that record."""
    out: dict[str, Site] = {}
    for f in program.funcs.values():
        for s in walk(f.body):
            if isinstance(s, Do) and s.op in (fp.choice, fp.end, fp.call):
                key = s.args[1]
                assert isinstance(key, Const)
                out[key.value] = Site(s.origin, key.value.partition(" ")[2])
    return out


def _recording(program: Program) -> frozenset[str]:
    """The functions that make choices of the primal, or call one that does."""
    primal = _reached(program, {program.entry})
    found = {name for name in primal if any(_chooses(s) for s in walk(program.funcs[name].body))}
    while True:
        more = {
            name
            for name in primal - found
            if any(isinstance(s, Call) and s.func in found for s in walk(program.funcs[name].body))
        }
        if not more:
            break
        found |= more
    hooks = {hook_of(s) for s in _statements(program, primal) if is_hooked(s)}
    for name in sorted(_reached(program, hooks) & found):
        raise refused(
            program.funcs[name].origin,
            f"{name} makes choices, and is called by the function and by a hook on an adjoint: "
            "which of its choices are those of the function, a record cannot say.",
            "call a copy of it in the hook.",
        )
    return frozenset(found)


def _reached(program: Program, names: Iterable[str]) -> frozenset[str]:
    """These functions and all that they call; not the hooks that adjoints go through."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [s.func for s in walk(program.funcs[name].body) if isinstance(s, Call)]
    return frozenset(seen)


def _statements(program: Program, names: Iterable[str]) -> Iterator[Statement]:
    return (s for name in sorted(names) for s in walk(program.funcs[name].body))


def _chooses(s: Statement) -> bool:
    if getattr(s, "role", "") != "primal":
        return False
    if isinstance(s, Let):
        rule = rule_of(s.op)
        return rule is not None and rule.piece is not None
    return isinstance(s, If | For | While)


def op_name(op: object) -> str:
    """The dotted public name of an operation: "numpy.maximum", "builtins.max"."""
    module = getattr(op, "__module__", None) or type(op).__module__
    if type(op).__name__ == "ufunc":
        module = "numpy"
    name = getattr(op, "__name__", repr(op))
    return f"{module.removeprefix('_')}.{name}".replace("fpad.runtime.piecewise", "numpy")


Tests: TypeAlias = "Mapping[str, Let | str]"
"""Names of truth values: the comparison that each is the outcome of, or how far it was decided."""
_SELECTIONS = frozenset((np.where, fp.where))
_LOGICAL = frozenset(
    (
        *(operator.not_, operator.and_, operator.or_, operator.invert, operator.xor),
        *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.any, np.all),
    )
)


def _read(test: Let | str) -> frozenset[str]:
    return frozenset((test,)) if isinstance(test, str) else reads(test)


def _used_as_data(block: Block) -> frozenset[str]:
    """Names that are read other than as the test of a branch: as numbers, as masks in an index."""
    found: set[str] = set()
    passed: list[tuple[str, frozenset[str]]] = []
    for s in walk(block):
        logical = isinstance(s, Let) and (s.op in _LOGICAL or s.op in _COMPARISONS)
        if logical or isinstance(s, Copy):
            assert isinstance(s, Let | Copy)
            passed.append((s.target, reads(s)))
        elif isinstance(s, Let):
            found |= frozenset(names(*s.args[s.op in _SELECTIONS :], *(v for _, v in s.kwargs)))
        elif isinstance(s, Load | Store | StoreAdd):
            found |= reads(s)
    while True:
        more = frozenset[str]().union(*(r for t, r in passed if t in found)) - found
        if not more:
            return frozenset(found)
        found |= more


class _Recording:
    def __init__(self, func: Func, chosen: Mapping[str, str], sites: dict[str, Site]) -> None:
        self._func, self._chosen, self._sites = func, chosen, sites
        self._fresh = Fresh(all_names(func))
        self._record = self._fresh("record")
        self._data = _used_as_data(func.body)

    def func(self, entry: bool) -> Func:
        """The recording function: an entry makes the recorder, others are given it."""
        f = self._func
        body = self._block(f.body, {})
        if not entry:
            kinds = (*f.kinds, OpaqueKind(fp.Recorder))
            return replace(f, params=(*f.params, self._record), kinds=kinds, body=body)
        head = Let(self._record, fp.recorder, (), role="record")
        return replace(f, body=(head, *body))

    def _site(self, s: Statement, op: str) -> Const:
        """The key of a site: function, ordinal and operation, with a number if that is not all."""
        origin = s.origin  # type: ignore[attr-defined]
        place, k = f"{origin.function}:{origin.ordinal}", 1
        key = f"{place} {op}"
        while self._sites.setdefault(key, Site(origin, op)) != Site(origin, op):
            k += 1
            key = f"{place}.{k} {op}"
        return Const(key)

    def _do(self, op: object, *args: Operand, at: Statement | None = None) -> Do:
        origin = NOWHERE if at is None else at.origin  # type: ignore[attr-defined]
        return Do(op, (self._record, *args), (), origin, "record")  # type: ignore[arg-type]

    def _block(self, block: Block, tests: Tests) -> Block:
        return self._known_after(block, tests)[0]

    def _known_after(self, block: Block, tests: Tests) -> tuple[Block, Tests]:
        """The block with its records, and what is known of the outcomes of comparisons after it.

        `tests`: those of the surrounding blocks that are still what they were.
        """
        out: list[Statement] = []
        known: dict[str, Let | str] = dict(tests)
        for s in block:
            met: dict[str, str] = {}
            if isinstance(s, If):
                s, met = self._arms(s, known)
                out += self._chosen_arm(s, known)
            else:
                out += self._statement(s, known)
            changed = defined(s)
            known = {n: q for n, q in known.items() if not changed & ({n} | _read(q))}
            known |= met
            if isinstance(s, Let) and s.op in _COMPARISONS:
                known[s.target] = s
            if isinstance(s, Copy) and isinstance(s.value, str) and s.value in known:
                known[s.target] = known[s.value]
        return tuple(out), known

    def _arms(self, s: If, known: Tests) -> tuple[If, dict[str, str]]:
        """The If with its arms recorded, and the distances of tests that both of them make.

        So `a > 0.0 and b > 0.0`, which is a comparison in one arm and another one in the other.
        """
        (then, first), (orelse, second) = (self._known_after(b, known) for b in blocks(s))
        met: dict[str, str] = {}
        if getattr(s, "role", "") == "primal":
            for n in sorted(defined(*s.then) & defined(*s.orelse) & first.keys() & second.keys()):
                met[n] = self._fresh.temp()
                then = (*then, *self._distance(first[n], met[n]))
                orelse = (*orelse, *self._distance(second[n], met[n]))
        return replace(s, then=then, orelse=orelse), met

    def _chosen_arm(self, s: If, known: Tests) -> list[Statement]:
        if s.role != "primal" or not s.origin.text:  # a flag stands for a jump, recorded itself
            return [s]
        return [*self._test(s, s.test, known, "if"), s]

    def _distance(self, test: Let | str, target: str) -> list[Statement]:
        if isinstance(test, str):
            return [Copy(target, test, role="record")]
        return [Let(target, fp.distance, test.args, (), test.origin, "record")]

    def _statement(self, s: Statement, known: Tests) -> list[Statement]:
        if isinstance(s, Call) and s.func in self._chosen:
            given = replace(s, args=(*s.args, self._record))
            if not s.origin.text:  # the call of an entry that calls itself
                return [given]
            site = self._site(s, f"call {self._chosen[s.func]}")
            return [self._do(fp.call, site, at=s), given, self._do(fp.back)]
        primal = getattr(s, "role", "") == "primal"
        if not blocks(s):
            return [*self._piece(s, known), s] if isinstance(s, Let) and primal else [s]
        inner = tuple(self._block(b, known) for b in blocks(s))
        if not primal:
            return [with_blocks(s, inner)]
        trip = self._do(fp.trip)
        if isinstance(s, While):
            pre = self._block(s.pre, known)
            inside = {q.target: q for q in s.pre if isinstance(q, Let) and q.op in _COMPARISONS}
            asked = []
            if not isinstance(s.test, Const):  # while True: no choice, its trips say all
                asked = self._test(s, s.test, {**known, **inside}, "while")
            before = (*pre, *asked)
            before = (self._do(fp.ask), *before) if before else ()
            new: Statement = replace(s, pre=before, body=(trip, *inner[1]))
            end = self._do(fp.end, self._site(s, "while trips"), at=s)
        else:
            assert isinstance(s, For)
            new = replace(s, body=(trip, *inner[0]))
            end = self._do(fp.end, self._site(s, "for"), at=s)
        return [self._do(fp.loop), new, end]

    def _test(self, s: Statement, test: Operand, known: Tests, op: str) -> list[Statement]:
        out: list[Statement] = []
        switch: Operand = Const(None)
        compared = known.get(test) if isinstance(test, str) else None
        if compared is not None:
            switch = self._fresh.temp()
            out += self._distance(compared, switch)
        truth = self._fresh.temp()
        out.append(Let(truth, fp.truth, (test,), (), s.origin, "record"))  # type: ignore[attr-defined]
        return [*out, self._do(fp.choice, self._site(s, op), truth, switch, at=s)]

    def _piece(self, s: Let, known: Tests) -> list[Statement]:
        rule = rule_of(s.op)
        if s.op in _COMPARISONS and s.target in self._data:  # a step from 0 to 1
            far, mask = self._fresh.temp(), self._fresh.temp()
            found = [*self._distance(s, far), replace(s, target=mask, role="record")]
            site = self._site(s, op_name(s.op))
            return [*found, self._do(fp.choice, site, mask, far, at=s)]
        if rule is None or rule.piece is None:
            return []
        b = Builder(self._fresh, s.origin, "record")
        xs, kw = [b.unquote(a) for a in s.args], {k: b.unquote(v) for k, v in s.kwargs}
        piece = rule.piece(*xs, **kw)
        if piece is None:  # no choice for these static operands, as in x**2
            return []
        label = quote(piece)
        where = known.get(s.args[0]) if s.op in _SELECTIONS and isinstance(s.args[0], str) else None
        switch: Operand = self._fresh.temp()
        if where is not None:
            b.out += self._distance(where, str(switch))
        else:
            switch = Const(None) if rule.switch is None else quote(rule.switch(*xs, **kw))
        site = self._site(s, op_name(s.op))
        return [*b.out, self._do(fp.choice, site, label, switch, at=s)]
