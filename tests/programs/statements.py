"""With, try, loops over anything, sets, imports and match: what statements people write."""

import contextlib
import math
import threading
import warnings

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
LOCK = threading.Lock()


@contextlib.contextmanager
def quietly(level="ignore"):
    with np.errstate(all=level):
        yield


@program(case(V3, 0.4), wrt=(0, 1))
def inside_errstate(x, s):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(x * x) / s
    return np.sum(y * y)


@program(case(0.7, 3), case(1.6, 4))
def return_inside_with(x, n):
    total = 0.0
    for k in range(n):
        with LOCK, quietly():
            if k == 2 and x > 1.0:
                return total * x
            if k == 1:
                continue
            total += x**k
        with warnings.catch_warnings():
            total *= x
            if total > 4.0:
                break
    return total * total


@program(case({"w": 0.7}), case({"w": 0.7, "scale": 1.5}))
def missing_key(p):
    try:
        scale = p["scale"]
    except KeyError:
        scale = 2.0
    return scale * p["w"] ** 2


@program(case(0.7), case(V3), case([0.4, 0.9]))
def asks_for_length(x):
    try:
        n = len(x)
    except TypeError:
        return x * x
    else:
        total = 0.0
        for k in range(n):
            total += (k + 1) * x[k] ** 2
    return total


@program(case(0.7, 0.3), case(0.7, 1.2), wrt=(0, 1))
def numeric_try(x, s):
    try:
        y = math.sqrt(x) / s
    except (ZeroDivisionError, ValueError):
        y = 0.0
    finally:
        x = x * x
    return y * x


@program(case(0.7), case(-0.4))
def raise_and_handle(x):
    try:
        if x < 0.0:
            raise ValueError("negative")
        y = x * x
    except ValueError as error:
        y = -3.0 * x * len(error.args[0])
    else:
        y = y + 1.0
    return y * x


def root(x):
    if x < 0.0:
        raise ValueError(f"no root of {x}")
    return math.sqrt(x)


@program(case(0.7))
def helper_that_may_raise(x):
    try:
        y = root(x) + root(x * x)
    except ValueError:
        y = 0.0
    return y * y


@program(case(0.7, 2), case(1.3, 0))
def finally_on_every_way(x, n):
    calls = 0.0
    for k in range(3):
        try:
            if k == n:
                continue
            if x > 1.0 and k == 1:
                return calls * x
            calls = calls + x**k
        finally:
            calls = calls * 1.5
    return calls * x


@program(case(0.7, "sin"), case(0.7, "unknown"))
def looks_a_name_up(x, name):
    try:
        f = getattr(np, name)
    except AttributeError:
        f = math.exp
    try:
        import scipy_like_module_that_is_not_there as missing

        x = missing.scaled(x)
    except ImportError:
        x = 2.0 * x
    return f(x) * x


def doubled(f):
    import functools

    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


@program(case(0.7, 1.2), wrt=(0, 1))
def decorated_inside(x, s):
    @doubled
    def scaled(y, power=2):
        return s * y**power

    return scaled(x) * scaled(s, power=3)


@program(case({"a": 0.7, "b": 1.2}, "b"), case({"a": 0.7}, "c"))
def sets_of_texts(p, wanted):
    known = {"a", "b"}
    present = {name for name in p if name in known}
    total = 0.0
    for name in sorted(known & present | {wanted}):
        total += p[name] ** 2 if name in p else 1.0
    if wanted not in present:
        total *= len(known - present) + p["a"]
    for k in {3, 1, 2}:
        total += k * p["a"]
    return total * len(present)


@program(case(0.7, 6), case(0.7, 3))
def bits(x, n):
    flags = n
    flags &= 3
    flags |= 8
    flags ^= 1
    flags <<= 1
    seen = False
    for k in range(4):
        seen |= k == n
    return x**2 * flags + x * (flags >> 2) + (x if seen else 0.0)


@program(case([0.4, 0.9]))
def annotated_parts(xs):
    table: dict = {}
    table["first"]: float = xs[0] * xs[1]
    total: float = table["first"] ** 2
    width = 4
    name = f"{total:{width}.{width - 2}f}" if width > 9 else f"{width:>{width}}"
    return total * len(name)


def volume(shape):
    match shape:
        case ("ball", r):
            return 4.0 / 3.0 * np.pi * r**3
        case ["box", *sides] if len(sides) == 3:
            a, b, c = sides
            return a * b * c
        case {"kind": "tube", "r": r, "h": h}:
            return np.pi * r**2 * h
        case int() | float() as x:
            return x**3
        case [first, *_, [last, _]]:
            return first * last
    return 1.0


@program(case(0.7, 1.2), wrt=(0, 1))
def taken_apart_by_match(r, h):
    total = volume(("ball", r)) + volume(["box", r, h, r * h]) + volume(("box", r))
    total += volume({"kind": "tube", "r": r, "h": h, "color": "red"}) + volume({"kind": "tube"})
    return total * volume(r) + volume((r, 1, 2, (h, 0.0))) + volume("cube")


@program(case(0.7, 2), case(0.7, 5))
def match_on_what_is_known_later(x, n):
    pair = (n, x)
    match pair:
        case (2, y) | (3, y):
            return y * y
        case (k, y) if k > 4:
            return k * y**3
    return x


@program(case(0.4), case(0.6, "b"))
def chained_errors(x, key="a"):
    table = {"a": x * x}
    try:
        y = table[key]
    except LookupError as error:
        if x > 1.0:
            raise ValueError("no such entry") from error
        y = x
    except RuntimeError:
        raise
    return y * x + y


@program(case(0.7, V3), wrt=(0, 1))
def draws_of_its_own_generator(x, v):
    rng = np.random.default_rng(7)
    noise = rng.normal(size=3)
    total = 0.0
    for k in range(3):
        total += np.sum(v * noise) * rng.uniform() + x**k * rng.integers(1, 4)
    bent = rng.normal(x, v[0], size=(2, 3)) @ v
    return total * np.sum(bent) + rng.exponential(x) + rng.uniform(x, 2.0)


def shaken(x, rng):
    return x * rng.standard_normal() + x * x


@program(case(0.7), case(1.3))
def draws_in_helpers_and_branches(x):
    rng = np.random.RandomState(3)
    y = shaken(x, rng)
    if rng.rand() > 0.5 or x > 1.0:
        y = y * rng.randn()
    for _ in range(2):
        y = shaken(y, rng) + np.sum(rng.rand(2, 2)) * x
    return y


@program(case(0.7))
def never_used(x):
    import time

    start = time.perf_counter()
    y = x * x
    elapsed = time.perf_counter() - start
    return y + 0.0 * (elapsed > 1e9)


@program(case([0.7, [1.2, 0.4], 0.9]))
def parts_of_two_kinds(xs):
    total = 1.0
    for x in xs:
        try:
            total *= len(x) + x[0]
        except TypeError:
            with np.errstate(all="ignore"):
                total += x * x
            continue
        total += x[1] ** 2
    return total


@program(case(V3, "scale"), case(V3, "none"))
def handlers_in_loops(v, key):
    table = {"scale": v[0]}
    total = 0.0
    for k in range(3):
        if v[k] > 0.8:
            try:
                with quietly():
                    factor = table[key] * v[k]
            except (KeyError, IndexError):
                if k == 2:
                    return total * v[2]
                factor = 0.5
            total += factor * v[k]
        else:
            try:
                if v[k] > 5.0:
                    raise OverflowError
                total += v[k] ** 2
            except OverflowError:
                total = 0.0
            finally:
                total = total * 1.5
    return total


@program(case(0.7), case(1.4))
def error_handled_two_levels_up(x):
    y = x
    try:
        try:
            if x > 1.0:
                raise KeyError("far")
            y = y * x
        except ValueError:
            y = 0.0
        y = y + 1.0
    except KeyError:
        y = y * y * y
    return y * x


@program(case(0.7, 3), case(1.4, 2))
def nested_finally(x, n):
    y = x
    for k in range(n):
        try:
            try:
                if k == 1 and x > 1.0:
                    break
                y = y * x
            finally:
                y = y + 1.0
        finally:
            y = y * 2.0
    else:
        y = np.sin(y)
    return y


@program(case([0.4, 0.9], [0.3, 0.2]), wrt=(0, 1))
def for_over_anything(xs, ys):
    total = 0.0
    for k, c in enumerate("abc"):
        total += xs[0] * k if c != "b" else ys[1]
    for name, values in {"x": xs, "y": ys}.items():
        for j, v in reversed(list(enumerate(values))):
            total += v**2 * (j + 1) if name == "x" else v
    for row in np.array([xs, ys]):
        for entry in row:
            total *= 1.0 + 0.1 * entry
    for a, b in zip(map(np.sin, xs), filter(None, [1.0, 0.0, 2.0])):
        total += a * b
    k = 0
    while k < 2:
        total *= xs[1]
        k += 1
    else:
        total += ys[0]
    return total
