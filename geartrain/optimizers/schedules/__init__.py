"""Schedules: learning rates that are functions of the number of steps, under Keras's names.

They are called with the count of steps inside the compiled step, so they are operations on tensors.

Start reading at `schedule.py`, then `exponential_decay.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.rooms import LaterNames, loading_later
from geartrain.serialization import deserialize_of, serialize_keras_object

with loading_later(__name__):
    from geartrain.optimizers.schedules.cosine_decay import CosineDecay
    from geartrain.optimizers.schedules.cosine_decay_restarts import CosineDecayRestarts
    from geartrain.optimizers.schedules.exponential_decay import ExponentialDecay
    from geartrain.optimizers.schedules.inverse_time_decay import InverseTimeDecay
    from geartrain.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
    from geartrain.optimizers.schedules.polynomial_decay import PolynomialDecay
    from geartrain.optimizers.schedules.schedule import LearningRateSchedule


CLASSES = LaterNames(
    __name__,
    {
        each: each
        for each in (
            "CosineDecay",
            "CosineDecayRestarts",
            "ExponentialDecay",
            "InverseTimeDecay",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
        )
    },
)

deserialize = deserialize_of("optimizers.schedules", lambda: CLASSES)


def serialize(learning_rate_schedule: Any) -> dict[str, Any]:
    """A schedule as plain data, of which `deserialize` makes one again."""
    config: dict[str, Any] = serialize_keras_object(learning_rate_schedule)
    return config


__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
