"""The book's loops: what tensor operations are, written out one number at a time.

    naive.naive_relu(x)               the functions of the book, on arrays
    geartrain.naive(function)(x)      any function, with every operation in it run as loops

The six functions are the definitions of the gears: brought into normal form by
`geartrain.kernels`, their loops are those that the primitives `relu`, `add` and `contract` run
(`tests/kernels/test_naive.py` compares them). `geartrain.kernel(naive_matrix_dot)` compiles them.

Source: Chollet, *Deep Learning with Python*, chapter 2.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from geartrain.primitives.naive import naive

__all__ = [
    "naive_add",
    "naive_add_matrix_and_vector",
    "naive_matrix_dot",
    "naive_matrix_vector_dot",
    "naive_matrix_vector_dot_by_rows",
    "naive_relu",
    "naive_vector_dot",
]


def naive_relu(x: Any) -> Any:
    """max(x, 0) of every element of a matrix."""
    assert len(x.shape) == 2
    x = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = max(x[i, j], 0)
    return x


def naive_add(x: Any, y: Any) -> Any:
    """x + y, element by element, of two matrices of one shape."""
    assert len(x.shape) == 2
    assert x.shape == y.shape
    x = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] += y[i, j]
    return x


def naive_add_matrix_and_vector(x: Any, y: Any) -> Any:
    """A matrix plus a vector, which is repeated for every row: broadcasting."""
    assert len(x.shape) == 2
    assert len(y.shape) == 1
    assert x.shape[1] == y.shape[0]
    x = x.copy()
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] += y[j]
    return x


def naive_vector_dot(x: Any, y: Any) -> Any:
    """The dot product of two vectors: a number."""
    assert len(x.shape) == 1
    assert len(y.shape) == 1
    assert x.shape[0] == y.shape[0]
    z = 0.0
    for i in range(x.shape[0]):
        z += x[i] * y[i]
    return z


def naive_matrix_vector_dot(x: Any, y: Any) -> Any:
    """The dot product of a matrix and a vector: of each row with the vector."""
    assert len(x.shape) == 2
    assert len(y.shape) == 1
    assert x.shape[1] == y.shape[0]
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            z[i] += x[i, j] * y[j]
    return z


def naive_matrix_vector_dot_by_rows(x: Any, y: Any) -> Any:
    """The same, with the dot product of vectors for each row."""
    z = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        z[i] = naive_vector_dot(x[i, :], y)
    return z


def naive_matrix_dot(x: Any, y: Any) -> Any:
    """The dot product of two matrices: of every row with every column."""
    assert len(x.shape) == 2
    assert len(y.shape) == 2
    assert x.shape[1] == y.shape[0]
    z = np.zeros((x.shape[0], y.shape[1]))
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            row_x = x[i, :]
            column_y = y[:, j]
            z[i, j] = naive_vector_dot(row_x, column_y)
    return z


class _Naive(ModuleType):
    """This module, which can be called as well."""

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with every operation in it run as plain loops."""
        return naive(function)


sys.modules[__name__].__class__ = _Naive
