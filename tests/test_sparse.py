"""Sparse Jacobians and Hessians: equal to the dense ones, with few products, for any program."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import numpy as np
import pytest
from scipy import sparse as sp

import fpad
from tests.benchmarks.sparse import reprojected

RNG = np.random.default_rng(3)
X = RNG.normal(size=7)
A = RNG.normal(size=(4, 3))
K = np.array([3, 0, 3, 6, 1])
LAPLACE = np.diag(np.full(7, 2.0)) - np.diag(np.ones(6), 1) - np.diag(np.ones(6), -1)


def neighbours(x):
    return np.sin(x[1:]) * x[:-1] ** 2


def entries(x):
    y = np.zeros(len(x) - 2)
    for i in range(len(x) - 2):
        y[i] = x[i] * x[i + 2] - np.exp(x[i + 1])
    return y


def written(x):
    y = x * x
    y[2:4] = x[0] * x[4:6]
    y[5] = 1.0
    y[::3] += x[1]
    return y


def gathered(x, k):
    return x[k] * x[k[::-1]]


def scattered(x, k):
    y = np.zeros(4)
    np.add.at(y, k % 4, x[:5] * x[k])
    return y


def branched(x):
    if x[0] > 0:
        return x[1:] * x[0]
    return x[:-1] ** 2


def selected(x):
    return np.where(x > 0, x**2, x[::-1]) + np.maximum(x, x[0])


def reduced(a):
    return np.sum(a, axis=1) ** 2, np.max(a, axis=0), np.mean(a * a)


def multiplied(x, m):
    return m @ x * x


def stacked(x):
    m = np.stack([x[:3], x[2:5]])
    return np.concatenate([m.T.reshape(-1), np.cumsum(x[5:]), np.roll(x, 2)])


def differences(x):
    return np.diff(x, 2) * np.diff(x)[1:]


def convolved(x):
    return np.convolve(x, np.array([1.0, -2.0, 0.5]), "same") * x


def einsummed(a):
    return np.einsum("ij,kj->ik", a, a * a)


def sorted_rows(a):
    return np.sort(a, axis=1) * np.cumsum(a, axis=0)


def nothing(x):
    return np.ones(3) * np.floor(x[0])


def one(x):
    return x * np.sin(x)


def newton(x):
    y = x
    while np.max(np.abs(y * y - x * x - 1.0)) > 1e-9:
        y = y - (y * y - x * x - 1.0) / (2 * y)
    return y


def recursive(x, n):
    if n == 0:
        return x
    return recursive(x[1:] * x[:-1], n - 1)


def through_lists(x):
    out = []
    for i in range(len(x) - 1):
        out.append(x[i] * x[i + 1])
    return np.array(out)


def fetched(x):
    i = np.argmax(x)
    return x[i] * x[:3]


def upwind(u):
    i = np.arange(1, len(u) - 1)
    return u[i] * (u[i] - u[np.where(u[i] > 0, i - 1, i + 1)])


def solved(a):
    m = np.array([[2.0 + a[0, 0], a[0, 1]], [0.1, 3.0]])
    return np.linalg.solve(m, a[1:3, 0])


PROGRAMS: list[tuple[Any, tuple[Any, ...]]] = [
    *((f, (X,)) for f in (neighbours, entries, written, selected, stacked, differences)),
    *((f, (X,)) for f in (convolved, nothing, one, newton, through_lists, fetched, upwind)),
    *((f, (A,)) for f in (reduced, einsummed, sorted_rows, solved)),
    *((f, (X, K)) for f in (gathered, scattered)),
    *((branched, (s * np.abs(X),)) for s in (1.0, -1.0)),
    (multiplied, (X, LAPLACE)),
    (recursive, (X, 3)),
    (one, (1.5,)),
    (one, (np.array(1.5),)),
    (one, (np.zeros(0),)),
    (neighbours, (X.astype(np.float32),)),
]


def dense(block: Any) -> Any:
    return block.toarray() if sp.issparse(block) else block


def same(got: Any, want: Any) -> None:
    """The blocks of a sparse Jacobian are those of a dense one, laid out as matrices."""
    if isinstance(want, tuple | list):
        assert type(got) is type(want)
        for g, w in zip(got, want, strict=True):
            same(g, w)
    elif isinstance(want, dict):
        assert list(got) == list(want)
        for k in want:
            same(got[k], want[k])
    elif want is None:
        assert got is None
    else:
        assert isinstance(got, sp.csr_array)
        assert got.dtype == want.dtype
        want = np.asarray(want).reshape(got.shape)
        tolerance = 1e-4 if want.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(got.toarray(), want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("mode", ["auto", "reverse"])
@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_a_sparse_jacobian_is_the_dense_one(f: Any, args: Any, mode: str) -> None:
    want = fpad.jacobian(f, mode="forward")(*args)
    same(fpad.jacobian(f, mode=mode, sparse=True)(*args), want)


def banded(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def arrow(x):
    return np.sum(x[1:] ** 2 * x[0]) + np.sin(x[0])


def by_entries(x):
    s = 0.0
    for i in range(len(x) - 1):
        s = s + x[i] * np.exp(x[i + 1])
        if s > 3.0:
            s = s - x[i] ** 3
    return s


def quadratic(x, m):
    return x @ (m @ x)


def pairs(x, k):
    return np.sum(np.cos(x[k] - x[k[::-1]] ** 2)) + np.prod(x[:2])


def linear(x):
    return np.sum(3.0 * x)


def everything(x):
    return np.sum(x) ** 2


def extreme(x):
    return np.max(x) ** 2 * x[0] + np.sort(x)[2] ** 3


def blocks_of(a, x):
    return np.sum((a[:, 0] * x[:4]) ** 2) + np.sum(a[0] ** 3)


SCALAR: list[tuple[Any, tuple[Any, ...]]] = [
    *((f, (X,)) for f in (banded, arrow, by_entries, linear, everything, extreme)),
    (quadratic, (X, LAPLACE)),
    (pairs, (X, K)),
    (one, (1.5,)),
    (banded, (X.astype(np.float32),)),
]


@pytest.mark.parametrize(("f", "args"), SCALAR, ids=lambda v: getattr(v, "__name__", ""))
def test_a_sparse_hessian_is_the_dense_one(f: Any, args: Any) -> None:
    got = fpad.hessian(f, sparse=True)(*args)
    same(got, fpad.hessian(f)(*args))
    assert (got != got.T).nnz == 0


def test_structures_hold_structures_of_matrices() -> None:
    for wrt in ((0, 1), (1, 0), ("x",)):
        same(
            fpad.hessian(blocks_of, wrt=wrt, sparse=True)(A, X),
            fpad.hessian(blocks_of, wrt=wrt)(A, X),
        )

    def several(p, n):
        return {"u": p["a"] * p["b"][0], "v": (p["b"][1] * n, len(p["a"])), "w": p["c"]}

    p = {"a": X[:3], "b": [X[3:6], 2.0], "c": 1.5, "name": "p"}
    for mode in ("auto", "reverse"):
        same(
            fpad.jacobian(several, wrt=("n", "p"), mode=mode, sparse=True)(p, 2.0),
            fpad.jacobian(several, wrt=("n", "p"))(p, 2.0),
        )


def test_derivatives_and_mapped_functions_have_sparse_jacobians() -> None:
    def example(x, w):
        s = np.sum(w * x**2)
        return np.array([np.sin(s) if s > 1.0 else s, x[0] * x[1]])

    mapped = fpad.vmap(example, (0, None))
    xs, w = RNG.normal(size=(9, 3)), np.array([0.5, 1.0, 2.0])
    d = fpad.jacobian(mapped, sparse=True)
    same(d(xs, w), fpad.jacobian(mapped)(xs, w))
    assert products(d, xs, w) == ("reverse", 2)
    assert d.pattern(xs, w).nnz <= 9 * 2 * 3
    given: list[tuple[Any, dict[str, Any]]] = [
        (fpad.grad(banded), {}),
        (fpad.hvp(banded), {"vector": X}),
        (fpad.vjp(neighbours), {"cotangent": np.ones(6)}),
    ]
    for f, seed in given:
        same(fpad.jacobian(f, sparse=True)(X, **seed), fpad.jacobian(f)(X, **seed))

    def with_seeds(x, *ys, seeds, **more):
        return x[1:] * x[:-1] * seeds + ys[0] * more["k"]

    named = {"seeds": 2.0, "k": 3.0}
    for wrt in (0, "ys"):
        got = fpad.jacobian(with_seeds, wrt=wrt, sparse=True)(X, 1.0, **named)
        same(got, fpad.jacobian(with_seeds, wrt=wrt)(X, 1.0, **named))


def test_aux_integers_and_rounding_go_with_it() -> None:
    def with_aux(x):
        return neighbours(x), np.sum(x)

    J, aux = fpad.jacobian(with_aux, has_aux=True, sparse=True)(X)
    same(J, fpad.jacobian(neighbours)(X))
    assert aux == np.sum(X)
    same(fpad.jacobian(neighbours, sparse=True)(K), fpad.jacobian(neighbours)(K))
    low = {"precision": "bfloat16"}
    same(fpad.jacobian(neighbours, sparse=True, **low)(X), fpad.jacobian(neighbours, **low)(X))


# ---------------------------------------------------------------- few products


def products(d: Any, *args: Any) -> tuple[str, int]:
    """The mode that was chosen, and how many products it takes."""
    d(*args)
    ((kept,),) = d._plans.values()
    return kept.plan.mode, kept.plan.colours


def test_colours_are_few() -> None:
    x = np.linspace(0.1, 1.0, 200)
    assert products(fpad.jacobian(neighbours, sparse=True), x) == ("forward", 2)
    assert products(fpad.hessian(banded, sparse=True), x) == ("forward", 3)
    assert products(fpad.hessian(arrow, sparse=True), x) == ("forward", 2)
    assert products(fpad.hessian(linear, sparse=True), x) == ("forward", 0)

    def with_total(x):
        return np.concatenate([x[:-1] * x[1:], np.array([np.sum(x)])])

    assert products(fpad.jacobian(with_total, sparse=True), x) == ("reverse", 3)
    assert fpad.hessian(banded, sparse=True)(x).nnz == 3 * 200 - 2
    m = np.kron(np.eye(40), np.ones((5, 5)))
    assert products(fpad.jacobian(multiplied, sparse=True), x, m) == ("forward", 5)


def adjustment(n: int, cameras: int, points: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(n)
    poses = rng.normal(0, 0.1, (cameras, 9)) + np.array([0, 0, 0, 0, 0, -5, 500, 0, 0])
    where = rng.integers(0, cameras, n), rng.integers(0, points, n)
    return poses, rng.normal(size=(points, 3)), *where, rng.normal(0, 100, (n, 2))


def test_bundle_adjustment() -> None:
    d = fpad.jacobian(reprojected, wrt=(0, 1), sparse=True)
    args = adjustment(60, 4, 15)
    same(d(*args), fpad.jacobian(reprojected, wrt=(0, 1))(*args))
    of_cameras, of_points = d(*adjustment(3000, 20, 900))
    assert (of_cameras.nnz, of_points.nnz) == (6000 * 9, 6000 * 3)
    plan = list(d._plans.values())[1][0].plan
    assert (plan.mode, plan.colours) == ("forward", 12)


@pytest.mark.slow
def test_a_large_bundle_adjustment_and_its_hessian() -> None:
    d = fpad.jacobian(reprojected, wrt=(0, 1), sparse=True)
    of_cameras, of_points = d(*adjustment(30_000, 49, 7776))
    assert (of_cameras.nnz, of_points.nnz) == (60_000 * 9, 60_000 * 3)
    assert next(iter(d._plans.values()))[0].plan.colours == 12

    def cost(cameras, points, camera, point, seen):
        return 0.5 * np.sum(reprojected(cameras, points, camera, point, seen) ** 2)

    args = adjustment(60, 4, 15)
    want = fpad.hessian(cost, wrt=(0, 1))(*args)
    got = fpad.hessian(cost, wrt=(0, 1), sparse=True)(*args)
    for g, w in zip(got, want, strict=True):
        for a, b in zip(g, w, strict=True):
            np.testing.assert_allclose(a.toarray(), b.reshape(a.shape), rtol=1e-9, atol=1e-6)


# ---------------------------------------------------------------- patterns


def test_a_pattern_is_kept_where_it_is_the_same(monkeypatch: Any) -> None:
    from fpad.transforms.sparsity import dependence as module

    runs = []
    original = module.dependence
    monkeypatch.setattr(module, "dependence", lambda *a: runs.append(1) or original(*a))
    d = fpad.jacobian(gathered, sparse=True)
    for x, k in ((X, K), (X + 1.0, K.copy()), (X, K[::-1].copy()), (X, K), (X[:-1] * 2, K % 6)):
        same(d(x, k), fpad.jacobian(gathered)(x, k))
    assert len(runs) == 3
    runs.clear()
    d = fpad.jacobian(branched, sparse=True)  # the entries of x decide
    for x in (X, -X, np.abs(X), -np.abs(X), np.abs(X)):
        same(d(x), fpad.jacobian(branched)(x))
    assert len(runs) == 2
    runs.clear()
    d = fpad.jacobian(upwind, sparse=True)
    for x in (X, X * 2.0, -X, X + 0.1, np.abs(X)):
        same(d(x), fpad.jacobian(upwind)(x))
    assert len(runs) == 3


def test_sizes_and_thresholds_decide() -> None:
    def counted(x, t, n, on):
        y = np.zeros(n)
        for i in range(int(t)):
            y[i] = x[i]
        return y * x[0] if on else y

    d = fpad.jacobian(counted, sparse=True)
    for t, n, on in ((2.0, 5, True), (3.5, 5, True), (2.0, 6, True), (2.0, 6, False)):
        same(d(X, t, n, on), fpad.jacobian(counted)(X, t, n, on))

    def beyond(x, level):
        return x[level > 0.5] * x[0]

    d = fpad.jacobian(beyond, sparse=True)
    for level in (X, -X, X + 1):
        same(d(X, level), fpad.jacobian(beyond)(X, level))


SCALES = np.array([1, 2, 3])


def of_outside(x):
    return x[SCALES] * x[0]


def test_what_is_read_from_outside_decides_too() -> None:
    d = fpad.jacobian(of_outside, sparse=True)
    same(d(X), fpad.jacobian(of_outside)(X))
    SCALES[:] = [4, 4, 0]
    same(d(X), fpad.jacobian(of_outside)(X))


def test_the_pattern_can_be_seen() -> None:
    got = fpad.jacobian(neighbours, sparse=True).pattern(X)
    want = np.eye(6, 7, dtype=bool) | np.eye(6, 7, 1, dtype=bool)
    assert got.dtype == bool
    np.testing.assert_array_equal(got.toarray(), want)


def test_a_pattern_can_be_given() -> None:
    pattern = np.eye(6, 7) + np.eye(6, 7, 1)
    want = fpad.jacobian(neighbours)(X)
    for given in (pattern != 0, sp.coo_matrix(pattern), sp.csr_array(pattern), np.ones((6, 7))):
        for mode in ("auto", "reverse"):
            same(fpad.jacobian(neighbours, sparsity=given, mode=mode)(X), want)
    band = sp.diags_array([np.ones(7)] * 3, offsets=[-1, 0, 1], shape=(7, 7))
    same(fpad.hessian(banded, sparsity=band)(X), fpad.hessian(banded)(X))


def test_a_pattern_that_is_too_small_is_refused() -> None:
    for mode, where in (("forward", "row 2"), ("reverse", "column 3")):
        pattern = np.eye(6, 7) + np.eye(6, 7, 1)
        pattern[2, 3] = 0
        with pytest.raises(fpad.InputError, match=rf"lacks entries of {where}"):
            fpad.jacobian(neighbours, sparsity=pattern, mode=mode)(X)
    with pytest.raises(fpad.InputError, match="lacks entries of row 0"):
        fpad.hessian(banded, sparsity=np.eye(7))(X)
    d = fpad.jacobian(branched, sparsity=np.eye(6, 7))  # right at one point, checked at each
    same(d(-np.abs(X)), fpad.jacobian(branched)(-np.abs(X)))
    with pytest.raises(fpad.InputError, match="lacks entries"):
        d(np.abs(X))


def test_the_check_knows_how_numbers_are_rounded() -> None:
    def narrow(x):
        y = x.astype(np.float32)
        return (y[1:] * y[:-1] * np.sin(y[1:])).astype(float)

    x = np.linspace(0.1, 2.0, 50)
    got = fpad.jacobian(narrow, sparse=True)(x).toarray()
    np.testing.assert_allclose(got, fpad.jacobian(narrow)(x), rtol=1e-5, atol=1e-6)

    def cancels(x):
        return np.sum((x - 0.5) ** 2 - x**2 + x)

    assert abs(fpad.hessian(cancels, sparse=True)(x).toarray()).max() < 1e-12


def test_bad_patterns_are_refused() -> None:
    with pytest.raises(fpad.InputError, match=r"shape \(3, 7\): the output has 6 entries"):
        fpad.jacobian(neighbours, sparsity=np.ones((3, 7)))(X)
    with pytest.raises(fpad.InputError, match="3 axes"):
        fpad.jacobian(neighbours, sparsity=np.ones((3, 7, 1)))
    with pytest.raises(fpad.InputError, match="not symmetric"):
        fpad.hessian(banded, sparsity=np.tri(7))(X)


# ---------------------------------------------------------------- the Derivative


def test_effects_happen_once(capsys: Any) -> None:
    def noisy(x):
        print("seen")
        return x[1:] * x[:-1]

    same(fpad.jacobian(noisy, sparse=True)(X), np.diag(X[1:], 0) @ np.eye(6, 7) + X[:-1, None] * np.eye(6, 7, 1))  # fmt: skip # noqa: E501
    assert capsys.readouterr().out == "seen\n"

    def draws(x, rng):
        return x * rng.normal(size=7)

    rng = np.random.default_rng(5)
    got = fpad.jacobian(draws, sparse=True)(X, rng)
    np.testing.assert_array_equal(got.toarray(), np.diag(np.random.default_rng(5).normal(size=7)))
    again = np.random.default_rng(5)
    again.normal(size=7)
    assert rng.normal() == again.normal()

    def drawn_entries(x, rng):
        return x[rng.integers(0, 7, 3)]

    d = fpad.jacobian(drawn_entries, sparse=True)
    for _ in range(3):
        state = rng.bit_generator.state
        got = d(X, rng)
        rng.bit_generator.state = state
        same(got, fpad.jacobian(drawn_entries)(X, rng))

    def drawn_anew(x):
        return x[np.random.default_rng().integers(0, 7, 3)]

    with pytest.raises(fpad.InputError, match=r"draws decides.*another in each run"):
        fpad.jacobian(drawn_anew, sparse=True)(X)
    got = fpad.jacobian(drawn_anew, sparsity=np.ones((3, 7)))(X)
    np.testing.assert_array_equal(got.sum(axis=1), np.ones(3))


def test_arguments_stay_as_they_are() -> None:
    def writes(x):
        x[1:] = x[1:] * x[:-1]
        return x

    x = X.copy()
    d = fpad.jacobian(writes, sparse=True)
    same(d(x), fpad.jacobian(writes)(x))
    np.testing.assert_array_equal(x, X)
    first = d(x)
    kept = first.copy()
    first.data[:] = first.indices[:] = first.indptr[:] = 0
    assert (d(x) != kept).nnz == 0


def test_errors_are_those_of_the_function() -> None:
    def indexed(x, i):
        return x[i] * x

    with pytest.raises(IndexError, match="index 9 is out of bounds"):
        fpad.jacobian(indexed, sparse=True)(X, 9)

    def raises(x):
        if x[0] > -10.0:
            raise ValueError("too large")
        return x

    with pytest.raises(ValueError, match="too large"):
        fpad.jacobian(raises, sparse=True)(X)


def test_what_nothing_needs_raises_nothing() -> None:
    def careless(x):
        unused = x[7] * x
        for _ in range(2):
            unused = unused + x
        return x * x

    same(fpad.jacobian(careless, sparse=True)(X), fpad.jacobian(careless)(X))


def test_hooks_on_adjoints_see_single_cotangents(capsys: Any) -> None:
    def show(b):
        print("seen")
        return 2.0 * b

    def hooked(x):
        return np.sum(np.sin(fpad.on_adjoint(x * x, show)))

    got = fpad.hessian(hooked, sparse=True)(X)
    assert capsys.readouterr().out == "seen\n"
    same(got, fpad.hessian(hooked)(X))
    assert got.nnz == 7

    def entries_hooked(x):
        return neighbours(fpad.on_adjoint(x, show))

    same(fpad.jacobian(entries_hooked, sparse=True)(X), fpad.jacobian(neighbours)(X))
    with pytest.raises(fpad.InputError, match="on_adjoint"):
        fpad.jacobian(entries_hooked, mode="reverse", sparse=True)(X)


def test_what_hooks_make_of_a_gradient_need_not_be_symmetric() -> None:
    def doubled(b):
        return b * np.array([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])

    def hooked(x):
        return np.sum(fpad.on_adjoint(x, doubled)[:-1] * np.sin(x[1:])) + x[0] * x[1]

    want = fpad.hessian(hooked)(X)
    assert np.abs(want - want.T).max() > 0.1
    same(fpad.hessian(hooked, sparse=True)(X), want)


def test_lists_of_several_lengths() -> None:
    def triangle(x):
        rows = []
        for i in range(len(x)):
            row = []
            for j in range(i + 1):
                row.append(x[i] * x[j])
            rows.append(row)
        return np.array([sum(row) for row in rows])

    same(fpad.jacobian(triangle, sparse=True)(X), fpad.jacobian(triangle, mode="forward")(X))


def test_many_products_go_in_several_runs(monkeypatch: Any) -> None:
    import fpad.sparse

    monkeypatch.setattr(fpad.sparse, "AT_ONCE", 100)
    for f in (entries, stacked):
        same(fpad.jacobian(f, sparse=True)(X), fpad.jacobian(f)(X))


@fpad.jacobian(sparse=True)
def decorated(x):
    return x[1:] - x[:-1]


def test_it_is_a_derivative() -> None:
    assert "decorated_compressed" in decorated.derive(X).source
    assert repr(decorated) == "fpad.jacobian(decorated, sparse=True)"
    assert list(decorated.__signature__.parameters) == ["x"]
    same(decorated(X), np.eye(6, 7, 1) - np.eye(6, 7))
    same(pickle.loads(pickle.dumps(decorated))(X), np.eye(6, 7, 1) - np.eye(6, 7))
    given = fpad.hessian(banded, sparsity=np.ones((7, 7)))
    same(pickle.loads(pickle.dumps(given))(X), fpad.hessian(banded)(X))
    assert decorated.sources
    assert decorated.explain(X).function == "decorated"

    class Scaled:
        def __init__(self, s):
            self.s = s

        @fpad.jacobian(sparse=True)
        def f(self, x):
            return self.s * x * x

    same(Scaled(2.0).f(X), np.diag(4.0 * X))


def test_what_it_cannot_do_is_said(monkeypatch: Any) -> None:
    d = fpad.jacobian(neighbours, sparse=True)
    for transform in (fpad.jacobian, fpad.vmap, fpad.jvp):
        with pytest.raises(fpad.InputError, match="leave out sparse=True"):
            transform(d)

    def calls(x):
        return np.sum(d(x))

    with pytest.raises(fpad.FpadError, match="sparse"):
        fpad.grad(calls)(X)
    with pytest.raises(fpad.InputError, match="NumPy backend"):
        fpad.jacobian(neighbours, sparse=True, backend="cupy")
    with pytest.raises(fpad.InputError, match="record=True"):
        fpad.jacobian(neighbours, sparse=True, record=True)
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(fpad.MissingExtra, match=r"fpad\[scipy\]"):
        d(X)
