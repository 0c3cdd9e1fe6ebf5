"""Generated text becomes a module that debuggers can read.

    load("def f_grad(x): ..", "f_grad")    ->    module fpad_generated_f_grad_1c9f..
                                                 of ~/.cache/fpad/f_grad_1c9f...py

The text is compiled as it is in memory; nothing is ever executed from the cache folder.  The file
is there so that tracebacks, `inspect.getsource`, pdb and numba's cache find the text.  Where it
cannot be written, `linecache` holds the text instead.

The folder is FPAD_CACHE_DIR, or the `fpad` folder among the caches of the user.  A file's name has
a hash of its text and of the versions of fpad, NumPy and Python, so it never needs to be changed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import linecache
import os
import pathlib
import re
import sys
import tempfile
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

PREFIX = "fpad_generated"


def load(text: str, name: str, namespace: Mapping[str, Any] | None = None) -> types.ModuleType:
    """Execute generated text as a module of its own.

    Args:
        text: what `emit.emit_module` wrote; user code is never passed here.
        name: what the module is about, for its name and that of its file.
        namespace: objects that the text refers to and does not import (`Emitted.namespace`).

    Returns:
        The module, entered in `sys.modules`.  The same text without a namespace gives it again.
    """
    stem = f"{_plain(name)}_{_digest(text)}"
    full = f"{PREFIX}_{stem}"
    known = sys.modules.get(full)
    if known is not None and not namespace:
        return known
    file = _file(stem, text)
    code = compile(text, file, "exec", dont_inherit=True)
    module = types.ModuleType(full)
    module.__file__ = file
    module.__package__ = ""
    if namespace:
        vars(module).update(namespace)
    exec(code, vars(module))
    sys.modules[full] = module
    return module


def cache_folder() -> pathlib.Path:
    """The folder of generated modules: FPAD_CACHE_DIR, or the one of this system for caches."""
    chosen = os.environ.get("FPAD_CACHE_DIR")
    if chosen:
        return pathlib.Path(chosen).absolute()
    home = pathlib.Path("~").expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return pathlib.Path(base) / "fpad"


def _plain(name: str) -> str:
    return re.sub(r"[^0-9A-Za-z_]", "_", name)[:64] or "generated"


@functools.cache
def _versions() -> bytes:
    # fpad itself is above this package, and loaded whenever this package is.
    own = getattr(sys.modules.get(__name__.partition(".")[0]), "__version__", "")
    return "\n".join((own, np.__version__, sys.version)).encode()


def _digest(text: str) -> str:
    return hashlib.sha256(_versions() + b"\0" + text.encode()).hexdigest()[:20]


def _file(stem: str, text: str) -> str:
    """A file with this text, or a name under which `linecache` knows it."""
    data = text.encode()
    try:
        folder = cache_folder()
        path = folder / f"{stem}.py"
        if not (path.is_file() and path.read_bytes() == data):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, data)
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        virtual = f"<{PREFIX} {stem}>"
        linecache.cache[virtual] = (len(text), None, text.splitlines(keepends=True), virtual)
        return virtual
    return str(path)


def _write(path: pathlib.Path, data: bytes) -> None:
    """All of the file or nothing of it, also when two processes write it at once."""
    handle, temporary = tempfile.mkstemp(prefix=path.stem, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
