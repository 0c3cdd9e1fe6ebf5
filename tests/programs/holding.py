"""Classes that are lists and dicts: dicts with attributes, vectors, polynomials, stacks."""

import copy
import math
from collections import OrderedDict, UserDict, UserList

import numpy as np

from tests.programs.registry import case, program


class Params(dict):
    """Attributes are items."""

    __getattr__ = dict.__getitem__

    def __setattr__(self, k, v):
        self[k] = v


@program(case(0.7, 1.1), wrt=(0, 1))
def attributes_that_are_items(x, y):
    p = Params(x=x, y=y)
    p.z = x * y
    p["w"] = p.z + 1.0
    q = Params(p)
    q.update(y=3.0 * x)
    s = sum(p.values()) * q.y
    if "w" in p and "v" not in p:
        s += p.w
    for k, v in q.items():
        s += len(k) * v
    return s + len(q) + math.exp(p.get("x", 0.0)) + (p.pop("w") if p else 0.0) * len(p)


class AttrDict(dict):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self


@program(case(0.7, 1.1), wrt=(0, 1))
def dict_of_its_own(x, y):
    a = AttrDict({"x": x}, y=y)
    a.z = a.x * a.y
    a["u"] = a.z * 2
    b = AttrDict(**a)
    b.x = 5.0
    return a.u + a["z"] * a.x + b.u * a.y + b.x * a.x


class Dot(dict):
    __getattr__ = dict.get
    __setattr__ = dict.__setitem__
    __delattr__ = dict.__delitem__


@program(case(0.7, 1.1), wrt=(0, 1))
def dots_all_the_way_down(x, y):
    d = Dot(x=x, y=Dot(z=y))
    d.k = d.x * d.y.z
    d.y.z = d.y.z + d.k
    if d.missing is None:
        d.missing = 2.0
    return d.k * d.missing + d.y["z"] ** 2


class Strict(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name)

    def __setattr__(self, name, value):
        self[name] = value


@program(case(0.7, 1.1), wrt=(0, 1))
def attributes_or_errors(x, y):
    s = Strict(x=x)
    s.y = y * s.x

    def f(**kw):
        return kw["x"] * kw["y"]

    return f(**s) + sum(s[k] for k in s) + sum({**s, "t": x}.values())


class Vector(list):
    def dot(self, o):
        return sum(a * b for a, b in zip(self, o))

    def norm(self):
        return math.sqrt(self.dot(self))

    def __add__(self, o):
        return Vector([a + b for a, b in zip(self, o)])

    def __mul__(self, k):
        return Vector(k * a for a in self)

    __rmul__ = __mul__

    def __neg__(self):
        return self.__class__(-a for a in self)

    def scaled(self, k):
        for i in range(len(self)):
            self[i] *= k
        return self

    @classmethod
    def zeros(cls, n):
        return cls([0.0] * n)


@program(case([1.0, 2.0, 0.5], [0.3, 0.2, 0.9], 0.7), wrt=(0, 1, 2))
def vectors_that_are_lists(xs, ys, k):
    v, w = Vector(xs), Vector(ys)
    u = v + 2.0 * w * k
    u.append(k)
    u[0] += 1.0
    u.scaled(k)
    u += [k, k * k]  # longer: list has an __iadd__ of its own
    t = -u[1:][0]
    z = Vector.zeros(3)
    z[1] = k
    first, *rest = u
    s = sum([v, w], Vector.zeros(3)).norm()
    whole = np.sum(u) + np.dot(np.array(v), w) + np.array([v, w]).sum()
    return u.norm() + v.dot(w) * t + whole + max(u) + len(u) + z.norm() + first * sum(rest) * s


class Poly(dict):
    def __call__(self, x):
        return sum(c * x**p for p, c in self.items())

    def __add__(self, o):
        out = Poly(self)
        for p, c in o.items():
            out[p] = out.get(p, 0.0) + c
        return out

    def __mul__(self, o):
        out = Poly()
        for p, c in self.items():
            for q, d in o.items():
                out[p + q] = out.get(p + q, 0.0) + c * d
        return out

    def deriv(self):
        return Poly({p - 1: p * c for p, c in self.items() if p})


@program(case(0.3, 0.7, 1.1), wrt=(0, 1, 2))
def polynomials_that_are_dicts(a, b, x):
    p = Poly({0: a, 1: b, 3: 1.0})
    q = Poly({1: a * b})
    return (p + q)(x) * (p * q).deriv()(x)


class Stack(list):
    def __init__(self, limit, *items):
        super().__init__(items)
        self.limit = limit
        self.seen = 0.0

    def push(self, v):
        self.seen += v
        if len(self) < self.limit:
            self.append(v)
        else:
            super().append(2 * v)
            self.pop(0)

    @property
    def top(self):
        return self[-1]


@program(case([1.0, 2.0, 0.5], 0.7), wrt=(0, 1))
def stacks_with_a_limit(xs, k):
    s = Stack(3, k)
    for x in xs:
        s.push(x * k)
    t = copy.copy(s)
    t.append(k)
    d = copy.deepcopy(s)
    d[0] = 0.0
    kinds = isinstance(s, list) + (type(s) is Stack)
    return s.top * s.seen + sum(s) + len(s) + s[0] * t[-1] + sum(d) + kinds


class Missing(dict):
    def __missing__(self, k):
        v = self[k] = len(self) + 1.0
        return v


class Ordered(OrderedDict):
    def total(self):
        return sum(k * v for k, v in enumerate(self.values()))


@program(case(0.7))
def missing_and_ordered(x):
    m = Missing(a=x)
    o = Ordered(b=x, a=x * x)
    o.move_to_end("b")
    o["c"] = m["b"] * x
    return m["a"] * m["b"] + m["b"] * m["c"] + sum(m.values()) + o.total() * o.copy().total()


class Matrix(UserList):
    @property
    def T(self):
        return Matrix(list(map(list, zip(*self))))

    def __matmul__(self, o):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in o.T] for r in self])

    def trace(self):
        return sum(self[i][i] for i in range(len(self)))


class Registry(UserDict):
    def __setitem__(self, k, v):
        self.data[k.lower()] = v

    def total(self):
        return sum(self.data.values())


class Table(UserDict):
    pass


@program(case([[1.0, 2.0], [0.3, 0.4]], 0.7), wrt=(0, 1))
def user_lists_and_dicts(rows, k):
    m = Matrix(copy.deepcopy(rows))
    n = m @ m.T
    n[0][0] += k
    traced = n.trace()
    n.append([k, 1.0])
    r = Registry(A=k)
    r["B"] = k * k
    r["b"] = 3 * k
    t = Table({"a": k})
    t.update(b=k * 2)
    t["c"] = t["a"] * t.get("b", 0.0)
    more = sum(t.values()) + ("c" in t) + n[2][0] * len(n) + sum(map(sum, n[:1]))
    return traced + r.total() + r["a"] * len(n) + more


class Triple(tuple):
    def __add__(self, o):
        return Triple(a + b for a, b in zip(self, o))

    def dot(self, o):
        return sum(a * b for a, b in zip(self, o))

    @property
    def x(self):
        return self[0]


@program(case([1.0, 2.0, 0.5], 0.7), wrt=(0, 1))
def triples_that_are_tuples(xs, k):
    a = Triple(xs)
    c = a + Triple((k, k * k, 1.0))
    p, q, r = c
    return c.dot(a) * c.x + p * q - r + sum(c[1:]) + len(c)


@program(case(0.7))
def attributes_asked_for(x):
    s, o = Strict(lr=x), AttrDict(lr=x)
    y = x
    if hasattr(s, "lr"):
        y *= 2
    y *= getattr(o, "lr", 5.0) + getattr(o, "zz", 5.0)
    if hasattr(o, "zz"):
        y *= 100
    return y * max(s.values()) + len(max(o, key=o.get))


class Deep(dict):
    def __init__(self, *args, **kwargs):
        super().__init__()
        for k, v in dict(*args, **kwargs).items():
            self[k] = v

    def __setitem__(self, k, v):
        if isinstance(v, dict) and not isinstance(v, Deep):
            v = Deep(v)
        super().__setitem__(k, v)

    __setattr__ = __setitem__

    def __getattr__(self, k):
        if k in self:
            return self[k]
        raise AttributeError(k)

    def flat(self):
        out = []
        for v in self.values():
            out += v.flat() if isinstance(v, Deep) else [v]
        return out


@program(case(0.7, 1.1), wrt=(0, 1))
def trees_of_attributes(x, y):
    d = Deep({"a": {"b": x, "c": {"e": y}}}, f=x * y)
    d.a.c.e *= 2
    d.a.g = {"h": 3.0 * x}
    d["f"] += 1
    return sum(d.flat()) * d.a.g.h + d["a"]["c"]["e"] ** 2 + d.f


class Rows(dict):
    def row(self, k):
        return self.setdefault(k, [])

    def add(self, k, v):
        self.row(k).append(v)
        return self


class Amounts(dict):
    def __iadd__(self, o):
        for k, v in o.items():
            self[k] = self.get(k, 0.0) + v
        return self

    def __sub__(self, o):
        return Amounts({k: v - o.get(k, 0.0) for k, v in self.items()})

    def __or__(self, o):
        return Amounts({**self, **o})

    def __abs__(self):
        return sum(abs(v) for v in self.values())


@program(case(0.7, 1.1), wrt=(0, 1))
def operators_of_dicts(x, y):
    r = Rows()
    r.add("a", x).add("b", y).add("a", x * y)
    a = Amounts(x=x)
    b = a
    a += {"x": y, "z": x}
    c, d = a - {"z": 1.0}, a | {"w": y}
    a |= {"k": x}  # in place: dict has an __ior__ of its own
    plain = {"a": x}
    other = plain
    plain |= {"b": x * x}
    s = sum(sum(v) * (i + 1) for i, v in enumerate(r.values())) * r["a"][1]
    return s + abs(b) + abs(c) + abs(d) * len(b) + (a is b) + len(d) + sum(other.values())


@program(case(0.7, 7))
def keys_of_the_run(x, n):
    found = Rows()
    for i in range(n):
        found[i % 3] = found.get(i % 3, 0.0) + x**i
    p = AttrDict(total=0.0)
    for i in range(n):
        p.total += found.get(i % 3) * i
        p["last"] = i
    return p.total * p.last


class Machine(list):
    def push(self, v):
        self.append(v)

    def run(self, f):
        while len(self) > 1:
            b = self.pop()
            a = self.pop()
            self.push(f(a, b))
        return self[0]


@program(case([0.3, 0.7, 0.45, 1.1]))
def stack_machine(xs):
    s = Machine()
    for x in xs:
        if x > 0.4:
            s.push(x * x)
    t = Machine(xs)
    t.sort()
    t.reverse()
    t.extend(v for v in xs if v > 0.5)
    rows = [Machine([x, x * 2]) for x in xs]
    for row in rows:
        row.push(row[0] * row[1])
    best = max(rows, key=lambda row: row[-1])
    whole = sum(sum(row) for row in rows) * best[2]
    return s.run(lambda a, b: a * b + 1) + t[0] * t[-1] + len(t) + sum(t[1:3]) + whole
