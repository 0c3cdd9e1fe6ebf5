"""Operators and operations of the rule table, on abstract values.

t = a + b            Let(operator.add) on numbers; (a, ..) + (b, ..) on tuples is no statement
t = k == 3           no statement, if k is known
y += e               Let(operator.add) on scalars, Let(fp.iadd) on arrays
t = np.sum(x, 0)     Let(np.sum), refused if the rule does not have one of the arguments
"""

from __future__ import annotations

import builtins
import enum
import operator
import types
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms import (
    choices,
    dates,
    enums,
    grown,
    identities,
    own_dicts,
    set_algebra,
    sets,
    tables,
    texts,
    uneven,
)
from fpad.transforms.abstract import (
    UNKNOWN,
    Defaulting,
    Either,
    Held,
    Member,
    Place,
    Static,
    Structure,
    Unusable,
    Value,
    View,
    from_python,
    has_unknown,
    held,
    is_array,
    is_grown,
    is_number,
    is_opaque,
    is_shape,
    known_value,
    literal,
    operand_of,
    to_python,
)
from fpad.transforms.augmented import BITWISE, PLAIN
from fpad.transforms.choosing import compared
from fpad.transforms.closures import Closure
from fpad.transforms.containers import extend
from fpad.transforms.describing import describe
from fpad.transforms.fitting import called, fits, in_place
from fpad.transforms.holding import spread
from fpad.transforms.inference import Inference
from fpad.transforms.ir import Const, Operand
from fpad.transforms.iteration import viewed
from fpad.transforms.kinds import (
    BOOL,
    EACH,
    FLOAT,
    INT,
    Counting,
    Kind,
    OpaqueKind,
    ShapeKind,
    Standing,
    meant,
)
from fpad.transforms.memory_classes import AUGMENTED
from fpad.transforms.object_operators import operated
from fpad.transforms.places import same_row
from fpad.transforms.rules import rule_of
from fpad.transforms.showing import is_put_together, shown
from fpad.transforms.subscripts import Subscripts, attempt
from fpad.transforms.table_keys import equals_tuples
from fpad.transforms.writer import refuse

_SAMENESS = (operator.is_, operator.is_not)
_TESTS = (*_SAMENESS, operator.eq, operator.ne, operator.contains)
_COMPARE = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
_ORDER = _COMPARE[:4]
_EXACT = (
    *(operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod),
    *(operator.neg, operator.pos, builtins.abs, fp.bit_length, fp.bit_count),
)
_ARITHMETIC = frozenset(PLAIN.values())
_DISPLAYS = (np.array, np.asarray, np.stack, np.concatenate, np.vstack, np.hstack)
_JOINS = (*_DISPLAYS, builtins.sum, builtins.max, builtins.min)
"""What takes a list of values for what it is; for all others a list stands for an array."""
_INFER = Inference()


class Operations(Subscripts):
    """Gives operators and the operations of the table their meaning."""

    # ------------------------------------------------------------ operators

    def operator(self, variable: str | None, op: Any, args: Sequence[Value]) -> Value:
        """The result of an operator of the syntax."""
        if any(map(has_unknown, args)):
            return UNKNOWN
        if op is operator.truth:
            return self._truth(self.asked(args[0]))
        either = next((a for a in args if isinstance(a, Either)), None)
        if either is not None and op in _TESTS:
            return self._tested(op, either, args)
        if op is operator.not_:
            args = (self.asked(args[0]),)
        if op is fp.text:
            template, values = args
            assert isinstance(template, Static)
            return self.formatted(variable, template.value, values.parts)
        args = [own_dicts.now(self, a) for a in args]  # type: ignore[arg-type]
        flags = enums.operated(op, args)
        if flags is not None:
            return flags
        if op not in (operator.is_, operator.is_not):
            args = _enum_numbers(args)
        if op in (operator.mod, fp.imod) and _is_text(args[0]):
            return self.percent(variable, args[0].value, args[1])  # type: ignore[attr-defined]
        written = texts.operated(self, variable, op, args)
        if written is not None:
            return written
        if op in BITWISE and is_array(args[0]):
            refuse(
                "An array is changed in place by an operator on bits.",
                "write the operation out: m = m & k.",
            )
        found = operated(self, op, args)  # type: ignore[arg-type]
        if found is not None:
            return found
        if op in PLAIN and not is_array(args[0]):
            if op is fp.iadd and isinstance(args[0], Structure) and args[0].make is list:
                extend(self, args[0], args[1:], {})  # type: ignore[arg-type]
                return self.now(args[0])
            if op is fp.imul and isinstance(args[0], Structure) and args[0].make is list:
                more = self._on_structures(None, operator.mul, args)
                assert isinstance(more, Structure)
                self.change(args[0], replace(more, ident=args[0].ident))
                return self.now(args[0])
            if op is fp.ior and isinstance(args[0], Structure) and tables.is_dict(args[0]):
                self.updated(args[0], args[1])
                return self.now(args[0])
            if set_algebra.is_set(args[0]) and PLAIN[op] in set_algebra.RESULTS:
                return self._set_changed(args[0], PLAIN[op], args)
            op = PLAIN[op]
        found = self._folded(op, args)
        if found is None and any(isinstance(a, Structure) or is_shape(a) for a in args):
            found = self._on_structures(variable, op, args)
        found = self.operation(variable, op, args, {}) if found is None else found
        if op is operator.not_:
            choices.denied(self, args[0], found)
        of = args[0].atom if op in AUGMENTED and isinstance(args[0], Held) else None
        if of in self.rows and isinstance(found, Held) and is_array(found):
            self.rows[str(found.atom)] = self.rows[str(of)]
        return found

    def _tested(self, op: Any, either: Either, args: Sequence[Value]) -> Value:
        """A test whether something is None, a function, .., that is one of several things."""
        found: list[Value | None] = []
        for option in either.options:
            now = [option if a is either else a for a in args]
            found.append(self._folded(op, now))
        known = [bool(v.value) for v in found if isinstance(v, Static)]
        if len(known) == len(found):
            return choices.answered(self, either, known)
        later = [v for v in found if isinstance(v, Held)]
        if len(known) + len(later) < len(found) or not all(
            isinstance(v, Static) or texts.is_told_later(o)
            for v, o in zip(found, either.options, strict=True)
        ):
            refuse(f"{describe(either)} is compared.", "test whether it is None first.")
        told = tuple(v.atom if isinstance(v, Held) else Const(bool(v.value)) for v in found)  # type: ignore[union-attr]
        return self.let(None, fp.letter, (told, either.which.atom), BOOL)

    def formatted(self, variable: str | None, template: str, values: Sequence[Value]) -> Value:
        """A text with places for values; known at once where all of them are."""
        known = [to_python(v) for v in values]
        if None not in known:
            return attempt(template.format, [v[0] for v in known if v is not None])
        operands = tuple(self.message_part(v, fp.text) for v in values)
        return self.let(variable, fp.text, (Const(template), operands), OpaqueKind(str))

    def percent(self, variable: str | None, template: str, value: Value) -> Value:
        """What the operator % makes of a template and a value."""
        known = to_python(value)
        if known is not None:
            return attempt(operator.mod, [template, known[0]])
        several = isinstance(value, Structure) and value.make is tuple and not is_grown(value)
        parts = value.parts if several else (value,)
        shown = tuple(self.message_part(v, fp.percent) for v in parts)
        operands = (Const(template), shown if several else shown[0])
        return self.let(variable, fp.percent, operands, OpaqueKind(str))

    def message_part(self, value: Value, op: Any) -> Operand:
        """The operand of a text that a value is."""
        return shown(self, value) if is_put_together(value) else self.operand(value, op)

    def _same_members(self, op: Any, args: Sequence[Value]) -> Value | None:
        """Is one of many objects another one? Comparing asks no more, unless a class says so."""
        a, b = args
        for m in args:
            if isinstance(m, Member):
                self.tell_apart(m.cls)
        own = any("__eq__" in c.__dict__ for m in args for c in _bases(m))
        if op not in _SAMENESS and own:
            return None
        if not isinstance(a, Member) or not isinstance(b, Member) or a.cls is not b.cls:
            return Static(op in (operator.is_not, operator.ne))
        op = operator.eq if op in (operator.is_, operator.eq) else operator.ne
        return self.let(None, op, (a.at.atom, b.at.atom), BOOL)

    def _set_changed(self, base: Value, op: Any, args: Sequence[Value]) -> Value:
        """An operator that changes a set in place."""
        assert isinstance(base, Structure)
        new = self.operator(None, op, args)
        assert isinstance(new, Structure)
        self.change(base, replace(new, ident=base.ident))
        return self.now(base)

    def _truth(self, value: Value) -> Value:
        """What tells whether the value is true: a list need not be kept for that."""
        if is_grown(value):
            size = grown.length(self, value)
            return self.let(None, operator.ne, (size.atom, Const(0)), BOOL)
        if isinstance(value, Structure) and issubclass(value.make, list | tuple | dict | set):
            return Static(bool(value.items))
        return value

    def _folded(self, op: Any, args: Sequence[Value]) -> Value | None:
        """The result of an operator, if it is known while the code is written."""
        if op is operator.not_ and is_grown(args[0]):
            size = grown.length(self, args[0])
            return self.let(None, operator.eq, (size.atom, Const(0)), BOOL)
        if op is operator.not_:
            known = self.truth(args[0])
            return None if known is None else Static(not known)
        members = [a for a in args if isinstance(a, Member)]
        if members and op in (*_SAMENESS, operator.eq, operator.ne):
            return self._same_members(op, args)
        if op in (operator.is_, operator.is_not):
            same = _identical(args[0], args[1])
            for a in args if all(isinstance(a, Structure) for a in args) else ():
                if not issubclass(a.make, tuple):  # type: ignore[attr-defined]
                    self.tell_apart(a.make)  # type: ignore[attr-defined]
            if same is None and all(isinstance(a, Structure) for a in args):
                for a in args:  # which of several objects it is, their numbers tell
                    self.arenas.ask(self, a)  # type: ignore[arg-type]
            if same is None:
                return same_row(self, args[0], args[1], op)
            return Static(same == (op is operator.is_))
        if op is operator.contains:
            inside = identities.within(self, *args)
            return self._contains(args[0], args[1]) if inside is None else inside
        same_ids = identities.compared(self, op, args)
        if same_ids is not None:
            return same_ids
        known_args = [known_value(a) for a in args]
        values = [v[0] for v in known_args if v is not None]
        if len(values) == len(args) and not any(isinstance(v, float) for v in values):
            texts = all(isinstance(v, str) for v in values)
            classes = all(isinstance(v, type | types.UnionType) for v in values)
            if op in _COMPARE or (texts and op is operator.add) or (classes and op is operator.or_):
                return attempt(op, values)
        if len(values) == len(args) and any(map(dates.is_constant, values)):
            return attempt(op, values)
        if op in _COMPARE and any(isinstance(v, tuple) for v in values):  # sys.version_info
            plain = [to_python(a) for a in args]
            if None not in plain:
                return attempt(op, [v[0] for v in plain if v is not None])
        if op in _COMPARE and any(map(is_opaque, args)):  # a text that the run makes
            return self.let(None, op, [self.operand(a, op) for a in args], BOOL)
        strange = [isinstance(a, Static) and not isinstance(a.value, bool) for a in args]
        if op in (operator.eq, operator.ne) and any(strange) and not all(strange):
            return Static(op is operator.ne)  # a number is no str, None or function
        return None

    def _joined(self, args: Sequence[Value]) -> Kind:
        """The kind of two shapes, or a shape and a tuple, joined."""
        ranks = [
            len(v.items) if isinstance(v, Structure) else getattr(v.kind, "rank", None)
            for v in args
            if isinstance(v, Structure | Held)
        ]
        known = [r for r in ranks if r is not None]
        return ShapeKind(sum(known) if len(known) == len(ranks) else None)

    def _contains(self, container: Value, item: Value) -> Value:
        if tables.is_view(container):
            keys = container.keys[0] == "keys"  # type: ignore[attr-defined]
            container = container.parts[0] if keys else tables.listing(container)
        if isinstance(container, Structure) and container.make is View:
            base, name = container.items[0], container.keys[0]
            assert isinstance(base, Structure)
            container = self.sequence(tuple, viewed(base, name))
        if isinstance(container, Structure) and tables.is_keyed(container):
            found = self.has_key(container, item)
            if found is not None:
                return found
        known, inside = known_value(item), known_value(container)
        if known is not None and inside is not None and isinstance(inside[0], str | frozenset):
            return attempt(operator.contains, [inside[0], known[0]])
        if is_opaque(item) and isinstance(container, Structure) and not is_grown(container):
            is_dict = issubclass(container.make, dict)
            words = (container.keys,) if is_dict else to_python(replace(container, make=tuple))
            if words is not None:
                container = Static(words[0])
        outside = inside is not None and isinstance(inside[0], set | frozenset)
        if outside or is_opaque(container) or (is_opaque(item) and isinstance(container, Static)):
            operands = [self.operand(v, operator.contains) for v in (container, item)]
            return self.let(None, operator.contains, operands, BOOL)
        if is_grown(container) and texts.is_list(container.parts[0]):
            sought = texts.text(item)
            if sought is None:
                return Static(False)
            return self.let(
                None,
                operator.contains,
                [self.operand(container.parts[0], operator.contains), sought.atom],
                BOOL,
            )
        if isinstance(container, Structure) and is_grown(container):
            same = self.operation(None, operator.eq, (container, item), {})
            return self.operation(None, np.any, (same,), {})
        if isinstance(container, Structure):
            is_dict = issubclass(container.make, dict)
            values = [literal(k) for k in container.keys] if is_dict else container.items
            table = [known_value(v) for v in values]
            if known is not None and None not in table:
                return Static(known[0] in [v[0] for v in table if v is not None])
            if values and is_number(item) and all(map(is_number, values)):
                found, *more = (self.operator(None, operator.eq, (item, v)) for v in values)
                for test in more:
                    found = self.operation(None, operator.or_, (found, test), {})
                return found
        refuse(
            f"Whether {describe(container)} contains {describe(item)} is not known "
            "while the code is written.",
            "compare with each value: k == 1 or k == 2.",
        )

    def _on_structures(self, variable: str | None, op: Any, args: Sequence[Value]) -> Value | None:
        """Operators on tuples, lists and shapes; None if it is an operation on arrays after all."""
        if any(map(is_array, args)):
            return None
        args = sets.of_keys(self, op, args)  # type: ignore[arg-type]
        args = [_set_of_values(a) for a in args]
        if op is operator.add and len(args) == 2:
            found = uneven.joined(self, *args)  # type: ignore[arg-type]
            if found is not None:
                return found
        lists = [a for a in args if isinstance(a, Structure)]
        alike = len(lists) == len(args) and len({a.make for a in lists}) == 1
        if op is operator.add and any(map(is_grown, args)) and alike:
            return self.joined(lists[0].make, lists)
        if op in _ARITHMETIC and any(map(_is_float, args)) and any(map(_is_row, args)):
            return None  # a float beside a list is NumPy's, or Python would raise
        if op is operator.add:
            a, b = args
            makes = [v.make for v in (a, b) if isinstance(v, Structure)]
            if makes in ([tuple, tuple], [list, list]):
                return self.sequence(makes[0], (*a.parts, *b.parts))
        if op is operator.mul:
            for many, count in (args, args[::-1]):
                n = known_value(count)
                if isinstance(many, Structure) and n is None and many.make in (tuple, list):
                    return self.repeated(many, count)
                if isinstance(many, Structure) and is_grown(many) and n is not None and n[0] > 0:
                    return grown.joined(self, many.make, [many] * int(n[0]))
                if isinstance(many, Structure) and many.make in (tuple, list) and n is not None:
                    items = () if is_grown(many) else many.items
                    return self.sequence(many.make, items * int(n[0]))
        if len(args) == 2 and set_algebra.are_sets(args):
            of_sets = set_algebra.operated(self, op, args)
            if of_sets is not None:
                return of_sets
        if op is operator.or_ and all(map(tables.is_dict, args)):
            return self.merged(*lists)
        are_sets = [isinstance(a, Structure) and a.make in (set, frozenset) for a in args]
        known = [to_python(a) for a in args]
        if all(are_sets) and None not in known:
            return attempt(op, [v[0] for v in known if v is not None])
        if op in (operator.eq, operator.ne) and None not in known:
            return attempt(op, [v[0] for v in known if v is not None])
        named = all(isinstance(a, Structure) and a.make is dict for a in args)
        if op in (operator.eq, operator.ne) and named:
            first, second = (dict(zip(v.keys, v.items, strict=True)) for v in lists)
            if first.keys() != second.keys():
                return Static(op is operator.ne)
            return self._same(op, list(first.values()), [second[k] for k in first])
        sorts = {tuple if equals_tuples(a.make) else a.make for a in lists}
        sequences = len(lists) == len(args) and sorts in ({tuple}, {list})
        sequences = sequences and not any(map(is_grown, args))
        if op in (operator.eq, operator.ne) and sequences:
            return self._same(op, lists[0].items, lists[1].items)
        if op in _ORDER and sequences:
            return compared(self, op, *args)  # type: ignore[arg-type]
        if op in (operator.eq, operator.ne) and alike and grown.are_numbers(lists):
            whole = [v if is_grown(v) else grown.grown(self, v.make, v.items) for v in lists]
            same = self.operation(None, np.array_equal, [v.items[0] for v in whole], {})
            return same if op is operator.eq else self.operator(None, operator.not_, (same,))
        if op in (operator.add, *_COMPARE) and any(map(is_shape, args)):
            if any(map(is_grown, args)):  # NumPy would add and compare the numbers of its rows
                refuse(
                    "A shape meets a tuple of a length that only the run tells.",
                    "give each possible number of axes a branch with a shape written out.",
                )
            operands = [self.operand(a, op) for a in args]
            return self.let(
                variable, op, operands, self._joined(args) if op is operator.add else BOOL
            )
        shown = " and ".join(describe(a) for a in args)
        refuse(f"{called(op)} is applied to {shown}.", "use arrays, or write out what is meant.")

    def _same(self, op: Any, first: Sequence[Value], second: Sequence[Value]) -> Value:
        """Whether all values of two tuples or lists are equal (eq), or some are not (ne)."""
        equal = op is operator.eq
        if len(first) != len(second):
            return Static(not equal)
        result: Value = Static(equal)
        for a, b in zip(first, second, strict=True):
            one = self.operator(None, op, (a, b))
            known = [self.truth(v) if isinstance(v, Static) else None for v in (result, one)]
            if (not equal) in known:
                return Static(not equal)
            if known[0] is not None:
                result = one
            elif known[1] is None:
                if not all(isinstance(v, Held) and v.kind == BOOL for v in (result, one)):
                    refuse("Tuples of arrays are compared.", "use np.array_equal.")
                join = operator.and_ if equal else operator.or_
                result = self.operation(None, join, (result, one), {})
        return result

    def built(self, value: Value) -> Operand:
        """The operand that a value is, lists, dicts and objects made when the program runs."""
        match value:
            case Structure(keys=keys) if keys == (EACH,):
                return self._built_list(value)
            case Structure(make=make, keys=keys, items=items):
                parts = tuple(map(self.built, items))
                if make is tuple:
                    return parts
                if issubclass(make, Closure | Standing | Counting | Defaulting):
                    refuse(f"{describe(value)} is handed out.", "use it inside.")
                made = meant(make)
                args = (Const(made), tuple(map(Const, keys)), parts)
                return self.let(None, fp.structure, args, OpaqueKind(made)).atom
            case Held(atom=atom):
                return atom
            case Static(value=v):
                return Const(v)
        refuse(f"{describe(value)} is handed out.", "use its values.")

    def _built_list(self, value: Structure) -> Operand:
        """The list, made when the program runs, of a length that is known only then."""
        deep: int = 1
        inner = value.items[0]
        while isinstance(inner, Structure) and is_grown(inner) and inner.make is list:
            deep, inner = deep + 1, inner.items[0]
        op: Any = fp.values_of
        args: tuple[Operand, ...] = ()
        if isinstance(inner, Held):
            args = (inner.atom, Const(deep))
        elif deep == 1 and isinstance(inner, Structure) and issubclass(inner.make, tuple | list):
            columns = tuple(v.atom for v in inner.items if isinstance(v, Held))
            if len(columns) == len(inner.items):
                op, args = fp.records_of, (Const(inner.make), columns)
        if not args:
            refuse(f"{describe(value)} is handed out.", "use its values.")
        made = self.let(None, op, args, OpaqueKind(list)).atom
        if value.make is list:
            return made
        return self.let(None, fp.structure, (Const(value.make), (), made), OpaqueKind(object)).atom

    # ------------------------------------------------------------ operations of the table

    def operation(
        self, variable: str | None, op: Any, args: Sequence[Value], kwargs: dict[str, Value]
    ) -> Value:
        """The result of an operation of the rule table."""
        args = [spread(self, a) for a in _enum_numbers(args)]  # type: ignore[arg-type]
        everything = [*args, *kwargs.values()]
        if any(map(has_unknown, everything)):
            return UNKNOWN
        if any(map(is_grown, args)):
            return grown.operated(self, variable, op, args, kwargs)
        rule = rule_of(op)
        if rule is None:
            refuse(
                f"There is no derivative rule for {called(op)}.",
                "write it with operations that have one, or compute it before the call and "
                "pass it as an argument.",
            )
        fits(op, rule, args, kwargs)
        args, kwargs = in_place(rule, args, kwargs)
        operands = [
            self.operand(a, op, op not in _JOINS and (rule.pointwise or rule.differentiates(k)))
            for k, a in enumerate(args)
        ]
        keywords = {k: self.operand(v, op) for k, v in kwargs.items()}
        kind = self.kind_of_operation(op, operands, keywords, everything)
        result = self.let(variable, op, operands, kind, tuple(keywords.items()))
        known = [known_value(a) for a in args]
        if op in _EXACT and kind == INT and None not in known:
            value = attempt(op, [v[0] for v in known if v is not None])
            if isinstance(value, Held):
                result = replace(result, known=value.known)
        if op is operator.neg and isinstance(args[0], Held) and args[0].known is not None:
            result = replace(result, known=Const(-args[0].known.value))  # -np.inf is an ord
        return result

    def kind_of_operation(
        self,
        op: Any,
        operands: Sequence[Operand],
        keywords: dict[str, Operand],
        values: Iterable[Value],
    ) -> Kind:
        """The kind of the result of an operation of the table."""
        rule = rule_of(op)
        assert rule is not None
        env = dict(self.kinds)
        env |= {h.atom: h.kind for v in values for h in held(v) if isinstance(h.atom, str)}
        kinds = _INFER.operands(operands, env)
        named = {k: _INFER.keyword(o, env) for k, o in keywords.items()}
        try:
            return rule.kind(*kinds, **named)
        except (TypeError, IndexError, AttributeError, ValueError):
            shown = ", ".join(describe(v) for v in values) or "nothing"
            refuse(
                f"{called(op)} cannot be applied to {shown}.",
                "give it what it takes, in the order of its documentation.",
            )

    def operand(self, value: Value, op: Any, spread: bool = False) -> Operand:
        """The operand of an operation that a value is; `spread`: lists are made arrays first."""
        if isinstance(value, Structure):
            if not issubclass(value.make, tuple | list):
                refuse(
                    f"{called(op)} is given {describe(value)}.",
                    "give it the values, in a list: list(..).",
                )
            for item in value.items:
                if isinstance(item, Unusable):
                    self.usable("A part of it", item)
            if spread:
                return self.array(value).atom
            named = any(isinstance(h.atom, str) for h in held(value))
            if op in _DISPLAYS and named:
                return tuple(
                    self.array(v).atom if isinstance(v, Structure) else self.operand(v, op)
                    for v in value.items
                )
        if isinstance(value, Either) and op in (fp.text, fp.percent) and choices.is_told(value):
            names = tuple(v.value for v in value.options if isinstance(v, Static))
            args = (Const(names), value.which.atom)  # what type(x) gives, in a message
            return self.let(None, fp.letter, args, OpaqueKind(type)).atom
        if isinstance(value, Structure) and any(isinstance(v, Either) for v in value.items):
            return tuple(self.operand(v, op) for v in value.items)
        o = operand_of(value)
        if o is None:
            refuse(f"{called(op)} is given {describe(value)}.", "give it numbers or arrays.")
        return o

    def array(self, value: Structure) -> Held:
        """np.array(value)."""
        made = self.operation(None, np.array, (value,), {})
        if not isinstance(made, Held):
            refuse(f"{describe(value)} cannot be made an array.", "give numbers of one shape.")
        return made


# ---------------------------------------------------------------- small questions


def _enum_numbers(args: Sequence[Value]) -> Sequence[Value]:
    """Members of an IntEnum are the ints that they equal."""
    return [
        literal(int(a.value))
        if isinstance(a, Static) and isinstance(a.value, enum.Enum) and isinstance(a.value, int)
        else a
        for a in args
    ]


def _is_text(value: Value) -> bool:
    return isinstance(value, Static) and isinstance(value.value, str)


def _set_of_values(value: Value) -> Value:
    """A set that is known, as the structure of its values."""
    if isinstance(value, Static) and isinstance(value.value, set | frozenset):
        return from_python(value.value)
    return value


def _is_float(value: Value) -> bool:
    return isinstance(value, Held) and value.kind == FLOAT


def _is_row(value: Value) -> bool:
    return isinstance(value, Structure) and value.make in (list, tuple)


def _bases(value: Value) -> tuple[type, ...]:
    """The classes of one of many objects but the last, which all have."""
    return value.cls.__mro__[:-1] if isinstance(value, Member) else ()


def _identical(a: Value, b: Value) -> bool | None:
    """`a is b`, if it is known."""
    if isinstance(a, Static) and isinstance(b, Static):
        return a == b
    if isinstance(a, Structure) and isinstance(b, Structure):
        if None in (a.ident, b.ident) or any(isinstance(v.ident, Place) for v in (a, b)):
            return None
        return a.ident == b.ident
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Static) and not isinstance(x.value, bool) and not isinstance(y, Static):
            if isinstance(y, Structure) and meant(y.make) is type(x.value):
                return None  # an object outside, which both may be
            opaque = isinstance(y, Held) and isinstance(y.kind, OpaqueKind)
            return None if opaque and x.value is not None else False
    return None
