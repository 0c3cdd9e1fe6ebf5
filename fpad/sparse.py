"""Sparse Jacobians and Hessians: what `fpad.jacobian(f, sparse=True)` returns.

A call looks up the plan for its arguments: the pattern of the entries that can differ from zero,
colours, and seeds.  Then one run gives the products with all seeds, and the entries are taken from
there.  A plan is kept for arguments of the same shapes that agree in what decides the pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.derivative import Derivative, Request, Sparsity
from fpad.leaves import promoted
from fpad.runtime.errors import InputError, RuleError, UnevenRows
from fpad.sparse_parts import (
    assembled,
    copied,
    equal,
    flat,
    has_effects,
    has_hooks,
    is_gradient,
    joined,
    layout_of,
    matrix,
    of_user,
    ratio,
    scipy_sparse,
    shape_of,
    side_by_side,
    symmetric,
    wrt_leaves,
)

if TYPE_CHECKING:
    from fpad.entry import Entry
    from fpad.transforms.explanation import Explanation
    from fpad.transforms.ir import Program
    from fpad.transforms.sparsity.plans import Plan

KEPT = 8
"""For how many shapes of arguments plans are kept, and how many for one."""
AT_ONCE = 1 << 25
"""Entries of seeds and products that are computed together; more go in several runs."""


@dataclass(eq=False)
class Kept:
    """A plan, with what decided about its pattern: other arguments, and what was made of wrt."""

    plan: Plan
    decided: Mapping[str, Any]
    trail: Sequence[Any]
    pattern: tuple[Any, Any]
    eps: float
    checked: bool = False

    def holds(self, program: Program, given: Mapping[str, Any], wrt: Sequence[str]) -> bool:
        """Is its pattern that of these arguments?"""
        if not all(equal(v, given[n]) for n, v in self.decided.items()):
            return False
        if not self.trail:
            return True
        from fpad.transforms.sparsity.dependence import follows

        return follows(program, given, wrt, self.trail)


class SparseDerivative(Derivative):
    """A Jacobian or Hessian as scipy.sparse matrices; see `fpad.jacobian`."""

    def __init__(self, function: Callable[..., Any], request: Request) -> None:
        if request.backend != "numpy":
            raise InputError(f"sparse=True with backend={request.backend!r}: use the NumPy backend")
        super().__init__(function, request)
        primal = Request("primal")
        self._inner = function if isinstance(function, Derivative) else Derivative(function, primal)
        self._products: dict[str, Derivative] = {}
        self._plans: dict[Any, list[Kept]] = {}
        self._last_seeds: tuple[Any, tuple[int, int], tuple[Any, ...]] = (None, (0, 0), ())
        self._programs: dict[Entry, Program] = {}
        self._used = "reverse" if request.mode == "reverse" else "forward"

    def _product(self, mode: str) -> Derivative:
        """Products with seeds, in a mode."""
        if mode not in self._products:
            r = self.request
            request = Request("compressed", r.wrt, r.has_aux, r.precision, mode=mode)
            self._products[mode] = Derivative(self.primal, request)
        return self._products[mode]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The matrices at these arguments; a pattern that was not seen before is found first."""
        scipy_sparse()
        inner, given, kept = self._found(args, kwargs)
        plan = kept.plan
        check = not kept.checked or isinstance(self.request.sparse, Sparsity)
        products, out = self._run(plan, inner, check, args, kwargs)
        if check:
            unit = ratio(out[0], [given[n] for n in wrt_leaves(self, inner)])
            self._check(kept, products, unit)
            kept.checked = True
        blocks = [[matrix(part, products) for part in line] for line in plan.blocks]
        made = assembled(self, inner, out[0], blocks)
        return (made, out[2]) if self.request.has_aux else made

    def _found(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[Entry, Mapping[str, Any], Kept]:
        """The code of the function itself, its flat arguments, and the plan for them."""
        values = dict(self._binder.bind(args, kwargs))
        for name in self._targets[-1][0]:
            values[name] = promoted(values[name])
        own, named = self._binder.unbind(values)
        for last in (False, True):
            inner = self._inner.entry_for(tuple(own), named)
            given = flat(self._inner, inner, values)
            try:
                return inner, given, self._kept(inner, given, args, kwargs)
            except UnevenRows:  # lists have other lengths than was assumed
                if last or not self._inner._again(tuple(own), named):
                    raise
        raise AssertionError("not reached")

    # ------------------------------------------------------------ plans

    def pattern(self, *args: Any, **kwargs: Any) -> Any:
        """The pattern at these arguments, of all results by all entries under wrt.

        It is a scipy.sparse matrix of bools, and says what an entry may depend on: some entries of
        the Jacobian may be zero in it.
        """
        sparse = scipy_sparse()
        _, _, kept = self._found(args, kwargs)
        indptr, indices = kept.pattern
        columns = sum(part.shape[1] for part in kept.plan.blocks[0]) if kept.plan.blocks else 0
        data = np.ones(len(indices), bool)
        return sparse.csr_array((data, indices.copy(), indptr.copy()), (len(indptr) - 1, columns))

    def _kept(
        self,
        inner: Entry,
        given: Mapping[str, Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Kept:
        key = (inner, tuple(map(shape_of, given.values())))
        known = self._plans.setdefault(key, [])
        if len(self._plans) > KEPT:
            del self._plans[next(iter(self._plans))]
        wrt = wrt_leaves(self, inner)
        program = self._program(inner)
        try:
            for k, kept in enumerate(known):
                if kept.holds(program, given, wrt):
                    known.insert(0, known.pop(k))
                    return kept
            kept = self._planned(inner, given, wrt, known, lambda: self._reverses(args, kwargs))
        except (InputError, UnevenRows):
            raise
        except Exception as error:
            self._fail(inner, given, wrt, args, kwargs)
            raise InputError(
                "the sparsity pattern cannot be found by a run over sets of inputs "
                f"({type(error).__name__}: {error}): give sparsity=, or leave out sparse=True"
            ) from error
        known.insert(0, kept)
        del known[KEPT:]
        return kept

    def _program(self, inner: Entry) -> Program:
        """The program of the function itself, as its code runs it, without what nothing needs."""
        if inner not in self._programs:
            from fpad.transforms.ieee import ieee
            from fpad.transforms.pipeline import plain

            self._programs[inner] = plain(ieee(inner.derived.program))
        return self._programs[inner]

    def _planned(
        self,
        inner: Entry,
        given: Mapping[str, Any],
        wrt: Sequence[str],
        known: Sequence[Kept],
        reverses: Callable[[], bool],
    ) -> Kept:
        """A new plan; the colours of one that has the same pattern are taken from there."""
        from fpad.transforms.sparsity.dependence import dependence
        from fpad.transforms.sparsity.plans import planned

        user = self.request.sparse if isinstance(self.request.sparse, Sparsity) else None
        found = dependence(self._program(inner), given, () if user is not None else wrt)
        layout, real = layout_of(self, inner, found.values, [given[n] for n in wrt])
        decided = {n: copied(given[n]) for n in found.decided}
        trail = found.trail
        if user is not None:
            pattern, decided, trail = of_user(user, layout), {}, ()
        else:
            pattern = joined(found, real)
        mirrored = self.request.symmetric and is_gradient(inner.derived.program)
        if mirrored:
            pattern = symmetric(*pattern, user is not None)
        for kept in known:
            if kept.plan.layout == layout and all(map(np.array_equal, kept.pattern, pattern)):
                return Kept(kept.plan, decided, trail, kept.pattern, found.eps, kept.checked)
        mode = "forward" if self.request.symmetric else self.request.mode
        if mode != "forward" and has_hooks(inner.derived.program):
            if mode == "reverse":
                raise InputError(
                    "mode='reverse': hooks of fpad.on_adjoint would get the cotangents of several "
                    "rows in one: use mode='forward', or leave out sparse=True"
                )
            mode = "forward"
        plan = planned(layout, *pattern, mode, mirrored)
        if mode == "auto" and plan.mode == "reverse" and not reverses():
            plan = planned(layout, *pattern, "forward", False)
        return Kept(plan, decided, trail, pattern, found.eps)

    def _reverses(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Can cotangents be computed for several seeds at once?"""
        from fpad.transforms.errors import TransformError

        product = self._product("reverse")
        try:
            product.entry_for(args, {**kwargs, self._seeds_of(product): ()})
        except TransformError:
            return False
        return True

    def _fail(
        self,
        inner: Entry,
        given: Mapping[str, Any],
        wrt: Sequence[str],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Run the derivative: what the pattern ran into is raised at the function's own line."""
        product = self._product("forward")
        seeds = tuple(np.zeros((1, *np.shape(given[n]))) for n in wrt)
        product(*args, **kwargs, **{self._seeds_of(product): seeds})

    # ------------------------------------------------------------ runs

    def _seeds_of(self, product: Derivative) -> str:
        """What the parameter of the seeds is called."""
        own = self.__signature__.parameters
        return next(n for n in product.__signature__.parameters if n not in own)

    def _run(
        self,
        plan: Plan,
        inner: Entry,
        check: bool,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> tuple[Any, Any]:
        """One row for each seed, and what the derivative returned."""
        self._used = plan.mode
        product = self._product(plan.mode)
        name = self._seeds_of(product)
        count = plan.colours + (check or not plan.colours)
        step = count
        entries = plan.width + len(plan.colour_of)
        if count * entries > AT_ONCE and not has_effects(inner):
            step = max(1, AT_ONCE // entries)
        rows, out = [], None
        for begin in range(0, count, step):
            end = min(begin + step, count)
            seeds = self._seeds(plan, begin, end, step == count)
            out = product(*args, **kwargs, **{name: seeds})
            rows.append(side_by_side(plan, out[1], end - begin))
        return (rows[0] if len(rows) == 1 else np.concatenate(rows)), out

    def _seeds(self, plan: Plan, begin: int, end: int, keep: bool) -> tuple[Any, ...]:
        """Seeds; those that were used last are kept."""
        of, last, seeds = self._last_seeds
        if of is not plan or last != (begin, end):
            seeds = plan.seeds(begin, end)
            self._last_seeds = (plan, (begin, end), seeds) if keep else (None, (0, 0), ())
        return seeds

    def _check(self, kept: Kept, products: Any, unit: float) -> None:
        """Refuse a pattern that lacks an entry: a product with random numbers tells."""
        plan, eps = kept.plan, kept.eps
        for asked in self._asked:
            if asked.precision is not None:
                from fpad.runtime.formats import format_of

                eps = max(eps, 2.0 ** (1 - format_of(asked.precision).p))
        wrong = plan.check.wrong(products[: plan.colours], products[plan.colours], eps, unit)
        if not len(wrong):
            return
        where = "row" if plan.mode == "forward" else "column"
        if isinstance(self.request.sparse, Sparsity):
            raise InputError(
                f"sparsity= lacks entries of {where} {int(wrong[0])} that are not zero here: "
                "add them, or leave the pattern to fpad with sparse=True"
            )
        raise RuleError(
            f"the pattern that was found lacks entries of {where} {int(wrong[0])}: a rule, or the "
            "fact of an operation, is wrong; give sparsity=, or leave out sparse=True"
        )

    # ------------------------------------------------------------ as a Derivative

    def derive(self, *args: Any, **kwargs: Any) -> Derivative:
        """Derive the products with seeds now, in the mode that was used last."""
        self._product(self._used).derive(*args, **kwargs)
        return self

    def products(self) -> Derivative:
        """What computes the products with seeds, of the mode that was used last."""
        return self._product(self._used)

    @property
    def source(self) -> str:
        """Text of the module that computes the products with seeds, of the mode used last."""
        return self.products().source

    @property
    def sources(self) -> dict[Any, str]:
        """(mode, kind signature) -> text of the generated module."""
        return {
            (mode, key): text
            for mode, d in self._products.items()
            for key, text in d.sources.items()
        }

    def explain(self, *args: Any, **kwargs: Any) -> Explanation:
        """As for every derivative, of the products with seeds; nothing is run."""
        product = self._product(self._used)
        if args or kwargs:
            product.derive(*args, **kwargs)
        return product.explain()
