"""Kinds of values, their joins, signatures of calls, and structures taken apart."""

import enum
import math
from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

from fpad.runtime.errors import InputError
from fpad.transforms.ir import Fresh, leaves
from fpad.transforms.kinds import (
    ARRAY,
    BOOL,
    FLOAT,
    INT,
    INTS,
    SHAPE,
    UNKNOWN_ARRAY,
    NodeKind,
    Num,
    OpaqueKind,
    StaticKind,
    TapeKind,
    join,
    kind_of,
    signature,
)
from fpad.transforms.structures import (
    flatten,
    leaf_name,
    tree_of,
    unflatten,
)

Pair = namedtuple("Pair", "a b")


class Mode(enum.Enum):
    FAST = 1


class Thing:
    pass


def plain(kind: Any) -> Any:
    """The kind without what is known of ranks."""
    return Num(kind.array, kind.num) if isinstance(kind, Num) else kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2.5, FLOAT),
        (np.float64(2.5), FLOAT),
        (np.float32(2.5), FLOAT),
        (np.longdouble(2.5), FLOAT),
        (3, INT),
        (np.int8(3), INT),
        (np.bool_(True), BOOL),
        (np.ones(3), ARRAY),
        (np.ones((2, 2), np.float16), ARRAY),
        (np.array(1.5), ARRAY),
        (np.arange(3), INTS),
        (np.arange(3, dtype=np.uint8), INTS),
        (np.array([True]), Num(True, "bool")),
        (True, StaticKind(True)),
        ("sum", StaticKind("sum")),
        (None, StaticKind(None)),
        (math.sin, StaticKind(math.sin)),
        (np.sin, StaticKind(np.sin)),
        (np, StaticKind(np)),
        (float, StaticKind(float)),
        (Mode.FAST, StaticKind(Mode.FAST)),
        (Ellipsis, StaticKind(Ellipsis)),
        ((1.0, "a"), NodeKind(tuple, (0, 1), (FLOAT, StaticKind("a")))),
        ([1], NodeKind(list, (0,), (INT,))),
        ({"w": {2: 1.0}}, NodeKind(dict, ("w",), (NodeKind(dict, (2,), (FLOAT,)),))),
        (OrderedDict(a=1), NodeKind(OrderedDict, ("a",), (INT,))),
        (Pair(1.0, 2), NodeKind(Pair, (0, 1), (FLOAT, INT))),
        ((), NodeKind(tuple, (), ())),
    ],
)
def test_kind_of(value: Any, kind: Any) -> None:
    assert plain(kind_of(value)) == kind


def test_objects_are_their_attributes() -> None:
    thing = Thing()
    thing.w, thing.name = 2.0, "thing"  # type: ignore[attr-defined]
    assert kind_of(thing) == NodeKind(Thing, ("w", "name"), (FLOAT, StaticKind("thing")))
    thing.itself = thing  # type: ignore[attr-defined]
    inner = kind_of(thing)
    assert isinstance(inner, NodeKind)
    assert inner.items[-1] == OpaqueKind(Thing)


def test_other_objects_are_opaque() -> None:
    assert kind_of({1, 2}) == OpaqueKind(set)
    assert kind_of(type("S", (set,), {})((1,))).__class__ is OpaqueKind


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array(["a"]), "argument x is an array of dtype <U1"),
        (np.array([None]), "array of dtype object"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "array of dtype datetime64"),
        (np.ma.masked_array([1.0]), "argument x is a MaskedArray"),
        ({"k": (1.0, np.array("a"))}, r"argument x\['k'\]\[1\] is an array of dtype <U1"),
    ],
)
def test_refused_values(value: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        kind_of(value, "argument x")


@pytest.mark.parametrize(
    ("value", "part"),
    [(1j, FLOAT), (np.complex64(1), FLOAT), (np.ones((2, 3), complex), Num(True, "float", 2))],
)
def test_complex_values_have_two_parts(value: Any, part: Num) -> None:
    kind = kind_of(value)
    assert isinstance(kind, NodeKind)
    assert (kind.keys, kind.items) == (("real", "imag"), (part, part))


def test_static_kinds_compare_by_value_or_by_identity() -> None:
    assert StaticKind("ab") == StaticKind("".join(["a", "b"]))
    assert StaticKind(True) != StaticKind(1)
    assert StaticKind(None) == StaticKind(None)
    one, two = (lambda x: x), (lambda x: x)
    assert StaticKind(one) == StaticKind(one) != StaticKind(two)
    unhashable: Any = [1.0]
    assert len({StaticKind(unhashable), StaticKind(unhashable)}) == 1


# ---------------------------------------------------------------- joins

SOME = [
    *(FLOAT, INT, BOOL, ARRAY, INTS, UNKNOWN_ARRAY, SHAPE, TapeKind(), TapeKind(FLOAT)),
    *(StaticKind(None), StaticKind(True), StaticKind(False), StaticKind("a")),
    NodeKind(tuple, (0, 1), (FLOAT, INT)),
    NodeKind(tuple, (0, 1), (INT, StaticKind(None))),
    Num(True, "float", 1),
    Num(True, "int", 2),
]


@pytest.mark.parametrize(
    ("a", "b", "both"),
    [
        (FLOAT, INT, FLOAT),
        (INT, BOOL, INT),
        (FLOAT, ARRAY, ARRAY),
        (INT, UNKNOWN_ARRAY, UNKNOWN_ARRAY),
        (StaticKind(True), StaticKind(False), BOOL),
        (StaticKind(True), INT, INT),
        (StaticKind(None), FLOAT, None),
        (SHAPE, INTS, None),
        (TapeKind(), TapeKind(INT), TapeKind(INT)),
        (TapeKind(FLOAT), TapeKind(INT), TapeKind(FLOAT)),
        (
            NodeKind(list, (0,), (INT,)),
            NodeKind(list, (0,), (FLOAT,)),
            NodeKind(list, (0,), (FLOAT,)),
        ),
        (NodeKind(list, (0,), (INT,)), NodeKind(tuple, (0,), (INT,)), None),
        (NodeKind(dict, ("a",), (INT,)), NodeKind(dict, ("b",), (INT,)), None),
        (NodeKind(list, (), ()), NodeKind(list, (0,), (INT,)), None),
        (Num(True, "float", 1), Num(True, "float", 2), ARRAY),
    ],
)
def test_join(a: Any, b: Any, both: Any) -> None:
    assert join(a, b) == join(b, a) == both


@pytest.mark.parametrize("a", SOME)
def test_joins_grow_one_way(a: Any) -> None:
    assert join(a, a) == a
    for b in SOME:
        both = join(a, b)
        assert both == join(b, a)
        if both is not None:
            assert join(both, a) == join(both, b) == both
            for c in SOME:
                left, right = join(both, c), join(b, c)
                if left is not None and right is not None:
                    assert left == join(a, right)


# ---------------------------------------------------------------- signatures

VALUES: list[Any] = [
    *(1.5, 2.5, 3, True, False, None, "a", "f", "i", math.sin, math.cos, np, float, (), [], {}),
    *(np.ones(3), np.ones(4), np.ones(3, np.float32), np.arange(3), np.ones(1, bool)),
    *(np.float64(1.0), np.float32(1.0), np.int64(1), np.bool_(True), np.float16(1)),
    *((1.0, 2), (2, 1.0), [1.0, 2], (1.0, (2,)), (1.0, 2, 3), Pair(1.0, 2), Pair(2, 1.0)),
    *({"a": 1.0}, {"a": 1}, {"b": 1.0}, {"a": np.ones(2)}, {"a": "f"}, {"a": 1.0, "b": 2.0}),
    *({"a": {"b": 1.0}}, {"a": (np.ones(2), "f")}, OrderedDict(a=1.0), Mode.FAST, Thing(), {1.0}),
    *((np.ones(2), "f"), ("f", np.ones(2)), ((float,), 1.0), (float, (1.0,)), Ellipsis),
]


def test_equal_signatures_mean_equal_kinds() -> None:
    for a in VALUES:
        for b in VALUES:
            if signature((a,)) == signature((b,)):
                assert kind_of(a) == kind_of(b), (a, b)
                assert hash(signature((a,))) == hash(signature((b,)))
    assert signature((1.0, 2)) != signature(((1.0, 2),))
    assert signature(()) == ()


def test_signatures_do_not_depend_on_lengths_precisions_and_numbers() -> None:
    same: list[tuple[Any, Any]] = [
        (1.0, 2.0),
        (3, 4),
        (np.ones(3), np.ones(4, np.float32)),
        ({"w": np.ones(3), "k": (1, 2.0)}, {"w": np.zeros(7), "k": (3, 5.0)}),
        ([np.arange(3)], [np.arange(3, dtype=np.int8)]),
    ]
    for a, b in same:
        assert signature((a,)) == signature((b,))
        assert kind_of(a) == kind_of(b)


# ---------------------------------------------------------------- structures


def test_a_structure_is_taken_apart_and_put_together() -> None:
    value = {"W 1": np.ones(2), "k": (2.0, "relu", [3]), "p": Pair(1.0, None), 2: ()}
    fresh = Fresh({"p_k_0"})
    tree, names, kinds = tree_of("p", kind_of(value), fresh)
    assert names == ("p_W_1", "p_k_0_2", "p_k_2_0", "p_p_a")
    assert [plain(k) for k in kinds] == [ARRAY, FLOAT, INT, FLOAT]
    assert tuple(leaves(tree)) == names
    parts = flatten(value, tree)
    assert parts[0] is value["W 1"]
    back = unflatten(tree, parts)
    assert repr(back) == repr(value)
    assert type(back["p"]) is Pair


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1.0, 2.0], "expected a tuple, got list"),
        ((1.0,), r"expected the keys \[0, 1\], got \[0\]"),
    ],
)
def test_another_structure_is_refused(value: Any, words: str) -> None:
    tree, _, _ = tree_of("p", kind_of((1.0, 2.0)), Fresh(()))
    with pytest.raises(InputError, match=words):
        flatten(value, tree)


def test_leaves_have_to_be_as_many_as_the_structure_has() -> None:
    tree, _, _ = tree_of("p", kind_of((1.0, 2.0)), Fresh(()))
    with pytest.raises(ValueError, match="more leaves"):
        unflatten(tree, [1.0, 2.0, 3.0])


def test_leaf_names_are_identifiers() -> None:
    assert leaf_name("p", "a b-c") == "p_a_b_c"
    assert leaf_name("p", (1, 2)).isidentifier()
    assert leaf_name("p", "") == "p"
