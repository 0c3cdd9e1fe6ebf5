"""Classes, managers and functions with attributes that are made inside a function, and patterns."""

import contextlib
import csv
import enum
import functools
import io
import math
import re
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from tests.programs.registry import case, program


@program(case(1.3))
def class_with_its_surroundings(x):
    """Methods use what the function has, and change it."""
    log = []
    scale = x * 2

    class Meter:
        def __init__(self, a):
            self.a = a * scale

        def read(self, v):
            log.append(v)
            return v * self.a * scale

        @property
        def double(self):
            return self.a * 2 * x

    m, n = Meter(x), Meter(2.0)
    return m.read(x) + n.read(3.0) + m.double + len(log) * x + sum(log)


@program(case(1.3))
def dataclass_with_its_surroundings(x):
    weight = x * x

    @dataclass
    class Part:
        a: float
        b: float = 2.0

        def value(self):
            return self.a * weight + self.b * x

    parts = [Part(x), Part(1.0, x), Part(b=x, a=3.0)]
    return sum(p.value() for p in parts) + max(parts, key=lambda p: p.a).value()


@program(case(1.3))
def derived_with_their_surroundings(x):
    class Base(ABC):
        @abstractmethod
        def go(self, v): ...

        def twice(self):
            return self.go(x) * 2

    class Scaled(Base):
        def __init__(self, k):
            self.k = k

        def go(self, v):
            return v * self.k * x

    class Shifted(Scaled):
        def __init__(self, k, m):
            super().__init__(k)
            self.m = m * x

        def go(self, v):
            return super().go(v) + self.m

    return Scaled(x).twice() + Shifted(2.0, x).twice()


@program(case(1.3))
def makes_more_of_its_own(x):
    """A method makes objects of its class, and so does a function beside it."""
    scale = [x, 2.0]

    class Node:
        def __init__(self, v, kids=()):
            self.v = v
            self.kids = list(kids)

        def add(self, v):
            self.kids.append(Node(v * scale[0]))
            return self

        def total(self):
            return self.v * scale[1] + sum(k.total() for k in self.kids)

    def build(n):
        return Node(n, [Node(n * x)])

    tree = build(x).add(2.0).add(x)
    scale[1] = x
    return tree.total()


@program(case(1.3))
def surroundings_that_change(x):
    """What methods use is assigned later, by them and around them."""
    count = 0.0

    class Tally:
        def bump(self, v):
            nonlocal count
            count += v * x

        def see(self):
            return count * later

    tally = Tally()
    tally.bump(x)
    tally.bump(2.0)
    later = x * 3
    count = count * 2
    return tally.see()


@program(case(1.3))
def class_in_a_loop(x):
    total = 0.0
    for i in range(3):

        class Trip:
            def go(self):
                return i * x  # noqa: B023

        total += Trip().go()
    return total


@program(case(1.3))
def many_with_their_surroundings(x):
    factor = x * 2

    class Part:
        def __init__(self, v):
            self.v = v

        def value(self):
            return self.v * factor

    parts = [Part(x * i) for i in range(int(np.ceil(x)) + 1)]
    return sum(p.value() for p in parts)


@program(case(1.3))
def vectors_with_their_surroundings(x):
    """Operators, a function and a lambda inside methods, and names of their own there."""
    base = x * 2

    class Vec:
        def __init__(self, *c):
            self.c = c

        def __add__(self, o):
            return Vec(*[a + b for a, b in zip(self.c, o.c, strict=True)])

        def __mul__(self, k):
            return Vec(*(a * k * base for a in self.c))

        __rmul__ = __mul__

        def norm(self):
            def square(v):
                return v * v * base

            base_of = [base for base in self.c]  # noqa: C416
            return math.sqrt(sum(map(square, self.c))) + sum((lambda b: b * x)(q) for q in base_of)

    return (Vec(x, 1.0) + Vec(2.0, x) * 3.0 + 2.0 * Vec(x, x)).norm()


@program(case(1.3))
def iterator_with_its_surroundings(x):
    n = 3

    class Counted:
        def __init__(self):
            self.i = 0

        def __iter__(self):
            return self

        def __next__(self):
            if self.i >= n:
                raise StopIteration
            self.i += 1
            return x * self.i

    return sum(Counted())


@program(case(1.3))
def names_of_others(x):
    """A variable of the function has the name of one inside a method of a class there."""

    class Sheet:
        def __init__(self):
            self.cells = {"a": x, "b": x * x}

        def total(self, names):
            return sum({d: self.cells[d] for d in names}.values())

    sheet = Sheet()
    d = x * 3
    return sheet.total(["a", "b"]) * d


@program(case(1.3))
def scaled_for_a_while(x):
    env = {"scale": 1.0, "trace": []}

    @contextlib.contextmanager
    def scaled(by):
        old = env["scale"]
        env["scale"] = old * by
        try:
            yield env["scale"]
        finally:
            env["trace"].append(env["scale"])
            env["scale"] = old

    y = x
    with scaled(x) as s:
        y = y * s
        with scaled(2.0):
            y = y * env["scale"]
    return y * env["scale"] + sum(env["trace"])


@program(case(1.3))
def levels_that_count(x):
    """A manager that assigns a variable of the function, and has defaults."""
    depth = 0
    y = x

    @contextmanager
    def level(k=2.0, *, by=x):
        nonlocal depth
        depth += 1
        yield k * by
        depth -= 1

    with level() as v:
        y *= depth * x + v
        with level(3.0):
            y += depth
    return y + depth


@program(case(1.3))
def manager_of_a_function_inside(x):
    log = []

    @contextmanager
    def step(name):
        log.append(name)
        try:
            yield len(log)
        finally:
            log.append(x)

    def work(v):
        with step("a") as n:
            return v * n * x

    return work(x) + work(2.0) + sum(v for v in log if not isinstance(v, str))


@program(case(1.3), case(0.7))
def left_by_an_exception(x):
    log = [x]

    @contextmanager
    def step():
        try:
            yield
        finally:
            log.append(x * 2)

    try:
        with step():
            if x > 1:
                raise ValueError("large")
            log.append(100.0)
    except ValueError:
        log.append(3.0 * x)
    return sum(log) * len(log)


@program(case(1.3))
def entered_in_a_loop(x):
    s = [0.0]

    @contextmanager
    def add(v):
        s[0] += v
        yield s
        s[0] *= 0.5

    for i in range(3):
        with add(x * i) as t:
            if i == 1:
                continue
            t[0] += x
    return s[0]


@program(case(1.3))
def attributes_of_functions(x):
    def make(w):
        def apply(v):
            return v * w

        def peek():
            return w + 1

        apply.peek = peek
        apply.k = 2.0
        return apply

    a, b = make(x), make(3.0)
    return a(x) * a.peek() * b.k + b.peek()


@program(case(1.3))
def counts_its_calls(x):
    def counted(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            wrapper.calls += 1
            wrapper.last = args[0]
            return fn(*args, **kwargs)

        wrapper.calls = 0
        wrapper.last = None
        return wrapper

    @counted
    def power(v, *, p=2):
        return v**p

    @counted
    def cube(v):
        return v**3

    y = power(x) + power(x, p=3) + cube(x)
    return y * power.calls + cube.calls + power.last


@program(case(1.3))
def names_of_decorated(x):
    log = []

    def traced(label):
        def decorate(fn):
            @functools.wraps(fn)
            def inner(*args):
                out = fn(*args)
                log.append((label, fn.__name__, out))
                return out

            return inner

        return decorate

    @traced("k")
    def kepler(e):
        return e * e

    y = kepler(x)
    return y * len(log[0][1]) + log[0][2]


@program(case(1.3))
def captures_of_patterns(x):
    """A pattern inside a function inside binds names that the function around has, too."""
    a = x
    rest = 2.0

    def area(shape):
        match shape:
            case {"kind": "box", "sides": [a, b, c]}:
                return a * b * c
            case {"kind": "poly", "w": w, **rest}:
                total = w
                for v in rest.values():
                    total = total * v
                return total + len(rest)
            case [a, *rest]:
                return a + sum(rest)
            case {**others}:
                return sum(others.values())
        return 0.0

    y = area({"kind": "box", "sides": [x, 2.0, 3.0]}) + area([x, x * x])
    y += area({"kind": "poly", "w": x, "u": x * x, "z": 3.0}) + area({"m": x, "n": a})
    a = a * 2
    return y * a * rest


@program(case(1.3))
def keywords_are_a_new_dict(x):
    def product(*args, **kwargs):
        return args[0] * kwargs["eff"] * kwargs.get("s", 1.0)

    def scaled(fn, *args, **kwargs):
        kwargs.setdefault("eff", 0.7)
        kwargs["s"] = kwargs["eff"] * 2
        return fn(*args, **kwargs)

    more = {"eff": x}
    return scaled(product, x) + scaled(product, x, **more) + len(more)


class Quotient:
    def __init__(self, *c):
        self.c = c

    def __divmod__(self, o):
        return self.c[0] / o.c[0], self.c[1] - o.c[0]

    def __rdivmod__(self, o):
        return o, self.c[0]


@program(case(1.3))
def divmod_of_objects(x):
    q, r = divmod(Quotient(x, x * x), Quotient(2.0))
    a, b = divmod(3.0, Quotient(x))
    return q * r + a * b


@program(case(1.3))
def choices_of_a_generator(x):
    rng = np.random.default_rng(3)
    s = x
    for _ in range(4):
        s = s * (1 + 0.01 * rng.choice([-1, 1]))
    v = rng.choice([x, 2 * x, x * x], size=2)
    w = rng.choice(5, size=3, replace=False)
    z = rng.choice(np.array([1.0, 2.0, 3.0]), p=[0.2, 0.3, 0.5])
    z = z + np.sum(rng.choice([[x, 2.0], [3.0, x * x]]) * 2)
    return s * v.sum() * z + w.sum() + rng.choice([x, x * x]) * rng.choice(7)


TOKEN = re.compile(r"(\d+)|([a-z]+)")


@program(case(1.3))
def matches_of_a_pattern(x):
    total = 0.0
    for m in TOKEN.finditer("12 ab 3"):
        number, _ = m.groups()
        total += x * float(number) if number else x * x
    found = TOKEN.finditer("1 2 3")
    first = next(found).group()
    return total * len([m.group() for m in found]) * float(first)


@program(case(1.3))
def there_and_back(x):
    """A loop over a tuple, or over it reversed."""
    pairs = ((x, 2 * x), (x * x, 1.0))
    s = 0.0
    for turn in range(4):
        for me, foe in list(pairs) if turn % 2 == 0 else reversed(pairs):
            if s > 40.0:
                break
            s = s * 0.5 + me * foe
    return s


@program(case(1.3))
def whole_slices(x):
    """All values of a list are replaced, by as many as only the run tells."""

    def doubled(b, n):
        z = [b[p] * 2 for p in range(n)]
        for i in range(n):
            z[i] -= 0.1 * x
        b[:] = z

    b = [x, 2 * x, 3 * x]
    same = b
    for _ in range(1, 3):
        doubled(b, 3)
    c = [x, x * x, 1.0]

    def weighted(v, n):
        v[:] = [v[i] * i for i in range(n)]

    weighted(c, int(np.ceil(2.5)))
    return b[0] * same[2] + c[2] + len(c)


def _counted(v):
    """Its calls are an effect that the caller sees."""
    _CALLS["n"] += 1
    return v * v


_CALLS = {"n": 0}


@program(case(1.3))
def asked_for_all_at_once(x):
    a, b, c = map(_counted, (x, 2 * x, 3.0))
    n = _CALLS["n"]
    _CALLS["n"] = 0
    return a * b * c * n


@program(case(1.3))
def managers_of_a_class_inside(x):
    log = []

    class Timer:
        def __init__(self, by):
            self.by = by

        def __enter__(self):
            log.append(self.by)
            return self

        def __exit__(self, *error):
            log.append(self.by * x)

    timer = Timer(x)
    with timer as t, Timer(2.0):
        y = x * t.by
    try:
        with Timer(3.0):
            raise ValueError("no")
    except ValueError:
        y += sum(log)
    return y


class Sort(enum.Enum):
    ARRIVE = 1
    DEPART = 2


@program(case(1.3))
def sorts_in_a_list(x):
    """Lists of unknown length hold pairs with one constant or another, and numbers or None."""
    n = int(np.ceil(x)) + 2
    events = []
    for i in range(n):
        events.append((x * i, Sort.ARRIVE if i % 2 else Sort.DEPART))
    seen = [None if i % 3 == 1 else t for i, (t, _) in enumerate(events)]
    more = [(x * i, Sort.DEPART if i % 3 else Sort.ARRIVE, i) for i in range(n)]
    total = sum(t * (2 if k is Sort.ARRIVE else k.value) for t, k, _ in more)
    for (t, k), v in zip(events, seen, strict=True):
        total += t if k is Sort.ARRIVE else t * t
        total += x if v is None else v * 0.5
    return total


TABLE = 'name,mass,n\na,2.5,1\nb,3,2\n"c,d",4,3\n'


@program(case(1.3))
def reads_a_table(x):
    total = 0.0
    names = []
    for row in csv.DictReader(io.StringIO(TABLE)):
        row["mass"] = float(row["mass"]) * x
        names.append(row["name"])
        total += row["mass"] * int(row["n"])
    rows = csv.reader(TABLE.splitlines())
    at = next(rows).index("mass")
    lengths = sum(len(line) for line in io.StringIO(TABLE))
    return total * len(names) + sum(float(r[at]) * x**k for k, r in enumerate(rows)) + lengths


READINGS = ["2.1", "bad", "2.9", "", "5.1", "end", "1.0"]


@program(case(1.3))
def readings_that_fail(x):
    """Handlers and else of a try statement yield, inside a function and outside."""

    def readings(lines):
        for line in lines:
            if line == "end":
                return
            try:
                number = float(line)
            except ValueError:
                yield None
            else:
                yield number * x

    def filled(stream):
        last = None
        for item in stream:
            if item is None:
                item = 0.97 * last
            elif last is not None:
                item = 0.8 * item + 0.2 * last
            last = item
            yield item

    table = {"a": x, "b": x * x}

    def found(keys):
        for k in keys:
            try:
                v = table[k]
            except KeyError:
                yield 0.5
            else:
                yield v

    return sum(filled(readings(READINGS))) + sum(found(["a", "z", "b"]))


def _number(v):
    if not isinstance(v, int | float):
        raise TypeError(f"no {v}")
    return v


@program(case(1.3))
def handled_failures_of_a_function(x):
    """Which calls raise is known while the code is written."""
    total = 0.0
    for v in (x, "a", 2 * x, None):
        try:
            total += _number(v) * 2
        except TypeError as e:
            total += 0.1 * len(str(e))
    return total


KNOWN = frozenset({3, 17})


@program(case(1.3))
def known_sets_meet_others(x):
    return x * len(KNOWN & set(range(10))) + len({1, 2} - KNOWN) + len({3, 4} & KNOWN) * x * x
