"""Operations of neural networks, under the names of `keras.ops.nn`."""

from geartrain.ops.nn.activations import *
from geartrain.ops.nn.crossentropy import *
