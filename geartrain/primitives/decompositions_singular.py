"""Singular values and vectors, and the pseudo-inverse that is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives.complex import complex_
from geartrain.primitives.decompositions_calculus import (
    adjoint,
    as_diagonal,
    as_dtype_of,
    columns,
    conjugated,
    diagonal,
    differences,
    imaginary_part,
    is_complex,
    matrix_shape,
    product,
    reciprocal_or_zero,
    scale_columns,
    scale_rows,
    skew,
)
from geartrain.primitives.decompositions_direct import without_rest
from geartrain.primitives.decompositions_family import (
    Inputs,
    OneOfMatrices,
    SeveralOfMatrices,
    failed,
    lesser,
    real_of,
)
from geartrain.primitives.decompositions_iterations import (
    complete,
    length_of,
    order_columns,
    orthogonalize,
    pseudo_inverse,
    rotate_columns,
    rotation,
    singular,
    singular_of_tall,
    singular_values_of_one,
)
from geartrain.primitives.decompositions_spectra import FINITE, REMEDY, turned_to_real
from geartrain.primitives.elementwise import add, multiply, subtract
from geartrain.primitives.primitive import Cotangents, Spec, register
from geartrain.tensor import Array, Tensor

__all__ = ["pinv", "singular_values", "svd"]

TURNS = (orthogonalize, rotate_columns, rotation, length_of)
SHAPES = [(3, 3), (2, 4, 3), (3, 4), (1, 1), (0, 3, 2)]


class SVD(SeveralOfMatrices):
    """u, s, vh with u diag(s) vh = x: orthonormal columns, values downwards, orthonormal rows.

    With `full_matrices`, u and vh are square. Which of (u, v) and (-u, -v) comes is left to the
    method. The derivative: Townsend, *Differentiating the singular value decomposition* (2016);
    vectors beyond the values move with the others, and do not turn in themselves.
    """

    name = "svd"
    steps = (singular, singular_of_tall, complete, order_columns, *TURNS)
    square = False
    work = 21.0

    def outputs(self, *inputs: Spec, full_matrices: bool, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        batch, m, n, k = x.shape[:-2], x.shape[-2], x.shape[-1], lesser(x)
        left, right = ((m, m), (n, n)) if full_matrices else ((m, k), (k, n))
        u, vh = Spec((*batch, *left), x.dtype), Spec((*batch, *right), x.dtype)
        return u, real_of(x, (*batch, k)), vh

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        try:
            u, s, vh = np.linalg.svd(inputs[0], full_matrices=parameters["full_matrices"])
        except np.linalg.LinAlgError:
            raise failed(self.name, inputs, FINITE, REMEDY) from None
        return u, s, vh

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        (u, s, vh), (by_u, by_s, by_vh) = output, cotangent
        m, n = matrix_shape(inputs[0])
        v, by_v = adjoint(vh), adjoint(by_vh)
        if m >= n:
            return (_of_tall((u, s, v), (by_u, by_s, by_v)),)
        return (adjoint(_of_tall((v, s, u), (by_v, by_s, by_u))),)

    def comparable(self, *outputs: Array) -> tuple[Array, ...]:
        """The product of each pair of vectors, which is certain; what is beyond, up to its sign."""
        u, s, vh = outputs
        k = s.shape[-1]
        pairs = u[..., :, None, :k] * vh.swapaxes(-1, -2)[..., None, :, :k]
        beyond = turned_to_real(u[..., k:]), turned_to_real(vh[..., k:, :].swapaxes(-1, -2))
        return pairs, s, *beyond

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        return [(shape, {"full_matrices": full}) for shape in SHAPES for full in (True, False)]


svd = register(SVD)


def _of_tall(output: tuple[Tensor, ...], cotangent: tuple[Tensor, ...]) -> Tensor:
    """The derivative by x = u s v*, which has no more columns than rows."""
    (u, s, v), (by_u, by_s, by_v) = output, cotangent
    k = s.shape[-1]
    by_u, u = without_rest(by_u, u, int(str(k))), columns(u, 0, int(str(k)))
    gaps = as_dtype_of(reciprocal_or_zero(differences(multiply(s, s))), u)
    inverse = reciprocal_or_zero(s)
    along_u = product(adjoint(u), by_u)
    inner = scale_columns(multiply(gaps, skew(along_u)), s)
    inner = add(inner, scale_rows(multiply(gaps, skew(product(adjoint(v), by_v))), s))
    inner = add(inner, as_diagonal(_by_values(by_s, along_u, inverse)))
    outside = scale_columns(subtract(by_u, product(u, along_u)), inverse)
    return product(add(product(u, inner), outside), adjoint(v))


def _by_values(by_s: Tensor, along_u: Tensor, inverse: Tensor) -> Tensor:
    """The derivative by the values; of complex vectors, by the angle of each u with its v too."""
    if not is_complex(along_u):
        return by_s
    return complex_(by_s, multiply(imaginary_part(diagonal(along_u)), inverse))


class SingularValues(OneOfMatrices):
    """The singular values of every matrix, downwards."""

    name = "singular_values"
    steps = (singular_values_of_one, order_columns, *TURNS)
    square = False
    work = 5.0

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        return (real_of(x, (*x.shape[:-2], lesser(x))),)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        try:
            return np.asarray(np.linalg.svd(inputs[0], compute_uv=False))
        except np.linalg.LinAlgError:
            raise failed(self.name, inputs, FINITE, REMEDY) from None

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        u, _, vh = svd(inputs[0], full_matrices=False)
        return (product(scale_columns(u, cotangent), vh),)

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        return [(shape, {}) for shape in SHAPES]


singular_values = register(SingularValues)


class PseudoInverse(OneOfMatrices):
    """The matrix P with P y the shortest of those x that come nearest to a x = y.

    Singular values of at most `rcond` times the largest count as zero. The derivative: Golub and
    Pereyra, *The differentiation of pseudo-inverses and nonlinear least squares problems whose
    variables separate* (1973), eq. 4.12; it exists where the rank stays the same.
    """

    name = "pinv"
    steps = (pseudo_inverse, *TURNS)
    told = ("rcond",)
    square = False
    work = 23.0

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        return (Spec((*x.shape[:-2], x.shape[-1], x.shape[-2]), x.dtype),)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        u, s, vh = svd.evaluate(x, full_matrices=False)
        counts = s > parameters["rcond"] * s.max(-1, keepdims=True, initial=0)
        inverse = np.where(counts, 1 / np.where(counts, s, 1), 0)
        turned = vh.conj().swapaxes(-1, -2) * inverse[..., None, :]
        return np.asarray(turned @ u.conj().swapaxes(-1, -2))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        (x,), p, seen = inputs, output, conjugated(cotangent)  # as in Cholesky's rule
        turned, by = adjoint(p), adjoint(seen)
        inside = product(turned, seen, turned)
        left, right = product(by, p, turned), product(turned, p, by)
        off_columns = subtract(left, product(x, p, left))
        off_rows = subtract(right, product(right, p, x))
        return (conjugated(subtract(add(off_columns, off_rows), inside)),)

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        return [(shape, {"rcond": 1e-6}) for shape in SHAPES]


pinv = register(PseudoInverse)
