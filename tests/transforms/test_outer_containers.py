"""Lists, dicts and sets outside that a function changes: a derivative leaves there what f does."""

from __future__ import annotations

import copy
import functools
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms.errors import TransformError


def fresh() -> dict[str, Any]:
    """What the functions below change, given anew to each of them."""
    return {
        "log": [],
        "count": {"n": 0, "scale": 1.5},
        "hits": Counter(),
        "times": OrderedDict(),
        "seen": set(),
        "groups": defaultdict(list),
        "last": deque([1.0, 2.0]),
        "deep": {"a": {"n": 0, "of": [1.0]}, "w": np.array([1.0, 2.0])},
        "model": SimpleNamespace(history=[], calls=0, table={"k": 2.0}),
    }


LOG: list[Any] = []
COUNT: dict[str, Any] = {}
HITS: Counter[str] = Counter()
TIMES: OrderedDict[str, float] = OrderedDict()
SEEN: set[str] = set()
GROUPS: defaultdict[str, list[Any]] = defaultdict(list)
LAST: deque[float] = deque()
DEEP: dict[str, Any] = {}
MODEL = SimpleNamespace()


def texts(x: Any) -> Any:
    LOG.append("begin")
    LOG.append(f"x is {len(LOG)}")
    return x * x * len(LOG)


def records(x: Any) -> Any:
    for k in range(3):
        LOG.append((k, x * k))
        LOG.append({"k": k, "x": [x, 1.0]})
    return x**2


def arrays(x: Any) -> Any:
    y = np.array([x, 2.0 * x])
    LOG.append(y)
    return np.sum(y**2)


def counter(x: Any) -> Any:
    COUNT["n"] += 1
    return x * COUNT["n"] * COUNT["scale"]


def new_keys(x: Any) -> Any:
    COUNT["m"] = COUNT.get("m", 0) + 2
    COUNT.setdefault("last", 3.0)
    if "never" in COUNT or not COUNT:
        return x
    return x**2 * COUNT["m"] * COUNT["last"]


def loops(x: Any) -> Any:
    y = x
    while y < 40.0:
        COUNT["n"] += 1
        HITS["while"] += 1
        y = y * 1.5
    for k in ("a", "b", "a"):
        HITS[k] += 1
    return y * HITS["a"]


def branches(x: Any) -> Any:
    if x > 2.5:
        LOG.append("large")
        return x * len(LOG)
    LOG.append("small")
    return x**2 * len(LOG)


def timed(f: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(f)
    def inner(*args: Any) -> Any:
        start = time.perf_counter()
        try:
            return f(*args)
        finally:
            TIMES[f.__name__] = TIMES.get(f.__name__, 0.0) + 0.0 * (time.perf_counter() - start)
            HITS[f.__name__] += 1

    return inner


@timed
def _square(x: Any) -> Any:
    return x * x


def decorated(x: Any) -> Any:
    return _square(x) + _square(x + 1.0)


def sets(x: Any) -> Any:
    if "begun" not in SEEN:
        SEEN.add("begun")
    SEEN.add("again")
    SEEN.discard("nothing")
    return x * x * len(SEEN)


def grouped(x: Any) -> Any:
    GROUPS["even"].append(2)
    GROUPS["even"].append(4)
    GROUPS["odd"].append(1)
    return x * x * len(GROUPS["even"]) * sum(GROUPS["odd"])


def queue(x: Any) -> Any:
    LAST.append(0.5)
    first = LAST.popleft()
    return x * x * first + sum(LAST)


def deep(x: Any) -> Any:
    DEEP["a"]["n"] += 1
    DEEP["a"]["of"].append(2.0)
    return x * DEEP["a"]["of"][-1] * DEEP["a"]["n"] * np.sum(DEEP["w"])


def attributes(x: Any) -> Any:
    MODEL.calls += 1
    MODEL.history.append("call")
    MODEL.table["k"] += 0.5
    return x * x * MODEL.table["k"] * len(MODEL.history)


@functools.cache
def _known(n: int) -> int:
    return n * n


def memo(x: Any) -> Any:
    def fib(n: int) -> Any:
        if n in COUNT:
            return COUNT[n]
        COUNT[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
        return COUNT[n]

    return x * fib(8) * _known(3)


def emptied(x: Any) -> Any:
    LOG.clear()
    LOG.extend([3, 4])
    LOG.insert(0, 5)
    LOG[1] = 7
    k = LOG.pop()
    del LOG[0]
    return x * k * LOG[0]


def whole(x: Any) -> Any:
    COUNT.update(n=7)
    return x * sum(COUNT.values())


def slices(x: Any) -> Any:
    LAST.extend([4.0, 5.0])
    DEEP["a"]["of"].append(0.5)
    DEEP["a"]["of"][:] = DEEP["a"]["of"][-3:]
    LOG.extend(["b", "a", "c"])
    del LOG[:-3]
    LOG.sort()
    LOG.reverse()
    return x * sum(DEEP["a"]["of"][:2]) * (1 + LOG.index("a"))


FUNCTIONS = (
    *(texts, records, arrays, counter, new_keys, loops, branches, decorated, sets, grouped, queue),
    *(deep, attributes, memo, emptied, whole, slices),
)


def _begin() -> None:
    parts = (LOG, COUNT, HITS, TIMES, SEEN, GROUPS, LAST, DEEP)
    for part, value in zip(parts, fresh().values(), strict=False):
        part.clear()
        (part.extend if isinstance(part, list | deque) else part.update)(value)
    vars(MODEL).update(vars(fresh()["model"]))


def _now() -> Any:
    parts = (LOG, COUNT, HITS, TIMES, SEEN, GROUPS, LAST, DEEP, vars(MODEL))
    return [(type(p), repr(copy.deepcopy(p))) for p in parts]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("forward", [False, True], ids=["reverse", "forward"])
def test_leaves_what_the_function_leaves(f: Any, forward: bool) -> None:
    points = (2.0, 3.0, 2.0, 1.5)
    _begin()
    wanted = [(f(x), _now()) for x in points]
    _begin()
    g = fpad.jvp(f) if forward else fpad.value_and_grad(f)
    seed = {"tangent": 1.0} if forward else {}
    found = [(g(x, **seed)[0], _now()) for x in points]
    for (a, before), (b, after) in zip(wanted, found, strict=True):
        assert a == pytest.approx(b, rel=1e-12)
        assert before == after


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_derivatives_are_those_of_each_call(f: Any) -> None:
    for x in (2.0, 3.0):
        slopes = []
        for g in (fpad.grad(f), None):
            _begin()
            if g is not None:
                slopes.append(g(x))
                continue
            step = 1e-6
            values = []
            for at in (x - step, x + step):
                _begin()
                values.append(f(at))
            slopes.append((values[1] - values[0]) / (2 * step))
        assert slopes[0] == pytest.approx(slopes[1], rel=1e-6)


def test_second_derivatives_happen_once() -> None:
    _begin()
    assert fpad.grad(fpad.grad(texts))(3.0) == 4.0
    assert len(LOG) == 2


def comes_back(x: Any) -> Any:
    COUNT["y"] = x * x
    return COUNT["y"] * x


def comes_back_deep(x: Any) -> Any:
    GROUPS["a"].append(x)
    return sum(GROUPS["a"])


def held_by_two(x: Any) -> Any:
    row = [1.0]
    DEEP["row"] = row
    DEEP["row"].append(2.0)
    return x * len(row)


def changed_behind(x: Any) -> Any:
    row = [1.0]
    LOG.append(row)
    row.append(2.0)
    return x * len(row)


def several_sorts(x: Any) -> Any:
    LOG.append(1.0)
    LOG.append("a")
    return x * LOG[0]


def gives_it(x: Any) -> Any:
    LOG.append(1.0)
    return LOG


@pytest.mark.parametrize(
    "f",
    [comes_back, comes_back_deep, held_by_two, changed_behind, several_sorts, gives_it],
    ids=lambda f: f.__name__,
)
def test_refused(f: Any) -> None:
    _begin()
    with pytest.raises(TransformError):
        fpad.grad(f)(2.0)


def test_another_list_under_the_name() -> None:
    state: dict[str, Any] = {"of": []}
    globals()["NAMED"] = state["of"]

    def f(x: Any) -> Any:
        NAMED.append(1)  # type: ignore[name-defined]  # noqa: F821
        return x * len(NAMED)  # type: ignore[name-defined]  # noqa: F821

    g = fpad.grad(f)
    assert [g(1.0), g(1.0)] == [1.0, 2.0]
    globals()["NAMED"] = []
    assert g(1.0) == 1.0
    assert state["of"] == [1, 1]
    globals()["NAMED"] = deque()
    assert g(1.0) == 1.0


def test_under_two_names() -> None:
    shared: list[int] = []
    table = {"log": shared}

    def f(x: Any) -> Any:
        shared.append(1)
        return x * len(table["log"])

    g = fpad.grad(f)
    assert [g(1.0), g(1.0), g(1.0)] == [1.0, 2.0, 3.0]


def test_of_a_default_and_of_a_cell() -> None:
    held: list[int] = []

    def inner(x: Any, kept: Any = []) -> Any:  # noqa: B006
        kept.append(1)
        held.append(2)
        return x * len(kept) * len(held)

    g = fpad.grad(lambda x: inner(x))
    assert [g(1.0), g(1.0)] == [1.0, 4.0]
    assert held == [2, 2]
    with pytest.raises(TransformError, match="changes kept"):
        fpad.grad(inner)(1.0)


class Network:
    def __init__(self) -> None:
        self.losses: list[float] = []
        self.stats = {"calls": 0}

    def loss(self, w: Any) -> Any:
        value = np.sum(w**2)
        self.losses.append(float(value))
        self.stats["calls"] += 1
        return value * self.stats["calls"]


def test_of_the_receiver() -> None:
    net = Network()
    g = fpad.grad(net.loss)
    np.testing.assert_allclose(g(np.array([1.0, 2.0])), [2.0, 4.0])
    np.testing.assert_allclose(g(np.array([1.0, 2.0])), [4.0, 8.0])
    assert net.losses == [5.0, 5.0]
    assert net.stats == {"calls": 2}


def test_its_kind_changes() -> None:
    table: dict[str, Any] = {"n": 1}

    def f(x: Any) -> Any:
        table["m"] = 1
        return x * table["n"]

    g = fpad.grad(f)
    assert g(1.0) == 1.0
    table["n"] = 2.5
    assert g(1.0) == 2.5
    table["n"] = "two"
    with pytest.raises((TransformError, TypeError)):
        g(1.0)


def test_the_checker_says_what_it_met() -> None:
    _begin()
    report = fpad.check(texts, 0.0)
    assert (report.verdict, report.reason) == ("UNKNOWN", "no_exact_rule: list.append")
    assert fpad.check(counter, 1.0).reason == "no_exact_rule: dict.__getitem__"


def given_and_outside(x: Any, log: Any) -> Any:
    LOG.append(1.0)
    return x * len(log)


def held_and_outside(x: Any, model: Any) -> Any:
    LOG.append(1.0)
    return x * len(model.history)


def test_what_is_given_is_not_outside_too() -> None:
    _begin()
    assert fpad.grad(given_and_outside)(2.0, [1.0, 2.0]) == 2.0
    assert fpad.grad(held_and_outside)(2.0, SimpleNamespace(history=[3.0])) == 1.0
    for f, given in ((given_and_outside, LOG), (held_and_outside, SimpleNamespace(history=LOG))):
        with pytest.raises(fpad.InputError, match="outside"):
            fpad.grad(f)(2.0, given)


def is_what_it_stands_for(x: Any) -> Any:
    LOG.append("u")
    COUNT["n"] += 1
    same = type(LOG) is list and isinstance(COUNT, dict) and not isinstance(LOG, dict | tuple)
    print(LOG, f"{LOG}", hasattr(LOG, "append"), hasattr(LOG, "keys"))
    return x * 2 if same and LOG is not None else x


def test_it_is_what_it_stands_for(capsys: Any) -> None:
    _begin()
    is_what_it_stands_for(1.0)
    wanted = capsys.readouterr().out
    _begin()
    assert fpad.grad(is_what_it_stands_for)(1.0) == 2.0
    assert capsys.readouterr().out == wanted


def asks_for_items(x: Any) -> Any:
    COUNT["n"] += 1
    return sum(x * v for _, v in COUNT.items())


def test_what_is_not_supported_is_named() -> None:
    _begin()
    with pytest.raises(TransformError, match="items of COUNT, a dict outside"):
        fpad.grad(asks_for_items)(1.0)


def test_put_under_one_name_and_read_under_another() -> None:
    shared = [1.0]
    table = {"log": shared, "n": 0}

    def f(x: Any) -> Any:
        shared.append(x)
        return x * table["log"][-1]  # type: ignore[index]

    with pytest.raises(TransformError, match="of which floats are read"):
        fpad.grad(f)(2.0)

    def g(x: Any) -> Any:
        shared.append(3.0)
        table["n"] += 1  # type: ignore[operator]
        return x * table["log"][-1] * len(shared)  # type: ignore[index]

    shared[:] = [1.0]
    d = fpad.grad(g)
    assert [d(1.0), d(1.0)] == [6.0, 9.0]
    table["log"] = [5.0]
    assert d(1.0) == 20.0
    table["log"] = shared
    assert d(1.0) == 15.0


def test_what_a_default_stands_for_may_get_another_kind() -> None:
    table: dict[str, Any] = {}

    def f(x: Any) -> Any:
        table["other"] = 1
        return x * table.get("n", 2)

    d = fpad.grad(f)
    assert d(1.0) == 2.0
    table["n"] = 2.5
    assert d(1.0) == 2.5


def test_a_long_log_costs_little() -> None:
    log: list[float] = [0.5] * 100_000

    def f(x: Any) -> Any:
        log.append(1.5)
        return x * log[-1]

    d = fpad.grad(f)
    assert d(2.0) == 1.5
    for _ in range(20):
        d(2.0)
    assert len(log) == 100_021


def test_what_is_read_as_it_is_may_come_to_hold_what_is_changed() -> None:
    log = [1.0]
    table = {"a": [2.0, 3.0]}

    def f(x: Any) -> Any:
        log.append(4.0)
        return x * len(table["a"])

    d = fpad.grad(f)
    assert d(1.0) == 2.0
    table["a"] = log
    assert [d(1.0), d(1.0)] == [3.0, 4.0]
    log.append(log)  # type: ignore[arg-type]
    assert d(1.0) == 6.0
