"""Definitions read in balls are the functions that Arb computes by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fpad.check.balls import Balls
from fpad.check.readings import Reading
from tests.transforms.rules.readings import read, situations

flint = pytest.importorskip("flint", reason="ball arithmetic is python-flint's")
pytest.importorskip("scipy", reason="its functions are in the table")

BALLS = Balls(128)


def of_arb(name: str) -> Callable[..., Any]:
    """A method of balls, of the operand that it is of and parameters before it."""
    return lambda *operands: getattr(operands[-1], name)(*operands[:-1])


def complexly(name: str, *order: int) -> Callable[..., Any]:
    """A function that Arb has of complex numbers only, with its operands in this order."""

    def run(*operands: Any) -> Any:
        a = [flint.acb(operands[k]) for k in order or range(len(operands))]
        return getattr(flint.acb, name)(*a).real

    return run


ARB: dict[str, Callable[..., Any]] = {
    **{
        f"numpy.{name}": of_arb(name)
        for name in ("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    "numpy.sqrt": of_arb("sqrt"),
    "numpy.arcsin": of_arb("asin"),
    "numpy.arccos": of_arb("acos"),
    "numpy.arctan": of_arb("atan"),
    "numpy.arcsinh": of_arb("asinh"),
    "numpy.arccosh": of_arb("acosh"),
    "numpy.arctanh": of_arb("atanh"),
    "numpy.arctan2": lambda a, b: flint.arb.atan2(a, b),
    "numpy.sinc": of_arb("sinc_pi"),
    "numpy.maximum": lambda a, b: a.max(b),
    "numpy.minimum": lambda a, b: a.min(b),
    "numpy.i0": lambda x: x.bessel_i(0),
    "numpy.power": lambda a, b: a**b,
    "numpy.hypot": lambda a, b: (a * a + b * b).sqrt(),
    "math.lgamma": of_arb("lgamma"),
    "math.gamma": of_arb("gamma"),
    "math.erf": of_arb("erf"),
    "math.erfc": of_arb("erfc"),
    **{
        f"scipy.special.{name}": of_arb(arb)
        for name, arb in (
            *(("gamma", "gamma"), ("gammaln", "lgamma"), ("loggamma", "lgamma")),
            *(("digamma", "digamma"), ("rgamma", "rgamma"), ("erf", "erf"), ("erfc", "erfc")),
            *(("erfi", "erfi"), ("erfinv", "erfinv"), ("erfcinv", "erfcinv"), ("expi", "ei")),
            *(("jv", "bessel_j"), ("yv", "bessel_y"), ("iv", "bessel_i"), ("kv", "bessel_k")),
            *(("kn", "bessel_k"), ("yn", "bessel_y"), ("expn", "expint")),
            *(("eval_legendre", "legendre_p"), ("eval_hermite", "hermite_h")),
        )
    },
    **{
        f"scipy.special.{letter}{n}": lambda x, f=f"bessel_{letter}", n=n: getattr(x, f)(n)
        for letter in "jyik"
        for n in (0, 1)
    },
    "scipy.special.factorial": lambda x: (x + 1).gamma(),
    "scipy.special.exp1": lambda x: x.expint(1),
    "scipy.special.poch": lambda z, m: z.rising(m),
    "scipy.special.gammainc": lambda a, x: x.gamma_lower(a, 1),
    "scipy.special.gammaincc": lambda a, x: x.gamma_upper(a, 1),
    "scipy.special.betainc": lambda a, b, x: x.beta_lower(a, b, 1),
    "scipy.special.hyp2f1": lambda a, b, c, z: z.hypgeom_2f1(a, b, c),
    "scipy.special.hyp1f1": lambda a, b, z: z.hypgeom_1f1(a, b),
    "scipy.special.hyp0f1": lambda a, z: z.hypgeom_0f1(a),
    "scipy.special.eval_chebyt": lambda n, x: x.chebyshev_t(n.unique_fmpz()),
    "scipy.special.eval_chebyu": lambda n, x: x.chebyshev_u(n.unique_fmpz()),
    "scipy.special.eval_gegenbauer": lambda n, a, x: x.gegenbauer_c(n, a),
    "scipy.special.eval_jacobi": lambda n, a, b, x: x.jacobi_p(n, a, b),
    "scipy.special.eval_laguerre": lambda n, x: x.laguerre_l(n, 0),
    "scipy.special.eval_genlaguerre": lambda n, a, x: x.laguerre_l(n, a),
    "scipy.special.spence": lambda z: (1 - z).polylog(2),
    "scipy.special.ellipk": complexly("elliptic_k"),
    "scipy.special.ellipe": complexly("elliptic_e"),
    "scipy.special.ellipkinc": complexly("elliptic_f"),
    "scipy.special.ellipeinc": complexly("elliptic_e_inc"),
    "scipy.special.polygamma": complexly("polygamma", 1, 0),
    "scipy.special.dawsn": lambda x: (-x * x).exp() * x.erfi() * flint.arb.pi().sqrt() / 2,
}
"""Functions that Arb computes by itself, of the operands of NumPy or SciPy."""


@pytest.mark.parametrize("name", sorted(ARB))
def test_the_definition_is_arbs_function(name: str) -> None:
    """To 30 digits and more: a definition that is another function would be found."""
    seen = 0
    with BALLS.precision():
        for case in situations(name):
            columns = np.broadcast_arrays(*case.args)
            for ball, *scalars in zip(
                read(Reading(BALLS), case), *(column.ravel() for column in columns), strict=True
            ):
                want = ARB[name](*(flint.arb(float(x)) for x in scalars))
                assert (ball.value - want).contains(0), scalars
                assert abs(ball.value - want) < 1e-30 * (1 + abs(want))
                seen += 1
    assert seen
