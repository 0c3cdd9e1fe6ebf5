"""Compare the texts with what is generated now, or rewrite them.

    python -m tests.golden [--update] [NAME ..]

Prints what differs; the exit status is 1 if anything does.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence

from tests.golden import GOLDENS, Golden
from tests.golden.registry import statements


def compare(golden: Golden, update: bool) -> bool:
    """Print how a text differs from what is generated now; does it?"""
    old = golden.file.read_text(encoding="utf-8") if golden.file.exists() else ""
    new = golden.generate()
    before, after = (t.splitlines(keepends=True) for t in (old, new))
    sys.stdout.writelines(difflib.unified_diff(before, after, golden.file.name, "generated now"))
    if update and new != old:
        golden.file.write_text(new, encoding="utf-8")
    return new != old


def main(argv: Sequence[str] | None = None) -> int:
    """Carry the command line out; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--update", action="store_true", help="rewrite the texts that differ")
    parser.add_argument("--counts", action="store_true", help="print the numbers of statements")
    parser.add_argument("names", nargs="*", metavar="NAME", help="these texts only")
    options = parser.parse_args(argv)
    chosen = [g for g in GOLDENS if not options.names or g.name in options.names]
    if options.counts:
        for g in chosen:
            ours, hand = statements(g.generate()), g.statements_by_hand()
            print(f"{g.name:<28}{ours:>4} generated{hand:>4} by hand{ours / hand:>7.2f}")
        return 0
    differs = [g.name for g in chosen if compare(g, options.update)]
    return int(bool(differs) and not options.update)


if __name__ == "__main__":
    sys.exit(main())
