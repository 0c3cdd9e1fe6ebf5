"""match -> level 0: tests, and what a pattern takes out of its subject.

    match p:                            hit = fp.is_sequence(p, 2, False)
        case (x, 0.0):                  if hit:
            y = x            ->             x1 = p[0];  t = p[1];  hit = t == 0.0
        case {"w": w}:                  if hit:  x = x1
            y = w                       if hit:  y = x
                                        else:  hit = fp.is_mapping(p, ("w",));  ..

A name is assigned when the whole pattern fits.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.ir import Attr, Const, Copy, Do, If, Let, Load, Operand, Slice
from fpad.transforms.regions import Regions
from fpad.transforms.taken_names import pattern_name


class Patterns(Regions, ABC):
    """Writes match statements."""

    def match_(self, node: Any) -> None:
        """The first case that fits, or nothing."""
        subject = self.fresh.temp()
        self.out.append(Copy(subject, self.atom(node.subject), self.origin(node)))
        self._cases(subject, node.cases)

    def _cases(self, subject: str, cases: list[Any]) -> None:
        """The first case whose pattern and guard hold, or nothing."""
        if not cases:
            return
        case, *more = cases
        self.text = self.case_header(case)
        hit, origin = self.fresh.temp(), self.origin(case.pattern)
        taken: dict[str, str] = {}
        self._fits(hit, subject, case.pattern, taken)

        def guarded() -> None:
            for name, part in taken.items():
                self.out.append(Copy(name, part, origin))
            if case.guard is not None:
                self.into(hit, case.guard)

        self.out.append(If(hit, self.within(guarded), (), origin))
        rest = self.within(lambda: self._cases(subject, more))
        self.out.append(If(hit, self.block(case.body), rest, origin))

    @abstractmethod
    def case_header(self, case: Any) -> str:
        """The text of a case up to its block."""

    def _fits(self, hit: str, subject: str, pattern: Any, taken: dict[str, str]) -> None:
        """Write hit = does the subject fit the pattern?  `taken`: where what it names is then."""
        origin = self.origin(pattern)
        match pattern:
            case gast.MatchValue():
                args = (subject, self.atom(pattern.value))
                self.out.append(Let(hit, operator.eq, args, origin=origin))
            case gast.MatchSingleton():
                args = (subject, Const(pattern.value))
                self.out.append(Let(hit, operator.is_, args, origin=origin))
            case gast.MatchAs():
                if pattern.pattern is None:
                    self.out.append(Copy(hit, Const(True), origin))
                else:
                    self._fits(hit, subject, pattern.pattern, taken)
                self._take(pattern.name, subject, taken, pattern)
            case gast.MatchOr():
                self._any(hit, subject, pattern.patterns, taken)
            case gast.MatchSequence():
                self._sequence_fits(hit, subject, pattern, taken)
            case gast.MatchMapping():
                self._mapping_fits(hit, subject, pattern, taken)
            case _:
                self._class_fits(hit, subject, pattern, taken)

    def _take(self, name: str | None, part: str, taken: dict[str, str], node: Any) -> None:
        """Keep a part for the name that it gets."""
        if name is None:
            return
        if name not in taken:
            taken[name] = part
            return
        self.out.append(Copy(taken[name], part, self.origin(node)))  # of another alternative

    def _any(self, hit: str, subject: str, patterns: list[Any], taken: dict[str, str]) -> None:
        if any(map(_names, patterns)):
            for name in _names(patterns[0]):
                taken.setdefault(name, self.fresh.temp())
        first, *more = patterns
        self._fits(hit, subject, first, taken)
        for other in more:
            block = self.within(lambda p=other: self._fits(hit, subject, p, taken))  # type: ignore[misc]
            self.out.append(If(hit, (), block, self.origin(other)))

    def _parts_fit(self, hit: str, parts: list[tuple[Any, Any]], taken: dict[str, str]) -> None:
        """Under the test of what has been found so far: one part after the other.

        Args:
            hit: the variable that says whether the pattern fits.
            parts: a pattern, and what writes the part that it is for and returns its name.
            taken: where what the pattern names is.
        """
        if not parts:
            return
        (pattern, write), *more = parts

        def inner() -> None:
            part = write()
            if isinstance(pattern, gast.MatchStar):
                self._take(pattern.name, part, taken, pattern)
            else:
                self._fits(hit, part, pattern, taken)
            self._parts_fit(hit, more, taken)

        self.out.append(If(hit, self.within(inner), (), self.origin(pattern)))

    def _sequence_fits(self, hit: str, subject: str, node: Any, taken: dict[str, str]) -> None:
        patterns = node.patterns
        stars = [k for k, p in enumerate(patterns) if isinstance(p, gast.MatchStar)]
        least = len(patterns) - len(stars)
        self.made(hit, fp.is_sequence, (subject, Const(least), Const(bool(stars))), node)

        def load(k: int) -> str:
            part, none = self.fresh.temp(), Const(None)
            index: Operand = Const(k if not stars or k < stars[0] else k - len(patterns))
            if k in stars:
                behind = len(patterns) - k - 1
                index = Slice(Const(k), Const(-behind) if behind else none, none)
            self.out.append(Load(part, subject, index, self.origin(node)))
            return self.made(None, list, (part,), node) if k in stars else part

        parts = [(p, lambda k=k: load(k)) for k, p in enumerate(patterns) if not _blank(p)]
        self._parts_fit(hit, parts, taken)

    def _mapping_fits(self, hit: str, subject: str, node: Any, taken: dict[str, str]) -> None:
        keys = [self.atom(k) for k in node.keys]
        self.made(hit, fp.is_mapping, (subject, self.pack(None, "tuple", keys, [], node)), node)

        def load(k: int) -> str:
            part = self.fresh.temp()
            self.out.append(Load(part, subject, keys[k], self.origin(node)))
            return part

        def left() -> str:
            rest = self.made(None, dict, (subject,), node)
            for key in keys:
                self.out.append(Do(operator.delitem, (rest, key), origin=self.origin(node)))
            return rest

        parts: list[tuple[Any, Any]] = [
            (p, lambda k=k: load(k)) for k, p in enumerate(node.patterns) if not _blank(p)
        ]
        if node.rest is not None:
            parts.append((gast.copy_location(gast.MatchStar(node.rest), node), left))
        self._parts_fit(hit, parts, taken)

    def _class_fits(self, hit: str, subject: str, node: Any, taken: dict[str, str]) -> None:
        cls = self.atom(node.cls)
        self.made(hit, isinstance, (subject, cls), node)
        for name in node.kwd_attrs:
            known = self.within(lambda n=name: self.made(hit, hasattr, (subject, Const(n)), node))  # type: ignore[misc]
            self.out.append(If(hit, known, (), self.origin(node)))

        def attribute(name: str) -> str:
            part = self.fresh.temp()
            self.out.append(Attr(part, subject, name, self.origin(node)))
            return part

        def positional(k: int) -> str:
            return self.made(None, fp.matched, (subject, cls, Const(k)), node)

        parts: list[tuple[Any, Any]] = [
            (p, lambda k=k: positional(k)) for k, p in enumerate(node.patterns)
        ]
        for name, p in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            parts.append((p, lambda name=name: attribute(name)))
        self._parts_fit(hit, parts, taken)


def _blank(pattern: Any) -> bool:
    """Is it _ or *_?"""
    nothing = isinstance(pattern, gast.MatchStar) or (
        isinstance(pattern, gast.MatchAs) and pattern.pattern is None
    )
    return nothing and pattern.name is None


def _names(pattern: Any) -> list[str]:
    """The names that a pattern assigns."""
    found = map(pattern_name, gast.walk(pattern))
    return list(dict.fromkeys(n for n in found if n is not None))
