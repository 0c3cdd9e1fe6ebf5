"""One name for each value: derived code uses a name twice, alias classes should not.

    t = y[i - 1]                     t = y[i - 1]
    t_tape.append(fp.copy(t))        t_tape.append(fp.copy(t))
    ..                        ->     ..
    t = t_tape.pop()                 t2 = t_tape.pop()          # no view of y
    bx = by * np.cos(t)              bx = by * np.cos(t2)

A web is a set of definitions that reach a common use.  Each web but the first of a name gets a name
of its own.  Only functions that were derived are split; a user's function keeps its names.
"""

from __future__ import annotations

from dataclasses import replace

from fpad.transforms.ir import (
    Block,
    Break,
    Call,
    For,
    Fresh,
    Func,
    If,
    Statement,
    Store,
    StoreAdd,
    Unpack,
    While,
    all_names,
    blocks,
    is_derived,
    reads,
    targets,
    with_blocks,
    with_reads,
)

Def = tuple[int, str]
Env = dict[str, frozenset[Def]]


def split_webs(func: Func) -> Func:
    """The function with a name for each web, if it was derived."""
    if not is_derived(func):
        return func
    func = replace(func, body=_copied(func.body))  # every statement an object of its own
    return _Webs(func).renamed()


def _copied(block: Block) -> Block:
    return tuple(replace(with_blocks(s, tuple(map(_copied, blocks(s))))) for s in block)


class _Webs:
    def __init__(self, func: Func) -> None:
        self._func = func
        self._parent: dict[Def, Def] = {}
        self._used: dict[tuple[int, str], Def] = {}
        self._exits: list[Env] = []
        self._block(func.body, {p: frozenset(((0, p),)) for p in func.params})

    # ---------------------------------------------------------------- reaching definitions

    def _find(self, d: Def) -> Def:
        while self._parent.setdefault(d, d) != d:
            d = self._parent[d]
        return d

    def _union(self, defs: frozenset[Def]) -> None:
        roots = sorted({self._find(d) for d in defs}, key=lambda d: (d[0] != 0, d))
        for r in roots[1:]:
            self._parent[r] = roots[0]

    def _use(self, s: Statement, env: Env) -> None:
        for n in reads(s):
            defs = env.get(n)
            if defs:
                self._union(defs)
                self._used[(id(s), n)] = next(iter(defs))

    def _define(self, s: Statement, env: Env) -> None:
        for t in targets(s):
            env[t] = frozenset(((id(s), t),))

    def _block(self, block: Block, env: Env) -> bool:
        """Walk a block, changing `env`; False if a Break leaves it."""
        for s in block:
            match s:
                case Break():
                    self._exits.append(dict(env))
                    return False
                case If():
                    self._use(s, env)
                    arms = [dict(env), dict(env)]
                    ends = [
                        self._block(b, arm) for b, arm in zip((s.then, s.orelse), arms, strict=True)
                    ]
                    live = [arm for arm, end in zip(arms, ends, strict=True) if end]
                    if not live:
                        return False
                    env.clear()
                    env.update(_merged(live))
                case For() | While():
                    self._loop(s, env)
                case Store() | StoreAdd():
                    self._use(s, env)
                case _:
                    self._use(s, env)
                    self._define(s, env)
        return True

    def _loop(self, s: For | While, env: Env) -> None:
        if isinstance(s, For):
            self._use(s, env)
        entry = dict(env)
        while True:
            outer, self._exits = self._exits, []
            inner = dict(entry)
            if isinstance(s, For):
                leave = dict(inner)
                self._define(s, inner)
            else:
                self._block(s.pre, inner)
                self._use(s, inner)
                leave = dict(inner)
            going = self._block(s.body, inner)
            exits, self._exits = self._exits, outer
            new = _merged([entry, inner]) if going else entry
            if new == entry:
                env.clear()
                env.update(_merged([leave, *exits]))
                return
            entry = new

    # ---------------------------------------------------------------- renaming

    def renamed(self) -> Func:
        """The function with its webs named."""
        self._fresh = Fresh(all_names(self._func))
        self._names: dict[Def, str] = {self._find((0, p)): p for p in self._func.params}
        self._taken = set(self._func.params)
        return replace(self._func, body=self._rename(self._func.body))

    def _name(self, d: Def) -> str:
        root = self._find(d)
        if root not in self._names:
            name = d[1] if d[1] not in self._taken else self._fresh(d[1])
            self._taken.add(d[1])
            self._names[root] = name
        return self._names[root]

    def _rename(self, block: Block) -> Block:
        out: list[Statement] = []
        for s in block:
            new = {
                n: self._name(self._used[(id(s), n)]) for n in reads(s) if (id(s), n) in self._used
            }
            named: Statement = s
            if targets(s):
                bound = [self._name((id(s), t)) for t in targets(s)]
                if isinstance(s, Call | Unpack):
                    named = replace(s, targets=tuple(bound))
                else:
                    named = replace(s, target=bound[0])  # type: ignore[call-arg]
            inner = tuple(self._rename(b) for b in blocks(s))
            out.append(with_reads(with_blocks(named, inner), new))
        return tuple(out)


def _merged(envs: list[Env]) -> Env:
    out: Env = {}
    for env in envs:
        for n, defs in env.items():
            out[n] = out.get(n, frozenset()) | defs
    return out
