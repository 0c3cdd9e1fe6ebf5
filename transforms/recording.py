"""Branch records, level 2 -> level 2: every choice of the primal is written down as it is made.

    t = x > 0.0                      t = x > 0.0
    if t:                    ->      fp.choice(record, "f:2 if", t, x - 0.0)
        y = np.maximum(x, s)         if t:
                                         fp.choice(record, "f:3 numpy.maximum", x >= s, x - s)
                                         y = np.maximum(x, s)

A site is the function and the ordinal of the statement in it.  The label is the piece taken; the
switch is the unrounded distance to the boundary, where there is one.  Loops record their trips.
What is noted is read after the run, so an array that the program or its caller may still write is
copied (`fp.noted`), one that nobody else gets to see is not; where label and switch cost more than
that, as those of a sort, the operands are noted in their place (`fp.chosen`), and whoever reads the
record computes the two.
Adjoint and tangent statements are never recorded: their choices repeat those of the primal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.errors import refused
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Block,
    Call,
    Const,
    Copy,
    For,
    Func,
    If,
    Let,
    Program,
    Statement,
    Store,
    StoreAdd,
    While,
    blocks,
    defined,
    hook_of,
    is_hooked,
    reads,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Num, OpaqueKind
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.noting import COMPARISONS, OPPOSITE, Noting, Site, Tests, read_by
from fpad.transforms.recursion import called
from fpad.transforms.sharing import scalar


def record(program: Program) -> Program:
    """The program that notes its choices.  It comes before derivatives, which drop dead code."""
    program = called(program)
    kinds = Inference(program)
    chosen = _recording(program, kinds) | {program.entry}
    # The same function may be there twice, for an int and for a float: its choices are the same.
    own = {name: program.funcs[name].origin.function or name for name in chosen}
    sites: dict[str, Site] = {}
    funcs = {
        name: _Recording(f, own, sites, kinds.func(f)).func(name == program.entry)
        if name in own
        else f
        for name, f in program.funcs.items()
    }
    return Program(program.entry, funcs)


def _recording(program: Program, kinds: Inference) -> frozenset[str]:
    """The functions that make choices of the primal, or call one that does."""
    primal = _reached(program, {program.entry})
    found = {name for name in primal if _chooses(program.funcs[name], kinds)}
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


def _chooses(func: Func, kinds: Inference) -> bool:
    noting = Noting(func, {}, {}, kinds.func(func))
    primal = [s for s in walk(func.body) if getattr(s, "role", "") == "primal"]
    if any(isinstance(s, If | For | While) for s in primal):
        return True
    return any(noting.notes(s) for s in primal if isinstance(s, Let))


class _Recording(Noting):
    def func(self, entry: bool) -> Func:
        """The recording function: an entry makes the recorder, others are given it."""
        f = self._func
        body = self._block(f.body, {})
        if not entry:
            kinds = (*f.kinds, OpaqueKind(fp.Recorder))
            return replace(f, params=(*f.params, self._record), kinds=kinds, body=body)
        head = Let(self._record, fp.recorder, (), role="record")
        return replace(f, body=(head, *body))

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
            known = {n: q for n, q in known.items() if not changed & ({n} | read_by(q))}
            known |= met
            if written:
                known = {n: q for n, q in known.items() if self._survives(n, written)}
            if isinstance(s, Let) and s.op in COMPARISONS:
                known[s.target] = s
            if isinstance(s, Copy) or (isinstance(s, Let) and s.op in OPPOSITE):
                passed = s.value if isinstance(s, Copy) else s.args[0]
                if isinstance(passed, str) and passed in known:
                    known[s.target] = known[passed]
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

    def _statement(self, s: Statement, known: Tests) -> list[Statement]:
        if isinstance(s, Call) and s.func in self._chosen:
            given = replace(s, args=(*s.args, self._record))
            if not s.origin.text:  # the call of an entry that calls itself
                return [given]
            site = self._site(s, f"call {self._chosen[s.func]}")
            return [self._do(fp.call, site, at=s), given, self._do(fp.back)]
        primal = getattr(s, "role", "") == "primal"
        if not blocks(s):
            if not isinstance(s, Let) or not primal:
                return [s]
            return [*self._piece(s, known), s, *self._result(s)]
        inner = tuple(self._block(b, known) for b in blocks(s))
        if not primal:
            return [with_blocks(s, inner)]
        trip = self._do(fp.trip)
        if isinstance(s, While):
            pre = self._block(s.pre, known)
            inside = {q.target: q for q in s.pre if isinstance(q, Let) and q.op in COMPARISONS}
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
