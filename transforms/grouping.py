"""itertools.groupby: runs of values that have one key.

for k, g in groupby(rows, key=f)        k, g = "a", (r0, r1);  ..;  k, g = "b", (r2,);  ..

    (of values whose number only the run tells)
                                        starts = fp.runs((keys,))
                                        for i in range(len(starts) - 1):
                                            k = keys[starts[i]]
                                            g = rows[starts[i]:starts[i + 1]]
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import arranging
from fpad.transforms.abstract import Static, Structure, Value, Woven, to_python
from fpad.transforms.iteration import items_of
from fpad.transforms.iterators import Args, Handler, Keywords, arguments, gathered, judged
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _groups(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    over, key = arguments("groupby", args, kwargs, "iterable", "key")
    assert over is not None
    key = key or Static(None)
    items = None if arranging.of_unknown_length(w, over) else items_of(w, over)
    if items is None:
        return _at_run_time(w, over, key)
    keys = [v if key == Static(None) else judged(w, key, v) for v in items]
    known = [to_python(k) for k in keys]
    if None in known:
        return _at_run_time(w, w.sequence(tuple, items), key)
    pairs: list[Value] = []
    numbers = range(len(items))
    for _, run in itertools.groupby(numbers, key=lambda k: known[k]):
        at = list(run)
        group = w.iterator([items[k] for k in at])
        pairs.append(w.sequence(tuple, (keys[at[0]], group)))
    return w.iterator(pairs)


def _at_run_time(w: Library, over: Value, key: Value) -> Value:
    whole = arranging.whole_list(w, over)
    keys = arranging.keys_of(w, whole, key, gathered)
    if not isinstance(keys, Structure):
        refuse("The keys of groupby are not understood.", "compute them first, in a loop.")
    columns = arranging.columns(w, keys, "groupby")
    starts = w.let(None, fp.runs, (columns,), arranging.POSITIONS)
    w.idents += 1
    return Woven("groupby", (whole, keys, starts), w.idents)


GROUPING: dict[Any, Handler] = {itertools.groupby: _groups}
