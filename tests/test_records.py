"""Branch records: paths, nearest choices, differences, JSON, and what derivatives record."""

from __future__ import annotations

import inspect
import json
import math
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import runtime as fp
from fpad.records import BranchRecord, Choice, Site
from tests.programs import PROGRAMS, Program
from tests.situations import refusable
from tests.transforms.execution import define

HERE = Site("a.py", "f", 1, 10, 5, "y = np.maximum(x, 0.0)")
THERE = Site("a.py", "f", 2, 11, 5, "if y > 1.0:")


def choices(*labels: Any) -> BranchRecord:
    return BranchRecord(
        Choice(replace(HERE, ordinal=k), "numpy.maximum", label, 0.5)
        for k, label in enumerate(labels)
    )


def test_from_raw() -> None:
    origin = SimpleNamespace(**vars(HERE))
    sites = {"f:1": SimpleNamespace(origin=origin, op="numpy.maximum")}
    raw = [
        ("f:1", np.array([True, False]), np.float32([1.5, -2.0]), (), ()),
        ("f:1", True, None, ("f:7",), (2, 0)),
        ("f:1", None, 3.0, (), ()),
        ("f:1", 3, np.array(0.25), (), [1]),
    ]
    record = BranchRecord.from_raw(raw, sites)
    assert len(record) == 3
    first, second, third = record.choices
    assert (first.site, first.op) == (HERE, "numpy.maximum")
    assert first.label.tolist() == [1, 0]
    assert first.label.dtype == np.int64
    assert first.switch.dtype == np.float32
    assert (second.label, second.call_path, second.iteration) == (1, ("f:7",), (2, 0))
    assert math.isnan(second.switch)
    assert (third.label, third.switch, third.iteration) == (3, 0.25, (1,))


def test_path_knows_places_and_labels_only() -> None:
    base = Choice(HERE, "numpy.maximum", np.array([1, 0]), np.array([0.5, -0.5]))
    path = BranchRecord([base]).path
    same = [
        replace(base, site=replace(HERE, file="elsewhere/b.py")),
        replace(base, site=replace(HERE, line=99, column=1, text="edited")),
        replace(base, switch=np.array([3.0, -1.0])),
        replace(base, label=np.array([1, 0], np.int8)),
    ]
    others = [
        replace(base, label=np.array([1, 1])),
        replace(base, label=np.array([[1, 0]])),
        replace(base, op="numpy.minimum"),
        replace(base, site=replace(HERE, function="g")),
        replace(base, site=replace(HERE, ordinal=2)),
        replace(base, iteration=(0,)),
        replace(base, call_path=("g:1",)),
    ]
    assert {BranchRecord([c]).path for c in same} == {path}
    paths = {BranchRecord([c]).path for c in others}
    assert len(paths) == len(others)
    assert path not in paths
    assert choices(1, 0).path != choices(0, 1).path
    assert int(path, 16) > 0


def test_nearest() -> None:
    record = BranchRecord(
        [
            Choice(
                HERE, "numpy.maximum", np.zeros((2, 2), int), np.array([[3.0, -0.5], [2.0, 0.25]])
            ),
            Choice(THERE, "if", 1, -0.3),
            Choice(THERE, "for", 3, math.nan),
        ]
    )
    assert [(n.choice.op, n.index, n.switch) for n in record.nearest(3)] == [
        ("numpy.maximum", (1, 1), 0.25),
        ("if", (), -0.3),
        ("numpy.maximum", (0, 1), -0.5),
    ]
    assert len(record.nearest()) == 1
    assert len(record.nearest(99)) == 5
    assert BranchRecord().nearest() == ()


def test_diff() -> None:
    a, b = choices(1, np.array([1, 0, 1]), 2), choices(1, np.array([1, 1, 0]), 2)
    assert a.diff(a) == ()
    (d,) = a.diff(b)
    assert d.indices == ((1,), (2,))
    assert (d.here, d.there) == (a.choices[1], b.choices[1])
    longer = choices(1, np.array([1, 0, 1]), 2, 7)
    (d,) = a.diff(longer)
    assert (d.here, d.there) == (None, longer.choices[3])
    (d,) = longer.diff(a)
    assert (d.here, d.there) == (longer.choices[3], None)
    (d,) = choices(np.array([1])).diff(choices(np.array([1, 1])))
    assert d.indices == ()


def test_diff_of_choices_made_again() -> None:
    """The same place twice, without a loop that tells the two apart."""
    c = Choice(HERE, "numpy.maximum", 1, 0.5)
    a, b = BranchRecord([c, c]), BranchRecord([c, replace(c, label=0)])
    (d,) = a.diff(b)
    assert d.there is b.choices[1]


def test_json() -> None:
    record = BranchRecord(
        [
            Choice(HERE, "numpy.maximum", np.array([[1], [0]]), np.float32([[0.1], [math.nan]])),
            Choice(THERE, "while", 1, math.inf, ("f:2", "g:1"), (0, 4)),
            Choice(THERE, "if", 0, 0.1 + 0.2),
        ]
    )
    text = record.to_json()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    again = BranchRecord.from_json(text)
    assert again.to_json() == text
    assert again == record
    assert again.path == record.path
    assert hash(again) == hash(record)
    assert again.choices[0].switch.dtype == np.float32
    assert again.choices[1].switch == math.inf
    assert again.choices[2].switch == 0.1 + 0.2
    assert again.choices[1].iteration == (0, 4)


def test_labels_of_every_type_are_the_same_numbers() -> None:
    """A record that was made of notes has the digest of its choices, whatever the notes' types."""
    sites = {"f:1": SimpleNamespace(origin=SimpleNamespace(**vars(HERE)), op="numpy.maximum")}

    def noted(label: Any) -> str:
        record = BranchRecord.from_raw([("f:1", label, None, ("g:1 call f",), (0,))], sites)
        unread = record.path
        assert BranchRecord(record.choices).path == unread
        assert BranchRecord.from_json(record.to_json()).path == unread
        return unread

    for alike in (
        [np.array([True, False, True]), np.array([1, 0, 1]), np.array([1.0, 0.0, 1.0])],
        [np.int8([-1, 0, 1]), np.array([-1, 0, 1]), np.array([-1.0, -0.0, 1.0], np.float32)],
        [np.array([300, 2]), np.array([300.0, 2.0])],
        [True, 1, 1.0, np.True_, np.array(1)],
        [np.array([math.nan, 1.0]), np.array([math.inf, 1.0]), np.array([1e300, 1.0])],
    ):
        assert len({noted(label) for label in alike}) == 1
    arrays = [[1, 0], [1, 1], [1, 0, 0], [1, 256], [1, -1], [257, 0], [2**40, 0]]
    different = [*map(np.array, arrays), np.zeros((2, 0)), np.zeros((0, 2)), 1, 0, 2**70]
    assert len({noted(label) for label in different}) == len(different)
    large = BranchRecord.from_raw([("f:1", 10**30, 0.5, (), ())], sites).choices[0]
    assert large.label == 10**30


def test_nothing_is_read_before_it_is_asked_for() -> None:
    record = BranchRecord.from_raw([("unknown site", 1, None, (), ())], {})
    with pytest.raises(KeyError):
        _ = record.path
    with pytest.raises(KeyError):
        _ = record.choices


def overwritten_operand(x):
    y = x * 1.0
    z = np.abs(y)
    y[0] = 5.0
    return np.sum(z * y)


def overwritten_mask(x):
    m = x > 0.0
    y = np.where(m, x, 2.0 * x)
    m[:] = False
    return np.sum(np.where(m, y, 3.0 * y))


def overwritten_mask_that_a_rule_has_too(x):
    m = x >= 0.0
    m[1] = False
    y = np.maximum(x, 0.0)
    m[0] = True
    return np.sum(np.where(m, y, x))


def overwritten_argument(x):
    y = np.abs(x)
    x[0] = 7.0
    return np.sum(y * x)


def overwritten_view(x):
    y = 2.0 * x
    z = np.abs(y[::-1])
    y *= 3.0
    return np.sum(z * y)


def overwritten_in_a_loop(x):
    y = 1.0 * x
    s = 0.0
    for k in range(2):
        s = s + np.sum(np.abs(y))
        y[k] = y[k] + 10.0
    return s


def noted_by_hand(x: Any) -> dict[str, list[tuple[list[int], list[float]]]]:
    """Labels and switches of the programs above at x = [-1, 2]."""
    return {
        "overwritten_operand": [([-1, 1], [-1.0, 2.0])],
        "overwritten_mask": [([0, 1], [-1.0, 2.0]), ([0, 0], [math.nan])],
        "overwritten_mask_that_a_rule_has_too": [([0, 1], [-1.0, 2.0]), ([1, 0], [math.nan])],
        "overwritten_argument": [([-1, 1], [-1.0, 2.0])],
        "overwritten_view": [([1, -1], [4.0, -2.0])],
        "overwritten_in_a_loop": [([-1, 1], [-1.0, 2.0]), ([1, 1], [9.0, 2.0])],
    }


@pytest.mark.parametrize("name", noted_by_hand(None))
def test_what_is_overwritten_later_was_noted_before(name: str) -> None:
    f, x = globals()[name], np.array([-1.0, 2.0])
    for d in (fpad.record(f), fpad.grad(f, record=True), fpad.jvp(f, record=True)):
        seed = {"tangent": np.ones(2)} if "jvp" in repr(d) else {}
        _, record = d(x, **seed)
        x[:] = 77.0  # by the caller, who is free to, before the record is read
        choosing = [c for c in record.choices if c.op in ("numpy.absolute", "numpy.where")]
        choosing += [c for c in record.choices if c.op == "numpy.maximum"]
        choosing.sort(key=lambda c: c.site.ordinal)
        got = [(c.label.tolist(), np.ravel(c.switch).tolist()) for c in choosing]
        wanted = noted_by_hand(x)[name]
        np.testing.assert_equal([g for g, _ in got], [w for w, _ in wanted])
        for (_, a), (_, b) in zip(got, wanted, strict=True):
            np.testing.assert_equal(a, b)
        x[:] = [-1.0, 2.0]


def test_a_result_that_is_overwritten_was_noted_before() -> None:
    def f(x):
        y = 2.0 * x
        return np.sum(np.abs(y)), y

    (_, y), record = fpad.grad(f, has_aux=True, record=True)(np.array([-1.0, 2.0]))
    y[:] = 0.0
    assert record.choices[0].switch.tolist() == [-2.0, 4.0]


def test_what_nobody_else_sees_is_not_copied() -> None:
    def f(x, b):
        y = 2.0 * x - b
        return np.sum(np.abs(y) * np.floor(y)) + y[np.argmax(y * y)]

    args = np.array([-1.0, 2.0]), np.array([0.5, 0.25])
    d = fpad.grad(f, wrt=(0, 1), record=True)
    (bx, bb), record = d(*args)
    assert "fp.noted" not in d.source
    for part in (*args, bx, bb):
        part[:] = 77.0
    assert [c.switch.tolist() for c in record.choices if c.op == "numpy.absolute"] == [[-2.5, 3.75]]


CHOOSE_THEIR_KEYS = [p for p in PROGRAMS if p.name.startswith(("text_keys.", "uneven."))]


@pytest.mark.parametrize(
    "program",
    [
        *(pytest.param(p, id=p.name) for p in CHOOSE_THEIR_KEYS),
        *(pytest.param(p, id=p.name, marks=pytest.mark.slow) for p in PROGRAMS),
    ],
)
def test_nobody_writes_what_was_noted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is the one of a run that copies everything at once."""
    if "perf_counter" in inspect.getsource(program.function):
        return  # no two runs have the same switches
    derivative = fpad.record(program.function)
    args, kwargs = program.cases[0].fresh()
    with refusable(program), np.errstate(all="ignore"):
        value, record = derivative(*args, **kwargs)
        for part in (args, tuple(kwargs.values()), value):
            spoil(part)
        choice, chosen = fp.choice, fp.chosen
        monkeypatch.setattr(fp, "choice", lambda *given: choice(given[0], *deepcopy(given[1:])))
        monkeypatch.setattr(
            fp, "chosen", lambda *given, **kw: chosen(given[0], *deepcopy(given[1:]), **kw)
        )
        args, kwargs = program.cases[0].fresh()
        _, copied = derivative(*args, **kwargs)
        assert record == copied
        assert record.path == copied.path
        assert BranchRecord.from_json(record.to_json()) == record


def spoil(value: Any) -> None:
    """Overwrite arrays, inside displays too, as their owner may."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value[...] = 77.0
    elif isinstance(value, dict):
        spoil(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for part in value:
            spoil(part)


PROGRAM = """
import numpy as np


def part(v):
    return np.maximum(v, 0.0)


def f(x):
    total = 0.0
    for k in range(2):
        total = total + np.sum(part(x - k))
        while total > 1.0:
            total = total / 2.0
    if total > 0.5:
        return abs(total - 0.75)
    return total
"""


def test_what_derivatives_record() -> None:
    f = define(PROGRAM)
    value, record = fpad.record(f)(np.array([2.0, -1.0]))
    (again, gradient), second = fpad.value_and_grad(f, record=True)(np.array([2.0, -1.0]))
    assert value == again
    assert gradient.shape == (2,)
    assert second == record
    ops = [c.op for c in record.choices]
    assert ops == [
        *("numpy.maximum", "while", "while", "while trips"),
        *("numpy.maximum", "while", "while", "while trips"),
        *("for", "if", "builtins.abs"),
    ]
    first = record.choices[0]
    assert first.label.tolist() == [1, 0]
    assert first.switch.tolist() == [2.0, -1.0]
    assert first.site.function == "part"
    assert len(first.call_path) == 1
    assert first.iteration == (0,)
    assert record.choices[-3].label == 2
    assert (record.nearest()[0].choice.op, record.nearest()[0].switch) == ("while", 0.0)
    _, again = fpad.record(f)(np.array([2.0, -0.5]))
    assert again.path == record.path
    _, other = fpad.record(f)(np.array([2.0, 1.0]))
    assert other.path != record.path
    assert record.diff(other)[0].indices == ((1,),)
    assert BranchRecord.from_json(record.to_json()) == record


def bent(x: Any) -> Any:
    y = np.maximum(x, 0.0) * x[0] if x[0] > 0 else x
    for k in range(3):
        if y[k] > 1.0:
            y = y * 0.5 + np.maximum(y, y[::-1])
    return y


@pytest.mark.parametrize("mode", ["forward", "reverse", "auto"])
def test_jacobians_record_the_choices_of_the_function(mode: str) -> None:
    x = np.array([1.0, 2.0, -0.5])
    _, record = fpad.record(bent)(x)
    plain = fpad.jacobian(bent, mode=mode)(x)
    for d in (
        fpad.jacobian(bent, mode=mode, record=True),
        fpad.record(fpad.jacobian(bent, mode=mode)),
        fpad.jacobian(fpad.record(bent), mode=mode),
    ):
        value, found = d(x)
        np.testing.assert_array_equal(value, plain)
        assert found == record
    assert len(record) == 7


def test_a_hessian_records_what_the_gradient_does() -> None:
    f = define(PROGRAM)
    x = np.array([2.0, -1.0])
    value, record = fpad.hessian(f, record=True)(x)
    np.testing.assert_array_equal(value, fpad.hessian(f)(x))
    assert record == fpad.record(f)(x)[1]
    nested, again = fpad.jacobian(fpad.jacobian(bent), record=True)(np.ones(3))
    assert nested.shape == (3, 3, 3)
    assert again == fpad.record(bent)(np.ones(3))[1]


def test_precision_flips_a_branch() -> None:
    f = define("import numpy as np\ndef f(x):\n    return np.maximum(x + 1.0, 1.0)\n")
    _, wide = fpad.record(f)(-(2.0**-12))
    _, narrow = fpad.record(fpad.round_to(f, "bfloat16"))(-(2.0**-12))
    (d,) = wide.diff(narrow)
    assert (d.here.label, d.there.label) == (0, 1)
    assert d.here.site.line == 3


def test_an_int_makes_the_choices_that_its_float_makes() -> None:
    """An inner call is then specialised for an int, an outer one for a float."""
    text = "def e(a):\n    return (1.2 + a**2) ** 0.3\n\ndef f(y):\n    return e(e(y))\n"
    f = define(text)
    _, plain = fpad.record(f)(1)
    _, derived = fpad.grad(f, record=True)(1)
    assert plain.path == derived.path


def doubled(a: float, b: float) -> float:
    n = 0
    while a < 1 and n < 3:
        a = a * 2 + b * b
        n += 1
    return a - n


def mixed_tests(x: float, y: float) -> float:
    w = x - y if x > 2 else 2 * np.where(x > 0, y, x)
    return doubled(y, w)


def test_a_test_of_a_number_and_one_of_what_may_be_an_array_are_one_test() -> None:
    gradient, record = fpad.grad(mixed_tests, record=True)(0.5, 0.25)
    assert gradient == fpad.grad(mixed_tests)(0.5, 0.25)
    tests = [(c.op, c.label) for c in record.choices if c.op in ("if", "while")][1:]
    assert tests == [("if", 1), ("while", 1)] * 2 + [("if", 0), ("while", 0)]
    assert [c.switch for c in record.choices if c.op == "if"] == [-1.5, -0.75, -0.25, 0.75]


def takes_numpys_comparison(x):
    return np.sum(np.greater(x, 0.5) * x)


def asks_for_both(x):
    return np.sum(np.where(np.logical_and(x > 0.5, x < 1.5), x, 0.0))


def asks_for_any(x):
    return x[0] if np.any(x > 1.5) else x[1]


def asks_for_the_opposite(x):
    return x[0] if not x[0] > 1.0 else x[1]


def asks_a_number(x):
    return x[0] if x[0] else x[1]


def masks_in_a_helper(x):
    def large(v):
        return v > 1.5

    return np.sum(x[large(x)])


def cuts_off(x):
    return np.sum(x.astype(int) * x)


def counts_bins(x):
    return x[np.searchsorted(np.array([0.0, 1.75]), x[1]) - 1] + np.sum(np.digitize(x, [0.5]) * x)


def takes_a_partition(x):
    return np.sum(np.partition(x, 1) * np.array([1.0, 3.0]))


def accumulates_maxima(x):
    return np.sum(np.maximum.accumulate(x) * x)


def takes_positions(x):
    return x[np.argpartition(x, 1)[0]] + x[np.nanargmax(x)]


def takes_unique(x):
    return np.sum(np.unique(x) * np.array([1.0, 2.0]))


def is_close(x):
    return np.sum(np.isclose(x, 1.0) * x)


def whole(x):
    return np.sum(x) * int(np.sum(x > 0.0)) + max(len(x), 1) + 3


EVERY_CHOICE: dict[Any, list[tuple[str, Any, Any]]] = {
    takes_numpys_comparison: [("numpy.greater", [1, 1], [0.5, 1.5])],
    asks_for_both: [
        ("operator.gt", [1, 1], [0.5, 1.5]),
        ("operator.lt", [1, 0], [-0.5, 0.5]),
        ("numpy.where", [1, 0], math.nan),
    ],
    asks_for_any: [("operator.gt", [0, 1], [-0.5, 0.5]), ("if", 1, math.nan)],
    asks_for_the_opposite: [("if", 1, 0.0)],
    asks_a_number: [("if", 1, 1.0)],
    masks_in_a_helper: [("operator.gt", [0, 1], [-0.5, 0.5])],
    cuts_off: [("numpy.ndarray.astype", [1, 2], math.nan)],
    counts_bins: [("numpy.searchsorted", 2, 0.25), ("numpy.digitize", [1, 1], [0.5, 1.5])],
    takes_a_partition: [("numpy.partition", [0, 1], [1.0, 1.0])],
    accumulates_maxima: [("fpad.runtime.order.running", [0, 1], [math.inf, 1.0])],
    takes_positions: [
        ("numpy.argpartition", [0, 1], math.nan),
        ("numpy.nanargmax", 1, 1.0),
    ],
    takes_unique: [("numpy.unique", [0, 1], math.nan)],
    is_close: [("numpy.isclose", [1, 0], math.nan)],
    whole: [("operator.gt", [1, 1], [1.0, 2.0]), ("builtins.max", 0, 1.0)],
}


@pytest.mark.parametrize("f", EVERY_CHOICE, ids=lambda f: f.__name__)
def test_every_choice_is_noted(f: Any) -> None:
    """What only feeds other comparisons, indices or arithmetic too; steps leave integers alone."""
    _, record = fpad.grad(f, record=True)(np.array([1.0, 2.0]))
    got = [
        (c.op, np.asarray(c.label).tolist(), np.asarray(c.switch).tolist()) for c in record.choices
    ]
    np.testing.assert_equal(got, EVERY_CHOICE[f])
    assert fpad.record(f)(np.array([1.0, 2.0]))[1] == record


class Scaled:
    def __init__(self, w: float) -> None:
        self.w = w

    def apply(self, x: Any) -> Any:
        for k in range(3):
            x = self.layer(x, k)
        return np.sum(x)

    def layer(self, x: Any, k: int) -> Any:
        return np.maximum(self.w * x + 0.002 * k, 1.0)


def halved(x, depth):
    if depth == 0 or x < 0.25:
        return x
    return halved(x * 0.5, depth - 1) + halved(x * 0.4998, depth - 1)


def above(t):
    def total(values):
        turned = lambda u: u if u > t else -u  # noqa: E731
        return sum([turned(u) for u in values])

    return total


def grows(x):
    n = 0
    while x < 10.0:
        x = x * 1.05
        n += 1
        if n % 2:
            continue
        x = x + 0.001
    return x


def picks(values):
    def large(values):
        for v in values:
            if v > 0.5:
                yield v * v

    return sum(large(values))


NEAR_ONE = np.linspace(0.99, 1.01, 7)
FLIPPED: list[tuple[Any, tuple[Any, ...], str, tuple[int, ...]]] = [
    (Scaled(0.9995).apply, (NEAR_ONE,), "numpy.maximum", (0,)),
    (halved, (0.50003, 4), "if", ()),
    (above(1.0), (list(NEAR_ONE),), "if", ()),
    (grows, (0.3,), "while", (72,)),
    (picks, (list(NEAR_ONE / 2.0),), "if", ()),
]


@pytest.mark.parametrize(("f", "args", "op", "iteration"), FLIPPED)
def test_where_bfloat16_parts_from_float64(
    f: Any, args: tuple[Any, ...], op: str, iteration: tuple[int, ...]
) -> None:
    """In methods, recursion, closures, loops and generators: the first choice that differs."""
    _, wide = fpad.record(f)(*args)
    _, narrow = fpad.record(fpad.round_to(f, "bfloat16"))(*args)
    found = wide.diff(narrow)
    assert (found[0].here.op, found[0].here.iteration) == (op, iteration)
    assert wide.path != narrow.path
    _, same = fpad.grad(f, record=True, precision="bfloat16")(*args)
    assert same.path == narrow.path
    assert narrow.diff(same) == ()
    again = BranchRecord.from_json(narrow.to_json())
    assert again == narrow
    assert [d.indices for d in wide.diff(again)] == [d.indices for d in found]
    agreed = [c.key for c in wide.choices[: wide.choices.index(found[0].here)]]
    assert agreed == [c.key for c in narrow.choices[: len(agreed)]]


def test_iterations_count_from_0() -> None:
    """A while asks once more than it has trips; its body has the number of the trip."""

    def f(x):
        while x < 4.0:
            x = x + abs(x)
            for _ in range(2):
                x = max(x, 1.5)
        return x

    _, record = fpad.record(f)(1.0)
    asked = [c.iteration for c in record.choices if c.op == "while"]
    assert asked == [(0,), (1,), (2,)]
    assert [c.iteration for c in record.choices if c.op == "builtins.abs"] == [(0,), (1,)]
    inner = [c.iteration for c in record.choices if c.op == "builtins.max"]
    assert inner == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [c.iteration for c in record.choices if c.op == "for"] == [(0,), (1,)]
    assert [c.label for c in record.choices if c.op == "while trips"] == [2]
    ends = fpad.check(f, 2.0)
    assert [k.iteration for k in ends.kinks if k.op == "while"] == [(1,)]
