"""Rules of the helpers that own memory, and facts of those that record choices: all exact."""

from __future__ import annotations

from typing import Any

from fpad import runtime as fp
from fpad.transforms.kinds import BOOL, FLOAT, INT, Kind, Num, OpaqueKind, StaticKind
from fpad.transforms.rules.core import Drawn, constant, linear
from fpad.transforms.rules.linear import first_array


def _element_kind(*_: Kind) -> Kind:
    """A single number, or `fp.element` raises."""
    return FLOAT


linear(fp.own, lambda by, y, x: by, kind=first_array, rounds=False)
linear(fp.asarray, lambda by, y, x: by, kind=first_array, rounds=False, view="maybe")
linear(fp.element, lambda by, y, x: by, rounds=False, kind=_element_kind, examples=((0.5,),))
linear(
    fp.seed,
    lambda by, y, t, like: by,
    None,
    kind=lambda t, like: Num(like.array, "float", like.rank),
    rounds=False,
    view="maybe",
    shape_only=frozenset((1,)),
    examples=((Drawn(2, 3), Drawn(2, 3)), (0.5, 1.5)),
)


def _recorder_kind(*_: Kind) -> Kind:
    return OpaqueKind(fp.Recorder)


def _distance_kind(*_: Kind) -> Kind:
    """A number, an array or None: only the recorder looks at it."""
    return OpaqueKind(object)


def _text_kind(*_: Kind) -> Kind:
    return OpaqueKind(str)


def _texts_kind(*_: Kind) -> Kind:
    return OpaqueKind(fp.Texts)


def _structure_kind(*_: Kind, **__: Kind) -> Kind:
    return OpaqueKind(object)


def _method_kind(name: Any, text: Any, args: Any) -> Kind:
    """What the method of this name of a text gives."""
    from fpad.transforms.texts import METHODS, TEXT  # which reads rules itself

    return METHODS.get(name.value, TEXT) if isinstance(name, StaticKind) else OpaqueKind(object)


def _int_kind(*_: Kind) -> Kind:
    return INT


def _bool_kind(*_: Kind) -> Kind:
    return BOOL


constant(fp.recorder, (), kind=_recorder_kind)
constant(fp.text, ("template", "values"), kind=_text_kind)
constant(fp.percent, ("template", "values"), kind=_text_kind)
constant(fp.structure, ("make", "keys", "values"), kind=_structure_kind)
constant(fp.values_of, ("values", "depth"), kind=_structure_kind)
constant(fp.records_of, ("make", "columns"), kind=_structure_kind)
constant(fp.shown, ("form",), kind=_structure_kind)
constant(fp.texts, ("items",), kind=_texts_kind)
constant(fp.text_appended, ("parts",), kind=_texts_kind)
constant(fp.texts_joined, ("parts",), kind=_texts_kind)
constant(fp.texts_between, ("values", "lower", "upper", "step"), kind=_texts_kind)
constant(fp.with_text, ("keys", "key", "at"), kind=_texts_kind)
constant(fp.text_put, ("pair", "at"), kind=_texts_kind)
constant(fp.texts_picked, ("values", "index"), kind=_texts_kind)
constant(fp.texts_filled, ("text", "like"), kind=_texts_kind)
constant(fp.text_method, ("name", "text", "args"), kind=_method_kind)
constant(fp.text_between, ("text", "lower", "upper", "step"), kind=_text_kind)
constant(fp.letters, ("text",), kind=_texts_kind)
constant(fp.binary_repr, ("number", "width"), kind=lambda number, width=None: OpaqueKind(str))
constant(fp.int_of, ("text", "base"), kind=lambda text, base=None: INT)
constant(fp.float_of, ("text",), kind=_element_kind)
for _op in (fp.bit_length, fp.bit_count):
    constant(_op, ("number",), kind=_int_kind)
constant(fp.text_sought, ("how", "values", "text"), kind=_int_kind)
constant(fp.attribute_place, ("cls", "names", "others", "always", "name"), kind=_int_kind)
constant(fp.text_place, ("keys", "key"), kind=_int_kind)
constant(fp.text_replaced, ("values", "k", "text"), kind=_texts_kind)
constant(fp.text_of, ("separator", "values"), kind=_text_kind)
linear(
    fp.some,
    lambda by, y, seed, residuals: by,
    None,
    kind=lambda seed, residuals: residuals,
    rounds=False,
    view="maybe",
    examples=((0.5, 1.5),),
)
constant(fp.renumbered, ("numbers", "which"), kind=lambda numbers, which: INT)
constant(fp.truth, ("test",), kind=_bool_kind)
constant(fp.shares, ("view", "base"), kind=_bool_kind, examples=((Drawn(2), Drawn(2, 3)),))
constant(
    fp.within,
    ("x", "axis", "lower", "upper", "step", "k"),
    kind=_int_kind,
    shape_only=frozenset((0,)),
    cost_free=True,
    examples=((Drawn(4, 3), 0, 1, None, None, 2), (Drawn(4), 0, None, None, -1, -1)),
)
constant(fp.distance, ("a", "b"), kind=_distance_kind)
constant(fp.noted, ("x",), kind=lambda x: x)
