"""Losses: how far outputs are from what they should be, under Keras's names.

A loss never broadcasts `(n,)` against `(n, 1)` silently: `align` says by which rule two shapes
are brought together, and raises where it has none.

Start reading at `loss.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from geartrain.losses.loss import FunctionLoss, Loss, align
from geartrain.losses.regression import MeanAbsoluteError, MeanSquaredError

NAMES: dict[str, type[Loss]] = {
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "mae": MeanAbsoluteError,
    "mean_absolute_error": MeanAbsoluteError,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get(identifier: Any) -> Loss:
    """The loss that a name, a class, an object or a function of (y_true, y_pred) means."""
    if isinstance(identifier, Loss):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        return identifier()
    if callable(identifier):
        return FunctionLoss(identifier)
    if identifier in NAMES:
        return NAMES[identifier]()
    raise ValueError(unknown_name("loss", identifier, NAMES, remedy="model.compile(loss={}, ...)"))


__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "align",
    "get",
]
