"""The text of statements, expressions, constants and f-strings."""

import ast
import math
import struct
import sys

import gast
import numpy as np
import pytest

from fpad.transforms.printer import to_source, to_source_map
from tests.transforms.random_trees import dump

since_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
since_313 = pytest.mark.skipif(sys.version_info < (3, 13), reason="syntax of Python 3.13")


def module(*body):
    return ast.Module(list(body), [])


# Text that prints as itself

LINES = """
y = np.sin(t) / s
x = (a + b) * c[1:, ::2]
bx = -(a - (b - c)) - d
x**2 + (-x)**2 - x**-n * 2 ** f(x)
(a**b) ** c + a**b**c
x = y = z[0]
a, b = b, a
(a, b), *c = d
[a, b] = d
x[i, j] += 1
x[i:j, None, ..., ::-1] = x[(i, j), k]
x[i + 1:n - 1] = x[:, 0, *rest]
x[1:2,], y[(a := 1)], z[()]
return -x, *rest
return not a == b
assert (a, b), "text"
ok = a < b <= c is not d not in e
ok = (a < b) < c
ok = a or b and not c or (d or e)
z = a if b else c if d else e
z = (a if b else c) if (lambda: d) else e
f = lambda x, /, y=1, *args, k, z=2, **kw: (x, y)
g(*a, *(b or c), k=1, **d, **(e or f))
sum(x for x in y if x if x > 0)
max((x for x in y), default=0)
{**a, "b": [1, 2], (c, d): {e}}
{x: y for (x, y), z in w for q in (lambda: r)}
{*()}
x = yield
x = yield a, b
x = (yield a) + 1
yield from f()
(x := 1)
(yield)[0] = await (await f)()
(1).real + (1.5).real + "s".real + True.real
x: int = 1
(x): int
x.y: "T"
del (a, b), c
del a, b
from . import a
from ..m import a as b, c
raise E(x) from None
print(f"{x!r:>{n}} {{}}", "it's", 'a "b"', b"c")
x = 1e309 - -1e309j
"""


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_prints_as_written(line):
    assert to_source(ast.parse(line)) == f"{line}\n"
    assert to_source(gast.parse(line)) == f"{line}\n"


PROGRAM = '''\
"""Module."""

import numpy as np


@fp.kernel(8)
@other
def f(x: float, *args: int, k: str = "a", **kw) -> float:
    """One line.

    A \\\\ backslash, \\""" quotes and "one"."""
    global a, b

    def inner():
        nonlocal c

    class C(Base, metaclass=M):
        y = 1

        async def g(self):
            async with a as b, c:
                async for i, j in d:
                    pass
                else:
                    break

    while x := f():
        continue
    else:
        return
    if (x := 1) > 0:
        pass
    elif y:
        pass
    else:
        if z:
            pass
        w = 1
    with ((a, b)):
        pass
    with (a, b) as (c, d):
        pass
    try:
        pass
    except* (A, B) as e:
        try:
            pass
        except C:
            raise
        except:
            pass
    try:
        pass
    finally:
        pass
    match x, y:
        case [1, *rest] | {"k": -2.5, **more} if x:
            pass
        case C(a, b=1) as c:
            pass
        case _:
            pass


class D:
    pass


x = 1
'''.replace("match x, y", "match (x, y)")


DEFINITIONS = ["def", "def", "class", "async", "class"]


def test_program_prints_as_written():
    for parse in (ast.parse, gast.parse):
        text, line_map = to_source_map(parse(PROGRAM))
        assert text == PROGRAM
        lines = PROGRAM.splitlines()
        definitions = [
            lines[line - 1] for line, node in line_map if hasattr(node, "decorator_list")
        ]
        assert [line.split()[0] for line in definitions] == DEFINITIONS


@since_312
@pytest.mark.parametrize(
    "line",
    [
        "type X[T: int, *Ts, **P] = dict[T, P]",
        """f"{"\\n".join(f"{'"'}" for x in y)}\\"{'it\\'s'}\"""",
    ],
)
def test_syntax_of_3_12(line):
    text = to_source(ast.parse(line))
    assert dump(ast.parse(text)) == dump(ast.parse(line))
    assert line.startswith("f") or text == f"{line}\n"


@since_313
def test_syntax_of_3_13():
    line = "class A[T: int = bool, *Ts = *tuple[int], **P = [int]](B):\n    pass\n"
    assert to_source(ast.parse(line)) == to_source(gast.parse(line)) == line


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 writes every f-string")
def test_fstring_without_a_spelling_is_refused():
    piece = ast.FormattedValue(ast.Constant("\\"), -1)
    with pytest.raises(ValueError, match=r"before Python 3\.12"):
        to_source(ast.JoinedStr([piece]))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("f'{a[\"k\"]}'", "f\"{a['k']}\""),
        ("f'\\'{a}'", 'f"\'{a}"'),
        ("f'{ {1: 2}[1] }'", 'f"{ {1: 2}[1]}"'),
        ("f'{(lambda: 1)}{(a, b)}{(x := 1)}'", 'f"{(lambda: 1)}{(a, b)}{(x := 1)}"'),
        ("f'{x=}'", 'f"x={x!r}"'),
        ("f'{x:\\x7b}'", 'f"{x:\\x7b}"'),
        ("f'{x:{n}.{m}f}' 'tail{}'", 'f"{x:{n}.{m}f}tail{{}}"'),
        ("f'''\"{a}' {b[\"k\"]}'''", "f\"\\\"{a}' {b['k']}\""),
    ],
)
def test_fstrings(line, text):
    assert to_source(ast.parse(line)) == f"{text}\n"
    assert dump(ast.parse(text)) == dump(ast.parse(line))


def test_template_strings():
    # Nodes of gast: before 3.14 there is no syntax to read them from.
    def field(value, spelling, conversion=-1):
        return gast.Interpolation(gast.parse(value).body[0].value, spelling, conversion, None)

    values = [gast.Constant("a{", None), field("x+1", " x+1 "), field("y", "z", ord("r"))]
    assert to_source(gast.TemplateStr(values)) == 't"a{{{ x+1 }{y!r}"\n'


# Constants


def bits(value):
    return type(value), struct.pack("d", value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, "1e309"),
        (-math.inf, "-1e309"),
        (math.nan, 'float("nan")'),
        (math.copysign(math.nan, -1.0), '-float("nan")'),
        (-0.0, "-0.0"),
        (-3, "-3"),
        (5e-324, "5e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_floats_keep_their_bits(value, text):
    constant = ast.Constant(value)
    assert to_source(constant) == f"{text}\n"
    assert bits(eval(text)) == bits(value)
    # As an operand of everything that binds more tightly than a minus sign.
    for tree in (
        ast.BinOp(constant, ast.Pow(), ast.Constant(2)),
        ast.BinOp(ast.Constant(2.0), ast.Pow(), constant),
        ast.BinOp(ast.Constant(1), ast.Sub(), constant),
        ast.UnaryOp(ast.USub(), constant),
        ast.Attribute(constant, "real", ast.Load()),
        ast.Call(ast.Attribute(constant, "__abs__", ast.Load()), [], []),
    ):
        code = ast.fix_missing_locations(ast.Expression(tree))
        assert bits(eval(to_source(tree))) == bits(eval(compile(code, "<tree>", "eval")))


def test_other_constants():
    values = [None, ..., True, 2j, -2j, "\ud800\r\u2028", b"\xff'", (1, (-2.0,), ()), 10**5000]
    for value in values:
        back = eval(to_source(ast.Constant(value)))
        assert (type(back), back) == (type(value), value)
    # A negative imaginary number is the operator - on a positive one: its real part is -0.0.
    assert math.copysign(1.0, eval(to_source(ast.Constant(-2j))).real) == -1.0


@pytest.mark.parametrize(
    "value", [np.float64(1.0), np.int64(1), 1 + 2j, complex(0.0, -1.0), [1], frozenset(), object()]
)
def test_no_literal_is_refused(value):
    with pytest.raises(TypeError, match="not a literal"):
        to_source(module(ast.Expr(ast.Constant(value))))


def test_docstrings_keep_their_value():
    for value in [
        '"',
        '""""',
        'a"',
        '\\"',
        "\\",
        "a\n  b \n",
        "\r\t\0é\u2028",
        "'",
        '"""\\"""',
        "",
    ]:
        body = [ast.Expr(ast.Constant(value)), ast.Pass()]
        tree = ast.parse("def f(): pass")
        tree.body[0].body = body
        text = to_source(tree)
        assert ast.get_docstring(ast.parse(text).body[0], clean=False) == value
        assert text.splitlines()[1].startswith('    """')
