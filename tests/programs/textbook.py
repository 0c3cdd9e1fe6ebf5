"""Programs as people write them from their textbooks: statistics, signals, systems, networks."""

import math

import numpy as np
from numpy.linalg import inv, norm, svd

from tests.programs.registry import case, program

rng = np.random.default_rng(1)


@program(case(rng.normal(size=(6, 4))))
def pca_reconstruction(X, k=2):
    mu = X.mean(axis=0)
    U, S, Vt = np.linalg.svd(X - mu, full_matrices=False)
    Xk = U[:, :k] @ np.diag(S[:k]) @ Vt[:k, :] + mu
    return np.linalg.norm(X - Xk)


@program(case(rng.normal(size=(8, 3))))
def pca_eigh(X):
    Xc = X - X.mean(0)
    C = np.cov(Xc, rowvar=False)
    vals, vecs = np.linalg.eigh(C)
    order = np.argsort(vals)[::-1]
    vals = vals[order]
    vecs = vecs[:, order]
    Z = Xc.dot(vecs[:, :2])
    return (Z**2).sum(axis=0) / vals[:2] + vals[0] / vals.sum()


@program(case(rng.normal(size=5), 0.1, 0.5), wrt=(0, 1, 2))
def kalman(z, Q, R):
    F = np.array([[1.0, 1.0], [0.0, 1.0]])
    H = np.array([[1.0, 0.0]])
    x = np.zeros(2)
    P = np.eye(2) * 10
    ll = 0.0
    for zk in z:
        x = F @ x
        P = F @ P @ F.T + Q * np.eye(2)
        y = zk - H @ x
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        x = x + K @ y
        P = (np.eye(2) - K @ H) @ P
        sign, logdet = np.linalg.slogdet(S)
        ll += -0.5 * (logdet + y @ np.linalg.solve(S, y) + np.log(2 * np.pi))
    return ll


@program(
    case(np.array([0.1, 0.2, -1.0]), rng.normal(size=(5, 2)), rng.normal(size=5)), wrt=(0, 1, 2)
)
def gp_nll(theta, X, y):
    ls, sf, sn = np.exp(theta)
    d2 = np.sum((X[:, None, :] - X[None, :, :]) ** 2, axis=-1)
    K = sf**2 * np.exp(-0.5 * d2 / ls**2) + sn**2 * np.eye(len(X))
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y.dot(alpha) + np.log(np.diag(L)).sum() + 0.5 * len(X) * np.log(2 * np.pi)


@program(case(rng.normal(size=(6, 3))))
def zca(X):
    X = X - np.mean(X, axis=0)
    sigma = np.dot(X.T, X) / X.shape[0]
    U, S, V = np.linalg.svd(sigma)
    W = np.dot(U, np.dot(np.diag(1.0 / np.sqrt(S + 1e-5)), U.T))
    return np.dot(X, W)


@program(case(rng.normal(size=(5, 5)), rng.normal(size=(2, 2))), wrt=(0, 1))
def conv2d(img, ker):
    H, W = img.shape
    kh, kw = ker.shape
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(img[i : i + kh, j : j + kw] * ker)
    return np.maximum(out, 0).sum()


@program(case(rng.normal(size=(5, 5)), rng.normal(size=(2, 2))), wrt=(0, 1))
def conv_windows(img, ker):
    win = np.lib.stride_tricks.sliding_window_view(img, ker.shape)
    return np.einsum("ijkl,kl->ij", win, ker)


@program(
    case(rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))), wrt=(0, 1, 2)
)
def attention(Q, K, V):
    d = Q.shape[-1]
    s = Q @ K.T / math.sqrt(d)
    s = s - s.max(axis=-1, keepdims=True)
    w = np.exp(s)
    w /= w.sum(axis=-1, keepdims=True)
    return w @ V


@program(case(rng.normal(size=(7, 2)), rng.normal(size=7)), wrt=(0, 1))
def ols_stats(X, y):
    X1 = np.column_stack([np.ones(len(X)), X])
    beta, res, rank, sv = np.linalg.lstsq(X1, y, rcond=None)
    resid = y - X1 @ beta
    dof = len(y) - X1.shape[1]
    s2 = resid @ resid / dof
    se = np.sqrt(np.diag(s2 * np.linalg.inv(X1.T @ X1)))
    t = beta / se
    r2 = 1 - (resid**2).sum() / ((y - y.mean()) ** 2).sum()
    return t.sum() + r2


@program(case(rng.normal(size=7)))
def robust_scale(x):
    med = np.median(x)
    mad = np.median(np.abs(x - med))
    iqr = np.subtract(*np.percentile(x, [75, 25]))
    return (x - med) / (1.4826 * mad) + iqr


@program(case(rng.normal(size=7)))
def winsorize(x):
    lo, hi = np.quantile(x, [0.1, 0.9])
    return np.clip(x, lo, hi).mean()


@program(
    case(np.array([0.0, 1.0, 2.5, 3.0]), rng.normal(size=4), np.array([0.5, 1.7, 2.8])),
    wrt=(0, 1, 2),
)
def spline_eval(xk, yk, xq):
    n = len(xk)
    h = np.diff(xk)
    A = np.zeros((n, n))
    r = np.zeros(n)
    A[0, 0] = A[-1, -1] = 1
    for i in range(1, n - 1):
        A[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        r[i] = 6 * ((yk[i + 1] - yk[i]) / h[i] - (yk[i] - yk[i - 1]) / h[i - 1])
    M = np.linalg.solve(A, r)
    i = np.searchsorted(xk, xq) - 1
    t = xq - xk[i]
    b = (yk[i + 1] - yk[i]) / h[i] - h[i] * (2 * M[i] + M[i + 1]) / 6
    return yk[i] + t * b + t**2 * M[i] / 2 + t**3 * (M[i + 1] - M[i]) / (6 * h[i])


@program(case(np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5]])))
def stationary(P):
    n = P.shape[0]
    A = np.vstack([P.T - np.eye(n), np.ones(n)])
    b = np.append(np.zeros(n), 1.0)
    return np.linalg.lstsq(A, b, rcond=None)[0]


@program(case(rng.normal(size=(5, 3)), rng.normal(size=(5, 3))), wrt=(0, 1))
def procrustes(X, Y):
    U, s, Vt = svd(X.T @ Y)
    R = U @ Vt
    return norm(X @ R - Y, "fro")


@program(case(rng.normal(size=3), rng.normal(size=(8, 3))), wrt=(0, 1))
def mahalanobis(x, X):
    mu = X.mean(axis=0)
    S = np.cov(X.T)
    d = x - mu
    return np.sqrt(d @ inv(S) @ d)


@program(case(rng.normal(size=(4, 3))))
def gram_schmidt(A):
    Q = np.zeros_like(A)
    for j in range(A.shape[1]):
        v = A[:, j].copy()
        for i in range(j):
            v -= (Q[:, i] @ A[:, j]) * Q[:, i]
        Q[:, j] = v / np.linalg.norm(v)
    return Q


@program(case(np.array([[2.0, 0.5, 0.25], [0.5, 1.5, -0.5], [0.25, -0.5, 1.75]])))
def power_iteration(A):
    v = np.ones(A.shape[0])
    for _ in range(10):
        v = A @ v
        v = v / np.linalg.norm(v)
    return v @ A @ v


@program(case(rng.normal(size=6)))
def soft_hist(x):
    c, e = np.histogram(x, bins=5, range=(-2, 2))
    centers = 0.5 * (e[1:] + e[:-1])
    k = np.exp(-0.5 * ((x[:, None] - centers[None, :]) / 0.3) ** 2)
    p = k.sum(0) / k.sum()
    return -(p * np.log(p + 1e-12)).sum() + c.sum() * 0.0


@program(
    case(
        np.array([0.1, 0.2, 0.15]),
        np.array([[0.1, 0.02, 0.01], [0.02, 0.2, 0.03], [0.01, 0.03, 0.15]]),
        2.0,
    ),
    wrt=(0, 1, 2),
)
def markowitz(mu, S, g):
    ones = np.ones(len(mu))
    Si = np.linalg.inv(S)
    A = ones @ Si @ ones
    B = ones @ Si @ mu
    w = Si @ ones / A + (Si @ (mu - B / A * ones)) / g
    return w @ mu - g / 2 * w @ S @ w


@program(case(rng.uniform(0.1, 1, (4, 4)), 0.85), wrt=(0, 1))
def pagerank(M, d):
    n = M.shape[0]
    M = M / M.sum(axis=0)
    r = np.ones(n) / n
    for _ in range(8):
        r = (1 - d) / n + d * M.dot(r)
    return r


@program(case(rng.normal(size=7)))
def savgol(y):
    m = 2
    x = np.arange(-m, m + 1)
    A = np.vander(x, 3, increasing=True).astype(float)
    c = np.linalg.pinv(A)[0]
    ypad = np.concatenate([y[m:0:-1], y, y[-2 : -m - 2 : -1]])
    return np.convolve(ypad, c[::-1], mode="valid")


@program(case(np.array([0.0, 1.0, 2.2]), rng.normal(size=3), 0.7), wrt=(0, 1, 2))
def lagrange(xs, ys, x):
    total = 0.0
    for i in range(len(xs)):
        others = np.delete(xs, i)
        total += ys[i] * np.prod((x - others) / (xs[i] - others))
    return total


@program(case(rng.normal(size=8)))
def ar_fit(x, p=2):
    n = len(x)
    X = np.array([x[i : i + p] for i in range(n - p)])
    y = x[p:]
    phi = np.linalg.lstsq(X, y, rcond=None)[0]
    e = y - X @ phi
    return np.log(np.mean(e**2)) + 2 * p / n


@program(case(rng.normal(size=6)))
def autocorr(x):
    x = x - x.mean()
    r = np.correlate(x, x, mode="full")[len(x) - 1 :]
    return r / r[0]


@program(case(rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3)), wrt=(0, 1, 2))
def batchnorm(X, gamma, beta):
    mu = X.mean(axis=0, keepdims=True)
    var = X.var(axis=0, keepdims=True)
    return gamma * (X - mu) / np.sqrt(var + 1e-5) + beta


@program(
    case(rng.normal(size=(3, 4)), rng.normal(size=(5, 3)), np.array([0, 1, 2, 3, 0])), wrt=(0, 1)
)
def cross_entropy(W, X, y):
    logits = X @ W
    logp = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y])


@program(case(rng.normal(size=(6, 2)), rng.normal(size=(3, 2)), 1.5), wrt=(0, 1, 2))
def kmeans_soft(X, C, beta):
    d = ((X[:, None] - C[None]) ** 2).sum(-1)
    r = np.exp(-beta * d)
    r /= r.sum(1, keepdims=True)
    newC = (r.T @ X) / r.sum(0)[:, None]
    return newC


@program(case(rng.uniform(0.5, 2, 6)))
def gini(x):
    x = np.sort(x)
    n = x.size
    i = np.arange(1, n + 1)
    return np.sum((2 * i - n - 1) * x) / (n * np.sum(x))


@program(case(rng.normal(size=5), rng.normal(size=4)), wrt=(0, 1))
def ecdf_loss(x, y):
    both = np.concatenate([x, y])
    both.sort()
    d = np.diff(both)
    Fx = np.searchsorted(np.sort(x), both[:-1], side="right") / len(x)
    Fy = np.searchsorted(np.sort(y), both[:-1], side="right") / len(y)
    return np.sum(np.abs(Fx - Fy) * d)


@program(case(rng.normal(size=6) * 0.1))
def drawdown(r):
    wealth = np.cumprod(1 + r)
    peak = np.maximum.accumulate(wealth)
    return np.min(wealth / peak - 1)


@program(case(rng.normal(size=5), 0.3), wrt=(0, 1))
def heat_matrix(u, alpha):
    n = len(u)
    A = (1 + 2 * alpha) * np.eye(n) - alpha * np.eye(n, k=1) - alpha * np.eye(n, k=-1)
    for _ in range(3):
        u = np.linalg.solve(A, u)
    return u


@program(case(rng.normal(size=(3, 3)) * 0.5))
def expm_series(A):
    out = np.eye(A.shape[0])
    term = np.eye(A.shape[0])
    for k in range(1, 12):
        term = term @ A / k
        out = out + term
    return out


@program(case(rng.normal(size=(8, 2)), rng.normal(size=(8, 3))), wrt=(0, 1))
def canonical_corr(X, Y):
    X = X - X.mean(0)
    Y = Y - Y.mean(0)
    Qx, _ = np.linalg.qr(X)
    Qy, _ = np.linalg.qr(Y)
    return np.linalg.svd(Qx.T @ Qy, compute_uv=False)


@program(case(rng.normal(size=7)))
def rolling_std(x, w=3):
    v = np.lib.stride_tricks.sliding_window_view(x, w)
    return v.std(axis=-1)


@program(case(rng.normal(size=3), np.arange(5.0), rng.normal(size=5), 0.5), wrt=(0, 1, 2, 3))
def chi2_fit(p, x, y, s):
    model = np.polyval(p, x)
    return np.sum(((y - model) / s) ** 2)


@program(case(rng.normal(size=(4, 4))))
def lu_det(A):
    A = A.copy()
    n = len(A)
    det = 1.0
    for k in range(n):
        p = k + np.argmax(np.abs(A[k:, k]))
        if p != k:
            A[[k, p]] = A[[p, k]]
            det = -det
        det *= A[k, k]
        for i in range(k + 1, n):
            A[i, k:] -= A[i, k] / A[k, k] * A[k, k:]
    return det


@program(case(rng.normal(size=5) * 2, 0.8), wrt=(0, 1))
def huber(r, d):
    a = np.abs(r)
    return np.where(a <= d, 0.5 * r**2, d * (a - 0.5 * d)).sum()


@program(case(rng.normal(size=(4, 4)), 1.3, 2.6), wrt=(0, 1, 2))
def bilinear_interp(img, x, y):
    x0 = int(np.floor(x))
    y0 = int(np.floor(y))
    dx = x - x0
    dy = y - y0
    return (
        img[y0, x0] * (1 - dx) * (1 - dy)
        + img[y0, x0 + 1] * dx * (1 - dy)
        + img[y0 + 1, x0] * (1 - dx) * dy
        + img[y0 + 1, x0 + 1] * dx * dy
    )


@program(case(rng.uniform(0.1, 1, (3, 4)), 0.5), wrt=(0, 1))
def sinkhorn(C, eps):
    K = np.exp(-C / eps)
    n, m = C.shape
    u = np.ones(n) / n
    a = np.full(n, 1 / n)
    b = np.full(m, 1 / m)
    for _ in range(5):
        v = b / (K.T @ u)
        u = a / (K @ v)
    P = np.diag(u) @ K @ np.diag(v)
    return np.sum(P * C)


@program(case(rng.normal(size=6)))
def dct(x):
    N = len(x)
    n = np.arange(N)
    k = n.reshape((-1, 1))
    M = np.cos(np.pi * (2 * n + 1) * k / (2 * N))
    return M @ x


@program(case(rng.normal(size=6)))
def tri_to_sym(v):
    S = np.zeros((3, 3))
    i, j = np.tril_indices(3)
    S[i, j] = v
    S = S + S.T - np.diag(np.diag(S))
    w = np.linalg.eigvalsh(S)
    return np.logaddexp.reduce(w)


@program(case(rng.normal(size=6), np.array([0, 1, 1, 2, 0, 2])))
def group_means(x, labels):
    sums = np.bincount(labels, weights=x)
    return sums / np.bincount(labels)


@program(case(rng.uniform(-1, 1, 6), rng.normal(size=6)), wrt=(0, 1))
def legendre_fit(x, y):
    V = np.polynomial.legendre.legvander(x, 2)
    c = np.linalg.lstsq(V, y, rcond=None)[0]
    return np.polynomial.legendre.legval(0.3, c)


@program(case(np.array([1.0, -6.0, 8.0, 1.0])))
def poly_derivative_roots(c):
    p = np.poly1d(c)
    return p.deriv().roots.max()


@program(case(rng.normal(size=(4, 2)), rng.uniform(0.5, 1, 4), rng.normal(size=4)), wrt=(0, 1, 2))
def low_rank_cov(F, d, x):
    S = F @ F.T + np.diag(d)
    L = np.linalg.cholesky(S)
    z = np.linalg.solve(L, x)
    return -0.5 * z @ z - np.sum(np.log(np.diagonal(L)))
