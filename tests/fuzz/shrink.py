"""Makes a failing random program small by deleting statements while it still fails."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in the tree."""
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def counts(statement: ast.stmt) -> bool:
    """Whether the statement advances a while loop; without it the loop would never end."""
    return (
        isinstance(statement, ast.AugAssign)
        and isinstance(statement.target, ast.Name)
        and statement.target.id.startswith("k_")
    )


def is_exit(statement: ast.stmt) -> bool:
    """Whether the statement holds a break, which may be the only way out of its loop."""
    return any(isinstance(node, ast.Break) for node in ast.walk(statement))


def deletions(text: str) -> Iterator[str]:
    """The programs that are one deletion smaller, larger deletions first.

    A statement is deleted, a compound one is replaced by its body, an expression by an operand.
    """
    tree = ast.parse(text)
    sites = []
    for b, block in enumerate(blocks(tree)):
        for k, statement in enumerate(block):
            size = sum(1 for _ in ast.walk(statement))
            sites.append((size, b, k))
    for _, b, k in sorted(sites, reverse=True):
        for unwrap in (False, True):
            candidate = copy.deepcopy(tree)
            block = list(blocks(candidate))[b]
            statement = block[k]
            if isinstance(statement, (ast.Import, ast.ImportFrom)) or counts(statement):
                continue
            if (
                not unwrap
                and is_exit(statement)
                and not isinstance(statement, (ast.For, ast.While))
            ):
                continue
            if unwrap:
                if not isinstance(statement, (ast.If, ast.For)) or is_exit(statement):
                    continue
                block[k : k + 1] = statement.body
            else:
                del block[k]
            if not block:
                block.append(ast.Pass())
            yield ast.unparse(ast.fix_missing_locations(candidate)) + "\n"
    yield from simpler_expressions(tree)


def simpler_expressions(tree: ast.Module) -> Iterator[str]:
    """The programs in which one operation is replaced by one of its operands."""
    count = sum(1 for node in ast.walk(tree) if isinstance(node, (ast.BinOp, ast.Call)))
    for number in range(count):
        for side in range(2):
            candidate = copy.deepcopy(tree)
            replacer = Replace(number, side)
            replacer.visit(candidate)
            if replacer.done:
                yield ast.unparse(ast.fix_missing_locations(candidate)) + "\n"


class Replace(ast.NodeTransformer):
    """Replaces the operation of a number by its operand of a side."""

    def __init__(self, number: int, side: int) -> None:
        """Chooses what to replace."""
        self.number, self.side, self.done = number, side, False

    def visit(self, node: ast.AST) -> ast.AST:
        """Counts operations and replaces one."""
        if isinstance(node, (ast.BinOp, ast.Call)):
            self.number -= 1
            if self.number == -1:
                if isinstance(node, ast.BinOp):
                    self.done = True
                    return node.right if self.side else node.left
                if self.side < len(node.args):
                    self.done = True
                    return node.args[self.side]
        return self.generic_visit(node)


def shrink(text: str, fails: Callable[[str], bool], limit: int = 400) -> str:
    """The smallest program found that still fails, after at most `limit` trials."""
    trials = 0
    progress = True
    while progress and trials < limit:
        progress = False
        for candidate in deletions(text):
            trials += 1
            if trials > limit:
                break
            if fails(candidate):
                text, progress = candidate, True
                break
    return text
