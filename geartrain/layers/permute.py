"""`Permute`: each sample's axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.layers.told_specs import spec_of_rank
from geartrain.ops import transpose
from geartrain.tensor import Tensor, format_shape


@configured()
class Permute(Layer):
    """The axes behind the batch in another order.

    Args:
        dims: the order: numbers from 1, the batch being 0.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `dims` are not 1, 2, ... in some order.

    >>> from geartrain import layers, ops
    >>> layers.Permute((2, 1))(ops.ones((2, 3, 4))).shape
    (2, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                explain(
                    f"Permute '{self.name}' needs an order of axes",
                    given=f"dims={self.dims}",
                    expected=f"the numbers from 1 to {len(self.dims)}, each once",
                    remedy=f"dims={tuple(range(len(self.dims), 0, -1))}",
                )
            )

    def told_spec(self) -> Any:
        return spec_of_rank(len(self.dims) + 1)

    def call(self, inputs: Tensor) -> Tensor:
        self._check_rank(inputs.shape)
        return transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> Any:
        self._check_rank(input_shape)
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))

    def _check_rank(self, shape: Any) -> None:
        if len(shape) != len(self.dims) + 1:
            raise ValueError(
                explain(
                    f"Permute '{self.name}' cannot take this input",
                    given=f"input of shape {format_shape(shape)}",
                    expected=f"rank {len(self.dims) + 1}: the batch, and {len(self.dims)} axes",
                    axis=f"rank: {len(shape)} against {len(self.dims) + 1}",
                    remedy=f"dims={tuple(range(len(shape) - 1, 0, -1))}",
                )
            )
