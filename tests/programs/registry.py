"""Registration of the corpus: a program is a plain function with the arguments it is tried at.

A test module reads ``tests.programs.PROGRAMS``; nothing here knows fpad.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Wrt = int | str | tuple[int | str, ...]
EVERYDAY = frozenset(
    """
    arranging array_iterators asking changing_owners classes comparing complex_numbers
    comprehensions cookbook decompositions decorating delegating digits either endless
    failing_lookups filling found generators graphs groups grown_graphs holding
    inside_functions known_axes linked list_copies list_edits lists_of_lists
    lists_of_objects managed_methods many_objects messages mixed_lists named_attributes
    own_methods partly_none pipelines polynomials protocols ranked_groups recursive
    repeated_values returned_lists sets small_models small_plants states_of_objects
    streaming sundry tables textbook uneven unpacking
    """.split()
)
"""Modules of programs whose first derivatives are tested in make test, the rest in test-slow."""


@dataclass(frozen=True, eq=False)
class Case:
    """One call of a program.

    Attributes:
        args: Positional arguments; read them through `fresh`, which copies.
        kwargs: Keyword arguments, likewise.
        smooth: Whether the program is smooth here, so that differences can be trusted.
        slope: The hand-derived gradient (of the shape of the wrt argument) where it is not.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    smooth: bool = True
    slope: Any = None

    def fresh(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Returns copies of the arguments; one object passed twice stays one object."""
        return copy.deepcopy((self.args, self.kwargs))


@dataclass(frozen=True, eq=False)
class Program:
    """A function of the corpus.

    Attributes:
        function: The plain Python function, exactly as a user would write it.
        cases: The calls it is tried at.
        wrt: What it is differentiated with respect to, as `fpad.grad` takes it.
        may_refuse: The program writes to memory that several names see. A compiler may refuse
            it (`fpad.TransformError`), but may not answer wrongly.
        second: Whether second derivatives are compared with differences too.
        exact: Whether derivatives give the value bit for bit: not with complex numbers, which are
            computed in their parts.
    """

    function: Callable[..., Any]
    cases: tuple[Case, ...]
    wrt: Wrt = 0
    may_refuse: bool = False
    second: bool = True
    exact: bool = True

    @property
    def name(self) -> str:
        """Module and function, the name under which tests report the program."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    @property
    def ported(self) -> bool:
        """Is it one of the programs that other people's are rewritten as?"""
        return ".ported_" in self.function.__module__

    @property
    def everyday(self) -> bool:
        """Is it one of the programs as textbooks and cookbooks have them?"""
        return self.function.__module__.rpartition(".")[2] in EVERYDAY

    def positions(self) -> tuple[int, ...]:
        """The positions of the wrt parameters in the signature."""
        names = list(inspect.signature(self.function).parameters)
        chosen = self.wrt if isinstance(self.wrt, tuple) else (self.wrt,)
        return tuple(names.index(w) if isinstance(w, str) else w % len(names) for w in chosen)


PROGRAMS: list[Program] = []


def case(*args: Any, **kwargs: Any) -> Case:
    """A call at which the program is smooth."""
    return Case(args, kwargs)


def kink(*args: Any, slope: Any) -> Case:
    """A call whose gradient is derived by hand, because differences do not show it."""
    return Case(args, smooth=False, slope=slope)


def program(
    *cases: Case,
    wrt: Wrt = 0,
    may_refuse: bool = False,
    second: bool = True,
    exact: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function with its cases and returns the function itself, unchanged."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        PROGRAMS.append(Program(function, cases, wrt, may_refuse, second, exact))
        return function

    return register
