"""Values of the loop language: checked, and written in terms of elements of arrays.

max(row[j], 0) * SCALE     ->     maximum(x[i, j], 0) * 2.0
"""

from __future__ import annotations

import ast
import copy
from typing import Any, Protocol

import numpy as np

from geartrain.kernels.language import LoopError, Source, function_name
from geartrain.kernels.sizes import is_index
from geartrain.primitives.scalar_math import NAMESPACE

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
QUESTIONS = ("is_nan", "is_inf", "is_finite", "signbit")
NUMBERS = {"inf": np.inf, "nan": np.nan, "pi": np.pi, "e": np.e}
ALLOWED = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Constant)


class Scope(Protocol):
    """What names mean at one statement of a function."""

    source: Source

    def named(self, node: ast.Name) -> ast.expr | None:
        """The value of a name, or None."""

    def element(self, node: ast.Subscript) -> ast.expr:
        """An element of an array, in terms of arguments and of what is made."""

    def size(self, node: ast.expr) -> ast.expr | None:
        """A size of an array, or None where the node is none."""

    def called(self, node: ast.Call) -> ast.expr | None:
        """The number that another function of the language gives, or None."""


class Values(ast.NodeTransformer):
    """Writes a value in terms of elements."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def error(self, node: ast.AST, problem: str) -> LoopError:
        return self.scope.source.error(node, problem)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.scope.named(node)
        if found is not None:
            return found
        outside = self.scope.source.lookup(node.id)
        if isinstance(outside, int | float) and not isinstance(outside, bool):
            return number_of(outside)
        raise self.error(node, f"{node.id} is no value of the language")

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in NUMBERS and isinstance(node.value, ast.Name) and node.value.id in LIBRARIES:
            return number_of(NUMBERS[node.attr])
        product = "; write x.shape[0] * x.shape[1]" if node.attr == "size" else ""
        raise self.error(node, f"{ast.unparse(node)} is no value of the language{product}")

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        size = self.scope.size(node)
        return self.scope.element(node) if size is None else size

    def visit_Call(self, node: ast.Call) -> ast.expr:
        size = self.scope.size(node)
        if size is not None:
            return size
        if isinstance(node.func, ast.Name) and node.func.id == "float":
            return self._float(node)
        if is_library(node.func, "where") and len(node.args) == 3 and not node.keywords:
            test, first, second = node.args
            return ast.IfExp(self._question(test), self.visit(first), self.visit(second))
        name = function_name(node.func)
        if name is None:
            return self._of_another(node)
        arguments = [self.visit(each) for each in node.args]
        wanted = arity(name)
        folds = ast.unparse(node.func) in ("max", "min") and len(arguments) > wanted
        if node.keywords or (len(arguments) != wanted and not folds):
            takes = "1 number" if wanted == 1 else f"{wanted} numbers"
            raise self.error(node, f"{ast.unparse(node.func)} takes {takes} here")
        result = ast.Call(ast.Name(name), arguments[:wanted], [])
        for each in arguments[wanted:]:  # max(a, b, c)
            result = ast.Call(ast.Name(name), [result, each], [])
        return result

    def _of_another(self, node: ast.Call) -> ast.expr:
        found = self.scope.called(node)
        if found is None:
            raise self.error(node, no_function(ast.unparse(node.func)))
        return found

    def _float(self, node: ast.Call) -> ast.expr:
        text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        if text not in ("inf", "-inf", "nan"):
            raise self.error(node, "float(...) is there for float('inf'), float('nan')")
        return number_of(float(str(text)))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        for op in node.ops:
            if not isinstance(op, COMPARISONS):
                raise self.error(node, not_allowed(type(op).__name__))
        sides = [self.visit(each) for each in (node.left, *node.comparators)]
        pairs: list[ast.expr] = [
            ast.Compare(copy.deepcopy(a), [op], [copy.deepcopy(b)])
            for a, op, b in zip(sides, node.ops, sides[1:], strict=False)
        ]
        return pairs[0] if len(pairs) == 1 else ast.BoolOp(ast.And(), pairs)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        return ast.BoolOp(node.op, [self._question(each) for each in node.values])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if isinstance(node.op, ast.Not):
            return ast.UnaryOp(node.op, self._question(node.operand))
        if isinstance(node.op, ast.Invert):
            raise self.error(node, not_allowed("Invert"))
        operand = self.visit(node.operand)
        return operand if isinstance(node.op, ast.UAdd) else ast.UnaryOp(node.op, operand)

    def _question(self, node: ast.expr) -> ast.expr:
        """A value that is True or False: Python's `and` gives one of its numbers otherwise."""
        value: ast.expr = self.visit(node)
        asks = isinstance(value, ast.Compare | ast.BoolOp)
        asks = asks or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
        called = isinstance(value, ast.Call) and ast.unparse(value.func) in QUESTIONS
        if not (asks or called):
            raise self.error(node, "and, or, not take comparisons, such as x[i] != 0")
        return value

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if not isinstance(node.op, OPERATORS):
            raise self.error(node, not_allowed(type(node.op).__name__))
        left, right = self.visit(node.left), self.visit(node.right)
        if type(node.op) in WHOLE and not (is_index(left) and is_index(right)):
            return ast.Call(ast.Name(WHOLE[type(node.op)]), [left, right], [])
        if isinstance(node.op, ast.Pow) and ast.unparse(right) == "2":
            return ast.BinOp(left, ast.Mult(), copy.deepcopy(left))
        return ast.BinOp(left, node.op, right)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, int | float):
            raise self.error(node, f"{node.value!r} is no number")
        return node

    def generic_visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.expr) and not isinstance(node, ALLOWED):
            raise self.error(node, not_allowed(type(node).__name__))
        return super().generic_visit(node)


WHOLE: dict[type[ast.operator], str] = {ast.FloorDiv: "floor_divide", ast.Mod: "remainder"}
LIBRARIES = ("np", "numpy", "math")


def is_library(node: ast.expr, *names: str) -> bool:
    """Whether a node is one of NumPy's functions: `np.where`."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
        return False
    return node.attr in names and node.value.id in LIBRARIES


def number_of(number: float) -> ast.expr:
    """A number as the language writes it."""
    if number != number:
        return ast.Name("nan", ast.Load())
    if number < 0:
        return ast.UnaryOp(ast.USub(), number_of(-number))
    return ast.Name("inf", ast.Load()) if number == np.inf else ast.Constant(number)


def arity(name: str) -> int:
    """How many numbers a function of the language takes."""
    function = NAMESPACE[name]
    return int(function.nin) if isinstance(function, np.ufunc) else 1


INSTEAD = {
    "While": "for i in range(size):, with an if inside",
    "Break": "an if around the rest of the loop's body",
    "Continue": "an if around the rest of the loop's body",
    "FunctionDef": "a function outside of this one, which may be called here",
    "Lambda": "a function outside of this one, by def, which may be called here",
    "ListComp": "np.zeros(size), and a loop that fills it",
    "GeneratorExp": "a total, and a loop that adds to it",
    "Raise": "assert, on shapes and sizes",
    "With": "the loops alone: `with` stands around the call of the kernel",
}
LOOPS = {
    "sum": "total += x[i] in a loop",
    "mean": "total += x[i] in a loop, and total / len(x)",
    "prod": "total *= x[i] in a loop",
    "amax": "best = max(best, x[i]) in a loop",
    "dot": "total += x[i] * y[i] in a loop",
    "matmul": "total += x[i, k] * y[k, j] in a loop over k",
    "len": "assert len(x.shape) == 2, for a rank",
    "print": "print in the plain function, which is there as .naive",
}


def not_allowed(kind: str) -> str:
    """What is said of a construct outside of the language."""
    has = "assert, x.copy(), np.zeros(...), for, if, =, +=, return"
    instead = f"; write {INSTEAD[kind]}" if kind in INSTEAD else ""
    return f"{kind} is not of the loop language, which has: {has}{instead}"


def no_function(name: str) -> str:
    """What is said of a call that the language does not have."""
    instead = LOOPS.get(name.rpartition(".")[2], "")
    return f"{name} is no function of the language{instead and f'; write {instead}'}"
