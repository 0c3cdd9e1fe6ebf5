"""Recursive functions that write their arguments: call by value-result, level 2 -> level 2.

    def down(u, n):                 def down(u, n):
        ..                              u_out = fp.copy(u);  u = u_out
        u[n] = s                        ..
        down(u, n - 1)        ->        u[n] = s
        ..                              t = down(u, n - 1);  u[...] = t
                                        ..
                                        return u_out

A function that does not call itself is written out where it is called (`effects`), so that all
names of its memory are in one function.  One that does is given values instead: it works on copies
of what it writes and returns them, and whoever calls it writes them back.  That is what the program
does if no two of the arrays that are handed to a call share memory, one of which is written.  A
result that is the argument itself is the caller's array.  Where one may be it (`return u`, or else
`return u + e`), nobody may read the argument after a call, and it is not written back.  A program
of which this is not known is left as it is, and `alias.prepare` refuses it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from fpad import runtime as fp
from fpad.transforms.alias import written_params
from fpad.transforms.calls import Deriver
from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    Copy,
    For,
    Fresh,
    Func,
    If,
    Let,
    Operand,
    Program,
    Return,
    Statement,
    Store,
    While,
    all_names,
    defined,
    rewrite,
    targets,
    walk,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.liveness import live_before
from fpad.transforms.references import EVERYTHING
from fpad.transforms.sharing import Sharing, argument, scalar


def exchanged(program: Program, group: Collection[str]) -> Program:
    """The program in which functions that call each other return what they write.

    `group`: the functions; what else they call writes no argument.
    """
    written = _written(program, group)
    if not any(written.values()):
        return program
    same = _same_results(program, group)
    facts = Deriver(program)
    results: dict[str, tuple[_Result, ...]] = {}
    for name in group:
        found = []
        for k, aliases in enumerate(facts.result_aliases(name)):
            mine = aliases.params & written[name]
            whole = same[name][k]
            found.append(_Result(whole if whole in mine else None, frozenset(mine)))
        results[name] = tuple(found)
    calls = _Calls(written, results)
    if not all(calls.allowed(facts, f) for f in program.funcs.values()):
        return program
    funcs = {n: calls.rewritten(f) for n, f in program.funcs.items()}
    for name in group:
        if written[name]:
            given_back = written[name] - calls.perhaps(name)
            funcs[name] = _returning(funcs[name], written[name], given_back, results[name])
    return Program(program.entry, funcs)


def writes(program: Program, group: Collection[str]) -> bool:
    """Does one of these functions write an argument?"""
    return any(_written(program, group).values())


@dataclass(frozen=True)
class _Result:
    """A result: the parameter whose memory it is, and those whose memory it may be.

    Of parameters that are written only.
    """

    same: int | None
    perhaps: frozenset[int]


# ---------------------------------------------------------------- what is written


def _written(program: Program, group: Collection[str]) -> dict[str, frozenset[int]]:
    """For each function of a group the parameters whose memory it writes, itself or in a call."""
    found: dict[str, frozenset[int]] = dict.fromkeys(group, frozenset())
    while True:
        before = dict(found)
        for name in group:
            func = replace(program.funcs[name], body=_marked(program.funcs[name].body, found))
            facts = Deriver(Program(program.entry, {**program.funcs, name: func}))
            kinds = facts.kinds(func)
            hit = written_params(func, kinds, facts.result_aliases)
            found[name] = frozenset(
                k for k, p in enumerate(func.params) if p in hit and _is_array(kinds.get(p))
            )
        if found == before:
            return found


def _is_array(kind: Kind | None) -> bool:
    """Is it an array for sure, and no number?"""
    return isinstance(kind, Num) and kind.array and bool(kind.rank)


def _marked(block: Block, written: Mapping[str, frozenset[int]]) -> Block:
    """The block with a write of each array in front of the call that writes it."""

    def mark(s: Statement) -> Block:
        if not isinstance(s, Call):
            return (s,)
        hit = sorted(written.get(s.func, ()))
        stores = (Store(a, EVERYTHING, a) for a in (s.args[k] for k in hit) if isinstance(a, str))
        return (*stores, s)

    return rewrite(block, mark)


# ---------------------------------------------------------------- results that are arguments

_Same = dict[str, int | None]
"""Name -> the parameter that it is; -1: whatever a call of the group returns that never ends."""
_ANYTHING = -1


def _same_results(program: Program, group: Collection[str]) -> dict[str, tuple[int | None, ...]]:
    """For each function of a group and each result: the parameter that it is on every way."""
    found: dict[str, tuple[int | None, ...]] = {
        name: (_ANYTHING,) * len(_last(program.funcs[name]).values) for name in group
    }
    while True:
        before = dict(found)
        for name in group:
            func = program.funcs[name]
            end = _follow(func.body, {p: k for k, p in enumerate(func.params)}, found)
            found[name] = tuple(
                end.get(v) if isinstance(v, str) else None for v in _last(func).values
            )
        if found == before:
            return found


def _last(func: Func) -> Return:
    last = func.body[-1]
    assert isinstance(last, Return)
    return last


def _follow(block: Block, state: _Same, results: Mapping[str, tuple[int | None, ...]]) -> _Same:
    """Which names are parameters at the end of a block."""
    for s in block:
        match s:
            case If():
                arms = [_follow(b, dict(state), results) for b in (s.then, s.orelse)]
                going = [
                    arm
                    for arm, b in zip(arms, (s.then, s.orelse), strict=True)
                    if not (b and isinstance(b[-1], Break))
                ]
                state = _met(going or arms)
            case For() | While():
                state = {n: k for n, k in state.items() if n not in defined(s)}
            case Copy(target=t, value=v):
                state[t] = state.get(v) if isinstance(v, str) else None
            case Call(targets=ts, func=f) if f in results:
                for t, k in zip(ts, results[f], strict=True):
                    a = s.args[k] if k is not None and k != _ANYTHING else None
                    state[t] = _ANYTHING if k == _ANYTHING else state.get(str(a))
            case _:
                for t in targets(s):
                    state.pop(t, None)
    return state


def _met(states: list[_Same]) -> _Same:
    out: _Same = {}
    for n in states[0]:
        found = {s.get(n) for s in states} - {_ANYTHING}
        if len(found) <= 1:
            out[n] = next(iter(found), _ANYTHING)
    return out


# ---------------------------------------------------------------- calls


class _Calls:
    """Rewrites the calls of functions that return what they write."""

    def __init__(
        self, written: Mapping[str, frozenset[int]], results: Mapping[str, tuple[_Result, ...]]
    ) -> None:
        self._written = written
        self._results = results

    def perhaps(self, name: str) -> frozenset[int]:
        """Parameters that a result may or may not be."""
        found = (r.perhaps for r in self._results.get(name, ()) if r.same is None)
        return frozenset().union(*found)

    def allowed(self, facts: Deriver, func: Func) -> bool:
        """May all calls in a function be rewritten?"""
        calls = [s for s in walk(func.body) if isinstance(s, Call) and self._written.get(s.func)]
        if not calls:
            return True
        func = replace(func, body=_marked(func.body, self._written))
        kinds = facts.kinds(func)
        sharing = Sharing(func, kinds, facts.result_aliases)
        after: dict[int, frozenset[str]] = {}

        def visit(s: Statement, live: AbstractSet[str]) -> None:
            if isinstance(s, Call):
                after[id(s)] = frozenset(live)

        live_before(func.body, frozenset(), visit)
        mine = self.perhaps(func.name)  # these nobody reads after a call of this function
        given = {argument(p) for k, p in enumerate(func.params) if k not in mine}
        marks: dict[str, list[Store]] = {}
        for s in walk(func.body):
            if isinstance(s, Store) and s.value == s.base:
                marks.setdefault(s.base, []).append(s)
            elif isinstance(s, Call) and self._written.get(s.func):
                for k in sorted(self._written[s.func]):
                    a = s.args[k]
                    if not isinstance(a, str):
                        return False
                    mates = sharing.at(marks[a][-1], a)
                    others = (*s.args[:k], *s.args[k + 1 :])
                    if (mates | {a}) & {o for o in others if not scalar(kinds.get(str(o)))}:
                        return False
                    seen = given | (after[id(s)] - set(s.targets))
                    if k in self.perhaps(s.func) and (mates | {a}) & seen:
                        return False
        return True

    def rewritten(self, func: Func) -> Func:
        """The function with its calls rewritten."""
        fresh = Fresh(all_names(func))

        def call(s: Statement) -> Block:
            if not isinstance(s, Call) or not self._written.get(s.func):
                return (s,)
            before: list[Statement] = []
            held: dict[int, str] = {}
            for k in sorted(self._written[s.func]):
                held[k] = str(s.args[k])
                if held[k] in s.targets:
                    held[k] = fresh(f"{held[k]}_was")
                    before.append(Copy(held[k], s.args[k], s.origin))
            kept: list[str] = []
            after: list[Statement] = []
            for t, r in zip(s.targets, self._results[s.func], strict=True):
                if r.same is None:
                    kept.append(t)
                else:
                    after.append(Copy(t, held[r.same], s.origin))
            goals = {k: fresh.temp() for k in held if k not in self.perhaps(s.func)}
            stores = (Store(held[k], EVERYTHING, t, s.origin) for k, t in goals.items())
            new = replace(s, targets=(*kept, *goals.values()))
            return (*before, new, *stores, *after)

        return replace(func, body=rewrite(func.body, call))


def _returning(
    func: Func, written: frozenset[int], back: frozenset[int], results: tuple[_Result, ...]
) -> Func:
    """The function that works on copies of what it writes, and returns those of `back`."""
    fresh = Fresh(all_names(func))
    head: list[Statement] = []
    more: list[Operand] = []
    for k in sorted(written):
        p = func.params[k]
        memory = fresh(f"{p}_out")
        head += [Let(memory, fp.copy, (p,), (), func.origin), Copy(p, memory, func.origin)]
        more += [memory] if k in back else []
    last = _last(func)
    kept = [v for v, r in zip(last.values, results, strict=True) if r.same is None]
    body = (*head, *func.body[:-1], replace(last, values=(*kept, *more)))
    return replace(func, body=body)
