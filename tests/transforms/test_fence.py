"""The fence: its table is complete, and every refusal shows its place."""

import sys

import gast
import gast.gast
import pytest

from fpad.transforms.errors import TransformError
from fpad.transforms.expressions import AUGMENTED, BINARY, COMPARE, UNARY
from fpad.transforms.fence import TABLE, Absent, Accepted, Refused, Within, fence
from fpad.transforms.source import read
from tests.transforms.execution import define

# One program for each refused construct; § stands before it and is not part of the program.
REFUSED = {
    gast.AsyncFunctionDef: "§async def f(x):\n    return x",
    gast.TypeAlias: "def f(x):\n    §type T = int\n    return x",
    (gast.Delete, "part"): "def f(x):\n    §del x.entry\n    return x",
    gast.Global: "def f(x):\n    §global y\n    return x",
    gast.Nonlocal: """def outer(y):
    def f(x):
        §nonlocal y
        return x
    return f""",
    gast.AsyncWith: "def f(x):\n    §async with x:\n        pass",
    gast.AsyncFor: "def f(x):\n    §async for y in x:\n        pass",
    gast.TryStar: """def f(x):
    §try:
        y = 1 / x
    except* ValueError:
        y = 0.0
    return y""",
    (gast.Constant, "bytes"): "def f(x):\n    return §b'ab'",
    gast.Await: "def f(x):\n    return §await x",
    gast.Yield: "def f(x):\n    §yield x",
    gast.YieldFrom: "def f(x):\n    §yield from x",
}
if hasattr(gast, "TemplateStr"):
    REFUSED[gast.TemplateStr] = "def f(x):\n    return §t'{x}'"

SINCE = {"TypeAlias": (3, 12), "TemplateStr": (3, 14)}
# Python's own compiler accepts these in coroutines only; the fence would see them there.
IN_COROUTINES = (gast.AsyncWith, gast.AsyncFor, gast.Await)


def rows() -> list[type]:
    """All node classes of gast."""
    return [getattr(gast, name) for name, _ in gast.gast._nodes]


def test_every_construct_has_a_row() -> None:
    classes = rows()
    assert len(classes) > 100
    assert [cls.__name__ for cls in classes if cls not in TABLE] == []


def test_every_row_is_a_construct() -> None:
    known = set(rows())
    for key in TABLE:
        assert (key[0] if isinstance(key, tuple) else key) in known
    for verdict in TABLE.values():
        if isinstance(verdict, Within):
            assert isinstance(TABLE[verdict.construct], Refused)


def test_every_refused_construct_has_a_program() -> None:
    assert {key for key, verdict in TABLE.items() if isinstance(verdict, Refused)} == set(REFUSED)


@pytest.mark.parametrize("key", REFUSED, ids=str)
def test_refused(key) -> None:
    cls = key[0] if isinstance(key, tuple) else key
    if sys.version_info < SINCE.get(cls.__name__, (3, 11)):
        pytest.skip(f"{cls.__name__} came with Python {SINCE[cls.__name__]}")
    before, _, after = REFUSED[key].partition("§")
    text = before + after + "\n"
    if cls in IN_COROUTINES:
        text = "async " + text
    function = define(text, print=print)
    if cls is gast.Nonlocal:
        function = function(1)
    source = read(function)
    with pytest.raises(TransformError) as caught:
        fence(source)
    refusals = caught.value.refusals
    if cls in IN_COROUTINES:
        refusals = refusals[1:]
    (refusal,) = refusals
    line = before.count("\n")
    assert refusal.file == source.file
    assert refusal.line == line + 1
    assert refusal.column == len(before.splitlines()[-1] if before else "") + 1
    assert refusal.text == text.splitlines()[line].strip()
    verdict = TABLE[key]
    assert isinstance(verdict, Refused)
    assert (refusal.reason, refusal.remedy) == (verdict.reason, verdict.remedy)


def test_all_refusals_together_in_source_order() -> None:
    text = '''
def f(x):
    """[v for v in x] in a docstring is text."""
    with x:
        y = [b"" for v in x]
        try:
            z = yield 1
        except ValueError:
            del z.y
    return b"", b"2"
'''
    with pytest.raises(TransformError) as caught:
        fence(read(define(text)))
    found = [(r.line, r.text.split()[0], r.column) for r in caught.value.refusals]
    assert found == [
        (5, "y", 14),
        (7, "z", 17),
        (9, "del", 13),
        (10, "return", 12),
        (10, "return", 17),
    ]
    message = str(caught.value)
    assert message.count("Instead: ") == 5
    line = 'y = [b"" for v in x]\n         ^\n  Bytes are not'
    assert f"{caught.value.refusals[0].file}:5\n    {line}" in message


def test_the_caret_stands_under_the_construct() -> None:
    text = 'def f(x):\n\tä = 1; 日本 = max(x, key=b"")\n\treturn ä\n'
    with pytest.raises(TransformError) as caught:
        fence(read(define(text)))
    (refusal,) = caught.value.refusals
    assert refusal.column == text.splitlines()[1].index('b""') + 1
    _, line, caret, *_ = str(refusal).splitlines()
    # The two wide characters take two columns each.
    assert caret.index("^") == line.index('b""') + 2


def test_accepted_function_passes() -> None:
    fence(read(define("def f(x, *args, k=[v for v in (1, 2)], **kw):\n    return x\n")))


def test_operators_of_the_table_are_those_of_lowering() -> None:
    accepted = {key for key, verdict in TABLE.items() if isinstance(verdict, Accepted)}
    for base, table in (
        (gast.gast.operator, BINARY),
        (gast.gast.unaryop, UNARY),
        (gast.gast.cmpop, COMPARE),
    ):
        assert {c for c in accepted if isinstance(c, type) and issubclass(c, base)} == set(table)
    assert set(AUGMENTED) == set(BINARY)


def test_what_python_3_lacks_is_absent() -> None:
    assert isinstance(TABLE[gast.Print], Absent)
    assert isinstance(TABLE[gast.Repr], Absent)
