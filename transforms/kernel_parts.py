"""What of a run becomes one kernel, and what moves from one kernel to the next.

t, c = kernel_1(x)                         c = kernel_1(x)
u = x @ c                      ->          u = x @ c
y = kernel_2(t, x, u)                      y = kernel_2(x, u)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fpad.transforms.ir import Call, Let, Note, Statement, names, reads, targets
from fpad.transforms.kinds import Kind
from fpad.transforms.shapes import Shape

# Arrays that one kernel takes and gives: their headers have to fit into 4 KB of arguments.
MOST_ARRAYS = 48


@dataclass(frozen=True)
class Part:
    """The statements of one kernel, what it reads (with kinds), and what of it is read.

    `inner`: the kinds of what it computes.
    """

    params: tuple[str, ...]
    kinds: tuple[Kind, ...]
    body: tuple[Let, ...]
    results: tuple[str, ...]
    shape: Shape
    inner: Mapping[str, Kind]

    def before(self, other: Part) -> Part | None:
        """Both as one, with the results of the other, which alone reads those of this one."""
        own, others = ({s.target for s in p.body} for p in (self, other))
        outside = {
            n: k for n, k in zip(other.params, other.kinds, strict=True) if n not in self.results
        }
        inputs = {**dict(zip(self.params, self.kinds, strict=True)), **outside}
        # A name may stand for one thing here and for another there.
        if own & {*outside, *others} or others & inputs.keys():
            return None
        if len(inputs) + len(other.results) > MOST_ARRAYS:
            return None
        body = (*self.body, *other.body)
        inner = {**self.inner, **other.inner}
        kinds = tuple(inputs.values())
        return Part(tuple(inputs), kinds, body, other.results, other.shape, inner)

    def without(self, result: str) -> tuple[Part, Part] | None:
        """Take out a result with all that is computed for it alone: (the rest, what was taken).

        None if others here read it.
        """
        taken = {result}
        for s in reversed(self.body):
            users = {u.target for u in self.body if s.target in reads(u)}
            if s.target not in self.results and users <= taken:
                taken.add(s.target)
        rest = [s for s in self.body if s.target not in taken]
        moved = [s for s in self.body if s.target in taken]
        if any(reads(s) & taken for s in rest):
            return None
        wanted = set(self.results) - taken
        wanted |= {n for s in moved for n in reads(s)} & {s.target for s in rest}
        results = tuple(s.target for s in rest if s.target in wanted)
        kinds = {**dict(zip(self.params, self.kinds, strict=True)), **self.inner}
        return self._of(rest, results, kinds), self._of(moved, (result,), kinds)

    def _of(self, body: list[Let], results: tuple[str, ...], kinds: Mapping[str, Kind]) -> Part:
        own = {s.target for s in body}
        inputs = dict.fromkeys(n for s in body for n in names(*s.args) if n not in own)
        params = tuple(inputs)
        shape, inner = self.shape, {n: k for n, k in kinds.items() if n in own}
        return Part(params, tuple(kinds[n] for n in params), tuple(body), results, shape, inner)


def as_call(item: Statement | Part) -> Statement:
    """The item as a statement, with the names that it reads and defines."""
    return Call(item.results, "", item.params) if isinstance(item, Part) else item


def sunk(items: list[Statement | Part], live: frozenset[str]) -> list[Statement | Part]:
    """What one later part alone reads is computed there, if no more arrays are read and written.

    Args:
        items: the statements and kernels of a region.
        live: names that are read after it.
    """
    out = list(items)
    for i in range(len(out) - 1, -1, -1):
        part = out[i]
        for result in part.results if isinstance(part, Part) else ():
            here = out[i]
            if not isinstance(here, Part):
                break
            readers = [j for j in range(i + 1, len(out)) if result in reads(as_call(out[j]))]
            later = out[readers[0]] if len(readers) == 1 and result not in live else None
            if not isinstance(later, Part) or not here.shape <= later.shape:
                continue
            between = {t for s in out[i + 1 : readers[0]] for t in targets(as_call(s))}
            found = here.without(result)
            if found is None or not between.isdisjoint(_names_of(found[1])):
                continue
            rest, moved = found
            joined = moved.before(later)
            if joined is not None and _arrays(rest, joined) <= _arrays(here, later):
                out[readers[0]] = joined
                out[i] = rest if rest.body else Note("")
    return [item for item in out if item != Note("")]


def _names_of(part: Part) -> set[str]:
    return {*part.params, *part.results}


def _arrays(*parts: Part) -> int:
    """How many arrays (and numbers) these kernels read and write."""
    return sum(len(p.params) + len(p.results) for p in parts if p.body)
