"""Programs that ask how many axes an array has, which operations in front of it tell."""

import numpy as np

from tests.programs.registry import case, program

M44 = np.sin(np.arange(16.0)).reshape(4, 4)
V4 = np.array([0.7, 1.3, -0.9, 0.4])


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@program(case(M44))
def heads_of_attention_beside_each_other(x):
    width = 2
    heads = []
    for i in range(x.shape[1] // width):
        s = slice(i * width, (i + 1) * width)
        heads.append(softmax(x[:, s] @ x[:, s].T) @ x[:, s])
    return np.sum(np.hstack(heads) ** 2)


@program(case(1.0, 0.25, np.cos(np.arange(24.0)).reshape(3, 8)), wrt=(0, 1))
def american_put_by_regression(s0, sigma, z):
    steps, paths = z.shape
    moves = np.exp(np.cumsum(0.02 - 0.5 * sigma**2 + sigma * z, axis=0))
    s = s0 * np.vstack([np.ones(paths), moves])
    cash = np.maximum(1.1 - s[-1], 0)
    for t in range(steps - 1, 0, -1):
        cash = 0.95 * cash
        inside = s[t] < 1.1
        if inside.sum() > 3:
            v = s[t, inside]
            basis = np.column_stack([np.ones_like(v), v])
            beta = np.linalg.lstsq(basis, cash[inside], rcond=None)[0]
            taken = 1.1 - v > basis @ beta
            places = np.where(inside)[0]
            cash[places[taken]] = (1.1 - v)[taken]
    return 0.95 * cash.mean()


@program(case(M44))
def rows_of_chosen_rows(x):
    order = np.argsort(np.abs(x[:, 0]))
    rows = []
    for k in range(x.shape[0] - 1):
        rows.append(x[order[: k + 2]][:2] * x[[0, 1]])
    return np.sum(np.hstack(rows) ** 3)


@program(case(M44))
def axes_gone_and_come(x):
    parts = []
    for k in range(x.shape[0]):
        total = np.sum(x.reshape(2, 2, 4) ** 2, axis=(0, 1))
        wide = np.broadcast_to(np.expand_dims(total, 0), (2, 4))
        parts.append(np.squeeze(wide[:1], axis=0)[None, :] * x[k])
    return np.sum(np.hstack(parts) ** 2)


@program(case(0.8, 0.5, V4), wrt=(0, 1, 2))
def states_stacked_after_products_with_matrices_written_out(q, r, z):
    move = np.array([[1, 0.5], [0, 1]])
    seen = np.array([[1.0, 0]])
    noise = q * np.array([[0.05, 0.02], [0.02, 0.05]])
    x, p = np.zeros(2), np.eye(2)
    states = []
    for value in z:
        x, p = move @ x, move @ p @ move.T + noise
        gain = p @ seen.T @ np.linalg.inv(seen @ p @ seen.T + np.array([[r]]))
        x = x + gain @ (np.array([value]) - seen @ x)
        p = (np.eye(2) - gain @ seen) @ p
        states.append(x)
    return np.sum(np.diff(np.stack(states)[:, 0], prepend=0.0, append=[r]) ** 2)
