"""Rules of dicts with keys that only the run tells: keys have no derivative, values are moved.

y = fp.put((x, v), i)       ->      bx = fp.kept(by, x, i);  bv = by[i]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, INT, Kind, Num
from fpad.transforms.rules.core import Drawn, Entries, constant, general, linear
from fpad.transforms.rules.rows import appended_kind
from fpad.transforms.rules.trace import f


def _place_kind(columns: Any, key: Any) -> Kind:
    return INT


for _op in (fp.slot, fp.position, fp.present):
    constant(
        _op,
        ("columns", "key"),
        kind=_place_kind,
        piece=lambda columns, key: f.slot(columns, key),  # which keys are equal
    )
general(
    fp.with_key,
    [
        lambda dx, y, keys, key, at: f.keys_after(dx, keys, at),
        lambda dx, y, keys, key, at: f.with_key(f.zeros_like(keys), dx, at),
    ],
    [
        lambda by, y, keys, key, at: f.keys_before(by, keys, at),
        lambda by, y, keys, key, at: f.key_put(by, keys, at),
    ],
    joint=frozenset((0, 1)),
    kind=lambda keys, key, at: Num(True, keys.num, keys.rank),
    rounds=False,
    view="maybe",
    examples=((Drawn(3), 0.5, 3), (Drawn(3), 0.5, 1)),
)
for _there, _back, _rows in ((fp.keys_before, "keys_after", 4), (fp.keys_after, "keys_before", 3)):
    linear(
        _there,
        lambda by, y, g, keys, at, back=_back: getattr(f, back)(by, keys, at),
        kind=lambda g, keys, at: Num(True, g.num, 1),
        rounds=False,
        view="maybe",
        shape_only=frozenset((1,)),
        examples=((Drawn(_rows), Drawn(3), 3), (Drawn(3), Drawn(3), 1)),
    )
linear(
    fp.key_put,
    lambda by, y, g, keys, at: f.with_key(f.zeros_like(keys), by, at),
    kind=lambda g, keys, at: Num(False, g.num),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((Drawn(4), Drawn(3), 3), (Drawn(3), Drawn(3), 1)),
)
for _owned in (fp.members, fp.others, fp.closed):
    constant(_owned, ("owner", "place"), kind=lambda owner, place: Num(True, "int", 1))
for _several in (fp.members_of, fp.places_of):
    constant(_several, ("owner", "places"), kind=lambda owner, places: Num(True, "int", 1))
constant(fp.member, ("owner", "place", "k"), kind=lambda owner, place, k: INT)
_MANY = Num(True, "int", 1)
constant(fp.log_end, ("log", "keys", "at", "adding"), kind=lambda log, keys, at, adding: INT)
constant(fp.replayed, ("log", "columns"), kind=lambda log, columns: _MANY)
constant(fp.certain_order, ("past", "columns"), kind=lambda past, columns: _MANY)
constant(fp.set_result, ("how", "a", "b"), kind=lambda how, a, b: _MANY)
constant(fp.set_test, ("how", "a", "b"), kind=lambda how, a, b: BOOL)
for _places in (fp.first_places, fp.last_places, fp.set_order):
    constant(_places, ("columns",), kind=lambda columns: Num(True, "int", 1))

_ROW, _TABLE = Drawn(3), Drawn(2, 3)

linear(
    fp.put,
    lambda by, y, pair, at: Entries(
        lambda j: f.kept(by, pair[0], at) if j == 0 else by[at]  # a row, or a number
    ),
    None,
    kind=lambda pair, at: appended_kind(pair),
    rounds=False,
    view="maybe",
    examples=(
        ((Drawn(3), 0.5), 1),
        ((Drawn(3), 0.5), 3),
        ((_TABLE, _ROW), 0),
        ((_TABLE, _ROW), 2),
    ),
)
_EXAMPLES = ((Drawn(4), np.zeros(3), 3), (Drawn(3), np.zeros(3), 1), (_TABLE, np.zeros((2, 3)), 0))
linear(
    fp.kept,
    lambda by, y, g, values, at: f.unkept(by, values, at),
    None,
    None,
    kind=lambda g, values, at: Num(True, g.num, values.rank),
    rounds=False,
    view="maybe",
    shape_only=frozenset((1,)),
    examples=_EXAMPLES,
)
linear(
    fp.unkept,
    lambda by, y, g, values, at: f.kept(by, values, at),
    None,
    None,
    kind=lambda g, values, at: Num(True, g.num, values.rank),
    rounds=False,
    shape_only=frozenset((1,)),
    examples=((Drawn(3), np.zeros(3), 3), (Drawn(3), np.zeros(3), 1)),
)
