"""Level 2 -> Python: readable functions, and the module that holds them.

    Func("f_grad", ("x", "s", "by"), (
        Let("t", mul, ("x", "x")),                       def f_grad(x, s, *, by=1.0):
        Let("t1", truediv, ("by", "s")),                     t = x * x
        Let("t2", np.cos, ("t",)),                           # y = np.sin(x * x) / s
        Let("bt", mul, ("t1", "t2")),              ->        bt = by / s * np.cos(t)
        Let("bx", mul, ("bt", "x")),                         bx = bt * x
        Let("t3", mul, ("bt", "x")),                         bx = bx + bt * x
        Let("t4", add, ("bx", "t3")),                        return bx
        Copy("bx", "t4"), Return(("bx",))), ..)

Functions are written by `statements`; here is the module around them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gast

from fpad.transforms.folded import Kinds
from fpad.transforms.ir import (
    Call,
    Fresh,
    Func,
    Origin,
    Program,
    Return,
    Statement,
    all_names,
    rewrite,
    walk,
)
from fpad.transforms.printer import BlankLine, Comment, to_source_map
from fpad.transforms.scope import Scope
from fpad.transforms.signature import is_flat
from fpad.transforms.statements import DEFAULT, Options, Writer

__all__ = ["Emitted", "Options", "emit_function", "emit_module"]


@dataclass(frozen=True)
class Emitted:
    """A generated module.

    Attributes:
        tree: gast.Module, with `printer.Comment` among its statements.
        text: the module as text.
        namespace: objects that the text refers to by name and does not import; for `load.load`.
        origins: line of the text, from 1, that begins a statement -> where it comes from.
    """

    tree: Any
    text: str
    namespace: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[int, Origin] = field(default_factory=dict)


def emit_function(
    func: Func, kinds: Kinds, options: Options = DEFAULT, scope: Scope | None = None
) -> Any:
    """The gast.FunctionDef of a level-2 function.

    Args:
        func: the function.  With a boundary it is written as an entry: with its Python signature,
            its structured arguments taken apart, its result put together.
        kinds: kinds of its names, as far as they are known; nothing is assumed of the others.
        options: how it looks.
        scope: names of the module it will stand in; without one, a module of its own.
    """
    if scope is None:
        scope = Scope({func.name, *_names_in(func)}, options.alias, options.library)
    return Writer(func, kinds, options, scope).function()


def emit_module(
    program: Program, kinds: Callable[[Func], Kinds] | None = None, options: Options = DEFAULT
) -> Emitted:
    """A module with the entry function of a program, below the functions that it calls.

    Args:
        program: level 2.
        kinds: the kinds of the names of a function; by default those of its parameters only.
        options: how it looks.
    """
    kinds = kinds or _parameter_kinds
    funcs = _for_printing(program)
    taken = {n for f, _ in funcs for n in (f.name, *_names_in(f))}
    scope = Scope(taken, options.alias, options.library)
    definitions = [emit_function(f, kinds(original), options, scope) for f, original in funcs]
    head = [Comment(line) for line in options.header]
    head += [Comment(f"{n}: {_description(v)}") for n, v in sorted(scope.external.items())]
    tree = gast.Module([*head, *_imports(scope, options.runtime), *definitions], [])
    text, lines = to_source_map(tree)
    origins = {line: node.origin for line, node in lines if hasattr(node, "origin")}
    return Emitted(tree, text, dict(scope.external), origins)


def _parameter_kinds(func: Func) -> Kinds:
    return dict(zip(func.params, func.kinds, strict=False))


def _names_in(func: Func) -> set[str]:
    own = {p.name for p in func.boundary.parameters} if func.boundary is not None else set()
    return all_names(func) | own


def _description(value: Any) -> str:
    """What the loader hands over, in words that are the same in every run."""
    module, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{own}" if module and own else f"an object of type {type(value).__name__}"


def _other(scope: Scope, module: str) -> str | None:
    """The alias of scipy.special, if it is not its own name."""
    alias = scope.aliases[f"scipy.{module}"]
    return None if alias == module else alias


def _imports(scope: Scope, runtime: str) -> list[Any]:
    """Imports of what the text uses; `runtime`: the module of the helpers."""

    def imported(key: str, module: str) -> Any:
        alias = scope.aliases[key]
        return gast.Import([gast.alias(module, None if alias == module else alias)])

    out: list[Any] = [
        imported(key, key) for key in ("builtins", "math", "operator") if key in scope.used
    ]
    if out and scope.used & {"numpy", "fpad.runtime"}:
        out.append(BlankLine())
    if "numpy" in scope.used:
        out.append(imported("numpy", scope.library))
    if "scipy.special" in scope.used:
        out.append(gast.ImportFrom("scipy", [gast.alias("special", _other(scope, "special"))], 0))
    if "fpad.runtime" in scope.used:
        package, _, module = runtime.rpartition(".")
        alias = gast.alias(module, scope.aliases["fpad.runtime"])
        out.append(gast.ImportFrom(package, [alias], 0))
    return out


# ---------------------------------------------------------------- which functions


def _for_printing(program: Program) -> list[tuple[Func, Func]]:
    """The functions that the entry reaches, as they are printed, each with what it was.

    Callees come first, the entry last.  A function with the name of a local variable of its caller
    gets another.  An entry with a structured signature that is itself called, with flat arguments,
    becomes two functions.
    """
    order: list[str] = []
    calls: dict[str, set[str]] = {}

    def visit(key: str) -> None:
        calls[key] = {s.func for s in walk(program.funcs[key].body) if isinstance(s, Call)}
        for callee in sorted(calls[key]):
            if callee not in calls:
                visit(callee)
        order.append(key)

    visit(program.entry)
    main = program.main
    originals = [program.funcs[k] for k in order]
    funcs = [*(replace(f, boundary=None) for f in originals[:-1]), main]
    hidden = {name for f in originals for name in calls[f.name] & _names_in(f)}
    called = any(main.name in names for names in calls.values())
    if called and (main.name in hidden or not is_flat(main)):
        funcs[-1:] = [replace(main, boundary=None), _shell(main)]
        originals.append(main)
        hidden.add(main.name)
    fresh = Fresh({n for f in funcs for n in (f.name, *_names_in(f))})
    new = {n: fresh(f"{n}_flat" if n == main.name else n) for n in sorted(hidden)}
    printed = [*(_renamed(f, new) for f in funcs[:-1]), _calling(funcs[-1], new)]
    return list(zip(printed, originals, strict=True))


def _shell(main: Func) -> Func:
    """The entry as a function that only takes arguments apart and calls the flat one."""
    last = main.body[-1]
    assert isinstance(last, Return)
    fresh = Fresh(_names_in(main))
    results = tuple(fresh.temp() for _ in last.values)
    return replace(main, body=(Call(results, main.name, main.params), Return(results)))


def _renamed(func: Func, new: Mapping[str, str]) -> Func:
    return replace(_calling(func, new), name=new.get(func.name, func.name))


def _calling(func: Func, new: Mapping[str, str]) -> Func:
    """The function with the functions that it calls renamed."""

    def rename(s: Statement) -> tuple[Statement, ...]:
        return (replace(s, func=new.get(s.func, s.func)),) if isinstance(s, Call) else (s,)

    return replace(func, body=rewrite(func.body, rename)) if new else func
