"""What the convolution layers share: windows, layouts, and the rules of kernel and bias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from geartrain import activations
from geartrain.errors import explain
from geartrain.layers.configuration import configured, rules_of
from geartrain.layers.layer import Layer
from geartrain.layers.low_rank import LowRank
from geartrain.layers.told_specs import spec_from_rank
from geartrain.ops import add, conv, pad, reshape
from geartrain.ops.nn.spatial import for_each_axis, is_channels_first
from geartrain.tensor import Shape, Tensor, Variable, format_shape

Numbers = int | Sequence[int]


class Windowed(Layer):
    """A layer that moves a window of weights over `rank` spatial axes.

    It knows its window and its layout, adds a bias and applies an activation.
    """

    rank: ClassVar[int]
    knows_causal: ClassVar[bool] = False  # with one axis; others pad on both sides

    def __init__(
        self,
        kernel_size: Numbers,
        strides: Numbers,
        padding: str,
        data_format: str | None,
        dilation_rate: Numbers,
        activation: Any,
        use_bias: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size = for_each_axis("kernel_size", kernel_size, self.rank)
        self.strides = for_each_axis("strides", strides, self.rank)
        self.dilation_rate = for_each_axis("dilation_rate", dilation_rate, self.rank)
        self.padding = self._checked_padding(padding)
        self.is_channels_first = is_channels_first(data_format)
        self.data_format = "channels_first" if self.is_channels_first else "channels_last"
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias: Variable | None = None

    def check_steps(self) -> None:
        """Refuse strides together with dilation.

        Raises:
            ValueError: that is what was asked for.
        """
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(_strides_message(self))

    def channels_of(self, input_shape: Shape) -> int:
        """How many channels an input has.

        Raises:
            ValueError: the input is not of the layer's rank, or its channels are not known.
        """
        axis = 1 if self.is_channels_first else -1
        channels = input_shape[axis] if len(input_shape) == self.rank + 2 else None
        if not isinstance(channels, int):
            raise ValueError(_input_message(self, input_shape))
        return channels

    def told_spec(self) -> Any:
        return spec_from_rank(self, self.rank + 2, 1 if self.is_channels_first else -1)

    def add_bias(self, features: int) -> None:
        """Make the bias, if there is one."""
        self.bias = self.add_ruled("bias", (features,)) if self.use_bias else None

    def finished(self, outputs: Tensor) -> Tensor:
        """activation(outputs + bias)."""
        if self.bias is None:
            return self.activation(outputs)
        bias = self.bias.value
        if self.is_channels_first:
            bias = reshape(bias, (1, bias.shape[0], *(1,) * self.rank))
        return self.activation(add(outputs, bias))

    def windows(self) -> dict[str, Any]:
        """The arguments of `geartrain.ops.conv` and its like."""
        return {
            "strides": self.strides,
            "padding": "valid" if self.padding == "causal" else self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }

    def padded(self, inputs: Tensor) -> Tensor:
        """The inputs, with zeros before the first step for padding="causal"."""
        if inputs.ndim != self.rank + 2:
            raise ValueError(_input_message(self, inputs.shape))
        if self.padding != "causal":
            return inputs
        before = (self.kernel_size[0] - 1) * self.dilation_rate[0]
        steps = 2 if self.is_channels_first else 1
        return pad(inputs, [(before if axis == steps else 0, 0) for axis in range(3)])

    def _checked_padding(self, padding: str) -> str:
        kind = padding.lower() if isinstance(padding, str) else padding
        known = ("valid", "same")
        if self.rank == 1 and self.knows_causal:
            known = (*known, "causal")  # type: ignore[assignment]
        if kind not in known:
            raise ValueError(_padding_message(self, padding, known))
        return str(kind)


@configured(if_given=("lora_rank", "lora_alpha"))
class BaseConv(Windowed, LowRank):
    """output = activation(convolution(input, kernel) + bias), over `rank` spatial axes.

    Args:
        filters: how many features come out: the size of the last axis (of the channels' axis).
        kernel_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves.
        padding: "valid" (the window stays inside) or "same" (zeros around, so that with strides
            of 1 the output has the input's size); "causal" for one axis (zeros before: an output
            sees no later step).
        data_format: "channels_last" (None means that) or "channels_first".
        dilation_rate: how far the window's weights lie apart.
        groups: into how many parts the channels are divided, each with filters of its own.
        activation: a name or a function; None is the identity.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: names or objects of `geartrain.initializers`.
        kernel_regularizer, bias_regularizer: penalties on the weights, added to the loss.
        activity_regularizer: a penalty on the output.
        kernel_constraint, bias_constraint: put in force after each step.
        **kwargs: those of `Layer`; `lora_rank` and `lora_alpha`: see `LowRank`.

    Input shape:
        `(batch, ..., channels)`, or `(batch, channels, ...)` for "channels_first"
    Output shape:
        `(batch, ..., filters)`, or `(batch, filters, ...)`

    Raises:
        ValueError: an argument or an input does not fit; the message names it.
    """

    knows_causal = True

    def __init__(
        self,
        filters: int,
        kernel_size: Numbers,
        strides: Numbers = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Numbers = 1,
        groups: int = 1,
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
        kwargs = {"lora_rank": None, "lora_alpha": None, **kwargs}
        windows = (kernel_size, strides, padding, data_format, dilation_rate)
        super().__init__(*windows, activation, use_bias, **kwargs)
        self.check_steps()
        self.filters, self.groups = filters, groups
        if not isinstance(filters, int) or filters < 1 or groups < 1 or filters % groups:
            raise ValueError(_filters_message(self, filters, groups))
        self.keep_rules(**rules_of(locals()))

    def build(self, input_shape: Shape) -> None:
        channels = self.channels_of(input_shape)
        if channels % self.groups:
            raise ValueError(_groups_message(self, channels))
        self.adapted_shape = (*self.kernel_size, channels // self.groups, self.filters)
        self._kernel = self.add_ruled("kernel", self.adapted_shape)
        self.add_bias(self.filters)
        self.enable_what_was_asked_for()

    @property
    def kernel(self) -> Any:
        """The windows' weights, with what is added at low rank."""
        return self.adapted_weight()

    def call(self, inputs: Tensor) -> Tensor:
        return self.finished(conv(self.padded(inputs), self.adapted_weight(), **self.windows()))


def _input_message(layer: Windowed, shape: Shape) -> str:
    axes = ("steps", "rows, columns", "planes, rows, columns")[layer.rank - 1]
    inner = f"channels, {axes}" if layer.is_channels_first else f"{axes}, channels"
    missing = len(shape) == layer.rank + 1
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take this input",
        given=f"input of shape {format_shape(shape)}",
        expected=f"(batch, {inner}), with a known number of channels",
        axis=f"rank: {len(shape)} against {layer.rank + 2}"
        if len(shape) != layer.rank + 2
        else "the channels",
        remedy="x[..., None] for one channel" if missing else f"x.reshape(len(x), {inner})",
    )


def _filters_message(layer: Windowed, filters: Any, groups: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' needs a number of filters",
        given=f"filters={filters!r}, groups={groups!r}",
        expected="whole numbers from 1, of which groups divides filters",
        remedy=f"layers.{type(layer).__name__}(32, 3)",
    )


def _strides_message(layer: Windowed) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' has either strides or dilation",
        given=f"strides={layer.strides}, dilation_rate={layer.dilation_rate}",
        expected="one of them 1",
        remedy="dilation_rate=1",
    )


def check_counts(layer: Windowed, **counts: Any) -> None:
    """Refuse what is no number of filters.

    Raises:
        ValueError: one of them is no whole number from 1.
    """
    for name, count in counts.items():
        if not isinstance(count, int) or count < 1:
            raise ValueError(
                explain(
                    f"{type(layer).__name__} '{layer.name}' needs a number of filters",
                    given=f"{name}={count!r}",
                    expected="a whole number from 1",
                    remedy=f"{name}=2",
                )
            )


def _groups_message(layer: BaseConv, channels: int) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot divide the channels",
        given=f"an input of {channels} channels, groups={layer.groups}",
        expected=f"a number of channels that {layer.groups} divides",
        axis="the channels",
        remedy="groups=1",
    )


def _padding_message(layer: Windowed, padding: Any, known: Sequence[str]) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' does not know this padding",
        given=f"padding={padding!r}",
        expected=" or ".join(repr(each) for each in known),
        remedy="padding='same'",
    )
