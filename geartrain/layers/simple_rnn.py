"""`SimpleRNN`: a state that is a dense layer of itself and the input."""

from __future__ import annotations

from typing import Any

from geartrain.layers.celled_rnn import CelledRNN
from geartrain.layers.configuration import configured
from geartrain.layers.simple_rnn_cell import SimpleRNNCell


@configured(also=("zero_output_for_mask",), without=("seed",))
class SimpleRNN(CelledRNN):
    """Each step's output goes into the next step.

    h[t] = activation(x[t] · kernel + bias + h[t-1] · recurrent_kernel)

    Args:
        units: how many numbers come out at each step.
        activation: of what goes into the state.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: names or objects of
            `geartrain.initializers`.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: a penalty on the output.
        kernel_constraint, recurrent_constraint, bias_constraint: put in force after each step.
        dropout: the share of the inputs that falls out in training, the same at all steps.
        recurrent_dropout: the share of the state that does.
        return_sequences, return_state, go_backwards, stateful, unroll: as for `RNN`.
        seed: of the dropouts.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, steps, features)`
    Output shape:
        `(batch, units)`; `(batch, steps, units)` with `return_sequences`

    >>> from geartrain import layers, ops
    >>> layers.SimpleRNN(4)(ops.ones((2, 5, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(SimpleRNNCell, locals())

    def told_spec(self) -> Any:
        return [super().told_spec()]
