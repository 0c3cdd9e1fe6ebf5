"""How the arguments of a call meet the parameters of a function, and what wrt names."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from fpad.runtime.errors import InputError

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def resolve_wrt(
    wrt: Any, signature: inspect.Signature, function: Any
) -> tuple[tuple[str, ...], bool]:
    """The names of the parameters that wrt means, and whether it is a single one.

    Raises:
        InputError: wrt is no index, name or tuple of these, or names no parameter.
    """
    single = not isinstance(wrt, tuple)
    chosen = (wrt,) if single else wrt
    called = getattr(function, "__qualname__", repr(function))
    if not chosen:
        raise InputError(f"wrt=() names no parameter of {called}")
    names = tuple(_one(w, signature, called) for w in chosen)
    if len(set(names)) != len(names):
        raise InputError(f"wrt={wrt!r} names a parameter of {called} twice")
    return names, single


def _one(wrt: Any, signature: inspect.Signature, called: str) -> str:
    params = list(signature.parameters.values())
    shown = ", ".join(p.name for p in params) or "none"
    if isinstance(wrt, str):
        if wrt not in signature.parameters:
            raise InputError(f"wrt={wrt!r}: {called} has no such parameter (it has: {shown})")
        return wrt
    if isinstance(wrt, bool) or not isinstance(wrt, int):
        raise InputError(
            f"wrt={wrt!r}: give the index or the name of a parameter, or a tuple of these"
        )
    indexed = [p for p in params if p.kind in _POSITIONAL]
    if not -len(indexed) <= wrt < len(indexed):
        star = next((p.name for p in params if p.kind is inspect.Parameter.VAR_POSITIONAL), None)
        more = f"; wrt={star!r} is the tuple of all others" if star else ""
        raise InputError(
            f"wrt={wrt}: {called} has {len(indexed)} positional parameters (it has: {shown}){more}"
        )
    return indexed[wrt].name


_EMPTY = inspect.Parameter.empty


class Binder:
    """Binds calls to a signature.

    Attributes:
        signature: the Python signature.
        positional: names of the parameters that may be given by position, in order.
    """

    def __init__(self, signature: inspect.Signature) -> None:
        self.signature = signature
        params = signature.parameters.values()
        self.positional = tuple(p.name for p in params if p.kind in _POSITIONAL)
        self.simple = all(p.kind in _POSITIONAL for p in params)

    def simple_with(self, seeds: tuple[str, ...]) -> bool:
        """Is every parameter but these seeds positional?"""
        return all(
            p.kind in _POSITIONAL for p in self.signature.parameters.values() if p.name not in seeds
        )

    def rest(self, args: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The defaults of the positional parameters that are left out; None if one has none."""
        names = self.positional[len(args) :]
        found = tuple(self.signature.parameters[n].default for n in names)
        complete = len(args) <= len(self.positional) and not any(v is _EMPTY for v in found)
        return found if complete else None

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Parameter name -> value, defaults included.

        Raises:
            TypeError: Python's own, for arguments that do not fit.
        """
        if self.simple and not kwargs and len(args) == len(self.positional):
            return dict(zip(self.positional, args, strict=True))
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def unbind(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments that give the parameters these values."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for p in self.signature.parameters.values():
            value = values[p.name]
            if p.kind in _POSITIONAL:
                args.append(value)
            elif p.kind is inspect.Parameter.VAR_POSITIONAL:
                args.extend(value)
            elif p.kind is inspect.Parameter.VAR_KEYWORD:
                kwargs.update(value)
            else:
                kwargs[p.name] = value
        return args, kwargs
