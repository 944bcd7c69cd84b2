"""`BatchNormalization`: each channel of a batch, brought to mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geartrain.errors import explain
from geartrain.layers.batch_renormalization import (
    Renormalization,
    checked_bounds,
    corrected_scale,
)
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.normalized_axes import axis_sizes
from geartrain.layers.told_specs import spec_of_built_rank
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
from geartrain.tensor import Shape, Tensor, Variable, normalize_axis


@configured()
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
        renorm: whether a batch's moments are corrected towards those before (Ioffe 2017).
        renorm_clipping: bounds of the correction: "rmax", "rmin" and "dmax".
        renorm_momentum: of the moments that it is corrected towards.
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
        renorm: bool = False,
        renorm_clipping: Mapping[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, int):
            raise (ValueError if isinstance(axis, str) else TypeError)(_axis_message(self, axis))
        self.axis, self.momentum, self.epsilon = axis, momentum, epsilon
        self.center, self.scale, self.synchronized = center, scale, synchronized
        self.renorm, self.renorm_momentum = renorm, renorm_momentum
        self.renorm_clipping = checked_bounds(self, renorm_clipping) if renorm else None
        self.keep_rules(**rules_of(locals()))
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        self.moving_mean: Variable
        self.moving_variance: Variable
        self.renormalization: Renormalization | None = None

    def build(self, input_shape: Shape) -> None:
        (channels,) = axis_sizes(self, input_shape, self.axis)
        if self.scale:
            self.gamma = self.add_ruled("gamma", (channels,))
        if self.center:
            self.beta = self.add_ruled("beta", (channels,))
        self.moving_mean = self.add_ruled("moving_mean", (channels,), trainable=False)
        self.moving_variance = self.add_ruled("moving_variance", (channels,), trainable=False)
        self.renormalization = Renormalization(self, channels) if self.renorm else None

    def call(self, inputs: Tensor, training: bool | None = None, mask: Any = None) -> Tensor:
        inputs = cast(inputs, self.compute_dtype)
        scale, offset = self.gamma, self.beta
        if training and self.trainable:
            mean, variance = self._batch_moments(inputs, mask)
            if self.renormalization is None:
                self.follow(self.moving_mean, mean, self.momentum)
                self.follow(self.moving_variance, variance, self.momentum)
            else:
                correction = self.renormalization.correction(mean, variance)
                scale, offset = corrected_scale(scale, offset, correction)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        vectors = mean, variance, self.axis, offset, scale
        return cast(batch_normalization(inputs, *vectors, epsilon=self.epsilon), inputs.dtype)

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

    def follow(self, moving: Variable, now: Tensor, momentum: float) -> None:
        """moving = moving * momentum + now * (1 - momentum)."""
        kept = multiply(moving.value, momentum)
        moving.assign(add(kept, multiply(cast(now, moving.dtype), 1.0 - momentum)))

    def told_spec(self) -> Any:
        return spec_of_built_rank(self, self.axis)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def _axis_message(layer: Layer, axis: Any) -> str:
    return explain(
        f"BatchNormalization '{layer.name}' has one axis of channels",
        given=f"axis={axis!r}",
        expected="a whole number",
        remedy="axis=-1",
    )
