"""Imports run fpad -> transforms -> runtime and never back, and stay cheap."""

import ast
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Folder -> the parts of fpad that its modules may import, and the libraries that they may import
# at the top of a module. What is optional is imported inside the function that needs it.
LAYERS = {
    "runtime": ({"runtime"}, {"numpy"}, {"numba", "cupy", "cupyx", "ml_dtypes"}),
    "transforms": ({"runtime", "transforms"}, {"numpy", "gast", "astunparse"}, {"cupy", "numba"}),
    "fpad": (
        {"runtime", "transforms", "fpad"},
        {"numpy"},
        {"rich", "scipy", "flint", "matplotlib", "cupy", "numba"},
    ),
}


# What a library loads itself may import that library.
LOADED_BY = {"pytest_plugin.py": ("pytest", "hypothesis")}


class Import(NamedTuple):
    """One imported dotted name; `level` counts the dots of a relative import."""

    name: str
    line: int
    top: bool
    level: int = 0


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a module, with whether it runs when the module is imported."""

    def walk(node: ast.AST, top: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, child.lineno, top)
            elif isinstance(child, ast.ImportFrom):
                for alias in child.names:
                    name = f"{child.module or ''}.{alias.name}"
                    yield Import(name, child.lineno, top, child.level)
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                # Never executed: still subject to the layers, but free to name any library.
                for part in child.body:
                    yield from walk(ast.Module([part], []), False)
                for part in child.orelse:
                    yield from walk(ast.Module([part], []), top)
            else:
                inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, top and not inner)

    return walk(tree, True)


def layer_of(name: str) -> str:
    """fpad.transforms.ir -> transforms; fpad and fpad.errors -> fpad."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ("runtime", "transforms") else "fpad"


def violations(folder: str, tree: ast.Module) -> list[str]:
    parts, libraries, optional = LAYERS[folder]
    found = []
    for imported in imports(tree):
        first = imported.name.split(".")[0]
        if imported.level:
            found.append(f"{imported.line}: relative import")
        elif first == "fpad":
            if layer_of(imported.name) not in parts:
                found.append(f"{imported.line}: {folder} imports {imported.name}")
        elif first in ("runtime", "transforms"):
            found.append(f"{imported.line}: bare {first}")
        elif first in sys.stdlib_module_names or first in libraries:
            continue
        elif first not in optional:
            found.append(f"{imported.line}: {folder} does not depend on {first}")
        elif imported.top:
            found.append(f"{imported.line}: {first} is optional: import it where it is used")
    return found


def modules(folder: str) -> list[pathlib.Path]:
    """The modules of a top-level folder, each once: the links in fpad/ are left out."""
    links = [ROOT / "fpad" / "runtime", ROOT / "fpad" / "transforms"]
    return [
        path
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(path.is_relative_to(link) for link in links)
    ]


CASES = [(folder, path) for folder in LAYERS for path in modules(folder)]


@pytest.mark.parametrize(
    ("folder", "path"), CASES, ids=[str(path.relative_to(ROOT)) for _, path in CASES]
)
def test_layers(folder: str, path: pathlib.Path) -> None:
    own = tuple(f"does not depend on {name}" for name in LOADED_BY.get(path.name, ()))
    told = violations(folder, ast.parse(path.read_text(encoding="utf-8")))
    assert [v for v in told if not v.endswith(own)] == []


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        ("runtime", "import fpad"),
        ("runtime", "from fpad import errors"),
        ("runtime", "from fpad import transforms"),
        ("runtime", "def f():\n    from fpad.transforms.ir import Let"),
        ("runtime", "import gast"),
        ("runtime", "import numba"),
        ("runtime", "try:\n    import cupy\nexcept ImportError:\n    cupy = None"),
        ("transforms", "import fpad.api"),
        ("transforms", "from fpad import errors"),
        ("transforms", "import fpad as f"),
        ("transforms", "if TYPE_CHECKING:\n    from fpad.errors import FpadError"),
        ("transforms", "from .ir import Let"),
        ("transforms", "from transforms.ir import Let"),
        ("transforms", "import scipy"),
        ("fpad", "import rich"),
        ("fpad", "class A:\n    import scipy.optimize"),
        ("fpad", "from runtime import rounding"),
        ("fpad", "import tensorflow"),
    ],
)
def test_layers_notice(folder: str, text: str) -> None:
    assert len(violations(folder, ast.parse(text))) == 1


@pytest.mark.parametrize(
    ("folder", "text"),
    [
        ("runtime", "from fpad.runtime import rounding\nfrom fpad import runtime as fp"),
        ("runtime", "def f():\n    import numba\n    import cupy as cp"),
        ("transforms", "import gast\nimport fpad.runtime\nfrom fpad.transforms import ir"),
        ("fpad", "from fpad.transforms import ir\nfrom fpad import errors\nimport numpy as np"),
        ("fpad", "def f():\n    from rich.syntax import Syntax"),
        ("fpad", "if TYPE_CHECKING:\n    import rich"),
    ],
)
def test_layers_allow(folder: str, text: str) -> None:
    assert violations(folder, ast.parse(text)) == []


def loaded_by(program: str) -> set[str]:
    """The modules in memory after a program has run in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules, sep='\\n')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_import_fpad_loads_no_compiler_and_no_optional_library() -> None:
    loaded = loaded_by("import fpad")
    assert "fpad" in loaded
    heavy = {"numba", "cupy", "scipy", "matplotlib", "sklearn", "flint", "rich", "ml_dtypes"}
    heavy |= {"gast", "astunparse", "fpad.transforms"}
    assert loaded & heavy == set()


def test_the_runtime_runs_without_the_compiler() -> None:
    loaded = loaded_by("from fpad import runtime as fp")
    assert "fpad.runtime" in loaded
    heavy = {"numba", "cupy", "scipy", "matplotlib", "gast", "astunparse", "fpad.transforms"}
    assert loaded & heavy == set()
