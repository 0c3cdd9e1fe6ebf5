"""Random programs over structures, specialised and interpreted, against Python itself."""

import copy
import math
from functools import partial

import pytest

from fpad.transforms.errors import TransformError
from tests.parts import first_half
from tests.transforms.execution import define
from tests.transforms.random_structures import program
from tests.transforms.specialised import outcome, run, special

CALLS = [(1.3, 0.7, 3, (0.4, -1.1)), (0.2, -1.7, 0, (1.0, 2.5)), (-0.6, 2.2, 2, (0.0, 0.3))]
# What a random program may be refused for: a name without a value, or with two kinds of values.
REFUSABLE = ("has no value here", "never settled", "whichever way was taken", "is not defined")


def check(seed: int) -> bool:
    """Compare one program; was it refused?"""
    f = define(program(seed), math=math)
    try:
        made = special(f, *CALLS[0])
    except TransformError as error:
        for refusal in error.refusals:
            assert any(words in refusal.reason for words in REFUSABLE), refusal
        return True
    for call in CALLS:
        wanted = outcome(partial(f, *copy.deepcopy(call)))
        # Python notices a name without a value where it stands, the levels where it matters.
        if wanted is not UnboundLocalError:
            assert outcome(partial(run, made, f, *call)) == wanted, program(seed)
    return False


@pytest.mark.parametrize("block", first_half(range(4)))
def test_random_programs(block: int) -> None:
    refused = sum(check(seed) for seed in range(block * 20, block * 20 + 20))
    assert refused < 10


@pytest.mark.slow
def test_many_random_programs() -> None:
    refused = sum(check(seed) for seed in range(1000, 3000))
    assert refused < 1000
