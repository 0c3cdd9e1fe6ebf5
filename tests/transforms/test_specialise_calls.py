"""Calls, recursion, and what functions need from outside: lifted data and guards."""

import math
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.transforms import ir
from fpad.transforms.errors import TransformError
from fpad.transforms.kinds import ARRAY, FLOAT, INT, StaticKind, kind_of
from fpad.transforms.specialise import specialise
from tests.transforms.execution import define
from tests.transforms.specialised import agrees, compare, functions, refused, special, statements

V = np.array([0.7, 1.3, 0.9])
GAIN = 2.0
TABLE = {"w": V, "names": ("a", "b"), "k": [1, 2.5]}
DEEP = 80


def scaled(x: Any, factor: Any = 2.0, *, shift: Any = 0.5, data: Any = V) -> Any:
    return factor * x * np.sum(data) + shift


def several(x: Any, *args: Any, **named: Any) -> Any:
    for a in args:
        x = x + a
    return x * named["z"] if "z" in named else x


def test_defaults_and_keywords() -> None:
    def f(x: Any) -> Any:
        return scaled(x) + scaled(x, 3) + scaled(factor=x, x=2.0, shift=x) + scaled(x, data=V * x)

    agrees(f, 0.7)


def test_a_default_that_is_an_array_is_read_live_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        for _ in range(2):
            x = scaled(x) + scaled(x * 0.1)
        return x

    made = agrees(f, 0.7)
    assert len(made.live) == 1
    assert made.program.main.params == ("x", "data")
    monkeypatch.setattr(scaled, "__kwdefaults__", {"shift": 0.5, "data": V * 2})
    compare(made, f, 0.7)


def test_collected_arguments() -> None:
    def f(x: Any) -> Any:
        return several(x) + several(x, 1.0) + several(x, 2.0, 3, z=x)

    agrees(f, 0.7)
    agrees(several, 1.0, 2.0, z=3.0)


def test_one_function_per_kinds() -> None:
    def f(x: Any, v: Any) -> Any:
        return scaled(x) + scaled(2.0) + scaled(x * 3) + np.sum(scaled(v))

    assert functions(agrees(f, 0.7, V).program) == ["f", "scaled", "scaled2"]


def flipped(t: Any, n: Any) -> Any:
    if n == 0:
        return t
    a, b = t
    return flipped((b, a * 0.5), n - 1)


def even(x: Any, n: Any) -> Any:
    return x * 1 if n == 0 else odd(x, n - 1) * GAIN


def odd(x: Any, n: Any) -> Any:
    return x * np.sum(TABLE["w"]) if n == 0 else even(x, n - 1)


def depth_first(x: Any, n: Any) -> Any:
    total = 0
    for k in range(n):
        if total > 2.0:
            return total, {"k": k, "x": x}
        total = total + depth_first(0.5 * x + 0.1 * k, n - 1)[0] + 0.3
    return total, {"k": 0, "x": x * GAIN}


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_recursion(n: int) -> None:
    agrees(flipped, (1.0, 2), n)
    agrees(flipped, (1, V), n)
    agrees(even, 1.5, n)
    agrees(depth_first, 1.5, n)


def test_recursion_needs_one_function_where_kinds_stay() -> None:
    made = special(even, 1.5, 3)
    assert functions(made.program) == ["even", "odd"]
    assert [live.name for live in made.live] == ["GAIN", "TABLE"] or [
        live.name for live in made.live
    ] == ["TABLE", "GAIN"]


def test_a_long_chain_of_calls() -> None:
    text = "def f0(x):\n    return x * 2.0\n" + "".join(
        f"def f{k}(x):\n    return f{k - 1}(x) + 1.0\n" for k in range(1, DEEP)
    )
    assert len(functions(agrees(define(text), 1.5).program)) == DEEP


def squash(x: Any) -> Any:
    return math.tanh(x) + 0.2


def test_functions_as_values() -> None:
    def f(x: Any, fs: Any, g: Any = squash) -> Any:
        for h in fs:
            x = h(x)
        pair = {"first": g, "second": math.sin}
        return pair["first"](x) + pair["second"](x)

    agrees(f, 0.5, (math.sin, squash, lambda t: t * t))
    agrees(f, 0.5, [np.exp], math.cos)


# ---------------------------------------------------------------- data outside


def uses_globals(x: Any) -> Any:
    return x * GAIN + np.sum(TABLE["w"]) * TABLE["k"][1] + len(TABLE["names"])


def test_data_is_lifted_and_read_live(monkeypatch: pytest.MonkeyPatch) -> None:
    made = agrees(uses_globals, 1.5)
    main = made.program.main
    assert main.params == ("x", "GAIN", "TABLE_w", "TABLE_k_0", "TABLE_k_1")
    assert main.kinds == (FLOAT, FLOAT, kind_of(V), INT, FLOAT)
    assert main.boundary is not None
    assert [p.use for p in main.boundary.parameters] == ["argument"] + 4 * ["live"]
    monkeypatch.setitem(globals(), "GAIN", 7.0)
    monkeypatch.setitem(TABLE, "w", V * 2)
    compare(made, uses_globals, 1.5)


def calls_with_a_local_of_the_same_name(x: Any) -> Any:
    GAIN = x * 3.0
    return uses_globals(GAIN) + GAIN


def test_lifted_names_give_way() -> None:
    made = agrees(calls_with_a_local_of_the_same_name, 0.5)
    assert made.program.main.params == ("x", "GAIN2", "TABLE_w", "TABLE_k_0", "TABLE_k_1")
    (call,) = statements(made.program.main, ir.Call)
    assert call.args[1:] == made.program.main.params[1:]


def closure(k: Any, array: Any, inner: Any) -> Any:
    def f(x: Any, extra: Any = V) -> Any:
        return inner(x) * k + np.sum(array) + np.sum(extra)

    return f


def test_closures_of_one_factory_are_told_apart() -> None:
    one, two = closure(2.0, V * 2, math.sin), closure(3, V, squash)

    def both(x: Any) -> Any:
        return one(x) * two(x)

    agrees(one, 1.0)
    made = agrees(both, 1.0)
    assert [live.name for live in made.live if live.name == "k"] == ["k", "k"]
    assert len(set(made.program.main.params)) == len(made.program.main.params)


class Layer:
    scale = 3.0

    def __init__(self, w: Any, act: Any) -> None:
        self.w, self.act, self.options = w, act, {"power": 2, "on": True}

    def shifted(self, x: Any) -> Any:
        return self.act(x * self.w + self.scale)

    def forward(self, x: Any, n: Any = 2) -> Any:
        for _ in range(n):
            x = self.shifted(x) ** self.options["power"]
        return x if self.options["on"] else 0.0


LAYER = Layer(0.5, math.tanh)


def uses_an_object(x: Any) -> Any:
    return LAYER.forward(x, n=1) + LAYER.w


def test_objects_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    agrees(Layer(V, np.tanh).forward, 0.3)
    agrees(LAYER.forward, 0.3, 3)
    made = agrees(uses_an_object, 0.3)
    monkeypatch.setattr(LAYER, "w", 0.25)
    compare(made, uses_an_object, 0.3)
    monkeypatch.setattr(LAYER, "act", math.sin)
    assert not all(guard.holds() for guard in made.guards)


def helper(x: Any) -> Any:
    return x * 2.0


FLAG = True


def uses_a_helper(x: Any) -> Any:
    return helper(abs(x)) if FLAG else x


def test_guards_notice_what_is_rebound(monkeypatch: pytest.MonkeyPatch) -> None:
    made = agrees(uses_a_helper, 0.3)

    def broken() -> list[str]:
        return [g.name for g in made.guards if not g.holds()]

    assert broken() == []
    with monkeypatch.context() as m:
        m.setitem(globals(), "helper", lambda x: x)
        assert broken() == ["helper"]
    with monkeypatch.context() as m:
        m.setitem(globals(), "FLAG", False)
        assert broken() == ["FLAG"]
    with monkeypatch.context() as m:
        m.setitem(globals(), "abs", math.sin)
        assert broken() == ["abs"]


def test_cells_are_read_live() -> None:
    k = 2.0

    def f(x: Any) -> Any:
        return x * k

    made = agrees(f, 1.5)
    k = 5.0
    compare(made, f, 1.5)


def test_receiver_of_a_bound_method_is_no_parameter() -> None:
    main = special(LAYER.forward, 0.3).program.main
    assert main.boundary is not None
    assert [p.name for p in main.boundary.parameters if p.use == "argument"] == ["x", "n"]


def test_kinds_by_name_or_in_order() -> None:
    one = specialise(uses_a_helper, {"x": ARRAY}).program.main
    two = specialise(uses_a_helper, [ARRAY]).program.main
    assert one.params == two.params
    assert one.kinds == two.kinds == (ARRAY,)
    # A parameter that is not mentioned has its default.
    assert specialise(scaled, {"x": FLOAT}).program.main.kinds[:2] == (FLOAT, FLOAT)
    with pytest.raises(TypeError, match="'x'"):
        specialise(uses_a_helper, {})


def test_flags_are_handed_over_by_value() -> None:
    def inner(x: Any, keep: Any) -> Any:
        return np.sum(x, axis=0, keepdims=keep)

    def f(x: Any, keep: Any = True) -> Any:
        return inner(x, keep), inner(x, not keep)

    made = agrees(f, V)
    assert len(functions(made.program)) == 3
    main = made.program.main
    assert main.boundary is not None
    assert main.boundary.parameters[1].tree == ir.Fixed(True)


# ---------------------------------------------------------------- derivatives that are called


def product(x: Any, k: Any) -> Any:
    return math.sin(x) * k


slope = fpad.grad(product)
pushed = fpad.jvp(product)


def test_a_derivative_is_called() -> None:
    def f(x: Any) -> Any:
        y, dy = pushed(x, 3.0, tangent=x)
        return slope(x, 2.0) * x + slope(2, x) + y * dy

    made = agrees(f, 0.5)
    assert all(name == "f" or name.startswith("product") for name in functions(made.program))


def norm2(p: Any, shift: Any = 0.0) -> Any:
    return np.sum(p["w"] * p["w"]) + p["b"] ** 2 + shift


fall = fpad.value_and_grad(norm2)
along = fpad.jvp(norm2)


def test_a_derivative_of_structures_is_called() -> None:
    def step(p: Any) -> Any:
        value, slope = fall(p, shift=GAIN)
        q = {"w": p["w"] - 0.1 * slope["w"], "b": p["b"] - 0.1 * slope["b"]}
        return norm2(q) + value, along(p, tangent=q)[1]

    agrees(step, {"w": V, "b": 0.5})


def test_a_derivative_is_given_another_structure() -> None:
    def f(p: Any) -> Any:
        return along(p, tangent=(p["w"], 1.0))

    def g(p: Any) -> Any:
        return along(p, tangent={"w": 1.0, "b": (1.0, 2.0)})

    assert "tangent is given a tuple of 2" in refused(f, {"w": V, "b": 0.5})[0]
    assert "give it a number" in refused(g, {"w": V, "b": 0.5})[0]


# ---------------------------------------------------------------- what is refused


def never(x: Any) -> Any:
    return never(x) + 1


def grows(t: Any, n: Any) -> Any:
    return t if n == 0 else grows((t, 1.0), n - 1)


def changes(x: Any, n: Any) -> Any:
    return (x,) if n == 0 else changes(x, n - 1)[0]


def test_recursions_that_have_no_kind() -> None:
    assert "never settled" in refused(never, 1.0)[0]
    assert "change their kind" in refused(grows, 1.0, 3)[0]
    with pytest.raises(TransformError):
        special(changes, 1.0, 3)


def test_refusals_of_callees_come_with_those_of_the_caller() -> None:
    def bad(x: Any) -> Any:
        return np.packbits(x, 1)

    def f(x: Any) -> Any:
        return bad(x) + np.histogram2d(x, x) + scaled(x, y=1.0) + bad(x) + never  # type: ignore[call-arg]

    reasons = refused(f, V)
    assert len(reasons) == 3
    assert "numpy.packbits" in reasons[0]
    assert "numpy.histogram2d" in reasons[1]
    assert "scaled(): got an unexpected keyword argument 'y'" in reasons[2]


def test_static_kinds_of_parameters() -> None:
    def f(x: Any, g: Any, mode: Any) -> Any:
        return g(x) if mode is None else mode

    made = specialise(f, [FLOAT, StaticKind(math.sin), StaticKind(None)])
    assert [s.op for s in statements(made.program.main, ir.Let)] == [math.sin]
