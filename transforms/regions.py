"""with and try -> level 0: what has to happen on every way out stands on every way out.

    with np.errstate(all="ignore"):         fp.enter(np.errstate, all="ignore")
        if x > 0.0:                         if x > 0.0:
            return x / s             ->         result = x / s;  fp.leave();  return result
        y = x                               y = x
                                            fp.leave()

    try:                                    raised = False
        y = p["scale"]                      if tried:
    except KeyError as e:                       fp.enter(fp.unhandled, region)
        y = 1.0                      ->         y = p["scale"];  fp.leave()
    else:                                   else:
        y = 2.0 * y                             raised = True
                                            if raised:  y = 1.0
                                            else:  y = 2.0 * y

`tried` is always true: what is known to raise while the body is specialised goes on in the other
arm (`Body.block`), and nothing else does.  A raise statement in the body that a handler fits leaves
the body like a break leaves a loop of one trip.  So does a lookup that a handler for KeyError or
IndexError waits for: `fp.lacks` asks before whether the entry is there.  Whatever else is raised
when the program runs goes through, with a note that no handler was run.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.adjoint_blocks import FORM
from fpad.transforms.displays import Displays
from fpad.transforms.errors import TransformError
from fpad.transforms.ir import Block, Break, Const, Copy, Do, For, If

_OF_LOOKUPS = (KeyError, IndexError)
_BY_KIND = (AttributeError, ImportError, KeyError, NameError, TypeError)
"""What kinds of values and names decide; no number does."""


@dataclass(frozen=True)
class Region:
    """The body of a try statement.

    Attributes:
        place: where the statement is, in words that nothing outside of its function changes.
        classes: the exceptions that its handlers take, in order.
        caught: the variable for what has been raised; "" for a finally block.
        named: do the handlers look at it?
    """

    place: str
    classes: tuple[type[BaseException], ...]
    caught: str
    named: bool = False

    @property
    def watched(self) -> bool:
        """May numbers decide, when the program runs, whether a handler runs?"""
        return self.caught != "" and not all(issubclass(c, _BY_KIND) for c in self.classes)

    @property
    def waits_for_lookups(self) -> bool:
        """Is there a handler for a lookup that finds nothing, apart from those for everything?"""
        return any(issubclass(c, LookupError) for c in self.classes)

    def handles(self, error: BaseException) -> bool:
        """Is there a handler for it?"""
        return isinstance(error, self.classes)


@dataclass
class _Way:
    """Something that has to happen on the way out of a statement.

    Attributes:
        write: writes it.
        final: is it a finally block, which comes also before an exception?
        region: the try statement whose body is left.
        raised: the variable that says that a raise statement has left it.
        loops: is its body a loop of one trip, which a raise statement leaves?
    """

    write: Callable[[], None]
    final: bool = False
    region: Region | None = None
    raised: str = ""
    loops: bool = False


class Regions(Displays, ABC):
    """Writes with and try."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.ways: list[_Way] = []
        self.inside_loop = 0
        """How many ways out are around the innermost loop."""

    @abstractmethod
    def block(self, body: Iterable[Any]) -> Block:
        """The statements of a block."""

    @abstractmethod
    def statement(self, node: Any) -> None:
        """Write a statement."""

    # ------------------------------------------------------------ ways out

    def leave(self, down_to: int, wanted: Callable[[_Way], bool] = lambda way: True) -> None:
        """Write what happens on the way out of all but the outermost `down_to` statements."""
        ways = self.ways
        for k in reversed(range(down_to, len(ways))):
            self.ways = ways[:k]
            if wanted(ways[k]):
                ways[k].write()
        self.ways = ways

    def looped(self, body: Iterable[Any]) -> Block:
        """The body of a loop."""
        before, self.inside_loop = self.inside_loop, len(self.ways)
        try:
            return self.block(body)
        finally:
            self.inside_loop = before

    def _written(self, body: Iterable[Any], way: _Way) -> None:
        """Write statements with something to do on the way out of them, then do it."""
        self.ways.append(way)
        for node in body:
            self.statement(node)
        self.ways.pop()
        way.write()

    # ------------------------------------------------------------ with

    def with_(self, node: Any) -> None:
        """One manager after the other."""
        self._managers(node, list(node.items))

    def _managers(self, node: Any, items: list[Any]) -> None:
        if not items:
            for inner in node.body:
                self.statement(inner)
            return
        item, *rest = items
        if item.optional_vars is None and self._suppresses(item.context_expr):
            self.try_(_suppressed(node, item.context_expr, rest))
            return
        origin, expr = self.origin(item.context_expr), item.context_expr
        if isinstance(expr, gast.Call) and self._known(expr.func) is fp.grad_of:
            raise TransformError([self.source.refusal(node, *FORM)])
        self.out.append(self._entered(expr))
        if isinstance(item.optional_vars, gast.Name):
            self.made(item.optional_vars.id, fp.given, (), item.context_expr)
        elif item.optional_vars is not None:
            reason = "What a context manager gives is taken apart."
            raise TransformError([self.source.refusal(node, reason, "leave the names out.")])
        way = _Way(lambda: self.out.append(Do(fp.leave, (), origin=origin)))
        self.ways.append(way)
        self._managers(node, rest)
        self.ways.pop()
        way.write()

    def _suppresses(self, node: Any) -> bool:
        """Is it contextlib.suppress(..), given classes one by one?"""
        called = isinstance(node, gast.Call) and self._known(node.func) is contextlib.suppress
        return called and not any(isinstance(a, gast.Starred) for a in node.args)

    def _entered(self, node: Any) -> Do:
        origin = self.origin(node)
        plain = isinstance(node, gast.Call) and not (
            any(isinstance(a, gast.Starred) for a in node.args)
            or any(k.arg is None for k in node.keywords)
        )
        if not plain:
            return Do(fp.enter, (Const(fp.itself), self.atom(node)), (), origin)
        args = (self.atom(node.func), *map(self.atom, node.args))
        named = tuple((k.arg, self.atom(k.value)) for k in node.keywords)
        return Do(fp.enter, args, named, origin)

    # ------------------------------------------------------------ try

    def try_(self, node: Any) -> None:
        """The body, the handlers, and around them the finally block."""
        if not node.finalbody:
            self._tried(node)
            return
        origin = self.origin(node)
        region = Region(self._place(node), (BaseException,), "")
        self._region(region, origin)

        def finish() -> None:
            self.out.append(Do(fp.leave, (), origin=origin))
            for inner in node.finalbody:
                self.statement(inner)

        self.ways.append(_Way(finish, final=True))
        self._tried(node)
        self.ways.pop()
        finish()

    def _place(self, node: Any) -> str:
        return f"line {node.lineno - self.source.tree.lineno + 1} of {self.source.name}"

    def _region(self, region: Region, origin: Any) -> None:
        args = (Const(fp.unhandled), Const(region))
        self.out.append(Do(fp.enter, args, origin=origin))

    def _tried(self, node: Any) -> None:
        """The body with its handlers."""
        if not node.handlers:
            for inner in (*node.body, *node.orelse):
                self.statement(inner)
            return
        origin = self.origin(node)
        classes = [self._classes(h) for h in node.handlers]
        caught, raised, tried = (self.fresh(n) for n in ("caught", "raised", "tried"))
        every = tuple(c for group in classes for c in group)
        named = any(map(_looks_at_it, node.handlers))
        region = Region(self._place(node), every, caught, named)
        self.out.append(Copy(raised, Const(False), origin))
        self.out.append(Copy(tried, Const(True), origin))
        way = _Way(
            lambda: self.out.append(Do(fp.leave, (), origin=origin)), region=region, raised=raised
        )
        asks = any(lookups_in(n) for n in node.body) and region.waits_for_lookups
        jumps = self._raises(node, region, asks)

        def body() -> None:
            self._region(region, origin)
            if not jumps:
                self._written(node.body, way)
                return
            self.ways.append(way)
            way.loops = True
            once = self.pack(None, "tuple", [Const(None)], [], node)
            trip = self.fresh.temp()
            inner = self.within(lambda: self._asked_before(node.body, way))
            self.out.append(For(trip, once, inner, (), origin))
            self.ways.pop()
            unless = If(raised, (), self.within(way.write), _silent(origin))
            self.out.append(unless)

        missed = (Copy(raised, Const(True), origin),)
        self.out.append(If(tried, self.within(body), missed, _silent(origin)))
        handlers = self.within(lambda: self._handlers(node.handlers, classes, caught, origin))
        self.out.append(If(raised, handlers, self.block(node.orelse), _silent(origin)))

    def _classes(self, handler: Any) -> tuple[type[BaseException], ...]:
        """The exceptions that a handler takes."""
        if handler.type is None:
            return (BaseException,)
        many = isinstance(handler.type, gast.Tuple)
        nodes = handler.type.elts if many else [handler.type]
        found = [self._known(n) for n in nodes]
        found = [c for f in found for c in (f if isinstance(f, tuple) else (f,))]
        if not all(isinstance(c, type) and issubclass(c, BaseException) for c in found):
            reason = "Which exceptions are handled is not known while the code is written."
            remedy = "name the classes: except ValueError."
            raise TransformError([self.source.refusal(handler, reason, remedy)])
        return tuple(found)

    def _handlers(
        self, handlers: list[Any], classes: list[tuple[type, ...]], caught: str, origin: Any
    ) -> None:
        """The first handler that fits; one does, or the exception would not have come here."""
        first, *rest = handlers
        self.text = self.header(first)

        def handle() -> None:
            outer, self.handled = self.handled, caught
            if first.name is not None:
                name = first.name.id if isinstance(first.name, gast.Name) else first.name
                self.out.append(Copy(name, caught, self.origin(first)))
            for node in first.body:
                self.statement(node)
            self.handled = outer

        if not rest:
            handle()
            return
        fits = self.made(None, isinstance, (caught, Const(classes[0])), first)
        then = self.within(handle)
        orelse = self.within(lambda: self._handlers(rest, classes[1:], caught, origin))
        self.out.append(If(fits, then, orelse, _silent(origin)))

    handled: str | None = None
    """The variable of the exception that the handler around is for."""

    @abstractmethod
    def header(self, node: Any) -> str:
        """The text of a statement; of a compound one up to its block."""

    def _raises(self, node: Any, region: Region, asks: bool) -> bool:
        """Is there a raise in the body that a handler of it fits, and that can jump there?"""
        found = [n for n in _inside(node.body) if isinstance(n, gast.Raise)]
        fits = any(self._fit(n, region) for n in found)
        leaves = any(isinstance(n, gast.Break | gast.Continue) for n in _loose(node.body))
        if fits and leaves:
            reason = "A try statement is left both by break or continue and by a raise it handles."
            remedy = "test with an if instead of raising the exception."
            raise TransformError([self.source.refusal(node, reason, remedy)])
        return fits or (asks and not leaves)

    def _fit(self, node: Any, region: Region) -> bool:
        cls = self.raised_class(node)
        return cls is not None and issubclass(cls, region.classes)

    def raised_class(self, node: Any) -> type[BaseException] | None:
        """The class that a raise statement names."""
        made = node.exc.func if isinstance(node.exc, gast.Call) else node.exc
        cls = self._known(made) if made is not None else None
        return cls if isinstance(cls, type) and issubclass(cls, BaseException) else None

    def handled_here(self, node: Any) -> bool:
        """Write a raise that a handler around it takes; False: there is none."""
        cls = self.raised_class(node)
        if cls is None:
            return False
        for k in reversed(range(len(self.ways))):
            way = self.ways[k]
            if way.region is None or not issubclass(cls, way.region.classes):
                continue
            inner = any(w.loops for w in self.ways[k + 1 :])
            if not way.loops or inner or self.inside_loop > k:
                reason = "An exception is raised inside a loop and handled outside of it."
                remedy = "leave the loop with break, and test with an if what has happened."
                raise TransformError([self.source.refusal(node, reason, remedy)])
            given = node.exc.args if isinstance(node.exc, gast.Call) else []
            args = tuple(map(self.atom, given)) if way.region.named else ()
            self._jump(k, cls, args, node)
            return True
        return False

    def _jump(self, k: int, cls: type[BaseException], args: tuple[Any, ...], node: Any) -> None:
        """Go on in the handlers of the k-th statement around."""
        way, origin = self.ways[k], self.origin(node)
        assert way.region is not None
        caught = self.made(None, fp.caught, (Const(cls), *args), node)
        self.out.append(Copy(way.region.caught, caught, origin))
        self.leave(k)
        self.out += [Copy(way.raised, Const(True), origin), Break(origin)]

    def _asked_before(self, body: Iterable[Any], way: _Way) -> None:
        """The statements of a body; a handler that waits for a failed lookup is asked before."""
        assert way.region is not None
        waited = [c for c in _OF_LOOKUPS if issubclass(c, way.region.classes)]
        for node in body:
            for found in lookups_in(node) if waited else ():
                base, key = self.atom(found.value), self.atom(found.slice)
                for cls in waited:
                    self._unless_lacking(cls, base, key, found)
            self.statement(node)

    def _unless_lacking(self, cls: type[BaseException], base: Any, key: Any, node: Any) -> None:
        """Go on in the handlers where base[key] raises an exception of this class."""
        k = len(self.ways) - 1
        lacks = self.made(None, fp.lacks, (Const(cls), base, key), node)
        region = self.ways[k].region
        args = (key,) if region is not None and region.named else ()
        jump = self.within(lambda: self._jump(k, cls, args, node))
        self.out.append(If(lacks, jump, (), _silent(self.origin(node))))


def _silent(origin: Any) -> Any:
    """The place of a test that is no choice of the user's program."""
    return replace(origin, text="")


def _looks_at_it(handler: Any) -> bool:
    """Does a handler do anything with the exception?"""
    name = handler.name.id if isinstance(handler.name, gast.Name) else handler.name
    return any(
        (isinstance(n, gast.Raise) and n.exc is None) or (isinstance(n, gast.Name) and n.id == name)
        for n in _inside(handler.body)
    )


def _inside(body: Iterable[Any]) -> Iterable[Any]:
    """The nodes of statements, functions inside them apart."""
    todo = list(body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, gast.FunctionDef | gast.Lambda):
            todo += gast.iter_child_nodes(node)


def _loose(body: Iterable[Any]) -> Iterable[Any]:
    """The nodes of statements, apart from loops and functions inside them."""
    todo = list(body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, gast.FunctionDef | gast.Lambda | gast.For | gast.While):
            todo += gast.iter_child_nodes(node)


def lookups_in(node: Any) -> list[Any]:
    """The lookups by plain keys that a statement begins with, in the order of evaluation."""
    found: list[Any] = []

    def goes_on(part: Any) -> bool:
        """Is what follows in the statement evaluated right after this, with no call before?"""
        match part:
            case gast.Name() | gast.Constant():
                return True
            case gast.Attribute(value=inner):
                return goes_on(inner)
            case gast.Tuple(elts=parts) | gast.List(elts=parts) | gast.JoinedStr(values=parts):
                return all(map(goes_on, parts))
            case gast.BinOp(left=left, right=right):
                return goes_on(left) and goes_on(right)
            case gast.UnaryOp(operand=inner) | gast.FormattedValue(value=inner):
                return goes_on(inner)
            case gast.Subscript(value=base, slice=key):
                if not (goes_on(base) and goes_on(key)):
                    return False
                if _is_plain(base) and _is_plain(key):
                    found.append(part)
                return True
            case gast.Call(func=func, args=args, keywords=keywords):
                _ = goes_on(func) and all(map(goes_on, [*args, *(k.value for k in keywords)]))
                return False
            case gast.Compare(left=left, comparators=[right, *_]):
                _ = goes_on(left) and goes_on(right)
                return False
            case gast.IfExp(test=first) | gast.BoolOp(values=[first, *_]):
                _ = goes_on(first)
                return False
            case _:
                return False

    match node:
        case gast.Assign(value=value) | gast.AnnAssign(value=value) | gast.Return(value=value):
            goes_on(value)
        case gast.AugAssign(target=target, value=value):
            _ = goes_on(target) and goes_on(value)
        case gast.Expr(value=value):
            goes_on(value)
        case gast.Delete(targets=[target, *_]):
            goes_on(target)
        case _:
            pass
    return found


def _is_plain(node: Any) -> bool:
    """May it be evaluated twice?"""
    plain = gast.Name | gast.Constant | gast.Attribute | gast.Tuple | gast.BinOp | gast.UnaryOp
    inside = gast.walk(node)
    allowed = (plain, gast.Subscript, gast.operator, gast.unaryop, gast.expr_context)
    return all(isinstance(n, allowed) for n in inside)


def _suppressed(node: Any, made: Any, rest: list[Any]) -> Any:
    """The try statement that `with contextlib.suppress(..)` is."""

    def at(new: Any) -> Any:
        return gast.copy_location(new, made)

    classes = at(gast.Tuple(list(made.args), gast.Load()))
    handler = at(gast.ExceptHandler(classes, None, [at(gast.Pass())]))
    body = [gast.copy_location(gast.With(rest, node.body, None), node)] if rest else node.body
    return gast.copy_location(gast.Try(body, [handler], [], []), node)
