"""What the forward sweep saves for the reverse sweep, and what needs it.

    x_tape.append(x)            x, made on line 4, once a trip, for np.cos (line 4)
    residuals = t, h      ->    h, made on line 9, once a call, for * (line 9)
    y = np.exp(x)               y, made on line 5, held by its variable, for * (line 5)

`saving` decides this; here it is read off what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fpad.transforms.explanation import Copied, Reader, Saved
from fpad.transforms.ir import (
    Call,
    Copy,
    For,
    Func,
    If,
    Let,
    Load,
    Operand,
    Pack,
    Push,
    Return,
    Statement,
    Store,
    StoreAdd,
    While,
    names,
    reads,
    walk,
)
from fpad.transforms.kinds import Num, ResidualKind, TapeKind
from fpad.transforms.phrases import called, listed, numbered, plain_name
from fpad.transforms.rules.core import rule_of
from fpad.transforms.tracing import REVERSE, Traced, Value, origin_of, prepares

SHOWN = 2
"""How many groups of readers the words name; `Saved.readers` has all."""
Watched = tuple[Statement, Operand, bool]
Found = tuple[Saved, Copied | None, Watched]
Readers = list[tuple[str, Statement]]


def saved_values(traced: Traced, variables: bool) -> Iterator[Found]:
    """Each saved value, the copy that it may be, and where it can be looked at when it is run.

    Args:
        traced: the derived program.
        variables: look for values of the entry that are held by their variables.
    """
    for name in traced.order:
        func = traced.program.funcs[name]
        for s in walk(func.body):
            if isinstance(s, Push) and isinstance(s.value, str):
                if _holds_others(traced, name, s.value):
                    continue
                readers: Readers = []
                for g, pop in traced.pops.get(traced.tape(name, s.tape), ()):
                    readers += traced.readers(g, pop, pop.target)
                each = "trip" if traced.reaching[name].loops(s) else "call"
                value = traced.value(func, s, s.value)
                yield _found(traced, func, s, value, ("tape", each), readers, (s, s.value, False))
            elif isinstance(s, Pack) and s.kind == name:
                yield from _residuals(traced, func, s)
        if variables and name == traced.program.entry:
            yield from _held(traced, func)


def _holds_others(traced: Traced, function: str, name: str) -> bool:
    """Is it a tape, or residuals: what these hold is told where they are filled."""
    return isinstance(traced.kinds[function].get(name), TapeKind | ResidualKind)


def _residuals(traced: Traced, func: Func, s: Pack) -> Iterator[Found]:
    """What the forward half of a call hands on, besides tapes and the residuals of others."""
    halves = [(g, q) for g, q, source, _ in traced.unpacked() if source == func.name]
    for k, item in enumerate(s.items):
        if not isinstance(item, str):
            continue
        if _holds_others(traced, func.name, item):
            continue
        readers = [q for g, half in halves for q in traced.readers(g, half, half.targets[k])]
        value = traced.value(func, s, item)
        yield _found(traced, func, s, value, ("residuals", "call"), readers, (s, item, False))


def _held(traced: Traced, func: Func) -> Iterator[Found]:
    """Values of the forward sweep that the reverse sweep finds in their variables."""
    readers: dict[tuple[int, ...], Readers] = {}
    values: dict[tuple[int, ...], tuple[Statement, Value]] = {}
    for s in walk(func.body):
        if getattr(s, "role", "") not in REVERSE or isinstance(s, Push | Pack) or prepares(s):
            continue
        for n in sorted(reads(s)):
            value = traced.value(func, s, n)
            if not _shape_only(s, n) and _counts(traced, func, value):
                key = tuple(map(id, value.made))
                readers.setdefault(key, []).append((func.name, s))
                values.setdefault(key, (s, value))
    order = traced.reaching[func.name].order
    for key in sorted(values, key=lambda k: min(order[d] for d in k)):
        s, value = values[key]
        watched = value.made[-1], value.name, True
        yield _found(traced, func, s, value, ("variable", "once"), readers[key], watched)


def _counts(traced: Traced, func: Func, value: Value) -> bool:
    """Was the value computed in the forward sweep, and is it more than an index?"""
    kind = traced.kinds[func.name].get(value.name)
    if value.restored or value.given or not value.made or not isinstance(kind, Num):
        return False
    if not kind.array and kind.num == "int":
        return False
    return all(
        getattr(d, "role", "") == "primal"
        and isinstance(d, Let | Load | Call | Copy)
        and not (isinstance(d, Copy) and not isinstance(d.value, str))
        for d in value.made
    )


def _found(
    traced: Traced,
    func: Func,
    at: Statement,
    value: Value,
    how: tuple[str, str],
    readers: Readers,
    watched: Watched,
) -> Found:
    held, each = how
    told = tuple(dict.fromkeys(_reader(q) for _, q in readers))
    place = traced.at(func, traced.called(func, value), traced.made_at(func, at, value))
    parts = [_needed_by(told)]
    copy = None
    if value.copied:
        forced = traced.overwrites(func, value.name)
        lines = numbered(p.line for p in forced)
        what = f"{lines} write{'s' if len(forced) == 1 else ''} into it later"
        parts.insert(0, f"a copy, {what}" if forced else "a copy")
        because = f"saved, and {what}" if forced else "saved, and its memory is written later"
        copy = Copied(*place, because, "saved", forced)
    if value.shape:
        parts.insert(0, "only its shape")
    what = "shape" if value.shape else "value"
    saved = Saved(*place, "; ".join(parts), what, held, each, value.copied, told)
    return saved, copy, watched


def _reader(s: Statement) -> Reader:
    origin = origin_of(s)
    return Reader(origin.line, origin.text, _operation(s))


def _shape_only(s: Statement, name: str) -> bool:
    """Does the statement read only the shape of a name?"""
    rule = rule_of(s.op) if isinstance(s, Let) else None
    if rule is None or not isinstance(s, Let):
        return False
    read = [k for k, a in enumerate(s.args) if name in set(names(a))]
    return bool(read) and all(k in rule.shape_only for k in read)


def _operation(s: Statement) -> str:
    match s:
        case Let(op=op):
            return called(op)
        case Load() | Store() | StoreAdd():
            return "an index"
        case If():
            return "the choice of a branch"
        case For() | While():
            return "the number of trips"
        case Call(func=func):
            return f"the derivative of {plain_name(func)}"
        case Return():
            return "the result"
        case _:
            return "what is saved in turn"


def _needed_by(readers: Iterable[Reader]) -> str:
    """`for np.cos (line 4), * (lines 2 and 4)`: the lines of an operation together."""
    lines: dict[str, list[int]] = {}
    for reader in readers:
        lines.setdefault(reader.operation, []).extend((reader.line,) if reader.line else ())
    operations: dict[str, list[str]] = {}
    for operation, found in lines.items():
        operations.setdefault(f" ({numbered(found)})" if found else "", []).append(operation)
    parts = [f"{listed(found)}{where}" for where, found in operations.items()]
    more = [] if len(parts) <= SHOWN else [".."]
    return f"for {', '.join([*parts[:SHOWN], *more])}" if parts else "not read"
