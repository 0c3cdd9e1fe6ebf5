"""`fpad.check(f, xs, batch=True)`: verdicts at many points.

    found = fpad.check(f, np.linspace(-1, 1, 10**6), batch=True)
    found.counts                  {"DIFFERENTIABLE": 999999, "NOT_DIFFERENTIABLE": 1}
    found[17]                     the report of that point

Bounds decide nearly all of them (`lanes`); the others are checked one by one, and a point that
comes again is not checked again.
"""

from __future__ import annotations

import inspect
import json
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.binding import Binder, resolve_wrt
from fpad.check.certificate import encode
from fpad.check.lanes import Lanes, is_real
from fpad.check.report import Report
from fpad.check.verdict import Verdict
from fpad.derivative import Derivative, Request
from fpad.leaves import promoted
from fpad.runtime.errors import InputError
from fpad.transforms.kinds import children, is_object
from fpad.transforms.structures import build

CODES = {verdict: k for k, verdict in enumerate(Verdict)}
_THREE = {True: 1, False: 0, None: -1}
KEPT = 1024
"""So many reports of points are kept."""
SHOWN = 5
MOST_CONFIRMED = 1000
"""Points of so many scalar operations are checked exactly for confirmation, three of a batch."""
SAME = 1e-2
"""Derivatives of the same code that differ by more are not its roundings."""


class BatchReport:
    """The result of `fpad.check(.., batch=True)`: one entry for each point.

    `report[i]` is the `Report` of a point, made when it is asked for.

    Attributes:
        verdict: int8 array: positions in `fpad.check.Verdict` (`verdicts` has the names).
        correct, wrong_piece: int8 arrays: 1, 0, and -1 where that is not proved.
        ad: the derivatives that were computed, in the structure of the wrt argument.  NumPy
            computes them for many points at once; the code for one may differ in the last bits.
        derivative: the derivatives in floats, NaN where there is none.  An array of the wrt
            argument's shape, if it is a single array; one row for each point otherwise.
        ulp_error: how many ulps `ad` is off at most; NaN where that is not known.
    """

    def __init__(
        self,
        verdict: np.ndarray,
        correct: np.ndarray,
        wrong_piece: np.ndarray,
        ad: Any,
        derivative: np.ndarray,
        ulp_error: np.ndarray,
        report: Callable[[int], Report] | None = None,
    ) -> None:
        self.verdict = verdict
        self.correct = correct
        self.wrong_piece = wrong_piece
        self.ad = ad
        self.derivative = derivative
        self.ulp_error = ulp_error
        self._report = report

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of each point by name."""
        known = list(Verdict)
        return [known[k] for k in self.verdict]

    @property
    def counts(self) -> dict[str, int]:
        """How many points have each verdict; those that none has are left out."""
        found = np.bincount(self.verdict, minlength=len(CODES))
        return {v.value: int(found[k]) for v, k in CODES.items() if found[k]}

    def where(self, verdict: Verdict | str) -> np.ndarray:
        """The positions of the points with a verdict."""
        return np.flatnonzero(self.verdict == CODES[Verdict(verdict)])

    @property
    def incorrect(self) -> np.ndarray:
        """The positions of the points at which AD is proved not to give the derivative."""
        return np.flatnonzero(self.correct == 0)

    @property
    def exit_code(self) -> int:
        """As in `Report`, of the worst of the points.

        0: all are correct.  1: there is one that is not.  3: there is one of which it is not known.
        """
        undefined = np.isin(self.verdict, [CODES[Verdict.UNDEFINED], CODES[Verdict.UNKNOWN]])
        if np.any((self.correct == 0) & ~undefined):
            return 1
        return 3 if np.any(self.correct != 1) else 0

    def __len__(self) -> int:
        return len(self.verdict)

    def __getitem__(self, index: int) -> Report:
        if self._report is None:
            raise InputError("a report that was read from JSON does not hold the function")
        return self._report(range(len(self))[index])

    def __iter__(self) -> Iterator[Report]:
        return (self[k] for k in range(len(self)))

    def to_json(self) -> str:
        """The arrays as JSON, the verdicts by name; `from_json` gives them back."""
        names = ("correct", "wrong_piece", "derivative", "ulp_error")
        return json.dumps(
            {
                "verdict": [v.value for v in self.verdicts],
                "counts": self.counts,
                "exit_code": self.exit_code,
                "ad": encode(self.ad),
                **{name: encode(getattr(self, name)) for name in names},
            }
        )

    @classmethod
    def from_json(cls, text: str) -> BatchReport:
        """The report that `to_json` wrote; it holds no reports of points."""
        from fpad.check.certificate import decode
        from fpad.records import read_as

        with read_as("a report of many points"):
            data = json.loads(text)
            verdict = np.array([CODES[Verdict(v)] for v in data["verdict"]], np.int8)
            names = ("correct", "wrong_piece", "ad", "derivative", "ulp_error")
            return cls(verdict, *(decode(data[n]) for n in names))

    def __str__(self) -> str:
        lines = [f"{len(self)} points: " + ", ".join(f"{n} {v}" for v, n in self.counts.items())]
        for name, found in (
            *((v.value, self.where(v)) for v in list(Verdict)[1:]),
            ("generated derivative wrong", self.incorrect),
        ):
            if len(found):
                rest = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
                lines.append(f"  {name}: points {', '.join(map(str, found[:SHOWN]))}{rest}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {v}" for v, n in self.counts.items())
        return f"<BatchReport of {len(self)} points: {counts}>"


def check_batch(
    check: Callable[..., Report],
    f: Callable[..., Any],
    args: tuple[Any, ...],
    batch: Any,
    options: Mapping[str, Any],
) -> BatchReport:
    """The verdicts at the points of a batch.

    Args:
        check: checks one point.
        f: the function.
        args: its arguments, those under wrt with a first axis that counts points.
        batch: True, or the names of all arguments that have such an axis.
        options: further arguments of `check`.
    """
    return _Batch(check, f, args, batch, options).report()


class _Batch:
    def __init__(
        self,
        check: Callable[..., Report],
        f: Callable[..., Any],
        args: tuple[Any, ...],
        batch: Any,
        options: Mapping[str, Any],
    ) -> None:
        self._check, self._f, self._options = check, f, options
        wrt = options["wrt"]
        signature = Derivative(f, Request("primal", wrt)).__signature__
        assert isinstance(signature, inspect.Signature)
        self.names, self.single = resolve_wrt(wrt, signature, f)
        self.mapped = self.names if batch is True else _mapped(batch, self.names, signature)
        self._binder = Binder(signature)
        given = self._binder.bind(args, {})
        self.given = {n: _arrays(v) if n in self.mapped else _copy(v) for n, v in given.items()}
        for name in self.names:
            self.given[name] = _promoted(self.given[name])
        sizes = {len(v) for n in self.mapped for v in _leaves(self.given[n], n)}
        if len(sizes) != 1:
            raise InputError(
                "batch: the arguments have "
                f"{' and '.join(map(str, sorted(sizes))) or 'no'} entries along their first axes: "
                "give one for each point"
            )
        (self.count,) = sizes
        self._cost = 0.0
        self._kept: OrderedDict[Any, Report] = OrderedDict()

    def point(self, i: int) -> list[Any]:
        """The arguments of a point."""
        values = {n: _entry(v, i) if n in self.mapped else v for n, v in self.given.items()}
        inputs, named = self._binder.unbind(values)
        if named:
            raise InputError("batch: arguments are given by position")
        return list(inputs)

    def one(self, i: int) -> Report:
        """The report of a point; the same numbers have the same."""
        key = tuple(
            v[i].tobytes() if v.dtype.kind != "O" else str(v[i])
            for n in self.mapped
            for v in _leaves(self.given[n], n)
        )
        found = self._kept.pop(key, None)
        if found is None:
            try:
                found = self._check(self._f, *self.point(i), **self._options)
            except Exception as error:
                error.add_note(f"fpad: this is point {i} of the batch")
                raise
        self._kept[key] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def report(self) -> BatchReport:
        """Check all points."""
        leaves = [
            v.astype(float) if v.dtype.kind == "O" else v
            for n in self.names
            for v in _leaves(self.given[n], n)
            if _counts(v)
        ]
        shapes = [v.shape[1:] for v in leaves]
        size = sum(math.prod(s) for s in shapes)
        n = self.count
        verdict = np.zeros(n, np.int8)
        correct, wrong = np.ones(n, np.int8), np.zeros(n, np.int8)
        slopes, ulps, ad = (np.full((n, size), math.nan) for _ in range(3))
        rest = np.ones(n, bool)
        for block in self._blocks():
            here = slice(block.first, block.last)
            rest[here] = ~block.decided
            slopes[here], ad[here] = block.slopes, block.ad
            ulps[here] = block.off / self._ulps(block.slopes, leaves)
        if not self._confirmed(rest, slopes, ad):
            rest[:] = True
        for i in np.flatnonzero(rest).tolist():
            one = self.one(i)
            verdict[i] = CODES[one.verdict]
            correct[i], wrong[i] = _THREE[one.correct], _THREE[one.wrong_piece]
            ad[i] = _flat(one.ad, size)
            slopes[i] = math.nan if one.derivative_float is None else one.derivative_float
            ulps[i] = math.nan if one.ulp_error is None else one.ulp_error
        parts, at = [], 0
        for leaf in leaves:
            width = math.prod(leaf.shape[1:])
            parts.append(ad[:, at : at + width].reshape(leaf.shape).astype(leaf.dtype))
            at += width
        rows = iter(parts)
        found = [_filled(self.given[name], rows) for name in self.names]
        whole = leaves[0].shape if len(leaves) == 1 else (n, size)
        return BatchReport(
            verdict,
            correct,
            wrong,
            found[0] if self.single else tuple(found),
            slopes.reshape(whole),
            ulps.reshape(whole),
            self.one,
        )

    def _confirmed(self, rest: np.ndarray, slopes: np.ndarray, ad: np.ndarray) -> bool:
        """Do exact checks of a few of the decided points say the same?

        The bounds are those of the derivative's program; the exact procedures do not know it.
        """
        decided = np.flatnonzero(~rest)
        if not len(decided) or self._cost > MOST_CONFIRMED:
            return True
        for i in {int(decided[k]) for k in (0, len(decided) // 2, -1)}:
            one = self.one(i)
            if one.verdict is Verdict.UNKNOWN or one.correct is None:
                continue
            near = np.abs(_flat(one.ad, slopes.shape[1]) - ad[i]) <= SAME * (1 + np.abs(ad[i]))
            if one.verdict is not Verdict.DIFFERENTIABLE or not one.correct or not np.all(near):
                return False
        return True

    def _blocks(self) -> Iterator[Any]:
        o = self._options
        asked = o["procedures"]
        exact = any(v.dtype.kind == "O" for n in self.mapped for v in _leaves(self.given[n], n))
        if exact or (asked is not None and "D0" not in asked) or not self.count:
            return
        lanes = Lanes(
            self._f,
            self.given,
            self.mapped,
            self.names,
            o["wrt"],
            o["precision"],
            o["seed"],
            self.count,
            o["max_steps"],
        )
        yield from lanes.blocks()
        self._cost = lanes.cost

    def _ulps(self, slopes: np.ndarray, leaves: list[np.ndarray]) -> np.ndarray:
        """The units in the last place of derivatives."""
        from fpad.runtime.formats import format_of

        out, at = np.empty_like(slopes), 0
        for leaf in leaves:
            width = math.prod(leaf.shape[1:])
            precision = self._options["precision"]
            if precision is not None:
                fmt = format_of(precision)
                p, emin = fmt.p, fmt.emin
            else:
                info = np.finfo(leaf.dtype)
                p, emin = info.nmant + 1, int(info.minexp)
            _, exponents = np.frexp(slopes[:, at : at + width])
            out[:, at : at + width] = np.ldexp(1.0, np.maximum(exponents - 1, emin) - p + 1)
            at += width
        return out


def _mapped(batch: Any, names: tuple[str, ...], signature: inspect.Signature) -> tuple[str, ...]:
    asked = (batch,) if isinstance(batch, str | int) else tuple(batch)
    params = list(signature.parameters)
    found = [params[n] if isinstance(n, int) else n for n in asked]
    for name in found:
        if name not in params:
            raise InputError(f"batch names {name!r}, which is no parameter")
    return tuple(dict.fromkeys((*names, *found)))


def _arrays(value: Any) -> Any:
    """The argument with arrays as its leaves; integers count as floats under wrt."""
    if (
        isinstance(value, dict)
        or is_object(type(value))
        or (
            isinstance(value, list | tuple) and any(isinstance(v, np.ndarray | dict) for v in value)
        )
    ):
        keys, items = children(value)
        return build(type(value), keys, [_arrays(v) for v in items])
    if isinstance(value, list | tuple):
        array = np.array(value)
        return array if array.dtype.kind in "fiub" else np.array(value, object)
    return _copy(value)


def _copy(value: Any) -> Any:
    """The argument as it is now: reports of points may be asked for when it has been written."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple, dict):
        keys, items = children(value)
        return build(type(value), keys, [_copy(v) for v in items])
    return value


def _leaves(value: Any, name: str) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        if not value.ndim:
            raise InputError(f"batch: argument {name} is a single number: give an array of points")
        return [value]
    if isinstance(value, float | int | Fraction | np.generic):
        raise InputError(f"batch: argument {name} is a single number: give an array of points")
    if isinstance(value, dict | list | tuple) or is_object(type(value)):
        return [leaf for v in children(value)[1] for leaf in _leaves(v, name)]
    raise InputError(f"batch: argument {name} holds {value!r}: give arrays with an entry a point")


def _entry(value: Any, i: int) -> Any:
    if isinstance(value, np.ndarray):
        part = value[i]
        return part.copy() if isinstance(part, np.ndarray) else part
    keys, items = children(value)
    return build(type(value), keys, [_entry(v, i) for v in items])


def _promoted(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind == "O" else promoted(value)
    if not isinstance(value, dict | list | tuple) and not is_object(type(value)):
        return value
    keys, items = children(value)
    return build(type(value), keys, [_promoted(v) for v in items])


def _counts(value: Any) -> bool:
    """Is it differentiated by?"""
    return is_real(value) or value.dtype.kind == "O"


def _flat(ad: Any, size: int) -> np.ndarray:
    """The numbers of a derivative in order."""
    out = np.concatenate([np.zeros(0), *_numbers(ad)])
    return out if len(out) == size else np.full(size, math.nan)


def _numbers(value: Any) -> list[np.ndarray]:
    if value is None:
        return []
    if isinstance(value, float | int | np.generic | np.ndarray):
        return [np.ravel(value).astype(float)]
    return [v for part in children(value)[1] for v in _numbers(part)]


def _filled(value: Any, rows: Iterator[np.ndarray]) -> Any:
    """The structure of an argument with other arrays."""
    if isinstance(value, np.ndarray):
        return next(rows) if _counts(value) else None
    keys, items = children(value)
    return build(type(value), keys, [_filled(v, rows) for v in items])
