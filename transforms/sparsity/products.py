"""Which entries a product depends on: labels say what is summed and what is kept.

    y = a @ x            a: i k,  x: k     y: i       y[i] on a[i, :] and on all of x,
                                                      or on x[k] where the constant a[i, k] != 0
    np.einsum("nij,nj->ni", a, x)                     y[n, i] on a[n, i, :] and x[n, :]

A transpose has the same labels: fp.matmul_left(by, x, a) is a product of by (i) and x (k) that
keeps i and k.  Where an axis of the result has one entry only, what would be there is summed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.rules.multilinear import letters
from fpad.transforms.sparsity.facts import PATTERNS, Traced, Use, ids_of, plain
from fpad.transforms.sparsity.sets import Ids

Labels = list[Any]
Product = tuple[Labels, Labels, Labels]
UNITS = 64
"""Entries that the smaller operand of a convolution may have for a sharp pattern."""


def contract(
    use: Use, given: Sequence[tuple[Any, Labels]], out: Labels, shape: tuple[int, ...]
) -> Ids:
    """The ids of the product of operands with labels, of a result with labels and a shape."""
    sizes: dict[Any, int] = {}
    for x, labels in given:
        for label, n in zip(labels, np.shape(plain(x)), strict=True):
            sizes[label] = n if sizes.get(label, 1) == 1 else sizes[label]
    out = [
        label if n == sizes.get(label, n) else ("one", k)
        for k, (label, n) in enumerate(zip(out, shape, strict=True))
    ]
    found: Any = np.zeros(shape, np.int64)
    for k, (x, labels) in enumerate(given):
        if not isinstance(x, Traced) or x.ids is None:
            continue
        ids, labels = _plain_labels(np.asarray(x.ids), labels, sizes)
        others = [pair for j, pair in enumerate(given) if j != k]
        if len(others) == 1:
            ids, labels = _through_zeros(use, ids, labels, others[0], out, sizes)
        ids = use.sets.reduce(ids, tuple(k for k, c in enumerate(labels) if c not in out))
        labels = [c for c in labels if c in out]
        ids = ids.transpose([labels.index(c) for c in out if c in labels])
        ids = np.expand_dims(ids, tuple(k for k, c in enumerate(out) if c not in labels))
        found = use.sets.union(found, np.broadcast_to(ids, shape))
    return found


def _plain_labels(ids: Any, labels: Labels, sizes: dict[Any, int]) -> tuple[Any, Labels]:
    """Without labels that stand twice, and without axes of one entry that are broadcast."""
    for label in [c for c in dict.fromkeys(labels) if labels.count(c) > 1]:
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            ids = np.diagonal(ids, 0, first, second)
            labels = [*labels[:first], *labels[first + 1 : second], *labels[second + 1 :], label]
    single = [k for k, c in enumerate(labels) if ids.shape[k] == 1 and sizes[c] != 1]
    return ids.squeeze(tuple(single)), [c for k, c in enumerate(labels) if k not in single]


def _through_zeros(
    use: Use,
    ids: Any,
    labels: Labels,
    other: tuple[Any, Labels],
    out: Labels,
    sizes: dict[Any, int],
) -> tuple[Any, Labels]:
    """Sum over an axis where a constant matrix has entries: its zeros leave out what they meet."""
    x, (*_,) = other
    row_column = other[1]
    if (isinstance(x, Traced) and x.ids is not None) or len(row_column) != 2:
        return ids, labels
    summed = [c for c in row_column if c in labels and c not in out]
    kept = [c for c in row_column if c in out and c not in labels]
    matrix = np.asarray(plain(x))
    if len(summed) != 1 or len(kept) != 1 or matrix.shape != tuple(sizes[c] for c in row_column):
        return ids, labels
    nonzero = np.nonzero(matrix)
    if 2 * len(nonzero[0]) > matrix.size:
        return ids, labels
    use.constant_read(x)
    to, by = (nonzero[row_column.index(c)] for c in (kept[0], summed[0]))
    at = labels.index(summed[0])
    rest = np.moveaxis(ids, at, 0)
    members = rest.reshape(rest.shape[0], -1)[by]
    width, count = members.shape[1], sizes[kept[0]]
    owner = to[:, None] * width + np.arange(width)
    found = use.sets.gather(owner, members, count * width).reshape(count, *rest.shape[1:])
    return found, [kept[0], *(c for k, c in enumerate(labels) if k != at)]


# ---------------------------------------------------------------- labels of products


def _matmul(a: int, b: int) -> Product:
    """Of arrays with so many axes: stacks of matrices, aligned from the right."""
    stack = [("stack", k) for k in range(max(a, b, 2) - 2)][::-1]
    left = [*stack[len(stack) - (a - 2) :], "i", "k"] if a > 1 else ["k"]
    right = [*stack[len(stack) - (b - 2) :], "k", "j"] if b > 1 else ["k"]
    return left, right, [*stack, *(["i"] if a > 1 else []), *(["j"] if b > 1 else [])]


def _dot(a: int, b: int) -> Product:
    left, right = [("a", k) for k in range(a)], [("b", k) for k in range(b)]
    if a and b:
        left[-1] = right[-1 if b == 1 else -2] = ("k", 0)
    return left, right, [c for c in (*left, *right) if c != ("k", 0)]


def _inner(a: int, b: int) -> Product:
    left, right = [("a", k) for k in range(a)], [("b", k) for k in range(b)]
    if a and b:
        left[-1] = right[-1] = ("k", 0)
    return left, right, [c for c in (*left, *right) if c != ("k", 0)]


def _tensordot(a: int, b: int, axes: Any) -> Product:
    if isinstance(axes, int):
        axes = (range(a - axes, a), range(axes))
    first, second = (list(x) if np.ndim(x) else [x] for x in axes)
    left, right = [("a", k) for k in range(a)], [("b", k) for k in range(b)]
    for n, (k, j) in enumerate(zip(first, second, strict=True)):
        left[k] = right[j] = ("k", n)
    return left, right, [c for c in (*left, *right) if c[0] != "k"]


def _labels(use: Use, of: Callable[..., Product], a: Any, b: Any, first: int) -> Product:
    """The labels of a product of two operands; `first`: where further operands stand."""
    ranks = np.ndim(plain(a)), np.ndim(plain(b))
    if of is _tensordot:
        axes = plain(use.args[first]) if len(use.args) > first else use.bound("axes", 2)
        return of(*ranks, axes)
    return of(*ranks)


def product(of: Callable[..., Product]) -> Callable[[Use], Ids]:
    """The pattern of y = op(a, b)."""

    def pattern(use: Use) -> Ids:
        a, b = use.args[:2]
        left, right, out = _labels(use, of, a, b, 2)
        return contract(use, [(a, left), (b, right)], out, use.shape)

    return pattern


def left_of(of: Callable[..., Product]) -> Callable[[Use], Ids]:
    """The pattern of ba = op_left(by, b, a)."""

    def pattern(use: Use) -> Ids:
        g, b, a = use.args[:3]
        left, right, out = _labels(use, of, a, b, 3)
        return contract(use, [(g, out), (b, right)], left, use.shape)

    return pattern


def right_of(of: Callable[..., Product]) -> Callable[[Use], Ids]:
    """The pattern of bb = op_right(by, a, b)."""

    def pattern(use: Use) -> Ids:
        g, a, b = use.args[:3]
        left, right, out = _labels(use, of, a, b, 3)
        return contract(use, [(g, out), (a, left)], right, use.shape)

    return pattern


def _laid_out(x: Any) -> Any:
    """The operand as a vector."""
    if not isinstance(x, Traced):
        return np.ravel(x)
    return Traced(np.ravel(x.value), None if x.ids is None else np.ravel(x.ids), x.made_of)


def outer(use: Use) -> Ids:
    """np.outer, of everything as vectors."""
    a, b = map(_laid_out, use.args[:2])
    return contract(use, [(a, ["i"]), (b, ["j"])], ["i", "j"], use.shape)


def _outer_transposed(own: str, other: str) -> Callable[[Use], Ids]:
    def pattern(use: Use) -> Ids:
        g, b = use.args[0], _laid_out(use.args[1])
        size = (int(np.prod(use.shape, dtype=np.int64)),)
        found = contract(use, [(g, ["i", "j"]), (b, [other])], [own], size)
        return found.reshape(use.shape)

    return pattern


def vdot_transposed(use: Use) -> Ids:
    """fp.vdot_left and fp.vdot_right: a number times a vector."""
    g, other = use.args[0], _laid_out(use.args[1])
    size = (int(np.prod(use.shape, dtype=np.int64)),)
    return contract(use, [(g, []), (other, ["i"])], ["i"], size).reshape(use.shape)


def einsum(use: Use) -> Ids | None:
    """np.einsum with its letters."""
    subscripts, *operands = use.args
    if not isinstance(subscripts, str) or use.kwargs:
        return None
    parts, result = letters(subscripts, len(operands))
    given = [(x, list(part)) for x, part in zip(operands, parts, strict=True)]
    return contract(use, given, list(result), use.shape)


def by_units(use: Use) -> Ids | None:
    """A bilinear operation: with a unit as one operand it moves the entries of the other."""
    found: Any = np.zeros(use.shape, np.int64)
    for k, j in ((0, 1), (1, 0)):
        x, other = use.args[k], plain(use.args[j])
        if not isinstance(x, Traced) or x.ids is None:
            continue
        if np.size(other) > UNITS:
            return None
        for n in range(np.size(other)):
            unit = np.zeros(np.size(other), np.int64)
            unit[n] = 1
            args = [plain(a) for a in use.args]
            args[k], args[j] = ids_of(x), unit.reshape(np.shape(other))
            static = {name: plain(v) for name, v in use.kwargs.items()}
            moved = np.abs(np.asarray(use.rule.op(*args, **static)).astype(np.int64))
            found = use.sets.union(found, moved)
    return np.array(found)


PATTERNS |= dict.fromkeys((operator.matmul, np.matmul, fp.imatmul), product(_matmul))
PATTERNS |= {fp.matmul_left: left_of(_matmul), fp.matmul_right: right_of(_matmul)}
PATTERNS |= {np.dot: product(_dot), fp.dot_left: left_of(_dot), fp.dot_right: right_of(_dot)}
PATTERNS |= {np.inner: product(_inner)}
PATTERNS |= {fp.inner_left: left_of(_inner), fp.inner_right: right_of(_inner)}
PATTERNS |= {np.tensordot: product(_tensordot)}
PATTERNS |= {fp.tensordot_left: left_of(_tensordot), fp.tensordot_right: right_of(_tensordot)}
PATTERNS |= {fp.vdot_left: vdot_transposed, fp.vdot_right: vdot_transposed}
PATTERNS |= {np.outer: outer, np.einsum: einsum}
PATTERNS |= {fp.outer_left: _outer_transposed("i", "j")}
PATTERNS |= {fp.outer_right: _outer_transposed("j", "i")}
PATTERNS |= dict.fromkeys(
    (
        *(np.convolve, np.correlate, np.kron, fp.convolve_left, fp.convolve_right),
        *(fp.correlate_left, fp.correlate_right, fp.kron_left, fp.kron_right),
    ),
    by_units,
)
