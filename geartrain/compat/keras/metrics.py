"""Short names of metrics that Keras 2 had in `keras.metrics`."""

from geartrain.compat.keras.losses import *
from geartrain.metrics import binary_accuracy, categorical_accuracy

acc = accuracy = categorical_accuracy

__all__ = ["MAE", "MAPE", "MSE", "MSLE", "acc", "accuracy", "binary_accuracy", "mae", "mape", "mse"]
