"""Whether a kernel can compute with whole numbers: one whose results begin as copies of such."""

from __future__ import annotations

import ast

import numpy as np

from geartrain.errors import explain
from geartrain.kernels.form import Form, LoopProgram
from geartrain.kernels.sizes import is_index
from geartrain.tensor import DType

OPERATORS = (ast.Add, ast.Sub, ast.Mult)
FUNCTIONS = frozenset(["abs", "floor_divide", "maximum", "minimum", "remainder"])


def check_integers(program: LoopProgram, dtype: DType) -> None:
    """Check that every value of a program is a whole number where its arrays hold such.

    Raises:
        TypeError: there is a fraction, or for bools arithmetic.
    """
    for form in program.forms:
        for node in _parts(form):
            if not _is_whole(node, dtype):
                raise TypeError(_message(program, node, dtype))


def _parts(form: Form) -> list[ast.expr]:
    return [each for each in ast.walk(form.body) if isinstance(each, ast.expr)]


def _is_whole(node: ast.expr, dtype: DType) -> bool:
    if isinstance(node, ast.Constant):
        return _fits(node.value, dtype)
    if isinstance(node, ast.Name):
        return node.id not in ("inf", "nan")
    if isinstance(node, ast.BinOp):
        plain = isinstance(node.op, OPERATORS) and dtype.kind != "b"
        return plain or (isinstance(node.op, ast.FloorDiv | ast.Mod) and is_index(node))
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in FUNCTIONS and dtype.kind != "b"
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) or dtype.kind == "i"
    return True


def _fits(number: object, dtype: DType) -> bool:
    """Whether the dtype has a number; a total of integers may begin with 0.0."""
    if not isinstance(number, int | float) or number != int(number):
        return False
    if dtype.kind == "b":
        return number in (0, 1)
    limits = np.iinfo(dtype)
    return int(limits.min) <= number <= int(limits.max)


def _message(program: LoopProgram, node: ast.expr, dtype: DType) -> str:
    return explain(
        f"Kernel {program.name} cannot keep the dtype of its argument",
        given=f"{dtype.name}, of which it computes {ast.unparse(node)}",
        expected=f"whole numbers that {dtype.name} has, + - * // %, max, min, abs, comparisons "
        "(the result begins as a copy of the argument)",
        remedy=f'{program.arguments[0]}.astype("float32")',
    )
