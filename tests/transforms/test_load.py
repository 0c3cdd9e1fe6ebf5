"""Generated modules: files that can be read, text that is executed as it is."""

import inspect
import linecache
import os
import pathlib
import stat
import subprocess
import sys
import threading
import traceback
from typing import Any

import pytest

from fpad.transforms import load as loading
from fpad.transforms.load import cache_folder, load

TEXT = "import math\n\n\ndef f(x):\n    y = math.sqrt(x)\n    return y\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A cache folder of its own, and no modules of other tests."""
    chosen = tmp_path / "cache"
    monkeypatch.setenv("FPAD_CACHE_DIR", str(chosen))
    for name in [n for n in sys.modules if n.startswith(loading.PREFIX)]:
        monkeypatch.delitem(sys.modules, name)
    return chosen


def failing_line(function: Any) -> str:
    """What a traceback shows of the innermost frame."""
    try:
        function(-1.0)
    except ValueError as error:
        return str(traceback.extract_tb(error.__traceback__)[-1].line)
    raise AssertionError("did not raise")


def test_the_module_is_a_file(folder: pathlib.Path) -> None:
    module = load(TEXT, "f")
    assert module.f(4.0) == 2.0
    (path,) = folder.iterdir()
    assert path.read_text() == TEXT
    assert module.__file__ == str(path)
    assert inspect.getsource(module.f) == TEXT.split("\n\n\n")[1]
    assert inspect.getsource(module) == TEXT
    assert inspect.getmodule(module.f) is module
    assert failing_line(module.f) == "y = math.sqrt(x)"


def test_the_folder_is_the_users_own(folder: pathlib.Path) -> None:
    load(TEXT, "f")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_text_is_the_same_module(folder: pathlib.Path) -> None:
    module = load(TEXT, "f")
    assert load(TEXT, "f") is module
    assert load(TEXT + "\n", "f") is not module
    assert load(TEXT, "g") is not module
    assert len(list(folder.iterdir())) == 3


def test_a_namespace_is_handed_over() -> None:
    text = "def f(x):\n    return helper(x)\n"
    one = load(text, "f", {"helper": abs})
    two = load(text, "f", {"helper": float})
    assert (one.f(-2), two.f(-2)) == (2, -2.0)
    assert isinstance(two.f(-2), float)


def test_nothing_is_executed_from_the_folder(folder: pathlib.Path) -> None:
    load(TEXT, "f")
    (path,) = folder.iterdir()
    path.write_text("raise SystemExit\n")
    sys.modules.pop(f"{loading.PREFIX}_{path.stem}")
    assert load(TEXT, "f").f(4.0) == 2.0
    assert path.read_text() == TEXT


def test_names_of_files_are_plain(folder: pathlib.Path) -> None:
    load(TEXT, "../évil <lambda>")
    (path,) = folder.iterdir()
    assert path.name.isascii()
    assert path.stem.isidentifier()


def test_versions_are_in_the_name(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(TEXT, "f")
    monkeypatch.setattr(loading, "_versions", lambda: b"another NumPy")
    load(TEXT, "f")
    assert len({path.name for path in folder.iterdir()}) == 2


@pytest.mark.parametrize("obstacle", ["file in the way", "no home"])
def test_without_a_disk_the_text_is_still_seen(
    obstacle: str, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if obstacle == "no home":

        def homeless() -> pathlib.Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(loading, "cache_folder", homeless)
    else:
        folder.write_text("")
    module = load(TEXT, "f")
    assert module.f(4.0) == 2.0
    linecache.checkcache()
    assert inspect.getsource(module.f) == TEXT.split("\n\n\n")[1]
    assert failing_line(module.f) == "y = math.sqrt(x)"


def test_a_failed_write_leaves_nothing(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert load(TEXT, "f").f(4.0) == 2.0
    assert list(folder.iterdir()) == []


def test_threads_write_one_whole_file(folder: pathlib.Path) -> None:
    text = TEXT + "# " + "x" * 100_000 + "\n"
    seen: list[Any] = []
    threads = [
        threading.Thread(target=lambda: seen.append(load(text, "f", {"k": 1}).f(9.0)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [3.0] * 8
    (path,) = folder.iterdir()
    assert path.read_text() == text


def test_the_folder_by_system(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.delenv("FPAD_CACHE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == tmp_path / ".cache" / "fpad"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "fpad"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "fpad"
    monkeypatch.setenv("FPAD_CACHE_DIR", "here")
    assert cache_folder() == pathlib.Path.cwd() / "here"


def test_a_debugger_shows_the_lines(tmp_path: pathlib.Path) -> None:
    program = (
        "import pdb\n"
        "from fpad.transforms.load import load\n"
        f"f = load({TEXT!r}, 'f').f\n"
        "pdb.Pdb(nosigint=True).runcall(f, 4.0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input="next\nlist\ncontinue\n",
        capture_output=True,
        text=True,
        cwd=pathlib.Path(__file__).parents[2],
        env={**os.environ, "FPAD_CACHE_DIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert "-> return y" in done.stdout
    assert "y = math.sqrt(x)" in done.stdout
