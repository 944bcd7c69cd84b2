"""What callbacks are told, and who is told: logs are names and Python's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.callbacks import CallbackList
from geartrain.tensor import Variable


def flat(logs: dict[str, Any]) -> dict[str, Any]:
    """Logs with the numbers of dicts among them, as the metrics of `compile` give one."""
    found: dict[str, Any] = {}
    for name, each in logs.items():
        found.update(flat(each) if isinstance(each, dict) else {name: each})
    return found


def as_number(value: Any) -> Any:
    """A Python number of a scalar; other things as they are."""
    if isinstance(value, Variable) or hasattr(value, "is_symbolic"):
        value = value.numpy()
    array = value if isinstance(value, np.ndarray) else None
    return array.item() if array is not None and array.size == 1 else value


def told_of(
    model: Any,
    callbacks: Any,
    verbose: int | str,
    epochs: int,
    steps: int | None,
    *,
    trains: bool = False,
) -> CallbackList:
    """All that are told of a model's progress: the callbacks, a bar, and a history if it trains."""
    if isinstance(callbacks, CallbackList):
        return callbacks
    level = 1 if verbose == "auto" else int(verbose)
    return CallbackList(
        callbacks,
        add_history=trains,
        add_progbar=level != 0,
        model=model,
        verbose=level,
        epochs=epochs,
        steps=steps,
    )
