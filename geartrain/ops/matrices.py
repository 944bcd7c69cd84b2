"""Matrices of a known form, diagonals and triangles, and window functions."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.errors import explain
from geartrain.ops.comparison import choose, equal, less_equal
from geartrain.ops.core import cast, convert_to_tensor, promoted, whole_number
from geartrain.ops.creation import zeros_like
from geartrain.ops.elementwise import power, subtract
from geartrain.ops.reductions import sum
from geartrain.ops.shaping import expand_dims, moveaxis, ravel, reshape, static_size
from geartrain.primitives.loop_text import LETTERS
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import INT32

__all__ = [
    "bartlett",
    "blackman",
    "diag",
    "diagflat",
    "diagonal",
    "eye",
    "hamming",
    "hanning",
    "identity",
    "kaiser",
    "kron",
    "trace",
    "tri",
    "tril",
    "triu",
    "vander",
]


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Ones on a diagonal of an N x M matrix (the k-th above the main one), zeros elsewhere."""
    rows, columns = _indices(N, N if M is None else M)
    behind = subtract(columns, k) if whole_number(k) else columns
    return cast(equal(behind, rows), "float32" if dtype is None else dtype)


def identity(n: int, dtype: Any = None) -> Tensor:
    """The n x n matrix that changes nothing: ones on its diagonal."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Ones on and below a diagonal of an N x M matrix, zeros above."""
    rows, columns = _indices(N, N if M is None else M)
    return cast(_is_below(rows, columns, k), "float32" if dtype is None else dtype)


def _indices(rows: Any, columns: Any) -> list[Tensor]:
    """The row and the column of every place of a matrix."""
    shape = (whole_number(rows), whole_number(columns))
    return [primitives.iota(shape=shape, axis=axis, dtype=INT32) for axis in (0, 1)]


def _is_below(rows: Tensor, columns: Tensor, k: int) -> Tensor:
    return less_equal(subtract(columns, rows), k)


def tril(x: Any, k: int = 0) -> Tensor:
    """The lower triangle of matrices: zeros above the k-th diagonal."""
    tensor = convert_to_tensor(x)
    return choose(_triangle(tensor, k, "tril"), tensor, zeros_like(tensor))


def triu(x: Any, k: int = 0) -> Tensor:
    """The upper triangle of matrices: zeros below the k-th diagonal."""
    tensor = convert_to_tensor(x)
    return choose(_triangle(tensor, k - 1, "triu"), zeros_like(tensor), tensor)


def _triangle(x: Tensor, k: int, name: str) -> Tensor:
    if x.ndim < 2:
        raise ValueError(_matrix_message(name, x))
    rows, columns = (
        primitives.iota(shape=x.shape, axis=axis, dtype=INT32) for axis in (x.ndim - 2, x.ndim - 1)
    )
    return _is_below(rows, columns, k)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The elements x[i, i + offset] of two axes, as a new last axis."""
    tensor = convert_to_tensor(x)
    if tensor.ndim < 2:
        raise ValueError(_matrix_message("diagonal", tensor))
    front = moveaxis(tensor, (axis1, axis2), (0, 1))
    rows, columns = (static_size(size, "diagonal") for size in front.shape[:2])
    start, across = builtins.max(-offset, 0), builtins.max(offset, 0)
    count = builtins.max(builtins.min(rows - start, columns - across), 0)
    places = np.arange(count, dtype=np.int32)
    found = primitives.gather(front, Tensor(places + start), Tensor(places + across))
    return moveaxis(found, 0, -1)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum of a diagonal."""
    return sum(diagonal(x, offset, axis1, axis2), -1)


def diag(x: Any, k: int = 0) -> Tensor:
    """A matrix with a vector on its k-th diagonal; of a matrix, that diagonal."""
    tensor = convert_to_tensor(x)
    if tensor.ndim == 2:
        return diagonal(tensor, k)
    if tensor.ndim != 1:
        raise ValueError(_diag_message(tensor))
    size = static_size(tensor.shape[0], "diag") + builtins.abs(k)
    places = np.arange(size - builtins.abs(k), dtype=np.int32)
    zeros = primitives.fill(shape=(size, size), value=0, dtype=tensor.dtype)
    rows, columns = places + builtins.max(-k, 0), places + builtins.max(k, 0)
    return primitives.scatter_add(zeros, tensor, Tensor(rows), Tensor(columns))


def diagflat(x: Any, k: int = 0) -> Tensor:
    """A matrix with the elements, in one row, on its k-th diagonal."""
    return diag(ravel(x), k)


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    """Powers of a vector's elements as columns: the highest first, or last if `increasing`."""
    (vector,) = promoted(x)
    if vector.ndim != 1:
        raise ValueError(_vector_message("vander", vector))
    count = static_size(vector.shape[0], "vander") if N is None else N
    powers = np.arange(count)
    exponents = Tensor((powers if increasing else powers[::-1]).astype(vector.dtype))
    return power(expand_dims(vector, 1), exponents)


def kron(x1: Any, x2: Any) -> Tensor:
    """Kronecker's product: every element of x1 times the whole of x2, in its place."""
    x, y = promoted(x1, x2)
    rank = builtins.max(x.ndim, y.ndim)
    x, y = (reshape(each, (1,) * (rank - each.ndim) + each.shape) for each in (x, y))
    letters = LETTERS[: 2 * rank]
    product = primitives.contract(x, y, lhs=letters[::2], rhs=letters[1::2], out=letters)
    return reshape(product, [int(str(a)) * int(str(b)) for a, b in zip(x.shape, y.shape)])  # noqa: B905


def _window(x: Any, formula: Callable[[np.ndarray[Any, Any]], Any]) -> Tensor:
    """A window of x places; the formula gets each place on a scale from 0 to 1."""
    count = whole_number(x)
    places = np.arange(count) / builtins.max(count - 1, 1)
    return Tensor(np.asarray(formula(places) if count > 1 else np.ones(count), np.float32))


def bartlett(x: Any) -> Tensor:
    """Bartlett's window of x places: a triangle."""
    return _window(x, lambda at: 1 - np.abs(2 * at - 1))


def blackman(x: Any) -> Tensor:
    """Blackman's window of x places: 0.42 - 0.5 cos(2 pi t) + 0.08 cos(4 pi t)."""
    return _window(
        x, lambda at: 0.42 - 0.5 * np.cos(2 * np.pi * at) + 0.08 * np.cos(4 * np.pi * at)
    )


def hamming(x: Any) -> Tensor:
    """Hamming's window of x places: 0.54 - 0.46 cos(2 pi t)."""
    return _window(x, lambda at: 0.54 - 0.46 * np.cos(2 * np.pi * at))


def hanning(x: Any) -> Tensor:
    """Hann's window of x places: 0.5 - 0.5 cos(2 pi t)."""
    return _window(x, lambda at: 0.5 - 0.5 * np.cos(2 * np.pi * at))


def kaiser(x: Any, beta: Any) -> Tensor:
    """Kaiser's window of x places: I0(beta sqrt(1 - (2t - 1)²)) / I0(beta)."""
    shape = float(convert_to_tensor(beta).item().real)
    return _window(
        x, lambda at: np.i0(shape * np.sqrt(np.maximum(1 - (2 * at - 1) ** 2, 0))) / np.i0(shape)
    )


def _matrix_message(name: str, x: Tensor) -> str:
    return explain(
        f"{name} works on matrices",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="rank 2 at least",
        remedy="x[None, :], which makes a vector a row",
    )


def _vector_message(name: str, x: Tensor) -> str:
    return explain(
        f"{name} works on a vector",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="rank 1",
        remedy="ops.ravel(x)",
    )


def _diag_message(x: Tensor) -> str:
    return explain(
        "diag makes a matrix of a vector, or takes the diagonal of a matrix",
        given=f"a tensor of shape {format_shape(x.shape)}",
        expected="rank 1 or 2",
        remedy="ops.diagonal(x, axis1=-2, axis2=-1), for each of many matrices",
    )
