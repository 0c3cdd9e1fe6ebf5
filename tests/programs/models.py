"""Statistics and learning: the loss functions and filters people actually differentiate."""

import numpy as np

from tests.programs.registry import case, program

X = np.array([[0.5, -1.2, 0.7], [1.1, 0.4, -0.9], [-0.3, 0.8, 0.2], [0.1, -0.6, 1.5]])
Y01 = np.array([1.0, 0.0, 1.0, 0.0])
TARGETS = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
W3 = np.array([0.3, -0.2, 0.5])
SERIES = np.array([0.9, 1.3, 0.4, 0.8])


@program(case(W3, 0.1, X, Y01), case(W3.astype(np.float32), 0.1, X, Y01), wrt=("w", "b"))
def logistic_regression(w, b, x, y):
    z = x @ w + b
    return np.mean(np.maximum(z, 0.0) - y * z + np.log(1.0 + np.exp(-np.abs(z)))) + 0.05 * w @ w


@program(case(np.array([[0.1, -0.3], [0.6, 0.2], [0.0, 0.4]]), np.array([0.1, -0.1])), wrt=(0, 1))
def softmax_regression(w, b):
    z = X @ w + b
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.sum(TARGETS * log_p) / X.shape[0] + 0.01 * np.sum(w * w)


@program(
    case(
        {
            "w1": np.array([[0.4, -0.3], [0.1, 0.8], [-0.5, 0.3]]),
            "b1": np.array([0.1, -0.2]),
            "w2": np.array([0.7, -0.6]),
            "b2": 0.05,
        },
        X,
        Y01,
    )
)
def two_layer_network(params, x, y):
    h = np.tanh(x @ params["w1"] + params["b1"])
    out = h @ params["w2"] + params["b2"]
    return np.mean((out - y) ** 2)


@program(case(np.array([[0.4, -0.3, 0.2], [0.1, 0.8, -0.7]]), np.array([0.6, -0.2])), wrt=(0, 1))
def relu_network(w, v):
    h = np.maximum(X @ w.T, 0.0)
    return np.sum(h @ v - Y01) ** 2 + np.sum(h * h)


@program(case(0.3, 0.5, SERIES), case(1.0, 0.1, SERIES[:1]), wrt=(0, 1, 2))
def kalman_filter(q, r, observations):
    mean = 0.0
    var = 1.0
    loss = 0.0
    for z in observations:
        var = var + q * q
        s = var + r * r
        e = z - mean
        loss += 0.5 * (np.log(s) + e * e / s)
        gain = var / s
        mean += gain * e
        var *= 1.0 - gain
    return loss


@program(
    case(
        np.array([[0.5, -0.5], [0.2, 0.4]]),
        np.array([0.0, 1.0]),
        np.array([0, 1, 1, 0]),
    ),
    wrt=(0, 1),
)
def hidden_markov_forward(logits, means, symbols):
    t = np.exp(logits)
    t = t / np.sum(t, axis=1, keepdims=True)
    alpha = np.ones(2) / 2.0
    total = 0.0
    for k in range(symbols.shape[0]):
        e = np.exp(-0.5 * (symbols[k] - means) ** 2)
        alpha = (alpha @ t) * e
        scale = np.sum(alpha)
        total += np.log(scale)
        alpha = alpha / scale
    return -total


@program(case(0.4, 0.2, SERIES), wrt=("alpha", "beta", "y"))
def double_exponential_smoothing(alpha, beta, y):
    level = y[0]
    trend = y[1] - y[0]
    error = 0.0
    for t in range(1, len(y)):
        error = error + (y[t] - level - trend) ** 2
        last = level
        level = alpha * y[t] + (1.0 - alpha) * (level + trend)
        trend = beta * (level - last) + (1.0 - beta) * trend
    return error


@program(case(W3, 0.7), wrt=(0, 1))
def gradient_descent_unrolled(w, rate):
    for _ in range(3):
        r = X @ w - Y01
        w = w - rate / 4.0 * (X.T @ r)
    return np.sum((X @ w - Y01) ** 2)


@program(case(W3), case(W3 * 3.0))
def momentum_in_place(w):
    w = w.copy()
    velocity = np.zeros(3)
    for _ in range(3):
        g = X.T @ (X @ w - Y01)
        velocity *= 0.9
        velocity -= 0.05 * g
        w += velocity
    return np.sum(w * w)


@program(case(0.8, 1.4), wrt=(0, 1))
def gaussian_process_likelihood(length, noise):
    d = SERIES[:, None] - SERIES[None, :]
    k = np.exp(-0.5 * d * d / (length * length))
    n = 4
    c = np.zeros((4, 4))
    for i in range(n):
        k[i, i] += noise * noise
    for i in range(n):
        for j in range(i + 1):
            s = k[i, j] - np.sum(c[i, :j] * c[j, :j])
            c[i, j] = np.sqrt(s) if i == j else s / c[j, j]
    z = np.zeros(4)
    loss = 0.0
    for i in range(n):
        z[i] = (SERIES[i] - np.dot(c[i, :i], z[:i])) / c[i, i]
        loss += 0.5 * z[i] * z[i] + np.log(c[i, i])
    return loss


@program(case(np.array([0.2, -0.4]), np.array([0.5, 0.3])), wrt=(0, 1))
def recurrent_cell(h, u):
    w = np.array([[0.5, -0.2], [0.3, 0.4]])
    loss = 0.0
    for t in range(SERIES.shape[0]):
        gate = 1.0 / (1.0 + np.exp(-(w @ h)))
        h = (1.0 - gate) * h + gate * np.tanh(u * SERIES[t])
        loss = loss + (np.sum(h) - SERIES[t]) ** 2
    return loss


@program(case(np.array([1.0, 0.2]), np.array([0.0, 0.9])), wrt=(0, 1))
def orbit(position, velocity):
    dt = 0.1
    for _ in range(4):
        r2 = np.sum(position * position)
        velocity = velocity - dt * position / (r2 * np.sqrt(r2))
        position = position + dt * velocity
    energy = 0.5 * np.dot(velocity, velocity) - 1.0 / np.sqrt(np.dot(position, position))
    return energy + position[0] * velocity[1]


@program(case(np.array([0.5, 1.5, -0.4])))
def attention(q):
    keys = X[:, :3]
    scores = keys @ q / np.sqrt(3.0)
    p = np.exp(scores - np.max(scores))
    p = p / np.sum(p)
    return np.sum((p @ keys) ** 2)


@program(case(1.2, 0.4), wrt=(0, 1))
def lotka_volterra_midpoint(a, b):
    u = np.array([1.0, 0.5])
    for _ in range(4):
        mid = u + 0.05 * np.stack([a * u[0] - b * u[0] * u[1], b * u[0] * u[1] - u[1]])
        u = u + 0.1 * np.stack([a * mid[0] - b * mid[0] * mid[1], b * mid[0] * mid[1] - mid[1]])
    return np.sum(u * u)
