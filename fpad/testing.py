"""The test that people write first: are the derivatives of this function right?

    def test_loss():
        fpad.testing.check_grads(loss, (w, X, y))

Derivatives of every order and mode are compared with extrapolated differences along random
directions; where one is wrong, the entry that is furthest off is looked for and named.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fpad.api import jvp, vjp, vmap
from fpad.runtime.errors import InputError, RuleError
from fpad.transforms.kinds import ITSELF, children, held_by, is_object
from fpad.transforms.structures import build
from fpad.wrappers import with_public_signature

if TYPE_CHECKING:
    from fpad.check.linter import Finding

Vector = NDArray[np.float64]
Path = tuple[Any, ...]

_MODES: dict[str, Any] = {"forward": jvp, "reverse": vjp}
_ROWS = 8
_FIRST = (2.0**-4, 2.0**-10, 2.0**-16)
"""Steps to begin with: the next is tried where differences from the one before do not agree, as
for a function that bends within a small part of its argument."""
_SIDE = 2.0**-20
_DIGITS = 1e-13
"""How far a value may be off, relative to it: complex numbers are computed in their parts."""
_NOISE = 1e-12
"""Differences that agree so well have settled, however small the function is."""
_NOTHING = 1e-9
"""An entry this small beside the others is a zero."""
_SEARCHED = 200
"""So many entries are compared one by one to find the one that is furthest off."""


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    modes: Sequence[str] = ("forward", "reverse"),
    order: int = 2,
    *,
    kwargs: Mapping[str, Any] | None = None,
    wrt: Any = None,
    rtol: float | None = None,
    seed: int = 0,
) -> None:
    """Compare derivatives of f with differences; raise where they disagree.

    Every sequence of modes up to the order is tried: forward over reverse, reverse over reverse ..
    Differences are those of Ridders (1982): central ones, extrapolated until they get worse.

    Args:
        f: a function of numbers, arrays, and lists, tuples and dicts of these.
        args: the point, in the inside of a smooth piece of f; steps are in proportion to its
            entries.
        modes: "forward" (`fpad.jvp`), "reverse" (`fpad.vjp`) or both.
        order: the highest order of derivative.
        kwargs: keyword arguments of f, which are not differentiated by.
        wrt: what to differentiate by, as for `fpad.grad`; all of `args` that hold floats if None.
        rtol: what counts as equal, relative to the largest entry of the derivative; if None 1e-6,
            or 1e-3 where an argument is of a smaller type than float64.
        seed: of the random directions.

    Raises:
        AssertionError: a derivative is wrong; the message has the mode, the entry, both values.
            Or the differences themselves do not agree, as next to a kink.
        InputError: there is nothing to differentiate by, or no such mode.
        TransformError: f uses something that fpad refuses.
    """
    for mode in modes:
        if mode not in _MODES:
            raise InputError(f'modes: there is no {mode!r}, there are "forward" and "reverse"')
    f = with_public_signature(f, () if wrt is None else wrt)
    names = list(inspect.signature(f).parameters)
    args, star = _with_star(f, args)
    chosen = _chosen(wrt, names, args)
    if rtol is None:
        small = any(_is_small(leaf) for k in chosen for _, leaf in _leaves(args[k]))
        rtol = 1e-3 if small else 1e-6
    named = dict(kwargs or {})
    for n in range(1, order + 1):
        for word in itertools.product(modes, repeat=n):
            rng = np.random.default_rng(seed)
            _check_word(_Point(f, tuple(args), named, chosen, names, star), word, rtol, rng)


def _with_star(f: Callable[..., Any], args: Sequence[Any]) -> tuple[Sequence[Any], int | None]:
    """The arguments, those of a parameter `*args` as the one tuple that they are; its position."""
    kinds = [p.kind for p in inspect.signature(f).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        return args, None
    star = kinds.index(inspect.Parameter.VAR_POSITIONAL)
    return (*args[:star], tuple(args[star:])), star


@dataclass
class _Point:
    """A function at a point; `named` are its keyword arguments, the seeds of a derivative too."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    named: dict[str, Any]
    chosen: tuple[int, ...]
    names: list[str]
    star: int | None = None

    def call(self, function: Callable[..., Any], args: Sequence[Any], **more: Any) -> Any:
        """function(*args), with copies of everything."""
        given = list(_copied(tuple(args)))
        if self.star is not None:
            given[self.star :] = given[self.star]
        return function(*given, **_copied(self.named), **_copied(more))

    def result(self) -> Any:
        """The result of the function."""
        return self.call(self.function, self.args)

    def inputs(self) -> list[tuple[int, Path, Any]]:
        """(argument, path, leaf) of everything that is differentiated by."""
        return [(k, path, leaf) for k in self.chosen for path, leaf in _leaves(self.args[k])]

    def size(self) -> int:
        """How many numbers are differentiated by."""
        return sum(np.size(leaf) for _, _, leaf in self.inputs())

    def at(self, step: Vector) -> Vector | None:
        """The entries of the result where the point is moved; None where there is none."""
        moved = iter(step)

        def move(leaf: Any) -> Any:
            d = np.array([next(moved) for _ in range(np.size(leaf))]).reshape(np.shape(leaf))
            return (
                np.asarray(leaf, float) + d
                if isinstance(leaf, np.ndarray)
                else float(leaf) + float(d)
            )

        args = [_map(move, a) if k in self.chosen else a for k, a in enumerate(self.args)]
        try:
            with np.errstate(all="ignore"):
                y = _vector(self.call(self.function, args))
        except Exception:
            # a step out of the domain: what a function raises there is its own affair, and where
            # it is called as it stands, nothing is caught
            return None
        return y if np.all(np.isfinite(y)) else None

    def units(self) -> Vector:
        """What counts as a step of one in each entry: its own size; of a zero, what is beside it.

        Pressures are large and lengths of waves are small: one step for both leaves the domain of
        the one, or is lost in the other.  The parameters of a camera are both, in one array.
        """
        sizes = []
        for _, _, leaf in self.inputs():
            size = float(np.max(np.abs(leaf), initial=0.0)) or 1.0
            entries = np.abs(np.ravel(np.asarray(leaf, float)))
            sizes.append(np.where(entries > _NOTHING * size, entries, min(size, 1.0)))
        return np.concatenate([*sizes, np.zeros(0)])

    def structured(self, direction: Vector) -> Any:
        """A direction as a tangent: of the structure of the arguments that it moves."""
        entries = iter(direction)

        def take(leaf: Any) -> Any:
            d: Any = np.array([next(entries) for _ in range(np.size(leaf))]).reshape(np.shape(leaf))
            return d.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else float(d)

        return tuple(_map(take, self.args[k], static=_unmoved) for k in self.chosen)

    def where(self, entry: int) -> str:
        """An entry of the inputs in words."""
        for k, path, leaf in self.inputs():
            if entry < np.size(leaf):
                index = np.unravel_index(entry, np.shape(leaf))
                inside = f"[{', '.join(map(str, index))}]" if index else ""
                return self.names[k] + "".join(f"[{key!r}]" for key in path) + inside
            entry -= np.size(leaf)
        raise IndexError(entry)


def _check_word(p: _Point, word: tuple[str, ...], rtol: float, rng: np.random.Generator) -> None:
    """Check the last derivative of a sequence; those before it are taken for right."""
    wrt = tuple(p.names[k] for k in p.chosen)
    for k, mode in enumerate(word):
        derivative = _MODES[mode](p.function, wrt=wrt)
        known = inspect.signature(p.function).parameters
        (new,) = [n for n in inspect.signature(derivative).parameters if n not in known]
        v = rng.uniform(-1.0, 1.0, p.size()) * p.units()
        if mode == "forward":
            given: Any = p.structured(v)
        else:
            given = _map(lambda leaf: _random_like(leaf, rng), p.result(), static=None)
        if k == len(word) - 1:
            _compare(p, derivative, new, given, v, word, rtol)
        p = _Point(derivative, p.args, {**p.named, new: given}, p.chosen, p.names, p.star)


def _compare(
    p: _Point,
    derivative: Any,
    new: str,
    given: Any,
    v: Vector,
    word: tuple[str, ...],
    rtol: float,
) -> None:
    title = f"{getattr(p.function, '__name__', 'f')}, {' over '.join(reversed(word))} mode"
    value, got = p.call(derivative, p.args, **{new: given})
    plain = _vector(p.result())
    if not np.allclose(_vector(value), plain, _DIGITS, 0.0, equal_nan=True):
        raise AssertionError(
            f"{title}: the value beside the derivative is not that of the function"
        )
    complaint = ""
    for along, error in _differences(p, v):
        if word[-1] == "forward":
            complaint = _off(_vector(got), along, error, rtol, plain)
        else:
            complaint = _off_along(p, v, _vector(given), _adjoint(p, got), along, error, rtol)
        if not complaint:
            return
    raise AssertionError(f"{title}: {complaint}")


def _off_along(
    p: _Point, v: Vector, u: Vector, bx: Vector, along: Vector, error: float, rtol: float
) -> str:
    """What is wrong with the adjoint bx of a function with the tangent `along` along v, if any."""
    want, units = float(u @ along), p.units()
    scale = max(float(np.linalg.norm(bx * units) * np.linalg.norm(v / units)), abs(want))
    tolerance = max(rtol * scale, 10.0 * error * math.sqrt(u.size))
    if abs(float(bx @ v) - want) <= tolerance:
        return ""
    worst, text = -1.0, ""
    for k in range(min(p.size(), _SEARCHED)):
        single, _ = next(_differences(p, units[k] * np.eye(1, p.size(), k)[0]))
        slope = float(u @ single) / units[k]
        off = abs(bx[k] - slope) * units[k]
        if off > worst or math.isnan(off):
            worst, text = off, f"{p.where(k)} is {bx[k]:.10g}, differences give {slope:.10g}"
    return f"the derivative with respect to {text}"


def _off(got: Vector, want: Vector, error: float, rtol: float, plain: Vector) -> str:
    """What is wrong with a tangent, if anything is."""
    if got.shape != want.shape:
        return f"{got.size} entries, {want.size} expected"
    off = np.abs(got - want)
    worst = int(np.argmax(np.where(np.isnan(off), np.inf, off))) if off.size else 0
    scale = float(np.max(np.abs(want), initial=1e-3 * _size(plain)))
    if not off.size or off[worst] <= max(rtol * scale, 10.0 * error):
        return ""
    return f"entry {worst} of the result is {got[worst]:.10g}, differences give {want[worst]:.10g}"


def _differences(p: _Point, v: Vector) -> Iterator[tuple[Vector, float]]:
    """The derivative along v by extrapolated differences, and an estimate of its error.

    One pair for each first step from which they settle; at least one.
    """
    found, here = False, p.at(0.0 * v)
    least = 1.0 if here is None else _size(here)
    for first in _FIRST:
        best, error = _extrapolated(p, v, first)
        size = least if best is None else max(least, float(np.max(np.abs(best), initial=0.0)))
        enough = max((1e-5 if found else 1e-3) * size, _NOISE)
        if best is not None and error <= enough and not _has_kink(p, v, max(size, 1e-6)):
            found = True
            yield best, error
    if not found:
        raise AssertionError(
            f"differences of {getattr(p.function, '__name__', 'f')} do not settle here: a kink or "
            "a jump is near; fpad.check says more"
        )


def _size(y: Vector) -> float:
    """The size of the values of a function: a derivative is small beside it, not beside one."""
    return min(1.0, float(np.max(np.abs(y), initial=0.0)))


def _extrapolated(p: _Point, v: Vector, step: float) -> tuple[Vector | None, float]:
    """Ridders' tableau from one first step: its best entry, and an estimate of its error."""
    best: Vector | None = None
    error = math.inf
    previous: list[Vector] = []
    for _ in range(_ROWS):
        up, down = p.at(step * v), p.at(-step * v)
        if up is None or down is None or up.shape != down.shape:
            previous = []
        else:
            row = [(up - down) / (2.0 * step)]
            for k, older in enumerate(previous, start=1):
                row.append(row[-1] + (row[-1] - older) / (4.0**k - 1.0))
                last = (row[-1] - row[-2], row[-1] - older)
                guess = max(float(np.max(np.abs(d), initial=0.0)) for d in last)
                if guess < error:
                    best, error = row[-1], guess
            previous = row
        step /= 2.0
    return best, error


def _has_kink(p: _Point, v: Vector, size: float) -> bool:
    """Do the slopes to both sides differ?  Central differences cannot tell."""
    here, up, down = (p.at(step * v) for step in (0.0, _SIDE, -_SIDE))
    if here is None or up is None or down is None:
        return False
    bend = np.abs(up + down - 2.0 * here) / _SIDE
    return float(np.max(bend, initial=0.0)) > 1e-2 * size


# ---------------------------------------------------------------- structures


def _is_number(leaf: Any) -> bool:
    if isinstance(leaf, np.ndarray | np.generic):
        return leaf.dtype.kind == "f"
    return isinstance(leaf, float)


def _is_small(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.itemsize < 8


def _leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The leaves that hold floats, with the keys that lead to them."""
    if is_object(type(tree)):
        for key, part in _attributes(tree):
            yield from _leaves(part, (*path, key))
    elif isinstance(tree, dict):
        for key, part in tree.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(tree, list | tuple):
        for k, part in enumerate(tree):
            yield from _leaves(part, (*path, k))
    elif _is_number(tree):
        yield path, tree


def _attributes(tree: Any) -> Iterator[tuple[str, Any]]:
    keys, items = children(tree)
    yield from ((k, v) for k, v in zip(keys, items, strict=True) if k != ITSELF)


_KEEP: Any = object()


def _map(function: Callable[[Any], Any], tree: Any, static: Any = _KEEP) -> Any:
    """The structure with `function` applied to the leaves that hold floats."""
    if held_by(type(tree)) is not None:
        keys, items = children(tree)
        return build(type(tree), keys, [_map(function, part, static) for part in items])
    if isinstance(tree, dict):
        return {key: _map(function, part, static) for key, part in tree.items()}
    if isinstance(tree, list | tuple):
        parts = [_map(function, part, static) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if is_object(type(tree)):
        new = copy.copy(tree)
        for key, part in _attributes(tree):
            object.__setattr__(new, key, _map(function, part, static))
        return new
    if _is_number(tree):
        return function(tree)
    if callable(static):
        return static(tree)
    return tree if static is _KEEP else static


def _unmoved(leaf: Any) -> Any:
    """The tangent of what holds no floats: zero of integers, which count as floats."""
    if isinstance(leaf, np.ndarray | np.generic):
        return np.zeros(leaf.shape) if leaf.dtype.kind in "iu" else None
    return 0.0 if isinstance(leaf, int) and not isinstance(leaf, bool) else None


def _copied(tree: Any) -> Any:
    return _map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, tree)


def _random_like(leaf: Any, rng: np.random.Generator) -> Any:
    if isinstance(leaf, np.ndarray):
        return np.asarray(rng.uniform(-1.0, 1.0, leaf.shape), leaf.dtype)
    return float(rng.uniform(-1.0, 1.0))


def _vector(tree: Any) -> Vector:
    """All entries of the leaves that hold floats."""
    parts = [np.ravel(np.asarray(leaf, float)) for _, leaf in _leaves(tree)]
    return np.concatenate([*parts, np.zeros(0)])


def _adjoint(p: _Point, got: tuple[Any, ...]) -> Vector:
    """The entries of a gradient that belong to what holds floats: ints have slopes too."""
    parts = []
    for k, part in zip(p.chosen, got, strict=True):
        there = dict(_leaves(part))
        parts += [np.ravel(np.asarray(there[path], float)) for path, _ in _leaves(p.args[k])]
    return np.concatenate([*parts, np.zeros(0)])


def _chosen(wrt: Any, names: list[str], args: Sequence[Any]) -> tuple[int, ...]:
    if wrt is None:
        found = tuple(k for k, a in enumerate(args) if any(True for _ in _leaves(a)))
    else:
        several = wrt if isinstance(wrt, tuple) else (wrt,)
        found = tuple(names.index(w) if isinstance(w, str) else w for w in several)
    if not found:
        raise InputError("check_grads: no argument holds floats, so there is nothing to check")
    return tuple(sorted(found))


def check_rule(
    f: Callable[..., Any],
    args: Sequence[Any],
    *,
    order: int = 2,
    rtol: float | None = None,
    examples: int = 3,
) -> None:
    """Checks a rule that was declared with `fpad.rule`: both modes, to second order, and mapped.

    Args:
        f: the function that has the rule.
        args: a point, as for `check_grads`.
        order: the highest order of derivative.
        rtol: what counts as equal, as for `check_grads`.
        examples: over how many points the function is mapped, with `fpad.vmap`.

    Raises:
        AssertionError: a derivative is wrong; the message has the mode, the entry, both values.
        RuleError: f has no rule, or a map gives a derivative of the wrong shape.
    """
    from fpad.transforms.rules.core import rule_of

    if rule_of(f) is None:
        raise RuleError(f"{getattr(f, '__qualname__', f)!r} has no rule: declare it with fpad.rule")

    def call(*operands: Any) -> Any:
        return f(*operands)

    check_grads(call, args, order=order, rtol=rtol)
    real = [k for k, a in enumerate(args) if _is_number(a)]
    points = [
        tuple(a * (1.0 + 0.01 * j) if k in real else a for k, a in enumerate(args))
        for j in range(examples)
    ]
    stacked = [
        np.stack([np.asarray(p[k]) for p in points]) if k in real else a for k, a in enumerate(args)
    ]
    one = jvp(call, "operands")
    axes = {"operands": [0 if k in real else None for k in range(len(args))]}
    mapped = vmap(one, axes)
    tangents = [tuple(map(_moved, p)) for p in points]
    seeds = tuple(
        None if tangents[0][k] is None else np.stack([np.asarray(t[k]) for t in tangents])
        for k in range(len(args))
    )
    got = mapped(*stacked, tangent=seeds)
    for j, (p, t) in enumerate(zip(points, tangents, strict=True)):
        want = one(*p, tangent=t)
        for what, g, w in zip(("value", "tangent"), got, want, strict=True):
            if not np.allclose(g[j], w, rtol=1e-9, atol=1e-12):
                raise AssertionError(f"vmap: the {what} of example {j} is {g[j]}, not {w}")


def _moved(operand: Any) -> Any:
    """A tangent of an operand."""
    return np.cos(operand) if _is_number(operand) else _unmoved(operand)


def lint_rules(*ops: Any) -> tuple[Finding, ...]:
    """What is wrong with the slopes that rules code at ties, zeros and kinks: () if nothing is.

    Reverse and forward mode give the derivative almost everywhere if the slopes of every operation
    are those of pieces (Lee, Yu, Rival, Yang 2020): finite wherever there is a value, and along
    operands that stay tied the derivative of the operation.  Of max(a, b) at a == b both
    (1, 0) and (1/2, 1/2) are, (1, 1) and (0, 0) are not.

        assert fpad.testing.lint_rules(my_operation) == ()

    A rule says where it has kinks by `strata`, a tuple of operands, and by `piece` and `switch`
    which pieces meet there; zeros, ones and ties of its `examples` are tried anyway.

    Args:
        ops: functions that have a rule, those of `fpad.rule` too; without any, the whole table.

    Returns:
        Findings: the operation, the operands, the direction along which the slope is wrong.

    Raises:
        RuleError: an operation has no rule.
    """
    from fpad.check.linter import lint_rules as lint

    return lint(ops or None)
