"""What `keras.src.backend` has beside `keras.backend`; found by name, and not shown."""

from geartrain.layers.masks import mask_of as get_keras_mask  # noqa: F401
from geartrain.layers.masks import set_mask as set_keras_mask  # noqa: F401
from geartrain.symbolic import KerasTensor  # noqa: F401
from geartrain.tensor import Tensor, Variable  # noqa: F401

__all__: list[str] = []
