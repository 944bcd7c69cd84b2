"""Names of constraints that Keras 1 and 2 had in `keras.constraints`."""

from geartrain.constraints import MaxNorm, NonNeg, UnitNorm

maxnorm = MaxNorm
nonneg = NonNeg
unitnorm = UnitNorm

__all__ = ["maxnorm", "nonneg", "unitnorm"]
