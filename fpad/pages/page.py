"""A report as one page of HTML that loads nothing: `page(report)`, `fragment(report)`.

The source with its kinks, the generated code beside it (lines that belong together light up
together), a picture of the pieces for one and two numbers, the numbers, and the certificate.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.check.certificate import encode
from fpad.check.render import facts, headline, number, said_of, subject_line
from fpad.check.verdict import Verdict
from fpad.marks import span
from fpad.pages.listing import Block, Line, Mark, blocks, generated
from fpad.pages.style import SCRIPT, STYLE
from fpad.runtime.errors import FpadError

if TYPE_CHECKING:
    from fpad.check.report import Kink, Report
    from fpad.derivative import Derivative
    from fpad.pages.kink_map import KinkMap

LONGEST = 100
"""Entries of a list in the claims that are shown."""
ROWS = 60
"""Entries of a gradient, and kinks, that a table shows."""
SAMPLES = {1: 241, 2: 41}
CHECKS = 40


def page(report: Report, progress: bool | None = False) -> str:
    """The whole page."""
    title = html.escape(subject_line(report))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n"
        f'<body class="fpad">{"".join(_body(report, progress))}<script>{SCRIPT}</script></body>'
        "</html>\n"
    )


def fragment(report: Report) -> str:
    """The head of the page and the source: for a notebook."""
    parts = [*_head(report), *_listings(report, _source_only(report), None)]
    return f'<div class="fpad"><style>{STYLE}</style>{"".join(parts)}</div>'


def _body(report: Report, progress: bool | None) -> Iterable[str]:
    yield from _head(report)
    derivative = _derivative(report)
    lines, places = ((), ()) if derivative is None else _code(derivative)
    yield from _listings(report, [*_source_only(report), *places], lines)
    yield from _picture(report, progress)
    yield from _numbers(report)
    yield from _kinks(report)
    yield from _end(report)


def _head(report: Report) -> Iterable[str]:
    verdict = report.verdict
    if verdict is Verdict.DIFFERENTIABLE:
        css = "good" if report.correct else "bad" if report.correct is False else "open"
    else:
        css = "open" if verdict in (Verdict.UNDEFINED, Verdict.UNKNOWN) else "bad"
    word, _, rest = headline(report).partition(" ")
    yield f"<h1>{html.escape(subject_line(report))}</h1>"
    yield f'<p><span class="verdict {css}">{word.strip(",;")}</span>{html.escape(rest)}</p>'
    items = "".join(f"<li>{html.escape(f)}</li>" for f in facts(report))
    yield f'<ul class="facts">{items}</ul>'


# ---------------------------------------------------------------- source and code


def _source_only(report: Report) -> list[tuple[str, int]]:
    """The function, and the places of its choices."""
    out = []
    function = None if report._source is None else _plain(report._source[0])
    code = getattr(function, "__code__", None)
    if code is not None:
        out.append((code.co_filename, code.co_firstlineno))
    kinks = report.blocked_by or report.kinks
    out += [(k.file, k.line) for k in kinks]
    return out + [(c.site.file, c.site.line) for c in report.record.choices]


def _plain(function: Any) -> Any:
    import inspect

    from fpad.derivative import Derivative

    while isinstance(function, Derivative):
        function = function.primal
    return inspect.unwrap(function)


def _derivative(report: Report) -> Derivative | None:
    """The derivative that was judged, derived; None for a report that holds no function."""
    if report._source is None:
        return None
    from fpad import api
    from fpad.check.subject import as_float

    function, args, keywords = report._source
    claims = report.certificate.claims
    make = api.grad if claims["seed"] is None else api.vjp
    try:
        made: Derivative = make(function, wrt_of(report), precision=claims["precision"])
        made.derive(*map(as_float, args), **keywords)
    except (FpadError, TypeError):  # of an integer output there is no gradient
        return None
    return made


def wrt_of(report: Report) -> Any:
    """What was differentiated by."""
    names = tuple(report.certificate.claims["wrt"])
    return names[0] if len(names) == 1 else names


def _code(derivative: Derivative) -> tuple[tuple[Line, ...], list[tuple[str, int]]]:
    """The lines of the generated code, and the source lines that they come from."""
    from fpad.transforms.pipeline import written
    from fpad.transforms.source import read

    entry = derivative._latest
    assert entry is not None
    alias = read(derivative._base).numpy
    emitted = written(entry.derived.program, derivative.steps(), "numpy", alias)
    places = [(o.file, o.line) for o in emitted.origins.values() if o.line]
    return generated(emitted.text, emitted.origins), places


def _listings(
    report: Report, places: Sequence[tuple[str, int]], lines: Sequence[Line] | None
) -> Iterable[str]:
    shown = blocks(places, _marks(report))
    left = "".join(_block(b) for b in shown)
    if lines is None:
        yield f'<div class="code">{left}</div>' if left else ""
        return
    if not lines:
        yield f'<h2>Source</h2><div class="code">{left}</div>' if left else ""
        return
    right = "".join(map(_row, lines))
    yield (
        f'<div class="sides"><div><h2>Source</h2><div class="code">{left}</div></div>'
        f'<div><h2>Generated code</h2><div class="code">{right}</div></div></div>'
    )


def _marks(report: Report) -> dict[str, list[Mark]]:
    out: dict[str, list[Mark]] = {}
    for k in report.blocked_by or report.kinks:
        first, end = span(k.file, k.line, k.column, k.text, k.op)
        shift = k.column - 1 - first
        css = "mark" if k.switch == 0 and report.procedure != "D0" else "soft"
        css = css if k.switch == 0 else "flip"
        mark = Mark(k.line, first + shift, end + shift, css, said_of([k], report))
        out.setdefault(k.file, []).append(mark)
    return out


def _block(block: Block) -> str:
    head = f'<div class="file">{html.escape(block.file)}</div>'
    return head + "".join(map(_row, block.lines))


def _row(line: Line) -> str:
    key = "" if line.key is None else f' data-k="{html.escape(f"{line.key[0]}:{line.key[1]}")}"'
    notes = "".join(f'<div class="note">{html.escape(n)}</div>' for n in line.notes)
    css = "row linked" if key else "row"
    return (
        f'<div class="{css}"{key}><i>{line.number}</i><span>{line.html or " "}</span></div>{notes}'
    )


# ---------------------------------------------------------------- picture


def _picture(report: Report, progress: bool | None) -> Iterable[str]:
    found = _map(report, progress)
    if found is None:
        return
    from fpad.pages.drawing import drawing

    slopes = []
    keys = ""
    if len(found.axes) == 1:
        ad = np.ravel(np.asarray(report.ad, float))
        if ad.size == 1 and np.isfinite(ad[0]) and not report.correct:
            slopes.append(("ad", float(ad[0])))
            keys += _key("ad", f"slope that AD returned: {number(float(ad[0]))}")
        if report.derivative is not None:
            slopes.append(("true", float(report.derivative[0])))
            keys += _key("true", f"the derivative: {number(report.derivative[0])}")
    yield f"<h2>The pieces near the point</h2>{drawing(found, slopes)}"
    yield f'<ul class="legend">{keys}</ul>' if keys else ""


def _key(css: str, text: str) -> str:
    line = f'<svg class="dash" viewBox="0 0 26 8"><path class="{css}" d="M0 4H26"/></svg>'
    return f"<li>{line}{html.escape(text)}</li>"


def _map(report: Report, progress: bool | None) -> KinkMap | None:
    """The kinks near the point, if it has one number or two, and the function can be run."""
    claims = report.certificate.claims
    point = claims.get("point")
    if report._source is None or point is None or not 1 <= len(point) <= 2:
        return None
    from fpad.pages.kink_map import kink_map
    from fpad.pages.space import Space, spans_of

    function, args, keywords = report._source
    try:
        space = Space(function, args, keywords, wrt_of(report), claims["precision"], claims["seed"])
        spans = spans_of(None, space)
        return kink_map(space, spans, SAMPLES[len(spans)], CHECKS, progress)
    except (FpadError, TypeError):
        return None


# ---------------------------------------------------------------- tables


def _numbers(report: Report) -> Iterable[str]:
    columns: dict[str, Sequence[Any] | None] = {
        "the derivative": report.derivative,
        "AD returned": _flat(report.ad),
        "exact along its path": report.ad_exact,
        "error in ulps": _short(report.ulp_error),
        "bound of the error": _short(report.rounding_bound),
    }
    there = {k: v for k, v in columns.items() if v is not None}
    count = max((len(v) for v in there.values()), default=0)
    if not count:
        return
    yield '<h2>Numbers</h2><div class="wide"><table><tr><th></th>'
    yield "".join(f"<th>{k}</th>" for k in there) + "</tr>"
    for n in range(min(count, ROWS)):
        cells = (
            f'<td class="num">{_cell(v[n]) if n < len(v) else ""}</td>' for v in there.values()
        )
        yield f"<tr><th>{n}</th>{''.join(cells)}</tr>"
    yield "</table></div>"
    if count > ROWS:
        yield f"<p>.. and {count - ROWS} more.</p>"


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


def _flat(ad: Any) -> list[float]:
    if isinstance(ad, dict):
        ad = list(ad.values())
    if isinstance(ad, list | tuple):
        return [v for part in ad for v in _flat(part)]
    try:
        return [float(v) for v in np.ravel(np.asarray(ad, float))]
    except (TypeError, ValueError):  # a static leaf, or an object of a class
        return []


def _cell(value: Any) -> str:
    return html.escape(number(value))


def _kinks(report: Report) -> Iterable[str]:
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


def _end(report: Report) -> Iterable[str]:
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
    certificate = report.certificate
    shown = encode({"kind": certificate.kind, "claims": _shortened(certificate.claims)})
    claims = json.dumps(shown, indent=1)
    yield (
        "<h2>Certificate</h2><p>Decided by procedure "
        f"<code>{html.escape(report.procedure)}</code>. "
        "<code>report.verify()</code> checks the claims again from the plain Python function, on "
        "fractions, without the code that made them.</p>"
        f"<details><summary>The claims</summary><pre>{html.escape(claims)}</pre></details>"
    )
    if report.record.choices:
        text = html.escape(trace_text(report.record))
        yield "<details><summary>All choices of the run in floats</summary>"
        yield f"<pre>{text}</pre></details>"
