"""Objects that hand on: bound methods, proxies, descriptors, classes of collections.abc."""

import math
from collections import Counter, defaultdict, deque, namedtuple
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from copy import copy
from dataclasses import InitVar, dataclass
from functools import reduce
from types import SimpleNamespace
from typing import Generic, TypeVar

import numpy as np

from tests.programs.registry import case, program


class Bunch:
    def __init__(self, **kw):
        self.__dict__.update(kw)

    def total(self):
        return sum(self.__dict__.values())


@program(case(0.7, 1.1), wrt=(0, 1))
def attributes_from_keywords(x, y):
    b = Bunch(a=x, b=y * x)
    b.c = 3.0
    s = sum(v for k, v in vars(b).items() if k != "c")
    for k in b.__dict__:
        s += getattr(b, k)
    b.__dict__["d"] = x * x
    d, e = dict(vars(b)), copy(b.__dict__)
    d["a"] = e["a"] = 5.0
    n = SimpleNamespace(a=x)
    n.__dict__.update(b=2 * x)
    m = SimpleNamespace(**vars(n))
    s += d["a"] + m.a * m.b + isinstance(vars(b), dict)
    return b.a * b.b + s + b.total() + ("a" in b.__dict__) + b.d + len(vars(b))


class Proxy:
    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)


class Temperature:
    def __init__(self, c):
        self._c = c

    def scaled(self, k):
        return self._c * k

    @property
    def f(self):
        return self._c * 9 / 5 + 32


@program(case(0.7))
def proxies(x):
    p = Proxy(Temperature(x))
    q = Proxy(np.array([x, 2.0]))
    return p.f * p._c + q.sum() + p.scaled(3.0)


def pick(o, which):
    return o.scaled if which else o.other


class Oscillator:
    def __init__(self, k):
        self.k = k
        self.calls = 0.0

    def slope(self, y):
        self.calls += 1.0
        return np.array([y[1], -self.k * y[0]])


def midpoint(slope, y, dt):
    return y + dt * slope(y + 0.5 * dt * slope(y))


@program(case(0.7, 0.1), wrt=(0, 1))
def bound_methods_handed_on(k, dt):
    o = Oscillator(k)
    y = np.array([1.0, 0.0])
    for _ in range(4):
        y = midpoint(o.slope, y, dt)
    t = Temperature(k)
    f = t.scaled

    def use(g, v):
        return g(v) + g(2 * v)

    found = []

    def keep(put, v):
        put(v * v)

    keep(found.append, k)
    h = pick(t, True)
    return y @ y * o.calls + use(f, k) + h(k) + sum(map(t.scaled, [k, 1.0])) + found[0]


class Graph(defaultdict):
    def __init__(self):
        super().__init__(list)

    def add(self, a, b, w):
        self[a].append((b, w))
        self[b].append((a, w))


class Bag(Counter):
    def norm(self):
        return math.sqrt(sum(v * v for v in self.values()))


class Window(deque):
    def mean(self):
        return sum(self) / len(self)


@program(case([1.0, 2.0, 0.3], 0.7), wrt=(0, 1))
def further_containers(xs, w):
    g = Graph()
    g.add("a", "b", w)
    g.add("a", "c", w * w)
    b = Bag({"a": w})
    b["c"] += 2 * w
    b.update({"a": 1.0})
    d = Window(maxlen=2)
    s = sum(x for _, x in g["a"]) * g["b"][0][1] + b.norm() * b["zz"] + b.norm()
    for x in xs:
        d.append(x)
        s += d.mean() ** 2
    return s


class Tracked(list):
    def __init__(self, *a):
        super().__init__(*a)
        self.log = []

    def __setitem__(self, i, v):
        self.log.append(i)
        super().__setitem__(i, v * 2)

    def __getitem__(self, i):
        return super().__getitem__(i) * 3.0

    def append(self, v):
        super().append(-v)

    def __iter__(self):
        return iter([v + 1 for v in list.__iter__(self)])

    def __contains__(self, v):
        return True

    def __len__(self):
        return super().__len__() + 10

    def __eq__(self, o):
        return False


@program(case(0.7, 1.1), wrt=(0, 1))
def everything_overridden(x, y):
    t = Tracked([x, y])
    t[0] = y
    t.append(x)
    t[1] += x
    more = (5.0 in t) + (t == t) + sum(v for v in t) + max(t)
    return t[0] + sum(t) * len(t) + len(t.log) + t[-1] + more


class Frozen(Mapping):
    def __init__(self, **k):
        self._d = dict(k)

    def __getitem__(self, k):
        return self._d[k]

    def __iter__(self):
        return iter(self._d)

    def __len__(self):
        return len(self._d)


class Row(Sequence):
    def __init__(self, *v):
        self.v = v

    def __getitem__(self, i):
        return self.v[i]

    def __len__(self):
        return len(self.v)


class Doubling(MutableMapping):
    def __init__(self):
        self.d = {}

    def __getitem__(self, k):
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = 2 * v

    def __delitem__(self, k):
        del self.d[k]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


class Tripling(MutableSequence):
    def __init__(self, *v):
        self.v = list(v)

    def __getitem__(self, i):
        return self.v[i]

    def __setitem__(self, i, x):
        self.v[i] = x

    def __delitem__(self, i):
        del self.v[i]

    def __len__(self):
        return len(self.v)

    def insert(self, i, x):
        self.v.insert(i, 3 * x)


@program(case(0.7, 1.1), wrt=(0, 1))
def abstract_containers(x, y):
    c, s = Frozen(x=x, y=y), Row(x, y, x * y)
    first = c["x"] * c.get("y", 1.0) + c.get("z", 2.0) + sum(c.values()) + ("x" in c)
    first += sum(v for _, v in c.items()) + len(list(c.keys())) + (Frozen(a=1) == Frozen(a=1))
    return first * (sum(s) + s[-1] + len(s) + sum(reversed(s)))


@program(case(0.7, 1.1), wrt=(0, 1))
def abstract_containers_that_change(x, y):
    m = Doubling()
    m["a"] = x
    m.update(b=y, c=x * y)
    m.setdefault("d", x)
    m.setdefault("a", 100.0)
    s = Tripling(x, y)
    s.append(x)
    s.extend([y, x])
    s += [1.0]
    t = s.pop()
    s[0] = 5 * x
    return sum(m.values()) * m.pop("b") + len(m) + sum(s) * t + s[3] + ("zz" in m)


class Tagged:
    def __new__(cls, k):
        made = super().__new__(cls)
        made.tag = 3.0
        return made

    def __init__(self, k):
        self.k = k


class Pair(tuple):
    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))

    @property
    def x(self):
        return self[0]

    def __add__(self, o):
        return Pair(self.x + o.x, self[1] + o[1])


class Point(namedtuple("Point", "x y z")):
    __slots__ = ()

    def __new__(cls, x, y, z=1.0):
        return super().__new__(cls, 2 * x, y, z)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z


@program(case(0.7, 1.1), wrt=(0, 1))
def made_in_new(x, y):
    s, v, p = Tagged(x), Pair(x, y) + Pair(y, 1.0), Point(x, y)
    return s.k * s.tag + v.x * v[1] + p.dot(Point(1.0, x, y)) + len(v)


class Doubled:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, cls=None):
        if obj is None:
            return self
        return getattr(obj, self.name)

    def __set__(self, obj, value):
        setattr(obj, self.name, 2 * value)


class Lazy:
    def __init__(self, f):
        self.f = f
        self.name = f.__name__

    def __get__(self, obj, cls):
        if obj is None:
            return self
        v = self.f(obj)
        obj.__dict__[self.name] = v
        return v


class Circle:
    r = Doubled()

    def __init__(self, r):
        self.r = r

    @Lazy
    def area(self):
        return math.pi * self.r**2


@program(case(0.7))
def descriptors(x):
    c = Circle(x)
    a = c.area
    c.r += 5.0
    return a + c.area * c.r


T = TypeVar("T")


class Items(Generic[T]):
    def __init__(self, *v):
        self.first = 5.0
        self.v: list[T] = list(v)

    def __getitem__(self, i):
        return self.v[i]

    def __setitem__(self, i, x):
        self.v[i] = x

    def __bool__(self):
        return bool(self.v)

    def pop(self) -> T:
        return self.v.pop()


@program(case(0.7))
def slices_of_objects(x):
    v = Items[float](x, x * x, 3.0)
    s = sum(v[0:2])
    v[0:2] = [1.0, x, x]
    s += sum(v.v)
    while v:
        s = s * 2 + v.pop()
    return s


@program(case(0.0, 0), case(0.0, 1), case(0.7, 3))
def lists_that_are_not_empty(x, n):
    xs = []
    for _ in range(n):
        xs.append(x)
    return 3.0 * x if bool(xs) else x


class Layers:
    def __init__(self, *steps):
        self.steps = list(steps)

    def __or__(self, f):
        return Layers(*self.steps, f)

    def __rshift__(self, f):
        self.steps.append(f)
        return self

    def __call__(self, x):
        return reduce(lambda v, f: f(v), self.steps, x)

    def __reversed__(self):
        return reversed(self.steps)


@program(case(0.7))
def layers_put_together(x):
    p = Layers(np.sin) | np.exp | (lambda v: v * x)
    p >> np.tanh
    y = p(x)
    for f in reversed(p):
        y = f(y)
    return y


@dataclass
class Settings:
    lr: float
    scale: InitVar[float] = 2.0
    steps: int = 3

    def __post_init__(self, scale):
        self.lr = self.lr * scale


@dataclass
class Further(Settings):
    extra: float = 1.0

    def __post_init__(self, scale):
        super().__post_init__(scale)
        self.extra *= self.lr


@program(case(0.7, 1.1), wrt=(0, 1))
def arguments_of_post_init(x, y):
    a, b = Settings(x, scale=y), Further(x, extra=y)
    return a.lr**2 + b.extra * b.lr * a.steps


class Reaction:
    """Orders of reactants, as Counter counts them."""

    def __init__(self, left, right, speed):
        self.reactants = Counter(left)
        self.net = Counter(right)
        self.net.subtract(self.reactants)
        self.speed = speed

    def rate(self, amounts):
        rate = self.speed
        for name, order in self.reactants.items():
            rate = rate * amounts[name] ** order
        return rate


REACTIONS = [Reaction("AAB", "C", 2.0), Reaction("C", "AB", 0.7)]


@program(case(np.array([0.4, 0.9, 0.2])))
def counted_reactants(amounts, network=REACTIONS):
    given = dict(zip("ABC", amounts, strict=False))
    change = dict.fromkeys("ABC", 0.0)
    for reaction in network:
        speed = reaction.rate(given)
        for name, count in reaction.net.items():
            change[name] += count * speed
    return sum(v**2 for v in change.values()) + REACTIONS[0].rate(given) * network[1].net["Z"]
