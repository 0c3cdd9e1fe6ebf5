"""Loops over what `enumerate`, `zip`, `islice` and `takewhile` make of one generator.

    for k, v in enumerate(steps(x, n)):         index = 0
        ..                                      for item in steps(x, n):
                                        ->          k, v = (index, item)
                                                    index = index + 1
                                                    ..

Python asks for values from the left to the right: what ends a loop in front of the generator is
asked before the generator goes on, what ends it behind after that.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import types
from dataclasses import dataclass, field
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.loop_bodies import DONE
from fpad.transforms.outside import Outside, is_by_index
from fpad.transforms.written import stands_for
from fpad.transforms.yields import Nodes


@dataclass
class Loop:
    """A loop whose values one generator yields.

    Attributes:
        target, values: what each value is assigned to; the call, or the object.
        first: statements in front of the body.
        before: statements in front of the loop.
        some: test whether it runs at all; over: test whether it ends before the next value.
    """

    target: Any
    values: Any
    first: list[Any] = field(default_factory=list)
    before: list[Any] = field(default_factory=list)
    some: Any = None
    over: Any = None


class Arranged:
    """Takes loops apart, and says what is a generator.

    Attributes:
        nodes: makes nodes.
        outside: what is known of names that the function does not bind; bound: what it binds.
        inside: the generators inside the function, by name.
    """

    def __init__(self, nodes: Nodes, outside: Outside, bound: set[str]) -> None:
        self.nodes, self.outside, self.bound = nodes, outside, bound
        self.inside: dict[str, Any] = {}

    # ------------------------------------------------------------ what is a generator

    def generates(self, func: Any) -> bool | None:
        """Is this a generator function? None: perhaps."""
        if isinstance(func, gast.Name):
            if func.id in self.inside:
                return True
            if func.id in self.bound:
                return False
        return self.outside.generates(func)

    # ------------------------------------------------------------ loops

    def taken_apart(self, s: Any) -> Loop | None:
        """What a loop runs over, as one generator."""
        call = s.iter
        how = self.library(call.func) if isinstance(call, gast.Call) else None
        if how is None or is_starred(call) or not all(map(_is_not_strict, call.keywords)):
            return Loop(s.target, s.iter)
        make = {
            "enumerate": self.enumerated,
            "zip": self.zipped,
            "islice": self.some,
            "takewhile": self.while_true,
        }[how]
        return make(s, call.args)

    def library(self, func: Any) -> str | None:
        """Which of the functions it is that arrange values one by one."""
        root = func.value if isinstance(func, gast.Attribute) else func
        if not isinstance(root, gast.Name) or root.id in self.bound:
            return None
        known = (enumerate, zip, itertools.islice, itertools.takewhile)
        found = [f for f in known if f is self.outside.value(func)]
        return found[0].__name__ if found else None

    def is_builtin(self, func: Any, builtin: Any) -> bool:
        """Is it this function of Python?"""
        own = isinstance(func, gast.Name) and func.id in self.bound
        return not own and self.outside.value(func) is builtin

    def loops_over(self, part: Any) -> bool:
        """Does a part of a comprehension run over a generator?"""
        loop = gast.For(part.target, part.iter, [], [], None)
        found = self.taken_apart(gast.copy_location(loop, part.iter))
        if found is None:
            return False
        return self.is_source(found.values)

    def is_source(self, values: Any) -> bool:
        """May this be a generator, or give one?"""
        if isinstance(values, gast.Call):
            if self.library(values.func):
                return not is_starred(values) and any(map(self.is_source, values.args))
            sure = self.generates(values.func)
            if sure or (sure is None and is_method(values.func)):
                return True
        return self.may_be_iterated(values)

    def is_sure(self, values: Any) -> bool:
        """Is this a generator, or made of one, for certain?"""
        if not isinstance(values, gast.Call):
            return False
        if self.library(values.func):
            return not is_starred(values) and any(map(self.is_sure, values.args))
        return bool(self.generates(values.func))

    def may_be_iterated(self, values: Any) -> bool:
        """May this be an object whose __iter__ is a generator, or that has indices instead?"""
        if not isinstance(values, gast.Name | gast.Attribute | gast.Call):
            return False
        made = isinstance(values, gast.Call) and not self.is_own(values.func)
        func = self.outside.value(values.func) if made else None
        if isinstance(func, type):
            func = stands_for(func) or func
            generates = inspect.isgeneratorfunction(getattr(func, "__iter__", None))
            return (
                generates
                or is_by_index(func)
                or isinstance(getattr(func, "__next__", None), types.FunctionType)
            )
        if func is not None and not isinstance(func, types.FunctionType):
            return False
        return self.outside.has_iterables()

    def is_own(self, node: Any) -> bool:
        """Is it a variable of the function, or a part of one?"""
        while isinstance(node, gast.Attribute):
            node = node.value
        return isinstance(node, gast.Name) and node.id in self.bound

    def enumerated(self, s: Any, args: list[Any]) -> Loop | None:
        """For k, v in enumerate(generator, start)."""
        if not args or len(args) > 2 or not self.is_source(args[0]):
            return None
        n, k, item = self.nodes, self.nodes.fresh("index"), self.nodes.fresh("item")
        first = [_assigned(s.target, [n.name(k, s), n.name(item, s)], s), self.next_one(k, s)]
        start = args[1] if len(args) == 2 else n.constant(0, s)
        return self.inner(Loop(n.target(item, s), args[0], first, [n.assign(k, start, s)]), s)

    def inner(self, loop: Loop, s: Any) -> Loop | None:
        """The loop, over what another one of these functions arranges perhaps."""
        call = gast.copy_location(gast.For(loop.target, loop.values, [], [], None), s)
        found = self.taken_apart(call)
        if found is None or found.values is loop.values:
            return found and loop
        limits = [v for v in (found.over, loop.over) if v is not None]
        some = [v for v in (found.some, loop.some) if v is not None]
        return Loop(
            found.target,
            found.values,
            [*found.first, *loop.first],
            [*loop.before, *found.before],
            _joined(gast.And(), some),
            _joined(gast.Or(), limits),
        )

    def next_one(self, k: str, s: Any) -> Any:
        """K = k + 1."""
        n = self.nodes
        more = gast.BinOp(n.name(k, s), gast.Add(), n.constant(1, s))
        return n.assign(k, gast.copy_location(more, s), s)

    def zipped(self, s: Any, args: list[Any]) -> Loop | None:
        """For .. in zip(values, generator): the other values have places."""
        sure = [k for k, a in enumerate(args) if self.is_sure(a)]
        found = sure or [k for k, a in enumerate(args) if self.is_source(a)]
        if len(found) != 1:
            return None
        n, at, k, item = self.nodes, found[0], self.nodes.fresh("index"), self.nodes.fresh("item")
        before, parts, shorter = [n.assign(k, n.constant(0, s), s)], [], []
        for j, a in enumerate(args):
            if j == at:
                parts.append(n.name(item, s))
                continue
            values = n.fresh("others")
            before.append(n.assign(values, n.call(n.constant(fp.indexed, s), [a], s), s))
            part = gast.Subscript(n.name(values, s), n.name(k, s), gast.Load())
            parts.append(gast.copy_location(part, s))
            size = n.call(n.constant(len, s), [n.name(values, s)], s)
            shorter.append((j, n.compared(n.name(k, s), gast.GtE(), size, s), values))
        # Python asks from the left to the right: those in front end the loop before the generator
        # is asked again, those behind it after that.
        front = [test for j, test, _ in shorter if j < at]
        back = [test for j, test, _ in shorter if j > at]
        first: list[Any] = []
        if back:
            first.append(n.when(_joined(gast.Or(), back), [n.returns(n.constant(DONE, s), s)], s))
            first[0].body[0].done = True
        first += [_assigned(s.target, parts, s), self.next_one(k, s)]
        if not front:
            return self.inner(Loop(n.target(item, s), args[at], first, before), s)
        none_left = _joined(gast.Or(), front)
        some = gast.copy_location(gast.UnaryOp(gast.Not(), copy.deepcopy(none_left)), s)
        return self.inner(Loop(n.target(item, s), args[at], first, before, some, none_left), s)

    def some(self, s: Any, args: list[Any]) -> Loop | None:
        """For v in islice(generator, n)."""
        if len(args) != 2 or not self.is_source(args[0]):
            return None
        n, k, stop = self.nodes, self.nodes.fresh("index"), self.nodes.fresh("stop")
        before = [n.assign(k, n.constant(0, s), s), n.assign(stop, args[1], s)]
        over = n.compared(n.name(k, s), gast.GtE(), n.name(stop, s), s)
        some = n.compared(n.name(k, s), gast.Lt(), n.name(stop, s), s)
        return self.inner(Loop(s.target, args[0], [self.next_one(k, s)], before, some, over), s)

    def while_true(self, s: Any, args: list[Any]) -> Loop | None:
        """For v in takewhile(test, generator)."""
        if len(args) != 2 or not self.is_source(args[1]):
            return None
        n, item = self.nodes, self.nodes.fresh("item")
        test = gast.UnaryOp(gast.Not(), n.call(args[0], [n.name(item, s)], s))
        done = n.returns(n.constant(DONE, s), s)
        done.done = True
        first = [n.when(gast.copy_location(test, s), [done], s)]
        taken = gast.Assign([s.target], n.name(item, s), None)
        first.append(gast.copy_location(taken, s))
        return self.inner(Loop(n.target(item, s), args[1], first), s)


def _joined(op: Any, tests: list[Any]) -> Any:
    if len(tests) < 2:
        return tests[0] if tests else None
    return gast.copy_location(gast.BoolOp(op, tests), tests[0])


def _assigned(target: Any, parts: list[Any], s: Any) -> Any:
    whole = gast.copy_location(gast.Tuple(parts, gast.Load()), s)
    return gast.copy_location(gast.Assign([target], whole, None), s)


def _is_not_strict(keyword: Any) -> bool:
    """Is it strict=False, which is what zip does without it?"""
    return keyword.arg == "strict" and getattr(keyword.value, "value", None) is False


def is_starred(call: Any) -> bool:
    """Is it a call with *args or **kwargs?"""
    return any(isinstance(a, gast.Starred) for a in call.args) or any(
        k.arg is None for k in call.keywords
    )


def is_method(func: Any) -> bool:
    """May this, which is called, be a name or a method?"""
    return is_dotted(func) or isinstance(func, gast.Attribute)


def is_dotted(node: Any) -> bool:
    """Is it a name, or an attribute of one: nothing happens where it is evaluated?"""
    while isinstance(node, gast.Attribute):
        node = node.value
    return isinstance(node, gast.Name)
