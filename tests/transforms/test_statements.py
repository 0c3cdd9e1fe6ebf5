"""What leaves with and try statements, iterators that are used up, draws: beyond the corpus."""

import contextlib
import functools
import itertools
import random
import threading
import time
from collections import Counter, defaultdict, deque

import numpy as np
import pytest

import fpad
from fpad.transforms.errors import TransformError
from tests.transforms.execution import define

legacy = np.random
LOG: list[str] = []


class Noting:
    """A context manager that says when it is entered and left, and with what."""

    def __init__(self, name: str = "it") -> None:
        self.name = name

    def __enter__(self) -> None:
        LOG.append(f"enter {self.name}")

    def __exit__(self, cls: type | None, *_: object) -> None:
        LOG.append(f"leave {self.name} {cls.__name__ if cls else ''}".strip())


def modes(f, x, **more):
    """The function and its derivatives at x, each called once."""
    yield lambda: f(x, **more)
    yield lambda: fpad.grad(f)(x, **more)
    yield lambda: fpad.jvp(f)(x, tangent=1.0, **more)
    yield lambda: fpad.vjp(f)(x, cotangent=1.0, **more)
    yield lambda: fpad.vjp(fpad.grad(f))(x, cotangent=1.0, **more)
    yield lambda: fpad.jvp(fpad.grad(f))(x, tangent=1.0, **more)


# ---------------------------------------------------------------- with


def nested_managers(x, n):
    y = x
    with Noting("outer"):
        for k in range(3):
            with Noting("inner"):
                y = y * x
                if k == n:
                    return y * np.sin(y)
        y = y * y
    return y


@pytest.mark.parametrize("n", [0, 1, 5])
def test_managers_are_entered_and_left_once_and_in_order(n: int) -> None:
    logs = []
    for call in modes(nested_managers, 0.7, n=n):
        LOG.clear()
        call()
        logs.append(list(LOG))
    assert len(logs[0]) == 2 + 2 * min(n + 1, 3)
    assert all(log == logs[0] for log in logs)


def fails_inside(x):
    with Noting("outer"), Noting("inner"):
        y = x * x
        if y > 1.0:
            raise ValueError("too large")
    return y


def test_managers_are_left_when_an_exception_is_raised() -> None:
    for call in modes(fails_inside, 2.0):
        LOG.clear()
        with pytest.raises(ValueError, match="too large"):
            call()
        assert LOG[2:] == ["leave inner ValueError", "leave outer ValueError"]


def test_a_lock_is_free_afterwards() -> None:
    lock = threading.Lock()

    def f(x):
        with lock:
            y = 1.0 / x
        return y

    with pytest.raises(ZeroDivisionError):
        fpad.grad(f)(0.0)
    assert lock.acquire(blocking=False)
    lock.release()


def test_operations_stay_inside_the_manager() -> None:
    def f(x):
        with np.errstate(all="ignore"):
            y = np.log(x) / x
        return np.sum(y)

    with np.errstate(all="raise"):
        assert fpad.vjp(f)(np.array([1.0, 2.0]), cotangent=1.0)[0] == f(np.array([1.0, 2.0]))


# ---------------------------------------------------------------- try


def guarded(x, z):
    try:
        t = 1.0 / z
        y = x + t
    except ZeroDivisionError:
        y = 2.0 * x
    return y


def test_an_exception_that_a_handler_is_for_is_never_missed() -> None:
    assert guarded(3.0, 0.0) == 6.0
    for call in list(modes(guarded, 3.0, z=0.0))[1:]:
        with pytest.raises(ZeroDivisionError) as caught:
            call()
        (note,) = caught.value.__notes__
        assert "The try statement in line 2 of guarded was left without running" in note
        assert "Instead: test with an if" in note
    assert fpad.grad(guarded)(3.0, 2.0) == 1.0


def inverse(z):
    _unused = 1.0 / z
    return 3.0


def test_nor_in_a_helper_whose_value_is_not_needed() -> None:
    def f(x, z):
        try:
            y = x * inverse(z)
        except ZeroDivisionError:
            y = x
        return y

    assert fpad.grad(f)(1.0, 2.0) == 3.0
    with pytest.raises(ZeroDivisionError):
        fpad.grad(f)(1.0, 0.0)


def test_other_exceptions_have_no_note() -> None:
    def f(x):
        try:
            y = x / 0.0
        except ValueError:
            y = x
        return y

    with pytest.raises(ZeroDivisionError) as caught:
        fpad.grad(f)(1.0)
    assert not hasattr(caught.value, "__notes__")


# ---------------------------------------------------------------- draws


def noisy(x, rng):
    rng.normal()
    z = rng.normal(size=3)
    for _ in range(2):
        x = x + rng.random() * x
    if rng.integers(0, 10) > 20:
        x = x + rng.normal()
    return np.sum(z * x * x)


def test_draws_happen_once_in_order_in_every_mode() -> None:
    states, values = [], []
    for k in range(6):
        rng = np.random.default_rng(5)
        call = list(modes(noisy, 0.7, rng=rng))[k]
        values.append(call())
        states.append(rng.bit_generator.state)
    assert all(state == states[0] for state in states)
    assert values[2][0] == values[0]
    assert values[3][1] == values[1]


def test_draws_are_those_of_the_function() -> None:
    def f(x):
        return x * random.gauss(0.0, 1.0) + x * legacy.rand(3)[1] + 0.0 * time.time()

    random.seed(4)
    legacy.seed(4)
    expected = f(2.0) / 2.0
    random.seed(4)
    legacy.seed(4)
    assert fpad.grad(f)(2.0) == pytest.approx(expected, rel=1e-14)


# ---------------------------------------------------------------- iterators


def test_an_iterator_in_a_helper() -> None:
    def total(values, first):
        return first + sum(values)

    def f(x):
        squares = (v * v for v in x)
        return total(squares, next(iter(x))) * sum(map(np.sin, x))

    x = [0.4, 0.9]
    expected = [(f([x[0] + h, x[1]]) - f([x[0] - h, x[1]])) / (2.0 * h) for h in (1e-6,)]
    assert fpad.grad(f)(x)[0] == pytest.approx(expected[0], rel=1e-8)


REFUSED = {
    "an iterator used twice": (
        "    pairs = zip(x, x)\n    a = list(pairs)\n    return sum(p[0] for p in pairs)\n",
        "pairs is an iterator that may be used up here.",
    ),
    "an iterator that another one has read": (
        "    it = iter(x)\n    y = [a * b for a, b in zip(it, x)]\n    return y[0] + sum(it)\n",
        "it is an iterator that may be used up here.",
    ),
    "a zip of arrays used twice": (
        "    a = np.array(x)\n    z = zip(a, a)\n    y = 0.0\n"
        "    for p, q in z:\n        y += p * q\n"
        "    for p, q in z:\n        y += p\n    return y\n",
        "z is an iterator that may be used up here.",
    ),
    "an iterator that any may not have read": (
        "    it = iter(x)\n    y = any(v > 1.0 for v in it)\n    return sum(it) if y else x[0]\n",
        "it is an iterator that may be used up here.",
    ),
    "a generator expression over an iterator that goes on": (
        "    it = iter(x)\n    g = (v * v for v in it)\n    a = next(it)\n    return a * next(g)\n",
        "it is an iterator that may be used up here.",
    ),
    "one iterator given to chain twice": (
        "    it = iter(x)\n    return sum(itertools.chain(it, it))\n",
        "chain is given one iterator twice.",
    ),
    "one iterator given to product twice": (
        "    it = iter(x)\n    return sum(a * b for a, b in itertools.product(it, it))\n",
        "product is given one iterator twice.",
    ),
    "len of an iterator": ("    return x[0] * len(zip(x, x))\n", "len is given an iterator."),
    "an iterator returned": ("    return zip(x, x)\n", "f returns an iterator."),
    "a generator whose variables change": (
        "    k = 2.0\n    g = (k * v for v in x)\n    k = 3.0\n    return sum(g)\n",
        "What a generator expression uses may change",
    ),
    "a generator whose array is written": (
        "    a = np.array(x)\n    g = (a[0] * v for v in x)\n    a[0] = 5.0\n    return sum(g)\n",
        "An array may change that an iterator computes its values from",
    ),
    "strict zip of two lengths": (
        "    return sum(a * b for a, b in zip(x, [1.0], strict=True))\n",
        "zip() arguments have several lengths",
    ),
    "a loop over a set of texts": (
        "    names, seen, y = ['low', 'high'], set(), 0.0\n"
        "    for v in x:\n        seen.add(names[int(v) % 2])\n"
        "    for name in seen:\n        y += len(name)\n    return y * x[0]\n",
        "A loop runs over a set of texts, whose order differs from run to run.",
    ),
    "a manager made with an active value": (
        "    with Noting(x[0]):\n        y = x[0]\n    return y\n",
        "A context manager is made with a float, through which no derivative goes.",
    ),
    "what a manager gives": (
        "    with Noting() as y:\n        pass\n    return y * x[0]\n",
        "y is what a context manager gives.",
    ),
    "a raise out of a loop that is handled": (
        "    try:\n        for v in x:\n            if v > 1.0:\n                raise ValueError\n"
        "    except ValueError:\n        return 0.0\n    return x[0]\n",
        "An exception is raised inside a loop and handled outside of it.",
    ),
    "a handler for an unknown class": (
        "    try:\n        y = x[0]\n    except kind:\n        y = 0.0\n    return y\n",
        "Which exceptions are handled is not known",
    ),
    "raise without an exception": (
        "    raise\n",
        "raise without an exception stands in no handler.",
    ),
    "a draw with active parameters": (
        "    return x[0] * rng.gamma(x[1])\n",
        "gamma is drawn with a float, through which no derivative goes.",
    ),
    "a decorated recursion": (
        "    @functools.wraps(f)\n    def g(v):\n        return g(v)\n    return g(x[0])\n",
        "g calls itself, and it is decorated inside a function.",
    ),
    "bits of an array": (
        "    m = np.array([1, 2])\n    m |= 1\n    return x[0] * m[0]\n",
        "An array is changed in place by an operator on bits.",
    ),
    "exec": ("    exec('y = 1')\n    return x[0]\n", "exec runs code that is not known"),
    "eval": ("    return eval('x[0]')\n", "eval runs code that is not known"),
    "a thread": (
        "    threading.Thread(target=print)\n    return x[0]\n",
        "starts threads, in which effects have no order",
    ),
    "effects of an iterator in a loop": (
        "    y = 0.0\n    for v in map(shown, x):\n        y += v\n    return y\n",
        "Python lets effects happen when the values of an iterator are asked for",
    ),
    "draws of a generator that is used later": (
        "    g = (v * rng.random() for v in x)\n    y = rng.random()\n    return y + sum(g)\n",
        "Python lets effects happen when the values of an iterator are asked for",
    ),
}
SCOPE = {
    "np": np,
    "contextlib": contextlib,
    "functools": functools,
    "itertools": itertools,
    "threading": threading,
    "Noting": Noting,
    "total": define("def total(values):\n    return sum(values)\n"),
    "kind": None,
    "shown": define("def shown(v):\n    print(v)\n    return v\n"),
    "rng": np.random.default_rng(0),
    "deque": deque,
    "Counter": Counter,
    "defaultdict": defaultdict,
}


READ_ON = {
    "in a loop": "    for k in range(2):\n        y = sum(it) + x[0]\n    return y * y\n",
    "after a helper": "    y = total(it)\n    return y * y + sum(it)\n",
    "of a list that grows": "    x.append(x[0] * 2.0)\n    return sum(v * v for v in it)\n",
}


@pytest.mark.parametrize("name", READ_ON)
def test_an_iterator_that_is_read_on(name: str) -> None:
    f = define("def f(x):\n    x = list(x)\n    it = iter(x)\n" + READ_ON[name], **SCOPE)
    fpad.testing.check_grads(f, ([0.4, 0.9],), order=2)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    body, reason = REFUSED[name]
    f = define("def f(x):\n" + body, **SCOPE)
    with pytest.raises(TransformError) as caught:
        fpad.grad(f)([0.4, 0.9])
    assert reason in str(caught.value)
    assert all(r.remedy for r in caught.value.refusals)


@pytest.mark.parametrize("test", ["any", "all"])
def test_any_and_all_stop_where_python_does(test: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"def f(x):\n    return x[0] if {test}(shown(v) > 0.5 for v in x) else 0.0 * x[1]\n"
    f = define(text, **SCOPE)
    slope = fpad.value_and_grad(f)
    for x in ([0.4, 0.9, 0.7], [0.9, 0.1, 0.6], [0.8, 0.9, 0.7]):
        wanted, printed = f(x), capsys.readouterr().out
        value, (first, *_) = slope(x)
        assert value == wanted
        assert capsys.readouterr().out == printed
        assert first == (1.0 if wanted else 0.0)


# ---------------------------------------------------------------- values of other libraries


@pytest.mark.parametrize(
    ("package", "name", "remedy"),
    [
        ("pandas.core.series", "Series", ".to_numpy() of it"),
        ("torch", "Tensor", ".detach().numpy() of it"),
        ("jaxlib._jax", "ArrayImpl", "np.asarray(..) of it"),
        ("scipy.sparse._csr", "csr_array", ".toarray() of it"),
    ],
)
def test_arrays_of_other_libraries(package: str, name: str, remedy: str) -> None:
    cls = type(name, (), {"__module__": package, "shape": (3,)})
    for f in (fpad.grad(lambda x: x), fpad.grad(lambda s, x: s, wrt=0)):
        args = (cls(),) if f.primal.__code__.co_argcount == 1 else (1.0, cls())
        with pytest.raises(fpad.InputError, match="give") as caught:
            f(*args)
        assert f"is a {name} of {package.partition('.')[0]}" in str(caught.value)
        assert remedy in str(caught.value)


def test_subclasses_of_arrays() -> None:
    f = fpad.grad(lambda x: np.sum(x))
    with pytest.raises(fpad.InputError, match="is a matrix; give np"):
        f(np.ones((1, 1)).view(np.matrix))
    with pytest.raises(fpad.InputError, match="is a MaskedArray; give"):
        f(np.ma.masked_array([1.0, 2.0], mask=[True, False]))
    with pytest.raises(fpad.InputError, match="dtype object"):
        f(np.array([1.0, None]))
