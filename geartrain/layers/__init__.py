"""Layers: the parts that models are made of, one class a file.

A layer holds weights and a function of tensors. What training needs (losses, optimizers, `fit`)
lives above, in `geartrain.training`.

Start reading at `layer.py`, then `dense.py`.
"""

from geartrain.layers.activation import Activation
from geartrain.layers.dense import Dense
from geartrain.layers.flatten import Flatten
from geartrain.layers.input_layer import Input, InputLayer
from geartrain.layers.layer import Layer

__all__ = ["Activation", "Dense", "Flatten", "Input", "InputLayer", "Layer"]
