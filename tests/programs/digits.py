"""Digits of ints: bits counted and reversed, texts that are cut and read as numbers again."""

import math

import numpy as np

from tests.programs.registry import case, program

V8 = np.array([0.7, 1.3, -0.9, 0.4, 0.2, -1.1, 0.8, 0.5])


def permuted(a):
    n = len(a)
    bits = n.bit_length() - 1
    out = np.zeros(n, dtype=complex)
    for i in range(n):
        out[int(format(i, f"0{bits}b")[::-1], 2)] = a[i]
    return out


@program(case(V8), exact=False)
def transform_of_fourier_by_reversed_bits(x):
    n = len(x)
    a = permuted(x * np.hanning(n))
    m = 2
    while m <= n:
        root = np.exp(-2j * math.pi / m)
        for k in range(0, n, m):
            w = 1
            for j in range(m // 2):
                t = w * a[k + j + m // 2]
                u = a[k + j]
                a[k + j] = u + t
                a[k + j + m // 2] = u - t
                w = w * root
        m *= 2
    power = np.abs(a) ** 2
    return np.sum(power[1:4]) / np.sum(power)


def swapped(re, im):
    n = len(re)
    levels = n.bit_length() - 1

    def reverse_bits(x, bits):
        y = 0
        for _ in range(bits):
            y = (y << 1) | (x & 1)
            x >>= 1
        return y

    for i in range(n):
        j = reverse_bits(i, levels)
        if j > i:
            re[i], re[j] = re[j], re[i]
            im[i], im[j] = im[j], im[i]


@program(case(V8))
def lists_swapped_where_the_bits_say(x):
    re = list(x)
    im = [2.0 * v for v in x]
    swapped(re, im)
    return sum((k + 1) * a * b**2 for k, (a, b) in enumerate(zip(re, im)))


@program(case(V8))
def digits_written_in_many_ways(x):
    n = len(x)
    bits = len(bin(n - 1)) - 2
    s = 0.0
    for i in range(n):
        a = int(bin(i)[2:].zfill(bits)[::-1], 2)
        b = int("{:0{width}b}".format(n - 1 - i, width=bits)[::-1], base=2)
        c = int("".join(reversed(np.binary_repr(i, width=bits))), 2)
        s = s + x[a] * x[b] ** 2 * x[c] ** 3
    return s


@program(case(V8))
def letters_of_a_number_looped_over(x):
    s = 0.0
    for i in range(len(x)):
        weight = 1.0
        for k, letter in enumerate(hex(11 * i)[2:]):
            weight += (k + 1) * int(letter, 16)
        ones = sum(c == "1" for c in f"{i:b}")
        s += weight * x[i] ** 2 + ones * x[i] + i.bit_count() * x[0]
    return s


@program(case(0.3, 13))
def powers_by_the_bits_of_the_exponent(x, n):
    y = 1.0
    for digit in f"{n:b}":
        y = y * y
        if digit == "1":
            y = y * (1.0 + x)
    return y


@program(case(V8))
def letters_looked_up_in_a_text(x):
    text = "gattacat 12"
    total = 0.0
    for i in range(len(text)):
        if text[i].isspace():
            total = total * x[0]
        elif text[i].isdigit():
            total += int(text[i]) * x[1] ** 2
        else:
            total += x["acgt".index(text[i])] * (i + 1)
    return total
