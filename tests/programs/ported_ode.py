"""Steppers for ordinary differential equations, as textbooks and packages write them."""

import numpy as np

from tests.programs.registry import case, program

LOTKA = {"alpha": 1.1, "beta": 0.4, "delta": 0.1, "gamma": 0.4}


def lotka_volterra(t, y, *, alpha, beta, delta, gamma):
    prey, predator = y
    return np.array(
        [alpha * prey - beta * prey * predator, delta * prey * predator - gamma * predator]
    )


def rk4_step(f, t, y, h, **params):
    k1 = f(t, y, **params)
    k2 = f(t + h / 2, y + h / 2 * k1, **params)
    k3 = f(t + h / 2, y + h / 2 * k2, **params)
    k4 = f(t + h, y + h * k3, **params)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@program(case(np.array([2.0, 1.0]), LOTKA), wrt=("y0", "params"))
def predator_prey(y0, params, n=2, h=0.2):
    """Numerical Recipes, 2nd ed., section 16.1 (rk4); SciPy Cookbook, the Lotka-Volterra page."""
    y = y0
    for k in range(n):
        y = rk4_step(lotka_volterra, k * h, y, h, **params)
    return y


@program(case(0.8, 1.2), wrt=(0, 1))
def adaptive_pendulum(theta, omega2, tol=1e-4, t_end=0.5):
    """Bogacki and Shampine, 1989, a pair of orders 3 and 2, as in SciPy's integrate/_ivp/rk.py.

    The length of the step that the estimate of the error asks for is itself active.
    """
    C = [0.0, 1 / 2, 3 / 4]
    A = [[], [1 / 2], [0.0, 3 / 4]]
    B = np.array([2 / 9, 1 / 3, 4 / 9])
    E = np.array([5 / 72, -1 / 12, -1 / 9, 1 / 8])

    def rhs(t, state):
        return np.array([state[1], -omega2 * np.sin(state[0])])

    t, h = 0.0, 0.3
    y = np.array([theta, 0.0])
    while t < t_end - 1e-12:
        h = min(h, t_end - t)
        K = np.zeros((4, 2))
        for s, (a, c) in enumerate(zip(A, C)):
            dy = np.zeros(2)
            for j, aij in enumerate(a):
                dy += aij * K[j] * h
            K[s] = rhs(t + c * h, y + dy)
        y_new = y + h * np.dot(K[:-1].T, B)
        K[-1] = rhs(t + h, y_new)
        error = np.max(np.abs(np.dot(K.T, E) * h))
        if error <= tol:
            t += h
            y = y_new
        h *= min(4.0, max(0.2, 0.9 * (tol / error) ** (1 / 3)))
    return y[0]


@program(case(np.array([1.0, 0.0, 0.0, 0.9]), 1.0), wrt=("state", "mu"))
def leapfrog_orbit(state, mu, steps=4, dt=0.1):
    """Hairer, Lubich and Wanner, Geometric Numerical Integration, 2006, I.1: Stoermer-Verlet."""
    q, p = state[:2].copy(), state[2:].copy()

    def acceleration(q):
        r = np.linalg.norm(q)
        return -mu * q / r**3

    p += 0.5 * dt * acceleration(q)
    trajectory = [q.copy()]
    for step in range(steps):
        q += dt * p
        trajectory.append(q.copy())
        if step != steps - 1:
            p += dt * acceleration(q)
    p += 0.5 * dt * acceleration(q)
    path = np.array(trajectory)
    return np.sum(np.sqrt(np.sum((path[1:] - path[:-1]) ** 2, axis=1))) + p @ p


@program(case(0.3, 5.0), wrt=("x0", "mu"))
def van_der_pol_implicit(x0, mu, h=0.05, n=2):
    """Hairer and Wanner, Solving Ordinary Differential Equations II, IV.8: Newton in each step."""
    x, v = x0, 1.0
    for _ in range(n):
        xn, vn = x, v
        for it in range(8):
            f1 = xn - x - h * vn
            f2 = vn - v - h * (mu * (1 - xn * xn) * vn - xn)
            j11, j12 = 1.0, -h
            j21, j22 = h * (2 * mu * xn * vn + 1), 1 - h * mu * (1 - xn * xn)
            det = j11 * j22 - j12 * j21
            dx = (f1 * j22 - f2 * j12) / det
            dv = (j11 * f2 - j21 * f1) / det
            xn -= dx
            vn -= dv
            if abs(dx) + abs(dv) < 1e-13:
                break
        x, v = xn, vn
    return x * v + x


@program(case(np.array([1.0, 0.5, -0.2]), 10.0, 28.0, 8 / 3), wrt=("u0", "sigma", "rho", "beta"))
def lorenz_adams_bashforth(u0, sigma, rho, beta, dt=0.01, nsteps=4):
    """Quarteroni, Sacco and Saleri, Numerical Mathematics, 11.5; Euler starts the two-step rule."""

    def f(u):
        x, y, z = u
        return np.array([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])

    history = [f(u0)]
    u = u0 + dt * history[0]
    for _ in range(nsteps - 1):
        history.append(f(u))
        u = u + dt * (1.5 * history[-1] - 0.5 * history[-2])
    return u


@program(case(0.9, [0.3, 0.05]), wrt=("s0", "rates"))
def epidemic(s0, rates):
    """Kermack and McKendrick, A contribution to the theory of epidemics, 1927; Heun's method."""
    beta, gamma = rates

    def deriv(y):
        S, I, R = y
        new = beta * S * I
        return -new, new - gamma * I, gamma * I

    y = (s0, 1.0 - s0, 0.0)
    dt = 1.0
    peak = y[1]
    for _ in range(4):
        k1 = deriv(y)
        k2 = deriv(tuple(yi + dt * ki for yi, ki in zip(y, k1)))
        y = tuple(yi + dt / 2 * (a + b) for yi, a, b in zip(y, k1, k2))
        peak = max(peak, y[1])
    return peak + 0.1 * y[2]


def modified_midpoint(y, htot, n, f):
    h = htot / n
    a, b = y, y + h * f(y)
    for _ in range(1, n):
        a, b = b, a + 2 * h * f(b)
    return 0.5 * (a + b + h * f(b))


@program(case(0.4, 1.3), wrt=(0, 1))
def bulirsch_stoer(y0, rate):
    """Numerical Recipes, 2nd ed., section 16.4: midpoint rules extrapolated to step zero."""
    table = []
    sequence = [2, 4, 6]
    for k, n in enumerate(sequence):
        row = [modified_midpoint(y0, 0.5, n, lambda y: rate * y * (1.0 - y))]
        for j in range(1, k + 1):
            ratio = (sequence[k] / sequence[k - j]) ** 2
            row.append(row[j - 1] + (row[j - 1] - table[k - 1][j - 1]) / (ratio - 1.0))
        table.append(row)
    return table[-1][-1]


class Solver:
    """A stepper in the manner of scipy.integrate.OdeSolver: state is kept on the object."""

    def __init__(self, fun, t0, y0, h):
        self.fun, self.t, self.y, self.h = fun, t0, y0, h
        self.nfev = 0

    def step(self):
        raise NotImplementedError

    def run(self, t_bound):
        while self.t < t_bound - 1e-9:
            self.step()
        return self.y


class Ralston(Solver):
    def step(self):
        k1 = self.fun(self.t, self.y)
        k2 = self.fun(self.t + 2 * self.h / 3, self.y + 2 * self.h / 3 * k1)
        self.y = self.y + self.h * (k1 / 4 + 3 * k2 / 4)
        self.t += self.h
        self.nfev += 2


@program(case(np.array([0.5, 0.1]), 0.3), wrt=("y0", "damping"))
def ralston_oscillator(y0, damping):
    """Ralston, Runge-Kutta methods with minimum error bounds, Math. Comp. 16, 1962."""
    solver = Ralston(lambda t, y: np.array([y[1], -y[0] - damping * y[1]]), 0.0, y0, 0.1)
    y = solver.run(0.4)
    return y @ y


@program(case(np.array([0.2, 1.0]), np.array([[-0.5, 0.3], [0.2, -0.8]])), wrt=("y", "A"))
def exponential_euler(y, A, h=0.5, steps=2, terms=6):
    """Hochbruck and Ostermann, Exponential integrators, Acta Numerica, 2010; a series for phi_1."""
    for _ in range(steps):
        g = np.sin(y)
        phi = np.eye(2)
        term = np.eye(2)
        for k in range(2, terms):
            term = term @ (h * A) / k
            phi += term
        y = y + h * phi @ (A @ y + g)
    return y


@program(case(1.2, 0.7), wrt=("a", "b"))
def shooting(a, b, slope=0.5, n=4):
    """Numerical Recipes, 2nd ed., section 17.1 (shoot): y'' = a y + b, secant on the slope."""

    def end(s):
        h = 1.0 / n
        y, v = 0.0, s
        for i in range(n):
            vm = v + 0.5 * h * (a * y + b)
            ym = y + 0.5 * h * v
            y, v = y + h * vm, v + h * (a * ym + b)
        return y - 1.0

    s0, s1 = slope, slope + 1.0
    e0, e1 = end(s0), end(s1)
    count = 0
    while abs(e1) > 1e-10 and count < 5:
        s0, s1 = s1, s1 - e1 * (s1 - s0) / (e1 - e0)
        e0, e1 = e1, end(s1)
        count += 1
    return s1


@program(case(2.0, 1.0))
def bouncing_ball(height, v0, restitution=0.8, g=9.81, dt=0.02):
    """An event in a fixed-step loop, as in scipy.integrate.solve_ivp's page on events."""
    y, v = height, v0
    t = 0.0
    bounces = []
    while len(bounces) < 1:
        y_new = y + dt * v - 0.5 * g * dt * dt
        v_new = v - g * dt
        if y_new < 0:
            fraction = y / (y - y_new)
            bounces.append(t + fraction * dt)
            v_new = -restitution * (v - fraction * g * dt)
            y_new = 0.0
        y, v = y_new, v_new
        t += dt
    return bounces[0] + v


@program(case(np.array([1.0, 0.0, 0.0])), case(np.array([0.7, 0.2, 0.1])))
def robertson_rosenbrock(y, h=0.01):
    """Hairer and Wanner, Solving ODEs II, IV.7 and (1.4): linearly implicit steps."""
    k1, k2, k3 = 0.04, 3e1, 1e2
    for _ in range(2):
        f = np.array(
            [
                -k1 * y[0] + k3 * y[1] * y[2],
                k1 * y[0] - k3 * y[1] * y[2] - k2 * y[1] ** 2,
                k2 * y[1] ** 2,
            ]
        )
        J = np.zeros((3, 3))
        J[0] = -k1, k3 * y[2], k3 * y[1]
        J[1, 0] = k1
        J[1, 1] = -k3 * y[2] - 2 * k2 * y[1]
        J[1, 2] = -k3 * y[1]
        J[2, 1] = 2 * k2 * y[1]
        y = y + np.linalg.solve(np.eye(3) - h * J, h * f)
    return y


@program(case(0.1, 1.5, 0.2), wrt=("x", "k", "noise"))
def langevin(x, k, noise, seed=3, n=4, dt=0.05):
    """Kloeden and Platen, Numerical Solution of SDEs, 1992, 10.2: Euler-Maruyama, drawn before."""
    increments = np.random.default_rng(seed).standard_normal(n) * np.sqrt(dt)
    xs = np.zeros(n + 1)
    xs[0] = x
    for i, dw in enumerate(increments):
        xs[i + 1] = xs[i] - k * xs[i] ** 3 * dt + noise * (1 + xs[i] ** 2) * dw
    return np.mean(xs**2)
