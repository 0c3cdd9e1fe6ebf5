"""Signatures of entry functions: structured arguments taken apart, results put together."""

from collections import OrderedDict, namedtuple
from typing import Any, NamedTuple

import numpy as np

from fpad.transforms.ir import (
    Copy,
    Fixed,
    Leaf,
    Let,
    Node,
    Origin,
    Parameter,
    Return,
)
from tests.transforms.execution import bits
from tests.transforms.level2 import ADD, DIV, KEYWORD, KEYWORDS, MUL, PLAIN, POSITIONAL, REST, entry


class Point(NamedTuple):
    x: Any
    y: Any


SIN = Origin("f.py", "f", 2, 5, "y = np.sin(x * x) / s", 1)


def test_the_listing_of_the_documentation() -> None:
    parameters = (
        Parameter("x", PLAIN, Leaf("x")),
        Parameter("s", PLAIN, Leaf("s")),
        Parameter("by", KEYWORD, Leaf("by"), 1.0, True),
    )
    body = (
        Let("t", MUL, ("x", "x"), (), SIN),
        Let("t1", DIV, ("by", "s"), (), SIN, "adjoint"),
        Let("t2", np.cos, ("t",), (), SIN, "adjoint"),
        Let("bt", MUL, ("t1", "t2"), (), SIN, "adjoint"),
        Let("bx", MUL, ("bt", "x"), (), SIN, "adjoint"),
        Let("t3", MUL, ("bt", "x"), (), SIN, "adjoint"),
        Let("t4", ADD, ("bx", "t3"), (), SIN, "adjoint"),
        Copy("bx", "t4", SIN, "adjoint"),
        Return(("bx",)),
    )
    text, f = entry(parameters, Leaf("bx"), *body)
    assert text == (
        "import numpy as np\n\n\n"
        "def f(x, s, *, by=1.0):\n"
        "    t = x * x\n"
        "    # y = np.sin(x * x) / s\n"
        "    bt = by / s * np.cos(t)\n"
        "    bx = bt * x + bt * x\n"
        "    return bx\n"
    )
    assert f(0.5, 2.0) == np.cos(0.25) * 0.5 / 2.0 * 2


def test_structures_are_taken_apart_and_put_together() -> None:
    layers = Node(list, (0, 1), (Leaf("p_layers_0"), Leaf("p_layers_1")))
    tree = Node(dict, ("layers", "b", "name"), (layers, Leaf("p_b"), Fixed("relu")))
    text, f = entry(
        (Parameter("p", PLAIN, tree),),
        Node(dict, ("layers", "b", "name"), (layers, Leaf("r"), Fixed(None))),
        Let("r", ADD, ("p_b", "p_b")),
        Let("u", MUL, ("p_layers_0", "p_layers_1")),
        Return(("u", "p_layers_1", "r")),
    )
    assert text.split("def f(p):\n")[1] == (
        '    p_layers_0, p_layers_1 = p["layers"]\n'
        '    p_b = p["b"]\n'
        "    r = p_b + p_b\n"
        "    u = p_layers_0 * p_layers_1\n"
        '    return {"layers": [u, p_layers_1], "b": r, "name": None}\n'
    )
    assert f({"layers": [2.0, 3.0], "b": 4.0}) == {"layers": [6.0, 3.0], "b": 8.0, "name": None}


def test_parts_used_once_are_read_in_place() -> None:
    tree = Node(dict, ("W", "b"), (Leaf("p_W"), Leaf("p_b")))
    body = (Let("z", MUL, ("p_W", "x")), Return(("z",)))
    text, _ = entry(
        (Parameter("p", PLAIN, tree), Parameter("x", PLAIN, Leaf("x"))), Leaf("z"), *body
    )
    assert text.endswith('def f(p, x):\n    z = p["W"] * x\n    return z\n')


def test_a_part_may_have_the_name_of_the_whole() -> None:
    tree = Node(tuple, (0, 1, 2), (Leaf("p"), Leaf("q"), Leaf("unused")))
    body = (Let("z", ADD, ("p", "q")), Let("w", MUL, ("z", "p")), Let("v", ADD, ("w", "q")))
    _, f = entry((Parameter("p", PLAIN, tree),), Leaf("v"), *body, Return(("v",)))
    assert f((2.0, 3.0, None)) == 13.0


def test_namedtuples_and_ordered_dicts() -> None:
    tree = Node(Point, (0, 1), (Leaf("p_x"), Leaf("p_y")))
    back = Node(OrderedDict, ("b", "a"), (tree, Leaf("z")))
    body = (Let("z", ADD, ("p_x", "p_y")), Return(("p_y", "p_x", "z")))
    text, f = entry((Parameter("p", PLAIN, tree),), back, *body)
    assert f"# Point: {__name__}.Point\n" in text
    assert "z = p_x + p_y" in text
    found = f(Point(1.0, 2.0))
    assert bits(found) == bits(OrderedDict([("b", Point(2.0, 1.0)), ("a", 3.0)]))
    assert type(found) is OrderedDict
    assert type(found["b"]) is Point


def test_field_names_that_are_words_of_the_language_never_reach_the_text() -> None:
    odd = namedtuple("odd", ["class", "y"], rename=True)  # the first field becomes _0
    tree = Node(odd, (0, 1), (Leaf("p_0"), Leaf("p_y")))
    _, f = entry((Parameter("p", PLAIN, tree),), tree, Return(("p_y", "p_0")))
    assert f(odd(1.0, 2.0)) == odd(2.0, 1.0)


def test_every_kind_of_parameter() -> None:
    pair = Node(tuple, (0, 1), (Leaf("args_0"), Leaf("args_1")))
    parameters = (
        Parameter("a", POSITIONAL, Leaf("a")),
        Parameter("b", PLAIN, Leaf("b"), -2.0, True),
        Parameter("mode", PLAIN, Fixed("fast"), "fast", True),
        Parameter("args", REST, pair),
        Parameter("seed", KEYWORD, Leaf("seed")),
        Parameter("by", KEYWORD, Leaf("by"), np.float32(1.0), True),
        Parameter("kw", KEYWORDS, Node(dict, ("w",), (Leaf("kw_w"),))),
    )
    values = ("a", "b", "args_0", "args_1", "seed", "by", "kw_w")
    result = Node(tuple, tuple(range(7)), tuple(map(Leaf, values)))
    text, f = entry(parameters, result, Return(values))
    head = 'def f(a, /, b=-2.0, mode="fast", *args, seed, by=np.float32(1.0), **kw):'
    assert head in text
    assert f(1, 2, "fast", 3, 4, seed=5, w=7) == (1, 2, 3, 4, 5, 1.0, 7)


def test_lifted_data_is_passed_by_name() -> None:
    body = (Let("z", MUL, ("x", "scale")), Return(("z",)))
    parameter = Parameter("x", PLAIN, Leaf("x"), 3.0, True)
    text, f = entry((parameter,), Leaf("z"), *body, params=("x", "scale"))
    assert "def f(x=3.0, *, scale):" in text
    assert f(scale=2.0) == 6.0
