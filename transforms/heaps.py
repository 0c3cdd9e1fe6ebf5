"""heapq: the values of a heap lie where it puts them, which only the run tells.

heappush(heap, v)       heap = fp.appended((heap, v));  at = fp.heaped("push", (heap,))
                        heap = fp.picked(heap, at)
v = heappop(heap)       at = fp.heaped("pop", (heap,));  v = heap[at[0]]
                        heap = fp.picked(heap, at[1:])

A heap of tuples is one array for each of their parts, all of which are put in the same order.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms import arranging, by_method, grown
from fpad.transforms.abstract import Static, Structure, Value, is_grown
from fpad.transforms.choosing import CHOOSING
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Load, Operand, Slice
from fpad.transforms.iterators import Args, Handler, Keywords, arguments
from fpad.transforms.kinds import INT
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

_NONE = Const(None)


def _heap(value: Value, who: str) -> Structure:
    if not isinstance(value, Structure) or value.make is not list:
        refuse(f"{who} is given {describe(value)}.", "give it a list.")
    return value


def _many(w: Library, base: Structure) -> Structure:
    """The heap as a list of unknown length; it has values."""
    return base if is_grown(base) else grown.grown(w, list, base.items)


def _placed(w: Library, how: str, base: Structure) -> Operand:
    """The positions of the values once this has been done to the heap."""
    if by_method.has_order(base.items[0]):
        return by_method.heaped(w, how, base)
    columns = arranging.columns(w, base, f"heapq.{how}")
    return arranging.positions(w, fp.heaped, Const(how), columns)


def _become(w: Library, base: Structure, whole: Structure, at: Operand) -> None:
    """The heap has the values at these positions from here on."""
    new = arranging.picked(w, whole, at)
    w.change(base, replace(new, make=list, ident=base.ident))


def _first_and_rest(w: Library, at: Operand) -> tuple[Operand, Operand]:
    parts: list[Operand] = []
    for index, kind in ((Const(0), INT), (Slice(Const(1), _NONE, _NONE), arranging.POSITIONS)):
        target = w.fresh.temp()
        w.emit(Load(target, str(at), index, w.origin))
        parts.append(w.wrote(target, kind).atom)
    return parts[0], parts[1]


def _taking(how: str, puts: bool) -> Handler:
    """heappop, and what puts a value into the heap and takes the smallest one out of it."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        base, *more = args
        heap = _heap(base, f"heapq.{how}")
        if not puts and not is_grown(heap) and not heap.items:
            error = IndexError("index out of range")
            refuse("This raises IndexError: index out of range.", "test the length first.", error)
        if how == "heappushpop" and not is_grown(heap) and not heap.items:
            return more[0]
        whole = _many(w, heap)
        if puts:
            whole = grown.appended(w, whole, more[0])
        first, rest = _first_and_rest(w, _placed(w, how, whole))
        value = grown.item(w, whole, first)
        _become(w, heap, whole, rest)
        return value

    return handle


def _push(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    heap, value = _heap(args[0], "heapq.heappush"), args[1]
    if not is_grown(heap) and not heap.items:
        w.change(heap, replace(grown.grown(w, list, (value,)), ident=heap.ident))
        return Static(None)
    whole = grown.appended(w, _many(w, heap), value)
    _become(w, heap, whole, _placed(w, "heappush", whole))
    return Static(None)


def _heapify(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    heap = _heap(args[0], "heapq.heapify")
    if is_grown(heap) or len(heap.items) > 1:
        whole = _many(w, heap)
        _become(w, heap, whole, _placed(w, "heapify", whole))
    return Static(None)


def _most(largest: bool) -> Handler:
    """Nlargest and nsmallest."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        who = "nlargest" if largest else "nsmallest"
        n, over, key = arguments(who, args, kwargs, "n", "iterable", "key")
        if n is None or over is None:
            refuse(f"{who} is given too few arguments.", "give it a number and values.")
        named: Keywords = {"reverse": Static(largest)}
        found = CHOOSING[sorted](
            w, variable, (over,), named | ({} if key is None else {"key": key})
        )
        name = w.hold_as("sorted", found)
        index = w.hold_as("n", n)
        result = w.load(None, found, Slice(_NONE, index, _NONE))
        del w.env[name], w.env[index]
        return result

    return handle


HEAPS: dict[Any, Handler] = {
    heapq.heapify: _heapify,
    heapq.heappop: _taking("heappop", False),
    heapq.heappush: _push,
    heapq.heappushpop: _taking("heappushpop", True),
    heapq.heapreplace: _taking("heapreplace", True),
    heapq.nlargest: _most(True),
    heapq.nsmallest: _most(False),
}
