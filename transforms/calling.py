"""Calls of user functions, and what a function needs from outside, as parameters.

y = scaled(x, shift=s)      y = scaled(x, 2.0, s, GAIN)     # defaults and globals handed over
r, a = polar(p)             r, a = polar(p_0, p_1)          # structures flattened both ways
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np

from fpad import runtime as fp
from fpad.transforms import ahead, caches, groups, grown, handing, managed, outer_containers, rings
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Held,
    Static,
    Structure,
    Unusable,
    Value,
    from_python,
    frozen,
    has_unknown,
    held,
    idents,
    is_array,
    is_grown,
    kind_of_value,
    literal,
    to_python,
    told_apart,
    value_of_kind,
)
from fpad.transforms.arenas import Arenas
from fpad.transforms.callables import handed as as_handed
from fpad.transforms.changes import Changes
from fpad.transforms.class_parts import with_slots
from fpad.transforms.closures import Nested
from fpad.transforms.describing import describe
from fpad.transforms.fitting import called
from fpad.transforms.foreign import NO_RULE, is_librarys
from fpad.transforms.given_memory import writes_given
from fpad.transforms.guarding import Raised
from fpad.transforms.heap import is_own
from fpad.transforms.instances import Instance, Owner
from fpad.transforms.ir import (
    Atom,
    Call,
    Const,
    Do,
    Func,
    Let,
    Operand,
    Return,
    Statement,
    Tree,
    leaves,
    walk,
)
from fpad.transforms.iteration import without_ranges
from fpad.transforms.joins import part_label
from fpad.transforms.kinds import EACH, INT, EitherKind, Kind, NodeKind, Num
from fpad.transforms.lengths import CHECKS
from fpad.transforms.live import TRUSTED, Default, Itself, Own, Whole
from fpad.transforms.nested import is_derivative
from fpad.transforms.places import handed
from fpad.transforms.resolve import Outside
from fpad.transforms.rules import rule_of
from fpad.transforms.shared_objects import Part
from fpad.transforms.source import Source
from fpad.transforms.starred import varying
from fpad.transforms.streams import bare, iterators, lists_in, lists_under
from fpad.transforms.structures import tree_of
from fpad.transforms.summaries import (
    Lifted,
    Summary,
    Trees,
    fresh_idents,
    is_argument,
    numbered,
    own_leaves,
    renumbered,
)
from fpad.transforms.writer import Early, refuse
from fpad.transforms.written import is_written, is_written_in


class Calling(Changes):
    """The body of one instance."""

    def __init__(self, owner: Owner, instance: Instance, source: Source, func: Func) -> None:
        super().__init__(source, func, instance.summary, instance.entry)
        self.owner = owner
        self.guarded = instance.guarded
        self.is_first = (instance.function, instance.kinds) == owner.first
        self.recursive = instance.asked
        self.uneven.update(instance.summary.uneven)
        self.every_list = owner.every_list and not is_written(instance.function)
        self.has_cursors = owner.way.by_cursor
        self.in_tables = owner.in_tables
        self._joiner.tabled = owner.way.tabled
        self.rowed = instance.summary.rowed or owner.way.every_row
        self.arenas = Arenas(instance.summary.pooled, instance.summary.closed)
        self.outer = Outside(
            self.lift,
            owner.guard,
            owner.defaults,
            owner.shared,
            owner.way.by_value,
            functools.partial(outer_containers.standing, self),
        )
        self.lifted: dict[tuple[int, str], Lifted] = {}
        self.lifted_values: dict[tuple[int, str], Value] = {}
        self.lifted_trees: dict[tuple[int, str], Tree] = {}
        for lifted in instance.lifted.values():
            self.lift(*lifted)

    def reads_on(self) -> bool:
        """Does an iterator that begins know where it stands (see `cursors`)?"""
        self.owner.begun = True  # so that it will if this is refused
        return self.owner.way.by_cursor

    def outside(self, name: str) -> Value:
        """What a name that is not local stands for."""
        return self.outer.name(self.source, name)

    def lift(self, container: Any, name: str, kind: Kind) -> Value:
        """Data outside the function, as parameters of it."""
        key = (id(container), name)
        if key not in self.lifted:

            def choose(wanted: str) -> str:
                own = wanted == name and self._means(wanted, container)
                chosen = wanted if own else self.fresh(wanted)
                self.fresh.taken.add(chosen)
                self.reserved.add(chosen)
                return chosen

            base = "data" if isinstance(container, Default) else name
            if isinstance(container, Itself):
                base = type(container.value).__name__.lower()
            if isinstance(container, Part):
                base = container.label
            if isinstance(container, Whole):
                base = f"{container.name}_itself"
            if isinstance(container, Own):
                base = f"{name}_own"
            tree, names, kinds = tree_of(base, kind, choose)
            for leaf, leaf_kind in zip(names, kinds, strict=True):
                self.wrote(leaf, leaf_kind)
            self.lifted[key] = (container, name, kind)
            self.lifted_values[key] = value_of_kind(kind, iter(names))
            self.lifted_trees[key] = tree
        return self.lifted_values[key]

    def changed_outside(self, base: Structure) -> None:
        """Something is changed that is not this function's."""
        outer_containers.changed_here(self, base)

    def itself_of(self, owner: Any) -> Itself:
        """Where an object outside is read."""
        return self.owner.objects.setdefault(id(owner), Itself(owner))

    def whole_of(self, container: Any, name: str) -> Whole:
        """Where a list, tuple or dict outside is read as it is."""
        return self.owner.wholes.setdefault((id(container), name), Whole(container, name))

    def own_of(self, owner: Any) -> Own:
        """Where it is read whether an object outside has attributes itself."""
        return self.owner.owning.setdefault(id(owner), Own(owner))

    def entering(self, make: Any, manager: Any) -> None:
        """Note that a manager is entered when the program runs."""
        self.owner.entered.note(make, manager, self.origin)

    def note_set(self, owner: Any) -> None:
        """Note that an object outside is set, which lists outside may hold too."""
        self.owner.shared.note_set(owner)

    def _means(self, name: str, container: Any) -> bool:
        """Does the name stand for this very data in the user's text of the function?"""
        if name in self.locals or name in self.reserved:
            return False
        try:
            return self.source.resolve(name).container is container
        except NameError:
            return False

    def parameters(self, kinds: Sequence[Kind]) -> tuple[Trees, tuple[Kind, ...]]:
        """Bind the parameters; return trees with their leaves' names, and all leaves' kinds."""
        trees: Trees = []
        flat: list[Kind] = []
        early: list[Early] = []
        for p, kind in zip(self.source.params, kinds, strict=True):
            tree, names, leaf_kinds = tree_of(
                p,
                kind,
                lambda n, p=p: n if n == p else self.fresh(n),  # type: ignore[misc]
            )
            value = self.renewed(value_of_kind(kind, iter(names)), lambda *of: early.append(of))
            self._settle_all(p, (), value)
            self.env[p] = value = self.arenas.given(self, value)
            table = dict(zip(names, leaf_kinds, strict=True))
            if self.entry:
                tree = self.with_whole(self.with_objects(tree, value, p), p)
                names = tuple(str(a) for a in leaves(tree))
            if self.is_first:
                self.env[p] = with_slots(value)
            trees.append((tree, names))
            flat += [table.get(n) or self.kinds[n] for n in names]
        self.note_early(early, [h.atom for p in self.source.params for h in held(self.env[p])])
        self.arenas.begin(self)
        self.watch()
        made = self.owner.inside(self.source.function)
        if made is not None and made.source.name not in self.source.params:  # it may call itself
            late = [literal(made.known[n]) for n in made.defaulted if n in made.known]
            parts = (*(self.env[p] for p in made.taken), *late)
            if not made.keys:
                self.env[made.source.name] = Static(made.source.function)
            elif len(parts) == len(made.keys):
                self.env[made.source.name] = Structure(made.make, made.keys, parts)
            else:
                self.env[made.source.name] = Unusable(
                    "a function that calls itself", "one with a default that is computed"
                )
        return trees, tuple(flat)

    def _settle_all(self, variable: str, path: tuple[Any, ...], value: Value) -> None:
        if isinstance(value, Held) and isinstance(value.atom, str):  # else it is a constant
            self.settle(variable, path, value.kind, value.atom)
            self.wrote(value.atom, value.kind)
        for k, part in enumerate(value.parts):
            self._settle_all(variable, (*path, part_label(value, k)), part)

    # ------------------------------------------------------------ functions inside functions

    def closure(self, made: Nested, parts: Sequence[Value]) -> Value:
        """The function itself where it takes nothing, else the structure of what it takes."""
        self.owner.define(made)
        if not parts:
            return Static(made.source.function)
        return Structure(made.make, made.keys, tuple(parts))

    def call_closure(
        self,
        variable: str,
        made: Nested,
        parts: Sequence[Value],
        args: Sequence[Value],
        kwargs: dict[str, Value],
    ) -> Value:
        """Call it with what it takes, and with its defaults where nothing else is given."""
        self.owner.define(made)
        n, own = len(made.taken), made.source.signature
        free = [p for p in own.parameters.values() if p.name not in made.taken]
        try:
            given = inspect.Signature(free).bind(*args, **kwargs).arguments
        except TypeError as error:
            _unbound(made.source.name, error)
        late = dict(zip(made.defaulted, parts[n:], strict=True))
        left = {k: v for k, v in late.items() if k not in given}
        taken = dict(zip(made.taken, parts[:n], strict=True))
        return self.user_call(variable, made.source.function, args, {**kwargs, **left, **taken})

    def happens(self, block: Sequence[Statement], raising: bool = True) -> bool:
        """Have the statements effects, or the functions that they call?

        `raising`: is it an effect that an exception is raised?
        """
        todo, seen = list(walk(tuple(block))), set[str]()
        while todo:
            s = todo.pop()
            if isinstance(s, Do) and not _is_quiet(s) and (raising or s.op is not fp.fail):
                return True
            rule = rule_of(s.op) if isinstance(s, Let) else None
            if rule is not None and rule.effect:
                return True
            if isinstance(s, Call) and s.func not in seen:
                seen.add(s.func)
                func = self.owner.func_of(s.func)
                if func is None:
                    return True
                todo += walk(func.body)
        return False

    def is_called(self) -> bool:
        """Does a function of the user's call the one that is being specialised?"""
        return self.owner.count_open() > 1

    def may_peel(self) -> bool:
        """Are first trips written in front of loops in which dicts and objects get keys?"""
        return self.owner.way.peeling

    def may_declare(self) -> bool:
        """Do objects have the attributes from the start that they get in a loop?"""
        return self.owner.way.declaring

    def tells_classes(self) -> bool:
        """Are classes of single floats known?  Notes that one is asked for."""
        self.owner.asked_class = True
        return self.owner.way.told_classes

    def is_under_way(self, function: types.FunctionType) -> bool:
        """Is this function, or one that calls it, called here?"""
        return bool(self.owner.under_way(function))

    def may_keep(self) -> bool:
        """May functions keep results, as they do in the user's program?  Notes that one does."""
        self.owner.kept = True
        return self.owner.way.keeping

    def may_write(self, call: Call) -> bool:
        """May a function of the program write arrays?"""
        return writes_given(call.func, self.owner.func_of)

    # ------------------------------------------------------------ calls of user code

    def user_call(
        self, variable: str, func: Any, args: Sequence[Value], kwargs: dict[str, Value]
    ) -> Value:
        """The result of calling a Python function."""
        if is_derivative(func):
            return self._call_derivative(variable, func, args, kwargs)
        if isinstance(func, types.MethodType):
            args, func = (Static(func.__self__), *args), func.__func__
        module = str(getattr(func, "__module__", "") or "").partition(".")[0]
        func = managed.entered(func, self.makes_manager)
        keeps = caches.inside(func) is not None
        func = caches.inside(func) or func
        known = module in TRUSTED and not is_written(func)
        if not isinstance(func, types.FunctionType) or known:
            refuse(
                f"There is no derivative rule for {called(func)}.",
                NO_RULE,
            )
        source = self.owner.source(func)
        values = self.bound(source.name, func, source.signature, args, kwargs)
        by_value, self.by_value = self.by_value, False
        self.makes_manager = False
        handed_on = (as_handed(bare(v, self.origin_of)) for v in groups.handed(values))
        given, values = values, rings.handed(self, [without_ranges(self, v) for v in handed_on])
        if by_value:
            values = list(map(frozen, values))
        kinds = self.kinds_of(self._carried(values))
        if kinds is not None:
            values = self._carried(self._grown_lists(func, values, kinds))
            kinds = self.kinds_of(values)
        if kinds is None:
            return UNKNOWN
        instance = self.owner.instance(func, kinds, guarded=self.watched())
        self.summary.told_apart |= instance.summary.told_apart
        self.summary.keeps |= instance.summary.keeps
        if instance.refusals and not instance.open:
            instance, values = self._by_value(instance, values)
        elif _chooses(instance):
            of_these, told_more = self._by_value(instance, values)
            if not isinstance(of_these.result, EitherKind):
                instance, values = of_these, told_more
        if instance.summary.outside:
            outer_containers.changed_there(self, values)
        if instance.refusals and not instance.open:
            for cls in instance.summary.wanted:
                self.arenas.ask_class(self, cls, values)
        inside = [r for r in instance.refusals if is_written_in(r.file)]
        if inside and not is_written_in(self.source.file):
            self.refused += [r for r in instance.refusals if r not in (*inside, *self.refused)]
            refuse(inside[0].reason, inside[0].remedy)  # the user sees the call
        mine = [r for r in instance.refusals if not is_librarys(r.file)]
        if len(mine) < len(instance.refusals) and not is_librarys(self.source.file):
            self.refused += [r for r in mine if r not in self.refused]
            refuse(f"There is no derivative rule for {called(func)}.", NO_RULE)  # its own code is
        self.refused += [r for r in instance.refusals if r not in self.refused]
        unsettled = None in instance.summary.changed.values()
        if instance.refusals and not instance.open:
            self.suppose(instance.supposed, values)
        if unsettled and instance.open and isinstance(instance.result, Num):
            return self.wrote(self.fresh.temp(), instance.result)  # for this round only
        raises = instance.body is not None and instance.body.dead and not instance.open
        if raises and instance.result is None and not instance.refusals:
            self._never_back(instance, values)
        if instance.result is None or instance.refusals or unsettled:
            return UNKNOWN
        body = instance.func.body if instance.func is not None else ()
        pure = all(isinstance(s, Let | Return) for s in body)
        if keeps and (instance.summary.size() != Summary().size() or self.happens(body)):
            refuse(
                f"{source.name} keeps its results (functools.cache), and has effects, which happen "
                "once for each argument.",
                f"call the function inside: {source.name}.__wrapped__(..).",
            )
        if by_value and (instance.summary.changed or instance.summary.written):
            refuse(
                f"{source.name} is a key or predicate, and changes a list, dict or object.",
                "compute the keys first, in a loop.",
            )
        told = to_python(instance.value) if by_value and pure else None
        if told is not None:
            return from_python(told[0])
        found, begun = [k for v in given for k in iterators(v)], len(self.out)
        self.running += found
        # What nobody holds, as what an iterator runs over that is used up, an object may keep.
        unheld = [v for value in values for v in lists_in(value) if self.holder(v) is None]
        under = [self.hold_as("under", v) for v in unheld]
        under += [self.hold_as("under", v) for value in values for v in lists_under(value)]
        outer, self.read_early = self.read_early, ahead.arrays_behind(self, found)
        self.hand_over(given, found != [] and not self.happens(body, raising=False))
        result = self.call_instance(variable, instance, values)
        self.read_early = outer
        for hidden in under:
            self.env.pop(hidden, None)
        ahead.looped_over(self, found, self.out[begun:])
        del self.running[len(self.running) - len(found) :]
        ahead.used(self, found)
        return result

    def _never_back(self, instance: Instance, values: list[Value]) -> None:
        """Write the call of a function that always raises: nothing comes after it.

        Where a handler takes it, and the function does nothing else, that is what happens.
        """
        error = instance.body.raises if instance.body is not None else None
        body = instance.func.body if instance.func is not None else ()
        alone = all(isinstance(s, Return) or (isinstance(s, Do) and s.op is fp.fail) for s in body)
        region = self.handler(error) if alone and error is not None else None
        if region is not None and error is not None:
            raise Raised(region, error)
        lifted = [(x[2], self.lifted_now(*x)) for x in instance.lifted.values()]
        more = (h.atom for kind, v in lifted for h in told_apart(kind, v))
        atoms = (*(h.atom for v in values for h in held(v)), *more)
        self.emit(Call((), instance.name, atoms, self.origin))
        text = Const(f"{instance.function.__name__} has come back")
        self.emit(Do(fp.fail, (Const(AssertionError), text), (), self.origin))
        self.dead = True

    def _by_value(self, refused: Instance, values: list[Value]) -> tuple[Instance, list[Value]]:
        """The instance that knows the numbers it is called with, if that is not refused.

        So `Q = noise(2)` may give a list of two, where `noise(dim)` gives one of two or three, and
        `model[1]` the second layer.
        """
        told = list(map(frozen, values))
        kinds = self.kinds_of(told)
        if told == values or kinds is None or kinds == refused.kinds:
            return refused, values
        instance = self.owner.instance(refused.function, kinds, guarded=self.watched())
        good = not instance.refusals and not instance.open and instance.result is not None
        return (instance, told) if good else (refused, values)

    def _carried(self, values: Sequence[Value]) -> list[Value]:
        seen: set[Hashable] = set()
        return [self.arenas.carried(self, v, seen) for v in values]

    def _grown_lists(self, func: Any, values: list[Value], kinds: Sequence[Kind]) -> list[Value]:
        """The arguments, where lists that get longer from call to call of a recursion may grow."""
        out = list(values)
        for k, v in enumerate(values):
            if not isinstance(v, Structure) or v.make is not list or is_grown(v) or not v.items:
                continue
            before = [other[k] for other in self.owner.under_way(func)]
            lists = [b for b in before if isinstance(b, NodeKind) and b.make is list]
            if not any(len(b.keys) < len(v.keys) or b.keys == (EACH,) for b in lists):
                continue
            whole = grown.grown(self, list, v.items)
            if v.ident is not None:
                self.change(v, replace(whole, ident=v.ident))
            out[k] = whole if v.ident is None else self.now(v)
        return out

    def bound(
        self,
        name: str,
        func: Any,
        signature: inspect.Signature,
        args: Sequence[Value],
        kwargs: dict[str, Value],
    ) -> list[Value]:
        """The values of the parameters, in order, defaults included."""
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            _unbound(name, error)
        values: list[Value] = []
        for p in signature.parameters.values():
            if p.kind is p.VAR_POSITIONAL:
                rest = given.get(p.name, ())
                values.append(varying(rest) or self.sequence(tuple, rest))
            elif p.kind is p.VAR_KEYWORD:
                table = given.get(p.name, {})
                new = Structure(dict, tuple(table), tuple(table.values()), self.new_ident())
                values.append(new)
            elif p.name in given:
                values.append(given[p.name])
            else:
                values.append(self.outer.default(func, p.name, p.default))
        return values

    def kinds_of(self, values: Sequence[Value]) -> tuple[Kind, ...] | None:
        """The kinds of arguments; None if one is not known yet."""
        if any(map(has_unknown, values)):
            return None
        kinds: list[Kind] = []
        numbers = numbered(values)
        for v in values:
            kind = kind_of_value(v)
            if kind is None:
                for part in v.parts:
                    self.usable("A part of an argument", part)
                refuse(
                    f"{describe(v)} is passed to a function.", "pass numbers, arrays or functions."
                )
            kinds.append(renumbered(kind, numbers))
        return tuple(kinds)

    def call_instance(self, variable: str, instance: Instance, values: Sequence[Value]) -> Value:
        """Write the call of a specialised function."""
        assert instance.result is not None
        handing.check(instance, values, self.owner.func_of)
        callers = {n: ident for ident, n in numbered(values).items()}
        values = handed(self, values, {callers[n] for n in instance.summary.changed})
        lifted = [(x[2], self.lifted_now(*x)) for x in instance.lifted.values()]
        more = (h.atom for kind, v in lifted for h in told_apart(kind, v))
        atoms = (*(h.atom for v in values for h in held(v)), *more)
        return self.write_call(
            variable, instance.name, atoms, instance.result, instance.summary, callers
        )

    def write_call(
        self,
        variable: str,
        name: str,
        args: tuple[Operand, ...],
        result: Kind,
        summary: Summary,
        callers: Mapping[int, Hashable],
    ) -> Value:
        """Write targets = name(*args) and return what the variable holds then."""
        goals: list[str] = []
        template = value_of_kind(result, _blank())
        self._goals(variable, (), template, goals)
        more = self.goals_of(variable, summary, callers, goals)
        before = {v: frozenset(idents(x)) for v, x in self.env.items()} if summary.either else {}
        kept = [self.hold_as("kept", s) for i in callers.values() for s in self.holders(i)]
        self.blank(summary, callers)
        self.emit(Call((*goals, *more), name, args, self.origin), variable)
        call = next(s for s in reversed(self.out) if isinstance(s, Call))
        args = call.args  # what a result overwrites lies elsewhere now
        for h, goal in zip(own_leaves(template, result), goals, strict=True):
            self.wrote(goal, h.kind)
        made: dict[Hashable, Hashable] = {}
        self.arenas.merged = {}
        self.take(summary, callers, args, more, made)
        for n in sorted(n for n in summary.forked if n in callers):
            self.unread(callers[n])
        self.give_up({callers[n] for n in summary.lost if n in callers})  # type: ignore[index]
        for hidden in kept:
            self.env.pop(hidden, None)
        known = {k: made[ident] for k, ident in summary.made.items() if ident in made}
        received = self.adopted(_received(result, iter(goals)), callers, known)
        for made_here, given in summary.either.items():
            lists = frozenset(callers[k] for k in given)
            sure = not summary.changed and all(map(is_own, lists))
            self.unsure.append(
                (known[made_here], frozenset(v for v in before if lists & before[v]), sure)
            )

        early: list[Early] = []
        value = self.renewed(received, lambda *about: early.append(about))
        self.note_early(early, args)
        return self.arenas.landed(self, value)

    def _goals(self, variable: str, path: tuple[Any, ...], template: Value, out: list[str]) -> None:
        if isinstance(template, Held):
            out.append(self.place(variable, path, template.kind))
        if isinstance(template, Structure) and is_argument(template.ident):
            return
        for k, part in enumerate(template.parts):
            self._goals(variable, (*path, part_label(template, k)), part, out)

    def _call_derivative(
        self, variable: str, func: Any, args: Sequence[Value], kwargs: dict[str, Value]
    ) -> Value:
        name = str(getattr(func, "__name__", "derivative"))
        signature = inspect.signature(func)
        values = self.bound(name, func, signature, args, kwargs)
        asked: frozenset[str] = getattr(func, "promoted", frozenset())
        values = [
            self._promoted(v) if n in asked else v
            for n, v in zip(signature.parameters, values, strict=True)
        ]
        kinds = self.kinds_of(values)
        if kinds is None:
            return UNKNOWN
        made = self.owner.derivative(func, tuple(signature.parameters), kinds)
        given = dict(zip(signature.parameters, values, strict=True))
        lifted = [self.lifted_now(live.container, live.name, live.kind) for live in made.live]
        atoms = made.arguments(given, lifted)
        return self.write_call(variable, made.name, atoms, fresh_idents(made.result), Summary(), {})

    def _promoted(self, value: Value) -> Value:
        """Integers that are differentiated count as float64."""
        if isinstance(value, Held):
            if value.kind == INT and value.known is not None:
                return literal(float(value.known.value))
            if value.kind == INT:
                return self.operation(None, float, (value,), {})
            if is_array(value) and isinstance(value.kind, Num) and value.kind.num == "int":
                return self.operation(None, fp.astype, (value, Static(np.float64)), {})
            return value
        return value.with_parts(tuple(map(self._promoted, value.parts)))


def _is_quiet(s: Do) -> bool:
    """Does it only look, or say where the body of a try statement begins and ends?"""
    return s.op in (*CHECKS, fp.leave) or (s.op is fp.enter and s.args[0] == Const(fp.unhandled))


def _unbound(name: str, error: TypeError) -> NoReturn:
    """Refuse a call with arguments that the function does not take."""
    advice = "call it with the arguments it takes."
    refuse(f"{name}(): {error}.", advice, TypeError(f"{name}() {error}"))


def _chooses(instance: Instance) -> bool:
    """Does a function that calls no others give one thing or another?"""
    if instance.open or not isinstance(instance.result, EitherKind) or instance.func is None:
        return False
    return not any(isinstance(s, Call) for s in walk(instance.func.body))


def _received(kind: Kind, goals: Iterator[str]) -> Value:
    """The result of a call, with nothing but its form in what was given to it."""
    if isinstance(kind, NodeKind) and is_argument(kind.ident):
        return value_of_kind(kind, _blank())
    if isinstance(kind, EitherKind):
        which = value_of_kind(kind.which, goals)
        return Either((which, *(_received(k, goals) for k in kind.options)))
    if isinstance(kind, NodeKind):
        items = tuple(_received(k, goals) for k in kind.items)
        return Structure(kind.make, kind.keys, items, kind.ident)
    return value_of_kind(kind, goals)


def _blank() -> Iterator[Atom]:
    while True:
        yield ""
