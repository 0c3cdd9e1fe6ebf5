"""Functions with kinks at known places."""

import numpy as np


def hinges(x):
    """Kinks at 0 and at 1/3, which is between two floats; at -1/2 AD is wrong."""
    both = np.maximum(0, x + 0.5) - np.maximum(0, -x - 0.5)
    return np.maximum(x, 0.0) + np.where(x > 1 / 3, 3 * x - 1, 0.0) + both


def stairs(x):
    return np.floor(4 * x)


def touching(x):
    """No path changes at 0.3 but at that float itself."""
    return np.sqrt((x - 0.3) ** 2)


def isolated(x):
    return np.where(x == 0.25, 1.0, x)


def seamless(x):
    if x > 0.5:
        return x * x
    return x**2


def half(x):
    return np.sqrt(x)


def smooth(x):
    return x * x


def curved(x, y):
    return np.abs(x - y) + np.maximum(0, x) - np.maximum(0, -x)


def cone(x):
    return np.linalg.norm(x - np.array([0.0, 0.25]))


def weighted(w, x, *, bias=0.0):
    return np.sum(np.maximum(x @ w + bias, 0.0))


def outer(x):
    """Calls another function in a loop."""
    y = 0.0
    for k in range(3):
        y = y + inner(x - k)  # <-- "quoted" & escaped
    return y


def inner(t):
    return np.maximum(t, 0.0)
