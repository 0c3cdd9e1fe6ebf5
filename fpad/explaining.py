"""`Derivative.explain`: why the code of one derivation is as it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad.entry import asked_kinds
from fpad.leaves import promoted
from fpad.transforms.effects import visible
from fpad.transforms.explain import AT_ONCE, Facts, facts
from fpad.transforms.explanation import Explanation, Variable
from fpad.transforms.ieee import ieee
from fpad.transforms.ir import Boundary, Node, Program, Return, Tree, leaves
from fpad.transforms.kinds import Kind
from fpad.transforms.measure import MISSING, memory, watch
from fpad.transforms.phrases import leaf_names
from fpad.transforms.pipeline import DERIVATIVES, Step, plain
from fpad.transforms.placing import is_library, placed
from fpad.transforms.reaching import separate
from fpad.transforms.source import read
from fpad.transforms.specialise import Live, specialise
from fpad.transforms.structures import flatten
from fpad.transforms.why import variables

if TYPE_CHECKING:
    from fpad.derivative import Derivative

_REVERSE = ("grad", "value_and_grad", "vjp")


def explained(
    derivative: Derivative,
    program: Program,
    live: Iterable[Live],
    kinds: Mapping[str, Kind],
    values: Mapping[str, Any] | None,
) -> Explanation:
    """The explanation of one derivation.

    Args:
        derivative: the derivative.
        program: what was derived, before it is printed.
        live: the data that it reads from outside.
        kinds: kinds of the parameters.
        values: parameter -> value, defaults included, to run it with; None: it is not run.
    """
    steps = derivative.steps()
    source = read(derivative._base)
    wrt = _wrt(derivative, steps)
    final = separate(placed(plain(ieee(program))))
    assert final.main.boundary is not None
    shown: dict[str, str] = {}
    for p in final.main.boundary.parameters:
        shown |= dict(leaf_names(p.name, p.tree))
    what = tuple(step.what for step in steps if step.what in DERIVATIVES)
    found = facts(final, shown, len(what) == 1 and what[0] in _REVERSE)
    saved_bytes = None
    if values is not None:
        given = _given(derivative, final.main.boundary, live, values)
        saved_bytes = _measured(found, final, given)
    return Explanation(
        source.name,
        source.file,
        int(source.tree.lineno),
        tuple(step.what if step.what != "round" else step.precision for step in steps),
        wrt,
        values is not None,
        tuple(_variables(derivative, kinds, steps, wrt)) if wrt else (),
        tuple(found.saved),
        tuple(found.copies),
        tuple(found.unbroadcasts),
        tuple(found.recomputed),
        tuple(found.zeros),
        tuple(found.selected),
        saved_bytes,
    )


def _wrt(derivative: Derivative, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The parameters that are differentiated by any of the steps, in order."""
    chosen = {n for step in steps if step.what in DERIVATIVES for n in step.target.names}
    return tuple(n for n in inspect.signature(derivative._base).parameters if n in chosen)


def _variables(
    derivative: Derivative,
    kinds: Mapping[str, Kind],
    steps: tuple[Step, ...],
    wrt: tuple[str, ...],
) -> list[Variable]:
    program = visible(specialise(derivative._base, asked_kinds(derivative, kinds)).program)
    boundary = program.main.boundary
    assert boundary is not None
    varying = [str(a) for p in boundary.parameters if p.name in wrt for a in leaves(p.tree)]
    last = program.main.body[-1]
    assert isinstance(last, Return)
    count = len(last.values)
    if any(step.target.has_aux for step in steps):
        count = _leaf_count(boundary.result)
    own = [n for n, f in program.funcs.items() if not is_library(f)]
    return variables(placed(program), varying, range(count), own)


def _leaf_count(result: Tree) -> int:
    """How many leaves the value of a pair (value, aux) has."""
    value = result.items[0] if isinstance(result, Node) and result.items else result
    return sum(1 for _ in leaves(value))


def _given(
    derivative: Derivative, boundary: Boundary, live: Iterable[Live], values: Mapping[str, Any]
) -> dict[str, Any]:
    """A value for each parameter of the generated function, taken apart."""
    out: dict[str, Any] = {}
    for item in live:
        out.update(item.flat(item.read()))
    for p in boundary.parameters:
        if p.use == "live":
            continue
        names = [str(a) for a in leaves(p.tree)]
        if p.use == "one":
            found: list[Any] = [p.default] * len(names)
        elif p.name not in values:
            found = [MISSING] * len(names)
        else:
            value = values[p.name]
            value = promoted(value) if p.name in derivative.promoted else value
            found = flatten(value, p.tree)
        out.update(zip(names, found, strict=True))
    return out


def _measured(found: Facts, program: Program, given: Mapping[str, Any]) -> int:
    """Put counts and bytes into the facts; the memory of all that is saved."""
    probes, sums = watch(program, given, found.saves, found.sums)
    found.saved[:] = [
        replace(s, count=p.held, bytes=0 if s.what == "shape" else p.bytes)
        for s, p in zip(found.saved, probes, strict=True)
    ]
    found.unbroadcasts[:] = [
        replace(u, count=n, summed=k, remedy=AT_ONCE if n and not k else "")
        for u, (n, k) in zip(found.unbroadcasts, sums, strict=True)
    ]
    held = [p for s, p in zip(found.saved, probes, strict=True) if s.what != "shape"]
    return memory(held, given.values())
