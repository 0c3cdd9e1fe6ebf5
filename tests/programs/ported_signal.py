"""Signals: butterflies, convolution, filters, splines and interpolation."""

import numpy as np

from tests.programs.registry import case, program

RE4 = np.array([0.3, -0.7, 1.1, 0.4])
IM4 = np.array([0.1, 0.5, -0.2, 0.8])
KNOTS = np.array([0.0, 0.7, 1.5, 2.0, 3.1])
VALUES = np.array([0.2, 1.1, 0.4, -0.6, 0.3])


def bit_reverse(*parts):
    n = len(parts[0])
    target = 0
    for i in range(1, n):
        bit = n >> 1
        while target & bit:
            target ^= bit
            bit >>= 1
        target |= bit
        if i < target:
            for part in parts:
                part[i], part[target] = part[target], part[i]


@program(case(RE4, IM4), wrt=("re", "im"))
def fft_butterflies(re, im):
    """Numerical Recipes, 2nd ed., section 12.2 (four1): Danielson and Lanczos, in place."""
    re, im = re.copy(), im.copy()
    n = len(re)
    bit_reverse(re, im)
    length = 2
    while length <= n:
        theta = -2 * np.pi / length
        half = length // 2
        for k in range(half):
            wr, wi = np.cos(theta * k), np.sin(theta * k)
            for i in range(k, n, length):
                j = i + half
                tr = wr * re[j] - wi * im[j]
                ti = wr * im[j] + wi * re[j]
                re[j], im[j] = re[i] - tr, im[i] - ti
                re[i] += tr
                im[i] += ti
        length *= 2
    return re, im


def fft_recursive(re, im):
    n = len(re)
    if n == 1:
        return re, im
    er, ei = fft_recursive(re[::2], im[::2])
    dr, di = fft_recursive(re[1::2], im[1::2])
    angle = -2 * np.pi * np.arange(n // 2) / n
    c, s = np.cos(angle), np.sin(angle)
    tr, ti = c * dr - s * di, c * di + s * dr
    return np.concatenate([er + tr, er - tr]), np.concatenate([ei + ti, ei - ti])


@program(case(np.concatenate([RE4, IM4])))
def power_spectrum(x):
    """Cooley and Tukey, Math. Comp. 19, 1965: halves by recursion; the power of each frequency."""
    re, im = fft_recursive(x, np.zeros_like(x))
    return re**2 + im**2


@program(case(VALUES, np.array([0.5, 0.3, -0.2])), wrt=(0, 1))
def direct_convolution(x, h):
    """Smith, The Scientist and Engineer's Guide to DSP, 1997, chapter 6: the output side."""
    y = np.zeros(len(x) + len(h) - 1)
    for i, xi in enumerate(x):
        for j, hj in enumerate(h):
            y[i + j] += xi * hj
    return y


@program(case(VALUES, np.array([0.2, 0.3]), np.array([1.0, -0.5, 0.1])), wrt=("x", "b", "a"))
def lfilter(x, b, a):
    """SciPy, scipy.signal.lfilter: the transposed direct form II of its documentation."""
    order = max(len(a), len(b)) - 1
    b = np.concatenate([b, np.zeros(order + 1 - len(b))]) / a[0]
    a = a / a[0]
    z = np.zeros(order)
    y = np.empty_like(x)
    for n, xn in enumerate(x):
        y[n] = b[0] * xn + z[0]
        for i in range(order - 1):
            z[i] = b[i + 1] * xn + z[i + 1] - a[i + 1] * y[n]
        z[order - 1] = b[order] * xn - a[order] * y[n]
    return y


@program(case(VALUES, 0.3), wrt=("x", "fc"))
def biquad_lowpass(x, fc, Q=0.7):
    """Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients."""
    w0 = 2 * np.pi * fc / 2.0
    alpha = np.sin(w0) / (2 * Q)
    b = [(1 - np.cos(w0)) / 2, 1 - np.cos(w0), (1 - np.cos(w0)) / 2]
    a = [1 + alpha, -2 * np.cos(w0), 1 - alpha]
    x1 = x2 = y1 = y2 = 0.0
    out = []
    for sample in x:
        y = (b[0] * sample + b[1] * x1 + b[2] * x2 - a[1] * y1 - a[2] * y2) / a[0]
        x2, x1 = x1, sample
        y2, y1 = y1, y
        out.append(y)
    return np.array(out)


@program(case(VALUES))
def goertzel(x, k=1):
    """Goertzel, Amer. Math. Monthly 65, 1958: one frequency by a recurrence."""
    coeff = 2 * np.cos(2 * np.pi * k / len(x))
    s_prev = s_prev2 = 0.0
    for sample in x:
        s = sample + coeff * s_prev - s_prev2
        s_prev2 = s_prev
        s_prev = s
    return s_prev2**2 + s_prev**2 - coeff * s_prev * s_prev2


def second_derivatives(x, y, left=None, right=None):
    """The tridiagonal system of a cubic spline; natural where no slope is given for an end."""
    n = len(x)
    factor, curvature = np.zeros(n), np.zeros(n)
    if left is not None:
        h = x[1] - x[0]
        factor[0], curvature[0] = -0.5, 3.0 / h * ((y[1] - y[0]) / h - left)
    for i in range(1, n - 1):
        before, after = x[i] - x[i - 1], x[i + 1] - x[i]
        share = before / (before + after)
        pivot = 2.0 + share * factor[i - 1]
        factor[i] = (share - 1.0) / pivot
        jump = (y[i + 1] - y[i]) / after - (y[i] - y[i - 1]) / before
        curvature[i] = (6.0 * jump / (before + after) - share * curvature[i - 1]) / pivot
    if right is not None:
        h = x[-1] - x[-2]
        rest = 3.0 / h * (right - (y[-1] - y[-2]) / h) - 0.5 * curvature[-2]
        curvature[-1] = rest / (0.5 * factor[-2] + 1.0)
    for i in range(n - 2, -1, -1):
        curvature[i] += factor[i] * curvature[i + 1]
    return curvature


def cubic_at(xs, ys, curvature, x):
    low, high = 0, len(xs) - 1
    while high - low > 1:
        middle = (low + high) >> 1
        if xs[middle] > x:
            high = middle
        else:
            low = middle
    h = xs[high] - xs[low]
    a = (xs[high] - x) / h
    b = 1.0 - a
    bend = (a**3 - a) * curvature[low] + (b**3 - b) * curvature[high]
    return a * ys[low] + b * ys[high] + bend * h * h / 6.0


@program(case(VALUES[:4], 1.2), wrt=("y", "x"))
def natural_spline(y, x):
    """Numerical Recipes, 2nd ed., section 3.3 (spline and splint), natural at both ends."""
    knots = KNOTS[:4]
    return cubic_at(knots, y, second_derivatives(knots, y), x)


@program(case(KNOTS[:4], VALUES[:4], 0.4), wrt=("knots", "y", "slope"))
def clamped_spline(knots, y, slope):
    """Numerical Recipes, 2nd ed., section 3.3, clamped: the knots are active too."""
    curvature = second_derivatives(knots, y, left=slope, right=0.1)
    return cubic_at(knots, y, curvature, 0.9) + curvature[0]


@program(case(np.array([0.3, -0.1, 0.8, 0.5]), 0.41), wrt=("c", "x"))
def b_spline(c, x, k=2):
    """De Boor, A Practical Guide to Splines, 1978, chapter X: a recursion over the degree."""
    t = [0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0]

    def B(x, k, i):
        if k == 0:
            return 1.0 if t[i] <= x < t[i + 1] else 0.0
        left = right = 0.0
        if t[i + k] != t[i]:
            left = (x - t[i]) / (t[i + k] - t[i]) * B(x, k - 1, i)
        if t[i + k + 1] != t[i + 1]:
            right = (t[i + k + 1] - x) / (t[i + k + 1] - t[i + 1]) * B(x, k - 1, i + 1)
        return left + right

    return sum(ci * B(x, k, i) for i, ci in enumerate(c))


@program(case(VALUES, 1.1), wrt=("ya", "x"))
def neville(ya, x):
    """Numerical Recipes, 2nd ed., section 3.1 (polint): a table overwritten column by column."""
    p = list(ya)
    n = len(p)
    for m in range(1, n):
        for i in range(n - m):
            span = KNOTS[i] - KNOTS[i + m]
            p[i] = ((x - KNOTS[i + m]) * p[i] + (KNOTS[i] - x) * p[i + 1]) / span
    return p[0]


@program(case(VALUES, 1.1), case(VALUES, 2.5), wrt=("y", "x"))
def catmull_rom(y, x):
    """Catmull and Rom, A class of local interpolating splines, 1974."""
    i = int(np.searchsorted(KNOTS, x)) - 1
    i = min(max(i, 1), len(y) - 3)
    t = (x - KNOTS[i]) / (KNOTS[i + 1] - KNOTS[i])
    p0, p1, p2, p3 = y[i - 1 : i + 3]
    return (
        0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2)
        + 0.5 * (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )


@program(case(np.concatenate([RE4, IM4])))
def haar_wavelet(x):
    """Numerical Recipes, 2nd ed., section 13.10 (wt1): a pyramid of averages and details."""
    out = x.copy()
    n = len(x)
    while n > 1:
        half = n // 2
        temp = np.empty(n)
        temp[:half] = (out[0:n:2] + out[1:n:2]) / np.sqrt(2)
        temp[half:] = (out[0:n:2] - out[1:n:2]) / np.sqrt(2)
        out[:n] = temp
        n = half
    return out


@program(case(VALUES, np.array([0.1, 0.9, 1.0, 0.3])), wrt=("a", "b"))
def soft_dynamic_time_warping(a, b, gamma=0.5):
    """Cuturi and Blondel, Soft-DTW, 2017, algorithm 1: a table with an infinite border."""
    n, m = len(a), len(b)
    R = np.full((n + 1, m + 1), 1e10)
    R[0, 0] = 0.0

    def softmin(*values):
        z = [-v / gamma for v in values]
        top = max(z)
        return -gamma * (np.log(sum(np.exp(v - top) for v in z)) + top)

    for i in range(1, n + 1):
        for j in range(1, m + 1):
            d = (a[i - 1] - b[j - 1]) ** 2
            R[i, j] = d + softmin(R[i - 1, j], R[i, j - 1], R[i - 1, j - 1])
    return R[n, m]


@program(case(VALUES[:4], 0.6), wrt=("noisy", "lam"))
def total_variation_denoising(noisy, lam, rate=0.1, steps=2):
    """Rudin, Osher and Fatemi, 1992, smoothed; gradient flow on a line."""
    u = noisy.copy()
    for _ in range(steps):
        d = np.diff(u)
        w = d / np.sqrt(d**2 + 0.1)
        g = u - noisy
        g[:-1] -= lam * w
        g[1:] += lam * w
        u -= rate * g
    return u
