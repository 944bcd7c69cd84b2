"""`ConvLSTMCell`: one step of an LSTM whose products are convolutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.lstm_cell import forgetting_bias
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import add, conv, moveaxis, multiply, reshape, split
from geartrain.ops.nn.spatial import chosen_layout, for_each_axis
from geartrain.tensor import Shape, Tensor, Variable

Numbers = int | Sequence[int]


@configured()
class ConvLSTMCell(RecurrentCell):
    """One step of `ConvLSTM1D`, `ConvLSTM2D` or `ConvLSTM3D`, whose arguments it has.

    The gates i (write), f (keep), g (what is written) and o (read) are the four quarters of the
    channels of conv(x, kernel) + bias + conv(h, recurrent_kernel), and

        c' = f * c + i * g          h' = o * activation(c')

    Source: Shi et al., "Convolutional LSTM network" (2015), without its peepholes.
    """

    gates = 4
    count_name = "filters"
    state_count = 2

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Numbers,
        strides: Numbers = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Numbers = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals())
        self.rank, self.filters, self.unit_forget_bias = rank, self.units, unit_forget_bias
        self.kernel_size = for_each_axis("kernel_size", kernel_size, rank)
        self.strides = for_each_axis("strides", strides, rank)
        self.dilation_rate = for_each_axis("dilation_rate", dilation_rate, rank)
        self.padding = padding.lower() if isinstance(padding, str) else padding
        self.data_format = chosen_layout(data_format)
        self.channel_axis = 1 if self.data_format == "channels_first" else -1
        if self.padding not in ("valid", "same"):
            raise ValueError(_padding_message(self))
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(_strides_message(self))

    def build(self, input_shape: Shape) -> None:
        channels = input_shape[self.channel_axis]
        if not isinstance(channels, int):
            raise ValueError(_channels_message(input_shape))
        width = self.gates * self.filters
        self.kernel = self.add_ruled("kernel", (*self.kernel_size, channels, width))
        inner = (*self.kernel_size, self.filters, width)
        self.recurrent_kernel = self.add_ruled("recurrent_kernel", inner, rule="recurrent")
        if self.use_bias:
            self.bias = self.make_bias(width)

    def make_bias(self, width: int) -> Variable:
        """The bias; that of the keeping gate starts at 1 (Jozefowicz et al. 2015)."""
        bias = super().make_bias(width)
        return forgetting_bias(bias, self.filters) if self.unit_forget_bias else bias

    def project(self, series: Tensor) -> Tensor:
        """The inputs' share of all gates: (batch, steps, ...) -> (steps, batch, ...)."""
        batch, steps, *rest = series.shape
        found = conv(
            reshape(series, (-1, *rest)),
            self.kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        if self.bias is not None:
            shape = [1] * found.ndim
            shape[self.channel_axis] = -1
            found = add(found, reshape(self.bias, shape))
        return moveaxis(reshape(found, (batch, steps, *found.shape[1:])), 1, 0)

    def step(
        self, projected: Tensor, states: Sequence[Tensor], kept: Tensor | None
    ) -> list[Tensor]:
        hidden, carried = states
        seen = self.remembered(hidden, kept)
        inner = conv(seen, self.recurrent_kernel, padding="same", data_format=self.data_format)
        write, keep, new, read = split(add(projected, inner), 4, axis=self.channel_axis)
        gate = self.recurrent_activation
        carried = add(multiply(gate(keep), carried), multiply(gate(write), self.activation(new)))
        return [multiply(gate(read), self.activation(carried)), carried]

    def state_shape(self, series_shape: Any) -> Any:
        """The shape of a state, (batch, ..., filters), for series of a shape."""
        batch, _, *rest = series_shape
        first = self.channel_axis == 1
        sizes = rest[1:] if first else rest[:-1]
        windows = zip(sizes, self.kernel_size, self.strides, self.dilation_rate, strict=True)
        places = [self._places(*each) for each in windows]
        return (batch, self.filters, *places) if first else (batch, *places, self.filters)

    def _places(self, size: Any, taps: int, stride: int, spacing: int) -> Any:
        """How many windows lie on an axis."""
        if size is None:
            return None
        room = size if self.padding == "same" else size - (taps - 1) * spacing
        return room if stride == 1 else (room + stride - 1) // stride


def _padding_message(cell: ConvLSTMCell) -> str:
    return explain(
        "A ConvLSTM does not know this padding",
        given=f"padding={cell.padding!r}",
        expected="'valid' or 'same'",
        remedy="padding='same'",
    )


def _strides_message(cell: ConvLSTMCell) -> str:
    return explain(
        "A ConvLSTM has either strides or dilation",
        given=f"strides={cell.strides}, dilation_rate={cell.dilation_rate}",
        expected="one of them 1",
        remedy="dilation_rate=1",
    )


def _channels_message(shape: Shape) -> str:
    return explain(
        "A ConvLSTM cannot be built on this input",
        given=f"steps of shape {shape}",
        expected="a known number of channels",
        remedy="layers.Input((None, 40, 40, 3)): steps may be unknown, channels not",
    )
