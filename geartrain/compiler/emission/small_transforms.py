"""Small matrices times vectors in registers, with few operations.

    y1 = -4 x1 - 4 x2 + x3 + x4          even = x4 - 4 x2      y1 = even + odd
    y2 =  4 x1 - 4 x2 - x3 + x4    ->    odd  = x3 - 4 x1      y2 = even - odd

Rows that differ but in signs share their sums; columns that do share the sum and the difference of
their values. The order of operations is that of the matrix, the same for every processor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geartrain.compiler.instructions.ir import Builder
from geartrain.compiler.instructions.values import Value, constant
from geartrain.tensor import Array

Term = tuple[float, Value]


def transform(builder: Builder, matrix: Array, values: Sequence[Value]) -> list[Value]:
    """matrix @ values, each value a vector of lanes."""
    matrix, shared = _share_columns(builder, matrix, list(values))
    results: list[Value] = []
    while len(results) < len(matrix):
        row = len(results)
        if row + 1 < len(matrix) and _are_twins(matrix[row], matrix[row + 1]):
            results += _twins(builder, matrix[row], matrix[row + 1], shared)
        else:
            results.append(_combine(builder, _terms(matrix[row], shared)))
    return results


def _share_columns(
    builder: Builder, matrix: Array, values: list[Value]
) -> tuple[Array, list[Value]]:
    """Write sum and difference for two values whose columns differ but in signs."""
    column = 0
    while column + 1 < len(values):
        first, second = matrix[:, column], matrix[:, column + 1]
        if _are_twins(first, second):
            a, b = values[column : column + 2]
            values[column : column + 2] = [
                builder.binary("fadd", a, b),
                builder.binary("fsub", a, b),
            ]
            alike = np.where(first == second, first, 0)
            matrix = matrix.copy()
            matrix[:, column], matrix[:, column + 1] = alike, first - alike
            column += 1
        column += 1
    return matrix, values


def _are_twins(first: Array, second: Array) -> bool:
    """Whether two lines are equal but for signs, some of which differ and some do not."""
    if not (np.abs(first) == np.abs(second)).all() or np.count_nonzero(first) < 2:
        return False
    return bool((first == second)[first != 0].any() and (first != second).any())


def _twins(builder: Builder, first: Array, second: Array, values: Sequence[Value]) -> list[Value]:
    """The results of two rows that differ in some signs."""
    alike = np.where(first == second, first, 0)
    same = _combine(builder, _terms(alike, values))
    rest = first - alike
    scale = float(np.abs(rest[rest != 0][0]))
    if (np.abs(rest[rest != 0]) != scale).any():
        scale = 1.0
    other = _combine(builder, _terms(rest / scale, values))
    if scale == 1.0:
        return [builder.binary("fadd", same, other), builder.binary("fsub", same, other)]
    factors = (constant(each, same.dtype, same.lanes) for each in (scale, -scale))
    return [builder.multiply_add(factor, other, same) for factor in factors]


def _terms(row: Array, values: Sequence[Value]) -> list[Term]:
    return [(float(c), value) for c, value in zip(row, values, strict=True) if c]


def _combine(builder: Builder, terms: Sequence[Term]) -> Value:
    """A sum of multiples, beginning with a term that needs no product."""
    first = next((term for term in terms if term[0] == 1), terms[0])
    total = first[1]
    if first[0] != 1:
        total = builder.binary("fmul", total, constant(first[0], total.dtype, total.lanes))
    for factor, value in (term for term in terms if term is not first):
        if abs(factor) == 1:
            total = builder.binary("fadd" if factor > 0 else "fsub", total, value)
        else:
            scale = constant(factor, value.dtype, value.lanes)
            total = builder.multiply_add(scale, value, total)
    return total
