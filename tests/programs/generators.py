"""Generators: in loops, in what asks for all values at once, without end, of objects."""

from __future__ import annotations

import itertools
import math
from collections import deque
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.3, 0.7, 1.2, 1.9])
X = np.random.default_rng(0).uniform(-1.0, 1.0, (4, 3))


def steps(x, n):
    for i in range(n):
        x = math.sin(x) + 0.1
        yield x


@program(case(0.4, 4))
def g_sum(x, n):
    return sum(steps(x, n))


@program(case(0.4, 4))
def g_list(x, n):
    return list(steps(x, n))[-1]


@program(case(0.4, 4))
def g_for(x, n):
    t = 0.0
    for v in steps(x, n):
        t += v * v
    return t


@program(case(0.4, 4))
def g_zip(x, n):
    t = 0.0
    for v, w in zip(steps(x, n), steps(2 * x, n)):
        t += v * w
    return t


@program(case(0.4, 4))
def g_enum(x, n):
    t = 0.0
    for i, v in enumerate(steps(x, n)):
        t += i * v
    return t


def both(x, n):
    yield x
    yield from steps(x, n)
    yield x * x


@program(case(0.4, 4))
def g_from(x, n):
    return sum(both(x, n))


def newton(f, df, x):
    while True:
        yield x
        x = x - f(x) / df(x)


@program(case(2.0, 1.0))
def g_inf(a, x0):
    prev = None
    for x in newton(lambda t: t * t - a, lambda t: 2 * t, x0):
        if prev is not None and abs(x - prev) < 1e-12:
            break
        prev = x
    return x


@program(case(2.0, 1.0))
def g_islice(a, x0):
    return sum(itertools.islice(newton(lambda t: t * t - a, lambda t: 2 * t, x0), 4))


@program(case(2.0, 1.0, 4))
def g_islice_n(a, x0, n):
    return list(itertools.islice(newton(lambda t: t * t - a, lambda t: 2 * t, x0), n))[-1]


@program(case(2.0, 1.0, 4))
def g_zipinf(a, x0, n):
    t = 0.0
    for k, x in zip(range(n), newton(lambda t: t * t - a, lambda t: 2 * t, x0)):
        t += x / (k + 1)
    return t


@program(case(2.0, 1.0))
def g_enuminf(a, x0):
    for k, x in enumerate(newton(lambda t: t * t - a, lambda t: 2 * t, x0)):
        if k == 5:
            return x


def rk4(f, y, t, h, n):
    for _ in range(n):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
        yield t, y


@program(case(np.array([1.0, 0.5]), 2.0))
def g_rk4(y0, k):
    loss = 0.0
    for t, y in rk4(lambda t, y: np.array([y[1], -k * y[0]]), y0, 0.0, 0.1, 5):
        loss += (y[0] - t) ** 2
    return loss


@program(case(np.array([1.0, 0.5]), 2.0))
def g_rk4_last(y0, k):
    for t, y in rk4(lambda t, y: np.array([y[1], -k * y[0]]), y0, 0.0, 0.1, 5):
        pass
    return y @ y


def windows(xs, k):
    for i in range(len(xs) - k + 1):
        yield xs[i : i + k]


@program(case(V))
def g_windows(xs):
    return sum(np.prod(w) for w in windows(xs, 2))


def pairs(xs):
    for i in range(len(xs)):
        for j in range(i + 1, len(xs)):
            yield xs[i], xs[j]


@program(
    case(
        V,
    )
)
def g_pairs(xs):
    return sum(abs(a - b) ** 3 for a, b in pairs(xs))


@program(
    case(
        V,
    )
)
def g_nested(xs):
    def terms():
        for x in xs:
            if x > 0.5:
                yield x**2
            else:
                yield x

    return math.sqrt(sum(terms()))


@program(case(0.4, 4))
def fromiter(x, n):
    a = np.fromiter(steps(x, n), dtype=float)
    return a @ a


class Walker:
    def __init__(self, x):
        self.x = x

    def walk(self, n):
        for _ in range(n):
            self.x = self.x + 0.1 * math.cos(self.x)
            yield self.x


@program(case(0.4, 4))
def g_method(x, n):
    w = Walker(x)
    return sum(w.walk(n)) + w.x


def inplace(state, n):
    for i in range(n):
        state += 0.1 * np.sin(state)
        yield state


@program(case(V, 3))
def g_inplace(s, n):
    t = 0.0
    for v in inplace(s.copy(), n):
        t += v @ v
    return t


class Tree:
    def __init__(self, v, l=None, r=None):
        self.v, self.l, self.r = v, l, r

    def __iter__(self):
        if self.l is not None:
            yield from self.l
        yield self.v
        if self.r is not None:
            yield from self.r


@program(case(0.3, 0.4, 0.5))
def g_tree(x, y, z):
    t = Tree(x, Tree(y), Tree(z, Tree(x * y)))
    return sum(v * (i + 1) for i, v in enumerate(t))


class Grid:
    def __init__(self, xs):
        self.xs = xs

    def __iter__(self):
        for x in self.xs:
            yield x


@program(
    case(
        V,
    )
)
def g_iter(xs):
    s = 0.0
    for x in Grid(xs):
        s += x * x
    return s


@program(
    case(
        V,
    )
)
def g_early(xs):
    def pos():
        for x in xs:
            if x < 0:
                return
            yield x

    return sum(pos())


def primes(n):
    for k in range(2, n):
        if all(k % d for d in range(2, k)):
            yield k


@program(case(1.4, 12))
def g_primes(x, n):
    return sum(x**-p for p in primes(n))


def batches(X, y, size):
    for i in range(0, len(X), size):
        yield X[i : i + size], y[i : i + size]


@program(case(np.array([0.1, 0.2, 0.3]), X, V))
def g_sgd(w, X, y):
    for epoch in range(2):
        for xb, yb in batches(X, y, 2):
            grad = xb.T @ (xb @ w - yb)
            w = w - 0.05 * grad
    return np.sum((X @ w - y) ** 2)


@program(
    case(
        V,
    )
)
def g_nextfirst(xs):
    return next(x * x for x in xs if x > 0.5)


def nat(x):
    k = 0
    while True:
        yield x**k / math.factorial(k)
        k += 1


@program(case(0.4, 5))
def taylor(x, n):
    return sum(islice(nat(x), n))


@program(case(0.4, 1e-5))
def taylor_tol(x, tol):
    s = 0.0
    for term in nat(x):
        if abs(term) < tol:
            break
        s += term
    return s


@program(case(0.4, 5))
def taylor_else(x, n):
    s = 0.0
    for k, term in enumerate(nat(x), 1):
        if k > n:
            break
        if k % 2:
            continue
        s += term
    else:
        s = 100.0
    return s


@program(
    case(
        0.4,
    )
)
def taylor_while(x):
    return sum(takewhile(lambda t: t > 1e-6, nat(x)))


@program(
    case(
        V,
    )
)
def taylor_zip(xs):
    return sum(a * t for a, t in zip(xs, nat(0.3)))


@program(case(V, 0.3))
def taylor_zip2(xs, y):
    s = 0.0
    for t, a in zip(nat(y), xs):
        s += a * t
    return s


@program(
    case(
        0.4,
    )
)
def first_big(x):
    def gen():
        y = x
        while True:
            y = y * 1.5 + math.sin(y)
            yield y

    for y in gen():
        if y > 10.0:
            return y * x


def inorder(node):
    if node is not None:
        yield from inorder(node[0])
        yield node[1]
        yield from inorder(node[2])


@program(case(0.3, 0.4, 0.5))
def tree(x, y, z):
    t = ((None, x, None), y, ((None, z * x, None), z, None))
    s = 0.0
    for k, v in enumerate(inorder(t)):
        s = s * 0.5 + v * k
    return s


def inorder_old(node):
    if node is None:
        return
    for v in inorder_old(node[0]):
        yield v
    yield node[1]
    for v in inorder_old(node[2]):
        yield v * 1.1


@program(case(0.3, 0.4, 0.5))
def tree_old(x, y, z):
    t = ((None, x, None), y, ((None, z * x, None), z, None))
    return sum(v * v for v in inorder_old(t))


def writes(a):
    for i in range(len(a)):
        a[i] = a[i] * 2.0
        yield i


@program(
    case(
        V,
    )
)
def written(xs):
    a = xs.copy()
    s = 0.0
    for i in writes(a):
        a[i] = a[i] + xs[0]
        s += a[i] * a[-1]
    return s


@program(case(V, 5))
def nested_loops(xs, n):
    def powers(x):
        p = 1.0
        for _ in range(n):
            yield p
            p *= x

    s = 0.0
    for x in xs:
        for p in powers(x):
            if p > 1.5:
                continue
            if p < 1e-2:
                break
            s += p * x
    return s


@program(
    case(
        V,
    )
)
def two(xs):
    def pairs():
        for i, a in enumerate(xs):
            for b in xs[i + 1 :]:
                yield a, b

    s = 0.0
    for a, b in pairs():
        s += math.exp(-((a - b) ** 2))
    return s


@program(case(0.4, 5))
def dict_comp(x, n):
    d = {k: v for k, v in enumerate(islice(nat(x), 4))}
    return d[2] * d[3]


@program(case(0.4, 5))
def comp_if(x, n):
    return sum([t for t in islice(nat(x), 6) if t > 0.01])


@program(
    case(
        V,
    )
)
def nextdef(xs):
    return next((x * 2 for x in xs if x > 1.0), 0.0) + next(nat(xs[0]))


class Ode:
    def __init__(self, k, h):
        self.k, self.h, self.steps = k, h, 0

    def f(self, y):
        return -self.k * y

    def solve(self, y, n):
        for _ in range(n):
            y = y + self.h * self.f(y)
            self.steps += 1
            yield y


@program(case(0.4, 2.0))
def ode(y0, k):
    o = Ode(k, 0.1)
    total = 0.0
    for y in o.solve(y0, 5):
        total += y * o.steps
    return total


@program(case(0.4, 2.0))
def ode2(y0, k):
    return max(Ode(k, 0.1).solve(y0, 5)) + sum(Ode(k, 0.2).solve(y0, 3))


class Poly:
    def __init__(self, c):
        self.c = c

    def __iter__(self):
        for c in self.c:
            yield c

    def __call__(self, x):
        s = 0.0
        for c in self:
            s = s * x + c
        return s


@program(case(V, 0.3))
def poly(c, x):
    p = Poly(c)
    return p(x) * sum(c * c for c in p) + list(p)[0]


def chunks(xs, n):
    for i in range(0, len(xs), n):
        yield xs[i : i + n]


@program(
    case(
        V,
    )
)
def chunked(xs):
    return sum(np.prod(c) ** 2 for c in chunks(xs, 2))


def bisect(f, a, b):
    while True:
        m = (a + b) / 2
        yield m
        if f(a) * f(m) <= 0:
            b = m
        else:
            a = m


@program(
    case(
        0.4,
    )
)
def root(c):
    for m in bisect(lambda t: t**3 - 2.0, 0.0, 2.0):
        if abs(m**3 - 2.0) < 1e-3:
            break
    return m * c


def gradient_descent(f_grad, x, lr):
    while True:
        g = f_grad(x)
        x = x - lr * g
        yield x, g


@program(case(V, 2.0))
def gd(x0, a):
    for k, (x, g) in enumerate(gradient_descent(lambda x: a * x, x0, 0.1)):
        if k >= 5 or np.linalg.norm(g) < 1e-9:
            break
    return x @ x


def steps_between(xs):
    it = zip(xs, xs[1:])
    for a, b in it:
        yield b - a


@program(
    case(
        V,
    )
)
def tv(xs):
    return sum(abs(d) ** 3 for d in steps_between(xs))


def ret_val(x):
    yield x
    yield x * x
    return 5


@program(
    case(
        0.4,
    )
)
def use_ret(x):
    return sum(ret_val(x))


def expand(xs):
    for x in xs:
        if x < 0.5:
            continue
        yield x
        if x > 1.5:
            return
        yield -x * x


@program(
    case(
        V,
    )
)
def use_expand(xs):
    return sum(expand(xs)) * max(expand(xs))


def lists(n, x):
    for i in range(n):
        yield [x * j for j in range(i + 1)]


@program(case(0.4, 4))
def use_lists(x, n):
    s = 0.0
    for row in lists(n, x):
        s += sum(row) * row[-1]
    return s


def pascal_rows(x):
    row = [1.0]
    while True:
        yield row
        row = [1.0] + [a + x * b for a, b in zip(row, row[1:])] + [x]


@program(case(0.4, 4))
def use_pascal(x, n):
    s = 0.0
    for row in islice(pascal_rows(x), n):
        s += row[len(row) // 2]
    return s


@program(
    case(
        0.4,
    )
)
def star(x):
    return math.hypot(*ret_val(x))


@program(
    case(
        0.4,
    )
)
def unpack(x):
    a, b = ret_val(x)
    return a * b + b


@program(
    case(
        0.4,
    )
)
def arr(x):
    return np.array(list(ret_val(x))) @ np.array([1.0, 2.0])


@program(
    case(
        V,
    )
)
def sortedgen(xs):
    return sorted(expand(xs))[0]


@program(
    case(
        V,
    )
)
def anygen(xs):
    return xs[0] if any(v > 1 for v in expand(xs)) else xs[1]


@program(case(0.4, 4))
def enum_islice(x, n):
    s = 0.0
    for k, t in enumerate(islice(nat(x), n)):
        s += t * k
    return s


@program(case(0.4, 4))
def islice_enum(x, n):
    return sum(k * t for k, t in islice(enumerate(nat(x)), n))


@program(
    case(
        V,
    )
)
def zip_islice(xs):
    return sum(a * t for a, t in zip(xs, islice(nat(0.3), 3)))


def scaled(it, x):
    for v in it:
        yield v * x


@program(
    case(
        0.4,
    )
)
def pipeline(x):
    return sum(scaled((k * 0.5 for k in range(5)), x))


class Chain:
    def __init__(self, links):
        self.links = links

    def __iter__(self):
        for a, b in zip(self.links, self.links[1:]):
            yield a, b

    def energy(self):
        return sum((b - a) ** 2 for a, b in self)


@program(
    case(
        V,
    )
)
def chain(xs):
    c = Chain(xs)
    e = 0.0
    for i, (a, b) in enumerate(c):
        e += i * a * b
    return e + c.energy()


@program(
    case(
        0.4,
    )
)
def local_cls(x):
    class A:
        def __init__(self, n):
            self.n = n

        def vals(self, y):
            for i in range(self.n):
                yield y * i

        def total(self, y):
            s = 0.0
            for v in self.vals(y):
                s += v * v
            return s

    return A(3).total(x)


def cumulative(xs):
    total = 0.0
    for x in xs:
        total += x
        yield total


@program(
    case(
        V,
    )
)
def cum(xs):
    return list(cumulative(xs))[2] * sum(cumulative(xs)) + max(zip(cumulative(xs), xs))[0]


@program(
    case(
        V,
    )
)
def inplace_list(xs):
    def gen():
        y = xs.copy()
        for k in range(3):
            y += 1.0
            yield y

    return sum(v @ v for v in gen()) + list(gen())[0] @ xs


def kwgen(x, *, n=3, scale=2.0):
    for k in range(n):
        yield x * scale**k


@program(
    case(
        0.4,
    )
)
def kw(x):
    return sum(kwgen(x, scale=3.0)) + sum(v * v for v in kwgen(x, n=2))


@program(
    case(
        0.4,
    )
)
def deco(x):
    out = []
    for v in kwgen(x):
        out.append(v)
        if len(out) == 2:
            break
    else:
        out.append(5.0)
    return out[-1] * out[0]


# ---------------------------------------------------------------- one by one


@program(case(2.0, 1.0))
def g_next(a, x0):
    it = newton(lambda t: t * t - a, lambda t: 2 * t, x0)
    for _ in range(6):
        x = next(it)
    return x


@program(case(2.0, 1.0, 5))
def g_next2(a, x0, n):
    gen = newton(lambda t: t * t - a, lambda t: 2 * t, x0)
    s = 0.0
    for k in range(n):
        x = next(gen)
        if k % 2:
            continue
        s += x * k
    return s


def lcg(seed):
    while True:
        seed = (seed * 75 + 74) % 65537
        yield seed / 65537.0


@program(case(0.7, 5))
def mc(x, n):
    rng = lcg(42)
    total = 0.0
    for _ in range(n):
        u = next(rng)
        total += math.sin(x * u)
    return total / n


def halving(x):
    while True:
        x = 0.5 * x
        yield x


@program(case(1.3, 0.1))
def whiles(x, tol):
    g = halving(x)
    y = x
    s = 0.0
    while y > tol:
        y = next(g)
        s += y * y
    return s


@program(case(0.4, 4))
def two_draws(x, n):
    rng = lcg(7)
    t = 0.0
    for _ in range(n):
        t += next(rng) * x
    return t


@program(case(0.4, 3))
def reassigned(x, n):
    g = halving(x)
    x = 5.0
    t = 0.0
    for _ in range(n):
        y = next(g)
        t += y * x
    return t


# ---------------------------------------------------------------- of everything


@program(case(0.4, 3))
def loops_in_loops(x, n):
    def multiples(a):
        for k in range(n):
            yield a * k

    s = 0.0
    for v in multiples(x):
        for w in multiples(v):
            s += v * w
            if s > 50:
                break
        else:
            s += 1.0
    return s + v + w


@program(case(V))
def written_by_the_loop(xs):
    def entries(a):
        for i in range(len(a)):
            yield a[i]

    a = xs.copy()
    s = 0.0
    k = 0
    for v in entries(a):
        if k + 1 < len(a):
            a[k + 1] = a[k + 1] * v
        k += 1
        s += v
    return s


@program(case(0.4, 4))
def grows_while_it_is_read(x, n):
    items = [x]

    def each():
        i = 0
        while i < len(items):
            yield items[i]
            i += 1

    s = 0.0
    for v in each():
        s += v
        if len(items) < n:
            items.append(v * 0.5)
    return s


def trajectory(state, dt):
    while state["t"] < 1.0:
        state = {
            "t": state["t"] + dt,
            "x": state["x"] + dt * state["v"],
            "v": state["v"] - dt * state["x"],
        }
        yield state


@program(case(0.4, 0.3))
def osc(x0, v0):
    e = 0.0
    for s in trajectory({"t": 0.0, "x": x0, "v": v0}, 0.25):
        e += s["x"] ** 2 + s["v"] ** 2
    return e


def adaptive(f, a, b, tol):
    m = (a + b) / 2
    s1 = (b - a) / 6 * (f(a) + 4 * f(m) + f(b))
    l = (m - a) / 6 * (f(a) + 4 * f((a + m) / 2) + f(m))
    r = (b - m) / 6 * (f(m) + 4 * f((m + b) / 2) + f(b))
    if abs(l + r - s1) < tol:
        yield l + r
    else:
        yield from adaptive(f, a, m, tol / 2)
        yield from adaptive(f, m, b, tol / 2)


@program(case(0.7))
def quad(c):
    return sum(adaptive(lambda t: math.exp(-c * t * t), 0.0, 2.0, 1e-4))


@dataclass
class Particle:
    x: float
    v: float


def swarm(ps, n, dt):
    for _ in range(n):
        for p in ps:
            p.v -= dt * p.x
            p.x += dt * p.v
        yield sum(p.x**2 for p in ps)


@program(case(0.4, 0.3))
def simulate(x, v):
    ps = [Particle(x, v), Particle(v, x)]
    return sum(e for e in swarm(ps, 4, 0.1)) + ps[0].x


def sliding(xs, k):
    d = deque(maxlen=k)
    for x in xs:
        d.append(x)
        if len(d) == k:
            yield sum(d) / k


@program(case(V))
def smooth(xs):
    return sum(m * m for m in sliding(xs, 2))


def collatz_like(x):
    n = 6
    while n != 1:
        yield x / n
        n = n // 2 if n % 2 == 0 else 3 * n + 1


@program(case(0.4))
def col(x):
    return sum(v**2 for v in collatz_like(x)) * len(list(collatz_like(x)))


@program(case(0.4, 3))
def minimax(x, depth):
    def children(v):
        yield v * 1.1
        yield v - 0.3

    def value(v, d, maxi):
        if d == 0:
            return math.sin(v)
        if maxi:
            return max(value(c, d - 1, False) for c in children(v))
        return min(value(c, d - 1, True) for c in children(v))

    return value(x, depth, True)


@program(case(1.0, 1.3, 5))
def ratio(a, b, n):
    last = None
    for i, f in enumerate(fib(a, b)):
        if i == n:
            return f / last
        last = f


def fib(a, b):
    while True:
        yield a
        a, b = b, a + b


def cosines(x):
    while True:
        x = np.cos(x)
        yield x


@program(case(0.3))
def last_of_some_taken_apart(x):
    *_, last = itertools.islice(cosines(x), 4)
    first, second = itertools.islice(cosines(2.0 * x), 2)
    a, *rest = (v * v for v in itertools.islice(cosines(last), 3))
    return last * first - second + a * rest[-1]


@program(case(1.5))
def iterators_in_a_list_asked_one_after_the_other(x):
    total = 0.0
    for row in [iter([x, 2 * x]), iter([3 * x, x])]:
        for v in row:
            total = total * x + v
    found = [sum(v for v in it) for it in [iter(c) for c in ([x, x**2], [3 * x])]]
    records = [("a", x), ("a", 2 * x), ("b", x**3)]
    runs = {k: [v for _, v in run] for k, run in itertools.groupby(records, key=lambda r: r[0])}
    return total + found[0] * found[1] + sum(np.mean(run) for run in runs.values())


class Pile:
    def __init__(self):
        self.items = []

    def push(self, v):
        self.items.append(v)

    def __iter__(self):
        return iter(self.items)


@program(case(1.5, 4), wrt=0)
def iterator_of_a_list_that_an_object_holds(x, n):
    pile = Pile()
    for i in range(n):
        pile.push(x * i)
    total = 0.0
    for k, v in enumerate(pile):
        total = total * x + v
        if k + 1 < n:
            pile.items[k + 1] = 3 * v + 1.0
    return total + sum(pile)


def _every(values):
    return iter(values)


class Kept:
    def __init__(self, values):
        self.values, self.count = values, 0

    def following(self):
        self.count += 1
        return next(self.values)


@program(case(1.5))
def lists_changed_under_the_iterators_of_other_functions(x):
    values = [x * 0, x, x * 2, x * 3]
    total = 0.0
    for k, v in enumerate(_every(values)):
        total = total * x + v
        if k < 3:
            values[k + 1] = 3 * v + 1.0
    kept = Kept(_every(values))
    first = kept.following()
    return total + first * kept.following()


@program(case(1.5, 4), wrt=0)
def iterators_of_values_that_objects_keep(x, n):
    row = np.array([x, 2 * x])
    kept = Kept(v * v for v in row)
    terms = Kept(v * v * x for v in range(n))
    terms.count += 2
    found = {}
    found.setdefault("squares", kept)
    return sum(kept.values) + sum(terms.values) * terms.count


@program(case(1.3))
def lists_written_under_pairs_of_their_values(x):
    values, other = [x, 2 * x, 3 * x], [1.0, 2.0, 5.0]
    total = 0.0
    for k, (v, w) in enumerate(zip(other, values, strict=True)):
        total = total * x + v * w
        if k < 2:
            values[k + 1] = total
    for i, (k, v) in enumerate(enumerate(iter(values))):
        total = total * x + i * k * v
        if k < 2:
            values[k + 1] = 3 * v + 1.0
    return total + sum(values)


@program(case(0.7))
def all_of_generator_expressions(x):
    members = [0, 1, 2]

    def pairs():
        for j in (1, 2):
            yield from ((i, j) for i in members if i < j)

    def products():
        for i in (i * j for j in (2, 3) for i in members if i):
            yield i

    total = sum(x * i for i in products())
    for i, j in pairs():
        for v in (x**k for k in (i, j)):
            if v > 0.9:
                break
            total += v
        else:
            total *= 1.1
    return total


@program(case(np.array([0.3, 1.2, 0.4, 1.9])))
def cells_of_a_grid(x):
    cells = {}
    for k, key in enumerate(np.floor(x).astype(int)):
        cells.setdefault(key, []).append(k)

    def pairs():
        for c, members in cells.items():
            for d in (-1, 0, 1):
                for j in cells.get(c + d, ()):
                    yield from ((i, j) for i in members if i < j)

    return sum((x[i] - x[j]) ** 2 for i, j in pairs())
