"""np.nditer as people use it: with flags, over several arrays, and in a with statement."""

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.3, 0.7, 1.2])


@program(case(V))
def numerical_gradient(v):
    """The central differences of courses on neural networks, which move x and put it back."""
    x, step = v * v, 1e-2
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        at = it.multi_index
        old = x[at]
        x[at] = float(old) + step
        above = np.sum(x**3) + x[0] * x[1]
        x[at] = old - step
        below = np.sum(x**3) + x[0] * x[1]
        grad[at] = (above - below) / (2 * step)
        x[at] = old
        it.iternext()
    return np.sum(grad**2)


@program(case(V))
def squares_that_are_allocated(v):
    """The second array is made by the iterator."""
    with np.nditer([v, None]) as it:
        for x, y in it:
            y[...] = x * x + 1
        return np.sum(it.operands[1] * v)


@program(case(V))
def entries_doubled_in_place(v):
    x = np.outer(v, v)
    with np.nditer(x, op_flags=["readwrite"]) as it:
        for entry in it:
            entry[...] = 2 * entry * entry
    for entry in np.nditer(x, op_flags=["readwrite"]):
        entry *= v[0]
    return x.sum()


@program(case(V))
def places_and_numbers(v):
    x, total = np.outer(v, v), 0.0
    it = np.nditer(x, flags=["multi_index"])
    for entry in it:
        i, j = it.multi_index
        total += entry * (i + 2 * j)
    it = np.nditer(x, flags=["c_index"], order="C")
    while not it.finished:
        total += np.sin(it[0]) * it.index
        it.iternext()
    it.reset()
    return total + it.value * it.itersize


@program(case(V))
def broadcast_in_step(v):
    rows, columns = v, v.reshape(3, 1) ** 2
    it = np.nditer(
        [rows, columns, None], op_flags=[["readonly"], ["readonly"], ["writeonly", "allocate"]]
    )
    for r, c, out in it:
        out[...] = r * c + r
    table, total = it.operands[2], 0.0
    for a, b in np.nditer([table, rows]):
        total += a * b
    return table.sum() + total


@program(case(V))
def written_in_step(v):
    rows, table = v * v, np.outer(v, v)
    for a, b in np.nditer([rows, table], op_flags=[["readonly"], ["readwrite"]]):
        b[...] = b * b - a
    it = np.nditer(table, op_flags=[["readwrite"]])
    while not it.finished:
        it[0] = it[0] ** 2 + rows[0]
        it.iternext()
    return table.sum()
