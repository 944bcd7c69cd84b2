"""What the gradient rules of the decompositions are written with: matrices, as batches of them.

The derivative by z = x + iy is kept as d/dx + i d/dy, so that the rules below hold for complex
matrices too: x* (`adjoint`) is the conjugate of the transpose.
"""

from __future__ import annotations

import numpy as np

from geartrain.primitives.calculus import full_like, restore_axes, scaled
from geartrain.primitives.complex import complex_, conjugate, imag, real
from geartrain.primitives.contraction import contract
from geartrain.primitives.elementwise import add, divide, multiply, subtract
from geartrain.primitives.functions import select
from geartrain.primitives.loop_text import LETTERS
from geartrain.primitives.movement import broadcast_to, transpose
from geartrain.primitives.primitive import PRIMITIVES
from geartrain.primitives.reduction import sum_
from geartrain.primitives.slicing import concatenate, slice_
from geartrain.tensor import Array, Tensor


def product(*factors: Tensor) -> Tensor:
    """The matrix product of batches of matrices, from the left."""
    total = factors[0]
    batch = LETTERS[: total.ndim - 2]
    for each in factors[1:]:
        total = contract(total, each, lhs=batch + "uw", rhs=batch + "wv", out=batch + "uv")
    return total


def swapped(x: Tensor) -> Tensor:
    """The transpose of every matrix."""
    rank = x.ndim
    return transpose(x, perm=(*range(rank - 2), rank - 1, rank - 2))


def is_complex(x: Tensor) -> bool:
    """Whether the elements are complex numbers."""
    return x.dtype.kind == "c"


def conjugated(x: Tensor) -> Tensor:
    """The conjugate, of a complex tensor; a real one is its own."""
    return conjugate(x) if is_complex(x) else x


def adjoint(x: Tensor) -> Tensor:
    """The conjugate of the transpose of every matrix."""
    return conjugated(swapped(x))


def as_dtype_of(x: Tensor, like: Tensor) -> Tensor:
    """A real tensor as a complex one, where another is complex."""
    return complex_(x, full_like(x, 0.0)) if is_complex(like) and not is_complex(x) else x


def real_part(x: Tensor) -> Tensor:
    """The real part; a real tensor is its own."""
    return real(x) if is_complex(x) else x


def times_i(x: Tensor) -> Tensor:
    """i x, of a real x."""
    return complex_(full_like(x, 0.0), x)


def imaginary_part(x: Tensor) -> Tensor:
    """The imaginary part of a complex tensor."""
    return imag(x)


def masked(x: Tensor, mask: Array) -> Tensor:
    """The elements of every matrix that a mask keeps, and zeros."""
    kept = broadcast_to(Tensor(np.asarray(mask, bool)), shape=x.shape)
    return select(kept, x, full_like(x, 0.0))


def lower(x: Tensor, k: int = 0) -> Tensor:
    """The lower triangle, up to the k-th diagonal above the main one."""
    rows, columns = matrix_shape(x)
    return masked(x, np.tri(rows, columns, k, bool))


def upper(x: Tensor, k: int = 0) -> Tensor:
    """The upper triangle, from the k-th diagonal above the main one."""
    rows, columns = matrix_shape(x)
    return masked(x, ~np.tri(rows, columns, k - 1, bool))


def lower_half(x: Tensor) -> Tensor:
    """The lower triangle with half the diagonal."""
    return subtract(lower(x), scaled(masked(x, np.eye(*matrix_shape(x))), 0.5))


def matrix_shape(x: Tensor) -> tuple[int, int]:
    """The two sizes of each matrix, which are numbers."""
    return int(str(x.shape[-2])), int(str(x.shape[-1]))


def identity(like: Tensor) -> Tensor:
    """The identity in place of every (square) matrix."""
    unit = np.eye(matrix_shape(like)[0], dtype=like.dtype)
    return broadcast_to(Tensor(unit), shape=like.shape)


def symmetric(x: Tensor) -> Tensor:
    """(x + x*) / 2."""
    return scaled(add(x, adjoint(x)), 0.5)


def skew(x: Tensor) -> Tensor:
    """x - x*."""
    return subtract(x, adjoint(x))


def diagonal(x: Tensor) -> Tensor:
    """The diagonals of square matrices."""
    return sum_(masked(x, np.eye(*matrix_shape(x))), axes=(x.ndim - 1,))


def as_diagonal(v: Tensor) -> Tensor:
    """Square matrices with these diagonals."""
    shape = (*v.shape, v.shape[-1])
    return masked(restore_axes(v, (v.ndim,), shape), np.eye(int(str(v.shape[-1]))))


def scale_columns(x: Tensor, v: Tensor) -> Tensor:
    """Column j of every matrix times v[j]."""
    return multiply(x, restore_axes(as_dtype_of(v, x), (x.ndim - 2,), x.shape))


def scale_rows(x: Tensor, v: Tensor) -> Tensor:
    """Row i of every matrix times v[i]."""
    return multiply(x, restore_axes(as_dtype_of(v, x), (x.ndim - 1,), x.shape))


def scale(x: Tensor, numbers: Tensor) -> Tensor:
    """Every matrix times its number."""
    return multiply(x, restore_axes(numbers, (x.ndim - 2, x.ndim - 1), x.shape))


def reciprocal_or_zero(x: Tensor) -> Tensor:
    """1 / x, but 0 where x is: what is divided by these vanishes too where a derivative exists."""
    zero, one = full_like(x, 0.0), full_like(x, 1.0)
    vanishes = PRIMITIVES["equal"](x, zero)
    return select(vanishes, zero, divide(one, select(vanishes, one, x)))


def differences(v: Tensor) -> Tensor:
    """d[i, j] = v[j] - v[i]."""
    shape = (*v.shape, v.shape[-1])
    return subtract(restore_axes(v, (v.ndim - 1,), shape), restore_axes(v, (v.ndim,), shape))


def columns(x: Tensor, start: int, stop: int) -> Tensor:
    """Columns `start` to `stop` of every matrix."""
    rank = x.ndim
    starts, sizes = (*(0,) * (rank - 1), start), (*x.shape[:-1], stop - start)
    return slice_(x, starts=starts, sizes=sizes, steps=(1,) * rank)


def rows(x: Tensor, start: int, stop: int) -> Tensor:
    """Rows `start` to `stop` of every matrix."""
    rank = x.ndim
    starts = (*(0,) * (rank - 2), start, 0)
    sizes = (*x.shape[:-2], stop - start, x.shape[-1])
    return slice_(x, starts=starts, sizes=sizes, steps=(1,) * rank)


def beside(*parts: Tensor) -> Tensor:
    """Matrices next to each other."""
    return concatenate(*parts, axis=parts[0].ndim - 1)


def below(*parts: Tensor) -> Tensor:
    """Matrices under each other."""
    return concatenate(*parts, axis=parts[0].ndim - 2)
