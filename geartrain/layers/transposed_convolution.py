"""`BaseConvTranspose`: a convolution the other way: small images become large ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.convolution import Numbers, Windowed, check_counts
from geartrain.ops import conv_transpose
from geartrain.tensor import Shape, Tensor, Variable


@configured()
class BaseConvTranspose(Windowed):
    """output = activation(transposed convolution(input, kernel) + bias).

    Each input is spread over the output, `strides` apart, multiplied by the kernel.

    Args:
        filters: how many features come out.
        kernel_size: the window's size; one number for all axes, or one for each.
        strides: how far apart the inputs are spread.
        padding: "valid" or "same" (an axis becomes `strides` times as long).
        output_padding: places that the output has more behind; None chooses.
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the window's weights lie apart.
        activation: a name or a function; None is the identity.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        kernel_constraint, bias_constraint: put in force after each step.
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
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: Numbers = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs["activity_regularizer"] = activity_regularizer
        windows = (kernel_size, strides, padding, data_format, dilation_rate)
        super().__init__(*windows, activation, use_bias, **kwargs)
        self.filters = filters
        self.output_padding: Any = output_padding
        self.check_steps()
        check_counts(self, filters=filters)
        if output_padding is not None:
            self._check_output_padding(output_padding)
            one = isinstance(output_padding, int)
            self.output_padding = (output_padding,) * self.rank if one else (*output_padding,)  # type: ignore[misc]
        self.keep_rules(**rules_of(locals()))
        self.kernel: Variable

    def _check_output_padding(self, given: Any) -> None:
        added = given if isinstance(given, list | tuple) else (given,) * self.rank
        if len(added) == self.rank and all(
            0 <= own < stride for own, stride in zip(added, self.strides, strict=True)
        ):
            return
        raise ValueError(_padding_message(self, given))

    def build(self, input_shape: Shape) -> None:
        channels = self.channels_of(input_shape)
        self.kernel = self.add_ruled("kernel", (*self.kernel_size, self.filters, channels))
        self.add_bias(self.filters)

    def compute_output_shape(self, input_shape: Any) -> list[Any]:
        return list(super().compute_output_shape(input_shape))

    def call(self, inputs: Tensor) -> Tensor:
        windows = {**self.windows(), "output_padding": self.output_padding}
        return self.finished(conv_transpose(self.padded(inputs), self.kernel, **windows))


def _padding_message(layer: Windowed, given: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' adds fewer places than its strides",
        given=f"output_padding={given!r}, strides={layer.strides}",
        expected=f"None, or a number for each of {layer.rank} axes, from 0 to its stride - 1",
        remedy="output_padding=None, which chooses",
    )
