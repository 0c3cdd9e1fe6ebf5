"""Lists, dicts and sets outside a function that it changes: they are changed where they are.

    CALLS = {"n": 0}                def f(x, CALLS_itself, LOG_itself):
    LOG = []                            t = fp.outer_value(CALLS_itself, "__getitem__", "int", "n")
    def f(x):                   ->      fp.outer_changed(CALLS_itself, "__setitem__", "n", t + 1)
        CALLS["n"] += 1                 fp.outer_changed(LOG_itself, "append", "called")
        LOG.append("called")            ..
        ..

What a function only reads outside is handed to it at the call (`resolve`).  That it changes
something is found out where it does; all is written again then, and whatever is read of it or
changed is an effect: it happens once, in its place.  It is an object of one of the classes of
`written.outer`, a class of its own for each place, so that the place is known where it is read.

The kind of what is read is that of what stands there now and of what the program puts there, and
a derivation relies on the former (`Fits`).  What is put there is put there as it is at that moment.
Nothing that may vary comes back from there: where floats are read, none that is active may be put.
"""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from fpad import runtime as fp
from fpad.runtime.errors import InputError
from fpad.transforms.abstract import UNKNOWN, Held, Static, Structure, Value, idents, known_value
from fpad.transforms.describing import describe
from fpad.transforms.ir import Const, Do, Operand
from fpad.transforms.kinds import (
    BOOL,
    EACH,
    FLOAT,
    INT,
    Kind,
    NodeKind,
    Num,
    OpaqueKind,
    is_object,
    join,
    kind_of,
    meant,
)
from fpad.transforms.live import Guard, Live, fetch
from fpad.transforms.refusing import refuse
from fpad.transforms.showing import is_put_together, shown
from fpad.transforms.summaries import is_argument
from fpad.transforms.texts import TEXT, text
from fpad.transforms.written.outer import MEANS, Outer, OuterDict, OuterList, OuterSet

if TYPE_CHECKING:
    from fpad.transforms.calling import Calling

Path: TypeAlias = "tuple[Any, ...]"
"""The number of a root, and the keys that lead from there."""
Content: TypeAlias = "Kind | type | None"
"""The kind of a number or text, or the class of a list, dict or set; None: anything else."""

ANY = "any key"
"""Stands in a path for a key that only the run tells."""
_STANDS: dict[type, type[Outer]] = {
    **dict.fromkeys((list, deque), OuterList),
    **dict.fromkeys((dict, Counter, OrderedDict, defaultdict), OuterDict),
    set: OuterSet,
}
MOST = 1000
"""So many values at each end of a list are looked at; the run checks the one that is read."""
ALWAYS = (deque, defaultdict)
"""Classes of which what is outside is always read where it is."""
_KINDS = {"int": INT, "bool": BOOL, "float": FLOAT}


class ChangedOutside(Exception):
    """A function changes this list, dict or set outside: write all again."""

    def __init__(self, of: Any) -> None:
        super().__init__(of)
        self.of = of


class Fits(Guard):
    """What is found at a place outside still has the kind that was derived with."""

    def __init__(self, kept: OuterContainers, path: Path) -> None:
        container, name = kept.roots[path[0]]
        super().__init__(container, name, path)
        object.__setattr__(self, "_kept", kept)

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from other guards."""
        return id(self.container), f"{self.name} at {self.value[1:]!r}"

    def holds(self) -> bool:
        """Is it still so?"""
        kept: OuterContainers = self._kept  # type: ignore[attr-defined]
        return kept.fits(self.value)


class Shared(Guard):
    """The same roots have a list or dict in common as when it was derived."""

    def holds(self) -> bool:
        """Is it still so?"""
        kept: OuterContainers = self.container
        return bool(kept.shared() == self.value)


class Apart(Guard):
    """What is read as it is when the function is called has none of the roots in it."""

    def holds(self) -> bool:
        """Is it still so?"""
        kept: OuterContainers = self.container
        roots = {i for root in kept.roots for i in _inside(fetch(*root))}
        return all(roots.isdisjoint(_inside(live.read())) for live in self.value)


class OuterContainers:
    """The lists, dicts and sets outside that a program changes.

    Attributes:
        roots: where each is found, by a number.
        read: the places from which floats are read, and those that are read as lists or dicts.
        grew: has something been found out that was not known when it was asked for?
    """

    def __init__(self) -> None:
        self.changed: dict[int, Any] = {}
        self.roots: list[tuple[Any, str]] = []
        self._classes: dict[Path, type[Outer]] = {}
        self._put: dict[Path, list[Content]] = {}
        self._used: dict[Path, Content] = {}
        self.read: set[Path] = set()
        self.grew = False

    def add(self, of: Any) -> None:
        """Note that one is changed."""
        self.changed[id(of)] = of

    def is_one(self, value: Any) -> bool:
        """Is it changed, or does it hold one that is?"""
        if type(value) in ALWAYS:
            return True
        if not self.changed or type(value) not in _STANDS:
            return False
        return not self.changed.keys().isdisjoint(_inside(value))

    def path_of(self, container: Any, name: str) -> Path:
        """The path of the one that is found there."""
        for k, (c, n) in enumerate(self.roots):
            if c is container and n == name:
                return (k,)
        self.roots.append((container, name))
        return (len(self.roots) - 1,)

    def label(self, path: Path) -> str:
        """What it is called in messages."""
        keys = "".join("[..]" if k is ANY else f"[{k!r}]" for k in path[1:])
        return f"{self.roots[path[0]][1]}{keys}"

    def class_for(self, path: Path, of: type) -> type[Outer]:
        """The class that stands for what is found there."""
        if path not in self._classes:
            body = {"path": path, "kept": self, "stands_for": of, "__module__": Outer.__module__}
            self._classes[path] = type(self.label(path), (_STANDS[of],), body)
        return self._classes[path]

    # ------------------------------------------------------------ what is there

    def _found(self, path: Path) -> list[Any]:
        """What stands there now."""
        found = [fetch(*self.roots[path[0]])]
        for key in path[1:]:
            found = [v for of in found for v in _items(of, key)]
        return found

    def content(self, path: Path) -> tuple[Content, bool]:
        """What there is at a place, and whether anything is."""
        contents = [content_of(v) for v in self._found(path)]
        contents += [_default(of) for of in self._found(path[:-1]) if isinstance(of, dict)]
        contents = [c for c in contents if c is not NOTHING]
        contents += [c for p, cs in self._put.items() if self._meets(p, path) for c in cs]
        found = _joined(contents)
        self.use(path, found)
        return found, bool(contents)

    def put(self, path: Path, content: Content) -> None:
        """Note that something is put there."""
        known = self._put.setdefault(path, [])
        if content not in known:
            known.append(content)
            self.grew = True

    def note_read(self, path: Path) -> None:
        """Note that floats, or lists and dicts, are read there."""
        if path not in self.read:
            self.read.add(path)
            self.grew = True

    def is_read(self, path: Path) -> bool:
        """Are floats read there, or what is put there as a list or dict?"""
        return any(self._meets(p, path) for p in self.read)

    def use(self, path: Path, content: Content) -> None:
        """Note what is read there."""
        self._used[path] = content

    def _meets(self, a: Path, b: Path) -> bool:
        """May two paths mean the same place?"""
        if len(a) == len(b) == 1:
            return bool(a == b)
        last = a[-1] == b[-1] or a[-1] is ANY or b[-1] is ANY
        return last and len(a) > 1 < len(b) and self._is_same(a[:-1], b[:-1])

    def _is_same(self, a: Path, b: Path) -> bool:
        """May what is found at two places be one list or dict, which may have two names?"""
        if a == b or (len(a) > 1 < len(b) and self._meets(a, b)):
            return True
        return not {id(v) for v in self._found(a)}.isdisjoint(id(v) for v in self._found(b))

    def shared(self) -> frozenset[tuple[int, int]]:
        """Which of the roots have a list or dict in common."""
        inside = [_inside(fetch(*root)) for root in self.roots]
        pairs = itertools.combinations(range(len(inside)), 2)
        return frozenset((j, k) for j, k in pairs if inside[j] & inside[k])

    def guards(self, live: Sequence[Live]) -> list[Guard]:
        """What a derivation relies on: what is one list or dict stays one, and nothing else is."""
        out: list[Guard] = [Shared(self, "roots", self.shared())] if len(self.roots) > 1 else []
        others = tuple(x for x in live if isinstance(x.kind, NodeKind))
        return [*out, Apart(self, "others", others)] if self.roots and others else out

    def fits(self, path: Path) -> bool:
        """Does what stands there now have the kind that was derived with?"""
        root = self._found(path[:1])[0]
        if not issubclass(self._classes[path[:1]], _STANDS.get(type(root), type)):
            return False
        used = self._used.get(path)
        found = [content_of(v) for v in self._found(path)]
        return all(_joined([used, c]) == used for c in found)


NOTHING = type("Nothing", (), {})


def _items(of: Any, key: Hashable) -> Iterator[Any]:
    """What it has under a key, or all that it has."""
    if type(of) not in _STANDS or isinstance(of, set):
        return
    if isinstance(of, dict) and key is not ANY:
        if key in of:
            yield of[key]
        return
    few = len(of) <= MOST
    values = of.values() if isinstance(of, dict) else of
    yield from values if few else itertools.islice(values, MOST)
    if not few and isinstance(of, list | deque):
        yield from itertools.islice(reversed(of), MOST)


def _inside(value: Any) -> set[int]:
    """The lists, dicts and sets in a value, in those, and in objects there, by identity."""
    found, seen, todo = set[int](), set[int](), [value]
    while todo:
        v = todo.pop()
        inside: Iterable[Any] = v if isinstance(v, tuple) else ()
        if type(v) in _STANDS:
            inside = _items(v, ANY)
        elif is_object(type(v)):
            inside = getattr(v, "__dict__", {}).values()
        if (inside or type(v) in _STANDS) and id(v) not in seen:
            seen.add(id(v))
            todo += inside
            if type(v) in _STANDS:
                found.add(id(v))
    return found


def _default(of: dict[Any, Any]) -> Content:
    """What it makes of a key that it does not have."""
    if isinstance(of, Counter):
        return INT
    if isinstance(of, defaultdict) and of.default_factory in (int, float, *_STANDS):
        return content_of(of.default_factory())
    return NOTHING


def content_of(value: Any) -> Content:
    """What a value is, as something that is read from a list, dict or set outside."""
    if type(value) in _STANDS:
        return type(value)
    if isinstance(value, str):
        return TEXT
    try:
        kind = kind_of(value)
    except InputError:
        return None
    readable = isinstance(kind, Num) and (not kind.array or (kind.num == "float" and kind.rank))
    return kind if readable else None


def _joined(contents: Sequence[Content]) -> Content:
    """What values of several kinds are."""
    first, *more = contents or [None]
    for c in more:
        if c == first:
            continue
        if not isinstance(c, Num) or not isinstance(first, Num) or c.array != first.array:
            return None
        first = join(first, c)
        if not isinstance(first, Num) or first.num not in _KINDS or BOOL in contents:
            return None
    return first


# ---------------------------------------------------------------- what a function does with it


_SET_CHANGES = ("add", "clear", "discard", "pop", "remove", "update")


def check_unchanged(owner: Any, method: str) -> None:
    """Is this no method that changes a set?

    Raises:
        ChangedOutside: it is.
    """
    if type(owner) is set and method in _SET_CHANGES:
        raise ChangedOutside(owner)


def standing(w: Calling, container: Any, name: str, value: Any) -> Value | None:
    """What stands for one that a function changes; None for other data."""
    kept = w.owner.containers
    if not kept.is_one(value):
        return None
    path = kept.path_of(container, name)
    holder = w.whole_outside(container, name, type(value))
    made = kept.class_for(path, type(value))
    w.summary.keeps = True
    w.owner.guard(Fits(kept, path))
    return Structure(made, ("of",), (holder,))


def _is_outer(value: Value) -> bool:
    return isinstance(value, Structure) and issubclass(value.make, Outer)


def is_handed_out(make: Any) -> bool:
    """Is it the class of something that stands for one of these?"""
    return isinstance(make, type) and issubclass(make, Outer)


def check_method(base: Structure, name: str) -> None:
    """Has what stands for it this method?"""
    made: Any = base.make
    if not hasattr(made, name):
        refuse(
            f"{name} of {describe(base)}, is not supported.",
            "do that to one that the function makes, or in front of the call.",
        )


def _is_slice(value: Value) -> bool:
    if isinstance(value, Static):
        return isinstance(value.value, slice)
    return isinstance(value, Structure) and value.make is slice


def _element(value: Value) -> Content:
    """What a value is that is one of several, or an array of them."""
    found = _content(value)
    return Num(False, found.num) if isinstance(found, Num) else found


def _holder(value: Value) -> Operand:
    assert isinstance(value, Structure)
    (of,) = value.items
    assert isinstance(of, Held)
    return of.atom


def _key(make: Any, value: Value | None) -> Hashable:
    """The key of a dict where it is known; all that is in a list is of one kind."""
    known = None if value is None else known_value(value)
    if not issubclass(make, OuterDict) or known is None or not isinstance(known[0], Hashable):
        return ANY
    return known[0]


def _operand(w: Calling, value: Value, op: Any) -> Operand:
    if _is_outer(value):
        return _holder(value)
    return shown(w, value) if is_put_together(value) else w.operand(value, op)


def _content(value: Value) -> Content:
    """What a value is that is put there."""
    if text(value) is not None:
        return TEXT
    if isinstance(value, Static):
        return content_of(value.value)
    if isinstance(value, Held):
        return value.kind if isinstance(value.kind, Num) else None
    if isinstance(value, Structure) and not _is_outer(value):
        make = meant(value.make)
        return make if make in _STANDS else None
    return None


_KEYED = ("__setitem__", "insert")
_PUTS = (*_KEYED, "append", "appendleft", "add")


def _changed(w: Calling, variable: str, itself: Structure, method: str, *given: Value) -> Value:
    """fp.outer_changed(itself, method, *given)."""
    made: Any = itself.make
    path = (*made.path, _key(made, given[0] if method in _KEYED else None))
    puts = method in _PUTS
    if method == "__setitem__" and _is_slice(given[0]):
        puts = False
        for v in given[1].parts or (given[1],):
            made.kept.put(path, _element(v))
    op = fp.outer_changed
    operands = [_operand(w, v, op) for v in given]
    if puts:
        made.kept.put(path, _content(given[-1]))
        found = {i for i in idents(given[-1]) if i is not None}
        if made.kept.is_read(path):
            op = fp.outer_put
            w.summary.forked |= {i for i in found if is_argument(i)}  # type: ignore[misc]
            for i in found:
                w.unread(i)
        w.give_up(found)
    w.emit(Do(op, (_holder(itself), Const(method), *operands), (), w.origin))
    return Static(None)


def _value(
    w: Calling, variable: str, itself: Structure, method: str, kind: str, *given: Value
) -> Value:
    """fp.outer_value(itself, method, kind, *given)."""
    made: Any = itself.make
    atoms = [_operand(w, v, fp.outer_value) for v in given]

    def let(what: Any, found: Kind) -> Held:
        args = (_holder(itself), Const(method), Const(what), *atoms)
        return w.let(variable, fp.outer_value, args, found)

    if kind != "any":
        return let(kind, _KINDS[kind])
    if given and _is_slice(given[0]):
        return _values(w, variable, itself, method, *atoms)
    kept: OuterContainers = made.kept
    path = (*made.path, _key(made, given[0] if given else None))
    content, known = kept.content(path)
    if len(given) > 1:  # a default
        default = _content(given[1])
        content = _joined([content, default]) if known else default
        known = True
    if not known:
        return UNKNOWN
    kept.use(path, content)
    w.owner.guard(Fits(kept, path))
    if isinstance(content, type):
        kept.note_read(path)
        return Structure(
            kept.class_for(path, content), ("of",), (let(content, OpaqueKind(content)),)
        )
    if content == TEXT:
        return let("str", TEXT)
    if not isinstance(content, Num):
        refuse(
            f"{kept.label(made.path)} is changed and read, and what it holds at that place is no "
            "number, text, list or dict, or there are several sorts of it.",
            "keep it in a dict that the function makes, or pass it as an argument.",
        )
    if content.num == "float":
        kept.note_read(path)
    return let(content.rank if content.array else content.num, content)


def _values(w: Calling, variable: str, itself: Structure, method: str, *given: Operand) -> Value:
    """fp.outer_values(itself, method, kind, *given): a list."""
    made: Any = itself.make
    path = (*made.path, ANY)
    content, known = made.kept.content(path)
    if not known:
        return UNKNOWN
    if not isinstance(content, Num) or content.array or content.num == "bool":
        refuse(
            f"{made.kept.label(made.path)} is changed, and all that it holds is read, which are "
            "not all numbers.",
            "loop over its indices, or keep it in a list that the function makes.",
        )
    w.owner.guard(Fits(made.kept, path))
    if content.num == "float":
        made.kept.note_read(path)
    args = (_holder(itself), Const(method), Const(content.num), *given)
    found = w.let(None, fp.outer_values, args, Num(True, content.num, 1))
    return Structure(list, (EACH,), (found,), w.new_ident())


_HANDLERS: dict[Any, Callable[..., Value]] = {
    fp.outer_changed: _changed,
    fp.outer_value: _value,
    fp.outer_values: _values,
}


def _handler(op: Any, *means: str) -> Callable[..., Value]:
    def handle(w: Calling, variable: str, args: Sequence[Value], kwargs: Any) -> Value:
        itself, *given = args
        if kwargs:
            refuse(
                f"{means[0]} of what lies outside is given {next(iter(kwargs))} by its name.",
                "give it by its place, or do it to a list that the function makes.",
            )
        return _HANDLERS[op](w, variable, itself, *means, *given)

    return handle


OUTER = {method: _handler(*means) for method, means in MEANS.items()}


def changed_there(w: Calling, values: Sequence[Value]) -> None:
    """A function that is called changes something that it is given and that is nobody's."""
    todo = list(values)
    while todo:
        v = todo.pop()
        todo += v.parts
        if isinstance(v, Structure) and v.ident is None and meant(v.make) in _STANDS:
            changed_here(w, v)


def changed_here(w: Calling, base: Value) -> None:
    """Something that is not this function's is changed: if it is data outside, begin again.

    Raises:
        ChangedOutside: it is.
    """
    w.summary.outside = True
    same = [key for key, v in w.lifted_values.items() if _is_inside(base, v, True)]
    same = same or [key for key, v in w.lifted_values.items() if _is_inside(base, v, False)]
    for key in same:
        container, name, _ = w.lifted[key]
        found = fetch(container, name)
        if type(found) in _STANDS and id(found) not in w.owner.containers.changed:
            raise ChangedOutside(found)


def _is_inside(part: Value, whole: Value, itself: bool) -> bool:
    if part is whole or (not itself and part == whole):
        return True
    return any(_is_inside(part, v, itself) for v in whole.parts)
