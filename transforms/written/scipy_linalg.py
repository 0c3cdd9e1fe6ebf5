"""Functions of scipy.linalg and scipy.integrate, by those of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from fpad import runtime as fp

# ---------------------------------------------------------------- systems


def _mirrored(a: Any, lower: Any) -> Any:
    """The symmetric matrix of which one triangle is read."""
    if lower:
        return np.tril(a) + np.swapaxes(np.tril(a, -1), -1, -2)
    return np.triu(a) + np.swapaxes(np.triu(a, 1), -1, -2)


def solve(
    a: Any,
    b: Any,
    lower: Any = False,
    overwrite_a: Any = False,
    overwrite_b: Any = False,
    check_finite: Any = True,
    assume_a: Any = None,
    transposed: Any = False,
) -> Any:
    """`scipy.linalg.solve`, written out."""
    if assume_a in ("sym", "symmetric", "her", "hermitian", "pos", "positive definite"):
        a = _mirrored(a, lower)
    elif assume_a not in (None, "gen", "general"):
        raise NotImplementedError(f"scipy.linalg.solve with assume_a={assume_a!r}: leave it out")
    return np.linalg.solve(np.transpose(a) if transposed else a, b)


def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
    overwrite_b: Any = False,
    check_finite: Any = True,
) -> Any:
    """`scipy.linalg.solve_triangular`, written out."""
    if unit_diagonal:
        t = np.tril(a, -1) if lower else np.triu(a, 1)
        t = t + np.eye(np.shape(a)[-1])
    else:
        t = np.tril(a) if lower else np.triu(a)
    turned = trans in (1, 2, "T", "C")
    return np.linalg.solve(np.swapaxes(t, -1, -2) if turned else t, b)


def cholesky(a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.cholesky`, written out."""
    if lower:
        return np.linalg.cholesky(a)
    return np.swapaxes(np.linalg.cholesky(np.swapaxes(a, -1, -2)), -1, -2)


def cho_factor(
    a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True
) -> Any:
    """`scipy.linalg.cho_factor`, written out; the other triangle is that of the matrix."""
    c = cholesky(a, lower)
    if lower:
        return c + np.triu(a, 1), lower
    return c + np.tril(a, -1), lower


def cho_solve(c_and_lower: Any, b: Any, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.cho_solve`, written out."""
    c, lower = c_and_lower
    t = np.tril(c) if lower else np.transpose(np.triu(c))
    return np.linalg.solve(np.transpose(t), np.linalg.solve(t, b))


def lu(a: Any, permute_l: Any = False) -> Any:
    """`scipy.linalg.lu` of a matrix, by elimination in the order that the library takes."""
    p = fp.fixed("float[:, :]", fp.lu_order, (a,))
    rows = np.transpose(p) @ a
    m, n = np.shape(a)[0], np.shape(a)[1]
    k = min(m, n)
    lower = np.zeros((m, k))
    upper = np.zeros((k, n))
    for j in range(k):
        upper[j] = rows[j]
        lower[:, j] = rows[:, j] / rows[j, j]
        rows = rows - np.outer(lower[:, j], upper[j])
    lower = np.tril(lower)
    upper = np.triu(upper)
    if permute_l:
        return p @ lower, upper
    return p, lower, upper


def lu_factor(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.lu_factor`, written out."""
    _, lower, upper = lu(a)
    return np.tril(lower, -1) + upper, fp.fixed("int[:]", fp.lu_swaps, (a,))


def lu_solve(
    lu_and_piv: Any, b: Any, trans: Any = 0, overwrite_b: Any = False, check_finite: Any = True
) -> Any:
    """`scipy.linalg.lu_solve`, written out."""
    both, swaps = lu_and_piv
    lower = np.tril(both, -1) + np.eye(len(both))
    upper = np.triu(both)
    order = fp.fixed("int[:]", fp.swapped, (swaps,))
    if trans == 0:
        return np.linalg.solve(upper, np.linalg.solve(lower, b[order]))
    x = np.linalg.solve(np.transpose(lower), np.linalg.solve(np.transpose(upper), b))
    return x[np.argsort(order)]


def solve_banded(l_and_u: Any, ab: Any, b: Any) -> Any:
    """`scipy.linalg.solve_banded`, as a system with all its zeros."""
    below, above = l_and_u
    n = np.shape(ab)[1]
    a = np.zeros((n, n))
    for k in range(-below, above + 1):
        row = ab[above - k]
        i = np.arange(max(0, -k), n - max(0, k))
        a[i, i + k] = row[i + k]
    return np.linalg.solve(a, b)


def solve_toeplitz(c_or_cr: Any, b: Any) -> Any:
    """`scipy.linalg.solve_toeplitz`, as a system with all its entries."""
    if isinstance(c_or_cr, tuple):
        return np.linalg.solve(toeplitz(c_or_cr[0], c_or_cr[1]), b)
    return np.linalg.solve(toeplitz(c_or_cr), b)


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    """`scipy.linalg.solve_sylvester`: a x + x b = q, as one system for all entries."""
    m, n = len(a), len(b)
    whole = np.kron(a, np.eye(n)) + np.kron(np.eye(m), np.transpose(b))
    return np.reshape(np.linalg.solve(whole, np.ravel(q)), (m, n))


def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    """`scipy.linalg.solve_continuous_lyapunov`: a x + x a.T = q."""
    return solve_sylvester(a, np.transpose(a), q)


def solve_discrete_lyapunov(a: Any, q: Any, method: Any = None) -> Any:
    """`scipy.linalg.solve_discrete_lyapunov`: a x a.T - x + q = 0."""
    n = len(a)
    whole = np.eye(n * n) - np.kron(a, a)
    return np.reshape(np.linalg.solve(whole, np.ravel(q)), (n, n))


# ---------------------------------------------------------------- decompositions


def _signed(v: Any, given: Any) -> Any:
    """Vectors in columns, with the signs that the library gives them."""
    return v * np.sign(np.sum(v * given, -2, keepdims=True))


def eigh(a: Any, b: Any = None, *, lower: Any = True, eigvals_only: Any = False) -> Any:
    """`scipy.linalg.eigh`, written out."""
    a = _mirrored(a, lower)
    if b is None:
        if eigvals_only:
            return np.linalg.eigvalsh(a)
        w, v = np.linalg.eigh(a)
        given = fp.fixed("float[:, :]", fp.scipy_linalg, ("eigh", 1, a))
        return w, _signed(v, given)
    b = _mirrored(b, lower)
    low = np.linalg.cholesky(b)
    half = np.linalg.solve(low, a)
    inner = np.linalg.solve(low, np.transpose(half))
    if eigvals_only:
        return np.linalg.eigvalsh(inner)
    w, y = np.linalg.eigh(inner)
    v = np.linalg.solve(np.transpose(low), y)
    given = fp.fixed("float[:, :]", fp.scipy_linalg, ("eigh", 1, a, b))
    return w, _signed(v, given)


def eigvalsh(a: Any, b: Any = None, *, lower: Any = True) -> Any:
    """`scipy.linalg.eigvalsh`, written out."""
    return eigh(a, b, lower=lower, eigvals_only=True)


def svdvals(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.svdvals`, written out."""
    return fp.singular_values(a)


def svd(a: Any, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    """`scipy.linalg.svd`, written out."""
    if not compute_uv:
        return fp.singular_values(a)
    u, s, vh = np.linalg.svd(a, full_matrices=full_matrices)
    given = fp.fixed("float[:, :]", fp.scipy_linalg, ("svd", 0, a, full_matrices))
    k = np.shape(s)[-1]
    signs = np.sign(np.sum(u[:, :k] * given[:, :k], 0))
    if np.shape(u)[-1] == np.shape(s)[-1] and np.shape(vh)[-2] == np.shape(s)[-1]:
        return u * signs, s, vh * signs[:, None]
    raise NotImplementedError("scipy.linalg.svd with full_matrices=True: give full_matrices=False")


def qr(
    a: Any,
    overwrite_a: Any = False,
    lwork: Any = None,
    mode: Any = "full",
    pivoting: Any = False,
    check_finite: Any = True,
) -> Any:
    """`scipy.linalg.qr`, written out."""
    if pivoting:
        raise NotImplementedError("scipy.linalg.qr with pivoting=True has no derivative")
    if mode == "r":
        return (np.linalg.qr(a, "complete")[1],)
    return tuple(np.linalg.qr(a, "reduced" if mode == "economic" else "complete"))


def inv(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.inv`, written out."""
    return np.linalg.inv(a)


def det(a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """`scipy.linalg.det`, written out."""
    return np.linalg.det(a)


def pinv(a: Any) -> Any:
    """`scipy.linalg.pinv`, written out."""
    return np.linalg.pinv(a)


def norm(
    a: Any, ord: Any = None, axis: Any = None, keepdims: Any = False, check_finite: Any = True
) -> Any:
    """`scipy.linalg.norm`, written out."""
    return np.linalg.norm(a, ord, axis, keepdims)


def lstsq(a: Any, b: Any, cond: Any = None) -> Any:
    """`scipy.linalg.lstsq`, written out: the solution; the rest is the library's."""
    return np.linalg.lstsq(a, b, cond)


# ---------------------------------------------------------------- matrices made of vectors


def block_diag(*arrs: Any) -> Any:
    """`scipy.linalg.block_diag`, written out."""
    parts = [np.atleast_2d(a) for a in arrs]
    columns = 0
    for p in parts:
        columns = columns + np.shape(p)[1]
    before = 0
    rows = []
    for p in parts:
        n = np.shape(p)[1]
        rows.append(np.pad(p, ((0, 0), (before, columns - before - n))))
        before = before + n
    return np.concatenate(rows, 0)


def toeplitz(c: Any, r: Any = None) -> Any:
    """`scipy.linalg.toeplitz`, written out."""
    c = np.ravel(np.asarray(c))
    r = c if r is None else np.ravel(np.asarray(r))
    values = np.concatenate((np.flip(r[1:]), c))
    at = np.arange(len(c))[:, None] - np.arange(len(r))[None, :] + len(r) - 1
    return values[at]


def circulant(c: Any) -> Any:
    """`scipy.linalg.circulant`, written out."""
    c = np.ravel(np.asarray(c))
    n = len(c)
    return c[(np.arange(n)[:, None] - np.arange(n)[None, :]) % n]


def hankel(c: Any, r: Any = None) -> Any:
    """`scipy.linalg.hankel`, written out."""
    c = np.ravel(np.asarray(c))
    r = np.zeros_like(c) if r is None else np.ravel(np.asarray(r))
    values = np.concatenate((c, r[1:]))
    return values[np.arange(len(c))[:, None] + np.arange(len(r))[None, :]]


# ---------------------------------------------------------------- integrals of samples


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """`scipy.integrate.trapezoid`, written out."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    if x is None:
        width = dx
    elif np.ndim(x) == 1:
        width = np.diff(x)
    else:
        width = np.diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (y[..., 1:] + y[..., :-1]) / 2.0, -1)


def cumulative_trapezoid(
    y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None
) -> Any:
    """`scipy.integrate.cumulative_trapezoid`, written out."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    if x is None:
        width = dx
    elif np.ndim(x) == 1:
        width = np.diff(x)
    else:
        width = np.diff(np.moveaxis(x, axis, -1))
    out = np.cumsum(width * (y[..., 1:] + y[..., :-1]) / 2.0, -1)
    if initial is not None:
        out = np.concatenate((np.zeros_like(y[..., :1]) + initial, out), -1)
    return np.moveaxis(out, -1, axis)


def _simpson_pairs(y: Any, h: Any) -> Any:
    """Simpson's rule over pairs of intervals of the widths h."""
    h0, h1 = h[..., ::2], h[..., 1::2]
    total, product, ratio = h0 + h1, h0 * h1, h0 / h1
    inner = (
        y[..., :-2:2] * (2.0 - 1.0 / ratio)
        + y[..., 1:-1:2] * (total * total / product)
        + y[..., 2::2] * (2.0 - ratio)
    )
    return np.sum(total / 6.0 * inner, -1)


def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: Any = -1) -> Any:
    """`scipy.integrate.simpson`, written out; with the correction of the last interval."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    n = np.shape(y)[-1]
    if x is None:
        h = np.ones(n - 1) * dx
    elif np.ndim(x) == 1:
        h = np.diff(x)
    else:
        h = np.diff(np.moveaxis(x, axis, -1))
    if n % 2 == 1:
        return _simpson_pairs(y, h)
    if n == 2:
        return 0.5 * h[..., 0] * (y[..., 0] + y[..., 1])
    a, b = h[..., -2], h[..., -1]
    last = (
        (2.0 * b * b + 3.0 * a * b) / (6.0 * (a + b)) * y[..., -1]
        + (b * b + 3.0 * a * b) / (6.0 * a) * y[..., -2]
        - b * b * b / (6.0 * a * (a + b)) * y[..., -3]
    )
    return _simpson_pairs(y[..., :-1], h[..., :-1]) + last


def fixed_quad(func: Any, a: Any, b: Any, args: Any = (), n: Any = 5) -> Any:
    """`scipy.integrate.fixed_quad`, written out."""
    nodes = fp.fixed("float[:]", fp.legendre_nodes, (n,), (), 0)
    weights = fp.fixed("float[:]", fp.legendre_nodes, (n,), (), 1)
    y = (b - a) * (nodes + 1.0) / 2.0 + a
    return (b - a) / 2.0 * np.sum(weights * func(y, *args), -1), None


LINALG: dict[str, Any] = {
    "block_diag": block_diag,
    "cho_factor": cho_factor,
    "cho_solve": cho_solve,
    "cholesky": cholesky,
    "circulant": circulant,
    "det": det,
    "eigh": eigh,
    "eigvalsh": eigvalsh,
    "hankel": hankel,
    "inv": inv,
    "lstsq": lstsq,
    "lu": lu,
    "lu_factor": lu_factor,
    "lu_solve": lu_solve,
    "norm": norm,
    "pinv": pinv,
    "qr": qr,
    "solve": solve,
    "solve_banded": solve_banded,
    "solve_continuous_lyapunov": solve_continuous_lyapunov,
    "solve_discrete_lyapunov": solve_discrete_lyapunov,
    "solve_sylvester": solve_sylvester,
    "solve_toeplitz": solve_toeplitz,
    "solve_triangular": solve_triangular,
    "svd": svd,
    "svdvals": svdvals,
    "toeplitz": toeplitz,
}
INTEGRATE: dict[str, Any] = {
    "cumulative_trapezoid": cumulative_trapezoid,
    "fixed_quad": fixed_quad,
    "simpson": simpson,
    "trapezoid": trapezoid,
}
WRITTEN: dict[tuple[str, str], Any] = {
    **{("scipy.linalg", n): f for n, f in LINALG.items()},
    **{("scipy.integrate", n): f for n, f in INTEGRATE.items()},
}
ROUNDED_OTHERWISE = frozenset(WRITTEN) - {
    *(("scipy.linalg", n) for n in ("block_diag", "circulant", "hankel", "toeplitz")),
    ("scipy.integrate", "fixed_quad"),
}
