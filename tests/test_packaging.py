"""The packages that are listed, built and installed are the folders of the tree."""

import configparser
import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest

from fpad._version import __version__

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Top-level folder -> the package that it is installed as.
PACKAGES = {"fpad": "fpad", "runtime": "fpad.runtime", "transforms": "fpad.transforms"}


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def shipped() -> set[str]:
    """Every file of the three folders as a path in site-packages: fpad/transforms/ir.py."""
    found = set()
    for folder, package in PACKAGES.items():
        for parent, names, files in os.walk(ROOT / folder):  # links are not followed
            names[:] = [name for name in names if name != "__pycache__"]
            inside = pathlib.Path(parent).relative_to(ROOT / folder)
            found |= {pathlib.Path(*package.split("."), inside, name).as_posix() for name in files}
    return found


def package_names() -> set[str]:
    return {
        str(pathlib.PurePosixPath(path).parent).replace("/", ".")
        for path in shipped()
        if path.endswith(".py")
    }


def test_listed_packages_are_the_folders() -> None:
    listed = config()["options"]["packages"].split()
    assert set(listed) - package_names() == set(), "setup.cfg names packages that have no folder"
    assert package_names() - set(listed) == set(), "folders that setup.cfg does not name"
    assert listed == sorted(listed)


def test_every_package_has_an_init() -> None:
    files = shipped()
    assert [p for p in package_names() if f"{p.replace('.', '/')}/__init__.py" not in files] == []


def test_package_dir_maps_the_three_folders() -> None:
    lines = config()["options"]["package_dir"].strip().splitlines()
    mapping = dict(tuple(part.strip() for part in line.split("=")) for line in lines)
    assert mapping == {package: folder for folder, package in PACKAGES.items()}


def test_coverage_names_the_three_folders() -> None:
    assert set(config()["coverage:run"]["source"].split()) == set(PACKAGES)


def test_links_lead_to_the_folders() -> None:
    for folder in ("runtime", "transforms"):
        link = ROOT / "fpad" / folder
        assert link.is_symlink()
        assert os.readlink(link) == f"../{folder}"


def test_pyproject_holds_the_build_system_only() -> None:
    assert list(tomllib.loads((ROOT / "pyproject.toml").read_text())) == ["build-system"]


def test_pins_that_the_compiler_depends_on() -> None:
    required = [
        line.replace(" ", "") for line in config()["options"]["install_requires"].split("\n")
    ]
    assert set(filter(None, required)) == {
        "gast>=0.6,<0.8",
        "astunparse>=1.6.3,<1.7",
        "numpy>=1.26",
    }


def test_the_console_script_exists() -> None:
    line = config()["options.entry_points"]["console_scripts"].strip()
    name, target = (part.strip() for part in line.split("="))
    module, function = target.split(":")
    assert name == "fpad"
    assert callable(getattr(importlib.import_module(module), function))


def build(tree: pathlib.Path, out: pathlib.Path, *what: str) -> None:
    """Run the build back end in a tree, as pip does."""
    # The back end overwrites sys.argv, so it is not read between the steps.
    steps = "; ".join(f"build_meta.build_{part}({str(out)!r})" for part in what)
    command = [sys.executable, "-c", f"from setuptools import build_meta; {steps}"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Deprecat" not in done.stderr, done.stderr


def wheel_in(folder: pathlib.Path) -> pathlib.Path:
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"fpad-{__version__}-py3-none-any.whl"
    return wheel


def package_files(wheel: pathlib.Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the wheel and the sdist, built from a copy of the tree."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for folder in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tree / folder, symlinks=True, ignore=ignore)
    out = tmp_path_factory.mktemp("built")
    build(tree, out, "sdist", "wheel")
    return out


def test_the_wheel_holds_every_file(built: pathlib.Path) -> None:
    assert package_files(wheel_in(built)) == shipped()


def test_the_sdist_builds_the_same_wheel(built: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since 3.11.4
        archive.extractall(tmp_path, **safe)  # type: ignore[arg-type]
    build(tmp_path / f"fpad-{__version__}", tmp_path, "wheel")
    assert package_files(wheel_in(tmp_path)) == shipped()


def test_the_wheel_imports_away_from_the_tree(built: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel_in(built)) as archive:
        archive.extractall(tmp_path)
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    print(importlib.import_module(name).__file__)\n"
    )
    names = sorted(package_names())
    done = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    places = [pathlib.Path(line).resolve().parent for line in done.stdout.splitlines()]
    assert places == [tmp_path.resolve().joinpath(*name.split(".")) for name in names]
