"""Loops over what a generator yields: their bodies are functions that the generator calls.

    for v in steps(x, n):               def each(v):
        total += v                          nonlocal total
        if v < tol:                 ->      total += v
            break                           if v < tol: return 1
                                            return 0
                                        steps(x, n, each=each)      # until it returns 1

So a generator may go on for ever, print, write arrays that its loop reads and the other way round:
all happens in Python's order.  What the body assigns is shared with the function around, as with
`nonlocal` (see `cells`).  Whether something is a generator is known here where it has a name; where
it may be one, as for methods, both loops are written, and one of them is left out later.

`enumerate`, `zip`, `islice` and `takewhile` around a generator become statements of the body.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms import endless, framed_inside, one_by_one, sentinels
from fpad.transforms.arranged import Arranged, Loop, is_dotted, is_method
from fpad.transforms.cells import awkward, bound
from fpad.transforms.filling import filled
from fpad.transforms.flattening import flattened
from fpad.transforms.hoisting import Hoist
from fpad.transforms.loop_bodies import BACK, DONE, ON, OUT, Body, jumps, returns, shared_names
from fpad.transforms.outside import Outside
from fpad.transforms.taken_names import free_inside, name_of, parameters_of
from fpad.transforms.unwrapped import unwrapped
from fpad.transforms.used_once import written_where_asked
from fpad.transforms.yields import (
    EACH,
    FORMS,
    Nodes,
    Unyielded,
    ended,
    form_of,
    is_endless,
    is_generator,
    own_nodes,
)

_MARKS: dict[str, Any] = {"each": fp.each_of, "until": fp.until_of}


def consumed(tree: Any, outside: Outside) -> set[str]:
    """Rewrite the loops of a function over generators, and the generators inside it.

    Args:
        tree: the definition, which is changed.
        outside: what is known of names that it does not bind.

    Returns:
        The names of variables and functions that it has got.
    """
    nodes = Nodes({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)} | _defined(tree))
    flattened(tree, outside, _bound(tree), nodes)
    unwrapped(tree, nodes)
    functions = [n for n in gast.walk(tree) if isinstance(n, gast.FunctionDef) and n is not tree]
    inside = {n.name for n in functions if is_generator(n)}
    filled(tree, outside, nodes, inside, _bound(tree))
    written_where_asked(tree, outside, _bound(tree), inside)
    for function in (tree, *functions):
        endless.named(function, nodes)
    work = Consumers(nodes, outside, _bound(tree))
    work.define(tree)
    return nodes.made


def in_form(tree: Any, form: str, outside: Outside) -> tuple[Any, set[str]]:
    """A generator function in one of its forms, and the names that it has got.

    Raises:
        Unyielded: it has no such form.
    """
    nodes = Nodes({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)} | _defined(tree))
    work = Consumers(nodes, outside, _bound(tree))
    made = form_of(tree, form, nodes, work.through)
    return made, nodes.made | consumed(made, outside)


def _defined(tree: Any) -> set[str]:
    return {n.name for n in gast.walk(tree) if isinstance(n, gast.FunctionDef | gast.ClassDef)}


def _bound(tree: Any) -> set[str]:
    """All names that something in a function binds."""
    stored = {
        n.id
        for n in gast.walk(tree)
        if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)
    }
    return stored | (_defined(tree) - {tree.name})


@dataclass
class _Source:
    """A call that may give a generator.

    Attributes:
        func, args, keywords: the generator function, and what it is given.
        before: statements in front.
        values: what a loop runs over if it is no generator; None: it is one.
    """

    func: Any
    args: list[Any]
    keywords: list[Any]
    before: list[Any] = field(default_factory=list)
    values: Any = None

    def called(self, form: Any, each: Any, at: Any) -> Any:
        """The call of a form of the generator."""
        given = gast.copy_location(gast.keyword(EACH, each), at)
        return gast.copy_location(gast.Call(form, self.args, [*self.keywords, given]), at)

    def test(self, nodes: Nodes) -> Any:
        """Is it one?"""
        at = self.func
        return nodes.call(nodes.constant(fp.generates, at), [copy.deepcopy(self.func)], at)


class Consumers(Arranged):
    """Rewrites the statements of one function, and of those inside it."""

    def __init__(self, nodes: Nodes, outside: Outside, bound: set[str]) -> None:
        super().__init__(nodes, outside, bound)
        self.function: Any = None

    def define(self, tree: Any) -> None:
        """Rewrite the body of a function."""
        outer, self.function = self.function, tree
        known = dict(self.inside)
        for n in own_nodes(tree.body):
            if isinstance(n, gast.FunctionDef):
                self.inside.pop(n.name, None)
                if is_generator(n) and _only_called(tree, n) and not n.decorator_list:
                    self.inside[n.name] = n
        tree.body = self.block(tree.body)
        first = tree.body[0]
        unset = sorted(_unset(tree))
        nothing = (self.nodes.constant(None, first) for _ in unset)
        head = (self.nodes.assign(v, x, first) for v, x in zip(unset, nothing, strict=True))
        tree.body = [*head, *tree.body]
        self.inside, self.function = known, outer

    def block(self, body: list[Any]) -> list[Any]:
        """The statements of a block."""
        return [new for s in one_by_one.settled(self, body) for new in self.statement(s)]

    def statement(self, s: Any) -> list[Any]:
        """What a statement becomes."""
        if isinstance(s, gast.FunctionDef):
            if self.inside.get(s.name) is s:
                return self.forms(s)
            self.define(s)
            return [s]
        if isinstance(s, gast.ClassDef):
            return [s]
        first = [new for made in Hoist(self).lifted(s) for new in self.statement(made)]
        wrap = _Wrapped(self)
        return [*first, *(wrap.visit(new) for new in self.settled(s))]

    def settled(self, s: Any) -> list[Any]:
        """A statement, once its expressions hold no loops over generators."""
        for part in ("body", "orelse", "finalbody"):
            if isinstance(getattr(s, part, None), list):
                setattr(s, part, self.block(getattr(s, part)))
        for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            part.body = self.block(part.body)
        if isinstance(s, gast.For):
            return sentinels.asking(self, s) if sentinels.is_until(self, s.iter) else self.loop(s)
        return [s]

    # ------------------------------------------------------------ generators inside the function

    def forms(self, tree: Any) -> list[Any]:
        """A generator inside a function, in the forms that are asked for."""
        framed = framed_inside.maker(self, tree)
        if framed is not None and not self._has_forms(tree):
            del self.inside[tree.name]  # loops ask the object
            return [framed]
        out = []
        try:
            for form in FORMS:
                if form == "list" and framed is not None and is_endless(tree):
                    self.form_name(tree.name, form)
                    out.append(framed)
                    continue
                made = form_of(tree, form, self.nodes, self.through)
                made.name = self.form_name(tree.name, form)
                self.define(made)
                out.append(made)
        except Unyielded:
            return [tree]  # the fence refuses it
        return out

    def _has_forms(self, tree: Any) -> bool:
        try:
            form_of(tree, "each", self.nodes, self.through)
        except Unyielded:
            return False
        return True

    def form_name(self, name: str, form: str) -> str:
        """What a form of a generator inside the function is called."""
        found = name if form == "list" else f"{name}_{form}"
        self.nodes.taken.add(found)
        self.nodes.made.add(found)
        return found

    # ------------------------------------------------------------ forms of generators

    def callee(self, func: Any, form: str) -> Any:
        """The form of a generator function that it is to be called in."""
        if isinstance(func, gast.Name) and func.id in self.inside:
            return self.nodes.name(self.form_name(func.id, form), func)
        return self.nodes.call(self.nodes.constant(_MARKS[form], func), [func], func)

    def through(self, values: Any, form: str, each: str) -> list[Any] | None:
        """Statements that hand all values of another generator on."""
        n, found = self.nodes, self.source(values)
        if found is None:
            return None
        then = self.handed(found, form, n.name(each, values), values)
        if found.values is None:
            return [*found.before, *then]
        item = n.fresh("item")
        put = n.call(n.name(each, values), [n.name(item, values)], values)
        inner = [n.does(put, values)] if form == "each" else self.unless(put, values)
        plain = gast.For(n.target(item, values), found.values, inner, [], None)
        plain = gast.copy_location(plain, values)
        return [*found.before, n.when(found.test(n), then, values, [plain])]

    def handed(self, found: _Source, form: str, each: Any, at: Any) -> list[Any]:
        """Let another generator call `each`."""
        called = found.called(self.callee(found.func, form), each, at)
        return [self.nodes.does(called, at)] if form == "each" else self.unless(called, at)

    def unless(self, called: Any, at: Any) -> list[Any]:
        """Go on unless the loop that asks for the values has ended."""
        return ended(self.nodes, called, at)

    def source(self, values: Any) -> _Source | None:
        """What may generate values; None: it does not."""
        n = self.nodes
        if isinstance(values, gast.Call):
            sure = self.generates(values.func)
            if sure:
                return _Source(values.func, values.args, values.keywords)
            if sure is None and is_method(values.func):
                func, before = n.fresh("made_by"), []
                if not is_dotted(values.func):  # a method of what is made there
                    values, whose = copy.deepcopy(values), n.fresh("object")
                    before.append(n.assign(whose, values.func.value, values))
                    values.func.value = n.name(whose, values)
                before.append(n.assign(func, values.func, values))
                args, keywords = copy.deepcopy((values.args, values.keywords))
                return _Source(n.name(func, values), args, keywords, before, values)
        if not self.may_be_iterated(values):
            return None
        before = []
        if isinstance(values, gast.Call):
            held = n.fresh("values")
            before.append(n.assign(held, values, values))
            values = n.name(held, values)
        func = n.fresh("made_by")
        found = n.call(n.constant(fp.iterating, values), [copy.deepcopy(values)], values)
        before.append(n.assign(func, found, values))
        return _Source(n.name(func, values), [], [], before, values)

    # ------------------------------------------------------------ loops

    def loop(self, s: Any) -> list[Any]:
        """A for loop; over a generator its body becomes a function."""
        found = self.taken_apart(s)
        test = getattr(s, "while_test", None)
        if found is not None and test is not None:
            over = gast.copy_location(gast.UnaryOp(gast.Not(), copy.deepcopy(test)), test)
            found.some, found.over = test, over
        source = None if found is None else self.source(found.values)
        if found is None or source is None:
            return [s]
        if source.values is None:
            return self.called(s, found, source) or [s]
        plain = _with(s, found.values, source.values)
        then = self.called(s, found, source)
        if then is None:
            return [s]
        return [*source.before, self.nodes.when(source.test(self.nodes), then, s, [plain])]

    def called(self, s: Any, loop: Loop, source: _Source) -> list[Any] | None:
        """The loop as a call of the generator, with the body as a function."""
        n, stops = self.nodes, loop.over is not None or jumps([*loop.first, *s.body])
        whole = copy.copy(s)
        whole.target, whole.body = loop.target, [*loop.first, *s.body]
        shared = shared_names(self.function, s, whole)
        if shared & awkward(self.function):
            return None
        name, item = n.fresh(EACH), n.fresh("item")
        over = n.constant(ON, s)
        if loop.over is not None:
            over = gast.copy_location(gast.IfExp(loop.over, n.constant(DONE, s), over), s)
        result = n.fresh("returned") if returns(whole.body) else None
        body = Body(n, over if stops else None, result).block(whole.body)
        taken = gast.Assign([whole.target], n.name(item, s), None)
        body = [gast.copy_location(taken, s), *body]
        if stops:
            body.append(n.returns(copy.deepcopy(over), s))
        outer = sorted(shared | ({result} if result else set()))
        if outer:
            body = [gast.copy_location(gast.Nonlocal(outer), s), *body]
        made = n.define(name, [item], body, s)
        made.is_consumer = outer
        form = "until" if stops else "each"
        call = source.called(self.callee(source.func, form), n.name(name, s), s)
        out: list[Any] = [*loop.before]
        if result:
            out.append(n.assign(result, n.constant(None, s), s))
        if not stops:
            return [*out, made, n.does(call, s), *s.orelse]
        code = n.fresh("ended")
        out.append(n.assign(code, n.constant(ON, s), s))
        run = [made, n.assign(code, call, s)]
        out += [n.when(loop.some, run, s)] if loop.some is not None else run
        if result:
            test = n.compared(n.name(code, s), gast.Eq(), n.constant(BACK, s), s)
            out.append(n.when(test, [n.returns(n.name(result, s), s)], s))
        if s.orelse:
            test = n.compared(n.name(code, s), gast.NotEq(), n.constant(OUT, s), s)
            out.append(n.when(test, s.orelse, s))
        return out


def _with(s: Any, old: Any, new: Any) -> Any:
    """A copy of a loop that runs over something else in place of a part."""
    whole, place = s.iter, _Replaced(old, new)
    s.iter = place.visit(whole)
    made = copy.deepcopy(s)
    s.iter = whole
    return made


class _Replaced(gast.NodeTransformer):  # type: ignore[misc]
    """Puts one node in place of another."""

    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new

    def visit(self, node: Any) -> Any:
        """A node."""
        return self.new if node is self.old else super().visit(node)


class _Wrapped(gast.NodeTransformer):  # type: ignore[misc]
    """Makes iterators of what generators inside a function give, which are lists.

        smooth(source(4), a)    ->      fp.asked_once(fp.begun_with((t := .., u := a, xs)), False,
                                                      smooth(t, u))

    They are asked for their values later, so it is said what these are computed from: what the
    generator is given, and what it takes from around it.
    """

    def __init__(self, work: Consumers) -> None:
        self.nodes, self.inside, self.function = work.nodes, work.inside, work.function
        self.brief = False

    def visit_Call(self, node: Any) -> Any:
        """A call."""
        self.generic_visit(node)
        if not isinstance(node.func, gast.Name) or node.func.id not in self.inside:
            return node
        n, tree = self.nodes, self.inside[node.func.id]
        sources, begun = self._sources(node, tree), n.constant(None, node)
        if sources is not None:
            whole = gast.copy_location(gast.Tuple(sources, gast.Load()), node)
            begun = n.call(n.constant(fp.begun_with, node), [whole], node)
        args = [begun, n.constant(_gives_new(tree), node), node]
        return n.call(n.constant(fp.asked_once, node), args, node)

    def _sources(self, node: Any, tree: Any) -> list[Any] | None:
        """What the values are computed from; None: it is not known here, or may be another later.

        The arguments of the call become variables.
        """
        taken = sorted((free_inside(tree) & _bound(self.function)) - self.inside.keys())
        taken += sorted(free_inside(tree) & parameters_of(self.function.args))
        stores = [name_of(s) for s in _all_stored(self.function)]
        given = [*node.args, *(k.value for k in node.keywords)]
        if (
            self.brief
            or any(stores.count(name) > 1 for name in taken)
            or any(isinstance(a, gast.Starred) for a in given)
            or any(k.arg is None for k in node.keywords)
        ):
            return None
        sources = []

        def held(value: Any) -> Any:
            if isinstance(value, gast.Constant):
                return value
            name = self.nodes.fresh("given")
            target = self.nodes.target(name, value)
            sources.append(gast.copy_location(gast.NamedExpr(target, value), value))
            return self.nodes.name(name, value)

        node.args = [held(a) for a in node.args]
        for k in node.keywords:
            k.value = held(k.value)
        return [*sources, *(self.nodes.name(name, node) for name in dict.fromkeys(taken))]

    def _in_brief(self, node: Any) -> Any:
        outer, self.brief = self.brief, True
        node = self.generic_visit(node)
        self.brief = outer
        return node

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _in_brief


def _all_stored(function: Any) -> Iterator[Any]:
    """What assigns a name in a function, and in those inside it; twice, where loops do it."""
    loops = [n for n in gast.walk(function) if isinstance(n, gast.For | gast.While)]
    for whole in (function, *loops):
        for n in gast.walk(whole):
            if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store):
                yield n


def _gives_new(tree: Any) -> bool:
    """Is each value that a generator yields a list, tuple or dict that is written there?"""
    yields = [n for n in gast.walk(tree) if isinstance(n, gast.Yield | gast.YieldFrom)]
    new = gast.List | gast.Tuple | gast.Dict | gast.ListComp | gast.DictComp
    return all(isinstance(y, gast.Yield) and isinstance(y.value, new) for y in yields)


def _unset(function: Any) -> set[str]:
    """What only the bodies of loops assign that are functions now: no function around binds it."""
    out: set[str] = set()
    for n in own_nodes(function.body):
        if isinstance(n, gast.FunctionDef):
            out |= set(getattr(n, "is_consumer", ())) | _unset(n)
    return out - bound(function)


def _only_called(function: Any, made: Any) -> bool:
    """Is a function inside another one only ever called?"""
    called = {id(n.func) for n in gast.walk(function) if isinstance(n, gast.Call)}
    found = [n for n in gast.walk(function) if isinstance(n, gast.Name) and n.id == made.name]
    return all(id(n) in called for n in found)
