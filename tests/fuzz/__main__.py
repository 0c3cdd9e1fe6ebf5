"""`python -m tests.fuzz [N] [--first SEED] [--jobs J]`: random programs, minimal failures.

A seed gives a program. It is right, refused, unsuitable (differences cannot judge it), or it fails:
then it is shrunk and printed with its seed. A refusal is no failure: refusals are counted by their
reason, and the smallest program of each is printed with --refusals.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import re
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import fpad
from fpad.transforms import pipeline
from tests.fuzz import owners
from tests.fuzz.compare import Unsuitable, check, loaded
from tests.fuzz.generate import source
from tests.fuzz.mapped import check_mapped
from tests.fuzz.shrink import shrink
from tests.fuzz.sparsely import check_sparse

SECONDS = 60
"""A program that takes longer is a failure of its own."""


class TooSlow(BaseException):
    """A program took longer than `SECONDS`."""


@dataclass(frozen=True)
class Result:
    """What became of a seed.

    Attributes:
        verdict: right, refused, unsuitable or wrong.
        message: why.
        program: the smallest program found that fails or is refused like this.
    """

    seed: int
    verdict: str
    message: str = ""
    program: str = ""

    @property
    def kind(self) -> str:
        """What two results must share to be taken for the same."""
        words = self.message.partition(" off by")[0].split("\n")[0].split()
        return " ".join([self.verdict, *(words[:4] if self.verdict == "wrong" else words)])


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises TooSlow after a time."""

    def stop(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def tried(
    text: str,
    folder: Path,
    name: str,
    seed: int,
    order: int,
    modes: int,
    seconds: float = SECONDS,
) -> Result:
    """The result of one program."""
    try:
        with limited(seconds), warnings.catch_warnings(), loaded(text, folder, name) as subject:
            warnings.simplefilter("error")
            check(subject, order, modes)
            if seed % MAPPED == 1:
                check_mapped(subject.program, subject.program.cases[0])
            if seed % SPARSE == 3:
                second = seed % (2 * SPARSE) == 3
                transform = fpad.hessian if second else fpad.jacobian
                check_sparse(subject.program, subject.program.cases[0], transform, text)
    except Unsuitable as error:
        return Result(seed, "unsuitable", str(error))
    except fpad.TransformError as error:
        return Result(seed, "refused", error.refusals[0].reason)
    except fpad.InputError as error:
        return Result(seed, "refused", f"at the call: {error}")
    except TooSlow:
        return Result(seed, "wrong", f"takes more than {seconds} s")
    except Exception as error:
        return Result(seed, "wrong", f"{type(error).__name__}: {error}")
    return Result(seed, "right")


MAPPED = 4
"""Every so many seeds are also mapped over several points."""
SPARSE = 16
"""Every so many seeds have a sparse Jacobian, or Hessian, too."""


def effort(seed: int) -> tuple[int, int]:
    """The order and the number of second derivatives that a seed is compared to."""
    return (2, 1 + (seed // 4) % 3) if seed % 4 == 0 else (1, 0)


def one(
    seed: int,
    thorough: bool,
    refusals: bool,
    size: int | None,
    shrinks: int,
    wanted: tuple[str, ...] = (),
    objects: bool = False,
) -> Result:
    """The program of a seed, shrunk where it fails."""
    order, modes = (2, 3) if thorough else effort(seed)
    text = owners.source(seed) if objects else source(seed, size, wanted)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        result = tried(text, folder, f"fuzz_{seed}", seed, order, modes)
        if result.verdict == "wrong" or (refusals and result.verdict == "refused"):
            numbers = count()

            def again(candidate: str) -> Result:
                return tried(candidate, folder, f"fuzz_{seed}_{next(numbers)}", seed, order, modes)

            smallest = shrink(text, lambda c: again(c).kind == result.kind, shrinks)
            last = again(smallest)
            return Result(seed, result.verdict, last.message or result.message, smallest)
    return result


def _prepare() -> None:
    pipeline.CHECKED = True


def results(seeds: range, jobs: int, work: Callable[[int], Result]) -> Iterator[Result]:
    """The results of seeds, as they come."""
    if jobs == 1:
        _prepare()
        yield from map(work, seeds)
        return
    with multiprocessing.Pool(jobs, _prepare, maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(work, seeds, chunksize=4)


def main(arguments: list[str] | None = None) -> int:
    """Runs the programs; returns the number of failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--size", type=int, help="about how many statements a program has")
    parser.add_argument("--with", dest="wanted", default="", help="features: objects,growth,..")
    parser.add_argument("--objects", action="store_true", help="programs over objects that change")
    parser.add_argument("--thorough", action="store_true", help="every derivative of every program")
    parser.add_argument("--refusals", action="store_true", help="shrink and print refusals too")
    parser.add_argument("--shrinks", type=int, default=600, help="how many smaller programs to try")
    parser.add_argument("--json", action="store_true", help="results as JSON lines")
    options = parser.parse_args(arguments)
    work = partial(
        one,
        thorough=options.thorough,
        refusals=options.refusals,
        size=options.size,
        shrinks=options.shrinks,
        wanted=tuple(filter(None, options.wanted.split(","))),
        objects=options.objects,
    )
    started = time.perf_counter()
    tally: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    seeds = range(options.first, options.first + options.count)
    for done, result in enumerate(results(seeds, options.jobs, work), start=1):
        tally[result.verdict] += 1
        if result.verdict != "right":
            line = f"{result.verdict}: {result.message.splitlines()[0]}"
            reasons[re.sub(r"\b[a-z]+_?\d+\b", "..", line)[:150]] += 1
        if options.json:
            print(json.dumps(asdict(result)), flush=True)
        elif result.program:
            print(f"seed {result.seed}: {result.message}\n{result.program}", flush=True)
        show(done, options.count, tally)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if not options.json:
        for reason, number in reasons.most_common():
            print(f"{number:6} {reason}")
        print(f"{dict(tally)} {time.perf_counter() - started:.1f} s")
    return tally["wrong"]


def show(done: int, total: int, tally: collections.Counter[str]) -> None:
    """A bar on a terminal."""
    if sys.stderr.isatty():
        filled = 30 * done // total
        counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(tally.items()))
        bar = "#" * filled + "." * (30 - filled)
        print(f"\r[{bar}] {done}/{total} {counts}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main() > 0)
