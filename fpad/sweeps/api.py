"""`fpad.sweep`: the function, its points, the blocks, and who works on them."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from fpad._version import __version__
from fpad.check.procedures import Limits
from fpad.check.subject import subject
from fpad.progress import Progress
from fpad.runtime.errors import InputError
from fpad.sweeps.activations import Activation
from fpad.sweeps.blocks import BLOCK, Done, Task, work
from fpad.sweeps.graph import Graph
from fpad.sweeps.journal import Journal, fingerprint
from fpad.sweeps.lanes import BITS, FRACTION
from fpad.sweeps.plan import Plan, plan_of
from fpad.sweeps.pointwise import UNKNOWN, Arguments, decided
from fpad.sweeps.result import ActivationFacts, Sweep
from fpad.sweeps.settling import VERDICT
from fpad.sweeps.spaces import Space, space_of
from fpad.sweeps.theorems import bound_of
from fpad.sweeps.tracing import traced
from fpad.transforms.dump import dump

MOST_POINTS = 1 << 26
SAMPLES = 10**6
IN_FLIGHT = 64


def sweep(
    f: Callable[..., Any],
    over: Mapping[str, Any],
    fixed: Mapping[str, Any] | None = None,
    executor: Executor | None = None,
    resume: str | os.PathLike[str] | None = None,
    *,
    samples: int | None = None,
    seed: int = 0,
    max_points: int = MOST_POINTS,
    max_pointwise: int = 10_000,
    max_cells: int = 4096,
    confidence: float = 0.99,
    block: int = BLOCK,
    progress: bool | None = None,
) -> Sweep:
    """Count where f has no derivative, and where AD is wrong, over machine numbers.

    The function is taken over the reals, and differentiated by everything in `over` at once; what
    AD returns is the exact derivative along its path, with the coded slopes at kinks.

    Args:
        f: a function with a single number as result.
        over: parameter -> the values of its entries: a format ("float8_e4m3fn", a Format), or
            numbers; of an array (values, shape).  Both zeros of a format are one value.
        fixed: parameter -> argument, for the others that have no default.
        executor: any executor of `concurrent.futures`; this process does the work without one.
        resume: a file that keeps what is done; a sweep that was killed goes on from there.
        samples: draw so many points, independently and uniformly; counts are then estimates.
            All points are looked at without it, unless there are more than `max_points`.
        seed: of the draws.
        max_points: more points than this are sampled.
        max_pointwise: how many points that cannot be settled in blocks are given to the procedures
            of `fpad.check`, one by one; the rest is UNKNOWN.
        max_cells: sign patterns of touched kinks that are walked at a point.
        confidence: of the intervals of a sample.
        block: points that are done at once; what a kill can lose of a sweep with `resume`.
        progress: show a bar on the standard error; None: if that is a terminal.

    Raises:
        InputError: a parameter is missing, or its values are no machine numbers.
        TransformError: f uses something that fpad refuses.
    """
    defaults = {p.name: p.default for p in inspect.signature(f).parameters.values()}
    space = space_of(over, defaults)
    arguments = Arguments(f, space, fixed or {})
    names = tuple(p.name for p in space.parts)
    s = subject(f, arguments.at(0), names, None)
    if s.size != len(space.columns):
        raise InputError("over: these parameters have other numbers of entries in f")
    if samples is None and space.total > max_points:
        samples = SAMPLES
    for name, n in (("samples", samples), ("block", block)):
        if n is not None and n < 1:
            raise InputError(f"{name}: at least one point, not {n}")
    if not 0 < confidence < 1:
        raise InputError(f"confidence: between 0 and 1, not {confidence}")
    graph = traced(s)
    plan = bound = None
    if graph is not None:
        graph, plan = _planned(graph)
        bound = bound_of(graph, plan, [v.count for v in space.columns])
    task = Task(plan, space, samples, seed, max_cells, block)

    def alone(number: int) -> int:
        return decided(f, arguments.at(number), names, Limits())

    data = [v.tolist() if isinstance(v, np.ndarray) else v for v in s.exact]
    what = f"{__version__}\n{dump(s.program)}{data}{max_pointwise}"
    with ExitStack() as stack:
        journal = None
        if resume is not None:
            journal = stack.enter_context(Journal(resume, fingerprint(task, what)))
        worker = _Worker(task, alone, max_pointwise, journal)
        states = worker.run(executor, progress)
    known = not np.any(states & VERDICT == UNKNOWN)
    return Sweep(
        names=_entry_names(space),
        space=space.total,
        states=states,
        task=task,
        bound=None if bound is None else bound.value,
        bound_theorem=None if bound is None else bound.theorem,
        activations=() if plan is None else tuple(_facts(s.data) for s in plan.activations),
        exact_by=FRACTION if worker.wide or worker.alone else BITS,
        pointwise=worker.alone,
        criterion=plan is not None and plan.pointwise and known,
        estimate=samples is not None,
        confidence=confidence,
    )


def _planned(graph: Graph) -> tuple[Graph, Plan]:
    """The plan of a graph; if it has guards and they go away by merging, the merged one."""
    plan = plan_of(graph)
    if not plan.pointwise:
        merged = graph.copy()
        other = plan_of(merged, merge=True)
        if other.pointwise:
            return merged, other
    return graph, plan


class _Worker:
    """Has all blocks done, here or by an executor.

    Args:
        task: what is done.
        alone: number of a point -> its byte: of points that blocks leave open.
        most_alone: how many points that may be, over all blocks.
        journal: where blocks that are done are kept.

    Attributes:
        wide: were there numbers of more than 63 bits.
        alone: how many points were decided one by one.
    """

    def __init__(
        self,
        task: Task,
        alone: Callable[[int], int],
        most_alone: int,
        journal: Journal | None,
    ) -> None:
        self._task = task
        self._decide = alone
        # A share for each block, whichever comes first: the same however the work is done.
        self._share = -(-most_alone * task.block // max(task.points, task.block))
        self._journal = journal
        self._states = np.zeros(task.points, np.uint8)
        self.wide = False
        self.alone = 0

    def run(self, executor: Executor | None, progress: bool | None) -> np.ndarray:
        """The bytes of all points."""
        task = self._task
        found = {} if self._journal is None else self._journal.read()
        for done in found.values():
            self._take(done)
        missing = [b for b in range(task.blocks) if b not in found]
        before = task.points - sum(len(task.range(b)) for b in missing)
        with Progress(task.points, before, progress) as bar:
            for done in _all(task, missing, executor):
                done = self._closed(done)
                if self._journal is not None:
                    self._journal.write(done)
                self._take(done)
                bar.advance(len(done.states))
        return self._states

    def _closed(self, done: Done) -> Done:
        """The block with its open points decided; those beyond the limit are unknown."""
        if not done.open:
            return done
        states = bytearray(done.states)
        numbers = self._task.numbers(done.block)
        for k in done.open[: self._share]:
            states[k] = self._decide(int(numbers[k]))
        for k in done.open[self._share :]:
            states[k] = UNKNOWN
        return replace(done, states=bytes(states), open=done.open[: self._share])

    def _take(self, done: Done) -> None:
        at = self._task.range(done.block)
        self._states[at.start : at.stop] = np.frombuffer(done.states, np.uint8)
        self.wide = self.wide or done.wide
        self.alone += len(done.open)


def _all(task: Task, blocks: list[int], executor: Executor | None) -> Iterator[Done]:
    """The blocks as they get done; an executor is never given more than it can soon do."""
    if executor is None:
        for block in blocks:
            yield work(task, block)
        return
    rest = iter(blocks)
    pending: set[Any] = set()
    try:
        while True:
            for block in rest:
                pending.add(executor.submit(work, task, block))
                if len(pending) >= IN_FLIGHT:
                    break
            if not pending:
                return
            ready, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result()
    finally:
        for future in pending:
            future.cancel()


def _entry_names(space: Space) -> tuple[str, ...]:
    """The numbers that are swept over: w, b[0], W[1, 2]."""
    out: list[str] = []
    for p in space.parts:
        if p.shape is None:
            out.append(p.name)
        else:
            out += [f"{p.name}[{', '.join(map(str, at))}]" for at in np.ndindex(p.shape)]
    return tuple(out)


def _facts(a: Activation) -> ActivationFacts:
    f = a.function
    at = [k for k, t in enumerate(f.breaks) if t in a.kinks]
    return ActivationFacts(
        tuple(f.breaks[k] for k in at),
        tuple(f.slopes(k) for k in at),
        tuple(f.at[k][1] for k in at),
    )
