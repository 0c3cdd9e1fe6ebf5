"""Specialises functions for the kinds of their arguments and runs what comes out, for the tests."""

import copy
import inspect
from typing import Any

import numpy as np

from fpad.by_value import NUMBERS, ByValue
from fpad.transforms.alias import prepare
from fpad.transforms.calls import Deriver
from fpad.transforms.check import check_program
from fpad.transforms.errors import TransformError
from fpad.transforms.inference import Inference
from fpad.transforms.interpret import interpret
from fpad.transforms.ir import Func, Program, leaves, walk
from fpad.transforms.kinds import kind_of
from fpad.transforms.specialise import Specialised, specialise
from fpad.transforms.structures import flatten, unflatten
from fpad.transforms.told import INTS
from tests.transforms.execution import bits

STEPS = 10**6


def bound(f: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """Parameter name -> value."""
    b = inspect.signature(f).bind(*args, **kwargs)
    b.apply_defaults()
    return dict(b.arguments)


def special(f: Any, *args: Any, **kwargs: Any) -> Specialised:
    """The function for the kinds of these arguments; its levels and kinds are proved."""
    return _proved(specialise(f, {n: kind_of(v) for n, v in bound(f, args, kwargs).items()}))


def special_by_value(f: Any, *args: Any, **kwargs: Any) -> Specialised:
    """The same, for values of numbers where it is refused without them, as `Derivative` does."""
    values = bound(f, args, kwargs)
    kinds = {n: kind_of(v) for n, v in values.items()}
    for sorts in (frozenset(), INTS):
        try:
            return _proved(specialise(f, ByValue(kinds, sorts).told(values)))
        except TransformError:
            continue
    return _proved(specialise(f, ByValue(kinds, NUMBERS).told(values)))


def _proved(made: Specialised) -> Specialised:
    check_program(made.program)
    inference = Inference(made.program)
    for func in made.program.funcs.values():
        inference.func(func)
    assert all(guard.holds() for guard in made.guards)
    assert all(kind_of(live.read()) == live.kind for live in made.live)
    return made


def run(made: Specialised, f: Any, *args: Any, **kwargs: Any) -> Any:
    """What the specialised program returns for these arguments."""
    main = made.program.main
    assert main.boundary is not None
    given = bound(f, args, kwargs)
    flat: dict[str, Any] = {}
    for p in main.boundary.parameters:
        if p.use == "argument":
            names = map(str, leaves(p.tree))
            flat.update(zip(names, flatten(given[p.name], p.tree), strict=True))
    for live in made.live:
        flat.update(zip(live.leaves, flatten(live.read(), live.tree), strict=True))
    with np.errstate(all="ignore"):
        results = interpret(made.program, [flat[n] for n in main.params], limit=STEPS)
    return unflatten(main.boundary.result, results)


def outcome(call: Any) -> Any:
    """The bits of a result, or the type of the error."""
    try:
        return bits(call())
    except Exception as error:
        return type(error)


def agrees(f: Any, *args: Any, **kwargs: Any) -> Specialised:
    """Specialise for these arguments and compare with what Python does, bit for bit."""
    made = special(f, *args, **kwargs)
    compare(made, f, *args, **kwargs)
    return made


def compare(made: Specialised, f: Any, *args: Any, **kwargs: Any) -> None:
    """Compare a specialised program with what Python does, bit for bit."""
    a, k = copy.deepcopy((args, kwargs))
    with np.errstate(all="ignore"):
        wanted = outcome(lambda: f(*a, **k))
    a, k = copy.deepcopy((args, kwargs))
    assert outcome(lambda: run(made, f, *a, **k)) == wanted


def refused(f: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Reason and remedy of every refusal, in order."""
    try:
        special(f, *args, **kwargs)
    except TransformError as error:
        return [f"{r.reason} {r.remedy}" for r in error.refusals]
    raise AssertionError(f"{f.__name__} is not refused")


def statements(func: Func, kind: type) -> list[Any]:
    """All statements of a kind in a function."""
    return [s for s in walk(func.body) if isinstance(s, kind)]


def functions(program: Program) -> list[str]:
    """The names of the functions of a program."""
    return sorted(program.funcs)


def in_place_is_provable(made: Specialised) -> bool:
    """Are in-place writes of the program readable as new values?  Otherwise it is refused later."""
    deriver = Deriver(made.program)
    try:
        for name, func in made.program.funcs.items():
            main = name == made.program.entry
            prepare(func, deriver.kinds(func), deriver.result_aliases, entry=main)
    except TransformError:
        return False
    return True
