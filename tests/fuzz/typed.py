"""The types of random programs, and what is in scope at a point of one.

A *place* is anything that can be read by a chain of subscripts and attributes from a name:
`x`, `p[1]`, `d['b'][0]`. The scope lists the places of a type, so that expressions find their atoms
in containers too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Float:
    """A number."""


@dataclass(frozen=True)
class Int:
    """An integer whose range is known, so that it can be a subscript; never assigned again."""

    low: int
    high: int


@dataclass(frozen=True)
class Array:
    """An array of floats."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Tuple:
    """A tuple."""

    items: tuple[Kind, ...]


@dataclass(frozen=True)
class List:
    """A list; `grows` if its length is known only when the program runs."""

    items: tuple[Kind, ...]
    grows: bool = False


@dataclass(frozen=True)
class Dict:
    """A dict with string keys."""

    items: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Record:
    """An instance of a class of the module, by its attributes; `methods` return floats."""

    cls: str
    items: tuple[tuple[str, Kind], ...]
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function; `default` is the text of one."""

    name: str
    kind: Kind
    default: str = ""
    keyword: bool = False


@dataclass(frozen=True)
class Function:
    """A function."""

    parameters: tuple[Parameter, ...]
    result: Kind


Kind: TypeAlias = Float | Int | Array | Tuple | List | Dict | Record | Function
FLOAT = Float()


def parts(text: str, kind: Kind) -> Iterator[tuple[str, Kind]]:
    """A place and all that can be reached from it."""
    yield text, kind
    match kind:
        case Tuple(items) | List(items, False):
            for k, item in enumerate(items):
                yield from parts(f"{text}[{k}]", item)
        case Dict(items):
            for key, item in items:
                yield from parts(f"{text}[{key!r}]", item)
        case Record(_, items):
            for key, item in items:
                yield from parts(f"{text}.{key}", item)


@dataclass
class Scope:
    """The names that are certainly defined, with their types.

    Attributes:
        kinds: name -> type.
        frozen: names whose memory is not written, because another name may see it.
        constant: names that are not assigned: functions take them from around.
        forms: templates of numbers that functions of the module stand for.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    constant: set[str] = field(default_factory=set)
    forms: tuple[str, ...] = ()

    def copy(self) -> Scope:
        """An independent copy, for a block whose definitions end with it."""
        return Scope(dict(self.kinds), set(self.frozen), set(self.constant), self.forms)

    def places(self, accept: Callable[[Kind], bool]) -> list[str]:
        """The places of an accepted type, in the order of their definition."""
        return [
            text
            for name, kind in self.kinds.items()
            for text, part in parts(name, kind)
            if accept(part)
        ]

    def floats(self) -> list[str]:
        """The places that hold numbers."""
        return self.places(lambda kind: isinstance(kind, Float))

    def arrays(self, accept: Callable[[tuple[int, ...]], bool]) -> list[tuple[str, Array]]:
        """The places that hold arrays of an accepted shape."""
        return [
            (text, part)
            for name, kind in self.kinds.items()
            for text, part in parts(name, kind)
            if isinstance(part, Array) and accept(part.shape)
        ]

    def of(self, cls: type) -> list[tuple[str, Kind]]:
        """The names whose type is of a class."""
        return [(name, kind) for name, kind in self.kinds.items() if isinstance(kind, cls)]

    def meet(self, arms: list[Scope]) -> None:
        """Keep what every arm of a branch has defined, with one type; nothing else."""
        first, *rest = arms
        self.kinds = {
            name: kind
            for name, kind in first.kinds.items()
            if all(arm.kinds.get(name) == kind for arm in rest)
        }
        self.frozen = set().union(*(arm.frozen for arm in arms))
