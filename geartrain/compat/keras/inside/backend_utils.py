"""`keras.src.utils.backend_utils`: where a piece of code is being run."""

from __future__ import annotations

import sys
from types import FrameType

from geartrain.graph import Tracer
from geartrain.tensor.interpreter import duty

__all__ = ["in_grain_data_pipeline", "in_tf_graph"]


def in_tf_graph() -> bool:
    """Whether a function is being traced, so that tensors have no numbers.

    >>> in_tf_graph()
    False
    """
    return any(isinstance(each, Tracer) for each in duty.interpreters)


def in_grain_data_pipeline() -> bool:
    """Whether a function of Grain's pipelines is among the callers.

    Grain carries what such a function gives from process to process, as arrays of NumPy.

    >>> in_grain_data_pipeline()
    False
    """
    if "grain" not in sys.modules:
        return False
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith("grain."):
            return True
        frame = frame.f_back
    return False
