"""What the classes of collections.abc add to the methods of a class that is derived from them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any


class _Mapping:
    def __contains__(self: Any, key: Any) -> Any:
        return key in list(self)

    def get(self: Any, key: Any, default: Any = None) -> Any:
        if key in self:
            return self[key]
        return default

    def keys(self: Any) -> Any:
        return list(self)

    def values(self: Any) -> Any:
        return [self[k] for k in self]

    def items(self: Any) -> Any:
        return [(k, self[k]) for k in self]

    def __eq__(self: Any, other: Any) -> Any:
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())


class _MutableMapping:
    def update(self: Any, other: Any = (), /, **kwargs: Any) -> None:
        for key, value in dict(other, **kwargs).items():
            self[key] = value

    def setdefault(self: Any, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self: Any, key: Any) -> Any:
        value = self[key]
        del self[key]
        return value


def by_index(values: Any) -> Any:
    """What a loop over an object with `__getitem__` and `__len__` runs over."""
    for k in range(len(values)):
        yield values[k]


class _Sequence:
    def __iter__(self: Any) -> Any:
        for k in range(len(self)):
            yield self[k]

    def __reversed__(self: Any) -> Any:
        for k in range(len(self) - 1, -1, -1):
            yield self[k]

    def __contains__(self: Any, value: Any) -> Any:
        return any(v == value for v in self)


class _MutableSequence:
    def append(self: Any, value: Any) -> None:
        self.insert(len(self), value)

    def extend(self: Any, values: Any) -> None:
        for v in list(values):
            self.append(v)

    def __iadd__(self: Any, values: Any) -> Any:
        self.extend(values)
        return self

    def pop(self: Any, index: Any = -1) -> Any:
        value = self[index]
        del self[index]
        return value


METHODS: dict[Any, dict[str, Any]] = {
    Mapping: dict(vars(_Mapping)),
    MutableMapping: dict(vars(_MutableMapping)),
    Sequence: dict(vars(_Sequence)),
    MutableSequence: dict(vars(_MutableSequence)),
}
"""What stands for the methods of these classes."""
