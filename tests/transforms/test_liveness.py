"""Liveness and definite assignment on random functions, against the definitions written plainly."""

import pytest

from fpad.transforms.ir import (
    Block,
    Break,
    Const,
    Copy,
    For,
    If,
    Range,
    Return,
    Statement,
    While,
    blocks,
    reads,
    targets,
)
from fpad.transforms.liveness import Before, certain, live_before
from tests.transforms.random_funcs import made

NONE: frozenset[str] = frozenset()
Seen = dict[int, frozenset[str]]


def plainly(block: Block, out: frozenset[str], leave: frozenset[str], seen: Seen) -> frozenset[str]:
    """Names live before the block: each loop is gone around until nothing is added."""
    live = out
    for s in reversed(block):
        seen[id(s)] = live
        if isinstance(s, Break):
            live = leave
        elif isinstance(s, Return):
            live = reads(s)
        elif isinstance(s, If):
            arms = [plainly(b, live, leave, seen) for b in blocks(s)]
            live = arms[0] | arms[1] | reads(s)
        elif isinstance(s, For | While):
            after, head = live, NONE
            while (new := around(s, head | after, after, seen)) != head:
                head = new
            live = head | after | (reads(s) if isinstance(s, For) else NONE)
        else:
            live = (live - set(targets(s))) | reads(s)
    return live


def around(
    s: For | While, end: frozenset[str], after: frozenset[str], seen: Seen
) -> frozenset[str]:
    """What is live where a trip begins, if `end` is live where it ends."""
    body = plainly(s.body, end, after, seen)
    if isinstance(s, For):
        return body - {s.target}
    return plainly(s.pre, body | after | reads(s), NONE, seen)


@pytest.mark.parametrize("seed", range(200))
def test_what_is_live_after_each_statement(seed: int) -> None:
    body = made(seed)[0].main.body
    expected: Seen = {}
    found: dict[int, set[str]] = {}
    before = plainly(body, NONE, NONE, expected)
    visited: list[Statement] = []

    def visit(s: Statement, live: frozenset[str]) -> None:
        found.setdefault(id(s), set()).update(live)
        visited.append(s)

    inside = live_before(body, NONE, visit)
    assert inside == before
    assert len(visited) >= len(expected)
    assert found == {k: set(v) for k, v in expected.items()}


def test_before_knows_what_came_earlier_and_no_more() -> None:
    before = Before((("a",), (), ("b", "a")), frozenset("x"))
    assert [[n for n in "abx" if n in before.at(k)] for k in range(4)] == [
        ["x"],
        ["a", "x"],
        ["a", "x"],
        ["a", "b", "x"],
    ]


def test_arms_that_break_do_not_count() -> None:
    one, two = Copy("a", Const(1.0)), Copy("b", Const(2.0))
    assert certain(If("c", (one,), (one, two))) == {"a"}
    assert certain(If("c", (one, Break()), (two,))) == {"b"}
    assert certain(If("c", (one, Break()), (two, Break()))) == NONE
    assert certain(For("i", Range((Const(3),)), (one,))) == NONE
