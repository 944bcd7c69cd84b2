"""`LayerNormalization`: each sample's features, brought to mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.layer import Layer
from geartrain.ops import layer_normalization
from geartrain.tensor import Shape, Tensor, Variable, normalize_axes


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
        **kwargs: those of `Layer`.

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
        super().__init__(**kwargs)
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon, self.center, self.scale = epsilon, center, scale
        self.keep_rules(
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
        )
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Shape) -> None:
        axes = normalize_axes(self.axis, len(input_shape))
        shape = tuple(int(str(input_shape[each])) for each in axes)
        if self.scale:
            self.gamma = self.add_ruled("gamma", shape)
        if self.center:
            self.beta = self.add_ruled("beta", shape)

    def call(self, inputs: Tensor) -> Tensor:
        return layer_normalization(inputs, self.gamma, self.beta, self.axis, self.epsilon)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape
