"""`Dense`: every input unit joined to every output unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geartrain import activations
from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.multiplying import Multiplying
from geartrain.layers.told_specs import spec_from_rank
from geartrain.ops import matmul, multiply, transpose
from geartrain.tensor import Shape, Tensor, Variable, format_shape

if TYPE_CHECKING:
    from geartrain.layers.whole_weights import WholeWeights


@configured(if_given=("lora_rank", "lora_alpha"), without=("activity_regularizer",))
class Dense(Multiplying):
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
        quantization_config: how `quantize` makes whole numbers; see `geartrain.quantizers`.
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
    quantizes_itself = True

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
        self.bias: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        features = input_shape[-1] if len(input_shape) else None
        if not isinstance(features, int):
            raise ValueError(_features_message(self, input_shape))
        self.add_adapted((features, self.units))
        if self.use_bias:
            self.bias = self.add_ruled("bias", (self.units,))
        self.finish_build()

    def told_spec(self) -> Any:
        return spec_from_rank(self, 2, -1)

    @property
    def kernel(self) -> Any:
        """The kernel, with what is added at low rank; whole numbers, if it is quantized."""
        return self.adapted_weight()

    def whole_weights(self) -> list[WholeWeights]:
        from geartrain.layers.whole_weights import WholeWeights  # for few layers

        bits = 8 if self.quantization_mode == "int8" else 4
        block = self.block_size if bits == 4 else None
        shape = self.adapted_shape
        return [WholeWeights(self, "kernel", shape, 0, bits, block, attribute="_kernel")]

    def check_input(self, inputs: Tensor) -> None:
        features = self.adapted_shape[0]
        if inputs.ndim < 2 or inputs.shape[-1] != features:
            raise ValueError(input_message(self, inputs.shape, features))

    def contract(self, x: Any, weight: Any) -> Tensor:
        return matmul(x, weight)

    def contract_back(self, upstream: Tensor, weight: Tensor) -> Tensor:
        return matmul(upstream, transpose(weight))

    def scale_of_outputs(self, input_scale: Tensor) -> Tensor:
        return multiply(input_scale, self.whole_of["kernel"].scale)


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
