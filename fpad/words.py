"""What the labels of choices mean, in words: `piece("numpy.maximum", 1)` is "first operand"."""

from __future__ import annotations

from collections.abc import Mapping

_TRUTH = {0: "no", 1: "yes"}
_OPERANDS = {0: "second operand", 1: "first operand"}
_SIGNS = {-1: "negative", 0: "zero", 1: "positive"}
_INSIDE = {0: "at the end of the domain", 1: "inside the domain"}
_ZERO = {0: "at zero", 1: "away from zero"}
_HOLDS = {0: "false", 1: "true"}

_WORDS: Mapping[str, Mapping[int, str]] = {
    **dict.fromkeys(("if", "while"), _TRUTH),
    **dict.fromkeys(("maximum", "minimum", "fmax", "fmin", "where"), _OPERANDS),
    **dict.fromkeys(("absolute", "abs", "fabs", "sign", "heaviside"), _SIGNS),
    **dict.fromkeys(("arcsin", "asin", "arccos", "acos", "arccosh", "acosh"), _INSIDE),
    **dict.fromkeys(("sqrt", "cbrt", "hypot", "norm", "std", "pow", "power"), _ZERO),
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne"), _HOLDS),
    "copysign": {-1: "sign changed", 0: "zero", 1: "sign kept"},
    "clip": {-1: "at the lower bound", 0: "between the bounds", 1: "at the upper bound"},
}

_NUMBERED: Mapping[str, str] = {
    **dict.fromkeys(("floor", "ceil", "trunc", "rint", "round", "around", "fix", "int"), "step {}"),
    **dict.fromkeys(("floordiv", "floor_divide", "mod", "remainder", "fmod"), "step {}"),
    **dict.fromkeys(("max", "amax", "min", "amin", "argmax", "argmin"), "entry {}"),
    **dict.fromkeys(("nanargmax", "nanargmin"), "entry {}"),
    **dict.fromkeys(("searchsorted", "digitize"), "bin {}"),
    **dict.fromkeys(("sort", "argsort", "partition"), "entry {}"),
}


def piece(op: str, label: int) -> str:
    """The piece of an operation that a label names.

    Args:
        op: public dotted name of the operation ("numpy.maximum"), or "if", "while", "for".
        label: the label, of one entry.
    """
    if op in ("for", "while trips"):
        return f"{label} trip{'' if label == 1 else 's'}"
    name = op.rpartition(".")[2]
    word = _WORDS.get(name, {}).get(label)
    return word if word is not None else _NUMBERED.get(name, "piece {}").format(label)
