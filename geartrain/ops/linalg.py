"""Linear algebra, under the names of `keras.ops.linalg`: factors, equations, spectra, norms.

The last two axes are a matrix, those before them a batch. Integers become float32; float16 and
bfloat16 are computed in float32, and the result is given back in the narrower dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import primitives
from geartrain.ops.comparison import greater
from geartrain.ops.core import cast
from geartrain.ops.derivatives import jvp
from geartrain.ops.elementwise import multiply
from geartrain.ops.matrix_arguments import (
    checked_square,
    computed,
    greater_size,
    lstsq_message,
    mode_message,
    rows_message,
    widened,
)
from geartrain.ops.norms import norm
from geartrain.ops.reductions import max, sum
from geartrain.ops.shaping import expand_dims, squeeze
from geartrain.primitives import decompositions_calculus as calculus
from geartrain.tensor import Tensor, broadcast_shapes
from geartrain.tensor.dtypes import INT32

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "logdet",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
]


def cholesky(x: Any, upper: bool = False) -> Tensor:
    """The triangle L with L L* = x, for symmetric positive definite matrices; L* if `upper`.

    Of a matrix that is not symmetric, the symmetric part (x + x*) / 2 is taken.

    Raises:
        ValueError: the matrices are not square, or not positive definite.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]]).numpy().tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    found: Tensor = computed(primitives.cholesky, x)
    return calculus.adjoint(found) if upper else found


def cholesky_inverse(x: Any, upper: bool = False) -> Tensor:
    """The inverse of a positive definite matrix, from its Cholesky factor x.

    It is (x x*)^-1, and (x* x)^-1 if the factor is the upper triangle.
    """

    def inverse(factor: Tensor) -> Tensor:
        unit = calculus.identity(checked_square("cholesky_inverse", factor))
        turned = primitives.triangular_solve(factor, unit, lower=not upper)
        pair = (turned, calculus.adjoint(turned))
        return calculus.product(*(pair if upper else pair[::-1]))

    found: Tensor = computed(inverse, x)
    return found


def det(x: Any) -> Tensor:
    """The determinant of every matrix.

    >>> float(det([[1.0, 2.0], [3.0, 5.0]]))
    -1.0
    """
    found: Tensor = computed(primitives.det, x)
    return found


def slogdet(x: Any) -> tuple[Tensor, Tensor]:
    """The determinant's sign (for complex matrices: its direction), and log of its size."""
    sign, log_size = computed(primitives.slogdet, x)
    return sign, log_size


def logdet(x: Any) -> Tensor:
    """The logarithm of the determinant of positive definite matrices."""
    return slogdet(x)[1]


def eig(x: Any) -> tuple[Tensor, Tensor]:
    """Eigenvalues (..., M) and eigenvectors (..., M, M), its columns, of square matrices.

    Both are complex, and the eigenvalues in no certain order.
    """
    w, v = computed(primitives.eig, x)
    return w, v


def eigh(x: Any) -> tuple[Tensor, Tensor]:
    """Eigenvalues, upwards, and orthonormal eigenvectors of symmetric (Hermitian) matrices.

    Of a matrix that is not symmetric, the symmetric part (x + x*) / 2 is taken.
    """
    w, v = computed(primitives.eigh, x)
    return w, v


def inv(x: Any) -> Tensor:
    """The inverse of every square matrix.

    Raises:
        ValueError: the matrices are not square, or one has no inverse.

    >>> inv([[2.0, 0.0], [0.0, 4.0]]).numpy().tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """

    def inverse(a: Tensor) -> Tensor:
        return primitives.solve(a, calculus.identity(checked_square("inv", a)))

    found: Tensor = computed(inverse, x)
    return found


def lu_factor(x: Any) -> tuple[Tensor, Tensor]:
    """Triangles L (ones on its diagonal, which are left out) and U in one matrix, and the pivots.

    L U is x with rows exchanged: row i with row `pivots[i]`, one after the other.
    """
    factors, pivots, _ = computed(primitives.lu, x)
    return factors, pivots


def qr(x: Any, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    """q with orthonormal columns and an upper triangle r, with q r = x.

    Args:
        x: matrices (..., M, N); K is the lesser of M and N.
        mode: "reduced" gives q (..., M, K) and r (..., K, N), "complete" (..., M, M) and
            (..., M, N).
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(mode_message(mode))
    q, r = computed(lambda each: primitives.qr(each, mode=mode), x)
    return q, r


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """u, s, vh with u diag(s) vh = x; the values s alone, if `compute_uv` is False.

    With `full_matrices`, u is (..., M, M) and vh (..., N, N), else (..., M, K) and (..., K, N)
    with K the lesser of M and N. The values go downwards.
    """
    if not compute_uv:
        return computed(primitives.singular_values, x)
    return computed(lambda each: primitives.svd(each, full_matrices=full_matrices), x)


def solve(a: Any, b: Any) -> Tensor:
    """The x with a x = b, for square matrices (..., M, M) and b (..., M) or (..., M, N).

    Raises:
        ValueError: a is not square or has no inverse, or b has not as many rows.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 8.0]).numpy().tolist()
    [1.0, 2.0]
    """
    return _solved("solve", primitives.solve, a, b)


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Tensor:
    """The x with a x = b, where only the upper (or lower) triangle of a counts."""

    def substitute(left: Tensor, right: Tensor) -> Tensor:
        return primitives.triangular_solve(left, right, lower=lower)

    return _solved("solve_triangular", substitute, a, b)


def _solved(name: str, function: Callable[..., Tensor], a: Any, b: Any) -> Tensor:
    """Solve for vectors or matrices b, whose batch axes broadcast with a's."""

    def with_columns(left: Tensor, right: Tensor) -> Tensor:
        checked_square(name, left)
        is_vector = right.ndim == 1 or right.shape == left.shape[:-1]
        columns = expand_dims(right, -1) if is_vector else right
        if not right.ndim or columns.shape[-2] != left.shape[-1]:
            raise ValueError(rows_message(name, left, right))
        batch = broadcast_shapes(left.shape[:-2], columns.shape[:-2], operation=name)
        sides = (
            primitives.broadcast_to(each, shape=(*batch, *each.shape[-2:]))
            for each in (left, columns)
        )
        found = function(*sides)
        return squeeze(found, -1) if is_vector else found

    solution: Tensor = computed(with_columns, a, b)
    return solution


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Tensor:
    """The x for which a x comes nearest to b; the shortest, if there are several.

    Args:
        a: a matrix (M, N).
        b: (M,), or (M, K) for K right sides.
        rcond: singular values of at most `rcond` times the largest count as zero; by default the
            dtype's precision times the greater of M and N.
    """

    def nearest(left: Tensor, right: Tensor) -> Tensor:
        if left.ndim != 2 or right.ndim not in (1, 2) or left.shape[0] != right.shape[0]:
            raise ValueError(lstsq_message(left, right))
        columns = right if right.ndim == 2 else expand_dims(right, 1)
        found = calculus.product(_pseudo_inverse(left, rcond, 1.0), columns)
        return found if right.ndim == 2 else squeeze(found, 1)

    solution: Tensor = computed(nearest, a, b)
    return solution


def pinv(x: Any, rcond: float | None = None) -> Tensor:
    """The pseudo-inverse (..., N, M) of matrices (..., M, N), by Moore and Penrose.

    Singular values of at most `rcond` times the largest count as zero; by default ten times the
    dtype's precision times the greater of M and N.
    """
    found: Tensor = computed(lambda each: _pseudo_inverse(each, rcond, 10.0), x)
    return found


def _pseudo_inverse(x: Tensor, rcond: float | None, factor: float) -> Tensor:
    if rcond is None:
        rcond = factor * greater_size("pinv", x) * float(np.finfo(x.dtype).eps)
    return primitives.pinv(x, rcond=float(rcond))


def matrix_rank(x: Any, tol: float | None = None) -> Tensor:
    """How many singular values exceed `tol`, as int32.

    By default `tol` is the largest one times the dtype's precision times the greater size.
    """
    (tensor,) = widened(x)
    size = greater_size("matrix_rank", tensor)
    values = primitives.singular_values(tensor)
    limit: Any = tol
    if limit is None:
        share = size * float(np.finfo(tensor.dtype).eps)
        limit = multiply(max(values, -1, keepdims=True, initial=0), share)
    return sum(cast(greater(values, limit), INT32), -1)
