"""A nonlinear partial differential equation, solved by Newton's method with a sparse Jacobian.

    python examples/bratu.py

Bratu's equation describes a solid that ignites: laplace(u) + strength * exp(u) = 0 on a square,
with u = 0 at its edge.  The residual is plain NumPy on a grid; fpad finds out which entries of its
Jacobian can differ from zero, and computes all of them from a few tangents.

1. See the pattern, and how many tangents it takes.
2. Solve with SciPy's sparse solver, and watch the error square itself.
3. Compare the Jacobian with the one that is derived by hand.

The script checks its own results and fails if one is wrong.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

import fpad

N = 60  # points inside, along one side
STRENGTH = 6.0  # above about 6.81 there is no solution


def residual(u, strength):
    """Of the equation at the points inside, in differences; u holds the values there."""
    h = 1.0 / (len(u) + 1)
    around = np.zeros((len(u) + 2, len(u) + 2))
    around[1:-1, 1:-1] = u
    neighbours = around[2:, 1:-1] + around[:-2, 1:-1] + around[1:-1, 2:] + around[1:-1, :-2]
    return (neighbours - 4.0 * u) / h**2 + strength * np.exp(u)


def by_hand(u, strength):
    """The Jacobian of the residual as a textbook has it."""
    line = sparse.diags_array([np.ones(N - 1), np.ones(N - 1)], offsets=[-1, 1])
    one = sparse.diags_array(np.ones(N))
    neighbours = sparse.kron(line, one) + sparse.kron(one, line)
    laplace = neighbours - 4.0 * sparse.diags_array(np.ones(N * N))
    return laplace * (N + 1.0) ** 2 + strength * sparse.diags_array(np.exp(u.ravel()))


def main():
    """Runs the three parts and checks them."""
    jacobian = fpad.jacobian(residual, sparse=True)
    u = np.zeros((N, N))
    pattern = jacobian.pattern(u, STRENGTH)
    print(f"{pattern.shape[0]} equations, {pattern.nnz} entries that can differ from zero")
    assert pattern.nnz == 5 * N * N - 4 * N, "five points, without those outside"

    steps = []
    for _ in range(12):
        r = residual(u, STRENGTH)
        step = spsolve(jacobian(u, STRENGTH).tocsc(), -r.ravel()).reshape(u.shape)
        u = u + step
        steps.append(np.max(np.abs(step)))
        print(f"step {len(steps)}: {steps[-1]:.1e}")
        if steps[-1] < 1e-9:
            break
    assert len(steps) < 9, "the error squares itself"
    assert np.max(np.abs(residual(u, STRENGTH))) < 1e-7
    print(f"checked: solved, the middle is at {u[N // 2, N // 2]:.4f}")

    difference = abs(jacobian(u, STRENGTH) - by_hand(u, STRENGTH)).max()
    assert difference < 1e-9 * (N + 1) ** 2, difference
    print("checked: the Jacobian is the one derived by hand")


if __name__ == "__main__":
    main()
