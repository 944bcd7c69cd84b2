"""`BaseSeparableConv`: windows for each channel, then a mixture of the channels."""

from __future__ import annotations

from typing import Any

from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.convolution import Numbers, Windowed, check_counts
from geartrain.ops import separable_conv
from geartrain.tensor import Shape, Tensor, Variable


@configured()
class BaseSeparableConv(Windowed):
    """A depthwise convolution, then one of size 1 that mixes the channels, then the bias.

    Source: Chollet, "Xception: deep learning with depthwise separable convolutions" (2017).

    Args:
        filters: how many features come out.
        kernel_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves.
        padding: "valid" or "same".
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the window's weights lie apart.
        depth_multiplier: how many features come of each channel, before they are mixed.
        activation: a name or a function; None is the identity.
        use_bias: whether to add a bias.
        depthwise_initializer, pointwise_initializer, bias_initializer: names or objects of
            `geartrain.initializers`.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: a penalty on the output.
        depthwise_constraint, pointwise_constraint, bias_constraint: put in force after each step.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"
    Output shape:
        `(batch, ..., filters)`, or `(batch, filters, ...)`
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Numbers,
        strides: Numbers = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Numbers = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs["activity_regularizer"] = activity_regularizer
        windows = (kernel_size, strides, padding, data_format, dilation_rate)
        super().__init__(*windows, activation, use_bias, **kwargs)
        self.filters, self.depth_multiplier = filters, depth_multiplier
        check_counts(self, filters=filters, depth_multiplier=depth_multiplier)
        self.keep_rules(**rules_of(locals()))
        self.depthwise_kernel: Variable
        self.pointwise_kernel: Variable

    def build(self, input_shape: Shape) -> None:
        channels = self.channels_of(input_shape)
        inner, ones = channels * self.depth_multiplier, (1,) * self.rank
        depthwise = (*self.kernel_size, channels, self.depth_multiplier)
        self.depthwise_kernel = self.add_ruled("depthwise_kernel", depthwise, rule="depthwise")
        pointwise = (*ones, inner, self.filters)
        self.pointwise_kernel = self.add_ruled("pointwise_kernel", pointwise, rule="pointwise")
        self.add_bias(self.filters)

    def call(self, inputs: Tensor) -> Tensor:
        kernels = self.depthwise_kernel, self.pointwise_kernel
        return self.finished(separable_conv(self.padded(inputs), *kernels, **self.windows()))
