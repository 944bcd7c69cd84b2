"""`keras.src.models.functional`: the class of models that inputs and outputs make."""

from geartrain.models.functional import Functional

__all__ = ["Functional"]
