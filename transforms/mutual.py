"""Functions inside a function that call each other: each gets what is defined behind it inside.

    def f(x):                           def f(x):
        def even(k):                        def even(k):
            return k == 0 or odd(k - 1)         def odd(k):
        def odd(k):                 ->              return k > 0 and even(k - 1)
            return k > 0 and even(k - 1)        return k == 0 or odd(k - 1)
        return even(x)                      ..

Python looks a name up when it is called, so a function may use those that are defined behind it.
What a function inside a function takes is fixed where it is defined (`closures`), so it is given a
copy of their definitions; there it is known itself, by its own name.  This is done where no other
variable has one of the names, and where no default is computed.
"""

from __future__ import annotations

import copy
import itertools
from typing import Any

import gast

from fpad.transforms.cells import _assigned, bound, taken


def with_mutual(tree: Any) -> Any:
    """The definition of a function, which is changed, with copies where it needs them."""
    numbers = itertools.count(1)
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        _Group(function, numbers).write()
    return tree


class _Group:
    """The functions that are defined among the statements of another one."""

    def __init__(self, outer: Any, numbers: Any) -> None:
        self.numbers = numbers
        times = _assigned(outer)
        self.defined = [
            s
            for s in outer.body
            if isinstance(s, gast.FunctionDef) and len(times[s.name]) == 1 and _plain(s)
        ]
        self.places = {s.name: k for k, s in enumerate(self.defined)}

    def write(self) -> None:
        """Put copies into those that need them."""
        if len(self.defined) < 2:
            return
        originals = {s.name: copy.deepcopy(s) for s in self.defined}
        for s in self.defined:
            inside = self._copies(originals, s, (s.name,), self.places[s.name])
            if inside:
                first = s.body[0]
                doc = isinstance(first, gast.Expr) and isinstance(first.value, gast.Constant)
                s.body[doc:doc] = inside

    def _copies(
        self, originals: dict[str, Any], node: Any, around: tuple[str, ...], place: int
    ) -> list[Any]:
        """The functions that a function needs, and that are defined behind the outermost one."""
        own = originals[around[-1]]
        late = [n for n in sorted(taken(own) & self.places.keys()) if self.places[n] > place]
        out: list[Any] = []
        for name in late:
            if name in around:
                continue
            free = taken(originals[name]) - self.places.keys()
            own_names = set[str]().union(*(bound(originals[n]) for n in around))
            if free & own_names or name in own_names:
                return []
            made = copy.deepcopy(originals[name])
            made.copied = next(self.numbers)
            deeper = self._copies(originals, made, (*around, name), place)
            made.body[:0] = deeper
            out.append(made)
        return out


def _plain(node: Any) -> bool:
    """Can its definition stand elsewhere?"""
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    return not node.decorator_list and all(isinstance(d, gast.Constant) for d in defaults)
