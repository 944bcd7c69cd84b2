"""Gradient descent, with momentum if wanted."""

from __future__ import annotations

from geartrain.ops import add, multiply, subtract
from geartrain.optimizers.optimizer import Optimizer
from geartrain.tensor import Tensor, Variable


class SGD(Optimizer):
    """w -= learning_rate * g; with momentum, v = momentum * v - learning_rate * g; w += v.

    Args:
        learning_rate: how far a step goes.
        momentum: how much of the last step is kept, from 0 to 1.
        nesterov: whether the step goes on by the momentum once more: w += momentum * v - rate * g.

    Source: Sutskever, Martens, Dahl and Hinton (2013).
    """

    name = "sgd"

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        *,
        lr: float | None = None,
    ) -> None:
        super().__init__(learning_rate, lr=lr)
        self.momentum = momentum
        self.nesterov = nesterov

    def build_state(self, variable: Variable) -> None:
        if self.momentum:
            self.add_state("momentum", variable)

    def update_step(self, gradient: Tensor, variable: Variable) -> None:
        step = multiply(self.learning_rate, gradient)
        if not self.momentum:
            variable.assign(subtract(variable, step))
            return
        velocity = self.state("momentum", variable)
        moved = subtract(multiply(self.momentum, velocity), step)
        velocity.assign(moved)
        ahead = subtract(multiply(self.momentum, moved), step) if self.nesterov else moved
        variable.assign(add(variable, ahead))
