"""`PReLU`: what is negative becomes small, by slopes that are learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.told_specs import built_shape, spec_of_built_rank
from geartrain.ops import multiply, negative, relu, subtract
from geartrain.tensor import Shape, Tensor, Variable, format_shape


@configured()
class PReLU(Layer):
    """input where it is positive, alpha * input elsewhere, with a slope alpha for each feature.

    Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015).

    Args:
        alpha_initializer: a name or an object of `geartrain.initializers`.
        alpha_regularizer: a penalty on the slopes, added to the loss.
        alpha_constraint: put in force after each step.
        shared_axes: axes (from 1) along which the slope is the same: (1, 2) for one for each
            channel of an image.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the size of an axis that is not shared is not known.

    >>> from geartrain import layers
    >>> layers.PReLU("ones")([[-1.0, 1.0]]).numpy().tolist()
    [[-1.0, 1.0]]
    """

    supports_masking = True

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.keep_rules(**rules_of(locals()))
        several = isinstance(shared_axes, list | tuple)
        self.shared_axes = list(shared_axes) if several else shared_axes  # type: ignore[arg-type]
        if isinstance(shared_axes, int):
            self.shared_axes = [shared_axes]
        self.alpha: Variable

    def build(self, input_shape: Shape) -> None:
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():  # type: ignore[union-attr]
            shape[axis - 1] = 1
        if not all(isinstance(size, int) for size in shape):
            raise ValueError(_sizes_message(self, input_shape))
        self.alpha = self.add_ruled("alpha", shape)  # type: ignore[arg-type]

    def told_spec(self) -> Any:
        rank = len(built_shape(self) or ())
        shared: Any = self.shared_axes or range(1, rank)
        return spec_of_built_rank(self, *(at for at in range(1, rank) if at not in shared))

    def call(self, inputs: Tensor) -> Tensor:
        return subtract(relu(inputs), multiply(self.alpha, relu(negative(inputs))))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def _sizes_message(layer: PReLU, shape: Shape) -> str:
    return explain(
        f"PReLU '{layer.name}' has a slope for each place of a sample",
        given=f"input of shape {format_shape(shape)}, shared_axes={layer.shared_axes}",
        expected="known sizes, or a slope that is shared along the axes of unknown size",
        remedy="layers.PReLU(shared_axes=[1, 2])",
    )
