"""What Keras 2 had in `keras.models` and its modules of the engine."""

from geartrain.layers import Input, InputLayer, InputSpec, Layer
from geartrain.symbolic.sources import get_source_inputs

__all__ = ["Input", "InputLayer", "InputSpec", "Layer", "get_source_inputs"]
