"""Eigenvalues and eigenvectors, of Hermitian and of any square matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives.calculus import full_like, reciprocal, restore_axes
from geartrain.primitives.complex import complex_, magnitude
from geartrain.primitives.decompositions_calculus import (
    adjoint,
    as_diagonal,
    as_dtype_of,
    conjugated,
    differences,
    imaginary_part,
    is_complex,
    product,
    real_part,
    reciprocal_or_zero,
    scale_columns,
    symmetric,
)
from geartrain.primitives.decompositions_family import (
    Inputs,
    SeveralOfMatrices,
    failed,
    real_of,
)
from geartrain.primitives.decompositions_iterations import (
    best_shift,
    eigen,
    eigenvector_of_triangle,
    is_negligible,
    jacobi,
    length_of,
    make_hessenberg,
    make_real_and_unit,
    make_triangular,
    order_columns,
    rotate_columns,
    rotation,
    turn,
)
from geartrain.primitives.decompositions_solving import solve
from geartrain.primitives.elementwise import add, multiply, subtract
from geartrain.primitives.functions import select
from geartrain.primitives.primitive import PRIMITIVES, Cotangents, Spec, register
from geartrain.primitives.reduction import max_, sum_
from geartrain.tensor import Array, DType, Tensor

__all__ = ["eig", "eigh"]

WHOLE: dict[str, DType] = {"float32": np.dtype("complex64"), "float64": np.dtype("complex128")}


class Eigh(SeveralOfMatrices):
    """Eigenvalues, upwards, and orthonormal eigenvectors (columns) of (x + x*) / 2.

    Which of v and -v (or of its multiples of size 1) comes is left to the method. The derivative:
    Giles, *Collected matrix derivative results* (2008), section 3.1; of equal eigenvalues, it
    exists for what does not depend on the choice of their eigenvectors.
    """

    name = "eigh"
    steps = (jacobi, rotation, rotate_columns, order_columns)
    work = 9.0

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        return real_of(x, x.shape[:-1]), x

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        (x,) = inputs
        try:
            w, v = np.linalg.eigh((x + x.conj().swapaxes(-1, -2)) / 2)
        except np.linalg.LinAlgError:
            raise failed(self.name, inputs, FINITE, REMEDY) from None
        return w, v

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        (w, v), (by_w, by_v) = output, cotangent
        gaps = as_dtype_of(reciprocal_or_zero(differences(w)), v)
        inner = add(as_dtype_of(as_diagonal(by_w), v), multiply(gaps, product(adjoint(v), by_v)))
        return (symmetric(product(v, inner, adjoint(v))),)

    def comparable(self, *outputs: Array) -> tuple[Array, ...]:
        w, v = outputs
        return w, turned_to_real(v)


eigh = register(Eigh)
FINITE = "finite numbers, for which the iteration converges"
REMEDY = "ops.nan_to_num(x), or look for where NaN comes from"


class Eig(SeveralOfMatrices):
    """Eigenvalues and eigenvectors (columns of length 1), both complex, in no certain order.

    An eigenvector's largest element is real, as LAPACK has it. The derivative: Giles (2008),
    section 3.1, and what keeps length and that element's angle as they are.
    """

    name = "eig"
    steps = (
        *(eigen, make_hessenberg, make_triangular, turn, rotate_columns, is_negligible),
        *(best_shift, eigenvector_of_triangle, make_real_and_unit, length_of),
    )
    work = 25.0

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        dtype = WHOLE.get(x.dtype.name, x.dtype)
        return Spec(x.shape[:-1], dtype), Spec(x.shape, dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        try:
            w, v = np.linalg.eig(inputs[0])
        except np.linalg.LinAlgError:
            raise failed(self.name, inputs, FINITE, REMEDY) from None
        return w, v

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        (x,), (w, v), (by_w, by_v) = inputs, output, cotangent
        free = product(adjoint(v), _kept_scale(v, by_v))
        gaps = conjugated(reciprocal_or_zero(differences(w)))
        inner = add(as_diagonal(by_w), multiply(gaps, free))
        found = solve(adjoint(v), product(inner, adjoint(v)))
        return (found if is_complex(x) else real_part(found),)

    def comparable(self, *outputs: Array) -> tuple[Array, ...]:
        w, v = outputs
        order = np.lexsort((np.round(w.imag, 4), np.round(w.real, 4)))
        ordered = np.take_along_axis(v, order[..., None, :], -1)
        return np.take_along_axis(w, order, -1), turned_to_real(ordered)


eig = register(Eig)


def _kept_scale(v: Tensor, by_v: Tensor) -> Tensor:
    """The derivative by eigenvectors that any scale is open to, given that by those of eig.

    Of a move y of an eigenvector, only y - v Re(v* y) - i v Im(y[m]) / v[m] counts, where m is
    the place of its largest element, which is real. This is the adjoint of that.
    """
    rows = (v.ndim - 2,)
    overlap = sum_(multiply(conjugated(v), by_v), axes=rows)  # (..., n)
    zero = full_like(real_part(v), 0.0)
    is_real = PRIMITIVES["equal"](imaginary_part(v), zero)
    sizes = select(is_real, magnitude(v), zero)
    largest = PRIMITIVES["equal"](sizes, restore_axes(max_(sizes, axes=rows), rows, v.shape))
    heads = select(largest, real_part(v), zero)
    angle = multiply(imaginary_part(overlap), reciprocal(sum_(multiply(heads, heads), axes=rows)))
    length = complex_(real_part(overlap), full_like(angle, 0.0))
    back = complex_(zero, scale_columns(heads, angle))
    return subtract(by_v, add(scale_columns(v, length), back))


def turned_to_real(v: Array) -> Array:
    """Columns, each turned such that its largest element is real and above 0."""
    if not v.size:
        return v
    sizes = np.abs(v)
    clear = sizes > sizes.max(-2, keepdims=True) * 0.99  # the first of those that tie
    heads = np.take_along_axis(v, np.argmax(clear, -2)[..., None, :], -2)
    return np.asarray(v * (heads.conj() / np.abs(heads)))
