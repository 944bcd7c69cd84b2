"""`tf.linalg`: matrices."""

from __future__ import annotations

from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow.arithmetic import einsum, global_norm, matmul, norm, tensordot
from geartrain.compat.tensorflow.creation import eye
from geartrain.compat.tensorflow.diagonals import diag, diag_part, set_diag
from geartrain.compat.tensorflow.nn import l2_normalize, normalize
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.compat.tensorflow.wrapping import of_input
from geartrain.tensor import Tensor

__all__ = [
    "adjoint", "band_part", "cholesky", "cholesky_solve", "cross", "det", "diag", "diag_part",
    "eig", "eigh", "eigvals", "eigvalsh", "einsum", "expm", "eye", "global_norm", "inv",
    "l2_normalize", "logdet", "lstsq", "matmul", "matrix_rank", "matrix_transpose", "matvec",
    "norm", "normalize", "pinv", "qr", "set_diag", "slogdet", "solve", "sqrtm", "svd",
    "tensor_diag", "tensor_diag_part", "tensordot", "trace", "triangular_solve",
]  # fmt: skip

HALVINGS = 6  # of a matrix, before the series of its exponential
ROUNDS = 12  # of the iteration for a root, which doubles its digits in each

cholesky = of_input("cholesky", ops.cholesky)
det = of_input("det", ops.det)
slogdet = of_input("slogdet", ops.slogdet)


def matrix_transpose(
    a: Any, name: str | None = "matrix_transpose", conjugate: bool = False
) -> Tensor:
    """The last two axes in each other's place."""
    found = ops.swapaxes(a, -1, -2)
    return ops.conj(found) if conjugate else found


def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """The conjugate of the last two axes in each other's place."""
    return ops.conj(ops.swapaxes(matrix, -1, -2))


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of the last two axes."""
    return ops.trace(x, axis1=-2, axis2=-1)


def tensor_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A tensor with another one on its diagonal: of a vector, a matrix."""
    tensor = ops.convert_to_tensor(diagonal)
    return ops.reshape(ops.diag(ops.reshape(tensor, (-1,))), (*sizes_of(tensor), *sizes_of(tensor)))


def tensor_diag_part(input: Any, name: str | None = None) -> Tensor:
    """What `tensor_diag` put on the diagonal."""
    tensor = ops.convert_to_tensor(input)
    shape = sizes_of(tensor)[: tensor.ndim // 2]
    count = int(ops.size(ops.zeros(shape)))
    return ops.reshape(ops.diag(ops.reshape(tensor, (count, count))), shape)


def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """The matrix with zeros outside of so many diagonals below and above the main one; -1: all."""
    tensor = ops.convert_to_tensor(input)
    rows, columns = sizes_of(tensor)[-2:]
    across = ops.expand_dims(ops.arange(rows), 1) - ops.expand_dims(ops.arange(columns), 0)
    inside = ops.logical_and(_within(across, num_lower), _within(ops.negative(across), num_upper))
    return ops.where(inside, tensor, ops.zeros_like(tensor))


def _within(across: Tensor, limit: Any) -> Tensor:
    """Whether places are so far across at most; a limit below 0 is none."""
    most = ops.cast(limit, across.dtype)
    return ops.logical_or(ops.less(most, 0), ops.less_equal(across, most))


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices and vectors."""
    product = matmul(a, ops.expand_dims(b, -1), transpose_a, adjoint_a=adjoint_a)
    return ops.squeeze(product, -1)


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse of a matrix."""
    found = ops.inv(input)
    return ops.conj(ops.swapaxes(found, -1, -2)) if adjoint else found


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The inverse of Moore and Penrose."""
    return ops.pinv(a, rcond)


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The x of matrix x = rhs."""
    return ops.solve(_adjoint_if(matrix, adjoint), rhs)


def _adjoint_if(matrix: Any, adjoint: bool) -> Any:
    return ops.conj(ops.swapaxes(matrix, -1, -2)) if adjoint else matrix


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """The x of matrix x = rhs, where the matrix has zeros above, or below, its diagonal."""
    part = ops.tril(matrix) if lower else ops.triu(matrix)
    return ops.solve_triangular(_adjoint_if(part, adjoint), rhs, lower != adjoint)


def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """The x for which matrix x comes nearest to rhs; (A'A + l)^-1 A'b with a regularizer l."""
    if not l2_regularizer:
        return ops.lstsq(matrix, rhs)
    turned = ops.swapaxes(matrix, -1, -2)
    square = ops.matmul(turned, matrix)
    weight = ops.multiply(ops.eye(sizes_of(square)[-1], dtype=square.dtype), l2_regularizer)
    return ops.solve(ops.add(square, weight), ops.matmul(turned, rhs))


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """s, u, v with tensor = u diag(s) v'; or s alone."""
    if not compute_uv:
        return ops.svd(tensor, full_matrices, False)
    left, values, right = ops.svd(tensor, full_matrices)
    return values, left, ops.conj(ops.swapaxes(right, -1, -2))


def eigh(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues of a symmetric matrix, the smallest first, and the vectors as columns."""
    return ops.eigh(tensor)


def eigvalsh(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of a symmetric matrix, the smallest first."""
    return ops.eigh(tensor)[0]


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> tuple[Tensor, Tensor]:
    """q, r with input = q r, q orthonormal and r zero below its diagonal."""
    return ops.qr(input, "complete" if full_matrices else "reduced")


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of a positive definite matrix."""
    return ops.logdet(matrix)


def matrix_rank(
    a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """How many singular values are not 0."""
    return ops.cast(ops.matrix_rank(a, tol), "int32")


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The cross product along the last axis."""
    return ops.cross(a, b)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """x of a x = rhs, where `chol` is the lower triangle of a's Cholesky decomposition."""
    between = triangular_solve(chol, rhs)
    return triangular_solve(chol, between, adjoint=True)


def eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues and the eigenvectors (columns) of a square matrix, complex."""
    values, vectors = ops.eig(tensor)
    return values, vectors


def eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of a square matrix, complex."""
    return eig(tensor)[0]


def expm(input: Any, name: str | None = None) -> Tensor:
    """The exponential of square matrices: halved until it is small, a series, then squared.

    Source: Moler and Van Loan, "Nineteen dubious ways to compute the exponential of a matrix"
    (2003), methods 1 and 3.
    """
    given = ops.convert_to_tensor(input)
    matrix = ops.cast(given, "float64") if given.dtype.kind == "f" else given
    scaled = ops.divide(matrix, 2.0**HALVINGS)
    total = term = ops.add(
        ops.zeros_like(matrix), ops.eye(int(sizes_of(matrix)[-1]), dtype=matrix.dtype)
    )
    for step in (1, 2, 3, 4, 5, 6, 7, 8):
        term = ops.divide(ops.matmul(term, scaled), step)
        total = ops.add(total, term)
    for _ in (None,) * HALVINGS:
        total = ops.matmul(total, total)
    return ops.cast(total, given.dtype)


def sqrtm(input: Any, name: str | None = None) -> Tensor:
    """The square root of square matrices, by Denman and Beavers's iteration (1976)."""
    given = ops.convert_to_tensor(input)
    root = ops.cast(given, "float64") if given.dtype.kind == "f" else given
    other = ops.add(ops.zeros_like(root), ops.eye(int(sizes_of(root)[-1]), dtype=root.dtype))
    for _ in (None,) * ROUNDS:
        root, other = (
            ops.multiply(0.5, ops.add(root, ops.inv(other))),
            ops.multiply(0.5, ops.add(other, ops.inv(root))),
        )
    return ops.cast(root, given.dtype)
