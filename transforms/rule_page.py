"""docs/rules.md and its pictures, printed from the table of rules.

python -m fpad.transforms.rule_page docs      writes docs/rules.md and docs/rules/*.svg
"""

from __future__ import annotations

import importlib
import math
import pathlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fpad.transforms.rule_formulas import call, formulas, meaning
from fpad.transforms.rule_pictures import held_operands, picture
from fpad.transforms.rules import RULES, Rule, rule_of
from fpad.transforms.rules.batch import SINGLE
from fpad.transforms.rules.batch.looped import reason_for
from fpad.transforms.rules.core import BOUND

VERSION = np.__version__.rpartition(".")[0]
_HEAD = f"""# Rules

Printed from the table of rules by `make rules-table`, with NumPy {VERSION}: what derived code
does with each operation. `by` is the cotangent of the result `y`, and `bx` what it adds to the
cotangent of an operand `x`; the formulas are what the rule writes, in the words of generated
code ([reading.md](reading.md) says what `fp.` means). Where no source is given, a formula is
textbook.

Of an operation that works entry by entry, the tangent is the same formula with `dx` for `by`,
added over the operands; what is broadcast is summed again in `bx`. Of a linear operation it is
the operation itself, of `dx`. Of others both formulas are shown. NaN in an operand
gives NaN in the value, and in slopes that depend on it; where it does not, the special points
say so.

A *definition* says what the operation is, in core scalar operations that doubles, rationals,
balls, intervals and jets carry out alike; `hyper` is the hypergeometric series, `hyperu`
Tricomi's function, `rgamma` is 1 / gamma. In doubles it is within (8 |y| + 4) 2^-52 of NumPy's
value y, of the largest entry of arrays, where nothing else is said.

In pictures the line is the value, and dashed is the slope that the rule gives, over the
interval on which the rule is tested.
"""


@dataclass(frozen=True)
class Entry:
    """What the page says of operations that have one rule.

    Attributes:
        titles: how they are called; the first one is the heading.
        rule: the rule of the first.
        body: the lines below the heading.
    """

    titles: list[str]
    rule: Rule
    body: str


_SECTIONS = (
    ("Entry by entry", "elementwise", r"(?!fp\.|special\.)"),
    ("scipy.special, entry by entry", "elementwise", r"special\."),
    ("Linear operations", "linear", r"(?!fp\.)"),
    ("Operations on arrays", "general", r"(?!fp\.)"),
    ("Helpers of generated code, entry by entry", "elementwise", r"fp\."),
    ("Linear helpers of generated code", "linear", r"fp\."),
    ("Further helpers of generated code", "general", r"fp\."),
)


def declared() -> list[Rule]:
    """All rules, with those of SciPy."""
    for name, op in (("scipy.special", "gamma"), ("scipy.linalg", "expm")):
        rule_of(getattr(importlib.import_module(name), op))
    return list(RULES.values())


def entries() -> dict[str, list[Entry]]:
    """Section -> its entries, in alphabetical order."""
    out: dict[str, list[Entry]] = {}
    for title, form, pattern in _SECTIONS:
        found: dict[str, Entry] = {}
        rules = [r for r in declared() if r.form == form and _is_of_program(r)]
        named = [(_name(r), r) for r in rules]
        for name, rule in sorted(named, key=lambda p: _order(p[0])):
            if not re.match(pattern, name):
                continue
            body = _body(rule, name)
            key = _alike(body)
            if key in found:
                found[key].titles.append(name)
            else:
                found[key] = Entry([name], rule, body)
        out[title] = sorted(found.values(), key=lambda e: e.titles[0].lower())
    return out


def _order(name: str) -> tuple[bool, int, str]:
    """What stands for its namesakes: an operator, NumPy's, then all others; the shortest name."""
    plain = not re.match(r"[\w.]+$", name)
    return not (plain or name.startswith("np.")), len(name), name


def _is_of_program(rule: Rule) -> bool:
    """Is it a rule of fpad's or of a library's (not one that a user has declared)?"""
    module = str(getattr(rule.op, "__module__", None) or "numpy")
    return module.partition(".")[0] in _LIBRARIES


_LIBRARIES = {"numpy", "math", "builtins", "_operator", "operator", "fpad", "scipy", "_bisect"}


def _name(rule: Rule) -> str:
    """How the operation is written: `np.sin`, `a + b`."""
    text = call(rule).rpartition("\n")[2].removeprefix("y = ")
    head, bracket, _ = text.partition("(")
    return head if bracket and re.fullmatch(r"[\w.]+", head) else text


def _alike(body: str) -> str:
    """The text with one library for all, so that namesakes share an entry."""
    text = re.sub(r"^- vmap.*$", "", re.sub(r"\bmath\.", "np.", body), flags=re.MULTILINE)
    for short in ("sin", "cos", "tan", "sinh", "cosh", "tanh"):
        text = re.sub(rf"\bnp\.a{short}\b", f"np.arc{short}", text)
    text = re.sub(r"\bfp\.(sign|divide)\b", r"np.\1", text).replace("np.atan2", "np.arctan2")
    return re.sub(r"^y = .*$", "y", text, count=1, flags=re.MULTILINE)


# ---------------------------------------------------------------- what is said of a rule


def _body(rule: Rule, name: str) -> str:
    lines = [_code(rule)]
    lines += [f"- {fact}" for fact in _facts(rule)]
    return "\n".join(lines)


def _code(rule: Rule) -> str:
    """The call and the formulas."""
    lines, before = [call(rule)], [""]
    for formula in formulas(rule):
        if rule.form == "general":
            lines += ["# forward", formula.tangent, "# reverse", formula.adjoint]
            continue
        *temporaries, result = formula.adjoint.split("\n")
        lines += [result] if temporaries == before else [*temporaries, result]
        before = temporaries
    text = "\n".join(lines)
    return f"```python\n{text}\n```\n"


def _facts(rule: Rule) -> Iterator[str]:
    definition = meaning(rule)
    relative, absolute = rule.bound
    bound = "" if rule.bound == BOUND else f", within ({relative:g} |y| + {absolute:g}) 2^-52"
    if definition is not None:
        yield f"definition: `{definition}`{bound}"
    elif rule.definition is not None:
        yield f"definition: {_algorithm(rule)}{bound}"
    elif rule.undefined:
        yield f"no definition: {rule.undefined}"
    if rule.source:
        yield f"source: {rule.source}"
    points = [*_special_points(rule), *_said_of_nan(rule)]
    if points:
        yield f"special points: {'; '.join(points)}"
    yield from rule.conventions
    facts = [_batch(rule)]
    if not rule.rounds:
        facts.append("never rounded")
    if rule.view != "never":
        facts.append("may share memory" if rule.view == "maybe" else "shares memory")
    yield "; ".join(facts)


def _algorithm(rule: Rule) -> str:
    """The first sentence of what a definition says of itself."""
    assert rule.definition is not None
    said = (rule.definition.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return said or "in core operations"


def _batch(rule: Rule) -> str:
    """What `vmap` does with the operation."""
    if rule.op in SINGLE:
        return "vmap: the same for all examples"
    reason = reason_for(rule)
    if reason is not None:
        return f"vmap: a loop over the examples ({reason})"
    return "vmap: entry by entry" if rule.pointwise else "vmap: one operation for all examples"


def _special_points(rule: Rule) -> Iterator[str]:
    """Values and slopes where the table says that the operation is special, and at the ends."""
    if rule.form != "elementwise":
        return
    points: list[tuple[Any, ...]] = list(rule.strata)
    count = 2 if rule.variadic else len(rule.adjoints)
    if count == 1 and not rule.facts.get("straight_through"):
        points += [(x,) for x in (0.0, math.inf, -math.inf) if (x,) not in points]
    for point in points:
        said = _said_at(rule, point)
        if said is not None:
            at = _number(point[0]) if len(point) == 1 else f"({', '.join(map(_number, point))})"
            yield f"at {at}: {said}"


def _said_of_nan(rule: Rule) -> Iterator[str]:
    """Where NaN in one operand does not make the value NaN."""
    if rule.form != "elementwise" or rule.facts.get("straight_through"):
        return
    count = 2 if rule.variadic else len(rule.adjoints)
    operands = held_operands(rule, count)
    for k in range(count):
        if rule.differentiates(k):
            point = (*operands[:k], math.nan, *operands[k + 1 :])
            said = _said_at(rule, point)
            if said is not None:
                others = [
                    f"{n} = {_number(x) if isinstance(x, float) else x}"
                    for j, (n, x) in enumerate(zip(rule.names, operands, strict=False))
                    if j != k
                ]
                beside = f" beside {', '.join(others)}" if others else ""
                yield f"NaN in {rule.names[k]}{beside}: {said}"


def _said_at(rule: Rule, point: tuple[Any, ...]) -> str | None:
    try:
        with np.errstate(all="ignore"):
            y = rule.op(*point)
            count = len(point) if rule.variadic else len(rule.adjoints)
            ks = [k for k in range(count) if rule.differentiates(k)]
            slopes = [rule._map(rule.adjoints, k)(1.0, y, *point) for k in ks]
    except (ArithmeticError, ValueError, TypeError):
        return None
    if np.ndim(y) or np.isnan(y):
        return None
    word = "slope" if len(slopes) == 1 else "slopes"
    return f"{_number(y)}, {word} {' and '.join(map(_number, slopes))}"


def _number(x: Any) -> str:
    value = float(x)
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.6g}".replace("-0", "0") if value == 0 else f"{value:.6g}"


# ---------------------------------------------------------------- the page


def file_of(title: str) -> str:
    """The name of the picture of an entry."""
    return re.sub(r"[^\w.]+", "_", _WORDS.get(title, title)).strip("_") + ".svg"


_COMPACT = ("Linear helpers", "Further helpers")


def _heading(title: str) -> str:
    """The title; operators in words too."""
    word = _WORDS.get(title)
    return f"{word}: `{title}`" if word else title


_WORDS = {
    "a + b": "add",
    "a - b": "subtract",
    "a * b": "multiply",
    "a / b": "divide",
    "a % b": "remainder",
    "a ** b": "power",
    "-x": "negative",
    "+x": "positive",
}


def page() -> tuple[str, dict[str, str]]:
    """The text of docs/rules.md, and of the pictures by file name."""
    lines: list[str] = [_HEAD]
    pictures: dict[str, str] = {}
    for section, found in entries().items():
        lines.append(f"## {section}\n")
        helpers = section.startswith(_COMPACT)
        for entry in found:
            if helpers:
                lines.append(_code(entry.rule))
                continue
            lines.append(f"### {_heading(entry.titles[0])}\n")
            if len(entry.titles) > 1:
                lines.append(f"also {', '.join(f'`{t}`' for t in entry.titles[1:])}\n")
            drawn = picture(entry.rule) if entry.rule.form == "elementwise" else None
            if drawn is not None:
                name = file_of(entry.titles[0])
                pictures[name] = drawn
                lines.append(f"![{entry.titles[0]} and its slope](rules/{name})\n")
            lines.append(f"{entry.body}\n")
    lines.append("## Without derivative\n")
    lines.append("Their results never vary, or only by jumps: the derivative is 0.\n")
    named = _constants()
    lines.append(" ".join(f"`{n}`" for n in named) + "\n")
    lines.append("Some of them have no meaning in numbers other than floats:\n")
    lines += [f"- `{n}`: {rule.undefined}" for n, rule in named.items() if rule.undefined]
    lines.append("")
    return "\n".join(lines), pictures


def _constants() -> dict[str, Rule]:
    """The operations without derivative that programs call, by name."""
    found = {}
    for rule in declared():
        module = str(getattr(rule.op, "__module__", None) or "numpy")
        if rule.form == "constant" and _is_of_program(rule) and not module.startswith("fpad"):
            prefix = {"numpy": "np.", "math": "math.", "numpy.linalg": "np.linalg."}
            found[prefix.get(module, "") + str(rule.op.__name__)] = rule
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def write(folder: pathlib.Path) -> None:
    """Write the page and its pictures; pictures that no entry has any more are removed."""
    text, pictures = page()
    (folder / "rules.md").write_text(text)
    (folder / "rules").mkdir(exist_ok=True)
    for old in (folder / "rules").glob("*.svg"):
        if old.name not in pictures:
            old.unlink()
    for name, drawn in pictures.items():
        (folder / "rules" / name).write_text(drawn)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
