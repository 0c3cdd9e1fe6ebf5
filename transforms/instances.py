"""A function for certain kinds of its arguments, and what its body asks about the program."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from fpad.transforms.abstract import (
    UNKNOWN,
    Value,
)
from fpad.transforms.closures import Nested
from fpad.transforms.entered import Entered
from fpad.transforms.errors import Refusal
from fpad.transforms.ir import (
    Func,
)
from fpad.transforms.kinds import Kind
from fpad.transforms.live import Defaults, Guard, Itself, Own, Whole
from fpad.transforms.member_lists import MemberLists
from fpad.transforms.nested import Derived
from fpad.transforms.shared_objects import SharedObjects
from fpad.transforms.source import Source
from fpad.transforms.summaries import (
    Lifted,
    Summary,
    Trees,
)

if TYPE_CHECKING:
    from fpad.transforms.calling import Calling
    from fpad.transforms.outer_containers import OuterContainers


@dataclass
class Instance:
    """A function for certain kinds of its arguments: what is known of it so far.

    Attributes:
        result: the kind of what it returns; None while it is not known.
        lifted: the data outside that it needs.
        func: the level-2 function.
        value: what it returns; trees: its parameters; body: how it was written.
        summary: what it changes.
        entry: is it what the user calls?
        open: is it being specialised now?  asked: was its result asked for meanwhile?
        guarded: is it called where exceptions are handled?
        supposed: what it would change its arguments to, had nothing been refused.
    """

    function: types.FunctionType
    kinds: tuple[Kind, ...]
    name: str
    result: Kind | None = None
    lifted: dict[tuple[int, str], Lifted] = field(default_factory=dict)
    func: Func | None = None
    value: Value = UNKNOWN
    trees: Trees = field(default_factory=list)
    body: Calling | None = None
    summary: Summary = field(default_factory=Summary)
    entry: bool = False
    refusals: tuple[Refusal, ...] = ()
    open: bool = False
    asked: bool = False
    guarded: bool = False
    supposed: dict[int, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A way to read a program; one that is refused may be none in another.

    Attributes:
        every_row: lists in lists that a function is given are rows wherever they are read, and not
            only where it writes them itself.
        by_value: ints in data outside are known.
        by_cursor: iterators over lists are objects that know where they stand.
        keeping: functions keep their results that do so in the user's program.
        declaring: objects have the attributes from the start that they get in a loop.
        peeling: loops in which dicts and objects get keys have their first trips in front.
        tabled: dicts of numbers are tables where one has texts for keys that another has not.
        one_by_one: lists of objects outside are looked at item by item.
        told_classes: floats are of Python's class, or of one that answers as it does, which the
            run checks: `isinstance(x, float)` is known.
    """

    every_row: bool = False
    by_value: bool = False
    by_cursor: bool = False
    keeping: bool = True
    declaring: bool = False
    peeling: bool = False
    tabled: bool = False
    one_by_one: bool = False
    told_classes: bool = False


PLAIN = Way()


class Owner(Protocol):
    """What a body asks about the rest of the program."""

    defaults: Defaults
    objects: dict[int, Itself]
    owning: dict[int, Own]
    wholes: dict[tuple[int, str], Whole]
    shared: SharedObjects
    entered: Entered
    containers: OuterContainers
    first: tuple[Callable[..., Any], tuple[Kind, ...]] | None
    every_list: bool
    in_tables: list[type[MemberLists]]
    asked_class: bool
    way: Way
    kept: bool
    begun: bool

    def guard(self, guard: Guard) -> None:
        """Note what the program relies on."""

    def define(self, made: Nested) -> None:
        """Take in a function inside a function."""
        ...

    def inside(self, function: types.FunctionType) -> Nested | None:
        """What is known of a function inside a function."""
        ...

    def source(self, function: Any) -> Source:
        """The source of a function."""

    def instance(
        self,
        function: types.FunctionType,
        kinds: tuple[Kind, ...],
        entry: bool = False,
        guarded: bool = False,
    ) -> Instance:
        """The function for these kinds, as far as it is known."""

    def func_of(self, name: str) -> Func | None:
        """The statements of a function of the program; None: it is being written."""

    def count_open(self) -> int:
        """How many functions are being specialised, each of which calls the next."""
        ...

    def under_way(self, function: types.FunctionType) -> Sequence[tuple[Kind, ...]]:
        """The kinds for which a function is being specialised."""
        ...

    def derivative(self, func: Any, names: tuple[str, ...], kinds: tuple[Kind, ...]) -> Derived:
        """The program of a Derivative for these kinds."""
