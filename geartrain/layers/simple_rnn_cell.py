"""`SimpleRNNCell`: a state that is a dense layer of itself and the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import add, matmul
from geartrain.tensor import Tensor


@configured()
class SimpleRNNCell(RecurrentCell):
    """h' = activation(x · kernel + bias + h · recurrent_kernel): one step of `SimpleRNN`.

    Its arguments are those of `SimpleRNN`.
    """

    gates = 1

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals())

    def step(
        self, projected: Tensor, states: Sequence[Tensor], kept: Tensor | None
    ) -> list[Tensor]:
        recurrent = matmul(self.remembered(states[0], kept), self.recurrent_kernel)
        return [self.activation(add(projected, recurrent))]
