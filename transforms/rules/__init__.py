"""The one table of operations: importing this package fills `core.RULES`.

A new operation is one entry in one of these modules and, where drawing operands from its domain
does not fit, its `examples`; the tests walk the table.
"""

from fpad.transforms.rules import (
    arithmetic,
    choosing,
    constants,
    draws,
    eigen,
    elementary,
    fourier,
    gathering,
    library,
    linear,
    matrices,
    memory,
    moving,
    multilinear,
    ordering,
    piecewise,
    products,
    reductions,
    rows,
    singular,
    slopes,
    steps,
    tables,
    transcendental,
    unmoved,
)
from fpad.transforms.rules.core import RULES, Rule, rule_of
from fpad.transforms.rules.methods import ARRAY_ATTRIBUTES, ARRAY_METHODS, Method

__all__ = [
    "ARRAY_ATTRIBUTES",
    "ARRAY_METHODS",
    "RULES",
    "Method",
    "Rule",
    "arithmetic",
    "choosing",
    "constants",
    "draws",
    "eigen",
    "elementary",
    "fourier",
    "gathering",
    "library",
    "linear",
    "matrices",
    "memory",
    "moving",
    "multilinear",
    "ordering",
    "piecewise",
    "products",
    "reductions",
    "rows",
    "rule_of",
    "singular",
    "slopes",
    "steps",
    "tables",
    "transcendental",
    "unmoved",
]
