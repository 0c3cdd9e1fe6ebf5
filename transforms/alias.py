"""Who shares memory with whom, and that in-place writes can be read as new values.

The AD passes treat `x[i] = v` as `x = x with v at i`.  That is the meaning of the program exactly
if no other name that may share x's memory is read after the write (`effects` and `views` rewrite
programs so).  `prepare` proves that, or refuses:

    t = x[0]            an element, or a row (the rank is not known): `fp.element` checks that it
    x[0] = 2.0 * t      is an element when the program runs, if t is read after the write
    y = x[1:]
    x[1] = 0.0
    z = y * y           refused: y is a view of x; take a copy, x[1:].copy()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from fpad import runtime as fp
from fpad.transforms.errors import Refusal, TransformError, refusal_at
from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Copy,
    Do,
    Fresh,
    Func,
    Let,
    Load,
    Statement,
    Store,
    StoreAdd,
    all_names,
    blocks,
    is_derived,
    leaves,
    targets,
    walk,
    with_blocks,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.list_copies import dropped
from fpad.transforms.liveness import live_before
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.replacing import in_place
from fpad.transforms.sharing import (
    TWICE,
    ResultAliases,
    Sharing,
    argument,
    is_array,
    may_be_element,
    scalar,
)


def _writes(s: Statement, kinds: Mapping[str, Kind], second: set[str]) -> str | None:
    """The name whose memory the statement changes, as the user's program means it.

    `second`: names that are copied to, as y is by `y += e`.  (`y[i] *= e` ends in a store.)
    """
    if isinstance(s, Store | StoreAdd):
        return s.base
    if isinstance(s, Let) and s.op in AUGMENTED and s.args[0] in second:
        name = str(s.args[0])
        return name if kinds.get(name) is None or is_array(kinds.get(name)) else None
    return None


def rebound(func: Func) -> set[str]:
    """Names that are copied to; none in derived code, where `y += e` is a new value already."""
    if is_derived(func):
        return set()
    return {s.target for s in walk(func.body) if isinstance(s, Copy)}


def prepare(
    func: Func,
    kinds: Mapping[str, Kind],
    result_aliases: ResultAliases,
    entry: bool,
) -> Func:
    """Make in-place writes safe to read as new values, or refuse.

    An entry function copies the arguments that it writes, so the caller's arrays never change; a
    callee that writes its argument is refused.
    """
    func = _copy_written_params(func, kinds, result_aliases, entry)
    while True:
        found = clashes(func, kinds, result_aliases)
        if not found:
            return dropped(in_place(func, kinds, result_aliases), kinds, result_aliases)
        elements: set[str] = set()
        refusals: dict[tuple[int, str], Refusal] = {}
        for s, base, other in found:
            loads = _element_loads(func, kinds, (base, other))
            elements |= loads
            if not loads:
                refusals[(_line(s), other)] = _refusal(s, base, other)
        if refusals:
            raise TransformError(tuple(refusals.values()))
        func = _check_elements(func, elements)


def clashes(
    func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases
) -> list[tuple[Statement, str, str]]:
    """(write, its base, another name of the same memory that is live after it)."""
    out: list[tuple[Statement, str, str]] = []
    second = rebound(func)
    sharing = Sharing(func, kinds, result_aliases)
    twice = frozenset() if is_derived(func) else frozenset((TWICE,))

    def visit(s: Statement, live: AbstractSet[str]) -> None:
        base = _writes(s, kinds, second)
        if base is not None:
            others = (sharing.at(s, base) & (live | twice)) - set(targets(s))
            out.extend((s, base, n) for n in sorted(others))

    live_before(func.body, frozenset(), visit)
    return out


def _element_loads(func: Func, kinds: Mapping[str, Kind], clash: tuple[str, str]) -> set[str]:
    """Targets of loads behind the two names that may be elements, so that a check can tell."""
    written = {s.base for s in walk(func.body) if isinstance(s, Store | StoreAdd)}
    behind = set(clash) | {
        s.value
        for s in walk(func.body)
        if isinstance(s, Copy) and s.target in clash and isinstance(s.value, str)
    }
    return {
        s.target
        for s in walk(func.body)
        if isinstance(s, Load)
        and s.target in behind - written
        and may_be_element(s.index, kinds)
        and _rank_unknown(kinds.get(s.target))
    }


def _rank_unknown(kind: Kind | None) -> bool:
    return isinstance(kind, Num) and kind.array and kind.rank is None


def _line(s: Statement) -> int:
    return int(getattr(s, "origin", NOWHERE).line)


def _refusal(s: Statement, base: str, other: str) -> Refusal:
    if other == TWICE:
        return refusal_at(
            getattr(s, "origin", NOWHERE),
            f"this writes the memory of {base}, which may be in a list more than once",
            "put copies into the list, for example with .copy()",
        )
    return refusal_at(
        getattr(s, "origin", NOWHERE),
        f"this writes the memory of {base}, and {other}, which may share it, is read afterwards",
        f"make {other} a copy where it is defined, for example with .copy()",
    )


def outside(func: Func) -> set[str]:
    """Parameters that stand for data outside the function."""
    parameters = func.boundary.parameters if func.boundary is not None else ()
    return {str(a) for p in parameters if p.use == "live" for a in leaves(p.tree)}


def _refused_outside(s: Statement, name: str) -> Refusal:
    return refusal_at(
        getattr(s, "origin", NOWHERE),
        f"this writes the memory of {name}, which lives outside the function",
        "copy it first and return the result",
    )


def _refused_argument(s: Statement, name: str, p: str) -> Refusal:
    return refusal_at(
        getattr(s, "origin", NOWHERE),
        f"{name} writes its argument {p}, which its caller sees",
        f"copy it first ({p} = {p}.copy()) and return the result",
    )


def _elements_given(func: Func, params: Iterable[str]) -> Func:
    """A callee that updates a parameter which may be a number: checked when the program runs."""
    fresh = Fresh(all_names(func))
    head: list[Statement] = []
    for p in params:
        t = fresh.temp()
        head += [Let(t, fp.element, (p,)), Copy(p, t)]
    return replace(func, body=(*head, *func.body))


def written_params(
    func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases
) -> dict[str, Statement]:
    """Parameters whose memory is written: the first such write of each."""
    sharing = Sharing(func, kinds, result_aliases)
    arrays = [p for p in func.params if not scalar(kinds.get(p))]
    second = rebound(func)
    out: dict[str, Statement] = {}
    for s in walk(func.body):
        base = _writes(s, kinds, second)
        if base is None:
            continue
        shared = sharing.at(s, base)
        for p in arrays:
            if argument(p) in shared:
                out.setdefault(p, s)
    return out


def _copy_written_params(
    func: Func, kinds: Mapping[str, Kind], result_aliases: ResultAliases, entry: bool
) -> Func:
    sharing = Sharing(func, kinds, result_aliases)
    arrays = [p for p in func.params if not scalar(kinds.get(p))]
    outer = outside(func)
    hit: list[str] = []
    checked: list[str] = []
    second = rebound(func)
    for s in walk(func.body):
        base = _writes(s, kinds, second)
        if base is None:
            continue
        shared = sharing.at(s, base)
        mine = [p for p in arrays if argument(p) in shared]
        for p in mine:
            if p in outer:
                raise TransformError((_refused_outside(s, p),))
            if entry:
                if not isinstance(s, Let) and p not in hit:
                    hit.append(p)
            elif isinstance(s, Let) and _rank_unknown(kinds.get(p)):
                checked.append(p)
            else:
                raise TransformError((_refused_argument(s, func.name, p),))
    if checked:
        return _elements_given(func, [p for p in func.params if p in checked])
    if not hit:
        return func
    fresh = Fresh(all_names(func))
    head: list[Statement] = []
    if len(arrays) > 1:
        head.append(Do(fp.disjoint, (*hit, *(p for p in arrays if p not in hit))))
    for p in func.params:
        if p in hit:
            t = fresh.temp()
            head += [Let(t, fp.copy, (p,)), Copy(p, t)]
    return replace(func, body=(*head, *func.body))


def _check_elements(func: Func, elements: Iterable[str]) -> Func:
    """Load(t, x, i) -> Load(u, x, i); t = fp.element(u)."""
    fresh, chosen = Fresh(all_names(func)), set(elements)

    def block(b: Block) -> Block:
        out: list[Statement] = []
        for s in b:
            if isinstance(s, Load) and s.target in chosen:
                u = fresh.temp()
                out += [
                    replace(s, target=u),
                    Let(s.target, fp.element, (u,), (), s.origin, s.role),
                ]
            elif blocks(s):
                out.append(with_blocks(s, tuple(map(block, blocks(s)))))
            else:
                out.append(s)
        return tuple(out)

    return replace(func, body=block(func.body))
