"""What of a run becomes one kernel, and what moves from one kernel to the next.

t, c = kernel_1(x)                         c = kernel_1(x)
u = x @ c                      ->          u = x @ c
y = kernel_2(t, x, u)                      y = kernel_2(x, u)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fpad.transforms.cuda_text import spelling_of
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

    def again(self, result: str) -> Part | None:
        """What computes a result from the operands and the other results, if that is cheap."""
        needed = {result}
        for s in reversed(self.body):
            if s.target in needed and (s.target == result or s.target not in self.results):
                needed |= reads(s)
        stop = set(self.results) - {result}
        body = [s for s in self.body if s.target in needed and s.target not in stop]
        kinds = {**dict(zip(self.params, self.kinds, strict=True)), **self.inner}
        found = [spelling_of(s, kinds) for s in body]
        if any(f is None or not f.cheap for f in found):
            return None
        return self._of(body, (result,), kinds)

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


def recomputed(items: list[Statement | Part], live: frozenset[str]) -> list[Statement | Part]:
    """What later parts alone read is computed again in them, if that is cheap and saves arrays.

    t, c, y = kernel_1(x)                      c, y = kernel_1(x)
    z = kernel_2(t, x, np.sum(c))      ->      z = kernel_2(x, np.sum(c))     with its own t
    """
    out = list(items)
    for i in range(len(out) - 1, -1, -1):
        part = out[i]
        for result in reversed(part.results) if isinstance(part, Part) else ():
            here = out[i]
            readers = [j for j in range(i + 1, len(out)) if result in reads(as_call(out[j]))]
            if not isinstance(here, Part) or len(here.results) < 2 or result in live:
                continue
            again = here.again(result)
            if again is None or not readers:
                continue
            joined = [_joined(again, out, i, j) for j in readers]
            rest = replace(here, results=tuple(r for r in here.results if r != result))
            new = [p for p in joined if p is not None]
            old = [p for j in readers if isinstance(p := out[j], Part)]
            if len(new) == len(readers) and _arrays(rest, *new) < _arrays(here, *old):
                out[i] = rest
                for j, p in zip(readers, new, strict=True):
                    out[j] = p
    return out


def _joined(again: Part, items: list[Statement | Part], i: int, j: int) -> Part | None:
    """The part at j with what is computed again in front; i: where it was computed first."""
    later = items[j]
    if not isinstance(later, Part) or not again.shape <= later.shape:
        return None
    between = {t for s in items[i + 1 : j] for t in targets(as_call(s))}
    return again.before(later) if between.isdisjoint(_names_of(again)) else None


def _names_of(part: Part) -> set[str]:
    return {*part.params, *part.results}


def _arrays(*parts: Part) -> int:
    """How many arrays (and numbers) these kernels read and write."""
    return sum(len(p.params) + len(p.results) for p in parts if p.body)
