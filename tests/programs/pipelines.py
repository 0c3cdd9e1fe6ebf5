"""Iterators that go from function to function, and whose values are computed ahead of time."""

import heapq
import math
from itertools import accumulate, chain, count, cycle, tee

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.5, 0.7, 0.2, 0.9])


def _smoothed(stream, weight):
    last = None
    for p in stream:
        last = p if last is None else last * (1 - weight) + p * weight
        yield last


def _filtered(samples, gain):
    state = 0.0
    for s in samples:
        state = gain * state + s
        yield state


def _total(values):
    total = 0.0
    for v in values:
        total += v * v
    return total


class _Chain:
    def __init__(self, gain):
        self.gain = gain

    def run(self, *parts, scale=1.0):
        for p in parts:
            yield self.gain * p * scale


@program(case(X, 0.3))
def crossing_averages(prices, weight):
    """Two generators side by side, each of which has read the same array."""
    out = []
    for fast, slow in zip(_smoothed(prices, weight), _smoothed(prices, weight / 2)):
        out.append(fast - slow)
    return sum(v * v for v in out)


@program(case(X, 0.3))
def filter_bank(x, gain):
    """A stream that goes through one filter after the other."""
    stream = (math.sin(v * gain) for v in x)
    for g in (0.5, gain):
        stream = _filtered(stream, g)
    return math.sqrt(sum(v * v for v in stream))


@program(case(X, 0.3))
def handed_to_functions(x, gain):
    return _total(v * gain for v in x) + _total(map(math.sin, x)) + _total(iter(x * gain))


@program(case(X, 0.3))
def one_for_each(x, gain):
    first, second = tee(iter(x), 2)
    crossed = [a - b for a, b in zip(_smoothed(first, gain), _smoothed(second, gain / 2))]
    return sum(c * s for c, s in zip(crossed, _smoothed(iter(crossed), 0.3)))


@program(case(X, 0.3))
def starred(x, gain):
    """Generators that are called with *args, and as methods of what is made there."""
    given = (x * gain, 0.4)
    total = sum(v**2 for v in _smoothed(*given)).sum()
    for v in _Chain(gain).run(*[1.0, 2.0], scale=x[0]):
        total += v
    return total + max(_Chain(x[1]).run(1.0, 2.5))


@program(case(X, 0.3))
def changed_afterwards(x, gain):
    """What an iterator was computed from changes when that makes no difference any more."""
    total = 0.0
    for k in range(3):
        xs = [v * gain * k for v in x]
        for v in map(lambda v: v * v, xs):
            total += v
        sums = list(accumulate(xs))
        xs[0] = total
        total += sum(xs) * 0.1 + sums[-1]
    return total


@program(case(X, 0.3))
def written_elsewhere(x, gain):
    out = np.zeros(len(x))
    for k, v in enumerate(map(lambda v: v * gain, x)):
        out[k] = v * v
    return np.sum(out * x)


class _Fibonacci:
    def __init__(self, a, n):
        self.a, self.b, self.n, self.k = a, a * 1.5, n, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.k >= self.n:
            raise StopIteration
        self.k += 1
        self.a, self.b = self.b, self.a * 0.5 + self.b
        return self.a


@program(case(0.7, 4), wrt=0)
def iterator_class(x, n):
    """A class with __next__: in loops, asked for one value, and by functions that run over it."""
    numbers = _Fibonacci(x, n)
    total = next(numbers)
    for v in numbers:
        if v > 5:
            break
        total += v * v
    for k, v in enumerate(_Fibonacci(x, n)):
        total += k * v
    total += sum(a * b for a, b in zip(_Fibonacci(x, n), [x, 2.0, 3.0], strict=False))
    return total + numbers.a + max(_Fibonacci(x, n)) + sum(_Fibonacci(x, 2))


class _Queue:
    def __init__(self):
        self.turn, self.entries = count(), []

    def put(self, priority, value):
        heapq.heappush(self.entries, (priority, next(self.turn), value))

    def get(self):
        return heapq.heappop(self.entries)[2]


@program(case(0.7, 3), wrt=0)
def counters(x, n):
    """count and cycle, asked by next: in a function, from one inside it, and by an object."""
    turn, weights, queue = count(1), cycle([x, x * x, 2.0]), _Queue()
    heap = []

    def push(priority, value):
        heapq.heappush(heap, (priority, next(turn), value * next(weights)))

    for i in range(n):
        push((x - i) ** 2, i + x)
        queue.put((x - i) ** 2, i * x)
    step = count(2)
    total = next(step) * x + next(step) * x * x
    return total + heapq.heappop(heap)[2] + queue.get() * next(turn)


@program(case(X, np.outer(X, X) + np.eye(len(X))))
def joined_tables(x, a):
    """np.r_ joins along the first axis whatever the rank, np.c_ along the last one."""
    n = len(x)
    stacked = np.r_[a.T - np.eye(n), a[:1] * x, np.ones((1, n))]
    deep = np.c_[np.stack([a, a]), np.stack([a, a * x])]
    weights = np.arange(deep.size).reshape(deep.shape)
    return (
        np.linalg.norm(stacked @ x) + np.sum(weights * deep) + np.r_[x[0], 2.0, x] @ np.ones(n + 2)
    )


@program(case(X), wrt=0)
def letters_unpacked(x):
    """Texts of two letters are pairs."""
    edges, total = ["ab", "bc", "ca"], dict.fromkeys("abc", 0.0)
    for (u, v), w in zip(edges, x, strict=False):
        total[v] += w * (1 + total[u])
    first, *_ = "cab"
    return total[first] * total["b"]


@program(case(X, 2), wrt=0)
def joined_ranges(x, k):
    """Ranges in np.r_ and np.c_."""
    n = len(x)
    table = np.zeros((n, n))
    for i in range(n):
        table[i, np.r_[0:i, i + 1 : n]] = x[: n - 1] * x[i]
    weighted = np.sum(np.r_[0:1:5j] * np.r_[x, x[0]])
    others = np.sum(x[np.r_[:k, k + 1 : n]]) + np.c_[x, x**2].prod()
    return np.sum(table**2) + others + weighted


@program(case(X, 2))
def lists_put_into_one(x, k):
    """Comprehensions of lists of several lengths, which sum and chain put into one."""
    repeated = list(chain.from_iterable([v] * n for n, v in enumerate(x)))
    tails = list(chain(*[x[n:] for n in range(k)]))
    powers = sum([[v, v * v][:n] for n, v in enumerate(x)], [])
    return sum(repeated) * tails[-1] + sum(a * b for a, b in zip(tails, powers, strict=False))
