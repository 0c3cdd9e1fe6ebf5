"""Which names may vary with the differentiated inputs (flow-insensitive, by name).

t = x * s        active, because x is
k = 3            not active
n = len(x)       not active: integers, truth values and shapes have no derivative
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fpad import runtime as fp
from fpad.transforms.errors import refused
from fpad.transforms.ir import (
    Call,
    Copy,
    Do,
    Func,
    Let,
    Load,
    Operand,
    Pack,
    Pop,
    Push,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    names,
    targets,
    walk,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind, TapeKind
from fpad.transforms.rules.core import Path, rule_of
from fpad.transforms.walking import reads

ActiveResults = Callable[[str, tuple[bool, ...]], tuple[bool, ...]]


def differentiable(kind: Kind | None) -> bool:
    """May a value of this kind carry a derivative?  Unknown kinds may."""
    if isinstance(kind, Num):
        return kind.differentiable
    return kind is None or isinstance(kind, TapeKind | ResidualKind)


def active_paths(s: Let, active: Iterable[str] | set[str]) -> Iterator[tuple[Path, str]]:
    """Positions and names of the operands of `s` that are active and have a derivative."""
    rule = rule_of(s.op)
    if rule is None:
        return
    for k, a in enumerate(s.args):
        if not rule.differentiates(k):
            continue
        yield from _inside(a, (k,), active)


def _inside(o: Operand, path: Path, active: Iterable[str] | set[str]) -> Iterator[tuple[Path, str]]:
    if isinstance(o, str):
        if o in active:
            yield path, o
    elif isinstance(o, tuple):
        for j, entry in enumerate(o):
            yield from _inside(entry, (*path, j), active)


def made_active(s: Statement, active: set[str], active_results: ActiveResults) -> Iterator[str]:
    """The names that one statement makes active where these are, if their kinds allow it."""

    def any_active(*operands: Operand) -> bool:
        return any(n in active for n in names(*operands))

    match s:
        case Let():
            _refuse_without_derivative(s, active)
            if next(active_paths(s, active), None) is not None:
                yield s.target
        case Do(op=fp.outer_put):
            if any_active(*s.args):
                raise refused(
                    s.origin,
                    "what depends on the argument is put into a list or dict outside the function, "
                    "of which floats are read",
                    "keep it in one that the function makes, or pass it as an argument",
                )
        case Copy(target=t, value=v) | Load(target=t, base=v):
            if any_active(v):
                yield t
        case Pop(target=t, tape=tape):
            if tape in active:
                yield t
        case Store(base=b, value=v) | StoreAdd(base=b, value=v):
            if any_active(v):
                yield b
        case Push(tape=tape, value=v):
            if any_active(v):
                yield tape
        case Pack():
            if any_active(*s.items):
                yield s.target
        case Unpack():
            if any_active(s.value):
                yield from s.targets
        case Call():
            mask = tuple(any_active(a) for a in s.args)
            if any(mask):
                results = active_results(s.func, mask)
                yield from (t for t, r in zip(s.targets, results, strict=True) if r)


def _refuse_without_derivative(s: Let, active: set[str]) -> None:
    """Keywords, which say how something is done, and operands whose slope is not known.

    None is worse than refused.
    """
    rule = rule_of(s.op)
    if rule is None or rule.form == "constant" or not (s.kwargs or rule.unknown):
        return
    places = [(rule.names[k], s.args[k]) for k in rule.unknown if k < len(s.args)]
    for name, value in (*sorted(places, key=lambda place: rule.names.index(place[0])), *s.kwargs):
        if any(n in active for n in names(value)):
            raise refused(
                s.origin,
                f"{getattr(s.op, '__name__', repr(s.op))} has no derivative with respect to its "
                f"argument {name}",
                "give it a value that does not depend on what is differentiated by, as that of "
                "fpad.stop_gradient, or write what it does with other operations",
            )


def active_names(
    func: Func,
    wrt: Iterable[str],
    kinds: Mapping[str, Kind],
    active_results: ActiveResults,
) -> set[str]:
    """The names of `func` that may depend on the parameters `wrt`."""
    active = {n for n in wrt if differentiable(kinds.get(n))}
    statements = list(walk(func.body))
    while True:
        before = len(active)
        for s in statements:
            for t in tuple(made_active(s, active, active_results)):
                if differentiable(kinds.get(t)):
                    active.add(t)
        if len(active) == before:
            break
    if any(isinstance(s, Let) and s.op is fp.float_of for s in statements):
        _refuse_numbers_of_texts(statements, active, kinds)
    return active


def _refuse_numbers_of_texts(
    statements: Sequence[Statement], active: set[str], kinds: Mapping[str, Kind]
) -> None:
    """float(str(x)) is x, and texts have no derivative."""
    told = set(active)
    while True:
        before = len(told)
        for s in statements:
            if any(n in told for n in reads(s)):
                told.update(t for t in targets(s) if not isinstance(kinds.get(t), Num))
        if len(told) == before:
            break
    for s in statements:
        if isinstance(s, Let) and s.op is fp.float_of and told.intersection(names(*s.args)):
            raise refused(
                s.origin,
                "float is given a text that shows what depends on the argument",
                "use the number itself; np.round(x, 3) gives it with three decimals",
            )
