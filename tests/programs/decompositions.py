"""Programs that decompose matrices, as people write them: fits, filters, whitening, ranks."""

import numpy as np

from tests.programs.registry import case, program

RNG = np.random.default_rng(20)
TALL = RNG.normal(size=(6, 3))
WIDE = RNG.normal(size=(2, 4))
SQUARE = 0.5 * RNG.normal(size=(3, 3)) + 2.0 * np.eye(3)
STACK = 0.5 * RNG.normal(size=(2, 3, 3)) + 2.0 * np.eye(3)
Y6 = RNG.normal(size=6)


@program(case(TALL))
def principal_components(data):
    centred = data - data.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    scores = centred @ vt.T[:, :2]
    explained = s**2 / np.sum(s**2)
    return np.sum(np.abs(scores)) + explained[0]


@program(case(TALL), case(WIDE), case(STACK))
def low_rank_approximation(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return (u[..., :, :1] * s[..., None, :1]) @ vh[..., :1, :]


@program(case(TALL))
def directions_of_all_the_space(data):
    u, s, vt = np.linalg.svd(data)
    return (vt[0] @ np.array([1.0, -2.0, 0.5])) ** 2 + np.linalg.norm(s)


@program(case(SQUARE), case(WIDE))
def sizes_of_a_matrix(a):
    spectral = np.linalg.norm(a, 2)
    return spectral + np.linalg.norm(a, "nuc") * np.linalg.norm(a, -2) + np.linalg.cond(a)


@program(case(STACK))
def sizes_of_matrices(s):
    both = np.linalg.norm(s, 1, axis=(1, 2)) * np.linalg.norm(s, np.inf, axis=(1, 2))
    return both + np.linalg.norm(s, 2, axis=(-2, -1)) - np.linalg.norm(s, -np.inf, axis=(1, 2))


@program(case(TALL, Y6), case(SQUARE, Y6[:3]), wrt=(0, 1))
def least_squares_fit(x, y):
    beta, residuals, rank, s = np.linalg.lstsq(x, y, rcond=None)
    return np.sum(beta**2) + np.sum(residuals) + rank * s[0]


@program(case(WIDE, Y6[:2]), wrt=(0, 1))
def shortest_solution(a, b):
    return np.linalg.lstsq(a, b, rcond=None)[0]


@program(case(TALL), case(WIDE), case(STACK))
def pseudo_inverse(a):
    return np.linalg.pinv(a)


@program(case(TALL, Y6, 0.3), wrt=(0, 1, 2))
def ridge_regression(x, y, alpha):
    n_features = x.shape[1]
    w = np.linalg.solve(x.T @ x + alpha * np.eye(n_features), x.T @ y)
    return np.mean((y - x @ w) ** 2)


@program(case(TALL, Y6), wrt=(0, 1))
def fit_by_qr(x, y):
    q, r = np.linalg.qr(x)
    return np.linalg.solve(r, q.T @ y)


@program(case(WIDE), case(SQUARE), case(STACK))
def triangular_factor(a):
    q, r = np.linalg.qr(a)
    return np.abs(r).sum() + (q @ r).sum()


@program(case(TALL))
def whitened(data):
    centred = data - data.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(data))
    return centred @ (vectors / np.sqrt(values)) @ vectors.T


@program(case(np.array([[2.0, 0.5, 0.25], [0.75, -1.5, -0.5], [0.5, 1.0, 0.25]])))
def eigenvalues_of_any_matrix(a):
    w, v = np.linalg.eig(a)
    return np.max(np.abs(np.linalg.eigvals(a))) + np.sum(w**3) + np.sum(v[:, 0] ** 4)


@program(case(SQUARE, 3), case(SQUARE, -2), case(SQUARE, 7))
def power_of_a_matrix(a, n):
    return np.linalg.matrix_power(a, n) + np.linalg.matrix_power(a, 2)


@program(case(TALL), case(SQUARE))
def chain_of_products(a):
    return np.linalg.multi_dot([a, a.T, a]).sum() * np.linalg.matrix_rank(a)


@program(case(STACK, SQUARE), case(STACK, Y6[:3]), wrt=(0, 1))
def many_systems(a, b):
    return np.linalg.solve(a, b)


@program(case(STACK.reshape(2, 3, 3)[0], Y6[:3]), wrt=(0, 1))
def tensor_equations(a, b):
    whole = np.kron(a, a).reshape(3, 3, 3, 3)
    return np.linalg.tensorsolve(whole, np.outer(b, b)) + np.linalg.tensorinv(whole)[0, :, 0]


@program(case(np.array([0.3, 0.8, 0.1, 0.6])))
def smallest_by_position(x):
    near = np.partition(x, 1)[:2]
    places = np.argpartition(x, 2)
    y = x.copy()
    y.sort()
    np.put(y, [0, 3], [x[1], 2.0])
    return np.sort(near) * y[1:3] + x[places[:2]].sum()


@program(case(np.array([0.3, 0.8, 0.1, 0.6])))
def sums_by_group(w):
    groups = np.array([0, 2, 2, 1])
    totals = np.bincount(groups, weights=w, minlength=4)
    return totals + np.bincount(groups, minlength=4) * w[0]


@program(case(SQUARE))
def upper_entries(a):
    i, j = np.triu_indices(3, 1)
    rows, columns = np.diag_indices(3)
    b = a.copy()
    np.fill_diagonal(b, a[0])
    return a[i, j] * a[np.tril_indices_from(a, -1)] + b[rows, columns]


@program(case(np.array([0.3, 2.8, 5.1, 7.6, 12.0])))
def unwrapped_phases(x):
    return np.unwrap(x * 1.7) + np.i0(x / 4.0) * np.hanning(5)


@program(case(np.array([0.3, 0.8, 0.1, 0.6])))
def put_between(x):
    y = np.insert(x, 2, x[0] * 2.0)
    z = np.insert(y, [0, 3], [x[1], 7.0])
    return np.extract(z > 0.2, z) + np.compress([True, False, True], x[:3]).sum()


@program(case(np.array([0.3, 0.8, 0.1, 0.6])))
def masked_writes(x):
    y = x.copy()
    np.putmask(y, y > 0.5, x[::-1])
    np.place(y, y < 0.2, [x[0] * 3.0, 1.0])
    np.copyto(y, x**2, where=x > 0.7)
    np.put_along_axis(y, np.array([3]), x[:1] * x[1:2], axis=0)
    return y


@program(case(np.array([0.3, 0.8, 0.1, 0.6])))
def distinct_entries(x):
    values = np.unique(np.concatenate((x, x[:2])))
    counts = np.unique(np.array([1, 2, 2, 5]), return_counts=True)[1]
    hist, edges = np.histogram(x, bins=3)
    return values[:3] * counts + edges[1:] * hist
