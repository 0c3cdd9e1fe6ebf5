"""Methods that are replaced on a class between two calls: the next call uses the new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import fpad


class Spring:
    """A class whose methods other methods call."""

    def force(self, x: float) -> float:
        return x * x

    def work(self, x: float) -> float:
        return self.force(x) * len(self)

    def __len__(self) -> int:
        return 2


class Stiff(Spring):
    """A class that has its methods from another one."""

    def work(self, x: float) -> float:
        return super().work(x) + 1.0


def made_inside(x: float) -> float:
    return Stiff().work(x)


CHANGES: dict[str, tuple[type, str, Callable[..., Any], float]] = {
    "of the base": (Spring, "force", lambda self, x: x * x * x, 54.0),
    "of the class, before the base": (Stiff, "force", lambda self, x: 5.0 * x, 10.0),
    "an operator of the base": (Spring, "__len__", lambda self: 3, 18.0),
    "an operator before the base": (Stiff, "__len__", lambda self: 4, 24.0),
    "behind the class that asks": (Spring, "work", lambda self, x: 7.0 * x, 7.0),
}


@pytest.mark.parametrize("f", [Stiff().work, made_inside], ids=["bound", "made inside"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_next_call_uses_the_new_method(
    f: Any, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls, name, method, slope = CHANGES[change]
    gradient = fpad.grad(f)
    assert gradient(3.0) == 12.0
    with monkeypatch.context() as patch:
        patch.setattr(cls, name, method, raising=False)
        assert gradient(3.0) == slope
    assert gradient(3.0) == 12.0
