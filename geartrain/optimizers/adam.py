"""Adam: momentum, and division by the root of the mean square, both corrected at the start."""

from __future__ import annotations

from geartrain.ops import add, cast, divide, multiply, power, sqrt, square, subtract
from geartrain.optimizers.optimizer import Optimizer
from geartrain.tensor import Tensor, Variable


class Adam(Optimizer):
    """m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g²; w -= rate * m / (sqrt(v) + epsilon).

    `rate` is learning_rate * sqrt(1 - b2^t) / (1 - b1^t) at step t, which makes up for means
    that start at 0.

    Args:
        learning_rate: how far a step goes.
        beta_1, beta_2: how much of the mean gradient and of its mean square is kept.
        epsilon: keeps the root from 0.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), section 2.
    """

    name = "adam"

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *,
        lr: float | None = None,
    ) -> None:
        super().__init__(learning_rate, lr=lr)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build_state(self, variable: Variable) -> None:
        self.add_state("momentum", variable)
        self.add_state("velocity", variable)

    def update_step(self, gradient: Tensor, variable: Variable) -> None:
        step = cast(add(self.iterations, 1), "float32")
        first, second = (
            subtract(1.0, power(cast(beta, "float32"), step)) for beta in (self.beta_1, self.beta_2)
        )
        rate = divide(multiply(self.learning_rate, sqrt(second)), first)
        mean = self._moved("momentum", variable, gradient, 1 - self.beta_1)
        spread = self._moved("velocity", variable, square(gradient), 1 - self.beta_2)
        change = divide(multiply(mean, rate), add(sqrt(spread), self.epsilon))
        variable.assign(subtract(variable, change))

    def _moved(self, name: str, variable: Variable, value: Tensor, share: float) -> Tensor:
        """Move a mean towards a value by a share of the way."""
        mean = self.state(name, variable)
        moved = add(mean, multiply(subtract(value, mean), share))
        mean.assign(moved)
        return moved
