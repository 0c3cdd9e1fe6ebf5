"""Functions inside a function that get attributes: objects of a class with `__call__`.

def f(x):                               def f(x):
def step(v):                            class step_function:
step.calls += 1                         def __call__(step_itself, v):
return v * x            ->                  step.calls += 1
step.calls = 0                                  return v * x
return step(2.0) * step.calls           step = step_function()
step.calls = 0
..
"""

from __future__ import annotations

from typing import Any

import gast

from fpad.transforms.yields import is_generator, own_nodes

_SCOPES = (gast.FunctionDef, gast.Lambda, gast.ClassDef)
_BLOCKS = ("body", "orelse", "finalbody")


def with_function_objects(tree: Any) -> set[str]:
    """Rewrite the functions in a definition that get attributes; returns its new names."""
    made: set[str] = set()
    for function in [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)]:
        given = _given_attributes(function)
        if given:
            function.body = _block(function.body, given)
            made |= {f"{name}_function" for name in given} if function is tree else set()
    return made


def _given_attributes(function: Any) -> set[str]:
    """The names of functions directly inside one of which an attribute is set."""
    own = list(own_nodes(function.body))
    inside = [n for n in own if isinstance(n, gast.FunctionDef)]
    names = [n for n in gast.walk(function) if isinstance(n, gast.Name)]
    stored = {n.id for n in names if not isinstance(n.ctx, gast.Load)}
    set_ = {
        n.value.id
        for n in gast.walk(function)
        if isinstance(n, gast.Attribute)
        and not isinstance(n.ctx, gast.Load)
        and isinstance(n.value, gast.Name)
    }
    parameters = {n.id for n in names if isinstance(n.ctx, gast.Param)}
    once = [n.name for n in inside]
    return {
        n.name
        for n in inside
        if n.name in set_ - stored - parameters and once.count(n.name) == 1 and _is_plain(n)
    }


def _is_plain(node: Any) -> bool:
    """Is it decorated with nothing but functools.wraps, and no generator?"""
    calls = [d.func if isinstance(d, gast.Call) else d for d in node.decorator_list]
    names = {getattr(c, "attr", getattr(c, "id", "")) for c in calls}
    return names <= {"wraps"} and not is_generator(node)


def _block(body: list[Any], given: set[str]) -> list[Any]:
    out: list[Any] = []
    for s in body:
        if isinstance(s, gast.FunctionDef) and s.name in given:
            out += _object(s)
            continue
        if not isinstance(s, _SCOPES):
            for part in _BLOCKS:
                if getattr(s, part, None):
                    setattr(s, part, _block(getattr(s, part), given))
            for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
                part.body = _block(part.body, given)
        out.append(s)
    return out


def _object(node: Any) -> list[Any]:
    def at(n: Any) -> Any:
        return gast.copy_location(n, node)

    for n in [n for s in node.body for n in gast.walk(s)]:
        if isinstance(n, gast.Name) and n.id == node.name:
            n.id = f"{node.name}_itself"
    args, name = node.args, f"{node.name}_function"
    first = at(gast.Name(f"{node.name}_itself", gast.Param(), None, None))
    if args.posonlyargs:
        args.posonlyargs = [first, *args.posonlyargs]
    else:
        args.args = [first, *args.args]
    call = at(gast.FunctionDef("__call__", args, node.body, [], node.returns, None, []))
    cls = at(gast.ClassDef(name, [], [], [call], [], []))
    made = at(gast.Call(at(gast.Name(name, gast.Load(), None, None)), [], []))
    target = at(gast.Name(node.name, gast.Store(), None, None))
    return [cls, at(gast.Assign([target], made, None))]
