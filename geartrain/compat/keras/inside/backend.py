"""`keras.src.backend`: what Keras's engines have, and the public `keras.backend` has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.symbolic.steps import computed_specs

__all__ = ["compute_output_spec"]


def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Symbolic tensors of the shapes and dtypes that a function gives for others.

    >>> from geartrain import KerasTensor, ops
    >>> compute_output_spec(ops.sum, KerasTensor((None, 3)), axis=1).shape
    (None,)
    """
    return computed_specs(fn, args, kwargs)
