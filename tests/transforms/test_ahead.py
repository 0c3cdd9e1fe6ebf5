"""Iterators whose values are computed before they are asked for: no difference, or refused."""

import functools
import operator
from collections import deque
from itertools import accumulate, chain, combinations, compress, islice, pairwise, permutations
from types import SimpleNamespace

import numpy as np
import pytest

import fpad
import fpad.testing

X = np.array([0.5, 0.7, 0.2])


def _smoothed(stream, weight):
    last = 0.0
    for p in stream:
        last = last * (1 - weight) + p * weight
        yield last


def array_written_before_the_end(x, k):
    x, total = x.copy(), 0.0
    for i, a in enumerate(map(np.square, x)):
        if i < 2:
            x[i + 1] = a
        total += a
    return total


def array_written_while_generators_read_it(x, k):
    x, total = x.copy(), 0.0
    for i, (a, b) in enumerate(zip(_smoothed(x, k), _smoothed(x, k / 2), strict=True)):
        x[i] = a
        total += b
    return total


def array_written_between(x, k):
    x = x.copy()
    values = _smoothed(x, k)
    x[2] = k
    return sum(values)


def list_written_in_the_loop(x, k):
    xs, total = [v * k for v in x], 0.0
    for i, a in enumerate(map(np.square, xs)):
        if i < 2:
            xs[i + 1] = a
        total += a
    return total


def list_written_under_a_generator_expression(x, k):
    xs, total = [v * k for v in x], 0.0
    for i, a in enumerate(v * v for v in xs):
        if i < 2:
            xs[i + 1] = a
        total += a
    return total


def list_appended_between(x, k):
    xs = [v * k for v in x]
    values = map(np.negative, xs)
    xs.append(5 * k)
    return sum(values)


def list_written_between(x, k):
    xs = [v * k for v in x]
    values = filter(lambda v: v > 0.1, xs)
    xs[0] = k * 5
    return sum(values)


def sums_of_a_list_that_is_written(x, k):
    xs, total = [v * k for v in x], 0.0
    for i, a in enumerate(accumulate(xs)):
        if i < 2:
            xs[i + 1] = a * a
        total += a
    return total


def chained_array_that_is_written(x, k):
    x, total = x.copy(), 0.0
    for i, a in enumerate(chain(x, x)):
        if i < 2:
            x[i + 1] = a * k
        total += a
    return total


def zipped_list_of_which_some_values_are_taken(x, k):
    xs, total = [v * k for v in x], 0.0
    for a, b in islice(zip(xs, xs, strict=False), 3):
        xs[2] = a * 5
        total += b
    return total


def zipped_list_that_is_selected_from(x, k):
    xs, total = [x[0], x[1], x[2]], 0.0
    for a, b in compress(zip(xs, xs, strict=False), [1, 0, 1]):
        xs[2] = a * k
        total += b
    return total


def zipped_list_that_is_chained(x, k):
    xs, total = [x[0], x[1], x[2]], 0.0
    for a, b in chain(zip(xs, xs, strict=False), [(1.0, 2.0)]):
        xs[2] = a * k
        total += b
    return total


def list_of_pairs_that_is_written(x, k):
    xs, total = [x[0], x[1], x[2]], 0.0
    for n, (a, b) in enumerate(pairwise(xs)):
        if n == 0:
            xs[1] = a * k
        total += a * b
    return total


def one_array_that_each_value_writes(x, k):
    memory = np.zeros(3)

    def bump(v):
        memory[0] += v * k
        return memory

    return sum(bump(v) for v in x)[0]


def one_array_that_map_writes(x, k):
    memory = np.zeros(3)

    def bump(v):
        memory[0] += v
        return memory

    return sum(map(bump, [x[0], k, 3.0]))[0]


def _squares(values):
    return (v * v for v in values)


def _backwards(values):
    return reversed(values)


class _Holder:
    def __init__(self, values):
        self.values, self.count = values, 0


def list_under_a_generator_expression_of_another_function(x, k):
    xs = [v * k for v in x]
    values = _squares(xs)
    xs[0] = k * 5
    return sum(values)


def list_written_in_a_loop_over_another_functions(x, k):
    xs, total = [x[0], x[1], x[2]], 0.0
    for v in _squares(xs):
        xs[2] = v * k
        total += v
    return total


def list_that_another_function_reverses(x, k):
    xs, total = [x[0], x[1], x[2]], 0.0
    for v in _backwards(xs):
        xs[0] = v * k
        total = total * k + v
    return total


def list_reversed_beside_itself(x, k):
    xs, total = [1.0, x[1]], 0.0
    for a, b in zip(_backwards(xs), iter(xs), strict=False):
        total = total * k + a * b
        xs[0] = x[0] * x[0]
    return total


def list_under_an_iterator_that_map_reads(x, k):
    xs = [x[0], x[1], x[2]]
    values = map(np.square, iter(xs))
    xs[0] = k * 5
    return sum(values)


def list_behind_a_chain_of_iterators(x, k):
    xs = [x[0], x[1], x[2]]
    values = chain(iter(xs), [k])
    xs[0] = k * 5
    return sum(values)


def list_behind_an_iterator_that_an_object_keeps(x, k):
    xs = [x[0], x[1], x[2]]
    holder = _Holder(map(np.square, xs))
    xs[0] = k * 5
    return sum(holder.values)


def array_behind_an_iterator_that_an_object_keeps(x, k):
    x = x * k
    holder = _Holder(v * v for v in x)
    x[0] = k * 5
    return sum(holder.values)


def _filled_first(values, xs):
    xs[0] = 9.0
    return sum(values)


def list_written_by_who_reads_it(x, k):
    xs = [x[0], x[1] * k]
    return _filled_first(iter(xs), xs) + xs[0]


def list_filled_by_a_function_that_reads_it(x, k):
    xs = [x[0]]

    def following(v):
        return xs[-1] * v * k

    xs.extend(map(following, x))
    return sum(xs)


def list_filled_by_an_iterator_that_reads_it(x, k):
    xs = [x[0]]
    values = (xs[-1] * v * k for v in x)
    xs.extend(values)
    return sum(xs)


def list_of_an_object_filled_from_the_object(x, k):
    holder = _Holder([x[0] * k])
    values = holder.values
    values.extend(holder.values[-1] * v for v in x)
    return sum(values)


@pytest.mark.parametrize(
    "program",
    [
        list_of_an_object_filled_from_the_object,
        list_filled_by_a_function_that_reads_it,
        list_filled_by_an_iterator_that_reads_it,
        list_under_a_generator_expression_of_another_function,
        list_written_in_a_loop_over_another_functions,
        list_that_another_function_reverses,
        list_reversed_beside_itself,
        list_under_an_iterator_that_map_reads,
        list_behind_a_chain_of_iterators,
        list_behind_an_iterator_that_an_object_keeps,
        array_behind_an_iterator_that_an_object_keeps,
        list_written_by_who_reads_it,
        one_array_that_each_value_writes,
        one_array_that_map_writes,
        array_written_before_the_end,
        array_written_while_generators_read_it,
        array_written_between,
        list_written_in_the_loop,
        list_written_under_a_generator_expression,
        list_appended_between,
        list_written_between,
        sums_of_a_list_that_is_written,
        chained_array_that_is_written,
        zipped_list_of_which_some_values_are_taken,
        zipped_list_that_is_selected_from,
        zipped_list_that_is_chained,
        list_of_pairs_that_is_written,
    ],
    ids=lambda f: f.__name__,
)
def test_what_may_make_a_difference_is_refused(program):
    # One array for all values is refused for its own sake where the loop is written out first.
    reason = "that an iterator computes its values from|this writes the memory of"
    with pytest.raises(fpad.TransformError, match=reason):
        fpad.grad(program, wrt=(0, 1))(X, 0.3)


def test_arrangements_are_read_where_they_are_made():
    def f(x, k):
        xs, many, total = [x[0], x[1], x[2]], list(x), 0.0
        for n, (a, b) in enumerate(combinations(xs, 2)):
            xs[n] = a * 5 * k
            total += b
        for a, b in permutations(many, 2):
            many[0] = a * b
            total += a * b * k
        return total + sum(xs) * many[0]

    fpad.testing.check_grads(f, (X, 0.3), wrt=(0, 1), order=1)


def _twice(values):
    return sum(values) + sum(v * 2 for v in values)


def test_an_iterator_is_used_up_in_the_function_that_it_is_handed_to():
    fpad.testing.check_grads(lambda x, k: _twice(iter(x * k)), (X, 0.3), wrt=(0, 1), order=2)


def value_that_another_list_holds_too(x, k):
    shared, total = x[1], 0.0
    values, other = [x[0], shared, x[2]], [1.0, 2.0, shared]
    for i, (v, w) in enumerate(zip(values, other, strict=True)):
        if i == 0:
            values[1] = k * v
        total = total * k + v * w
    return total


def value_that_the_list_holds_twice(x, k):
    shared, total = x[0], 0.0
    values = [shared, shared, shared]
    for i, v in enumerate(values):
        if i == 0:
            values[1] = k * v
        total = total * k + v * i
    return total


def value_that_is_a_position_too(x, k):
    values, total = [5, x[1], 1, x[2]], 0.0
    for i, v in enumerate(values):
        if i == 0:
            values[2] = x[0] * k
        total = total * k + i * v
    return total


@pytest.mark.parametrize(
    "program",
    [
        value_that_another_list_holds_too,
        value_that_the_list_holds_twice,
        value_that_is_a_position_too,
    ],
    ids=lambda f: f.__name__,
)
def test_what_is_not_known_to_be_the_value_that_changed_is_refused(program):
    with pytest.raises(fpad.TransformError, match="while an iterator over it is not used up"):
        fpad.grad(program, wrt=(0, 1))(X, 0.3)


def _filled(values, xs):
    total = 0.0
    for v in values:
        total += v
        xs[1] = total
    return total


def test_a_function_changes_what_its_iterator_was_computed_from():
    def program(x, k):
        xs = [v * k for v in x]
        return _filled(map(np.square, xs), xs)

    with pytest.raises(fpad.TransformError, match="that an iterator computes its values from"):
        fpad.grad(program)(X, 0.3)


def test_a_function_changes_the_list_that_its_iterator_reads():
    def program(x, k):
        xs = [v * k for v in x]
        return _filled(iter(xs), xs)

    fpad.testing.check_grads(program, (X, 0.3))


def _powers(v):
    out = np.zeros(3)
    for i in range(3):
        out[i] = v**i
    return out


def test_an_array_for_each_value_is_no_obstacle():
    fpad.testing.check_grads(lambda x, k: sum(_powers(v * k) for v in x)[1], (X, 0.3))
    fpad.testing.check_grads(lambda x, k: sum(map(_powers, [x[0], k]))[2], (X, 0.3))


class _Counting:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n


@pytest.mark.parametrize("how", [lambda c, x: zip(x, c, strict=False), lambda c, x: chain(c, x)])
def test_what_leaves_some_values_of_an_object_is_refused(how):
    def program(x, k):
        c, total = _Counting(), 0.0
        for pair in how(c, x):
            total += np.sum(np.array(pair)) * k
        return total + c.n * k

    with pytest.raises(fpad.TransformError, match="one by one"):
        fpad.grad(program)(X, 0.3)


class _Shelf:
    def __iter__(self):
        yield from ()


def _told(x):
    for k in (1, 2, 3):
        print("power", k)
        yield x**k


def told_before_it_is_asked(x):
    sums = accumulate(_told(x), operator.add)
    print("made")
    return sum(sums)


def told_while_it_is_asked(x):
    total = functools.reduce(operator.add, _told(x))
    print("made")
    return total


def test_effects_of_a_generator_come_when_its_values_are_asked_for(capsys):
    """A class with a generator in sight makes that these are not written out as loops."""
    assert list(_Shelf()) == []
    with pytest.raises(fpad.TransformError, match="effects happen when"):
        fpad.grad(told_before_it_is_asked)(0.7)
    told_while_it_is_asked(0.7)
    wanted = capsys.readouterr().out
    assert fpad.grad(told_while_it_is_asked)(0.7) == pytest.approx(1 + 2 * 0.7 + 3 * 0.49)
    assert capsys.readouterr().out == wanted


# ---------------------------------------------------------------- generators inside the function


def inside_an_attribute(x):
    o = SimpleNamespace(v=x)

    def gen():
        for i in range(2):
            yield o.v * (i + 1)

    g = gen()
    o.v = 7.0
    return sum(g) * x


def inside_a_dict(x):
    d = {"a": x}

    def gen():
        for i in range(2):
            yield d["a"] * (i + 1)

    g = gen()
    d["a"] = 7.0
    return sum(g) * x


def inside_a_list_that_grows(x):
    buf = [x, 2 * x]

    def gen(b):
        yield from b

    total = 0.0
    for v in gen(buf):
        total += v
        if len(buf) < 4:
            buf.append(v * 3)
    return total


def inside_an_array(x):
    a = np.array([x, 2 * x])

    def gen(arr):
        for i in range(2):
            yield arr[i:]

    g = gen(a)
    a[1] = 5.0
    return sum(v.sum() for v in g)


def inside_an_iterator(x):
    def inner(s):
        for v in s:
            yield v * x

    src = [1.0, 2.0]
    g = inner(iter(src))
    src.append(3.0)
    return sum(g)


def inside_a_chain(x):
    k = [x]

    def first():
        for i in range(3):
            yield k[0] * i

    def second(s):
        for v in s:
            yield v + 1.0

    g = second(first())
    k[0] = 5.0
    return sum(g) * x


def inside_a_function_that_changes_it(x):
    def gen(o):
        for i in range(2):
            yield o.v * i

    def take(it, o):
        o.v = 3.0
        return sum(it)

    o = SimpleNamespace(v=x)
    return take(gen(o), o) * x


def inside_a_loop(x):
    total, made = 0.0, []
    for j in (1, 2):
        k = x * j

        def gen():
            for i in range(2):
                yield k * (i + 1)  # noqa: B023

        made.append(gen())
    for g in made:
        total += sum(g)
    return total


def inside_calls_that_count(x):
    c = [0]

    def count():
        c[0] += 1
        return c[0]

    def gen():
        for _ in range(3):
            yield x * count()

    g = gen()
    c[0] = 10
    return sum(g) * c[0]


@pytest.mark.parametrize(
    "program",
    [
        *(inside_an_attribute, inside_a_dict, inside_a_list_that_grows, inside_an_array),
        *(inside_an_iterator, inside_a_chain, inside_a_function_that_changes_it, inside_a_loop),
        inside_calls_that_count,
    ],
    ids=lambda f: f.__name__,
)
def test_generators_inside_that_would_see_a_change_are_refused(program):
    with pytest.raises(fpad.TransformError):
        fpad.grad(program)(1.3)


def inside_assigned_again(x):
    k = x

    def gen():
        for i in range(2):
            yield k * i

    g = gen()
    k = 5.0
    return sum(g) * x


def inside_the_same_list(x):
    row = [x, 1.0]

    def gen():
        for _ in range(2):
            yield row
            row[0] = row[0] * 2

    return sum(r[0] for r in gen()) * x


def inside_lists_that_change(x):
    def gen():
        r = [x]
        yield [r]
        r[0] = 9.0
        yield [r]

    total = 0.0
    for w in gen():
        total += w[0][0]
    a, _ = gen()
    return total * x + a[0][0]


def inside_a_pipeline(x):
    def source(n):
        for i in range(n):
            yield x * i

    def smooth(stream, a):
        s = None
        for v in stream:
            s = v if s is None else a * v + (1 - a) * s
            yield s

    def windows(stream, n):
        buf = deque(maxlen=n)
        for v in stream:
            buf.append(v)
            if len(buf) == n:
                yield tuple(buf)

    def pairs(ws):
        for a, *mid, b in ws:
            yield [a * b, sum(mid)]

    def flat(rows):
        for row in rows:
            yield from row

    chain_ = pairs(windows(smooth(source(7), 0.3 * x), 4))
    first = next(chain_)
    return first[0] * 2 + max(flat(chain_)) + sum(smooth(source(4), a=x))


@pytest.mark.parametrize(
    "program",
    [inside_assigned_again, inside_the_same_list, inside_lists_that_change, inside_a_pipeline],
    ids=lambda f: f.__name__,
)
def test_generators_inside(program):
    fpad.testing.check_grads(program, (1.3,), order=2)
