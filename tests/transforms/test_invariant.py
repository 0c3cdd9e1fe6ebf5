"""Sums and products that no trip of a loop changes are done in front of it, and not saved."""

import fpad


def steady(x, r, n):
    for _ in range(n):
        x = x - 2.0 * r * x * x
    return x


def drifting(x, r, n):
    for _ in range(n):
        x = x - 2.0 * r * x * x
        r = r * 1.5
    return x


def arms(x, r, n):
    for _ in range(n):
        if x > 0.1:
            x = x - 2.0 * r * x * x
    return x


def nested(x, r, n):
    for _ in range(n):
        for _ in range(2):
            x = x - 2.0 * r * x * x
    return x


def nothing_else(x, r, n):
    y = x
    for _ in range(n):
        y = 2.0 * r
    return y * x


def _in_front(function: object, n: int = 3) -> bool:
    """Is 2.0 * r computed at the outermost level of the gradient?"""
    gradient = fpad.grad(function, wrt=(0, 1))
    gradient(0.4, 0.7, n)
    return any(line.endswith(" = 2.0 * r") for line in _outermost(gradient.source))


def _outermost(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("    ") and line[4] != " "]


def test_what_is_the_same_in_every_trip_is_computed_in_front() -> None:
    assert _in_front(steady)
    assert _in_front(nested)


def test_what_a_trip_changes_or_may_not_reach_stays() -> None:
    assert not _in_front(drifting)
    assert not _in_front(arms)


def test_derivatives_are_the_same_whatever_the_number_of_trips() -> None:
    for function in (steady, drifting, arms, nested, nothing_else):
        for n in (0, 1, 4):
            fpad.testing.check_grads(function, (0.4, 0.7, n))


def quotient(a, b):
    return a / b


def test_what_two_partial_derivatives_share_is_computed_once() -> None:
    gradient = fpad.grad(quotient, wrt=(0, 1))
    assert gradient(3.0, 2.0) == (0.5, -0.75)
    assert gradient.source.count("by / b") == 1
