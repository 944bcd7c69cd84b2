"""`Dense`: every input unit joined to every output unit."""

from __future__ import annotations

import math
from typing import Any

from geartrain import activations
from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.low_rank import LowRank
from geartrain.ops import add, matmul
from geartrain.tensor import Shape, Tensor, Variable, format_shape


@configured(if_given=("lora_rank", "lora_alpha"), without=("activity_regularizer",))
class Dense(LowRank):
    """output = activation(dot(input, kernel) + bias).

    Args:
        units: how many numbers come out for each sample.
        activation: a name or a function; None is the identity.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        kernel_constraint, bias_constraint: put in force after each step.
        lora_rank, lora_alpha: two small matrices train instead of the kernel; see `LowRank`.
        quantization_config: None: there are no quantized layers.
        **kwargs: those of `Layer` (`name`, `input_shape`, ...).

    Input shape:
        `(batch, ..., features)`
    Output shape:
        `(batch, ..., units)`

    Raises:
        ValueError: `units` is no positive whole number, or an input's last axis differs from
            that of the first one.

    >>> from geartrain import layers, ops
    >>> layers.Dense(3)(ops.ones((2, 4))).shape
    (2, 3)
    """

    supports_masking = True

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs["activity_regularizer"] = activity_regularizer
        super().__init__(lora_rank, lora_alpha, quantization_config, **kwargs)
        if not isinstance(units, int) or units < 1:
            raise ValueError(_units_message(self, units))
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.keep_rules(**rules_of(locals()))
        self.kernel: Variable
        self.bias: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        features = input_shape[-1] if len(input_shape) > 1 else None
        if not isinstance(features, int):
            raise ValueError(_features_message(self, input_shape))
        self.kernel = self.add_ruled("kernel", (features, self.units))
        if self.use_bias:
            self.bias = self.add_ruled("bias", (self.units,))
        self.enable_what_was_asked_for()

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        features = self.kernel.shape[0]
        if inputs.ndim < 2 or inputs.shape[-1] != features:
            raise ValueError(input_message(self, inputs.shape, features))
        result = matmul(inputs, self.adapted_weight())
        return self.activation(result if self.bias is None else add(result, self.bias))


def _units_message(layer: Dense, units: object) -> str:
    return explain(
        f"Dense '{layer.name}' needs a number of units",
        given=f"units={units!r}",
        expected="a whole number from 1",
        remedy="layers.Dense(512)",
    )


def _features_message(layer: Dense, shape: Shape) -> str:
    return explain(
        f"Dense '{layer.name}' cannot be built on this input",
        given=f"input of shape {format_shape(shape)}",
        expected="a batch of samples, with a known number of features on the last axis",
        remedy="x.reshape(len(x), -1)",
    )


def input_message(layer: Dense, shape: Shape, features: int) -> str:
    """What is wrong with an input whose last axis does not fit the kernel."""
    source = f"input_shape={layer.sample_shape}" if layer.sample_shape else "its first input"
    return explain(
        f"Dense '{layer.name}' cannot take this input",
        given=f"input of shape {format_shape(shape)}",
        expected=f"{features} features on the last axis (set by {source} of Dense '{layer.name}')",
        axis=f"axis -1: {shape[-1] if shape else 'missing'} against {features}",
        remedy=flattening_remedy(shape, features),
    )


def flattening_remedy(shape: Shape, features: int) -> str:
    """How to get `features` numbers for each sample out of a shape."""
    sizes = [size for size in shape[1:] if isinstance(size, int)]
    if len(sizes) == len(shape) - 1 and math.prod(sizes) == features:
        first = shape[0] if isinstance(shape[0], int) else "len(x)"
        return f"x.reshape({first}, {features}), or layers.Flatten() as the first layer"
    return f"give x of shape (samples, {features}), or build the model for what x has"
