"""Generators that are asked for one value at a time, and sent values: filters, controllers."""

from __future__ import annotations

import functools
from itertools import islice

import numpy as np

from tests.programs.registry import case, program

L = [0.713, -0.327, 1.441, 0.517]
V = np.array(L)


def mean():
    total, n, average = 0.0, 0, 0.0
    while True:
        v = yield average
        total += v
        n += 1
        average = total / n


@program(case(L), case(V))
def running_mean(x):
    m = mean()
    next(m)
    t = 0.0
    for v in x:
        t += m.send(v) ** 2
    return t


def primed(make):
    @functools.wraps(make)
    def start(*args, **kwargs):
        made = make(*args, **kwargs)
        next(made)
        return made

    return start


@primed
def controller(kp, ki, kd, dt):
    integral, previous, out = 0.0, None, 0.0
    while True:
        error = yield out
        if error is None:
            return
        integral += error * dt
        slope = 0.0 if previous is None else (error - previous) / dt
        out = kp * error + ki * integral + kd * slope
        previous = error


@primed
def limited(inner, most):
    out = 0.0
    while (e := (yield out)) is not None:
        u = inner.send(e)
        out = u if -most < u < most else most


@program(case((1.2, 0.5, 0.1), 1.3), wrt=(0, 1))
def controlled_mass(gains, mass):
    outer = controller(*gains, 0.05)
    inner = limited(controller(2.0, 0.1, 0.0, 0.05), 1.5)
    x = v = cost = 0.0
    for _ in range(4):
        u = inner.send(outer.send(1.0 - x) - v)
        v += 0.05 * (u - 0.3 * v) / mass
        x += 0.05 * v
        cost += (1.0 - x) ** 2
    return cost


def kalman(x, p, q, r):
    while True:
        z = yield x, p
        p = p + q
        k = p / (p + r)
        x = x + k * (z - x)
        p = (1.0 - k) * p


@program(case(L, 0.12, 0.53), wrt=(0, 1, 2))
def filtered_by_steps(z, q, r):
    f = kalman(0.0, 1.0, q, r)
    x, p = next(f)
    s = 0.0
    for v in z:
        s += (v - x) ** 2 / (p + r)
        x, p = f.send(v)
    return s + x * p


def newton(x, a):
    while True:
        yield x
        x = 0.5 * (x + a / x)


@program(case(1.1, 2.3), wrt=(0, 1))
def roots_until_they_settle(x, a):
    it = newton(x, a)
    old = next(it)
    while True:
        new = next(it)
        if abs(new - old) < 1e-3:
            return new * old
        old = new


def squares():
    total = 0.0
    while True:
        v = yield
        if v is None:
            return total
        total += v * v


def reported(out):
    r = yield from squares()
    out.append(r)
    yield r


@program(case(L))
def result_of_a_delegate(x):
    out = []
    d = reported(out)
    next(d)
    for v in x:
        d.send(v)
    d.send(None)
    return out[0] ** 2


def swinging(a, b):
    while True:
        x = yield a
        a = a * 0.9 + x
        y = yield b
        b = b * 0.8 - y


@program(case(L, 0.53, 0.61), wrt=(0, 1, 2))
def two_places_to_go_on(x, a, b):
    g = swinging(a, b)
    t = next(g)
    for v in x:
        t += g.send(v) ** 2
    return t


def doubled(values):
    for v in values:
        k = yield v * 2
        if k is not None and k < 0:
            yield -v


@program(case(L))
def sent_and_looped_over(x):
    g = doubled(x)
    t = next(g)
    t += g.send(-1.0) * 3 + next(g) ** 2
    for v in g:
        t += v * v
    return t + sum(v**3 for v in doubled(x))


class Smoother:
    def __init__(self, a):
        self.steps = self._steps(a)
        next(self.steps)

    def _steps(self, a):
        s = 0.0
        while True:
            v = yield s
            s = a * s + (1 - a) * v

    def __call__(self, v):
        return self.steps.send(v)


@program(case(L, 0.31), wrt=(0, 1))
def generator_of_an_object(x, a):
    f = Smoother(a)
    return sum(f(v) ** 2 for v in x)


@program(case(L, 0.31), wrt=(0, 1))
def generators_inside(x, a):
    def lowpass(alpha, start=0.0):
        s = start
        while True:
            v = yield s
            s += alpha * (v - s) * a

    def decay():
        w = 1.0
        while True:
            yield w
            w *= a

    slow, fast, weight = lowpass(a), lowpass(0.9, 0.1), decay()
    next(slow)
    next(fast)
    return sum(next(weight) * (fast.send(v) - slow.send(v)) ** 2 for v in x)


def harmonic(x):
    k = 1
    while True:
        yield x / k
        k += 1


def two_of(g):
    return next(g) + next(g) ** 2


@program(case(0.83))
def without_end_and_read_on(x):
    g = harmonic(x)
    t = 0.0
    for w, v in zip([1.0, 2.0], g):
        t += w * v**2
    for v in g:
        if v < 0.17:
            break
        t += v
    a = list(islice(g, 2))
    return t * a[0] + a[1] * next(g) + two_of(g)


def trained(w, rate):
    while True:
        x, y = yield w
        w = w - rate * 2.0 * (w @ x - y) * x


@program(case(np.array([0.12, 0.23]), 0.11), wrt=(0, 1))
def optimizer_that_is_sent_samples(w, rate):
    data = [(np.array([1.0, 2.0]), 1.0), (np.array([0.5, -1.0]), 0.3)]
    steps = trained(w, rate)
    next(steps)
    for sample in data:
        w = steps.send(sample)
    return np.sum(w**2)


def windows(values):
    buffer = np.zeros(2)
    for v in values:
        buffer = np.array([buffer[1], v])
        yield buffer


@program(case(L))
def arrays_one_by_one(x):
    g = windows(x)
    a, b = next(g), next(g)
    return a @ b * a[1] + sum(np.sum(v**2) for v in g)


def swung(state, dt):
    while True:
        state["x"] += dt * state["v"]
        state["v"] -= dt * state["x"]
        yield state["x"]


@program(case(0.53, 0.12), wrt=(0, 1))
def state_that_both_see(x, v):
    state = {"x": x, "v": v}
    g = swung(state, 0.1)
    next(g)
    state["v"] *= 2.0
    return next(g) * state["v"]


def padded(values):
    yield from values
    while True:
        yield values[-1] * 0.5


@program(case(L))
def continued_for_ever(x):
    g = padded(x)
    return sum((k + 1) * next(g) ** 2 for k in range(6))


def guarded(values, log):
    try:
        for v in values:
            yield v * v
    finally:
        log.append(2.0)


@program(case(L))
def left_in_the_middle(x):
    log = []
    t = 0.0
    for v in guarded(x, log):
        if v > 2.0:
            break
        t += v * x[0]
    return t * log[0] + sum(log) * x[1] ** 2


def calculator():
    stack = []
    while True:
        token = yield (stack[-1] if stack else None)
        if isinstance(token, str):
            b, a = stack.pop(), stack.pop()
            stack.append(a + b if token == "+" else a * b)
        else:
            stack.append(token)


@program(case(0.42, 1.31), wrt=(0, 1))
def tokens_that_are_sent(x, y):
    machine = calculator()
    next(machine)
    for token in [x, y, "*", x, "+"]:
        result = machine.send(token)
    return result * x


def branching(x):
    t = x
    for k in range(3):
        if k == 1:
            t = t * 2
            yield t
        else:
            y = yield t
            while y is not None and y > 0:
                y = yield y * t
        t += 1.0


@program(case(0.53))
def several_ways_to_go_on(x):
    g = branching(x)
    a, b, c = next(g), g.send(2.0), g.send(-1.0)
    return a + 2 * b + 3 * c**2 + 4 * next(g) + g.send(0.5) ** 2


def asks_twice(x):
    a = yield x
    b = yield a * x
    return a + b


def asks_through(x):
    r = yield from asks_twice(x)
    yield r * 3


@program(case(0.53))
def sent_through_a_delegate(x):
    g = asks_through(x)
    a, b, c = next(g), g.send(2 * x), g.send(x**2)
    return a * b * c


def leaves_and_begins_again(x):
    k = 0
    while True:
        k += 1
        while k % 3:
            k += 1
            v = yield x * k
            if v:
                break
        else:
            x = x * 1.5
            continue
        x = x + 0.1


@program(case(0.53))
def break_and_else_around_a_yield(x):
    g = leaves_and_begins_again(x)
    t = next(g)
    return t + g.send(0) + g.send(1) ** 2 + g.send(0) * 2 + g.send(1)


def orbit(q, step):
    while True:
        q = q + step * np.sin(q)
        yield q


def orbit_of(q, step, n):
    for _ in range(n):
        q = q + step * np.sin(q)
        yield q


@program(case(0.3, 6), case(0.3, 1))
def the_nth_value(step, n):
    last = next(islice(orbit(1.0, step), n - 1, None))
    return last * next(islice(orbit_of(2.0, step, 2 * n), 1, None))


@program(case(0.3, 6), case(0.3, 1))
def values_between(step, n):
    total = sum(islice(orbit(1.0, step), 2, 6))
    for v in islice(orbit(0.5, step), 2, n):
        total += v * v
    for v in islice(orbit(0.5, step), 3, None, 1):
        total += v * v
        if v > 1.5:
            break
    return total + sum(islice(orbit_of(1.0, step, 4), 2, None))
