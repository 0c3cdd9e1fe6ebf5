"""Blocks that run in the reverse sweep: `with fpad.grad_of(x) as bx`.

    with fpad.grad_of(x) as bx:         def hook(bx, *, size=size):
        bx = clip(bx, size)       ->        bx = clip(bx, size)
                                            return bx
                                        x = fpad.on_adjoint(x, hook)

What the block reads of the function is as it was there; what it assigns is its own.  A block that
does not have this form is left as it is, and is refused where it is lowered.
"""

from __future__ import annotations

from typing import Any

import gast

from fpad import runtime as fp
from fpad.transforms.loop_bodies import jumps
from fpad.transforms.outside import Outside
from fpad.transforms.yields import Nodes, own_nodes

FORM = (
    "grad_of takes a variable and gives its adjoint a name; the block does not leave a loop or the "
    "function, and assigns nothing that is used outside it.",
    "write with fpad.grad_of(x) as bx: and in it bx = .., or print(bx).",
)


def in_reverse(tree: Any, outside: Outside) -> set[str]:
    """Rewrite these blocks of a definition, and give the names that it has got."""
    found = [n for n in gast.walk(tree) if isinstance(n, gast.With)]
    if not any(is_grad_of(item.context_expr, outside) for n in found for item in n.items):
        return set()
    nodes = Nodes({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)})
    _Blocks(nodes, outside).define(tree)
    return nodes.made


def is_grad_of(expr: Any, outside: Outside) -> bool:
    """Is it a call of `fpad.grad_of`?"""
    return isinstance(expr, gast.Call) and outside.value(expr.func) is fp.grad_of


class _Blocks:
    """Rewrites the statements of one function, and of those inside it."""

    def __init__(self, nodes: Nodes, outside: Outside) -> None:
        self.nodes, self.outside = nodes, outside
        self.function: Any = None

    def define(self, tree: Any) -> None:
        """Rewrite the body of a function."""
        outer, self.function = self.function, tree
        tree.body = self.block(tree.body)
        self.function = outer

    def block(self, body: list[Any]) -> list[Any]:
        """The statements of a block."""
        return [new for s in body for new in self.statement(s)]

    def statement(self, s: Any) -> list[Any]:
        """What a statement becomes."""
        if isinstance(s, gast.FunctionDef):
            self.define(s)
            return [s]
        for part in ("body", "orelse", "finalbody"):
            if isinstance(getattr(s, part, None), list):
                setattr(s, part, self.block(getattr(s, part)))
        for part in (*getattr(s, "handlers", ()), *getattr(s, "cases", ())):
            part.body = self.block(part.body)
        if isinstance(s, gast.With) and len(s.items) == 1:
            return self.hooked(s) or [s]
        return [s]

    def hooked(self, s: gast.With) -> list[Any]:
        """The hook and its use; nothing if the block has another form."""
        n, (item,) = self.nodes, s.items
        call, target = item.context_expr, item.optional_vars
        if not is_grad_of(call, self.outside) or not isinstance(target, gast.Name):
            return []
        if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], gast.Name):
            return []
        stored, loaded = _names(s.body, gast.Store), _names(s.body, gast.Load)
        inside = {id(m) for m in gast.walk(s)}
        others = [m for m in gast.walk(self.function) if id(m) not in inside]
        elsewhere = {m.id for m in others if isinstance(m, gast.Name)}
        bound = {
            m.id for m in others if isinstance(m, gast.Name) and not isinstance(m.ctx, gast.Load)
        }
        if jumps(s.body) or (stored - {target.id}) & elsewhere:
            return []
        made = n.define(n.fresh("hook"), [target.id], s.body, s)
        made.body = [*made.body, n.returns(n.name(target.id, s), s)]
        for name in sorted((loaded & bound) - stored - {target.id}):  # as they are here
            param = gast.copy_location(gast.Name(name, gast.Param(), None, None), s)
            made.args.kwonlyargs.append(param)
            made.args.kw_defaults.append(n.name(name, s))
        x = call.args[0].id
        hook = n.name(made.name, s)
        through = n.call(n.constant(fp.on_adjoint, s), [n.name(x, s), hook], s)
        return [made, n.assign(x, through, s)]


def _names(body: list[Any], context: type) -> set[str]:
    """The names that statements read or assign."""
    return {
        m.id for m in own_nodes(body) if isinstance(m, gast.Name) and isinstance(m.ctx, context)
    }
