"""Arrays as lists of Python's own numbers.

    xs = a.tolist()             xs = fp.to_rows(a)          # a list of unknown length (see `grown`)
    t = xs[0] * 2.0     ->      t = fp.plain(xs[0], xs) * 2.0
    y = b.tolist()              y = fp.item(b)              # b has no axes
    y = a.item(3)               y = fp.item(np.ravel(a)[3])

The list is a copy: what becomes of the array later is not seen in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Structure, Value
from fpad.transforms.iterators import Args, Handler, Keywords
from fpad.transforms.kinds import EACH, Num
from fpad.transforms.writer import refuse
from fpad.transforms.written.options import item

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _to_list(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (array,) = args
    assert isinstance(array, Held)
    assert isinstance(array.kind, Num)
    rank = array.kind.rank if array.kind.array else 0
    if rank is None:
        refuse(
            "tolist() of an array whose number of axes is not known.", "reshape the array first."
        )
    if rank == 0:
        return w.operation(variable, fp.item, (array,), {})
    pattern: Value = w.operation(None, fp.to_rows, (array,), {})
    for k in range(rank):
        outermost = k == rank - 1
        pattern = Structure(list, (EACH,), (pattern,), w.new_ident() if outermost else None)
    return pattern


def _item(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    array, *index = args
    if index:
        return w.user_call(variable, item, (array, *index), kwargs)
    return w.operation(variable, fp.item, (array,), kwargs)


LISTING: dict[object, Handler] = {fp.to_list: _to_list, fp.item: _item}
