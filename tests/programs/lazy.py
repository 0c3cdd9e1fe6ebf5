"""Selected values: `where` with an arm that is singular elsewhere, ties, and bounds."""

import numpy as np

from tests.programs.registry import case, kink, program

SIGNS = np.array([-1.0, 0.0, 4.0])
GRID = np.array([[-1.0, 0.0, 4.0], [0.25, 2.0, -3.0]])


@program(
    kink(SIGNS, slope=np.array([0.0, 0.0, 0.25])),
    kink(np.array(-2.0), slope=np.array(0.0)),
)
def square_root_where_positive(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


@program(kink(SIGNS, slope=np.array([0.0, 0.0, 0.25])))
def logarithm_where_positive(x):
    return np.sum(np.where(x > 0.0, np.log(x), 0.0))


@program(
    kink(
        np.array([0.0, 1.0, -0.5]),
        slope=np.array([0.0, np.cos(1.0) - np.sin(1.0), 4 * np.sin(0.5) - 2 * np.cos(0.5)]),
    )
)
def sinc_by_where(x):
    return np.sum(np.where(x == 0.0, 1.0, np.sin(x) / x))


@program(
    kink(
        np.array([-2.0, 0.0, 0.25, np.e]),
        slope=np.array([-0.25, 2.0, 1.0, 2.0]),
    )
)
def nested_where(x):
    inner = np.where(x > 1.0, np.log(x) * x, np.sqrt(x))
    other = np.where(x == 0.0, 2.0 * x, 1.0 / x)
    return np.sum(np.where(x > 0.0, inner, other))


@program(kink(np.array([-1.0, 0.0, 4.0]), slope=np.array([0.5, 0.5, 0.5 + np.log(4.0) + 1.0])))
def statements_that_feed_one_arm(x):
    a = np.log(x)
    b = a * x
    c = b * 1.0
    return np.sum(np.where(x > 0.0, c, 0.0) + 0.5 * x)


@program(
    kink(np.array([0.0, 2.0]), 0.0, slope=(np.array([0.0, 0.5]), 2.0)),
    kink(np.array([0.0, 2.0]), 3.0, slope=(np.array([0.0, 3.5]), 2.0)),
    wrt=(0, 1),
)
def scalar_in_the_selected_arm(x, s):
    return np.sum(np.where(x > 0.0, np.log(x) + s * x, 0.0))


@program(
    kink(GRID, slope=np.array([[0.0, 0.0, 0.25], [0.0, 0.5, 0.0]])),
)
def broadcast_mask(m):
    row = np.array([True, True, True])
    keep = (m > 0.5) * row
    return np.sum(np.where(keep > 0, np.log(m), 0.0))


@program(
    kink(
        np.array([0.0, 1.0, 2.0]),
        np.array([[True, False, True], [False, False, True]]),
        slope=np.array([0.0, 0.0, 0.0]) + np.array([0.0, 0.0, 1.0]),
    )
)
def mask_larger_than_the_arm(x, mask):
    y = np.log(x)
    return np.sum(np.where(mask * (x > 1.0), y, 0.0))


@program(kink(np.array([-1.0, 0.0, 1.0]), 3, slope=np.array([0.729, 0.729, 0.64])))
def where_in_a_loop(x, n):
    y = x
    for k in range(n):
        positive = y > 0.0
        y = np.where(positive, 0.8 * np.exp(np.log(y) * 1.0), y * 0.9)
        if k == 1:
            y = np.where(y > 0.0, y / 0.8, y)
    return np.sum(y)


@program(kink(np.array([2.0, 5.0, 5.0]), slope=np.array([0.0, 10.0, 0.0])))
def first_of_equal_maxima(x):
    m = np.max(x)
    return m * m


@program(
    kink(
        np.array([[1.0, 1.0], [3.0, 3.0]]),
        slope=np.array([[1.0, 0.0], [2.0, 1.0]]),
    )
)
def ties_along_axes(m):
    low = np.min(m, axis=1)
    high = m.max(axis=0)
    return np.sum(low) + np.sum(high)


@program(
    kink(np.array([0.0, 1.0, -1.0]), slope=np.array([1.0, 1.0, 0.0])),
)
def relu_first_operand(x):
    return np.sum(np.maximum(x, 0.0))


@program(
    kink(np.array([0.0, 1.0, -1.0]), slope=np.array([0.0, 1.0, 0.0])),
    kink(np.array([0.0], dtype=np.float32), slope=np.array([0.0], dtype=np.float32)),
)
def relu_second_operand(x):
    return np.sum(np.maximum(0.0, x))


@program(kink(np.array([0.0, 2.0]), slope=np.array([0.0, 1.0])))
def relu_minus_relu_of_minus(x):
    return np.sum(np.maximum(0.0, x) - np.maximum(0.0, -x))


@program(
    kink(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), slope=np.array([0.0, 1.0, 1.0, 1.0, 0.0])),
)
def clipped(x):
    return np.sum(np.clip(x, 0.0, 1.0))


@program(kink(np.array([0.0, 9.0]), slope=np.array([0.0, 1.0])))
def root_at_zero(x):
    return np.sum(np.sqrt(x) * 3.0 + x**0.5 * 3.0)


@program(
    kink(np.array([1.0, 0.0, -1.0]), slope=np.array([-1.0, 0.0, 1.0])),
)
def hinge_by_where(w):
    return np.sum(np.where(w == 0.0, 0.0, -np.abs(w)))


@program(case(np.array([0.3, 2.0])), case(np.array([3.0, -2.0])))
def smooth_selection(x):
    heavy = np.where(x > 1.0, x * np.log(np.abs(x) + 1.0), x)
    light = np.where(x > 1.0, 0.0, np.exp(-x * x))
    return np.sum(heavy * light + heavy)


@program(
    kink(np.array([0.5, 0.0, 0.0]), slope=np.array([4.0, 0.0, 0.0])),
    case(np.array([0.5, 1.0, 2.0])),
)
def if_beside_the_selected_arm(v):
    w = v[0] * 2.0
    other = w if np.maximum(v[1] - 1.0, 0.0) == 0 else v[0]
    return np.where(v[2] != 0, v[1] / v[2], other) + w


@program(
    kink(np.array([0.5, 0.0, 0.0]), slope=np.array([1.0, 0.0, 0.0])),
    case(np.array([0.5, 1.0, 2.0])),
)
def if_in_the_selected_arm(v):
    ratio = v[1] / v[2]
    if v[0] > -1.0:
        arm = ratio * 2.0
    else:
        arm = v[1] / v[2] + ratio
    return np.where(v[2] != 0, arm, v[0])


@program(
    kink(np.array([0.5, 0.0, 0.0]), slope=np.array([8.0, 0.0, 0.0])),
    case(np.array([0.5, 1.0, 2.0])),
)
def loop_beside_the_selected_arm(v):
    ratio = v[1] / v[2]
    s = v[0]
    for _ in range(3):
        s = s * 2.0
    return np.where(v[2] != 0, ratio, s)
