"""Generators: what happens when, what is used up, and what is refused."""

from __future__ import annotations

import itertools
import math
from itertools import islice

import numpy as np
import pytest

import fpad
from fpad.transforms import source


def talking(x, n):
    for k in range(n):
        print("yields", k)
        x = math.sin(x) + 0.1
        yield x
    print("ends")


def in_turn(x, n):
    total = 0.0
    for v in talking(x, n):
        print("takes")
        total += v
        if total > 1.5:
            break
    else:
        print("else")
    return total


def in_a_comprehension(x, n):
    def shown(v):
        print("shown")
        return v * v

    return sum([shown(v) for v in talking(x, n)]) + max(talking(x, 2))


def together(x, n):
    total = 0.0
    for k, v in zip(range(n), talking(x, n + 2), strict=False):
        print("takes", k)
        total += v * k
    for v, k in zip(talking(x, n + 2), range(n), strict=False):
        total += v * k
    return total + sum(itertools.islice(talking(x, 5), 2))


def the_first(x, n):
    first = next(v for v in talking(x, n + 1) if v > 0.2)
    return first + next((print(k) or k * x for k in range(n)), x)


@pytest.mark.parametrize("f", [in_turn, in_a_comprehension, together, the_first])
@pytest.mark.parametrize("n", [0, 2, 5])
def test_effects_happen_in_order_and_once(f, n, capsys):
    if f is in_a_comprehension and n == 0:
        n = 1
    value = f(0.4, n)
    wanted = capsys.readouterr().out
    assert fpad.value_and_grad(f)(0.4, n)[0] == value
    assert capsys.readouterr().out == wanted


def without_end(x):
    while True:
        yield x
        x = x * 0.5


def twice(x, n):
    values = talking(x, n)
    return sum(values) + sum(values)


def guarded(x):
    def values():
        try:
            yield x
        except ValueError:
            print("caught")

    return sum(values())


def later(xs):
    def doubled():
        for k in range(len(xs)):
            yield xs[k] * 2.0

    values = doubled()
    xs[0] = 5.0
    return sum(values)


@pytest.mark.parametrize(
    ("f", "args", "reason"),
    [
        (twice, (1.0, 3), "used up"),
        (guarded, (1.0,), "inside with or try"),
        (later, ([1.0, 2.0],), "before they are asked for"),
    ],
)
def test_what_a_list_cannot_stand_for_is_refused(f, args, reason):
    with pytest.raises(fpad.TransformError, match=reason):
        fpad.grad(f)(*args)


def defined_later(x, n):
    total = 0.0
    for v in a_generator(x, n):
        total += v
    return total


early = fpad.grad(defined_later)


def a_generator(x, n):
    for _ in range(n):
        x = x * x
        yield x


def test_a_generator_may_be_defined_after_the_derivative_is_made():
    assert early(0.5, 2) == pytest.approx(2 * 0.5 + 4 * 0.5**3)


def test_a_name_may_become_that_of_a_list(monkeypatch):
    d = fpad.grad(defined_later)
    assert d(0.5, 2) == pytest.approx(1.5)
    monkeypatch.setitem(globals(), "a_generator", lambda x, n: [x] * n)
    assert d(0.5, 2) == pytest.approx(2.0)


def sines(x, n):
    for _ in range(n):
        x = math.sin(x) + 0.1
        yield x


def all_at_once(x, n):
    return sum(sines(x, n))


def test_a_generator_outlives_the_sources_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made of it has no text of its own, so it could not be read again."""
    want = fpad.grad(all_at_once)(0.4, 3)
    monkeypatch.setattr(source, "_known", {})
    again = fpad.value_and_grad(all_at_once)(0.4, 3)
    assert again[1] == want


def echoing(x):
    print("begins")
    while True:
        print("asks", x)
        v = yield x * x
        print("is sent", v)
        x = x + 1.0


def asked_between_prints(x):
    g = echoing(x)
    print("made")
    a = next(g)
    print("asked")
    return a * g.send(2.0)


def test_a_generator_that_is_asked_prints_where_python_does(capsys):
    asked_between_prints(0.5)
    expected = capsys.readouterr().out
    fpad.grad(asked_between_prints)(0.5)
    assert capsys.readouterr().out == expected


def ends(x):
    yield x
    yield x * 2.0


def asked_too_often(x, n):
    g = ends(x)
    t = next(g)
    for _ in range(n):
        t = t + g.send(None)
    return t


def sent_too_early(x):
    def squared():
        while True:
            v = yield x
            print(v)

    return squared().send(x)


def partly_read(x):
    def steps():
        k = 0.0
        while True:
            k += x
            yield k

    g = steps()
    if any(v > 1.0 for v in islice(g, 3)):
        return next(g)
    return x


def comprehension_without_end(x):
    def steps():
        while True:
            yield x

    g = steps()
    return sum([v * v for v in g])


def test_a_generator_that_has_ended_raises_what_python_raises():
    assert fpad.grad(asked_too_often)(0.5, 1) == pytest.approx(3.0)
    with pytest.raises(StopIteration):
        fpad.grad(asked_too_often)(0.5, 2)


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (sent_too_early, "has not begun is sent a value"),
        (partly_read, "one by one"),
        (comprehension_without_end, "never returns"),
    ],
)
def test_what_cannot_be_asked_of_a_generator_is_refused(f, reason):
    with pytest.raises((fpad.TransformError, TypeError), match=reason):
        fpad.grad(f)(0.5)


def found_among(x):
    seen = []

    def large(v):
        seen.append(v)
        return v > 1.0

    if any(large(v) for v in x):
        return sum(v * v for v in seen)
    return x[0]


class Reader:
    def __init__(self, values):
        self.values, self.at = values, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= len(self.values):
            raise StopIteration
        self.at += 1
        return self.values[self.at - 1]


def read_until(x):
    reader = Reader(x)
    return next(reader) if any(v > 1.0 for v in reader) else x[0]


@pytest.mark.parametrize("f", [found_among, read_until])
@pytest.mark.parametrize("make", [list, np.array])
def test_what_any_leaves_unasked_has_no_effects(f, make):
    # A list of all that it is given would have asked for all of them.
    with pytest.raises(fpad.TransformError, match="one by one"):
        fpad.grad(f)(make([0.3, 1.2, 0.4]))
