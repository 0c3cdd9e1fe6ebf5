"""Attributes that a loop gives an object: known behind it only if every way sets them."""

import numpy as np
import pytest

import fpad


class Model:
    def __init__(self, limit, steps=50):
        self.limit, self.steps = limit, steps

    def fit(self, x):
        self.centre = x
        for step in range(self.steps):
            self.centre = self.centre * 0.9
            if self.centre < self.limit:
                break
            self.count = step + 3
        return self

    def fit_always(self, x):
        steps = self.steps
        for self.count in range(steps):
            self.centre = np.sin(x) * (self.count + 1)
        return self


def test_what_a_jump_may_leave_unset_is_refused():
    with pytest.raises(AttributeError):
        Model(10.0).fit(0.7).count  # noqa: B018
    with pytest.raises(fpad.TransformError, match="a Model of"):
        fpad.grad(lambda x: Model(10.0).fit(x).count * x)(0.7)


def test_a_loop_that_does_not_run_is_refused():
    gradient = fpad.grad(lambda x, n: Model(0.0, n).fit_always(x).centre * x)
    assert gradient(0.7, 45) == pytest.approx(45 * (np.sin(0.7) + 0.7 * np.cos(0.7)))
    with pytest.raises(fpad.InputError, match="does not run"):
        gradient(0.7, 0)
