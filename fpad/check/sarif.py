"""Reports as SARIF 2.1.0, the format in which tools tell a code review what they found.

    {"version": "2.1.0", "runs": [{"tool": .., "results": [{"ruleId": "wrong-derivative", ..}]}]}

A derivative that exists and is returned is no result; the run's properties count it.  The format is
that of OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020).
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fpad._version import __version__
from fpad.check.verdict import Verdict
from fpad.marks import span

if TYPE_CHECKING:
    from fpad.check.report import Kink, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "SRCROOT"


@dataclass(frozen=True)
class _Rule:
    """What a result is about."""

    ident: str
    level: str
    short: str
    full: str
    help: str


RULES = (
    _Rule(
        "wrong-derivative",
        "error",
        "The generated derivative is not the derivative",
        "The function has a derivative at the point, and the derivative code returns another "
        "number.",
        "Automatic differentiation takes the slope of the one piece that each operation chooses. "
        "Where pieces only together make a smooth function, write the smooth function, or an "
        "operation whose chosen slope is the right one.",
    ),
    _Rule(
        "no-derivative",
        "warning",
        "The function has a kink at the point",
        "The function is continuous at the point, and has no derivative there; the derivative code "
        "returns a number all the same.",
        "Move the point off the kink, or make sure that a subgradient is all that is needed.",
    ),
    _Rule(
        "discontinuous",
        "warning",
        "The function jumps at the point",
        "The function is not continuous at the point, so it has no derivative there.",
        "A gradient says nothing about a jump: move the point, or smooth the step.",
    ),
    _Rule(
        "undefined",
        "error",
        "The function is undefined at the point, or next to it",
        "An operation on the way is outside of its domain at the point or on one side of it.",
        "Keep arguments inside the domain, for example with a small constant under a root.",
    ),
    _Rule(
        "not-proved",
        "note",
        "Nothing was proved at the point",
        "The checker could not decide whether the derivative exists, or whether it is right.",
        "The reason in the message says what stood in the way.",
    ),
)


def sarif(
    reports: Iterable[Report],
    root: str | os.PathLike[str] | None = None,
    checked: int | None = None,
) -> dict[str, Any]:
    """The SARIF log of reports, as JSON-able data.

    Args:
        reports: what `fpad.check` returned.
        root: the folder that paths are relative to; by default the working folder.
        checked: how many points were checked, if only those that are not right are given.
    """
    folder = pathlib.Path(os.getcwd() if root is None else root).resolve()
    reports = tuple(reports)
    points = len(reports) if checked is None else checked
    told = [(r, rule) for r in reports if (rule := rule_of(r)) is not None]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "fpad",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(r) for r in RULES],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"uri": folder.as_uri() + "/"}},
                "results": [_result(report, rule, folder) for report, rule in told],
                "properties": {"checked": points, "told": len(told)},
            }
        ],
    }


def rule_of(report: Report) -> _Rule | None:
    """Which rule a report is a result of; None where the derivative exists and is returned."""
    match report.verdict:
        case Verdict.DIFFERENTIABLE if report.correct:
            return None
        case Verdict.DIFFERENTIABLE if report.correct is False:
            ident = "wrong-derivative"
        case Verdict.NOT_DIFFERENTIABLE:
            ident = "no-derivative"
        case Verdict.DISCONTINUOUS:
            ident = "discontinuous"
        case Verdict.UNDEFINED:
            ident = "undefined"
        case _:
            ident = "not-proved"
    return next(r for r in RULES if r.ident == ident)


def dumps(reports: Iterable[Report], checked: int | None = None) -> str:
    """The log as text; see `sarif`."""
    return json.dumps(sarif(reports, checked=checked), indent=1) + "\n"


def _rule(rule: _Rule) -> dict[str, Any]:
    return {
        "id": rule.ident,
        "name": "".join(map(str.capitalize, rule.ident.split("-"))),
        "shortDescription": {"text": rule.short},
        "fullDescription": {"text": rule.full},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(report: Report, rule: _Rule, folder: pathlib.Path) -> dict[str, Any]:
    from fpad.check.render import render

    kinks = _distinct(report.blocked_by or report.kinks)
    places = [_place(k, folder) for k in kinks] or _function(report, folder)
    out: dict[str, Any] = {
        "ruleId": rule.ident,
        "ruleIndex": RULES.index(rule),
        "level": rule.level,
        "message": {"text": _message(render(report))},
        "partialFingerprints": {"fpad/v1": _fingerprint(report, rule, kinks)},
        "properties": {
            "verdict": report.verdict.value,
            "procedure": report.procedure,
            "correct": report.correct,
            "reason": report.reason,
        },
    }
    if places:
        out["locations"] = places[:1]
    if len(places) > 1:
        out["relatedLocations"] = [{"id": n, **p} for n, p in enumerate(places[1:], 1)]
    return out


def _message(text: str) -> str:
    """The report without the source lines, which the review shows itself."""
    return text.split("\n\n")[0]


def _distinct(kinks: Sequence[Kink]) -> list[Kink]:
    """One kink of each place."""
    return list({(k.file, k.line, k.column, k.op): k for k in reversed(kinks)}.values())[::-1]


def _place(k: Kink, folder: pathlib.Path) -> dict[str, Any]:
    at, end = span(k.file, k.line, k.column, k.text, k.op)
    region: dict[str, Any] = {"startLine": k.line, "snippet": {"text": k.text}}
    if end > at:
        region |= {"startColumn": k.column, "endLine": k.line, "endColumn": k.column + end - at}
    place = _located(k.file, region, folder)
    return {**place, "message": {"text": f"a boundary between two pieces of {k.op}"}}


def _function(report: Report, folder: pathlib.Path) -> list[dict[str, Any]]:
    """The definition of the function, if the report knows it."""
    if report._source is None:
        return []
    import inspect

    from fpad.derivative import Derivative

    function = report._source[0]
    while isinstance(function, Derivative):
        function = function.primal
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return []
    return [_located(code.co_filename, {"startLine": code.co_firstlineno}, folder)]


def _located(file: str, region: dict[str, Any], folder: pathlib.Path) -> dict[str, Any]:
    path = pathlib.Path(file)
    artifact: dict[str, Any]
    full = path.resolve()
    if full.is_relative_to(folder):
        uri = pathlib.PurePosixPath(full.relative_to(folder).as_posix())
        artifact = {"uri": _quoted(str(uri)), "uriBaseId": ROOT}
    elif full.exists():
        artifact = {"uri": full.as_uri()}
    else:  # the cell of a notebook has a name and no file
        artifact = {"uri": _quoted(file)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _fingerprint(report: Report, rule: _Rule, kinks: Sequence[Kink]) -> str:
    """The same where lines move: the rule, the function and the texts of the places."""
    function = report.certificate.claims.get("function", "")
    parts = [rule.ident, function, *sorted({f"{k.op} {k.text}" for k in kinks})]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
