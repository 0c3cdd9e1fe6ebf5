"""`python -m tests.check.fuzz [N] [--first SEED] [--jobs J]`: verdicts on random programs.

A seed gives a piecewise program and a point.  What `fpad.check` says there is compared with brute
force: it is settled, settled but not re-checked (`verify` cannot run the program on fractions),
UNKNOWN, unclear (brute force cannot tell), or wrong: then it is shrunk and printed with its seed.
"""

from __future__ import annotations

import argparse
import collections
import json
import multiprocessing
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial

from tests.check.fuzz.compare import Wrong, examine
from tests.check.fuzz.strata import STRATA, Made, made
from tests.fuzz.__main__ import TooSlow, limited
from tests.fuzz.shrink import shrink

SECONDS = 120
"""A program that takes longer is a failure of its own."""
KINDS = ("settled", "not re-checked", "UNKNOWN", "unclear", "wrong")


@dataclass(frozen=True)
class Result:
    """What became of a seed.

    Attributes:
        kind: one of `KINDS`.
        message: why.
        program: the smallest program found that fails like this, and its point.
        seconds: how long it took.
    """

    seed: int
    stratum: str
    variables: int
    kind: str
    message: str = ""
    program: str = ""
    seconds: float = 0.0


def tried(m: Made, seed: int, seconds: float = SECONDS) -> Result:
    """The result of one program."""
    found = partial(Result, seed, m.stratum, len(m.point))
    try:
        with limited(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind, _, message = examine(m).partition(": ")
            return found(kind, message)
    except Wrong as error:
        return found("wrong", str(error))
    except TooSlow:
        return found("wrong", f"takes more than {seconds} s")
    except Exception as error:
        return found("wrong", f"{type(error).__name__}: {str(error)[:300]}")


def one(seed: int, stratum: str | None, shrinks: int) -> Result:
    """The program of a seed, shrunk where it fails."""
    m = made(seed, stratum)
    started = time.perf_counter()
    result = tried(m, seed)
    took = time.perf_counter() - started
    if result.kind == "wrong" and shrinks:
        words = result.message.split()[:2]

        def fails(text: str) -> bool:
            again = tried(replace(m, text=text), seed)
            return again.kind == "wrong" and again.message.split()[:2] == words

        text = shrink(m.text, fails, shrinks)
        result = replace(tried(replace(m, text=text), seed), program=f"# at {m.point}\n{text}")
    return replace(result, seconds=took)


def results(seeds: range, jobs: int, work: Callable[[int], Result]) -> Iterator[Result]:
    """The results of seeds, as they come."""
    if jobs == 1:
        yield from map(work, seeds)
        return
    with multiprocessing.Pool(jobs, maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(work, seeds, chunksize=4)


Table = dict[str, collections.Counter[str]]


def main(arguments: list[str] | None = None) -> int:
    """Runs the programs; returns the number of failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.check.fuzz", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--stratum", choices=STRATA, help="only this one")
    parser.add_argument("--shrinks", type=int, default=300, help="how many smaller programs to try")
    parser.add_argument("--json", action="store_true", help="results as JSON lines")
    options = parser.parse_args(arguments)
    work = partial(one, stratum=options.stratum, shrinks=options.shrinks)
    started = time.perf_counter()
    table: Table = {name: collections.Counter() for name in STRATA}
    reasons: collections.Counter[str] = collections.Counter()
    seeds = range(options.first, options.first + options.count)
    for done, result in enumerate(results(seeds, options.jobs, work), start=1):
        table[result.stratum][result.kind] += 1
        if result.kind == "UNKNOWN":
            reasons[f"{result.stratum}: {result.message}"] += 1
        if options.json:
            print(json.dumps(asdict(result)), flush=True)
        elif result.kind == "wrong":
            print(f"seed {result.seed}: {result.message}\n{result.program}", flush=True)
        show(done, options.count, table, started)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if not options.json:
        print_table(table, reasons)
        print(f"{options.count} programs, {time.perf_counter() - started:.1f} s")
    return sum(row["wrong"] for row in table.values())


def print_table(table: Table, reasons: collections.Counter[str]) -> None:
    """What became of the programs of each stratum, and why verdicts are UNKNOWN."""
    print(f"{'stratum':12}{'programs':>9}" + "".join(f"{kind:>16}" for kind in KINDS))
    for name, row in table.items():
        total = sum(row.values())
        if total:
            cells = (f"{row[k]} ({row[k] / total:.1%})" if row[k] else "0" for k in KINDS)
            print(f"{name:12}{total:9}" + "".join(f"{c:>16}" for c in cells))
    for reason, number in reasons.most_common():
        print(f"{number:6} UNKNOWN {reason}")


def show(done: int, total: int, table: Table, started: float) -> None:
    """A bar on a terminal, with the rate and the time left."""
    if not sys.stderr.isatty():
        return
    filled = 30 * done // total
    rate = done / (time.perf_counter() - started)
    tally = sum(table.values(), collections.Counter())
    counts = ", ".join(f"{tally[k]} {k}" for k in KINDS if tally[k])
    bar = "#" * filled + "." * (30 - filled)
    left = f"{rate:.1f}/s, {(total - done) / rate / 60:.0f} min left"
    print(f"\r[{bar}] {done}/{total} {left}: {counts} ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main() > 0)
