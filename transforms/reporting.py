"""Messages that a program gives beside its result, printed, logged or as warnings, and its filters.

print(x, sep=" ")                   print(x, sep=" ")
warnings.warn("large", UserWarning) warnings.warn("large", UserWarning)
logger.info("x is %s", x)           fp.logged("name of the logger", "info", "x is %s", x)

They are effects: given once, in their place, with the values of the program.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import Static, Value, known_value
from fpad.transforms.ir import Const, Do
from fpad.transforms.showing import is_put_together, shown
from fpad.transforms.writer import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]

_LEVELS = ("debug", "info", "warning", "error", "critical", "log")


def write(w: Library, op: Any, args: Args, kwargs: Keywords, *first: Const) -> Value:
    """Write op(*first, *args, **kwargs), once, in its place."""
    operands = []
    for a in (*args, *kwargs.values()):
        operands.append(shown(w, a) if is_put_together(a) else w.operand(a, op))
    keywords = zip(kwargs, operands[len(args) :], strict=True)
    w.emit(Do(op, (*first, *operands[: len(args)]), tuple(keywords), w.origin))
    return Static(None)


def _logger(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    """logging.getLogger(name)."""
    known = [known_value(a) for a in args]
    if kwargs or None in known:
        refuse("Which logger is meant is not known while the code is written.", "name it.")
    return Static(logging.getLogger(*(k[0] for k in known if k is not None)))


def _method(level: str) -> Callable[..., Value]:
    """logger.info(..) and the like."""

    def handle(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
        owner = args[0].value if isinstance(args[0], Static) else None
        if not isinstance(owner, logging.Logger) or logging.getLogger(owner.name) is not owner:
            refuse("A logger is used that logging.getLogger does not give.", "use one it gives.")
        return write(w, fp.logged, args[1:], kwargs, Const(owner.name), Const(level))

    return handle


def _given(op: Any) -> Callable[..., Value]:
    return lambda w, variable, args, kwargs: write(w, op, args, kwargs)


REPORTING: dict[Any, Callable[..., Value]] = {
    print: _given(print),
    warnings.warn: _given(warnings.warn),
    **{f: _given(f) for f in (warnings.simplefilter, warnings.filterwarnings)},
    warnings.resetwarnings: _given(warnings.resetwarnings),
    logging.getLogger: _logger,
    **{getattr(logging, level): _given(getattr(logging, level)) for level in _LEVELS},
    **{getattr(logging.Logger, level): _method(level) for level in _LEVELS},
}
