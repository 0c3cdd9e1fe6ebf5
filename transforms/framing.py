"""Calls of generators that are asked for one value at a time: objects that are their frames.

    m = mean(x)                 m = Frame(x)                        # m_at = 0
    next(m)                     step_0(m)                           # m_at = 1
    y = m.send(2.0)             step_1(m, 2.0);  y = m.value

Where it is known at which yield a generator is, the step from there is called; elsewhere the one
that `at` says (see `frames`).
"""

from __future__ import annotations

import copy
import operator
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gast

from fpad import runtime as fp
from fpad.transforms.abstract import (
    UNKNOWN,
    Either,
    Static,
    Steps,
    Structure,
    Value,
    is_array,
    is_grown,
    known_value,
    literal,
)
from fpad.transforms.choices import narrowed
from fpad.transforms.class_parts import class_of
from fpad.transforms.describing import describe
from fpad.transforms.frames import Parts, Unframed, parts_of
from fpad.transforms.generators import consumed
from fpad.transforms.ir import Const, Do
from fpad.transforms.kinds import BOOL
from fpad.transforms.made_functions import made_function
from fpad.transforms.objects import construct, raw
from fpad.transforms.outside import Outside
from fpad.transforms.refusing import refuse
from fpad.transforms.source import Source, read
from fpad.transforms.written import frames as written
from fpad.transforms.yields import EACH, Nodes, ended, parameter

if TYPE_CHECKING:
    from fpad.transforms.iterators import Args, Handler, Keywords
    from fpad.transforms.library import Library

_UNSET = Static(written.State.UNSET)
_made: dict[types.FunctionType, type[written.Frame] | None] = {}


def frame_class(func: types.FunctionType) -> type[written.Frame] | None:
    """The class of the frames of a generator function; None: it has none."""
    if func not in _made:
        source = read(func)
        try:
            parts = parts_of(source.tree, Outside.before(func, source.tree))
            _made[func] = class_of_parts(source, parts, func.__name__)
        except Unframed:
            _made[func] = None
    return _made[func]


def looped(func: types.FunctionType, form: str) -> types.FunctionType | None:
    """The form of a generator that a loop calls, which asks its frame (see `yields`)."""
    cls, source = frame_class(func), read(func)
    tree = copy.copy(source.tree)
    a, at = tree.args, tree.body[0]
    if cls is None or form == "list" or a.vararg or a.kwarg:
        return None
    nodes = Nodes({n.id for n in gast.walk(tree) if isinstance(n, gast.Name)})
    definition = written.Definition(func.__name__, None)
    definition.made = cls
    given = {p.id: nodes.name(p.id, at) for p in (*a.posonlyargs, *a.args, *a.kwonlyargs)}
    frame = nodes.call(
        nodes.constant(written.begun, at), [nodes.constant(definition, at)], at, **given
    )
    item = nodes.fresh("item")
    called = nodes.call(nodes.name(EACH, at), [nodes.name(item, at)], at)
    each = [nodes.does(called, at)] if form == "each" else ended(nodes, called, at)
    loop = gast.copy_location(gast.For(nodes.target(item, at), frame, each, [], None), at)
    tree.body = [loop] if form == "each" else [loop, nodes.returns(nodes.constant(0, at), at)]
    tree.args = copy.copy(a)
    tree.args.kwonlyargs = [*a.kwonlyargs, parameter(EACH, at)]
    tree.args.kw_defaults = [*a.kw_defaults, None]
    return made_function(source, tree, nodes.made)


def class_of_parts(source: Source, parts: Parts, name: str) -> type[written.Frame]:
    """The class of frames that have these functions."""
    functions: dict[str, Any] = {}
    for tree in (parts.begin, *parts.steps.values()):
        new = parts.names | consumed(tree, Outside.before(source.function, tree))
        functions[tree.name] = made_function(source, tree, new, tree is parts.begin)
    return type(name, (written.Frame,), {**functions, "endless": parts.endless})


def is_frame(value: Value) -> bool:
    """Is it a generator that is asked for one value at a time?"""
    cls = class_of(value)
    return isinstance(cls, type) and issubclass(cls, written.Frame)


def is_endless(frame: Value) -> bool:
    """Has it always another value, as far as one can see?"""
    return bool(class_of(frame).endless)


def begun(w: Library, cls: type[written.Frame], args: Args, kwargs: Keywords) -> Value:
    """A generator in front of its first statement."""
    return construct(w, cls, args, kwargs)


def _now(w: Library, frame: Value) -> Value:
    return w.current(frame)


def _states(w: Library, frame: Value) -> tuple[Value, Sequence[written.State]]:
    """Where a generator is: what says so, and the states that are possible."""
    at = raw(w, _now(w, frame), "at")
    options = at.options if isinstance(at, Either) else (at,)
    states = [v.value for v in options if isinstance(v, Static) and v != Static(None)]
    if len(states) < len(options):
        refuse(
            "A generator is asked that another iterator has asked, or a function that may not have "
            "asked for all of its values.",
            "make a list of its values first: values = list(..).",
        )
    return at, states


def go_on(w: Library, frame: Value, sent: Value) -> Value:
    """Run to the next yield; is there one?"""
    at, states = _states(w, frame)
    hidden = [w.hold_as("frame", frame), w.hold_as("sent", sent)]
    w.kept |= set(hidden)
    _one_of(w, hidden, at, list(enumerate(states)))
    frame = w.env[hidden[0]]
    w.kept -= set(hidden)
    for name in hidden:
        w.env.pop(name, None)
    at, states = _states(w, frame)
    if written.State.END not in states:
        return Static(True)
    if not isinstance(at, Either):
        return Static(False)
    end = Const(states.index(written.State.END))
    return w.let(None, operator.ne, (at.which.atom, end), BOOL)


def _not_over(w: Library, frame: Value) -> None:
    """Another value has been found, so the generator is at a yield: at which, if there is one."""
    at, states = _states(w, frame)
    left = [k for k, state in enumerate(states) if state is not written.State.END]
    if isinstance(at, Either) and len(left) == 1:
        w.env = narrowed(w.env, at, left[0])


def _one_of(
    w: Library, hidden: Sequence[str], at: Value, states: Sequence[tuple[int, written.State]]
) -> None:
    """Take the step that begins where the generator is."""
    (k, state), *rest = states

    def step() -> None:
        if state is not written.State.END:
            method = getattr(class_of(w.env[hidden[0]]), f"step_{state.value}")
            w.call(w.fresh("done"), method, tuple(w.env[name] for name in hidden), {})

    if not rest:
        step()
        return
    assert isinstance(at, Either)
    test = w.let(None, operator.eq, (at.which.atom, Const(k)), BOOL)
    w.branch(test.atom, step, lambda: _one_of(w, hidden, at, rest), w.origin)


def value_of(w: Library, frame: Value) -> Value:
    """What it has yielded last."""
    return _given(w, raw(w, _now(w, frame), "value"))


def _given(w: Library, value: Value) -> Value:
    """A value that has been set by now."""
    if value == _UNSET:
        w.fail(Static(UnboundLocalError), Static("a variable of a generator has no value"))
        return UNKNOWN
    options = value.options if isinstance(value, Either) else ()
    left = [k for k, option in enumerate(options) if option != _UNSET]
    if not isinstance(value, Either) or len(left) == len(options) or len(left) != 1:
        return value
    text = Const("a variable of a generator has no value here")
    w.emit(Do(fp.holds, (value.which.atom, Const(left[0]), text), (), w.origin))
    return value.options[left[0]]


def asked(w: Library, frame: Value, sent: Value, default: Sequence[Value] = ()) -> Value:
    """What next(frame) or frame.send(..) gives."""
    name, out = w.hold_as("frame", frame), w.hold_as("next", Static(None))
    w.kept |= {name, out}
    try:
        some = go_on(w, frame, sent)
        told = w.truth(some)
        if told is True:
            return value_of(w, w.env[name])
        if told is False:
            if default:
                return default[0]
            refuse(
                "This raises StopIteration: nothing is left.",
                "give next a default.",
                StopIteration(),
            )
        if not default:
            end = lambda: w.fail(Static(StopIteration))  # noqa: E731
            w.branch(w.test(some), lambda: None, end, w.origin)
            _not_over(w, w.env[name])
            return value_of(w, w.env[name])

        def take() -> None:
            _not_over(w, w.env[name])
            w.env[out] = value_of(w, w.env[name])

        def leave() -> None:
            w.env[out] = default[0]

        w.branch(w.test(some), take, leave, w.origin)
        return w.usable("What next gives", w.env[out])
    finally:
        w.kept -= {name, out}
        for hidden in (name, out):
            w.env.pop(hidden, None)


# ---------------------------------------------------------------- handlers


def _send(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    frame, sent = args
    if _states(w, frame)[1] == [written.State.BEGUN] and sent != Static(None):
        error = TypeError("can't send non-None value to a just-started generator")
        refuse("A generator that has not begun is sent a value.", "call next(..) first.", error)
    return asked(w, frame, sent)


def _next(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return asked(w, args[0], Static(None))


def _stepped(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return go_on(w, args[0], args[1])


def _asked(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    (values,) = args
    if is_frame(values):
        return values
    if class_of(values) is not None:
        refuse(
            f"A generator that is asked for one value at a time runs over {describe(values)}.",
            "make a list of its values first: list(..).",
        )
    if isinstance(values, Steps) and not values.reverse:
        first = () if len(values.args) > 1 else (literal(0),)
        steps = (*first, *values.args, literal(1))[:3]
        by = known_value(steps[2])
        if by is not None and by[0] > 0:
            return begun(w, written.Ranged, steps, {})
    places = isinstance(values, Structure) and (is_grown(values) or values.make in (list, tuple))
    if not places and not is_array(values):
        values = w.call(w.fresh("listed"), list, args, {})
    name = w.hold_as("listed", values)  # what nobody holds could not be changed
    w.kept.add(name)
    made = begun(w, written.Listing, (values,), {})
    w.kept.discard(name)
    w.env.pop(name, None)
    return made


def _begun(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    definition, *rest = args
    assert isinstance(definition, Static)
    of = definition.value
    if of.made is None:
        of.made = class_of_parts(w.source, of.parts, of.name)
    return begun(w, of.made, rest, kwargs)


def _close(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    w.set_attribute(_now(w, args[0]), "at", Static(written.State.END))
    return Static(None)


def _set_by_now(w: Library, variable: str, args: Args, kwargs: Keywords) -> Value:
    return _given(w, args[0])


FRAMING: dict[Callable[..., Any], Handler] = {
    written.Frame.send: _send,
    written.Frame.__next__: _next,
    written.Frame.close: _close,
    written.begun: _begun,
    written.given: _set_by_now,
    written.stepped: _stepped,
    written.asked: _asked,
}
"""Methods of generators, and what the code of their steps calls."""
