"""The command line as a process: help, colours, pipes and terminals."""

import io
import os
import pathlib
import pty
import re
import subprocess
import sys
import time

import pytest

import fpad
from fpad.cli import main, terminal
from tests.cli.model import assert_paragraph

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def test_help_and_version(run, capsys) -> None:
    for argv, words in (
        (["--version"], [fpad.__version__]),
        (["--help"], ["show", "check", "examples:", "fpad check model.py:loss"]),
        (["show", "--help"], ["--passes", "TARGET", "--at", "examples:"]),
        (["check", "--help"], ["--json", "exit status:"]),
    ):
        with pytest.raises(SystemExit) as left:
            main(argv)
        assert left.value.code == 0
        out, err = capsys.readouterr()
        assert err == ""
        assert [word for word in words if word not in out] == []


def test_no_command_is_answered_with_help(run) -> None:
    status, out, err = run()
    assert (status, out) == (2, "")
    assert "examples:" in err


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def coloured(model: str, monkeypatch, *argv: str, **env: str) -> str:
    for name, value in {"NO_COLOR": "", "TERM": "xterm-256color", "COLORTERM": "", **env}.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(argv)
    return terminal.getvalue()


ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def test_colours_on_a_terminal_only(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    argv = ("show", f"{model}:loss", "--at", "params={'w': [[1.0]], 'b': [0.0]}")
    _, plain, _ = run(*argv)
    text = coloured(model, monkeypatch, *argv)
    assert ESCAPE.search(text)
    assert ESCAPE.sub("", text) == plain  # nothing is wrapped, padded or lost
    assert "\x1b" not in plain
    assert coloured(model, monkeypatch, *argv, NO_COLOR="1") == plain
    assert coloured(model, monkeypatch, *argv, TERM="dumb") == plain


def test_the_verdict_has_a_colour(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    argv = ("check", f"{model}:quiet_identity", "--at", "x=0.0")
    _, plain, _ = run(*argv)
    text = coloured(model, monkeypatch, *argv)
    assert re.search(r"\x1b\[[0-9;]+mDIFFERENTIABLE\x1b\[0m", text)
    assert ESCAPE.sub("", text) == plain


def test_the_places_of_a_trace_have_colours(model, run, monkeypatch) -> None:
    pytest.importorskip("rich")
    argv = ("trace", f"{model}:quiet_identity", "--at", "x=0.0")
    _, plain, _ = run(*argv)
    text = coloured(model, monkeypatch, *argv)
    assert re.search(r"\x1b\[[0-9;]+mexactly on the boundary\x1b\[0m", text)
    assert ESCAPE.sub("", text) == plain


def test_what_takes_long_is_said_on_a_terminal(monkeypatch) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with terminal.waiting("checking"):
        pass
    assert sys.stderr.getvalue() == ""  # it did not take long
    monkeypatch.setattr(terminal, "WAIT", 0.0)
    with terminal.waiting("checking"):
        until = time.monotonic() + 30
        while "checking .." not in sys.stderr.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
    assert "checking .." in sys.stderr.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with terminal.waiting("checking"):
        time.sleep(0.05)
    assert sys.stderr.getvalue() == ""


def test_without_rich_a_terminal_gets_plain_text(model, run, monkeypatch) -> None:
    argv = ("show", f"{model}:f")
    _, plain, _ = run(*argv)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert coloured(model, monkeypatch, *argv) == plain


def command(*argv: str, **options) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    line = [sys.executable, "-m", "fpad", *argv]
    return subprocess.run(line, capture_output=True, text=True, env=env, timeout=120, **options)


def test_as_a_process(model) -> None:
    done = command("show", f"{model}:f", "--at", "x=1.0;s=1.0", env={"NO_COLOR": ""})
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert done.stdout.startswith("import ")
    done = command("check", f"{model}:quiet_identity", "--at", "x=0.0")
    assert done.returncode == 1
    done = command("show", f"{model}:nothing")
    assert done.returncode == 2
    assert_paragraph(done.stderr)


def test_a_closed_pipe_is_no_error(model) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "fpad", "show", f"{model}:steps", "--passes"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(line, stdout=write, stderr=subprocess.PIPE, text=True, env=env)
    os.close(write)
    assert done.returncode == 0
    assert done.stderr == "imported\n"


def test_names_that_the_terminal_cannot_show(tmp_path) -> None:
    path = tmp_path / "greek.py"
    path.write_text("def f(λ):\n    return λ * λ\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = command("show", f"{path}:f", "--at", "λ=1.0", env={**env, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    assert "\\u03bb * \\u03bb" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_on_a_real_terminal(model) -> None:
    pytest.importorskip("rich")
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "NO_COLOR": ""}
    line = [sys.executable, "-m", "fpad", "show", f"{model}:f", "--at", "x=1.0;s=1.0"]
    with subprocess.Popen(line, stdout=theirs, stderr=subprocess.DEVNULL, env=env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(60) == 0
    os.close(ours)
    text = shown.decode()
    assert ESCAPE.search(text)
    assert "def f_grad_x(x, s, *, " in ESCAPE.sub("", text)
