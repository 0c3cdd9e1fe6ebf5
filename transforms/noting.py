"""What is noted of one choice: the label of a test, of an operation with pieces, of a comparison.

                                   fp.choice(record, "f:3 numpy.maximum", x >= s, x - s)
    y = np.maximum(x, s)    ->     y = np.maximum(x, s)

    m = x > 0.5             ->     m = x > 0.5
                                   fp.choice(record, "f:4 operator.gt", fp.noted(m), x - 0.5)
    n = np.signbit(x)       ->     n = np.signbit(x)
                                   fp.choice(record, "f:5 numpy.signbit", fp.noted(n), None)

A comparison that only an if, a while or a selection asks for is noted there.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from fpad import runtime as fp
from fpad.transforms.ir import (
    NOWHERE,
    Block,
    Const,
    Copy,
    Do,
    Fresh,
    Func,
    If,
    Let,
    Load,
    Operand,
    Origin,
    Statement,
    Store,
    StoreAdd,
    While,
    all_names,
    names,
    reads,
    targets,
    walk,
)
from fpad.transforms.kinds import Kind, Num
from fpad.transforms.rules.core import rule_of
from fpad.transforms.rules.trace import Builder, quote
from fpad.transforms.sharing import scalar

COMPARISONS = frozenset(
    (
        *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
        *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    )
)
OPPOSITE = frozenset((operator.not_, operator.invert, np.logical_not))
"""Of the outcome of a comparison: what it makes of it is decided as far away."""


@dataclass(frozen=True)
class Site:
    """Where a choice is made: its place in the source and the operation ("if", "numpy.maximum")."""

    origin: Origin
    op: str


def op_name(op: object) -> str:
    """The dotted public name of an operation: "numpy.maximum", "builtins.max"."""
    module = getattr(op, "__module__", None) or type(op).__module__
    if type(op).__name__ == "ufunc":
        module = "numpy"
    name = getattr(op, "__name__", repr(op))
    return f"{module.removeprefix('_')}.{name}".replace("fpad.runtime.piecewise", "numpy")


Tests: TypeAlias = "Mapping[str, Let | str]"
"""Names of truth values: the comparison that each is the outcome of, or how far it was decided."""
SELECTIONS = frozenset((np.where, fp.where))
LOGICAL = frozenset(
    (
        *(operator.not_, operator.and_, operator.or_, operator.invert, operator.xor),
        *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.any, np.all),
    )
)


def read_by(test: Let | str) -> frozenset[str]:
    """The names that a comparison, or what it was computed to, is read from."""
    return frozenset((test,)) if isinstance(test, str) else reads(test)


def used_as_data(block: Block) -> frozenset[str]:
    """Names that are read other than as the test of a branch: as numbers, as masks in an index."""
    found: set[str] = set()
    passed: list[tuple[str, frozenset[str]]] = []
    for s in walk(block):
        logical = isinstance(s, Let) and (s.op in LOGICAL or s.op in COMPARISONS)
        if logical or isinstance(s, Copy):
            assert isinstance(s, Let | Copy)
            passed.append((s.target, reads(s)))
        elif isinstance(s, Let):
            found |= frozenset(names(*s.args[s.op in SELECTIONS :], *(v for _, v in s.kwargs)))
        elif isinstance(s, Load | Store | StoreAdd):
            found |= reads(s)
    while True:
        more = frozenset[str]().union(*(r for t, r in passed if t in found)) - found
        if not more:
            return frozenset(found)
        found |= more


def only_tested(block: Block) -> frozenset[str]:
    """Names that nothing reads but an if, a while or a selection, as they are or negated."""
    read: set[str] = set()
    asked: list[tuple[str, str]] = []
    for s in walk(block):
        if isinstance(s, If | While):
            continue
        if isinstance(s, Copy) and isinstance(s.value, str):
            asked.append((s.target, s.value))
        elif isinstance(s, Let) and s.op in OPPOSITE and isinstance(s.args[0], str):
            asked.append((s.target, s.args[0]))
        elif isinstance(s, Let) and s.op in SELECTIONS:
            read |= set(names(*s.args[1:]))
        else:
            read |= reads(s)
    while True:
        more = {source for target, source in asked if target in read} - read
        if not more:
            break
        read |= more
    return frozenset(s.target for s in walk(block) if isinstance(s, Let | Copy)) - read


def nobody_writes(block: Block, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Arrays that one operation makes in new memory, which only what keeps no view of it reads.

    Neither the function nor its caller can write them, so what they hold can be read after the run.
    """
    made: set[str] = set()
    definitions: Counter[str] = Counter()
    shared: set[str] = set()
    for s in walk(block):
        definitions.update(targets(s))
        rule = rule_of(s.op) if isinstance(s, Let) else None
        if isinstance(s, If | While) or (isinstance(s, Load) and scalar(kinds.get(s.target))):
            continue
        if isinstance(s, Let) and rule is not None and rule.view == "never" and not rule.effect:
            made.add(s.target)
        else:
            shared |= reads(s)
    return frozenset(n for n in made - shared if definitions[n] == 1)


class Noting:
    """Writes the statements that note the choices of one function."""

    def __init__(
        self,
        func: Func,
        chosen: Mapping[str, str],
        sites: dict[str, Site],
        kinds: Mapping[str, Kind],
    ) -> None:
        self._func, self._chosen, self._sites, self._kinds = func, chosen, sites, kinds
        self._fresh = Fresh(all_names(func))
        self._record = self._fresh("record")
        self._sorts: dict[str, str] = {}
        self._data = used_as_data(func.body)
        self._tested = only_tested(func.body)
        self._kept = nobody_writes(func.body, kinds)

    def notes(self, s: Let) -> bool:
        """Is anything written for this operation?"""
        return bool(self._piece(s, {}) or self._result(s))

    def _site(self, s: Statement, op: str) -> Const:
        """The key of a site: function, ordinal and operation, with a number if that is not all."""
        origin = s.origin  # type: ignore[attr-defined]
        place, k = f"{origin.function}:{origin.ordinal}", 1
        key = f"{place} {op}"
        while self._sites.setdefault(key, Site(origin, op)) != Site(origin, op):
            k += 1
            key = f"{place}.{k} {op}"
        return Const(key)

    def _noted(self, operand: Operand, out: list[Statement]) -> Operand:
        """The operand as it is now, whatever is written later; `out` was made to record it."""
        if not isinstance(operand, str) or scalar(self._kinds.get(operand)):
            return operand
        if operand in self._kept:
            return operand
        made = next((s for s in out if isinstance(s, Let) and s.target == operand), None)
        rule = rule_of(made.op) if made is not None else None
        if rule is not None and rule.view == "never":
            return operand
        copy = self._fresh.temp()
        out.append(Let(copy, fp.noted, (operand,), role="record"))
        return copy

    def _do(self, op: object, *args: Operand, at: Statement | None = None) -> Do:
        origin = NOWHERE if at is None else at.origin  # type: ignore[attr-defined]
        return Do(op, (self._record, *args), (), origin, "record")  # type: ignore[arg-type]

    def _distance(self, test: Let | str, target: str, sort: str = "") -> list[Statement]:
        """Write target = how far a comparison is from its other outcome, of this sort."""
        own = self._sort(test)
        self._sorts[target] = sort = sort or own
        if isinstance(test, str):
            if sort == own:
                return [Copy(target, test, role="record")]
            return [Let(target, fp.distance, (test, Const(0)), role="record")]
        op = fp.distance if sort == "any" else operator.sub
        return [Let(target, op, test.args, (), test.origin, "record")]

    def _sort(self, test: Let | str) -> str:
        """Is a distance a "float" or an "int", or "any" thing?"""
        if isinstance(test, str):
            return self._sorts.get(test, "any")
        nums = {self._num(a) for a in test.args} - {"literal"}
        return str(nums.pop()) if nums in ({"float"}, {"int"}) else "any"

    def _num(self, operand: Operand, arrays: bool = False) -> str | None:
        """Of a single number, or array, "float" or "int"; "literal" of a small one written down."""
        if isinstance(operand, Const):
            small = type(operand.value) in (int, float) and abs(operand.value) < 2**53
            return "literal" if small else None
        kind = self._kinds.get(operand) if isinstance(operand, str) else None
        return kind.num if isinstance(kind, Num) and (arrays or not kind.array) else None

    def _test(self, s: Statement, test: Operand, known: Tests, op: str) -> list[Statement]:
        out: list[Statement] = []
        switch: Operand = Const(None)
        compared = known.get(test) if isinstance(test, str) else None
        if compared is not None:
            switch = self._fresh.temp()
            out += self._distance(compared, switch)
        elif self._num(test) == "float":  # it holds where the number is not 0
            switch = test
        truth: Operand = test
        kind = self._kinds.get(test) if isinstance(test, str) else None
        if not isinstance(kind, Num) or kind.array or kind.num != "bool":
            truth = self._fresh.temp()
            out.append(Let(truth, fp.truth, (test,), (), s.origin, "record"))  # type: ignore[attr-defined]
        return [*out, self._do(fp.choice, self._site(s, op), truth, switch, at=s)]

    def _piece(self, s: Let, known: Tests) -> list[Statement]:
        rule = rule_of(s.op)
        if rule is None or rule.piece is None or self._is_settled(s):
            return []
        b = Builder(self._fresh, s.origin, "record")
        xs, kw = [b.unquote(a) for a in s.args], {k: b.unquote(v) for k, v in s.kwargs}
        piece = rule.piece(*xs, **kw)
        if piece is None:  # no choice for these static operands, as in x**2
            return []
        label = quote(piece)
        site = self._site(s, op_name(s.op))
        where = known.get(s.args[0]) if s.op in SELECTIONS and isinstance(s.args[0], str) else None
        switch: Operand = self._fresh.temp()
        if where is not None:
            b.out += self._distance(where, str(switch))
        else:
            switch = Const(None) if rule.switch is None else quote(rule.switch(*xs, **kw))
            if not _is_cheap(b.out):
                return self._operands(s, site)
        label, switch = self._noted(label, b.out), self._noted(switch, b.out)
        return [*b.out, self._do(fp.choice, site, label, switch, at=s)]

    def _is_settled(self, s: Let) -> bool:
        """Does the operation leave no choice?  Of truth values it does, a step also of integers.

        Which of them it is, has been noted where they were made.
        """
        rule = rule_of(s.op)
        if all(self._num(a, True) == "bool" for a in s.args if isinstance(a, str)):
            return any(isinstance(a, str) for a in s.args)
        step = rule is not None and rule.form == "constant" and rule.pointwise
        return step and not self._has_floats(s.args)

    def _has_floats(self, operand: Operand) -> bool:
        """May there be floats among the operands?"""
        if isinstance(operand, tuple):
            return any(map(self._has_floats, operand))
        if isinstance(operand, Const):
            return isinstance(operand.value, float)
        kind = self._kinds.get(operand) if isinstance(operand, str) else None
        return isinstance(kind, Num) and kind.num not in ("int", "bool")

    def _result(self, s: Let) -> list[Statement]:
        """Note the result of what makes truth values or integers of floats: it is the label."""
        kind, rule = self._kinds.get(s.target), rule_of(s.op)
        if not isinstance(kind, Num) or kind.num not in ("int", "bool"):
            return []
        out: list[Statement] = []
        switch: Operand = Const(None)
        if s.op in COMPARISONS:
            noted = s.target in self._data or self._has_floats(s.args)
            if s.target in self._tested or not noted:
                return []
            switch = self._fresh.temp()
            out += self._distance(s, switch)
        elif (
            rule is None
            or rule.piece is not None
            or rule.effect
            or rule.cost_free
            or s.op in LOGICAL
            or s.target in self._tested
            or not any(
                self._has_floats(a) for k, a in enumerate(s.args) if k not in rule.shape_only
            )
        ):
            return []
        label = self._noted(s.target, out)
        return [*out, self._do(fp.choice, self._site(s, _public(s)), label, switch, at=s)]

    def _operands(self, s: Let, site: Const) -> list[Statement]:
        """Note the operands: whoever reads the record has the rule compute label and switch."""
        out: list[Statement] = []

        def noted(operand: Operand) -> Operand:
            if isinstance(operand, tuple):
                return tuple(map(noted, operand))
            return self._noted(operand, out)

        args = tuple(map(noted, s.args))
        kwargs = tuple((k, noted(v)) for k, v in s.kwargs)
        do = self._do(fp.chosen, site, Const(s.op), *args, at=s)
        return [*out, replace(do, kwargs=kwargs)]


def _is_cheap(out: Iterable[Statement]) -> bool:
    """Is it at most a comparison and a difference?  Else a copy of the operands is cheaper."""
    rules = [rule_of(s.op) if isinstance(s, Let) else None for s in out]
    return len(rules) <= 2 and all(rule is not None and rule.pointwise for rule in rules)


def _counting(args: Iterable[Operand], shape_only: frozenset[int]) -> tuple[Operand, ...]:
    """The operands whose numbers count."""
    return tuple(a for k, a in enumerate(args) if k not in shape_only)


def _public(s: Let) -> str:
    """The public name of what makes a label: NumPy's, where the runtime stands for it."""
    if s.op is fp.fixed and isinstance(s.args[1], Const):
        return op_name(s.args[1].value)
    if s.op is fp.astype:
        return "numpy.ndarray.astype"
    found = op_name(s.op)
    name = found.rpartition(".")[2]
    if not found.startswith("fpad.runtime."):
        return found
    return f"numpy.{name}" if hasattr(np, name) else found
