"""What a sweep found."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from fpad.check.verdict import Verdict
from fpad.runtime.errors import InputError
from fpad.sweeps.blocks import Task
from fpad.sweeps.settling import (
    CLARKE_OPEN,
    CODES,
    CRITERION,
    OUTSIDE,
    VERDICT,
    VERDICTS,
    WRONG,
)

NAMES: Mapping[str, str] = {
    "all": "all points",
    "incorrect": "points with a derivative, where AD returns something else",
    "nondifferentiable": "points without derivative",
    "undefined": "points where the function, or a side of it, is undefined",
    "unknown": "points where nothing was proved",
    "mismatch": "points where the criterion of touched adjoints is not what is true",
    "outside_clarke": "points where AD is outside of the Clarke subdifferential",
    "clarke_unknown": "points where that is not known",
}


@dataclass(frozen=True)
class ActivationFacts:
    """What a theorem used of an activation.

    Attributes:
        kinks: where it has no derivative.
        slopes: to the left and to the right of each.
        coded: the slope that derivative code has there (g0); what is incorrect depends on it.
    """

    kinks: tuple[Fraction, ...]
    slopes: tuple[tuple[Fraction, Fraction], ...]
    coded: tuple[Fraction, ...]


@dataclass(frozen=True, repr=False)
class Sweep:
    """The verdicts at all points, or at a sample of them.

    Attributes:
        names: the numbers that were swept over: "w", "b[0]", ..
        space: how many points there are; `total` were looked at.
        states: a byte for each point that was looked at (see `fpad.sweeps.settling`).
        task: what was done: the steps and the points.
        bound, bound_theorem: of Lee, Park and Aiken (2023): on the part of all points that is
            incorrect or has no derivative; None unless its hypotheses were proved.
        activations: in the order of the program.
        exact_by: "bits": 63 bits were proved to suffice for all numbers; "fraction": some were
            longer, or points were decided one by one, on fractions.
        pointwise: how many points were decided one by one, by the procedures of `fpad.check`.
        criterion: are all choices activations, so that `b4_mismatch` means something?
        estimate: was this a sample?  Then counts are of the sample and `intervals` are estimates.
        confidence: of the intervals.
    """

    names: tuple[str, ...]
    space: int
    states: np.ndarray
    task: Task
    bound: Fraction | None
    bound_theorem: str | None
    activations: tuple[ActivationFacts, ...]
    exact_by: str
    pointwise: int
    criterion: bool
    estimate: bool
    confidence: float

    # ------------------------------------------------------------ counts

    @property
    def verdict(self) -> np.ndarray:
        """The verdict of each point, as its position in `fpad.Verdict`; C order."""
        return (self.states & VERDICT).astype(np.int8)

    def _count(self, *verdicts: Verdict) -> int:
        counts = np.bincount(self.states & VERDICT, minlength=len(VERDICTS))
        return int(sum(counts[CODES[v]] for v in verdicts))

    @property
    def total(self) -> int:
        """The points that were looked at."""
        return len(self.states)

    @property
    def ndf(self) -> int:
        """Points without derivative."""
        return self._count(Verdict.NOT_DIFFERENTIABLE, Verdict.DISCONTINUOUS)

    @property
    def inc(self) -> int:
        """Points with a derivative where AD returns something else."""
        return int(np.count_nonzero(self.states & WRONG))

    @property
    def undefined(self) -> int:
        """Points where the function has no value, or none on one side."""
        return self._count(Verdict.UNDEFINED)

    @property
    def unknown(self) -> int:
        """Points where nothing was proved."""
        return self._count(Verdict.UNKNOWN)

    @property
    def fraction(self) -> Fraction:
        """(ndf + inc) / total; of a sample an estimate."""
        return Fraction(self.ndf + self.inc, self.total)

    @property
    def b4_mismatch(self) -> int | None:
        """Points where "no derivative" and "a touched kink with an adjoint other than 0" differ.

        None where some choice is no activation, or points are unknown.
        """
        return int(np.count_nonzero(self._mismatch())) if self.criterion else None

    def _mismatch(self) -> np.ndarray:
        verdict = self.states & VERDICT
        without = np.isin(verdict, [CODES[v] for v in _WITHOUT])
        criterion = (self.states & CRITERION) != 0
        return np.asarray(criterion != without, bool)

    @property
    def clarke_failures(self) -> int:
        """Points where AD is proved to be outside of the Clarke subdifferential."""
        return int(np.count_nonzero(self.states & OUTSIDE))

    @property
    def clarke_unknown(self) -> int:
        """Points where that is not known."""
        return len(self.indices("clarke_unknown"))

    @property
    def intervals(self) -> dict[str, tuple[float, float]] | None:
        """Of a sample: Clopper-Pearson intervals for the parts of all points."""
        if not self.estimate:
            return None
        from fpad.sweeps.estimate import clopper_pearson

        counts = {"ndf": self.ndf, "inc": self.inc, "fraction": self.ndf + self.inc}
        return {
            name: clopper_pearson(n, self.total, self.confidence, self.unknown)
            for name, n in counts.items()
        }

    # ------------------------------------------------------------ points

    def indices(self, which: str) -> np.ndarray:
        """The positions of a set of points: "incorrect", "nondifferentiable", "unknown", .."""
        verdict = self.states & VERDICT
        match which:
            case "all":
                return np.arange(self.total)
            case "incorrect":
                found = (self.states & WRONG) != 0
            case "nondifferentiable":
                found = np.isin(verdict, [CODES[v] for v in _WITHOUT])
            case "undefined":
                found = verdict == CODES[Verdict.UNDEFINED]
            case "unknown":
                found = verdict == CODES[Verdict.UNKNOWN]
            case "mismatch":
                found = self._mismatch() if self.criterion else np.zeros(self.total, bool)
            case "outside_clarke":
                found = (self.states & OUTSIDE) != 0
            case "clarke_unknown":
                found = ((self.states & CLARKE_OPEN) != 0) | (verdict == CODES[Verdict.UNKNOWN])
            case _:
                raise InputError(f"there is no set {which!r}, there are {', '.join(NAMES)}")
        return np.flatnonzero(found)

    def points(self, which: str) -> np.ndarray:
        """The points of a set, one a row, in the order of `names`."""
        return self.task.points_at(self.indices(which))

    # ------------------------------------------------------------ out

    def summary(self) -> dict[str, Any]:
        """All counts; fractions as "p/q"."""
        return {
            "names": list(self.names),
            "space": self.space,
            "total": self.total,
            "estimate": self.estimate,
            "ndf": self.ndf,
            "inc": self.inc,
            "undefined": self.undefined,
            "unknown": self.unknown,
            "fraction": str(self.fraction),
            "bound": None if self.bound is None else str(self.bound),
            "bound_theorem": self.bound_theorem,
            "b4_mismatch": self.b4_mismatch,
            "clarke_failures": self.clarke_failures,
            "clarke_unknown": self.clarke_unknown,
            "activations": [
                {
                    "kinks": list(map(str, a.kinks)),
                    "slopes": [list(map(str, s)) for s in a.slopes],
                    "coded": list(map(str, a.coded)),
                }
                for a in self.activations
            ],
            "exact_by": self.exact_by,
            "pointwise": self.pointwise,
            "confidence": self.confidence if self.estimate else None,
            "intervals": self.intervals,
        }

    def to_json(self) -> str:
        """The counts as JSON, without the points."""
        return json.dumps(self.summary(), indent=1)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write counts, verdicts and the special points to a .npz file."""
        if os.path.splitext(os.fspath(path))[1].lower() != ".npz":
            raise InputError(f"{os.fspath(path)}: name a .npz file")
        sets = {w: self.indices(w) for w in ("incorrect", "nondifferentiable", "unknown")}
        with open(path, "wb") as file:
            arrays: dict[str, Any] = {
                "summary": np.array(self.to_json()),
                "verdict": self.verdict,
                "states": self.states,
                "names": np.array(self.names),
                **{f"{w}_index": at for w, at in sets.items()},
                **{f"{w}_points": self.task.points_at(at) for w, at in sets.items()},
            }
            np.savez_compressed(file, **arrays)

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        found = f"ndf={self.ndf}, inc={self.inc}, unknown={self.unknown}"
        return f"Sweep(total={self.total}, {found}, bound={self.bound_text()})"

    def bound_text(self) -> str:
        """The bound with the name of its theorem."""
        if self.bound is None:
            return "none proved"
        return f"{self.bound} ({self.bound_theorem})"


_WITHOUT = (Verdict.NOT_DIFFERENTIABLE, Verdict.DISCONTINUOUS)


def _lines(s: Sweep) -> list[str]:
    """The sweep in words."""
    what = f"a sample of {s.total:,} of {s.space:,} points" if s.estimate else f"{s.total:,} points"
    out = [
        f"sweep over {', '.join(s.names)}: {what}",
        f"  no derivative        {s.ndf:,}",
        f"  AD incorrect         {s.inc:,}",
    ]
    if s.undefined:
        out.append(f"  undefined            {s.undefined:,}")
    out.append(f"  nothing proved       {s.unknown:,}")
    if s.estimate:
        intervals = s.intervals
        assert intervals is not None
        low, high = intervals["fraction"]
        about = f"{float(s.fraction):.3g}, in [{low:.3g}, {high:.3g}]"
        out.append(f"  part of all points   {about} with confidence {s.confidence} (an estimate)")
    else:
        out.append(f"  part of all points   {s.fraction} = {float(s.fraction):.6g}")
    out.append(f"  bound                {s.bound_text()}")
    if s.b4_mismatch is not None:
        out.append(f"  touched adjoints say otherwise at {s.b4_mismatch:,} points")
    out.append(f"  AD outside of the Clarke subdifferential at {s.clarke_failures:,} points")
    coded = sorted({c for a in s.activations for c in a.coded})
    if coded:
        out.append(f"  slopes coded at kinks: {', '.join(map(str, coded))}")
    out.append(f"  exact by {s.exact_by}")
    return out
