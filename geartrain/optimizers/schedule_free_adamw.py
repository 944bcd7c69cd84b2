"""Schedule-free AdamW: a mean of the iterates in the place of a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geartrain.ops import add, cast, divide, minimum, multiply, sqrt, square, subtract
from geartrain.optimizers.moments import move_mean, still_missing
from geartrain.optimizers.optimizer import Rate
from geartrain.optimizers.two_means import TwoMeans
from geartrain.tensor import Variable


class ScheduleFreeAdamW(TwoMeans):
    """z -= rate * g / (sqrt(v') + epsilon); x += (z - x) / t; w = (1 - b1) * z + b1 * x.

    z, which gradients move, is kept as `momentum`; x, the mean of all z so far, is what w is
    drawn to, and follows from w and z; v' = v / (1 - b2^t) is Adam's mean square, corrected.

    Args:
        learning_rate: how far a step goes: a number, a schedule, or a function that gives one.
        beta_1: how far the weights are on the way from z to its mean.
        beta_2: how much of the mean square is kept.
        epsilon: keeps the divisor from 0.
        warmup_steps: over how many steps the rate grows from 0 to what was asked for.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: see
            `Optimizer`.

    Source: Defazio et al., "The road less scheduled" (2024), algorithm 1 and section 3.

    >>> from geartrain import Variable, optimizers
    >>> weight = Variable(1.0)
    >>> optimizers.ScheduleFreeAdamW(0.1).apply([2.0], [weight])
    >>> round(float(weight.value), 4)
    0.9
    """

    def __init__(
        self,
        learning_rate: Rate = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.warmup_steps = warmup_steps

    def build(self, variables: Iterable[Variable]) -> None:
        """Make z, where the variables are now, and the mean squares, once."""
        if self.built:
            return
        given = list(variables)
        super().build(given)
        names = ["momentum", "velocity"]
        self._momentums, self._velocities = self.add_optimizer_variables(given, names)
        for variable, start in zip(given, self._momentums, strict=True):
            if start is not None:
                start.assign(variable.numpy())

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change one variable, z and the mean square by its gradient."""
        place = self._get_variable_index(variable)
        gradient, rate = (cast(each, variable.dtype) for each in (gradient, learning_rate))
        step = cast(add(self.iterations, 1), variable.dtype)
        if self.warmup_steps:
            rate = multiply(rate, minimum(divide(step, float(self.warmup_steps)), 1.0))
        (missing,) = still_missing(self.iterations, variable, self.beta_2)
        # rounded like the weights, as in Keras: 1 - 0.999 differs by 1e-5 from 0.001 in float32
        share = subtract(1.0, cast(self.beta_2, variable.dtype))
        spread = move_mean(self._velocities[place], square(gradient), share)
        root = add(sqrt(divide(spread, missing)), self.epsilon)
        point = self._momentums[place]
        mean = divide(subtract(variable, multiply(1 - self.beta_1, point)), self.beta_1)
        moved = subtract(point, divide(multiply(rate, gradient), root))
        drawn = add(mean, divide(subtract(moved, mean), step))
        point.assign(moved)
        variable.assign(add(multiply(1 - self.beta_1, moved), multiply(self.beta_1, drawn)))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such an optimizer with."""
        return {
            **super().get_config(),
            "warmup_steps": self.warmup_steps,
        }
