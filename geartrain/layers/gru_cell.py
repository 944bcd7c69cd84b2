"""`GRUCell`: a state of which a gate says how much is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.layers.configuration import configured
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import add, matmul, multiply, subtract
from geartrain.tensor import Tensor, Variable


@configured()
class GRUCell(RecurrentCell):
    """One step of `GRU`, whose arguments it has.

    The gates z (keep) and r (reset) and the new state n come of x · kernel + bias, in thirds, and
    of h · recurrent_kernel, in thirds:

        n = activation(x_n + r * (h · U_n + b_n))       reset_after=True
        n = activation(x_n + (r * h) · U_n)             reset_after=False
        h' = z * h + (1 - z) * n

    Source: Cho et al. (2014); the variant that resets after the product, in two biases, is that
    of Appleyard, Kocisky and Blunsom (2016).
    """

    implementation = 2
    gates = 3

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
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(locals())
        self.reset_after = reset_after

    def make_bias(self, width: int) -> Variable:
        """One row, or two with `reset_after`: of the inputs, and of the state."""
        return self.add_ruled("bias", (2, width) if self.reset_after else (width,))

    def input_bias(self, bias: Tensor) -> Tensor:
        return bias[0] if self.reset_after else bias

    def step(
        self, projected: Tensor, states: Sequence[Tensor], kept: Tensor | None
    ) -> list[Tensor]:
        state = states[0]
        gates = self._reset_after if self.reset_after else self._reset_before
        keep, new = gates(projected, self.remembered(state, kept))
        return [add(multiply(keep, state), multiply(subtract(1.0, keep), new))]

    def _reset_after(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        n = self.units
        inner = matmul(state, self.recurrent_kernel)
        if self.bias is not None:
            inner = add(inner, self.bias.value[1])
        gate = self.recurrent_activation
        keep = gate(add(x[:, :n], inner[:, :n]))
        reset = gate(add(x[:, n : 2 * n], inner[:, n : 2 * n]))
        return keep, self.activation(add(x[:, 2 * n :], multiply(reset, inner[:, 2 * n :])))

    def _reset_before(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        n, kernel = self.units, self.recurrent_kernel.value
        gates = self.recurrent_activation(add(x[:, : 2 * n], matmul(state, kernel[:, : 2 * n])))
        keep, reset = gates[:, :n], gates[:, n:]
        inner = matmul(multiply(reset, state), kernel[:, 2 * n :])
        return keep, self.activation(add(x[:, 2 * n :], inner))
