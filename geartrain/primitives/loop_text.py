"""Writing loops as text: the families print their blocks' definitions with these."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

LETTERS = "ijklmnopqrstuvw"
INDENT = "    "


def index(names: Sequence[str]) -> str:
    """The inside of a subscript: `i, j`, or `()` for a scalar."""
    return ", ".join(names) if names else "()"


def map_loops(header: str, rank: int, expression: str) -> str:
    """A loop for each axis of `out`, around `out[i, j] = expression`."""
    lines = [
        header,
        *(
            f"{INDENT * (axis + 1)}for {LETTERS[axis]} in range(out.shape[{axis}]):"
            for axis in range(rank)
        ),
    ]
    lines.append(f"{INDENT * (rank + 1)}out[{index(LETTERS[:rank])}] = {expression}")
    return "\n".join(lines) + "\n"


def reduction_loops(
    header: str,
    outer: Sequence[tuple[str, str]],
    inner: Sequence[tuple[str, str]],
    initial: str,
    update: str,
) -> str:
    """Loops over `outer`, in each a total over the loops of `inner`; pairs of name and range."""
    lines = [header]
    for depth, (name, size) in enumerate(outer, 1):
        lines.append(f"{INDENT * depth}for {name} in range({size}):")
    level = len(outer) + 1
    lines.append(f"{INDENT * level}total = {initial}")
    for depth, (name, size) in enumerate(inner, level):
        lines.append(f"{INDENT * depth}for {name} in range({size}):")
    lines.append(f"{INDENT * (level + len(inner))}total = {update}")
    lines.append(f"{INDENT * level}out[{index([name for name, _ in outer])}] = total")
    return "\n".join(lines) + "\n"


def scalar_expression(scalar: Callable[..., Any], replacements: Mapping[str, str]) -> str:
    """The expression that a one-line function returns, other text written for its arguments."""
    return _replaced(scalar, tuple(replacements.items()))


@lru_cache(maxsize=4096)  # a network asks for the same few again and again
def _replaced(scalar: Callable[..., Any], replacements: tuple[tuple[str, str], ...]) -> str:
    tree = ast.parse(_returned(scalar), mode="eval")
    return ast.unparse(_Replace(dict(replacements)).visit(tree))


@cache
def _returned(scalar: Callable[..., Any]) -> str:
    source = textwrap.dedent(inspect.getsource(scalar))
    function = ast.parse(source).body[0]
    if not isinstance(function, ast.FunctionDef) or not isinstance(function.body[-1], ast.Return):
        raise TypeError(f"{scalar.__qualname__} is not one return statement")
    value = function.body[-1].value
    if value is None:
        raise TypeError(f"{scalar.__qualname__} returns nothing")
    return ast.unparse(value)


@cache
def argument_names(scalar: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's arguments."""
    return tuple(inspect.signature(scalar).parameters)


class _Replace(ast.NodeTransformer):
    def __init__(self, replacements: Mapping[str, str]) -> None:
        self.replacements = replacements

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr)  # scalar_math.exp is `exp` in the loop language

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.replacements:
            return node
        return ast.parse(self.replacements[node.id], mode="eval").body
