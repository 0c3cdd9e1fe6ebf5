"""parse(print(t)) == t, with as few parentheses as the grammar allows."""

import ast
import sysconfig
import tokenize
from pathlib import Path

import gast
import pytest

from fpad.transforms.printer import to_source, to_source_map
from tests.parts import first_half
from tests.transforms.random_trees import Trees, dump

STDLIB = Path(sysconfig.get_path("stdlib"))
NARROW = 20


def module(*body):
    return ast.Module(list(body), [])


def expression(text):
    return ast.parse(text, mode="eval").body


def one_line(node):
    return to_source(node, width=10**6)


def statements(tree):
    """The statements of a tree in the order of the text."""
    if isinstance(tree, ast.stmt):
        yield tree
    for child in ast.iter_child_nodes(tree):
        yield from statements(child)


# parse(print(t)) == t


@pytest.mark.parametrize("first", first_half(range(0, 2000, 250)))
def test_random_expressions_round_trip(first):
    for seed in range(first, first + 250):
        tree = module(ast.Expr(Trees(seed).expr(4)))
        wanted = dump(tree)
        # The standard printer of 3.12 writes some f-strings wrongly.
        if not any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree)):
            assert dump(ast.parse(ast.unparse(tree))) == wanted, f"seed {seed}: an impossible tree"
        for width in (100, NARROW):
            assert dump(ast.parse(to_source(tree, width=width))) == wanted, f"seed {seed}"


@pytest.mark.parametrize("first", first_half(range(0, 600, 150)))
def test_random_statements_round_trip(first):
    for seed in range(first, first + 150):
        tree = module(*Trees(seed).body(2))
        wanted = dump(tree)
        for width in (100, NARROW):
            text, line_map = to_source_map(tree, width=width)
            back = ast.parse(text)
            assert dump(back) == wanted, f"seed {seed}"
            lines = [(node.lineno, type(node)) for node in statements(back)]
            assert [(line, type(node)) for line, node in line_map] == lines, f"seed {seed}"
        assert to_source(gast.ast_to_gast(tree)) == to_source(tree), f"seed {seed}"


class ShortStrings(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant("s") if isinstance(node.value, str | bytes) else node

    def visit_JoinedStr(self, node):
        return ast.Constant("s")


def standard_library():
    files = [path for path in sorted(STDLIB.glob("*.py")) if path.stat().st_size > 4000]
    chosen = files[:: max(1, len(files) // 20)][:20]
    return chosen + [p for p in [STDLIB / "test" / "test_grammar.py"] if p.exists()]


@pytest.mark.parametrize("path", standard_library(), ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
def test_standard_library_round_trip(path):
    with tokenize.open(path) as file:
        tree = ast.parse(file.read())
    text, line_map = to_source_map(tree)
    back = ast.parse(text)
    assert dump(back) == dump(tree)
    assert [line for line, _ in line_map] == [node.lineno for node in statements(back)]
    assert to_source(gast.ast_to_gast(tree)) == text
    # Strings cannot be broken, and no brackets can hold the targets of a chained assignment.
    long = [line for line in to_source(ShortStrings().visit(tree)).splitlines() if len(line) > 100]
    assert all(line.count(" = ") > 1 for line in long)


# Few parentheses


def without_pair(text, start):
    """`text` with the bracket at `start` and its partner blanked."""
    depth = 0
    for end in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return f"{text[:start]} {text[start + 1 : end]} {text[end + 1 :]}"
    raise AssertionError(text)


def test_no_parentheses_to_spare():
    pairs = 0
    for seed in range(1200):
        tree = Trees(seed, minimal=True).expr(3)
        # The brackets of calls and of () go the same way: without them nothing parses.
        text = one_line(tree).strip()
        for start in (i for i, char in enumerate(text) if char == "("):
            try:
                other = ast.dump(expression(without_pair(text, start)))
            except SyntaxError:
                continue
            pairs += 1
            assert other != ast.dump(tree), text
    assert pairs > 1000


@pytest.mark.parametrize("first", first_half(range(0, 1000, 250)))
def test_no_more_parentheses_than_the_standard_printer(first):
    for seed in range(first, first + 250):
        tree = Trees(seed, minimal=True).expr(4)
        assert one_line(tree).count("(") <= ast.unparse(tree).count("("), f"seed {seed}"
