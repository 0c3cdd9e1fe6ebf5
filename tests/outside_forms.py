"""Functions that set what lives outside of them: each form makes its objects anew.

A form returns the function, and another one that tells what the objects hold.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

Form = Callable[[], tuple[Callable[[Any], Any], Callable[[], Any]]]
FORMS: dict[str, Form] = {}


def form(made: Form) -> Form:
    """Register a form."""
    FORMS[made.__name__] = made
    return made


class Meter:
    """Has a default in its class only."""

    n = 1.0
    calls = 0

    def __init__(self) -> None:
        self.rate = 2.0


def told(*objects: Any) -> list[Any]:
    """What objects and classes hold themselves."""
    return [{n: v for n, v in vars(o).items() if isinstance(v, float | int)} for o in objects]


@form
def set_on_an_object():
    class A(Meter):
        def f(self, x):
            self.n = 5.0 * x
            return x * self.n

    a = A()
    return a.f, lambda: told(a, A)


@form
def counted_up():
    class A(Meter):
        def f(self, x):
            self.calls += 1
            self.n += x
            return x * self.n * self.calls

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_under_an_if():
    class A(Meter):
        def f(self, x):
            if x > 1.0:
                self.n = x
            return x * self.n * x

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_in_a_loop():
    class A(Meter):
        def f(self, x):
            s = 0.0
            for k in range(4):
                s = s + self.n * x
                if k * x > 2.5:
                    break
                self.n = self.n + x * k
            return s * self.n

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_in_a_loop_of_no_trip():
    class A(Meter):
        def f(self, x):
            for _ in range(int(x)):
                self.n = 3.0 * x
            return x * x * self.n

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_by_a_method():
    class A(Meter):
        def up(self, v):
            self.n = self.n * v
            return self.n

        def f(self, x):
            y = self.up(x)
            if x < 1.0:
                self.up(y)
            return x * self.n + y

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_by_a_recursive_method():
    class A(Meter):
        def down(self, k, x):
            if k == 0:
                return x
            if k % 2:
                self.n += x
            y = self.down(k - 1, x) * self.n
            self.rate *= 1.5
            return y

        def f(self, x):
            return self.down(3, x) * self.n * self.rate

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_under_two_names():
    a = Meter()
    b = a

    def f(x):
        a.n = x
        b.n = b.n + 1.0
        return x * a.n

    return f, lambda: told(a, Meter)


@form
def set_in_a_base():
    class B(Meter):
        def up(self, v):
            self.n = v

    class A(B):
        n = 3.0

        def f(self, x):
            y = self.n * x
            super().up(x * y)
            return y * self.n * B.n

    a = A()
    return a.f, lambda: told(a, A, B)


@form
def set_on_the_class():
    class A(Meter):
        n = 2.0

        def f(self, x):
            y = self.n * x
            A.n = A.n + x
            type(self).calls += 1
            return y * self.n * other.n * self.calls

    other = A()
    return A().f, lambda: told(other, A, Meter)


@form
def set_by_a_class_method():
    class A(Meter):
        n = 2.0

        @classmethod
        def up(cls, v):
            cls.n = cls.n * v
            return cls.n

        def f(self, x):
            y = self.up(x)
            if x > 1.0:
                A.up(2.0)
            return y * self.n

    a = A()
    return a.f, lambda: told(a, A, Meter)


@form
def set_on_a_derived_class():
    class A(Meter):
        def f(self, x):
            if x > 1.0:
                type(self).n = x
            return x * self.n * Meter.n

    a = A()
    return a.f, lambda: told(a, A, Meter)


@form
def set_on_the_class_of_an_object_with_its_own():
    class A(Meter):
        def f(self, x):
            A.rate = 7.0 * x
            return x * self.rate * A.rate

    A.rate = 1.0
    a = A()
    return a.f, lambda: told(a, A)


@form
def set_through_a_property():
    class A:
        _n = 1.0

        @property
        def n(self):
            return 2.0 * self._n

        @n.setter
        def n(self, v):
            self._n = v

        def f(self, x):
            self.n += x
            return x * self.n * self._n

    a = A()
    return a.f, lambda: told(a)


@form
def set_in_a_slot():
    class A:
        __slots__ = ("n",)

        def __init__(self):
            self.n = 1.0

        def f(self, x):
            if x > 1.0:
                self.n += x
            return x * x * self.n

    a = A()
    return a.f, lambda: a.n


@form
def set_in_a_dataclass():
    @dataclasses.dataclass
    class A:
        n: float = 1.0
        rate: ClassVar[float] = 2.0

        def f(self, x):
            self.rate = self.rate + self.n
            self.n = self.rate * x
            return x * self.n

    a = A()
    return a.f, lambda: told(a, A)


@form
def set_in_a_frozen_dataclass():
    @dataclasses.dataclass(frozen=True)
    class A:
        n: float = 1.0

        def f(self, x):
            object.__setattr__(self, "n", self.n + x)
            return x * self.n

    a = A()
    return a.f, lambda: told(a)


@form
def set_through_a_hook():
    class A(Meter):
        def __setattr__(self, name, value):
            seen.append(name)
            object.__setattr__(self, name, value)

        def f(self, x):
            self.n = self.n + x
            return x * self.n

    class Seen:
        count = 0

        def append(self, name):
            self.count += 1

    seen = Seen()
    a = A()
    return a.f, lambda: told(a, seen)


@form
def told_by_a_hook():
    class A(Meter):
        def __getattr__(self, name):
            return self.rate * 3.0

        def f(self, x):
            y = x * self.gain
            self.rate = x
            return y * self.gain

    a = A()
    return a.f, lambda: told(a)


@form
def set_in_a_namespace():
    a = SimpleNamespace(n=1.0, w=np.array([1.0, 2.0]))

    def f(x):
        a.w = a.w * x
        a.n = a.n + a.w[1]
        return x * a.n + a.w.sum()

    return f, lambda: (a.n, a.w.tolist())


@form
def set_where_a_generator_runs():
    a = Meter()

    def steps(v):
        for _ in range(3):
            a.n = a.n + v
            yield a.n

    def f(x):
        s = 0.0
        for y in steps(x):
            s = s + y * a.n
            a.n = a.n * 1.5
        return s * a.n

    return f, lambda: told(a, Meter)


@form
def set_in_the_order_of_python():
    a = Meter()

    def put(v):
        a.n = v
        return a.n

    def f(x):
        y = a.n * put(x) * a.n
        both = [a.n, put(3.0 * x), a.n]
        a.n += put(x * x)
        return y * x + both[0] * both[2] * a.n

    return f, lambda: told(a, Meter)


@form
def set_of_a_default():
    a = Meter()

    def put(v, into=a):
        into.n = v

    def f(x):
        put(x)
        return x * a.n

    return f, lambda: told(a, Meter)


@form
def read_in_a_list():
    a = Meter()
    meters = [a, Meter()]

    def f(x):
        y = meters[0].rate
        a.rate = x
        a.n = a.n + meters[0].rate
        s = 0.0
        for m in meters:
            s = s + m.rate * m.n * x
        return s * y

    return f, lambda: told(*meters)


@form
def read_in_a_dict_of_an_object():
    a, b = Meter(), SimpleNamespace()
    b.meters = {"all": (Meter(), a), "scale": 2.0}

    def last():
        return b.meters["all"][1].rate * b.meters["scale"]

    def f(x):
        y = last()
        a.rate = x * a.rate
        return x * y + last() * x

    return f, lambda: told(a)


@form
def set_in_a_list():
    meters = [Meter(), Meter()]
    first = meters[0]

    def f(x):
        s = 0.0
        for k, m in enumerate(meters):
            m.rate = m.rate * x
            if k * x > 1.0:
                m.n = x
            s = s + m.rate * m.n * first.rate
        return s * x

    return f, lambda: told(*meters)


@form
def set_where_values_are_listed():
    a = Meter()

    def steps(v):
        for _ in range(3):
            yield a.n * v

    def f(x):
        values = steps(x)
        a.n = 5.0 * x
        s = 0.0
        for v in values:
            s = s + v * a.n
            a.n = a.n + 1.0
        return s

    return f, lambda: told(a)
