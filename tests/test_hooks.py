"""Hooks on adjoints: `fpad.on_adjoint` and `with fpad.grad_of(x) as bx`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fpad
from fpad import grad_of
from tests.oracles import assert_close

X = np.array([0.1, 0.5, 2.0])


def clipped(b: Any, size: Any) -> Any:
    return np.clip(b, -size, size)


def clips(x: Any, size: float) -> Any:
    y = fpad.on_adjoint(x * x, lambda b: clipped(b, size))
    return np.sum(y**3)


def clips_in_a_block(x: Any, size: float) -> Any:
    y = x * x
    with fpad.grad_of(y) as by:
        by = clipped(by, size)
    return np.sum(y**3)


def normalises(x: Any) -> Any:
    def at_most_one(b: Any) -> Any:
        size = np.sqrt(np.sum(b * b))
        if size > 1.0:
            return b / size
        return b

    y = fpad.on_adjoint(np.sin(x), at_most_one)
    return np.sum(y * y * x)


def normalises_in_a_block(x: Any) -> Any:
    y = np.sin(x)
    with grad_of(y) as by:
        size = np.sqrt(np.sum(by * by))
        if size > 1.0:
            by = by / size
    return np.sum(y * y * x)


def scales_each_trip(x: Any, n: int) -> Any:
    for i in range(n):
        x = fpad.on_adjoint(np.sin(x), lambda b: b / (i + 1))  # noqa: B023
    return np.sum(x)


def prints(x: float) -> Any:
    y = fpad.on_adjoint(x, lambda b: print("adjoint", b))
    return y * y


def prints_in_a_block(x: float) -> Any:
    for i in range(2):
        x = 2.0 * x
        with grad_of(x) as bx:
            print(i, bx)
    return x * x


def writes(x: Any) -> Any:
    def first_away(b: Any) -> Any:
        b[0] = 0.0
        return b

    y = fpad.on_adjoint(x, first_away)
    return np.sum(y * y) + np.sum(x)


def of_another_shape(x: Any) -> Any:
    return np.sum(fpad.on_adjoint(x, lambda b: np.sum(b)) ** 2)


def changes_a_list(x: Any) -> Any:
    seen: list[Any] = []
    return np.sum(fpad.on_adjoint(x, lambda b: seen.append(b)) ** 2)


def of_a_list(x: Any) -> Any:
    first, second = fpad.on_adjoint([x, x], lambda b: b)
    return first[0] * second[0]


def returns_in_a_block(x: Any) -> Any:
    with grad_of(x) as bx:
        return bx
    return x


def of_an_element(x: Any) -> Any:
    with grad_of(x[0]) as bx:
        print(bx)
    return np.sum(x)


def test_a_clipped_adjoint() -> None:
    y = X * X
    expected = np.clip(3 * y**2, -0.7, 0.7) * 2 * X
    np.testing.assert_allclose(fpad.grad(clips)(X, 0.7), expected, rtol=1e-15)
    np.testing.assert_allclose(fpad.grad(clips_in_a_block)(X, 0.7), expected, rtol=1e-15)


def test_a_hook_decides() -> None:
    for x in (X, 0.1 * X):
        by = 2 * np.sin(x) * x
        by = by / max(1.0, float(np.linalg.norm(by)))
        expected = by * np.cos(x) + np.sin(x) ** 2
        np.testing.assert_allclose(fpad.grad(normalises)(x), expected, rtol=1e-13)
        np.testing.assert_allclose(fpad.grad(normalises_in_a_block)(x), expected, rtol=1e-13)


def test_it_is_called_at_each_trip_with_what_was_there() -> None:
    expected = np.cos(X) * np.cos(np.sin(X)) / 2
    np.testing.assert_allclose(fpad.grad(scales_each_trip)(X, 2), expected, rtol=1e-13)


def test_it_prints_in_the_reverse_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    assert fpad.grad(prints)(3.0) == 6.0
    assert capsys.readouterr().out == "adjoint 6.0\n"
    assert fpad.grad(prints_in_a_block)(1.0) == 32.0
    assert capsys.readouterr().out == "1 8.0\n0 16.0\n"
    assert fpad.jvp(prints)(3.0, tangent=1.0)[1] == 6.0
    assert prints(3.0) == 9.0
    assert capsys.readouterr().out == ""


def test_it_may_write_what_it_is_given() -> None:
    np.testing.assert_allclose(fpad.grad(writes)(X), np.array([0.0, 1.0, 4.0]) + 1.0)


@pytest.mark.parametrize("f", [normalises, normalises_in_a_block, writes])
def test_gradients_with_hooks_are_differentiated(f: Callable[..., Any]) -> None:
    gradient = fpad.grad(f)
    h = 1e-5
    columns = [(gradient(X + h * e) - gradient(X - h * e)) / (2 * h) for e in np.eye(3)]
    expected = np.stack(columns, axis=1)
    assert_close(fpad.jacobian(gradient)(X), expected, 1e-8, "Jacobian of the gradient")
    rows = [fpad.vjp(gradient)(X, cotangent=e)[1] for e in np.eye(3)]
    assert_close(np.stack(rows), expected, 1e-8, "vjp of the gradient")


def test_examples_have_hooks_of_their_own() -> None:
    xs = np.stack([X, 0.1 * X])
    expected = np.stack([fpad.grad(normalises)(x) for x in xs])
    np.testing.assert_allclose(fpad.vmap(fpad.grad(normalises))(xs), expected, rtol=1e-13)
    mapped = fpad.vmap(normalises)

    def total(xs: Any) -> Any:
        return np.sum(mapped(xs))

    np.testing.assert_allclose(fpad.grad(total)(xs), expected, rtol=1e-13)


def test_records_hold_the_choices_of_the_function_only() -> None:
    gradient, record = fpad.grad(normalises, record=True)(X)
    np.testing.assert_array_equal(gradient, fpad.grad(normalises)(X))
    assert record.choices == ()


def branches(b: Any) -> Any:
    return b if b > 0.0 else 2.0 * b


def shares_a_branch(x: Any) -> Any:
    return fpad.on_adjoint(branches(x), branches)


def test_a_record_of_a_shared_choice_is_refused() -> None:
    assert fpad.grad(shares_a_branch)(2.0) == 1.0
    with pytest.raises(fpad.TransformError, match="by a hook on an adjoint"):
        fpad.grad(shares_a_branch, record=True)(2.0)


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (changes_a_list, "changes a list"),
        (of_a_list, "is given a list"),
        (returns_in_a_block, "does not leave"),
        (of_an_element, "grad_of takes a variable"),
    ],
)
def test_refused(f: Callable[..., Any], words: str) -> None:
    with pytest.raises(fpad.TransformError, match=words):
        fpad.grad(f)(X)


def test_what_a_hook_gives_must_have_the_shape_of_the_adjoint() -> None:
    with pytest.raises(fpad.RuleError, match=r"gives shape \(\) for an adjoint of shape \(3,\)"):
        fpad.grad(of_another_shape)(X)


def test_plain_python() -> None:
    assert clips(X, 0.7) == np.sum(X**6)
    with pytest.raises(fpad.InputError, match="in derivative code only"):
        clips_in_a_block(X, 0.7)
