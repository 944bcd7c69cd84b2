"""Linear algebra, under the names of the array API standard's extension."""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

from geartrain import ops
from geartrain.numpy.manipulation import matrix_transpose
from geartrain.numpy.reductions import matmul, sum, tensordot, vecdot
from geartrain.ops.core import broadcast_together, promoted
from geartrain.tensor import Tensor, broadcast_shapes, normalize_axes
from geartrain.tensor.dtypes import finfo

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


class EighResult(NamedTuple):
    """What `eigh` returns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class QRResult(NamedTuple):
    """What `qr` returns."""

    Q: Tensor
    R: Tensor


class SlogdetResult(NamedTuple):
    """What `slogdet` returns."""

    sign: Tensor
    logabsdet: Tensor


class SVDResult(NamedTuple):
    """What `svd` returns."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def cholesky(x: Tensor, /, *, upper: bool = False) -> Tensor:
    """The triangle L with L L* = x, or its adjoint, if `upper`."""
    return ops.cholesky(x, upper)


def cross(x1: Tensor, x2: Tensor, /, *, axis: int = -1) -> Tensor:
    """The cross product of vectors of 3 elements along an axis; the other axes broadcast."""
    x, y = broadcast_together(*promoted(x1, x2))
    return ops.cross(x, y, axis=axis)


def det(x: Tensor, /) -> Tensor:
    """The determinant."""
    return ops.det(x)


def diagonal(x: Tensor, /, *, offset: int = 0) -> Tensor:
    """A diagonal of the last two axes."""
    return ops.diagonal(x, offset, -2, -1)


def eigh(x: Tensor, /) -> EighResult:
    """The eigenvalues and eigenvectors of symmetric (or Hermitian) matrices."""
    return EighResult(*ops.eigh(x))


def eigvalsh(x: Tensor, /) -> Tensor:
    """The eigenvalues of symmetric (or Hermitian) matrices."""
    return ops.eigh(x)[0]


def inv(x: Tensor, /) -> Tensor:
    """The inverse."""
    return ops.inv(x)


def matrix_norm(x: Tensor, /, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:
    """The norm of the last two axes."""
    return ops.norm(x, ord, (-2, -1), keepdims)


def matrix_power(x: Tensor, n: int, /) -> Tensor:
    """The matrix multiplied by itself n times; the inverse, if n is negative."""
    base = ops.inv(x) if n < 0 else x
    size = int(str(x.shape[-1]))
    result = ops.broadcast_to(ops.eye(size, dtype=x.dtype), x.shape)
    left = builtins.abs(n)
    while left:
        result = ops.matmul(result, base) if left % 2 else result
        base, left = ops.matmul(base, base), left // 2
    return result


def matrix_rank(x: Tensor, /, *, rtol: Any = None) -> Tensor:
    """How many singular values are larger than `rtol` times the largest."""
    values = svdvals(x)
    if rtol is None:
        sizes = [int(str(size)) for size in x.shape[-2:]]
        rtol = builtins.max(sizes) * float(finfo(values.dtype).eps)
    top = ops.max(values, -1, keepdims=True, initial=0)
    limit = ops.multiply(top, ops.expand_dims(ops.convert_to_tensor(rtol, values.dtype), -1))
    return ops.sum(ops.cast(ops.greater(values, limit), "int32"), -1)


def outer(x1: Tensor, x2: Tensor, /) -> Tensor:
    """Every element of one vector times every element of another."""
    return ops.outer(x1, x2)


def pinv(x: Tensor, /, *, rtol: Any = None) -> Tensor:
    """The pseudo-inverse; singular values up to `rtol` times the largest count as 0."""
    return ops.pinv(x, rtol)


def qr(x: Tensor, /, *, mode: str = "reduced") -> QRResult:
    """An orthogonal matrix times an upper triangle."""
    return QRResult(*ops.qr(x, mode))


def slogdet(x: Tensor, /) -> SlogdetResult:
    """The sign of the determinant, and the logarithm of its size."""
    return SlogdetResult(*ops.slogdet(x))


def solve(x1: Tensor, x2: Tensor, /) -> Tensor:
    """The y with x1 y = x2; x2 is a vector, or a batch of matrices."""
    x, y = promoted(x1, x2)
    if y.ndim == 1 and x.ndim > 2:
        y = ops.broadcast_to(ops.expand_dims(y, -1), (*x.shape[:-1], 1))
        return ops.squeeze(ops.solve(x, y), -1)
    if y.ndim > 1 and y.ndim != x.ndim:
        batch = broadcast_shapes(x.shape[:-2], y.shape[:-2])
        x, y = (ops.broadcast_to(each, (*batch, *each.shape[-2:])) for each in (x, y))
    return ops.solve(x, y)


def svd(x: Tensor, /, *, full_matrices: bool = True) -> SVDResult:
    """Left singular vectors, singular values, and the adjoint of the right singular vectors."""
    return SVDResult(*ops.svd(x, full_matrices))


def svdvals(x: Tensor, /) -> Tensor:
    """The singular values, the largest first."""
    values: Tensor = ops.svd(x, compute_uv=False)
    return values


def trace(x: Tensor, /, *, offset: int = 0, dtype: Any = None) -> Tensor:
    """The sum of a diagonal of the last two axes."""
    return sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def vector_norm(x: Tensor, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Tensor:
    """The norm of vectors along an axis; of several axes taken as one, or of all elements."""
    axes = normalize_axes(axis, x.ndim)
    kept = [at for at in range(x.ndim) if at not in axes]
    rows = ops.reshape(ops.transpose(x, (*kept, *axes)), (*(x.shape[at] for at in kept), -1))
    found = ops.norm(rows, ord, -1)
    if not keepdims:
        return found
    return ops.reshape(found, [1 if at in axes else size for at, size in enumerate(x.shape)])
