"""The functions that the commands are tried on, and how their errors are looked at."""

import pathlib
import re
import sys

MODEL = """\
import numpy as np

import fpad

GAIN = 2.0
print("imported")


def helper(a):
    if a > 1.0:
        return a * GAIN
    return a * a


def f(x, s):
    y = np.sin(x * x) / s
    return y


def steps(x: float):
    y = 0.0
    for i in range(3):
        if y > 10.0:
            break
        y = y + helper(x)
    return y


def loss(params, x, rate=0.1):
    h = np.maximum(x @ params["w"] + params["b"], 0.0)
    return np.sum(h * h) * rate


def identity(x):
    print("called")
    return np.maximum(0, x) - np.maximum(0, -x)


def bad(x):
    global calls
    calls = b""
    z = x
    return np.sum(z)


def crashes(x):
    return x[5] * 2.0


def by_name(x, *, scale=1.0):
    return x * scale


def pair(x):
    return np.stack([x, 2.0 * x])


def quiet_identity(x):
    return np.maximum(0, x) - np.maximum(0, -x)


def several(x, *rest):
    return x * rest[0]


@fpad.grad
def made(x):
    return x * x * x


class Net:
    @staticmethod
    def energy(x):
        return np.sum(x * x)
"""


def load(path: str):
    """The module that the command line imported."""
    return sys.modules[pathlib.Path(path).stem]


def assert_paragraph(err: str) -> None:
    """One paragraph: it names fpad, shows a place with a caret, and holds no traceback."""
    text = err.replace("imported\n", "", 1).rstrip("\n")
    assert text.startswith("fpad: ")
    assert all(line.strip() for line in text.splitlines())
    assert re.search(r"^\s+\^$", text, re.MULTILINE), text
    assert "Traceback" not in text


def caret(err: str) -> tuple[str, str]:
    """The first line that a caret points into: the whole of it, and the part from the caret on."""
    lines = err.splitlines()
    k = next(k for k, line in enumerate(lines) if re.fullmatch(r"\s+\^", line))
    return lines[k - 1].strip(), lines[k - 1][lines[k].index("^") :]
