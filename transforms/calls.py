"""Derivatives of functions that are called, and the two halves of a reverse sweep.

    y = g(x)     ->     y, g_residuals = g_fwd(x)       # forward sweep: value and what it saved
                        ...
                        bx = g_bwd(g_residuals, by)     # reverse sweep

Both halves are ordinary level-2 functions, cut out of the blocks that reverse mode makes for a
whole function, so they are differentiated again, rounded and compiled like any other.  A pair is
specialised on which arguments vary, which results have a cotangent, and which arguments and results
have memory that the caller may write later (the residuals then hold copies).  Residuals are one
tuple, used once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from fpad import runtime as fp
from fpad.transforms.activity import active_names
from fpad.transforms.alias import prepare
from fpad.transforms.forward import Forward
from fpad.transforms.hoist import hoist
from fpad.transforms.inference import Inference
from fpad.transforms.invariant import invariants_out
from fpad.transforms.ir import (
    Atom,
    Block,
    Const,
    Copy,
    Fresh,
    Func,
    Let,
    Note,
    Operand,
    Pack,
    Program,
    Return,
    Statement,
    Unpack,
    blocks,
    defined,
    names,
    reachable,
)
from fpad.transforms.kinds import FLOAT, Kind, Num, ResidualKind
from fpad.transforms.liveness import certain_in, live_before
from fpad.transforms.reverse import Reverse
from fpad.transforms.sharing import READONLY, Aliases, Sharing, argument, is_array
from fpad.transforms.simplify import dead
from fpad.transforms.sweeps import Node, forward_sweep, reverse_sweep
from fpad.transforms.webs import split_webs

Mask = tuple[bool, ...]
_TURN = Note("the reverse sweep starts here")


def _seed_checks(pairs: Iterable[tuple[str, Operand]], fresh: Fresh) -> tuple[Statement, ...]:
    """Seeds get the dtype of what they are seeds of, and must have its shape."""
    out: list[Statement] = []
    for seed, like in pairs:
        t = fresh.temp()
        out += [Let(t, fp.seed, (seed, like), role="adjoint"), Copy(seed, t, role="adjoint")]
    return tuple(out)


def prepared(program: Program) -> Program:
    """The program with its in-place writes proved readable as new values, or refused.

    Derivatives do this themselves; a program that is only rounded or recorded needs it too.
    """
    deriver = Deriver(program)
    funcs = {
        name: prepare(f, deriver.kinds(f), deriver.result_aliases, name == program.entry)
        for name, f in program.funcs.items()
    }
    return Program(program.entry, funcs)


@dataclass(frozen=True)
class Sweeps:
    """The two sweeps of a function: statements of each, names of seeds and of live adjoints.

    `written`: names of memory that is written in place, here or later by the caller.
    """

    forward: Block
    backward: Block
    results: tuple[Operand, ...]
    seeds: tuple[str, ...]
    cotangents: tuple[str, ...]
    written: frozenset[str]


def _placeholder(kind: Kind | None) -> float | None:
    """What a residual is on the ways that do not compute it: no number in place of an array."""
    return 0.0 if isinstance(kind, Num) and not (kind.array and kind.rank) else None


class Deriver:
    """Derives functions of a program, each once, and collects the results.

    The program grows: `program.funcs` holds what has been derived so far.
    """

    def __init__(self, program: Program) -> None:
        # Split now: residuals are unpacked as what they are where they were packed.
        self.funcs: dict[str, Func] = {n: split_webs(f) for n, f in program.funcs.items()}
        self.entry = program.entry
        self._taken = set(self.funcs)
        self._pairs: dict[tuple[str, Mask, Mask, Mask], tuple[str, str]] = {}
        self._jvps: dict[tuple[str, Mask, Mask], str] = {}
        self._results: dict[tuple[str, Mask], Mask] = {}
        self._aliases: dict[str, tuple[Aliases, ...]] = {}
        self._prepared: dict[str, Func] = {}
        self._kinds: dict[int, tuple[Func, dict[str, Kind]]] = {}
        self._inference = Inference(Program(self.entry, self.funcs))

    def program(self, main: Func) -> Program:
        """The program of `main` and everything it reaches."""
        return reachable(Program(main.name, {**self.funcs, main.name: main}))

    def kinds(self, func: Func) -> dict[str, Kind]:
        """Kinds of all names of a function."""
        known = self._kinds.get(id(func))
        if known is None or known[0] is not func:
            known = self._kinds[id(func)] = func, self._inference.func(func)
        return dict(known[1])

    def layout(self, kind: ResidualKind) -> tuple[Kind | None, ...]:
        """Kinds of the items of residuals."""
        return self._inference.layout(kind)

    def name(self, base: str) -> str:
        """A free function name."""
        name, k = base, 1
        while name in self._taken:
            k += 1
            name = f"{base}{k}"
        self._taken.add(name)
        return name

    # ---------------------------------------------------------------- facts about callees

    def result_aliases(self, name: str) -> tuple[Aliases, ...]:
        """For each result of a function, the memory that it may share."""
        if name not in self._aliases:
            func = self.funcs[name]
            last = func.body[-1] if func.body else None
            if not isinstance(last, Return):  # being derived: a half of a recursive pair
                raise AssertionError(f"{name} has no body yet")
            self._aliases[name] = tuple(Aliases(frozenset(), frozenset()) for _ in last.values)
            known = set(self._aliases)
            while True:  # a recursive call is assumed to share no more than what is found
                found = self._shared(func, last.values)
                if found == self._aliases[name]:
                    break
                # What was found meanwhile may rest on the old assumption.
                self._aliases = {n: v for n, v in self._aliases.items() if n in known}
                self._aliases[name] = found
        return self._aliases[name]

    def _shared(self, func: Func, results: tuple[Operand, ...]) -> tuple[Aliases, ...]:
        """For each result the memory that it may share, by what is known of the callees."""
        sharing = Sharing(func, self.kinds(func), self.result_aliases)
        held = [frozenset().union(*({n} | sharing.at_end(n) for n in names(v))) for v in results]
        return tuple(
            Aliases(
                frozenset(k for k, p in enumerate(func.params) if argument(p) in mine),
                frozenset(
                    j
                    for j, other in enumerate(results)
                    if j != k and mine & frozenset(names(other))
                ),
                READONLY in mine,
            )
            for k, mine in enumerate(held)
        )

    def active_results(self, name: str, active: Mask) -> Mask:
        """Which results of a function vary when the parameters in the mask do."""
        key = (name, active)
        if key not in self._results:
            func = self.prepared(name)
            last = func.body[-1]
            assert isinstance(last, Return)
            self._results[key] = tuple(True for _ in last.values)  # a recursive call may vary
            found = self._active(func, active)
            self._results[key] = tuple(any(n in found for n in names(v)) for v in last.values)
        return self._results[key]

    def _active(self, func: Func, active: Mask) -> set[str]:
        wrt = [p for p, yes in zip(func.params, active, strict=True) if yes]
        return active_names(func, wrt, self.kinds(func), self.active_results)

    def prepared(self, name: str) -> Func:
        """A callee with its in-place writes proved readable as new values."""
        if name not in self._prepared:
            func = self._readied(name)
            self._prepared[name] = func  # for recursion
            self._prepared[name] = prepare(func, self.kinds(func), self.result_aliases, entry=False)
        return self._prepared[name]

    def _readied(self, name: str) -> Func:
        func = hoist(split_webs(self.funcs[name]))
        return invariants_out(func, self.kinds(func))

    def straight_line(self, name: str) -> tuple[Func, dict[str, Kind]] | None:
        """A callee without branches and loops, and its kinds."""
        func = self.prepared(name)
        if any(blocks(s) for s in func.body):
            return None
        return func, self.kinds(func)

    # ---------------------------------------------------------------- derivatives of callees

    def pair(self, name: str, active: Mask, seeded: Mask, volatile: Mask) -> tuple[str, str]:
        """Names of the forward and backward half of a function, deriving them if new.

        `volatile`: for each parameter and then for each result, may the caller write its memory.
        """
        key = (name, active, seeded, volatile)
        if key in self._pairs:
            return self._pairs[key]
        func = self.prepared(name)
        fwd_name, bwd_name = self.name(f"{name}_fwd"), self.name(f"{name}_bwd")
        self._pairs[key] = fwd_name, bwd_name
        sweeps, fresh, kinds = self.sweeps(func, active, seeded, volatile, keep=True)
        known = set(func.params) | defined(*sweeps.forward)
        needed = tuple(sorted((live_before(sweeps.backward, frozenset(sweeps.cotangents))) & known))
        residuals = fresh("residuals")
        certain = certain_in(sweeps.forward).union(func.params)
        head = tuple(
            Copy(x, Const(_placeholder(kinds.get(x))), role="adjoint")
            for x in needed
            if x not in certain
        )
        copies: list[Statement] = []
        items: list[Operand] = list(needed)
        for k, x in enumerate(needed):
            if x in sweeps.written and is_array(kinds.get(x)):
                t = fresh.temp()
                copies.append(Let(t, fp.copy, (x,), role="adjoint"))
                items[k] = t
        fwd = Func(
            fwd_name,
            func.params,
            (
                *head,
                *sweeps.forward,
                *copies,
                Pack(residuals, fwd_name, tuple(items), role="adjoint"),
                Return((*sweeps.results, residuals)),
            ),
            func.kinds,
        )
        self.funcs[fwd_name] = fwd
        bwd = Func(
            bwd_name,
            (residuals, *sweeps.seeds),
            (
                Unpack(needed, residuals, role="adjoint"),
                *sweeps.backward,
                Return(sweeps.cotangents),
            ),
            (ResidualKind(fwd_name), *self._seed_kinds(func, kinds, seeded)),
        )
        self.funcs[bwd_name] = bwd
        return fwd_name, bwd_name

    def jvp(self, name: str, active: Mask, volatile: Mask) -> str:
        """The name of the tangent of a function: (args, tangents) -> (values, their tangents)."""
        key = (name, active, volatile)
        if key not in self._jvps:
            func = self.prepared(name)
            self._jvps[key] = self.name(f"{name}_jvp")
            self.funcs[self._jvps[key]] = self.tangent_function(
                func, active, volatile, self._jvps[key]
            )
        return self._jvps[key]

    def tangent_function(self, func: Func, active: Mask, volatile: Mask, name: str) -> Func:
        """(parameters, tangents of the active ones) -> (results, tangents of the varying ones)."""
        kinds = self.kinds(func)
        hit = [k for k, yes in enumerate(active) if yes]
        wrt = [func.params[k] for k in hit]
        held = itertools.compress(func.params, volatile)
        f = Forward(func, kinds, self._active(func, active), wrt, self, held)
        tangents = tuple(f.d(func.params[k]) for k in hit)
        out: list[Statement] = list(f.body)
        moved = tuple(f.d(v) for v in f.results if isinstance(v, str) and v in f.active)
        body = (*out, Return((*f.results, *moved)))
        params = (*func.params, *tangents)
        return Func(name, params, body, (*func.kinds, *(func.kinds[k] for k in hit)))

    def sweeps(
        self, func: Func, active: Mask, seeded: Mask, volatile: Mask = (), keep: bool = False
    ) -> tuple[Sweeps, Fresh, dict[str, Kind]]:
        """Both sweeps of a function, without dead code.

        The cotangents are those of the parameters in the mask, in order.
        """
        kinds = self.kinds(func)
        wrt = [p for p, yes in zip(func.params, active, strict=True) if yes]
        last = func.body[-1]
        assert isinstance(last, Return)
        shared = zip((*func.params, *last.values), volatile, strict=False)
        held = [n for n, yes in shared if yes and isinstance(n, str)]
        r = Reverse(func, kinds, self._active(func, active), seeded, self, held, keep)
        missing: list[Statement] = []
        for p in wrt:
            if p not in r.live:
                r.zero(missing, p, frozenset(func.params))
        if missing:
            r.nodes.insert(0, Node([], missing))
        top = r.saved()
        forward = (*top, *forward_sweep(r.nodes))
        backward = reverse_sweep(r.nodes)
        results = list(r.results)
        changed = defined(*backward)
        for k, v in enumerate(results):  # restoring may give an older value to the name
            if isinstance(v, str) and v in changed:
                results[k] = r.fresh("value")
                forward = (*forward, Copy(str(results[k]), v, role="adjoint"))
        cotangents = tuple(r.b(p) for p in wrt)
        joined = Func(
            func.name,
            (*func.params, *r.seeds),
            (*forward, _TURN, *backward, Return((*results, *cotangents))),
            (*func.kinds, *self._seed_kinds(func, kinds, seeded)),
        )
        joined = dead(joined)
        turn = joined.body.index(_TURN)
        sweeps = Sweeps(
            joined.body[:turn],
            joined.body[turn + 1 : -1],
            tuple(results),
            tuple(r.seeds),
            cotangents,
            frozenset(r.written),
        )
        return sweeps, r.fresh, kinds

    def _seed_kinds(self, func: Func, kinds: dict[str, Kind], seeded: Mask) -> tuple[Kind, ...]:
        last = func.body[-1]
        assert isinstance(last, Return)
        return tuple(
            kinds.get(v, FLOAT) if isinstance(v, str) else FLOAT
            for v, yes in zip(last.values, seeded, strict=True)
            if yes
        )

    # ---------------------------------------------------------------- whole functions

    def entry_function(self) -> Func:
        """The entry of the program, its writes proved readable, its written arguments copied."""
        func = self._readied(self.entry)
        return prepare(func, self.kinds(func), self.result_aliases, entry=True)

    def vjp(
        self, name: str, active: Mask, seeded: Mask, given: bool
    ) -> tuple[Func, tuple[str, ...], dict[str, str]]:
        """The entry's reverse mode: (parameters, seeds) -> (results, cotangents).

        `given`: the seeds come from the caller, so their shapes are checked.  Returns the
        function, the names of its seeds, and parameter -> name of its cotangent.
        """
        func = self.entry_function()
        sweeps, fresh, kinds = self.sweeps(func, active, seeded)
        values = [v for v, yes in zip(sweeps.results, seeded, strict=True) if yes]
        checks = _seed_checks(zip(sweeps.seeds, values, strict=True), fresh) if given else ()
        whole = Func(
            self.name(name),
            (*func.params, *sweeps.seeds),
            (
                *sweeps.forward,
                *checks,
                *sweeps.backward,
                Return((*sweeps.results, *sweeps.cotangents)),
            ),
            (*func.kinds, *self._seed_kinds(func, kinds, seeded)),
            origin=func.origin,
        )
        wrt = [p for p, yes in zip(func.params, active, strict=True) if yes]
        return whole, sweeps.seeds, dict(zip(wrt, sweeps.cotangents, strict=True))

    def tangent(
        self, name: str, active: Mask, wanted: int
    ) -> tuple[Func, dict[str, str], tuple[Atom, ...]]:
        """The entry's forward mode: (parameters, tangents) -> (results, tangents of the results).

        `wanted`: how many of the results, the first ones, have a tangent.  Returns the function,
        parameter -> name of its tangent, and the tangents of the results.
        """
        func = self.entry_function()
        kinds = self.kinds(func)
        hit = [k for k, yes in enumerate(active) if yes]
        wrt = [func.params[k] for k in hit]
        f = Forward(func, kinds, self._active(func, active), wrt, self)
        seeds = {func.params[k]: f.d(func.params[k]) for k in hit}
        checks = _seed_checks(((d, p) for p, d in seeds.items()), f.fresh)
        tail: list[Statement] = []
        moved = tuple(f.tangent_of(tail, v, func.origin) for v in f.results[:wanted])
        whole = Func(
            self.name(name),
            (*func.params, *seeds.values()),
            (*checks, *f.body, *tail, Return((*f.results, *moved))),
            (*func.kinds, *(func.kinds[k] for k in hit)),
            origin=func.origin,
        )
        return whole, seeds, moved
