"""Compositions beyond grad of grad: forward mode inside, third order, penalties."""

import inspect
from typing import Any

import numpy as np
import pytest

import fpad
from tests.oracles import (
    Restriction,
    assert_close,
    directional,
    flatten,
    inner,
    map_leaves,
    unflatten,
)
from tests.programs import (
    Program,
    aliasing,
    arrays,
    calls,
    loops,
    models,
    mutation,
    scalar,
    structures,
)
from tests.programs.registry import Case
from tests.situations import (
    SMOOTH,
    Situation,
    derivative,
    forward_over_forward,
    hessian_by_differences,
    refusable,
    reverse_over_forward,
    sampled,
    situations_of,
)

OVER_FORWARD = situations_of(
    scalar.kepler,
    scalar.verlet,
    scalar.operators,
    scalar.every_elementary_function,
    loops.break_two_loops_deep,
    loops.return_from_nested_loops,
    loops.swap_in_loop,
    loops.defined_in_one_arm,
    loops.redefined_with_another_shape,
    arrays.log_sum_exp,
    arrays.softmax_of_rows,
    arrays.matmul_in_every_rank,
    arrays.indexing,
    mutation.recurrence_in_an_array,
    mutation.every_augmented_update,
    mutation.parameter_written,
    mutation.convolution,
    calls.recursion,
    calls.mutual_recursion,
    calls.helpers_that_return_tuples,
    calls.closure_over_arrays,
    structures.nested_structure,
    structures.result_as_dict,
    models.two_layer_network,
)

THIRD = situations_of(
    scalar.newton_square_root,
    scalar.logistic_map,
    loops.return_from_loop,
    loops.swap_in_loop,
    loops.while_true_with_break_in_the_middle,
    arrays.sum_of_squares,
    arrays.log_sum_exp,
    mutation.recurrence_in_an_array,
    mutation.element_overwritten_after_it_was_read,
    mutation.heat_equation,
    calls.call_in_loop,
    calls.recursion,
    calls.helper_that_builds_an_array,
    calls.mutual_recursion,
    aliasing.rows_written_through_views,
    aliasing.row_view_written,
    aliasing.callee_writes_its_argument,
    aliasing.ping_pong_buffers,
)


def check_over_forward_mode(program: Program, case: Case) -> None:
    """Compares Hv by vjp of jvp, and <v, Hv> by jvp of jvp, with differences of the gradient."""
    s = Situation(program, case)
    tolerance = 1e-7 if s.tolerance == 1e-7 else 3e-4
    with refusable(program):
        expected = hessian_by_differences(s)
        assert_close(reverse_over_forward(s), expected, tolerance, "vjp of jvp")
        curvature = inner(expected, s.dx)
        size = float(np.linalg.norm(flatten(expected)) * np.linalg.norm(flatten(s.dx)))
        assert abs(forward_over_forward(s) - curvature) <= tolerance * max(size, 1e-3)


@pytest.mark.parametrize(("program", "case"), OVER_FORWARD)
def test_second_derivatives_over_forward_mode(program: Program, case: Case) -> None:
    check_over_forward_mode(program, case)


@pytest.mark.parametrize(("program", "case"), sampled(SMOOTH, 4))
def test_second_derivatives_over_forward_mode_of_all(program: Program, case: Case) -> None:
    check_over_forward_mode(program, case)


def check_third_order(program: Program, case: Case, lenient: bool) -> None:
    """Compares the gradient of <v, Hv>, by vjp of vjp of grad, with differences of Hv."""
    s = Situation(program, case)
    dx = s.of_wrt(s.dx)
    hessian = derivative(s.program, "grad", "vjp")

    def product(*args: Any, **kwargs: Any) -> Any:
        return hessian(*args, **kwargs, cotangent=dx)[1]

    product.__signature__ = inspect.signature(s.program.function)  # type: ignore[attr-defined]
    nothing = map_leaves(lambda leaf: leaf * 0.0, dx)
    seeds = {"cotangent": dx, "cotangent_2": (nothing, dx)}
    try:
        restriction = Restriction(product, s.case.fresh, s.program.positions())
        along = directional(restriction, restriction.x, flatten(s.dx), holomorphic=False)
        result = s.parts(s.run(derivative(s.program, "grad", "vjp", "vjp"), **seeds)[1])
    except (fpad.TransformError, fpad.InputError):
        if not lenient:
            raise
        return
    tolerance = 1e-6 if s.tolerance == 1e-7 else 3e-3
    assert_close(result, unflatten(along, s.chosen), tolerance, "vjp of vjp of grad")


@pytest.mark.parametrize(("program", "case"), THIRD)
def test_third_derivatives(program: Program, case: Case) -> None:
    check_third_order(program, case, program.may_refuse)


@pytest.mark.parametrize(("program", "case"), sampled(SMOOTH, 8))
def test_third_derivatives_of_all(program: Program, case: Case) -> None:
    if Situation(program, case).scalar:
        check_third_order(program, case, program.may_refuse)


def quartic(x: Any) -> Any:
    return np.sum(x**4)


quartic_gradient = fpad.grad(quartic)


def gradient_penalty(x: Any) -> Any:
    g = quartic_gradient(x)
    return quartic(x) + 0.5 * np.sum(g * g)


def test_a_derivative_called_by_a_function_is_differentiated_again() -> None:
    x = np.array([0.5, -1.2, 0.0])
    got = fpad.grad(gradient_penalty)(x)
    assert_close(got, 4 * x**3 + 4 * x**3 * 12 * x**2, 1e-12, "gradient penalty")
    v = np.array([1.0, 0.5, -2.0])
    _, along = fpad.jvp(gradient_penalty)(x, tangent=v)
    assert along == pytest.approx(float(got @ v), rel=1e-12)
    hessian = np.diag(12 * x**2 + 240 * x**4)
    _, product = fpad.vjp(fpad.grad(gradient_penalty))(x, cotangent=v)
    assert_close(product, hessian @ v, 1e-12, "vjp of a gradient penalty's gradient")


def fourth_power(x: float) -> float:
    return x**4


def test_grad_of_grad_of_grad() -> None:
    assert fpad.grad(fpad.grad(fpad.grad(fourth_power)))(1.5) == pytest.approx(36.0, rel=1e-14)


def test_mixed_second_derivative() -> None:
    r, x = 3.2, 0.3
    u, u_r, u_x, u_rx = r * x * (1 - x), x * (1 - x), r * (1 - 2 * x), 1 - 2 * x
    expected = u_x * (1 - 2 * u) + r * ((1 - 2 * u) * u_rx - 2 * u_x * u_r)
    for outer, inside in (("x", "r"), ("r", "x")):
        mixed = fpad.grad(fpad.grad(scalar.logistic_map, inside), outer)
        assert mixed(r, x, 2) == pytest.approx(expected, rel=1e-12)


def test_seed_names_of_compositions() -> None:
    twice = fpad.jvp(fpad.jvp(fourth_power))
    assert list(inspect.signature(twice).parameters) == ["x", "tangent", "tangent_2"]
    (y, dy), (dy_2, ddy) = twice(1.5, tangent=1.0, tangent_2=2.0)
    assert (y, dy) == (1.5**4, pytest.approx(4 * 1.5**3))
    assert dy_2 == pytest.approx(2.0 * 4 * 1.5**3)
    assert ddy == pytest.approx(2.0 * 12 * 1.5**2)
    both = fpad.vjp(fpad.jvp(fourth_power))
    assert list(inspect.signature(both).parameters) == ["x", "tangent", "cotangent"]
