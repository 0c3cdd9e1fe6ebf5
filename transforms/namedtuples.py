"""Methods that every namedtuple has.

s = s._replace(v=s.v + a)       no statement: s has another part from here on
d = s._asdict()                 a dict of the same parts
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fpad.transforms.abstract import Structure, Value
from fpad.transforms.iterators import Args, Keywords
from fpad.transforms.kinds import is_namedtuple
from fpad.transforms.refusing import refuse

if TYPE_CHECKING:
    from fpad.transforms.library import Library


def is_own(make: Any, name: str) -> bool:
    """Is it a field of a class of namedtuples, or a method that all of them have?"""
    return is_namedtuple(make) and (name in make._fields or name in METHODS)


def _replaced(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    fields = base.make._fields
    if args or not set(kwargs) <= set(fields):
        refuse(
            f"_replace of a {base.make.__name__} is given other names than it has fields.",
            f"give it {', '.join(fields)}.",
        )
    pairs = zip(fields, base.items, strict=True)
    return replace(base, items=tuple(kwargs.get(name, v) for name, v in pairs))


def _as_dict(w: Library, base: Structure, args: Args, kwargs: Keywords) -> Value:
    return Structure(dict, base.make._fields, base.items, w.new_ident())


METHODS = {"_replace": _replaced, "_asdict": _as_dict}
