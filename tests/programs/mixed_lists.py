"""Lists of unknown length that hold pairs beside rows, numbers, and tuples of several lengths."""

import heapq
import math

import numpy as np

from tests.programs.registry import case, program

V = np.array([0.51, 0.73, 0.22, 1.13, 0.97])
P = np.array([[0.1, 0.2], [0.5, 0.9], [0.7, 0.3]])


@program(case(P, 0.3), wrt=(0, 1))
def rows_between_pairs(rows, a):
    points = [(0.0, a)]
    for row in rows:
        points.append(row)
    points.append((1.0, 1.0))
    steps = zip(points, points[1:], strict=False)
    return sum(math.hypot(p[0] - q[0], p[1] - q[1]) for p, q in steps)


@program(case(P, 0.3), wrt=(0, 1))
def lists_beside_tuples(rows, a):
    points = []
    for i in range(len(rows)):
        if i % 2:
            points.append([rows[i, 0], rows[i, 1] * a])
        else:
            points.append((rows[i, 0], a))
    total = 0.0
    for x, y in points:
        total += x * y
    return total + points[0][1]


@program(case(V, 0.3), wrt=(0, 1))
def commands_with_arguments(x, a):
    commands = []
    for v in x:
        if v > 0.6:
            commands.append(("scale", v))
        else:
            commands.append(("shift", v, a))
    total = 1.0
    for command in commands:
        if command[0] == "scale":
            total *= command[1]
        else:
            total += command[1] * command[2]
    return total


@program(case(V, 0.3), wrt=(0, 1))
def numbers_or_pairs(x, a):
    items = []
    for v in x:
        items.append((v, a) if v > 0.6 else v)
    total = 0.0
    for item in items:
        if isinstance(item, tuple):
            total += item[0] * item[1]
        else:
            total += item**2
    return total


@program(case(V, 0.3), wrt=(0, 1))
def nested_items_on_a_stack(x, a):
    stack = [(x[0], [x[1], (x[2], a)])]
    total = 0.0
    while stack:
        item = stack.pop()
        if isinstance(item, tuple | list):
            stack.extend(item)
        else:
            total = total * 1.1 + item * item
    return total


def told(v, a):
    if v > 0.6:
        return "large", v
    return "small", v, a


@program(case(V, 0.3), wrt=(0, 1))
def results_of_two_lengths(x, a):
    total = 0.0
    for v in x:
        found = told(v, a)
        total += found[1] * len(found)
        if found[0] == "small":
            total += found[2]
    return total


@program(case(V, 0.3), wrt=(0, 1), may_refuse=True)
def a_list_beside_tuples_is_written(x, a):
    points, mine = [], [a, a]
    for i in range(len(x)):
        points.append(mine if i % 2 else (x[i], a))
    mine[0] = a * a
    return sum(p[0] * p[1] for p in points)


@program(case(P, 0.3), wrt=(0, 1), may_refuse=True)
def rows_beside_pairs_are_written(rows, a):
    rows = rows * 1.0
    points = [(0.0, a)]
    for row in rows:
        points.append(row)
    rows[1, 0] = a
    return sum(p[0] * p[1] for p in points)


@program(case(V, 0.31), wrt=(0, 1))
def events_with_what_cannot_be_compared(x, a):
    events = []
    for i, v in enumerate(x):
        heapq.heappush(events, (v, i, {"kind": "arrival", "w": v * a}))
    total = 0.0
    while events:
        at, i, event = heapq.heappop(events)
        if event["kind"] == "arrival":
            later = {"kind": "departure", "w": at * event["w"]}
            heapq.heappush(events, (at + event["w"], i + 10, later))
        else:
            total = total * 1.1 + event["w"] + at
    rows = sorted((v * a, {"w": v}) for v in x)
    return total + sum((k + 1) * row["w"] * d for k, (d, row) in enumerate(rows))
