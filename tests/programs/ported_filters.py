"""Filters and state-space models: Kalman and its kin, hidden Markov models, particles."""

import numpy as np

from tests.programs.registry import case, program

ZS = np.array([0.39, 0.50, 0.48, 0.29])
POSITIONS = np.array([[0.1, 0.0], [0.6, 0.2], [1.0, 0.5]])


@program(case(1e-2, 0.1, ZS), wrt=("Q", "R", "z"))
def scipy_cookbook_kalman(Q, R, z):
    """SciPy Cookbook, Kalman filtering; Welch and Bishop, An Introduction to the Kalman Filter."""
    size = (z.size,)
    estimate, variance = np.zeros(size), np.zeros(size)
    gain = np.zeros(size)
    variance[0] = 1.0
    for k in range(1, z.size):
        prior = variance[k - 1] + Q
        gain[k] = prior / (prior + R)
        estimate[k] = estimate[k - 1] + gain[k] * (z[k] - estimate[k - 1])
        variance[k] = (1 - gain[k]) * prior
    return estimate


def predict(x, P, F, Q):
    return F @ x, F @ P @ F.T + Q


def update(x, P, z, H, R):
    y = z - np.dot(H, x)
    S = np.dot(H, P).dot(H.T) + R
    K = P.dot(H.T).dot(np.linalg.inv(S))
    I_KH = np.eye(x.size) - np.dot(K, H)
    return x + K @ y, I_KH @ P @ I_KH.T + K @ R @ K.T, y, S


@program(case(np.array([0.0, 0.0, 0.8, 0.3]), {"q": 0.05, "r": 0.1}), wrt=("x0", "noise"))
def tracking(x0, noise, dt=1.0):
    """Labbe, Kalman and Bayesian Filters in Python, chapter 8: position and velocity in a plane."""
    F = np.eye(4) + dt * np.eye(4, k=2)
    H = np.eye(2, 4)
    Q = noise["q"] * np.eye(4)
    R = noise["r"] * np.eye(2)
    x, P = x0, np.diag((0.1, 0.1, 0.5, 0.5))
    loglik = 0.0
    for z in POSITIONS:
        x, P = predict(x, P, F, Q)
        x, P, y, S = update(x, P, z, H, R)
        loglik -= 0.5 * (y @ np.linalg.inv(S) @ y + np.log(np.linalg.det(S)))
    return loglik


@program(case(np.array([0.3, 0.2]), 0.1), wrt=("x", "q"))
def extended_kalman_pendulum(x, q, dt=0.1, r=0.2):
    """Saerkkae, Bayesian Filtering and Smoothing, 2013, example 5.1: the noisy pendulum."""
    g = 9.81
    P = np.array([[0.1, 0.0], [0.0, 0.1]])
    Q = q * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
    nll = 0.0
    for y in ZS[:3]:
        F = np.array([[1.0, dt], [-g * np.cos(x[0]) * dt, 1.0]])
        x = np.array([x[0] + x[1] * dt, x[1] - g * np.sin(x[0]) * dt])
        P = F @ P @ F.T + Q
        H = np.array([np.cos(x[0]), 0.0])
        S = H @ P @ H + r
        K = P @ H / S
        innovation = y - np.sin(x[0])
        x = x + K * innovation
        P = P - np.outer(K, K) * S
        nll += 0.5 * (np.log(2 * np.pi * S) + innovation**2 / S)
    return nll


def sigma_points(mean, cov, kappa):
    n = len(mean)
    L = np.linalg.cholesky((n + kappa) * cov)
    points = [mean]
    for i in range(n):
        points.append(mean + L[:, i])
        points.append(mean - L[:, i])
    weights = [kappa / (n + kappa)] + [0.5 / (n + kappa)] * (2 * n)
    return points, weights


@program(case(np.array([0.5, 0.2]), 0.3), wrt=(0, 1))
def unscented_transform(mean, scale):
    """Julier and Uhlmann, Unscented filtering and nonlinear estimation, Proc. IEEE 92, 2004."""
    cov = scale * np.array([[1.0, 0.3], [0.3, 0.8]])
    points, weights = sigma_points(mean, cov, kappa=1.0)
    images = [np.array([p[0] * np.cos(p[1]), p[0] * np.sin(p[1])]) for p in points]
    m = sum(w * y for w, y in zip(weights, images))
    P = np.zeros((2, 2))
    for w, y in zip(weights, images):
        P += w * np.outer(y - m, y - m)
    return np.trace(P) + m @ m


@program(case(0.8, 0.2, 0.1), wrt=("a", "q", "r"))
def rauch_tung_striebel(a, q, r):
    """Rauch, Tung and Striebel, AIAA J. 3, 1965: filtered moments in lists, read backwards."""
    means, variances, predicted = [], [], []
    m, p = 0.0, 1.0
    for z in ZS:
        m_pred, p_pred = a * m, a * a * p + q
        gain = p_pred / (p_pred + r)
        m = m_pred + gain * (z - m_pred)
        p = (1 - gain) * p_pred
        means.append(m)
        variances.append(p)
        predicted.append((m_pred, p_pred))
    smoothed = [means[-1]]
    for k in range(len(means) - 2, -1, -1):
        g = variances[k] * a / predicted[k + 1][1]
        smoothed.insert(0, means[k] + g * (smoothed[0] - predicted[k + 1][0]))
    return sum(s * s for s in smoothed)


@program(case(np.array([0.95, -0.2, 0.1]), ZS), wrt=("w", "signal"))
def least_mean_squares(w, signal, mu=0.1):
    """Widrow and Hoff, 1960; Haykin, Adaptive Filter Theory, chapter 6."""
    taps = len(w)
    w = w.copy()
    line = np.zeros(taps)
    errors = []
    for d in signal:
        y = np.dot(w, line)
        e = d - y
        w += 2 * mu * e * line
        line[1:] = line[:-1].copy()
        line[0] = d
        errors.append(e)
    return np.mean(np.square(errors))


@program(case(np.array([0.5, 0.1]), 0.9), wrt=("theta", "forget"))
def recursive_least_squares(theta, forget):
    """Ljung, System Identification, 1999, section 11.2."""
    P = 10.0 * np.eye(2)
    for k in range(2, len(ZS)):
        phi = np.array([ZS[k - 1], ZS[k - 2]])
        Pphi = P @ phi
        gain = Pphi / (forget + phi @ Pphi)
        theta = theta + gain * (ZS[k] - phi @ theta)
        P = (P - np.outer(gain, Pphi)) / forget
    return theta


OBS = [0, 2, 1]


@program(
    case(
        {
            "start": np.array([0.6, 0.4]),
            "trans": np.array([[0.7, 0.3], [0.4, 0.6]]),
            "emit": np.array([[0.1, 0.4, 0.5], [0.6, 0.3, 0.1]]),
        }
    )
)
def hmm_forward(model):
    """Rabiner, A tutorial on hidden Markov models, Proc. IEEE 77, 1989, section III.A."""
    states = range(len(model["start"]))
    alpha = [model["start"][s] * model["emit"][s, OBS[0]] for s in states]
    for o in OBS[1:]:
        alpha = [
            sum(alpha[r] * model["trans"][r, s] for r in states) * model["emit"][s, o]
            for s in states
        ]
    return np.log(sum(alpha))


@program(case(np.log(np.array([[0.7, 0.3], [0.4, 0.6]])), np.array([-0.5, 1.0])), wrt=(0, 1))
def hmm_backward_log(logA, mu):
    """Rabiner, 1989, backward variables, kept as logarithms."""

    def logsumexp(v):
        m = np.max(v)
        return m + np.log(np.sum(np.exp(v - m)))

    def logb(y):
        return -0.5 * (y - mu) ** 2

    beta = np.zeros(2)
    for y in ZS[:0:-1]:
        nxt = np.empty(2)
        for i in range(2):
            nxt[i] = logsumexp(logA[i] + logb(y) + beta)
        beta = nxt
    return logsumexp(np.log(0.5) + logb(ZS[0]) + beta)


@program(case(np.array([[0.6, 0.4], [0.3, 0.7]]), np.array([[0.2, 0.8], [0.9, 0.1]])), wrt=(0, 1))
def viterbi_score(trans, emit):
    """Forney, The Viterbi algorithm, Proc. IEEE 61, 1973: the best path by back pointers."""
    symbols = [0, 1, 1]
    delta = np.log(emit[:, symbols[0]])
    back = []
    for o in symbols[1:]:
        scores = delta[:, None] + np.log(trans)
        back.append(np.argmax(scores, axis=0))
        delta = np.max(scores, axis=0) + np.log(emit[:, o])
    state = int(np.argmax(delta))
    path = [state]
    for pointers in reversed(back):
        state = int(pointers[state])
        path.append(state)
    return delta[path[0]]


@program(case(0.9, 0.4), wrt=("phi", "sigma"))
def particle_filter(phi, sigma):
    """Gordon, Salmond and Smith, IEE Proc. F 140, 1993: weights, resampled systematically."""
    noise = np.array([[0.1, -0.6, 0.8], [0.4, 0.3, -1.1], [0.9, -0.2, 0.5]])
    particles = np.array([0.2, 0.5, 0.9])
    loglik = 0.0
    for y, eps in zip(ZS, noise):
        particles = phi * particles + sigma * eps
        w = np.exp(-0.5 * (y - particles) ** 2)
        loglik += np.log(np.mean(w))
        w = w / np.sum(w)
        cumulative = np.cumsum(w)
        index = [int(np.searchsorted(cumulative, u)) for u in (0.17, 0.5, 0.83)]
        particles = particles[index]
    return loglik


@program(case(np.array([0.2, 0.1, 0.8]), ZS), wrt=("params", "r"))
def garch_likelihood(params, r):
    """Bollerslev, Generalized autoregressive conditional heteroskedasticity, 1986."""
    omega, alpha, beta = params
    T = r.shape[0]
    sigma2 = np.zeros(T)
    sigma2[0] = np.var(r)
    for t in range(1, T):
        sigma2[t] = omega + alpha * r[t - 1] ** 2 + beta * sigma2[t - 1]
    return 0.5 * np.sum(np.log(2 * np.pi) + np.log(sigma2) + r**2 / sigma2)


@program(case(0.4, 0.3, 0.2), wrt=("alpha", "beta", "gamma"))
def holt_winters(alpha, beta, gamma):
    """Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section on Holt-Winters."""
    y = np.array([1.0, 2.0, 1.4, 2.5, 1.9, 3.1])
    m = 2
    level = np.mean(y[:m])
    trend = 0.1
    season = [y[i] - level for i in range(m)]
    sse = 0
    for t in range(m, len(y)):
        forecast = level + trend + season[t - m]
        sse += (y[t] - forecast) ** 2
        new_level = alpha * (y[t] - season[t - m]) + (1 - alpha) * (level + trend)
        new_trend = beta * (new_level - level) + (1 - beta) * trend
        season.append(gamma * (y[t] - level - trend) + (1 - gamma) * season[t - m])
        level, trend = new_level, new_trend
    return sse


@program(case(np.array([0.5, -0.3]), np.array([0.4])), wrt=("ar", "ma"))
def arma_css(ar, ma):
    """Hamilton, Time Series Analysis, 1994, section 5.6: the conditional sum of squares."""
    y = ZS - ZS.mean()
    p, q = len(ar), len(ma)
    eps = [0.0] * len(y)
    for t in range(p, len(y)):
        prediction = 0.0
        for i, phi in enumerate(ar):
            prediction += phi * y[t - 1 - i]
        for j, theta in enumerate(ma):
            if t - 1 - j >= 0:
                prediction += theta * eps[t - 1 - j]
        eps[t] = y[t] - prediction
    return sum(e * e for e in eps)
