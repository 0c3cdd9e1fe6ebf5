"""Attributes whose names only the run tells: what Python raises, and what is refused."""

import numpy as np
import pytest

import fpad
from tests.programs.named_attributes import NAMES, Model, method_of_one_of_several_names


def test_what_is_no_attribute_raises_what_python_raises():
    with pytest.raises(AttributeError, match="'Model' object has no attribute 'do_none'"):
        fpad.grad(method_of_one_of_several_names)(0.7, np.array([0, 3]))


def test_names_in_a_list_raise_it_too():
    def run(a, codes):
        return Model(a).follow([NAMES[k] for k in codes]).s

    with pytest.raises(AttributeError, match="do_none"):
        fpad.grad(run)(0.7, np.array([0, 3]))


def test_a_handler_for_it_is_refused():
    def run(a, codes):
        model = Model(a)
        for k in codes:
            try:
                getattr(model, "do_" + NAMES[k])(1.5)
            except AttributeError:
                model.s = 0.5 * model.s
        return model.s

    with pytest.raises(fpad.TransformError, match="hasattr"):
        fpad.grad(run)(0.7, np.array([0, 3]))


class Open:
    def __init__(self, a):
        self.a = a

    def __getattr__(self, name):
        return 3.0


def test_a_class_that_answers_any_name_is_refused_or_right():
    def run(a, codes):
        return a * getattr(Open(a), "do_" + NAMES[codes[0]])

    assert fpad.grad(run)(0.7, np.array([1])) == 3.0


class Named:
    def __init__(self, a):
        self.a = a
        self.b = a * a
        self._hidden = a**3


def total(a, codes):
    named, out = Named(a), 0.0
    for name in [("A", "B", "_HIDDEN", "NONE")[k] for k in codes]:
        out = out + getattr(named, name.lower(), 0.5 * a)
    return out


def test_a_text_of_which_nothing_is_known_names_what_is_public():
    # a, a**2 and the default
    assert fpad.grad(total)(0.7, np.array([0, 1, 3])) == pytest.approx(1.0 + 1.4 + 0.5)
    with pytest.raises(fpad.InputError, match="'_hidden'"):
        fpad.grad(total)(0.7, np.array([0, 2]))


def test_an_object_whose_way_is_chosen():
    def run(a, codes):
        out = 0.0
        for k in codes:
            model = Model(a) if k else Named(a)
            out = out + getattr(model, ("a", "s", "b")[k])
        return out

    assert fpad.grad(run)(0.7, np.array([0, 1])) == pytest.approx(2.0)
    with pytest.raises((AttributeError, fpad.TransformError)):
        fpad.grad(run)(0.7, np.array([0, 2]))
