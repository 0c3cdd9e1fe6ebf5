"""The corpus: plain Python and NumPy functions in the language that fpad accepts.

`PROGRAMS` lists every program with the calls it is tried at; importing the modules fills it.
"""

from tests.programs import (
    aliasing,
    arrays,
    builtins_,
    calls,
    either,
    found,
    growing,
    lazy,
    loops,
    models,
    mutation,
    numpy_,
    objects,
    scalar,
    statements,
    structures,
    views,
)
from tests.programs.registry import PROGRAMS, Case, Program

__all__ = [
    "PROGRAMS",
    "Case",
    "Program",
    "aliasing",
    "arrays",
    "builtins_",
    "calls",
    "either",
    "found",
    "growing",
    "lazy",
    "loops",
    "models",
    "mutation",
    "numpy_",
    "objects",
    "scalar",
    "statements",
    "structures",
    "views",
]
