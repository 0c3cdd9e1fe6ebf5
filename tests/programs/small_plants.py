"""Small engineering programs, each with its own idioms: doses, an arm, a tariff, clusters."""

import operator
import warnings
from collections import defaultdict
from itertools import accumulate, chain, cycle, repeat

import numpy as np

from tests.programs.registry import case, program


@program(case(0.7, {0.0: ("oral", 2.0), 1.5: ("drip", 1.0, 0.5)}, [(0.5, 0.8), (2.0, 1.1)]))
def dosing(rate, given, samples):
    """Events come in the order of their times, and are one thing or another."""
    events = [(t, 0, what) for t, what in given.items()] + [(t, 1, y) for t, y in samples]
    level, last, miss = 0.0, 0.0, 0.0
    for t, sort, what in sorted(events, key=lambda e: e[:2]):
        level, last = level * np.exp(-rate * (t - last)), t
        if sort == 0:
            route, amount, *rest = what
            level += amount * (0.5 if route == "oral" else rate * rest[0])
        else:
            miss += (what - level) ** 2
    return miss


def joint(turn, length, twist):
    c, s = np.cos(turn), np.sin(turn)
    k, h = np.cos(twist), np.sin(twist)
    return np.array([[c, -s * k, s * h], [s, c * k, -c * h], [length, h, k]])


@program(case(np.array([0.3, 0.4, 0.2])))
def reach_of_an_arm(lengths):
    """Frames of the joints, from a generator over rows that hold texts and lengths."""
    base, upper, hand = lengths
    plan = [("yaw", base, np.pi / 2), ("pitch", upper, 0.0), ("wrist", hand, -np.pi / 2)]
    turns = np.array([0.2, 0.6, -0.9])
    for _ in range(3):
        frames = list(
            accumulate(
                (joint(q, length, twist) for q, (_, length, twist) in zip(turns, plan)),  # noqa: B905
                operator.matmul,
                initial=np.eye(3),
            )
        )
        *inner, tip = frames
        turns = turns + 0.1 * tip[0] * len(inner)
    return np.sum(tip[:, 0]) + turns @ turns


@program(case(np.array([1.1, 0.9, 1.3, 1.2, 2.1])))
def tariff(load):
    """What follows is the same for ever."""
    bill = 0.0
    for use, dear, factor in zip(  # noqa: B905
        load, chain((False,), repeat(True, 2), repeat(False)), chain([1.0], cycle([0.5, load[0]]))
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bill += factor * (use**2 if dear else use)
    discounts = chain([load[1], 2.0], repeat(load[2]))
    return bill + sum(d * u for d, u in zip(discounts, load[1:]))  # noqa: B905


@program(case(np.array([[0.1, 0.2], [0.9, 1.1], [0.2, 0.1], [1.2, 0.8], [0.15, 0.3]])))
def clusters(points):
    """Steps of Lloyd's; the labels are a list of ints, and rows are gathered by label."""
    centers = points[[0, 1]].copy()
    labels = None
    for _ in range(4):
        distances = ((points[:, np.newaxis, :] - centers[np.newaxis]) ** 2).sum(axis=2)
        new = np.argmin(distances, axis=1)
        if labels is not None and (new == labels).all():
            break
        labels = new
        for k in range(2):
            centers[k] = points[labels == k].mean(axis=0)
    members = defaultdict(list)
    for label, row in zip(labels.tolist(), points, strict=True):
        members[label].append(row)
    spread = [np.sum((np.array(rows) - centers[k]) ** 2) * (k + 1) for k, rows in members.items()]
    return sum(spread) + np.sum(np.append(centers, points[:1], axis=0)[2])


@program(case(0.7))
def imports_its_own(x):
    """Modules that only the function knows."""
    import contextlib
    import math as m
    from contextlib import suppress

    with suppress(ZeroDivisionError):
        x = x / m.sqrt(x)
    with contextlib.suppress(KeyError), contextlib.nullcontext():
        x = m.sin(x) * x
    return x


@program(case(0.7))
def imports_of_another(x):
    """A function inside imports another thing by a name of the module."""

    def inner(y):
        from operator import mul as repeat

        return repeat(y, 3.0)

    total = inner(x)
    for v in repeat(x, 3):
        total += v * v
    return total
