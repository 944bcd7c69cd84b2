"""`PolynomialDecay`: from one rate to another, along a power of the time that is left."""

from __future__ import annotations

from typing import Any

from geartrain.ops import add, ceil, divide, equal, minimum, multiply, power, subtract, where
from geartrain.optimizers.schedules.schedule import (
    LearningRateSchedule,
    check_steps,
    rate_and_step,
)


class PolynomialDecay(LearningRateSchedule):
    """(initial - end) * (1 - min(step, decay_steps) / decay_steps) ^ power + end.

    With `cycle` the rate does not stay at its end: `decay_steps` is then the least multiple of it
    that the step has not passed.

    Args:
        initial_learning_rate: the first rate.
        decay_steps: after how many steps the end is reached.
        end_learning_rate: the rate at the end.
        power: 1 is a straight line.
        cycle: whether the rate rises again beyond `decay_steps`.
        name: its name.

    Raises:
        ValueError: `decay_steps` is not positive.

    >>> from geartrain.optimizers import schedules
    >>> schedule = schedules.PolynomialDecay(0.1, decay_steps=10, end_learning_rate=0.0)
    >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 20)]
    [0.1, 0.05, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        check_steps(self, decay_steps=decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        rate, count = rate_and_step(self.initial_learning_rate, step)
        done = self._share(count)
        span = subtract(rate, self.end_learning_rate)
        return add(multiply(span, power(subtract(1.0, done), self.power)), self.end_learning_rate)

    def _share(self, count: Any) -> Any:
        """Which share of the way is done."""
        if not self.cycle:
            return divide(minimum(count, self.decay_steps), self.decay_steps)
        cycles = where(equal(count, 0), 1.0, ceil(divide(count, self.decay_steps)))
        return divide(count, multiply(self.decay_steps, cycles))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
