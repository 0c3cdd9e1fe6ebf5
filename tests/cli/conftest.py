"""A file of functions, and how a command is run on it."""

import pathlib

import pytest

from fpad.cli import main
from tests.cli.model import MODEL


@pytest.fixture
def model(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a file with the functions above; the working folder is another."""
    # A name of its own for each test: modules stay imported.
    path = tmp_path / f"model_{tmp_path.name}.py"
    path.write_text(MODEL)
    monkeypatch.setenv("NO_COLOR", "1")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return str(path)


@pytest.fixture
def run(capsys):
    """Run the command line: (status, standard output, standard error)."""

    def run(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(argv)
        out, err = capsys.readouterr()
        return status, out, err

    return run
