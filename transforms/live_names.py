"""Which variables the code between two yields of a generator reads (see `frames`)."""

from __future__ import annotations

from typing import Any

import gast

from fpad.transforms.yields import own_nodes

Names = set[str]


def names_in(node: Any, ctx: type) -> Names:
    """The names that are read, or assigned, in a statement, functions inside it left out."""
    return {n.id for n in own_nodes([node]) if isinstance(n, gast.Name) and isinstance(n.ctx, ctx)}


def _read(node: Any) -> Names:
    """The names that an expression, or a statement with all that is inside it, may read."""
    if not isinstance(node, gast.AST):
        return set()
    names = (n for n in gast.walk(node) if isinstance(n, gast.Name))
    return {n.id for n in names if not isinstance(n.ctx, gast.Store)}


def _read_first(value: Any) -> Names:
    """What an expression may read that it has not assigned by := itself."""
    return _read(value) - _set_in(value)


def _set_in(node: Any) -> Names:
    """What an expression assigns by := whichever way it is evaluated."""
    match node:
        case gast.NamedExpr():
            return {node.target.id} | _set_in(node.value)
        case gast.BoolOp():
            return _set_in(node.values[0])
        case gast.IfExp():
            return _set_in(node.test)
        case gast.Compare():
            return _set_in(node.left) | _set_in(node.comparators[0])
        case (
            gast.Lambda() | gast.ListComp() | gast.SetComp() | gast.DictComp() | gast.GeneratorExp()
        ):
            return set()
    parts = gast.iter_child_nodes(node) if isinstance(node, gast.expr) else ()
    return set().union(*map(_set_in, parts))


class Live:
    """Finds what is read before it is assigned, walking backwards.

    Attributes:
        variables: those of the generator.
        needs: for each code, what it reads of what was there before it.
    """

    def __init__(self, variables: Names) -> None:
        self.variables = variables
        self.needs: list[Names] = []
        self.same: list[int] = []

    def settled(self, codes: list[list[Any]], same: list[int]) -> list[Names]:
        """What each code reads; `same`: the code that each yield, by number, goes on with."""
        self.needs = [set() for _ in codes]
        self.same = same
        while True:
            new = [self.block(code, set(), set(), set()) & self.variables for code in codes]
            if new == self.needs:
                return new
            self.needs = new

    def block(self, block: list[Any], live: Names, out: Names, on: Names) -> Names:
        """What is read from the beginning of a block on.

        Args:
            block: the statements.
            live: what is read behind it.
            out: what is read where a break leads to.
            on: what is read where a continue leads to.
        """
        for s in reversed(block):
            live = self.statement(s, live, out, on)
        return live

    def statement(self, s: Any, live: Names, out: Names, on: Names) -> Names:
        """What is read from a statement on."""
        state = getattr(s, "state", None)
        if state is not None:  # the end of a step
            after = self.needs[self.same[state]] if state > 0 else set()
            return after | _read(s.value)
        match s:
            case gast.Raise():
                return _read(s)
            case gast.Break():
                return out
            case gast.Continue():
                return on
            case gast.Assign():
                stored = {n.id for t in s.targets for n in _names(t)}
                after = (live | self._places(s.targets)) - stored
                return (after - _set_in(s.value)) | _read_first(s.value)
            case gast.AugAssign() if isinstance(s.target, gast.Name):
                return (live - _set_in(s.value)) | _read_first(s.value) | {s.target.id}
            case gast.Expr():
                return (live - _set_in(s.value)) | _read_first(s.value)
            case gast.If():
                arms = self.block(s.body, live, out, on) | self.block(s.orelse, live, out, on)
                return (arms - _set_in(s.test)) | _read_first(s.test)
            case gast.While() | gast.For():
                head = live | _read(s.test if isinstance(s, gast.While) else s.iter)
                after = self.block(s.orelse, live, out, on) | live
                head |= after
                while True:
                    more = head | self.block(s.body, head, after, head)
                    if more == head:
                        return head
                    head = more
        inner = set().union(*(self.block(c.body, live, out, on) for c in getattr(s, "cases", ())))
        return live | inner | _read(s)

    def _places(self, targets: list[Any]) -> Names:
        """What is read to know where something is stored: x and k of x[k] = v."""
        return {
            n.id
            for t in targets
            for part in gast.walk(t)
            if isinstance(part, gast.Subscript | gast.Attribute)
            for n in gast.walk(part)
            if isinstance(n, gast.Name)
        }


def _names(target: Any) -> list[Any]:
    if isinstance(target, gast.Tuple | gast.List):
        return [n for t in target.elts for n in _names(t)]
    if isinstance(target, gast.Starred):
        return _names(target.value)
    return [target] if isinstance(target, gast.Name) else []
