"""`python -m tests.benchmarks [name ...]`: what was asked for and what is measured, side by side.

Nothing is asserted: times depend on the machine and on what else it does.  Ratios are taken within
one run, between functions that were run in turns.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict

import numpy as np

import fpad
from tests.benchmarks.blocks import blocks
from tests.benchmarks.calls import dispatch
from tests.benchmarks.checker import checker
from tests.benchmarks.growth import growth
from tests.benchmarks.loops import loops
from tests.benchmarks.measure import Row
from tests.benchmarks.records import records
from tests.benchmarks.scalar import scalar
from tests.benchmarks.sparse import sparse
from tests.benchmarks.startup import derive, import_time
from tests.benchmarks.vector import vector, vector_kept

BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "import": import_time,
    "derive": derive,
    "dispatch": dispatch,
    "scalar": scalar,
    "loops": loops,
    "vector": vector,
    "blocks": blocks,
    "sparse": sparse,
    "growth": growth,
    "records": records,
    "checker": checker,
}


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks that are named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", metavar="FILE", help="also write the rows to a file")
    parser.add_argument("--markdown", action="store_true", help="print docs/benchmarks.md")
    options = parser.parse_args(argv)
    known = {**BENCHMARKS, "vector-kept": vector_kept}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in options.names or BENCHMARKS:
        print(f"{name} ..", file=sys.stderr, flush=True)
        rows += known[name]()
    print("\n".join(markdown(rows) if options.markdown else table(rows)))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([asdict(row) for row in rows], file, indent=1)
    return 0


def table(rows: Iterable[Row]) -> list[str]:
    """The rows as plain text."""
    lines = [f"{'':<58}{'asked':>12}{'measured':>12}"]
    for row in rows:
        verdict = {True: "", False: "missed", None: ""}[row.met]
        text = f"{row.name:<58}{row.asked:>12}{_value(row):>12}  {verdict}"
        lines.append(text.rstrip())
        if row.detail:
            lines.append(f"      {row.detail}")
    return lines


def markdown(rows: Iterable[Row]) -> list[str]:
    """The rows as the page of the documentation."""
    lines = [
        "# Benchmarks",
        "",
        "Printed by `python -m tests.benchmarks --markdown`. Times and ratios are medians of",
        "functions that ran in turns in one process. They are measured, never asserted: a busy",
        "machine spoils them. The programs are in `tests/benchmarks/`.",
        "",
        "*Memory* is the time to write every gradient array, and to read once every value that the",
        "forward sweep saved. autograd runs the same functions on its own wrappers of NumPy.",
        "",
        f"fpad {fpad.__version__}, Python {platform.python_version()}, NumPy {np.__version__},",
        f"{platform.machine()}.",
        "",
        "| benchmark | asked | measured | |",
        "|---|---:|---:|---|",
    ]
    for row in rows:
        name = row.name.strip()
        lines.append(f"| {name} | {row.asked} | {_value(row)} | {row.detail} |")
    return lines


def _value(row: Row) -> str:
    return f"{row.measured:.3g} {row.unit}"


if __name__ == "__main__":
    sys.exit(main())
