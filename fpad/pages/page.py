"""A report as one page of HTML that loads nothing: `page(report)`, `fragment(report)`.

The source with its kinks, the generated code beside it (lines that belong together light up
together), a picture of the pieces for one and two numbers, the numbers, and the certificate.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fpad.check.render import facts, headline, is_large, number, said_of, subject_line
from fpad.check.verdict import Verdict
from fpad.marks import span
from fpad.pages.listing import Block, Line, Mark, blocks, generated
from fpad.pages.style import SCRIPT, STYLE
from fpad.pages.tables import certificate_part, gradient_table, kink_table
from fpad.runtime.errors import FpadError

if TYPE_CHECKING:
    from fpad.check.report import Report
    from fpad.derivative import Derivative
    from fpad.pages.kink_map import KinkMap

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
    yield from gradient_table(report)
    yield from kink_table(report)
    yield from certificate_part(report)


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
    claims = report.about
    make = api.grad if claims["seed"] is None else api.vjp
    try:
        made: Derivative = make(function, wrt_of(report), precision=claims["precision"])
        made.derive(*map(as_float, args), **keywords)
    except (FpadError, TypeError):  # of an integer output there is no gradient
        return None
    return made


def wrt_of(report: Report) -> Any:
    """What was differentiated by."""
    names = tuple(report.about["wrt"])
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
    claims = report.about
    if report._source is None or is_large(report):
        return None
    point = report.certificate.claims.get("point")
    if point is None or not 1 <= len(point) <= 2:
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
