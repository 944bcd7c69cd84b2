"""The learning rate of a model that is trained, read and set between steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain


def rate_of(model: Any) -> float:
    """The learning rate now."""
    _check(model)
    return float(np.asarray(model.optimizer.learning_rate))


def set_rate(model: Any, rate: float) -> None:
    """Give the optimizer another learning rate."""
    _check(model)
    model.optimizer.learning_rate = rate


def _check(model: Any) -> None:
    if hasattr(getattr(model, "optimizer", None), "learning_rate"):
        return
    raise ValueError(
        explain(
            "This callback changes the learning rate",
            given=f"the optimizer {getattr(model, 'optimizer', None)!r}, which has none",
            expected="an optimizer with a learning_rate",
            remedy="model.compile(optimizer=optimizers.SGD(0.1), ...)",
        )
    )
