"""`PiecewiseConstantDecay`: one rate up to a step, another up to the next, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor, less_equal, where
from geartrain.optimizers.schedules.schedule import LearningRateSchedule


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] while step <= boundaries[0], values[1] while step <= boundaries[1], ...

    Args:
        boundaries: steps in rising order.
        values: the rates before, between and after them: one more than there are boundaries.
        name: its name.

    Raises:
        ValueError: the numbers of boundaries and values do not fit.

    >>> from geartrain.optimizers import schedules
    >>> schedule = schedules.PiecewiseConstantDecay([2, 4], [1.0, 0.5, 0.25])
    >>> [float(schedule(step)) for step in range(6)]
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        boundaries: Sequence[float],
        values: Sequence[float],
        name: str = "PiecewiseConstant",
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(_lengths_message(boundaries, values))
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The learning rate after so many steps."""
        count = convert_to_tensor(step)
        rates = convert_to_tensor(list(self.values))
        found = rates[-1]
        for place in reversed(range(len(self.boundaries))):
            bound = cast(self.boundaries[place], count.dtype)
            found = where(less_equal(count, bound), rates[place], found)
        return found

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a schedule with."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}


def _lengths_message(boundaries: Sequence[float], values: Sequence[float]) -> str:
    return explain(
        "The length of boundaries must be 1 less than the length of values",
        given=f"{len(boundaries)} boundaries {boundaries} and {len(values)} values {values}",
        expected="one value more than boundaries",
        remedy="PiecewiseConstantDecay([1000, 2000], [0.1, 0.05, 0.01])",
    )
