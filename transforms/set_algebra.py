"""Operations on sets, one of which at least is only known when the program runs.

    c = a & b                   at = fp.set_result("and", (a,), (b,))
                        ->      c = fp.picked(fp.joined((a, b)), at)
    if a <= b: ..               if fp.set_test("le", (a,), (b,)): ..

The order of what several sets were made into is not known (see `sets`).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import grown, tables
from fpad.transforms.abstract import Held, Mixed, Static, Structure, Thinned, Value, held
from fpad.transforms.ir import Atom, Const
from fpad.transforms.kinds import BOOL, Num
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.body import Body

_POSITIONS = Num(True, "int", 1)
RESULTS: dict[Any, str] = {
    operator.and_: "and",
    operator.or_: "or",
    operator.sub: "sub",
    operator.xor: "xor",
}
TESTS: dict[Any, str] = {
    operator.eq: "eq",
    operator.ne: "ne",
    operator.le: "le",
    operator.lt: "lt",
    operator.ge: "ge",
    operator.gt: "gt",
}


def is_set(value: Value) -> bool:
    """Is it a set, of either sort?"""
    return tables.is_keyed(value) and not tables.is_dict(value)


def are_sets(values: Sequence[Value]) -> bool:
    """Are these sets, not all of which are known?"""
    return all(map(is_set, values)) and any(
        tables.is_table(v) or issubclass(v.make, Thinned | Mixed)  # type: ignore[attr-defined]
        for v in values
    )


def operated(w: Body, op: Any, args: Sequence[Value]) -> Value | None:
    """An operator on two sets; None if they have no such operator."""
    a, b = args
    assert isinstance(a, Structure)
    assert isinstance(b, Structure)
    if op in RESULTS:
        return result(w, RESULTS[op], a, b)
    return test(w, TESTS[op], a, b) if op in TESTS else None


def result(w: Body, how: str, a: Structure, b: Structure) -> Structure:
    """The set that an operation gives, a new one."""
    if not _members(a) or not _members(b):
        return _with_nothing(w, how, a, b)
    first, second = _keys(w, a), _keys(w, b)
    args = (Const(how), _columns(first), _columns(second))
    at = w.let(None, fp.set_result, args, _POSITIONS)
    whole = grown.joined(w, tuple, (first, second))

    def take(value: Value) -> Value:
        if isinstance(value, Held):
            return grown.rows_at(w, value, at.atom)
        return value.with_parts(tuple(map(take, value.parts)))

    keys = replace(whole, make=list, items=(take(whole.items[0]),))
    past = grown.joined(w, tuple, (_past(w, a), _past(w, b)))
    table = tables.mixed(tables.of_keys(keys, w.new_ident()))
    return table.with_parts((table.items[0], replace(past, make=list)))


def _with_nothing(w: Body, how: str, a: Structure, b: Structure) -> Structure:
    """The result where one of the sets is known to be empty."""
    empty, other = (a, b) if not _members(a) else (b, a)
    if how == "and" or (how == "sub" and empty is a):
        return Structure(set, (), (), w.new_ident())
    if tables.is_table(other):
        return replace(tables.mixed(other), ident=w.new_ident())
    return replace(other, make=Mixed, ident=w.new_ident())


def test(w: Body, how: str, a: Structure, b: Structure) -> Value:
    """What a comparison of two sets gives."""
    if _members(a) and _members(b):
        columns = (_columns(_keys(w, a)), _columns(_keys(w, b)))
        return w.let(None, fp.set_test, (Const(how), *columns), BOOL)
    first = not _members(a)
    if how == "isdisjoint" or how == ("le" if first else "ge"):
        return Static(True)
    if how == ("gt" if first else "lt"):
        return Static(False)
    other = b if first else a
    if not _members(other):
        return Static(how in ("eq", "le", "ge"))
    size = grown.length(w, _keys(w, other))
    some = how in ("ne", "lt", "gt")
    return w.let(None, operator.ne if some else operator.eq, (size.atom, Const(0)), BOOL)


def _members(value: Structure) -> bool:
    """May there be anything in the set?"""
    return tables.is_table(value) or bool(value.items)


def _keys(w: Body, value: Structure) -> Structure:
    table = tables.as_table(value)
    if table is None:
        refuse(
            "A set that only the run tells meets one of other things than ints.",
            "let both hold ints, or tuples of ints.",
        )
    keys = table.items[0]
    assert isinstance(keys, Structure)
    return tables.ready_list(w, keys)


def _past(w: Body, value: Structure) -> Structure:
    """What may ever have been in a set."""
    table = tables.as_table(value)
    assert table is not None
    past = table.items[1]
    assert isinstance(past, Structure)
    return tables.ready_list(w, past)


def _columns(keys: Structure) -> tuple[Atom, ...]:
    return tuple(h.atom for h in held(keys))
