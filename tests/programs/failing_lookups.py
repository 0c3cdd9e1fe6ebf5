"""Handlers that run because a lookup finds nothing, which only the run tells."""

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22, 1.13])


@program(case(0.7))
def kept_results(x):
    known = {}

    def term(n):
        try:
            return known[n]
        except KeyError:
            known[n] = x if n < 2 else term(n - 1) * 0.5 + term(n - 2) * x
            return known[n]

    return term(9) + term(4)


@program(case(0.7))
def gaps_are_skipped(x):
    prices = {}
    n = int(3 + x)
    for k in range(n):
        prices[2 * k] = x * (k + 1)
    total = 0.0
    for k in range(n):
        try:
            price = prices[k]
        except KeyError:
            continue
        total += price**2
    return total


@program(case(0.7))
def until_the_end(x):
    sizes = []
    size = x
    while size < 10.0:
        sizes.append(size)
        size *= 1.5
    total = 0.0
    for k in range(20):
        try:
            total += sizes[k] * sizes[k + 1]
        except IndexError:
            total += x
            break
    return total


@program(case(0.7))
def counted_with_a_handler(x):
    sums = {}
    for k in range(int(4 + x)):
        try:
            sums[k % 2] += x * k
        except KeyError:
            sums[k % 2] = x**2
    return sums[0] * sums[1]


@program(case(0.7))
def handler_with_else_and_finally(x):
    table = {}
    for k in range(int(3 + x)):
        table[2 * k] = x * k
    out = []
    for key in (7, 4):
        try:
            y = table[key]
        except (KeyError, ValueError):
            y = x**3
        else:
            y = 2.0 * y
        finally:
            out.append(x)
        out.append(y)
    return out[0] * out[1] + out[2] * out[3]


@program(case(V))
def border_of_an_array(v):
    total, one = 0.0, int(v[0] < 1.0)
    for k in range(-5, 6):
        try:
            right = v[k + one]
        except IndexError:
            right = v[0] * v[1]
        total += k * right
    return total


@program(case(0.7))
def entry_or_default(x):
    table = {}
    for k in range(int(3 + x)):
        table[3 * k, k] = x + k

    def look(i, j, default):
        try:
            return table[i, j]
        except KeyError:
            return default

    return sum(look(i, j, x**2) * (i + 2 * j + 1) for i in range(4) for j in range(3))


@program(case(0.7))
def two_lookups_in_one(x):
    costs = {}
    for k in range(int(3 + x)):
        costs.setdefault(k % 2, x + k)
    total = 0.0
    for i in range(3):
        for j in range(3):
            try:
                total += costs[i] * costs[j]
            except KeyError as missing:
                total += x**3
    return total


@program(case(0.7, "abcab"))
def known_keys(x, text):
    sums = {}
    for letter in text:
        try:
            sums[letter].append(x)
        except KeyError:
            sums[letter] = [2.0 * x]
    return sum(sum(v) ** 2 for v in sums.values())
