"""`keras.src.trainers.data_adapters.data_adapter_utils`: batches and their weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from geartrain.tensor import Array
from geartrain.training.data import weights_of_classes
from geartrain.utils import pack_x_y_sample_weight, unpack_x_y_sample_weight

__all__ = ["class_weight_to_sample_weights", "pack_x_y_sample_weight", "unpack_x_y_sample_weight"]


def class_weight_to_sample_weights(y: Any, class_weight: Mapping[int, float]) -> Array:
    """The weight of each sample: that of its class, 1 for classes that are not named.

    >>> class_weight_to_sample_weights([0, 1, 2], {1: 3.0}).tolist()
    [1.0, 3.0, 1.0]
    """
    return weights_of_classes(np.asarray(y), class_weight)
