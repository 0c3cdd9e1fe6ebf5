"""The tables of a page: the numbers of the gradient, the kinks, the certificate."""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.check.certificate import encode
from fpad.check.render import is_large, number, numbers_in

if TYPE_CHECKING:
    from fpad.check.report import Kink, Report

ROWS = 60
"""Entries of a gradient, and kinks, that a table shows."""
LONGEST = 100
"""Entries of a list in the claims that are shown."""


def gradient_table(report: Report) -> Iterator[str]:
    """The derivative beside what AD returned, and the errors."""
    returned = sum(1 for _ in numbers_in(report.ad))
    exact: Any = report.derivative_float
    along: Any = None
    if not is_large(report):
        exact, along = report.derivative, report.ad_exact
    columns: dict[str, Sequence[Any] | None] = {
        "the derivative": None if exact is None else list(itertools.islice(exact, ROWS)),
        "AD returned": list(itertools.islice(numbers_in(report.ad), ROWS)),
        "exact along its path": None if along is None else list(itertools.islice(along, ROWS)),
        "error in ulps": _short(report.ulp_error),
        "bound of the error": _short(report.rounding_bound),
    }
    there = {k: v for k, v in columns.items() if v}
    if not there:
        return
    yield '<h2>Numbers</h2><div class="wide"><table><tr><th></th>'
    yield "".join(f"<th>{k}</th>" for k in there) + "</tr>"
    for n, row in enumerate(itertools.zip_longest(*there.values(), fillvalue="")):
        cells = (f'<td class="num">{_cell(v)}</td>' for v in row)
        yield f"<tr><th>{n}</th>{''.join(cells)}</tr>"
    yield "</table></div>"
    if returned > ROWS:
        yield f"<p>.. and {returned - ROWS} more.</p>"


def _short(errors: Any) -> list[str] | None:
    """Errors in three digits."""
    return None if errors is None else [f"{v:.3g}" for v in np.ravel(errors)[:ROWS].tolist()]


def _shortened(value: Any) -> Any:
    """Claims with the first entries of long lists."""
    if isinstance(value, Mapping):
        return {k: _shortened(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        first = [_shortened(v) for v in value[:LONGEST]]
        return [*first, f".. {len(value)} in all"] if len(value) > LONGEST else first
    return value


def _cell(value: Any) -> str:
    return html.escape(number(float(value) if isinstance(value, np.floating) else value))


def kink_table(report: Report) -> Iterator[str]:
    """The kinks that the point sits on, and choices that rounding changed."""
    kinks: Sequence[Kink] = report.blocked_by or report.kinks
    if not kinks:
        return
    yield (
        '<h2>Kinks</h2><div class="wide"><table><tr><th>line</th><th>operation</th><th>entry</th>'
        "<th>trip</th><th>called at</th><th>distance</th><th>in floats</th>"
        "<th>weight in the result</th></tr>"
    )
    for k in kinks[:ROWS]:
        cells = (
            str(k.line),
            f"<code>{html.escape(k.op)}</code>",
            str(list(k.index)) if k.index else "",
            ", ".join(map(str, k.iteration)),
            html.escape(" > ".join(k.call_path)),
            "not known" if k.switch is None else _cell(k.switch),
            _cell(k.switch_float),
            "" if k.adjoint is None else _cell(k.adjoint),
        )
        yield "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
    yield "</table></div>"
    if len(kinks) > ROWS:
        yield f"<p>.. and {len(kinks) - ROWS} more.</p>"


def certificate_part(report: Report) -> Iterator[str]:
    """What is known of the function at the point, the claims, and all choices."""
    from fpad.trace_text import trace_text

    properties = {
        "continuous": report.continuous,
        "Lipschitz": report.lipschitz,
        "strictly differentiable": report.strictly_differentiable,
        "AD in the Clarke set": report.clarke,
        "rounding changed a choice": report.path_flipped,
    }
    words = {True: "yes", False: "no", None: "not known"}
    known = "".join(f"<tr><th>{k}</th><td>{words[v]}</td></tr>" for k, v in properties.items())
    yield f"<h2>The function at the point</h2><table>{known}</table>"
    yield (
        "<h2>Certificate</h2><p>Decided by procedure "
        f"<code>{html.escape(report.procedure)}</code>. "
        "<code>report.verify()</code> checks the claims again from the plain Python function, on "
        "fractions, without the code that made them.</p>"
    )
    if is_large(report):
        yield "<p>The claims hold more numbers than a page: report.certificate.to_json().</p>"
    else:
        certificate = report.certificate
        shown = encode({"kind": certificate.kind, "claims": _shortened(certificate.claims)})
        claims = html.escape(json.dumps(shown, indent=1))
        yield f"<details><summary>The claims</summary><pre>{claims}</pre></details>"
    if report.record.choices:
        text = html.escape(trace_text(report.record, nearest=0 if is_large(report) else 3))
        yield "<details><summary>All choices of the run in floats</summary>"
        yield f"<pre>{text}</pre></details>"
