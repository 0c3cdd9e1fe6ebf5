"""What lives outside of a function: it is read when it is called, and set once, as Python does."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

import fpad
from tests.outside_forms import FORMS, Meter

POINTS = (0.7, 1.3, 1.6)
"""Where each form is called, one call after the other; tests of x > 1 come out both ways."""


@pytest.fixture(autouse=True)
def unchanged() -> Any:
    """The class that forms share has no other values afterwards."""
    yield
    assert (Meter.n, Meter.calls) == (1.0, 0)


def called(name: str, points: tuple[float, ...]) -> tuple[float, Any]:
    """The value of the last call of a form, and what its objects hold then."""
    f, state = FORMS[name]()
    values = [float(f(x)) for x in points]
    return values[-1], state()


def differences(name: str, points: tuple[float, ...]) -> tuple[float, float]:
    """The first and the second derivative of the last call, by central differences."""

    def at(h: float) -> float:
        return called(name, (*points[:-1], points[-1] + h))[0]

    slope = (at(1e-6) - at(-1e-6)) / 2e-6
    return slope, (at(1e-4) - 2.0 * at(0.0) + at(-1e-4)) / 1e-8


@pytest.mark.parametrize("points", [POINTS, POINTS[::-1]], ids=["up", "down"])
@pytest.mark.parametrize("name", FORMS)
def test_what_is_set_outside_is_as_in_python(name: str, points: tuple[float, ...]) -> None:
    makers = {
        "value_and_grad": (fpad.value_and_grad, {}),
        "jvp": (fpad.jvp, {"tangent": 1.0}),
        "vjp": (fpad.vjp, {"cotangent": 1.0}),
    }
    for what, (make, seed) in makers.items():
        f, state = FORMS[name]()
        d = make(f)
        for k, x in enumerate(points):
            value, held = called(name, points[: k + 1])
            slope, _ = differences(name, points[: k + 1])
            found = d(x, **seed)
            np.testing.assert_allclose(found[0], value, rtol=1e-12, err_msg=what)
            np.testing.assert_allclose(found[1], slope, rtol=1e-6, atol=1e-6, err_msg=what)
            assert repr(state()) == repr(held)


@pytest.mark.parametrize("make", [fpad.hvp, fpad.grad], ids=["hvp", "grad of grad"])
@pytest.mark.parametrize("name", FORMS)
def test_second_derivatives_set_it_once_too(name: str, make: Any) -> None:
    f, state = FORMS[name]()
    d = fpad.hvp(f) if make is fpad.hvp else fpad.grad(fpad.grad(f))
    for k, x in enumerate(POINTS):
        _, held = called(name, POINTS[: k + 1])
        _, slope = differences(name, POINTS[: k + 1])
        found = d(x, vector=1.0) if make is fpad.hvp else d(x)
        np.testing.assert_allclose(found, slope, rtol=1e-4, atol=1e-4)
        assert repr(state()) == repr(held)


def test_values_of_objects_and_of_classes_are_read_at_each_call() -> None:
    class A(Meter):
        def f(self, x: Any) -> Any:
            return x * self.n

    a = A()
    slope = fpad.grad(a.f)
    assert slope(2.0) == 1.0
    a.n = 4.0
    assert slope(2.0) == 4.0
    del a.n
    A.n = 3.0
    assert slope(2.0) == 3.0


def test_methods_of_objects_themselves_come_first() -> None:
    class A:
        def g(self, x: Any) -> Any:
            return x

        def f(self, x: Any) -> Any:
            return x * self.g(x)

    a = A()
    slope = fpad.grad(a.f)
    assert slope(2.0) == 4.0
    a.g = lambda x: 3.0 * x  # type: ignore[method-assign]
    assert slope(2.0) == 12.0
    del a.g
    assert slope(2.0) == 4.0


def test_an_attribute_that_becomes_another_argument_is_set() -> None:
    def f(a: Any, x: Any) -> Any:
        a.n = x
        return x * a.n

    a = Meter()
    assert fpad.grad(f, wrt="x")(a, 1.5) == 3.0
    assert vars(a) == {"rate": 2.0, "n": 1.5}
    a.n = 2.0
    assert fpad.grad(f, wrt="x")(a, 1.5) == 3.0
    assert a.n == 1.5


def test_an_attribute_of_an_object_and_of_its_class_cannot_both_be_set() -> None:
    class A(Meter):
        n = 2.0

        def f(self, x: Any) -> Any:
            A.n = x
            self.n = 2.0 * x
            return x * self.n

    with pytest.raises(fpad.TransformError, match="of an object of class A is set, and that of"):
        fpad.grad(A().f)(1.0)
    a = A()
    a.n = 5.0
    assert fpad.grad(a.f)(1.0) == 4.0
    assert (a.n, A.n) == (2.0, 1.0)


def test_an_attribute_that_only_a_hook_gives_is_refused() -> None:
    class A:
        def __getattr__(self, name: str) -> float:
            return 1.0

        def f(self, x: Any) -> Any:
            self.n = x
            return x * self.n

    with pytest.raises(fpad.TransformError, match="is set, which has none"):
        fpad.grad(A().f)(1.0)


def test_a_list_that_holds_an_object_later_is_looked_at_again() -> None:
    a = Meter()
    meters = [Meter(), Meter()]

    def f(x: Any) -> Any:
        a.rate = x
        return x * meters[0].rate

    slope = fpad.grad(f)
    assert slope(1.5) == 2.0
    meters[0] = a
    assert slope(1.5) == 3.0
    meters[:] = [Meter()]
    assert slope(1.5) == 2.0
    meters[:] = [a]
    assert slope(1.5) == 3.0
    meters.insert(0, Meter())
    assert slope(1.5) == 2.0


def test_what_an_iterator_reads_outside_is_not_set_before_it_is_asked() -> None:
    a = Meter()

    def scaled(v: Any) -> Any:
        return v * a.n

    def f(x: Any) -> Any:
        values = map(scaled, [x, x])
        a.n = 5.0
        return sum(values)

    with pytest.raises(fpad.TransformError, match="An attribute may change that an iterator"):
        fpad.grad(f)(1.5)
    assert vars(a) == {"rate": 2.0}


RATES = Meter()
MANY = [1.0]
SEEN: list[Any] = []


class Doubling:
    def __enter__(self) -> Any:
        RATES.rate = RATES.rate * 2.0
        return self

    def __exit__(self, *error: Any) -> None:
        RATES.rate = RATES.rate / 2.0


class Longer:
    def __enter__(self) -> None:
        MANY.append(2.0)

    def __exit__(self, *error: Any) -> None:
        MANY.pop()


@contextlib.contextmanager
def switched(name: str, value: Any) -> Any:
    before = getattr(Meter, name)
    setattr(Meter, name, value)
    try:
        yield
    finally:
        setattr(Meter, name, before)


class Noting:
    def __enter__(self) -> None:
        SEEN.append("entered")

    def __exit__(self, *error: Any) -> None:
        SEEN.append("left")


DOUBLING, LONGER, NOTING = Doubling(), Longer(), Noting()


def read_while_doubled(x: Any) -> Any:
    with DOUBLING:
        return x * RATES.rate


def read_while_longer(x: Any) -> Any:
    with LONGER:
        return x * sum(MANY)


def read_while_switched(x: Any) -> Any:
    with switched("n", 3.0):
        return x * RATES.n


def read_while_noting(x: Any) -> Any:
    with NOTING:
        return x * RATES.rate


@pytest.mark.parametrize("f", [read_while_doubled, read_while_longer, read_while_switched])
def test_what_a_manager_sets_that_is_entered_is_not_read_before(f: Any) -> None:
    before = f(2.0)
    with pytest.raises(fpad.TransformError, match="A context manager may read or set"):
        fpad.grad(f)(2.0)
    assert f(2.0) == before


def test_what_a_manager_leaves_alone_is_read() -> None:
    assert fpad.grad(read_while_noting)(2.0) == 2.0
    assert SEEN == ["entered", "left"]


GIVEN, LIST = Meter(), [1.0, 2.0]
HOLDING = {"all": [GIVEN]}


def given_is_set(z: Any, x: Any) -> Any:
    z.rate = x
    return x * GIVEN.rate


def outside_is_set(z: Any, x: Any) -> Any:
    GIVEN.rate = x
    return x * z.rate


def given_is_held(z: Any, x: Any) -> Any:
    z.rate = x
    return x * HOLDING["all"][0].rate


def given_grows(z: Any, x: Any) -> Any:
    z.append(x)
    return x * sum(LIST) * z[0]


@pytest.mark.parametrize(
    ("f", "same", "other"),
    [
        (given_is_set, GIVEN, Meter()),
        (outside_is_set, GIVEN, Meter()),
        (given_is_held, GIVEN, Meter()),
        (given_grows, LIST, [1.0, 2.0]),
    ],
)
def test_what_is_given_and_changed_is_nothing_that_is_read_outside(
    f: Any, same: Any, other: Any
) -> None:
    GIVEN.rate = 2.0
    slope = fpad.grad(f, wrt="x")
    with pytest.raises(fpad.InputError, match="uses it as one outside"):
        slope(same, 1.5)
    assert (GIVEN.rate, LIST) == (2.0, [1.0, 2.0])
    found = slope(other, 1.5)
    GIVEN.rate = 2.0
    ends = []
    for h in (1e-6, -1e-6):
        made = list(other) if isinstance(other, list) else Meter()
        ends.append(f(made, 1.5 + h))
        GIVEN.rate = 2.0
    np.testing.assert_allclose(found, (ends[0] - ends[1]) / 2e-6, rtol=1e-7)
