# ruff: noqa: SIM108
"""Calls of user functions: recursion, several results, defaults, closures over data."""

import math

import numpy as np

from tests.programs.registry import case, kink, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, -1.1])
GAIN = 1.7
KERNEL = np.array([0.25, 0.5, 0.25])


def damped(a, b):
    t = a * b
    return math.sin(t) * a


@program(case(0.7, 3), case(0.7, 0), case(1.2, 2))
def call_in_loop(x, n):
    y = x
    for _ in range(n):
        y = damped(y, x) + x
    return y


@program(case(0.7), case(-0.2))
def nested_calls(x):
    return damped(damped(x, 2.0), damped(0.5, damped(x, x))) * x


def power(x, n):
    if n == 0:
        return 1.0
    z = power(x, n - 1)
    return z * math.sin(x)


@program(case(0.8, 3), case(0.8, 0))
def recursion(x, n):
    return power(x, n) * x


@program(case(0.8, 5), case(1.3, 1), case(1.3, 0))
def recursive_itself(x, n):
    if n <= 0:
        return x * x
    return math.sin(x) + 0.5 * recursive_itself(x * 0.9, n - 1) * x


def even(x, n):
    if n == 0:
        return x
    return odd(x * 1.1, n - 1)


def odd(x, n):
    if n == 0:
        return x * x
    return even(math.sin(x), n - 1)


@program(case(0.8, 3), case(0.8, 4), case(0.8, 0))
def mutual_recursion(x, n):
    return even(x, n) * x


def fibonacci(x, n):
    if n < 2:
        return x + n
    return fibonacci(x, n - 1) * 0.6 + fibonacci(x, n - 2) * x


@program(case(0.7, 6), case(0.7, 1))
def two_recursive_calls(x, n):
    return fibonacci(x, n)


def ackermann(m, n, x):
    if m == 0:
        return math.sin(x + n) + 1.0
    if n == 0:
        return 0.5 * ackermann(m - 1, 1, x * 1.1)
    return ackermann(m - 1, n - 1, x * ackermann(m, n - 1, 0.9 * x))


@program(case(0.4, 2, 2), case(0.4, 0, 3))
def ackermann_over_floats(x, m, n):
    return ackermann(m, n, x)


def best_move(position, depth, own, x):
    if depth == 0:
        return math.sin(position + x) + 0.1 * position * x
    left = best_move(2.0 * position, depth - 1, not own, x)
    right = best_move(2.0 * position + 1.0, depth - 1, not own, x)
    if own:
        return left if left > right else right
    return left if left < right else right


@program(case(0.3, 3), case(1.7, 2), case(0.9, 0))
def game_tree(x, depth):
    return best_move(1.0, depth, True, x)


def adaptive(a, b, fa, fb, k, depth):
    m = 0.5 * (a + b)
    fm = math.exp(-k * m * m)
    whole = 0.5 * (b - a) * (fa + fb)
    halves = 0.25 * (b - a) * (fa + 2.0 * fm + fb)
    if depth == 0 or abs(whole - halves) < 1e-3:
        return halves
    return adaptive(a, m, fa, fm, k, depth - 1) + adaptive(m, b, fm, fb, k, depth - 1)


@program(case(1.5, 2.0), case(3.0, 0.3), wrt=(0, 1))
def adaptive_quadrature(b, k):
    return adaptive(0.0, b, 1.0, math.exp(-k * b * b), k, 4)


def divide_and_conquer(v):
    n = v.shape[0]
    if n == 0:
        return 0.0
    if n == 1:
        return v[0] * v[0]
    h = n // 2
    return divide_and_conquer(v[:h]) + math.sin(divide_and_conquer(v[h:]))


@program(case(V4), case(np.array([0.4])), case(np.array([])))
def pairwise_summation(v):
    return divide_and_conquer(v)


def polar(x, y):
    r = math.sqrt(x * x + y * y)
    return r, y / r


def rotate(pair, angle):
    c, s = math.cos(angle), math.sin(angle)
    return c * pair[0] - s * pair[1], s * pair[0] + c * pair[1]


@program(case(0.6, 0.8, 0.3), case(-1.0, 0.2, 2.0), wrt=(0, 1, 2))
def helpers_that_return_tuples(x, y, angle):
    r, s = polar(x, y)
    p = (x * s, y * r)
    for _ in range(2):
        p = rotate(p, angle)
    u, v = rotate(pair=p, angle=s)
    return u * r + v


def scaled(x, factor=2.0, *, shift=0.5, times=GAIN):
    return factor * x * times + shift


@program(case(0.4), case(0.4, y=1.3), wrt=("x", "y"))
def keywords_and_defaults(x, y=0.8):
    a = scaled(x)
    b = scaled(x, y)
    c = scaled(x, shift=y * y, factor=x)
    d = scaled(factor=y, x=b, times=a)
    return a * b + c - d


@program(case(V3))
def module_data(x):
    y = GAIN * x
    return np.sum(KERNEL * y * y) + y @ KERNEL


def make_model(weights, bias):
    def closure_over_arrays(x):
        h = np.tanh(weights @ x + bias)
        return np.sum(h * h)

    return closure_over_arrays


def make_power(exponent):
    def closure_over_a_number(x):
        y = x
        for _ in range(exponent):
            y = y * x
        return y

    return closure_over_a_number


def make_composed(inner, gain):
    def closure_over_a_function(x):
        return inner(x) * gain + inner(gain * x)

    return closure_over_a_function


closure_over_arrays = program(case(V3))(
    make_model(np.array([[0.3, -0.2, 0.5], [0.9, 0.1, -0.4]]), np.array([0.1, 0.2]))
)
closure_over_a_number = program(case(0.7), case(1.2))(make_power(3))
closure_over_a_function = program(case(0.7), case(1.2))(make_composed(make_power(2), 0.8))


def apply_twice(f, x):
    return f(f(x))


def squash(x):
    return math.tanh(1.3 * x) + 0.2 * x


@program(case(0.7))
def function_passed_to_a_function(x):
    return apply_twice(squash, x) * apply_twice(math.sin, x)


@program(case(squash, 0.4), case(math.exp, 0.4), wrt=1)
def function_as_argument(f, x):
    return f(x) * x + f(x * x)


smooth_step = lambda t: t * t * (3.0 - 2.0 * t)  # noqa: E731


@program(case(0.3), case(0.9))
def calls_a_lambda(x):
    return smooth_step(x) * smooth_step(smooth_step(x))


def sign_of(x):
    if x > 0.0:
        return 1.0
    if x < 0.0:
        return -1.0
    return 0.0


@program(kink(0.0, slope=0.0), kink(2.0, slope=1.0), kink(-0.5, slope=-1.0))
def result_without_derivative(x):
    return sign_of(x) * x


def normalised(v):
    total = np.sum(v)
    if total > 1.0:
        return v / total
    return v


@program(case(V3), case(V3 * 0.1), case(V3.astype(np.float32)))
def array_helper_in_loop(x):
    y = x
    for k in range(3):
        y = normalised(y * y + 0.1 * k)
    return np.sum(y * x)


def filled(n, value):
    out = np.zeros(n)
    for i in range(n):
        out[i] = value * (i + 1.0)
    return out


@program(case(0.6), case(-0.3))
def helper_that_builds_an_array(x):
    a = filled(3, x)
    b = filled(3, x * x)
    a[1] = b[2]
    return np.sum(a * b)


def find_root(f, a, x):
    for _ in range(6):
        x = x - (f(x) - a) / (1.0 + 3.0 * x * x)
    return x


def cubic(x):
    return x + x * x * x


@program(case(1.7), case(0.2))
def newton_with_a_function_argument(a):
    return find_root(cubic, a, 0.5) ** 2


def depth_first(x, n, limit):
    total = x
    for k in range(n):
        if total > limit:
            return total * x
        total = total + depth_first(0.5 * x + 0.1 * k, n - 1, limit)
    return total


@program(case(0.6, 3, 2.0), case(0.6, 3, 9.0), wrt=0)
def recursion_inside_a_loop(x, n, limit):
    return depth_first(x, n, limit)


def copied_then_written(a, w):
    w = w.copy()
    if w[3] > w[-1] * 1.3:
        w[0] *= a
    else:
        w[1] = 0.3 * np.dot(w * a, w)
    return w[0] * w[1]


@program(case(0.4, V4), case(0.4, V4[::-1]), wrt=(0, 1))
def helper_that_copies_its_argument(x, v):
    y = x
    for _ in range(2):
        y = y + copied_then_written(y, v)
    return y * copied_then_written(x, np.cos(v)[::-1] * v) + np.sum(v)


def pulled_down(a, b):
    for _ in range(2):
        b -= 0.1 * a
    return b * a


@program(case(0.4, V4), wrt=(0, 1))
def helper_that_updates_a_float_from_an_element(x, v):
    w = np.concatenate([v[2:], v[:2]])
    s = np.stack([x * w[1], w[2]])
    return pulled_down(x, w[0]) + pulled_down(w[1], x) * pulled_down(x, s[0])


def bell(a, b):
    a = math.exp(-b * b) / (1.5 + b * b)
    return a / (1.5 + b)


@program(case(0.6, 1.1, V4), case(1.6, 1.1, V4), wrt=(0, 1, 2))
def helper_with_an_unused_argument(x, y, v):
    if y < x:
        y = y * x
    else:
        x = 0.2 * bell(0.3 * v[3] - 0.4 * v[0], np.exp(-x * x))
    return 0.5 * np.sum(v * v) + y + x


def doubled_in_an_array(a, m):
    if m <= 0:
        return a
    w = np.zeros(4)
    w[1:3] = a
    return doubled_in_an_array(w[1] ** 2 + w[2], m - 1)


@program(case(0.6, V4), case(1.6, V4), wrt=(0, 1))
def recursion_with_a_local_array(x, v):
    y = x
    for e in v:
        for _ in range(2):
            y = doubled_in_an_array(np.dot(v, v) * 0.1, 2)
            if e < y:
                break
    return x * y + np.sum(v * v)


# ---------------------------------------------------------------- functions inside functions


@program(case(0.7), case(-0.4))
def helper_inside(x):
    k = x * 2.0

    def g(y, p=x * 3.0, *, q=1.0):
        return y * k + p * q

    return g(x * x) + g(1.0, p=2.0) + g(x, q=x)


def _newton(f, df, x, n):
    for _ in range(n):
        x = x - f(x) / df(x)
    return x


@program(case(2.0, 6), case(0.7, 3), case(0.7, 0))
def functions_handed_on(p, n):
    s = 1.0
    for i in range(2):
        s = s + _newton(lambda z: z * z - p * (i + 1), lambda z: 2.0 * z, s, n)  # noqa: B023
    return s


@program(case(0.7), case(1.3))
def functions_in_lists_and_of_functions(x):
    def compose(f, g):
        return lambda v: f(g(v))

    layers = [lambda v: np.sin(v) * x, lambda v: v * v, compose(math.exp, lambda v: -v * x)]
    s = x
    for layer in layers:
        s = layer(s)
    return s + {"a": compose(layers[0], layers[1])}["a"](x)


@program(case(2.0), case(0.3))
def recursion_inside(x):
    def power(n, a=1.0):
        return a if n == 0 else x * power(n - 1, a)

    def plain(n):
        return 1.0 if n == 0 else plain(n - 1) * 2.0

    def over(n):
        return x if n == 0 else n * over(n - 1)

    return over(3) + plain(2) * x + power(3) + power(2, a=x)


@program(case(0.7), case(-1.1))
def array_taken_and_written(x):
    u = np.array([x, 2.0])

    def bump(i):
        return u[i] * x

    u[0] = x * x
    return bump(0) + bump(1)


def _made(c):
    def inside(x):
        scale = lambda y: y * c  # noqa: E731
        return scale(x) * x

    return inside


@program(case(0.7), case(-1.1))
def made_outside(x):
    return made_by_three(x) * x


made_by_three = _made(3.0)


@program(case(0.6), case(1.2))
def network_of_functions(x):
    def dense(W, b, act=np.tanh):
        return lambda v: act(W @ v + b)

    net = [
        dense(np.eye(2) * x, np.ones(2)),
        dense(np.ones((1, 2)), np.zeros(1), act=lambda z: z * z),
    ]
    v = np.array([x, 0.3])
    for layer in net:
        v = layer(v)
    return v[0]


def _runge_kutta(f, y, t, dt):
    k1 = f(t, y)
    k2 = f(t + dt / 2.0, y + dt / 2.0 * k1)
    k3 = f(t + dt / 2.0, y + dt / 2.0 * k2)
    k4 = f(t + dt, y + dt * k3)
    return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


@program(case(1.3), case(0.4))
def pendulum_by_runge_kutta(stiffness):
    def rhs(t, y):
        return np.array([y[1], -np.sin(y[0]) * stiffness * (1.0 + t)])

    y = np.array([1.0, 0.0])
    for i in range(5):
        y = _runge_kutta(rhs, y, i * 0.1, 0.1)
    return y[0] * y[1]


@program(case(1.1), case(0.5))
def function_of_a_function(x):
    def twice(f):
        return lambda v: f(f(v))

    def fibonacci(n):
        return x if n < 2 else fibonacci(n - 1) + fibonacci(n - 2) * x

    return twice(twice(lambda v: v * x))(1.0) + fibonacci(5)
