"""`BaseDepthwiseConv`: a convolution of each channel by itself."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.convolution import Numbers, Windowed, check_counts
from geartrain.ops import depthwise_conv
from geartrain.tensor import Shape, Tensor, Variable


@configured()
class BaseDepthwiseConv(Windowed):
    """Each channel has `depth_multiplier` windows of its own; channels are not mixed.

    Args:
        kernel_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves.
        padding: "valid" or "same".
        depth_multiplier: how many features come of each channel.
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the window's weights lie apart.
        activation: a name or a function; None is the identity.
        use_bias: whether to add a bias.
        depthwise_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        depthwise_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        depthwise_constraint, bias_constraint: put in force after each step.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"
    Output shape:
        `(batch, ..., channels * depth_multiplier)`, or with the channels first
    """

    def __init__(
        self,
        kernel_size: Numbers,
        strides: Numbers = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Numbers = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs["activity_regularizer"] = activity_regularizer
        windows = (kernel_size, strides, padding, data_format, dilation_rate)
        super().__init__(*windows, activation, use_bias, **kwargs)
        self.depth_multiplier = depth_multiplier
        check_counts(self, depth_multiplier=depth_multiplier)
        self.keep_rules(**rules_of(locals()))
        self.kernel: Variable

    def build(self, input_shape: Shape) -> None:
        channels = self.channels_of(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self.add_ruled("kernel", shape, rule="depthwise")
        self.add_bias(channels * self.depth_multiplier)

    def call(self, inputs: Tensor) -> Tensor:
        found = depthwise_conv(self.padded(inputs), self.kernel, **self.windows())
        return self.finished(found)
