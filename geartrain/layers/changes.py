"""Settings that change once a layer is built: `layer.rate = 0.2`, `layer.activation = relu`.

A compiled step holds the settings that it was traced with; whoever keeps one asks here whether they
are still the same.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

COUNT = "_settings_changed"  # the attribute that counts
PLAIN = (type(None), bool, int, float, str, FunctionType, BuiltinFunctionType)
OF_TRAINING = frozenset((
    *("built", "compiled", "name", "trainable", "output_shape", "loss", "loss_weights"),
    *("stop_training", "stop_evaluating", "stop_predicting"),
    *("steps_per_execution", "auto_scale_loss"),
))  # fmt: skip


class Changes:
    """How many settings of any layers were changed so far."""

    number = 0


def note_change(layer: Any, name: str, value: Any) -> None:
    """Count, if a layer that is built gets another value for one of its settings."""
    own = vars(layer)
    if name[0] == "_" or name in OF_TRAINING or not own.get("built"):
        return
    before = own.get(name)
    if type(value) in PLAIN and type(before) in PLAIN and before != value:
        own[COUNT] = own.get(COUNT, 0) + 1
        Changes.number += 1


def changes_of(layers: Any) -> int:
    """How many settings of these layers were changed so far."""
    return sum(vars(each).get(COUNT, 0) for each in layers)
