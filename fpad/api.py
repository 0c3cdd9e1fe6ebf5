"""The derivatives that a user asks for; see docs/api.md for the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from fpad.derivative import Derivative, Request, replace

Wrt: TypeAlias = "int | str | tuple[int | str, ...]"
Function: TypeAlias = "Callable[..., Any]"


def _make(
    what: str,
    f: Function | None,
    wrt: Wrt,
    has_aux: bool,
    precision: Any,
    record: bool,
    backend: str,
    jit: bool,
    eager: bool,
) -> Any:
    request = Request(what, wrt, has_aux, precision, record, backend, jit)
    return _decorated(f, lambda function: Derivative(function, request), eager)


def _decorated(f: Function | None, make: Callable[[Function], Derivative], eager: bool) -> Any:
    """What is made of a function, or the decorator that makes it."""

    def decorate(function: Function) -> Derivative:
        made = make(function)
        if eager:
            made.derive()
        return made

    return decorate if f is None else decorate(f)


def grad(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The gradient of a function with a real output of shape ().

    Args:
        f: the function; without it, a decorator is returned.
        wrt: what to differentiate with respect to: the index or name of a parameter, or a tuple of
            these.  One gives a bare result, a tuple gives a tuple.
        has_aux: f returns (value, aux); then the result is (gradient, aux).
        precision: a float format to round every operation to, for example "bfloat16".
        record: also return the branch record: (result, BranchRecord).
        backend: "numpy" or "cupy".
        jit: compile the generated code.
        eager: derive now, for the kinds that annotations and defaults tell, not at the first call.

    Returns:
        A `Derivative`: called like f, it returns leaves of the type, shape and dtype of the
        arguments' leaves.

    Raises:
        InputError: wrt names no parameter of f.
        TransformError: f has no source, or (when derived) uses something that is refused.
    """
    return _make("grad", f, wrt, has_aux, precision, record, backend, jit, eager)


def value_and_grad(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The value and the gradient: d(*args) -> (value, gradient); options as for `grad`."""
    return _make("value_and_grad", f, wrt, has_aux, precision, record, backend, jit, eager)


def jvp(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """Forward mode: d(*args, tangent=dx) -> (output, its tangent); options as for `grad`.

    The tangent has the structure, shapes and dtypes of the arguments under wrt.
    """
    return _make("jvp", f, wrt, has_aux, precision, record, backend, jit, eager)


def vjp(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """Reverse mode: d(*args, cotangent=by) -> (output, cotangents of the arguments under wrt).

    The cotangent has the structure and shapes of the output; options as for `grad`.
    """
    return _make("vjp", f, wrt, has_aux, precision, record, backend, jit, eager)


def jacobian(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    mode: str = "auto",
    sparse: bool = False,
    sparsity: Any = None,
    has_aux: bool = False,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The Jacobian of a function: d(*args) -> J, all columns or all rows in one run.

    Args:
        f: the function; without it, a decorator is returned.
        wrt: as for `grad`.
        mode: "forward" (columns: one tangent for each entry under wrt), "reverse" (rows: one
            cotangent for each entry of the output), or "auto": the fewer of the two.
        sparse: find out which entries can differ from zero, and compute those: columns (or rows)
            that have no row (column) in common share a tangent (cotangent).
        sparsity: their pattern, if it is known: a matrix of scipy.sparse or an array of bools, with
            a row for each entry of the output and a column for each entry under wrt.
        has_aux: as for `grad`, and so are the following.
        precision: as for `grad`.
        record: as for `grad`; a sparse Jacobian is not recorded.
        backend: as for `grad`; a sparse Jacobian runs on NumPy only.
        jit: as for `grad`.
        eager: as for `grad`.

    Returns:
        A `Derivative`.  J has the structure of the output, with the structure under wrt in the
        place of each leaf; a leaf has the shape of the output's leaf followed by that of the
        argument's.  With `sparse` or `sparsity` a leaf is a scipy.sparse.csr_array, with a row for
        each entry of the output's leaf and a column for each of the argument's, in C order.

    Raises:
        MissingExtra: a sparse Jacobian is asked for, and scipy is not installed.
        InputError: `sparsity` has another shape, or lacks an entry that is not zero.
    """
    request = Request("jacobian", wrt, has_aux, precision, record, backend, jit, mode=mode)
    return _decorated(f, _maker(request, sparse, sparsity), eager)


def _maker(request: Request, sparse: bool, sparsity: Any) -> Callable[[Function], Derivative]:
    """What makes a Jacobian of a function, dense or sparse."""
    if not sparse and sparsity is None:
        return lambda function: Derivative(function, request)
    from fpad.sparse import SparseDerivative
    from fpad.sparse_parts import given_pattern

    pattern = True if sparsity is None else given_pattern(sparsity)
    asked = replace(request, sparse=pattern)
    return lambda function: SparseDerivative(function, asked)


def hessian(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    sparse: bool = False,
    sparsity: Any = None,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """The Hessian of a function with a real output of shape (), forward mode over reverse.

    `sparse` and `sparsity` are as for `jacobian`; the symmetry is used, so rows and columns share
    tangents wherever an entry can be read from one of the two.

    Returns:
        A `Derivative`: d(*args) -> H, of the shape of the argument twice; for structures under
        wrt, a structure of structures.  With `sparse` or `sparsity` a leaf is a
        scipy.sparse.csr_array, with a row and a column for each entry.
    """
    first = Request("grad", wrt, backend=backend)
    request = Request("jacobian", wrt, False, precision, record, backend, jit, mode="forward")
    second = _maker(replace(request, symmetric=True), sparse, sparsity)
    return _decorated(f, lambda function: second(Derivative(function, first)), eager)


def hvp(
    f: Function | None = None,
    wrt: Wrt = 0,
    *,
    precision: Any = None,
    record: bool = False,
    backend: str = "numpy",
    jit: bool = False,
    eager: bool = False,
) -> Any:
    """Hessian times vector: d(*args, vector=v) -> H v, at a few times the cost of the gradient.

    The vector has the structure, shapes and dtypes of the arguments under wrt, and so has H v.
    """
    first = Request("grad", wrt, backend=backend)
    request = Request("hvp", wrt, False, precision, record, backend, jit)
    return _decorated(f, lambda function: Derivative(Derivative(function, first), request), eager)


def vmap(f: Function, in_axes: Any = 0, out_axes: Any = 0) -> Derivative:
    """The function for many examples at once, without a loop over them in Python.

    Args:
        f: the function for one example; a derivative, as in `vmap(grad(f))`, gives one gradient
            for each.
        in_axes: the axis of the arguments that counts the examples: an int for all parameters
            without a default, or a tuple (by position) or dict (by name) of ints, None for what
            is the same for all examples, and structures of these.  Seeds of derivatives are
            mapped over their first axis.
        out_axes: the axis of the results, or a structure of axes; None for what is the same.

    Returns:
        A `Derivative`, called like f.

    Raises:
        InputError: an axis that is not there, or different numbers of examples.
        TransformError: f does something that cannot be done for several examples, as printing
            only for some.
    """
    return Derivative(f, Request("vmap", axes=(in_axes, out_axes)))


def round_to(f: Function, precision: Any) -> Derivative:
    """The function with every operation rounded to a float format, visibly in its code."""
    return Derivative(f, Request("primal", precision=precision))


def record(f: Function) -> Derivative:
    """The function returning (result, BranchRecord): every choice that its run made.

    Equal `.path`s ran through the same piece.  `.nearest(n)` gives the choices that are nearest to
    flipping, in units in the last place of the arguments, `.diff(other)` what another run chose
    differently.  The record holds the arguments, not copies of them, to measure distances.
    """
    return Derivative(f, Request("primal", record=True))
