"""Sizes of axes as text, in terms of a kernel's arguments: `x.shape[0] - w.shape[0] + 1`.

They are made when a kernel is decorated, and become numbers (or a symbol, such as the batch) when
it is called.
"""

from __future__ import annotations

import ast
import copy
import operator
from collections.abc import Callable, Mapping
from functools import cache

from geartrain.errors import explain
from geartrain.tensor import Shape, Size, format_shape

Shapes = Mapping[str, Shape]

ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[int, int], int]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}


def is_size(node: ast.expr) -> bool:
    """Whether a value is made of sizes of arrays and whole numbers alone."""
    return is_index(node) and not any(
        isinstance(each, ast.Name) for each in ast.walk(without_shapes(node))
    )


def is_index(node: ast.expr) -> bool:
    """Whether a value is made of loop variables, sizes and whole numbers alone."""
    if isinstance(node, ast.BinOp):
        return type(node.op) in ARITHMETIC and is_index(node.left) and is_index(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and is_index(node.operand)
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    if isinstance(node, ast.Name):
        return node.id not in ("inf", "nan")
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute)


def without_shapes(node: ast.expr) -> ast.expr:
    """The same, with a number for every `x.shape[0]`."""
    return _WithoutShapes().visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _WithoutShapes(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return ast.Constant(0) if isinstance(node.value, ast.Attribute) else node


def size_of(text: str, shapes: Shapes) -> Size:
    """The size that a text names, for arrays of these shapes.

    >>> size_of("x.shape[0] - (w.shape[0] - 1)", {"x": (10,), "w": (3,)})
    8
    """
    return _size(parsed(text), shapes)


def turns_of(text: str, shapes: Shapes) -> Size:
    """How many turns a loop of this size has: none, where the size is below zero."""
    size = size_of(text, shapes)
    return max(size, 0) if isinstance(size, int) else size


@cache
def parsed(text: str) -> ast.expr:
    """The tree of a text of one expression."""
    return ast.parse(text, mode="eval").body


def _size(node: ast.expr, shapes: Shapes) -> Size:
    if isinstance(node, ast.Constant):
        return int(str(node.value))
    if isinstance(node, ast.UnaryOp):
        return -_number(node.operand, shapes)
    if isinstance(node, ast.BinOp):
        _, operation = ARITHMETIC[type(node.op)]
        return operation(_number(node.left, shapes), _number(node.right, shapes))
    return axis_size(node, shapes)


def axis_size(node: ast.expr, shapes: Shapes) -> Size:
    """The size that `x.shape[1]` names."""
    name, _, rest = ast.unparse(node).partition(".shape[")
    shape, axis = shapes[name], int(rest.rstrip("]"))
    if -len(shape) <= axis < len(shape):
        return shape[axis]
    raise IndexError(
        explain(
            "A kernel asks for an axis that is not there",
            given=f"{name} of shape {format_shape(shape)}",
            expected=f"an array with an axis {axis}, as {name}.shape[{axis}] has it",
            axis=f"axis {axis} of {len(shape)}",
            remedy=f"{name}.reshape(...), or another axis",
        )
    )


def _number(node: ast.expr, shapes: Shapes) -> int:
    return known(_size(node, shapes), ast.unparse(node))


def known(size: Size, text: str) -> int:
    """The number that a size is; a symbol is refused."""
    if isinstance(size, int):
        return size
    raise ValueError(
        explain(
            "A kernel cannot calculate with a size that is not known yet",
            given=f"{text}, which is {size}",
            expected="a number: the kernel adds to this size, or moves an index along this axis",
            remedy="jit, with arrays of known shapes",
        )
    )
