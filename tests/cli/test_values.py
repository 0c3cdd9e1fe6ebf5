"""Values for parameters on the command line: literals and files, nothing else."""

import numpy as np
import pytest

from fpad.cli.problems import UsageError
from fpad.cli.values import parse


def values(*texts: str):
    return parse(texts).values


def test_numbers_stay_what_they_are() -> None:
    got = values("a=1; b=1.0; c=-2.5e3; d=True; e=None; f='x;y=1'")
    assert got == {"a": 1, "b": 1.0, "c": -2500.0, "d": True, "e": None, "f": "x;y=1"}
    assert [type(v) for v in got.values()] == [int, float, float, bool, type(None), str]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[0.0, 1.0]", np.array([0.0, 1.0])),
        ("[0, 1]", np.array([0, 1])),
        ("[0, 1.5]", np.array([0.0, 1.5])),
        ("[[1.0, 2.0], [3.0, 4.0]]", np.array([[1.0, 2.0], [3.0, 4.0]])),
        ("[True, False]", np.array([True, False])),
        ("[]", np.array([])),
        ("[100000000000000000000]", np.array([1e20])),
        ("[1e999, -1e999]", np.array([np.inf, -np.inf])),
    ],
)
def test_lists_of_numbers_are_arrays(text: str, wanted: np.ndarray) -> None:
    got = values(f"x={text}")["x"]
    assert isinstance(got, np.ndarray)
    assert got.dtype == wanted.dtype
    np.testing.assert_array_equal(got, wanted)


def test_other_structures_stay() -> None:
    got = values("x={'w': [1.0], 'k': ([2.0], 'relu'), 'r': [[1.0], [2.0, 3.0]], 's': ['a', 1.0]}")[
        "x"
    ]
    assert isinstance(got["w"], np.ndarray)
    assert isinstance(got["k"], tuple)
    assert isinstance(got["k"][0], np.ndarray)
    assert got["k"][1] == "relu"
    assert [type(part) for part in got["r"]] == [np.ndarray, np.ndarray]
    assert got["s"] == ["a", 1.0]


def test_several_options_and_lines() -> None:
    assert values("x=1", " y = 2 ; z=3") == {"x": 1, "y": 2, "z": 3}
    assert values("x=1\ny=2") == {"x": 1, "y": 2}


def test_files(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", x=np.float32([1.0, 2.0]), n=np.array(3))
    got = values(str(tmp_path / "a.npz"), "y=1.0")
    assert got["x"].dtype == np.float32
    assert got["n"].shape == ()
    assert got["y"] == 1.0
    (tmp_path / "a.json").write_text('{"x": [[1, 2.5]], "n": 3, "p": {"w": [NaN, Infinity]}}')
    got = values(str(tmp_path / "a.json"))
    np.testing.assert_array_equal(got["x"], [[1.0, 2.5]])
    assert type(got["n"]) is int
    np.testing.assert_array_equal(got["p"]["w"], [np.nan, np.inf])


@pytest.mark.parametrize(
    ("text", "reason", "under"),
    [
        ("x=[0.0, 1.0", "was never closed", "[0.0"),
        ("x=1.0; y=[2.0, np.pi]", "np.pi is not a literal", "np.pi"),
        ("x=__import__('os').system('x')", "is not a literal", "__import__"),
        ("x={'a': [open('f')]}", "open('f') is not a literal", "open"),
        ("x=2.0*3", "2.0 * 3 is not a literal", "2.0*3"),
        ("x=[1.0, nan]", "nan is not a literal", "nan"),
        ("x={[1]: 2}", "is not a literal", "{"),
        ("x==1", "this is no value", "x=="),
        ("1.0", "this is no value", "1.0"),
        ("x: int = 1", "this is no value", "x: int"),
        ("x += 1", "this is no value", "x +="),
        ("x=y=1", "two names", "y=1"),
        ("x=1; x=2", "x is given twice", "x=2"),
        ("import os", "this is no value", "import"),
        ("a.b=1", "this is no value", "a.b"),
        ("ä=1; x=[ö]", "ö is not a literal", "ö]"),
        ("", "there is no value", None),
        ("x=" + "1.0 " * 3, "invalid syntax", None),
        ("x=" + "[" * 300 + "]" * 300, "nested", None),
        ("x=" + "9" * 5000, "digits", None),
    ],
)
def test_what_is_no_value_is_pointed_at(text: str, reason: str, under: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse([text])
    assert reason in str(caught.value)
    if under is not None:
        place = caught.value.place
        assert place.text == text
        assert text[place.column - 1 :].startswith(under)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("none.npz", None, "No such file"),
        ("none.json", None, "No such file"),
        ("a.npz", b"not a zip", "cannot be read"),
        ("a.json", b'{"x": [1,,2]}', "Expecting value"),
        ("a.json", b"[1, 2]", "holds no names"),
        ("a.json", b"\xff\xfe\x00", "cannot be read"),
        ("a.json", b"[" * 100_000, "cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name: str, data: bytes | None, reason: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=reason):
        parse([str(tmp_path / name)])


def test_pickles_in_a_file_are_not_loaded(tmp_path) -> None:
    np.savez(tmp_path / "a.npz", x=np.array([print], dtype=object))
    with pytest.raises(UsageError, match="cannot be read"):
        parse([str(tmp_path / "a.npz")])
    np.save(tmp_path / "b.npy", np.ones(2))
    (tmp_path / "b.npy").rename(tmp_path / "b.npz")
    with pytest.raises(UsageError, match="holds no names"):
        parse([str(tmp_path / "b.npz")])
