"""`OrthogonalRegularizer`: rows, or columns, that point in different directions."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.ops import (
    absolute,
    convert_to_tensor,
    divide,
    eye,
    matmul,
    multiply,
    normalize,
    subtract,
    sum,
    transpose,
)
from geartrain.regularizers.regularizer import Regularizer
from geartrain.tensor import Tensor, format_shape

MODES = ("rows", "columns")


class OrthogonalRegularizer(Regularizer):
    """factor * mean of |u_i . u_j| over all pairs of rows, u being the rows at length 1.

    Args:
        factor: what the mean is multiplied with.
        mode: "rows" or "columns".

    Raises:
        ValueError: another mode; when called, a weight that is no matrix.

    >>> float(OrthogonalRegularizer(1.0)([[1.0, 0.0], [0.0, 2.0]]))
    0.0
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in MODES:
            raise ValueError(unknown_name("mode", mode, MODES, remedy="mode={}"))
        self.factor, self.mode = float(factor), mode

    def __call__(self, inputs: Any) -> Tensor:
        matrix = convert_to_tensor(inputs)
        if matrix.ndim != 2:
            raise ValueError(_rank_message(matrix))
        rows = normalize(matrix if self.mode == "rows" else transpose(matrix), axis=1)
        count: Any = rows.shape[0]
        apart = subtract(1.0, eye(count, dtype=rows.dtype))
        products = multiply(absolute(matmul(rows, transpose(rows))), apart)
        return multiply(divide(sum(products), count * (count - 1)), self.factor)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "mode": self.mode}


def _rank_message(matrix: Tensor) -> str:
    return explain(
        "OrthogonalRegularizer compares the rows of a matrix",
        given=f"a weight of shape {format_shape(matrix.shape)}",
        expected="two axes",
        remedy="kernel_regularizer=OrthogonalRegularizer() for the kernel of a Dense layer",
    )
