"""Sphinx configuration; `make docs` builds with warnings as errors."""

import pathlib
import runpy

_ROOT = pathlib.Path(__file__).resolve().parent.parent

project = "fpad"
author = "the fpad authors"
copyright = "the fpad authors"
release = runpy.run_path(str(_ROOT / "fpad" / "_version.py"))["__version__"]
version = release

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"fpad {release}"
