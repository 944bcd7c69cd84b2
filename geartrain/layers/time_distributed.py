"""`TimeDistributed`: a layer, applied to each step of a series."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.wrapper import Wrapper
from geartrain.ops import cast, reshape
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Shape, Tensor, format_shape


class TimeDistributed(Wrapper):
    """output[:, t] = layer(input[:, t]), with the same weights for every step t.

    All steps of all samples are one batch for the layer.

    Args:
        layer: what is applied.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, steps, ...)`
    Output shape:
        `(batch, steps, ...)`, of what the layer gives

    >>> from geartrain import layers, ops
    >>> layers.TimeDistributed(layers.Dense(5))(ops.ones((2, 4, 3))).shape
    (2, 4, 5)
    """

    supports_masking = True

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)

    def build(self, input_shape: Any = None) -> None:
        if len(input_shape) < 3:
            raise ValueError(_rank_message(self, input_shape))
        self.layer.ensure_built((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Tensor, training: bool | None = None, mask: Any = None) -> Tensor:
        if inputs.ndim < 3:
            raise ValueError(_rank_message(self, inputs.shape))
        batch, steps, *rest = inputs.shape
        if mask is not None and _differs(mask.shape[:2], (batch, steps)):
            raise ValueError(_mask_message(self, inputs.shape, mask.shape))
        given: dict[str, Any] = {"training": training}
        if mask is not None and "mask" in signature_of(type(self.layer).call).parameters:
            given["mask"] = reshape(mask, (-1, *mask.shape[2:]))
        found = self.layer(reshape(inputs, (-1, *rest)), **given)
        found = cast(found, self.compute_dtype)
        return reshape(found, (batch, steps, *found.shape[1:]))

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, steps, *rest = input_shape
        found = self.layer.compute_output_shape((batch, *rest))
        return (found[0], steps, *found[1:])

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return mask


def _differs(first: Shape, second: Shape) -> bool:
    """Whether one of the sizes that are known differs."""
    pairs = zip(first, second, strict=True)
    return any(isinstance(x, int) and isinstance(y, int) and x != y for x, y in pairs)


def _mask_message(layer: Layer, shape: Shape, mask: Shape) -> str:
    return explain(
        f"TimeDistributed '{layer.name}' cannot use this mask",
        given=f"mask of shape {format_shape(mask)}, input of shape {format_shape(shape)}",
        expected=f"a mask of shape {format_shape(shape[:2])}: (batch, steps)",
        remedy="mask=None, or one truth for each step of each sample",
    )


def _rank_message(layer: Layer, shape: Shape) -> str:
    return explain(
        f"TimeDistributed '{layer.name}' cannot take this input",
        given=f"input of shape {format_shape(shape)}",
        expected="rank 3 at least: (batch, steps, ...)",
        axis=f"rank: {len(shape)}",
        remedy="x[:, None] for one step",
    )
