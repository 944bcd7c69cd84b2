"""Factors that are found in a fixed number of steps: Cholesky's, LU and QR."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.primitives.calculus import restore_axes
from geartrain.primitives.decompositions_calculus import (
    adjoint,
    below,
    beside,
    columns,
    conjugated,
    identity,
    lower,
    lower_half,
    matrix_shape,
    product,
    rows,
    swapped,
    symmetric,
    upper,
)
from geartrain.primitives.decompositions_family import (
    TOLERANCES,
    Inputs,
    OneOfMatrices,
    SeveralOfMatrices,
    failed,
    lesser,
)
from geartrain.primitives.decompositions_loops import (
    cholesky_of_one,
    eliminate,
    householder,
    largest_below,
    make_reflection,
    reflect,
)
from geartrain.primitives.decompositions_solving import SMALL, substituted, triangular_solve
from geartrain.primitives.elementwise import add, subtract
from geartrain.primitives.primitive import PRIMITIVES, Cotangents, Sample, Spec, register
from geartrain.tensor import Array, Tensor
from geartrain.tensor.dtypes import INT32

__all__ = ["cholesky", "lu", "qr"]


class Cholesky(OneOfMatrices):
    """The lower triangle L with L L* = (x + x*) / 2, for a positive definite matrix.

    Its derivative: Murray, *Differentiation of the Cholesky decomposition* (2016), eq. 8 and 10.
    """

    name = "cholesky"
    steps = (cholesky_of_one,)
    work = 1 / 3
    instead = "ops.matmul(x, ops.swapaxes(x, -1, -2)), which is square and positive"

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        return (inputs[0],)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        (x,) = inputs
        try:
            found = np.linalg.cholesky((x + x.conj().swapaxes(-1, -2)) / 2)
        except np.linalg.LinAlgError:
            found = None
        if found is None or np.isnan(found).any():
            wanted = "symmetric positive definite matrices: all eigenvalues above 0, no NaN"
            remedy = "x + 1e-6 * ops.eye(n), if x is so but for rounding"
            raise failed(self.name, inputs, wanted, remedy)
        return np.asarray(found)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        # The tape conjugates around rules from complex to complex, as holomorphic functions
        # want it. This one is not holomorphic: the rule below takes and gives d/dx + i d/dy.
        turned = adjoint(output)
        inner = lower_half(product(turned, conjugated(cotangent)))
        left = triangular_solve(turned, inner, lower=False)
        both = triangular_solve(turned, adjoint(left), lower=False)
        return (conjugated(symmetric(both)),)

    def samples(self) -> Iterator[Sample]:
        for sample in super().samples():
            (x,) = sample.inputs
            positive = x @ x.swapaxes(-1, -2) + np.eye(x.shape[-1])
            yield Sample((positive,), {}, TOLERANCES, sample.gradient)


cholesky = register(Cholesky)


class LU(SeveralOfMatrices):
    """Triangles L (ones on its diagonal) and U in one matrix, L U being x with exchanged rows.

    The second output says with which row each row was exchanged in its turn, the third which row
    of x has come to each place. Batches of any rectangular matrices.
    """

    name = "lu"
    steps = (eliminate, largest_below)
    square = False
    work = 2 / 3

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        pivots = Spec((*x.shape[:-2], lesser(x)), INT32)
        return x, pivots, Spec(x.shape[:-1], INT32)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        (x,) = inputs
        batch, (m, n) = x.shape[:-2], x.shape[-2:]
        factors = np.array(x).reshape(math.prod(batch), m, n)
        pivots = _eliminated(factors)
        order = np.tile(np.arange(m, dtype=INT32), (len(factors), 1))
        _exchange(order, pivots)
        return factors.reshape(x.shape), pivots.reshape(*batch, min(m, n)), order.reshape(*batch, m)

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        by_factors, (factors, _, order) = cotangent[0], output
        m, n = matrix_shape(factors)
        k = min(m, n)
        square, by_square = (rows(columns(each, 0, k), 0, k) for each in (factors, by_factors))
        low, up = add(lower(square, -1), identity(square)), upper(square)
        by_low, by_up = lower(by_square, -1), upper(by_square)
        beyond = []
        if n > m:
            beyond = [_from_left(low, columns(by_factors, k, n))]
            by_low = subtract(by_low, _times_adjoint(beyond[0], columns(factors, k, n)))
        if m > n:
            beyond = [_from_right(up, rows(by_factors, k, m))]
            by_up = subtract(by_up, product(adjoint(rows(factors, k, m)), beyond[0]))
        inner = add(lower(product(adjoint(low), by_low), -1), upper(_times_adjoint(by_up, up)))
        corner = _from_right(up, _from_left(low, inner))
        whole = below(corner, *beyond) if m > n else beside(corner, *beyond)
        return (_put_back(whole, order),)

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        return [*super().cases(), ((4, 2), {}), ((2, 3, 5), {}), ((0, 2), {})]


lu = register(LU)


class QR(SeveralOfMatrices):
    """q with orthonormal columns, and an upper triangle r, with q r = x; the signs are LAPACK's.

    Mode "reduced" gives min(rows, columns) columns of q, "complete" as many as there are rows.

    The derivative: Walter, Lehmann and Lamour, *On evaluating higher-order derivatives of the QR
    decomposition of tall matrices with full column rank in forward and reverse mode algorithmic
    differentiation* (2012); Liao et al., *Differentiable programming tensor networks* (2019) for
    wide matrices. Columns of q beyond those of x move with the others, and do not turn in
    themselves.
    """

    name = "qr"
    steps = (householder, make_reflection, reflect)
    square = False
    work = 4.0

    def outputs(self, *inputs: Spec, mode: str, **parameters: Any) -> tuple[Spec, ...]:
        (x,) = inputs
        batch, m, n = x.shape[:-2], x.shape[-2], x.shape[-1]
        k = m if mode == "complete" else lesser(x)
        return Spec((*batch, m, k), x.dtype), Spec((*batch, k, n), x.dtype)

    def evaluate(self, *inputs: Array, **parameters: Any) -> tuple[Array, ...]:
        q, r = np.linalg.qr(inputs[0], mode=parameters["mode"])
        return q, r

    def gradient(
        self, cotangent: Any, inputs: Inputs, output: Any, **parameters: Any
    ) -> Cotangents:
        (x,), (q, r), (by_q, by_r) = inputs, output, cotangent
        m, n = matrix_shape(x)
        k = min(m, n)
        first, by_first = columns(q, 0, k), without_rest(by_q, q, k)
        beyond = []
        if n > m:  # there r is q* x
            by_beyond = columns(by_r, k, n)
            beyond = [product(first, by_beyond)]
            by_first = add(by_first, _times_adjoint(columns(x, k, n), by_beyond))
        corner, by_corner = (rows(columns(each, 0, k), 0, k) for each in (r, by_r))
        turned = subtract(_times_adjoint(by_corner, corner), product(adjoint(first), by_first))
        half = adjoint(lower_half(adjoint(turned)))
        both = add(by_first, product(first, add(half, adjoint(half))))
        return (beside(_from_right(corner, both), *beyond),)

    def cases(self) -> list[tuple[tuple[int, ...], dict[str, Any]]]:
        shapes = [(3, 3), (2, 4, 3), (2, 4), (1, 1), (0, 3, 2)]
        modes = ("reduced", "complete")
        return [(shape, {"mode": mode}) for shape in shapes for mode in modes]


qr = register(QR)


def without_rest(by_q: Tensor, q: Tensor, k: int) -> Tensor:
    """The derivative by the first k of orthonormal columns, where the others move with them.

    They stay orthogonal: if the first turn towards the others by w, these turn back by w*.
    """
    count = matrix_shape(q)[1]
    if count == k:
        return by_q
    first, rest = columns(q, 0, k), columns(q, k, count)
    back = product(rest, adjoint(columns(by_q, k, count)), first)
    return subtract(columns(by_q, 0, k), back)


def _times_adjoint(x: Tensor, y: Tensor) -> Tensor:
    """x y*."""
    return product(x, adjoint(y))


def _from_left(low: Tensor, x: Tensor) -> Tensor:
    """low^-* x."""
    return triangular_solve(adjoint(low), x, lower=False)


def _from_right(up: Tensor, x: Tensor) -> Tensor:
    """x up^-*."""
    return adjoint(triangular_solve(up, adjoint(x), lower=False))


def _put_back(x: Tensor, order: Tensor) -> Tensor:
    """The rows where they were before the exchanges: row i goes to place order[i]."""
    size = x.shape[-2]
    shape = (*order.shape, size)
    places = PRIMITIVES["iota"](shape=shape, axis=len(shape) - 1, dtype=order.dtype)
    chosen = PRIMITIVES["equal"](restore_axes(order, (len(shape) - 1,), shape), places)
    exchanges = PRIMITIVES["cast"](chosen, dtype=x.dtype)
    return product(swapped(exchanges), x)


def _eliminated(x: Array) -> Array:
    """Eliminate (batch, rows, columns) in place: the left half of the columns, then the right.

    Source: Toledo, *Locality of reference in LU decomposition with partial pivoting* (1997).
    """
    k = min(x.shape[1:])
    if k <= SMALL:
        return _column_by_column(x)
    half = k // 2
    left, right = x[..., :half], x[..., half:]
    first = _eliminated(left)
    _exchange(right, first)
    top, under = right[:, :half], right[:, half:]
    top[...] = substituted(left[:, :half], top, is_lower=True, unit=True)
    under -= left[:, half:] @ top
    second = _eliminated(under)
    _exchange(left[:, half:], second)
    return np.concatenate([first, second + INT32.type(half)], axis=-1)


def _column_by_column(x: Array) -> Array:
    pivots = np.zeros((len(x), min(x.shape[1:])), INT32)
    for k in range(pivots.shape[-1]):
        sizes = np.abs(x[:, k:, k].real) + np.abs(x[:, k:, k].imag)
        pivots[:, k] = np.argmax(sizes, axis=-1)
        _exchange(x[:, k:], pivots[:, k : k + 1])
        pivots[:, k] += k
        top = x[:, k, None, k]
        x[:, k + 1 :, k] /= np.where(top == 0, 1, top)
        x[:, k + 1 :, k + 1 :] -= x[:, k + 1 :, k, None] * x[:, k, None, k + 1 :]
    return pivots


def _exchange(x: Array, pivots: Array) -> None:
    """Exchange each row, in its turn, with the one that its pivot names."""
    each = np.arange(len(x))
    for k in range(pivots.shape[-1]):
        other = pivots[:, k]
        x[each, k], x[each, other] = x[each, other], x[each, k]
