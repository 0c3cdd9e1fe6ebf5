"""`python -m tests.fuzz N [first]`: N random programs from a seed on; prints minimal failures."""

from __future__ import annotations

import collections
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.compare import Unsuitable, check, load
from tests.fuzz.generate import source
from tests.fuzz.shrink import shrink


def outcome(text: str, folder: Path, name: str, aliases: bool) -> str:
    """`right`, `refused`, `unsuitable`, or the kind of failure with its message."""
    try:
        return "refused" if check(load(text, folder, name), aliases=aliases) else "right"
    except Unsuitable:
        return "unsuitable"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def kind(result: str) -> str:
    """What two failures must share to be taken for the same: the type and the first words."""
    return " ".join(result.partition(" off by")[0].split()[:3])


def main(count: int, first: int) -> int:
    """Runs the programs, half of them with aliases; returns the number of failures."""
    tally: collections.Counter[str] = collections.Counter()
    failures = 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for seed in range(first, first + count):
            aliases = seed % 2 == 1
            text = source(seed, aliases=aliases)
            result = outcome(text, folder, f"fuzz_{seed}", aliases)
            if result in ("right", "refused", "unsuitable"):
                tally[result] += 1
                continue
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
    words = [int(word) for word in sys.argv[1:]]
    sys.exit(main(words[0] if words else 200, words[1] if len(words) > 1 else 0) > 0)
