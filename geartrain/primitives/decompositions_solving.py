"""Linear equations: a x = b, for triangular and for any square a."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.primitives.decompositions_calculus import (
    adjoint,
    identity,
    lower,
    product,
    swapped,
    upper,
)
from geartrain.primitives.decompositions_family import (
    TOLERANCES,
    Inputs,
    OneOfMatrices,
    failed,
)
from geartrain.primitives.decompositions_loops import (
    eliminate,
    largest_below,
    solve_one,
    substitute,
)
from geartrain.primitives.elementwise import negative
from geartrain.primitives.primitive import Cotangents, Sample, Spec, register
from geartrain.tensor import Array, Tensor

__all__ = ["solve", "triangular_solve"]

SMALL = 16  # rows that are substituted one by one; larger triangles are cut in halves


class Equations(OneOfMatrices):
    """a x = b: a of shape (..., n, n), b and x of shape (..., n, columns)."""

    instead = "ops.lstsq(a, b)"

    def outputs(self, *inputs: Spec, **parameters: Any) -> tuple[Spec, ...]:
        a, b = inputs
        if b.dtype != a.dtype or b.shape[:-1] != a.shape[:-1]:
            raise ValueError(_sides_message(self.name, a, b))
        return (b,)

    def samples(self) -> Iterator[Sample]:
        for number, (a, b) in enumerate(
            [((3, 3), (3, 2)), ((2, 4, 4), (2, 4, 1)), ((1, 1), (1, 3)), ((0, 2, 2), (0, 2, 1))]
        ):
            rng = np.random.default_rng(number)
            matrix = rng.uniform(-1, 1, a) + 3 * np.eye(a[-1])
            for parameters in self.choices():
                sides = (matrix, rng.uniform(0.5, 1, b))
                yield Sample(sides, parameters, TOLERANCES, bool(matrix.size))

    def choices(self) -> list[dict[str, Any]]:
        """The metadata of the samples."""
        return [{}]


class TriangularSolve(Equations):
    """The x with a x = b, where only the lower (or the upper) triangle of a counts."""

    name = "triangular_solve"
    steps = (substitute,)
    told = ("lower",)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        a, b = inputs
        if not np.all(np.diagonal(a, axis1=-2, axis2=-1)):
            raise failed(self.name, inputs, "no zero on the diagonal of a", "ops.lstsq(a, b)")
        return substituted(a, b, is_lower=parameters["lower"])

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        is_lower = parameters["lower"]
        by_b = triangular_solve(swapped(inputs[0]), cotangent, lower=not is_lower)
        by_a = negative(product(by_b, swapped(output)))
        return lower(by_a) if is_lower else upper(by_a), by_b

    def choices(self) -> list[dict[str, Any]]:
        return [{"lower": True}, {"lower": False}]


triangular_solve = register(TriangularSolve)


class Solve(Equations):
    """The x with a x = b, by elimination."""

    name = "solve"
    steps = (solve_one, eliminate, largest_below, substitute)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        try:
            return np.asarray(np.linalg.solve(*inputs))
        except np.linalg.LinAlgError:
            remedy = "ops.lstsq(a, b), or ops.pinv(a) in place of the inverse"
            raise failed(self.name, inputs, "matrices that have an inverse", remedy) from None

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        by_b = solve(swapped(inputs[0]), cotangent)
        return negative(product(by_b, swapped(output))), by_b


solve = register(Solve)


def substituted(a: Array, b: Array, *, is_lower: bool, unit: bool = False) -> Array:
    """The x with a x = b for triangular a; `unit` takes ones for its diagonal."""
    if not is_lower:  # from the other end, it is lower
        return substituted(a[..., ::-1, ::-1], b[..., ::-1, :], is_lower=True)[..., ::-1, :]
    n = a.shape[-1]
    if n <= SMALL:
        return _row_by_row(a, b, unit=unit)
    half = n // 2
    top = substituted(a[..., :half, :half], b[..., :half, :], is_lower=True, unit=unit)
    rest = b[..., half:, :] - a[..., half:, :half] @ top
    bottom = substituted(a[..., half:, half:], rest, is_lower=True, unit=unit)
    return np.concatenate([top, bottom], axis=-2)


def _row_by_row(a: Array, b: Array, *, unit: bool) -> Array:
    x = np.empty_like(b)
    for i in range(a.shape[-1]):
        known = a[..., i, None, :i] @ x[..., :i, :]
        left = b[..., i, :] - known[..., 0, :]
        x[..., i, :] = left if unit else left / a[..., i, i, None]
    return x


def inverse_adjoint(x: Tensor) -> Tensor:
    """The inverse of x*, for a gradient rule."""
    return solve(adjoint(x), identity(x))


def _sides_message(name: str, a: Spec, b: Spec) -> str:
    return explain(
        f"{name} needs a right side that fits",
        given=f"a {a} and b {b}",
        expected="b of a's dtype, with a's batch axes and as many rows as a has",
        axis=f"axis -2 of a is {a.shape[-2]}, of b {b.shape[-2] if len(b.shape) > 1 else 'none'}",
        remedy=f"ops.{name}(a, b), which broadcasts and converts",
    )
