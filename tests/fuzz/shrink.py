"""Makes a failing random program small while it still fails in the same way.

Statements are deleted, compound ones replaced by their bodies, expressions by their parts, counts
of trips lowered, calls written out, points, parameters and wrt left out.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Callable, Iterator

Change = Callable[[ast.Module], None]


def shrink(text: str, fails: Callable[[str], bool], limit: int = 1500) -> str:
    """The smallest program found that still fails, after at most `limit` trials."""
    trials, start = 0, 0
    text = ast.unparse(ast.parse(text)) + "\n"
    while True:
        tree = ast.parse(text)
        changes = [*of_module(tree), *of_statements(tree), *of_expressions(tree)]
        # Go on behind what was changed last: what did not help before will mostly not help now.
        for k in [*range(start, len(changes)), *range(min(start, len(changes)))]:
            candidate = changed(tree, changes[k])
            if candidate is None or candidate == text:
                continue
            trials += 1
            if trials > limit:
                return text
            if fails(candidate):
                text, start = candidate, k
                break
        else:
            return text


def changed(tree: ast.Module, change: Change) -> str | None:
    """The text after a change of a copy; None where the change is not possible."""
    candidate = copy.deepcopy(tree)
    try:
        change(candidate)
        text = ast.unparse(ast.fix_missing_locations(candidate)) + "\n"
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a constant is subscripted
            compile(text, "<candidate>", "exec")
    except (SyntaxError, LookupError, ValueError, TypeError, AttributeError, NameError, Warning):
        return None
    return text


# The module ------------------------------------------------------------------------------------


def _program(tree: ast.Module) -> ast.FunctionDef:
    for s in tree.body:
        if isinstance(s, ast.FunctionDef) and s.name == "program":
            return s
    raise LookupError("program")


def _assigned(tree: ast.Module, name: str) -> ast.Assign:
    for s in tree.body:
        if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == name:
            return s
    raise LookupError(name)


def of_module(tree: ast.Module) -> Iterator[Change]:
    """Points, parameters, wrt and what stands beside the program."""
    try:
        points, wrt = _assigned(tree, "POINTS").value, _assigned(tree, "WRT").value
        program = _program(tree)
    except LookupError:
        return
    assert isinstance(points, ast.List)
    assert isinstance(wrt, ast.Tuple)
    if len(points.elts) > 1:
        for k in range(len(points.elts)):
            yield lambda t, k=k: _keep_point(t, k)  # type: ignore[misc]
    for k, s in enumerate(tree.body):
        if isinstance(s, ast.FunctionDef | ast.ClassDef) and s is not program:
            yield lambda t, k=k: t.body.pop(k)  # type: ignore[misc]
    if len(wrt.elts) > 1:
        for k in range(len(wrt.elts)):
            yield lambda t, k=k: _assigned(t, "WRT").value.elts.pop(k)  # type: ignore[misc]
    chosen = {e.value for e in wrt.elts if isinstance(e, ast.Constant)}
    for k in range(len(program.args.args)):
        if k not in chosen:
            yield lambda t, k=k: _without_parameter(t, k)  # type: ignore[misc]


def _keep_point(tree: ast.Module, k: int) -> None:
    points = _assigned(tree, "POINTS").value
    assert isinstance(points, ast.List)
    points.elts = [points.elts[k]]


def _without_parameter(tree: ast.Module, k: int) -> None:
    arguments = _program(tree).args
    name = arguments.args.pop(k).arg
    if len(arguments.defaults) > len(arguments.args) - k:
        del arguments.defaults[k - len(arguments.args) - 1 + len(arguments.defaults)]
    for point in _assigned(tree, "POINTS").value.elts:  # type: ignore[attr-defined]
        args, kwargs = point.elts
        if k < len(args.elts):
            args.elts.pop(k)
        for n, key in enumerate(kwargs.keys):
            if key.value == name:
                del kwargs.keys[n], kwargs.values[n]
                break
    for e in _assigned(tree, "WRT").value.elts:  # type: ignore[attr-defined]
        e.value -= e.value > k


# Statements ------------------------------------------------------------------------------------


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in the tree, below that of the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module):
            continue
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def of_statements(tree: ast.Module) -> Iterator[Change]:
    """Deletions of runs of statements, larger first; bodies in the place of statements."""
    sites = []
    for b, block in enumerate(blocks(tree)):
        sizes = [sum(1 for _ in ast.walk(s)) for s in block]
        for length in {1, 2, len(block) // 2, len(block) - 1} - {0}:
            for k in range(len(block) - length + 1):
                sites.append((sum(sizes[k : k + length]), b, k, length))
    for _, b, k, length in sorted(sites, reverse=True):
        if not any(map(_counts, list(blocks(tree))[b][k : k + length])):
            yield lambda t, b=b, k=k, n=length: _delete(t, b, k, n)  # type: ignore[misc]
    for b, block in enumerate(blocks(tree)):
        for k, s in enumerate(block):
            for field in ("body", "orelse"):
                if isinstance(s, ast.If | ast.For | ast.While) and getattr(s, field):
                    yield lambda t, b=b, k=k, f=field: _unwrap(t, b, k, f)  # type: ignore[misc]
            if isinstance(s, ast.For | ast.While | ast.If) and s.orelse:
                yield lambda t, b=b, k=k: list(blocks(t))[b][k].orelse.clear()  # type: ignore[attr-defined,misc]
            if isinstance(s, ast.AugAssign):
                yield lambda t, b=b, k=k: _assign(t, b, k)  # type: ignore[misc]


def _counts(s: ast.stmt) -> bool:
    """Whether the statement advances a while loop; without it the loop would never end."""
    return isinstance(s, ast.AugAssign) and ast.unparse(s.target).startswith("k_")


def _delete(tree: ast.Module, b: int, k: int, length: int) -> None:
    block = list(blocks(tree))[b]
    del block[k : k + length]
    if not block:
        block.append(ast.Pass())


def _unwrap(tree: ast.Module, b: int, k: int, field: str) -> None:
    block = list(blocks(tree))[b]
    s = block[k]
    inside = getattr(s, field)
    if isinstance(s, ast.For) and field == "body":  # one trip
        first = ast.unparse(s.iter)
        inside = [*ast.parse(f"{ast.unparse(s.target)} = next(iter({first}))").body, *inside]
        if first.startswith("range("):
            trips = list(eval(first, {"n": 2, "range": range}))
            inside[0] = ast.parse(f"{ast.unparse(s.target)} = {trips[0]}").body[0]
    block[k : k + 1] = inside


def _assign(tree: ast.Module, b: int, k: int) -> None:
    s = list(blocks(tree))[b][k]
    assert isinstance(s, ast.AugAssign)
    list(blocks(tree))[b][k] = ast.Assign([s.target], s.value)


# Expressions -----------------------------------------------------------------------------------


def _replaceable(tree: ast.Module) -> list[ast.expr]:
    """The expressions inside functions, outer ones first."""
    functions = [s for s in tree.body if isinstance(s, ast.FunctionDef)]
    found = []
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.expr) and isinstance(
                getattr(node, "ctx", ast.Load()), ast.Load
            ):
                found.append(node)
    return found


def of_expressions(tree: ast.Module) -> Iterator[Change]:
    """An expression in the place of the one around it, a constant in the place of an expression."""
    for n, node in enumerate(_replaceable(tree)):
        for k in range(len(_operands(node))):
            yield lambda t, n=n, k=k: _put(t, n, lambda e: _operands(e)[k])  # type: ignore[misc]
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 1:
            yield lambda t, n=n: _put(t, n, lambda e: ast.Constant(e.value - 1))  # type: ignore[misc]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield lambda t, n=n: _write_out(t, n)  # type: ignore[misc]
        if isinstance(node, ast.BinOp | ast.Call | ast.IfExp | ast.Subscript):
            yield lambda t, n=n: _put(t, n, lambda e: ast.Constant(0.5))  # type: ignore[misc]
        if isinstance(node, ast.Compare | ast.BoolOp):
            for value in (True, False):
                yield lambda t, n=n, v=value: _put(t, n, lambda e: ast.Constant(v))  # type: ignore[misc]
        if isinstance(node, ast.List | ast.Tuple) and len(node.elts) > 1:
            for k in range(len(node.elts)):
                yield lambda t, n=n, k=k: _replaceable(t)[n].elts.pop(k)  # type: ignore[attr-defined,misc]
        if isinstance(node, ast.Call) and node.keywords:
            yield lambda t, n=n: _replaceable(t)[n].keywords.pop()  # type: ignore[attr-defined,misc]


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp():
            return [node.left, node.right]
        case ast.UnaryOp():
            return [node.operand]
        case ast.Call():
            receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            inside = [r for r in receiver if ast.unparse(r) not in ("np", "math")]
            return [*inside, *(k for k in node.args if not isinstance(k, ast.Starred))]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp():
            return node.values
        case ast.Subscript() | ast.NamedExpr():
            return [node.value]
        case ast.Compare():
            return []
        case ast.ListComp() | ast.GeneratorExp():
            return []
    return []


def _put(tree: ast.Module, n: int, new: Callable[[ast.expr], ast.expr]) -> None:
    """Replaces the expression of a number."""
    old = _replaceable(tree)[n]
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new(old))
                return
            if isinstance(value, list):
                for k, item in enumerate(value):
                    if item is old:
                        value[k] = new(old)
                        return


def _write_out(tree: ast.Module, n: int) -> None:
    """A call of a function that only returns an expression becomes that expression."""
    call = _replaceable(tree)[n]
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Name)
    name = call.func.id
    callee = next((s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == name), None)
    if callee is None:
        raise LookupError(name)
    last = callee.body[-1]
    if len(callee.body) != 1 or not isinstance(last, ast.Return) or last.value is None:
        raise LookupError(name)
    names = [a.arg for a in callee.args.args]
    given = dict(zip(names, call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords if k.arg}
    late = callee.args.defaults
    given = dict(zip(names[len(names) - len(late) :], late, strict=True)) | given

    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(given.get(node.id, node))

    _put(tree, n, lambda _: Put().visit(copy.deepcopy(last.value)))
