"""A small ReLU network between whose pieces automatic differentiation can be wrong.

    python examples/kinks.py [FOLDER]

1. At random weights the gradient is the derivative, and fpad proves it.
2. On a kink it is not: at integer weights neurons sit exactly at 0. What the checker says there is
   compared with slopes that are computed on fractions, from the Python function alone.
3. Where along a line through the weights are kinks?  Each is found to the last bit.
4. What does another float format choose otherwise?

With a folder, a page about the kink (kinks.html) and a picture (kinks.png, where Matplotlib is
installed) are written there.  The script checks its own results and fails if one is wrong.
"""

import pathlib
import sys
from fractions import Fraction

import numpy as np

import fpad

X = np.array([1.0, -2.0, 0.5])


def network(w):
    """Three inputs, four hidden neurons, one output; w has 16 entries."""
    hidden = np.maximum(0.0, X @ w[:12].reshape(3, 4))
    return hidden @ w[12:]


def network_on_fractions(w):
    """The same in exact arithmetic."""
    x = [Fraction(v) for v in X]
    hidden = [sum(x[i] * w[4 * i + k] for i in range(3)) for k in range(4)]
    return sum(max(h, Fraction(0)) * v for h, v in zip(hidden, w[12:], strict=True))


def slopes(w, k, step=Fraction(1, 2**40)):
    """From the left and from the right in entry k; exact, since the network is piecewise linear."""

    def at(moved):
        return network_on_fractions([*w[:k], w[k] + moved, *w[k + 1 :]])

    return (at(0) - at(-step)) / step, (at(step) - at(0)) / step


def main(folder=None):
    """Runs the four parts and checks them."""
    rng = np.random.default_rng(0)
    report = fpad.check(network, rng.normal(size=16))
    print(report)
    assert report.correct, "no kink is near random weights"
    assert report.verify(), "nor for the function on fractions"

    w = np.array([1.0, 2, 0, 1, 0, 1, 1, 1, -2, 0, 1, 1, 1, -1, 2, 3])
    report = fpad.check(network, w)
    print(f"\n{report}")
    exact = [Fraction(v) for v in w]
    sides = [slopes(exact, k) for k in range(16)]
    there = all(left == right for left, right in sides)
    assert not there, "some entry has two slopes"
    assert report.verdict is fpad.Verdict.NOT_DIFFERENTIABLE, "so there is no derivative"
    assert not report.correct, "and no number is right"
    print(f"checked: {sum(a != b for a, b in sides)} of 16 entries have a left and a right slope")

    def along(t):
        return network(w + t * np.arange(16.0))

    places = [t for t in np.linspace(-1, 1, 9).tolist() if not fpad.check(along, t).correct]
    print(f"along a line AD is wrong, or has nothing to return, at t = {places}")
    assert places == [0.0], "the kinks elsewhere are not at multiples of 1/4"

    near = w + 1e-3 * rng.normal(size=16)
    _, record = fpad.record(network)(near)
    _, rounded = fpad.round_to(fpad.record(network), "float8_e4m3fn")(near)
    parted = record.diff(rounded)
    print(f"in float8_e4m3fn {len(parted)} choice is made otherwise, at {parted[0].indices}")
    assert parted, "8 bits cannot tell these weights from integers"

    if folder is not None:
        pathlib.Path(folder, "kinks.html").write_text(report.to_html(), encoding="utf-8")
        try:
            ax = fpad.plot_kinks(along, 0.0)
        except fpad.MissingExtra as error:
            print(error)
        else:
            ax.figure.savefig(pathlib.Path(folder, "kinks.png"))


if __name__ == "__main__":
    main(*sys.argv[1:2])
