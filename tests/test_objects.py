"""Objects under wrt, effects on objects, and what is read of them at each call."""

from __future__ import annotations

import collections
import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import fpad
from tests.programs.objects import Biased, Layer, Vector


def loss(model: Any, x: Any) -> Any:
    return np.sum(model(x) ** 2) + model.b


def by_differences(f: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The gradient of f(values) by central differences, value by value."""
    out = {}
    for name, value in values.items():
        flat = np.atleast_1d(np.asarray(value, float))
        slopes = np.empty_like(flat)
        for k in range(flat.size):
            ends = []
            for h in (1e-6, -1e-6):
                moved = flat.copy()
                moved[k] += h
                new = moved if np.ndim(value) else float(moved[0])
                ends.append(f({**values, name: new}))
            slopes[k] = (ends[0] - ends[1]) / 2e-6
        out[name] = slopes if np.ndim(value) else slopes[0]
    return out


def test_a_model_has_a_gradient_of_its_own_shape() -> None:
    model, x = Biased(np.array([0.3, 0.8]), 0.4), np.array([0.5, -0.2])
    gradient = fpad.grad(loss, wrt="model")(model, x)
    assert type(gradient) is Biased
    assert gradient.calls is None

    def at(values: dict[str, Any]) -> Any:
        return loss(Biased(values["w"], values["b"]), x)

    want = by_differences(at, {"w": model.w, "b": model.b})
    np.testing.assert_allclose(gradient.w, want["w"], rtol=1e-7)
    np.testing.assert_allclose(gradient.b, want["b"], rtol=1e-7)
    assert model.calls == 1
    assert isinstance(gradient.b, float)


def test_tangents_of_a_model() -> None:
    model, x = Biased(np.array([0.3, 0.8]), 0.4), np.array([0.5, -0.2])
    gradient = fpad.grad(loss, wrt="model")(model, x)
    tangent, model = Biased(np.array([1.0, -2.0]), 0.5), Biased(model.w, model.b)
    _, moved = fpad.jvp(loss, wrt="model")(model, x, tangent=tangent)
    np.testing.assert_allclose(moved, gradient.w @ tangent.w + gradient.b * 0.5)


def test_a_list_of_layers() -> None:
    def f(layers: Any, x: Any) -> Any:
        for layer in layers:
            x = np.sin(layer.forward(x))
        return x

    gradient = fpad.grad(f, wrt="layers")([Layer(0.4), Biased(0.3, 0.2)], 0.7)
    assert [type(g) for g in gradient] == [Layer, Biased]

    def at(v: dict[str, Any]) -> Any:
        return f([Layer(v["a"]), Biased(v["b"], v["c"])], 0.7)

    want = by_differences(at, {"a": 0.4, "b": 0.3, "c": 0.2})
    got = {"a": gradient[0].w, "b": gradient[1].w, "c": gradient[1].b}
    assert got == pytest.approx(want, rel=1e-7)


class Counter:
    """Counts its calls, as benchmark functions do."""

    def __init__(self) -> None:
        self.calls = 0
        self.gain = 2.0
        self.last = None

    def energy(self, x: Any) -> Any:
        self.calls += 1
        return self.gain * x**2

    def twice(self, x: Any) -> Any:
        return self.energy(x) + self.energy(2 * x) * self.calls


@pytest.mark.parametrize("modes", ["grad", "value_and_grad", "grad grad"])
def test_effects_happen_once(modes: str) -> None:
    counter = Counter()
    d: Any = counter.twice
    for mode in modes.split():
        d = getattr(fpad, mode)(d)
    d(3.0)
    assert counter.calls == 2
    d(3.0)
    assert counter.calls == 4


def test_state_is_read_at_each_call() -> None:
    counter = Counter()
    d = fpad.grad(counter.energy)
    assert d(3.0) == 12.0
    counter.gain = 3.0
    assert d(3.0) == 18.0
    assert counter.calls == 2
    assert fpad.jvp(counter.twice)(1.0, tangent=1.0) == (3.0 + 12.0 * 4, 6.0 + 24.0 * 4)


def test_effects_on_an_argument_happen_once() -> None:
    def f(counter: Any, x: Any) -> Any:
        counter.twice(x)
        counter.last_x = 3
        return counter.energy(x)

    counter = Counter()
    assert fpad.grad(f, wrt="x")(counter, 3.0) == 12.0
    assert (counter.calls, counter.last_x) == (3, 3)  # type: ignore[attr-defined]


def test_one_list_given_twice() -> None:
    def f(p: Any, q: Any) -> Any:
        p[0] = p[0] * q[0]
        return p[0] + q[0]

    p = [2.0]
    assert fpad.grad(f, (0, 1))(p, [3.0]) == ([3.0], [3.0])
    assert p == [2.0]
    with pytest.raises(fpad.InputError, match="one list is given twice"):
        fpad.grad(f, (0, 1))(p, p)


def test_arguments_that_are_lists_stay_as_they_are() -> None:
    def f(p: Any) -> Any:
        p["w"].append(p["b"])
        p["c"] = p["w"][0] * p["w"][-1]
        return p["c"]

    p = {"w": [2.0], "b": 3.0}
    assert fpad.grad(f)(p) == {"w": [3.0], "b": 2.0}
    assert p == {"w": [2.0], "b": 3.0}


def test_slots() -> None:
    class Slotted:
        __slots__ = ("a", "b")

        def __init__(self, a: Any, b: Any) -> None:
            self.a = a
            self.b = b

    gradient = fpad.grad(lambda s: s.a * s.b)(Slotted(2.0, 3.0))
    assert (gradient.a, gradient.b) == (3.0, 2.0)


def test_namespaces_and_integers() -> None:
    @dataclasses.dataclass
    class Point:
        x: float
        n: int

    gradient = fpad.grad(lambda p: p.x**p.n * len(range(p.n)))(Point(3, 2))
    assert (gradient.x, gradient.n) == (12.0, None)
    assert fpad.grad(lambda p: p.x * p.y)(SimpleNamespace(x=2, y=3)) == SimpleNamespace(
        x=3.0, y=2.0
    )


def test_vectors_under_wrt() -> None:
    gradient = fpad.grad(lambda v: (v + v).norm)(Vector(3.0, 4.0))
    assert (gradient.x, gradient.y) == pytest.approx((1.2, 1.6))


class Trained:
    """A model that keeps a record of its training."""

    def __init__(self) -> None:
        self.history: list[Any] = []
        self.gain = 1.0
        self.table: dict[str, Any] = {}

    def train(self, x: Any) -> Any:
        self.history.append(1)
        self.gain = self.gain + 1.0
        self.history.append(np.sum(x))
        self.table["gain"] = self.gain
        return np.sum(x) * self.gain


def test_lists_inside_objects_are_part_of_them() -> None:
    x = np.array([1.0, 2.0])
    model, plain = Trained(), Trained()
    plain.train(x)
    gradient = fpad.grad(lambda m, x: m.train(x), "m")(model, x)
    assert gradient.gain == 3.0
    assert vars(model) == vars(plain)


def test_arguments_that_share_memory_are_told_before_they_are_rounded() -> None:
    def f(a: Any, b: Any) -> Any:
        a[0] = b[1] * 3
        return np.sum(a * b)

    a = np.array([1.0, 2.0])
    for precision in (None, "float32"):
        with pytest.raises(fpad.InputError, match="share"):
            fpad.grad(f, ("a", "b"), precision=precision)(a, a)


def test_large_integers_in_a_list_of_unknown_length() -> None:
    def f(x: Any, n: Any) -> Any:
        powers = [1]
        for _ in range(n):
            powers.append(powers[-1] * 10)
        return x / powers[-1]

    assert fpad.grad(f)(1.0, 3) == 1e-3
    with pytest.raises(fpad.InputError, match="more than 64 bits"):
        fpad.grad(f)(1.0, 30)


class Frozen:
    """A class with a setter of its own."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(name)


def test_refusals() -> None:
    def sets(x: Any) -> Any:
        f = Frozen()
        f.x = x
        return x

    with pytest.raises(fpad.TransformError, match="sets never returns"):
        fpad.grad(sets)(1.0)

    def other_kind(x: Any) -> Any:
        COUNTER.last = x
        return x * x

    with pytest.raises(fpad.TransformError, match="last of an object of class Counter is set"):
        fpad.grad(other_kind)(1.0)


COUNTER = Counter()


def _fail(name: str, value: Any) -> None:
    raise ValueError(f"{name} is {value}")


def _square_root(x: Any) -> Any:
    y = x
    if x < 0.0:
        _fail("x", x)
    else:
        y = np.sqrt(x)
    return y


def test_a_function_that_always_raises() -> None:
    assert fpad.grad(_square_root)(4.0) == 0.25
    with pytest.raises(ValueError, match=r"x is -1\.0"):
        fpad.grad(_square_root)(-1.0)


class _Closed:
    """Its attributes are set once."""

    def __init__(self, x: Any) -> None:
        object.__setattr__(self, "x", x)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name} is set")


def test_what_setting_an_attribute_raises() -> None:
    def doubled(x: Any, again: Any) -> Any:
        c = _Closed(2.0 * x)
        if again > 0:
            c.x = x
        return c.x**2

    assert fpad.grad(doubled)(1.5, 0) == 12.0
    with pytest.raises(AttributeError, match="x is set"):
        fpad.grad(doubled)(1.5, 1)


class Named(dict[str, Any]):
    """A dict with attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Shared(dict[str, Any]):
    """The same in another way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.__dict__ = self


class Numbers(list[float]):
    """A list with a method."""

    def norm(self) -> Any:
        return sum(v * v for v in self) ** 0.5


SETTINGS = Named(rate=0.5, w=np.array([1.0, 2.0]))


@pytest.mark.parametrize("make", [Named, Shared])
def test_a_gradient_of_a_dict_with_attributes(make: Any) -> None:
    def f(p: Any, k: Any) -> Any:
        return p.W[0] * k + np.sum(p.b * p["W"])

    found = fpad.grad(f)(make(W=np.array([1.0, 0.3]), b=0.6, name="a"), 0.5)
    assert type(found) is make
    assert found.b == 1.3
    assert found.W.tolist() == [1.1, 0.6]
    assert found["name"] is None


def test_a_gradient_of_a_list_with_methods() -> None:
    given = Numbers([3.0, 4.0])
    found = fpad.grad(lambda v, x: v.norm() * x + v[0], wrt=(0, 1))(given, 2.0)
    assert type(found[0]) is Numbers
    assert found == ([2.2, 1.6], 5.0)
    fpad.testing.check_grads(lambda v: v.norm() ** 3, (given,), order=2)


def test_a_list_with_methods_stays_as_it_is() -> None:
    def f(v: Any, x: Any) -> Any:
        v.append(x)
        return v.norm()

    given = Numbers([3.0])
    assert fpad.grad(f, wrt=1)(given, 4.0) == 0.8
    assert given == [3.0]


def test_a_dict_with_attributes_outside_is_read_at_each_call() -> None:
    f = fpad.grad(lambda x: SETTINGS.rate * x * x + np.sum(SETTINGS.w * x))
    assert f(2.0) == 5.0
    SETTINGS["rate"] = 1.0
    assert f(2.0) == 7.0


def test_an_object_with_items_is_returned() -> None:
    def f(x: Any) -> Any:
        out = Numbers([x, x * x])
        out.tag = 3.0 * x  # type: ignore[attr-defined]
        return out

    value, tangent = fpad.jvp(f)(2.0, tangent=1.0)
    assert (type(value), value, value.tag) == (Numbers, [2.0, 4.0], 6.0)
    assert (type(tangent), tangent, tangent.tag) == (Numbers, [1.0, 4.0], 3.0)


def test_a_list_with_methods_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def f(x: Any) -> Any:
        print(Numbers([x, 2.0]))
        return x

    fpad.grad(f)(1.5)
    assert capsys.readouterr().out == "[1.5, 2.0]\n"


ONE = SimpleNamespace(rate=2.0)
ALL = {"one": ONE}


def test_an_object_outside_is_found_in_a_dict() -> None:
    def f(x: Any) -> Any:
        return x if ALL["one"] is ONE else 2 * x

    slope = fpad.grad(f)
    assert slope(1.0) == 1.0
    ALL["one"] = SimpleNamespace(rate=2.0)
    assert slope(1.0) == 2.0
    ALL["one"] = ONE
    assert slope(1.0) == 1.0


def counted(x: float, counts: collections.Counter[str]) -> Any:
    return sum(x**n for n in counts.values()) * (counts["a"] + counts["nothing"])


def amounts_in(amounts: collections.Counter[str], x: float) -> Any:
    return sum(v**2 * x for v in amounts.values()) + amounts["a"] * amounts["b"]


def test_a_counter_is_given() -> None:
    assert fpad.grad(counted)(0.7, collections.Counter("aab")) == pytest.approx(
        2.0 * (2.0 * 0.7 + 1.0)
    )
    amounts = collections.Counter({"a": 1.5, "b": 2.0})  # type: ignore[dict-item]
    slopes = fpad.grad(amounts_in)(amounts, 0.7)
    assert type(slopes) is collections.Counter
    assert slopes == pytest.approx({"a": 2.1 + 2.0, "b": 2.8 + 1.5})
    with pytest.raises(fpad.InputError, match="expected a Counter, got dict"):
        fpad.jvp(amounts_in, wrt="amounts")(amounts, 0.7, tangent={"a": 1.0, "b": 0.0})


class Node:
    def __init__(self, a: float) -> None:
        self.a = a


def pairs(x: Any, nodes: Any) -> Any:
    return sum(x * p.a * q.a for p in nodes for q in nodes if p is not q)


def the_first(x: Any, nodes: Any) -> Any:
    return x * x if nodes[0] == nodes[2] else x


def lists(x: Any, values: Any) -> Any:
    return x * x if values[0] is values[2] else x


@pytest.mark.parametrize(("f", "make"), [(pairs, Node), (the_first, Node), (lists, lambda a: [a])])
def test_one_object_at_two_places_of_what_is_compared(f: Any, make: Any) -> None:
    each = [make(1.0), make(2.0), make(3.0)]
    derivative = fpad.grad(f)
    assert derivative(0.5, each) == f(1.0, each)
    with pytest.raises(fpad.InputError, match="stands at two places"):
        derivative(0.5, [each[0], each[1], each[0]])


def test_objects_that_hold_each_other_are_at_one_place() -> None:
    tree, leaf = Node(1.0), Node(2.0)
    tree.leaf, leaf.up = leaf, tree  # type: ignore[attr-defined]

    def f(x: Any, node: Any) -> Any:
        return x * node.leaf.a if node is not node.leaf else x

    assert fpad.grad(f)(0.5, tree) == 2.0
