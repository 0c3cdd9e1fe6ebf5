"""Functions that keep their results (functools.cache): with a dict of results.

    @cache                              score_kept = {}
    def score(a, b):                    def score(a, b):
        ..                                  if fp.keeps(a, b):
        return score(a + 1, b)  ->              if (a, b) not in score_kept:
                                                    score_kept[a, b] = score_within(a, b)
                                                return score_kept[a, b]
                                            return fp.uncached(True, score_within, a, b)
                                        def score_within(a, b):
                                            ..
                                            return score(a + 1, b)

Without the dict such a recursion would take as long as if nothing were kept, which may be for ever.
A result is kept for each call of the function around it.  `fp.keeps` is known while the code is
written: only ints and texts tell results apart.  Of two equal floats each has its own derivatives,
so with a float among the arguments nothing is kept (see `caches`), unless all calls hand it on;
then the function must not change anything (`fp.uncached`), as Python lets that happen once.
"""

from __future__ import annotations

import copy
from collections.abc import Set as AbstractSet
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms import caches
from fpad.transforms.outside import Outside
from fpad.transforms.written_decorators import names_bound, placed


def with_kept_results(tree: Any, outside: Outside) -> set[str]:
    """Write the dicts in a definition, which is changed; returns its new names."""
    made: set[str] = set()
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        body: list[Any] = []
        for s in function.body:
            asked = isinstance(s, gast.FunctionDef) and _keeps(s, outside)
            new = _written(tree, s) if asked else [s]
            if asked and function is tree:
                made |= {n for part in new for n in names_bound(part)}
            body += new
        function.body = body
    itself = caches.inside(outside.value(_name(tree.name))) is outside.function
    if itself and _is_plain(tree.args) and _calls_itself(tree):
        inner = gast.copy_location(
            gast.FunctionDef(tree.name, copy.deepcopy(tree.args), tree.body, [], None, None, []),
            tree,
        )
        inner.args.defaults = []
        call = gast.Call(_name(tree.name), _given(tree), [])
        tree.body = [*_written(tree, inner, _handed_on(tree)), placed(gast.Return(call), tree)]
        made = {n for part in tree.body for n in names_bound(part)}
    return made


def _keeps(s: Any, outside: Outside) -> bool:
    """Is it a function of this sort?"""
    decorators = s.decorator_list
    kept = bool(decorators) and all(_is_cache(d, outside) for d in decorators)
    return kept and _is_plain(s.args)


def _is_cache(decorator: Any, outside: Outside) -> bool:
    if isinstance(decorator, gast.Call):
        decorator = decorator.func
    return outside.value(decorator) in caches.MAKERS


def _is_plain(a: Any) -> bool:
    """Are there parameters, and all of them given by position?"""
    return bool(a.args) and not (a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg)


def _calls_itself(s: Any) -> bool:
    return any(_is_named(n, s.name) for b in s.body for n in gast.walk(b))


def _name(name: str, context: Any = None) -> Any:
    return gast.Name(name, context or gast.Load(), None, None)


def _given(s: Any) -> list[Any]:
    return [_name(a.id) for a in s.args.args]


def _handed_on(s: Any) -> set[str]:
    """The parameters that every call of the function by itself has again: one value for all."""
    nodes = [n for b in s.body for n in gast.walk(b)]
    calls = [n for n in nodes if isinstance(n, gast.Call) and _is_named(n.func, s.name)]
    if sum(_is_named(n, s.name) for n in nodes) > len(calls) or any(n.keywords for n in calls):
        return set()
    stored = {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    names = [a.id for a in s.args.args]
    handed = (
        {n for n, a in zip(names, call.args, strict=False) if _is_named(a, n)} for call in calls
    )
    every = set(names).intersection(*handed) - stored
    return every if every < set(names) else set()


def _is_named(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _written(tree: Any, s: Any, fixed: AbstractSet[str] = frozenset()) -> list[Any]:
    """The statements that stand for the definition; `fixed`: what tells no results apart."""
    taken = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    kept, within = (_fresh(f"{s.name}_{part}", taken) for part in ("kept", "within"))

    def telling() -> list[Any]:
        return [n for n in _given(s) if n.id not in fixed]

    def key() -> Any:
        names = telling()
        return names[0] if len(names) == 1 else gast.Tuple(names, gast.Load())

    def entry(context: Any) -> Any:
        return gast.Subscript(_name(kept), key(), context)

    def computed() -> Any:
        return gast.Call(_name(within), _given(s), [])

    keeps = gast.Call(gast.Constant(fp.keeps, None), telling(), [])
    unknown = gast.Compare(key(), [gast.NotIn()], [_name(kept)])
    look_up = [
        gast.If(unknown, [gast.Assign([entry(gast.Store())], computed(), None)], []),
        gast.Return(entry(gast.Load())),
    ]
    about = [gast.Constant(_calls_itself(s), None), _name(within)]
    uncached = gast.Call(gast.Constant(fp.uncached, None), [*about, *_given(s)], [])
    outer_body = [gast.If(keeps, look_up, []), gast.Return(uncached)]
    outer = gast.FunctionDef(s.name, copy.deepcopy(s.args), outer_body, [], None, None, [])
    first = gast.Assign([_name(kept, gast.Store())], gast.Dict([], []), None)
    inner = copy.copy(s)
    inner.name, inner.decorator_list, inner.args = within, [], copy.deepcopy(s.args)
    inner.args.defaults = []
    return [placed(first, s), placed(outer, s), inner]


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
