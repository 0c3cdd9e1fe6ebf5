"""with statements over managers that are written in Python, as what these do.

    with damped(x, 0.5) as d:               damped_x, damped_rate = x, 0.5
        z = d * x                           d = damped_x * damped_rate
    @contextmanager                 ->      z = d * x
    def damped(x, rate):
        yield x * rate

    with Scope(k) as s: ..          ->      scope = Scope(k);  s = scope.__enter__()
                                            try: ..  finally: scope.__exit__(None, None, None)

A manager that prints, or changes what lies outside, is entered when the program runs (`regions`),
so that it is left where an exception is raised, too; so are all managers of the library.  Of what
such a one gives, an int can be used.
"""

from __future__ import annotations

import copy
import inspect
import linecache
import sys
import types
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.cells import bound, taken
from fpad.transforms.definition import definition
from fpad.transforms.errors import TransformError
from fpad.transforms.kinds import is_object
from fpad.transforms.local_managers import Unused, arguments, found_in, is_local_class
from fpad.transforms.outside import Outside
from fpad.transforms.written import stands_for
from fpad.transforms.written_decorators import can_be_renamed, names_bound, placed, renamed

_BODIES = ("body", "orelse", "finalbody")
_INTS = ("len", "int")


def with_managers(tree: Any, outside: Outside) -> set[str]:
    """Write with statements out in a definition, which is changed; returns its new names."""
    work = _Managers(tree, outside)
    tree.body = work.block(tree.body, tree, frozenset())
    if work.local:
        Unused(tree, work.local).visit(tree)
    tree.decorators |= work.meant
    return work.made


class _Managers:
    def __init__(self, tree: Any, outside: Outside) -> None:
        self.outside = outside
        self.tree = tree
        self.made: set[str] = set()
        self.meant: dict[str, Any] = {}
        self.local: list[Any] = []
        names = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
        self.every = names | {n.name for n in gast.walk(tree) if isinstance(n, gast.FunctionDef)}

    def fresh(self, name: str) -> str:
        """A name that nothing has."""
        while name in self.every:
            name += "_"
        self.every.add(name)
        return name

    def block(self, body: list[Any], around: Any, own: frozenset[str]) -> list[Any]:
        """Statements; `own`: the variables of the functions around."""
        return [new for s in body for new in self.statement(s, around, own)]

    def statement(self, s: Any, around: Any, own: frozenset[str]) -> list[Any]:
        """One of them, and what is inside."""
        if isinstance(s, gast.FunctionDef):
            s.body = self.block(s.body, s, own | bound(around))
            return [s]
        for part in _BODIES:
            if getattr(s, part, None) and not isinstance(s, gast.ClassDef):
                setattr(s, part, self.block(getattr(s, part), around, own))
        for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            part.body = self.block(part.body, around, own)
        return self.written(s, around, own) if isinstance(s, gast.With) else [s]

    def written(self, s: Any, around: Any, own: frozenset[str]) -> list[Any]:
        """The statements that stand for a with statement, one manager after the other."""
        item, *rest = s.items
        inner = s.body
        if rest:
            inner = self.written(gast.copy_location(gast.With(rest, s.body, None), s), around, own)
        call = self._made_by(item.context_expr)
        func = call.func if call is not None else None
        name = str(func.id) if isinstance(func, gast.Name) else ""
        local = name in own | bound(around)
        found = None if func is None or local else self.outside.value(func)
        new = None
        inside = found_in(self.tree, around, func, self.outside) if local else None
        if inside is not None:
            given = arguments(inside, call, self.tree)
            new = (
                None if given is None else self._inlined(copy.deepcopy(inside), given, item, inner)
            )
            if new is not None:
                self.local.append(inside)
        elif local and is_local_class(self.tree, name):
            new = self._object(name.lower(), item, inner)
        elif isinstance(found, types.FunctionType) and is_manager(found):
            if call is not item.context_expr:  # a local variable
                return [gast.copy_location(gast.With([item], inner, None), s)]
            new = self._function(found, item, inner, own | bound(around))
            if new is None and item.optional_vars is not None and _gives_int(found):
                call = gast.Call(gast.Constant(fp.given_int, None), [], [])
                value = gast.Assign([item.optional_vars], call, None)
                item.optional_vars = None
                inner = [placed(value, item.context_expr), *inner]
        elif isinstance(found, type) and (stands_for(found) or _is_plain(found)):
            new = self._object(found.__name__.lower(), item, inner)
        elif call is item.context_expr and found is None and self._is_method(func, own, around):
            item.context_expr = _entering(item.context_expr)
            new = self._object(item.context_expr.args[0].attr, item, inner)
        if new is None:
            return [gast.copy_location(gast.With([item], inner, None), s)]
        if isinstance(func, gast.Name) and not local:
            self.meant[func.id] = found
        if around is self.tree:
            self.made |= {n for part in new for n in names_bound(part)}
        return [placed(n, item.context_expr) for n in new[:-1]] + new[-1:]

    def _made_by(self, expr: Any) -> Any | None:
        """The call that has made a manager: this one, or that of the variable's one assignment."""
        if isinstance(expr, gast.Call):
            return expr
        if not isinstance(expr, gast.Name):
            return None
        inside = list(gast.walk(self.tree))
        stored = [n for n in inside if isinstance(n, gast.Name) and n.id == expr.id]
        stored = [n for n in stored if not isinstance(n.ctx, gast.Load)]
        made = [n for n in inside if isinstance(n, gast.Assign) and n.targets[0] in stored]
        if len(stored) != 1 or len(made) != 1 or len(made[0].targets) != 1:
            return None
        return made[0].value if isinstance(made[0].value, gast.Call) else None

    def _is_method(self, func: Any, own: frozenset[str], around: Any) -> bool:
        """Is it something of a local variable, other than a module?"""
        root = func
        while isinstance(root, gast.Attribute):
            root = root.value
        if root is func or not isinstance(root, gast.Name):
            return False
        imports = [n for n in gast.walk(self.tree) if isinstance(n, gast.Import | gast.ImportFrom)]
        modules = {(a.asname or a.name).partition(".")[0] for n in imports for a in n.names}
        return root.id in (own | bound(around)) - modules

    def _object(self, name: str, item: Any, body: list[Any]) -> list[Any]:
        name = self.fresh(name)
        none = [gast.Constant(None, None) for _ in range(3)]
        out = [_assign(name, item.context_expr)]
        entered = _method(name, "__enter__", [])
        if item.optional_vars is None:
            out.append(gast.Expr(entered))
        else:
            out.append(gast.Assign([item.optional_vars], entered, None))
        left = placed(gast.Expr(_method(name, "__exit__", none)), item.context_expr)
        return [*out, gast.copy_location(gast.Try(body, [], [], [left]), item.context_expr)]

    def _function(
        self, f: Any, item: Any, body: list[Any], own: frozenset[str] | set[str]
    ) -> list[Any] | None:
        """The body in the place of the one yield of a generator; None if that is not so simple."""
        generator = f.__wrapped__
        if generator.__closure__ or generator.__globals__ is not self.outside.function.__globals__:
            return None
        found = _definition(generator)
        parts = None if found is None else around_yield(found.body)
        call = item.context_expr
        if found is None or parts is None or any(isinstance(a, gast.Starred) for a in call.args):
            return None
        _, value, _ = parts
        mutes = item.optional_vars is None or value is None
        if (mutes and not call.args and not call.keywords) or _acts_outside(found):
            return None
        if (taken(found) - bound(found)) & own:
            return None
        try:
            given = inspect.signature(generator).bind(
                *call.args, **{k.arg: k.value for k in call.keywords}
            )
        except TypeError:
            return None
        defaults = inspect.signature(generator).parameters
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in defaults.values()):
            return None
        values: dict[str, Any] = {}
        for n, p in defaults.items():
            if n not in given.arguments and not isinstance(p.default, int | float | str | None):
                return None
            fallback = gast.Constant(p.default, None)
            values[n] = given.arguments.get(n, fallback)
        return self._inlined(found, values, item, body)

    def _inlined(
        self, found: Any, values: dict[str, Any], item: Any, body: list[Any]
    ) -> list[Any] | None:
        """The same, given the definition of the generator and what its parameters are given."""
        parts = around_yield(found.body)
        if parts is None:
            return None
        before, value, after = parts
        before = [b for b in before if not isinstance(b, gast.Nonlocal)]
        if not can_be_renamed([*before, *after], found, set()):
            return None
        call = item.context_expr
        new = {n: self.fresh(f"{found.name}_{n}") for n in sorted(bound(found))}
        out = [_assign(new[n], v) for n, v in values.items()]
        out += [renamed(b, new) for b in before]
        if item.optional_vars is not None:
            value = gast.Constant(None, None) if value is None else renamed(value, new)
            out.append(gast.Assign([item.optional_vars], value, None))
        ends = [placed(renamed(b, new), call) for b in after]
        always = gast.Constant(True, None)
        whole = gast.Try(body, [], [], ends) if ends else gast.If(always, body, [])
        return [*out, gast.copy_location(whole, call)]


def _entering(call: Any) -> Any:
    """The call of a method, in a with statement."""
    args = [call.func, *call.args]
    return gast.copy_location(
        gast.Call(gast.Constant(fp.entering, None), args, call.keywords), call
    )


def _assign(name: str, value: Any) -> Any:
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)


def _method(name: str, method: str, args: list[Any]) -> Any:
    base = gast.Name(name, gast.Load(), None, None)
    return gast.Call(gast.Attribute(base, method, gast.Load()), args, [])


def is_manager(f: Any) -> bool:
    """Is it a function that contextlib.contextmanager has made of a generator?"""
    if not isinstance(f, types.FunctionType):
        return False
    made = f.__globals__.get("__name__") == "contextlib"
    return made and inspect.isgeneratorfunction(getattr(f, "__wrapped__", None))


def around_yield(body: list[Any]) -> tuple[list[Any], Any, list[Any]] | None:
    """What stands in front of the one yield, what it gives, and what stands behind."""
    body = [b for b in body if not (isinstance(b, gast.Expr) and _is_text(b.value))]
    inside = [n for b in body for n in gast.walk(b)]
    yields = [n for n in inside if isinstance(n, gast.Yield | gast.YieldFrom)]
    if len(yields) != 1 or any(isinstance(n, gast.Return | gast.With) for n in inside):
        return None
    for k, b in enumerate(body):
        if isinstance(b, gast.Expr) and b.value is yields[0] and isinstance(b.value, gast.Yield):
            return body[:k], b.value.value, body[k + 1 :]
        if isinstance(b, gast.Try) and not b.handlers and not b.orelse:
            found = around_yield(b.body)
            if found is not None:
                before, value, after = found
                return [*body[:k], *before], value, [*after, *b.finalbody, *body[k + 1 :]]
    return None


def _is_text(node: Any) -> bool:
    return isinstance(node, gast.Constant)


def _is_plain(cls: type) -> bool:
    """Is it a class of the user's, whose managers change nothing but what they hold?"""
    if cls.__module__.partition(".")[0] in (*sys.stdlib_module_names, "numpy", "scipy", "fpad"):
        return False
    if not is_object(cls):
        return False
    ends = [getattr(cls, name, None) for name in ("__enter__", "__exit__")]
    found = [_definition(f) for f in ends if isinstance(f, types.FunctionType)]
    return len(found) == 2 and not any(d is None or _acts_outside(d) for d in found)


def _definition(f: Any) -> Any | None:
    try:
        lines = tuple(linecache.getlines(f.__code__.co_filename, f.__globals__))
        return gast.ast_to_gast(definition(f, lines))
    except TransformError:
        return None


def _acts_outside(node: Any) -> bool:
    """Does it call what lies outside for what that does, or assign there?"""
    own = bound(node)

    def base(n: Any) -> Any:
        while isinstance(n, gast.Attribute | gast.Subscript):
            n = n.value
        return n

    def is_outside(n: Any) -> bool:
        root = base(n)
        return isinstance(root, gast.Name) and root.id not in own

    for n in gast.walk(node):
        if isinstance(n, gast.Global | gast.Nonlocal):
            return True
        called = isinstance(n, gast.Expr) and isinstance(n.value, gast.Call)
        if called and is_outside(n.value.func):
            return True
        stored = isinstance(n, gast.Attribute | gast.Subscript) and not isinstance(n.ctx, gast.Load)
        if stored and is_outside(n):
            return True
    return False


def _gives_int(f: Any) -> bool:
    """Is what it gives an int for certain?"""
    found = _definition(f.__wrapped__)
    parts = None if found is None else around_yield(found.body)
    value = parts[1] if parts is not None else None
    called = isinstance(value, gast.Call) and isinstance(value.func, gast.Name)
    return bool(called and value.func.id in _INTS)  # type: ignore[union-attr]
