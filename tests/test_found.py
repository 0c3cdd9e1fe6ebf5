"""Calls that once went wrong: what each of them found is said beside it."""

import inspect
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fpad
from tests.oracles import (
    Restriction,
    assert_close,
    directional,
    flatten,
    same_bits,
    unflatten,
)
from tests.programs import found
from tests.situations import Situation, derivative, situations_of


def squares_by_row(x: Any, w: float) -> Any:
    s = 0.0
    for i in range(len(x)):
        s = s + np.sum(x[i] * w * x[i])
    return s


def test_a_call_with_arrays_of_another_rank_is_derived_for_again() -> None:
    # Code for vectors, in which x[i] is a number, was run for matrices.
    gradient = fpad.grad(squares_by_row, (0, 1))
    for x in (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3.0])):
        for _ in range(2):
            assert same_bits(gradient(x, 3.0), (6.0 * x, float(np.sum(x * x))))


def squares_of_entry(p: Any) -> Any:
    return squares_by_row(p["x"], 1.5)


def test_a_call_with_a_dict_of_arrays_of_another_rank_is_derived_for_again() -> None:
    gradient = fpad.grad(squares_of_entry)
    for x in (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0]])):
        for _ in range(2):
            assert same_bits(gradient({"x": x})["x"], 3.0 * x)


class Spring:
    """Derivatives in a class body."""

    def __init__(self, stiffness: float) -> None:
        self.stiffness = stiffness

    @fpad.grad
    def force(self, x: Any) -> Any:
        return 0.5 * self.stiffness * x * x

    @fpad.jvp
    @fpad.grad(wrt=1)
    def mixed(self, x: Any, y: Any) -> Any:
        return self.stiffness * x * y**3

    def energy(self, x: Any) -> Any:
        return 0.5 * self.stiffness * x * x


def test_wrt_counts_after_self_in_a_class_body() -> None:
    # It meant self, and the gradient was None.
    spring, other = Spring(3.0), Spring(5.0)
    assert (spring.force(2.0), other.force(2.0)) == (6.0, 10.0)
    assert spring.force is spring.force
    assert list(inspect.signature(spring.force).parameters) == ["x"]
    assert spring.mixed(2.0, 1.5, tangent=1.0) == (40.5, 20.25)
    spring.stiffness = 7.0
    assert spring.force(2.0) == 14.0
    assert fpad.grad(spring.force)(2.0) == 7.0


def test_derivatives_of_bound_methods_pickle_with_their_object() -> None:
    spring = Spring(3.0)
    for made in (spring.force, fpad.grad(spring.energy)):
        assert pickle.loads(pickle.dumps(made))(2.0) == 6.0


def test_an_object_under_wrt_is_refused() -> None:
    with pytest.raises(fpad.InputError, match="self is an object of class Spring"):
        Spring.force(Spring(3.0), 2.0)
    with pytest.raises(fpad.InputError, match="w is an object of class Fraction"):
        fpad.grad(squares_by_row, "w")(np.ones(2), Fraction(1, 2))


@fpad.grad
def power(x: Any, n: int) -> Any:
    return x * power(x, n - 1) if n else 1.0


def test_recursion_through_the_decorated_name_is_refused() -> None:
    # It was derived without end.
    with pytest.raises(fpad.TransformError) as caught:
        power(2.0, 3)
    refusal = caught.value.refusals[0]
    assert refusal.text == "return x * power(x, n - 1) if n else 1.0"
    assert "power calls its own derivative" in refusal.reason
    assert "dpower = fpad.grad(power)" in refusal.remedy


def three(x: Any) -> Any:
    return 3


def nothing(x: Any) -> None:
    x * 2.0


@pytest.mark.parametrize(
    ("function", "message"),
    [(three, "the output of three holds integers"), (nothing, "nothing returns None")],
)
def test_constant_outputs_without_derivative_are_refused(function: Any, message: str) -> None:
    with pytest.raises(fpad.InputError, match=message):
        fpad.grad(function)(2.0)


@pytest.mark.parametrize("seed", ["1", None, 1j, np.array(1j)])
def test_seeds_that_hold_no_real_numbers_are_refused(seed: Any) -> None:
    with pytest.raises(fpad.InputError, match="a seed holds no real numbers"):
        fpad.jvp(squares_by_row, "w")(np.ones(2), 2.0, tangent=seed)


def test_what_is_no_function_is_refused_when_the_derivative_is_made() -> None:
    with pytest.raises(fpad.InputError, match="give it a function"):
        fpad.grad(3)
    with pytest.raises(fpad.TransformError, match="dict is a class"):
        fpad.grad(dict)
    with pytest.raises(fpad.InputError, match="unknown float format 'float7'"):
        fpad.grad(squares_by_row, precision="float7")


def test_complex_arguments_are_named() -> None:
    with pytest.raises(fpad.InputError, match="argument w is complex"):
        fpad.grad(squares_by_row)(np.ones(2), 1j)


TABLE = np.array([1.0, 2.0])


def writes_table(x: Any) -> Any:
    y = TABLE
    y[0] = x
    return x * x


def doubles_table(x: Any) -> Any:
    y = TABLE
    y *= 2.0
    return x * np.sum(y)


@pytest.mark.parametrize("function", [writes_table, doubles_table])
def test_data_outside_that_is_written_under_another_name_is_refused(function: Any) -> None:
    # A copy was written, and the effect was lost.
    with pytest.raises(fpad.TransformError, match="TABLE, which lives outside the function"):
        fpad.grad(function)(2.0)


def sine_quotient(x: Any) -> Any:
    return np.where(x != 0, np.sin(x) / x, 1.0)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_selected_cotangent_of_python_type_divides_as_numpy_does() -> None:
    # ZeroDivisionError at second order; the plain function divides NumPy's scalar.
    assert fpad.grad(fpad.grad(sine_quotient))(0.0) == 0.0


def power_of_zero(x: Any) -> Any:
    return 0.0**x


def test_nan_in_the_exponent_of_zero_gives_nan() -> None:
    assert np.isnan(fpad.grad(power_of_zero)(np.nan))
    assert fpad.grad(power_of_zero)(2.0) == 0.0


@pytest.mark.parametrize(
    ("program", "case"),
    situations_of(
        found.literal_handed_to_a_call,
        found.argument_of_a_call_written_in_a_loop,
        found.results_of_calls_written,
    ),
)
def test_third_order_in_forward_mode(program: Any, case: Any) -> None:
    # Tangents in residuals were None, or shared memory with tangents that the caller wrote.
    s = Situation(program, case)
    dx = s.of_wrt(s.dx)
    hessian = derivative(s.program, "grad", "vjp")

    def product(*args: Any, **kwargs: Any) -> Any:
        return hessian(*args, **kwargs, cotangent=dx)[1]

    product.__signature__ = inspect.signature(s.program.function)  # type: ignore[attr-defined]
    restriction = Restriction(product, s.case.fresh, s.program.positions())
    along = directional(restriction, restriction.x, flatten(s.dx), holomorphic=False)
    twice = s.run(derivative(s.program, "grad", "jvp", "jvp"), tangent=dx, tangent_2=dx)
    assert_close(s.parts(twice[1][1]), unflatten(along, s.chosen), 1e-6, "jvp of jvp of grad")


def grows_a_list(x: Any) -> Any:
    out: list[Any] = []
    for i in range(4):
        out.append(x[i] ** 2)
    return out[0] * out[3]


def test_a_list_that_grows_in_a_loop_is_refused() -> None:
    # The compiler failed with a ValueError of zip.
    with pytest.raises(fpad.TransformError) as caught:
        fpad.grad(grows_a_list)(np.ones(4))
    refusal = caught.value.refusals[0]
    assert refusal.text in ("out.append(x[i] ** 2)", "return out[0] * out[3]")
    assert refusal.reason
    assert refusal.remedy
