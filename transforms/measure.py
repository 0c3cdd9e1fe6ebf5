"""Counts and bytes: a derived program is run once, with probes at the places that are asked about.

    push x on x_tape       ->      do probe(x, 0)
                                   push x on x_tape

The probes are effects in the program itself, which the interpreter runs; the passes and the
printed text know nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.interpret import Domain, interpret
from fpad.transforms.ir import Do, Let, Operand, Program, Statement, rewrite

NUMBER = 8
"""The bytes that a Python number counts."""


class Missing:
    """Stands for a seed that was not given; everything that is saved is saved before it is used."""


MISSING = Missing()


@dataclass
class Probe:
    """What was seen at one place: the values, in order, as long as they are all wanted."""

    last_only: bool = False
    values: list[Any] = field(default_factory=list)
    count: int = 0

    def see(self, value: Any) -> None:
        """One more value."""
        self.count += 1
        if self.last_only:
            self.values.clear()
        self.values.append(value)

    @property
    def held(self) -> int:
        """How many values are held."""
        return len(self.values)

    @property
    def bytes(self) -> int:
        """The bytes of all of them."""
        return sum(map(bytes_of, self.values))


class _Seeded(Domain):
    """Computes with values as they are; a seed that is missing is ones of the right shape."""

    def apply(self, s: Let, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if s.op is fp.seed and args[0] is MISSING:
            return fp.seed(np.ones(np.shape(args[1])), args[1])
        return super().apply(s, args, kwargs)


def bytes_of(value: Any) -> int:
    """The bytes of the entries of a value; a shape without memory has none."""
    if isinstance(value, np.ndarray):
        low, high = _bounds(value)
        return min(int(value.nbytes), high - low) if 0 in value.strides else int(value.nbytes)
    if isinstance(value, np.generic):
        return int(value.nbytes)
    if isinstance(value, list | tuple):
        return sum(map(bytes_of, value))
    return NUMBER if isinstance(value, int | float) else 0


def _bounds(array: np.ndarray) -> tuple[int, int]:
    if array.size == 0:
        return 0, 0
    span = sum((n - 1) * abs(step) for n, step in zip(array.shape, array.strides, strict=True))
    return 0, span + array.itemsize


def watch(
    program: Program,
    args: Mapping[str, Any],
    saves: Iterable[tuple[Statement, Operand, bool]],
    sums: Iterable[Let],
) -> tuple[list[Probe], list[tuple[int, int]]]:
    """Run a program and watch it.

    Args:
        program: level 2, with every statement an object of its own.
        args: a value for each parameter of the entry; `MISSING` for seeds that are not given.
        saves: (statement, operand, last): the operand is looked at in front of the statement, or
            where only the last value is held, after it.
        sums: calls of `fp.unbroadcast`.

    Returns:
        A probe for each of `saves`, and for each of `sums` how often it ran and how often it
        changed anything.
    """
    probes = [Probe(last) for _, _, last in saves]
    shapes = [Probe() for _ in sums]
    before: dict[int, list[Statement]] = {}
    after: dict[int, list[Statement]] = {}
    for (s, operand, last), probe in zip(saves, probes, strict=True):
        (after if last else before).setdefault(id(s), []).append(_look(probe.see, operand))
    for s, probe in zip(sums, shapes, strict=True):
        note = _compare(probe)
        after.setdefault(id(s), []).append(Do(note, (s.args[0], s.args[1]), (), role="adjoint"))

    def probed(s: Statement) -> tuple[Statement, ...]:
        return (*before.get(id(s), ()), s, *after.get(id(s), ()))

    funcs = {n: replace(f, body=rewrite(f.body, probed)) for n, f in program.funcs.items()}
    whole = Program(program.entry, funcs)
    interpret(whole, [args[p] for p in whole.main.params], _Seeded())
    return probes, [(p.count, sum(p.values)) for p in shapes]


def _look(see: Callable[[Any], None], operand: Operand) -> Statement:
    return Do(see, (operand,), (), role="adjoint")


def _compare(probe: Probe) -> Callable[[Any, Any], None]:
    def compare(value: Any, like: Any) -> None:
        probe.see(np.shape(value) != np.shape(like))

    return compare


def memory(probes: Iterable[Probe], args: Iterable[Any]) -> int:
    """The bytes of all values together: memory that several share once, that of arguments not."""
    seen = {id(_owner(a)) for a in args if isinstance(a, np.ndarray)}
    total = 0
    for probe in probes:
        for value in probe.values:
            if not isinstance(value, np.ndarray):
                total += bytes_of(value)
            elif (owner := _owner(value)) is not None and id(owner) not in seen:
                seen.add(id(owner))
                total += bytes_of(owner)
    return total


def _owner(array: np.ndarray) -> Any:
    """The array whose memory this one shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
