"""The oracles against derivatives that are known in closed form, and the corpus against itself."""

import inspect
from typing import Any

import numpy as np
import pytest

from tests.oracles import (
    OracleError,
    Restriction,
    assert_close,
    assert_fresh,
    assert_like,
    complex_step,
    directional,
    distance,
    flatten,
    inner,
    leaves,
    random_like,
    richardson,
    same_bits,
    unflatten,
)
from tests.programs import PROGRAMS, Program
from tests.programs.registry import Case
from tests.situations import IN_PART


def test_both_differentiation_methods_on_a_closed_form() -> None:
    x, v = np.array([0.7, 1.3]), np.array([0.3, -2.0])

    def f(z: Any) -> Any:
        return np.array([np.exp(z[0]) * np.sin(z[1]), z[0] ** 3 / z[1]])

    truth = np.array(
        [
            [np.exp(0.7) * np.sin(1.3), np.exp(0.7) * np.cos(1.3)],
            [3 * 0.7**2 / 1.3, -(0.7**3) / 1.3**2],
        ]
    )
    value, error = richardson(f, x, v)
    assert np.max(np.abs(value - truth @ v)) < 1e-11
    assert error < 1e-9
    stepped = complex_step(f, x, v)
    assert stepped is not None
    assert np.max(np.abs(stepped - truth @ v)) < 1e-14


def test_differences_step_around_a_singularity() -> None:
    value, _ = richardson(np.log, np.array([0.01]), np.ones(1))
    assert abs(value[0] - 100.0) < 1e-5


def test_a_kink_is_no_derivative() -> None:
    with pytest.raises(OracleError):
        directional(lambda z: np.sqrt(np.maximum(z, 0.0)), np.zeros(1), np.ones(1))


def test_a_wrong_complex_step_is_not_believed() -> None:
    # abs drops the imaginary part, so the complex step gives 0 here.
    value = directional(np.abs, np.array([-2.0]), np.ones(1))
    assert abs(value[0] + 1.0) < 1e-9


def test_flatten_and_unflatten_are_inverse() -> None:
    tree = {"a": [1.5, np.array([[1.0, 2.0], [3.0, 4.0]])], "s": "static", "n": (None, 2, len)}
    vector = flatten(tree)
    assert vector.tolist() == [1.5, 1.0, 2.0, 3.0, 4.0, 2.0]
    back = unflatten(vector, tree)
    assert back["s"] == "static"
    assert back["n"] == (None, 2.0, len)
    assert back["a"][1].shape == (2, 2)
    seed = random_like(tree, np.random.default_rng(0))
    assert seed["s"] is None
    assert seed["n"][0] is None
    assert len(leaves(seed)) == 3
    assert abs(inner(seed, seed) - float(flatten(seed) @ flatten(seed))) < 1e-14


def test_comparisons_can_fail() -> None:
    a = (1.0, np.array([1.0, 2.0]))
    assert distance(a, (1.0, np.array([1.0, 2.0]))) == 0.0
    with pytest.raises(AssertionError, match="off by"):
        assert_close(a, (1.0, np.array([1.0, 2.0 + 1e-5])), 1e-7, "x")
    with pytest.raises(AssertionError, match="off by"):
        assert_close(np.nan, 1.0, 1e-7, "x")
    with pytest.raises(AssertionError, match="off by"):
        assert_close(1.0, np.nan, 1e-7, "x")
    with pytest.raises(AssertionError, match="for an array"):
        assert_like((1.0, 2.0), a, "x")
    with pytest.raises(AssertionError, match="dtype"):
        assert_like(np.zeros(2), np.zeros(2, dtype=np.float32), "x")
    with pytest.raises(AssertionError, match="structure"):
        assert_like([1.0], (1.0,), "x")
    with pytest.raises(AssertionError, match="for int"):
        assert_like(1, 1, "x")
    with pytest.raises(AssertionError, match="share"):
        assert_fresh((a[1], a[1]), (), "x")
    with pytest.raises(AssertionError, match="input"):
        assert_fresh(a[1][:1], a, "x")
    assert not same_bits(0.0, -0.0)
    assert not same_bits(1.0, np.float64(1.0))
    assert not same_bits({"a": 1.0}, {"b": 1.0})
    assert same_bits(np.float64("nan"), np.float64("nan"))


@pytest.mark.parametrize(("program", "case"), IN_PART)
def test_every_program_runs_and_every_smooth_case_has_an_oracle(
    program: Program, case: Case
) -> None:
    restriction = Restriction(program.function, case.fresh, program.positions())
    if case.smooth:
        assert restriction.jacobian().shape[1] == restriction.x.size
        return
    args, kwargs = case.fresh()
    with np.errstate(all="ignore"):
        value = program.function(*args, **kwargs)
    assert np.shape(value) == (), "hand-derived gradients are of scalars"
    slope = case.slope if isinstance(program.wrt, tuple) else (case.slope,)
    assert flatten(slope).shape == restriction.x.shape


def test_the_corpus_is_large_and_its_names_are_distinct() -> None:
    names = [program.name for program in PROGRAMS]
    assert len(names) == len(set(names))
    assert sum(not program.may_refuse for program in PROGRAMS) >= 200
    for program in PROGRAMS:
        assert program.cases, program.name
        assert inspect.getsource(program.function)
