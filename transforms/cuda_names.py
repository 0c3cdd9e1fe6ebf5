"""Names of Python as names of CUDA C++.

x, w1       x, w1          as they are, where they mean nothing there
double, i   double_, i_    words of the language, and what CuPy's loop uses
θ, _x       v_, x_         what NVRTC or CuPy may not take
"""

from __future__ import annotations

import re

from fpad.transforms.ir import Fresh

_WORDS = (
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t "
    "char8_t class compl concept const const_cast consteval constexpr constinit continue decltype "
    "default delete do double dynamic_cast else enum explicit export extern false float for friend "
    "goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq "
    "private protected public register reinterpret_cast requires return short signed sizeof static "
    "static_assert static_cast struct switch template this thread_local throw true try typedef "
    "typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq "
    "float16 bfloat16 complex half errno linux unix i n Q N "
)
_FUNCTIONS = (
    "pow sqrt fabs rint floor ceil trunc hypot atan2 exp expm1 exp2 log log1p log2 log10 cbrt "
    "sin cos tan asin acos atan sinh cosh tanh fmod copysign"
)
# Words of C++ and what CuPy and the bodies of kernels use.
_RESERVED = frozenset(_WORDS.split()) | frozenset(_FUNCTIONS.split())


def identifiers(taken: list[str]) -> dict[str, str]:
    """Names of C++ that clash with nothing there: Python's own as far as possible."""
    keep = {n for n in taken if _is_free(n)}
    fresh = Fresh(keep | _RESERVED)
    return {n: n if n in keep else fresh(_plain(n)) for n in taken}


def _is_free(n: str) -> bool:
    macro = len(n) > 1 and n.isupper()
    ours = n.startswith(("_", "fp_", "FPAD_", "CUPY_"))
    return n.isascii() and not (macro or ours or n in _RESERVED or "__" in n)


def _plain(n: str) -> str:
    ascii_only = re.sub(r"[^0-9A-Za-z]+", "_", n).strip("_")
    return f"{ascii_only or 'v'}_"
