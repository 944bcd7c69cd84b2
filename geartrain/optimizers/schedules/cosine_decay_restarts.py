"""`CosineDecayRestarts`: half waves down, one after the other."""

from __future__ import annotations

import math
from typing import Any

from geartrain.ops import (
    add,
    cast,
    convert_to_tensor,
    cos,
    divide,
    floor,
    log,
    multiply,
    power,
    subtract,
)
from geartrain.optimizers.schedules.schedule import (
    LearningRateSchedule,
    check_steps,
    rate_and_step,
)
from geartrain.tensor import Tensor


class CosineDecayRestarts(LearningRateSchedule):
    """initial * ((1 - alpha) * m_mul^i * (1 + cos(pi * share)) / 2 + alpha).

    The i-th period, counted from 0, is first_decay_steps * t_mul^i long; `share` is how much of it
    is done.

    Args:
        initial_learning_rate: the first rate.
        first_decay_steps: the length of the first period.
        t_mul: how much longer each period is than the one before.
        m_mul: how much lower each period begins than the one before.
        alpha: the rate at the end of periods, as a share of the first one.
        name: its name.

    Raises:
        ValueError: `first_decay_steps` is not positive.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
    section 3.

    >>> from geartrain.optimizers import schedules
    >>> schedule = schedules.CosineDecayRestarts(0.1, first_decay_steps=10)
    >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 20)]
    [0.1, 0.05, 0.1, 0.05]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        check_steps(self, first_decay_steps=first_decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self._t_mul = t_mul
        self._m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        rate, count = rate_and_step(self.initial_learning_rate, step)
        period, share = self._place(divide(count, self.first_decay_steps))
        height = multiply(0.5, power(cast(self._m_mul, rate.dtype), period))
        wave = add(1.0, cos(multiply(convert_to_tensor(math.pi, rate.dtype), share)))
        return multiply(rate, add(multiply(1 - self.alpha, multiply(height, wave)), self.alpha))

    def _place(self, done: Tensor) -> tuple[Tensor, Tensor]:
        """The number of the period, and which share of it is done; `done` is in first periods."""
        if self._t_mul == 1.0:
            period = floor(done)
            return period, subtract(done, period)
        growth = cast(self._t_mul, done.dtype)
        # n periods last (t^n - 1) / (t - 1) first ones; so n is the logarithm to the base t of this
        lengths = subtract(1.0, multiply(done, subtract(1.0, growth)))
        period = floor(divide(log(lengths), log(growth)))
        longer = power(growth, period)
        before = divide(subtract(1.0, longer), subtract(1.0, growth))
        return period, divide(subtract(done, before), longer)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self._t_mul,
            "m_mul": self._m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
