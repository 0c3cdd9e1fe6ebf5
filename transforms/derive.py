"""From a program with a Python signature to the program of one of its derivatives.

    def loss(params, x): ..         def loss_grad(params, x, *, by=1.0):
        return y            ->          params_w = params['w']
                                        ..
                                        return {'w': bparams_w}

The flat functions of `calls` get their boundary here: seeds become keyword-only parameters, results
take the structure of the arguments, and no returned array shares memory with anything.  Each
transform takes and gives a whole program, so they compose in any order.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fpad import runtime as fp
from fpad.runtime.errors import InputError, IntegerOutput
from fpad.transforms.activity import differentiable
from fpad.transforms.calls import Deriver
from fpad.transforms.ir import (
    Atom,
    Boundary,
    Const,
    Copy,
    Do,
    Fixed,
    Fresh,
    Func,
    Leaf,
    Let,
    Node,
    Operand,
    Parameter,
    Program,
    Return,
    Statement,
    Tree,
    all_names,
    leaves,
)
from fpad.transforms.kinds import BOOL, ITSELF, Kind, Num, kind_of
from fpad.transforms.recursion import called, renamed_tree
from fpad.transforms.sharing import READONLY, Sharing, argument, scalar
from fpad.transforms.simplify import dead, effects

KEYWORD_ONLY = int(inspect.Parameter.KEYWORD_ONLY)


def mirror(tree: Tree, leaf: Callable[[Any], Tree]) -> Tree:
    """A tree of the same structure; static leaves become None."""
    if isinstance(tree, Leaf):
        return leaf(tree.atom)
    if isinstance(tree, Fixed):
        return Fixed(None)
    pairs = [p for p in zip(tree.keys, tree.items, strict=True) if p[0] != ITSELF]
    return Node(tree.make, tuple(k for k, _ in pairs), tuple(mirror(t, leaf) for _, t in pairs))


def together(trees: Sequence[Tree], single: bool) -> Tree:
    """The bare tree, or a tuple of all."""
    return trees[0] if single else Node(tuple, tuple(range(len(trees))), tuple(trees))


@dataclass(frozen=True)
class Target:
    """What to differentiate: parameters by name; `single`: the result is bare, not a tuple."""

    names: tuple[str, ...]
    single: bool
    has_aux: bool = False


class Job:
    """One derivation: the program with its checks, the varying leaves, and the boundary's parts."""

    def __init__(self, program: Program, target: Target, check: Callable[..., None]) -> None:
        self.name = program.main.name
        program = called(program.with_main(close_seeds(program.main)))
        main = program.main
        assert main.boundary is not None
        self.boundary = main.boundary
        self.target = target
        chosen = {p.name: p.tree for p in self.boundary.parameters}
        self.trees = [chosen[n] for n in target.names]
        kinds = dict(zip(main.params, main.kinds, strict=True))
        wrt = {a for t in self.trees for a in leaves(t) if differentiable(kinds.get(str(a)))}
        self.active = tuple(p in wrt for p in main.params)
        self.wrt = tuple(p for p in main.params if p in wrt)
        result = self.boundary.result
        self.value: Tree = result
        self.aux: Tree | None = None
        if target.has_aux:
            self.value, self.aux = _split_aux(result, self.name)
        self.deriver = Deriver(program)
        values = tuple(leaves(self.value))
        self.real, checked = _with_checks(main, self.name, self.deriver.kinds(main), values, check)
        self.main = checked
        self.deriver.funcs[program.entry] = checked

    @property
    def results(self) -> tuple[Operand, ...]:
        """What the program returns."""
        last = self.main.body[-1]
        assert isinstance(last, Return)
        return last.values

    def finish(
        self, func: Func, parameters: Iterable[Parameter], result: Tree, keep: Iterable[Operand]
    ) -> Program:
        """The program of `func` returning the leaves of `result`, in memory of their own."""
        func = replace(func, body=(*func.body[:-1], Return(tuple(keep))))
        func = dead(func, effects(self.deriver.program(func)))
        func, result = own_results(func, result, self.deriver)
        public = tuple(parameters)
        return self.deriver.program(replace(func, boundary=Boundary(public, result)))


def close_seeds(main: Func) -> Func:
    """A gradient that is differentiated again: its internal cotangent is the constant 1.0."""
    assert main.boundary is not None
    ones = [p for p in main.boundary.parameters if p.use == "one"]
    if not ones:
        return main
    names = {str(a) for p in ones for a in leaves(p.tree)}
    kept = [k for k, p in enumerate(main.params) if p not in names]
    return replace(
        main,
        params=tuple(main.params[k] for k in kept),
        kinds=tuple(main.kinds[k] for k in kept),
        body=(*(Copy(n, Const(1.0), role="adjoint") for n in sorted(names)), *main.body),
        boundary=replace(
            main.boundary, parameters=tuple(p for p in main.boundary.parameters if p.use != "one")
        ),
    )


def _split_aux(result: Tree, name: str) -> tuple[Tree, Tree]:
    if isinstance(result, Node) and result.make is tuple and len(result.items) == 2:
        return result.items[0], result.items[1]
    raise InputError(f"has_aux=True: {name} must return a pair (value, aux)")


def _with_checks(
    main: Func,
    name: str,
    kinds: dict[str, Kind],
    values: tuple[Operand, ...],
    check: Callable[..., None],
) -> tuple[tuple[bool, ...], Func]:
    """Which leaves of the differentiated output are real; check at the call what is left open.

    Counters and flags beside real numbers have no derivative; an output of nothing else is refused.
    """
    checks: list[Statement] = []
    real: list[bool] = []
    what = ""
    for v in values:
        kind = kinds.get(v) if isinstance(v, str) else _kind_of_constant(v)
        if isinstance(kind, Num) and kind.num in ("int", "bool"):
            what = "integers" if kind.num == "int" else "truth values"
            real.append(False)
            continue
        real.append(True)
        if isinstance(kind, Num) and (
            kind.num == "any" or (kind.array and check is fp.scalar_output)
        ):
            checks.append(Do(check, (v,)))
    if real and not any(real):
        raise IntegerOutput(
            f"the output of {name} holds {what}, which have no derivative: return real numbers"
        )
    return tuple(real), replace(main, body=(*main.body[:-1], *checks, main.body[-1]))


def _kind_of_constant(operand: Operand) -> Kind | None:
    value = operand.value if isinstance(operand, Const) else None
    return BOOL if isinstance(value, bool) else kind_of(value, "the output")


def own_results(func: Func, result: Tree, deriver: Deriver) -> tuple[Func, Tree]:
    """Copy results that may share memory with an argument, with each other, or be read-only."""
    kinds = deriver.kinds(func)
    sharing = Sharing(func, kinds, deriver.result_aliases)
    last = func.body[-1]
    assert isinstance(last, Return)
    foreign = {READONLY, *map(argument, func.params)}
    fresh = Fresh(all_names(func))
    copies: list[Statement] = []
    values: list[Operand] = []
    for v in last.values:
        if isinstance(v, str) and not scalar(kinds.get(v)):
            mates = sharing.at_end(v)
            if v in values or mates & foreign or not mates.isdisjoint(values):
                own = fresh.temp()
                copies.append(Let(own, fp.copy, (v,), role="adjoint"))
                v = own
        values.append(v)
    body = (*func.body[:-1], *copies, Return(tuple(values)))
    it = iter(values)
    return replace(func, body=body), _refill(result, lambda: next(it))


def _refill(tree: Tree, following: Callable[[], Any]) -> Tree:
    """The tree with its leaves replaced, in order."""
    if isinstance(tree, Leaf):
        return Leaf(following())
    if isinstance(tree, Node):
        return Node(tree.make, tree.keys, tuple(_refill(t, following) for t in tree.items))
    return tree


def inserted(parameters: tuple[Parameter, ...], seed: Parameter) -> tuple[Parameter, ...]:
    """The seed stands before **kw; a taken name gets _2, _3."""
    taken = {p.name for p in parameters}
    name, k = seed.name, 1
    while name in taken:
        k += 1
        name = f"{seed.name}_{k}"
    seed = replace(seed, name=name)
    at = len(parameters)
    while at and (
        parameters[at - 1].how == int(inspect.Parameter.VAR_KEYWORD)
        or parameters[at - 1].use == "live"
    ):
        at -= 1
    return (*parameters[:at], seed, *parameters[at:])


def grad(program: Program, target: Target, values: bool, name: str) -> Program:
    """The gradient of a scalar output; with `values` also the output."""
    job = Job(program, target, fp.scalar_output)
    if not isinstance(job.value, Leaf):
        raise InputError(
            f"grad needs one real output, {job.name} returns {_shown(job.value)}: "
            "return one number, or use has_aux=True or fpad.vjp"
        )
    seeded = tuple(k == 0 for k, _ in enumerate(job.results))
    func, seeds, cotangents = job.deriver.vjp(name, job.active, seeded, False)
    gradient = together([_cotangent_tree(t, cotangents) for t in job.trees], target.single)
    results = dict(zip(job.results, func.body[-1].values, strict=False))  # type: ignore[attr-defined]
    return _assemble(
        job,
        func,
        gradient,
        results,
        values,
        Parameter(seeds[0], KEYWORD_ONLY, Leaf(seeds[0]), 1.0, True, "one"),
    )


def _shown(tree: Tree) -> str:
    if isinstance(tree, Node):
        return f"a {tree.make.__name__} of {len(tree.items)}"
    return repr(tree.value) if isinstance(tree, Fixed) else "a number"


def vjp(program: Program, target: Target, name: str) -> Program:
    """(arguments, cotangent) -> (output, cotangents of the arguments)."""
    job = Job(program, target, fp.real_output)
    rest = (False,) * (len(job.results) - len(job.real))
    seeded = (*job.real, *rest)
    func, seeds, cotangents = job.deriver.vjp(name, job.active, seeded, True)
    gradient = together([_cotangent_tree(t, cotangents) for t in job.trees], target.single)
    results = dict(zip(job.results, func.body[-1].values, strict=False))  # type: ignore[attr-defined]
    seed = Parameter("cotangent", KEYWORD_ONLY, _output_tree(job, iter(seeds)), use="seed")
    return _assemble(job, func, gradient, results, True, seed, flat=True)


def _cotangent_tree(tree: Tree, cotangents: dict[str, str]) -> Tree:
    def leaf(atom: Any) -> Tree:
        return Leaf(cotangents[atom]) if atom in cotangents else Fixed(None)

    return mirror(tree, leaf)


def _output_tree(job: Job, of_real: Iterator[Atom]) -> Tree:
    """The differentiated output with a name for each real leaf, and None for the others."""
    real = iter(job.real)
    return mirror(job.value, lambda _: Leaf(next(of_real)) if next(real) else Fixed(None))


def _assemble(
    job: Job,
    func: Func,
    gradient: Tree,
    results: dict[Operand, Operand],
    values: bool,
    seed: Parameter,
    flat: bool = False,
) -> Program:
    """Put value, derivative and aux together as api.md says."""
    value = renamed_tree(job.value, results)
    aux = None if job.aux is None else renamed_tree(job.aux, results)
    parts: list[Tree]
    if flat:
        parts = [value, gradient] + ([] if aux is None else [aux])
    elif values:
        parts = [value if aux is None else together((value, aux), False), gradient]
    else:
        parts = [gradient] if aux is None else [gradient, aux]
    result = together(parts, len(parts) == 1)
    parameters = inserted(job.boundary.parameters, seed)
    return job.finish(func, parameters, result, leaves(result))


def jvp(program: Program, target: Target, name: str) -> Program:
    """(arguments, tangent) -> (output, its tangent)."""
    job = Job(program, target, fp.real_output)
    n = sum(1 for _ in leaves(job.value))
    func, seeds, tangents = job.deriver.tangent(name, job.active, n)
    trees = [_cotangent_tree(t, seeds) for t in job.trees]
    seed = Parameter("tangent", KEYWORD_ONLY, together(trees, target.single), use="seed")
    moved = _output_tree(job, itertools.compress(tangents, job.real))
    results = dict(zip(job.results, func.body[-1].values, strict=False))  # type: ignore[attr-defined]
    parts = [renamed_tree(job.value, results), moved]
    if job.aux is not None:
        parts.append(renamed_tree(job.aux, results))
    result = together(parts, False)
    return job.finish(func, inserted(job.boundary.parameters, seed), result, leaves(result))


def hvp(program: Program, target: Target, name: str) -> Program:
    """(arguments, vector) -> what the derivative along the vector is, without the value."""
    along = jvp(program, target, name)
    main = along.main
    assert main.boundary is not None
    assert isinstance(main.boundary.result, Node)
    parameters = list(main.boundary.parameters)
    at = max(k for k, p in enumerate(parameters) if p.use == "seed")
    seed = replace(parameters.pop(at), name="vector")
    result = main.boundary.result.items[1]
    func = replace(
        main,
        body=(*main.body[:-1], Return(tuple(leaves(result)))),
        boundary=Boundary(inserted(tuple(parameters), seed), result),
    )
    return along.with_main(dead(func, effects(along)))


def primal(program: Program, name: str) -> Program:
    """The program itself, under another name."""
    main = replace(program.main, name=name)
    return Program(name, {**program.funcs, name: main})
