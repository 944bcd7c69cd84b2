"""`LSTMCell`: a state that is kept, written and read through gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import add, matmul, multiply
from geartrain.tensor import Array, Tensor, Variable


@configured()
class LSTMCell(RecurrentCell):
    """One step of `LSTM`, whose arguments it has.

    The gates i (write), f (keep), g (what is written) and o (read) are the four quarters of
    x · kernel + bias + h · recurrent_kernel, and

        c' = f * c + i * g          h' = o * activation(c')

    Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000) for f.
    """

    implementation = 2
    gates = 4
    state_count = 2

    def __init__(
        self,
        units: int,
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
        self.unit_forget_bias = unit_forget_bias

    def make_bias(self, width: int) -> Variable:
        """The bias; that of the keeping gate starts at 1 (Jozefowicz et al. 2015)."""
        bias = super().make_bias(width)
        return forgetting_bias(bias, self.units) if self.unit_forget_bias else bias

    def step(
        self, projected: Tensor, states: Sequence[Tensor], kept: Tensor | None
    ) -> list[Tensor]:
        hidden, carried = states
        z = add(projected, matmul(self.remembered(hidden, kept), self.recurrent_kernel))
        n, gate = self.units, self.recurrent_activation
        write, keep, read = gate(z[:, :n]), gate(z[:, n : 2 * n]), gate(z[:, 3 * n :])
        written = self.activation(z[:, 2 * n : 3 * n])
        carried = add(multiply(keep, carried), multiply(write, written))
        return [multiply(read, self.activation(carried)), carried]


def forgetting_bias(bias: Variable, units: int) -> Variable:
    """The bias with 1 for its second quarter, that of the keeping gate."""
    numbers: Array = bias.numpy()
    numbers[units : 2 * units] = 1
    bias.assign(numbers)
    return bias
