"""Rules of NumPy's products beside matmul and dot: each is linear in each factor.

y = np.outer(a, b)                  ->   ba = fp.outer_left(by, b, a)
y = np.einsum("ij,jk->ik", a, b)    ->   ba = np.einsum("ik,jk->ij", by, b)
y = np.convolve(a, v, "same")       ->   ba = fp.convolve_left(by, v, a, "same")
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from fpad import runtime as fp
from fpad.transforms.kinds import Kind, Num, StaticKind, join_num
from fpad.transforms.rules.core import Drawn, general, linear, numbers
from fpad.transforms.rules.matrix_products import _like_third, _with_product
from fpad.transforms.rules.trace import f, traced

Examples = tuple[tuple[Any, ...], ...]


def _of_rank(rank: Callable[[Any, Any], int | None]) -> Callable[..., Kind]:
    """The kind of a product whose rank follows from those of the factors; 0 is a number."""

    def kind(a: Any, b: Any, *_: Any, **__: Any) -> Kind:
        nums = numbers(a, b)
        num = join_num(nums[0].num, nums[-1].num)
        ranks = [(k.rank if k.array else 0) if isinstance(k, Num) else None for k in (a, b)]
        found = None if None in ranks else rank(*ranks)
        return Num(found != 0, num, found or None)

    return kind


def _bilinear(
    op: Callable[..., Any],
    left: Callable[..., Any],
    right: Callable[..., Any],
    kind: Callable[..., Kind],
    examples: Examples,
    names: tuple[str, ...] = ("a", "b"),
    defaults: dict[str, Any] | None = None,
) -> None:
    """A product and the cotangents of its factors, closed under differentiation.

    Operands after the two factors are static, and may be given by keyword.
    """
    first, second, product = traced(left), traced(right), traced(op)
    defaults = defaults or {}
    linear(
        op,
        lambda by, y, a, b, *static, **named: first(by, b, a, *static, **named),
        lambda by, y, a, b, *static, **named: second(by, a, b, *static, **named),
        kind=kind,
        names=names,
        defaults=defaults,
        examples=examples,
    )
    for of, maps, swap in (
        (
            left,
            (
                lambda by, y, g, b, a, *static, **named: product(by, b, *static, **named),
                lambda by, y, g, b, a, *static, **named: second(g, by, b, *static, **named),
            ),
            True,
        ),
        (
            right,
            (
                lambda by, y, g, a, b, *static, **named: product(a, by, *static, **named),
                lambda by, y, g, a, b, *static, **named: first(g, by, a, *static, **named),
            ),
            False,
        ),
    ):
        linear(
            of,
            *maps,
            kind=lambda g, other, like, *_, **__: _like_third(g, other, like),
            names=("g", "other", "like", *names[2:]),
            defaults=defaults,
            shape_only=frozenset((2,)),
            examples=tuple(
                (_with(op, a, b, static), *((b, a) if swap else (a, b)), *static)
                for a, b, *static in examples
            ),
        )


def _with(op: Callable[..., Any], a: Any, b: Any, static: Any) -> Any:
    return _with_product(lambda x, y: op(x, y, *static), a, b)


_bilinear(
    np.outer,
    fp.outer_left,
    fp.outer_right,
    _of_rank(lambda a, b: 2),
    ((Drawn(2), Drawn(3)), (Drawn(2, 2), Drawn(3)), (0.5, Drawn(3))),
)
_bilinear(
    np.vdot,
    fp.vdot_left,
    fp.vdot_right,
    _of_rank(lambda a, b: 0),
    ((Drawn(3), Drawn(3)), (Drawn(2, 3), Drawn(2, 3))),
)
_bilinear(
    np.inner,
    fp.inner_left,
    fp.inner_right,
    _of_rank(lambda a, b: a + b - 2 if a and b else max(a, b)),
    (
        (Drawn(3), Drawn(3)),
        (Drawn(2, 3), Drawn(3)),
        (Drawn(3), Drawn(2, 3)),
        (Drawn(2, 3), Drawn(4, 3)),
        (0.5, Drawn(3)),
    ),
)
_bilinear(
    np.kron,
    fp.kron_left,
    fp.kron_right,
    _of_rank(max),
    ((Drawn(2), Drawn(3)), (Drawn(2, 2), Drawn(1, 3)), (Drawn(2), Drawn(2, 3))),
)


def _tensordot_kind(a: Any, b: Any, axes: Any = None) -> Kind:
    nums = numbers(a, b)
    num = join_num(nums[0].num, nums[-1].num)
    gone = len(numbers(axes)) // 2 if isinstance(axes, tuple) else 2 if axes is None else None
    ranks = [k.rank if isinstance(k, Num) else None for k in (a, b)]
    if gone is None or None in ranks:
        return Num(True, num)
    return Num(True, num, sum(r or 0 for r in ranks) - 2 * gone or None)


_bilinear(
    np.tensordot,
    fp.tensordot_left,
    fp.tensordot_right,
    _tensordot_kind,
    (
        (Drawn(2, 3), Drawn(2, 3)),
        (Drawn(2, 3), Drawn(3, 4), 1),
        (Drawn(2), Drawn(3), 0),
        (Drawn(2, 3, 4), Drawn(4, 3), ((1, 2), (1, 0))),
        (Drawn(2, 3), Drawn(3, 2), ((1, 0), (0, 1))),
        (Drawn(2, 3), Drawn(4, 2), (0, -1)),
    ),
    ("a", "b", "axes"),
    {"axes": 2},
)
MODES: Examples = tuple(
    (Drawn(n), Drawn(m), mode)
    for n, m in ((5, 3), (4, 2), (2, 5), (3, 4))
    for mode in ("full", "same", "valid")
)
_bilinear(
    np.convolve,
    fp.convolve_left,
    fp.convolve_right,
    _of_rank(lambda a, b: 1),
    MODES,
    ("a", "v", "mode"),
    {"mode": "full"},
)
_bilinear(
    np.correlate,
    fp.correlate_left,
    fp.correlate_right,
    _of_rank(lambda a, b: 1),
    MODES,
    ("a", "v", "mode"),
    {"mode": "valid"},
)
_bilinear(
    np.cross,
    fp.cross_left,
    fp.cross_right,
    _of_rank(max),
    ((Drawn(3), Drawn(3)), (Drawn(2, 3), Drawn(3)), (Drawn(4, 3), Drawn(4, 3))),
)


# ---------------------------------------------------------------- einsum


def letters(text: str, operands: int) -> tuple[list[str], str]:
    """The letters of each operand and of the result."""
    if "." in text:
        raise TypeError("an ellipsis in the subscripts of einsum has no rule")
    inputs, arrow, result = text.replace(" ", "").partition("->")
    parts = inputs.split(",")
    if len(parts) != operands:
        raise TypeError(f"einsum has {operands} operands, its subscripts have {len(parts)}")
    if not arrow:
        letters = sorted(set(inputs) - {","})
        result = "".join(c for c in letters if inputs.count(c) == 1)
    return parts, result


def _einsum_kind(subscripts: Any, *operands: Any) -> Kind:
    if not isinstance(subscripts, StaticKind) or not isinstance(subscripts.value, str):
        raise TypeError("the subscripts of einsum must be known")
    _, result = letters(subscripts.value, len(operands))
    num = reduce(join_num, (k.num for k in numbers(*operands)))
    return Num(bool(result), num, len(result) or None)


einsum, eye = traced(np.einsum), traced(np.eye)


def _einsum_tangent(k: int, dx: Any, y: Any, subscripts: Any, *operands: Any) -> Any:
    return einsum(subscripts, *operands[: k - 1], dx, *operands[k:])


def _einsum_adjoint(k: int, by: Any, y: Any, subscripts: Any, *operands: Any) -> Any:
    """Sum over what is not in operand k; ones stand for letters that only it has.

    Where it has a letter twice, its diagonal is read: the cotangent is made with two letters, and
    an identity keeps it on the diagonal.
    """
    parts, result = letters(subscripts, len(operands))
    own, x = parts[k - 1], operands[k - 1]
    inputs = [result, *(p for j, p in enumerate(parts) if j != k - 1)]
    values = [by, *(v for j, v in enumerate(operands) if j != k - 1)]
    spare = [chr(c) for c in range(ord("A"), ord("Z") + 1) if chr(c) not in subscripts]
    target = ""
    for at, letter in enumerate(own):
        if letter in target:
            new = spare.pop()
            inputs.append(letter + new)
            values.append(eye(f.count(x, at), dtype=f.dtype(x)))
            letter = new
        target += letter
    if set(target) - set("".join(inputs)):
        inputs.append(target)
        values.append(np.ones_like(x))
    found = einsum(",".join(inputs) + "->" + target, *values)
    if set(own) - set(result):  # along an axis that is summed over the other operands may have 1
        found = f.broadcast(found, f.like(found, x))
    return f.unbroadcast(found, x)


general(
    np.einsum,
    [_einsum_tangent],
    [_einsum_adjoint],
    names=("subscripts",),
    variadic=True,
    kind=_einsum_kind,
    examples=(
        ("ij,jk->ik", Drawn(2, 3), Drawn(3, 4)),
        ("ij->ji", Drawn(2, 3)),
        ("ij->", Drawn(2, 3)),
        ("ij,j", Drawn(2, 3), Drawn(3)),
        ("ij,kj->i", Drawn(2, 3), Drawn(4, 3)),
        ("ii->i", Drawn(3, 3)),
        ("ii", Drawn(3, 3)),
        ("i,j,ij->", Drawn(2), Drawn(3), Drawn(2, 3)),
        ("bij,bjk->bik", Drawn(2, 2, 3), Drawn(2, 3, 2)),
        ("Aij,Ajk->Aik", Drawn(2, 2, 3), Drawn(1, 3, 2)),
    ),
)
