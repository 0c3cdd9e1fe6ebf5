"""The piece of a file that a function was compiled from.

A text is found through the line that the code object names, compiled again in the scope of the
function, and compared with the function's own code: a file that was edited after it was imported is
refused, and two lambdas on one line are told apart wherever their code differs.
"""

from __future__ import annotations
import __future__

import ast
import dis
import inspect
import tokenize
import types
import warnings
from typing import Any, NoReturn, TypeAlias

from fpad.transforms.errors import Refusal, TransformError

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = Function | ast.Lambda

TOO_DEEP = "is nested too deeply."
SPLIT = "split it: long expressions into statements, long statements into functions."
_CALLING = frozenset({"PUSH_NULL", "PRECALL", "NOP", "EXTENDED_ARG", "CACHE"})
_JUMPS = frozenset(dis.hasjrel + dis.hasjabs)
_PRIVATE = {ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg"}


def definition(function: types.FunctionType, lines: tuple[str, ...]) -> Function:
    """The def that the function was compiled from, with the lines and columns of its file.

    Decorators are left out.  A lambda becomes a def that returns its body, named like the variable
    that it is assigned to, or `anonymous`.

    Args:
        function: a plain function.
        lines: the lines of its file, as they are now.

    Raises:
        TransformError: no piece of the text, or more than one, is the function's.
    """
    code = function.__code__
    found: list[tuple[Definition, str]] = []
    with warnings.catch_warnings():  # the user has seen the compiler's warnings already
        warnings.simplefilter("ignore")
        try:
            module = _parse(code, lines)
        except (SyntaxError, tokenize.TokenError):
            module = ast.Module([], [])
        names = {
            id(n.value): n.targets[0].id
            for n in ast.walk(module)
            if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Lambda) and code.co_name == "<lambda>":
                name, line = names.get(id(node), "anonymous"), node.lineno
            elif isinstance(node, Function) and node.name == code.co_name:
                name, line = node.name, min(n.lineno for n in (node, *node.decorator_list))
            else:
                continue
            if line == code.co_firstlineno and _compiles_to(node, code):
                found.append((node, name))
    if not found:
        refuse(
            function,
            f"The text found for {function.__qualname__} is not what the function was made from.",
            "import the module again after editing its file; an import hook that rewrites "
            "functions has to be off.",
        )
    # Equal lambdas may begin on one line; they mean the same, and differ in their places only.
    places = {(line, column) for line, _, column, _ in code.co_positions()}
    node, name = next((n for n in found if _place(n[0]) in places), found[0])
    return _as_function(_mangle(node, code), name)


def _place(node: Definition) -> tuple[int, int] | None:
    """Where the body of a lambda begins."""
    return (node.body.lineno, node.body.col_offset) if isinstance(node, ast.Lambda) else None


def _parse(code: types.CodeType, lines: tuple[str, ...]) -> ast.Module:
    """The tree of the lines that hold the function, with the positions of the file.

    A def is cut out of its file first, because parsing a long file takes longer than all the rest;
    a lambda can begin anywhere in a statement and needs the whole text.
    """
    if code.co_name == "<lambda>":
        return ast.parse("".join(lines))
    first = code.co_firstlineno
    block = inspect.getblock(lines[first - 1 :])
    indented = "".join(block)[:1].isspace()
    # An indented block is wrapped, never dedented: that would change strings of several lines.
    module = ast.parse("if 1:\n" * indented + "".join(block))
    ast.increment_lineno(module, first - 1 - indented)
    return module


def _compiles_to(node: Definition, code: types.CodeType) -> bool:
    """Does the node, compiled in the scope of the function, give the function's code?"""
    # A class knows what it is nested in; the fence refuses it anyway.
    if any(isinstance(n, ast.ClassDef) for n in ast.walk(node)):
        return True
    if "@pytest_ar" in code.co_names:  # asserts were rewritten before compiling
        return True
    inner: ast.stmt = ast.Expr(_bare(node)) if isinstance(node, ast.Lambda) else _bare(node)
    owner = _class_around(code)
    if owner is not None:
        shell = ast.parse(f"class {owner}: pass").body[0]
        assert isinstance(shell, ast.ClassDef)
        shell.body = [inner]
        inner = shell
    # Free names are local around the function, and no other name is: its own is "<f>".
    free = [name for name in code.co_freevars if name != "__class__"]
    rows = ["def outer():", " " + " = ".join([*free, "0"])]
    if owner is not None and owner not in free:
        rows.insert(1, f" global {owner}")
    outer = ast.parse("\n".join(rows))
    assert isinstance(outer.body[0], ast.FunctionDef)
    outer.body[0].body.append(inner)
    compiled = compile(
        ast.fix_missing_locations(outer),
        code.co_filename,
        "exec",
        code.co_flags & __future__.annotations.compiler_flag,
        dont_inherit=True,
    )
    for _ in range(2 if owner is None else 3):
        compiled = next(c for c in compiled.co_consts if isinstance(c, types.CodeType))
    return bool(_key(compiled) == _key(code))


def _bare(node: Any) -> Any:
    """The definition without what is evaluated outside it: decorators, defaults, annotations."""

    def arg(a: ast.arg) -> ast.arg:
        return ast.copy_location(ast.arg(a.arg), a)

    old = node.args
    args = ast.arguments(
        posonlyargs=[arg(a) for a in old.posonlyargs],
        args=[arg(a) for a in old.args],
        vararg=old.vararg and arg(old.vararg),
        kwonlyargs=[arg(a) for a in old.kwonlyargs],
        kw_defaults=[None] * len(old.kwonlyargs),
        kwarg=old.kwarg and arg(old.kwarg),
        defaults=[],
    )
    if isinstance(node, ast.Lambda):
        return ast.copy_location(ast.Lambda(args, node.body), node)
    new = type(node)("<f>", args, node.body, [])
    new.type_params = []
    return ast.copy_location(new, node)


def _key(value: Any) -> Any:
    """What all compilations of one text have in common, in any file and at any line.

    How a method is called is left out: the compiler writes `math.sin(x)` in another way where the
    module imports `math` itself, and that stands elsewhere in the file.
    """
    if isinstance(value, types.CodeType):
        steps: list[dis.Instruction] = []
        position: dict[int, int] = {}
        for step in dis.get_instructions(value):
            position[step.offset] = len(steps)
            if step.opname not in _CALLING:
                steps.append(step)
        shape = tuple(
            (
                "LOAD_ATTR" if step.opname == "LOAD_METHOD" else step.opname,
                position[step.argval] if step.opcode in _JUMPS else _key(step.argval),
            )
            for step in steps
        )
        counts = (value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount)
        return (counts, value.co_varnames, value.co_freevars, value.co_cellvars, shape)
    if isinstance(value, tuple):
        return tuple(map(_key, value))
    if isinstance(value, frozenset):
        return frozenset(map(_key, value))
    return (type(value), repr(value))  # 0.0 and -0.0 differ


def _class_around(code: types.CodeType) -> str | None:
    """The innermost class whose text holds the function."""
    parts = code.co_qualname.split(".")[:-1]
    while parts and parts[-1].startswith("<"):  # <locals> of a function, or <listcomp>
        parts = parts[: -2 if parts[-1] == "<locals>" else -1]
    return parts[-1] if parts else None


# ---------------------------------------------------------------- the tree


def _mangle(node: Definition, code: types.CodeType) -> Definition:
    """Give private names of a class (`self.__x`) the names that Python gives them."""
    owner = (_class_around(code) or "").lstrip("_")
    if owner:
        for n in ast.walk(node):
            attribute = _PRIVATE.get(type(n))  # keywords of a call keep their names
            if attribute is not None:
                name = getattr(n, attribute)
                if name.startswith("__") and not name.endswith("__"):
                    setattr(n, attribute, f"_{owner}{name}")
    return node


def _as_function(node: Definition, name: str) -> Function:
    """The definition as a def without decorators."""
    if isinstance(node, ast.Lambda):
        body = ast.copy_location(ast.Return(node.body), node)
        lifted = ast.FunctionDef(name, node.args, [body], [])
        lifted.type_params = []  # type: ignore[attr-defined, unused-ignore]
        return ast.copy_location(lifted, node)
    node.decorator_list = []
    return node


def refuse(function: Any, reason: str, remedy: str) -> NoReturn:
    """Refuse a function as a whole."""
    code = getattr(function, "__code__", None)
    file, line = (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)
    raise TransformError([Refusal(file, line, 0, "", reason, remedy)])
