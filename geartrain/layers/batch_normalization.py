"""`BatchNormalization`: each channel of a batch, brought to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.ops import (
    add,
    batch_normalization,
    cast,
    divide,
    expand_dims,
    maximum,
    moments,
    multiply,
    square,
    subtract,
    sum,
)
from geartrain.tensor import Shape, Tensor, Variable, format_shape, normalize_axis


class BatchNormalization(Layer):
    """output = (input - mean) / sqrt(variance + epsilon) * gamma + beta, for each channel.

    In training, mean and variance are the batch's, and the moving ones follow them:
    moving = moving * momentum + batch's * (1 - momentum). Otherwise, and if `trainable` is False,
    they are the moving ones.

    Source: Ioffe and Szegedy, "Batch normalization" (2015).

    Args:
        axis: the channels'.
        momentum: of the moving mean and variance.
        epsilon: added to the variance.
        center: whether to add beta.
        scale: whether to multiply with gamma.
        beta_initializer, gamma_initializer: names or objects of `geartrain.initializers`.
        moving_mean_initializer, moving_variance_initializer: likewise.
        beta_regularizer, gamma_regularizer: penalties on the weights, added to the loss.
        beta_constraint, gamma_constraint: put in force after each step.
        synchronized: taken for the sake of Keras's users: there is one replica.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the size of the axis is not known.
    """

    supports_masking = True

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis, self.momentum, self.epsilon = axis, momentum, epsilon
        self.center, self.scale, self.synchronized = center, scale, synchronized
        self.keep_rules(
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer,
            moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
        )
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        self.moving_mean: Variable
        self.moving_variance: Variable

    def build(self, input_shape: Shape) -> None:
        channels = input_shape[normalize_axis(self.axis, len(input_shape))]
        if not isinstance(channels, int):
            raise ValueError(_axis_message(self, input_shape))
        if self.scale:
            self.gamma = self.add_ruled("gamma", (channels,))
        if self.center:
            self.beta = self.add_ruled("beta", (channels,))
        self.moving_mean = self.add_ruled("moving_mean", (channels,), trainable=False)
        self.moving_variance = self.add_ruled("moving_variance", (channels,), trainable=False)

    def call(self, inputs: Tensor, training: bool | None = None, mask: Any = None) -> Tensor:
        if training and self.trainable:
            mean, variance = self._batch_moments(inputs, mask)
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        vectors = mean, variance, self.axis, self.beta, self.gamma
        return batch_normalization(inputs, *vectors, epsilon=self.epsilon)

    def _batch_moments(self, inputs: Tensor, mask: Any) -> tuple[Tensor, Tensor]:
        channels = normalize_axis(self.axis, inputs.ndim)
        axes = [each for each in range(inputs.ndim) if each != channels]
        if mask is None:
            return moments(inputs, axes)
        weight = cast(mask, inputs.dtype)
        while weight.ndim < inputs.ndim:
            weight = expand_dims(weight, -1)
        ones = add(multiply(inputs, 0.0), weight)  # the mask, repeated to the inputs
        count = maximum(sum(ones, axes), 1e-7)
        mean = divide(sum(multiply(inputs, weight), axes), count)
        shape = [1 if each in axes else mean.shape[0] for each in range(inputs.ndim)]
        distance = square(subtract(inputs, mean.reshape(shape)))
        return mean, divide(sum(multiply(distance, weight), axes), count)

    def _follow(self, moving: Variable, now: Tensor) -> None:
        kept = multiply(moving.value, self.momentum)
        moving.assign(add(kept, multiply(cast(now, moving.dtype), 1.0 - self.momentum)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def _axis_message(layer: BatchNormalization, shape: Shape) -> str:
    return explain(
        f"BatchNormalization '{layer.name}' cannot be built on this input",
        given=f"input of shape {format_shape(shape)}, axis={layer.axis}",
        expected="a known number of channels on that axis",
        remedy="axis=-1, where the channels are the last axis",
    )
