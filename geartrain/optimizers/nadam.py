"""Nadam: Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from geartrain.ops import add, cast, divide, multiply, power, sqrt, square, subtract
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.two_means import TwoMeans
from geartrain.tensor import Variable

DECAY = 0.96  # of the warming up of the momentum: the paper's "0.96^(t ψ)" with ψ = 1


class Nadam(TwoMeans):
    """w -= rate * (u' * m / (1 - U * u') + (1 - u) * g / (1 - U)) / (sqrt(v') + epsilon).

    m and v' = v / (1 - b2^t) are Adam's; u = b1 * (1 - 0.96^t / 2) is the momentum of step t,
    u' that of the next step, U the product of all u so far.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1, beta_2: how much of the mean gradient and of its mean square is kept.
        epsilon: keeps the divisor from 0.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016), algorithm 2.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.Nadam(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.8937
    """

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the means of every variable, and the product of momentums, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        names = ["momentum", "velocity"]
        self._momentums, self._velocities = self.add_optimizer_variables(given, names)
        dtype = given[0].dtype if given else None
        self._u_product = self.add_variable((), "ones", dtype)

    def update_variables(
        self, gradients: Sequence[Any], variables: Sequence[Variable], learning_rate: Any
    ) -> None:
        """Take the momentum of this step into the product, then change each variable."""
        momentum = self._momentum_of(1, self._u_product)
        self._u_product.assign(multiply(self._u_product, momentum))
        super().update_variables(gradients, variables, learning_rate)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, and its means, by its gradient."""
        place = self._get_variable_index(variable)
        gradient = cast(gradient, variable.dtype)
        (missing,) = still_missing(self.iterations, variable, self.beta_2)
        now, following = self._momentum_of(1, variable), self._momentum_of(2, variable)
        product = cast(self._u_product, variable.dtype)
        # rounded like the weights, as in Keras: 1 - 0.999 differs by 1e-5 from 0.001 in float32
        shares = [subtract(1.0, cast(each, variable.dtype)) for each in (self.beta_1, self.beta_2)]
        mean = move_mean(self._momentums[place], gradient, shares[0])
        spread = move_mean(self._velocities[place], square(gradient), shares[1])
        ahead = divide(multiply(following, mean), subtract(1.0, multiply(product, following)))
        fresh = divide(multiply(subtract(1.0, now), gradient), subtract(1.0, product))
        rate = cast(learning_rate, variable.dtype)
        root = add(sqrt(divide(spread, missing)), self.epsilon)
        variable.assign(subtract(variable, divide(multiply(add(ahead, fresh), rate), root)))

    def _momentum_of(self, steps: int, like: Variable) -> Any:
        """b1 * (1 - 0.96^t / 2) of the step that is so many after the last one."""
        step = cast(add(self.iterations, steps), like.dtype)
        warm = multiply(0.5, power(cast(DECAY, like.dtype), step))
        return multiply(self.beta_1, subtract(1.0, warm))
