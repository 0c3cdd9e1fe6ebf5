"""What README.md, docs/api.md and docs/explain.md show is what happens."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

import fpad

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


PATH = re.compile(r"\bpath [0-9a-f]{12}$", re.MULTILINE)
"""The digest of a branch record, which may be another one in the next version."""


def code_blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


def run(folder: pathlib.Path, *line: str) -> str:
    """What a command writes in a folder, errors at the end; the folder's own name is left out."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *line], cwd=folder, env=env, capture_output=True, text=True, timeout=120
    )
    text = done.stdout + done.stderr
    return text.replace(f"{folder}{os.sep}", "").replace(f"{folder.resolve()}{os.sep}", "")


def test_the_first_example(tmp_path: pathlib.Path) -> None:
    written, generated = code_blocks("README.md", "python")[:2]
    assert len(written.splitlines()) == 15
    (tmp_path / "swing.py").write_text(written)
    number, _, text = run(tmp_path, "swing.py").partition("\n")
    assert text.rstrip() == generated.rstrip()
    assert f"It prints `{number}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def files_of(page: str, folder: pathlib.Path) -> None:
    """Write the programs of a page: blocks that name their file in a comment on top."""
    for body in code_blocks(page, "python"):
        name = re.match(r"# (\w+\.py)\n", body)
        if name is not None:
            (folder / name[1]).write_text(body)


def commands(page: str) -> list[tuple[str, str]]:
    """Command lines of a page, each with what it is shown to write."""
    found: list[tuple[str, str]] = []
    for body in code_blocks(page, "console"):
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            found.append((line, output))
    return found


@pytest.mark.parametrize(
    ("page", "line", "output"),
    [
        pytest.param(page, *command, id=command[0])
        for page in ("README.md", "docs/api.md", "docs/explain.md", "docs/checking.md")
        for command in commands(page)
    ],
)
def test_command_lines(page: str, line: str, output: str, tmp_path: pathlib.Path) -> None:
    files_of("README.md", tmp_path)
    files_of(page, tmp_path)
    (tmp_path / "swing.py").write_text(
        code_blocks("README.md", "python")[0].partition("\n\n\nslope")[0]
    )
    program, *words = shlex.split(line)
    module = {"fpad": ("-m", "fpad"), "python": ()}[program]
    written = run(tmp_path, *module, *words).rstrip()
    assert PATH.sub("path ..", written) == PATH.sub("path ..", output.rstrip())


def test_values_of_a_report(tmp_path: pathlib.Path) -> None:
    """Lines `expression  # value` of docs/checking.md, in the order of the page."""
    files_of("docs/checking.md", tmp_path)
    (body,) = [b for b in code_blocks("docs/checking.md", "python") if b.startswith("report =")]
    program = ["from fractions import Fraction", "import fpad", "from kinks import identity"]
    for line in body.splitlines():
        expression, _, value = line.partition("  # ")
        program.append(f"assert ({expression}) == ({value}), {line!r}" if value else line)
    assert len(program) == 10
    (tmp_path / "values.py").write_text("\n".join([*program, "print('checked')"]))
    assert run(tmp_path, "values.py") == "checked\n"


def test_tests_of_a_reader(tmp_path: pathlib.Path) -> None:
    """The tests of docs/checking.md: one fails, with the report that is shown."""
    files_of("docs/checking.md", tmp_path)
    options = ("-p", "fpad.pytest_plugin", "-p", "no:cacheprovider", "-q", "--no-header")
    out = run(tmp_path, "-m", "pytest", *options, "test_kinks.py")
    (shown,) = code_blocks("docs/checking.md", "text")
    assert shown.rstrip() in out
    assert "1 failed, 4 passed" in out


def test_everything_is_named_that_is_not_there() -> None:
    """A name that comes to exist has to leave the list."""
    (row,) = re.findall(r"^\| not there \|(.*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    missing = re.findall(r"`(\w+)`", row)
    assert missing == []
    assert not [name for name in missing if hasattr(fpad, name)]


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    (rest,) = re.findall(r"`make help` lists the rest: ([^.]*)\.", text)
    assert shown | set(re.findall(r"`([a-z-]+)`", rest)) <= targets
    assert shown == {"demo", "test"}


def test_extras_exist() -> None:
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    section = setup.partition("[options.extras_require]\n")[2].partition("\n[")[0]
    extras = set(re.findall(r"^([a-z0-9-]+) =", section, re.MULTILINE))
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("| extra |")[2]
    rows = re.findall(r"^\| (`.*?) \|", table.partition("\n\n")[0], re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)} == extras
