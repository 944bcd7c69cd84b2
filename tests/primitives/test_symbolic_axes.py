"""Derivatives along an axis whose size is a symbol, of products and of cumulative operations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from geartrain import GradientTape, ops
from geartrain.compiler.programs.step import compile_steps
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim, Tensor
from geartrain.tensor.dtypes import FLOAT32

ROWS = [0, 1, 4]
X = np.array([[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [2.0, 5.0, 3.0], [0.5, 4.0, 2.0]], "float32")


def along(*shape: object) -> Spec:
    return Spec(shape, FLOAT32)


def second(x: Tensor, weights: Tensor, axis: int | tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The first and the second derivative of a product, where elements are 0 too."""
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(ops.prod(x, axis=axis))
        slope = tape.gradient(total, x)
        weighted = ops.sum(slope * weights)
    return slope, outer.gradient(weighted, x)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("axis", [0, (0, 1), (1, 0)])
def test_products_with_zeros_have_both_derivatives(rows: int, axis: int | tuple[int, ...]) -> None:
    weights = np.random.default_rng(0).random((rows, 3)).astype("float32")
    spec = along(Dim("batch"), 3)
    program = compile_steps(lambda *each: second(*each, axis), [spec, spec], stepped=[False] * 2)
    assert program.host_calls == ()
    found = program.run([X[:rows], weights])
    exact = second(Tensor(X[:rows]), Tensor(weights), axis)
    for each, other in zip(found, exact, strict=True):
        np.testing.assert_allclose(each, other, rtol=1e-5, atol=1e-6)


CUMULATIVE: list[Callable[..., Tensor]] = [ops.cumsum, ops.cumprod]


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("operation", CUMULATIVE)
def test_cumulative_operations_over_the_batch_have_derivatives(
    rows: int, operation: Callable[..., Tensor]
) -> None:
    def slope(x: Tensor) -> Tensor:
        with GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(ops.exp(operation(x, axis=0)))
        return tape.gradient(total, x)

    program = compile_steps(slope, [along(Dim("batch"), 3)], stepped=[False])
    (found,) = program.run([X[:rows] / 4])
    np.testing.assert_allclose(found, slope(Tensor(X[:rows] / 4)), rtol=1e-5, atol=1e-6)
