"""Operations: what an expression does beside finding its way to its elements."""

from __future__ import annotations

from geartrain.compiler.form.exprs import Expr
from geartrain.compiler.instructions.vector_math import MATH

COSTLY = frozenset([*MATH, "divide", "floor_divide", "fmod", "philox", "remainder", "sqrt"])


def operations_of(expr: Expr) -> list[Expr]:
    """The arithmetic of an expression, that of its indices and of its guards left out."""
    if expr.head != "apply":
        return []
    args = expr.args[1:] if expr.what == "guard" else expr.args
    return [expr, *(each for arg in args for each in operations_of(arg))]


def is_costly(expr: Expr) -> bool:
    """Whether something in an expression takes many instructions."""
    return any(each.what in COSTLY for each in operations_of(expr))
