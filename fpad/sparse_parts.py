"""Parts of sparse Jacobians: structures taken apart and put together, patterns and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.derivative import Derivative, Sparsity
from fpad.leaves import promoted
from fpad.runtime.errors import InputError

if TYPE_CHECKING:
    from fpad.entry import Entry
    from fpad.transforms.ir import Program
    from fpad.transforms.sparsity.dependence import Pattern
    from fpad.transforms.sparsity.plans import Layout, Plan

# ---------------------------------------------------------------- structures


def flat(derivative: Derivative, entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each parameter of a generated function, taken apart."""
    from fpad.transforms.ir import leaves
    from fpad.transforms.structures import flatten

    out: dict[str, Any] = {}
    for live in entry.derived.live:
        out.update(live.flat(live.read()))
    for p in entry.derived.boundary.parameters:
        if p.use == "live":
            continue
        names = [str(a) for a in leaves(p.tree)]
        if p.use == "one":
            found: list[Any] = [p.default] * len(names)
        else:
            value = values[p.name]
            found = flatten(promoted(value) if p.name in derivative.promoted else value, p.tree)
        out.update(zip(names, found, strict=True))
    return {name: out[name] for name in entry.derived.program.main.params}


def wrt_leaves(derivative: Derivative, inner: Entry) -> tuple[str, ...]:
    """The parameters under wrt that have a derivative, in the order that wrt names them in."""
    from fpad.transforms.activity import differentiable
    from fpad.transforms.ir import leaves

    main = inner.derived.program.main
    kinds = dict(zip(main.params, main.kinds, strict=True))
    trees = {p.name: p.tree for p in inner.derived.boundary.parameters}
    return tuple(
        str(a)
        for n in derivative._targets[-1][0]
        for a in leaves(trees[n])
        if differentiable(kinds.get(str(a)))
    )


def _value_tree(derivative: Derivative, inner: Entry) -> Any:
    """The structure of the results that are differentiated."""
    result = inner.derived.boundary.result
    if not derivative.request.has_aux:
        return result
    items: Any = getattr(result, "items", ())
    if len(items) != 2:
        raise InputError("has_aux=True: the function must return a pair (value, aux)")
    return items[0]


def layout_of(
    derivative: Derivative, inner: Entry, results: Sequence[Any], xs: Sequence[Any]
) -> tuple[Layout, list[int]]:
    """The rows and columns, and which of all results are real."""
    from fpad.transforms.ir import leaves
    from fpad.transforms.sparsity.plans import Layout

    count = sum(1 for _ in leaves(_value_tree(derivative, inner)))
    real = [k for k, y in enumerate(results[:count]) if np.asarray(y).dtype.kind not in "biu"]
    ys = tuple(_leaf_layout(results[k]) for k in real)
    return Layout(ys, tuple(map(_leaf_layout, xs))), real


def _leaf_layout(x: Any) -> tuple[tuple[int, ...], Any]:
    dtype = np.asarray(x).dtype
    return np.shape(x), dtype if dtype.kind == "f" else np.dtype(np.float64)


def ratio(value: Any, xs: Sequence[Any]) -> float:
    """The size to expect of derivatives: that of the output by that of the arguments."""
    from fpad.leaves import values_in

    def largest(of: Sequence[Any]) -> float:
        found = [np.abs(v[np.isfinite(v)]) for v in map(np.asarray, of) if v.dtype.kind == "f"]
        return float(max((np.max(v, initial=0.0) for v in found), default=0.0))

    return largest(list(values_in(value))) / (largest(xs) or 1.0)


def assembled(derivative: Derivative, inner: Entry, value: Any, blocks: Any) -> Any:
    """The structure of the output with the structure under wrt in the place of each leaf."""
    from fpad.transforms.derive import mirror, together
    from fpad.transforms.ir import Fixed, Leaf, leaves
    from fpad.transforms.structures import flatten, unflatten

    tree = _value_tree(derivative, inner)
    names, single = derivative._targets[-1]
    trees = {p.name: p.tree for p in inner.derived.boundary.parameters}
    order = wrt_leaves(derivative, inner)
    values = flatten(value, tree)
    real = iter(blocks)
    lines = [next(real) if np.asarray(y).dtype.kind not in "biu" else None for y in values]
    of_leaf = iter(lines)
    made: list[Any] = []

    def block_tree(_: Any) -> Any:
        line = next(of_leaf)
        if line is None:
            return Fixed(None)
        column = dict(zip(order, line, strict=True))

        def block(x: Any) -> Any:
            if x not in column:
                return Fixed(None)
            made.append(column[x])
            return Leaf("")

        return together([mirror(trees[n], block) for n in names], single)

    whole = mirror(tree, block_tree)
    assert len(list(leaves(whole))) == len(made)
    return unflatten(whole, made)


# ---------------------------------------------------------------- patterns and matrices


def scipy_sparse() -> Any:
    """The module scipy.sparse.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        from scipy import sparse
    except ImportError:
        from fpad.transforms.errors import MissingExtra

        raise MissingExtra("scipy", "a sparse Jacobian or Hessian") from None
    return sparse


def given_pattern(sparsity: Any) -> Sparsity:
    """A pattern as the user gives it: a matrix of scipy.sparse, or an array that is not zero there.

    Raises:
        InputError: it has not two axes.
    """
    sparse = scipy_sparse()
    if np.ndim(sparsity) != 2 and not sparse.issparse(sparsity):
        raise InputError(
            f"sparsity= has {np.ndim(sparsity)} axes: give a matrix with a row for each entry of "
            "the output and a column for each entry under wrt"
        )
    if sparse.issparse(sparsity):  # an entry that is kept belongs to the pattern, whatever it holds
        coo = sparse.coo_array(sparsity)
        row, column, shape = coo.row, coo.col, coo.shape
    else:
        row, column = np.nonzero(np.asarray(sparsity))
        shape = np.shape(sparsity)
    ones = np.ones(len(row), bool)
    matrix = sparse.csr_array((ones, (row, column)), shape)
    matrix.sum_duplicates()
    starts, columns = (a.astype(np.int64).tobytes() for a in (matrix.indptr, matrix.indices))
    return Sparsity((int(shape[0]), int(shape[1])), starts, columns)


def of_user(sparsity: Sparsity, layout: Layout) -> tuple[Any, Any]:
    """The pattern that a user gave, by rows, if it fits the output and the arguments."""
    rows, columns = (
        sum(int(np.prod(shape, dtype=np.int64)) for shape, _ in of) for of in (layout.ys, layout.xs)
    )
    if sparsity.shape != (rows, columns):
        raise InputError(
            f"sparsity= has shape {sparsity.shape}: the output has {rows} entries, and there are "
            f"{columns} under wrt"
        )
    return tuple(np.frombuffer(b, np.int64) for b in (sparsity.starts, sparsity.columns))  # type: ignore[return-value]


def joined(found: Pattern, real: Sequence[int]) -> tuple[Any, Any]:
    """The rows of all real results, one result below the other."""
    starts, columns, before = [np.zeros(1, np.int64)], [], 0
    for k in real:
        indptr, indices = found.rows[k]
        starts.append(indptr[1:] + before)
        columns.append(indices)
        before += len(indices)
    return np.concatenate(starts), np.concatenate(columns or [np.zeros(0, np.int64)])


def symmetric(indptr: Any, indices: Any, given: bool) -> tuple[Any, Any]:
    """The pattern with every entry on both sides of the diagonal."""
    sparse = scipy_sparse()
    n = len(indptr) - 1
    matrix = sparse.csr_array((np.ones(len(indices), np.int8), indices, indptr), (n, n))
    both = (matrix + matrix.T).tocsr()
    both.sort_indices()
    if given and both.nnz != matrix.nnz:
        raise InputError("sparsity= of a Hessian is not symmetric: give both halves")
    return both.indptr.astype(np.int64), both.indices


def side_by_side(plan: Plan, blocks: Sequence[Any], count: int) -> Any:
    """The products with some seeds: one row for each, the entries of all blocks in it."""
    of = plan.layout.ys if plan.mode == "forward" else plan.layout.xs
    parts = []
    for block, (shape, dtype) in zip(blocks, of, strict=True):
        size = int(np.prod(shape, dtype=np.int64))
        if block is not None and block.shape != (count, *shape):
            raise InputError(
                f"an output has shape {block.shape[1:]} now, and had {shape} when sparsity= was "
                "first used with arguments of these shapes"
            )
        parts.append(
            np.zeros((count, size), dtype) if block is None else block.reshape(count, size)
        )
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


def matrix(part: Any, products: Any) -> Any:
    """One block as a scipy.sparse matrix."""
    data = products.reshape(-1)[part.places]
    if data.dtype == np.float16:  # which scipy.sparse does not have
        data = data.astype(np.float32)
    rows = (data, part.indices.copy(), part.indptr.copy())
    return scipy_sparse().csr_array(rows, part.shape)


def has_hooks(program: Program) -> bool:
    """Does the function look at cotangents, or change them, by fpad.on_adjoint?"""
    from fpad.runtime import answered, hooked

    return _uses(program, (answered, hooked))


def is_gradient(program: Program) -> bool:
    """Is what a gradient gives one, so that its Jacobian is symmetric?

    Hooks may change it to anything, and rules of users may be what slopes should be, not what they
    are.
    """
    from fpad.runtime import answered, ruled

    return not _uses(program, (answered, ruled))


def _uses(program: Program, ops: tuple[Any, ...]) -> bool:
    from fpad.transforms.ir import Let, walk

    funcs = program.funcs.values()
    return any(isinstance(s, Let) and s.op in ops for f in funcs for s in walk(f.body))


def has_effects(inner: Entry) -> bool:
    """Does a run of the function do more than give its results?"""
    from fpad.transforms.simplify import effects

    program = inner.derived.program
    return effects(program)[program.entry]


def shape_of(value: Any) -> tuple[Any, ...]:
    """What of an argument does not count by its entries: shape and dtype, or the class."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype
    return (type(value),)


def copied(value: Any) -> Any:
    """The value as it is now."""
    return value.copy() if isinstance(value, np.ndarray) else value


def equal(a: Any, b: Any) -> bool:
    """Are two arguments the same for a pattern?  Objects that may have changed are not."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and isinstance(a, int | float | np.number) and bool(a == b)
