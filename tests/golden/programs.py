"""Programs in one mode each, beside their derivatives written by hand, one adjoint to a line."""

import numpy as np

import fpad
from tests.golden.registry import golden


def ripple(x, s):
    y = np.sin(x * x) / s
    return y


@golden(fpad.grad(ripple), 1.5, 2.0)
def ripple_grad(x, s):
    t = x * x
    bt = np.cos(t) / s
    bx = 2.0 * bt * x
    return bx


# ---------------------------------------------------------------- arrays

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(7, 3)), RNG.choice([-1.0, 1.0], size=7)


def logistic(w, X, y):
    z = X @ w
    loss = np.mean(np.log(1.0 + np.exp(-y * z)))
    return loss + 0.01 * np.sum(w * w)


@golden(fpad.grad(logistic), RNG.normal(size=3), X, LABELS)
def logistic_grad(w, X, y):
    z = X @ w
    e = np.exp(-y * z)
    # 0.01 * np.sum(w * w)
    bw = 0.02 * w
    # np.mean(np.log(1.0 + e))
    be = 1.0 / (1.0 + e) / len(y)
    # e = np.exp(-y * z)
    bz = -y * e * be
    # z = X @ w
    bw = bw + X.T @ bz
    return bw


PARAMS = {
    "W1": RNG.normal(size=(3, 4)),
    "b1": RNG.normal(size=4),
    "W2": RNG.normal(size=(4, 2)),
    "b2": RNG.normal(size=2),
}


def network(params, x, target):
    h = np.tanh(x @ params["W1"] + params["b1"])
    out = h @ params["W2"] + params["b2"]
    return np.mean((out - target) ** 2)


@golden(fpad.value_and_grad(network), PARAMS, X, RNG.normal(size=(7, 2)))
def network_value_and_grad(params, x, target):
    W1 = params["W1"]
    b1 = params["b1"]
    W2 = params["W2"]
    b2 = params["b2"]
    h = np.tanh(x @ W1 + b1)
    out = h @ W2 + b2
    error = out - target
    loss = np.mean(error**2)
    # loss = np.mean(error**2)
    bout = 2.0 * error / error.size
    # out = h @ W2 + b2
    bW2 = h.T @ bout
    bb2 = np.sum(bout, axis=0)
    bh = bout @ W2.T
    # h = np.tanh(x @ W1 + b1)
    bt = bh * (1.0 - h * h)
    bW1 = x.T @ bt
    bb1 = np.sum(bt, axis=0)
    return loss, {"W1": bW1, "b1": bb1, "W2": bW2, "b2": bb2}


def attraction(q):
    r = np.sqrt(q[0] ** 2 + q[1] ** 2)
    return np.exp(-r) * q


Q = np.array([0.6, -1.1])


@golden(fpad.jvp(attraction), Q, tangent=np.array([1.0, 0.5]))
def attraction_jvp(q, *, tangent):
    dq = tangent
    r = np.sqrt(q[0] ** 2 + q[1] ** 2)
    dr = (q[0] * dq[0] + q[1] * dq[1]) / r
    e = np.exp(-r)
    de = -e * dr
    return e * q, de * q + e * dq


@golden(fpad.vjp(attraction), Q, cotangent=np.array([0.3, -2.0]))
def attraction_vjp(q, *, cotangent):
    by = cotangent
    r = np.sqrt(q[0] ** 2 + q[1] ** 2)
    e = np.exp(-r)
    y = e * q
    # y = e * q
    bq = e * by
    be = np.sum(by * q)
    # e = np.exp(-r)
    br = -e * be
    # r = np.sqrt(q[0] ** 2 + q[1] ** 2)
    t = br / r
    bq[0] += t * q[0]
    bq[1] += t * q[1]
    return y, bq


# ---------------------------------------------------------------- loops


def recurrence(w, xs):
    h = 0.0
    for x in xs:
        h = np.tanh(w * h + x)
    return h


@golden(fpad.grad(recurrence), 0.7, np.array([0.2, -0.5, 1.0]))
def recurrence_grad(w, xs):
    tape = []
    h = 0.0
    for x in xs:
        tape.append(h)
        h = np.tanh(w * h + x)
    bw = 0.0
    bh = 1.0
    for _ in xs:
        t = bh * (1.0 - h * h)
        h = tape.pop()
        bw = bw + t * h
        bh = t * w
    return bw


def root(a):
    x = a
    while True:
        step = (x * x - a) / (2.0 * x)
        x = x - step
        if abs(step) < 1e-12:
            break
    return x


@golden(fpad.grad(root), 2.0)
def root_grad(a):
    tape = []
    x = a
    while True:
        tape.append(x)
        step = (x * x - a) / (2.0 * x)
        x = x - step
        if abs(step) < 1e-12:
            break
    ba = 0.0
    bx = 1.0
    for x in reversed(tape):
        # x = x - step
        bstep = -bx
        # step = (x * x - a) / (2.0 * x)
        t = 2.0 * x
        step = (x * x - a) / t
        bt = bstep / t
        ba = ba - bt
        bx = bx + 2.0 * x * bt - 2.0 * step * bt
    # x = a
    ba = ba + bx
    return ba


def diffusion(u, k, steps):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


@golden(fpad.grad(diffusion), RNG.normal(size=6), 0.1, 4)
def diffusion_grad(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    # np.sum(u * u)
    bu = 2.0 * u
    for _ in range(steps):
        t = k * bu[1:-1]
        bu[:-2] += t
        bu[1:-1] -= 2.0 * t
        bu[2:] += t
    return bu


def smoothing(x):
    out = np.zeros(len(x))
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] = 0.5 * out[i - 1] + x[i]
    return np.sum(out**2)


@golden(fpad.grad(smoothing), RNG.normal(size=5))
def smoothing_grad(x):
    n = len(x)
    out = np.zeros(n)
    out[0] = x[0]
    for i in range(1, n):
        out[i] = 0.5 * out[i - 1] + x[i]
    # np.sum(out**2)
    bout = 2.0 * out
    bx = np.zeros(n)
    for i in reversed(range(1, n)):
        # out[i] = 0.5 * out[i - 1] + x[i]
        t = bout[i]
        bx[i] += t
        bout[i - 1] += 0.5 * t
    # out[0] = x[0]
    bx[0] += bout[0]
    return bx


# ---------------------------------------------------------------- selection


def guarded(x):
    y = np.where(x > 0.0, np.log(x), 0.0)
    return np.sum(y * x)


@golden(fpad.grad(guarded), np.array([0.5, -1.0, 0.0, 2.0]))
def guarded_grad(x):
    c = x > 0.0
    y = np.where(c, np.log(x), 0.0)
    # np.sum(y * x)
    by = x
    bx = y
    # y = np.where(c, np.log(x), 0.0)
    bx = bx + np.where(c, by / x, 0.0)
    return bx
