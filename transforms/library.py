"""Attributes, methods, and calls of what is neither an operation of the table nor user code.

n = len(p)           no statement, if p is a tuple, list or dict
for k, v in d.items()
s = x.sum(axis=0)    Let(np.sum, (x,), axis=0)
h.append(v)          no statement: h has one more part from here on
print(x)             Do
"""

from __future__ import annotations

import contextlib
import copy
import functools
import math
import operator
import types
from abc import abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Any, Generic

import numpy as np

from fpad import runtime as fp
from fpad.transforms import (
    complexes,
    containers,
    cursor_calls,
    cursors,
    dataclass_parts,
    dicts,
    enums,
    generic,
    groups,
    holding,
    list_order,
    lookups,
    middles,
    object_operators,
    objects,
    outer_containers,
    own_dicts,
    rings,
    sets,
    tables,
    texts,
    uneven,
)
from fpad.transforms.abstract import (
    UNKNOWN,
    Above,
    Bound,
    Either,
    Held,
    Member,
    Method,
    Partial,
    Queue,
    Static,
    Structure,
    Unknown,
    Value,
    from_python,
    has_unknown,
    known_value,
    literal,
)
from fpad.transforms.ahead import noting
from fpad.transforms.arranging import whole_list
from fpad.transforms.asking import ASKING, by_turns
from fpad.transforms.callables import call_getter, call_partial, is_getter, outside_partial
from fpad.transforms.class_parts import class_of, in_class, is_generated
from fpad.transforms.closures import Closure, Nested, assigned_again
from fpad.transforms.containers import delete, replace_slice
from fpad.transforms.dates import is_about_dates, is_constant
from fpad.transforms.describing import describe, python_name
from fpad.transforms.designs import design, is_design
from fpad.transforms.drawing import is_generator, owner_of
from fpad.transforms.fitting import called
from fpad.transforms.foreign import refused_call
from fpad.transforms.forms import is_complex
from fpad.transforms.framing import FRAMING
from fpad.transforms.heap import Row
from fpad.transforms.index_joins import JOINS, joined
from fpad.transforms.ir import Apply, Attr, Const, Do, Operand, Slice, Store, StoreAdd
from fpad.transforms.iteration import listed_view
from fpad.transforms.iterators import (
    ITERATORS,
    LAZY,
    READ_AT_ONCE,
    Args,
    Keywords,
    asks,
    computed_from,
    repeated,
    unwrapped,
)
from fpad.transforms.keywords import is_numpys, shared
from fpad.transforms.kinds import BOOL, Num, is_namedtuple, is_object
from fpad.transforms.namedtuples import is_own
from fpad.transforms.numpy_arguments import plain_arguments
from fpad.transforms.operations import Operations
from fpad.transforms.questions import QUESTIONS, agreed, call_text_method, is_about_texts
from fpad.transforms.queues import inside, method_of
from fpad.transforms.resolve import Outside
from fpad.transforms.rules import ARRAY_ATTRIBUTES, ARRAY_METHODS, rule_of
from fpad.transforms.shuffling import draw
from fpad.transforms.slices import opened, slice_of
from fpad.transforms.special import special
from fpad.transforms.standing import call_written
from fpad.transforms.standing_at import is_asked
from fpad.transforms.stepping import counter, is_iterator, kept, values_of
from fpad.transforms.subscripts import attempt, is_index_maker
from fpad.transforms.taking import vectorize_stands_for
from fpad.transforms.ufunc_methods import ufunc_method
from fpad.transforms.unsupported import ATTRIBUTES, unsupported
from fpad.transforms.writer import refuse
from fpad.transforms.written import (
    distribution_method,
    frozen_distribution,
    is_written_in,
    stands_for,
    written_out,
)
from fpad.transforms.written.methods import METHODS as OTHER_METHODS
from fpad.transforms.yielding import YIELDING, collected, is_generator_function


class Library(Operations):
    """Gives attributes and calls their meaning."""

    outer: Outside

    @functools.cached_property
    def errors(self) -> dict[Any, BaseException]:
        """The exceptions that handlers of this function are for, one for each class and text."""
        return {}

    raises: BaseException | None = None
    """What the function raises, whatever it is given."""
    by_value = False
    """Are numbers that are known told to the function that is called next?"""
    makes_manager = False
    """Is the function that is called next one that makes the manager of a with statement?"""

    @abstractmethod
    def tells_classes(self) -> bool:
        """Are classes of single floats known?  Notes that one is asked for."""

    @abstractmethod
    def may_keep(self) -> bool:
        """May functions keep results, as they do in the user's program?  Notes that one does."""

    @abstractmethod
    def user_call(self, variable: str, func: Any, args: Args, kwargs: Keywords) -> Value:
        """The result of calling a Python function."""

    # ------------------------------------------------------------ attributes

    def attribute(self, s: Attr, base: Value) -> Value:
        """The value of base.name."""
        match base:
            case Unknown():
                return UNKNOWN
            case Held(kind=texts.TEXT) if s.name in texts.METHODS:
                return Method((base,), s.name, s.base)
            case Held(kind=Num()):
                if s.name in ARRAY_ATTRIBUTES:
                    if special(ARRAY_ATTRIBUTES[s.name]) is not None:
                        return self.call(s.target, ARRAY_ATTRIBUTES[s.name], (base,), {})
                    return self.operation(s.target, ARRAY_ATTRIBUTES[s.name], (base,), {})
                if s.name in ARRAY_METHODS or s.name in OTHER_METHODS:
                    return Method((base,), s.name, s.base)
                if s.name in ATTRIBUTES:
                    reason, remedy = ATTRIBUTES[s.name]
                    refuse(f"The attribute {s.name} of an array {reason}.", f"{remedy}.")
                absent = agreed(base, lambda e: hasattr(e, s.name)) is False
                refuse(
                    f"There is no derivative rule for the attribute {s.name} of an array.",
                    "write it with NumPy functions that have one.",
                    AttributeError(f"no attribute {s.name!r}") if absent else None,
                )
            case Structure(make=make) if outer_containers.is_handed_out(make):
                outer_containers.check_method(base, s.name)
                return objects.attribute(self, base, s.name)
            case Above(of=(Static(value=type() as of),), cls=cls):
                return objects.above_class(self, of, s.name, cls)
            case Above(of=(of,), cls=cls):
                return objects.attribute(self, of, s.name, cls)
            case Member():
                return objects.attribute(self, base, s.name)
            case Structure() | Static() if class_of(base) is not None and not (
                isinstance(base, Structure) and is_own(base.make, s.name)
            ):
                return objects.attribute(self, base, s.name)
            case Structure(make=make, items=items):
                if issubclass(make, Closure) and s.name == "__name__" and make.nested.called:
                    return literal(make.nested.called)
                if is_namedtuple(make) and s.name in make._fields:
                    return self.usable("This part", items[make._fields.index(s.name)])
                if is_namedtuple(make) and s.name == "_fields":
                    return from_python(make._fields)
                if make is slice and s.name in base.keys:
                    return items[base.keys.index(s.name)]
                if self.library_method(base, s.name) is not None:
                    return Method((base,), s.name, s.base)
                if make is Queue and s.name in base.keys:
                    return items[base.keys.index(s.name)]
                refuse(
                    f"The attribute {s.name} of a {make.__name__} is not supported.",
                    "index it, or loop over it.",
                )
            case Static() | Held() if is_generator(base):
                return Method((base,), s.name, s.base)
            case Static(value=v) if v is None or isinstance(v, str | bool) or is_constant(v):
                return attempt(getattr, [v, s.name])
            case Static(value=v):
                return self.outer_attribute(v, s.name)
        refuse(
            f"The attribute {s.name} of {describe(base)} is not known while the code is written.",
            f"pass {s.name} as an argument of its own.",
        )

    def listed(self, value: Value) -> Structure:
        """All that a loop over the value sees, as a list of unknown length."""
        return whole_list(self, value)

    def repeated(self, base: Structure, count: Value) -> Value:
        """The list or tuple of one value, repeated as often as only the run tells."""
        return repeated(self, base, count)

    def joined(self, make: Any, lists: Sequence[Structure]) -> Structure:
        """The lists or tuples, one behind the other; the length of one is not known."""
        return containers.joined(self, make, lists)

    def replace_slice(self, base: Structure, bounds: Sequence[Any], value: Value) -> None:
        """Write base[bounds] = value of a list."""
        replace_slice(self, base, bounds, value)

    def replace_section(self, base: Structure, bounds: Sequence[Value], value: Value) -> None:
        """The same, of a list of unknown length or bounds that only the run tells."""
        middles.replaced(self, base, bounds, containers.many(self, value))

    def load(self, variable: str | None, base: Value, index: Operand) -> Value:
        """The value of base[index]."""
        if isinstance(base, Static) and id(base.value) in JOINS:
            return joined(self, variable or self.fresh("value"), base.value, index)
        if isinstance(base, Structure) and is_complex(base):
            return complexes.load(self, base, index)
        if isinstance(base, Structure) and uneven.is_uneven(base):
            return uneven.load(self, base, index)
        if isinstance(base, Structure) and base.make is Queue:
            base = base.items[0]
        index = opened(self, index)
        base = own_dicts.now(self, base)
        if (
            isinstance(base, Static)
            and isinstance(base.value, type)
            and _is_plain_generic(base.value)
        ):
            return base  # Stack[float] makes what Stack makes
        if isinstance(base, Static) and enums.is_enum(base.value):
            return enums.load(self, base.value, self.read(index))
        named = class_of(base) is not None and not is_index_maker(base)
        found = holding.load_slice(self, variable, base, index) if named else None
        if named and found is None:
            found = object_operators.item(self, base, self._key(index))
        if found is not None:
            return found
        if named and not is_namedtuple(class_of(base)):
            refuse(f"{describe(base)} is indexed.", "give it a __getitem__.")
        return super().load(variable, base, index)

    def _key(self, index: Operand) -> Value:
        """What a method is given for what stands between brackets."""
        if isinstance(index, Slice):
            return slice_of([self.read(o) for o in (index.lower, index.upper, index.step)])
        return self.read(index)

    def store(self, s: Store | StoreAdd, base: Value, value: Value) -> None:
        """Write base[index] = value, or base[index] += value."""
        if (
            isinstance(base, Structure)
            and own_dicts.is_own(base)
            and not isinstance(s.index, Slice)
        ):
            key = self.read(s.index)
            if isinstance(s, StoreAdd):
                value = self.operator(None, fp.iadd, (self.load(None, base, s.index), value))
            own_dicts.store(self, base, key, value)
            return
        if isinstance(base, Structure) and is_complex(base):
            complexes.store(self, s, base, value)
            return
        own, _ = in_class(class_of(base) or object, "__setitem__")
        if class_of(base) is not None and (own is not None or not isinstance(s.index, Slice)):
            key = self._key(s.index)
            if isinstance(s, StoreAdd):
                old = object_operators.item(self, base, key)
                if old is not None:
                    value = self.operator(None, fp.iadd, (old, value))
            if object_operators.set_item(self, base, key, value):
                return
        if isinstance(s.index, Slice):
            base = holding.plain(self, base, "__setitem__")
        if isinstance(base, Structure) and uneven.is_uneven(base):
            if isinstance(s, StoreAdd):
                value = self.operator(None, fp.iadd, (uneven.load(self, base, s.index), value))
            uneven.store(self, base, s.index, value)
            return
        if isinstance(base, Structure) and base.make is Queue:
            inside(self, base, lambda own: self.store(s, own, value))
            return
        super().store(s, base, value)

    def dict_of(self, pairs: Sequence[tuple[Value, Value]]) -> Value:
        """A new dict of these keys and values."""
        return lookups.displayed(self, pairs)

    def load_key(self, base: Structure, key: Value) -> Value:
        """The value of base[key] of a dict."""
        return lookups.load(self, base, key)

    def merged(self, a: Structure, b: Structure) -> Value:
        """The dict a | b."""
        return dicts.made(self, tables.class_of_dict(a), (a, b), {})

    def updated(self, base: Structure, more: Value) -> None:
        """Write base |= more of a dict."""
        update = self.library_method(base, "update")
        update(self, base, (more,), {})

    def has_key(self, base: Structure, key: Value) -> Value | None:
        """Is it a key of a dict?  None: what is known of the keys answers it."""
        if uneven.is_uneven(base):
            refuse("A list is looked for in a list of lists.", "compare with each of them.")
        return lookups.contains(self, base, key)

    def store_key(self, s: Store | StoreAdd, base: Structure, key: Value, value: Value) -> None:
        """Write base[key] = value, or base[key] += value, of a dict."""
        (lookups.add if isinstance(s, StoreAdd) else lookups.store)(self, base, key, value)

    def store_in_row(self, base: Structure, index: Operand, value: Value) -> None:
        """Write base[index] = value of a list that was read from a table."""
        groups.entry_stored(self, base, index, value)

    def delete(self, base: Value, index: Operand) -> None:
        """Write del base[index]."""
        if own_dicts.is_own(base):
            refuse("An attribute is deleted.", "set it to None.")
        own, _ = in_class(class_of(base) or object, "__delitem__")
        if own is not None:
            self.call(self.fresh("value"), own, (base, self.read(index)), {})
            return
        base = holding.plain(self, base)
        fixed = isinstance(base, Structure) and issubclass(base.make, tuple)
        if not isinstance(base, Structure) or fixed or uneven.is_uneven(base):
            refuse(f"An entry of {describe(base)} is deleted.", "make a new one without it.")
        delete(self, base, index)

    # ------------------------------------------------------------ calls

    def all_values(self, iterator: Value) -> Value:
        """All that the __next__ of an object gives."""
        return self.call(self.fresh("values"), values_of(iterator), (iterator,), {})

    def apply(self, s: Apply, func: Value, args: Args, kwargs: Keywords) -> Value:
        """The result of a call, which no function may outlive that only lives for it."""
        if _runs_over(func) and any(map(is_asked, args)):
            done = cursor_calls.applied(self, s.target, func, args, kwargs, _asks_for_all(func))
            if isinstance(done, Value):
                return done
            args = done
        if _runs_over(func) and any(map(is_iterator, args)):
            if not _asks_for_all(func):
                refuse(
                    f"{describe(func)} asks an object for some of its values, one by one.",
                    "make a list of them first: list(..).",
                )
            args = [self.all_values(a) if is_iterator(a) else a for a in args]  # once
        all_read = bool(self.lent) and _runs_over(func) and _asks_for_all(func)
        lent = cursor_calls.lent_to(self, args) if all_read else []
        brief = [n for v in (*args, *kwargs.values()) for n in _brief(v)]
        lazy = func in _LAZY  # it is called when it is read
        kept = brief if lazy or isinstance(func, Method) else ()
        result = self._applied(s, func, args, kwargs)
        cursor_calls.give_back(self, lent)
        for name in kept or (brief and _brief(result)):
            refuse(*assigned_again(name, self.source.name))
        return result

    def _applied(self, s: Apply, func: Value, args: Args, kwargs: Keywords) -> Value:
        func = rings.read(self, func)
        match func:
            case Unknown():
                return UNKNOWN
            case Method(of=(Structure() as base,), name=name):
                method = self.library_method(base, name)
                assert method is not None
                done: Value = method(self, base, args, kwargs)
                return done
            case Method(of=(Held(kind=texts.TEXT) as base,), name=name):
                return texts.called(self, s.target, base, name, args, kwargs)
            case Method(of=(base,), name=name) if is_generator(base):
                return draw(self, s.target, base, name, args, kwargs)
            case Method(of=(base,), name=name) if name in OTHER_METHODS:
                return self.call(s.target, OTHER_METHODS[name], (base, *args), kwargs)
            case Method(of=(base,), name=name):
                m, pack = ARRAY_METHODS[name], functools.partial(self.sequence, tuple)
                rest, named = m.call(tuple(args), kwargs, literal, pack)
                return self.call(s.target, m.op, (base, *rest), named)
            case Bound(of=(base,), func=f) if distribution_method(class_of(base), f):
                found = distribution_method(class_of(base), f)
                assert found is not None
                own = (args, kwargs)
                return call_written(self, s.target, *found, args, kwargs, own)
            case Bound(of=(base,), func=f):
                return self.call(s.target, f, (base, *args), kwargs)
            case Static(value=np.vectorize() as f):
                if f.otypes not in (None, "d"):
                    refuse("The otypes of vectorize are no floats.", "leave them out.")
                how, first = vectorize_stands_for(
                    self, Static(f.pyfunc), f.otypes is None, f.signature, f.excluded
                )
                return self.user_call(s.target, how, (*first, *args), kwargs)
            case Static(value=f) if (frozen := frozen_distribution(f)) is not None:
                return self.user_call(s.target, frozen, (func, *args), kwargs)
            case Structure() | Static() | Member() if class_of(func) is not None:
                through = objects.attribute(self, func, "__call__")
                return self._applied(s, through, args, kwargs)
            case Static(value=f) if f is not None:
                return self.call(s.target, f, args, kwargs)
            case Structure(make=make) if make is Partial:
                return call_partial(self, s.target, func, args, kwargs)
            case Structure(make=make) if issubclass(make, Closure):
                return self.call_closure(s.target, make.nested, func.items, args, kwargs)
        error = TypeError(f"{python_name(func)} is not callable")
        refuse(f"{describe(func)} is called.", "call a function.", error)

    def call(self, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value:
        """The result of calling something known."""
        found = complexes.call(self, variable, f, args, kwargs)
        if found is not None:
            return found
        if any(class_of(a) is not None for a in args):
            done = object_operators.operated(self, f, args)
            if done is not None:
                return done
        if f is super:
            return self._super(args)
        inherited = holding.called(self, variable, f, args, kwargs)
        if inherited is not None:
            return inherited
        if is_generator_function(f):
            return collected(self, variable, f, args, kwargs)
        chosen = generic.called(self, variable, f, args, kwargs)
        if chosen is not None:
            return chosen
        if objects.made_by_dataclass(self, f, args, kwargs):
            return Static(None)
        if isinstance(f, _KNOWN_FUNCTIONS) and f in _ON_OBJECTS:
            return _ON_OBJECTS[f](self, variable, args, kwargs)
        if is_numpys(f):
            args, kwargs = plain_arguments(f, args, kwargs)
            found = shared(self, variable, f, args, kwargs)
            if found is not None:
                return found
        found = ufunc_method(self, variable, f, args, kwargs)
        if found is not None:
            return found
        if is_design(f):
            return design(self, f, args, kwargs)
        found = uneven.called(self, variable, f, args, kwargs)
        if found is not None:
            return found
        made = counter(self, f, args, kwargs, variable)
        if made is not None:
            return made
        if f in ITERATORS:
            args = holding.iterated(self, f, args)
            sources = (*args, *kwargs.values())
            read = computed_from(f, sources)
            make = lambda: self._run(variable, f, args, kwargs)  # noqa: E731
            return noting(self, sources, make, read, at_once=f in READ_AT_ONCE, inner=asks(f, args))
        return self._run(variable, f, args, kwargs)

    def _run(self, variable: str, f: Any, args: Args, kwargs: Keywords) -> Value:
        handler = special(f)
        if f in ITERATORS:
            args = by_turns(self, f, args)
        if handler is not None and f is not fp.iterating and f not in (*QUESTIONS, *ASKING):
            args = [unwrapped(self, a, f not in _STOP_EARLY) for a in holding.given(self, f, args)]
        ordered = f in list_order.FUNCTIONS and any(map(list_order.are_lists, args))
        own = isinstance(f, type) and (is_object(f) or is_namedtuple(f))
        users = own or isinstance(f, types.FunctionType | operator.itemgetter)
        listed = not users or written_out(f)
        if f not in _LIVE and listed and not ordered:
            args = [sets.ordered(self, tables.listing(a), f in _UNORDERED) for a in args]
        if f is list and ordered:
            return list_order.copied(self, args[0])
        if handler is not None:
            if any(map(has_unknown, (*args, *kwargs.values()))):
                return UNKNOWN
            return handler(self, variable, args, kwargs)
        if rule_of(f) is not None:
            if f is bool and args and isinstance(args[0], Static):
                return attempt(f, [args[0].value])
            return self.operation(variable, f, args, kwargs)
        owner = owner_of(f)
        if owner is not None:
            return draw(self, variable, owner, f.__name__, args, kwargs)
        refused = refused_call(f) or (None if written_out(f) else unsupported(f))
        if refused is not None:
            refuse(f"{called(f)} {refused[0]}.", f"{refused[1]}.")
        if enums.is_enum(f):
            return enums.called(self, f, args)
        if is_namedtuple(f):
            new = objects.new_of(f)
            if new is not None:
                return objects.made_by_new(self, f, new, args, kwargs)
            return _make_namedtuple(f, args, kwargs)
        if is_generated(f) and f.__name__ == "__new__" and args and isinstance(args[0], Static):
            return _make_namedtuple(args[0].value, args[1:], kwargs)
        stand_in = stands_for(f)
        if stand_in is not None:
            return objects.construct(self, stand_in, args, kwargs)
        written = written_out(f)
        if written is not None:
            args = [listed_view(self, a) for a in args]
            return call_written(self, variable, f, written, args, kwargs)
        if is_object(f):
            return objects.construct(self, f, args, kwargs)
        if is_about_texts(f) or is_about_dates(f):
            return call_text_method(self, variable, f, args, kwargs)
        if isinstance(f, functools.partial):
            return call_partial(self, variable, outside_partial(self, f), args, kwargs)
        if is_getter(f) and len(args) == 1:
            return call_getter(self, variable, f, args)
        return self.user_call(variable, f, args, kwargs)

    def looped(self, value: Value) -> Value:
        """What a loop over a value runs over: of an object, what its `__iter__` gives."""
        return object_operators.looped(self, value)

    def unpacked(self, value: Value, n: int) -> Sequence[Value] | None:
        """What n names get of an object that has only `__getitem__`; None: it is another value."""
        return object_operators.unpacked(self, value, n)

    def asked(self, value: Value) -> Value:
        """What a test of a value tests: of an object, what its `__bool__` or `__len__` gives."""
        if isinstance(value, Either) and len(value.options) == 2:
            return self._truth_of_either(value)
        return object_operators.asked(self, value)

    def _truth_of_either(self, value: Either) -> Value:
        """Whether what `a and b` gives is true, where a and b are of different kinds."""
        out = self.hold(Static(False))

        def ask(option: Value) -> None:
            tested = self.asked(option)
            known = self.truth(tested)
            some = self.let(None, bool, (self.test(tested),), BOOL) if known is None else None
            self.env[out] = some or Static(known)

        test = self.let(None, operator.eq, (value.which.atom, Const(0)), BOOL)
        first, second = value.options
        self.branch(test.atom, lambda: ask(first), lambda: ask(second), self.origin)
        self.kept.discard(out)
        return self.env.pop(out)

    def library_method(self, base: Value, name: str) -> Any:
        """The method of that name of a list, dict or tuple; None if there is none."""
        if own_dicts.is_own(base):
            return own_dicts.method_of(name)
        return method_of(base.make, name) if isinstance(base, Structure) else None

    def raw_attribute(self, base: Value, name: str, value: Value) -> None:
        """Write object.__setattr__(base, name, value)."""
        objects.set_raw(self, base, name, value)

    def set_attribute(self, base: Value, name: str, value: Value) -> None:
        """Write base.name = value."""
        if not isinstance(base, Unknown) and not has_unknown(value):
            objects.set_attribute(self, base, name, kept(self, value))

    def _super(self, args: Args) -> Value:
        """super(cls, self), as which super() is written too."""
        cls, base = args if len(args) == 2 else (None, UNKNOWN)
        of_class = isinstance(base, Static) and isinstance(base.value, type)
        if not isinstance(cls, Static) or (class_of(base) is None and not of_class):
            refuse("super() is called outside of a method of an object.", "name the class.")
        own = base.value if isinstance(base, Static) and of_class else class_of(base)
        if cls.value not in own.__mro__:
            refuse(
                f"super() in a method of {cls.value.__name__} is called with a {own.__name__}.",
                "let the class inherit from the one whose method it takes.",
                TypeError("super(type, obj): obj must be an instance or subtype of type"),
            )
        return Above((base,), cls.value)

    @abstractmethod
    def reads_on(self) -> bool:
        """Does an iterator that begins know where it stands?"""

    @abstractmethod
    def is_under_way(self, function: types.FunctionType) -> bool:
        """Is this function, or one that calls it, called here?"""

    @abstractmethod
    def outer_attribute(self, owner: Any, name: str) -> Value:
        """The value now of an attribute of an object outside the function."""

    @abstractmethod
    def set_before(self, owner: Any, name: str) -> Value | None:
        """What the function has set that reading owner.name gives; None if it is as it was."""

    @abstractmethod
    def without_own(self, owner: Any, name: str) -> None:
        """Note that an object outside has no attribute of this name itself."""

    @abstractmethod
    def set_outer(self, owner: Any, name: str, value: Value) -> None:
        """Set an attribute of an object outside the function."""

    @abstractmethod
    def call_closure(
        self, variable: str, made: Nested, parts: Args, args: Args, kwargs: Keywords
    ) -> Value:
        """The result of calling a function inside a function."""

    def change(
        self, base: Structure, new: Structure, resized: bool = True, seen: bool = True
    ) -> None:
        """A list, dict or object becomes another, for everybody who holds it."""
        if isinstance(base.ident, Row):
            groups.written_back(self, base, new)
            return
        super().change(base, new, resized, seen)
        if tables.is_table(new) and seen:
            groups.stale(self, base.ident)

    def fail(self, error: Value, /, *args: Value, **named: Value) -> None:
        """Raise an exception; nothing comes after it.  `cause`: what it is raised from."""
        cls = error.value if isinstance(error, Static) else None
        if isinstance(error, Unknown) or any(map(has_unknown, (*args, *named.values()))):
            self.dead = True
            return
        if not isinstance(cls, BaseException) and not (
            isinstance(cls, type) and issubclass(cls, BaseException)
        ):
            refuse(f"{describe(error)} is raised.", "raise an exception: ValueError(..).")
        text = known_value(args[0]) if args else None
        always = self.out is self.whole and is_written_in(self.origin.file)
        if cls is NotImplementedError and text is not None and always:
            # What the library does and the function that stands for it does not.
            refuse(f"{text[0]}.", "write it with operations that have a derivative.")
        operands = []
        for a in (*args, *named.values()):
            operands.append(self.message_part(a, cls))
        keywords = tuple(zip(named, operands[len(args) :], strict=True))
        operands = operands[: len(args)]
        if self.out is self.whole and not named:
            told = [known_value(a) for a in args]
            given = () if isinstance(cls, BaseException) else tuple(k[0] for k in told if k)
            if None not in told:
                with contextlib.suppress(Exception):  # where it cannot be made, another is raised
                    self.raises = cls if isinstance(cls, BaseException) else cls(*given)
        self.emit(Do(fp.fail, (Const(cls), *operands), keywords, self.origin))
        self.dead = True


def _is_plain_generic(cls: type) -> bool:
    """Is it a class whose type parameters mean nothing when the program runs?"""
    found, owner = in_class(cls, "__class_getitem__")
    return owner is Generic or (found is None and cls in (list, dict, set, tuple, deque))


_ON_OBJECTS = {**objects.FUNCTIONS, **dataclass_parts.FUNCTIONS, **own_dicts.FUNCTIONS}
_KNOWN_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.WrapperDescriptorType)
_LAZY = tuple(map(Static, LAZY))
_UNORDERED = (min, max, sorted, sum, any, all)
"""What asks for no order of the values that it is given."""
_LIVE = (
    zip,
    enumerate,
    iter,
    fp.listed,
    dict,
    len,
    set,
    frozenset,
    copy.copy,
    functools.partial,
    functools.reduce,
    operator.getitem,
    print,
    copy.deepcopy,
    *QUESTIONS,
)
"""What is given dicts and their views themselves; all else is given lists of what they hold."""


def _make_namedtuple(cls: Any, args: Args, kwargs: Keywords) -> Value:
    table = dict(zip(cls._fields, args, strict=False)) | kwargs
    for field, value in cls._field_defaults.items():
        table.setdefault(field, literal(value))
    if len(args) > len(cls._fields) or set(table) != set(cls._fields):
        refuse(f"{called(cls)} is given other arguments than it has fields.", "give each one.")
    items = tuple(table[field] for field in cls._fields)
    return Structure(cls, tuple(range(len(items))), items)


def _runs_over(func: Value) -> bool:
    """Is it a function of a library that may run over what it is given, as sum and zip do?"""
    if isinstance(func, Method):
        return True
    f = func.value if isinstance(func, Static) else None
    if f is None or class_of(func) is not None or f in _ONE_BY_ONE:
        return False
    return special(f) is not None or rule_of(f) is not None


_ONE_BY_ONE = {*ASKING, *QUESTIONS, *YIELDING, *cursors.CURSORS, *FRAMING}
"""What is given iterators, and asks them for what it needs."""


def _asks_for_all(func: Value) -> bool:
    """Does it ask for all values before anything else happens?  Others leave some, or wait."""
    return func.name == "extend" if isinstance(func, Method) else func.value in _ALL  # type: ignore[attr-defined]


_STOP_EARLY = (fp.listed, any, all)
"""What asks for one value after the other, and perhaps not for all."""
_ALL = frozenset(
    (
        *(sum, max, min, sorted, list, tuple, set, frozenset, fp.listed),
        *(math.fsum, math.prod, functools.reduce),
    )
)


def _brief(value: Value) -> list[str]:
    """What functions in the value take that is assigned again later."""
    own: list[str] = []
    if isinstance(value, Structure) and issubclass(value.make, Closure):
        own += value.make.nested.late
    return own + [name for part in value.parts for name in _brief(part)]
