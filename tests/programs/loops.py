# ruff: noqa: SIM102, SIM108, B007
"""Control flow: jumps out of nested loops, loops that do not run, names that outlive them."""

import math

import numpy as np

from tests.programs.registry import case, kink, program


@program(case(1.2, 4), case(0.5, 3), case(1.2, 0), case(0.1, 2))
def break_two_loops_deep(x, n):
    done = False
    y = x
    for i in range(n):
        for j in range(n):
            y = y * math.sin(x) + 0.7 * j
            if y > 3.0:
                done = True
                break
        if done:
            break
        y = y + 0.1 * i
    return y


@program(case(0.9, 5), case(1.6, 5), case(1.1, 0))
def break_inner_only(x, n):
    total = 0.0
    for i in range(n):
        p = x
        for j in range(n):
            if j > i:
                break
            p = p * x
        total = total + math.sin(p)
    return total


@program(case(1.7, 6), case(1.1, 3), case(1.3, 0))
def return_from_loop(x, n):
    y = x
    for _ in range(n):
        y = y * x
        if y > 10.0:
            return y * math.sin(x)
    return y + x


@program(case(0.9, 3), case(0.2, 3), case(0.5, 1))
def return_from_nested_loops(x, n):
    y = x
    for i in range(n):
        for j in range(n):
            y = y * math.exp(x) * 0.5
            if y > 4.0:
                return y * y
            if y > 2.0 and j == 1:
                return y * x
        y = y + math.sin(y) * i
    return math.cos(y)


@program(case(0.9, 7), case(0.3, 9))
def continue_in_nested_ifs(x, n):
    s = 0.0
    for i in range(n):
        t = x * i
        if i % 2 == 0:
            if t > 3.0:
                continue
            t = t * t
        elif i == 5:
            continue
        s = s + math.sin(t)
    return s


@program(case(0.9, 6), case(0.2, 4), case(2.5, 4))
def break_and_continue_together(x, n):
    s = x
    for i in range(n):
        if i > 1:
            if s > 2.0:
                break
            s = s * 1.5
        else:
            if s < 0.3:
                s = s + 1.0
                continue
            s = s * s
        s = s + math.sin(x)
    return s


@program(case(0.8), case(1.9))
def while_true_with_break_in_the_middle(x):
    k = 0
    while True:
        x = math.sin(x) * 1.5
        if k >= 4:
            break
        x = x + 0.1 * x * x
        k = k + 1
    return x


@program(case(1.9), case(0.15), case(0.6))
def while_with_two_conditions(x):
    k = 0
    while x > 0.2 and k < 6:
        if x > 1.0:
            x = math.sqrt(x) * 0.9
        else:
            x = x * x * 0.95
        k += 1
    return x * k


@program(case(1.2, 3), case(0.4, 0))
def while_inside_for_inside_while(x, n):
    total = 0.0
    outer = 0
    while outer < 3:
        outer += 1
        for i in range(n):
            y = x * (i + 1)
            while y > 1.5:
                y = 0.5 * y + 0.1 * math.sin(y)
                if outer == 2:
                    break
            total = total + y * outer
            if total > 9.0:
                break
    return total


@program(case(1.2, 0), case(1.2, 1), case(1.2, 3))
def zero_trip_loop(x, n):
    t = x
    for _ in range(n):
        t = t * x
        u = t * t
        t = t + 0.01 * u
    return t * x


@program(case(0.8, 1), case(0.8, -1))
def defined_in_one_arm(x, c):
    if c > 0:
        t = x * x
        u = math.sin(t)
    y = x
    if c > 0:
        y = u * t
    return y * x


@program(case(0.7, 4), case(0.7, 1))
def loop_variable_after_loop(x, n):
    s = 0.0
    for i in range(n):
        s = s + x * i
    return s * i * x + x


@program(case(0.7, np.array([0.3, 1.2, -0.4])), wrt=(0, 1))
def element_after_loop(x, v):
    s = x
    for e in v:
        s = s * e + x
    return s * e


@program(case(0.7, 4), case(1.3, 2))
def last_value_of_a_temporary(x, n):
    s = x
    for i in range(n):
        t = math.sin(s * i)
        s = s + t
    return t * s


@program(case(0.6, 4), case(0.6, 3), case(0.6, 0))
def swap_in_loop(x, n):
    a = x
    b = x * x
    for _ in range(n):
        a, b = b, a * b + math.sin(a)
    return a


@program(case(0.6, 1.1, 0.2, 5), wrt=(0, 1, 2))
def rotate_three_names(a, b, c, n):
    for k in range(n):
        a, b, c = b, c, 0.5 * a * b + 0.1 * k
    return a * b + c


@program(case(0.7, 6), case(1.4, 5))
def branch_in_loop(x, n):
    s = x
    for i in range(n):
        if s > 1.0:
            s = math.sin(s) * x
        else:
            t = s * s
            s = t + x
            if i > 2:
                s = s * t
    return s


@program(case(0.6), case(1.5))
def overwritten_many_times(x):
    y = x * x
    z = math.sin(y)
    y = y * z
    y = math.exp(y) * x
    z = z * y
    y = y + z
    return y * z


@program(case(np.array([0.4, 1.1, 0.8])), case(np.array([[0.4, 1.1], [0.2, 0.9]])))
def redefined_with_another_shape(x):
    y = np.sin(x)
    y = np.sum(y * y)
    y = y * x
    y = np.mean(y)
    return y * y


@program(case(1.9, 1.2), case(0.5, 0.3), case(0.3, 0.5), wrt=(0, 1))
def early_returns(x, y):
    if x > y:
        z = x * y
        if z > 1.0:
            return z * z
        y = y * z
    else:
        return math.sin(y) * x
    return y * x


@program(case(0.7, 2), case(0.7, -5))
def counting_down(x, stop):
    y = 1.0
    for i in range(5, stop, -2):
        y = y * x + i
    for i in range(0, 6, 3):
        y = y - i * x
    return y


@program(case(1.1, 3))
def range_changed_inside_its_loop(x, n):
    y = x
    for i in range(n):
        n = n + 2
        y = y * math.sin(x + n) + i
        i = i * 10
        y = y + 0.01 * i
    return y * n


@program(case(0.5, 3), case(0.5, 7), case(0.5, 13))
def ladder_of_elif(x, n):
    y = 0.0
    for k in range(n):
        if k == 0:
            y = y + x
        elif k < 3:
            y = y * x + k
        elif k % 4 == 0:
            continue
        elif k > 9:
            y = math.sin(y)
            break
        else:
            y = 0.5 * y + x * x
    return y


@program(case(np.array([0.3, 2.5, 0.9, 4.0])), case(np.array([0.1, 0.2])), case(np.array([])))
def first_exceedance(v):
    total = 0.0
    for e in v:
        total = total + e * e
        if total > 6.0:
            return total * e
    return total * 0.5


@program(case(np.array([[0.3, 2.5], [0.9, 4.0], [0.2, 0.1]])))
def loop_over_rows(m):
    s = np.zeros(2)
    for row in m:
        s = s * row + np.sin(row)
    return np.sum(s * s)


@program(case(0.5, np.array([1.0, -1.0, 0.5, 2.0])), wrt=(0, 1))
def scan_with_skips(x, v):
    s = x
    for i in range(v.shape[0]):
        if v[i] < 0.0:
            continue
        for j in range(i):
            if v[j] < 0.0:
                continue
            s = s + v[i] * v[j] * x
            if s > 4.0:
                return s * x
    return s


@program(kink(1.0, slope=2.0), kink(2.0, slope=2.0), kink(0.25, slope=8.0))
def doubling_until_large(x):
    y = x
    while y < 2.0:
        y = 2.0 * y
    return y if y > 2.0 else (y if x < 1.5 else 2.0 * y - 2.0)


@program(case(0.4, 3), case(0.4, 4))
def conditional_expressions(x, n):
    y = x * 2.0 if n % 2 == 0 else x * x
    z = (y if y > 0.5 else -y) * (math.sin(x) if n > 3 and y > 0.0 else 1.0)
    return z + (x if z > 0.0 else y)


@program(case(0.3, 2), case(2.0, 2))
def condition_on_a_value_that_changes(x, n):
    s = x
    for _ in range(n):
        small = s < 1.0
        if small:
            s = s * 3.0
        t = s
        if small or s > 10.0:
            t = t * s
        s = t + x
    return s


@program(case(0.35, 12), case(0.35, 0))
def collatz_like(x, n):
    k = n
    y = x
    while k > 1:
        if k % 2 == 0:
            k = k // 2
            y = math.sin(y) + 0.1
        else:
            k = 3 * k + 1
            y = y * (1.0 + x)
        if y > 1000.0:
            return y
    return y


@program(case(0.9), case(0.2))
def nothing_but_jumps(x):
    for i in range(3):
        for j in range(3):
            if i == j:
                continue
            if i + j > 2:
                break
            if x > 0.5:
                return x * (i + 2 * j)
    return math.sin(x)


@program(case(0.5, 3), case(0.5, 2))
def early_return_in_while_in_if(x, n):
    y = x
    if n > 2:
        k = 0
        while True:
            y = y + math.cos(y)
            k = k + 1
            if y > 2.0:
                return y * k
            if k == 3:
                break
        y = y * 2.0
    return y + x * x


# ---------------------------------------------------------------- what a trip begins with


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_in_arms_and_after(x, w):
    s = x
    for i in range(5):
        if s > 0.4:
            t = w * s
            s = math.sin(t) * 1.1
        else:
            s = math.exp(s) * w
            w = w * s + 0.1
        w = math.tanh(w * s)
    return s * w


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_of_two_loops(x, w):
    h = x
    c = w
    for i in range(3):
        for j in range(2):
            h = math.tanh(c * h)
            c = math.tanh(c + h * h)
        h = h * c
    c = math.tanh(c)
    h = c * math.tanh(h)
    for j in range(2):
        h = math.tanh(c * h)
    return h


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_with_ways_out(x, w):
    h = x
    k = 0
    while k < 5:
        k = k + 1
        g = math.tanh(h * w)
        if g > 0.3:
            h = math.tanh(g * h)
            if h < 0.2:
                break
            h = h * 1.3
        else:
            w = math.tanh(h + w)
            continue
        w = math.sin(w * h)
    h = math.tanh(h)
    return h * w


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_in_a_test(x, w):
    h = x
    g = 0.4
    while math.tanh(h * w) * 1.2 > 0.1 and w < 3:
        g = math.tanh(h)
        h = math.tanh(g * h)
        w = w + math.tanh(h)
    return h * w * g


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_of_arrays(x, w):
    u = np.array([x, w, x * w])
    v = u.copy()
    for i in range(3):
        v = np.tanh(u * v)
        u[1:] = np.tanh(v[:-1] * u[1:])
        u = np.tanh(u)
    return np.sum(u * v)


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def state_set_every_other_time(x, w):
    h = x
    s = 0.3
    for i in range(4):
        if i % 2:
            s = s + math.tanh(h * w)
        else:
            h = math.tanh(h * w)
            s = s * math.tanh(h)
        s = s * math.tanh(h)
    return s + h


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def states_that_swap(x, w):
    a = x
    b = w
    for i in range(4):
        a, b = math.tanh(b), math.tanh(a * b)
    return a * b


@program(case(0.7, 1.3), case(0.2, -0.5), case(-0.6, 0.9))
def states_of_three_loops(x, w):
    h = x
    for i in range(3):
        for j in range(i):
            h = math.tanh(h * w)
            w = math.tanh(w * h + 0.3)
            for k in range(j):
                w = math.tanh(h * w) + 0.1
    return h * w


# ---------------------------------------------------------------- exceptions and :=


@program(case(0.7, 3), case(1.4, 1), case(0.2, 5))
def checked_on_the_way(x, n):
    if n < 0:
        raise ValueError(f"n is {n}, x is {x:.3f}: {{no}}")
    elif n == 0:
        raise ValueError
    else:
        y = math.sin(x)
    for i in range(n):
        y = y * x
        if y > 1e3:
            raise ArithmeticError("too large", i)
        assert y > -5.0, f"y = {y}"
    assert n < 100
    while (d := y * y) > 1.0:
        y = y / 2.0
    z = d + y
    del d
    return z


def _root(x):
    if x < 0.0:
        raise ValueError("negative")
    return math.sqrt(x)


@program(case(0.7), case(2.0))
def a_callee_that_raises(x):
    if x > 1.0:
        return _root(x) * x
    for k in range(3):
        if k > 1:
            return _root(x * k) + x
    raise RuntimeError


@program(case(0.7, 0.9), case(-0.3, 1.2))
def turned(x, y):
    for _ in range(3):
        x = np.exp(-np.cos(y * x))
    return x


@program(case(0.7, -0.4), case(0.2, 1.1))
def turned_twice(x, y):
    for _ in range(2):
        x = np.sin(x - np.cos(x))
        y = np.sin(np.sin(y * x))
    return y
