"""Runs of elementwise statements of one block, and what of them can be one kernel each.

    t = x * x                      n = len(x)                     moved to the front
    n = len(x)                     t, y = kernel(x, s)            t = x * x;  y = np.sin(t) / s
    y = np.sin(t) / s      ->      z = np.sum(t)                  moved to the end
    z = np.sum(t)                  return y, z, n
    return y, z, n

A statement that cannot stand in a kernel is moved where that is invisible: in front of the run if
it reads nothing of it, behind it if nothing in it needs it.  Writes to memory, calls and control
flow end a run.

All results of one kernel have one shape, that of its operands broadcast together, as far as the
shapes are known.  A part of a run that only feeds larger results is computed with them, entry by
entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from fpad import runtime as fp
from fpad.transforms.cuda_text import spelling_of
from fpad.transforms.inference import Inference
from fpad.transforms.ir import (
    Copy,
    Fresh,
    Func,
    Let,
    Load,
    Note,
    Pack,
    Pop,
    Push,
    Statement,
    Unpack,
    names,
    reads,
    substitute,
    targets,
)
from fpad.transforms.kernel_parts import MOST_ARRAYS, Part, as_call, recomputed, sunk
from fpad.transforms.kinds import Kind
from fpad.transforms.liveness import live_before
from fpad.transforms.rules.core import rule_of
from fpad.transforms.shapes import SCALAR, Shape, Shapes, broadcast

_MOVABLE = (Let, Copy, Load, Pack, Unpack, Push, Pop, Note)
# Two names may stand for one tape, so pushes and pops keep their order whatever tape they name.
_TAPES = "<tapes>"


class PointwiseShapes(Shapes):
    """Also of comparisons and selections: `result(s)` is the shape of what a statement gives."""

    def __init__(self, func: Func, kinds: Mapping[str, Kind]) -> None:
        self._result: dict[int, Shape] = {}
        super().__init__(func, kinds)

    def result(self, s: Let) -> Shape | None:
        """The shape, if the statement works entry by entry on operands of known shapes."""
        return self._result.get(id(s))

    def _let(self, s: Let, env: dict[str, Shape]) -> Shape:
        self._result.pop(id(s), None)
        plain, rule = super()._let(s, env), rule_of(s.op)
        if rule is None or not (rule.pointwise or s.op is fp.select):
            return plain
        shapes = [self._shape(a, env) if isinstance(a, str) else SCALAR for a in s.args]
        known = [x for x in shapes if x is not None]
        whole = broadcast(known)
        # A mask larger than what it selects from is reduced by fp.select.
        if len(known) < len(shapes) or (s.op is fp.select and whole != shapes[1]):
            return plain
        self._result[id(s)] = whole
        return whole


@dataclass(frozen=True)
class _Value:
    """A statement whose target is %0, %1, ..; operands are such names, or names outside the run."""

    s: Let
    shape: Shape
    name: str


class Region:
    """Statements of one block between two that nothing is moved across, as a sequence of runs.

    A statement joins the latest run that computes an operand of it, or else the last.  It does not
    go back to a run of another sweep: what an adjoint needs is computed with it, not kept for it.

    Args:
        kinds: of the names of the function.
        shapes: of its statements.
        fresh: makes new names in it.
    """

    def __init__(self, kinds: Mapping[str, Kind], shapes: PointwiseShapes, fresh: Fresh) -> None:
        self._kinds, self._shapes, self._fresh = kinds, shapes, fresh
        self._runs: list[_Run] = []

    def take(self, s: Statement) -> bool:
        """Add a statement; False if it is none that may be moved."""
        if not isinstance(s, _MOVABLE):
            return False
        for run in reversed(self._runs):
            if run.feeds(s) and run.compute(s):
                return True
            if run.clashes(s):
                break
        if self._runs and self._runs[-1].compute(s):
            return True
        if not self._runs or self._runs[-1].is_late(s):
            self._runs.append(_Run(self._kinds, self._shapes, self._fresh))
            if self._runs[-1].compute(s):
                return True
        self._runs[-1].move(s)
        return True

    def finish(self, live: frozenset[str]) -> list[Statement | Part]:
        """The statements in their new order; `live`: names that are read after the region.

        A single operation stays a statement; more are a Part, to be called where it stands.
        """
        out: list[Statement | Part] = []
        needed = live
        for run in reversed(self._runs):
            done = list(run.finish(needed))
            needed = live_before(tuple(map(as_call, done)), needed)
            out = done + out
        flat: list[Statement | Part] = []
        for item in recomputed(sunk(out, live), live):
            single = isinstance(item, Part) and len(item.body) == 1
            flat.append(item.body[0] if single else item)  # type: ignore[union-attr]
        return flat


class _Run:
    """Some statements first, then kernels, then the rest."""

    def __init__(self, kinds: Mapping[str, Kind], shapes: PointwiseShapes, fresh: Fresh) -> None:
        self._kinds, self._shapes, self._fresh = dict(kinds), shapes, fresh
        self._first: list[Statement] = []
        self._values: dict[str, _Value] = {}
        self._last: list[Statement] = []
        self._current: dict[str, str] = {}  # name -> the value that it holds
        self._inputs: set[str] = set()
        self._written_first: set[str] = set()
        self._read_first: set[str] = set()
        self._written_last: set[str] = set()
        self._read_last: set[str] = set()
        self._sweeps: set[bool] = set()

    # ------------------------------------------------------------ collecting

    def feeds(self, s: Statement) -> bool:
        """Does a statement of the same sweep read a value of this run?"""
        return _is_reverse(s) in self._sweeps and not reads(s).isdisjoint(self._current)

    def clashes(self, s: Statement) -> bool:
        """May the statement not be moved in front of this run?"""
        written = {*self._written_first, *self._current, *self._written_last}
        read = self._read_first | self._inputs | self._current.keys() | self._read_last
        return bool(reads(s) & written or set(targets(s)) & (read | written))

    def is_late(self, s: Statement) -> bool:
        """Would it be an operation of a kernel, were it not for what stands behind the kernels?"""
        return isinstance(s, Let) and self._value(s) is not None

    def compute(self, s: Statement) -> bool:
        """Make the statement part of the kernels, if it can be one."""
        value = self._value(s) if isinstance(s, Let) else None
        alias = isinstance(s, Copy) and isinstance(s.value, str) and s.value in self._current
        if value is None and not alias:
            return False
        target = targets(s)[0]
        if reads(s) & self._written_last or target in self._written_last | self._read_last:
            return False
        if value is None:
            assert isinstance(s, Copy)
            self._current[target] = self._current[str(s.value)]
            return True
        self._inputs |= {n for n in names(*value.s.args) if n not in self._values}
        self._values[value.s.target] = value
        self._current[target] = value.s.target
        self._sweeps.add(_is_reverse(s))
        return True

    def _value(self, s: Let) -> _Value | None:
        """The statement as part of a kernel, if it can be one."""
        rule, shape = rule_of(s.op), self._shapes.result(s)
        if rule is None or shape is None or s.kwargs:
            return None
        own = f"%{len(self._values)}"
        renamed = replace(s, target=own, args=substitute(s.args, self._current))
        inference = Inference()
        operands = [inference.operand(o, self._kinds) for o in renamed.args]
        if any(k is None for k in operands):
            return None
        # The kind here: elsewhere the name may hold something else.
        self._kinds[own] = rule.kind(*operands)
        return _Value(renamed, shape, s.target) if spelling_of(renamed, self._kinds) else None

    def move(self, s: Statement) -> None:
        """Put it in front of the kernels if nothing speaks against that, else behind them."""
        tapes = {_TAPES} if isinstance(s, Push | Pop) else set()
        read, written = reads(s) | tapes, {*targets(s), *tapes}
        defined = self._current.keys()
        behind_kernels = read & defined or written & (self._inputs | defined)
        behind_last = read & self._written_last or written & (self._written_last | self._read_last)
        if not behind_kernels and not behind_last:
            self._first.append(s)
            self._read_first |= read
            self._written_first |= written
            return
        self._last.append(s)
        self._read_last |= read
        self._written_last |= written

    # ------------------------------------------------------------ kernels

    def finish(self, live: frozenset[str]) -> Iterator[Statement | Part]:
        """The statements in their new order; `live`: names that are read after the run."""
        needed = live_before(tuple(self._last), live)
        wanted = {n: own for n, own in self._current.items() if n in needed}
        kept = self._reachable(wanted.values())
        final = self._final_names(kept, wanted)
        yield from self._first
        for part in self._parts(kept, set(wanted.values())):
            yield self._part(part, final, kept, set(wanted.values()))
        for n, own in sorted(wanted.items()):
            if n != final[own]:
                yield Copy(n, final[own])
        yield from self._last

    def _reachable(self, roots: Iterable[str]) -> list[str]:
        """The values that are needed, in order."""
        found = set(roots)
        for own, value in reversed(self._values.items()):
            if own in found:
                found |= set(names(*value.s.args))
        return [own for own in self._values if own in found]

    def _final_names(self, kept: list[str], wanted: Mapping[str, str]) -> dict[str, str]:
        """A name under which it is read later, else its own if it keeps it, else a new one."""
        read_as = {own: n for n, own in sorted(wanted.items(), reverse=True)}
        out: dict[str, str] = {}
        for own in kept:
            n = self._values[own].name
            if wanted.get(n) != own:
                n = read_as.get(own, n)
            mine = self._current.get(n) == own and n not in self._inputs
            out[own] = n if mine else self._fresh.temp()
        return out

    def _parts(self, kept: list[str], wanted: set[str]) -> list[list[str]]:
        """The values of each kernel.  A kernel reads only those before it, which are smaller."""
        parts: dict[Shape, list[str]] = {}
        for own in kept:
            parts.setdefault(self._values[own].shape, []).append(own)
        home = {own: self._values[own].shape for own in kept}
        for shape in sorted(parts, key=len):
            inside = set(parts[shape])
            users = {home[u] for u in kept if u not in inside and self._reads(u) & inside}
            if len(users) == 1 and inside.isdisjoint(wanted):
                user = users.pop()
                parts[user] += parts.pop(shape)
                home |= dict.fromkeys(inside, user)
        place = {own: k for k, own in enumerate(kept)}
        out: list[list[str]] = []
        for shape in sorted(parts, key=len):
            out += self._small(sorted(parts[shape], key=place.__getitem__), kept, wanted)
        return out

    def _reads(self, own: str) -> set[str]:
        return set(names(*self._values[own].s.args))

    def _small(self, part: list[str], kept: list[str], wanted: set[str]) -> list[list[str]]:
        inputs, outputs = self._interface(part, kept, wanted)
        if len(inputs) + len(outputs) <= MOST_ARRAYS or len(part) == 1:
            return [part]
        half = len(part) // 2
        return self._small(part[:half], kept, wanted) + self._small(part[half:], kept, wanted)

    def _interface(
        self, part: list[str], kept: list[str], wanted: set[str]
    ) -> tuple[list[str], list[str]]:
        """What a kernel of these values reads from outside, and what of it is read outside."""
        inside = set(part)
        operands = (n for own in part for n in names(*self._values[own].s.args))
        inputs = list(dict.fromkeys(n for n in operands if n not in inside))
        used = {n for u in kept if u not in inside for n in self._reads(u)}
        return inputs, [own for own in part if own in wanted or own in used]

    def _part(
        self, part: list[str], final: Mapping[str, str], kept: list[str], wanted: set[str]
    ) -> Part:
        body: list[Let] = []
        for own in part:
            s = self._values[own].s
            body.append(replace(s, target=final[own], args=substitute(s.args, final)))
        inputs, outputs = self._interface(part, kept, wanted)
        return Part(
            tuple(final.get(n, n) for n in inputs),
            tuple(self._kinds[n] for n in inputs),
            tuple(body),
            tuple(final[n] for n in outputs),
            broadcast(self._values[own].shape for own in part),
            {final[n]: self._kinds[n] for n in part},
        )


def _is_reverse(s: Statement) -> bool:
    return getattr(s, "role", "primal") in ("adjoint", "recompute")
