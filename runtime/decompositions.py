"""Decompositions of stacks of matrices as one array each, and checks of where they have slopes.

svd(a)                       u, s and vh behind one another, flattened: one decomposition is made
piece(t, a, "svd", "s")         s
packed((u, s, vh), a, "svd") the same array again

An operation has one result; so a decomposition into several arrays is the one array of all their
entries, from which they are read.  Of the operand called `a` only the shape is read by these.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from fpad.runtime.errors import DegenerateError, InputError

Shapes = dict[str, tuple[int, ...]]
LAYOUTS: dict[str, Callable[[int, int], Shapes]] = {
    "svd": lambda m, n: {"u": (m, min(m, n)), "s": (min(m, n),), "vh": (min(m, n), n)},
    "qr": lambda m, n: {"q": (m, min(m, n)), "r": (min(m, n), n)},
    "eig": lambda m, n: {"w": (n,), "v": (n, n)},
}
"""The shapes of the parts of decompositions of an m x n matrix."""


def _place(a: Any, how: str, name: str) -> tuple[tuple[int, ...], slice, int]:
    """The shape of a part, where its entries are, and how many entries all parts have."""
    shapes = LAYOUTS[how](*a.shape[-2:])
    sizes = {part: math.prod(shape) for part, shape in shapes.items()}
    before = sum(sizes[part] for part in list(shapes)[: list(shapes).index(name)])
    return shapes[name], slice(before, before + sizes[name]), sum(sizes.values())


def packed(parts: tuple[Any, ...], a: Any, how: str) -> Any:
    """The parts of a decomposition as one array."""
    lead, names = a.shape[:-2], LAYOUTS[how](1, 1)
    out = np.empty((*lead, _place(a, how, next(iter(names)))[2]), parts[0].dtype)
    for part, name in zip(parts, names, strict=True):
        shape, where, _ = _place(a, how, name)
        out[..., where] = part.reshape((*lead, math.prod(shape)))
    return out


def piece(t: Any, a: Any, how: str, name: str) -> Any:
    """A part of a decomposition, given the array of all."""
    shape, where, _ = _place(a, how, name)
    return t[..., where].reshape((*t.shape[:-1], *shape)).copy()


def unpiece(g: Any, a: Any, how: str, name: str) -> Any:
    """`piece` transposed: the array of all parts, zeros but for this one."""
    _, where, size = _place(a, how, name)
    out = np.zeros((*a.shape[:-2], size), g.dtype)
    out[..., where] = g.reshape((*a.shape[:-2], where.stop - where.start))
    return out


def svd(a: Any, full: bool = False) -> Any:
    """U, the singular values and V*, cut to the smaller side; `full`: as the full ones begin."""
    u, s, vh = np.linalg.svd(a, full_matrices=full)
    k = s.shape[-1]
    return packed((u[..., :k], s, vh[..., :k, :]), a, "svd")


def singular_values(a: Any) -> Any:
    """What np.linalg.svd(a, compute_uv=False) gives."""
    return np.linalg.svd(a, compute_uv=False)


def qr(a: Any, full: bool = False) -> Any:
    """Q and R, cut to the smaller side; `full`: as the complete ones begin."""
    q, r = np.linalg.qr(a, "complete" if full else "reduced")
    k = min(a.shape[-2:])
    return packed((q[..., :k], r[..., :k, :]), a, "qr")


def eigh(a: Any, UPLO: Any = "L") -> Any:
    """The eigenvalues and eigenvectors of a symmetric matrix."""
    w, v = np.linalg.eigh(a, UPLO)
    return packed((w, v), a, "eig")


def eig(a: Any) -> Any:
    """The eigenvalues and eigenvectors of a matrix whose eigenvalues are real."""
    w, v = np.linalg.eig(a)
    _real(w)
    return packed((w, v), a, "eig")


def eigvals(a: Any) -> Any:
    """The eigenvalues of a matrix, if they are real."""
    w = np.linalg.eigvals(a)
    _real(w)
    return w


def _real(w: Any) -> None:
    if np.iscomplexobj(w):
        raise InputError(
            "an eigenvalue is complex, and these have no derivative rule: np.linalg.eigh is for "
            "symmetric matrices, np.linalg.svd for the size of others"
        )


def roots(p: Any) -> Any:
    """The roots of a polynomial, its highest power first, if they are real."""
    r = np.roots(p)
    if np.iscomplexobj(r):
        raise InputError("a root is complex, and these have no derivative rule")
    return r


def eigenbasis(a: Any, w: Any) -> Any:
    """The eigenvectors of a in the order of its eigenvalues w, which another routine gave."""
    found, v = np.linalg.eig(a)
    _real(found)
    places, order = np.argsort(w, -1), np.argsort(found, -1)
    at = np.empty_like(order)
    np.put_along_axis(at, places, order, -1)
    return np.take_along_axis(v, at[..., None, :], -1)


# ---------------------------------------------------------------- where there is no slope


def _near(w: Any) -> tuple[Any, Any]:
    """The order of the values, and which of them, so sorted, agree with the one before."""
    order = np.argsort(w, -1)
    size = np.max(np.abs(w), axis=-1, keepdims=True, initial=0.0)
    gaps = np.diff(np.take_along_axis(w, order, -1), axis=-1)
    return order, gaps <= 8 * np.finfo(w.dtype).eps * size


def _refuse_pair(w: Any, order: Any, near: Any, what: str) -> None:
    where = np.argwhere(near)
    if len(where):
        lead, k = tuple(where[0][:-1]), int(where[0][-1])
        row, (i, j) = w[lead], sorted(map(int, order[lead][k : k + 2]))
        raise DegenerateError(
            f"{what}s {i} and {j} are equal ({row[i]} and {row[j]}): each of them, and "
            "their vectors, have no derivative there"
        )


def distinct(w: Any, g: Any = None, h: Any = None, what: str = "eigenvalue") -> Any:
    """The eigenvalues or singular values w as they are.

    Args:
        w: the values.
        g: the cotangent of a matrix whose columns belong to them; without it all are used.
        h: that of another one.
        what: what they are called.

    Raises:
        InputError: two of them agree to the last digits, and a vector of theirs is used: it has
            no derivative.
    """
    order, near = _near(w)
    if g is not None and near.any():
        seen = (g != 0).any(-2)
        if h is not None:
            seen = seen | (h != 0).any(-2)
        seen = np.take_along_axis(seen, order, -1)
        near = near & (seen[..., 1:] | seen[..., :-1])
    _refuse_pair(w, order, near, what)
    return w


def alike(g: Any, w: Any, what: str = "eigenvalue") -> Any:
    """The cotangents g of the eigenvalues or singular values w as they are.

    Raises:
        InputError: two values agree to the last digits, but the result is no symmetric function
            of them, and so has no derivative.
    """
    order, near = _near(w)
    if near.any():
        differs = np.abs(np.diff(np.take_along_axis(g, order, -1), axis=-1))
        near = near & (differs > 1e-6 * np.max(np.abs(g), axis=-1, keepdims=True, initial=0.0))
        _refuse_pair(w, order, near, what)
    return g


def positive(s: Any, g: Any = None) -> Any:
    """The singular values s, in descending order, as they are.

    Raises:
        InputError: one of them is zero to the last digits, and g, the cotangent of vectors, says
            that its vector is used, which has no derivative.
    """
    zero = s <= 8 * np.finfo(s.dtype).eps * np.max(s, axis=-1, keepdims=True, initial=0.0)
    if g is not None:
        zero &= (g != 0).any(-2)
    if zero.any():
        k = int(np.argwhere(zero)[0][-1])
        raise DegenerateError(
            f"singular value {k} is zero: its vectors have no derivative there; use the vectors "
            "of the others only"
        )
    return s


def longer(a: Any, axis: int) -> Any:
    """1.0 if the matrices are longer along this axis, of the last two, than along the other."""
    rows, columns = a.shape[-2:]
    more = rows > columns if axis == -2 else columns > rows
    return a.dtype.type(more) if a.dtype.kind == "f" else float(more)


def last_pivot(a: Any) -> Any:
    """1 in the place of the last pivot of R, and 0 elsewhere; all 0 where the matrices are tall.

    Where they are not, Q depends on the other pivots only.
    """
    rows, columns = a.shape[-2:]
    k = min(rows, columns)
    out = np.zeros((k, k), a.dtype if a.dtype.kind == "f" else np.float64)
    if k and rows <= columns:
        out[-1, -1] = 1.0
    return out


def full_rank(a: Any) -> Any:
    """The matrices a, as they are.

    Raises:
        InputError: one has not the largest rank of its shape: its pseudo-inverse jumps there.
    """
    s = np.linalg.svd(a, compute_uv=False)
    limit = max(a.shape[-2:]) * np.finfo(s.dtype).eps
    if s.size and (s[..., -1] <= limit * s[..., 0]).any():
        raise DegenerateError(
            "the matrix has not full rank: its pseudo-inverse and least-squares solutions jump "
            "there and have no derivative; add a small multiple of the identity (ridge)"
        )
    return a


def least_squares(a: Any, b: Any, rcond: Any = None) -> Any:
    """The solution that np.linalg.lstsq(a, b, rcond) gives."""
    return np.linalg.lstsq(a, b, rcond)[0]


# ---------------------------------------------------------------- columns that complete a basis


def rest(u: Any, a: Any, how: str) -> Any:
    """The columns that complete those of u to a basis: the last of the full u or q of a."""
    m, k = u.shape[-2:]
    if m == k:
        return u[..., :0].copy()
    if how == "svd":
        return np.linalg.svd(a, full_matrices=True)[0][..., k:]
    if how == "svd_v":
        return np.linalg.svd(a, full_matrices=True)[2].swapaxes(-1, -2)[..., k:]
    return np.linalg.qr(a, "complete")[0][..., k:]


def free(y: Any) -> Any:
    """What completes a basis, as it is.

    Raises:
        InputError: there are such columns: they may be turned in any way, and have no tangent.
    """
    if y.shape[-1]:
        raise DegenerateError(_FREE)
    return y


def unturned(g: Any, y: Any) -> Any:
    """The cotangent g of columns y that complete a basis, as it is.

    Raises:
        InputError: the result depends on how these columns are turned among themselves.
    """
    inner = y.swapaxes(-1, -2) @ g
    turned = np.abs(inner - inner.swapaxes(-1, -2)).max(initial=0.0)
    if turned > 1e-6 * np.abs(g).max(initial=0.0):
        raise DegenerateError(_FREE)
    return g


_FREE = (
    "the columns that complete an orthonormal basis may be turned in any way, and have no "
    "derivative: give full_matrices=False, or mode='reduced'"
)
