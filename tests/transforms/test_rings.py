"""Objects that hold methods of themselves: what Python raises, and what is refused."""

import numpy as np
import pytest

import fpad
from tests.programs.own_methods import Cell


def looked_up(a, codes):
    p = Cell(a)
    for k in codes:
        p.table[("add", "scale", "none")[k]]()
    return p.s


def test_a_missing_key_raises_what_python_raises():
    with pytest.raises(KeyError, match="none"):
        fpad.grad(looked_up)(0.7, np.array([0, 2]))
    # twice 0.7 * 2 is 2.8, and its slope is 4
    assert fpad.grad(looked_up)(0.7, np.array([0, 1])) == 4.0


def returned(a):
    return Cell(a)


def test_an_object_that_holds_its_methods_is_not_returned():
    with pytest.raises(fpad.TransformError, match=r"functools\.partial"):
        fpad.jvp(returned)(0.7, tangent=1.0)


def test_an_argument_that_holds_its_methods_is_one_object_twice():
    def used(a, cell):
        cell.s = a * a
        return cell.table["scale"](3.0)

    with pytest.raises(fpad.InputError, match="outside"):
        fpad.grad(used)(0.7, Cell(1.0))
