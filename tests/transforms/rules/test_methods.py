"""Methods and attributes of arrays do what the operations do that stand for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fpad.transforms.rules import ARRAY_ATTRIBUTES, ARRAY_METHODS, RULES

X = np.array([[0.5, -1.5], [2.0, 1.0]])

CALLS: list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]] = [
    ("all", X > 0, (), {"axis": 0}),
    ("any", X > 0, (0,), {}),
    ("argmax", X, (), {"axis": 1}),
    ("argmin", X, (), {}),
    ("argpartition", X, (1,), {"axis": 0}),
    ("argsort", X, (), {"axis": 0}),
    ("astype", X, (int,), {}),
    ("clip", X, (0.0, 1.0), {}),
    ("clip", X, (0.0,), {}),
    ("clip", X, (), {"max": 1.0}),
    ("clip", X, (None, 1.0), {}),
    ("conj", X, (), {}),
    ("conjugate", X, (), {}),
    ("copy", X.T, (), {}),
    ("cumprod", X, (1,), {}),
    ("cumsum", X, (), {}),
    ("diagonal", X, (1,), {}),
    ("dot", X, (X,), {}),
    ("flatten", X, (), {}),
    ("item", X[:1, :1], (), {}),
    ("max", X, (), {"axis": 0, "keepdims": True}),
    ("mean", X, (1,), {}),
    ("min", X, (), {}),
    ("prod", X, (), {"axis": 0}),
    ("ravel", X, (), {}),
    ("repeat", X, (2,), {"axis": 1}),
    ("reshape", X, (4,), {}),
    ("reshape", X, (2, -1), {}),
    ("reshape", X, ((1, 4),), {}),
    ("round", X, (1,), {}),
    ("searchsorted", X[1, ::-1], (1.5,), {"side": "right"}),
    ("squeeze", X[:1], (), {"axis": 0}),
    ("std", X, (0,), {"ddof": 1}),
    ("sum", X, (), {"axis": (0, 1)}),
    ("swapaxes", X, (0, 1), {}),
    ("take", X, ([1, 0],), {"axis": 1}),
    ("trace", X, (), {"offset": 1}),
    ("transpose", X, (), {}),
    ("transpose", X, (1, 0), {}),
    ("transpose", X, ((0, 1),), {}),
    ("var", X, (), {"axis": -1, "keepdims": True}),
]


@pytest.mark.parametrize(("name", "x", "args", "kwargs"), CALLS)
def test_methods(name: str, x: Any, args: Any, kwargs: Any) -> None:
    method = ARRAY_METHODS[name]
    operands, keywords = method.call(args, kwargs)
    assert method.op in RULES
    assert set(keywords) <= {*RULES[method.op].names, *RULES[method.op].keywords}
    got, want = method.op(x, *operands, **keywords), getattr(x, name)(*args, **kwargs)
    np.testing.assert_array_equal(got, want)
    assert type(got) is type(want)
    assert getattr(got, "strides", ()) == getattr(want, "strides", ())


def test_every_method_is_tested() -> None:
    assert {call[0] for call in CALLS} == set(ARRAY_METHODS)


@pytest.mark.parametrize("name", ARRAY_ATTRIBUTES)
def test_attributes(name: str) -> None:
    assert ARRAY_ATTRIBUTES[name] in RULES
    np.testing.assert_array_equal(ARRAY_ATTRIBUTES[name](X), getattr(X, name))
