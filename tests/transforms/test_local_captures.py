"""Classes inside functions whose objects hold what their methods use: what cannot be done so."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest

import fpad
import fpad.testing


def all_attributes(x: Any) -> Any:
    k = x * 2

    class Part:
        def __init__(self) -> None:
            self.a = x

        def total(self) -> Any:
            return sum(vars(self).values()) * k

    return Part().total()


def number_of_attributes(x: Any) -> Any:
    k = x * 2

    class Part:
        def __init__(self) -> None:
            self.a = 1.0

        def go(self) -> Any:
            return k

    part = Part()
    return part.go() * len(part.__dict__)


def made_by_a_static_method(x: Any) -> Any:
    k = x

    class Part:
        @staticmethod
        def go(v: Any) -> Any:
            return v * k

    return Part.go(2.0)


def base_of_a_variable(x: Any) -> Any:
    scale = x

    class Part:
        by = scale * 2

        def go(self) -> Any:
            return self.by

    return Part().go()


@pytest.mark.parametrize(
    "program",
    [all_attributes, number_of_attributes, made_by_a_static_method, base_of_a_variable],
    ids=lambda f: f.__name__,
)
def test_refused(program: Any) -> None:
    with pytest.raises(fpad.TransformError, match="a variable of it"):
        fpad.grad(program)(1.3)


def made_by_map(x: Any) -> Any:
    k = x

    class Part:
        def __init__(self, a: Any) -> None:
            self.a = a

        def go(self) -> Any:
            return self.a * k

    return sum(p.go() for p in map(Part, (1.0, x)))


def made_by_its_class(x: Any) -> Any:
    k = x

    class Part:
        def __init__(self, a: Any) -> None:
            self.a = a

        def twin(self) -> Any:
            return type(self)(self.a * k)

    return Part(x).twin().twin().a


@pytest.mark.parametrize("program", [made_by_map, made_by_its_class], ids=lambda f: f.__name__)
def test_objects_made_otherwise_are_refused(program: Any) -> None:
    with pytest.raises(fpad.TransformError, match="_of_made_by"):
        fpad.grad(program)(1.3)


def copied(x: Any) -> Any:
    k = x * 2

    class Part:
        def __init__(self, a: Any) -> None:
            self.a = a

        def go(self) -> Any:
            return self.a * k

    p = Part(x)
    q = copy.copy(p)
    q.a = 3.0
    return p.go() + q.go()


def compared(x: Any) -> Any:
    k = x * 2

    @dataclass
    class Part:
        a: float

        def go(self) -> Any:
            return self.a * k

    same = Part(1.0) == Part(1.0) and Part(1.0) != Part(2.0)
    p = Part(x * x)
    parts = sum(dataclasses.asdict(p).values()) + len(dataclasses.fields(p))
    return (p.go() if same else 0.0) + parts


@pytest.mark.parametrize("program", [copied, compared], ids=lambda f: f.__name__)
def test_what_they_hold_is_theirs_alone(program: Any) -> None:
    fpad.testing.check_grads(program, (1.3,), order=2)
