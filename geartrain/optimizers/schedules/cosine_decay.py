"""`CosineDecay`: half a wave down, after a straight way up if wanted."""

from __future__ import annotations

import math
from typing import Any

from geartrain.ops import (
    add,
    cast,
    convert_to_tensor,
    cos,
    divide,
    less,
    minimum,
    multiply,
    subtract,
    where,
)
from geartrain.optimizers.schedules.schedule import (
    LearningRateSchedule,
    check_steps,
    rate_and_step,
)
from geartrain.tensor import Tensor


class CosineDecay(LearningRateSchedule):
    """initial * ((1 - alpha) * (1 + cos(pi * min(step, decay_steps) / decay_steps)) / 2 + alpha).

    With a warm-up, the rate goes straight from `initial_learning_rate` to `warmup_target` in
    `warmup_steps`, and down from there.

    Args:
        initial_learning_rate: the first rate.
        decay_steps: in how many steps it falls.
        alpha: the last rate, as a share of the highest one.
        name: its name.
        warmup_target: the rate after the warm-up; None: there is none.
        warmup_steps: how long the warm-up is.

    Raises:
        ValueError: `decay_steps` is not positive.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
    formula 5.

    >>> from geartrain.optimizers import schedules
    >>> schedule = schedules.CosineDecay(0.0, 10, warmup_target=0.1, warmup_steps=5)
    >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 15)]
    [0.0, 0.1, 0.05, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        check_steps(self, decay_steps=decay_steps)
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_steps = warmup_steps
        self.warmup_target = warmup_target

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        rate, count = rate_and_step(self.initial_learning_rate, step)
        if self.warmup_target is None:
            return self._falling(rate, count)
        target = cast(self.warmup_target, rate.dtype)
        fallen = self._falling(target, subtract(count, self.warmup_steps))
        if not self.warmup_steps:
            return fallen
        share = divide(count, self.warmup_steps)
        risen = add(multiply(subtract(target, rate), share), rate)
        return where(less(count, self.warmup_steps), risen, fallen)

    def _falling(self, rate: Tensor, count: Tensor) -> Tensor:
        share = divide(minimum(count, self.decay_steps), self.decay_steps)
        wave = multiply(0.5, add(1.0, cos(multiply(convert_to_tensor(math.pi, rate.dtype), share))))
        return multiply(rate, add(multiply(1 - self.alpha, wave), self.alpha))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
