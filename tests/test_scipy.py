"""Functions of SciPy, differentiated like the others: known where SciPy is, never imported."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import fpad
from fpad.testing import check_grads

special = pytest.importorskip("scipy.special")
optimize = pytest.importorskip("scipy.optimize")

X = np.array([0.7, 1.3, 0.45])
UNIT = np.array([0.3, 0.62, 0.55])
ONE = [
    *("gamma", "gammaln", "digamma", "rgamma", "factorial", "erf", "erfc", "ndtr", "log_ndtr"),
    *("expit", "log_expit", "j0", "j1", "y0", "y1", "i0", "i1", "k0", "k1", "entr"),
    *("erfinv", "erfcinv", "ndtri", "logit"),
]
TWO = ["beta", "betaln", "binom", "xlogy", "xlog1py", "rel_entr", "kl_div"]


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name: str) -> None:
    op = getattr(special, name)

    def f(x: Any) -> Any:
        return np.sum(op(x) * x)

    check_grads(f, (UNIT,), order=2)


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("k", [0, 1])
def test_functions_of_two_numbers(name: str, k: int) -> None:
    op = getattr(special, name)

    def f(a: Any, b: Any) -> Any:
        return np.sum(op(a, b))

    args = (X + 1.0, UNIT) if name == "binom" else (X, UNIT)
    check_grads(f, args, wrt=k, order=2)


def five_over(x: float) -> Any:
    return special.binom(5.0, x)


def negative_over(x: float) -> Any:
    return special.binom(-2.5, x)


def over_seven(x: float) -> Any:
    return special.binom(x, 7.0)


def over_many(x: float) -> Any:
    return special.binom(x, 300.0)


def half_a_step(x: float) -> Any:
    return special.poch(x, 0.5)


def beta_below(x: float) -> Any:
    return special.beta(x, 2.0)


@pytest.mark.parametrize(
    ("f", "x", "slope", "second"),
    [
        (five_over, 1e5, -1.2001800168012601e-28, 1.4402520268822682e-32),
        (five_over, -1e5, -1.1998200167987401e-28, -1.4397480268777322e-32),
        (five_over, 1e20, -1.2e-118, 1.44e-137),
        (negative_over, -1000.0, -74593.129394165206, 224.05948590861937),
        (over_seven, 1e8, 1.3888886388889062e45, 8.3333320833334028e37),
        (over_many, 200.0, -2.4048569665297774e-84, -3.3699425668344041e-84),
        (half_a_step, -1000.0, 99.358301668947815, -0.099333462096635523),
        (beta_below, -1e8, 2.0000000300000004e-24, 6.000000120000002e-32),
    ],
)
def test_slopes_far_out_where_sums_of_digammas_have_no_digits(
    f: Any, x: float, slope: float, second: float
) -> None:
    """The slopes are those that mpmath finds with 120 digits; SciPy's values have 11."""
    gradient = fpad.grad(f)
    assert gradient(x) == pytest.approx(slope, rel=1e-10)
    assert fpad.jvp(gradient)(x, tangent=1.0)[1] == pytest.approx(second, rel=1e-9)
    assert fpad.grad(gradient)(x) == pytest.approx(second, rel=1e-9)
    both = fpad.vjp(f)(np.array([x, 1.5]), cotangent=np.ones(2))[1]
    assert both[0] == pytest.approx(slope, rel=1e-10)


def bessels(x: Any) -> Any:
    total = special.jv(2, x) + special.yv(1.5, x) + special.iv(2, x) * special.kv(1, x)
    return np.sum(total + special.polygamma(1, x))


def of_several_orders(x: Any) -> Any:
    return np.sum(special.polygamma(np.array([0, 1, 2]), x) * x)


def softly(x: Any) -> Any:
    mixed = special.softmax(x) @ special.log_softmax(x)
    return mixed * special.logsumexp(x) + optimize.rosen(x)


@pytest.mark.parametrize("f", [bessels, of_several_orders, softly])
def test_functions_made_of_them(f: Any) -> None:
    check_grads(f, (X,), order=2)


UNKNOWN = [
    ("a", lambda x: special.gammainc(x, 0.7)),
    ("a", lambda x: special.gammaincc(x * x, x)),
    ("b", lambda x: special.betainc(2.0, x, 0.4)),
    ("v", lambda x: special.jv(x, 1.5)),
    ("c", lambda x: special.hyp2f1(1.0, 2.0, x, 0.3)),
    ("n", lambda x: special.eval_legendre(x, 0.2)),
    ("df", lambda x: special.stdtr(x, 0.2)),
]


@pytest.mark.parametrize(("name", "f"), UNKNOWN)
def test_an_operand_without_closed_slope_is_refused_where_it_varies(name: str, f: Any) -> None:
    for mode in (fpad.grad(f), fpad.jvp(f), fpad.hessian(f)):
        with pytest.raises(fpad.TransformError, match=f"with respect to its argument {name}\n"):
            mode.derive(1.3)


def test_the_generated_module_imports_them() -> None:
    d = fpad.grad(bessels)
    d(X)
    assert "from scipy import special\n" in d.source
    assert "special.jv(" in d.source


def test_scipy_is_not_imported_for_those_who_do_not_use_it() -> None:
    code = (
        "import fpad, numpy as np, sys\n"
        "from fpad.testing import check_grads\n"
        "assert 'scipy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
