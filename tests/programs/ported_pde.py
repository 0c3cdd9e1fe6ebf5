"""Steppers and relaxations for partial differential equations on small grids."""

import numpy as np

from tests.programs.registry import case, program

U6 = np.array([0.1, 0.5, 0.8, 0.6, 0.2, -0.1])
GRID = np.array(
    [
        [0.2, 0.4, 0.1, 0.3],
        [0.5, 0.9, 0.7, 0.1],
        [0.3, 0.6, 0.8, 0.2],
        [0.1, 0.2, 0.5, 0.4],
    ]
)


@program(case(U6, 0.3), wrt=("u", "alpha"))
def heat_ftcs(u, alpha, steps=3):
    """Barba and Forsyth, CFD Python: the 12 steps to Navier-Stokes, step 3 (diffusion)."""
    u = u.copy()
    for _ in range(steps):
        before = u.copy()
        for i in range(1, len(u) - 1):
            u[i] += alpha * (before[i + 1] - 2 * before[i] + before[i - 1])
    return u


@program(case(U6, 0.07), wrt=(0, 1))
def burgers_periodic(u, nu, dt=0.02, dx=0.3, nt=2):
    """Barba and Forsyth, CFD Python, step 4 (Burgers), with its periodic ends."""

    def advance(west, here, east):
        advection = here * (here - west) / dx
        diffusion = nu * (east - 2 * here + west) / dx**2
        return here + dt * (diffusion - advection)

    u = np.array(u)
    for _ in range(nt):
        old = u.copy()
        for i in range(1, u.size - 1):
            u[i] = advance(old[i - 1], old[i], old[i + 1])
        u[0] = u[-1] = advance(old[-2], old[0], old[1])
    return u


@program(case(GRID, 1.5), wrt=("p", "source"))
def poisson_relaxation(p, source, sweeps=3):
    """Barba and Forsyth, CFD Python, step 10 (Poisson), with its boundary rows written last."""
    p = p.copy()
    b = np.zeros_like(p)
    b[1, 1] = source
    b[2, 2] = -source
    dx = dy = 0.5
    inner = (slice(1, -1), slice(1, -1))
    for _ in range(sweeps):
        old = p.copy()
        across = old[1:-1, 2:] + old[1:-1, :-2]
        along = old[2:, 1:-1] + old[:-2, 1:-1]
        p[inner] = dy**2 * across + dx**2 * along - dx**2 * dy**2 * b[inner]
        p[inner] /= 2 * (dx**2 + dy**2)
        p[:, 0] = p[:, 1]
        p[-1, :] = p[-2, :]
        p[0, :] = p[:, -1] = 0
    return np.sum(p**2)


@program(case(GRID, 1.2), wrt=(0, 1))
def successive_over_relaxation(u, omega, tol=0.25):
    """Numerical Recipes, 2nd ed., section 19.5 (sor): points of two colours, in place."""
    u = u.copy()
    rows, cols = u.shape
    residual = np.inf
    sweeps = 0
    while residual > tol and sweeps < 2:
        residual = 0.0
        for colour in (0, 1):
            for i in range(1, rows - 1):
                for j in range(1, cols - 1):
                    if (i + j) % 2 != colour:
                        continue
                    r = u[i + 1, j] + u[i - 1, j] + u[i, j + 1] + u[i, j - 1] - 4 * u[i, j]
                    u[i, j] += omega * r / 4
                    residual += abs(r)
        sweeps += 1
    return np.sum(u * u)


def thomas(lower, diag, upper, rhs):
    n = len(rhs)
    ratio, x = np.zeros(n), np.zeros(n)
    pivot = diag[0]
    if pivot == 0:
        raise ZeroDivisionError("the first pivot is zero")
    x[0] = rhs[0] / pivot
    for k in range(1, n):
        ratio[k] = upper[k - 1] / pivot
        pivot = diag[k] - lower[k] * ratio[k]
        x[k] = (rhs[k] - lower[k] * x[k - 1]) / pivot
    for k in range(n - 2, -1, -1):
        x[k] -= ratio[k + 1] * x[k + 1]
    return x


@program(case(U6, 0.4), wrt=("u", "r"))
def crank_nicolson(u, r, steps=2):
    """Crank and Nicolson, 1947; Numerical Recipes, 2nd ed., sections 19.2 and 2.4 (tridag)."""
    n = u.shape[0]
    lower = np.full(n, -r / 2)
    upper = np.full(n, -r / 2)
    diag = np.full(n, 1 + r)
    for _ in range(steps):
        rhs = (1 - r) * u
        rhs[1:] += r / 2 * u[:-1]
        rhs[:-1] += r / 2 * u[1:]
        u = thomas(lower, diag, upper, rhs)
    return u


@program(case(GRID[:3, :3], 0.3), wrt=(0, 1))
def alternating_directions(u, r):
    """Peaceman and Rachford, 1955: a tridiagonal solve for each row, then for each column."""
    n, m = u.shape
    half = np.zeros_like(u)
    off, diag = np.full(m, -r), np.full(m, 1 + 2 * r)
    for i in range(n):
        up = u[i - 1] if i > 0 else np.zeros(m)
        down = u[i + 1] if i < n - 1 else np.zeros(m)
        half[i] = thomas(off, diag, off, u[i] + r * (up - 2 * u[i] + down))
    out = np.empty_like(u)
    for j in range(m):
        left = half[:, j - 1] if j > 0 else np.zeros(n)
        right = half[:, j + 1] if j < m - 1 else np.zeros(n)
        out[:, j] = thomas(off, diag, off, half[:, j] + r * (left - 2 * half[:, j] + right))
    return np.sum(out**2)


def minmod(a, b):
    return 0.5 * (np.sign(a) + np.sign(b)) * np.minimum(np.abs(a), np.abs(b))


@program(case(U6, 0.4), wrt=(0, 1))
def limited_advection(q, courant):
    """LeVeque, Finite Volume Methods for Hyperbolic Problems, 2002, 6.9: minmod slopes."""
    for _ in range(2):
        right = np.roll(q, -1) - q
        left = q - np.roll(q, 1)
        slope = minmod(left, right)
        flux = courant * (q + 0.5 * (1 - courant) * slope)
        q = q - (flux - np.roll(flux, 1))
    return q


@program(case(GRID, {"Du": 0.16, "Dv": 0.08, "F": 0.06, "k": 0.062}), wrt=("v", "params"))
def gray_scott(v, params, steps=2):
    """Pearson, Complex patterns in a simple system, Science 261, 1993."""

    def laplacian(z):
        return (
            np.roll(z, 1, axis=0)
            + np.roll(z, -1, axis=0)
            + np.roll(z, 1, axis=1)
            + np.roll(z, -1, axis=1)
            - 4 * z
        )

    u = 1.0 - v
    v = v.copy()
    for _ in range(steps):
        uvv = u * v * v
        u += params["Du"] * laplacian(u) - uvv + params["F"] * (1 - u)
        v += params["Dv"] * laplacian(v) + uvv - (params["F"] + params["k"]) * v
    return np.mean(v**2) + np.mean(u * v)


@program(case(U6, 0.6), wrt=("u0", "c"))
def leapfrog_wave(u0, c):
    """Langtangen and Linge, Finite Difference Computing with PDEs, 2017, chapter 2; list swaps."""
    n = len(u0)
    u_nm1 = u0.copy()
    u_n = np.zeros(n)
    u = np.zeros(n)
    for i in range(1, n - 1):
        u_n[i] = u0[i] + 0.5 * c**2 * (u0[i + 1] - 2 * u0[i] + u0[i - 1])
    for _ in range(3):
        u[1:-1] = 2 * u_n[1:-1] - u_nm1[1:-1] + c**2 * (u_n[2:] - 2 * u_n[1:-1] + u_n[:-2])
        u[0] = 0
        u[n - 1] = 0
        u_nm1, u_n, u = u_n, u, u_nm1
    return u_n


@program(case(GRID[:3, 1:]))
def smooth_life(board, steps=1):
    """A continuous game of life, in place (Rafler, Generalization of Conway's life, 2011)."""
    board = board.copy()
    rows, cols = board.shape
    for _ in range(steps):
        for i in range(rows):
            for j in range(cols):
                neighbours = 0.0
                for di in (-1, 0, 1):
                    for dj in (-1, 0, 1):
                        if di or dj:
                            neighbours += board[(i + di) % rows, (j + dj) % cols]
                birth = np.exp(-((neighbours - 3.0) ** 2))
                survive = np.exp(-((neighbours - 2.5) ** 2) / 0.5)
                board[i, j] = (1 - board[i, j]) * birth + board[i, j] * survive
    return board.sum()


@program(case(np.array([1.0, 0.6, 0.3, 0.2, 0.15]), 2.0, 0.5), wrt=(0, 1, 2))
def finite_elements(k, load, bc):
    """Langtangen and Mardal, Numerical Methods for PDEs: FEM, 2019: linear elements assembled."""
    nodes = len(k) + 1
    A = np.zeros((nodes, nodes))
    b = np.zeros(nodes)
    h = 1.0 / len(k)
    for e, ke in enumerate(k):
        Ae = ke / h * np.array([[1.0, -1.0], [-1.0, 1.0]])
        dofs = [e, e + 1]
        for r, i in enumerate(dofs):
            for s, j in enumerate(dofs):
                A[i, j] += Ae[r, s]
            b[i] += load * h / 2
    A[0, :] = 0.0
    A[0, 0] = 1.0
    b[0] = bc
    u = np.linalg.solve(A, b)
    return u[-1] + np.sum(u**2)
