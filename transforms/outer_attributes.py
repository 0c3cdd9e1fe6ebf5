"""Attributes of objects and classes that live outside a function, which it reads and sets.

    class Meter:                        def f_grad_x(x, *, by=1.0, n, n_own, meter):
        n = 1.0                             n2, n_own2 = n, n_own
        def f(self, x):                     if x > 1.0:
            if x > 1.0:         ->              n2, n_own2 = 5.0, True
                self.n = 5.0                fp.set_attribute(meter, "n", n2, n_own2)
            return x * self.n               ..

What a function sets is a variable from then on, for the functions that it calls too; it is set
where the work of the entry ends.  Where the class has a value as well, it matters whether the
object has got one of its own: that is one more thing outside, which reading tells and setting
changes (`Own`).  What an object has no value of its own for it reads from its class, so what is
set there is seen by all of its objects.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from fpad.transforms import ahead
from fpad.transforms.abstract import Held, Static, Value, kind_of_value
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const
from fpad.transforms.kinds import BOOL, Kind, OpaqueKind, join
from fpad.transforms.library import Library
from fpad.transforms.live import Guard, Itself, Own, Whole, above, is_slot, owns
from fpad.transforms.summaries import Lifted, Summary
from fpad.transforms.writer import refuse


class OuterAttributes(Library):
    """Keeps track of the attributes outside that a function sets."""

    summary: Summary
    lifted: dict[tuple[int, str], Lifted]
    lifted_values: dict[tuple[int, str], Value]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._outer_names: dict[tuple[int, str], str] = {}

    @abstractmethod
    def lift(self, container: Any, name: str, kind: Kind) -> Value:
        """Data outside the function, as parameters of it."""

    @abstractmethod
    def itself_of(self, owner: Any) -> Itself:
        """Where an object outside is read."""

    @abstractmethod
    def whole_of(self, container: Any, name: str) -> Whole:
        """Where a list, tuple or dict outside is read as it is."""

    @abstractmethod
    def own_of(self, owner: Any) -> Own:
        """Where it is read whether an object outside has attributes itself."""

    @abstractmethod
    def note_set(self, owner: Any) -> None:
        """Note that an object outside is set, which lists outside may hold too."""

    # ------------------------------------------------------------ reading

    def outer_attribute(self, owner: Any, name: str) -> Value:
        """The value now of an attribute of an object or a class outside the function."""
        self._read(owner, name)
        now = self.set_before(owner, name)
        return self.outer.attribute(owner, name) if now is None else now

    def _read(self, owner: Any, name: str) -> None:
        self.reads.append(ahead.Read(id(owner), tuple(map(id, _chain(owner, name))), name))

    def set_before(self, owner: Any, name: str) -> Value | None:
        """What the function has set that reading owner.name gives; None if it is as it was."""
        holder = self._holder_of(owner, name)
        return None if holder is None else self.env.get(self.outer_name(holder, name))

    def lifted_now(self, container: Any, name: str, kind: Kind) -> Value:
        """What data that a callee reads outside is now."""
        self._read(container, name)
        now = self.set_before(container, name)
        return self.lift(container, name, kind) if now is None else now

    def _holder_of(self, owner: Any, name: str) -> Any:
        """The object or class that reading owner.name gives the value of, if that is set here."""
        written = self.summary.written
        if (id(owner), name) in written:
            return owner
        found = next((c for c in _chain(owner, name) if (id(c), name) in written), None)
        if found is None:
            return None
        own = owns(owner, name)
        self._stays(owner, name, own)
        return None if own else found

    def _stays(self, owner: Any, name: str, own: bool) -> None:
        """Note that what is derived holds as long as the object has an attribute itself, or not."""
        self.outer.relies_on(Guard(self.own_of(owner), name, np.bool_(own)))

    def without_own(self, owner: Any, name: str) -> None:
        """Note that an object outside has no attribute of this name itself."""
        self._stays(owner, name, False)

    # ------------------------------------------------------------ setting

    def set_outer(self, owner: Any, name: str, value: Value) -> None:
        """Set an attribute of an object or a class outside the function."""
        key = (id(owner), name)
        if key not in self.summary.written:
            self._begin(owner, name)
        kind = self.summary.written[key][2]
        new = kind_of_value(value)
        if new is None or join(kind, new) != kind:
            refuse(
                f"The attribute {name} of {describe(Static(owner))} becomes {describe(value)}.",
                "let it hold the same kind of value before and after.",
            )
        ahead.before_set(self, lambda r: r.name == name and id(owner) in (r.owner, *r.above))
        self.changes += 1
        self.env[self.outer_name(owner, name)] = value
        own = self.own_of(owner)
        if (id(own), name) in self.summary.written:
            self.env[self.outer_name(own, name)] = OWN

    def _begin(self, owner: Any, name: str) -> None:
        """Note that an attribute is set, which had a value of its kind before."""
        if not owns(owner, name) and next(_givers(owner, name), None) is None:
            refuse(
                f"The attribute {name} of {describe(Static(owner))} is set, which has none.",
                "set it before the first call, in __init__ say.",
            )
        before = self.outer.attribute(owner, name)
        kind = kind_of_value(before) if isinstance(before, Held) else None
        if kind is None:
            refuse(
                f"The attribute {name} of {describe(Static(owner))} is set, which holds "
                f"{describe(before)} before.",
                "make it a number or an array first, or return the new value.",
            )
        for other, what, _ in tuple(self.summary.written.values()):
            if what == name and not isinstance(other, Own):
                self._keep_apart(owner, other, name)
                self._keep_apart(other, owner, name)
        self.note_set(owner)
        self.summary.written[id(owner), name] = (owner, name, kind)
        if next(_givers(owner, name), None) is not None:
            own = self.own_of(owner)
            self.summary.written[id(own), name] = (own, name, BOOL)

    def _keep_apart(self, owner: Any, other: Any, name: str) -> None:
        """Refuse to set an attribute of an object that has none, and of its class."""
        if other not in _chain(owner, name):
            return
        if not owns(owner, name):
            refuse(
                f"The attribute {name} of {describe(Static(owner))} is set, and that of "
                f"the class {other.__name__}.",
                "set it in __init__, so that each has its own.",
            )
        self._stays(owner, name, True)

    def outer_name(self, owner: Any, name: str) -> str:
        """The hidden variable for an attribute of an object outside."""
        key = (id(owner), name)
        if key not in self._outer_names:
            wanted = f"{name}_own" if isinstance(owner, Own) else name
            self._outer_names[key] = self.fresh(wanted)
            self.reserved.add(self._outer_names[key])
        return self._outer_names[key]

    def set_at_end(self) -> Iterator[tuple[Held, str, Value, Held]]:
        """What is to be set where the function ends: owner.name = value, if it is its own then."""
        written = self.summary.written
        for owner, name, _ in written.values():
            if isinstance(owner, Own):
                continue
            own = self.own_of(owner)
            is_own = (id(own), name) in written
            holder = self.holder_outside(owner)
            mine = self.env[self.outer_name(own, name)] if is_own else OWN
            assert isinstance(holder, Held)
            assert isinstance(mine, Held)
            yield holder, name, self.env[self.outer_name(owner, name)], mine

    def holder_outside(self, owner: Any) -> Held:
        """An object outside itself."""
        holder = self.lift(self.itself_of(owner), "value", OpaqueKind(type(owner)))
        assert isinstance(holder, Held)
        return holder

    def whole_outside(self, container: Any, name: str, make: type) -> Held:
        """A list, tuple or dict outside itself."""
        holder = self.lift(self.whole_of(container, name), "value", OpaqueKind(make))
        assert isinstance(holder, Held)
        return holder

    def will_set(self, owner: Any, name: str, kind: Kind) -> None:
        """Let it be known that a function that is called sets an attribute."""
        if isinstance(owner, Own):
            self.summary.written.setdefault((id(owner), name), (owner, name, kind))
        else:
            self.set_outer(owner, name, Held(Const(None), kind))


OWN = Held(Const(True), BOOL)
"""What says that an object has an attribute itself."""


def _givers(owner: Any, name: str) -> Iterator[type]:
    """The classes that have a value for owner.name where the owner has none."""
    found = (c for c in above(owner) if name in c.__dict__)
    return (c for c in found if not is_slot(c.__dict__[name]))


def _chain(owner: Any, name: str) -> Iterator[type]:
    """The classes that give owner.name where the owner has none, up to the first that has it."""
    for cls in above(owner):
        yield cls
        if name in cls.__dict__:
            return
