"""`keras.src.backend`: what Keras's engines have, and the public `keras.backend` has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.layers.masks import mask_of as get_keras_mask
from geartrain.layers.masks import set_mask as set_keras_mask
from geartrain.symbolic import KerasTensor
from geartrain.symbolic.steps import computed_specs
from geartrain.tensor import Tensor, Variable

__all__ = [
    "KerasTensor", "Tensor", "Variable", "compute_output_spec", "get_keras_mask", "set_keras_mask",
]  # fmt: skip


def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Symbolic tensors of the shapes and dtypes that a function gives for others.

    >>> from geartrain import KerasTensor, ops
    >>> compute_output_spec(ops.sum, KerasTensor((None, 3)), axis=1).shape
    (None,)
    """
    return computed_specs(fn, args, kwargs)
