"""The functions of a program, batched for the states of their parameters, each once."""

from __future__ import annotations

from typing import Any

from fpad.transforms.batch.control import Batched
from fpad.transforms.batch.flags import Bundle, Flags, State
from fpad.transforms.batch.names import States, returned
from fpad.transforms.calls import Deriver
from fpad.transforms.ir import (
    Func,
    Pack,
    Program,
    Return,
    is_derived,
)
from fpad.transforms.kinds import Kind, Num, ResidualKind, StaticKind
from fpad.transforms.memory_classes import Classes
from fpad.transforms.spreading import plain_shapes


class Batching:
    """The functions of a program, batched for the states of their parameters, each once."""

    def __init__(self, program: Program) -> None:
        self.deriver = deriver = Deriver(program)
        self.funcs = deriver.funcs
        for name, f in list(self.funcs.items()):
            if is_derived(f):  # what is not broadcast is not lifted either
                self.funcs[name] = plain_shapes(f, deriver.kinds(f))
        self._made: dict[tuple[str, tuple[Any, ...]], str] = {}
        self._results: dict[tuple[str, States], States] = {}

    def results(self, name: str, states: States) -> States:
        """The states of a function's results; of one that is being asked for, what is known."""
        key = name, states
        if key not in self._results:
            self._results[key] = (False,) * len(returned(self.funcs[name]))
            while True:
                found = self._flags(name, states)
                now = tuple(
                    found.state.get(v, False) if isinstance(v, str) else False
                    for v in returned(self.funcs[name])
                )
                if now == self._results[key]:
                    break
                known = list(self._results)
                for later in known[known.index(key) + 1 :]:  # they knew less of this one
                    del self._results[later]
                self._results[key] = now
        return self._results[key]

    def _flags(self, name: str, states: States) -> Flags:
        func = self.funcs[name]
        kinds = self.deriver.kinds(func)
        classes = Classes(func, kinds, self.deriver.result_aliases)
        return Flags(func, states, kinds, classes, self.results)

    def function(self, name: str, states: States) -> str:
        """The name of the batched function, which is written if it is new."""
        key = name, states
        if key not in self._made:
            self._made[key] = new = self.deriver.name(f"{name}_vmap")
            results = self.results(name, states)
            written = Batched(self, self.funcs[name], states, self._flags(name, states), new)
            self.funcs[new] = written.function(results)
        return self._made[key]

    def layout(self, bundle: Bundle) -> str:
        """The layout of residuals of which some are batched: a function that packs such."""
        key = bundle.layout, ("layout", *bundle.items)
        if key not in self._made:
            self._made[key] = new = self.deriver.name(f"{bundle.layout}_vmap")
            kinds = tuple(
                self.kind(kind or StaticKind(None), state)
                for kind, state in zip(
                    self.deriver.layout(ResidualKind(bundle.layout)), bundle.items, strict=True
                )
            )
            items = tuple(f"item{k}" for k in range(len(kinds)))
            body = (Pack("residuals", new, items, role="adjoint"), Return(("residuals",)))
            self.funcs[new] = Func(new, items, body, kinds)
        return self._made[key]

    def kind(self, kind: Kind, state: State) -> Kind:
        """The kind of what has a kind for one example."""
        if isinstance(state, Bundle):
            return ResidualKind(self.layout(state))
        if state is True and isinstance(kind, Num):
            rank = kind.rank if kind.array else 0
            return Num(True, kind.num, None if rank is None else rank + 1)
        return kind
