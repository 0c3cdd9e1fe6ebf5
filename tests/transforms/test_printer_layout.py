"""Comments, blank lines, blocks and broken lines."""

import ast
import copy
import pickle
import tokenize

import gast
import pytest

from fpad.transforms.printer import BlankLine, Comment, to_source, to_source_map
from tests.transforms.random_trees import dump


def module(*body):
    return ast.Module(list(body), [])


def expression(text):
    return ast.parse(text, mode="eval").body


def one_line(node):
    return to_source(node, width=10**6)


# Comments, blank lines, blocks


def test_comments_and_blank_lines():
    tree = gast.parse("def f(x):\n    y = x * x\n    return y\ndef g(): pass\nx = 1")
    tree.body[0].body[1:1] = [Comment("y = x * x"), BlankLine(), Comment("two\nlines")]
    tree.body[0].body.append(BlankLine())
    tree.body[1:1] = [BlankLine(), Comment("about g")]
    tree.body[:0] = [BlankLine(), Comment("first")]
    tree.body.append(BlankLine())
    text, line_map = to_source_map(tree)
    assert text == (
        "# first\ndef f(x):\n    y = x * x\n    # y = x * x\n\n    # two\n    # lines\n"
        "    return y\n\n\n# about g\ndef g():\n    pass\n\n\nx = 1\n"
    )
    lines = text.splitlines()
    assert [(lines[line - 1].split()[0], type(node).__name__) for line, node in line_map] == [
        ("#", "Comment"),
        ("def", "FunctionDef"),
        ("y", "Assign"),
        ("#", "Comment"),
        ("#", "Comment"),
        ("return", "Return"),
        ("#", "Comment"),
        ("def", "FunctionDef"),
        ("pass", "Pass"),
        ("x", "Assign"),
    ]


def test_a_block_of_comments_gets_a_pass():
    tree = gast.parse("if x:\n    pass\nelse:\n    pass\nfor i in x: pass")
    tree.body[0].body = [Comment("nothing"), BlankLine()]
    tree.body[0].orelse = [Comment("here")]
    tree.body[1].body = []
    assert to_source(tree) == (
        "if x:\n    # nothing\n    pass\nelse:\n    # here\n    pass\nfor i in x:\n    pass\n"
    )


def test_a_comment_between_else_and_if_is_kept():
    tree = ast.parse("if a: pass\nelif b: pass")
    tree.body[0].orelse.insert(0, Comment("why"))
    assert "else:\n    # why\n    if b:\n" in to_source(tree)


@pytest.mark.parametrize("text", ["a\nb = 1", "a\rb = 1", "a\r\nb", "\0", "\x0cb", "a\u2028b", ""])
def test_comments_hold_no_code(text):
    tree = module(ast.Pass(), Comment(text))
    assert dump(ast.parse(to_source(tree))) == dump(module(ast.Pass()))


def test_comments_name_no_encoding(tmp_path):
    tree = module(Comment("y = f(coding=latin-1)"), ast.parse("s = 'é'").body[0])
    path = tmp_path / "module.py"
    path.write_text(to_source(tree), encoding="utf-8")
    with tokenize.open(path) as file:
        assert file.encoding == "utf-8"
    assert dump(ast.parse(path.read_bytes())) == dump(ast.parse("s = 'é'"))


def test_comment_nodes_are_ordinary_nodes():
    tree = [Comment("text"), BlankLine()]
    assert (
        to_source(copy.deepcopy(tree)) == to_source(pickle.loads(pickle.dumps(tree))) == "# text\n"
    )
    assert isinstance(tree[0], ast.stmt)
    assert [type(node) for node in ast.walk(gast.Module(tree, []))][1:] == [Comment, BlankLine]


# Broken lines

BROKEN = """
bt = (
    by / s * np.cos(t) * unbroadcast_weights
    + second_contribution(t, x) * other_name / 2.0
    - third_contribution
)
---
bt = (
    by / s * np.cos(t) * unbroadcast_weights + another_contribution(t, x) * name_two_ - third_123456
)
---
x[i + 1, j] = fp.round_bfloat16(
    fp.round_bfloat16(alpha * beta) + fp.round_bfloat16(gamma * delta), mode="nearest"
)
---
x[first_index_of_the_target_array + offset_one, j] = fp.round_bfloat16(
    fp.round_bfloat16(alpha * beta + gamma), fp.round_bfloat16(gamma * delta - epsilon), "even"
)
---
gradient = np.where(
    first_operand_of_comparison > second_operand_of_comparison,
    alpha_coefficient * first_operand_of_comparison
    + beta_coefficient * second_operand_of_comparison
    - gamma_coefficient,
    other=(
        alpha_coefficient * first_operand_of_comparison
        + beta_coefficient * second_operand_of_comparison
    ),
)
---
return {
    "weights": bt * x + bt * x,
    "bias": np.sum(bt, axis=0),
    "scale": fp.unbroadcast(bt * x + 1.0, x),
    **others,
}
---
return (
    fp.unbroadcast(bt * x + bt, x), np.sum(bt, axis=0), fp.unbroadcast(bt * x + 1.0, s), None, 123
)
---
product = (
    first_long_factor_of_the_product
    * second_long_factor_of_the_product
    * (
        first_long_term_of_the_inner_sum + second_long_term_of_the_inner_sum
        if condition_of_the_inner_sum
        else third_long_term_of_the_inner_sum
    )
)
---
if (
    first_condition_that_is_long > bound_one and second_condition_that_is_long < bound_two
    or not third_condition
):
    pass
---
from fpad.runtime import (
    first_long_name, second_long_name as other_name, third_long_name, fourth_long_name, fifth_name
)
---
names = [
    element_of_the_comprehension * coefficient_of_the_comprehension
    for element_of_the_comprehension, coefficient_of_the_comprehension in pairs
    if element_of_the_comprehension
]
---
def f_grad_x(
    first_parameter: np.ndarray,
    second_parameter: float = 1.0,
    /,
    *others: int,
    by: float = 1.0,
    **kw,
) -> tuple[np.ndarray, float]:
    pass
---
frame.groupby("some_column_of_the_frame").aggregate(np.mean).reset_index(drop=True).sort_values(
    "another_column_of_the_frame"
)
---
table = text.replace("a", "b").replace("c", "d").replace("e", "f").replace("g", "h").replace(
    "i", "j"
)
---
raise ValueError(
    "a text that is too long for one line of one hundred columns, and it cannot be broken at all"
)
---
del a_rather_long_name_number_one, a_rather_long_name_number_two, a_rather_long_name_number_three_
---
row = matrix_with_a_long_name[
    first_index_with_a_long_name + first_offset_with_a_long_name : , second_index_with_a_long_name_
]
"""


@pytest.mark.parametrize("text", BROKEN.strip().replace(" : ,", ":,").split("\n---\n"))
def test_breaks_as_written(text):
    assert to_source(ast.parse(text)) == f"{text}\n"
    assert all(len(line) <= 100 for line in text.splitlines())


def test_a_line_is_broken_from_the_first_column_too_many():
    for length in range(80, 120):
        name = "x" * (length - len("y = f(a, b + c * )"))
        text = to_source(ast.parse(f"y = f(a, b + c * {name})"))
        assert (text.count("\n") == 1) == (length <= 100), length


def test_broken_lines_keep_the_tree_at_every_width():
    tree = ast.parse(BROKEN.replace("---", "").replace("return", "q ="))
    for width in range(1, 130):
        text = to_source(tree, width=width)
        assert dump(ast.parse(text)) == dump(tree)
    assert to_source(tree, width=1) == to_source(tree, width=2)


def test_indentation_counts():
    line = "value = " + " + ".join(["term"] * 13)
    assert len(line) < 100 < len(line) + 8
    deep = to_source(ast.parse(f"def f():\n    if x:\n        {line}"))
    assert "value = (\n            term + term" in deep


# What is printed


def test_expressions_and_lists_of_statements():
    assert to_source(expression("a+b")) == to_source(ast.parse("a+b", mode="eval")) == "a + b\n"
    assert to_source(expression("a,")) == "(a,)\n"
    assert to_source(ast.parse("a\nb").body) == "a\nb\n"
    assert to_source(module()) == ""


def test_foreign_nodes_are_refused():
    class Foreign(ast.stmt):
        pass

    for node in (Foreign(), gast.Print(None, [], True), ast.JoinedStr([ast.Name("x")])):
        with pytest.raises(TypeError, match="no way to print"):
            to_source(module(node if isinstance(node, ast.stmt) else ast.Expr(node)))


def test_long_chains_need_no_recursion():
    total = ast.Name("x", ast.Load())
    for _ in range(5000):
        total = ast.BinOp(total, ast.Add(), ast.Name("x", ast.Load()))
    assert one_line(total).count("+") == 5000
    tree = ast.If(ast.Name("x", ast.Load()), [ast.Pass()], [])
    for _ in range(2000):
        tree = ast.If(ast.Name("x", ast.Load()), [ast.Pass()], [tree])
    assert to_source(tree).count("elif") == 2000
