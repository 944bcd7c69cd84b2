"""Determinants, and the matrix of cofactors, which is their derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.primitives.calculus import reciprocal
from geartrain.primitives.decompositions_calculus import (
    as_dtype_of,
    conjugated,
    imaginary_part,
    is_complex,
    product,
    scale,
    swapped,
    times_i,
)
from geartrain.primitives.decompositions_family import (
    Inputs,
    OneOfMatrices,
    SeveralOfMatrices,
    real_of,
)
from geartrain.primitives.decompositions_loops import (
    determinant,
    eliminate,
    largest_below,
    minors,
    sign_and_log,
)
from geartrain.primitives.decompositions_solving import inverse_adjoint
from geartrain.primitives.elementwise import add, multiply, subtract
from geartrain.primitives.primitive import Cotangents, Spec, register
from geartrain.primitives.reduction import sum_
from geartrain.tensor import Array, Tensor

__all__ = ["cofactor", "det", "slogdet"]


class Det(OneOfMatrices):
    """The determinant of every matrix; its derivative is the matrix of cofactors."""

    name = "det"
    steps = (determinant, eliminate, largest_below)
    work = 2 / 3

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        return (Spec(inputs[0].shape[:-2], inputs[0].dtype),)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        return np.asarray(np.linalg.det(inputs[0]))

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        return (scale(cofactor(inputs[0]), cotangent),)


det = register(Det)


class Cofactor(OneOfMatrices):
    """C with C[i, j] = (-1)^(i + j) times the determinant of x without row i and column j.

    It is det(x) times the inverse of the transpose, and exists for singular matrices too: with
    x = U S V*, it is det(U) det(V*) conj(U) diag(products of the other s) conj(V*). Its own
    derivative is NaN for singular ones.
    """

    name = "cofactor"
    steps = (minors, determinant, eliminate, largest_below)
    work = 12.0

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        return (inputs[0],)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        u, s, vh = np.linalg.svd(inputs[0])
        n = s.shape[-1]
        others = np.where(np.eye(n, dtype=bool), s.dtype.type(1), s[..., None, :]).prod(-1)
        turn = np.linalg.det(u) * np.linalg.det(vh)
        found = (u.conj() * others[..., None, :]) @ vh.conj()
        return np.asarray(turn[..., None, None] * found)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        """(<dC, C> C - C dC' C) / det(x), from C = det(x) x^-T."""
        along = sum_(multiply(cotangent, output), axes=(output.ndim - 2, output.ndim - 1))
        twice = product(output, swapped(cotangent), output)
        numerator = subtract(scale(output, along), twice)
        return (scale(numerator, reciprocal(det(inputs[0]))),)


cofactor = register(Cofactor)


class SlogDet(SeveralOfMatrices):
    """The determinant's sign (of size 1, or 0) and the logarithm of its size.

    The derivative is x^-*, times that of the logarithm, and i times that of the angle.
    """

    name = "slogdet"
    steps = (sign_and_log, eliminate, largest_below)
    work = 2 / 3

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        batch = x.shape[:-2]
        return Spec(batch, x.dtype), real_of(x, batch)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        sign, log_size = np.linalg.slogdet(inputs[0])
        return sign, log_size

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        (x,), (by_sign, by_log), (sign, _) = inputs, cotangent, output
        amount = as_dtype_of(by_log, x)
        if is_complex(x):
            amount = add(amount, times_i(imaginary_part(multiply(by_sign, conjugated(sign)))))
        return (scale(inverse_adjoint(x), amount),)


slogdet = register(SlogDet)
