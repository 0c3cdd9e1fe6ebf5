"""Arguments and values that are tuples, lists and dicts."""

import functools

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
M23 = np.array([[0.5, -1.2, 0.7], [1.1, 0.4, -0.9]])
LAYERS = [
    {"w": np.array([[0.4, -0.3, 0.2], [0.1, 0.8, -0.5]]), "b": np.array([0.1, -0.2])},
    {"w": np.array([[0.7, -0.6]]), "b": np.array([0.05])},
]


@program(case({"w": M23, "v": V3}))
def dict_of_arrays(p):
    h = p["w"] @ p["v"]
    return np.sum(h * h) + np.sum(p["v"] * p["v"])


@program(case(LAYERS, V3), case([], V3), wrt=("layers", "x"))
def layers_in_a_list(layers, x):
    h = x
    for layer in layers:
        h = np.tanh(layer["w"] @ h + layer["b"])
    return np.sum(h * h)


@program(case({"pair": (0.4, V3), "deep": {"k": [1.5, 2]}, "name": "static", "none": None}))
def nested_structure(p):
    s, v = p["pair"]
    k = p["deep"]["k"]
    return s * np.sum(v) * k[0] + k[1] * s


@program(case([0.4, 0.9, 1.3]), case((0.4, 0.9, 1.3)))
def list_of_floats(xs):
    total = 0.0
    for i in range(len(xs)):
        total = total + xs[i] ** (i + 1)
    for x in xs:
        total = total * x
    return total


@program(case((0.5, (1.2, -0.3)), 2.0), wrt=(0, 1))
def nested_tuples(p, x):
    a, (b, c) = p
    a, b = b * x, a
    (d, e), f = (a * c, b), c + x
    return d * e + f * a


@program(case(0.8), case(V3.copy()[0]))
def tuple_values(x):
    p = (x * x, np.sin(x))
    a, b = p
    q = (p[1], a, 2.0)
    return a * b * p[0] + q[0] * q[-1] + len(q)


@program(case(0.6, 4), case(0.6, 0))
def tuple_carried_by_a_loop(x, n):
    state = (x, 1.0, 0)
    for _ in range(n):
        a, b, k = state
        state = (a + 0.1 * b, b - 0.1 * a * x, k + 1)
    return state[0] * state[1] + state[2]


@program(case({"mean": 0.3, "scale": 1.2}, V3), wrt=(0, 1))
def result_as_dict(p, x):
    z = (x - p["mean"]) / p["scale"]
    return {"z": z, "loss": np.sum(z * z), "parts": (z[0], p["scale"])}


@program(case(0.8))
def list_value_read(x):
    parts = [x * x, x + 1.0, 3.0]
    total = parts[0] * parts[-1]
    for part in parts:
        total = total + part * x
    return total


@program(case(0.8, 1.1), wrt=(0, 1))
def dict_value_read(x, y):
    d = {"w": x * y, "q": {"r": np.sin(x)}}
    q = d["q"]
    return d["w"] * q["r"] * d["w"]


@program(case([V3, V3 + 1.0]), case([V3.astype(np.float32), V3.astype(np.float32) * 2]))
def list_of_arrays(vs):
    s = np.zeros_like(vs[0])
    for v in vs:
        s = s + v * v
    return np.sum(s * vs[0])


@program(case({"x": V3, "y": V3, "both": (V3, V3)}))
def one_array_under_many_keys(p):
    return np.sum(p["x"] * p["y"]) + np.sum(p["both"][0] * p["both"][1] ** 2)


@program(case((V3, {"a": np.array([]), "b": np.zeros((0, 2))}), 0.5), wrt=(0, 1))
def structure_with_empty_leaves(p, s):
    return s * np.sum(p[0] * p[0]) + np.sum(p[1]["a"]) + np.sum(p[1]["b"])


def split(p):
    return {"left": p[0] * 2.0, "right": p[1]}, p[0] * p[1]


@program(case((0.4, 0.7)))
def structures_through_a_helper(p):
    d, product = split(p)
    e, again = split((d["left"], product))
    return d["right"] * e["left"] + again * e["right"]


@program(case(0.7, {"mode": "cubic", "k": 3}), case(0.7, {"mode": "linear", "k": 3}))
def static_options(x, options):
    if options["mode"] == "cubic":
        return x**3 * options["k"]
    return x * options["k"]


@program(case(V3, flag=True), case(V3, flag=False), case(V3, kind="mean"))
def static_keywords(x, flag=True, kind="sum"):
    y = x * x if flag else x
    if kind == "mean":
        return np.mean(y * x)
    return np.sum(y * x)


# ---------------------------------------------------------------- displays and comprehensions


@program(case(1.5), case(-0.4))
def comprehensions_of_numbers(x):
    y = x * 2.0
    vs = [y * i + v for i, v in enumerate([x, y, 3.0]) if i != 1]
    table = {k: x * v for k, v in {"a": 1.0, "b": y}.items()}
    rows = [[x * i * j for j in range(3)] for i in range(2)]
    return sum(vs) + sum(v * v for v in vs) + table["a"] * table["b"] + sum(rows[1])


@program(case([1.0, -2.0, 3.0], 0.5), wrt=(0, 1))
def polynomial_of_a_list(ps, x):
    return sum(p * x**k for k, p in enumerate(ps))


@program(case({"layers": [(np.eye(2) * 0.5, np.ones(2)), (np.ones((2, 2)), np.zeros(2))]}))
def layers_kept_in_a_list(params):
    x = np.array([0.1, 0.2])
    hs = [x]
    for W, b in params["layers"]:
        hs = [*hs, np.tanh(W @ hs[-1] + b)]
    return np.sum(np.stack(hs) ** 2) + np.sum(np.concatenate([h * k for k, h in enumerate(hs)]))


def _scaled(*args, **named):
    return args[0] * args[1] * named.get("scale", 1.0)


@program(case(2.0), case(-1.5))
def stars_in_calls(x):
    xs = (x, 2.0)
    first, *rest = [x, *xs, x * x]
    return _scaled(*xs, **{"scale": x}) + _scaled(x, *[3.0]) + first * sum(rest) + max(*xs, x * x)


@program(case([1.0, 2.0, 3.0, 4.0]), case([0.5, 1.5]))
def ends_of_a_list(xs):
    first, *middle, last = xs
    return first * sum(middle) + last * len(middle) + all([v > 0.0 for v in xs]) * first


@program(case(0.7), case(1.3))
def a_variable_of_its_own(x):
    x = [x * k for k in (1.0, 2.0)]
    k = [[x * k for x in x] for k in (3.0, 4.0)]
    return x[0] * x[1] + k[1][0]


@program(case(1.5), case(-0.4))
def lists_that_grow(x):
    out = []
    d = {}
    for i in range(3):
        row = []
        for j in range(i + 1):
            row.append(x * i + j)
        out.append(row)
        d[i] = sum(row)
        if i == 1:
            continue
        d[i] = d[i] * x * i
    return out[2][1] * d[2] + d[0] + d[1]


@program(case(0.5, "sin"), case(0.5, "pow"), case(-0.5, "pow"), case(0.5, None), case(0.5, "abc"))
def chosen_by_a_pattern(x, kind):
    match kind:
        case "sin" | "s":
            return np.sin(x)
        case "pow" if x > 0:
            return x**3
        case None:
            y = x
        case other:
            y = x * len(other)
    return y * y


@program(case(0.5), case(-1.2))
def mapped_and_reduced(x):
    rows = map(lambda v, w: v * x * w, [1.0, x], (2.0, 3.0, 4.0))
    s = functools.reduce(lambda p, q: p * q + x, [x, 2.0, x], 1.0)
    for v in map(_squared, [x, x * 2.0]):
        s = s + v * x
    a, b = list(map(np.sin, [x, 1.0]))
    return sum(rows) + s + a * b + any([x > 0.0, x < -1.0]) * x


def _squared(v):
    return v * v
