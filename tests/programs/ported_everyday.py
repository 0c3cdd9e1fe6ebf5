"""Code of working scientists: models as classes, settings as dicts, callbacks, checks, buffers.

Each follows the public interface or idiom that it names, not any one program.
"""

import enum
import math
from functools import lru_cache

import numpy as np

from tests.programs.registry import case, program

T5 = np.linspace(0.0, 2.0, 5)
Y5 = np.array([1.9, 1.3, 0.7, 0.6, 0.3])


class Model:
    """The manner of astropy.modeling: parameters by name, evaluate, composition by operators."""

    names = ()

    def __init__(self, *values, **fixed):
        if len(values) + len(fixed) != len(self.names):
            raise TypeError(f"{type(self).__name__} takes {len(self.names)} parameters")
        for name, value in zip(self.names, values):
            setattr(self, name, value)
        for name, value in fixed.items():
            setattr(self, name, value)

    def evaluate(self, x):
        raise NotImplementedError

    def __call__(self, x):
        return self.evaluate(x)


class Exponential(Model):
    names = ("amplitude", "tau")

    def evaluate(self, x):
        return self.amplitude * np.exp(-x / self.tau)


class Line(Model):
    names = ("slope", "offset")

    def evaluate(self, x):
        return self.slope * x + self.offset


@program(case(1.5, 0.9, 0.2), wrt=("amplitude", "tau", "slope"))
def curve_fit_residuals(amplitude, tau, slope):
    """SciPy, scipy.optimize.curve_fit's documentation: a decay and a background."""
    parts = [Exponential(amplitude, tau), Line(slope, offset=0.1)]
    model = sum(part(T5) for part in parts)
    return np.sum((model - Y5) ** 2)


class Pendulum:
    gravity = 9.81

    def __init__(self, length, damping=0.0):
        self.length = length
        self.damping = damping
        self.history = []

    @property
    def omega2(self):
        return self.gravity / self.length

    @staticmethod
    def wrap(angle):
        return angle - 2 * math.pi * math.floor((angle + math.pi) / (2 * math.pi))

    @classmethod
    def seconds(cls, period):
        return cls(cls.gravity * (period / (2 * math.pi)) ** 2)

    def simulate(self, angle, rate=0.0, dt=0.05, steps=4):
        for _ in range(steps):
            rate -= dt * (self.omega2 * math.sin(angle) + self.damping * rate)
            angle = self.wrap(angle + dt * rate)
            self.history.append((angle, rate))
        return angle


@program(case(0.5, 2.0), wrt=("angle", "period"))
def seconds_pendulum(angle, period):
    """Fowles and Cassiday, Analytical Mechanics, section 3.2, as a class."""
    pendulum = Pendulum.seconds(period)
    final = pendulum.simulate(angle, rate=0.1)
    energy = sum(0.5 * r * r for _, r in pendulum.history)
    return final + energy / len(pendulum.history)


@program(
    case({"kind": "matern", "length": 0.8, "scale": 1.2}),
    case({"kind": "rbf", "length": 0.5, "scale": 1.0}),
)
def kernel_by_name(config):
    """scikit-learn, gaussian_process.kernels: RBF and Matern with nu 1.5, chosen by a string."""

    def rbf(d, length):
        return math.exp(-0.5 * (d / length) ** 2)

    def matern(d, length):
        r = math.sqrt(3) * d / length
        return (1 + r) * math.exp(-r)

    kernels = {"rbf": rbf, "matern": matern}
    try:
        kernel = kernels[config["kind"]]
    except KeyError:
        raise ValueError(f"no kernel {config['kind']!r}; choose from {sorted(kernels)}") from None
    total = 0.0
    for i, a in enumerate(T5[:3]):
        for b in T5[i + 1 : 3]:
            total += config.get("scale", 1.0) * kernel(abs(a - b), config["length"])
    return total


@program(case(0.7, "quadratic"), case(0.7, "huber"), case(0.7, "none"))
def robust_loss(x, kind):
    """SciPy, scipy.optimize.least_squares: its losses, by match."""
    r = x * T5 - Y5
    match kind:
        case "quadratic" | "linear":
            rho = r**2
        case "huber":
            rho = np.where(r**2 <= 0.25, r**2, np.abs(r) - 0.25)
        case _:
            return 0.5 * x * x
    return 0.5 * rho.sum()


@program(case(np.array([0.3, 0.0, 0.9])))
def entropy_of_clipped(p):
    """SciPy, scipy.stats.entropy: warnings of the logarithm of zero are silenced."""
    p = p / p.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(p > 0.1, np.log(np.where(p > 0.1, p, 1.0)), 0.0)
    return -np.sum(p * logs)


@lru_cache(maxsize=None)
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@program(case(0.3, [0.2, 1.1, 0.7]), wrt=("t", "coefficients"))
def bernstein_polynomial(t, coefficients):
    """SciPy, scipy.interpolate.BPoly: binomials from a cached function."""
    n = len(coefficients) - 1
    return sum(c * binomial(n, k) * t**k * (1 - t) ** (n - k) for k, c in enumerate(coefficients))


class Phase(enum.Enum):
    LIQUID = 1
    GAS = 2


@program(case(300.0, 1.0), case(390.0, 1.0), wrt=("T", "p"))
def two_phase_density(T, p):
    """Moran and Shapiro, Fundamentals of Engineering Thermodynamics, chapter 3: states by enum."""
    boiling = 373.15 + 28.0 * math.log(p)
    phase = Phase.GAS if T > boiling else Phase.LIQUID
    if phase is Phase.GAS:
        return p * 101325 * 0.018 / (8.314 * T)
    return 1000.0 * (1 - 2.1e-4 * (T - 277.0) ** 1.0) + 0.05 * p


@program(case(np.array([[1.0, 0.5], [0.2, 2.0]]), 0.1), wrt=("weights", "rate"))
def parameter_groups(weights, rate):
    """PyTorch, torch.optim.SGD: groups of parameters with settings of their own, in place."""
    params = [weights[0].copy(), weights[1].copy()]
    groups = [
        {"params": [params[0]], "lr": rate},
        {"params": [params[1]], "lr": 0.1 * rate, "decay": 0.5},
    ]
    for _ in range(2):
        for group in groups:
            for p in group["params"]:
                p -= group["lr"] * (2 * p + group.get("decay", 0.0) * p)
    return np.sum(params[0] ** 2) + params[1] @ params[0]


@program(case(np.array([0.5, 1.5, 0.3, 0.8, 1.1])))
def ring_buffer_average(signal, size=3):
    """Python's documentation of collections.deque: a moving average over the last ones."""
    ring = np.zeros(size)
    averages = []
    for n, sample in enumerate(signal):
        ring[n % size] = sample
        filled = min(n + 1, size)
        averages.append(ring[:filled].sum() / filled)
    return np.array(averages)


@program(case(np.array([[0.2, 1.4, 0.3], [0.9, 0.1, 0.5]])))
def rows_normalised_in_place(table):
    """pandas' and NumPy's users' way: rows are views, and operators on them write the table."""
    table = table.copy()
    for row in table:
        row /= row.sum()
    first = table[0]
    first += 0.5 * table[1]
    table.T[2] *= 2.0
    table.ravel()[1] = 0.25
    return np.sum(table**2)


@program(case(np.array([0.4, 0.1, 0.7, 0.2])))
def out_arguments(x):
    """NumPy's documentation of ufuncs: out=, buffers that are used again."""
    buffer = np.empty_like(x)
    np.multiply(x, x, out=buffer)
    np.add(buffer, 1.0, out=buffer)
    result = np.sqrt(buffer)
    np.subtract(result, x, out=result)
    buffer[...] = 0.0
    return result @ result + buffer.sum()


@program(case(2.0, 0.5), wrt=("x", "rate"))
def decorated_iteration(x, rate):
    """Abelson and Sussman, SICP, section 1.3: functions that make functions."""

    def repeated(n):
        def wrap(f):
            def inner(v):
                for _ in range(n):
                    v = f(v)
                return v

            return inner

        return wrap

    @repeated(3)
    def improve(guess):
        return guess - rate * (guess * guess - x) / (2 * guess)

    return improve(1.0 + 0.1 * x)


@program(
    case({"layers": [{"w": 0.5, "b": 0.1}, {"w": -0.3, "b": 0.4}], "scale": 2.0, "name": "net"})
)
def tree_of_parameters(params):
    """JAX's documentation of pytrees: a map over the leaves of nested dicts and lists."""

    def tree_map(f, tree):
        if isinstance(tree, dict):
            return {k: tree_map(f, v) for k, v in tree.items()}
        if isinstance(tree, (list, tuple)):
            return type(tree)(tree_map(f, v) for v in tree)
        if isinstance(tree, str):
            return tree
        return f(tree)

    squared = tree_map(lambda leaf: leaf * leaf, params)
    total = squared["scale"]
    for layer in squared["layers"]:
        total += layer["w"] + 3 * layer["b"]
    return total


@program(case(np.array([0.3, 0.8, 0.5])))
def pipeline_of_stages(x):
    """scikit-learn, Pipeline: named stages that a loop runs, one of them fitted on the way."""

    def scale(v):
        low, high = v.min(), v.max()
        return (v - low) / (high - low)

    def square(v, power=2):
        return v**power

    stages = [("scale", scale, {}), ("power", square, {"power": 3}), ("log", np.log1p, {})]
    log = {}
    for name, stage, options in stages:
        x = stage(x, **options)
        log[name] = float(np.mean(x))
    return x.sum()


@program(case(1.2, 0.4), wrt=("x", "y"))
def walrus_and_unpacking(x, y):
    """Python's reference, sections 6.12 and 7.2: assignment expressions, starred targets."""
    head, *middle, tail = [x, x * y, y * y, math.sin(x)]
    total = 0.0
    k = 0
    while (term := head * y**k / (k + 1)) > 0.01:
        total += term
        k += 1
    (a, b), c = middle, tail
    a, b = b, a + c
    return total + a * b


@program(case(np.array([0.2, 0.7, 0.4])))
def masked_update(x):
    """NumPy's documentation of indexing: masks read and written, np.nonzero, np.where."""
    y = x.copy()
    high = y > 0.3
    y[high] *= 2.0
    y[~high] = x[high].sum()
    (index,) = np.nonzero(high)
    y[index] += np.array([0.1, 0.2]) * x[0]
    return y @ np.where(high, x, 1.0)


@program(case([3.0, 1.0, 2.0], 0.5), wrt=("demands", "price"))
def newsvendor(demands, price):
    """Hillier and Lieberman, Introduction to Operations Research: sorted, zip, any, all, sum."""
    ranked = sorted(demands, reverse=True)
    assert all(d > 0 for d in demands), f"demands are positive, not {demands}"
    weights = [1 / (k + 1) for k in range(len(ranked))]
    stock = sum(w * d for w, d in zip(weights, ranked)) / sum(weights)
    sold = [min(stock, d) for d in demands]
    lost = sum(d - s for d, s in zip(demands, sold) if d > s)
    return price * sum(sold) - 0.3 * stock**2 - 0.1 * lost
