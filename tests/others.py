"""What JAX and autograd say of a call: independent oracles, which never look at fpad.

JAX compiles: the calls of one list become one program, as compiling each alone takes longer than
all of them together.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.called import Case


@dataclass(frozen=True)
class Answer:
    """The value of a call, the seed pulled back, the tangent, and the tangent of what is pulled."""

    value: Any
    pulled: tuple[Any, ...]
    pushed: Any | None
    second: tuple[Any, ...] | None


def _function(
    text: str,
    case: Case,
    library: Any,
    array: Callable[[Any], Any],
    result: Callable[[Any], Any] = lambda y: y,
) -> Any:
    """The call as a function of its operands with derivative, with another library as `np`."""
    fixed = [array(a) if isinstance(a, np.ndarray) else a for a in case.args]

    def call(*operands: Any) -> Any:
        args = list(fixed)
        for k, operand in zip(case.wrt, operands, strict=True):
            args[k] = operand
        names = {"np": library, "math": math, **dict(zip("xy", args, strict=False))}
        return result(eval(text, names))

    return call, [fixed[k] for k in case.wrt]


def of_jax(calls: Sequence[tuple[str, Case]], order: int = 1) -> list[Answer | Exception]:
    """JAX's answers in double precision; what it raises where it does not do the call.

    Args:
        calls: expressions and their operands.
        order: 0 for the value and what is pulled back, 1 for the tangent too, 2 for all.
    """
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def program(text: str, case: Case) -> Any:
        call, operands = _function(text, case, jnp, jnp.asarray, jnp.asarray)
        dx = [jnp.asarray(d, np.asarray(x).dtype) for d, x in zip(case.dx, operands, strict=True)]

        def run(xs: list[Any]) -> Any:
            def pulled(*xs: Any) -> Any:
                y, pull = jax.vjp(call, *xs)
                return y, pull(jnp.asarray(case.by, y.dtype))

            y, bx = pulled(*xs)
            dy = jax.jvp(call, xs, dx)[1] if order > 0 else None
            hv = jax.jvp(lambda *xs: pulled(*xs)[1], xs, dx)[1] if order > 1 else None
            return y, bx, dy, hv

        return run, list(map(jnp.asarray, operands))

    made = [program(text, case) for text, case in calls]
    answers: list[Any] = [None] * len(calls)
    asks = (jax.errors.ConcretizationTypeError, jax.errors.NonConcreteBooleanIndexError)
    for k, (run, xs) in enumerate(made):
        try:
            jax.eval_shape(run, xs)
        except Exception as error:
            answers[k] = error
        if isinstance(answers[k], asks):
            try:
                answers[k] = run(xs)
            except Exception as error:
                answers[k] = error
    traced = [k for k, answer in enumerate(answers) if answer is None]

    def together(operands: list[Any]) -> Any:
        return [made[k][0](xs) for k, xs in zip(traced, operands, strict=True)]

    quick = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    operands = [made[k][1] for k in traced]
    compiled = jax.jit(together).lower(operands).compile(compiler_options=quick)
    for k, answer in zip(traced, compiled(operands), strict=True):
        answers[k] = answer
    return [
        a if isinstance(a, Exception) else Answer(*jax.tree_util.tree_map(np.asarray, a))
        for a in answers
    ]


def of_autograd(text: str, case: Case) -> Answer | Exception:
    """autograd's answer: no tangents, and the second derivative where it has one."""
    library = importlib.import_module("autograd.numpy")
    make_vjp = importlib.import_module("autograd.core").make_vjp
    call, operands = _function(text, case, library, np.copy)

    def pulled(xs: Any) -> Any:
        return make_vjp(lambda xs: call(*xs), xs)[0](case.by)

    xs = tuple(operands)
    try:
        pull, y = make_vjp(lambda xs: call(*xs), xs)
        bx = tuple(map(np.asarray, pull(case.by)))
    except Exception as error:
        return error
    try:
        hv = tuple(map(np.asarray, make_vjp(pulled, xs)[0](case.dx)))
    except Exception:
        hv = None
    return Answer(np.asarray(y), bx, None, hv)
