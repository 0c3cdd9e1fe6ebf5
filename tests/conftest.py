"""What makes the whole suite cheaper, and its outcome the same on a machine that is slow.

Where PYTHONDONTWRITEBYTECODE is set, each command that a test starts would compile the whole
package again; their bytecode goes to pytest's cache instead (without that, to a folder for this
run), and nothing is written next to the sources. Collected tests and imported modules are millions
of objects that live to the end: the garbage collector leaves them alone, and looks less often.
"""

import gc
import os
import sys
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# How long it takes to draw an example, or to test it, tells nothing.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")


def pytest_configure(config: pytest.Config) -> None:
    """Workers and commands, which are started later, inherit the environment."""
    if not sys.dont_write_bytecode or "PYTHONPYCACHEPREFIX" in os.environ:
        return
    cache = getattr(config, "cache", None)  # not there under -p no:cacheprovider
    if cache is None:
        folder = tempfile.TemporaryDirectory(prefix="fpad-bytecode-")
        config.add_cleanup(folder.cleanup)
        name = folder.name
    else:
        name = str(cache.mkdir("bytecode"))
    variables = pytest.MonkeyPatch()
    config.add_cleanup(variables.undo)
    variables.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    variables.setenv("PYTHONPYCACHEPREFIX", name)


def pytest_collection_finish() -> None:
    """What exists now stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
