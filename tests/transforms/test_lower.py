"""Lowering: Python's order of evaluation, what a construct becomes, where statements come from."""

import operator
from dataclasses import replace

import gast
import numpy as np
import pytest

from fpad import runtime as fp
from fpad.transforms import ir
from fpad.transforms.check import check
from fpad.transforms.errors import TransformError
from fpad.transforms.fence import TABLE, Accepted, Rewritten, construct
from fpad.transforms.ir import Const, Slice
from fpad.transforms.jumps import unjump
from fpad.transforms.lower import lower
from fpad.transforms.source import read
from tests.situations import MARKED
from tests.transforms.execution import agree, bits, define, execute

# Every program is run with these arguments; `e(v)` logs v, so a wrong order of evaluation shows.
CALLS = [(2, 3.5), (0, -0.0), (-1, 1e300)]

PROGRAMS_OF_CONSTRUCTS = {
    "operators": """
def f(n, x):
    y = e(x) + e(2.0) * e(n) - e(x) / e(4) + e(n) // e(2) + e(n) % e(3) + e(x) ** e(2)
    z = (e(n) << e(2)) | (e(n) & e(6)) ^ (e(n) >> 1)
    return y, z, -x, +n, ~n, not x, - -x, -(2 ** 2), -True
""",
    "functions inside": """
def f(n, x):
    def g(y, k=e(3), *rest, z=e(4)):
        return e(y) * k + z + sum(rest)
    h = lambda v: g(v) * n
    return g(1), g(2, 5, 6, z=7), h(x), (lambda: x)(), [u(3) for u in [g, h, lambda t: t + n]]
""",
    "classes inside": """
def f(n, x):
    class A:
        k = 2

        def scaled(self, y):
            return self.k * e(y)

    class B(A):
        k = 3

    return A().scaled(n), B().scaled(x)
""",
    "match": """
def f(n, x):
    match e(n):
        case 1 | 2 if e(x) > 10 ** 9:
            y = "large"
        case 1 | -7:
            y = "one"
        case None:
            y = "none"
        case "a" | "b" as z:
            y = z
        case other if other != 3:
            y = other
        case _:
            y = e(x)
    match x:
        case 1:
            y = 2
    return y
""",
    "stars": """
def f(n, x):
    a = [e(x), *[e(1), e(2)], *(e(3),), 4]
    b = (*a, e(n), *a[:1])
    c = {"k": e(x), **{"k": 1, "l": e(n)}, "m": 3}
    first, *mid, last = b
    *front, (p, *q) = [1, 2, (3, 4, 5)]
    d = max(*a, *[e(9)], **{"key": abs})
    return a, b, c, first, mid, last, front, p, q, d, dict(**c, o=e(7))
""",
    "comprehensions": """
def f(n, x):
    x2 = [e(x) * v for v in [1, 2, 3] if v != 2 if n]
    d = {k: [v, x] for k, v in {"a": e(1), "b": e(2)}.items()}
    s = sum(v * w for v in (1, e(2)) for w in [v, n])
    x = [[x * k for x in (1, 2)] for k in (x, n)]
    return x2, d, s, x, max([e(v) for v in x2])
""",
    "exceptions": """
def f(n, x):
    assert x == x, f"{x!r} is {n:>4} {{no number}}"
    if n > 10 ** 9:
        raise ValueError(f"{n}") from None
    y = x
    del y
    return (z := e(x)) + z
""",
    "literals": """
def f(n, x):
    return -0.0, 0.0, -0, -1, - -1.5, True, None, "text", ..., 10 ** 3, -1e-320
""",
    "matrix product": """
def f(n, x):
    a = np.array([[1.0, 2.0], [3.0, x]])
    b = a @ a
    b @= a
    return b
""",
    "comparisons": """
def f(n, x):
    return (
        e(1) < e(n), e(x) <= e(2), e(1) > e(n), e(n) >= e(2), e(n) == e(2), e(n) != e(2),
        n is None, n is not None, e(n) in e([1, 2]), e(n) not in e((1, 2)),
    )
""",
    "chained comparisons": """
def f(n, x):
    a = e(0) < e(n) <= e(2) < e(x) != e(9)
    n = n < n + 1 < n
    return a, n, e(1) == e(1) in e([1])
""",
    "and, or": """
def f(n, x):
    y = e(n) and e(x) and e(3)
    z = e(n) or e(x) or e(3)
    n = n and x
    w = (n or e(0)) and not (e(x) or e(1)) or e("last")
    x = x or n or x
    return y, z, n, w, x
""",
    "conditional expressions": """
def f(n, x):
    y = e(1) if e(n) > 0 else e(2) if e(x) else e(3)
    x = x if n else -x
    return e(y if x else n) + (1 if n else 2), x
""",
    "calls": """
def f(n, x):
    def_ = e
    y = dict(b=e(1), a=e(x))
    return def_(max(e(n), e(x), key=abs)), y, e([3, 1, 2]).index(e(1)), "ab".upper()
""",
    "attributes": """
def f(n, x):
    a = np.array([x, 2.0])
    return a.T.shape, a.sum(), a.reshape(2, 1).T, e(a).real.imag, (1.5).real
""",
    "displays": """
def f(n, x):
    return [e(1), (e(2), e(x)), [], ()], {e("a"): e(1), e("b"): {}, n: (e(3),)}
""",
    "assignments": """
def f(n, x):
    a = b = e(n)
    a, (b, [c, d]) = e(1), (e(2), [e(3), e(x)])
    [k, a] = a, k_ = d, a
    i, i = 5, 6
    y: float = e(0.5)
    z: int
    (w): float = y
    return a, b, c, d, k, k_, i, y, w
""",
    "swaps": """
def f(n, x):
    n, x = x, n
    n, (x, y) = x, (n, x)
    v = [1, 2, 3]
    v[0], v[2] = v[2], v[0]
    return n, x, y, v
""",
    "targets read what earlier targets wrote": """
def f(n, x):
    v = [0, 0, 0, 0]
    i = 0
    i, v[i] = 1, 2
    v[i], i = 3, 2
    i, v[i], i = 3, 4, 0
    (i, v[i]), v[i] = (1, 5), 6
    i = v[i] = 2
    j, i = k = (i, 1)
    n, i = m = n = (3, 4)
    m = v
    m, m[2] = w = m = [7, 8]
    _, _, q = 1, 2, 3
    return i, j, k, n, m, v, w, q, _
""",
    "order in stores": """
def f(n, x):
    v = [0, 0, 0]
    e(v)[e(0)] = e(1)
    e(v)[e(1)], e(v)[e(2)] = e(5), e(6)
    return v
""",
    "indices": """
def f(n, x):
    a = np.arange(24.0).reshape(2, 3, 4)
    d = {(1, 2): 3, -1: 4, "k": [5, 6]}
    return (
        a[0], a[-1, 1], a[:, ::2, 1:], a[..., None], a[0][1][2], a[e(0) : e(2), e(1)],
        a[[1, 0]], a[(0, 1), :], a[1:][0], a[a > 3.0], d[1, 2], d[-1], d["k"][e(1)], "abc"[1],
        a[1, ..., :-1], a[()],
    )
""",
    "slices written": """
def f(n, x):
    a = np.zeros((3, 4))
    a[0] = 1.0
    a[1, 1:3] = np.array([2.0, x])
    a[:, 0] += 2.0
    a[::2] *= 3.0
    a[a > 5.0] = -1.0
    a[[0, 1], [2, 3]] -= x
    b = a
    a[...] = b * 2.0
    return a
""",
    "augmented names": """
def f(n, x):
    a = np.array([1.0, 2.0])
    b = a
    a += e(x)
    a *= 2.0
    y = x
    y += 1
    y -= n
    y *= 2
    y /= 8
    y **= 2
    y //= 3
    y %= 5
    v = [1]
    w = v
    v += (2, 3)
    m = np.eye(2)
    m @= m
    return a, b, y, w, v, m
""",
    "augmented elements": """
def f(n, x):
    v = [1.0, 2.0, [3]]
    e(v)[e(0)] += e(x)
    e(v)[e(1)] *= e(x)
    v[0] -= 1
    v[0] /= 3
    v[0] **= 2
    v[1] //= 2
    v[1] %= 3
    v[2] += [4]
    rows = [np.ones(2), np.ones(2)]
    first = rows[0]
    rows[0] += x
    rows[0] *= 2.0
    d = {"k": first}
    d["k"] -= 1.0
    a = np.zeros(3)
    a[[0, 0, 1]] += 1.0
    a[np.array([2, 2])] += np.array([1.0, 5.0])
    return v, rows, first, d, a
""",
    "augmented element whose value changes it": """
def change(v):
    v[0] = 100.0
    return 1.0

def f(n, x):
    v = [x, 2.0]
    v[0] += change(v)
    v[1] += v[0]
    v[0] += abs(v[1])
    v[0] += np.sin(v[1]) + np.array([1.0, x]).sum()
    v[0] -= change(v)
    v[0] += v.pop()
    return v
""",
    "augmented element whose value writes it by out": """
def f(n, x):
    v = np.array([x, 2.0])
    v[0] += np.sin(v, out=v)[1]
    v[0] += np.cos(v, v)[0]
    return v
""",
    "loops": """
def f(n, x):
    s = 0
    for i in range(n):
        s += i
    for i, (a, b) in enumerate([(1, x), (n, 2)]):
        s = s + i * a - b
    for v in np.array([[1.0, 2.0], [x, 4.0]]):
        s = s + v
    w = [0, 0]
    for w[0], w[1] in [(1, 2), (3, 4)]:
        e(w)
    for k in {"a": 1, "b": 2}:
        e(k)
    for c in "xy":
        e(c)
    else:
        e("else")
    while n < 3 and e(n):
        n += 1
        if n == 1:
            continue
        if n == 2:
            break
    else:
        pass
    return s, w, i, n
""",
    "effects": """
def f(n, x):
    'docstring'
    e(1)
    n and e(2)
    e(3) if n else e(4)
    "a string in passing"
    n + e(5)
    n
    ...
    print(end="")
    if n:
        pass
    return
""",
    "with on every way out": """
def f(n, x):
    import contextlib
    from contextlib import nullcontext as nothing
    log = []
    class_of = {
        "__init__": lambda self, name: setattr(self, "name", name),
        "__enter__": lambda self: e("start of " + self.name),
        "__exit__": lambda self, *error: e("end of " + self.name) and None,
    }
    noting = type("Noting", (contextlib.AbstractContextManager,), class_of)
    for k in range(5):
        with noting("a"), noting("b"):
            if k == 1:
                continue
            with nothing():
                if k == 3:
                    break
                if n == 2 and k == 2:
                    return log
            log.append(k)
    ready = nothing()
    with ready:
        log.append("ready")
    return log
""",
    "try": """
def f(n, x):
    log = []
    for k in range(4):
        try:
            log.append(k)
            y = [x, 1.0][k]
            if n == 1 and k == 1:
                return log
        except IndexError as error:
            log.append(type(error).__name__)
            continue
        except (KeyError, TypeError):
            log.append("never")
        else:
            log.append("fine")
        finally:
            log.append("finally")
    try:
        try:
            if n:
                raise KeyError("raised here")
            log.append("not raised")
        except LookupError as error:
            log.append(error.args)
            y = {}["missing"]
    except KeyError as error:
        log.append(error.args)
    try:
        log.append(int("no number"))
    except:
        log.append("anything")
    return log, y
""",
    "sets, bits and decorators": """
def f(n, x):
    s = {n, 1, 1}
    t = {v * v for v in range(n)}
    k = 6
    k &= 3
    k |= 8
    k ^= 1
    k <<= 2
    k >>= 1
    def twice(g):
        return lambda v: 2.0 * g(v)
    @twice
    @twice
    def g(v):
        return v + x
    width = 7
    y: float = x
    w = [0.0]
    w[0]: float = y
    return len(s), sorted(t), k, g(1.0), f"{x:{width}.{n}f}|{n!r:>{width}}", w
""",
    "patterns that take apart": """
def f(n, x):
    out = []
    point = type("Point", (), {"__match_args__": ("a", "b"), "a": n, "b": x})()
    for v in ((1, x), [n, [x, 2]], (1, 2, 3, 4), {"k": n, "x": x}, {}, "ab", 3, x, point, None):
        match v:
            case (1, y):
                out.append(("one", y))
            case [a, [b, 2]] if a:
                out.append((a, b))
            case [a, [b, 2 | 3 as c]]:
                out.append((a, b, c))
            case [first, *middle, 4]:
                out.append((first, middle))
            case {"k": 0 | 1 as k, "x": float(y)}:
                out.append((k, y))
            case {"k": _}:
                out.append("key")
            case {}:
                out.append("dict")
            case int(i) | str(i):
                out.append(i)
            case object(a=q, b=float() as r):
                out.append((q, r))
            case [*_]:
                out.append("sequence")
            case _:
                out.append("other")
    return out
""",
    "annotated parameters and defaults": """
def f(n: int, x: "float" = e(0.5)) -> float:
    return n + x
""",
}


@pytest.mark.parametrize("name", PROGRAMS_OF_CONSTRUCTS)
def test_same_results_and_effects(name: str) -> None:
    agree(PROGRAMS_OF_CONSTRUCTS[name], *CALLS)


def test_every_accepted_construct_is_run() -> None:
    seen = set()
    for text in PROGRAMS_OF_CONSTRUCTS.values():
        for tree in gast.parse(text).body:
            seen |= {construct(node, root=node is tree) for node in gast.walk(tree)}
    accepted = {key for key, verdict in TABLE.items() if isinstance(verdict, Accepted | Rewritten)}
    assert accepted - seen == set()


@pytest.mark.parametrize("program", MARKED)
def test_corpus(program) -> None:
    source = read(program.function)
    if sum(isinstance(node, gast.FunctionDef) for node in gast.walk(source.tree)) > 1:
        return  # functions inside functions are compared by their derivatives
    try:
        raw = check(lower(source), 0)
    except TransformError:
        assert program.may_refuse
        return
    flat = check(unjump(raw), 1)
    scope = source.globals | {k: cell.cell_contents for k, cell in source.cells.items()}
    for case in program.cases:
        args, kwargs = case.fresh()
        with np.errstate(all="ignore"):
            expected = bits(program.function(*args, **kwargs))
        for func in (raw, flat):
            args, kwargs = case.fresh()
            bound = source.signature.bind(*args, **kwargs)
            bound.apply_defaults()
            with np.errstate(all="ignore"):
                assert bits(execute(func, scope, *bound.arguments.values())) == expected


# ---------------------------------------------------------------- what a construct becomes


def lowered(body: str, params: str = "x, y, i, c") -> tuple:
    """The statements of a body, without their origins."""
    rows = "".join(f"    {row}\n" for row in body.splitlines())
    text = f"import numpy as np\ndef helper(v): return v\ndef f({params}):\n{rows}"
    block = check(lower(read(define(text))), 0).body

    def bare(s):
        s = ir.with_blocks(s, tuple(tuple(map(bare, b)) for b in ir.blocks(s)))
        return replace(s, origin=ir.NOWHERE)

    return tuple(map(bare, block))


def test_nested_expression() -> None:
    assert lowered("z = np.sin(x * x) / y") == (
        ir.Attr("t1", "np", "sin"),
        ir.Let("t2", operator.mul, ("x", "x")),
        ir.Apply("t3", "t1", ("t2",)),
        ir.Let("z", operator.truediv, ("t3", "y")),
    )


def test_temporaries_avoid_every_name_of_the_function() -> None:
    body = lowered("t1 = x * x * x\nreturn t1 + t4", "x")
    assert [s.target for s in body[:2]] == ["t2", "t1"]
    assert body[2].target == "t3"
    assert body[2].args == ("t1", "t4")


def test_literals_are_exact() -> None:
    assert lowered("return -0.0") == (ir.Return((Const(-0.0),)),)
    assert lowered("return -0.0") != (ir.Return((Const(0.0),)),)
    assert lowered("return -3") == (ir.Return((Const(-3),)),)
    assert lowered("return -True") == (
        ir.Let("t1", operator.neg, (Const(True),)),
        ir.Return(("t1",)),
    )


def test_augmented_assignment() -> None:
    assert lowered("x *= y") == (ir.Let("x", fp.imul, ("x", "y")),)
    assert lowered("x[i] += y * y") == (
        ir.Let("t1", operator.mul, ("y", "y")),
        ir.StoreAdd("x", "i", "t1"),
    )
    assert lowered("x[i] *= y") == (
        ir.Load("t1", "x", "i"),
        ir.Let("t2", fp.imul, ("t1", "y")),
        ir.Store("x", "i", "t2"),
    )


@pytest.mark.parametrize("value", ["np.sin(y)", "abs(y)", "y.sum()", "float(y) + np.dot(y, y)"])
def test_values_that_cannot_change_the_element_are_added_at_once(value: str) -> None:
    assert isinstance(lowered(f"x[i] += {value}")[-1], ir.StoreAdd)


@pytest.mark.parametrize(
    "value",
    ["helper(y)", "c(y)", "y.pop()", "np.sin(y, out=x)", "np.sin(y, x)", "y[0](i)", "unknown(y)"],
)
def test_values_that_may_change_the_element_are_added_after_reading_it(value: str) -> None:
    body = lowered(f"x[i] += {value}")
    assert body[0] == ir.Load("t1", "x", "i")
    assert not any(isinstance(s, ir.StoreAdd) for s in body)


def test_indices_stay_operands() -> None:
    none = Const(None)
    index = (Slice(none, none, Const(2)), "i", Const(...), (Const(0), Const(-1)))
    assert lowered("z = x[::2, i, ..., (0, -1)]") == (ir.Load("z", "x", index),)
    assert lowered("z = x[[i]]") == (ir.Pack("t1", "list", ("i",)), ir.Load("z", "x", "t1"))


def test_displays_become_packs() -> None:
    assert lowered("z = np.zeros((i, 3))") == (
        ir.Attr("t1", "np", "zeros"),
        ir.Pack("t2", "tuple", ("i", Const(3))),
        ir.Apply("z", "t1", ("t2",)),
    )


def test_branches() -> None:
    assert lowered("z = x and y") == (ir.If("x", (ir.Copy("z", "y"),), (ir.Copy("z", "x"),)),)
    assert lowered("z = x or y") == (ir.If("x", (ir.Copy("z", "x"),), (ir.Copy("z", "y"),)),)
    assert lowered("z = x if c else y") == (ir.If("c", (ir.Copy("z", "x"),), (ir.Copy("z", "y"),)),)
    assert lowered("z = x < y < c") == (
        ir.Let("t1", operator.lt, ("x", "y")),
        ir.If("t1", (ir.Let("z", operator.lt, ("y", "c")),), (ir.Copy("z", "t1"),)),
    )


def test_loop_over_pairs() -> None:
    (loop,) = lowered("for i, c in x:\n    pass")
    assert loop == ir.For("t1", "x", (ir.Unpack(("i", "c"), "t1"),))


def test_docstring_is_dropped_and_parameters_keep_their_order() -> None:
    func = lower(read(define("def f(a, /, b, *c, d=1, **k):\n    'doc'\n    return a\n")))
    assert func.params == ("a", "b", "c", "d", "k")
    assert len(func.body) == 1


# ---------------------------------------------------------------- where statements come from

TEXT = '''
# a comment
def f(x,
      n):
    """Docstring."""
    y = x; z = y  # two in a row
    if (n > 1  # first
            and n < 9):
        y = (x +  # the left part
             n)
    elif n: y = 2.0
    for i in range(n):  # over n

        while y > 1.0: y -= 1.0
    é = y; y = é * é
    return y
'''


def test_origins() -> None:
    func = lower(read(define(TEXT)))
    assert (func.origin.text, func.origin.line, func.origin.column) == ("def f(x, n):", 3, 1)
    origins = {s.origin.ordinal: s.origin for s in ir.walk(func.body)}
    texts = {k: o.text for k, o in origins.items()}
    assert texts == {
        1: "y = x",
        2: "z = y",
        3: "if (n > 1 and n < 9):",
        4: "y = (x + n)",
        5: "elif n:",
        6: "y = 2.0",
        7: "for i in range(n):",
        8: "while y > 1.0:",
        9: "y -= 1.0",
        10: "é = y",
        11: "y = é * é",
        12: "return y",
    }
    assert {o.function for o in origins.values()} == {"f"}
    product = next(s for s in ir.walk(func.body) if getattr(s, "op", None) is operator.mul)
    assert (product.origin.line, product.origin.column) == (15, 16)


def test_two_operations_of_one_statement_have_columns_of_their_own() -> None:
    func = lower(read(define("def f(x):\n    return abs(x) + abs(-x)\n")))
    calls = [s.origin for s in func.body if isinstance(s, ir.Apply)]
    assert [o.column for o in calls] == [12, 21]
    assert len({(o.line, o.text, o.ordinal) for o in calls}) == 1


def test_lowering_is_deterministic() -> None:
    for text in PROGRAMS_OF_CONSTRUCTS.values():
        function = define(text, e=abs, np=np)
        assert lower(read(function)) == lower(read(function))


def test_too_deep_is_refused() -> None:
    def sum_of(terms: int) -> str:
        return "def f(x):\n    return " + "+".join("x" for _ in range(terms)) + "\n"

    assert len(lower(read(define(sum_of(60)))).body) == 60
    with pytest.raises(TransformError, match="nested too deeply"):
        lower(read(define(sum_of(2000))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(x):\n    return x + (x := 2.0)", "assigned by := after it is read"),
        (
            "def f(x):\n    while (y := x - 1.0) > 0.0:\n        x = y\n    else:\n        x = 1\n"
            "    return x",
            "while loop with an else assigns by :=",
        ),
    ],
)
def test_assignments_inside_expressions_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(TransformError, match=message):
        lower(read(define(text)))
