"""The corpus, mapped: a program for several points is the program at each of them."""

from __future__ import annotations

import zlib

import pytest

from tests.fuzz.mapped import check_mapped
from tests.programs import PROGRAMS, Program
from tests.situations import MARKED, sampled


@pytest.mark.parametrize("program", sampled(MARKED, 4))
def test_corpus(program: Program) -> None:
    check_mapped(program, program.cases[0])


def test_a_part_of_the_corpus() -> None:
    """Refused are effects and lists of unknown length that differ; most programs have none.

    Which programs these are depends on their names only: at other points than its own a program
    may run for ever, so a part that has been tried must stay the same when programs are added.
    """
    part = [p for p in PROGRAMS if zlib.crc32(p.function.__name__.encode()) % 45 == 2]
    assert sum(check_mapped(p, p.cases[0]) for p in part) > len(part) // 3
