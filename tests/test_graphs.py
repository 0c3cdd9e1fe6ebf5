"""Programs that are automatic differentiation themselves, and what is refused near them."""

import math

import pytest

import fpad
from fpad.testing import check_grads
from tests.programs.graphs import Value


class Pair:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return Pair(self.v + o.v)


class Counted:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __hash__(self):
        return 1


def trained(weights, lr):
    """Two steps of gradient descent of a small network, the gradients by its own graph."""
    xs, ys = [[2.0, 3.0], [-1.0, 0.5]], [1.0, -1.0]
    params = [Value(w) for w in weights]

    def net(x):
        h = [(params[2 * k] * x[0] + params[2 * k + 1] * x[1]).tanh() for k in range(2)]
        return sum((w * v for w, v in zip(params[4:6], h, strict=True)), params[6])

    def loss():
        return sum(((net(x) - y) ** 2 for x, y in zip(xs, ys, strict=True)), Value(0.0))

    for _ in range(2):
        now = loss()
        for p in params:
            p.grad = 0
        now.backward()
        for p in params:
            p.data -= lr * p.grad
    return loss().data


@pytest.mark.slow
def test_a_network_that_is_trained_inside() -> None:
    check_grads(trained, ([0.5, -0.3, 0.1, 0.8, 0.2, -0.4, 0.9], 0.1), order=2)


def test_what_is_called_must_be_there() -> None:
    def chosen(x, n):
        f = None
        if n == 1:
            f = math.sin
        elif n == 2:
            f = math.cos
        return f(x)

    assert fpad.grad(chosen)(0.3, 2) == -math.sin(0.3)
    with pytest.raises(TypeError, match="not callable"):
        fpad.grad(chosen)(0.3, 0)


def test_sums_of_what_has_effects_are_not_reordered() -> None:
    def total(x):
        some = [Pair(x), Pair(2 * x)]

        def more(p):
            some[0].v = some[0].v + p.v
            return p

        return sum((more(p) for p in some), some[0]).v

    assert total(0.5) == 3.0
    with pytest.raises(fpad.TransformError, match="adds objects in between"):
        fpad.grad(total)(0.5)


def test_sets_of_objects_that_say_what_is_equal_are_refused() -> None:
    def several(x, n):
        seen = set()
        for k in range(n):
            seen.add(Counted(x * (k % 2)))
        return len(seen) * x

    with pytest.raises(fpad.TransformError, match="says itself what is equal"):
        fpad.grad(several)(0.5, 4)


def test_addresses_are_no_numbers() -> None:
    def address(x):
        rows = []
        for k in range(2):
            rows.append(Pair(x * k))
        return id(rows[0]) * x

    with pytest.raises(fpad.TransformError):
        fpad.grad(address)(0.5)


def test_what_functions_in_a_list_hold_is_written_where_they_see_it() -> None:
    def scaled(x, n):
        box, fs = [x], []
        for k in range(n):
            fs.append((lambda v: v * box[0]) if k % 2 else (lambda v: v + box[0]))
        box[0] = 3 * x
        t = 1.0
        for f in fs:
            t = f(t)
        return t

    check_grads(scaled, (0.7, 4))
