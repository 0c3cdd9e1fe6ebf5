"""Reading functions: which text is theirs, what their names mean, and what is refused."""

import builtins
import contextlib
import functools
import importlib.util
import itertools
import math
import os
import pickle
import sys
import types
from pathlib import Path

import gast
import numpy as np
import pytest

from fpad.transforms.errors import (
    CertificateError,
    FpadError,
    InputError,
    MissingExtra,
    Refusal,
    RuleError,
    TransformError,
)
from fpad.transforms.source import Source, read
from tests.transforms.execution import define

LINES = Path(__file__).read_text(encoding="utf-8").splitlines()


def line_of(text: str) -> int:
    """The number of the only line of this file that begins like this."""
    (number,) = [k for k, line in enumerate(LINES, 1) if line.lstrip().startswith(text)]
    return number


def refused(function) -> Refusal:
    with pytest.raises(TransformError) as caught:
        read(function)
    (refusal,) = caught.value.refusals
    return refusal


def returned(source: Source) -> str:
    """The text of the last statement, at the positions that the tree gives."""
    node = source.tree.body[-1]
    return source.text((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))


# ---------------------------------------------------------------- which text


def logged(function):
    @functools.wraps(function)
    def wrapper(x):
        return function(x) + 0.0

    return wrapper


def doubled(scale=lambda: 2.0):
    def decorate(function):
        function.scale = scale()
        return function

    return decorate


def plain(x):
    return np.sin(x) + math.pi


@doubled(
    scale=lambda: 3.0,
)
@doubled()
def decorated(x):
    text = """not
indented"""
    return len(text) + x


@logged
def wrapped(x):
    return x * 3.0


class Model:
    factor = 2.0

    def __init__(self):
        self.__hidden = 4.0

    def method(self, x):
        return self.factor * x

    def private(self, x, __k=1):
        y = self.__hidden * __k
        return Model.factor * y * self.method(x=x)

    @staticmethod
    def static(x):
        return x + 1.0

    @classmethod
    def of_class(cls, x):
        return cls.factor * x

    def parent(self):
        return super().__repr__()

    field = lambda self, x: self.factor - x  # noqa: E731


def test_plain_function() -> None:
    source = read(plain)
    assert isinstance(source.tree, gast.FunctionDef)
    assert (source.name, source.params, source.file) == ("plain", ("x",), __file__)
    assert (source.tree.lineno, source.tree.col_offset) == (line_of("def plain"), 0)
    assert returned(source) == "return np.sin(x) + math.pi"
    assert source.bound is False


def test_decorators_are_stripped_and_lines_stay() -> None:
    source = read(decorated)
    assert source.tree.decorator_list == []
    assert source.tree.lineno == line_of("def decorated")
    assert source.tree.body[0].value.value == "not\nindented"
    assert returned(source) == "return len(text) + x"


def test_a_wrapper_is_the_function() -> None:
    source = read(wrapped)
    assert (source.name, source.params) == ("wrapper", ("x",))
    assert returned(source) == "return function(x) + 0.0"
    assert source.resolve("function").value is wrapped.__wrapped__
    assert read(wrapped.__wrapped__).name == "wrapped"


def test_bound_methods() -> None:
    model = Model()
    source = read(model.method)
    assert source.bound
    assert source.receiver is model
    assert source.function is Model.method
    assert source.params == ("self", "x")
    assert source.tree.col_offset == 4
    assert not read(Model.method).bound
    assert read(model.of_class).receiver is Model
    assert read(Model.__dict__["static"]).name == "static"
    assert returned(read(model.parent)) == "return super().__repr__()"


def test_private_names_are_those_of_the_class() -> None:
    source = read(Model().private)
    names = {n.attr for n in gast.walk(source.tree) if isinstance(n, gast.Attribute)}
    assert "_Model__hidden" in names
    assert source.params == ("self", "x", "_Model__k")
    assert source.resolve("Model").value is Model
    local = type("Other", (), {"private": Model.private})
    assert read(local().private).params == source.params


def test_indented_function_with_a_string_of_several_lines() -> None:
    if True:

        def inner(x):
            text = """a
b"""
            # a comment further left
            return text, x

    source = read(inner)
    assert source.tree.body[0].value.value == "a\nb"
    assert source.tree.col_offset == 8
    assert returned(source) == "return text, x"


def test_lambdas() -> None:
    square = lambda x: x * x  # noqa: E731
    table = {
        "cube": lambda x: x * x * x, "other": lambda x, y: x
    }  # fmt: skip
    source = read(square)
    assert (source.name, source.params) == ("square", ("x",))
    assert isinstance(source.tree.body[0], gast.Return)
    assert source.tree.lineno == line_of("square = lambda")
    assert returned(source) == "lambda x: x * x"
    assert read(table["cube"]).name == "anonymous"
    assert returned(read(table["cube"])) == "lambda x: x * x * x"
    assert read(table["other"]).params == ("x", "y")
    assert read(Model().field).name == "field"
    assert read(functools.reduce(lambda f, _: f, [1], lambda x: x + 4)).name == "anonymous"


def test_lambdas_on_one_line_are_told_apart_by_their_code() -> None:
    two = (lambda x: x + 0.0, lambda x: x + -0.0, lambda y: y + 0.0)
    zeros = [read(f).tree.body[0].value.right for f in two]
    assert math.copysign(1.0, zeros[0].value) == 1.0
    assert isinstance(zeros[1], gast.UnaryOp)
    assert read(two[2]).params == ("y",)


def test_equal_lambdas_on_one_line_are_told_apart_by_their_places() -> None:
    two = (lambda x: x * 2.0, lambda x: x * 2.0)
    first, second = (read(f).tree.body[0].col_offset for f in two)
    assert first < second


def test_text_known_to_linecache_only() -> None:
    """As in notebooks, doctests and the REPL of Python 3.13."""
    source = read(define("def f(x):\n    return x + 1\n"))
    assert source.file.startswith("<text")
    assert returned(source) == "return x + 1"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="generic functions came with 3.12")
def test_generic_functions() -> None:
    source = read(define("def f[T](x: T, y: T = None) -> T:\n    return x\n"))
    assert source.params == ("x", "y")
    assert returned(source) == "return x"


def test_coroutines_and_generators_are_read_and_left_to_the_fence() -> None:
    async def later(x):
        return x

    assert isinstance(read(later).tree, gast.AsyncFunctionDef)


def test_recursion_and_names_of_the_scope_around() -> None:
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    def factorial(n):
        return 1 if n == 0 else n * factorial(n - 1)

    assert set(read(even).cells) == {"odd"}
    assert read(factorial).resolve("factorial").value is factorial


# ---------------------------------------------------------------- files that change


def load(path, text):
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_later = itertools.count(1)


def edit(path, text):
    """Write a file so that its time of change differs, whatever the clock's resolution."""
    path.write_text(text)
    stamp = path.stat().st_mtime + next(_later)
    os.utime(path, (stamp, stamp))


BEFORE = "import math\n\n\ndef f(x):\n    return math.sin(x) * 0.5\n"


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("0.5", "0.6"),
        BEFORE.replace("sin", "cos"),
        BEFORE.replace("x", "y"),
        BEFORE.replace("(x) * 0.5", "(x) + 0.5"),
        "# a new first line\n" + BEFORE,
        BEFORE.replace("def f", "def g"),
        BEFORE.replace("    return", "    x = x\n    return"),
        BEFORE.replace("return", "return ("),
        "import math\n",
    ],
)
def test_an_edited_file_is_refused(tmp_path, after) -> None:
    path = tmp_path / "edited.py"
    module = load(path, BEFORE)
    assert returned(read(module.f)) == "return math.sin(x) * 0.5"
    edit(path, after)
    refusal = refused(module.f)
    assert (refusal.file, refusal.line) == (str(path), 4)
    assert "is not what the function was made from" in refusal.reason
    assert "import the module again" in refusal.remedy


def test_an_edit_elsewhere_does_not_matter(tmp_path) -> None:
    path = tmp_path / "elsewhere.py"
    module = load(path, BEFORE)
    edit(path, BEFORE.replace("import math", "import cmath as math") + "\n\ndef g(x):\n    pass\n")
    assert returned(read(module.f)) == "return math.sin(x) * 0.5"


def test_text_is_captured_when_it_is_read(tmp_path) -> None:
    path = tmp_path / "captured.py"
    module = load(path, BEFORE)
    source = read(module.f)
    edit(path, BEFORE.replace("0.5", "0.6"))
    assert returned(source) == "return math.sin(x) * 0.5"


def test_a_removed_file_is_refused(tmp_path) -> None:
    path = tmp_path / "removed.py"
    module = load(path, BEFORE)
    path.unlink()
    assert "has no source text" in refused(module.f).reason


def test_names_imported_by_the_module_or_not() -> None:
    """Python compiles `m.sin(x)` in another way where the module imports m itself."""
    body = "def f(x):\n    return m.sin(x) + m.pi\n"
    for text in (f"import math as m\n{body}", body):
        assert returned(read(define(text, **({} if "import" in text else {"m": math})))) == (
            "return m.sin(x) + m.pi"
        )


# ---------------------------------------------------------------- what names mean

SETTING = 3.0


def test_resolution() -> None:
    weight = 2.0

    def model(x):
        y = x * weight
        return abs(y) * SETTING

    source = read(model)
    assert source.locals == {"x", "y"}
    cell = source.resolve("weight")
    assert (cell.kind, cell.value) == ("cell", 2.0)
    assert source.resolve("SETTING").kind == "global"
    assert source.resolve("SETTING").container is globals()
    assert source.resolve("abs").kind == "builtin"
    assert source.resolve("abs").value is builtins.abs
    weight = 5.0
    assert cell.container.cell_contents == 5.0
    assert source.resolve("weight").value == 5.0


def test_names_that_have_no_value() -> None:
    def model(x):
        return x + later + never  # noqa: F821

    source = read(model)
    with pytest.raises(NameError, match="no value yet"):
        source.resolve("later")
    later = 1.0
    assert source.resolve("later").value == later
    with pytest.raises(NameError, match="'never' is not defined"):
        source.resolve("never")
    with pytest.raises(NameError, match="'x' is local"):
        source.resolve("x")


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("import numpy\ndef f(x): return numpy.sin(x)", "numpy"),
        ("import numpy as xp\nimport numpy as np\ndef f(x): return xp.sin(x)", "xp"),
        ("import numpy as num\ndef f(x): return x", "num"),
        ("import numpy as num, numpy as np\ndef f(x): return x", "np"),
        ("def f(x): return x", "np"),
        ("import numpy as np\ndef f(np): return np", "numpy"),
        ("import math as np\ndef f(x): return np.sin(x)", "np"),
    ],
)
def test_the_name_of_numpy(text, alias) -> None:
    assert read(define(text + "\n")).numpy == alias


def test_signature_is_the_functions_own() -> None:
    def f(a, /, b=2.0, *rest, c, d=SETTING, **more):
        return a

    f.__signature__ = "a lie"
    source = read(f)
    assert str(source.signature) == "(a, /, b=2.0, *rest, c, d=3.0, **more)"
    assert source.params == tuple(source.signature.parameters)


# ---------------------------------------------------------------- what is refused


class Dispatcher:
    """What a compiled function of Numba looks like."""

    __module__ = "numba.core.registry"
    __qualname__ = "kernel"

    def __init__(self) -> None:
        self.py_func = plain

    def __call__(self, x):
        return x


class Callable:
    def __call__(self, x):
        return x


@contextlib.contextmanager
def managed(x):
    yield x


@functools.lru_cache
def cached(x):
    return x


@pytest.mark.parametrize(
    ("function", "reason", "remedy"),
    [
        (math.sin, "sin has no Python source", "write a Python function"),
        (np.sin, "sin has no Python source: it is a ufunc", "write a Python function"),
        (np.sum, "sum has no Python source", "write a Python function"),
        (float, "float is a class", "makes the object"),
        (Model, "Model is a class", "makes the object"),
        (functools.partial(plain, x=1), "functools.partial", "calls the original"),
        (cached, "cached is wrapped by functools.lru_cache", "cached.__wrapped__"),
        (Dispatcher(), "is compiled by Numba", ".py_func"),
        (managed, "managed makes a context manager", "around the call"),
        (Callable(), "object of type Callable is an object with a __call__", ".__call__"),
        (3.0, "object of type float is not a function", "give a Python function"),
        (types.MethodType(math.pow, 2.0), "pow has no Python source", "write a Python function"),
        (
            eval(compile("lambda x: x", "<nowhere>", "eval")),
            "has no source text (<nowhere> cannot be read)",
            "in a file",
        ),
    ],
)
def test_not_a_function_with_source(function, reason, remedy) -> None:
    refusal = refused(function)
    assert reason in refusal.reason
    assert remedy in refusal.remedy
    assert refusal.text == ""
    assert "Instead: " in str(refusal)


def test_the_remedies_work() -> None:
    assert read(cached.__wrapped__).name == "cached"
    assert read(Dispatcher().py_func).name == "plain"
    assert read(Callable().__call__).params == ("self", "x")


def test_too_deep_is_refused() -> None:
    text = "def f(x):\n    return " + "-" * 3000 + "x\n"
    try:
        function = define(text)
    except (MemoryError, RecursionError, SyntaxError):
        function = define("def f(x):\n    return " + "+".join(["x"] * 900) + "\n")
    assert "nested too deeply" in refused(function).reason


# ---------------------------------------------------------------- errors


def test_errors_are_what_callers_may_catch() -> None:
    for cls in (TransformError, InputError, RuleError, CertificateError, MissingExtra):
        assert issubclass(cls, FpadError)
    assert issubclass(InputError, ValueError)
    assert issubclass(MissingExtra, ImportError)


def test_errors_survive_pickling() -> None:
    with pytest.raises(TransformError) as caught:
        read(len)
    missing = MissingExtra("check", "fpad.check")
    for error in (caught.value, missing, InputError("x has shape (2,)")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy)) == (type(error), str(error))
    assert str(missing) == ('fpad.check needs an optional dependency: pip install "fpad[check]"')
