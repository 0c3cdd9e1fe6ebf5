"""What specialisation refuses: place, reason and remedy, all of a function at once."""

import math
from typing import Any

import numpy as np
import pytest

from fpad.transforms.errors import TransformError
from fpad.transforms.specialise import specialise
from tests.transforms.execution import define
from tests.transforms.specialised import agrees, refused, special

V = np.array([0.7, 1.3, 0.9])
COMPLEX = 1j
TEXTS = np.array(["a", "b"])
DATA = {"w": V, "k": [1.0]}


class Base:
    """Its method calls super()."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Other:
    """Takes the method without inheriting from its class."""

    __init__ = Base.__init__


SCOPE = {
    "V": V,
    "np": np,
    "math": math,
    "COMPLEX": COMPLEX,
    "TEXTS": TEXTS,
    "DATA": DATA,
}

# body, arguments, and words of the reason and of the remedy
CASES = {
    "chunks of an iterator": (
        "    y = x * V\n    return sum(np.sum(v) for v in np.nditer(y, flags=['external_loop']))\n",
        (1.0,),
        "nditer is given other flags",
        "leave all out",
    ),
    "a list at all places of a list is written": (
        "    row = [0.0, x]\n    rows = [row for _ in range(n)]\n    rows[1][0] = x\n"
        "    return rows[0][0]\n",
        (1.0, 3),
        "A list stands at several places",
        "put copies there",
    ),
    "a list appended in every trip is written": (
        "    row, rows = [0.0, x], []\n    for _ in range(n):\n        rows.append(row)\n"
        "    rows[1][0] = x\n    return rows[0][0]\n",
        (1.0, 3),
        "A list stands at several places",
        "put copies there",
    ),
    "a dict at all places of a list is written": (
        "    rows = [{'a': x}] * n\n    rows[1]['a'] = x * x\n    return rows[0]['a']\n",
        (1.0, 3),
        "A list stands at several places",
        "put copies there",
    ),
    "a repeated list is written in a loop": (
        "    rows = [[x, 0.0]] * n\n    for row in rows:\n        row[0] += x\n"
        "    return rows[0][0]\n",
        (1.0, 3),
        "A list stands at several places",
        "put copies there",
    ),
    "a range or a number": (
        "    p = range(3) if x > 0 else x\n    return p\n",
        (1.0,),
        "p is a range or a float here",
        "use two names",
    ),
    "a list of two kinds of things": (
        "    p = [x]\n    for _ in range(n):\n        p.append('x')\n    return x\n",
        (1.0, 3),
        "p is a list of 1 or a list of 2 here",
        "make both the same kind",
    ),
    "an index of different things": (
        "    return (x, 'x')[n]\n",
        (1.0, 1),
        "A tuple of 2 is indexed with an int that is known only at run time.",
        "put the values into an array",
    ),
    "a local name without a value": (
        "    if x is None:\n        y = 1.0\n    return y\n",
        (1.0,),
        "The variable y has no value here.",
        "assign it on every way",
    ),
    "a name that is not defined": (
        "    return undefined(x)\n",
        (1.0,),
        "Name 'undefined' is not defined.",
        "define it before the first call",
    ),
    "a key that is not there": (
        "    return {'a': x}['b']\n",
        (1.0,),
        "A dict of 1 has no part 'b'; it has 'a'.",
        "check the key",
    ),
    "a position that is not there": (
        "    return (x, x)[2]\n",
        (1.0,),
        "A tuple of 2 has no part 2; it has 0, 1.",
        "check the key",
    ),
    "too many names": (
        "    a, b = (x, x, x)\n    return a\n",
        (1.0,),
        "A tuple of 3 is unpacked into 2 names.",
        "as many names as values",
    ),
    "a number unpacked": (
        "    a, b = x\n    return a\n",
        (1.0,),
        "A float cannot be unpacked.",
        "unpack a tuple",
    ),
    "no rule": (
        "    return np.busday_count(x, x)\n",
        (V,),
        "numpy.busday_count is about dates.",
        "make numbers of dates",
    ),
    "no rule for an argument": (
        "    return np.clip(x, 0.0, 1.0, casting='no')\n",
        (V,),
        "numpy.clip has no derivative rule with the argument casting.",
        "leave the argument out",
    ),
    "too many arguments": (
        "    return np.diagonal(x[None], 0, 0, 1, 2)\n",
        (V,),
        "numpy.diagonal is given 5 arguments; its derivative rule has 4 (a, offset, axis1, axis2).",
        "by keyword",
    ),
    "a shape joined with a tuple of unknown length": (
        "    return np.zeros(np.shape(x) + (2,) * n) + x[0]\n",
        (V, 2),
        "A shape meets a tuple of a length that only the run tells.",
        "a shape written out",
    ),
    "gradients along an unknown number of axes": (
        "    return np.gradient(np.squeeze(x))\n",
        (V,),
        "How many results np.gradient has here is not known",
        "name the axis",
    ),
    "a slice made of what is not known": (
        "    return x[np.s_[: x[0]]]\n",
        (V, 2),
        "A slice is bounded by a float.",
        "use ints",
    ),
    "no rule for a method": (
        "    return x.byteswap()\n",
        (V,),
        "The attribute byteswap of an array reads the memory as another type",
        "use astype",
    ),
    "a method that is not called": (
        "    return x.sum\n",
        (V,),
        "f returns the method sum.",
        "return numbers",
    ),
    "a function of an object": (
        "    return o.alpha * x\n",
        (1.0, 2, object()),
        "The attribute alpha of an object of class object is not known",
        "pass alpha as an argument",
    ),
    "complex results": (
        "    return x * COMPLEX\n",
        (1.0,),
        "f returns a Complex of 2.",
        "return numbers",
    ),
    "an array of texts": (
        "    return x * len(TEXTS)\n",
        (1.0,),
        "TEXTS is an array of dtype <U1",
        "real floats",
    ),
    "a float stored into ints": (
        "    y = np.zeros(3, dtype=int)\n    y[0] = x\n    return y\n",
        (1.0,),
        "A float is stored into an array of ints, which cuts it off.",
        "dtype=float",
    ),
    "a float added to ints": (
        "    y = np.arange(3)\n    y[0] += x\n    return y\n",
        (1.0,),
        "A float is stored into an array of ints",
        "dtype=float",
    ),
    "a number written": (
        "    x[0] = 2.0\n    return x\n",
        (1.0,),
        "An entry of a float is assigned.",
        "entries of an array",
    ),
    "a tuple written": (
        "    p = (x, x)\n    p[0] = 2.0\n    return p\n",
        (1.0,),
        "A part of a tuple is assigned.",
        "make a new tuple",
    ),
    "one of two lists written": (
        "    a, b = [x], [2.0]\n    c = a if x > 0 else b\n    c[0] = 3.0\n    return a[0] + b[0]"
        "\n",
        (1.0,),
        "A list of 1 is changed that may be seen outside of this function.",
        "make a new one and return it",
    ),
    "a list put into itself": (
        "    a = [x]\n    a.append(a)\n    return a[0]\n",
        (1.0,),
        "A list of 1 is put into itself.",
        "put a copy of it there",
    ),
    "a loop over a number": (
        "    for i in x:\n        pass\n    return x\n",
        (1.0,),
        "A loop cannot run over a float.",
        "range(len(..))",
    ),
    "a range of floats": (
        "    for i in range(x):\n        pass\n    return x\n",
        (1.0,),
        "range is given a float.",
        "give it ints",
    ),
    "an array indexed with a float": (
        "    return x[1.0]\n",
        (V,),
        "An array is indexed with a float.",
        "ints or arrays",
    ),
    "the largest entry by the builtin": (
        "    return max(x[None, :])\n",
        (V,),
        "max runs through an array row by row.",
        "use np.max",
    ),
    "None in arithmetic": (
        "    y = None\n    return x + y\n",
        (1.0,),
        "add is applied to None.",
        "give it numbers",
    ),
    "a dict in arithmetic": (
        "    return x + {'a': 1.0}\n",
        (1.0,),
        "add is applied to a float and a dict of 1.",
        "use arrays",
    ),
    "a number called": (
        "    return x(2.0)\n",
        (1.0,),
        "A float is called.",
        "call a function",
    ),
    "what Python itself would refuse": (
        "    return x if 'a' < 1 else 2.0\n",
        (1.0,),
        "This raises TypeError",
        "correct it",
    ),
    "a shape in arithmetic": (
        "    return x.shape * 2.0 + x\n",
        (V,),
        "mul is applied to a shape and a float.",
        "use arrays",
    ),
    "membership that is not known": (
        "    return x if n in 'abc' else 2.0\n",
        (1.0, 2),
        "contains an int is not known",
        "compare with each value",
    ),
    "an attribute of a module that is not there": (
        "    return np.no_such_function(x)\n",
        (V,),
        "no_such_function",
        "check the spelling",
    ),
    "a function printed": (
        "    print([lambda: x])\n    return x\n",
        (1.0,),
        "A message shows the function anonymous.",
        "show its parts",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refusal(name: str) -> None:
    body, args, reason, remedy = CASES[name]
    f = define(f"def f(x, n=2, o=None):\n{body}", **SCOPE)
    with pytest.raises(TransformError) as caught:
        special(f, *args)
    (refusal,) = caught.value.refusals
    assert reason in refusal.reason
    assert remedy in refusal.remedy
    assert refusal.reason.endswith(".")
    assert refusal.remedy.endswith(".")
    assert refusal.line > 1
    lines = f"def f(x, n=2, o=None):\n{body}".splitlines()
    assert refusal.text == lines[refusal.line - 1].strip()


def test_all_refusals_of_a_function_at_once() -> None:
    text = """
def f(x):
    a = np.packbits(x, 1)
    for i in range(3):
        b = x.byteswap()
        if i > 1:
            c = undefined(x)
    d = a + b * 2.0
    return np.histogram2d(d, d), TEXTS
"""
    reasons = refused(define(text, **SCOPE), V)
    words = ("numpy.packbits", "byteswap", "undefined", "numpy.histogram2d", "TEXTS")
    assert len(reasons) == len(words)
    for reason, word in zip(reasons, words, strict=True):
        assert word in reason


def test_a_place_in_the_file() -> None:
    f = define("def f(x):\n    y = x * 2\n    return y + np.packbits(y, 1)  # here\n", **SCOPE)
    with pytest.raises(TransformError) as caught:
        special(f, V)
    (refusal,) = caught.value.refusals
    assert (refusal.line, refusal.column, refusal.indent) == (3, 16, 4)
    assert refusal.text == "return y + np.packbits(y, 1)  # here"
    assert refusal.file.startswith("<text")


def test_what_is_refused_on_a_way_not_taken_is_let_through() -> None:
    text = "def f(x, mode):\n    return np.packbits(x, 1) if mode == 'sorted' else x\n"
    agrees(define(text, **SCOPE), V, "plain")
    assert refused(define(text, **SCOPE), V, "sorted")


def test_a_loop_that_would_be_too_long_written_out() -> None:
    body = "    for v in p:\n        x = x + 1.0 if v is None else x + v\n    return x\n"
    (reason,) = refused(define(f"def f(x):\n    p = (x, None) * 1000\n{body}"), 1.0)
    assert "2000 values" in reason


def test_the_fence_is_asked_first() -> None:
    with pytest.raises(TransformError, match="Global variables"):
        specialise(define("def f(x):\n    global y\n    return x\n"), {})


def test_lists_made_and_handed_over_are_the_same_lists() -> None:
    same = define("def same(v):\n    return v\n")

    def f(x: Any) -> Any:
        a = [x, 1.0]
        b = same(a)
        a[0] = 2.0
        return b[0]

    agrees(f, 1.0)


def test_super_of_an_object_of_another_class() -> None:
    with pytest.raises(TransformError, match="a method of Base is called with a Other"):
        special(lambda x: Other(x).value, 1.0)
