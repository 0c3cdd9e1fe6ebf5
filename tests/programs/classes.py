"""Classes as textbooks write them: layers, optimisers, filters, vectors, polynomials, stacks."""

import math
from functools import cached_property

import numpy as np

from tests.programs.registry import case, program

V3 = np.array([0.7, 1.3, 0.9])
V4 = np.array([0.7, 1.3, 0.9, 1.1])
V5 = np.array([0.7, 1.3, 0.9, 1.1, 0.4])
V8 = np.array([0.7, 1.3, 0.9, 1.1, 0.4, 0.6, 1.2, 0.8])
P32 = np.array([[0.0, 0.1], [1.0, 0.2], [0.3, 1.1]])
Q32 = np.array([[0.1, 0.3], [-0.2, 0.1], [0.05, -0.3]])
A33 = np.array([[0.5, 1.2, 0.7], [1.1, 0.4, 0.9], [0.3, 0.8, 1.3]])


class Layer:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        self.a = np.tanh(x @ self.W + self.b)
        return self.a

    def backward(self, grad):
        dz = grad * (1 - self.a**2)
        self.dW = np.outer(self.x, dz)
        self.db = dz
        return dz @ self.W.T


@program(case(A33, V3, 2), wrt=(0, 1))
def mlp_forward_backward(W, x, epochs):
    layers = [Layer(W, np.zeros(3)), Layer(W.T, np.ones(3) * 0.1), Layer(W * 0.5, np.zeros(3))]
    loss = 0.0
    for _ in range(epochs):
        a = x
        for layer in layers:
            a = layer.forward(a)
        loss = np.sum((a - 0.5) ** 2)
        g = 2 * (a - 0.5)
        for layer in reversed(layers):
            g = layer.backward(g)
        for layer in layers:
            layer.W = layer.W - 0.1 * layer.dW
            layer.b = layer.b - 0.1 * layer.db
    return loss


class MLP:
    def __init__(self, sizes, theta):
        self.weights = []
        self.biases = []
        k = 0
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            self.weights.append(theta[k : k + n_in * n_out].reshape(n_in, n_out))
            k += n_in * n_out
            self.biases.append(theta[k : k + n_out])
            k += n_out

    def forward(self, x):
        for W, b in zip(self.weights[:-1], self.biases[:-1]):
            x = np.tanh(x @ W + b)
        return x @ self.weights[-1] + self.biases[-1]


@program(case(np.linspace(-0.9, 1.1, 17), np.array([0.3, 0.8])), wrt=(0, 1))
def mlp_from_flat_theta(theta, x):
    net = MLP([2, 4, 1], theta)
    y = net.forward(x)
    return np.sum((y - 0.2) ** 2)


class Network:
    def __init__(self, sizes, rng):
        self.params = []
        for n_in, n_out in zip(sizes, sizes[1:]):
            self.params.append({"W": rng.normal(size=(n_in, n_out)) * 0.5, "b": np.zeros(n_out)})

    def forward(self, x):
        self.cache = [x]
        for p in self.params[:-1]:
            x = np.tanh(x @ p["W"] + p["b"])
            self.cache.append(x)
        out = x @ self.params[-1]["W"] + self.params[-1]["b"]
        return out

    def train_step(self, x, y, lr):
        out = self.forward(x)
        delta = out - y
        grads = []
        for i in reversed(range(len(self.params))):
            a = self.cache[i]
            grads.append((np.outer(a, delta), delta))
            if i > 0:
                delta = (delta @ self.params[i]["W"].T) * (1 - a**2)
        grads.reverse()
        for p, (gW, gb) in zip(self.params, grads):
            p["W"] -= lr * gW
            p["b"] -= lr * gb
        return 0.5 * np.sum((out - y) ** 2)


@program(case(np.array([0.3, 0.8]), 0.1, 3), wrt=(0, 1))
def network_trained(x, lr, steps):
    net = Network([2, 3, 1], np.random.default_rng(0))
    loss = 0.0
    for _ in range(steps):
        loss = net.train_step(x, np.array([0.5]), lr)
    return loss


class SGD:
    def __init__(self, lr, momentum=0.0):
        self.lr = lr
        self.momentum = momentum
        self.velocity = {}

    def step(self, params, grads):
        for name in params:
            if name not in self.velocity:
                self.velocity[name] = np.zeros_like(params[name])
            self.velocity[name] = self.momentum * self.velocity[name] - self.lr * grads[name]
            params[name] = params[name] + self.velocity[name]


@program(case(V3, 0.7, 0.1, 4), wrt=(0, 1, 2))
def sgd_dict(w, b, lr, n):
    params = {"w": w, "b": b}
    opt = SGD(lr, 0.9)
    for _ in range(n):
        err = np.dot(params["w"], V3) + params["b"] - 1.0
        grads = {"w": 2 * err * V3, "b": 2 * err}
        opt.step(params, grads)
    return np.sum(params["w"] ** 2) + params["b"] ** 2


class Adam:
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.params = params
        self.lr = lr
        self.b1, self.b2 = betas
        self.eps = eps
        self.t = 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]

    def step(self, grads):
        self.t += 1
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = self.b1 * self.m[i] + (1 - self.b1) * g
            self.v[i] = self.b2 * self.v[i] + (1 - self.b2) * g**2
            m_hat = self.m[i] / (1 - self.b1**self.t)
            v_hat = self.v[i] / (1 - self.b2**self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


@program(case(V3, A33, 0.05, 3), wrt=(0, 1, 2))
def adam_list(w, A, lr, n):
    params = [w.copy(), A.copy()]
    opt = Adam(params, lr=lr)
    for _ in range(n):
        r = params[1] @ params[0] - 1.0
        grads = [params[1].T @ r, np.outer(r, params[0])]
        opt.step(grads)
    return np.sum(params[0] ** 2) + np.sum(params[1] * A)


class AdamDict:
    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2 = lr, beta1, beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for key, val in params.items():
                self.m[key] = np.zeros_like(val)
                self.v[key] = np.zeros_like(val)
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        for key in params.keys():
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key] ** 2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


@program(case(V3, A33, 0.05, 3), wrt=(0, 1, 2))
def adam_dict_lazy(w, A, lr, n):
    params = {"w": w.copy(), "A": A.copy()}
    opt = AdamDict(lr)
    for _ in range(n):
        r = params["A"] @ params["w"] - 1.0
        opt.update(params, {"w": params["A"].T @ r, "A": np.outer(r, params["w"])})
    return np.sum(params["w"] ** 2) + np.sum(params["A"] * A)


class LSTMCell:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.H = Wh.shape[0]
        self.h = np.zeros(self.H)
        self.c = np.zeros(self.H)

    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def __call__(self, x):
        H = self.H
        z = x @ self.Wx + self.h @ self.Wh + self.b
        i = self.sigmoid(z[:H])
        f = self.sigmoid(z[H : 2 * H])
        o = self.sigmoid(z[2 * H : 3 * H])
        g = np.tanh(z[3 * H :])
        self.c = f * self.c + i * g
        self.h = o * np.tanh(self.c)
        return self.h


@program(
    case(
        np.linspace(-1, 1, 16).reshape(2, 8),
        np.linspace(-0.5, 0.8, 16).reshape(2, 8),
        np.linspace(0.1, 0.5, 8),
        P32,
    ),
    wrt=(0, 1, 2, 3),
)
def lstm_cell_over_sequence(Wx, Wh, b, xs):
    cell = LSTMCell(Wx, Wh, b)
    outputs = []
    for x in xs:
        outputs.append(cell(x))
    return np.sum(np.array(outputs) ** 2)


class KalmanFilter:
    def __init__(self, F, H, Q, R, x0, P0):
        self.F, self.H, self.Q, self.R = F, H, Q, R
        self.x = x0
        self.P = P0

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q
        return self.x

    def update(self, z):
        y = z - self.H @ self.x
        S = self.H @ self.P @ self.H.T + self.R
        K = self.P @ self.H.T @ np.linalg.inv(S)
        self.x = self.x + K @ y
        I = np.eye(self.P.shape[0])
        self.P = (I - K @ self.H) @ self.P
        return -0.5 * (np.log(np.linalg.det(S)) + y @ np.linalg.inv(S) @ y)


@program(case(V5, 0.3, 0.5), wrt=(0, 1, 2))
def kalman_class(zs, q, r):
    kf = KalmanFilter(
        np.array([[1.0, 0.1], [0.0, 1.0]]),
        np.array([[1.0, 0.0]]),
        q * np.eye(2),
        np.array([[r]]),
        np.zeros(2),
        np.eye(2),
    )
    ll = 0.0
    estimates = []
    for z in zs:
        kf.predict()
        ll += kf.update(np.array([z]))
        estimates.append(kf.x[0])
    return ll + np.mean(estimates)


class PID:
    def __init__(self, kp, ki, kd, setpoint=0.0, limits=(None, None)):
        self.kp, self.ki, self.kd = kp, ki, kd
        self.setpoint = setpoint
        self.limits = limits
        self._integral = 0
        self._last_error = None

    def __call__(self, value, dt):
        error = self.setpoint - value
        self._integral += error * dt
        d = 0 if self._last_error is None else (error - self._last_error) / dt
        self._last_error = error
        out = self.kp * error + self.ki * self._integral + self.kd * d
        lo, hi = self.limits
        if lo is not None and out < lo:
            out = lo
        if hi is not None and out > hi:
            out = hi
        return out


@program(case(1.2, 0.3, 0.05, 6), wrt=(0, 1, 2))
def pid_loop(kp, ki, kd, n):
    pid = PID(kp, ki, kd, setpoint=1.0, limits=(None, 5.0))
    y = 0.0
    cost = 0.0
    for _ in range(n):
        u = pid(y, 0.1)
        y += 0.1 * (u - y)
        cost += (1.0 - y) ** 2
    return cost


class Vector:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vector(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, s):
        if isinstance(s, Vector):
            return self.x * s.x + self.y * s.y + self.z * s.z
        return Vector(self.x * s, self.y * s, self.z * s)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def norm(self):
        return math.sqrt(self * self)

    def cross(self, o):
        return Vector(
            self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x
        )


@program(case(V3, 3))
def vector_orbit(x, n):
    p = Vector(x[0], x[1], x[2])
    v = Vector(0.1, x[0] * 0.5, 0.2)
    for _ in range(n):
        a = -p * (1 / p.norm() ** 3)
        v = v + 0.1 * a
        p = p + v * 0.1
    L = p.cross(v)
    return L.norm() + p * v


class Matrix:
    def __init__(self, rows):
        self.rows = rows
        self.n = len(rows)
        self.m = len(rows[0])

    def __getitem__(self, idx):
        i, j = idx
        return self.rows[i][j]

    def __setitem__(self, idx, value):
        i, j = idx
        self.rows[i][j] = value

    def __matmul__(self, other):
        result = [[0.0] * other.m for _ in range(self.n)]
        for i in range(self.n):
            for j in range(other.m):
                for k in range(self.m):
                    result[i][j] += self.rows[i][k] * other.rows[k][j]
        return Matrix(result)

    @classmethod
    def identity(cls, n):
        return cls([[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)])

    def transpose(self):
        return Matrix([[self.rows[i][j] for i in range(self.n)] for j in range(self.m)])

    def trace(self):
        return sum(self.rows[i][i] for i in range(self.n))


@program(case(V4, 3))
def matrix_class_power(x, n):
    A = Matrix([[x[0], x[1]], [x[2], x[3]]])
    R = Matrix.identity(2)
    for _ in range(n):
        R = R @ A
    R[0, 1] = R[0, 1] * 2
    return (R @ R.transpose()).trace()


class Quaternion:
    __slots__ = ("w", "x", "y", "z")

    def __init__(self, w, x, y, z):
        self.w, self.x, self.y, self.z = w, x, y, z

    def __mul__(self, q):
        return Quaternion(
            self.w * q.w - self.x * q.x - self.y * q.y - self.z * q.z,
            self.w * q.x + self.x * q.w + self.y * q.z - self.z * q.y,
            self.w * q.y - self.x * q.z + self.y * q.w + self.z * q.x,
            self.w * q.z + self.x * q.y - self.y * q.x + self.z * q.w,
        )

    def conjugate(self):
        return Quaternion(self.w, -self.x, -self.y, -self.z)

    @property
    def norm(self):
        return math.sqrt(self.w**2 + self.x**2 + self.y**2 + self.z**2)

    def normalized(self):
        n = self.norm
        return Quaternion(self.w / n, self.x / n, self.y / n, self.z / n)

    @classmethod
    def from_axis_angle(cls, axis, angle):
        s = math.sin(angle / 2)
        return cls(math.cos(angle / 2), *(a * s for a in axis))

    def rotate(self, v):
        p = Quaternion(0, *v)
        r = self * p * self.conjugate()
        return [r.x, r.y, r.z]


@program(case(V3, 0.7, 3), wrt=(0, 1))
def quaternion_rotation(v, angle, n):
    q = Quaternion.from_axis_angle((0.0, 0.6, 0.8), angle)
    total = q
    for _ in range(n):
        total = (total * q).normalized()
    r = total.rotate(v)
    return r[0] * r[1] + r[2] ** 2


class Dual:
    def __init__(self, val, der=0.0):
        self.val = val
        self.der = der

    def _wrap(self, o):
        return o if isinstance(o, Dual) else Dual(o)

    def __add__(self, o):
        o = self._wrap(o)
        return Dual(self.val + o.val, self.der + o.der)

    __radd__ = __add__

    def __mul__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.val * o.val, self.val * o.der + self.der * o.val)

    __rmul__ = __mul__

    def __sub__(self, o):
        return self + (-1) * o

    def __pow__(self, n):
        return Dual(self.val**n, n * self.val ** (n - 1) * self.der)

    def sin(self):
        return Dual(math.sin(self.val), math.cos(self.val) * self.der)


@program(case(0.7, 4))
def newton_with_dual(x0, n):
    def f(x):
        return x**3 - 2 * x + x.sin() - 0.5

    x = x0
    for _ in range(n):
        d = f(Dual(x, 1.0))
        x = x - d.val / d.der
    return x * x + x0


class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = list(coefficients)

    def __call__(self, x):
        res = 0
        for c in reversed(self.coefficients):
            res = res * x + c
        return res

    def degree(self):
        return len(self.coefficients) - 1

    def __add__(self, other):
        from itertools import zip_longest

        return Polynomial(
            *[a + b for a, b in zip_longest(self.coefficients, other.coefficients, fillvalue=0)]
        )

    def __mul__(self, other):
        res = [0] * (len(self.coefficients) + len(other.coefficients) - 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                res[i + j] += a * b
        return Polynomial(*res)

    def derivative(self):
        return Polynomial(*[k * c for k, c in enumerate(self.coefficients)][1:])


@program(case(V3, 0.6), wrt=(0, 1))
def polynomial_class(c, x):
    p = Polynomial(c[0], c[1], c[2])
    q = p * p.derivative()
    return q(x) + (p + q)(x) * p.degree()


class PolynomialList:
    def __init__(self, coeffs):
        self.coeffs = coeffs

    def __call__(self, x):
        result = 0.0
        for i, c in enumerate(self.coeffs):
            result += c * x**i
        return result

    def derivative(self):
        return PolynomialList([i * c for i, c in enumerate(self.coeffs)][1:])

    def newton(self, x, steps=5):
        d = self.derivative()
        for _ in range(steps):
            x -= self(x) / d(x)
        return x


@program(case(np.array([-2.0, 0.3, 1.0]), 1.2), wrt=(0, 1))
def polynomial_array_newton(c, x):
    p = PolynomialList(c)
    return p.newton(x) + p.derivative()(x)


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self):
        self.head = None

    def push(self, value):
        self.head = Node(value, self.head)

    def total(self):
        s = 0
        node = self.head
        while node is not None:
            s = s * 0.5 + node.value**2
            node = node.next
        return s


@program(case(V4))
def linked_list(x):
    ll = LinkedList()
    ll.push(x[0])
    ll.push(x[1] * x[2])
    ll.push(x[3])
    return ll.total()


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right


def tree_sum(node, depth=0):
    if node is None:
        return 0.0
    return node.value * 0.9**depth + tree_sum(node.left, depth + 1) * tree_sum(
        node.right, depth + 1
    )


@program(case(V5))
def tree_known_shape(x):
    t = Tree(x[0], Tree(x[1], Tree(x[2])), Tree(x[3], None, Tree(x[4])))
    return tree_sum(t)


class Const_:
    def __init__(self, v):
        self.v = v

    def eval(self, env):
        return self.v


class Var:
    def __init__(self, name):
        self.name = name

    def eval(self, env):
        return env[self.name]


class BinOp:
    def __init__(self, op, l, r):
        self.op, self.l, self.r = op, l, r

    def eval(self, env):
        a, b = self.l.eval(env), self.r.eval(env)
        if self.op == "+":
            return a + b
        elif self.op == "*":
            return a * b
        raise ValueError(self.op)


@program(case(0.7, 1.3), wrt=(0, 1))
def expression_tree(x, y):
    e = BinOp("+", BinOp("*", Var("x"), Var("y")), BinOp("*", Var("x"), Const_(2.0)))
    return e.eval({"x": x, "y": y}) ** 2


class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        if not self.items:
            raise IndexError("pop from empty stack")
        return self.items.pop()

    def __len__(self):
        return len(self.items)

    def is_empty(self):
        return len(self.items) == 0


@program(case(0.7, 1.3), wrt=(0, 1))
def rpn_calculator(x, y):
    stack = Stack()
    env = {"x": x, "y": y}
    for tok in "x y + x * y 2 ^ -".split():
        if tok in ("+", "-", "*", "/", "^"):
            b = stack.pop()
            a = stack.pop()
            if tok == "+":
                stack.push(a + b)
            elif tok == "-":
                stack.push(a - b)
            elif tok == "*":
                stack.push(a * b)
            elif tok == "/":
                stack.push(a / b)
            else:
                stack.push(a**b)
        elif tok in env:
            stack.push(env[tok])
        else:
            stack.push(float(tok))
    return stack.pop()


class Queue:
    def __init__(self):
        self.items = []

    def enqueue(self, x):
        self.items.insert(0, x)

    def dequeue(self):
        return self.items.pop()

    def empty(self):
        return not self.items


@program(case(V3, 4))
def queue_class(x, n):
    q = Queue()
    for v in x:
        q.enqueue(v)
    for _ in range(n):
        a = q.dequeue()
        b = q.dequeue()
        q.enqueue(a * b)
        q.enqueue(a + 0.5)
    s = 0.0
    while not q.empty():
        s = s * 0.5 + q.dequeue()
    return s


class MovingAverage:
    def __init__(self, size):
        self.size = size
        self.window = []

    def update(self, value):
        self.window.append(value)
        if len(self.window) > self.size:
            self.window.pop(0)
        return sum(self.window) / len(self.window)


@program(case(V8))
def moving_average_class(x):
    ma = MovingAverage(3)
    out = 0.0
    for v in x:
        out += ma.update(v * v) ** 2
    return out


class RunningStats:
    def __init__(self):
        self.n = 0
        self.mean = 0.0
        self.m2 = 0.0

    def push(self, x):
        self.n += 1
        delta = x - self.mean
        self.mean += delta / self.n
        self.m2 += delta * (x - self.mean)

    @property
    def variance(self):
        return self.m2 / (self.n - 1) if self.n > 1 else 0.0


@program(case(V8))
def welford(x):
    s = RunningStats()
    for v in x:
        s.push(v)
    return s.variance + s.mean


@program(case(V3, 0.7, 4), wrt=(0, 1))
def plain_dict(w, b, n):
    vel = {}
    params = {"w": w, "b": b}
    for _ in range(n):
        for name in params:
            if name not in vel:
                vel[name] = np.zeros_like(params[name])
            vel[name] = 0.9 * vel[name] - 0.1 * params[name]
            params[name] = params[name] + vel[name]
    return np.sum(params["w"] ** 2) + params["b"] ** 2


@program(case(V3, 0.7, 4), wrt=(0, 1))
def dict_or_none(w, b, n):
    m = None
    params = {"w": w, "b": b}
    for _ in range(n):
        if m is None:
            m = {}
            for key, val in params.items():
                m[key] = np.zeros_like(val)
        for key in params:
            m[key] += 0.1 * params[key]
            params[key] = params[key] - m[key]
    return np.sum(params["w"] ** 2) + params["b"] ** 2


class Opt:
    def __init__(self):
        self.m = None


@program(case(V3, 0.7, 4), wrt=(0, 1))
def dict_or_none_in_object(w, b, n):
    o = Opt()
    params = {"w": w, "b": b}
    for _ in range(n):
        if o.m is None:
            o.m = {}
            for key, val in params.items():
                o.m[key] = np.zeros_like(val)
        for key in params:
            o.m[key] = o.m[key] + 0.1 * params[key]
            params[key] = params[key] - o.m[key]
    return np.sum(params["w"] ** 2) + params["b"] ** 2


class Momentum:
    def __init__(self, lr):
        self.lr = lr
        self.v = None

    def update(self, params, grads):
        if self.v is None:
            self.v = {}
            for key, val in params.items():
                self.v[key] = np.zeros_like(val)
        for key in params.keys():
            self.v[key] = 0.9 * self.v[key] - self.lr * grads[key]
            params[key] = params[key] + self.v[key]


@program(case(V3, 0.7, 4), wrt=(0, 1), may_refuse=True)
def momentum_and_alias(w, b, n):
    opt = Momentum(0.1)
    params = {"w": w, "b": b}
    for k in range(n):
        opt.update(params, {"w": params["w"] * 2, "b": params["b"] ** 2})
    v = opt.v
    opt.update(params, {"w": params["w"] * 2, "b": params["b"] ** 2})
    return np.sum(params["w"] ** 2) + params["b"] ** 2 + np.sum(v["w"]) + v["b"]


@program(
    case(V3, 0.7, 4),
    wrt=(0, 1),
)
def momentum_changed_from_outside(w, b, n):
    opt = Momentum(0.1)
    params = {"w": w, "b": b}
    for k in range(n):
        if opt.v is not None:
            v = opt.v
            v["w"] = v["w"] * 0.5
        opt.update(params, {"w": params["w"] * 2, "b": params["b"] ** 2})
    return np.sum(params["w"] ** 2) + params["b"] ** 2


def pick(xs, flag):
    if flag:
        xs = xs[::-1]
    s = 0.0
    for x in xs:
        s = s * 2 + x
    return s


@program(case(0.7, 1.3, 2), wrt=(0, 1), may_refuse=True)
def read_only_fork(a, b, n):
    xs = [a, b]
    s = 0.0
    for k in range(n):
        s += pick(xs, k > 0)
        xs[0] = xs[0] * 1.5
    return s


def pick_and_change(xs, flag):
    if flag:
        xs = [x * 2 for x in xs]
    xs[0] += 1.0
    return xs[0] * xs[1]


@program(case(0.7, 1.3, 2), wrt=(0, 1), may_refuse=True)
def changing_fork(a, b, n):
    xs = [a, b]
    s = 0.0
    for k in range(n):
        s += pick_and_change(xs, k > 0)
    return s + xs[0]


def keep(box, xs, flag):
    ys = xs
    if flag:
        ys = [x * 2 for x in xs]
    box.xs = ys


class Box:
    pass


@program(case(0.7, 1.3, 2), wrt=(0, 1), may_refuse=True)
def stored_fork(a, b, n):
    xs = [a, b]
    box = Box()
    keep(box, xs, n > 3)
    box.xs[0] = 5.0 * a
    return xs[0] + box.xs[0] * b


def choose(xs, flag):
    ys = xs
    if flag:
        ys = [x * 2 for x in xs]
    return ys


@program(case(0.7, 1.3, 2), wrt=(0, 1), may_refuse=True)
def returned_fork(a, b, n):
    xs = [a, b]
    ys = choose(xs, n > 3)
    ys[0] = 5.0 * a
    return xs[0] + ys[0] * b


# Attributes that are computed when they are first read, and kept.


class Samples:
    def __init__(self, x):
        self.x = x

    @cached_property
    def squares(self):
        return self.x**2

    @cached_property
    def weighted(self):
        return self.squares.sum() * self.x


@program(case(np.array([1.1, 0.5, 0.3])))
def cached_properties_keep_the_first_value(x):
    s = Samples(x * 1.0)
    total = 0.0
    for i in range(3):
        if i > 0:
            total += s.weighted[i] * s.squares[0]
        s.x = s.x * 2
    return total * s.squares.sum() + s.x.sum()


@program(case(np.array([1.1, 0.5, 0.3]), 3))
def cached_properties_of_many_objects(x, n):
    found = []
    for i in range(n):
        found.append(Samples(x * (i + 1)))
    return sum(s.squares.sum() * s.weighted[0] for s in found)
