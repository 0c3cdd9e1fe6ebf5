"""Calls that once went wrong: what each of them found is said beside it."""

import functools
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


def counted_root(a: float) -> Any:
    x, n = a, 0
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
        n += 1
    return {"root": x, "n": n, "even": n % 2 == 0}


def test_counters_and_flags_beside_real_results_have_no_derivative() -> None:
    result, tangent = fpad.jvp(counted_root)(2.0, tangent=1.0)
    assert result == {"root": counted_root(2.0)["root"], "n": 5, "even": False}
    assert tangent == {"root": pytest.approx(0.5 / 2.0**0.5), "n": None, "even": None}
    seed = {"root": 2.0, "n": None, "even": None}
    again, bx = fpad.vjp(counted_root)(2.0, cotangent=seed)
    assert again == result
    assert bx == pytest.approx(2.0 * tangent["root"])
    fpad.testing.check_grads(counted_root, (2.0,))


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


@pytest.mark.parametrize("wrt", [1j, np.complex64(1j), np.ones(2, complex), {"z": [1.0, 2j]}])
def test_complex_arguments_have_no_derivatives(wrt: Any) -> None:
    where = r"argument x(\['z'\]\[1\])? is complex"
    with pytest.raises(fpad.InputError, match=where):
        fpad.grad(lambda x: abs(x) ** 2)(wrt)


class Filter:
    """An object with a real and a complex attribute."""

    def __init__(self, gain: float, pole: complex) -> None:
        self.gain, self.pole = gain, pole

    def boost(self) -> float:
        return 2.0 * self.gain

    def response(self, x: float) -> float:
        return self.gain / abs(1j * x - self.pole)


def test_complex_attributes_of_what_is_differentiated_are_left_alone() -> None:
    found = fpad.grad(Filter.boost)(Filter(3.0, -1.0 + 2.0j))
    assert vars(found) == {"gain": 2.0, "pole": None}
    with pytest.raises(fpad.TransformError, match="an object of class complex"):
        fpad.grad(Filter.response)(Filter(3.0, -1.0 + 2.0j), 1.0)


def test_complex_attributes_beside_it_are_read() -> None:
    fpad.testing.check_grads(Filter(3.0, -1.0 + 2.0j).response, (1.5,), order=2)


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


def grows_a_list(x: Any, n: int = 4) -> Any:
    out: list[Any] = []
    for i in range(n):
        out.append(x[i] ** 2)
    return out[0] * out[3]


def grows_a_list_of_four(x: Any) -> Any:
    out: list[Any] = []
    for i in range(4):
        out.append(x[i] ** 2)
    return out[0] * out[3]


def test_a_list_that_grows_in_a_loop() -> None:
    # The compiler failed with a ValueError of zip.
    got = fpad.grad(grows_a_list)(np.ones(4))
    assert same_bits(got, np.array([2.0, 0.0, 0.0, 2.0]))
    got = fpad.grad(grows_a_list_of_four)(np.ones(4))
    assert same_bits(got, np.array([2.0, 0.0, 0.0, 2.0]))


# ---------------------------------------------------------------- records and recursion


def recursive(x, n):
    if n == 0:
        return x
    return recursive(x * x, n - 1) * x


def even(x, n):
    return x if n == 0 else odd(x * x, n - 1) * abs(x)


def odd(x, n):
    return x + 1.0 if n == 0 else even(x * 0.5, n - 1) * x


@pytest.mark.parametrize("f", [recursive, even])
def test_a_function_that_calls_itself_is_recorded_and_checked(f):
    slope = fpad.grad(f)(1.1, 3)
    plain = fpad.record(f)(1.1, 3)
    found = fpad.grad(f, record=True)(1.1, 3)
    assert plain[0] == f(1.1, 3)
    assert found == (slope, plain[1])
    assert fpad.grad(fpad.record(f))(1.1, 3) == found
    assert fpad.jvp(f, record=True)(1.1, 3, tangent=1.0)[1].path == plain[1].path
    assert fpad.record(f)(1.1, 2)[1].path != plain[1].path
    assert fpad.check(f, 1.0, 3).verdict == fpad.Verdict.DIFFERENTIABLE


def size(x):
    return abs(x - 1 / 10)


def test_the_tie_of_abs_is_a_piece_of_its_own():
    paths = {fpad.record(size)(v)[1].path for v in (0.0, 0.1, 1.0)}
    assert len(paths) == 3
    report = fpad.check(size, 0.1)
    assert report.wrong_piece_cause == {"flip"}
    assert report.path_flipped


def both(x):
    if x > -5.0 and x < 1.0:
        return x
    return 2.0 * x


def chosen(x):
    return np.sum(np.where(x > 0.0, x, 0.0))


def masked(x):
    y = x.copy()
    y[y > 0.0] = 0.0
    return np.sum(y)


def stepped(x):
    return x * (x > 0.0)


def test_the_distances_of_compound_tests_and_selections_are_recorded():
    (nearest,) = fpad.record(both)(1.0 - 1e-9)[1].nearest()
    assert abs(nearest.switch + 1e-9) < 1e-15
    (nearest,) = fpad.record(chosen)(np.array([1.75, 1.0]))[1].nearest()
    assert (nearest.index, nearest.switch) == ((1,), 1.0)


@pytest.mark.parametrize("f", [masked, stepped])
def test_comparisons_that_are_used_as_numbers_are_choices(f):
    up, down = (fpad.record(f)(s * np.ones(1))[1] for s in (1.0, -1.0))
    assert up.path != down.path
    (choice,) = up.choices
    assert choice.op == "operator.gt"
    assert fpad.record(fpad.grad(f if f is masked else total(f)))(np.ones(1))[1].path


def total(f):
    return {stepped: summed}[f]


def summed(x):
    return np.sum(stepped(x))


# ---------------------------------------------------------------- calls


def with_an_array(x, w=np.ones(3)):  # noqa: B008
    return np.sum(x * w)


def test_a_default_that_is_an_array():
    for _ in range(3):
        assert np.array_equal(fpad.grad(with_an_array)(np.ones(3)), np.ones(3))


def unpacks(x):
    a, b = x
    return a * b


def unpacks_rows(m):
    s = 0.0
    for a, b in m:
        s += a * b
    return s


@pytest.mark.parametrize(
    ("f", "bad"),
    [(unpacks, np.ones(3)), (unpacks, np.ones(1)), (unpacks_rows, np.ones((2, 3)))],
)
@pytest.mark.parametrize("make", [fpad.grad, fpad.value_and_grad, fpad.check])
def test_arrays_are_unpacked_into_as_many_names_as_they_have_entries(f, bad, make):
    with pytest.raises(ValueError, match="values to unpack") as wanted:
        f(bad)
    with pytest.raises(ValueError, match="values to unpack") as got:
        fpad.check(f, bad) if make is fpad.check else make(f)(bad)
    assert str(got.value) == str(wanted.value)


def test_a_lambda_in_a_comprehension():
    slopes = [fpad.grad(lambda x: x * x * c) for c in (1.0, 2.0)]  # noqa: B023
    assert [d(3.0) for d in slopes] == [12.0, 12.0]  # c is what it was last
    (first, *_) = ((lambda x: x * k) for k in (3.0, 4.0))  # noqa: B023
    assert fpad.grad(first)(1.0) in (3.0, 4.0)


def weighted(p):
    return p["a"] * p["b"]


def test_the_order_of_keys_of_a_seed_does_not_matter():
    moved = fpad.jvp(weighted)({"a": 2.0, "b": 5.0}, tangent={"b": 1.0, "a": 0.0})
    assert moved == (10.0, 2.0)
    with pytest.raises(fpad.InputError, match="expected the keys"):
        fpad.jvp(weighted)({"a": 2.0, "b": 5.0}, tangent={"b": 1.0, "c": 0.0})


def test_an_integer_too_large_for_a_float():
    with pytest.raises(fpad.InputError, match="too large"):
        fpad.grad(stepped)(10**400)


def test_an_object_among_parameters_is_static():
    assert fpad.grad(weighted)({"a": 1.0, "b": 2.0, "c": object()})["c"] is None


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_rounded_values_have_the_type_of_the_arguments(dtype):
    x = np.ones(2, dtype)
    assert fpad.jvp(stepped, precision="bfloat16")(x, tangent=x)[0].dtype == dtype
    assert fpad.jvp(stepped, precision="bfloat16")(x, tangent=x)[1].dtype == dtype
    assert fpad.vjp(stepped, precision="bfloat16")(x, cotangent=x)[0].dtype == dtype
    assert fpad.value_and_grad(summed, precision="bfloat16")(x)[0].dtype == dtype
    assert fpad.round_to(stepped, "bfloat16")(x).dtype == dtype
    assert fpad.round_to(stepped, "bfloat16")(x.astype(float)).dtype == np.float64


# ---------------------------------------------------------------- tapes that became one too early


def turned(x, y):
    for _ in range(3):
        x = np.exp(-np.cos(y * x))
    return x


def turned_while(x, y):
    k = 0
    while k < 3:
        k = k + 1
        x = np.exp(-np.cos(y * x))
    return x


def turned_twice(x, y):
    for _ in range(2):
        x = np.sin(x - np.cos(x))
        y = np.sin(np.sin(y * x))
    return y


@pytest.mark.parametrize("f", [turned, turned_while, turned_twice])
def test_derivatives_of_every_order_agree_in_both_modes(f):
    at, t0, t1 = (0.7, -0.4), (1.0, 0.5), (0.3, -0.7)
    gradient = fpad.grad(f, (0, 1))
    forward = fpad.jvp(gradient, (0, 1))(*at, tangent=t0)[1]
    reverse = fpad.vjp(gradient, (0, 1))(*at, cotangent=t0)[1]
    np.testing.assert_allclose(forward, reverse, rtol=1e-11)
    moved = fpad.jvp(gradient, (0, 1))
    forward = fpad.jvp(moved, (0, 1))(*at, tangent=t0, tangent_2=t1)[1][1]
    reverse = fpad.vjp(moved, (0, 1))(*at, tangent=t0, cotangent=((0.0, 0.0), t1))[1]
    np.testing.assert_allclose(forward, reverse, rtol=1e-10)


# ---------------------------------------------------------------- ranks and shapes


def row_of_identity(x):
    s = np.sum(x * x)
    return np.sum(s * np.eye(2)[0] + np.identity(2)[1])


def number_and_identity(x):
    return np.sum(x * np.eye(2)[0])


def shape_in_front(x, m):
    s = np.sum(x * x)
    b = np.zeros((2,) + m.shape) + m  # noqa: RUF005
    return np.sum(s * b[0][0])


def shape_behind(x, m):
    return np.sum(np.sum(x * x) * np.ones(m.shape[1:] + (2,))[0])  # noqa: RUF005


def shape_twice(x, m):
    return np.sum(x * x) * np.sum(np.ones(m.shape + m.shape))


def number_with_axes(x, m):
    s = np.sum(x * x)
    return (
        np.sum(x[0][None]) + np.sum(np.sin(x[0])[None, None] * x) + np.sum(s[None] * x * x[0][()])
    )


@pytest.mark.parametrize("f", [shape_in_front, shape_behind, shape_twice, number_with_axes])
def test_ranks_of_arrays_that_are_made(f):
    x, m = np.array([3.0, 4.0]), np.ones((2, 2))
    h = 1e-5
    want = [(f(x + h * e, m) - f(x - h * e, m)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(fpad.grad(f)(x, m), want, rtol=1e-7)


def test_ranks_of_identities():
    assert same_bits(fpad.grad(row_of_identity)(np.array([3.0, 4.0])), np.array([6.0, 8.0]))
    assert fpad.grad(number_and_identity)(0.7) == 1.0
    assert same_bits(fpad.grad(number_and_identity)(np.array([3.0])), np.array([1.0]))


def product(a, b):
    return np.sum(a @ b)


EMPTY_PRODUCTS = [
    *(
        ((2, 0), (0,)),
        ((0, 0), (0,)),
        ((0, 2, 2), (2, 0)),
        ((2, 0, 2), (2, 0)),
        ((3, 2, 2), (2, 0)),
    ),
    *(
        ((2, 2, 0), (0,)),
        ((2, 2, 0), (0, 2)),
        ((2, 2, 0), (0, 0)),
        ((0, 3), (3, 2)),
        ((0,), (0, 2)),
    ),
]


@pytest.mark.parametrize("shapes", EMPTY_PRODUCTS)
def test_products_with_nothing(shapes):
    a, b = map(np.ones, shapes)
    ba, bb = fpad.grad(product, (0, 1))(a, b)
    assert (ba.shape, bb.shape) == shapes
    assert not np.any(ba)
    assert not np.any(bb)


def stacked(x, axis):
    return np.sum(np.stack([x, x], axis)[0] ** 2)


def stacked_somehow(x):
    axis = len(x) % 2
    return np.sum(np.stack([x, x], axis)[0] ** 2)


def test_an_axis_that_is_an_argument():
    x = np.arange(4.0).reshape(2, 2)
    np.testing.assert_array_equal(fpad.grad(stacked)(x, 0), 2.0 * x)
    np.testing.assert_array_equal(fpad.grad(stacked)(x, 1), [[0.0, 4.0], [0.0, 0.0]])


def test_an_axis_known_only_at_run_time():
    with pytest.raises(fpad.TransformError, match="known only at run time") as caught:
        fpad.grad(stacked_somehow)(np.ones((2, 2)))
    (refusal,) = caught.value.refusals
    assert "np.stack([x, x], axis)" in refusal.text


# ---------------------------------------------------------------- texts that are no JSON of ours


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"kind": 1}', '{"choices": 3}'])
@pytest.mark.parametrize("cls", [fpad.Report, fpad.Certificate, fpad.BranchRecord])
def test_texts_that_nobody_wrote(cls, text):
    with pytest.raises(fpad.InputError, match="this text is not a"):
        cls.from_json(text)


@functools.lru_cache
def remembered(n):
    return n * 2.0


def calls_remembered(x):
    return x * remembered(3) + remembered(x) * remembered(x)


@functools.cache
def remembered_aloud(n):
    print("asked")
    return n * 2.0


def test_a_cached_helper_is_the_function_inside():
    assert fpad.grad(lambda x: x * remembered(3))(1.0) == 6.0
    assert fpad.grad(calls_remembered)(1.0) == 14.0
    with pytest.raises(fpad.TransformError, match=r"call the function inside: remembered_aloud\."):
        fpad.grad(lambda x: remembered_aloud(x) * 2.0)(1.0)


def of_a_kind(x, kind):
    if kind == "sin":
        return np.sin(x)
    raise ValueError(f"no such kind: {kind!r}")


def test_a_function_that_only_raises_for_these_arguments():
    assert fpad.grad(of_a_kind)(0.0, "sin") == 1.0
    with pytest.raises(fpad.TransformError, match="never returns with arguments of these kinds"):
        fpad.grad(of_a_kind)(0.0, "tan")


# ---------------------------------------------------------------- wrappers


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **named):
        return 2.0 * f(*args, **named)

    return wrapper


@doubled
def wrapped(x, y=3.0, *, scale=1.0):
    return x * x * y * scale


@doubled
@doubled
def wrapped_twice(*xs, **named):
    return sum(xs) * named["c"]


def test_functions_that_a_decorator_wraps():
    assert fpad.grad(wrapped)(3.0) == 36.0
    assert fpad.grad(wrapped, "y")(3.0, scale=0.5) == 9.0
    assert fpad.grad(wrapped, ("x", "scale"))(3.0, y=1.0, scale=2.0) == (24.0, 18.0)
    assert fpad.grad(fpad.grad(wrapped))(3.0) == 12.0
    assert fpad.grad(wrapped_twice, "xs")(1.0, 2.0, c=3.0) == (12.0, 12.0)
    assert fpad.grad(wrapped_twice, "named")(1.0, 2.0, c=3.0) == {"c": 12.0}
    assert str(inspect.signature(fpad.grad(wrapped))) == "(x, y=3.0, *, scale=1.0)"
    assert pickle.loads(pickle.dumps(fpad.grad(wrapped)))(3.0) == 36.0
    assert "wrapper" in fpad.grad(wrapped).derive(3.0).source


def test_a_dict_with_keys_that_are_floats_of_the_run_is_refused():
    with pytest.raises(fpad.TransformError, match=r"dict.fromkeys runs over an array of floats"):
        fpad.grad(lambda x: dict.fromkeys(x, x))(np.ones(3))


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: np.polyfit(x, x * x, 1, full=True)[0], "np.polyfit with full=True"),
        (lambda x: np.nan_to_num(x, copy=False), "np.nan_to_num with copy=False"),
    ],
)
def test_what_a_library_function_does_and_its_stand_in_does_not_is_said_at_the_call(f, message):
    # The statements of the stand-in were said to be never settled.
    with pytest.raises(fpad.TransformError, match=message) as caught:
        fpad.grad(f)(np.array([0.1, 0.5, 0.2, 0.8]))
    (refusal,) = caught.value.refusals
    assert refusal.file == __file__


def test_the_largest_of_starred_values():
    assert fpad.grad(lambda x: max(*x))(np.array([1.0, 3.0, 2.0])).tolist() == [0.0, 1.0, 0.0]


# ---------------------------------------------------------------- functions inside functions


def assigned_later(x):
    g = lambda y: y * q  # noqa: E731
    q = x * 2.0
    return g(x)


def assigned_in_a_loop(x):
    s = 0.0
    for i in range(3):
        g = lambda y: y * i  # noqa: E731, B023
        s = s + g(x)
    return s


def with_a_computed_default(x):
    def g(n, a=x * 2.0):
        return a if n == 0 else g(n - 1)

    return g(2)


def called_wrongly(x):
    g = lambda y: y * x  # noqa: E731
    return g(x, x)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (with_a_computed_default, "a default that is computed"),
        (called_wrongly, "too many positional arguments"),
    ],
)
def test_functions_inside_functions_that_are_refused(f, message):
    with pytest.raises(fpad.TransformError, match=message) as caught:
        fpad.grad(f)(0.7)
    assert caught.value.refusals[0].line


def test_certificates_of_lambdas_hold():
    tenth = lambda x: x + 1 / 10  # noqa: E731
    assert fpad.check(tenth, 1.0).verify()
    assert fpad.check(lambda x: abs(x - 1 / 10), 0.3).verify()
    assert not fpad.check(tenth, 1.0).certificate.verify(lambda x: 2.0 * x, 1.0)


# ---------------------------------------------------------------- residuals of residuals

FACTOR = 3.0


def scaled_inside(y, c):
    return y * c


def scaled_twice(x, c):
    return scaled_inside(x, c) * x


def scaled_outside(x):
    return scaled_twice(x, FACTOR) * x


def test_a_third_derivative_in_reverse_through_a_call_in_a_call():
    # Nothing flowed into the residuals of the inner call: a None was taken apart.
    third = fpad.grad(fpad.grad(fpad.grad(scaled_outside)))
    assert third(0.7) == 18.0


def appended_in_a_loop(x):
    fs = []
    for i in range(3):
        fs.append(lambda v: v * i * x)  # noqa: B023
    return fs[0](x) + fs[2](x)


def given_back(g):
    return g


def outlives_its_call(x):
    k = x
    h = given_back(lambda v: v * k)
    k = k * 3.0
    return h(1.0)


def mapped_later(x):
    k = x
    values = map(lambda v: v * k, [1.0, 2.0])  # noqa: C417
    k = k * 3.0
    return sum(values) * k


@pytest.mark.parametrize("f", [assigned_later, assigned_in_a_loop, appended_in_a_loop])
def test_functions_inside_functions_see_what_their_names_hold_when_they_are_called(f):
    fpad.testing.check_grads(f, (0.7,))


@pytest.mark.parametrize("f", [outlives_its_call, mapped_later])
def test_functions_that_outlive_what_they_take_are_refused(f):
    # The value at the definition was used; Python looks at the latest one.
    with pytest.raises(fpad.TransformError, match="is assigned again later"):
        fpad.grad(f)(0.7)


def entry_of_all(x: Any) -> Any:
    return np.take(x, 1) * 2.0 + np.sort(x, axis=None)[0]


def test_entries_of_all_axes_of_an_array_by_columns() -> None:
    # The gradient was written into a copy: it was zero.
    x = np.array([[3.0, 1.0], [4.0, 2.0]])
    want = np.array([[0.0, 3.0], [0.0, 0.0]])
    for a in (x, np.asfortranarray(x), x[::-1].copy()[::-1]):
        np.testing.assert_array_equal(fpad.grad(entry_of_all)(a), want)


def rows_of_pairs(x: Any) -> Any:
    return np.sum(x, axis=-2)


def matrix_of_each(x: Any) -> Any:
    return np.linalg.det(x)


def test_axes_that_an_example_lacks_are_not_those_of_the_examples() -> None:
    # The sum was over the examples, the determinant that of all of them as one matrix.
    for f in (rows_of_pairs, matrix_of_each):
        with pytest.raises((np.exceptions.AxisError, np.linalg.LinAlgError)):
            fpad.vmap(f)(np.eye(3))
        with pytest.raises((np.exceptions.AxisError, np.linalg.LinAlgError)):
            fpad.vmap(fpad.grad(f))(np.eye(3))


def spread_out(x: Any, d: Any) -> Any:
    return np.std(x, ddof=d)


def test_what_a_keyword_depends_on_has_no_derivative() -> None:
    # The part of the derivative that comes in by the keyword was left out.
    x = np.array([1.0, 2.0, 4.0])
    assert fpad.grad(spread_out)(x, 1).shape == (3,)
    with pytest.raises(fpad.TransformError, match="no derivative with respect to its argument"):
        fpad.grad(spread_out, wrt="d")(x, 1.5)


def read_back(x: Any) -> Any:
    return float(f"{x:.17g}") * 2.0


def test_numbers_in_texts_have_no_derivative() -> None:
    # The text has none, so that of the number was 0.
    with pytest.raises(fpad.TransformError, match="use the number itself"):
        fpad.grad(read_back)(1.25)


def first_of_all(x: Any) -> Any:
    return max(x) + int(x[0] > 0) * 2 ** int(x[1])


def test_numbers_of_many_examples_are_pythons() -> None:
    # NumPy's maximum of NaN is NaN, its ints run over and have no negative powers.
    x = np.array([[1.0, 2.0, np.nan], [2.0, -1.0, 0.5], [-1.0, 3.0, 2.0]])
    want = [first_of_all(list(map(float, row))) for row in x]
    np.testing.assert_array_equal(fpad.vmap(first_of_all)(x), want)
    with pytest.raises(fpad.InputError, match="64 bits"):
        fpad.vmap(first_of_all)(np.array([[1.0, 80.0, 0.0]]))


@pytest.mark.parametrize(
    "f",
    [
        np.vectorize(lambda a: 0 if a < 0 else a * a),
        lambda x: np.apply_along_axis(lambda r: 0 if r[0] < 0 else r[0] ** 2, 1, x[:, None]),
    ],
)
def test_results_that_numpy_makes_integers_of_are_refused_where_floats_would_be_cut_off(f):
    x = np.array([-1.5, 2.5])
    assert f(x).tolist() == [0, 6]
    with pytest.raises(TypeError, match="makes integers of all results"):
        fpad.jvp(lambda x: f(x) * x)(x, tangent=np.ones(2))
    _, slope = fpad.jvp(lambda x: f(x) * x)(x[::-1].copy(), tangent=np.ones(2))
    assert slope.tolist() == [18.75, 0.0]


@pytest.mark.parametrize("at", [0.0, 1.5, -2.0, np.float64(0.0), np.float64(1.5), np.array(-2.0)])
def test_piecewise_of_single_numbers(at: Any) -> None:
    def f(x: Any) -> Any:
        return np.piecewise(x, [x < 0, x > 0], [lambda t: -t, lambda t: t * t, 1.0])

    value, slope = fpad.value_and_grad(f)(at)
    assert value == f(at)
    assert slope == (-1.0 if at < 0 else 2 * at)
    assert type(slope) is type(at)
