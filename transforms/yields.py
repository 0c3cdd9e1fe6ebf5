"""Generator functions as functions that call another one with each value, or that make a list.

    def steps(x, n):            def steps(x, n, *, each):       def steps(x, n):
        for _ in range(n):          for _ in range(n):              out = []
            x = np.sin(x)   ->          x = np.sin(x)               for _ in range(n):
            yield x                     each(x)                         x = np.sin(x)
                                                                        out.append(x)
                                                                    return out

The first form is called by loops (see `generators`): the body of the loop runs where Python runs
it, so nothing is evaluated earlier or later than there.  If such a loop may end before the
generator does, what `each` returns says so (form "until").  The second form is for functions that
ask for all values at once: sum, max, list.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import gast

from fpad.transforms.handled_yields import behind

FORMS = ("each", "until", "list")
_FUNCTIONS = (gast.FunctionDef, gast.Lambda, gast.ClassDef)
_COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


def own_nodes(block: Any) -> Iterator[Any]:
    """The nodes of a block, without those of functions and classes inside."""
    todo = list(block)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            todo += gast.iter_child_nodes(node)


def is_generator(tree: Any) -> bool:
    """Is it the definition of a generator function?"""
    return isinstance(tree, gast.FunctionDef) and any(
        isinstance(n, gast.Yield | gast.YieldFrom) for n in own_nodes(tree.body)
    )


def is_endless(tree: Any) -> bool:
    """Does a generator run for ever, as far as one can see?"""
    return any(
        _has_no_end(n)
        and not any(isinstance(m, gast.Break | gast.Return) for m in own_nodes(n.body))
        for n in own_nodes(tree.body)
    )


def _has_no_end(s: Any) -> bool:
    """Is it a loop that only a jump ends?"""
    if isinstance(s, gast.While):
        return isinstance(s.test, gast.Constant) and bool(s.test.value)
    return isinstance(s, gast.For) and never_ends(s.iter)


def never_ends(values: Any) -> bool:
    """Is it count(..), cycle(..) or repeat(value), or what enumerate and zip make of these?"""
    if not isinstance(values, gast.Call):
        return False
    name = getattr(values.func, "attr", getattr(values.func, "id", None))
    if name in ("enumerate", "zip"):
        return bool(values.args) and all(
            map(never_ends, values.args[: 1 if name[0] == "e" else None])
        )
    return name in ("count", "cycle") or (name == "repeat" and len(values.args) == 1)


# ---------------------------------------------------------------- small nodes


class Nodes:
    """Makes nodes of syntax trees, at the place of another one; names are not taken by others."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.made: set[str] = set()

    def fresh(self, name: str) -> str:
        """A name that nothing has yet."""
        k, found = 2, name
        while found in self.taken:
            found, k = f"{name}{k}", k + 1
        self.taken.add(found)
        self.made.add(found)
        return found

    def name(self, name: str, at: Any) -> Any:
        """The variable, read."""
        return gast.copy_location(gast.Name(name, gast.Load(), None, None), at)

    def target(self, name: str, at: Any) -> Any:
        """The variable, assigned."""
        return gast.copy_location(gast.Name(name, gast.Store(), None, None), at)

    def constant(self, value: Any, at: Any) -> Any:
        """A value that is known; a function of the runtime too."""
        return gast.copy_location(gast.Constant(value, None), at)

    def assign(self, name: str, value: Any, at: Any) -> Any:
        """Name = value."""
        return gast.copy_location(gast.Assign([self.target(name, at)], value, None), at)

    def call(self, func: Any, args: list[Any], at: Any, **named: Any) -> Any:
        """func(*args, **named)."""
        keywords = [gast.copy_location(gast.keyword(k, v), at) for k, v in named.items()]
        return gast.copy_location(gast.Call(func, args, keywords), at)

    def does(self, value: Any, at: Any) -> Any:
        """An expression as a statement."""
        return gast.copy_location(gast.Expr(value), at)

    def returns(self, value: Any, at: Any) -> Any:
        """Return value."""
        return gast.copy_location(gast.Return(value), at)

    def when(self, test: Any, then: list[Any], at: Any, orelse: list[Any] | None = None) -> Any:
        """If test: .."""
        return gast.copy_location(gast.If(test, then, orelse or []), at)

    def compared(self, left: Any, op: Any, right: Any, at: Any) -> Any:
        """Left op right."""
        return gast.copy_location(gast.Compare(left, [op], [right]), at)

    def define(self, name: str, params: list[str], body: list[Any], at: Any) -> Any:
        """Def name(*params): body; it is called, or handed to a call, in this very statement."""
        args = [gast.copy_location(gast.Name(p, gast.Param(), None, None), at) for p in params]
        made = gast.arguments(args, [], None, [], [], None, [])
        out = gast.copy_location(gast.FunctionDef(name, made, body, [], None, None, []), at)
        out.immediate = True
        return out


# ---------------------------------------------------------------- the forms of a generator


class Unyielded(Exception):
    """A generator function that uses what its yields give, or yields inside with or try."""


Through = Callable[[Any, str, str], "list[Any] | None"]


def form_of(tree: Any, form: str, nodes: Nodes, through: Through) -> Any:
    """The definition of a generator function in one of the `FORMS`.

    Args:
        tree: the definition, which is left as it is.
        form: what it becomes.
        nodes: makes nodes.
        through: (iterable, form, name of `each`) -> statements that hand all values of another
            generator on; None: it is no generator.

    Raises:
        Unyielded: it is none of those that have such a form.
    """
    tree = copy.deepcopy(tree)
    made = _Form(form, nodes, through)
    last = tree.body[-1]
    tree.body = behind(tree.body, nodes)
    tree.body = made.head(tree) + made.block(tree.body) + made.ending(last)
    if any(isinstance(n, gast.Yield | gast.YieldFrom) for n in own_nodes(tree.body)):
        raise Unyielded
    if form != "list":
        tree.args.kwonlyargs = [*tree.args.kwonlyargs, parameter(made.put, last)]
        tree.args.kw_defaults = [*tree.args.kw_defaults, None]
    return tree


def parameter(name: str, at: Any) -> Any:
    """A parameter of a definition."""
    return gast.copy_location(gast.Name(name, gast.Param(), None, None), at)


EACH = "each_value"
"""What the parameter is called that takes the function to call."""


class _Form:
    """Rewrites the statements of a generator function."""

    def __init__(self, form: str, nodes: Nodes, through: Through) -> None:
        self.form, self.nodes, self.through = form, nodes, through
        self.put = nodes.fresh("out") if form == "list" else EACH

    def head(self, tree: Any) -> list[Any]:
        """What comes before the first statement."""
        if self.form != "list":
            return []
        at = tree.body[0]
        empty = gast.copy_location(gast.List([], gast.Load()), at)
        return [self.nodes.assign(self.put, empty, at)]

    def ending(self, at: Any) -> list[Any]:
        """The end of the function, and what `return` is."""
        n = self.nodes
        if self.form == "each":
            return []
        value = n.name(self.put, at) if self.form == "list" else n.constant(0, at)
        return [n.returns(value, at)]

    def block(self, body: list[Any]) -> list[Any]:
        """The statements of a block."""
        return [new for s in body for new in self.statement(s)]

    def statement(self, s: Any) -> list[Any]:
        """What a statement becomes."""
        if isinstance(s, _FUNCTIONS):
            return [s]
        if isinstance(s, gast.Return):
            first = [] if s.value is None else [self.nodes.does(s.value, s)]
            return [*first, *(self.ending(s) or [self.nodes.returns(None, s)])]
        if isinstance(s, gast.Expr) and isinstance(s.value, gast.Yield):
            value = s.value.value or self.nodes.constant(None, s)
            return self.given(value, s)
        if isinstance(s, gast.Expr) and isinstance(s.value, gast.YieldFrom):
            return self.all_of(s.value.value, s)
        if isinstance(s, gast.For) and _hands_on(s):
            return self.all_of(s.iter, s)
        if isinstance(s, gast.With | gast.Try) and not _is_left_like_a_loop(s):
            raise Unyielded
        for part in ("body", "orelse"):
            if isinstance(getattr(s, part, None), list):
                setattr(s, part, self.block(getattr(s, part)))
        for case in getattr(s, "cases", ()):
            case.body = self.block(case.body)
        return [s]

    def given(self, value: Any, at: Any) -> list[Any]:
        """Yield value."""
        n = self.nodes
        if self.form == "list":
            append = gast.Attribute(n.name(self.put, at), "append", gast.Load())
            return [n.does(n.call(gast.copy_location(append, at), [value], at), at)]
        called = n.call(n.name(self.put, at), [value], at)
        return [n.does(called, at)] if self.form == "each" else ended(self.nodes, called, at)

    def all_of(self, values: Any, at: Any) -> list[Any]:
        """Yield from values."""
        n = self.nodes
        if self.form == "list":
            extend = gast.Attribute(n.name(self.put, at), "extend", gast.Load())
            return [n.does(n.call(gast.copy_location(extend, at), [values], at), at)]
        found = self.through(values, self.form, self.put)
        if found is not None:
            return found
        item = n.fresh("item")
        loop = gast.For(n.target(item, at), values, self.given(n.name(item, at), at), [], None)
        return [gast.copy_location(loop, at)]


def ended(nodes: Nodes, called: Any, at: Any) -> list[Any]:
    """Go on unless the loop that asks for the values has ended, as a call says."""
    code = nodes.fresh("ended")
    back = nodes.returns(nodes.name(code, at), at)
    test = nodes.compared(nodes.name(code, at), gast.NotEq(), nodes.constant(0, at), at)
    return [nodes.assign(code, called, at), nodes.when(test, [back], at)]


def _is_left_like_a_loop(s: Any) -> bool:
    """Is nothing yielded in it, or is it try .. finally, which is left where the loop is left?"""
    yielded = [n for n in own_nodes([s]) if isinstance(n, gast.Yield | gast.YieldFrom)]
    if not yielded:
        return True
    if not isinstance(s, gast.Try) or s.handlers or s.orelse:
        return False
    last = {id(n) for n in own_nodes(s.finalbody)}
    return not any(id(n) in last for n in yielded)


def _hands_on(s: Any) -> bool:
    """Is it `for v in values: yield v`?"""
    if len(s.body) != 1 or s.orelse or not isinstance(s.target, gast.Name):
        return False
    inner = s.body[0].value if isinstance(s.body[0], gast.Expr) else None
    value = inner.value if isinstance(inner, gast.Yield) else None
    return isinstance(value, gast.Name) and value.id == s.target.id
