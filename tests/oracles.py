"""Derivatives by other means: complex steps and extrapolated differences, over nested arguments.

An oracle never looks at fpad. A derivative along a direction is taken by Richardson extrapolation
of central differences, where the table entry with the smallest estimated error wins (Ridders,
"Accurate computation of F'(x) and F'(x)F''(x)", 1982), and by a complex step (Squire and Trapp,
1998) where the function takes complex numbers and the two agree. `OracleError` says that neither
is good enough to judge by.
"""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tree = Any
Vector = NDArray[Any]

ROWS = 9
FIRST_STEP = 1.0 / 16.0
RATIO = 2.0
COMPLEX_STEP = 1e-40
ACCURACY = 1e-8


class OracleError(Exception):
    """The oracle's own error estimate is too large to compare anything with it."""


# Trees -------------------------------------------------------------------------------------


def is_static(leaf: Tree) -> bool:
    """Whether a leaf of a structure takes part in no derivative: str, bool, None, callable."""
    return leaf is None or isinstance(leaf, (str, bool, np.bool_)) or callable(leaf)


def children(tree: Tree) -> list[tuple[Any, Tree]] | None:
    """The keyed children of a container, None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.items())
    if isinstance(tree, (list, tuple)):
        return list(enumerate(tree))
    return None


def walk(tree: Tree, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Tree]]:
    """Every leaf with its path, static ones included, in the order of the structure."""
    nodes = children(tree)
    if nodes is None:
        yield path, tree
        return
    for key, child in nodes:
        yield from walk(child, (*path, key))


def map_leaves(function: Callable[[Tree], Tree], tree: Tree) -> Tree:
    """The same structure with `function` applied to every leaf that is not static."""
    if isinstance(tree, dict):
        return {key: map_leaves(function, child) for key, child in tree.items()}
    if isinstance(tree, list):
        return [map_leaves(function, child) for child in tree]
    if isinstance(tree, tuple):
        parts = [map_leaves(function, child) for child in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return tree if is_static(tree) else function(tree)


def leaves(tree: Tree) -> list[Tree]:
    """The leaves that take part in derivatives."""
    return [leaf for _, leaf in walk(tree) if not is_static(leaf)]


def flatten(tree: Tree) -> Vector:
    """All entries of all leaves in one vector, in C order (float64, or complex128 if one is)."""
    parts = [np.ravel(np.asarray(leaf)) for leaf in leaves(tree)]
    dtype = complex if any(np.iscomplexobj(part) for part in parts) else float
    return np.concatenate([part.astype(dtype) for part in parts] or [np.zeros(0)])


def unflatten(vector: Vector, like: Tree) -> Tree:
    """The structure of `like` with the entries of `vector`: numbers stay numbers, arrays arrays.

    Leaves are widened to the vector's type, so that differences are taken in float64.
    """
    position = 0

    def take(leaf: Tree) -> Tree:
        nonlocal position
        size = np.size(leaf)
        part = vector[position : position + size]
        position += size
        if isinstance(leaf, np.ndarray):
            out = np.empty_like(leaf, dtype=part.dtype)  # reshape may depend on the memory order
            out[...] = part.reshape(leaf.shape)
            return out
        return part[0] if np.iscomplexobj(part) else float(part[0])

    return map_leaves(take, like)


def random_like(tree: Tree, rng: np.random.Generator) -> Tree:
    """A seed of the structure and shapes of `tree`, with the types that its derivative has."""

    def draw(leaf: Tree) -> Tree:
        if not isinstance(leaf, np.ndarray):
            return float(rng.uniform(-1.0, 1.0))
        dtype = leaf.dtype if leaf.dtype.kind == "f" else np.dtype(np.float64)
        return np.asarray(rng.uniform(-1.0, 1.0, leaf.shape), dtype)

    def blank(subtree: Tree) -> Tree:
        if isinstance(subtree, dict):
            return {key: blank(child) for key, child in subtree.items()}
        if isinstance(subtree, (list, tuple)):
            return type(subtree)(blank(child) for child in subtree)
        return None if is_static(subtree) else draw(subtree)

    return blank(tree)


def inner(a: Tree, b: Tree) -> float:
    """The inner product of two structures of equal shape."""
    return math.fsum(x * y for x, y in zip(flatten(a), flatten(b), strict=True))


# Directional derivatives of functions from vectors to vectors ------------------------------


def evaluate(function: Callable[[Vector], Vector], x: Vector) -> Vector | None:
    """`function(x)`, or None where it is undefined."""
    try:
        with np.errstate(all="ignore"):
            y = function(x)
    except (ArithmeticError, ValueError) as error:
        if type(error) not in (ValueError, ArithmeticError, ZeroDivisionError, OverflowError):
            raise  # not the arithmetic of the function, but a library that refuses the call
        return None
    return y if np.all(np.isfinite(y)) else None


def richardson(
    function: Callable[[Vector], Vector], x: Vector, v: Vector, first: float = FIRST_STEP
) -> tuple[Vector, float]:
    """The derivative of `function` at x along v, and an estimate of its largest absolute error."""
    best: Vector | None = None
    error = math.inf
    previous: list[Vector] = []
    step = first
    for _ in range(ROWS):
        up = evaluate(function, x + step * v)
        down = evaluate(function, x - step * v)
        if up is None or down is None or up.shape != down.shape:
            previous = []
        else:
            row = [(up - down) / (2.0 * step)]
            for column, older in enumerate(previous, start=1):
                factor = RATIO ** (2 * column)
                row.append(row[-1] + (row[-1] - older) / (factor - 1.0))
                guess = max(_largest(row[-1] - row[-2]), _largest(row[-1] - older))
                if guess < error:
                    best, error = row[-1], guess
            previous = row
        step /= RATIO
    if best is None:
        raise OracleError("the function is undefined around the point")
    return best, error


def complex_step(function: Callable[[Vector], Vector], x: Vector, v: Vector) -> Vector | None:
    """The derivative along v by a complex step, None where the function refuses complex numbers."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")
            y = function(x + COMPLEX_STEP * 1j * v)
    except (TypeError, ArithmeticError, ValueError, Warning):
        return None
    if not np.iscomplexobj(y):
        return None
    return y.imag / COMPLEX_STEP


def directional(
    function: Callable[[Vector], Vector], x: Vector, v: Vector, *, holomorphic: bool = True
) -> Vector:
    """The derivative of a vector function along v, to `ACCURACY` relative to its largest entry.

    Raises:
        OracleError: Where the estimated error is larger.
    """
    value, error = richardson(function, x, v)
    base = evaluate(function, x)
    scale = max(_largest(value), 1e-3 * _largest(base if base is not None else value), 1e-3)
    if holomorphic:
        other = complex_step(function, x, v)
        if other is not None and _largest(other - value) <= 1e-6 * scale:
            return other
    if error > ACCURACY * scale:
        raise OracleError(f"estimated error {error:.1e} of a derivative of size {scale:.1e}")
    return value


def _largest(x: Vector) -> float:
    return float(np.max(np.abs(x), initial=0.0))


# Functions of structured arguments ---------------------------------------------------------


class Restriction:
    """A function seen as a map from the vector of its wrt leaves to the vector of its results.

    Attributes:
        chosen: The wrt arguments, as a tuple.
        x: Their entries as one vector.
    """

    def __init__(
        self,
        function: Callable[..., Tree],
        fresh: Callable[[], tuple[tuple[Any, ...], dict[str, Any]]],
        positions: Sequence[int],
    ) -> None:
        """Binds a call: `fresh` gives new copies of the arguments each time it is asked."""
        self.function = function
        self.fresh = fresh
        self.positions = positions
        self.parameters = list(inspect.signature(function).parameters.values())
        self.chosen = self.select(*fresh())
        self.x = flatten(self.chosen)

    def select(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Tree, ...]:
        """The wrt arguments of a call; an omitted one is its default."""
        chosen = []
        for p in self.positions:
            parameter = self.parameters[p]
            given = args[p] if p < len(args) else kwargs.get(parameter.name, parameter.default)
            chosen.append(given)
        return tuple(chosen)

    def call(self, vector: Vector) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of the call with the wrt leaves taken from a vector."""
        args, kwargs = self.fresh()
        values = dict(zip(self.positions, unflatten(vector, self.chosen), strict=True))
        new = tuple(values.get(p, widen(arg)) for p, arg in enumerate(args))
        named = {k: widen(v) for k, v in kwargs.items()}
        for p in self.positions:
            if p >= len(args):
                named[self.parameters[p].name] = values[p]
        return new, named

    def __call__(self, vector: Vector) -> Vector:
        """The results as one vector."""
        args, kwargs = self.call(vector)
        return flatten(self.function(*args, **kwargs))

    def jacobian(self) -> NDArray[np.float64]:
        """All partial derivatives, shape (results, arguments)."""
        unit = np.eye(self.x.size)
        columns = [directional(self, self.x, unit[k]) for k in range(self.x.size)]
        if not columns:
            return np.zeros((self(self.x).size, 0))
        return np.stack(columns, axis=1)


def widen(tree: Tree) -> Tree:
    """The structure with its floating-point leaves in float64."""

    def to_double(leaf: Tree) -> Tree:
        if isinstance(leaf, np.ndarray):
            return leaf.astype(np.float64) if leaf.dtype.kind == "f" else leaf.copy()
        return float(leaf) if isinstance(leaf, (float, np.floating)) else leaf

    return map_leaves(to_double, tree)


# Comparison --------------------------------------------------------------------------------


def distance(result: Tree, expected: Tree) -> float:
    """The largest difference over the leaves, each relative to its leaf's largest entry.

    A leaf's scale is never taken below a thousandth of the largest entry of all leaves, so that
    the rounding of large terms that cancel does not count against a leaf that is nearly zero.
    """
    pairs = list(zip(leaves(result), leaves(expected), strict=True))
    overall = max((_largest(np.asarray(e, dtype=float)) for _, e in pairs), default=0.0)
    worst = 0.0
    for got, want in pairs:
        got_array, want_array = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
        if got_array.shape != want_array.shape:
            return math.inf
        scale = max(_largest(want_array), 1e-3 * overall, 1e-3)
        gap = _largest(got_array - want_array) / scale
        worst = gap if gap > worst or math.isnan(gap) else worst
    return worst


def assert_close(result: Tree, expected: Tree, tolerance: float, what: str) -> None:
    """Fails with both structures unless they agree leaf by leaf."""
    gap = distance(result, expected)
    if not gap <= tolerance:
        raise AssertionError(f"{what}: off by {gap:.3e} relative\n got {result}\n not {expected}")


def assert_like(result: Tree, argument: Tree, what: str) -> None:
    """Fails unless every leaf of a derivative has its argument leaf's type, shape and dtype.

    Integers under wrt count as float64; static leaves come back as None.
    """
    got, want = list(walk(result)), list(walk(argument))
    paths_agree = [path for path, _ in got] == [path for path, _ in want]
    if children(argument) is not None and not (paths_agree and type(result) is type(argument)):
        raise AssertionError(f"{what}: structure {result!r}, argument {argument!r}")
    assert paths_agree, f"{what}: a structure for a leaf"
    for (path, leaf), (_, like) in zip(got, want, strict=True):
        where = f"{what} at {path}"
        if is_static(like):
            assert leaf is None, f"{where}: {leaf!r} for a static leaf"
        elif isinstance(like, np.ndarray):
            dtype = like.dtype if like.dtype.kind == "f" else np.dtype(np.float64)
            assert type(leaf) is np.ndarray, f"{where}: {type(leaf).__name__} for an array"
            assert leaf.shape == like.shape, f"{where}: shape {leaf.shape} for {like.shape}"
            assert leaf.dtype == dtype, f"{where}: dtype {leaf.dtype} for {like.dtype}"
        else:
            kind = float if type(like) is int else type(like)
            assert type(leaf) is kind, f"{where}: {type(leaf).__name__} for {type(like).__name__}"


def same_bits(a: Tree, b: Tree) -> bool:
    """Whether two structures agree in structure, leaf types, dtypes, shapes and every bit."""
    left, right = list(walk(a)), list(walk(b))
    if [path for path, _ in left] != [path for path, _ in right]:
        return False
    for (_, x), (_, y) in zip(left, right, strict=True):
        if is_static(x) or is_static(y):
            if x is not y and x != y:
                return False
            continue
        if type(x) is not type(y):
            return False
        p, q = np.asarray(x), np.asarray(y)
        if p.dtype != q.dtype or p.shape != q.shape or p.tobytes() != q.tobytes():
            return False
    return True


def arrays_of(*trees: Tree) -> list[NDArray[Any]]:
    """Every array in the structures."""
    return [leaf for tree in trees for _, leaf in walk(tree) if isinstance(leaf, np.ndarray)]


def assert_fresh(results: Tree, given: Tree, what: str) -> None:
    """Fails unless results are writable and share no memory with each other or `given`."""
    found = arrays_of(results)
    for k, array in enumerate(found):
        assert array.flags.writeable, f"{what}: a result is read-only"
        for other in found[:k]:
            assert not np.shares_memory(array, other), f"{what}: two results share memory"
        for other in arrays_of(given):
            assert not np.shares_memory(array, other), f"{what}: a result shares memory with input"
