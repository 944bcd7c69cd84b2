"""RMSprop: gradients divided by the root of their recent mean square."""

from __future__ import annotations

from geartrain.ops import add, divide, multiply, sqrt, square, subtract
from geartrain.optimizers.optimizer import Optimizer
from geartrain.tensor import Tensor, Variable


class RMSprop(Optimizer):
    """v = rho * v + (1 - rho) * g²; w -= learning_rate * g / sqrt(v + epsilon).

    With `centered`, the square of the mean gradient is taken from v under the root; with
    momentum, m = momentum * m + step, and w -= m.

    Args:
        learning_rate: how far a step goes.
        rho: how much of the mean square is kept.
        momentum: how much of the last step is kept.
        epsilon: keeps the root from 0.
        centered: whether to divide by the deviation rather than by the root mean square.

    Source: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5 (2012).
    """

    name = "rmsprop"

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        *,
        lr: float | None = None,
    ) -> None:
        super().__init__(learning_rate, lr=lr)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build_state(self, variable: Variable) -> None:
        self.add_state("velocity", variable)
        if self.centered:
            self.add_state("average_gradient", variable)
        if self.momentum:
            self.add_state("momentum", variable)

    def update_step(self, gradient: Tensor, variable: Variable) -> None:
        velocity = self._decayed(self.state("velocity", variable), square(gradient))
        inside = velocity
        if self.centered:
            average = self._decayed(self.state("average_gradient", variable), gradient)
            inside = subtract(velocity, square(average))
        root = sqrt(add(inside, self.epsilon))
        step = divide(multiply(self.learning_rate, gradient), root)
        if self.momentum:
            moving = self.state("momentum", variable)
            step = add(multiply(self.momentum, moving), step)
            moving.assign(step)
        variable.assign(subtract(variable, step))

    def _decayed(self, mean: Variable, value: Tensor) -> Tensor:
        """Move a mean towards a value."""
        moved = add(multiply(self.rho, mean), multiply(1 - self.rho, value))
        mean.assign(moved)
        return moved
