"""What generated code copies, sums, computes again and zeroes, read off its own program.

    bx = fp.zeros_like(x)                       zeros: x, the loop on line 4 adds to parts of it
    for i in reversed(range(n)):
        j = i - 1             # recompute  ->   computed again: i - 1
        bx[j] += by                             (what is saved: see `saved`)

The program is the one that is printed.  Its statements say by themselves what they are for: by
their role, by where they come from, and by which definitions they read.  No pass knows of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fpad import runtime as fp
from fpad.transforms.explanation import (
    Copied,
    Place,
    Recomputed,
    Saved,
    Selected,
    Unbroadcast,
    Zeros,
)
from fpad.transforms.ir import (
    NOWHERE,
    For,
    Func,
    If,
    Let,
    Load,
    Operand,
    Program,
    Return,
    Statement,
    Store,
    StoreAdd,
    While,
    walk,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.phrases import listed, numbered
from fpad.transforms.saved import saved_values
from fpad.transforms.sharing import READONLY, Sharing, argument
from fpad.transforms.tracing import REVERSE, Traced, origin_of

AT_ONCE = "where shapes are equal, fp.unbroadcast returns what it is given, at once"
_TELL = "example arguments tell how many axes arrays have: --at on the command line"


@dataclass
class Facts:
    """What was found, and where `measure` looks: one entry for each of `saved`, of `unbroadcasts`.

    Attributes:
        saves: (statement, operand, last): the operand in front of the statement, or, where only
            the last value is held, after it.
        sums: calls of `fp.unbroadcast`.
    """

    saved: list[Saved] = field(default_factory=list)
    copies: list[Copied] = field(default_factory=list)
    unbroadcasts: list[Unbroadcast] = field(default_factory=list)
    recomputed: list[Recomputed] = field(default_factory=list)
    zeros: list[Zeros] = field(default_factory=list)
    selected: list[Selected] = field(default_factory=list)
    saves: list[tuple[Statement, Operand, bool]] = field(default_factory=list)
    sums: list[Let] = field(default_factory=list)


def facts(program: Program, shown: Mapping[str, str], variables: bool) -> Facts:
    """The facts about a derived program.

    Args:
        program: level 2, as it is printed, with every statement an object of its own.
        shown: leaf of an argument -> how the user writes it.
        variables: is it the reverse mode of a function of the user, so that what its adjoint
            statements read and nobody saved is held by its variable.
    """
    traced = Traced(program, shown)
    found = Facts()
    for value, copy, place in saved_values(traced, variables):
        found.saved.append(value)
        found.saves.append(place)
        found.copies += [copy] if copy is not None else []
    for name in traced.order:
        _function(traced, program.funcs[name], found)
    _results(traced, program.main, found)
    return found


def _function(traced: Traced, func: Func, found: Facts) -> None:
    for s in walk(func.body):
        role = getattr(s, "role", "")
        if role == "recompute" and not isinstance(s, If | For | While):
            at = traced.at(func, traced.expression(func, s), origin_of(s))
            found.recomputed.append(Recomputed(*at, "for the adjoint, instead of saving it"))
        if not isinstance(s, Let):
            continue
        if s.op is fp.copy and role == "primal":
            _argument(traced, func, s, found)
        elif role == "tangent" and s.op in (fp.own, fp.copy):
            at = traced.at(func, s.target, s.origin if s.origin.line else func.origin)
            told = "a tangent has memory of its own where the value has"
            found.copies.append(Copied(*at, told, "tangent"))
        elif role == "tangent" and s.op is fp.zeros_like:
            at = traced.at(func, traced.operand(func, s, s.args[0]), s.origin)
            found.zeros.append(Zeros(*at, "it varies later, and not yet here"))
        elif role not in REVERSE:
            continue
        elif s.op is fp.unbroadcast:
            found.unbroadcasts.append(_unbroadcast(traced, func, s))
            found.sums.append(s)
        elif s.op is fp.zeros_like:
            found.zeros.append(_zeros(traced, func, s))
        elif s.op is fp.select:
            found.selected.append(_selected(traced, func, s))
        elif s.op is fp.own or (s.op is fp.copy and s.origin is not NOWHERE):
            found.copies.append(_adjoint(traced, func, s))


# ---------------------------------------------------------------- copies


def _argument(traced: Traced, func: Func, s: Let, found: Facts) -> None:
    """An argument that the function writes is copied on entry (`alias.prepare`)."""
    p = s.args[0]
    if s.origin is not NOWHERE or not isinstance(p, str) or p not in func.params:
        return
    forced = traced.overwrites(func, p)
    on = f" on {numbered(q.line for q in forced)}" if forced else ""
    at = traced.at(func, traced.shown.get(p, p), func.origin)
    told = f"the function writes into it{on}, and the caller's array stays as it is"
    found.copies.append(Copied(*at, told, "argument", forced))


def _adjoint(traced: Traced, func: Func, s: Let) -> Copied:
    """An adjoint that is written in place has memory of its own."""
    base = str(s.args[0])
    found = traced.reaching[func.name].definitions(s, base)
    if len(found) == 1 and isinstance(found[0], Load):
        told = "a part of it, which is then set to zero: the line has overwritten that part"
        return Copied(*traced.at(func, found[0].base, s.origin), told, "adjoint")
    stores = [
        q
        for q in traced.reaching[func.name].readers(s)
        if isinstance(q, Store | StoreAdd) and q.base == s.target and q.origin.line
    ]
    forced = tuple(dict.fromkeys(Place(q.origin.line, q.origin.text) for q in stores))
    told = "a gradient has memory of its own, to be written into by whoever gets it"
    if forced:
        on = numbered(q.line for q in forced)
        told = f"{on} add{'s' if len(forced) == 1 else ''} to it in place, so its memory is its own"
    at = s.origin if s.origin.line or not stores else stores[0].origin
    at = at if at.line else func.origin
    return Copied(*traced.at(func, s.target, at), told, "adjoint", forced)


def _results(traced: Traced, func: Func, found: Facts) -> None:
    """Results whose memory is somebody else's are copied (`derive`)."""
    last = func.body[-1]
    assert isinstance(last, Return)
    for v in last.values:
        if not isinstance(v, str):
            continue
        for d in traced.reaching[func.name].definitions(last, v):
            if not (isinstance(d, Let) and d.op is fp.copy and d.origin is NOWHERE):
                continue
            source = d.args[0]
            if d.role == "adjoint" and isinstance(source, str):
                at = traced.at(func, traced.shown.get(source, source), func.origin)
                found.copies.append(Copied(*at, _whose(traced, func, source), "result"))


def _whose(traced: Traced, func: Func, source: str) -> str:
    sharing = Sharing(func, traced.kinds[func.name], traced.deriver.result_aliases)
    mates = sharing.at_end(source)
    given = [traced.shown.get(p, p) for p in func.params if argument(p) in mates]
    if given:
        return f"a result shares no memory with an argument; this may be that of {listed(given)}"
    if READONLY in mates:
        return "a result can be written; this may be a view of one number, repeated"
    return "results share no memory with each other"


# ---------------------------------------------------------------- sums, zeros, selections


def _selected(traced: Traced, func: Func, s: Let) -> Selected:
    mask, at = s.args[0], s.origin
    if not at.line and isinstance(mask, str):
        value = traced.value(func, s, mask)
        at = traced.made_at(func, s, value)
    told = "elsewhere the slope of what is chosen from may be inf or NaN, and is dropped"
    return Selected(*traced.at(func, traced.operand(func, s, mask), at), told)


def _unbroadcast(traced: Traced, func: Func, s: Let) -> Unbroadcast:
    kinds = traced.kinds[func.name]
    mine, other = (kinds.get(o) if isinstance(o, str) else None for o in (s.args[1], s.args[0]))
    at = traced.at(func, traced.operand(func, s, s.args[1]), s.origin)
    return Unbroadcast(*at, *_why_summed(mine, other))


def _why_summed(mine: Kind | None, other: Kind | None) -> tuple[str, str]:
    """Why an operand's shape is not known to be that of the result, and what can be done."""
    if isinstance(mine, Num) and not mine.array:
        return "a number, which may meet an array", ""
    ranks = [k.rank if isinstance(k, Num) else None for k in (mine, other)]
    if ranks[0] is None or ranks[1] is None:
        return "how many axes it has is not known", _TELL
    if ranks[0] != ranks[1]:
        return f"{_axes(ranks[0])}, the result has {ranks[1]}", ""
    return f"{_axes(ranks[0])} as the result, maybe of other lengths", AT_ONCE


def _axes(rank: int) -> str:
    return "1 axis" if rank == 1 else f"{rank} axes"


def _zeros(traced: Traced, func: Func, s: Let) -> Zeros:
    """Why an adjoint starts with zeros: a loop adds to it, or one way through an if does not."""
    r = traced.reaching[func.name]
    around = r.inside[id(s)]
    users = r.readers(s)
    loops = [
        q for u in users for q in r.inside[id(u)] if isinstance(q, For | While) and q not in around
    ]
    parts = [q for q in users if isinstance(q, StoreAdd | Store) and q.base == s.target]
    arms = [q for q in around if isinstance(q, If) and q.origin.line]
    cause: Statement = s
    if loops:
        cause, told = loops[0], "the loop on line {} adds to it"
    elif parts:
        cause, told = parts[0], "line {} adds to parts of it"
    elif arms:
        cause, told = arms[-1], "one way through the if on line {} does not use it"
    elif users and all(isinstance(q, Return) for q in users):
        told = "the result does not depend on it"
    else:
        told = "nothing has been added to it before"
    at = s.origin if s.origin.line else origin_of(cause)
    return Zeros(
        *traced.at(func, traced.operand(func, s, s.args[0]), at),
        told.format(origin_of(cause).line),
    )
