"""Level 1 -> level 2: a function for each kinds of arguments, without structures and free names.

    GAIN = 1.7
    def f(p, n=2):                      def f(p_w, p_b, n, GAIN):    # p: {"w": array, "b": float}
        h = p["w"] * GAIN                   h = p_w * GAIN
        return power(h, n), p["b"]  ->      t1 = power(h, n)         # Call: power for (array, int)
                                            return t1, p_b
                                        def power(x, n): ..

A call of a Python function is specialised on the kinds of its arguments; functions that call each
other start from unknown results and are specialised again until nothing changes.  Data outside a
function becomes trailing parameters of it and of everything that calls it.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from fpad.transforms import lengths, rings
from fpad.transforms.abstract import (
    Defaulting,
    Held,
    Numbered,
    Static,
    Structure,
    Value,
    has_unknown,
    is_grown,
    kind_of_value,
    told_apart,
)
from fpad.transforms.arenas import Pool, linked
from fpad.transforms.callables import handed
from fpad.transforms.calling import Calling
from fpad.transforms.class_parts import noting
from fpad.transforms.closures import Nested
from fpad.transforms.describing import describe
from fpad.transforms.entered import Entered
from fpad.transforms.errors import Refusal, TransformError, refused
from fpad.transforms.heap import Fork
from fpad.transforms.instances import PLAIN, Instance, Way
from fpad.transforms.ir import (
    NOWHERE,
    Boundary,
    Fixed,
    Fresh,
    Func,
    Leaf,
    Node,
    Origin,
    Parameter,
    Program,
    Return,
    Tree,
    reachable,
)
from fpad.transforms.jumps import unjump
from fpad.transforms.kinds import (
    INT,
    Counting,
    EitherKind,
    Kind,
    NodeKind,
    Standing,
    StaticKind,
    join,
    kind_of,
)
from fpad.transforms.live import Defaults, Guard, Itself, Live, Own, Whole
from fpad.transforms.lower import lower
from fpad.transforms.member_lists import Listed, MemberLists
from fpad.transforms.nested import Derived, derived
from fpad.transforms.outer_containers import ChangedOutside, OuterContainers, is_handed_out
from fpad.transforms.places import RowsWritten
from fpad.transforms.shared_objects import SetInLists, SharedObjects
from fpad.transforms.source import Source, read
from fpad.transforms.streams import listed
from fpad.transforms.structures import depth, records
from fpad.transforms.summaries import canonical, covers, holds, is_argument, owned, reconciled
from fpad.transforms.uneven import Several
from fpad.transforms.writer import Refused, refuse
from fpad.transforms.written.complex_ import Complex

__all__ = ["Guard", "Live", "Specialised", "specialise"]

MOST_ROUNDS = 200
MOST_NESTED = 20
"""How often a function may be on its way to being specialised, each time for other kinds."""
FRAMES = 20_000
"""Python's limit of recursion meanwhile: a chain of calls takes some thirty frames for each."""


@dataclass(frozen=True)
class Specialised:
    """A level-2 program with what it relies on.

    Attributes:
        program: its main function has a boundary.
        live: data that is read at each call and handed to the parameters with use "live".
        guards: what was resolved; if one does not hold any more, specialise again.
    """

    program: Program
    live: tuple[Live, ...]
    guards: tuple[Guard, ...]


class _Specialiser:
    """All the functions of one program, read in one `Way`."""

    def __init__(self, way: Way = PLAIN) -> None:
        self.way = way
        self.kept = False
        self.begun = False
        self.asked_class = False
        self._sources: dict[Any, tuple[Source, Func]] = {}
        self._nested: dict[types.FunctionType, Nested] = {}
        self._instances: dict[tuple[Any, ...], Instance] = {}
        self._derived: dict[tuple[Any, ...], Derived] = {}
        self._done: set[tuple[Any, ...]] = set()
        self._names = Fresh(())
        self.defaults: Defaults = {}
        self.first: tuple[Callable[..., Any], tuple[Kind, ...]] | None = None
        self.every_list = False
        self.in_tables: list[type[MemberLists]] = []
        self.objects: dict[int, Itself] = {}
        self.owning: dict[int, Own] = {}
        self.wholes: dict[tuple[int, str], Whole] = {}
        self.shared = SharedObjects(way.one_by_one)
        self.entered = Entered()
        self.containers = OuterContainers()
        self._changed = False
        self._guards: dict[tuple[int, str], Guard] = {}

    def copied_rows(self) -> bool:
        """Has a function read lists in lists that it was given as copies, which never change?"""
        return any(i.summary.copied for i in self._instances.values())

    def reads_ints(self) -> bool:
        """Are there ints in what functions read outside?"""
        lifted = [kind for i in self._instances.values() for _, _, kind in i.lifted.values()]
        return any(map(_has_ints, lifted))

    def other_ways(self) -> Iterator[Way]:
        """The other ways to read a program that was refused, the simplest first."""
        if self.kept:
            yield Way(keeping=False)
        asked = (self.copied_rows(), self.reads_ints(), self.begun)
        ways = itertools.product(*((False, True)[: 1 + bool(a)] for a in asked))
        for way in sorted(ways, key=lambda way: (sum(way), way[::-1])):
            if any(way):
                yield Way(*way)
        if self.asked_class:
            yield Way(told_classes=True)
        yield Way(declaring=True)
        yield Way(tabled=True)
        yield Way(peeling=True)
        if self.shared.of_objects:
            yield Way(one_by_one=True)

    def guard(self, guard: Guard) -> None:
        """Note what the program relies on."""
        self._guards.setdefault(guard.key, guard)

    def source(self, function: Callable[..., Any]) -> Source:
        """The source of a function, read once."""
        return self._read(function)[0]

    def _read(self, function: Any) -> tuple[Source, Func]:
        key = function.__func__ if isinstance(function, types.MethodType) else function
        if key not in self._sources:
            source = read(function)
            self._sources[key] = (source, unjump(lower(source)))
        return self._sources[key]

    def define(self, made: Nested) -> None:
        """Take in a function inside a function: its source is not read from its text."""
        function = made.source.function
        if function not in self._sources:
            self._sources[function] = (made.source, unjump(lower(made.source)))
            self._nested[function] = made

    def inside(self, function: types.FunctionType) -> Nested | None:
        """What is known of a function inside a function."""
        return self._nested.get(function)

    def instance(
        self,
        function: types.FunctionType,
        kinds: tuple[Kind, ...],
        entry: bool = False,
        guarded: bool = False,
    ) -> Instance:
        """The function for these kinds, specialised in this round."""
        key = (function, kinds, entry, guarded)
        if key not in self._instances:
            if (
                sum(i.open and i.function is function for i in self._instances.values())
                > MOST_NESTED
            ):
                refuse(
                    f"The arguments of {function.__name__} change their kind at every call.",
                    "keep the structure of the arguments of a recursive function.",
                )
            name = self._names(self.source(function).name)
            self._instances[key] = Instance(function, kinds, name, entry=entry, guarded=guarded)
        instance = self._instances[key]
        if instance.open:
            instance.asked = True
        elif key not in self._done:
            self._run(instance)
            self._done.add(key)
        return instance

    def count_open(self) -> int:
        """How many functions are being specialised, each of which calls the next."""
        return sum(i.open for i in self._instances.values())

    def under_way(self, function: types.FunctionType) -> list[tuple[Kind, ...]]:
        """The kinds for which a function is being specialised."""
        found = self._instances.values()
        return [i.kinds for i in found if i.open and i.function is function]

    def _run(self, instance: Instance) -> None:
        before = (instance.result, tuple(instance.lifted), instance.summary.shape())
        instance.open = True
        known = None
        try:
            while known != instance.summary.size():  # what it changes is watched from the start
                known, instance.refusals = instance.summary.size(), ()
                try:
                    self._pooled(instance)
                except TransformError as error:
                    instance.refusals = error.refusals
        finally:
            instance.open = False
        after = (instance.result, tuple(instance.lifted), instance.summary.shape())
        if instance.asked and before != after:
            self._changed = True

    def _pooled(self, instance: Instance) -> None:
        """Specialise it with the arenas that it needs, or without any if it cannot have them."""
        summary = instance.summary
        while True:
            try:
                self._specialise(instance)
                return
            except Pool as pool:
                summary.pooled += pool.classes
                instance.result = None  # it was another kind of value
            except Several as several:
                summary.uneven.append(several.variable)
            except RowsWritten:
                summary.rowed = True
            except TransformError as error:
                if not summary.pooled or summary.closed:
                    raise
                first = error
                break
        before, summary.pooled, summary.closed = summary.pooled, [], True
        try:
            self._specialise(instance)
        except (Pool, TransformError):
            summary.pooled, summary.closed = before, False
            raise first from None

    def _specialise(self, instance: Instance) -> None:
        source, func = self._read(instance.function)
        body = Calling(self, instance, source, func)
        trees, flat = body.parameters(instance.kinds)
        block = body.run()
        if source.name == "__iter__":
            body.result = listed(body.result)
        (result_whole,) = rings.handed(body, [handed(body.result)])
        body.result = body.arenas.carried(body, result_whole)
        instance.lifted = body.lifted
        result = None if has_unknown(body.result) else kind_of_value(body.result)
        if result is not None:
            result, numbers = canonical(result)
            instance.summary.made = {k: ident for ident, k in numbers.items()}
            either = instance.summary.either
            for ident, k in numbers.items():
                if isinstance(ident, Fork):
                    either[k] = either.get(k, frozenset()) | ident.given
        first = instance.asked and instance.result is None
        if (first or not body.refused) and not has_unknown(body.result):
            # What was refused may have been so for want of the very result that is known now.
            line = func.body[-1].origin if isinstance(func.body[-1], Return) else func.origin
            if result is None:
                _fail(line, f"{source.name} returns {describe(body.result)}.", "return numbers.")
            if instance.result is not None and result is not None:
                before, result = reconciled(instance.result, result, instance.summary.either)
                joined = join(before, result)
                if joined is None and covers(result, before):
                    joined = result  # that it may be other things is known from this round on
                found = linked(body.result)
                if joined is None and found is not None:
                    body.arenas.ask(body, found)
                if joined is None:
                    _fail(line, f"{source.name} returns values of several kinds.", "return one.")
                result = joined
            instance.result = result
        names = [n for _, leaves in trees for n in leaves]
        if not body.refused and not body.dead:
            try:
                block = body.returned(block, instance.result, func, names)
            except Refused as refused:
                body.refuse(refused)
        elif not body.refused:  # it always raises
            block = (*block, Return((), func.origin))
        instance.lifted = body.lifted
        if body.refused:
            instance.supposed = body.supposed()
            raise TransformError(body.refused)
        lifted = [
            h
            for key, (_, _, kind) in body.lifted.items()
            for h in told_apart(kind, body.lifted_values[key])
        ]
        instance.value, instance.trees, instance.body = body.result, trees, body
        instance.func = Func(
            instance.name,
            (*names, *(str(h.atom) for h in lifted)),
            block,
            (*flat, *(h.kind for h in lifted)),
            origin=func.origin,
        )

    def _forget(self) -> None:
        """Begin again with what is known now."""
        self._instances.clear()
        self._derived.clear()
        self._names = Fresh(())

    def func_of(self, name: str) -> Func | None:
        """A function of the program; None: it is being written."""
        for instance in self._instances.values():
            if instance.name == name and instance.func is not None:
                return instance.func
        made = [d.funcs[name] for d in self._derived.values() if name in d.funcs]
        return made[0] if made else None

    def derivative(self, func: Any, names: tuple[str, ...], kinds: tuple[Kind, ...]) -> Derived:
        """The program of a Derivative for these kinds, its functions renamed to fit."""
        key = (id(func), kinds)
        if key not in self._derived:
            self._derived[key] = derived(func, dict(zip(names, kinds, strict=True)), self._names)
            for guard in self._derived[key].guards:
                self.guard(guard)
        return self._derived[key]

    # ------------------------------------------------------------ the whole program

    def program(
        self, function: Callable[..., Any], kinds: Mapping[str, Kind] | Sequence[Kind]
    ) -> Specialised:
        """Specialise a function and everything that it calls."""
        with noting(self.guard):
            return self._program(function, kinds)

    def _program(
        self, function: Callable[..., Any], kinds: Mapping[str, Kind] | Sequence[Kind]
    ) -> Specialised:
        source = self.source(function)
        self.every_list = lengths.several(source.function)
        if not self.every_list:
            self.guard(lengths.guard(source.function))
        given = owned(_given(source, kinds))
        self.first = (source.function, given)
        entry = False
        for _ in range(MOST_ROUNDS):
            self._changed = self.containers.grew = False
            self._done.clear()
            try:
                main = self.instance(source.function, given, entry)
            except Listed as found:  # all that was written took these lists for values
                self.in_tables.append(found.lists)
                self._forget()
                continue
            except SetInLists:
                self._forget()
                continue
            except ChangedOutside as found:
                self.containers.add(found.of)
                self._forget()
                continue
            self._changed |= self.containers.grew
            if main.refusals and self._changed:
                continue
            if main.refusals:
                raise TransformError(_sorted(main.refusals))
            if not entry and not self._changed and _has_effects(main):
                entry = self._changed = True
            if not self._changed:
                break
        else:
            if main.refusals:
                raise TransformError(_sorted(main.refusals))
            _fail(main.func.origin if main.func else None, "The recursion has no end.", "")
        made = [self._instances[key] for key in self._instances if key in self._done]
        vague = [r for i in made if i.body is not None for r in i.body.vague]
        if vague:
            first = {(r.file, r.line): r for r in reversed(_sorted(vague))}
            raise TransformError(_sorted(first.values()))
        if main.func is None or main.result is None:
            raised = [r for i in made if i.body is not None for r in i.body.raised]
            if raised:
                raise TransformError(_sorted(raised))
            o = self._read(function)[1].origin
            reason = f"{source.name} never returns with arguments of these kinds."
            remedy = (
                "give every recursion and loop an end, or arguments for which nothing is raised."
            )
            _fail(o, reason, remedy)
        self._check_defaults(source, main)
        strange = _strange(main.value)
        if strange is not None:
            o = self._read(function)[1].body[-1].origin  # type: ignore[attr-defined]
            _fail(
                o,
                f"{source.name} returns {describe(strange)}.",
                "return numbers, or a list of them.",
            )
        return self._finish(source, main)

    def _finish(self, source: Source, main: Instance) -> Specialised:
        trees, body = main.trees, main.body
        assert main.func is not None
        assert body is not None
        signature = source.signature.parameters
        parameters = [
            Parameter(
                p.name,
                int(p.kind),
                tree,
                None if p.default is p.empty else p.default,
                p.default is not p.empty,
            )
            for p, (tree, _) in zip(signature.values(), trees, strict=True)
        ]
        parameters = parameters[1:] if source.bound else parameters
        live = tuple(Live(*body.lifted[key], tree) for key, tree in body.lifted_trees.items())
        self._check_entered(live, main)
        only = int(inspect.Parameter.KEYWORD_ONLY)
        outer = [Parameter(n, only, Leaf(n), use="live") for x in live for n in x.leaves]
        at = len(parameters)
        while at and parameters[at - 1].how == int(inspect.Parameter.VAR_KEYWORD):
            at -= 1
        parameters[at:at] = outer
        boundary = Boundary(tuple(parameters), _tree(main.value))
        funcs = {i.name: i.func for i in self._instances.values() if i.func is not None}
        for made in self._derived.values():
            funcs |= made.funcs
        func = replace(main.func, boundary=boundary)
        program = reachable(Program(main.name, {**funcs, main.name: func}))
        if main.entry and source.name not in program.funcs:
            others = {n: f for n, f in program.funcs.items() if n != main.name}
            program = Program(source.name, others).with_main(replace(func, name=source.name))
        return Specialised(
            program,
            live,
            (*self._guards.values(), *self.shared.guards(), *self.containers.guards(live)),
        )

    def _check_defaults(self, source: Source, main: Instance) -> None:
        """Refuse to change a list that is a default: the next call of the function would see it."""
        for p, kind in zip(source.signature.parameters.values(), main.kinds, strict=True):
            ident = kind.ident if isinstance(kind, NodeKind) else None
            if ident in main.summary.changed and isinstance(p.default, list | dict):
                _fail(
                    self._read(source.function)[1].origin,
                    f"{source.name} changes {p.name}, of which the default is a "
                    f"{type(p.default).__name__} that all calls share.",
                    f"let the default be None, and make one in {source.name}.",
                )

    def _check_entered(self, live: Sequence[Live], main: Instance) -> None:
        """Refuse what is read outside, and set by a manager that is entered."""
        names = [x.name for x in live if self.entered.changes(x)]
        names += [g.name for g in self._guards.values() if self.entered.moves(g)]
        set_here = {name for _, name, _ in main.summary.written.values()}
        names += [n for n in sorted(set_here) if n in self.entered.used]
        if names:
            _fail(
                self.entered.origin,
                f"A context manager may read or set {names[0]}, and so does the function.",
                "do what the manager does in front of the with statement and behind it.",
            )


# ---------------------------------------------------------------- small pieces


def _has_ints(kind: Kind) -> bool:
    return kind == INT or (isinstance(kind, NodeKind) and any(map(_has_ints, kind.items)))


def _has_effects(main: Instance) -> bool:
    """Does it change objects, or return what it was given? Only an entry's callers see that."""

    def given(kind: Kind | None) -> bool:
        return isinstance(kind, EitherKind) or (
            isinstance(kind, NodeKind) and (is_argument(kind.ident) or any(map(given, kind.items)))
        )

    shared = main.summary.told_apart and any(holds(k, main.summary.told_apart) for k in main.kinds)
    kept = main.summary.keeps and any(isinstance(k, NodeKind) for k in main.kinds)
    return bool(
        main.summary.changed or main.summary.written or given(main.result) or shared or kept
    )


def _fail(origin: Origin | None, reason: str, remedy: str) -> NoReturn:
    raise refused(origin or NOWHERE, reason, remedy)


def _sorted(refusals: Iterable[Refusal]) -> list[Refusal]:
    return sorted(dict.fromkeys(refusals), key=lambda r: (r.file, r.line, r.column))


def _given(source: Source, kinds: Mapping[str, Kind] | Sequence[Kind]) -> tuple[Kind, ...]:
    """The kinds of all parameters, the receiver of a bound method and defaults included."""
    params = list(source.signature.parameters.values())
    if not isinstance(kinds, Mapping):
        names = [p.name for p in params[1:]] if source.bound else [p.name for p in params]
        kinds = dict(zip(names, kinds, strict=False))
    out: list[Kind] = []
    for k, p in enumerate(params):
        if k == 0 and source.bound:
            out.append(StaticKind(source.receiver))
        elif p.name in kinds:
            out.append(kinds[p.name])
        elif p.default is not p.empty:
            out.append(kind_of(p.default, f"the default of {p.name}"))
        else:
            raise TypeError(f"{source.name}() is not told the kind of {p.name!r}")
    return tuple(out)


def _strange(value: Value) -> Value | None:
    """A part of a result that can be made by no derivative."""
    strange = Standing | Counting | Defaulting | Complex | Numbered | slice
    if isinstance(value, Structure) and (
        issubclass(value.make, strange) or is_handed_out(value.make)
    ):
        return value
    return next((p for p in map(_strange, value.parts) if p is not None), None)


def _tree(value: Value) -> Tree:
    """The structure of a result."""
    if isinstance(value, Held):
        return Leaf(value.atom)
    if isinstance(value, Structure):
        tree = Node(value.make, value.keys, tuple(map(_tree, value.items)))
        if is_grown(value) and depth(tree) is None and records(tree) is None:
            reason = f"{describe(value)} is returned, whose values are no lists of numbers."
            _fail(None, reason[0].upper() + reason[1:], "return lists of numbers.")
        return tree
    assert isinstance(value, Static)
    return Fixed(value.value)


def specialise(
    function: Callable[..., Any], kinds: Mapping[str, Kind] | Sequence[Kind]
) -> Specialised:
    """The level-2 program of a function for arguments of these kinds.

    Args:
        function: a Python function or bound method.
        kinds: the kind of each parameter, by name or in order; `*args` is a tuple, `**kwargs` a
            dict, and a parameter that is left out has its default.

    Raises:
        TransformError: with all that is refused in the function and in those that it calls.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, FRAMES))
    try:
        first = _Specialiser()
        try:
            return first.program(function, kinds)
        except TransformError as refused:
            # Whatever another way meets, what the first one has refused is what the user is told.
            for way in first.other_ways():
                with contextlib.suppress(Exception):
                    return _Specialiser(way).program(function, kinds)
            raise refused from None
    finally:
        sys.setrecursionlimit(limit)
