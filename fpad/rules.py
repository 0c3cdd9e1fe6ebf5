"""Rules of users: `fpad.rule`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def rule(
    function: Function | None = None,
    /,
    *,
    partials: Any = None,
    transposes: Any = None,
    tangents: Any = None,
    adjoints: Any = None,
    result: str | None = None,
    **facts: Any,
) -> Any:
    """Declare how calls of a function are differentiated; its body is not looked into any more.

    Every map is a function, or a sequence of one for each operand, None for an operand without a
    derivative.  It is called with symbols while derivative code is written, so it may use
    arithmetic and NumPy, and nothing that asks for a value, as `if` does.

    Args:
        function: the function; without it, a decorator is returned.
        partials: of a function that works entry by entry: (g, y, *operands) -> g * dy/dx.
        transposes: of a function that is linear in the operand: (by, y, *operands) -> its
            cotangent, of the shape of the operand.
        tangents: of any other, with adjoints: (dx, y, *operands) -> what dx adds to dy.
        adjoints: (by, y, *operands) -> what by adds to bx, of the shape of the operand.
        result: "array", "number" or "like first"; what the function returns, where it does not
            work entry by entry ("array" is assumed).
        facts: further fields of `fpad.transforms.rules.core.Rule`, such as `rounds` or `piece`.

    Returns:
        The function as it was given.

    Raises:
        RuleError: it has a rule already, or the maps do not fit its parameters.
    """
    if function is None:
        return lambda f: rule(
            f,
            partials=partials,
            transposes=transposes,
            tangents=tangents,
            adjoints=adjoints,
            result=result,
            **facts,
        )
    from fpad.transforms.rules import user

    user.declare(function, partials, transposes, tangents, adjoints, result, facts)
    return function
