"""pytest plugin: tests that fail where a derivative is wrong, with the report of `fpad.check`.

def test_loss(fpad_check):                        a fixture: the check of one point
    fpad_check(loss, np.array([0.5, 1.0]))

@pytest.mark.fpad_differentiable(0.5, 1.0)        a marker: the test is the function, checked at
def test_loss(x):                                 these points
    return loss(x)

@pytest.mark.fpad_differentiable(x=st.floats(0.1, 9.0))
def test_root(x):                                 at points that Hypothesis draws
    return np.sqrt(x)
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fpad.check import Report

MARKER = "fpad_differentiable"
OPTIONS = ("wrt", "precision", "seed", "allow_unknown", "max_examples")
USAGE = (
    "write @pytest.mark.fpad_differentiable(0.5, 1.0): points for the first parameters (a tuple "
    "for several of them); or name=[values] or name=strategy for parameters by name; with "
    f"{', '.join(OPTIONS)} as for fpad.check"
)


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker is for `pytest --markers`."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(*points, wrt=0, precision=None, seed=None, allow_unknown=False, "
        "max_examples=None, **values): the "
        "test is a function, and fails unless fpad.check proves at each point that the derivative "
        "that fpad generates for it is right. points: values of the first parameter, or tuples "
        "of values of the first parameters. values: parameter=[values] or "
        "parameter=Hypothesis strategy (max_examples of them are drawn); without wrt these are "
        "what is differentiated by. Other parameters are fixtures.",
    )


@pytest.fixture
def fpad_check() -> Callable[..., Report]:
    """A function that is called as `fpad.check` is, and fails the test unless AD is right there.

    It returns the report.  With `allow_unknown=True` only what is proved to be wrong fails.
    """

    def checked(f: Callable[..., Any], *args: Any, **options: Any) -> Report:
        return require(f, args, {}, **options)

    return checked


def require(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    keywords: Mapping[str, Any],
    allow_unknown: bool = False,
    **options: Any,
) -> Report:
    """Check a point, and fail with the report unless the derivative is right."""
    from fpad.check.checker import check, check_call
    from fpad.check.verdict import Verdict

    report = check_call(f, args, keywords, **options) if keywords else check(f, *args, **options)
    unproved = report.correct is None and report.verdict is not Verdict.UNDEFINED
    if report.exit_code and not (allow_unknown and unproved):
        pytest.fail(str(report), pytrace=False)
    return report


# ---------------------------------------------------------------- the marker


@dataclass(frozen=True)
class _Strategies:
    """Stands for the arguments of a test that Hypothesis draws."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class _Asked:
    """What a marker asks for."""

    names: tuple[str, ...]
    points: Sequence[tuple[Any, ...]]
    strategies: Mapping[str, Any]
    options: Mapping[str, Any]
    examples: int | None


def _asked(marker: pytest.Mark, function: Callable[..., Any]) -> _Asked:
    """What the arguments of a marker mean for a function."""
    options = {k: v for k, v in marker.kwargs.items() if k in OPTIONS}
    values = {k: v for k, v in marker.kwargs.items() if k not in OPTIONS}
    examples = options.pop("max_examples", None)
    known = list(inspect.signature(function).parameters)
    called = getattr(function, "__name__", repr(function))
    for name in values:
        if name not in known:
            raise pytest.UsageError(f"{MARKER}: {called} has no parameter {name}: {USAGE}")
    if bool(marker.args) is bool(values):
        what = "points and values are given" if values else "there is no point"
        raise pytest.UsageError(f"{MARKER} of {called}: {what}: {USAGE}")
    if marker.args:
        points = [p if isinstance(p, tuple) else (p,) for p in marker.args]
        if len({len(p) for p in points}) != 1 or len(points[0]) > len(known):
            reason = f"the points must have as many values, at most {len(known)}"
            raise pytest.UsageError(f"{MARKER} of {called}: {reason}: {USAGE}")
        return _Asked(tuple(known[: len(points[0])]), points, {}, options, examples)
    strategies = {k: v for k, v in values.items() if _is_strategy(v)}
    listed = {k: list(v) for k, v in values.items() if k not in strategies}
    options.setdefault("wrt", tuple(values) if len(values) > 1 else next(iter(values)))
    points = list(itertools.product(*listed.values()))
    return _Asked(tuple(listed), points, strategies, options, examples)


def _is_strategy(value: Any) -> bool:
    """Is it a strategy of Hypothesis?  Without the library nothing is."""
    import sys

    module = sys.modules.get("hypothesis.strategies")
    return module is not None and isinstance(value, module.SearchStrategy)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each point; what Hypothesis draws is one test."""
    marker = metafunc.definition.get_closest_marker(MARKER)
    if marker is None:
        return
    asked = _asked(marker, metafunc.function if metafunc.cls is None else _bound(metafunc))
    if asked.names:
        metafunc.parametrize(asked.names, asked.points)
    if asked.strategies:
        drawn = _Strategies(asked.strategies)
        names = tuple(asked.strategies)
        metafunc.parametrize(names, [(drawn,) * len(names)], ids=["drawn"])


def _bound(metafunc: pytest.Metafunc) -> Callable[..., Any]:
    """The method without its first parameter."""
    assert metafunc.cls is not None
    if isinstance(inspect.getattr_static(metafunc.cls, metafunc.function.__name__), staticmethod):
        function: Callable[..., Any] = metafunc.function
    else:
        function = metafunc.function.__get__(object())
    return function


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Check a marked test instead of calling it."""
    marker = pyfuncitem.get_closest_marker(MARKER)
    if marker is None:
        return None
    function = pyfuncitem.obj
    asked = _asked(marker, function)
    names = list(inspect.signature(function).parameters)
    given = {name: pyfuncitem.funcargs[name] for name in names}

    def once(**drawn: Any) -> None:
        args, keywords = _call(function, {**given, **drawn})
        require(function, args, keywords, **asked.options)

    if not asked.strategies:
        once()
        return True
    import hypothesis

    once.__name__ = once.__qualname__ = pyfuncitem.originalname
    test = hypothesis.given(**asked.strategies)(once)
    # A check takes milliseconds where it is easy; how long is not what is tested.
    limits: dict[str, Any] = {"deadline": None}
    if asked.examples is not None:
        limits["max_examples"] = asked.examples
    hypothesis.settings(**limits)(test)()
    return True


def _call(
    function: Callable[..., Any], values: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by position and by keyword."""
    parameters = inspect.signature(function).parameters.values()
    named = {p.name: values[p.name] for p in parameters if p.kind is p.KEYWORD_ONLY}
    return tuple(values[p.name] for p in parameters if p.name not in named), named
