"""Printing: expressions of the loop form as text.

add(multiply(load x (i, j), literal 2), value dot)    ->    ((x[i, j] * 2.0) + dot)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geartrain.graph import Node

if TYPE_CHECKING:
    from geartrain.compiler.form.exprs import Expr

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "floor_divide": "//"}
INFIX |= {"remainder": "%", "less": "<", "greater": ">", "equal": "==", "not_equal": "!="}


def format_expr(expr: Expr, names: Mapping[Node, str] | None = None) -> str:
    """Write an expression as Python would; `names` are those of the nodes, else their labels."""
    args = [format_expr(each, names) for each in expr.args]
    if expr.head == "literal":
        return str(expr.what[1])
    if expr.head == "place":
        return str(expr.what.name)
    if expr.head == "extent":
        return str(expr.what)
    if expr.head in ("load", "value"):
        name = name_of(expr.what, names)
        return f"{name}[{', '.join(args)}]" if expr.head == "load" else name
    if expr.what == "philox":
        args = args[:3]  # the rest are the keys of its rounds
    if expr.what in INFIX:
        return f"({args[0]} {INFIX[expr.what]} {args[1]})"
    function = expr.dtype.name if expr.what == "cast" else expr.what
    return f"{function}({', '.join(args)})"


def name_of(node: Node, names: Mapping[Node, str] | None = None) -> str:
    """A node's name in `names`, or its label."""
    return (names or {}).get(node) or node.label or node.role.value
