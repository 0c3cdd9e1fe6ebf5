"""The IR as text, for people who follow a function through the passes.

    Func("f", ("x", "s"), (                              func f(x: float, s: float):
        Let("t", operator.mul, ("x", "x"), origin=..),       # model.py:4  y = np.sin(x * x) / s
        Let("t2", np.sin, ("t",), origin=..),       ->       t = operator.mul(x, x)
        Let("y", operator.truediv, ("t2", "s"), ..),         t2 = numpy.sin(t)
        Return(("y",))), ..)                                 y = operator.truediv(t2, s)
                                                             return y

One line a statement, in the order of execution.  Operations stand under their public names; a
statement of another role than `primal` says so at its end; the user's line stands above the first
statement that was made from it.  The text is for reading only: nothing reads it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fpad.transforms.calls import prepared
from fpad.transforms.cupy_kernels import to_cupy
from fpad.transforms.effects import visible
from fpad.transforms.ieee import ieee
from fpad.transforms.ir import (
    NOWHERE,
    Apply,
    Attr,
    Block,
    Break,
    Call,
    Const,
    Continue,
    Copy,
    Do,
    Fixed,
    For,
    Func,
    If,
    Leaf,
    Let,
    Load,
    Node,
    Note,
    Operand,
    Origin,
    Pack,
    Pop,
    Program,
    Push,
    Range,
    Return,
    Slice,
    Statement,
    Store,
    StoreAdd,
    Tree,
    Unpack,
    While,
)
from fpad.transforms.jumps import unjump
from fpad.transforms.kinds import (
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    ResidualKind,
    ShapeKind,
    StaticKind,
    TapeKind,
)
from fpad.transforms.lower import lower
from fpad.transforms.noting import op_name
from fpad.transforms.pipeline import (
    DERIVATIVES,
    Step,
    plain,
    proved,
    recorded,
    step_name,
    transform,
)
from fpad.transforms.recording import record
from fpad.transforms.source import read
from fpad.transforms.specialise import specialise

INDENT = "    "
_USES = {
    "seed": "is a seed of the derivative",
    "one": "is the cotangent of the result, 1.0",
    "live": "is read from outside at each call",
}


def passes(
    function: Callable[..., Any], kinds: Mapping[str, Kind], steps: tuple[Step, ...], backend: str
) -> Iterator[tuple[str, Func | Program]]:
    """What became of a function after each pass, with a title for each.

    Args:
        function: a Python function.
        kinds: kinds of its parameters.
        steps: the transforms, in order.
        backend: "numpy" or "cupy".
    """
    func = lower(read(function))
    yield "lowered (level 0)", func
    yield "jumps settled (level 1)", unjump(func)
    program = specialise(function, kinds).program
    shown = ", ".join(f"{n}: {kind_text(kind)}" for n, kind in kinds.items())
    yield f"specialised for {shown or 'no arguments'} (level 2)", program
    if any(step.what == "record" for step in steps):
        program = proved(record(program))
        yield "choices recorded", program
    written = proved(visible(program))
    if written.funcs != program.funcs:
        program = written
        yield "writes that several names see, written out", program
    if not steps or steps[0].what not in DERIVATIVES:
        program = proved(prepared(program))
        yield "writes proved", program
    for step in steps:
        if step.what != "record":
            program = proved(transform(program, step, step_name(program.entry, step)))
            yield _title(step), program
    program, sites = recorded(program, steps)
    if sites is not None:
        yield "record returned", program
    program = ieee(program)
    yield "scalars as IEEE has them", program
    program = plain(program)
    yield "tidied for printing", program
    if backend == "cupy":
        yield "elementwise runs as kernels", to_cupy(program)


def _title(step: Step) -> str:
    if step.what == "round":
        return f"rounded to {step.precision}"
    return f"{step.what} with respect to {', '.join(step.target.names)}"


def dump(ir: Func | Program) -> str:
    """The text of a function of any level, or of all functions of a program, callees first."""
    if isinstance(ir, Program):
        names = [n for n in sorted(ir.funcs) if n != ir.entry]
        return "\n\n".join(map(dump, [*(ir.funcs[n] for n in names), ir.main]))
    return "\n".join(_Text().function(ir))


def kind_text(kind: Kind | None) -> str:
    """A kind in a word or two: `float`, `array of int`, `{'w': array}`."""
    match kind:
        case Num(array, num):
            if not array:
                return "number" if num == "any" else num
            return {"float": "array", "any": "array of numbers"}.get(num, f"array of {num}")
        case StaticKind(value):
            return value_text(value)
        case NodeKind(make, keys, items) if make is dict:
            inside = (f"{k!r}: {kind_text(v)}" for k, v in zip(keys, items, strict=True))
            return f"{{{', '.join(inside)}}}"
        case NodeKind(make, _, items):
            return f"{make.__name__}({', '.join(map(kind_text, items))})"
        case OpaqueKind(cls):
            return cls.__name__
        case ShapeKind():
            return "shape"
        case TapeKind(element):
            return "tape" if element is None else f"tape of {kind_text(element)}"
        case ResidualKind():
            return "residuals"
    return "unknown"


def operation(op: object) -> str:
    """The public name of an operation; helpers of the runtime as generated code calls them."""
    name = op_name(op)
    return f"fp.{name.rpartition('.')[2]}" if name.startswith("fpad.runtime.") else name


def value_text(value: Any) -> str:
    """A constant: its repr, or its name where the repr would hold an address."""
    if callable(value) or hasattr(value, "__spec__"):
        return operation(value) if hasattr(value, "__qualname__") else _called(value)
    text = repr(value)
    return _called(value) if " at 0x" in text else text


def _called(value: Any) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _tuple(items: Iterator[str] | list[str]) -> str:
    parts = list(items)
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def operand_text(operand: Operand) -> str:
    """An atom, a slice, or a display, as Python writes it."""
    match operand:
        case str():
            return operand
        case Const(value):
            return value_text(value)
        case Slice(lower, upper, step):
            parts = ["" if p == Const(None) else operand_text(p) for p in (lower, upper, step)]
            return ":".join(parts if parts[2] else parts[:2])
    return _tuple([operand_text(o) for o in operand])


def _index(operand: Operand) -> str:
    """What stands between the brackets of a subscript."""
    text = operand_text(operand)
    return text[1:-1] if isinstance(operand, tuple) and operand else text


def _tree(tree: Tree) -> str:
    match tree:
        case Leaf(atom):
            return operand_text(atom)
        case Fixed(value):
            return value_text(value)
        case Node(make, keys, items) if make is dict:
            inside = (f"{k!r}: {_tree(v)}" for k, v in zip(keys, items, strict=True))
            return f"{{{', '.join(inside)}}}"
        case Node(make, _, items) if make is tuple:
            return _tuple(map(_tree, items))
        case Node(make, _, items) if make is list:
            return f"[{', '.join(map(_tree, items))}]"
    return f"{tree.make.__name__}({', '.join(map(_tree, tree.items))})"


def _application(name: str, args: tuple[Operand, ...], kwargs: Any = ()) -> str:
    parts = [*map(operand_text, args), *(f"{k}={operand_text(v)}" for k, v in kwargs)]
    return f"{name}({', '.join(parts)})"


class _Text:
    """Writes one function; remembers which line of the user was shown last."""

    def __init__(self) -> None:
        self.shown: Origin = NOWHERE

    def function(self, func: Func) -> Iterator[str]:
        kinds = [*func.kinds, *(None for _ in func.params[len(func.kinds) :])]
        params = [
            n if kind is None else f"{n}: {kind_text(kind)}"
            for n, kind in zip(func.params, kinds, strict=True)
        ]
        yield f"func {func.name}({', '.join(params)}):"
        if func.boundary is not None:
            for p in func.boundary.parameters:
                same = isinstance(p.tree, Leaf) and p.tree.atom == p.name
                words = [] if same else [f"is {_tree(p.tree)}"]
                words += [_USES[p.use]] if p.use in _USES else []
                if words:
                    yield f"{INDENT}# {p.name} {', '.join(words)}"
        yield from self.block(func.body, INDENT)
        if func.boundary is not None and not isinstance(func.boundary.result, Leaf):
            yield f"{INDENT}# the result is {_tree(func.boundary.result)}"

    def block(self, block: Block, indent: str) -> Iterator[str]:
        if not block:
            yield f"{indent}pass"
        for s in block:
            if not isinstance(s, Break | Continue):
                yield from self.origin(getattr(s, "origin", NOWHERE), indent)
            yield from self.statement(s, indent)

    def origin(self, origin: Origin, indent: str) -> Iterator[str]:
        here = (origin.file, origin.line, origin.text)
        if origin.text and here != (self.shown.file, self.shown.line, self.shown.text):
            yield f"{indent}# {os.path.basename(origin.file)}:{origin.line}  {origin.text}"
            self.shown = origin

    def statement(self, s: Statement, indent: str) -> Iterator[str]:
        match s:
            case If(test, then, orelse):
                yield self.line(indent, s, f"if {operand_text(test)}:")
                yield from self.block(then, indent + INDENT)
                if orelse:
                    yield f"{indent}else:"
                    yield from self.block(orelse, indent + INDENT)
            case For(target, iterable, body, orelse):
                yield self.line(indent, s, f"for {target} in {_iterable(iterable)}:")
                yield from self.block(body, indent + INDENT)
                yield from self.otherwise(orelse, indent)
            case While(pre, test, body, orelse):
                yield self.line(indent, s, "loop:")
                if pre:
                    yield from self.block(pre, indent + INDENT)
                yield f"{indent}{INDENT}leave unless {operand_text(test)}"
                yield from self.block(body, indent + INDENT)
                yield from self.otherwise(orelse, indent)
            case _:
                yield self.line(indent, s, _simple(s))

    def otherwise(self, orelse: Block, indent: str) -> Iterator[str]:
        if orelse:
            yield f"{indent}else:"
            yield from self.block(orelse, indent + INDENT)

    def line(self, indent: str, s: Statement, text: str) -> str:
        role = getattr(s, "role", "primal")
        return f"{indent}{text}" if role == "primal" else f"{indent}{text}  # {role}"


def _iterable(iterable: Operand | Range) -> str:
    if not isinstance(iterable, Range):
        return operand_text(iterable)
    text = _application("range", iterable.args)
    if iterable.count is not None:
        text = f"first({operand_text(iterable.count)}, {text})"
    return f"reversed({text})" if iterable.reverse else text


_SIMPLE: dict[type, Callable[[Any], str]] = {
    Let: lambda s: f"{s.target} = {_application(operation(s.op), s.args, s.kwargs)}",
    Do: lambda s: f"do {_application(operation(s.op), s.args, s.kwargs)}",
    Copy: lambda s: f"{s.target} = {operand_text(s.value)}",
    Load: lambda s: f"{s.target} = {s.base}[{_index(s.index)}]",
    Store: lambda s: f"{s.base}[{_index(s.index)}] = {operand_text(s.value)}",
    StoreAdd: lambda s: f"{s.base}[{_index(s.index)}] += {operand_text(s.value)}",
    Attr: lambda s: f"{s.target} = {s.base}.{s.name}",
    Apply: lambda s: f"{s.target} = apply {_application(s.func, s.args, s.kwargs)}",
    Call: lambda s: f"{', '.join(s.targets) or '_'} = call {_application(s.func, s.args)}",
    Unpack: lambda s: f"{_tuple(list(s.targets))} = {operand_text(s.value)}",
    Push: lambda s: f"push {operand_text(s.value)} on {s.tape}",
    Pop: lambda s: f"{s.target} = pop {s.tape}",
    Return: lambda s: f"return {', '.join(map(operand_text, s.values))}".rstrip(),
    Break: lambda s: "break",
    Continue: lambda s: "continue",
    Note: lambda s: f"# {s.text}",
}


def _simple(s: Statement) -> str:
    """A statement that holds no other statements."""
    if isinstance(s, Pack):
        items = [operand_text(o) for o in s.items]
        if s.kind == "dict":
            keys = map(operand_text, s.keys)
            items = [f"{k}: {v}" for k, v in zip(keys, items, strict=True)]
        return f"{s.target} = pack {s.kind}({', '.join(items)})"
    for cls in type(s).__mro__:
        if cls in _SIMPLE:
            return _SIMPLE[cls](s)
    return repr(s)
