"""What a check tells: the verdict, the numbers behind it, and the kinks that matter."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.certificate import Certificate, decode, encode
from fpad.check.numbers import Ball, Number, Numbers
from fpad.check.verdict import Verdict
from fpad.records import BranchRecord, read_as


@dataclass(frozen=True)
class Kink:
    """A place where the program chooses, and the point sits on the boundary between two choices.

    Also a place where the float execution chose otherwise than exact arithmetic does.

    Attributes:
        file, line, column, text: the place in the source; lines and columns count from 1.
        op: public dotted name of the operation ("numpy.maximum"), or "if", "while".
        call_path: the calls on the way from the function that is checked, as "function:ordinal".
        iteration: the trip of each enclosing loop, the outermost first, from 0.
        index: the entry of an array operation.
        switch: the exact distance to the boundary; None where it is not known.
        switch_float: the same in the float execution; NaN where it is not known.
        adjoint: the exact derivative of the result with respect to the operation's result; None
            for a comparison.
        sign_exact, sign_float: signs of the switches.
    """

    file: str
    line: int
    column: int
    text: str
    op: str
    call_path: tuple[str, ...]
    iteration: tuple[int, ...]
    index: tuple[int, ...]
    switch: Number | None
    switch_float: float
    adjoint: Number | None
    sign_exact: int
    sign_float: int


class Later:
    """A field of a report that is made when it is read: arrays need not become fractions."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


@dataclass(frozen=True, eq=False)
class Report:
    """The result of `fpad.check`.

    Gradients are flat: the numbers under wrt in C order, one argument after the other.

    Attributes:
        verdict: is the function differentiable at the point, over the reals.
        procedure: how that was decided: "domain", "D0", "D2", .., or "none".
        reason: why the verdict is UNDEFINED or UNKNOWN, where there is a word for it.
        value: the exact value of the function; None where it is not known.
        value_float: what the float execution computed.
        ad: what the generated derivative code returned, in the structure of the wrt argument.
        ad_exact: the exact derivative along the path of the float execution.
        derivative: the derivative; not None exactly for DIFFERENTIABLE.
        derivative_float: the same in floats.
        correct: is `ad` the derivative, up to rounding; None where that is not proved.
        wrong_piece: is `ad_exact` another number than the derivative.
        wrong_piece_cause: "kink" (a choice at a kink), "flip" (rounding changed a choice).
        path_flipped: did the float execution choose otherwise than exact arithmetic.
        rounding_ok: is `ad` within `rounding_bound` of `ad_exact`.
        ulp_error: |ad - ad_exact| in units of the last place.
        rounding_bound: a running bound of the rounding error; None where there is no bound yet.
        continuous, lipschitz, strictly_differentiable: of the function at the point.
        pieces_inner, pieces_outer: certified subset and superset of the gradients of the pieces
            that meet at the point.
        clarke: is `ad_exact` in their convex hull, the Clarke gradient.
        slopes: of one variable: from the left and from the right; infinite ones are floats.
        kinks: where the point sits on a boundary, and where a choice was flipped.
        events: reserved for formats' range events.
        record: the choices of the float execution.
        blocked_by: of an UNKNOWN verdict: the kinks that no procedure could settle.
        certificate: what `verify` re-checks.
    """

    verdict: Verdict
    procedure: str
    reason: str | None
    value: Number | None
    value_float: float
    ad: Any
    ad_exact: tuple[Number, ...] | None
    derivative: tuple[Number, ...] | None
    derivative_float: np.ndarray | None
    correct: bool | None
    wrong_piece: bool | None
    wrong_piece_cause: frozenset[str]
    path_flipped: bool | None
    rounding_ok: bool | None
    ulp_error: np.ndarray | None
    rounding_bound: np.ndarray | None
    continuous: bool | None
    lipschitz: bool | None
    strictly_differentiable: bool | None
    pieces_inner: frozenset[tuple[Number, ...]]
    pieces_outer: frozenset[tuple[Number, ...]] | None
    clarke: bool | None
    slopes: tuple[Number | float, Number | float] | None
    kinks: tuple[Kink, ...]
    events: tuple[Any, ...]
    record: BranchRecord
    blocked_by: tuple[Kink, ...]
    certificate: Certificate
    _source: Any = field(default=None, repr=False)
    _about: Mapping[str, Any] | None = field(default=None, repr=False)

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if type(value) is Later:
            value = value.make()
            object.__setattr__(self, name, value)
        return value

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    @property
    def about(self) -> Mapping[str, Any]:
        """Of the claims function, wrt, precision and seed; no exact number is made for it."""
        return self.certificate.claims if self._about is None else self._about

    @property
    def exit_code(self) -> int:
        """The exit status of the command line.

        0: correct.  1: not correct, or there is no derivative.  3: undefined, or not proved.
        """
        if self.verdict in (Verdict.UNDEFINED, Verdict.UNKNOWN):
            return 3
        if self.verdict is not Verdict.DIFFERENTIABLE or self.correct is False:
            return 1
        return 0 if self.correct else 3

    def verify(self) -> bool:
        """Re-check the verdict by running the plain Python function on fractions.

        Where its numbers are not rational, it is run on intervals (python-flint).

        Neither the IR nor the rules nor the interpreter take part.

        Returns:
            True if every claim of the certificate holds as far as the function can be run, False
            if one does not.

        Raises:
            CertificateError: the function cannot be run on fractions (it uses functions that
                exact arithmetic does not have), the verdict claims nothing that could be
                re-checked, or the report was read from JSON and knows no function.
        """
        from fpad.check.verify import verify
        from fpad.transforms.errors import CertificateError

        if self._source is None:
            raise CertificateError(
                "the report was read from JSON and does not hold the function: "
                "use certificate.verify(function, *args)"
            )
        function, args, keywords = self._source
        return verify(self.certificate, function, args, keywords)

    def to_json(self) -> str:
        """The report as JSON; fractions are written as "p/q", so nothing is lost."""
        data = {f.name: getattr(self, f.name) for f in fields(self) if f.name[0] != "_"}
        out: dict[str, Any] = {"verdict": self.verdict.value, "exit_code": self.exit_code}
        for name, value in data.items():
            match value:
                case Enum():
                    continue
                case BranchRecord() | Certificate():
                    out[name] = json.loads(value.to_json())
                case _ if name in _KINKS:
                    out[name] = [{k: _plain(v) for k, v in vars(kink).items()} for kink in value]
                case frozenset():
                    out[name] = sorted((_plain(v) for v in value), key=json.dumps)
                case _:
                    out[name] = encode(value) if name == "ad" else _plain(value)
        return json.dumps(out)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """The report that `to_json` wrote."""
        with read_as("a report"):
            raw = json.loads(text)
            del raw["exit_code"]
            data = {k: v if k in _OBJECTS else decode(v) for k, v in raw.items()}
            data["verdict"] = Verdict(data["verdict"])
            data["record"] = BranchRecord.from_json(json.dumps(raw["record"]))
            data["certificate"] = Certificate.from_json(json.dumps(raw["certificate"]))
            for name in _KINKS:
                data[name] = tuple(_kink(k) for k in data[name])
            for name in ("ad_exact", "derivative", "slopes", "events"):
                data[name] = None if data[name] is None else tuple(data[name])
            for name in ("pieces_inner", "pieces_outer"):
                data[name] = None if data[name] is None else frozenset(map(tuple, data[name]))
            data["wrong_piece_cause"] = frozenset(data["wrong_piece_cause"])
            return cls(**data)

    def to_html(self, progress: bool | None = False) -> str:
        """The report as a page of HTML that loads nothing: source, code, pieces, certificate.

        Args:
            progress: show a progress bar while the pieces are drawn; None: on a terminal.
        """
        from fpad.pages.page import page

        return page(self, progress)

    def _repr_html_(self) -> str:
        from fpad.pages.page import fragment

        return fragment(self)

    def __str__(self) -> str:
        from fpad.check.render import render

        return render(self)

    def __repr__(self) -> str:
        return f"<Report {self.verdict} by {self.procedure}, correct={self.correct}>"


_KINKS = ("kinks", "blocked_by")
_OBJECTS = ("record", "certificate")


def _plain(value: Any) -> Any:
    """As `encode`, with tuples as lists."""
    return [_plain(v) for v in value] if isinstance(value, tuple | Numbers) else encode(value)


def _kink(data: Mapping[str, Any]) -> Kink:
    lists = ("call_path", "iteration", "index")
    values: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in data.items()}
    return Kink(**values)


def ulp(x: Fraction, p: int, emin: int) -> Fraction:
    """The unit in the last place of |x| in a format of p bits, at least that of 2**emin."""
    x = abs(x)
    e = emin
    if x > Fraction(2) ** emin:
        e = x.numerator.bit_length() - x.denominator.bit_length()
        if Fraction(2) ** e > x:
            e -= 1
    return Fraction(2) ** (max(e, emin) - p + 1)


def as_float(x: Number) -> float:
    """The nearest float; infinite beyond the largest."""
    middle = x.middle if isinstance(x, Ball) else x
    try:
        return float(middle)
    except OverflowError:
        return math.inf if middle > 0 else -math.inf
