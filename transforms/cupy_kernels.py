"""The CuPy back end: elementwise runs of a level-2 program become kernels, and their definitions.

    def f(x, s):                        def f(x, s):
        t = x * x                           t, y = f_kernel_1(x, s)
        y = np.sin(t) / s                   return np.sum(y), t
        return np.sum(y), t     ->
                                        def f_kernel_1(x, s):          # a Kernel
                                            t = x * x
                                            y = np.sin(t) / s
                                            return t, y

A kernel is an ordinary function of the program, so no other pass has to know of it.  Printed, it
has its CUDA text in front (`decorators`):

    @fp.fused(
        cp.ElementwiseKernel(
            "T x, float64 s",
            "T t, T y",
            '''
            t = x * x;
            y = sin(t) / T(s);
            ''',
            "f_kernel_1",
            preamble=fp.PRELUDE,
            options=("--fmad=false",),
        )
    )
    def f_kernel_1(x, s): ..
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from fpad import runtime as fp
from fpad.transforms.cuda_text import KernelText, kernel_text
from fpad.transforms.errors import Refusal, TransformError
from fpad.transforms.inference import Inference, infer
from fpad.transforms.ir import (
    Block,
    Call,
    Const,
    Do,
    Fresh,
    Func,
    Let,
    Load,
    Operand,
    Program,
    Return,
    Statement,
    Store,
    StoreAdd,
    all_names,
    blocks,
    rewrite,
    walk,
    with_blocks,
)
from fpad.transforms.kernel_parts import Part
from fpad.transforms.kernel_runs import PointwiseShapes, Region
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.liveness import live_before
from fpad.transforms.printer import to_source
from fpad.transforms.scope import Scope, call, display, dotted, home, literal
from fpad.transforms.sharing import may_be_element
from fpad.transforms.statements import Options

# `y += e` on a scalar makes a new one; an array without axes, CuPy's scalar, would be written.
_PURE: dict[Any, Callable[..., Any]] = {
    fp.iadd: operator.add,
    fp.isub: operator.sub,
    fp.imul: operator.mul,
    fp.itruediv: operator.truediv,
    fp.ifloordiv: operator.floordiv,
    fp.imod: operator.mod,
    fp.ipow: operator.pow,
}


@dataclass(frozen=True)
class Kernel(Func):
    """A function of elementwise statements alone, whose results have one shape."""


def to_cupy(program: Program) -> Program:
    """The program with its elementwise runs as kernels.

    Args:
        program: level 2, rounding and recording done.

    Raises:
        TransformError: CuPy does not have an operation of the program.
    """
    refuse_missing(program)
    inference = Inference(program)
    prepared = {key: _prepared(f, inference.func(f)) for key, f in program.funcs.items()}
    inference = Inference(Program(program.entry, prepared))
    fresh = Fresh(program.funcs)
    funcs: dict[str, Func] = {}
    for key, func in prepared.items():
        grouping = _Grouping(func, inference.func(func), fresh)
        funcs[key] = grouping.run()
        funcs |= {k.name: k for k in grouping.made}
    return Program(program.entry, funcs)


def kernels(program: Program) -> list[Kernel]:
    """The kernels of a program, in the order in which they were made."""
    return [f for f in program.funcs.values() if isinstance(f, Kernel)]


def _prepared(func: Func, kinds: Mapping[str, Kind]) -> Func:
    """What holds for scalars made true of CuPy's, which are arrays without axes.

    `y += e` becomes y = y + e: theirs would be written in place.  An element that is read where
    arrays are written becomes a copy: theirs is a view.  Every statement becomes an object of its
    own.
    """
    writes = any(isinstance(s, Store | StoreAdd) for s in walk(func.body))
    fresh = Fresh(all_names(func))

    def one(s: Statement) -> tuple[Statement, ...]:
        if isinstance(s, Let) and s.op in _PURE and all(map(is_scalar, s.args)):
            s = replace(s, op=_PURE[s.op])
        if isinstance(s, Load) and writes and is_scalar(s.target):
            u = fresh.temp()
            return replace(s, target=u), Let(s.target, fp.element, (u,), (), s.origin, s.role)
        if isinstance(s, Load) and writes and _may_be_scalar(s, kinds):
            u = fresh.temp()
            return replace(s, target=u), Let(s.target, fp.copy, (u,), (), s.origin, s.role)
        return (replace(s),)

    def is_scalar(o: Operand) -> bool:
        kind = kinds.get(o) if isinstance(o, str) else None
        return isinstance(o, Const) or (isinstance(kind, Num) and not kind.array)

    return replace(func, body=rewrite(func.body, one))


def _may_be_scalar(s: Load, kinds: Mapping[str, Kind]) -> bool:
    """May it read an element, for all that is known of the rank of the array?"""
    kind = kinds.get(s.target)
    unknown = not isinstance(kind, Num) or kind.rank is None
    return unknown and may_be_element(s.index, kinds)


class _Grouping:
    """Rewrites one function; `made` are its kernels."""

    def __init__(self, func: Func, kinds: Mapping[str, Kind], functions: Fresh) -> None:
        self.made: list[Kernel] = []
        self._func, self._kinds, self._functions = func, kinds, functions
        self._shapes = PointwiseShapes(func, kinds)
        self._fresh = Fresh(all_names(func))
        self._live: dict[int, frozenset[str]] = {}

    def run(self) -> Func:
        def visit(s: Statement, live: AbstractSet[str]) -> None:
            self._live[id(s)] = self._live.get(id(s), frozenset()) | live

        live_before(self._func.body, frozenset(), visit)
        return replace(self._func, body=self._block(self._func.body))

    def _block(self, block: Block) -> Block:
        out: list[Statement] = []
        region = Region(self._kinds, self._shapes, self._fresh)
        live: frozenset[str] = frozenset()
        for s in block:
            if not region.take(s):
                out += self._finished(region, live)
                region = Region(self._kinds, self._shapes, self._fresh)
                inner = tuple(map(self._block, blocks(s)))
                out.append(with_blocks(s, inner) if inner else s)
            live = self._live[id(s)]
        return (*out, *self._finished(region, live))

    def _finished(self, region: Region, live: frozenset[str]) -> list[Statement]:
        done = region.finish(live)
        return [self._call(part) if isinstance(part, Part) else part for part in done]

    def _call(self, part: Part) -> Call:
        """The call of a new kernel."""
        kernel = Kernel(
            self._functions(f"{self._func.name}_kernel_{len(self.made) + 1}"),
            part.params,
            (*part.body, Return(part.results)),
            part.kinds,
        )
        self.made.append(kernel)
        return Call(part.results, kernel.name, part.params, role=part.body[-1].role)


# ---------------------------------------------------------------- operations that CuPy lacks

MISSING = frozenset({"spacing"})
"""Names in NumPy of operations with a rule that CuPy 14 does not have."""


def refuse_missing(program: Program) -> None:
    """Refuse what has no CuPy namesake, all of it at once."""
    found: dict[tuple[str, int], Refusal] = {}
    for func in program.funcs.values():
        for s in walk(func.body):
            where = home(s.op) if isinstance(s, Let | Do) else None
            if where is not None and where[0] == "numpy" and where[1] in MISSING:
                name, reason = where[1], f"CuPy has no {where[1]}"
            elif isinstance(s, Let) and s.op is fp.shares:  # entries are copied there
                name, reason = "shares", "Whether two names share memory is not known on a device"
            else:
                continue
            o = s.origin  # type: ignore[attr-defined]
            remedy = 'use backend="numpy", or write it with other operations'
            refusal = Refusal(o.file, o.line, o.column, o.text, reason, remedy)
            found.setdefault((name, o.line), refusal)
    if found:
        raise TransformError(tuple(found.values()))


# ---------------------------------------------------------------- text


def text_of(kernel: Kernel) -> KernelText:
    """The CUDA text of a kernel."""
    return kernel_text(kernel, infer(kernel))


def decorators(func: Func, scope: Scope) -> list[Any]:
    """What stands in front of a function in a module: for a kernel, its CUDA definition."""
    if not isinstance(func, Kernel):
        return []
    runtime = scope.module("fpad.runtime")
    return [call(dotted(runtime, "fused"), [_definition(text_of(func), scope)])]


def cupy_options(options: Options) -> Options:
    """How a module for CuPy looks: `import cupy as cp`, and the helpers for the device."""
    return replace(
        options,
        alias="cp",
        library="cupy",
        runtime="fpad.runtime.gpu",
        decorators=decorators,
    )


def _definition(text: KernelText, scope: Scope) -> Any:
    body = "\n" + "".join(f"        {line}\n" for line in text.lines) + "        "
    return call(
        dotted(scope.module("numpy"), "ElementwiseKernel"),
        map(literal, (text.in_params, text.out_params, body, text.name)),
        [
            ("preamble", dotted(scope.module("fpad.runtime"), "PRELUDE")),
            ("options", display([literal("--fmad=false")])),
        ],
    )


def kernel_definitions(program: Program) -> list[str]:
    """The text of every kernel of a program, as a call of cupy.ElementwiseKernel."""
    scope = Scope(set(), "cp", "cupy")
    return [to_source(_definition(text_of(k), scope)) for k in kernels(program)]
