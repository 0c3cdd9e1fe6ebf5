"""Attributes that an object gets in a loop: they have their places from the start.

    for it in range(n):                 fp.runs_once((0, n))
        self.labels = ..        ->      self_labels = np.zeros((0,))
    return self                         for it in range(n): self_labels = ..
                                        # self has the part self_labels

Without that an object has an attribute on one way and not on the other, and nobody can say what it
has behind the loop.  A loop that runs not at all is refused when the program runs.  This is done
where a program is refused otherwise; whether an object has such an attribute is not asked then.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.transforms.abstract import Held, Structure, Value
from fpad.transforms.class_parts import class_of
from fpad.transforms.heap import changed, each_held, held_at
from fpad.transforms.ir import Const, Copy, Let, Origin, Statement
from fpad.transforms.joins import part_label
from fpad.transforms.kinds import Num, is_namedtuple

if TYPE_CHECKING:
    from fpad.transforms.abstract import Env
    from fpad.transforms.writer import Writer

More = dict[Hashable, dict[Any, Held]]
NOTHING: More = {}


def missing(w: Writer, head: Env, ends: Sequence[Env]) -> More:
    """The attributes that objects have at every end, and not before; they get their places.

    `ends`: what holds at the end of a trip, and where a jump leaves the loop.
    """
    found: More = {}
    after = [_by_ident(end) for end in ends]
    for (variable, path), s in held_at(head):
        cls = class_of(s)
        others = [o for end in after for o in end.get(s.ident, ())]
        if cls is None or is_namedtuple(cls) or s.ident in found or not others:
            continue
        added = [dict(zip(o.keys, o.items, strict=True)) for o in others]
        keys = {key for parts in added for key in parts} - set(s.keys)
        if not keys or not all(key in parts for parts in added for key in keys):
            continue
        labels = tuple(_labels(head[variable], path))
        values = {key: added[0][key] for key in added[0] if key in keys}
        found[s.ident] = {
            key: Held(w.place(variable, (*labels, key), v.kind), v.kind)
            for key, v in values.items()
            if isinstance(v, Held) and isinstance(v.kind, Num)
        }
        if len(found[s.ident]) < len(keys):
            del found[s.ident]
    return found


def _by_ident(env: Env) -> dict[Hashable, list[Structure]]:
    out: dict[Hashable, list[Structure]] = {}
    for _, s in held_at(env):
        out.setdefault(s.ident, []).append(s)
    return out


def first_values(more: More, origin: Origin) -> Iterator[Statement]:
    """What the places hold before: nothing that anybody reads whose program sets them."""
    for held in (h for parts in more.values() for h in parts.values()):
        assert isinstance(held.atom, str)
        assert isinstance(held.kind, Num)
        if held.kind.array:
            empty = Const((0,) * (held.kind.rank or 1))
            yield Let(held.atom, np.zeros, (empty,), origin=origin)
        else:
            blank = float("nan") if held.kind.num in ("float", "any") else 0
            yield Copy(held.atom, Const(blank), origin)


def _labels(value: Value, path: Sequence[int]) -> Iterator[Any]:
    for k in path:
        yield part_label(value, k)
        value = value.parts[k]


def with_places(env: Env, more: More) -> Env:
    """The environment in which objects have these attributes too."""
    for ident, parts in more.items():
        old = each_held(env).get(ident)
        if old is None:
            continue
        new = replace(old, keys=(*old.keys, *parts), items=(*old.items, *parts.values()))
        env = {v: changed(x, ident, new) for v, x in env.items()}
    return env
