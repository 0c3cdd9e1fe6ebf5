"""The two sweeps of a function: each statement of the primal with those of its adjoint.

node      fwd: t = x * x                      forward sweep: t = x * x; y = np.sin(t)
adj: bx = bx + 2.0 * bt * x   ->
node      fwd: y = np.sin(t)                  reverse sweep: bt = by * np.cos(t)
adj: bt = by * np.cos(t)                           bx = bx + 2.0 * bt * x
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from fpad.transforms.ir import Block, For, If, Range, Statement, While, targets


@dataclass
class Node:
    """A statement of the primal with the statements of its adjoint.

    `fwd` runs in the forward sweep, `adj` in the reverse sweep; a compound statement has `header`
    and `arms` instead.  `post`: names read in the reverse sweep as they are after the node.  A loop
    may run back over another `range`, whose operands `lead` computes again.
    """

    fwd: list[Statement] = field(default_factory=list)
    adj: list[Statement] = field(default_factory=list)
    header: If | For | While | None = None
    arms: list[list[Node]] = field(default_factory=list)
    post: set[str] = field(default_factory=set)
    trips: str | None = None
    range: Range | None = None
    lead: list[Statement] = field(default_factory=list)
    before: list[Statement] = field(default_factory=list)
    after: list[Statement] = field(default_factory=list)
    pops: list[Statement] = field(default_factory=list)

    def has_adjoint(self) -> bool:
        """Does the reverse sweep do anything here?"""
        return bool(self.adj) or any(n.has_adjoint() for arm in self.arms for n in arm)


Nodes: TypeAlias = "list[Node]"


def bound(n: Node) -> frozenset[str]:
    """Names that a simple node binds in the forward sweep."""
    return frozenset(t for s in n.fwd for t in targets(s))


def rebuilt(n: Node) -> Statement:
    """The compound statement of a node without what is saved, for definite assignment."""
    assert isinstance(n.header, If)
    then, orelse = (tuple(_flat(arm)) for arm in n.arms)
    return replace(n.header, then=then, orelse=orelse)


def _flat(nodes: Nodes) -> list[Statement]:
    out: list[Statement] = []
    for n in nodes:
        if isinstance(n.header, If):
            out.append(rebuilt(n))
        elif n.header is not None:
            out.append(n.header)
        else:
            out += n.fwd
    return out


# ---------------------------------------------------------------- the two sweeps


def forward_sweep(nodes: Nodes) -> Block:
    """The primal with its saves."""
    out: list[Statement] = []
    for n in nodes:
        out += n.before
        if isinstance(n.header, If):
            then, orelse = map(forward_sweep, n.arms)
            out.append(replace(n.header, then=then, orelse=orelse))
        elif n.header is not None:
            out.append(replace(n.header, body=forward_sweep(n.arms[0])))
        else:
            out += n.fwd
        out += n.after
    return tuple(out)


def reverse_sweep(nodes: Nodes) -> Block:
    """The adjoint statements with the restores, last node first."""
    out: list[Statement] = []
    for n in reversed(nodes):
        out += n.pops
        if n.header is not None and n.has_adjoint():
            arms = [reverse_sweep(arm) for arm in n.arms]
            h = n.header
            if isinstance(h, If):
                out.append(replace(h, then=arms[0], orelse=arms[1], role="adjoint"))
            elif isinstance(h, For):
                assert isinstance(h.iterable, Range)
                back = n.range or h.iterable
                count = back.count if n.trips is None else n.trips
                r = Range(back.args, count, not back.reverse)
                out += n.lead
                out.append(For(h.target, r, arms[0], (), h.origin, "adjoint"))
            else:
                assert n.trips is not None
                out.append(For("_", Range((n.trips,)), arms[0], (), h.origin, "adjoint"))
        else:
            out += n.adj
    return tuple(out)
