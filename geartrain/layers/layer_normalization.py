"""`LayerNormalization`: each sample's features, brought to mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.normalized_axes import axis_sizes
from geartrain.layers.unit_normalization import checked_axis
from geartrain.ops import cast, layer_normalization
from geartrain.tensor import Shape, Tensor, Variable, normalize_axes


@configured(also=("rms_scaling",))
class LayerNormalization(Layer):
    """output = (input - mean) / sqrt(variance + epsilon) * gamma + beta, for each sample.

    Source: Ba, Kiros and Hinton, "Layer normalization" (2016).

    Args:
        axis: along which mean and variance are taken.
        epsilon: added to the variance.
        center: whether to add beta.
        scale: whether to multiply with gamma.
        beta_initializer, gamma_initializer: names or objects of `geartrain.initializers`.
        beta_regularizer, gamma_regularizer: penalties on the weights, added to the loss.
        beta_constraint, gamma_constraint: put in force after each step.
        **kwargs: those of `Layer`; `rms_scaling` leaves the mean where it is and adds nothing, for
            the sake of older programs: see `RMSNormalization`.

    >>> from geartrain import layers
    >>> layers.LayerNormalization()([[1.0, 3.0]]).numpy().round(2).tolist()
    [[-1.0, 1.0]]
    """

    supports_masking = True

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
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
        self.rms_scaling = kwargs.pop("rms_scaling", False)
        super().__init__(**kwargs)
        self.axis = checked_axis(self, axis)
        self.epsilon, self.center, self.scale = epsilon, center, scale
        self.keep_rules(**rules_of(locals()))
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        axes = normalize_axes(self.axis, len(input_shape))
        shape = axis_sizes(self, input_shape, axes)
        self.axis = [self.axis] if isinstance(self.axis, int) else self.axis
        if self.scale or self.rms_scaling:
            self.gamma = self.add_ruled("gamma", shape)
        if self.center and not self.rms_scaling:
            self.beta = self.add_ruled("beta", shape)

    def call(self, inputs: Tensor) -> Tensor:
        rms = {"rms_scaling": True} if self.rms_scaling else {}
        inputs = cast(inputs, self.compute_dtype)
        return layer_normalization(inputs, self.gamma, self.beta, self.axis, self.epsilon, **rms)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape
