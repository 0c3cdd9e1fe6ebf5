"""Methods that contextlib.contextmanager has made of generators, as functions that give an object.

    @contextmanager                     def scope(self, name):
    def scope(self, name):                  self.level += 1
        self.level += 1                     def left():
        try:                     ->             self.level -= 1
            yield self                      return Managed(self, left)
        finally:
            self.level -= 1

What stands in front of the yield runs when the manager is made, which is when it is entered only
where a with statement makes it: `managers` writes `fp.entering(m.scope, name)` there.
"""

from __future__ import annotations

import copy
import functools
import inspect
import types
from typing import TYPE_CHECKING, Any

import gast

from fpad import runtime as fp
from fpad.transforms.abstract import Value
from fpad.transforms.cells import bound
from fpad.transforms.ir import Apply
from fpad.transforms.made_functions import made_function
from fpad.transforms.managers import around_yield, is_manager
from fpad.transforms.refusing import refuse
from fpad.transforms.source import read
from fpad.transforms.written.managing import Managed

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library


@functools.lru_cache(maxsize=256)
def made_of(f: types.FunctionType) -> types.FunctionType | None:
    """The function that enters such a manager; None if its generator has not that form."""
    source = read(inspect.unwrap(f))
    parts = around_yield(source.tree.body)
    if parts is None:
        return None
    before, value, after = parts
    tree = copy.copy(source.tree)
    at = (before or tree.body)[-1]
    no_args = gast.arguments([], [], None, [], [], None, [])
    left = gast.FunctionDef("left", no_args, after or [gast.Pass()], [], None, None, [])
    tree.body = [*before, left]
    shared = sorted(bound(left) & bound(_without(tree, left)))
    if shared:
        left.body = [gast.Nonlocal(shared), *left.body]
    given = [
        gast.Constant(None, None) if value is None else value,
        gast.Name("left", gast.Load(), None, None),
    ]
    out = gast.Return(gast.Call(gast.Constant(Managed, None), given, []))
    tree.body = [*before, *(gast.copy_location(n, at) for n in (left, out))]
    for n in (left, out):
        gast.fix_missing_locations(n)
    return made_function(source, tree, {"left"})


def _without(tree: Any, part: Any) -> Any:
    other = copy.copy(tree)
    other.body = [b for b in tree.body if b is not part]
    return other


def _managed(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """The manager that a with statement makes by a method of an object."""
    method, *rest = args
    before, w.makes_manager = w.makes_manager, True
    try:
        return w.apply(Apply(variable, variable, (), (), w.origin), method, rest, kwargs)
    finally:
        w.makes_manager = before


def entered(f: Any, entering: bool) -> Any:
    """The function that is called in the place of one that makes a manager of a generator."""
    if not is_manager(f):
        return f
    made = made_of(f) if entering else None
    if made is None:
        refuse(
            f"{f.__name__} makes a context manager of a generator.",
            "use it in a with statement, with one yield in the generator, and no handlers.",
        )
    return made


MANAGED: dict[Any, Handler] = {fp.entering: _managed}
