"""Branch records, level 2 -> level 2: every choice of the primal is written down as it is made.

    t = x > 0.0                      t = x > 0.0
    if t:                    ->      fp.choice(record, "f:2 if", t, x - 0.0)
        y = np.maximum(x, s)         if t:
                                         fp.choice(record, "f:3 numpy.maximum", x >= s, x - s)
                                         y = np.maximum(x, s)

A site is the function and the ordinal of the statement in it.  The label is the piece taken; the
switch is the unrounded distance to the boundary, where there is one.  Loops record their trips.
What is noted is read after the run, so an array that the program or its caller may still write is
copied (`fp.noted`); where label and switch cost more than that, as those of a sort, the operands
are noted in their place (`fp.chosen`), and whoever reads the record computes the two.
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
from fpad.transforms.inference import Inference
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
    Let,
    Load,
    Operand,
    Origin,
    Program,
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
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind, Num, OpaqueKind
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.recursion import called
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, quote
from fpad.transforms.sharing import scalar

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
    kinds = Inference(program)
    funcs = {
        name: _Recording(f, own, sites, kinds.func(f)).func(name == program.entry)
        if name in own
        else f
        for name, f in program.funcs.items()
    }
    return Program(program.entry, funcs)


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
    def __init__(
        self,
        func: Func,
        chosen: Mapping[str, str],
        sites: dict[str, Site],
        kinds: Mapping[str, Kind],
    ) -> None:
        self._func, self._chosen, self._sites, self._kinds = func, chosen, sites, kinds
        self._fresh = Fresh(all_names(func))
        self._record = self._fresh("record")
        self._sorts: dict[str, str] = {}
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

    def _noted(self, operand: Operand, out: list[Statement]) -> Operand:
        """The operand as it is now, whatever is written later; `out` was made to record it."""
        if not isinstance(operand, str) or scalar(self._kinds.get(operand)):
            return operand
        made = next((s for s in out if isinstance(s, Let) and s.target == operand), None)
        rule = rule_of(made.op) if made is not None else None
        if rule is not None and rule.view == "never":
            return operand
        copy = self._fresh.temp()
        out.append(Let(copy, fp.noted, (operand,), role="record"))
        return copy

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
            written = self._written(s)
            if written:
                known = self._settled(known, out)
            if isinstance(s, If):
                s, met = self._arms(s, known)
                out += self._chosen_arm(s, known)
            else:
                out += self._statement(s, known)
            changed = defined(s)
            known = {n: q for n, q in known.items() if not changed & ({n} | _read(q))}
            known |= met
            if written:
                known = {n: q for n, q in known.items() if self._survives(n, written)}
            if isinstance(s, Let) and s.op in _COMPARISONS:
                known[s.target] = s
            if isinstance(s, Copy) and isinstance(s.value, str) and s.value in known:
                known[s.target] = known[s.value]
        return tuple(out), known

    def _written(self, s: Statement) -> frozenset[str]:
        """Names of arrays that a statement, or one inside it, writes in place."""
        found = {q.base for q in walk((s,)) if isinstance(q, Store | StoreAdd)}
        lets = (q for q in walk((s,)) if isinstance(q, Let) and q.op in AUGMENTED)
        return frozenset(found | {str(q.args[0]) for q in lets})

    def _settled(self, known: Tests, out: list[Statement]) -> dict[str, Let | str]:
        """Compute the distances of comparisons of arrays now, before any of these is written."""
        settled = dict(known)
        for n, test in known.items():
            if isinstance(test, Let) and not all(scalar(self._kinds.get(r)) for r in reads(test)):
                far = self._fresh.temp()
                out += self._distance(test, far)
                settled[n] = far
        return settled

    def _survives(self, name: str, written: frozenset[str]) -> bool:
        """Are truth values still the outcome of their comparison, after these arrays changed?"""
        kinds = [self._kinds.get(n) for n in written]
        masks = any(not isinstance(k, Num) or k.num not in ("int", "float") for k in kinds)
        return scalar(self._kinds.get(name)) or not masks

    def _arms(self, s: If, known: Tests) -> tuple[If, dict[str, str]]:
        """The If with its arms recorded, and the distances of tests that both of them make.

        So `a > 0.0 and b > 0.0`, which is a comparison in one arm and another one in the other.
        """
        (then, first), (orelse, second) = (self._known_after(b, known) for b in blocks(s))
        met: dict[str, str] = {}
        if getattr(s, "role", "") == "primal":
            for n in sorted(defined(*s.then) & defined(*s.orelse) & first.keys() & second.keys()):
                met[n] = self._fresh.temp()
                sorts = {self._sort(first[n]), self._sort(second[n])}
                sort = sorts.pop() if len(sorts) == 1 else "any"
                then = (*then, *self._distance(first[n], met[n], sort))
                orelse = (*orelse, *self._distance(second[n], met[n], sort))
        return replace(s, then=then, orelse=orelse), met

    def _chosen_arm(self, s: If, known: Tests) -> list[Statement]:
        if s.role != "primal" or not s.origin.text:  # a flag stands for a jump, recorded itself
            return [s]
        return [*self._test(s, s.test, known, "if"), s]

    def _distance(self, test: Let | str, target: str, sort: str = "") -> list[Statement]:
        """Write target = how far a comparison is from its other outcome, as such a value."""
        own = self._sort(test)
        self._sorts[target] = sort = sort or own
        if isinstance(test, str):
            if sort == own:
                return [Copy(target, test, role="record")]
            return [Let(target, fp.distance, (test, Const(0)), role="record")]
        op = fp.distance if sort == "any" else operator.sub
        return [Let(target, op, test.args, (), test.origin, "record")]

    def _sort(self, test: Let | str) -> str:
        """Is a distance a "float" or an "int", or "any" thing?"""
        if isinstance(test, str):
            return self._sorts.get(test, "any")
        nums = {self._num(a) for a in test.args} - {"literal"}
        return str(nums.pop()) if nums in ({"float"}, {"int"}) else "any"

    def _num(self, operand: Operand) -> str | None:
        """Of a single number "float" or "int", "literal" of a small one that is written down."""
        if isinstance(operand, Const):
            small = type(operand.value) in (int, float) and abs(operand.value) < 2**53
            return "literal" if small else None
        kind = self._kinds.get(operand) if isinstance(operand, str) else None
        return kind.num if isinstance(kind, Num) and not kind.array else None

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
        truth: Operand = test
        kind = self._kinds.get(test) if isinstance(test, str) else None
        if not isinstance(kind, Num) or kind.array or kind.num != "bool":
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
        if rule is None or rule.piece is None or all(map(self._is_truth, s.args)):
            return []
        b = Builder(self._fresh, s.origin, "record")
        xs, kw = [b.unquote(a) for a in s.args], {k: b.unquote(v) for k, v in s.kwargs}
        piece = rule.piece(*xs, **kw)
        if piece is None:  # no choice for these static operands, as in x**2
            return []
        label = quote(piece)
        site = self._site(s, op_name(s.op))
        where = known.get(s.args[0]) if s.op in _SELECTIONS and isinstance(s.args[0], str) else None
        switch: Operand = self._fresh.temp()
        if where is not None:
            b.out += self._distance(where, str(switch))
        else:
            switch = Const(None) if rule.switch is None else quote(rule.switch(*xs, **kw))
            if not _is_cheap(b.out):
                return self._operands(s, site)
        label, switch = self._noted(label, b.out), self._noted(switch, b.out)
        return [*b.out, self._do(fp.choice, site, label, switch, at=s)]

    def _is_truth(self, operand: Operand) -> bool:
        """Truth values leave no choice: which of them it is, their comparison has noted."""
        kind = self._kinds.get(operand) if isinstance(operand, str) else None
        return isinstance(kind, Num) and kind.num == "bool"

    def _operands(self, s: Let, site: Const) -> list[Statement]:
        """Note the operands: whoever reads the record has the rule compute label and switch."""
        out: list[Statement] = []

        def noted(operand: Operand) -> Operand:
            if isinstance(operand, tuple):
                return tuple(map(noted, operand))
            return self._noted(operand, out)

        args = tuple(map(noted, s.args))
        kwargs = tuple((k, noted(v)) for k, v in s.kwargs)
        do = self._do(fp.chosen, site, Const(s.op), *args, at=s)
        return [*out, replace(do, kwargs=kwargs)]


def _is_cheap(out: Iterable[Statement]) -> bool:
    """Is it at most a comparison and a difference?  Else a copy of the operands is cheaper."""
    rules = [rule_of(s.op) if isinstance(s, Let) else None for s in out]
    return len(rules) <= 2 and all(rule is not None and rule.pointwise for rule in rules)
