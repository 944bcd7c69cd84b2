"""Derivatives among the operations: the two that `keras.ops` has."""

from geartrain.autodiff import custom_gradient, jvp

__all__ = ["custom_gradient", "jvp"]
