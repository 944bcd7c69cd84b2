"""`LearningRateSchedule`: a learning rate that depends on the number of steps."""

from __future__ import annotations

from typing import Any, Self

from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor
from geartrain.tensor import Tensor


class LearningRateSchedule:
    """Called with the number of steps done, gives the learning rate of the next one.

    A subclass defines `__call__(step)`, with operations on tensors, and `get_config()`.

    >>> from geartrain import Variable, optimizers
    >>> class Halving(optimizers.schedules.LearningRateSchedule):
    ...     def __init__(self, start):
    ...         self.start = start
    ...     def __call__(self, step):
    ...         return self.start * 0.5**step
    ...     def get_config(self):
    ...         return {"start": self.start}
    >>> optimizer = optimizers.SGD(Halving(0.4))
    >>> optimizer.apply([1.0], [Variable(0.0)])
    >>> round(float(optimizer.learning_rate), 4)
    0.2
    """

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        raise NotImplementedError(_override_message(self, "__call__(self, step)"))

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        raise NotImplementedError(_override_message(self, "get_config(self)"))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A schedule of what `get_config` gave."""
        return cls(**config)


def rate_and_step(initial_learning_rate: Any, step: Any) -> tuple[Tensor, Tensor]:
    """The first rate as a tensor, and the number of steps in its dtype."""
    rate = convert_to_tensor(initial_learning_rate)
    return rate, cast(step, rate.dtype)


def check_steps(schedule: LearningRateSchedule, **steps: float) -> None:
    """Raise unless a number of steps is positive.

    Raises:
        ValueError: it is 0 or negative.
    """
    for name, count in steps.items():
        if count <= 0:
            kind = type(schedule).__name__
            raise ValueError(
                explain(
                    f"{kind}: `{name}` must be > 0",
                    given=f"{name}={count}",
                    expected="a positive number",
                    remedy=f"{kind}(0.1, {name}=1000, ...)",
                )
            )


def _override_message(schedule: LearningRateSchedule, method: str) -> str:
    kind = type(schedule).__name__
    return explain(
        f"{kind} must override `{method}`",
        given=f"class {kind}(LearningRateSchedule) without {method}",
        expected="__call__ to give the rate, and get_config to save it",
        remedy="def __call__(self, step): return self.start / (step + 1)\n"
        "def get_config(self): return {'start': self.start}",
    )
