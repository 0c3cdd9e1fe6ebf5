"""`python -m tests.fuzz [N] [--first SEED] [--refusals]`: random programs, minimal failures.

A seed gives a program without aliases and then one with them, which may be refused. A refusal of
the former is a gap, not an error: it is counted, and shrunk with --refusals alone.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

import fpad
from tests.fuzz.compare import Unsuitable, check, load
from tests.fuzz.generate import source
from tests.fuzz.shrink import shrink

GAP = "refused without aliases"
ACCEPTABLE = ("right", "refused", "unsuitable", GAP)


def outcome(text: str, folder: Path, name: str, aliases: bool) -> str:
    """`right`, `refused`, `unsuitable`, or the kind of failure with its message."""
    try:
        return "refused" if check(load(text, folder, name), aliases=aliases) else "right"
    except Unsuitable:
        return "unsuitable"
    except fpad.TransformError as refusal:
        return f"{GAP}: {refusal.refusals[0].reason}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def kind(result: str) -> str:
    """What two failures must share to be taken for the same: the type and the first words."""
    if result.startswith(GAP):
        return result
    return " ".join(result.partition(" off by")[0].split()[:3])


def main(count: int, first: int, refusals: bool) -> int:
    """Runs the programs, every other one with aliases; returns the number of failures."""
    tally: collections.Counter[str] = collections.Counter()
    failures = 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number in range(count):
            seed, aliases = first + number // 2, number % 2 == 1
            text = source(seed, aliases=aliases)
            result = outcome(text, folder, f"fuzz_{seed}_{aliases}", aliases)
            verdict = result.partition(":")[0]
            if verdict in ACCEPTABLE:
                tally[verdict] += 1
                if not (refusals and verdict == GAP):
                    continue
            else:
                failures += 1
                tally[kind(result)] += 1
            trials = iter(range(10**6))

            def fails(
                candidate: str, seed: int = seed, aliases: bool = aliases, result: str = result
            ) -> bool:
                name = f"fuzz_{seed}_{next(trials)}"  # noqa: B023
                return kind(outcome(candidate, folder, name, aliases)) == kind(result)

            smallest = shrink(text, fails)
            last = outcome(smallest, folder, f"fuzz_{seed}_last", aliases)
            print(f"seed {seed}, aliases={aliases}\n{smallest}{last}\n", flush=True)
    print(dict(tally), f"{time.perf_counter() - started:.1f} s")
    return failures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--refusals", action="store_true")
    options = parser.parse_args()
    sys.exit(main(options.count, options.first, options.refusals) > 0)
