"""Python constants and comments as source text that means exactly the same value.

1e400 (an infinity)   ->  1e309             parses to the same constant
a NaN                 ->  float("nan")      a call, because no literal is a NaN
-0.0                  ->  -0.0              parses to the operator - on 0.0
'it is'               ->  "it is"
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable
from typing import Final

# The forms of a string's quotes, in order of preference.
QUOTES: Final = ('"', "'", '"""', "'''")

# A decimal literal just above the greatest float: it reads as an infinity.
_INFINITY: Final = f"1e{sys.float_info.max_10_exp + 1}"

# Decimal text is refused beyond sys.get_int_max_str_digits(), hexadecimal text is not.
_DECIMAL_BITS: Final = 2048

# PEP 263: in the first two lines of a file such a comment would name the file's encoding.
_CODING: Final = re.compile(r"(coding)(?=[:=])")


def constant(value: object) -> str:
    """The text of a constant, without brackets around a leading minus sign.

    Args:
        value: None, ..., a bool, int, float, complex, str or bytes, or a tuple of these; exactly of
            that type. A complex number must be one that a literal can write (`2j`, `-2j`).

    Raises:
        TypeError: There is no literal for the value. Subclasses are refused because they would
            come back as another type (a NumPy float64 as a float).
    """
    kind = type(value)
    if value is None or value is ... or kind is bool:
        return "..." if value is ... else repr(value)
    if kind is int:
        assert isinstance(value, int)
        return repr(value) if value.bit_length() <= _DECIMAL_BITS else hex(value)
    if kind is float:
        assert isinstance(value, float)
        return _float(value)
    if kind is complex:
        assert isinstance(value, complex)
        return _imaginary(value)
    if kind is str:
        text = repr(value)
        # repr prefers single quotes, formatters of code prefer double ones.
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if kind is bytes:
        text = repr(value)
        return f'b"{text[2:-1]}"' if text[1] == "'" and '"' not in text else text
    if kind is tuple:
        assert isinstance(value, tuple)
        items = [constant(item) for item in value]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    raise TypeError(f"not a literal of the language: {value!r} (type {kind.__name__})")


def _float(value: float) -> str:
    if math.isnan(value):
        return '-float("nan")' if math.copysign(1.0, value) < 0.0 else 'float("nan")'
    return repr(value).replace("inf", _INFINITY)


def _imaginary(value: complex) -> str:
    # The literal 2j has the real part 0.0, and the operator makes -0.0 of it.
    negative = math.copysign(1.0, value.imag) < 0.0
    real = -0.0 if negative else 0.0
    same_real = value.real == 0.0 and math.copysign(1.0, value.real) == math.copysign(1.0, real)
    if not same_real or math.isnan(value.imag):
        raise TypeError(f"not a literal of the language: {value!r} (write it as a sum)")
    return _float(value.imag).removesuffix(".0") + "j"


def escaped(text: str, quote: str, *, keep: str = "") -> str:
    """`text` as it stands between two `quote`s: backslashes, quotes and control characters escaped.

    Args:
        text: The characters of the string.
        quote: One of `QUOTES`, or "" to leave all quotes alone.
        keep: Characters that are not printable and stay as they are.
    """
    return "".join(
        "\\" + char
        if char in ("\\", quote[:1])
        else char
        if char.isprintable() or char in keep
        else repr(char)[1:-1]
        for char in text
    )


def docstring(text: str) -> str:
    """A string in triple quotes with its line feeds as they are, as a docstring is written."""
    body = re.sub(r'"(?=""|\Z)', r'\\"', escaped(text, "", keep="\n"))
    return f'"""{body}"""'


def unescaped(value: str | bytes) -> Iterable[str]:
    """Every way to write a string or bytes without a backslash, in order of preference.

    Inside the braces of an f-string Python 3.11 accepts no backslash at all.
    """
    prefix, text = ("", value) if isinstance(value, str) else ("b", value.decode("latin-1"))
    if "\\" in text or (prefix and not text.isascii()):
        return
    for quote in QUOTES:
        plain = text if len(quote) == 1 else text.replace("\n", "")
        if plain.isprintable() and quote not in text and not text.endswith(quote[0]):
            yield f"{prefix}{quote}{text}{quote}"


def comment(text: str, *, first_lines: bool = False) -> list[str]:
    """The lines of a comment, each with its `#`.

    Args:
        text: What the comment says, in any number of lines.
        first_lines: The comment may come to stand in the first two lines of a file, where Python
            looks for a declaration of the encoding.
    """
    lines = []
    for line in text.splitlines() or [""]:
        shown = "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in line)
        lines.append(f"# {shown}".rstrip())
    return [_CODING.sub(r"\1 ", line) for line in lines] if first_lines else lines
