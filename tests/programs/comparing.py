"""Enumerations, and objects with an order of their own."""

import heapq
import math
from bisect import bisect, bisect_left, insort
from collections import deque
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from enum import Enum, Flag, IntEnum, auto
from functools import total_ordering
from typing import ClassVar

import numpy as np

from tests.programs.registry import case, program

MANY = np.array([0.5, 0.3, 0.9, 0.1, 0.72, 0.2, 0.83])


class Tone(Enum):
    LOW = 1.0
    HIGH = 2.5


class Op(Enum):
    ADD = "add"
    MUL = "mul"

    def apply(self, a, b):
        return a + b if self is Op.ADD else a * b

    @classmethod
    def parse(cls, s):
        return cls(s)

    @property
    def sign(self):
        return 1.0 if self is Op.ADD else -1.0


@program(case(0.7, "high"))
def members_by_name_and_value(x, mode):
    t = Tone[mode.upper()]
    s = x * t.value
    for m in Tone:
        s = s + m.value * math.sin(x) + len(m.name)
    s += Tone(2.5).value * x * len(Tone)
    s += Op.parse("mul").apply(x, 3.0) * Op("add").sign
    return s + Op["ADD"].apply(x, x * x)


class Level(IntEnum):
    A = 1
    B = 3


@program(case(0.7))
def members_that_are_ints(x):
    total = 0.0
    for level in Level:
        total += level * x**level + len(level.name)
    if Level(3) is Level.B and Level.B > Level.A:
        total += x**Level.B
    w = {Level.A: x, Level.B: x * x}
    return total + sum(w[level] for level in Level) + [x, 2 * x, 3 * x, 4 * x][Level.B]


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()


@program(case(0.7))
def flags(x):
    p = Perm.R | Perm.X
    y = x
    if p & Perm.R:
        y = y * x
    if Perm.W in p or p & Perm.W:
        y = y * 100
    if Perm.X in p:
        y = y + math.exp(x)
    if ~p & Perm.W:
        y = y + x
    for q in Perm:
        if q in p:
            y = y * 1.5
    return y


@total_ordering
class Version:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __eq__(self, o):
        return (self.a, self.b) == (o.a, o.b)

    def __lt__(self, o):
        return (self.a, self.b) < (o.a, o.b)


@total_ordering
class Money:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        if not isinstance(o, Money):
            return NotImplemented
        return self.v == o.v

    def __le__(self, o):
        if not isinstance(o, Money):
            return NotImplemented
        return self.v <= o.v


@program(case(1.3, 0.9), case(0.3, 0.9), wrt=(0, 1))
def orders_that_are_added(x, y):
    a, b = Money(x), Money(y)
    s = 0.0
    if a > b:
        s += x
    if a >= b:
        s += x * y
    if a < b:
        s += y * y
    if a != b:
        s += 3 * x
    m = max(a, b)
    n = min([a, b, Money(1.0)])
    s += max(Version(1, x), Version(1, y)).b + sorted([a, b, Money(1.1)])[1].v ** 2
    return s + m.v * n.v + sorted([a, b], reverse=True)[0].v


@program(case(0.6, 0.9), case(0.8, 0.3), wrt=(0, 1))
def pairs_in_order(x, y):
    s = x if (x, y) <= (0.7, 0.5) else y
    if (1.0, x) >= (1.0, y):
        s += x * y
    return s * (2.0 if [x] > [x, y] else 3.0)


@program(case([1.0, 2.0, 0.5, 0.7, 0.1]))
def means_of_a_window(xs):
    d = deque(maxlen=3)
    out = []
    for x in xs:
        d.append(x * x)
        if len(d) == d.maxlen:
            out.append(sum(d) / d.maxlen)
    return sum(out)


@dataclass(order=True, frozen=True)
class Item:
    cost: float
    w: float = field(compare=False, default=2.0)
    tags: list = field(default_factory=list, compare=False)

    def scaled(self, k):
        return replace(self, cost=self.cost * k)


@dataclass
class Body:
    m: float
    pos: np.ndarray
    vel: np.ndarray = field(default_factory=lambda: np.zeros(2))
    G: ClassVar[float] = 1.5
    E: float = field(init=False)

    def __post_init__(self):
        self.E = 0.5 * self.m * self.G

    def step(self, dt):
        self.pos = self.pos + dt * self.vel
        return self

    def total(self):
        return sum(np.sum(getattr(self, f.name)) for f in fields(self))


@program(case(0.7, 1.1), case(1.1, 0.7), wrt=(0, 1))
def dataclasses_in_order(x, y):
    a, b = Item(x), Item(cost=y, w=3.0)
    s = (a if a < b else b).cost * 2 + max(a, b).scaled(3.0).cost + sorted([b, a])[0].w * x
    if a == Item(x):
        s += y
    if a != b:
        s += x * y
    if Item(x) <= a and b >= b:
        s *= 1.5
    body = Body(x, np.array([x, y]))
    body.vel = np.array([y, 1.0])
    body.step(0.1).step(0.2)
    d, t = asdict(a), astuple(b)
    s += body.pos @ body.vel * body.E + d["cost"] * t[0] + len(d) * len(t)
    return s + body.total() ** 2


class Base:
    def __init__(self, v):
        self.v = v

    @classmethod
    def twice(cls, v):
        return cls(2 * v)


class Derived(Base):
    __slots__ = ("extra",)

    @classmethod
    def twice(cls, v):
        made = super().twice(v)
        made.extra = v
        return made

    @classmethod
    def bare(cls, v):
        made = cls.__new__(cls)
        made.v = v
        return made


@program(case(0.7))
def made_by_class_methods(x):
    d = Derived.twice(x)
    return d.v**2 * d.extra + Derived.bare(x * x).v


class Weight:
    def __init__(self, v):
        self.v = v

    def __lt__(self, o):
        return self.v < o.v

    def __gt__(self, o):
        return self.v > o.v


def heavier(a, b):
    return a if a.v > b.v else b


@program(case(0.7, 1.1), case(1.7, 1.1), wrt=(0, 1))
def which_object_it_is(x, y):
    a, b = Weight(x), Weight(y)
    m = max(a, b)
    s = m.v * 2
    if m is a:
        s += x * y
    if m is not a:
        s += y * y
    m.v = 5 * x
    c = Weight(x * y)
    best = heavier(a, heavier(b, c))
    for o in (a, b, c):
        if o is best:
            s += o.v**2
        else:
            s += o.v
    return s + a.v * b.v + (min(a, b) is b)


class Order:
    """Compared by a method, which is no comparison of numbers that fpad could read off."""

    def __init__(self, price, size, side, number):
        self.price, self.size, self.side, self.number = price, size, side, number

    def _key(self):
        return (-self.price if self.side == "buy" else self.price, self.number)

    def __lt__(self, other):
        return self._key() < other._key()


@program(case(MANY), case(list(MANY)))
def heap_of_objects(xs):
    """heapq asks `__lt__`, and puts the objects where it puts them."""
    heap = []
    for k, x in enumerate(xs):
        heapq.heappush(heap, Order(x, x * x, "buy" if k % 3 else "sell", k))
    heap[0].size -= 0.1
    first = heapq.heappop(heap)
    second = heapq.heapreplace(heap, Order(0.35, 1.0, "sell", 9))
    third = heapq.heappushpop(heap, Order(0.05, 2.0, "buy", 10))
    layout = sum((k + 1) * o.price * o.size for k, o in enumerate(heap))
    heapq.heapify(heap)
    return layout + first.size + 2 * second.price + 3 * third.size + heap[1].price


@program(case(MANY), case(list(MANY)))
def objects_in_order(xs):
    """sorted, sort, min, max and insort of a list whose length only the run tells."""
    orders = [Order(x, x * x, "buy" if k % 3 else "sell", k) for k, x in enumerate(xs)]
    ranked = sum((k + 1) * o.size for k, o in enumerate(sorted(orders, reverse=True)))
    best, worst = min(orders), max(orders)
    best.size *= 2.0
    book = []
    for o in orders:
        insort(book, o)
    orders.sort()
    pairs = sorted((o.number % 2, o) for o in orders)
    found = bisect_left([o.price for o in book], 0.2, 0, 3) + bisect(pairs, (1, worst))
    total = sum((k + 1) * o.size for k, o in enumerate(orders)) + found * worst.price
    return total + ranked + sum((k + 1) * o.price * c for k, (c, o) in enumerate(pairs))


@program(case(MANY))
def events_with_what_they_are_about(xs):
    """Tuples with an object behind a number that tells them apart."""
    events = []
    for k, x in enumerate(xs):
        heapq.heappush(events, (x * (1 + k % 2), Order(x, x * x, "buy", k)))
    total = 0.0
    for rank in range(4):
        time, order = heapq.heappop(events)
        order.size += time
        total += (rank + 1) * order.size
    return total + sum(t * o.price for t, o in events)
