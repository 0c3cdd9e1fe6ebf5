"""The forms of random expressions, by the feature that a program must have to use them.

Holes are filled by expressions again:

    <f> a number          <g> a number that is a name, an element or a constant
    <s> an array of the wanted shape          <t> the same, a name if there is one
    <a> an array of any shape          <v> a vector, <w> another of the same length
    <c> a constant   <b> a condition   <m> a mask of the wanted shape   <i> an integer

"""

from __future__ import annotations

FLOATS = {
    "core": [
        *("np.sin(<f> + <g>)", "math.cos(<f> * <g>)", "np.tanh(<f> - <c> * <g>)"),
        *(
            "np.exp(-(<f>) ** 2)",
            "math.sqrt(1.0 + (<f>) ** 2) - 1.0",
            "np.log(2.0 + math.sin(<f>))",
        ),
        *("<c> * (<f>) - 0.4 * (<g>)", "0.4 * (<f>) * (<g>)", "(<f>) / (1.5 + (<g>) ** 2)"),
        *(
            "-(<f>)",
            "math.atan2(<f>, 1.5 + (<g>) ** 2)",
            "0.3 * (<f>) ** 2",
            "float(<g>) * (<f>) * 0.5",
        ),
        *("np.sqrt(1.3 + (<f>) ** 2) * <c>", "(1.2 + (<g>) ** 2) ** <c>", "math.tanh(<f>) ** 3"),
    ],
    "arrays": [
        *("np.mean(<a>)", "0.3 * np.sum(<a>)", "0.3 * np.dot(<v>, <w>)", "0.2 * (<a>).sum()"),
        *(
            "0.3 * ((<v>) @ (<w>))",
            "(<a>).mean()",
            "0.2 * np.sum((<v>) * (<w>))",
            "np.array(<f>) * <g>",
        ),
    ],
    "piecewise": [
        *("np.maximum(<f>, <g>)", "min(<f>, <g>)", "abs(<f>)", "np.abs(<f>) * <c>"),
        *("np.clip(<f>, -0.7, 0.8)", "np.where(<b>, <f>, <g>)", "max(<f>, <g>, <c>)"),
        *(
            "0.4 * np.max(<a>)",
            "0.4 * np.min(<a>)",
            "np.minimum(<f>, <c>) * <g>",
            "abs((<f>) - <g>)",
        ),
    ],
    "library": [
        *(
            "0.3 * sum(map(np.sin, <v>))",
            "functools.reduce(lambda p, q: 0.6 * p * q + 0.1, [<f>, <g>])",
        ),
        *("sum([<f>, <g>]) * 0.4", "math.hypot(<f>, 1.3)", "pow(1.2 + (<g>) ** 2, 2) * 0.3"),
        *("0.3 * np.prod(1.0 + 0.2 * (<v>))", "np.var(<a>)", "0.2 * np.cumsum(<v>)[-1]"),
        *("0.3 * np.linalg.norm(1.0 + (<v>) ** 2)", "0.3 * np.einsum('i,i->', <v>, <w>)"),
        *("round(2.0 * <c>) * 0.3 * <f>", "float(np.sum(<a>)) * 0.2", "0.3 * np.add.reduce(<v>)"),
        *("0.1 * len(<v>) * <f>", "0.3 * np.vdot(<v>, <w>)", "0.2 * np.trace(np.outer(<v>, <w>))"),
    ],
    "branches": ["(<f> if <b> else <g>)", "(<g> if <b> else <f>) * <c>"],
}
ARRAYS = {
    "core": [
        *("np.sin(<s> + <g>)", "np.tanh(<s> * <t>)", "0.5 * <t> + 0.4 * (<s>)", "<t> * (<g>)"),
        *("<t> / (1.5 + (<s>) ** 2)", "np.exp(-(<s>) ** 2)", "(<s>) * np.cos(<f>)", "-(<s>)"),
        *("(<f>) - 0.3 * (<s>)", "np.sqrt(1.2 + (<s>) ** 2)", "np.log(1.5 + (<t>) ** 2) * <c>"),
        *("np.array(<s>)", "(<s>).copy()", "np.multiply(<t>, <s>) * 0.5"),
    ],
    "piecewise": [
        *(
            "np.where(<m>, <s>, 0.5 * <t>)",
            "np.where(<m>, (<t>) ** 2, <g>)",
            "np.maximum(<s>, <t>)",
        ),
        *("np.minimum(<t>, <c>)", "np.abs(<s>)", "np.clip(<s>, -0.6, 0.7)", "(<s>) * (<m>)"),
        *("np.where(<b>, <s>, <t>)", "np.sqrt(np.where(<m>, <t>, 0.04) ** 2 + 1.0)"),
    ],
    "library": [
        *("np.roll(<s>, 1)", "np.square(<s>) * 0.4", "np.reciprocal(1.5 + (<s>) ** 2)"),
        *("np.add(<s>, <t>) * 0.5", "np.cumsum(<s>, axis=-1) * 0.3", "np.hypot(<s>, 1.3)"),
        *("np.ones_like(<s>) * <g>", "np.zeros_like(<t>) + <g>", "np.full_like(<t>, <g>)"),
        *("np.arctan2(<s>, 1.5 + (<t>) ** 2)", "np.float_power(1.2 + (<s>) ** 2, 0.5)"),
    ],
}
CONSTANTS = (0.2, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3)
SHAPES: tuple[tuple[int, ...], ...] = ((4,), (4,), (3,), (2,), (3, 4), (2, 3), (2, 2))
