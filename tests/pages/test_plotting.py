"""`fpad.plot_kinks` draws what the map of kinks holds."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import fpad
from fpad.transforms.errors import MissingExtra
from tests.pages import functions as f


@pytest.fixture
def pyplot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def marks(ax) -> dict[str, list[tuple[float, float]]]:
    return {
        line.get_label(): list(zip(*line.get_data(), strict=True))
        for line in ax.lines
        if not line.get_label().startswith("_")
    }


def test_a_line(pyplot) -> None:
    ax = fpad.plot_kinks(f.hinges, 0.0, span=(-1.0, 0.9371), samples=101)
    assert list(marks(ax)) == [
        "kink between two floats (1)",
        "no derivative (1)",
        "AD is wrong (1)",
    ]
    assert marks(ax)["AD is wrong (1)"] == [(-0.5, f.hinges(-0.5))]
    assert (ax.get_xlabel(), ax.get_title()) == ("x", "hinges")
    drawn = [line for line in ax.lines if line.get_label().startswith("_")]
    assert len(drawn) == 4
    for line in drawn:  # the pieces end where the next one begins, and lie on the graph
        x, y = line.get_data()
        np.testing.assert_array_equal(y, [f.hinges(v) for v in x])


def test_a_jump_is_not_crossed(pyplot) -> None:
    ax = fpad.plot_kinks(f.stairs, 0.3, span=(0.05, 0.95), samples=20)
    assert list(marks(ax)) == ["jump (3)"]
    for line in ax.lines:
        if line.get_label().startswith("_"):
            assert len(set(line.get_data()[1])) == 1


def test_a_plane_into_given_axes(pyplot) -> None:
    _, ax = pyplot.subplots()
    given = fpad.plot_kinks(
        *(f.curved, 0.0, 0.0), wrt=("x", "y"), ax=ax, samples=9, max_checks=1000, span=(-1.0, 0.93)
    )
    assert given is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert all(x == y for x, y in next(v for k, v in marks(ax).items() if "no derivative" in k))


def test_along_a_direction(pyplot) -> None:
    w, x = np.array([1.0, -1.0, 0.5]), np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 2.0]])
    direction = np.array([1.0, 0.0, 0.0])
    options = {"keywords": {"bias": 0.5}, "span": (-1.0, 1.3), "samples": 50}
    for along in (direction, [direction]):
        ax = fpad.plot_kinks(f.weighted, w, x, along=along, **options)
        ((at, value),) = marks(ax)["no derivative (1)"]
        assert at == pytest.approx(0.5, abs=1e-15)
        assert value == f.weighted(w + at * direction, x, bias=0.5)
        assert ax.get_xlabel() == "t"


def test_nothing_to_mark_and_nothing_defined(pyplot) -> None:
    assert fpad.plot_kinks(f.smooth, 0.5, samples=11).get_legend() is None
    ax = fpad.plot_kinks(f.half, -3.0, samples=11)
    assert marks(ax) == {}


def test_without_matplotlib(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r'pip install "fpad\[plot\]"'):
        fpad.plot_kinks(f.smooth, 0.5)


def test_pictures_are_drawn(pyplot, tmp_path) -> None:
    for k, ax in enumerate(
        (
            fpad.plot_kinks(f.hinges, 0.0, samples=51),
            fpad.plot_kinks(f.curved, 0.0, 0.0, wrt=(0, 1), samples=9, max_checks=5),
        )
    ):
        ax.figure.savefig(tmp_path / f"{k}.png")
        assert (tmp_path / f"{k}.png").stat().st_size > 5000
