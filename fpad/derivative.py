"""Derivative objects: what `fpad.grad(f)` returns.

A call looks up the kinds of its arguments; for kinds not seen before it derives, prints and loads
the code, afterwards it runs it.  Guards tell when a function that was resolved has been rebound.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from types import MethodType
from typing import TYPE_CHECKING, Any

from fpad.binding import Binder, resolve_wrt
from fpad.runtime.errors import FpadError, InputError, UnevenRows
from fpad.wrappers import with_public_signature

if TYPE_CHECKING:
    from fpad.entry import Entry
    from fpad.transforms.explanation import Explanation
    from fpad.transforms.pipeline import Step

BACKENDS = ("numpy", "cupy")
MODES = ("auto", "forward", "reverse")
RUNNERS = 4
"""How many runners a call tries before it looks its kinds up."""
BOUND = 8
"""For how many objects a derivative in a class body keeps what it has derived."""
_SEEDS = {"jvp": "tangent", "vjp": "cotangent", "hvp": "vector", "compressed": "seeds"}


@dataclass(frozen=True)
class Sparsity:
    """A pattern that a user gives, by rows: where each begins, and its columns, as int64."""

    shape: tuple[int, int]
    starts: bytes = field(repr=False)
    columns: bytes = field(repr=False)


@dataclass(frozen=True)
class Request:
    """What was asked for: grad, value_and_grad, jvp, vjp, jacobian, hvp, vmap or primal.

    `axes`: of vmap, in_axes and out_axes.  `sparse`: of jacobian, True or the pattern that was
    given; `symmetric`: it is a Hessian.
    """

    what: str
    wrt: Any = 0
    has_aux: bool = False
    precision: Any = None
    record: bool = False
    backend: str = "numpy"
    jit: bool = False
    axes: Any = None
    mode: str = "auto"
    sparse: bool | Sparsity = False
    symmetric: bool = False

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise InputError(f"backend {self.backend!r}: there are {', '.join(BACKENDS)}")
        if self.precision is not None:
            from fpad.runtime.formats import format_of

            try:
                format_of(self.precision)
            except (ValueError, TypeError) as error:
                raise InputError(f"precision={self.precision!r}: {error}") from None
        if self.mode not in MODES:
            raise InputError(f"mode={self.mode!r}: there are {', '.join(MODES)}")
        if self.jit:
            raise InputError("jit=True: compiled CPU code is not available in this version")


class Derivative:
    """A derivative of a Python function, itself callable, differentiable and readable.

    Attributes:
        primal: the function as given.
        request: what was asked for.
        source: text of the module generated last; before the first call, of the one for arrays.
        sources: kind signature -> text, for all kinds seen so far.
    """

    __signature__: inspect.Signature

    def __init__(self, function: Callable[..., Any], request: Request) -> None:
        if not callable(function):
            raise InputError(f"{function!r} is given to fpad.{request.what}: give it a function")
        rules = sys.modules.get("fpad.transforms.rules.user")
        if rules is not None and rules.has_rule(function):
            raise InputError(
                f"{function.__qualname__} has a rule of its own, which is for calls of it: "
                "differentiate a function that calls it"
            )
        self.primal = function
        self.request = request
        self._capture()
        inner = function if isinstance(function, Derivative) else None
        if inner is not None and inner.request.sparse:
            raise InputError(
                f"{inner!r} gives a scipy.sparse matrix, which fpad.{request.what} cannot go "
                "through: leave out sparse=True there"
            )
        self._base: Callable[..., Any]
        self._base = with_public_signature(function, request.wrt) if inner is None else inner._base
        self._asked: tuple[Request, ...] = (*(inner._asked if inner is not None else ()), request)
        before = inner.__signature__ if inner is not None else _signature(self._base)
        asked = {r.what for r in self._asked}
        if any(r.record for r in self._asked) and "vmap" in asked:
            raise InputError(
                "record=True with vmap is refused, as every example has choices of its own: record "
                "one example, as fpad.record(f)(x[0]), or a loop over them"
            )
        if any(r.record for r in self._asked) and any(r.sparse for r in self._asked):
            raise InputError(
                "a sparse Jacobian gives no record=True: leave out sparse=True, or record the "
                "function beside it, as fpad.record(f)(x)"
            )
        names: tuple[str, ...] = ()
        single = True
        if request.what == "vmap":
            from fpad.transforms.batch import axes_of

            axes_of(request.axes[0], request.axes[1], before)
        elif request.what != "primal":
            names, single = resolve_wrt(request.wrt, before, self._base)
        self._targets: tuple[tuple[tuple[str, ...], bool], ...] = (
            *(inner._targets if inner is not None else ()),
            (names, single),
        )
        self.__signature__ = _with_seed(before, _SEEDS.get(request.what))
        self._binder = Binder(self.__signature__)
        self._entries: dict[Any, Entry] = {}
        self._bound: dict[int, tuple[Any, Derivative]] = {}
        self._latest: Entry | None = None
        self._runners: tuple[Callable[[tuple[Any, ...]], Any], ...] = ()
        self._miss: Any = None
        update_wrapper(self, function, updated=())
        self.__signature__ = _with_seed(before, _SEEDS.get(request.what))

    def _capture(self) -> None:
        """Read the source now: a missing one is refused when the derivative is made."""
        if not isinstance(self.primal, Derivative):
            from fpad.transforms.source import read

            read(self.primal)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Differentiate at these arguments; new kinds of arguments are derived for first."""
        try:
            return self._called(args, kwargs)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            if isinstance(error, FpadError):
                raise
            from fpad.blame import of_type, own_error

            own = own_error(self, args, kwargs) or of_type(error)
            if own is None:
                raise
            raise own from None

    def _called(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        try:
            if not kwargs:
                for run in self._runners:
                    result = run(args)
                    if result is not self._miss:
                        return result
            return self._general(args, kwargs)
        except UnevenRows:
            if not self._again(args, kwargs):
                raise
        return self._general(args, kwargs)

    def _again(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        """Lists have other lengths than was assumed: can that be derived for, and run again?"""
        from fpad.transforms.lengths import noted

        entry = self._entries.get(_key(args, kwargs))
        return entry is not None and noted(self._base, entry.derived.program)

    def entry_for(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Entry:
        """The code for these kinds; derives where there is none, or none any more."""
        key = _key(args, kwargs)
        entry = self._entries.get(key)
        if entry is not None and entry.by_value is not None:
            entry = self._entries.get((key, self._counting(entry, args, kwargs)))
        if entry is None or not entry.valid():
            self._runners = ()
            entry = self._enter(args, kwargs)
        return entry

    def _general(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """A call of any kind."""
        entry = self.entry_for(args, kwargs)
        if not kwargs and len(self._runners) < RUNNERS:
            from fpad.dispatch import MISS, make_runner

            run = make_runner(entry, args)
            if run is not None:
                self._miss, self._runners = MISS, (run, *self._runners)
        return entry.run(args, kwargs)

    def _enter(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Entry:
        from fpad.entry import make_entry

        entry = make_entry(self, args, kwargs)
        key = _key(args, kwargs)
        self._entries[key] = self._latest = entry
        if entry.by_value is not None:
            self._entries[key, self._counting(entry, args, kwargs)] = entry
        return entry

    def _counting(self, entry: Entry, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """The numbers among the arguments for which an entry was derived."""
        from fpad.entry import counting

        return counting(self, entry, args, kwargs)

    def steps(self) -> tuple[Step, ...]:
        """The transforms that were asked for, in order."""
        from fpad.transforms.batch import axes_of
        from fpad.transforms.derive import Target
        from fpad.transforms.pipeline import Step

        steps: list[Step] = []
        for asked, (names, single) in zip(self._asked, self._targets, strict=True):
            if asked.what == "vmap":
                given, out = asked.axes
                steps.append(Step("vmap", axes=axes_of(given, out, _signature(self._base))))
            elif asked.what != "primal":
                target = Target(names, single, asked.has_aux)
                steps.append(Step(asked.what, target, mode=asked.mode))
            if asked.precision is not None:
                from fpad.runtime.formats import format_of

                steps.append(Step("round", precision=format_of(asked.precision).name))
        if any(asked.record for asked in self._asked):
            steps.append(Step("record"))
        return tuple(steps)

    @property
    def promoted(self) -> frozenset[str]:
        """Parameters whose integers count as float64: those that are differentiated."""
        return frozenset(n for names, _ in self._targets for n in names)

    def derive(self, *args: Any, **kwargs: Any) -> Derivative:
        """Derive now: for the kinds of these example arguments, or those that can be assumed.

        Without arguments, parameters are taken to be what their annotations (float, int, bool)
        or defaults say, and arrays otherwise.
        """
        if args or kwargs:
            self._enter(args, kwargs)
        else:
            from fpad.entry import assume

            self._latest = assume(self)
        return self

    @property
    def source(self) -> str:
        """Text of the module generated last, or of the one for assumed kinds."""
        if self._latest is None:
            self.derive()
        assert self._latest is not None
        return self._latest.derived.text

    @property
    def sources(self) -> dict[Any, str]:
        """Kind signature -> text of the generated module."""
        return {key: entry.derived.text for key, entry in self._entries.items()}

    def explain(self, *args: Any, **kwargs: Any) -> Explanation:
        """Why the generated code is as it is: what is active, saved, copied or computed again.

        With example arguments the code is derived for them and run once, and the explanation says
        how many values were saved and how many bytes they take; a seed may be left out.  Without
        arguments it is about the derivation that `source` shows, and nothing is run.
        """
        from fpad.explaining import explained

        values: Mapping[str, Any] | None = None
        if args or kwargs:
            self.derive(*args, **kwargs)
            base = Binder(_signature(self._base))
            seeds = self.__signature__.parameters.keys() - base.signature.parameters.keys()
            own = {n: v for n, v in kwargs.items() if n not in seeds}
            given = {n: v for n, v in kwargs.items() if n in seeds}
            values = {**base.bind(args, own), **given}
        elif self._latest is None:
            self.derive()
        entry = self._latest
        assert entry is not None
        return explained(self, entry.derived.program, entry.derived.live, entry.kinds, values)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Bind as a method does: parameters count after self."""
        if instance is None:
            return self
        known, bound = self._bound.get(id(instance), (None, None))
        if known is not instance:
            bound = type(self)(self.primal.__get__(instance, owner), self.request)
            if len(self._bound) >= BOUND:
                del self._bound[next(iter(self._bound))]
            self._bound[id(instance)] = instance, bound
        return bound

    def __fpad_program__(self, kinds: Mapping[str, Any]) -> Any:
        """The program of this derivative for a caller that is itself differentiated."""
        if self.request.sparse:
            raise InputError(
                f"{self!r} is called by a function that is differentiated, but gives a "
                "scipy.sparse matrix: leave out sparse=True there"
            )
        from fpad.transforms.pipeline import derive_program

        steps = tuple(step for step in self.steps() if step.what != "record")
        return derive_program(self._base, kinds, steps)

    def __repr__(self) -> str:
        r = self.request
        parts = [getattr(self.primal, "__name__", repr(self.primal))]
        if isinstance(self.primal, Derivative):
            parts = [repr(self.primal)]
        given = {k: v for k, v in vars(r).items() if k not in ("what", "axes")}
        defaults: dict[str, Any] = vars(Request(r.what))
        if r.axes is not None:
            given |= zip(("in_axes", "out_axes"), r.axes, strict=True)
            defaults = {**defaults, "in_axes": 0, "out_axes": 0}
        parts += [f"{name}={value!r}" for name, value in given.items() if value != defaults[name]]
        what = {"primal": "record" if r.record else "round_to"}.get(r.what, r.what)
        return f"fpad.{what}({', '.join(parts)})"

    def __reduce__(self) -> Any:
        """Pickle by the qualified name of the function and the options."""
        if isinstance(self.primal, Derivative):
            return type(self), (self.primal, self.request)
        if isinstance(self.primal, MethodType):  # it pickles by its object and its name
            owner, name = self.primal.__self__, self.primal.__name__
            if getattr(owner, name, None) is self:
                return getattr, (owner, name)
            return type(self), (self.primal, self.request)
        return _restore, (type(self), *_qualified(self), self.request)


def _key(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    from fpad.transforms.kinds import signature

    globals()["_key"] = key = _make_key(signature)
    return key(args, kwargs)


def _make_key(signature: Callable[[tuple[Any, ...]], Any]) -> Callable[..., Any]:
    """The look-up key of a call, once the compiler is loaded."""

    def key(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        if not kwargs:
            return signature(args)
        return signature(args), tuple(kwargs), signature(tuple(kwargs.values()))

    return key


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):  # the source reader says what is wrong with it
        return inspect.Signature()


def _with_seed(signature: inspect.Signature, seed: str | None) -> inspect.Signature:
    """The signature with a keyword-only seed before **kw; a taken name gets _2, _3."""
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    if seed is None:
        return inspect.Signature(plain)
    name, k = seed, 1
    while name in signature.parameters:
        k += 1
        name = f"{seed}_{k}"
    at = len(plain)
    while at and plain[at - 1].kind is inspect.Parameter.VAR_KEYWORD:
        at -= 1
    new = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
    return inspect.Signature([*plain[:at], new, *plain[at:]])


def _qualified(derivative: Derivative) -> tuple[str, str, bool]:
    """Module, qualified name, and whether that name holds the derivative itself (a decorator)."""
    import pickle

    function = derivative.primal
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    if module is None or "<" in name:
        raise pickle.PicklingError(
            f"cannot pickle the derivative of {name or function!r}: pickling goes by name, and "
            "lambdas and functions inside functions have none that can be imported"
        )
    found = _find(module, name)
    if found is function:
        return module, name, False
    if isinstance(found, Derivative) and found.request == derivative.request:
        return module, name, True
    raise pickle.PicklingError(
        f"cannot pickle the derivative of {name}: {module}.{name} is another"
    )


def _find(module: str, name: str) -> Any:
    import importlib

    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _restore(cls: type, module: str, name: str, decorated: bool, request: Request) -> Any:
    found = _find(module, name)
    return found if decorated else cls(found, request)


__all__ = ["BACKENDS", "Derivative", "Request", "replace"]
