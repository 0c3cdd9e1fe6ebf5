"""Hooks on adjoints: `fpad.on_adjoint`.

y = fpad.on_adjoint(x, lambda b: clip(b, size))     y = fp.hooked(x, (size,), hook="answer")

    def answer(by, size):       # written for the kind of x; called in reverse mode
        b = clip(by, size)
        return b

The hook becomes a function of the program like any other, with what it takes from around it as
further arguments, so it is differentiated, rounded and printed with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import UNKNOWN, Held, Value, is_array, is_number
from fpad.transforms.describing import describe
from fpad.transforms.ir import Call, Const
from fpad.transforms.iterators import arguments
from fpad.transforms.kinds import Num
from fpad.transforms.writer import refuse
from fpad.transforms.written.hooks import array_answer, number_answer

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def _on_adjoint(
    w: Library, variable: str, args: Sequence[Value], kwargs: dict[str, Value]
) -> Value:
    x, hook = arguments("fpad.on_adjoint", args, kwargs, "x", "hook")
    if x is None or hook is None:
        refuse("fpad.on_adjoint takes a value and a hook.", "give it both.")
    if not isinstance(x, Held) or not is_number(x) or not isinstance(x.kind, Num):
        refuse(
            f"fpad.on_adjoint is given {describe(x)}.",
            "give it a float or an array of floats; for a structure, call it for each part.",
        )
    if x.kind.num != "float":
        return x
    if isinstance(x.atom, Const):
        return x
    answer = array_answer if is_array(x) else number_answer
    given: list[Value] = []
    block = w.captured(lambda: given.append(w.user_call(variable, answer, (x, hook), {})))
    if given == [UNKNOWN]:
        return UNKNOWN
    *before, call = block
    assert isinstance(call, Call)
    if len(call.targets) != 1:
        refuse(
            "A hook on an adjoint changes a list, a dict or an object, or gives several values.",
            "print what it is given, or return what is to take its place.",
        )
    w.out += before
    _, *taken = call.args
    operands = (x.atom, tuple(taken))
    return w.let(variable, fp.hooked, operands, x.kind, (("hook", Const(call.func)),))


HOOKS: dict[Any, Callable[..., Value]] = {fp.on_adjoint: _on_adjoint}
