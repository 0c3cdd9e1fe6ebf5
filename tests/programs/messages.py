"""Programs that print, or make texts of, lists, dicts and objects; slices and ranges as values."""

from __future__ import annotations

import math
import operator
import re
import string
from collections import Counter, defaultdict, deque
from dataclasses import dataclass

import numpy as np

from tests.programs.registry import case, program

X = np.array([0.5, -1.0, 2.0])


@program(case(X))
def lists_of_unknown_length(x):
    xs = [2.0 * v for v in x]
    pairs = [(k, v) for k, v in enumerate(x)]
    print(xs, f"{xs}", str(xs), [xs], "%s" % xs)
    print(pairs, tuple(xs), [list(x), [1.0]])
    return sum(xs) ** 2 + pairs[1][1]


@program(case(X))
def dicts_and_sets(x):
    known = {"a": x[0], "b": [x[1], 2.0]}
    print(known, known["b"])
    table = {}
    counted = defaultdict(float)
    signs = [1 if v > 0 else 0 for v in x]
    for k, v in enumerate(x):
        table[k % 2] = table.get(k % 2, 0.0) + v**2
        counted[signs[k]] += v
    print(table, counted, Counter(signs), set(signs), deque([x[0], x[1]], maxlen=2))
    return table[0] * known["b"][0] + counted[1]


@dataclass
class Point:
    x: float
    y: float


class Named:
    def __init__(self, value):
        self.value = value

    def __str__(self):
        return f"Named({self.value:.2f})"

    def __repr__(self):
        return "Named(..)"


@program(case(X))
def objects_shown(x):
    p, n = Point(x[0], x[1]), Named(x[2])
    points = [Point(v, 2.0 * v) for v in x]
    print(p, f"{p!r:>30}", n, repr(n), str(n), f"{n} {n!r}", [n, p])
    print(points[0], points)
    return p.x * p.y + n.value * sum(q.x * q.y for q in points)


@program(case(X))
def what_an_exception_shows(x):
    best = None
    for k, v in enumerate(x):
        if best is None or v > best[1]:
            best = (k, v)
    print("best", best, {"best": best[1]})
    if best[1] < 0.0:
        raise ValueError("no positive value", list(x))
    return best[1] ** 2


@program(case(X))
def complex_numbers_shown(x):
    z = complex(x[0], x[1])
    w = x + 2j * x
    print(z, f"{z:.2f}", w)
    return abs(z) ** 2 + np.sum(np.abs(w))


@program(case(X), case(np.array([0.3])))
def ranges_backwards(x):
    s = 0.0
    n = len(x)
    for i in range(n)[::-1]:
        s = 0.5 * s + x[i] ** 2
    for i in range(1, n)[::2]:
        s += x[i]
    for i in range(n)[1:]:
        s *= x[i - 1]
    return s + x[range(n)].sum() + range(3, 3 + n)[-1] * x[0]


@program(case(X))
def slices_as_values(x):
    def windows(n, width):
        return [slice(k, k + width) for k in range(n - width + 1)]

    s = 0.0
    for i in range(len(x) - 1):
        part = slice(i, i + 2)
        s += np.prod(x[part]) * (part.stop - part.start)
        s += x[np.s_[i:,]].sum()
    for part in windows(len(x), 2):
        s += np.max(x[part]) ** 2
    y = np.zeros((len(x), 2))
    for i in range(len(x)):
        column = (slice(i, None), 0)
        y[column] += x[i]
        y[slice(i), 1] = x[i] ** 2
    inner = np.s_[1 : len(x) - 1]
    z = x.copy()
    z[inner] *= 2.0
    values = [v**2 for v in x]
    first = slice(len(x) // 2)
    return s + np.sum(y**2) + np.sum(z**2) + sum(values[first])


@program(case(X))
def a_text_that_gets_longer(x):
    out, way = "", "start"
    for k, v in enumerate(x):
        out += f"{k}:{v:.2f} "
        if v > 0:
            way = way + "+"
        else:
            way = f"{way}-{v}"
    print(out, way, len(out), "-" * 4, "=" * len(x), out.strip().rjust(30), out.startswith("0"))
    return np.sum(x**2) * (2.0 if way == "start+-+" else 1.0) * out.count(":")


@program(case(X))
def lines_of_a_report(x):
    lines = ["header"]
    for k in range(len(x)):
        lines.append("row %d: %g" % (k, x[k]))
    lines.append("footer")
    print("\n".join(lines), lines, len(lines), lines[1], lines[-1])
    for k, line in enumerate(lines[1:]):
        print(k, line)
    for line in lines[::-1]:
        print(line)
    print(", ".join(f"{v:.3f}" for v in x), " ".join(map(str, x)), "-".join(["a", str(x[0])]))
    return np.sum(x**3)


@program(case(X))
def texts_beside_numbers(x):
    rows = []
    for k, v in enumerate(x):
        rows.append((f"item{k}", "up" if v > 0 else "down", v**2))
    best = max(rows, key=lambda row: row[2])
    print(best[0], rows)
    total = 0.0
    for name, way, value in rows:
        print(f"{name:<10}{way:>5}{value:8.3f}")
        total += value if way == "up" else 2.0 * value
    return total


@program(case(X))
def one_of_two_texts(x):
    labels = []
    for v in x:
        labels.append("up" if v > 0 else "down")
    found = {"ups": [], "values": []}
    for v, label in zip(x, labels, strict=True):
        found["ups"].append(f"{label}!")
        found["values"].append(v)
    print(labels, found)
    return sum(v if label == "up" else 2 * v**2 for v, label in zip(x, labels, strict=True))


@program(case(X), case(np.array([0.5, 1.5])))
def texts_one_behind_the_other(x):
    values = {"a": x[0], "b": x[1]}
    (best,) = [k for k, m in values.items() if m == max(values.values())]
    names = ["first", "second"] + [f"{v:.1f}" for v in x] + ["last"]
    rows = [("none", x[0])] + [(f"{k}", v) for k, v in enumerate(x)]
    rows.append(("total", sum(x)))
    names += ["behind"]
    print(best, names, rows)
    weight = 2.0 if best == "a" else 3.0
    return weight * sum(v**2 for name, v in rows if name != "1") * len(names)


def ways_of(x):
    out = []
    for v in x:
        out.append("up" if v > 0 else "down")
    return out


@program(case(X))
def texts_looked_for(x):
    ways = ways_of(x)
    weights = {"up": 2.0, "down": x[0]}
    total = sum(weights[way] * v**2 for v, way in zip(x, ways, strict=True))
    factor = (2.0 if "up" in ways else 1.0) * (3.0 if "flat" in ways else 1.0)
    ways[1] = "changed"
    print(ways, ways.index("up"), [way.upper() for way in ways if way.startswith("u")])
    return total * factor + np.sum(x) * ways.count("up") * len(ways)


@program(case(X))
def one_of_many_texts(x):
    tokens = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "3"]
    position, s = 0, 0.0
    while position < len(x) + 8:
        token = tokens[position]
        if token == "b":
            s += x[0]
        elif token in ("c", "3"):
            s += x[1] ** 2
        position += 1
    return s * x[2]


PATTERN = re.compile(r"(\w+)=(\d+)")


@program(case(1.3))
def texts_taken_apart(x, text="alpha=3, beta=4"):
    numbers = {name: int(value) for name, value in PATTERN.findall(text)}
    found = PATTERN.search(text)
    name, value = found.group(1), int(found.group(2))
    parts = re.split(r",\s*", text)
    if re.match("alpha", text):
        x = x * 2.0
    clean = "".join(c for c in text if c not in string.punctuation)
    return x ** numbers[name] + numbers["beta"] * x * value + len(parts) * len(clean) * x


def evaluate(expression, scope):
    if isinstance(expression, (int, float)):
        return expression
    if isinstance(expression, str):
        try:
            return scope[expression]
        except KeyError:
            raise NameError(f"unknown variable {expression!r}") from None
    head, *rest = expression
    values = [evaluate(part, scope) for part in rest]
    if head in OPERATORS:
        return OPERATORS[head](*values)
    return FUNCTIONS[head](*values)


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
FUNCTIONS = {"sin": math.sin, "exp": math.exp, "sq": lambda v: v * v}


@program(case([0.4, 1.2]))
def an_expression_evaluated(x):
    wave = ("*", "x", ("sin", "y"))
    fraction = ("/", ("exp", ("-", 0, "x")), ("+", 1, ("sq", "y")))
    return evaluate(("+", wave, fraction), {"x": x[0], "y": x[1]})


@program(case(1.3))
def what_a_generator_changes_at_once(x):
    seen = []
    table = defaultdict(float)
    table[0] = x

    def noted(a):
        seen.append(a)
        return a * x

    best = max(table[k] for k in range(2))
    most = max(noted(a) for a in range(3))
    return best + most * sum(noted(a) for a in [1.0, x]) + len(seen) * len(table) * x
