"""Logistic regression on real data: the loss is plain NumPy, fpad writes its gradient.

    python examples/logistic_regression.py

1. Fit the breast-cancer data of scikit-learn with SciPy's L-BFGS and the gradient that fpad
   generates, and compare the optimum with scikit-learn's own.
2. Read the gradient, and the same gradient with every operation rounded to bfloat16.
3. Ask whether a derivative is right where the loss has a kink.

The script checks its own results and fails if one is wrong.
"""

import sys

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import fpad

C = 1.0  # weight of the data against the penalty, as in scikit-learn


def loss(theta, X, y):
    """The negative log-likelihood with an L2 penalty; y is +1 or -1, the intercept is free."""
    w, b = theta[:-1], theta[-1]
    margin = y * (X @ w + b)
    misfit = np.sum(np.log1p(np.exp(-margin)))
    return C * misfit + 0.5 * np.sum(w * w)


def hinge_loss(b, w, X, y):
    """The loss of a support-vector machine: zero for samples with a margin of at least 1."""
    margin = y * (X @ w + b)
    return C * np.sum(np.maximum(0.0, 1.0 - margin)) + 0.5 * np.sum(w * w)


def fit(X, y):
    """The optimum that L-BFGS reaches with fpad's gradient, in one vector: weights, intercept."""
    value_and_gradient = fpad.value_and_grad(loss, wrt="theta")
    found = minimize(
        value_and_gradient,
        np.zeros(X.shape[1] + 1),
        args=(X, y),
        jac=True,
        method="L-BFGS-B",
        options={"ftol": 0, "gtol": 1e-10, "maxiter": 10_000},
    )
    print(f"L-BFGS with fpad's gradient: loss {found.fun:.9f} after {found.nit} iterations")
    return found.x


def reference(X, y):
    """The optimum that scikit-learn reaches with a second-order method."""
    model = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-10).fit(X, y)
    theta = np.append(model.coef_[0], model.intercept_[0])
    print(f"scikit-learn (newton-cholesky): loss {loss(theta, X, y):.9f}")
    return theta


def show_precision(theta, names, X, y):
    """The gradient as code, then in bfloat16, and what the rounding does to it."""
    gradient = fpad.grad(loss, wrt="theta")
    rounded = fpad.grad(loss, wrt="theta", precision="bfloat16")
    exact, coarse = gradient(theta, X, y), rounded(theta, X, y)

    headline("The gradient that fpad wrote, in double precision")
    print(gradient.source.rstrip())
    headline("The same gradient in bfloat16: each rounding is a call you can see")
    print(rounded.source.rstrip())
    headline("Both gradients, half way to the optimum")
    print(f"{'parameter':<24}{'float64':>14}{'bfloat16':>12}{'error':>12}")
    for k in (0, 1, 2, 3, 4, -1):
        error = coarse[k] - exact[k]
        print(f"{names[k]:<24}{exact[k]:>14.6f}{coarse[k]:>12.4f}{error:>+12.2e}")
    relative = np.linalg.norm(coarse - exact) / np.linalg.norm(exact)
    print(f"all {len(names)} entries: relative error {relative:.2%} in the 2-norm")
    return relative


def show_kink(X, y):
    """Is the derivative of the hinge loss in its bias right at w = 0, b = 1?"""
    w, b = np.zeros(X.shape[1]), 1.0
    on_hinge = int(np.sum(y * (X @ w + b) == 1.0))
    headline("Is the derivative of a hinge loss right?")
    print(f"At w = 0, b = 1 the margin of {on_hinge} samples is exactly 1: they sit on the hinge.")
    print(f"Generated code returns {fpad.grad(hinge_loss)(b, w, X, y)} for d loss / d b. But")
    report = fpad.check(hinge_loss, b, w, X, y, wrt="b")
    left, right = map(float, report.slopes)
    print(f"fpad.check says {report.verdict.value}:")
    print(f"to the left of b = 1 the slope is {left:g}, to the right of it {right:g}.")
    return report, on_hinge


def headline(text):
    print(f"\n== {text} ==\n")


def require(condition, what):
    """Stop with a message unless a result is what it should be."""
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"checked: {what}")


def main():
    data = load_breast_cancer()
    X = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0)
    y = np.where(data.target == 1, 1.0, -1.0)
    names = [*map(str, data.feature_names), "intercept"]

    headline(f"Logistic regression, {X.shape[0]} patients with {X.shape[1]} measurements each")
    theta, expected = fit(X, y), reference(X, y)
    distance = np.max(np.abs(theta - expected))
    require(distance < 1e-6, f"the two optima agree: largest difference {distance:.1e} (< 1e-6)")

    relative = show_precision(theta / 2, names, X, y)
    require(1e-4 < relative < 0.1, "bfloat16 keeps about two digits of the gradient")

    report, on_hinge = show_kink(X, y)
    positive, negative = np.sum(y > 0), np.sum(y < 0)
    require(report.verdict == "NOT_DIFFERENTIABLE", "the loss has no derivative there")
    # A sample on the hinge pulls with slope -1 from the left only; each y = -1 with +1 from both.
    slopes = (C * (negative - positive), C * negative)
    require(on_hinge == positive, f"all {positive} samples with y = +1 sit on the hinge")
    require(report.slopes == slopes, "both slopes equal those derived by hand")


if __name__ == "__main__":
    main()
