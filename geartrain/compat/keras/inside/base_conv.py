"""`keras.src.layers.convolutional.base_conv`: what `isinstance` is asked with."""

from geartrain.layers.convolution import BaseConv

__all__ = ["BaseConv"]
