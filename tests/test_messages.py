"""Messages beside results are given once, with the values of the program; long ladders of tests."""

import importlib.util
import logging
import warnings
from pathlib import Path

import numpy as np
import pytest

import fpad

logger = logging.getLogger("tests.messages")


def warned(x):
    if x > 1:
        warnings.warn(f"large: {x}", RuntimeWarning, stacklevel=2)
    return x**3


def logged(x):
    log = logging.getLogger("tests.messages")
    log.info("x is %s", x)
    y = np.sin(x)
    logger.warning(f"y is {y:.3f}")
    return y * x


@pytest.mark.parametrize("derive", [fpad.grad, fpad.value_and_grad])
def test_a_warning_is_given_once(derive) -> None:
    with pytest.warns(RuntimeWarning, match=r"large: 1\.5") as caught:
        derive(warned)(1.5)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fpad.grad(warned)(0.5) == pytest.approx(0.75)


def test_a_message_is_logged_once(caplog) -> None:
    with caplog.at_level(logging.INFO, logger="tests.messages"):
        slope = fpad.grad(logged)(0.5)
    assert slope == pytest.approx(np.sin(0.5) + 0.5 * np.cos(0.5))
    found = [(r.name, r.levelname, r.getMessage()) for r in caplog.records]
    assert found == [
        ("tests.messages", "INFO", "x is 0.5"),
        ("tests.messages", "WARNING", "y is 0.479"),
    ]


def test_a_ladder_of_more_tests_than_python_nests(tmp_path: Path) -> None:
    lines = ["def ladder(x, k):", "    if k == 0:", "        y = x"]
    for n in range(1, 120):
        lines += [f"    elif k == {n}:", f"        y = x**2 + {n}.0 * x"]
    lines += ["    else:", "        y = 2.0 * x", "    return y"]
    path = tmp_path / "ladder.py"
    path.write_text("\n".join(lines))
    spec = importlib.util.spec_from_file_location("ladder", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    slope = fpad.grad(module.ladder)
    assert [slope(1.5, k) for k in (0, 7, 119, 120)] == [1.0, 10.0, 122.0, 2.0]
    assert fpad.jvp(module.ladder)(1.5, 118, tangent=2.0)[1] == 242.0
