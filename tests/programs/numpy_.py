# ruff: noqa: C400
"""Programs that call much of NumPy: products, orders, moves, keywords, loops over indices."""

import math

import numpy as np

from tests.programs.registry import case, kink, program

X4 = np.array([1.1, 3.0, 2.0, 0.5])
M23 = np.array([[1.2, 2.0, 0.5], [0.3, -1.0, 2.3]])
ZEROS = np.array([2.0, 0.0, 3.0, 0.0])


@program(case(X4), case(ZEROS), case(np.array([0.0, 2.0, 1.5])), case(M23))
def product_of_all(x):
    return np.prod(x) + np.sum(x)


@program(case(X4), case(ZEROS))
def running_products(x):
    return np.cumprod(x)[1:] * np.cumsum(x[::-1])[:-1]


@program(case(M23))
def products_of_rows(m):
    return np.prod(m, axis=1, keepdims=True) * np.cumprod(m, axis=0)


@program(case(X4))
def spread_of_values(x):
    return np.std(x) + x.var(ddof=1) + np.ptp(x) * np.mean(x)


@program(case(M23))
def standardised(m):
    return (m - m.mean(axis=0)) / m.std(axis=0)


@program(case(X4), case(X4[:3]), kink(np.array([1.0, 1.0, 3.0]), slope=np.array([0.0, 1.0, 0.0])))
def middle_value(x):
    return np.median(x)


@program(case(X4))
def trimmed(x):
    s = np.sort(x)
    return np.sum(s[1:-1] ** 2) + np.quantile(x, 0.3) * np.percentile(x, 60)


@program(case(X4))
def ranked_weights(x):
    order = np.argsort(-x)
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    return np.sum(np.take(x, order) * weights) + np.sum(x[order][::2] ** 2)


@program(case(M23))
def moved_about(m):
    a = np.roll(m, 1, axis=1) * np.flip(m, 0)
    b = np.tile(m, (1, 2))[:, 1:4] + np.repeat(m[:, :1], 3, axis=1)
    return np.sum(a * b) + np.trace(m[:, :2]) + np.sum(np.tril(m) * np.triu(m, 1)[::-1])


@program(case(X4))
def differences_of_neighbours(x):
    return np.sum(np.diff(x) ** 2) + np.sum(np.diff(x, 2) ** 3) + np.sum(np.gradient(x, 0.5) ** 2)


@program(case(X4))
def padded_and_cut(x):
    y = np.pad(x, (1, 2), "edge") * np.pad(x, (2, 1))
    return np.append(y, x[:2]) * np.arange(9.0) + np.sum(np.delete(x, 1) ** 2)


@program(case(X4))
def split_and_joined(x):
    a, b = np.split(x, 2)
    c, d, e = np.array_split(x, 3)
    return np.column_stack([a, b]).T @ np.dstack([a, b])[0, :, 0] + c[0] * d[0] * e[0]


@program(case(X4))
def outer_and_inner(x):
    o = np.outer(x, x[:2]) + np.multiply.outer(x, x[2:])
    return np.inner(o, o[0]) + np.vdot(x, x**2) + np.kron(x[:2], x[2:])


@program(case(M23))
def contracted(m):
    g = np.einsum("ij,kj->ik", m, m)
    return np.einsum("ii", g) + np.sum(np.tensordot(g, m, 1) ** 2) + np.einsum("ij->j", m)


@program(case(X4))
def filtered(x):
    taps = np.array([0.25, 0.5, 0.25])
    return np.convolve(x, taps, "same") * x + np.sum(np.correlate(x, x[:2]) ** 2)


@program(case(np.array([[2.0, 0.4], [0.3, 1.5]])))
def solved(a):
    x = np.linalg.solve(a, np.array([1.0, 2.0]))
    return np.linalg.det(a) * np.sum(x) + np.sum(np.linalg.inv(a) @ a.T)


@program(case(np.array([[1.0, 2.0], [2.0, 4.0]])), case(np.zeros((3, 3)) + np.eye(3)[0]))
def determinant_of_singular(a):
    return np.linalg.det(a)


@program(case(np.array([[2.0, 0.4, 0.1], [0.4, 1.5, -0.2], [0.1, -0.2, 1.1]])))
def gaussian_log_density(a):
    s = (a + a.T) / 2.0
    low = np.linalg.cholesky(s)
    sign, logdet = np.linalg.slogdet(s)
    return np.sum(np.log(np.diag(low))) + sign * logdet


@program(case(np.array([[2.0, 0.4], [0.4, 1.5]])))
def principal_axes(a):
    w, v = np.linalg.eigh(a)
    return np.sum(w**3) + v[0, 0] ** 2


@program(case(X4))
def norms(x):
    return np.linalg.norm(x) + np.linalg.norm(x, 1) + np.linalg.norm(x, np.inf) + np.hypot(x, 2.0)


@program(case(X4))
def interpolated(x):
    knots, values = np.array([0.0, 1.5, 2.5, 4.0]), np.array([1.0, 2.0, -1.0, 0.0])
    return np.interp(x, knots, values) ** 2 + np.polyval([1.0, -2.0, 0.5], x)


@program(case(X4))
def on_a_grid(x):
    u, v = np.meshgrid(x[:2], x[2:], indexing="ij")
    return np.sum(u**2 * v) + np.sum(np.vander(x, 3)[:, 0])


@program(case(np.array([1.0, np.nan, 2.0, 0.5])), second=False)
def without_missing(x):
    return np.nansum(np.where(np.isnan(x), 0.0, x) ** 2)


@program(case(X4))
def written_into_out(x):
    y = np.zeros(4)
    np.sin(x, out=y)
    np.multiply(y, x, y)
    return np.sum(y**2)


@program(case(X4))
def divided_where(x):
    y = np.ones_like(x)
    np.divide(1.0, x, out=y, where=x > 0.7)
    return y * x**2


@program(case(X4))
def reduced_with_keywords(x):
    return np.sum(x, where=x > 0.7, initial=2.0) ** 2 + np.max(x, initial=-1.0) * np.mean(
        x, where=np.array([True, False, True, True])
    )


@program(case(X4))
def methods_of_ufuncs(x):
    total = np.add.reduce(x) * np.multiply.reduce(x) + np.logaddexp.reduce(x)
    return total + np.add.accumulate(x) * np.maximum.accumulate(x)


@program(case(X4))
def counted_into_bins(x):
    bins = np.zeros(3)
    np.add.at(bins, np.array([0, 1, 0, 2]), x**2)
    return bins**2


@program(case(M23))
def over_indices(m):
    s = 0.0
    for i, j in np.ndindex(2, 3):
        s = s + m[i, j] ** (i + 1) * (j + 1)
    for index in np.ndindex(m.shape):
        s = s + m[index] * s * 0.1
    return s


@program(case(M23))
def over_entries(m):
    s = 0.0
    for (i, j), v in np.ndenumerate(m):
        s = s + v**2 * (i + 2 * j)
    for v in np.nditer(m):
        s = s + 0.1 * v * s
    return s


@program(case(X4))
def chosen_by_conditions(x):
    a = np.select([x > 2.2, x > 0.7], [x**2, x**3], 1.5 * x)
    b = np.piecewise(x, [x > 2.2, x < 0.7], [lambda v: v**2, 3.0, lambda v: v**3])
    return a * b + np.choose(np.array([0, 1, 1, 0]), [x, x**2])


@program(case(X4))
def where_it_is(x):
    (big,) = np.nonzero(x > 0.7)
    return np.sum(x[big] ** 2) + np.sum(x[np.where(x > 1.5)])


@program(case(X4))
def largest_by_builtins(x):
    return max(x) * min(x) + sum(np.sin(x[0] - [1.0, 2.0, 3.0]))


@program(case(X4))
def lists_of_unknown_length(x):
    values = [0.0, x[0]] + list(x[1::2])
    return np.sum(np.asarray(values) ** 2) + len(list(x)) * np.prod(list(x))


@program(case(1.3, 0.4))
def library_of_numbers(a, b):
    return (
        math.gamma(a) * math.erf(b) + math.lgamma(a) + math.fmod(a, b) + math.dist((a, b), (b, 2))
    )


@program(case(X4))
def sums_of_displays(x):
    return np.sum([1, x[0] * x[1], 3]) + np.mean([x, 2 * x]) + np.max([x[0], x[1]])


@program(case(1.2, 0.7, -0.4, 1), wrt=(0, 1, 2))
def a_part_chosen_at_run_time(a, b, c, i):
    parts = a, b, c
    return parts[i] * 2.0


@program(case(M23))
def slopes_along_each_axis(m):
    rows, columns = np.gradient(m**2)
    return np.sum(rows * columns) + np.sum(np.gradient(m, 0.5)[0] * np.gradient(m, 0.1, 0.2)[1])


@program(case(M23))
def slopes_along_some_axes(m):
    (down,) = (np.gradient(m, axis=0),)
    across, again = np.gradient(m**2, 2.0, [0.0, 1.0, 3.0], axis=(0, 1))
    cube = np.stack([m, m**2, m])
    return down * across + again * np.gradient(m, axis=(1,)) + np.gradient(cube)[2][0]


@program(case(M23))
def slopes_at_second_order_edges(m):
    out = np.sum(m)
    for g in np.gradient(np.stack([m[0], m[1], m[0] * m[1]]), 0.3, edge_order=2):
        out = out + np.sum(g**3)
    return out


@program(case(X4))
def taken_at_listed_places(x):
    table = np.take(x, [[0, 1], [1, -1]])
    return np.take(x, [1]) * table + x.take((2, 2)) ** 2 + np.take(x, indices=[3, 0], axis=0)


@program(case(M23))
def products_with_named_axes(m):
    a = np.tensordot(m, m**2, axes=([0], [0]))
    b = np.tensordot(m, m.T, axes=1)
    c = np.convolve(m[0], m[1], mode="same") * np.correlate(m[0], m[1], mode="full")[1:4]
    return np.sum(a) * np.sum(b) + np.tensordot(m, m, axes=2) * c


INNER = np.s_[:, 1:]
TAIL = slice(1, None)


@program(case(M23))
def parts_by_index_objects(m):
    y = np.zeros((2, 3))
    y[INNER] += m[INNER] ** 2
    y[np.s_[:1]] *= m[0, 0]
    a = m[np.s_[0, 1:]] * m[1, TAIL] + m[np.index_exp[0]][TAIL]
    return y, a + m[np.s_[..., None, 0]][1] + m[np.s_[1, [0, 2]]]


@program(case(X4))
def slopes_over_coordinates(x):
    even = np.gradient(x**2, np.array([0.0, 3.0, 6.0, 9.0]))
    return even * np.gradient(x, 3.0 * np.arange(4.0) + x**2, edge_order=2)


@program(case(np.array([0.0, 3.0, 6.0, 9.0])), second=False)
def slopes_over_even_coordinates(t):
    return np.gradient(np.sin(np.arange(4.0)), t) ** 2


@program(case(X4))
def slopes_and_products_of_a_list(x):
    values = []
    for v in x:
        if v > 0.7:
            values.append(v**2)
    return np.sum(np.gradient(values)) + np.multiply.outer(x, values)


class Grid:
    def __init__(self, entries):
        self.entries = entries

    def __getitem__(self, key):
        return self.entries[key] * 2.0


@program(case(M23))
def part_of_an_object(m):
    return Grid(m**2)[0, 1:]


@program(case(X4))
def outer_with_displays(x):
    a = np.multiply.outer(x, [1, 2]) + np.power.outer(x, (2, 3))
    return a * np.add.outer([x[0], 1.0, x[1], 2.0], [x[2], 3.0])


@program(case(X4))
def clipped_by_one_bound(x):
    return x.clip(0.7) * x.clip(max=2.5) + x.clip(min=0.9) ** 2 * x.clip(0.6, max=1.7)


@program(case(np.array([0.7, -1.3, 2.1])))
def columns_and_rows_put_together(x):
    a = np.c_[x, x * x, np.ones(3)]
    b = np.r_[x, x]
    return np.sum(a.T @ a) + b @ b


@program(case(M23))
def turned_by_keyword(m):
    cube = np.reshape(m[0], (3, 1, 1)) * np.arange(9.0).reshape(3, 3) * m[1]
    return np.transpose(cube, axes=(2, 0, 1)) * np.arange(27.0).reshape(3, 3, 3)


@program(case(X4))
def entries_changed_by_ufuncs(x):
    y, z = x * 2.0, x**2
    np.multiply.at(y, [0, 1, 1], x[:3])
    np.maximum.at(y, np.array([2, 3]), 1.5)
    np.exp.at(z, [1, 3])
    np.put(z, [0, 9], x[1:3], mode="clip")
    return y * z + np.add.reduceat(y, [0, 2, 1, 3])


@program(case(M23))
def reductions_into_arrays(m):
    out, some = np.zeros(2), np.zeros((2, 2))
    np.var(m, axis=1, where=m > 0.5, out=out)
    np.take(m, [0, 9], axis=1, out=some, mode="clip")
    return np.nansum(m, axis=1, out=out) * some[:, 0] + out


@program(case(np.array(0.8)))
def axes_for_what_has_none(x):
    return np.sum(x[None] * (2.0 * x)[None, None] + x[...])


@program(case(X4))
def a_number_out_of_no_axes(x):
    total = np.sum(x * x)
    picked = np.where(total > 1.0, total * x[0], 0.0)[()]
    return picked * np.asarray(total)[()] + (x[1] * x[2])[()]


@program(case(np.array([0.2, 3.4, 7.9, 1.3]), 2.5))
def turns_of_a_length_that_varies(x, period):
    return np.unwrap(x, period=period) * np.unwrap(x * x, period=2.0 * period)


@program(case(M23))
def positions_in_both_orders(m):
    i, j = np.unravel_index(np.array([4, 1]), (2, 3), order="F")
    k = np.ravel_multi_index((i, j + 2), (2, 3), mode=("raise", "wrap"))
    n = np.ravel_multi_index(([3, -1], [0, 7]), m.shape, mode="clip", order="F")
    return m[i, j] * np.take(m, k) + np.ravel(m)[n] ** 2
