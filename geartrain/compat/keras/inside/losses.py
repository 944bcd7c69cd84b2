"""`keras.src.losses.losses`: the losses, and the class that makes one of a function."""

from geartrain.losses import *
from geartrain.losses.loss import FunctionLoss as LossFunctionWrapper  # noqa: F401
