"""What is open while a function is specialised: with statements and the bodies of try statements.

    fp.enter(unhandled, region)         fp.enter(fp.unhandled, "model.py:3", ZeroDivisionError)
    y = a / b                    ->     y = a / b
    fp.leave()                          fp.ran(y)
                                        fp.leave()

In the body of a try statement it may matter that something was computed, though nobody needs the
value: `fp.ran` says so.  What is known to raise while the body is specialised ends it there, and
the handlers are written instead (`Raised`).
"""

from __future__ import annotations

import contextlib
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fpad import runtime as fp
from fpad.transforms.abstract import Inside, Static, Value, has_unknown, held, operand_of
from fpad.transforms.describing import describe
from fpad.transforms.ir import (
    Block,
    Call,
    Const,
    Do,
    If,
    Let,
    Load,
    Operand,
    Origin,
    Statement,
    targets,
)
from fpad.transforms.kinds import Num
from fpad.transforms.regions import Region
from fpad.transforms.writer import Writer, refuse

_OPEN = "what is open"
"""The hidden variable that holds the innermost scope."""
_CERTAIN = frozenset(
    (
        *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
        *(operator.not_, isinstance, fp.text),
    )
)
"""What never raises."""
_REFUSED: dict[Any, str] = {
    contextlib.suppress: "test the condition with an if.",
}


class Raised(Exception):
    """What is known to raise goes on in a handler."""

    def __init__(self, region: Region, error: BaseException) -> None:
        super().__init__(region, error)
        self.region = region
        self.error = error


@dataclass(frozen=True, eq=False)
class _Scope:
    """A with statement (`region` None) or the body of a try, and what is around it."""

    region: Region | None
    outer: _Scope | None
    depth: int


class Guarding(Writer, ABC):
    """Keeps track of what is open.

    guarded: is the whole function called from the body of a try statement?
    depth: how many blocks are being captured; tests: how many of these are arms of an if.
    """

    guarded = False
    depth = 0
    tests = 0

    @abstractmethod
    def block(self, block: Block) -> None:
        """Write what is left of a block."""

    def captured(self, write: Callable[[], None]) -> Block:
        """What `write` writes, as a block of its own."""
        self.depth += 1
        try:
            return super().captured(write)
        finally:
            self.depth -= 1

    def branch(
        self,
        test: Operand,
        then: Callable[[], None],
        orelse: Callable[[], None],
        origin: Origin,
        keep: bool = True,
    ) -> None:
        """Write both arms of an If, and continue where they meet."""
        self.tests += 1
        try:
            super().branch(test, then, orelse, origin, keep)
        finally:
            self.tests -= 1

    def emit(self, s: Statement, owner: str | None = None) -> None:
        """Write a statement; where it matters that it is computed, say so."""
        super().emit(s, owner)
        certain = isinstance(s, Let) and s.op in _CERTAIN
        if isinstance(s, Let | Load | Call) and targets(s) and not certain and self.watched():
            self.out.append(Do(fp.ran, targets(s), (), self.origin))

    # ------------------------------------------------------------ scopes

    def scopes(self) -> Iterator[_Scope]:
        """What is open, the innermost first."""
        value = self.env.get(_OPEN)
        scope = value.scope if isinstance(value, Inside) else None
        while scope is not None:
            yield scope
            scope = scope.outer

    def watched(self) -> bool:
        """Does it matter whether what is written here raises?"""
        return self.guarded or any(
            scope.region is not None and scope.region.watched for scope in self.scopes()
        )

    def _open(self, region: Region | None) -> None:
        outer = next(self.scopes(), None)
        self.kept.add(_OPEN)
        made = self._scopes.setdefault((region, outer), _Scope(region, outer, self.depth))
        if made.depth != self.depth:
            made = self._scopes[region, outer] = _Scope(region, outer, self.depth)
        self.env[_OPEN] = Inside(made)

    @property
    def _scopes(self) -> dict[Any, _Scope]:
        return self.__dict__.setdefault("_made_scopes", {})  # type: ignore[no-any-return]

    def handler(self, error: BaseException | None) -> Region | None:
        """The try statement that an exception goes to which is known to be raised here."""
        if error is None:
            return None
        for scope in self.scopes():
            if scope.region is None:
                continue
            if not scope.region.caught or scope.depth != self.depth:
                return None
            if scope.region.handles(error):
                return scope.region
        return None

    def raises_later(self, error: BaseException | None) -> bool:
        """Write a raise in the place of what Python cannot do, if it stands under a test.

        The loop that looks for the entries i and i + 1 leaves before there is no entry i + 1, and
        a node of a tree that has nothing yet is not asked what it has.  Whoever calls a function
        may have tested before.
        """
        about_none = isinstance(error, TypeError | AttributeError) and "NoneType" in str(error)
        if not isinstance(error, LookupError | ValueError | ArithmeticError) and not about_none:
            return False
        assert error is not None
        if self.depth < 2 and not self.tests and not self.is_called():
            return False
        self.fail(Static(type(error)), *map(Static, error.args))
        return True

    @abstractmethod
    def is_called(self) -> bool:
        """Does a function of the user's call the one that is being specialised?"""

    @abstractmethod
    def fail(self, error: Value, /, *args: Value, **named: Value) -> None:
        """Raise an exception."""

    def region_of(self, s: If) -> Region | None:
        """The try statement that an If stands for."""
        first = s.then[0] if s.then else None
        if isinstance(first, Do) and first.op is fp.enter and first.args[0] == Const(fp.unhandled):
            region = first.args[1]
            assert isinstance(region, Const)
            return region.value if region.value.caught else None
        return None

    def tried(self, s: If, region: Region) -> None:
        """The body of a try statement, or as much of it as there is, and then the handlers."""
        kept = set(self.kept)
        try:
            self.block(s.then)
        except Raised as raised:
            if raised.region != region:
                raise
            self.kept = kept
            while self._leave() != region:
                pass
            self.env[region.caught] = Static(raised.error)
            self.block(s.orelse)

    @abstractmethod
    def entering(self, make: Any, manager: Any) -> None:
        """Note that a manager is entered when the program runs."""

    # ------------------------------------------------------------ statements

    def enter(self, args: Sequence[Value], kwargs: dict[str, Value]) -> None:
        """The start of a with statement or of the body of a try."""
        make, *rest = args
        if any(map(has_unknown, (*args, *kwargs.values()))):
            self._open(None)
            return
        if not isinstance(make, Static) or make.value in _REFUSED:
            remedy = "make it outside of the function."
            if isinstance(make, Static):
                remedy = _REFUSED[make.value]
            refuse(f"{describe(make)} is used as a context manager.", remedy)
        if make.value is fp.unhandled:
            (region,) = rest
            assert isinstance(region, Static)
            told = [Const(region.value.place), *map(Const, region.value.classes)]
            self.emit(Do(fp.enter, (Const(make.value), *told), (), self.origin))
            self._open(region.value)
            return
        manager = rest[0].value if rest and isinstance(rest[0], Static) else None
        self.entering(make.value, manager)
        operands = [_inactive(v) for v in rest]
        named = tuple((k, _inactive(v)) for k, v in kwargs.items())
        self.emit(Do(fp.enter, (Const(make.value), *operands), named, self.origin))
        self._open(None)

    def leave(self) -> None:
        """The end of a with statement or of the body of a try."""
        self._leave()

    def _leave(self) -> Region | None:
        scope = next(self.scopes(), None)
        self.emit(Do(fp.leave, (), (), self.origin))
        if scope is None:
            return None
        self.env[_OPEN] = Inside(scope.outer)
        return scope.region


def _inactive(value: Value) -> Operand:
    """An operand of what makes a context manager, which no derivative goes through."""
    for h in held(value):
        if isinstance(h.kind, Num) and h.kind.differentiable and h.known is None:
            refuse(
                f"A context manager is made with {describe(h)}, through which no derivative goes.",
                "make it outside of the function, or give it constants.",
            )
    operand = operand_of(value)
    if operand is None:
        refuse(f"A context manager is made with {describe(value)}.", "give it constants.")
    return operand
