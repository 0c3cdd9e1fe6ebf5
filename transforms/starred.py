"""Calls with a star, of values whose number only the run tells.

norm(*v, 1.0)               fp.parts(v, 2);  norm(v[0], v[1], 1.0)    # norm(x, y, z)
norm(*v)                    fp.parts(v, 3);  norm(v[0], v[1], v[2])     # norm(x, y, z)
Vector(*v)                  fp.parts(v, 3);  Vector(v[0], v[1], v[2])
Quaternion(*v)              fp.all_given(v, 4, 1);  a call with all, or with v[0] alone
                                                                        # w, x=0.0, y=0.0, z=0.0
mean(*v)                    mean(v)                                     # mean(*values)
zip(*M)                     the tuples of the columns of M: fp.turned(M)
max(*v)                     max(v)
"""

from __future__ import annotations

import builtins
import inspect
import operator
import types
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fpad import runtime as fp
from fpad.transforms import grown
from fpad.transforms.abstract import (
    Bound,
    Held,
    Static,
    Structure,
    Value,
    Woven,
    is_array,
    is_grown,
)
from fpad.transforms.closures import Closure
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Do, Slice
from fpad.transforms.iteration import items_of
from fpad.transforms.iterators import gathered
from fpad.transforms.kinds import BOOL, EACH, INT, Num, is_namedtuple, is_object
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


@dataclass(frozen=True)
class Rest(Value):
    """All that a parameter `*args` gets: a tuple of a length that only the run tells."""

    inside = "of"
    of: tuple[Value, ...]


def varying(values: Sequence[Value]) -> Structure | None:
    """What a parameter `*args` gets, if its length is not known."""
    if len(values) == 1 and isinstance(values[0], Rest):
        (whole,) = values[0].of
        assert isinstance(whole, Structure)
        return whole
    return None


@dataclass(frozen=True)
class Starred:
    """Arguments f(a, *star, b) whose star gives values whose number only the run tells.

    Attributes:
        least, most: how many it gives, if those that have defaults are left out, and if not.
    """

    before: list[Value]
    star: Value
    after: list[Value]
    least: int
    most: int

    def arguments(self, w: Library, count: int) -> list[Value]:
        """The arguments, if the star gives that many."""
        leaf = _leaf(self.star)
        w.emit(Do(fp.parts, (leaf.atom, Const(count)), (), w.origin))
        return [*self.before, *(_item(w, self.star, k) for k in range(count)), *self.after]

    def fewer(self, w: Library) -> Held:
        """Does it give no values for the parameters that have defaults?"""
        atom = _leaf(self.star).atom
        numbers = (Const(self.most), Const(self.least))
        w.emit(Do(fp.all_given, (atom, *numbers), (), w.origin))
        size = w.let(None, builtins.len, (atom,), INT)
        return w.let(None, operator.lt, (size.atom, Const(self.most)), BOOL)


def arguments(
    w: Library, f: Value, runs: Sequence[Value], taken: Sequence[str]
) -> list[Value] | Starred | None:
    """The arguments f(*runs[0], *runs[1], ..); None: it takes any number of them.

    `taken`: those that are given by name.
    """
    known = [items_of(w, run) for run in runs]
    unknown = [k for k, items in enumerate(known) if items is None]
    if len(unknown) > 1:
        return None
    at = unknown[0] if unknown else len(runs)
    before = [v for items in known[:at] for v in items or ()]
    after = [v for items in known[at + 1 :] for v in items or ()]
    if not unknown:
        return before
    star = gathered(w, (runs[at],)) if isinstance(runs[at], Woven) else runs[at]
    numbers = _numbers(f, taken)
    if numbers is None or not _is_many(star):
        return None
    least, most = (n - len(before) - len(after) for n in numbers)
    if most < 0:
        return None
    found = Starred(before, star, after, least if least > 0 and not after else most, most)
    return found if found.least < most else found.arguments(w, most)


def _numbers(f: Value, taken: Sequence[str]) -> tuple[int, int] | None:
    """How many positional arguments it needs, and takes; None: it takes any number."""
    if isinstance(f, Static) and isinstance(f.value, np.ufunc):
        return f.value.nin, f.value.nin
    places = _places(f, taken)
    if places is None:
        return None
    return sum(p.default is p.empty for p in places), len(places)


def _places(f: Value, taken: Sequence[str]) -> list[inspect.Parameter] | None:
    """The parameters that take positional arguments; None: they may be any number."""
    signature = _signature(f)
    free = [p for p in signature.parameters.values() if p.name not in taken] if signature else []
    if signature is None or any(p.kind is p.VAR_POSITIONAL for p in free):
        return None
    return [p for p in free if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _is_many(star: Value) -> bool:
    return is_grown(star) or (isinstance(star, Held) and is_array(star))


def _leaf(star: Value) -> Held:
    return star if isinstance(star, Held) else grown.first_leaf(star)  # type: ignore[arg-type]


def from_one(w: Library, f: Value, star: Value, taken: Sequence[str]) -> list[Value]:
    """The arguments that a star gives to a function that takes any number of them."""
    if isinstance(star, Woven):
        star = gathered(w, (star,))
    many = _is_many(star)
    if many and isinstance(f, Static) and f.value is builtins.zip:
        return _columns(w, star)
    if many and f in (Static(builtins.max), Static(builtins.min)):
        return [star]
    signature = _signature(f)
    if not many or signature is None:
        refuse(
            f"{describe(star)} is given after *; how many values it has is not known while the "
            "code is written.",
            "give the arguments one by one.",
        )
    free = [p for p in signature.parameters.values() if p.name not in taken]
    places = [p for p in free if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if places:
        check = fp.all_given if _has_defaults(places) else fp.enough
        w.emit(Do(check, (_leaf(star).atom, Const(len(places))), (), w.origin))
    first = [_item(w, star, k) for k in range(len(places))]
    return [*first, Rest((_rest(w, star, len(places)),))]


def _has_defaults(places: Sequence[inspect.Parameter]) -> bool:
    return any(p.default is not p.empty for p in places)


def _signature(f: Value) -> inspect.Signature | None:
    """The parameters of a function of the user's."""
    if isinstance(f, Structure) and issubclass(f.make, Closure):
        made = f.make.nested
        own = made.source.signature.parameters.values()
        return inspect.Signature([p for p in own if p.name not in made.taken])
    if isinstance(f, Bound):
        params = list(inspect.signature(f.func).parameters.values())
        return inspect.Signature(params[1:])
    written = isinstance(f, Static) and isinstance(f.value, types.FunctionType | types.MethodType)
    if isinstance(f, Static) and (written or is_object(f.value) or is_namedtuple(f.value)):
        return inspect.signature(f.value)
    return None


def _item(w: Library, star: Value, k: int) -> Value:
    if isinstance(star, Held):
        return w.element(None, star, Const(k))
    assert isinstance(star, Structure)
    return grown.item(w, star, Const(k))


def _rest(w: Library, star: Value, first: int) -> Structure:
    part = Slice(Const(first), Const(None), Const(None))
    if isinstance(star, Held):
        star = Structure(tuple, (EACH,), (star,))
    assert isinstance(star, Structure)
    return grown.section(w, star, part, tuple) if first else replace(star, make=tuple, ident=None)


def _columns(w: Library, star: Value) -> list[Value]:
    """What zip(*rows) zips, as one list of the tuples that it gives (see `zipped`)."""
    rows: Value = star
    if isinstance(star, Structure):
        (rows,) = star.items
    if isinstance(rows, Structure) and rows.make in (list, tuple) and is_grown(rows):
        (rows,) = rows.items
    elif isinstance(rows, Structure) and rows.make in (list, tuple):
        leaf = grown.first_leaf(rows)
        w.emit(Do(fp.enough, (leaf.atom, Const(1)), (), w.origin))
        columns = [Structure(tuple, (EACH,), (part,)) for part in rows.items]
        return [w.sequence(tuple, columns)]
    rank = rows.kind.rank if isinstance(rows, Held) and isinstance(rows.kind, Num) else None
    if not isinstance(rows, Held) or rank == 1:
        refuse(f"zip is given the parts of {describe(star)}.", "loop over indices.")
    turned = w.let(None, fp.turned, (rows.atom,), rows.kind)
    return [Structure(tuple, (EACH,), (Structure(tuple, (EACH,), (turned,)),))]
