"""Classes of the module collections that are written in Python, as classes that fpad can read."""

from __future__ import annotations

import collections
from typing import Any


class Chained:
    """`collections.ChainMap`, written out."""

    def __init__(self, *maps: Any) -> None:
        self.maps = list(maps) or [{}]

    def __getitem__(self, key: Any) -> Any:
        for mapping in self.maps:
            if key in mapping:
                return mapping[key]
        raise KeyError(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of the first dict that has the key."""
        for mapping in self.maps:
            if key in mapping:
                return mapping[key]
        return default

    def __contains__(self, key: Any) -> bool:
        return any(key in m for m in self.maps)

    def __bool__(self) -> bool:
        return any(len(m) > 0 for m in self.maps)

    def __len__(self) -> int:
        return len(self._whole())

    def __iter__(self) -> Any:
        return iter(list(self._whole()))

    def _whole(self) -> Any:
        out: dict[Any, Any] = {}
        for mapping in reversed(self.maps):
            out.update(mapping)
        return out

    def keys(self) -> Any:
        """The keys of all dicts."""
        return self._whole().keys()

    def values(self) -> Any:
        """Their values."""
        return self._whole().values()

    def items(self) -> Any:
        """Both."""
        return self._whole().items()

    def __setitem__(self, key: Any, value: Any) -> None:
        self.maps[0][key] = value

    def __delitem__(self, key: Any) -> None:
        del self.maps[0][key]

    def pop(self, key: Any) -> Any:
        """Take a key out of the first dict."""
        return self.maps[0].pop(key)

    def new_child(self, m: Any = None, **kwargs: Any) -> Any:
        """The same with one more dict in front."""
        first = {} if m is None else m
        first.update(kwargs)
        return Chained(first, *self.maps)

    @property
    def parents(self) -> Any:
        """The same without the first dict."""
        return Chained(*self.maps[1:])


WRITTEN: dict[Any, Any] = {collections.ChainMap: Chained}
"""The classes that stand for those of the library."""
