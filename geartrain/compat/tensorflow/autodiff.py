"""`tf.autodiff`: the tape."""

from geartrain.autodiff import GradientTape

__all__ = ["GradientTape"]
