"""Values and places of the loop language: checked, and written in terms of the arguments."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geartrain.kernels.language import Source, function_name


@dataclass
class ArrayName:
    """What a name of an array stands for: an argument, seen through a view, or the result."""

    source: str  # the argument's name, or "" for zeros
    view: list[ast.expr | None]  # an index for each axis of the source, None where it is free
    starts_as_copy: bool = False


class Values(ast.NodeTransformer):
    """Writes a value in terms of the arguments.

    `arrays` says what names of arrays stand for, `names` what names of values do; `letters` are
    loop variables and totals, which stay.
    """

    def __init__(
        self,
        source: Source,
        arrays: Mapping[str, ArrayName],
        names: Mapping[str, ast.expr],
        letters: Sequence[str],
    ) -> None:
        self.source = source
        self.arrays = arrays
        self.names = names
        self.letters = letters

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.names:
            return copy.deepcopy(self.names[node.id])
        if node.id in self.letters or node.id in ("inf", "nan"):
            return node
        known = self.source.lookup(node.id)
        if isinstance(known, int | float) and not isinstance(known, bool):
            return ast.copy_location(ast.Constant(known), node)
        raise self.source.error(node, f"{node.id} is no value of the language")

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in ("inf", "nan", "pi", "e") and isinstance(node.value, ast.Name):
            number = {"pi": 3.141592653589793, "e": 2.718281828459045}.get(node.attr)
            return ast.Name(node.attr) if number is None else ast.Constant(number)
        raise self.source.error(node, f"{ast.unparse(node)} is no value of the language")

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        elements = elements_of(node)
        if isinstance(node.value, ast.Subscript):  # x[i][j]
            elements = [*elements_of(node.value), *elements]
            node = ast.copy_location(ast.Subscript(node.value.value, node.slice, node.ctx), node)
        if not isinstance(node.value, ast.Name) or node.value.id not in self.arrays:
            raise self.source.error(node, "an element belongs to an array")
        known = self.arrays[node.value.id]
        if not known.source:
            raise self.source.error(node, f"{node.value.id} is made here: it has no values to read")
        places = iter([self.visit(each) for each in elements])
        full = [next(places) if each is None else each for each in known.view] or list(places)
        return ast.Subscript(ast.Name(known.source), as_place(full), ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = function_name(node.func)
        if name is None or node.keywords:
            called = ast.unparse(node.func)
            raise self.source.error(node, f"{called} is no function of the language")
        return ast.Call(ast.Name(name), [self.visit(each) for each in node.args], [])

    def generic_visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.expr) and not isinstance(node, ALLOWED):
            raise self.source.error(node, not_allowed(type(node).__name__))
        return super().generic_visit(node)


ALLOWED = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Constant)


class Inlined(ast.NodeTransformer):
    """Puts our arrays and fresh loop variables into another function's body."""

    def __init__(self, views: dict[str, ArrayName], fresh: dict[str, str]) -> None:
        self.views = views
        self.fresh = fresh

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.fresh.get(node.id, node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        known = self.views[node.value.id]  # type: ignore[attr-defined]
        places = iter([self.visit(each) for each in elements_of(node)])
        full = [next(places) if each is None else each for each in known.view] or list(places)
        return ast.Subscript(ast.Name(known.source), as_place(full), ast.Load())


def size_of_view(size: str, views: dict[str, ArrayName]) -> str:
    """`y.shape[0]` of the other function, as a size of our argument."""
    if "." not in size:
        return size
    name, _, rest = size.partition(".shape[")
    known, axis = views[name], int(rest.rstrip("]"))
    free = [at for at, each in enumerate(known.view) if each is None]
    return f"{known.source}.shape[{free[axis] if known.view else axis}]"


def elements_of(node: ast.Subscript) -> list[ast.expr]:
    """The indices of an element."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def as_place(elements: Sequence[ast.expr]) -> ast.expr:
    """Indices as the inside of a subscript."""
    if len(elements) == 1:
        return elements[0]
    return ast.Tuple(list(elements), ast.Load())


def is_number(node: ast.expr) -> bool:
    """Whether it is a number written out."""
    if isinstance(node, ast.UnaryOp):
        return is_number(node.operand)
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        return True
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def not_allowed(kind: str) -> str:
    """What is said of a construct outside of the language."""
    has = "assert, x.copy(), np.zeros(...), for, =, +="
    return f"{kind} is not of the loop language, which has: {has}"
