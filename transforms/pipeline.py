"""From a Python function to a loaded derivative: the passes in order.

    read -> fence -> lower -> unjump -> specialise  ->  effects
         ->  [grad | jvp | vjp | round]*  ->  record
         ->  kernels  ->  emit  ->  load

Each transform takes and gives a whole level-2 program; under `python -X dev`, and in the tests,
`check` proves the level after each.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fpad.transforms import derive
from fpad.transforms.batch import Axes, inner_kinds, vmap
from fpad.transforms.calls import prepared
from fpad.transforms.check import check_program
from fpad.transforms.copies import copies, is_temporary
from fpad.transforms.definition import SPLIT, TOO_DEEP
from fpad.transforms.effects import visible
from fpad.transforms.emit import Emitted, Options, emit_module
from fpad.transforms.errors import MissingExtra, refused
from fpad.transforms.ieee import ieee, uses_numpy
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Boundary,
    Copy,
    Func,
    Let,
    Program,
    Statement,
    is_hooked,
    reachable,
    rewrite,
)
from fpad.transforms.jacobians import jacobian
from fpad.transforms.kinds import Kind
from fpad.transforms.labels import labels_read
from fpad.transforms.ladders import levelled
from fpad.transforms.live import Guard, Live
from fpad.transforms.load import load
from fpad.transforms.noting import Site
from fpad.transforms.recorders import returned
from fpad.transforms.recording import record
from fpad.transforms.remembered import specialised
from fpad.transforms.rounding import round_to
from fpad.transforms.simplify import dead, effects
from fpad.transforms.sparsity.compressed import compressed
from fpad.transforms.tidy import second_names, tidy

NOTHING = derive.Target((), True)


@dataclass(frozen=True)
class Step:
    """One transform: grad, value_and_grad, jvp, vjp, jacobian, hvp, vmap, round or record.

    `axes`: of vmap; `mode`: of jacobian, and of compressed: its products with some vectors.
    """

    what: str
    target: derive.Target = NOTHING
    precision: str = ""
    axes: Axes | None = None
    mode: str = "auto"


@dataclass(frozen=True)
class Derived:
    """A derivative for one kind signature.

    Attributes:
        call: the generated function, with the Python signature of `boundary`.
        text: the generated module.
        program: what it was printed from.
        live: data read from outside at each call; keyword arguments of `call`.
        guards: functions and modules that were resolved; if one is rebound, derive again.
        sites: the table of sites of a recording derivative.
        one: the cotangent 1.0 of a gradient as a NumPy scalar, where the code works on these.
    """

    call: Callable[..., Any]
    text: str
    program: Program
    boundary: Boundary
    live: tuple[Live, ...]
    guards: tuple[Guard, ...]
    sites: Mapping[str, Site] | None
    one: Mapping[str, Any]


def transform(program: Program, step: Step, name: str) -> Program:
    """One step applied to a program."""
    match step.what:
        case "grad" | "value_and_grad":
            values = step.what == "value_and_grad"
            return derive.grad(program, step.target, values, name)
        case "vjp":
            return derive.vjp(program, step.target, name)
        case "jvp":
            return derive.jvp(program, step.target, name)
        case "jacobian":
            return jacobian(program, step.target, step.mode, name)
        case "compressed":
            return compressed(program, step.target, step.mode, name)
        case "hvp":
            return derive.hvp(program, step.target, name)
        case "vmap":
            assert step.axes is not None
            return vmap(program, step.axes, name)
        case "round":
            return round_to(program, step.precision)
        case _:
            return program


def proved(program: Program) -> Program:
    """The program, its level checked where that is asked for."""
    return check_program(program) if sys.flags.dev_mode or CHECKED else program


DERIVATIVES = ("grad", "value_and_grad", "jvp", "vjp", "jacobian", "compressed", "hvp")
CHECKED = False
"""Prove the level after every pass (the tests set it)."""


def derive_program(
    function: Callable[..., Any], kinds: Mapping[str, Kind], steps: tuple[Step, ...]
) -> tuple[Program, tuple[Live, ...], tuple[Guard, ...]]:
    """The program of the steps applied to a function, before recording and printing."""
    for step in reversed(steps):
        if step.axes is not None:
            kinds = inner_kinds(kinds, step.axes)
    special = specialised(function, kinds)
    program = proved(special.program)
    if any(step.what == "record" for step in steps):
        program = proved(record(program))
    program = proved(visible(program))
    if not steps or steps[0].what not in DERIVATIVES:
        program = proved(prepared(program))
    name = special.program.entry
    for step in steps:
        program = proved(transform(program, step, step_name(name, step)))
        name = program.entry if step.what in (*DERIVATIVES, "vmap") else name
    return program, special.live, special.guards


def build(
    function: Callable[..., Any],
    kinds: Mapping[str, Kind],
    steps: tuple[Step, ...],
    backend: str,
    alias: str,
) -> Derived:
    """Derive, print and load."""
    program, live, guards = derive_program(function, kinds, steps)
    program, sites = recorded(program, steps)
    mixed = uses_numpy(program)
    emitted = written(program, steps, backend, alias)
    main = program.main
    assert main.boundary is not None
    if backend == "cupy" and importlib.util.find_spec("cupy") is None:
        call = _without_cupy
    else:
        try:
            module = load(emitted.text, program.entry, emitted.namespace)
        except (IndentationError, RecursionError, MemoryError):  # limits of Python's compiler
            reason = f"{_called(program)} {TOO_DEEP}"
            raise refused(main.origin, reason, SPLIT) from None
        call = getattr(module, main.name)
    # A NumPy number would make float64 of float32 arrays; on a device Python's is good enough.
    closed = main.boundary.parameters if mixed and backend == "numpy" else ()
    one = {p.name: np.float64(1.0) for p in closed if p.use == "one"}
    return Derived(call, emitted.text, program, main.boundary, live, guards, sites, one)


def _called(program: Program) -> str:
    """What the user calls the function that a program was made from."""
    return program.main.origin.function or program.entry


def _without_cupy(*_: Any, **__: Any) -> Any:
    """What is called where CuPy is not installed; the text can be read all the same."""
    raise MissingExtra("cuda12x", 'running backend="cupy"')


def recorded(
    program: Program, steps: tuple[Step, ...]
) -> tuple[Program, Mapping[str, Site] | None]:
    """The program that returns its choices, with the table of its sites, if that was asked for."""
    if all(step.what != "record" for step in steps):
        return program, None
    program, sites = returned(program)
    return proved(program), sites


def written(program: Program, steps: tuple[Step, ...], backend: str, alias: str) -> Emitted:
    """The text of a program after all its steps."""
    rounds = any(step.what == "round" for step in steps)
    return emit(ieee(program), backend, alias, fold=not rounds)


def plain(program: Program, in_passing: bool = True) -> Program:
    """The program without what only further transforms would want: masks, hooks, second names."""

    def bare(s: Statement) -> tuple[Statement, ...]:
        if is_hooked(s):
            x, _ = s.args
            return (Copy(s.target, x, s.origin, s.role),)
        return (replace(s, under=frozenset()),) if isinstance(s, Let) and s.under else (s,)

    funcs = {n: replace(f, body=rewrite(f.body, bare)) for n, f in program.funcs.items()}
    whole = reachable(Program(program.entry, funcs))
    inference = Inference(whole)
    funcs = {
        n: labels_read(levelled(f, inference.func(f)), inference.func(f))
        for n, f in whole.funcs.items()
    }
    new = {n: tidy(f, inference.func(f), in_passing) for n, f in funcs.items()}
    known = effects(whole)
    return Program(program.entry, {n: _once_named(dead(f, known)) for n, f in new.items()})


def _once_named(func: Func) -> Func:
    func = copies(func)
    seconds = second_names(func)
    return copies(func, lambda n: is_temporary(n) or n in seconds)


def emit(program: Program, backend: str, alias: str, fold: bool) -> Emitted:
    """The text of a program for a back end."""
    program = plain(program, in_passing=backend != "cupy")
    options = Options(alias=alias, fold=fold)
    if backend == "cupy":
        from fpad.transforms.cupy_kernels import cupy_options, to_cupy

        program, options = proved(to_cupy(program)), cupy_options(options)
    return emit_module(program, Inference(program).func, options)


def step_name(base: str, step: Step) -> str:
    """f_grad_x, f_jvp, ..: the generated function's name."""
    if step.what == "grad" and step.target.single:
        return f"{base}_grad_{step.target.names[0]}"
    return f"{base}_{step.what}"
