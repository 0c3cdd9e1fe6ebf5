"""From a function object to its syntax tree and the names it sees.

    def scaled(x):              Source(name="scaled", tree=<gast.FunctionDef>, numpy="np",
        return k * np.sin(x)           locals={"x"}, cells={"k": <cell>}, file, lines, ..)

The text is read once, here.  It is compiled again and compared with the function's own code, so a
file that was edited after it was imported is refused and never silently taken for the function.
"""

from __future__ import annotations

import functools
import inspect
import io
import linecache
import tokenize
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import gast
import numpy as np

from fpad.transforms.adjoint_blocks import in_reverse
from fpad.transforms.cells import with_cells
from fpad.transforms.definition import SPLIT, TOO_DEEP, definition, refuse
from fpad.transforms.errors import Refusal
from fpad.transforms.function_objects import with_function_objects
from fpad.transforms.generators import consumed
from fpad.transforms.kept_results import with_kept_results
from fpad.transforms.local_captures import with_captures
from fpad.transforms.local_imports import imports_in
from fpad.transforms.managers import with_managers
from fpad.transforms.mutual import with_mutual
from fpad.transforms.outside import Outside
from fpad.transforms.written_decorators import holds, with_decorators
from fpad.transforms.yields import is_generator


@dataclass(frozen=True)
class Binding:
    """Where a name that is not local finds its value.

    Attributes:
        kind: "cell" (a closure), "global" or "builtin".
        container: the cell, or the dict of the module or of the builtins: read it again for the
            value at another time.
        value: the value now.
    """

    kind: str
    container: types.CellType | dict[str, Any]
    value: Any


@dataclass(frozen=True, eq=False)
class Source:
    """A Python function as its text says it is.

    Attributes:
        function: the plain function (of a bound method: the function that it binds).
        code: its code when it was read.
        name: the name in the text; of a lambda the name that it is assigned to, or "anonymous".
        tree: gast.FunctionDef (AsyncFunctionDef of a coroutine) without decorators; lines and
            columns are those of the file; a lambda has become a function that returns its body.
        file: the file, or the name under which Python knows the text.
        lines: the lines of the file when it was read.
        bound: is it a bound method?
        receiver: what a bound method is bound to (its first parameter).
        params: parameter names, in the order of `signature`.
        locals: the names that are local to the function, parameters included.
        cells, globals, builtins: what the other names are looked up in, in this order.
        numpy: the name under which the function knows NumPy.
    """

    function: types.FunctionType
    code: types.CodeType = field(repr=False)
    name: str
    tree: Any = field(repr=False)
    file: str
    lines: tuple[str, ...] = field(repr=False)
    bound: bool
    receiver: Any
    params: tuple[str, ...]
    locals: frozenset[str]
    cells: Mapping[str, types.CellType] = field(repr=False)
    globals: dict[str, Any] = field(repr=False)
    builtins: dict[str, Any] = field(repr=False)
    numpy: str

    @property
    def signature(self) -> inspect.Signature:
        """The function's own signature; what a decorator claims about it is not looked at."""
        f = self.function
        bare = types.FunctionType(
            f.__code__, f.__globals__, f.__name__, f.__defaults__, f.__closure__
        )
        bare.__kwdefaults__ = f.__kwdefaults__
        return inspect.signature(bare)

    @functools.cached_property
    def imports(self) -> dict[str, Any]:
        """What the function imports for itself."""
        return imports_in(self.tree, self.function)

    def resolve(self, name: str) -> Binding:
        """Look a name up as the running function would, now.

        Raises:
            NameError: it is local to the function, or bound nowhere (yet).
        """
        if name in self.locals:
            raise NameError(f"{name!r} is local to {self.name}")
        if name in self.cells:
            cell = self.cells[name]
            try:
                return Binding("cell", cell, cell.cell_contents)
            except ValueError:
                raise NameError(
                    f"{name!r} has no value yet in the scope around {self.name}"
                ) from None
        if name in self.globals:
            return Binding("global", self.globals, self.globals[name])
        if name in self.builtins:
            return Binding("builtin", self.builtins, self.builtins[name])
        raise NameError(f"name {name!r} is not defined")

    def column(self, line: int, offset: int) -> int:
        """The column, in characters from 1, at a byte offset of Python's syntax trees."""
        return len(self.lines[line - 1].encode()[:offset].decode()) + 1

    def text(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text between two (line, byte offset) pairs as one line without comments."""
        (first, left), (last, right) = start, end
        rows = [row.encode() for row in self.lines[first - 1 : last]]
        rows[-1] = rows[-1][:right]
        rows[0] = rows[0][left:]
        text = b"".join(rows).decode()
        return _one_line(text) if "\n" in text else text.strip()

    def refusal(self, node: Any, reason: str, remedy: str) -> Refusal:
        """The refusal of a node of the tree."""
        return Refusal.at(self.file, self.lines, node.lineno, node.col_offset, reason, remedy)


def read(function: Callable[..., Any]) -> Source:
    """Capture the source of a function and the namespace that its names live in.

    Takes plain functions, bound methods and lambdas, decorated or nested ones too.  A wrapper that
    a decorator left in the function's place is itself the function: nothing looks through it.
    A function is parsed once; as long as its file is what it was, the same tree is given again.

    Raises:
        TransformError: there is no source, or it is not the text that the function was made from.
    """
    plain, bound, receiver = _plain(function)
    code = plain.__code__
    made = plain.__dict__.get(_SOURCE)
    if made is not None and made.code is code:
        return replace(made, bound=True, receiver=receiver) if bound else made  # type: ignore[no-any-return]
    linecache.checkcache(code.co_filename)
    text = linecache.getlines(code.co_filename, plain.__globals__)  # one object until it changes
    known, seen = _known.get(id(plain), (None, None))
    asked = getattr(known.tree, "asked", None) if known is not None else None
    if asked and known is not None and not Outside(plain, known.tree).holds(asked):
        known = None
    named = getattr(known.tree, "decorators", None) if known is not None else None
    if named and known is not None and not holds(named, Outside(plain, known.tree)):
        known = None
    if known is None or seen is not text or (known.function, known.code) != (plain, code):
        known = _read(plain, tuple(text))
        if len(_known) >= REMEMBERED:
            del _known[next(iter(_known))]
        _known[id(plain)] = known, text
    return replace(known, bound=True, receiver=receiver) if bound else known


def remember(source: Source) -> None:
    """Note the source of a function that is made while code is written, for as long as it is."""
    source.function.__dict__[_SOURCE] = source


_SOURCE = "__fpad_source__"
REMEMBERED = 256
"""How many functions are kept with their source; a `Source` keeps its function alive."""
_known: dict[int, tuple[Source, list[str]]] = {}


def _read(plain: types.FunctionType, lines: tuple[str, ...]) -> Source:
    code = plain.__code__
    if not lines:
        refuse(
            plain,
            f"{plain.__qualname__} has no source text ({code.co_filename} cannot be read).",
            "define the function in a file or in a notebook cell.",
        )
    try:
        node = definition(plain, lines)
        tree = gast.ast_to_gast(node)
        made = settled(plain, tree)
    except RecursionError:
        refuse(plain, f"{plain.__qualname__} {TOO_DEEP}", SPLIT)
    local_names = frozenset((*code.co_varnames, *code.co_cellvars, *made))
    cells = dict(zip(code.co_freevars, plain.__closure__ or (), strict=True))
    return Source(
        function=plain,
        code=code,
        name=node.name,
        tree=tree,
        file=code.co_filename,
        lines=lines,
        bound=False,
        receiver=None,
        params=parameters(code),
        locals=local_names,
        cells=cells,
        globals=plain.__globals__,
        builtins=cast(Any, plain).__builtins__,  # of every function since 3.10
        numpy=_numpy_alias(plain, local_names),
    )


def settled(function: types.FunctionType, tree: Any) -> set[str]:
    """Rewrite the definition of a function, but for a generator: its forms are made when needed.

    Returns the names that it has got.
    """
    if is_generator(tree):
        return set()
    outside = Outside.before(function, tree)
    made = with_kept_results(tree, outside)
    made |= with_decorators(tree, outside) | with_managers(tree, outside)
    made |= in_reverse(tree, outside)
    made |= consumed(tree, outside)
    tree.asked = outside.asked  # a loop over what is no generator any more is written otherwise
    made |= with_function_objects(tree)
    with_mutual(tree)
    with_cells(tree)
    with_captures(tree)
    return made


# ---------------------------------------------------------------- which function


def _plain(function: Any) -> tuple[types.FunctionType, bool, Any]:
    """The Python function behind what was given, and what it is bound to."""
    if isinstance(function, staticmethod):
        function = function.__func__
    bound, receiver = False, None
    if isinstance(function, types.MethodType):
        bound, receiver, function = True, function.__self__, function.__func__
    if not isinstance(function, types.FunctionType):
        refuse(function, *_why_not(function))
    if (
        function.__globals__.get("__name__") == "contextlib"
        and "contextmanager" in function.__code__.co_qualname
    ):
        refuse(
            None,
            f"{_called(function)} makes a context manager; it is not a function of numbers.",
            "call it around the call of the derivative.",
        )
    return function, bound, receiver


def _why_not(function: Any) -> tuple[str, str]:
    """Reason and remedy for an object that is not a Python function."""
    name, cls = _called(function), type(function)
    if isinstance(function, type):
        return f"{name} is a class.", "give a function that makes the object and uses it."
    if isinstance(function, functools.partial):
        return (
            f"{name} is a functools.partial object.",
            "write a function that calls the original with these arguments.",
        )
    if hasattr(function, "cache_info") and hasattr(function, "__wrapped__"):
        return (
            f"{name} is wrapped by functools.lru_cache.",
            f"differentiate the function inside, {name}.__wrapped__.",
        )
    if cls.__module__.partition(".")[0] == "numba" and hasattr(function, "py_func"):
        return (
            f"{name} is compiled by Numba.",
            f"differentiate the function inside, {name}.py_func.",
        )
    if not callable(function):
        return f"{name} is not a function.", "give a Python function."
    if isinstance(getattr(cls, "__call__", None), types.FunctionType):  # noqa: B004
        return f"{name} is an object with a __call__ method.", "give its bound method, .__call__."
    return (
        f"{name} has no Python source: it is a {cls.__name__}.",
        "write a Python function that calls it.",
    )


def _called(function: Any) -> str:
    """What to call an object in a message."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    return name if isinstance(name, str) else f"an object of type {type(function).__name__}"


# ---------------------------------------------------------------- text


def _one_line(text: str) -> str:
    """The text of a statement, or of the header of one, on one line and without its comments."""
    rows = text.splitlines()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                rows[row - 1] = rows[row - 1][:column]
    except (tokenize.TokenError, SyntaxError):
        pass  # a header ends before its block: whatever was seen up to there counts
    return " ".join(row.strip().removesuffix("\\").rstrip() for row in rows if row.strip())


# ---------------------------------------------------------------- names


def parameters(code: types.CodeType) -> tuple[str, ...]:
    """All parameter names in the order of a signature."""
    named = code.co_argcount
    only = named + code.co_kwonlyargcount
    rest = iter(code.co_varnames[only:])
    star = (next(rest),) if code.co_flags & inspect.CO_VARARGS else ()
    double = (next(rest),) if code.co_flags & inspect.CO_VARKEYWORDS else ()
    return code.co_varnames[:named] + star + code.co_varnames[named:only] + double


def _numpy_alias(function: types.FunctionType, local_names: frozenset[str]) -> str:
    """The name of NumPy that the function uses, or one that its module gives it, or `np`."""
    code, scope = function.__code__, function.__globals__
    used = [name for name in code.co_names if scope.get(name) is np]
    known = [name for name, value in scope.items() if value is np and name not in local_names]
    default = next(name for name in ("np", "numpy", "np_") if name not in local_names)
    return [*used, *(["np"] if "np" in known else []), *known, default][0]
