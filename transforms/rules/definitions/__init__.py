"""What operations are, where that is no single core operation: textbook algorithms in scalars.

A definition is a function (c, *operands) of a reading `c`, which offers the core scalar operations
(`core.SCALAR_OPERATIONS`); so it runs on floats, rationals, balls, intervals and jets alike.
"""
