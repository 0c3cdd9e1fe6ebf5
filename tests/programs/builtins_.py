"""Builtins, functools, operator and itertools on tuples, lists and dicts of active values."""

import enum
import functools
import itertools
import math
import operator
from collections import OrderedDict, namedtuple

import numpy as np

from tests.programs.registry import case, kink, program

V3 = np.array([0.7, 1.3, 0.9])
ABOVE = [0.4, 1.9, 1.1, 0.8]
Body = namedtuple("Body", "mass position")


@program(case([0.4, 0.9, 1.3]), case((1.4, 0.9, 0.3)))
def sums_of_structures(xs):
    start = sum(xs, 2.0)
    flat = sum([[x, x * x] for x in xs], [])
    rows = sum((np.array([x, 1.0]) * x for x in xs), np.zeros(2))
    return start * flat[3] + rows[0] * rows[1] + sum(()) + sum([len(flat)])


@program(case(ABOVE), case([1.5, 0.2, 0.6, 0.9]))
def extremes_with_keys(xs):
    near = min(xs, key=lambda x: (x - 1.0) ** 2)
    far = max(xs, key=lambda x: abs(x - 1.0))
    last = max(range(len(xs)), key=lambda k: -k)
    known = min(xs[0], 3, key=lambda v: v * v)
    return near * near * far * known + xs[last] + max([], default=0.5) * far


@program(case([(0.4, 2.0), (0.3, 5.0), (0.9, 1.0)]))
def extremes_of_pairs(points):
    lowest = min(points, key=lambda p: p[1] - p[0])
    name, best = max({"a": points[0], "b": points[1]}.items(), key=lambda kv: kv[1][0])
    return lowest[0] * lowest[1] ** 2 + best[0] * best[1] + min((3.0, 1), (3.0, 0))[1]


@program(case(ABOVE), case([0.2, 0.3, 0.1, 0.15]))
def sorted_floats(xs):
    total = 0.0
    for k, x in enumerate(sorted(xs)):
        total += (k + 1) * x * x
    down = sorted(xs, reverse=True)
    return total + down[0] * down[-1]


@program(case({"c": 0.4, "a": 1.2, "b": 0.9}))
def sorted_by_inactive_keys(p):
    total = 1.0
    for k, name in enumerate(sorted(p)):
        total = total * p[name] + k
    rows = [(3, p["a"]), (1, p["b"]), (2, p["c"]), (1, p["a"])]
    ordered = sorted(rows, key=lambda r: r[0], reverse=True)
    return total * ordered[0][1] + ordered[2][1] ** 2 + ordered[3][1] ** 3


@program(case([(0.9, 1.0), (0.2, 3.0), (0.5, 2.0)]))
def sorted_by_active_keys(points):
    area = 0.0
    ordered = sorted(points, key=lambda p: p[0])
    for a, b in itertools.pairwise(ordered):
        area += (b[0] - a[0]) * (a[1] + b[1]) / 2.0
    return area * area


@program(kink([0.5, 0.5, 2.0], slope=[1.0, 2.0, 3.0]))
def sorted_keeps_ties_in_order(xs):
    a, b, c = sorted(xs)
    return a + 2.0 * b + 3.0 * c


@program(case([0.4, 0.9, 1.3]))
def filters(xs):
    table = {"w": xs[0], "skip": None, "v": xs[1]}
    kept = list(filter(lambda kv: kv[1] is not None, table.items()))
    odd = sum(x for k, x in filter(lambda kx: kx[0] % 2, enumerate(xs)))
    left = list(itertools.filterfalse(lambda kv: kv[1] is None, table.items()))
    return kept[1][1] * len(kept) + odd * xs[2] + left[0][1] ** 2


@program(case([0.4, 0.9, 1.3], V3), wrt=("xs", "v"))
def zips(xs, v):
    total = 0.0
    for x, k in zip(xs, (1, 2, 3), strict=True):
        total += k * x * x
    for k, (x, name) in enumerate(zip(xs, "abc"), start=1):
        total += x**k if name != "b" else 0.0
    for x, a in zip(reversed(xs), [v[0], v[1], v[2]]):
        total *= x + a
    return total


@program(case(0.73, 3), case(1.62, 4))
def numbers(x, n):
    q, r = divmod(x, 0.3)
    k, rest = divmod(n * 7, 4)
    return q * x + r * r + k + rest * x + pow(n, 3, 5) + pow(x, n) + round(x, 1) + int(x * 10)


@program(case(2.7), case(0.3))
def constants_of_python(x):
    best = float("inf")
    for scale in (1.0, 2.0, 0.5):
        trial = math.pi * x * scale + math.e
        if trial < best and not math.isnan(trial):
            best = trial
    lowest = -math.inf
    return best * best + max(lowest, x) + (0.0 if math.tau < 6.0 else x**3)


def weighted(a, x, b=1.0, *, scale=2.0):
    return scale * a * x * x + b * x


HALF = functools.partial(weighted, 0.5, scale=3.0)


@program(case(0.7, 0.4), wrt=(0, 1))
def partials(x, a):
    bound = functools.partial(weighted, a * x, scale=a)
    again = functools.partial(bound, b=x)
    squares = functools.partial(pow, 2.0)
    return bound(x) + again(x) * HALF(x) + squares(x) + sum(map(bound, [x, a]))


def total_of(functions, x):
    return sum(f(x) for f in functions)


@program(case(0.7, V3), wrt=(0, 1))
def partials_are_handed_on(x, v):
    parts = [functools.partial(np.multiply, v), functools.partial(weighted, x), np.sin]
    return np.sum(total_of(parts, x * x) ** 2)


@program(case([0.4, 0.9, 1.3]))
def functions_of_operator(xs):
    dot = sum(map(operator.mul, xs, (1.0, 2.0, 3.0)))
    product = functools.reduce(operator.mul, xs, 1.0)
    second = operator.itemgetter(1)
    first, last = operator.itemgetter(0, -1)(xs)
    both = operator.add(xs[:1], xs[1:])
    return dot * product + second(both) ** 2 + operator.truediv(first, last) + operator.neg(first)


@program(case([(0.5, 1.2), (1.5, 0.4)]))
def getters(pairs):
    bodies = [Body(*pair) for pair in pairs]
    mass = operator.attrgetter("mass")
    total = sum(map(mass, bodies))
    center = sum(b.mass * b.position for b in sorted(bodies, key=operator.attrgetter("position")))
    flat = operator.methodcaller("sum", axis=0)(np.array([total, center]))
    return center / total + flat


@program(case([0.4, 0.9], [1.3, 0.2, 0.5]), wrt=(0, 1))
def chains(xs, ys):
    total = 0.0
    for k, v in enumerate(itertools.chain(xs, ys)):
        total += (k + 1) * v * v
    for v in itertools.chain.from_iterable([xs, ys, [0.5]]):
        total *= 1.0 + 0.1 * v
    return total + sum(itertools.islice(ys, 1, None)) * sum(itertools.islice(xs, 1))


@program(case([0.4, 0.9, 1.3]))
def accumulations(xs):
    sums = list(itertools.accumulate(xs))
    products = list(itertools.accumulate(xs, operator.mul, initial=2.0))
    damped = list(itertools.accumulate(xs, lambda s, x: 0.5 * s + x * x))
    return sums[-1] * products[-1] + damped[1] * damped[2] + len(products)


@program(case([0.4, 0.9, 1.3, 0.6]))
def combinatorics(xs):
    pairs = sum(a * b * (a - b) ** 2 for a, b in itertools.combinations(xs, 2))
    ordered = sum(a * a * b for a, b in itertools.permutations(xs[:3], 2))
    grid = sum(x**i * y**j for x, i, y, j in itertools.product(xs[:2], (1, 2), xs[2:], (0, 1)))
    same = sum(math.prod(c) for c in itertools.combinations_with_replacement(xs, 2))
    corners = sum(a * b for a, b in itertools.product(xs[:2], repeat=2))
    return pairs + ordered * grid + same * corners


@program(case([0.4, 0.9, 1.3], V3), wrt=(0, 1))
def more_of_itertools(xs, v):
    total = sum(itertools.starmap(weighted, [(x, x) for x in xs]))
    for a, b in itertools.zip_longest(xs, [1.0], fillvalue=0.5):
        total += a * a * b
    for k, x in zip(itertools.count(1), xs):
        total += k * x**2
    for s, x in zip(itertools.cycle([1.0, -1.0]), xs):
        total += s * x**3
    for x in itertools.repeat(v[0] * xs[0], 3):
        total += x * x
    for k, x in zip(itertools.takewhile(lambda k: k < 2, itertools.count()), xs):
        total += k * x
    kept = list(itertools.compress(xs, [True, False, 1]))
    tail = list(itertools.dropwhile(lambda k: k < 4, range(7)))
    return total * kept[1] + len(tail)


@program(case(V3, 0.3), wrt=(0, 1))
def counted_along_an_array(v, x):
    total = 0.0
    for k, a in zip(itertools.count(2), v):
        total += k * a * x
    for a, b in zip(v, itertools.repeat(x * x)):
        total += a * b
    return total


@program(case(V3, 0.3), wrt=(0, 1))
def iterators_along_an_array(v, x):
    total = 0.0
    for a, b in zip(v, iter([x, x * x])):
        total += a * b
    squares = (a * a for a in v)
    for k, s in enumerate(squares):
        total += k * s
    return total * sum(a * x for a in v)


def kind_name(x):
    if isinstance(x, (list, tuple)):
        return "many"
    if callable(x):
        return "function"
    return "one"


@program(case({"w": V3, "b": 0.4, "f": [0.5, 1.5]}))
def questions_about_kinds(p):
    total = 0.0
    for value in (*p.values(), np.sin):
        match kind_name(value):
            case "many":
                total += sum(value) * value[0]
            case "function":
                total += value(total)
            case _:
                total += np.sum(value * value) if np.ndim(value) else value**3
    if type(p) is dict and type(p["f"]) == list and not hasattr(p, "weights"):
        total *= p["b"]
    return total


class Mode(enum.Enum):
    SOFT = "soft"
    HARD = "hard"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


@program(case(0.7, Mode.SOFT, Level.LOW), case(0.7, Mode.HARD, Level.HIGH))
def enumerations(x, mode, level):
    y = x * x if mode is Mode.SOFT else x**3
    if mode == Mode.HARD:
        y = y + 1.0
    if level > Level.LOW:
        y = y * level
    return y * x + level * x + len(mode.value) + Level.HIGH.value * y


@program(case([0.4, 0.9], "relu"), case([0.4, 0.9], "TANH_2"))
def texts(xs, name):
    kind = name.lower().split("_")
    label = "%s-%d" % (kind[0], len(kind))
    scale = float("0.5") if label.startswith("relu") else float(kind[-1])
    key = f"{label:>10}".strip().upper() + str(2) + repr("a") + format(3, "02d")
    named = dict(zip(["first", "second"], xs))
    return named["first"] * scale + named["second"] ** len(key) + "abc".index("b") * xs[0]


@program(case(0.7, 1.2), wrt=(0, 1))
def ordered_dicts(x, y):
    d = OrderedDict()
    d["a"] = x * y
    d["b"] = x
    e = OrderedDict([("k", y), ("m", x * x)])
    total = 0.0
    for k, (name, value) in enumerate(d.items()):
        total += (k + len(name)) * value * e["k"]
    return total + e["m"] * dict(a=x, **e)["k"]


@program(case([0.4, 0.9, 1.3]))
def iterators(xs):
    it = iter(xs)
    first = next(it)
    second = next(it, 0.0)
    total = first * second
    for x in it:
        total += x**3
    squares = (x * x for x in xs)
    pairs = zip(xs, xs[1:])
    return total * sum(squares) + sum(a * b for a, b in pairs) + next(iter([]), first)


@program(case(0.7))
def static_slices(x):
    xs = [x, x * x, x**3, 1.0]
    part = slice(1, None, 2)
    a, b = xs[part]
    v = np.array(xs)[part]
    return a * b + np.sum(v * v) + xs[::-1][0] * xs[-2:][0]


@program(case(0.7, [0.3, 1.1]), wrt=(0, 1))
def any_and_all(x, ys):
    y = x
    if all(v > 0.2 for v in ys) and any(map(lambda v: v > 1.0, ys)):
        y = y * ys[0]
    if not any([]) and all(()) and any((None, "", 0, "set")):
        y = y * ys[1]
    return y * y


def apply_twice(f, x):
    return f(f(x))


@program(case(0.7, 0.4), wrt=(0, 1))
def attributes_by_name(x, a):
    f = getattr(np, "tanh")
    g = getattr(np, "no_such_function", None) or math.exp
    table = {"f": f, "g": g}
    return apply_twice(table["f"], x) * table["g"](a) + (a if hasattr(math, "pi") else x)
