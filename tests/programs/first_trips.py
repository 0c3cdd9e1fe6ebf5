"""Loops in whose first trip dicts and objects get keys and attributes that later trips read."""

from collections import Counter

import numpy as np

from tests.programs.registry import case, program

X, N = 1.3, 7


@program(case(X))
def keys_by_setdefault_in_many_trips(x):
    state = {}
    params = {"w": x * 1.0, "b": 2.0 * x}
    for _ in range(40):
        for k in params:
            m = state.setdefault(k, 0.0)
            state[k] = 0.5 * m + params[k]
            params[k] = params[k] - 0.1 * state[k]
    return params["w"] * params["b"]


class Optimizer:
    def __init__(self, rate):
        self.rate = rate
        self.state = {}

    def direction(self, key, g):
        v = self.state.get(key, np.zeros_like(g))
        self.state[key] = 0.9 * v + g
        return self.state[key]

    def step(self, params, grads):
        for key, g in grads.items():
            params[key] -= self.rate * self.direction(key, g)


class Adam(Optimizer):
    def __init__(self, rate, beta=0.9):
        super().__init__(rate)
        self.beta = beta
        self.t = Counter()

    def direction(self, key, g):
        m, v = self.state.setdefault(key, (np.zeros_like(g), np.zeros_like(g)))
        self.t[key] += 1
        m = self.beta * m + (1 - self.beta) * g
        v = self.beta * v + (1 - self.beta) * g**2
        self.state[key] = (m, v)
        scale = 1 - self.beta ** self.t[key]
        return m / scale / (np.sqrt(v / scale) + 1e-3)


def trained(optimizer, x, batch):
    features = np.outer(np.arange(1.0, N), [1.0, x])
    params = {"w": np.array([0.1, x]), "b": np.zeros(1)}
    for _ in range(3):
        for lo in range(0, len(features), batch):
            part = features[lo : lo + batch]
            error = part @ params["w"] + params["b"] - 1.0
            optimizer.step(params, {"w": part.T @ error, "b": np.array([error.mean()])})
    return params["w"] @ params["w"] + params["b"][0]


@program(case(X))
def momentum_over_batches(x):
    return trained(Optimizer(0.01 * x), x, 4)


@program(case(X))
def adam_over_batches(x):
    return trained(Adam(0.1, beta=0.5 * x), x, 4)


@program(case(X, N))
def what_is_looped_over_changes(x, n):
    state = {}
    for v in np.arange(n) * x:
        x = x * 1.01
        n = n + 1
        state["w"] = state.get("w", 0.0) + x * v
    return state["w"] * n


@program(case(X, N))
def loops_inside_loops(x, n):
    state = {}
    for v in np.arange(n) * x:
        for w in range(1, n, 2):
            state["w"] = state.get("w", 0.0) + x * v * w
        state["v"] = state.get("v", 1.0) * 1.01 + state["w"]
    return state["w"] * state["v"]


@program(case(X, N), case(X, 1))
def left_in_the_first_trip_or_later(x, n):
    state = {}
    for k in range(n):
        if "w" not in state:
            state["w"] = x
        state["w"] = state["w"] * 1.1 + k
        if state["w"] * x > 4.0 + k:
            break
    return state["w"] * x


@program(case(X, N))
def lists_under_keys(x, n):
    runs = {}
    for k in range(n):
        runs.setdefault("all", []).append(x * k)
    return sum(runs["all"]) * len(runs["all"])
