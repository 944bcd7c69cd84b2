"""`ConvLSTM`: what the LSTMs of convolutions share: series of lines, images or volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from geartrain.layers.celled_rnn import CelledRNN
from geartrain.layers.configuration import configured
from geartrain.layers.conv_lstm_cell import ConvLSTMCell
from geartrain.ops import zeros
from geartrain.tensor import Shape, Tensor

Numbers = int | Sequence[int]


@configured(also=("unroll", "zero_output_for_mask"))
class ConvLSTM(CelledRNN):
    """An LSTM whose products are convolutions; see `ConvLSTMCell`.

    Args:
        filters: how many channels come out at each step.
        kernel_size: the window's size; one number for all axes, or one for each.
        strides: how far the window moves over the inputs.
        padding: "valid" or "same", for the inputs; the state's is "same".
        data_format: "channels_last" or "channels_first".
        dilation_rate: how far the window's weights lie apart on the inputs.
        activation: of what goes into the state, and of the state that comes out.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: names or objects of
            `geartrain.initializers`.
        unit_forget_bias: whether the keeping gate's bias starts at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: a penalty on the output.
        kernel_constraint, recurrent_constraint, bias_constraint: put in force after each step.
        dropout: the share of the inputs that falls out in training, the same at all steps.
        recurrent_dropout: the share of the state that does.
        seed: of the dropouts.
        return_sequences, return_state, go_backwards, stateful: as for `RNN`.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, steps, ..., channels)`, or `(batch, steps, channels, ...)` for "channels_first"
    Output shape:
        `(batch, ..., filters)`; `(batch, steps, ..., filters)` with `return_sequences`
    """

    rank: ClassVar[int]
    cell: ConvLSTMCell

    def __init__(
        self,
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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(ConvLSTMCell, {**locals(), "rank": self.rank})
        self.input_rank = self.rank + 3

    def first_states(self, shape: Shape) -> list[Tensor]:
        """Zeros, of the size that the convolution of a step has."""
        state = self.cell.state_shape(shape)
        return [zeros(state, self.compute_dtype), zeros(state, self.compute_dtype)]

    def _output_shape(self, shape: Any, states: Any) -> Any:
        return states[0]

    def _state_shapes(self, shape: Any) -> list[Any]:
        return [None, None] if shape is None else [self.cell.state_shape(shape)] * 2
