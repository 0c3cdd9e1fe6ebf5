"""Every program of the corpus, in every mode, against oracles that know nothing of fpad.

First derivatives are compared with complex steps or extrapolated differences (at kinks with slopes
derived by hand), second derivatives with differences of first ones. Programs marked `may_refuse`
may be refused; whatever is answered must be right.
"""

from typing import Any

import numpy as np
import pytest

from tests.oracles import assert_close, flatten, inner, map_leaves, unflatten
from tests.programs import PROGRAMS, Program
from tests.programs.registry import Case
from tests.situations import (
    FIRST,
    IN_PART,
    KINKS,
    SMOOTH,
    Situation,
    case_of,
    forward_over_reverse,
    hessian_by_differences,
    program_of,
    refusable,
    reverse_over_reverse,
)


@pytest.mark.parametrize(("program", "case"), FIRST)
def test_first_derivatives(program: Program, case: Case) -> None:
    s = Situation(program, case)
    jacobian = s.restriction.jacobian()
    expected = unflatten(flatten(s.by) @ jacobian, s.chosen)
    if not (s.scalar and program.everyday):  # a gradient is a pullback; see test_modes_are_adjoint
        with refusable(program):
            assert_close(s.pullback(), expected, s.tolerance, "vjp")
    if s.scalar:
        with refusable(program):
            expected = unflatten(jacobian[0], s.chosen)
            assert_close(s.gradient(), expected, s.tolerance, "grad")
    if program.everyday and PROGRAMS.index(program) % 2:
        return  # see test_tangents
    check_tangent(s, jacobian)


def check_tangent(s: Situation, jacobian: Any) -> None:
    with refusable(s.program):
        expected = unflatten(jacobian @ flatten(s.dx), s.value)
        assert_close(s.pushforward(), expected, s.tolerance, "jvp")


@pytest.mark.slow
@pytest.mark.parametrize(("program", "case"), SMOOTH)
def test_tangents(program: Program, case: Case) -> None:
    s = Situation(program, case)
    check_tangent(s, s.restriction.jacobian())


@pytest.mark.parametrize(("program", "case"), KINKS)
def test_derived_by_hand(program: Program, case: Case) -> None:
    s = Situation(program, case)
    slope = (case.slope,) if s.single else case.slope
    assert_close(s.gradient(), slope, 1e-12, "grad")
    expected = map_leaves(lambda leaf: leaf * s.by, slope)
    assert_close(s.pullback(), expected, 1e-12, "vjp")
    assert_close(s.pushforward(), inner(slope, s.dx), 1e-12, "jvp")


@pytest.mark.parametrize(("program", "case"), IN_PART)
def test_modes_are_adjoint(program: Program, case: Case) -> None:
    s = Situation(program, case)
    with refusable(program):
        left = inner(s.by, s.pushforward())
        right = inner(s.pullback(), s.dx)
        scale = max(abs(left), abs(right), inner(s.by, s.by), 1e-3)
        assert abs(left - right) <= s.identity * scale


@pytest.mark.parametrize(
    ("program", "case"), [s for s in IN_PART if program_of(s).second and case_of(s).smooth]
)
def test_second_derivatives(program: Program, case: Case) -> None:
    s = Situation(program, case)
    tolerance = 1e-7 if s.tolerance == 1e-7 else 3e-4
    with refusable(program):
        expected = hessian_by_differences(s)
        assert_close(reverse_over_reverse(s), expected, tolerance, "vjp of grad")
        assert_close(forward_over_reverse(s), expected, tolerance, "jvp of grad")


@pytest.mark.parametrize(("program", "case"), KINKS)
def test_second_derivatives_at_kinks_are_finite_and_agree(program: Program, case: Case) -> None:
    s = Situation(program, case)
    by_reverse = reverse_over_reverse(s)
    assert np.all(np.isfinite(flatten(by_reverse)))
    assert_close(forward_over_reverse(s), by_reverse, 1e-10, "jvp of grad")
