"""`keras.src.trainers.trainer`: what `compile` and `fit` are part of."""

from geartrain.training.trainer import Trainer

__all__ = ["Trainer"]
