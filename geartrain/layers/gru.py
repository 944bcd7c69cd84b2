"""`GRU`: gated recurrent units."""

from __future__ import annotations

from typing import Any

from geartrain.layers.celled_rnn import CelledRNN
from geartrain.layers.configuration import configured
from geartrain.layers.gru_cell import GRUCell


@configured(also=("zero_output_for_mask",), without=("use_cudnn",))
class GRU(CelledRNN):
    """A state of which a gate says how much is kept; see `GRUCell`.

    h[t] = z * h[t-1] + (1 - z) * n

    Args:
        units: how many numbers come out at each step.
        activation: of the new state.
        recurrent_activation: of the gates.
        use_bias: whether to add a bias.
        kernel_initializer, recurrent_initializer, bias_initializer: names or objects of
            `geartrain.initializers`.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties on the weights.
        activity_regularizer: a penalty on the output.
        kernel_constraint, recurrent_constraint, bias_constraint: put in force after each step.
        dropout: the share of the inputs that falls out in training, the same at all steps.
        recurrent_dropout: the share of the state that does.
        return_sequences, return_state, go_backwards, stateful, unroll: as for `RNN`.
        reset_after: whether the state is reset after its product.
        use_cudnn: taken for the sake of Keras's users.
        seed: of the dropouts.
        **kwargs: those of `Layer`.

    Input shape:
        `(batch, steps, features)`
    Output shape:
        `(batch, units)`; `(batch, steps, units)` with `return_sequences`

    >>> from geartrain import layers, ops
    >>> layers.GRU(4)(ops.ones((2, 5, 3))).shape
    (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(GRUCell, locals())
