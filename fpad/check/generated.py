"""The generated derivative code at the point: what it returns, and what it records on its way."""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.check.programs import derivative_of
from fpad.check.subject import Subject, as_float
from fpad.derivative import Derivative, Request
from fpad.leaves import ComplexResult, as_leaf
from fpad.records import BranchRecord
from fpad.runtime.errors import DegenerateError, FpadError, InputError, IntegerOutput
from fpad.transforms.ir import Do, Fixed, Let, Node, Statement, Tree, leaves
from fpad.transforms.structures import build, flatten


@dataclass
class Gradient:
    """What the generated code did.

    Attributes:
        ad: its derivative, in the structure of the wrt argument.
        array: the same as a flat array of doubles, in the order of `inputs.entries`.
        value: the value of the function, or its inner product with the seed.
        record: its choices.
    """

    ad: Any
    array: np.ndarray
    value: float
    record: BranchRecord

    @property
    def flat(self) -> list[float]:
        """The derivative as flat numbers."""
        return [float(v) for v in self.array]


def is_math(s: Statement | None) -> bool:
    """Is it a function of `math`, which raises ValueError outside its domain?"""
    return isinstance(s, Let) and getattr(s.op, "__module__", None) == "math"


def is_outside(error: Exception, s: Statement | None) -> bool:
    """Is it what Python or NumPy raise for numbers outside of the domain of an operation?

    Functions of `math` raise ValueError, decompositions of singular and indefinite matrices
    LinAlgError, which is also what matrices of wrong shapes raise.
    """
    if isinstance(error, np.linalg.LinAlgError):
        return any(word in str(error).lower() for word in ("singular", "positive definite"))
    return isinstance(error, ArithmeticError) or (isinstance(error, ValueError) and is_math(s))


def gradient_of(s: Subject, wrt: Any, seed: Any, failed: Statement | None) -> Gradient:
    """Run the generated derivative code.

    Where Python raises because a value is not defined (a division by zero), or an operation has no
    derivative (equal eigenvalues), the result is NaN.

    Args:
        s: the function and its arguments.
        wrt: what to differentiate by.
        seed: the cotangent of an output that is not a single number.
        failed: the statement at which the function itself fails in floats, if it does.
    """
    what = "value_and_grad" if seed is None else "vjp"
    request = Request(what, wrt, precision=s.precision, record=True)
    derivative = derivative_of(s.function, request)
    named = dict(s.kwargs)
    if seed is not None:
        named[seed_name(s, derivative)] = as_float(seed)
    try:
        with np.errstate(all="ignore"):
            (value, ad), record = derivative(*s.args, **named)
    except IntegerOutput:
        return _constant(s, wrt)
    except (ArithmeticError, ComplexResult, DegenerateError):
        return nothing(s)
    except Exception as error:
        raised = isinstance(failed, Do) and failed.op is fp.fail
        if isinstance(error, FpadError) or not (raised or is_outside(error, failed)):
            raise
        return nothing(s)
    parts = [np.ravel(leaf) for leaf in wrt_leaves(s, ad)]
    flat = np.concatenate([np.zeros(0), *parts], dtype=float)
    return Gradient(ad, flat, _number(value, s.result, seed), record)


def tangents(f: Any, seed: Any) -> tuple[dict[str, Any], Any]:
    """(The keyword arguments, the cotangent) that `seed` stands for."""
    if not isinstance(f, Derivative) or f.request.what != "jvp" or seed is None:
        return {}, seed
    if f.request.has_aux:
        raise InputError("check takes no jvp with has_aux=True: leave it out")
    known = inspect.signature(f.primal).parameters
    (name,) = (n for n in inspect.signature(f).parameters if n not in known)
    return {name: seed}, (0.0, 1.0)


def seed_name(s: Subject, derivative: Derivative) -> str:
    """The keyword under which the cotangent is given."""
    new = set(derivative.__signature__.parameters) - set(s.given)
    return next(iter(new))


def _number(value: Any, tree: Tree, seed: Any) -> float:
    if seed is None:
        return float(value)
    pairs = zip(flatten(value, tree), flatten(seed, tree), strict=True)
    return float(sum(float(np.sum(np.multiply(v, w))) for v, w in pairs))


def wrt_leaves(s: Subject, ad: Any) -> list[Any]:
    """The leaves of the derivative that belong to the numbers of `inputs.entries`."""
    params = s.program.main.params
    out = []
    for name, part in zip(s.names, (ad,) if s.single else ad, strict=True):
        tree = s.trees[name]
        for atom, leaf in zip(leaves(tree), flatten(part, tree), strict=True):
            if params.index(str(atom)) in s.wrt:
                out.append(leaf)
    return out


def _constant(s: Subject, wrt: Any) -> Gradient:
    """Of a function whose result is an integer on every path: it is constant on every piece.

    Raises:
        IntegerOutput: the result is a truth value.
    """
    request = Request("primal", wrt, precision=s.precision, record=True)
    with np.errstate(all="ignore"):
        value, record = Derivative(s.function, request)(*s.args, **s.kwargs)
    if isinstance(value, bool | np.bool_):
        raise IntegerOutput("the output is a truth value: return a number")
    out = nothing(s, 0.0)
    return Gradient(out.ad, out.array, float(value), record)


def nothing(s: Subject, fill: float = math.nan) -> Gradient:
    """NaN, or another number, in the structure of the wrt argument."""
    flat = np.full(s.size, fill)
    params = s.program.main.params

    def filled(tree: Tree) -> Any:
        if isinstance(tree, Fixed):
            return None
        if isinstance(tree, Node):
            return build(tree.make, tree.keys, [filled(t) for t in tree.items])
        k = params.index(str(tree.atom))
        if k not in s.wrt:
            return None
        return as_leaf(np.full(np.shape(s.floats[k]), fill)[()], s.floats[k])

    parts = [filled(s.trees[n]) for n in s.names]
    return Gradient(parts[0] if s.single else tuple(parts), flat, math.nan, BranchRecord())
