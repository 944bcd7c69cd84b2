"""`GroupNormalization`: groups of each sample's channels, brought to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.normalized_axes import axis_sizes
from geartrain.layers.told_specs import spec_of_built_rank
from geartrain.ops import add, cast, moments, multiply, reshape, rsqrt, subtract
from geartrain.tensor import Shape, Tensor, Variable, normalize_axis
from geartrain.tensor.dtypes import FLOAT32, promote


@configured()
class GroupNormalization(Layer):
    """output = (input - mean) / sqrt(variance + epsilon) * gamma + beta.

    Mean and variance are those of a group of channels in one sample, over all places.

    Source: Wu and He, "Group normalization" (2018).

    Args:
        groups: how many; they have the same number of channels. -1 is one for each channel.
        axis: the channels'.
        epsilon: added to the variance.
        center: whether to add beta.
        scale: whether to multiply with gamma.
        beta_initializer, gamma_initializer: names or objects of `geartrain.initializers`.
        beta_regularizer, gamma_regularizer: penalties on the weights, added to the loss.
        beta_constraint, gamma_constraint: put in force after each step.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the number of channels is not known, or `groups` does not divide it.

    >>> from geartrain import layers
    >>> layers.GroupNormalization(2)([[1.0, 3.0, 5.0, 7.0]]).numpy().round(2).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    supports_masking = True

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ValueError(_count_message(self, groups))
        self.groups, self.axis, self.epsilon = groups, axis, epsilon
        self.center, self.scale = center, scale
        self.keep_rules(**rules_of(locals()))
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        (channels,) = axis_sizes(self, input_shape, self.axis)
        self.groups = channels if self.groups == -1 else self.groups
        if channels % self.groups:
            raise ValueError(_groups_message(self, channels))
        if self.scale:
            self.gamma = self.add_ruled("gamma", (channels,))
        if self.center:
            self.beta = self.add_ruled("beta", (channels,))

    def call(self, inputs: Tensor) -> Tensor:
        inputs = cast(inputs, self.compute_dtype)
        at, shape = normalize_axis(self.axis, inputs.ndim), inputs.shape
        wide = promote(inputs.dtype, FLOAT32)
        apart = (*shape[:at], self.groups, -1, *shape[at + 1 :])
        x = reshape(cast(inputs, wide), apart)
        others = [each for each in range(1, x.ndim) if each != at]
        mean, variance = moments(x, others, keepdims=True)
        along = [1] * x.ndim
        along[at : at + 2] = [self.groups, -1]
        factor = rsqrt(add(variance, self.epsilon))
        if self.gamma is not None:
            factor = multiply(factor, reshape(cast(self.gamma, wide), along))
        found = multiply(subtract(x, mean), factor)
        if self.beta is not None:
            found = add(found, reshape(cast(self.beta, wide), along))
        return cast(reshape(found, shape), inputs.dtype)

    def told_spec(self) -> Any:
        return spec_of_built_rank(self, self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def _count_message(layer: Layer, groups: Any) -> str:
    return explain(
        f"GroupNormalization '{layer.name}' needs a number of groups",
        given=f"groups={groups!r}",
        expected="a whole number from 1, or -1 for a group for each channel",
        remedy="groups=32",
    )


def _groups_message(layer: GroupNormalization, channels: int) -> str:
    fitting = [each for each in range(1, channels + 1) if channels % each == 0]
    return explain(
        f"GroupNormalization '{layer.name}' cannot divide the channels",
        given=f"an input of {channels} channels, groups={layer.groups}",
        expected=f"one of {', '.join(map(str, fitting))} groups",
        axis=f"axis {layer.axis}: {channels}",
        remedy=f"groups={max(each for each in fitting if each <= max(layer.groups, 1))}",
    )
