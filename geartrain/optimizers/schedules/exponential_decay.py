"""`ExponentialDecay`: the same share of the rate in the same time."""

from __future__ import annotations

from typing import Any

from geartrain.ops import cast, divide, floor, multiply, power
from geartrain.optimizers.schedules.schedule import (
    LearningRateSchedule,
    check_steps,
    rate_and_step,
)


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate * decay_rate ^ (step / decay_steps).

    Args:
        initial_learning_rate: the first rate.
        decay_steps: in how many steps the rate becomes `decay_rate` times what it was.
        decay_rate: that share.
        staircase: whether the rate stays as it is in between: the quotient is rounded down.
        name: its name.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> from geartrain.optimizers import schedules
    >>> schedule = schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    >>> [round(float(schedule(step)), 4) for step in (0, 10, 20)]
    [0.1, 0.05, 0.025]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        check_steps(self, decay_steps=decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        rate, count = rate_and_step(self.initial_learning_rate, step)
        periods = divide(count, self.decay_steps)
        if self.staircase:
            periods = floor(periods)
        return multiply(rate, power(cast(self.decay_rate, rate.dtype), periods))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
