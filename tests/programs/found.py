"""Programs that once were differentiated wrongly, crashed, or were refused without a reason."""

import bisect
import heapq
import math
import random
import statistics
import sys
from abc import ABC
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from tests.programs.registry import case, program

V4 = np.array([0.7, 1.3, -0.9, 0.4])


# What a callee keeps for the reverse sweep, and its caller then writes.


def product(y, k):
    return y * k


def square(y):
    return y * y


def square_of_view(y):
    v = y[1:]
    return v * v


def cube_through_a_call(y):
    return square(y) * y


def exponential_and_more(x):
    y = np.exp(x)
    return y, y * x


def squared_in_a_loop(y, k):
    for _ in range(2):
        y = y * square(y) * 0.5
    return np.sum(y) * k


@program(case(V4))
def argument_of_a_call_written_in_a_loop(x):
    y = x * x
    s = 0.0
    for i in range(3):
        s = s + np.sum(product(y, x[i]))
        y[i] = s * 0.1
    return s


@program(case(V4))
def argument_of_a_call_written_after_it(x):
    y = x * x
    a = square(y)
    b = square_of_view(y)
    y[2] = x[1] * x[0]
    return np.sum(a * y) + np.sum(b * y[1:])


@program(case(V4))
def argument_of_calls_in_calls_written(x):
    y = x * x
    a = cube_through_a_call(y)
    y[2] = x[1] * x[0]
    b = squared_in_a_loop(y, x[0])
    y[1] = b
    return np.sum(a * y) * b


@program(case(V4))
def result_of_a_call_written(x):
    y, z = exponential_and_more(x)
    y[0] = x[1] * x[0]
    return np.sum(y**2 * z)


@program(case(V4))
def parameter_written_between_calls(x):
    a = square(x)
    x[0] = a[1]
    y, z = exponential_and_more(x)
    x[1] = y[0]
    return np.sum(a * y * z * x)


# A callee without branches is written out where a `where` reaches into it.


def root_times(y):
    return np.sqrt(np.abs(y)) * y


def logarithm(y):
    return np.log(np.abs(y))


def first_overwritten(y):
    z = y * y
    v = z[1:]
    u = v * v
    z[1] = u[0]
    return z * np.sqrt(np.abs(y))


@program(case(V4))
def argument_of_a_callee_in_where_written(x):
    y = x * 1.0
    a = np.where(x > 0, logarithm(y), x * x)
    y[0] = x[1]
    b = np.where(x > 0, root_times(y), y)
    y[1] = y[0] * b[1]
    return np.sum(a * a * y * b)


@program(case(V4))
def callee_in_where_writes(x):
    y = np.where(x > 0.5, first_overwritten(x), x)
    return np.sum(y**2)


# The tangent of new memory must not be the tangent of its origin, if that is written.


def plus_one(w):
    return w + 1.0


def plus_and_minus_one(w):
    return w + 1.0, w - 1.0


@program(case(V4))
def parameter_written_after_a_shift(v):
    t = v + 0.3
    v[2] = 3.0
    return np.sum(t * t * v)


@program(case(V4))
def parameter_written_after_its_last_use(v):
    s = np.mean(np.sin(v + 0.3))
    v[2:] += v[2]
    return s


@program(case(V4))
def copies_in_many_ways(v):
    w = v * v
    t = np.array(w)
    w[1] = t[0]
    u = w.flatten()
    w[2] = u[3] * u[2]
    z = w.astype(float)
    w[3] = z[0]
    q = +w
    w[0] = 2.0
    return np.sum(t * t * w * u * z * q)


@program(case(V4))
def results_of_calls_written(v):
    w = v * v
    t = plus_one(w)
    w[0] = t[1] * v[0]
    a, b = plus_and_minus_one(t)
    a[1] = b[1] * 2.0
    t[1] = a[0] * b[1]
    return np.sum(t * a * b * w)


# A literal among the arguments: at third order its tangent is a constant in the residuals.


def step(h, y, k):
    return y * k * (y + 0.5 * h * k)


@program(case(V4, 0.3), wrt=(0, 1))
def literal_handed_to_a_call(y, k):
    z = y * k
    u = step(0.1, z, k)
    z[0] = k
    return np.sum(u * z)


# A sign that is cheap to compute again, of a name that the same statement sets.


@program(case(1.5, 0.7), wrt=(0, 1))
def sign_of_what_is_overwritten(c, x, n=3):
    for _ in range(n):
        x = -x * c
    return x


# A list that an operation takes for an array: its axis was mistaken for one of the entries.


@program(case(V4))
def sum_of_a_list_along_an_axis(v):
    return np.sum([v, v * v, np.sin(v)], axis=0)[1] * np.mean((v[0], v[2] * v[1]))


@program(case(V4))
def reductions_of_lists(v):
    best = np.max([v[0], v[1] * v[1], v[3]]) * np.min((v, v * v))
    return best + np.sum([v for _ in range(2)]) * np.mean(np.reshape([v, 2.0 * v], (4, 2))[:, 0])


# A placeholder, which is set in one arm only, has no tangent to copy.


def first_of_a_shift(a, m):
    if m <= 0:
        return a
    w = np.zeros(4)
    w[1:3] = w[:2] * a
    return w[0] ** 2


@program(case(0.4, V4), wrt=(0, 1))
def saved_in_one_arm_of_a_callee(y, v):
    for e in v:
        for k in range(3):
            y = 0.5 * y + first_of_a_shift(np.dot(v, v), 1 - k)
            if e < y:
                break
    return 0.5 * np.sum(v * v) + y


# A recursive function hands an array on and returns nothing of it: second order took what it saves
# for a view of the array, and refused the write.


def scaled_down(a, m, b):
    if m <= 0:
        return a
    return scaled_down(0.4 * a * b[0], m - 1, b=b)


@program(case(V4, 0.6), wrt=(0, 1))
def handed_through_a_recursion_and_written(v, a):
    s = scaled_down(a, 2, v)
    v[1] = s * v[2]
    return np.sum(v * v) * s


def even_steps(a, m, b):
    return a if m <= 0 else odd_steps(a * b[0], m - 1, b)


def odd_steps(a, m, b):
    return b[1:] if m <= 0 else even_steps(a * b[1], m - 1, b)


@program(case(V4, 0.6), wrt=(0, 1), may_refuse=True)
def view_out_of_a_mutual_recursion_and_written(v, a):
    w = v * 1.0
    s = even_steps(w * a, 3, w)
    w[1] = a * a
    return np.sum(s * s) * np.sum(w)


# Python reads the target of an augmented assignment before the value; the new value was taken.


@program(case(0.7, V4), wrt=(0, 1), may_refuse=True)
def target_assigned_inside_its_own_update(x, v):
    x += (x := 2.0 * x) * v[0]
    return x * v[1]


# What a list of unknown length holds is in its arrays: a change of an entry changed them all.


class Bead:
    """A place on a string."""

    def __init__(self, at):
        self.at = at


@program(case(0.7, V4), wrt=(0, 1), may_refuse=True)
def entry_of_a_grown_list_changed(x, v):
    beads = [Bead(v * e) for e in v]
    beads[0].at = x * v
    return np.sum(beads[0].at) * np.sum(beads[1].at)


@program(case(0.7, V4), wrt=(0, 1), may_refuse=True)
def entries_of_a_grown_list_changed_in_a_loop(x, v):
    pairs = [[e, x] for e in v]
    for pair in pairs:
        pair[0] += x * x
    return sum(a * b for a, b in pairs)


@program(case(0.7, V4), wrt=(0, 1), may_refuse=True)
def entry_changed_after_its_list_has_grown(x, v):
    first = Bead(x)
    beads = [first]
    for e in v:
        beads.append(Bead(e * x))
    first.at = x * x
    return beads[0].at * beads[2].at


# Residuals of residuals, whose kind is not settled at once, were taken for a shape.


def turned(b, t):
    return np.tanh(np.arctan2(b, 1.5 + t**2)) ** 3


def turned_in_a_call(b, t):
    return turned(b, t)


@program(case(0.12, V4 * 0.6), wrt=(0, 1))
def call_in_a_call_under_a_mask(x, v):
    b = turned_in_a_call(v[1], x)
    w = np.where(v < 0.3, v, b)
    return np.sum(w * w[0]) + b


# Lists, dicts and objects that change while something runs over them or holds them.

V3 = np.array([0.7, -1.3, 2.1])


class Gauge:
    """Holds a number, and changes when it is asked."""

    def __init__(self, value):
        self.value = value

    def __contains__(self, k):
        self.value = self.value + k
        return True

    def __call__(self, t):
        self.value = self.value * t
        return self.value


class Crate:
    """Holds things that are put into it."""

    def __init__(self, *items):
        self.items = list(items)

    def add(self, item):
        self.items.append(item)


@program(case(V3))
def entries_written_while_enumerated(x):
    values, s = [x[0], x[1], x[2]], 0.0
    for i, v in enumerate(values):
        s += v * (i + 1)
        if i + 1 < len(values):
            values[i + 1] = values[i + 1] * v
    return s


@program(case(V3))
def entries_written_while_looped_over(x):
    values, s = [x[0], x[1], x[2]], 0.0
    for v in values:
        s += v
        values[2] = values[2] * v
        values[1] += 1.0
    for v in reversed(values):
        s *= v
        values[0] = v * v
    for a, b in zip(values, x):
        s += a * b
        values[2] = a
    return s


@program(case(V3))
def dict_written_while_looped_over(x):
    d, s = {"a": x[0], "b": x[1], "c": x[2]}, 0.0
    for _, v in d.items():
        d["c"] = d["c"] * v
        s += v
    for v in d.values():
        d["b"] = v
        s *= v
    values = d.values()
    d["a"] = x[2] * 3
    d["z"] = x[1] ** 2
    return sum(values) * s + len(values) + (1.0 if "a" in d.keys() else 0.0)


@program(case(V3))
def mapped_by_a_function_that_changes(x):
    state = [x[0]]

    def g(v):
        state[0] = state[0] * v
        return state[0] + 1

    m = list(map(g, [x[1], x[2]]))
    gauge = Gauge(x[0])
    n = list(map(gauge, [x[1], x[2]]))
    return m[0] * m[1] + state[0] + n[0] * n[1] * gauge.value


@program(case(V3))
def any_and_all_stop_where_they_can(x):
    count = [0]

    def negative(v):
        count[0] += 1
        return v < 0

    t = any(negative(v) for v in [x[0], x[1], x[2]])
    u = all(negative(v) for v in x)
    return x[2] * count[0] + t + u


@program(case(V3))
def asked_whether_it_contains(x):
    gauge = Gauge(x[0])
    found = 2.0 in gauge
    return gauge.value * found * x[2]


@program(case(V3))
def a_list_multiplied_in_place(x):
    a = [x[0], x[1]]
    b = a
    a *= 2
    b[1] = x[2]
    return a[1] * a[2] + len(b)


@program(case(2.0, 3.0))
def an_object_put_into_the_list_of_another(w, v):
    crate = Crate(Gauge(w))
    crate.add(Gauge(v))
    first, second = crate.items
    if hasattr(first, "value") and not hasattr(first, "weight"):
        return first.value * second.value * getattr(first, "weight", 2.0)
    return w


@program(case(V3))
def one_function_or_another_with_what_they_take(x):
    def g(t):
        return t * x[0]

    if x[1] < 0:
        k = x[1] * 2

        def g(t):
            return t * t * k

    return g(x[2])


@program(case(V3))
def whether_a_grown_list_contains(x):
    values = [v for v in x]
    return x[0] * 2 if x[2] in values else x[1]


def _by_horner(x, s):
    result = 0
    result = result * x + s
    result = result * x + s
    return result


@program(case(0.4, 0.7))
def an_integer_that_becomes_a_float_in_a_callee(s, x):
    return _by_horner(x, s)


@program(case(V3, 3), may_refuse=True)
def one_row_many_times(x, n):
    m = [[0.0] * n] * n
    m[0][0] = x[1] * 7
    return m[2][0] * x[0]


@program(case(V3), may_refuse=True)
def one_iterator_zipped_with_itself(x):
    it = iter([x[0], x[1], x[2], x[1] ** 2])
    return sum(a * b for a, b in zip(it, it))


@program(case(V3), may_refuse=True)
def mapped_late(x):
    state = [x[0]]
    m = map(lambda v: state[0] * v, [x[1], x[2]])
    state[0] = x[2] * 3
    return sum(m)


@program(case(V3), may_refuse=True)
def keys_that_count(x):
    count = [0]

    def key(i):
        count[0] += 1
        return -i

    order = sorted(range(3), key=key)
    return x[order[0]] * count[0] + x[order[2]]


@program(case(V3), case(-V3))
def a_search_that_breaks(x):
    found = None
    for j in range(3):
        if x[j] < 0:
            found = x[j]
            break
    if found is None:
        found = x[0] * 2
    return found * x[2]


@program(case(V3, 3), case(V3, 1))
def a_search_that_collects_and_breaks(x, n):
    found, seen, j = None, [], 0
    while j < n:
        if x[j] < 0:
            found = x[j]
            seen.append(x[j])
            break
        seen = seen + [x[j]]
        j += 1
    return (found * x[2] if found is not None else x[1]) + sum(seen)


@program(case(V3))
def a_result_that_might_be_none(x):
    found = None
    for j in range(3):
        if x[j] < 0:
            found = x[j]
    return found if found is None else found + 1.0


@program(case(V3))
def an_object_taken_apart_by_match(x):
    crate = Crate(x[0])
    crate.label = x[2]
    match crate:
        case Crate(items=items, label=label):
            items.append(x[1])
            crate.label = 2.0
            return sum(crate.items) * label * crate.label
    return 0.0


@program(case(V3))
def methods_in_a_dict(x):
    crate = Crate(x[0])
    steps = {"add": crate.add, "again": crate.add}
    for name in ("add", "again", "add"):
        steps[name](x[2] * len(name))
    return sum(crate.items) * crate.items[1]


@program(case(np.array([0.3, 0.4]), 0.4), wrt=(0, 1))
def a_line_search_with_a_callback(x, step):
    trace = []

    def objective(x):
        return (x[0] - 1) ** 2 + 2 * (x[1] + x[0]) ** 2

    def callback(value):
        trace.append(value)

    for _ in range(3):
        g = np.array([2 * (x[0] - 1) + 4 * (x[1] + x[0]), 4 * (x[1] + x[0])])
        rate = step
        while objective(x - rate * g) > objective(x) - 1e-4 * rate * (g @ g):
            rate *= 0.5
        x = x - rate * g
        callback(objective(x))
    return objective(x) + 0.1 * max(trace)


def _determinant(rows):
    if len(rows) == 1:
        return rows[0][0]
    total = 0.0
    for j, pivot in enumerate(rows[0]):
        minor = [row[:j] + row[j + 1 :] for row in rows[1:]]
        total += (-1) ** j * pivot * _determinant(minor)
    return total


@program(case(0.7))
def a_determinant_by_recursion_on_lists(a):
    return _determinant([[a, 2.0, 1.0], [0.5, a * a, 1.0], [a, 1.0, 3.0]])


def _tail(values):
    return values[-1]


@program(case(0.4, 0.7), wrt=(0, 1))
def a_helper_that_reads_a_growing_list(x, y):
    out, values = 1.0, []
    while len(values) < 2:
        values.append(x * y)
        out = out * 2 + _tail(values)
    return out


def _product(r, *factors):
    for v in factors:
        r = r * v
    return r


@program(case(0.4, 0.7), wrt=(0, 1))
def integers_among_the_factors(x, y):
    return _product(x, y, 2) * _product(1, y, x)


class Load:
    """Has a number and a list, and gives itself back on two ways."""

    def __init__(self, v, items):
        self.v = v
        self.items = items

    def mul(self, k):
        if k < 0:
            return self
        self.v = self.v * k
        return self

    def both(self, other, k):
        other.mul(k)
        return other.v * other.items[0] + self.v


@program(case(V3), case(-V3))
def an_object_given_back_on_two_ways(x):
    a = Load(x[0], [x[2]])
    b = Load(x[1], [x[0]])
    return a.both(b, x[2]) * b.mul(x[0]).v


@program(case(V3))
def lists_of_unknown_length_matched(x):
    values = [v for v in x]
    load = Load(x[0], [x[1]])
    match values:
        case [a, b]:
            s = a * b
        case [a, b, c]:
            s = a * b * c
        case _:
            s = 0.0
    match load:
        case Load(v=v) if v > 5.0:
            return v
        case Load(v=v, items=[q]):
            return v * q * s
    return s


def _either_list(a, b, k):
    return a if k > 0 else b


def _given_or_new(a, k):
    if k > 0:
        return a
    return [a[0]]


def _given_or_nothing(a, k):
    r = None
    if k > 0:
        r = a
    return r


@program(case(V3), may_refuse=True)
def one_of_two_lists_from_a_call(x):
    a, b = [x[0]], [x[1]]
    c = _either_list(a, b, x[2])
    a[0] = 5 * x[1]
    return c[0] * x[0]


@program(case(V3), may_refuse=True)
def a_list_that_a_call_gives_back_or_not(x):
    a = [x[0]]
    c = _given_or_new(a, x[2])
    a[0] = 5 * x[1]
    return c[0] * x[0]


@program(case(V3))
def a_list_or_nothing_from_a_call(x):
    a = [x[0]]
    c = _given_or_nothing(a, x[2])
    a[0] = 5 * x[1]
    return c[0] * x[0]


@program(case(V3), case(-V3))
def a_second_name_on_one_way(x):
    a, c = [x[0]], None
    if x[2] > 0:
        c = a
    a[0] = 5 * x[1]
    return c[0] * x[0] if c is not None else x[1]


@program(case(V3), case(-V3))
def a_function_that_holds_a_list_on_one_way(x):
    a = [x[0]]
    f = (lambda: a[0] * 2) if x[2] > 0 else (lambda: 1.0)
    a[0] = 5 * x[1]
    return f() * x[0] + x[1]


def _handed_over(load, values, k):
    if k < 0:
        values.append(k)
        return values
    load.items = values
    values[0] = values[0] * k
    return values


@program(case(V3), may_refuse=True)
def a_list_put_into_an_object_on_one_way(x):
    load, values = Load(x[0], [x[1]]), [x[2]]
    _handed_over(load, values, x[0])
    values[0] += 7 * x[1]
    return load.v * sum(load.items)


@program(case(V3), case(-V3))
def a_dict_with_another_key_on_one_way(x):
    d = {"a": x[0]}
    if x[1] < 0:
        d["b"] = x[2]
    return d["a"] * d.get("b", 1.0) * len(d)


class Momentum:
    """Steps with a memory of its own."""

    def __init__(self, rate):
        self.rate = rate
        self.m = {}

    def step(self, p, g):
        for k in p:
            self.m[k] = 0.9 * self.m.get(k, 0.0) + g[k]
            p[k] = p[k] - self.rate * self.m[k]


@program(case(V3))
def steps_with_a_memory(x):
    optimiser, p = Momentum(0.1), {"a": x[0], "b": x[1]}
    for _ in range(2):
        optimiser.step(p, {"a": p["a"] ** 2, "b": x[2]})
    return p["a"] * p["b"]


# Objects that say what a loop runs over, what a test asks, and which comes first.


class Pair:
    """Gives two numbers that are none of its attributes."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __iter__(self):
        return iter([self.a * 2, self.b * 3])


class Arrow:
    """Ordered by its length, false where it is short."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __lt__(self, other):
        return abs(self) < abs(other)

    def __gt__(self, other):
        return abs(self) > abs(other)

    def __bool__(self):
        return abs(self) > 1.0


@program(case(0.73, 1.31), wrt=(0, 1))
def an_object_that_is_looped_over(x, y):
    s = 0.0
    for v in Pair(x, y):
        s += v * v
    p, q = Pair(x, y)
    s += sum(v * v for v in Pair(x, y)) + sum(Pair(x, y)) + p * q
    return s + sum([*Pair(x, y)]) + max(Pair(x, y)) + len(list(Pair(x, y)))


@program(case(0.73, 1.31), wrt=(0, 1))
def objects_in_their_own_order(x, y):
    arrows = [Arrow(x, y), Arrow(1.0, 1.0), Arrow(0.2, y)]
    return max(arrows[0], arrows[1]).x * min(arrows).y + sorted(arrows)[1].x


@program(case(0.73, 1.31), case(0.3, 0.4), wrt=(0, 1))
def objects_that_are_true_or_false(x, y):
    t = x if Arrow(x, y) else y
    if not Arrow(x, 0.1):
        t *= y
    while Arrow(0.1, 0.2):
        t += 1.0
    return t * (1.0 if any([Arrow(0.1, x), Arrow(2.0, 2.0)]) else x) + bool(Arrow(x, y))


@program(case(0.7, 2.0), case(0.3, 2.0), wrt=(0, 1))
def a_way_out_after_a_loop_that_is_written_out(x, y):
    s = 0.0
    for v in (x, y):
        kept = [0.5]
        for k in range(1):
            kept[0] = kept[k] * v
        if v < 0.5:
            break
        s = s + kept[0] * v
    return s


# Everyday programs of others: what they ask, count, format and draw.


@program(case(V3), case([0.3, 0.9, 1.4]))
def arrays_as_lists_of_numbers(x):
    rows = np.outer(x, x).tolist()
    rows[0][1] = 3.0 * rows[1][0]
    flat = np.asarray(x).tolist()
    flat.append(flat[0] / 2)
    return sum(v * v for row in rows for v in row) + flat[-1] * np.dot(x, x).tolist()


@program(case(0.7, 3), case(0.7, 2.0))
def a_number_asked_for_its_class(x, n):
    if type(n) is int and type(x) in (int, float):
        x = x**n
    if type(x) not in (float, np.float64, np.ndarray):
        raise TypeError(f"not a number: {type(x)}")
    for i in range(2):
        x = x * n if type(i) == int else x
    return x * type(n)(2)


class NotSettled(ValueError):
    """An exception that is made with names."""

    def __init__(self, message, steps=None, error=None):
        super().__init__(message)
        self.steps, self.error = steps, error


@program(case(0.7))
def an_exception_with_names(x):
    y = x * x
    if y > 100.0:
        raise NotSettled("too large", steps=2, error=y)
    return y


KNOWN = frozenset(["sin", "cos"])
SEEN = {"sin", 1}
TABLE = [0.01 * k for k in range(40)]


@program(case(0.7, "sin", 1), case(0.7, "tan", 2))
def names_among_others(x, name, n):
    if name in KNOWN:
        x = x * x
    if name in SEEN and n in SEEN:
        x = x + np.sin(x)
    return x * 2 if str(n) == "1" or f"{n}" in ("3", "4") else x


@program(case(0.4))
def a_long_table_in_a_loop(x):
    s = 0.0
    for c in TABLE:
        if s > 3.0:
            break
        s = s * x + c if c < 0.3 else s + x * c
    return s + sum(c * x**d for c, d in zip(TABLE, TABLE))


@program(case([0.3, 0.9, 1.4], [1.0, 2.0, 2.5]), wrt=(0, 1))
def numbers_of_a_sample(xs, ys):
    spread = statistics.stdev(xs) + statistics.pvariance(xs) * statistics.mean(ys)
    slope, offset = statistics.linear_regression(xs, ys)
    middle = statistics.fmean(xs, weights=ys) + statistics.harmonic_mean(v * v for v in xs)
    return spread + slope * offset + middle * statistics.geometric_mean(ys) + math.dist(xs, ys)


@program(case(0.7, 6))
def numbers_of_a_sample_that_grows(x, n):
    xs = [x * k for k in range(1, n)]
    return statistics.variance(xs) * statistics.pstdev(xs) + math.fsum(v * v for v in xs)


@program(case(0.7, 1.4), wrt=(0, 1))
def numbers_drawn_between_others(a, b):
    random.seed(3)
    own = random.Random(4)
    s = own.uniform(a, 2.0) * own.normalvariate(a, b)
    for _ in range(3):
        s += random.uniform(a, b) ** 2 + random.gauss(a, sigma=b)
    return s * random.choice([a, b]) * random.choice((1.0, 2.0))


@program(case([0.3, 0.9, 0.2], 5))
def where_the_largest_stands(xs, n):
    k = xs.index(max(xs))
    xs[k] = xs[k] + (1.0 - sum(xs))
    path = [xs[0] * j * (4 - j) for j in range(n)]
    return xs[0] * xs[1] * path[path.index(max(path))] + path.count(0.0) * xs[2] + xs.count(5.0)


@program(case(0.3, 0.9, 0.2, 0.4), wrt=(0, 1, 2, 3))
def names_whose_tangents_are_words(el, reak, ef, s):
    rom = el * reak
    return np.sin(ef) * rom + rom * s**2


@program(case(0.7))
def handlers_for_what_is_no_array(x):
    try:
        x[0] = 1.0
    except TypeError:
        x = x * x
    return x * 3.0


@program(case(51.3, 2))
def letters_of_a_text(lat, k):
    letter = "CDEFGHJK"[int(lat) >> 4]
    if letter >= "F" and "abc"[k] == "c":
        lat = lat * 2.0
    print("{:.1f} {name}".format(lat, name=letter))
    return lat**2 if sys.version_info >= (3, 8) else lat


class Quiet(ABC):
    """A class whose `__init__` goes on to that of object."""

    def __init__(self):
        super().__init__()


class Scaled(Quiet):
    """An object that is made inside the function."""

    def __init__(self, k):
        super().__init__()
        self.k = k

    def __call__(self, x):
        return self.k * x**2


@program(case(0.7, 2), case(0.7, (1, 2, 3)))
def objects_made_with_one_or_several(x, p):
    if isinstance(p, int):
        p = (p, p, p)
    a, b, c = p
    q = np.zeros(3)
    q[0] = x
    if not any(q) or not all([x, 2.0]):
        q[0] = 1.0
    return Scaled(a)(x) * b + c * q.sum()


@program(case([0.2, 0.4, 0.9], 0.5), wrt=(0, 1))
def where_a_number_fits(xs, t):
    i = bisect.bisect(xs, t) - 1
    j = bisect.bisect_left(np.array(xs), t)
    s = [0]
    s.extend(np.cumsum(xs))
    s += (v * v for v in xs)
    return (xs[i] * t + xs[j]) * s[1] * s[-1]


@program(case(0.7, 2.0), case(0.7, 3))
def messages_that_name_a_class(x, p):
    if not isinstance(p, (int, float)):
        raise TypeError("not a number: %s" % (type(p),))
    if x > 10.0:
        raise TypeError(f"{type(x)} too large, {type(x).__name__} and {type(p).__name__}")
    return x * p


@program(case(1.3))
def the_interval_of_a_table(x):
    for i in range(len(EDGES)):
        if EDGES[i] <= x < EDGES[i + 1]:
            t = (x - EDGES[i]) / (EDGES[i + 1] - EDGES[i])
            break
    return (1 - t) * t * EDGES[i + 1]


EDGES = [0.0, 1.0, 2.0, 4.0]


@program(case(0.7, 0.3), case(np.array([0.7, 0.2]), np.array([0.3, 0.9])), wrt=(0, 1))
def masks_of_what_may_be_a_number(h, x):
    h, x = np.asarray(h), np.asarray(x)
    y, z = np.empty_like(h), h * x
    large = h > 0.5
    y[large] = z[large] * 2
    y[~large] = z[~large]
    return y.sum()


def noise_of(dim, dt):
    if dim == 2:
        q = [[0.25 * dt**4, 0.5 * dt**3], [0.5 * dt**3, dt**2]]
    elif dim == 3:
        q = [[dt**4, dt**3, dt**2], [dt**3, dt**2, dt], [dt**2, dt, 1.0]]
    else:
        raise ValueError(f"no noise for {dim}")
    return q


@program(case(0.3))
def a_callee_that_has_to_know_a_number(x):
    return np.array(noise_of(2, x)).sum() * noise_of(3, x)[0][1]


@dataclass
class Ellipse:
    """An object whose `__init__` a decorator writes."""

    major: float
    minor: float = 2.0
    seen: list = field(default_factory=list)

    def __post_init__(self):
        self.seen.append(self.major)


class Circle(Ellipse):
    """Calls that `__init__`, and has attributes of its own."""

    def __init__(self, radius):
        self.square = radius * radius
        super().__init__(radius, minor=radius)
        self.radius = radius


class Particle:
    """An object that is equal to itself alone."""

    def __init__(self, x):
        self.x = x


@program(case(0.7))
def objects_of_dataclasses_and_equal_ones(x):
    c = Circle(x)
    some = [Particle(x), Particle(c.square), Particle(1.0)]
    s = c.major * c.minor * c.radius + c.seen[0]
    for p in some:
        for q in some:
            if p != q:
                s += p.x * q.x
            if p == q:
                s += p.x
    return s


@program(case(0.5, 1.2, 4), wrt=(0, 1))
def numbers_of_a_sample_that_is_generated(low, high, n):
    random.seed(1)
    drawn = statistics.mean(random.uniform(low, high) for _ in range(n))
    return drawn * statistics.stdev(low * k for k in range(n))


@program(case(np.array([3.0, 1.0, 2.0, 5.0, 4.0])))
def lists_that_a_recursion_puts_together(xs):
    def merge(a):
        if len(a) < 2:
            return a
        m = len(a) // 2
        left, right = merge(a[:m]), merge(a[m:])
        out = []
        i = j = 0
        while i < len(left) and j < len(right):
            if left[i] <= right[j]:
                out.append(left[i])
                i += 1
            else:
                out.append(right[j])
                j += 1
        out.extend(left[i:])
        out.extend(right[j:])
        return out

    return sum(v / (k + 1) for k, v in enumerate(merge(list(xs))))


@program(case(np.array([[1.0, 2.0], [3.0, 5.0], [0.3, 0.1]])))
def nearest_of_some_points(points):
    q = points[0] + 0.5
    d = [(np.linalg.norm(p - q), i) for i, p in enumerate(points)]
    d.sort(key=lambda t: t[0])
    return d[0][0] + 2.0 * d[1][0] * (1 + d[1][1]) + min(d)[0]


@program(case(0.7))
def a_long_list_of_numbers_and_none(x):
    s = 0.0
    for v in (x, None) * 20:
        s = s * x + 1.0 if v is None else s + v
    return s


# ---------------------------------------------------------------- cotangents across functions


def rows_for(x, each):
    row = [1.0]
    while True:
        if each(row) != 0:
            return
        row = [1.0] + [a + x * b for a, b in zip(row, row[1:])] + [x]


@program(case(0.4, 4))
def residuals_whose_cotangents_are_zero(x, n):
    s = 0.0
    k = 0

    def each(row):
        nonlocal s, k
        s += row[len(row) // 2]
        k += 1
        return 1 if k >= n else 0

    rows_for(x, each)
    return s


BLOCKS = np.array([[0.3, 0.8, 1.2], [0.7, 0.2, 0.5]])


@program(case(BLOCKS))
def columns_of_a_list_that_the_run_counts(x):
    scales = np.array([1.0, 2.0])
    return np.column_stack([a * np.sin(r) for a, r in zip(scales, x)])[1] ** 2


@program(case(BLOCKS))
def matrices_of_a_list_beside_each_other(x):
    wide = np.concatenate([np.outer(r, r) for r in x], axis=1)
    high = np.concatenate([np.outer(r, r) for r in x], axis=-2)
    same = np.hstack([np.outer(r, r) for r in x]) - wide + np.vstack([np.outer(r, r) for r in x]).T
    return wide @ high + same[:, :3] + np.stack([np.sin(r) for r in x], axis=1)[0, 1]


@program(case(BLOCKS))
def the_axes_of_an_array_like_another(x):
    p = np.zeros(x.shape)
    p[0] = x[1] ** 2
    down, across = np.gradient(p, 0.5)
    return down * across


@program(case(BLOCKS))
def an_entry_minus_itself(m):
    m[1, 1] -= m[1, 1]
    return m.max()


# What a method swaps: the call's result takes the place of what it was given.


class Swapping:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def step(self, t):
        self.a, self.b = self.b, self.a + self.b * t


def rotated(values, t):
    values[0], values[1], values[2] = values[1], values[2], values[0] + t * values[1]


@program(case(V4))
def attributes_swapped_by_a_method(v):
    pair = Swapping(0.0, 1.0)
    for t in v:
        pair.step(t)
    return pair.a * pair.b + pair.a**2


@program(case(V4))
def attributes_swapped_twice_without_a_loop(v):
    pair = Swapping(v[0], v[1] ** 2)
    pair.step(v[2])
    pair.step(v[3])
    return pair.a * pair.b


@program(case(V4))
def entries_rotated_by_a_function(v):
    values = [0.5, 1.0, v[0]]
    for t in v:
        rotated(values, t)
    return values[0] * values[1] + values[2] ** 2


@program(case(-0.25, np.array([-0.647, -1.057, 0.415, 1.078]), 2), wrt=(0, 1))
def a_parameter_that_is_set_again_beside_a_list(x, v, n):
    heap = [0.3]
    smallest = heapq.heappushpop(heap, x)
    x = (q := v[n]) + q * x
    return x * smallest


@program(case(np.array([0.4, -0.3]), 2), may_refuse=True)
def deques_of_two_lengths(v, n):
    short, long = deque([1.0], 1), deque()
    for _ in range(n):
        long.append(v[0])
        long = short.copy()
    return v[1] * sum(long)


class Samples:
    def __init__(self, values):
        self.values, self.at, self.now = values, 0, 0.0

    def advance(self):
        if self.at >= len(self.values):
            return False
        self.now = self.values[self.at] * 2.0
        self.at += 1
        return True


@program(case(np.array([0.31, -0.72, 1.24])))
def test_of_a_loop_that_changes_an_object(x):
    samples = Samples(x)
    t = 0.0
    while samples.advance():
        t = t * 0.5 + samples.now**2
    return t * samples.now
