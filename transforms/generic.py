"""Functions that are chosen by the class of their first argument: functools.singledispatch.

@energy.register
def _(s: Spring): ..            energy(s)       the function for Spring, called with s
@energy.register(list)
def _(xs): ..                   energy([s, m])  the function for list
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fpad import runtime as fp
from fpad.transforms.abstract import Held, Static, Value
from fpad.transforms.class_parts import is_generic
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Do
from fpad.transforms.kinds import BOOL, Num
from fpad.transforms.live import Guard
from fpad.transforms.questions import CLASSES, class_of
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library

Args = Sequence[Value]
Keywords = dict[str, Value]


class Chosen:
    """The function for a class, as something that a guard looks at."""

    def __init__(self, generic: Any, cls: type) -> None:
        self._generic = generic
        self._cls = cls

    @property
    def function(self) -> Any:
        """What is registered now."""
        return self._generic.dispatch(self._cls)


@functools.lru_cache(maxsize=256)
def _chosen(generic: Any, cls: type) -> Chosen:
    return Chosen(generic, cls)


def called(w: Library, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value | None:
    """The result of calling a generic function, or method; None if it is none."""
    if not is_generic(f):
        return None
    method = isinstance(f, functools.singledispatchmethod)
    generic, front = (f.dispatcher, args[1:]) if method else (f, args)
    if not front:
        refuse(f"{describe(Static(f))} is given nothing to choose by.", "give it an argument.")
    classes = _classes(generic, front[0])
    found = [_function(w, generic, cls) for cls in classes]
    value = front[0]
    if len(set(found)) == 1:
        return w.call(variable, found[0], args, kwargs)
    assert isinstance(value, Held)
    meant = tuple(cls for cls, f in zip(classes, found, strict=True) if f is found[0])
    test = w.let(None, isinstance, (value.atom, Const(meant)), BOOL)
    names = ", ".join(cls.__name__ for cls in meant)
    text = f"{generic.__name__} is differentiated where it is given one of the classes {names}"
    w.emit(Do(fp.holds, (test.atom, Const(True), Const(text)), (), w.origin))
    return w.call(variable, found[0], args, kwargs)


def _classes(generic: Any, value: Value) -> tuple[type, ...]:
    """The classes that a value may have."""
    own = class_of(value)
    if own is not None:
        return (own,)
    if isinstance(value, Held) and isinstance(value.kind, Num):
        if value.known is not None:
            return (type(value.known.value),)
        classes = CLASSES[value.kind.array, value.kind.num]
        return classes[:1] if value.kind.array and value.kind.rank else classes
    refuse(
        f"{generic.__name__} is chosen by {describe(value)}, whose class only the run tells.",
        "call the function that is meant.",
    )


def _function(w: Library, generic: Any, cls: type) -> Any:
    chosen = _chosen(generic, cls)
    w.outer.relies_on(Guard(chosen, "function", chosen.function))
    return chosen.function
