"""The pytest plugin: a fixture and a marker that fail with the report of `fpad.check`."""

from __future__ import annotations

import configparser
import pathlib
import re

import pytest

pytest_plugins = "pytester"

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEAD = """
import numpy as np
import pytest
from hypothesis import strategies as st


def relu(x):
    return np.maximum(x, 0.0)


def identity(x):
    return np.maximum(0, x) - np.maximum(0, -x)
"""


@pytest.fixture
def tried(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run files of tests with the plugin, in a process of their own: (test -> outcome, output)."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(*texts: str) -> tuple[dict[str, str], str]:
        pytester.makepyfile(**{f"test_{k}": HEAD + text for k, text in enumerate(texts)})
        options = ("-p", "fpad.pytest_plugin", "-p", "no:cacheprovider", "-v", "-rN")
        out = pytester.runpytest_subprocess(*options, timeout=300).stdout.str()
        found = re.findall(r"^test_\d+\.py::(\S+) ([A-Z]+)", out, re.MULTILINE)
        return dict(found), out

    return run


def test_the_plugin_is_an_entry_point() -> None:
    """Its name is that of the module, so that -p, with which a test asks for it, is the same."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert config["options.entry_points"]["pytest11"].split() == [
        *("fpad.pytest_plugin", "=", "fpad.pytest_plugin")
    ]


FIXTURE = """
def test_right(fpad_check):
    report = fpad_check(relu, 1.0)
    assert report.correct and report.derivative == (1,)

def test_wrong(fpad_check):
    fpad_check(identity, 0.0)

def product(a, x):
    return a * x[0]

def test_options(fpad_check):
    fpad_check(product, 2.0, np.array([1.0, 0.0]), wrt="x", precision="bfloat16")

def drawn(x):
    return x * np.random.rand()

def test_unknown(fpad_check):
    fpad_check(drawn, 1.0)

def test_allowed(fpad_check):
    assert fpad_check(drawn, 1.0, allow_unknown=True).correct is None

def test_wrong_is_not_allowed(fpad_check):
    fpad_check(relu, 0.0, allow_unknown=True)

def outside(x):
    return np.log(x)

def test_undefined_is_not_allowed(fpad_check):
    fpad_check(outside, -1.0, allow_unknown=True)
"""


def test_the_fixture_fails_with_the_report(tried) -> None:
    outcomes, out = tried(FIXTURE)
    assert outcomes == {
        "test_right": "PASSED",
        "test_wrong": "FAILED",
        "test_options": "PASSED",
        "test_unknown": "FAILED",
        "test_allowed": "PASSED",
        "test_wrong_is_not_allowed": "FAILED",
        "test_undefined_is_not_allowed": "FAILED",
    }
    assert "identity at x = 0: DIFFERENTIABLE, but the generated derivative is wrong\n" in out
    assert "  The derivative is 1.\n  The generated code returned 0.0.\n" in out
    assert "      return np.maximum(0, x) - np.maximum(0, -x)\n      " in out
    assert "             ^~~~~~~~~~~~~~~~\n" in out
    assert "UNKNOWN, nothing is proved" in out
    assert "Traceback" not in out
    assert "pytest_plugin.py" not in out


MARKER = """
@pytest.fixture
def scale():
    return 2.0

@pytest.mark.fpad_differentiable(1.0, 0.0, -1.0)
def test_relu(x, scale):
    return relu(x) * scale

@pytest.mark.fpad_differentiable((1.0, 2.0), (2.0, 2.0), wrt=("a", "b"))
def test_pairs(a, b):
    return abs(a - b)

@pytest.mark.fpad_differentiable(np.array([0.5, -1.0]), seed=np.array([1.0, 2.0]))
def test_vector(x):
    assert len(x) == 2
    return relu(x)

class TestMethods:
    @pytest.mark.fpad_differentiable(0.0)
    def test_method(self, x):
        return identity(x)

    @staticmethod
    @pytest.mark.fpad_differentiable(x=[2.0])
    def test_static(x):
        return relu(x)

@pytest.fixture
def a():
    return 0.0

@pytest.mark.fpad_differentiable(b=[1.0, 0.0])
def test_second(a, b):
    return relu(b) + relu(a)

@pytest.mark.fpad_differentiable(a=[1.0, 0.0], b=[2.0, 3.0])
def test_both(a, b):
    return relu(a) * b

@pytest.mark.fpad_differentiable(b=[0.5], wrt="a")
def test_other(a, b):
    return relu(a) * b

@pytest.mark.fpad_differentiable(x=st.floats(0.5, 2.0), max_examples=5)
def test_root(x):
    return np.sqrt(x) if x > 9.0 else x * x

@pytest.mark.fpad_differentiable(x=st.integers(-4, 4).map(float), y=[1.0, 2.0], wrt="x")
def test_kink(x, y):
    return relu(x) * y

@pytest.mark.fpad_differentiable(1.0)
def test_refused(x):
    global calls
    calls = b""
    return x
"""


def test_a_marked_test_is_checked_at_each_point(tried) -> None:
    outcomes, out = tried(MARKER)
    assert outcomes == {
        "test_relu[1.0]": "PASSED",
        "test_relu[0.0]": "FAILED",
        "test_relu[-1.0]": "PASSED",
        "test_pairs[1.0-2.0]": "PASSED",
        "test_pairs[2.0-2.0]": "FAILED",
        "test_vector[x0]": "PASSED",
        "TestMethods::test_method[0.0]": "FAILED",
        "TestMethods::test_static[2.0]": "PASSED",
        "test_second[1.0]": "PASSED",
        "test_second[0.0]": "FAILED",
        "test_both[1.0-2.0]": "PASSED",
        "test_both[1.0-3.0]": "PASSED",
        "test_both[0.0-2.0]": "FAILED",
        "test_both[0.0-3.0]": "FAILED",
        "test_other[0.5]": "FAILED",
        "test_root[drawn]": "PASSED",
        "test_kink[1.0-drawn]": "FAILED",
        "test_kink[2.0-drawn]": "FAILED",
        "test_refused[1.0]": "FAILED",
    }
    assert "From the left its slope is 0, from the right 2." in out
    assert "test_pairs at (a, b) = (2, 2): NOT_DIFFERENTIABLE" in out
    assert "test_other at a = 0: NOT_DIFFERENTIABLE" in out
    assert "test_kink at x = 0: NOT_DIFFERENTIABLE" in out
    assert "Global variables cannot be assigned" in out


WRONG = {
    "": "there is no point",
    "(1.0, x=[2.0])": "points and values are given",
    "(z=[2.0])": "test_it has no parameter z",
    "((1.0, 2.0), (1.0,))": "the points must have as many values, at most 2",
    "((1.0, 2.0, 3.0))": "the points must have as many values, at most 2",
}


def test_wrong_markers_are_told(tried) -> None:
    texts = [
        f"@pytest.mark.fpad_differentiable{marker}\ndef test_it(x, y):\n    return x * y\n"
        for marker in WRONG
    ]
    outcomes, out = tried(*texts)
    assert outcomes == {}
    parts = out.split("ERROR collecting")[1:]
    assert len(parts) == len(WRONG)
    for part, reason in zip(parts, WRONG.values(), strict=True):
        assert reason in part
        assert "write @pytest.mark.fpad_differentiable(0.5, 1.0)" in part


def test_the_marker_is_documented(pytester: pytest.Pytester, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    shown = pytester.runpytest_subprocess("-p", "fpad.pytest_plugin", "--markers").stdout.str()
    assert "@pytest.mark.fpad_differentiable(*points, wrt=0" in shown
