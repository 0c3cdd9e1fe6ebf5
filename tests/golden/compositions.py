"""Calls, second derivatives, roundings, records and kernels, beside what is written by hand."""

import math

import ml_dtypes
import numpy as np

import fpad
from tests.golden.programs import ripple, root
from tests.golden.registry import golden


def softplus(x, a):
    return a * np.log(1.0 + np.exp(x / a))


def softplus_fwd(x, a):
    e = np.exp(x / a)
    return a * np.log(1.0 + e), e


def softplus_bwd(saved, by):
    e = saved
    bx = by * e / (1.0 + e)
    return bx


def chain(x, y, a):
    u = softplus(x, a)
    v = softplus(u - y, a)
    return u * v


@golden(fpad.grad(chain), 1.0, 0.5, 2.0, helpers=(softplus_fwd, softplus_bwd))
def chain_grad(x, y, a):
    u, saved_u = softplus_fwd(x, a)
    v, saved_v = softplus_fwd(u - y, a)
    # u * v
    bu = v
    bv = u
    # v = softplus(u - y, a)
    bu = bu + softplus_bwd(saved_v, bv)
    # u = softplus(x, a)
    bx = softplus_bwd(saved_u, bu)
    return bx


def power(x, n):
    if n == 0:
        return 1.0
    if n % 2 == 1:
        return x * power(x, n - 1)
    h = power(x, n // 2)
    return h * h


def power_fwd(x, n):
    if n == 0:
        return 1.0, None
    if n % 2 == 1:
        p, inner = power_fwd(x, n - 1)
        return x * p, (True, x, p, inner)
    h, inner = power_fwd(x, n // 2)
    return h * h, (False, x, h, inner)


def power_bwd(saved, by):
    if saved is None:
        return 0.0
    odd, x, h, inner = saved
    if odd:
        # x * power(x, n - 1)
        bx = by * h
        bx = bx + power_bwd(inner, by * x)
    else:
        # h * h
        bh = 2.0 * by * h
        # h = power(x, n // 2)
        bx = power_bwd(inner, bh)
    return bx


@golden(fpad.grad(power), 1.3, 11, helpers=(power_fwd, power_bwd))
def power_grad(x, n):
    _, saved = power_fwd(x, n)
    return power_bwd(saved, 1.0)


# ---------------------------------------------------------------- second derivatives


def wave(x):
    return math.exp(-x * x) * math.sin(x)


@golden(fpad.grad(fpad.grad(wave)), 0.4)
def wave_grad_grad(x):
    e = math.exp(-x * x)
    s = math.sin(x)
    c = math.cos(x)
    bt = s * e
    # the gradient: e * c - 2.0 * x * bt
    be = c
    bc = e
    bx = -2.0 * bt
    bbt = -2.0 * x
    # bt = s * e
    be = be + bbt * s
    bs = bbt * e
    # c = math.cos(x), s = math.sin(x)
    bx = bx - bc * s + bs * c
    # e = math.exp(-x * x)
    bx = bx - 2.0 * x * e * be
    return bx


# ---------------------------------------------------------------- roundings and records


def bf16(x):
    return float(ml_dtypes.bfloat16(x))


@golden(fpad.grad(ripple, precision="bfloat16"), 1.6, 3.1)
def ripple_grad_bfloat16(x, s):
    x = bf16(x)
    s = bf16(s)
    t = bf16(x * x)
    by = bf16(1.0 / s)
    bt = bf16(np.cos(t))
    bt = bf16(by * bt)
    bx = bf16(bt * x)
    bx = bf16(bx + bx)
    return bx


@golden(fpad.grad(root, record=True), 2.0)
def root_grad_recorded(a):
    choices = []
    tape = []
    x = a
    while True:
        k = len(tape)
        tape.append(x)
        step = (x * x - a) / (2.0 * x)
        x = x - step
        choices.append((np.sign(step), step, (k,)))
        size = abs(step)
        small = size < 1e-12
        choices.append((small, size - 1e-12, (k,)))
        if small:
            break
    choices.append((len(tape), None, ()))
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
    return ba, choices


# ---------------------------------------------------------------- kernels


def swish(x, b):
    y = x / (1.0 + np.exp(-b * x))
    return np.sum(y * y)


@golden(fpad.grad(swish, backend="cupy"), np.array([0.5, -1.0, 2.0]), 1.5)
def swish_grad_cupy(x, b):
    t = -b
    e = np.exp(t * x)
    d = 1.0 + e
    y = x / d
    # np.sum(y * y)
    by = 2.0 * y
    # y = x / d
    bx = by / d
    bd = -bx * y
    # d = 1.0 + np.exp(-b * x)
    bx = bx + bd * e * t
    return bx
