"""What TARGET names: `FILE.py:f`, a function in a file, or `module:f`, one in a module.

A file is imported under its own name, with its folder in front of `sys.path` while it is; what it
prints meanwhile goes to the standard error, so that only fpad writes to the standard output.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fpad.cli.problems import Place, UsageError, in_file

REMEDY = "write FILE.py:function or module:function, as in model.py:loss"


@dataclass(frozen=True)
class Target:
    """A function that the command line names.

    Attributes:
        function: what was found; not necessarily a plain function.
        file: the file of its module.
        place: the target as it was written, at the name of the function.
    """

    function: Any
    file: str
    place: Place


def load(spec: str) -> Target:
    """Import the module of a target and look its function up.

    Raises:
        UsageError: the target is not written as it should be, there is no such file, module or
            function, or the file cannot be imported.
    """
    where, colon, name = spec.rpartition(":")
    if not (where and colon and name):
        raise UsageError("the target names no function", Place(spec, len(spec) + 1), REMEDY)
    if where.endswith(".py") or os.path.isfile(where):
        module = _from_file(where, spec)
    else:
        module = _from_name(where, spec)
    place = Place(spec, len(where) + 2)
    return Target(_found(module, where, name, place), getattr(module, "__file__", "") or "", place)


def _from_file(path: str, spec: str) -> types.ModuleType:
    if not os.path.isfile(path):
        what = "is a folder" if os.path.isdir(path) else "does not exist"
        raise UsageError(f"{path} {what}", Place(spec, 1), REMEDY)
    full = os.path.abspath(path)
    stem = os.path.splitext(os.path.basename(full))[0]
    # A file named like a module that is in use, random.py say, must not take its place.
    name = stem if stem not in sys.modules and stem.isidentifier() else f"fpad_target_{stem}"
    found = importlib.util.spec_from_file_location(name, full)
    if found is None or found.loader is None:
        raise UsageError(f"{path} is not a Python file", Place(spec, 1), REMEDY)
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    with _importing(os.path.dirname(full), full, Place(spec, 1)):
        found.loader.exec_module(module)
    return module


def _from_name(name: str, spec: str) -> types.ModuleType:
    place = Place(spec, 1)
    if not all(part.isidentifier() for part in name.split(".")):
        raise UsageError(f"{name!r} is neither a .py file nor the name of a module", place, REMEDY)
    with _importing(os.getcwd(), "", place):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
            raise UsageError(f"there is no module {error.name}", place, REMEDY) from error


@contextlib.contextmanager
def _importing(folder: str, file: str, place: Place) -> Iterator[None]:
    """Import user code: its folder is searched, its output is kept apart, its errors are told."""
    sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        told = in_file(error, file or _innermost(error))
        if told is None:
            told = UsageError(f"the import failed: {type(error).__name__}: {error}", place)
        raise told from error
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


def _innermost(error: BaseException) -> str:
    """The file of the last frame that is not of Python's import system."""
    trace, file = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith("<frozen") and trace.tb_frame.f_globals.get("__name__") != __name__:
            file = name
        trace = trace.tb_next
    return file


def _found(module: types.ModuleType, where: str, name: str, place: Place) -> Any:
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            raise UsageError(f"{where} has no function {name}", place, _choices(module, name))
        value = getattr(value, part)
    return value


def _choices(module: types.ModuleType, name: str) -> str:
    """The functions of a module, those with a similar name first."""
    own = [
        key
        for key, value in vars(module).items()
        if callable(value)
        and not isinstance(value, type)
        and getattr(value, "__module__", None) == module.__name__
    ]
    if not own:
        return "give a function that this module defines; it defines none"
    close = difflib.get_close_matches(name, own)
    rest = [key for key in own if key not in close]
    shown = [*close, *rest][:8]
    more = ", .." if len(own) > len(shown) else ""
    return f"it has {', '.join(shown)}{more}"
