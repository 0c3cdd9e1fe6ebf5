"""Matrix computations written out, as textbooks of numerical linear algebra give them."""

import math

import numpy as np

from tests.programs.registry import case, program

A3 = np.array([[4.0, 1.0, 0.5], [1.2, 3.0, -0.7], [0.3, 0.4, 2.5]])
S3 = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.7], [0.5, -0.7, 2.5]])
B3 = np.array([1.0, -2.0, 0.5])
P4 = np.array([0.3, -1.2, 0.8, 1.7])


def factor(a):
    """Factors in one array, with implicit pivoting: the rows exchanged and the sign of that."""
    n = len(a)
    lu, exchanged, sign = a.copy(), [], 1.0
    weights = [1.0 / max(abs(entry) for entry in row) for row in a]
    for k in range(n):
        best, chosen = 0.0, k
        for i in range(k, n):
            candidate = weights[i] * abs(lu[i, k])
            if candidate > best:
                best, chosen = candidate, i
        if chosen != k:
            lu[[k, chosen]] = lu[[chosen, k]]
            weights[chosen] = weights[k]
            sign = -sign
        exchanged.append(chosen)
        for i in range(k + 1, n):
            lu[i, k] /= lu[k, k]
            lu[i, k + 1 :] -= lu[i, k] * lu[k, k + 1 :]
    return lu, exchanged, sign


def back_substitute(lu, exchanged, b):
    x = b.copy()
    for i, other in enumerate(exchanged):
        x[i], x[other] = x[other], x[i]
    for i in range(x.size):
        x[i] -= lu[i, :i] @ x[:i]
    for i in reversed(range(x.size)):
        x[i] = (x[i] - lu[i, i + 1 :] @ x[i + 1 :]) / lu[i, i]
    return x


@program(case(A3, B3), case(A3[::-1].copy(), B3), wrt=("a", "b"))
def lu_solve(a, b):
    """Numerical Recipes, 3rd ed., section 2.3 (LUdcmp)."""
    lu, exchanged, sign = factor(a)
    x = back_substitute(lu, exchanged, b)
    return x @ x + sign * np.prod(np.diag(lu))


@program(case(S3))
def cholesky_banachiewicz(a):
    """Golub and Van Loan, Matrix Computations, 4.2; a list of rows that grow."""
    L = []
    for i, row in enumerate(a):
        L.append([0.0] * len(a))
        for j in range(i + 1):
            s = sum(L[i][k] * L[j][k] for k in range(j))
            if i == j:
                L[i][j] = math.sqrt(row[i] - s)
            else:
                L[i][j] = (row[j] - s) / L[j][j]
    return np.array(L)


def householder(x):
    alpha = -np.copysign(np.linalg.norm(x), x[0])
    v = x.copy()
    v[0] -= alpha
    return v / np.linalg.norm(v)


@program(case(A3[:, :2], B3), wrt=("A", "b"))
def householder_least_squares(A, b):
    """Trefethen and Bau, Numerical Linear Algebra, 1997, algorithms 10.1 and 11.2."""
    R, y = A.copy(), b.copy()
    m, n = R.shape
    for k in range(n):
        v = householder(R[k:, k])
        R[k:, k:] -= 2 * np.outer(v, v @ R[k:, k:])
        y[k:] -= 2 * v * (v @ y[k:])
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (y[i] - R[i, i + 1 : n] @ x[i + 1 :]) / R[i, i]
    return x


@program(case(A3))
def modified_gram_schmidt(A):
    """Trefethen and Bau, Numerical Linear Algebra, 1997, algorithm 8.1."""
    V = A.T.copy()
    n = V.shape[0]
    R = np.zeros((n, n))
    for i in range(n):
        R[i, i] = np.sqrt(np.dot(V[i], V[i]))
        V[i] /= R[i, i]
        for j in range(i + 1, n):
            R[i, j] = V[i] @ V[j]
            V[j] -= R[i, j] * V[i]
    return R


@program(case(A3))
def givens_rotations(A):
    """Golub and Van Loan, Matrix Computations, 5.1.8 and 5.2.5; (c, s) returned early."""

    def givens(a, b):
        if b == 0:
            return 1.0, 0.0
        if abs(b) > abs(a):
            tau = -a / b
            s = 1 / math.sqrt(1 + tau * tau)
            return s * tau, s
        tau = -b / a
        c = 1 / math.sqrt(1 + tau * tau)
        return c, c * tau

    R = A.copy()
    for j in range(3):
        for i in range(2, j, -1):
            c, s = givens(R[i - 1, j], R[i, j])
            upper, lower = R[i - 1].copy(), R[i].copy()
            R[i - 1] = c * upper - s * lower
            R[i] = s * upper + c * lower
    return np.abs(np.diag(R)).sum() + R[0, 1]


@program(case(S3, B3), wrt=("A", "b"))
def conjugate_gradients(A, b, x0=None, tol=1e-10, maxiter=2):
    """Hestenes and Stiefel, 1952; Saad, Iterative Methods, 2003, algorithm 6.18."""
    x = np.zeros_like(b) if x0 is None else x0.copy()
    r = b - A @ x
    p = r.copy()
    rs = r @ r
    for k in range(maxiter):
        if np.sqrt(rs) < tol:
            break
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        p = r + (rs_new / rs) * p
        rs = rs_new
    return x


@program(case(A3, B3), wrt=(0, 1))
def gauss_seidel(A, b, sweeps=3):
    """Saad, Iterative Methods for Sparse Linear Systems, 2003, section 4.1."""
    n = len(b)
    x = np.zeros(n)
    for _ in range(sweeps):
        for i in range(n):
            s = 0.0
            for j in range(n):
                if j != i:
                    s += A[i, j] * x[j]
            x[i] = (b[i] - s) / A[i, i]
    return x


@program(case(S3, np.array([1.0, 0.3, 0.2])))
def power_iteration(A, v, tol=1e-3):
    """Trefethen and Bau, Numerical Linear Algebra, 1997, algorithm 27.1; Rayleigh's quotient."""
    lam_old, lam = 0.0, 1.0
    while abs(lam - lam_old) > tol:
        w = A @ v
        v = w / np.sqrt(w @ w)
        lam_old, lam = lam, v @ A @ v
    return lam


@program(case(S3))
def jacobi_eigenvalues(A, sweeps=2):
    """Numerical Recipes, 2nd ed., section 11.1 (jacobi), by rows and columns."""
    A = A.copy()
    n = A.shape[0]
    for _ in range(sweeps):
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(A[p, q]) < 1e-14:
                    continue
                theta = (A[q, q] - A[p, p]) / (2 * A[p, q])
                t = np.sign(theta) / (abs(theta) + np.sqrt(theta**2 + 1))
                c = 1 / np.sqrt(t**2 + 1)
                s = t * c
                J = np.eye(n)
                J[p, p] = J[q, q] = c
                J[p, q], J[q, p] = s, -s
                A = J.T @ A @ J
    return np.trace(A @ A @ A)


@program(case(S3, np.array([1.0, 0.2, -0.4])), wrt=("A", "q"))
def lanczos(A, q, m=2):
    """Golub and Van Loan, Matrix Computations, 10.1: the coefficients as two lists."""
    alphas, betas = [], []
    q = q / np.linalg.norm(q)
    q_prev, beta = np.zeros_like(q), 0.0
    for j in range(m):
        w = A @ q - beta * q_prev
        alphas.append(w @ q)
        w = w - alphas[-1] * q
        beta = np.linalg.norm(w)
        betas.append(beta)
        q_prev, q = q, w / beta
    return np.array(alphas + betas)


@program(case(0.3 * A3))
def matrix_exponential(A, order=3):
    """Moler and Van Loan, Nineteen dubious ways, SIAM Review 45, 2003: scaling and squaring."""
    norm = np.abs(A).sum(axis=1).max()
    squarings = max(0, int(np.ceil(np.log2(norm))) + 1)
    A = A / 2.0**squarings
    N, D = np.eye(3), np.eye(3)
    X = np.eye(3)
    c = 1.0
    for k in range(1, order + 1):
        c = c * (order - k + 1) / (k * (2 * order - k + 1))
        X = A @ X
        N = N + c * X
        D = D + c * X if k % 2 == 0 else D - c * X
    E = np.linalg.solve(D, N)
    for _ in range(squarings):
        E = E @ E
    return np.sum(E**2)


def strassen(A, B):
    n = A.shape[0]
    if n <= 1:
        return A * B
    h = n // 2
    a, b, c, d = A[:h, :h], A[:h, h:], A[h:, :h], A[h:, h:]
    e, f, g, k = B[:h, :h], B[:h, h:], B[h:, :h], B[h:, h:]
    p1, p2, p3, p4 = strassen(a, f - k), strassen(a + b, k), strassen(c + d, e), strassen(d, g - e)
    p5, p6, p7 = strassen(a + d, e + k), strassen(b - d, g + k), strassen(a - c, e + f)
    out = np.zeros((n, n))
    out[:h, :h] = p5 + p4 - p2 + p6
    out[:h, h:] = p1 + p2
    out[h:, :h] = p3 + p4
    out[h:, h:] = p1 + p5 - p3 - p7
    return out


@program(case(A3[:2, :2], S3[1:, 1:]), wrt=(0, 1))
def strassen_product(A, B):
    """Strassen, Gaussian elimination is not optimal, Numer. Math. 13, 1969."""
    return strassen(A, B)


@program(case(P4), case(P4[:2]))
def fast_hadamard(x):
    """Fino and Algazi, Unified matrix treatment of the fast Walsh-Hadamard transform, 1976."""
    x = x.copy()
    h = 1
    while h < len(x):
        for i in range(0, len(x), h * 2):
            for j in range(i, i + h):
                x[j], x[j + h] = x[j] + x[j + h], x[j] - x[j + h]
        h *= 2
    return x


@program(case(P4[:3], B3), wrt=("c", "y"))
def vandermonde_solve(c, y):
    """Bjoerck and Pereyra, Math. Comp. 24, 1970: divided differences overwritten in place."""
    a = y.copy()
    n = len(c)
    for k in range(n - 1):
        for i in range(n - 1, k, -1):
            a[i] = (a[i] - a[i - 1]) / (c[i] - c[i - k - 1])
    for k in range(n - 2, -1, -1):
        for i in range(k, n - 1):
            a[i] -= c[k] * a[i + 1]
    return a


@program(case(np.array([2.0, 0.6, 0.3]), B3), wrt=(0, 1))
def levinson(t, y):
    """Golub and Van Loan, Matrix Computations, 4.7.3: a symmetric Toeplitz system."""
    r = t / t[0]
    b = y / t[0]
    n = len(b)
    x = np.zeros(n)
    z = np.zeros(n - 1)
    x[0] = b[0]
    z[0] = alpha = -r[1]
    beta = 1.0
    for k in range(1, n):
        beta *= 1 - alpha**2
        mu = (b[k] - np.dot(r[1 : k + 1], x[:k][::-1])) / beta
        x[:k] += mu * z[:k][::-1]
        x[k] = mu
        if k < n - 1:
            alpha = -(r[k + 1] + np.dot(r[1 : k + 1], z[:k][::-1])) / beta
            z[:k] = z[:k] + alpha * z[:k][::-1]
            z[k] = alpha
    return x


@program(case(0.4 * A3), case(0.4 * A3, 6), case(0.4 * A3, 0))
def matrix_power(A, n=5):
    """Knuth, The Art of Computer Programming 2, 4.6.3, as numpy.linalg.matrix_power: binary."""
    result = np.eye(len(A))
    square = A
    while n > 0:
        if n & 1:
            result = result @ square
        n >>= 1
        if n:
            square = square @ square
    return result
