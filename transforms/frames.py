"""Generators that are asked for one value at a time, as classes whose objects are their frames.

    def mean(start):                    class Frame:
        total, n = start, 1                 def __init__(self, start):
        while True:                             self.total, self.n = start, 1
            v = yield total / n
            total += v              ->      def step_0(self, sent):     # to the first yield
            n += 1                              self.value = self.total / self.n

    m = mean(x)                             def step_1(self, sent):     # from there to the next
    next(m)                                     v = sent
    y = m.send(2.0)                             total, n = self.total + v, self.n + 1
                                                self.total, self.n = total, n
                                                self.value = total / n

What follows a yield up to the next one is code of its own: the rest of the loops around it, then
these loops again.  Variables that are read there are attributes.  Assignments in front of all else
that compute nothing are made with the object, so that its attributes are the same at all yields.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from fpad.transforms.live_names import Live, names_in
from fpad.transforms.outside import Outside
from fpad.transforms.written import frames as written
from fpad.transforms.yields import Nodes, own_nodes

SENT = "sent"
_OWN = ("at", "value", "returned", "step", "send", "close", "throw")
_MAKE_ANEW = (written.asked, range, np.zeros, np.ones, np.eye, np.zeros_like, np.ones_like)
_MOST_NODES = 6000


class Unframed(Exception):
    """A generator whose frame cannot be an object."""


@dataclass
class Parts:
    """The trees of the functions of a frame.

    Attributes:
        begin: makes the object.
        steps: from each state (0: the beginning; k: the k-th yield) on to the next.
        endless: does no step reach the end?
        names: variables that the functions have got.
    """

    begin: Any
    steps: dict[int, Any]
    endless: bool
    names: set[str]


Code = list[Any]
After = Callable[[], Code]


@dataclass(frozen=True)
class _Ways:
    """What a break and a continue of the loop around the yield that is gone on from lead to."""

    out: After | None = None
    on: After | None = None


def parts_of(tree: Any, outside: Outside, also: tuple[str, ...] = ()) -> Parts:
    """The functions of the frame of a generator.

    Args:
        tree: the definition of the generator.
        outside: what is known of names that it does not bind.
        also: variables around it that it reads, which become further parameters.

    Raises:
        Unframed: it yields inside with or try, or in a for loop inside another one, or its
            variables are shared with functions inside.
    """
    tree = copy.deepcopy(tree)
    nodes = Nodes({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)})
    return _Machine(tree, nodes, outside, also).parts()


def yields_in(node: Any) -> list[Any]:
    """The yields in a statement or an expression."""
    return [n for n in own_nodes([node]) if isinstance(n, gast.Yield | gast.YieldFrom)]


class _Machine:
    def __init__(self, tree: Any, nodes: Nodes, outside: Outside, also: tuple[str, ...]) -> None:
        self.tree, self.nodes, self.outside = tree, nodes, outside
        self.also = also
        self.yields: list[Any] = []
        self.at = tree.body[0]
        self.sent = nodes.fresh(SENT)
        self.own = nodes.fresh("frame")

    def parts(self) -> Parts:
        """The functions."""
        _check(self.tree)
        names = _parameters(self.tree) + list(self.also)
        body = _Plain(self).block(self.tree.body)
        self.yields = [s for s in _statements(body) if _is_yield(s)]
        self.number = {id(s): k + 1 for k, s in enumerate(self.yields)}
        if not 0 < len(self.yields) <= written.MOST_YIELDS:
            raise Unframed
        first, body = self.assignments(body)
        live = Live({*names, *(n for s in (*first, *body) for n in names_in(s, gast.Store))})
        codes = [self.run(body) + self.end()]
        codes += [self.resume(body, y, self.end, _Ways()) or [] for y in self.yields]
        if sum(1 for code in codes for s in code for _ in gast.walk(s)) > _MOST_NODES:
            raise Unframed
        codes, same = _merged(codes)
        needs = live.settled(codes, same)
        wanted = sorted(set().union(*needs))
        kept = {v for s in body for v in names_in(s, gast.Store)} & set(wanted)
        made = {*names, *(v for s in first for v in names_in(s, gast.Store))}
        begin: Code = [*first]
        begin += [self.put(v, self.nodes.name(v, self.at)) for v in wanted if v in made]
        begin += [self.put(v, self._unset()) for v in wanted if v not in made]
        begin += [self.put("value", self._unset(), True), self.put("returned", self._none(), True)]
        begin.append(self.put("at", self.state(0), True))
        steps = {}
        for k in sorted(set(same)):
            ending = _Ending(self, needs, same, kept)
            own = set(names) - kept
            step = [self.take(v, v not in own) for v in sorted(needs[k])]
            step += ending.block(codes[k])
            made = self.nodes.define(f"step_{k}", [self.own, self.sent], step, self.at)
            steps[k] = gast.copy_location(made, self.tree)
        endless = all(m.state > 0 for k in set(same) for m in _marks(codes[k]))
        return Parts(self._init(begin), steps, endless, self.nodes.made)

    def state(self, k: int) -> Any:
        """The constant that says where the generator is."""
        return self.nodes.constant(written.State(k), self.at)

    def assignments(self, body: Code) -> tuple[Code, Code]:
        """The assignments in front that compute nothing, and what comes behind them."""
        for k, s in enumerate(body):
            plain = isinstance(s, gast.Assign) and all(map(_is_names, s.targets))
            if not plain or not self.computes_nothing(s.value):
                return body[:k], body[k:]
        return body, []

    def computes_nothing(self, value: Any) -> bool:
        """Is it the same wherever it is evaluated?  What makes something new from numbers is."""
        match value:
            case gast.Constant() | gast.Name():
                return True
            case gast.Tuple() | gast.List():
                return all(map(self.computes_nothing, value.elts))
            case gast.UnaryOp():
                return isinstance(value.operand, gast.Constant)
            case gast.Call(func=func, args=args, keywords=[]):
                made = func.value if isinstance(func, gast.Constant) else self.outside.value(func)
                anew = any(made is f for f in _MAKE_ANEW)
                return anew and all(map(self.computes_nothing, args))
        return False

    # ------------------------------------------------------------ nodes

    def _none(self) -> Any:
        return self.nodes.constant(None, self.at)

    def _attribute(self, name: str, ctx: Any) -> Any:
        me = self.nodes.name(self.own, self.at)
        return gast.copy_location(gast.Attribute(me, name, ctx), self.at)

    def put(self, name: str, value: Any, own: bool = False) -> Any:
        """self.name = value."""
        target = self._attribute(name if own else _kept_as(name), gast.Store())
        return gast.copy_location(gast.Assign([target], value, None), self.at)

    def take(self, name: str, changes: bool) -> Any:
        """Name = self.name."""
        value = self._attribute(_kept_as(name), gast.Load())
        if changes:  # it may have had no value in front of the first yield
            value = self.nodes.call(self.nodes.constant(written.given, self.at), [value], self.at)
        return self.nodes.assign(name, value, self.at)

    def _unset(self) -> Any:
        return self.nodes.constant(written.State.UNSET, self.at)

    def end(self, value: Any = None) -> Code:
        """What happens behind the last statement."""
        return [_Marked(-1, value, self.at)]

    def _init(self, body: Code) -> Any:
        tree = copy.copy(self.tree)
        a = tree.args
        me = gast.copy_location(gast.Name(self.own, gast.Param(), None, None), self.at)
        more = [
            gast.copy_location(gast.Name(v, gast.Param(), None, None), self.at) for v in self.also
        ]
        first, rest = ([me, *a.posonlyargs], a.args) if a.posonlyargs else ([], [me, *a.args])
        none = [None for _ in more]
        args = gast.arguments(
            rest,
            first,
            a.vararg,
            [*a.kwonlyargs, *more],
            [*a.kw_defaults, *none],
            a.kwarg,
            a.defaults,
        )
        made = gast.FunctionDef("__init__", args, body, [], None, None, [])
        return gast.copy_location(made, self.tree)

    # ------------------------------------------------------------ from one yield to the next

    def run(self, block: Code, ways: _Ways | None = None) -> Code:
        """The statements of a block from its first one on, up to a yield.

        `ways`: what a break and a continue lead to, where the loop around is not written.
        """
        out: Code = []
        for s in block:
            if _is_yield(s):
                value = _yielded(s).value
                out.append(_Marked(self.number[id(s)], copy.deepcopy(value) or self._none(), s))
                return out
            if isinstance(s, gast.Return):
                return out + self.end(copy.deepcopy(s.value))
            if isinstance(s, gast.Break) and ways is not None and ways.out is not None:
                return out + ways.out()
            if isinstance(s, gast.Continue) and ways is not None and ways.on is not None:
                return out + ways.on()
            out += self._one(s, ways)
            if _leaves(out[-1:]):
                return out
        return out

    def _one(self, s: Any, ways: _Ways | None) -> Code:
        made = copy.copy(s)
        match s:
            case gast.If():
                made.test = copy.deepcopy(s.test)
                made.body, made.orelse = self.run(s.body, ways), self.run(s.orelse, ways)
                made.body = made.body or [gast.copy_location(gast.Pass(), s)]
                return [made]
            case gast.Match():
                made.cases = []
                for c in s.cases:
                    part = copy.deepcopy(c)
                    part.body = self.run(c.body, ways)
                    made.cases.append(part)
                return [made]
            case gast.While():
                return self.loop(s, ways)
            case gast.For():
                made = copy.deepcopy(s)
                made.body, made.orelse = self.run(s.body), self.run(s.orelse, ways)
                return [made]
        return [copy.deepcopy(s)]

    def loop(self, s: Any, ways: _Ways | None) -> Code:
        """A while loop from its test on."""
        body, orelse = self.run(s.body), self.run(s.orelse, ways)
        always = isinstance(s.test, gast.Constant) and bool(s.test.value)
        if not yields_in(s) or not _leaves(body) or any(map(_jumps, body)):
            made = copy.copy(s)
            made.test, made.body, made.orelse = copy.deepcopy(s.test), body, orelse
            return [made]
        if always:
            return body
        return [self.nodes.when(copy.deepcopy(s.test), body, s), *orelse]

    def resume(self, block: Code, y: Any, after: After, ways: _Ways) -> Code | None:
        """What comes after a yield in a block, up to the end; None: it is not in there."""
        for k, s in enumerate(block):
            rest = block[k + 1 :]
            if s is y:
                targets = s.targets if isinstance(s, gast.Assign) else []
                given = self.nodes.name(self.sent, s)
                taken = [
                    gast.copy_location(gast.Assign(copy.deepcopy(targets), given, None), s)
                ] * bool(targets)
                return taken + self._then(rest, after, ways)
            if not any(_is_yield(inner) and inner is y for inner in _statements([s])):
                continue

            def following(rest: Code = rest) -> Code:
                return self._then(rest, after, ways)

            if isinstance(s, gast.While):

                def again(s: Any = s, following: After = following) -> Code:
                    return _then(self.loop(s, ways), following)

                inside = self.resume(s.body, y, again, _Ways(following, again))
                return inside or self.resume(s.orelse, y, following, ways)
            for part in _blocks(s):
                found = self.resume(part, y, following, ways)
                if found is not None:
                    return found
        return None

    def _then(self, rest: Code, after: After, ways: _Ways) -> Code:
        return _then(self.run(rest, ways), after)


def _then(code: Code, after: After) -> Code:
    return code if _leaves(code) else code + after()


class _Marked(gast.Pass):  # type: ignore[misc]
    """Where a step ends: at a yield, by its number, or behind the last statement (-1)."""

    def __init__(self, state: int, value: Any, at: Any) -> None:
        super().__init__()
        self.state, self.value = state, value
        gast.copy_location(self, at)

    def __deepcopy__(self, memo: Any) -> Any:
        return _Marked(self.state, copy.deepcopy(self.value), self)


def _marks(code: Code) -> list[_Marked]:
    return [s for s in _statements(code) if isinstance(s, _Marked)]


class _Ending:
    """Writes what is done where a step ends: variables are kept, and it returns."""

    def __init__(
        self,
        machine: _Machine,
        needs: list[set[str]],
        same: list[int],
        kept: set[str],
    ) -> None:
        self.machine, self.needs, self.same, self.kept = machine, needs, same, kept

    def block(self, code: Code) -> Code:
        """The statements of a block."""
        out: Code = []
        for s in code:
            if isinstance(s, _Marked):
                return out + self.end(s)
            for part in ("body", "orelse"):
                if isinstance(getattr(s, part, None), list):
                    setattr(s, part, self.block(getattr(s, part)))
            for case in getattr(s, "cases", ()):
                case.body = self.block(case.body)
            out.append(s)
        return out

    def end(self, s: _Marked) -> Code:
        """The end of a step."""
        m, n, number, out = self.machine, self.machine.nodes, -1, []
        if s.state > 0:
            number = self.same[s.state]
            out.append(m.put("value", s.value, True))
            keep = sorted(self.needs[number] & self.kept)
            out += [m.put(v, n.name(v, m.at)) for v in keep]
        elif s.value is not None:
            out.append(m.put("returned", s.value, True))
        out.append(m.put("at", m.state(number), True))
        return [*out, n.returns(None, m.at)]


def _leaves(code: Code) -> bool:
    """Does a step always end in this code?"""
    last = code[-1] if code else None
    if isinstance(last, gast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    return isinstance(last, _Marked | gast.Raise)


def _jumps(s: Any) -> bool:
    """Is there a break or a continue of the loop around?"""
    if isinstance(s, gast.Break | gast.Continue):
        return True
    inner = _blocks(s)
    if isinstance(s, gast.For | gast.While):
        inner = [s.orelse]
    return any(_jumps(t) for part in inner for t in part)


def _blocks(s: Any) -> list[Code]:
    """The blocks in a statement."""
    found = [getattr(s, part, None) for part in ("body", "orelse", "finalbody")]
    if isinstance(s, gast.FunctionDef | gast.ClassDef):
        return []
    return [b for b in found if isinstance(b, list)] + [c.body for c in getattr(s, "cases", ())]


def _statements(block: Code) -> Iterator[Any]:
    """All statements of a block, and of those inside."""
    for s in block:
        yield s
        for part in _blocks(s):
            yield from _statements(part)


def _yielded(s: Any) -> Any:
    return s.value if isinstance(s, gast.Expr | gast.Assign) else None


def _is_yield(s: Any) -> bool:
    """Is it `yield v`, or `x = yield v`?"""
    return isinstance(_yielded(s), gast.Yield)


def _merged(codes: list[Code]) -> tuple[list[Code], list[int]]:
    """The codes, and which of them each yield goes on with: equal ones are one."""
    seen: dict[str, int] = {}
    same = []
    for k, code in enumerate(codes):
        text = "\n".join(map(_text, code))
        same.append(seen.setdefault(text, k))
    return codes, same


def _text(s: Any) -> str:
    marks = [f"{m.state}:{m.value and gast.dump(m.value)}" for m in _marks([s])]
    return str(gast.dump(s)) + "".join(marks)


def _parameters(tree: Any) -> list[str]:
    a = tree.args
    found = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    return [p.id for p in found if p is not None]


def _kept_as(name: str) -> str:
    return f"{name}_" if name in _OWN or name.startswith("__") else name


def _is_names(target: Any) -> bool:
    if isinstance(target, gast.Tuple):
        return all(map(_is_names, target.elts))
    return isinstance(target, gast.Name)


def _check(tree: Any) -> None:
    """Raise Unframed if a function inside shares variables that change with the generator."""
    stored: dict[str, int] = {}
    in_loops = {
        id(m)
        for n in own_nodes(tree.body)
        if isinstance(n, gast.For | gast.While)
        for m in gast.walk(n)
    }
    for n in own_nodes(tree.body):
        if isinstance(n, gast.Nonlocal | gast.Global):
            raise Unframed
        if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load):
            stored[n.id] = stored.get(n.id, 0) + (2 if id(n) in in_loops else 1)
    for p in _parameters(tree):
        stored[p] = stored.get(p, 0) + 1
    inside = [
        n
        for n in own_nodes(tree.body)
        if isinstance(n, gast.FunctionDef | gast.Lambda | gast.GeneratorExp | gast.ClassDef)
    ]
    for n in inside:
        read = {m.id for m in gast.walk(n) if isinstance(m, gast.Name)}
        if any(stored.get(v, 0) > 1 for v in read):
            raise Unframed


class _Plain:
    """Writes loops and expressions that yield with `yield v` and `x = yield v` as statements."""

    def __init__(self, machine: _Machine) -> None:
        self.nodes = machine.nodes
        self.asking = 0

    def block(self, body: Code) -> Code:
        """The statements of a block."""
        return [new for s in body for new in self.statement(s)]

    def statement(self, s: Any) -> Code:
        """What a statement becomes."""
        if isinstance(s, gast.FunctionDef | gast.ClassDef) or not yields_in(s):
            return [s]
        if isinstance(s, gast.Try | gast.With | gast.AsyncFor | gast.AsyncWith):
            raise Unframed
        if isinstance(s, gast.AnnAssign) and s.value is not None:
            s = gast.copy_location(gast.Assign([s.target], s.value, None), s)
        if _is_yield(s):
            return [*self._inside(s.value, "value"), s]
        if isinstance(s, gast.Expr | gast.Assign) and isinstance(s.value, gast.YieldFrom):
            return self._all_of(s)
        if isinstance(s, gast.For):
            return self._counted(s)
        if isinstance(s, gast.While):
            return self._asked(s)
        fields = ("test", "subject", "value", "iter", "exc", "msg")
        before = [new for part in fields for new in self._inside(s, part)]
        for part in ("body", "orelse"):
            if isinstance(getattr(s, part, None), list):
                setattr(s, part, self.block(getattr(s, part)))
        for case in getattr(s, "cases", ()):
            case.body = self.block(case.body)
        if any(n for n in yields_in(s) if not any(_yielded(t) is n for t in _statements([s]))):
            raise Unframed
        return [*before, s]

    def _inside(self, node: Any, part: str) -> Code:
        """Take a yield out of an expression; what comes before it there must be names."""
        value = getattr(node, part, None)
        if not isinstance(value, gast.AST) or not yields_in(value):
            return []
        found = yields_in(value)
        if len(found) > 1 or isinstance(found[0], gast.YieldFrom):
            raise Unframed
        y = found[0]
        around = {id(n) for n in gast.walk(value) if any(m is y for m in gast.walk(n))}
        within = {id(n) for n in gast.walk(y)}
        place = (y.lineno, y.col_offset)
        for n in own_nodes([value]):
            early = id(n) not in around and id(n) not in within
            early = early and isinstance(n, gast.expr) and (n.lineno, n.col_offset) < place
            if early and not isinstance(n, gast.Name | gast.Constant):
                raise Unframed
            if id(n) in around and n is not y and isinstance(n, gast.BoolOp | gast.IfExp):
                raise Unframed
        name = self.nodes.fresh("given")
        setattr(node, part, _Put(y, self.nodes.name(name, y)).visit(value))
        target = self.nodes.target(name, y)
        made = gast.copy_location(gast.Assign([target], y, None), y)
        return [*self._inside(y, "value"), made]

    def _counted(self, s: Any) -> Code:
        """A for loop, over an object that is asked for the next value."""
        n, it = self.nodes, self.nodes.fresh("values")
        if yields_in(s.iter) or self.asking:  # what the inner one asks is another at each trip
            raise Unframed
        begun = n.call(n.constant(written.asked, s), [s.iter], s)
        test = n.call(n.constant(written.stepped, s), [n.name(it, s), n.constant(None, s)], s)
        value = gast.copy_location(gast.Attribute(n.name(it, s), "value", gast.Load()), s)
        value = n.call(n.constant(written.given, s), [value], s)
        taken = gast.Assign([s.target], value, None)
        self.asking += 1
        body = [gast.copy_location(taken, s), *self.block(s.body)]
        self.asking -= 1
        loop = gast.copy_location(gast.While(test, body, self.block(s.orelse)), s)
        return [n.assign(it, begun, s), loop]

    def _asked(self, s: Any) -> Code:
        """A while loop, whose test may yield."""
        if not yields_in(s.test):
            s.body, s.orelse = self.block(s.body), self.block(s.orelse)
            return [s]
        if s.orelse:
            raise Unframed
        n = self.nodes
        before = self._inside(s, "test")
        over = gast.copy_location(gast.UnaryOp(gast.Not(), s.test), s)
        leave = n.when(over, [gast.copy_location(gast.Break(), s)], s)
        body = [*before, leave, *self.block(s.body)]
        return [gast.copy_location(gast.While(n.constant(True, s), body, []), s)]

    def _all_of(self, s: Any) -> Code:
        """Yield from."""
        if self.asking:
            raise Unframed
        n, it, sent = self.nodes, self.nodes.fresh("values"), self.nodes.fresh("given")
        begun = n.call(n.constant(written.asked, s), [s.value.value], s)
        test = n.call(n.constant(written.stepped, s), [n.name(it, s), n.name(sent, s)], s)
        value = gast.copy_location(gast.Attribute(n.name(it, s), "value", gast.Load()), s)
        value = n.call(n.constant(written.given, s), [value], s)
        given = gast.copy_location(gast.Yield(value), s)
        put = gast.copy_location(gast.Assign([n.target(sent, s)], given, None), s)
        loop = gast.copy_location(gast.While(test, [put], []), s)
        out = [n.assign(it, begun, s), n.assign(sent, n.constant(None, s), s), loop]
        if isinstance(s, gast.Assign):
            result = gast.Attribute(n.name(it, s), "returned", gast.Load())
            taken = gast.Assign(s.targets, gast.copy_location(result, s), None)
            out.append(gast.copy_location(taken, s))
        return out


class _Put(gast.NodeTransformer):  # type: ignore[misc]
    """Puts one node in place of another."""

    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new

    def visit(self, node: Any) -> Any:
        """A node."""
        return self.new if node is self.old else super().visit(node)
